package lvm.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import lvm.distribution.Normal;
import lvm.evaluation.BitsPerDim.Dequantization;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/** Bits per dimension, error rates, effective sample sizes and bootstrap intervals against their definitions. */
class StatisticsTest {

    @Test
    void bitsPerDimension() {
        // The uniform distribution over 256 levels needs 8 bits, as probabilities, as a density on [0,256) and on
        // [0,1).
        int d = 3;
        assertEquals(8, BitsPerDim.of(-d * Math.log(256), d, Dequantization.NONE, 1), 1e-12);
        assertEquals(8, BitsPerDim.of(-d * Math.log(256), d, Dequantization.UNIFORM, 1), 1e-12);
        assertEquals(8, BitsPerDim.of(0, d, Dequantization.UNIFORM, 256), 1e-12);
        // One bit for a fair coin.
        assertEquals(1, BitsPerDim.of(10 * Math.log(.5), 10, Dequantization.NONE, 1), 1e-12);
        for (double nats : new double[] {-1000, 0, 50}) {
            double bits = BitsPerDim.of(nats, 784, Dequantization.VARIATIONAL, 256);
            assertEquals(nats, BitsPerDim.nats(bits, 784, Dequantization.VARIATIONAL, 256), 1e-9);
        }
        assertThrows(IllegalArgumentException.class, () -> BitsPerDim.of(0, 1, Dequantization.NONE, 256));
        assertThrows(IllegalArgumentException.class, () -> BitsPerDim.of(0, 0, Dequantization.NONE, 1));
        assertThrows(IllegalArgumentException.class, () -> BitsPerDim.of(0, 1, Dequantization.UNIFORM, Double.NaN));
    }

    @Test
    void theClassOfTheLargestScore() {
        FMatrixRMaj scores = new FMatrixRMaj(4, 3, true, 0, 1, 2, -1, -3, -2, 5, 5, 1, -1e4f, 1e4f, 0);
        assertEquals(new ErrorRate(0, 4), ErrorRate.of(scores, new int[] {2, 0, 0, 1}));
        assertEquals(new ErrorRate(3, 4), ErrorRate.of(scores, new int[] {1, 0, 1, 2}));
        assertThrows(IllegalArgumentException.class, () -> ErrorRate.of(scores, new int[3]));
        assertThrows(IllegalArgumentException.class, () -> ErrorRate.of(new FMatrixRMaj(4, 0), new int[4]));
        scores.set(3, 2, Float.NaN);
        assertEquals(
                "ErrorRate.of: scores has NaN in row 3, column 2 (counted from 0), expected a number",
                assertThrows(IllegalArgumentException.class, () -> ErrorRate.of(scores, new int[4]))
                        .getMessage());
    }

    @Test
    void anIntervalReads() {
        assertEquals("0.0202 to 0.0261 (95 %)", new Interval(0.020239, 0.026126, 0.95).toString());
    }

    @Test
    void theEndsOfTheScoreIntervalAreWhereTheTestTurns() {
        double z = Normal.quantile(0.975);
        for (long[] seen : new long[][] {{3, 10}, {96, 10_000}, {0, 20}, {20, 20}, {1, 2}}) {
            ErrorRate rate = new ErrorRate(seen[0], seen[1]);
            Interval interval = rate.interval(0.95);
            assertTrue(interval.contains(rate.value()));
            for (double p : new double[] {interval.low(), interval.high()}) {
                boolean atEnd = seen[0] == 0 && p == interval.low() || seen[0] == seen[1] && p == interval.high();
                if (!atEnd) {
                    assertEquals(z * Math.sqrt(p * (1 - p) / seen[1]), Math.abs(rate.value() - p), 1e-12);
                }
            }
        }
        assertEquals(0, new ErrorRate(0, 20).interval(0.95).low());
        assertTrue(new ErrorRate(0, 20).interval(0.95).high() > 0.1);
        assertEquals(
                0.25,
                ErrorRate.of(new int[] {1, 2, 3, 4}, new int[] {1, 2, 3, 5}).value());
        assertThrows(IllegalArgumentException.class, () -> new ErrorRate(3, 2));
        assertThrows(IllegalArgumentException.class, () -> ErrorRate.of(new int[1], new int[2]));
        assertThrows(IllegalArgumentException.class, () -> new ErrorRate(1, 2).interval(1));
    }

    @Test
    void weights() {
        assertEquals(5, EffectiveSampleSize.ofWeights(-900, -900, -900, -900, -900), 1e-12);
        assertEquals(1, EffectiveSampleSize.ofWeights(0, -800, Double.NEGATIVE_INFINITY), 1e-12);
        assertEquals(Math.pow(1 + 3, 2) / (1 + 9), EffectiveSampleSize.ofWeights(0, Math.log(3)), 1e-12);
        assertEquals(0, EffectiveSampleSize.ofWeights(Double.NEGATIVE_INFINITY));
        assertThrows(IllegalArgumentException.class, () -> EffectiveSampleSize.ofWeights());
        assertThrows(IllegalArgumentException.class, () -> EffectiveSampleSize.ofWeights(Double.NaN));
    }

