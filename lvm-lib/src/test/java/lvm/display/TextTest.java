package lvm.display;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/** What a terminal shows: live output as text, checks of exercises, the size of a notebook. */
class TextTest {

    /** What was printed, on standard output and, after a bar, on standard error. */
    private static String printed(Runnable work) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
        try {
            work.run();
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        return (outBytes.toString(StandardCharsets.UTF_8) + "|" + errBytes.toString(StandardCharsets.UTF_8))
                .replace(System.lineSeparator(), "\n");
    }

    /** What is printed of 25 steps, and the end at once after the last. */
    private static String lines(boolean terminal, long nanosPerStep) {
        AtomicLong clock = new AtomicLong();
        return printed(() -> {
            LiveOutput.Handle handle = new TextOutput(terminal, clock::get).show(0);
            for (int i = 1; i <= 25; i++) {
                clock.addAndGet(nanosPerStep);
                handle.update(i);
            }
            handle.close(26);
        });
    }

    @Test
    void aTerminalGetsOneLineASecondAndAFileOneAMinuteWithTheFirstAndTheLast() {
        assertEquals("0\n10\n20\n26\n|", lines(true, 100_000_000L));
        assertEquals("0\n26\n|", lines(false, 100_000_000L));
        assertEquals("0\n26\n|", lines(false, 59_000_000_000L / 25));
        assertEquals("0\n10\n20\n26\n|", lines(false, 6_000_000_000L));
    }

    @Test
    void aLongFitSaysEveryMinuteInAFileHowFarItIs() {
        AtomicLong clock = new AtomicLong();
        String text = printed(() -> {
            try (Progress progress = new Progress("EM", 400, new TextOutput(false, clock::get), clock::get)) {
                for (int i = 0; i < 400; i++) {
                    clock.addAndGet(500_000_000L);
                    progress.step();
                }
            }
        });
        assertEquals(
                List.of("EM: 2/400", "EM: 122/400", "EM: 242/400", "EM: 362/400", "EM: 400/400"),
                text.lines()
                        .filter(line -> line.startsWith("EM"))
                        .map(line -> line.split(" [(f]")[0])
                        .toList());
    }

    @Test
    void whatWasPrintedLastIsNotPrintedAgain() {
        assertEquals(
                "a\n|", printed(() -> new TextOutput(false, () -> 0).show("a").close("a")));
    }

    @Test
    void theOutputCanBeReplaced() {
        ProgressTest.Recording mine = new ProgressTest.Recording();
        LiveOutput before = Display.install(mine);
        try {
            LiveCurve.start("", "x", "y", "a").add(0, 1);
            assertEquals(1, mine.shown.size());
        } finally {
            assertSame(mine, Display.install(before));
        }
    }

    @Test
    void aCheckThatHoldsPrintsOneLineAndNothingOnStandardError() {
        assertEquals("✓ sum\n|", printed(() -> Check.close("sum", 1 + 1e-9, 1, 1e-6)));
        assertEquals("✓ sum\n|", printed(() -> Check.that("sum", true)));
        assertEquals("✓ sum\n|", printed(() -> Check.value("sum", 1, v -> v == 1, "")));
        assertEquals("✓ row\n|", printed(() -> Check.close("row", new double[] {1, 2}, new double[] {1, 2}, 0, "")));
        assertEquals(
                "✓ Σ\n|",
                printed(() -> Check.matrix(
                        "Σ",
                        new FMatrixRMaj(new float[][] {{1, 0.1f}}),
                        new DMatrixRMaj(new double[][] {{1, 0.1}}),
                        1e-6,
                        "")));
    }

    private static String failure(Runnable check) {
        return assertThrows(CheckFailed.class, check::run).getMessage();
    }

