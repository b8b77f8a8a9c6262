package lvm.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** What {@link Dataset#digest} tells apart, and what not. */
class DigestTest {
    private static final double[][] ROWS = {{0, 0.25}, {0.5, 1}, {0.75, 0.125}};

    private static Dataset data() {
        return Dataset.of(ROWS).withColumns("a", "b").withLabels(0, 1, 0);
    }

    private static Dataset bytes(int rows, int dim, long seed) {
        byte[] values = new byte[rows * dim];
        new Random(seed).nextBytes(values);
        return Dataset.ofBytes(values, dim, 255);
    }

    @Test
    void theSameDataHaveTheSameDigest() {
        Dataset data = data();
        String digest = data.digest();
        assertTrue(digest.matches("[0-9a-f]{64}"), digest);
        assertSame(digest, data.digest(), "computed once");
        for (Dataset same : List.of(
                data(),
                data().named("other"),
                data().subset(2, 0, 1).subset(1, 2, 0),
                data().withoutLabels().withLabels(0, 1, 0),
                data().matching(List.of("b", "a"), "F").matching(List.of("a", "b"), "F"),
                Dataset.of(data().asTable(), "label"))) {
            assertEquals(digest, same.digest(), same.toString());
        }
        Dataset once = data.binarizedOnce(3);
        assertEquals(once.digest(), data().binarizedOnce(3).digest());
        assertEquals(once.subset(1).digest(), data().subset(1).binarizedOnce(3).digest());
    }

    @Test
    void anyDifferenceShows() {
        Map<String, Dataset> seen = new HashMap<>();
        double[][] other = {{0, 0.25}, {0.5, 1}, {0.75, Math.nextUp(0.125)}};
        FMatrixRMaj floats = data().floatMatrix();
        floats.data[5] = Math.nextUp(floats.data[5]);
        Table kinds = Table.create(
                DoubleColumn.create("a", new double[] {0, 1, 2}), StringColumn.create("kind", "x", "y", "x"));
        Table others = Table.create(
                DoubleColumn.create("a", new double[] {0, 1, 2}), StringColumn.create("kind", "x", "z", "x"));
        for (Dataset data : List.of(
                data(),
                Dataset.of(other).withColumns("a", "b").withLabels(0, 1, 0),
                data().withLabels(0, 1, 1),
                data().withLabels(0, 1, Dataset.UNLABELLED),
                data().withLabels(-1, -1, -1),
                data().withoutLabels(),
                data().withColumns("a", "c"),
                data().withColumns("ab", ""),
                Dataset.of(ROWS).withLabels(0, 1, 0),
                data().subset(1, 0, 2),
                data().slice(0, 2),
                data().withLabels(0, 1, 2).slice(0, 2), // a class more
                data().matching(List.of("b", "a"), "F"),
                data().matching(List.of("b", "a"), "F").withColumns("a", "b"),
                Dataset.of(new double[][] {{0, 0.25, 0.5}, {1, 0.75, 0.125}}),
                Dataset.of(new double[][] {{0}, {0.25}, {0.5}, {1}, {0.75}, {0.125}}),
                Dataset.of(data().floatMatrix()),
                Dataset.of(floats),
                Dataset.of(kinds, "kind"),
                Dataset.of(others, "kind"),
                bytes(3, 2, 1),
                bytes(3, 2, 2),
                Dataset.ofBytes(new byte[6], 2, 255),
                Dataset.ofBytes(new byte[6], 2, 256),
                data().binarized(),
                data().binarizedAt(0.2),
                data().binarizedAnew(),
                bytes(3, 2, 1).binarizedOnce(1),
                bytes(30, 2, 1).binarizedOnce(1),
                bytes(30, 2, 1).binarizedOnce(2))) {
            Dataset twin = seen.put(data.digest(), data);
            assertTrue(twin == null, () -> twin + " and " + data);
        }
    }

    /** Rows are taken in pieces; a value of a later one counts as well, whether the columns were reordered or not. */
    @Test
    void everyValueOfALongRowCounts() {
        int dim = 10_000;
        FMatrixRMaj x = new FMatrixRMaj(2, dim);
        String before = Dataset.of(x).digest();
        for (int place : new int[] {0, 4095, 4096, dim - 1, dim, 2 * dim - 1}) {
            x.data[place] = 1;
            String after = Dataset.of(x).digest();
            assertTrue(!after.equals(before), "place " + place);
            before = after;
        }
    }

    /** A set of the size of MNIST's, without a copy of it: 47 MB of bytes. */
    @Test
    void largeDataAreReadInPieces() {
        Dataset data = bytes(60_000, 784, 1).shuffled(new SplittableRandom(1));
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        data.digest();
        double seconds = (System.nanoTime() - start) / 1e9;
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < 1_000_000, allocated + " bytes allocated");
        assertTrue(seconds < 5, seconds + " seconds");
    }
}
