package lvm.representation;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import lvm.autodiff.Activation;
import lvm.classify.NeuralClassifier;
import lvm.data.Dataset;
import lvm.data.Matrices;
import lvm.nn.HasEncoderLayers;
import lvm.nn.Layer;
import lvm.nn.Linear;
import lvm.nn.NetworkFactory;
import lvm.nn.Sequential;
import lvm.nn.WeightInit;
import lvm.store.Recipe;
import org.ejml.data.FMatrixRMaj;

/**
 * Greedy layer-wise unsupervised pretraining: the first learner learns from the rows x, the second from the codes h₁ = f₁(x) that the first
 * one makes of them, and so on, each for itself and none once more. The layers are then the start of a network whose last layer is random,
 * and all of it is tuned together. G. E. Hinton, S. Osindero and Y.-W. Teh (2006); Y. Bengio, P. Lamblin, D. Popovici and H. Larochelle (2007).
 *
 * <pre>{@code
 * NeuralClassifier net = Pretraining.of(images)
 *         .stack(Rbm.builder().hidden(500).epochs(20)::fit)
 *         .stack(Rbm.builder().hidden(300).epochs(20)::fit)
 *         .toClassifier()
 *         .layerRates(.1, .3, 1)
 *         .epochs(50)
 *         .fit(labelled);
 * }</pre>
 *
 * <p>A learner is whatever gives an encoder of layers: restricted Boltzmann machines, autoencoders, or {@link EncoderNetwork}, which makes a
 * layer of any other encoder. Immutable: stacking one more gives another object.
 */
public final class Pretraining {
    private final Dataset data;
    private final List<HasEncoderLayers> models;
    private final List<Linear> layers;

    private Pretraining(Dataset data, List<HasEncoderLayers> models, List<Linear> layers) {
        this.data = data;
        this.models = models;
        this.layers = layers;
    }

    /** Learns the next layers of a stack. */
    @FunctionalInterface
    public interface Trainer {
        /**
         * Learns from what the layers below make of the rows.
         *
         * @param rows n rows without labels
         * @return a model of these rows
         */
        HasEncoderLayers fit(Dataset rows);
    }

    /**
     * A stack without a layer.
     *
     * @param data n rows of D numbers to learn from; labels are left out
     * @return the stack
     */
    public static Pretraining of(Dataset data) {
        return new Pretraining(data.withoutLabels(), List.of(), List.of());
    }

    /**
     * Learns the next layers, on what those below make of the rows.
     *
     * @param trainer learns them, as the {@code fit} of a builder does
     * @return a stack with these layers too
     * @throws IllegalArgumentException if what it learns does not take the columns of the rows, or its encoder is not made of layers
     * @throws java.util.concurrent.CancellationException if the thread is interrupted before the fit has begun
     */
    public Pretraining stack(Trainer trainer) {
        HasEncoderLayers model =
                Objects.requireNonNull(trainer, "Pretraining.stack: trainer").fit(codes());
        List<Linear> next = model.encoderLayers();
        if (EncoderNetwork.in(next.get(0)) != width()) {
            throw new IllegalArgumentException("Pretraining.stack: the encoder takes " + EncoderNetwork.in(next.get(0))
                    + " columns, expected " + width());
        }
        List<HasEncoderLayers> all = new ArrayList<>(models);
        all.add(model);
        List<Linear> through = new ArrayList<>(layers);
        through.addAll(next);
        return new Pretraining(data, List.copyOf(all), List.copyOf(through));
    }

    /** {@return what the learner of the next layer sees: the rows, or their codes by the models so far} */
    public Dataset codes() {
        Dataset rows = data;
        for (HasEncoderLayers model : models) {
            rows = Dataset.of(model.encode(rows));
        }
        return rows;
    }

    private int width() {
        return layers.isEmpty() ? data.dim() : EncoderNetwork.out(layers.get(layers.size() - 1));
    }

    /** {@return the number of layers} */
    public int depth() {
        return layers.size();
    }

    /** {@return the sizes of the layers, from the lowest; none before the first} */
    public int[] hidden() {
        return layers.stream().mapToInt(EncoderNetwork::out).toArray();
    }

    /** {@return the models that were stacked, from the lowest; one with several layers counts once} */
    public List<HasEncoderLayers> models() {
        return models;
    }

