package lvm.autodiff;

import java.util.Arrays;
import lvm.linalg.Logs;
import lvm.linalg.Parallel;
import lvm.linalg.VectorMath;

/** Log-likelihoods, divergences and draws, summed over the columns of a row. */
final class Likelihoods {

    private Likelihoods() {}

    /** yᵢ = Σⱼ xᵢⱼ lᵢⱼ − softplus(lᵢⱼ); a = logits l, b = x. Scratch 0: softplus, scratch 1: x − sigmoid(l). */
    static final Op BERNOULLI = new Op("bernoulliLogLikelihood") {
        @Override
        protected void forward(Node y) {
            int c = y.a.cols();
            float[] l = y.a.value.data;
            float[] x = y.b.value.data;
            float[] soft = y.scratch(0, y.a.rows(), c).data;
            float[] slope = y.a.needsGrad ? y.scratch(1, y.a.rows(), c).data : null;
            float[] sums = y.value.data;
            Parallel.range(y.rows(), Parallel.grain(c), (from, to) -> {
                for (int i = from, o = from * c; i < to; i++, o += c) {
                    if (slope != null) {
                        VectorMath.softplus(l, o, soft, o, slope, o, c);
                        subtractFrom(x, slope, o, c);
                    } else {
                        VectorMath.softplus(l, o, soft, o, c);
                    }
                    terms(x, l, soft, o, c);
                    sums[i] = (float) VectorMath.sum(soft, o, c);
                    if (Float.isNaN(sums[i])) {
                        sums[i] = (float) limit(x, l, o, c);
                    }
                }
            });
        }

        /** The sum where a logit is infinite: 0 for the certain value, −∞ for any other. */
        private double limit(float[] x, float[] l, int from, int n) {
            double sum = 0;
            for (int j = from; j < from + n; j++) {
                if (!Float.isInfinite(l[j])) {
                    sum += x[j] * (double) l[j] - Logs.softplus(l[j]);
                } else if (x[j] != (l[j] > 0 ? 1 : 0)) {
                    sum += Float.isNaN(x[j]) ? Double.NaN : Double.NEGATIVE_INFINITY;
                }
            }
            return sum;
        }

        private void subtractFrom(float[] x, float[] y, int from, int n) {
            for (int j = from; j < from + n; j++) {
                y[j] = x[j] - y[j];
            }
        }

        private void terms(float[] x, float[] l, float[] soft, int from, int n) {
            for (int j = from; j < from + n; j++) {
                soft[j] = x[j] * l[j] - soft[j];
            }
        }

        @Override
        protected void backward(Node y) {
            int c = y.a.cols();
            float[] g = y.grad.data;
            if (y.a.needsGrad) {
                addRowScaled(y.scratch(1).data, g, y.a, y.rows(), c);
            }
            if (y.b.needsGrad) {
                addRowScaled(y.a.value.data, g, y.b, y.rows(), c);
            }
        }
    };

    /**
     * yᵢ = −½ Σⱼ (xᵢⱼ − μᵢⱼ)² e^−vⱼ + vⱼ + log 2π; a = μ, b = x, c = v = log σ² with n rows or one, or null for the
     * fixed σ in s. Scratch 0: e^−v.
     */
    static final Op GAUSSIAN = new Op("gaussianLogLikelihood") {
        @Override
        protected void forward(Node y) {
            int c = y.a.cols();
            float[] mu = y.a.value.data;
            float[] x = y.b.value.data;
            float[] precision = precision(y);
            for (int i = 0, o = 0; i < y.rows(); i++, o += c) {
                int k = row(y, i);
                double sum = c * Logs.LOG_2_PI;
                for (int j = 0; j < c; j++) {
                    double e = x[o + j] - mu[o + j];
                    float p = precision[k + j];
                    sum += p > 0 && p < Float.MAX_VALUE ? e * e * p : beyond(e, logVariance(y, k + j));
                }
                if (y.c != null) {
                    sum += VectorMath.sum(y.c.value.data, k, c);
                } else {
                    sum += 2 * c * Math.log(y.s);
                }
                y.value.data[i] = (float) (-0.5 * sum);
            }
        }

        private double logVariance(Node y, int at) {
            return y.c == null ? 2 * Math.log(y.s) : y.c.value.data[at];
        }

        /** e² e^−v where e^−v is no float: 0 at e = 0, however small the variance is. */
        private double beyond(double e, double v) {
            return e == 0 ? 0 : Math.exp(2 * Math.log(Math.abs(e)) - v);
        }

        /** e^−v, at most the greatest float: 0 · ∞ is no number. */
        private float[] precision(Node y) {
            int c = y.a.cols();
            if (y.c == null) {
                float[] p = y.scratch(0, 1, c).data;
                Arrays.fill(p, 0, c, (float) Math.min(Float.MAX_VALUE, 1 / ((double) y.s * y.s)));
                return p;
            }
            float[] v = y.c.value.data;
            float[] p = y.scratch(0, y.c.rows(), c).data;
            int n = y.c.size();
            for (int i = 0; i < n; i++) {
                p[i] = -v[i];
            }
            VectorMath.exp(p, 0, p, 0, n);
            for (int i = 0; i < n; i++) {
                p[i] = Math.min(Float.MAX_VALUE, p[i]);
            }
            return p;
        }

        private int row(Node y, int i) {
            return y.c == null || y.c.rows() == 1 ? 0 : i * y.a.cols();
        }

        @Override
        protected void backward(Node y) {
            int c = y.a.cols();
            float[] mu = y.a.value.data;
            float[] x = y.b.value.data;
            float[] precision = y.scratch(0).data;
            float[] dMu = y.a.needsGrad ? y.a.addend() : null;
            float[] dX = y.b.needsGrad ? y.b.addend() : null;
            float[] dV = y.c != null && y.c.needsGrad ? y.c.addend() : null;
            for (int i = 0, o = 0; i < y.rows(); i++, o += c) {
                float g = y.grad.data[i];
                int k = row(y, i);
                if (dMu != null) {
                    for (int j = 0; j < c; j++) {
                        dMu[o + j] += g * (x[o + j] - mu[o + j]) * precision[k + j];
                    }
                }
                if (dX != null) {
                    for (int j = 0; j < c; j++) {
                        dX[o + j] -= g * (x[o + j] - mu[o + j]) * precision[k + j];
                    }
                }
                if (dV != null) {
                    for (int j = 0; j < c; j++) {
                        float e = x[o + j] - mu[o + j];
                        dV[k + j] += 0.5f * g * (e * e * precision[k + j] - 1);
                    }
                }
            }
        }
    };

