package lvm.representation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import lvm.autodiff.Activation;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import lvm.data.Matrices;
import lvm.fit.Learner;
import lvm.fit.Scaling;
import lvm.fit.StandardizedFitBuilder;
import lvm.linalg.RowOps;
import lvm.model.Card;
import lvm.model.HasEncoder;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.model.SinglePrecision;
import lvm.nn.HasEncoderLayers;
import lvm.nn.Linear;
import lvm.nn.Sequential;
import lvm.nn.WeightInit;
import lvm.optim.Optimizer;
import lvm.random.Seeds;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.ejml.data.FMatrixRMaj;

/**
 * A network as an encoder, h = f_L(… f₁(x W₁ + b₁) … W_L + b_L). It is put together from layers that were learnt, as those of a
 * {@link Pretraining}, or one layer is learnt by regression on the codes of a model whose encoder is no layer, such as the optimisation of
 * sparse coding:
 *
 * <p>minimise Σᵢ ‖f(xᵢ W + b) − h*(xᵢ)‖²,
 *
 * <p>which K. Kavukcuoglu, M. Ranzato and Y. LeCun (2008) call predictive sparse decomposition where the codes are moved as well; here they
 * stay. With a linear f it is least squares.
 */
public final class EncoderNetwork extends SavedModel implements SinglePrecision, HasEncoderLayers {
    private static final int ROWS = 1000;
    private static final String LAYERS = "encoder";

    private final List<Linear> layers;
    private final Sequential chain;

    private EncoderNetwork(List<Linear> layers, ModelSummary summary) {
        super(summary);
        this.layers = layers;
        chain = new Sequential(layers);
    }

