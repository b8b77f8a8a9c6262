package lvm.boltzmann;

import java.util.List;
import java.util.random.RandomGenerator;
import lvm.data.Dataset;
import lvm.model.GenerativeModel;
import lvm.model.HasDensity;
import lvm.model.LogPartition;
import lvm.model.Require;
import lvm.model.SinglePrecision;
import org.ejml.data.FMatrixRMaj;

/**
 * A restricted Boltzmann machine whose smaller layer is small enough that its partition function is summed: log p(v) = −F(v) − log Z
 * and draws from p(v), both exact. With Gaussian visible units p(v) is a density, that of a mixture of 2ᴴ Gaussians. A view of {@link Rbm}.
 */
public final class EnumeratedRbm implements SinglePrecision, HasDensity<FMatrixRMaj>, GenerativeModel<FMatrixRMaj> {
    /** The most units in the smaller layer. */
    public static final int MAX_UNITS = 25;

    private static final String LOG_DENSITY = "EnumeratedRbm.logDensity";

    private final Rbm rbm;
    private final LogPartition logPartition;

    EnumeratedRbm(Rbm rbm) {
        this.rbm = rbm;
        this.logPartition = rbm.logPartition();
    }

    /** {@return the machine} */
    public Rbm rbm() {
        return rbm;
    }

    /** {@return log Z, exact} */
    public LogPartition logPartition() {
        return logPartition;
    }

    @Override
    public int dim() {
        return rbm.dim();
    }

    @Override
    public List<String> columns() {
        return rbm.columns();
    }

    @Override
    public double[] logDensity(FMatrixRMaj x) {
        VisibleLayer layer = rbm.units().layer();
        layer.requireStates(LOG_DENSITY, x);
        return logP(layer.scaling().of(x));
    }

    @Override
    public double[] logDensity(Dataset data) {
        FMatrixRMaj x = rbm.seen(LOG_DENSITY, data);
        rbm.units().layer().requireStates(LOG_DENSITY, x);
        return logP(x);
    }

    @Override
    public double logLikelihood(Dataset data) {
        return total(logDensity(data));
    }

    /** As {@link HasDensity#logLikelihood(org.ejml.data.Matrix)} adds up. */
    static double total(double[] logP) {
        double total = 0;
        for (double each : logP) {
            total += each;
        }
        return total;
    }

    private double[] logP(FMatrixRMaj x) {
        double[] logP = LayerSums.freeEnergy(rbm.units(), x);
        for (int i = 0; i < logP.length; i++) {
            logP[i] = -logP[i] - logPartition.nats();
        }
        return logP;
    }

    /**
     * Exact draws: the states of the smaller layer are run through once more.
     *
     * @param n the number of draws, at least 0
     * @param rng the source of randomness; advanced
     * @return n×D states of the visible units
     * @throws IllegalArgumentException if n is negative
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    @Override
    public FMatrixRMaj sample(int n, RandomGenerator rng) {
        Require.atLeast("EnumeratedRbm.sample", "n", 0, n);
        RbmUnits units = rbm.units();
        return units.layer().scaling().back(new LayerSums(units, (done, total) -> {}).sample(n, dim(), rng));
    }
}
