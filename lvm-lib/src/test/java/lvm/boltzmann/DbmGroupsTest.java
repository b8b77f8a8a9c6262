package lvm.boltzmann;

import static lvm.model.Messages.assertMessageHas;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import lvm.boltzmann.SmallDeep.Numbers;
import lvm.data.Dataset;
import lvm.evaluation.ErrorRate;
import lvm.linalg.Logs;
import lvm.model.LogPartition;
import lvm.store.ModelMethods;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Deep machines of three bits and a label of three classes, against sums over the 24 states that these have. */
class DbmGroupsTest {
    private static final int K = 3;
    private static final FMatrixRMaj STATES = states();
    private static final Dbm TWO = machine(3, 6, 3, 3);
    private static final Dbm THREE = machine(5, 6, 3, 2, 2);

    private static Dbm machine(long seed, int... widths) {
        Dbm plain = SmallDeep.random(1, seed, widths);
        List<FMatrixRMaj> weights = new ArrayList<>();
        List<FMatrixRMaj> biases = new ArrayList<>(List.of(plain.bias(0)));
        for (int l = 1; l < widths.length; l++) {
            weights.add(plain.weights(l));
            biases.add(plain.bias(l));
        }
        return Dbm.of(weights, biases, K);
    }

    static List<Dbm> machines() {
        return List.of(TWO, THREE);
    }

    /** The class moves fastest. */
    private static FMatrixRMaj states() {
        FMatrixRMaj x = new FMatrixRMaj(24, 6);
        for (int s = 0; s < 24; s++) {
            for (int i = 0; i < 3; i++) {
                x.set(s, i, SmallMachines.bit(s / 3, i, 3));
            }
            x.set(s, 3 + s % 3, 1);
        }
        return x;
    }

    /** log Σ_h e^−E of the 24 rows, by the states of the hidden units. */
    private static double[] logSums(Dbm dbm) {
        Numbers n = Numbers.of(dbm);
        int hidden = n.units() - 6;
        double[] log = new double[24];
        for (int v = 0; v < 24; v++) {
            double[] terms = new double[1 << hidden];
            for (int s = 0; s < terms.length; s++) {
                double[][] x = n.state(s); // the visible units are the first and 0
                x[0] = SmallDeep.row(STATES, v);
                terms[s] = n.minusEnergy(x);
            }
            log[v] = Logs.logSumExp(terms);
        }
        return log;
    }

    @ParameterizedTest
    @MethodSource("machines")
    void densityAndClassesAreThoseOfTheEnergy(Dbm dbm) {
        double[] log = logSums(dbm);
        double logZ = Logs.logSumExp(log);
        assertEquals(logZ, dbm.logPartition().nats(), 1e-5);
        double[] logP = dbm.enumerated().logDensity(STATES);
        for (int v = 0; v < 24; v++) {
            assertEquals(log[v] - logZ, logP[v], 1e-5);
        }
        FMatrixRMaj rows = SmallMachines.states(3);
        DbmClassifier exact = dbm.enumerated().classifier();
        FMatrixRMaj classes = exact.logClassProbabilities(rows);
        FMatrixRMaj near = dbm.classifier().logClassProbabilities(Dataset.of(rows));
        double[] f = dbm.variationalFreeEnergy(STATES);
        double apart = 0;
        for (int i = 0; i < 8; i++) {
            double all = Logs.logSumExp(Arrays.copyOfRange(log, 3 * i, 3 * i + 3));
            double[] bounds = {-f[3 * i], -f[3 * i + 1], -f[3 * i + 2]};
            for (int y = 0; y < K; y++) {
                assertEquals(log[3 * i + y] - all, classes.get(i, y), 1e-5);
                assertEquals(bounds[y] - Logs.logSumExp(bounds), near.get(i, y), 1e-5);
                apart = Math.max(apart, Math.abs(classes.get(i, y) - near.get(i, y)));
            }
            int largest = 0;
            for (int y = 1; y < K; y++) {
                largest = classes.get(i, y) > classes.get(i, largest) ? y : largest;
            }
            assertEquals(largest, exact.classify(rows)[i]);
        }
        assertTrue(apart > 1e-4 && apart < .3, "the bounds are " + apart + " from the sums");
        assertEquals(3, exact.dim());
        assertEquals(K, exact.classes());
    }

