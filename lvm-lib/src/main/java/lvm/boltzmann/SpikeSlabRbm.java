package lvm.boltzmann;

import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.fit.Scaling;
import lvm.model.Card;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.store.ModelData;
import lvm.store.Models;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * The spike-and-slab restricted Boltzmann machine: a hidden unit is a bit, its spike, times a real number, its slab. With x ∈ ℝᴰ, h ∈ {0, 1}ᴴ, s ∈ ℝᴴ, W D×H and
 * diagonal Λ and Φᵢ with positive entries,
 *
 * <p>E(x, s, h) = ½ xᵀ(Λ + Σᵢ hᵢ Φᵢ) x − Σᵢ xᵀWᵢ sᵢ hᵢ + ½ Σᵢ αᵢ sᵢ² − Σᵢ αᵢ μᵢ sᵢ hᵢ + ½ Σᵢ αᵢ μᵢ² hᵢ − Σᵢ bᵢ hᵢ + ½ Σᵢ log(2π/αᵢ).
 *
 * <p>Given h and s the columns of x are independent, given x and h the slabs are, and given x the spikes: Gibbs sampling takes no covariance. The integral over s
 * leaves E(x, h) with x | h ~ N(C Σᵢ Wᵢ μᵢ hᵢ, C), C = (Λ + Σᵢ hᵢ (Φᵢ − Wᵢ Wᵢᵀ/αᵢ))⁻¹: a spike that is on makes x vary along its filter, where one of {@link McRbm}
 * holds it. F(x) = ½ xᵀΛx − Σᵢ softplus(bᵢ + μᵢ xᵀWᵢ + (xᵀWᵢ)²/(2αᵢ) − ½ xᵀΦᵢx).
 *
 * <p>A. Courville, J. Bergstra and Y. Bengio (2011), A spike and slab restricted Boltzmann machine; Unsupervised models of images by spike-and-slab RBMs, with the terms of
 * μ and Φ. Where the book has αᵢ μᵢ² hᵢ the half is needed for its own p(h | x); the last constant, the slabs' own integral, keeps F without one.
 *
 * <p>C⁻¹ has to be positive definite for every h, which the parameters alone do not ensure: after each step W is made shorter where the slabs would take more than
 * {@value SlabUnits#MOST} of Λ, beyond what the Φᵢ outweigh. Parameters are those of the columns as the machine sees them. Immutable.
 */
public final class SpikeSlabRbm extends RealMachine {
    private static final String W = "w";
    private static final String B = "b";
    private static final String MU = "mu";
    private static final String ALPHA = "log alpha";
    private static final String LAMBDA = "log lambda";
    private static final String PHI = "log phi";

    private SpikeSlabRbm(RealUnits units, FMatrixRMaj rates, Scaling scaling, ModelSummary summary) {
        super(units, rates, scaling, summary);
    }

    /**
     * A machine of given parameters, which sees its columns as they are.
     *
     * @param filters W, D×H finite numbers; copied
     * @param bias b of the spikes, 1×H; copied
     * @param mu μ of the slabs, 1×H; copied
     * @param alpha the precisions α of the slabs, 1×H numbers above 0; copied
     * @param lambda the diagonal of Λ, 1×D numbers above 0; copied
     * @param phi the diagonals of Φ, D×H numbers above 0; copied
     * @return the machine; its history is a closed form's
     * @throws IllegalArgumentException if shapes do not fit, a number is out of range, or C⁻¹ is not seen to be positive definite for every h
     */
    public static SpikeSlabRbm of(
            FMatrixRMaj filters,
            FMatrixRMaj bias,
            FMatrixRMaj mu,
            FMatrixRMaj alpha,
            FMatrixRMaj lambda,
            FMatrixRMaj phi) {
        String where = "SpikeSlabRbm.of";
        int d = Require.atLeast(where, "the number of rows of filters", 1, filters.numRows);
        int h = Require.atLeast(where, "the number of hidden units", 1, filters.numCols);
        SlabUnits units = new SlabUnits(
                given(where, W, filters, d, h),
                given(where, B, bias, 1, h),
                given(where, MU, mu, 1, h),
                log(where, "alpha", given(where, ALPHA, alpha, 1, h)),
                log(where, "lambda", given(where, LAMBDA, lambda, 1, d)),
                log(where, "phi", given(where, PHI, phi, d, h)));
        if (!units.positiveDefinite()) {
            throw new IllegalArgumentException(
                    where + ": the slabs take away more of lambda than there is, so that x has no"
                            + " covariance for some states of the spikes; expected shorter filters or greater lambda, alpha or phi");
        }
        Card card = Card.of("SpikeSlabRbm").setting("visible units", d).setting("hidden units", h);
        return new SpikeSlabRbm(units, noRates(d), Scaling.none(), card.summary(History.closedForm()));
    }

    private static Param log(String where, String name, Param numbers) {
        for (int k = 0; k < numbers.value().getNumElements(); k++) {
            Require.positive(where, "a number of " + name, numbers.value().data[k]);
            numbers.value().data[k] = (float) Math.log(numbers.value().data[k]);
        }
        return numbers;
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the number of hidden units must be set
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
    public static SpikeSlabRbm load(Path file) {
        return Models.load(file, SpikeSlabRbm.class);
    }

    static SpikeSlabRbm read(ModelData data) {
        SlabUnits units = new SlabUnits(
                param(data, W),
                param(data, B),
                param(data, MU),
                param(data, ALPHA),
                param(data, LAMBDA),
                param(data, PHI));
        return new SpikeSlabRbm(units, rates(data), scaling(data), data.summary());
    }

    /** {@return W, D×H, a copy; column i is the filter of hidden unit i on columns as the machine sees them} */
    public FMatrixRMaj filters() {
        return parameter(0);
    }

    /** {@return b of the spikes, 1×H, a copy} */
    public FMatrixRMaj bias() {
        return parameter(1);
    }

    /** {@return μ of the slabs, 1×H, a copy} */
    public FMatrixRMaj mu() {
        return parameter(2);
    }

    /** {@return α, the precisions of the slabs, 1×H} */
    public DMatrixRMaj alpha() {
        return ((SlabUnits) units()).alpha().copy();
    }

    /** {@return the diagonal of Λ, 1×D} */
    public DMatrixRMaj lambda() {
        return ((SlabUnits) units()).lambda().copy();
    }

    /** {@return the diagonals of Φ, D×H} */
    public DMatrixRMaj phi() {
        return ((SlabUnits) units()).phi().copy();
    }

    /** The settings of a fit of {@link SpikeSlabRbm}. */
    public static final class Builder extends RealMachineBuilder<Builder, SpikeSlabRbm> {
        /** The entries of Φ at the start, where none is set. */
        public static final double DEFAULT_START_PHI = 0.01;

        private static final double START_LAMBDA = 1.5;

        private int hidden;
        private double startPhi = DEFAULT_START_PHI;

        private Builder() {
            super("SpikeSlabRbm");
        }

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * The number of hidden units; must be set.
         *
         * @param units H, at least 1
         * @return this
         * @throws IllegalArgumentException if there is none
         */
        public Builder hidden(int units) {
            hidden = requireAtLeast("hidden", 1, units);
            return given("hidden");
        }

        /**
         * The entries of Φ at the start; they are learnt by their logarithms.
         *
         * @param phi above 0, by default {@value #DEFAULT_START_PHI}
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder startPhi(double phi) {
            startPhi = Require.positive("SpikeSlabRbm", "startPhi", phi);
            return given("startPhi");
        }

        @Override
        void requireSettings() {
            Require.set("SpikeSlabRbm", "hidden", hidden > 0);
        }

        @Override
        RealUnits units(int columns, double deviation, RandomGenerator rng) {
            return new SlabUnits(
                    new Param(W, RealUnits.random(columns, hidden, deviation, rng)),
                    new Param(B, new FMatrixRMaj(1, hidden)),
                    new Param(MU, new FMatrixRMaj(1, hidden)),
                    new Param(ALPHA, new FMatrixRMaj(1, hidden)),
                    new Param(LAMBDA, RealUnits.filled(1, columns, Math.log(START_LAMBDA))),
                    new Param(PHI, RealUnits.filled(columns, hidden, Math.log(startPhi))));
        }

        @Override
        List<Param> filters(RealUnits units) {
            return List.of(units.params().get(0));
        }

        @Override
        void describe(Card card) {
            card.setting("hidden units", hidden).setting("start of phi", startPhi);
        }

        @Override
        SpikeSlabRbm machine(RealUnits units, FMatrixRMaj rates, Scaling scaling, ModelSummary summary) {
            return new SpikeSlabRbm(units, rates, scaling, summary);
        }
    }
}
