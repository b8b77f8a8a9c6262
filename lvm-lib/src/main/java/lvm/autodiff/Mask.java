package lvm.autodiff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import lvm.linalg.Parallel;
import org.ejml.data.FMatrixRMaj;

/**
 * Which weights of a linear map are there, zeros and ones, and where there are none: blocks of columns leave out the rows in which
 * all their weights are held at zero. Where the degrees of an autoregressive network rise with the columns, nearly half of all
 * products are left out.
 */
public final class Mask {
    /** The columns of a block; less would make products too small. */
    private static final int COLUMNS = 128;

    /** Blocks are worth it if they leave out so large a share. */
    private static final double WORTH = 0.15;

    final FMatrixRMaj values;
    final List<Block> blocks;
    /** For each row the columns of the blocks that have it: from, to, from, to … */
    private final int[][] taken;
    /** The blocks of each thread. */
    private final List<List<Block>> shares;

    /**
     * Columns with the rows in which they have weights: all weights are there in the rows of full, some in the others.
     *
     * @param from the first column
     * @param to the column after the last
     * @param rowFrom the first row with a weight
     * @param fullFrom the first of the rows with all weights
     * @param fullTo the row after the last of these
     * @param rowTo the row after the last with a weight
     */
    record Block(int from, int to, int rowFrom, int fullFrom, int fullTo, int rowTo) {
        int columns() {
            return to - from;
        }

        long products() {
            return (long) columns() * (rowTo - rowFrom);
        }
    }

    /**
     * A mask.
     *
     * @param mask M, in×out, zeros and ones; copied
     * @throws IllegalArgumentException if the mask holds something else than 0 and 1
     */
    public Mask(FMatrixRMaj mask) {
        for (int i = 0; i < mask.getNumElements(); i++) {
            if (mask.data[i] != 0 && mask.data[i] != 1) {
                throw new IllegalArgumentException("Mask: the mask has " + mask.data[i] + " in row " + i / mask.numCols
                        + ", column " + i % mask.numCols + ", expected 0 or 1");
            }
        }
        values = mask.copy();
        List<Block> cut = new ArrayList<>();
        int from = 0;
        for (int to : groups()) {
            int parts = (to - from + COLUMNS - 1) / COLUMNS;
            for (int k = 0; k < parts; k++) {
                cut.add(block(from + (to - from) * k / parts, from + (to - from) * (k + 1) / parts));
            }
            from = to;
        }
        long products = cut.stream().mapToLong(Block::products).sum();
        blocks = products <= (1 - WORTH) * mask.getNumElements() ? cut : List.of(block(0, mask.numCols));
        shares = shares();
        taken = new int[mask.numRows][];
        Arrays.setAll(taken, this::columnsOf);
    }

    /** Where columns end that have weights in much other rows than the next, as where one kind of a network's outputs ends. */
    private List<Integer> groups() {
        int n = values.numRows;
        int d = values.numCols;
        int[] ones = new int[d];
        for (int i = 0; i < n * d; i++) {
            ones[i % d] += (int) values.data[i];
        }
        List<Integer> ends = new ArrayList<>();
        for (int j = 1; j < d; j++) {
            if (Math.abs(ones[j] - ones[j - 1]) > n / 2) {
                ends.add(j);
            }
        }
        ends.add(d);
        return ends.size() <= 1 + d / COLUMNS ? ends : List.of(d);
    }

    /** The blocks for each thread, with about as many products. */
    private List<List<Block>> shares() {
        List<Block> largest = new ArrayList<>(blocks);
        largest.sort(Comparator.comparingLong(Block::products).reversed());
        List<List<Block>> all = new ArrayList<>();
        long[] products = new long[Parallel.threads()];
        for (int t = 0; t < products.length; t++) {
            all.add(new ArrayList<>());
        }
        for (Block b : largest) {
            int least = 0;
            for (int t = 1; t < products.length; t++) {
                least = products[t] < products[least] ? t : least;
            }
            all.get(least).add(b);
            products[least] += b.products();
        }
        all.removeIf(List::isEmpty);
        return all;
    }

    private int[] columnsOf(int row) {
        int[] bounds = new int[2 * blocks.size()];
        int n = 0;
        for (Block b : blocks) {
            if (row < b.rowFrom || row >= b.rowTo) {
                continue;
            }
            if (n > 0 && bounds[n - 1] == b.from) {
                bounds[n - 1] = b.to;
            } else {
                bounds[n++] = b.from;
                bounds[n++] = b.to;
            }
        }
        return Arrays.copyOf(bounds, n);
    }

    /** Does something with every block, in several threads. */
    void eachBlock(Consumer<Block> body) {
        Parallel.range(shares.size(), 1, (from, to) -> {
            for (int t = from; t < to; t++) {
                List<Block> share = shares.get(t);
                for (int k = 0; k < share.size(); k++) {
                    body.accept(share.get(k));
                }
            }
        });
    }

    /** Runs a body over the places of a buffer of the mask's shape in which the blocks lie. */
    void range(Parallel.Body body) {
        int d = values.numCols;
        Parallel.range(values.numRows, Parallel.grain(d), (from, to) -> {
            for (int r = from; r < to; r++) {
                int[] bounds = taken[r];
                for (int k = 0; k < bounds.length; k += 2) {
                    body.run(r * d + bounds[k], r * d + bounds[k + 1]);
                }
            }
        });
    }

    private Block block(int from, int to) {
        int n = values.numRows;
        int rowFrom = n;
        int rowTo = 0;
        int bestFrom = 0;
        int bestTo = 0;
        int runFrom = 0;
        for (int r = 0; r < n; r++) {
            int ones = 0;
            for (int j = from; j < to; j++) {
                ones += (int) values.unsafe_get(r, j);
            }
            if (ones > 0) {
                rowFrom = Math.min(rowFrom, r);
                rowTo = r + 1;
            }
            if (ones < to - from) {
                runFrom = r + 1;
            } else if (r + 1 - runFrom > bestTo - bestFrom) {
                bestFrom = runFrom;
                bestTo = r + 1;
            }
        }
        if (rowTo == 0) {
            rowFrom = 0;
        }
        return bestTo > bestFrom
                ? new Block(from, to, rowFrom, bestFrom, bestTo, rowTo)
                : new Block(from, to, rowFrom, rowFrom, rowFrom, rowTo);
    }

    /** {@return the number of rows, which are inputs of the map} */
    public int rows() {
        return values.numRows;
    }

    /** {@return the number of columns, which are outputs of the map} */
    public int cols() {
        return values.numCols;
    }

    /**
     * Whether a weight is there.
     *
     * @param row the input
     * @param column the output
     * @return whether the mask has a one
     */
    public boolean has(int row, int column) {
        return values.get(row, column) != 0;
    }

    /** The part of a buffer of the mask's shape: zeros wherever a block has no weights in any of its columns. */
    void clearOutside(float[] m) {
        int d = values.numCols;
        for (Block b : blocks) {
            for (int r = 0; r < values.numRows; r++) {
                if (r < b.rowFrom || r >= b.rowTo) {
                    Arrays.fill(m, r * d + b.from, r * d + b.to, 0);
                }
            }
        }
    }
}
