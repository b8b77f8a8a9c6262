package lvm.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Half precision by its definition, by bits that are known, and by files of NumPy and the safetensors library. */
class HalfTest {
    private static final int INFINITY = 0x7c00;

    @TempDir
    Path directory;

    /** IEEE 754, section 3.4: (−1)ˢ 2^(e − 15) (1 + f/1024), and for e = 0 (−1)ˢ 2⁻¹⁴ f/1024. */
    private static double defined(int bits) {
        int e = bits >> 10 & 31;
        double f = (bits & 1023) / 1024.0;
        double magnitude = e == 0 ? Math.pow(2, -14) * f : Math.pow(2, e - 15) * (1 + f);
        return bits >> 15 == 0 ? magnitude : -magnitude;
    }

    @Test
    void everyFiniteNumberIsThatOfTheDefinition() {
        for (int sign = 0; sign <= 0x8000; sign += 0x8000) {
            for (int bits = sign; bits < sign + INFINITY; bits++) {
                float value = Half.value((short) bits);
                assertEquals((float) defined(bits), value, "bits " + bits);
                assertEquals((short) bits, Half.bits(value), "bits " + bits);
            }
        }
    }

    /** What lies between two neighbours goes to the nearer one, and halfway to the even one. */
    @Test
    void roundsToTheNearestAndHalfwayToEven() {
        for (int lower = 0; lower < INFINITY - 1; lower++) {
            int upper = lower + 1;
            float halfway = (float) ((defined(lower) + defined(upper)) / 2); // exact: it has one more bit
            int even = lower % 2 == 0 ? lower : upper;
            assertEquals((short) even, Half.bits(halfway), "above " + lower);
            assertEquals((short) lower, Half.bits(Math.nextDown(halfway)), "above " + lower);
            assertEquals((short) upper, Half.bits(Math.nextUp(halfway)), "above " + lower);
            assertEquals((short) (0x8000 | even), Half.bits(-halfway), "above " + lower);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0000",
        "-0.0, 8000",
        "1, 3c00",
        "-2, c000",
        "0.33333334, 3555",
        "65504, 7bff",
        "6.1035156e-5, 0400",
        "5.9604645e-8, 0001",
        "2.9802322e-8, 0000",
        "1e-45, 0000",
        "Infinity, 7c00",
        "-Infinity, fc00",
        "NaN, 7e00"
    })
    void knownBits(float value, String bits) {
        assertEquals(bits, HexFormat.of().toHexDigits(Half.bits(value)));
        assertEquals(Float.isNaN(value), Float.isNaN(Half.value(Half.bits(value))));
    }

    @Test
    void whatIsBeyondTheRangeIsNamed() {
        assertFalse(Half.overflows(Math.nextDown(65520f)));
        assertEquals(65504, Half.value(Half.bits(Math.nextDown(65520f))));
        assertTrue(Half.overflows(65520) && Half.overflows(-Float.MAX_VALUE));
        assertFalse(Half.overflows(Float.NEGATIVE_INFINITY) || Half.overflows(Float.NaN));
        FMatrixRMaj large = new FMatrixRMaj(2, 3);
        large.set(1, 2, -65520);
        Safetensors file = new Safetensors();
        String message = assertThrows(IllegalArgumentException.class, () -> file.putHalf("w", large))
                .getMessage();
        assertEquals(
                "Safetensors.putHalf: \"w\" has -65520.0 in row 1, column 2, expected at most 65504.0 from 0 in half"
                        + " precision",
                message);
        assertTrue(file.names().isEmpty());
    }

    /** Numbers of 42 binades from 2⁻²⁷ up; the digest is of what NumPy 1.24.2 makes of them by {@code astype(float16)}. */
    @Test
    void roundsAsNumPyDoes() {
        ByteBuffer bytes = ByteBuffer.allocate(2 << 16).order(ByteOrder.LITTLE_ENDIAN);
        for (long i = 0; i < 1 << 16; i++) {
            double significand = 1 + (i * 2654435761L & 0xffffff) / (double) (1 << 24);
            double value = Math.scalb(significand, (int) (i * 40507 % 42) - 27);
            bytes.putShort(Half.bits((float) (i % 2 == 0 ? value : -value)));
        }
        assertEquals(
                "9ed80d7e65dedc927fb9755bb894c88044813299fea5a61e81f7a9a394a4fc01",
                HexFormat.of().formatHex(Store.sha256().digest(bytes.array())));
    }

