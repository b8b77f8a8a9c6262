package lvm.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

/** Importance sampling against a model that is integrated exactly and one that is enumerated. */
class ImportanceSamplingTest {
    private static final double[] X = {-2, 0.3, 1.5};
    private static final double A = 1.7;
    private static final double NOISE = 0.6;

    private static double logNormal(double x, double mean, double variance) {
        return -0.5 * (Math.log(2 * Math.PI * variance) + (x - mean) * (x - mean) / variance);
    }

    /** z ~ N(0,1), x ~ N(A z, NOISE²): x ~ N(0, A² + NOISE²), z | x ~ N(A x / v, NOISE² / v). */
    private static ImportanceSampling.LogWeights linear(double inflate, RandomGenerator rng) {
        double v = A * A + NOISE * NOISE;
        return draws -> {
            DMatrixRMaj l = new DMatrixRMaj(X.length, draws);
            for (int i = 0; i < X.length; i++) {
                double mean = A * X[i] / v;
                double variance = inflate * NOISE * NOISE / v;
                for (int s = 0; s < draws; s++) {
                    double z = mean + Math.sqrt(variance) * rng.nextGaussian();
                    l.set(
                            i,
                            s,
                            logNormal(z, 0, 1) + logNormal(X[i], A * z, NOISE * NOISE) - logNormal(z, mean, variance));
                }
            }
            return l;
        };
    }

    private static double exact(int i) {
        return logNormal(X[i], 0, A * A + NOISE * NOISE);
    }

    @Test
    void withThePosteriorOneDrawIsExact() {
        Estimate[] estimates = ImportanceSampling.logLikelihood(3, 4, 2, linear(1, new SplittableRandom(1)));
        for (int i = 0; i < 3; i++) {
            assertEquals(exact(i), estimates[i].value(), 1e-12);
            assertEquals(0, estimates[i].standardError(), 1e-7);
        }
    }

    @Test
    void theStandardErrorIsTheSpread() {
        // Errors in units of the standard error over 400 × 3 estimates have variance 1: the relative standard deviation
        // of a
        // sample variance is √(2/1200) = 0.041, so 0.2 is nearly five of them; the mean within 4.5/√1200 plus the bias
        // of a
        // logarithm. False-failure rate below 10⁻⁵, and the seed is fixed.
        SplittableRandom rng = new SplittableRandom(2);
        double sum = 0;
        double squares = 0;
        int count = 0;
        for (int repeat = 0; repeat < 400; repeat++) {
            Estimate[] estimates = ImportanceSampling.logLikelihood(3, 500, 64, linear(2.5, rng));
            for (int i = 0; i < 3; i++) {
                double z = (estimates[i].value() - exact(i)) / estimates[i].standardError();
                sum += z;
                squares += z * z;
                count++;
            }
        }
        assertEquals(0, sum / count, 0.15);
        assertEquals(1, squares / count, 0.2);
    }

    @Test
    void againstEnumeration() {
        // z in {0, …, 4} with prior (z+1)/15, x | z ~ N(z, 1); q uniform.
        double x = 1.3;
        double p = 0;
        for (int z = 0; z < 5; z++) {
            p += (z + 1) / 15.0 * Math.exp(logNormal(x, z, 1));
        }
        SplittableRandom rng = new SplittableRandom(3);
        Estimate estimate = ImportanceSampling.logLikelihood(1, 200_000, 1000, draws -> {
            DMatrixRMaj l = new DMatrixRMaj(1, draws);
            for (int s = 0; s < draws; s++) {
                int z = rng.nextInt(5);
                l.data[s] = Math.log((z + 1) / 15.0) + logNormal(x, z, 1) - Math.log(0.2);
            }
            return l;
        })[0];
        // Five standard errors: false-failure rate 6·10⁻⁷.
        assertEquals(Math.log(p), estimate.value(), 5 * estimate.standardError());
        assertTrue(estimate.standardError() < 5e-3);
    }

    @Test
    void theDefinitionOnFixedWeightsWhateverTheChunk() {
        double[] l = {-1000, -1001, Double.NEGATIVE_INFINITY, -999.5, -1003};
        double mean = 0;
        for (double v : l) {
            mean += Math.exp(v + 1000) / 5;
        }
        double variance = 0;
        for (double v : l) {
            variance += Math.pow(Math.exp(v + 1000) - mean, 2) / 4;
        }
        for (int chunk = 1; chunk <= 6; chunk++) {
            int[] at = {0};
            Estimate estimate = ImportanceSampling.logLikelihood(1, 5, chunk, draws -> {
                DMatrixRMaj part = new DMatrixRMaj(1, draws);
                for (int s = 0; s < draws; s++) {
                    part.data[s] = l[at[0]++];
                }
                return part;
            })[0];
            assertEquals(Math.log(mean) - 1000, estimate.value(), 1e-10);
            assertEquals(Math.sqrt(variance / 5) / mean, estimate.standardError(), 1e-10);
        }
    }

    @Test
    void theMeanOverRows() {
        Estimate mean = ImportanceSampling.mean(new Estimate(1, 3), new Estimate(2, 4));
        assertEquals(1.5, mean.value());
        assertEquals(2.5, mean.standardError());
    }

    @Test
    void edges() {
        Estimate none = ImportanceSampling.logLikelihood(1, 2, 2, draws -> {
            DMatrixRMaj l = new DMatrixRMaj(1, 2);
            l.fill(Double.NEGATIVE_INFINITY);
            return l;
        })[0];
        assertEquals(Double.NEGATIVE_INFINITY, none.value());
        assertThrows(
                IllegalArgumentException.class,
                () -> ImportanceSampling.logLikelihood(1, 2, 1, draws -> new DMatrixRMaj(1, 2)));
        assertThrows(
                IllegalArgumentException.class,
                () -> ImportanceSampling.logLikelihood(1, 0, 1, draws -> new DMatrixRMaj(1, 1)));
        assertThrows(
                IllegalArgumentException.class,
                () -> ImportanceSampling.logLikelihood(1, 1, 1, draws -> {
                    return new DMatrixRMaj(new double[][] {{Double.NaN}});
                }));
    }
}
