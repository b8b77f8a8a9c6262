package lvm.gan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Bars;
import lvm.data.Dataset;
import lvm.data.Toy2d;
import lvm.fit.NonFiniteObjectiveException;
import lvm.model.GenerativeModel;
import lvm.model.GenerativeModelContract;
import lvm.nn.NetworkFactory;
import lvm.optim.Sgd;
import org.ejml.data.FMatrixRMaj;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class GanTest implements GenerativeModelContract<FMatrixRMaj> {
    private static final Dataset MOONS = Toy2d.TWO_MOONS.generate(200, 1);
    private static final Dataset BITS = Bars.generate(60, 3, 0.3, 0.05, 1).pictures();
    private static final Gan SMALL = small().fit(MOONS);

    private static <B extends GanBuilder<B, ?>> B networks(B builder) {
        return builder.latent(2)
                .generator(NetworkFactory.mlp(Activation.TANH, 6))
                .discriminator(NetworkFactory.mlp(Activation.LEAKY_RELU, 6))
                .batchSize(20)
                .steps(5);
    }

    private static Gan.Builder small() {
        return networks(Gan.builder());
    }

    @Override
    public GenerativeModel<FMatrixRMaj> generativeModel() {
        return SMALL;
    }

    private static void fails(Executable body, String... parts) {
        String text = assertThrows(IllegalArgumentException.class, body).getMessage();
        for (String part : parts) {
            assertTrue(text.contains(part), text);
        }
    }

    /** Going on from a checkpoint gives the bits of a fit without a stop: both players, averages, moments, singular vectors. */
    @Test
    void resumesBitForBit(@TempDir Path directory) {
        List<Supplier<Gan.Builder>> settings = List.of(
                () -> small().loss(GanLoss.wassersteinGradientPenalty(1))
                        .criticSteps(3)
                        .packing(2)
                        .movingAverage(.9),
                () -> small().generator(NetworkFactory.batchNormalized(Activation.RELU, 5))
                        .discriminator(NetworkFactory.batchNormalized(Activation.RELU, 5))
                        .features(4)
                        .minibatchDiscrimination(2, 2)
                        .featureMatching(true)
                        .spectralNorm(true)
                        .movingAverage(.8),
                () -> small().discriminator(
                                NetworkFactory.mlp(Activation.RELU, 5).afterDropout(.3))
                        .loss(GanLoss.wassersteinGradientPenalty(.1)));
        for (int k = 0; k < settings.size(); k++) {
            Path place = directory.resolve("fit" + k);
            Supplier<Gan.Builder> builder = settings.get(k);
            Map<String, FMatrixRMaj> whole = builder.get().steps(17).fit(MOONS).parameters();
            builder.get().steps(7).resume(place).fit(MOONS);
            Map<String, FMatrixRMaj> resumed =
                    builder.get().steps(17).resume(place).fit(MOONS).parameters();
            assertEquals(whole.keySet(), resumed.keySet());
            whole.forEach((name, m) -> assertArrayEquals(m.data, resumed.get(name).data, name));
            Map<String, FMatrixRMaj> shorter = builder.get().steps(7).fit(MOONS).parameters();
            assertFalse(Arrays.equals(
                    shorter.get("discriminator.0.w") == null ? new float[0] : shorter.get("discriminator.0.w").data,
                    whole.get("discriminator.0.w") == null ? new float[1] : whole.get("discriminator.0.w").data));
        }
    }

    /** The generator of the model is the average, the discriminator the last one. */
    @Test
    void theAverageIsOfTheGenerator() {
        Supplier<Gan.Builder> one =
                () -> small().optimizer(Sgd::new).learningRate(1).steps(1);
        Map<String, FMatrixRMaj> start = one.get().steps(0).fit(MOONS).parameters();
        Map<String, FMatrixRMaj> last = one.get().fit(MOONS).parameters();
        Map<String, FMatrixRMaj> averaged =
                one.get().movingAverage(.75).fit(MOONS).parameters();
        start.forEach((name, from) -> {
            for (int i = 0; i < from.getNumElements(); i++) {
                float to = last.get(name).data[i];
                double expected = name.startsWith("generator") ? from.data[i] + .25 * (to - from.data[i]) : to;
                assertEquals(expected, averaged.get(name).data[i], 1e-6, name);
            }
        });
        assertFalse(Arrays.equals(start.get("generator.0.w").data, last.get("generator.0.w").data));
    }

    /** The running moments of an averaged generator are its own: those of many draws through it. */
    @Test
    void anAveragedGeneratorHasMomentsOfItsOwn() {
        Gan gan = small().generator(NetworkFactory.batchNormalized(Activation.IDENTITY, 3))
                .movingAverage(.99)
                .learningRate(.1)
                .steps(40)
                .fit(MOONS);
        Map<String, FMatrixRMaj> p = gan.parameters();
        FMatrixRMaj w = p.get("generator.0.w");
        for (int j = 0; j < 3; j++) {
            double variance = 0;
            for (int k = 0; k < 2; k++) {
                variance += w.get(k, j) * w.get(k, j); // of w z, z ~ N(0, I)
            }
            assertEquals(
                    p.get("generator.0.b").get(0, j),
                    p.get("generator.norm0.mean").get(0, j),
                    0.1);
            assertEquals(1, p.get("generator.norm0.variance").get(0, j) / variance, 0.15);
        }
    }

    /** The map that is normalised has slope at most 1: each W/σ(W), and the leaky units between. */
    @Test
    void spectralNormBoundsTheSlope() {
        requireSingularValues(small().spectralNorm(true)
                .discriminator(NetworkFactory.mlp(Activation.RELU, 30, 30))
                .steps(0)
                .fit(MOONS));
        Gan gan = small().spectralNorm(true).learningRate(.05).steps(60).fit(MOONS);
        requireSingularValues(gan);
        FMatrixRMaj x = gan.sample(100, new SplittableRandom(3));
        double[] d = gan.discriminate(x);
        double deviation = 0; // what the columns are divided by
        for (int j = 0; j < 2; j++) {
            deviation = Math.max(
                    deviation,
                    1 / lvm.fit.Scaling.of(MOONS, lvm.fit.Scaling.Kind.COLUMNS).scale(j));
        }
        double steepest = 0;
        for (int i = 1; i < 100; i++) {
            double distance = Math.hypot(x.get(i, 0) - x.get(0, 0), x.get(i, 1) - x.get(0, 1));
            steepest = Math.max(steepest, Math.abs(d[i] - d[0]) / (distance * deviation));
        }
        assertTrue(steepest <= 1 + 1e-4 && steepest > 0.05, "slope " + steepest);
    }

    /** The vectors of a finished model are iterated to their end, also of a fit of no steps. */
    private static void requireSingularValues(Gan gan) {
        Map<String, FMatrixRMaj> p = gan.parameters();
        for (int k = 0; p.containsKey("discriminator." + k + ".w"); k++) {
            FMatrixRMaj w = p.get("discriminator." + k + ".w");
            SimpleMatrix m = new SimpleMatrix(w.numRows, w.numCols);
            double estimate = 0;
            for (int i = 0; i < w.numRows; i++) {
                for (int j = 0; j < w.numCols; j++) {
                    m.set(i, j, w.get(i, j));
                    estimate += p.get("discriminator." + k + ".w.v").get(0, i)
                            * w.get(i, j)
                            * p.get("discriminator." + k + ".w.u").get(0, j);
                }
            }
            double sigma = m.svd().getSingularValues()[0];
            assertEquals(sigma, estimate, 1e-3 * sigma);
        }
    }

    /** Where the game stands: at −ln 4 and ½ ½ there is nothing to warn of, near 0 and far below there is. */
    @Test
    void warningsAreOfTheGame() {
        for (GanLoss loss : List.of(GanLoss.minimax(), GanLoss.nonSaturating())) {
            assertEquals("", loss.warning(-1.4));
            assertEquals("", loss.warning(-0.5));
            assertTrue(loss.warning(-0.1).contains("generator has lost"));
            assertTrue(loss.warning(-3).contains("worse than guessing"));
        }
        assertEquals("", GanLoss.leastSquares().warning(-0.25));
        assertEquals("", GanLoss.leastSquares().warning(-0.1));
        assertTrue(GanLoss.leastSquares().warning(-0.01).contains("generator has lost"));
        assertTrue(GanLoss.leastSquares().warning(-0.6).contains("worse than guessing"));
        assertEquals("", GanLoss.wasserstein(.01).warning(0));
        assertEquals("", GanLoss.wassersteinGradientPenalty(1).warning(5));
    }

    /** What the history is called says what it is, and the card where the game stands. */
    @Test
    void theObjectiveIsNamed() {
        Map<GanLoss, String> names = Map.of(
                GanLoss.minimax(), "value of the game, nats",
                GanLoss.nonSaturating(), "value of the game, nats",
                GanLoss.leastSquares(), "score of the discriminator's regression",
                GanLoss.wasserstein(.01), "difference of the critic, Wasserstein distance up to a factor",
                GanLoss.wassersteinGradientPenalty(1),
                        "difference of the critic, estimate of the Wasserstein distance");
        names.forEach((loss, name) -> {
            Gan gan = small().loss(loss).fit(MOONS);
            assertEquals(name, gan.history().names().get(0));
            assertEquals(loss.toString(), gan.summary().settings().get("loss"));
            assertTrue(gan.summary().results().containsKey("its scale"));
        });
    }

    /** Divergence is reported: as an exception where numbers are no longer finite, on the card where one player has lost. */
    @Test
    void divergenceIsReported() {
        NonFiniteObjectiveException e = assertThrows(
                NonFiniteObjectiveException.class,
                () -> small().loss(GanLoss.leastSquares())
                        .optimizer(Sgd::new)
                        .learningRate(1e9)
                        .steps(50)
                        .fit(MOONS));
        assertTrue(e.getMessage().contains("learningRate"), e.getMessage());
        double[][] far = new double[200][];
        Arrays.setAll(far, i -> new double[] {1000 + i % 7, 1});
        Gan lost = small().standardize(false)
                .generator((name, in, out, rng) ->
                        new lvm.nn.Linear(name, in, out, Activation.SIGMOID, lvm.nn.WeightInit.GLOROT, rng))
                .learningRate(.01)
                .steps(150)
                .fit(Dataset.of(far));
        String warning = lost.summary().results().get("warning");
        assertTrue(
                warning != null && warning.contains("generator has lost"),
                lost.summary().toString());
        assertFalse(
                SMALL.summary().results().containsKey("warning"),
                SMALL.summary().toString());
    }

    /** Grey levels begin at their means and stay between 0 and 1; real numbers are in the units of the data. */
    @Test
    void whatTheGeneratorMakes() {
        Gan bits = small().steps(0).fit(BITS);
        float[] bias = bits.parameters().get("generator.1.b").data;
        for (int j = 0; j < 9; j++) {
            double sum = 0.5;
            for (int i = 0; i < 60; i++) {
                sum += BITS.get(i, j);
            }
            double mean = sum / 61;
            assertEquals(Math.log(mean / (1 - mean)), bias[j], 1e-5);
        }
        for (float v : bits.sample(50, new SplittableRandom(1)).data) {
            assertTrue(v > 0 && v < 1);
        }
        double[][] rows = new double[200][];
        for (int i = 0; i < 200; i++) {
            rows[i] = new double[] {1e4 + 100 * MOONS.get(i, 0), 1e-3 * MOONS.get(i, 1)};
        }
        Gan other = small().fit(Dataset.of(rows));
        FMatrixRMaj x = SMALL.sample(20, new SplittableRandom(2));
        FMatrixRMaj y = other.sample(20, new SplittableRandom(2));
        for (int i = 0; i < 20; i++) {
            assertEquals(x.get(i, 0), (y.get(i, 0) - 1e4) / 100, 1e-3);
            assertEquals(x.get(i, 1), y.get(i, 1) * 1e3, 1e-3);
        }
        assertArrayEquals(SMALL.discriminate(MOONS), other.discriminate(Dataset.of(rows)), 1e-4);
    }

    @Test
    void walksAndSearchesAmongCodes() {
        FMatrixRMaj a = SMALL.samplePrior(3, new SplittableRandom(1));
        FMatrixRMaj b = SMALL.samplePrior(3, new SplittableRandom(2));
        FMatrixRMaj walk = SMALL.walk(a, b, 5);
        assertEquals(15, walk.numRows);
        FMatrixRMaj ends = SMALL.decode(b);
        assertArrayEquals(
                new float[] {ends.get(1, 0), ends.get(1, 1)}, new float[] {walk.get(9, 0), walk.get(9, 1)}, 1e-5f);
        assertEquals(7, SMALL.traverse(1, -2, 2, 7).numRows);
        // A linear generator of as many columns is its own code.
        Gan linear = small().generator(NetworkFactory.linear()).fit(MOONS);
        FMatrixRMaj x = linear.decode(a);
        Codes codes = linear.searchCodes(x, 2, 400, new SplittableRandom(4));
        for (int i = 0; i < 3; i++) {
            assertEquals(0, codes.squaredErrors()[i], 1e-4);
            assertEquals(a.get(i, 0), codes.z().get(i, 0), 0.02);
            assertEquals(a.get(i, 1), codes.z().get(i, 1), 0.02);
        }
        double[] before = linear.searchCodes(x, 1, 0, new SplittableRandom(4)).squaredErrors();
        double[] more = linear.searchCodes(x, 20, 0, new SplittableRandom(4)).squaredErrors();
        assertTrue(Arrays.stream(more).sum() < Arrays.stream(before).sum());
    }

    /** A pack is as many rows after each other; the others of a minibatch that minibatch discrimination sees are those given. */
    @Test
    void packsAndMinibatches() {
        Gan packed = small().packing(4).fit(MOONS);
        FMatrixRMaj x = MOONS.floatMatrix();
        double[] d = packed.discriminate(x);
        assertEquals(50, d.length);
        FMatrixRMaj second = new FMatrixRMaj(4, 2);
        System.arraycopy(x.data, 8, second.data, 0, 8);
        assertEquals(d[1], packed.discriminate(second)[0], 1e-6);
        Gan compared = small().features(3).minibatchDiscrimination(2, 2).fit(MOONS);
        double alone = compared.discriminate(second)[0];
        FMatrixRMaj twice = second.copy();
        System.arraycopy(second.data, 0, twice.data, 2, 2);
        assertTrue(alone != compared.discriminate(twice)[0]);
    }

    @Test
    void aConditionalGeneratorMakesItsClasses() {
        SplittableRandom rng = new SplittableRandom(8);
        double[][] rows = new double[600][];
        int[] labels = new int[600];
        for (int i = 0; i < rows.length; i++) {
            labels[i] = i % 2;
            rows[i] = new double[] {(labels[i] == 0 ? -3 : 3) + 0.3 * rng.nextGaussian()};
        }
        ConditionalGan gan = networks(ConditionalGan.builder())
                .learningRate(.01)
                .batchSize(100)
                .steps(400)
                .fit(Dataset.of(rows).withLabels(labels));
        int[] classes = IntStream.range(0, 400).map(i -> i % 2).toArray();
        FMatrixRMaj x = gan.sample(classes, new SplittableRandom(1));
        double[] means = new double[2];
        for (int i = 0; i < 400; i++) {
            means[i % 2] += x.data[i] / 200;
        }
        assertEquals(-3, means[0], 0.6);
        assertEquals(3, means[1], 0.6);
        assertEquals(2, gan.classes());
        double[] d = gan.discriminate(Dataset.of(rows).withLabels(labels));
        assertArrayEquals(d, gan.discriminate(Dataset.of(rows).floatMatrix(), labels), 1e-5);
        Codes codes =
                gan.searchCodes(Dataset.of(rows).withLabels(labels).subset(0, 1), 3, 100, new SplittableRandom(2));
        assertTrue(codes.squaredErrors()[0] < 1);
    }

    @Test
    void badSettingsAreNamed() {
        fails(() -> Gan.builder().fit(MOONS), "latent not set");
        fails(() -> Gan.builder().latent(2).fit(MOONS), "generator not set");
        fails(() -> Gan.builder().latent(2).generator(NetworkFactory.linear()).fit(MOONS), "discriminator not set");
        fails(() -> small().latent(0), "latent is 0");
        fails(() -> small().packing(0), "packing is 0");
        fails(() -> small().criticSteps(0), "criticSteps is 0");
        fails(() -> small().features(0), "features is 0");
        fails(() -> small().minibatchDiscrimination(1, 0), "minibatchDiscrimination is 0");
        fails(() -> small().movingAverage(1), "movingAverage");
        fails(() -> small().discriminatorLearningRate(Double.NaN), "discriminatorLearningRate is NaN");
        fails(() -> GanLoss.wasserstein(0), "clip is 0");
        fails(() -> GanLoss.wassersteinGradientPenalty(Double.NaN), "lambda is NaN");
        fails(() -> small().featureMatching(true).fit(MOONS), "featureMatching needs features");
        fails(() -> small().minibatchDiscrimination(2, 2).fit(MOONS), "needs features");
        fails(
                () -> small().features(3)
                        .minibatchDiscrimination(2, 2)
                        .loss(GanLoss.wassersteinGradientPenalty(1))
                        .fit(MOONS),
                "gradient penalty");
        fails(
                () -> small().discriminator(NetworkFactory.batchNormalized(Activation.RELU, 3))
                        .loss(GanLoss.wassersteinGradientPenalty(1))
                        .fit(MOONS),
                "gradient penalty",
                "BatchNorm",
                "discriminator.norm0");
        fails(() -> small().validation(MOONS).fit(MOONS), "validation is set", "a game of two players");
        fails(
                () -> small().generator(
                                (name, in, out, rng) -> NetworkFactory.linear().make(name, in, out + 1, rng))
                        .fit(MOONS),
                "the generator makes 3 columns");
        NetworkFactory own = (name, in, out, rng) -> NetworkFactory.linear().make(name, in, out, rng);
        String text = assertThrows(
                        IllegalStateException.class,
                        () -> small().generator(own).fit(MOONS).save(Path.of("unused")))
                .getMessage();
        assertTrue(text.contains("generator"), text);
    }

    @Test
    void badDataAreNamed() {
        // minibatches too small for a pack: one row, and a rest
        fails(() -> small().packing(2).batchSize(1).fit(MOONS), "one has 1", "packing(2)", "batchSize");
        fails(() -> small().packing(3).batchSize(99).fit(MOONS), "of 200 rows", "one has 2", "at least 3");
        fails(() -> small().packing(300).fit(MOONS), "packing(300)");
        fails(
                () -> small().features(2)
                        .minibatchDiscrimination(1, 1)
                        .batchSize(1)
                        .fit(MOONS),
                "two packs");
        // images of another shape
        fails(() -> small().generator(NetworkFactory.dcganGenerator(28, 4, 3)).fit(BITS), "9 columns", "784");
        fails(
                () -> small().discriminator(NetworkFactory.dcganDiscriminator(28, true, 4))
                        .fit(BITS),
                "9 columns",
                "784");
        // labels
        fails(() -> networks(ConditionalGan.builder()).fit(BITS), "ConditionalGan.fit", "no labels");
        int[] some = new int[60];
        some[7] = Dataset.UNLABELLED;
        some[8] = 1;
        fails(() -> networks(ConditionalGan.builder()).fit(BITS.withLabels(some)), "no class in row 7");
        // rows for a fitted model
        fails(() -> SMALL.discriminate(new FMatrixRMaj(2, 3)), "3 columns", "expected 2");
        fails(() -> SMALL.discriminate(new FMatrixRMaj(new float[][] {{1, Float.NaN}})), "NaN");
        fails(() -> SMALL.decode(new FMatrixRMaj(2, 3)), "3 columns");
        fails(() -> SMALL.decode(new FMatrixRMaj(new float[][] {{1, Float.NaN}})), "NaN");
        fails(() -> SMALL.walk(new FMatrixRMaj(2, 2), new FMatrixRMaj(3, 2), 4), "rows");
        fails(() -> SMALL.searchCodes(new FMatrixRMaj(2, 2), 0, 5, new SplittableRandom(1)), "starts is 0");
        fails(() -> small().packing(3).fit(MOONS).discriminate(new FMatrixRMaj(4, 2)), "4 rows", "3 rows at once");
    }

    /** The gradient of the closeness of minibatch discrimination, and its value, against the formula. */
    @Test
    void closeness() {
        int n = 4;
        int kernels = 2;
        int size = 3;
        SplittableRandom rng = new SplittableRandom(3);
        FMatrixRMaj m = new FMatrixRMaj(n, kernels * size);
        FMatrixRMaj weight = new FMatrixRMaj(n, kernels);
        for (int i = 0; i < m.getNumElements(); i++) {
            m.data[i] = (float) (0.5 * rng.nextGaussian());
        }
        for (int i = 0; i < weight.getNumElements(); i++) {
            weight.data[i] = (float) rng.nextGaussian();
        }
        Param p = new Param("m", m);
        Tape tape = new Tape();
        Var o = tape.apply(MinibatchDiscrimination.closeness(size), n, kernels, tape.param(p));
        double[] values = formula(m, n, kernels, size);
        for (int i = 0; i < values.length; i++) {
            assertEquals(values[i], o.value().data[i], 1e-5);
        }
        tape.backward(o, weight);
        for (int i = 0; i < m.getNumElements(); i++) {
            float old = m.data[i];
            double[] sides = new double[2];
            for (int s = 0; s < 2; s++) {
                m.data[i] = old + (s == 0 ? -1e-3f : 1e-3f);
                double[] all = formula(m, n, kernels, size);
                for (int k = 0; k < all.length; k++) {
                    sides[s] += weight.data[k] * all[k];
                }
            }
            m.data[i] = old;
            assertEquals((sides[1] - sides[0]) / 2e-3, p.gradient().data[i], 2e-3);
        }
    }

    private static double[] formula(FMatrixRMaj m, int n, int kernels, int size) {
        double[] o = new double[n * kernels];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                for (int b = 0; b < kernels; b++) {
                    double distance = 0;
                    for (int c = 0; c < size; c++) {
                        distance += Math.abs((double) m.get(i, b * size + c) - m.get(j, b * size + c));
                    }
                    o[i * kernels + b] += i == j ? 0 : Math.exp(-distance);
                }
            }
        }
        return o;
    }
}
