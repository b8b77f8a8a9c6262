package lvm.mcmc;

import java.util.Objects;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import lvm.linalg.RowOps;
import lvm.model.Require;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;

/**
 * The algorithm of N. Metropolis et al. (1953) and W. K. Hastings (1970): a proposal x′ ~ q(x′ | x) is accepted with the
 * probability min(1, π(x′) q(x | x′) / (π(x) q(x′ | x))), else the chain stays. Each row of the state is a chain of its own.
 * Not thread-safe.
 *
 * @param <X> the matrix type of the state
 */
public final class MetropolisHastings<X extends Matrix> implements Transition<X> {

    /**
     * What proposals are drawn from.
     *
     * @param <X> the matrix type of the state
     */
    @FunctionalInterface
    public interface Proposal<X extends Matrix> {
        /**
         * Proposes a state for each chain.
         *
         * @param x n×K, where the chains are; not modified
         * @param proposal n×K, equal to x. Modified: the proposals x′
         * @param rng the source of randomness; advanced
         * @return n values of log q(x | x′) − log q(x′ | x), or null if the proposal is symmetric and all are 0
         */
        double[] propose(X x, X proposal, RandomGenerator rng);
    }

    private final Function<X, double[]> logDensity;
    private final Proposal<X> proposal;
    private X proposed;

    /**
     * A transition.
     *
     * @param logDensity n values of log π up to a constant, nats, for the n rows of a state, which it must not modify; −∞
     *     where the density is 0
     * @param proposal what proposals are drawn from
     */
    public MetropolisHastings(Function<X, double[]> logDensity, Proposal<X> proposal) {
        this.logDensity = Objects.requireNonNull(logDensity, "MetropolisHastings: logDensity");
        this.proposal = Objects.requireNonNull(proposal, "MetropolisHastings: proposal");
    }

    /**
     * A symmetric proposal for zeros and ones: one of the variables of a chain, each with the same probability, is flipped.
     *
     * @return the proposal
     */
    public static Proposal<FMatrixRMaj> bitFlip() {
        return (x, proposal, rng) -> {
            for (int i = 0; i < x.numRows; i++) {
                int at = i * x.numCols + rng.nextInt(x.numCols);
                proposal.data[at] = 1 - x.data[at];
            }
            return null;
        };
    }

    /**
     * A symmetric proposal for real numbers, a random walk: x′ ~ N(x, σ² I).
     *
     * @param sigma σ, above 0 and finite
     * @return the proposal
     * @throws IllegalArgumentException if σ is out of range
     */
    public static Proposal<DMatrixRMaj> randomWalk(double sigma) {
        Require.positive("MetropolisHastings.randomWalk", "sigma", sigma);
        return (x, proposal, rng) -> {
            for (int i = 0; i < x.numRows * x.numCols; i++) {
                proposal.data[i] = x.data[i] + sigma * rng.nextGaussian();
            }
            return null;
        };
    }

    @Override
    public Info step(X state, RandomGenerator rng) {
        int n = state.getNumRows();
        if (proposed == null || proposed.getNumRows() != n || proposed.getNumCols() != state.getNumCols()) {
            proposed = state.copy();
        } else {
            proposed.setTo(state);
        }
        double[] ratio = proposal.propose(state, proposed, rng);
        double[] before = logDensity.apply(state);
        double[] after = logDensity.apply(proposed);
        double acceptance = 0;
        double energy = 0;
        for (int i = 0; i < n; i++) {
            double probability = probability(after[i] - before[i] + (ratio == null ? 0 : ratio[i]));
            acceptance += probability / n;
            boolean accepted = rng.nextDouble() < probability;
            if (accepted) {
                RowOps.copyRow(proposed, i, state);
            }
            energy -= (accepted ? after[i] : before[i]) / n;
        }
        return new Info(acceptance, energy);
    }

    /** min(1, e^up); what is no number, such as from and to a density of 0, is not accepted. */
    static double probability(double up) {
        return up >= 0 ? 1 : Double.isNaN(up) ? 0 : Math.exp(up);
    }
}
