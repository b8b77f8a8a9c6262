package lvm.data;

import static lvm.data.Messages.assertSaid;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.SplittableRandom;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataFilesTest {
    @TempDir
    private Path folder;

    private static double[] row(long i) {
        return new double[] {i, 2 * i % 100, (i * i) % 7};
    }

    private static DMatrixRMaj rows(int n) {
        DMatrixRMaj x = new DMatrixRMaj(n, 3);
        for (int i = 0; i < n; i++) {
            System.arraycopy(row(i), 0, x.data, 3 * i, 3);
        }
        return x;
    }

    @ParameterizedTest
    @ValueSource(strings = {"<f4", ">f4", "<f8", ">f8", "|u1", "|i1", "<i2", ">i2", "<i4", "<i8", ">i8"})
    void everyTypeOfNumbersIsRead(String type) {
        Dataset data = DataFiles.npy(NumberFiles.npy(folder.resolve("x.npy"), type, 90, 3, DataFilesTest::row));
        assertEquals("x", data.name());
        assertTrue(data.isOnDisk());
        assertArrayEquals(rows(90).data, data.matrix().data);
        FMatrixRMaj floats = new FMatrixRMaj(0, 0);
        data.copyRows(new int[] {5, 89, 5}, 1, 2, floats);
        assertArrayEquals(new float[] {89, 78, 4, 5, 10, 4}, floats.data);
        assertEquals(78, data.subset(3, 89).get(1, 1));
    }

    @Test
    void aVectorIsOneColumn() throws Exception {
        Path file = folder.resolve("v.npy");
        byte[] header = NumberFiles.header("{'descr': '<f8', 'fortran_order': False, 'shape': (5,), }");
        NumberFiles.write(file, header, ByteOrder.LITTLE_ENDIAN, "f8", 5, i -> new double[] {i});
        assertArrayEquals(new double[] {0, 1, 2, 3, 4}, DataFiles.npy(file).matrix().data);
    }

    @Test
    void viewsAndDigestsAreThoseOfTheSameNumbers() {
        Path file = NumberFiles.npy(folder.resolve("x.npy"), rows(50));
        Dataset disk = DataFiles.npy(file);
        Dataset memory = Dataset.of(rows(50));
        assertArrayEquals(
                memory.standardized().matrix().data, disk.standardized().matrix().data);
        assertArrayEquals(
                memory.binarizedAt(3).matrix().data, disk.binarizedAt(3).matrix().data);
        assertEquals(disk.digest(), DataFiles.npy(file).digest());
        assertNotEquals(disk.digest(), disk.subset(0, 1, 2).digest());
        DMatrixRMaj other = rows(50);
        other.set(49, 2, -1);
        assertNotEquals(
                disk.digest(),
                DataFiles.npy(NumberFiles.npy(folder.resolve("y.npy"), other)).digest());
    }

    @Test
    void idxFilesOfBytesAreGreyLevels() throws Exception {
        Path file = folder.resolve("images");
        ByteBuffer header =
                ByteBuffer.allocate(16).putInt(0x0803).putInt(4).putInt(2).putInt(3);
        NumberFiles.write(file, header.array(), ByteOrder.BIG_ENDIAN, "u1", 4, i -> new double[] {0, 51, 255, i, i, i});
        Dataset data = DataFiles.idx(file);
        assertEquals(2, data.imageShape().orElseThrow().height());
        assertTrue(data.hasGreyLevels());
        assertEquals(.2, data.get(3, 1));
        assertEquals(1, data.get(0, 2));
        assertEquals(3 / 255., data.get(3, 5));
        assertEquals(1, data.binarizedOnce(1).get(2, 2));
        header.putInt(0, 0x0B02);
        NumberFiles.write(file, header.array(), ByteOrder.BIG_ENDIAN, "i2", 4, i -> new double[] {300, i});
        assertSaid("is too long: it has 20 bytes of numbers, expected 16", () -> DataFiles.idx(file));
    }

    @Test
    void columnsStandInFilesOfTheirOwn() {
        Path a = NumberFiles.write(
                folder.resolve("a.bin"), new byte[0], ByteOrder.LITTLE_ENDIAN, "f4", 6, i -> new double[] {i});
        Path b = NumberFiles.write(
                folder.resolve("b.f32"), new byte[0], ByteOrder.LITTLE_ENDIAN, "f4", 6, i -> new double[] {.5 - i});
        Dataset data = DataFiles.floatColumns(a, b);
        assertEquals(List.of("a", "b"), data.columns());
        assertArrayEquals(new double[] {0, .5, 1, -.5, 2, -1.5, 3, -2.5, 4, -3.5, 5, -4.5}, data.matrix().data);
        Path c = NumberFiles.write(
                folder.resolve("c"), new byte[0], ByteOrder.LITTLE_ENDIAN, "f4", 5, i -> new double[] {i});
        assertSaid("c has 20 bytes, expected 6 floats as in", () -> DataFiles.floatColumns(a, c));
    }

    @Test
    void whatIsNoSuchFileIsSaid() throws Exception {
        Path file = folder.resolve("x.npy");
        Files.write(file, new byte[] {1, 2, 3});
        assertSaid("is no NumPy file of version 1 to 3", () -> DataFiles.npy(file));
        byte[] fortran = NumberFiles.header("{'descr': '<f8', 'fortran_order': True, 'shape': (5, 2), }");
        NumberFiles.write(file, fortran, ByteOrder.LITTLE_ENDIAN, "f8", 10, i -> new double[] {i});
        assertSaid("ascontiguousarray", () -> DataFiles.npy(file));
        byte[] complex = NumberFiles.header("{'descr': '<c16', 'fortran_order': False, 'shape': (5, 2), }");
        NumberFiles.write(file, complex, ByteOrder.LITTLE_ENDIAN, "f8", 20, i -> new double[] {i});
        assertSaid("has numbers of the type c16, expected f4, f8", () -> DataFiles.npy(file));
        byte[] cube = NumberFiles.header("{'descr': '<f8', 'fortran_order': False, 'shape': (5, 2, 2), }");
        NumberFiles.write(file, cube, ByteOrder.LITTLE_ENDIAN, "f8", 20, i -> new double[] {i});
        assertSaid("has the shape (5, 2, 2), expected (n, D) or (n,)", () -> DataFiles.npy(file));
        assertSaid("is no magic number of IDX", () -> DataFiles.idx(file));
    }

    @Test
    void aTruncatedFileIsFoundWhenItIsOpened() throws Exception {
        Path file = NumberFiles.npy(folder.resolve("x.npy"), rows(10));
        cut(file, Files.size(file) - 1);
        assertSaid("is cut short: it has 239 bytes of numbers, expected 240", () -> DataFiles.npy(file));
    }

    private static void cut(Path file, long length) throws Exception {
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.setLength(length);
        }
    }

    @Test
    void aFileThatIsChangedIsSaid() throws Exception {
        Path file = NumberFiles.npy(folder.resolve("x.npy"), rows(10));
        Dataset data = DataFiles.npy(file);
        data.matrix();
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
        UncheckedIOException e = assertThrows(UncheckedIOException.class, data::matrix);
        assertTrue(e.getMessage().contains("x.npy was changed while it was read"), e.getMessage());
        Dataset again = DataFiles.npy(file);
        cut(file, 100);
        assertThrows(UncheckedIOException.class, again::matrix);
        Files.delete(file);
        assertTrue(assertThrows(UncheckedIOException.class, again::matrix)
                .getMessage()
                .contains("it is no longer there"));
    }

    /** Pages that are gone are an error of the virtual machine, which says nothing of the file. */
    @Test
    void aPageThatIsGoneIsAChangedFile() throws Exception {
        Path file = NumberFiles.npy(folder.resolve("x.npy"), rows(200_000));
        Dataset data = DataFiles.npy(file);
        UncheckedIOException e = assertThrows(
                UncheckedIOException.class,
                () -> data.chunks()
                        .sum(
                                Chunks.whole(200_000),
                                source -> {
                                    DMatrixRMaj block = new DMatrixRMaj(0, 0);
                                    while (source.read(block, 100_000) > 0) {
                                        cutNow(file);
                                    }
                                    return 0;
                                },
                                Integer::sum));
        assertTrue(e.getMessage().contains("was changed while it was read"), e.getMessage());
    }

    private static void cutNow(Path file) {
        try {
            cut(file, 200);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aNumberThatIsNoneIsNamedByItsPlace() {
        DMatrixRMaj x = rows(10);
        x.set(7, 1, Double.NaN);
        Dataset data = DataFiles.npy(NumberFiles.npy(folder.resolve("x.npy"), x));
        assertEquals(2, data.get(2, 2) - 2);
        assertSaid("x.npy has NaN in row 7, column 1 (counted from 0), expected finite numbers", data::matrix);
        x.set(7, 1, 1e300);
        Dataset large = DataFiles.npy(NumberFiles.npy(folder.resolve("y.npy"), x));
        assertSaid("1.0E300 in row 7, column 1 (counted from 0 in the whole data) is too large", large::floatMatrix);
        assertFalse(large.matrix().get(7, 1) < 1e300);
    }

    /** The sums of chunks are added in the order of the chunks, whoever is ready first. */
    @Test
    void chunksAreAddedInTheirOrder() {
        Dataset data = DataFiles.npy(NumberFiles.npy(folder.resolve("x.npy"), rows(1000)));
        String order = data.chunks()
                .sum(
                        Chunks.every(1000, 7),
                        source -> {
                            DMatrixRMaj block = new DMatrixRMaj(0, 0);
                            StringBuilder rows = new StringBuilder();
                            while (source.read(block, 3) > 0) {
                                for (int i = 0; i < block.numRows; i++) {
                                    rows.append((int) block.get(i, 0)).append(' ');
                                }
                            }
                            return rows.toString();
                        },
                        String::concat);
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            expected.append(i).append(' ');
        }
        assertEquals(expected.toString(), order);
        assertArrayEquals(new double[] {999, 98, 4, 4, 8, 2}, data.chunks().rows(999, 4).data);
    }

    @Test
    void dataThatAreDrawnAnewHaveNoChunks() {
        Path file = NumberFiles.npy(folder.resolve("x.npy"), new DMatrixRMaj(new double[][] {{0, .5}, {1, .2}}));
        Dataset anew = DataFiles.npy(file).binarizedAnew();
        assertSaid("binarised anew at each read", anew::chunks);
        assertEquals(2, anew.matrix(new SplittableRandom(1)).numRows);
    }
}
