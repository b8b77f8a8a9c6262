package lvm.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lvm.evaluation.Estimate;
import lvm.evaluation.Interval;
import org.junit.jupiter.api.Test;

/** Results, their JSON, and the published ones. */
class ResultTest {
    private static final Protocol PROTOCOL = new Protocol("MNIST", "test", "static", Protocol.Kind.ESTIMATE, 200);

    private static Result result(double value, String unit, Protocol protocol) {
        return Result.of("VAE", "log-likelihood", new Estimate(value, 3), unit, protocol, 1, 12.5);
    }

    @Test
    void jsonKeepsEverything() {
        Result all = new Result(
                "VAE \"x\"",
                "log-likelihood",
                -89.1,
                "nats",
                PROTOCOL,
                0.25,
                new Interval(-90, -88, 0.95),
                7L,
                3.5,
                "m",
                new Weights("weights/x.safetensors", "0123456789abcdef".repeat(4), -89.1, -89.0625));
        assertEquals(all, Result.fromJson(all.toJson()));
        Result least = new Result("A", "b", 1, "c", PROTOCOL, Double.NaN, null, null, Double.NaN, "", null);
        assertEquals(least, Result.fromJson(least.toJson()));
        assertFalse(least.toJson().contains("NaN"));
        assertMessage("Result.fromJson: unit is missing", all.toJson().replace("\"unit\"", "\"unity\""));
        assertMessage("Result.fromJson: draws is missing", all.toJson().replace("\"draws\"", "\"d\""));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Result.fromJson("[1"))
                .getMessage()
                .startsWith("Result.fromJson: no JSON object"));
    }

    private static void assertMessage(String expected, String json) {
        assertEquals(
                expected,
                assertThrows(IllegalArgumentException.class, () -> Result.fromJson(json))
                        .getMessage());
    }

    @Test
    void likeIsCompared() {
        Estimate difference = result(-89, "nats", PROTOCOL)
                .compare(new Result("B", "log-likelihood", -91, "nats", PROTOCOL, 4, null, null, Double.NaN, "", null));
        assertEquals(2, difference.value());
        assertEquals(5, difference.standardError());
    }

    @Test
    void unlikeIsRefusedByName() {
        Result mine = result(-89, "nats", PROTOCOL);
        List<Protocol> others = List.of(
                new Protocol("Frey", "test", "static", Protocol.Kind.ESTIMATE, 200),
                new Protocol("MNIST", "train", "static", Protocol.Kind.ESTIMATE, 200),
                new Protocol("MNIST", "test", "dynamic", Protocol.Kind.ESTIMATE, 200),
                new Protocol("MNIST", "test", "static", Protocol.Kind.LOWER_BOUND, 200),
                new Protocol("MNIST", "test", "static", Protocol.Kind.ESTIMATE, 5000));
        List<String> messages = List.of(
                "data is MNIST here and Frey there",
                "split is test here and train there",
                "binarization is static here and dynamic there",
                "kind is ESTIMATE here and LOWER_BOUND there",
                "draws is 200 here and 5000 there");
        for (int i = 0; i < others.size(); i++) {
            Result other = result(-89, "nats", others.get(i));
            assertEquals(
                    "Result.compare: \"VAE\" and \"VAE\" can not be compared: " + messages.get(i),
                    assertThrows(IllegalArgumentException.class, () -> mine.compare(other))
                            .getMessage());
        }
        Protocol open = new Protocol("MNIST", "not stated", "static", Protocol.Kind.NOT_STATED, 200);
        assertEquals(
                "Result.compare: \"VAE\" and \"VAE\" can not be compared: split is not stated; kind is not stated",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> result(-89, "nats", open).compare(result(-88, "nats", open)))
                        .getMessage());
        Result bits = result(-89, "bits", PROTOCOL);
        assertTrue(assertThrows(IllegalArgumentException.class, () -> mine.compare(bits))
                .getMessage()
                .endsWith("unit is nats here and bits there"));
    }

    @Test
    void badResults() {
        assertThrows(IllegalArgumentException.class, () -> result(Double.NaN, "nats", PROTOCOL));
        assertThrows(IllegalArgumentException.class, () -> result(1, " ", PROTOCOL));
        assertThrows(IllegalArgumentException.class, () -> new Protocol("", "test", "none", Protocol.Kind.EXACT, 0));
        assertThrows(IllegalArgumentException.class, () -> new Protocol("a", "test", "none", Protocol.Kind.EXACT, -1));
    }

    @Test
    void publishedNumbersHaveSourceAndStatus() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("../data/reference"))) {
            Set<String> there = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .collect(Collectors.toSet());
            assertEquals(References.FILES.stream().map(name -> name + ".json").collect(Collectors.toSet()), there);
        }
        Set<String> seen = new HashSet<>();
        for (String topic : References.FILES) {
            assertFalse(References.load(topic).isEmpty(), topic);
        }
        for (References.Reference reference : References.load()) {
            Result result = reference.result();
            assertTrue(seen.add(result.system() + result.quantity() + result.protocol()), "twice: " + result);
            assertEquals(result, Result.fromJson(result.toJson()));
        }
        assertTrue(References.load().stream().anyMatch(References.Reference::isSourced));
        // Whoever names no kind has no source to look it up in; whoever computed a number names the program.
        for (References.Reference reference : References.load()) {
            assertTrue(reference.isSourced() || reference.status() != References.Status.C, reference.toString());
            assertTrue(
                    reference.result().protocol().kind() != Protocol.Kind.NOT_STATED || !reference.isSourced(),
                    reference.toString());
        }
        assertThrows(IllegalArgumentException.class, () -> References.load("memory"));
    }
}
