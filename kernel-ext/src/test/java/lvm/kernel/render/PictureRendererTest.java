package lvm.kernel.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import lvm.kernel.render.Renderers.Bundle;
import lvm.mixture.GaussianMixture;
import lvm.model.History;
import lvm.plot.Picture;
import lvm.plot.Plots;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.PieChart;
import org.knowm.xchart.PieChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.IChart;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class PictureRendererTest {

    private static XYChart chart() {
        XYChart chart = new XYChartBuilder()
                .width(500)
                .height(300)
                .title("a < b & c")
                .xAxisTitle("time")
                .yAxisTitle("level")
                .build();
        chart.addSeries("s", new double[] {1, 2, 3}, new double[] {3, 1, 2});
        return chart;
    }

    private static BufferedImage png(Bundle bundle) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(
                Base64.getDecoder().decode((String) bundle.data().get("image/png"))));
    }

    @Test
    void chartsAreDrawnAtTwiceTheirSizeOnThePage() throws IOException {
        PieChart pie = new PieChartBuilder().width(320).height(200).build();
        pie.addSeries("a", 1);
        var heat = new HeatMapChartBuilder().width(400).height(260).build();
        heat.addSeries("h", new int[] {1, 2}, new int[] {1, 2}, new int[][] {{0, 0, 1}, {1, 1, 2}});
        for (IChart chart : new IChart[] {chart(), pie, heat}) {
            Bundle bundle = Shown.of(chart);
            assertEquals(Set.of("text/plain", "image/png"), bundle.data().keySet());
            BufferedImage image = png(bundle);
            assertEquals(2 * chart.getWidth(), image.getWidth());
            assertEquals(2 * chart.getHeight(), image.getHeight());
            assertEquals(
                    Map.of(
                            "width",
                            (double) chart.getWidth(),
                            "height",
                            (double) chart.getHeight(),
                            "alt",
                            bundle.data().get("text/plain")),
                    bundle.metadata().get("image/png"));
            assertTrue(colours(image) > 10, "something is drawn");
        }
        assertEquals("XYChart \"a < b & c\", 500×300 pixels", Shown.text(chart()));
    }

    @Test
    void whatPlotsReturnsIsDrawnWithoutFurtherCalls() throws IOException {
        double[] x = {1, 2, 4};
        DMatrixRMaj rows = new DMatrixRMaj(new double[][] {{0, 1}, {1, 0}, {0.5, 0.2}, {0.1, 0.9}});
        GaussianMixture model = GaussianMixture.builder().components(1).fit(rows);
        History.Recorder recorder = new History.Recorder("log-likelihood");
        recorder.add(-3);
        recorder.add(-2);
        for (Picture picture : List.of(
                Plots.line(x, x),
                Plots.scatter(x, x),
                Plots.scatter(rows),
                Plots.scatter(rows, new int[] {0, 1, 1, 0}),
                Plots.histogram(x),
                Plots.histogram(rows),
                Plots.contour(model),
                Plots.density(model),
                Plots.density(model, 0, 1, 0, 1),
                Plots.bars("a", "b").series("s", 1, 2),
                Plots.graph().latent("z", 0, 0),
                Plots.history(recorder.finish(History.Stop.CONVERGED)),
                Plots.images(rows, 1, 2),
                Plots.grid(2, Plots.line(x, x), Plots.histogram(x)))) {
            for (Bundle bundle : List.of(Shown.of(picture), Shown.of(picture, "image/png"))) {
                assertEquals(Set.of("text/plain", "image/png"), bundle.data().keySet(), picture.toString());
                assertTrue(colours(png(bundle)) > 1, picture.toString());
            }
            assertTrue(((String) Shown.of(picture, "image/svg+xml").data().get("image/svg+xml")).startsWith("<svg"));
        }
    }

    @Test
    void veryManyPointsAreOneSmallPictureInSvgToo() {
        double[] x = new Random(1).doubles(20_000).toArray();
        double[] y = new Random(2).doubles(20_000).toArray();
        String points =
                (String) Shown.of(Plots.scatter(x, y), "image/svg+xml").data().get("image/svg+xml");
        assertTrue(points.contains("<image"), "the counts are an image");
        assertTrue(points.length() < 1_000_000, points.length() + " characters");
    }

    private static int colours(BufferedImage image) {
        Set<Integer> colours = new HashSet<>();
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                colours.add(image.getRGB(x, y));
            }
        }
        return colours.size();
    }

    @Test
    void svgOnRequestHasIdsOfItsOwn() {
        XYChart chart = chart();
        Bundle first = Shown.of(chart, "image/svg+xml");
        assertEquals(
                Set.of("text/plain", "image/svg+xml", "text/html"), first.data().keySet());
        String one = (String) first.data().get("image/svg+xml");
        String two = (String) Shown.of(chart, "image/svg+xml").data().get("image/svg+xml");
        assertTrue(one.startsWith("<svg"));
        Document dom = Shown.parse(one);
        assertEquals(
                Shown.text(chart), dom.getElementsByTagName("title").item(0).getTextContent());
        Element image = Shown.parse((String) first.data().get("text/html")).getDocumentElement();
        assertEquals("500", image.getAttribute("width"));
        assertEquals(Shown.text(chart), image.getAttribute("alt"));
        String source = image.getAttribute("src");
        assertEquals(
                one,
                new String(
                        Base64.getDecoder().decode(source.substring(source.indexOf(',') + 1)), StandardCharsets.UTF_8));
        assertTrue(dom.getElementsByTagName("path").getLength() > 10, "letters are shapes");

        Set<String> ids = found("\\bid=\"([^\"]+)\"", one);
        assertFalse(ids.isEmpty());
        assertEquals(ids, found("(?:url\\(#|href=\"#)([^\")]+)", one), "what is named is used, what is used is there");
        assertTrue(java.util.Collections.disjoint(ids, found("\\bid=\"([^\"]+)\"", two)));
        assertNotEquals(one, two);
    }

    private static Set<String> found(String pattern, String text) {
        Set<String> found = new HashSet<>();
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    @Test
    void tinyImagesAreMagnifiedWithSharpPixels() throws IOException {
        BufferedImage digit = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < 28 * 28; i++) {
            digit.getRaster().setSample(i % 28, i / 28, 0, i * 31 % 256);
        }
        Bundle bundle = Shown.of(digit);
        BufferedImage shown = png(bundle);
        assertEquals(
                Map.of("width", 168.0, "height", 168.0, "alt", "image of 28×28 pixels"),
                bundle.metadata().get("image/png"));
        assertEquals(168, shown.getWidth());
        for (int y = 0; y < 168; y++) {
            for (int x = 0; x < 168; x++) {
                assertEquals(
                        digit.getRaster().getSample(x / 6, y / 6, 0),
                        shown.getRaster().getSample(x, y, 0));
            }
        }
        assertEquals("image of 28×28 pixels", Shown.text(digit));
    }

    @Test
    void otherImagesAreShownAsTheyAre() throws IOException {
        BufferedImage image = new BufferedImage(300, 200, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(7, 9, 0x80ff0000);
        Bundle bundle = Shown.of(image);
        BufferedImage shown = png(bundle);
        assertEquals(300, shown.getWidth());
        assertEquals(0x80ff0000, shown.getRGB(7, 9));
        assertEquals(0, shown.getRGB(0, 0) >>> 24);
        assertEquals(
                Map.of("width", 300.0, "height", 200.0, "alt", "image of 300×200 pixels"),
                bundle.metadata().get("image/png"));
    }
}
