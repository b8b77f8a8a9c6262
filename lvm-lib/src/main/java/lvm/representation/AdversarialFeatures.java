package lvm.representation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import lvm.autodiff.Activation;
import lvm.autodiff.Node;
import lvm.autodiff.Op;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.classify.Labelled;
import lvm.data.Dataset;
import lvm.fit.Learner;
import lvm.fit.Scaling;
import lvm.fit.StandardizedFitBuilder;
import lvm.linalg.RowOps;
import lvm.model.Card;
import lvm.model.HasClassProbabilities;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.nn.HasEncoderLayers;
import lvm.nn.Layer;
import lvm.nn.Linear;
import lvm.nn.Mlp;
import lvm.nn.Module;
import lvm.nn.NetworkFactory;
import lvm.optim.Optimizer;
import lvm.random.Seeds;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.ejml.data.FMatrixRMaj;

/**
 * A classifier for two domains of which one has labels, by features that tell the class and not the domain: with features h = f(x), a linear
 * classifier q(y | h) and a discriminator r(d | h) of the two domains,
 *
 * <p>max over f, q of mean over labelled rows of log q(y | f(x)) − λ · mean over all rows of log r(d | f(x)), and max over r of the last mean,
 *
 * <p>in one step by reversal of the gradient between f and r. Y. Ganin and V. Lempitsky (2015); Y. Ganin et al. (2016), Domain-adversarial training
 * of neural networks. Rows with a label are the one domain, those without the other. Features of equal distribution in both need not have the
 * classes at the same places: nothing promises that it helps.
 */
public final class AdversarialFeatures extends SavedModel implements HasClassProbabilities, HasEncoderLayers {
    private static final String FEATURES = "features";
    private static final String CLASSIFIER = "classifier";

    private final EncoderNetwork features;
    private final EncoderNetwork classifier;

    private AdversarialFeatures(EncoderNetwork features, EncoderNetwork classifier, ModelSummary summary) {
        super(summary);
        this.features = features;
        this.classifier = classifier;
    }

    /**
     * Reads a classifier from a file.
     *
     * @param file a file of {@link #save}
     * @return the classifier, with the same bits
     * @throws java.io.UncheckedIOException as {@link Models#load(Path)}
     */
    public static AdversarialFeatures load(Path file) {
        return Models.load(file, AdversarialFeatures.class);
    }

    @Override
    public void store(ModelData data) {
        data.putModel(FEATURES, features).putModel(CLASSIFIER, classifier);
    }

    static AdversarialFeatures read(ModelData data) {
        return new AdversarialFeatures(
                data.model(FEATURES, EncoderNetwork.class),
                data.model(CLASSIFIER, EncoderNetwork.class),
                data.summary());
    }

    @Override
    public int dim() {
        return features.dim();
    }

    @Override
    public int latentDim() {
        return features.latentDim();
    }

    @Override
    public int classes() {
        return classifier.latentDim();
    }

    @Override
    public List<Linear> encoderLayers() {
        return features.encoderLayers();
    }

    /** {@return copies of all layers from the input on, which takes rows in the units of the data; the last gives the logits} */
    public List<Linear> layers() {
        List<Linear> all = new ArrayList<>(features.encoderLayers());
        all.addAll(classifier.encoderLayers());
        return List.copyOf(all);
    }

    /** The features f(x). */
    @Override
    public FMatrixRMaj encode(FMatrixRMaj x) {
        Require.rows("AdversarialFeatures.encode", "x", x, dim());
        return features.encode(x);
    }

    @Override
    public FMatrixRMaj classProbabilities(FMatrixRMaj x) {
        Require.rows("AdversarialFeatures.classProbabilities", "x", x, dim());
        Tape tape = Tape.withoutGradients();
        FMatrixRMaj logits = classifier.encode(features.encode(x));
        return tape.constant(logits).softmax().value().copy();
    }

    @Override
    public int[] classify(FMatrixRMaj x) {
        return RowOps.largest(classProbabilities(x));
    }

    /** The identity, whose gradient comes back times −λ. */
    private static final class Reversal extends Op {
        private final float weight;

        Reversal(double weight) {
            super("reversal");
            this.weight = (float) weight;
        }

        @Override
        protected void forward(Node y) {
            System.arraycopy(y.input(0).value().data, 0, y.value().data, 0, y.size());
        }

        @Override
        protected void backward(Node y) {
            if (y.input(0).needsGradient()) {
                float[] dx = y.input(0).addend();
                for (int i = 0; i < y.size(); i++) {
                    dx[i] -= weight * y.gradient().data[i];
                }
            }
        }
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the hidden layers must be set
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Trains features, classifier and discriminator at once; what is recorded is mean log q(y | h) + mean log r(d | h), which is no objective. */
    public static final class Builder extends StandardizedFitBuilder<Builder, AdversarialFeatures> {
        /** λ when none is set. */
        public static final double DEFAULT_WEIGHT = 0.1;

        private int[] hidden = {};
        private int[] discriminator = {100};
        private double weight = DEFAULT_WEIGHT;

