package lvm.boltzmann;

import static lvm.model.Messages.assertMessageHas;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import lvm.autodiff.Tape;
import lvm.data.Bars;
import lvm.data.Dataset;
import lvm.linalg.Logs;
import lvm.model.GenerativeModel;
import lvm.model.HasDensity;
import lvm.model.HasMassContract;
import lvm.model.LogPartition;
import lvm.store.Safetensors;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RbmTest implements HasMassContract<FMatrixRMaj> {
    private final Rbm rbm = SmallMachines.random(6, 4, 1, 3);

    @Override
    public HasDensity<FMatrixRMaj> massModel() {
        return rbm.enumerated();
    }

    @Override
    public GenerativeModel<FMatrixRMaj> generativeModel() {
        return rbm.enumerated();
    }

    @Override
    public FMatrixRMaj matrix(double[][] rows) {
        FMatrixRMaj m = new FMatrixRMaj(rows.length, rows[0].length);
        for (int i = 0; i < m.getNumElements(); i++) {
            m.data[i] = (float) rows[i / m.numCols][i % m.numCols];
        }
        return m;
    }

    @Test
    void weightsToAndFromAnotherProgram(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("rbm.safetensors");
        new Safetensors()
                .put("W", rbm.weights())
                .put("b", rbm.visibleBias())
                .put("c", rbm.hiddenBias())
                .write(file);
        Safetensors read = Safetensors.read(file);
        Rbm same = Rbm.of(read.floats("W"), read.floats("b"), read.floats("c"));
        assertEquals(rbm.logPartition().nats(), same.logPartition().nats());
    }

    /** More hidden than visible units: the sum is over the visible ones, and draws come from there. */
    @Test
    void exactDrawsFromTheVisibleStates() {
        Rbm wide = SmallMachines.random(3, 5, 1, 4);
        int n = 200_000;
        FMatrixRMaj x = wide.enumerated().sample(n, new SplittableRandom(2));
        double[] p = SmallMachines.visible(wide);
        int[] counts = new int[p.length];
        for (int i = 0; i < n; i++) {
            counts[(int) (4 * x.get(i, 0) + 2 * x.get(i, 1) + x.get(i, 2))]++;
        }
        for (int s = 0; s < p.length; s++) {
            assertEquals(p[s], counts[s] / (double) n, 5 * Math.sqrt(p[s] / n), "state " + s);
        }
    }

    @Test
    void energiesAreThoseOfTheDefinition() {
        FMatrixRMaj v = SmallMachines.states(6);
        FMatrixRMaj h = new FMatrixRMaj(64, 4);
        for (int i = 0; i < h.getNumElements(); i++) {
            h.data[i] = SmallMachines.bit(i / 4 * 7 % 16, i % 4, 4);
        }
        double[] e = rbm.energy(v, h);
        double[] f = rbm.freeEnergy(v);
        for (int s = 0; s < 64; s++) {
            assertEquals(SmallMachines.energy(rbm, s, s * 7 % 16), e[s], 1e-5);
            double[] terms = new double[16];
            for (int t = 0; t < 16; t++) {
                terms[t] = -SmallMachines.energy(rbm, s, t);
            }
            assertEquals(-Logs.logSumExp(terms), f[s], 1e-12 * (1 + Math.abs(f[s])) + 1e-12);
        }
    }

    @Test
    void temperatureDividesEnergies() {
        double t = 2.5;
        Rbm warm = rbm.withTemperature(t);
        double[] expected = new double[64];
        for (int v = 0; v < 64; v++) {
            double[] terms = new double[16];
            for (int h = 0; h < 16; h++) {
                terms[h] = -SmallMachines.energy(rbm, v, h) / t;
            }
            expected[v] = Logs.logSumExp(terms);
        }
        double logZ = Logs.logSumExp(expected);
        assertEquals(logZ, warm.logPartition().nats(), 1e-5);
        double[] logP = warm.enumerated().logDensity(SmallMachines.states(6));
        for (int v = 0; v < 64; v++) {
            assertEquals(expected[v] - logZ, logP[v], 1e-5);
        }
        assertArrayEquals(rbm.baseRates().orElseThrow().data, warm.baseRates().orElseThrow().data);
        Rbm groups = Rbm.of(rbm.weights(), rbm.visibleBias(), rbm.hiddenBias(), 3);
        assertArrayEquals(new int[] {3}, groups.withTemperature(t).groups());
        assertTrue(groups.withTemperature(t).baseRates().isEmpty());
        for (double bad : new double[] {0, -1, Double.NaN, 1e-42}) {
            assertThrows(IllegalArgumentException.class, () -> rbm.withTemperature(bad));
        }
    }

    @Test
    void conditionalsAreThoseOfTheJointDistribution() {
        double[][] joint = SmallMachines.joint(rbm);
        FMatrixRMaj h = rbm.encode(SmallMachines.states(6));
        FMatrixRMaj v = rbm.decode(SmallMachines.states(4));
        for (int s = 0; s < 64; s++) {
            for (int j = 0; j < 4; j++) {
                double on = 0;
                double all = 0;
                for (int t = 0; t < 16; t++) {
                    all += joint[s][t];
                    on += SmallMachines.bit(t, j, 4) * joint[s][t];
                }
                assertEquals(on / all, h.get(s, j), 1e-6);
            }
        }
        for (int t = 0; t < 16; t++) {
            for (int i = 0; i < 6; i++) {
                double on = 0;
                double all = 0;
                for (int s = 0; s < 64; s++) {
                    all += joint[s][t];
                    on += SmallMachines.bit(s, i, 6) * joint[s][t];
                }
                assertEquals(on / all, v.get(t, i), 1e-6);
            }
        }
    }

    @Test
    void pseudoLikelihoodIsThatOfTheConditionals() {
        double[] p = SmallMachines.visible(rbm);
        double[] logPl = rbm.logPseudoLikelihood(SmallMachines.states(6));
        for (int s = 0; s < 64; s++) {
            double sum = 0;
            for (int i = 0; i < 6; i++) {
                sum += Math.log(p[s] / (p[s] + p[s ^ 1 << i]));
            }
            assertEquals(sum, logPl[s], 1e-5);
        }
    }

    @ParameterizedTest
    @CsvSource({"8,6", "12,10", "6,8", "1,1"})
    void sumsOverEitherLayerAreEqual(int visible, int hidden) {
        RbmUnits units = SmallMachines.random(visible, hidden, 2, 5).units();
        double overHidden = new LayerSums(units, true, (done, total) -> {}).logZ();
        double overVisible = new LayerSums(units, false, (done, total) -> {}).logZ();
        assertEquals(overHidden, overVisible, 1e-10);
        if (visible + hidden <= 14) {
            Rbm small = SmallMachines.random(visible, hidden, 2, 5);
            assertEquals(SmallMachines.logZ(small), small.logPartition().nats(), 1e-10);
        }
        assertEquals(
                LogPartition.Kind.EXACT,
                SmallMachines.random(2, 2, 1, 1).logPartition().kind());
    }

    @Test
    void momentsAreThoseOfTheJointDistribution() {
        for (Rbm machine : new Rbm[] {rbm, SmallMachines.random(4, 5, 1, 8)}) {
            double[][] joint = SmallMachines.joint(machine);
            LayerSums.Moments moments = new LayerSums(machine.units(), (done, total) -> {}).moments();
            for (int i = 0; i < machine.dim(); i++) {
                for (int j = 0; j < machine.latentDim(); j++) {
                    double both = 0;
                    double v = 0;
                    double h = 0;
                    for (int s = 0; s < joint.length; s++) {
                        for (int t = 0; t < joint[s].length; t++) {
                            int on = SmallMachines.bit(s, i, machine.dim());
                            int up = SmallMachines.bit(t, j, machine.latentDim());
                            both += on * up * joint[s][t];
                            v += on * joint[s][t];
                            h += up * joint[s][t];
                        }
                    }
                    assertEquals(both, moments.vh().get(i, j), 1e-10);
                    assertEquals(v, moments.v().get(0, i), 1e-10);
                    assertEquals(h, moments.h().get(0, j), 1e-10);
                }
            }
        }
    }

    /** Large energies neither overflow nor lose what is small beside them. */
    @Test
    void largeNumbersDoNotOverflow() {
        FMatrixRMaj w = new FMatrixRMaj(2, 2);
        w.fill(5e4f);
        FMatrixRMaj b = new FMatrixRMaj(1, 2);
        FMatrixRMaj c = new FMatrixRMaj(1, 2);
        c.fill(-1e4f);
        Rbm large = Rbm.of(w, b, c);
        // All four units on: 4·5e4 − 2·1e4.
        assertEquals(180_000, large.logPartition().nats(), 1e-9);
        assertEquals(-180_000, large.freeEnergy(SmallMachines.states(2))[3], 1e-9);
        assertEquals(0, large.enumerated().logDensity(SmallMachines.states(2))[3], 1e-9);
    }

    @Test
    void gibbsSamplingLeavesTheModelInvariant() {
        int n = 100_000;
        SplittableRandom rng = new SplittableRandom(5);
        FMatrixRMaj v = rbm.enumerated().sample(n, rng);
        FMatrixRMaj before = v.copy();
        rbm.gibbs().step(v, rng);
        double[] p = SmallMachines.visible(rbm);
        double[][] t = SmallMachines.sweep(rbm);
        int[][] moves = new int[64][64];
        for (int i = 0; i < n; i++) {
            moves[index(before, i)][index(v, i)]++;
        }
        for (int s = 0; s < 64; s++) {
            int reached = 0;
            for (int from = 0; from < 64; from++) {
                double expected = n * p[from] * t[from][s];
                assertEquals(expected, moves[from][s], 6 * Math.sqrt(expected) + 6, from + " → " + s);
                reached += moves[from][s];
            }
            assertEquals(n * p[s], reached, 5 * Math.sqrt(n * p[s]) + 5);
        }
    }

    private static int index(FMatrixRMaj x, int row) {
        int s = 0;
        for (int i = 0; i < x.numCols; i++) {
            s = 2 * s + (int) x.get(row, i);
        }
        return s;
    }

    /** Chains at every temperature begin at their own distributions and stay there, changes of places included. */
    @Test
    void temperingLeavesAllTemperaturesInvariant() {
        int temperatures = 3;
        int n = 60_000;
        SplittableRandom rng = new SplittableRandom(6);
        FMatrixRMaj rates = rbm.baseRates().orElseThrow();
        FMatrixRMaj states = new FMatrixRMaj(temperatures * n, 6);
        double[][] p = new double[temperatures][];
        for (int t = 0; t < temperatures; t++) {
            p[t] = SmallMachines.visible(at(rates, t / 2.0));
            FMatrixRMaj v = at(rates, t / 2.0).enumerated().sample(n, rng);
            System.arraycopy(v.data, 0, states.data, t * n * 6, n * 6);
        }
        var tempered = rbm.tempered(temperatures);
        double accepted = 0;
        for (int step = 0; step < 3; step++) {
            accepted = tempered.step(states, rng).acceptance();
        }
        assertTrue(accepted > 0.1 && accepted < 1, "changes " + accepted);
        for (int t = 0; t < temperatures; t++) {
            int[] counts = new int[64];
            for (int i = 0; i < n; i++) {
                counts[index(states, t * n + i)]++;
            }
            for (int s = 0; s < 64; s++) {
                assertEquals(
                        n * p[t][s], counts[s], 5 * Math.sqrt(n * p[t][s]) + 5, "temperature " + t + ", state " + s);
            }
        }
    }

    /** The machine of a place on the path: f_β has the biases (1 − β) logit p + β b, and β W and β c. */
    private Rbm at(FMatrixRMaj rates, double beta) {
        FMatrixRMaj w = rbm.weights();
        FMatrixRMaj b = rbm.visibleBias();
        FMatrixRMaj c = rbm.hiddenBias();
        for (int i = 0; i < w.getNumElements(); i++) {
            w.data[i] *= (float) beta;
        }
        for (int i = 0; i < b.numCols; i++) {
            b.data[i] = (float) ((1 - beta) * Logs.logit(rates.data[i]) + beta * b.data[i]);
        }
        for (int j = 0; j < c.numCols; j++) {
            c.data[j] *= (float) beta;
        }
        return Rbm.of(w, b, c);
    }

    @Test
    void samplesNearTheModel() {
        int n = 20_000;
        FMatrixRMaj x = rbm.sample(n, 50, new SplittableRandom(1));
        double[] p = SmallMachines.visible(rbm);
        int[] counts = new int[64];
        for (int i = 0; i < n; i++) {
            counts[index(x, i)]++;
        }
        for (int s = 0; s < 64; s++) {
            assertEquals(n * p[s], counts[s], 5 * Math.sqrt(n * p[s]) + 5);
        }
    }

    @Test
    void hiddenLayerIsALayerOfANetwork() {
        FMatrixRMaj v = SmallMachines.states(6);
        Tape tape = Tape.withoutGradients();
        FMatrixRMaj h = rbm.toLayer("first").forward(tape, tape.constant(v)).value();
        assertArrayEquals(Arrays.copyOf(rbm.encode(v).data, 256), Arrays.copyOf(h.data, 256), 1e-6f);
    }

    @Test
    void likelihoodIsOfTheKindOfItsPartitionFunction() {
        FMatrixRMaj v = SmallMachines.states(6);
        double mean = Arrays.stream(rbm.enumerated().logDensity(v)).average().orElseThrow();
        var exact = rbm.logLikelihood(v, rbm.logPartition());
        assertEquals(mean, exact.natsPerRow(), 1e-10);
        assertEquals(LogPartition.Kind.EXACT, exact.kind());
        var low = new LogPartition(1, LogPartition.Kind.LOWER_BOUND, .1, 10, 5, "a test");
        assertEquals(LogPartition.Kind.UPPER_BOUND, rbm.logLikelihood(v, low).kind());
        assertTrue(low.toString().contains("5.0"), "a standard error stands beside the effective number: " + low);
    }

    @Test
    void baseRatesAreMeansOfTheData() {
        Dataset bars = Bars.generate(50, 3, .3, .05, 1).pictures();
        Rbm fitted = Rbm.builder().hidden(2).epochs(1).fit(bars);
        FMatrixRMaj x = bars.floatMatrix();
        Rbm given = Rbm.of(fitted.weights(), fitted.visibleBias(), fitted.hiddenBias())
                .withBaseRates(bars);
        for (int j = 0; j < 9; j++) {
            double mean = 0;
            for (int i = 0; i < 50; i++) {
                mean += x.get(i, j) / 50;
            }
            assertEquals(mean, fitted.baseRates().orElseThrow().get(0, j), 1e-6);
            assertEquals(mean, given.baseRates().orElseThrow().get(0, j), 1e-6);
        }
    }

    @Test
    void badInputIsNamed() {
        FMatrixRMaj w = new FMatrixRMaj(3, 2);
        FMatrixRMaj b = new FMatrixRMaj(1, 3);
        FMatrixRMaj c = new FMatrixRMaj(1, 2);
        assertMessageHas("visibleBias", () -> Rbm.of(w, new FMatrixRMaj(1, 2), c));
        assertMessageHas("hidden units", () -> Rbm.of(new FMatrixRMaj(3, 0), b, new FMatrixRMaj(1, 0)));
        w.set(1, 1, Float.NaN);
        assertMessageHas("row 1, column 1", () -> Rbm.of(w, b, c));
        FMatrixRMaj outside = new FMatrixRMaj(1, 6);
        outside.set(0, 2, 1.5f);
        assertMessageHas("row 0, column 2", () -> rbm.freeEnergy(outside));
        assertMessageHas("columns", () -> rbm.encode(new FMatrixRMaj(1, 5)));
        Dataset bars = Bars.generate(20, 3, .3, .05, 1).pictures();
        assertMessageHas("hidden", () -> Rbm.builder().fit(bars));
        assertMessageHas("hidden is 0", () -> Rbm.builder().hidden(0));
        assertMessageHas(
                "offsetRate", () -> Rbm.builder().hidden(2).offsetRate(.1).fit(bars));
        Dataset numbers = Dataset.of(new double[][] {{0, 1}, {3, 0}});
        assertMessageHas("0 to 1", () -> Rbm.builder().hidden(2).fit(numbers));
        Dataset grey = Dataset.of(new double[][] {{0, 1}, {.5, 0}});
        assertMessageHas(
                "pseudo-likelihood",
                () -> Rbm.builder()
                        .hidden(2)
                        .learning(RbmLearning.pseudoLikelihood())
                        .fit(grey));
        Rbm.builder().hidden(2).epochs(1).fit(grey);
        String years = assertThrows(
                        IllegalArgumentException.class,
                        () -> Rbm.of(new FMatrixRMaj(100, 60), new FMatrixRMaj(1, 100), new FMatrixRMaj(1, 60))
                                .logPartition())
                .getMessage();
        assertTrue(years.contains("2^60") && years.contains("years"), years);
        assertTrue(assertThrows(
                        IllegalStateException.class,
                        () -> Rbm.of(new FMatrixRMaj(2, 2), new FMatrixRMaj(1, 2), new FMatrixRMaj(1, 2))
                                .annealing())
                .getMessage()
                .contains("withBaseRates"));
    }
}
