package lvm.fit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import lvm.data.Dataset;
import lvm.model.History;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The loop: order of rows, budgets, early stopping, interrupts, objectives that are not finite, randomness. */
class FitTest {
    private static Dataset numbered(int n) {
        double[][] rows = new double[n][];
        Arrays.setAll(rows, i -> new double[] {i, -i});
        return Dataset.of(rows)
                .withLabels(java.util.stream.IntStream.range(0, n).toArray());
    }

    private static List<List<Integer>> rowsSeen(long seed, int epochs) {
        List<List<Integer>> seen = new ArrayList<>();
        new Fit((batch, rng) -> {
                    List<Integer> rows = new ArrayList<>();
                    for (int i = 0; i < batch.size(); i++) {
                        rows.add(batch.row(i));
                        assertEquals(batch.row(i), batch.x().get(i, 0));
                        assertEquals(-batch.row(i), batch.doubles().get(i, 1));
                        assertEquals(batch.row(i), batch.labels()[i]);
                    }
                    assertEquals(batch.size(), batch.x().numRows);
                    seen.add(rows);
                    return 0;
                })
                .options(new FitOptions().batchSize(10).seed(seed).epochs(epochs))
                .run(numbered(23));
        return seen;
    }

    /** No two steps, of one epoch or of several, draw the same numbers, nor do the batches of a validation. */
    @Test
    void everyStepHasItsOwnRandomness() {
        List<Long> drawn = new ArrayList<>();
        Dataset data = numbered(23);
        new Fit((batch, rng) -> {
                    drawn.add(rng.nextLong());
                    return 0;
                })
                .options(new FitOptions().batchSize(10).seed(4).epochs(3))
                .parameters(Parameters.of(Map.of("p", new FMatrixRMaj(1, 1))))
                .validation(data, (batch, rng) -> {
                    drawn.add(rng.nextLong());
                    return 0;
                })
                .run(data);
        // A validation has the same three numbers at each epoch, so that its values can be compared.
        assertEquals(18, drawn.size());
        assertEquals(12, drawn.stream().distinct().count());
        List<Long> other = new ArrayList<>();
        new Fit((batch, rng) -> {
                    other.add(rng.nextLong());
                    return 0;
                })
                .options(new FitOptions().batchSize(10).seed(5).epochs(3))
                .run(data);
        assertTrue(other.stream().noneMatch(drawn::contains));
    }

    @Test
    void everyEpochSeesEveryRowOnceInItsOwnOrder() {
        List<List<Integer>> seen = rowsSeen(1, 2);
        assertEquals(
                List.of(10, 10, 3, 10, 10, 3), seen.stream().map(List::size).toList());
        List<Integer> first = seen.subList(0, 3).stream().flatMap(List::stream).toList();
        List<Integer> second = seen.subList(3, 6).stream().flatMap(List::stream).toList();
        List<Integer> all = java.util.stream.IntStream.range(0, 23).boxed().toList();
        assertEquals(all, first.stream().sorted().toList());
        assertEquals(all, second.stream().sorted().toList());
        assertFalse(first.equals(second) || first.equals(all));
        assertEquals(seen, rowsSeen(1, 2));
        assertFalse(seen.equals(rowsSeen(2, 2)));
    }

    @Test
    void orderIsUniform() {
        // The row that comes first over 23,000 epochs; χ² with 22 degrees of freedom, quantile of 1 − 10⁻⁴. The seed is
        // fixed, so the test never fails by chance once it has passed.
        int[] count = new int[23];
        new Fit((batch, rng) -> {
                    count[batch.row(0)]++;
                    return 0;
                })
                .options(new FitOptions().batchSize(23).epochs(23_000))
                .run(numbered(23));
        double chiSquare = 0;
        for (int c : count) {
            chiSquare += (c - 1000.0) * (c - 1000.0) / 1000;
        }
        assertTrue(chiSquare < 54.6, "χ² " + chiSquare);
    }

