package lvm.vae;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.data.Dataset;
import lvm.factor.ProbabilisticPca;
import lvm.mcmc.Hmc;
import lvm.optim.Schedule;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wake-sleep and Monte Carlo EM where the maximum of the likelihood is known, and chains where the posterior is. */
class VaeLearningTest {
    private static final ProbabilisticPca TRUTH = ProbabilisticPca.of(
            new DMatrixRMaj(new double[][] {{1, .5}, {1, -.5}, {.5, 1}, {.5, -1}, {0, 0}}),
            new double[] {.3, -.2, 0, 1, .5},
            0.4);
    private static final DMatrixRMaj ROWS = TRUTH.sample(200, new SplittableRandom(1));

    @TempDir
    Path directory;

    static Stream<VaeLearning> rivals() {
        return Stream.of(VaeLearning.WAKE_SLEEP, VaeLearning.monteCarloEm(10, 5, 0.9));
    }

    private static Vae.Builder builder(VaeLearning learning) {
        return Vae.builder()
                .latent(2)
                .hidden()
                .likelihood(Likelihood.GAUSSIAN_SHARED)
                .learning(learning)
                .learningRate(0.02)
                .batchSize(100);
    }

    /** p as the decoder has it; its likelihood is exact. */
    private static double exact(Vae vae) {
        LinearDecoder p = LinearDecoder.of(vae);
        return ProbabilisticPca.of(p.w(), p.b(), p.variance()[0]).logLikelihood(ROWS) / ROWS.numRows;
    }

    @ParameterizedTest
    @MethodSource("rivals")
    void theDecoderReachesTheMaximumOfTheLikelihood(VaeLearning learning) {
        double maximum = ProbabilisticPca.builder().components(2).fit(ROWS).logLikelihood(ROWS) / ROWS.numRows;
        double start = exact(builder(learning).epochs(0).fit(ROWS));
        Vae vae = builder(learning)
                .schedule(Schedule.cosine(learning == VaeLearning.WAKE_SLEEP ? 1600 : 4000, 0.01))
                .epochs(learning == VaeLearning.WAKE_SLEEP ? 800 : 400)
                .fit(ROWS);
        double reached = exact(vae);
        assertTrue(start < maximum - 0.1, start + " of " + maximum);
        assertTrue(reached < maximum + 1e-6, reached + " of " + maximum);
        assertEquals(maximum, reached, 0.03);
        // The encoder is near the posterior: its bound is near the likelihood.
        double bound = Arrays.stream(
                        vae.elbo(Dataset.of(ROWS).floatMatrix(), 20, BoundForm.SAMPLED, new SplittableRandom(2)))
                .average()
                .orElseThrow();
        assertTrue(bound < reached + 0.01, bound + " of " + reached);
        assertEquals(reached, bound, 0.15);
        assertTrue(vae.summary().settings().get("learning").equals(learning.toString()));
    }

    @ParameterizedTest
    @MethodSource("rivals")
    void aResumedFitIsTheWholeOne(VaeLearning learning) {
        Vae whole = builder(learning).epochs(6).fit(ROWS);
        builder(learning).epochs(100).steps(5).checkpoint(directory).fit(ROWS);
        Vae rest = builder(learning).epochs(6).resume(directory).fit(ROWS);
        whole.parameters()
                .forEach(
                        (name, m) -> assertArrayEquals(m.data, rest.parameters().get(name).data, name));
    }

    /** x has a posterior N(M⁻¹Wᵀ(x − b), σ²M⁻¹) in every row: 3 rows × 5 moments at 10 standard errors of independent draws. */
    @Test
    void chainsAreAtThePosterior() {
        Vae vae = builder(VaeLearning.BOUND).epochs(40).fit(ROWS);
        LinearDecoder p = LinearDecoder.of(vae);
        DMatrixRMaj w = p.w();
        double[] b = p.b();
        double variance = p.variance()[0];
        FMatrixRMaj x = Dataset.of(ROWS).slice(0, 3).floatMatrix();
        double[][] m = {{variance, 0}, {0, variance}};
        for (int j = 0; j < 5; j++) {
            for (int a = 0; a < 2; a++) {
                for (int c = 0; c < 2; c++) {
                    m[a][c] += w.get(j, a) * w.get(j, c);
                }
            }
        }
        double determinant = m[0][0] * m[1][1] - m[0][1] * m[1][0];
        double[][] inverse = {
            {m[1][1] / determinant, -m[0][1] / determinant}, {-m[1][0] / determinant, m[0][0] / determinant}
        };
        SplittableRandom rng = new SplittableRandom(3);
        Hmc hmc = vae.posteriorChains(x, 8, 0.05, rng);
        hmc.adapt(100, 0.9, rng);
        int draws = 1500;
        double[][] mean = new double[3][2];
        double[][][] second = new double[3][2][2];
        for (int s = 0; s < draws; s++) {
            hmc.run(2, rng);
            DMatrixRMaj z = hmc.positions();
            for (int i = 0; i < 3; i++) {
                for (int a = 0; a < 2; a++) {
                    mean[i][a] += z.get(i, a) / draws;
                    for (int c = 0; c < 2; c++) {
                        second[i][a][c] += z.get(i, a) * z.get(i, c) / draws;
                    }
                }
            }
        }
        for (int i = 0; i < 3; i++) {
            double[] along = new double[2];
            for (int a = 0; a < 2; a++) {
                for (int j = 0; j < 5; j++) {
                    along[a] += w.get(j, a) * (x.get(i, j) - b[j]);
                }
            }
            for (int a = 0; a < 2; a++) {
                double expected = inverse[a][0] * along[0] + inverse[a][1] * along[1];
                double spread = variance * inverse[a][a];
                assertEquals(expected, mean[i][a], 10 * Math.sqrt(spread / draws));
                for (int c = 0; c < 2; c++) {
                    double scale = variance * Math.sqrt(inverse[a][a] * inverse[c][c]);
                    assertEquals(
                            variance * inverse[a][c],
                            second[i][a][c] - mean[i][a] * mean[i][c],
                            10 * scale * Math.sqrt(2.0 / draws));
                }
            }
        }
    }

