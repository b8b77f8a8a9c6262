package lvm.bernoulli;

import static lvm.model.Messages.assertMessageHas;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.data.Bars;
import lvm.data.Dataset;
import lvm.distribution.BinaryStates;
import lvm.model.EncoderDecoderContract;
import lvm.model.HasDecoder;
import lvm.model.HasEncoder;
import lvm.nn.NetworkFactory;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Maximum likelihood in its exact forms, the bound, its gaps. */
class LearningTest implements EncoderDecoderContract<FMatrixRMaj> {
    @TempDir
    Path directory;

    @Override
    public HasEncoder<FMatrixRMaj> encoder() {
        return BernoulliLvmTest.random(3, 5, 1);
    }

    @Override
    public HasDecoder<FMatrixRMaj> decoder() {
        return BernoulliLvmTest.random(3, 5, 1);
    }

    @Override
    public double[][] observations() {
        return new double[][] {{0, 1, 0, 1, 1}, {1, 1, 0, 0, 1}, {0, 0, 0, 1, 0}};
    }

    @Override
    public FMatrixRMaj matrix(double[][] rows) {
        return floats(rows);
    }

    static FMatrixRMaj floats(double[][] rows) {
        FMatrixRMaj x = new FMatrixRMaj(rows.length, rows[0].length);
        for (int i = 0; i < x.getNumElements(); i++) {
            x.data[i] = (float) rows[i / x.numCols][i % x.numCols];
        }
        return x;
    }

    static FMatrixRMaj data(int n) {
        return BernoulliLvmTest.random(3, 6, 8).sample(n, new SplittableRandom(9));
    }

    /** The likelihood of EM, and the bound of mean field, never fall by more than single precision does. */
    @Test
    void emNeverDecreases() {
        FMatrixRMaj x = data(300);
        for (NetworkFactory decoder :
                List.of(NetworkFactory.linear(), BitTable.factory(), NetworkFactory.mlp(Activation.TANH, 6))) {
            for (Learning learning : List.of(Learning.EM, Learning.MEAN_FIELD)) {
                BernoulliLvm model = BernoulliLvm.builder()
                        .latent(3)
                        .decoder(decoder)
                        .learning(learning)
                        .epochs(40)
                        .fit(x);
                double[] objective =
                        model.history().column(model.history().names().get(0));
                assertEquals(40, objective.length);
                for (int i = 1; i < objective.length; i++) {
                    assertTrue(objective[i] >= objective[i - 1] - 2e-6, learning + " " + Arrays.toString(objective));
                }
                double logP = model.logLikelihood(x) / x.numRows;
                assertTrue(logP > objective[0] + 0.05, "it has learnt something");
                assertTrue(logP >= objective[39] - 1e-5, "a bound, and the last M-step");
            }
        }
    }

    /** The E-step of mean field goes on from the means of the last one, and its objective is the bound that it comes to. */
    @Test
    void meanFieldGoesOnFromItsLastMeans() {
        FMatrixRMaj x = data(40);
        SplittableRandom rng = new SplittableRandom(6);
        BernoulliLvm model =
                BernoulliLvm.of(BernoulliLvmTest.beta(3, rng), BernoulliLvmTest.linear("decoder", 3, 6, 2, rng));
        FMatrixRMaj means = new FMatrixRMaj(40, 3);
        DMatrixRMaj start = new DMatrixRMaj(40, 3);
        for (int i = 0; i < 120; i++) {
            means.data[i] = rng.nextFloat();
            start.data[i] = means.data[i];
        }
        DMatrixRMaj expected = VariationalBound.meanField(model, x, start, 1);
        double bound = Arrays.stream(VariationalBound.elbo(model, x, VariationalBound.product(expected)))
                .average()
                .orElseThrow();
        DMatrixRMaj half = new DMatrixRMaj(40, 3);
        half.fill(0.5);
        double other = Arrays.stream(VariationalBound.elbo(
                        model, x, VariationalBound.product(VariationalBound.meanField(model, x, half, 1))))
                .average()
                .orElseThrow();
        assertTrue(Math.abs(bound - other) > 0.01, "another start leads elsewhere: " + bound + ", " + other);
        assertEquals(bound, new EmSteps(model, x).meanField(means, 1), 1e-5);
        for (int i = 0; i < 120; i++) {
            assertEquals(expected.data[i], means.data[i], 1e-6);
        }
    }

    /** Each E-step of a fit is up to 20 turns over all means from those of the step before, under the model of then. */
    @Test
    void theCourseOfAMeanFieldFit() {
        FMatrixRMaj x = data(60);
        int steps = 15;
        double[] recorded = meanField(x, steps).history().column("bound, nats per row");
        DMatrixRMaj means = new DMatrixRMaj(60, 3);
        means.fill(0.5);
        for (int t = 0; t < steps; t++) {
            BernoulliLvm model = meanField(x, t);
            means = VariationalBound.meanField(model, x, means, 20);
            double bound = Arrays.stream(VariationalBound.elbo(model, x, VariationalBound.product(means)))
                    .average()
                    .orElseThrow();
            assertEquals(bound, recorded[t], 1e-6, "step " + t);
        }
    }

