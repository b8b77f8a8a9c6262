package lvm.boltzmann;

import java.util.random.RandomGenerator;
import lvm.linalg.Products;
import lvm.linalg.VectorMath;
import lvm.mcmc.Transition;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;

/**
 * Block Gibbs sampling of a restricted machine at an inverse temperature β, h ~ σ(β (c + vW)), and v from the logits bias + β h Wᵀ, where
 * bias and layer are those of the visible units at β. It allocates nothing while the number of chains stays the same.
 */
final class Gibbs implements Transition<FMatrixRMaj> {
    private static final Info INFO = new Info(1, Double.NaN);

    private final RbmUnits units;
    private final FMatrixRMaj bias;
    private final FMatrixRMaj hiddenShift; // 1×H, added to β (c + vW), or null
    private final FMatrixRMaj h;
    private float beta = 1;
    private VisibleLayer layer;

    /** At β = 1. */
    Gibbs(RbmUnits units) {
        this(units, null);
    }

    Gibbs(RbmUnits units, FMatrixRMaj hiddenShift) {
        this.units = units;
        this.hiddenShift = hiddenShift;
        layer = units.layer();
        bias = units.b().copy();
        h = new FMatrixRMaj(0, units.hidden());
    }

    /** Takes the biases of units that have moved. */
    void refresh() {
        bias.setTo(units.b());
    }

    /** Another β, with the visible layer there; the biases of its units are to be written into the matrix that is returned. */
    FMatrixRMaj at(double beta, VisibleLayer layer) {
        this.beta = (float) beta;
        this.layer = layer;
        return bias;
    }

    FMatrixRMaj hiddenShift() {
        return hiddenShift;
    }

    @Override
    public Info step(FMatrixRMaj state, RandomGenerator rng) {
        units.hiddenLogits(state, h);
        return step(state, h, rng);
    }

    /** A step where the logits of the hidden units at β = 1 are known; they are overwritten. */
    Info step(FMatrixRMaj state, FMatrixRMaj logits, RandomGenerator rng) {
        drawHidden(logits, rng);
        drawVisible(logits, state, rng);
        return INFO;
    }

    /** From logits at β = 1 to states. */
    void drawHidden(FMatrixRMaj logits, RandomGenerator rng) {
        if (beta != 1) {
            CommonOps_FDRM.scale(beta, logits);
        }
        if (hiddenShift != null) {
            RbmRule.addToRows(hiddenShift, logits);
        }
        VectorMath.sigmoid(logits, logits);
        Fill.bits(logits, rng);
    }

    void drawVisible(FMatrixRMaj states, FMatrixRMaj visible, RandomGenerator rng) {
        visible.reshape(states.numRows, units.visible());
        if (beta == 1) {
            Products.multBiasTransB(states, units.w(), bias, visible);
            if (units.hiddenCopies() > 1) {
                CommonOps_FDRM.scale(units.hiddenCopies(), visible);
            }
        } else {
            for (int i = 0; i < states.numRows; i++) {
                System.arraycopy(bias.data, 0, visible.data, i * visible.numCols, visible.numCols);
            }
            Products.gemm(false, true, beta, states, units.w(), 1, visible);
        }
        layer.means(visible);
        layer.draw(visible, rng);
    }
}
