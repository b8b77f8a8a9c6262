package lvm.autodiff;

import lvm.linalg.Parallel;
import lvm.linalg.Products;
import org.ejml.data.FMatrixRMaj;

/** Matrix products and the linear maps made of them. */
final class LinearMaps {
    /** Elements between the sum and the activation: they stay in the first-level cache. */
    private static final int BLOCK = 1024;

    private LinearMaps() {}

    /** y = op(a) op(b), op being the identity or the transpose. */
    static final class Product extends Op {
        private final boolean transA;
        private final boolean transB;

        Product(String name, boolean transA, boolean transB) {
            super(name);
            this.transA = transA;
            this.transB = transB;
        }

        int rows(Node a) {
            return transA ? a.cols() : a.rows();
        }

        int cols(Node b) {
            return transB ? b.rows() : b.cols();
        }

        boolean fits(Node a, Node b) {
            return (transA ? a.rows() : a.cols()) == (transB ? b.cols() : b.rows());
        }

        String expected() {
            return (transA ? "a.rows" : "a.cols") + " = " + (transB ? "b.cols" : "b.rows");
        }

        @Override
        void forward(Node y) {
            Products.gemm(transA, transB, 1, y.a.value, y.b.value, 0, y.value);
        }

        @Override
        void backward(Node y) {
            FMatrixRMaj a = y.a.value;
            FMatrixRMaj b = y.b.value;
            FMatrixRMaj g = y.grad;
            if (y.a.needsGrad) {
                float beta = y.a.beta();
                if (transA) {
                    Products.gemm(transB, true, 1, b, g, beta, y.a.grad); // op(b) gᵀ
                } else {
                    Products.gemm(false, !transB, 1, g, b, beta, y.a.grad); // g op(b)ᵀ
                }
            }
            if (y.b.needsGrad) {
                float beta = y.b.beta();
                if (transB) {
                    Products.gemm(true, transA, 1, g, a, beta, y.b.grad); // gᵀ op(a)
                } else {
                    Products.gemm(!transA, false, 1, a, g, beta, y.b.grad); // op(a)ᵀ g
                }
            }
        }
    }

    static final Product MULT = new Product("mult", false, false);
    static final Product MULT_TRANS_A = new Product("multTransA", true, false);
    static final Product MULT_TRANS_B = new Product("multTransB", false, true);
    static final Product MULT_TRANS_AB = new Product("multTransAB", true, true);

    /** y = f(x W + b), or with W ∘ M; scratch 0 keeps f′, scratch 1 the masked weights, scratch 2 their gradient. */
    private static final class LinearMap extends Op {
        LinearMap(String name) {
            super(name);
        }

        @Override
        void forward(Node y) {
            FMatrixRMaj w = y.b.value;
            if (y.mask != null) {
                w = y.scratch1(w.numRows, w.numCols);
                multiply(y.b.value.data, y.mask.data, w.data, y.b.size());
            }
            Products.gemm(false, false, 1, y.a.value, w, 0, y.value);
            if (y.activation == Activation.IDENTITY && y.c == null) {
                return;
            }
            float[] v = y.value.data;
            float[] bias = y.c == null ? null : y.c.value.data;
            Activation f = y.activation;
            float[] d = y.needsGrad && f != Activation.IDENTITY ? y.scratch0(y.rows(), y.cols()).data : null;
            int c = y.cols();
            int together = Math.max(1, BLOCK / Math.max(1, c));
            Parallel.range(y.rows(), Parallel.grain(c), (from, to) -> {
                for (int row = from; row < to; row += together) {
                    int end = Math.min(to, row + together);
                    for (int r = row; r < end && bias != null; r++) {
                        addToRow(bias, v, r * c, c);
                    }
                    if (f != Activation.IDENTITY) {
                        f.apply(f.standardSlope(), v, v, d, row * c, (end - row) * c);
                    }
                }
            });
        }

        @Override
        void backward(Node y) {
            FMatrixRMaj dz = y.activation == Activation.IDENTITY ? y.grad : y.scratch0();
            float[] bias = y.c != null && y.c.needsGrad ? y.c.addend() : null;
            float[] f = dz.data;
            float[] g = y.grad.data;
            int rows = y.rows();
            int c = y.cols();
            Parallel.range(c, Parallel.grain(rows), (from, to) -> {
                for (int o = 0; o < rows * c; o += c) {
                    if (f != g) {
                        multiply(g, f, o + from, o + to);
                    }
                    if (bias != null) {
                        add(f, o, bias, from, to);
                    }
                }
            });
            if (y.b.needsGrad) {
                if (y.mask == null) {
                    float beta = y.b.beta();
                    Products.gemm(true, false, 1, y.a.value, dz, beta, y.b.grad);
                } else {
                    FMatrixRMaj dw = y.scratch2(y.b.rows(), y.b.cols());
                    Products.gemm(true, false, 1, y.a.value, dz, 0, dw);
                    float[] d = y.b.addend();
                    float[] m = y.mask.data;
                    int n = y.b.size();
                    for (int i = 0; i < n; i++) {
                        d[i] += dw.data[i] * m[i];
                    }
                }
            }
            if (y.a.needsGrad) {
                float beta = y.a.beta();
                Products.gemm(false, true, 1, dz, y.mask == null ? y.b.value : y.scratch1(), beta, y.a.grad);
            }
        }
    }

    static final Op LINEAR = new LinearMap("linear");
    static final Op MASKED_LINEAR = new LinearMap("maskedLinear");

    private static void multiply(float[] a, float[] b, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = a[i] * b[i];
        }
    }

    /** y ← x ∘ y. */
    private static void multiply(float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i++) {
            y[i] *= x[i];
        }
    }

    /** Adds columns of the row that begins at o to those of a sum. */
    private static void add(float[] m, int o, float[] sum, int from, int to) {
        for (int j = from; j < to; j++) {
            sum[j] += m[o + j];
        }
    }

    private static void addToRow(float[] b, float[] y, int o, int c) {
        for (int j = 0; j < c; j++) {
            y[o + j] += b[j];
        }
    }
}
