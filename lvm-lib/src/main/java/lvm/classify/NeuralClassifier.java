package lvm.classify;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import lvm.fit.Learner;
import lvm.fit.Scaling;
import lvm.fit.StandardizedFitBuilder;
import lvm.linalg.RowOps;
import lvm.model.Card;
import lvm.model.HasClassProbabilities;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.nn.BatchNorm;
import lvm.nn.Layer;
import lvm.nn.Linear;
import lvm.nn.Mlp;
import lvm.nn.NetworkFactory;
import lvm.nn.Sequential;
import lvm.optim.Optimizer;
import lvm.random.Seeds;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.ejml.data.FMatrixRMaj;

/** A network with the probabilities of the classes as its output, q(y | x) = softmax(f(x)), learnt from labelled rows alone. */
public final class NeuralClassifier extends SavedModel implements HasClassProbabilities {
    private static final int ROWS = 2000;

    private static final String NET = "classifier";
    private static final String SCALING = "standardised";

    private final NetworkFactory network;
    private final Layer net;
    private final int dim;
    private final int classes;
    private final Scaling scaling;

    private NeuralClassifier(
            NetworkFactory network, Layer net, int dim, int classes, Scaling scaling, ModelSummary summary) {
        super(summary);
        this.network = network;
        this.net = net;
        this.dim = dim;
        this.classes = classes;
        this.scaling = scaling;
    }

    /**
     * Reads a classifier from a file.
     *
     * @param file a file of {@link #save}
     * @return the classifier, with the same bits
     * @throws java.io.UncheckedIOException as {@link Models#load(Path)}
     */
    public static NeuralClassifier load(Path file) {
        return Models.load(file, NeuralClassifier.class);
    }

    @Override
    public void store(ModelData data) {
        data.put("dim", dim).put("classes", classes).put("network", network.recipe());
        data.put(NET, net.values());
        scaling.store(data, SCALING);
    }

    static NeuralClassifier read(ModelData data) {
        int dim = data.integer("dim");
        int classes = data.integer("classes");
        NetworkFactory network = data.code("network", NetworkFactory.class, NetworkFactory::of);
        Layer net = network.make(NET, dim, classes, new SplittableRandom(0));
        data.copyTo(NET, net.values());
        return new NeuralClassifier(network, net, dim, classes, Scaling.read(data, SCALING), data.summary());
    }

    @Override
    public int dim() {
        return dim;
    }

    @Override
    public int classes() {
        return classes;
    }

    /**
     * The class probabilities.
     *
     * @param x n×D rows of observations; not modified
     * @return n×K probabilities
     * @throws IllegalArgumentException if x has another number of columns, or holds a NaN
     */
    @Override
    public FMatrixRMaj classProbabilities(FMatrixRMaj x) {
        Require.rows("NeuralClassifier.classProbabilities", "x", x, dim);
        return probabilities(scaling.of(x));
    }

    /**
     * As {@link #classProbabilities(FMatrixRMaj)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @return n×K probabilities
     * @throws IllegalArgumentException as there
     */
    @Override
    public FMatrixRMaj classProbabilities(Dataset data) {
        return classProbabilities(observations(data));
    }

    private FMatrixRMaj probabilities(FMatrixRMaj x) {
        return through(x, classes, (tape, rows) -> net.forward(tape, rows).softmax());
    }

    /** Rows as the network sees them, part by part, through a map to as many columns. */
    private static FMatrixRMaj through(FMatrixRMaj x, int columns, BiFunction<Tape, Var, Var> map) {
        FMatrixRMaj y = new FMatrixRMaj(x.numRows, columns);
        Tape tape = Tape.withoutGradients();
        for (int from = 0; from < x.numRows; from += ROWS) {
            FMatrixRMaj part = RowOps.part(x, from, Math.min(x.numRows, from + ROWS));
            Var out = map.apply(tape.reset(), tape.constant(part));
            System.arraycopy(out.value().data, 0, y.data, from * columns, part.numRows * columns);
        }
        return y;
    }

