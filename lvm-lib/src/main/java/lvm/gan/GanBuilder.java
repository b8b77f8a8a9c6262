package lvm.gan;

import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import lvm.data.Dataset;
import lvm.fit.Learner;
import lvm.fit.Scaling;
import lvm.fit.StandardizedFitBuilder;
import lvm.model.Card;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.nn.NetworkFactory;
import lvm.optim.Adam;
import lvm.optim.Optimizer;
import lvm.random.Seeds;
import org.ejml.data.FMatrixRMaj;

/**
 * The settings of adversarial networks: the players, what they raise, and what keeps the game going. A step is one of the
 * discriminator on a minibatch, with draws of the generator beside it, and after every k of them one of the generator.
 *
 * <p>The history has what the discriminator raises, before its step and without a penalty; its name says what it is. It is not an
 * objective of the model: higher is better for the discriminator only, and there is none that could be looked at on validation rows.
 *
 * @param <B> the builder itself
 * @param <M> the model it makes
 */
public abstract class GanBuilder<B extends GanBuilder<B, M>, M> extends StandardizedFitBuilder<B, M> {
    /** The learning rate of both players used when none is set. */
    public static final double DEFAULT_RATE = 2e-4;

    /** β₁ of {@link Adam} where no optimiser is set: a player's gradients change their sense as the other moves. */
    public static final double DEFAULT_BETA1 = 0.5;

    private static final int ROWS = 1000;

    private int latent;
    private NetworkFactory generator;
    private NetworkFactory discriminator;
    private GanLoss loss = GanLoss.nonSaturating();
    private int criticSteps = 1;
    private int packing = 1;
    private int features;
    private int kernels;
    private int kernelSize;
    private boolean matching;
    private boolean spectral;
    private double discriminatorRate = Double.NaN;
    private boolean averaged;

    GanBuilder() {
        super("objective of the discriminator");
        super.learningRate(DEFAULT_RATE);
        super.optimizer((params, rate) -> new Adam(params, rate, DEFAULT_BETA1, Adam.BETA2, Adam.EPSILON));
    }

    /**
     * The number of latent variables, z ~ N(0, I); must be set.
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
     * The generator: any network from the K columns of z (and the classes, if the model has some) to the D columns of x; must be
     * set. Grey levels and zeros and ones are σ of what it makes, real-valued columns what it makes, in the units of the data.
     *
     * @param generator makes it, such as {@code NetworkFactory.mlp(Activation.RELU, 128, 128)} or
     *     {@code NetworkFactory.dcganGenerator(28, 64, 32)}
     * @return this
     */
    public B generator(NetworkFactory generator) {
        this.generator = Objects.requireNonNull(generator, modelName() + ": generator");
        return self();
    }

    /**
     * The discriminator or critic: any network from the D columns of x, times {@link #packing} (and as many classes after them, if
     * the model has some) to one column, or to those of {@link #features}; must be set. It ends in no activation.
     *
     * @param discriminator makes it, such as {@code NetworkFactory.mlp(Activation.LEAKY_RELU, 128, 128)} or
     *     {@code NetworkFactory.dcganDiscriminator(28, true, 32, 64)}
     * @return this
     */
    public B discriminator(NetworkFactory discriminator) {
        this.discriminator = Objects.requireNonNull(discriminator, modelName() + ": discriminator");
        return self();
    }

    /**
     * What the players raise.
     *
     * @param loss by default {@link GanLoss#nonSaturating}
     * @return this
     */
    public B loss(GanLoss loss) {
        this.loss = Objects.requireNonNull(loss, modelName() + ": loss");
        return self();
    }

    /**
     * How many steps of the discriminator, each on a minibatch of its own, go before one of the generator.
     *
     * @param steps k, at least 1, the default; 5 is usual for a critic
     * @return this
     * @throws IllegalArgumentException if less than 1
     */
    public B criticSteps(int steps) {
        this.criticSteps = requireAtLeast("criticSteps", 1, steps);
        return self();
    }

    /**
     * Packing: the discriminator sees m rows, or m draws, at once and says of them together what they are, so that a generator
     * that always makes the same gives itself away. Z. Lin and others (2018), PacGAN. Rows of a minibatch beyond a multiple of m
     * wait for another epoch.
     *
     * @param rows m, at least 1, the default, and at most the rows of a minibatch
     * @return this
     * @throws IllegalArgumentException if less than 1
     */
    public B packing(int rows) {
        this.packing = requireAtLeast("packing", 1, rows);
        return self();
    }

    /**
     * Spectral normalisation of the discriminator's weights, see {@link lvm.nn.SpectralNorm}.
     *
     * @param on by default false
     * @return this
     */
    public B spectralNorm(boolean on) {
        this.spectral = on;
        return self();
    }

