package lvm.fit;

import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.random.Fill;

/**
 * The order of the rows in an epoch. In memory every order of all rows has the same probability. Of rows on disk blocks come in an
 * order drawn anew, and the rows of {@link #TOGETHER} blocks at a time are shuffled among each other: only so many numbers of rows
 * are in memory, and what is read stands near together.
 */
final class RowOrder implements Batch.Order {
    /** The numbers of a block of rows on disk. */
    private static final int BLOCK = 1 << 16;

    /** How many blocks are shuffled among each other. */
    static final int TOGETHER = 16;

    private final Streams streams;
    private final int n;
    /** The rows of a block; the last may have fewer. */
    private final int block;

    private final int[] blocks;
    /** The rows from a place of the epoch on. */
    private int[] rows;

    private int from;
    private int part = -1;
    private long epoch = -1;

    RowOrder(Dataset data, Streams streams) {
        this(data == null ? 0 : data.rows(), data != null && data.isOnDisk() ? blockRows(data.dim()) : 0, streams);
    }

    /** By blocks of so many rows; 0 for none. */
    RowOrder(int n, int block, Streams streams) {
        this.streams = streams;
        this.n = n;
        this.block = block == 0 ? Math.max(1, n) : block;
        this.blocks = new int[(int) (((long) n + this.block - 1) / this.block)];
        this.rows = new int[block == 0 ? n : 0];
    }

    private static int blockRows(int dim) {
        return Math.max(1, BLOCK / dim);
    }

    /** Begins an epoch; once more does nothing. */
    void begin(long epoch) {
        if (this.epoch == epoch) {
            return;
        }
        this.epoch = epoch;
        if (blocks.length <= 1) {
            streams.shuffle(rows = rows.length == n ? rows : new int[n], epoch);
            part = 0;
        } else {
            streams.shuffle(blocks, epoch);
            part = -1;
        }
    }

    @Override
    public void rows(int first, int count, int[] out) {
        for (int done = 0; done < count; ) {
            int place = first + done;
            if (part < 0 || place < from) {
                take(0, 0);
            }
            while (place >= from + rows.length) {
                take(part + 1, from + rows.length);
            }
            int some = Math.min(count - done, from + rows.length - place);
            System.arraycopy(rows, place - from, out, done, some);
            done += some;
        }
    }

    /** The rows of the next blocks, shuffled. */
    private void take(int next, int begin) {
        if (blocks.length <= 1) {
            return;
        }
        int last = Math.min(blocks.length, (next + 1) * TOGETHER);
        int size = 0;
        for (int b = next * TOGETHER; b < last; b++) {
            size += rowsOf(blocks[b]);
        }
        rows = new int[size];
        int at = 0;
        for (int b = next * TOGETHER; b < last; b++) {
            for (int i = 0; i < rowsOf(blocks[b]); i++) {
                rows[at++] = blocks[b] * block + i;
            }
        }
        SplittableRandom rng = streams.within(epoch, next);
        Fill.shuffle(rows, rng);
        part = next;
        from = begin;
    }

    private int rowsOf(int number) {
        return Math.min(block, n - number * block);
    }
}
