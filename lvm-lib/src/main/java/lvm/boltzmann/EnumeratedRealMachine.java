package lvm.boltzmann;

import java.util.random.RandomGenerator;
import lvm.distribution.BinaryStates;
import lvm.fit.Scaling;
import lvm.model.GenerativeModel;
import lvm.model.LogPartition;
import lvm.model.Require;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * A machine of real-valued rows with few hidden units, whose partition function is summed over their states: p(x) is a mixture of 2ᴴ Gaussians, its log density
 * and draws from it are exact. A view of {@link McRbm} or {@link SpikeSlabRbm}.
 */
public final class EnumeratedRealMachine extends ExactRealMachine implements GenerativeModel<FMatrixRMaj> {
    /** The most hidden units. */
    public static final int MAX_UNITS = 20;

    private final RealSums sums;
    private final Scaling scaling;

    EnumeratedRealMachine(RealMachine machine, RealSums sums, Scaling scaling) {
        super(
                machine,
                LogPartition.exact(
                        sums.logZ() + scaling.logScale(),
                        "sum over the " + BinaryStates.terms(machine.latentDim()) + " of the hidden units"));
        this.sums = sums;
        this.scaling = scaling;
    }

    /**
     * The covariance of x under the machine, h summed out.
     *
     * @return D×D, in the units of the data
     */
    public DMatrixRMaj covariance() {
        DMatrixRMaj covariance = new DMatrixRMaj(dim(), dim());
        sums.moments(new double[dim()], covariance);
        for (int k = 0; k < covariance.getNumElements(); k++) {
            covariance.data[k] *= scaling.scale(k / dim()) * scaling.scale(k % dim());
        }
        return covariance;
    }

    /**
     * Exact draws.
     *
     * @param n the number of draws, at least 0
     * @param rng the source of randomness; advanced
     * @return n×D rows
     * @throws IllegalArgumentException if n is negative
     */
    @Override
    public FMatrixRMaj sample(int n, RandomGenerator rng) {
        Require.atLeast("EnumeratedRealMachine.sample", "n", 0, n);
        return RealMachine.back(scaling, sums.sample(n, rng));
    }
}
