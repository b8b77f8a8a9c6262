package lvm.mixture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import lvm.data.OldFaithful;
import lvm.data.Tables;
import lvm.model.History;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Properties of a fit by EM. */
class EmTest {

    private static DMatrixRMaj data(String name) {
        return switch (name) {
            case "Old Faithful" -> Tables.matrix(OldFaithful.load());
            case "five dimensions" -> Samples.mixture(4, 5, 2, 7).sample(700, new SplittableRandom(1));
            case "overlapping" -> Samples.mixture(3, 2, .5, 3).sample(300, new SplittableRandom(2));
            case "one dimension" -> Samples.mixture(2, 1, 3, 4).sample(150, new SplittableRandom(3));
            case "far from the origin" ->
                Samples.affine(data("overlapping"), new double[] {1, 1}, new double[] {1e6, -1e6});
            case "repeated rows" -> {
                // Whole numbers: many rows are equal, and components collapse onto them down to the floor.
                DMatrixRMaj x = data("overlapping");
                for (int i = 0; i < x.data.length; i++) {
                    x.data[i] = Math.rint(x.data[i]);
                }
                yield x;
            }
            default -> throw new IllegalArgumentException(name);
        };
    }

    static Stream<Arguments> fits() {
        List<Arguments> fits = new ArrayList<>();
        for (String name : List.of(
                "Old Faithful",
                "five dimensions",
                "overlapping",
                "one dimension",
                "far from the origin",
                "repeated rows")) {
            for (Covariance type : Covariance.values()) {
                for (Init init : Init.values()) {
                    fits.add(Arguments.of(name, type, init));
                }
            }
        }
        return fits.stream();
    }

    @ParameterizedTest
    @MethodSource("fits")
    void neverDecreasesTheLikelihoodAndSplitsIt(String name, Covariance type, Init init) {
        DMatrixRMaj x = data(name);
        for (int seed = 0; seed < 3; seed++) {
            DMatrixRMaj[] q = new DMatrixRMaj[1];
            History[] last = new History[1];
            GaussianMixture fitted = GaussianMixture.builder()
                    .components(3)
                    .covariance(type)
                    .init(init)
                    .maxIterations(60)
                    .seed(seed)
                    .listener((t, model) -> {
                        // The history against the definitions, computed apart: L, 𝓛 and KL with the q of the step
                        // before.
                        double l = model.logLikelihood(x);
                        double precision = 1e-9 * Math.abs(l);
                        if (t > 0) {
                            History h = model.history();
                            assertEquals(t, h.size());
                            assertEquals(l, h.last("logLikelihood"), precision);
                            assertEquals(VariationalEm.bound(model, x, q[0]), h.last("boundAfterM"), precision);
                            assertEquals(VariationalEm.gap(model, x, q[0]), h.last("klAfterM"), precision);
                            assertEquals(l, h.last("boundAfterM") + h.last("klAfterM"), precision);
                        }
                        q[0] = model.responsibilities(x);
                        last[0] = model.history();
                    })
                    .fit(x);
            History h = fitted.history();
            double[] before = h.column("logLikelihoodBefore");
            double[] after = h.column("logLikelihood");
            double[] boundBeforeE = h.column("boundBeforeE");
            double[] klBeforeE = h.column("klBeforeE");
            double[] boundAfterE = h.column("boundAfterE");
            double[] klAfterE = h.column("klAfterE");
            double[] boundAfterM = h.column("boundAfterM");
            double[] klAfterM = h.column("klAfterM");
            for (int t = 0; t < h.size(); t++) {
                double rounding = 1e-10 * Math.abs(after[t]);
                assertTrue(after[t] >= before[t] - rounding, "iteration " + t + ": " + before[t] + " to " + after[t]);
                assertTrue(boundAfterE[t] >= boundBeforeE[t] - rounding, "E-step " + t);
                assertTrue(boundAfterM[t] >= boundAfterE[t] - rounding, "M-step " + t);
                assertTrue(klBeforeE[t] >= -rounding && klAfterM[t] >= -rounding, "gap " + t);
                assertEquals(before[t], boundBeforeE[t] + klBeforeE[t], 10 * rounding);
                assertEquals(before[t], boundAfterE[t] + klAfterE[t], 10 * rounding);
                if (t > 0) {
                    assertEquals(after[t - 1], before[t]);
                    assertEquals(boundAfterM[t - 1], boundBeforeE[t]);
                    assertEquals(klAfterM[t - 1], klBeforeE[t]);
                }
            }
            assertEquals(h.size(), last[0].size());
        }
    }