    /**
     * What the last layer of the network sees: features in which the classes are told apart by a linear map. Distances of sets of
     * rows ({@code lvm.evaluation.FrechetDistance}, {@code PrecisionRecall}) say more of them than of pixels; they belong to
     * this classifier, and numbers by another can not be compared.
     *
     * @param x n×D rows of observations; not modified
     * @return n×H features, of which the logits of the classes are W f + b
     * @throws IllegalArgumentException if x has another number of columns or holds a NaN, or if the network is no chain of at least
     *     two layers
     */
    public FMatrixRMaj features(FMatrixRMaj x) {
        Require.rows("NeuralClassifier.features", "x", x, dim);
        List<? extends Layer> layers =
                net instanceof Mlp mlp ? mlp.layers() : net instanceof Sequential chain ? chain.layers() : List.of();
        if (layers.size() < 2) {
            throw new IllegalArgumentException("NeuralClassifier.features: the network has no layer before its last,"
                    + " expected an mlp with a hidden layer or a Sequential of at least two; give one by network(…)");
        }
        Sequential before = new Sequential(layers.subList(0, layers.size() - 1));
        Tape tape = Tape.withoutGradients();
        int columns =
                before.forward(tape, tape.constant(new FMatrixRMaj(1, dim))).cols();
        return through(scaling.of(x), columns, before::forward);
    }

    /**
     * As {@link #features(FMatrixRMaj)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @return n×H features
     * @throws IllegalArgumentException as there
     */
    public FMatrixRMaj features(Dataset data) {
        return features(observations(data));
    }

    @Override
    public int[] classify(FMatrixRMaj x) {
        return RowOps.largest(classProbabilities(x));
    }

    @Override
    public int[] classify(Dataset data) {
        String where = "NeuralClassifier.classify";
        return RowOps.largest(probabilities(scaling.rows(where, data.matching(columns(), where), dim)));
    }

    /**
     * The layers of a network of linear maps: all but the last make the representation that the last, a linear classifier, is given.
     *
     * @return copies from the input on, of which the first takes rows in the units of the data; the last gives the logits
     * @throws IllegalArgumentException if the network has layers of another kind
     */
    public List<Linear> layers() {
        return scaling.into(Linear.chain("NeuralClassifier.layers", net));
    }

    /**
     * The same classifier with the running moments of its batch normalisation measured on other rows, whose labels are not looked at: adaptive
     * batch normalisation, Y. Li, N. Wang, J. Shi, J. Liu and X. Hou (2016), for rows of another domain. The rows go through as one minibatch in
     * training mode, so that a layer that draws, such as dropout, does so.
     *
     * @param data n rows with the columns of the classifier
     * @return the adapted classifier
     * @throws IllegalArgumentException if the network has no batch normalisation, or keeps something else beside its parameters
     */
    public NeuralClassifier adapted(Dataset data) {
        String where = "NeuralClassifier.adapted";
        Layer copy = network.copy(NET, dim, classes, net);
        Map<String, FMatrixRMaj> moments = copy.buffers();
        if (moments.isEmpty()
                || !moments.keySet().stream().allMatch(name -> name.endsWith(".mean") || name.endsWith(".variance"))) {
            throw new IllegalArgumentException(where + ": the network keeps " + moments.keySet()
                    + " beside its parameters, expected the moments of batch normalisation");
        }
        // From zero the running moments after one batch are its share of the batch's.
        moments.values().forEach(FMatrixRMaj::zero);
        FMatrixRMaj x = scaling.rows(where, data.matching(columns(), where), dim);
        Tape tape = Tape.withoutGradients();
        copy.forward(tape.training(new SplittableRandom(0)), tape.constant(x));
        for (FMatrixRMaj m : moments.values()) {
            for (int i = 0; i < m.getNumElements(); i++) {
                m.data[i] /= BatchNorm.SHARE;
            }
        }
        return new NeuralClassifier(network, copy, dim, classes, scaling, summary());
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the hidden layers or the network must be set
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Trains a classifier; the objective is the mean of log q(y | x). */
    public static final class Builder extends StandardizedFitBuilder<Builder, NeuralClassifier> {
        private NetworkFactory network;
        private String text;
        private double[] layerRates = {};

        private Builder() {
            super("log-likelihood, nats per row");
        }

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * A multilayer perceptron of rectified units.
         *
         * @param sizes its hidden layers, from x on; none for a linear map
         * @return this
         * @throws IllegalArgumentException if a size is less than 1
         */
        public Builder hidden(int... sizes) {
            network = NetworkFactory.mlp(Activation.RELU, sizes);
            text = Arrays.toString(sizes);
            return this;
        }

        /**
         * Any network from the D columns of x to K logits.
         *
         * @param network makes it
         * @return this
         */
        public Builder network(NetworkFactory network) {
            this.network = Objects.requireNonNull(network, "NeuralClassifier: network");
            text = "given";
            return this;
        }

        /**
         * Learning rates of their own for the layers: that of each is the learning rate times its factor, as in the discriminative fine
         * tuning of J. Howard and S. Ruder (2018). A factor of 0 freezes a layer; running moments of batch normalisation still move.
         *
         * @param factors one for each layer that has parameters, from the input on, at least 0 and finite; by default all are 1
         * @return this
         * @throws IllegalArgumentException if one is out of range
         */
        public Builder layerRates(double... factors) {
            for (double factor : factors) {
                if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY)) {
                    throw new IllegalArgumentException("NeuralClassifier: a factor of layerRates is " + factor
                            + ", expected at least 0 and finite");
                }
            }
            layerRates = factors.clone();
            return given("layerRates");
        }

