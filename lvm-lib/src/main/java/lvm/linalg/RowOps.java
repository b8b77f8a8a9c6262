package lvm.linalg;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;

/** What is done to the rows of a matrix in many places: taking some of them, finding the largest value of each, classes as rows. */
public final class RowOps {
    private RowOps() {}

    /**
     * Some consecutive rows.
     *
     * @param m an {@code FMatrixRMaj} or a {@code DMatrixRMaj}, or null; not modified
     * @param from the first row
     * @param to the row after the last
     * @param <X> its type
     * @return a copy of the rows; m itself if these are all, or if it is null
     */
    public static <X extends Matrix> X part(X m, int from, int to) {
        if (m == null || from == 0 && to == m.getNumRows()) {
            return m;
        }
        int k = m.getNumCols();
        X part = m.create(to - from, k);
        copy(m, from * k, part, 0, (to - from) * k);
        return part;
    }

    private static void copy(Matrix from, int at, Matrix to, int place, int count) {
        if (from instanceof FMatrixRMaj floats) {
            System.arraycopy(floats.data, at, ((FMatrixRMaj) to).data, place, count);
        } else {
            System.arraycopy(((DMatrixRMaj) from).data, at, ((DMatrixRMaj) to).data, place, count);
        }
    }

    /**
     * Copies a row to the same place of another matrix.
     *
     * @param from the matrix it is in, an {@code FMatrixRMaj} or a {@code DMatrixRMaj}; not modified
     * @param row the row
     * @param to a matrix of the same type and number of columns. Modified: that row
     */
    public static void copyRow(Matrix from, int row, Matrix to) {
        int k = from.getNumCols();
        copy(from, row * k, to, row * k, k);
    }

    /**
     * Copies a row to another place of another matrix.
     *
     * @param from the matrix it is in, an {@code FMatrixRMaj} or a {@code DMatrixRMaj}; not modified
     * @param row the row
     * @param to a matrix of the same type and number of columns. Modified: the row at that place
     * @param place the row of it
     */
    public static void copyRow(Matrix from, int row, Matrix to, int place) {
        int k = from.getNumCols();
        copy(from, row * k, to, place * k, k);
    }

    /**
     * Classes as rows of zeros with a one, written into a matrix that is used again.
     *
     * @param where the method that asks; a message begins with it
     * @param classes n classes, each in 0..K−1; not modified
     * @param rows n
     * @param count K
     * @param y becomes n×K. Modified
     * @return y
     * @throws IllegalArgumentException if there are other than n classes, or one is out of range or missing (negative)
     */
    public static FMatrixRMaj oneHot(String where, int[] classes, int rows, int count, FMatrixRMaj y) {
        if (classes.length != rows) {
            throw new IllegalArgumentException(where + ": " + classes.length + " classes for " + rows + " rows");
        }
        y.reshape(rows, count);
        Arrays.fill(y.data, 0, rows * count, 0);
        for (int i = 0; i < rows; i++) {
            if (classes[i] < 0 || classes[i] >= count) {
                throw new IllegalArgumentException(where + ": "
                        + (classes[i] < 0 ? "no class" : "class " + classes[i]) + " in row " + i + ", expected 0 to "
                        + (count - 1));
            }
            y.data[i * count + classes[i]] = 1;
        }
        return y;
    }

    /**
     * The column of the largest value of each row, such as the most probable class.
     *
     * @param scores n×K values, an {@code FMatrixRMaj} or a {@code DMatrixRMaj}; not modified
     * @return n columns counted from 0, the first of those with the largest value
     */
    public static int[] largest(Matrix scores) {
        int k = scores.getNumCols();
        int[] best = new int[scores.getNumRows()];
        for (int i = 0; i < best.length; i++) {
            for (int c = 1; c < k; c++) {
                best[i] = value(scores, i * k + c) > value(scores, i * k + best[i]) ? c : best[i];
            }
        }
        return best;
    }

    private static double value(Matrix m, int at) {
        return m instanceof FMatrixRMaj floats ? floats.data[at] : ((DMatrixRMaj) m).data[at];
    }
}
