package lvm.display;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import lvm.data.Dataset;
import lvm.data.Digits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NotebookDigitsTest {

    private static final Supplier<Dataset[]> OFFLINE = () -> {
        throw new UncheckedIOException("Mnist.load: no network", new IOException("no network"));
    };

    private static final Supplier<Dataset[]> THERE =
            () -> new Dataset[] {Digits.generate(30, 7).named("MNIST train"), Digits.generate(20, 8)};

    private NotebookDigits digits;

    @AfterEach
    void asBefore() {
        NotebookSize.fallBack(false);
    }

    private String load(NotebookSize asked, Supplier<Dataset[]> mnist) {
        PrintStream out = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            digits = NotebookDigits.load(3, asked, mnist);
        } finally {
            System.setOut(out);
        }
        return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }

    @Test
    void aSmallNotebookDrawsItsDigitsAndAsksNobodyForMnist() {
        String said = load(NotebookSize.SMALL, () -> {
            throw new AssertionError("asked for MNIST");
        });
        assertEquals("Small size, with digits that the library draws.\n", said);
        assertFalse(digits.isMnist());
        assertArrayEquals(
                Digits.generate(12, 3).floatMatrix().data, digits.train(12).floatMatrix().data);
        assertArrayEquals(
                Digits.generate(5, 4).floatMatrix().data, digits.test(5).floatMatrix().data);
    }

    @Test
    void aFullNotebookHasTheFirstRowsOfMnist() {
        String said = load(NotebookSize.FULL, THERE);
        assertEquals("Full size, with the handwritten digits of MNIST.\n", said);
        assertTrue(digits.isMnist());
        assertFalse(NotebookSize.fellBack());
        assertArrayEquals(
                Digits.generate(10, 7).floatMatrix().data, digits.train(10).floatMatrix().data);
        assertArrayEquals(
                Digits.generate(6, 8).floatMatrix().data, digits.test(6).floatMatrix().data);
        assertThrows(IllegalArgumentException.class, () -> digits.train(31));
    }

    @Test
    void withoutMnistAFullNotebookIsASmallOneAndSaysWhy() {
        String said = load(NotebookSize.FULL, OFFLINE);
        assertTrue(said.startsWith("MNIST cannot be had, so this run is small"), said);
        assertTrue(said.contains("no network"), said);
        assertFalse(digits.isMnist());
        assertEquals(NotebookSize.SMALL, NotebookSize.current());
        assertEquals(4, NotebookSize.pick(4, 400));
        assertArrayEquals(
                Digits.generate(4, 3).floatMatrix().data, digits.train(4).floatMatrix().data);
        // A claim of the full size is not about this run, one of the small size is.
        Check.claim(NotebookSize.FULL, "not of this run", false);
        assertThrows(CheckFailed.class, () -> Check.claim(NotebookSize.SMALL, "of this run", false));
    }

    @Test
    void anotherTryWithMnistInItsPlaceMakesItFull() {
        load(NotebookSize.FULL, OFFLINE);
        assertTrue(NotebookSize.fellBack());
        load(NotebookSize.FULL, THERE);
        assertFalse(NotebookSize.fellBack());
        assertTrue(digits.isMnist());
    }

    @Test
    void anErrorThatIsNotAboutFilesIsNotHidden() {
        assertThrows(
                IllegalStateException.class,
                () -> load(NotebookSize.FULL, () -> {
                    throw new IllegalStateException("a mistake of ours");
                }));
        assertFalse(NotebookSize.fellBack());
    }
}
