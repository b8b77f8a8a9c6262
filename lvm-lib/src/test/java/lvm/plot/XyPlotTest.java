package lvm.plot;

import static lvm.plot.Gallery.brightness;
import static lvm.plot.Gallery.failure;
import static lvm.plot.Gallery.labelled;
import static lvm.plot.Gallery.legend;
import static lvm.plot.Gallery.named;
import static lvm.plot.Gallery.pixels;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import lvm.model.History;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

class XyPlotTest {

    // What is drawn

    @Test
    void seriesHoldTheData() {
        double[] x = {1, 2, 3};
        double[] y = {4, 5, 7};
        XYChart chart = labelled().line("bound", x, y).points("data", x, y).build();
        y[0] = 99;
        assertArrayEquals(new double[] {1, 2, 3}, chart.getSeries("bound").getXData());
        assertArrayEquals(new double[] {4, 5, 7}, chart.getSeries("bound").getYData());
        assertArrayEquals(new double[] {4, 5, 7}, chart.getSeries("data").getYData());
        assertEquals(List.of("bound", "data"), legend(chart));
        assertTrue(chart.getStyler().isLegendVisible());
        assertNotEquals(
                chart.getSeries("bound").getLineColor(), chart.getSeries("data").getMarkerColor());
    }

    @Test
    void twoLayersMayHaveTheSameName() {
        XYChart chart = labelled()
                .line("a", new double[] {1, 2})
                .line("a", new double[] {3, 4})
                .build();
        assertEquals(List.of("a", "a"), legend(chart));
    }

    @Test
    void groupsBecomeSeriesWithTheirOwnColourAndForm() {
        double[] x = {0, 1, 2, 3, 4};
        XYChart chart = Plots.scatter(x, x)
                .groupBy(new int[] {1, 0, 1, -1, 0}, "short", "long")
                .xLabel("x")
                .yLabel("y")
                .build();
        assertEquals(List.of("no group", "short", "long"), legend(chart));
        assertArrayEquals(new double[] {1, 4}, chart.getSeries("short").getXData());
        assertArrayEquals(new double[] {0, 2}, chart.getSeries("long").getXData());
        assertEquals(Palette.color(1), chart.getSeries("long").getMarkerColor());
        assertEquals(Palette.GREY, chart.getSeries("no group").getMarkerColor());
        assertNotEquals(
                ((Marks.Symbol) chart.getSeries("short").getMarker()).form,
                ((Marks.Symbol) chart.getSeries("long").getMarker()).form);
    }

    @Test
    void aTableLabelsTheAxesAndGroupsByAColumn() {
        Table table = Table.create(
                "t",
                DoubleColumn.create("eruptions", 1, 2, 3),
                DoubleColumn.create("waiting", 10, 20, 30),
                StringColumn.create("kind", "b", "a", "b"));
        XYChart chart = Plots.scatter(table, "eruptions", "waiting")
                .groupBy(table.column("kind"))
                .yLabel("waiting [min]")
                .build();
        assertEquals("eruptions", chart.getXAxisTitle());
        assertEquals("waiting [min]", chart.getYAxisTitle());
        assertEquals(List.of("b", "a"), legend(chart));
        assertArrayEquals(new double[] {10, 30}, chart.getSeries("b").getYData());
    }

    @Test
    void responsibilitiesMixTheColours() {
        DMatrixRMaj r = new DMatrixRMaj(new double[][] {{1, 0}, {0.5, 0.5}, {0, 1}});
        double[] x = {0, 1, 2};
        XYChart chart = labelled().points(x, x).responsibilities(r).build();
        Marks.Coloured marker = (Marks.Coloured) chart.getSeries("points").getMarker();
        assertEquals(Palette.color(0), marker.colors[0]);
        assertEquals(Palette.mix(0.5, 0.5), marker.colors[1]);
        assertEquals(Palette.color(1), marker.colors[2]);
        assertEquals(List.of("component 0", "component 1"), legend(chart));
        assertEquals(Marks.Form.of(1), marker.forms[2]);
    }

    @Test
    void aPointHasTheColourOfItsResponsibilitiesWhereItLies() {
        DMatrixRMaj r = new DMatrixRMaj(new double[][] {{1, 0}, {0.5, 0.5}, {0, 1}});
        XYChart chart = labelled()
                .points(new double[] {0, 1, 2}, new double[] {0, 1, 2})
                .responsibilities(r)
                .markerSize(20)
                .build();
        for (int time = 0; time < 2; time++) {
            BufferedImage image = Picture.of(chart).toImage(1);
            for (int i = 0; i < 3; i++) {
                int rgb = image.getRGB((int) chart.getScreenXFromChart(i), (int) chart.getScreenYFromChart(i));
                assertEquals(Palette.mix(1 - i / 2.0, i / 2.0), new Color(rgb), "point " + i + ", painting " + time);
            }
        }
    }