    /** A Gaussian posterior is one that a Gaussian fits: what is left is the noise of the draws. */
    @Test
    void theLikelihoodByChainsIsTheExactOne() {
        Vae vae = builder(VaeLearning.BOUND).epochs(40).fit(ROWS);
        double[] found = vae.logLikelihoodByChains(Dataset.of(ROWS).floatMatrix(), 100, 4, new SplittableRandom(4));
        double mean = Arrays.stream(found).average().orElseThrow();
        assertEquals(exact(vae), mean, 0.05);
        assertEquals(
                "Vae.logLikelihoodByChains: 2 draws for 2 latent variables, expected more draws",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> vae.logLikelihoodByChains(new FMatrixRMaj(1, 5), 2, 4, new SplittableRandom(4)))
                        .getMessage());
    }

    /** The gradient that moves the chains, against central differences; the parameters' own gradients stay untouched. */
    @Test
    void theSlopeOfTheJointIsItsDifference() {
        Vae vae = Vae.builder().latent(2).hidden(5).epochs(1).fit(new double[][] {{0, 1, 1}, {1, 0, 1}, {0, 0, 1}});
        FMatrixRMaj x = new FMatrixRMaj(new float[][] {{0, 1, 1}, {1, 0, 0}});
        PosteriorTarget target = new PosteriorTarget(vae.net()).at(x);
        DMatrixRMaj z = new DMatrixRMaj(new double[][] {{.3, -.4}, {1, .5}});
        DMatrixRMaj slope = new DMatrixRMaj(2, 2);
        target.evaluate(z, new double[2], slope);
        for (int k = 0; k < 4; k++) {
            double[][] values = new double[2][2];
            for (int side = 0; side < 2; side++) {
                DMatrixRMaj moved = z.copy();
                moved.data[k] += side == 0 ? 0.01 : -0.01;
                target.evaluate(moved, values[side], new DMatrixRMaj(2, 2));
            }
            int row = k / 2;
            assertEquals((values[0][row] - values[1][row]) / 0.02, slope.data[k], 1e-3);
            assertEquals(values[0][1 - row], values[1][1 - row]);
        }
        for (Param p : vae.net().params()) {
            assertTrue(!p.hasGradient(), p::toString);
        }
        assertTrue(Tape.forInputs().constant(x).rows() == 2);
    }

    @Test
    void messagesNameWhatIsWrong() {
        Class<IllegalArgumentException> bad = IllegalArgumentException.class;
        assertTrue(assertThrows(bad, () -> VaeLearning.monteCarloEm(0, 5, 0.9))
                .getMessage()
                .startsWith("VaeLearning.monteCarloEm: 0 leapfrog steps"));
        assertTrue(
                assertThrows(bad, () -> builder(VaeLearning.WAKE_SLEEP).beta(2).fit(ROWS))
                        .getMessage()
                        .startsWith("Vae: beta is set, but learning(wake-sleep) does not use it"));
    }

    /** The estimate of the evidence of a posterior N(0, c² I) is right however narrow it is, also beside one that is wider. */
    @ParameterizedTest
    @ValueSource(doubles = {1, 1e-4, 1e-8, 1e-30})
    void narrowPosteriorsHaveTheirEvidence(double c) {
        double logP = -7;
        Hmc.Target target = (q, logDensity, gradient) -> {
            for (int i = 0; i < q.numRows; i++) {
                logDensity[i] = logP;
                for (int j = 0; j < 2; j++) {
                    double own = i == 0 ? c : 0.2 * c;
                    double z = q.get(i, j) / own;
                    logDensity[i] -= 0.5 * (z * z + Math.log(2 * Math.PI)) + Math.log(own);
                    gradient.set(i, j, -z / own);
                }
            }
        };
        Hmc chains = new Hmc(target, new DMatrixRMaj(2, 2), 8, 0.2 * c);
        for (double found : PosteriorLikelihood.estimate(chains, 1000, new SplittableRandom(4))) {
            assertEquals(logP, found, 0.1);
        }
    }
}
