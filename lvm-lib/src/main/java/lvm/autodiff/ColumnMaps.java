package lvm.autodiff;

import java.util.Arrays;
import lvm.linalg.Parallel;
import lvm.linalg.VectorMath;

/**
 * Invertible maps of single columns whose parameters stand in the rows of another variable h: the parts of couplings and of
 * autoregressive maps. Each is a pair of operations, the log-determinant first, which computes and keeps what the values
 * need; the second has it as its input c.
 */
final class ColumnMaps {
    private ColumnMaps() {}

    private static int column(int[] columns, int j) {
        return columns == null ? j : columns[j];
    }

    /** Adds a whole matrix. */
    private static void addAll(float[] g, float[] d, int n) {
        for (int i = 0; i < n; i++) {
            d[i] += g[i];
        }
    }

    // --- y = x e^s + t

    /**
     * ±Σⱼ sⱼ over the first k columns of a = h, s = S tanh(h/S) for a bound S above 0, else h; the sign and k are those of i.
     * Scratch 0: e^±s, scratch 1: ds/dh, scratch 2: s.
     */
    static final Op LOG_SCALE = new Op("affine") {
        @Override
        void forward(Node y) {
            int k = Math.abs(y.i);
            int sign = y.i < 0 ? -1 : 1;
            int wide = y.a.cols();
            float bound = y.s;
            float[] h = y.a.value.data;
            float[] factor = y.scratch0(y.rows(), k).data;
            float[] slope = y.scratch1(y.rows(), k).data;
            float[] s = y.scratch2(y.rows(), k).data;
            float[] sums = y.value.data;
            Parallel.range(y.rows(), Parallel.grain(4 * k), (from, to) -> {
                int n = (to - from) * k;
                int o = from * k;
                for (int r = from; r < to; r++) {
                    System.arraycopy(h, r * wide, s, r * k, k);
                }
                if (bound > 0) {
                    scale(s, 1 / bound, o, n);
                    VectorMath.tanh(s, o, s, o, n);
                    slopes(s, slope, o, n);
                    scale(s, bound, o, n);
                }
                for (int r = from; r < to; r++) {
                    sums[r] = (float) (sign * VectorMath.sum(s, r * k, k));
                }
                if (sign < 0) {
                    scale(s, -1, o, n);
                }
                VectorMath.exp(s, o, factor, o, n);
            });
        }

        @Override
        void backward(Node y) {
            int k = Math.abs(y.i);
            int wide = y.a.cols();
            float sign = y.i < 0 ? -1 : 1;
            float[] slope = y.scratch1().data;
            float[] d = y.a.addend();
            for (int r = 0; r < y.rows(); r++) {
                float g = sign * y.grad.data[r];
                if (y.s > 0) {
                    addScaled(g, slope, r * k, d, r * wide, k);
                } else {
                    addConstant(g, d, r * wide, k);
                }
            }
        }
    };

    private static void scale(float[] x, float f, int from, int n) {
        for (int i = from; i < from + n; i++) {
            x[i] *= f;
        }
    }

    private static void slopes(float[] t, float[] d, int from, int n) {
        for (int i = from; i < from + n; i++) {
            d[i] = 1 - t[i] * t[i];
        }
    }

    private static void addScaled(float f, float[] x, int from, float[] d, int to, int n) {
        for (int j = 0; j < n; j++) {
            d[to + j] += f * x[from + j];
        }
    }

    private static void addConstant(float f, float[] d, int to, int n) {
        for (int j = 0; j < n; j++) {
            d[to + j] += f;
        }
    }

