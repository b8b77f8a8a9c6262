package lvm.data;

import static lvm.data.Messages.assertMessage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.FloatColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.ShortColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** The names of the columns of a data set, and columns that are put in the order of a fit. */
class ColumnNamesTest {
    private static final List<String> ABC = List.of("a", "b", "c");

    private static Dataset named(String... columns) {
        double[][] rows = {new double[columns.length], new double[columns.length]};
        for (int j = 0; j < columns.length; j++) {
            rows[0][j] = columns[j].toLowerCase().charAt(0) / 256.0;
            rows[1][j] = 1 - rows[0][j];
        }
        return Dataset.of(rows).withColumns(columns);
    }

    private static void assertNoMatch(String expected, Dataset data, List<String> columns) {
        assertMessage("Pca.encode: " + expected, () -> data.matching(columns, "Pca.encode"));
    }

    private static double[] row(Dataset data, int row) {
        double[] values = new double[data.dim()];
        for (int j = 0; j < values.length; j++) {
            values[j] = data.get(row, j);
        }
        return values;
    }

    @Test
    void columnsHaveNamesOnlyIfTheyWereGivenSome() {
        assertEquals(List.of(), Dataset.of(new double[][] {{1, 2}}).columns());
        assertEquals(List.of(), Dataset.of(new FMatrixRMaj(1, 2)).columns());
        assertEquals(List.of("eruptions", "waiting"), OldFaithful.dataset().columns());
        assertEquals(ABC, named("a", "b", "c").columns());
    }

    @Test
    void everyViewKeepsTheNames() {
        Dataset data = named("a", "b", "c").withLabels(0, 1);
        Splits.PartlyLabelled parts =
                Splits.labelled(named("a", "b", "c").subset(0, 1, 1).withLabels(0, 1, 1), 2, 1);
        for (Dataset view : List.of(
                data,
                data.subset(1),
                data.slice(0, 1),
                data.shuffled(new SplittableRandom(1)),
                data.named("other"),
                data.withLabels(1, 0),
                data.withoutLabels(),
                data.binarized(),
                data.binarizedOnce(1),
                data.binarizedAnew(),
                Splits.split(data, 1, 1)[0],
                Splits.split(data, 1, 1)[1],
                Splits.split(data.subset(0, 1, 0), 1, 1, 1).test(),
                parts.labelled(),
                parts.unlabelled(),
                parts.all(),
                data.matching(List.of("c", "a", "b"), "F").matching(ABC, "F"),
                Dataset.of(data.asTable(), "label"))) {
            assertEquals(ABC, view.columns(), view.toString());
        }
    }

    @Test
    void columnsInAnotherOrderArePutInOrder() {
        Dataset data = named("b", "C", "a").withLabels(1, 0).named("letters");
        Dataset ordered = data.matching(ABC, "F");
        Dataset expected = named("a", "b", "c");
        assertEquals(ABC, ordered.columns());
        assertEquals("letters", ordered.name());
        assertArrayEquals(new int[] {1, 0}, ordered.labels());
        assertArrayEquals(expected.matrix().data, ordered.matrix().data);
        assertArrayEquals(expected.floatMatrix().data, ordered.floatMatrix().data);
        FMatrixRMaj one = new FMatrixRMaj(1, 1);
        ordered.copyRows(new int[] {0, 1}, 1, 1, one);
        assertArrayEquals(expected.slice(1, 2).floatMatrix().data, one.data);
        DMatrixRMaj rows = ordered.subset(1, 0).matrix();
        assertArrayEquals(expected.subset(1, 0).matrix().data, rows.data);
        assertArrayEquals(row(expected, 0), row(ordered, 0));
        assertEquals(List.of("a", "b", "c", "label"), ordered.asTable().columnNames());
        Dataset again = ordered.matching(List.of("c", "a", "b"), "F");
        assertArrayEquals(named("c", "a", "b").matrix().data, again.matrix().data);
    }

    @Test
    void whatMatchesIsNotTouched() {
        Dataset data = named("a", "b", "c");
        assertSame(data, data.matching(ABC, "F"));
        assertSame(data, data.matching(List.of(), "F"));
        Dataset unnamed = Dataset.of(new double[][] {{1, 2, 3}});
        assertSame(unnamed, unnamed.matching(ABC, "F"));
    }

