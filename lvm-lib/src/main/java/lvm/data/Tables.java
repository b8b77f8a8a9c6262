package lvm.data;

import java.util.function.IntToDoubleFunction;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.FloatColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** Tablesaw tables, arrays of rows and EJML matrices, turned into each other. */
public final class Tables {
    private Tables() {}

    /**
     * The columns of a table as a matrix.
     *
     * @param table n rows of D columns of numbers of any kind or of truth values (true becomes 1, false 0); not modified
     * @return n×D finite values, columns in the order of the table
     * @throws IllegalArgumentException if there is no column, a column holds something else, or a value is missing or
     *     infinite; the message names column and row, counted from 0
     */
    public static DMatrixRMaj matrix(Table table) {
        int n = table.rowCount();
        int d = table.columnCount();
        if (d == 0) {
            throw new IllegalArgumentException("Tables.matrix: the table \"" + table.name() + "\" has no columns");
        }
        DMatrixRMaj x = new DMatrixRMaj(n, d);
        for (int j = 0; j < d; j++) {
            Column<?> column = table.column(j);
            IntToDoubleFunction values = values(column);
            for (int i = 0; i < n; i++) {
                if (column.isMissing(i)) {
                    throw new IllegalArgumentException(
                            "Tables.matrix: column \"" + column.name() + "\" has no value in row " + i
                                    + "; drop the rows with missing values first (table.dropRowsWithMissingValues())");
                }
                double value = values.applyAsDouble(i);
                if (!Double.isFinite(value)) {
                    throw new IllegalArgumentException("Tables.matrix: column \"" + column.name() + "\" is " + value
                            + " in row " + i + ", expected finite numbers");
                }
                x.set(i, j, value);
            }
        }
        return x;
    }

    private static IntToDoubleFunction values(Column<?> column) {
        if (column instanceof NumericColumn<?> numbers) {
            return numbers::getDouble;
        }
        if (column instanceof BooleanColumn truths) {
            return truths::getDouble;
        }
        int row = firstThatIsNoNumber(column);
        throw new IllegalArgumentException("Tables.matrix: column \"" + column.name() + "\" is "
                + column.type().name()
                + (row < 0 ? "" : ", with \"" + column.getString(row) + "\" in row " + row)
                + ", expected numbers; select the numeric columns first, or take the column as the label by"
                + " Dataset.of(table, \"" + column.name() + "\")");
    }

    /** The row that most likely made a column one of texts; -1 if every value looks like a number. */
    private static int firstThatIsNoNumber(Column<?> column) {
        for (int i = 0; i < column.size(); i++) {
            if (!column.isMissing(i)) {
                try {
                    Double.parseDouble(column.getString(i));
                } catch (NumberFormatException e) {
                    return i;
                }
            }
        }
        return -1;
    }

    /**
     * Rows of numbers as a matrix.
     *
     * @param rows n rows of D numbers; copied
     * @return n×D values
     * @throws IllegalArgumentException if there is no row or the rows differ in length
     */
    public static DMatrixRMaj matrix(double[][] rows) {
        if (rows.length == 0) {
            throw new IllegalArgumentException("Tables.matrix: no rows");
        }
        int d = rows[0].length;
        for (int i = 0; i < rows.length; i++) {
            if (rows[i].length != d) {
                throw new IllegalArgumentException(
                        "Tables.matrix: row " + i + " has " + rows[i].length + " numbers, row 0 has " + d);
            }
        }
        return new DMatrixRMaj(rows);
    }

    /**
     * Checks that a matrix has at least one row and one column and holds only finite numbers.
     *
     * @param where the method that asks, such as {@code Pca.encode}; the message begins with it
     * @param x n×D values; not modified
     * @throws IllegalArgumentException if there is no row or no column, or a value is NaN or infinite; the message names
     *     row and column, both counted from 0
     */
    public static void requireFinite(String where, DMatrixRMaj x) {
        requireShape(where, x);
        for (int i = 0; i < x.numRows * x.numCols; i++) {
            requireFinite(where, x.data[i], i, x.numCols);
        }
    }

    /**
     * Checks that a matrix has at least one row and one column and holds only finite numbers.
     *
     * @param where the method that asks, such as {@code Vae.encode}; the message begins with it
     * @param x n×D values; not modified
     * @throws IllegalArgumentException if there is no row or no column, or a value is NaN or infinite; the message names
     *     row and column, both counted from 0
     */
    public static void requireFinite(String where, FMatrixRMaj x) {
        requireShape(where, x);
        for (int i = 0; i < x.numRows * x.numCols; i++) {
            requireFinite(where, x.data[i], i, x.numCols);
        }
    }

    private static void requireShape(String where, Matrix x) {
        if (x.getNumRows() == 0) {
            throw new IllegalArgumentException(where + ": no rows, expected at least 1");
        }
        if (x.getNumCols() == 0) {
            throw new IllegalArgumentException(where + ": no columns, expected at least 1");
        }
    }

    private static void requireFinite(String where, double value, int place, int columns) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(where + ": " + value + " in row " + place / columns + ", column "
                    + place % columns + " (counted from 0), expected finite numbers");
        }
    }

    /**
     * A matrix as a table.
     *
     * @param name the table's name
     * @param x n×D values; copied
     * @param columns D names
     * @return a table of D columns of doubles
     * @throws IllegalArgumentException if there are more or fewer names than columns
     */
    public static Table table(String name, DMatrixRMaj x, String... columns) {
        if (columns.length != x.numCols) {
            throw new IllegalArgumentException(
                    "Tables.table: " + columns.length + " names for " + x.numCols + " columns");
        }
        Table table = Table.create(name);
        for (int j = 0; j < columns.length; j++) {
            double[] values = new double[x.numRows];
            for (int i = 0; i < x.numRows; i++) {
                values[i] = x.get(i, j);
            }
            table.addColumns(DoubleColumn.create(columns[j], values));
        }
        return table;
    }

    /** Data as a table: columns of floats, or of doubles if they are stored as such, and a last one of the labels. */
    static Table table(Dataset data, Storage storage, Labels labels) {
        boolean doubles = storage instanceof Storage.Doubles;
        Table table = Table.create(data.name());
        for (int j = 0; j < data.dim(); j++) {
            String name = data.columns().isEmpty() ? "x" + j : data.columns().get(j);
            table.addColumns(doubles ? DoubleColumn.create(name, data.rows()) : FloatColumn.create(name, data.rows()));
            for (int i = 0; i < data.rows(); i++) {
                if (doubles) {
                    table.doubleColumn(j).set(i, data.get(i, j));
                } else {
                    table.floatColumn(j).set(i, (float) data.get(i, j));
                }
            }
        }
        if (labels.exist()) {
            table.addColumns(labels.column(table.containsColumn("label") ? "label of the row" : "label"));
        }
        return table;
    }

    /** The numbers of [0,1] rounded to multiples of 1/last. */
    static double[] quantized(double[] row, int last) {
        double[] levels = new double[row.length];
        for (int j = 0; j < row.length; j++) {
            if (!(row[j] >= 0 && row[j] <= 1)) {
                throw new IllegalArgumentException("Dataset.quantized: " + row[j] + ", expected numbers in [0,1]");
            }
            levels[j] = Math.round(row[j] * last) / (double) last;
        }
        return levels;
    }
}
