package lvm.distribution;

import lvm.linalg.Logs;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.ejml.data.FMatrixRMaj;

/** The normal distribution, p(x) = exp(−(x − μ)²/(2σ²)) / √(2πσ²), and its product over the columns of a row. */
public final class Normal {
    private static final NormalDistribution STANDARD = NormalDistribution.of(0, 1);

    private Normal() {}

    /**
     * The log density.
     *
     * @param x the observation
     * @param mean μ
     * @param sigma σ, above 0
     * @return log N(x; μ, σ²), nats
     * @throws IllegalArgumentException if σ is not above 0
     */
    public static double logDensity(double x, double mean, double sigma) {
        above0("logDensity", "sigma", sigma);
        double z = standardised(x, mean, sigma);
        return -0.5 * (z * z + Logs.LOG_2_PI) - Math.log(sigma);
    }

    /**
     * The log density of rows with independent columns, Σⱼ log N(xᵢⱼ; μⱼ, σⱼ²).
     *
     * @param x n×D observations; not modified
     * @param mean D means; not modified
     * @param sigma D standard deviations, above 0; not modified
     * @return n values, nats
     * @throws IllegalArgumentException if the sizes differ or a σ is not above 0
     */
    public static double[] logDensity(FMatrixRMaj x, double[] mean, double[] sigma) {
        if (mean.length != x.numCols || sigma.length != x.numCols) {
            throw new IllegalArgumentException("Normal.logDensity: x has " + x.numCols + " columns, there are "
                    + mean.length + " means and " + sigma.length + " standard deviations");
        }
        double[] y = new double[x.numRows];
        for (int i = 0; i < y.length; i++) {
            for (int j = 0; j < x.numCols; j++) {
                y[i] += logDensity(x.get(i, j), mean[j], sigma[j]);
            }
        }
        return y;
    }

    /**
     * The divergence of two normal distributions, KL(N(μ₁, σ₁²) ‖ N(μ₂, σ₂²)) = log σ₂/σ₁ + (σ₁² + (μ₁ − μ₂)²)/(2σ₂²) − ½.
     *
     * @param mean1 μ₁
     * @param sigma1 σ₁, above 0
     * @param mean2 μ₂
     * @param sigma2 σ₂, above 0
     * @return the divergence, nats, at least 0; +∞ where it overflows
     * @throws IllegalArgumentException if a σ is not above 0
     */
    public static double kl(double mean1, double sigma1, double mean2, double sigma2) {
        above0("kl", "sigma1", sigma1);
        above0("kl", "sigma2", sigma2);
        double ratio = sigma1 / sigma2;
        if (ratio == Double.POSITIVE_INFINITY) {
            return ratio; // as its square, beside which its logarithm is nothing
        }
        double shift = standardised(mean1, mean2, sigma2);
        double logRatio = ratio < Double.MIN_NORMAL ? Math.log(sigma1) - Math.log(sigma2) : Math.log(ratio);
        return Math.max(0, 0.5 * (ratio * ratio + shift * shift - 1) - logRatio); // below 0 by rounding only
    }

    /** (x − μ)/σ, also where the difference overflows and the quotient does not. */
    private static double standardised(double x, double mean, double sigma) {
        double difference = x - mean;
        return Double.isInfinite(difference) ? x / sigma - mean / sigma : difference / sigma;
    }

    /**
     * The distribution function of N(0, 1).
     *
     * @param x any number
     * @return Φ(x), the probability of what is not above x; to full relative precision also far below 0
     * @throws IllegalArgumentException if x is NaN
     */
    public static double cdf(double x) {
        if (Double.isNaN(x)) {
            throw new IllegalArgumentException("Normal.cdf: x is NaN, expected a number");
        }
        return STANDARD.cumulativeProbability(x);
    }

    /**
     * The quantile of N(0, 1), the inverse of {@link #cdf}.
     *
     * @param p a probability, in [0,1]
     * @return Φ⁻¹(p), the x with Φ(x) = p; −∞ of 0 and ∞ of 1
     * @throws IllegalArgumentException if p is not within [0,1]
     */
    public static double quantile(double p) {
        if (!(p >= 0 && p <= 1)) {
            throw new IllegalArgumentException("Normal.quantile: p is " + p + ", expected within [0,1]");
        }
        return STANDARD.inverseCumulativeProbability(p);
    }

    private static void above0(String method, String what, double value) {
        if (!(value > 0)) {
            throw new IllegalArgumentException(
                    "Normal." + method + ": " + what + " is " + value + ", expected above 0");
        }
    }
}
