package lvm.factor;

import static lvm.model.Messages.assertMessage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import lvm.factor.FactorAnalysis.Algorithm;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.MatrixFeatures_DDRM;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Factor analysis by its definition: density, posterior, maximum of the likelihood, Heywood cases, rotations. */
class FactorAnalysisTest {
    private static final double[] PSI = {.1, .5, 1, .3, 2, .7};

    private final DMatrixRMaj loadings = LinearSamples.normal(6, 2, new SplittableRandom(11));
    private final double[] mean = {1, -2, 0, 5, 3, 100};
    private final FactorAnalysis truth = FactorAnalysis.of(loadings, mean, PSI);
    private final DMatrixRMaj data = truth.sample(400, new SplittableRandom(12));

    private static FactorAnalysis.Builder two() {
        return FactorAnalysis.builder().factors(2);
    }

    @Nested
    class InTwoDimensions extends LinearGaussianContract {
        InTwoDimensions() {
            super(FactorAnalysis.of(W, MEAN, new double[] {.3, .8}));
        }
    }

    @Test
    void theDensityIsThatOfTheMultivariateNormal() {
        SplittableRandom rng = new SplittableRandom(1);
        for (int d : new int[] {2, 5, 30}) {
            for (int k : new int[] {1, d - 1}) {
                double[] b = LinearSamples.normal(1, d, rng).data;
                double[] psi = rng.doubles(d, .01, 3).toArray();
                FactorAnalysis model = FactorAnalysis.of(LinearSamples.normal(d, k, rng), b, psi);
                DMatrixRMaj sigma = LinearSamples.product(model.loadings(), LinearSamples.transpose(model.loadings()));
                for (int j = 0; j < d; j++) {
                    sigma.add(j, j, psi[j]);
                }
                assertTrue(MatrixFeatures_DDRM.isIdentical(sigma, model.covariance(), 1e-12));
                DMatrixRMaj x = LinearSamples.normal(20, d, rng);
                double[] logP = model.logDensity(x);
                for (int i = 0; i < x.numRows; i++) {
                    double direct = LinearSamples.logNormal(LinearSamples.row(x, i), b, sigma);
                    assertEquals(direct, logP[i], 1e-10 * Math.abs(direct));
                }
            }
        }
    }

    /** Bayes' rule: p(x | h) p(h) / p(h | x) is p(x), whatever h. */
    @Test
    void thePosteriorIsThatOfBayesRule() {
        SplittableRandom rng = new SplittableRandom(2);
        DMatrixRMaj noise = CommonOps_DDRM.diag(PSI);
        double[] logP = truth.logDensity(data);
        DMatrixRMaj posteriorMean = truth.encode(data);
        for (int i = 0; i < 10; i++) {
            DMatrixRMaj h = LinearSamples.normal(1, 2, rng);
            double joint =
                    LinearSamples.logNormal(LinearSamples.row(data, i), LinearSamples.row(truth.decode(h), 0), noise)
                            + LinearSamples.logNormal(h.data, new double[2], CommonOps_DDRM.identity(2));
            double posterior =
                    LinearSamples.logNormal(h.data, LinearSamples.row(posteriorMean, i), truth.posteriorCovariance());
            assertEquals(logP[i], joint - posterior, 1e-9 * Math.abs(joint));
        }
    }

    @ParameterizedTest
    @EnumSource(Algorithm.class)
    void noIterationLowersTheLikelihood(Algorithm algorithm) {
        FactorAnalysis fitted =
                two().algorithm(algorithm).tolerance(0).maxIterations(300).fit(data);
        double[] l = fitted.history().column("logLikelihood");
        assertEquals(300, l.length);
        for (int t = 1; t < l.length; t++) {
            assertTrue(l[t] >= l[t - 1] - 1e-10 * Math.abs(l[t - 1]), "iteration " + t);
        }
        assertEquals(fitted.logLikelihood(data), l[299], 1e-8 * Math.abs(l[299]));
    }

    private static void assertStationary(
            FactorAnalysis fitted, double tolerance, ToDoubleFunction<FactorAnalysis> value) {
        LinearSamples.assertStationary(
                1e-4,
                tolerance,
                p -> value.applyAsDouble(FactorAnalysis.of(new DMatrixRMaj(6, 2, true, p[0]), p[1], p[2])),
                fitted.loadings().data,
                fitted.mean(),
                fitted.noiseVariances());
    }

