package lvm.boltzmann;

import java.util.List;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.linalg.Logs;
import lvm.linalg.Parallel;
import lvm.linalg.Products;
import org.ejml.data.DMatrixRMaj;

/**
 * Mean units beside units of which each has a filter whose output sets its state, sⱼ = ½ (xᵀrⱼ)²:
 *
 * <p>F(x) = ½ λ xᵀx − Σⱼ softplus(bⱼ + xᵀWⱼ) + Σⱼ ψⱼ(sⱼ), with ψⱼ(s) = −softplus(cⱼ − s) of bits ({@link McRbm}) and γ log(1 + s) of units with a Gamma
 * distribution ({@link MeanPot}). Where it is normalised, sⱼ is divided by ‖x‖²/D + ½.
 */
final class CovarianceUnits extends RealUnits {
    private static final int W = 0;
    private static final int B = 1;
    private static final int R = 2;
    private static final int C = 3;
    private static final double LEAST_NORM = .5;

    private final int mean;
    private final int covariance;
    private final double shape; // of the Gamma distribution; 0 for bits
    private final boolean normalised;
    private final double base; // λ
    private final DMatrixRMaj a = new DMatrixRMaj(0, 0);
    private final DMatrixRMaj u = new DMatrixRMaj(0, 0);

    /** Bits with biases c, or, with a shape, units with a Gamma distribution. */
    CovarianceUnits(Param w, Param b, Param r, Param c, double shape, boolean normalised, double base) {
        super(w.value().numRows, c == null ? List.of(w, b, r) : List.of(w, b, r, c));
        mean = w.value().numCols;
        covariance = r.value().numCols;
        this.shape = shape;
        this.normalised = normalised;
        this.base = base;
        refresh();
    }

    boolean normalised() {
        return normalised;
    }

    double base() {
        return base;
    }

    double shape() {
        return shape;
    }

    int covarianceUnits() {
        return covariance;
    }

    @Override
    CovarianceUnits copy() {
        return new CovarianceUnits(
                copy(params().get(W)),
                copy(params().get(B)),
                copy(params().get(R)),
                bits() ? copy(params().get(C)) : null,
                shape,
                normalised,
                base);
    }

    /** With the normalisations of the published code all covariance filters have the same norm, the mean of what they would have. */
    @Override
    void project() {
        if (!normalised) {
            return;
        }
        float[] r = floats(R).data;
        double[] norms = new double[covariance];
        for (int k = 0; k < r.length; k++) {
            norms[k % covariance] += (double) r[k] * r[k];
        }
        double common = 0;
        for (double norm : norms) {
            common += Math.sqrt(norm) / covariance;
        }
        for (int k = 0; k < r.length; k++) {
            double norm = Math.sqrt(norms[k % covariance]);
            r[k] = norm > 0 ? (float) (r[k] * common / norm) : 0;
        }
    }

    @Override
    int hidden() {
        return mean + covariance;
    }

    @Override
    int meanUnits() {
        return mean;
    }

    @Override
    boolean bits() {
        return shape == 0;
    }

    @Override
    boolean gaussianGivenHidden() {
        return !normalised;
    }

    // --- x

    /** xᵀW + b into a, xᵀR into u. */
    private void filter(DMatrixRMaj x) {
        a.reshape(x.numRows, mean);
        u.reshape(x.numRows, covariance);
        Products.multBias(x, value(W), value(B), a);
        Products.mult(x, value(R), u);
    }

    private double divisor(DMatrixRMaj x, int row) {
        if (!normalised) {
            return 1;
        }
        double sum = 0;
        for (int k = row * visible; k < (row + 1) * visible; k++) {
            sum += x.data[k] * x.data[k];
        }
        return sum / visible + LEAST_NORM;
    }

    /** ψ of all units of a row. */
    private double potentials(int row, double divisor) {
        double sum = 0;
        for (int j = 0; j < covariance; j++) {
            double out = u.data[row * covariance + j];
            double s = out * out / (2 * divisor);
            sum += bits() ? -Logs.softplus(value(C).data[j] - s) : shape * Math.log1p(s);
        }
        return sum;
    }

