package lvm.mixture;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import org.ejml.data.DMatrixRMaj;

/** Mixtures, data and statistics that several tests use. */
public final class Samples {
    private Samples() {}

    /** Random parameters: means spread by a factor more than the components. */
    static GaussianMixture mixture(int k, int d, double spread, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        return mixture(k, d, spread, () -> 0.5 + rng.nextDouble(), rng);
    }

    /** The same with weights in the ratios of the numbers that a source gives; covariances are of the Wishart kind. */
    public static GaussianMixture mixture(int k, int d, double spread, DoubleSupplier weight, SplittableRandom rng) {
        double[] weights = new double[k];
        double[][] means = new double[k][d];
        double[][][] covariances = new double[k][d][d];
        for (int c = 0; c < k; c++) {
            weights[c] = weight.getAsDouble();
            double[][] a = new double[2 * d][d];
            for (double[] row : a) {
                Arrays.setAll(row, j -> rng.nextGaussian());
            }
            for (int i = 0; i < d; i++) {
                means[c][i] = spread * rng.nextGaussian();
                for (int j = 0; j < d; j++) {
                    for (double[] row : a) {
                        covariances[c][i][j] += row[i] * row[j] / (2 * d);
                    }
                }
            }
        }
        double sum = Arrays.stream(weights).sum();
        return GaussianMixture.of(Arrays.stream(weights).map(w -> w / sum).toArray(), means, covariances);
    }

    /** Random distributions over k, some of them certain. */
    static DMatrixRMaj responsibilities(int n, int k, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        DMatrixRMaj q = new DMatrixRMaj(n, k);
        for (int i = 0; i < n; i++) {
            if (i % 5 == 0) {
                q.set(i, rng.nextInt(k), 1);
                continue;
            }
            double sum = 0;
            for (int c = 0; c < k; c++) {
                q.set(i, c, -Math.log(rng.nextDouble()));
                sum += q.get(i, c);
            }
            for (int c = 0; c < k; c++) {
                q.set(i, c, q.get(i, c) / sum);
            }
        }
        return q;
    }

    static double[][] array(DMatrixRMaj x) {
        double[][] rows = new double[x.numRows][x.numCols];
        for (int i = 0; i < x.numRows; i++) {
            System.arraycopy(x.data, i * x.numCols, rows[i], 0, x.numCols);
        }
        return rows;
    }

    static double[][][] covariances(GaussianMixture model) {
        double[][][] covariances = new double[model.components()][][];
        Arrays.setAll(covariances, c -> array(model.covariance(c)));
        return covariances;
    }

    /** Each column j times scale[j] plus shift[j]. */
    static DMatrixRMaj affine(DMatrixRMaj x, double[] scale, double[] shift) {
        DMatrixRMaj y = x.copy();
        for (int i = 0; i < y.data.length; i++) {
            y.data[i] = y.data[i] * scale[i % x.numCols] + shift[i % x.numCols];
        }
        return y;
    }

    /** Kolmogorov and Smirnov: √n times the largest distance of the values' distribution from the uniform one on [0, 1]. */
    static double kolmogorovSmirnov(double[] uniform) {
        double[] sorted = uniform.clone();
        Arrays.sort(sorted);
        double largest = 0;
        for (int i = 0; i < sorted.length; i++) {
            largest = Math.max(
                    largest, Math.max(sorted[i] - (double) i / sorted.length, (i + 1.0) / sorted.length - sorted[i]));
        }
        return largest * Math.sqrt(sorted.length);
    }
}
