package lvm.nn;

import java.util.List;
import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import org.ejml.data.FMatrixRMaj;

/**
 * A gated recurrent layer: with gates z and r within (0, 1),
 *
 * <p>zᵗ = σ(xᵗ W_z + uᵗ⁻¹ U_z + b_z), rᵗ = σ(xᵗ W_r + uᵗ⁻¹ U_r + b_r),
 *
 * <p>ũᵗ = tanh(xᵗ W_n + (rᵗ ∘ uᵗ⁻¹) U_n + b_n), uᵗ = (1 − zᵗ) ∘ uᵗ⁻¹ + zᵗ ∘ ũᵗ.
 *
 * <p>K. Cho et al. (2014), Learning phrase representations using RNN encoder–decoder for statistical machine translation, with 1 − z for their z.
 * The columns of name.w and name.b are those of z, r and n side by side, those of name.u those of z and r.
 */
public final class GatedRecurrent implements RecurrentLayer {
    private final Param w;
    private final Param gates;
    private final Param u;
    private final Param b;
    private final int units;

    /**
     * A gated recurrent layer.
     *
     * @param name the layer's name; the parameters are name.w, in×3 units, name.u, units×2 units, name.un, units×units, and name.b
     * @param in the columns of x, at least 1
     * @param units the columns of the state, at least 1
     * @param rng the source of the start values; advanced
     * @throws IllegalArgumentException if a size is less than 1
     */
    public GatedRecurrent(String name, int in, int units, RandomGenerator rng) {
        FMatrixRMaj[] from = new FMatrixRMaj[3];
        FMatrixRMaj[] back = new FMatrixRMaj[2];
        for (int k = 0; k < 3; k++) {
            from[k] = WeightInit.GLOROT.draw(in, units, rng);
        }
        for (int k = 0; k < 2; k++) {
            back[k] = WeightInit.ORTHOGONAL.draw(units, units, rng);
        }
        w = new Param(name + ".w", beside(from));
        gates = new Param(name + ".u", beside(back));
        u = new Param(name + ".un", WeightInit.ORTHOGONAL.draw(units, units, rng));
        b = new Param(name + ".b", new FMatrixRMaj(1, 3 * units));
        this.units = units;
    }

    private static FMatrixRMaj beside(FMatrixRMaj... parts) {
        int columns = parts[0].numCols;
        FMatrixRMaj all = new FMatrixRMaj(parts[0].numRows, columns * parts.length);
        for (int i = 0; i < all.numRows; i++) {
            for (int k = 0; k < parts.length; k++) {
                System.arraycopy(parts[k].data, i * columns, all.data, i * all.numCols + k * columns, columns);
            }
        }
        return all;
    }

    @Override
    public List<Param> params() {
        return List.of(w, gates, u, b);
    }

    @Override
    public int units() {
        return units;
    }

    @Override
    public Var input(Tape tape, Var x) {
        return x.linear(tape.param(w), tape.param(b), Activation.IDENTITY);
    }

    @Override
    public Var step(Tape tape, Var input, Var state) {
        Var both =
                state.mult(tape.param(gates)).add(input.columns(0, 2 * units)).sigmoid();
        Var z = both.columns(0, units);
        Var r = both.columns(units, 2 * units);
        Var next = state.mul(r)
                .mult(tape.param(u))
                .add(input.columns(2 * units, 3 * units))
                .tanh();
        return state.add(next.sub(state).mul(z));
    }
}
