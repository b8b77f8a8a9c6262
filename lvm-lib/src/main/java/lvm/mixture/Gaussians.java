package lvm.mixture;

import java.io.Serializable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import lvm.linalg.Logs;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.Matrix;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.CholeskyDecomposition_F64;

/**
 * The parameters πₖ, μₖ, Σₖ = LₖLₖᵀ with what a density needs of them. Immutable by convention; arrays are shared, not
 * copied.
 */
final class Gaussians implements Serializable {
    private static final long serialVersionUID = 1;

    /** Rows are worked on in blocks of so many, column by column: they stay in cache, and loops over rows vectorise. */
    static final int BLOCK = 128;

    /** A pivot of Cholesky below this part of its diagonal element is rounding error: the matrix is singular. */
    private static final double PIVOT = 1e-14;

    /**
     * How far below its greatest possible value a log joint may be before its differences from the others are computed
     * by themselves: its own rounding error is 10⁻¹² there, and grows with it.
     */
    private static final double FAR = 4096;

    /** Squares of numbers up to 2 to this power are finite. */
    private static final int SQUARES = 500;

    /** Stands in for log 0, so that 0 · log 0 is 0 and not NaN. */
    static final double LOG_ZERO = -1e300;

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

    private final double far;

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
        this.far = Arrays.stream(logConstants).max().orElseThrow() - FAR;
    }

    /**
     * Factors the covariances.
     *
     * @param where begins the message if one is singular
     * @param poll called between components: in many dimensions this takes a while
     */
    static Gaussians of(
            String where, double[] weights, double[][] means, double[][] covariances, boolean diagonal, Runnable poll) {
        int k = weights.length;
        int d = means[0].length;
        double[][] factors = new double[k][];
        double[][] whiteners = new double[k][];
        double[] logConstants = new double[k];
        for (int c = 0; c < k; c++) {
            poll.run();
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
            logConstants[c] = logWeight - 0.5 * d * Logs.LOG_2_PI - logDet;
        }
        return new Gaussians(weights, means, covariances, factors, whiteners, logConstants, diagonal);
    }

    /** Of what {@link #matrices} gave. */
    static Gaussians of(String where, Function<String, DMatrixRMaj> matrices, Covariance type, Runnable poll) {
        double[][] covariances = rows(matrices.apply("covariances"));
        if (type == Covariance.TIED) {
            Arrays.fill(covariances, covariances[0]);
        }
        return of(
                where,
                rows(matrices.apply("weights"))[0],
                rows(matrices.apply("means")),
                covariances,
                type.isDiagonal(),
                poll);
    }

    private static double[][] rows(DMatrixRMaj matrix) {
        double[][] rows = new double[matrix.numRows][];
        Arrays.setAll(rows, i -> Arrays.copyOfRange(matrix.data, i * matrix.numCols, (i + 1) * matrix.numCols));
        return rows;
    }

    /** The parameters, for checkpoints and files. */
    Map<String, Matrix> matrices() {
        Map<String, Matrix> matrices = new LinkedHashMap<>();
        matrices.put("weights", new DMatrixRMaj(new double[][] {weights}));
        matrices.put("means", new DMatrixRMaj(means));
        matrices.put("covariances", new DMatrixRMaj(covariances));
        return matrices;
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
        /** One row of D numbers, for {@link Gaussians#shares}. */
        final double[] row;

        private final double[] fromMean;

        Scratch(int d) {
            difference = new double[d][BLOCK];
            row = new double[d];
            fromMean = new double[d];
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

    /** Whether a row, by the greatest of its log joints, is so far out that these do not tell its components apart. */
    boolean isFar(double greatest) {
        return !(greatest >= far);
    }

    /**
     * log p(z = k | x) up to a constant, from the differences of the exponents and not from the exponents: with y = L⁻¹(x − μ)
     * that is |yₐ|² − |y_b|² = (yₐ − y_b)ᵀ(yₐ + y_b), and what the two have in common leaves yₐ − y_b before it is rounded.
     * The greatest is 0 up to rounding; a component of weight 0 has −∞.
     *
     * @param scratch holds the row x
     * @param logs K log joints, which may have overflowed to −∞. Modified: the differences
     * @param from where they begin
     */
    void shares(Scratch scratch, double[] logs, int from) {
        int best = 0;
        for (int c = 1; c < k; c++) {
            if (weights[c] > 0 && (weights[best] == 0 || logRatio(c, best, scratch) > 0)) {
                best = c;
            }
        }
        for (int c = 0; c < k; c++) {
            logs[from + c] = weights[c] == 0 ? Double.NEGATIVE_INFINITY : c == best ? 0 : logRatio(c, best, scratch);
        }
    }

    /** log p(x, z = a) − log p(x, z = b). */
    private double logRatio(int a, int b, Scratch scratch) {
        double squares = squaresBetween(a, b, scratch, 0, 0);
        if (!Double.isFinite(squares)) {
            double size = 0;
            for (double value : scratch.row) {
                size = Math.max(size, Math.abs(value));
            }
            squares = squaresBetween(a, b, scratch, Math.max(0, Math.getExponent(size) - SQUARES), SQUARES);
        }
        double ratio = logConstants[a] - logConstants[b] - 0.5 * squares;
        return Double.isNaN(ratio) ? 0 : ratio; // numbers at both ends of the range: nothing tells them apart
    }

    /** |ya|² − |yb|², computed with x times 2^−exponent and products times 2^−further, so that they do not overflow. */
    private double squaresBetween(int a, int b, Scratch scratch, int exponent, int further) {
        double scale = Math.scalb(1.0, -exponent);
        double[] wa = whiteners[a];
        double[] wb = whiteners[b];
        double[] fromMean = scratch.fromMean;
        for (int j = 0; j < d; j++) {
            fromMean[j] = scratch.row[j] * scale - means[b][j] * scale;
        }
        double sum = 0;
        for (int i = 0; i < d; i++) {
            double y = 0; // yb
            double step = 0; // ya − yb = (Wa − Wb)(x − μb) − Wa(μa − μb)
            for (int j = diagonal ? i : 0; j <= i; j++) {
                int at = diagonal ? i : i * d + j;
                y += wb[at] * fromMean[j];
                step += (wa[at] - wb[at]) * fromMean[j] - wa[at] * ((means[a][j] - means[b][j]) * scale);
            }
            if (step != 0) { // equal, however large they are
                sum += step * Math.scalb(step + 2 * y, -further);
            }
        }
        return Math.scalb(Math.scalb(sum, further), 2 * exponent);
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
