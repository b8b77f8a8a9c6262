package lvm.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lvm.model.Card;
import lvm.model.History;
import lvm.model.ModelSummary;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsTest {
    /** A part that is code where it has no factor. */
    interface Scale {
        double of(double x);

        default Optional<Recipe> recipe() {
            return Optional.empty();
        }

        static Scale by(double factor) {
            return new Scale() {
                @Override
                public double of(double x) {
                    return factor * x;
                }

                @Override
                public Optional<Recipe> recipe() {
                    return Optional.of(Recipe.of("by", factor));
                }
            };
        }
    }

    private static final class Inner extends SavedModel {
        private final double[] numbers;

        Inner(double[] numbers) {
            super(Card.of("Inner").summary(History.closedForm()));
            this.numbers = numbers;
        }

        double[] numbers() {
            return numbers;
        }

        @Override
        public void store(ModelData data) {
            data.put("numbers", numbers).put("none", new FMatrixRMaj(0, 3));
        }

        static Inner read(ModelData data) {
            return new Inner(data.doubleArray("numbers"));
        }
    }

    private static final class Toy extends SavedModel {
        private final FMatrixRMaj w;
        private final Inner inner;
        private final Scale scale;
        private final History.Stop stop;
        private final long count;

        Toy(ModelSummary summary, FMatrixRMaj w, Inner inner, Scale scale, History.Stop stop, long count) {
            super(summary);
            this.w = w;
            this.inner = inner;
            this.scale = scale;
            this.stop = stop;
            this.count = count;
        }

        @Override
        public void store(ModelData data) {
            data.put("w", w).put("inner", inner).put("scale", scale.recipe()).put("row", new float[] {3.3f, 1e30f});
            data.put("stop", stop)
                    .put("count", count)
                    .put("nan", Double.NaN)
                    .put("flag", true)
                    .put("sizes", new int[] {3, 4});
            data.putModel("whole", inner);
        }

        static Toy read(ModelData data) {
            assertTrue(Double.isNaN(data.number("nan")));
            assertTrue(data.flag("flag"));
            assertArrayEquals(new int[] {3, 4}, data.integers("sizes"));
            assertArrayEquals(new float[] {3.3f, 1e30f}, data.floatArray("row"), "a row stays in full precision");
            assertArrayEquals(
                    new double[] {1, 2, .1 + .2},
                    data.model("whole", Inner.class).numbers());
            return new Toy(
                    data.summary(),
                    data.floats("w"),
                    Inner.read(data.part("inner")),
                    data.code("scale", Scale.class, recipe -> Scale.by(recipe.number(0))),
                    data.choice("stop", History.Stop.class),
                    data.whole("count"));
        }
    }

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void place() {
        file = directory.resolve("deep/toy.safetensors");
    }

    private static Toy toy(Scale scale) {
        History.Recorder recorder = new History.Recorder("objective", "seconds");
        recorder.add(-1.5, .25);
        recorder.add(Double.NaN, Double.POSITIVE_INFINITY);
        ModelSummary card = Card.of("Toy")
                .setting("latent", 2)
                .result("found", "%.3f nats", -1.23456)
                .columns(List.of("a, \"b\"", "ψ"))
                .summary(recorder.finish(History.Stop.INTERRUPTED));
        FMatrixRMaj w = new FMatrixRMaj(2, 2, true, 1, -0f, Float.MIN_VALUE, 3.3f);
        return new Toy(card, w, new Inner(new double[] {1, 2, .1 + .2}), scale, History.Stop.BUDGET, 1L << 60);
    }

    private String failure() {
        return assertThrows(UncheckedIOException.class, () -> Models.load(file)).getMessage();
    }

    @Test
    void everyBitComesBack() {
        Toy toy = toy(Scale.by(1 / 3.0));
        toy.save(file);
        Toy again = Models.load(file, Toy.class);
        assertArrayEquals(toy.w.data, again.w.data);
        assertEquals(Float.floatToRawIntBits(-0f), Float.floatToRawIntBits(again.w.data[1]));
        assertArrayEquals(toy.inner.numbers, again.inner.numbers);
        assertEquals(toy.scale.of(7), again.scale.of(7));
        assertEquals(toy.stop, again.stop);
        assertEquals(1L << 60, again.count);
        assertEquals(toy.summary().toString(), again.summary().toString());
        assertEquals(toy.summary().columns(), again.summary().columns());
        assertEquals(History.Stop.INTERRUPTED, again.history().stop());
        assertArrayEquals(toy.history().column("seconds"), again.history().column("seconds"));
        assertTrue(Models.load(file) instanceof Toy);
    }

    @Test
    void halfPrecisionRoundsTheFloatsAndLeavesTheDoubles() throws IOException {
        Toy toy = toy(Scale.by(1 / 3.0));
        toy.save(file, Precision.HALF);
        Toy again = Models.load(file, Toy.class);
        assertArrayEquals(new float[] {1, -0f, 0, 3.3007812f}, again.w.data);
        assertEquals(3.3f, toy.w.data[3], "the model that is saved keeps its numbers");
        assertArrayEquals(toy.inner.numbers, again.inner.numbers);
        assertEquals(toy.scale.of(7), again.scale.of(7));
        assertEquals(toy.summary().toString(), again.summary().toString());
        byte[] bytes = Files.readAllBytes(file);
        again.save(file, Precision.HALF);
        assertArrayEquals(bytes, Files.readAllBytes(file), "what is rounded already stays");
        again.save(file);
        assertArrayEquals(again.w.data, Models.load(file, Toy.class).w.data);
        toy(x -> x + 1).save(file, Precision.HALF, "scale");
        assertTrue(failure().contains("hand it in"), failure());
    }

    @Test
    void aNumberThatHalfPrecisionDoesNotReachIsNamedAndNothingIsWritten() {
        Toy toy = toy(Scale.by(2));
        toy.w.data[2] = 70_000;
        String message = assertThrows(IllegalArgumentException.class, () -> toy.save(file, Precision.HALF))
                .getMessage();
        assertTrue(
                message.startsWith("Toy.save: ") && message.contains("\"w\" has 70000.0 in row 1, column 0"), message);
        assertFalse(Files.exists(file));
        toy.save(file);
        assertEquals(70_000, Models.load(file, Toy.class).w.data[2]);
    }

    @Test
    void codeOfTheUsersOwnIsNamedAtOnceAndCanBeHandedInAgain() {
        Toy toy = toy(x -> x + 1);
        String message =
                assertThrows(IllegalStateException.class, () -> toy.save(file)).getMessage();
        assertTrue(message.startsWith("Toy.save: scale(…) was given code of your own"), message);
        assertFalse(Files.exists(file));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> toy.save(file, "skale"))
                .getMessage()
                .contains("no part \"skale\""));
        toy.save(file, "scale");
        assertTrue(failure().contains("hand it in"), failure());
        Scale own = x -> x + 1;
        assertEquals(8, Models.load(file, Toy.class, Map.of("scale", own)).scale.of(7));
        assertTrue(assertThrows(
                        UncheckedIOException.class, () -> Models.load(file, Toy.class, Map.of("scale", "a text")))
                .getMessage()
                .contains("is a String, expected a Scale"));
    }

    @Test
    void anotherKindIsNamed() {
        toy(Scale.by(2)).save(file);
        String message = assertThrows(UncheckedIOException.class, () -> Models.load(file, Inner.class))
                .getMessage();
        assertTrue(message.contains("it holds a Toy, expected a Inner"), message);
    }

    @Test
    void everyChangedByteIsFound() throws IOException {
        toy(Scale.by(2)).save(file);
        everyChangedByteIsFound(Files.readAllBytes(file));
        toy(Scale.by(2)).save(file, Precision.HALF);
        everyChangedByteIsFound(Files.readAllBytes(file));
    }

    private void everyChangedByteIsFound(byte[] bytes) throws IOException {
        for (int i = 0; i < bytes.length; i++) {
            byte[] changed = bytes.clone();
            changed[i] ^= 1;
            Files.write(file, changed);
            try {
                Models.load(file);
                assertTrue(bytes[i] == ' ', "a change of byte " + i + " of " + bytes.length + " was not found");
            } catch (UncheckedIOException e) {
                assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
            }
        }
    }

    @Test
    void everyCutIsFound() throws IOException {
        toy(Scale.by(2)).save(file);
        byte[] bytes = Files.readAllBytes(file);
        for (int length = 0; length < bytes.length; length += 7) {
            Files.write(file, Arrays.copyOf(bytes, length));
            failure();
        }
        Files.delete(file);
        assertTrue(failure().contains("there is no such file"));
    }

    @Test
    void aNewerFormatAndStrangersAreNamed() throws IOException {
        toy(Scale.by(2)).save(file);
        String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        Files.write(file, text.replace("\\\"format\\\":2,", "\\\"format\\\":3,").getBytes(StandardCharsets.ISO_8859_1));
        assertTrue(failure().contains("it is of format 3, this version of the library reads up to 2"), failure());
        new Safetensors().put("x", new DMatrixRMaj(2, 2)).write(file);
        assertTrue(failure().contains("it is no model of this library"), failure());
        Safetensors evil = new Safetensors();
        evil.putMetadata("lvm-model", "{\"format\":1,\"kind\":\"java.lang.Runtime\",\"values\":{}}");
        evil.putMetadata("sha256", evil.sha256("sha256"));
        evil.write(file);
        assertTrue(failure().contains("no model that is known here"), failure());
    }

    /** A file of the first format is one without what the second has more. */
    @Test
    void theFormatBeforeIsRead() throws IOException {
        toy(Scale.by(2)).save(file);
        Safetensors old = Safetensors.read(file);
        old.putMetadata("lvm-model", old.metadata().get("lvm-model").replace("\"format\":2,", "\"format\":1,"));
        old.putMetadata("sha256", old.sha256("sha256"));
        old.write(file);
        Models.load(file);
    }

    @Test
    void whatWasThereStaysWhenWritingFails() throws IOException {
        toy(Scale.by(2)).save(file);
        Path blocked = file.resolve("below-a-file.safetensors");
        assertThrows(UncheckedIOException.class, () -> toy(Scale.by(3)).save(blocked));
        assertEquals(14, Models.load(file, Toy.class).scale.of(7));
    }

    @Test
    void recipesKeepTheKindsOfTheirArguments() {
        Recipe inner = Recipe.of("inner", 1, 2.0, true, History.Stop.BUDGET, new int[] {4, 5});
        Recipe recipe = Recipe.of("outer", inner, List.of(inner, 3L), Double.NEGATIVE_INFINITY);
        Recipe again = Recipe.of(recipe.json());
        assertEquals(recipe, again);
        assertEquals(1, again.recipe(0).integer(0));
        assertEquals(2.0, again.recipe(0).number(1));
        assertEquals(History.Stop.BUDGET, again.recipe(0).choice(3, History.Stop.class));
        assertArrayEquals(new int[] {4, 5}, again.recipe(0).integers(4));
        assertThrows(IllegalArgumentException.class, () -> again.number(0));
        assertThrows(IllegalArgumentException.class, () -> Recipe.of("x", new Object()));
    }
}
