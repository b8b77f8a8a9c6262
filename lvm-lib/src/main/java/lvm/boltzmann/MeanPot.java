package lvm.boltzmann;

import java.nio.file.Path;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.fit.Scaling;
import lvm.model.Card;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.store.ModelData;
import lvm.store.Models;
import org.ejml.data.FMatrixRMaj;

/**
 * The mean-product of Student's t-distributions, mPoT: like {@link McRbm} with covariance units that are numbers above 0 with a Gamma distribution. With x ∈ ℝᴰ,
 * h⁽ᵐ⁾ ∈ {0, 1}ᴹ, h⁽ᶜ⁾ ∈ (0, ∞)ᶜ, W D×M and the columns r⁽ʲ⁾ of R D×C,
 *
 * <p>E(x, h⁽ᵐ⁾, h⁽ᶜ⁾) = ½ xᵀx − Σⱼ xᵀWⱼ hⱼ⁽ᵐ⁾ − Σⱼ bⱼ hⱼ⁽ᵐ⁾ + Σⱼ (hⱼ⁽ᶜ⁾ (1 + ½ (xᵀr⁽ʲ⁾)²) + (1 − γ) log hⱼ⁽ᶜ⁾ + log Γ(γ)),
 *
 * <p>hⱼ⁽ᶜ⁾ | x ~ Gamma(γ, rate 1 + ½ (xᵀr⁽ʲ⁾)²) and x | h ~ N(C W h⁽ᵐ⁾, C), C = (Σⱼ hⱼ⁽ᶜ⁾ r⁽ʲ⁾r⁽ʲ⁾ᵀ + I)⁻¹. The integral over h⁽ᶜ⁾ leaves
 * F(x) = ½ xᵀx − Σⱼ softplus(bⱼ + xᵀWⱼ) + γ Σⱼ log(1 + ½ (xᵀr⁽ʲ⁾)²), a product of t-distributions of 2γ − 1 degrees of freedom beside the mean units.
 *
 * <p>M. Ranzato, V. Mnih and G. E. Hinton (2010), Generating more realistic images using gated MRF's; M. Welling, G. E. Hinton and S. Osindero (2002), Learning
 * sparse topographic representations with products of Student-t distributions. The constant log Γ(γ) is added here, so that F has none. There are no states to
 * sum over: log Z is by {@link RealMachine#integrated} in the plane, else from both sides by {@link RealMachine#bracket}. Immutable.
 */
public final class MeanPot extends CovarianceMachine {
    private static final String SHAPE = "shape";

    private MeanPot(CovarianceUnits units, FMatrixRMaj rates, Scaling scaling, ModelSummary summary) {
        super(units, rates, scaling, summary);
    }

    /**
     * A machine of given parameters, which sees its columns as they are.
     *
     * @param meanFilters W, D×M finite numbers; copied
     * @param meanBias b, 1×M; copied
     * @param covarianceFilters R, D×C finite numbers; copied
     * @param shape γ, above 0
     * @return the machine; its history is a closed form's
     * @throws IllegalArgumentException if shapes do not fit, a number is not finite, or γ is out of range
     */
    public static MeanPot of(
            FMatrixRMaj meanFilters, FMatrixRMaj meanBias, FMatrixRMaj covarianceFilters, double shape) {
        int d = Require.atLeast("MeanPot.of", "the number of rows of meanFilters", 1, meanFilters.numRows);
        int m = Require.atLeast("MeanPot.of", "the number of mean units", 1, meanFilters.numCols);
        int c = Require.atLeast("MeanPot.of", "the number of covariance units", 1, covarianceFilters.numCols);
        CovarianceUnits units = new CovarianceUnits(
                given("MeanPot.of", W, meanFilters, d, m),
                given("MeanPot.of", B, meanBias, 1, m),
                given("MeanPot.of", R, covarianceFilters, d, c),
                null,
                Require.positive("MeanPot.of", "shape", shape),
                false,
                1);
        Card card = Card.of("MeanPot")
                .setting("visible units", d)
                .setting("mean units", m)
                .setting("covariance units", c)
                .setting("shape", shape);
        return new MeanPot(units, noRates(d), Scaling.none(), card.summary(History.closedForm()));
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the numbers of mean and of covariance units must be set
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Reads a machine.
     *
     * @param file a file of {@link #save(Path)}
     * @return the machine, with the same bits
     * @throws java.io.UncheckedIOException as {@link Models#load(Path)}
     */
    public static MeanPot load(Path file) {
        return Models.load(file, MeanPot.class);
    }

    @Override
    public void store(ModelData data) {
        super.store(data);
        data.put(SHAPE, shape());
    }

    static MeanPot read(ModelData data) {
        return new MeanPot(read(data, null, data.number(SHAPE), false), rates(data), scaling(data), data.summary());
    }

    /** {@return γ, the shape of the Gamma distribution of the covariance units} */
    public double shape() {
        return covariance().shape();
    }

    /** The settings of a fit of {@link MeanPot}. */
    public static final class Builder extends CovarianceMachineBuilder<Builder, MeanPot> {
        /** The shape γ where none is set. */
        public static final double DEFAULT_SHAPE = 1;

        private double shape = DEFAULT_SHAPE;

        private Builder() {
            super("MeanPot");
        }

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * The shape of the Gamma distribution of the covariance units: the smaller, the heavier the tails of what the filters give.
         *
         * @param gamma γ, above 0, by default {@value #DEFAULT_SHAPE}
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder shape(double gamma) {
            shape = Require.positive("MeanPot", "shape", gamma);
            return given("shape");
        }

        @Override
        RealUnits units(int columns, double deviation, RandomGenerator rng) {
            return new CovarianceUnits(
                    new Param(W, RealUnits.random(columns, mean, deviation, rng)),
                    new Param(B, new FMatrixRMaj(1, mean)),
                    new Param(R, RealUnits.random(columns, covariance, deviation, rng)),
                    null,
                    shape,
                    false,
                    basePrecision());
        }

        @Override
        void describe(Card card) {
            card.setting("mean units", mean)
                    .setting("covariance units", covariance)
                    .setting("shape", shape)
                    .setting("base precision", basePrecision());
        }

        @Override
        MeanPot machine(RealUnits units, FMatrixRMaj rates, Scaling scaling, ModelSummary summary) {
            return new MeanPot((CovarianceUnits) units, rates, scaling, summary);
        }
    }
}