    /** ψ′, which is the mean of the unit. */
    private double slope(int j, double s) {
        return bits() ? sigmoid(value(C).data[j] - s) : shape / (1 + s);
    }

    @Override
    void freeEnergy(DMatrixRMaj x, double[] f, DMatrixRMaj gradient) {
        filter(x);
        boolean slopes = gradient != null;
        Parallel.range(x.numRows, Parallel.grain(16 * (mean + covariance)), (from, to) -> {
            for (int i = from; i < to; i++) {
                double square = 0;
                for (int k = i * visible; k < (i + 1) * visible; k++) {
                    square += x.data[k] * x.data[k];
                    if (slopes) {
                        gradient.data[k] = base * x.data[k];
                    }
                }
                double divisor = divisor(x, i);
                f[i] = base * square / 2 - Logs.sumSoftplus(a.data, i * mean, mean) + potentials(i, divisor);
                if (slopes) {
                    double shrink = states(i, divisor);
                    for (int k = i * visible; normalised && k < (i + 1) * visible; k++) {
                        gradient.data[k] -= x.data[k] * shrink;
                    }
                }
            }
        });
        if (slopes) {
            Products.gemm(false, true, -1, a, value(W), 1, gradient);
            Products.gemm(false, true, 1, u, value(R), 1, gradient);
        }
    }

    /**
     * Of a row: a becomes the means of the mean units, u becomes ψ′ u over the divisor.
     *
     * @return Σ ψ′ u² / (D divisor²), with which the divisor pulls at x
     */
    private double states(int i, double divisor) {
        double pull = 0;
        for (int j = i * mean; j < (i + 1) * mean; j++) {
            a.data[j] = sigmoid(a.data[j]);
        }
        for (int j = 0; j < covariance; j++) {
            double out = u.data[i * covariance + j];
            double slope = slope(j, out * out / (2 * divisor));
            u.data[i * covariance + j] = slope * out / divisor;
            pull += slope * out * out;
        }
        return pull / (visible * divisor * divisor);
    }

    @Override
    void addSlopes(DMatrixRMaj x, double[] weights, double scale) {
        filter(x);
        double[] byC = bits() ? slope(C).data : new double[0];
        for (int i = 0; i < x.numRows; i++) {
            double weight = weights == null ? scale : scale * weights[i];
            double divisor = divisor(x, i);
            for (int j = 0; j < byC.length; j++) {
                double out = u.data[i * covariance + j];
                byC[j] -= weight * slope(j, out * out / (2 * divisor));
            }
            states(i, divisor);
            for (int j = 0; j < mean; j++) {
                a.data[i * mean + j] *= weight;
                slope(B).data[j] -= a.data[i * mean + j];
            }
            for (int j = i * covariance; j < (i + 1) * covariance; j++) {
                u.data[j] *= weight;
            }
        }
        Products.gemm(true, false, -1, x, a, 1, slope(W));
        Products.gemm(true, false, 1, x, u, 1, slope(R));
    }

    // --- h given x

    @Override
    void means(DMatrixRMaj x, DMatrixRMaj h) {
        filter(x);
        for (int i = 0; i < x.numRows; i++) {
            double divisor = divisor(x, i);
            for (int j = 0; j < mean; j++) {
                h.data[i * h.numCols + j] = sigmoid(a.data[i * mean + j]);
            }
            for (int j = 0; j < covariance; j++) {
                double out = u.data[i * covariance + j];
                h.data[i * h.numCols + mean + j] = slope(j, out * out / (2 * divisor));
            }
        }
    }

    @Override
    void draw(DMatrixRMaj x, DMatrixRMaj h, RandomGenerator rng) {
        means(x, h);
        for (int k = 0; k < h.getNumElements(); k++) {
            boolean gamma = !bits() && k % h.numCols >= mean;
            // the mean of a Gamma distribution is its shape over its rate
            h.data[k] = gamma ? gamma(shape, rng) * h.data[k] / shape : rng.nextDouble() < h.data[k] ? 1 : 0;
        }
    }