    /** The gradient of the likelihood vanishes at what was found: central differences in every parameter. */
    @ParameterizedTest
    @EnumSource(Algorithm.class)
    void theFitIsAMaximumOfTheLikelihood(Algorithm algorithm) {
        FactorAnalysis fitted = two().algorithm(algorithm).tolerance(1e-14).fit(data);
        double best = fitted.logLikelihood(data);
        assertTrue(best > truth.logLikelihood(data));
        assertStationary(fitted, 2e-2, model -> {
            double value = model.logLikelihood(data);
            assertTrue(value <= best + 1e-7);
            return value;
        });
    }

    @Test
    void bothAlgorithmsAndTheDataWithoutHolesGiveTheSame() {
        FactorAnalysis em = two().tolerance(1e-13).fit(data);
        FactorAnalysis ecme = two().algorithm(Algorithm.ECME).tolerance(1e-13).fit(data);
        FactorAnalysis rows = two().missingEntries(true).tolerance(1e-13).fit(data);
        for (FactorAnalysis other : new FactorAnalysis[] {ecme, rows}) {
            assertTrue(MatrixFeatures_DDRM.isIdentical(em.covariance(), other.covariance(), 1e-3));
            assertEquals(em.logLikelihood(data), other.logLikelihood(data), 1e-6);
            assertArrayEquals(em.mean(), other.mean(), 1e-6);
        }
    }

    /** False failures: the tolerance is five standard errors of a covariance; the seed is fixed. */
    @Test
    void theTruthIsRecovered() {
        FactorAnalysis fitted = two().fit(truth.sample(20_000, new SplittableRandom(3)));
        DMatrixRMaj c = truth.covariance();
        for (int i = 0; i < 6; i++) {
            for (int j = 0; j < 6; j++) {
                double error = Math.sqrt((c.get(i, i) * c.get(j, j) + c.get(i, j) * c.get(i, j)) / 20_000);
                assertEquals(c.get(i, j), fitted.covariance().get(i, j), 5 * error);
            }
        }
        double[] parts = truth.communalities();
        for (int j = 0; j < 6; j++) {
            assertEquals(PSI[j] / c.get(j, j), 1 - parts[j], 1e-12);
        }
        assertEquals(0, fitted.columnsAtFloor().length);
    }

    /** With all noise variances the same, factor analysis is probabilistic PCA: the closed form is a fixed point of EM. */
    @Test
    void equalNoiseIsProbabilisticPca() {
        ProbabilisticPca ppca = ProbabilisticPca.builder().components(2).fit(data);
        double[] psi = new double[6];
        Arrays.fill(psi, ppca.noiseVariance());
        FactorAnalysis same = FactorAnalysis.of(ppca.weights(), ppca.mean(), psi);
        assertArrayEquals(ppca.logDensity(data), same.logDensity(data), 1e-12);
        // EM with ψ held to one value finds the WWᵀ of the closed form from another start.
        ProbabilisticPca em = ProbabilisticPca.builder()
                .components(2)
                .method(ProbabilisticPca.Method.EM)
                .tolerance(1e-15)
                .fit(data);
        assertTrue(MatrixFeatures_DDRM.isIdentical(ppca.covariance(), em.covariance(), 1e-5));
        // Free noise can only be better.
        assertTrue(two().fit(data).logLikelihood(data) > ppca.logLikelihood(data));
    }

    @Test
    void aRotationOfTheFactorsChangesNoDensity() {
        FactorAnalysis fitted = two().fit(data);
        double t = .7;
        DMatrixRMaj r = new DMatrixRMaj(new double[][] {{Math.cos(t), Math.sin(t)}, {-Math.sin(t), Math.cos(t)}});
        FactorAnalysis rotated =
                FactorAnalysis.of(LinearSamples.product(fitted.loadings(), r), fitted.mean(), fitted.noiseVariances());
        FactorAnalysis varimax = fitted.varimax();
        for (FactorAnalysis other : new FactorAnalysis[] {rotated, varimax}) {
            assertTrue(MatrixFeatures_DDRM.isIdentical(fitted.covariance(), other.covariance(), 1e-10));
            assertArrayEquals(fitted.logDensity(data), other.logDensity(data), 1e-10);
        }
        assertTrue(MatrixFeatures_DDRM.isIdentical(
                LinearSamples.product(fitted.encode(data), r), rotated.encode(data), 1e-10));
        assertTrue(
                MatrixFeatures_DDRM.isIdentical(
                        varimax.loadings(), rotated.varimax().loadings(), 1e-6),
                "whatever rotation it starts from");
    }

