package lvm.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

class ColourGridTest {

    /** Three images of 2×1 pixels: planes of red, green and blue. */
    private static ColourGrid grid() {
        return Plots.colourImages(
                new FMatrixRMaj(new float[][] {{1, 0, 0, 1, 0, 0.5f}, {0, 0, 0, 0, 0, 0}, {2, -1, 1, 1, 1, 1}}), 2, 1);
    }

    @Test
    void theThreePlanesAreRedGreenAndBlue() {
        BufferedImage image = grid().columns(2).scale(1).toImage();
        assertEquals(2 * (1 + 4) + 4, image.getWidth());
        assertEquals(2 * (2 + 4) + 4, image.getHeight());
        assertEquals(0xFFFF0000, image.getRGB(4, 4)); // upper pixel: red only
        assertEquals(0xFF00FF80, image.getRGB(4, 5)); // lower pixel: green, and half of blue
        assertEquals(0xFF000000, image.getRGB(9, 4));
        assertEquals(0xFFFFFFFF, image.getRGB(4, 10)); // too much is white
        assertEquals(0xFF00FFFF, image.getRGB(4, 11)); // too little is none
    }

    @Test
    void aTitleTakesPlaceAndTheScaleMagnifies() {
        ColourGrid plain = grid().columns(3).scale(8);
        assertEquals(3 * (8 + 4) + 4, plain.width());
        assertEquals(16 + 8, plain.height());
        assertTrue(plain.title("house numbers").height() > plain.height());
        assertEquals("ColourGrid of 3 images of 2×1", plain.toString());
        assertEquals(3, plain.size());
        BufferedImage painted = plain.toImage(1);
        assertEquals(0xFFFF0000, painted.getRGB(7, 7));
    }

    @Test
    void whatCannotBeShownIsNamed() {
        String message = assertThrows(
                        IllegalArgumentException.class, () -> Plots.colourImages(new FMatrixRMaj(2, 784), 28, 28))
                .getMessage();
        assertEquals("Plots.colourImages: the rows have 784 values, expected 3×28×28 = 2352", message);
        FMatrixRMaj x = new FMatrixRMaj(1, 3);
        x.data[1] = Float.NaN;
        message = assertThrows(IllegalArgumentException.class, () -> Plots.colourImages(x, 1, 1))
                .getMessage();
        assertEquals("Plots.colourImages: row 0, column 1 is NaN", message);
        assertThrows(IllegalArgumentException.class, () -> Plots.colourImages(new FMatrixRMaj(0, 3), 1, 1));
        assertThrows(IllegalArgumentException.class, () -> grid().columns(0));
        assertThrows(IllegalArgumentException.class, () -> grid().scale(0));
    }
}
