package lvm.boltzmann;

import static lvm.model.Messages.assertMessage;
import static lvm.model.Messages.assertMessageHas;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import lvm.boltzmann.DbnBuilder.NextLayer;
import lvm.data.Bars;
import lvm.data.Dataset;
import lvm.distribution.BinaryStates;
import lvm.mcmc.AnnealingSchedule;
import lvm.model.History;
import lvm.model.LogPartition;
import lvm.optim.Sgd;
import lvm.random.Seeds;
import lvm.store.ModelMethods;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the builder of {@link Dbn} makes of its layers, against machines learnt by themselves and sums over all states. */
class DbnBuilderTest {
    private static final Dataset BITS = Bars.generate(60, 3, .3, .05, 1).pictures();

    /** The bars and stripes of four pixels: all on, all off, a row, a column. */
    private static final Dataset SMALL = stripes(6000);

    private static Dataset stripes(int n) {
        int[] states = {0b0000, 0b1111, 0b1100, 0b0011, 0b1010, 0b0101};
        FMatrixRMaj x = new FMatrixRMaj(n, 4);
        for (int i = 0; i < x.getNumElements(); i++) {
            x.data[i] = SmallMachines.bit(states[i / 4 % 6], i % 4, 4);
        }
        return Dataset.of(x);
    }

    private static RbmBuilder rbm(int hidden) {
        return Rbm.builder()
                .hidden(hidden)
                .learning(RbmLearning.cd(1))
                .epochs(3)
                .batchSize(20)
                .learningRate(.05);
    }

    private static void assertSame(Rbm expected, Rbm found, float precision) {
        assertArrayEquals(expected.weights().data, found.weights().data, precision);
        assertArrayEquals(expected.visibleBias().data, found.visibleBias().data, precision);
        assertArrayEquals(expected.hiddenBias().data, found.hiddenBias().data, precision);
        assertArrayEquals(
                expected.baseRates().orElseThrow().data, found.baseRates().orElseThrow().data, precision);
    }

    /** Each layer is the machine that its builder makes of what the machine below makes of the rows. */
    @Test
    void layersAreMachinesOfTheMeansBelow() {
        Dbn dbn = Dbn.builder()
                .layers(rbm(5), rbm(4).centred(true), rbm(3).weightDecay(.1))
                .nextLayer(NextLayer.MEANS)
                .seed(6)
                .fit(BITS);
        List<Rbm> machines = dbn.machines().orElseThrow();
        Rbm first = rbm(5).seed(Seeds.split(6, "layer 1")).fit(BITS);
        assertSame(first, machines.get(0), 0);
        Dataset h1 = Dataset.of(first.encode(BITS));
        Rbm second = rbm(4).centred(true).seed(Seeds.split(6, "layer 2")).fit(h1);
        assertSame(second, machines.get(1), 1e-4f);
        Rbm third =
                rbm(3).weightDecay(.1).seed(Seeds.split(6, "layer 3")).fit(Dataset.of(second.encode(h1.floatMatrix())));
        assertSame(third, dbn.top(), 1e-4f);
        assertEquals(3, dbn.history().stages().size());
        assertArrayEquals(first.history().objective(), machines.get(0).history().objective());
        assertTrue(dbn.summary().settings().get("layer 2").startsWith("4 hidden units, CD-1, 3 epochs"));
        Dbn samples = Dbn.builder()
                .layers(rbm(5), rbm(4).centred(true), rbm(3).weightDecay(.1))
                .seed(6)
                .fit(BITS);
        assertSame(first, samples.machines().orElseThrow().get(0), 0);
        assertNotEquals(
                machines.get(1).weights().data[0],
                samples.machines().orElseThrow().get(1).weights().data[0]);
    }

    private static double bound(Dbn dbn, Dataset data) {
        return Arrays.stream(dbn.enumerated().bound(data)).average().orElseThrow();
    }