    @Test
    void varimaxMaximisesItsCriterion() {
        SplittableRandom rng = new SplittableRandom(8);
        DMatrixRMaj w = LinearSamples.normal(12, 4, rng);
        DMatrixRMaj rotated = Varimax.rotated(w);
        assertTrue(MatrixFeatures_DDRM.isIdentical(
                LinearSamples.product(w, LinearSamples.transpose(w)),
                LinearSamples.product(rotated, LinearSamples.transpose(rotated)),
                1e-10));
        double best = Varimax.criterion(rotated);
        assertTrue(best > Varimax.criterion(w));
        for (int trial = 0; trial < 200; trial++) { // no small rotation is better
            DMatrixRMaj near = CommonOps_DDRM.identity(4);
            CommonOps_DDRM.addEquals(near, .02, LinearSamples.normal(4, 4, rng));
            assertTrue(Varimax.criterion(LinearSamples.product(rotated, Centered.orthonormal(near))) < best);
        }
        // Loadings of which each row has one: a rotation of them is undone.
        DMatrixRMaj simple = new DMatrixRMaj(9, 3);
        for (int j = 0; j < 9; j++) {
            simple.set(j, j % 3, 3 - j % 3 + .1 * j);
        }
        DMatrixRMaj mixed = LinearSamples.product(simple, Centered.orthonormal(LinearSamples.normal(3, 3, rng)));
        assertTrue(MatrixFeatures_DDRM.isIdentical(simple, Varimax.rotated(mixed), 1e-8));
    }

    /** A factor that is a column: the noise of the column would go to 0 and the likelihood to where there is no maximum. */
    @ParameterizedTest
    @EnumSource(Algorithm.class)
    void aHeywoodCaseStopsAtTheFloor(Algorithm algorithm) {
        SplittableRandom rng = new SplittableRandom(4);
        DMatrixRMaj x = LinearSamples.normal(200, 3, rng);
        for (int i = 0; i < 200; i++) {
            x.set(i, 1, .8 * x.get(i, 0) + .6 * x.get(i, 1));
            x.set(
                    i,
                    2,
                    .8 * x.get(i, 0)
                            - .6 * x.get(i, 1)
                            + .5 * x.get(i, 2)); // a covariance that one factor can not give
        }
        double[] last = {Double.NEGATIVE_INFINITY};
        for (double floor : new double[] {1e-2, 1e-3}) {
            FactorAnalysis fitted = FactorAnalysis.builder()
                    .factors(1)
                    .noiseFloor(floor)
                    .algorithm(algorithm)
                    .tolerance(0) // towards a boundary EM becomes slow
                    .maxIterations(5000)
                    .fit(x);
            double[] variances = new double[3];
            for (int j = 0; j < 3; j++) {
                variances[j] = LinearSamples.covariance(x).get(j, j);
                assertTrue(fitted.noiseVariances()[j] >= floor * variances[j] * (1 - 1e-12));
            }
            double[] l = fitted.history().column("logLikelihood");
            for (int t = 1; t < l.length; t++) {
                assertTrue(l[t] >= l[t - 1] - 1e-10 * Math.abs(l[t - 1]), "iteration " + t);
            }
            assertArrayEquals(new int[] {0}, fitted.columnsAtFloor(), Arrays.toString(fitted.noiseVariances()));
            assertEquals(floor * variances[0], fitted.noiseVariances()[0], 1e-9 * floor * variances[0]);
            assertTrue(fitted.summary().toString().contains("columns at the noise floor: 0"));
            assertTrue(l[l.length - 1] > last[0], "a lower floor leaves more to gain");
            last[0] = l[l.length - 1];
        }
    }

    // --- missing entries

