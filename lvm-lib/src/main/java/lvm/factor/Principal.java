package lvm.factor;

import java.util.Arrays;
import java.util.SplittableRandom;
import lvm.data.Chunks;
import lvm.linalg.Interrupts;
import lvm.linalg.Products;
import lvm.linalg.SymmetricEigen;
import lvm.random.Fill;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.SingularOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/**
 * The principal directions of data: the leading eigenvectors of its covariance.
 *
 * @param mean D numbers
 * @param directions K×D with orthonormal rows; the element of each row that is largest in size is positive
 * @param variances K eigenvalues of the covariance Σᵢ (xᵢ − mean)(xᵢ − mean)ᵀ / n, the largest first
 * @param totalVariance the sum of all D eigenvalues
 * @param solver how they were found
 */
record Principal(double[] mean, DMatrixRMaj directions, double[] variances, double totalVariance, Pca.Solver solver) {

    /** Up to here, in multiplications, a singular value decomposition takes no time to speak of. */
    private static final double SVD_WORK = 1e7;

    /** Up to here the eigenvalues of the smaller product XᵀX or XXᵀ are worth their time. */
    private static final int EIGEN_SIZE = 4000;

    /** How randomised directions are looked for. */
    record Sketch(int oversampling, int powerIterations, long seed) {}

    /** The directions of finite data of at least two rows, k of them or, if k is 0, all. */
    static Principal of(String where, DMatrixRMaj x, int k, Pca.Solver wanted, Sketch sketch) {
        int n = x.numRows;
        int d = x.numCols;
        int all = Math.min(n, d);
        Pca.Solver solver = wanted;
        if (wanted == Pca.Solver.AUTO) {
            solver = (double) n * d * all <= SVD_WORK
                    ? Pca.Solver.SVD
                    : all <= EIGEN_SIZE ? Pca.Solver.EIGEN : Pca.Solver.RANDOMIZED;
        }
        double[] mean = Centered.mean(x);
        int count = k == 0 ? Math.min(n - 1, d) : k;
        Found found = switch (solver) {
            case SVD -> svd(where, Centered.minus(x, mean), count);
            case EIGEN ->
                n >= d ? covariance(where, Centered.covariance(where, x, mean), count) : gram(where, x, mean, count);
            default -> randomized(where, Centered.minus(x, mean), count, sketch);
        };
        orient(found.directions);
        return new Principal(mean, found.directions, found.variances, found.total, solver);
    }

    /** The directions of rows that are read in chunks, k of them or, if k is 0, all: by the covariance, whatever their number. */
    static Principal of(String where, Chunks x, int k) {
        double[] mean = Centered.mean(x);
        int count = k == 0 ? (int) Math.min(x.rows() - 1, x.dim()) : k;
        Found found = covariance(where, Centered.covariance(where, x, mean), count);
        orient(found.directions);
        return new Principal(mean, found.directions, found.variances, found.total, Pca.Solver.EIGEN);
    }

    private record Found(DMatrixRMaj directions, double[] variances, double total) {}

    private static Found svd(String where, DMatrixRMaj centred, int k) {
        int n = centred.numRows;
        int d = centred.numCols;
        double total = sumOfSquares(centred) / n;
        requireFinite(where, total);
        SingularValueDecomposition_F64<DMatrixRMaj> svd = DecompositionFactory_DDRM.svd(n, d, false, true, true);
        if (!svd.decompose(centred)) {
            throw new ArithmeticException("Pca: the singular values were not found");
        }
        DMatrixRMaj w = svd.getW(null);
        DMatrixRMaj vt = svd.getV(null, true);
        SingularOps_DDRM.descendingOrder(null, false, w, vt, true);
        double[] variances = new double[k];
        Arrays.setAll(variances, j -> w.get(j, j) * w.get(j, j) / n);
        return new Found(new DMatrixRMaj(k, d, true, Arrays.copyOf(vt.data, k * d)), variances, total);
    }

    private static Found covariance(String where, DMatrixRMaj s, int k) {
        double total = 0;
        for (int j = 0; j < s.numCols; j++) {
            total += s.get(j, j);
        }
        requireFinite(where, total);
        Interrupts.check(where);
        SymmetricEigen eigen = SymmetricEigen.largest(s, k);
        return new Found(transposed(eigen.vectors()), notNegative(eigen.values(), 1), total);
    }

