package lvm.plot;

import static lvm.plot.Gallery.brightness;
import static lvm.plot.Gallery.failure;
import static lvm.plot.Gallery.labelled;
import static lvm.plot.Gallery.legend;
import static lvm.plot.Gallery.named;
import static lvm.plot.Gallery.pixels;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import lvm.data.Toy2d;
import lvm.flow.NormalizingFlow;
import lvm.flow.Planar;
import lvm.mixture.GaussianMixture;
import lvm.model.GenerativeModel;
import lvm.model.HasDensity;
import lvm.model.SinglePrecision;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;

/** Densities and functions over the plane: contour lines and heat maps. */
class FieldsTest {

    private static Color at(BufferedImage image, XYChart chart, double x, double y) {
        return new Color(image.getRGB((int) chart.getScreenXFromChart(x), (int) chart.getScreenYFromChart(y)));
    }

    @Test
    void contourLinesLieOnTheirLevel() {
        XYChart chart = labelled()
                .contour(Gallery.MIXTURE, 5)
                .xRange(1, 6)
                .yRange(35, 105)
                .build();
        List<XYSeries> lines = named(chart, "contour");
        assertEquals(5, lines.size());
        for (XYSeries line : lines) {
            double[] x = line.getXData();
            double[] y = line.getYData();
            double level = Gallery.density(x[0], y[0]);
            int points = 0;
            for (int i = 0; i < x.length; i++) {
                if (!Double.isNaN(y[i])) {
                    assertEquals(1, Gallery.density(x[i], y[i]) / level, 0.01, "at " + x[i] + ", " + y[i]);
                    points++;
                }
            }
            assertTrue(points > 50);
        }
    }

    @Test
    void contourLinesEncloseEqualSharesOfTheProbability() {
        HasDensity<DMatrixRMaj> normal = HasDensity.of(2, x -> {
            double[] out = new double[x.numRows];
            Arrays.setAll(out, i -> -Math.log(2 * Math.PI) - 0.5 * (square(x.get(i, 0)) + square(x.get(i, 1))));
            return out;
        });
        List<XYSeries> lines =
                named(labelled().contour(normal, 4).xRange(-6, 6).yRange(-6, 6).build(), "contour");
        for (int k = 0; k < 4; k++) {
            // A disc of radius r holds 1 − exp(−r²/2) of a standard normal.
            double r = Math.hypot(lines.get(k).getXData()[0], lines.get(k).getYData()[0]);
            assertEquals((k + 0.5) / 4, 1 - Math.exp(-r * r / 2), 0.01);
        }
    }

    private static double square(double v) {
        return v * v;
    }

    @Test
    void aContourIsOneClosedLineAndSaddlesAreResolved() {
        XYChart chart = labelled()
                .contour(null, (x, y) -> x * x + y * y, 1)
                .xRange(-2, 2)
                .yRange(-2, 2)
                .build();
        XYSeries circle = named(chart, "contour").get(0);
        double[] x = circle.getXData();
        double[] y = circle.getYData();
        assertEquals(1, pieces(y));
        int last = x.length - 2;
        assertEquals(x[0], x[last], 1e-12);
        assertEquals(y[0], y[last], 1e-12);
        double length = 0;
        for (int i = 0; i < last; i++) {
            assertEquals(1, Math.hypot(x[i], y[i]), 1e-3);
            length += Math.hypot(x[i + 1] - x[i], y[i + 1] - y[i]);
        }
        assertEquals(2 * Math.PI, length, 1e-2);
        // x·y = 1/50 has two branches, and x·y = 0 a crossing; both stay within the plot.
        XYSeries hyperbola = named(
                        labelled()
                                .contour(null, (a, b) -> a * b, 0.02)
                                .xRange(-1, 1)
                                .yRange(-1, 1)
                                .build(),
                        "contour")
                .get(0);
        assertEquals(2, pieces(hyperbola.getYData()));
        for (int i = 0; i < hyperbola.getXData().length; i++) {
            if (!Double.isNaN(hyperbola.getYData()[i])) {
                assertEquals(0.02, hyperbola.getXData()[i] * hyperbola.getYData()[i], 1e-3);
            }
        }
    }

    private static int pieces(double[] y) {
        return (int) Arrays.stream(y).filter(Double::isNaN).count();
    }

