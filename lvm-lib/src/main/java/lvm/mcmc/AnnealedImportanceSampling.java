package lvm.mcmc;

import java.util.Objects;
import java.util.SplittableRandom;
import lvm.linalg.Interrupts;
import lvm.linalg.Logs;
import lvm.model.LogPartition;
import lvm.model.Require;
import lvm.random.Seeds;

/**
 * Annealed importance sampling of a partition function: chains begin at draws of the base f₀/Z(0) and move by transitions that
 * leave f_β invariant while β rises; a chain's weight is
 *
 * <p>w = Π_k f_{β_k}(x_{k−1}) / f_{β_{k−1}}(x_{k−1}), E w = Z(1)/Z(0).
 *
 * <p>R. M. Neal (2001), Annealed importance sampling. The mean of the weights is unbiased for the ratio, so that its logarithm is
 * low on average: a lower bound of log Z. Run downwards from exact draws of f₁, the mean of the inverse weights is unbiased for
 * Z(0)/Z(1), and gives an upper bound on average (R. Grosse, Z. Ghahramani and R. Adams 2015, Sandwiching the marginal likelihood
 * using bidirectional Monte Carlo). Both take the same path and the same schedule.
 *
 * @param <S> the state of the chains
 */
public final class AnnealedImportanceSampling<S> {
    private static final String WHERE = "AnnealedImportanceSampling";

    private final AnnealingPath<S> path;
    private double[] betas = AnnealingSchedule.linear(1000);
    private int chains = 100;
    private long seed;
    private Listener listener = (done, total) -> {};

    /** Told how far a run is. */
    @FunctionalInterface
    public interface Listener {
        /**
         * After a step.
         *
         * @param done the steps that are done
         * @param total all steps of the run
         */
        void done(int done, int total);
    }

    private AnnealedImportanceSampling(AnnealingPath<S> path) {
        this.path = Objects.requireNonNull(path, WHERE + ": path");
    }

    /**
     * Starts the settings of a run.
     *
     * @param path the distributions
     * @param <S> the state of the chains
     * @return settings: 1,000 equal steps, 100 chains, seed 0
     */
    public static <S> AnnealedImportanceSampling<S> over(AnnealingPath<S> path) {
        return new AnnealedImportanceSampling<>(path);
    }

    /**
     * The inverse temperatures.
     *
     * @param betas numbers that rise from 0 to 1, such as those of {@link AnnealingSchedule}; copied
     * @return this
     * @throws IllegalArgumentException if they do not rise from 0 to 1
     */
    public AnnealedImportanceSampling<S> schedule(double... betas) {
        this.betas = AnnealingSchedule.require(WHERE + ".schedule", betas);
        return this;
    }

    /**
     * The number of chains of a forward run.
     *
     * @param chains at least 1, by default 100
     * @return this
     * @throws IllegalArgumentException if there is none
     */
    public AnnealedImportanceSampling<S> chains(int chains) {
        this.chains = Require.atLeast(WHERE, "chains", 1, chains);
        return this;
    }

    /**
     * The seed.
     *
     * @param seed of all that is random, by default 0
     * @return this
     */
    public AnnealedImportanceSampling<S> seed(long seed) {
        this.seed = seed;
        return this;
    }

    /**
     * Who is told how far a run is.
     *
     * @param listener told after each step
     * @return this
     */
    public AnnealedImportanceSampling<S> listener(Listener listener) {
        this.listener = Objects.requireNonNull(listener, WHERE + ": listener");
        return this;
    }

    /**
     * The outcome of a run: a log weight for each chain.
     *
     * @param logBase log Z(0), nats
     * @param logWeights log w of each chain, of Z(1)/Z(0) forwards and of Z(0)/Z(1) backwards, nats
     * @param forward whether the chains ran from the base
     */
    public record Run(double logBase, double[] logWeights, boolean forward) {
        /**
         * Copies the weights.
         *
         * @param logBase log Z(0)
         * @param logWeights log w of each chain
         * @param forward whether the chains ran from the base
         */
        public Run {
            logWeights = logWeights.clone();
        }

        /** {@return log w of each chain, a copy} */
        @Override
        public double[] logWeights() {
            return logWeights.clone();
        }

        /** {@return how many chains of equal weight these are worth, (Σ w)²/Σ w², from 1 to their number} */
        public double effectiveChains() {
            return Logs.effectiveNumber(logWeights);
        }

        /** {@return log Ẑ = log Z(0) ± log mean w in nats, plus forwards and minus backwards} */
        public double logZ() {
            double mean = Logs.logMeanExp(logWeights);
            return logBase + (forward ? mean : -mean);
        }

