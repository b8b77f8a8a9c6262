package lvm.factor;

import java.util.Arrays;
import java.util.stream.IntStream;
import lvm.data.Tables;
import lvm.linalg.Products;
import lvm.model.Require;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * Data brought to mean 0 and covariance I by z = Q (x − m), with the rows of Q along the leading principal directions.
 *
 * @param mean m, D numbers
 * @param matrix Q, K×D
 * @param inverse D×K, the pseudo-inverse of Q
 * @param data z, K×n: a dimension a row
 */
record Whitening(double[] mean, DMatrixRMaj matrix, DMatrixRMaj inverse, DMatrixRMaj data) {

    /** Below this part of the greatest eigenvalue a covariance computed in doubles has no further direction. */
    private static final double RANK = 1e-14;

    /** Below this part a second whitening repairs what the first lost to rounding. */
    private static final double AGAIN = 1e-6;

    /**
     * Whitens.
     *
     * @param where the method that asks; messages begin with it
     * @param x n×D rows of observations; not modified
     * @param wanted K, or 0 for D
     * @return the whitening by the covariance over n
     * @throws IllegalArgumentException if x is empty, holds a NaN, has a constant column, no more than K rows, fewer than
     *     K columns or a rank below K
     */
    static Whitening of(String where, DMatrixRMaj x, int wanted) {
        Tables.requireFinite(where, x);
        int n = x.numRows;
        int d = x.numCols;
        int k = wanted == 0 ? d : wanted;
        if (k > d) {
            throw new IllegalArgumentException(
                    where + ": " + k + " components of x, which has " + d + (d == 1 ? " column" : " columns"));
        }
        Require.atLeastRows(where, "x", x, k + 1);
        Require.varying(where, "x", x);
        Require.moderate(where, "x", x);
        DMatrixRMaj centred = x.copy();
        double[] mean = centre(centred);
        DMatrixRMaj covariance = new DMatrixRMaj(d, d);
        Products.gemm(true, false, 1.0 / n, centred, centred, 0, covariance);
        Directions directions = Directions.of(covariance);
        int rank = directions.rank(RANK * d);
        if (k == d && !(directions.values[d - 1] > AGAIN * directions.values[0])) {
            return ofScaled(where, mean, centred, covariance, k);
        }
        if (rank < k) {
            throw new IllegalArgumentException(where + ": x has only " + rank
                    + " linearly independent columns up to rounding, fewer than the " + k
                    + " components asked for. Columns that are small beside others do not count: standardise the columns"
                    + " if they have different units, or ask for all " + d + " components");
        }
        return of(mean, centred, directions, k);
    }

