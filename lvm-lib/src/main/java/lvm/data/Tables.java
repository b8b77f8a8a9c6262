package lvm.data;

import org.ejml.data.DMatrixRMaj;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** Tablesaw tables, arrays of rows and EJML matrices, turned into each other. */
public final class Tables {
    private Tables() {}

    /**
     * The columns of a table as a matrix.
     *
     * @param table n rows of D numeric columns; not modified
     * @return n×D values, columns in the order of the table
     * @throws IllegalArgumentException if a column is not numeric or a value is missing; the message names column and row
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
            if (!(column instanceof NumericColumn<?> numbers)) {
                throw new IllegalArgumentException("Tables.matrix: column \"" + column.name() + "\" is "
                        + column.type().name() + ", expected numbers; select the numeric columns first");
            }
            for (int i = 0; i < n; i++) {
                if (numbers.isMissing(i)) {
                    throw new IllegalArgumentException(
                            "Tables.matrix: column \"" + column.name() + "\" has no value in row " + i
                                    + "; drop the rows with missing values first (table.dropRowsWithMissingValues())");
                }
                x.set(i, j, numbers.getDouble(i));
            }
        }
        return x;
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
        if (x.numRows == 0) {
            throw new IllegalArgumentException(where + ": no rows, expected at least 1");
        }
        if (x.numCols == 0) {
            throw new IllegalArgumentException(where + ": no columns, expected at least 1");
        }
        int size = x.numRows * x.numCols;
        for (int i = 0; i < size; i++) {
            if (!Double.isFinite(x.data[i])) {
                throw new IllegalArgumentException(where + ": " + x.data[i] + " in row " + i / x.numCols + ", column "
                        + i % x.numCols + " (counted from 0), expected finite numbers");
            }
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
}