    @ParameterizedTest
    @MethodSource("machines")
    void meanFieldIsTheFixedPointAndItsBoundIsBelow(Dbm dbm) {
        Numbers n = Numbers.of(dbm);
        MeanFieldPosterior field = dbm.meanField(STATES);
        double[] f = dbm.variationalFreeEnergy(STATES);
        double[] log = logSums(dbm);
        for (int v = 0; v < 24; v++) {
            double[][] q = n.state(0);
            q[0] = SmallDeep.row(STATES, v);
            for (int l = 1; l < q.length; l++) {
                q[l] = SmallDeep.row(field.layer(l), v);
            }
            assertEquals(-n.bound(q), f[v], 1e-5);
            assertTrue(-f[v] < log[v]);
        }
        LogPartition logZ = dbm.logPartition();
        double exact =
                Arrays.stream(dbm.enumerated().logDensity(STATES)).average().orElseThrow();
        double tighter = dbm.tighterBound(STATES, logZ, 2000, 1).natsPerRow();
        assertTrue(dbm.bound(STATES, logZ).natsPerRow() < tighter && tighter < exact);
    }

    /** 24 frequencies of chains and of exact draws within 5 standard errors, below 3·10⁻⁵ to fail. */
    @ParameterizedTest
    @MethodSource("machines")
    void drawsAreStatesWithTheirProbabilities(Dbm dbm) {
        double[] log = logSums(dbm);
        double logZ = Logs.logSumExp(log);
        int n = 20_000;
        for (FMatrixRMaj x : List.of(
                dbm.sample(n, 50, new SplittableRandom(1)), dbm.enumerated().sample(n, new SplittableRandom(2)))) {
            int[] counts = new int[24];
            for (int i = 0; i < n; i++) {
                int s = (int) (4 * x.get(i, 0) + 2 * x.get(i, 1) + x.get(i, 2));
                assertEquals(1, x.get(i, 3) + x.get(i, 4) + x.get(i, 5));
                counts[3 * s + (int) (x.get(i, 4) + 2 * x.get(i, 5))]++;
            }
            for (int s = 0; s < 24; s++) {
                double p = Math.exp(log[s] - logZ);
                assertEquals(p, counts[s] / (double) n, 5 * Math.sqrt(p * (1 - p) / n), "state " + s);
            }
        }
    }

    /** Both ends within 4 standard errors of log Z, from exact draws and from tempered ones. */
    @ParameterizedTest
    @MethodSource("machines")
    void bracketHoldsLogZ(Dbm given) {
        Dbm dbm = given.withBaseRates(Dataset.of(STATES));
        double logZ = dbm.logPartition().nats();
        for (boolean exact : new boolean[] {true, false}) {
            PartitionBracket bracket = GaussianDbmTest.bracket(dbm, exact);
            for (LogPartition end : List.of(bracket.lower(), bracket.upper(), bracket.upperOfLonger())) {
                assertEquals(logZ, end.nats(), 4 * end.standardError() + .01, end.toString());
            }
        }
    }

    /** A label that is missing gets the softmax of what its neighbours give. */
    @Test
    void aMissingLabelIsFilled() {
        Numbers n = Numbers.of(TWO);
        FMatrixRMaj holes = new FMatrixRMaj(1, 6, true, 1, 0, 1, Float.NaN, Float.NaN, Float.NaN);
        double[] filled = SmallDeep.row(TWO.complete(holes), 0);
        double[][] q = n.meanField(filled);
        double[] logits = {n.logit(0, 3, q), n.logit(0, 4, q), n.logit(0, 5, q)};
        for (int y = 0; y < K; y++) {
            assertEquals(Math.exp(logits[y] - Logs.logSumExp(logits)), filled[3 + y], 1e-4);
        }
        assertEquals(1, filled[0]);
    }

    /** A bit, a group of two and, of another layer, a bit behind them: means and draws in floats and in doubles. Fails with a probability below 10⁻⁵. */
    @Test
    void bitsBehindAGroup() {
        BinaryLayer layer = new BinaryLayer(3, 2).withUnits(4);
        double[] logits = {.5, 1, -.4, 1.5};
        double group = 1 / (1 + Math.exp(-1.4));
        double[] expected = {1 / (1 + Math.exp(-.5)), group, 1 - group, 1 / (1 + Math.exp(-1.5))};
        double[] means = logits.clone();
        layer.means(means, 0);
        assertArrayEquals(expected, means, 1e-12);
        int n = 4000;
        FMatrixRMaj floats = new FMatrixRMaj(n, 4);
        FMatrixRMaj doubles = new FMatrixRMaj(n, 4);
        for (int k = 0; k < 4 * n; k++) {
            floats.data[k] = (float) logits[k % 4];
        }
        layer.means(floats);
        assertArrayEquals(expected, SmallDeep.row(floats, 7), 1e-6);
        SplittableRandom rng = new SplittableRandom(1);
        layer.draw(floats, rng);
        double[][] sums = new double[2][4];
        for (int i = 0; i < n; i++) {
            layer.draw(means, doubles, i, rng);
            for (int k = 0; k < 4; k++) {
                sums[0][k] += floats.get(i, k) / n;
                sums[1][k] += doubles.get(i, k) / n;
            }
        }
        for (double[] sum : sums) {
            assertArrayEquals(expected, sum, 5 * .5 / Math.sqrt(n));
        }
    }

