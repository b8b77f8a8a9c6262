package lvm.plot;

import java.util.Arrays;
import lvm.linalg.Doubles;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.Matrix;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;

/** The numbers that layers are made from: checked, and taken out of matrices of either precision and of tables. */
final class Numbers {
    private Numbers() {}

    /**
     * Refuses numbers that are not finite.
     *
     * @param name the name of the layer, null for none
     * @param what which of its numbers these are
     */
    static void finite(String where, String name, String what, double... values) {
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new IllegalArgumentException(where + ": " + (name == null ? "" : "\"" + name + "\" ") + what + "["
                        + i + "] is " + values[i] + ", expected a finite number");
            }
        }
    }

    /** Refuses arrays of different lengths, and empty ones. */
    static void sameLength(String where, double[] x, double[] y) {
        if (x.length != y.length) {
            throw new IllegalArgumentException(
                    where + ": " + x.length + " and " + y.length + " numbers, expected as many");
        }
        if (x.length == 0) {
            throw new IllegalArgumentException(where + ": no numbers");
        }
    }

    /** Refuses places that are not finite, arrays of different lengths, and empty ones. */
    static void points(String where, String name, double[] x, double[] y) {
        finite(where, name, "x", x);
        finite(where, name, "y", y);
        sameLength(where, x, y);
    }

    /** Refuses places none of which is finite in both coordinates. */
    static void somewhere(String where, String name, double[] x, double[] y) {
        for (int i = 0; i < x.length; i++) {
            if (Double.isFinite(x[i]) && Double.isFinite(y[i])) {
                return;
            }
        }
        throw new IllegalArgumentException(where + ": " + (name == null ? "" : "\"" + name + "\" ")
                + "has no point with finite x and y, there is nothing to draw");
    }

    /** A copy in which what is not finite is NaN, where a line is broken. */
    static double[] broken(double[] values) {
        return Arrays.stream(values)
                .map(v -> Double.isFinite(v) ? v : Double.NaN)
                .toArray();
    }

    /** The first and the second value of each row. */
    static double[][] columns(String where, Matrix matrix) {
        DMatrixRMaj x = Doubles.of(where + ": the matrix", matrix);
        if (x.numCols != 2) {
            throw new IllegalArgumentException(where + ": the matrix has " + x.numCols + " columns, expected 2");
        }
        double[][] columns = new double[2][x.numRows];
        for (int i = 0; i < x.numRows; i++) {
            columns[0][i] = x.get(i, 0);
            columns[1][i] = x.get(i, 1);
        }
        return columns;
    }

    /** All elements of a matrix, row by row. */
    static double[] elements(String where, Matrix matrix) {
        DMatrixRMaj x = Doubles.of(where + ": the matrix", matrix);
        return Arrays.copyOf(x.data, x.getNumElements());
    }

    /** A numeric column without missing values. */
    static double[] column(Table table, String name) {
        if (!table.containsColumn(name)) {
            throw new IllegalArgumentException(
                    "XyPlot.points: no column \"" + name + "\", there are " + table.columnNames());
        }
        if (!(table.column(name) instanceof NumericColumn<?> numbers)) {
            throw new IllegalArgumentException("XyPlot.points: column \"" + name + "\" is "
                    + table.column(name).type().name() + ", expected numbers");
        }
        double[] values = new double[numbers.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = numbers.isMissing(i) ? Double.NaN : numbers.getDouble(i);
            if (!Double.isFinite(values[i])) {
                throw new IllegalArgumentException(
                        "XyPlot.points: column \"" + name + "\" has no finite value in row " + i);
            }
        }
        return values;
    }
}
