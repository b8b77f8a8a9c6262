package lvm.boltzmann;

import static lvm.model.Messages.assertMessageHas;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.linalg.Logs;
import lvm.mcmc.AnnealingSchedule;
import lvm.model.GenerativeModel;
import lvm.model.GenerativeModelContract;
import lvm.model.HasDensity;
import lvm.model.HasDensityContract;
import lvm.model.LogPartition;
import lvm.model.LogPartition.Kind;
import lvm.model.Rows;
import lvm.nn.Layer;
import lvm.store.ModelMethods;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Deep machines with Gaussian visible units against the mixtures of Gaussians that they are, {@link GaussianDeep}. */
class GaussianDbmTest implements Rows.Floats, HasDensityContract<FMatrixRMaj>, GenerativeModelContract<FMatrixRMaj> {
    private static final Dataset PLANE = GaussianDbnTest.PLANE;
    private static final Dbm FITTED = fitted(3, 2);
    private static final Dbm FITTED_THREE = fitted(3, 2, 2);
    private static final Dbm GIVEN = GaussianDeep.random(.7, 1, 2, 3, 3);
    private static final Dbm GIVEN_THREE = GaussianDeep.random(.7, 2, 2, 3, 2, 2);

    /** The first column alone. */
    private static final Dbm LINE = builder(3, 2).fit(line());

    private static Dataset line() {
        double[][] x = new double[60][1];
        for (int i = 0; i < x.length; i++) {
            x[i][0] = PLANE.get(i, 0);
        }
        return Dataset.of(x);
    }

    private static DbmBuilder builder(int... hidden) {
        return Dbm.builder()
                .visible(VisibleUnits.GAUSSIAN)
                .hidden(hidden)
                .learning(DbmLearning.exact())
                .startDeviation(.3)
                .meanField(200, 1e-6)
                .learningRate(.05)
                .epochs(25)
                .seed(2);
    }

    private static Dbm fitted(int... hidden) {
        return builder(hidden).fit(PLANE.slice(0, 60));
    }

    static List<Dbm> machines() {
        return List.of(FITTED, FITTED_THREE, GIVEN, GIVEN_THREE);
    }

    private static boolean isFitted(Dbm dbm) {
        return dbm.baseRates(0).isPresent();
    }

    private static double[][] rows(Dbm dbm) {
        double[][] rows = isFitted(dbm)
                ? new double[][] {{26, -2.05}, {34.5, -1.9}, {30, -2}, {38, -1.8}}
                : new double[][] {{0, 1}, {-1, 2}, {1.5, -.4}};
        for (double[] row : rows) {
            row[0] = (float) row[0];
            row[1] = (float) row[1];
        }
        return rows;
    }

    // --- sums over states

    @ParameterizedTest
    @MethodSource("machines")
    void densityAndPosteriorAreThoseOfTheMixture(Dbm dbm) {
        GaussianDeep mixture = new GaussianDeep(dbm);
        double[][] rows = rows(dbm);
        FMatrixRMaj x = matrix(rows);
        assertEquals(mixture.logZ(), dbm.logPartition().nats(), 3e-4);
        assertEquals(Kind.EXACT, dbm.logPartition().kind());
        EnumeratedDbm exact = dbm.enumerated();
        double[] logP = exact.logDensity(x);
        assertArrayEquals(logP, exact.logDensity(Dataset.of(rows)), 1e-3);
        assertEquals(Arrays.stream(logP).sum(), exact.logLikelihood(Dataset.of(rows)), 4e-3);
        for (int n = 0; n < rows.length; n++) {
            assertEquals(mixture.logDensity(rows[n]), logP[n], 1e-3);
        }
        for (int layer = 1; layer < mixture.b.length; layer++) {
            FMatrixRMaj means = exact.posteriorMeans(x, layer);
            assertArrayEquals(means.data, exact.posteriorMeans(Dataset.of(rows), layer).data, 1e-4f);
            for (int n = 0; n < rows.length; n++) {
                double[] joint = mixture.joint(rows[n]);
                double all = Logs.logSumExp(joint);
                double[] expected = new double[means.numCols];
                for (int s = 0; s < joint.length; s++) {
                    for (int j = 0; j < expected.length; j++) {
                        expected[j] += Math.exp(joint[s] - all) * mixture.state(s)[layer][j];
                    }
                }
                assertArrayEquals(expected, SmallDeep.row(means, n), 5e-4);
            }
        }
    }

    // --- the mean field

