package lvm.boltzmann;

import java.util.List;
import lvm.autodiff.Param;
import lvm.model.Require;

/**
 * The settings that fits of {@link McRbm} and {@link MeanPot} have in common.
 *
 * @param <B> the builder itself
 * @param <M> the machine
 */
public abstract sealed class CovarianceMachineBuilder<B extends CovarianceMachineBuilder<B, M>, M extends RealMachine>
        extends RealMachineBuilder<B, M> permits McRbm.Builder, MeanPot.Builder {
    /** λ where none is set: the energy as it is published. */
    public static final double DEFAULT_BASE_PRECISION = 1;

    private final String model;
    int mean;
    int covariance;
    private double basePrecision = DEFAULT_BASE_PRECISION;

    CovarianceMachineBuilder(String model) {
        super(model);
        this.model = model;
    }

    /**
     * The number of mean units; must be set.
     *
     * @param units M, at least 1
     * @return this
     * @throws IllegalArgumentException if there is none
     */
    public B meanUnits(int units) {
        mean = requireAtLeast("meanUnits", 1, units);
        return given("meanUnits");
    }

    /**
     * The number of covariance units; must be set.
     *
     * @param units C, at least 1
     * @return this
     * @throws IllegalArgumentException if there is none
     */
    public B covarianceUnits(int units) {
        covariance = requireAtLeast("covarianceUnits", 1, units);
        return given("covarianceUnits");
    }

    /**
     * λ of ½ λ xᵀx in the energy, the precision of x where no covariance unit is on. Covariance units only add to it: at 1 the columns, which have the variance 1
     * as the machine sees them, never vary more than on average, and heavy tails are out of reach; at 0.1 they may vary ten times as much.
     *
     * @param lambda above 0, by default {@value #DEFAULT_BASE_PRECISION}
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public B basePrecision(double lambda) {
        basePrecision = Require.positive(model, "basePrecision", lambda);
        return given("basePrecision");
    }

    final double basePrecision() {
        return basePrecision;
    }

    @Override
    void requireSettings() {
        Require.set(model, "meanUnits", mean > 0);
        Require.set(model, "covarianceUnits", covariance > 0);
    }

    @Override
    List<Param> filters(RealUnits units) {
        return List.of(units.params().get(0), units.params().get(2));
    }
}
