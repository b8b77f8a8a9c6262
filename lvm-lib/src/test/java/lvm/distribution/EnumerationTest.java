package lvm.distribution;

import static lvm.model.Messages.assertMessage;
import static lvm.model.Messages.assertMessageHas;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import lvm.linalg.Logs;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/** Sums over all states against closed forms: independent variables, the Ising chain, tables. */
class EnumerationTest {
    /** w(z) = Σ aₖ zₖ: independent variables with the logits a. */
    private static Enumeration.OfState independent(double... a) {
        return (z, w) -> {
            for (int i = 0; i < z.numRows; i++) {
                w[i] = 0;
                for (int k = 0; k < a.length; k++) {
                    w[i] += a[k] * z.get(i, k);
                }
            }
        };
    }

    /** An Ising chain with free ends, w(z) = J Σ sₖ sₖ₊₁ with s = 2z − 1. */
    private static Enumeration.OfState chain(double j) {
        return (z, w) -> {
            for (int i = 0; i < z.numRows; i++) {
                w[i] = 0;
                for (int k = 0; k + 1 < z.numCols; k++) {
                    w[i] += j * (2 * z.get(i, k) - 1) * (2 * z.get(i, k + 1) - 1);
                }
            }
        };
    }

    private static double sigmoid(double l) {
        return 1 / (1 + Math.exp(-l));
    }

    @Test
    void probabilitiesOfIndependentVariables() {
        FMatrixRMaj means = new FMatrixRMaj(new float[][] {{.25f, .5f, .875f, .125f}, {0, 1, .75f, 1}});
        DMatrixRMaj p = BinaryStates.probabilities(means);
        assertEquals(16, p.numCols);
        FMatrixRMaj z = BinaryStates.all(4);
        for (int i = 0; i < 2; i++) {
            for (int s = 0; s < 16; s++) {
                double product = 1;
                for (int k = 0; k < 4; k++) {
                    product *= z.get(s, k) == 1 ? means.get(i, k) : 1 - means.get(i, k);
                }
                assertEquals(product, p.get(i, s), 1e-15, "row " + i + ", state " + BinaryStates.label(s, 4));
            }
        }
        assertArrayEquals(new double[] {1, 1}, BinaryStates.probabilities(new FMatrixRMaj(2, 0)).data);
        means.set(1, 2, Float.NaN);
        assertMessage(
                "BinaryStates.probabilities: the mean is NaN in row 1, column 2, expected 0 to 1",
                () -> BinaryStates.probabilities(means));
        assertMessage(
                "BinaryStates.probabilities: 23 bits, expected 0 to 22",
                () -> BinaryStates.probabilities(new FMatrixRMaj(1, 23)));
    }

    @Test
    void independentVariables() {
        double[] a = {1.5, -0.7, 0, 3, -4, 0.2, 1, -1, 0.5, 2, -2, 0.3, 0.9, -0.1};
        Enumeration p = BinaryStates.enumerate(a.length, independent(a));
        assertEquals(Arrays.stream(a).map(Logs::softplus).sum(), p.logZ(), 1e-12);
        assertArrayEquals(Arrays.stream(a).map(EnumerationTest::sigmoid).toArray(), p.means(), 1e-12);
        DMatrixRMaj second = p.moments();
        for (int j = 0; j < a.length; j++) {
            for (int k = 0; k < a.length; k++) {
                double expected = j == k ? sigmoid(a[j]) : sigmoid(a[j]) * sigmoid(a[k]);
                assertEquals(expected, second.get(j, k), 1e-12);
            }
        }
        double[] pair = p.marginal(4, 1);
        for (int s = 0; s < 4; s++) {
            double first = s >= 2 ? sigmoid(a[4]) : sigmoid(-a[4]);
            assertEquals(first * (s % 2 == 1 ? sigmoid(a[1]) : sigmoid(-a[1])), pair[s], 1e-12);
        }
        assertArrayEquals(new double[] {1}, p.marginal(), 1e-12);
        // Var Σ z of independent variables
        double mean = Arrays.stream(a).map(EnumerationTest::sigmoid).sum();
        double variance = Arrays.stream(a).map(l -> sigmoid(l) * sigmoid(-l)).sum();
        assertEquals(
                variance,
                p.expectation((z, f) -> {
                    for (int i = 0; i < z.numRows; i++) {
                        double sum = -mean;
                        for (int k = 0; k < z.numCols; k++) {
                            sum += z.get(i, k);
                        }
                        f[i] = sum * sum;
                    }
                }),
                1e-11);
    }