    /**
     * A network of layers that were learnt before.
     *
     * @param layers from the input on; copied
     * @return the network; its history is a closed form's
     * @throws IllegalArgumentException if there is none, or one does not take as many columns as the one before makes
     */
    public static EncoderNetwork of(List<Linear> layers) {
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("EncoderNetwork.of: there are no layers");
        }
        List<Linear> copies = copies(LAYERS, layers);
        for (int k = 1; k < copies.size(); k++) {
            if (in(copies.get(k)) != out(copies.get(k - 1))) {
                throw new IllegalArgumentException("EncoderNetwork.of: layer " + k + " takes " + in(copies.get(k))
                        + " columns, the one before makes " + out(copies.get(k - 1)));
            }
        }
        Card card = Card.of("EncoderNetwork")
                .setting("layers", sizes(copies).toString())
                .setting("activations", activations(copies));
        return new EncoderNetwork(copies, card.summary(History.closedForm()));
    }

    /** Copies of layers by the names name.0, name.1, …. */
    static List<Linear> copies(String name, List<Linear> layers) {
        List<Linear> copies = new ArrayList<>();
        for (Linear layer : layers) {
            copies.add(new Linear(
                    name + "." + copies.size(),
                    layer.weights().value(),
                    layer.bias().value(),
                    layer.activation()));
        }
        return List.copyOf(copies);
    }

    static int in(Linear layer) {
        return layer.weights().value().numRows;
    }

    static int out(Linear layer) {
        return layer.weights().value().numCols;
    }

    private static List<Integer> sizes(List<Linear> layers) {
        return layers.stream().map(EncoderNetwork::out).toList();
    }

    private static String activations(List<Linear> layers) {
        return layers.stream().map(layer -> layer.activation().name()).collect(Collectors.joining(" "));
    }

    /**
     * Reads a network from a file.
     *
     * @param file a file of {@link #save}
     * @return the network, with the same bits
     * @throws java.io.UncheckedIOException as {@link Models#load(Path)}
     */
    public static EncoderNetwork load(Path file) {
        return Models.load(file, EncoderNetwork.class);
    }

    @Override
    public void store(ModelData data) {
        int[] sizes = sizes(layers).stream().mapToInt(Integer::intValue).toArray();
        data.put("dim", dim()).put("sizes", sizes).put("activations", activations(layers));
        data.put(LAYERS, chain.values());
    }

    static EncoderNetwork read(ModelData data) {
        int[] sizes = data.integers("sizes");
        String[] activations = data.text("activations").split(" ");
        int in = data.integer("dim");
        List<Linear> layers = new ArrayList<>();
        for (int k = 0; k < sizes.length; k++) {
            Activation f = Activation.valueOf(activations[k]);
            layers.add(new Linear(LAYERS + "." + k, in, sizes[k], f, WeightInit.GLOROT, new SplittableRandom(0)));
            in = sizes[k];
        }
        EncoderNetwork network = new EncoderNetwork(List.copyOf(layers), data.summary());
        data.copyTo(LAYERS, network.chain.values());
        return network;
    }

    @Override
    public int dim() {
        return in(layers.get(0));
    }

    @Override
    public int latentDim() {
        return out(layers.get(layers.size() - 1));
    }

    @Override
    public List<Linear> encoderLayers() {
        return copies(LAYERS, layers);
    }

    /** The output h of the last layer. */
    @Override
    public FMatrixRMaj encode(FMatrixRMaj x) {
        Require.rows("EncoderNetwork.encode", "x", x, dim());
        FMatrixRMaj h = new FMatrixRMaj(x.numRows, latentDim());
        Tape tape = Tape.withoutGradients();
        for (int from = 0; from < x.numRows; from += ROWS) {
            int to = Math.min(x.numRows, from + ROWS);
            Var part = chain.forward(tape.reset(), tape.constant(RowOps.part(x, from, to)));
            System.arraycopy(part.value().data, 0, h.data, from * h.numCols, (to - from) * h.numCols);
        }
        return h;
    }

    /**
     * Starts the settings of a regression on the codes of a model.
     *
     * @return a builder; the teacher must be set
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Learns one layer by regression on codes; the objective is the mean of −‖f(x W + b) − h*(x)‖². */
    public static final class Builder extends StandardizedFitBuilder<Builder, EncoderNetwork> {
        private HasEncoder<?> teacher;
        private Activation activation = Activation.RELU;
        private boolean split;

        private Builder() {
            super("negative squared error per row");
        }

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * The model whose codes are learnt.
         *
         * @param teacher any encoder of rows with the columns of the data
         * @return this
         */
        public Builder teacher(HasEncoder<?> teacher) {
            this.teacher = Objects.requireNonNull(teacher, "EncoderNetwork: teacher");
            return given("teacher");
        }

        /**
         * The activation of the layer.
         *
         * @param activation f, by default rectified units
         * @return this
         */
        public Builder activation(Activation activation) {
            this.activation = Objects.requireNonNull(activation, "EncoderNetwork: activation");
            return given("activation");
        }

        /**
         * Whether each code has two units, one for max(0, h) and one for max(0, −h): the K units of the first kind come first. Rectified units
         * give no negative numbers.
         *
         * @param split by default false
         * @return this
         */
        public Builder split(boolean split) {
            this.split = split;
            return given("split");
        }

        /**
         * Encodes the rows by the teacher and learns the layer.
         *
         * @param data n rows; labels are not looked at
         * @return a network of one layer; if the thread was interrupted, that of the last complete step
         * @throws IllegalArgumentException if no teacher is set, the rows are not his, or the codes have numbers below 0 and the activation
         *     gives none
         * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
         * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
         */
        @Override
        public EncoderNetwork fit(Dataset data) {
            if (teacher == null) {
                throw new IllegalArgumentException("EncoderNetwork: teacher not set");
            }
            FMatrixRMaj codes = codes(data);
            Linear layer = new Linear(
                    LAYERS + ".0",
                    data.dim(),
                    codes.numCols,
                    activation,
                    WeightInit.GLOROT,
                    new SplittableRandom(Seeds.split(seed(), "start")));
            Scaling scaling = scaling(data, Scaling.Kind.COLUMNS);
            Optimizer optimizer = optimizer().over(layer.params(), learningRate());
            Tape tape = new Tape();
            FMatrixRMaj targets = new FMatrixRMaj(0, 0);
            Learner learner = Learner.of(
                            (batch, rng) -> {
                                targets.reshape(batch.size(), codes.numCols);
                                for (int i = 0; i < batch.size(); i++) {
                                    RowOps.copyRow(codes, batch.row(i), targets, i);
                                }
                                Var error = layer.forward(tape.reset().training(rng), tape.constant(batch.x()))
                                        .sub(tape.constant(targets));
                                return optimizer.ascend(error.mul(error).sum().mul(-1f / batch.size()));
                            },
                            optimizer)
                    .scaling(scaling);
            Card card = Card.of("EncoderNetwork")
                    .columns(data.columns())
                    .setting("teacher", teacher.getClass().getSimpleName())
                    .setting("units", codes.numCols + (split ? ", two for each code" : ""))
                    .setting("activation", activation)
                    .settings(trainingSettings(learner));
            describe(card, scaling, Scaling.Kind.COLUMNS, data);
            return train(
                    data,
                    learner,
                    history -> new EncoderNetwork(
                            List.of(scaling.into(layer)),
                            card.result("epochs", history.size() + ", " + history.stop())
                                    .summary(history)));
        }

        private FMatrixRMaj codes(Dataset data) {
            FMatrixRMaj codes = Matrices.floats(teacher.encode(data));
            if (!split) {
                boolean positive = activation == Activation.RELU
                        || activation == Activation.SOFTPLUS
                        || activation == Activation.SIGMOID;
                for (float code : codes.data) {
                    if (positive && code < 0) {
                        throw new IllegalArgumentException("EncoderNetwork: a code is " + code + ", and " + activation
                                + " gives no negative numbers; set split(true), or another activation");
                    }
                }
                return codes;
            }
            FMatrixRMaj both = new FMatrixRMaj(codes.numRows, 2 * codes.numCols);
            for (int i = 0; i < codes.numRows; i++) {
                for (int j = 0; j < codes.numCols; j++) {
                    both.set(i, j, Math.max(0, codes.get(i, j)));
                    both.set(i, codes.numCols + j, Math.max(0, -codes.get(i, j)));
                }
            }
            return both;
        }
    }

    @Override
    public String toString() {
        return "EncoderNetwork from " + dim() + " to " + sizes(layers);
    }
}
