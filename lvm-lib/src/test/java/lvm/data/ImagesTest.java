package lvm.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

/** Data that know that they are images, and data of other numbers. */
class ImagesTest {
    private final Dataset four =
            Dataset.of(new double[][] {{0, 1, 0.2, 0.6, 1, 1, 0, 0}}).asImages(2, 4);

    @Test
    void theShapeGoesWithTheRows() {
        ImageShape shape = new ImageShape(1, 28, 28);
        Dataset digits = Digits.generate(20, 1);
        assertEquals(Optional.of(shape), digits.imageShape());
        assertEquals(
                Optional.of(shape),
                digits.binarized().slice(2, 5).named("a").withoutLabels().imageShape());
        assertEquals(Optional.of(shape), digits.standardized().imageShape());
        assertEquals(
                Optional.of(new ImageShape(1, 8, 8)),
                DeadLeaves.patches(3, 8, 1).imageShape());
        assertEquals(
                Optional.of(new ImageShape(1, 4, 4)),
                Bars.generate(3, 4, 0.2, 0.1, 1).pictures().imageShape());
        assertFalse(Dataset.of(digits.matrix()).imageShape().isPresent());
        assertThrows(IllegalArgumentException.class, () -> digits.asImages(28, 27));
    }

    @Test
    void downsampledIsTheMeanOfBlocks() {
        Dataset half = four.downsampled(2);
        assertArrayEquals(new double[] {0.75, 0.2}, half.matrix().data, 1e-15);
        assertEquals(Optional.of(new ImageShape(1, 1, 2)), half.imageShape());
        assertThrows(IllegalArgumentException.class, () -> four.downsampled(3));
        assertThrows(
                IllegalArgumentException.class, () -> Dataset.of(four.matrix()).downsampled(2));
        assertThrows(IllegalArgumentException.class, () -> four.binarizedAnew().downsampled(2));
    }

    @Test
    void channelsAreDownsampledEachByItself() {
        double[] image = {1, 1, 1, 1, 0, 0, 0, 4, 8, 0, 0, 0};
        Dataset colour = Dataset.of(new double[][] {image}).asImages(new ImageShape(3, 2, 2));
        assertArrayEquals(new double[] {1, 1, 2}, colour.downsampled(2).matrix().data);
    }

    @Test
    void downsampledKeepsLabelsAndRows() {
        Dataset digits = Digits.generate(30, 3);
        Dataset part = digits.slice(10, 20);
        Dataset small = part.downsampled(2);
        assertArrayEquals(part.labels(), small.labels());
        assertEquals(196, small.dim());
        double mean = 0;
        for (int i = 0; i < 784; i++) {
            mean += part.get(4, i) / 784;
        }
        assertEquals(mean, Matrices.mean(Matrices.row(small.matrix(), 4)), 1e-6);
    }

    @Test
    void quantizedAreLevels() {
        Dataset levels = four.quantized(3);
        assertArrayEquals(new double[] {0, 1, 0, 0.5, 1, 1, 0, 0}, levels.matrix().data);
        assertThrows(IllegalArgumentException.class, () -> four.quantized(1));
        assertThrows(
                IllegalArgumentException.class,
                () -> Dataset.of(new double[][] {{1.5}}).quantized(4));
    }

    @Test
    void standardizedHasMeanZeroAndVarianceOne() {
        Dataset data = Dataset.of(new double[][] {{1, 7}, {2, 7}, {6, 7}}).standardized();
        DMatrixRMaj x = data.matrix();
        assertArrayEquals(new double[] {0, 0}, Matrices.means(x), 1e-15);
        assertArrayEquals(new double[] {1, 0}, Matrices.variances(x), 1e-15);
        assertTrue(x.get(0, 0) < x.get(1, 0));
        assertThrows(IllegalArgumentException.class, data::standardized);
    }

    @Test
    void shapesAreChecked() {
        assertThrows(IllegalArgumentException.class, () -> new ImageShape(2, 4, 4));
        assertThrows(IllegalArgumentException.class, () -> new ImageShape(1, 0, 4));
        assertEquals("3×4×5", new ImageShape(3, 4, 5).toString());
    }
}