    /** y = x e^s + t; a = x, b = h = (s̃ | t), c the log-determinant with e^s. */
    static final Op AFFINE = new Op("affine") {
        @Override
        void forward(Node y) {
            int k = y.b.cols() / 2;
            int d = y.cols();
            float[] x = y.a.value.data;
            float[] h = y.b.value.data;
            float[] factor = y.c.scratch0().data;
            float[] v = y.value.data;
            int[] columns = y.index;
            if (columns != null) {
                System.arraycopy(x, 0, v, 0, y.size());
            }
            for (int r = 0; r < y.rows(); r++) {
                int o = r * d;
                int t = r * 2 * k + k;
                int e = r * k;
                if (columns == null) {
                    for (int j = 0; j < k; j++) {
                        v[o + j] = x[o + j] * factor[e + j] + h[t + j];
                    }
                } else {
                    for (int j = 0; j < k; j++) {
                        v[o + columns[j]] = x[o + columns[j]] * factor[e + j] + h[t + j];
                    }
                }
            }
        }

        @Override
        void backward(Node y) {
            int k = y.b.cols() / 2;
            int d = y.cols();
            float[] x = y.a.value.data;
            float[] factor = y.c.scratch0().data;
            float[] slope = y.c.s > 0 ? y.c.scratch1().data : null;
            float[] g = y.grad.data;
            float[] dx = y.a.needsGrad ? y.a.addend() : null;
            float[] dh = y.b.needsGrad ? y.b.addend() : null;
            if (dx != null && y.index != null) {
                addAll(g, dx, y.size());
            }
            float rest = y.index == null ? 0 : 1; // of the gradient, added already
            for (int r = 0; r < y.rows(); r++) {
                int s = r * 2 * k;
                for (int j = 0; j < k; j++) {
                    int o = r * d + column(y.index, j);
                    float e = factor[r * k + j];
                    if (dh != null) {
                        float ds = g[o] * x[o] * e;
                        dh[s + j] += slope == null ? ds : ds * slope[r * k + j];
                        dh[s + k + j] += g[o];
                    }
                    if (dx != null) {
                        dx[o] += g[o] * (e - rest);
                    }
                }
            }
        }
    };

    /** y = (x − t) e^−s; a = x, b = h = (s̃ | t), c the log-determinant with e^−s. */
    static final Op AFFINE_INVERSE = new Op("affineInverse") {
        @Override
        void forward(Node y) {
            int k = y.b.cols() / 2;
            int d = y.cols();
            float[] x = y.a.value.data;
            float[] h = y.b.value.data;
            float[] factor = y.c.scratch0().data;
            float[] v = y.value.data;
            int[] columns = y.index;
            if (columns != null) {
                System.arraycopy(x, 0, v, 0, y.size());
            }
            for (int r = 0; r < y.rows(); r++) {
                int o = r * d;
                int t = r * 2 * k + k;
                int e = r * k;
                if (columns == null) {
                    for (int j = 0; j < k; j++) {
                        v[o + j] = (x[o + j] - h[t + j]) * factor[e + j];
                    }
                } else {
                    for (int j = 0; j < k; j++) {
                        v[o + columns[j]] = (x[o + columns[j]] - h[t + j]) * factor[e + j];
                    }
                }
            }
        }

        @Override
        void backward(Node y) {
            int k = y.b.cols() / 2;
            int d = y.cols();
            float[] v = y.value.data;
            float[] factor = y.c.scratch0().data;
            float[] slope = y.c.s > 0 ? y.c.scratch1().data : null;
            float[] g = y.grad.data;
            float[] dx = y.a.needsGrad ? y.a.addend() : null;
            float[] dh = y.b.needsGrad ? y.b.addend() : null;
            if (dx != null && y.index != null) {
                addAll(g, dx, y.size());
            }
            float rest = y.index == null ? 0 : 1;
            for (int r = 0; r < y.rows(); r++) {
                int s = r * 2 * k;
                for (int j = 0; j < k; j++) {
                    int o = r * d + column(y.index, j);
                    float e = factor[r * k + j];
                    if (dh != null) {
                        float ds = -g[o] * v[o];
                        dh[s + j] += slope == null ? ds : ds * slope[r * k + j];
                        dh[s + k + j] -= g[o] * e;
                    }
                    if (dx != null) {
                        dx[o] += g[o] * (e - rest);
                    }
                }
            }
        }
    };

    // --- monotone rational-quadratic splines

    /** The least share of a bin in width and height, and the least slope at a knot. */
    static final double LEAST_BIN = 1e-3;

