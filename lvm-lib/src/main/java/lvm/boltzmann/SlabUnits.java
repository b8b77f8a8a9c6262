package lvm.boltzmann;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.linalg.Logs;
import lvm.linalg.Parallel;
import lvm.linalg.Products;
import org.ejml.data.DMatrixRMaj;

/**
 * Spikes with slabs, which are integrated: with uᵢ = xᵀWᵢ and aᵢ = bᵢ + μᵢ uᵢ + uᵢ²/(2αᵢ) − ½ Σ_d φ_dᵢ x_d²,
 *
 * <p>F(x) = ½ Σ_d λ_d x_d² − Σᵢ softplus(aᵢ). α, λ and φ are learnt by their logarithms.
 *
 * <p>P(h) = Λ + Σᵢ hᵢ (Φᵢ − Wᵢ Wᵢᵀ/αᵢ) is positive definite for every h if Λ − Σᵢ (1 − tᵢ) Wᵢ Wᵢᵀ/αᵢ is, where tᵢ = min(1, 1/Σ_d W_dᵢ²/(φ_dᵢ αᵢ)) is
 * the share of Wᵢ Wᵢᵀ/αᵢ that Φᵢ outweighs (Cauchy and Schwarz). Steps that would leave this set are pulled back by making all W shorter.
 */
final class SlabUnits extends RealUnits {
    private static final int W = 0;
    private static final int B = 1;
    private static final int MU = 2;
    private static final int ALPHA = 3;
    private static final int LAMBDA = 4;
    private static final int PHI = 5;

    /** How much of Λ the slabs may take away. */
    static final double MOST = .95;

    private static final int POWER_STEPS = 30;

    private final int spikes;
    private final DMatrixRMaj u = new DMatrixRMaj(0, 0);
    private final DMatrixRMaj a = new DMatrixRMaj(0, 0);
    private final DMatrixRMaj squares = new DMatrixRMaj(0, 0);
    private final DMatrixRMaj alpha;
    private final DMatrixRMaj lambda;
    private final DMatrixRMaj phi;
    private final DMatrixRMaj none;

    SlabUnits(Param w, Param b, Param mu, Param logAlpha, Param logLambda, Param logPhi) {
        super(w.value().numRows, List.of(w, b, mu, logAlpha, logLambda, logPhi));
        spikes = w.value().numCols;
        alpha = new DMatrixRMaj(1, spikes);
        lambda = new DMatrixRMaj(1, visible);
        phi = new DMatrixRMaj(visible, spikes);
        none = new DMatrixRMaj(1, spikes);
        refresh();
    }

    DMatrixRMaj alpha() {
        return alpha;
    }

    DMatrixRMaj lambda() {
        return lambda;
    }

    DMatrixRMaj phi() {
        return phi;
    }

    @Override
    SlabUnits copy() {
        return new SlabUnits(
                copy(params().get(W)),
                copy(params().get(B)),
                copy(params().get(MU)),
                copy(params().get(ALPHA)),
                copy(params().get(LAMBDA)),
                copy(params().get(PHI)));
    }

    @Override
    void derive() {
        exp(value(ALPHA), alpha);
        exp(value(LAMBDA), lambda);
        exp(value(PHI), phi);
    }

    private static void exp(DMatrixRMaj logs, DMatrixRMaj numbers) {
        for (int k = 0; k < logs.getNumElements(); k++) {
            numbers.data[k] = Math.exp(logs.data[k]);
        }
    }

    @Override
    int hidden() {
        return spikes;
    }

    @Override
    int meanUnits() {
        return 0;
    }

    @Override
    boolean bits() {
        return true;
    }

    // --- positive definite

    /** The greatest eigenvalue of Λ^−½ Σᵢ (1 − tᵢ) WᵢWᵢᵀ/αᵢ Λ^−½ by power iteration; below 1 P(h) is positive definite for every h. */
    double taken() {
        double[] w = value(W).data;
        double[] share = new double[spikes];
        double trace = 0;
        for (int i = 0; i < spikes; i++) {
            double q = 0;
            double norm = 0;
            for (int d = 0; d < visible; d++) {
                double square = w[d * spikes + i] * w[d * spikes + i] / alpha.data[i];
                q += square / phi.data[d * spikes + i];
                norm += square / lambda.data[d];
            }
            share[i] = q <= 1 ? 0 : (1 - 1 / q) / alpha.data[i];
            trace += share[i] * alpha.data[i] * norm;
        }
        if (trace <= 0) {
            return 0;
        }
        double[] v = new double[visible];
        double[] next = new double[visible];
        // begins at the sum of the filters and a little of everything
        for (int d = 0; d < visible; d++) {
            v[d] = 1e-3 / (d + 1);
            for (int i = 0; i < spikes; i++) {
                v[d] += share[i] * Math.abs(w[d * spikes + i]) * w[d * spikes + i];
            }
        }
        double eigenvalue = 0;
        for (int t = 0; t < POWER_STEPS; t++) {
            double length = Math.sqrt(Arrays.stream(v).map(z -> z * z).sum());
            Arrays.fill(next, 0);
            for (int i = 0; i < spikes; i++) {
                double out = 0;
                for (int d = 0; share[i] > 0 && d < visible; d++) {
                    out += w[d * spikes + i] * v[d] / Math.sqrt(lambda.data[d]) / length;
                }
                for (int d = 0; share[i] > 0 && d < visible; d++) {
                    next[d] += share[i] * out * w[d * spikes + i] / Math.sqrt(lambda.data[d]);
                }
            }
            eigenvalue = Math.sqrt(Arrays.stream(next).map(z -> z * z).sum());
            System.arraycopy(next, 0, v, 0, visible);
        }
        return eigenvalue;
    }