    private static BernoulliLvm meanField(FMatrixRMaj x, int epochs) {
        return BernoulliLvm.builder()
                .latent(3)
                .learning(Learning.MEAN_FIELD)
                .epochs(epochs)
                .fit(x);
    }

    /** Where EM has converged the exact gradient is zero, and ascent by it gets as high. */
    @Test
    void emAndTheExactGradientFindMaxima() {
        FMatrixRMaj x = data(200);
        BernoulliLvm em = BernoulliLvm.builder()
                .latent(2)
                .learning(Learning.EM)
                .epochs(400)
                .fit(x);
        Tape tape = new Tape();
        tape.backward(em.logDensity(tape, tape.constant(x)).mean());
        for (Param p : em.params()) {
            for (float g : p.gradient().data) {
                assertEquals(0, g, 3e-3, p.name());
            }
        }
        BernoulliLvm ascent = BernoulliLvm.builder()
                .latent(2)
                .learningRate(0.02)
                .batchSize(200)
                .epochs(1_000)
                .fit(x);
        assertEquals(em.logLikelihood(x) / 200, ascent.logLikelihood(x) / 200, 0.02);
    }

    /**
     * One M-step of a linear decoder is the maximum of Σ r log p(x | z) over its weights, a logistic regression for each column: its
     * slope is 0 there, Σᵢₛ rᵢₛ zₛ (xᵢ − pₛ).
     */
    @Test
    void theLinearMStepIsAWeightedLogisticRegression() {
        FMatrixRMaj x = data(60);
        SplittableRandom rng = new SplittableRandom(2);
        BernoulliLvm model =
                BernoulliLvm.of(BernoulliLvmTest.beta(2, rng), BernoulliLvmTest.linear("decoder", 2, 6, 0.7, rng));
        DMatrixRMaj r = model.posterior(x);
        new EmSteps(model, x).exact();
        FMatrixRMaj z = BinaryStates.all(2);
        FMatrixRMaj p = model.decode(z);
        for (int j = 0; j < 6; j++) {
            for (int a = 0; a <= 2; a++) {
                double slope = 0;
                for (int i = 0; i < 60; i++) {
                    for (int s = 0; s < 4; s++) {
                        slope += r.get(i, s) * (a == 2 ? 1 : z.get(s, a)) * (x.get(i, j) - p.get(s, j)) / 60;
                    }
                }
                assertEquals(0, slope, 1e-4, "column " + j + ", weight " + a);
            }
        }
    }

    /** One M-step of a table from given responsibilities is the maximum: the average of what each state explains. */
    @Test
    void theTablesMStepIsTheWeightedMean() {
        FMatrixRMaj x = data(50);
        SplittableRandom rng = new SplittableRandom(2);
        BernoulliLvm model = BernoulliLvm.of(BernoulliLvmTest.beta(2, rng), new BitTable("t", 2, 6, 1, rng));
        DMatrixRMaj r = model.posterior(x);
        new EmSteps(model, x).exact();
        FMatrixRMaj p = model.decode(BinaryStates.all(2));
        double on = 0;
        for (int s = 0; s < 4; s++) {
            for (int j = 0; j < 6; j++) {
                double sum = 0;
                double count = 0;
                for (int i = 0; i < 50; i++) {
                    sum += r.get(i, s) * x.get(i, j);
                    count += r.get(i, s);
                }
                assertEquals(sum / count, p.get(s, j), 1e-5);
                on += j == 0 && s >= 2 ? count / 50 : 0;
            }
        }
        assertEquals(on, model.prior()[0], 1e-6);
    }

    @Test
    void aFitGoesOnFromItsCheckpoint() {
        FMatrixRMaj x = data(60);
        for (Learning learning : Learning.values()) {
            Path place = directory.resolve(learning.name());
            BernoulliLvm.builder()
                    .latent(2)
                    .learning(learning)
                    .epochs(3)
                    .checkpoint(place)
                    .fit(x);
            BernoulliLvm resumed = BernoulliLvm.builder()
                    .latent(2)
                    .learning(learning)
                    .epochs(7)
                    .resume(place)
                    .fit(x);
            BernoulliLvm whole = BernoulliLvm.builder()
                    .latent(2)
                    .learning(learning)
                    .epochs(7)
                    .fit(x);
            assertArrayEquals(
                    whole.decoder().params().get(0).value().data,
                    resumed.decoder().params().get(0).value().data,
                    learning.toString());
        }
    }