    /** Written by the library safetensors 0.8.0 in Python, of arrays of NumPy 1.24.2. */
    @Test
    void readsWhatPythonWrote() throws IOException {
        String bytes =
                "98000000000000007b225f5f6d657461646174615f5f223a7b226d616465206279223a226e756d7079227d2c2266223a7b"
                        + "226474797065223a22463332222c227368617065223a5b315d2c22646174615f6f666673657473223a5b302c345d7d2c2268"
                        + "223a7b226474797065223a22463136222c227368617065223a5b322c335d2c22646174615f6f666673657473223a5b342c31"
                        + "365d7d7d20202020202020cdcccc3d003c00c1ff7b010000805535";
        Path file = Files.write(
                directory.resolve("python.safetensors"), HexFormat.of().parseHex(bytes));
        Safetensors read = Safetensors.read(file);
        FMatrixRMaj h = read.floats("h");
        assertEquals(2, h.numRows);
        assertArrayEquals(new float[] {1, -2.5f, 65504, 0x1p-24f, -0f, 0.33325195f}, h.data);
        assertArrayEquals(new float[] {0.1f}, read.floats("f").data);
        // What was F16 is F16 again, and what was F32 is F32.
        Path again = directory.resolve("again.safetensors");
        read.write(again);
        String header = new String(Files.readAllBytes(again), StandardCharsets.ISO_8859_1);
        assertTrue(header.contains("\"h\":{\"dtype\":\"F16\",\"shape\":[2,3],\"data_offsets\":[4,16]}"), header);
        assertTrue(header.contains("\"f\":{\"dtype\":\"F32\""), header);
        assertArrayEquals(h.data, Safetensors.read(again).floats("h").data);
    }

    @Test
    void pythonReadsWhatIsWritten() throws Exception {
        FMatrixRMaj wide = new FMatrixRMaj(2, 3);
        wide.setData(new float[] {1, 2, 1 / 3f, -4, 65504, 1e-6f, 99, 98}); // EJML keeps room behind the numbers
        Path file = directory.resolve("a.safetensors");
        new Safetensors()
                .putHalf("h", wide)
                .put("d", new DMatrixRMaj(new double[][] {{Math.PI}}))
                .write(file);
        String program = String.join(
                "\n",
                "import json, sys",
                "from struct import unpack",
                "b = open(sys.argv[1], 'rb').read()",
                "n = unpack('<Q', b[:8])[0]",
                "h = json.loads(b[8:8 + n])",
                "assert h['h'] == {'dtype': 'F16', 'shape': [2, 3], 'data_offsets': [0, 12]}, h",
                "assert h['d']['data_offsets'] == [12, 20] and len(b) == 8 + n + 20",
                "f = unpack('<6e', b[8 + n:8 + n + 12])",
                "assert f == (1, 2, 0.333251953125, -4, 65504, 1.013278961181640625e-06), f",
                "assert unpack('<d', b[8 + n + 12:]) == (3.141592653589793,)",
                "print('read')");
        assertEquals("read", SafetensorsTest.python(program, file));
        assertEquals(99, wide.data[6]);
    }

    @Test
    void theMatrixIsCopied() {
        FMatrixRMaj w = new FMatrixRMaj(1, 1, true, 1 / 3f);
        Safetensors file = new Safetensors().putHalf("w", w);
        assertEquals(1 / 3f, w.data[0]);
        w.data[0] = 7;
        assertEquals(0.33325195f, file.floats("w").data[0]);
        FMatrixRMaj one = new FMatrixRMaj(1, 1, true, 1);
        assertNotEquals(
                new Safetensors().put("w", one).sha256("none"),
                new Safetensors().putHalf("w", one).sha256("none"),
                "the digest is of the bytes of the file");
    }
}
