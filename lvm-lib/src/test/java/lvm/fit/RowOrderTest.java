package lvm.fit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowOrderTest {
    private static int[] epoch(RowOrder order, long epoch, int n, int batch) {
        order.begin(epoch);
        int[] all = new int[n];
        int[] out = new int[batch];
        for (int from = 0; from < n; from += batch) {
            int size = Math.min(batch, n - from);
            order.rows(from, size, out);
            System.arraycopy(out, 0, all, from, size);
        }
        return all;
    }

    /** Whatever the sizes of blocks and batches, and wherever the short block comes. */
    @ParameterizedTest
    @CsvSource({"1000, 0, 32", "1000, 10, 32", "1003, 10, 7", "1003, 10, 500", "17, 1, 4", "9, 10, 9", "330, 20, 330"})
    void everyRowComesOnceInAnEpoch(int n, int block, int batch) {
        RowOrder order = new RowOrder(n, block, new Streams(3));
        int[] before = new int[0];
        for (int epoch = 0; epoch < 4; epoch++) {
            int[] all = epoch(order, epoch, n, batch);
            assertFalse(Arrays.equals(before, all));
            before = all.clone();
            Arrays.sort(all);
            assertArrayEquals(IntStream.range(0, n).toArray(), all);
        }
    }

    /** A fit that goes on from a checkpoint begins within an epoch, and may read a batch twice. */
    @Test
    void anyPlaceOfAnEpochMayBeReadFirst() {
        int[] all = epoch(new RowOrder(1003, 10, new Streams(3)), 2, 1003, 50);
        RowOrder order = new RowOrder(1003, 10, new Streams(3));
        order.begin(2);
        for (int from : new int[] {700, 700, 20, 950}) {
            int[] out = new int[40];
            order.rows(from, 40, out);
            assertArrayEquals(Arrays.copyOfRange(all, from, from + 40), out);
        }
    }

    /** What stands together in an epoch is from few blocks, in an order that mixes these. */
    @Test
    void rowsAreShuffledWithinSomeBlocks() {
        int[] all = epoch(new RowOrder(100_000, 100, new Streams(1)), 0, 100_000, 100);
        int together = RowOrder.TOGETHER * 100;
        for (int from = 0; from < all.length; from += together) {
            int to = Math.min(all.length, from + together);
            int[] blocks = Arrays.stream(all, from, to)
                    .map(row -> row / 100)
                    .distinct()
                    .toArray();
            assertEquals((to - from) / 100, blocks.length);
        }
        long neighbours = IntStream.range(1, all.length)
                .filter(i -> all[i] == all[i - 1] + 1)
                .count();
        assertTrue(neighbours < 300, "in order: " + neighbours); // about 62 are expected
        long firstBlocks =
                Arrays.stream(all, 0, 100).map(row -> row / 100).distinct().count();
        assertTrue(firstBlocks > 12, "a batch is from " + firstBlocks + " blocks"); // nearly all of 16
    }
}
