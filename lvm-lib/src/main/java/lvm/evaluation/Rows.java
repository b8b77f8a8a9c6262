package lvm.evaluation;

import lvm.linalg.Parallel;
import lvm.model.Require;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;

/** Rows of either precision in doubles, and the distances between them. */
final class Rows {
    final int n;
    final int d;
    private final double[] x;

    private Rows(int n, int d, double[] x) {
        this.n = n;
        this.d = d;
        this.x = x;
    }

    /** At least so many rows of finite numbers; columns −1 for any number of them. */
    static Rows of(String where, String what, Matrix m, int least, int columns) {
        Require.atLeastRows(where, what, m, least);
        Require.finiteRows(where, what, m, columns < 0 ? m.getNumCols() : columns);
        double[] x = new double[m.getNumRows() * m.getNumCols()];
        if (m instanceof FMatrixRMaj floats) {
            for (int i = 0; i < x.length; i++) {
                x[i] = floats.data[i];
            }
        } else {
            System.arraycopy(((DMatrixRMaj) m).data, 0, x, 0, x.length);
        }
        return new Rows(m.getNumRows(), m.getNumCols(), x);
    }

    double get(int i, int j) {
        return x[i * d + j];
    }

    double squaredDistance(int i, Rows other, int j) {
        double sum = 0;
        for (int k = 0; k < d; k++) {
            double difference = x[i * d + k] - other.x[j * d + k];
            sum += difference * difference;
        }
        return sum;
    }

    /** What is to be done for a row. */
    interface ForRow {
        void row(int i);
    }

    /** Each row by itself, in several threads. */
    void each(ForRow body) {
        Parallel.range(n, 16, (from, to) -> {
            for (int i = from; i < to; i++) {
                body.row(i);
            }
        });
    }
}
