package lvm.nn;

import java.util.List;
import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import org.ejml.data.FMatrixRMaj;

/**
 * A recurrent layer, uᵗ = f(xᵗ W + uᵗ⁻¹ U + b), W in×units, U units×units and b 1×units, at first zero. J. L. Elman (1990), Finding structure
 * in time. U begins as a random orthogonal matrix.
 */
public final class Recurrent implements RecurrentLayer {
    private final Param w;
    private final Param u;
    private final Param b;
    private final Activation f;

    /**
     * A recurrent layer.
     *
     * @param name the layer's name; the parameters are name.w, name.u and name.b
     * @param in the columns of x, at least 1
     * @param units the columns of the state, at least 1
     * @param f the activation
     * @param rng the source of the start values; advanced
     * @throws IllegalArgumentException if a size is less than 1
     */
    public Recurrent(String name, int in, int units, Activation f, RandomGenerator rng) {
        w = new Param(name + ".w", WeightInit.GLOROT.draw(in, units, rng));
        u = new Param(name + ".u", WeightInit.ORTHOGONAL.draw(units, units, rng));
        b = new Param(name + ".b", new FMatrixRMaj(1, units));
        this.f = f;
    }

    @Override
    public List<Param> params() {
        return List.of(w, u, b);
    }

    @Override
    public int units() {
        return u.value().numCols;
    }

    @Override
    public Var input(Tape tape, Var x) {
        return x.linear(tape.param(w), tape.param(b), Activation.IDENTITY);
    }

    @Override
    public Var step(Tape tape, Var input, Var state) {
        return state.mult(tape.param(u)).add(input).activate(f);
    }
}
