package lvm.boltzmann;

import lvm.autodiff.Param;
import lvm.fit.Scaling;
import lvm.model.ModelSummary;
import lvm.store.ModelData;
import org.ejml.data.FMatrixRMaj;

/** What {@link McRbm} and {@link MeanPot} have in common: mean units with filters W, and covariance units of which each has a filter, too. */
public abstract sealed class CovarianceMachine extends RealMachine permits McRbm, MeanPot {
    static final String W = "w";
    static final String B = "b";
    static final String R = "r";
    private static final String BASE = "base precision";

    private final CovarianceUnits units;

    CovarianceMachine(CovarianceUnits units, FMatrixRMaj rates, Scaling scaling, ModelSummary summary) {
        super(units, rates, scaling, summary);
        this.units = units;
    }

    final CovarianceUnits covariance() {
        return units;
    }

    @Override
    public void store(ModelData data) {
        super.store(data);
        data.put(BASE, basePrecision());
    }

    /** The units that a machine put down, with their own c and what is theirs alone. */
    static CovarianceUnits read(ModelData data, Param c, double shape, boolean normalised) {
        return new CovarianceUnits(
                param(data, W), param(data, B), param(data, R), c, shape, normalised, data.number(BASE));
    }

    /** {@return λ, the precision of x where no covariance unit is on} */
    public final double basePrecision() {
        return units.base();
    }

    /** {@return W, D×M, a copy; column j is the filter of mean unit j on columns as the machine sees them} */
    public final FMatrixRMaj meanFilters() {
        return parameter(0);
    }

    /** {@return the biases of the mean units, 1×M, a copy} */
    public final FMatrixRMaj meanBias() {
        return parameter(1);
    }

    /** {@return R, D×C, a copy; column j is the filter r⁽ʲ⁾ of covariance unit j on columns as the machine sees them} */
    public final FMatrixRMaj covarianceFilters() {
        return parameter(2);
    }
}
