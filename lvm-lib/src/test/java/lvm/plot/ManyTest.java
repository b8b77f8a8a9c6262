package lvm.plot;

import static lvm.plot.Gallery.brightness;
import static lvm.plot.Gallery.failure;
import static lvm.plot.Gallery.labelled;
import static lvm.plot.Gallery.legend;
import static lvm.plot.Gallery.pixels;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Rectangle;
import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.XYChart;

/** Very many points, long lines with gaps, and legends with many entries. */
class ManyTest {

    private static double[] normal(int n, long seed) {
        Random rng = new Random(seed);
        return IntStream.range(0, n).mapToDouble(i -> rng.nextGaussian()).toArray();
    }

    private static List<String> notes(XYChart chart) {
        return ((LayeredChart) chart).surround.notes();
    }

    private static int at(BufferedImage image, XYChart chart, double x, double y) {
        return brightness(color(image, chart, x, y));
    }

    /** The darkest within a pixel: XChart's places are a part of a pixel beside those that it draws at. */
    private static int near(BufferedImage image, XYChart chart, double x, double y) {
        int column = (int) (2 * chart.getScreenXFromChart(x));
        int row = (int) (2 * chart.getScreenYFromChart(y));
        int darkest = 765;
        for (int i = 0; i < 9; i++) {
            int there = image.getRGB(column - 1 + i % 3, row - 1 + i / 3);
            darkest = Math.min(darkest, brightness(new Color(there)));
        }
        return darkest;
    }

    /** What is drawn at a place, in an image of twice the size: the squares have whole pixels there. */
    private static Color color(BufferedImage image, XYChart chart, double x, double y) {
        return new Color(
                image.getRGB((int) (2 * chart.getScreenXFromChart(x)), (int) (2 * chart.getScreenYFromChart(y))));
    }

    // Points

    @Test
    void everyPointOfManyHasInkWhereItLiesAndMorePointsAreDarker() {
        int n = 40_000;
        double[] x = normal(n, 1);
        double[] y = normal(n, 2);
        XYChart chart = labelled().points("p", x, y).build();
        assertInstanceOf(Crowd.class, chart.getSeries("p").getMarker());
        assertArrayEquals(x, chart.getSeries("p").getXData());
        assertEquals(List.of("p: 40,000 points in squares of 2.5 pixels, the darker the more"), notes(chart));
        assertTrue(chart.toString().contains("40,000 points"));
        assertEquals(List.of("p"), legend(chart));
        BufferedImage image = Picture.of(chart).toImage(2);
        for (int i = 0; i < n; i += 7) {
            assertTrue(near(image, chart, x[i], y[i]) < 740, "at " + x[i] + ", " + y[i]);
        }
        double outside = IntStream.range(-20, 20)
                .map(i -> at(image, chart, i / 40.0, 2.2))
                .average()
                .orElseThrow();
        assertTrue(at(image, chart, 0, 0) < outside - 100 && outside < 750, "brightness outside: " + outside);
        // All the same when painted again.
        assertArrayEquals(pixels(image), pixels(Picture.of(chart).toImage(2)));
    }

    @Test
    void aSquareHasTheMixedColourOfItsPoints() {
        int n = 30_000;
        double[] x = new double[n];
        int[] groups = new int[n];
        DMatrixRMaj r = new DMatrixRMaj(n, 2);
        for (int i = 0; i < n; i++) {
            x[i] = i % 3;
            groups[i] = x[i] == 0 ? 0 : x[i] == 1 ? i / 3 % 2 : 1;
            r.set(i, groups[i], 1);
        }
        for (XyPlot plot : List.of(
                labelled().points(x, x).groupBy(groups, "a", "b"),
                labelled().points(x, x).responsibilities(r, "a", "b"))) {
            XYChart chart = plot.build();
            assertEquals(List.of("a", "b"), legend(chart));
            assertTrue(notes(chart).get(0).startsWith("30,000 points"));
            BufferedImage image = Picture.of(chart).toImage(2);
            // The darkest there are: half of the colour.
            for (int k = 0; k < 3; k++) {
                Color mixed = Palette.mix(1 - k / 2.0, k / 2.0);
                Color drawn = color(image, chart, k, k);
                assertEquals(mixed.getRed() / 2.0, drawn.getRed(), 2);
                assertEquals(mixed.getGreen() / 2.0, drawn.getGreen(), 2);
                assertEquals(mixed.getBlue() / 2.0, drawn.getBlue(), 2);
            }
        }
    }

