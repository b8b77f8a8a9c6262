package lvm.data;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Data sets whose numbers stay in files: more rows than memory holds. Files of numbers are mapped into memory, of which the system
 * holds the pages that are read; tables are read once, in chunks, into such a file.
 *
 * <pre>{@code
 * Dataset data = DataFiles.npy(Path.of("rows.npy"));
 * GaussianMixture mixture = GaussianMixture.builder().components(5).fit(data);
 * }</pre>
 *
 * <p>Mixtures, k-means, PCA and factor models read all rows in each pass, a chunk at a time. What trains in minibatches draws
 * blocks of rows in a new order in each epoch, and shuffles the rows of some blocks at a time among each other: a minibatch is
 * drawn from about a million numbers, and not from all. Other models, and those with missing entries, take all rows into memory.
 *
 * <p>A number that is NaN or infinite is found when it is read, and named by file, row and column. Whoever writes to a file while
 * it is read stops the fit: size and time of the file are compared at each read.
 */
public final class DataFiles {
    private static final int BYTES = 255;

    private DataFiles() {}

    // --- NumPy

    /**
     * The rows of a matrix in NumPy's format {@code .npy}, versions 1 to 3: n×D numbers (or n, one column), by rows, of the types
     * {@code f4}, {@code f8}, {@code u1}, {@code i1}, {@code i2}, {@code i4}, {@code i8} and {@code b1} in either order of bytes.
     *
     * @param file the file, which is kept open and must not change
     * @return n observations with the name of the file
     * @throws IllegalArgumentException if it is no such file, is cut short, or has another type or order; the message says what it
     *     has
     * @throws UncheckedIOException if it can not be read
     */
    public static Dataset npy(Path file) {
        Npy header = Npy.read(file);
        Mapped numbers = new Mapped(
                "DataFiles.npy", file, header.type(), header.order(), header.offset(), header.rows() * header.dim());
        return data("DataFiles.npy", List.of(numbers), header.rows(), header.dim(), 1);
    }

    // --- IDX

