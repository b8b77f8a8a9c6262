package lvm.data;

import static lvm.data.Messages.assertMessage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

class DatasetTest {
    private static final double[][] ROWS = {{0, 1, 2}, {3, 4, 5}, {6, 7, 8}, {9, 10, 11}};

    private static int[] upTo(int n) {
        return IntStream.range(0, n).toArray();
    }

    /** n×D bytes with every value from 0 to 255. */
    private static Dataset bytes(int n, int dim) {
        byte[] values = new byte[n * dim];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) (i % 256);
        }
        return Dataset.ofBytes(values, dim, 255);
    }

    // --- where it comes from

    @Test
    void theSameNumbersFromEverySource() {
        FMatrixRMaj floats = new FMatrixRMaj(4, 3);
        byte[] bytes = new byte[12];
        for (int i = 0; i < 12; i++) {
            floats.data[i] = i;
            bytes[i] = (byte) i;
        }
        double[] expected = IntStream.range(0, 12).asDoubleStream().toArray();
        for (Dataset data : List.of(
                Dataset.of(ROWS),
                Dataset.of(new DMatrixRMaj(ROWS)),
                Dataset.of(floats),
                Dataset.ofBytes(bytes, 3, 1),
                Dataset.of(Tables.table("t", new DMatrixRMaj(ROWS), "a", "b", "c")))) {
            assertEquals(4, data.rows());
            assertEquals(3, data.dim());
            assertArrayEquals(expected, data.matrix().data, data.toString());
            assertArrayEquals(floats.data, data.floatMatrix().data, data.toString());
            assertEquals(5, data.get(1, 2));
            assertFalse(data.hasLabels());
            assertEquals(0, data.classes());
            assertArrayEquals(new int[] {-1, -1, -1, -1}, data.labels());
        }
    }

    @Test
    void whatItWasMadeOfMayChangeAfterwards() {
        double[][] rows = {{1, 2}};
        DMatrixRMaj doubles = new DMatrixRMaj(rows);
        FMatrixRMaj floats = new FMatrixRMaj(1, 2, true, 1, 2);
        byte[] bytes = {1, 2};
        int[] labels = {7};
        int[] indices = {0};
        List<Dataset> all = List.of(
                Dataset.of(rows),
                Dataset.of(doubles),
                Dataset.of(floats),
                Dataset.ofBytes(bytes, 2, 1),
                Dataset.of(rows).withLabels(labels),
                Dataset.of(rows).subset(indices));
        rows[0][0] = 9;
        doubles.data[0] = 9;
        floats.data[0] = 9;
        bytes[0] = 9;
        labels[0] = 9;
        indices[0] = 9;
        for (Dataset data : all) {
            data.matrix().data[0] = 9;
            data.floatMatrix().data[0] = 9;
            data.labels()[0] = 9;
            assertEquals(1, data.get(0, 0), data.toString());
        }
        assertEquals(List.of("7"), all.get(4).labelNames());
    }

    @Test
    void bytesStandForUnsignedNumbersOverTheDivisor() {
        Dataset data = bytes(1, 256);
        for (int b = 0; b < 256; b++) {
            assertEquals(b / 255.0, data.get(0, b));
            assertEquals((float) (b / 255.0), data.floatMatrix().get(0, b));
        }
        assertEquals("data: 1 × 256, bytes / 255", data.toString());
    }

    @Test
    void matricesWithRoomToSpare() {
        DMatrixRMaj x = new DMatrixRMaj(10, 10);
        x.reshape(1, 2);
        x.data[0] = 3;
        x.data[5] = Double.NaN; // beyond the matrix
        assertArrayEquals(new double[] {3, 0}, Dataset.of(x).matrix().data);
    }

    @Test
    void numbersThatAreNone() {
        double[][] rows = {{1, 2}, {3, Double.NaN}};
        String message = "Dataset.of: NaN in row 1, column 1 (counted from 0), expected finite numbers";
        assertMessage(message, () -> Dataset.of(rows));
        assertMessage(message, () -> Dataset.of(new DMatrixRMaj(rows)));
        assertMessage(message, () -> Dataset.of(new FMatrixRMaj(2, 2, true, 1, 2, 3, Float.NaN)));
        assertMessage(
                "Dataset.of: -Infinity in row 0, column 0 (counted from 0), expected finite numbers",
                () -> Dataset.of(new FMatrixRMaj(1, 1, true, Float.NEGATIVE_INFINITY)));
        assertMessage(
                "Tables.matrix: column \"b\" has no value in row 1; drop the rows with missing values first"
                        + " (table.dropRowsWithMissingValues())",
                () -> Dataset.of(Tables.table("t", new DMatrixRMaj(rows), "a", "b")));
    }

    @Test
    void shapesThatAreNone() {
        assertMessage("Dataset.of: no rows, expected at least 1", () -> Dataset.of(new DMatrixRMaj(0, 2)));
        assertMessage("Dataset.of: no columns, expected at least 1", () -> Dataset.of(new DMatrixRMaj(2, 0)));
        assertMessage("Dataset.of: no rows, expected at least 1", () -> Dataset.of(new FMatrixRMaj(0, 2)));
        assertMessage("Dataset.of: no columns, expected at least 1", () -> Dataset.of(new FMatrixRMaj(2, 0)));
        assertMessage("Tables.matrix: no rows", () -> Dataset.of(new double[0][]));
        assertMessage(
                "Tables.matrix: row 1 has 1 numbers, row 0 has 2", () -> Dataset.of(new double[][] {{1, 2}, {3}}));
        assertMessage(
                "Dataset.ofBytes: 5 bytes, expected one or more rows of 2", () -> Dataset.ofBytes(new byte[5], 2, 255));
        assertMessage(
                "Dataset.ofBytes: 0 bytes, expected one or more rows of 2", () -> Dataset.ofBytes(new byte[0], 2, 255));
        assertMessage("Dataset.ofBytes: dim 0, expected at least 1", () -> Dataset.ofBytes(new byte[5], 0, 255));
        assertMessage(
                "Dataset.ofBytes: divisor NaN, expected a positive finite number",
                () -> Dataset.ofBytes(new byte[4], 2, Double.NaN));
        assertMessage(
                "Dataset.ofBytes: divisor 0.0, expected a positive finite number",
                () -> Dataset.ofBytes(new byte[4], 2, 0));
    }

    // --- tables

    @Test
    void oneColumnOfATableIsTheLabel() {
        Table table = Table.create(
                "flowers",
                DoubleColumn.create("length", new double[] {1, 2, 3}),
                StringColumn.create("kind", "rose", "", "aster"),
                IntColumn.create("petals", new int[] {5, 6, 7}));
        Dataset data = Dataset.of(table, "kind");
        assertEquals("flowers", data.name());
        assertEquals(List.of("length", "petals"), data.columns());
        assertEquals(List.of("aster", "rose"), data.labelNames());
        assertArrayEquals(new int[] {1, Dataset.UNLABELLED, 0}, data.labels());
        assertEquals(2, data.classes());
        assertArrayEquals(new double[] {1, 5, 2, 6, 3, 7}, data.matrix().data);
        Table numbers = table.rejectColumns("kind");
        assertArrayEquals(new int[] {0, 1, 2}, Dataset.of(numbers, "petals").labels());
        assertEquals(List.of("5", "6", "7"), Dataset.of(numbers, "petals").labelNames());
        assertMessage(
                "Tables.matrix: column \"kind\" is STRING, with \"rose\" in row 0, expected numbers; select the numeric columns"
                        + " first, or take the column as the label by Dataset.of(table, \"kind\")",
                () -> Dataset.of(table, "petals"));
    }

    @Test
    void labelsOfTables() {
        DoubleColumn x = DoubleColumn.create("x", new double[] {1, 2});
        assertArrayEquals(
                new int[] {1, 0},
                Dataset.of(Table.create("t", x, BooleanColumn.create("y", true, false)), "y")
                        .labels());
        assertArrayEquals(
                new int[] {0, -1},
                Dataset.of(Table.create("t", x, DoubleColumn.create("y", new double[] {3, Double.NaN})), "Y")
                        .labels());
        assertArrayEquals(
                new int[] {-1, 0},
                Dataset.of(Table.create("t", x, IntColumn.create("y", new int[] {-1, 0})), "y")
                        .labels());
        assertMessage(
                "Dataset.of: label 0.5 in row 1 of column \"y\", expected whole numbers from 0 on, or -1 for none",
                () -> Dataset.of(Table.create("t", x, DoubleColumn.create("y", new double[] {3, 0.5})), "y"));
        assertMessage(
                "Dataset.of: label -2.0 in row 0 of column \"y\", expected whole numbers from 0 on, or -1 for none",
                () -> Dataset.of(Table.create("t", x, IntColumn.create("y", new int[] {-2, 0})), "y"));
        assertMessage(
                "Dataset.of: no column \"z\" to take labels from, there are [x]",
                () -> Dataset.of(Table.create("t", x), "z"));
    }

    @Test
    void thereAndBack() {
        Dataset data = Dataset.of(ROWS)
                .withColumns("a", "b", "c")
                .withLabels(1, 0, Dataset.UNLABELLED, 2)
                .named("four");
        Table table = data.asTable();
        assertEquals("four", table.name());
        assertEquals(List.of("a", "b", "c", "label"), table.columnNames());
        assertTrue(table.intColumn("label").isMissing(2));
        Dataset again = Dataset.of(table, "label");
        assertArrayEquals(data.matrix().data, again.matrix().data);
        assertArrayEquals(data.labels(), again.labels());
        assertEquals(data.columns(), again.columns());
        Table pixels = bytes(2, 3).binarized().asTable();
        assertEquals(List.of("x0", "x1", "x2"), pixels.columnNames());
        assertEquals(0, pixels.floatColumn(0).get(0));
        assertEquals(
                List.of("label", "y", "label of the row"),
                Dataset.of(new double[][] {{1, 2}})
                        .withColumns("label", "y")
                        .withLabels(0)
                        .asTable()
                        .columnNames());
    }

    // --- labels and names

    @Test
    void labelsFollowTheirRows() {
        Dataset data = Dataset.of(ROWS).withLabels(0, 1, 2, 3);
        Dataset view = data.subset(3, 1, 1);
        assertArrayEquals(new int[] {3, 1, 1}, view.labels());
        assertEquals(4, view.classes());
        assertEquals(1, view.label(2));
        int[] out = {7, 7, 7, 7};
        view.copyLabels(new int[] {2, 0, 1}, 1, 2, out);
        assertArrayEquals(new int[] {3, 1, 7, 7}, out);
        Dataset relabelled = view.withLabels(5, 6, 7);
        assertArrayEquals(new int[] {0, 1, 2}, relabelled.labels());
        assertEquals(List.of("5", "6", "7"), relabelled.classNames());
        assertArrayEquals(new int[] {0, 1, 2, 3}, data.labels());
        Dataset none = data.withoutLabels();
        assertFalse(none.hasLabels());
        assertEquals(Dataset.UNLABELLED, none.label(0));
        none.copyLabels(new int[] {0}, 0, 1, out);
        assertEquals(-1, out[0]);
    }

    /** Numbers are categories like any other: neither their size nor what is missing between them makes classes. */
    @Test
    void labelsAreCategories() {
        Dataset data = Dataset.of(ROWS).withLabels(1_000_000_007, Integer.MAX_VALUE, -1, 3);
        assertEquals(3, data.classes());
        assertEquals(List.of("3", "1000000007", "2147483647"), data.labelNames());
        assertArrayEquals(new int[] {1, 2, -1, 0}, data.labels());
        assertEquals(3, data.slice(0, 1).classes());
        Table table = data.withColumns("a", "b", "c").asTable();
        Dataset again = Dataset.of(table, "label");
        assertEquals(data.labelNames(), again.labelNames());
        assertArrayEquals(data.labels(), again.labels());
        // In another order, as classes of a model that has them; and one that it does not have.
        Dataset other = Dataset.of(ROWS).withLabels(3, -1, 3, 1_000_000_007);
        assertArrayEquals(
                new int[] {0, -1, 0, 1},
                other.matchingClasses(data.classNames(), "test").labels());
        assertArrayEquals(
                new int[] {2, -1, 2, 0},
                other.matchingClasses(List.of("1000000007", "4", "3"), "test").labels());
        assertMessage(
                "test: the label \"3\" of row 0 is new, the model knows the classes \"1000000007\", \"5\"",
                () -> other.matchingClasses(List.of("1000000007", "5"), "test"));
        assertEquals(List.of("0", "1"), Dataset.of(ROWS).withLabels(0, 1, 1, -1).classNames());
        assertEquals(List.of(), Dataset.of(ROWS).withLabels(0, 1, 1, -1).labelNames());
        Dataset known = Dataset.of(ROWS).withClasses(new int[] {2, 0, -1, 0}, List.of("a", "b", "c"));
        assertEquals(3, known.classes());
        assertArrayEquals(new int[] {1, 1, -1, 2}, known.relabelled(1, 1, -1, 2).labels());
        assertEquals(known.labelNames(), known.relabelled(1, 1, -1, 2).labelNames());
        assertMessage(
                "Dataset.withClasses: class 3 of row 1, expected 0 to 2, or -1 for none",
                () -> known.relabelled(0, 3, 0, 0));
        assertMessage(
                "Dataset.withClasses: two of the classes [a, a] are equal",
                () -> known.withClasses(new int[4], List.of("a", "a")));
        assertMessage("Dataset.withLabelsOf: 1 labels for 4 rows", () -> known.withLabelsOf(known.slice(0, 1)));
        assertArrayEquals(known.labels(), data.withLabelsOf(known).labels());
    }

    @Test
    void standardisedViews() {
        Dataset data = Dataset.of(new double[][] {{1.6e9 + 1, 3}, {1.6e9 - 1, 5}, {1.6e9, 4}})
                .withColumns("time", "x")
                .standardized(new double[] {1.6e9, 4}, new double[] {0.5, 2});
        assertArrayEquals(new double[] {2, -.5, -2, .5, 0, 0}, data.matrix().data);
        assertArrayEquals(new float[] {2, -.5f, -2, .5f, 0, 0}, data.floatMatrix().data);
        Dataset turned = data.matching(List.of("x", "time"), "test").subset(1, 0);
        assertArrayEquals(new double[] {.5, -2, -.5, 2}, turned.matrix().data);
        assertArrayEquals(new float[] {.5f, -2, -.5f, 2}, turned.floatMatrix().data);
        assertEquals(-2, turned.get(0, 1));
        assertArrayEquals(new double[] {1, 0, 0, 0, 0, 0}, data.binarized().matrix().data);
        assertEquals(1, data.binarized().get(0, 0));
        assertFalse(data.digest()
                .equals(Dataset.of(new double[][] {{1.6e9 + 1, 3}, {1.6e9 - 1, 5}, {1.6e9, 4}})
                        .withColumns("time", "x")
                        .digest()));
        assertMessage(
                "Dataset.standardized: the data are already standardised",
                () -> data.standardized(new double[2], new double[] {1, 1}));
        assertMessage(
                "Dataset.standardized: 1 means and 2 deviations, expected 3 of each",
                () -> Dataset.of(ROWS).standardized(new double[1], new double[2]));
        assertMessage(
                "Dataset.standardized: mean 0.0 and deviation 0.0 of column 0, expected finite numbers and a deviation"
                        + " above 0",
                () -> Dataset.of(ROWS).standardized(new double[3], new double[3]));
    }

    @Test
    void labelsAndNamesThatDoNotFit() {
        Dataset data = Dataset.of(ROWS);
        assertMessage("Dataset.withLabels: 2 labels for 4 rows", () -> data.withLabels(1, 2));
        assertMessage(
                "Dataset.withLabels: label -2 of row 1, expected 0 or more, or -1 for none",
                () -> data.withLabels(1, -2, 0, 0));
        assertMessage("Dataset.withColumns: 1 names for 3 columns", () -> data.withColumns("a"));
        assertMessage(
                "Dataset.withColumns: two of [a, b, A] are equal, capitals or not",
                () -> data.withColumns("a", "b", "A"));
        assertMessage("Dataset.label: row 4, the data have the rows 0 to 3", () -> data.label(4));
        assertMessage(
                "Dataset.copyLabels: out has room for 1 labels, wanted are 2",
                () -> data.copyLabels(new int[] {0, 1}, 0, 2, new int[1]));
        assertMessage(
                "Dataset.copyLabels: indices[0] is -1, the data have the rows 0 to 3",
                () -> data.copyLabels(new int[] {-1}, 0, 1, new int[1]));
    }

    // --- views

    @Test
    void viewsOfViews() {
        Dataset data = Dataset.of(ROWS).slice(1, 4).subset(2, 0);
        assertArrayEquals(new double[] {9, 10, 11, 3, 4, 5}, data.matrix().data);
        assertArrayEquals(new double[] {3, 4, 5}, data.slice(1, 2).matrix().data);
        assertEquals(4, data.get(1, 1));
    }

    @Test
    void viewsCopyNoData() {
        Dataset data = bytes(10_000, 784);
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        data.shuffled(new SplittableRandom(1)).slice(0, 5000).binarizedOnce(1);
        assertTrue(threads.getCurrentThreadAllocatedBytes() - before < 200_000);
    }

    @Test
    void aShuffleIsAPermutationThatTheGeneratorDecides() {
        Dataset data = bytes(256, 1).withLabels(upTo(256));
        int[] order = data.shuffled(new SplittableRandom(1)).labels();
        int[] swapped = upTo(256); // Fisher and Yates, from the end
        SplittableRandom rng = new SplittableRandom(1);
        for (int i = 255; i > 0; i--) {
            int j = rng.nextInt(i + 1);
            int last = swapped[i];
            swapped[i] = swapped[j];
            swapped[j] = last;
        }
        assertArrayEquals(swapped, order);
        assertArrayEquals(order, data.shuffled(new SplittableRandom(1)).labels());
        assertFalse(Arrays.equals(order, data.shuffled(new SplittableRandom(2)).labels()));
        assertFalse(Arrays.equals(order, upTo(256)));
        Arrays.sort(order);
        assertArrayEquals(upTo(256), order);
    }

    @Test
    void everyOrderIsEquallyProbable() {
        int[] counts = new int[27];
        SplittableRandom rng = new SplittableRandom(5);
        Dataset data = Dataset.of(new double[][] {{0}, {1}, {2}});
        int draws = 60_000;
        for (int i = 0; i < draws; i++) {
            double[] order = data.shuffled(rng).matrix().data;
            counts[(int) (9 * order[0] + 3 * order[1] + order[2])]++;
        }
        int[] seen = Arrays.stream(counts).filter(count -> count > 0).toArray();
        assertEquals(6, seen.length);
        for (int count : seen) {
            // five standard deviations: fails by chance once in 300,000 seeds
            assertEquals(draws / 6.0, count, 5 * Math.sqrt(draws * 5 / 36.0));
        }
    }

    @Test
    void viewsThatDoNotFit() {
        Dataset data = Dataset.of(ROWS);
        assertMessage("Dataset.subset: row 4, the data have the rows 0 to 3", () -> data.subset(0, 4));
        assertMessage(
                "Dataset.subset: row 1, the data have the rows 0 to 0",
                () -> data.subset(3).subset(1));
        assertMessage("Dataset.subset: no rows, expected at least 1", data::subset);
        assertMessage(
                "Dataset.slice: rows 2 to 2 (exclusive), expected at least one row within 0 to 4",
                () -> data.slice(2, 2));
        assertMessage(
                "Dataset.slice: rows 2 to 5 (exclusive), expected at least one row within 0 to 4",
                () -> data.slice(2, 5));
        assertMessage("Dataset.get: row -1, the data have the rows 0 to 3", () -> data.get(-1, 0));
        assertMessage("Dataset.get: column 3, there are 3", () -> data.get(0, 3));
    }

    // --- minibatches

    @Test
    void minibatchesAreTheRowsAskedFor() {
        for (UnaryOperator<Dataset> view : List.<UnaryOperator<Dataset>>of(
                UnaryOperator.identity(), data -> data.shuffled(new SplittableRandom(3)), Dataset::binarized)) {
            for (Dataset stored : List.of(
                    bytes(50, 7),
                    Dataset.of(bytes(50, 7).matrix()),
                    Dataset.of(bytes(50, 7).floatMatrix()))) {
                Dataset data = view.apply(stored);
                int[] order = new SplittableRandom(4).ints(50, 0, 50).toArray();
                FMatrixRMaj floats = new FMatrixRMaj(1, 1);
                DMatrixRMaj doubles = new DMatrixRMaj(1, 1);
                data.copyRows(order, 5, 20, floats);
                data.copyRows(order, 5, 20, doubles);
                assertEquals(20, floats.numRows);
                assertEquals(7, floats.numCols);
                assertEquals(20, doubles.numRows);
                for (int i = 0; i < 20; i++) {
                    for (int j = 0; j < 7; j++) {
                        assertEquals(data.get(order[5 + i], j), doubles.get(i, j));
                        assertEquals((float) data.get(order[5 + i], j), floats.get(i, j));
                    }
                }
            }
        }
    }

    @Test
    void minibatchesAllocateNothing() {
        Dataset data = bytes(1000, 784).shuffled(new SplittableRandom(1));
        int[] order = upTo(1000);
        FMatrixRMaj floats = new FMatrixRMaj(100, 784);
        DMatrixRMaj doubles = new DMatrixRMaj(100, 784);
        SplittableRandom rng = new SplittableRandom(2);
        float[] array = floats.data;
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (Dataset view : List.of(data, data.binarized(), data.binarizedOnce(1), data.binarizedAnew())) {
            long allocated = Long.MAX_VALUE;
            for (int repeat = 0; repeat < 3; repeat++) { // the first loads classes
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int from = 0; from < 1000; from += 70) {
                    view.copyRows(order, from, Math.min(70, 1000 - from), floats, rng);
                    view.copyRows(order, from, Math.min(70, 1000 - from), doubles, rng);
                }
                allocated = Math.min(allocated, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertTrue(allocated < 1000, allocated + " bytes allocated by " + view);
        }
        assertSame(array, floats.data);
    }

    @Test
    void anEmptyMinibatch() {
        FMatrixRMaj out = new FMatrixRMaj(5, 5);
        Dataset.of(ROWS).copyRows(new int[0], 0, 0, out);
        assertEquals(0, out.numRows);
        assertEquals(3, out.numCols);
    }

    @Test
    void minibatchesThatDoNotFit() {
        Dataset data = Dataset.of(ROWS);
        FMatrixRMaj out = new FMatrixRMaj(1, 1);
        assertMessage(
                "Dataset.copyRows: indices[1] is 4, the data have the rows 0 to 3",
                () -> data.copyRows(new int[] {0, 4}, 0, 2, out));
        assertMessage(
                "Dataset.copyRows: 2 of 2 indices from number 1 on, there are not as many",
                () -> data.copyRows(new int[2], 1, 2, new DMatrixRMaj(1, 1)));
        assertMessage(
                "Dataset.copyRows: -1 of 2 indices from number 0 on, there are not as many",
                () -> data.copyRows(new int[2], 0, -1, out));
        Dataset large = Dataset.of(new double[][] {{1, 2}, {3, -1e39}});
        String message =
                "Dataset: -1.0E39 in row 1, column 1 (counted from 0 in the whole data) is too large for a float;"
                        + " read doubles or scale the data";
        assertMessage(message, () -> large.copyRows(new int[] {0}, 0, 1, out));
        assertMessage(message, large::floatMatrix);
        assertEquals(-1e39, large.matrix().get(1, 1));
    }

    // --- zeros and ones

    @Test
    void thresholds() {
        Dataset data = bytes(1, 256).binarized();
        for (int b = 0; b < 256; b++) {
            assertEquals(b > 127 ? 1 : 0, data.get(0, b));
        }
        assertEquals(Dataset.Binarization.THRESHOLD, data.binarization());
        assertArrayEquals(
                new double[] {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1},
                Dataset.of(ROWS).binarizedAt(7).matrix().data);
        assertMessage(
                "Dataset.binarizedAt: threshold NaN, expected a finite one",
                () -> Dataset.of(ROWS).binarizedAt(Double.NaN));
    }

    /** The share of ones for each value is that value, within 4.5 standard errors (fails for 1 of 600 seeds). */
    private static void assertProbabilities(Dataset data, FMatrixRMaj bits) {
        double[] ones = new double[256];
        double[] count = new double[256];
        for (int i = 0; i < data.rows(); i++) {
            for (int j = 0; j < data.dim(); j++) {
                int b = (int) Math.round(255 * data.get(i, j));
                assertTrue(bits.get(i, j) == 0 || bits.get(i, j) == 1);
                ones[b] += bits.get(i, j);
                count[b]++;
            }
        }
        for (int b = 0; b < 256; b++) {
            double p = b / 255.0;
            assertEquals(p, ones[b] / count[b], 4.5 * Math.sqrt(p * (1 - p) / count[b]), "value " + b);
        }
    }

    @Test
    void onesHaveTheValueAsTheirProbability() {
        Dataset data = bytes(2560, 100);
        assertProbabilities(data, data.binarizedOnce(1).floatMatrix());
        assertProbabilities(data, data.binarizedAnew().floatMatrix(new SplittableRandom(2)));
    }

    @Test
    void drawnOnceIsDrawnForAll() {
        Dataset data = bytes(256, 50);
        Dataset once = data.binarizedOnce(7);
        float[] bits = once.floatMatrix().data;
        assertArrayEquals(bits, once.floatMatrix().data);
        assertArrayEquals(bits, data.binarizedOnce(7).floatMatrix().data);
        double[] doubles = once.matrix().data;
        for (int i = 0; i < bits.length; i++) {
            assertEquals(bits[i], doubles[i]);
            assertEquals(bits[i], once.get(i / 50, i % 50));
        }
        double[] row = once.slice(17, 18).matrix().data;
        assertArrayEquals(row, data.subset(3, 17).binarizedOnce(7).slice(1, 2).matrix().data);
        float[] other = data.binarizedOnce(8).floatMatrix().data;
        int unlike = 0;
        for (int i = 0; i < bits.length; i++) {
            unlike += bits[i] == other[i] ? 0 : 1;
        }
        // Two draws differ with probability 2p(1-p), a third on average over p uniform in [0,1].
        assertEquals(1 / 3.0, unlike / (double) bits.length, 0.03);
    }

    /** SplitMix64 (Steele, Lea, Flood 2014) on a counter, written out. */
    @Test
    void drawnOnceIsAFunctionOfSeedAndPlace() {
        float[] values = bytes(256, 5).floatMatrix().data;
        float[] bits = bytes(256, 5).binarizedOnce(-3).floatMatrix().data;
        for (int place = 0; place < bits.length; place++) {
            long z = -3 * 0xd1342543de82ef95L + (place + 1L) * 0x9e3779b97f4a7c15L;
            z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
            z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
            assertEquals(((z ^ (z >>> 31)) >>> 40) * 0x1p-24f < values[place] ? 1 : 0, bits[place]);
        }
    }

    @Test
    void drawnAnewIsDrawnByTheGeneratorOfTheReader() {
        Dataset anew = bytes(256, 50).binarizedAnew();
        SplittableRandom rng = new SplittableRandom(1);
        float[] first = anew.floatMatrix(rng).data;
        assertFalse(Arrays.equals(first, anew.floatMatrix(rng).data));
        assertArrayEquals(first, anew.floatMatrix(new SplittableRandom(1)).data);
        double[] doubles = anew.matrix(new SplittableRandom(1)).data;
        for (int i = 0; i < first.length; i++) {
            assertEquals(first[i], doubles[i]);
        }
    }

    @Test
    void binarisedViewsSayWhatTheyLack() {
        Dataset anew = bytes(2, 2).binarizedAnew();
        String rest = ": the data are binarised anew at each read, which draws from a generator; pass one to copyRows,"
                + " matrix or floatMatrix, or use binarizedOnce(seed)";
        assertMessage("Dataset.matrix" + rest, anew::matrix);
        assertMessage("Dataset.floatMatrix" + rest, anew::floatMatrix);
        assertMessage("Dataset.asTable" + rest, anew::asTable);
        assertMessage("Dataset.get" + rest, () -> anew.get(0, 0));
        assertMessage("Dataset.copyRows" + rest, () -> anew.copyRows(new int[1], 0, 1, new FMatrixRMaj(1, 1)));
        assertMessage("Dataset.copyRows" + rest, () -> anew.copyRows(new int[1], 0, 1, new DMatrixRMaj(1, 1)));
        assertMessage(
                "Dataset.binarizedOnce: the data are already binarised anew at each read", () -> anew.binarizedOnce(1));
        assertMessage(
                "Dataset.binarizedAnew: 2.0 in row 0, column 2 (counted from 0), expected probabilities in [0,1]",
                () -> Dataset.of(ROWS).binarizedAnew());
        assertMessage(
                "Dataset.binarizedOnce: 9.0 in row 0, column 0 (counted from 0), expected probabilities in [0,1]",
                () -> Dataset.of(ROWS).slice(3, 4).binarizedOnce(1));
        assertNotEquals(anew.toString(), bytes(2, 2).toString());
    }
}
