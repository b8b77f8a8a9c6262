package lvm.boltzmann;

import static lvm.boltzmann.SmallMachines.bit;
import static lvm.model.Messages.assertMessageHas;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import lvm.autodiff.Tape;
import lvm.boltzmann.DbnBuilder.NextLayer;
import lvm.classify.NeuralClassifier;
import lvm.data.Dataset;
import lvm.distribution.BinaryStates;
import lvm.linalg.Logs;
import lvm.model.GenerativeModel;
import lvm.model.GenerativeModelContract;
import lvm.model.HasBound;
import lvm.model.HasBoundContract;
import lvm.model.HasDensity;
import lvm.model.HasDensityContract;
import lvm.model.Rows;
import lvm.random.Seeds;
import lvm.store.ModelMethods;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Belief networks with Gaussian visible units against the mixtures that they are, computed from their parameters in double precision. */
class GaussianDbnTest
        implements Rows.Floats,
                HasDensityContract<FMatrixRMaj>,
                HasBoundContract<FMatrixRMaj>,
                GenerativeModelContract<FMatrixRMaj> {

    /** In units in which the columns are neither near 0 nor of size 1. */
    static final Dataset PLANE = plane(400);

    private static final Dbn FITTED = builder().seed(2).fit(PLANE);
    private static final Dbn TUNED = builder()
            .upDown(RbmLearning.exact())
            .learningRate(.01)
            .epochs(10)
            .seed(2)
            .fit(PLANE);
    private static final Dbn DEEP = Dbn.of(List.of(
            GaussianRbmTest.given(2, 3, .5, 5), SmallMachines.random(3, 4, .7, 2), SmallMachines.random(4, 2, .7, 3)));

    static Dataset plane(int n) {
        SplittableRandom rng = new SplittableRandom(3);
        double[][] x = new double[n][2];
        for (double[] row : x) {
            double a = rng.nextDouble() < .4 ? -1 : 1;
            row[0] = 30 + 4 * (a + .5 * rng.nextGaussian());
            row[1] = -2 + .1 * (a * .7 + .6 * rng.nextGaussian());
        }
        return Dataset.of(x).withColumns("height", "width");
    }

    private static RbmBuilder lowest() {
        return Rbm.builder()
                .visible(VisibleUnits.GAUSSIAN)
                .hidden(3)
                .learning(RbmLearning.exact())
                .startDeviation(.3)
                .learningRate(.05)
                .epochs(60);
    }

    private static RbmBuilder upper(int hidden) {
        return Rbm.builder()
                .hidden(hidden)
                .learning(RbmLearning.exact())
                .startDeviation(.5)
                .learningRate(.05)
                .epochs(20);
    }

    private static DbnBuilder builder() {
        return Dbn.builder().layers(lowest(), upper(4));
    }

    static List<Dbn> networks() {
        return List.of(FITTED, TUNED, DEEP);
    }

    // --- what follows from the definition alone

    private static double sigmoid(double a) {
        return 1 / (1 + Math.exp(-a));
    }

    private static double logNormal(double x, double mean, double variance) {
        return -(x - mean) * (x - mean) / (2 * variance) - Math.log(2 * Math.PI * variance) / 2;
    }

    private static double mean(Dbn dbn, int h, int i) {
        double m = dbn.generativeBias(1).get(0, i);
        for (int j = 0; j < dbn.sizes()[1]; j++) {
            m += bit(h, j, dbn.sizes()[1]) * (double) dbn.generativeWeights(1).get(i, j);
        }
        return m;
    }

    private static double logGiven(Dbn dbn, double[] v, int h) {
        double log = 0;
        for (int i = 0; i < v.length; i++) {
            log += logNormal(v[i], mean(dbn, h, i), dbn.variances().orElseThrow().data[i]);
        }
        return log;
    }

    private static double q(Dbn dbn, double[] v, int h) {
        double p = 1;
        for (int j = 0; j < dbn.sizes()[1]; j++) {
            double a = dbn.recognitionBias(1).get(0, j);
            for (int i = 0; i < v.length; i++) {
                a += v[i] * dbn.recognitionWeights(1).get(i, j);
            }
            p *= bit(h, j, dbn.sizes()[1]) == 1 ? sigmoid(a) : 1 - sigmoid(a);
        }
        return p;
    }

    /** What stands above the lowest layer, of which the tests of binary networks know everything: the top, or a network. */
    private static double[] logPrior(Dbn dbn) {
        FMatrixRMaj h = BinaryStates.all(dbn.sizes()[1]);
        return dbn.depth() == 2
                ? dbn.top().enumerated().logDensity(h)
                : Dbn.of(dbn.machines().orElseThrow().subList(1, dbn.depth()))
                        .enumerated()
                        .logDensity(h);
    }

    private static double[] boundAbove(Dbn dbn) {
        return dbn.depth() == 2
                ? logPrior(dbn)
                : Dbn.of(dbn.machines().orElseThrow().subList(1, dbn.depth()))
                        .enumerated()
                        .bound(BinaryStates.all(dbn.sizes()[1]));
    }

    private static double[][] rows(Dbn dbn) {
        return dbn == DEEP
                ? new double[][] {{0, 1}, {-2, 3}, {1.5, -.4}}
                : new double[][] {{26, -2.05}, {34.5, -1.9}, {30, -2}, {40, -1.7}};
    }

    @ParameterizedTest
    @MethodSource("networks")
    void densityBoundAndPosteriorAreThoseOfTheDefinition(Dbn dbn) {
        EnumeratedDbn exact = dbn.enumerated();
        FMatrixRMaj x = matrix(rows(dbn));
        double[] prior = logPrior(dbn);
        double[] above = boundAbove(dbn);
        double[] logP = exact.logDensity(x);
        double[] bound = exact.bound(x);
        DMatrixRMaj posterior = exact.posterior(x);
        for (int n = 0; n < x.numRows; n++) {
            double[] v = {x.get(n, 0), x.get(n, 1)};
            double[] terms = prior.clone();
            double expected = 0;
            for (int s = 0; s < terms.length; s++) {
                double given = logGiven(dbn, v, s);
                double q = q(dbn, v, s);
                expected += q == 0 ? 0 : q * (given - Math.log(q) + above[s]);
                terms[s] += given;
            }
            double log = Logs.logSumExp(terms);
            assertEquals(log, logP[n], 1e-3 * (1 + Math.abs(log)));
            assertEquals(expected, bound[n], 2e-3 * (1 + Math.abs(log)));
            assertTrue(bound[n] < logP[n] + 1e-6);
            for (int s = 0; s < terms.length; s++) {
                assertEquals(Math.exp(terms[s] - log), posterior.get(n, s), 2e-3);
            }
        }
        assertArrayEquals(logP, exact.logDensity(Dataset.of(x)), 2e-3);
        assertArrayEquals(bound, exact.bound(Dataset.of(x)), 2e-3);
        assertArrayEquals(posterior.data, exact.posterior(Dataset.of(x)).data, 2e-3);
        assertEquals(Arrays.stream(logP).sum(), exact.logLikelihood(Dataset.of(x)), 5e-3);
    }

    /** The estimates against what they estimate: within 5 standard errors, false with probability 6e-7 each. */
    @ParameterizedTest
    @MethodSource("networks")
    void drawsGiveTheBoundAndTheLikelihood(Dbn dbn) {
        EnumeratedDbn exact = dbn.enumerated();
        FMatrixRMaj x = matrix(rows(dbn));
        DbnLikelihood many = dbn.logLikelihood(x, exact.logPartition(), 3000, 3);
        assertEquals(exact.logLikelihood(x) / x.numRows, many.natsPerRow(), 5 * many.standardError() + 1e-6);
        assertEquals(
                many.natsPerRow(),
                dbn.logLikelihood(Dataset.of(x), exact.logPartition(), 3000, 3).natsPerRow(),
                1e-3);
        int draws = 4000;
        DMatrixRMaj weights = exact.logWeights(x, draws, new SplittableRandom(1));
        double[] bound = exact.bound(x);
        for (int n = 0; n < x.numRows; n++) {
            double[] row = Arrays.copyOfRange(weights.data, n * draws, (n + 1) * draws);
            double mean = Arrays.stream(row).average().orElseThrow();
            double square = Arrays.stream(row)
                    .map(w -> (w - mean) * (w - mean))
                    .average()
                    .orElseThrow();
            assertEquals(bound[n], mean, 5 * Math.sqrt(square / draws) + 1e-5);
        }
        assertArrayEquals(
                exact.elbo(x, 2, new SplittableRandom(1)), exact.elbo(Dataset.of(x), 2, new SplittableRandom(1)), 2e-3);
    }

    /** Moments of draws, to 4.5 standard errors: each of 30 fails with a probability below 10⁻⁵. */
    @ParameterizedTest
    @MethodSource("networks")
    void drawsAreFromTheMixture(Dbn dbn) {
        double[] prior = logPrior(dbn);
        double[] expected = new double[5];
        for (int s = 0; s < prior.length; s++) {
            double p = Math.exp(prior[s]);
            double a = mean(dbn, s, 0);
            double b = mean(dbn, s, 1);
            float[] variances = dbn.variances().orElseThrow().data;
            double[] of = {a, b, a * a + variances[0], b * b + variances[1], a * b};
            for (int k = 0; k < 5; k++) {
                expected[k] += p * of[k];
            }
        }
        int n = 40_000;
        GaussianDeep.assertMoments(expected, dbn.sample(n, 50, new SplittableRandom(4)));
        GaussianDeep.assertMoments(expected, dbn.enumerated().sample(n, new SplittableRandom(5)));
        FMatrixRMaj means = dbn.sampleMeans(200, 5, new SplittableRandom(6));
        for (int i = 0; i < 200; i++) {
            double nearest = Double.POSITIVE_INFINITY;
            for (int s = 0; s < prior.length; s++) {
                nearest = Math.min(nearest, Math.abs(mean(dbn, s, 0) - means.get(i, 0)));
            }
            assertEquals(0, nearest, 1e-4);
        }
    }

    // --- the builder

    /** Each layer is the machine that its builder makes of what the machine below makes of the rows. */
    @Test
    void layersAreMachinesOfTheMeansBelow() {
        Dbn dbn = builder().nextLayer(NextLayer.MEANS).seed(6).fit(PLANE);
        Rbm first = lowest().seed(Seeds.split(6, "layer 1")).fit(PLANE);
        assertArrayEquals(first.weights().data, dbn.generativeWeights(1).data);
        assertArrayEquals(first.visibleBias().data, dbn.generativeBias(1).data);
        assertArrayEquals(first.variances().orElseThrow().data, dbn.variances().orElseThrow().data);
        assertArrayEquals(first.hiddenBias().data, dbn.recognitionBias(1).data);
        FMatrixRMaj seen = first.encode(PLANE);
        assertArrayEquals(seen.data, dbn.encode(PLANE, 1).data);
        assertArrayEquals(seen.data, dbn.encode(PLANE.floatMatrix(), 1).data, 2e-5f);
        Rbm second = upper(4).seed(Seeds.split(6, "layer 2")).fit(Dataset.of(seen));
        assertArrayEquals(second.weights().data, dbn.top().weights().data, 1e-4f);
        assertArrayEquals(
                second.baseRates().orElseThrow().data, dbn.top().baseRates().orElseThrow().data, 1e-5f);
        assertArrayEquals(second.encode(seen).data, dbn.encode(PLANE).data, 1e-4f);
        assertEquals(VisibleUnits.GAUSSIAN, dbn.visibleUnits());
        assertTrue(dbn.summary().settings().get("layer 1").startsWith("Gaussian visible units, 3 hidden"));
        assertEquals(List.of("height", "width"), dbn.columns());
    }

    /** Two clusters in the plane: the network has what the machine below alone has, and fine tuning what is left. */
    @Test
    void fineTuningRaisesTheBound() {
        DbnBuilder builder = Dbn.builder()
                .layers(lowest().epochs(20), upper(4))
                .upDown(RbmLearning.exact())
                .learningRate(.005)
                .batchSize(100);
        Dbn start = builder.epochs(0).fit(PLANE);
        Dbn end = builder.epochs(60).fit(PLANE);
        double before = bound(start);
        double after = bound(end);
        assertTrue(after > before + .05, before + " " + after);
        assertFalse(end.isTied());
        Dbn fixed = Dbn.builder()
                .layers(lowest().epochs(20).fixedVariances(3, .01), upper(4))
                .upDown(RbmLearning.exact())
                .learningRate(.01)
                .epochs(5)
                .fit(PLANE);
        assertArrayEquals(new float[] {3, .01f}, fixed.variances().orElseThrow().data, 1e-6f);
    }

    private static double bound(Dbn dbn) {
        return Arrays.stream(dbn.enumerated().bound(PLANE)).average().orElseThrow();
    }

    private static DbnBuilder staged() {
        return Dbn.builder()
                .layers(lowest().learning(RbmLearning.cd(1)).epochs(4), upper(4).learning(RbmLearning.pcd(1, 7)))
                .upDown(RbmLearning.pcd(1, 7))
                .learningRate(.01)
                .movingAverage(.5)
                .batchSize(100)
                .epochs(4);
    }

    /** Interrupted in each stage and resumed, the fit gives the bits of one that was not. */
    @Test
    void aFitGoesOnInEveryStage(@TempDir Path directory) {
        Dbn whole = staged().fit(PLANE);
        for (int stage = 1; stage <= 3; stage++) {
            Path place = directory.resolve("stage " + stage);
            int at = stage;
            staged().checkpoint(place)
                    .listener((epoch, dbn) -> {
                        if (dbn.history().stages().size() == at && epoch == 2) {
                            Thread.currentThread().interrupt();
                        }
                    })
                    .fit(PLANE);
            assertTrue(Thread.interrupted());
            Dbn resumed = staged().resume(place).fit(PLANE);
            assertEquals(ModelMethods.withoutSeconds(whole), ModelMethods.withoutSeconds(resumed));
        }
    }

    // --- files and networks

    @Test
    void savedAndLoaded(@TempDir Path directory) {
        Path file = directory.resolve("dbn.safetensors");
        TUNED.save(file);
        Dbn read = Dbn.load(file);
        assertEquals(ModelMethods.withoutSeconds(TUNED), ModelMethods.withoutSeconds(read));
        assertArrayEquals(TUNED.enumerated().bound(PLANE), read.enumerated().bound(PLANE));
    }

    /** It takes the rows in the units of the data. */
    @Test
    void theNetworkHasTheHiddenLayersOfTheEncoder() {
        FMatrixRMaj x = PLANE.slice(0, 30).floatMatrix();
        Tape tape = Tape.withoutGradients();
        FMatrixRMaj h = TUNED.toMlp("net", 2, new SplittableRandom(1))
                .layers()
                .get(0)
                .forward(tape, tape.constant(x))
                .value();
        assertArrayEquals(TUNED.encode(x, 1).data, h.data, 1e-4f);
        int[] labels = new int[400];
        for (int i = 0; i < 400; i++) {
            labels[i] = PLANE.get(i, 0) > 30 ? 1 : 0;
        }
        Dataset labelled = PLANE.withLabels(labels);
        int[] found = NeuralClassifier.builder()
                .network(TUNED.toNetwork())
                .standardize(false)
                .epochs(30)
                .learningRate(.02)
                .fit(labelled)
                .classify(labelled);
        int right = 0;
        for (int i = 0; i < 400; i++) {
            right += found[i] == labels[i] ? 1 : 0;
        }
        assertTrue(right > 380, right + " of 400");
    }

    @Test
    void badInputIsNamed() {
        Rbm gaussian = GaussianRbmTest.given(4, 3, 1, 1);
        assertMessageHas(
                "machine 2 has 4 visible units that are no bits",
                () -> Dbn.of(List.of(SmallMachines.random(3, 4, 1, 1), gaussian)));
        assertMessageHas(
                "layer 2 of a Dbn: a layer with visible(Gaussian), expected binary units",
                () -> Dbn.builder().layers(lowest(), lowest()).fit(PLANE));
        assertMessageHas(
                "no layer has as many",
                () -> Dbn.builder()
                        .layers(lowest(), upper(2))
                        .startFromTranspose(true)
                        .fit(PLANE));
        Dataset constant = Dataset.of(new double[][] {{1, 5}, {2, 5}, {3, 5}});
        assertMessageHas("Dbn.fit: column 1", () -> builder().fit(constant));
        assertMessageHas("3 columns, expected 2", () -> FITTED.encode(new FMatrixRMaj(1, 3)));
        FMatrixRMaj nan = new FMatrixRMaj(1, 2);
        nan.set(0, 1, Float.NaN);
        assertMessageHas("NaN in row 0, column 1", () -> FITTED.encode(nan));
        assertMessageHas("NaN in row 0, column 1", () -> FITTED.enumerated().posterior(nan));
        assertMessageHas(
                "NaN in row 0, column 1",
                () -> FITTED.logLikelihood(nan, FITTED.top().logPartition(), 1, 1));
    }

    // --- the contracts

    @Override
    public HasDensity<FMatrixRMaj> densityModel() {
        return TUNED.enumerated();
    }

    @Override
    public HasBound<FMatrixRMaj> boundedModel() {
        return TUNED.enumerated();
    }

    @Override
    public GenerativeModel<FMatrixRMaj> generativeModel() {
        return TUNED;
    }

    @Override
    public double[][] observations() {
        return rowsWithDensity();
    }

    @Override
    public double[][] rowsWithDensity() {
        return rows(TUNED);
    }

    @Override
    public double[][] support() {
        return new double[][] {{5, 55}, {-3, -1}};
    }
}
