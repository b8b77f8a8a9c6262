package lvm.vae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.evaluation.ImportanceSampling;
import lvm.optim.Schedule;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/** The conditional model on data of which p(x | y) is known: x = mean(y) + a loading times a style + noise. */
class ConditionalVaeTest {
    private static final double[][] MEANS = {{0, 2, 0}, {2, 0, 1}, {-1, -1, 2}};
    private static final double[] LOADING = {1, .5, -.5};
    private static final double NOISE = 0.5;
    private static final ConditionalVae MODEL = ConditionalVae.builder()
            .latent(1)
            .hidden(10)
            .likelihood(Likelihood.GAUSSIAN_SHARED)
            .learningRate(0.01)
            .schedule(Schedule.cosine(150 * 12, 0.01))
            .batchSize(50)
            .epochs(150)
            .fit(data(600, 1));

    private static Dataset data(int n, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        FMatrixRMaj x = new FMatrixRMaj(n, 3);
        int[] y = new int[n];
        for (int i = 0; i < n; i++) {
            y[i] = i % 3;
            double z = rng.nextGaussian();
            for (int j = 0; j < 3; j++) {
                x.set(i, j, (float) (MEANS[y[i]][j] + LOADING[j] * z + NOISE * rng.nextGaussian()));
            }
        }
        return Dataset.of(x).withLabels(y);
    }

    /** log N(x; mean(y), l lᵀ + σ²I), by the determinant and inverse of a rank-one change. */
    private static double exact(FMatrixRMaj x, int i, int y) {
        double square = 0;
        double along = 0;
        double l = 0;
        for (int j = 0; j < 3; j++) {
            double e = x.get(i, j) - MEANS[y][j];
            square += e * e;
            along += e * LOADING[j];
            l += LOADING[j] * LOADING[j];
        }
        double v = NOISE * NOISE;
        double quadratic = square / v - along * along / (v * (v + l));
        return -0.5 * (3 * Math.log(2 * Math.PI) + 2 * Math.log(v) + Math.log(v + l) + quadratic);
    }

    @Test
    void learnsEachClass() {
        Dataset test = data(300, 2);
        FMatrixRMaj x = test.floatMatrix();
        SplittableRandom rng = new SplittableRandom(3);
        double truth = 0;
        for (int i = 0; i < x.numRows; i++) {
            truth += exact(x, i, test.label(i)) / x.numRows;
        }
        double bound =
                Arrays.stream(MODEL.elbo(x, test.labels(), 50, rng)).average().orElseThrow();
        double likelihood = ImportanceSampling.mean(ImportanceSampling.logLikelihood(
                        x.numRows, 200, 200, s -> MODEL.logWeights(x, test.labels(), s, rng)))
                .value();
        assertTrue(bound <= likelihood + 0.01, bound + " " + likelihood);
        assertEquals(truth, likelihood, 0.06);
        assertEquals(truth, bound, 0.12);
        // The class by Bayes' rule, as the truth has it.
        DMatrixRMaj byClass = MODEL.logLikelihoodByClass(x, 50, rng);
        int same = 0;
        for (int i = 0; i < x.numRows; i++) {
            int best = 0;
            int expected = 0;
            for (int y = 1; y < 3; y++) {
                best = byClass.get(i, y) > byClass.get(i, best) ? y : best;
                expected = exact(x, i, y) > exact(x, i, expected) ? y : expected;
            }
            same += best == expected ? 1 : 0;
        }
        assertTrue(same >= 0.95 * x.numRows, same + " of " + x.numRows);
    }

    /** log 1/S Σ of the weights: as many draws as one likes give the same in the mean, here to the last digit. */
    @Test
    void theLikelihoodOfAClassIsTheLogOfTheMeanWeight() {
        FMatrixRMaj x = data(5, 4).floatMatrix();
        DMatrixRMaj byClass = MODEL.logLikelihoodByClass(x, 3, new SplittableRandom(9));
        SplittableRandom rng = new SplittableRandom(9);
        for (int y = 0; y < 3; y++) {
            int[] classes = new int[x.numRows];
            Arrays.fill(classes, y);
            DMatrixRMaj weights = MODEL.logWeights(x, classes, 3, rng);
            for (int i = 0; i < x.numRows; i++) {
                double mean = 0;
                for (int s = 0; s < 3; s++) {
                    mean += Math.exp(weights.get(i, s)) / 3;
                }
                assertEquals(Math.log(mean), byClass.get(i, y), 1e-9);
            }
        }
    }

    @Test
    void drawsOfAClassAreOfThatClass() {
        for (int y = 0; y < 3; y++) {
            int[] classes = new int[4000];
            Arrays.fill(classes, y);
            FMatrixRMaj x = MODEL.sample(classes, new SplittableRandom(4));
            double[] mean = new double[3];
            for (int i = 0; i < x.getNumElements(); i++) {
                mean[i % 3] += x.data[i] / 4000;
            }
            assertArrayClose(MEANS[y], mean, 0.2);
        }
    }

    private static void assertArrayClose(double[] expected, double[] found, double tolerance) {
        for (int j = 0; j < expected.length; j++) {
            assertEquals(expected[j], found[j], tolerance, "column " + j);
        }
    }

    /** The style does not tell the class: its mean is near that of the prior in every one. */
    @Test
    void theStyleKeepsAndTheClassChanges() {
        Dataset test = data(600, 5);
        FMatrixRMaj z = MODEL.encode(test.floatMatrix(), test.labels());
        double[] mean = new double[3];
        for (int i = 0; i < z.numRows; i++) {
            mean[test.label(i)] += z.get(i, 0) / 200;
        }
        assertArrayClose(new double[3], mean, 0.4);
        FMatrixRMaj style = new FMatrixRMaj(3, 1);
        FMatrixRMaj means = MODEL.decode(style, 0, 1, 2);
        for (int y = 0; y < 3; y++) {
            for (int j = 0; j < 3; j++) {
                assertEquals(MEANS[y][j], means.get(y, j), 0.25);
            }
        }
        assertEquals(3, MODEL.classes());
        assertTrue(MODEL.summary().toString().contains("classes: 3"));
    }

    @Test
    void messagesNameWhatIsWrong() {
        Class<IllegalArgumentException> bad = IllegalArgumentException.class;
        assertEquals(
                "ConditionalVae.fit: the data set has no labels",
                assertThrows(
                                bad,
                                () -> ConditionalVae.builder()
                                        .latent(1)
                                        .hidden()
                                        .fit(data(10, 1).withoutLabels()))
                        .getMessage());
        assertEquals(
                "ConditionalVae.decode: 2 classes for 3 rows",
                assertThrows(bad, () -> MODEL.decode(new FMatrixRMaj(3, 1), 0, 1))
                        .getMessage());
        assertEquals(
                "ConditionalVae.decode: class 3 in row 0, expected 0 to 2",
                assertThrows(bad, () -> MODEL.decode(new FMatrixRMaj(1, 1), 3)).getMessage());
        assertTrue(assertThrows(bad, () -> MODEL.encode(new FMatrixRMaj(1, 4), 0))
                .getMessage()
                .contains("4 columns"));
    }
}