    @Test
    void aChainOfKnownCorrelation() {
        // AR(1): ρₜ = φᵗ, so 1 + 2 Σ ρₜ = (1 + φ)/(1 − φ). Mean over 40 chains; the spread of one is below 15 %, so the
        // mean is
        // within 10 % but for once in 10⁴, and the seed is fixed.
        int n = 20_000;
        for (double phi : new double[] {-0.5, 0, 0.5, 0.9}) {
            SplittableRandom rng = new SplittableRandom(1);
            double mean = 0;
            for (int chain = 0; chain < 40; chain++) {
                double[] x = new double[n];
                double now = rng.nextGaussian() / Math.sqrt(1 - phi * phi);
                for (int i = 0; i < n; i++) {
                    x[i] = now;
                    now = phi * now + rng.nextGaussian();
                }
                mean += EffectiveSampleSize.ofChain(x) / 40;
            }
            double expected = n * (1 - phi) / (1 + phi);
            assertEquals(expected, mean, 0.1 * expected, "φ = " + phi);
        }
        assertEquals(5, EffectiveSampleSize.ofChain(2, 2, 2, 2, 2));
        assertThrows(IllegalArgumentException.class, () -> EffectiveSampleSize.ofChain(1, 2, 3));
        assertThrows(IllegalArgumentException.class, () -> EffectiveSampleSize.ofChain(1, 2, 3, Double.NaN));
    }

    /** Units change nothing, also where the squares are 0 or infinite. */
    @Test
    void aChainInOtherUnitsIsWorthTheSame() {
        SplittableRandom rng = new SplittableRandom(3);
        double[] x = new double[500];
        for (int i = 1; i < x.length; i++) {
            x[i] = 0.8 * x[i - 1] + rng.nextGaussian();
        }
        double expected = EffectiveSampleSize.ofChain(x);
        assertTrue(expected > 20 && expected < 150, "ESS " + expected);
        for (double c : new double[] {1e-250, 1e-170, 1e-12, 1e12, 1e170, 1e250}) {
            double[] scaled = Arrays.stream(x).map(v -> c * v).toArray();
            assertEquals(expected, EffectiveSampleSize.ofChain(scaled), 1e-8 * expected, "times " + c);
        }
    }

    /**
     * Geyer's initial monotone sequence, C. J. Geyer (1992), section 3.3: the sums of pairs of autocovariances count as long as
     * they are positive, each no more than those before it. In these chains a later pair is larger than an earlier one.
     */
    @Test
    void theSequenceOfPairsNeverRises() {
        SplittableRandom rng = new SplittableRandom(8);
        int rising = 0;
        for (int repeat = 0; repeat < 50; repeat++) {
            double[] x = new double[150];
            double now = 0;
            for (int i = 0; i < x.length; i++) {
                now = 0.97 * now + rng.nextGaussian();
                x[i] = now + 3 * Math.sin(i * Math.PI / 4);
            }
            double mean = Arrays.stream(x).average().orElseThrow();
            double[] c = new double[x.length];
            for (int lag = 0; lag < c.length; lag++) {
                for (int i = 0; i + lag < x.length; i++) {
                    c[lag] += (x[i] - mean) * (x[i + lag] - mean) / x.length;
                }
            }
            double sum = 0;
            double least = Double.POSITIVE_INFINITY;
            boolean rises = false;
            for (int t = 0; t + 1 < c.length && c[t] + c[t + 1] > 0; t += 2) {
                rises |= c[t] + c[t + 1] > least;
                least = Math.min(least, c[t] + c[t + 1]);
                sum += least;
            }
            rising += rises ? 1 : 0;
            double time = Math.max((2 * sum - c[0]) / c[0], 1 / Math.log10(x.length));
            assertEquals(x.length / time, EffectiveSampleSize.ofChain(x), 1e-9 * x.length, "chain " + repeat);
        }
        assertTrue(rising > 10, rising + " of 50 chains have a pair that is larger than one before it");
    }

    @Test
    void bootstrapIntervalsHoldTheMeanAsOftenAsTheySay() {
        // 90 % intervals for the mean of 60 exponential values: asymptotically 0.9, for such a sample somewhat below.
        // Over 1000
        // intervals the standard deviation of the share is 0.0095; [0.84, 0.93] is more than 4 of them from 0.88 on
        // either side.
        SplittableRandom rng = new SplittableRandom(1);
        int held = 0;
        for (int repeat = 0; repeat < 1000; repeat++) {
            double[] sample = new double[60];
            Arrays.setAll(sample, i -> -Math.log(1 - rng.nextDouble()));
            Interval interval =
                    Bootstrap.interval(sample, x -> Arrays.stream(x).average().orElseThrow(), 400, 0.9, rng);
            held += interval.contains(1) ? 1 : 0;
        }
        assertTrue(held >= 840 && held <= 930, held + " of 1000");
    }

    @Test
    void theBootstrapErrorOfAMeanIsKnown() {
        // Over all resamples its variance is Σ (x − x̄)² / n²; 20,000 replicates give it within 5 · 0.5 %.
        double[] sample = {1, 4, 4, 9, -3, 2, 8};
        double mean = Arrays.stream(sample).average().orElseThrow();
        double exact = Math.sqrt(
                        Arrays.stream(sample).map(x -> (x - mean) * (x - mean)).sum())
                / sample.length;
        double found = Bootstrap.standardError(
                sample, x -> Arrays.stream(x).average().orElseThrow(), 20_000, new SplittableRandom(2));
        assertEquals(exact, found, 0.025 * exact);
        assertThrows(
                IllegalArgumentException.class,
                () -> Bootstrap.interval(new double[1], x -> 0, 100, 0.9, new SplittableRandom(1)));
        assertThrows(
                IllegalArgumentException.class,
                () -> Bootstrap.interval(new double[2], x -> 0, 99, 0.9, new SplittableRandom(1)));
    }
}
