package lvm.boltzmann;

import java.util.List;
import java.util.random.RandomGenerator;
import lvm.data.Dataset;
import lvm.linalg.Parallel;
import lvm.model.GenerativeModel;
import lvm.model.HasDensity;
import lvm.model.LogPartition;
import lvm.model.Require;
import lvm.model.SinglePrecision;
import org.ejml.data.FMatrixRMaj;

/**
 * A deep Boltzmann machine that is small enough that its sums over states are done: log p(v) = log Σ_h e^−E(v, h) − log Z, the means of
 * the posterior p(h | v), and draws from p(v), all exact. A view of {@link Dbm}.
 */
public final class EnumeratedDbm implements SinglePrecision, HasDensity<FMatrixRMaj>, GenerativeModel<FMatrixRMaj> {
    private final Dbm dbm;
    private final LogPartition logPartition;

    EnumeratedDbm(Dbm dbm) {
        this.dbm = dbm;
        logPartition = dbm.logPartition();
    }

    /** {@return the machine} */
    public Dbm dbm() {
        return dbm;
    }

    /** {@return log Z, exact} */
    public LogPartition logPartition() {
        return logPartition;
    }

    @Override
    public int dim() {
        return dbm.dim();
    }

    @Override
    public List<String> columns() {
        return dbm.columns();
    }

    @Override
    public double[] logDensity(FMatrixRMaj x) {
        Require.binary("EnumeratedDbm.logDensity", "x", x, dim());
        double[] logP = logSums(dbm.units(), x);
        for (int i = 0; i < logP.length; i++) {
            logP[i] -= logPartition.nats();
        }
        return logP;
    }

    /**
     * The exact means of a hidden layer's units, E[h | v], beside which {@link Dbm#meanField} stands.
     *
     * @param x n×D zeros and ones; not modified
     * @param layer from 1 for the lowest hidden layer
     * @return n×H means
     * @throws IllegalArgumentException if x has another number of columns or something else than 0 and 1, or there is no such layer
     */
    public FMatrixRMaj posteriorMeans(FMatrixRMaj x, int layer) {
        Require.binary("EnumeratedDbm.posteriorMeans", "x", x, dim());
        dbm.requireLayer("EnumeratedDbm.posteriorMeans", layer);
        DbmUnits units = dbm.units();
        FMatrixRMaj means = new FMatrixRMaj(x.numRows, units.width(layer));
        Parallel.range(x.numRows, 1, (from, to) -> {
            for (int i = from; i < to; i++) {
                double[] row = units.mean(units.given(x, i).moments(), 1, false, layer);
                for (int j = 0; j < row.length; j++) {
                    means.data[i * row.length + j] = (float) row[j];
                }
            }
        });
        return means;
    }

    /**
     * The exact means of a hidden layer's units for the rows of a data set, see {@link #posteriorMeans(FMatrixRMaj, int)}.
     *
     * @param data n rows of zeros and ones with the columns of the model, matched by name where both have names; not modified
     * @param layer from 1 for the lowest hidden layer
     * @return n×H means
     * @throws IllegalArgumentException as {@link #posteriorMeans(FMatrixRMaj, int)} and {@link #observations(Dataset)}
     */
    public FMatrixRMaj posteriorMeans(Dataset data, int layer) {
        return posteriorMeans(observations(data), layer);
    }

    /**
     * Exact draws.
     *
     * @param n the number of draws, at least 0
     * @param rng the source of randomness; advanced
     * @return n×D zeros and ones
     * @throws IllegalArgumentException if n is negative
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    @Override
    public FMatrixRMaj sample(int n, RandomGenerator rng) {
        Require.atLeast("EnumeratedDbm.sample", "n", 0, n);
        DbmUnits units = dbm.units();
        RbmUnits both = units.bipartite(0, false);
        return units.part(new LayerSums(both, (done, total) -> {}).sample(n, both.visible(), rng), 0, 0);
    }

    /** log Σ_h e^−E(v, h) of every row. */
    static double[] logSums(DbmUnits units, FMatrixRMaj v) {
        double[] sums = new double[v.numRows];
        Parallel.range(v.numRows, 1, (from, to) -> {
            for (int i = from; i < to; i++) {
                sums[i] = units.given(v, i).logZ();
                for (int k = 0; k < v.numCols; k++) {
                    sums[i] +=
                            (double) v.data[i * v.numCols + k] * units.biases().get(0).data[k];
                }
            }
        });
        return sums;
    }

    /** The mean of log p(v), exact. */
    static double mean(DbmUnits units, FMatrixRMaj v) {
        double total = 0;
        for (double each : logSums(units, v)) {
            total += each;
        }
        return total / v.numRows - new LayerSums(units.bipartite(0, false), (done, all) -> {}).logZ();
    }
}