    @Test
    void theMeanOfAnEpochIsByRow() {
        // 10, 10 and 3 rows with the objectives 1, 2 and 6.
        double[] values = {1, 2, 6};
        int[] at = {0};
        History history = new Fit((batch, rng) -> values[at[0]++])
                .options(new FitOptions().batchSize(10).epochs(1))
                .objectiveName("elboNats")
                .run(numbered(23));
        assertEquals((10 + 20 + 18) / 23.0, history.last("elboNats"), 1e-15);
        assertEquals(List.of("elboNats", "seconds"), history.names());
        assertEquals(
                List.of("iteration", "elboNats", "seconds"), history.table().columnNames());
    }

    @Test
    void budgets() {
        int[] steps = {0};
        Fit fit = new Fit((batch, rng) -> ++steps[0]);
        History history = fit.options(new FitOptions().batchSize(10).epochs(4)).run(numbered(23));
        assertEquals(12, steps[0]);
        assertEquals(4, history.size());
        assertEquals(History.Stop.BUDGET, history.stop());
        steps[0] = 0;
        history = fit.options(new FitOptions().batchSize(10).steps(7)).run(numbered(23));
        assertEquals(7, steps[0]);
        assertEquals(3, history.size()); // the last row is the one step of the third epoch
        assertEquals(7, history.last("objective"));
        steps[0] = 0;
        fit.options(new FitOptions().epochs(0)).run(numbered(23));
        assertEquals(0, steps[0]);
        long start = System.nanoTime();
        history = fit.options(new FitOptions().seconds(.02)).run(numbered(23));
        assertTrue(System.nanoTime() - start >= 20_000_000, "it may not end before its time");
        assertEquals(History.Stop.BUDGET, history.stop());
        steps[0] = 0;
        assertEquals(5, fit.options(new FitOptions().epochs(5)).run().size());
        assertEquals(5, steps[0]);
        fit.options(new FitOptions()).run(numbered(23));
        assertEquals(5 + FitOptions.DEFAULT_EPOCHS, steps[0]);
    }

    @Test
    void earlyStoppingLeavesTheBestParameters() {
        double[] validation = {1, 5, 3, 7, 6, 7, 2, 9};
        FMatrixRMaj theta = new FMatrixRMaj(1, 1);
        Fit fit = new Fit((batch, rng) -> theta.data[0]++)
                .parameters(Parameters.of(Map.of("theta", theta)))
                .validation(numbered(5), (batch, rng) -> validation[(int) theta.data[0] - 1]);
        History history = fit.options(new FitOptions().epochs(100).patience(3)).run(numbered(4));
        // The best, 7, came after the fourth epoch; 6, 7 and 2 are not above it.
        assertEquals(History.Stop.CONVERGED, history.stop());
        assertArrayEquals(Arrays.copyOf(validation, 7), history.column("validation"));
        assertEquals(4, theta.data[0]);
        theta.data[0] = 0;
        history = fit.options(new FitOptions().epochs(8)).run(numbered(4));
        assertEquals(History.Stop.BUDGET, history.stop());
        assertEquals(8, theta.data[0]);
    }

    /** A budget that ends within an epoch leaves a part, whose parameters are judged like those of an epoch. */
    @Test
    void thePartOfAnEpochIsJudgedToo() {
        for (int best : new int[] {7, 6, 3}) {
            FMatrixRMaj p = new FMatrixRMaj(1, 1);
            History history = new Fit((batch, rng) -> ++p.data[0])
                    .options(new FitOptions().batchSize(10).steps(7))
                    .parameters(Parameters.of(Map.of("p", p)))
                    .validation(numbered(4), (batch, rng) -> -Math.abs(p.data[0] - best))
                    .run(numbered(23));
            // Three steps an epoch: it is judged after 3, 6 and 7 of them.
            assertArrayEquals(
                    new double[] {-Math.abs(3 - best), -Math.abs(6 - best), -Math.abs(7 - best)},
                    history.column("validation"));
            assertEquals(best, p.data[0], "the best parameters stay");
        }
    }

    @Test
    void validationIsTheMeanOverItsRows() {
        FMatrixRMaj theta = new FMatrixRMaj(1, 1);
        History history = new Fit((batch, rng) -> 0)
                .parameters(Parameters.of(Map.of("theta", theta)))
                .options(new FitOptions().epochs(1).batchSize(10))
                .validation(numbered(23), (batch, rng) -> {
                    double sum = 0;
                    for (int i = 0; i < batch.size(); i++) {
                        sum += batch.x().get(i, 0);
                    }
                    return sum / batch.size();
                })
                .run(numbered(4));
        assertEquals(11, history.last("validation"), 1e-12);
    }

