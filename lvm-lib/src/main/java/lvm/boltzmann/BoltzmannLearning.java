package lvm.boltzmann;

import lvm.model.Require;

/**
 * How a {@link BoltzmannMachine} learns. The slope of log p(v) by Uᵢⱼ is (E[xᵢ xⱼ | v] − E[xᵢ xⱼ])/T, the correlations with the visible
 * units held less those of the machine left alone.
 *
 * @param kind which of the rules
 * @param sweeps the sweeps of Gibbs sampling in a step; 0 for rules without
 * @param chains the chains that are left alone; 0 for rules without
 */
public record BoltzmannLearning(Kind kind, int sweeps, int chains) {
    /** The rules. */
    public enum Kind {
        /** Both correlations by sums over all states. */
        EXACT,
        /** Both by Gibbs sampling. */
        GIBBS,
        /** Another objective, which needs neither. */
        PSEUDO_LIKELIHOOD
    }

    /**
     * The exact slope, by sums over all states.
     *
     * @return the rule, for at most {@value BoltzmannMachine#MAX_UNITS} units
     */
    public static BoltzmannLearning exact() {
        return new BoltzmannLearning(Kind.EXACT, 0, 0);
    }

    /**
     * Gibbs sampling in two phases: hidden units given the data from a start of fair coins, and chains left alone that go on from step
     * to step. D. Ackley, G. E. Hinton and T. Sejnowski (1985); T. Tieleman (2008) for chains that go on.
     *
     * @param sweeps the sweeps of either phase in a step, at least 1
     * @param chains the chains that are left alone, at least 1
     * @return the rule
     * @throws IllegalArgumentException if a number is less than 1
     */
    public static BoltzmannLearning gibbs(int sweeps, int chains) {
        Require.atLeast("BoltzmannLearning.gibbs", "sweeps", 1, sweeps);
        Require.atLeast("BoltzmannLearning.gibbs", "chains", 1, chains);
        return new BoltzmannLearning(Kind.GIBBS, sweeps, chains);
    }

    /**
     * Maximum pseudo-likelihood, Σᵢ log p(xᵢ | all others). J. Besag (1975).
     *
     * @return the rule, for machines without hidden units
     */
    public static BoltzmannLearning pseudoLikelihood() {
        return new BoltzmannLearning(Kind.PSEUDO_LIKELIHOOD, 0, 0);
    }

    @Override
    public String toString() {
        return switch (kind) {
            case EXACT -> "exact";
            case GIBBS -> "Gibbs sampling, " + sweeps + (sweeps == 1 ? " sweep, " : " sweeps, ") + chains + " chains";
            case PSEUDO_LIKELIHOOD -> "pseudo-likelihood";
        };
    }
}
