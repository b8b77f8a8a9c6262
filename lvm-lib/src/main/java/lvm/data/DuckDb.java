package lvm.data;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.Arrays;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import lvm.linalg.Interrupts;

/**
 * Tables that DuckDB reads, by JDBC alone: nothing here needs its classes to be there. A table is written once as a file of numbers,
 * since rows in an order of one's own would mean reading all before them each time.
 */
final class DuckDb {
    private static final String DRIVER = "org.duckdb.DuckDBDriver";
    private static final String VERSION = "1.5.5.1";
    private static final int ROWS_BETWEEN_POLLS = 4096;

    private static final Set<Integer> NUMBERS = Set.of(
            Types.BIT,
            Types.BOOLEAN,
            Types.TINYINT,
            Types.SMALLINT,
            Types.INTEGER,
            Types.BIGINT,
            Types.REAL,
            Types.FLOAT,
            Types.DOUBLE,
            Types.DECIMAL,
            Types.NUMERIC);

    private DuckDb() {}

    /** The wanted columns of a table as data on disk. */
    static Dataset spool(String what, String reader, Path file, String... columns) {
        requireDriver(what);
        Stamp before = Stamp.of(what, file);
        Properties settings = new Properties();
        settings.put("jdbc_stream_results", "true"); // or the driver takes the whole result into memory
        String wanted = columns.length == 0
                ? "*"
                : Arrays.stream(columns).map(DuckDb::quoted).collect(Collectors.joining(", "));
        Path copy = null;
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:", settings)) {
            try (Statement limits = connection.createStatement()) {
                limits.execute("SET preserve_insertion_order = true");
            }
            try (PreparedStatement query =
                    connection.prepareStatement("SELECT " + wanted + " FROM " + reader + "(?)")) {
                query.setString(1, file.toString());
                try (ResultSet rows = query.executeQuery()) {
                    copy = Files.createTempFile("lvm-" + DataFiles.nameOf(file), ".npy");
                    copy.toFile().deleteOnExit();
                    String[] names = write(what, file, rows, copy);
                    before.requireSame(what, file);
                    return DataFiles.npy(copy).withColumns(names).named(DataFiles.nameOf(file));
                }
            }
        } catch (SQLException e) {
            delete(copy);
            throw new IllegalArgumentException(what + ": " + file + " can not be read: " + e.getMessage(), e);
        } catch (IOException e) {
            delete(copy);
            throw new UncheckedIOException(what + ": the numbers of " + file + " can not be written: " + e, e);
        } catch (RuntimeException e) {
            delete(copy);
            throw e;
        }
    }

    private static void requireDriver(String what) {
        try {
            Class.forName(DRIVER);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(
                    what + ": DuckDB is not on the class path; add the dependency org.duckdb:duckdb_jdbc:" + VERSION
                            + " (in a notebook: %maven org.duckdb:duckdb_jdbc:" + VERSION + ")",
                    e);
        }
    }

    private static String quoted(String column) {
        return '"' + column.replace("\"", "\"\"") + '"';
    }

    /** Writes the rows as doubles and gives the names of the columns. */
    private static String[] write(String what, Path file, ResultSet rows, Path copy) throws SQLException, IOException {
        ResultSetMetaData table = rows.getMetaData();
        int d = table.getColumnCount();
        String[] names = new String[d];
        boolean[] truths = new boolean[d];
        for (int j = 0; j < d; j++) {
            names[j] = table.getColumnName(j + 1);
            int type = table.getColumnType(j + 1);
            truths[j] = type == Types.BOOLEAN || type == Types.BIT;
            if (!NUMBERS.contains(type)) {
                throw new IllegalArgumentException(
                        what + ": column \"" + names[j] + "\" of " + file + " is " + table.getColumnTypeName(j + 1)
                                + ", expected numbers or truth values; name the columns that are wanted");
            }
        }
        long n = 0;
        ByteBuffer row = ByteBuffer.allocate(d * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(copy), 1 << 16)) {
            out.write(Npy.doubles(0, d));
            while (rows.next()) {
                if (n % ROWS_BETWEEN_POLLS == 0) {
                    Interrupts.check(what);
                }
                row.clear();
                for (int j = 0; j < d; j++) {
                    double value = truths[j] ? rows.getBoolean(j + 1) ? 1 : 0 : rows.getDouble(j + 1);
                    if (rows.wasNull() || !Double.isFinite(value)) {
                        throw new IllegalArgumentException(what + ": column \"" + names[j] + "\" of " + file + " has "
                                + (rows.wasNull() ? "no value" : "" + value) + " in row " + n
                                + " (counted from 0), expected finite numbers");
                    }
                    row.putDouble(value);
                }
                out.write(row.array());
                n++;
            }
        }
        if (n == 0) {
            throw new IllegalArgumentException(what + ": " + file + " has no rows");
        }
        try (RandomAccessFile header = new RandomAccessFile(copy.toFile(), "rw")) {
            header.write(Npy.doubles(n, d)); // as long as the one that stands there
        }
        return names;
    }

    private static void delete(Path copy) {
        if (copy != null) {
            copy.toFile().delete(); // the exception that is under way says more than one about this
        }
    }

    /** What a file was like before it was read; of a pattern nothing is known. */
    private record Stamp(long size, FileTime time) {
        static Stamp of(String what, Path file) {
            try {
                return file.toString().contains("*")
                        ? new Stamp(0, FileTime.fromMillis(0))
                        : new Stamp(Files.size(file), Files.getLastModifiedTime(file));
            } catch (IOException e) {
                throw DataFiles.unreadable(what, file, e);
            }
        }

        void requireSame(String what, Path file) {
            if (!equals(of(what, file))) {
                throw new UncheckedIOException(
                        what + ": " + file + " was changed while it was read",
                        new IOException(file + " was changed while it was read"));
            }
        }
    }
}