        /** {@return the standard error of log Ẑ by the delta method, sd(w)/(mean(w) √M), NaN of one chain} */
        public double standardError() {
            int m = logWeights.length;
            return m == 1 ? Double.NaN : Math.sqrt(Math.max(0, m / Logs.effectiveNumber(logWeights) - 1) / (m - 1));
        }

        /**
         * The interval log(ŵ ± z σ̂) in the log domain, σ̂ = sd(w)/√M, where ŵ is the mean weight.
         *
         * @param z the number of standard errors, such as 3
         * @return the lower and the upper end in nats; −∞ below (backwards: +∞ above) where the standard error is larger than
         *     the mean divided by z
         */
        public double[] interval(double z) {
            double relative = z * standardError();
            double down = relative < 1 ? Math.log1p(-relative) : Double.NEGATIVE_INFINITY;
            double up = Math.log1p(relative);
            return forward ? new double[] {logZ() + down, logZ() + up} : new double[] {logZ() - up, logZ() - down};
        }

        /**
         * What the run says of log Z(1).
         *
         * @param kind of which kind it is: forwards a lower bound, backwards from exact draws an upper bound, from other draws
         *     an estimate
         * @param how the method, in a few words
         * @return it
         */
        public LogPartition logPartition(LogPartition.Kind kind, String how) {
            return new LogPartition(logZ(), kind, standardError(), logWeights.length, effectiveChains(), how);
        }
    }

    /**
     * Runs up the path from draws of the base.
     *
     * @return a log weight of Z(1)/Z(0) for each chain
     * @throws IllegalArgumentException if a weight is NaN or +∞
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public Run forward() {
        S state = path.base(chains, new SplittableRandom(Seeds.split(seed, "base")));
        double[] logWeights = new double[chains];
        int steps = betas.length - 1;
        for (int k = 1; k <= steps; k++) {
            Interrupts.check(WHERE);
            path.addLogRatio(state, betas[k - 1], betas[k], logWeights);
            if (k < steps) {
                path.at(betas[k]).step(state, new SplittableRandom(Seeds.split(seed, k)));
            }
            listener.done(k, steps);
        }
        return new Run(path.logBase(), checked(logWeights), true);
    }

    /**
     * Runs down the path: in expectation above log Z if the chains begin at exact draws of f₁.
     *
     * @param state draws of f₁, one for each chain. Modified: where the chains end
     * @param count the number of chains in the state
     * @return a log weight of Z(0)/Z(1) for each chain
     * @throws IllegalArgumentException if there is no chain, or a weight is NaN or +∞
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public Run backward(S state, int count) {
        double[] logWeights = new double[Require.atLeast(WHERE + ".backward", "count", 1, count)];
        int steps = betas.length - 1;
        long down = Seeds.split(seed, "backward");
        for (int k = steps; k >= 1; k--) {
            Interrupts.check(WHERE);
            if (k < steps) {
                path.reversedAt(betas[k]).step(state, new SplittableRandom(Seeds.split(down, k)));
            }
            path.addLogRatio(state, betas[k], betas[k - 1], logWeights);
            listener.done(steps - k + 1, steps);
        }
        return new Run(path.logBase(), checked(logWeights), false);
    }

    /**
     * The weights of RAISE for observations: chains that begin at them and run down the path, a step at each β from 1 on. With
     * f₁(v)/Z(0) times the mean weight they estimate, without bias, the probability of v under the <em>annealing model</em>, which draws
     * from the base and makes the steps up the path: a model of its own, near f₁/Z(1) if the path is fine. Y. Burda, R. Grosse and
     * R. Salakhutdinov (2015), Accurate and conservative estimates of MRF log-likelihood using reverse annealing.
     *
     * @param state observations, one for each chain. Modified: where the chains end
     * @param count the number of chains in the state
     * @return log w of each chain, nats
     * @throws IllegalArgumentException if there is no chain, or a weight is NaN or +∞
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public double[] raise(S state, int count) {
        double[] logWeights = new double[Require.atLeast(WHERE + ".raise", "count", 1, count)];
        int steps = betas.length - 1;
        long down = Seeds.split(seed, "raise");
        for (int k = steps; k >= 1; k--) {
            Interrupts.check(WHERE);
            path.reversedAt(betas[k]).step(state, new SplittableRandom(Seeds.split(down, k)));
            path.addLogRatio(state, betas[k], betas[k - 1], logWeights);
            listener.done(steps - k + 1, steps);
        }
        return checked(logWeights);
    }

    private static double[] checked(double[] logWeights) {
        for (int i = 0; i < logWeights.length; i++) {
            if (!(logWeights[i] < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(WHERE + ": the log weight of chain " + i + " is " + logWeights[i]);
            }
        }
        return logWeights;
    }
}
