package lvm.autodiff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
        long taken = 0;
        for (int from = 0; from < mask.numCols; from += COLUMNS) {
            Block block = block(from, Math.min(mask.numCols, from + COLUMNS));
            cut.add(block);
            taken += (long) block.columns() * (block.rowTo - block.rowFrom);
        }
        blocks = taken <= (1 - WORTH) * mask.getNumElements() ? cut : List.of(block(0, mask.numCols));
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

    /**
     * The rows, inputs of the map.
     *
     * @return their number
     */
    public int rows() {
        return values.numRows;
    }

    /**
     * The columns, outputs of the map.
     *
     * @return their number
     */
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