    static final double LEAST_SLOPE = 1e-3;
    /** softplus(SLOPE_SHIFT) + LEAST_SLOPE = 1: parameters of zero give the identity. */
    private static final double SLOPE_SHIFT = Math.log(Math.expm1(1 - LEAST_SLOPE));

    /**
     * Σⱼ log|dyⱼ/dxⱼ|; a = x, b = h with 3K − 1 parameters for each column, K = |i|, the inverse where i is negative; on
     * [−s, s]. Scratch 0: y of the columns, then e^(h − max) where a softmax wants it; scratch 1: the gradient of y.
     */
    static final Op SPLINE_LOG_DET = new Op("spline") {
        @Override
        void forward(Node y) {
            int bins = Math.abs(y.i);
            int p = 3 * bins - 1;
            int k = y.b.cols() / p;
            int d = y.a.cols();
            float[] x = y.a.value.data;
            float[] h = y.b.value.data;
            float[] v = y.scratch0(y.rows(), k).data;
            Arrays.fill(y.scratch1(y.rows(), k).data, 0, y.rows() * k, 0);
            float[] e = y.scratch2(y.rows(), k * p).data;
            float[] sums = y.value.data;
            int[] columns = y.index;
            boolean inverse = y.i < 0;
            double reach = y.s;
            Parallel.range(y.rows(), Parallel.grain(20 * k * p), (from, to) -> {
                Spline spline = Spline.of(bins, reach);
                for (int o = from * k * p; o < to * k * p; o += p) {
                    minusMax(h, e, o, bins);
                    minusMax(h, e, o + bins, bins);
                    System.arraycopy(h, o + 2 * bins, e, o + 2 * bins, bins - 1);
                }
                VectorMath.exp(e, from * k * p, e, from * k * p, (to - from) * k * p);
                for (int r = from; r < to; r++) {
                    double sum = 0;
                    for (int j = 0; j < k; j++) {
                        double at = x[r * d + column(columns, j)];
                        int o = (r * k + j) * p;
                        spline.set(h, e, o, at, inverse);
                        v[r * k + j] = (float) spline.y;
                        sum += spline.logSlope;
                    }
                    sums[r] = (float) sum;
                }
            });
        }

        @Override
        void backward(Node y) {
            int bins = Math.abs(y.i);
            int p = 3 * bins - 1;
            int k = y.b.cols() / p;
            int d = y.a.cols();
            float[] x = y.a.value.data;
            float[] h = y.b.value.data;
            float[] gy = y.scratch1().data;
            float[] e = y.scratch2(y.rows(), k * p).data;
            float[] g = y.grad.data;
            float[] dx = y.a.needsGrad ? y.a.addend() : null;
            float[] dh = y.b.needsGrad ? y.b.addend() : null;
            int[] columns = y.index;
            boolean inverse = y.i < 0;
            double reach = y.s;
            Parallel.range(y.rows(), Parallel.grain(20 * k * p), (from, to) -> {
                Spline spline = Spline.of(bins, reach);
                for (int r = from; r < to; r++) {
                    for (int j = 0; j < k; j++) {
                        int o = (r * k + j) * p;
                        int at = r * d + column(columns, j);
                        spline.set(h, e, o, x[at], inverse);
                        double gx = spline.pullBack(gy[r * k + j], g[r], dh, e, o, inverse);
                        if (dx != null) {
                            dx[at] += (float) gx;
                        }
                    }
                }
            });
        }
    };

    private static void minusMax(float[] h, float[] e, int from, int n) {
        float max = h[from];
        for (int i = from + 1; i < from + n; i++) {
            max = Math.max(max, h[i]);
        }
        for (int i = from; i < from + n; i++) {
            e[i] = h[i] - max;
        }
    }

