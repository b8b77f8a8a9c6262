package lvm.boltzmann;

import java.util.random.RandomGenerator;
import org.ejml.data.DMatrixRMaj;

/** A precision matrix P = L Lᵀ and the Gaussian that has it; its room is used again. */
final class Precision {
    private final int d;
    private final DMatrixRMaj p;
    private double logDeterminant;

    Precision(int d) {
        this.d = d;
        p = new DMatrixRMaj(d, d);
    }

    /** Where P is to be written, which {@link #decompose} overwrites. */
    DMatrixRMaj matrix() {
        return p;
    }

    /** {@return whether P is positive definite} */
    boolean tryDecompose() {
        double[] a = p.data;
        logDeterminant = 0;
        for (int i = 0; i < d; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = a[i * d + j];
                for (int k = 0; k < j; k++) {
                    sum -= a[i * d + k] * a[j * d + k];
                }
                if (i > j) {
                    a[i * d + j] = sum / a[j * d + j];
                } else if (sum > 0) {
                    a[i * d + i] = Math.sqrt(sum);
                    logDeterminant += Math.log(sum);
                } else {
                    return false;
                }
            }
        }
        return true;
    }

    void decompose() {
        if (!tryDecompose()) {
            throw new IllegalStateException("a precision given the hidden units is not positive definite");
        }
    }

    double logDeterminant() {
        return logDeterminant;
    }

    /** b ← P⁻¹ b. */
    void solve(double[] b) {
        for (int i = 0; i < d; i++) {
            double sum = b[i];
            for (int k = 0; k < i; k++) {
                sum -= p.data[i * d + k] * b[k];
            }
            b[i] = sum / p.data[i * d + i];
        }
        back(b);
    }

    /** b ← L⁻ᵀ b. */
    private void back(double[] b) {
        for (int i = d - 1; i >= 0; i--) {
            double sum = b[i];
            for (int k = i + 1; k < d; k++) {
                sum -= p.data[k * d + i] * b[k];
            }
            b[i] = sum / p.data[i * d + i];
        }
    }

    /** P⁻¹. */
    void covariance(DMatrixRMaj c) {
        double[] e = new double[d];
        for (int i = 0; i < d; i++) {
            java.util.Arrays.fill(e, 0);
            e[i] = 1;
            solve(e);
            for (int k = 0; k < d; k++) {
                c.data[k * d + i] = e[k];
            }
        }
    }

    /** A draw of N(mean, P⁻¹). */
    void draw(double[] mean, double[] x, int at, RandomGenerator rng) {
        double[] z = new double[d];
        for (int k = 0; k < d; k++) {
            z[k] = rng.nextGaussian();
        }
        back(z);
        for (int k = 0; k < d; k++) {
            x[at + k] = mean[k] + z[k];
        }
    }
}
