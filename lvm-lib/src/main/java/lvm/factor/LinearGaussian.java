package lvm.factor;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import lvm.linalg.Logs;
import lvm.linalg.Products;
import lvm.model.Require;
import lvm.random.Fill;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.CholeskyDecomposition_F64;

/**
 * x = W h + b + noise with h ~ N(0, I) and noise ~ N(0, ψ), ψ diagonal: the marginal N(b, WWᵀ + ψ) and the posterior
 * N(M⁻¹Wᵀψ⁻¹(x − b), M⁻¹) with M = I + Wᵀψ⁻¹W. Only K×K matrices are inverted (Woodbury's identity). Immutable by
 * convention: arrays are shared, not copied.
 */
final class LinearGaussian {
    private static final int ROWS_AT_ONCE = 1024;

    final int d;
    final int k;
    /** W, D×K. */
    final DMatrixRMaj w;
    /** b. */
    final double[] mean;
    /** ψ, all above 0. */
    final double[] noise;
    /** M⁻¹, the covariance of the posterior. */
    final DMatrixRMaj posteriorCovariance;
    /** ψ⁻¹W M⁻¹, D×K: what takes x − b to the mean of the posterior. */
    final DMatrixRMaj gain;
    /** log |WWᵀ + ψ| = log |M| + Σ log ψ. */
    final double logDet;

    LinearGaussian(DMatrixRMaj w, double[] mean, double[] noise) {
        this.d = w.numRows;
        this.k = w.numCols;
        this.w = w;
        this.mean = mean;
        this.noise = noise;
        DMatrixRMaj scaled = new DMatrixRMaj(d, k); // ψ⁻¹W
        double logNoise = 0;
        for (int i = 0; i < d; i++) {
            logNoise += Math.log(noise[i]);
            for (int j = i * k; j < (i + 1) * k; j++) {
                scaled.data[j] = w.data[j] / noise[i];
            }
        }
        DMatrixRMaj m = new DMatrixRMaj(k, k);
        Products.multTransA(w, scaled, m);
        Inverse inverse = Inverse.ofUnitPlus(m);
        posteriorCovariance = inverse.matrix;
        logDet = inverse.logDet + logNoise;
        gain = new DMatrixRMaj(d, k);
        Products.mult(scaled, posteriorCovariance, gain);
    }

    /** (I + A)⁻¹ and log |I + A| for symmetric A ≥ 0. */
    record Inverse(DMatrixRMaj matrix, double logDet) {
        static Inverse ofUnitPlus(DMatrixRMaj a) {
            int k = a.numRows;
            DMatrixRMaj m = new DMatrixRMaj(k, k);
            for (int i = 0; i < k; i++) {
                for (int j = 0; j <= i; j++) {
                    double value = .5 * (a.data[i * k + j] + a.data[j * k + i]) + (i == j ? 1 : 0);
                    m.data[i * k + j] = value;
                    m.data[j * k + i] = value;
                }
            }
            return of(m);
        }

        /** The lower triangular factor of a symmetric positive definite matrix, which is overwritten. */
        static double[] cholesky(DMatrixRMaj m) {
            CholeskyDecomposition_F64<DMatrixRMaj> cholesky = DecompositionFactory_DDRM.chol(m.numRows, true);
            if (!cholesky.decompose(m)) {
                throw new ArithmeticException("a covariance is not positive definite; scale the columns of x");
            }
            return cholesky.getT(null).data;
        }

        /** Of a symmetric positive definite matrix, which is overwritten. */
        static Inverse of(DMatrixRMaj m) {
            int k = m.numRows;
            double[] l = cholesky(m);
            double logDet = 0;
            double[] inverse = new double[k * k]; // L⁻¹
            for (int i = 0; i < k; i++) {
                logDet += 2 * Math.log(l[i * k + i]);
                for (int j = 0; j < i; j++) {
                    double lij = l[i * k + j];
                    for (int c = 0; c <= j; c++) {
                        inverse[i * k + c] -= lij * inverse[j * k + c];
                    }
                }
                for (int c = 0; c < i; c++) {
                    inverse[i * k + c] /= l[i * k + i];
                }
                inverse[i * k + i] = 1 / l[i * k + i];
            }
            DMatrixRMaj result = new DMatrixRMaj(k, k);
            for (int i = 0; i < k; i++) {
                for (int j = 0; j <= i; j++) {
                    double sum = 0;
                    for (int c = i; c < k; c++) {
                        sum += inverse[c * k + i] * inverse[c * k + j];
                    }
                    result.data[i * k + j] = sum;
                    result.data[j * k + i] = sum;
                }
            }
            return new Inverse(result, logDet);
        }
    }

