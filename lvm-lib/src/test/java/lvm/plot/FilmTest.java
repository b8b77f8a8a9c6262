package lvm.plot;

import static lvm.plot.Gallery.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

class FilmTest {

    /** A picture in one shade of grey, which tells it from others. */
    private static ImageGrid frame(double grey) {
        return Plots.images(new DMatrixRMaj(new double[][] {{grey, 1, 0, grey}}), 2, 2)
                .scale(20)
                .title("grey " + grey);
    }

    private static Film film() {
        return Plots.film(frame(0), frame(0.25), frame(0.5));
    }

    private static void assertShows(Picture frame, Film film, int top) {
        BufferedImage expected = frame.toImage(2);
        BufferedImage image = film.toImage(2);
        assertEquals(expected.getWidth(), image.getWidth());
        assertEquals(expected.getHeight() + 2 * top, image.getHeight());
        for (int y = 0; y < expected.getHeight(); y++) {
            for (int x = 0; x < expected.getWidth(); x++) {
                assertEquals(expected.getRGB(x, y), image.getRGB(x, y + 2 * top));
            }
        }
    }

    @Test
    void onPaperItIsThePoster() {
        assertShows(frame(0.5), film(), 0);
        assertShows(frame(0.25), film().poster(1), 0);
        assertShows(frame(0), film().poster(0).title("t"), 30);
        assertShows(frame(0.5), film().labels("a", "b", "c"), 30);
        assertShows(film().title("A title"), film().title("A title").labels("a", "b", " "), 0);
        assertShows(film().title("A title, c"), film().title("A title").labels("a", "b", "c"), 0);
        assertShows(film().title("c"), film().labels("a", "b", "c"), 0);
        BufferedImage image = film().title("A title").toImage(1);
        int dark = 0;
        for (int i = 0; i < 30 * image.getWidth(); i++) {
            dark += (image.getRGB(i % image.getWidth(), i / image.getWidth()) & 255) < 160 ? 1 : 0;
        }
        assertTrue(dark > 20, "the title is drawn");
    }

    @Test
    void settingsGiveNewFilms() {
        Film film = film();
        Film changed = film.title("EM").labels("a", " ", "c").poster(1).framesPerSecond(2);
        assertEquals("EM", changed.title());
        assertEquals(1, changed.poster());
        assertEquals(2, changed.framesPerSecond());
        assertEquals(List.of("1 of 3: a", "2 of 3", "3 of 3: c"), captions(changed));
        assertEquals("", film.title());
        assertEquals(2, film.poster());
        assertEquals(Film.DEFAULT_FRAMES_PER_SECOND, film.framesPerSecond());
        assertEquals(List.of("1 of 3", "2 of 3", "3 of 3"), captions(film));
        assertEquals(changed.title(), changed.poster(0).labels("1", "2", "3").title());
        assertEquals(1, changed.title("x").framesPerSecond(1).poster());
    }

    private static List<String> captions(Film film) {
        List<String> captions = new ArrayList<>();
        for (int i = 0; i < film.frames().size(); i++) {
            captions.add(film.caption(i));
        }
        return captions;
    }

    @Test
    void itIsDescribedByItsPoster() {
        Film film = film().title("EM").labels("a", "b", "c").poster(1);
        assertEquals("EM: a film of 3 frames. Frame 2 of 3: b. " + frame(0.25).description(), film.description());
        assertEquals("a film of 3 frames. Frame 3 of 3. " + frame(0.5).description(), film().description());
        assertEquals("Film \"EM\" of 3 frames, 48×78 pixels", film.toString());
        assertEquals("Film of 3 frames, 48×78 pixels", film().toString());
    }

    @Test
    void theListIsCopied() {
        List<Picture> frames = new ArrayList<>(List.of(frame(0), frame(1)));
        Film film = Plots.film(frames);
        frames.remove(0);
        assertEquals(2, film.frames().size());
    }

    @Test
    void badFilmsAreNamed() {
        ImageGrid wide = frame(0).scale(21);
        assertEquals(
                "Plots.film: frame 2 has 50×80 pixels, frame 0 has 48×78; give all frames one size",
                failure(() -> Plots.film(frame(0), frame(0), wide)));
        assertTrue(failure(() -> Plots.film(frame(0))).contains("1 frames, expected 2 to 60"));
        assertTrue(failure(() -> Plots.film(List.of())).contains("0 frames"));
        assertEquals(60, Plots.film(Collections.nCopies(60, frame(0))).frames().size());
        assertTrue(failure(() -> Plots.film(Collections.nCopies(61, frame(0)))).contains("61 frames"));
        Film film = film();
        assertEquals("Film.labels: 2 labels for 3 frames, expected one for each", failure(() -> film.labels("a", "b")));
        assertEquals("Film.poster: frame 3, expected 0 to 2", failure(() -> film.poster(3)));
        assertTrue(failure(() -> film.poster(-1)).contains("frame -1"));
        for (double bad : new double[] {0, -1, 31, Double.NaN}) {
            assertTrue(failure(() -> film.framesPerSecond(bad)).contains("Film.framesPerSecond: " + bad));
        }
    }
}
