package lvm.nn;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.store.Recipe;
import org.ejml.data.FMatrixRMaj;

/** A linear map with its activation, y = f(x W + b), with W in×out and b 1×out, at first zero. */
public final class Linear extends Weighted {

    /**
     * A linear map.
     *
     * @param name the layer's name; the parameters are name.w and name.b
     * @param in the columns of x, at least 1
     * @param out the columns of y, at least 1
     * @param f the activation
     * @param init the start of W
     * @param rng the source of the start values; advanced
     * @throws IllegalArgumentException if a size is less than 1
     */
    public Linear(String name, int in, int out, Activation f, WeightInit init, RandomGenerator rng) {
        super(new Param(name + ".w", init.draw(in, out, rng)), bias(name, out), f);
    }

    /**
     * A linear map of given parameters.
     *
     * @param name the layer's name; the parameters are name.w and name.b
     * @param w W, in×out; copied
     * @param b 1×out; copied
     * @param f the activation
     * @throws IllegalArgumentException if the columns of W and b are not as many
     */
    public Linear(String name, FMatrixRMaj w, FMatrixRMaj b, Activation f) {
        super(new Param(name + ".w", w.copy()), new Param(name + ".b", b.copy()), f);
        if (b.numRows != 1 || b.numCols != w.numCols) {
            throw new IllegalArgumentException(
                    "Linear: b is " + b.numRows + "×" + b.numCols + ", expected 1×" + w.numCols);
        }
    }

    /**
     * The linear maps that a network consists of, if it is made of nothing else.
     *
     * @param where the method that asks, for the message
     * @param net the network
     * @return its layers, live, from the input on
     * @throws IllegalArgumentException if a layer is of another kind
     */
    public static List<Linear> chain(String where, Layer net) {
        if (net instanceof Linear linear) {
            return List.of(linear);
        }
        if (net instanceof Mlp mlp) {
            return mlp.layers();
        }
        if (net instanceof Sequential all) {
            return all.layers().stream()
                    .flatMap(layer -> chain(where, layer).stream())
                    .toList();
        }
        throw new IllegalArgumentException(where + ": a part of the network is of the kind "
                + net.getClass().getSimpleName() + ", expected linear maps one after the other");
    }

    @Override
    public Optional<Recipe> recipe() {
        return outputBias().flatMap(bias -> NetworkFactory.linear().recipe());
    }

    @Override
    public Var forward(Tape tape, Var x) {
        return x.linear(tape.param(weights()), tape.param(bias()), f);
    }

    @Override
    public Tangent tangent(Tape tape, Var x, Var along) {
        Var w = tape.param(weights());
        return activated(x.linear(w, tape.param(bias()), Activation.IDENTITY), along.mult(w));
    }
}