    @Test
    void rangesHoldAllDataOrAreWhatWasSet() {
        XYStyler styler = labelled()
                .points(new double[] {-2, 8}, new double[] {3, 4})
                .horizontal(null, 10)
                .build()
                .getStyler();
        assertTrue(styler.getXAxisMin() < -2 && styler.getXAxisMin() > -3);
        assertTrue(styler.getXAxisMax() > 8 && styler.getXAxisMax() < 9);
        assertTrue(styler.getYAxisMin() < 3 && styler.getYAxisMax() > 10);
        XYStyler set = labelled()
                .points(new double[] {-2, 8}, new double[] {3, 4})
                .xRange(0, 5)
                .yRange(-1, 1)
                .build()
                .getStyler();
        assertEquals(0, set.getXAxisMin());
        assertEquals(5, set.getXAxisMax());
        assertEquals(-1, set.getYAxisMin());
        assertEquals(1, set.getYAxisMax());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1e-300, 1e-13, 1e-9, 1e-5, 1, 1e9, 1e300})
    void dataOfAnyScaleAreDrawn(double scale) {
        double[] x = {0, 1, 2, 3};
        double[] y = {scale, 1.5 * scale, 1.2 * scale, -scale / 2};
        double[] offset = Arrays.stream(y).map(v -> v + 1e3).toArray();
        for (double[] values : List.of(y, offset)) {
            XyPlot plot = labelled().line(x, values);
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> plot.toImage(1));
            XyPlot turned = labelled().line(values, x);
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> turned.toImage(1));
        }
    }

    @Test
    void aSinglePointIsDrawnInTheMiddle() {
        XYChart chart = labelled().points(new double[] {3}, new double[] {-7}).build();
        Picture.of(chart).toImage(1);
        assertEquals(3, (chart.getStyler().getXAxisMin() + chart.getStyler().getXAxisMax()) / 2, 1e-9);
        assertEquals(-7, (chart.getStyler().getYAxisMin() + chart.getStyler().getYAxisMax()) / 2, 1e-9);
    }

    @Test
    void countedThingsHaveWholeNumbersAtTheTicks() {
        XYChart chart = labelled().line("L", new double[] {1, 2, 4}).build();
        Picture.of(chart).toImage(1);
        assertTrue(chart.getStyler().getXAxisTickMarkSpacingHint() > 150);
    }

    @Test
    void aFunctionIsEvaluatedFromEndToEndAndBrokenWhereItIsNotFinite() {
        XYChart chart = labelled().function("log", Math::log, -1, 1, 201).build();
        double[] x = chart.getSeries("log").getXData();
        double[] y = chart.getSeries("log").getYData();
        assertEquals(201, x.length);
        assertEquals(-1, x[0]);
        assertEquals(1, x[200], 1e-12);
        assertTrue(Double.isNaN(y[0]) && Double.isNaN(y[100]));
        assertEquals(Math.log(x[150]), y[150], 1e-12);
    }

    @Test
    void aHistogramCountsEveryValueOnce() {
        double[] values = {0, 0.1, 0.9, 1, 2, 2.5, 4};
        XYSeries counts = named(labelled().histogram(null, values, 4).build(), "histogram")
                .get(0);
        double[] heights = tops(counts);
        assertArrayEquals(new double[] {3, 1, 2, 1}, heights);
        XYSeries density = named(
                        labelled().histogram(null, values, 4).asDensity().build(), "histogram")
                .get(0);
        assertEquals(1, Arrays.stream(tops(density)).sum() * (4.0 / 4), 1e-12);
        double[] many = IntStream.range(0, 1000).mapToDouble(i -> Math.sin(i)).toArray();
        assertEquals(
                1000,
                Arrays.stream(tops(named(labelled().histogram("h", many).build(), "h")
                                .get(0)))
                        .sum());
        XYSeries constant = named(
                        labelled().histogram(null, new double[] {3, 3}).build(), "histogram")
                .get(0);
        assertEquals(2, Arrays.stream(tops(constant)).sum());
    }

    private static double[] tops(XYSeries bars) {
        double[] y = bars.getYData();
        return IntStream.range(0, y.length / 2).mapToDouble(i -> y[2 * i + 1]).toArray();
    }

    @Test
    void barsStandBetweenTheirHeights() {
        XYChart chart = labelled()
                .bars("KL", new double[] {1, 2}, new double[] {-5, -4}, new double[] {-3, -3}, 0.5)
                .build();
        BufferedImage image = Picture.of(chart).toImage(1);
        Color bar = Palette.color(0);
        int x = (int) chart.getScreenXFromChart(1);
        assertEquals(bar, new Color(image.getRGB(x + 3, (int) chart.getScreenYFromChart(-3.1))));
        assertEquals(bar, new Color(image.getRGB(x + 3, (int) chart.getScreenYFromChart(-4.9))));
        assertNotEquals(bar, new Color(image.getRGB(x + 3, (int) chart.getScreenYFromChart(-2.95))));
        int second = (int) chart.getScreenXFromChart(2);
        assertNotEquals(bar, new Color(image.getRGB(second + 3, (int) chart.getScreenYFromChart(-4.5))));
    }

    @Test
    void ellipsesHaveTheirMahalanobisDistance() {
        for (DMatrixRMaj covariance :
                List.of(Gallery.COVARIANCES.get(0), Gallery.COVARIANCES.get(1), new DMatrixRMaj(new double[][] {
                    {4, -1.9}, {-1.9, 1}
                }))) {
            double[] mean = {3, -2};
            for (double n : new double[] {0.5, 1, 3}) {
                XYSeries series = named(labelled().ellipse(mean, covariance, n).build(), "outline")
                        .get(0);
                double a = covariance.get(0, 0);
                double b = covariance.get(0, 1);
                double c = covariance.get(1, 1);
                double[] x = series.getXData();
                double[] y = series.getYData();
                double furthest = 0;
                for (int i = 0; i < x.length; i++) {
                    double dx = x[i] - mean[0];
                    double dy = y[i] - mean[1];
                    double q = (c * dx * dx - 2 * b * dx * dy + a * dy * dy) / (a * c - b * b);
                    assertEquals(n, Math.sqrt(q), 1e-9);
                    furthest = Math.max(furthest, dx);
                }
                // It goes all the way round: the extent along x is n standard deviations.
                assertEquals(n * Math.sqrt(a), furthest, 1e-3 * n * Math.sqrt(a));
                assertEquals(x[0], x[x.length - 1], 1e-9);
            }
        }
    }

    @Test
    void ellipsesOfAMixtureHaveTheColoursOfTheirGroups() {
        List<XYSeries> outlines = named(
                labelled().ellipses(Gallery.MEANS, Gallery.COVARIANCES, 1, 2).build(), "outline");
        assertEquals(4, outlines.size());
        assertEquals(Palette.color(0), outlines.get(1).getLineColor());
        assertEquals(Palette.color(1), outlines.get(2).getLineColor());
    }

    @Test
    void aSingularCovarianceIsALine() {
        XYSeries series = named(
                        labelled()
                                .ellipse(new double[] {0, 0}, new DMatrixRMaj(new double[][] {{1, 2}, {2, 4}}), 1)
                                .build(),
                        "outline")
                .get(0);
        for (int i = 0; i < series.getXData().length; i++) {
            assertEquals(2 * series.getXData()[i], series.getYData()[i], 1e-9);
        }
        labelled()
                .points(new double[] {1}, new double[] {1})
                .ellipse(new double[] {0, 0}, new DMatrixRMaj(2, 2))
                .toImage(1);
    }

    // The rest of the builder

    @Test
    void logarithmicAxes() {
        XYChart chart = labelled()
                .line("KL", new double[] {1, 10, 100}, new double[] {1e-8, 1, 1e4})
                .xLog()
                .yLog()
                .build();
        Picture.of(chart).toImage(1);
        assertTrue(chart.getStyler().isXAxisLogarithmic() && chart.getStyler().isYAxisLogarithmic());
        double y0 = chart.getScreenYFromChart(1e-8);
        double y1 = chart.getScreenYFromChart(1e-2);
        double y2 = chart.getScreenYFromChart(1e4);
        assertEquals(0.5, (y1 - y0) / (y2 - y0), 1e-6);
        assertTrue(failure(
                        () -> labelled().line("KL", new double[] {1, 0}).yLog().build())
                .contains("0.0 is not positive"));
    }

    @Test
    void aLegendBelowHasAsManyRowsAsItNeeds() {
        double[] y = {1, 2};
        XyPlot plot = labelled().legend(Legend.BELOW).line("a", y).line("b", y);
        assertEquals(List.of(List.of("a", "b")), below(plot));
        for (int i = 0; i < 8; i++) {
            plot.line("a name that takes some room " + i, y);
        }
        List<List<String>> rows = below(plot);
        assertTrue(rows.size() > 2, "rows: " + rows);
        assertEquals(10, rows.stream().mapToInt(List::size).sum());
        XYChart chart = plot.build();
        pixels(Picture.of(chart).toImage(1));
        assertTrue(
                chart.getScreenXFromChart(chart.getStyler().getXAxisMax())
                                - chart.getScreenXFromChart(chart.getStyler().getXAxisMin())
                        > 500,
                "the plot keeps its width");
    }

    private static List<List<String>> below(XyPlot plot) {
        return ((LayeredChart) plot.build()).surround.rowsBelow();
    }

    @Test
    void axesOfPicturesBesideEachOtherAreLevel() {
        double[] y = {1, 2};
        XyPlot bare = labelled().line(null, new double[] {0, 1}, y).legend(Legend.NONE);
        XyPlot named = labelled().line("a name", y).line("another", y).legend(Legend.BELOW);
        BufferedImage grid = Plots.grid(2, bare, named).toImage(1);
        assertEquals(lowestLine(grid, 0, 640), lowestLine(grid, 640, 1280), "the lower edges of the frames");
    }

    /** The lowest row of pixels that is a line through most of a part of the picture. */
    private static int lowestLine(BufferedImage image, int from, int to) {
        for (int row = image.getHeight() - 1; row > 0; row--) {
            int ink = 0;
            for (int x = from; x < to; x++) {
                ink += brightness(new Color(image.getRGB(x, row))) < 740 ? 1 : 0;
            }
            if (ink > 400) {
                return row;
            }
        }
        return -1;
    }

    @Test
    void dashesOfAFunctionAreDashes() {
        XYChart chart = labelled()
                .function("f", v -> 0.5, 0, 1)
                .dashed()
                .yRange(0, 1)
                .xRange(0, 1)
                .legend(Legend.NONE)
                .build();
        BufferedImage image = Picture.of(chart).toImage(1);
        int y = (int) Math.round(chart.getScreenYFromChart(0.5));
        int changes = 0;
        boolean before = false;
        for (int x = (int) chart.getScreenXFromChart(0.05); x < chart.getScreenXFromChart(0.95); x++) {
            int blue = image.getRGB(x, y);
            boolean ink = brightness(new Color(blue)) < 500;
            changes += ink != before ? 1 : 0;
            before = ink;
        }
        assertTrue(changes > 20, "changes between ink and paper: " + changes);
    }

    @Test
    void aPaintingLeavesTheSeriesAsTheyWere() {
        XYChart chart = labelled()
                .line("a", new double[] {1, 2})
                .line("b", new double[] {2, 1})
                .yLog()
                .legend(Legend.BELOW)
                .build();
        List<String> before =
                chart.getSeriesCollection().stream().map(XYSeries::getName).toList();
        int[] first = pixels(Picture.of(chart).toImage(2));
        int[] second = pixels(Picture.of(chart).toImage(2));
        assertArrayEquals(first, second);
        assertEquals(
                before,
                chart.getSeriesCollection().stream().map(XYSeries::getName).toList());
        chart.addSeries("mine", new double[] {0, 1}, new double[] {1, 1});
        assertFalse(Arrays.equals(first, pixels(Picture.of(chart).toImage(2))));
    }

    @Test
    void historiesAndCurves() {
        History.Recorder recorder = new History.Recorder("L", "KL");
        recorder.add(-3, 1);
        recorder.add(-2, 0);
        History history = recorder.finish(History.Stop.CONVERGED);
        XYChart one = Plots.history(history).build();
        assertArrayEquals(new double[] {-3, -2}, one.getSeries("L").getYData());
        assertEquals("L", one.getYAxisTitle());
        assertEquals("iteration", one.getXAxisTitle());
        XYChart both = Plots.history(history, "KL", "L").yLabel("nats").build();
        assertEquals(List.of("KL", "L"), legend(both));
        assertTrue(failure(() -> Plots.history(History.closedForm())).contains("no iteration"));
        // A training that diverges at once is still drawn.
        Plots.curves("", "epoch", "ELBO", List.of("a"), new double[] {0, 1}, new double[][] {{Double.NaN, Double.NaN}})
                .toImage(1);
    }

    // What is refused

    @Test
    void axesWithoutALabelSayWhatTheyShow() {
        double[] x = {1, 2};
        assertEquals("x", Plots.line(x, x).yLabel("y").build().getXAxisTitle());
        assertEquals("y", Plots.line(x, x).build().getYAxisTitle());
        assertEquals("value", Plots.histogram(x).build().getXAxisTitle());
        assertEquals("count", Plots.histogram(x).build().getYAxisTitle());
        assertEquals("density", Plots.histogram(x).asDensity().build().getYAxisTitle());
        assertEquals("category", Plots.bars("a").series("s", 1).build().getXAxisTitle());
        assertEquals("value", Plots.bars("a").series("s", 1).build().getYAxisTitle());
        assertEquals(
                "XyPlot.build: the yLabel is blank; say what the vertical axis shows, or leave it out for \"y\"",
                failure(() -> Plots.line(x, x).xLabel("x").yLabel(" ").build()));
        assertTrue(failure(() -> labelled().build()).startsWith("XyPlot.build: nothing to draw"));
    }

    @Test
    void badDataAreNamed() {
        double[] two = {1, 2};
        double[] nan = {1, Double.NaN};
        assertEquals(
                "XyPlot.line: \"L\" has no point with finite x and y, there is nothing to draw",
                failure(() -> labelled().line("L", new double[] {Double.NaN, 2}, new double[] {1, Double.NaN})));
        assertEquals(
                "XyPlot.points: \"P\" y[1] is NaN, expected a finite number",
                failure(() -> labelled().points("P", two, nan)));
        assertEquals(
                "XyPlot.points: 2 and 3 numbers, expected as many",
                failure(() -> labelled().points(two, new double[3])));
        assertEquals("XyPlot.line: no numbers", failure(() -> Plots.line(new double[0], new double[0])));
        assertEquals(
                "XyPlot.points: the matrix has 3 columns, expected 2",
                failure(() -> Plots.scatter(new DMatrixRMaj(4, 3))));
        assertEquals(
                "XyPlot.groupBy: 1 groups for 2 points",
                failure(() -> labelled().points(two, two).groupBy(new int[] {1})));
        assertEquals(
                "XyPlot.groupBy: the last layer is of kind line, expected points",
                failure(() -> labelled().line(two, two).groupBy(new int[] {1, 2})));
        assertEquals(
                "XyPlot.dashed: there is no layer yet; add one first",
                failure(() -> labelled().dashed()));
        assertEquals(
                "XyPlot.responsibilities: row 1 sums to 0.9, not 1",
                failure(() -> labelled().points(two, two).responsibilities(new DMatrixRMaj(new double[][] {
                    {1, 0}, {0.4, 0.5}
                }))));
        assertTrue(failure(() -> labelled().points(two, two).responsibilities(new DMatrixRMaj(new double[][] {
                    {1, 0}, {Double.NaN, 0.5}
                })))
                .contains("row 1, column 0 is NaN"));
        assertTrue(failure(() -> labelled().ellipse(two, new DMatrixRMaj(new double[][] {{1, 2}, {2, 1}})))
                .endsWith("is no covariance"));
        assertTrue(failure(() -> labelled().ellipse(two, new DMatrixRMaj(new double[][] {{1, 0.5}, {0.1, 1}})))
                .endsWith("is no covariance"));
        assertTrue(failure(() -> labelled().ellipse(nan, new DMatrixRMaj(2, 2))).contains("mean[1] is NaN"));
        assertTrue(failure(() -> labelled().histogram("h", new double[0])).contains("no values"));
        assertTrue(failure(() -> labelled().histogram("h", nan)).contains("NaN"));
        assertTrue(failure(() -> labelled().function("f", v -> Double.NaN, 0, 1))
                .contains("finite nowhere"));
        assertTrue(failure(() -> labelled().function("f", v -> v, 1, 0)).contains("no range"));
        assertTrue(failure(() -> labelled().xRange(0, Double.NaN)).contains("no range"));
        assertTrue(failure(() -> labelled().size(10, 10)).contains("10×10"));
        assertTrue(failure(() -> labelled().heat(Gallery.MIXTURE).build()).contains("xRange not set"));
        assertTrue(failure(() -> labelled().contour(Gallery.MIXTURE, 0)).contains("0 lines"));
        assertTrue(failure(() ->
                        labelled().points(two, two).heat(Gallery.MIXTURE).xLog().build())
                .contains("need linear axes"));
        assertTrue(failure(() -> labelled().bars("b", two, two, two, 0)).contains("width 0.0"));
        assertTrue(failure(() -> labelled().text(1, Double.NaN, "t")).contains("place[1] is NaN"));
        assertTrue(failure(() -> labelled().curves(new String[] {"a"}, two, new double[0][]))
                .contains("1 names for 0 curves"));
        Table table = Table.create("t", DoubleColumn.create("a", 1, 2), StringColumn.create("s", "u", "v"));
        assertTrue(failure(() -> Plots.scatter(table, "a", "b")).contains("no column \"b\", there are [a, s]"));
        assertTrue(failure(() -> Plots.scatter(table, "a", "s")).contains("is STRING"));
    }
}
