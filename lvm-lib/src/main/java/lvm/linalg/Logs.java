package lvm.linalg;

import org.ejml.data.DMatrixRMaj;

/**
 * Sums, means and differences of probabilities that are known by their logarithms, in double precision and without
 * overflow: log Σ exp xᵢ is m + log Σ exp(xᵢ − m) with the largest term m. All sums run in the order of the indices. For
 * whole matrices of floats {@link VectorMath} is faster.
 */
public final class Logs {
    /** log 2π. */
    public static final double LOG_2_PI = Math.log(2 * Math.PI);

    /** ½ log 2π. */
    public static final double HALF_LOG_2_PI = 0.5 * LOG_2_PI;

    /** A power of 2 less 1: products of that many factors from 1 to 2 do not overflow. */
    private static final int FACTORS = 511;

    private Logs() {}

    /**
     * log Σᵢ exp xᵢ.
     *
     * @param x the terms; not modified
     * @return the value; −∞ if there is no term or all are −∞, +∞ if one is, NaN if one is NaN
     */
    public static double logSumExp(double... x) {
        return logSumExp(x, 0, x.length);
    }

    /**
     * log Σᵢ exp xᵢ over a part of an array.
     *
     * @param x the array of the terms; not modified
     * @param from where the terms begin
     * @param n the number of terms
     * @return the value; −∞ if there is no term or all are −∞, +∞ if one is, NaN if one is NaN
     * @throws IllegalArgumentException if the part does not lie within the array
     */
    public static double logSumExp(double[] x, int from, int n) {
        check("logSumExp", x.length, from, n);
        double max = max(x, from, n);
        return Double.isFinite(max) ? max + Math.log(sumExp(x, from, n, max)) : max;
    }

    /**
     * log Σᵢ exp xᵢ over a part of an array of floats, in double precision.
     *
     * @param x the array of the terms; not modified
     * @param from where the terms begin
     * @param n the number of terms
     * @return the value; −∞ if there is no term or all are −∞, +∞ if one is, NaN if one is NaN
     * @throws IllegalArgumentException if the part does not lie within the array
     */
    public static double logSumExp(float[] x, int from, int n) {
        check("logSumExp", x.length, from, n);
        double max = Double.NEGATIVE_INFINITY;
        for (int i = from; i < from + n; i++) {
            max = Math.max(max, x[i]);
        }
        if (!Double.isFinite(max)) {
            return max;
        }
        double sum = 0;
        for (int i = from; i < from + n; i++) {
            sum += Math.exp(x[i] - max);
        }
        return max + Math.log(sum);
    }

    /**
     * log Σⱼ exp xᵢⱼ of each row.
     *
     * @param x n×K terms; not modified
     * @return n values; see {@link #logSumExp(double...)} for infinite terms
     */
    public static double[] logSumExpRows(DMatrixRMaj x) {
        double[] y = new double[x.numRows];
        for (int i = 0; i < y.length; i++) {
            y[i] = logSumExp(x.data, i * x.numCols, x.numCols);
        }
        return y;
    }

    /**
     * log 1/n Σᵢ exp xᵢ.
     *
     * @param x n terms, at least one; not modified
     * @return the value; −∞ if all terms are −∞, +∞ if one is, NaN if one is NaN
     * @throws IllegalArgumentException if there is no term
     */
    public static double logMeanExp(double... x) {
        return logMeanExp(x, 0, x.length);
    }

    /**
     * log 1/n Σᵢ exp xᵢ over a part of an array.
     *
     * @param x the array of the terms; not modified
     * @param from where the terms begin
     * @param n the number of terms, at least 1
     * @return the value; −∞ if all terms are −∞, +∞ if one is, NaN if one is NaN
     * @throws IllegalArgumentException if the part does not lie within the array or is empty
     */
    public static double logMeanExp(double[] x, int from, int n) {
        check("logMeanExp", x.length, from, n);
        if (n == 0) {
            throw new IllegalArgumentException("Logs.logMeanExp: no terms, expected at least 1");
        }
        double max = max(x, from, n);
        return Double.isFinite(max) ? max + Math.log(sumExp(x, from, n, max) / n) : max;
    }

    /**
     * log 1/K Σⱼ exp xᵢⱼ of each row.
     *
     * @param x n×K terms, K at least 1; not modified
     * @return n values; see {@link #logMeanExp(double...)} for infinite terms
     * @throws IllegalArgumentException if there are rows without columns
     */
    public static double[] logMeanExpRows(DMatrixRMaj x) {
        double[] y = new double[x.numRows];
        for (int i = 0; i < y.length; i++) {
            y[i] = logMeanExp(x.data, i * x.numCols, x.numCols);
        }
        return y;
    }

    /**
     * pᵢ = exp xᵢ / Σⱼ exp xⱼ over a part of an array, and the logarithm of the sum. The shares are divided by their own sum,
     * so that they sum to 1 in every case: exp(xᵢ − log Σⱼ exp xⱼ) would be off by as much as the logarithm is rounded. Where
     * the sum is 0 or infinite the shares are a limit: equal for all terms that are +∞ and 0 for the others, equal for all
     * if every term is −∞.
     *
     * @param x the array of the terms; not modified, unless it is p
     * @param from where the terms begin
     * @param p the array of the shares, may be x if the parts are the same. Modified: the shares
     * @param to where the shares begin
     * @param n the number of terms
     * @return log Σᵢ exp xᵢ; where that is NaN, so are the shares
     * @throws IllegalArgumentException if a part does not lie within its array
     */
    public static double softmax(double[] x, int from, double[] p, int to, int n) {
        check("softmax", x.length, from, n);
        check("softmax", p.length, to, n);
        double max = max(x, from, n);
        double sum = 0;
        for (int i = 0; i < n; i++) {
            // ∞ − ∞ is no number: the terms that are as infinite as the greatest share with each other.
            p[to + i] = x[from + i] == max ? 1 : Math.exp(x[from + i] - max);
            sum += p[to + i];
        }
        for (int i = to; i < to + n; i++) {
            p[i] /= sum;
        }
        return Double.isFinite(max) ? max + Math.log(sum) : max;
    }

