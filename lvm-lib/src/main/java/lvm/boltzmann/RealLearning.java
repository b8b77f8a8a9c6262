package lvm.boltzmann;

import java.util.random.RandomGenerator;
import lvm.model.Require;
import org.ejml.data.FMatrixRMaj;

/**
 * How a machine of real-valued rows with hidden units of covariance learns ({@link McRbm}, {@link MeanPot}, {@link SpikeSlabRbm}). The slope of log p(x) is
 * that of −F at the rows less that of −F under the model, −∂F(x)/∂θ + E[∂F/∂θ]; the rules differ in where the second comes from.
 */
public final class RealLearning {
    /** The chains of rules that keep them, where no number is given. */
    public static final int DEFAULT_CHAINS = 100;

    /** The leapfrog steps of a transition, where no number is given. */
    public static final int DEFAULT_LEAPFROG_STEPS = 20;

    private static final double START_STEP = .05;

    @FunctionalInterface
    private interface Maker {
        RealRule over(RealUnits units, FMatrixRMaj rates, RandomGenerator rng);
    }

    private final String text;
    private final Maker maker;

    private RealLearning(String text, Maker maker) {
        this.text = text;
        this.maker = maker;
    }

    /**
     * The exact slope of the log-likelihood: by the states of the hidden units, given which x is Gaussian, or where they are no bits by an integral over one
     * or two columns. What the history records is log p(x), exact.
     *
     * @return the rule, for machines with at most {@value EnumeratedRealMachine#MAX_UNITS} hidden units, or {@value IntegratedRealMachine#MAX_COLUMNS} columns
     */
    public static RealLearning exact() {
        return new RealLearning("exact", (units, rates, rng) -> new RealRule.Exact(units));
    }

    /**
     * Persistent chains of Hamiltonian Monte Carlo on the free energy: {@value #DEFAULT_CHAINS} chains, one transition of {@value #DEFAULT_LEAPFROG_STEPS}
     * leapfrog steps in a step of learning.
     *
     * @return the rule
     */
    public static RealLearning hmc() {
        return hmc(DEFAULT_CHAINS, DEFAULT_LEAPFROG_STEPS);
    }

    /**
     * Persistent chains of Hamiltonian Monte Carlo on the free energy, which need no covariance given h. M. Ranzato and G. E. Hinton (2010), Modeling pixel
     * means and covariances using factorized third-order Boltzmann machines; M. Ranzato, V. Mnih and G. E. Hinton (2010). The step size goes after a rate of
     * acceptance of {@value lvm.mcmc.Hmc#DEFAULT_ACCEPTANCE} while the machine learns.
     *
     * @param chains the number of chains, at least 1
     * @param leapfrogSteps of the transition in a step of learning, at least 1
     * @return the rule
     * @throws IllegalArgumentException if a number is less than 1
     */
    public static RealLearning hmc(int chains, int leapfrogSteps) {
        Require.atLeast("RealLearning.hmc", "chains", 1, chains);
        Require.atLeast("RealLearning.hmc", "leapfrogSteps", 1, leapfrogSteps);
        return new RealLearning(
                "HMC, " + chains + " persistent chains, " + leapfrogSteps + " leapfrog steps",
                (units, rates, rng) ->
                        new RealRule.Hamiltonian(units, start(chains, rates, rng), leapfrogSteps, START_STEP));
    }

    /**
     * Contrastive divergence by Hamiltonian Monte Carlo: chains that begin at the rows of the step and make one transition. It is biased.
     *
     * @param leapfrogSteps of the transition, at least 1
     * @return the rule
     * @throws IllegalArgumentException if there is none
     */
    public static RealLearning hmcFromData(int leapfrogSteps) {
        Require.atLeast("RealLearning.hmcFromData", "leapfrogSteps", 1, leapfrogSteps);
        return new RealLearning(
                "HMC from the rows, " + leapfrogSteps + " leapfrog steps",
                (units, rates, rng) -> new RealRule.Hamiltonian(units, null, leapfrogSteps, START_STEP));
    }

    /**
     * Persistent chains of block Gibbs sampling, h given x and x given h. With slabs all units of a block are independent; without them each draw
     * of x takes a Cholesky factor of its precision, D³/3 multiplications.
     *
     * @param sweeps in a step of learning, at least 1
     * @param chains the number of chains, at least 1
     * @return the rule
     * @throws IllegalArgumentException if a number is less than 1
     */
    public static RealLearning gibbs(int sweeps, int chains) {
        Require.atLeast("RealLearning.gibbs", "sweeps", 1, sweeps);
        Require.atLeast("RealLearning.gibbs", "chains", 1, chains);
        return new RealLearning(
                "Gibbs, " + chains + " persistent chains, " + sweeps + " sweeps",
                (units, rates, rng) -> new RealRule.Blocks(units, start(chains, rates, rng), sweeps));
    }

    RealRule over(RealUnits units, FMatrixRMaj rates, RandomGenerator rng) {
        return maker.over(units, rates, rng);
    }

    /** Draws of independent Gaussians with the means and the variances of the columns. */
    static FMatrixRMaj start(int chains, FMatrixRMaj rates, RandomGenerator rng) {
        int d = rates.numCols;
        FMatrixRMaj x = new FMatrixRMaj(chains, d);
        for (int k = 0; k < x.getNumElements(); k++) {
            x.data[k] = (float) (rates.data[k % d] + Math.sqrt(rates.data[d + k % d]) * rng.nextGaussian());
        }
        return x;
    }

    @Override
    public String toString() {
        return text;
    }
}
