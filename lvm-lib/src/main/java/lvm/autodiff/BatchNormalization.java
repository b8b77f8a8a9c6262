package lvm.autodiff;

import java.util.Arrays;
import lvm.linalg.VectorMath;

/**
 * y = γ (x − mean)/√(variance + ε) + β by channel; a channel is a block of columns.
 *
 * <p>a = x, b = γ, c = β. Scratch 0: the standardised x, scratch 1: 1/√(variance + ε), scratch 2: sums of the pull-back.
 */
final class BatchNormalization {
    /** Added to the variance. */
    static final float EPSILON = 1e-5f;

    private BatchNormalization() {}

    /** With the moments of the batch; s is the weight of the batch in the running moments. */
    static final Op TRAINING = new Op("batchNorm") {
        @Override
        protected void forward(Node y) {
            int channels = y.b.cols();
            int width = y.cols() / channels;
            int m = y.rows() * width;
            float[] x = y.a.value.data;
            float[] mean = y.scratch(2, 2, channels).data;
            float[] inverse = y.scratch(1, 1, channels).data;
            for (int k = 0; k < channels; k++) {
                double sum = 0;
                for (int i = 0; i < y.rows(); i++) {
                    int o = i * y.cols() + k * width;
                    sum += VectorMath.sum(x, o, width);
                }
                double mu = sum / m;
                double squares = 0;
                for (int i = 0; i < y.rows(); i++) {
                    int o = i * y.cols() + k * width;
                    for (int j = o; j < o + width; j++) {
                        squares += (x[j] - mu) * (x[j] - mu);
                    }
                }
                mean[k] = (float) mu;
                inverse[k] = (float) (1 / Math.sqrt(squares / m + EPSILON));
                float[] runningMean = y.runningMean.data;
                float[] runningVariance = y.runningVariance.data;
                runningMean[k] += y.s * (mean[k] - runningMean[k]);
                runningVariance[k] += y.s * ((float) (squares / (m - 1)) - runningVariance[k]);
            }
            standardise(y, mean, inverse);
        }

        @Override
        protected void backward(Node y) {
            int channels = y.b.cols();
            int width = y.cols() / channels;
            float[] sums = y.scratch(2, 2, channels).data;
            sums(y, sums);
            if (y.a.needsGrad) {
                float[] z = y.scratch(0).data;
                float[] inverse = y.scratch(1).data;
                float[] g = y.grad.data;
                float[] d = y.a.addend();
                float m = (float) y.rows() * width;
                for (int i = 0; i < y.rows(); i++) {
                    for (int k = 0; k < channels; k++) {
                        float scale = y.b.value.data[k] * inverse[k];
                        float meanG = sums[k] / m;
                        float meanGz = sums[channels + k] / m;
                        int o = i * y.cols() + k * width;
                        for (int j = o; j < o + width; j++) {
                            d[j] += scale * (g[j] - meanG - z[j] * meanGz);
                        }
                    }
                }
            }
        }
    };

    /** With the running moments. */
    static final Op EVALUATION = new Op("batchNorm") {
        @Override
        protected void forward(Node y) {
            int channels = y.b.cols();
            float[] inverse = y.scratch(1, 1, channels).data;
            for (int k = 0; k < channels; k++) {
                inverse[k] = (float) (1 / Math.sqrt(y.runningVariance.data[k] + EPSILON));
            }
            standardise(y, y.runningMean.data, inverse);
        }

        @Override
        protected void backward(Node y) {
            int channels = y.b.cols();
            int width = y.cols() / channels;
            sums(y, y.scratch(2, 2, channels).data);
            if (y.a.needsGrad) {
                float[] inverse = y.scratch(1).data;
                float[] g = y.grad.data;
                float[] d = y.a.addend();
                for (int i = 0; i < y.rows(); i++) {
                    for (int k = 0; k < channels; k++) {
                        float scale = y.b.value.data[k] * inverse[k];
                        int o = i * y.cols() + k * width;
                        for (int j = o; j < o + width; j++) {
                            d[j] += scale * g[j];
                        }
                    }
                }
            }
        }
    };

    private static void standardise(Node y, float[] mean, float[] inverse) {
        int channels = y.b.cols();
        int width = y.cols() / channels;
        float[] x = y.a.value.data;
        float[] z = y.scratch(0, y.rows(), y.cols()).data;
        float[] v = y.value.data;
        for (int i = 0; i < y.rows(); i++) {
            for (int k = 0; k < channels; k++) {
                float gamma = y.b.value.data[k];
                float beta = y.c.value.data[k];
                int o = i * y.cols() + k * width;
                for (int j = o; j < o + width; j++) {
                    z[j] = (x[j] - mean[k]) * inverse[k];
                    v[j] = gamma * z[j] + beta;
                }
            }
        }
    }

    /** By channel Σ g, then Σ g z; they are the gradients of β and γ. */
    private static void sums(Node y, float[] sums) {
        int channels = y.b.cols();
        int width = y.cols() / channels;
        Arrays.fill(sums, 0, 2 * channels, 0);
        float[] z = y.scratch(0).data;
        float[] g = y.grad.data;
        for (int k = 0; k < channels; k++) {
            double sumG = 0;
            double sumGz = 0;
            for (int i = 0; i < y.rows(); i++) {
                int o = i * y.cols() + k * width;
                sumG += VectorMath.sum(g, o, width);
                sumGz += VectorMath.dot(g, o, z, o, width);
            }
            sums[k] = (float) sumG;
            sums[channels + k] = (float) sumGz;
        }
        if (y.b.needsGrad) {
            float[] d = y.b.addend();
            for (int k = 0; k < channels; k++) {
                d[k] += sums[channels + k];
            }
        }
        if (y.c.needsGrad) {
            float[] d = y.c.addend();
            for (int k = 0; k < channels; k++) {
                d[k] += sums[k];
            }
        }
    }
}
