package lvm.boltzmann;

import static lvm.boltzmann.SmallMachines.bit;
import static lvm.model.Messages.assertMessageHas;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import lvm.autodiff.Tape;
import lvm.classify.NeuralClassifier;
import lvm.data.Dataset;
import lvm.distribution.BinaryStates;
import lvm.linalg.Logs;
import lvm.model.GenerativeModel;
import lvm.model.HasBound;
import lvm.model.HasBoundContract;
import lvm.model.HasDensity;
import lvm.model.HasMassContract;
import lvm.model.LogPartition;
import lvm.model.LogPartition.Kind;
import lvm.nn.Mlp;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;
import org.junit.jupiter.api.Test;

/** Networks small enough to write all their states down. */
class DbnTest implements HasMassContract<FMatrixRMaj>, HasBoundContract<FMatrixRMaj> {
    /** 6-4-3-4. */
    private final Dbn deep = Dbn.of(List.of(
            SmallMachines.random(6, 4, 1, 1), SmallMachines.random(4, 3, 1.5, 2), SmallMachines.random(3, 4, 2, 3)));

    /** 4-6-4. */
    private final Dbn wide = Dbn.of(List.of(SmallMachines.random(4, 6, 1, 4), SmallMachines.random(6, 4, 1.5, 5)));

    @Override
    public HasDensity<FMatrixRMaj> massModel() {
        return deep.enumerated();
    }

    @Override
    public GenerativeModel<FMatrixRMaj> generativeModel() {
        return deep.enumerated();
    }

    @Override
    public HasBound<FMatrixRMaj> boundedModel() {
        return deep.enumerated();
    }

    @Override
    public double[][] observations() {
        return new double[][] {{0, 1, 0, 0, 1, 1}, {1, 1, 1, 0, 0, 0}, {0, 0, 1, 0, 1, 0}};
    }

    @Override
    public FMatrixRMaj matrix(double[][] rows) {
        FMatrixRMaj m = new FMatrixRMaj(rows.length, rows[0].length);
        for (int i = 0; i < m.getNumElements(); i++) {
            m.data[i] = (float) rows[i / m.numCols][i % m.numCols];
        }
        return m;
    }

    // --- what follows from the definition alone

    /** p(lower | upper) of the directed layer k, or q(upper | lower), of states by their numbers. */
    private static double conditional(Dbn dbn, int k, boolean upwards, int lower, int upper) {
        int d = dbn.sizes()[k - 1];
        int m = dbn.sizes()[k];
        FMatrixRMaj w = upwards ? dbn.recognitionWeights(k) : dbn.generativeWeights(k);
        FMatrixRMaj bias = upwards ? dbn.recognitionBias(k) : dbn.generativeBias(k);
        double p = 1;
        for (int u = 0; u < (upwards ? m : d); u++) {
            double a = bias.get(0, u);
            for (int other = 0; other < (upwards ? d : m); other++) {
                a += upwards ? w.get(other, u) * bit(lower, other, d) : w.get(u, other) * bit(upper, other, m);
            }
            double on = 1 / (1 + Math.exp(-a));
            p *= bit(upwards ? upper : lower, u, upwards ? m : d) == 1 ? on : 1 - on;
        }
        return p;
    }

    /** p(hᵏ) of all states of a layer, k = 0 for the visible one. */
    private static double[] marginal(Dbn dbn, int k) {
        if (k == dbn.depth() - 1) {
            return SmallMachines.visible(dbn.top());
        }
        double[] above = marginal(dbn, k + 1);
        double[] p = new double[1 << dbn.sizes()[k]];
        for (int lower = 0; lower < p.length; lower++) {
            for (int upper = 0; upper < above.length; upper++) {
                p[lower] += above[upper] * conditional(dbn, k + 1, false, lower, upper);
            }
        }
        return p;
    }

