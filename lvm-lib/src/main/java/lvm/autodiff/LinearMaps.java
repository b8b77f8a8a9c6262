package lvm.autodiff;

import org.ejml.data.FMatrixRMaj;

/** Matrix products and the linear maps made of them. */
final class LinearMaps {
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
            Kernels.mult(y.a.value, transA, y.b.value, transB, 0, y.value);
        }

        @Override
        void backward(Node y) {
            FMatrixRMaj a = y.a.value;
            FMatrixRMaj b = y.b.value;
            FMatrixRMaj g = y.grad;
            if (y.a.needsGrad) {
                float beta = y.a.beta();
                if (transA) {
                    Kernels.mult(b, transB, g, true, beta, y.a.grad); // op(b) gᵀ
                } else {
                    Kernels.mult(g, false, b, !transB, beta, y.a.grad); // g op(b)ᵀ
                }
            }
            if (y.b.needsGrad) {
                float beta = y.b.beta();
                if (transB) {
                    Kernels.mult(g, true, a, transA, beta, y.b.grad); // gᵀ op(a)
                } else {
                    Kernels.mult(a, !transA, g, false, beta, y.b.grad); // op(a)ᵀ g
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
            Kernels.mult(y.a.value, false, w, false, 0, y.value);
            float[] v = y.value.data;
            if (y.c != null) {
                addToRows(y.c.value.data, y.value);
            }
            if (y.activation != Activation.IDENTITY) {
                float[] d = y.needsGrad ? y.scratch0(y.rows(), y.cols()).data : null;
                y.activation.apply(y.activation.standardSlope(), v, v, d, y.size());
            }
        }

        @Override
        void backward(Node y) {
            FMatrixRMaj dz = y.grad;
            if (y.activation != Activation.IDENTITY) {
                dz = y.scratch0();
                float[] f = dz.data;
                float[] g = y.grad.data;
                int n = y.size();
                for (int i = 0; i < n; i++) {
                    f[i] *= g[i];
                }
            }
            if (y.c != null && y.c.needsGrad) {
                Kernels.addColumnSums(dz, y.c.addend());
            }
            if (y.b.needsGrad) {
                if (y.mask == null) {
                    float beta = y.b.beta();
                    Kernels.mult(y.a.value, true, dz, false, beta, y.b.grad);
                } else {
                    FMatrixRMaj dw = y.scratch2(y.b.rows(), y.b.cols());
                    Kernels.mult(y.a.value, true, dz, false, 0, dw);
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
                Kernels.mult(dz, false, y.mask == null ? y.b.value : y.scratch1(), true, beta, y.a.grad);
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

    private static void addToRows(float[] b, FMatrixRMaj y) {
        float[] v = y.data;
        int c = y.numCols;
        for (int i = 0, o = 0; i < y.numRows; i++, o += c) {
            for (int j = 0; j < c; j++) {
                v[o + j] += b[j];
            }
        }
    }
}
