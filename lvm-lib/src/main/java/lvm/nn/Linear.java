package lvm.nn;

import java.util.List;
import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import org.ejml.data.FMatrixRMaj;

/** A linear map with its activation, y = f(x W + b), with W in×out and b 1×out, at first zero. */
public final class Linear implements Layer {
    private final Param weights;
    private final Param bias;
    private final Activation f;

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
        weights = new Param(name + ".w", init.draw(in, out, rng));
        bias = new Param(name + ".b", new FMatrixRMaj(1, out));
        this.f = f;
    }

    /**
     * The weights.
     *
     * @return W
     */
    public Param weights() {
        return weights;
    }

    /**
     * The bias.
     *
     * @return b
     */
    public Param bias() {
        return bias;
    }

    @Override
    public List<Param> params() {
        return List.of(weights, bias);
    }

    @Override
    public Var forward(Tape tape, Var x) {
        return x.linear(tape.param(weights), tape.param(bias), f);
    }
}
