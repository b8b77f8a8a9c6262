package lvm.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import lvm.evaluation.Estimate;
import lvm.mixture.KMeans;
import lvm.store.Models;
import lvm.store.Precision;
import org.ejml.data.DMatrixRMaj;
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

    private Result kept(String system, String file, String sha256) {
        return result(system).with(new Weights("weights/" + file, sha256, 1.5, 1.49));
    }

    private KMeans means(double at) {
        return KMeans.builder().clusters(1).fit(new DMatrixRMaj(new double[][] {{at - 1}, {at + 1}}));
    }

    @Test
    void theModelBehindARecordIsTheFirstThatIsThere() throws Exception {
        for (int k = 1; k <= 2; k++) {
            means(k).save(folder.resolve("weights/" + k), Precision.HALF);
        }
        String one = Models.sha256(folder.resolve("weights/1"));
        String two = Models.sha256(folder.resolve("weights/2"));
        write(
                "both.json",
                result("none"),
                kept("gone", "0", one),
                kept("first, a = 1", "1", one),
                kept("second, a = 2", "2", two));
        Results both = Results.load(folder, "both");
        assertEquals(1.49, both.get(2).weights().half());
        assertEquals(1, both.model(KMeans.class).orElseThrow().centres().get(0, 0));
        assertEquals(
                2,
                both.where("settings", "a = 2")
                        .model(KMeans.class)
                        .orElseThrow()
                        .centres()
                        .get(0, 0));
        assertEquals(Optional.empty(), both.where("system", "gone").model(KMeans.class), "the file is not there");
        assertEquals(Optional.empty(), both.where("system", "none").model(KMeans.class), "nothing was kept");
        assertEquals(Optional.empty(), Results.load(folder, "never").model(KMeans.class));
        assertEquals(Optional.empty(), Results.of(both).model(KMeans.class), "no folder is known");
        String kind = assertThrows(UncheckedIOException.class, () -> both.model(String.class))
                .getMessage();
        assertTrue(kind.contains("it holds a KMeans, expected a String"), kind);
        means(3).save(folder.resolve("weights/1"), Precision.HALF);
        String other = assertThrows(UncheckedIOException.class, () -> both.model(KMeans.class))
                .getMessage();
        assertTrue(other.contains("that of the record is " + one), other);
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
