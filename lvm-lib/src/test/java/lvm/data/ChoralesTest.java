package lvm.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a small file in the form of the chorales, and on the chorales themselves where a variable names them. */
class ChoralesTest {
    private static final String SMALL =
            "{\"test\": [[[60, 64], []]], \"train\": [[[21], [108, 50], [50]], [[40]]], \"valid\": [[[ 33 ]]]}";

    @TempDir
    private Path temp;

    private Path file(String json) throws IOException {
        return Files.writeString(temp.resolve(Chorales.FILE.name()), json);
    }

    private static Download nowhere() {
        return new Download(List.of(), Duration.ofSeconds(1), (file, bytes, total) -> {});
    }

    private static String message(String json, ChoralesTest test) throws IOException {
        Path path = test.file(json);
        return assertThrows(IOException.class, () -> Chorales.read(path)).getMessage();
    }

    /** Drawn pieces are four voices that end on the tonic, the same for the same seed. */
    @Test
    void drawn() {
        Chorales drawn = Chorales.drawn(9, 4);
        assertEquals(9, drawn.train().size());
        assertEquals(3, drawn.validation().size());
        assertEquals(3, drawn.test().size());
        assertEquals(drawn.test().digest(), Chorales.drawn(9, 4).test().digest());
        assertNotEquals(drawn.test().digest(), drawn.validation().digest());
        for (int k = 0; k < 9; k++) {
            int[][] notes = Chorales.notes(drawn.train().piece(k));
            int[] last = notes[notes.length - 1];
            for (int[] frame : notes) {
                assertTrue(frame.length >= 2 && frame.length <= 4);
            }
            for (int pitch : last) { // root, third or fifth of the chord whose root is in the bass
                int above = (pitch - last[0]) % 12;
                assertTrue(above == 0 || above == 4 || above == 7, "piece " + k + ": " + above);
            }
        }
        assertThrows(IllegalArgumentException.class, () -> Chorales.drawn(2, 4));
    }

    @Test
    void small() throws IOException {
        Chorales read = Chorales.read(file(SMALL));
        assertEquals(2, read.train().size());
        assertEquals(3, read.train().length(0));
        assertArrayEquals(
                new int[][] {{21}, {50, 108}, {50}}, Chorales.notes(read.train().piece(0)));
        assertArrayEquals(new int[][] {{60, 64}, {}}, Chorales.notes(read.test().piece(0)));
        assertArrayEquals(new int[][] {{33}}, Chorales.notes(read.validation().piece(0)));
        assertEquals(1, read.train().piece(0).get(1, 87));
        assertEquals(1, read.train().piece(0).get(0, 0));
    }

    @Test
    void badFiles() throws IOException {
        assertTrue(message("{}", this).contains("has no list \"train\""));
        assertTrue(message(SMALL.replace("108", "109"), this)
                .contains("piece 0 of \"train\": Chorales.roll: the pitch"
                        + " 109 in frame 1, expected MIDI numbers from 21 to 108"));
        assertTrue(
                message(SMALL.replace("[[40]]", "[]"), this).contains("piece 1 of \"train\": Chorales.roll: there is"));
        assertTrue(message(SMALL.replace("108", "1x8"), this).contains("has 'x' at character"));
        assertTrue(message(SMALL.substring(0, 60), this).contains("ends too early"));
        Mnist.Place place = new Mnist.Place(temp, "the test", false);
        file(SMALL);
        String message = assertThrows(UncheckedIOException.class, () -> Chorales.load(place, Chorales.FILE, nowhere()))
                .getMessage();
        assertTrue(message.contains("bytes, expected 407200"), message);
        assertEquals(
                2,
                Chorales.load(place, new PublishedFile(Chorales.FILE.name(), -1, ""), nowhere())
                        .train()
                        .size());
    }

    @Test
    void rolls() {
        assertThrows(IllegalArgumentException.class, () -> Chorales.roll(new int[][] {{20}}));
        assertThrows(IllegalArgumentException.class, () -> Chorales.roll(new int[0][]));
        assertThrows(IllegalArgumentException.class, () -> Chorales.notes(new FMatrixRMaj(1, 87)));
    }

    /** Frames and notes counted by a program of another kind. */
    @Test
    void theChorales() {
        assumeTrue(System.getenv(Chorales.VARIABLE) != null, Chorales.VARIABLE + " names no directory");
        Chorales all = Chorales.load();
        assertEquals(
                "JSB chorales, train: 229 pieces, 13807 frames of 88 columns",
                all.train().toString());
        assertEquals(76, all.validation().size());
        assertEquals(4602, all.validation().frames());
        assertEquals(77, all.test().size());
        assertEquals(4725, all.test().frames());
        assertArrayEquals(new int[] {60, 72, 79, 88}, Chorales.notes(all.train().piece(0))[0]);
        double notes = 0;
        for (float x : all.test().rows().floatMatrix().data) {
            notes += x;
        }
        assertEquals(4 * 4246 + 3 * 459 + 2 * 3, notes);
    }
}