    @Test
    void theBoundIsBelowAndTightAtThePosterior() {
        SplittableRandom rng = new SplittableRandom(3);
        for (int k : new int[] {2, 5, 12}) {
            BernoulliLvm model = BernoulliLvmTest.random(k, 8, k);
            FMatrixRMaj x = model.sample(5, rng);
            double[] logP = model.logDensity(x);
            DMatrixRMaj posterior = model.posterior(x);
            assertArrayEquals(logP, VariationalBound.elbo(model, x, posterior), 1e-9);
            assertArrayEquals(new double[5], VariationalBound.gap(model, x, posterior), 1e-9);
            DMatrixRMaj means = new DMatrixRMaj(5, k);
            Arrays.setAll(means.data, i -> rng.nextDouble());
            DMatrixRMaj q = VariationalBound.product(means);
            double[] bound = VariationalBound.elbo(model, x, q);
            double[] gap = VariationalBound.gap(model, x, q);
            for (int i = 0; i < 5; i++) {
                assertTrue(bound[i] < logP[i]);
                assertEquals(logP[i], bound[i] + gap[i], 1e-9);
            }
        }
    }

    @Test
    void aProductOfMeansHasThem() {
        DMatrixRMaj q = VariationalBound.product(new DMatrixRMaj(new double[][] {{0.9, 0.2, 0.5}}));
        assertEquals(0.9 * 0.8 * 0.5, q.data[0b100], 1e-15);
        assertEquals(0.1 * 0.2 * 0.5, q.data[0b011], 1e-15);
        assertMessageHas(
                "NaN is not within", () -> VariationalBound.product(new DMatrixRMaj(new double[][] {{Double.NaN}})));
    }

    /** Each sweep of mean field raises the bound, and at its end no mean can be moved to raise it. */
    @Test
    void meanFieldClimbsToAStationaryPoint() {
        BernoulliLvm model = BernoulliLvmTest.random(4, 8, 6);
        FMatrixRMaj x = model.sample(10, new SplittableRandom(1));
        DMatrixRMaj means = new DMatrixRMaj(10, 4);
        means.fill(0.4);
        double[] before = VariationalBound.elbo(model, x, VariationalBound.product(means));
        for (int sweep = 0; sweep < 5; sweep++) {
            means = VariationalBound.meanField(model, x, means, 1);
            double[] after = VariationalBound.elbo(model, x, VariationalBound.product(means));
            for (int i = 0; i < 10; i++) {
                assertTrue(after[i] >= before[i] - 1e-12);
            }
            before = after;
        }
        means = VariationalBound.meanField(model, x, means, 10_000);
        double[] top = VariationalBound.elbo(model, x, VariationalBound.product(means));
        for (int k = 0; k < 4; k++) {
            for (double step : new double[] {-1e-3, 1e-3}) {
                DMatrixRMaj moved = means.copy();
                for (int i = 0; i < 10; i++) {
                    moved.set(i, k, Math.min(1, Math.max(0, moved.get(i, k) + step)));
                }
                double[] other = VariationalBound.elbo(model, x, VariationalBound.product(moved));
                for (int i = 0; i < 10; i++) {
                    assertTrue(other[i] <= top[i] + 1e-9, "row " + i + ", variable " + k);
                }
            }
        }
    }

    /** log p = bound + both gaps, each at least 0, and the best factorial q found is the best of a fine grid. */
    @Test
    void theDecompositionAddsUp() {
        SplittableRandom rng = new SplittableRandom(4);
        BernoulliLvm model = BernoulliLvmTest.random(2, 6, 3);
        SigmoidBeliefNet net = SigmoidBeliefNet.of(model, BernoulliLvmTest.linear("encoder", 6, 2, 0.5, rng));
        FMatrixRMaj x = model.sample(20, rng);
        VariationalBound.Decomposition parts = VariationalBound.decompose(net, x);
        double[] logP = model.logDensity(x);
        double[] kl = VariationalBound.gap(model, x, VariationalBound.product(VariationalBound.means(net, x)));
        double[] grid = new double[20];
        Arrays.fill(grid, Double.NEGATIVE_INFINITY);
        for (int a = 0; a <= 200; a++) {
            for (int b = 0; b <= 200; b++) {
                DMatrixRMaj means = new DMatrixRMaj(20, 2);
                for (int i = 0; i < 20; i++) {
                    means.set(i, 0, a / 200.0);
                    means.set(i, 1, b / 200.0);
                }
                double[] bound = VariationalBound.elbo(model, x, VariationalBound.product(means));
                for (int i = 0; i < 20; i++) {
                    grid[i] = Math.max(grid[i], bound[i]);
                }
            }
        }
        for (int i = 0; i < 20; i++) {
            assertEquals(logP[i], parts.logDensity()[i], 1e-9);
            assertEquals(logP[i], parts.elbo()[i] + parts.kl()[i], 1e-9);
            assertEquals(kl[i], parts.kl()[i], 1e-6);
            assertTrue(parts.approximationGap()[i] >= 0 && parts.amortizationGap()[i] >= 0);
            double best = logP[i] - parts.approximationGap()[i];
            assertTrue(best >= grid[i] - 1e-9 && best < grid[i] + 1e-3, "row " + i);
        }
        assertEquals(Arrays.stream(parts.kl()).average().orElseThrow(), parts.means()[2] + parts.means()[3], 1e-9);
    }

