package lvm.mcmc;

import java.util.random.RandomGenerator;

/**
 * A way from a distribution that can be drawn from, at β = 0, to the one that is asked for, at β = 1: unnormalised densities
 * f_β with the normalising constants Z(β), of which Z(0) is known. A state holds several chains.
 *
 * @param <S> the state
 */
public interface AnnealingPath<S> {

    /** {@return log Z(0) of the base, exact, in nats} */
    double logBase();

    /**
     * Draws from the base.
     *
     * @param chains how many, at least 1
     * @param rng the source of randomness; advanced
     * @return a state of exact and independent draws of f₀/Z(0)
     */
    S base(int chains, RandomGenerator rng);

    /**
     * The log ratio of two densities of the path at where the chains are.
     *
     * @param state where they are; not modified
     * @param from β of the one that is divided by, within [0,1]
     * @param to β of the other
     * @param logWeights log f_to(x) − log f_from(x) is added to the number of each chain, nats
     */
    void addLogRatio(S state, double from, double to, double[] logWeights);

    /**
     * A step of the chains.
     *
     * @param beta β, within [0,1]
     * @return leaves f_β invariant; valid until the next call
     */
    Transition<S> at(double beta);

    /**
     * Where the chains run the path downwards with the same steps, their order is to be reversed within one step too.
     *
     * @param beta β, within [0,1]
     * @return the reversal of {@link #at}; the same for a reversible step. By default that
     */
    default Transition<S> reversedAt(double beta) {
        return at(beta);
    }
}
