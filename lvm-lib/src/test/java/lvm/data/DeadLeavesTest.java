package lvm.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

class DeadLeavesTest {

    /** The area that a disc shares with itself moved by t, averaged over the radii by the midpoint rule. */
    private static double shared(double t) {
        int steps = 20_000;
        double low = DeadLeaves.LEAST_RADIUS;
        double high = DeadLeaves.GREATEST_RADIUS;
        double width = (high - low) / steps;
        double sum = 0;
        double weights = 0;
        for (int i = 0; i < steps; i++) {
            double r = low + (i + 0.5) * width;
            double weight = Math.pow(r, -3);
            weights += weight;
            if (t < 2 * r) {
                sum += weight * (2 * r * r * Math.acos(t / (2 * r)) - t / 2 * Math.sqrt(4 * r * r - t * t));
            }
        }
        return sum / weights;
    }

    @Test
    void greysAreCorrelatedAsTheModelSays() {
        // 40 images of 256×256; sets of so many images differ by about 0.02.
        int[] distances = {4, 8, 16, 32, 64};
        double[] product = new double[distances.length];
        double mean = 0;
        double square = 0;
        int side = 256;
        for (int seed = 0; seed < 40; seed++) {
            DMatrixRMaj image = DeadLeaves.image(side, side, seed);
            for (int y = 0; y < side; y++) {
                for (int x = 0; x < side; x++) {
                    double v = image.get(y, x) - 0.5;
                    assertTrue(Math.abs(v) <= 0.5);
                    mean += v / (40 * side * side);
                    square += v * v / (40 * side * side);
                    for (int k = 0; k < distances.length; k++) {
                        int t = distances[k];
                        if (x + t < side && y + t < side) {
                            double there = image.get(y, x + t) + image.get(y + t, x) - 1;
                            product[k] += v * there / 2 / (40.0 * (side - t) * (side - t));
                        }
                    }
                }
            }
        }
        assertEquals(0, mean, 0.02);
        assertEquals(1 / 12.0, square, 0.01); // a uniform grey, less what the mean of four points takes away
        for (int k = 0; k < distances.length; k++) {
            double together = shared(distances[k]);
            double expected = together / (2 * shared(0) - together);
            assertEquals(expected, product[k] * 12, 0.05, "distance " + distances[k]);
        }
    }

    @Test
    void differencesArePeakedWithHeavyTails() {
        double[] x = DeadLeaves.patches(2000, 8, 1).matrix().data;
        double square = 0;
        double fourth = 0;
        int flat = 0;
        for (int i = 0; i < x.length; i += 8) {
            double difference = x[i + 4] - x[i + 3];
            square += difference * difference * 8 / x.length;
            fourth += Math.pow(difference, 4) * 8 / x.length;
            flat += difference == 0 ? 1 : 0;
        }
        assertTrue(fourth / (square * square) > 5, "kurtosis " + fourth / (square * square));
        assertTrue(flat > 0.4 * x.length / 8, flat + " flat of " + x.length / 8);
    }

    @Test
    void theSeedDecides() {
        assertArrayEquals(DeadLeaves.image(30, 20, 1).data, DeadLeaves.image(30, 20, 1).data);
        assertFalse(Arrays.equals(DeadLeaves.image(30, 20, 1).data, DeadLeaves.image(30, 20, 2).data));
        Dataset patches = DeadLeaves.patches(501, 5, 3);
        assertEquals(501, patches.rows());
        assertEquals(25, patches.dim());
        assertArrayEquals(patches.matrix().data, DeadLeaves.patches(501, 5, 3).matrix().data);
    }

    @Test
    void wrongSizesAreNamed() {
        assertEquals(
                "DeadLeaves.patches: 0 patches of size 8, expected at least 1 of a size from 1 to 64",
                assertThrows(IllegalArgumentException.class, () -> DeadLeaves.patches(0, 8, 1))
                        .getMessage());
        assertTrue(assertThrows(IllegalArgumentException.class, () -> DeadLeaves.image(5, 0, 1))
                .getMessage()
                .contains("5 rows and 0 columns"));
    }
}
