package lvm.classify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import lvm.data.Dataset;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the graph does not tell: islands without a label, and equations that are not solved. */
class LabelPropagationTest {
    private static final int PER_CLOUD = 12;

    /** Clouds at 0, 100, 130 and 10⁴ on a line; labelled are the first of them as class 0 and the second as class 1. */
    private static Dataset clouds(boolean all) {
        SplittableRandom rng = new SplittableRandom(3);
        double[] centres = {0, 100, 130, 1e4};
        double[][] x = new double[4 * PER_CLOUD][2];
        int[] labels = new int[x.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = new double[] {centres[i / PER_CLOUD] + rng.nextDouble(), rng.nextDouble()};
            labels[i] =
                    i % PER_CLOUD == 0 && (all || i < 2 * PER_CLOUD) ? Math.min(1, i / PER_CLOUD) : Dataset.UNLABELLED;
        }
        return Dataset.of(x).withLabels(labels);
    }

    @Test
    void rowsOfIslandsAreNamedAndGetTheClassOfWhatIsNearest(@TempDir Path folder) {
        LabelPropagation spread = LabelPropagation.of(clouds(false), 7);
        assertArrayEquals(IntStream.range(2 * PER_CLOUD, 4 * PER_CLOUD).toArray(), spread.unreached());
        int[] expected = IntStream.range(0, 4 * PER_CLOUD)
                .map(i -> Math.min(1, i / PER_CLOUD))
                .toArray();
        assertArrayEquals(expected, spread.labels(), "not class 0, which is the first of equal scores");
        FMatrixRMaj others = new FMatrixRMaj(4, 2, true, .5f, .5f, 100.5f, .5f, 130.5f, .5f, 1e4f, 0);
        assertArrayEquals(new int[] {0, 1, 1, 1}, spread.classify(others));
        assertEquals(
                "24, classified as the nearest that one does",
                spread.summary().results().get("rows that no label reaches"));
        Path file = folder.resolve("spread");
        spread.save(file);
        assertArrayEquals(spread.unreached(), LabelPropagation.load(file).unreached());
        assertArrayEquals(spread.labels(), LabelPropagation.load(file).labels());
    }

    @Test
    void withoutIslandsNothingIsSaid() {
        LabelPropagation spread = LabelPropagation.of(clouds(true), 7);
        assertEquals(0, spread.unreached().length);
        assertNull(spread.summary().results().get("rows that no label reaches"));
        assertNull(spread.summary().results().get("not converged"));
    }

    /** A long chain with equal weights, the graph on which iterations are slowest. */
    @Test
    void theIterationsAreCapped() {
        int n = 5000;
        int[][] graph = new int[n][];
        double[][] weights = new double[n][];
        for (int i = 0; i < n; i++) {
            graph[i] = i == 0 ? new int[] {1} : i == n - 1 ? new int[] {n - 2} : new int[] {i - 1, i + 1};
            weights[i] = new double[graph[i].length];
            Arrays.fill(weights[i], 1);
        }
        FMatrixRMaj y = new FMatrixRMaj(n, 1);
        y.set(0, 0, 1);
        double capped = LabelPropagation.solve(graph, weights, y.copy(), 3);
        assertTrue(capped > 1e-3 && capped < 1, "after three iterations " + capped);
        double done = LabelPropagation.solve(graph, weights, y, LabelPropagation.MAX_ITERATIONS);
        assertTrue(done <= 1e-7, "the residual is " + done);
    }
}
