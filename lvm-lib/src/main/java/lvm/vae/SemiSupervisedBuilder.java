package lvm.vae;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import lvm.autodiff.Activation;
import lvm.data.Dataset;
import lvm.fit.NeuralFitBuilder;
import lvm.model.History;
import lvm.nn.NetworkFactory;
import lvm.optim.Optimizer;
import lvm.random.Seeds;

/**
 * The settings of M2 and of what is made of it. The objective is −Jᵅ/n in nats per row of the data; that of validation rows is
 * the bound −U(x), without a look at their labels.
 *
 * @param <B> the builder itself
 * @param <M> the model it makes
 */
public abstract class SemiSupervisedBuilder<B extends SemiSupervisedBuilder<B, M>, M> extends NeuralFitBuilder<B, M> {
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

    SemiSupervisedBuilder() {}

    @Override
    protected String objectiveName() {
        return "−J/n, nats per row";
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
     * Any network for q(y | x), such as {@link NeuralClassifier#convolutional}.
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
        if (!(alpha >= 0 && alpha < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    modelName() + ": alpha is " + alpha + ", expected at least 0 and finite");
        }
        this.alpha = alpha;
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
     * there are classes left, not K.
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
        return rest.withLabels(labels);
    }

    final M2Net start(Moments moments, int classes, Likelihood likelihood) {
        if (latent == 0) {
            throw new IllegalArgumentException(modelName() + ": latent not set");
        }
        if (hidden == null) {
            throw new IllegalArgumentException(modelName() + ": hidden not set");
        }
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

    private int[] classifierSizes() {
        return classifierSizes == null ? hidden : classifierSizes;
    }

    /** Trains the networks on what the source makes of the rows, and makes the model of a copy of them and a card. */
    final M train(M2Net net, Parts parts, SemiSupervisedStep.Source source, BiFunction<History, Card, M> model) {
        Optimizer optimizer = optimizer().over(net.params(), learningRate());
        boolean all = parts.unlabelled() == null;
        double share = (double) parts.labelled().rows() / parts.rows();
        SemiSupervisedStep step = new SemiSupervisedStep(
                net,
                source,
                parts.labelled(),
                all,
                labelledBatch,
                optimizer,
                new SemiSupervised(net, share, alpha, leastProbability),
                guesses == null || all ? 0 : guessSteps);
        Map<String, String> settings = settings(optimizer, net);
        return train(
                all ? parts.labelled() : parts.unlabelled(),
                optimizer,
                net.buffers(),
                step,
                step::evaluate,
                history -> {
                    Map<String, String> results = new LinkedHashMap<>();
                    results.put("labelled rows", parts.labelled().rows() + " of " + parts.rows());
                    results.putAll(VaeBuilder.results(history, parts.rows()));
                    return model.apply(history, new Card(settings, results));
                });
    }

    /** What a model's card says. */
    record Card(Map<String, String> settings, Map<String, String> results) {}

    private Map<String, String> settings(Optimizer optimizer, M2Net net) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("classes", String.valueOf(net.shape.classes()));
        settings.put("latent variables", String.valueOf(latent));
        settings.put("hidden layers", Arrays.toString(hidden) + ", " + activation);
        settings.put("classifier", classifier == null ? Arrays.toString(classifierSizes()) : "given");
        settings.put("likelihood", net.shape.likelihood().toString());
        settings.put("α", String.valueOf(alpha));
        settings.put("labelled rows in a step", String.valueOf(labelledBatch));
        if (leastProbability > 0) {
            settings.put("least q(y | x) in the sum", String.valueOf(leastProbability));
        }
        if (guesses != null) {
            settings.put("steps from guesses", String.valueOf(guessSteps));
        }
        settings.putAll(trainingSettings(optimizer));
        return settings;
    }
}