    /** log Z = K log 2 + (K − 1) log cosh J, E[sᵢ sⱼ] = tanh^|i−j| J (E. Ising 1925), in several blocks. */
    @Test
    void theIsingChain() {
        for (int k : new int[] {1, 2, 9, 15}) {
            double j = 0.8;
            Enumeration p = BinaryStates.enumerate(k, chain(j));
            assertEquals(k * Math.log(2) + (k - 1) * Math.log(Math.cosh(j)), p.logZ(), 1e-12 * (1 + p.logZ()));
            DMatrixRMaj m = p.moments();
            for (int a = 0; a < k; a++) {
                assertEquals(0.5, m.get(a, a), 1e-12);
                for (int b = 0; b < k; b++) {
                    double spins = 4 * m.get(a, b) - 2 * m.get(a, a) - 2 * m.get(b, b) + 1;
                    assertEquals(a == b ? 1 : Math.pow(Math.tanh(j), Math.abs(a - b)), spins, 1e-11);
                }
            }
            List<Enumeration.State> best = p.mostProbable(2);
            assertEquals(0, best.get(0).state());
            assertEquals((1L << k) - 1, best.get(1).state());
            assertEquals((k - 1) * j - p.logZ(), best.get(0).logProbability(), 1e-12 * (1 + p.logZ()));
        }
    }

    /** More variables than a table has: 2^24 states, whose sum is known to a few units of the last digit. */
    @Test
    void manyStates() {
        double j = -0.4;
        Enumeration p = BinaryStates.enumerate(24, chain(j));
        assertEquals(24 * Math.log(2) + 23 * Math.log(Math.cosh(j)), p.logZ(), 1e-12);
        assertMessageHas("a table of 2^24", p::logProbabilities);
    }

    @Test
    void aTableAndItsOrder() {
        SplittableRandom rng = new SplittableRandom(1);
        double[] w = rng.doubles(8, -3, 3).toArray();
        w[5] = Double.NEGATIVE_INFINITY;
        Enumeration.OfState table = (z, values) -> {
            for (int i = 0; i < z.numRows; i++) {
                values[i] = w[BinaryStates.index(z, i)];
            }
        };
        Enumeration p = BinaryStates.enumerate(3, table);
        double z = Arrays.stream(w).map(Math::exp).sum();
        assertEquals(Math.log(z), p.logZ(), 1e-14);
        double[] logP = p.logProbabilities();
        for (int s = 0; s < 8; s++) {
            assertEquals(Math.exp(w[s]) / z, Math.exp(logP[s]), 1e-14);
        }
        // A value where nothing occurs does not count.
        assertEquals(1, p.expectation((states, f) -> Arrays.setAll(f, s -> s == 5 ? Double.NaN : 1)), 1e-14);
        double[] last = p.marginal(2);
        assertEquals((Math.exp(w[1]) + Math.exp(w[3]) + Math.exp(w[7])) / z, last[1], 1e-14);
        long[] order =
                p.mostProbable(100).stream().mapToLong(Enumeration.State::state).toArray();
        assertEquals(8, order.length);
        for (int s = 1; s < 8; s++) {
            assertTrue(w[(int) order[s - 1]] >= w[(int) order[s]]);
        }
        assertEquals(5, order[7]);
    }

    /** Weights of ±10⁴ neither overflow nor vanish. */
    @Test
    void largeWeights() {
        Enumeration p = BinaryStates.enumerate(2, independent(1e4, -1e4));
        assertEquals(1e4, p.logZ());
        assertArrayEquals(new double[] {1, 0}, p.means(), 1e-300);
    }