    /** E_q[log p(hᵏ, hᵏ⁺¹, …) − log q(hᵏ⁺¹, … | hᵏ)] of all states of a layer. */
    private static double[] bound(Dbn dbn, int k) {
        if (k == dbn.depth() - 1) {
            return Arrays.stream(SmallMachines.visible(dbn.top()))
                    .map(Math::log)
                    .toArray();
        }
        double[] above = bound(dbn, k + 1);
        double[] sums = new double[1 << dbn.sizes()[k]];
        for (int lower = 0; lower < sums.length; lower++) {
            for (int upper = 0; upper < above.length; upper++) {
                double q = conditional(dbn, k + 1, true, lower, upper);
                double p = conditional(dbn, k + 1, false, lower, upper);
                sums[lower] += q * (Math.log(p) - Math.log(q) + above[upper]);
            }
        }
        return sums;
    }

    /** The same network with other weights up than down. */
    static Dbn untied(Dbn dbn, long seed) {
        List<Rbm> up = new java.util.ArrayList<>();
        for (Rbm machine : dbn.down()) {
            up.add(SmallMachines.random(machine.dim(), machine.latentDim(), 1, seed + up.size()));
        }
        return new Dbn(dbn.down(), up, dbn.top(), dbn.summary());
    }

    @Test
    void densityBoundAndPosteriorAreThoseOfTheDefinition() {
        for (Dbn dbn : List.of(deep, wide, untied(deep, 8), untied(wide, 9))) {
            EnumeratedDbn exact = dbn.enumerated();
            FMatrixRMaj v = BinaryStates.all(dbn.dim());
            double[] p = marginal(dbn, 0);
            double[] prior = marginal(dbn, 1);
            double[] logP = exact.logDensity(v);
            double[] bound = exact.bound(v);
            double[] expected = bound(dbn, 0);
            DMatrixRMaj posterior = exact.posterior(v);
            for (int s = 0; s < p.length; s++) {
                assertEquals(Math.log(p[s]), logP[s], 1e-5);
                assertEquals(expected[s], bound[s], 1e-5);
                assertTrue(bound[s] < logP[s]);
                for (int h = 0; h < prior.length; h++) {
                    assertEquals(prior[h] * conditional(dbn, 1, false, s, h) / p[s], posterior.get(s, h), 1e-6);
                }
            }
        }
    }

    /** The estimates are exact means of the bound: within 5 standard errors, false with probability 6e-7 for each of 16 rows. */
    @Test
    void drawsGiveTheBoundAndTheLikelihood() {
        for (Dbn dbn : List.of(wide, untied(wide, 9))) {
            EnumeratedDbn exact = dbn.enumerated();
            FMatrixRMaj v = BinaryStates.all(4);
            int draws = 20_000;
            DMatrixRMaj weights = exact.logWeights(v, draws, new SplittableRandom(1));
            double[] bound = exact.bound(v);
            double[] logP = exact.logDensity(v);
            for (int i = 0; i < 16; i++) {
                double[] w = Arrays.copyOfRange(weights.data, i * draws, (i + 1) * draws);
                double[] ratios =
                        Arrays.stream(w).map(l -> Math.exp(l - logP[0])).toArray();
                assertEquals(bound[i], mean(w), 5 * error(w), "bound of row " + i);
                assertEquals(Math.exp(logP[i] - logP[0]), mean(ratios), 5 * error(ratios), "p of row " + i);
            }
        }
    }

    private static double mean(double... x) {
        return Arrays.stream(x).average().orElseThrow();
    }

    private static double error(double... x) {
        double mean = mean(x);
        return Math.sqrt(Arrays.stream(x).map(e -> (e - mean) * (e - mean)).sum() / x.length / x.length);
    }

