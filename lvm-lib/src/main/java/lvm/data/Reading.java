package lvm.data;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import lvm.data.Dataset.Binarization;
import lvm.random.Seeds;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/** How stored values become the numbers of a data set: which rows and columns are read, and how they become zeros and ones. */
final class Reading {
    private static final int PIECE = 4096; // numbers that are digested together

    private final Storage storage;
    private final int width; // the columns of a stored row
    private final int[] rows; // the stored row of each row; null: all, in order
    private final int[] columns; // the stored column of each column; null: all, in order
    private final int count;
    private final Binarization binarization;
    private final float threshold;
    private final long seed;
    private final double[] shift; // of each column; null: numbers are read as they are stored
    private final double[] scale;

    /** Everything as it is stored. */
    Reading(Storage storage, int rows, int columns) {
        this(storage, columns, null, null, rows, Binarization.NONE, 0, 0, null, null);
    }

    private Reading(
            Storage storage,
            int width,
            int[] rows,
            int[] columns,
            int count,
            Binarization binarization,
            float threshold,
            long seed,
            double[] shift,
            double[] scale) {
        this.storage = storage;
        this.width = width;
        this.rows = rows;
        this.columns = columns;
        this.count = count;
        this.binarization = binarization;
        this.threshold = threshold;
        this.seed = seed;
        this.shift = shift;
        this.scale = scale;
    }

    int rows() {
        return count;
    }

    int dim() {
        return columns == null ? width : columns.length;
    }

    Storage storage() {
        return storage;
    }

    Binarization binarization() {
        return binarization;
    }

    /** Some of these rows, in an order of one's own. */
    Reading rows(String where, int[] indices) {
        int[] stored = new int[indices.length];
        for (int i = 0; i < stored.length; i++) {
            requireRow(where, indices[i]);
            stored[i] = stored(indices[i]);
        }
        return new Reading(storage, width, stored, columns, stored.length, binarization, threshold, seed, shift, scale);
    }

    /** Some of these columns, in an order of one's own. */
    Reading columns(int[] indices) {
        int[] stored = new int[indices.length];
        for (int j = 0; j < stored.length; j++) {
            stored[j] = columns == null ? indices[j] : columns[indices[j]];
        }
        return new Reading(
                storage,
                width,
                rows,
                stored,
                count,
                binarization,
                threshold,
                seed,
                at(shift, indices),
                at(scale, indices));
    }

    private static double[] at(double[] values, int[] indices) {
        return values == null
                ? null
                : Arrays.stream(indices).mapToDouble(j -> values[j]).toArray();
    }

