package lvm.plot;

import static lvm.plot.Gallery.failure;
import static lvm.plot.Gallery.labelled;
import static lvm.plot.Gallery.legend;
import static lvm.plot.Gallery.named;
import static lvm.plot.Gallery.pixels;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;
import lvm.model.HasDensity;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.XYStyler;

/** Numbers of any size: a plot of multiples of the data looks like the plot of the data. */
class ScalesTest {
    /** Long enough for a slow machine: what hangs never ends. */
    private static final Duration GUARD = Duration.ofSeconds(60);

    private static final double[] ONES = {-0.7, 0, 0.15, 0.3, 0.9};

    private static double[] times(double scale, double... values) {
        return Arrays.stream(values).map(v -> scale * v).toArray();
    }

    /** Plots of every kind of layer, as functions of the scale of both axes. */
    private static Map<String, DoubleFunction<XyPlot>> kinds() {
        Map<String, DoubleFunction<XyPlot>> kinds = new LinkedHashMap<>();
        double[] other = {0.2, -0.4, 0.5, 0.1, 0.8};
        kinds.put("points", s -> labelled().points(times(s, ONES), times(s, other)));
        kinds.put("line", s -> labelled().line(times(s, ONES), times(s, other)));
        kinds.put(
                "within a range",
                s -> labelled()
                        .line(times(s, ONES), times(s, other))
                        .xRange(-s, s)
                        .yRange(-s / 2, s / 4));
        kinds.put(
                "dashes", s -> labelled().line(times(s, ONES), times(s, other)).dashed());
        kinds.put("function", s -> labelled().function("f", v -> v / 2, -s, s));
        kinds.put("histogram", s -> labelled().histogram("h", times(s, ONES)));
        kinds.put("bins", s -> labelled().histogram("h", times(s, ONES), 4));
        kinds.put("bars", s -> labelled().bars("b", times(s, ONES), times(s, 0, 0, 0, 0, 0), times(s, other), s / 10));
        kinds.put("band", s -> labelled().band("b", times(s, ONES), times(s, other), times(s, 1, 1, 1, 1, 1)));
        kinds.put(
                "ellipse",
                s -> labelled().ellipse(new double[] {s / 3, s / 2}, new DMatrixRMaj(new double[][] {
                    {Math.min(Math.max(s * s, 1e-300), 1e300), 0}, {0, 0}
                })));
        kinds.put(
                "contour",
                s -> labelled()
                        .contour(null, (x, y) -> x / 2 + y / 3, s / 5)
                        .xRange(-s, s)
                        .yRange(-s, s));
        kinds.put(
                "pointers",
                s -> labelled()
                        .arrow(-s / 2, 0, s / 3, s / 4)
                        .text(s / 3, s / 4, "here")
                        .vertical("v", s / 5)
                        .horizontal("h", -s / 5));
        return kinds;
    }

    /** Where the points of all series lie in the plot, from 0 at the left and bottom to 1. */
    private static double[] places(XYChart chart) {
        XYStyler styler = chart.getStyler();
        List<Double> places = new ArrayList<>();
        for (XYSeries series : chart.getSeriesCollection()) {
            for (int i = 0; i < series.getXData().length; i++) {
                if (!Double.isNaN(series.getYData()[i])) {
                    places.add((series.getXData()[i] - styler.getXAxisMin())
                            / (styler.getXAxisMax() - styler.getXAxisMin()));
                    places.add((series.getYData()[i] - styler.getYAxisMin())
                            / (styler.getYAxisMax() - styler.getYAxisMin()));
                }
            }
        }
        return places.stream().mapToDouble(v -> v).toArray();
    }

    private static final List<String> OF_ONE_SCALE = List.of("ellipse");

    @ParameterizedTest
    @ValueSource(doubles = {1e-310, 1e-300, 1e-160, 1e-12, 1e-9, 1e-7, 1e-3, 1e3, 1e6, 1e12, 1e160, 1e300, 1.7e308})
    void aPlotOfMultiplesLooksTheSame(double scale) {
        kinds().forEach((kind, plot) -> {
            if (!OF_ONE_SCALE.contains(kind)) {
                XYChart one = plot.apply(1).build();
                XYChart many = plot.apply(scale).build();
                assertArrayEquals(places(one), places(many), 1e-6, kind);
            }
            assertTimeoutPreemptively(GUARD, () -> plot.apply(scale).toImage(1), kind);
        });
    }