    @Test
    void missingEntriesRaiseNoIterationAboveTheNextAndTheLikelihoodIsThatOfWhatIsThere() {
        DMatrixRMaj holes = LinearSamples.withHoles(data, .3, 5);
        FactorAnalysis fitted = two().missingEntries(true).tolerance(1e-14).fit(holes);
        double[] l = fitted.history().column("logLikelihood");
        for (int t = 1; t < l.length; t++) {
            assertTrue(l[t] >= l[t - 1] - 1e-10 * Math.abs(l[t - 1]), "iteration " + t);
        }
        double total = Arrays.stream(fitted.logDensityObserved(holes)).sum();
        assertEquals(total, l[l.length - 1], 1e-8 * Math.abs(total));
        // Its gradient vanishes.
        assertStationary(
                fitted,
                2e-2,
                model -> Arrays.stream(model.logDensityObserved(holes)).sum());
    }

    /** The floor is a share of the variance of what a column has, over the number of its entries. */
    @Test
    void theFloorWithHolesIsOfTheEntriesThatAreThere() {
        SplittableRandom rng = new SplittableRandom(3);
        DMatrixRMaj x = LinearSamples.normal(60, 3, rng);
        for (int i = 0; i < 60; i++) {
            x.set(i, 1, .8 * x.get(i, 0) + .6 * x.get(i, 1));
            x.set(i, 2, .8 * x.get(i, 0) - .6 * x.get(i, 1) + .5 * x.get(i, 2));
        }
        for (int i = 0; i < 12; i++) {
            x.set(i, i % 3, Double.NaN);
        }
        FactorAnalysis fitted = FactorAnalysis.builder()
                .factors(1)
                .noiseFloor(1e-2)
                .missingEntries(true)
                .tolerance(0)
                .maxIterations(3000)
                .fit(x);
        assertArrayEquals(new int[] {0}, fitted.columnsAtFloor(), Arrays.toString(fitted.noiseVariances()));
        double mean = 0;
        double squares = 0;
        int count = 0;
        for (int i = 0; i < 60; i++) {
            double v = x.get(i, 0);
            if (!Double.isNaN(v)) {
                mean += v;
                squares += v * v;
                count++;
            }
        }
        assertEquals(56, count);
        double variance = squares / count - mean * mean / count / count;
        assertEquals(1e-2 * variance, fitted.noiseVariances()[0], 1e-9 * variance);
    }

    /** False failures: rare, five standard errors of a full sample of half the size; the seed is fixed. */
    @Test
    void theTruthIsRecoveredFromHalfOfTheEntriesAndHolesAreFilledBetterThanByMeans() {
        DMatrixRMaj x = truth.sample(4000, new SplittableRandom(6));
        DMatrixRMaj holes = LinearSamples.withHoles(x, .4, 7);
        FactorAnalysis fitted = two().missingEntries(true).tolerance(1e-7).fit(holes);
        DMatrixRMaj c = truth.covariance();
        for (int i = 0; i < 6; i++) {
            assertEquals(mean[i], fitted.mean()[i], 5 * Math.sqrt(c.get(i, i) / 2000));
            for (int j = 0; j < 6; j++) {
                double error = Math.sqrt((c.get(i, i) * c.get(j, j) + c.get(i, j) * c.get(i, j)) / 1000);
                assertEquals(c.get(i, j), fitted.covariance().get(i, j), 5 * error);
            }
        }
        DMatrixRMaj filled = fitted.impute(holes);
        double byModel = 0;
        double byMean = 0;
        for (int i = 0; i < x.getNumElements(); i++) {
            if (Double.isNaN(holes.data[i])) {
                byModel += Math.pow(filled.data[i] - x.data[i], 2);
                byMean += Math.pow(mean[i % 6] - x.data[i], 2);
            } else {
                assertEquals(x.data[i], filled.data[i]);
            }
        }
        assertTrue(byModel < .8 * byMean, byModel + " against " + byMean);
    }

