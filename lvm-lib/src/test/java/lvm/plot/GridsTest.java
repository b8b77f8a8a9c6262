package lvm.plot;

import static lvm.plot.Gallery.failure;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.CategoryChart;

/** Bars, grids of images, grids of charts. */
class GridsTest {

    // Images

    @Test
    void everyPixelOfEveryImageIsASharpSquareInItsPlace() {
        Random rng = new Random(3);
        int n = 7;
        int h = 3;
        int w = 5;
        FMatrixRMaj x = new FMatrixRMaj(n, h * w);
        for (int i = 0; i < x.data.length; i++) {
            x.data[i] = rng.nextInt(256) / 255f;
        }
        ImageGrid grid = Plots.images(x, h, w).columns(3).scale(4);
        int gap = ImageGrid.GAP;
        assertEquals(3 * (w * 4 + gap) + gap, grid.width());
        assertEquals(3 * (h * 4 + gap) + gap, grid.height());
        for (int device : new int[] {1, 2, 3}) {
            BufferedImage image = grid.toImage(device);
            int background = image.getRGB(0, 0);
            int inside = 0;
            for (int i = 0; i < n; i++) {
                for (int row = 0; row < h * 4 * device; row++) {
                    for (int column = 0; column < w * 4 * device; column++) {
                        int px = device * (gap + i % 3 * (w * 4 + gap)) + column;
                        int py = device * (gap + i / 3 * (h * 4 + gap)) + row;
                        int pixel = (row / (4 * device)) * w + column / (4 * device);
                        int grey = Math.round(255 * x.get(i, pixel));
                        assertEquals(new Color(grey, grey, grey).getRGB(), image.getRGB(px, py));
                        inside++;
                    }
                }
            }
            int outside = 0;
            for (int py = 0; py < image.getHeight(); py++) {
                for (int px = 0; px < image.getWidth(); px++) {
                    outside += image.getRGB(px, py) == background ? 1 : 0;
                }
            }
            assertEquals(image.getWidth() * image.getHeight(), inside + outside);
        }
    }

    @Test
    void aHundredDigitsFitANotebookAndAreMagnified() {
        ImageGrid digits = Plots.images(new FMatrixRMaj(100, 784), 28, 28);
        assertTrue(digits.width() > 500 && digits.width() <= 640, "width " + digits.width());
        assertEquals(100, digits.size());
        assertTrue(Plots.images(new FMatrixRMaj(4, 784), 28, 28).width() >= 4 * 84, "few images are magnified more");
    }

    @Test
    void theRangeSaysWhatIsBlackAndWhite() {
        DMatrixRMaj x = new DMatrixRMaj(new double[][] {{-2, -1, 0, 1, 3}});
        ImageGrid grid = Plots.images(x, 1, 5).range(-1, 1).scale(1);
        assertEquals(-1, grid.lowest());
        assertEquals(1, grid.highest());
        BufferedImage image = grid.toImage();
        int[] expected = {0, 0, 128, 255, 255};
        for (int i = 0; i < 5; i++) {
            assertEquals(expected[i], new Color(image.getRGB(ImageGrid.GAP + i, ImageGrid.GAP)).getRed());
        }
        ImageGrid diverging = Plots.images(x, 1, 5).diverging().scale(1);
        assertEquals(-3, diverging.lowest());
        assertEquals(3, diverging.highest());
        assertEquals(Palette.diverging(0.5).getRGB(), diverging.toImage().getRGB(ImageGrid.GAP + 2, ImageGrid.GAP));
        assertEquals(Palette.diverging(1).getRGB(), diverging.toImage().getRGB(ImageGrid.GAP + 4, ImageGrid.GAP));
    }

    @Test
    void theMatrixIsCopied() {
        DMatrixRMaj x = new DMatrixRMaj(1, 4);
        ImageGrid grid = Plots.images(x, 2, 2);
        x.fill(1);
        assertEquals(Color.BLACK, new Color(grid.toImage().getRGB(ImageGrid.GAP + 1, ImageGrid.GAP + 1)));
    }

