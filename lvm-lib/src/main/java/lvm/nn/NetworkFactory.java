package lvm.nn;

import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;

/** Makes a network from so many inputs to so many outputs, as often as one is needed. */
@FunctionalInterface
public interface NetworkFactory {

    /**
     * A network at its start.
     *
     * @param name the name, with which those of its parameters begin
     * @param in the columns of its input
     * @param out the columns of its output
     * @param rng the source of start values; advanced
     * @return the network, always of the same kind for the same sizes
     */
    Layer make(String name, int in, int out, RandomGenerator rng);

    /**
     * A multilayer perceptron.
     *
     * @param f the activation of the hidden layers
     * @param hidden their sizes, from the input on; none for a linear map
     * @return makes an {@link Mlp}
     * @throws IllegalArgumentException if a size is less than 1
     */
    static NetworkFactory mlp(Activation f, int... hidden) {
        int[] inner = hidden.clone();
        for (int size : inner) {
            if (size < 1) {
                throw new IllegalArgumentException("NetworkFactory.mlp: a hidden layer of " + size + " units");
            }
        }
        return (name, in, out, rng) -> {
            int[] sizes = new int[inner.length + 2];
            sizes[0] = in;
            System.arraycopy(inner, 0, sizes, 1, inner.length);
            sizes[sizes.length - 1] = out;
            return new Mlp(name, f, rng, sizes);
        };
    }

    /**
     * A network of its own with the values of another that this factory made.
     *
     * @param name the name
     * @param in the columns of its input
     * @param out the columns of its output
     * @param from the other network; not modified
     * @return the copy
     */
    default Layer copy(String name, int in, int out, Layer from) {
        Layer to = make(name, in, out, new SplittableRandom(0));
        List<Param> source = from.params();
        List<Param> target = to.params();
        for (int k = 0; k < target.size(); k++) {
            target.get(k).value().setTo(source.get(k).value());
        }
        to.buffers().forEach((key, m) -> m.setTo(from.buffers().get(key)));
        return to;
    }
}
