package lvm.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;

/** A multilayer perceptron: linear maps one after the other, each with the activation but the last. */
public final class Mlp implements Layer {
    private final List<Linear> layers = new ArrayList<>();
    private final List<Param> params;

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
        List<Param> all = new ArrayList<>();
        for (int k = 0; k + 1 < sizes.length; k++) {
            boolean last = k + 2 == sizes.length;
            WeightInit init = rectified && !last ? WeightInit.HE : WeightInit.GLOROT;
            Linear layer =
                    new Linear(name + "." + k, sizes[k], sizes[k + 1], last ? Activation.IDENTITY : f, init, rng);
            layers.add(layer);
            all.addAll(layer.params());
        }
        params = List.copyOf(all);
    }

    /**
     * The linear maps.
     *
     * @return the layers, from the input on
     */
    public List<Linear> layers() {
        return List.copyOf(layers);
    }

    @Override
    public List<Param> params() {
        return params;
    }

    @Override
    public Var forward(Tape tape, Var x) {
        Var y = x;
        for (int k = 0; k < layers.size(); k++) {
            y = layers.get(k).forward(tape, y);
        }
        return y;
    }
}
