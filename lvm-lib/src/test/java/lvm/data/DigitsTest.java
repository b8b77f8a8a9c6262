package lvm.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.DoubleUnaryOperator;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Test;

class DigitsTest {

    @Test
    void imagesInTheFormOfMnist() {
        Dataset data = Digits.generate(1005, 3);
        assertEquals("Digits, seed 3: 1005 × 784, bytes / 255, 10 classes", data.toString());
        int[] counts = new int[10];
        for (int label : data.labels()) {
            counts[label]++;
        }
        assertTrue(Arrays.stream(counts).allMatch(count -> count == 100 || count == 101));
        double[] x = data.matrix().data;
        double mean = Arrays.stream(x).average().orElseThrow();
        assertTrue(mean > 0.08 && mean < 0.2, "MNIST has 0.13, here it is " + mean);
        for (int i = 0; i < data.rows(); i++) {
            double greatest = 0;
            double edge = 0;
            for (int j = 0; j < 784; j++) {
                greatest = Math.max(greatest, x[784 * i + j]);
                boolean outside = j % 28 == 0 || j % 28 == 27 || j < 28 || j >= 27 * 28;
                edge += outside ? x[784 * i + j] : 0;
            }
            assertTrue(greatest > 0.8, "image " + i + " is empty");
            assertTrue(edge < 8, "image " + i + " leaves the paper");
        }
    }

    @Test
    void theSeedDecidesAndMoreBeginWithFewer() {
        double[] x = Digits.generate(50, 1).matrix().data;
        assertArrayEquals(x, Digits.generate(50, 1).matrix().data);
        assertFalse(Arrays.equals(x, Digits.generate(50, 2).matrix().data));
        Dataset more = Digits.generate(80, 1);
        assertArrayEquals(x, more.slice(0, 50).matrix().data);
        assertArrayEquals(Digits.generate(50, 1).labels(), more.slice(0, 50).labels());
        assertFalse(Arrays.equals(more.slice(0, 10).labels(), more.slice(10, 20).labels()));
    }

