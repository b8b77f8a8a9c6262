package lvm.evaluation;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import lvm.model.Require;

/** Intervals from the sample itself: a statistic is computed again on samples drawn from the sample with replacement. */
public final class Bootstrap {
    private Bootstrap() {}

    /**
     * The percentile interval (B. Efron 1979): the middle part of the statistic's values. For small samples it is a little
     * narrow.
     *
     * @param sample n independent values, at least 2; not modified
     * @param statistic a function of n values; the array is used again
     * @param replicates how often to draw anew, at least 100
     * @param level the confidence, between 0 and 1
     * @param rng the source of randomness; advanced
     * @return the interval
     * @throws IllegalArgumentException if there are fewer than 2 values or 100 replicates, the level is not between 0 and 1, or the
     *     statistic is NaN
     */
    public static Interval interval(
            double[] sample, ToDoubleFunction<double[]> statistic, int replicates, double level, RandomGenerator rng) {
        Require.within01("Bootstrap.interval", "level", level);
        double[] values = replicates(sample, statistic, replicates, rng);
        double tail = (1 - level) / 2;
        return new Interval(quantile(values, tail), quantile(values, 1 - tail), level);
    }

    /**
     * The standard error of a statistic.
     *
     * @param sample n independent values, at least 2; not modified
     * @param statistic a function of n values; the array is used again
     * @param replicates how often to draw anew, at least 100
     * @param rng the source of randomness; advanced
     * @return the standard deviation of the statistic over the replicates
     * @throws IllegalArgumentException as {@link #interval}
     */
    public static double standardError(
            double[] sample, ToDoubleFunction<double[]> statistic, int replicates, RandomGenerator rng) {
        double[] values = replicates(sample, statistic, replicates, rng);
        double mean = Arrays.stream(values).average().orElseThrow();
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return Math.sqrt(squares / (values.length - 1));
    }

    private static double[] replicates(
            double[] sample, ToDoubleFunction<double[]> statistic, int replicates, RandomGenerator rng) {
        Require.atLeast("Bootstrap", "the number of values", 2, sample.length);
        Require.atLeast("Bootstrap", "replicates", 100, replicates);
        double[] drawn = new double[sample.length];
        double[] values = new double[replicates];
        for (int r = 0; r < replicates; r++) {
            for (int i = 0; i < drawn.length; i++) {
                drawn[i] = sample[rng.nextInt(sample.length)];
            }
            values[r] = statistic.applyAsDouble(drawn);
            if (Double.isNaN(values[r])) {
                throw new IllegalArgumentException("Bootstrap: the statistic of a replicate is NaN");
            }
        }
        Arrays.sort(values);
        return values;
    }

    /** The quantile of sorted values, with a straight line between two of them. */
    private static double quantile(double[] sorted, double p) {
        double place = p * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