    /**
     * In all directions, with the columns brought to about the same size first: whether they are independent does not
     * depend on their units. The factors are powers of two, which round nothing.
     */
    private static Whitening ofScaled(String where, double[] mean, DMatrixRMaj centred, DMatrixRMaj covariance, int d) {
        double[] scale = new double[d];
        for (int j = 0; j < d; j++) {
            scale[j] = Math.scalb(1.0, -Math.getExponent(Math.sqrt(covariance.get(j, j))));
        }
        DMatrixRMaj scaled = centred.copy();
        for (int i = 0; i < scaled.data.length; i++) {
            scaled.data[i] *= scale[i % d];
        }
        DMatrixRMaj theirs = new DMatrixRMaj(d, d);
        Products.gemm(true, false, 1.0 / centred.numRows, scaled, scaled, 0, theirs);
        Directions directions = Directions.of(theirs);
        int rank = directions.rank(RANK * d);
        if (rank < d) {
            throw new IllegalArgumentException(where + ": x has only " + rank
                    + " linearly independent columns up to rounding, fewer than the " + d + " components asked for");
        }
        Whitening white = of(mean, scaled, directions, d);
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                white.matrix.data[i * d + j] *= scale[j];
                white.inverse.data[i * d + j] /= scale[i];
            }
        }
        return white;
    }

    /** By the first k directions of centred rows. */
    static Whitening of(double[] mean, DMatrixRMaj centred, Directions directions, int k) {
        int n = centred.numRows;
        int d = centred.numCols;
        DMatrixRMaj matrix = new DMatrixRMaj(k, d);
        DMatrixRMaj inverse = new DMatrixRMaj(d, k);
        directions.whiten(matrix, inverse);
        DMatrixRMaj z = new DMatrixRMaj(k, n);
        Products.multTransB(matrix, centred, z);
        if (!(directions.values[k - 1] > AGAIN * directions.values[0])) {
            DMatrixRMaj rest = new DMatrixRMaj(k, k);
            Products.gemm(false, true, 1.0 / n, z, z, 0, rest);
            DMatrixRMaj second = new DMatrixRMaj(k, k);
            DMatrixRMaj secondInverse = new DMatrixRMaj(k, k);
            Directions.of(rest).whiten(second, secondInverse);
            matrix = product(second, matrix);
            inverse = product(inverse, secondInverse);
            z = product(second, z);
        }
        return new Whitening(mean, matrix, inverse, z);
    }

    static DMatrixRMaj product(DMatrixRMaj a, DMatrixRMaj b) {
        DMatrixRMaj c = new DMatrixRMaj(a.numRows, b.numCols);
        Products.mult(a, b, c);
        return c;
    }

    /** Subtracts the means of the columns, and returns them. */
    static double[] centre(DMatrixRMaj x) {
        int d = x.numCols;
        double[] mean = new double[d];
        // Twice: the second takes away what the first left by rounding.
        for (int round = 0; round < 2; round++) {
            double[] sum = new double[d];
            for (int i = 0; i < x.numRows; i++) {
                for (int j = 0; j < d; j++) {
                    sum[j] += x.data[i * d + j];
                }
            }
            for (int j = 0; j < d; j++) {
                sum[j] /= x.numRows;
                mean[j] += sum[j];
            }
            for (int i = 0; i < x.numRows; i++) {
                for (int j = 0; j < d; j++) {
                    x.data[i * d + j] -= sum[j];
                }
            }
        }
        return mean;
    }

    /** Eigenvalues in falling order, with eigenvectors of length 1. */
    record Directions(double[] values, double[][] vectors) {

        static Directions of(DMatrixRMaj symmetric) {
            int d = symmetric.numRows;
            EigenDecomposition_F64<DMatrixRMaj> eig = DecompositionFactory_DDRM.eig(d, true, true);
            if (!eig.decompose(symmetric.copy())) {
                throw new IllegalArgumentException("Whitening: the eigenvalues of a covariance were not found");
            }
            int[] order = IntStream.range(0, d)
                    .boxed()
                    .sorted((a, b) -> Double.compare(eig.getEigenvalue(b).real, eig.getEigenvalue(a).real))
                    .mapToInt(Integer::intValue)
                    .toArray();
            double[] values = new double[d];
            double[][] vectors = new double[d][];
            for (int i = 0; i < d; i++) {
                values[i] = eig.getEigenvalue(order[i]).real;
                vectors[i] = eig.getEigenVector(order[i]).data.clone();
            }
            return new Directions(values, vectors);
        }

        /** How many eigenvalues are above a part of the greatest. */
        int rank(double part) {
            return (int) Arrays.stream(values)
                    .filter(value -> value > part * values[0])
                    .count();
        }

        /** Q with the rows λᵢ^(−1/2) eᵢ and its pseudo-inverse with the columns λᵢ^(1/2) eᵢ. */
        void whiten(DMatrixRMaj matrix, DMatrixRMaj inverse) {
            for (int i = 0; i < matrix.numRows; i++) {
                double scale = Math.sqrt(values[i]);
                for (int j = 0; j < matrix.numCols; j++) {
                    matrix.set(i, j, vectors[i][j] / scale);
                    inverse.set(j, i, vectors[i][j] * scale);
                }
            }
        }
    }
}