    @Test
    void everySaddleOfACheckerboardGivesLinesWithoutForks() {
        XYChart chart = labelled()
                .contour(null, (x, y) -> Math.sin(40 * x) * Math.sin(40 * y), 0.0)
                .xRange(-3, 3)
                .yRange(-3, 3)
                .build();
        for (XYSeries line : named(chart, "contour")) {
            List<Double> seen = new ArrayList<>();
            for (int i = 0; i < line.getXData().length; i++) {
                if (!Double.isNaN(line.getYData()[i])) {
                    seen.add(line.getXData()[i]);
                    assertTrue(Math.abs(line.getXData()[i]) <= 3 + 1e-9);
                }
            }
            assertTrue(seen.size() > 100);
        }
        Picture.of(chart).toImage(1);
    }

    @Test
    void theHeatMapIsDarkestAtTheModeAndLiesWhereTheModelIs() {
        XYChart chart =
                labelled().heat(Gallery.MIXTURE).xRange(1, 6).yRange(35, 105).build();
        BufferedImage image = Picture.of(chart).toImage(1);
        Color mode = at(image, chart, 4.29, 79.97);
        Color other = at(image, chart, 2.04, 54.5);
        Color far = at(image, chart, 2.04, 95);
        assertTrue(brightness(mode) < brightness(other) - 30, mode + " " + other);
        assertTrue(brightness(other) < brightness(far) - 30, other + " " + far);
        assertTrue(brightness(far) > 740);
        // The scale: half the largest density has the colour at half the scale.
        double top = Gallery.density(4.29, 79.97);
        double y = 79.97;
        while (Gallery.density(4.29, y) > top / 2) {
            y += 0.01;
        }
        assertEquals(
                brightness(PaletteTest.on(Color.WHITE, Palette.sequential(0.5))),
                brightness(at(image, chart, 4.29, y)),
                25);
    }

    @Test
    void aNamedHeatMapHasItsScaleInTheLegend() {
        XYChart chart =
                labelled().heat("value", (x, y) -> x).xRange(0, 8).yRange(0, 1).build();
        List<String> legend = legend(chart);
        assertEquals("value", legend.get(0));
        assertEquals(6, legend.size());
        assertEquals("0.013", legend.get(5));
        assertEquals("8", legend.get(1));
    }

    // Floats and doubles

    /** The mixture of the gallery as a model of floats, which can not be drawn from. */
    private record OfFloats() implements HasDensity<FMatrixRMaj>, SinglePrecision {
        @Override
        public int dim() {
            return 2;
        }

        @Override
        public double[] logDensity(FMatrixRMaj x) {
            return IntStream.range(0, x.numRows)
                    .mapToDouble(i -> Math.log(Gallery.density(x.get(i, 0), x.get(i, 1))))
                    .toArray();
        }
    }

    private static final HasDensity<FMatrixRMaj> OF_FLOATS = new OfFloats();

    /** Ranges between whose ends all nodes of the grid are floats: steps of 1/64 and of 1/2. */
    private static XyPlot exact(XyPlot plot) {
        return plot.xRange(1, 1 + (Field.COLUMNS - 1) / 64.0).yRange(30, 30 + (Field.ROWS - 1) / 2.0);
    }

    @Test
    void aDensityOfFloatsHasTheContoursOfTheSameDensityOfDoubles() {
        List<XYSeries> floats = named(exact(labelled().contour(OF_FLOATS, 5)).build(), "contour");
        List<XYSeries> doubles =
                named(exact(labelled().contour(Gallery.MIXTURE, 5)).build(), "contour");
        assertEquals(5, doubles.size());
        assertEquals(5, floats.size());
        for (int k = 0; k < 5; k++) {
            assertArrayEquals(doubles.get(k).getXData(), floats.get(k).getXData());
            assertArrayEquals(doubles.get(k).getYData(), floats.get(k).getYData());
        }
    }

    @Test
    void aDensityOfFloatsHasTheHeatMapOfTheSameDensityOfDoubles() {
        int[] doubles =
                pixels(Plots.density(Gallery.MIXTURE, 1, 6, 35, 105).xLabel("x").yLabel("y"));
        int[] floats =
                pixels(Plots.density(OF_FLOATS, 1, 6, 35, 105).xLabel("x").yLabel("y"));
        int furthest = 0;
        for (int i = 0; i < doubles.length; i++) {
            furthest =
                    Math.max(furthest, Math.abs(brightness(new Color(doubles[i])) - brightness(new Color(floats[i]))));
        }
        // The nodes differ by the rounding to floats, no colour by more than a step in each channel.
        assertTrue(furthest <= 3, "largest difference of the three channels together: " + furthest);
        assertTrue(Arrays.stream(floats).distinct().count() > 200);
    }