    @Test
    void anInterruptEndsAfterTheStep() {
        int[] steps = {0};
        try {
            History history = new Fit((batch, rng) -> {
                        if (++steps[0] == 5) {
                            Thread.currentThread().interrupt();
                        }
                        return steps[0];
                    })
                    .options(new FitOptions().batchSize(10))
                    .run(numbered(23));
            assertTrue(Thread.currentThread().isInterrupted());
            assertEquals(History.Stop.INTERRUPTED, history.stop());
            assertEquals(5, steps[0]);
            assertEquals(2, history.size());
            assertEquals(4.5, history.last("objective"));
        } finally {
            Thread.interrupted();
        }
    }

    @Test
    void anInterruptFromOutside() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        FutureTask<History> fit = new FutureTask<>(() -> new Fit((batch, rng) -> {
                    started.countDown();
                    return 0;
                })
                .options(new FitOptions().epochs(Long.MAX_VALUE))
                .run(numbered(23)));
        Thread thread = new Thread(fit);
        thread.start();
        assertTrue(started.await(60, TimeUnit.SECONDS));
        thread.interrupt();
        assertEquals(History.Stop.INTERRUPTED, fit.get(60, TimeUnit.SECONDS).stop());
    }

    @Test
    void aStepThatIsInterruptedDoesNotCount() {
        int[] steps = {0};
        Fit fit = new Fit((batch, rng) -> {
            if (++steps[0] == 3) {
                Thread.currentThread().interrupt();
                throw new CancellationException();
            }
            return steps[0];
        });
        try {
            History history = fit.run();
            assertEquals(2, history.size());
            assertEquals(History.Stop.INTERRUPTED, history.stop());
        } finally {
            Thread.interrupted();
        }
        // A cancellation without an interrupt is an error of the step.
        assertThrows(
                CancellationException.class,
                () -> new Fit((batch, rng) -> {
                            throw new CancellationException();
                        })
                        .run());
    }

    /** Each row once an epoch, in batches of the size but for the last; no batch is of one row unless all are. */
    @Test
    void aSingleRowThatIsLeftOverGoesIntoTheBatchBefore() {
        for (int n = 1; n <= 23; n++) {
            for (int size = 1; size <= 24; size++) {
                List<Integer> sizes = new java.util.ArrayList<>();
                int[] seen = new int[n];
                new Fit((batch, rng) -> {
                            sizes.add(batch.size());
                            for (int i = 0; i < batch.size(); i++) {
                                seen[(int) batch.x().get(i, 0)]++;
                            }
                            return 0;
                        })
                        .options(new FitOptions().batchSize(size).epochs(2))
                        .label(null)
                        .run(numbered(n));
                for (int count : seen) {
                    assertEquals(2, count);
                }
                int most = Math.min(n, size);
                int perEpoch = sizes.size() / 2;
                for (int s = 0; s < sizes.size(); s++) {
                    if (s % perEpoch < perEpoch - 1) {
                        assertEquals(most, sizes.get(s));
                    } else {
                        assertTrue(sizes.get(s) <= most + 1);
                        assertTrue(sizes.get(s) > 1 || most == 1, n + " rows in batches of " + size);
                    }
                }
            }
        }
    }

    @Test
    void anObjectiveThatIsNotFiniteIsReported() {
        FMatrixRMaj theta = new FMatrixRMaj(1, 1);
        NonFiniteObjectiveException e = assertThrows(
                NonFiniteObjectiveException.class,
                () -> new Fit((batch, rng) -> ++theta.data[0] == 8 ? Double.NEGATIVE_INFINITY : theta.data[0])
                        .parameters(Parameters.of(Map.of("theta", theta)))
                        .options(new FitOptions().batchSize(10))
                        .run(numbered(23)));
        assertEquals(
                "Fit.run: the objective is -Infinity in epoch 3, step 8 (both counted from 1); it was 7.0 at the last step"
                        + " where it was finite; the parameters are back at the end of epoch 2. Likely because the steps are too"
                        + " long: try a lower learningRate, or clipNorm(1); or because the likelihood is without bound, as with"
                        + " a learnt variance of a column that is known exactly",
                e.getMessage());
        assertEquals(3, e.epoch());
        assertEquals(8, e.step());
        assertEquals(Double.NEGATIVE_INFINITY, e.value());
        assertEquals(7, e.lastFinite());
        assertEquals(2, e.history().size());
        assertEquals(6, theta.data[0]);
    }

    @Test
    void aParameterThatIsNotFiniteIsReported() {
        FMatrixRMaj theta = new FMatrixRMaj(1, 2);
        NonFiniteObjectiveException e = assertThrows(
                NonFiniteObjectiveException.class,
                () -> new Fit((batch, rng) -> {
                            theta.data[1] = Float.NaN;
                            return 2;
                        })
                        .parameters(Parameters.of(Map.of("theta", theta)))
                        .options(new FitOptions().batchSize(10))
                        .run(numbered(23)));
        assertEquals(
                "Fit.run: the parameter \"theta\" has become NaN in epoch 1, step 3 (both counted from 1); it was 2.0 at the"
                        + " last step where it was finite; the parameters are back at the start. Likely because the steps are too"
                        + " long: try a lower learningRate, or clipNorm(1); or because the likelihood is without bound, as with"
                        + " a learnt variance of a column that is known exactly",
                e.getMessage());
        assertEquals(0, theta.data[1]);
    }

    @Test
    void theSameSeedGivesTheSameParameters() {
        Toy one = new Toy();
        History a = one.fit(Toy.options()).run(Toy.data());
        Toy two = new Toy();
        History b = two.fit(Toy.options()).run(Toy.data());
        assertArrayEquals(one.mu.data, two.mu.data);
        assertArrayEquals(a.column("objective"), b.column("objective"));
        Toy other = new Toy();
        other.fit(Toy.options().seed(6)).run(Toy.data());
        assertFalse(Arrays.equals(one.mu.data, other.mu.data));
        // It climbs to where it should: −½ tr of the covariance of 7 unit normals.
        assertEquals(-3.5, a.last("objective"), .5);
    }

    @Test
    void aStepAllocatesNextToNothing() {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        int steps = 20_000;
        float[] sum = new float[1];
        Fit fit = new Fit((batch, rng) -> {
                    sum[0] += batch.x().data[0];
                    return 0;
                })
                .options(new FitOptions().batchSize(10).steps(steps));
        Dataset data = numbered(1000);
        fit.run(data);
        long before = threads.getCurrentThreadAllocatedBytes();
        fit.run(data);
        double perStep = (threads.getCurrentThreadAllocatedBytes() - before) / (double) steps;
        assertTrue(perStep < 256, perStep + " bytes a step");
    }

    @Test
    void badSettings(@TempDir Path directory) {
        assertMessage("FitOptions: epochs is -1, expected at least 0", () -> new FitOptions().epochs(-1));
        assertMessage("FitOptions: steps is -1, expected at least 0", () -> new FitOptions().steps(-1));
        assertMessage("FitOptions: seconds is NaN, expected at least 0", () -> new FitOptions().seconds(Double.NaN));
        assertMessage("FitOptions: batchSize is 0, expected at least 1", () -> new FitOptions().batchSize(0));
        assertMessage("FitOptions: patience is -1, expected at least 0", () -> new FitOptions().patience(-1));
        assertMessage(
                "Fit.run: checkpoints without parameters to keep",
                () -> new Fit((batch, rng) -> 0)
                        .options(new FitOptions().checkpoint(directory))
                        .run());
        assertMessage(
                "Fit.run: a validation without parameters to keep",
                () -> new Fit((batch, rng) -> 0)
                        .validation(numbered(2), (batch, rng) -> 0)
                        .run());
        assertThrows(IllegalStateException.class, () -> new Fit((batch, rng) -> batch.x().data[0]).run());
    }

    private static void assertMessage(String expected, org.junit.jupiter.api.function.Executable executable) {
        assertEquals(
                expected,
                assertThrows(IllegalArgumentException.class, executable).getMessage());
    }
}
