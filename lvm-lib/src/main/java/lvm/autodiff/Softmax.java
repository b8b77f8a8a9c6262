package lvm.autodiff;

import lvm.linalg.VectorMath;
import org.ejml.data.FMatrixRMaj;

/**
 * Softmax by row, its logarithm, and log-sum-exp. A row of nothing but −∞ has the softmax 0 and the logarithms −∞, and
 * gives its elements the gradient 0. Logits of +∞ share the probability equally.
 */
final class Softmax {
    private Softmax() {}

    static final Op SOFTMAX = new Op("softmax") {
        @Override
        protected void forward(Node y) {
            VectorMath.softmaxRows(y.a.value, y.value);
        }

        @Override
        protected void backward(Node y) {
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

    /**
     * Keeps the softmax of y.a in scratch 0, and in scratch 1 for each row the largest logit m and log Σⱼ e^(lⱼ − m): apart,
     * because the digits of the second are lost in a sum with a large first. It is −log(1 − r), with r the shares of the others.
     */
    private static void shares(Node y) {
        int c = y.a.cols();
        float[] sums = y.scratch(1, y.a.rows(), 2).data;
        FMatrixRMaj p = y.scratch(0, y.a.rows(), c);
        VectorMath.softmaxRows(y.a.value, p);
        float[] l = y.a.value.data;
        for (int i = 0, o = 0; i < y.a.rows(); i++, o += c) {
            int most = o;
            double rest = 0; // without the largest share, beside which the others may be too small
            for (int j = o + 1; j < o + c; j++) {
                boolean more = l[j] > l[most];
                rest += p.data[more ? most : j];
                most = more ? j : most;
            }
            sums[2 * i] = l[most];
            sums[2 * i + 1] = (float) (rest < 0.5 ? -Math.log1p(-rest) : -Math.log(p.data[most]));
        }
    }

    /** log pᵢⱼ from what is kept; −∞ where l is. */
    private static float logShare(float[] sums, int row, float l) {
        if (l == Float.NEGATIVE_INFINITY) {
            return l;
        }
        double below = l == sums[2 * row] ? 0 : (double) l - sums[2 * row]; // ∞ − ∞ is no number
        return (float) (below - sums[2 * row + 1]);
    }

    /** See {@link #shares}. */
    static final Op LOG_SOFTMAX = new Op("logSoftmax") {
        @Override
        protected void forward(Node y) {
            shares(y);
            float[] sums = y.scratch(1).data;
            float[] v = y.value.data;
            int c = y.cols();
            for (int i = 0, o = 0; i < y.rows(); i++, o += c) {
                for (int j = o; j < o + c; j++) {
                    v[j] = logShare(sums, i, y.a.value.data[j]);
                }
            }
        }

        @Override
        protected void backward(Node y) {
            float[] p = y.scratch(0).data;
            float[] sums = y.scratch(1).data;
            float[] g = y.grad.data;
            float[] d = y.a.addend();
            int c = y.cols();
            for (int i = 0, o = 0; i < y.rows(); i++, o += c) {
                if (sums[2 * i] == Float.NEGATIVE_INFINITY) {
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
        protected void forward(Node y) {
            VectorMath.softmaxRows(y.a.value, y.scratch(0, y.a.rows(), y.a.cols()), y.value);
        }

        @Override
        protected void backward(Node y) {
            float[] p = y.scratch(0).data;
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
        protected void forward(Node y) {
            shares(y);
            float[] sums = y.scratch(1).data;
            float[] l = y.a.value.data;
            int c = y.a.cols();
            for (int i = 0, o = 0; i < y.rows(); i++, o += c) {
                if (y.index != null) {
                    y.value.data[i] = logShare(sums, i, l[o + y.index[i]]);
                } else {
                    double sum = 0;
                    for (int j = o; j < o + c; j++) {
                        float target = y.b.value.data[j];
                        sum += target == 0 ? 0 : (double) target * logShare(sums, i, l[j]);
                    }
                    y.value.data[i] = (float) sum;
                }
            }
        }

        @Override
        protected void backward(Node y) {
            float[] p = y.scratch(0).data;
            float[] sums = y.scratch(1).data;
            float[] g = y.grad.data;
            int c = y.a.cols();
            if (y.a.needsGrad) {
                float[] d = y.a.addend();
                for (int i = 0, o = 0; i < y.rows(); i++, o += c) {
                    if (sums[2 * i] == Float.NEGATIVE_INFINITY) {
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
                        d[j] += g[i] * logShare(sums, i, y.a.value.data[j]);
                    }
                }
            }
        }
    };
}
