package lvm.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import lvm.autodiff.Mapped;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.dist.ConditionalBijector;
import org.ejml.data.FMatrixRMaj;

/**
 * Planar layers with parameters for each row: u = Δu, w = w̄ + Δw, b = b̄ + Δb with (Δu | Δw | Δb) the layer's part of the
 * context. In m(a) = −1 + log(1 + (e − 1)eᵃ) the factor e − 1, which the paper has not, makes u = 0 the identity.
 */
final class ConditionalPlanar implements ConditionalBijector {
    private static final float SHIFT = (float) Math.log(Math.E - 1);

    private final int dim;
    private final List<Param> w = new ArrayList<>();
    private final List<Param> b = new ArrayList<>();

    private ConditionalPlanar(String name, int dim, int layers, RandomGenerator rng) {
        this.dim = dim;
        for (int k = 0; k < layers; k++) {
            FMatrixRMaj start = new FMatrixRMaj(1, dim);
            for (int j = 0; j < dim; j++) {
                start.data[j] = (float) rng.nextGaussian();
            }
            w.add(new Param(name + "." + k + ".w", start));
            b.add(new Param(name + "." + k + ".b", Planar.row(rng.nextGaussian())));
        }
    }

    /** Makes them. */
    record Factory(int layers) implements ConditionalBijector.Factory {
        @Override
        public int contextDim(int dim) {
            return layers * (2 * dim + 1);
        }

        @Override
        public ConditionalBijector make(String name, int dim, RandomGenerator rng) {
            return new ConditionalPlanar(name, dim, layers, rng);
        }

        @Override
        public String toString() {
            return layers + " × planar, by row";
        }
    }

    @Override
    public int dim() {
        return dim;
    }

    @Override
    public int contextDim() {
        return w.size() * (2 * dim + 1);
    }

    @Override
    public List<Param> params() {
        List<Param> all = new ArrayList<>(w);
        all.addAll(b);
        return all;
    }

    @Override
    public Mapped forward(Tape tape, Var z, Var context) {
        Checks.columns("Planar.forward", z, dim);
        Checks.context("Planar.forward", context, contextDim());
        Var y = z;
        Var logDet = null;
        for (int k = 0; k < w.size(); k++) {
            int from = k * (2 * dim + 1);
            Var u = context.columns(from, from + dim);
            Var normal = context.columns(from + dim, from + 2 * dim).add(tape.param(w.get(k)));
            Var offset = context.columns(from + 2 * dim, from + 2 * dim + 1).add(tape.param(b.get(k)));
            // û = u + (m(wᵀu) − wᵀu) w/‖w‖², 1 + m(a) = softplus(a + log(e − 1))
            Var dot = u.mul(normal).sumPerRow();
            Var onePlus = dot.add(SHIFT).softplus();
            Var share = onePlus.add(-1).sub(dot).div(normal.square().sumPerRow());
            Var uHat = u.add(normal.mul(share));
            Var h = y.mul(normal).sumPerRow().add(offset).tanh();
            y = y.add(uHat.mul(h));
            Var one = Planar.logDet(h, onePlus);
            logDet = logDet == null ? one : logDet.add(one);
        }
        return new Mapped(y, logDet);
    }
}
