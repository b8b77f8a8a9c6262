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
 * the posterior p(h | v), and draws from p(v), all exact; with Gaussian visible units p(v) is a density. A view of {@link Dbm}.
 */
public final class EnumeratedDbm implements SinglePrecision, HasDensity<FMatrixRMaj>, GenerativeModel<FMatrixRMaj> {
    private static final String LOG_DENSITY = "EnumeratedDbm.logDensity";
    private static final String POSTERIOR_MEANS = "EnumeratedDbm.posteriorMeans";

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
        dbm.units().visible().requireStates(LOG_DENSITY, x);
        return logP(dbm.units().visible().scaling().of(x));
    }

    @Override
    public double[] logDensity(Dataset data) {
        return logP(states(LOG_DENSITY, data));
    }

    @Override
    public double logLikelihood(Dataset data) {
        return EnumeratedRbm.total(logDensity(data));
    }

    /** Rows of states as the visible units see them. */
    private FMatrixRMaj states(String where, Dataset data) {
        FMatrixRMaj x = dbm.seen(where, data);
        dbm.units().visible().requireStates(where, x);
        return x;
    }

    private double[] logP(FMatrixRMaj x) {
        double[] logP = logSums(dbm.units(), x);
        for (int i = 0; i < logP.length; i++) {
            logP[i] -= logPartition.nats();
        }
        return logP;
    }

    /**
     * The exact means of a hidden layer's units, E[h | v], beside which {@link Dbm#meanField} stands.
     *
     * @param x n×D states, zeros and ones of binary units; not modified
     * @param layer from 1 for the lowest hidden layer
     * @return n×H means
     * @throws IllegalArgumentException if x has another number of columns or something else than 0 and 1, or there is no such layer
     */
    public FMatrixRMaj posteriorMeans(FMatrixRMaj x, int layer) {
        dbm.units().visible().requireStates(POSTERIOR_MEANS, x);
        return posterior(dbm.units().visible().scaling().of(x), layer);
    }

    private FMatrixRMaj posterior(FMatrixRMaj x, int layer) {
        dbm.requireLayer(POSTERIOR_MEANS, layer);
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
     * @param data n rows of states with the columns of the model, matched by name where both have names; not modified
     * @param layer from 1 for the lowest hidden layer
     * @return n×H means
     * @throws IllegalArgumentException as {@link #posteriorMeans(FMatrixRMaj, int)} and {@link #observations(Dataset)}
     */
    public FMatrixRMaj posteriorMeans(Dataset data, int layer) {
        return posterior(states(POSTERIOR_MEANS, data), layer);
    }

    /**
     * The exact classifier of rows without the last group of visible units, which is the label: p(y | x) ∝ Σ_h e^−E(x, y, h).
     *
     * @return the classifier
     * @throws IllegalArgumentException if there is no group
     */
    public DbmClassifier classifier() {
        return new DbmClassifier(dbm, true);
    }

    /**
     * Exact draws.
     *
     * @param n the number of draws, at least 0
     * @param rng the source of randomness; advanced
     * @return n×D states of the visible units
     * @throws IllegalArgumentException if n is negative
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    @Override
    public FMatrixRMaj sample(int n, RandomGenerator rng) {
        Require.atLeast("EnumeratedDbm.sample", "n", 0, n);
        DbmUnits units = dbm.units();
        RbmUnits both = units.bipartite(0, false);
        FMatrixRMaj drawn = new LayerSums(both, (done, total) -> {}).sample(n, both.visible(), rng);
        return units.visible().scaling().back(units.part(drawn, 0, 0));
    }

    /** log Σ_h e^−E(v, h) of every row, as the visible units see it. */
    static double[] logSums(DbmUnits units, FMatrixRMaj v) {
        double[] sums = new double[v.numRows];
        Parallel.range(v.numRows, 1, (from, to) -> {
            for (int i = from; i < to; i++) {
                sums[i] = units.given(v, i).logZ() - units.square(v, i);
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
