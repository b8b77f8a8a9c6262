package lvm.nn;

import java.util.random.RandomGenerator;
import org.ejml.data.FMatrixRMaj;

/** Start values of weight matrices: rows take the input, columns give the output. */
public enum WeightInit {
    /** Uniform on ±√(6/(in + out)), of variance 2/(in + out): Glorot and Bengio (2010), equation 16. */
    GLOROT,
    /** Normal with variance 2/in, for rectified units: He et al. (2015), equation 10. */
    HE,
    /** A random matrix with orthonormal columns, or rows where these are fewer: Saxe et al. (2014). */
    ORTHOGONAL;

    /**
     * Draws a weight matrix.
     *
     * @param in the rows, at least 1
     * @param out the columns, at least 1
     * @param rng the source of randomness; advanced
     * @return in×out values
     * @throws IllegalArgumentException if a size is less than 1
     */
    public FMatrixRMaj draw(int in, int out, RandomGenerator rng) {
        if (in < 1 || out < 1) {
            throw new IllegalArgumentException(
                    "WeightInit." + this + ": " + in + "×" + out + ", expected at least 1×1");
        }
        FMatrixRMaj w = new FMatrixRMaj(in, out);
        int n = in * out;
        switch (this) {
            case GLOROT -> {
                double limit = Math.sqrt(6.0 / ((double) in + out));
                for (int i = 0; i < n; i++) {
                    w.data[i] = (float) (limit * (2 * rng.nextDouble() - 1));
                }
            }
            case HE -> {
                double sigma = Math.sqrt(2.0 / in);
                for (int i = 0; i < n; i++) {
                    w.data[i] = (float) (sigma * rng.nextGaussian());
                }
            }
            case ORTHOGONAL -> orthogonal(w, rng);
        }
        return w;
    }

    /** Gram–Schmidt, twice for accuracy, on the shorter side of a normal matrix. */
    private static void orthogonal(FMatrixRMaj w, RandomGenerator rng) {
        boolean tall = w.numRows >= w.numCols;
        int count = Math.min(w.numRows, w.numCols);
        int length = Math.max(w.numRows, w.numCols);
        double[][] q = new double[count][length];
        for (int k = 0; k < count; k++) {
            for (int i = 0; i < length; i++) {
                q[k][i] = rng.nextGaussian();
            }
            for (int pass = 0; pass < 2; pass++) {
                for (int l = 0; l < k; l++) {
                    double dot = dot(q[k], q[l]);
                    for (int i = 0; i < length; i++) {
                        q[k][i] -= dot * q[l][i];
                    }
                }
                double norm = Math.sqrt(dot(q[k], q[k]));
                for (int i = 0; i < length; i++) {
                    q[k][i] /= norm;
                }
            }
            for (int i = 0; i < length; i++) {
                w.set(tall ? i : k, tall ? k : i, (float) q[k][i]);
            }
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
