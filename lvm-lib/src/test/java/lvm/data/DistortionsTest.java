package lvm.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** Images under another distribution. */
class DistortionsTest {
    private static final Dataset DIGITS = Digits.generate(12, 3);
    private static final float STEP = 1.01f / 255;

    @Test
    void inverted() {
        Dataset inverted = Distortions.inverted(DIGITS);
        for (int j = 0; j < 784; j++) {
            assertEquals(1 - DIGITS.get(5, j), inverted.get(5, j), 1e-6);
        }
        assertArrayEquals(DIGITS.labels(), inverted.labels());
        assertArrayEquals(
                DIGITS.floatMatrix().data, Distortions.inverted(inverted).floatMatrix().data);
    }

    @Test
    void rotated() {
        assertArrayEquals(
                DIGITS.floatMatrix().data, Distortions.rotated(DIGITS, 0).floatMatrix().data, STEP);
        Dataset quarter = Distortions.rotated(DIGITS, 90);
        for (int row = 0; row < 28; row++) {
            for (int column = 0; column < 28; column++) {
                // anticlockwise the right edge becomes the upper one
                assertEquals(DIGITS.get(0, column * 28 + 27 - row), quarter.get(0, row * 28 + column), STEP);
            }
        }
        // by an eighth: the corner takes from the point (0, √2) above the middle, of which 2 − √2 is within by rows
        // alone
        Dataset above = Dataset.of(new double[][] {{0, 1, 0, 0, 0, 0, 0, 0, 0}}).asImages(3, 3);
        assertEquals(2 - Math.sqrt(2), Distortions.rotated(above, 45).get(0, 0), STEP);
        assertThrows(IllegalArgumentException.class, () -> Distortions.rotated(DIGITS, Double.NaN));
    }

    @Test
    void resized() {
        assertArrayEquals(
                DIGITS.downsampled(4).floatMatrix().data,
                Distortions.resized(DIGITS, 7, 7).floatMatrix().data,
                STEP);
        // 3 pixels to 2: the middle one is halved
        Dataset three =
                Dataset.of(new double[][] {{1, .4, 0, 1, .4, 0, 1, .4, 0}}).asImages(3, 3);
        Dataset two = Distortions.resized(three, 1, 2);
        assertArrayEquals(new float[] {.8f, .4f / 3}, two.floatMatrix().data, STEP);
        assertArrayEquals(
                DIGITS.floatMatrix().data,
                Distortions.resized(Distortions.resized(DIGITS, 56, 56), 28, 28).floatMatrix().data,
                STEP);
        assertThrows(IllegalArgumentException.class, () -> Distortions.resized(DIGITS, 0, 3));
        assertThrows(IllegalArgumentException.class, () -> Distortions.inverted(Dataset.of(new double[][] {{.5, 1}})));
        assertThrows(
                IllegalArgumentException.class,
                () -> Distortions.inverted(Dataset.of(new double[][] {{2, 1}}).asImages(1, 2)));
    }
}