    private static RbmBuilder exact(int hidden, int epochs) {
        return Rbm.builder()
                .hidden(hidden)
                .learning(RbmLearning.exact())
                .optimizer(Sgd::new)
                .learningRate(.3)
                .batchSize(6000)
                .epochs(epochs);
    }

    /**
     * What justifies the greedy way: each machine starts with the bound where it was, and raises it. The rows of a step are draws, so
     * that from one epoch to the next it may fall by what 6,000 of them are uncertain by.
     */
    @Test
    void theBoundStartsWhereItWasAndRises() {
        List<Double> second = new ArrayList<>();
        List<Double> third = new ArrayList<>();
        Dbn dbn = Dbn.builder()
                .layers(exact(8, 5).startDeviation(2), exact(4, 60), exact(8, 60))
                .startFromTranspose(true)
                .listener((epoch, model) -> {
                    int stage = model.history().stages().size();
                    List<Rbm> machines = model.machines().orElseThrow();
                    if (stage > 1) {
                        (stage == 2 ? second : third).add(bound(Dbn.of(machines.subList(0, stage)), SMALL));
                    }
                })
                .fit(SMALL);
        List<Rbm> machines = dbn.machines().orElseThrow();
        double first = Arrays.stream(machines.get(0).enumerated().logDensity(SMALL))
                .average()
                .orElseThrow();
        assertRises(first, second, .3);
        assertRises(second.get(59), third, .004);
        assertEquals(third.get(59), bound(dbn, SMALL), 1e-12);
        assertTrue(dbn.enumerated().logLikelihood(SMALL) / SMALL.rows() > third.get(59));

        Dbn untouched = Dbn.builder()
                .layers(exact(8, 5).startDeviation(2), exact(4, 0), exact(8, 0))
                .startFromTranspose(true)
                .fit(SMALL);
        double[] same = machines.get(0).enumerated().logDensity(BinaryStates.all(4));
        assertArrayEquals(same, untouched.enumerated().bound(BinaryStates.all(4)), 1e-5);
        assertArrayEquals(same, untouched.enumerated().logDensity(BinaryStates.all(4)), 1e-5);
    }

    private static void assertRises(double start, List<Double> values, double gain) {
        double before = start;
        for (double value : values) {
            assertTrue(value > before - .0005, start + " " + values);
            before = value;
        }
        assertTrue(before > start + gain, start + " " + values);
    }

    /**
     * The whole way to a likelihood: log Z of the top annealed both ways from the base rates of the fit, and importance sampling of the
     * rest. Forwards it is an estimate, backwards from exact draws a bound in expectation; both are near, within 5 standard errors of
     * both parts: false with probability 1e-6.
     */
    @Test
    void annealingTheTopGivesTheLikelihood() {
        Dbn dbn = Dbn.builder()
                .layers(exact(6, 20).startDeviation(1), exact(5, 40).startDeviation(1))
                .fit(SMALL);
        double[] rates = new double[6];
        FMatrixRMaj h = dbn.encode(SMALL, 1);
        for (int i = 0; i < h.getNumElements(); i++) {
            rates[i % 6] += h.data[i] / h.numRows;
        }
        for (int j = 0; j < 6; j++) {
            assertEquals(rates[j], dbn.top().baseRates().orElseThrow().get(0, j), 1e-5);
        }
        PartitionBracket bracket = PartitionBracket.of(dbn.top())
                .schedule(AnnealingSchedule.linear(200))
                .seed(3)
                .run();
        double truth = dbn.enumerated().logLikelihood(SMALL.slice(0, 6)) / 6;
        for (LogPartition logZ : List.of(bracket.lower(), bracket.upper())) {
            DbnLikelihood likelihood = dbn.logLikelihood(SMALL.slice(0, 6), logZ, 2000, 5);
            assertEquals(
                    truth,
                    likelihood.natsPerRow(),
                    5 * Math.hypot(likelihood.standardError(), logZ.standardError()),
                    likelihood.toString());
            assertEquals(
                    logZ == bracket.upper() ? LogPartition.Kind.LOWER_BOUND : LogPartition.Kind.ESTIMATE,
                    likelihood.kind());
        }
    }

