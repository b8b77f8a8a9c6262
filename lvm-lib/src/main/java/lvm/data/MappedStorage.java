package lvm.data;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Numbers in one or several mapped files: rows one after the other in one file, or a file for each column. They are looked at when
 * they are read, for looking at all of them before would read the whole file.
 */
final class MappedStorage extends Storage {
    private final List<Mapped> files;
    private final int dim;
    private final double divisor;
    private final boolean floats;

    /** Rows of D numbers in one file, or D files of one column each. */
    MappedStorage(List<Mapped> files, int dim, double divisor) {
        this.files = files;
        this.dim = dim;
        this.divisor = divisor;
        this.floats = files.stream().allMatch(file -> switch (file.type()) {
            case FLOAT, UNSIGNED_BYTE, SIGNED_BYTE, SHORT -> true;
            case INT, LONG, DOUBLE -> false;
        });
    }

    @Override
    double get(long place) {
        boolean byRows = files.size() == 1;
        Mapped file = files.get(byRows ? 0 : (int) (place % dim));
        double value = file.get(byRows ? place : place / dim) / divisor;
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("Dataset: " + file.file() + " has " + value + " in row " + place / dim
                    + ", column " + place % dim + " (counted from 0), expected finite numbers");
        }
        return value;
    }

    @Override
    void copy(long start, int count, float[] out, int at) {
        for (int j = 0; j < count; j++) {
            double value = get(start + j);
            if (!floats && Math.abs(value) > Float.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "Dataset: " + value + " in row " + (start + j) / dim + ", column "
                                + (start + j) % dim
                                + " (counted from 0 in the whole data) is too large for a float; read doubles or scale the data");
            }
            out[at + j] = (float) value;
        }
    }

    @Override
    void copy(long start, int count, double[] out, int at) {
        for (int j = 0; j < count; j++) {
            out[at + j] = get(start + j);
        }
    }

    @Override
    void check() {
        files.forEach(Mapped::check);
    }

    @Override
    boolean isOnDisk() {
        return true;
    }

    @Override
    boolean isBytes() {
        return files.size() == 1 && files.get(0).type() == Mapped.Type.UNSIGNED_BYTE;
    }

    @Override
    int width() {
        return floats ? Float.BYTES : Double.BYTES;
    }

    @Override
    void put(long start, int count, ByteBuffer out) {
        for (int j = 0; j < count; j++) {
            if (floats) {
                out.putFloat((float) get(start + j));
            } else {
                out.putDouble(get(start + j));
            }
        }
    }

    @Override
    public String toString() {
        return (isBytes() ? Bytes.text(divisor) : floats ? "floats" : "doubles") + " on disk";
    }
}