    @Override
    void project() {
        refresh();
        double taken = taken();
        while (taken > MOST) {
            float shorter = (float) Math.sqrt(MOST / taken * .999);
            float[] w = floats(W).data;
            for (int k = 0; k < w.length; k++) {
                w[k] *= shorter;
            }
            refresh();
            taken = taken();
        }
    }

    /** Whether P is positive definite where it is least, for given parameters, exactly. */
    boolean positiveDefinite() {
        Precision p = new Precision(visible);
        double[] w = value(W).data;
        p.matrix().zero();
        for (int d = 0; d < visible; d++) {
            p.matrix().data[d * visible + d] = lambda.data[d];
        }
        for (int i = 0; i < spikes; i++) {
            double q = 0;
            for (int d = 0; d < visible; d++) {
                q += w[d * spikes + i] * w[d * spikes + i] / alpha.data[i] / phi.data[d * spikes + i];
            }
            double share = q <= 1 ? 0 : (1 - 1 / q) / alpha.data[i];
            for (int d = 0; share > 0 && d < visible; d++) {
                for (int k = 0; k < visible; k++) {
                    p.matrix().data[d * visible + k] -= share * w[d * spikes + i] * w[k * spikes + i];
                }
            }
        }
        return p.tryDecompose();
    }

    // --- x

    /** xᵀW into u, the logits of the spikes into a, x² into squares. */
    private void filter(DMatrixRMaj x) {
        int n = x.numRows;
        u.reshape(n, spikes);
        a.reshape(n, spikes);
        squares.reshape(n, visible);
        for (int k = 0; k < n * visible; k++) {
            squares.data[k] = x.data[k] * x.data[k];
        }
        Products.mult(x, value(W), u);
        Products.multBias(squares, phi, none, a);
        for (int k = 0; k < n * spikes; k++) {
            int i = k % spikes;
            double out = u.data[k];
            a.data[k] = value(B).data[i] + value(MU).data[i] * out + out * out / (2 * alpha.data[i]) - a.data[k] / 2;
        }
    }

    @Override
    void freeEnergy(DMatrixRMaj x, double[] f, DMatrixRMaj gradient) {
        filter(x);
        boolean slopes = gradient != null;
        Parallel.range(x.numRows, Parallel.grain(16 * spikes), (from, to) -> {
            for (int n = from; n < to; n++) {
                double square = 0;
                for (int d = 0; d < visible; d++) {
                    square += lambda.data[d] * squares.data[n * visible + d];
                }
                f[n] = square / 2 - Logs.sumSoftplus(a.data, n * spikes, spikes);
                for (int i = n * spikes; slopes && i < (n + 1) * spikes; i++) {
                    a.data[i] = sigmoid(a.data[i]);
                    u.data[i] = a.data[i] * (value(MU).data[i % spikes] + u.data[i] / alpha.data[i % spikes]);
                }
            }
        });
        if (slopes) {
            Products.gemm(false, true, 1, a, phi, 0, gradient);
            for (int k = 0; k < gradient.getNumElements(); k++) {
                gradient.data[k] = (gradient.data[k] + lambda.data[k % visible]) * x.data[k];
            }
            Products.gemm(false, true, -1, u, value(W), 1, gradient);
        }
    }

    @Override
    void addSlopes(DMatrixRMaj x, double[] weights, double scale) {
        filter(x);
        for (int n = 0; n < x.numRows; n++) {
            double weight = weights == null ? scale : scale * weights[n];
            for (int i = 0; i < spikes; i++) {
                int k = n * spikes + i;
                double out = u.data[k];
                double on = weight * sigmoid(a.data[k]);
                a.data[k] = on;
                slope(B).data[i] -= on;
                slope(MU).data[i] -= on * out;
                slope(ALPHA).data[i] += on * out * out / (2 * alpha.data[i]);
                u.data[k] = on * (value(MU).data[i] + out / alpha.data[i]);
            }
            for (int d = 0; d < visible; d++) {
                slope(LAMBDA).data[d] += weight * lambda.data[d] * squares.data[n * visible + d] / 2;
            }
        }
        Products.gemm(true, false, -1, x, u, 1, slope(W));
        // by log φ: ½ φ Σₙ on x²; the sum is collected in room of the shape of φ
        room.reshape(visible, spikes);
        Products.gemm(true, false, .5, squares, a, 0, room);
        for (int k = 0; k < room.getNumElements(); k++) {
            slope(PHI).data[k] += phi.data[k] * room.data[k];
        }
    }

