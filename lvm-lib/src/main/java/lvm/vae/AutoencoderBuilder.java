package lvm.vae;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import lvm.fit.NeuralFitBuilder;
import lvm.model.History;
import lvm.nn.Layer;
import lvm.nn.NetworkFactory;
import lvm.optim.Optimizer;
import lvm.random.Seeds;
import org.ejml.data.FMatrixRMaj;

/**
 * The settings of autoencoders: the sizes, the cost and the penalties, beside those of the training. The objective is minus
 * the cost with its penalties, per row.
 *
 * @param <B> the builder itself
 * @param <M> the model it makes
 */
public abstract class AutoencoderBuilder<B extends AutoencoderBuilder<B, M>, M> extends NeuralFitBuilder<B, M> {
    private int latent;
    private int[] hidden = {};
    private Activation activation = VaeBuilder.DEFAULT_ACTIVATION;
    private Activation code = Activation.IDENTITY;
    private Reconstruction reconstruction = Reconstruction.SQUARED_ERROR;
    private NetworkFactory encoder;
    private NetworkFactory decoder;
    private double sparsity;

    AutoencoderBuilder() {}

    @Override
    protected String objectiveName() {
        return "−cost per row";
    }

    /**
     * The number of code variables; must be set. With as many as there are observed ones or more, the identity is a solution.
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
     * The cost of a reconstruction.
     *
     * @param reconstruction by default {@link Reconstruction#SQUARED_ERROR}
     * @return this
     */
    public B cost(Reconstruction reconstruction) {
        this.reconstruction = Objects.requireNonNull(reconstruction, modelName() + ": cost");
        return self();
    }

    /**
     * The activation of the code.
     *
     * @param code by default none, {@link Activation#IDENTITY}
     * @return this
     */
    public B codeActivation(Activation code) {
        this.code = Objects.requireNonNull(code, modelName() + ": codeActivation");
        return self();
    }

    /**
     * A penalty on the code, λ Σⱼ |hⱼ| for each row, under which few of its variables are away from 0.
     *
     * @param lambda λ, at least 0, the default
     * @return this
     * @throws IllegalArgumentException if it is negative, infinite or NaN
     */
    public B sparsity(double lambda) {
        this.sparsity = requireFactor("sparsity", lambda);
        return self();
    }

    final double requireFactor(String name, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    modelName() + ": " + name + " is " + value + ", expected at least 0 and finite");
        }
        return value;
    }

    void setHidden(int... sizes) {
        for (int size : sizes) {
            requireAtLeast("hidden", 1, size);
        }
        hidden = sizes.clone();
    }

    void setActivation(Activation f) {
        activation = Objects.requireNonNull(f, modelName() + ": activation");
    }

    void setEncoder(NetworkFactory factory) {
        encoder = Objects.requireNonNull(factory, modelName() + ": encoder");
    }

    void setDecoder(NetworkFactory factory) {
        decoder = Objects.requireNonNull(factory, modelName() + ": decoder");
    }

    /** The networks at their start; tied ones have no decoder of their own. */
    private AutoencoderNet start(Dataset data) {
        if (latent == 0) {
            throw new IllegalArgumentException(modelName() + ": latent not set");
        }
        Likelihood like =
                reconstruction == Reconstruction.CROSS_ENTROPY ? Likelihood.BERNOULLI : Likelihood.gaussian(1);
        Moments moments = Moments.of(modelName() + ".fit", data, like);
        int dim = data.dim();
        FMatrixRMaj start = like.bias(moments.means(), moments.variances());
        SplittableRandom rng = new SplittableRandom(Seeds.split(seed(), "start"));
        int[] back = hidden.clone();
        for (int k = 0; k < back.length; k++) {
            back[k] = hidden[back.length - 1 - k];
        }
        NetworkFactory there = encoder != null ? encoder : NetworkFactory.mlp(activation, hidden);
        NetworkFactory backwards = decoder != null ? decoder : NetworkFactory.mlp(activation, back);
        Layer first = there.make("encoder", dim, latent, rng);
        VaeNet.requireSizes(modelName() + ": the encoder", first, dim, latent);
        if (tied()) {
            Param bias = new Param("decoder.b", start);
            return new AutoencoderNet(dim, latent, reconstruction, code, first, null, bias, there, null);
        }
        Layer second = backwards.make("decoder", latent, dim, rng);
        VaeNet.requireSizes(modelName() + ": the decoder", second, latent, dim);
        FMatrixRMaj last = second.params().isEmpty()
                ? null
                : second.params().get(second.params().size() - 1).value();
        if (last != null && last.numRows == 1 && last.numCols == dim) {
            last.setTo(start);
        }
        return new AutoencoderNet(dim, latent, reconstruction, code, first, second, null, there, backwards);
    }

    boolean tied() {
        return false;
    }

    /** Fails if a setting is missing. */
    void requireSettings() {}

    /** What the encoder sees in place of x, on a tape in training mode. */
    Var corrupted(Var x, RandomGenerator rng) {
        return x;
    }

    /** What is added to the cost of each row beside the sparsity, n×1; null for nothing. */
    Var penalty(Tape tape, AutoencoderNet net, Var h) {
        return null;
    }

    /** More settings for the card. */
    void describe(Map<String, String> settings) {}

    abstract M model(AutoencoderNet net, History history, Map<String, String> settings, Map<String, String> results);

    /** The mean over the rows of minus the cost with its penalties, 1×1. */
    final Var objective(Tape tape, AutoencoderNet net, Var x, RandomGenerator rng) {
        Var h = net.encode(tape, corrupted(x, rng));
        Var cost = net.cost(tape, h, x);
        if (sparsity > 0) {
            cost = cost.add(h.abs().sumPerRow().mul((float) sparsity));
        }
        Var penalty = penalty(tape, net, h);
        if (penalty != null) {
            cost = cost.add(penalty);
        }
        return cost.mean().neg();
    }

    /**
     * Trains the networks.
     *
     * @param data n rows of D observations; grey levels that are binarised anew at each reading are so in each epoch
     * @return the model; if the thread was interrupted, that of the last complete step
     * @throws IllegalArgumentException if a setting is missing, there is no row, or a value is out of the range of the cost
     * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
     * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
     */
    @Override
    public final M fit(Dataset data) {
        requireSettings();
        AutoencoderNet net = start(data);
        Optimizer optimizer = optimizer().over(net.params(), learningRate());
        Tape tape = new Tape();
        Tape values = Tape.withoutGradients();
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("code variables", String.valueOf(latent) + (code == Activation.IDENTITY ? "" : ", " + code));
        if (hidden.length > 0) {
            settings.put("hidden layers", Arrays.toString(hidden) + ", " + activation);
        }
        settings.put("cost", reconstruction.toString());
        if (sparsity > 0) {
            settings.put("sparsity", String.valueOf(sparsity));
        }
        describe(settings);
        settings.putAll(trainingSettings(optimizer));
        return train(
                data,
                optimizer,
                net.buffers(),
                (batch, rng) -> {
                    tape.reset().training(rng);
                    return optimizer.ascend(objective(tape, net, tape.constant(batch.x()), rng));
                },
                (batch, rng) -> {
                    values.reset();
                    return objective(values, net, values.constant(batch.x()), rng)
                            .scalar();
                },
                history -> model(net.copy(), history, settings, VaeBuilder.results(history, data.rows(), "per row")));
    }
}