    @Test
    void beforeTheFirstStepTheResponsibilitiesAreThePrior() {
        DMatrixRMaj x = data("overlapping");
        GaussianMixture start = Samples.mixture(3, 2, 1, 9);
        History h =
                GaussianMixture.builder().start(start).maxIterations(1).fit(x).history();
        DMatrixRMaj prior = new DMatrixRMaj(x.numRows, 3);
        for (int i = 0; i < prior.data.length; i++) {
            prior.data[i] = start.weights()[i % 3];
        }
        assertEquals(start.logLikelihood(x), h.column("logLikelihoodBefore")[0], 1e-9);
        assertEquals(VariationalEm.bound(start, x, prior), h.column("boundBeforeE")[0], 1e-8);
        assertEquals(VariationalEm.gap(start, x, prior), h.column("klBeforeE")[0], 1e-8);
    }

    @ParameterizedTest
    @EnumSource(Covariance.class)
    void oneComponentIsMeanAndCovariance(Covariance type) {
        DMatrixRMaj x = data("five dimensions");
        int n = x.numRows;
        int d = x.numCols;
        GaussianMixture model =
                GaussianMixture.builder().components(1).covariance(type).fit(x);
        DMatrixRMaj mean = CommonOps_DDRM.sumCols(x, null);
        CommonOps_DDRM.divide(mean, n);
        DMatrixRMaj s = new DMatrixRMaj(d, d);
        for (int i = 0; i < n; i++) {
            for (int a = 0; a < d; a++) {
                for (int b = 0; b < d; b++) {
                    s.data[a * d + b] += (x.get(i, a) - mean.get(a)) * (x.get(i, b) - mean.get(b)) / n;
                }
            }
        }
        double average = CommonOps_DDRM.trace(s) / d;
        assertArrayEquals(mean.data, model.mean(0), 1e-12);
        assertEquals(1, model.weights()[0], 1e-14);
        for (int a = 0; a < d; a++) {
            for (int b = 0; b < d; b++) {
                double expected = switch (type) {
                    case FULL, TIED -> s.get(a, b);
                    case DIAGONAL -> a == b ? s.get(a, b) : 0;
                    case SPHERICAL -> a == b ? average : 0;
                };
                assertEquals(expected, model.covariance(0).get(a, b), 1e-12);
            }
        }
    }

    @Test
    void recoversTheParametersOfSyntheticData() {
        // Standard errors: σ / √(nπ) = 0.013 or less for the means; 6 of them leave 10⁻⁸ for a false failure.
        GaussianMixture truth = GaussianMixture.of(
                new double[] {.5, .3, .2},
                new double[][] {{0, 0}, {6, 0}, {0, 7}},
                new double[][] {{1, .5}, {.5, 1}},
                new double[][] {{.5, 0}, {0, 1}},
                new double[][] {{1, -.3}, {-.3, .4}});
        int n = 30_000;
        DMatrixRMaj x = truth.sample(n, new SplittableRandom(11));
        GaussianMixture fitted = GaussianMixture.builder().components(3).seed(2).fit(x);
        for (int c = 0; c < 3; c++) {
            int m = nearest(fitted, truth.mean(c));
            double w = truth.weights()[c];
            double rows = n * w;
            assertEquals(w, fitted.weights()[m], 6 * Math.sqrt(w * (1 - w) / n));
            for (int i = 0; i < 2; i++) {
                double sii = truth.covariance(c).get(i, i);
                assertEquals(truth.mean(c)[i], fitted.mean(m)[i], 6 * Math.sqrt(sii / rows));
                for (int j = 0; j < 2; j++) {
                    double sij = truth.covariance(c).get(i, j);
                    double sjj = truth.covariance(c).get(j, j);
                    double error = Math.sqrt((sii * sjj + sij * sij) / rows);
                    assertEquals(sij, fitted.covariance(m).get(i, j), 6 * error);
                }
            }
        }
        assertTrue(fitted.logLikelihood(x) >= truth.logLikelihood(x), "the maximum is above the truth");
    }