    /** A standard normal of floats that is moved to (10, −20). */
    private record Moved() implements GenerativeModel<FMatrixRMaj>, HasDensity<FMatrixRMaj>, SinglePrecision {
        @Override
        public int dim() {
            return 2;
        }

        @Override
        public FMatrixRMaj sample(int n, RandomGenerator rng) {
            FMatrixRMaj x = new FMatrixRMaj(n, 2);
            for (int i = 0; i < n; i++) {
                x.set(i, 0, (float) (10 + rng.nextGaussian()));
                x.set(i, 1, (float) (-20 + rng.nextGaussian()));
            }
            return x;
        }

        @Override
        public double[] logDensity(FMatrixRMaj x) {
            return IntStream.range(0, x.numRows)
                    .mapToDouble(i ->
                            -Math.log(2 * Math.PI) - 0.5 * (square(x.get(i, 0) - 10) + square(x.get(i, 1) + 20)))
                    .toArray();
        }
    }

    @Test
    void withoutRangesAPlotShowsWhereTheDrawsAre() {
        XYChart chart = Plots.contour(new Moved()).xLabel("x").yLabel("y").build();
        // 99 % of the draws are within 2.6 of the mean, and the room is 0.14 of the whole.
        assertEquals(10 - 3.3, chart.getStyler().getXAxisMin(), 0.7);
        assertEquals(10 + 3.3, chart.getStyler().getXAxisMax(), 0.7);
        assertEquals(-20 - 3.3, chart.getStyler().getYAxisMin(), 0.7);
        assertEquals(-20 + 3.3, chart.getStyler().getYAxisMax(), 0.7);
        assertEquals(XyPlot.CONTOUR_LINES, named(chart, "contour").size());
        XyPlot same = Plots.density(new Moved()).xLabel("x").yLabel("y");
        assertArrayEquals(pixels(same), pixels(same));
        // A model of doubles is looked at in the same way.
        GaussianMixture mixture = GaussianMixture.builder().components(2).fit(Gallery.sample(200));
        XYChart doubles = Plots.density(mixture).xLabel("x").yLabel("y").build();
        assertEquals(1, doubles.getStyler().getXAxisMin(), 0.6);
        assertEquals(105, doubles.getStyler().getYAxisMax(), 8);
        // What was said, or other layers, come first.
        XYChart set = Plots.density(new Moved())
                .points(new double[] {0, 1}, new double[] {0, 1})
                .yRange(-3, 3)
                .xLabel("x")
                .yLabel("y")
                .build();
        assertTrue(set.getStyler().getXAxisMax() < 2);
        assertEquals(3, set.getStyler().getYAxisMax());
    }

    @Test
    void aFlowIsDrawnAsItIs() {
        NormalizingFlow flow = NormalizingFlow.builder()
                .architecture(Planar.layers(2).inverted())
                .epochs(1)
                .seed(1)
                .fit(Toy2d.TWO_MOONS.generate(200, 1));
        XYChart chart = Plots.contour(flow).xLabel("x₁").yLabel("x₂").build();
        List<XYSeries> lines = named(chart, "contour");
        assertEquals(XyPlot.CONTOUR_LINES, lines.size());
        for (XYSeries line : lines) {
            // All points of a line have one density.
            int n = line.getXData().length - 1;
            FMatrixRMaj points = new FMatrixRMaj(n, 2);
            for (int i = 0; i < n; i++) {
                points.set(i, 0, (float) line.getXData()[i]);
                points.set(i, 1, (float) line.getYData()[i]);
            }
            double[] level = Arrays.stream(flow.logDensity(points))
                    .filter(Double::isFinite)
                    .sorted()
                    .toArray();
            assertTrue(level.length > 50);
            assertEquals(level[level.length / 10], level[level.length * 9 / 10], 0.02);
        }
        Plots.density(flow, -3, 3, -3, 3).xLabel("x₁").yLabel("x₂").toImage(1);
    }

    @Test
    void aModelOfOtherThanTwoDimensionsIsRefused() {
        NormalizingFlow flow = NormalizingFlow.builder()
                .architecture(Planar.layers(1).inverted())
                .epochs(0)
                .fit(new FMatrixRMaj(new float[][] {{1, 2, 3}, {2, 3, 5}, {4, 1, 1}}));
        assertEquals("XyPlot.contour: the model has 3 dimensions, expected 2", failure(() -> Plots.contour(flow)));
        assertTrue(failure(() -> Plots.density(HasDensity.of(1, x -> new double[x.numRows])))
                .contains("1 dimensions"));
        assertTrue(failure(() -> labelled().contour(OF_FLOATS).build()).contains("xRange not set"));
    }
}
