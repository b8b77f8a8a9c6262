package lvm.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import lvm.evaluation.Estimate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {
    @TempDir
    Path folder;

    private static Result result(String system) {
        Protocol protocol = new Protocol("rows", "test", "none", Protocol.Kind.ESTIMATE, 7);
        return Result.of(system, "total", new Estimate(1.5, 0.25), "nats", protocol, 3, 60);
    }

    private void write(String file, Result... results) throws Exception {
        Files.writeString(
                folder.resolve(file),
                List.of(results).stream().map(Result::toJson).toList().toString());
    }

    private List<String> systems(String name) {
        return Results.load(folder, name).stream().map(Result::system).toList();
    }

    @Test
    void aNameIsOneFileOrTheBeginningOfSeveral() throws Exception {
        write("flows.json", result("a"), result("b"));
        write("flows-mnist.json", result("c"));
        write("table-x-1.json", result("d"));
        write("table-x-2.json", result("e"));
        write("tables.json", result("f"));
        Files.writeString(folder.resolve("README.md"), "text");
        assertEquals(List.of("d", "e"), systems("table"));
        assertEquals(List.of("e"), systems("table-x-2"));
        assertEquals(List.of("c", "a", "b"), systems("flows"));
        assertEquals(List.of(), systems("fl"));
        assertEquals(result("a"), Results.load(folder, "flows").get(1));
    }

    @Test
    void damageIsNamed() throws Exception {
        for (String text : List.of("", "{}", "[1]", "[{\"value\": 1}]", "[{")) {
            Files.writeString(folder.resolve("sum.json"), text);
            String message = assertThrows(IllegalArgumentException.class, () -> Results.load(folder, "sum"))
                    .getMessage();
            assertTrue(message.contains("sum.json is no list of results"), message);
        }
        assertThrows(UncheckedIOException.class, () -> Results.load(folder.resolve("none"), "sum"));
    }

    /** The tests run in the library's folder, above which the project's results lie. */
    @Test
    void theProjectsOwnAreFound() {
        assertTrue(
                Results.load("old-faithful").stream().anyMatch(r -> r.quantity().equals("log-likelihood, total")));
    }
}