    /** False with probability 6e-7, by its own standard error of 3,000 draws. */
    @Test
    void importanceSamplingIsNearTheLikelihoodAndSaysWhatItIs() {
        FMatrixRMaj v = BinaryStates.all(6);
        LogPartition exact = deep.top().logPartition();
        double truth = mean(deep.enumerated().logDensity(v));
        DbnLikelihood many = deep.logLikelihood(v, exact, 3000, 3);
        assertEquals(truth, many.natsPerRow(), 5 * many.standardError());
        assertTrue(many.standardError() < .02, many.toString());
        assertTrue(many.effectiveDraws() > 20 && many.effectiveDraws() < 3000, many.toString());
        assertEquals(Kind.LOWER_BOUND, many.kind());
        DbnLikelihood one = deep.logLikelihood(v, exact, 1, 3);
        assertTrue(Double.isNaN(one.standardError()));
        assertTrue(one.natsPerRow() < truth);
        assertEquals(
                many.natsPerRow(),
                deep.logLikelihood(Dataset.of(v), exact, 3000, 3).natsPerRow());
        LogPartition high = new LogPartition(exact.nats() + 1, Kind.UPPER_BOUND, .1, 10, 9, "test");
        LogPartition low = new LogPartition(exact.nats() - 1, Kind.LOWER_BOUND, .1, 10, 9, "test");
        LogPartition near = new LogPartition(exact.nats(), Kind.ESTIMATE, .1, 10, 9, "test");
        assertEquals(Kind.LOWER_BOUND, deep.logLikelihood(v, high, 10, 3).kind());
        assertEquals(Kind.ESTIMATE, deep.logLikelihood(v, low, 10, 3).kind());
        assertEquals(Kind.ESTIMATE, deep.logLikelihood(v, near, 10, 3).kind());
        assertEquals(
                2,
                deep.logLikelihood(v, low, 10, 3).natsPerRow()
                        - deep.logLikelihood(v, high, 10, 3).natsPerRow(),
                1e-9);
        assertTrue(deep.logLikelihood(v, low, 10, 3).toString().contains("estimate, standard error"));
    }

    /** The spread of 200 estimates is their standard error: outside of a third around it with probability 1e-6. */
    @Test
    void theStandardErrorIsThatOfTheDraws() {
        FMatrixRMaj v = BinaryStates.all(4);
        Dbn mild = Dbn.of(List.of(SmallMachines.random(4, 6, .5, 4), SmallMachines.random(6, 4, .5, 5)));
        double[] nats = new double[200];
        double claimed = 0;
        for (int seed = 0; seed < nats.length; seed++) {
            DbnLikelihood is = mild.logLikelihood(v, mild.top().logPartition(), 500, seed);
            nats[seed] = is.natsPerRow();
            claimed += is.standardError() / nats.length;
        }
        assertEquals(1, error(nats) * Math.sqrt(nats.length) / claimed, .33);
    }

    /** More rows than are weighted at a time: each has its own draws, and all count. */
    @Test
    void manyRowsAndManyDraws() {
        FMatrixRMaj v = BinaryStates.all(6);
        LogPartition exact = deep.top().logPartition();
        double truth = mean(deep.enumerated().logDensity(v));
        for (int draws : new int[] {700, 5000}) {
            DbnLikelihood is = deep.logLikelihood(v, exact, draws, 4);
            assertEquals(truth, is.natsPerRow(), 5 * is.standardError(), draws + " draws");
        }
    }

    // --- why inference is intractable, and what stands in its place

    private static double[] unitMeans(double[] p, int bits) {
        double[] means = new double[bits];
        for (int s = 0; s < p.length; s++) {
            for (int j = 0; j < bits; j++) {
                means[j] += p[s] * bit(s, j, bits);
            }
        }
        return means;
    }

    private static double covariance(double[] p, int bits) {
        double[] means = unitMeans(p, bits);
        double both = 0;
        for (int s = 0; s < p.length; s++) {
            both += p[s] * bit(s, 0, bits) * bit(s, 1, bits);
        }
        return both - means[0] * means[1];
    }

    private static Rbm machine(int visible, int hidden, float... wbc) {
        int w = visible * hidden;
        return Rbm.of(
                new FMatrixRMaj(visible, hidden, true, Arrays.copyOf(wbc, w)),
                new FMatrixRMaj(1, visible, true, Arrays.copyOfRange(wbc, w, w + visible)),
                new FMatrixRMaj(1, hidden, true, Arrays.copyOfRange(wbc, w + visible, w + visible + hidden)));
    }

