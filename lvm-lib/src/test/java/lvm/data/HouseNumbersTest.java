package lvm.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class HouseNumbersTest {
    private static final int PLANE = 32 * 32;

    @Test
    void imagesInTheFormOfSvhn() {
        Dataset data = HouseNumbers.generate(205, 3);
        assertEquals("HouseNumbers, seed 3: 205 × 3072, bytes / 255, 10 classes", data.toString());
        int[] counts = new int[10];
        for (int label : data.labels()) {
            counts[label]++;
        }
        assertTrue(Arrays.stream(counts).allMatch(count -> count == 20 || count == 21));
        double coloured = 0;
        for (int i = 0; i < data.rows(); i++) {
            double least = 1;
            double greatest = 0;
            for (int j = 0; j < PLANE; j++) {
                double grey = (data.get(i, j) + data.get(i, PLANE + j) + data.get(i, 2 * PLANE + j)) / 3;
                least = Math.min(least, grey);
                greatest = Math.max(greatest, grey);
                coloured += Math.abs(data.get(i, j) - data.get(i, 2 * PLANE + j)) / PLANE / data.rows();
            }
            assertTrue(greatest - least > 0.15, "image " + i + " has no contrast: " + least + " to " + greatest);
        }
        assertTrue(coloured > 0.03, "the images are grey: red and blue differ by " + coloured);
    }

    @Test
    void theDigitStandsInTheMiddleAndMayBeBrightOrDark() {
        Dataset data = HouseNumbers.generate(400, 1);
        int brighter = 0;
        for (int i = 0; i < data.rows(); i++) {
            double middle = 0;
            double corners = 0;
            for (int row = 0; row < 32; row++) {
                for (int column = 0; column < 32; column++) {
                    double v = data.get(i, PLANE + 32 * row + column);
                    if (row >= 6 && row < 26 && column >= 11 && column < 21) {
                        middle += v / 200;
                    } else if (row < 3 || row >= 29) {
                        corners += v / 192;
                    }
                }
            }
            brighter += middle > corners ? 1 : 0;
        }
        assertTrue(brighter > 140 && brighter < 260, brighter + " of 400 are brighter than their wall");
    }

    @Test
    void theSeedDecidesAndMoreBeginWithFewer() throws Exception {
        double[] x = HouseNumbers.generate(20, 1).matrix().data;
        assertFalse(Arrays.equals(x, HouseNumbers.generate(20, 2).matrix().data));
        assertArrayEquals(x, HouseNumbers.generate(50, 1).slice(0, 20).matrix().data);
        // Made on Java 17, Linux on x86-64; changes only if the drawing is changed on purpose.
        byte[] bytes = new byte[x.length];
        for (int i = 0; i < x.length; i++) {
            bytes[i] = (byte) Math.round(255 * x[i]);
        }
        assertEquals(
                "b93badf9d9b09cfa0bcbcbea168ed17610ddb60f9daed4f0a07680d8809e7827",
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
    }

    @Test
    void aNumberThatCannotBe() {
        String message = assertThrows(IllegalArgumentException.class, () -> HouseNumbers.generate(0, 1))
                .getMessage();
        assertEquals("HouseNumbers.generate: 0 rows, expected from 1 to 500000", message);
    }
}
