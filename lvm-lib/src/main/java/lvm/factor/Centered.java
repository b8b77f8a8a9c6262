package lvm.factor;

import java.util.Arrays;
import java.util.concurrent.CancellationException;
import lvm.data.Chunks;
import lvm.data.ColumnRanges;
import lvm.data.Tables;
import lvm.linalg.Interrupts;
import lvm.linalg.Parallel;
import lvm.linalg.Products;
import lvm.model.Require;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.CholeskyDecomposition_F64;
import org.ejml.interfaces.decomposition.QRDecomposition;

/** What the models of the family do with data around its mean, and the checks that they share. */
final class Centered {
    /** Numbers in a chunk of centred rows: 16 MB. */
    private static final int CHUNK = 1 << 21;

    /** The part of the columns of a symmetric product that is done at once; what lies above the diagonal is left out. */
    private static final int SLICES = 8;

    private static final int SMALLEST_SLICE = 64;

    /** Rows that are read at once where each is looked at by itself. */
    static final int ROWS = 256;

    /** Below this ratio of pivots a Gram matrix has lost the digits that make columns orthonormal. */
    private static final double PIVOT = 1e-12;

    private Centered() {}

    // --- checks

    /** Data to fit a model to: finite, and two rows at least. */
    static void requireData(String where, DMatrixRMaj x) {
        Tables.requireFinite(where, x);
        Require.atLeastRows(where, "x", x, 2);
    }

    /** The same of rows that are read in chunks, which are finite: what their columns hold. */
    static ColumnRanges requireData(String where, Chunks x) {
        Require.atLeastRows(where, "x", x.rows(), 2);
        return ColumnRanges.of(x);
    }

    /** As many directions as data can have; not all rows may be the same. */
    static void requireDirections(String where, String name, int count, DMatrixRMaj x) {
        int n = x.numRows;
        int d = x.numCols;
        requireDirections(where, name, count, n, d);
        for (int i = d; i < n * d; i++) {
            if (x.data[i] != x.data[i % d]) {
                return;
            }
        }
        throw same(where, n);
    }

    /** The same of rows that are read in chunks. */
    static void requireDirections(String where, String name, int count, Chunks x, ColumnRanges columns) {
        requireDirections(where, name, count, x.rows(), x.dim());
        if (Arrays.equals(columns.least(), columns.greatest())) {
            throw same(where, x.rows());
        }
    }

    private static IllegalArgumentException same(String where, long n) {
        return new IllegalArgumentException(where + ": all " + n + " rows of x are the same, there is no variance");
    }

    private static void requireDirections(String where, String name, int count, long n, int d) {
        if (count > d) {
            throw new IllegalArgumentException(where + ": " + name + " is " + count + ", x has only " + d + " columns");
        }
        if (count > n - 1) {
            throw new IllegalArgumentException(where + ": " + name + " is " + count + ", but the " + n
                    + " rows of x lie in " + (n - 1) + (n == 2 ? " direction" : " directions") + " around their mean");
        }
    }

    /** The mean of the variances of the columns. */
    static double requireFiniteMean(String where, double[] variances) {
        double sum = 0;
        for (double variance : variances) {
            sum += variance;
        }
        if (!Double.isFinite(sum)) {
            throw new IllegalArgumentException(
                    where + ": the variances of x overflow; scale the columns of x to a moderate range");
        }
        return sum / variances.length;
    }

    // --- moments

    /** The means of the columns. */
    static double[] mean(DMatrixRMaj x) {
        int n = x.numRows;
        int d = x.numCols;
        // Sums over a fixed number of rows, added in order: the same for every number of threads.
        int rows = Math.max(1, CHUNK / d);
        int chunks = (n + rows - 1) / rows;
        double[][] sums = new double[chunks][d];
        Parallel.range(chunks, 1, (from, to) -> {
            for (int c = from; c < to; c++) {
                double[] sum = sums[c];
                for (int i = c * rows; i < Math.min(n, (c + 1) * rows); i++) {
                    addRow(sum, x.data, i * d);
                }
            }
        });
        double[] mean = new double[d];
        for (double[] sum : sums) {
            addRow(mean, sum, 0);
        }
        for (int j = 0; j < d; j++) {
            mean[j] /= n;
        }
        return mean;
    }

