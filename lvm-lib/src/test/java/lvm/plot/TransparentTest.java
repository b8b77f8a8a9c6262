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

    /** The brightest pixel of a picture on a page. */
    private static int brightest(BufferedImage image) {
        int most = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                Color c = new Color(image.getRGB(x, y));
                most = Math.max(most, Math.min(c.getRed(), Math.min(c.getGreen(), c.getBlue())));
            }
        }
        return most;
    }

    @Test
    void nothingIsNearlyWhiteOnADarkPage() {
        double[] xs = {1, 1.02, 1.5, 2};
        List<Picture> marks = List.of(
                Plots.scatter(xs, xs).groupBy(new int[] {0, 1, 2, 3}),
                Plots.xy().points("p", xs, xs).text(1.5, 1.5, "a text"),
                Plots.histogram(xs),
                Plots.bars("x", "y").series("s", 1, 2).series("t", 2, 1),
                Plots.xy().heat("heat", (a, b) -> a * b).xRange(0, 1).yRange(0, 1));
        for (Picture picture : marks) {
            assertTrue(brightest(on(new Color(0x111111), picture)) < 0xA0, picture + " on a dark page");
        }
    }

    @Test
    void aHeatMapHasTheGroundOfThePageWhereItIsZeroAndBlueWhereItIsMost() {
        XyPlot heat = Plots.xy().heat("value", (x, y) -> x).xRange(0, 1).yRange(0, 1);
        var chart = heat.build();
        for (Color page : new Color[] {Color.WHITE, new Color(0x111111)}) {
            BufferedImage image = on(page, Picture.of(chart));
            int y = (int) chart.getScreenYFromChart(0.47);
            int before = -1;
            for (int k = 0; k <= 10; k++) {
                int x = (int) Math.round(chart.getScreenXFromChart(0.01 + 0.098 * k));
                int green = new Color(image.getRGB(x, y)).getGreen();
                if (k == 0) {
                    assertEquals(page.getGreen(), green, 6);
                } else {
                    assertTrue(page == Color.WHITE ? green < before : green > before, k + " on " + page);
                }
                before = green;
            }
            assertEquals(Palette.sequential(1).getGreen(), before, 6);
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
