package lvm.boltzmann;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import lvm.boltzmann.SmallDeep.Numbers;
import lvm.classify.NeuralClassifier;
import lvm.data.Dataset;
import lvm.linalg.Logs;
import lvm.mcmc.AnnealingSchedule;
import lvm.model.EnergyLikelihood;
import lvm.model.GenerativeModel;
import lvm.model.HasDensity;
import lvm.model.HasMassContract;
import lvm.model.LogPartition;
import lvm.model.LogPartition.Kind;
import lvm.nn.Layer;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deep machines against all their states. */
class DbmTest implements HasMassContract<FMatrixRMaj> {
    private static final Dbm TWO = SmallDeep.random(1, 3, 4, 3, 3);
    private static final Dbm THREE = SmallDeep.random(1, 5, 4, 3, 3, 2);
    private static final FMatrixRMaj STATES = SmallMachines.states(4);

    @Override
    public HasDensity<FMatrixRMaj> massModel() {
        return TWO.enumerated();
    }

    @Override
    public GenerativeModel<FMatrixRMaj> generativeModel() {
        return TWO.enumerated();
    }

    @Override
    public FMatrixRMaj matrix(double[][] rows) {
        return Dataset.of(rows).floatMatrix();
    }

    private static Dbm machine(int hiddenLayers) {
        return hiddenLayers == 2 ? TWO : THREE;
    }

    /** p(v, h) of all states. */
    private static double[] joint(Numbers n) {
        double[] p = n.weights();
        double z = Arrays.stream(p).sum();
        for (int s = 0; s < p.length; s++) {
            p[s] /= z;
        }
        return p;
    }

