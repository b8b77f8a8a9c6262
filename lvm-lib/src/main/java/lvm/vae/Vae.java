package lvm.vae;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Tape;
import lvm.data.Dataset;
import lvm.data.Matrices;
import lvm.distribution.Architecture;
import lvm.distribution.Latents;
import lvm.fit.Learner;
import lvm.fit.TrainStep;
import lvm.model.Card;
import lvm.model.HasJointDensity;
import lvm.model.LatentGaussians;
import lvm.model.LatentLikelihood;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.optim.Optimizer;
import lvm.random.Seeds;
import lvm.store.ModelData;
import lvm.store.Models;
import org.ejml.data.FMatrixRMaj;

/**
 * A variational autoencoder. A decoder network makes p(x | z) of K latent variables, an encoder network the distribution that
 * stands for their posterior:
 *
 * <p>p(z) = N(0, I), p(x | z) by the {@link Likelihood} at the decoder's outputs, q(z | x) = N(μ(x), diag σ²(x)),
 *
 * <p>log p(x) ≥ E_q[log p(x | z)] − KL(q(z | x) ‖ p(z)). Both networks ascend this bound together, through draws
 * z = μ + σ ∘ ε, ε ~ N(0, I). D. P. Kingma and M. Welling (2014), Auto-encoding variational Bayes, equations 3, 7 and 10;
 * D. J. Rezende, S. Mohamed and D. Wierstra (2014). Immutable.
 *
 * <p>With {@link Builder#posteriorFlow} q(z | x) is richer, z = f(z₀; h(x)) of a Gaussian z₀: log q(z | x) = log q(z₀ | x) −
 * log|det ∂f/∂z₀|. It can be drawn from and bounds log p(x), but its mean, its divergence from p(z) and its density elsewhere
 * have no closed form: methods that need these say so.
 */
public final class Vae extends VaeInference implements HasJointDensity<FMatrixRMaj> {

    Vae(VaeNet net, ModelSummary summary) {
        super(net, summary);
    }

    /**
     * Reads a model from a file.
     *
     * @param file a file of {@link #save(Path)}
     * @return the model, with the same bits
     * @throws java.io.UncheckedIOException as {@link Models#load(Path)}
     */
    public static Vae load(Path file) {
        return Models.load(file, Vae.class);
    }

    @Override
    public void store(ModelData data) {
        net.store(data);
    }

    static Vae read(ModelData data) {
        return new Vae(VaeNet.read(data), data.summary());
    }

    /**
     * The mean and the variance of q(z | x).
     *
     * @param mean μ, n×K
     * @param variance σ², n×K
     */
    public record Posterior(FMatrixRMaj mean, FMatrixRMaj variance) {}

    /**
     * The distribution of x given z.
     *
     * @return what the model was fitted with
     */
    public Likelihood likelihood() {
        return net.likelihood();
    }

    /**
     * The parameters of both networks, and of the likelihood: where columns are standardised, of what the networks see.
     *
     * @return copies by name: those of the encoder begin with {@code encoder}, those of the decoder with {@code decoder}, those
     *     of the posterior's flow with {@code posterior}
     */
    public Map<String, FMatrixRMaj> parameters() {
        return VaeNet.copies(net.values());
    }

    // --- the generative model

    /**
     * Draws x ~ p(x | z) with z ~ N(0, I): binary for a Bernoulli likelihood. {@link #decode} of {@link #samplePrior} gives
     * pictures without the last noise.
     */
    @Override
    public FMatrixRMaj sample(int n, RandomGenerator rng) {
        Require.atLeast("Vae.sample", "n", 0, n);
        return net.sample(net.prior(n, rng), null, rng);
    }

    /** Draws x ~ p(x | z), one for each row of latent variables: binary for a Bernoulli likelihood. */
    @Override
    public FMatrixRMaj sample(FMatrixRMaj z, RandomGenerator rng) {
        net.requireZ("Vae.sample", z);
        return net.sample(z, null, rng);
    }

