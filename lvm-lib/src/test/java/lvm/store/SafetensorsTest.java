package lvm.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The layout, checked by readers and writers of its definition that are not ours. */
class SafetensorsTest {
    @TempDir
    Path directory;

    private static Safetensors sample() {
        FMatrixRMaj wide = new FMatrixRMaj(2, 3);
        wide.setData(new float[] {1, 2, 3, 4, 5, -0f, 99, 98}); // EJML keeps room behind the numbers
        return new Safetensors()
                .put("w/λ \"quoted\"", wide)
                .put("none", new FMatrixRMaj(0, 4))
                .put("d", new DMatrixRMaj(new double[][] {{Math.PI}, {Double.NaN}, {Double.MIN_VALUE}}))
                .put("n", new long[] {Long.MIN_VALUE, 7})
                .putMetadata("made by", "a test");
    }

    @Test
    void readsWhatItWrote() throws IOException {
        Path file = directory.resolve("a.safetensors");
        sample().write(file);
        Safetensors read = Safetensors.read(file);
        FMatrixRMaj w = read.floats("w/λ \"quoted\"");
        assertEquals(2, w.numRows);
        assertArrayEquals(new float[] {1, 2, 3, 4, 5, -0f}, w.data);
        assertEquals(0, read.floats("none").numRows);
        assertEquals(4, read.floats("none").numCols);
        assertArrayEquals(new double[] {Math.PI, Double.NaN, Double.MIN_VALUE}, read.doubles("d").data);
        assertArrayEquals(new long[] {Long.MIN_VALUE, 7}, read.longs("n"));
        assertEquals("a test", read.metadata().get("made by"));
        String message = assertThrows(IllegalArgumentException.class, () -> read.floats("d"))
                .getMessage();
        assertEquals("Safetensors: \"d\" is F64, expected F32", message);
        assertTrue(assertThrows(IllegalArgumentException.class, () -> read.floats("x"))
                .getMessage()
                .contains("no tensor \"x\""));
    }

    @Test
    void largerThanItsBuffer() throws IOException {
        FMatrixRMaj big = new FMatrixRMaj(301, 407);
        for (int i = 0; i < big.data.length; i++) {
            big.data[i] = i;
        }
        Path file = directory.resolve("big.safetensors");
        new Safetensors().put("big", big).put("n", new long[] {3}).write(file);
        assertArrayEquals(big.data, Safetensors.read(file).floats("big").data);
        assertEquals(3, Safetensors.read(file).longs("n")[0]);
    }

    @Test
    void theBytesAreThoseOfTheLayout() throws IOException {
        Path file = directory.resolve("a.safetensors");
        new Safetensors().put("x", new FMatrixRMaj(new float[][] {{1, 2}})).write(file);
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        long length = bytes.getLong();
        assertEquals(0, length % 8);
        byte[] header = new byte[(int) length];
        bytes.get(header);
        assertEquals(
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}",
                new String(header, StandardCharsets.UTF_8).strip());
        assertEquals(1, bytes.getFloat());
        assertEquals(2, bytes.getFloat());
        assertEquals(0, bytes.remaining());
    }

    @Test
    void pythonReadsIt() throws Exception {
        Path file = directory.resolve("a.safetensors");
        sample().write(file);
        String program = String.join(
                "\n",
                "import json, struct, sys",
                "b = open(sys.argv[1], 'rb').read()",
                "n = struct.unpack('<Q', b[:8])[0]",
                "h = json.loads(b[8:8 + n].decode('utf-8'))",
                "def t(k):",
                "    e = h[k]; s, f = e['data_offsets']",
                "    c = {'F32': 'f', 'F64': 'd', 'I64': 'q'}[e['dtype']]",
                "    d = b[8 + n + s:8 + n + f]",
                "    return list(struct.unpack('<%d%s' % (len(d) // struct.calcsize(c), c), d))",
                "assert h['__metadata__'] == {'made by': 'a test'}",
                "assert t('w/\\u03bb \"quoted\"') == [1, 2, 3, 4, 5, 0] and h['w/\\u03bb \"quoted\"']['shape'] == [2, 3]",
                "d = t('d'); assert d[0] == 3.141592653589793 and d[1] != d[1] and d[2] == 5e-324",
                "assert t('n') == [-2**63, 7] and t('none') == []",
                "print('read')");
        assertEquals("read", python(program, file));
    }

    /** What a program says of a file; the test is left out where there is no Python. */
    static String python(String program, Path file) throws IOException {
        String python = System.getenv().getOrDefault("LVM_PYTHON", "python3");
        Process process;
        try {
            process = new ProcessBuilder(python, "-c", program, file.toString())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            assumeTrue(false, "no Python: " + e.getMessage());
            return "";
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return output.strip();
    }

    private Path file(String header, int numbers) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .array());
        out.write(text);
        ByteBuffer data = ByteBuffer.allocate(numbers).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < numbers / 4; i++) {
            data.putFloat(i);
        }
        out.write(data.array());
        Path file = directory.resolve("other.safetensors");
        Files.write(file, out.toByteArray());
        return file;
    }

    @Test
    void readsWhatOthersWrite() throws IOException {
        // Not in the order of the offsets, one- and three-dimensional, a scalar, no padding.
        Safetensors read = Safetensors.read(file(
                "{\"b\":{\"dtype\":\"F32\",\"shape\":[2,1,2],\"data_offsets\":[8,24]},"
                        + "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                        + "\"s\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[24,28]}}",
                28));
        assertEquals(List.of("a", "b", "s"), List.copyOf(read.names()));
        assertArrayEquals(new float[] {0, 1}, read.floats("a").data);
        assertEquals(2, read.floats("b").numRows);
        assertArrayEquals(new float[] {2, 3, 4, 5}, read.floats("b").data);
        assertArrayEquals(new float[] {6}, read.floats("s").data);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | 4 | it is cut short",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | 12 | the file has 12",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}} | 8 | expected 0 to 12",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}} | 12 | expected 0 to 8",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}} | 8 | has the shape",
                "{\"a\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[0,4]}} | 4 | is BF16",
                "{\"a\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,8]}} | 8 | expected 0 to 4",
                "{\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}} | 8 | can not be understood",
                "{\"a\":[]} | 8 | can not be understood",
                "{\"a\" | 8 | can not be understood",
            })
    void refusesWhatIsNotOfTheLayout(String header, int numbers, String part) throws IOException {
        Path file = file(header.strip(), numbers);
        String message =
                assertThrows(IOException.class, () -> Safetensors.read(file)).getMessage();
        assertTrue(message.startsWith("Safetensors.read: " + file) && message.contains(part), message);
    }
}