    private static double[] visible(Numbers n) {
        double[] joint = joint(n);
        double[] p = new double[1 << n.b()[0].length];
        for (int s = 0; s < joint.length; s++) {
            p[s / (joint.length / p.length)] += joint[s];
        }
        return p;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void sumsOverStatesAreThoseOfTheEnergy(int layers) {
        Dbm dbm = machine(layers);
        Numbers n = Numbers.of(dbm);
        double logZ = Math.log(Arrays.stream(n.weights()).sum());
        assertEquals(logZ, dbm.logPartition().nats(), 1e-5);
        assertEquals(logZ, dbm.toRbm().logPartition().nats(), 1e-5);
        double[] p = visible(n);
        double[] logP = dbm.enumerated().logDensity(STATES);
        for (int v = 0; v < p.length; v++) {
            assertEquals(Math.log(p[v]), logP[v], 1e-5);
        }
        double[] joint = joint(n);
        for (int layer = 1; layer <= layers; layer++) {
            FMatrixRMaj means = dbm.enumerated().posteriorMeans(STATES, layer);
            double[][] expected = new double[p.length][means.numCols];
            for (int s = 0; s < joint.length; s++) {
                double[][] x = n.state(s);
                int v = s / (joint.length / p.length);
                for (int j = 0; j < means.numCols; j++) {
                    expected[v][j] += joint[s] / p[v] * x[layer][j];
                }
            }
            for (int v = 0; v < p.length; v++) {
                assertArrayEquals(expected[v], SmallDeep.row(means, v), 1e-5, "layer " + layer);
            }
        }
    }

    /** With two hidden layers the weights are W₁ above W₂ᵀ. */
    @Test
    void asRestrictedMachine() {
        Rbm rbm = TWO.toRbm();
        assertEquals(7, rbm.dim());
        assertEquals(3, rbm.latentDim());
        for (int j = 0; j < 3; j++) {
            assertEquals(TWO.weights(1).get(2, j), rbm.weights().get(2, j));
            assertEquals(TWO.weights(2).get(j, 1), rbm.weights().get(4 + 1, j));
        }
        assertEquals(TWO.bias(2).get(0, 1), rbm.visibleBias().get(0, 5));
        assertArrayEquals(TWO.bias(1).data, rbm.hiddenBias().data);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void meanFieldIsTheFixedPoint(int layers) {
        Dbm dbm = machine(layers);
        Numbers n = Numbers.of(dbm);
        MeanFieldPosterior field = dbm.meanField(STATES);
        double[] f = dbm.variationalFreeEnergy(STATES);
        double[] logP = dbm.enumerated().logDensity(STATES);
        LogPartition logZ = dbm.logPartition();
        for (int v = 0; v < STATES.numRows; v++) {
            double[][] q = n.state(0);
            q[0] = SmallDeep.row(STATES, v);
            for (int l = 1; l <= layers; l++) {
                q[l] = SmallDeep.row(field.layer(l), v);
            }
            for (int l = 1; l <= layers; l++) {
                double[] before = q[l].clone();
                n.update(l, q);
                assertArrayEquals(before, q[l], 2e-5);
            }
            assertEquals(-n.bound(q), f[v], 1e-5);
            assertTrue(-f[v] - logZ.nats() < logP[v], "bound " + (-f[v] - logZ.nats()) + " of " + logP[v]);
        }
        assertTrue(field.updates() > 2 && field.updates() < 100);
        EnergyLikelihood bound = dbm.bound(Dataset.of(STATES), logZ);
        assertEquals(Kind.LOWER_BOUND, bound.kind());
        assertEquals(-Arrays.stream(f).average().orElseThrow() - logZ.nats(), bound.natsPerRow(), 1e-12);
    }

    /** Upwards, with twice the input from below where a layer above is missing. */
    @Test
    void meanFieldBeginsWithAPassUpwards() {
        MeanField field = new MeanField(THREE.units(), 1, 0);
        field.start(STATES);
        Numbers n = Numbers.of(THREE);
        for (int v = 0; v < STATES.numRows; v++) {
            double[] below = SmallDeep.row(STATES, v);
            for (int l = 1; l <= 3; l++) {
                double[] q = n.b()[l].clone();
                for (int j = 0; j < q.length; j++) {
                    for (int i = 0; i < below.length; i++) {
                        q[j] += (l < 3 ? 2 : 1) * below[i] * n.w()[l - 1][i][j];
                    }
                    q[j] = 1 / (1 + Math.exp(-q[j]));
                }
                assertArrayEquals(q, SmallDeep.row(field.means()[l], v), 1e-5);
                below = q;
            }
        }
    }

    /** No half of an update lowers the bound. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void boundRisesWithEachUpdate(int layers) {
        Dbm dbm = machine(layers);
        MeanField field = new MeanField(dbm.units(), 1, 0);
        field.start(STATES);
        double[] before = field.freeEnergy();
        double gain = 0;
        for (int t = 0; t < 20; t++) {
            field.update();
            double[] after = field.freeEnergy();
            for (int v = 0; v < after.length; v++) {
                assertTrue(after[v] <= before[v] + 1e-6, "update " + t + ", row " + v);
                gain += before[v] - after[v];
            }
            before = after;
        }
        assertTrue(gain > .01, "the start was the end");
    }

    /** Of all factorial distributions on a grid none has a higher bound. */
    @Test
    void noFactorialDistributionIsBetter() {
        Dbm dbm = SmallDeep.random(1, 8, 3, 2, 2);
        Numbers n = Numbers.of(dbm);
        FMatrixRMaj states = SmallMachines.states(3);
        double[] f = dbm.variationalFreeEnergy(states);
        int steps = 25;
        for (int v = 0; v < states.numRows; v++) {
            double best = Double.NEGATIVE_INFINITY;
            double[][] q = n.state(0);
            q[0] = SmallDeep.row(states, v);
            for (int code = 0; code < Math.pow(steps, 4); code++) {
                int rest = code;
                for (int j = 0; j < 4; j++) {
                    q[1 + j / 2][j % 2] = (rest % steps + .5) / steps;
                    rest /= steps;
                }
                best = Math.max(best, n.bound(q));
            }
            assertTrue(-f[v] >= best - 1e-6, "row " + v + ": " + -f[v] + ", the grid has " + best);
            assertEquals(best, -f[v], .02);
        }
    }

    /** Its value is a sum over the states of the odd layers; the mean of draws is within 5 standard errors, below 10⁻⁶ to fail. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void tighterBoundSumsTheEvenLayersOut(int layers) {
        Dbm dbm = machine(layers);
        Numbers n = Numbers.of(dbm);
        LogPartition logZ = dbm.logPartition();
        double expected = 0;
        double square = 0;
        for (int v = 0; v < STATES.numRows; v++) {
            double[][] q = n.meanField(SmallDeep.row(STATES, v));
            double entropy = 0;
            double mean = 0;
            double squares = 0;
            int odd = layers == 2 ? 3 : 5;
            for (int s = 0; s < 1 << odd; s++) {
                double[][] x = n.state(0);
                x[0] = q[0];
                double p = 1;
                int at = 0;
                for (int l = 1; l <= layers; l += 2) {
                    for (int j = 0; j < x[l].length; j++) {
                        x[l][j] = s >> at++ & 1;
                        p *= x[l][j] == 1 ? q[l][j] : 1 - q[l][j];
                    }
                }
                double log = n.minusEnergy(x);
                for (int k = 0; k < x[2].length; k++) {
                    log += Logs.softplus(n.logit(2, k, x));
                }
                entropy -= p * Math.log(p);
                mean += p * log;
                squares += p * log * log;
            }
            expected += (mean + entropy) / STATES.numRows;
            square += (squares - mean * mean) / STATES.numRows / STATES.numRows;
        }
        int draws = 4000;
        double value = dbm.tighterBound(STATES, logZ, draws, 1).natsPerRow();
        assertEquals(expected - logZ.nats(), value, 5 * Math.sqrt(square / draws));
        double exact =
                Arrays.stream(dbm.enumerated().logDensity(STATES)).average().orElseThrow();
        assertTrue(dbm.bound(STATES, logZ).natsPerRow() < expected - logZ.nats());
        assertTrue(expected - logZ.nats() < exact);
    }

    /** Kinds of log Z make kinds of bounds. */
    @Test
    void boundIsAnEstimateWhereLogZMayBeTooLow() {
        LogPartition exact = TWO.logPartition();
        for (Kind kind : Kind.values()) {
            LogPartition known = new LogPartition(exact.nats(), kind, .1, 10, 9, "test");
            assertEquals(
                    kind == Kind.EXACT || kind == Kind.UPPER_BOUND ? Kind.LOWER_BOUND : Kind.ESTIMATE,
                    TWO.bound(STATES, known).kind());
        }
    }

    /** Chains of 50 sweeps from fair coins: 16 frequencies within 5 standard errors, below 10⁻⁵ to fail. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void chainsEndInTheDistribution(int layers) {
        Dbm dbm = machine(layers);
        double[] p = visible(Numbers.of(dbm));
        int n = 40_000;
        FMatrixRMaj x = dbm.sample(n, 50, new SplittableRandom(1));
        FMatrixRMaj means = dbm.sampleMeans(n, 50, new SplittableRandom(2));
        int[] counts = new int[p.length];
        for (int i = 0; i < n; i++) {
            int s = 0;
            for (int k = 0; k < 4; k++) {
                s = 2 * s + (int) x.get(i, k);
            }
            counts[s]++;
        }
        for (int s = 0; s < p.length; s++) {
            assertEquals(p[s], counts[s] / (double) n, 5 * Math.sqrt(p[s] * (1 - p[s]) / n), "state " + s);
        }
        for (int k = 0; k < 4; k++) {
            double expected = 0;
            double mean = 0;
            for (int s = 0; s < p.length; s++) {
                expected += SmallMachines.bit(s, k, 4) * p[s];
            }
            for (int i = 0; i < n; i++) {
                mean += means.get(i, k) / (double) n;
                assertTrue(means.get(i, k) > 0 && means.get(i, k) < 1);
            }
            assertEquals(expected, mean, 5 * .5 / Math.sqrt(n));
        }
    }

    /** Both ends within 4 standard errors of log Z, from exact draws and from tempered ones. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void bracketHoldsLogZ(int layers) {
        Dbm dbm = machine(layers).withBaseRates(Dataset.of(STATES));
        double logZ = dbm.logPartition().nats();
        for (boolean exact : new boolean[] {true, false}) {
            PartitionBracket.Settings settings = PartitionBracket.of(dbm)
                    .schedule(AnnealingSchedule.linear(200))
                    .chains(200)
                    .seed(3);
            PartitionBracket bracket = (exact ? settings : settings.temperedDraws(5, 200)).run();
            assertEquals(
                    exact ? Kind.UPPER_BOUND : Kind.ESTIMATE, bracket.upper().kind());
            for (LogPartition end : List.of(bracket.lower(), bracket.upper(), bracket.upperOfLonger())) {
                assertTrue(end.effectiveDraws() > 100, end.toString());
                assertEquals(logZ, end.nats(), 4 * end.standardError() + .01, end.toString());
            }
        }
    }

    /** The base of the path are independent units with the means of the mean field: its Z is a product. */
    @Test
    void annealingBeginsAtTheMeansOfAllLayers() {
        Dbm dbm = THREE.withBaseRates(Dataset.of(STATES).subset(1, 3, 5));
        Numbers n = Numbers.of(dbm);
        double[][] means = n.state(0);
        for (int row : new int[] {1, 3, 5}) {
            double[][] q = n.meanField(SmallDeep.row(STATES, row));
            for (int l = 0; l < q.length; l++) {
                for (int j = 0; j < q[l].length; j++) {
                    means[l][j] += q[l][j] / 3;
                }
            }
        }
        for (int l = 0; l < means.length; l++) {
            assertArrayEquals(means[l], SmallDeep.row(dbm.baseRates(l).orElseThrow(), 0), 2e-5);
        }
        double logBase = 0;
        for (double[] layer : means) {
            for (double p : layer) {
                logBase -= Math.log1p(-Math.min(1 - 1e-5, Math.max(1e-5, p))); // softplus of the logit
            }
        }
        assertEquals(logBase, PartitionBracket.of(dbm).path().logBase(), 1e-3);
    }

    /** What is missing is at the fixed point of all equations, what is known stays, and nothing missing changes nothing. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void missingInputsGetTheMeansOfTheirMeanField(int layers) {
        Dbm dbm = machine(layers);
        Numbers n = Numbers.of(dbm);
        FMatrixRMaj holes = STATES.copy();
        for (int v = 0; v < holes.numRows; v++) {
            holes.set(v, v % 4, Float.NaN);
            holes.set(v, (v + 1) % 4, Float.NaN);
        }
        FMatrixRMaj filled = dbm.complete(holes);
        for (int v = 0; v < holes.numRows; v++) {
            double[][] q = n.state(0);
            q[0] = SmallDeep.row(filled, v);
            for (int t = 0; t < 500; t++) {
                for (int l = 1; l <= layers; l++) {
                    n.update(l, q);
                }
            }
            for (int i = 0; i < 4; i++) {
                boolean missing = Float.isNaN(holes.get(v, i));
                double expected = missing ? 1 / (1 + Math.exp(-n.logit(0, i, q))) : holes.get(v, i);
                assertEquals(expected, filled.get(v, i), 1e-4);
            }
        }
        assertArrayEquals(STATES.data, dbm.complete(Dataset.of(STATES)).data);
        refused(() -> dbm.complete(new FMatrixRMaj(1, 3)), "3 columns", "expected 4");
        FMatrixRMaj large = holes.copy();
        large.set(0, 2, 2);
        refused(() -> dbm.complete(large), "Dbm.complete", "not missing", "has 2 in row 0");
    }

    /** At its start the network computes another update of the mean field, and a last layer of its own. */
    @Test
    void networkBeginsAsTheMachine() {
        Dataset rows = Dataset.of(STATES).withLabels(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2);
        Dataset both = TWO.withTop(rows);
        assertEquals(7, both.dim());
        assertArrayEquals(rows.labels(), both.labels());
        Layer network = TWO.toNetwork().make("net", 7, 3, new SplittableRandom(1));
        FMatrixRMaj lower = network.params().get(0).value();
        MeanFieldPosterior field = TWO.meanField(STATES);
        for (int v = 0; v < STATES.numRows; v++) {
            for (int j = 0; j < 3; j++) {
                assertEquals(field.layer(2).get(v, j), both.floatMatrix().get(v, 4 + j));
                double a = network.params().get(1).value().get(0, j);
                for (int i = 0; i < 7; i++) {
                    a += both.floatMatrix().get(v, i) * lower.get(i, j);
                }
                assertEquals(field.layer(1).get(v, j), 1 / (1 + Math.exp(-a)), 1e-5);
                double up = network.params().get(3).value().get(0, j);
                for (int i = 0; i < 3; i++) {
                    up += field.layer(1).get(v, i)
                            * network.params().get(2).value().get(i, j);
                }
                assertEquals(field.layer(2).get(v, j), 1 / (1 + Math.exp(-up)), 1e-5);
            }
        }
        NeuralClassifier classifier = NeuralClassifier.builder()
                .network(TWO.toNetwork())
                .standardize(false)
                .learningRate(.05)
                .epochs(1000)
                .fit(both);
        assertArrayEquals(rows.labels(), classifier.classify(both));
        refused(() -> THREE.toNetwork(), "3 hidden layers", "expected 2");
        refused(() -> THREE.withTop(rows), "3 hidden layers");
        refused(() -> TWO.toNetwork().make("net", 4, 2, new SplittableRandom(1)), "4 inputs", "7 columns", "withTop");
        refused(() -> TWO.toNetwork().make("net", 8, 2, new SplittableRandom(1)), "8 inputs", "7 columns");
    }

    @Test
    void savedAndLoaded(@TempDir Path directory) {
        Dbm dbm = THREE.withBaseRates(Dataset.of(STATES));
        Path file = directory.resolve("dbm.safetensors");
        dbm.save(file);
        Dbm read = Dbm.load(file);
        assertArrayEquals(dbm.variationalFreeEnergy(STATES), read.variationalFreeEnergy(STATES));
        assertArrayEquals(dbm.baseRates(3).orElseThrow().data, read.baseRates(3).orElseThrow().data);
        assertArrayEquals(new int[] {3, 3, 2}, read.hidden());
    }

    private static void refused(Executable call, String... parts) {
        String message = assertThrows(IllegalArgumentException.class, call).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    @Test
    void badInput() {
        FMatrixRMaj w = new FMatrixRMaj(4, 3);
        FMatrixRMaj up = new FMatrixRMaj(3, 2);
        List<FMatrixRMaj> biases = List.of(new FMatrixRMaj(1, 4), new FMatrixRMaj(1, 3), new FMatrixRMaj(1, 2));
        refused(() -> Dbm.of(List.of(w), biases.subList(0, 2)), "hidden layers", "at least 2");
        refused(() -> Dbm.of(List.of(w, up), biases.subList(0, 2)), "2 biases", "one more");
        refused(() -> Dbm.of(List.of(w, new FMatrixRMaj(4, 2)), biases), "above layer 1", "4 rows", "expected 3");
        refused(
                () -> Dbm.of(List.of(w, up), List.of(biases.get(0), biases.get(1), biases.get(1))),
                "bias of layer 2",
                "3 columns",
                "expected 2");
        refused(() -> TWO.meanField(new FMatrixRMaj(2, 5)), "Dbm.meanField", "5 columns", "4");
        FMatrixRMaj grey = new FMatrixRMaj(1, 4);
        grey.set(0, 2, 1.5f);
        refused(() -> TWO.variationalFreeEnergy(grey), "1.5");
        refused(() -> SmallDeep.random(1, 1, 30, 26, 30).logPartition(), "block of layers", "PartitionBracket");
        refused(() -> TWO.weights(3), "layer is 3", "from 1 to 2");
        refused(() -> TWO.bias(-1), "layer is -1");
        refused(() -> TWO.meanField(STATES).layer(0), "layer is 0");
        refused(() -> TWO.sample(1, 0, new SplittableRandom(1)), "sweeps");
        refused(() -> Dbm.builder().hidden(5), "hidden layers", "at least 2");
        refused(() -> Dbm.builder().fit(Dataset.of(STATES)), "hidden");
        refused(() -> Dbm.builder().hidden(3, 0), "hidden");
        refused(() -> Dbm.builder().startDeviation(0), "startDeviation", "stay equal");
        refused(
                () -> Dbm.builder().hidden(3, 2).sparsity(.1, .2).fit(Dataset.of(STATES)),
                "1 targets",
                "2 hidden layers");
        refused(
                () -> Dbm.builder().hidden(3, 2).offsetRate(.1).fit(Dataset.of(STATES)),
                "offsetRate",
                "centred(false)");
        refused(() -> Dbm.builder().hidden(3, 2).sampledLayers(true).fit(Dataset.of(STATES)), "sampledLayers");
        RbmBuilder layer = Rbm.builder().hidden(3).epochs(1);
        refused(
                () -> Dbm.builder().hidden(3, 2).pretraining(layer, layer).fit(Dataset.of(STATES)),
                "hidden",
                "pretraining");
        refused(
                () -> Dbm.builder()
                        .hidden(3, 2)
                        .learning(DbmLearning.multiPrediction(3))
                        .centred(true)
                        .fit(Dataset.of(STATES)),
                "centred",
                "multi-prediction");
        refused(() -> DbmLearning.multiPrediction(0), "updates");
        refused(() -> Dbm.builder().pretraining(layer), "layers of the pretraining", "at least 2");
        refused(
                () -> Dbm.builder()
                        .pretraining(layer, Rbm.builder().hidden(2).learning(RbmLearning.exact()))
                        .fit(Dataset.of(STATES)),
                "exact",
                "cd");
        refused(
                () -> Dbm.builder()
                        .pretraining(layer, Rbm.builder().hidden(2).seed(3))
                        .fit(Dataset.of(STATES)),
                "seed",
                "a layer of a Dbm");
        refused(
                () -> Dbm.builder()
                        .pretraining(layer, Rbm.builder().hidden(4).groups(2))
                        .fit(Dataset.of(STATES)),
                "groups");
    }

    @Test
    void basesAreAskedFor() {
        assertTrue(TWO.baseRates(1).isEmpty());
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> PartitionBracket.of(TWO));
        assertTrue(e.getMessage().contains("withBaseRates(data)"), e.getMessage());
    }
}
