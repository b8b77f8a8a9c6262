package lvm.autodiff;

import java.util.Arrays;
import lvm.linalg.Parallel;
import lvm.linalg.VectorMath;

/** Sums and means; slices, concatenation and gather. */
final class Shaping {
    private Shaping() {}

    /** y = s Σ over everything. */
    static final Op SUM = new Op("sum") {
        @Override
        protected void forward(Node y) {
            y.value.data[0] = (float) (y.s * VectorMath.sum(y.a.value.data, 0, y.a.size()));
        }

        @Override
        protected void backward(Node y) {
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
        protected void forward(Node y) {
            int c = y.a.cols();
            for (int i = 0; i < y.rows(); i++) {
                y.value.data[i] = (float) (y.s * VectorMath.sum(y.a.value.data, i * c, c));
            }
        }

        @Override
        protected void backward(Node y) {
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
        protected void forward(Node y) {
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
        protected void backward(Node y) {
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
        protected void forward(Node y) {
            int c = y.cols();
            for (int r = 0; r < y.rows(); r++) {
                System.arraycopy(y.a.value.data, r * y.a.cols() + y.i, y.value.data, r * c, c);
            }
        }

        @Override
        protected void backward(Node y) {
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
        protected void forward(Node y) {
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
        protected void backward(Node y) {
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

    /** Rows i, i+1, … of a. */
    static final Op ROWS = new Op("rowRange") {
        @Override
        protected void forward(Node y) {
            System.arraycopy(y.a.value.data, y.i * y.cols(), y.value.data, 0, y.size());
        }

        @Override
        protected void backward(Node y) {
            float[] d = y.a.addend();
            int from = y.i * y.cols();
            for (int k = 0; k < y.size(); k++) {
                d[from + k] += y.grad.data[k];
            }
        }
    };

    static final Op CONCAT_ROWS = new Op("concatRows") {
        @Override
        protected void forward(Node y) {
            int at = 0;
            for (Node part : y.many) {
                System.arraycopy(part.value.data, 0, y.value.data, at, part.size());
                at += part.size();
            }
        }

        @Override
        protected void backward(Node y) {
            int at = 0;
            for (Node part : y.many) {
                if (part.needsGrad) {
                    float[] d = part.addend();
                    for (int k = 0; k < part.size(); k++) {
                        d[k] += y.grad.data[at + k];
                    }
                }
                at += part.size();
            }
        }
    };

    /** Row r of y is row index[r] of a. */
    static final Op GATHER = new Op("gatherRows") {
        @Override
        protected void forward(Node y) {
            int c = y.cols();
            for (int r = 0; r < y.rows(); r++) {
                System.arraycopy(y.a.value.data, y.index[r] * c, y.value.data, r * c, c);
            }
        }

        @Override
        protected void backward(Node y) {
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

    /** Element r of y is that of row index[r] and column secondIndex[r] of a. */
    static final Op ELEMENTS = new Op("elements") {
        @Override
        protected void forward(Node y) {
            int c = y.a.cols();
            float[] v = y.value.data;
            for (int r = 0; r < y.rows(); r++) {
                v[r] = y.a.value.data[y.index[r] * c + y.secondIndex[r]];
            }
        }

        @Override
        protected void backward(Node y) {
            float[] d = y.a.addend();
            int c = y.a.cols();
            for (int r = 0; r < y.rows(); r++) {
                d[y.index[r] * c + y.secondIndex[r]] += y.grad.data[r];
            }
        }
    };

    /** Row r of y is f of the sum of row index[r] of a and row secondIndex[r] of b; scratch 0 keeps f′. */
    static final Op SUM_OF_ROWS = new Op("sumOfRows") {
        @Override
        protected void forward(Node y) {
            int c = y.cols();
            float[] a = y.a.value.data;
            float[] b = y.b.value.data;
            float[] v = y.value.data;
            Activation f = y.activation;
            float[] d = y.needsGrad && f != Activation.IDENTITY ? y.scratch(0, y.rows(), c).data : null;
            Parallel.range(y.rows(), Parallel.grain(c), (from, to) -> {
                for (int r = from; r < to; r++) {
                    addRows(a, y.index[r] * c, b, y.secondIndex[r] * c, v, r * c, c);
                    if (f != Activation.IDENTITY) {
                        f.apply(f.standardSlope(), v, v, d, r * c, c);
                    }
                }
            });
        }

        @Override
        protected void backward(Node y) {
            int c = y.cols();
            float[] g = y.grad.data;
            float[] dz = y.activation == Activation.IDENTITY ? g : y.scratch(0).data;
            float[] da = y.a.needsGrad ? y.a.addend() : null;
            float[] db = y.b.needsGrad ? y.b.addend() : null;
            int rows = y.rows();
            // Rows of a and b are added to several times: the threads share the columns.
            Parallel.range(c, Parallel.grain(rows), (from, to) -> {
                for (int r = 0; r < rows; r++) {
                    if (dz != g) {
                        multiply(g, dz, r * c + from, r * c + to);
                    }
                    if (da != null) {
                        add(dz, r * c, da, y.index[r] * c, from, to);
                    }
                    if (db != null) {
                        add(dz, r * c, db, y.secondIndex[r] * c, from, to);
                    }
                }
            });
        }
    };

    private static void addRows(float[] a, int i, float[] b, int j, float[] y, int k, int n) {
        for (int l = 0; l < n; l++) {
            y[k + l] = a[i + l] + b[j + l];
        }
    }

    private static void multiply(float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i++) {
            y[i] *= x[i];
        }
    }

    private static void add(float[] x, int i, float[] y, int j, int from, int to) {
        for (int l = from; l < to; l++) {
            y[j + l] += x[i + l];
        }
    }

    /** Column j of y is column index[j] of a, or zero where that is −1. */
    static final Op GATHER_COLUMNS = new Op("gatherColumns") {
        @Override
        protected void forward(Node y) {
            int[] index = y.index;
            float[] x = y.a.value.data;
            float[] v = y.value.data;
            int c = y.cols();
            int from = y.a.cols();
            for (int r = 0; r < y.rows(); r++) {
                for (int j = 0; j < c; j++) {
                    v[r * c + j] = index[j] < 0 ? 0 : x[r * from + index[j]];
                }
            }
        }

        @Override
        protected void backward(Node y) {
            int[] index = y.index;
            float[] d = y.a.addend();
            float[] g = y.grad.data;
            int c = y.cols();
            int to = y.a.cols();
            for (int r = 0; r < y.rows(); r++) {
                for (int j = 0; j < c; j++) {
                    if (index[j] >= 0) {
                        d[r * to + index[j]] += g[r * c + j];
                    }
                }
            }
        }
    };
}