    // --- up and down

    private static double sigmoid(double a) {
        return 1 / (1 + Math.exp(-a));
    }

    private static double q(Dbn dbn, int v, int h) {
        double p = 1;
        for (int j = 0; j < dbn.sizes()[1]; j++) {
            double on = sigmoid(logit(dbn, v, j));
            p *= SmallMachines.bit(h, j, dbn.sizes()[1]) == 1 ? on : 1 - on;
        }
        return p;
    }

    private static double logit(Dbn dbn, int v, int j) {
        double a = dbn.recognitionBias(1).get(0, j);
        for (int i = 0; i < dbn.dim(); i++) {
            a += SmallMachines.bit(v, i, dbn.dim()) * dbn.recognitionWeights(1).get(i, j);
        }
        return a;
    }

    private static double visibleMean(Dbn dbn, int h, int i) {
        double a = dbn.generativeBias(1).get(0, i);
        for (int j = 0; j < dbn.sizes()[1]; j++) {
            a += SmallMachines.bit(h, j, dbn.sizes()[1])
                    * dbn.generativeWeights(1).get(i, j);
        }
        return sigmoid(a);
    }

    /**
     * With contrastive divergence at the top dreams begin where its chains end: h¹ ~ q of the rows, then k sweeps. The step of 200,000
     * rows is its expectation within 5 standard errors, 1/2 √n at most: false with probability 6e-7 for each of 17 numbers.
     */
    @Test
    void dreamsBeginWhereTheChainsOfTheTopEnd() {
        int n = 200_000;
        Dataset rows = repeated(n);
        DbnBuilder builder = Dbn.builder()
                .layers(
                        Rbm.builder().hidden(3).epochs(0).startDeviation(1.5),
                        Rbm.builder().hidden(2).epochs(0).startDeviation(2.5))
                .upDown(RbmLearning.cd(2))
                .optimizer(Sgd::new)
                .learningRate(1)
                .batchSize(n)
                .seed(8);
        Dbn before = builder.epochs(0).fit(rows);
        Dbn after = builder.epochs(1).fit(rows);
        double[][] sweep = SmallMachines.sweep(before.top());
        double[] h = new double[8];
        FMatrixRMaj v = rows.floatMatrix();
        for (int i = 0; i < 3; i++) {
            for (int s = 0; s < 8; s++) {
                h[s] += q(before, BinaryStates.index(v, i), s) / 3;
            }
        }
        double[] dreams = times(times(h, sweep), sweep);
        double error = 5 * .5 / Math.sqrt(n);
        for (int j = 0; j < 3; j++) {
            double bias = 0;
            double[] weights = new double[4];
            for (int s = 0; s < 8; s++) {
                for (int x = 0; x < 16; x++) {
                    double p = dreams[s];
                    for (int i = 0; i < 4; i++) {
                        double on = visibleMean(before, s, i);
                        p *= SmallMachines.bit(x, i, 4) == 1 ? on : 1 - on;
                    }
                    double slope = p * (SmallMachines.bit(s, j, 3) - sigmoid(logit(before, x, j)));
                    bias += slope;
                    for (int i = 0; i < 4; i++) {
                        weights[i] += slope * SmallMachines.bit(x, i, 4);
                    }
                }
            }
            assertEquals(
                    bias,
                    after.recognitionBias(1).get(0, j)
                            - before.recognitionBias(1).get(0, j),
                    error);
            for (int i = 0; i < 4; i++) {
                assertEquals(
                        weights[i],
                        after.recognitionWeights(1).get(i, j)
                                - before.recognitionWeights(1).get(i, j),
                        error);
            }
        }
        assertFalse(after.isTied());
    }

