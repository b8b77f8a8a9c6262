package lvm.factor;

import static lvm.model.Messages.assertMessage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import lvm.model.History;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.MatrixFeatures_DDRM;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The closed form of probabilistic PCA by its definition, and what its limits are. */
class ProbabilisticPcaTest {
    private final DMatrixRMaj data = LinearSamples.correlated(80, 5, 4);

    private static ProbabilisticPca.Builder two() {
        return ProbabilisticPca.builder().components(2);
    }

    @Nested
    class InTwoDimensions extends LinearGaussianContract {
        InTwoDimensions() {
            super(ProbabilisticPca.of(W, MEAN, .3));
        }
    }

    @Test
    void theDensityIsThatOfTheMultivariateNormal() {
        SplittableRandom rng = new SplittableRandom(1);
        for (int d : new int[] {2, 5, 30}) {
            for (int k : new int[] {1, d - 1}) {
                double[] mean = LinearSamples.normal(1, d, rng).data;
                ProbabilisticPca model = ProbabilisticPca.of(LinearSamples.normal(d, k, rng), mean, .2);
                DMatrixRMaj sigma = LinearSamples.product(model.weights(), LinearSamples.transpose(model.weights()));
                for (int j = 0; j < d; j++) {
                    sigma.add(j, j, .2);
                }
                assertTrue(MatrixFeatures_DDRM.isIdentical(sigma, model.covariance(), 1e-12));
                DMatrixRMaj x = LinearSamples.normal(20, d, rng);
                double[] logP = model.logDensity(x);
                for (int i = 0; i < x.numRows; i++) {
                    double direct = LinearSamples.logNormal(LinearSamples.row(x, i), mean, sigma);
                    assertEquals(direct, logP[i], 1e-10 * Math.abs(direct));
                }
            }
        }
    }

    /** A σ² that the fit is given is no parameter of it, before and after saving. */
    @Test
    void aGivenNoiseVarianceIsNoParameter(@org.junit.jupiter.api.io.TempDir java.nio.file.Path directory) {
        for (ProbabilisticPca.Method method :
                new ProbabilisticPca.Method[] {ProbabilisticPca.Method.CLOSED_FORM, ProbabilisticPca.Method.EM}) {
            ProbabilisticPca free = two().method(method).fit(data);
            ProbabilisticPca given = two().method(method).noiseVariance(0.3).fit(data);
            // W is 5×2 up to a rotation of the plane, b has 5 numbers.
            assertEquals(10 - 1 + 5 + 1, free.parameterCount());
            assertEquals(10 - 1 + 5, given.parameterCount());
            assertEquals(14 * Math.log(data.numRows) - 2 * given.logLikelihood(data), given.bic(data), 1e-9);
            java.nio.file.Path file = directory.resolve(method + ".safetensors");
            given.save(file);
            assertEquals(14, ProbabilisticPca.load(file).parameterCount());
        }
    }

    /** Bayes' rule: p(x | h) p(h) / p(h | x) is p(x), whatever h. */
    @Test
    void thePosteriorIsThatOfBayesRule() {
        SplittableRandom rng = new SplittableRandom(2);
        ProbabilisticPca model = two().fit(data);
        DMatrixRMaj noise = CommonOps_DDRM.identity(5);
        CommonOps_DDRM.scale(model.noiseVariance(), noise);
        double[] logP = model.logDensity(data);
        DMatrixRMaj posteriorMean = model.encode(data);
        for (int i = 0; i < 10; i++) {
            DMatrixRMaj h = LinearSamples.normal(1, 2, rng);
            double[] expected = LinearSamples.row(model.decode(h), 0);
            double joint = LinearSamples.logNormal(LinearSamples.row(data, i), expected, noise)
                    + LinearSamples.logNormal(h.data, new double[2], CommonOps_DDRM.identity(2));
            double posterior =
                    LinearSamples.logNormal(h.data, LinearSamples.row(posteriorMean, i), model.posteriorCovariance());
            assertEquals(logP[i], joint - posterior, 1e-9 * Math.abs(joint));
        }
    }