    @Override
    public FMatrixRMaj samplePrior(int n, RandomGenerator rng) {
        Require.atLeast("Vae.samplePrior", "n", 0, n);
        return net.prior(n, rng);
    }

    @Override
    public LatentLikelihood latentLikelihood(FMatrixRMaj x) {
        return new PosteriorTarget(net, false)
                .at(net.observation.seen("Vae.latentLikelihood", x).copy());
    }

    /** q(z | x); the prior where the posterior has a flow and is not Gaussian. */
    @Override
    public LatentGaussians posteriorGuess(FMatrixRMaj x) {
        if (net.flow != null) {
            return LatentGaussians.standard(x.numRows, latentDim());
        }
        FMatrixRMaj[] q = net.moments(net.observation.seen("Vae.posteriorGuess", x), null);
        return new LatentGaussians(Matrices.doubles(q[0]), Matrices.map(Matrices.doubles(q[1]), v -> Math.exp(v / 2)));
    }

    /**
     * The mean of p(x | z): probabilities of ones for a Bernoulli likelihood.
     *
     * @throws UnsupportedOperationException if the likelihood is one of all numbers together ({@link Likelihood#conditional}), whose means
     *     have no closed form; {@link #sample(FMatrixRMaj, RandomGenerator)} draws
     */
    @Override
    public FMatrixRMaj decode(FMatrixRMaj z) {
        net.requireZ("Vae.decode", z);
        return net.decodeMean(z, null);
    }

    /**
     * The variances of p(x | z).
     *
     * @param z n×K rows of latent variables; not modified
     * @return n×D variances
     * @throws IllegalArgumentException if z has another number of columns than there are latent variables, or holds a NaN
     */
    public FMatrixRMaj decodeVariance(FMatrixRMaj z) {
        net.requireZ("Vae.decodeVariance", z);
        return net.decodeVariance(z, null);
    }

    /**
     * The means of p(x | z) over the plane of two latent variables, at a square grid of equal probability under the prior, rows
     * from the top: z₁ rises to the right, z₂ upwards.
     *
     * @param edge how many values of each latent variable
     * @return edge²×D observations without noise
     * @throws IllegalArgumentException if there are other than two latent variables, or edge is below 1
     */
    public FMatrixRMaj manifold(int edge) {
        if (latentDim() != 2) {
            throw new IllegalArgumentException("Vae.manifold: " + latentDim()
                    + " latent variables, a plane has two; traverse(...) shows one of them");
        }
        return decode(Latents.grid(edge));
    }

    /**
     * The means of p(x | z) while one latent variable runs through a range and the others are 0.
     *
     * @param latent the variable, counted from 0
     * @param from its first value, such as −3
     * @param to its last value
     * @param steps how many values, at least 2
     * @return steps×D observations without noise
     * @throws IllegalArgumentException if there is no such variable or there are fewer than two steps
     */
    public FMatrixRMaj traverse(int latent, double from, double to, int steps) {
        return decode(Latents.traversal(latentDim(), latent, from, to, steps));
    }

    /**
     * The means of p(x | z) on the lines between the codes of observations.
     *
     * @param from n×D rows of observations
     * @param to n×D rows of observations
     * @param steps the points on each line with both ends, at least 2
     * @return n·steps × D observations without noise, line after line
     * @throws IllegalArgumentException as {@link #encode(FMatrixRMaj)}, or if there are fewer than two steps
     */
    public FMatrixRMaj interpolate(FMatrixRMaj from, FMatrixRMaj to, int steps) {
        return decode(Latents.between(encode(from), encode(to), steps));
    }

    /**
     * The means of p(x | z) on the lines between the codes of the rows of data.
     *
     * @param from n rows
     * @param to n rows
     * @param steps the points on each line with both ends, at least 2
     * @return n·steps × D observations without noise, line after line
     * @throws IllegalArgumentException as {@link #encode(Dataset)}, or if there are fewer than two steps
     */
    public FMatrixRMaj interpolate(Dataset from, Dataset to, int steps) {
        return decode(Latents.between(encode(from), encode(to), steps));
    }

