package lvm.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.NormOps_DDRM;
import org.junit.jupiter.api.Test;

class SourcesTest {

    @Test
    void mixturesAreTheMatrixTimesTheSources() {
        Sources signals = Sources.generate(500, 1);
        DMatrixRMaj a = signals.mixing();
        for (int i = 0; i < 500; i++) {
            for (int j = 0; j < Sources.COUNT; j++) {
                double sum = 0;
                for (int k = 0; k < Sources.COUNT; k++) {
                    sum += a.get(j, k) * signals.sources().get(i, k);
                }
                assertEquals(sum, signals.mixtures().get(i, j), 1e-12);
            }
        }
        assertEquals(
                List.of("sine", "square", "sawtooth", "laplace", "speech"),
                signals.sources().asTable().columnNames());
        assertEquals(
                List.of("x1", "x2", "x3", "x4", "x5"),
                signals.mixtures().asTable().columnNames());
        signals.mixing().zero();
        assertEquals(a.get(0, 0), signals.mixing().get(0, 0));
        assertTrue(NormOps_DDRM.conditionP2(a) < Sources.GREATEST_CONDITION);
    }

    @Test
    void sourcesAreStandardisedUncorrelatedAndOfTheirShapes() {
        int n = 20_000;
        double[] s = Sources.generate(n, 2).sources().matrix().data;
        double[] kurtosis = new double[5];
        for (int j = 0; j < 5; j++) {
            for (int k = 0; k <= j; k++) {
                double product = 0;
                for (int i = 0; i < n; i++) {
                    product += s[5 * i + j] * s[5 * i + k] / n;
                }
                assertEquals(j == k ? 1 : 0, product, j == k ? 1e-9 : 0.05);
            }
            double mean = 0;
            for (int i = 0; i < n; i++) {
                mean += s[5 * i + j] / n;
                kurtosis[j] += Math.pow(s[5 * i + j], 4) / n;
            }
            assertEquals(0, mean, 1e-9);
        }
        // Fourth moments: 3/2 of a sine, 1 of a square wave, 9/5 of a uniform one, 6 of Laplace's; 3 is that of a
        // normal one.
        assertEquals(1.5, kurtosis[0], 0.1);
        assertEquals(1, kurtosis[1], 0.1);
        assertEquals(1.8, kurtosis[2], 0.1);
        assertEquals(6, kurtosis[3], 1.2); // five standard errors
        assertTrue(kurtosis[4] > 4, "speech is sparse: " + kurtosis[4]);
    }

    @Test
    void theSeedDecides() {
        double[] x = Sources.generate(100, 1).mixtures().matrix().data;
        assertArrayEquals(x, Sources.generate(100, 1).mixtures().matrix().data);
        assertFalse(Arrays.equals(x, Sources.generate(100, 2).mixtures().matrix().data));
        assertEquals(
                "Sources.generate: 99 rows, expected at least 100",
                assertThrows(IllegalArgumentException.class, () -> Sources.generate(99, 1))
                        .getMessage());
    }
}
