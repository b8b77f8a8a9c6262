package lvm.autodiff;

import lvm.linalg.Products;
import org.ejml.data.FMatrixRMaj;

/** Products and functions over whole buffers, and sums with double precision. */
final class Kernels {
    private Kernels() {}

    /** y = op(a) op(b) + beta y. */
    static void mult(FMatrixRMaj a, boolean transA, FMatrixRMaj b, boolean transB, float beta, FMatrixRMaj y) {
        Products.gemm(transA, transB, 1, a, b, beta, y);
    }

    static void exp(float[] x, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = (float) Math.exp(x[i]);
        }
    }

    static void log(float[] x, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = (float) Math.log(x[i]);
        }
    }

    static void log1p(float[] x, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = (float) Math.log1p(x[i]);
        }
    }

    static void sigmoid(float[] x, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = (float) (1 / (1 + Math.exp(-x[i])));
        }
    }

    static void tanh(float[] x, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = (float) Math.tanh(x[i]);
        }
    }

    /** y = log(1 + e^x), d = its derivative; d may be null. */
    static void softplus(float[] x, float[] y, float[] d, int n) {
        for (int i = 0; i < n; i++) {
            double e = Math.exp(-Math.abs(x[i]));
            float v = x[i];
            y[i] = (float) (Math.max(v, 0) + Math.log1p(e));
            if (d != null) {
                d[i] = (float) (v >= 0 ? 1 / (1 + e) : e / (1 + e));
            }
        }
    }

    /** Σ x over [from, to), in four partial sums of double precision. */
    static double sum(float[] x, int from, int to) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = from;
        for (; i + 3 < to; i += 4) {
            s0 += x[i];
            s1 += x[i + 1];
            s2 += x[i + 2];
            s3 += x[i + 3];
        }
        for (; i < to; i++) {
            s0 += x[i];
        }
        return (s0 + s1) + (s2 + s3);
    }

    /** Σ x[xFrom + i] y[yFrom + i] over n places, in four partial sums of double precision. */
    static double dot(float[] x, int xFrom, float[] y, int yFrom, int n) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 3 < n; i += 4) {
            s0 += (double) x[xFrom + i] * y[yFrom + i];
            s1 += (double) x[xFrom + i + 1] * y[yFrom + i + 1];
            s2 += (double) x[xFrom + i + 2] * y[yFrom + i + 2];
            s3 += (double) x[xFrom + i + 3] * y[yFrom + i + 3];
        }
        for (; i < n; i++) {
            s0 += (double) x[xFrom + i] * y[yFrom + i];
        }
        return (s0 + s1) + (s2 + s3);
    }

    /** Adds the sums of the columns of m to the 1×c gradient d. */
    static void addColumnSums(FMatrixRMaj m, float[] d) {
        int c = m.numCols;
        for (int i = 0, o = 0; i < m.numRows; i++, o += c) {
            for (int j = 0; j < c; j++) {
                d[j] += m.data[o + j];
            }
        }
    }
}
