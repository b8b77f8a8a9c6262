package lvm.boltzmann;

import java.util.random.RandomGenerator;
import lvm.linalg.Logs;
import lvm.linalg.Parallel;
import lvm.mcmc.AnnealingPath;
import lvm.mcmc.Transition;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;

/**
 * From independent units to a restricted machine, see {@link Rbm#annealing(FMatrixRMaj)}: the visible ones have the logits a in the base, the
 * hidden ones 0 or logits of their own.
 */
final class RbmPath implements AnnealingPath<FMatrixRMaj> {
    private final RbmUnits units;
    private final FMatrixRMaj base;
    private final FMatrixRMaj hiddenBase; // 1×H or null for zeros
    private final FMatrixRMaj logits;
    private final FMatrixRMaj mixed;
    private final Gibbs gibbs;
    /** The state whose logits are known, until it moves. */
    private FMatrixRMaj seen;

    RbmPath(RbmUnits units, FMatrixRMaj base) {
        this(units, base, null);
    }

    RbmPath(RbmUnits units, FMatrixRMaj base, FMatrixRMaj hiddenBase) {
        this.units = units;
        this.base = base;
        this.hiddenBase = hiddenBase;
        mixed = new FMatrixRMaj(0, units.hidden());
        logits = new FMatrixRMaj(0, units.hidden());
        gibbs = new Gibbs(units, hiddenBase == null ? null : hiddenBase.createLike());
    }

    int visible() {
        return units.visible();
    }

    @Override
    public double logBase() {
        double hidden = hiddenBase == null
                ? units.hidden() * Math.log(2)
                : Logs.sumSoftplus(1, hiddenBase.data, 0, hiddenBase.numCols);
        return hidden + units.layer().logSum(LayerSums.doubles(base).data, 0);
    }

    @Override
    public FMatrixRMaj base(int chains, RandomGenerator rng) {
        FMatrixRMaj v = new FMatrixRMaj(chains, base.numCols);
        for (int i = 0; i < chains; i++) {
            System.arraycopy(base.data, 0, v.data, i * v.numCols, v.numCols);
        }
        units.layer().means(v);
        units.layer().draw(v, rng);
        return v;
    }

    @Override
    public void addLogRatio(FMatrixRMaj v, double from, double to, double[] logWeights) {
        units.hiddenLogits(v, logits);
        seen = v;
        mixed.reshape(v.numRows, logits.numCols);
        Parallel.range(v.numRows, Parallel.grain(16 * logits.numCols), (first, last) -> {
            for (int i = first; i < last; i++) {
                double biases = 0;
                for (int d = 0; d < v.numCols; d++) {
                    biases += ((double) units.b().data[d] - base.data[d]) * v.data[i * v.numCols + d];
                }
                int at = i * logits.numCols;
                logWeights[i] += (to - from) * biases + logSum(to, at) - logSum(from, at);
            }
        });
    }

    /** log Σ over the hidden units of a row at β. */
    private double logSum(double beta, int at) {
        if (hiddenBase == null) {
            return Logs.sumSoftplus(beta, logits.data, at, logits.numCols);
        }
        for (int j = 0; j < logits.numCols; j++) {
            mixed.data[at + j] = (float) ((1 - beta) * hiddenBase.data[j] + beta * logits.data[at + j]);
        }
        return Logs.sumSoftplus(1, mixed.data, at, logits.numCols);
    }

    @Override
    public Transition<FMatrixRMaj> at(double beta) {
        FMatrixRMaj bias = gibbs.at(beta);
        for (int d = 0; d < bias.numCols; d++) {
            bias.data[d] = (float) ((1 - beta) * base.data[d] + beta * units.b().data[d]);
        }
        if (hiddenBase != null) {
            CommonOps_FDRM.scale((float) (1 - beta), hiddenBase, gibbs.hiddenShift());
        }
        return (state, rng) -> {
            if (state != seen) {
                units.hiddenLogits(state, logits);
            }
            seen = null;
            return gibbs.step(state, logits, rng);
        };
    }
}
