package lvm.mixture;

import static lvm.model.Messages.assertMessage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import lvm.data.Dataset;
import lvm.data.OldFaithful;
import lvm.data.Tables;
import lvm.model.History;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

class KMeansTest {

    private static double inertia(double[][] rows, int[] cluster, int k) {
        double inertia = 0;
        for (int c = 0; c < k; c++) {
            int from = c;
            double[][] own = java.util.stream.IntStream.range(0, rows.length)
                    .filter(i -> cluster[i] == from)
                    .mapToObj(i -> rows[i])
                    .toArray(double[][]::new);
            for (int j = 0; j < rows[0].length; j++) {
                int column = j;
                double mean =
                        Arrays.stream(own).mapToDouble(r -> r[column]).average().orElse(0);
                inertia += Arrays.stream(own)
                        .mapToDouble(r -> (r[column] - mean) * (r[column] - mean))
                        .sum();
            }
        }
        return inertia;
    }

    @Test
    void findsTheBestOfAllPartitions() {
        for (int seed = 0; seed < 5; seed++) {
            SplittableRandom rng = new SplittableRandom(seed);
            double[][] rows = new double[9][];
            Arrays.setAll(rows, i -> new double[] {rng.nextDouble(), rng.nextDouble()});
            double best = Double.POSITIVE_INFINITY;
            int[] cluster = new int[9];
            for (int code = 0; code < 19683; code++) { // 3⁹ partitions
                for (int i = 0, rest = code; i < 9; i++, rest /= 3) {
                    cluster[i] = rest % 3;
                }
                best = Math.min(best, inertia(rows, cluster, 3));
            }
            KMeans fitted = KMeans.builder().clusters(3).restarts(50).fit(rows);
            assertEquals(best, fitted.inertia(), 1e-12);
        }
    }

    @Test
    void neverIncreasesTheInertia() {
        DMatrixRMaj x = Samples.mixture(5, 3, 1, 3).sample(800, new SplittableRandom(2));
        for (int seed = 0; seed < 20; seed++) {
            History history =
                    KMeans.builder().clusters(7).restarts(1).seed(seed).fit(x).history();
            double[] inertia = history.column("inertia");
            for (int t = 1; t < inertia.length; t++) {
                assertTrue(inertia[t] <= inertia[t - 1] * (1 + 1e-14), "seed " + seed + ", iteration " + t);
            }
            assertEquals(History.Stop.CONVERGED, history.stop());
        }
    }

    @Test
    void centresAreTheMeansOfTheirRows() {
        DMatrixRMaj x = Tables.matrix(OldFaithful.load());
        KMeans fitted = KMeans.builder().clusters(3).fit(x);
        int[] assignments = fitted.assignments(x);
        assertEquals(inertia(Samples.array(x), assignments, 3), fitted.inertia(), 1e-8);
        assertArrayEquals(assignments, fitted.assignments(Dataset.of(OldFaithful.load())));
        for (int c = 0; c < 3; c++) {
            double sum = 0;
            int rows = 0;
            for (int i = 0; i < x.numRows; i++) {
                if (assignments[i] == c) {
                    sum += x.get(i, 1);
                    rows++;
                }
            }
            assertEquals(sum / rows, fitted.centres().get(c, 1), 1e-10);
        }
        assertEquals(3, fitted.clusters());
        assertEquals(2, fitted.dim());
        assertEquals("3", fitted.summary().settings().get("clusters"));
    }

    /** False failures: 1 in 10⁴ over random seeds; the seed is fixed. */
    @Test
    void plusPlusDrawsInProportionToSquaredDistances() {
        DMatrixRMaj x = new DMatrixRMaj(new double[][] {{0}, {1}, {3}});
        double[][] expected = {{0, 1. / 10, 9. / 10}, {1. / 5, 0, 4. / 5}, {9. / 13, 4. / 13, 0}};
        int[][] count = new int[3][3];
        SplittableRandom rng = new SplittableRandom(1);
        int n = 60_000;
        for (int i = 0; i < n; i++) {
            int[] rows = Lloyd.plusPlus("test", x, 2, rng);
            count[rows[0]][rows[1]]++;
        }
        double chiSquare = 0;
        for (int i = 0; i < 3; i++) {
            assertEquals(0, count[i][i]);
            for (int j = 0; j < 3; j++) {
                if (i != j) {
                    double mean = n * expected[i][j] / 3;
                    chiSquare += (count[i][j] - mean) * (count[i][j] - mean) / mean;
                }
            }
        }
        assertTrue(chiSquare < 25.745, "χ² with 5 degrees of freedom, quantile of 10⁻⁴: " + chiSquare);
    }