        private Builder() {
            super("log-likelihoods of class and domain, nats per row");
        }

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * The layers of f, of rectified units; the last are the features.
         *
         * @param sizes from x on, at least one, each at least 1
         * @return this
         * @throws IllegalArgumentException if a size is less than 1
         */
        public Builder hidden(int... sizes) {
            hidden = sizes("hidden", sizes);
            return given("hidden");
        }

        /**
         * The hidden layers of the discriminator, of rectified units.
         *
         * @param sizes from the features on; none for a linear one; by default one of 100 units
         * @return this
         * @throws IllegalArgumentException if a size is less than 1
         */
        public Builder discriminator(int... sizes) {
            discriminator = sizes("discriminator", sizes);
            return given("discriminator");
        }

        private static int[] sizes(String name, int... sizes) {
            for (int size : sizes) {
                Require.atLeast("AdversarialFeatures", name, 1, size);
            }
            return sizes.clone();
        }

        /**
         * How much the features mind the discriminator.
         *
         * @param weight λ, at least 0 and finite, by default {@link #DEFAULT_WEIGHT}
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder weight(double weight) {
            if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "AdversarialFeatures: weight is " + weight + ", expected at least 0 and finite");
            }
            this.weight = weight;
            return given("weight");
        }

        /**
         * Learns from the rows of both domains.
         *
         * @param data n rows: those with a label are of the one domain, those without of the other; there must be both
         * @return the classifier; if the thread was interrupted, that of the last complete step
         * @throws IllegalArgumentException if no hidden layer is set, or one of the domains is missing
         * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
         * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
         */
        @Override
        public AdversarialFeatures fit(Dataset data) {
            String where = "AdversarialFeatures.fit";
            if (hidden.length == 0) {
                throw new IllegalArgumentException("AdversarialFeatures: hidden not set");
            }
            int known = Labelled.rows(where, data).rows();
            if (known == data.rows()) {
                throw new IllegalArgumentException(
                        where + ": all " + known + " rows have labels, expected rows of the other domain without");
            }
            int classes = Labelled.classes(where, data);
            SplittableRandom rng = new SplittableRandom(Seeds.split(seed(), "start"));
            int width = hidden[hidden.length - 1];
            List<Activation> f = IntStream.range(0, hidden.length - 1)
                    .mapToObj(k -> Activation.RELU)
                    .toList();
            Layer inner = NetworkFactory.layers(f, Arrays.copyOf(hidden, hidden.length - 1))
                    .make(FEATURES, data.dim(), width, rng);
            Mlp head = Mlp.of(CLASSIFIER, Activation.RELU, width, classes, rng);
            Mlp judge = Mlp.of("discriminator", Activation.RELU, width, 2, rng, discriminator);
            Scaling scaling = scaling(data, Scaling.Kind.COLUMNS);
            Optimizer optimizer = optimizer().over(Module.params(List.of(inner, head, judge)), learningRate());
            Tape tape = new Tape();
            Reversal reversal = new Reversal(weight);
            Learner learner = Learner.of(
                            (batch, random) -> {
                                Var x = tape.reset().training(random).constant(batch.x());
                                Var h = inner.forward(tape, x).activate(Activation.RELU);
                                int[] labels = batch.labels();
                                int[] domains = IntStream.of(labels)
                                        .map(label -> label == Dataset.UNLABELLED ? 1 : 0)
                                        .toArray();
                                Var turned = tape.apply(reversal, h.rows(), h.cols(), h);
                                Var objective = judge.forward(tape, turned)
                                        .categoricalLogLikelihood(domains)
                                        .mean();
                                int[] rows = IntStream.range(0, labels.length)
                                        .filter(i -> domains[i] == 0)
                                        .toArray();
                                if (rows.length > 0) {
                                    int[] some = IntStream.of(rows)
                                            .map(i -> labels[i])
                                            .toArray();
                                    objective = objective.add(head.forward(tape, h.gatherRows(rows))
                                            .categoricalLogLikelihood(some)
                                            .mean());
                                }
                                return optimizer.ascend(objective);
                            },
                            optimizer)
                    .scaling(scaling);
            Card card = Card.of("AdversarialFeatures")
                    .columns(data.columns())
                    .classes(data.labelNames())
                    .setting("hidden", Arrays.toString(hidden))
                    .setting("discriminator", Arrays.toString(discriminator))
                    .setting("λ", weight)
                    .setting("labelled rows", known + " of " + data.rows())
                    .settings(trainingSettings(learner));
            describe(card, scaling, Scaling.Kind.COLUMNS, data);
            return train(
                    data,
                    learner,
                    history -> new AdversarialFeatures(
                            EncoderNetwork.of(rectified(scaling.into(Linear.chain(where, inner)))),
                            EncoderNetwork.of(head.layers()),
                            card.result("epochs", history.size() + ", " + history.stop())
                                    .summary(history)));
        }

        private static List<Linear> rectified(List<Linear> layers) {
            List<Linear> all = new ArrayList<>(layers);
            Linear last = all.remove(all.size() - 1);
            all.add(new Linear(last.name(), last.weights().value(), last.bias().value(), Activation.RELU));
            return all;
        }
    }
}
