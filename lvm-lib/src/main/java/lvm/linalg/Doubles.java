package lvm.linalg;

import java.util.Objects;
import org.ejml.data.DMatrix;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrix;
import org.ejml.data.Matrix;

/** The numbers of a matrix as doubles, whether it holds doubles or floats: for what only reads, such as plots and checks. */
public final class Doubles {
    private Doubles() {}

    /**
     * The matrix as a row-major matrix of doubles.
     *
     * @param what how to call the matrix in an error, such as "Plots.scatter: x"
     * @param x a real matrix of either precision; not modified
     * @return x itself where it is a {@code DMatrixRMaj} already, else a copy; to be read only
     * @throws IllegalArgumentException if x holds neither doubles nor floats, such as a complex matrix
     */
    public static DMatrixRMaj of(String what, Matrix x) {
        if (Objects.requireNonNull(x, what) instanceof DMatrixRMaj same) {
            return same;
        }
        DMatrixRMaj copy = new DMatrixRMaj(x.getNumRows(), x.getNumCols());
        for (int i = 0; i < copy.numRows; i++) {
            for (int j = 0; j < copy.numCols; j++) {
                copy.set(i, j, element(what, x, i, j));
            }
        }
        return copy;
    }

    private static double element(String what, Matrix x, int row, int column) {
        if (x instanceof DMatrix doubles) {
            return doubles.get(row, column);
        }
        if (x instanceof FMatrix floats) {
            return floats.get(row, column);
        }
        throw new IllegalArgumentException(
                what + " is a " + x.getClass().getSimpleName() + ", expected a matrix of doubles or floats");
    }
}