    /** A draw of a Gamma distribution of rate 1. G. Marsaglia and W. W. Tsang (2000), A simple method for generating gamma variables. */
    static double gamma(double shape, RandomGenerator rng) {
        if (shape < 1) {
            return gamma(shape + 1, rng) * Math.pow(1 - rng.nextDouble(), 1 / shape);
        }
        double d = shape - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double z = rng.nextGaussian();
            double v = 1 + c * z;
            if (v > 0) {
                v = v * v * v;
                if (Math.log(1 - rng.nextDouble()) < z * z / 2 + d - d * v + d * Math.log(v)) {
                    return d * v;
                }
            }
        }
    }

    // --- x given h

    @Override
    void precision(double[] h, DMatrixRMaj p) {
        p.zero();
        double[] r = value(R).data;
        for (int i = 0; i < visible; i++) {
            p.data[i * visible + i] = base;
        }
        for (int j = 0; j < covariance; j++) {
            double on = h[mean + j];
            for (int i = 0; on != 0 && i < visible; i++) {
                double left = on * r[i * covariance + j];
                for (int k = 0; k < visible; k++) {
                    p.data[i * visible + k] += left * r[k * covariance + j];
                }
            }
        }
    }

    @Override
    void linear(double[] h, double[] b) {
        double[] w = value(W).data;
        for (int i = 0; i < visible; i++) {
            b[i] = 0;
            for (int j = 0; j < mean; j++) {
                b[i] += w[i * mean + j] * h[j];
            }
        }
    }

    /** Of units with a Gamma distribution (γ − 1) log h − h − log Γ(γ), so that F has no constant. */
    @Override
    double bias(double[] h) {
        double sum = 0;
        for (int j = 0; j < mean; j++) {
            sum += value(B).data[j] * h[j];
        }
        for (int j = 0; j < covariance; j++) {
            double on = h[mean + j];
            sum += bits() ? value(C).data[j] * on : (shape - 1) * Math.log(on) - on - logGamma(shape);
        }
        return sum;
    }

    /** By Stirling's series from 10 on; relative error below 10⁻¹³. */
    static double logGamma(double x) {
        double shift = 0;
        double at = x;
        while (at < 10) {
            shift += Math.log(at);
            at++;
        }
        double square = 1 / (at * at);
        double series =
                (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square * (1.0 / 1680 - square / 1188)))) / at;
        return (at - .5) * Math.log(at) - at + Logs.HALF_LOG_2_PI + series - shift;
    }

    /** As it is published, so that it holds with the normalisations, too. */
    @Override
    double energy(double[] x, double[] h) {
        double square = 0;
        for (double each : x) {
            square += each * each;
        }
        double divisor = normalised ? square / visible + LEAST_NORM : 1;
        double e = base * square / 2 - bias(h);
        for (int j = 0; j < mean; j++) {
            for (int i = 0; i < visible; i++) {
                e -= x[i] * value(W).data[i * mean + j] * h[j];
            }
        }
        for (int j = 0; j < covariance; j++) {
            double out = 0;
            for (int i = 0; i < visible; i++) {
                out += x[i] * value(R).data[i * covariance + j];
            }
            e += h[mean + j] * out * out / (2 * divisor);
        }
        return e;
    }

    @Override
    void addJoint(double p, double[] h, double[] m, DMatrixRMaj second) {
        double[] r = value(R).data;
        for (int j = 0; j < mean; j++) {
            slope(B).data[j] -= p * h[j];
            for (int i = 0; i < visible; i++) {
                slope(W).data[i * mean + j] -= p * h[j] * m[i];
            }
        }
        for (int j = 0; j < covariance; j++) {
            double on = p * h[mean + j];
            slope(C).data[j] -= on;
            for (int i = 0; on != 0 && i < visible; i++) {
                double sum = 0;
                for (int k = 0; k < visible; k++) {
                    sum += second.data[i * visible + k] * r[k * covariance + j];
                }
                slope(R).data[i * covariance + j] += on * sum;
            }
        }
    }
}