    @ParameterizedTest
    @MethodSource("machines")
    void meanFieldIsTheFixedPointAndItsBoundIsBelow(Dbm dbm) {
        GaussianDeep mixture = new GaussianDeep(dbm);
        double[][] rows = rows(dbm);
        Dataset data = Dataset.of(rows);
        MeanFieldPosterior field = dbm.meanField(matrix(rows));
        double[] f = dbm.variationalFreeEnergy(data);
        LogPartition logZ = dbm.logPartition();
        double mean = 0;
        for (int n = 0; n < rows.length; n++) {
            double[][] q = mixture.state(0);
            for (int l = 1; l < q.length; l++) {
                q[l] = SmallDeep.row(field.layer(l), n);
            }
            for (int l = 1; l < q.length; l++) {
                double[] before = q[l].clone();
                mixture.update(l, rows[n], q);
                assertArrayEquals(before, q[l], 2e-4);
            }
            double bound = mixture.minusEnergy(rows[n], q) + GaussianDeep.entropy(q);
            assertEquals(-bound, f[n], 1e-3 * (1 + Math.abs(bound)));
            assertTrue(-f[n] - logZ.nats() < mixture.logDensity(rows[n]) + 1e-3);
            mean += (bound - logZ.nats()) / rows.length;
        }
        assertEquals(mean, dbm.bound(data, logZ).natsPerRow(), 2e-3);
        assertEquals(mean, dbm.bound(matrix(rows), logZ).natsPerRow(), 2e-3);
        assertArrayEquals(dbm.encode(matrix(rows)).data, dbm.encode(data).data, 1e-4f);
        assertArrayEquals(field.layer(1).data, dbm.meanField(data).layer(1).data, 1e-4f);
    }

    /** The sum over the states of the odd layers, of which h₂ is summed out; draws within 5 standard errors, below 10⁻⁶ to fail. */
    @ParameterizedTest
    @MethodSource("machines")
    void tighterBoundSumsTheEvenLayersOut(Dbm dbm) {
        GaussianDeep mixture = new GaussianDeep(dbm);
        double[][] rows = rows(dbm);
        double expected = 0;
        double square = 0;
        for (double[] v : rows) {
            double[][] q = mixture.meanField(v);
            double mean = 0;
            double squares = 0;
            double entropy = 0;
            for (int s = 0; s < mixture.logWeights.length; s++) {
                double[][] h = mixture.state(s);
                if (Arrays.stream(h[2]).sum() > 0) {
                    continue;
                }
                double p = 1;
                for (int l = 1; l < h.length; l += 2) {
                    for (int j = 0; j < h[l].length; j++) {
                        p *= h[l][j] == 1 ? q[l][j] : 1 - q[l][j];
                    }
                }
                double log = mixture.minusEnergy(v, h);
                for (int k = 0; k < h[2].length; k++) {
                    log += Logs.softplus(mixture.logit(2, k, v, h));
                }
                mean += p * log;
                squares += p * log * log;
                entropy -= p == 0 ? 0 : p * Math.log(p);
            }
            expected += (mean + entropy) / rows.length;
            square += (squares - mean * mean) / rows.length / rows.length;
        }
        LogPartition logZ = dbm.logPartition();
        int draws = 4000;
        double value = dbm.tighterBound(matrix(rows), logZ, draws, 1).natsPerRow();
        assertEquals(expected - logZ.nats(), value, 5 * Math.sqrt(Math.max(0, square) / draws) + 2e-3);
        assertEquals(value, dbm.tighterBound(Dataset.of(rows), logZ, draws, 1).natsPerRow(), 5e-3);
        double exact = dbm.enumerated().logLikelihood(matrix(rows)) / rows.length;
        assertTrue(dbm.bound(matrix(rows), logZ).natsPerRow() < expected - logZ.nats() + 2e-3);
        assertTrue(expected - logZ.nats() < exact + 2e-3);
    }

    // --- draws and log Z

    /** Moments of draws, to 4.5 standard errors: each of 40 fails with a probability below 10⁻⁵. */
    @ParameterizedTest
    @MethodSource("machines")
    void drawsAreFromTheMixture(Dbm dbm) {
        GaussianDeep mixture = new GaussianDeep(dbm);
        double[] expected = new double[5];
        double[] ofMeans = new double[2];
        for (int s = 0; s < mixture.logWeights.length; s++) {
            double p = Math.exp(mixture.logWeights[s] - mixture.logZ());
            double[] m = mixture.means[s];
            double[] of = {
                m[0], m[1], m[0] * m[0] + mixture.variances[0], m[1] * m[1] + mixture.variances[1], m[0] * m[1]
            };
            for (int k = 0; k < 5; k++) {
                expected[k] += p * of[k];
            }
            ofMeans[0] += p * m[0] * m[0];
            ofMeans[1] += p * m[1] * m[1];
        }
        int n = 20_000;
        GaussianDeep.assertMoments(expected, dbm.sample(n, 60, new SplittableRandom(4)));
        GaussianDeep.assertMoments(expected, dbm.enumerated().sample(n, new SplittableRandom(5)));
        double[] means = {expected[0], expected[1], ofMeans[0], ofMeans[1], expected[4]};
        GaussianDeep.assertMoments(means, dbm.sampleMeans(n, 60, new SplittableRandom(6)));
    }

