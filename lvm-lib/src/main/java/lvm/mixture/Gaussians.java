package lvm.mixture;

import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.CholeskyDecomposition_F64;

/**
 * The parameters πₖ, μₖ, Σₖ = LₖLₖᵀ with what a density needs of them. Immutable by convention; arrays are shared, not
 * copied.
 */
final class Gaussians {
    /** Rows are worked on in blocks of so many, column by column: they stay in cache, and loops over rows vectorise. */
    static final int BLOCK = 128;

    /** A pivot of Cholesky below this part of its diagonal element is rounding error: the matrix is singular. */
    private static final double PIVOT = 1e-14;

    /** Stands in for log 0, so that 0 · log 0 is 0 and not NaN. */
    private static final double LOG_ZERO = -1e300;

    private static final double LOG_2_PI = Math.log(2 * Math.PI);

    final int k;
    final int d;
    final boolean diagonal;
    final double[] weights;
    final double[][] means;
    /** Σₖ: D variances if diagonal, else D×D by rows. */
    final double[][] covariances;
    /** Lₖ: D standard deviations if diagonal, else lower triangular D×D by rows. */
    final double[][] factors;
    /** Lₖ⁻¹, in the same form. */
    final double[][] whiteners;
    /** log πₖ − ½ log |2πΣₖ|. */
    final double[] logConstants;

    private Gaussians(
            double[] weights,
            double[][] means,
            double[][] covariances,
            double[][] factors,
            double[][] whiteners,
            double[] logConstants,
            boolean diagonal) {
        this.k = weights.length;
        this.d = means[0].length;
        this.diagonal = diagonal;
        this.weights = weights;
        this.means = means;
        this.covariances = covariances;
        this.factors = factors;
        this.whiteners = whiteners;
        this.logConstants = logConstants;
    }

    /**
     * Factors the covariances.
     *
     * @param where begins the message if one is singular
     * @param stopped polled between components: in many dimensions this takes a while
     * @return null if stopped
     */
    static Gaussians of(
            String where,
            double[] weights,
            double[][] means,
            double[][] covariances,
            boolean diagonal,
            BooleanSupplier stopped) {
        int k = weights.length;
        int d = means[0].length;
        double[][] factors = new double[k][];
        double[][] whiteners = new double[k][];
        double[] logConstants = new double[k];
        for (int c = 0; c < k; c++) {
            if (stopped.getAsBoolean()) {
                return null;
            }
            if (c > 0 && covariances[c] == covariances[c - 1]) { // tied
                factors[c] = factors[c - 1];
                whiteners[c] = whiteners[c - 1];
            } else if (diagonal) {
                factors[c] = new double[d];
                whiteners[c] = new double[d];
                for (int j = 0; j < d; j++) {
                    double variance = covariances[c][j];
                    if (!(variance > 0 && variance < Double.POSITIVE_INFINITY)) {
                        throw singular(where, c, "its variance in dimension " + j + " is " + variance);
                    }
                    factors[c][j] = Math.sqrt(variance);
                    whiteners[c][j] = 1 / factors[c][j];
                }
            } else {
                factors[c] = cholesky(covariances[c], d);
                if (factors[c] == null) {
                    throw singular(where, c, "it is not positive definite");
                }
                whiteners[c] = invertLower(factors[c], d);
            }
            double logDet = 0;
            for (int j = 0; j < d; j++) {
                logDet += Math.log(factors[c][diagonal ? j : j * d + j]);
            }
            double logWeight = weights[c] > 0 ? Math.log(weights[c]) : LOG_ZERO;
            logConstants[c] = logWeight - 0.5 * d * LOG_2_PI - logDet;
        }
        return new Gaussians(weights, means, covariances, factors, whiteners, logConstants, diagonal);
    }

    private static IllegalArgumentException singular(String where, int component, String what) {
        return new IllegalArgumentException(where + ": the covariance of component " + component
                + " (counted from 0) is singular: " + what
                + ". It has no density; use a covariance floor above 0, fewer components or a simpler covariance");
    }

    /** The lower triangular factor, or null if the matrix is not positive definite to working precision. */
    static double[] cholesky(double[] matrix, int d) {
        CholeskyDecomposition_F64<DMatrixRMaj> cholesky = DecompositionFactory_DDRM.chol(d, true);
        if (!cholesky.decompose(DMatrixRMaj.wrap(d, d, matrix.clone()))) {
            return null;
        }
        double[] factor = cholesky.getT(null).data;
        for (int i = 0; i < d; i++) {
            double pivot = factor[i * d + i] * factor[i * d + i];
            if (!(pivot > PIVOT * matrix[i * d + i] && pivot < Double.POSITIVE_INFINITY)) {
                return null;
            }
        }
        return factor;
    }

