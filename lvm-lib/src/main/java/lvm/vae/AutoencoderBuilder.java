package lvm.vae;

import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import lvm.fit.Learner;
import lvm.fit.Scaling;
import lvm.fit.StandardizedFitBuilder;
import lvm.model.Card;
import lvm.model.ModelSummary;
import lvm.model.Require;
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
public abstract class AutoencoderBuilder<B extends AutoencoderBuilder<B, M>, M> extends StandardizedFitBuilder<B, M> {
    private int latent;
    int[] hidden = {};
    Activation activation = VaeBuilder.DEFAULT_ACTIVATION;
    private Activation code = Activation.IDENTITY;
    private Reconstruction reconstruction = Reconstruction.SQUARED_ERROR;
    NetworkFactory encoder;
    NetworkFactory decoder;
    private double sparsity;

    AutoencoderBuilder() {
        super("−cost per row");
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
        this.sparsity = Require.notNegative(modelName(), "sparsity", lambda);
        return self();
    }

    /** The networks at their start; tied ones have no decoder of their own. */
    private AutoencoderNet start(Dataset data) {
        Require.set(modelName(), "latent", latent > 0);
        if (encoder != null && decoder != null) {
            unused("a fit with encoder and decoder", "hidden", "activation");
        }
        Likelihood like =
                reconstruction == Reconstruction.CROSS_ENTROPY ? Likelihood.BERNOULLI : Likelihood.gaussian(1);
        int dim = data.dim();
        Scaling scaling = scaling(data, like);
        Moments moments = Moments.of(modelName() + ".fit", data, like, scaling);
        FMatrixRMaj start = like.bias(moments.means(), moments.variances());
        SplittableRandom rng = new SplittableRandom(Seeds.split(seed(), "start"));
        NetworkFactory there = encoder != null ? encoder : NetworkFactory.mlp(activation, hidden);
        NetworkFactory backwards = decoder != null ? decoder : NetworkFactory.mlp(activation, VaeNet.reversed(hidden));
        Layer first = there.make("encoder", dim, latent, rng);
        VaeNet.requireSizes(modelName() + ": the encoder", first, dim, latent);
        if (tied()) {
            Param bias = new Param("decoder.b", start);
            return new AutoencoderNet(dim, latent, reconstruction, code, first, null, bias, there, null, scaling);
        }
        Layer second = backwards.make("decoder", latent, dim, rng);
        VaeNet.requireSizes(modelName() + ": the decoder", second, latent, dim);
        VaeNet.beginAt(second, start);
        return new AutoencoderNet(dim, latent, reconstruction, code, first, second, null, there, backwards, scaling);
    }

    /** How the networks see the data: as they are for zeros and ones, and where a decoder is given that does not learn. */
    private Scaling scaling(Dataset data, Likelihood like) {
        boolean given = decoder != null
                && decoder.make("decoder", latent, data.dim(), new SplittableRandom(0))
                        .params()
                        .isEmpty();
        return like.isOfLevels() || given ? Scaling.none() : scaling(data, kind(data.dim()));
    }

    /**
     * The scale is one for all columns, for the squared error weighs them by their units; pixels are shifted together, if the
     * encoder takes them for an image.
     */
    private Scaling.Kind kind(int dim) {
        boolean images = encoder != null
                && encoder.make("encoder", dim, latent, new SplittableRandom(0)).seesImages();
        return images ? Scaling.Kind.TOGETHER : Scaling.Kind.ONE_SCALE;
    }

    boolean tied() {
        return false;
    }

    /** Fails if a setting is missing. */
    void requireSettings() {}

    /**
     * What the encoder sees in place of a standardised x, on a tape in training mode; zero is 0 in the units of the data, and room
     * for noise is given, which may stand on the tape.
     */
    Var corrupted(Var x, Scaling scaling, FMatrixRMaj zero, FMatrixRMaj room, RandomGenerator rng) {
        return x;
    }

    /** What is added to the cost of each row beside the sparsity, n×1, in units of its own; null for nothing. */
    Var penalty(Tape tape, AutoencoderNet net, Var h) {
        return null;
    }

    /** More settings for the card. */
    void describe(Card card) {}

    abstract M model(AutoencoderNet net, ModelSummary summary);

    /** The mean over the rows of minus the cost with its penalties, 1×1, divided by {@link AutoencoderNet#square}. */
    final Var objective(Tape tape, AutoencoderNet net, Var x, FMatrixRMaj zero, FMatrixRMaj room, RandomGenerator rng) {
        Var h = net.encode(tape, corrupted(x, net.scaling(), zero, room, rng));
        Var cost = net.cost(tape, h, x);
        if (sparsity > 0) {
            cost = cost.add(h.abs().sumPerRow().mul((float) (sparsity / net.square())));
        }
        Var penalty = penalty(tape, net, h);
        if (penalty != null) {
            cost = cost.add(net.scaling().isNone() ? penalty : penalty.mul((float) (1 / net.square())));
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
        FMatrixRMaj room = new FMatrixRMaj(0, 0);
        FMatrixRMaj zero = net.scaling().of(new FMatrixRMaj(1, data.dim()));
        double square = net.square();
        Card card = Card.of(modelName()).columns(data.columns()).setting("observed variables", data.dim());
        card.setting("code variables", latent + (code == Activation.IDENTITY ? "" : ", " + code));
        if (hidden.length > 0) {
            card.setting("hidden layers", Arrays.toString(hidden) + ", " + activation);
        }
        card.setting("cost", reconstruction);
        if (sparsity > 0) {
            card.setting("sparsity", sparsity);
        }
        describe(card);
        if (reconstruction != Reconstruction.CROSS_ENTROPY) {
            describe(card, net.scaling(), kind(data.dim()), data);
        }
        Learner learner = Learner.of(
                        (batch, rng) -> {
                            tape.reset().training(rng);
                            return square
                                    * optimizer.ascend(objective(tape, net, tape.constant(batch.x()), zero, room, rng));
                        },
                        optimizer)
                .scaling(net.scaling())
                .buffers(net.buffers())
                .objective((batch, rng) -> {
                    values.reset();
                    return square
                            * objective(values, net, values.constant(batch.x()), zero, room, rng)
                                    .scalar();
                });
        card.settings(trainingSettings(learner));
        return train(
                data,
                learner,
                history -> model(
                        net.copy(), card.course(history, data.rows(), "per row").summary(history)));
    }
}