    /** With fewer rows than columns: XXᵀ has the same eigenvalues as XᵀX, and Xᵀ takes its eigenvectors there. */
    private static Found gram(String where, DMatrixRMaj x, double[] mean, int k) {
        int n = x.numRows;
        DMatrixRMaj centred = Centered.minus(x, mean);
        DMatrixRMaj gram = new DMatrixRMaj(n, n);
        Products.multTransB(centred, centred, gram);
        double total = 0;
        for (int i = 0; i < n; i++) {
            total += gram.get(i, i) / n;
            for (int j = 0; j < i; j++) {
                gram.set(j, i, gram.get(i, j));
            }
        }
        requireFinite(where, total);
        Interrupts.check(where);
        SymmetricEigen eigen = SymmetricEigen.largest(gram, k);
        DMatrixRMaj directions = new DMatrixRMaj(x.numCols, k);
        Products.multTransA(centred, eigen.vectors(), directions);
        return new Found(transposed(Centered.orthonormal(directions)), notNegative(eigen.values(), n), total);
    }

    /** Halko, Martinsson and Tropp (2011), algorithms 4.4 and 5.1, the small problem by its eigenvalues. */
    private static Found randomized(String where, DMatrixRMaj centred, int k, Sketch sketch) {
        int n = centred.numRows;
        int d = centred.numCols;
        int l = Math.min(Math.min(n, d), k + sketch.oversampling);
        double total = sumOfSquares(centred) / n;
        requireFinite(where, total);
        DMatrixRMaj z = new DMatrixRMaj(d, l);
        Fill.normal(z, new SplittableRandom(sketch.seed));
        DMatrixRMaj y = new DMatrixRMaj(n, l);
        Products.mult(centred, z, y);
        for (int i = 0; i < sketch.powerIterations; i++) {
            Interrupts.check(where);
            Products.multTransA(centred, Centered.orthonormal(y), z);
            Products.mult(centred, Centered.orthonormal(z), y);
        }
        DMatrixRMaj q = Centered.orthonormal(y);
        Products.multTransA(centred, q, z); // Bᵀ = XᵀQ, d×l
        SingularValueDecomposition_F64<DMatrixRMaj> svd = DecompositionFactory_DDRM.svd(d, l, true, false, true);
        if (!svd.decompose(z)) {
            throw new ArithmeticException("Pca: the singular values were not found");
        }
        DMatrixRMaj w = svd.getW(null);
        DMatrixRMaj u = svd.getU(null, true);
        SingularOps_DDRM.descendingOrder(u, true, w, null, false);
        double[] variances = new double[k];
        Arrays.setAll(variances, j -> w.get(j, j) * w.get(j, j) / n);
        return new Found(new DMatrixRMaj(k, d, true, Arrays.copyOf(u.data, k * d)), variances, total);
    }

    private static void requireFinite(String where, double totalVariance) {
        if (!Double.isFinite(totalVariance)) {
            throw new IllegalArgumentException(
                    where + ": the variances of x overflow; scale the columns of x to a moderate range");
        }
    }

    private static double[] notNegative(double[] values, double divisor) {
        return Arrays.stream(values).map(v -> Math.max(v / divisor, 0)).toArray();
    }

    private static double sumOfSquares(DMatrixRMaj x) {
        double total = 0;
        for (int i = 0; i < x.numRows; i++) {
            double row = 0;
            for (int j = 0; j < x.numCols; j++) {
                double value = x.data[i * x.numCols + j];
                row += value * value;
            }
            total += row;
        }
        return total;
    }

    private static DMatrixRMaj transposed(DMatrixRMaj a) {
        DMatrixRMaj t = new DMatrixRMaj(a.numCols, a.numRows);
        for (int i = 0; i < a.numRows; i++) {
            for (int j = 0; j < a.numCols; j++) {
                t.data[j * a.numRows + i] = a.data[i * a.numCols + j];
            }
        }
        return t;
    }

    /** An eigenvector is one up to its sign; this chooses it. */
    private static void orient(DMatrixRMaj rows) {
        int d = rows.numCols;
        for (int i = 0; i < rows.numRows; i++) {
            int largest = i * d;
            for (int j = i * d; j < (i + 1) * d; j++) {
                if (Math.abs(rows.data[j]) > Math.abs(rows.data[largest])) {
                    largest = j;
                }
            }
            if (rows.data[largest] < 0) {
                for (int j = i * d; j < (i + 1) * d; j++) {
                    rows.data[j] = -rows.data[j];
                }
            }
        }
    }

    /** The parts of the total variance along the directions. */
    double[] ratios() {
        return Arrays.stream(variances).map(v -> v / totalVariance).toArray();
    }

    /** What is left to a direction that was not kept, the mean of the discarded eigenvalues; 0 if all were kept. */
    double discardedVariance() {
        int d = mean.length;
        int k = variances.length;
        if (k >= d) {
            return 0;
        }
        double left = totalVariance - Arrays.stream(variances).sum();
        return left <= negligible() * d ? 0 : left / (d - k);
    }

    /** A variance that is rounding error. */
    double negligible() {
        return Math.ulp(totalVariance) * mean.length;
    }
}