    /** log Z from both sides, backwards from exact draws or from tempered ones. */
    static PartitionBracket bracket(Dbm dbm, boolean exact) {
        PartitionBracket.Settings settings = PartitionBracket.of(dbm)
                .schedule(AnnealingSchedule.linear(100))
                .chains(100)
                .seed(3);
        return (exact ? settings : settings.temperedDraws(4, 100)).run();
    }

    /** Both ends within 4 standard errors of log Z, from exact draws and from tempered ones. */
    @ParameterizedTest
    @MethodSource("machines")
    void bracketHoldsLogZ(Dbm given) {
        Dbm dbm = isFitted(given) ? given : given.withBaseRates(Dataset.of(rows(given)));
        double logZ = dbm.logPartition().nats();
        for (boolean exact : new boolean[] {true, false}) {
            PartitionBracket bracket = bracket(dbm, exact);
            assertEquals(
                    exact ? Kind.UPPER_BOUND : Kind.ESTIMATE, bracket.upper().kind());
            for (LogPartition end : List.of(bracket.lower(), bracket.upper(), bracket.upperOfLonger())) {
                assertTrue(end.effectiveDraws() > 50, end.toString());
                assertEquals(logZ, end.nats(), 4 * end.standardError() + .01, end.toString());
            }
        }
    }

    /** The base: columns with the means and variances of the data, hidden units with the means of their mean field. */
    @Test
    void annealingBeginsAtTheDataAlone() {
        double[][] rows = rows(GIVEN_THREE);
        Dbm dbm = GIVEN_THREE.withBaseRates(Dataset.of(rows));
        GaussianDeep mixture = new GaussianDeep(dbm);
        double[][] means = mixture.state(0);
        for (double[] v : rows) {
            double[][] q = mixture.meanField(v);
            for (int l = 0; l < q.length; l++) {
                for (int j = 0; j < q[l].length; j++) {
                    means[l][j] += (l == 0 ? v[j] : q[l][j]) / 3;
                }
            }
        }
        double logBase = 0;
        for (int l = 1; l < means.length; l++) {
            assertArrayEquals(means[l], SmallDeep.row(dbm.baseRates(l).orElseThrow(), 0), 1e-4);
            for (double p : means[l]) {
                logBase -= Math.log1p(-p);
            }
        }
        FMatrixRMaj base = dbm.baseRates(0).orElseThrow();
        for (int i = 0; i < 2; i++) {
            double variance = 0;
            for (double[] v : rows) {
                variance += (v[i] - means[0][i]) * (v[i] - means[0][i]) / 3;
            }
            assertEquals(means[0][i], base.get(0, i), 1e-5);
            assertEquals(variance, base.get(1, i), 1e-5);
            logBase += means[0][i] * means[0][i] / (2 * variance) + Math.log(2 * Math.PI * variance) / 2;
        }
        assertEquals(logBase, PartitionBracket.of(dbm).path().logBase(), 1e-3);
        FMatrixRMaj ofData = FITTED.baseRates(0).orElseThrow();
        assertEquals(2, ofData.numRows);
        assertEquals(30, ofData.get(0, 0), 3);
        assertEquals(20, ofData.get(1, 0), 10);
    }

    // --- missing inputs, networks and files

    /** What is missing is at the mean that its neighbours give it, what is known stays. */
    @ParameterizedTest
    @MethodSource("machines")
    void missingInputsGetTheMeansOfTheirMeanField(Dbm dbm) {
        GaussianDeep mixture = new GaussianDeep(dbm);
        double[][] rows = rows(dbm);
        FMatrixRMaj holes = matrix(rows);
        for (int n = 0; n < rows.length; n++) {
            holes.set(n, n % 2, Float.NaN);
        }
        FMatrixRMaj filled = dbm.complete(holes);
        for (int n = 0; n < rows.length; n++) {
            assertEquals((float) rows[n][1 - n % 2], filled.get(n, 1 - n % 2));
            double[] v = SmallDeep.row(filled, n);
            double expected = mixture.mean(mixture.meanField(v)[1])[n % 2];
            assertEquals(expected, filled.get(n, n % 2), 2e-3 * Math.sqrt(mixture.variances[n % 2]) + 1e-4);
        }
        assertArrayEquals(matrix(rows).data, dbm.complete(Dataset.of(rows)).data);
    }