    /** Two causes that are independent beforehand exclude each other once their effect is seen: no row of q has that. */
    @Test
    void causesOfADirectedLayerExplainEachOtherAway() {
        Rbm effect = machine(1, 2, 8, 8, -4, 0, 0);
        Rbm independent = machine(2, 1, 0, 0, -2, -2, 0);
        EnumeratedDbn dbn = Dbn.of(List.of(effect, independent)).enumerated();
        FMatrixRMaj v = BinaryStates.all(1);
        double[] prior = SmallMachines.visible(independent);
        assertEquals(0, covariance(prior, 2), 1e-7);
        double[] seen = Arrays.copyOfRange(dbn.posterior(v).data, 4, 8);
        assertTrue(covariance(seen, 2) < -.1, Arrays.toString(seen));
        assertTrue(dbn.logDensity(v)[1] - dbn.bound(v)[1] > .1);
    }

    /** Where v says nothing of h¹, its units are bound together all the same, by the undirected machine above them. */
    @Test
    void theUndirectedTopBindsTheLayerBelowIt() {
        Rbm silent = machine(1, 2, 0, 0, 0, 0, 0);
        Rbm binding = machine(2, 1, 4, 4, -2, -2, -4);
        EnumeratedDbn dbn = Dbn.of(List.of(silent, binding)).enumerated();
        FMatrixRMaj v = BinaryStates.all(1);
        double[] seen = Arrays.copyOfRange(dbn.posterior(v).data, 0, 4);
        assertArrayEquals(SmallMachines.visible(binding), seen, 1e-6);
        assertTrue(covariance(seen, 2) > .1, Arrays.toString(seen));
        assertTrue(dbn.logDensity(v)[0] - dbn.bound(v)[0] > .1);
    }

    private static Rbm turned(Rbm rbm) {
        return Rbm.of(CommonOps_FDRM.transpose(rbm.weights(), null), rbm.hiddenBias(), rbm.visibleBias());
    }

    /** With the machine below turned around as the top, the prior of h¹ is complementary: q is the posterior, the bound is log p(v). */
    @Test
    void theTransposeMakesTheBoundTheLikelihoodOfTheMachineBelow() {
        Rbm first = SmallMachines.random(4, 6, 1, 4);
        EnumeratedDbn dbn = Dbn.of(List.of(first, turned(first))).enumerated();
        FMatrixRMaj v = BinaryStates.all(4);
        double[] logP = first.enumerated().logDensity(v);
        assertArrayEquals(logP, dbn.logDensity(v), 1e-5);
        assertArrayEquals(logP, dbn.bound(v), 1e-5);
        assertArrayEquals(BinaryStates.probabilities(first.encode(v)).data, dbn.posterior(v).data, 1e-5);
        Rbm second = SmallMachines.random(6, 4, 1, 5);
        double[] two = Dbn.of(List.of(first, second)).enumerated().bound(v);
        double[] three =
                Dbn.of(List.of(first, second, turned(second))).enumerated().bound(v);
        assertArrayEquals(two, three, 1e-5);
    }

    // --- samples

    /** Each of the 16 frequencies within 5 standard errors after 60 sweeps from the base: false with probability 1e-5. */
    @Test
    void gibbsAtTheTopAndOnePassDown() {
        int n = 100_000;
        FMatrixRMaj x = wide.sample(n, 60, new SplittableRandom(5));
        double[] p = marginal(wide, 0);
        double[] counts = new double[16];
        for (int i = 0; i < n; i++) {
            counts[BinaryStates.index(x, i)]++;
        }
        for (int s = 0; s < 16; s++) {
            assertEquals(p[s], counts[s] / n, 5 * Math.sqrt(p[s] / n), "state " + s);
        }
        FMatrixRMaj means = wide.sampleMeans(n, 60, new SplittableRandom(6));
        double[] on = unitMeans(p, 4);
        for (int j = 0; j < 4; j++) {
            double sum = 0;
            boolean between = false;
            for (int i = 0; i < n; i++) {
                sum += means.get(i, j) / n;
                between |= means.get(i, j) > 0 && means.get(i, j) < 1;
            }
            assertTrue(between);
            assertEquals(on[j], sum, 5 * .5 / Math.sqrt(n));
        }
    }

    // --- networks