    /**
     * log pᵢ = xᵢ − log Σⱼ exp xⱼ over a part of an array: the logarithms of {@link #softmax}, with the greatest term taken
     * away first, so that large terms cost no digits.
     *
     * @param x the array of the terms; not modified, unless it is p
     * @param from where the terms begin
     * @param p the array of the logarithms, may be x if the parts are the same. Modified: the logarithms of the shares
     * @param to where they begin
     * @param n the number of terms
     * @throws IllegalArgumentException if a part does not lie within its array
     */
    public static void logSoftmax(double[] x, int from, double[] p, int to, int n) {
        check("logSoftmax", x.length, from, n);
        check("logSoftmax", p.length, to, n);
        double max = max(x, from, n);
        double sum = 0;
        for (int i = 0; i < n; i++) {
            p[to + i] = x[from + i] == max ? 0 : x[from + i] - max;
            sum += Math.exp(p[to + i]);
        }
        double log = Math.log(sum);
        for (int i = to; i < to + n; i++) {
            p[i] -= log;
        }
    }

    /**
     * log(1 + eˣ).
     *
     * @param x the argument
     * @return the value, right for every x; 0 at −∞, +∞ at +∞
     */
    public static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    /**
     * The entropy of a bit, −p log p − (1 − p) log(1 − p).
     *
     * @param p a probability
     * @return nats; 0 at 0 and 1, NaN outside
     */
    public static double entropy(double p) {
        return p == 0 || p == 1 ? 0 : -p * Math.log(p) - (1 - p) * Math.log1p(-p);
    }

    /**
     * log p/(1 − p), from which p is a sigmoid away.
     *
     * @param p a probability
     * @return the value; −∞ at 0, +∞ at 1, NaN outside
     */
    public static double logit(double p) {
        return Math.log(p) - Math.log1p(-p);
    }

    /**
     * The log density of the standard normal distribution, −½ x² − ½ log 2π.
     *
     * @param x the argument
     * @return the value, nats
     */
    public static double logNormal(double x) {
        return -0.5 * x * x - HALF_LOG_2_PI;
    }

    private static double max(double[] x, int from, int n) {
        double max = Double.NEGATIVE_INFINITY;
        for (int i = from; i < from + n; i++) {
            max = Math.max(max, x[i]);
        }
        return max;
    }

    private static double sumExp(double[] x, int from, int n, double max) {
        double sum = 0;
        for (int i = from; i < from + n; i++) {
            sum += Math.exp(x[i] - max);
        }
        return sum;
    }

    private static void check(String method, int length, int from, int n) {
        if (n < 0 || from < 0 || n > length - from) {
            throw new IllegalArgumentException("Logs." + method + ": " + n + " elements from index " + from
                    + " of an array that is " + length + " long");
        }
    }

    /**
     * Σᵢ log(1 + e^(s xᵢ)), without overflow. The factors 1 + e^−|s xᵢ| are multiplied, and one logarithm is taken of some hundred of
     * them.
     *
     * @param scale s
     * @param x the numbers
     * @param from where they begin
     * @param n how many
     * @return the sum; relative error below 10⁻¹³
     */
    public static double sumSoftplus(double scale, float[] x, int from, int n) {
        double sum = 0;
        double product = 1;
        for (int i = 0; i < n; i++) {
            double t = scale * x[from + i];
            sum += Math.max(t, 0);
            product *= 1 + Math.exp(-Math.abs(t));
            if ((i & FACTORS) == FACTORS) {
                sum += Math.log(product);
                product = 1;
            }
        }
        return sum + Math.log(product);
    }

    /**
     * Σᵢ log(1 + e^xᵢ), as {@link #sumSoftplus(double, float[], int, int)}.
     *
     * @param x the numbers
     * @param from where they begin
     * @param n how many
     * @return the sum; relative error below 10⁻¹³
     */
    public static double sumSoftplus(double[] x, int from, int n) {
        double sum = 0;
        double product = 1;
        for (int i = 0; i < n; i++) {
            double t = x[from + i];
            sum += Math.max(t, 0);
            product *= 1 + Math.exp(-Math.abs(t));
            if ((i & FACTORS) == FACTORS) {
                sum += Math.log(product);
                product = 1;
            }
        }
        return sum + Math.log(product);
    }

    /**
     * The effective number of weighted draws, (Σ w)²/Σ w² (A. Kong 1992), from the logarithms of the weights.
     *
     * @param logWeights at least one, each a number or −∞
     * @return from 1 to their number; 0 if all weights are 0
     */
    public static double effectiveNumber(double... logWeights) {
        double max = Double.NEGATIVE_INFINITY;
        for (double l : logWeights) {
            max = Math.max(max, l);
        }
        if (max == Double.NEGATIVE_INFINITY) {
            return 0;
        }
        double sum = 0;
        double squares = 0;
        for (double l : logWeights) {
            double w = Math.exp(l - max);
            sum += w;
            squares += w * w;
        }
        return sum * sum / squares;
    }
}
