package lvm.flow;

import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.distribution.Bijector;
import lvm.distribution.Mapped;
import lvm.nn.Module;
import org.ejml.data.FMatrixRMaj;

/** Noise on grey levels; with its buffers for one thread. */
final class Noise implements Module {
    /** The floats next to 0, in steps of the noise, and to 1. */
    private static final float LEAST = 0x1p-25f;

    private static final float BELOW_ONE = Math.nextDown(1f);

    final int levels;
    private final int dim;
    private final Bijector map; // with x as its context, or null for uniform noise
    private final FMatrixRMaj grey = new FMatrixRMaj(0, 0);
    private final FMatrixRMaj centred = new FMatrixRMaj(0, 0);
    private final FMatrixRMaj eps = new FMatrixRMaj(0, 0);

    /**
     * A draw.
     *
     * @param y (k + u)/L, n×D
     * @param logQ log q(u | x), n×1, or null for 0
     */
    record Draw(Var y, Var logQ) {}

    Noise(int dim, int levels, Bijector map) {
        this.dim = dim;
        this.levels = levels;
        this.map = map;
    }

    /** The same noise, and parameters, with buffers of its own. */
    Noise sharing() {
        return new Noise(dim, levels, map);
    }

    @Override
    public List<Param> params() {
        return map == null ? List.of() : map.params();
    }

    @Override
    public Map<String, FMatrixRMaj> buffers() {
        return map == null ? Map.of() : map.buffers();
    }

    /** u ~ q(u | x) for rows of grey levels k/(L − 1), which must not change before the tape's next reset. */
    Draw draw(Tape tape, FMatrixRMaj x, RandomGenerator rng) {
        if (map == null) {
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
        Mapped mapped = map.forward(tape, e, tape.constant(centred));
        Var v = mapped.y();
        // The logistic density is also the slope of u = σ(v).
        Var logQ = Base.LOGISTIC.logDensity(e).sub(mapped.logDet()).sub(Base.LOGISTIC.logDensity(v));
        return new Draw(v.sigmoid().mul(1f / levels).add(tape.constant(grey)), logQ);
    }

    /** out = (x (L − 1) + u)/L with u uniform in [0, 1). */
    void uniform(FMatrixRMaj x, FMatrixRMaj out, RandomGenerator rng) {
        out.reshape(x.numRows, x.numCols);
        int n = x.getNumElements();
        float top = levels - 1f;
        float scale = 1f / levels;
        for (int i = 0; i < n; i++) {
            // Not the ends of [0,1], to which the sum may round, and where a logit is infinite.
            float v = (x.data[i] * top + rng.nextFloat()) * scale;
            out.data[i] = Math.min(BELOW_ONE, Math.max(LEAST, v));
        }
    }
}
