package lvm.boltzmann;

import java.util.random.RandomGenerator;
import lvm.linalg.Logs;
import lvm.linalg.Parallel;
import lvm.mcmc.AnnealedImportanceSampling;
import lvm.mcmc.AnnealingPath;
import lvm.mcmc.Transition;
import lvm.model.Require;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;

/**
 * From independent units to a restricted machine, see {@link Rbm#annealing(FMatrixRMaj)}: the visible ones have a bias a in the base, the
 * hidden ones 0 or logits of their own.
 */
final class RbmPath implements AnnealingPath<FMatrixRMaj> {
    private final RbmUnits units;
    private final VisibleLayer.Base base;
    private final double offset;
    private final FMatrixRMaj hiddenBase; // 1×H or null for zeros
    private final FMatrixRMaj logits;
    private final FMatrixRMaj mixed;
    private final Gibbs gibbs;
    /** The state whose logits are known, until it moves. */
    private FMatrixRMaj seen;

    RbmPath(RbmUnits units, VisibleLayer.Base base) {
        this(units, base, null);
    }

    RbmPath(RbmUnits units, VisibleLayer.Base base, FMatrixRMaj hiddenBase) {
        this.units = units;
        this.base = base;
        offset = units.layer().offset(units.b());
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
        return hidden + base.logSum();
    }

    @Override
    public FMatrixRMaj base(int chains, RandomGenerator rng) {
        FMatrixRMaj v = new FMatrixRMaj(chains, units.visible());
        VisibleLayer.fill(v, base.bias());
        base.layer().means(v);
        base.layer().draw(v, rng);
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
                    biases += ((double) units.b().data[d] - base.bias().data[d]) * v.data[i * v.numCols + d];
                }
                biases += base.layer().square(v.data, i * v.numCols)
                        - units.layer().square(v.data, i * v.numCols)
                        - offset;
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
        FMatrixRMaj bias = gibbs.at(beta, units.layer().between(base.layer(), beta));
        for (int d = 0; d < bias.numCols; d++) {
            bias.data[d] = (float) ((1 - beta) * base.bias().data[d] + beta * units.b().data[d]);
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

    /** {@link Rbm#raise} of rows as the visible units see them. */
    static double[] raise(
            RbmUnits units, VisibleLayer.Base base, FMatrixRMaj v, double[] betas, int chains, long seed) {
        Require.atLeast("Rbm.raise", "chains", 1, chains);
        RbmPath path = new RbmPath(units, base);
        FMatrixRMaj states = new FMatrixRMaj(v.numRows * chains, v.numCols);
        for (int i = 0; i < states.numRows; i++) {
            System.arraycopy(v.data, i / chains * v.numCols, states.data, i * v.numCols, v.numCols);
        }
        double[] logP = LayerSums.freeEnergy(units, v);
        double[] logWeights = states.numRows == 0
                ? new double[0]
                : AnnealedImportanceSampling.<FMatrixRMaj>over(path)
                        .schedule(betas)
                        .seed(seed)
                        .raise(states, states.numRows);
        for (int i = 0; i < logP.length; i++) {
            logP[i] = -logP[i] - path.logBase() + Logs.logMeanExp(logWeights, i * chains, chains);
        }
        return logP;
    }
}
