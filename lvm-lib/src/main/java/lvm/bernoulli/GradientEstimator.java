package lvm.bernoulli;

import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import org.ejml.data.FMatrixRMaj;

/**
 * An estimator of the gradient of a lower bound of log p(x) with respect to the parameters θ, β of p and φ of q, where the
 * draws z ~ q(z | x) are discrete and cannot be differentiated. With f(z) = log p(x, z) − log q(z | x):
 *
 * <p>bound = E_q[f(z)], its gradient for φ = E_q[f(z) ∂ log q(z | x)/∂φ], for θ = E_q[∂ log p(x, z)/∂θ].
 *
 * <p>An estimator belongs to one network and one thread; a {@link Factory} makes it. What it learns itself, such as a
 * baseline, is in {@link #params} and {@link #buffers}.
 */
public interface GradientEstimator {

    /**
     * One estimate: adds the gradient of minus the bound, averaged over the rows, to the parameters of the network, and that
     * of its own loss to its own parameters. Nothing is moved.
     *
     * @param x n×L rows of zeros and ones; not modified
     * @param rng the source of randomness; advanced
     * @return an estimate of the bound, nats per row
     */
    double backward(FMatrixRMaj x, RandomGenerator rng);

    /**
     * Whether the expectation of the estimate for φ is the gradient of {@link #objective}.
     *
     * @return true for unbiased
     */
    boolean unbiased();

    /**
     * What the estimate is about.
     *
     * @return the objective in words, by default the lower bound of one draw
     */
    default String objective() {
        return "bound";
    }

    /**
     * What {@link #backward} returns an estimate of, which a fit records.
     *
     * @return the value in words, by default the {@link #objective}
     */
    default String recorded() {
        return objective();
    }

    /**
     * The parameters of the estimator's own that an optimiser should move along with those of the network.
     *
     * @return the parameters, live; by default none
     */
    default List<Param> params() {
        return List.of();
    }

    /**
     * What the estimator carries from batch to batch, for checkpoints.
     *
     * @return matrices by name, live; by default none
     */
    default Map<String, FMatrixRMaj> buffers() {
        return Map.of();
    }

    /** Makes an estimator for a network. */
    interface Factory {
        /**
         * An estimator.
         *
         * @param net the network whose gradients are wanted
         * @param rng the source of start values; advanced
         * @return the estimator
         * @throws IllegalArgumentException if it is not possible for this network, such as a sum over too many states
         */
        GradientEstimator over(SigmoidBeliefNet net, RandomGenerator rng);
    }

    /**
     * The exact gradient, by enumeration of the states of one level of at most
     * {@link BernoulliLvm#MAX_LATENT_ON_TAPE} variables: the judge of the others.
     *
     * @return makes an {@link ExactGradient}
     */
    static Factory exact() {
        return named("exact", (net, rng) -> new ExactGradient(net));
    }

    /**
     * REINFORCE without a baseline.
     *
     * @return makes a {@link Reinforce}
     */
    static Factory reinforce() {
        return named("REINFORCE", (net, rng) -> new Reinforce(net, Baseline.none()));
    }

    /**
     * REINFORCE with one number as the baseline.
     *
     * @param baseline b, nats; the bound itself is a good choice
     * @return makes a {@link Reinforce}
     */
    static Factory constantBaseline(double baseline) {
        return named("constant baseline", (net, rng) -> new Reinforce(net, Baseline.constant(baseline)));
    }

    /**
     * REINFORCE with the running mean of the learning signal as the baseline.
     *
     * @return makes a {@link Reinforce}
     */
    static Factory runningBaseline() {
        return named("running baseline", (net, rng) -> new Reinforce(net, Baseline.running(net)));
    }

    /**
     * REINFORCE with a baseline that is a learnt function of the input, beside the running mean: A. Mnih and K. Gregor
     * (2014), Neural variational inference and learning in belief networks.
     *
     * @param hidden the hidden units of the baseline's network
     * @param normalized whether the signal is divided by its running standard deviation where this is above 1; the
     *     estimate then is that of the gradient over this number
     * @return makes a {@link Reinforce}
     */
    static Factory nvil(int hidden, boolean normalized) {
        return named("NVIL", (net, rng) -> new Reinforce(net, Baseline.learnt(net, hidden, normalized, rng)));
    }

    /**
     * NVIL with 100 hidden units in the baseline's network, not normalised.
     *
     * @return makes a {@link Reinforce}
     */
    static Factory nvil() {
        return nvil(100, false);
    }

    /**
     * REINFORCE with the optimal baseline of each parameter, from running means.
     *
     * @return makes an {@link OptimalBaseline}
     */
    static Factory optimalBaseline() {
        return named("optimal baseline b*", (net, rng) -> new OptimalBaseline(net, false));
    }

    /**
     * REINFORCE with the optimal baseline of each parameter, from the expectations themselves by enumeration.
     *
     * @return makes an {@link OptimalBaseline}
     */
    static Factory exactOptimalBaseline() {
        return named("exact optimal baseline b*", (net, rng) -> new OptimalBaseline(net, true));
    }

    /**
     * VIMCO: the bound of several draws, each the others' baseline.
     *
     * @param draws the draws of z for each row, at least 2
     * @return makes a {@link Vimco}
     */
    static Factory vimco(int draws) {
        return named("VIMCO, " + draws + " draws", (net, rng) -> new Vimco(net, draws));
    }

    /**
     * The relaxation of the draws to numbers between 0 and 1 (Concrete, Gumbel-softmax): biased.
     *
     * @param temperature τ above 0; low ones have a small bias and a large variance
     * @return makes a {@link Relaxation}
     */
    static Factory concrete(double temperature) {
        return named("Concrete, τ = " + temperature, (net, rng) -> Relaxation.concrete(net, temperature));
    }

    /**
     * Draws whose gradient is taken as that of their probabilities (straight-through): biased.
     *
     * @return makes a {@link Relaxation}
     */
    static Factory straightThrough() {
        return named("straight-through", (net, rng) -> Relaxation.straightThrough(net));
    }

    /**
     * The wake-sleep algorithm: not the gradient of the bound for φ, so biased as one.
     *
     * @return makes a {@link HelmholtzMachine}
     */
    static Factory wakeSleep() {
        return named("wake-sleep", (net, rng) -> new HelmholtzMachine(net));
    }

    /**
     * Reweighted wake-sleep.
     *
     * @param draws S, the draws for each row in the wake phase, at least 2
     * @return makes a {@link HelmholtzMachine}
     */
    static Factory reweightedWakeSleep(int draws) {
        return named("reweighted wake-sleep, " + draws + " draws", (net, rng) -> new HelmholtzMachine(net, draws));
    }

    /**
     * A factory with a name.
     *
     * @param name what {@code toString} gives
     * @param factory the factory
     * @return the same factory with the name
     */
    static Factory named(String name, Factory factory) {
        return new Factory() {
            @Override
            public GradientEstimator over(SigmoidBeliefNet net, RandomGenerator rng) {
                return factory.over(net, rng);
            }

            @Override
            public String toString() {
                return name;
            }
        };
    }
}
