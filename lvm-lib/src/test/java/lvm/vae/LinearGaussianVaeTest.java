package lvm.vae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.evaluation.Estimate;
import lvm.evaluation.ImportanceSampling;
import lvm.factor.ProbabilisticPca;
import lvm.optim.Schedule;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/**
 * A variational autoencoder with linear networks and one variance is probabilistic principal component analysis, whose
 * likelihood is known: x ~ N(b, WWᵀ + σ²I), z | x ~ N(M⁻¹ Wᵀ (x − b), σ² M⁻¹), M = WᵀW + σ²I. The columns of W are orthogonal,
 * so that the posterior is a product like q.
 */
class LinearGaussianVaeTest {
    private static final int D = 5;
    private static final int K = 2;
    private static final double[][] W = {{1, .5}, {1, -.5}, {.5, 1}, {.5, -1}, {0, 0}};
    private static final double[] B = {.3, -.2, 0, 1, .5};
    private static final double VARIANCE = 0.4;
    private static final ProbabilisticPca EXACT = ProbabilisticPca.of(new DMatrixRMaj(W), B, VARIANCE);
    private static final DMatrixRMaj ROWS = EXACT.sample(40, new SplittableRandom(1));
    private static final FMatrixRMaj X = floats(ROWS);
    private static final double[] LOG_P = EXACT.logDensity(ROWS);

    private static FMatrixRMaj floats(DMatrixRMaj m) {
        FMatrixRMaj f = new FMatrixRMaj(m.numRows, m.numCols);
        for (int i = 0; i < m.getNumElements(); i++) {
            f.data[i] = (float) m.data[i];
        }
        return f;
    }

    /** The model with the true p and an encoder whose means are off by shift and whose variances are scaled. */
    private static Vae vae(double shift, double scale) {
        Vae vae = Vae.builder()
                .latent(K)
                .hidden()
                .likelihood(Likelihood.GAUSSIAN_SHARED)
                .standardize(false) // the parameters are set in the units of the data
                .epochs(0)
                .fit(ROWS);
        Map<String, FMatrixRMaj> values = vae.net().values();
        for (int k = 0; k < K; k++) {
            double m = VARIANCE;
            for (int j = 0; j < D; j++) {
                m += W[j][k] * W[j][k];
            }
            double bias = shift;
            for (int j = 0; j < D; j++) {
                values.get("decoder.0.w").set(k, j, (float) W[j][k]);
                values.get("encoder.0.w").set(j, k, (float) (W[j][k] / m));
                values.get("encoder.0.w").set(j, K + k, 0);
                bias -= W[j][k] / m * B[j];
            }
            values.get("encoder.0.b").set(0, k, (float) bias);
            values.get("encoder.0.b").set(0, K + k, (float) Math.log(scale * VARIANCE / m));
        }
        for (int j = 0; j < D; j++) {
            values.get("decoder.0.b").set(0, j, (float) B[j]);
        }
        values.get("likelihood.logVariance").set(0, 0, (float) Math.log(VARIANCE));
        return vae;
    }

    /** KL(q ‖ p(z | x)), the same for every row. */
    private static double gap(double shift, double scale) {
        double kl = 0;
        for (int k = 0; k < K; k++) {
            double m = VARIANCE;
            for (int j = 0; j < D; j++) {
                m += W[j][k] * W[j][k];
            }
            kl += 0.5 * (scale - 1 - Math.log(scale) + shift * shift * m / VARIANCE);
        }
        return kl;
    }

    @Test
    void withTheExactPosteriorEveryWeightIsTheLikelihood() {
        DMatrixRMaj weights = vae(0, 1).logWeights(X, 50, new SplittableRandom(2));
        for (int i = 0; i < X.numRows; i++) {
            for (int s = 0; s < 50; s++) {
                assertEquals(LOG_P[i], weights.get(i, s), 2e-5 * (1 + Math.abs(LOG_P[i])));
            }
        }
    }

