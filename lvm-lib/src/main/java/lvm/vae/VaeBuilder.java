package lvm.vae;

import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import lvm.autodiff.Activation;
import lvm.data.Dataset;
import lvm.distribution.Architecture;
import lvm.fit.Learner;
import lvm.fit.Scaling;
import lvm.fit.StandardizedFitBuilder;
import lvm.model.Card;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.nn.NetworkFactory;
import lvm.random.Seeds;

/**
 * The settings of variational autoencoders: the networks, the likelihood and the objective, beside those of the training.
 *
 * @param <B> the builder itself
 * @param <M> the model it makes
 */
public abstract class VaeBuilder<B extends VaeBuilder<B, M>, M> extends StandardizedFitBuilder<B, M> {
    /** The activation of hidden layers used when none is set. */
    public static final Activation DEFAULT_ACTIVATION = Activation.SOFTPLUS;

    private int latent;
    private int[] hidden;
    private Activation activation = DEFAULT_ACTIVATION;
    private NetworkFactory encoder;
    private NetworkFactory decoder;
    private Likelihood likelihood = Likelihood.BERNOULLI;
    private BoundForm form;
    private double beta = 1;
    private long warmUp;
    private double freeBits;
    private int draws = 1;
    private int importance = 1;

    VaeBuilder() {
        super(Objective.BOUND);
    }

    /**
     * The number of latent variables; must be set.
     *
     * @param latent K, at least 1
     * @return this
     * @throws IllegalArgumentException if it is less
     */
    public B latent(int latent) {
        this.latent = requireAtLeast("latent", 1, latent);
        return self();
    }

    /**
     * The hidden layers of the encoder; the decoder has the same in the reverse order. Must be set unless {@link #encoder} and
     * {@link #decoder} are.
     *
     * @param sizes from x to z, each at least 1; none for linear maps
     * @return this
     * @throws IllegalArgumentException if a size is less than 1
     */
    public B hidden(int... sizes) {
        for (int size : sizes) {
            requireAtLeast("hidden", 1, size);
        }
        this.hidden = sizes.clone();
        return given("hidden");
    }

    /**
     * The activation of the layers of {@link #hidden}.
     *
     * @param activation by default {@link #DEFAULT_ACTIVATION}
     * @return this
     */
    public B activation(Activation activation) {
        this.activation = Objects.requireNonNull(activation, modelName() + ": activation");
        return given("activation");
    }

    /**
     * The encoder: any network from the D columns of x (and the conditions, if the model has some) to 2K, the means and then
     * the log variances of q(z | x).
     *
     * @param encoder makes it; by default a multilayer perceptron with the layers of {@link #hidden}
     * @return this
     */
    public B encoder(NetworkFactory encoder) {
        this.encoder = Objects.requireNonNull(encoder, modelName() + ": encoder");
        return self();
    }

    /**
     * The decoder: any network from the K columns of z (and the conditions, if the model has some) to what the likelihood
     * needs, D columns, or 2D for {@link Likelihood#GAUSSIAN}. One without parameters is a known f(z) in the units of the data:
     * with it columns are not standardised.
     *
     * @param decoder makes it; by default a multilayer perceptron with the layers of {@link #hidden} in reverse
     * @return this
     */
    public B decoder(NetworkFactory decoder) {
        this.decoder = Objects.requireNonNull(decoder, modelName() + ": decoder");
        return self();
    }

    /**
     * The distribution of x given z.
     *
     * @param likelihood by default {@link Likelihood#BERNOULLI}
     * @return this
     */
    public B likelihood(Likelihood likelihood) {
        this.likelihood = Objects.requireNonNull(likelihood, modelName() + ": likelihood");
        return self();
    }

    /**
     * The form in which training estimates the bound.
     *
     * @param form by default {@link BoundForm#ANALYTIC_KL}, or {@link BoundForm#SAMPLED} where the posterior has a flow
     * @return this
     */
    public B bound(BoundForm form) {
        this.form = Objects.requireNonNull(form, modelName() + ": bound");
        return given("bound");
    }

    /**
     * The factor β on the divergence KL(q(z | x) ‖ p(z)) in the training objective, I. Higgins et al. (2017); with another
     * factor than 1 or less the objective is no bound.
     *
     * @param beta at least 0, by default 1
     * @return this
     * @throws IllegalArgumentException if it is negative, infinite or NaN
     */
    public B beta(double beta) {
        this.beta = Require.notNegative(modelName(), "beta", beta);
        return given("beta");
    }

    /**
     * Warm-up: the factor on the divergence rises linearly in the first steps, S. R. Bowman et al. (2016), C. K. Sønderby et
     * al. (2016).
     *
     * @param steps the steps before it has its full value, at least 0, the default
     * @return this
     * @throws IllegalArgumentException if negative
     */
    public B klWarmUp(long steps) {
        if (steps < 0) {
            throw new IllegalArgumentException(modelName() + ": klWarmUp is " + steps + ", expected at least 0");
        }
        this.warmUp = steps;
        return given("klWarmUp");
    }

    /**
     * Free bits, D. P. Kingma et al. (2016): the divergence of a latent variable, averaged over a minibatch, counts as at
     * least so much, so that nothing is gained by switching it off.
     *
     * @param nats λ for each latent variable, at least 0, the default
     * @return this
     * @throws IllegalArgumentException if it is negative, infinite or NaN
     */
    public B freeBits(double nats) {
        this.freeBits = Require.notNegative(modelName(), "freeBits", nats);
        return given("freeBits");
    }

