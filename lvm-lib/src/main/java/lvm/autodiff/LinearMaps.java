package lvm.autodiff;

import java.util.Arrays;
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
        protected void forward(Node y) {
            Products.gemm(transA, transB, 1, y.a.value, y.b.value, 0, y.value);
        }

        @Override
        protected void backward(Node y) {
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

    /** y = f(x W + b), or with W ∘ M; scratch 0 keeps f′, scratch 1 the masked weights, scratch 2 their gradient where it is added. */
    private static final class LinearMap extends Op {
        LinearMap(String name) {
            super(name);
        }

        @Override
        protected void forward(Node y) {
            if (y.mask == null) {
                Products.gemm(false, false, 1, y.a.value, y.b.value, 0, y.value);
            } else {
                masked(y);
            }
            if (y.activation == Activation.IDENTITY && y.c == null) {
                return;
            }
            float[] v = y.value.data;
            float[] bias = y.c == null ? null : y.c.value.data;
            Activation f = y.activation;
            float[] d = y.needsGrad && f != Activation.IDENTITY ? y.scratch(0, y.rows(), y.cols()).data : null;
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
        protected void backward(Node y) {
            FMatrixRMaj dz = y.activation == Activation.IDENTITY ? y.grad : y.scratch(0);
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
                float beta = y.b.beta();
                if (y.mask == null) {
                    Products.gemm(true, false, 1, y.a.value, dz, beta, y.b.grad);
                } else {
                    maskedWeights(y, dz, beta);
                }
            }
            if (y.a.needsGrad) {
                if (y.mask == null) {
                    float beta = y.a.beta();
                    Products.gemm(false, true, 1, dz, y.b.value, beta, y.a.grad);
                } else {
                    maskedInputs(y, dz);
                }
            }
        }

        /**
         * a (W ∘ M), each block by one thread, for they are too small for two: W itself where all weights are there, a masked
         * copy where some are.
         */
        private static void masked(Node y) {
            int in = y.b.rows();
            int out = y.b.cols();
            float[] w = y.b.value.data;
            float[] copy = y.scratch(1, in, out).data;
            y.mask.eachBlock(b -> {
                mask(y.mask, b, b.rowFrom(), b.fullFrom(), w, copy);
                mask(y.mask, b, b.fullTo(), b.rowTo(), w, copy);
                // Without rows with all weights this writes zeros.
                times(y, b, b.fullFrom(), b.fullTo(), w, 0);
                times(y, b, b.rowFrom(), b.fullFrom(), copy, 1);
                times(y, b, b.fullTo(), b.rowTo(), copy, 1);
            });
        }

        /** Adds the product with some rows of the weights, or writes it if beta is 0. */
        private static void times(Node y, Mask.Block b, int rowFrom, int rowTo, float[] w, float beta) {
            int in = y.b.rows();
            int out = y.b.cols();
            boolean any = rowFrom < rowTo;
            if (!any && beta == 1 || y.rows() == 0) {
                return;
            }
            Products.gemm(
                    false,
                    false,
                    y.rows(),
                    b.columns(),
                    rowTo - rowFrom,
                    1,
                    y.a.value.data,
                    any ? rowFrom : 0,
                    in,
                    w,
                    any ? rowFrom * out + b.from() : 0,
                    out,
                    beta,
                    y.value.data,
                    b.from(),
                    out);
        }

        /** to = from ∘ M in some rows of a block. */
        private static void mask(Mask mask, Mask.Block b, int rowFrom, int rowTo, float[] from, float[] to) {
            int out = mask.cols();
            float[] m = mask.values.data;
            for (int r = rowFrom; r < rowTo; r++) {
                multiply(from, m, to, r * out + b.from(), r * out + b.to());
            }
        }

        /** The gradient of W: aᵀ dz ∘ M, added to what is there if beta is 1. */
        private static void maskedWeights(Node y, FMatrixRMaj dz, float beta) {
            int in = y.b.rows();
            int out = y.b.cols();
            float[] d = y.b.grad.data;
            if (y.rows() == 0) {
                Arrays.fill(d, 0, beta == 0 ? y.b.size() : 0, 0);
                return;
            }
            if (beta == 0) {
                y.mask.clearOutside(d);
            }
            float[] partly = beta == 0 ? d : y.scratch(2, in, out).data;
            y.mask.eachBlock(b -> {
                slopes(y, dz, b, b.fullFrom(), b.fullTo(), d, beta);
                for (int side = 0; side < 2; side++) {
                    int from = side == 0 ? b.rowFrom() : b.fullTo();
                    int to = side == 0 ? b.fullFrom() : b.rowTo();
                    slopes(y, dz, b, from, to, partly, 0);
                    mask(y.mask, b, from, to, partly, partly);
                    for (int r = from; r < to && partly != d; r++) {
                        for (int i = r * out + b.from(); i < r * out + b.to(); i++) {
                            d[i] += partly[i];
                        }
                    }
                }
            });
        }

        private static void slopes(
                Node y, FMatrixRMaj dz, Mask.Block b, int rowFrom, int rowTo, float[] to, float beta) {
            int in = y.b.rows();
            int out = y.b.cols();
            if (rowFrom < rowTo) {
                Products.gemm(
                        true,
                        false,
                        rowTo - rowFrom,
                        b.columns(),
                        y.rows(),
                        1,
                        y.a.value.data,
                        rowFrom,
                        in,
                        dz.data,
                        b.from(),
                        out,
                        beta,
                        to,
                        rowFrom * out + b.from(),
                        out);
            }
        }

        /** The gradient of a: dz (W ∘ M)ᵀ, with the masked copies of the forward pass; the blocks add to the same columns. */
        private static void maskedInputs(Node y, FMatrixRMaj dz) {
            y.a.addend();
            float[] copy = y.scratch(1).data;
            for (Mask.Block b : y.mask.blocks) {
                back(y, dz, b, b.fullFrom(), b.fullTo(), y.b.value.data);
                back(y, dz, b, b.rowFrom(), b.fullFrom(), copy);
                back(y, dz, b, b.fullTo(), b.rowTo(), copy);
            }
        }

        private static void back(Node y, FMatrixRMaj dz, Mask.Block b, int rowFrom, int rowTo, float[] w) {
            int in = y.b.rows();
            int out = y.b.cols();
            if (rowFrom < rowTo && y.rows() > 0) {
                Products.gemm(
                        false,
                        true,
                        y.rows(),
                        rowTo - rowFrom,
                        b.columns(),
                        1,
                        dz.data,
                        b.from(),
                        out,
                        w,
                        rowFrom * out + b.from(),
                        out,
                        1,
                        y.a.grad.data,
                        rowFrom,
                        in);
            }
        }
    }

    static final Op LINEAR = new LinearMap("linear");
    static final Op MASKED_LINEAR = new LinearMap("maskedLinear");

    /** y = a ∘ b, without negative zeros. */
    private static void multiply(float[] a, float[] b, float[] y, int from, int to) {
        for (int i = from; i < to; i++) {
            y[i] = a[i] * b[i] + 0f;
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