        /** The layers by name, each by what stands before the last point of its parameters. */
        private void rates(Layer net, Optimizer optimizer) {
            if (layerRates.length == 0) {
                return;
            }
            List<String> layers =
                    net.params().stream().map(Builder::layer).distinct().toList();
            if (layers.size() != layerRates.length) {
                throw new IllegalArgumentException("NeuralClassifier.fit: layerRates has " + layerRates.length
                        + " factors, the network has " + layers.size() + " layers with parameters");
            }
            double[] factors = layerRates;
            optimizer.factors(p -> factors[layers.indexOf(layer(p))]);
        }

        private static String layer(Param p) {
            return p.name().substring(0, p.name().lastIndexOf('.'));
        }

        /**
         * Trains the network on the labelled rows.
         *
         * @param data n rows of which at least one has a label; those without are left out
         * @return the classifier; if the thread was interrupted, that of the last complete step
         * @throws IllegalArgumentException if no network is set or no row has a label
         * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
         * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
         */
        @Override
        public NeuralClassifier fit(Dataset data) {
            if (network == null) {
                throw new IllegalArgumentException("NeuralClassifier: neither hidden nor network is set");
            }
            Dataset rows = Labelled.rows("NeuralClassifier.fit", data);
            int classes = Labelled.classes("NeuralClassifier.fit", data);
            Layer net = network.make(NET, data.dim(), classes, new SplittableRandom(Seeds.split(seed(), "start")));
            Scaling.Kind kind = net.seesImages() ? Scaling.Kind.TOGETHER : Scaling.Kind.COLUMNS;
            Scaling scaling = scaling(data, kind);
            Optimizer optimizer = optimizer().over(net.params(), learningRate());
            rates(net, optimizer);
            Tape tape = new Tape();
            Learner learner = Learner.of(
                            (batch, rng) -> {
                                Var x = tape.reset().training(rng).constant(batch.x());
                                return optimizer.ascend(net.forward(tape, x)
                                        .categoricalLogLikelihood(batch.labels())
                                        .mean());
                            },
                            optimizer)
                    .scaling(scaling)
                    .classes(data.classNames())
                    .buffers(net.buffers())
                    .objective((batch, rng) -> net.forward(tape.reset().evaluation(), tape.constant(batch.x()))
                            .categoricalLogLikelihood(batch.labels())
                            .mean()
                            .scalar());
            Card card = Card.of("NeuralClassifier")
                    .columns(data.columns())
                    .classes(data.labelNames())
                    .setting("network", text)
                    .setting("labelled rows", rows.rows())
                    .settings(trainingSettings(learner));
            if (layerRates.length > 0) {
                card.setting("layer rates", Arrays.toString(layerRates));
            }
            describe(card, scaling, kind, data);
            return train(
                    rows,
                    learner,
                    history -> new NeuralClassifier(
                            network,
                            network.copy(NET, data.dim(), classes, net),
                            data.dim(),
                            classes,
                            scaling,
                            card.result("epochs", history.size() + ", " + history.stop())
                                    .summary(history)));
        }
    }
}