    /** The same model in other units: x ↦ x + shift. */
    LinearGaussian shifted(double[] shift) {
        double[] moved = mean.clone();
        for (int j = 0; j < d; j++) {
            moved[j] += shift[j];
        }
        return new LinearGaussian(w, moved, noise);
    }

    /** log N(x; b, WWᵀ + ψ) of every row. */
    double[] logDensity(String where, DMatrixRMaj x) {
        Require.finiteRows(where, "x", x, d);
        int n = x.numRows;
        double[] logDensity = new double[n];
        int most = Math.min(n, ROWS_AT_ONCE);
        DMatrixRMaj residual = new DMatrixRMaj(most, d);
        DMatrixRMaj h = new DMatrixRMaj(most, k);
        for (int first = 0; first < n; first += most) {
            int rows = Math.min(most, n - first);
            residual.reshape(rows, d);
            h.reshape(rows, k);
            Centered.minus(x, first, rows, mean, residual);
            Products.mult(residual, gain, h);
            Products.gemm(false, true, -1, h, w, 1, residual);
            for (int i = 0; i < rows; i++) {
                // (x − b)ᵀ(WWᵀ + ψ)⁻¹(x − b) is the least |h|² + |ψ^−½(x − b − Wh)|²: no difference of large numbers.
                double quadratic = 0;
                for (int j = 0; j < d; j++) {
                    double e = residual.data[i * d + j];
                    quadratic += e * e / noise[j];
                }
                for (int j = i * k; j < (i + 1) * k; j++) {
                    quadratic += h.data[j] * h.data[j];
                }
                double log = -.5 * (d * Logs.LOG_2_PI + logDet + quadratic);
                logDensity[first + i] = Double.isNaN(log) ? Double.NEGATIVE_INFINITY : log; // only by overflow
            }
        }
        return logDensity;
    }

    /** The means of the posterior. */
    DMatrixRMaj encode(String where, DMatrixRMaj x) {
        Require.finiteRows(where, "x", x, d);
        DMatrixRMaj h = new DMatrixRMaj(x.numRows, k);
        Products.mult(Centered.minus(x, mean), gain, h);
        return h;
    }

    /** W h + b. */
    DMatrixRMaj decode(String where, DMatrixRMaj h) {
        return LinearMap.decode(where, h, mean, w);
    }

    /** h from its prior, then the noise. */
    DMatrixRMaj sample(String where, int n, RandomGenerator rng) {
        Require.atLeast(where, "n", 0, n);
        DMatrixRMaj h = new DMatrixRMaj(n, k);
        Fill.normal(h, rng);
        DMatrixRMaj x = LinearMap.decode(where, h, mean, w);
        for (int i = 0; i < n * d; i++) {
            x.data[i] += Math.sqrt(noise[i % d]) * rng.nextGaussian();
        }
        return x;
    }

    /** WWᵀ + ψ. */
    DMatrixRMaj covariance() {
        DMatrixRMaj c = new DMatrixRMaj(d, d);
        Products.multTransB(w, w, c);
        for (int j = 0; j < d; j++) {
            c.data[j * d + j] += noise[j];
        }
        return c;
    }

    // --- rows with missing entries

    /** What one row with missing entries tells of h: the posterior given its observed entries. */
    final class Partial {
        final double[] h = new double[k];
        DMatrixRMaj covariance;
        /** The log density of the observed entries. */
        double logDensity;

        private final DMatrixRMaj m = new DMatrixRMaj(k, k);
        private final double[] projected = new double[k];