    @Test
    void everyPointIsDrawnWhereThatIsAskedForOrThereAreFewer() {
        double[] x = normal(Crowd.MANY + 1, 3);
        XYChart all = labelled().points("p", x, x).everyPoint().build();
        assertInstanceOf(Marks.Symbol.class, all.getSeries("p").getMarker());
        assertEquals(List.of(), notes(all));
        double[] fewer = Arrays.copyOf(x, Crowd.MANY);
        XYChart chart = labelled().points("p", fewer, fewer).build();
        assertInstanceOf(Marks.Symbol.class, chart.getSeries("p").getMarker());
        assertEquals(List.of(), notes(chart));
    }

    @Test
    void longSeriesLieWhereShortOnesDo() {
        // More than 500 points are placed by this package, fewer by XChart.
        double[] x = IntStream.range(0, 400).mapToDouble(i -> i % 20 / 3.0 - 3).toArray();
        double[] y = IntStream.range(0, 400)
                .mapToDouble(i -> Math.exp(i / 20 / 3.0 - 3))
                .toArray();
        double[] twiceX = IntStream.range(0, 800).mapToDouble(i -> x[i % 400]).toArray();
        double[] twiceY = IntStream.range(0, 800).mapToDouble(i -> y[i % 400]).toArray();
        for (boolean log : new boolean[] {false, true}) {
            XyPlot once = labelled().points(x, y).markerSize(6).xRange(-4, 4).yRange(0.01, 40);
            XyPlot twice = labelled()
                    .points(twiceX, twiceY)
                    .markerSize(6)
                    .xRange(-4, 4)
                    .yRange(0.01, 40);
            if (!log) {
                // Points that overlap lie on each other in another order.
                once.yRange(6, 40);
                twice.yRange(6, 40);
            }
            int[] one = pixels(log ? once.yLog() : once);
            int[] two = pixels(log ? twice.yLog() : twice);
            int different = 0;
            int ink = 0;
            for (int i = 0; i < one.length; i++) {
                // The edges are drawn twice and so a little stronger.
                different += Math.abs(brightness(new Color(one[i])) - brightness(new Color(two[i]))) > 200 ? 1 : 0;
                ink += brightness(new Color(one[i])) < 500 ? 1 : 0;
            }
            assertTrue(ink > 1000 && different < 0.02 * ink, different + " of " + ink);
        }
    }

    // Lines

    @Test
    void aThinnedLineLooksLikeTheWholeOne() {
        double[] steps = normal(30_000, 6);
        double[] y = new double[steps.length];
        double[] x = new double[steps.length];
        for (int i = 1; i < y.length; i++) {
            y[i] = y[i - 1] + steps[i];
            x[i] = i;
        }
        XYChart chart = labelled().line("w", x, y).build();
        assertEquals(
                List.of("w: 30,000 points; of those in one column of pixels the highest and lowest are drawn"),
                notes(chart));
        assertArrayEquals(y, chart.getSeries("w").getYData());
        XYChart all = labelled().line("w", x, y).everyPoint().build();
        assertEquals(List.of(), notes(all));
        // The same picture but for the note below, so both are compared without it.
        int[] thinned = pixels(crop(labelled().line(x, y).size(640, 415)));
        int[] whole = pixels(crop(labelled().line(x, y).everyPoint()));
        assertEquals(whole.length, thinned.length);
        int different = 0;
        for (int i = 0; i < whole.length; i++) {
            different += Math.abs(brightness(new Color(whole[i])) - brightness(new Color(thinned[i]))) > 120 ? 1 : 0;
        }
        assertTrue(different < whole.length / 500, different + " pixels differ");
    }

    private static BufferedImage crop(XyPlot plot) {
        return plot.toImage(2).getSubimage(0, 0, 1280, 740);
    }

