package lvm.mixture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.distribution.BinaryStates;
import lvm.model.GenerativeModelContract;
import lvm.model.HasMassContract;
import lvm.model.History;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class BernoulliMixtureTest implements GenerativeModelContract<DMatrixRMaj>, HasMassContract<DMatrixRMaj> {
    private static final double[] PI = {.3, .5, .2};
    private static final double[][] MU = {{.9, .2, .7, .4}, {.1, .6, .25, .8}, {.5, .05, .95, .3}};
    private static final BernoulliMixture MODEL = BernoulliMixture.of(PI, MU);

    @Override
    public BernoulliMixture generativeModel() {
        return MODEL;
    }

    @Override
    public BernoulliMixture massModel() {
        return MODEL;
    }

    @Override
    public DMatrixRMaj matrix(double[][] rows) {
        return new DMatrixRMaj(rows);
    }

    /** All states of four bits as rows. */
    private static DMatrixRMaj states() {
        DMatrixRMaj all = new DMatrixRMaj(16, 4);
        float[] bits = BinaryStates.all(4).data;
        Arrays.setAll(all.data, i -> bits[i]);
        return all;
    }

    /** Σₖ πₖ Πⱼ … as it is written, exactly. */
    private static double probability(double[] pi, double[][] mu, DMatrixRMaj x, int row) {
        BigDecimal sum = BigDecimal.ZERO;
        for (int k = 0; k < pi.length; k++) {
            BigDecimal product = BigDecimal.valueOf(pi[k]);
            for (int j = 0; j < mu[k].length; j++) {
                BigDecimal p = BigDecimal.valueOf(mu[k][j]);
                product = product.multiply(x.get(row, j) == 1 ? p : BigDecimal.ONE.subtract(p), MathContext.DECIMAL128);
            }
            sum = sum.add(product);
        }
        return sum.doubleValue();
    }

    @Test
    void densityAndResponsibilitiesAreThoseOfTheDefinition() {
        DMatrixRMaj x = states();
        double[] logP = MODEL.logDensity(x);
        DMatrixRMaj r = MODEL.responsibilities(x);
        for (int i = 0; i < 16; i++) {
            double p = probability(PI, MU, x, i);
            assertEquals(Math.log(p), logP[i], 1e-13);
            for (int k = 0; k < 3; k++) {
                double alone = probability(new double[] {PI[k]}, new double[][] {MU[k]}, x, i);
                assertEquals(alone / p, r.get(i, k), 1e-13);
            }
        }
    }

    @Test
    void certaintiesMakeOtherValuesImpossible() {
        BernoulliMixture model = BernoulliMixture.of(new double[] {.5, .5}, new double[][] {{1, 0, .5}, {1, .5, .5}});
        DMatrixRMaj x = new DMatrixRMaj(new double[][] {{1, 0, 1}, {1, 1, 1}, {0, 0, 1}});
        double[] logP = model.logDensity(x);
        assertEquals(Math.log(.5 * .5 + .5 * .25), logP[0], 1e-15);
        assertEquals(Math.log(.5 * .25), logP[1], 1e-15);
        assertEquals(Double.NEGATIVE_INFINITY, logP[2]);
        assertArrayEquals(new double[] {2 / 3.0, 1 / 3.0, 0, 1, .5, .5}, model.responsibilities(x).data, 1e-15);
    }

    /** One step of EM, written out. */
    @Test
    void aStepOfTheFitIsTheOneOfTheEquations() {
        DMatrixRMaj x = MODEL.sample(60, new SplittableRandom(4));
        BernoulliMixture.Builder builder =
                BernoulliMixture.builder().components(3).restarts(1).seed(5);
        BernoulliMixture before = builder.maxIterations(1).fit(x);
        BernoulliMixture after = builder.maxIterations(2).fit(x);
        DMatrixRMaj r = before.responsibilities(x);
        for (int k = 0; k < 3; k++) {
            double n = 0;
            double[] sums = new double[4];
            for (int i = 0; i < 60; i++) {
                n += r.get(i, k);
                for (int j = 0; j < 4; j++) {
                    sums[j] += r.get(i, k) * x.get(i, j);
                }
            }
            assertEquals(n / 60, after.weights()[k], 1e-12);
            for (int j = 0; j < 4; j++) {
                assertEquals(sums[j] / n, after.probabilities().get(k, j), 1e-12);
            }
        }
    }

    @Test
    void theLikelihoodNeverFallsAndIsThatOfTheModel() {
        DMatrixRMaj x = MODEL.sample(300, new SplittableRandom(1));
        BernoulliMixture fitted = BernoulliMixture.builder().components(3).fit(x);
        double[] course = fitted.history().column("logLikelihood");
        for (int i = 1; i < course.length; i++) {
            assertTrue(course[i] >= course[i - 1] - 1e-9, "iteration " + i);
        }
        assertEquals(fitted.logLikelihood(x), course[course.length - 1], 1e-9);
        assertEquals(History.Stop.CONVERGED, fitted.history().stop());
        assertTrue(fitted.logLikelihood(x) > MODEL.logLikelihood(x));
    }

    /** With K = 1 the maximum is known: the means. */
    @Test
    void oneComponentHasTheMeans() {
        DMatrixRMaj x = MODEL.sample(50, new SplittableRandom(2));
        BernoulliMixture one =
                BernoulliMixture.builder().components(1).restarts(1).fit(x);
        for (int j = 0; j < 4; j++) {
            double mean = 0;
            for (int i = 0; i < 50; i++) {
                mean += x.get(i, j) / 50;
            }
            assertEquals(mean, one.probabilities().get(0, j), 1e-14);
        }
    }

    /** Components far apart are found from 2,000 rows: errors of a probability below 0.06, 5 standard errors, by chance 10⁻⁵. */
    @Test
    void componentsThatLieApartAreFound() {
        double[] pi = {.6, .4};
        double[][] mu = {{.9, .9, .9, .1, .1, .1, .5}, {.1, .1, .1, .9, .9, .9, .2}};
        DMatrixRMaj x = BernoulliMixture.of(pi, mu).sample(2000, new SplittableRandom(3));
        BernoulliMixture found = BernoulliMixture.builder().components(2).fit(x);
        int first = found.weights()[0] > .5 ? 0 : 1;
        for (int k = 0; k < 2; k++) {
            for (int j = 0; j < 7; j++) {
                assertEquals(mu[k][j], found.probabilities().get(k == 0 ? first : 1 - first, j), .07);
            }
        }
    }

    @Test
    void savedAndLoadedItIsTheSame(@TempDir Path directory) {
        Dataset data = Dataset.of(MODEL.sample(40, new SplittableRandom(1))).withColumns("a", "b", "c", "d");
        BernoulliMixture fitted = BernoulliMixture.builder().components(2).fit(data);
        fitted.save(directory.resolve("mixture.safetensors"));
        BernoulliMixture again = BernoulliMixture.load(directory.resolve("mixture.safetensors"));
        assertArrayEquals(fitted.logDensity(states()), again.logDensity(states()));
        Dataset turned = Dataset.of(new double[][] {{1, 0, 0, 1}}).withColumns("d", "c", "b", "a");
        Dataset straight = Dataset.of(new double[][] {{1, 0, 0, 1}}).withColumns("a", "b", "c", "d");
        assertArrayEquals(again.logDensity(straight), again.logDensity(turned));
    }

    @Test
    void badInputIsNamed() {
        fails(
                "BernoulliMixture: components not set",
                () -> BernoulliMixture.builder().fit(states()));
        fails(
                "0.5 in row 1, column 0",
                () -> BernoulliMixture.builder().components(1).fit(new double[][] {{1, 0}, {.5, 0}}));
        fails("expected 4", () -> MODEL.logDensity(new DMatrixRMaj(2, 3)));
        fails(
                "NaN in row 0, column 1",
                () -> MODEL.responsibilities(new DMatrixRMaj(new double[][] {{1, Double.NaN, 0, 0}})));
        fails("expected as many, and the sum 1", () -> BernoulliMixture.of(new double[] {.5, .4}, new double[2][1]));
        fails("expected within [0,1]", () -> BernoulliMixture.of(new double[] {1}, new double[][] {{1.5}}));
    }

    private static void fails(String part, Executable call) {
        String message = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(message.contains(part), message);
    }
}
