package lvm.bernoulli;

import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import lvm.autodiff.Param;
import lvm.model.Require;
import lvm.optim.Adam;
import org.ejml.data.FMatrixRMaj;

/**
 * How an estimator of the gradient for φ does on one batch, measured by repeated estimates against the exact gradient.
 *
 * @param name the estimator
 * @param unbiased whether it says of itself that it is unbiased for its objective
 * @param objective what the estimator says that it estimates the gradient of
 * @param gradient the mean of the estimates of the gradient, all parameters of q one after the other
 * @param standardError the standard errors of these means
 * @param exact the exact gradient that it is held against
 * @param variance the variance of one estimate, summed over the parameters
 * @param seconds the mean time of one estimate
 */
public record GradientReport(
        String name,
        boolean unbiased,
        String objective,
        double[] gradient,
        double[] standardError,
        double[] exact,
        double variance,
        double seconds) {
    private static final double WARM_UP_RATE = 1e-2;

    /**
     * Keeps the arrays.
     *
     * @param name the estimator
     * @param unbiased whether it says so
     * @param objective of what
     * @param gradient the mean
     * @param standardError its standard errors
     * @param exact the exact gradient
     * @param variance the summed variance
     * @param seconds the time
     */
    public GradientReport {}

    /**
     * Measures an estimator against the exact gradient of the bound of one draw.
     *
     * @param factory the estimator
     * @param net a network of one level that can be enumerated; its parameters stay as they are
     * @param x n×L rows of zeros and ones; not modified
     * @param warmUp the estimates in which the estimator may learn its own parameters before it is measured
     * @param estimates the estimates that are measured, at least 2
     * @param seed the seed of everything random
     * @return the report
     * @throws IllegalArgumentException if there are fewer than 2 estimates or the network can not be enumerated
     */
    public static GradientReport measure(
            GradientEstimator.Factory factory,
            SigmoidBeliefNet net,
            FMatrixRMaj x,
            int warmUp,
            int estimates,
            long seed) {
        return measure(factory, net, x, warmUp, estimates, seed, exactGradient(net, x));
    }

    /**
     * Measures an estimator against a given gradient.
     *
     * @param factory the estimator
     * @param net the network; its parameters stay as they are
     * @param x n×L rows of zeros and ones; not modified
     * @param warmUp the estimates in which the estimator may learn its own parameters before it is measured
     * @param estimates the estimates that are measured, at least 2
     * @param seed the seed of everything random
     * @param exact the gradient to hold it against, all parameters of q one after the other
     * @return the report
     * @throws IllegalArgumentException if there are fewer than 2 estimates
     */
    public static GradientReport measure(
            GradientEstimator.Factory factory,
            SigmoidBeliefNet net,
            FMatrixRMaj x,
            int warmUp,
            int estimates,
            long seed,
            double[] exact) {
        Require.atLeast("GradientReport.measure", "estimates", 2, estimates);
        SplittableRandom rng = new SplittableRandom(seed);
        GradientEstimator estimator = factory.over(net, rng);
        List<Param> own = estimator.params();
        Adam learner = own.isEmpty() ? null : new Adam(own, WARM_UP_RATE);
        for (int i = 0; i < warmUp; i++) {
            gradient(estimator, net, x, rng);
            if (learner != null) {
                learner.step();
            }
        }
        double[] mean = new double[exact.length];
        double[] squares = new double[exact.length];
        long nanos = 0;
        for (int i = 1; i <= estimates; i++) {
            long start = System.nanoTime();
            double[] g = gradient(estimator, net, x, rng);
            nanos += System.nanoTime() - start;
            own.forEach(Param::clearGradient);
            for (int k = 0; k < g.length; k++) {
                double change = g[k] - mean[k];
                mean[k] += change / i;
                squares[k] += change * (g[k] - mean[k]);
            }
        }
        double variance = 0;
        double[] error = new double[mean.length];
        for (int k = 0; k < mean.length; k++) {
            double v = squares[k] / (estimates - 1);
            variance += v;
            error[k] = Math.sqrt(v / estimates);
        }
        return new GradientReport(
                factory.toString(),
                estimator.unbiased(),
                estimator.objective(),
                mean,
                error,
                exact,
                variance,
                nanos / 1e9 / estimates);
    }

    /**
     * The exact gradient of the bound for φ, by enumeration.
     *
     * @param net a network of one level that can be enumerated
     * @param x n×L rows of zeros and ones; not modified
     * @return the gradient of the mean bound per row, all parameters of q one after the other
     */
    public static double[] exactGradient(SigmoidBeliefNet net, FMatrixRMaj x) {
        return gradient(new ExactGradient(net), net, x, new SplittableRandom(0));
    }

    /** One estimate; the gradients of the network are marked as used. */
    private static double[] gradient(
            GradientEstimator estimator, SigmoidBeliefNet net, FMatrixRMaj x, SplittableRandom rng) {
        net.generativeParams().forEach(Param::clearGradient);
        net.recognitionParams().forEach(Param::clearGradient);
        estimator.backward(x, rng);
        int size = 0;
        for (Param p : net.recognitionParams()) {
            size += p.value().getNumElements();
        }
        double[] g = new double[size];
        int at = 0;
        for (Param p : net.recognitionParams()) {
            for (int i = 0; i < p.value().getNumElements(); i++) {
                g[at++] = -p.gradient().data[i];
            }
            p.clearGradient();
        }
        net.generativeParams().forEach(Param::clearGradient);
        return g;
    }

    /**
     * The distance of the mean from the exact gradient. Without bias it is about {@link #noise}.
     *
     * @return ‖mean − exact‖
     */
    public double bias() {
        double sum = 0;
        for (int k = 0; k < exact.length; k++) {
            sum += (gradient[k] - exact[k]) * (gradient[k] - exact[k]);
        }
        return Math.sqrt(sum);
    }

    /**
     * What the distance of the mean from the exact gradient is by chance alone.
     *
     * @return the root of the expected squared distance of an unbiased estimator's mean
     */
    public double noise() {
        double sum = 0;
        for (double e : standardError) {
            sum += e * e;
        }
        return Math.sqrt(sum);
    }

    /**
     * The largest distance of a parameter's mean from its exact value in standard errors; rounding of single precision,
     * 10⁻⁵ of the largest value, is not counted.
     *
     * @return the number of standard errors
     */
    public double largestDeviation() {
        double scale = 0;
        for (double g : exact) {
            scale = Math.max(scale, Math.abs(g));
        }
        double largest = 0;
        for (int k = 0; k < exact.length; k++) {
            double distance = Math.max(0, Math.abs(gradient[k] - exact[k]) - 1e-5 * scale);
            largest = Math.max(largest, distance == 0 ? 0 : distance / standardError[k]);
        }
        return largest;
    }

    /**
     * The time after which the mean of estimates has the summed variance 1: variance times seconds.
     *
     * @return seconds
     */
    public double secondsToUnitVariance() {
        return variance * seconds;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s (%s): bias %.2e (noise %.2e), variance %.4g, %.1f µs per estimate, %.3g s to variance 1",
                name,
                (unbiased ? "unbiased for the " : "biased for the ") + objective,
                bias(),
                noise(),
                variance,
                1e6 * seconds,
                secondsToUnitVariance());
    }
}
