package lvm.data;

import static lvm.data.Messages.assertMessage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

class TablesTest {
    @Test
    void columnsBecomeColumnsWhateverTheirNumberType() {
        Table table = Table.create(
                "t", DoubleColumn.create("a", new double[] {1.5, 2}), IntColumn.create("b", new int[] {3, 4}));
        DMatrixRMaj x = Tables.matrix(table);
        assertArrayEquals(new double[] {1.5, 3, 2, 4}, x.data);
        assertEquals(2, x.numCols);
    }

    @Test
    void thereAndBack() {
        DMatrixRMaj x = new DMatrixRMaj(new double[][] {{1, 2, 3}, {4, 5, 6}});
        Table table = Tables.table("t", x, "a", "b", "c");
        assertEquals(List.of("a", "b", "c"), table.columnNames());
        assertArrayEquals(x.data, Tables.matrix(table).data);
    }

    @Test
    void rowsAreCopied() {
        double[][] rows = {{1, 2}, {3, 4}};
        DMatrixRMaj x = Tables.matrix(rows);
        rows[0][0] = 9;
        assertEquals(1, x.get(0, 0));
    }

    @Test
    void missingValuesAreNamedByColumnAndRow() {
        Table table = Table.create("t", DoubleColumn.create("size", new double[] {1, Double.NaN}));
        assertMessage(
                "Tables.matrix: column \"size\" has no value in row 1; drop the rows with missing values first"
                        + " (table.dropRowsWithMissingValues())",
                () -> Tables.matrix(table));
    }

    @Test
    void textIsNoNumber() {
        Table table = Table.create("t", StringColumn.create("name", "x"));
        assertMessage(
                "Tables.matrix: column \"name\" is STRING, with \"x\" in row 0, expected numbers; select the numeric columns"
                        + " first, or take the column as the label by Dataset.of(table, \"name\")",
                () -> Tables.matrix(table));
    }

    @Test
    void theTextThatSpoilsAColumnOfNumbersIsNamed() {
        Table table = Table.create("t", StringColumn.create("length (cm)", "1.5", "", "3 cm", "4"));
        assertMessage(
                "Tables.matrix: column \"length (cm)\" is STRING, with \"3 cm\" in row 2, expected numbers; select the"
                        + " numeric columns first, or take the column as the label by Dataset.of(table, \"length (cm)\")",
                () -> Tables.matrix(table));
        assertMessage(
                "Tables.matrix: column \"n\" is STRING, expected numbers; select the numeric columns first, or take the"
                        + " column as the label by Dataset.of(table, \"n\")",
                () -> Tables.matrix(Table.create("t", StringColumn.create("n", "1", "2"))));
    }

    @Test
    void truthValuesAreOneAndZero() {
        Table table = Table.create("t", BooleanColumn.create("wet", true, false, true));
        assertArrayEquals(new double[] {1, 0, 1}, Tables.matrix(table).data);
        table.booleanColumn(0).setMissing(1);
        assertMessage(
                "Tables.matrix: column \"wet\" has no value in row 1; drop the rows with missing values first"
                        + " (table.dropRowsWithMissingValues())",
                () -> Tables.matrix(table));
    }

    @Test
    void largeIsNotInfinite() {
        Table table = Table.create("t", DoubleColumn.create("size", new double[] {1, 1e300}));
        assertArrayEquals(new double[] {1, 1e300}, Tables.matrix(table).data);
        table.doubleColumn(0).set(1, Double.POSITIVE_INFINITY);
        assertMessage(
                "Tables.matrix: column \"size\" is Infinity in row 1, expected finite numbers",
                () -> Tables.matrix(table));
    }

    @Test
    void shapesThatAreNone() {
        assertMessage("Tables.matrix: the table \"t\" has no columns", () -> Tables.matrix(Table.create("t")));
        assertMessage("Tables.matrix: no rows", () -> Tables.matrix(new double[0][]));
        assertMessage(
                "Tables.matrix: row 1 has 1 numbers, row 0 has 2", () -> Tables.matrix(new double[][] {{1, 2}, {3}}));
        assertMessage("Tables.table: 1 names for 2 columns", () -> Tables.table("t", new DMatrixRMaj(1, 2), "a"));
    }

    @Test
    void finiteMeansFinite() {
        assertMessage("F: no rows, expected at least 1", () -> Tables.requireFinite("F", new DMatrixRMaj(0, 2)));
        assertMessage("F: no columns, expected at least 1", () -> Tables.requireFinite("F", new DMatrixRMaj(2, 0)));
        DMatrixRMaj x = new DMatrixRMaj(new double[][] {{1, 2, 3}, {4, 5, Double.NEGATIVE_INFINITY}});
        assertMessage(
                "F: -Infinity in row 1, column 2 (counted from 0), expected finite numbers",
                () -> Tables.requireFinite("F", x));
        x.set(1, 2, 0);
        Tables.requireFinite("F", x);
    }
}