    @Test
    void theSameBytesOnEveryMachine() throws Exception {
        // Made on Java 17 and 25, Linux on x86-64; changes only if the drawing is changed on purpose.
        double[] x = Digits.generate(5000, 1).matrix().data;
        byte[] bytes = new byte[x.length];
        for (int i = 0; i < x.length; i++) {
            bytes[i] = (byte) Math.round(255 * x[i]);
        }
        assertEquals(
                "877a2f89fa067618123faedd3eb190fe800dd9a9a06e47b347741c1a5c5d0956",
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
    }

    @Test
    void neverTwiceTheSameImage() {
        Dataset data = Digits.generate(500, 1);
        assertEquals(
                500,
                java.util.stream.IntStream.range(0, 500)
                        .mapToObj(i -> Arrays.toString(data.slice(i, i + 1).matrix().data))
                        .distinct()
                        .count());
    }

    @Test
    void aLineIsNotEnough() {
        int n = 3000;
        Dataset train = Digits.generate(n, 1);
        Dataset test = Digits.generate(500, 2);
        DMatrixRMaj x = train.matrix();
        DMatrixRMaj z = test.matrix();
        double linear = linearError(train, x.copy(), test, z.copy());
        int wrong = 0;
        for (int i = 0; i < 500; i++) {
            double least = Double.POSITIVE_INFINITY;
            int nearest = -1;
            for (int k = 0; k < n; k++) {
                double distance = 0;
                for (int j = 0; j < 784 && distance < least; j++) {
                    double d = z.data[784 * i + j] - x.data[784 * k + j];
                    distance += d * d;
                }
                if (distance < least) {
                    least = distance;
                    nearest = k;
                }
            }
            wrong += train.label(nearest) == test.label(i) ? 0 : 1;
        }
        double neighbour = wrong / 500.0;
        assertTrue(linear > 0.04 && linear < 0.4, "linear error " + linear);
        assertTrue(neighbour < linear / 2, "nearest neighbour " + neighbour + ", linear " + linear);
    }

    /** Least squares on the indicators of the classes, a little ridge against pixels that are always 0. */
    private static double linearError(Dataset train, DMatrixRMaj x, Dataset test, DMatrixRMaj z) {
        DMatrixRMaj y = new DMatrixRMaj(train.rows(), 10);
        for (int i = 0; i < train.rows(); i++) {
            y.set(i, train.label(i), 1);
        }
        for (int i = 0; i < y.data.length; i++) {
            y.data[i] -= 0.1; // the mean of an indicator
        }
        // With the means taken off both sides the fit has a constant.
        for (int j = 0; j < 784; j++) {
            double mean = 0;
            for (int i = 0; i < x.numRows; i++) {
                mean += x.get(i, j) / x.numRows;
            }
            for (int i = 0; i < x.numRows; i++) {
                x.add(i, j, -mean);
            }
            for (int i = 0; i < z.numRows; i++) {
                z.add(i, j, -mean);
            }
        }
        DMatrixRMaj gram = new DMatrixRMaj(784, 784);
        CommonOps_DDRM.multInner(x, gram);
        for (int j = 0; j < 784; j++) {
            gram.add(j, j, 10);
        }
        DMatrixRMaj xy = new DMatrixRMaj(784, 10);
        CommonOps_DDRM.multTransA(x, y, xy);
        DMatrixRMaj w = new DMatrixRMaj(784, 10);
        assertTrue(CommonOps_DDRM.solveSPD(gram, xy, w));
        DMatrixRMaj scores = new DMatrixRMaj(test.rows(), 10);
        CommonOps_DDRM.mult(z, w, scores);
        int wrong = 0;
        for (int i = 0; i < test.rows(); i++) {
            int best = 0;
            for (int c = 1; c < 10; c++) {
                best = scores.get(i, c) > scores.get(i, best) ? c : best;
            }
            wrong += best == test.label(i) ? 0 : 1;
        }
        return wrong / (double) test.rows();
    }

    @Test
    void numbersOfImagesThatAreNone() {
        for (int rows : new int[] {0, -5, 2_000_001}) {
            assertEquals(
                    "Digits.generate: " + rows + " rows, expected from 1 to 2000000",
                    assertThrows(IllegalArgumentException.class, () -> Digits.generate(rows, 1))
                            .getMessage());
        }
    }

    /** Factors are those of the images: drawn again from them they are the same, and each does what it is called. */
    @Test
    void factors() {
        Digits.Drawn drawn = Digits.drawn(40, 7);
        float[] images = drawn.images().floatMatrix().data;
        assertArrayEquals(Digits.generate(40, 7).floatMatrix().data, images);
        assertArrayEquals(images, Digits.draw(drawn.factors(), 7).floatMatrix().data);
        assertArrayEquals(
                drawn.images().labels(), Digits.draw(drawn.factors(), 7).labels());
        assertEquals(Digits.FACTORS, drawn.factors().columns());
        // ink is a factor on all of an image, up to the rounding to bytes
        float[] pale = changed(drawn, "ink", v -> v / 2);
        for (int i = 0; i < images.length; i++) {
            assertEquals(images[i] / 2, pale[i], 1.01 / 255);
        }
        // a pixel to the right
        float[] right = changed(drawn, "x", v -> v + 1);
        for (int i = 0; i < images.length; i++) {
            if (i % 28 != 27) {
                assertEquals(images[i], right[i + 1], 1.01 / 255);
            }
        }
        assertTrue(sum(changed(drawn, "width", v -> v + 1)) > 1.2 * sum(images));
        assertTrue(lean(changed(drawn, "slant", v -> v + .3)) > lean(images) + 1);
        assertThrows(IllegalArgumentException.class, () -> changed(drawn, "ink", v -> 1.1));
        assertThrows(IllegalArgumentException.class, () -> changed(drawn, "way", v -> 3.0));
        assertThrows(IllegalArgumentException.class, () -> changed(drawn, "digit", v -> 0.5));
        assertThrows(IllegalArgumentException.class, () -> changed(drawn, "height", v -> 0));
        // another way to write it, in the same hand
        assertArrayEquals(changed(drawn, "way", v -> 2), changed(drawn, "way", v -> 2));
    }

    private static float[] changed(Digits.Drawn drawn, String name, DoubleUnaryOperator f) {
        DMatrixRMaj factors = drawn.factors().matrix().copy();
        int j = Digits.FACTORS.indexOf(name);
        for (int i = 0; i < factors.numRows; i++) {
            factors.set(i, j, f.applyAsDouble(factors.get(i, j)));
        }
        return Digits.draw(Dataset.of(factors), 7).floatMatrix().data;
    }

    private static double sum(float... x) {
        double sum = 0;
        for (float v : x) {
            sum += v;
        }
        return sum;
    }

    /** How much farther to the right the ink is above than below, in pixels. */
    private static double lean(float... x) {
        double[] moment = new double[2];
        double[] mass = new double[2];
        for (int i = 0; i < x.length; i++) {
            int half = i / 28 % 28 < 14 ? 0 : 1;
            moment[half] += x[i] * (i % 28);
            mass[half] += x[i];
        }
        return moment[0] / mass[0] - moment[1] / mass[1];
    }
}