    /** (x − shift)/scale of each column in the place of x. */
    Reading standardized(String where, double[] shift, double[] scale) {
        if (binarization != Binarization.NONE || this.shift != null) {
            throw new IllegalArgumentException(
                    where + ": the data are already " + (this.shift == null ? binarization : "standardised"));
        }
        if (shift.length != dim() || scale.length != dim()) {
            throw new IllegalArgumentException(where + ": " + shift.length + " means and " + scale.length
                    + " deviations, expected " + dim() + " of each");
        }
        for (int j = 0; j < shift.length; j++) {
            if (!Double.isFinite(shift[j]) || !(scale[j] > 0 && scale[j] < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(where + ": mean " + shift[j] + " and deviation " + scale[j]
                        + " of column " + j + ", expected finite numbers and a deviation above 0");
            }
        }
        return new Reading(
                storage, width, rows, columns, count, binarization, threshold, seed, shift.clone(), scale.clone());
    }

    /** Whether the numbers are levels: bytes, zeros and ones, or numbers of [0,1] of which some are 0 and some 1. */
    boolean levels() {
        if (shift != null) {
            return false;
        }
        if (binarization != Binarization.NONE || storage.isBytes()) {
            return true;
        }
        boolean zero = false;
        boolean one = false;
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < dim(); j++) {
                double value = storage.get(place(stored(i), j));
                if (!(value >= 0 && value <= 1)) {
                    return false;
                }
                zero |= value == 0;
                one |= value == 1;
            }
        }
        return zero && one;
    }

    /** Ones where the value is above a threshold. */
    Reading binarizedAt(String where, float threshold) {
        return binarized(where, Binarization.THRESHOLD, threshold, 0);
    }

    /** Ones drawn with the value as their probability: from the seed if once, else by the generator of the reader. */
    Reading drawn(String where, Binarization how, long seed) {
        Reading drawn = binarized(where, how, 0, seed);
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < dim(); j++) {
                double value = get(i, j);
                if (!(value >= 0 && value <= 1)) {
                    throw new IllegalArgumentException(where + ": " + value + " in row " + i + ", column " + j
                            + " (counted from 0), expected probabilities in [0,1]");
                }
            }
        }
        return drawn;
    }

    private Reading binarized(String where, Binarization how, float threshold, long seed) {
        if (binarization != Binarization.NONE) {
            throw new IllegalArgumentException(where + ": the data are already " + binarization);
        }
        return new Reading(storage, width, rows, columns, count, how, threshold, seed, shift, scale);
    }

    /** One number; the data are not binarised anew. */
    double get(int row, int column) {
        long place = place(stored(row), column);
        double stored = storage.get(place);
        double value = shift == null ? stored : (stored - shift[column]) / scale[column];
        return switch (binarization) {
            case THRESHOLD -> above((float) value);
            case ONCE -> once((float) value, place);
            default -> value;
        };
    }

    /** Reads rows: row i becomes the row indices[from + i]. */
    void copy(String where, int[] indices, int from, int wanted, FMatrixRMaj out, RandomGenerator rng) {
        requireIndices(where, indices, from, wanted);
        requireGenerator(where, rng);
        requireFloats();
        out.reshape(wanted, dim());
        storage.check();
        try {
            for (int i = 0; i < wanted; i++) {
                copy(stored(indices[from + i]), out.data, i * dim(), rng);
            }
        } catch (InternalError e) {
            throw gone(e);
        }
        storage.check();
    }

    /** Numbers that are gone are an error of the virtual machine, thrown a little later than where they were read. */
    private InternalError gone(InternalError e) {
        storage.check(); // which says what happened
        return e;
    }

    private void copy(int stored, float[] out, int at, RandomGenerator rng) {
        if (shift != null) {
            for (int j = 0; j < shift.length; j++) {
                out[at + j] = (float) ((storage.get(place(stored, j)) - shift[j]) / scale[j]);
            }
        } else if (columns == null) {
            storage.copy((long) stored * width, width, out, at);
        } else {
            for (int j = 0; j < columns.length; j++) {
                out[at + j] = (float) storage.get(place(stored, j));
            }
        }
        int dim = dim();
        switch (binarization) {
            case THRESHOLD -> {
                for (int j = at; j < at + dim; j++) {
                    out[j] = above(out[j]);
                }
            }
            case ONCE -> {
                for (int j = 0; j < dim; j++) {
                    out[at + j] = once(out[at + j], place(stored, j));
                }
            }
            case ANEW -> {
                for (int j = at; j < at + dim; j++) {
                    out[j] = anew(out[j], rng);
                }
            }
            case NONE -> {}
        }
    }

    /** Reads rows: row i becomes the row indices[from + i]. */
    void copy(String where, int[] indices, int from, int wanted, DMatrixRMaj out, RandomGenerator rng) {
        requireIndices(where, indices, from, wanted);
        requireGenerator(where, rng);
        out.reshape(wanted, dim());
        storage.check();
        try {
            for (int i = 0; i < wanted; i++) {
                copy(stored(indices[from + i]), out.data, i * dim(), rng);
            }
        } catch (InternalError e) {
            throw gone(e);
        }
        storage.check();
    }

    private void copy(int stored, double[] out, int at, RandomGenerator rng) {
        if (shift != null) {
            for (int j = 0; j < shift.length; j++) {
                out[at + j] = (storage.get(place(stored, j)) - shift[j]) / scale[j];
            }
        } else if (columns == null) {
            storage.copy((long) stored * width, width, out, at);
        } else {
            for (int j = 0; j < columns.length; j++) {
                out[at + j] = storage.get(place(stored, j));
            }
        }
        int dim = dim();
        switch (binarization) {
            case THRESHOLD -> {
                for (int j = at; j < at + dim; j++) {
                    out[j] = above((float) out[j]);
                }
            }
            case ONCE -> {
                for (int j = 0; j < dim; j++) {
                    out[at + j] = once((float) out[at + j], place(stored, j));
                }
            }
            case ANEW -> {
                for (int j = at; j < at + dim; j++) {
                    out[j] = anew((float) out[j], rng);
                }
            }
            case NONE -> {}
        }
    }

    private int above(float value) {
        return value > threshold ? 1 : 0;
    }

    private int once(float probability, long place) {
        return uniform(seed, place) < probability ? 1 : 0;
    }

    // Most pixels of most images are 0 or 1: they need no draw.
    private static int anew(float probability, RandomGenerator rng) {
        return probability > 0 && (probability >= 1 || rng.nextFloat() < probability) ? 1 : 0;
    }

    /** A number in [0,1) that depends on the seed and the place only. */
    private static float uniform(long seed, long place) {
        return (Seeds.number(seed * 0xd1342543de82ef95L, place) >>> 40) * 0x1p-24f;
    }

    /** Adds shape, kind of storage and all values: as they are stored, or the bits of data with a threshold or drawn once. */
    void addTo(MessageDigest digest) {
        storage.check();
        try {
            digest(digest);
        } catch (InternalError e) {
            throw gone(e);
        }
        storage.check();
    }

    private void digest(MessageDigest digest) {
        Sha256.add(digest, count, dim());
        Sha256.add(digest, List.of(storage.toString(), binarization.name()));
        if (shift != null) {
            Sha256.add(digest, List.of("standardised", Arrays.toString(shift), Arrays.toString(scale)));
        }
        boolean bits = binarization == Binarization.THRESHOLD || binarization == Binarization.ONCE;
        ByteBuffer piece = ByteBuffer.allocate(PIECE * storage.width());
        for (int i = 0; i < count; i++) {
            for (int from = 0; from < dim(); from += PIECE) {
                int to = Math.min(dim(), from + PIECE);
                piece.clear();
                if (!bits && columns == null) {
                    storage.put(place(stored(i), from), to - from, piece);
                } else {
                    for (int j = from; j < to; j++) {
                        if (bits) {
                            piece.put((byte) get(i, j));
                        } else {
                            storage.put(place(stored(i), j), 1, piece);
                        }
                    }
                }
                digest.update(piece.flip());
            }
        }
    }

    private int stored(int row) {
        return rows == null ? row : rows[row];
    }

    private long place(int stored, int column) {
        return (long) stored * width + (columns == null ? column : columns[column]);
    }

    // --- checks

    void requireRow(String where, int row) {
        if (row < 0 || row >= count) {
            throw new IllegalArgumentException(where + ": row " + row + ", the data have the rows 0 to " + (count - 1));
        }
    }

    void requireIndices(String where, int[] indices, int from, int wanted) {
        if (from < 0 || wanted < 0 || wanted > indices.length - from) {
            throw new IllegalArgumentException(where + ": " + wanted + " of " + indices.length + " indices from number "
                    + from + " on, there are not as many");
        }
        for (int i = from; i < from + wanted; i++) {
            if (indices[i] < 0 || indices[i] >= count) {
                throw new IllegalArgumentException(where + ": indices[" + i + "] is " + indices[i]
                        + ", the data have the rows 0 to " + (count - 1));
            }
        }
    }

    void requireGenerator(String where, RandomGenerator rng) {
        if (binarization == Binarization.ANEW && rng == null) {
            throw new IllegalArgumentException(
                    where + ": the data are " + binarization
                            + ", which draws from a generator; pass one to copyRows, matrix or floatMatrix, or use binarizedOnce(seed)");
        }
    }

    private void requireFloats() {
        long place = shift == null ? storage.tooLargeForFloat() : -1;
        if (place >= 0) {
            throw new IllegalArgumentException("Dataset: " + storage.get(place) + " in row " + place / width
                    + ", column " + place % width
                    + " (counted from 0 in the whole data) is too large for a float; read doubles or scale the data");
        }
    }
}
