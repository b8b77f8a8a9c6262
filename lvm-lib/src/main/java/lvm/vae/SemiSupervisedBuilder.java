package lvm.vae;

import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import lvm.autodiff.Activation;
import lvm.classify.LabelPropagation;
import lvm.data.Dataset;
import lvm.fit.Learner;
import lvm.fit.Scaling;
import lvm.fit.StandardizedFitBuilder;
import lvm.model.Card;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.nn.NetworkFactory;
import lvm.optim.Optimizer;
import lvm.random.Seeds;

/**
 * The settings of M2 and of what is made of it. The objective is −Jᵅ/n in nats per row of the data; that of validation rows is
 * the bound −U, without a look at their labels. Both are of what M2 models: of x, in M1+M2 of z₁, without the terms of the
 * level below, which does not learn.
 *
 * @param <B> the builder itself
 * @param <M> the model it makes
 */
public abstract class SemiSupervisedBuilder<B extends SemiSupervisedBuilder<B, M>, M>
        extends StandardizedFitBuilder<B, M> {
    /** The α used when none is set. */
    public static final double DEFAULT_ALPHA = 0.1;

    /** The most labelled rows in a step when no number is set. */
    public static final int DEFAULT_LABELLED_BATCH = 100;

    private int latent;
    private int[] hidden;
    private NetworkFactory classifier;
    private int[] classifierSizes;
    private int classes;
    private Activation activation = VaeBuilder.DEFAULT_ACTIVATION;
    private double alpha = DEFAULT_ALPHA;
    private int labelledBatch = DEFAULT_LABELLED_BATCH;
    private double leastProbability;
    private int[] guesses;
    private long guessSteps;

    SemiSupervisedBuilder(String objective) {
        super(objective);
    }

    /**
     * The number of latent variables beside the class; must be set.
     *
     * @param latent the columns of z, at least 1
     * @return this
     * @throws IllegalArgumentException if it is less
     */
    public B latent(int latent) {
        this.latent = requireAtLeast("latent", 1, latent);
        return self();
    }

    /**
     * The hidden layers of the encoder q(z | x, y); the decoder has the same in the reverse order. Must be set.
     *
     * @param sizes from x to z, at least one, each at least 1
     * @return this
     * @throws IllegalArgumentException if there is none or one is less than 1
     */
    public B hidden(int... sizes) {
        if (sizes.length == 0) {
            throw new IllegalArgumentException(modelName() + ": hidden has no layer, expected at least 1");
        }
        this.hidden = requireSizes("hidden", sizes);
        return self();
    }

    /**
     * The hidden layers of q(y | x).
     *
     * @param sizes each at least 1; by default those of {@link #hidden}
     * @return this
     * @throws IllegalArgumentException if one is less than 1
     */
    public B classifier(int... sizes) {
        this.classifierSizes = requireSizes("classifier", sizes);
        this.classifier = null;
        return self();
    }

    /**
     * Any network for q(y | x), such as {@link NetworkFactory#convolutional}.
     *
     * @param network makes it, from the columns of x to K logits
     * @return this
     */
    public B classifier(NetworkFactory network) {
        this.classifier = Objects.requireNonNull(network, modelName() + ": classifier");
        this.classifierSizes = null;
        return self();
    }

    private int[] requireSizes(String setting, int... sizes) {
        for (int size : sizes) {
            requireAtLeast(setting, 1, size);
        }
        return sizes.clone();
    }

    /**
     * The number of classes, where it is not that of the data.
     *
     * @param classes K, at least 2; by default {@link Dataset#classes}
     * @return this
     * @throws IllegalArgumentException if it is less
     */
    public B classes(int classes) {
        this.classes = requireAtLeast("classes", 2, classes);
        return self();
    }

    /**
     * The activation of hidden layers.
     *
     * @param activation by default {@link VaeBuilder#DEFAULT_ACTIVATION}
     * @return this
     */
    public B activation(Activation activation) {
        this.activation = Objects.requireNonNull(activation, modelName() + ": activation");
        return self();
    }

    /**
     * The weight of the classification: Jᵅ adds α n times the mean of −log q(y | x) over the labelled rows, so that each of
     * these weighs α n/n_labelled.
     *
     * @param alpha α, at least 0 and finite; by default {@link #DEFAULT_ALPHA}
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public B alpha(double alpha) {
        this.alpha = Require.notNegative(modelName(), "alpha", alpha);
        return self();
    }

    /**
     * The labelled rows in a step, beside a minibatch without labels; they change the variance of the gradient, not its mean.
     *
     * @param rows at least 1, by default {@link #DEFAULT_LABELLED_BATCH}; where there are not more, all are in every step
     * @return this
     * @throws IllegalArgumentException if it is less
     */
    public B labelledBatch(int rows) {
        this.labelledBatch = requireAtLeast("labelledBatch", 1, rows);
        return self();
    }

    /**
     * Leaves classes out of the sum over y of a row in training, where q(y | x) is less than this; the others are normalised
     * to 1. What is increased is a lower bound with that distribution in the place of q(y | x), and costs as many passes as
     * there are classes left, not K. A class that is left out gets no gradient from the row, neither its own bound nor its
     * probability: it comes back only where other rows, or labels, raise it above the limit.
     *
     * @param probability in [0, 1/K); by default 0, the exact sum over all classes
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public B leastProbability(double probability) {
        if (!(probability >= 0 && probability < 0.5)) {
            throw new IllegalArgumentException(
                    modelName() + ": leastProbability is " + probability + ", expected within [0, 1/K)");
        }
        this.leastProbability = probability;
        return self();
    }

    /**
     * Starts from guesses: in the first steps the rows without label count as labelled with a guess, what is increased is the
     * mean over them of −L(x, ŷ) + log q(ŷ | x). From then on it is −Jᵅ/n, which knows nothing of the guesses.
     *
     * <p>A start from few labels is poor: the classifier that they give is wrong in one row of four on MNIST with 100 labels, and
     * the bound makes it sure of that before p(x | y, z) is good enough to tell. {@link LabelPropagation} gives better guesses;
     * the publication starts without, and takes 3,000 epochs.
     *
     * @param labels a class, counted from 0, for each row of the data of the fit; those of rows that have a label are not looked
     *     at; copied
     * @param steps the steps with guesses, at least 0
     * @return this
     * @throws IllegalArgumentException if the number of steps is negative, or a label
     */
    public B guesses(int[] labels, long steps) {
        if (steps < 0) {
            throw new IllegalArgumentException(modelName() + ": guesses for " + steps + " steps, expected at least 0");
        }
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0) {
                throw new IllegalArgumentException(
                        modelName() + ": the guess of row " + i + " is " + labels[i] + ", expected a class from 0");
            }
        }
        guesses = labels.clone();
        guessSteps = steps;
        return self();
    }

    /** The rows with and without labels; these have the guesses for labels if there are some. */
    record Parts(Dataset labelled, Dataset unlabelled, int classes) {
        int rows() {
            return labelled.rows() + (unlabelled == null ? 0 : unlabelled.rows());
        }

        String digest() {
            return labelled.digest() + (unlabelled == null ? "" : " " + unlabelled.digest());
        }
    }

    final Parts parts(Dataset data) {
        int known = 0;
        for (int i = 0; i < data.rows(); i++) {
            known += data.label(i) == Dataset.UNLABELLED ? 0 : 1;
        }
        if (known == 0) {
            throw new IllegalArgumentException(
                    modelName() + ".fit: none of the " + data.rows() + " rows has a label, expected at least 1");
        }
        int k = Math.max(classes, data.classes());
        if (k < 2 || classes > 0 && data.classes() > classes) {
            throw new IllegalArgumentException(modelName() + ".fit: the data have " + data.classes() + " classes, "
                    + (classes > 0 ? "set are " + classes : "expected at least 2"));
        }
        if (leastProbability >= 1.0 / k) {
            throw new IllegalArgumentException(modelName() + ": leastProbability is " + leastProbability
                    + ", expected less than 1/" + k + ", one by the number of classes");
        }
        int[] with = new int[known];
        int[] without = new int[data.rows() - known];
        int a = 0;
        int b = 0;
        for (int i = 0; i < data.rows(); i++) {
            if (data.label(i) == Dataset.UNLABELLED) {
                without[b++] = i;
            } else {
                with[a++] = i;
            }
        }
        Dataset rest = b == 0 ? null : data.subset(without).withoutLabels();
        return new Parts(
                data.subset(with), rest == null || guesses == null ? rest : guessed(data, rest, without, k), k);
    }

    private Dataset guessed(Dataset data, Dataset rest, int[] rows, int k) {
        if (guesses.length != data.rows()) {
            throw new IllegalArgumentException(
                    modelName() + ".fit: " + guesses.length + " guesses for " + data.rows() + " rows");
        }
        int[] labels = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            labels[i] = guesses[rows[i]];
            if (labels[i] >= k) {
                throw new IllegalArgumentException(modelName() + ".fit: the guess of row " + rows[i] + " is "
                        + labels[i] + ", expected 0 to " + (k - 1));
            }
        }
        return rest.withClasses(
                labels, IntStream.range(0, k).mapToObj(Integer::toString).toList());
    }

    final M2Net start(Moments moments, int classes, Likelihood likelihood) {
        Require.set(modelName(), "latent", latent > 0);
        Require.set(modelName(), "hidden", hidden != null);
        M2Net.Shape shape = new M2Net.Shape(
                moments.means().length,
                latent,
                classes,
                hidden,
                classifier == null ? NetworkFactory.mlp(activation, classifierSizes()) : classifier,
                activation,
                likelihood);
        return new M2Net(shape, moments, new SplittableRandom(Seeds.split(seed(), "start")));
    }

    /** Pixels are standardised together if the classifier takes them for an image. */
    final Scaling.Kind kind(Dataset data) {
        boolean images = classifier != null
                && classifier
                        .make(
                                "classifier",
                                data.dim(),
                                Math.max(2, Math.max(classes, data.classes())),
                                new SplittableRandom(0))
                        .seesImages();
        return images ? Scaling.Kind.TOGETHER : Scaling.Kind.COLUMNS;
    }

    private int[] classifierSizes() {
        return classifierSizes == null ? hidden : classifierSizes;
    }

    /**
     * Trains the networks on what the source makes of the rows, those of a validation (or null) too; the card is what the model
     * says of itself beside the training.
     */
    final M train(
            Card card,
            M2Net net,
            Parts parts,
            Dataset validation,
            SemiSupervisedStep.Source source,
            Function<ModelSummary, M> model) {
        Optimizer optimizer = optimizer().over(net.params(), learningRate());
        boolean all = parts.unlabelled() == null;
        double share = (double) parts.labelled().rows() / parts.rows();
        Scaling scaling = net.observation.scaling;
        SemiSupervisedStep step = new SemiSupervisedStep(
                net,
                source,
                scaling.of(parts.labelled()),
                all,
                labelledBatch,
                optimizer,
                new SemiSupervised(net, share, alpha, leastProbability),
                guesses == null || all ? 0 : guessSteps);
        Learner learner = Learner.of(step, optimizer)
                .scaling(scaling)
                .buffers(net.buffers())
                .objective(step::evaluate);
        if (keepsCheckpoints()) {
            learner.digest(parts.digest());
        }
        describe(card, net);
        card.settings(trainingSettings(learner))
                .result("labelled rows", parts.labelled().rows() + " of " + parts.rows());
        return train(
                all ? parts.labelled() : parts.unlabelled(),
                validation,
                learner,
                history -> model.apply(
                        card.course(history, parts.rows(), "nats per row").summary(history)));
    }

    private void describe(Card card, M2Net net) {
        card.setting("classes", net.shape.classes());
        card.setting("latent variables", latent);
        card.setting("hidden layers", Arrays.toString(hidden) + ", " + activation);
        card.setting("classifier", classifier == null ? Arrays.toString(classifierSizes()) : "given");
        card.setting("likelihood", net.shape.likelihood());
        card.setting("α", alpha);
        card.setting("labelled rows in a step", labelledBatch);
        if (leastProbability > 0) {
            card.setting("least q(y | x) in the sum", leastProbability);
        }
        if (guesses != null) {
            card.setting("steps from guesses", guessSteps);
        }
    }
}
