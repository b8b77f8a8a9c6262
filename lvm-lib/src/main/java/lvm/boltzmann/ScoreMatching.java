package lvm.boltzmann;

import java.util.random.RandomGenerator;
import lvm.linalg.Products;
import lvm.linalg.VectorMath;
import org.ejml.data.FMatrixRMaj;

/**
 * Score matching of the free energy of a machine with Gaussian visible units, J(v) = Σᵢ ½ ψᵢ² + ∂ψᵢ/∂vᵢ with the score
 * ψᵢ = ∂ log p(v)/∂vᵢ = bᵢ − vᵢ/σᵢ² + Σⱼ Wᵢⱼ sⱼ, s = σ(c + vW), and ∂ψᵢ/∂vᵢ = −1/σᵢ² + Σⱼ Wᵢⱼ² sⱼ(1 − sⱼ), in the parameters of {@link RbmUnits}: no
 * partition function is in it. A. Hyvärinen (2005), Estimation of non-normalized statistical models by score matching. It is of the columns as
 * the units see them: other units of a column weigh it differently.
 */
final class ScoreMatching implements Monitor {
    private final RbmUnits units;
    private final GaussianLayer layer;
    private final FMatrixRMaj means;
    private final FMatrixRMaj scores;
    private final FMatrixRMaj slopes;
    private final double[] norms;
    private final float[] spread;

    ScoreMatching(RbmUnits units) {
        this.units = units;
        layer = (GaussianLayer) units.layer();
        means = new FMatrixRMaj(0, units.hidden());
        scores = new FMatrixRMaj(0, units.visible());
        slopes = new FMatrixRMaj(0, units.hidden());
        norms = new double[units.hidden()];
        spread = new float[units.hidden()];
    }

    @Override
    public String objective() {
        return "score matching, −J per row";
    }

    @Override
    public double estimate(FMatrixRMaj v, FMatrixRMaj logits, int most, RandomGenerator rng) {
        int rows = Math.min(most, v.numRows);
        int d = v.numCols;
        int h = logits.numCols;
        norms();
        double sum = 0;
        for (int r = 0; r < rows; r++) {
            int n = rows == v.numRows ? r : rng.nextInt(v.numRows);
            VectorMath.sigmoid(logits.data, n * h, spread, 0, h);
            for (int j = 0; j < h; j++) {
                sum += units.visibleCopies() * norms[j] * spread[j] * (1 - spread[j]);
            }
            for (int i = 0; i < d; i++) {
                double precision = 1.0 / layer.variances().data[i];
                double score = units.b().data[i] - precision * v.data[n * d + i];
                for (int j = 0; j < h; j++) {
                    score += units.w().data[i * h + j] * spread[j];
                }
                sum += score * score / 2 - precision;
            }
        }
        return -sum / rows;
    }

    /** Σᵢ Wᵢⱼ². */
    private void norms() {
        int h = norms.length;
        java.util.Arrays.fill(norms, 0);
        for (int k = 0; k < units.w().getNumElements(); k++) {
            norms[k % h] += (double) units.w().data[k] * units.w().data[k];
        }
    }

    /**
     * Writes the slopes of the mean of J over rows by W, b, c and −1/(2σ²).
     *
     * @return minus the mean of J
     */
    double gradient(
            FMatrixRMaj v, FMatrixRMaj logits, FMatrixRMaj w, FMatrixRMaj b, FMatrixRMaj c, FMatrixRMaj squares) {
        int rows = v.numRows;
        int d = v.numCols;
        int h = norms.length;
        float share = 1f / rows;
        norms();
        means.reshape(rows, h);
        VectorMath.sigmoid(logits, means);
        scores.reshape(rows, d);
        units.visibleLogits(means, scores);
        double total = 0;
        for (int k = 0; k < scores.getNumElements(); k++) {
            double precision = 1.0 / layer.variances().data[k % d];
            scores.data[k] -= (float) (precision * v.data[k]);
            total += (double) scores.data[k] * scores.data[k] / 2 - precision;
        }
        // By the logits: (ψW)ⱼ s′ⱼ + ‖W·ⱼ‖² s″ⱼ.
        slopes.reshape(rows, h);
        Products.mult(scores, units.w(), slopes);
        java.util.Arrays.fill(spread, 0);
        for (int k = 0; k < slopes.getNumElements(); k++) {
            int j = k % h;
            float s = means.data[k];
            float steep = s * (1 - s);
            total += norms[j] * steep;
            spread[j] += share * steep;
            slopes.data[k] = (float) (steep * (slopes.data[k] + norms[j] * (1 - 2 * s)));
        }
        Products.gemm(true, false, share, scores, means, 0, w);
        Products.gemm(true, false, share, v, slopes, 1, w);
        for (int k = 0; k < w.getNumElements(); k++) {
            w.data[k] += 2 * spread[k % h] * units.w().data[k];
        }
        b.zero();
        c.zero();
        RbmRule.addRows(scores, share, b);
        RbmRule.addRows(slopes, share, c);
        squares.fill(2);
        for (int k = 0; k < scores.getNumElements(); k++) {
            squares.data[k % d] += 2 * share * v.data[k] * scores.data[k];
        }
        return -total / rows;
    }
}
