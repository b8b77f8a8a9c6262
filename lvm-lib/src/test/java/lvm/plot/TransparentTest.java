package lvm.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

/** Pictures on a page whose colour they do not know, and their descriptions. */
class TransparentTest {
    private static final double[] UP = {1, 2};

    private static final List<Picture> PICTURES = List.of(
            Plots.line(UP, UP).title("up"),
            Plots.xy().line("a", UP).line("b", UP).legend(Legend.BELOW),
            Plots.bars("x", "y").series("s", 1, 2).series("t", 2, 1),
            Plots.graph().latent("z", 0, 0).observed("x", 0, 1).arrow("z", "x").title("a graph"),
            Plots.imageRows(2, 2).row("a row", new DMatrixRMaj(3, 4)).title("rows"),
            Plots.grid(2, Plots.line(UP, UP), Plots.bars("x").series("s", 1)));

    private static BufferedImage on(Color page, Picture picture) {
        BufferedImage image = new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
        var g = image.createGraphics();
        g.setColor(page);
        g.fillRect(0, 0, picture.width(), picture.height());
        picture.paint(g);
        g.dispose();
        return image;
    }

    @Test
    void thePageIsSeenThroughPictures() {
        for (Picture picture : PICTURES) {
            for (Color page : new Color[] {Color.WHITE, new Color(0x111111), Color.PINK}) {
                assertEquals(page.getRGB(), on(page, picture).getRGB(0, 0), picture + ": upper left");
            }
        }
    }

    @Test
    void anImageByItselfIsOnWhite() {
        for (Picture picture : PICTURES) {
            assertEquals(Color.WHITE.getRGB(), picture.toImage(1).getRGB(0, 0));
        }
    }

    @Test
    void textCanBeReadOnBoth() {
        Picture title = Plots.line(UP, UP).title("a title");
        for (Color page : new Color[] {Color.WHITE, Color.BLACK}) {
            BufferedImage image = on(page, title);
            int different = 0;
            for (int y = 0; y < 30; y++) {
                for (int x = 0; x < title.width(); x++) {
                    different += Math.abs(new Color(image.getRGB(x, y)).getGreen() - page.getGreen()) > 80 ? 1 : 0;
                }
            }
            assertTrue(different > 50, "pixels of the title: " + different);
        }
    }

    @Test
    void picturesSayWhatTheyShow() {
        assertEquals("Plot “up” of y over x.", PICTURES.get(0).description());
        assertTrue(
                PICTURES.get(1).description().endsWith(": a, b."),
                PICTURES.get(1).description());
        assertEquals("Plot of value over category: s, t.", PICTURES.get(2).description());
        assertEquals("Graphical model “a graph”: z → x.", PICTURES.get(3).description());
        assertEquals(
                "rows: 3 images of 2×2 in rows of 3; rows: a row.",
                PICTURES.get(4).description());
        assertEquals(
                "Plot of y over x. Plot of value over category: s.",
                PICTURES.get(5).description());
    }

    @Test
    void orderedGroupsHaveOrderedColours() {
        var chart = Plots.scatter(new double[] {1, 2, 3}, new double[] {1, 2, 3})
                .groupBy(new int[] {0, 1, 2}, "low", "middle", "high")
                .ordered()
                .build();
        assertEquals(Palette.ordered(1, 3), chart.getSeries("middle").getMarkerColor());
        var line = Plots.line(UP, UP).shade(2, 4).build();
        assertEquals(
                Palette.ordered(2, 4),
                line.getSeriesCollection().iterator().next().getLineColor());
    }
}