    /**
     * The stack as an encoder: its features before any tuning.
     *
     * @return the network of all layers
     * @throws IllegalArgumentException if there is none
     */
    public EncoderNetwork toEncoder() {
        return EncoderNetwork.of(layers);
    }

    /**
     * Networks that begin as the stack, with a last linear map at its random start. The rows are to be those that the lowest model takes, as
     * they are.
     *
     * @return makes them; their layers are name.0, name.1, …, and the parameters their own; stored as {@link NetworkFactory#layers}
     */
    public NetworkFactory toNetwork() {
        List<Activation> f = layers.stream().map(Linear::activation).toList();
        Recipe recipe = NetworkFactory.layers(f, hidden()).recipe().orElseThrow();
        return NetworkFactory.offered(recipe, (name, in, out, rng) -> {
            if (in != data.dim()) {
                throw new IllegalArgumentException(
                        "Pretraining.toNetwork: the rows have " + in + " columns, expected " + data.dim());
            }
            List<Layer> all = new ArrayList<>(EncoderNetwork.copies(name, layers));
            all.add(new Linear(name + "." + layers.size(), width(), out, Activation.IDENTITY, WeightInit.GLOROT, rng));
            return new Sequential(all);
        });
    }

    /**
     * The same network without the pretraining: the sizes and activations of the stack from random starts, for comparison.
     *
     * @return makes such networks
     */
    public NetworkFactory toRandomNetwork() {
        return NetworkFactory.layers(layers.stream().map(Linear::activation).toList(), hidden());
    }

    /**
     * A classifier that begins as the stack, to be tuned on rows with labels.
     *
     * @return a builder with the network set, which takes the rows as they are
     */
    public NeuralClassifier.Builder toClassifier() {
        return NeuralClassifier.builder().network(toNetwork()).standardize(false);
    }

    /**
     * The encoder of a deep autoencoder that begins as the stack: its last layer lacks the activation, which is the code's.
     *
     * @return makes it, from the columns of the rows to the units of the last layer
     * @throws IllegalArgumentException if there is no layer
     */
    public NetworkFactory toDeepEncoder() {
        List<Linear> through = new ArrayList<>(toEncoder().encoderLayers());
        int last = through.size() - 1;
        through.set(last, linear(through.get(last), Activation.IDENTITY));
        return fixed("Pretraining.toDeepEncoder", through);
    }

    /**
     * The decoder of a deep autoencoder that begins as the stack unrolled: the transposed weights of the layers in the reverse order, with the
     * activation of the layer to whose input each leads and the biases b = 0. G. E. Hinton and R. Salakhutdinov (2006), but for the biases.
     *
     * @return makes it, from the units of the last layer to the columns of the rows, which are linear
     * @throws IllegalArgumentException if there is no layer
     */
    public NetworkFactory toDeepDecoder() {
        List<Linear> down = new ArrayList<>();
        List<Linear> up = toEncoder().encoderLayers();
        for (int k = up.size() - 1; k >= 0; k--) {
            FMatrixRMaj w = Matrices.transpose(up.get(k).weights().value());
            Activation f = k == 0 ? Activation.IDENTITY : up.get(k - 1).activation();
            down.add(new Linear("decoder", w, new FMatrixRMaj(1, w.numCols), f));
        }
        return fixed("Pretraining.toDeepDecoder", down);
    }

    private static Linear linear(Linear layer, Activation f) {
        return new Linear(layer.name(), layer.weights().value(), layer.bias().value(), f);
    }

    private static NetworkFactory fixed(String where, List<Linear> layers) {
        List<Linear> inner = layers.subList(0, layers.size() - 1);
        int[] hidden = inner.stream().mapToInt(EncoderNetwork::out).toArray();
        List<Activation> f = inner.stream().map(Linear::activation).toList();
        int from = EncoderNetwork.in(layers.get(0));
        int to = EncoderNetwork.out(layers.get(layers.size() - 1));
        Recipe recipe = NetworkFactory.layers(f, hidden).recipe().orElseThrow();
        return NetworkFactory.offered(recipe, (name, in, out, rng) -> {
            if (in != from || out != to) {
                throw new IllegalArgumentException(where + ": a network from " + in + " to " + out
                        + " columns is asked for, expected from " + from + " to " + to);
            }
            return new Sequential(EncoderNetwork.copies(name, layers));
        });
    }
}