    @Test
    void theTicksStandForTheNumbers() {
        for (int exponent : new int[] {-310, -200, -12, -7, 8, 12, 200, 307}) {
            double s = Double.parseDouble("1e" + exponent);
            XYChart chart =
                    labelled().line(times(s, 0, 1), times(s, 0, 1)).xRange(0, s).build();
            Picture.of(chart).toImage(1);
            double top = chart.getSeries("line").getYData()[1];
            String label =
                    chart.getStyler().getYAxisTickLabelsFormattingFunction().apply(top);
            assertEquals("1×10" + Labels.superscript(exponent), label);
            assertEquals(
                    "0",
                    chart.getStyler().getYAxisTickLabelsFormattingFunction().apply(0.0));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, -3, 1000, 1.6e9, 1e12, -1e300, 1e-200, 1.7e308})
    void aSpreadOfAFewRoundingErrorsIsSeen(double at) {
        double ulp = Math.ulp(at);
        double[] y = {at, at + ulp, at + 3 * ulp, at + 4 * ulp};
        XYChart chart = labelled().line(new double[] {0, 1, 2, 3}, y).build();
        double[] drawn = chart.getSeries("line").getYData();
        double span = drawn[3] - drawn[0];
        assertEquals(0.25, (drawn[1] - drawn[0]) / span, 1e-9);
        assertEquals(0.75, (drawn[2] - drawn[0]) / span, 1e-9);
        // Not more room than beside other data.
        assertTrue(chart.getStyler().getYAxisMax() - chart.getStyler().getYAxisMin() < 1.2 * span);
        assertTrue(chart.getYAxisTitle().startsWith(at > 0 ? "y − " : "y + "), chart.getYAxisTitle());
        assertTimeoutPreemptively(GUARD, () -> Picture.of(chart).toImage(1));
    }

    @Test
    void theLabelNamesWhatTheTicksAreCountedFrom() {
        XYChart chart = labelled()
                .points(new double[] {1.6e9, 1.6e9 + 1, 1.6e9 + 2}, new double[] {1e8, 1e8 + 1, 1e8 + 3})
                .xLabel("time [s]")
                .build();
        assertEquals("time [s] − 1600000000", chart.getXAxisTitle());
        assertEquals("y − 100000000", chart.getYAxisTitle());
        assertArrayEquals(new double[] {0, 1, 2}, chart.getSeries("points").getXData());
        assertArrayEquals(new double[] {0, 1, 3}, chart.getSeries("points").getYData());
        assertEquals(
                "0.5", chart.getStyler().getYAxisTickLabelsFormattingFunction().apply(0.5));
    }

    @Test
    void logarithmicAxesHoldAllPositiveNumbers() {
        double tiny = Double.MIN_VALUE;
        double huge = Double.MAX_VALUE;
        for (double[] y : new double[][] {
            {1e-310, 1, 10},
            {tiny, 1, huge},
            {1e-310, 2e-310, 5e-310},
            {tiny, 2 * tiny, 8 * tiny},
            {1e300, 1e304, huge},
            {1e-310, 1e-310, 1e-310},
            {huge, huge, huge},
            {1e-12, 1e-11, 1e-6},
            {5, 5 + 1e-9, 5 + 4e-9}
        }) {
            XYChart chart = labelled().line(y, y).xLog().yLog().build();
            assertTimeoutPreemptively(GUARD, () -> Picture.of(chart).toImage(1));
            double lo = Math.log(y[0]);
            double span = Math.log(y[2]) - lo;
            if (span > 1e-6) {
                double first = chart.getScreenYFromChart(chart.getSeries("line").getYData()[0]);
                double second =
                        chart.getScreenYFromChart(chart.getSeries("line").getYData()[1]);
                double last = chart.getScreenYFromChart(chart.getSeries("line").getYData()[2]);
                assertEquals((Math.log(y[1]) - lo) / span, (second - first) / (last - first), 1e-6);
            }
        }
        assertTrue(failure(() -> labelled()
                        .line(new double[] {1, 2}, new double[] {0, 1})
                        .yLog()
                        .build())
                .contains("0.0 is not positive"));
    }

    @Test
    void dataFarOutsideOfTheRangeHangNothing() {
        for (double far : new double[] {1e6, 1e12, 1e300, Double.MAX_VALUE}) {
            for (XyPlot plot : List.of(
                    labelled().line(new double[] {0, 1, 2}, new double[] {0, far, -far}),
                    labelled()
                            .line(new double[] {-far, 1, far}, new double[] {0.2, far, 0.7})
                            .dashed())) {
                XyPlot shown = plot.xRange(0, 2).yRange(0, 1);
                assertTimeoutPreemptively(GUARD, () -> shown.toImage(2));
            }
            // The part that can be seen is where it belongs: nearly upright at 0.
            int[] image = pixels(labelled()
                    .line(new double[] {0.5, 1.5}, new double[] {-far, far})
                    .xRange(0, 2)
                    .yRange(-1, 1));
            assertTrue(Arrays.stream(image).anyMatch(p -> (p & 0xffffff) == 0x0072B2));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-310, 1e-12, 1e12, 1e300})
    void heatMapsHaveTheSameColours(double scale) {
        int[] one = heat(labelled().heat("f", (x, y) -> x - y).xRange(0, 1).yRange(-1, 1));
        int[] many = heat(labelled().heat("f", (x, y) -> x - y).xRange(0, scale).yRange(-scale, scale));
        for (int i = 0; i < one.length; i++) {
            assertTrue(difference(one[i], many[i]) <= 3, "pixel " + i);
        }
        assertTrue(Arrays.stream(many).distinct().count() > 100);
    }

