package lvm.boltzmann;

import java.util.random.RandomGenerator;
import lvm.linalg.Logs;
import lvm.linalg.Parallel;
import lvm.mcmc.AnnealingPath;
import lvm.mcmc.Transition;
import org.ejml.data.FMatrixRMaj;

/** From independent visible units with the logits a to a restricted machine, see {@link Rbm#annealing(FMatrixRMaj)}. */
final class RbmPath implements AnnealingPath<FMatrixRMaj> {
    private final RbmUnits units;
    private final FMatrixRMaj base;
    private final FMatrixRMaj logits;
    private final Gibbs gibbs;
    /** The state whose logits are known, until it moves. */
    private FMatrixRMaj seen;

    RbmPath(RbmUnits units, FMatrixRMaj base) {
        this.units = units;
        this.base = base;
        logits = new FMatrixRMaj(0, units.hidden());
        gibbs = new Gibbs(units);
    }

    @Override
    public double logBase() {
        return units.hidden() * Math.log(2) + units.layer().logSum(LayerSums.doubles(base).data, 0);
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
        Parallel.range(v.numRows, Parallel.grain(16 * logits.numCols), (first, last) -> {
            for (int i = first; i < last; i++) {
                double biases = 0;
                for (int d = 0; d < v.numCols; d++) {
                    biases += ((double) units.b().data[d] - base.data[d]) * v.data[i * v.numCols + d];
                }
                int at = i * logits.numCols;
                logWeights[i] += (to - from) * biases
                        + Logs.sumSoftplus(to, logits.data, at, logits.numCols)
                        - Logs.sumSoftplus(from, logits.data, at, logits.numCols);
            }
        });
    }

    @Override
    public Transition<FMatrixRMaj> at(double beta) {
        FMatrixRMaj bias = gibbs.at(beta);
        for (int d = 0; d < bias.numCols; d++) {
            bias.data[d] = (float) ((1 - beta) * base.data[d] + beta * units.b().data[d]);
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
