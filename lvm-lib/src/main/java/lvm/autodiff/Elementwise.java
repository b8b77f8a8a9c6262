package lvm.autodiff;

import lvm.linalg.Parallel;
import lvm.linalg.VectorMath;
import org.ejml.data.FMatrixRMaj;

/** Elementwise operations of one input, and of two with broadcasting. */
final class Elementwise {
    private Elementwise() {}

    /** An operation of one input whose values are computed from whole buffers. */
    private abstract static class Unary extends Op {
        Unary(String name) {
            super(name);
        }

        abstract void values(float s, float[] x, float[] y, int n);

        /** d += g ∘ f′(x), given y = f(x). */
        abstract void pullBack(float s, float[] x, float[] y, float[] g, float[] d, int n);

        @Override
        protected final void forward(Node y) {
            values(y.s, y.a.value.data, y.value.data, y.size());
        }

        @Override
        protected final void backward(Node y) {
            if (y.a.needsGrad) {
                pullBack(y.s, y.a.value.data, y.value.data, y.grad.data, y.a.addend(), y.size());
            }
        }
    }

    static final Op EXP = new Unary("exp") {
        @Override
        void values(float s, float[] x, float[] y, int n) {
            VectorMath.exp(x, 0, y, 0, n);
        }

        @Override
        void pullBack(float s, float[] x, float[] y, float[] g, float[] d, int n) {
            for (int i = 0; i < n; i++) {
                d[i] += g[i] * y[i];
            }
        }
    };

    static final Op LOG = new Unary("log") {
        @Override
        void values(float s, float[] x, float[] y, int n) {
            VectorMath.log(x, 0, y, 0, n);
        }

        @Override
        void pullBack(float s, float[] x, float[] y, float[] g, float[] d, int n) {
            for (int i = 0; i < n; i++) {
                d[i] += g[i] / x[i];
            }
        }
    };

    static final Op LOG1P = new Unary("log1p") {
        @Override
        void values(float s, float[] x, float[] y, int n) {
            VectorMath.log1p(x, 0, y, 0, n);
        }

        @Override
        void pullBack(float s, float[] x, float[] y, float[] g, float[] d, int n) {
            for (int i = 0; i < n; i++) {
                d[i] += g[i] / (1 + x[i]);
            }
        }
    };

    static final Op SQUARE = new Unary("square") {
        @Override
        void values(float s, float[] x, float[] y, int n) {
            for (int i = 0; i < n; i++) {
                y[i] = x[i] * x[i];
            }
        }

        @Override
        void pullBack(float s, float[] x, float[] y, float[] g, float[] d, int n) {
            for (int i = 0; i < n; i++) {
                d[i] += 2 * g[i] * x[i];
            }
        }
    };

    static final Op SQRT = new Unary("sqrt") {
        @Override
        void values(float s, float[] x, float[] y, int n) {
            for (int i = 0; i < n; i++) {
                y[i] = (float) Math.sqrt(x[i]);
            }
        }

        @Override
        void pullBack(float s, float[] x, float[] y, float[] g, float[] d, int n) {
            for (int i = 0; i < n; i++) {
                d[i] += 0.5f * g[i] / y[i];
            }
        }
    };

    static final Op ABS = new Unary("abs") {
        @Override
        void values(float s, float[] x, float[] y, int n) {
            for (int i = 0; i < n; i++) {
                y[i] = Math.abs(x[i]);
            }
        }

        @Override
        void pullBack(float s, float[] x, float[] y, float[] g, float[] d, int n) {
            for (int i = 0; i < n; i++) {
                d[i] += x[i] > 0 ? g[i] : x[i] < 0 ? -g[i] : 0;
            }
        }
    };

    /** y = s x. */
    static final Op SCALE = new Unary("mul") {
        @Override
        void values(float s, float[] x, float[] y, int n) {
            for (int i = 0; i < n; i++) {
                y[i] = s * x[i];
            }
        }

        @Override
        void pullBack(float s, float[] x, float[] y, float[] g, float[] d, int n) {
            for (int i = 0; i < n; i++) {
                d[i] += s * g[i];
            }
        }
    };

    /** y = x + s. */
    static final Op SHIFT = new Unary("add") {
        @Override
        void values(float s, float[] x, float[] y, int n) {
            for (int i = 0; i < n; i++) {
                y[i] = x[i] + s;
            }
        }

        @Override
        void pullBack(float s, float[] x, float[] y, float[] g, float[] d, int n) {
            for (int i = 0; i < n; i++) {
                d[i] += g[i];
            }
        }
    };

