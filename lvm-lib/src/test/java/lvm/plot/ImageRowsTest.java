package lvm.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import lvm.data.Dataset;
import lvm.data.Digits;
import lvm.data.ImageShape;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

class ImageRowsTest {
    private static final int GAP = ImageGrid.GAP;

    @Test
    void rowsStandUnderEachOther() {
        DMatrixRMaj two = new DMatrixRMaj(new double[][] {{0}, {1}});
        FMatrixRMaj one = new FMatrixRMaj(new float[][] {{0.5f}});
        ImageGrid grid =
                Plots.imageRows(1, 1).row("a", two).row("b", one).scale(6).build();
        BufferedImage image = grid.toImage();
        assertEquals(2 * (6 + GAP) + GAP, image.getWidth());
        assertEquals(2 * (6 + GAP) + GAP, image.getHeight());
        int second = GAP + 6 + GAP;
        assertEquals(Color.BLACK.getRGB(), image.getRGB(GAP, GAP));
        assertEquals(Color.WHITE.getRGB(), image.getRGB(second, GAP));
        assertEquals(new Color(128, 128, 128).getRGB(), image.getRGB(GAP, second));
        assertEquals(ImageGrid.BACKGROUND.getRGB(), image.getRGB(second, second), "the shorter row ends");
    }

    @Test
    void labelsTakeRoomAndAreDrawn() {
        DMatrixRMaj x = new DMatrixRMaj(3, 64);
        ImageRows bare = Plots.imageRows(8, 8).row("", x);
        ImageRows rows = Plots.imageRows(8, 8).row("PCA, K = 10", x).columnLabels("a", "b", "c");
        assertTrue(rows.width() > bare.width() + 40);
        assertTrue(rows.height() > bare.height() + 10);
        assertTrue(dark(rows.toImage(1), 0, 0, rows.width() - bare.width(), rows.height()) > 20, "a label at the left");
        assertTrue(dark(rows.toImage(1), rows.width() - bare.width(), 0, bare.width(), 18) > 5, "labels above");
        assertEquals(bare.height(), Plots.imageRows(8, 8).row("PCA", x).height());
    }

    private static int dark(BufferedImage image, int x0, int y0, int width, int height) {
        int dark = 0;
        for (int y = y0; y < y0 + height; y++) {
            for (int x = x0; x < x0 + width; x++) {
                dark += new Color(image.getRGB(x, y)).getRed() < 160 ? 1 : 0;
            }
        }
        return dark;
    }

    @Test
    void missingPixelsHaveTheColourOfTheGaps() {
        ImageGrid grid = Plots.imageRows(1, 2)
                .row("", new DMatrixRMaj(new double[][] {{Double.NaN, 1}}))
                .scale(1)
                .build();
        assertEquals(ImageGrid.BACKGROUND.getRGB(), grid.toImage().getRGB(GAP, GAP));
        assertEquals(Color.WHITE.getRGB(), grid.toImage().getRGB(GAP + 1, GAP));
    }

    @Test
    void imagesOfThreeChannelsAreInColour() {
        Dataset colour = Dataset.of(new double[][] {{1, 0, 0.2, 0, 0, 1}}).asImages(new ImageShape(3, 1, 2));
        BufferedImage image = Plots.images(colour).scale(1).toImage();
        assertEquals(new Color(255, 51, 0).getRGB(), image.getRGB(GAP, GAP));
        assertEquals(new Color(0, 0, 255).getRGB(), image.getRGB(GAP + 1, GAP));
    }

    @Test
    void dataKnowThatTheyAreImages() {
        assertEquals(
                Plots.images(Digits.generate(3, 1).matrix(), 28, 28).toString(),
                Plots.images(Digits.generate(3, 1)).toString());
        assertEquals(4, Plots.images(Dataset.of(new DMatrixRMaj(4, 9))).size());
        assertThrows(IllegalArgumentException.class, () -> Plots.images(Dataset.of(new DMatrixRMaj(4, 8))));
    }

    @Test
    void manyRowsOfOneLabel() {
        ImageGrid grid = Plots.imageRows(2, 2)
                .rows("draws", new FMatrixRMaj(7, 4), 3)
                .scale(2)
                .build();
        assertEquals(9, grid.size());
        assertEquals(3 * (4 + GAP) + GAP, grid.toImage().getHeight());
    }

    @Test
    void aBarSaysWhichColourIsWhichValue() {
        ImageRows rows = Plots.imageRows(8, 8).row("", new DMatrixRMaj(2, 64)).diverging(2);
        int width = rows.width();
        BufferedImage image = rows.colorBar().toImage(1);
        assertTrue(image.getWidth() > width + 40);
        int x = width + 12;
        Color top = new Color(image.getRGB(x, GAP + 2));
        Color bottom = new Color(image.getRGB(x, image.getHeight() - GAP - 3));
        assertTrue(top.getRed() > top.getBlue() + 60, "the largest value at the top: " + top);
        assertTrue(bottom.getBlue() > bottom.getRed() + 60, "the smallest at the bottom: " + bottom);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Plots.imageRows(2, 2).build());
        assertThrows(IllegalArgumentException.class, () -> Plots.imageRows(2, 2).row("", new DMatrixRMaj(2, 5)));
        assertThrows(IllegalArgumentException.class, () -> Plots.imageRows(2, 2).row("", new DMatrixRMaj(0, 4)));
        assertThrows(IllegalArgumentException.class, () -> Plots.imageRows(2, 2).rows("", new DMatrixRMaj(1, 4), 0));
    }
}
