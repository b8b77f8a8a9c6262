package lvm.bernoulli;

import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.nn.Layer;
import lvm.nn.Linear;
import lvm.nn.Mlp;
import lvm.nn.WeightInit;
import org.ejml.data.FMatrixRMaj;

/** Makes the network between two levels, which gives logits. */
@FunctionalInterface
public interface LayerFactory {

    /**
     * A network at its start.
     *
     * @param name the name, with which those of its parameters begin
     * @param in the variables of the level that it reads
     * @param out the variables of the level whose logits it gives
     * @param rng the source of start values; advanced
     * @return the network
     */
    Layer make(String name, int in, int out, RandomGenerator rng);

    /**
     * A linear map: each variable is a logistic regression on the other level.
     *
     * @return makes a {@link Linear}
     */
    static LayerFactory linear() {
        return (name, in, out, rng) -> new Linear(name, in, out, Activation.IDENTITY, WeightInit.GLOROT, rng);
    }

    /**
     * A table: logits of their own for each state.
     *
     * @return makes a {@link BitTable} of start values of deviation 0.5
     */
    static LayerFactory table() {
        return (name, in, out, rng) -> new BitTable(name, in, out, 0.5, rng);
    }

    /**
     * A deep network.
     *
     * @param f the activation of the hidden layers
     * @param hidden their sizes
     * @return makes an {@link Mlp}
     */
    static LayerFactory deep(Activation f, int... hidden) {
        int[] inner = hidden.clone();
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
     * @param in the variables of the level that it reads
     * @param out the variables of the level whose logits it gives
     * @param from the other network; not modified
     * @return the copy
     */
    default Layer copy(String name, int in, int out, Layer from) {
        Layer to = make(name, in, out, new SplittableRandom(0));
        List<Param> target = to.params();
        for (int k = 0; k < target.size(); k++) {
            FMatrixRMaj value = from.params().get(k).value();
            target.get(k).value().setTo(value);
        }
        to.buffers().forEach((key, m) -> m.setTo(from.buffers().get(key)));
        return to;
    }
}
