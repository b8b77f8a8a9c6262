package lvm.vae;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import lvm.autodiff.Activation;
import lvm.data.Dataset;
import lvm.dist.ConditionalBijector;
import lvm.fit.NeuralFitBuilder;
import lvm.model.History;
import lvm.nn.NetworkFactory;
import lvm.optim.Optimizer;
import lvm.random.Seeds;

/**
 * The settings of variational autoencoders: the networks, the likelihood and the objective, beside those of the training.
 *
 * @param <B> the builder itself
 * @param <M> the model it makes
 */
public abstract class VaeBuilder<B extends VaeBuilder<B, M>, M> extends NeuralFitBuilder<B, M> {
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

    VaeBuilder() {}

    @Override
    protected String objectiveName() {
        return "bound, nats per row";
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
        return self();
    }

    /**
     * The activation of the layers of {@link #hidden}.
     *
     * @param activation by default {@link #DEFAULT_ACTIVATION}
     * @return this
     */
    public B activation(Activation activation) {
        this.activation = Objects.requireNonNull(activation, modelName() + ": activation");
        return self();
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
     * needs, D columns, or 2D for {@link Likelihood#GAUSSIAN}.
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
        return self();
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
        if (!(beta >= 0 && beta < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(modelName() + ": beta is " + beta + ", expected at least 0 and finite");
        }
        this.beta = beta;
        return self();
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
        return self();
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
        if (!(nats >= 0 && nats < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    modelName() + ": freeBits is " + nats + ", expected at least 0 and finite");
        }
        this.freeBits = nats;
        return self();
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
        return self();
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
        return self();
    }

    final Likelihood likelihood() {
        return likelihood;
    }

    /** The flow of the posterior, or null. */
    ConditionalBijector.Factory posteriorFlow() {
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
        if (latent == 0) {
            throw new IllegalArgumentException(modelName() + ": latent not set");
        }
        if (hidden == null && (encoder == null || decoder == null)) {
            throw new IllegalArgumentException(modelName() + ": hidden not set");
        }
        return VaeNet.start(
                modelName(),
                Moments.of(modelName() + ".fit", data, likelihood),
                latent,
                conditions,
                likelihood,
                encoder != null ? encoder : NetworkFactory.mlp(activation, hidden),
                decoder != null ? decoder : NetworkFactory.mlp(activation, reversed(hidden)),
                posteriorFlow(),
                new SplittableRandom(Seeds.split(seed(), "start")));
    }

    private static int[] reversed(int[] sizes) {
        int[] back = new int[sizes.length];
        for (int k = 0; k < back.length; k++) {
            back[k] = sizes[sizes.length - 1 - k];
        }
        return back;
    }

    final Objective objective() {
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

    /** The settings for a card. */
    final Map<String, String> settings(Optimizer optimizer) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("latent variables", String.valueOf(latent));
        if (encoder == null || decoder == null) {
            settings.put("hidden layers", Arrays.toString(hidden) + ", " + activation);
        }
        if (posteriorFlow() != null) {
            settings.put("posterior", "Gaussian, " + posteriorFlow());
        }
        settings.put("likelihood", likelihood.toString());
        if (importance > 1) {
            settings.put("objective", "importance-weighted bound of " + importance + " draws");
        } else if (form() == BoundForm.SAMPLED) {
            settings.put("objective", "bound, sampled divergence");
        }
        if (beta != 1) {
            settings.put("β", String.valueOf(beta));
        }
        if (warmUp > 0) {
            settings.put("KL warm-up", warmUp + " steps");
        }
        if (freeBits > 0) {
            settings.put("free bits", freeBits + " nats a latent variable");
        }
        if (draws > 1) {
            settings.put("draws", String.valueOf(draws));
        }
        settings.putAll(trainingSettings(optimizer));
        return settings;
    }

    static Map<String, String> results(History history, int rows) {
        return results(history, rows, "nats per row");
    }

    static Map<String, String> results(History history, int rows, String unit) {
        Map<String, String> results = new LinkedHashMap<>();
        results.put("rows", String.valueOf(rows));
        if (history.size() > 0) {
            results.put(
                    "objective",
                    String.format(
                            Locale.ROOT, "%.4f %s", history.last(history.names().get(0)), unit));
        }
        results.put("epochs", history.size() + ", " + history.stop());
        return results;
    }
}