    @Test
    void ofEachColumnAtMostFourPlacesAreJoined() {
        int n = 200_000;
        double[] x = IntStream.range(0, n).mapToDouble(i -> 500.0 * i / n).toArray();
        double[] y = Arrays.stream(normal(n, 7)).map(v -> 100 + 20 * v).toArray();
        boolean[] starts = new boolean[n];
        starts[0] = true;
        List<Path2D> paths = Lines.paths(x, y, starts, 1, new Rectangle(0, 0, 500, 200));
        assertEquals(1, paths.size());
        int places = places(paths.get(0));
        assertTrue(places <= 4 * 500 / Lines.COLUMN + 4 && places > 2 * 500 / Lines.COLUMN, places + " places");
        Rectangle bounds = paths.get(0).getBounds();
        assertEquals(Arrays.stream(y).min().orElseThrow(), bounds.getMinY(), 1);
        assertEquals(Arrays.stream(y).max().orElseThrow(), bounds.getMaxY(), 1);
        assertEquals(n, places(Lines.paths(x, y, starts, Lines.ALL, null).get(0)));
        // In small paths it is the same line: each begins where the one before ends.
        List<Path2D> parts = Lines.paths(x, y, starts, 1, new Rectangle(0, 0, 500, 200), Lines.PATH);
        assertTrue(parts.size() >= (places - 1) / Lines.PATH && parts.size() <= places / Lines.PATH + 1);
        double[] end = null;
        int pieces = 0;
        for (Path2D part : parts) {
            PathIterator i = part.getPathIterator(null);
            double[] at = new double[6];
            assertEquals(PathIterator.SEG_MOVETO, i.currentSegment(at));
            if (end != null) {
                assertArrayEquals(end, at);
            }
            for (i.next(); !i.isDone(); i.next(), pieces++) {
                assertEquals(PathIterator.SEG_LINETO, i.currentSegment(at));
            }
            end = at;
        }
        assertEquals(places - 1, pieces);
    }

    private static int places(Path2D path) {
        int n = 0;
        for (PathIterator i = path.getPathIterator(null); !i.isDone(); i.next()) {
            n++;
        }
        return n;
    }

    @Test
    void ofALineToAndFroSomePiecesAreDrawnAndTheNoteSaysSo() {
        XYChart chart =
                labelled().line("t", normal(50_001, 8), normal(50_001, 9)).build();
        assertEquals(List.of("t: one in 13 of 50,000 pieces is drawn"), notes(chart));
        BufferedImage image = Picture.of(chart).toImage(2);
        assertTrue(at(image, chart, 0, 0) < 500);
        assertTrue(chart.toString().contains("one in 13"));
    }

    @Test
    void whatIsNotFiniteIsAGap() {
        double[] x = {0, 1, 2, 3, 4, 5, 6, Double.NaN, 8, 9};
        double[] y = {1, 1, Double.NaN, 1, Double.POSITIVE_INFINITY, 1, 1, 1, 1, 1};
        for (boolean dashed : new boolean[] {false, true}) {
            XyPlot plot = labelled().line("a", x, y).yRange(0, 2).lineWidth(3).legend(Legend.NONE);
            XYChart chart = (dashed ? plot.dashed() : plot).build();
            BufferedImage image = Picture.of(chart).toImage(2);
            for (double gap : new double[] {1.5, 2, 2.5, 3.5, 4, 4.5, 6.5, 7, 7.5}) {
                assertTrue(at(image, chart, gap, 1) > 600, "at " + gap + (dashed ? ", dashed" : ""));
            }
            // Between two gaps there is a dot; pieces have ink.
            assertTrue(at(image, chart, 3, 1) < 500);
            for (double from : new double[] {0, 5, 8}) {
                int ink = 0;
                for (double at = from + 0.05; at < from + 0.95; at += 0.02) {
                    ink += at(image, chart, at, 1) < 500 ? 1 : 0;
                }
                assertTrue(ink > 10, ink + " after " + from);
            }
        }
        // Plots.line, a line over 0, 1, 2, … and a history have gaps too.
        double[] nan = {1, Double.NaN, 3};
        assertTrue(Double.isNaN(Plots.line(new double[] {1, 2, 3}, nan)
                .build()
                .getSeries("line")
                .getYData()[1]));
        assertTrue(Double.isNaN(labelled().line("b", nan).build().getSeries("b").getYData()[1]));
        assertTrue(failure(() -> Plots.line(nan, new double[] {Double.NaN, 1, Double.NaN}))
                .contains("no point with finite x and y"));
    }

    // Legends