    private static void addRow(double[] sum, double[] data, int at) {
        for (int j = 0; j < sum.length; j++) {
            sum[j] += data[at + j];
        }
    }

    /** The variances of the columns, the squares divided by the number of rows. */
    static double[] variances(DMatrixRMaj x, double[] mean) {
        int d = x.numCols;
        double[] variances = new double[d];
        for (int i = 0; i < x.numRows; i++) {
            for (int j = 0; j < d; j++) {
                double difference = x.data[i * d + j] - mean[j];
                variances[j] += difference * difference;
            }
        }
        for (int j = 0; j < d; j++) {
            variances[j] /= x.numRows;
        }
        return variances;
    }

    /** The means of the columns of rows that are read in chunks. */
    static double[] mean(Chunks x) {
        int d = x.dim();
        DMatrixRMaj sums = x.sum(Chunks.every(x.rows(), Math.max(1, CHUNK / d)), rows -> sumOf(rows, d), Centered::add);
        double[] mean = sums.data;
        for (int j = 0; j < d; j++) {
            mean[j] /= x.rows();
        }
        return mean;
    }

    private static DMatrixRMaj sumOf(Chunks.Source rows, int d) {
        DMatrixRMaj sum = new DMatrixRMaj(1, d);
        DMatrixRMaj block = new DMatrixRMaj(0, 0);
        for (int count = rows.read(block, ROWS); count > 0; count = rows.read(block, ROWS)) {
            for (int i = 0; i < count; i++) {
                addRow(sum.data, block.data, i * d);
            }
        }
        return sum;
    }

    private static DMatrixRMaj add(DMatrixRMaj sum, DMatrixRMaj more) {
        CommonOps_DDRM.addEquals(sum, more);
        return sum;
    }

    /** Rows minus the mean. */
    static DMatrixRMaj minus(DMatrixRMaj x, double[] mean) {
        DMatrixRMaj centred = new DMatrixRMaj(x.numRows, x.numCols);
        minus(x, 0, x.numRows, mean, centred);
        return centred;
    }

    /** Some rows minus the mean. */
    static void minus(DMatrixRMaj x, int first, int rows, double[] mean, DMatrixRMaj centred) {
        int d = x.numCols;
        Parallel.range(rows, Math.max(1, CHUNK / 64 / d), (from, to) -> {
            for (int i = from; i < to; i++) {
                subtract(x.data, (first + i) * d, mean, centred.data, i * d);
            }
        });
    }

    private static void subtract(double[] x, int xAt, double[] mean, double[] out, int outAt) {
        for (int j = 0; j < mean.length; j++) {
            out[outAt + j] = x[xAt + j] - mean[j];
        }
    }

    /**
     * The covariance of the columns, Σᵢ (xᵢ − mean)(xᵢ − mean)ᵀ / n.
     *
     * @throws CancellationException if interrupted
     */
    static DMatrixRMaj covariance(String where, DMatrixRMaj x, double[] mean) {
        int n = x.numRows;
        int d = x.numCols;
        int rows = Math.min(n, Math.max(SMALLEST_SLICE, CHUNK / d));
        DMatrixRMaj chunk = new DMatrixRMaj(rows, d);
        DMatrixRMaj s = new DMatrixRMaj(d, d);
        for (int first = 0; first < n; first += rows) {
            Interrupts.check(where);
            int count = Math.min(rows, n - first);
            minus(x, first, count, mean, chunk);
            addInner(chunk, count, s);
        }
        return average(s, n);
    }