    /** yᵢ = ½ Σⱼ μᵢⱼ² + e^vᵢⱼ − 1 − vᵢⱼ; a = μ, b = v. Scratch 0: e^v − 1, accurate near v = 0. */
    static final Op KL = new Op("klStandardNormal") {
        @Override
        protected void forward(Node y) {
            int n = y.a.size();
            int c = y.a.cols();
            float[] mu = y.a.value.data;
            float[] v = y.b.value.data;
            float[] e = y.scratch(0, y.a.rows(), c).data;
            VectorMath.exp(v, 0, e, 0, n);
            for (int i = 0; i < n; i++) {
                // e^v − 1 cancels near 0; there three terms of the series are exact in float.
                float small = v[i] * (1 + v[i] * (0.5f + v[i] * (1 / 6f)));
                e[i] = Math.abs(v[i]) < 0.01f ? small : e[i] - 1;
            }
            for (int i = 0, o = 0; i < y.rows(); i++, o += c) {
                double sum = 0;
                for (int j = o; j < o + c; j++) {
                    sum += (double) mu[j] * mu[j] + ((double) e[j] - v[j]);
                }
                y.value.data[i] = (float) (0.5 * sum);
            }
        }

        @Override
        protected void backward(Node y) {
            int c = y.a.cols();
            float[] g = y.grad.data;
            if (y.a.needsGrad) {
                addRowScaled(y.a.value.data, g, y.a, y.rows(), c);
            }
            if (y.b.needsGrad) {
                float[] e = y.scratch(0).data;
                float[] d = y.b.addend();
                for (int i = 0, o = 0; i < y.rows(); i++, o += c) {
                    for (int j = o; j < o + c; j++) {
                        d[j] += 0.5f * g[i] * e[j];
                    }
                }
            }
        }
    };

    /** y = μ + e^(v/2) ∘ ε; a = μ, b = v. Scratch 0: ε, scratch 1: e^(v/2) ∘ ε. */
    static final Op SAMPLE = new Op("gaussianSample") {
        @Override
        protected void forward(Node y) {
            int n = y.size();
            float[] mu = y.a.value.data;
            float[] v = y.b.value.data;
            float[] noise = y.scratch(0).data;
            float[] d = y.scratch(1, y.rows(), y.cols()).data;
            for (int i = 0; i < n; i++) {
                d[i] = 0.5f * v[i];
            }
            VectorMath.exp(d, 0, d, 0, n);
            for (int i = 0; i < n; i++) {
                d[i] *= noise[i];
                y.value.data[i] = mu[i] + d[i];
            }
        }

        @Override
        protected void backward(Node y) {
            int n = y.size();
            float[] g = y.grad.data;
            if (y.a.needsGrad) {
                float[] d = y.a.addend();
                for (int i = 0; i < n; i++) {
                    d[i] += g[i];
                }
            }
            if (y.b.needsGrad) {
                float[] e = y.scratch(1).data;
                float[] d = y.b.addend();
                for (int i = 0; i < n; i++) {
                    d[i] += 0.5f * g[i] * e[i];
                }
            }
        }
    };

    /** Adds gᵢ mᵢⱼ to the gradient of a node; the first contribution overwrites. */
    private static void addRowScaled(float[] m, float[] g, Node to, int rows, int c) {
        boolean first = to.beta() == 0;
        float[] d = to.grad.data;
        Parallel.range(rows, Parallel.grain(c), (start, end) -> {
            for (int i = start, o = start * c; i < end; i++, o += c) {
                float v = g[i];
                if (first) {
                    for (int j = o; j < o + c; j++) {
                        d[j] = v * m[j];
                    }
                } else {
                    for (int j = o; j < o + c; j++) {
                        d[j] += v * m[j];
                    }
                }
            }
        });
    }

    /** yᵢ = −½ Σⱼ xᵢⱼ² + log 2π. */
    static final Op STANDARD_NORMAL = new Op("standardNormalLogDensity") {
        @Override
        protected void forward(Node y) {
            int c = y.a.cols();
            float[] x = y.a.value.data;
            for (int i = 0; i < y.rows(); i++) {
                y.value.data[i] = (float) (-0.5 * (VectorMath.dot(x, i * c, x, i * c, c) + c * Logs.LOG_2_PI));
            }
        }

        @Override
        protected void backward(Node y) {
            int c = y.a.cols();
            float[] x = y.a.value.data;
            float[] d = y.a.addend();
            for (int i = 0, o = 0; i < y.rows(); i++, o += c) {
                float g = -y.grad.data[i];
                for (int j = o; j < o + c; j++) {
                    d[j] += g * x[j];
                }
            }
        }
    };
}
