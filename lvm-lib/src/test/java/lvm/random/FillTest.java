package lvm.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/** Moments within 5 standard errors: with fixed seeds a run never fails by chance, a new seed does in 1 of 10⁵ checks. */
class FillTest {
    private static final int N = 100_000;

    private static double mean(float[] x) {
        double sum = 0;
        for (float value : x) {
            sum += value;
        }
        return sum / x.length;
    }

    private static double variance(float[] x) {
        double mean = mean(x);
        double sum = 0;
        for (float value : x) {
            sum += (value - mean) * (value - mean);
        }
        return sum / x.length;
    }

    @Test
    void uniformHasItsMomentsAndStaysInTheInterval() {
        FMatrixRMaj x = new FMatrixRMaj(N / 10, 10);
        Fill.uniform(-2, 4, x, new SplittableRandom(1));
        assertEquals(1, mean(x.data), 5 * Math.sqrt(3.0 / N));
        assertEquals(3, variance(x.data), 5 * Math.sqrt((6 * 6 * 6 * 6 / 80.0 - 9) / N));
        for (float value : x.data) {
            assertTrue(value >= -2 && value <= 4);
        }
        DMatrixRMaj y = new DMatrixRMaj(100, 100);
        Fill.uniform(y, new SplittableRandom(1));
        assertTrue(Arrays.stream(y.data).allMatch(v -> v >= 0 && v < 1));
        assertEquals(0.5, Arrays.stream(y.data).average().orElseThrow(), 5 * Math.sqrt(1 / 12.0 / 10_000));
    }

    @Test
    void normalHasItsMomentsAndTails() {
        float[] x = new float[N];
        Fill.normal(x, new SplittableRandom(2));
        assertEquals(0, mean(x), 5 / Math.sqrt(N));
        assertEquals(1, variance(x), 5 * Math.sqrt(2.0 / N));
        int beyond = 0;
        for (float value : x) {
            beyond += Math.abs(value) > 1.959964 ? 1 : 0;
        }
        assertEquals(0.05 * N, beyond, 5 * Math.sqrt(0.05 * 0.95 * N));
        Fill.normal(3, 0.5f, x, new SplittableRandom(3));
        assertEquals(3, mean(x), 5 * 0.5 / Math.sqrt(N));
        assertEquals(0.25, variance(x), 5 * 0.25 * Math.sqrt(2.0 / N));
    }

    @Test
    void bernoulliHasItsProbabilities() {
        float[] x = new float[N];
        Fill.bernoulli(0.3f, x, new SplittableRandom(4));
        assertEquals(0.3, mean(x), 5 * Math.sqrt(0.21 / N));
        FMatrixRMaj p = new FMatrixRMaj(N, 3);
        for (int i = 0; i < N; i++) {
            p.set(i, 1, 0.8f);
            p.set(i, 2, 1);
        }
        FMatrixRMaj y = new FMatrixRMaj(N, 3);
        Fill.bernoulli(p, y, new SplittableRandom(5));
        double[] ones = new double[3];
        for (int i = 0; i < y.data.length; i++) {
            assertTrue(y.data[i] == 0 || y.data[i] == 1);
            ones[i % 3] += y.data[i];
        }
        assertEquals(0, ones[0]);
        assertEquals(0.8 * N, ones[1], 5 * Math.sqrt(0.16 * N));
        assertEquals(N, ones[2]);
    }

    /** Draws by a hash of the place: probabilities, no correlation with neighbours or with the next call, 0 and 1 always themselves. */
    @Test
    void bitsHaveTheirProbabilities() {
        int columns = 8;
        float[] p = {0, .001f, .1f, .3f, .5f, .8f, .999f, 1};
        FMatrixRMaj x = new FMatrixRMaj(N, columns);
        SplittableRandom rng = new SplittableRandom(3);
        double[][] sums = new double[2][columns];
        double[] neighbours = new double[columns];
        double[] below = new double[columns];
        double[] again = new double[columns];
        FMatrixRMaj last = null;
        for (int call = 0; call < 2; call++) {
            for (int i = 0; i < x.getNumElements(); i++) {
                x.data[i] = p[i % columns];
            }
            Fill.bits(x, rng);
            for (int i = 0; i < N; i++) {
                for (int j = 0; j < columns; j++) {
                    float bit = x.get(i, j);
                    assertTrue(bit == 0 || bit == 1);
                    sums[call][j] += bit;
                    double off = bit - p[j];
                    neighbours[j] += off * (x.get(i, (j + 1) % columns) - p[(j + 1) % columns]);
                    below[j] += off * (x.get((i + 1) % N, j) - p[j]);
                    again[j] += last == null ? 0 : off * (last.get(i, j) - p[j]);
                }
            }
            last = x.copy();
        }
        for (int j = 0; j < columns; j++) {
            double v = p[j] * (1 - p[j]);
            int next = (j + 1) % columns;
            double u = p[next] * (1 - p[next]);
            for (double[] sum : sums) {
                assertEquals(N * p[j], sum[j], 5 * Math.sqrt(N * v), "column " + j);
            }
            assertEquals(0, neighbours[j], 5 * Math.sqrt(2 * N * u * v) + 1e-2, "columns " + j + " and " + next);
            assertEquals(0, below[j], 5 * Math.sqrt(2.0 * N) * v + 1e-2, "rows, column " + j);
            assertEquals(0, again[j], 5 * Math.sqrt(N) * v + 1e-2, "calls, column " + j);
        }
    }

