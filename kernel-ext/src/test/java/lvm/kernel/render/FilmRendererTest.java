package lvm.kernel.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import lvm.kernel.render.Renderers.Bundle;
import lvm.plot.Film;
import lvm.plot.Picture;
import lvm.plot.Plots;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class FilmRendererTest {

    /** A bell that stands at a place of its own in each frame. */
    private static List<Picture> bells(int n, int width, int height) {
        List<Picture> frames = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            double mean = -3 + 6.0 * i / (n - 1);
            frames.add(Plots.xy()
                    .function("p(x)", x -> Math.exp(-(x - mean) * (x - mean) / 2) / Math.sqrt(2 * Math.PI), -5, 5)
                    .yRange(0, 0.5)
                    .xLabel("x")
                    .yLabel("density")
                    .size(width, height));
        }
        return frames;
    }

    private static Film film() {
        return Plots.film(bells(4, 200, 150)).title("a < b & \"c\"").labels("w", "x", "$y$", "z");
    }

    private static List<Element> elements(Document dom, String name) {
        NodeList found = dom.getElementsByTagName(name);
        return IntStream.range(0, found.getLength())
                .mapToObj(i -> (Element) found.item(i))
                .toList();
    }

    private static List<Element> marks(Document dom) {
        return elements(dom, "input").stream()
                .filter(e -> e.getAttribute("class").equals("lvm-at"))
                .toList();
    }

    private static BufferedImage png(String base64) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(base64)));
    }

    private static void assertSame(BufferedImage expected, BufferedImage image) {
        assertEquals(expected.getWidth(), image.getWidth());
        assertEquals(expected.getHeight(), image.getHeight());
        for (int y = 0; y < expected.getHeight(); y++) {
            for (int x = 0; x < expected.getWidth(); x++) {
                assertEquals(expected.getRGB(x, y), image.getRGB(x, y));
            }
        }
    }

    @Test
    void theFramesAreThoseOfThePicturesInTheirOrder() throws IOException {
        Film film = film();
        List<Element> images = elements(Shown.dom(film), "img");
        assertEquals(4, images.size());
        Set<String> different = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            String source = images.get(i).getAttribute("src");
            assertTrue(source.startsWith("data:image/png;base64,"));
            String alone = (String) Shown.of(film.frames().get(i)).data().get("image/png");
            assertSame(png(alone), png(source.substring(source.indexOf(',') + 1)));
            assertEquals(film.frames().get(i).description(), images.get(i).getAttribute("alt"));
            different.add(source);
        }
        assertEquals(4, different.size());
    }

    @Test
    void eachFrameFollowsItsButtonAndIsShownInItsTurn() {
        Film film = film().framesPerSecond(2).poster(1);
        Document dom = Shown.dom(film);
        List<Element> marks = marks(dom);
        List<Element> spans = elements(dom, "img").stream()
                .map(e -> (Element) e.getParentNode())
                .toList();
        assertEquals(4, marks.size());
        for (int i = 0; i < 4; i++) {
            Element next = (Element) marks.get(i).getNextSibling().getNextSibling();
            assertEquals(spans.get(i), next, "the rule of the style sheet is: checked + frame");
            // Four frames, two a second: the i-th is shown when i/2 of 2 seconds have gone by, less a thousandth.
            String delay = String.format(java.util.Locale.ROOT, "--d:%.6fs", i / 2.0 - 2.001);
            assertTrue(marks.get(i).getAttribute("style").endsWith(delay));
            assertTrue(spans.get(i).getAttribute("style").endsWith(delay));
            assertEquals(i == 1, marks.get(i).hasAttribute("checked"));
            assertEquals(i == 1, spans.get(i).getAttribute("class").equals("lvm-poster"));
            assertEquals(film.caption(i), marks.get(i).getAttribute("title"));
            assertEquals(film.caption(i), marks.get(i).getAttribute("aria-label"));
            assertEquals(film.caption(i), spans.get(i).getTextContent());
            NodeList steps = spans.get(i).getElementsByTagName("label");
            assertEquals(marks.get((i + 3) % 4).getAttribute("id"), ((Element) steps.item(0)).getAttribute("for"));
            assertEquals(marks.get((i + 1) % 4).getAttribute("id"), ((Element) steps.item(1)).getAttribute("for"));
        }
        String html = Shown.html(film);
        assertTrue(html.contains("--k:4;--t:2.000000s;--f:lvm-film-4;--m:lvm-mark-4"));
        assertTrue(html.contains("@keyframes lvm-film-4{0%{visibility:visible}25.0010%{visibility:hidden}}"));
        assertTrue(
                Shown.html(Plots.film(bells(3, 200, 150))).contains("{visibility:visible}33.3343%{"),
                "frames overlap for a moment, so that there is never none");
    }

    @Test
    void itNeedsNoScriptAndNothingFromElsewhere() {
        String html = Shown.html(film()).replaceAll("base64,[^\"]*", "");
        assertFalse(html.contains("<script"));
        assertFalse(html.contains("http"));
        assertFalse(html.contains("url("));
        assertFalse(html.contains("//"), "no address without a protocol");
        assertFalse(
                html.contains("#fff") || html.contains("white;") || html.contains("black"), "no colours of its own");
        Document dom = Shown.dom(film());
        for (Element input : elements(dom, "input")) {
            assertTrue(input.hasAttribute("hidden"), "where the style is taken away the buttons are useless");
        }
        for (Element image : elements(dom, "img")) {
            assertEquals("200", image.getAttribute("width"));
        }
        Element large =
                elements(Shown.dom(Plots.film(bells(2, 400, 300))), "img").get(0);
        assertEquals("200×150", large.getAttribute("width") + "×" + large.getAttribute("height"), "a contact sheet");
    }

    @Test
    void thePosterStandsBesideForPaper() {
        Film film = film();
        Bundle bundle = Shown.of(film);
        assertEquals(
                Set.of("text/plain", "image/png", "text/html"), bundle.data().keySet());
        assertEquals(film.toString(), bundle.data().get("text/plain"));
        assertEquals(
                Map.of("width", 200.0, "height", 180.0, "alt", film.description()),
                bundle.metadata().get("image/png"));
        Element all = Shown.dom(film).getDocumentElement();
        assertEquals(film.description(), all.getAttribute("aria-label"));
        assertEquals("a < b & \"c\"", Shown.text(Shown.dom(film), "b", 0));
        assertEquals(
                Set.of("text/plain", "image/png"),
                Shown.of(film, "image/png").data().keySet());
        Bundle html = Shown.of(film, "text/html");
        assertEquals(Set.of("text/plain", "text/html"), html.data().keySet());
        assertTrue(html.metadata().isEmpty());
        assertTrue(((String) Shown.of(film, "image/svg+xml").data().get("image/svg+xml")).startsWith("<svg"));
    }

    @Test
    void theSameFilmIsTheSameTextButForItsName() {
        Film film = film();
        String one = Shown.html(film);
        String two = Shown.html(film);
        String first = marks(Shown.parse(one)).get(0).getAttribute("name");
        String second = marks(Shown.parse(two)).get(0).getAttribute("name");
        assertNotEquals(first, second, "two films in a page do not share buttons");
        assertEquals(one, two.replace(second, first));
        assertEquals(
                Shown.of(film).data().get("image/png"), Shown.of(film).data().get("image/png"));
    }

    private static int bytes(Bundle bundle) {
        return bundle.data().values().stream()
                .mapToInt(form -> form.toString().getBytes(StandardCharsets.UTF_8).length)
                .sum();
    }

    @Test
    void thirtyChartsAreSmall() {
        Bundle bundle = Shown.of(Plots.film(bells(30, 430, 350)));
        assertTrue(bytes(bundle) <= Film.MOST_BYTES, bytes(bundle) + " bytes");
    }

    /** Noise, of which n pixels take about n bytes. */
    private static Picture noise(int edge, String description) {
        BufferedImage image = new BufferedImage(2 * edge, 2 * edge, BufferedImage.TYPE_INT_RGB);
        SplittableRandom rng = new SplittableRandom(1);
        for (int i = 0; i < 4 * edge * edge; i++) {
            image.setRGB(i % (2 * edge), i / (2 * edge), rng.nextInt(256) * 0x10101);
        }
        return new Picture() {
            @Override
            public int width() {
                return edge;
            }

            @Override
            public int height() {
                return edge;
            }

            @Override
            public String description() {
                return description;
            }

            @Override
            public void paint(Graphics2D g) {
                g.drawImage(image, 0, 0, edge, edge, null);
            }
        };
    }

    @Test
    void largeFramesHaveThePlainResolutionAndStillLargerOnesAreRefused() throws IOException {
        Film large = Plots.film(Collections.nCopies(4, noise(200, "noise")));
        String source = elements(Shown.dom(large), "img").get(0).getAttribute("src");
        assertEquals(200, png(source.substring(source.indexOf(',') + 1)).getWidth());
        assertTrue(bytes(Shown.of(large)) <= Film.MOST_BYTES);
        Film giant = Plots.film(Collections.nCopies(12, noise(200, "noise")));
        String message = assertThrows(IllegalArgumentException.class, () -> Shown.of(giant))
                .getMessage();
        assertTrue(message.startsWith("Film: 12 frames of 200×200 pixels take "), message);
        assertTrue(
                message.endsWith("at most 500,000 are allowed; take fewer or smaller frames, or plainer ones"),
                message);
        Film wordy = Plots.film(Collections.nCopies(6, noise(20, "noise ".repeat(15_000))));
        assertThrows(IllegalArgumentException.class, () -> Shown.of(wordy, "text/html"), "words count, too");
    }
}