    @Test
    void theClosedFormHasTheEigenvaluesOfTheData() {
        ProbabilisticPca model = two().fit(data);
        double[] all = Pca.builder().fit(data).explainedVariance();
        double discarded = (all[2] + all[3] + all[4]) / 3 * 79 / 80;
        assertEquals(discarded, model.noiseVariance(), 1e-10 * discarded, "σ² is the mean discarded eigenvalue");
        // The model keeps the leading eigenvalues and their directions, and evens out the rest.
        double[] own =
                Pca.builder().fit(model.sample(3, new SplittableRandom(1))).mean();
        assertEquals(5, own.length);
        DMatrixRMaj v = Pca.builder().components(2).fit(data).components();
        DMatrixRMaj cv = LinearSamples.product(v, model.covariance());
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 5; j++) {
                assertEquals(all[i] * 79 / 80 * v.get(i, j), cv.get(i, j), 1e-10 * all[0]);
            }
        }
        assertArrayEquals(LinearSamples.mean(data), model.mean(), 1e-12);
        assertEquals(History.Stop.CLOSED_FORM, model.history().stop());
    }

    /** The gradient of the likelihood vanishes at the closed form: central differences in every parameter. */
    @Test
    void theClosedFormIsAStationaryPointAndAMaximum() {
        ProbabilisticPca model = two().fit(data);
        double best = model.logLikelihood(data);
        LinearSamples.assertStationary(
                1e-5,
                1e-3,
                p -> {
                    double noise = model.noiseVariance() * p[2][0];
                    double value = ProbabilisticPca.of(new DMatrixRMaj(5, 2, true, p[0]), p[1], noise)
                            .logLikelihood(data);
                    assertTrue(value <= best + 1e-9);
                    return value;
                },
                model.weights().data,
                model.mean(),
                new double[] {1});
    }

    @Test
    void aSmallerNoiseMakesItPca() {
        Pca pca = Pca.builder().components(2).fit(data);
        DMatrixRMaj plane = pca.reconstruct(data);
        double last = Double.POSITIVE_INFINITY;
        for (double noise : new double[] {1e-1, 1e-3, 1e-5, 1e-9}) {
            ProbabilisticPca model = two().noiseVariance(noise).fit(data);
            assertEquals(noise, model.noiseVariance());
            for (double angle : pca.principalAngles(LinearSamples.transpose(model.weights()))) {
                assertEquals(0, angle, 1e-10);
            }
            // The posterior mean is shrunk towards the mean of the data, by less and less.
            DMatrixRMaj difference = model.decode(model.encode(data));
            CommonOps_DDRM.subtractEquals(difference, plane);
            double distance = CommonOps_DDRM.elementMaxAbs(difference);
            assertTrue(distance < last / 10);
            last = distance;
        }
        assertEquals(0, last, 1e-7);
    }

    /** Data with less and less noise around a plane: the angles to the true plane vanish. */
    @Test
    void thePlaneOfTheDataIsFoundAsItsNoiseVanishes() {
        SplittableRandom rng = new SplittableRandom(5);
        DMatrixRMaj w = LinearSamples.normal(6, 2, rng);
        double last = Math.PI / 2;
        for (double sigma : new double[] {1, 1e-2, 1e-4, 1e-6}) {
            DMatrixRMaj x = ProbabilisticPca.of(w, new double[6], sigma * sigma).sample(200, new SplittableRandom(6));
            double[] angles = Pca.builder().components(2).fit(x).principalAngles(LinearSamples.transpose(w));
            assertTrue(angles[1] < last / 10, sigma + ": " + Arrays.toString(angles));
            assertEquals(sigma * sigma, two().fit(x).noiseVariance(), .2 * sigma * sigma);
            last = angles[1];
        }
    }

    @Test
    void theModelOfAPlaneHasTheVariancesOfThePlane() {
        Pca pca = Pca.builder().components(2).fit(data);
        ProbabilisticPca model = pca.probabilistic();
        assertEquals(pca.noiseVariance(), model.noiseVariance(), 1e-12);
        assertEquals(pca.totalVariance(), CommonOps_DDRM.trace(model.covariance()), 1e-10 * pca.totalVariance());
        DMatrixRMaj wtw = LinearSamples.product(LinearSamples.transpose(model.weights()), model.weights());
        for (int i = 0; i < 2; i++) {
            assertEquals(pca.explainedVariance()[i] - pca.noiseVariance(), wtw.get(i, i), 1e-10 * pca.totalVariance());
        }
        assertTrue(model.logLikelihood(data) < two().fit(data).logLikelihood(data));
    }

    /** False failures: 1 in 10⁴ for each moment over random seeds; the seed is fixed. */
    @Test
    void drawsFollowTheModel() {
        ProbabilisticPca model = two().fit(data);
        int n = 20_000;
        DMatrixRMaj x = model.sample(n, new SplittableRandom(7));
        DMatrixRMaj c = model.covariance();
        DMatrixRMaj s = LinearSamples.covariance(x);
        double[] mean = LinearSamples.mean(x);
        for (int i = 0; i < 5; i++) {
            assertEquals(model.mean()[i], mean[i], 3.891 * Math.sqrt(c.get(i, i) / n));
            for (int j = 0; j < 5; j++) {
                double variance = c.get(i, i) * c.get(j, j) + c.get(i, j) * c.get(i, j);
                assertEquals(c.get(i, j), s.get(i, j), 3.891 * Math.sqrt(variance / n));
            }
        }
    }

    @Test
    void missingEntriesAreMarginalisedOut() {
        SplittableRandom rng = new SplittableRandom(3);
        ProbabilisticPca model = two().fit(data);
        DMatrixRMaj x = LinearSamples.withHoles(LinearSamples.normal(12, 5, rng), .4, 1);
        for (int j = 0; j < 5; j++) {
            x.set(11, j, Double.NaN);
        }
        DMatrixRMaj c = model.covariance();
        double[] logP = model.logDensityObserved(x);
        DMatrixRMaj filled = model.impute(x);
        for (int i = 0; i < 11; i++) {
            int row = i;
            int[] seen = java.util.stream.IntStream.range(0, 5)
                    .filter(j -> !Double.isNaN(x.get(row, j)))
                    .toArray();
            DMatrixRMaj sub = new DMatrixRMaj(seen.length, seen.length);
            double[] values = new double[seen.length];
            double[] mean = new double[seen.length];
            DMatrixRMaj e = new DMatrixRMaj(seen.length, 1);
            for (int a = 0; a < seen.length; a++) {
                values[a] = x.get(i, seen[a]);
                mean[a] = model.mean()[seen[a]];
                e.data[a] = values[a] - mean[a];
                for (int b = 0; b < seen.length; b++) {
                    sub.set(a, b, c.get(seen[a], seen[b]));
                }
            }
            assertEquals(LinearSamples.logNormal(values, mean, sub), logP[i], 1e-10 * Math.abs(logP[i]));
            DMatrixRMaj solved = new DMatrixRMaj(seen.length, 1);
            CommonOps_DDRM.solve(sub, e, solved);
            for (int j = 0; j < 5; j++) {
                double expected = x.get(i, j);
                if (Double.isNaN(expected)) {
                    expected = model.mean()[j];
                    for (int a = 0; a < seen.length; a++) {
                        expected += c.get(j, seen[a]) * solved.data[a];
                    }
                }
                assertEquals(expected, filled.get(i, j), 1e-9);
            }
        }
        assertEquals(0, logP[11]);
        assertArrayEquals(model.mean(), LinearSamples.row(filled, 11), 1e-12);
        assertArrayEquals(model.logDensity(data), model.logDensityObserved(data), 1e-9);
        assertTrue(MatrixFeatures_DDRM.isIdentical(model.encode(data), model.encodeObserved(data), 1e-10));
        assertMessage(
                "ProbabilisticPca.impute: Infinity in row 0, column 1 (counted from 0), expected finite numbers, or NaN for a"
                        + " missing one",
                () -> model.impute(new DMatrixRMaj(new double[][] {{1, Double.POSITIVE_INFINITY, 1, 1, 1}})));
    }

    // --- bad input

    @Test
    void badDataIsNamed() {
        assertMessage(
                "ProbabilisticPca: components not set",
                () -> ProbabilisticPca.builder().fit(data));
        assertMessage(
                "ProbabilisticPca.fit: NaN in row 1, column 0 (counted from 0), expected finite numbers",
                () -> two().fit(new double[][] {{1, 2, 3}, {Double.NaN, 4, 3}, {5, 6, 2}}));
        assertMessage(
                "ProbabilisticPca.fit: components is 2, x has 2 columns; at least one direction must be left to the noise",
                () -> two().fit(new double[][] {{1, 2}, {3, 4}, {5, 7}}));
        assertMessage(
                "ProbabilisticPca.fit: components is 2, but the 2 rows of x lie in 1 direction around their mean",
                () -> two().fit(new double[][] {{1, 2, 3}, {3, 4, 7}}));
        assertMessage(
                "ProbabilisticPca.fit: the noise variance is 0, for x lies in a plane of 2 dimensions and has no density"
                        + " around it; use fewer components, or Pca",
                () -> two().fit(new double[][] {{1, 2, 3}, {3, 4, 7}, {5, 1, 6}}));
        assertMessage(
                "ProbabilisticPca: noiseVariance is 0.0, expected above 0 and finite", () -> two().noiseVariance(0));
        assertMessage(
                "ProbabilisticPca.of: there are 1 numbers of the mean and 1 noise variances, W has 2 rows",
                () -> ProbabilisticPca.of(new DMatrixRMaj(2, 1), new double[1], 1));
    }

    /** With fewer rows than columns all but n − 1 eigenvalues are 0, and so they count in the noise. */
    @Test
    void fewerRowsThanColumns() {
        DMatrixRMaj x = LinearSamples.correlated(6, 12, 3);
        ProbabilisticPca model = two().fit(x);
        double[] all = Pca.builder().fit(x).explainedVariance();
        assertEquals((all[2] + all[3] + all[4]) * 5 / 6 / 10, model.noiseVariance(), 1e-10 * all[0]);
        assertTrue(Double.isFinite(model.logLikelihood(x)));
    }

    /** A constant column has a density here: its noise is that of the others. */
    @Test
    void aConstantColumn() {
        DMatrixRMaj x = data.copy();
        for (int i = 0; i < x.numRows; i++) {
            x.set(i, 3, 2);
        }
        ProbabilisticPca model = two().fit(x);
        assertEquals(model.noiseVariance(), model.covariance().get(3, 3), 1e-12);
    }
}