    @Test
    void aCheckThatFailsSaysWhatWasFound() {
        assertEquals(
                "✗ posterior of point 1: you have 0.3, expected a value near 0.5 (Bayes' rule)",
                failure(() -> Check.close("posterior of point 1", 0.3, 0.5, 1e-6, "Bayes' rule")));
        assertEquals(
                "✗ L: you have 0.0, expected a value near -1100",
                failure(() -> Check.close("L", 0, -1130.26396, 1e-3, "")));
        assertEquals(
                "✗ row: at index 1 you have 3.0, expected a value near 2",
                failure(() -> Check.close("row", new double[] {1, 3}, new double[] {1, 2}, 0.5, "")));
        assertEquals(
                "✗ row: you have 1 numbers, expected 2",
                failure(() -> Check.close("row", new double[] {1}, new double[] {1, 2}, 0.5, "")));
        assertEquals(
                "✗ Σ: in row 1, column 0 you have 5.0, expected a value near 0",
                failure(() -> Check.matrix(
                        "Σ",
                        new DMatrixRMaj(new double[][] {{1, 0}, {5, 1}}),
                        new DMatrixRMaj(new double[][] {{1, 0}, {0, 1}}),
                        1e-9,
                        null)));
        assertEquals(
                "✗ Σ: you have a 1×2 matrix, expected 2×2",
                failure(() -> Check.matrix("Σ", new DMatrixRMaj(1, 2), new DMatrixRMaj(2, 2), 1e-9, "")));
    }

    @Test
    void aConditionKeepsTheAnswerSecret() {
        assertEquals(
                "✗ K: you have 3.0, that is not it yet (count the modes)",
                failure(() -> Check.value("K", 3, v -> v == 2, "count the modes")));
        assertEquals("✗ K: this does not hold yet", failure(() -> Check.that("K", false, "")));
    }

    @Test
    void aClaimThatHoldsIsSilentAndOneThatDoesNotEndsTheCell() {
        assertEquals("|", printed(() -> Check.claim("the bound never falls", true)));
        CheckFailed e = assertThrows(CheckFailed.class, () -> Check.claim("the bound never falls", Double.NaN > 0));
        assertEquals("✗ the text claims: the bound never falls. The output does not show it.", e.getMessage());
        // Tests run without LVM_SIZE, which is the full size.
        Check.claim(NotebookSize.SMALL, "of the other size", false);
        assertThrows(CheckFailed.class, () -> Check.claim(NotebookSize.FULL, "of this size", false));
        Check.claim(NotebookSize.FULL, "of this size", true);
    }

    @Test
    void notANumberNeverPasses() {
        for (double expected : new double[] {0, Double.POSITIVE_INFINITY}) {
            failure(() -> Check.close("x", Double.NaN, expected, Double.POSITIVE_INFINITY, ""));
        }
        failure(() -> Check.value("x", Double.NaN, v -> true, ""));
        failure(() -> Check.close("x", new double[] {Double.NaN}, new double[] {1}, 1, ""));
        failure(() -> Check.close("x", Double.POSITIVE_INFINITY, 1, 1e300, ""));
        assertThrows(IllegalArgumentException.class, () -> Check.close("x", 1, Double.NaN, 1));
        assertThrows(IllegalArgumentException.class, () -> Check.close("x", 1, 1, -1));
        assertThrows(IllegalArgumentException.class, () -> Check.close("x", 1, 1, Double.NaN));
    }

    @Test
    void theSizeComesFromTheEnvironment() {
        assertEquals(NotebookSize.FULL, NotebookSize.parse(null));
        assertEquals(NotebookSize.FULL, NotebookSize.parse(""));
        assertEquals(NotebookSize.FULL, NotebookSize.parse("full"));
        assertEquals(NotebookSize.SMALL, NotebookSize.parse("Small "));
        assertEquals(
                "NotebookSize: the environment variable LVM_SIZE is \"tiny\", expected small or full",
                assertThrows(IllegalArgumentException.class, () -> NotebookSize.parse("tiny"))
                        .getMessage());
        boolean small = NotebookSize.current() == NotebookSize.SMALL;
        assertEquals(small ? 1 : 2, NotebookSize.pick(1, 2));
        assertEquals(small ? 0.5 : 1.5, NotebookSize.pick(0.5, 1.5));
        assertEquals(small ? "a" : "b", NotebookSize.pick("a", "b"));
        List<Integer> some = NotebookSize.pick(List.of(1), List.of(2));
        assertEquals(1, some.size());
    }
}