    /** 40 rows × 4 encoders × 2 forms at 5 standard errors: false with probability 2e-4. */
    @Test
    void theBoundIsBelowTheLikelihoodByTheDivergenceFromThePosterior() {
        int draws = 2000;
        for (double[] off : new double[][] {{0, 1}, {.2, 1}, {0, 1.6}, {-.1, .5}}) {
            Vae vae = vae(off[0], off[1]);
            double gap = gap(off[0], off[1]);
            assertTrue(gap >= 0);
            for (BoundForm form : BoundForm.values()) {
                DMatrixRMaj terms = vae.net().terms(X, null, draws, form, new SplittableRandom(3));
                double[] bound = vae.elbo(X, draws, form, new SplittableRandom(3));
                for (int i = 0; i < X.numRows; i++) {
                    double squares = 0;
                    for (int s = 0; s < draws; s++) {
                        squares += Math.pow(terms.get(i, s) - bound[i], 2) / draws;
                    }
                    double error = Math.sqrt(squares / draws);
                    assertEquals(LOG_P[i] - gap, bound[i], 5 * error + 1e-4, form + ", row " + i);
                }
            }
        }
    }

    /** The mean over rows and repetitions; that of 100 draws has a standard error of about 0.004 and is off by about 0.005. */
    @Test
    void importanceWeightingTightensTheBound() {
        // q wider than the posterior: bounded weights.
        Vae vae = vae(.3, 1.6);
        SplittableRandom rng = new SplittableRandom(4);
        double last = Double.NEGATIVE_INFINITY;
        double exact = Arrays.stream(LOG_P).average().orElseThrow();
        for (int k : new int[] {1, 2, 5, 20, 100}) {
            double mean = 0;
            int repetitions = 2000 / k;
            for (int r = 0; r < repetitions; r++) {
                mean += ImportanceSampling.mean(ImportanceSampling.logLikelihood(vae, X, k, rng))
                                .value()
                        / repetitions;
            }
            assertTrue(mean > last, k + " draws: " + mean + " after " + last);
            assertTrue(mean < exact, mean + " exact " + exact);
            last = mean;
        }
        assertEquals(exact, last, 0.02);
    }

    /** 4.5 standard errors on 40 rows: false with probability 3e-4, were they exact. */
    @Test
    void theImportanceSampledLikelihoodAgreesWithinItsError() {
        Estimate[] estimates = ImportanceSampling.logLikelihood(vae(.1, 1.3), X, 5_000, new SplittableRandom(5));
        double meanError = 0;
        for (int i = 0; i < estimates.length; i++) {
            assertTrue(estimates[i].standardError() < 0.03, estimates[i]::toString);
            assertEquals(LOG_P[i], estimates[i].value(), 4.5 * estimates[i].standardError() + 2e-5, "row " + i);
            meanError += (estimates[i].value() - LOG_P[i]) / estimates.length;
        }
        assertEquals(0, meanError, 5 * ImportanceSampling.mean(estimates).standardError() + 2e-5);
    }

    @Test
    void trainingReachesTheMaximumOfTheLikelihood() {
        DMatrixRMaj rows = EXACT.sample(400, new SplittableRandom(6));
        ProbabilisticPca best = ProbabilisticPca.builder().components(K).fit(rows);
        double maximum = best.logLikelihood(rows) / rows.numRows;
        Vae vae = Vae.builder()
                .latent(K)
                .hidden()
                .likelihood(Likelihood.GAUSSIAN_SHARED)
                .bound(BoundForm.SAMPLED)
                .learningRate(0.02)
                .schedule(Schedule.cosine(3000, 0.01))
                .batchSize(100)
                .steps(3000)
                .epochs(10_000)
                .fit(Dataset.of(rows));
        // The sampled form has no noise where q is the posterior.
        double bound = Arrays.stream(vae.elbo(floats(rows), 50, BoundForm.SAMPLED, new SplittableRandom(7)))
                .average()
                .orElseThrow();
        assertTrue(bound < maximum + 0.001, bound + " of " + maximum);
        assertEquals(maximum, bound, 0.01);
        LinearDecoder decoder = LinearDecoder.of(vae);
        for (double variance : decoder.variance()) {
            assertEquals(best.noiseVariance(), variance, 0.03);
        }
        // WWᵀ is that of the maximum.
        DMatrixRMaj w = decoder.w();
        for (int i = 0; i < D; i++) {
            for (int j = 0; j < D; j++) {
                double found = w.get(i, 0) * w.get(j, 0) + w.get(i, 1) * w.get(j, 1);
                double expected = best.covariance().get(i, j) - (i == j ? best.noiseVariance() : 0);
                assertEquals(expected, found, 0.1, i + ", " + j);
            }
        }
    }
}