    /** y = f(x); the derivative is kept in scratch 0. */
    static final Op ACTIVATE = new Op("activate") {
        @Override
        protected void forward(Node y) {
            float[] d = y.needsGrad ? y.scratch(0, y.rows(), y.cols()).data : null;
            float[] x = y.a.value.data;
            float[] v = y.value.data;
            Parallel.range(
                    y.size(), Parallel.grain(1), (from, to) -> y.activation.apply(y.s, x, v, d, from, to - from));
        }

        @Override
        protected void backward(Node y) {
            if (y.a.needsGrad) {
                float[] f = y.scratch(0).data;
                float[] g = y.grad.data;
                float[] d = y.a.addend();
                Parallel.range(y.size(), Parallel.grain(1), (from, to) -> addProducts(g, f, d, from, to));
            }
        }
    };

    /** y = f′(x); f(x) is in scratch 0, f″(x) in scratch 1. */
    static final Op SLOPE = new Op("slope") {
        @Override
        protected void forward(Node y) {
            float[] f = y.scratch(0, y.rows(), y.cols()).data;
            float[] x = y.a.value.data;
            float[] d = y.value.data;
            Parallel.range(
                    y.size(), Parallel.grain(1), (from, to) -> y.activation.apply(y.s, x, f, d, from, to - from));
        }

        @Override
        protected void backward(Node y) {
            if (y.a.needsGrad) {
                float[] c = y.scratch(1, y.rows(), y.cols()).data;
                float[] f = y.scratch(0).data;
                float[] g = y.grad.data;
                float[] d = y.a.addend();
                Parallel.range(y.size(), Parallel.grain(1), (from, to) -> {
                    y.activation.curvature(y.a.value.data, f, y.value.data, c, from, to - from);
                    addProducts(g, c, d, from, to);
                });
            }
        }
    };

    private static void addProducts(float[] a, float[] b, float[] to, int from, int end) {
        for (int i = from; i < end; i++) {
            to[i] += a[i] * b[i];
        }
    }

    static final Op STOP = new Op("stopGradient") {
        @Override
        protected void forward(Node y) {
            System.arraycopy(y.a.value.data, 0, y.value.data, 0, y.size());
        }

        @Override
        protected void backward(Node y) {}
    };

    /** y = x ∘ mask, the mask (zeros and 1/(1−rate)) in scratch 0. */
    static final Op DROPOUT = new Op("dropout") {
        @Override
        protected void forward(Node y) {
            float[] mask = y.scratch(0).data;
            float[] x = y.a.value.data;
            float[] v = y.value.data;
            int n = y.size();
            for (int i = 0; i < n; i++) {
                v[i] = x[i] * mask[i];
            }
        }

        @Override
        protected void backward(Node y) {
            if (y.a.needsGrad) {
                float[] mask = y.scratch(0).data;
                float[] g = y.grad.data;
                float[] d = y.a.addend();
                int n = y.size();
                for (int i = 0; i < n; i++) {
                    d[i] += g[i] * mask[i];
                }
            }
        }
    };

    static final Op ADD = new Binary("add") {
        @Override
        void row(float[] a, int i, float[] b, int j, float[] y, int k, int n) {
            for (int l = 0; l < n; l++) {
                y[k + l] = a[i + l] + b[j + l];
            }
        }

        @Override
        void rowOfA(float[] g, int k, float[] a, int i, float[] b, int j, float[] d, int n) {
            System.arraycopy(g, k, d, 0, n);
        }

        @Override
        void rowOfB(float[] g, int k, float[] a, int i, float[] b, int j, float[] d, int n) {
            System.arraycopy(g, k, d, 0, n);
        }
    };

    static final Op SUB = new Binary("sub") {
        @Override
        void row(float[] a, int i, float[] b, int j, float[] y, int k, int n) {
            for (int l = 0; l < n; l++) {
                y[k + l] = a[i + l] - b[j + l];
            }
        }

        @Override
        void rowOfA(float[] g, int k, float[] a, int i, float[] b, int j, float[] d, int n) {
            System.arraycopy(g, k, d, 0, n);
        }

        @Override
        void rowOfB(float[] g, int k, float[] a, int i, float[] b, int j, float[] d, int n) {
            for (int l = 0; l < n; l++) {
                d[l] = -g[k + l];
            }
        }
    };