    private final DMatrixRMaj room = new DMatrixRMaj(0, 0);

    // --- h given x

    @Override
    void means(DMatrixRMaj x, DMatrixRMaj h) {
        filter(x);
        for (int k = 0; k < h.getNumElements(); k++) {
            h.data[k] = sigmoid(a.data[k]);
        }
    }

    @Override
    void draw(DMatrixRMaj x, DMatrixRMaj h, RandomGenerator rng) {
        means(x, h);
        for (int k = 0; k < h.getNumElements(); k++) {
            h.data[k] = rng.nextDouble() < h.data[k] ? 1 : 0;
        }
    }

    /** s given x and h: N(hᵢ (μᵢ + xᵀWᵢ/αᵢ), 1/αᵢ). */
    void drawSlabs(DMatrixRMaj x, DMatrixRMaj h, DMatrixRMaj s, RandomGenerator rng) {
        s.reshape(x.numRows, spikes);
        Products.mult(x, value(W), s);
        for (int k = 0; k < s.getNumElements(); k++) {
            int i = k % spikes;
            s.data[k] = h.data[k] * (value(MU).data[i] + s.data[k] / alpha.data[i])
                    + rng.nextGaussian() / Math.sqrt(alpha.data[i]);
        }
    }

    /** x given s and h: its precisions are λ_d + Σᵢ hᵢ φ_dᵢ, its means Σᵢ W_dᵢ sᵢ hᵢ over them. */
    void drawGivenSlabs(DMatrixRMaj h, DMatrixRMaj s, DMatrixRMaj x, RandomGenerator rng) {
        for (int k = 0; k < s.getNumElements(); k++) {
            s.data[k] *= h.data[k];
        }
        Products.gemm(false, true, 1, s, value(W), 0, x);
        squares.reshape(x.numRows, visible);
        Products.gemm(false, true, 1, h, phi, 0, squares);
        for (int k = 0; k < x.getNumElements(); k++) {
            double precision = lambda.data[k % visible] + squares.data[k];
            x.data[k] = x.data[k] / precision + rng.nextGaussian() / Math.sqrt(precision);
        }
    }

    // --- x given h

    @Override
    void precision(double[] h, DMatrixRMaj p) {
        double[] w = value(W).data;
        p.zero();
        for (int d = 0; d < visible; d++) {
            double sum = lambda.data[d];
            for (int i = 0; i < spikes; i++) {
                sum += h[i] * phi.data[d * spikes + i];
            }
            p.data[d * visible + d] = sum;
        }
        for (int i = 0; i < spikes; i++) {
            for (int d = 0; h[i] != 0 && d < visible; d++) {
                double left = h[i] * w[d * spikes + i] / alpha.data[i];
                for (int k = 0; k < visible; k++) {
                    p.data[d * visible + k] -= left * w[k * spikes + i];
                }
            }
        }
    }

    @Override
    void linear(double[] h, double[] b) {
        double[] w = value(W).data;
        for (int d = 0; d < visible; d++) {
            b[d] = 0;
            for (int i = 0; i < spikes; i++) {
                b[d] += w[d * spikes + i] * value(MU).data[i] * h[i];
            }
        }
    }

    @Override
    double bias(double[] h) {
        double sum = 0;
        for (int i = 0; i < spikes; i++) {
            sum += value(B).data[i] * h[i];
        }
        return sum;
    }

    @Override
    void addJoint(double p, double[] h, double[] mean, DMatrixRMaj second) {
        double[] w = value(W).data;
        for (int d = 0; d < visible; d++) {
            slope(LAMBDA).data[d] += p * lambda.data[d] * second.data[d * visible + d] / 2;
        }
        for (int i = 0; i < spikes; i++) {
            double on = p * h[i];
            slope(B).data[i] -= on;
            double out = 0;
            double square = 0;
            for (int d = 0; on != 0 && d < visible; d++) {
                double sum = 0;
                for (int k = 0; k < visible; k++) {
                    sum += second.data[d * visible + k] * w[k * spikes + i];
                }
                out += mean[d] * w[d * spikes + i];
                square += sum * w[d * spikes + i];
                slope(W).data[d * spikes + i] -= on * (value(MU).data[i] * mean[d] + sum / alpha.data[i]);
                slope(PHI).data[d * spikes + i] += on * phi.data[d * spikes + i] * second.data[d * visible + d] / 2;
            }
            slope(MU).data[i] -= on * out;
            slope(ALPHA).data[i] += on * square / (2 * alpha.data[i]);
        }
    }
}
