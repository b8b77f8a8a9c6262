package lvm.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On small archives of the same form, and on the characters themselves where a variable names them. */
class OmniglotTest {
    @TempDir
    private Path temp;

    /** A white image with one black pixel; size other than that of the characters for a wrong one. */
    private static byte[] image(int edge, int x, int y) throws IOException {
        BufferedImage image = new BufferedImage(edge, edge, BufferedImage.TYPE_BYTE_BINARY);
        for (int i = 0; i < edge * edge; i++) {
            image.getRaster().setSample(i % edge, i / edge, 0, i % edge == x && i / edge == y ? 0 : 1);
        }
        var bytes = new ByteArrayOutputStream();
        try (var out = new MemoryCacheImageOutputStream(bytes)) {
            ImageIO.write(image, "png", out);
        }
        return bytes.toByteArray();
    }

    /** An archive of names and contents in turn; a number is an image with a pixel in that column. */
    private Path zip(String name, Object... entries) throws IOException {
        Path file = temp.resolve(name);
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (int i = 0; i < entries.length; i += 2) {
                zip.putNextEntry(new ZipEntry((String) entries[i]));
                Object content = entries[i + 1];
                zip.write(
                        content instanceof Integer x
                                ? image(x < 0 ? 9 : 105, x, 2)
                                : ((String) content).getBytes(StandardCharsets.UTF_8));
            }
        }
        return file;
    }

    private static int inked(Dataset data, int row) {
        int place = -1;
        for (int j = 0; j < data.dim(); j++) {
            if (data.get(row, j) != 0) {
                assertEquals(1, data.get(row, j));
                assertEquals(-1, place);
                place = j;
            }
        }
        return place;
    }

    @Test
    void small() throws IOException {
        Path set = zip("set.zip", "s/B/c2/2.png", 4, "s/A/c1/1.png", 5, "s/A/c1/0.png", 6, "s/B/c1/3.png", 7);
        Dataset data = Omniglot.background(set);
        assertEquals(List.of("A/c1", "B/c1", "B/c2"), data.classNames());
        assertArrayEquals(new int[] {0, 0, 1, 2}, data.labels());
        assertEquals(2 * 105 + 6, inked(data, 0));
        assertEquals(2 * 105 + 4, inked(data, 3));
        Path runs = zip(
                "runs.zip",
                "run01/class_labels.txt",
                "run01/test/item01.png run01/training/class02.png\nrun01/test/item02.png run01/training/class01.png\n",
                "run01/test/item01.png",
                10,
                "run01/test/item02.png",
                11,
                "run01/training/class01.png",
                12,
                "run01/training/class02.png",
                13);
        Splits.Episode run = Omniglot.runs(runs).get(0);
        assertArrayEquals(new int[] {0, 1}, run.known().labels());
        assertArrayEquals(new int[] {1, 0}, run.test().labels());
        assertEquals(List.of("class01", "class02"), run.test().classNames());
        assertEquals(2 * 105 + 12, inked(run.known(), 0));
        assertEquals(2 * 105 + 10, inked(run.test(), 0));
        assertEquals(35 * 35, run.map(images -> images.downsampled(3)).known().dim());
    }

    @Test
    void badFiles() throws IOException {
        Path set = zip("set.zip", "s/A/c1/1.png", -5);
        assertTrue(assertThrows(IOException.class, () -> Omniglot.background(set))
                .getMessage()
                .contains("s/A/c1/1.png is no image of 105×105"));
        Path flat = zip("flat.zip", "A/1.png", 5);
        assertTrue(assertThrows(IOException.class, () -> Omniglot.background(flat))
                .getMessage()
                .contains("expected folder/alphabet/character/image"));
        Path runs = zip("runs.zip", "run01/class_labels.txt", "run01/a.png");
        assertTrue(assertThrows(IOException.class, () -> Omniglot.runs(runs))
                .getMessage()
                .contains("expected an item and its class"));
        Mnist.Place place = new Mnist.Place(temp, "the test", false);
        Download nowhere = new Download(List.of(), Duration.ofSeconds(1), (file, bytes, total) -> {});
        assertTrue(assertThrows(UncheckedIOException.class, () -> Omniglot.load(place, Omniglot.FILES, nowhere))
                .getMessage()
                .contains("has no file images_background_small1.zip"));
    }

    @Test
    void episodes() {
        Dataset digits = Digits.generate(200, 1);
        Splits.Episode task = Splits.episode(digits, 5, 1, 3, 7);
        assertArrayEquals(new int[] {0, 1, 2, 3, 4}, task.known().labels());
        assertArrayEquals(
                new int[] {0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4},
                task.test().labels());
        // names tell the digits, as the classes of all data do
        List<Integer> seen = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            int row = row(digits, task.test(), i);
            assertEquals(
                    digits.classNames().get(digits.label(row)),
                    task.test().classNames().get(task.test().label(i)));
            seen.add(row);
        }
        for (int i = 0; i < 5; i++) {
            seen.add(row(digits, task.known(), i));
        }
        assertEquals(20, seen.stream().distinct().count());
        assertNotEquals(
                task.known().classNames(),
                Splits.episode(digits, 5, 1, 3, 8).known().classNames());
        assertThrows(IllegalArgumentException.class, () -> Splits.episode(digits, 11, 1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> Splits.episode(digits, 2, 20, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> Splits.episode(digits, 1, 1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> Splits.episode(digits.withoutLabels(), 2, 1, 1, 1));
    }

    private static int row(Dataset all, Dataset some, int i) {
        float[] wanted = some.slice(i, i + 1).floatMatrix().data;
        for (int row = 0; row < all.rows(); row++) {
            if (Arrays.equals(wanted, all.slice(row, row + 1).floatMatrix().data)) {
                return row;
            }
        }
        throw new AssertionError("row " + i + " is none of the data");
    }

    /** Counts by a program of another kind. */
    @Test
    void theCharacters() {
        assumeTrue(System.getenv(Omniglot.VARIABLE) != null, Omniglot.VARIABLE + " names no directory");
        Omniglot all = Omniglot.load();
        assertEquals(2720, all.background(1).rows());
        assertEquals(136, all.background(1).classes());
        assertEquals(3120, all.background(2).rows());
        assertEquals(156, all.background(2).classes());
        assertEquals(20, all.runs().size());
        assertEquals(20, all.runs().get(19).test().rows());
        assertArrayEquals(
                new int[] {7, 8, 1, 18}, Arrays.copyOf(all.runs().get(0).test().labels(), 4));
        assertThrows(IllegalArgumentException.class, () -> all.background(3));
    }
}