        void of(double[] x, int at) {
            m.zero();
            Arrays.fill(projected, 0);
            double logNoise = 0;
            int observed = 0;
            for (int j = 0; j < d; j++) {
                double value = x[at + j];
                if (Double.isNaN(value)) {
                    continue;
                }
                observed++;
                logNoise += Math.log(noise[j]);
                double e = (value - mean[j]) / noise[j];
                for (int a = 0; a < k; a++) {
                    double wa = w.data[j * k + a];
                    projected[a] += wa * e;
                    double scaled = wa / noise[j];
                    for (int b = 0; b <= a; b++) {
                        m.data[a * k + b] += scaled * w.data[j * k + b];
                    }
                }
            }
            for (int a = 0; a < k; a++) {
                for (int b = 0; b < a; b++) {
                    m.data[b * k + a] = m.data[a * k + b];
                }
            }
            Inverse inverse = Inverse.ofUnitPlus(m);
            covariance = inverse.matrix;
            double quadratic = 0;
            for (int a = 0; a < k; a++) {
                h[a] = 0;
                for (int b = 0; b < k; b++) {
                    h[a] += covariance.data[a * k + b] * projected[b];
                }
                quadratic += h[a] * h[a];
            }
            for (int j = 0; j < d; j++) {
                double value = x[at + j];
                if (!Double.isNaN(value)) {
                    double e = value - expected(j);
                    quadratic += e * e / noise[j];
                }
            }
            logDensity = 0 - .5 * (observed * Logs.LOG_2_PI + inverse.logDet + logNoise + quadratic);
        }

        /** Element j of W h + b. */
        double expected(int j) {
            double value = mean[j];
            for (int a = 0; a < k; a++) {
                value += w.data[j * k + a] * h[a];
            }
            return value;
        }
    }

    private void requirePartialRows(String where, DMatrixRMaj x) {
        Require.columns(where, "x", x, d);
        requireFiniteOrNan(where, x);
    }

    /** NaN means missing; infinite numbers mean nothing. */
    static void requireFiniteOrNan(String where, DMatrixRMaj x) {
        for (int i = 0; i < x.getNumElements(); i++) {
            if (Double.isInfinite(x.data[i])) {
                throw new IllegalArgumentException(where + ": " + x.data[i] + " in row " + i / x.numCols + ", column "
                        + i % x.numCols + " (counted from 0), expected finite numbers, or NaN for a missing one");
            }
        }
    }

    double[] logDensityObserved(String where, DMatrixRMaj x) {
        requirePartialRows(where, x);
        Partial partial = new Partial();
        double[] logDensity = new double[x.numRows];
        for (int i = 0; i < x.numRows; i++) {
            partial.of(x.data, i * d);
            logDensity[i] = partial.logDensity;
        }
        return logDensity;
    }

    DMatrixRMaj encodeObserved(String where, DMatrixRMaj x) {
        requirePartialRows(where, x);
        Partial partial = new Partial();
        DMatrixRMaj h = new DMatrixRMaj(x.numRows, k);
        for (int i = 0; i < x.numRows; i++) {
            partial.of(x.data, i * d);
            System.arraycopy(partial.h, 0, h.data, i * k, k);
        }
        return h;
    }

    DMatrixRMaj impute(String where, DMatrixRMaj x) {
        requirePartialRows(where, x);
        Partial partial = new Partial();
        DMatrixRMaj filled = x.copy();
        for (int i = 0; i < x.numRows; i++) {
            partial.of(x.data, i * d);
            for (int j = 0; j < d; j++) {
                if (Double.isNaN(x.data[i * d + j])) {
                    filled.data[i * d + j] = partial.expected(j);
                }
            }
        }
        return filled;
    }

    /** Given parameters are checked. */
    static LinearGaussian of(String where, DMatrixRMaj w, double[] mean, double[] noise) {
        Require.finite(where, "W", w);
        if (mean.length != w.numRows || noise.length != w.numRows) {
            throw new IllegalArgumentException(where + ": there are " + mean.length + " numbers of the mean and "
                    + noise.length + " noise variances, W has " + w.numRows + " rows");
        }
        Require.finite(where, "the mean", new DMatrixRMaj(1, mean.length, true, mean));
        for (int j = 0; j < noise.length; j++) {
            Require.positive(where, "the noise variance " + j, noise[j]);
        }
        return new LinearGaussian(w.copy(), mean.clone(), noise.clone());
    }
}
