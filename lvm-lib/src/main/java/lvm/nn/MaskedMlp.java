package lvm.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.Mask;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import org.ejml.data.FMatrixRMaj;

/**
 * A masked multilayer perceptron: every input and output has a degree, and the outputs of degree d depend on the inputs of degrees
 * below d and on no others. Hidden units have degrees in rising order, so that the masks have blocks of zeros, which are left out.
 * M. Germain, K. Gregor, I. Murray and H. Larochelle (2015), MADE, equations 8 and 9.
 *
 * <p>An output sees every input that it may see if each hidden layer has at least as many units as there are degrees between
 * those of the inputs; with fewer units some neighbours do not see each other.
 */
public final class MaskedMlp implements Layer {
    private final List<MaskedLinear> layers;
    private final List<int[]> degrees;
    private final Sequential chain;

    /**
     * A network with {@link WeightInit#HE} starts for rectified units and {@link WeightInit#GLOROT} for others.
     *
     * @param name the network's name; the layers are name.0, name.1, …
     * @param f the activation of all layers but the last, which has none
     * @param inputs the degree of each input; the lowest one is 0 for inputs that everything may depend on; not modified
     * @param outputs that of each output; not modified
     * @param reordered whether {@link #forward(Tape, Var, int[], int[])} is used with orders, so that weights which the mask holds at
     *     zero in one order are there in another
     * @param rng the source of the start values; advanced
     * @param hidden the units of each hidden layer, each at least 1; none for a masked linear map
     * @throws IllegalArgumentException if a size is less than 1
     */
    public MaskedMlp(
            String name,
            Activation f,
            int[] inputs,
            int[] outputs,
            boolean reordered,
            RandomGenerator rng,
            int... hidden) {
        WeightInit init = f == Activation.RELU || f == Activation.LEAKY_RELU ? WeightInit.HE : WeightInit.GLOROT;
        int least = Arrays.stream(inputs).min().orElseThrow();
        int most = Arrays.stream(inputs).max().orElseThrow();
        List<MaskedLinear> all = new ArrayList<>();
        List<int[]> known = new ArrayList<>();
        int[] below = inputs;
        for (int k = 0; k < hidden.length; k++) {
            int[] own = degrees(hidden[k], least, most);
            all.add(new MaskedLinear(name + "." + k, mask(below, own, false), reordered, f, init, rng));
            known.add(own);
            below = own;
        }
        all.add(new MaskedLinear(
                name + "." + hidden.length,
                mask(below, outputs, true),
                reordered,
                Activation.IDENTITY,
                WeightInit.GLOROT,
                rng));
        layers = List.copyOf(all);
        degrees = List.copyOf(known);
        chain = new Sequential(layers);
    }

    /** From the least degree to the one below the most, each as often as the others or once more; in steps where there are too few units. */
    private static int[] degrees(int units, int least, int most) {
        int kinds = Math.max(1, most - least);
        int[] degrees = new int[units];
        Arrays.setAll(degrees, i -> least + (units < kinds ? (int) ((2L * i + 1) * kinds / (2L * units)) : i % kinds));
        Arrays.sort(degrees);
        return degrees;
    }

    private static Mask mask(int[] from, int[] to, boolean strict) {
        FMatrixRMaj mask = new FMatrixRMaj(from.length, to.length);
        for (int i = 0; i < from.length; i++) {
            for (int j = 0; j < to.length; j++) {
                mask.set(i, j, (strict ? to[j] > from[i] : to[j] >= from[i]) ? 1 : 0);
            }
        }
        return new Mask(mask);
    }

    /** {@return the masked linear maps, from the input on} */
    public List<MaskedLinear> layers() {
        return layers;
    }

    /**
     * The degrees of the units of a hidden layer: a unit sees what is of its degree or a lower one.
     *
     * @param layer counted from 0
     * @return a degree for each unit, in rising order; a copy
     */
    public int[] degrees(int layer) {
        return degrees.get(layer).clone();
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
    public Var forward(Tape tape, Var x) {
        return chain.forward(tape, x);
    }

    /**
     * The network in another order: input i has the weights that input inputs[i] had, and output j those of output outputs[j], with
     * the masks as they are.
     *
     * @param tape the tape of x
     * @param x n rows of input
     * @param inputs a permutation of the inputs; null for their own order
     * @param outputs a permutation of the outputs; null for their own order. Both are kept until the next reset, not modified
     * @return n rows of output
     * @throws IllegalArgumentException if x has another number of columns, or there is no such input or output
     */
    public Var forward(Tape tape, Var x, int[] inputs, int[] outputs) {
        Var y = x;
        for (int k = 0; k < layers.size(); k++) {
            boolean last = k + 1 == layers.size();
            y = layers.get(k).forward(tape, y, k == 0 ? inputs : null, last ? outputs : null);
        }
        return y;
    }
}
