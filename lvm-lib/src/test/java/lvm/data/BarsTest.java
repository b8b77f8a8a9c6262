package lvm.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

class BarsTest {

    /** Frequencies within 5 standard errors, 6·10⁻⁷ each; the seed is fixed. */
    @Test
    void barsAndPixelsHaveTheirProbabilities() {
        Bars bars = Bars.generate(20_000, 3, 0.3, 0.1, 1);
        FMatrixRMaj z = bars.bars().floatMatrix();
        FMatrixRMaj x = bars.pictures().floatMatrix();
        assertNear(0.3, mean(z.data), z.getNumElements());
        double flips = 0;
        for (int i = 0; i < x.numRows; i++) {
            for (int j = 0; j < 9; j++) {
                boolean covered = z.get(i, j / 3) == 1 || z.get(i, 3 + j % 3) == 1;
                flips += covered == (x.get(i, j) == 1) ? 0 : 1;
            }
        }
        assertNear(0.1, flips / x.getNumElements(), x.getNumElements());
        // log p is that of the pictures: its mean is minus their entropy, and frequencies agree with it.
        double[] logP = bars.logDensity();
        int empty = 0;
        double pEmpty = 0;
        for (int i = 0; i < x.numRows; i++) {
            boolean none = true;
            for (int j = 0; j < 9; j++) {
                none &= x.get(i, j) == 0;
            }
            if (none) {
                empty++;
                pEmpty = Math.exp(logP[i]);
            }
        }
        assertNear(pEmpty, empty / 20_000.0, 20_000);
    }

    private static double mean(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private static void assertNear(double p, double frequency, int n) {
        assertEquals(p, frequency, 5 * Math.sqrt(p * (1 - p) / n));
    }

    @Test
    void sameSeedSamePictures() {
        assertTrue(Arrays.equals(
                Bars.generate(10, 4, 0.2, 0.05, 3).pictures().floatMatrix().data,
                Bars.generate(10, 4, 0.2, 0.05, 3).pictures().floatMatrix().data));
    }

    @Test
    void badNumbersAreNamed() {
        assertThrows(IllegalArgumentException.class, () -> Bars.generate(0, 3, 0.3, 0.1, 1));
        assertThrows(IllegalArgumentException.class, () -> Bars.generate(1, 8, 0.3, 0.1, 1));
        assertThrows(IllegalArgumentException.class, () -> Bars.generate(1, 3, Double.NaN, 0.1, 1));
        assertThrows(IllegalArgumentException.class, () -> Bars.generate(1, 3, 0.3, 0.5, 1));
    }
}