    @Test
    void everyPermutationIsAsLikely() {
        SplittableRandom rng = new SplittableRandom(6);
        int[] counts = new int[27];
        int runs = 12_000;
        for (int run = 0; run < runs; run++) {
            int[] order = Fill.permutation(3, rng);
            counts[order[0] * 9 + order[1] * 3 + order[2]]++;
            int[] sorted = order.clone();
            Arrays.sort(sorted);
            assertArrayEquals(new int[] {0, 1, 2}, sorted);
        }
        int seen = 0;
        for (int count : counts) {
            if (count > 0) {
                seen++;
                assertEquals(runs / 6.0, count, 5 * Math.sqrt(runs / 6.0 * 5 / 6));
            }
        }
        assertEquals(6, seen);
        assertEquals(0, Fill.permutation(0, rng).length);
    }

    @Test
    void arraysAndMatricesDrawTheSame() {
        double[] x = new double[12];
        DMatrixRMaj y = new DMatrixRMaj(3, 4);
        Fill.normal(x, new SplittableRandom(7));
        Fill.normal(y, new SplittableRandom(7));
        assertArrayEquals(x, y.data);
    }

    @Test
    void badParametersAreNamed() {
        SplittableRandom rng = new SplittableRandom(8);
        float[] x = new float[1];
        for (Runnable bad : new Runnable[] {
            () -> Fill.uniform(1, 1, x, rng),
            () -> Fill.uniform(Float.NaN, 1, x, rng),
            () -> Fill.normal(0, -1, x, rng),
            () -> Fill.normal(0, Float.NaN, x, rng),
            () -> Fill.bernoulli(1.5f, x, rng),
            () -> Fill.bernoulli(Float.NaN, x, rng),
            () -> Fill.bernoulli(new FMatrixRMaj(1, 2), new FMatrixRMaj(2, 1), rng),
            () -> Fill.permutation(-1, rng)
        }) {
            assertTrue(assertThrows(IllegalArgumentException.class, bad::run)
                    .getMessage()
                    .startsWith("Fill."));
        }
    }

    @Test
    void seedsOfPartsDifferAndRepeat() {
        Set<Long> seeds = new HashSet<>();
        for (long seed = 0; seed < 200; seed++) {
            for (String purpose : new String[] {"", "a", "b", "ab", "ba", "shuffle", "weights"}) {
                assertTrue(seeds.add(Seeds.split(seed, purpose)));
                assertEquals(Seeds.split(seed, purpose), Seeds.split(seed, purpose));
            }
            for (long number = 0; number < 50; number++) {
                assertTrue(seeds.add(Seeds.split(seed, number)));
            }
        }
        // Neighbouring seeds give generators that agree in about half of their bits.
        int same = 0;
        for (int i = 0; i < 1000; i++) {
            same += Long.bitCount(~(Seeds.split(i, "x") ^ Seeds.split(i + 1, "x")));
        }
        assertEquals(32_000, same, 5 * Math.sqrt(64_000 / 4.0));
        assertNotEquals(Seeds.split(1, "x"), Seeds.split(1, "y"));
    }

    @Test
    void numbersOfASequenceAreThoseOfSplittableRandom() {
        for (long state : new long[] {0, 1, -1, 0x9e3779b97f4a7c15L, Long.MIN_VALUE}) {
            SplittableRandom sequence = new SplittableRandom(state);
            assertEquals(new SplittableRandom(state).nextLong(), Seeds.mix(state));
            for (int place = 0; place < 20; place++) {
                assertEquals(sequence.nextLong(), Seeds.number(state, place));
            }
        }
    }

    /** Runs that were begun before are resumed with the same seeds: the numbers must never change. */
    @Test
    void seedsOfPartsAreWhatTheyWere() {
        assertEquals(-8550675623936177166L, Seeds.split(7, "start"));
        assertEquals(-1555475400547676210L, Seeds.split(7, 3));
    }
}
