package lvm.boltzmann;

import java.util.Map;
import org.ejml.data.FMatrixRMaj;

/**
 * The centred machine, E(v, h) = −(v − μ)ᵀW(h − λ) − b′ᵀ(v − μ) − c′ᵀ(h − λ): the same distributions by other parameters, b = b′ − Wλ and
 * c = c′ − Wᵀμ, whose slopes do not depend on which value of a bit is called 1. A step of the centred parameters, written in those of
 * {@link Rbm}, goes along
 *
 * <p>∇W − ∇b λᵀ − μ ∇cᵀ =: G, ∇b − G λ, ∇c − Gᵀ μ,
 *
 * <p>and since b and c are kept, the distribution does not change when the offsets move. J. Melchior, A. Fischer and L. Wiskott (2016),
 * How to center deep Boltzmann machines; G. Montavon and K.-R. Müller (2012). The offsets are moving averages of the means of v and h over
 * the data.
 */
final class Centring {
    private final float rate;
    private final FMatrixRMaj mu;
    private final FMatrixRMaj lambda;

    /** Begins at the means of the data, and at 1/2. */
    Centring(FMatrixRMaj rates, int hidden, double rate) {
        this.rate = (float) rate;
        mu = rates.copy();
        lambda = new FMatrixRMaj(1, hidden);
        lambda.fill(.5f);
    }

    Map<String, FMatrixRMaj> buffers() {
        return Map.of("offsets.v", mu, "offsets.h", lambda);
    }

    /** Moves the offsets, then turns the slopes of a rule into those of the centred parameters. */
    void apply(FMatrixRMaj v, RbmRule rule) {
        move(mu, v);
        move(lambda, rule.means);
        FMatrixRMaj w = rule.w();
        float[] b = rule.b().data;
        float[] c = rule.c().data;
        int h = w.numCols;
        for (int i = 0; i < w.numRows; i++) {
            for (int j = 0; j < h; j++) {
                w.data[i * h + j] -= b[i] * lambda.data[j] + mu.data[i] * c[j];
            }
        }
        for (int i = 0; i < w.numRows; i++) {
            float down = 0;
            for (int j = 0; j < h; j++) {
                down += w.data[i * h + j] * lambda.data[j];
                c[j] -= w.data[i * h + j] * mu.data[i];
            }
            b[i] -= down;
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