    private static int[] heat(XyPlot plot) {
        return pixels(((Marks.Heat) named(plot.build(), "f").get(0).getMarker()).image);
    }

    private static int difference(int a, int b) {
        Color c = new Color(a);
        Color d = new Color(b);
        return Math.abs(c.getRed() - d.getRed())
                + Math.abs(c.getGreen() - d.getGreen())
                + Math.abs(c.getBlue() - d.getBlue());
    }

    /** A normal density with standard deviation s in both directions; its largest value is 1/(2πs²). */
    private static HasDensity<DMatrixRMaj> normal(double s) {
        return HasDensity.of(
                2,
                x -> IntStream.range(0, x.numRows)
                        .mapToDouble(i -> -Math.log(2 * Math.PI)
                                - 2 * Math.log(s)
                                - 0.5 * (Math.pow(x.get(i, 0) / s, 2) + Math.pow(x.get(i, 1) / s, 2)))
                        .toArray());
    }

    @Test
    void densitiesOfAnyHeightAreDrawnAndNamed() {
        for (double s : new double[] {1e-200, 1e-12, 1, 1e12, 1e200}) {
            XYChart chart = labelled()
                    .heat("p", normal(s))
                    .contour(normal(s))
                    .xRange(-3 * s, 3 * s)
                    .yRange(-3 * s, 3 * s)
                    .build();
            int[] image = pixels(((Marks.Heat) named(chart, "p").get(0).getMarker()).image);
            int middle = image[Field.ROWS / 2 * Field.COLUMNS + Field.COLUMNS / 2];
            assertTrue((middle >>> 24) - (image[0] >>> 24) > 200, "how opaque the mode and the corner are at " + s);
            assertEquals(XyPlot.CONTOUR_LINES, named(chart, "contour").size());
            // 1/(2π) = 0.159.
            double exponent = -2 * Math.log10(s);
            String top = legend(chart).get(1);
            assertEquals(
                    s == 1 ? "0.16" : "1.6×10" + Labels.superscript((int) Math.round(exponent) - 1), top, "at " + s);
        }
    }

    @Test
    void theScaleOfAHeatMapTellsItsColoursApart() {
        for (double[] ends : new double[][] {{1000, 1000.001}, {-1e308, 1e308}, {1e-12, 1.0001e-12}, {0, 1e-300}}) {
            Range range = new Range(ends[0], ends[1]);
            List<String> legend = legend(labelled()
                    .heat("f", (x, y) -> range.at(x))
                    .xRange(0, 1)
                    .yRange(0, 1)
                    .build());
            assertEquals(6, legend.stream().distinct().count(), legend.toString());
        }
        // 9.97e-13 is no "10×10⁻¹³".
        assertEquals("1×10⁻¹²", Labels.significant(9.97e-13, 2));
        assertEquals("−1×10⁷", Labels.significant(-9.96e6, 2));
        assertEquals(
                List.of("f", "3"),
                legend(labelled()
                        .heat("f", (x, y) -> 3)
                        .xRange(0, 1)
                        .yRange(0, 1)
                        .build()));
    }

    @Test
    void covariancesOfAnySizeAreCovariances() {
        for (double s : new double[] {1e-300, 1e-24, 1e24, 1e300}) {
            DMatrixRMaj covariance = new DMatrixRMaj(new double[][] {{s, s / 2}, {s / 2, s}});
            double[] one = {1, 0.5, 0.5, 1};
            assertArrayEquals(
                    places(labelled()
                            .ellipse(new double[2], new DMatrixRMaj(2, 2, true, one), 1)
                            .build()),
                    places(labelled().ellipse(new double[2], covariance, 1).build()),
                    1e-9);
            assertTrue(failure(() ->
                            labelled().ellipse(new double[2], new DMatrixRMaj(new double[][] {{s, 2 * s}, {2 * s, s}})))
                    .endsWith("is no covariance"));
            assertTrue(failure(() ->
                            labelled().ellipse(new double[2], new DMatrixRMaj(new double[][] {{s, s / 2}, {s / 3, s}})))
                    .endsWith("is no covariance"));
        }
    }

