package lvm.data;

import java.io.Serializable;
import java.util.List;
import java.util.function.BinaryOperator;
import org.ejml.data.DMatrixRMaj;

/**
 * Rows of observations x₁, …, xₙ ∈ ℝᴰ that are read in chunks, since they are more than memory holds: those of a file
 * ({@link Dataset#chunks}), or of a cluster. All numbers are finite.
 *
 * <p>What a fit needs of them are sums over the rows. A {@link Statistic} makes the sum over a chunk, and {@link #sum} adds
 * those of all chunks in the order of the chunks, whichever of them is ready first: the result depends on where the rows are
 * cut, and not on the number of threads or machines.
 */
public interface Chunks {
    /**
     * A sum over the rows of a chunk. It may be sent to another machine, and so may what it gives.
     *
     * @param <S> the sum
     */
    @FunctionalInterface
    interface Statistic<S extends Serializable> extends Serializable {
        /**
         * Reads the rows of a chunk once.
         *
         * @param rows the rows of the chunk, in their order
         * @return the sum over them
         */
        S of(Source rows);
    }

    /** The rows of a chunk, one block after the other. */
    interface Source {
        /** {@return the number of the chunk, counted from 0} */
        int chunk();

        /**
         * Reads the next rows.
         *
         * @param block becomes m×D: the next m rows. Modified
         * @param most the number of rows that are wanted, at least 1
         * @return m, which is less than what is wanted at the end of the chunk only, and 0 behind it
         * @throws IllegalArgumentException if a number is NaN or infinite; the message names the place
         */
        int read(DMatrixRMaj block, int most);
    }

    /** {@return n, the number of rows, at least 1} */
    long rows();

    /** {@return D, the numbers of a row, at least 1} */
    int dim();

    /** {@return the names of the D columns; none if they have none} */
    List<String> columns();

    /** {@return what tells these rows from others, 64 hexadecimal digits} */
    String digest();

    /**
     * Some of the rows.
     *
     * @param rows numbers of rows, counted from 0
     * @return these rows, in this order
     */
    DMatrixRMaj rows(long... rows);

    /**
     * Adds up a statistic over all rows: ((s₀ + s₁) + s₂) + …
     *
     * @param bounds where the rows are cut if that is free: the first row of each chunk, and n at the end. Rows that lie in parts
     *     already, such as those of a cluster, are cut there instead
     * @param statistic the sum over a chunk
     * @param add adds the second to the first, which it may change and give back
     * @param <S> the sum
     * @return the sum over all rows
     * @throws IllegalArgumentException if a number is NaN or infinite; the message names the place
     * @throws java.io.UncheckedIOException if the rows can not be read, or have been changed meanwhile
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    <S extends Serializable> S sum(long[] bounds, Statistic<S> statistic, BinaryOperator<S> add);

    /**
     * All rows in one chunk.
     *
     * @param rows n
     * @return 0 and n
     */
    static long[] whole(long rows) {
        return new long[] {0, rows};
    }

    /**
     * Chunks of as many rows each; the last may have fewer.
     *
     * @param rows n
     * @param perChunk the rows of a chunk
     * @return where each begins, and n
     */
    static long[] every(long rows, long perChunk) {
        int chunks = Math.toIntExact((rows + perChunk - 1) / perChunk);
        long[] bounds = new long[chunks + 1];
        for (int c = 0; c < chunks; c++) {
            bounds[c] = c * perChunk;
        }
        bounds[chunks] = rows;
        return bounds;
    }
}