    /** The values: a = x, c the log-determinant, which has them and pulls both gradients back. */
    static final Op SPLINE = new Op("spline") {
        @Override
        void forward(Node y) {
            System.arraycopy(y.a.value.data, 0, y.value.data, 0, y.size());
            float[] v = y.c.scratch0().data;
            int k = y.c.scratch0().numCols;
            int d = y.cols();
            for (int r = 0; r < y.rows(); r++) {
                for (int j = 0; j < k; j++) {
                    y.value.data[r * d + column(y.index, j)] = v[r * k + j];
                }
            }
        }

        @Override
        void backward(Node y) {
            float[] gy = y.c.scratch1().data;
            int k = y.c.scratch1().numCols;
            int d = y.cols();
            float[] g = y.grad.data;
            y.c.addend(); // its pull-back must run, also where nothing asks for the log-determinant
            float[] dx = y.a.needsGrad ? y.a.addend() : null;
            if (dx != null) {
                addAll(g, dx, y.size());
            }
            for (int r = 0; r < y.rows(); r++) {
                for (int j = 0; j < k; j++) {
                    int o = r * d + column(y.index, j);
                    gy[r * k + j] = g[o];
                    if (dx != null) {
                        dx[o] -= g[o];
                    }
                }
            }
        }
    };

    /** One column's spline at one place: values, slope, and their gradients. */
    private static final class Spline {
        private static final ThreadLocal<Spline> LAST = new ThreadLocal<>();

        private final int bins;
        private final double reach;
        private final double span;
        private final double free; // the share of the bins that the softmax gives away

        double y;
        double logSlope;

        private boolean outside;
        private int bin;
        private double sumW;
        private double sumH;
        private double beforeW; // Σ of the softmax before the bin
        private double beforeH;
        private double w;
        private double hh;
        private double d0;
        private double d1;
        private double xi;
        private double den;
        private double top;

        private Spline(int bins, double reach) {
            this.bins = bins;
            this.reach = reach;
            span = 2 * reach;
            free = 1 - bins * LEAST_BIN;
        }

        static Spline of(int bins, double reach) {
            Spline last = LAST.get();
            if (last == null || last.bins != bins || last.reach != reach) {
                last = new Spline(bins, reach);
                LAST.set(last);
            }
            return last;
        }

        /** At x, or for the inverse at the y that is sought; e has the exponentials of h from o on. */
        void set(float[] h, float[] e, int o, double at, boolean inverse) {
            outside = !(at > -reach && at < reach);
            if (outside) {
                y = at;
                logSlope = 0;
                return;
            }
            sumW = 0;
            sumH = 0;
            for (int b = 0; b < bins; b++) {
                sumW += e[o + b];
                sumH += e[o + bins + b];
            }
            int by = inverse ? bins : 0;
            double sum = inverse ? sumH : sumW;
            double knot = -reach;
            double before = 0;
            bin = 0;
            while (bin < bins - 1) {
                double next = knot + span * (LEAST_BIN + free * e[o + by + bin] / sum);
                if (at < next) {
                    break;
                }
                knot = next;
                before += e[o + by + bin] / sum;
                bin++;
            }
            double otherSum = inverse ? sumW : sumH;
            double other = 0;
            for (int b = 0; b < bin; b++) {
                other += e[o + (bins - by) + b] / otherSum;
            }
            beforeW = inverse ? other : before;
            beforeH = inverse ? before : other;
            w = span * (LEAST_BIN + free * e[o + bin] / sumW);
            hh = span * (LEAST_BIN + free * e[o + bins + bin] / sumH);
            double xk = -reach + span * (LEAST_BIN * bin + free * beforeW);
            double yk = -reach + span * (LEAST_BIN * bin + free * beforeH);
            d0 = bin == 0 ? 1 : LEAST_SLOPE + soft(h[o + 2 * bins + bin - 1]);
            d1 = bin == bins - 1 ? 1 : LEAST_SLOPE + soft(h[o + 2 * bins + bin]);
            double s = hh / w;
            if (inverse) {
                double v = at - yk;
                double q = d1 + d0 - 2 * s;
                double a = hh * (s - d0) + v * q;
                double b = hh * d0 - v * q;
                double c = -s * v;
                xi = v <= 0 ? 0 : 2 * c / (-b - Math.sqrt(Math.max(0, b * b - 4 * a * c)));
            } else {
                xi = (at - xk) / w;
            }
            double r = xi * (1 - xi);
            den = s + (d1 + d0 - 2 * s) * r;
            top = d1 * xi * xi + 2 * s * r + d0 * (1 - xi) * (1 - xi);
            logSlope = 2 * Math.log(s / den) + Math.log(top);
            if (inverse) {
                y = xk + w * xi;
                logSlope = -logSlope;
            } else {
                y = yk + hh * (s * xi * xi + d0 * r) / den;
            }
        }