    /**
     * How many draws of z for each row the training objective is averaged over.
     *
     * @param draws L, at least 1, the default
     * @return this
     * @throws IllegalArgumentException if less than 1
     */
    public B draws(int draws) {
        this.draws = requireAtLeast("draws", 1, draws);
        return given("draws");
    }

    /**
     * Trains with the importance-weighted bound E log 1/k Σₛ p(x, zₛ)/q(zₛ | x), Y. Burda, R. Grosse and R. Salakhutdinov
     * (2016), always in its sampled form.
     *
     * @param draws k, at least 1; 1, the default, is the plain bound
     * @return this
     * @throws IllegalArgumentException if less than 1
     */
    public B importanceWeighted(int draws) {
        this.importance = requireAtLeast("importanceWeighted", 1, draws);
        return given("importanceWeighted");
    }

    final Likelihood likelihood() {
        return likelihood;
    }

    /** The flow of the posterior, or null. */
    Architecture posteriorFlow() {
        return null;
    }

    private BoundForm form() {
        if (form != null) {
            return form;
        }
        return posteriorFlow() == null ? BoundForm.ANALYTIC_KL : BoundForm.SAMPLED;
    }

    /** The networks at their start. */
    final VaeNet start(Dataset data, int conditions) {
        Require.set(modelName(), "latent", latent > 0);
        Require.set(modelName(), "hidden", hidden != null || encoder != null && decoder != null);
        if (encoder != null && decoder != null) {
            unused("a fit with encoder and decoder", "hidden", "activation");
        }
        return VaeNet.start(
                modelName(),
                Moments.of(modelName() + ".fit", data, likelihood, scaling(data, conditions)),
                latent,
                conditions,
                likelihood,
                encoder != null ? encoder : NetworkFactory.mlp(activation, hidden),
                decoder != null ? decoder : NetworkFactory.mlp(activation, VaeNet.reversed(hidden)),
                posteriorFlow(),
                new SplittableRandom(Seeds.split(seed(), "start")));
    }

    /** How the networks see the data: as they are for zeros and ones, and where f(z) is given and not learnt. */
    private Scaling scaling(Dataset data, int conditions) {
        boolean given = decoder != null
                && decoder.make("decoder", latent + conditions, likelihood.outputs(data.dim()), new SplittableRandom(0))
                        .params()
                        .isEmpty();
        return likelihood.isOfLevels() || given ? Scaling.none() : scaling(data, kind(data.dim(), conditions));
    }

    /** Pixels are standardised together if the encoder takes them for an image. */
    private Scaling.Kind kind(int dim, int conditions) {
        int context = posteriorFlow() == null ? 0 : posteriorFlow().contextDim(latent);
        boolean images = encoder != null
                && encoder.make("encoder", dim + conditions, 2 * latent + context, new SplittableRandom(0))
                        .seesImages();
        return images ? Scaling.Kind.TOGETHER : Scaling.Kind.COLUMNS;
    }

    final Objective objective() {
        if (importance > 1 && form == BoundForm.ANALYTIC_KL) {
            unused("importanceWeighted", "bound");
        }
        if (posteriorFlow() != null && form == BoundForm.ANALYTIC_KL) {
            throw new IllegalArgumentException(
                    modelName() + ": the divergence of a posterior with a flow has no closed form; set bound(SAMPLED)");
        }
        if (freeBits > 0 && (importance > 1 || form() == BoundForm.SAMPLED)) {
            throw new IllegalArgumentException(modelName()
                    + ": freeBits needs the analytic divergence, not sampled or importance-weighted bounds");
        }
        return new Objective(form(), beta, warmUp, freeBits, draws, importance);
    }

    /** A card with the settings. */
    final Card card(String name, Dataset data, VaeNet net, Learner learner) {
        Card card = Card.of(name).columns(data.columns()).setting("observed variables", data.dim());
        describe(card, data);
        card.setting("latent variables", latent);
        if (encoder == null || decoder == null) {
            card.setting("hidden layers", Arrays.toString(hidden) + ", " + activation);
        }
        if (posteriorFlow() != null) {
            card.setting("posterior", "Gaussian, %s", posteriorFlow());
        }
        card.setting("likelihood", likelihood);
        if (!likelihood.isOfLevels()) {
            describe(card, net.observation.scaling, kind(data.dim(), net.conditions), data);
        }
        if (importance > 1) {
            card.setting("objective", "importance-weighted bound of " + importance + " draws");
        } else if (form() == BoundForm.SAMPLED) {
            card.setting("objective", "bound, sampled divergence");
        }
        if (beta != 1) {
            card.setting("β", beta);
        }
        if (warmUp > 0) {
            card.setting("KL warm-up", warmUp + " steps");
        }
        if (freeBits > 0) {
            card.setting("free bits", freeBits + " nats a latent variable");
        }
        if (draws > 1) {
            card.setting("draws", draws);
        }
        return card.settings(trainingSettings(learner));
    }

    /** More settings, after the number of observed variables. */
    void describe(Card card, Dataset data) {}

    static ModelSummary summary(Card card, History history, Dataset data) {
        return card.course(history, data.rows(), "nats per row").summary(history);
    }
}
