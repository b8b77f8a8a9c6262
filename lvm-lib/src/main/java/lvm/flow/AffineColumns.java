package lvm.flow;

import lvm.autodiff.Node;
import lvm.autodiff.Op;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.distribution.Mapped;
import lvm.linalg.Parallel;
import lvm.linalg.VectorMath;

/**
 * y = x e^s + t of some columns, and its inverse (x − t) e^−s, with parameters h = (s̃ | t) that differ by row, n×2k for the k
 * columns; s = S tanh(s̃/S) for a bound S above 0, else s̃. Each is a pair of operations: the log-determinant first, which computes
 * and keeps what the values need, then the values, which have it as their third input.
 */
final class AffineColumns extends ColumnMap {
    private final float bound;
    private final Op logScale = new LogScale(1);
    private final Op minusLogScale = new LogScale(-1);
    private final Op values = new Values();
    private final Op inverseValues = new InverseValues();

    AffineColumns(String where, int d, int[] columns, float bound) {
        super(where, d, columns, 2);
        this.bound = bound;
    }

    @Override
    Mapped apply(Tape tape, Var x, Var h, boolean inverse) {
        Var logDet = tape.apply(inverse ? minusLogScale : logScale, x.rows(), 1, h);
        Var y = tape.apply(inverse ? inverseValues : values, x.rows(), x.cols(), x, h, logDet);
        return new Mapped(y, logDet);
    }

    /** ±Σⱼ sⱼ, of h. Scratch 0: e^±s, scratch 1: ds/ds̃, scratch 2: s. */
    private final class LogScale extends Op {
        private final int sign;

        LogScale(int sign) {
            super("affine");
            this.sign = sign;
        }

        @Override
        protected void forward(Node y) {
            int k = count();
            int wide = 2 * k;
            float[] h = y.input(0).value().data;
            float[] factor = y.scratch(0, y.rows(), k).data;
            float[] slope = y.scratch(1, y.rows(), k).data;
            float[] s = y.scratch(2, y.rows(), k).data;
            float[] sums = y.value().data;
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
        protected void backward(Node y) {
            int k = count();
            int wide = 2 * k;
            float[] slope = y.scratch(1).data;
            float[] d = y.input(0).addend();
            for (int r = 0; r < y.rows(); r++) {
                float g = sign * y.gradient().data[r];
                if (bound > 0) {
                    addScaled(g, slope, r * k, d, r * wide, k);
                } else {
                    addConstant(g, d, r * wide, k);
                }
            }
        }
    }

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

    /** Values of x and h, with e^±s of the log-determinant. */
    private abstract class Both extends Op {
        Both(String name) {
            super(name);
        }

        /** The k mapped columns of a row: x and y begin at o, t at i and e^±s at e. */
        abstract void row(float[] x, float[] h, float[] factor, float[] y, int o, int i, int e);

        /** What the gradient g of y gives for s, and for t, at column o of x and y. */
        abstract float gradientOfS(float[] x, float[] y, float g, float e, int o);

        abstract float gradientOfT(float g, float e);

        @Override
        protected final void forward(Node y) {
            int k = count();
            float[] x = y.input(0).value().data;
            float[] v = y.value().data;
            if (columns() != null) {
                System.arraycopy(x, 0, v, 0, y.size());
            }
            float[] h = y.input(1).value().data;
            float[] factor = y.input(2).scratch(0).data;
            for (int r = 0; r < y.rows(); r++) {
                row(x, h, factor, v, r * y.cols(), r * 2 * k + k, r * k);
            }
        }

        @Override
        protected final void backward(Node y) {
            int k = count();
            int d = y.cols();
            float[] x = y.input(0).value().data;
            float[] v = y.value().data;
            float[] factor = y.input(2).scratch(0).data;
            float[] slope = bound > 0 ? y.input(2).scratch(1).data : null;
            float[] g = y.gradient().data;
            float[] dx = y.input(0).needsGradient() ? y.input(0).addend() : null;
            float[] dh = y.input(1).needsGradient() ? y.input(1).addend() : null;
            if (dx != null && columns() != null) {
                addAll(y, dx);
            }
            float rest = columns() == null ? 0 : 1; // of the gradient, added already
            for (int r = 0; r < y.rows(); r++) {
                int s = r * 2 * k;
                for (int j = 0; j < k; j++) {
                    int o = r * d + column(j);
                    float e = factor[r * k + j];
                    if (dh != null) {
                        float ds = gradientOfS(x, v, g[o], e, o);
                        dh[s + j] += slope == null ? ds : ds * slope[r * k + j];
                        dh[s + k + j] += gradientOfT(g[o], e);
                    }
                    if (dx != null) {
                        dx[o] += g[o] * (e - rest);
                    }
                }
            }
        }
    }

    /** y = x e^s + t. */
    private final class Values extends Both {
        Values() {
            super("affine");
        }

        @Override
        void row(float[] x, float[] h, float[] factor, float[] y, int o, int i, int e) {
            int[] columns = columns();
            int k = count();
            if (columns == null) {
                for (int j = 0; j < k; j++) {
                    y[o + j] = x[o + j] * factor[e + j] + h[i + j];
                }
            } else {
                for (int j = 0; j < k; j++) {
                    y[o + columns[j]] = x[o + columns[j]] * factor[e + j] + h[i + j];
                }
            }
        }

        @Override
        float gradientOfS(float[] x, float[] y, float g, float e, int o) {
            return g * x[o] * e;
        }

        @Override
        float gradientOfT(float g, float e) {
            return g;
        }
    }

    /** y = (x − t) e^−s. */
    private final class InverseValues extends Both {
        InverseValues() {
            super("affineInverse");
        }

        @Override
        void row(float[] x, float[] h, float[] factor, float[] y, int o, int i, int e) {
            int[] columns = columns();
            int k = count();
            if (columns == null) {
                for (int j = 0; j < k; j++) {
                    y[o + j] = (x[o + j] - h[i + j]) * factor[e + j];
                }
            } else {
                for (int j = 0; j < k; j++) {
                    y[o + columns[j]] = (x[o + columns[j]] - h[i + j]) * factor[e + j];
                }
            }
        }

        @Override
        float gradientOfS(float[] x, float[] y, float g, float e, int o) {
            return -g * y[o];
        }

        @Override
        float gradientOfT(float g, float e) {
            return -(g * e);
        }
    }
}
