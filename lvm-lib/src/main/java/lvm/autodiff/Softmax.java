package lvm.autodiff;

import lvm.linalg.VectorMath;
import org.ejml.data.FMatrixRMaj;

/**
 * Softmax by row, its logarithm, and log-sum-exp. A row of nothing but −∞ has the softmax 0 and the logarithms −∞, and
 * gives its elements the gradient 0.
 */
final class Softmax {
    private Softmax() {}

    static final Op SOFTMAX = new Op("softmax") {
        @Override
        void forward(Node y) {
            VectorMath.softmaxRows(y.a.value, y.value);
        }

        @Override
        void backward(Node y) {
            float[] p = y.value.data;
            float[] g = y.grad.data;
            float[] d = y.a.addend();
            int c = y.cols();
            for (int i = 0, o = 0; i < y.rows(); i++, o += c) {
                float mean = (float) VectorMath.dot(g, o, p, o, c);
                for (int j = o; j < o + c; j++) {
                    d[j] += p[j] * (g[j] - mean);
                }
            }
        }
    };

    /** Scratch 0 keeps the softmax, scratch 1 the log-sum-exp. */
    static final Op LOG_SOFTMAX = new Op("logSoftmax") {
        @Override
        void forward(Node y) {
            FMatrixRMaj p = y.scratch0(y.rows(), y.cols());
            FMatrixRMaj lse = y.scratch1(y.rows(), 1);
            VectorMath.softmaxRows(y.a.value, p, lse);
            float[] v = y.value.data;
            int c = y.cols();
            for (int i = 0, o = 0; i < y.rows(); i++, o += c) {
                for (int j = o; j < o + c; j++) {
                    v[j] = minus(y.a.value.data[j], lse.data[i]);
                }
            }
        }

        @Override
        void backward(Node y) {
            float[] p = y.scratch0().data;
            float[] lse = y.scratch1().data;
            float[] g = y.grad.data;
            float[] d = y.a.addend();
            int c = y.cols();
            for (int i = 0, o = 0; i < y.rows(); i++, o += c) {
                if (lse[i] == Float.NEGATIVE_INFINITY) {
                    continue;
                }
                float total = (float) VectorMath.sum(g, o, c);
                for (int j = o; j < o + c; j++) {
                    d[j] += g[j] - p[j] * total;
                }
            }
        }
    };

    /** Scratch 0 keeps the softmax. */
    static final Op LOG_SUM_EXP = new Op("logSumExp") {
        @Override
        void forward(Node y) {
            VectorMath.softmaxRows(y.a.value, y.scratch0(y.a.rows(), y.a.cols()), y.value);
        }

        @Override
        void backward(Node y) {
            float[] p = y.scratch0().data;
            float[] d = y.a.addend();
            int c = y.a.cols();
            for (int i = 0, o = 0; i < y.rows(); i++, o += c) {
                float g = y.grad.data[i];
                for (int j = o; j < o + c; j++) {
                    d[j] += g * p[j];
                }
            }
        }
    };

    /** log pᵢ(kᵢ) with the labels kᵢ in index, or Σⱼ tᵢⱼ log pᵢⱼ with targets b; scratch 0 keeps the softmax. */
    static final Op CATEGORICAL = new Op("categoricalLogLikelihood") {
        @Override
        void forward(Node y) {
            FMatrixRMaj p = y.scratch0(y.a.rows(), y.a.cols());
            FMatrixRMaj lse = y.scratch1(y.a.rows(), 1);
            VectorMath.softmaxRows(y.a.value, p, lse);
            float[] l = y.a.value.data;
            int c = y.a.cols();
            for (int i = 0, o = 0; i < y.rows(); i++, o += c) {
                if (y.index != null) {
                    y.value.data[i] = minus(l[o + y.index[i]], lse.data[i]);
                } else {
                    double sum = 0;
                    for (int j = o; j < o + c; j++) {
                        sum += (double) y.b.value.data[j] * minus(l[j], lse.data[i]);
                    }
                    y.value.data[i] = (float) sum;
                }
            }
        }

        @Override
        void backward(Node y) {
            float[] p = y.scratch0().data;
            float[] lse = y.scratch1().data;
            float[] g = y.grad.data;
            int c = y.a.cols();
            if (y.a.needsGrad) {
                float[] d = y.a.addend();
                for (int i = 0, o = 0; i < y.rows(); i++, o += c) {
                    if (lse[i] == Float.NEGATIVE_INFINITY) {
                        continue;
                    }
                    float total = y.index != null ? 1 : (float) VectorMath.sum(y.b.value.data, o, c);
                    for (int j = o; j < o + c; j++) {
                        d[j] -= g[i] * total * p[j];
                    }
                    if (y.index != null) {
                        d[o + y.index[i]] += g[i];
                    } else {
                        for (int j = o; j < o + c; j++) {
                            d[j] += g[i] * y.b.value.data[j];
                        }
                    }
                }
            }
            if (y.b != null && y.b.needsGrad) {
                float[] d = y.b.addend();
                for (int i = 0, o = 0; i < y.rows(); i++, o += c) {
                    for (int j = o; j < o + c; j++) {
                        d[j] += g[i] * minus(y.a.value.data[j], lse[i]);
                    }
                }
            }
        }
    };

    /** l − s, which is −∞ where both are. */
    private static float minus(float l, float s) {
        return l == Float.NEGATIVE_INFINITY ? l : l - s;
    }
}