    @Test
    void theMlpHasTheHiddenLayersOfTheEncoder() {
        Dbn dbn = untied(deep, 3);
        FMatrixRMaj v = BinaryStates.all(6);
        FMatrixRMaj h = new FMatrixRMaj(64, 6);
        h.setTo(v);
        for (int k = 1; k <= 3; k++) {
            FMatrixRMaj w = k < 3 ? dbn.recognitionWeights(k) : dbn.top().weights();
            FMatrixRMaj c = k < 3 ? dbn.recognitionBias(k) : dbn.top().hiddenBias();
            FMatrixRMaj next = new FMatrixRMaj(64, w.numCols);
            for (int i = 0; i < 64; i++) {
                for (int j = 0; j < w.numCols; j++) {
                    double a = c.get(0, j);
                    for (int d = 0; d < w.numRows; d++) {
                        a += h.get(i, d) * w.get(d, j);
                    }
                    next.set(i, j, (float) (1 / (1 + Math.exp(-a))));
                }
            }
            assertArrayEquals(next.data, dbn.encode(v, k).data, 1e-6f);
            h = next;
        }
        assertArrayEquals(h.data, dbn.encode(v).data, 1e-6f);
        Mlp mlp = dbn.toMlp("net", 2, new SplittableRandom(1));
        FMatrixRMaj w = mlp.layers().get(3).params().get(0).value();
        Tape tape = Tape.withoutGradients();
        FMatrixRMaj out = mlp.forward(tape, tape.constant(v)).value();
        for (int i = 0; i < 64; i++) {
            for (int j = 0; j < 2; j++) {
                double a = 0;
                for (int d = 0; d < 4; d++) {
                    a += h.get(i, d) * w.get(d, j);
                }
                assertEquals(a, out.get(i, j), 1e-5);
            }
        }
    }

    @Test
    void theClassifierStartsAtTheRecognitionWeights() {
        int[] labels = new int[64];
        Arrays.setAll(labels, s -> bit(s, 0, 6) ^ bit(s, 3, 6));
        Dataset data = Dataset.of(BinaryStates.all(6)).withLabels(labels);
        NeuralClassifier.Builder builder = NeuralClassifier.builder()
                .network(deep.toNetwork())
                .standardize(false)
                .seed(3);
        NeuralClassifier start = builder.epochs(0).fit(data);
        FMatrixRMaj q = start.classProbabilities(data);
        FMatrixRMaj h = deep.encode(data);
        // The last layer is linear and without a bias yet: log q₁ − log q₀ = (w₁ − w₀)ᵀh, four unknowns and sixty-four
        // rows.
        double[] w = solve(h, q);
        for (int i = 0; i < 64; i++) {
            double logit = 0;
            for (int d = 0; d < 4; d++) {
                logit += w[d] * h.get(i, d);
            }
            assertEquals(Math.log(q.get(i, 1) / q.get(i, 0)), logit, 1e-4, "row " + i);
        }
        NeuralClassifier tuned = builder.epochs(300).learningRate(.02).fit(data);
        int right = 0;
        int[] found = tuned.classify(data);
        for (int i = 0; i < 64; i++) {
            right += found[i] == labels[i] ? 1 : 0;
        }
        assertTrue(right > 55, right + " of 64");
        Dataset narrow = Dataset.of(BinaryStates.all(5)).withLabels(Arrays.copyOf(labels, 32));
        assertMessageHas("5 columns, expected 6", () -> builder.fit(narrow));
    }

    private static double[] solve(FMatrixRMaj h, FMatrixRMaj q) {
        DMatrixRMaj a = LayerSums.doubles(h);
        DMatrixRMaj b = new DMatrixRMaj(64, 1);
        for (int i = 0; i < 64; i++) {
            b.data[i] = Math.log(q.get(i, 1) / q.get(i, 0));
        }
        DMatrixRMaj x = new DMatrixRMaj(4, 1);
        assertTrue(org.ejml.dense.row.CommonOps_DDRM.solve(a, b, x));
        return x.data;
    }

    // --- what is no network