    /** The bits belong to the values and not to the place at which they are read. */
    @Test
    void zerosAndOnesGoWithTheirColumns() {
        byte[] values = new byte[600];
        new Random(1).nextBytes(values);
        Dataset data = Dataset.ofBytes(values, 3, 255).withColumns("a", "b", "c");
        Dataset first = data.binarizedOnce(5).matching(List.of("c", "a", "b"), "F");
        Dataset last = data.matching(List.of("c", "a", "b"), "F").binarizedOnce(5);
        Dataset anew = data.matching(List.of("c", "a", "b"), "F").binarizedAnew();
        DMatrixRMaj bits = data.binarizedOnce(5).matrix();
        FMatrixRMaj drawn = anew.floatMatrix(new SplittableRandom(1));
        SplittableRandom rng = new SplittableRandom(1);
        for (int i = 0; i < data.rows(); i++) {
            assertArrayEquals(new double[] {bits.get(i, 2), bits.get(i, 0), bits.get(i, 1)}, row(first, i));
            assertArrayEquals(row(first, i), row(last, i));
            assertArrayEquals(row(first, i), first.slice(i, i + 1).matrix().data);
            for (int j = 0; j < 3; j++) {
                float p = (float) data.get(i, (j + 2) % 3);
                assertEquals(p > 0 && (p >= 1 || rng.nextFloat() < p) ? 1 : 0, drawn.get(i, j));
            }
        }
        for (int k = 0; k < 600; k++) {
            assertEquals(first.get(k / 3, k % 3), first.floatMatrix().data[k]);
        }
    }

    @Test
    void columnsThatAreMissingOrTooMuchAreNamed() {
        assertNoMatch("the data lack the column \"b\"", named("c", "a"), ABC);
        assertNoMatch("the data lack the columns \"a\", \"c\"", named("b"), ABC);
        assertNoMatch(
                "the model was not fitted to the column \"label\"; leave out what is too much, or make it the label by"
                        + " Dataset.of(table, column)",
                Dataset.of(named("a", "b", "c").withLabels(0, 1).asTable()),
                ABC);
        assertNoMatch(
                "the data lack the column \"c\", and the model was not fitted to the columns \"d\", \"e\"; leave out what"
                        + " is too much, or make it the label by Dataset.of(table, column)",
                named("d", "a", "e", "b"),
                ABC);
        assertNoMatch(
                "the data have 2 columns without names, the model was fitted to 3, the columns \"a\", \"b\", \"c\"",
                Dataset.of(new double[2][2]),
                ABC);
        String[] pixels = IntStream.range(0, 784).mapToObj(j -> "pixel " + j).toArray(String[]::new);
        assertNoMatch(
                "the data lack the columns \"pixel 0\", \"pixel 1\", \"pixel 2\", \"pixel 3\", \"pixel 4\", \"pixel 5\","
                        + " \"pixel 6\", \"pixel 7\", \"pixel 8\", \"pixel 9\" and 773 more",
                named("pixel 783"),
                List.of(pixels));
    }

    @Test
    void tablesOfAllKindsOfNumbersMatch() {
        Table table = Table.create(
                "plants",
                IntColumn.create("leaves", new int[] {3, 5}),
                DoubleColumn.create("height (cm)", new double[] {1e300, -2}),
                BooleanColumn.create("alive", true, false),
                FloatColumn.create("Δ", new float[] {0.5f, 1}),
                LongColumn.create("count", new long[] {7, 8}),
                ShortColumn.create("age", new short[] {1, 2}),
                StringColumn.create("kind", "oak", ""));
        Dataset data = Dataset.of(table, "kind");
        Dataset ordered = data.matching(List.of("age", "alive", "COUNT", "height (cm)", "leaves", "δ"), "F");
        assertArrayEquals(new double[] {1, 1, 7, 1e300, 3, 0.5, 2, 0, 8, -2, 5, 1}, ordered.matrix().data);
        assertArrayEquals(new int[] {0, Dataset.UNLABELLED}, ordered.labels());
        assertEquals(List.of("oak"), ordered.labelNames());
    }
}
