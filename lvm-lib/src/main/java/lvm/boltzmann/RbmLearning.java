package lvm.boltzmann;

import java.util.List;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.model.Require;
import org.ejml.data.FMatrixRMaj;

/**
 * How a restricted Boltzmann machine learns. The slope of log p(v) is the difference of two statistics, E[v hᵀ | data] − E[v hᵀ],
 * of which the second needs the model's own distribution; the rules differ in where they take it from, or in using another objective.
 *
 * <p>In all of them the hidden units stand at their means given v where they enter a statistic, and are drawn where they drive the
 * next draw of v, which is drawn too: a mean in that place would let the units carry more than a bit (G. E. Hinton 2012, A practical
 * guide to training restricted Boltzmann machines, section 3).
 */
public final class RbmLearning {
    /** The chains of rules that keep them, where no number is given. */
    public static final int DEFAULT_CHAINS = 100;

    /** The decay of the fast weights, T. Tieleman and G. E. Hinton (2009). */
    public static final double FAST_DECAY = 0.95;

    /** Makes the rule of a fit. */
    @FunctionalInterface
    private interface Maker {
        RbmRule over(RbmUnits units, List<Param> params, FMatrixRMaj rates, RandomGenerator rng);
    }

    /** The visible units that a rule is for. */
    private enum Takes {
        ALL,
        BITS,
        GAUSSIAN
    }

    private final String text;
    private final Takes takes;
    private final Maker maker;
    private final int sweeps; // of chains that begin at the data, 0 for sums over all states, -1 for other rules

    private RbmLearning(String text, Takes takes, Maker maker) {
        this(text, takes, maker, -1);
    }

    private RbmLearning(String text, Takes takes, Maker maker, int sweeps) {
        this.text = text;
        this.takes = takes;
        this.maker = maker;
        this.sweeps = sweeps;
    }

    /**
     * The exact slope of the log-likelihood: the sum over all states of the smaller layer, in each step. What the history records is
     * log p(v), exact.
     *
     * @return the rule, for machines of which one layer has at most {@value EnumeratedRbm#MAX_UNITS} units
     */
    public static RbmLearning exact() {
        return new RbmLearning("exact", Takes.ALL, (units, params, rates, rng) -> new RbmRule.Exact(units, params), 0);
    }

    /**
     * Contrastive divergence: chains that begin at the data and make k sweeps, E[v hᵀ | data] − E[v hᵀ | chains after k sweeps]. G. E.
     * Hinton (2002). It is biased, the less the larger k, and is the slope of no function (I. Sutskever and T. Tieleman 2010).
     *
     * @param k the sweeps, at least 1
     * @return the rule
     * @throws IllegalArgumentException if there is none
     */
    public static RbmLearning cd(int k) {
        Require.atLeast("RbmLearning.cd", "k", 1, k);
        return new RbmLearning(
                "CD-" + k, Takes.ALL, (units, params, rates, rng) -> new RbmRule.Contrastive(units, params, k), k);
    }

    /**
     * Persistent contrastive divergence, or stochastic maximum likelihood: {@value #DEFAULT_CHAINS} chains that go on from step to step.
     *
     * @param k the sweeps in a step, at least 1
     * @return the rule
     * @throws IllegalArgumentException if there is none
     */
    public static RbmLearning pcd(int k) {
        return pcd(k, DEFAULT_CHAINS);
    }

    /**
     * Persistent contrastive divergence, or stochastic maximum likelihood: chains that go on from step to step. L. Younes (1989);
     * T. Tieleman (2008). Its bias goes to 0 with the learning rate.
     *
     * @param k the sweeps in a step, at least 1
     * @param chains the number of chains, at least 1
     * @return the rule
     * @throws IllegalArgumentException if a number is less than 1
     */
    public static RbmLearning pcd(int k, int chains) {
        Require.atLeast("RbmLearning.pcd", "k", 1, k);
        Require.atLeast("RbmLearning.pcd", "chains", 1, chains);
        return new RbmLearning(
                "PCD-" + k + ", " + chains + " chains",
                Takes.ALL,
                (units, params, rates, rng) ->
                        new RbmRule.Persistent(units, params, k, start(units, chains, rates, rng), rng));
    }

    /**
     * Persistent contrastive divergence with fast weights: the chains move by the parameters plus others that learn at a rate of their
     * own and decay by {@value #FAST_DECAY} in each step, which drives the chains out of the modes where they are. T. Tieleman and
     * G. E. Hinton (2009), Using fast weights to improve persistent contrastive divergence.
     *
     * @param k the sweeps in a step, at least 1
     * @param chains the number of chains, at least 1
     * @param rate the learning rate of the fast weights, above 0
     * @return the rule
     * @throws IllegalArgumentException if a number is out of range
     */
    public static RbmLearning fastPcd(int k, int chains, double rate) {
        Require.atLeast("RbmLearning.fastPcd", "k", 1, k);
        Require.atLeast("RbmLearning.fastPcd", "chains", 1, chains);
        Require.positive("RbmLearning.fastPcd", "rate", rate);
        return new RbmLearning(
                "fast PCD-" + k + ", " + chains + " chains, fast rate " + rate,
                Takes.ALL,
                (units, params, rates, rng) ->
                        new RbmRule.Fast(units, params, k, rate, FAST_DECAY, start(units, chains, rates, rng), rng));
    }

