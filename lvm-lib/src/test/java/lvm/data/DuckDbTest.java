package lvm.data;

import static lvm.data.Messages.assertSaid;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DuckDbTest {
    @TempDir
    private Path folder;

    private Path parquet(String query) throws Exception {
        Path file = folder.resolve("rows.parquet");
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("COPY (" + query + ") TO '" + file + "' (FORMAT parquet)");
        }
        return file;
    }

    @Test
    void columnsOfAParquetFileAreRows() throws Exception {
        Path file = parquet("SELECT i AS a, i / 4.0 AS \"b c\", i % 2 = 0 AS even, 'x' AS text FROM range(50000) t(i)");
        Dataset data = DataFiles.parquet(file, "b c", "even", "a");
        assertEquals(List.of("b c", "even", "a"), data.columns());
        assertEquals("rows: 50000 × 3, doubles on disk", data.toString());
        assertArrayEquals(
                new double[] {12499.75, 0, 49999, 0, 1, 0}, data.chunks().rows(49999, 0).data);
    }

    @Test
    void aFileOfCommaSeparatedValuesIsRead() throws Exception {
        Path file = folder.resolve("x.csv");
        Files.writeString(file, "p,q\n1.5,2\n-3e2,4\n");
        Dataset data = DataFiles.csv(file);
        assertEquals(List.of("p", "q"), data.columns());
        assertArrayEquals(new double[] {1.5, 2, -300, 4}, data.matrix().data);
    }

    @Test
    void whatCanNotBeReadIsSaid() throws Exception {
        Path file =
                parquet("SELECT i AS a, CASE WHEN i = 41 THEN NULL ELSE i END AS b, 'x' AS text FROM range(50) t(i)");
        assertSaid("column \"b\" of " + file + " has no value in row 41", () -> DataFiles.parquet(file, "b"));
        assertSaid("column \"text\" of " + file + " is VARCHAR, expected numbers", () -> DataFiles.parquet(file));
        assertSaid("rows.parquet can not be read", () -> DataFiles.parquet(file, "none"));
        byte[] all = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(all, all.length - 100));
        assertSaid("rows.parquet can not be read", () -> DataFiles.parquet(file, "a"));
        Path empty = parquet("SELECT i AS a FROM range(0) t(i)");
        assertSaid("has no rows", () -> DataFiles.parquet(empty));
    }

    /** The classes of the library where those of DuckDB are not. */
    private static final class Without extends ClassLoader {
        Without() {
            super(DuckDbTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("org.duckdb.")) {
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith("lvm.")) {
                return super.loadClass(name, resolve);
            }
            Class<?> known = findLoadedClass(name);
            if (known != null) {
                return known;
            }
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    @Test
    void whereDuckDbIsMissingTheDependencyIsNamed() throws Exception {
        Class<?> files = new Without().loadClass(DataFiles.class.getName());
        Object[] arguments = {folder.resolve("x.csv"), new String[0]};
        Throwable e = assertThrows(
                        Exception.class,
                        () -> files.getMethod("csv", Path.class, String[].class).invoke(null, arguments))
                .getCause();
        assertTrue(e.getMessage().contains("add the dependency org.duckdb:duckdb_jdbc:"), e.toString());
        String version = e.getMessage().replaceAll("(?s).*%maven org.duckdb:duckdb_jdbc:([0-9.]*[0-9]).*", "$1");
        String pom = Files.readString(Path.of("").toAbsolutePath().resolve("../pom.xml"));
        assertTrue(pom.contains("<duckdb.version>" + version + "</duckdb.version>"), version);
    }
}
