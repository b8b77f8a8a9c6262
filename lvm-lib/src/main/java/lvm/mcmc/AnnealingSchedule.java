package lvm.mcmc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import lvm.linalg.Interrupts;
import lvm.linalg.Logs;
import lvm.model.Require;
import lvm.random.Seeds;

/** Sequences of inverse temperatures that rise from β₀ = 0 to 1, for {@link AnnealedImportanceSampling}. */
public final class AnnealingSchedule {
    private static final int BISECTIONS = 40;
    private static final double STEEPNESS = 4;

    /** The most steps of an adaptive schedule. */
    public static final int MOST_STEPS = 100_000;

    private AnnealingSchedule() {}

    /**
     * Equal steps.
     *
     * @param steps the number of steps, at least 1
     * @return steps + 1 numbers from 0 to 1
     * @throws IllegalArgumentException if there is no step
     */
    public static double[] linear(int steps) {
        Require.atLeast("AnnealingSchedule.linear", "steps", 1, steps);
        double[] betas = new double[steps + 1];
        Arrays.setAll(betas, k -> (double) k / steps);
        return betas;
    }

    /**
     * Steps that are small at both ends: β_k = (s(k) − s(0))/(s(T) − s(0)) with s(k) = σ(δ (2k/T − 1)) and δ = 4. Y. Wu, Y. Burda, R.
     * Salakhutdinov and R. Grosse (2017), On the quantitative analysis of decoder-based generative models.
     *
     * @param steps T, at least 1
     * @return steps + 1 numbers from 0 to 1
     * @throws IllegalArgumentException if there is no step
     */
    public static double[] sigmoid(int steps) {
        Require.atLeast("AnnealingSchedule.sigmoid", "steps", 1, steps);
        double[] betas = new double[steps + 1];
        double low = logistic(-STEEPNESS);
        double high = logistic(STEEPNESS);
        Arrays.setAll(betas, k -> (logistic(STEEPNESS * (2.0 * k / steps - 1)) - low) / (high - low));
        betas[steps] = 1;
        return betas;
    }

    private static double logistic(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /**
     * The 14,501 numbers of R. Salakhutdinov and I. Murray (2008), On the quantitative analysis of deep belief networks: 500
     * steps to 0.5, 4,000 from there to 0.9, 10,000 from there to 1.
     *
     * @return the numbers from 0 to 1
     */
    public static double[] salakhutdinovMurray() {
        double[] betas = new double[14_501];
        for (int k = 0; k < betas.length; k++) {
            betas[k] = k <= 500 ? k / 1000.0 : k <= 4500 ? .5 + (k - 500) / 10_000.0 : .9 + (k - 4500) / 100_000.0;
        }
        betas[14_500] = 1;
        return betas;
    }

    /**
     * Steps of equal difficulty: each is as large as pilot chains allow when the conditional effective sample size of the weights of
     * that step alone is to be a given share of the chains (Y. Zhou, A. Johansen and J. Aston 2016, Toward automatic model
     * comparison). The pilot is thrown away: what is estimated with the schedule takes chains of its own, and stays unbiased.
     *
     * @param path the path
     * @param share the share, above 0 and below 1; 0.9999 gives thousands of steps, 0.99 hundreds
     * @param chains the pilot chains, at least 2
     * @param seed of the pilot
     * @param <S> the state
     * @return the numbers from 0 to 1
     * @throws IllegalArgumentException if an argument is out of range
     * @throws IllegalStateException if {@value #MOST_STEPS} steps do not reach 1: the share is too large, or the path jumps
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public static <S> double[] adaptive(AnnealingPath<S> path, double share, int chains, long seed) {
        String where = "AnnealingSchedule.adaptive";
        Require.atLeast(where, "chains", 2, chains);
        if (!(share > 0 && share < 1)) {
            throw new IllegalArgumentException(where + ": share is " + share + ", expected above 0 and below 1");
        }
        List<Double> betas = new ArrayList<>(List.of(0.0));
        S state = path.base(chains, new SplittableRandom(Seeds.split(seed, "pilot")));
        double[] logWeights = new double[chains];
        double beta = 0;
        for (long step = 0; beta < 1; step++) {
            Interrupts.check(where);
            if (step == MOST_STEPS) {
                throw new IllegalStateException(where + ": after " + MOST_STEPS + " steps β is " + beta
                        + ", expected 1: the path jumps there, or a share of " + share
                        + " is too much; take a smaller share, or a schedule such as linear(steps)");
            }
            double next = 1;
            if (share(path, state, beta, 1, logWeights) < share) {
                double low = beta;
                double high = 1;
                for (int i = 0; i < BISECTIONS; i++) {
                    double middle = (low + high) / 2;
                    if (share(path, state, beta, middle, logWeights) < share) {
                        high = middle;
                    } else {
                        low = middle;
                    }
                }
                // The least step that makes a difference: a path that jumps must come to an end, too.
                next = Math.max(low, Math.min(1, beta + 1e-9));
            }
            betas.add(next);
            beta = next;
            path.at(beta).step(state, new SplittableRandom(Seeds.split(seed, step)));
        }
        return betas.stream().mapToDouble(b -> b).toArray();
    }

    private static <S> double share(AnnealingPath<S> path, S state, double from, double to, double[] logWeights) {
        Arrays.fill(logWeights, 0);
        path.addLogRatio(state, from, to, logWeights);
        return Logs.effectiveNumber(logWeights) / logWeights.length;
    }

    /**
     * Refuses what is no way from 0 to 1.
     *
     * @param where the caller, for the message
     * @param betas inverse temperatures; not modified
     * @return a copy
     * @throws IllegalArgumentException if there are fewer than two, they do not rise, or do not begin with 0 and end with 1
     */
    public static double[] require(String where, double[] betas) {
        boolean rising = betas.length >= 2 && betas[0] == 0 && betas[betas.length - 1] == 1;
        for (int k = 1; rising && k < betas.length; k++) {
            if (!(betas[k] > betas[k - 1])) {
                throw new IllegalArgumentException(where + ": β is " + betas[k - 1] + " and then " + betas[k]
                        + " at step " + k + ", expected numbers that rise from 0 to 1");
            }
        }
        if (!rising) {
            throw new IllegalArgumentException(where + ": the β are "
                    + (betas.length < 2 ? Arrays.toString(betas) : betas[0] + " … " + betas[betas.length - 1])
                    + ", expected numbers that rise from 0 to 1");
        }
        return betas.clone();
    }
}
