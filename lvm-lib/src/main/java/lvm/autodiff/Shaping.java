package lvm.autodiff;

import java.util.Arrays;
import lvm.linalg.VectorMath;

/** Sums and means; slices, concatenation and gather. */
final class Shaping {
    private Shaping() {}

    /** y = s Σ over everything. */
    static final Op SUM = new Op("sum") {
        @Override
        void forward(Node y) {
            y.value.data[0] = (float) (y.s * VectorMath.sum(y.a.value.data, 0, y.a.size()));
        }

        @Override
        void backward(Node y) {
            float v = y.s * y.grad.data[0];
            float[] d = y.a.addend();
            int n = y.a.size();
            for (int i = 0; i < n; i++) {
                d[i] += v;
            }
        }
    };

    /** yᵢ = s Σⱼ xᵢⱼ. */
    static final Op ROW_SUMS = new Op("sumPerRow") {
        @Override
        void forward(Node y) {
            int c = y.a.cols();
            for (int i = 0; i < y.rows(); i++) {
                y.value.data[i] = (float) (y.s * VectorMath.sum(y.a.value.data, i * c, c));
            }
        }

        @Override
        void backward(Node y) {
            float[] d = y.a.addend();
            int c = y.a.cols();
            for (int i = 0, o = 0; i < y.rows(); i++, o += c) {
                float v = y.s * y.grad.data[i];
                for (int j = 0; j < c; j++) {
                    d[o + j] += v;
                }
            }
        }
    };

    /** yⱼ = s Σᵢ xᵢⱼ. */
    static final Op COLUMN_SUMS = new Op("sumPerColumn") {
        @Override
        void forward(Node y) {
            float[] v = y.value.data;
            int c = y.cols();
            Arrays.fill(v, 0, c, 0);
            float[] x = y.a.value.data;
            for (int i = 0, o = 0; i < y.a.rows(); i++, o += c) {
                for (int j = 0; j < c; j++) {
                    v[j] += x[o + j];
                }
            }
            for (int j = 0; j < c; j++) {
                v[j] *= y.s;
            }
        }

        @Override
        void backward(Node y) {
            float[] d = y.a.addend();
            float[] g = y.grad.data;
            float s = y.s;
            int c = y.cols();
            for (int i = 0, o = 0; i < y.a.rows(); i++, o += c) {
                for (int j = 0; j < c; j++) {
                    d[o + j] += s * g[j];
                }
            }
        }
    };

    /** Columns i, i+1, … of a. */
    static final Op SLICE = new Op("columns") {
        @Override
        void forward(Node y) {
            int c = y.cols();
            for (int r = 0; r < y.rows(); r++) {
                System.arraycopy(y.a.value.data, r * y.a.cols() + y.i, y.value.data, r * c, c);
            }
        }

        @Override
        void backward(Node y) {
            float[] d = y.a.addend();
            float[] g = y.grad.data;
            int c = y.cols();
            for (int r = 0; r < y.rows(); r++) {
                int from = r * y.a.cols() + y.i;
                for (int j = 0; j < c; j++) {
                    d[from + j] += g[r * c + j];
                }
            }
        }
    };

    static final Op CONCAT = new Op("concatColumns") {
        @Override
        void forward(Node y) {
            int at = 0;
            for (Node part : y.many) {
                int c = part.cols();
                for (int r = 0; r < y.rows(); r++) {
                    System.arraycopy(part.value.data, r * c, y.value.data, r * y.cols() + at, c);
                }
                at += c;
            }
        }

        @Override
        void backward(Node y) {
            float[] g = y.grad.data;
            int at = 0;
            for (Node part : y.many) {
                int c = part.cols();
                if (part.needsGrad) {
                    float[] d = part.addend();
                    for (int r = 0; r < y.rows(); r++) {
                        int from = r * y.cols() + at;
                        for (int j = 0; j < c; j++) {
                            d[r * c + j] += g[from + j];
                        }
                    }
                }
                at += c;
            }
        }
    };

    /** Row r of y is row index[r] of a. */
    static final Op GATHER = new Op("gatherRows") {
        @Override
        void forward(Node y) {
            int c = y.cols();
            for (int r = 0; r < y.rows(); r++) {
                System.arraycopy(y.a.value.data, y.index[r] * c, y.value.data, r * c, c);
            }
        }

        @Override
        void backward(Node y) {
            float[] d = y.a.addend();
            float[] g = y.grad.data;
            int c = y.cols();
            for (int r = 0; r < y.rows(); r++) {
                int to = y.index[r] * c;
                for (int j = 0; j < c; j++) {
                    d[to + j] += g[r * c + j];
                }
            }
        }
    };
}
