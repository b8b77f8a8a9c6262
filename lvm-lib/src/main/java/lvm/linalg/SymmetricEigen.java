package lvm.linalg;

import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * The largest eigenvalues of a symmetric matrix with their eigenvectors: S V = V diag(λ). Large ones are found by the LAPACK
 * of OpenBLAS where {@link Backend} has that and {@code dev.ludovic.netlib:lapack} is on the class path, else by EJML.
 */
public final class SymmetricEigen {
    /** From this size on a call of LAPACK is quicker. */
    private static final int LARGE = 64;

    /** Loaded when first needed. */
    private static final class Native {
        static final Lapack LAPACK;
        static final String DESCRIPTION;

        static {
            Lapack lapack = null;
            String description = "LAPACK of OpenBLAS";
            try {
                lapack = Lapack.load();
            } catch (NoClassDefFoundError e) {
                description = "EJML; LAPACK is not used: dev.ludovic.netlib:lapack is not on the class path";
            } catch (LinkageError | RuntimeException e) {
                description = "EJML; LAPACK is not used: " + e.getMessage();
            }
            LAPACK = lapack;
            DESCRIPTION = description;
        }
    }

    private final double[] values;
    private final DMatrixRMaj vectors;

    private SymmetricEigen(double[] values, DMatrixRMaj vectors) {
        this.values = values;
        this.vectors = vectors;
    }

    /**
     * All eigenvalues and eigenvectors.
     *
     * @param s d×d, symmetric; not modified
     * @return the decomposition
     * @throws IllegalArgumentException if s is not square
     * @throws ArithmeticException if there is a number in s that is not finite, or they were not found
     */
    public static SymmetricEigen of(DMatrixRMaj s) {
        return largest(s, s.numRows);
    }

    /**
     * The largest eigenvalues and their eigenvectors.
     *
     * @param s d×d, symmetric; not modified
     * @param k how many, from 0 to d
     * @return the decomposition
     * @throws IllegalArgumentException if s is not square or k is out of range
     * @throws ArithmeticException if there is a number in s that is not finite, or they were not found
     */
    public static SymmetricEigen largest(DMatrixRMaj s, int k) {
        int d = s.numRows;
        if (s.numCols != d) {
            throw new IllegalArgumentException(
                    "SymmetricEigen: s is " + d + "×" + s.numCols + ", expected as many rows as columns");
        }
        if (k < 0 || k > d) {
            throw new IllegalArgumentException("SymmetricEigen: " + k + " eigenvalues of a " + d + "×" + d + " matrix");
        }
        for (int i = 0; i < d * d; i++) {
            if (!Double.isFinite(s.data[i])) {
                throw new ArithmeticException("SymmetricEigen: " + s.data[i] + " in row " + i / d + ", column " + i % d
                        + " (counted from 0), expected finite numbers");
            }
        }
        if (k == 0) {
            return new SymmetricEigen(new double[0], new DMatrixRMaj(d, 0));
        }
        if (d >= LARGE && Native.LAPACK != null) {
            double[] ascending = new double[k];
            double[] rows = new double[k * d];
            if (Native.LAPACK.largest(s, k, ascending, rows)) {
                return new SymmetricEigen(reversed(ascending), columns(rows, d, k));
            }
        }
        return byEjml(s, k);
    }

    /**
     * What finds the eigenvalues of large matrices.
     *
     * @return its name and, if it is not the fastest, why
     */
    public static String describe() {
        return Native.DESCRIPTION;
    }

    private static double[] reversed(double[] values) {
        double[] reversed = new double[values.length];
        for (int j = 0; j < values.length; j++) {
            reversed[j] = values[values.length - 1 - j];
        }
        return reversed;
    }

    /** Vectors that stand one after the other, the last first, as the columns of a matrix. */
    private static DMatrixRMaj columns(double[] vectors, int d, int k) {
        DMatrixRMaj columns = new DMatrixRMaj(d, k);
        for (int j = 0; j < k; j++) {
            int from = (k - 1 - j) * d;
            for (int i = 0; i < d; i++) {
                columns.data[i * k + j] = vectors[from + i];
            }
        }
        return columns;
    }

    static SymmetricEigen byEjml(DMatrixRMaj s, int k) {
        int d = s.numRows;
        EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(d, true, true);
        if (!eigen.decompose(s.copy())) {
            throw new ArithmeticException("SymmetricEigen: the eigenvalues were not found");
        }
        int[] order = IntStream.range(0, d)
                .boxed()
                .sorted((a, b) -> Double.compare(eigen.getEigenvalue(b).real, eigen.getEigenvalue(a).real))
                .limit(k)
                .mapToInt(Integer::intValue)
                .toArray();
        double[] values = new double[k];
        DMatrixRMaj vectors = new DMatrixRMaj(d, k);
        for (int j = 0; j < k; j++) {
            values[j] = eigen.getEigenvalue(order[j]).real;
            double[] vector = eigen.getEigenVector(order[j]).data;
            for (int i = 0; i < d; i++) {
                vectors.data[i * k + j] = vector[i];
            }
        }
        return new SymmetricEigen(values, vectors);
    }

    /**
     * The eigenvalues.
     *
     * @return a copy of λ, the largest first
     */
    public double[] values() {
        return values.clone();
    }

    /**
     * The eigenvectors.
     *
     * @return a copy of V, d×k with orthonormal columns, in the order of the values; the sign of each is arbitrary
     */
    public DMatrixRMaj vectors() {
        return vectors.copy();
    }
}