    @Test
    void barsOfAnySizeHaveTheSameHeights() {
        for (double s : new double[] {1e-310, 1e-12, 1e300, 8e307}) {
            BarPlot plot = bars(s);
            assertTimeoutPreemptively(GUARD, () -> plot.toImage(1));
            double[] heights = heights(bars(s));
            double[] expected = heights(bars(1));
            double factor = expected[0] / heights[0];
            assertArrayEquals(expected, times(factor, heights), 1e-9);
            CategoryStyler first = bars(1).build().getStyler();
            CategoryStyler second = bars(s).build().getStyler();
            assertEquals(first.getYAxisMin(), factor * second.getYAxisMin(), 1e-9);
            assertEquals(first.getYAxisMax(), factor * second.getYAxisMax(), 1e-9);
            assertTrue(Arrays.stream(pixels(plot)).anyMatch(p -> (p & 0xffffff) == 0x0072B2));
        }
        BarPlot values = Plots.bars("a", "b").series("s", 3.25e-12, -1e-12).showValues(2);
        assertEquals("0.00'×10⁻¹²'", values.build().getStyler().getDecimalPattern());
    }

    private static BarPlot bars(double s) {
        return Plots.bars("a", "b", "c").series("u", s, -s / 2, s / 4).series("v", s / 3, s / 5, -s);
    }

    private static double[] heights(BarPlot plot) {
        return plot.build().getSeriesCollection().stream()
                .flatMapToDouble(series -> Arrays.stream(series.getYData()))
                .toArray();
    }

    @Test
    void imagesOfAnySize() {
        int[] one = pixels(Plots.images(new DMatrixRMaj(new double[][] {{0, 0.25, 0.5, 1}}), 2, 2));
        for (double s : new double[] {1e-300, 1e-50, 1e50, 1e300}) {
            DMatrixRMaj rows = new DMatrixRMaj(new double[][] {times(s, 0, 0.25, 0.5, 1)});
            assertArrayEquals(one, pixels(Plots.images(rows, 2, 2).range(0, s)));
        }
        DMatrixRMaj signed = new DMatrixRMaj(new double[][] {times(1e308, -1.7, -0.5, 0.5, 1.7)});
        assertArrayEquals(
                pixels(Plots.images(new DMatrixRMaj(new double[][] {{-1.7, -0.5, 0.5, 1.7}}), 2, 2)
                        .diverging()),
                pixels(Plots.images(signed, 2, 2).diverging()));
    }

    @Test
    void histogramsOfAnySizeCountTheSame() {
        double[] values =
                IntStream.range(0, 200).mapToDouble(i -> Math.sin(i * i)).toArray();
        double[] one = tops(Plots.histogram(values));
        for (double s : new double[] {1e-310, 1e-300, 1e-12, 1e12, 1e300, 1.7e308}) {
            double[] many = tops(Plots.histogram(times(s, values)));
            assertEquals(one.length, many.length);
            assertEquals(200, Arrays.stream(many).sum());
            // A value on an edge may fall to either side.
            assertArrayEquals(one, many, 1);
        }
        double constant = 5e-13;
        XYChart chart = Plots.histogram(new double[] {constant, constant}).build();
        assertEquals(
                2,
                Arrays.stream(tops(Plots.histogram(new double[] {constant, constant})))
                        .sum());
        assertTrue(chart.getStyler().getXAxisMax() - chart.getStyler().getXAxisMin() > 0);
        assertTrue(failure(() -> Plots.histogram(new double[] {1e-310, 2e-310}).asDensity())
                .contains("rescale"));
    }

    @Test
    void wholeNumbersHaveBarsOfTheirOwn() {
        double[] dice = IntStream.range(0, 600).mapToDouble(i -> 1 + i % 6).toArray();
        assertArrayEquals(new double[] {100, 100, 100, 100, 100, 100}, tops(Plots.histogram(dice)));
        XYSeries bars = named(Plots.histogram(dice).build(), "histogram").get(0);
        assertEquals(0.5, bars.getXData()[0]);
        // Equally frequent numbers make equally high bars: no teeth from bins that hold one number more.
        double[] many = IntStream.range(0, 6000).mapToDouble(i -> i % 60).toArray();
        assertEquals(1, Arrays.stream(tops(Plots.histogram(many))).distinct().count());
    }

    private static double[] tops(XyPlot plot) {
        double[] y = named(plot.build(), "histogram").get(0).getYData();
        return IntStream.range(0, y.length / 2).mapToDouble(i -> y[2 * i + 1]).toArray();
    }
}
