package lvm.mcmc;

import java.util.random.RandomGenerator;
import lvm.model.Require;

/**
 * A step of a Markov chain that leaves a distribution π invariant: if the state is a draw from π before, it is one afterwards.
 * Contrastive divergence, tempering and annealed importance sampling are made of such steps. A state is a matrix with a chain
 * in each row, which all move together, or whatever the transition says.
 *
 * @param <S> the state
 */
@FunctionalInterface
public interface Transition<S> {

    /**
     * What happened in a step.
     *
     * @param acceptance the mean over the chains of the probability with which what was proposed was accepted; 1 where nothing
     *     can be refused
     * @param energy the mean over the chains of −log π at the new state, up to a constant, nats; NaN where it was not needed
     */
    record Info(double acceptance, double energy) {}

    /**
     * One step.
     *
     * @param state where the chains are. Modified: where they are after the step
     * @param rng the source of randomness; advanced
     * @return what happened
     */
    Info step(S state, RandomGenerator rng);

    /**
     * This step and then another; if both leave π invariant, so do they together.
     *
     * @param next the other
     * @return both, with the mean of the acceptances and the energy of the second
     */
    default Transition<S> then(Transition<S> next) {
        return (state, rng) -> {
            double first = step(state, rng).acceptance();
            Info second = next.step(state, rng);
            return new Info((first + second.acceptance()) / 2, second.energy());
        };
    }

    /**
     * This step several times.
     *
     * @param times how often, at least 1
     * @return the steps, with the mean of their acceptances and the energy of the last
     * @throws IllegalArgumentException if less than 1
     */
    default Transition<S> repeated(int times) {
        Require.atLeast("Transition.repeated", "times", 1, times);
        return (state, rng) -> {
            double sum = 0;
            double energy = Double.NaN;
            for (int t = 0; t < times; t++) {
                Info info = step(state, rng);
                sum += info.acceptance();
                energy = info.energy();
            }
            return new Info(sum / times, energy);
        };
    }
}
