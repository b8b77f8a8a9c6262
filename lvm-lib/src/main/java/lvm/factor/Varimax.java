package lvm.factor;

import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;

/**
 * The rotation of loadings that maximises the sum over the factors of the variance of their squared loadings, Σₖ [Σⱼ wⱼₖ⁴/D −
 * (Σⱼ wⱼₖ²/D)²], by rotations of two factors at a time, each of them the best one.
 */
final class Varimax {
    private static final int MAX_SWEEPS = 1000;
    private static final double SMALLEST_ANGLE = 1e-12;

    private Varimax() {}

    static double criterion(DMatrixRMaj w) {
        double total = 0;
        for (int a = 0; a < w.numCols; a++) {
            double fourth = 0;
            double second = 0;
            for (int j = 0; j < w.numRows; j++) {
                double square = w.get(j, a) * w.get(j, a);
                second += square / w.numRows;
                fourth += square * square / w.numRows;
            }
            total += fourth - second * second;
        }
        return total;
    }

    /** Columns with a positive sum, the one with the largest sum of squares first. */
    static DMatrixRMaj rotated(DMatrixRMaj loadings) {
        DMatrixRMaj w = loadings.copy();
        boolean moved = true;
        for (int sweep = 0; moved && sweep < MAX_SWEEPS; sweep++) {
            moved = false;
            for (int a = 0; a < w.numCols; a++) {
                for (int b = a + 1; b < w.numCols; b++) {
                    moved |= rotate(w, a, b);
                }
            }
        }
        return ordered(w);
    }

    /** Kaiser's planar rotation: with z = (wⱼₐ + i wⱼᵦ)², the angle is a quarter of that of Σ z² − (Σ z)²/D. */
    private static boolean rotate(DMatrixRMaj w, int a, int b) {
        int d = w.numRows;
        int k = w.numCols;
        double u = 0;
        double v = 0;
        double real = 0;
        double imaginary = 0;
        for (int j = 0; j < d; j++) {
            double x = w.data[j * k + a];
            double y = w.data[j * k + b];
            double p = x * x - y * y;
            double q = 2 * x * y;
            u += p;
            v += q;
            real += p * p - q * q;
            imaginary += 2 * p * q;
        }
        double angle = Math.atan2(imaginary - 2 * u * v / d, real - (u * u - v * v) / d) / 4;
        if (Math.abs(angle) < SMALLEST_ANGLE) {
            return false;
        }
        double cos = Math.cos(angle);
        double sin = Math.sin(angle);
        for (int j = 0; j < d; j++) {
            double x = w.data[j * k + a];
            double y = w.data[j * k + b];
            w.data[j * k + a] = cos * x + sin * y;
            w.data[j * k + b] = cos * y - sin * x;
        }
        return true;
    }

    private static DMatrixRMaj ordered(DMatrixRMaj w) {
        int k = w.numCols;
        double[] squares = new double[k];
        double[] sums = new double[k];
        for (int i = 0; i < w.getNumElements(); i++) {
            squares[i % k] += w.data[i] * w.data[i];
            sums[i % k] += w.data[i];
        }
        int[] order = IntStream.range(0, k)
                .boxed()
                .sorted((a, b) -> Double.compare(squares[b], squares[a]))
                .mapToInt(Integer::intValue)
                .toArray();
        DMatrixRMaj result = new DMatrixRMaj(w.numRows, k);
        for (int j = 0; j < w.numRows; j++) {
            for (int a = 0; a < k; a++) {
                result.data[j * k + a] = (sums[order[a]] < 0 ? -1 : 1) * w.data[j * k + order[a]];
            }
        }
        return result;
    }
}