    private static int nearest(GaussianMixture model, double[] mean) {
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int c = 0; c < model.components(); c++) {
            double distance = 0;
            for (int j = 0; j < mean.length; j++) {
                distance += Math.pow(model.mean(c)[j] - mean[j], 2);
            }
            if (distance < least) {
                least = distance;
                best = c;
            }
        }
        return best;
    }

    @Test
    void allFormsAgreeWhereTheDataHasThem() {
        // Two clusters far apart, each the corners (±1, ±1): covariance I within both.
        double[][] corners = {{-1, -1}, {-1, 1}, {1, -1}, {1, 1}};
        double[][] rows = new double[8][];
        for (int i = 0; i < 8; i++) {
            rows[i] = new double[] {corners[i % 4][0] + (i < 4 ? -100 : 100), corners[i % 4][1]};
        }
        for (Covariance type : Covariance.values()) {
            double[][] wide = {{50, 0}, {0, 50}};
            GaussianMixture model = GaussianMixture.builder()
                    .covariance(type)
                    .start(new double[] {.4, .6}, new double[][] {{-90, 1}, {110, -1}}, wide, wide)
                    .fit(rows);
            for (int c = 0; c < 2; c++) {
                assertArrayEquals(new double[] {1, 0, 0, 1}, model.covariance(c).data, 1e-9, type.toString());
                assertEquals(.5, model.weights()[c], 1e-12);
                assertEquals(100, Math.abs(model.mean(c)[0]), 1e-9);
            }
            // Four rows a cluster at distance 2 from the mean squared: −½·2 − log 2π + log ½ each.
            assertEquals(
                    8 * (-1 - Math.log(2 * Math.PI) + Math.log(.5)), model.logLikelihood(Tables.matrix(rows)), 1e-9);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Covariance.class,
            names = {"DIAGONAL", "TIED", "FULL"})
    void scalesAndShiftsWithTheColumns(Covariance type) {
        DMatrixRMaj x = data("Old Faithful");
        double[] scale = {1e3, 1e-2};
        double[] shift = {-7e3, 5};
        DMatrixRMaj y = Samples.affine(x, scale, shift);
        for (Init init : Init.values()) {
            GaussianMixtureBuilder builder = GaussianMixture.builder()
                    .components(2)
                    .covariance(type)
                    .init(init)
                    .seed(4);
            GaussianMixture ofX = builder.fit(x);
            GaussianMixture ofY = builder.fit(y);
            assertEquals(ofX.logLikelihood(x) - x.numRows * Math.log(scale[0] * scale[1]), ofY.logLikelihood(y), 1e-6);
            assertArrayEquals(ofX.weights(), ofY.weights(), 1e-6);
            for (int c = 0; c < 2; c++) {
                for (int j = 0; j < 2; j++) {
                    assertEquals(ofX.mean(c)[j] * scale[j] + shift[j], ofY.mean(c)[j], 1e-6 * scale[j]);
                }
            }
        }
    }

    @Test
    void keepsItsDigitsFarFromTheOrigin() {
        DMatrixRMaj x = data("overlapping");
        GaussianMixture near = GaussianMixture.builder().components(3).fit(x);
        DMatrixRMaj y = data("far from the origin");
        GaussianMixture far = GaussianMixture.builder().components(3).fit(y);
        // 10⁶ + x keeps x to about 10⁻¹⁰.
        assertEquals(near.logLikelihood(x), far.logLikelihood(y), 1e-5);
    }

    @Test
    void narrowComponentsFarApartKeepTheirCovariances() {
        GaussianMixture truth = GaussianMixture.of(
                new double[] {.5, .5},
                new double[][] {{0, 0}, {1e5, 1e5}},
                new double[][] {{1, .9}, {.9, 1}},
                new double[][] {{2, -1}, {-1, 1}});
        GaussianMixture.Draw draw = truth.sampleWithComponents(500, new SplittableRandom(8));
        for (Covariance type : List.of(Covariance.FULL, Covariance.DIAGONAL)) {
            GaussianMixture model = GaussianMixture.builder()
                    .components(2)
                    .covariance(type)
                    .covarianceFloor(0)
                    .fit(draw.x());
            for (int c = 0; c < 2; c++) {
                int m = model.mean(0)[0] < 5e4 == (c == 0) ? 0 : 1;
                int from = c;
                double[][] own = java.util.stream.IntStream.range(0, 500)
                        .filter(i -> draw.component()[i] == from)
                        .mapToObj(i -> new double[] {
                            draw.x().get(i, 0) - 1e5 * from, draw.x().get(i, 1) - 1e5 * from
                        })
                        .toArray(double[][]::new);
                double m0 =
                        Arrays.stream(own).mapToDouble(row -> row[0]).average().orElseThrow();
                double m1 =
                        Arrays.stream(own).mapToDouble(row -> row[1]).average().orElseThrow();
                double s00 = Arrays.stream(own)
                        .mapToDouble(r -> (r[0] - m0) * (r[0] - m0))
                        .average()
                        .orElseThrow();
                double s01 = Arrays.stream(own)
                        .mapToDouble(r -> (r[0] - m0) * (r[1] - m1))
                        .average()
                        .orElseThrow();
                assertEquals(s00, model.covariance(m).get(0, 0), 1e-8);
                assertEquals(
                        type == Covariance.FULL ? s01 : 0, model.covariance(m).get(0, 1), 1e-8);
            }
        }
    }

    @Test
    void theNumberOfThreadsChangesNothing() {
        DMatrixRMaj x = Samples.mixture(4, 6, 1.5, 5).sample(9_000, new SplittableRandom(6));
        GaussianMixtureBuilder builder =
                GaussianMixture.builder().components(4).maxIterations(10).seed(3);
        GaussianMixture one = builder.threads(1).fit(x);
        for (int threads : new int[] {2, 3, 8}) {
            assertIdentical(one, builder.threads(threads).fit(x));
        }
    }

    @ParameterizedTest
    @EnumSource(Init.class)
    void theSameSeedGivesTheSameModelBitForBit(Init init) {
        DMatrixRMaj x = data("five dimensions");
        GaussianMixtureBuilder builder = GaussianMixture.builder()
                .components(4)
                .init(init)
                .restarts(2)
                .maxIterations(20)
                .seed(12);
        GaussianMixture one = builder.fit(x);
        assertIdentical(one, builder.fit(x));
        assertNotEquals(
                Arrays.toString(one.means().data),
                Arrays.toString(builder.seed(13).fit(x).means().data));
    }

    private static void assertIdentical(GaussianMixture a, GaussianMixture b) {
        assertArrayEquals(a.weights(), b.weights());
        assertArrayEquals(a.means().data, b.means().data);
        for (int c = 0; c < a.components(); c++) {
            assertArrayEquals(a.covariance(c).data, b.covariance(c).data);
        }
        for (String column : a.history().names()) {
            assertArrayEquals(a.history().column(column), b.history().column(column), column);
        }
    }

    @Test
    void restartsReturnTheBest() {
        DMatrixRMaj x = data("five dimensions");
        List<Double> finals = new ArrayList<>();
        GaussianMixture best = GaussianMixture.builder()
                .components(4)
                .init(Init.RANDOM)
                .restarts(6)
                .maxIterations(30)
                .listener((t, model) -> {
                    if (t == 0) {
                        finals.add(0.0);
                    } else {
                        finals.set(finals.size() - 1, model.history().last("logLikelihood"));
                    }
                })
                .fit(x);
        assertEquals(6, finals.size());
        double highest = finals.stream().mapToDouble(l -> l).max().orElseThrow();
        assertEquals(highest, best.history().last("logLikelihood"));
        assertTrue(finals.stream().anyMatch(l -> l < highest), "starts that end alike test nothing");
    }

    @Test
    void stoppingRules() {
        DMatrixRMaj x = data("Old Faithful");
        GaussianMixtureBuilder builder = GaussianMixture.builder().components(2);
        assertEquals(History.Stop.CONVERGED, builder.fit(x).history().stop());
        History budget = builder.maxIterations(4).fit(x).history();
        assertEquals(History.Stop.BUDGET, budget.stop());
        assertEquals(4, budget.size());
        // Tolerance 0 goes on where nothing moves any more.
        assertEquals(
                200, builder.maxIterations(200).tolerance(0).fit(x).history().size());
        GaussianMixture none = builder.maxIterations(0).fit(x);
        assertEquals(0, none.history().size());
        assertTrue(Double.isFinite(none.logLikelihood(x)));
    }

    @Test
    void aGivenStartIsWhereTheListenerBegins() {
        DMatrixRMaj x = data("overlapping");
        GaussianMixture start = Samples.mixture(2, 2, 1, 1);
        List<Integer> iterations = new ArrayList<>();
        GaussianMixture.builder()
                .start(start)
                .maxIterations(3)
                .tolerance(0)
                .listener((t, model) -> {
                    if (t == 0) {
                        assertArrayEquals(start.means().data, model.means().data, 1e-12);
                        assertArrayEquals(start.covariance(1).data, model.covariance(1).data);
                    }
                    iterations.add(t);
                })
                .fit(x);
        assertEquals(List.of(0, 1, 2, 3), iterations);
    }

    @ParameterizedTest
    @EnumSource(Covariance.class)
    void noDirectionIsBelowTheFloor(Covariance type) {
        // Twelve rows on a point among 100: a component falls onto it.
        DMatrixRMaj x = Samples.mixture(1, 2, 0, 2).sample(100, new SplittableRandom(1));
        for (int i = 0; i < 12; i++) {
            x.set(i, 0, .25);
            x.set(i, 1, .5);
        }
        double[] variances = new double[2];
        SufficientStatistics.columnMoments(x, new double[2], variances);
        double floor = 1e-3;
        double[][] wide = {{1, 0}, {0, 1}};
        GaussianMixture model = GaussianMixture.builder()
                .covariance(type)
                .covarianceFloor(floor)
                .start(
                        new double[] {.5, .5},
                        new double[][] {{.25, .5}, {0, 0}},
                        type == Covariance.TIED ? wide : new double[][] {{.01, 0}, {0, .01}},
                        wide)
                .fit(x);
        double least = Double.POSITIVE_INFINITY;
        for (int c = 0; c < 2; c++) {
            DMatrixRMaj s = model.covariance(c);
            // The eigenvalues of the covariance in units of the data's standard deviations.
            double scale = type == Covariance.SPHERICAL ? (variances[0] + variances[1]) / 2 : 0;
            double a = s.get(0, 0) / (scale > 0 ? scale : variances[0]);
            double b = s.get(1, 1) / (scale > 0 ? scale : variances[1]);
            double e = s.get(0, 1) / Math.sqrt(variances[0] * variances[1]);
            least = Math.min(least, (a + b) / 2 - Math.sqrt((a - b) * (a - b) / 4 + e * e));
        }
        assertTrue(least >= floor * (1 - 1e-9), "smallest eigenvalue " + least);
        if (type != Covariance.TIED) {
            assertEquals(floor, least, 1e-9 * floor, "the component on the point is at the floor");
        }
    }
}
