package lvm.reproduce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lvm.results.Result;
import lvm.results.Results;
import lvm.results.Weights;
import lvm.store.SavedModel;
import org.junit.jupiter.api.Test;

/** The models that are committed beside the records. */
class RecordedWeightsTest {
    private static final Path RECORDS = Path.of("..", "notebooks", "results");
    private static final long MOST_BYTES = 12L << 20; // 12 MB

    private static List<Result> kept() {
        List<Result> kept = new ArrayList<>();
        for (Experiment experiment : Reproduce.EXPERIMENTS) {
            if (Files.exists(RECORDS.resolve(experiment.name() + ".json"))) {
                kept.addAll(Results.load(RECORDS, experiment.name()).where(r -> r.weights() != null));
            }
        }
        return kept.stream().distinct().toList(); // the name of an experiment may be the beginning of another's
    }

    private static Set<String> files() throws IOException {
        Path folder = RECORDS.resolve(Experiment.Run.WEIGHTS);
        if (!Files.isDirectory(folder)) {
            return Set.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> RECORDS.relativize(file).toString().replace('\\', '/'))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    @Test
    void everyFileIsTheOneOfItsRecord() throws IOException {
        Set<String> named = new TreeSet<>();
        for (Result result : kept()) {
            Weights weights = result.weights();
            assertTrue(named.add(weights.file()), weights.file() + " is named twice");
            assertTrue(weights.load(RECORDS, SavedModel.class).toString().length() > 0);
        }
        assertEquals(named, files(), "files without a record, or records without a file");
    }

    @Test
    void roundingChangesNoNumberByMoreThanItMay() {
        for (Result result : kept()) {
            Weights weights = result.weights();
            if (!result.system().contains("mean of ")) {
                assertEquals(result.value(), weights.whole(), weights.file());
            }
            double most = Experiment.Run.APART;
            if (result.unit().equals("bits per dimension")) {
                most /= 784 * Math.log(2); // nats of an image of MNIST
            }
            assertEquals(weights.whole(), weights.half(), most, weights.file());
        }
    }

    @Test
    void allTogetherAreNotLarge() throws IOException {
        long bytes = 0;
        for (String file : files()) {
            bytes += Files.size(RECORDS.resolve(file));
        }
        assertTrue(bytes <= MOST_BYTES, bytes + " bytes");
    }
}