    @Test
    void badImagesAreNamed() {
        assertEquals(
                "Plots.images: the rows have 10 values, expected 3×3 = 9",
                failure(() -> Plots.images(new FMatrixRMaj(2, 10), 3, 3)));
        assertEquals("Plots.images: no rows", failure(() -> Plots.images(new DMatrixRMaj(0, 9), 3, 3)));
        DMatrixRMaj nan = new DMatrixRMaj(2, 9);
        nan.set(1, 4, Double.NaN);
        assertEquals("Plots.images: row 1, column 4 is NaN", failure(() -> Plots.images(nan, 3, 3)));
        ImageGrid grid = Plots.images(new DMatrixRMaj(2, 9), 3, 3);
        assertTrue(failure(() -> grid.columns(0)).contains("0"));
        assertTrue(failure(() -> grid.scale(0)).contains("0"));
        assertTrue(failure(() -> grid.range(1, 0)).contains("no range"));
        assertTrue(failure(() -> grid.diverging(Double.NaN)).contains("no range"));
        assertTrue(failure(() -> grid.toImage(0)).contains("scale 0.0"));
        assertTrue(failure(() -> grid.toImage(Double.NaN)).contains("NaN"));
    }

    // Charts

    private static XyPlot small(double y) {
        return Plots.line(new double[] {0, 1}, new double[] {0, y})
                .size(200, 150)
                .xLabel("x")
                .yLabel("y");
    }

    @Test
    void everyPictureOfAGridIsWhereItBelongs() {
        ChartGrid grid = Plots.grid(2, small(1), small(2), small(1));
        assertEquals(400, grid.width());
        assertEquals(300, grid.height());
        BufferedImage whole = grid.toImage(2);
        for (int i = 0; i < 3; i++) {
            BufferedImage part = small(i % 2 + 1).toImage(2);
            int[] expected = part.getRGB(0, 0, 400, 300, null, 0, 400);
            int[] actual = whole.getRGB(i % 2 * 400, i / 2 * 300, 400, 300, null, 0, 400);
            assertArrayEquals(expected, actual, "picture " + i);
        }
        assertEquals(Color.WHITE, new Color(whole.getRGB(600, 450)));
    }

    @Test
    void chartsOfXChartAndImagesGoIntoAGridToo() {
        assertEquals(400, Plots.grid(5, small(1).build(), small(2).build()).width());
        ImageGrid images = Plots.images(new DMatrixRMaj(1, 4), 2, 2);
        ChartGrid mixed = Plots.grid(1, small(1), images);
        assertEquals(150 + images.height(), mixed.height());
        assertEquals(1, mixed.columns());
        assertEquals(2, mixed.pictures().size());
        assertTrue(failure(() -> Plots.grid(0, small(1))).contains("0 columns"));
        assertTrue(failure(() -> Plots.grid(1, List.of())).contains("no pictures"));
    }

    // Bars

    private static BarPlot bars(String... categories) {
        return Plots.bars(categories).xLabel("step").yLabel("nats");
    }

    @Test
    void barsHoldTheirValues() {
        CategoryChart chart =
                bars("E", "M").series("L", -3, 4).series("KL", 1, 2).build();
        assertArrayEquals(
                new double[] {-3, 4},
                chart.getSeriesCollection().iterator().next().getYData());
        assertTrue(chart.getStyler().getYAxisMin() < -3 && chart.getStyler().getYAxisMax() > 4);
        assertEquals(
                List.of("E", "M"), chart.getSeriesCollection().iterator().next().getXData());
        assertTrue(chart.getStyler().isLegendVisible());
    }

    @Test
    void aStackOverABaseIsAsHighAsTheSum() {
        CategoryChart chart = bars("E", "M")
                .series("𝓛", -1300, -1200)
                .series("KL", 100, 50)
                .stacked()
                .base(-1400)
                .yRange(-1400, -1100)
                .build();
        BufferedImage image = Picture.of(chart).toImage(1);
        // −1300 + 100 = −1200 is two thirds of the way from −1400 to −1100.
        assertEquals(0, chart.getStyler().getYAxisMin());
        assertEquals(300, chart.getStyler().getYAxisMax());
        int x = (int) (chart.getScreenXFromChart(0) + 100);
        int top = -1;
        int border = -1;
        for (int y = 0; y < image.getHeight(); y++) {
            Color c = new Color(image.getRGB(x, y));
            top = top < 0 && c.equals(Palette.color(1)) ? y : top;
            border = border < 0 && c.equals(Palette.color(0)) ? y : border;
        }
        assertEquals(chart.getScreenYFromChart(200), top, 2);
        assertEquals(chart.getScreenYFromChart(100), border, 2);
        assertEquals(
                "−1200",
                chart.getStyler().getYAxisTickLabelsFormattingFunction().apply(200.0));
    }