    /** In every epoch of a fit log p = bound + both gaps, and training by NVIL closes the amortisation gap. */
    @Test
    void aListenerSeesTheDecompositionOverTheTraining() {
        FMatrixRMaj x = BernoulliLvmTest.random(3, 6, 8).sample(400, new SplittableRandom(9));
        List<VariationalBound.Decomposition> parts = new ArrayList<>();
        SigmoidBeliefNet net = SigmoidBeliefNet.builder()
                .latent(3)
                .learning(GradientEstimator.nvil(8, true))
                .learningRate(0.02)
                .batchSize(50)
                .epochs(20)
                .listener((epoch, now) -> {
                    VariationalBound.Decomposition one = VariationalBound.decompose(now, x);
                    double[] logP = now.model().logDensity(x);
                    for (int i = 0; i < x.numRows; i++) {
                        assertEquals(
                                logP[i], one.elbo()[i] + one.approximationGap()[i] + one.amortizationGap()[i], 1e-9);
                    }
                    parts.add(one);
                })
                .fit(x);
        assertEquals(20, parts.size());
        double[] last = parts.get(19).means();
        assertTrue(last[1] > parts.get(0).means()[1] + 0.05, "the bound rises");
        double highest = parts.stream().mapToDouble(p -> p.means()[3]).max().orElseThrow();
        assertTrue(last[3] < highest / 2, "amortisation gap at most " + highest + ", at last " + last[3]);
        assertArrayEquals(
                VariationalBound.decompose(net, x).elbo(), parts.get(19).elbo(), 1e-9);
    }

    /** A decoder that looks at each latent variable alone has a factorial posterior: no approximation gap. */
    @Test
    void aFactorialPosteriorHasNoApproximationGap() {
        SplittableRandom rng = new SplittableRandom(4);
        lvm.nn.Linear decoder = BernoulliLvmTest.linear("d", 3, 3, 1, rng);
        for (int i = 0; i < 9; i++) {
            if (i / 3 != i % 3) {
                decoder.weights().value().data[i] = 0;
            }
        }
        BernoulliLvm model = BernoulliLvm.of(BernoulliLvmTest.beta(3, rng), decoder);
        SigmoidBeliefNet net = SigmoidBeliefNet.of(model, BernoulliLvmTest.linear("encoder", 3, 3, 0.5, rng));
        VariationalBound.Decomposition parts = VariationalBound.decompose(net, BinaryStates.all(3));
        for (int i = 0; i < 8; i++) {
            assertEquals(0, parts.approximationGap()[i], 1e-9);
            assertTrue(parts.amortizationGap()[i] > 1e-3);
        }
    }

    /** The bars: the true table has the density that the data know of themselves, and EM learns most of it. */
    @Test
    void barsHaveAKnownTruth() {
        Bars bars = Bars.generate(500, 2, 0.3, 0.05, 1);
        FMatrixRMaj x = bars.pictures().floatMatrix();
        double[] beta = new double[4];
        Arrays.fill(beta, 0.3);
        BernoulliLvm truth = BernoulliLvm.of(beta, new BitTable("truth", bars.logits()));
        assertArrayEquals(bars.logDensity(), truth.logDensity(x), 1e-5);
        BernoulliLvm learnt = BernoulliLvm.builder()
                .latent(4)
                .learning(Learning.EM)
                .epochs(100)
                .fit(bars.pictures());
        assertTrue(learnt.logLikelihood(x) / 500 > truth.logLikelihood(x) / 500 - 0.01);
    }

    @Test
    void badSettingsAreNamed() {
        FMatrixRMaj x = new FMatrixRMaj(2, 3);
        assertMessageHas("latent not set", () -> BernoulliLvm.builder().fit(x));
        assertMessageHas("latent is 0", () -> BernoulliLvm.builder().latent(0));
        assertMessageHas("2^20 = 1,048,576 terms", () -> BernoulliLvm.builder().latent(20));
        assertMessageHas("no rows", () -> BernoulliLvm.builder().latent(1).fit(Dataset.of(new FMatrixRMaj(0, 3))));
        x.set(0, 1, 2);
        assertMessageHas(
                "x has 2 in row 0, column 1 (counted from 0), expected 0 or 1",
                () -> BernoulliLvm.builder().latent(1).fit(x));
    }
}
