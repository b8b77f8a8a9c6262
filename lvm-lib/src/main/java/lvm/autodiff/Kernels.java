package lvm.autodiff;

import lvm.linalg.Products;
import lvm.linalg.VectorMath;
import org.ejml.data.FMatrixRMaj;

/** Products and functions over whole buffers, and sums with double precision. */
final class Kernels {
    private Kernels() {}

    /** y = op(a) op(b) + beta y. */
    static void mult(FMatrixRMaj a, boolean transA, FMatrixRMaj b, boolean transB, float beta, FMatrixRMaj y) {
        Products.gemm(transA, transB, 1, a, b, beta, y);
    }

    static void exp(float[] x, float[] y, int n) {
        VectorMath.exp(x, 0, y, 0, n);
    }

    static void log(float[] x, float[] y, int n) {
        VectorMath.log(x, 0, y, 0, n);
    }

    static void log1p(float[] x, float[] y, int n) {
        VectorMath.log1p(x, 0, y, 0, n);
    }

    static void sigmoid(float[] x, float[] y, int n) {
        VectorMath.sigmoid(x, 0, y, 0, n);
    }

    static void tanh(float[] x, float[] y, int n) {
        VectorMath.tanh(x, 0, y, 0, n);
    }

    /** y = log(1 + e^x), d = its derivative; d may be null. The derivative first: y may be x. */
    static void softplus(float[] x, float[] y, float[] d, int n) {
        if (d != null) {
            VectorMath.sigmoid(x, 0, d, 0, n);
        }
        VectorMath.softplus(x, 0, y, 0, n);
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
