package lvm.fit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import lvm.data.Dataset;
import lvm.model.History;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints: a fit that goes on is the fit that never stopped; damage is found. */
class CheckpointTest {
    @TempDir
    Path directory;

    private static void assertSame(Toy expected, History expectedHistory, Toy actual, History history) {
        assertArrayEquals(expected.mu.data, actual.mu.data);
        assertArrayEquals(expected.velocity.data, actual.velocity.data);
        assertEquals(expected.count, actual.count);
        assertArrayEquals(expectedHistory.column("objective"), history.column("objective"));
        assertEquals(expectedHistory.stop(), history.stop());
    }

    /** The process dies while the numbers, the JSON, or neither of them is half written. */
    @ParameterizedTest
    @ValueSource(strings = {"tensors", "between", "json", "moved"})
    void killedWithinACheckpointAndGoneOn(String point) throws Exception {
        Toy whole = new Toy();
        History wholeHistory = whole.fit(Toy.options()).run(Toy.data());

        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CheckpointChild.class.getName(),
                        directory.toString(),
                        point)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
            assertEquals(point, lines.readLine());
        } finally {
            child.destroyForcibly();
        }
        assertTrue(child.waitFor(60, TimeUnit.SECONDS));
        assertFalse(child.exitValue() == 0);

        Toy resumed = new Toy();
        int[] first = {0};
        Fit fit = resumed.fit(Toy.options().resume(directory)).listener(epoch -> {
            if (first[0] == 0) {
                first[0] = (int) epoch.epoch();
            }
        });
        History history = fit.run(Toy.data());
        assertTrue(first[0] == 5 || first[0] == 6, "it went on in epoch " + first[0]);
        assertSame(whole, wholeHistory, resumed, history);
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(
                    1,
                    files.filter(file -> file.toString().endsWith(".safetensors"))
                            .count());
        }
    }

    @Test
    void interruptedWithinAnEpochAndGoneOn() {
        Toy whole = new Toy();
        History wholeHistory = whole.fit(Toy.options()).run(Toy.data());
        Toy part = new Toy();
        int[] steps = {0};
        History history = new Fit((batch, rng) -> {
                    if (++steps[0] == 37) {
                        Thread.currentThread().interrupt();
                    }
                    return part.step(batch, rng);
                })
                .parameters(part)
                .options(Toy.options().checkpoint(directory))
                .run(Toy.data());
        assertTrue(Thread.interrupted());
        assertEquals(History.Stop.INTERRUPTED, history.stop());
        Toy resumed = new Toy();
        assertSame(
                whole,
                wholeHistory,
                resumed,
                resumed.fit(Toy.options().resume(directory)).run(Toy.data()));
        // What has ended stays as it is.
        Toy again = new Toy();
        assertSame(
                whole,
                wholeHistory,
                again,
                again.fit(Toy.options().resume(directory)).run(Toy.data()));
    }

    @Test
    void earlyStoppingGoesOnWhereItWas() {
        Toy whole = new Toy();
        BatchObjective worse = (batch, rng) -> -Math.abs(whole.mu.data[0] - 2);
        History wholeHistory = whole.fit(Toy.options().patience(3).epochs(100))
                .validation(Toy.data(), worse)
                .run(Toy.data());
        assertEquals(History.Stop.CONVERGED, wholeHistory.stop());
        Toy part = new Toy();
        part.fit(Toy.options().patience(3).epochs(wholeHistory.size() - 1).checkpoint(directory))
                .validation(Toy.data(), (batch, rng) -> -Math.abs(part.mu.data[0] - 2))
                .run(Toy.data());
        for (int run = 0; run < 2; run++) {
            Toy resumed = new Toy();
            History history = resumed.fit(Toy.options().patience(3).epochs(100).resume(directory))
                    .validation(Toy.data(), (batch, rng) -> -Math.abs(resumed.mu.data[0] - 2))
                    .run(Toy.data());
            assertSame(whole, wholeHistory, resumed, history);
            assertArrayEquals(wholeHistory.column("validation"), history.column("validation"));
        }
    }

    @Test
    void checkpointBeginsAnewAndResumeBeginsWhereThereIsNone() throws Exception {
        Toy one = new Toy();
        one.fit(Toy.options().resume(directory)).run(Toy.data());
        Toy two = new Toy();
        int[] steps = {0};
        new Fit((batch, rng) -> {
                    steps[0]++;
                    return two.step(batch, rng);
                })
                .parameters(two)
                .options(Toy.options().checkpoint(directory))
                .run(Toy.data());
        assertEquals(110, steps[0]);
        assertArrayEquals(one.mu.data, two.mu.data);
        // Nothing is left of an earlier fit, also where the last numbers of its have the other name.
        for (int checkpoints = 1; checkpoints <= 2; checkpoints++) {
            for (int epochs = 0; epochs < checkpoints; epochs++) {
                FitOptions options = Toy.options().epochs(epochs + 1L);
                new Toy()
                        .fit(epochs == 0 ? options.checkpoint(directory) : options.resume(directory))
                        .run(Toy.data());
            }
            try (Stream<Path> files = Files.list(directory)) {
                assertEquals(2, files.count());
            }
            new Toy().fit(Toy.options().epochs(0).checkpoint(directory)).run(Toy.data());
            try (Stream<Path> files = Files.list(directory)) {
                assertEquals(2, files.count());
            }
        }
    }

    private void write() {
        new Toy()
                .fit(Toy.options().checkpoint(directory).checkpointInterval(Duration.ZERO))
                .run(Toy.data());
    }

    private Path numbers() throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".safetensors"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private void assertRefused(Class<? extends RuntimeException> type, FitOptions options, String part) {
        Toy toy = new Toy();
        Fit fit = toy.fit(options.resume(directory));
        String message = assertThrows(type, () -> fit.run(Toy.data())).getMessage();
        assertTrue(message.contains(part), message);
        assertArrayEquals(new float[Toy.DIM], toy.mu.data);
    }

    @Test
    void damageIsFound() throws Exception {
        write();
        Path json = directory.resolve("checkpoint.json");
        byte[] text = Files.readAllBytes(json);
        Path file = numbers();
        byte[] tensors = Files.readAllBytes(file);
        Class<UncheckedIOException> io = UncheckedIOException.class;

        Files.write(json, java.util.Arrays.copyOf(text, text.length / 2));
        assertRefused(io, Toy.options(), "cut short or no JSON");
        Files.write(
                json,
                new String(text, StandardCharsets.UTF_8)
                        .replace("\"epoch\":10", "\"epoch\":9")
                        .getBytes());
        assertRefused(io, Toy.options(), "its SHA-256 is not that of its content");
        Files.write(json, text);

        Files.write(file, java.util.Arrays.copyOf(tensors, tensors.length - 3));
        assertRefused(io, Toy.options(), "it is cut short");
        Files.write(file, java.util.Arrays.copyOf(tensors, 5));
        assertRefused(io, Toy.options(), "it has 5 bytes, a header needs at least 8");
        byte[] changed = tensors.clone();
        changed[tensors.length - 1] ^= 1;
        Files.write(file, changed);
        assertRefused(io, Toy.options(), "it was changed or damaged");
        Files.delete(file);
        assertRefused(io, Toy.options(), "is missing");
        Files.write(file, tensors);
        new Toy().fit(Toy.options().resume(directory)).run(Toy.data());
    }

    @Test
    void anotherFitIsRefused() {
        write();
        Class<IllegalArgumentException> bad = IllegalArgumentException.class;
        assertRefused(bad, Toy.options().seed(9), "seed is 5, expected 9");
        assertRefused(bad, Toy.options().batchSize(9), "batchSize is 10, expected 9");
        Fit shape = new Fit((batch, rng) -> 0)
                .parameters(Parameters.of(Map.of("mu", new FMatrixRMaj(2, 3))))
                .options(Toy.options().resume(directory));
        assertEquals(
                "Fit.run: the checkpoint in " + directory
                        + " is one of another model: Parameters.copy: \"mu\" is float 1×7, expected float 2×3",
                assertThrows(bad, () -> shape.run(Toy.data())).getMessage());
        Fit name = new Fit((batch, rng) -> 0)
                .parameters(Parameters.of(Map.of("nu", new FMatrixRMaj(1, Toy.DIM))))
                .options(Toy.options().resume(directory));
        assertEquals(
                "Fit.run: the checkpoint in " + directory
                        + " is one of another model: Parameters.copy: there are [mu], expected [nu]",
                assertThrows(bad, () -> name.run(Toy.data())).getMessage());
    }

    /** A checkpoint on other rows, of the same number, would take what was learnt from the old ones for that of the new. */
    @Test
    void otherDataAreRefused() {
        write();
        DMatrixRMaj x = Toy.data().matrix();
        x.data[5]++;
        Dataset other = Dataset.of(x);
        String digests = "its digest is " + Toy.data().digest().substring(0, 12) + "…, that of these is "
                + other.digest().substring(0, 12) + "…; use an empty directory or the same data";
        assertEquals(
                "Fit.run: the checkpoint in " + directory + " is of other data: " + digests,
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new Toy()
                                        .fit(Toy.options().resume(directory))
                                        .run(other))
                        .getMessage());
        new Toy()
                .fit(Toy.options().checkpoint(directory))
                .validation(Toy.data(), (batch, rng) -> 0)
                .run(Toy.data());
        assertEquals(
                "Fit.run: the checkpoint in " + directory + " is of other validation rows: " + digests,
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new Toy()
                                        .fit(Toy.options().resume(directory))
                                        .validation(other, (batch, rng) -> 0)
                                        .run(Toy.data()))
                        .getMessage());
    }

    @Test
    void aStepWithDataOfItsOwnSaysWhichTheyAre() {
        FMatrixRMaj theta = new FMatrixRMaj(1, 1);
        Fit fit = new Fit((batch, rng) -> theta.data[0]++)
                .parameters(Parameters.of(Map.of("theta", theta)))
                .options(new FitOptions().epochs(3).checkpoint(directory))
                .digest("one");
        fit.run();
        fit.options(new FitOptions().epochs(5).resume(directory)).run();
        assertEquals(5, theta.data[0]);
        String message = assertThrows(
                        IllegalArgumentException.class, () -> fit.digest("two").run())
                .getMessage();
        assertTrue(message.contains("is of other data: its digest is one, that of these is two"), message);
    }
}
