package lvm.fit;

import java.util.random.RandomGenerator;
import lvm.data.Dataset;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * The rows of one step. Values are read when they are first asked for, into matrices that are used again for the next
 * batch.
 */
public final class Batch {
    /** The rows that stand at some places of an epoch. */
    @FunctionalInterface
    interface Order {
        /** Writes the rows at the places from first on into the beginning of an array. */
        void rows(int first, int count, int[] out);
    }

    private final Dataset data;
    private final Order order;
    private int[] rows = new int[0];
    private final FMatrixRMaj floats = new FMatrixRMaj(0, 0);
    private final DMatrixRMaj doubles = new DMatrixRMaj(0, 0);
    private int[] labels;
    private int size;
    private RandomGenerator rng;
    private boolean haveFloats;
    private boolean haveDoubles;
    private boolean haveLabels;

    Batch(Dataset data, Order order) {
        this.data = data;
        this.order = order;
    }

    Batch at(int from, int size, RandomGenerator rng) {
        if (rows.length < size) {
            rows = new int[size];
        }
        order.rows(from, size, rows);
        this.size = size;
        this.rng = rng;
        haveFloats = false;
        haveDoubles = false;
        haveLabels = false;
        return this;
    }

    /**
     * The number of rows.
     *
     * @return the size of the batch, 0 in a fit without a data set
     */
    public int size() {
        return size;
    }

    /**
     * Where a row of the batch stands in the data set.
     *
     * @param i the row of the batch, from 0
     * @return the row of the data set, from 0
     * @throws IllegalArgumentException if there is no such row in the batch
     */
    public int row(int i) {
        if (i < 0 || i >= size) {
            throw new IllegalArgumentException("Batch.row: row " + i + " of " + size);
        }
        return rows[i];
    }

    /**
     * The observations in single precision.
     *
     * @return size×D values; not a copy, the next batch overwrites them
     * @throws IllegalStateException if the fit has no data set
     */
    public FMatrixRMaj x() {
        if (!haveFloats) {
            data().copyRows(rows, 0, size, floats, rng);
            haveFloats = true;
        }
        return floats;
    }

    /**
     * The observations in double precision.
     *
     * @return size×D values; not a copy, the next batch overwrites them
     * @throws IllegalStateException if the fit has no data set
     */
    public DMatrixRMaj doubles() {
        if (!haveDoubles) {
            data().copyRows(rows, 0, size, doubles, rng);
            haveDoubles = true;
        }
        return doubles;
    }

    /**
     * The labels.
     *
     * @return {@link #size()} classes counted from 0, or {@link Dataset#UNLABELLED}; not a copy, the next batch overwrites
     *     them
     * @throws IllegalStateException if the fit has no data set
     */
    public int[] labels() {
        if (!haveLabels) {
            if (labels == null || labels.length != size) {
                labels = new int[size];
            }
            data().copyLabels(rows, 0, size, labels);
            haveLabels = true;
        }
        return labels;
    }

    private Dataset data() {
        if (data == null) {
            throw new IllegalStateException("Batch: the fit has no data set; its step has its own data");
        }
        return data;
    }
}