    @Test
    void aCentreWithoutRowsMovesAndTheInertiaStillFalls() {
        // Three clusters for two tight groups and a far row: some starts leave a centre without rows.
        for (int seed = 0; seed < 200; seed++) {
            SplittableRandom rng = new SplittableRandom(seed);
            double[][] rows = new double[12][];
            Arrays.setAll(rows, i -> new double[] {Math.rint(3 * rng.nextDouble()), Math.rint(3 * rng.nextDouble())});
            long different =
                    Arrays.stream(rows).map(Arrays::toString).distinct().count();
            int k = (int) Math.min(5, different);
            KMeans fitted = KMeans.builder().clusters(k).restarts(1).seed(seed).fit(rows);
            double[] inertia = fitted.history().column("inertia");
            for (int t = 1; t < inertia.length; t++) {
                assertTrue(inertia[t] <= inertia[t - 1] + 1e-12);
            }
            assertEquals(
                    k,
                    Arrays.stream(fitted.assignments(new DMatrixRMaj(rows)))
                            .distinct()
                            .count());
        }
    }

    @Test
    void farFromTheOriginIsTheSame() {
        DMatrixRMaj x = Samples.mixture(3, 2, 3, 3).sample(300, new SplittableRandom(2));
        DMatrixRMaj y = Samples.affine(x, new double[] {1, 1}, new double[] {1e6, 1e6});
        KMeans.Builder builder = KMeans.builder().clusters(3);
        assertEquals(builder.fit(x).inertia(), builder.fit(y).inertia(), 1e-6);
    }

    @Test
    void theSameSeedGivesTheSameCentres() {
        DMatrixRMaj x = Samples.mixture(3, 2, 1, 3).sample(300, new SplittableRandom(2));
        KMeans.Builder builder = KMeans.builder().clusters(6).restarts(1).seed(5);
        assertArrayEquals(builder.fit(x).centres().data, builder.fit(x).centres().data);
    }

    @Test
    void badInputIsNamed() {
        assertMessage("KMeans: clusters not set", () -> KMeans.builder().fit(new double[][] {{1}}));
        assertMessage(
                "KMeans.fit: x has 1 rows, expected at least 2",
                () -> KMeans.builder().clusters(2).fit(new double[][] {{1}}));
        assertMessage(
                "KMeans.fit: NaN in row 1, column 0 (counted from 0), expected finite numbers",
                () -> KMeans.builder().clusters(2).fit(new double[][] {{1}, {Double.NaN}}));
        assertMessage(
                "KMeans.fit: x has only 1 different rows, fewer than the 2 asked for; the others repeat them",
                () -> KMeans.builder().clusters(2).fit(new double[][] {{1}, {1}, {1}}));
        assertMessage(
                "KMeans.fit: no rows, expected at least 1",
                () -> KMeans.builder().clusters(2).fit(new DMatrixRMaj(0, 2)));
        assertMessage(
                "KMeans: clusters is 0, expected at least 1",
                () -> KMeans.builder().clusters(0));
        assertMessage(
                "KMeans: restarts is 0, expected at least 1",
                () -> KMeans.builder().restarts(0));
        assertMessage(
                "KMeans: maxIterations is -1, expected at least 0",
                () -> KMeans.builder().maxIterations(-1));
        assertMessage(
                "KMeans: tolerance is NaN, expected at least 0",
                () -> KMeans.builder().tolerance(Double.NaN));
        KMeans fitted = KMeans.builder().clusters(1).fit(new double[][] {{1}});
        assertMessage(
                "KMeans.assignments: x has 2 columns, expected 1", () -> fitted.assignments(new DMatrixRMaj(1, 2)));
    }

    @Test
    void anInterruptBeforeTheStartIsACancellation() {
        Thread.currentThread().interrupt();
        try {
            assertThrows(
                    CancellationException.class,
                    () -> KMeans.builder().clusters(2).fit(new double[][] {{1}, {2}, {3}}));
            assertTrue(Thread.currentThread().isInterrupted());
        } finally {
            Thread.interrupted();
        }
    }
}