    @Test
    void theListenerSeesEveryState() {
        AtomicLong last = new AtomicLong();
        Enumeration p = Enumeration.of(14, chain(1), (done, total) -> {
            assertEquals(1 << 14, total);
            assertTrue(done > last.getAndSet(done) || done <= 1 << 12);
        });
        assertEquals(1 << 14, last.get());
        p.means();
        assertEquals(1 << 14, last.get());
    }

    /** In the middle of a run, at its begin, and the flag stays. */
    @Test
    void anInterruptEndsTheRun() {
        Enumeration whole = Enumeration.of(14, chain(1));
        try {
            assertThrows(
                    CancellationException.class,
                    () -> Enumeration.of(14, chain(1), (done, total) -> {
                        assertEquals(1 << 12, done, "nothing comes after the interrupt");
                        Thread.currentThread().interrupt();
                    }));
            assertTrue(Thread.currentThread().isInterrupted());
            assertEquals(
                    "Enumeration.moments: interrupted",
                    assertThrows(CancellationException.class, whole::moments).getMessage());
        } finally {
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void badArgumentsAreNamed() {
        assertMessage(
                "Enumeration.of: a sum of 2^31 = 2,147,483,648 terms; it is done for 1 to 30 binary variables",
                () -> BinaryStates.enumerate(31, chain(1)));
        assertMessageHas("it is done for 1 to 30", () -> BinaryStates.enumerate(0, chain(1)));
        assertMessage(
                "Enumeration: the log weight of state 10 is NaN, expected a number or -Infinity",
                () -> BinaryStates.enumerate(2, (z, w) -> Arrays.setAll(w, i -> i == 2 ? Double.NaN : 0)));
        assertMessageHas(
                "state 00 is Infinity",
                () -> BinaryStates.enumerate(2, (z, w) -> Arrays.fill(w, Double.POSITIVE_INFINITY)));
        // What is not written is found, too.
        assertMessageHas("state 0 is NaN", () -> BinaryStates.enumerate(1, (z, w) -> {}));
        assertMessageHas(
                "expected a state that occurs",
                () -> BinaryStates.enumerate(2, (z, w) -> Arrays.fill(w, Double.NEGATIVE_INFINITY)));
        Enumeration p = BinaryStates.enumerate(3, chain(1));
        assertMessageHas("[1, 1], expected different ones from 0 to 2", () -> p.marginal(1, 1));
        assertMessageHas("[3]", () -> p.marginal(3));
        assertMessageHas("0 states", () -> p.mostProbable(0));
        assertMessageHas(
                "blocks of 12 states", () -> Enumeration.blocks("test", 5, 12, (done, total) -> {}, (first, z) -> {}));
    }

    @Test
    void statesAreNumberedByTheirBits() {
        FMatrixRMaj all = BinaryStates.all(3);
        for (int s = 0; s < 8; s++) {
            assertEquals(s, BinaryStates.index(all, s));
        }
        assertEquals("011", BinaryStates.label(3, 3));
        assertEquals("0".repeat(37) + "011", BinaryStates.label(3, 40));
        FMatrixRMaj far = new FMatrixRMaj(2, 40);
        BinaryStates.fill(far, (1L << 39) + 4);
        assertEquals(1, far.get(0, 0));
        assertEquals(1, far.get(0, 37));
        assertEquals(1, far.get(1, 39));
        assertEquals("2^32 = 4,294,967,296 terms", BinaryStates.terms(32));
        assertMessageHas("state 8 of 3 bits", () -> BinaryStates.label(8, 3));
        assertMessageHas("23 bits, expected 0 to 22", () -> BinaryStates.all(23));
        assertMessageHas("40 bits, expected at most 31", () -> BinaryStates.index(far, 0));
        assertMessageHas("0.5 in row 0, column 1", () -> BinaryStates.index(new FMatrixRMaj(1, 2, true, 0, .5f), 0));
    }
}
