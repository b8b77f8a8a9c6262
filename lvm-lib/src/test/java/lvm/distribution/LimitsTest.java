package lvm.distribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Densities, probabilities and divergences at the ends of their ranges: limits, never NaN, and no divergence below 0. */
class LimitsTest {
    private static final double INF = Double.POSITIVE_INFINITY;

    @Test
    void certainBinaryVariables() {
        assertEquals(0, Bernoulli.logProbability(1, INF));
        assertEquals(-INF, Bernoulli.logProbability(0, INF));
        assertEquals(-INF, Bernoulli.logProbability(.3, INF));
        assertEquals(-INF, Bernoulli.logProbability(1, -INF));
        assertEquals(0, Bernoulli.logProbability(0, -INF));
        assertEquals(0, Bernoulli.logProbability(1, Double.MAX_VALUE));
        assertEquals(-1e300, Bernoulli.logProbability(0, 1e300));
        double[] logits = {-INF, -1e300, -50, 0, 2, 40, 1e300, INF};
        for (double p : logits) {
            assertEquals(0, Bernoulli.kl(p, p), "equal at " + p);
            for (double q : logits) {
                assertTrue(Bernoulli.kl(p, q) >= 0, p + ", " + q + ": " + Bernoulli.kl(p, q));
            }
        }
        assertEquals(INF, Bernoulli.kl(0, INF));
        assertEquals(INF, Bernoulli.kl(-INF, INF));
        assertEquals(Math.log(2), Bernoulli.kl(INF, 0), 1e-15);
        assertEquals(Math.log1p(Math.exp(-3)), Bernoulli.kl(INF, 3), 1e-15);
        assertTrue(
                Double.isNaN(Bernoulli.kl(Double.NaN, 0)) && Double.isNaN(Bernoulli.logProbability(Double.NaN, INF)));
    }

    @Test
    void certainClasses() {
        assertArrayEquals(new double[] {-INF, 0, -INF}, Categorical.logProbabilities(1, INF, 2));
        assertArrayEquals(new double[] {-Math.log(2), -INF, -Math.log(2)}, Categorical.logProbabilities(INF, 0, INF));
        assertArrayEquals(new double[] {0, -INF}, Categorical.logProbabilities(3, -INF));
        double third = -Math.log(3);
        assertArrayEquals(new double[] {third, third, third}, Categorical.logProbabilities(-INF, -INF, -INF));
        assertEquals(0, Categorical.kl(new double[] {0, -INF}, new double[] {5, -INF}));
        assertEquals(0, Categorical.kl(new double[] {0, INF}, new double[] {5, INF}));
        assertEquals(INF, Categorical.kl(new double[] {0, 0}, new double[] {0, -INF}));
        assertEquals(Math.log(2), Categorical.kl(new double[] {0, -INF}, new double[] {0, 0}), 1e-15);
    }

    @Test
    void divergencesOfEqualDistributionsAreNotBelowZero() {
        SplittableRandom rng = new SplittableRandom(2);
        for (int round = 0; round < 2000; round++) {
            double a = 10 * rng.nextGaussian();
            double near = a * (1 + 1e-15 * rng.nextInt(-3, 4));
            double sigma = Math.exp(3 * rng.nextGaussian());
            assertTrue(Bernoulli.kl(a, near) >= 0 && Bernoulli.kl(a, near) < 1e-12);
            double kl = Normal.kl(a, sigma, near, sigma * (1 + 1e-15 * rng.nextInt(-3, 4)));
            assertTrue(kl >= 0, "Normal " + kl);
            double[] p = new double[5];
            Arrays.setAll(p, k -> 3 * rng.nextGaussian());
            double[] q = new double[5];
            double shift = 5 * rng.nextGaussian();
            Arrays.setAll(q, k -> p[k] + shift);
            assertTrue(
                    Categorical.kl(p, q) >= 0 && Categorical.kl(p, q) < 1e-12, "Categorical " + Categorical.kl(p, q));
        }
    }

    @Test
    void extremeNormals() {
        assertEquals(-INF, Normal.logDensity(1, 0, 1e-200));
        assertEquals(200 * Math.log(10) - .5 * Math.log(2 * Math.PI), Normal.logDensity(1, 1, 1e-200), 1e-12);
        assertEquals(-INF, Normal.logDensity(INF, 0, 1));
        assertEquals(-INF, Normal.logDensity(1e300, 0, 1));
        assertEquals(
                Normal.logDensity(2, 0, 1) - Math.log(1e308), Normal.logDensity(1e308, -1e308, 1e308), 1e-12, "x − μ");
        assertEquals(Math.log(1e200) + Math.log(1e200) - .5, Normal.kl(0, 1e-200, 0, 1e200), 1e-9);
        assertEquals(INF, Normal.kl(0, 1e200, 0, 1e-200));
        assertEquals(INF, Normal.kl(0, 1e100, 0, 1e-100));
        assertEquals(0, Normal.kl(1e308, 1e-300, 1e308, 1e-300));
    }

    @Test
    void sumsOfInfiniteTerms() {
        LogSums sums = new LogSums(3);
        sums.add(0, new double[] {0, INF, 1}, 0, 3);
        sums.add(0, new double[] {5}, 0, 1);
        sums.add(1, new double[] {-INF, -INF}, 0, 2);
        assertArrayEquals(new double[] {INF, -INF, -INF}, sums.values());
        double half = -Math.log(2);
        double[] logs = {0, INF, 1};
        sums.normalise(0, logs, 3);
        assertArrayEquals(new double[] {-INF, 0, -INF}, logs);
        logs = new double[] {-INF, -INF};
        sums.normalise(1, logs, 2);
        assertArrayEquals(new double[] {half, half}, logs);
        sums.add(1, new double[] {-700}, 0, 1);
        assertArrayEquals(new double[] {INF, -700, -INF}, sums.values());
        logs = new double[] {-INF, -700};
        sums.normalise(1, logs, 2);
        assertArrayEquals(new double[] {-INF, 0}, logs);
    }

    @Test
    void probabilitiesOfStatesSumToOneHoweverLargeTheirWeightsAre() {
        for (double size : new double[] {0, 1e6, -1e12, 1e15}) {
            Enumeration states = Enumeration.of(3, (z, w) -> {
                for (int i = 0; i < z.numRows; i++) {
                    w[i] = size + z.get(i, 0) - z.get(i, 2);
                }
            });
            double sum = 0;
            for (double logP : states.logProbabilities()) {
                sum += Math.exp(logP);
            }
            assertEquals(1, sum, 1e-14, "weights around " + size);
            assertEquals(1, states.expectation((z, f) -> Arrays.fill(f, 1)), 1e-14);
        }
    }
}