    /**
     * The items of a file in the format IDX of MNIST, not compressed: magic number, dimensions, numbers with the most significant
     * byte first. The first dimension is that of the observations, and images are known as such. Bytes become b/255.
     *
     * @param file the file, which is kept open and must not change
     * @return n observations with the name of the file
     * @throws IllegalArgumentException if it is no such file, or is cut short
     * @throws UncheckedIOException if it can not be read
     */
    public static Dataset idx(Path file) {
        String what = "DataFiles.idx";
        int[] sizes;
        Mapped.Type type;
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            int magic = in.readInt();
            type = idxType(file, magic);
            sizes = new int[magic & 0xff];
            for (int i = 0; i < sizes.length; i++) {
                sizes[i] = in.readInt();
            }
        } catch (EOFException e) {
            throw new IllegalArgumentException(what + ": " + file + " ends within its header", e);
        } catch (IOException e) {
            throw unreadable(what, file, e);
        }
        long dim = 1;
        for (int i = 1; i < sizes.length; i++) {
            dim *= sizes[i];
        }
        if (dim < 1 || dim > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(what + ": " + file + " has the dimensions " + Arrays.toString(sizes));
        }
        long header = Integer.BYTES * (1L + sizes.length);
        Mapped numbers = new Mapped(what, file, type, ByteOrder.BIG_ENDIAN, header, sizes[0] * dim);
        double divisor = type == Mapped.Type.UNSIGNED_BYTE ? BYTES : 1;
        Dataset data = data(what, List.of(numbers), sizes[0], (int) dim, divisor);
        return sizes.length == 3 ? data.asImages(sizes[1], sizes[2]) : data;
    }

    private static Mapped.Type idxType(Path file, int magic) {
        Mapped.Type type = switch (magic >>> 8) {
            case 0x08 -> Mapped.Type.UNSIGNED_BYTE;
            case 0x09 -> Mapped.Type.SIGNED_BYTE;
            case 0x0B -> Mapped.Type.SHORT;
            case 0x0C -> Mapped.Type.INT;
            case 0x0D -> Mapped.Type.FLOAT;
            case 0x0E -> Mapped.Type.DOUBLE;
            default -> null;
        };
        if (type == null || (magic & 0xff) == 0) {
            throw new IllegalArgumentException(String.format(
                    "DataFiles.idx: %s begins with 0x%08x, which is no magic number of IDX (a compressed file has to be unpacked first)",
                    file, magic));
        }
        return type;
    }

    // --- floats

    /**
     * Columns of floats, each in a file of its own without a header, as column stores and {@code numpy.tofile} write them: four bytes
     * a number, the least significant first.
     *
     * @param files a file for each column, all of the same length, which are kept open and must not change
     * @return n observations whose columns have the names of the files without their endings
     * @throws IllegalArgumentException if there is no file, one has no whole floats or no number, or they differ in length
     * @throws UncheckedIOException if a file can not be read
     */
    public static Dataset floatColumns(Path... files) {
        String what = "DataFiles.floatColumns";
        if (files.length == 0) {
            throw new IllegalArgumentException(what + ": no files");
        }
        List<Mapped> columns = new ArrayList<>();
        long rows = -1;
        for (Path file : files) {
            long bytes;
            try {
                bytes = Files.size(file);
            } catch (IOException e) {
                throw unreadable(what, file, e);
            }
            if (bytes % Float.BYTES != 0 || rows >= 0 && bytes != rows * Float.BYTES) {
                throw new IllegalArgumentException(what + ": " + file + " has " + bytes + " bytes, expected "
                        + (rows < 0 ? "whole floats" : rows + " floats as in " + files[0]));
            }
            rows = bytes / Float.BYTES;
            columns.add(new Mapped(what, file, Mapped.Type.FLOAT, ByteOrder.LITTLE_ENDIAN, 0, rows));
        }
        String[] names = Arrays.stream(files).map(DataFiles::nameOf).toArray(String[]::new);
        return data(what, columns, rows, files.length, 1).withColumns(names);
    }

    // --- tables

    /**
     * Columns of a Parquet file, or of several of them by a pattern such as {@code part-*.parquet}. They are read once, in chunks,
     * into a file of doubles among the temporary files, which is deleted when the Java process ends.
     *
     * @param file the file
     * @param columns the columns that are wanted, of numbers or truth values; all if none is named
     * @return n observations with the names of the columns
     * @throws IllegalArgumentException if there is no such column or it holds something else than numbers, a value is missing or not
     *     finite, or there is no row; the message names file, column and row
     * @throws IllegalStateException if DuckDB is not there; the message has the dependency to add
     * @throws UncheckedIOException if the file can not be read or was changed meanwhile
     */
    public static Dataset parquet(Path file, String... columns) {
        return DuckDb.spool("DataFiles.parquet", "read_parquet", file, columns);
    }

    /**
     * Columns of a file of comma separated values with a first line of names; as {@link #parquet}.
     *
     * @param file the file
     * @param columns the columns that are wanted, of numbers or truth values; all if none is named
     * @return n observations with the names of the columns
     * @throws IllegalArgumentException as {@link #parquet}
     * @throws IllegalStateException as {@link #parquet}
     * @throws UncheckedIOException as {@link #parquet}
     */
    public static Dataset csv(Path file, String... columns) {
        return DuckDb.spool("DataFiles.csv", "read_csv", file, columns);
    }

    // --- all

    static Dataset data(String what, List<Mapped> files, long rows, int dim, double divisor) {
        Path file = files.get(0).file();
        if (rows < 1 || rows > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    what + ": " + file + " has " + rows + " rows, expected 1 to " + Integer.MAX_VALUE);
        }
        return Dataset.of(new MappedStorage(files, dim, divisor), (int) rows, dim, nameOf(file));
    }

    /** The name of a file without its ending. */
    static String nameOf(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    static UncheckedIOException unreadable(String what, Path file, IOException e) {
        return new UncheckedIOException(what + ": " + file + " can not be read: " + e, e);
    }
}
