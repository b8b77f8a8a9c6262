package lvm.kernel.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.imageio.ImageIO;
import lvm.display.LiveCurve;
import lvm.display.Progress;
import lvm.kernel.render.Renderers.Bundle;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class LiveRendererTest {

    private static Progress.State state(long done, long total, boolean finished, boolean interrupted) {
        return new Progress.State(
                "EM <b>",
                done,
                total,
                Duration.ofSeconds(3),
                done / 3.0,
                Duration.ofSeconds(14),
                "L & bound",
                -1130.26,
                finished,
                interrupted);
    }

    private static Element bar(Document dom) {
        return (Element) dom.getElementsByTagName("div").item(3);
    }

    @Test
    void theBarIsAsLongAsTheWorkThatIsDone() {
        Document dom = Shown.dom(state(30, 200, false, false));
        assertTrue(bar(dom).getAttribute("style").contains("width:15.0%"), bar(dom).getAttribute("style"));
        String text = dom.getDocumentElement().getTextContent();
        for (String part : new String[] {"EM <b>", "30/200", "10/s", "14 s left", "L & bound -1130.26"}) {
            assertTrue(text.contains(part), () -> part + " in " + text);
            assertTrue(Shown.text(state(30, 200, false, false)).contains(part));
        }
        assertEquals(1, text.split("EM <b>", -1).length - 1);
    }

    @Test
    void howItEndedIsSeen() {
        String running = Shown.html(state(30, 200, false, false));
        String finished = Shown.html(state(200, 200, true, false));
        String interrupted = Shown.html(state(30, 200, true, true));
        assertTrue(finished.contains("finished") && finished.contains("width:100.0%"));
        assertTrue(interrupted.contains("interrupted") && interrupted.contains("width:15.0%"));
        assertEquals(
                3,
                Set.of(colour(running), colour(finished), colour(interrupted)).size());
    }

    private static String colour(String html) {
        return html.replaceAll("(?s).*background:(#[0-9a-f]+).*", "$1");
    }

    @Test
    void workWithoutAKnownEndHasNoBar() {
        Document dom = Shown.dom(state(30, Progress.UNKNOWN, false, false));
        assertFalse(Shown.html(state(30, Progress.UNKNOWN, false, false)).contains("progressbar"));
        assertTrue(dom.getDocumentElement().getTextContent().contains("30, 10/s"));
    }

    @Test
    void aLiveCurveIsAChart() {
        LiveCurve.State state = new LiveCurve.State(
                "VAE",
                "epoch",
                "ELBO [nats]",
                List.of("training", "test"),
                new double[] {1, 2, 3},
                new double[][] {{-3, -2, -1}, {-4, Double.NaN, -2}},
                true);
        Bundle bundle = Shown.of(state);
        assertEquals(Set.of("text/plain", "image/png"), bundle.data().keySet());
        assertEquals(state.toString(), bundle.data().get("text/plain"));
        Map<?, ?> metadata = (Map<?, ?>) bundle.metadata().get("image/png");
        assertEquals(640.0, metadata.get("width"));
        assertEquals(400.0, metadata.get("height"));
    }

    @Test
    void valuesAtSomeOfThePlacesAreJoined() throws IOException {
        double nan = Double.NaN;
        double[][] joined = {{1, 2, 3, 4, 5}, {0, nan, 1, nan, 0}};
        double[][] apart = {{1, 2, 3, 4, 5}, {0, nan, nan, nan, nan}};
        assertTrue(orange(joined) > orange(apart) + 100, "the second curve is drawn in the second colour");
        assertTrue(orange(apart) > 0, "a point alone is seen");
    }

    /** Pixels near the second colour of the palette, the legend's among them. */
    private static int orange(double[][] ys) throws IOException {
        LiveCurve.State state =
                new LiveCurve.State("", "epoch", "y", List.of("a", "b"), new double[] {1, 2, 3, 4, 5}, ys, false);
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(
                Base64.getDecoder().decode((String) Shown.of(state).data().get("image/png"))));
        int count = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int rgb = image.getRGB(x, y);
                if ((rgb >> 16 & 255) > 200 && (rgb & 255) < 60) {
                    count++;
                }
            }
        }
        return count;
    }

    @Test
    void aCurveWithoutPointsIsNoError() {
        LiveCurve.State none =
                new LiveCurve.State("", "epoch", "y", List.of("a"), new double[0], new double[][] {{}}, false);
        assertEquals(Set.of("text/plain"), Shown.of(none).data().keySet());
        LiveCurve.State one = new LiveCurve.State(
                "", "epoch", "y", List.of("a"), new double[] {1}, new double[][] {{Double.NaN}}, false);
        assertTrue(Shown.of(one).data().containsKey("image/png"));
    }
}
