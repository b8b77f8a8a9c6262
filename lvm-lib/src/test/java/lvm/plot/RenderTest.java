package lvm.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

/** Draws every kind of plot; the images are kept under target/plots. */
class RenderTest {

    private static Map<String, Picture> all() {
        Map<String, Picture> plots = new LinkedHashMap<>();
        DMatrixRMaj x = Gallery.sample(272);
        DMatrixRMaj r = Gallery.responsibilities(x);
        int[] groups =
                IntStream.range(0, 272).map(i -> r.get(i, 1) > 0.5 ? 1 : 0).toArray();
        plots.put(
                "groups",
                Plots.scatter(x)
                        .groupBy(groups, "short", "long")
                        .ellipses(Gallery.MEANS, Gallery.COVARIANCES, 1, 2)
                        .title("Old Faithful, two components")
                        .xLabel("eruption [min]")
                        .yLabel("waiting [min]"));
        plots.put(
                "responsibilities",
                Plots.scatter(x)
                        .responsibilities(r)
                        .contour("r₁ = ½", Gallery::responsibility, 0.5)
                        .dashed()
                        .xLabel("eruption [min]")
                        .yLabel("waiting [min]"));
        plots.put(
                "heat",
                Plots.xy()
                        .heat("p(x)", Gallery.MIXTURE)
                        .contour(Gallery.MIXTURE)
                        .points(x)
                        .color(java.awt.Color.BLACK)
                        .markerSize(4)
                        .title("Density of the mixture")
                        .xLabel("eruption [min]")
                        .yLabel("waiting [min]"));
        double[] it = IntStream.range(0, 25).mapToDouble(i -> i).toArray();
        double[] ll =
                Arrays.stream(it).map(i -> -1130.26 - 120 * Math.exp(-i / 3)).toArray();
        double[] bound =
                Arrays.stream(it).map(i -> -1130.26 - 240 * Math.exp(-i / 2.5)).toArray();
        plots.put(
                "curves",
                Plots.xy()
                        .line("log-likelihood L", it, ll)
                        .line("bound 𝓛(q, θ)", it, bound)
                        .markers()
                        .horizontal("converged", -1130.26)
                        .title("EM: the bound 𝓛 rises to L, ΔKL → 0, p(x̂ᵢ | θ⁽ᵗ⁾)")
                        .xLabel("iteration t")
                        .yLabel("nats"));
        double[] kl = Arrays.stream(it).map(i -> 200 * Math.exp(-i)).toArray();
        plots.put(
                "log",
                Plots.xy()
                        .line("KL(q ‖ p)", it, kl)
                        .yLog()
                        .markers()
                        .xLabel("iteration")
                        .yLabel("KL [nats]"));
        Random rng = new Random(2);
        double[] values = rng.doubles(500)
                .map(u -> rng.nextGaussian() * 6 + (u < 0.4 ? 54 : 80))
                .toArray();
        plots.put(
                "histogram",
                Plots.xy()
                        .histogram("waiting times", values, 30)
                        .asDensity()
                        .function("p(x)", t -> (0.4 * phi((t - 54) / 6) + 0.6 * phi((t - 80) / 6)) / 6, 35, 100)
                        .xLabel("waiting [min]")
                        .yLabel("density [1/min]"));
        plots.put(
                "pointers",
                Plots.xy()
                        .function("log x", Math::log, 0, 4)
                        .line("chord", new double[] {0.5, 3.5}, new double[] {Math.log(0.5), Math.log(3.5)})
                        .arrow(2, 1.3, 2, 0.72)
                        .text(2, 1.42, "Jensen: log E[x] ≥ E[log x]")
                        .vertical("E[x]", 2)
                        .yRange(-2, 2)
                        .xLabel("x")
                        .yLabel("log x"));
        double[] five = {1, 2, 3, 4, 5};
        plots.put(
                "gap",
                Plots.xy()
                        .bars(
                                "𝓛",
                                five,
                                new double[] {-1400, -1400, -1400, -1400, -1400},
                                new double[] {-1290, -1230, -1180, -1150, -1135},
                                0.6)
                        .bars(
                                "KL",
                                five,
                                new double[] {-1290, -1230, -1180, -1150, -1135},
                                new double[] {-1240, -1190, -1160, -1140, -1131},
                                0.6)
                        .legend(Legend.BELOW)
                        .xLabel("iteration")
                        .yLabel("nats"));
        plots.put(
                "band",
                Plots.xy()
                        .band("± 2 σ", five, new double[] {1, 2, 2, 3, 3}, new double[] {3, 3.5, 4, 4.5, 6})
                        .line("mean", five, new double[] {2, 2.6, 3.1, 3.8, 4.6})
                        .markers()
                        .legend(Legend.TOP_LEFT)
                        .xLabel("x")
                        .yLabel("y"));
        XyPlot many = Plots.xy().title("Ten groups").xLabel("x₁").yLabel("x₂");
        for (int k = 0; k < 10; k++) {
            double[] place = {k, k + 0.3, k + 0.6};
            many.points("digit " + k, place, new double[] {k % 3, k % 4, k % 5});
        }
        plots.put("many-groups", many);
        plots.put(
                "bars-grouped",
                Plots.bars("spherical", "diagonal", "tied", "full")
                        .series("BIC", 2600, 2450, 2380, 2322.2)
                        .series("AIC", 2580, 2410, 2350, 2282.5)
                        .title("Choosing the covariance")
                        .xLabel("covariance")
                        .yLabel("criterion"));
        plots.put(
                "bars-stacked",
                Plots.bars("start", "E", "M", "E ", "M ", "E  ", "M  ")
                        .series("𝓛", -1350, -1300, -1230, -1200, -1170, -1150, -1140)
                        .series("KL", 50, 0, 30, 0, 20, 0, 10)
                        .stacked()
                        .base(-1400)
                        .xLabel("step")
                        .yLabel("L = 𝓛 + KL [nats]"));
        plots.put(
                "bars-values",
                Plots.bars("a long category", "another long one", "the third of them", "the fourth category", "x", "y")
                        .series("π", 0.3, 0.5, 0.1, 0.05, 0.03, 0.02)
                        .showValues(2)
                        .xLabel("component")
                        .yLabel("weight"));
        plots.put(
                "dashes",
                Plots.xy()
                        .function("sin", Math::sin, -3, 3)
                        .function("cos", Math::cos, -3, 3)
                        .dashed()
                        .contour("circle", (a, b) -> a * a + b * b, 1)
                        .dashed()
                        .legend(Legend.BELOW)
                        .xRange(-3, 3)
                        .yRange(-1.5, 1.5)
                        .xLabel("x")
                        .yLabel("f(x)"));
        Picture[] small = new Picture[4];
        for (int i = 0; i < 4; i++) {
            small[i] = Plots.scatter(x)
                    .groupBy(groups)
                    .legend(Legend.NONE)
                    .title("iteration " + i)
                    .size(320, 240)
                    .xLabel("eruption")
                    .yLabel("waiting");
        }
        plots.put("small-multiples", Plots.grid(2, small));
        DMatrixRMaj digits = new DMatrixRMaj(20, 28 * 28);
        for (int i = 0; i < digits.numRows; i++) {
            for (int p = 0; p < 784; p++) {
                double dx = p % 28 - 14 + i - 10;
                double dy = p / 28 - 14;
                digits.set(i, p, Math.exp(-Math.pow(Math.hypot(dx, dy) - 8, 2) / 4));
            }
        }
        plots.put("images", Plots.images(digits, 28, 28).title("Samples"));
        DMatrixRMaj weights = new DMatrixRMaj(6, 64);
        for (int i = 0; i < weights.data.length; i++) {
            weights.data[i] = Math.sin(i * 0.37) * (i % 7);
        }
        plots.put("images-diverging", Plots.images(weights, 8, 8).columns(3).diverging());
        return plots;
    }

    private static double phi(double z) {
        return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
    }

    @Test
    void everyPlotIsDrawnAtTwiceItsSizeAndNothingGoesToStandardError() throws IOException {
        PrintStream before = System.err;
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
        try {
            for (Map.Entry<String, Picture> plot : all().entrySet()) {
                BufferedImage image = Gallery.keep(plot.getKey(), plot.getValue());
                assertEquals(2 * plot.getValue().width(), image.getWidth(), plot.getKey());
                assertEquals(2 * plot.getValue().height(), image.getHeight(), plot.getKey());
                int colors = (int) Arrays.stream(
                                image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth()))
                        .distinct()
                        .count();
                assertTrue(colors > 20, plot.getKey() + " is blank: " + colors + " colours");
            }
        } finally {
            System.setErr(before);
        }
        assertEquals("", errors.toString(StandardCharsets.UTF_8));
    }
}
