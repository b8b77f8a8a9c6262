package lvm.reproduce;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import lvm.classify.NeuralClassifier;
import lvm.data.Dataset;
import lvm.data.Splits;
import lvm.evaluation.ErrorRate;
import lvm.representation.ZeroShot;
import lvm.results.Protocol;
import lvm.results.Result;
import org.ejml.data.FMatrixRMaj;

/**
 * Two digits told apart of which no image was seen, by which of the seven segments of a display they light, by a network that learnt from the
 * other eight with their segments. All five pairs (0,1), (2,3), …: chance is 50 %. At the small size digits are drawn by the library.
 */
final class ZeroShotExperiment implements Experiment {
    /** Segments from the top clockwise, the middle one last. */
    private static final String[] SEGMENTS = {
        "1111110", "0110000", "1101101", "1111001", "0110011", "1011011", "1011111", "1110000", "1111111", "1111011"
    };

    @Override
    public String name() {
        return "zero-shot";
    }

    @Override
    public String about() {
        return "pairs of digits told by the segments of a display alone, chance 50 %; some minutes";
    }

    @Override
    public List<Result> run(Run run) {
        Images images = run.images(701, 300);
        Protocol protocol = new Protocol(
                (run.small() ? "Digits" : "MNIST") + ", two of two unseen classes",
                "test",
                "none",
                Protocol.Kind.ESTIMATE,
                0);
        List<Result> results = new ArrayList<>();
        long errors = 0;
        long rows = 0;
        double seconds = 0;
        for (int first = 0; first < 10; first += 2) {
            int[] unseen = {first, first + 1};
            int[] seen = IntStream.range(0, 10)
                    .filter(k -> k != unseen[0] && k != unseen[1])
                    .toArray();
            long begin = System.nanoTime();
            ZeroShot model = ZeroShot.learn(
                    NeuralClassifier.builder()
                            .standardize(false)
                            .epochs(run.pick(2, 10))
                            .seed(run.seed())
                            .resume(run.checkpoints().resolve("without-" + first)),
                    descriptions(seen),
                    numbered(images.train(), seen),
                    run.pick(20, 300));
            if (Thread.currentThread().isInterrupted()) {
                return List.of();
            }
            seconds += (System.nanoTime() - begin) / 1e9;
            Dataset test = numbered(images.test(), unseen);
            ErrorRate error = ErrorRate.of(model.task(descriptions(unseen)).classify(test), test.labels());
            results.add(run.percent("segments, " + first + " or " + (first + 1), error, protocol, seconds));
            errors += error.errors();
            rows += error.rows();
        }
        results.add(
                0, run.percent("segments, five pairs, chance 50 %", new ErrorRate(errors, rows), protocol, seconds));
        return results;
    }

    private static FMatrixRMaj descriptions(int... digits) {
        FMatrixRMaj t = new FMatrixRMaj(digits.length, 7);
        for (int k = 0; k < digits.length; k++) {
            for (int j = 0; j < 7; j++) {
                t.set(k, j, SEGMENTS[digits[k]].charAt(j) == '1' ? 1 : -1);
            }
        }
        return t;
    }

    /** The rows of some classes, which are numbered in the order given. */
    private static Dataset numbered(Dataset images, int... classes) {
        Dataset some = Splits.ofClasses(images, classes);
        int[] labels = IntStream.of(some.labels())
                .map(label -> IntStream.range(0, classes.length)
                        .filter(k -> classes[k] == label)
                        .findFirst()
                        .orElseThrow())
                .toArray();
        return some.withLabels(labels);
    }
}