    @Test
    void aRowWithoutAnyEntryTellsNothing() {
        DMatrixRMaj holes = LinearSamples.withHoles(data, .2, 9);
        DMatrixRMaj more = new DMatrixRMaj(401, 6);
        System.arraycopy(holes.data, 0, more.data, 0, 2400);
        Arrays.fill(more.data, 2400, 2406, Double.NaN);
        FactorAnalysis one =
                two().missingEntries(true).tolerance(0).maxIterations(20).fit(holes);
        FactorAnalysis other =
                two().missingEntries(true).tolerance(0).maxIterations(20).fit(more);
        // The start differs a little, for it looks at the covariance of 401 rows.
        assertEquals(one.history().last("logLikelihood"), other.history().last("logLikelihood"), .1);
        assertArrayEquals(new double[2], LinearSamples.row(other.encodeObserved(more), 400));
        assertArrayEquals(other.mean(), LinearSamples.row(other.impute(more), 400));
    }

    // --- bad input

    @Test
    void badDataIsNamed() {
        assertMessage(
                "FactorAnalysis: factors not set",
                () -> FactorAnalysis.builder().fit(data));
        assertMessage(
                "FactorAnalysis.fit: NaN in row 1, column 0 (counted from 0), expected finite numbers",
                () -> two().fit(new double[][] {{1, 2, 3}, {Double.NaN, 4, 3}, {5, 6, 2}}));
        assertMessage("FactorAnalysis.fit: no rows, expected at least 1", () -> two().fit(new DMatrixRMaj(0, 3)));
        assertMessage(
                "FactorAnalysis.fit: x has 1 rows, expected at least 2", () -> two().fit(new double[][] {{1, 2, 3}}));
        assertMessage(
                "FactorAnalysis.fit: factors is 2, x has 2 columns; there must be fewer factors than columns",
                () -> two().fit(new double[][] {{1, 2}, {3, 4}, {5, 7}}));
        assertMessage(
                "FactorAnalysis.fit: column 1 (counted from 0) of x is constant, 7.0 in every row; leave it out",
                () -> two().fit(new double[][] {{1, 7, 2}, {2, 7, 1}, {3, 7, 4}}));
        assertMessage(
                "FactorAnalysis.fit: column 1 (counted from 0) has no entry in any row; leave it out",
                () -> two().missingEntries(true).fit(new double[][] {
                    {1, Double.NaN, 2}, {2, Double.NaN, 1}, {3, Double.NaN, 4}
                }));
        assertMessage(
                "FactorAnalysis.fit: Infinity in row 1, column 2 (counted from 0), expected finite numbers, or NaN for a"
                        + " missing one",
                () -> two().missingEntries(true).fit(new double[][] {
                    {1, Double.NaN, 2}, {2, 1, Double.POSITIVE_INFINITY}, {3, 2, 4}
                }));
        assertMessage(
                "FactorAnalysis: ECME is for data without missing entries; use Algorithm.EM",
                () -> two().missingEntries(true).algorithm(Algorithm.ECME).fit(data));
    }

    @Test
    void settingsAreCheckedAtOnce() {
        assertMessage("FactorAnalysis: factors is 0, expected at least 1", () -> two().factors(0));
        assertMessage("FactorAnalysis: noiseFloor is 0.0, expected within (0,1)", () -> two().noiseFloor(0));
        assertMessage("FactorAnalysis: tolerance is NaN, expected at least 0", () -> two().tolerance(Double.NaN));
        assertMessage("FactorAnalysis: maxIterations is -1, expected at least 0", () -> two().maxIterations(-1));
        assertMessage(
                "FactorAnalysis.of: the noise variance 1 is 0.0, expected above 0 and finite",
                () -> FactorAnalysis.of(new DMatrixRMaj(2, 1), new double[2], new double[] {1, 0}));
        assertMessage(
                "FactorAnalysis.of: there are 2 numbers of the mean and 3 noise variances, W has 2 rows",
                () -> FactorAnalysis.of(new DMatrixRMaj(2, 1), new double[2], new double[3]));
    }

    /** Fewer rows than columns: the floor and the few factors leave a density. */
    @ParameterizedTest
    @EnumSource(Algorithm.class)
    void fewerRowsThanColumns(Algorithm algorithm) {
        DMatrixRMaj x = LinearSamples.correlated(8, 20, 3);
        FactorAnalysis fitted = two().algorithm(algorithm).maxIterations(200).fit(x);
        double l = fitted.logLikelihood(x);
        assertTrue(Double.isFinite(l));
        assertEquals(fitted.history().last("logLikelihood"), l, 1e-6 * Math.abs(l));
    }
}