    /**
     * Lets the discriminator's network make features, of which leaky rectified units and a linear map make the output. It is what
     * {@link #featureMatching} and {@link #minibatchDiscrimination} look at.
     *
     * @param features how many, at least 1; by default the network makes the output itself
     * @return this
     * @throws IllegalArgumentException if less than 1
     */
    public B features(int features) {
        this.features = requireAtLeast("features", 1, features);
        return self();
    }

    /**
     * Feature matching: the generator raises −‖E f(x) − E f(G(z))‖² over a minibatch of the {@link #features} f, in the place of
     * what the loss says for it. T. Salimans and others (2016), section 3.1.
     *
     * @param on by default false
     * @return this
     */
    public B featureMatching(boolean on) {
        this.matching = on;
        return self();
    }

    /**
     * Minibatch discrimination: beside the {@link #features} fᵢ of a row the discriminator sees how near those of the other rows of
     * the minibatch are, Σ_{j≠i} exp(−‖Mᵢ_b − Mⱼ_b‖₁) for B learnt projections of C numbers each. T. Salimans and others (2016),
     * section 3.2.
     *
     * @param kernels B, at least 1
     * @param size C, at least 1
     * @return this
     * @throws IllegalArgumentException if a number is less than 1
     */
    public B minibatchDiscrimination(int kernels, int size) {
        this.kernels = requireAtLeast("minibatchDiscrimination", 1, kernels);
        this.kernelSize = requireAtLeast("minibatchDiscrimination", 1, size);
        return self();
    }

    /**
     * The learning rate of both players, or of the generator where {@link #discriminatorLearningRate} is set.
     *
     * @param learningRate above 0 and finite, by default {@link #DEFAULT_RATE}
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    @Override
    public B learningRate(double learningRate) {
        return super.learningRate(learningRate);
    }

    /**
     * A learning rate of the discriminator's own.
     *
     * @param learningRate above 0 and finite; by default that of the generator
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public B discriminatorLearningRate(double learningRate) {
        this.discriminatorRate = Require.positive(modelName(), "discriminatorLearningRate", learningRate);
        return self();
    }

    /**
     * The optimiser of each player.
     *
     * @param optimizer makes it; by default {@link Adam} with β₁ = {@link #DEFAULT_BETA1}
     * @return this
     */
    @Override
    public B optimizer(Optimizer.Factory optimizer) {
        return super.optimizer(optimizer);
    }

    /**
     * Makes the model of the exponential moving average of the generator's parameters, a ← d a + (1 − d) θ after each step. The
     * discriminator of the model is the one of the last step, which is not averaged. T. Karras and others (2018); Y. Yazıcı and
     * others (2019).
     *
     * @param decay d, in [0,1); by default there is no average
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    @Override
    public B movingAverage(double decay) {
        averaged = true;
        return super.movingAverage(decay);
    }

    /** What becomes of the networks: a model with a card. */
    final M fit(Dataset data, int classes, BiFunction<GanNet, ModelSummary, M> model) {
        GanNet net = start(data, classes);
        Optimizer forGenerator = optimizer().over(net.generator.params(), learningRate());
        Optimizer forDiscriminator = optimizer()
                .over(net.discriminatorParams, Double.isNaN(discriminatorRate) ? learningRate() : discriminatorRate);
        String where = modelName() + ".fit";
        Learner learner = Learner.of(
                        new GanStep(where, net, loss, criticSteps, matching, forGenerator, forDiscriminator),
                        forGenerator,
                        forDiscriminator)
                .averaged(net.generator.params())
                .scaling(net.scaling)
                .buffers(net.buffers())
                .way("a game of two players")
                .objectiveName(loss.objective());
        if (classes > 0) {
            learner.classes(data.classNames());
        }
        Card card = card(data, classes, net, learner);
        return train(data, learner, history -> {
            card.result("rows", data.rows());
            if (history.size() > 0) {
                double last = history.last(loss.objective());
                card.result("objective of the discriminator", "%.4f, %s", last, loss.objective());
                card.result("its scale", loss.scale());
                String warning = loss.warning(last);
                if (!warning.isEmpty()) {
                    card.result("warning", warning);
                }
            }
            card.result("epochs", history.size() + ", " + history.stop());
            return model.apply(net.finished(averaged), card.summary(history));
        });
    }