    /** At its start the network computes another update of the mean field, from rows in the units of the data. */
    @Test
    void networkBeginsAsTheMachine() {
        Dataset rows = PLANE.slice(0, 20);
        Dataset both = FITTED.withTop(rows);
        assertEquals(4, both.dim());
        Layer network = FITTED.toNetwork().make("net", 4, 3, new SplittableRandom(1));
        FMatrixRMaj lower = network.params().get(0).value();
        MeanFieldPosterior field = FITTED.meanField(rows);
        for (int n = 0; n < 20; n++) {
            for (int j = 0; j < 3; j++) {
                double a = network.params().get(1).value().get(0, j);
                for (int i = 0; i < 4; i++) {
                    a += (double) both.floatMatrix().get(n, i) * lower.get(i, j);
                }
                assertEquals(field.layer(1).get(n, j), 1 / (1 + Math.exp(-a)), 1e-4);
            }
        }
    }

    @Test
    void savedAndLoaded(@TempDir Path directory) {
        for (Dbm dbm : List.of(FITTED_THREE, GIVEN)) {
            Path file = directory.resolve("dbm.safetensors");
            dbm.save(file);
            Dbm read = Dbm.load(file);
            assertEquals(ModelMethods.withoutSeconds(dbm), ModelMethods.withoutSeconds(read));
            double[][] rows = rows(dbm);
            assertArrayEquals(
                    dbm.enumerated().logDensity(matrix(rows)), read.enumerated().logDensity(matrix(rows)));
            assertEquals(VisibleUnits.GAUSSIAN, read.visibleUnits());
        }
    }

    @Test
    void badInputIsNamed() {
        assertMessageHas("h₂ beside them is not", GIVEN::toRbm);
        assertMessageHas("3 columns, expected 2", () -> GIVEN.meanField(new FMatrixRMaj(1, 3)));
        FMatrixRMaj nan = new FMatrixRMaj(1, 2);
        nan.set(0, 1, Float.NaN);
        assertMessageHas("NaN in row 0, column 1", () -> GIVEN.encode(nan));
        assertMessageHas("NaN in row 0, column 1", () -> GIVEN.enumerated().posteriorMeans(nan, 1));
        FMatrixRMaj infinite = new FMatrixRMaj(1, 2);
        infinite.set(0, 1, Float.POSITIVE_INFINITY);
        assertMessageHas("what is not missing", () -> GIVEN.complete(infinite));
        assertMessageHas(
                "multi-prediction, 3 updates) is for visible units that are bits, and these are Gaussian",
                () -> builder(3, 2).learning(DbmLearning.multiPrediction(3)).fit(PLANE));
        assertMessageHas(
                "fixedVariances",
                () -> Dbm.builder().hidden(3, 2).fixedVariances(1).fit(Dataset.of(new double[][] {{0, 1}})));
        assertMessageHas(
                "varianceRate",
                () -> builder(3, 2).fixedVariances(1).varianceRate(.2).fit(PLANE));
        assertMessageHas(
                "Dbm: the number of fixedVariances", () -> Dbm.builder().fixedVariances());
        assertMessageHas(
                "visible",
                () -> Dbm.builder()
                        .visible(VisibleUnits.GAUSSIAN)
                        .pretraining(Rbm.builder().hidden(2), Rbm.builder().hidden(2))
                        .fit(PLANE));
        assertMessageHas(
                "a layer of a Dbm: a layer with visible(Gaussian)",
                () -> Dbm.builder()
                        .pretraining(
                                Rbm.builder().hidden(2).visible(VisibleUnits.GAUSSIAN),
                                Rbm.builder().hidden(2).visible(VisibleUnits.GAUSSIAN))
                        .fit(PLANE));
        assertMessageHas(
                "Dbm.fit: column 1", () -> builder(3, 2).fit(Dataset.of(new double[][] {{1, 5}, {2, 5}, {3, 5}})));
        assertMessageHas(
                "Dbm.gaussian: variances",
                () -> Dbm.gaussian(
                        List.of(GIVEN.weights(1), GIVEN.weights(2)),
                        List.of(GIVEN.bias(0), GIVEN.bias(1), GIVEN.bias(2)),
                        new FMatrixRMaj(1, 3)));
    }

    // --- the contracts

    @Override
    public HasDensity<FMatrixRMaj> densityModel() {
        return LINE.enumerated();
    }

    @Override
    public GenerativeModel<FMatrixRMaj> generativeModel() {
        return FITTED;
    }

    @Override
    public double[][] rowsWithDensity() {
        return new double[][] {{26}, {34.5}, {30}, {38}};
    }

    @Override
    public double[][] support() {
        return new double[][] {{0, 60}};
    }
}