    /** The covariance of the columns of rows that are read in chunks; those of a file are one, for the products use all threads. */
    static DMatrixRMaj covariance(String where, Chunks x, double[] mean) {
        int d = x.dim();
        int rows = Math.max(SMALLEST_SLICE, CHUNK / d);
        DMatrixRMaj s = x.sum(Chunks.whole(x.rows()), source -> inner(where, source, rows, mean), Centered::add);
        return average(s, x.rows());
    }

    private static DMatrixRMaj inner(String where, Chunks.Source source, int rows, double[] mean) {
        DMatrixRMaj s = new DMatrixRMaj(mean.length, mean.length);
        DMatrixRMaj chunk = new DMatrixRMaj(0, 0);
        for (int count = source.read(chunk, rows); count > 0; count = source.read(chunk, rows)) {
            Interrupts.check(where);
            minus(chunk, 0, count, mean, chunk);
            addInner(chunk, count, s);
        }
        return s;
    }

    /** Divides a sum by the number of rows, and makes the upper triangle of the lower one. */
    private static DMatrixRMaj average(DMatrixRMaj s, long n) {
        int d = s.numCols;
        for (int i = 0; i < d; i++) {
            for (int j = 0; j <= i; j++) {
                double value = s.data[i * d + j] / n;
                s.data[i * d + j] = value;
                s.data[j * d + i] = value;
            }
        }
        return s;
    }

    /** Adds AᵀA to the lower triangle of s. */
    private static void addInner(DMatrixRMaj a, int rows, DMatrixRMaj s) {
        int d = a.numCols;
        int slice = Math.max(SMALLEST_SLICE, (d + SLICES - 1) / SLICES);
        for (int from = 0; from < d; from += slice) {
            int to = Math.min(d, from + slice);
            Products.gemm(true, false, to - from, to, rows, 1, a.data, from, d, a.data, 0, d, 1, s.data, from * d, d);
        }
    }

    // --- bases

    /**
     * An orthonormal basis of the span of the columns, by Cholesky's factor of AᵀA twice where that is accurate and by
     * Householder's reflections where not. Column j of the basis is in the span of the first j + 1 of the columns.
     */
    static DMatrixRMaj orthonormal(DMatrixRMaj a) {
        DMatrixRMaj q = byCholesky(a);
        if (q != null) {
            q = byCholesky(q);
        }
        if (q != null) {
            return q;
        }
        QRDecomposition<DMatrixRMaj> qr = DecompositionFactory_DDRM.qr(a.numRows, a.numCols);
        qr.decompose(a.copy()); // false only says that a column is in the span of those before it
        return qr.getQ(null, true);
    }

    private static DMatrixRMaj byCholesky(DMatrixRMaj a) {
        int k = a.numCols;
        DMatrixRMaj gram = new DMatrixRMaj(k, k);
        Products.multTransA(a, a, gram);
        double[] scale = new double[k];
        for (int j = 0; j < k; j++) {
            scale[j] = 1 / Math.sqrt(gram.get(j, j));
            if (!Double.isFinite(scale[j])) {
                return null;
            }
        }
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < k; j++) {
                gram.data[i * k + j] *= scale[i] * scale[j];
            }
        }
        CholeskyDecomposition_F64<DMatrixRMaj> cholesky = DecompositionFactory_DDRM.chol(k, false);
        if (!cholesky.decompose(gram)) {
            return null;
        }
        DMatrixRMaj r = cholesky.getT(null);
        for (int j = 0; j < k; j++) {
            if (!(r.get(j, j) * r.get(j, j) > PIVOT)) {
                return null;
            }
        }
        DMatrixRMaj inverse = new DMatrixRMaj(k, k);
        if (!CommonOps_DDRM.invert(r, inverse)) {
            return null;
        }
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < k; j++) {
                inverse.data[i * k + j] *= scale[i];
            }
        }
        DMatrixRMaj q = new DMatrixRMaj(a.numRows, k);
        Products.mult(a, inverse, q);
        return q;
    }
}