    private GanNet start(Dataset data, int classes) {
        String name = modelName();
        Require.set(name, "latent", latent > 0);
        Require.set(name, "generator", generator != null);
        Require.set(name, "discriminator", discriminator != null);
        if (matching && features == 0) {
            throw new IllegalArgumentException(name + ": featureMatching needs features(n), which are matched");
        }
        if (kernels > 0 && features == 0) {
            throw new IllegalArgumentException(name + ": minibatchDiscrimination needs features(n), which it compares");
        }
        if (kernels > 0 && loss.penalty() > 0) {
            throw new IllegalArgumentException(
                    name + ": minibatchDiscrimination does not go with a gradient penalty: its"
                            + " output for a row depends on the other rows; leave one of them out");
        }
        if (data.rows() == 0) {
            throw new IllegalArgumentException(name + ".fit: the data set has no rows");
        }
        requireBatches(data.rows());
        boolean grey = data.hasGreyLevels();
        GanShape shape =
                new GanShape(data.dim(), latent, classes, packing, features, kernels, kernelSize, spectral, grey);
        GanNet net = GanNet.start(
                name,
                shape,
                scaling(data, kind(shape)),
                generator,
                discriminator,
                new SplittableRandom(Seeds.split(seed(), "start")));
        if (grey) {
            net.beginAt(means(data));
        }
        if (loss.penalty() > 0) {
            try {
                net.requireTangent();
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        name + ": the gradient penalty needs a slope of the discriminator for each row; "
                                + e.getMessage(),
                        e);
            }
        }
        if (loss.clip() > 0) {
            GanStep.clip(net, loss.clip());
        }
        return net;
    }

    /** Each minibatch must have a pack; a single row left over goes into the one before. */
    private void requireBatches(int rows) {
        int size = Math.min(batchSize(), rows);
        int left = rows % size;
        int last = left == 0 ? size : left == 1 ? size + 1 : left;
        int least = kernels > 0 ? 2 * packing : packing;
        if (Math.min(size, last) < least) {
            throw new IllegalArgumentException(modelName() + ".fit: of " + rows + " rows in minibatches of " + size
                    + " one has " + Math.min(size, last) + ", expected at least " + least + " ("
                    + (kernels > 0 ? "two packs" : "a pack") + " of packing(" + packing
                    + ")); set another batchSize, such as one that divides the rows");
        }
    }

    /** Pixels are standardised together if a network takes them for an image. */
    private Scaling.Kind kind(GanShape shape) {
        boolean images = discriminator
                        .make(
                                "discriminator",
                                shape.discriminatorInputs(),
                                features > 0 ? features : 1,
                                new SplittableRandom(0))
                        .seesImages()
                || generator
                        .make("generator", shape.generatorInputs(), shape.dim(), new SplittableRandom(0))
                        .seesImages();
        return images ? Scaling.Kind.TOGETHER : Scaling.Kind.COLUMNS;
    }

    /** The means of grey levels, within (0, 1). */
    private static double[] means(Dataset data) {
        int[] order = new int[data.rows()];
        Arrays.setAll(order, i -> i);
        double[] sums = new double[data.dim()];
        Arrays.fill(sums, 0.5);
        FMatrixRMaj part = new FMatrixRMaj(0, 0);
        SplittableRandom rng = new SplittableRandom(0);
        for (int from = 0; from < order.length; from += ROWS) {
            data.copyRows(order, from, Math.min(ROWS, order.length - from), part, rng);
            for (int i = 0; i < part.getNumElements(); i++) {
                sums[i % sums.length] += part.data[i];
            }
        }
        for (int j = 0; j < sums.length; j++) {
            sums[j] /= order.length + 1;
        }
        return sums;
    }

    private Card card(Dataset data, int classes, GanNet net, Learner learner) {
        Card card = Card.of(modelName()).columns(data.columns()).setting("observed variables", data.dim());
        if (classes > 0) {
            card.classes(data.labelNames()).setting("classes", classes);
        }
        card.setting("latent variables", latent)
                .setting("generator", generator)
                .setting("discriminator", discriminator)
                .setting("loss", loss);
        if (criticSteps > 1) {
            card.setting("steps of the discriminator", criticSteps + " for one of the generator");
        }
        if (packing > 1) {
            card.setting("packing", packing + " rows at once");
        }
        if (features > 0) {
            card.setting("features", features + (matching ? ", matched" : ""));
        }
        if (kernels > 0) {
            card.setting("minibatch discrimination", kernels + " projections of " + kernelSize);
        }
        if (spectral) {
            card.setting("spectral normalisation", "of the discriminator");
        }
        if (!data.hasGreyLevels()) {
            describe(card, net.scaling, kind(net.shape), data);
        }
        if (!Double.isNaN(discriminatorRate)) {
            card.setting("learning rate of the discriminator", discriminatorRate);
        }
        return card.settings(trainingSettings(learner));
    }
}
