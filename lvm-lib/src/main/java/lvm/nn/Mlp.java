package lvm.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.store.Recipe;

/** A multilayer perceptron: linear maps one after the other, each with the activation but the last. */
public final class Mlp implements Layer {
    private final List<Linear> layers;
    private final Sequential chain;

    /**
     * A network with {@link WeightInit#HE} starts for rectified units, else {@link WeightInit#GLOROT}.
     *
     * @param name the network's name; the layers are name.0, name.1, …
     * @param f the activation of all layers but the last, which has none
     * @param rng the source of the start values; advanced
     * @param sizes the columns of the input, of each hidden layer and of the output, at least two numbers
     * @throws IllegalArgumentException if there are less than two sizes or one is less than 1
     */
    public Mlp(String name, Activation f, RandomGenerator rng, int... sizes) {
        if (sizes.length < 2) {
            throw new IllegalArgumentException("Mlp: " + sizes.length + " sizes, expected input, hidden …, output");
        }
        boolean rectified = f == Activation.RELU || f == Activation.LEAKY_RELU;
        List<Linear> all = new ArrayList<>();
        for (int k = 0; k + 1 < sizes.length; k++) {
            boolean last = k + 2 == sizes.length;
            WeightInit init = rectified && !last ? WeightInit.HE : WeightInit.GLOROT;
            all.add(new Linear(name + "." + k, sizes[k], sizes[k + 1], last ? Activation.IDENTITY : f, init, rng));
        }
        layers = List.copyOf(all);
        chain = new Sequential(layers);
    }

    /**
     * The same network with its sizes in three parts.
     *
     * @param name the network's name; the layers are name.0, name.1, …
     * @param f the activation of all layers but the last, which has none
     * @param in the columns of the input, at least 1
     * @param out the columns of the output, at least 1
     * @param rng the source of the start values; advanced
     * @param hidden the columns of each hidden layer, each at least 1; none for a linear map
     * @return the network
     * @throws IllegalArgumentException if a number is less than 1
     */
    public static Mlp of(String name, Activation f, int in, int out, RandomGenerator rng, int... hidden) {
        int[] sizes = new int[hidden.length + 2];
        sizes[0] = in;
        System.arraycopy(hidden, 0, sizes, 1, hidden.length);
        sizes[sizes.length - 1] = out;
        return new Mlp(name, f, rng, sizes);
    }

    /**
     * The linear maps.
     *
     * @return the layers, from the input on
     */
    public List<Linear> layers() {
        return layers;
    }

    @Override
    public List<Param> params() {
        return chain.params();
    }

    @Override
    public Optional<Param> outputBias() {
        return chain.outputBias();
    }

    @Override
    public Optional<Param> outputWeights() {
        return chain.outputWeights();
    }

    @Override
    public Optional<Recipe> recipe() {
        int[] hidden = layers.stream()
                .limit(layers.size() - 1L)
                .mapToInt(layer -> layer.bias().value().numCols)
                .toArray();
        return NetworkFactory.mlp(layers.get(0).f, hidden).recipe();
    }

    @Override
    public Var forward(Tape tape, Var x) {
        return chain.forward(tape, x);
    }

    @Override
    public Tangent tangent(Tape tape, Var x, Var along) {
        return chain.tangent(tape, x, along);
    }
}