    @Override
    public String toString() {
        return "Vae of " + dim() + " observed and " + latentDim() + " latent variables, " + net.likelihood()
                + (net.flow == null ? "" : ", a flow as posterior");
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the latent variables and the networks must be set
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Trains a variational autoencoder. The objective is the bound in nats per row, with what {@code beta}, {@code klWarmUp} and
     * {@code freeBits} make of it; the objective on validation rows is the bound itself, of one draw.
     */
    public static final class Builder extends VaeBuilder<Builder, Vae> {
        private VaeLearning learning = VaeLearning.BOUND;
        private Architecture posteriorFlow;

        private Builder() {}

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * How the networks learn.
         *
         * @param learning by default {@link VaeLearning#BOUND}; the others do not go with settings of the objective
         * @return this
         */
        public Builder learning(VaeLearning learning) {
            this.learning = Objects.requireNonNull(learning, "Vae: learning");
            return this;
        }

        /**
         * A flow on the Gaussian of the encoder, so that q(z | x) is no product: z = f(z₀; h), z₀ ~ N(μ(x), diag σ²(x)). The
         * encoder gives the context h(x) after the means and the log variances, and the flow's own parameters are learnt with
         * it. D. J. Rezende and S. Mohamed (2015); D. P. Kingma and others (2016). It goes with {@link VaeLearning#BOUND} and the
         * bound from draws.
         *
         * @param flow such as {@code Planar.conditional(8)} or {@code Iaf.conditional(2, 16, 64)}; by default none
         * @return this
         */
        public Builder posteriorFlow(Architecture flow) {
            this.posteriorFlow = Objects.requireNonNull(flow, "Vae: posteriorFlow");
            return given("posteriorFlow");
        }

        @Override
        Architecture posteriorFlow() {
            return posteriorFlow;
        }

        /**
         * Trains the networks.
         *
         * @param data n rows of D observations; grey levels that are binarised anew at each reading are so in each epoch
         * @return the model; if the thread was interrupted, that of the last complete step
         * @throws IllegalArgumentException if a setting is missing, there is no row, or a value can not be given by the
         *     likelihood
         * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
         * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
         */
        @Override
        public Vae fit(Dataset data) {
            Objective objective = objective();
            VaeNet net = start(data, 0);
            Optimizer optimizer = optimizer().over(net.params(), learningRate());
            if (learning != VaeLearning.BOUND) {
                unused(
                        "learning(" + learning + ")",
                        "posteriorFlow",
                        "bound",
                        "beta",
                        "klWarmUp",
                        "freeBits",
                        "draws",
                        "importanceWeighted");
            }
            Map<String, FMatrixRMaj> buffers = new LinkedHashMap<>(net.buffers());
            TrainStep step = switch (learning.kind) {
                case BOUND -> new Ascent(net, optimizer, objective);
                case WAKE_SLEEP -> new WakeSleep(net, optimizer);
                case MONTE_CARLO_EM -> {
                    SplittableRandom rng = new SplittableRandom(Seeds.split(seed(), "chains"));
                    MonteCarloEm em = new MonteCarloEm(net, optimizer, learning, data.rows(), rng);
                    buffers.putAll(em.buffers());
                    yield em;
                }
            };
            Tape values = Tape.withoutGradients();
            Learner learner = Learner.of(step, optimizer)
                    .scaling(net.observation.scaling)
                    .buffers(buffers)
                    .objective((batch, rng) -> objective.plainBound(values.reset(), net, batch.x(), null, rng))
                    .objectiveName(learning.objectiveName(objective));
            Card card = card("Vae", data, net, learner);
            if (learning != VaeLearning.BOUND) {
                card.setting("learning", learning);
            }
            return train(data, learner, history -> new Vae(net.copy(), summary(card, history, data)));
        }
    }
}
