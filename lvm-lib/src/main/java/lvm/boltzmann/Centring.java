package lvm.boltzmann;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lvm.autodiff.Param;
import org.ejml.data.FMatrixRMaj;

/**
 * The centred machine of layers x₀ (the visible one), x₁, …, E = −Σ (xₗ₋₁ − μₗ₋₁)ᵀWₗ(xₗ − μₗ) − Σ b′ₗᵀ(xₗ − μₗ): the same distributions by
 * other parameters, bₗ = b′ₗ − Wₗᵀμₗ₋₁ − Wₗ₊₁μₗ₊₁, whose slopes do not depend on which value of a bit is called 1. A step of the centred
 * parameters, written in those of the plain machine, goes along
 *
 * <p>∇Wₗ − ∇bₗ₋₁ μₗᵀ − μₗ₋₁ ∇bₗᵀ =: Gₗ, ∇bₗ − Gₗᵀ μₗ₋₁ − Gₗ₊₁ μₗ₊₁,
 *
 * <p>and since the plain biases are kept, the distribution does not change when the offsets move. J. Melchior, A. Fischer and L. Wiskott
 * (2016), How to center deep Boltzmann machines; G. Montavon and K.-R. Müller (2012). The offsets are moving averages of the means of the
 * units over the data. Gaussian visible units have vᵢ − μᵢ over σᵢ², as vᵢ is, and μᵢ/σᵢ² in place of μᵢ; their variances move as in the
 * plain machine.
 */
final class Centring {
    private final float rate;
    private final List<FMatrixRMaj> offsets;

    /** Begins at given means of the layers, which become live. */
    Centring(List<FMatrixRMaj> means, double rate) {
        this.rate = (float) rate;
        offsets = DbmUnits.copies(means);
    }

    Map<String, FMatrixRMaj> buffers() {
        Map<String, FMatrixRMaj> all = new LinkedHashMap<>();
        for (int l = 0; l < offsets.size(); l++) {
            all.put("offsets." + l, offsets.get(l));
        }
        return all;
    }

    /**
     * Moves the offsets, then turns the slopes of a rule into those of the centred parameters.
     *
     * @param x the means of the layers for the rows of the step
     * @param params the weights between the layers, then the biases of the layers
     * @param visible the visible layer
     */
    void apply(FMatrixRMaj[] x, List<Param> params, VisibleLayer visible) {
        int top = x.length - 1;
        for (int l = 0; l <= top; l++) {
            move(offsets.get(l), x[l]);
        }
        for (int l = 0; l < top; l++) {
            FMatrixRMaj w = params.get(l).gradient();
            float[] mu = offsets.get(l).data;
            float[] lambda = offsets.get(l + 1).data;
            float[] b = params.get(top + l).gradient().data;
            float[] c = params.get(top + l + 1).gradient().data;
            int h = w.numCols;
            for (int i = 0; i < w.numRows; i++) {
                float offset = l == 0 ? mu[i] * visible.precision(i) : mu[i];
                for (int j = 0; j < h; j++) {
                    w.data[i * h + j] -= b[i] * lambda[j] + offset * c[j];
                }
            }
        }
        for (int l = 0; l < top; l++) {
            FMatrixRMaj w = params.get(l).gradient();
            float[] mu = offsets.get(l).data;
            float[] lambda = offsets.get(l + 1).data;
            float[] b = params.get(top + l).gradient().data;
            float[] c = params.get(top + l + 1).gradient().data;
            int h = w.numCols;
            for (int i = 0; i < w.numRows; i++) {
                float down = 0;
                float offset = l == 0 ? mu[i] * visible.precision(i) : mu[i];
                for (int j = 0; j < h; j++) {
                    down += w.data[i * h + j] * lambda[j];
                    c[j] -= w.data[i * h + j] * offset;
                }
                b[i] -= down;
            }
        }
    }

    private void move(FMatrixRMaj offset, FMatrixRMaj x) {
        int m = x.numCols;
        for (int j = 0; j < m; j++) {
            offset.data[j] *= 1 - rate;
        }
        RbmRule.addRows(x, rate / x.numRows, offset);
    }
}