    @Test
    void machinesThatDoNotFitAreNamed() {
        Rbm a = SmallMachines.random(6, 4, 1, 1);
        Rbm b = SmallMachines.random(4, 3, 1, 2);
        assertMessageHas("Dbn.of: the number of machines is 1, expected at least 2", () -> Dbn.of(List.of(a)));
        assertMessageHas(
                "machine 2 has 6 visible units, expected the 4 hidden units of machine 1", () -> Dbn.of(List.of(a, a)));
        Rbm groups = Rbm.of(b.weights(), b.visibleBias(), b.hiddenBias(), 3);
        assertMessageHas("machine 2 has 3 visible units that are no bits", () -> Dbn.of(List.of(a, groups)));
        Rbm label = Rbm.of(a.weights(), a.visibleBias(), a.hiddenBias(), 3);
        assertEquals(6, Dbn.of(List.of(label, b)).dim());
        Rbm broad = SmallMachines.random(3, 13, 1, 2);
        Dbn large = Dbn.of(List.of(broad, SmallMachines.random(13, 2, 1, 2)));
        assertMessageHas("hidden layer 1 has 13 units, expected at most 12", large::enumerated);
    }

    @Test
    void badArgumentsAreNamed() {
        FMatrixRMaj v = BinaryStates.all(5);
        LogPartition z = deep.top().logPartition();
        assertMessageHas("5 columns, expected 6", () -> deep.encode(v));
        assertMessageHas("5 columns, expected 6", () -> deep.logLikelihood(v, z, 1, 1));
        assertMessageHas("the number of rows is 0", () -> deep.logLikelihood(new FMatrixRMaj(0, 6), z, 1, 1));
        assertMessageHas("draws is 0", () -> deep.logLikelihood(BinaryStates.all(6), z, 0, 1));
        assertMessageHas("layer is 4, expected 1 to 3", () -> deep.encode(BinaryStates.all(6), 4));
        assertMessageHas("layer is 3, expected 1 to 2", () -> deep.generativeWeights(3));
        assertMessageHas("layer is 0, expected 1 to 2", () -> deep.recognitionBias(0));
        assertMessageHas("outputs is 0", () -> deep.toMlp("net", 0, new SplittableRandom(1)));
        FMatrixRMaj grey = BinaryStates.all(6);
        grey.data[3] = .5f;
        assertMessageHas("0.5 in row 0, column 3", () -> deep.enumerated().bound(grey));
        assertMessageHas("0.5 in row 0, column 3", () -> deep.enumerated().posterior(grey));
        assertTrue(deep.isTied());
        assertEquals(3, deep.machines().orElseThrow().size());
        assertSame(deep.top(), deep.machines().orElseThrow().get(2));
        assertFalse(untied(deep, 1).isTied());
        assertTrue(untied(deep, 1).machines().isEmpty());
        assertThrows(
                IllegalStateException.class,
                () -> PartitionBracket.of(Dbn.of(List.of(
                                        turned(turned(
                                                deep.machines().orElseThrow().get(0))),
                                        turned(deep.down().get(0))))
                                .top())
                        .run());
    }

    /** Grey levels are weighted as they are: log p of a grey row is linear in it. */
    @Test
    void greyRowsHaveTheCrossEntropy() {
        FMatrixRMaj grey = new FMatrixRMaj(1, 4, true, .25f, .5f, 1, 0);
        double[] log = new double[1];
        RbmUnits units = wide.down().get(0).units();
        FMatrixRMaj h = Directed.weigh(units, units, grey, log, new SplittableRandom(1));
        double expected = 0;
        for (int i = 0; i < 4; i++) {
            double a = units.b().get(0, i);
            for (int j = 0; j < 6; j++) {
                a += units.w().get(i, j) * h.get(0, j);
            }
            expected += grey.get(0, i) * a - Logs.softplus(a);
        }
        for (int j = 0; j < 6; j++) {
            double a = units.c().get(0, j);
            for (int i = 0; i < 4; i++) {
                a += units.w().get(i, j) * grey.get(0, i);
            }
            expected -= h.get(0, j) * a - Logs.softplus(a);
        }
        assertEquals(expected, log[0], 1e-5);
    }
}
