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
 * The mean and covariance restricted Boltzmann machine: some hidden bits set the mean of x, others its covariance. With x ∈ ℝᴰ, h⁽ᵐ⁾ ∈ {0, 1}ᴹ,
 * h⁽ᶜ⁾ ∈ {0, 1}ᶜ, W D×M and the columns r⁽ʲ⁾ of R D×C,
 *
 * <p>E(x, h⁽ᵐ⁾, h⁽ᶜ⁾) = ½ xᵀx − Σⱼ xᵀWⱼ hⱼ⁽ᵐ⁾ − Σⱼ bⱼ⁽ᵐ⁾ hⱼ⁽ᵐ⁾ + ½ Σⱼ hⱼ⁽ᶜ⁾ (xᵀr⁽ʲ⁾)² − Σⱼ bⱼ⁽ᶜ⁾ hⱼ⁽ᶜ⁾,
 *
 * <p>x | h ~ N(C W h⁽ᵐ⁾, C), C = (Σⱼ hⱼ⁽ᶜ⁾ r⁽ʲ⁾r⁽ʲ⁾ᵀ + I)⁻¹: a covariance unit that is on holds the output of its filter near 0, and one that turns off lets it go.
 * F(x) = ½ xᵀx − Σⱼ softplus(bⱼ⁽ᵐ⁾ + xᵀWⱼ) − Σⱼ softplus(bⱼ⁽ᶜ⁾ − ½ (xᵀr⁽ʲ⁾)²). Without ½ xᵀx, which some write-ups leave out, x could not be normalised given
 * h⁽ᶜ⁾ = 0.
 *
 * <p>M. Ranzato and G. E. Hinton (2010), Modeling pixel means and covariances using factorized third-order Boltzmann machines; the energy is that of I. Goodfellow,
 * Y. Bengio and A. Courville (2016), Deep learning, section 20.5.2, with a filter for each covariance unit. {@link Builder#basePrecision}
 * puts λ xᵀx in the place of xᵀx: C is never above I/λ. The authors' code also divides
 * (xᵀr⁽ʲ⁾)² by ‖x‖²/D + ½ and keeps all filters r⁽ʲ⁾ at one norm: {@link Builder#normalized}. Immutable.
 */
public final class McRbm extends CovarianceMachine {
    private static final String C = "c";
    private static final String NORMALISED = "normalised";

    private McRbm(CovarianceUnits units, FMatrixRMaj rates, Scaling scaling, ModelSummary summary) {
        super(units, rates, scaling, summary);
    }

    /**
     * A machine of given parameters, which sees its columns as they are.
     *
     * @param meanFilters W, D×M finite numbers; copied
     * @param meanBias b⁽ᵐ⁾, 1×M; copied
     * @param covarianceFilters R, D×C finite numbers; copied
     * @param covarianceBias b⁽ᶜ⁾, 1×C; copied
     * @param normalized whether the energy has the normalisations of the published code
     * @return the machine; its history is a closed form's
     * @throws IllegalArgumentException if shapes do not fit, or a number is not finite
     */
    public static McRbm of(
            FMatrixRMaj meanFilters,
            FMatrixRMaj meanBias,
            FMatrixRMaj covarianceFilters,
            FMatrixRMaj covarianceBias,
            boolean normalized) {
        int d = Require.atLeast("McRbm.of", "the number of rows of meanFilters", 1, meanFilters.numRows);
        int m = Require.atLeast("McRbm.of", "the number of mean units", 1, meanFilters.numCols);
        int c = Require.atLeast("McRbm.of", "the number of covariance units", 1, covarianceFilters.numCols);
        CovarianceUnits units = new CovarianceUnits(
                given("McRbm.of", W, meanFilters, d, m),
                given("McRbm.of", B, meanBias, 1, m),
                given("McRbm.of", R, covarianceFilters, d, c),
                given("McRbm.of", C, covarianceBias, 1, c),
                0,
                normalized,
                1);
        Card card = Card.of("McRbm")
                .setting("visible units", d)
                .setting("mean units", m)
                .setting("covariance units", c)
                .setting("normalisations of the published code", normalized);
        return new McRbm(units, noRates(d), Scaling.none(), card.summary(History.closedForm()));
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
    public static McRbm load(Path file) {
        return Models.load(file, McRbm.class);
    }

    @Override
    public void store(ModelData data) {
        super.store(data);
        data.put(NORMALISED, normalized());
    }

    static McRbm read(ModelData data) {
        CovarianceUnits units = read(data, param(data, C), 0, data.flag(NORMALISED));
        return new McRbm(units, rates(data), scaling(data), data.summary());
    }

    /** {@return whether the energy has the normalisations of the published code} */
    public boolean normalized() {
        return covariance().normalised();
    }

    /** {@return b⁽ᶜ⁾, 1×C, a copy} */
    public FMatrixRMaj covarianceBias() {
        return parameter(3);
    }

    /** The settings of a fit of {@link McRbm}. */
    public static final class Builder extends CovarianceMachineBuilder<Builder, McRbm> {
        /** The biases of the covariance units at the start: they begin on. */
        public static final double START_COVARIANCE_BIAS = 2;

        private boolean normalized;

        private Builder() {
            super("McRbm");
        }

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * The normalisations of the published code: in the energy (xᵀr⁽ʲ⁾)² is divided by ‖x‖²/D + ½, so that the contrast of a row moves no covariance
         * unit, and after each step all r⁽ʲ⁾ get the same norm, the mean of their norms. x is then not Gaussian given h: log Z is estimated by
         * {@link RealMachine#bracket}.
         *
         * @param normalized by default false, the energy of {@link McRbm}
         * @return this
         */
        public Builder normalized(boolean normalized) {
            this.normalized = normalized;
            return given("normalized");
        }

        @Override
        RealUnits units(int columns, double deviation, RandomGenerator rng) {
            return new CovarianceUnits(
                    new Param(W, RealUnits.random(columns, mean, deviation, rng)),
                    new Param(B, new FMatrixRMaj(1, mean)),
                    new Param(R, RealUnits.random(columns, covariance, deviation, rng)),
                    new Param(C, RealUnits.filled(1, covariance, START_COVARIANCE_BIAS)),
                    0,
                    normalized,
                    basePrecision());
        }

        @Override
        void describe(Card card) {
            card.setting("mean units", mean)
                    .setting("covariance units", covariance)
                    .setting("normalisations of the published code", normalized)
                    .setting("base precision", basePrecision());
        }

        @Override
        McRbm machine(RealUnits units, FMatrixRMaj rates, Scaling scaling, ModelSummary summary) {
            return new McRbm((CovarianceUnits) units, rates, scaling, summary);
        }
    }
}