        /**
         * Adds to the gradient of h, and gives that of the argument.
         *
         * @param gy the gradient of the value
         * @param gl that of the logarithm of the slope
         */
        double pullBack(double gy, double gl, float[] dh, float[] e, int o, boolean inverse) {
            if (outside) {
                return gy;
            }
            double s = hh / w;
            double r = xi * (1 - xi);
            double q = d1 + d0 - 2 * s;
            double num = s * xi * xi + d0 * r;
            // d log f′/dξ and f′ itself.
            double dDen = q * (1 - 2 * xi);
            double dTop = 2 * d1 * xi + 2 * s * (1 - 2 * xi) - 2 * d0 * (1 - xi);
            double slope = s * s * top / (den * den);
            double logSlopeByX = (dTop / top - 2 * dDen / den) / w;
            double gx;
            if (inverse) {
                // f(z; θ) = x gives dz = (dx − ∂f/∂θ dθ)/f′: the pull-back of f with other weights.
                double byZ = gy - gl * logSlopeByX;
                gx = byZ / slope;
                gy = -gx;
                gl = -gl;
            } else {
                gx = gy * slope + gl * logSlopeByX;
            }
            if (dh == null) {
                return gx;
            }
            // y = y_k + hh·num/den, log f′ = 2 log s + log top − 2 log den, as functions of y_k, hh, s, ξ, d0, d1.
            double a = gy * hh / den; // by num
            double b = -gy * hh * num / (den * den) - 2 * gl / den; // by den
            double c = gl / top; // by top
            double gS = a * xi * xi + b * (1 - 2 * r) + c * 2 * r + 2 * gl / s;
            double gD0 = a * r + b * r + c * (1 - xi) * (1 - xi);
            double gD1 = b * r + c * xi * xi;
            double gXi = a * (2 * s * xi + d0 * (1 - 2 * xi)) + b * dDen + c * dTop;
            double gHh = gy * num / den + gS / w;
            // ξ = (x − x_k)/w, s = hh/w.
            double gXk = -gXi / w;
            double gW = -gXi * xi / w - gS * s / w;
            softmaxPullBack(dh, e, o, sumW, beforeW, gXk, gW);
            softmaxPullBack(dh, e, o + bins, sumH, beforeH, gy, gHh);
            int knots = o + 2 * bins;
            if (bin > 0) {
                dh[knots + bin - 1] += (float) (gD0 * softSlope(e[knots + bin - 1]));
            }
            if (bin < bins - 1) {
                dh[knots + bin] += (float) (gD1 * softSlope(e[knots + bin]));
            }
            return gx;
        }

        /** From the gradients of the knot before the bin and of the bin's size to those of the logits. */
        private void softmaxPullBack(
                float[] dh, float[] e, int o, double sum, double before, double gKnot, double gBin) {
            double f = span * free;
            double mean = gKnot * before + gBin * e[o + bin] / sum;
            for (int b = 0; b < bins; b++) {
                double g = b < bin ? gKnot : b == bin ? gBin : 0;
                dh[o + b] += (float) (f * e[o + b] / sum * (g - mean));
            }
        }

        private static double soft(double h) {
            double z = h + SLOPE_SHIFT;
            return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
        }

        /** The derivative of {@link #soft} from e^h. */
        private static double softSlope(double exponential) {
            double z = exponential * Math.expm1(1 - LEAST_SLOPE);
            return Double.isInfinite(z) ? 1 : z / (1 + z);
        }
    }
}
