package lvm.vae;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import lvm.autodiff.Activation;
import lvm.autodiff.ConvShape;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import lvm.fit.NeuralFitBuilder;
import lvm.model.FittedModel;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.nn.Conv2d;
import lvm.nn.Dropout;
import lvm.nn.Layer;
import lvm.nn.Linear;
import lvm.nn.NetworkFactory;
import lvm.nn.Sequential;
import lvm.nn.WeightInit;
import lvm.optim.Optimizer;
import lvm.random.Seeds;
import org.ejml.data.FMatrixRMaj;

/** A network with the probabilities of the classes as its output, q(y | x) = softmax(f(x)), learnt from labelled rows alone. */
public final class NeuralClassifier implements Classifier, FittedModel {
    private final Layer net;
    private final int dim;
    private final int classes;
    private final History history;
    private final Map<String, String> settings;

    private NeuralClassifier(Layer net, int dim, int classes, History history, Map<String, String> settings) {
        this.net = net;
        this.dim = dim;
        this.classes = classes;
        this.history = history;
        this.settings = settings;
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
    public FMatrixRMaj classProbabilities(FMatrixRMaj x) {
        Inputs.require("NeuralClassifier.classProbabilities", "x", x, dim, "the network was fitted on");
        FMatrixRMaj q = new FMatrixRMaj(x.numRows, classes);
        Tape tape = Tape.withoutGradients();
        for (int from = 0; from < x.numRows; from += M2.PAIRS) {
            FMatrixRMaj part = VaeNet.rows(x, from, Math.min(x.numRows, from + M2.PAIRS));
            Var p = net.forward(tape.reset(), tape.constant(part)).softmax();
            System.arraycopy(p.value().data, 0, q.data, from * classes, part.numRows * classes);
        }
        return q;
    }

    @Override
    public int[] classify(FMatrixRMaj x) {
        return M2.largest(classProbabilities(x));
    }

    @Override
    public History history() {
        return history;
    }

    @Override
    public ModelSummary summary() {
        return new ModelSummary(
                "NeuralClassifier", settings, Map.of("epochs", history.size() + ", " + history.stop()), history);
    }

    /**
     * A small convolutional network for square images of one channel: layers of 3×3 filters, each of which halves the sides,
     * then a hidden layer; rectified units.
     *
     * @param edge the side of the images
     * @param hidden the units of the hidden layer
     * @param filters the filters of each of the layers, at least one number
     * @return makes such networks
     * @throws IllegalArgumentException if there is no layer of filters
     */
    public static NetworkFactory convolutional(int edge, int hidden, int... filters) {
        if (filters.length == 0) {
            throw new IllegalArgumentException("NeuralClassifier.convolutional: no filters");
        }
        int[] counts = filters.clone();
        return (name, in, out, rng) -> {
            List<Layer> layers = new ArrayList<>();
            int channels = 1;
            int side = edge;
            for (int k = 0; k < counts.length; k++) {
                ConvShape shape = new ConvShape(channels, side, side, counts[k], 3, 2, 1);
                layers.add(new Conv2d(name + ".conv" + k, shape, Activation.RELU, WeightInit.HE, rng));
                channels = counts[k];
                side = shape.outHeight();
            }
            int size = channels * side * side;
            layers.add(new Linear(name + ".hidden", size, hidden, Activation.RELU, WeightInit.HE, rng));
            layers.add(new Dropout(0.5));
            layers.add(new Linear(name + ".out", hidden, out, Activation.IDENTITY, WeightInit.GLOROT, rng));
            return new Sequential(layers.toArray(Layer[]::new));
        };
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
    public static final class Builder extends NeuralFitBuilder<Builder, NeuralClassifier> {
        private NetworkFactory network;
        private String text;

        private Builder() {}

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        protected String objectiveName() {
            return "log-likelihood, nats per row";
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
            Layer net =
                    network.make("classifier", data.dim(), classes, new SplittableRandom(Seeds.split(seed(), "start")));
            Optimizer optimizer = optimizer().over(net.params(), learningRate());
            Map<String, String> settings = new LinkedHashMap<>();
            settings.put("network", text);
            settings.put("labelled rows", String.valueOf(rows.rows()));
            settings.putAll(trainingSettings(optimizer));
            Tape tape = new Tape();
            return train(
                    rows,
                    optimizer,
                    net.buffers(),
                    (batch, rng) -> {
                        Var x = tape.reset().training(rng).constant(batch.x());
                        return optimizer.ascend(net.forward(tape, x)
                                .categoricalLogLikelihood(batch.labels())
                                .mean());
                    },
                    (batch, rng) -> net.forward(tape.reset().evaluation(), tape.constant(batch.x()))
                            .categoricalLogLikelihood(batch.labels())
                            .mean()
                            .scalar(),
                    history -> new NeuralClassifier(
                            network.copy("classifier", data.dim(), classes, net),
                            data.dim(),
                            classes,
                            history,
                            settings));
        }
    }
}