    private static double[] invertLower(double[] lower, int d) {
        double[] inverse = new double[d * d];
        for (int i = 0; i < d; i++) {
            // Row i of the inverse: −Lᵢᵢ⁻¹ Σⱼ Lᵢⱼ (row j of the inverse), by whole rows to stay in cache.
            for (int j = 0; j < i; j++) {
                double l = lower[i * d + j];
                for (int c = 0; c <= j; c++) {
                    inverse[i * d + c] -= l * inverse[j * d + c];
                }
            }
            double pivot = lower[i * d + i];
            for (int c = 0; c < i; c++) {
                inverse[i * d + c] /= pivot;
            }
            inverse[i * d + i] = 1 / pivot;
        }
        return inverse;
    }

    /** The same mixture with all means moved. */
    Gaussians shifted(double[] by, double sign) {
        double[][] moved = new double[k][d];
        for (int c = 0; c < k; c++) {
            for (int j = 0; j < d; j++) {
                moved[c][j] = means[c][j] + sign * by[j];
            }
        }
        return new Gaussians(weights, moved, covariances, factors, whiteners, logConstants, diagonal);
    }

    DMatrixRMaj covariance(int component) {
        DMatrixRMaj matrix = new DMatrixRMaj(d, d);
        if (diagonal) {
            for (int j = 0; j < d; j++) {
                matrix.set(j, j, covariances[component][j]);
            }
        } else {
            System.arraycopy(covariances[component], 0, matrix.data, 0, d * d);
        }
        return matrix;
    }

    /** Buffers of one thread. */
    static final class Scratch {
        private final double[][] difference;
        private final double[] y = new double[BLOCK];

        Scratch(int d) {
            difference = new double[d][BLOCK];
        }
    }

    /**
     * log πₖ N(x; μₖ, Σₖ) = log πₖ − ½ log |2πΣₖ| − ½ |Lₖ⁻¹(x − μₖ)|² of a block of rows.
     *
     * @param x D columns of {@link #BLOCK} numbers
     * @param out {@link #BLOCK} numbers; written
     */
    void logJoint(int component, double[][] x, Scratch scratch, double[] out) {
        double[] mean = means[component];
        double[] whitener = whiteners[component];
        Arrays.fill(out, 0);
        if (diagonal) {
            for (int j = 0; j < d; j++) {
                addScaledSquare(out, x[j], mean[j], whitener[j]);
            }
        } else {
            double[][] difference = scratch.difference;
            for (int j = 0; j < d; j++) {
                subtract(difference[j], x[j], mean[j]);
            }
            for (int i = 0; i < d; i++) {
                whiten(difference, whitener, i, scratch.y);
                addSquare(out, scratch.y);
            }
        }
        finish(out, logConstants[component]);
    }

    /** Element i of L⁻¹(x − μ), some columns at a time; above the diagonal the factor holds zeros. */
    private void whiten(double[][] x, double[] w, int i, double[] y) {
        int a = i * d;
        int j = 0;
        Arrays.fill(y, 0);
        for (; j <= i && j + 3 < d; j += 4) {
            addFour(y, x[j], x[j + 1], x[j + 2], x[j + 3], w[a + j], w[a + j + 1], w[a + j + 2], w[a + j + 3]);
        }
        for (; j <= i; j++) {
            addOne(y, x[j], w[a + j]);
        }
    }

    // Each of these is one plain loop over rows, which the JIT turns into vector instructions.

    private static void subtract(double[] out, double[] x, double mean) {
        for (int r = 0; r < BLOCK; r++) {
            out[r] = x[r] - mean;
        }
    }

    private static void addScaledSquare(double[] out, double[] x, double mean, double scale) {
        for (int r = 0; r < BLOCK; r++) {
            double y = (x[r] - mean) * scale;
            out[r] += y * y;
        }
    }

    private static void addFour(
            double[] y, double[] xa, double[] xb, double[] xc, double[] xd, double a, double b, double c, double d) {
        for (int r = 0; r < BLOCK; r++) {
            y[r] += (a * xa[r] + b * xb[r]) + (c * xc[r] + d * xd[r]);
        }
    }

    private static void addOne(double[] y, double[] x, double a) {
        for (int r = 0; r < BLOCK; r++) {
            y[r] += a * x[r];
        }
    }

    private static void addSquare(double[] out, double[] y) {
        for (int r = 0; r < BLOCK; r++) {
            out[r] += y[r] * y[r];
        }
    }

    private static void finish(double[] out, double constant) {
        for (int r = 0; r < BLOCK; r++) {
            out[r] = constant - 0.5 * out[r];
        }
    }
}