    // --- learning

    /** Twelve bits of which the first four, the next four or the last four are mostly on. */
    private static Dataset labelled(int n, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        FMatrixRMaj x = new FMatrixRMaj(n, 12);
        int[] labels = new int[n];
        for (int i = 0; i < n; i++) {
            labels[i] = i % 3;
            for (int k = 0; k < 12; k++) {
                x.set(i, k, rng.nextDouble() < (k / 4 == labels[i] ? .8 : .2) ? 1 : 0);
            }
        }
        return Dataset.of(x).withLabels(labels);
    }

    private static DbmBuilder builder() {
        return Dbm.builder()
                .learning(DbmLearning.sml(2, 50))
                .centred(true)
                .learningRate(.01)
                .batchSize(30)
                .epochs(60)
                .seed(1);
    }

    @Test
    void labelsAreLearnt() {
        Dataset learnt = labelled(300, 1);
        Dataset others = labelled(300, 2);
        Dataset rows = DbmClassifier.rows(learnt, K);
        assertEquals(15, rows.dim());
        Dbm joint = builder().hidden(6, 4).groups(K).fit(rows);
        Dbm pretrained = builder()
                .pretraining(
                        Rbm.builder()
                                .hidden(6)
                                .groups(K)
                                .learning(RbmLearning.cd(1))
                                .epochs(20),
                        Rbm.builder().hidden(4).learning(RbmLearning.cd(1)).epochs(20))
                .fit(rows);
        for (Dbm dbm : List.of(joint, pretrained)) {
            double error = ErrorRate.of(dbm.classifier(), others).value();
            double exact = ErrorRate.of(dbm.enumerated().classifier(), others).value();
            assertTrue(error < 12, "error " + error + " %"); // the best rule has 8 %
            assertEquals(exact, error, 3);
            assertArrayEquals(new int[] {K}, dbm.groups());
        }
        assertEquals("[3]", joint.summary().settings().get("groups of visible units"));
    }

    @Test
    void savedAndLoaded(@TempDir Path directory) {
        Path file = directory.resolve("dbm.safetensors");
        THREE.withBaseRates(Dataset.of(STATES)).save(file);
        Dbm read = Dbm.load(file);
        assertEquals(
                ModelMethods.withoutSeconds(THREE.withBaseRates(Dataset.of(STATES))),
                ModelMethods.withoutSeconds(read));
        assertArrayEquals(new int[] {K}, read.groups());
    }

    @Test
    void badInputIsNamed() {
        assertMessageHas(
                "fit with groups(K)", () -> SmallDeep.random(1, 1, 4, 3, 2).classifier());
        assertMessageHas("in groups, and h₂", TWO::toRbm);
        FMatrixRMaj two = STATES.copy();
        two.set(1, 4, 1);
        two.set(1, 3, 1);
        assertMessageHas("columns 3 to 5 of row 1", () -> TWO.meanField(two));
        assertMessageHas("6 columns, expected 3", () -> TWO.classifier().classify(STATES));
        Dataset rows = Dataset.of(STATES);
        assertMessageHas(
                "these are in groups",
                () -> Dbm.builder()
                        .hidden(3, 2)
                        .groups(K)
                        .learning(DbmLearning.multiPrediction(2))
                        .fit(rows));
        assertMessageHas(
                "groups is set, but pretraining",
                () -> Dbm.builder()
                        .groups(K)
                        .pretraining(Rbm.builder().hidden(3), Rbm.builder().hidden(2))
                        .fit(rows));
        assertMessageHas(
                "groups is set, but visible(Gaussian)",
                () -> Dbm.builder()
                        .hidden(3, 2)
                        .groups(K)
                        .visible(VisibleUnits.GAUSSIAN)
                        .fit(rows));
        assertMessageHas(
                "7 units in groups", () -> Dbm.builder().hidden(3, 2).groups(7).fit(rows));
        assertMessageHas("row 0 has no label", () -> DbmClassifier.rows(rows, K));
        assertMessageHas(
                "row 2 has the label 2, expected one from 0 to 1", () -> DbmClassifier.rows(labelled(9, 1), 2));
    }
}
