package lvm.flow;

import java.util.List;
import java.util.random.RandomGenerator;
import lvm.autodiff.Mapped;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.nn.Layer;
import org.ejml.data.FMatrixRMaj;

/** Noise on grey levels; with its buffers for one thread. */
final class Noise {
    static final Transformer COLUMN = Transformer.affine();

    final int levels;
    private final int dim;
    private final List<Step> steps;
    private final FMatrixRMaj grey = new FMatrixRMaj(0, 0);
    private final FMatrixRMaj centred = new FMatrixRMaj(0, 0);
    private final FMatrixRMaj eps = new FMatrixRMaj(0, 0);

    /** A map of some columns with parameters that the network makes of x and of those that stay; nulls for all columns. */
    record Step(int[] active, int[] places, int[] stay, Layer net) {}

    /**
     * A draw.
     *
     * @param y (k + u)/L, n×D
     * @param logQ log q(u | x), n×1, or null for 0
     */
    record Draw(Var y, Var logQ) {}

    Noise(int dim, int levels, List<Step> steps) {
        this.dim = dim;
        this.levels = levels;
        this.steps = steps;
    }

    /** The same noise, and parameters, with buffers of its own. */
    Noise sharing() {
        return new Noise(dim, levels, steps);
    }

    List<Param> params() {
        return steps.stream().flatMap(step -> step.net.params().stream()).toList();
    }

    void copyFrom(Noise other) {
        List<Param> from = other.params();
        List<Param> to = params();
        for (int k = 0; k < to.size(); k++) {
            to.get(k).value().setTo(from.get(k).value());
        }
    }

    /** u ~ q(u | x) for rows of grey levels k/(L − 1), which must not change before the tape's next reset. */
    Draw draw(Tape tape, FMatrixRMaj x, RandomGenerator rng) {
        if (steps.isEmpty()) {
            uniform(x, grey, rng);
            return new Draw(tape.constant(grey), null);
        }
        int n = x.numRows * dim;
        grey.reshape(x.numRows, dim);
        centred.reshape(x.numRows, dim);
        eps.reshape(x.numRows, dim);
        float scale = (levels - 1f) / levels;
        for (int i = 0; i < n; i++) {
            grey.data[i] = x.data[i] * scale;
            centred.data[i] = 2 * x.data[i] - 1;
        }
        Base.LOGISTIC.draw(eps, rng);
        Var e = tape.constant(eps);
        Var context = tape.constant(centred);
        Var v = e;
        Var logDet = null;
        for (Step step : steps) {
            Var seen = step.stay == null ? context : tape.concatColumns(context, v.gatherColumns(step.stay));
            Mapped mapped = COLUMN.forward(tape, v, step.net.forward(tape, seen), step.active, step.places);
            v = mapped.y();
            logDet = logDet == null ? mapped.logDet() : logDet.add(mapped.logDet());
        }
        // The logistic density is also the slope of u = σ(v).
        Var logQ = Base.LOGISTIC.logDensity(e).sub(logDet).sub(Base.LOGISTIC.logDensity(v));
        return new Draw(v.sigmoid().mul(1f / levels).add(tape.constant(grey)), logQ);
    }

    /** out = (x (L − 1) + u)/L with u uniform in [0, 1). */
    void uniform(FMatrixRMaj x, FMatrixRMaj out, RandomGenerator rng) {
        out.reshape(x.numRows, x.numCols);
        int n = x.getNumElements();
        float top = levels - 1f;
        float scale = 1f / levels;
        for (int i = 0; i < n; i++) {
            out.data[i] = (x.data[i] * top + rng.nextFloat()) * scale;
        }
    }
}
