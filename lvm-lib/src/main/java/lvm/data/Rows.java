package lvm.data;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/** What is read of data: the numbers of rows, in either precision, and their labels. */
abstract class Rows {
    final Reading reading;
    final Labels labels;

    Rows(Reading reading, Labels labels) {
        this.reading = reading;
        this.labels = labels;
    }

    /** {@return n, the number of observations, at least 1} */
    public int rows() {
        return reading.rows();
    }

    /** {@return D, the numbers of an observation, at least 1} */
    public int dim() {
        return reading.dim();
    }

    /**
     * The label of a row.
     *
     * @param row counted from 0
     * @return its class, counted from 0, or {@link Dataset#UNLABELLED}
     * @throws IllegalArgumentException if there is no such row
     */
    public int label(int row) {
        reading.requireRow("Dataset.label", row);
        return labels.get(row);
    }

    /** {@return the labels of all rows, classes counted from 0 or {@link Dataset#UNLABELLED}; a new array} */
    public int[] labels() {
        int[] all = new int[rows()];
        Arrays.setAll(all, labels::get);
        return all;
    }

    /** {@return whether there are labels beside the rows; some of them may be {@link Dataset#UNLABELLED}} */
    public boolean hasLabels() {
        return labels.exist();
    }

    /** {@return how the numbers are turned into zeros and ones; {@link Dataset.Binarization#NONE} if they are not} */
    public Dataset.Binarization binarization() {
        return reading.binarization();
    }

    /**
     * {@return whether the numbers are levels and no measurements: stored as bytes, binarised, or all of them in [0,1] with both
     * 0 and 1 among them. Models that standardise measurements leave these as they are}
     */
    public boolean hasGreyLevels() {
        return reading.levels();
    }

    /**
     * One number.
     *
     * @param row counted from 0
     * @param column counted from 0
     * @return the value, 0 or 1 in a binarised view
     * @throws IllegalArgumentException if there is no such row or column, or the data are binarised anew at each read
     */
    public double get(int row, int column) {
        reading.requireRow("Dataset.get", row);
        if (column < 0 || column >= dim()) {
            throw new IllegalArgumentException("Dataset.get: column " + column + ", there are " + dim());
        }
        reading.requireGenerator("Dataset.get", null);
        return reading.get(row, column);
    }

    /**
     * Reads a minibatch.
     *
     * @param indices rows counted from 0, such as a shuffled order of all
     * @param from the first of the indices that is wanted
     * @param count how many of them are wanted, 0 or more
     * @param out becomes count×D: row i is the observation indices[from + i]. Modified; nothing is allocated if it had room
     *     for as many numbers
     * @param rng draws the zeros and ones of data that are binarised anew at each read; may be null for others
     * @throws IllegalArgumentException if there is no such row or index, a value is too large for a float, or the
     *     generator is missing
     */
    public void copyRows(int[] indices, int from, int count, FMatrixRMaj out, RandomGenerator rng) {
        reading.copy("Dataset.copyRows", indices, from, count, out, rng);
    }

    /**
     * Reads a minibatch of data that are not binarised anew at each read.
     *
     * @param indices rows counted from 0, such as a shuffled order of all
     * @param from the first of the indices that is wanted
     * @param count how many of them are wanted, 0 or more
     * @param out becomes count×D: row i is the observation indices[from + i]. Modified; nothing is allocated if it had room
     *     for as many numbers
     * @throws IllegalArgumentException if there is no such row or index, a value is too large for a float, or the data are
     *     binarised anew
     */
    public void copyRows(int[] indices, int from, int count, FMatrixRMaj out) {
        copyRows(indices, from, count, out, null);
    }

    /**
     * Reads a minibatch in double precision.
     *
     * @param indices rows counted from 0, such as a shuffled order of all
     * @param from the first of the indices that is wanted
     * @param count how many of them are wanted, 0 or more
     * @param out becomes count×D: row i is the observation indices[from + i]. Modified; nothing is allocated if it had room
     *     for as many numbers
     * @param rng draws the zeros and ones of data that are binarised anew at each read; may be null for others
     * @throws IllegalArgumentException if there is no such row or index, or the generator is missing
     */
    public void copyRows(int[] indices, int from, int count, DMatrixRMaj out, RandomGenerator rng) {
        reading.copy("Dataset.copyRows", indices, from, count, out, rng);
    }

    /**
     * Reads a minibatch in double precision of data that are not binarised anew at each read.
     *
     * @param indices rows counted from 0, such as a shuffled order of all
     * @param from the first of the indices that is wanted
     * @param count how many of them are wanted, 0 or more
     * @param out becomes count×D: row i is the observation indices[from + i]. Modified; nothing is allocated if it had room
     *     for as many numbers
     * @throws IllegalArgumentException if there is no such row or index, or the data are binarised anew
     */
    public void copyRows(int[] indices, int from, int count, DMatrixRMaj out) {
        copyRows(indices, from, count, out, null);
    }

    /**
     * Reads the labels of a minibatch.
     *
     * @param indices rows counted from 0
     * @param from the first of the indices that is wanted
     * @param count how many of them are wanted, 0 or more
     * @param out its first count places become classes counted from 0, or {@link Dataset#UNLABELLED}. Modified
     * @throws IllegalArgumentException if there is no such row or index, or out is too short
     */
    public void copyLabels(int[] indices, int from, int count, int[] out) {
        reading.requireIndices("Dataset.copyLabels", indices, from, count);
        if (out.length < count) {
            throw new IllegalArgumentException(
                    "Dataset.copyLabels: out has room for " + out.length + " labels, wanted are " + count);
        }
        for (int i = 0; i < count; i++) {
            out[i] = labels.get(indices[from + i]);
        }
    }

    /**
     * {@return all numbers, n×D, a new matrix}
     *
     * @throws IllegalArgumentException if the data are binarised anew at each read
     */
    public DMatrixRMaj matrix() {
        return matrix(null);
    }

    /**
     * {@return all numbers, n×D, a new matrix}
     *
     * @param rng draws the zeros and ones of data that are binarised anew at each read; may be null for others
     * @throws IllegalArgumentException if the generator is missing
     */
    public DMatrixRMaj matrix(RandomGenerator rng) {
        DMatrixRMaj all = new DMatrixRMaj(rows(), dim());
        reading.copy("Dataset.matrix", IntStream.range(0, rows()).toArray(), 0, rows(), all, rng);
        return all;
    }

    /**
     * {@return all numbers as floats, n×D, a new matrix}
     *
     * @throws IllegalArgumentException if a value is too large for a float, or the data are binarised anew at each read
     */
    public FMatrixRMaj floatMatrix() {
        return floatMatrix(null);
    }

    /**
     * {@return all numbers as floats, n×D, a new matrix}
     *
     * @param rng draws the zeros and ones of data that are binarised anew at each read; may be null for others
     * @throws IllegalArgumentException if a value is too large for a float, or the generator is missing
     */
    public FMatrixRMaj floatMatrix(RandomGenerator rng) {
        FMatrixRMaj all = new FMatrixRMaj(rows(), dim());
        reading.copy("Dataset.floatMatrix", IntStream.range(0, rows()).toArray(), 0, rows(), all, rng);
        return all;
    }

    /** {@return whether the numbers stand in files, and are read when they are wanted ({@link DataFiles})} */
    public boolean isOnDisk() {
        return reading.storage().isOnDisk();
    }
}
