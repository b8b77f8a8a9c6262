package lvm.linalg;

import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/** The largest eigenvalues of a symmetric matrix with their eigenvectors: S V = V diag(λ). */
public final class SymmetricEigen {
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
     * @throws ArithmeticException if they were not found, for there are numbers in s that are not finite
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
     * @throws ArithmeticException if they were not found, for there are numbers in s that are not finite
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
        if (k == 0) {
            return new SymmetricEigen(new double[0], new DMatrixRMaj(d, 0));
        }
        return byEjml(s, k);
    }

    private static SymmetricEigen byEjml(DMatrixRMaj s, int k) {
        int d = s.numRows;
        EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(d, true, true);
        if (!eigen.decompose(s.copy())) {
            throw new ArithmeticException("SymmetricEigen: the eigenvalues were not found; are all numbers finite?");
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