    private static double[] times(double[] p, double[][] transition) {
        double[] to = new double[p.length];
        for (int s = 0; s < p.length; s++) {
            for (int t = 0; t < p.length; t++) {
                to[t] += p[s] * transition[s][t];
            }
        }
        return to;
    }

    /** Three rows of four bits in turn; the first three of the data are these. */
    private static Dataset repeated(int n) {
        float[] three = {0, 1, 1, 0, 1, 1, 1, 0, 0, 0, 0, 1};
        FMatrixRMaj x = new FMatrixRMaj(n / 3 * 3, 4);
        for (int i = 0; i < x.getNumElements(); i++) {
            x.data[i] = three[i % 12];
        }
        return Dataset.of(x);
    }

    @Test
    void fineTuningRaisesTheBound() {
        DbnBuilder builder = Dbn.builder()
                .layers(exact(6, 20).startDeviation(1), exact(4, 20).startDeviation(1))
                .upDown(RbmLearning.exact())
                .learningRate(.01)
                .batchSize(200);
        double before = bound(builder.epochs(0).fit(SMALL), SMALL);
        double after = bound(builder.epochs(40).fit(SMALL), SMALL);
        assertTrue(after > before + .1, before + " " + after);
    }

    // --- stages

    /** Weights that are large enough for chains not to forget at once where they were. */
    private static DbnBuilder staged() {
        return Dbn.builder()
                .layers(
                        rbm(5).startDeviation(3),
                        rbm(4).learning(RbmLearning.pcd(1, 7)).startDeviation(4))
                .upDown(RbmLearning.pcd(1, 7))
                .learningRate(.01)
                .batchSize(20)
                .epochs(4);
    }

    /** Interrupted in each stage and resumed, the fit gives the bits of one that was not; until then there is a network all the same. */
    @Test
    void aFitGoesOnInEveryStage(@TempDir Path directory) {
        Dbn whole = staged().fit(BITS);
        for (int stage = 1; stage <= 3; stage++) {
            Path place = directory.resolve("stage " + stage);
            int at = stage;
            Dbn part = staged().checkpoint(place)
                    .listener((epoch, dbn) -> {
                        if (dbn.history().stages().size() == at && epoch == 2) {
                            Thread.currentThread().interrupt();
                        }
                    })
                    .fit(BITS);
            assertTrue(Thread.interrupted());
            assertEquals(History.Stop.INTERRUPTED, part.history().stop());
            assertEquals(stage, part.history().stages().size());
            assertArrayEquals(new int[] {9, 5, 4}, part.sizes());
            assertEquals(stage < 3, part.isTied());
            assertEquals(7, part.sample(7, 2, new SplittableRandom(1)).numRows);
            Dbn resumed = staged().resume(place).fit(BITS);
            assertEquals(ModelMethods.withoutSeconds(whole), ModelMethods.withoutSeconds(resumed));
        }
    }

    // --- what is refused