    @Test
    void aLegendOfManyGroupsStandsInColumnsWithinThePicture() {
        double[] x = normal(300, 10);
        for (int groups : new int[] {30, 40, 60}) {
            XYChart chart = labelled()
                    .points(x, x)
                    .groupBy(IntStream.range(0, 300).map(i -> i % groups).toArray())
                    .build();
            List<String> entries = ((LayeredChart) chart).surround.legend();
            assertEquals(groups, entries.size());
            assertEquals("group " + (groups - 1), entries.get(groups - 1));
            assertTrue(!chart.getStyler().isLegendVisible());
            free(chart);
            // The plot keeps half of the width.
            assertTrue(chart.getScreenXFromChart(chart.getStyler().getXAxisMax())
                            - chart.getScreenXFromChart(chart.getStyler().getXAxisMin())
                    > 230);
        }
    }

    /** The edge of the picture has no ink: nothing leaves it. */
    private static void free(XYChart chart) {
        BufferedImage image = Picture.of(chart).toImage(2);
        for (int i = 0; i < image.getHeight(); i++) {
            assertEquals(765, brightness(new Color(image.getRGB(image.getWidth() - 1, i))), "right, row " + i);
        }
        for (int i = 0; i < image.getWidth(); i++) {
            assertEquals(765, brightness(new Color(image.getRGB(i, image.getHeight() - 1))), "bottom, column " + i);
            assertEquals(765, brightness(new Color(image.getRGB(i, 0))), "top, column " + i);
        }
    }

    @Test
    void aLegendThatIsTooLargeSaysHowManyMoreThereAre() {
        double[] x = normal(900, 11);
        for (Legend place : new Legend[] {Legend.RIGHT, Legend.BELOW, Legend.TOP_LEFT}) {
            XYChart chart = labelled()
                    .points(x, x)
                    .groupBy(IntStream.range(0, 900).map(i -> i % 300).toArray())
                    .legend(place)
                    .build();
            List<String> entries = ((LayeredChart) chart).surround.legend();
            int shown = entries.size() - 1;
            assertTrue(shown > 30);
            assertEquals("… " + (300 - shown) + " more", entries.get(shown));
            free(chart);
        }
        assertTrue(failure(() -> labelled()
                        .points(new double[2000], new double[2000])
                        .groupBy(IntStream.range(0, 2000).toArray()))
                .contains("2000 groups"));
        BarPlot bars = Plots.bars("a", "b");
        for (int k = 0; k < 35; k++) {
            bars.series("series " + k, k, 35 - k);
        }
        BufferedImage image = bars.toImage(1);
        for (int i = 0; i < image.getHeight(); i++) {
            assertEquals(765, brightness(new Color(image.getRGB(image.getWidth() - 1, i))));
        }
    }

    @Test
    void namesThatAreTooLongKeepTheirEndsAndThePlotItsPlace() {
        double[] x = {1, 2};
        XyPlot plot = labelled().title("a title that has no end ".repeat(10)).xLabel("an axis ".repeat(30));
        for (int k = 0; k < 3; k++) {
            plot.line("a name that is much too long to stand beside a plot, number " + k, x, new double[] {k, 1});
        }
        XYChart chart = plot.build();
        assertEquals(3, legend(chart).stream().distinct().count());
        for (String name : legend(chart)) {
            assertTrue(name.startsWith("a name") && name.contains("…") && Labels.width(name, PlotTheme.font(12)) < 230);
        }
        assertTrue(chart.getTitle().endsWith("…") && chart.getXAxisTitle().endsWith("…"));
        free(chart);
        Set<Object> categories = new HashSet<>(Plots.bars(IntStream.range(0, 30)
                        .mapToObj(i -> "a category with a long name, " + i + " of all that there are")
                        .toArray(String[]::new))
                .series("s", new double[30])
                .build()
                .getSeries("s")
                .getXData());
        assertEquals(30, categories.size());
    }

    @Test
    void ofVeryManyImagesTheFirstAreDrawn() {
        ImageGrid grid = Plots.images(new DMatrixRMaj(20_000, 16), 4, 4);
        assertTrue(grid.height() < 4100, "height " + grid.height());
        BufferedImage image = grid.toImage(1);
        boolean text = false;
        for (int x = 0; x < image.getWidth(); x++) {
            for (int y = image.getHeight() - 18; y < image.getHeight(); y++) {
                text |= brightness(new Color(image.getRGB(x, y))) < 400;
            }
        }
        assertTrue(text, "the line that says how many more there are");
        assertTrue(failure(() -> grid.columns(20_000)).contains("take fewer columns"));
    }
}