    @Test
    void badBarsAreNamed() {
        assertTrue(failure(() -> bars()).contains("no categories"));
        assertTrue(failure(() -> bars("a", "a")).contains("occurs twice"));
        assertTrue(failure(() -> bars("a").build()).contains("no series"));
        assertTrue(failure(() -> bars("a").series("s", 1, 2)).contains("2 values for the categories [a]"));
        assertTrue(failure(() -> bars("a").series("s", Double.NaN)).contains("NaN at a"));
        assertTrue(failure(() -> bars("a").series("s", 1).series("s", 1)).contains("used already"));
        assertTrue(failure(() -> bars("a").series("s", -5).base(-4).build()).contains("below the base"));
        assertTrue(
                failure(() -> bars("a").series("s", -3).base(-4).showValues(1).build())
                        .contains("base"));
        assertEquals(
                "BarPlot.build: the xLabel is blank; say what the horizontal axis shows, or leave it out for \"category\"",
                failure(() -> Plots.bars("a").series("s", 1).xLabel("").build()));
    }

    @Test
    void turnedNamesOfBarsAreShownWhole() {
        String[] names = new String[11];
        for (int i = 0; i < names.length; i++) {
            names[i] = i == 0 ? "the nearest of all neighbours" : "another long name " + i;
        }
        BarPlot plot = bars(names).series("s", new double[11]).size(720, 400);
        CategoryChart chart = plot.build();
        assertEquals(
                List.of(names), chart.getSeriesCollection().iterator().next().getXData());
        BufferedImage image = plot.toImage(1);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < 2; x++) {
                assertEquals(Color.WHITE.getRGB(), image.getRGB(x, y), "ink at the left edge, row " + y);
            }
        }
        assertTrue(firstInk(image, 300) > 2, "the first name ends within the picture");
        // Upright names need no room at the left.
        assertEquals(
                0,
                ((Surround.Surrounded) bars("a", "b").series("s", 1, 2).build())
                        .surround()
                        .indent());
    }

    private static int firstInk(BufferedImage image, int fromRow) {
        for (int x = 0; x < image.getWidth(); x++) {
            for (int y = fromRow; y < image.getHeight(); y++) {
                if (image.getRGB(x, y) != Color.WHITE.getRGB()) {
                    return x;
                }
            }
        }
        return image.getWidth();
    }

    /** Where the frame of the plot begins: the first column of which the middle rows of a part of the image have no white. */
    private static int frame(BufferedImage image, int left, int top, int width, int height) {
        for (int x = left; x < left + width; x++) {
            boolean line = true;
            for (int y = top + height / 3; line && y < top + height / 2; y++) {
                line = image.getRGB(x, y) != Color.WHITE.getRGB();
            }
            if (line) {
                return x - left;
            }
        }
        return -1;
    }

    @Test
    void plotsUnderEachOtherBeginAtTheSamePlace() {
        XyPlot narrow = small(1).size(300, 240);
        XyPlot wide =
                Plots.line(new double[] {0, 1}, new double[] {-123456, 123456}).size(300, 240);
        BarPlot third = bars("a", "b").series("s", 1000, -2000).size(300, 240);
        XyPlot other = small(2).size(300, 240);
        int alone = frame(narrow.toImage(1), 0, 0, 300, 240);
        int most = frame(wide.toImage(1), 0, 0, 300, 240);
        assertTrue(most > alone + 20, alone + " and " + most);
        BufferedImage image = Plots.grid(2, narrow, other, wide, small(3).size(300, 240), third, other)
                .toImage(1);
        for (int row = 0; row < 3; row++) {
            assertEquals(most, frame(image, 0, 240 * row, 300, 240), 1, "row " + row);
            // The other column needs no more room than its own axes.
            assertEquals(alone, frame(image, 300, 240 * row, 300, 240), 1, "row " + row + " at the right");
        }
    }

    @Test
    void circlesStayRoundWherePlotsAreUnderEachOther() {
        XyPlot round = Plots.xy()
                .points(new double[] {0, 1}, new double[] {0, 1})
                .axisEqual()
                .size(300, 240);
        XyPlot wide =
                Plots.line(new double[] {0, 1}, new double[] {-123456, 123456}).size(300, 240);
        BufferedImage image = Plots.grid(1, round, wide).toImage(1);
        int[] first = null;
        int[] last = null;
        for (int y = 0; y < 240; y++) {
            for (int x = 0; x < 300; x++) {
                if (image.getRGB(x, y) == Palette.color(0).getRGB()) {
                    last = last == null ? new int[] {x, y} : last;
                    first = new int[] {x, y};
                }
            }
        }
        assertEquals(1, (last[0] - first[0]) / (double) (first[1] - last[1]), 0.1);
    }
}