    static final Op MUL = new Binary("mul") {
        @Override
        void row(float[] a, int i, float[] b, int j, float[] y, int k, int n) {
            for (int l = 0; l < n; l++) {
                y[k + l] = a[i + l] * b[j + l];
            }
        }

        @Override
        void rowOfA(float[] g, int k, float[] a, int i, float[] b, int j, float[] d, int n) {
            for (int l = 0; l < n; l++) {
                d[l] = g[k + l] * b[j + l];
            }
        }

        @Override
        void rowOfB(float[] g, int k, float[] a, int i, float[] b, int j, float[] d, int n) {
            for (int l = 0; l < n; l++) {
                d[l] = g[k + l] * a[i + l];
            }
        }
    };

    static final Op DIV = new Binary("div") {
        @Override
        void row(float[] a, int i, float[] b, int j, float[] y, int k, int n) {
            for (int l = 0; l < n; l++) {
                y[k + l] = a[i + l] / b[j + l];
            }
        }

        @Override
        void rowOfA(float[] g, int k, float[] a, int i, float[] b, int j, float[] d, int n) {
            for (int l = 0; l < n; l++) {
                d[l] = g[k + l] / b[j + l];
            }
        }

        @Override
        void rowOfB(float[] g, int k, float[] a, int i, float[] b, int j, float[] d, int n) {
            for (int l = 0; l < n; l++) {
                d[l] = -g[k + l] * a[i + l] / (b[j + l] * b[j + l]);
            }
        }
    };

    /** An operation of two inputs; an input with one row or one column is repeated over the rows or columns. */
    private abstract static class Binary extends Op {
        Binary(String name) {
            super(name);
        }

        abstract void row(float[] a, int i, float[] b, int j, float[] y, int k, int n);

        /** One row of the gradient of a before the sum over what was repeated: d[0..n) from g[k..). */
        abstract void rowOfA(float[] g, int k, float[] a, int i, float[] b, int j, float[] d, int n);

        abstract void rowOfB(float[] g, int k, float[] a, int i, float[] b, int j, float[] d, int n);

        @Override
        protected final void forward(Node y) {
            int rows = y.rows();
            int cols = y.cols();
            float[] wideA = y.scratch(1, 1, cols).data;
            float[] wideB = y.scratch(2, 1, cols).data;
            for (int r = 0; r < rows; r++) {
                float[] a = rowOf(y.a.value, r, cols, wideA);
                float[] b = rowOf(y.b.value, r, cols, wideB);
                row(
                        a,
                        a == wideA ? 0 : offset(y.a.value, r),
                        b,
                        b == wideB ? 0 : offset(y.b.value, r),
                        y.value.data,
                        r * cols,
                        cols);
            }
        }

        @Override
        protected final void backward(Node y) {
            if (y.a.needsGrad) {
                pullBack(y, y.a, true);
            }
            if (y.b.needsGrad) {
                pullBack(y, y.b, false);
            }
        }

        private void pullBack(Node y, Node to, boolean first) {
            int rows = y.rows();
            int cols = y.cols();
            float[] d = y.scratch(0, 1, cols).data;
            float[] wideA = y.scratch(1, 1, cols).data;
            float[] wideB = y.scratch(2, 1, cols).data;
            float[] g = y.grad.data;
            float[] sum = to.addend();
            boolean wide = to.cols() == cols;
            double total = 0;
            for (int r = 0; r < rows; r++) {
                float[] a = rowOf(y.a.value, r, cols, wideA);
                float[] b = rowOf(y.b.value, r, cols, wideB);
                int i = a == wideA ? 0 : offset(y.a.value, r);
                int j = b == wideB ? 0 : offset(y.b.value, r);
                if (first) {
                    rowOfA(g, r * cols, a, i, b, j, d, cols);
                } else {
                    rowOfB(g, r * cols, a, i, b, j, d, cols);
                }
                if (wide) {
                    int o = offset(to.value, r);
                    for (int l = 0; l < cols; l++) {
                        sum[o + l] += d[l];
                    }
                } else if (to.rows() == rows) {
                    sum[r] += (float) VectorMath.sum(d, 0, cols);
                } else {
                    total += VectorMath.sum(d, 0, cols);
                }
            }
            if (!wide && to.rows() != rows) {
                sum[0] += (float) total;
            }
        }

        private static int offset(FMatrixRMaj m, int r) {
            return m.numRows == 1 ? 0 : r * m.numCols;
        }

        /** The array that holds row r: the matrix's own, or a buffer filled with the single column's value. */
        private static float[] rowOf(FMatrixRMaj m, int r, int cols, float[] wide) {
            if (m.numCols == cols) {
                return m.data;
            }
            float v = m.data[m.numRows == 1 ? 0 : r];
            for (int l = 0; l < cols; l++) {
                wide[l] = v;
            }
            return wide;
        }
    }
}