    @Test
    void settingsThatDoNotFitAreNamed() {
        assertMessage(
                "Dbn: the number of layers is 1, expected at least 2",
                () -> Dbn.builder().layers(rbm(3)));
        assertMessage("Dbn: layers not set", () -> Dbn.builder().fit(BITS));
        assertMessage(
                "Rbm: hidden not set",
                () -> Dbn.builder().layers(Rbm.builder(), rbm(2)).fit(BITS));
        assertMessage(
                "Rbm: steps is set, but layer 2 of a Dbn does not use it",
                () -> Dbn.builder().layers(rbm(3), rbm(2).steps(3)).fit(BITS));
        assertMessage(
                "Rbm: checkpoint is set, but layer 1 of a Dbn does not use it",
                () -> Dbn.builder()
                        .layers(rbm(3).checkpoint(Path.of("none")), rbm(2))
                        .fit(BITS));
        assertMessageHas(
                "Rbm: groups is set, but layer 2 of a Dbn, whose visible units are hidden",
                () -> Dbn.builder().layers(rbm(3), rbm(2).groups(2)).fit(BITS));
        assertMessage(
                "Rbm: offsetRate is set, but centred(false) does not use it",
                () -> Dbn.builder().layers(rbm(3), rbm(2).offsetRate(.1)).fit(BITS));
        assertMessageHas(
                "layer 2 learns by pseudo-likelihood, which takes bits",
                () -> Dbn.builder()
                        .layers(rbm(3), rbm(2).learning(RbmLearning.pseudoLikelihood()))
                        .nextLayer(NextLayer.MEANS)
                        .fit(BITS));
        assertMessage(
                "Dbn: epochs is set, but a fit without upDown does not use it",
                () -> Dbn.builder().layers(rbm(3), rbm(2)).epochs(3).fit(BITS));
        assertMessageHas(
                "upDown(ratio matching) draws nothing", () -> Dbn.builder().upDown(RbmLearning.ratioMatching()));
        assertMessageHas(
                "the visible ones are 9, the hidden ones [3, 2]",
                () -> Dbn.builder()
                        .layers(rbm(3), rbm(2))
                        .startFromTranspose(true)
                        .fit(BITS));
        assertMessageHas(
                "visible ones that are bits: the visible ones are 9, the hidden ones [3, 9]",
                () -> Dbn.builder()
                        .layers(rbm(3).groups(2), rbm(9))
                        .startFromTranspose(true)
                        .fit(BITS.subset(groups())));
        assertMessageHas(
                "startDeviation of layer 2 is set, but startFromTranspose",
                () -> Dbn.builder()
                        .layers(rbm(3), rbm(9).startDeviation(.1))
                        .startFromTranspose(true)
                        .fit(BITS));
        assertMessageHas(
                "2 in row 0, column 1",
                () -> Dbn.builder().layers(rbm(3), rbm(2)).fit(Dataset.of(new double[][] {{0, 2, 1}, {1, 0, 0}})));
    }

    /** The rows of which exactly one of the last two bits is on. */
    private static int[] groups() {
        FMatrixRMaj x = BITS.floatMatrix();
        return IntStream.range(0, 60)
                .filter(i -> x.get(i, 7) + x.get(i, 8) == 1)
                .toArray();
    }

    /** Draws are bits, so rules for bits learn from them; and rows whose last columns are a group go in at the bottom. */
    @Test
    void rulesForBitsLearnFromDrawsAndGroupsAreAtTheBottom() {
        int[] classes = new int[60];
        Arrays.setAll(classes, i -> i % 3);
        FMatrixRMaj x = new FMatrixRMaj(60, 12);
        FMatrixRMaj bits = BITS.floatMatrix();
        for (int i = 0; i < 60; i++) {
            System.arraycopy(bits.data, 9 * i, x.data, 12 * i, 9);
            x.set(i, 9 + classes[i], 1);
        }
        Dbn dbn = Dbn.builder()
                .layers(rbm(5).groups(3), rbm(4).learning(RbmLearning.pseudoLikelihood()))
                .upDown(RbmLearning.cd(1))
                .epochs(2)
                .fit(Dataset.of(x));
        assertArrayEquals(new int[] {12, 5, 4}, dbn.sizes());
        FMatrixRMaj drawn = dbn.sample(50, 3, new SplittableRandom(1));
        for (int i = 0; i < 50; i++) {
            assertEquals(1, drawn.get(i, 9) + drawn.get(i, 10) + drawn.get(i, 11));
        }
        double total = 0;
        for (int s = 0; s < 512; s++) {
            for (int c = 0; c < 3; c++) {
                FMatrixRMaj row = new FMatrixRMaj(1, 12);
                for (int i = 0; i < 9; i++) {
                    row.data[i] = SmallMachines.bit(s, i, 9);
                }
                row.data[9 + c] = 1;
                total += Math.exp(dbn.enumerated().logDensity(row)[0]);
            }
        }
        assertEquals(1, total, 1e-9);
    }
}