    /**
     * Stochastic maximum likelihood with parallel tempering: chains at several temperatures that change places, of which those at the
     * temperature of the model give its statistics. G. Desjardins et al. (2010), Tempered Markov chain Monte Carlo for training of
     * restricted Boltzmann machines; K. Cho, T. Raiko and A. Ilin (2010).
     *
     * @param temperatures the number of temperatures, from the independent units at the base rates of the data to the model, at
     *     least 2
     * @param chains the number of chains at each, at least 1
     * @return the rule
     * @throws IllegalArgumentException if a number is out of range
     */
    public static RbmLearning tempering(int temperatures, int chains) {
        Require.atLeast("RbmLearning.tempering", "temperatures", 2, temperatures);
        Require.atLeast("RbmLearning.tempering", "chains", 1, chains);
        return new RbmLearning(
                "tempering, " + temperatures + " temperatures, " + chains + " chains",
                Takes.ALL,
                (units, params, rates, rng) -> new RbmRule.Moved(
                        units,
                        params,
                        new Tempering(new RbmPath(units, units.layer().base(rates)), temperatures),
                        start(units, temperatures * chains, rates, rng),
                        chains));
    }

    /**
     * Persistent chains that are moved by Gibbs–Langevin sampling, see {@link Rbm#langevin}, for Gaussian visible units. R. Liao, S. Kornblith,
     * M. Ren, D. J. Fleet and G. E. Hinton (2022), Gaussian-Bernoulli RBMs without tears; there chains begin at noise in each step, and a step
     * of Langevin dynamics may be accepted without being asked.
     *
     * @param sweeps in a step, at least 1
     * @param chains the number of chains, at least 1
     * @param steps of Langevin dynamics in a sweep, at least 1
     * @param stepSize ε in deviations of a unit, above 0
     * @return the rule, for machines with Gaussian visible units
     * @throws IllegalArgumentException if a number is out of range
     */
    public static RbmLearning langevin(int sweeps, int chains, int steps, double stepSize) {
        Require.atLeast("RbmLearning.langevin", "sweeps", 1, sweeps);
        Require.atLeast("RbmLearning.langevin", "chains", 1, chains);
        Require.atLeast("RbmLearning.langevin", "steps", 1, steps);
        Require.positive("RbmLearning.langevin", "stepSize", stepSize);
        return new RbmLearning(
                "Gibbs–Langevin, " + sweeps + " sweeps of " + steps + " steps of " + stepSize + ", " + chains
                        + " chains",
                Takes.GAUSSIAN,
                (units, params, rates, rng) -> new RbmRule.Moved(
                        units,
                        params,
                        new Langevin(units, steps, stepSize).repeated(sweeps),
                        start(units, chains, rates, rng),
                        chains));
    }

    /**
     * Maximum pseudo-likelihood: raises Σᵢ log p(vᵢ | all other visible units), which needs no partition function and is computed
     * exactly, in O(D H) exponentials a row. J. Besag (1975).
     *
     * @return the rule, for rows of zeros and ones
     */
    public static RbmLearning pseudoLikelihood() {
        return new RbmLearning(
                "pseudo-likelihood",
                Takes.BITS,
                (units, params, rates, rng) ->
                        new RbmRule.Conditional(units, params, Flips.Objective.PSEUDO_LIKELIHOOD));
    }

    /**
     * Ratio matching: lowers Σᵢ g², g = 1/(1 + p(v)/p(v with bit i flipped)). A. Hyvärinen (2007), Some extensions of score matching;
     * score matching itself is defined for real-valued units, see {@link #scoreMatching()}.
     *
     * @return the rule, for rows of zeros and ones
     */
    public static RbmLearning ratioMatching() {
        return new RbmLearning(
                "ratio matching",
                Takes.BITS,
                (units, params, rates, rng) -> new RbmRule.Conditional(units, params, Flips.Objective.RATIO_MATCHING));
    }

    /**
     * Score matching, for Gaussian visible units: lowers the mean over the data of Σᵢ ½ ψᵢ² + ∂ψᵢ/∂vᵢ, ψ = ∂ log p(v)/∂v = −∂F(v)/∂v, whose
     * minimum is where the scores of model and data agree; the slope is exact and needs no partition function and no chain. A. Hyvärinen
     * (2005), Estimation of non-normalized statistical models by score matching; for this machine K. Swersky et al. (2011), On autoencoders
     * and score matching for energy based models. It weighs columns by their units, and is taken of the standardised ones.
     *
     * @return the rule, for machines with Gaussian visible units
     */
    public static RbmLearning scoreMatching() {
        return new RbmLearning(
                "score matching", Takes.GAUSSIAN, (units, params, rates, rng) -> new RbmRule.Score(units, params));
    }

    RbmRule over(RbmUnits units, List<Param> params, FMatrixRMaj rates, RandomGenerator rng) {
        return maker.over(units, params, rates, rng);
    }

    /** Whether each step begins anew at its rows: CD and sums over all states. */
    boolean fromData() {
        return sweeps >= 0;
    }

    /** The sweeps of CD, 0 for sums over all states. */
    int sweeps() {
        return sweeps;
    }

    /** Whether grey levels have no meaning for the rule. */
    boolean bitsOnly() {
        return takes == Takes.BITS;
    }

    /** Refuses a rule that is not for such units. */
    void requireUnits(String model, VisibleUnits units) {
        if (takes != Takes.ALL && (takes == Takes.BITS) != (units == VisibleUnits.BINARY)) {
            throw new IllegalArgumentException(
                    model + ": learning(" + text + ") is defined for "
                            + (takes == Takes.BITS
                                    ? "binary visible units, which have another value to flip to; Gaussian ones have scoreMatching()"
                                    : "Gaussian visible units, whose log density has a slope; binary ones have ratioMatching()"));
        }
    }

    private static FMatrixRMaj start(RbmUnits units, int chains, FMatrixRMaj rates, RandomGenerator rng) {
        return units.layer().draws(chains, rates, rng);
    }

    @Override
    public String toString() {
        return text;
    }
}
