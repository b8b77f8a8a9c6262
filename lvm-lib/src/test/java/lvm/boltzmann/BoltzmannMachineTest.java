package lvm.boltzmann;

import static lvm.model.Messages.assertMessageHas;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.mcmc.Transition;
import lvm.model.GenerativeModel;
import lvm.model.GenerativeModelContract;
import lvm.optim.Sgd;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Small machines against the distribution that their energies define, written down state by state. */
class BoltzmannMachineTest implements GenerativeModelContract<FMatrixRMaj> {
    private static final int N = 5;

    @Override
    public GenerativeModel<FMatrixRMaj> generativeModel() {
        return machine(UnitValues.BITS, 3, 1);
    }

    private static BoltzmannMachine machine(UnitValues values, int visible, double temperature) {
        SplittableRandom rng = new SplittableRandom(3);
        FMatrixRMaj u = new FMatrixRMaj(N, N);
        FMatrixRMaj b = new FMatrixRMaj(1, N);
        Fill.normal(0, .5f, b, rng);
        for (int i = 0; i < N; i++) {
            for (int j = 0; j < i; j++) {
                u.set(i, j, (float) rng.nextGaussian() * .5f);
                u.set(j, i, u.get(i, j));
            }
        }
        return BoltzmannMachine.of(u, b, visible, values, temperature);
    }

    private static int value(int state, int i, UnitValues values) {
        return SmallMachines.bit(state, i, N) == 1 ? values.high() : values.low();
    }

    /** e^(xᵀUx + bᵀx)/T over the sum. */
    private static double[] probabilities(BoltzmannMachine m) {
        double[] p = new double[1 << N];
        double z = 0;
        for (int s = 0; s < p.length; s++) {
            double e = 0;
            for (int i = 0; i < N; i++) {
                e += m.bias().get(0, i) * value(s, i, m.values());
                for (int j = 0; j < N; j++) {
                    e += m.u().get(i, j) * value(s, i, m.values()) * value(s, j, m.values());
                }
            }
            p[s] = Math.exp(e / m.temperature());
            z += p[s];
        }
        for (int s = 0; s < p.length; s++) {
            p[s] /= z;
        }
        return p;
    }

    private static FMatrixRMaj states(UnitValues values) {
        FMatrixRMaj x = new FMatrixRMaj(1 << N, N);
        for (int s = 0; s < x.numRows; s++) {
            for (int i = 0; i < N; i++) {
                x.set(s, i, value(s, i, values));
            }
        }
        return x;
    }

    @ParameterizedTest
    @EnumSource
    void probabilitiesAreThoseOfTheEnergies(UnitValues values) {
        for (double t : new double[] {1, 2.5}) {
            BoltzmannMachine m = machine(values, N, t);
            double[] p = probabilities(m);
            double[] e = m.energy(states(values));
            double[] f = m.freeEnergy(states(values));
            double logZ = m.logPartition().nats();
            double[] logP = m.enumeration().logProbabilities();
            for (int s = 0; s < p.length; s++) {
                assertEquals(Math.log(p[s]), -e[s] / t - logZ, 1e-6);
                assertEquals(Math.log(p[s]), -f[s] - logZ, 1e-6);
                assertEquals(Math.log(p[s]), logP[s], 1e-6);
            }
        }
    }

    /** Document A, 20.1: given the others a unit is on with a probability that is a linear model's. */
    @ParameterizedTest
    @EnumSource
    void conditionalOfAUnitIsLinear(UnitValues values) {
        BoltzmannMachine m = machine(values, N, 1.5);
        double[] p = probabilities(m);
        double[] logPl = m.logPseudoLikelihood(states(values));
        double[] sums = new double[p.length];
        for (int s = 0; s < p.length; s++) {
            for (int i = 0; i < N; i++) {
                int on = s | 1 << (N - 1 - i);
                int off = s & ~(1 << (N - 1 - i));
                double linear = m.bias().get(0, i);
                for (int j = 0; j < N; j++) {
                    linear += 2 * m.u().get(i, j) * value(s, j, values);
                }
                double factor = values == UnitValues.BITS ? 1 : 2;
                assertEquals(Math.log(p[on] / p[off]), factor * linear / 1.5, 1e-5);
                sums[s] += Math.log(p[s] / (p[on] + p[off]));
            }
            assertEquals(sums[s], logPl[s], 1e-5);
        }
    }

    /** The other notation, −½ yᵀWy: the logit is Σⱼ Wᵢⱼ yⱼ. */
    @Test
    void weightsAreTwiceU() {
        FMatrixRMaj w = new FMatrixRMaj(2, 2);
        w.set(0, 1, 3);
        w.set(1, 0, 3);
        BoltzmannMachine m = BoltzmannMachine.ofWeights(w, new FMatrixRMaj(1, 2));
        double[] logP = m.enumeration().logProbabilities();
        assertEquals(3, logP[3] - logP[1], 1e-6);
        assertEquals(3, logP[3] - logP[2], 1e-6);
        assertEquals(1.5, m.u().get(0, 1));
    }

    @ParameterizedTest
    @EnumSource
    void valuesOfTheUnitsAreANotation(UnitValues values) {
        UnitValues other = values == UnitValues.BITS ? UnitValues.SPINS : UnitValues.BITS;
        BoltzmannMachine m = machine(values, N, 1.5);
        double[] p = probabilities(m);
        double[] q = probabilities(m.withValues(other));
        double[] back = probabilities(m.withValues(other).withValues(values));
        for (int s = 0; s < p.length; s++) {
            assertEquals(p[s], q[s], 1e-6);
            assertEquals(p[s], back[s], 1e-6);
        }
    }

    @Test
    void temperatureDividesTheParameters() {
        BoltzmannMachine m = machine(UnitValues.BITS, N, 1);
        FMatrixRMaj u = m.u();
        FMatrixRMaj b = m.bias();
        for (int i = 0; i < u.getNumElements(); i++) {
            u.data[i] *= 2;
        }
        for (int i = 0; i < N; i++) {
            b.data[i] *= 2;
        }
        double[] p = probabilities(m);
        double[] q = BoltzmannMachine.of(u, b).withTemperature(2).enumeration().logProbabilities();
        for (int s = 0; s < p.length; s++) {
            assertEquals(p[s], Math.exp(q[s]), 1e-6);
        }
    }

    @ParameterizedTest
    @EnumSource
    void hiddenUnitsAreSummedOut(UnitValues values) {
        BoltzmannMachine m = machine(values, 3, 1.5);
        double[] p = probabilities(m);
        FMatrixRMaj v = new FMatrixRMaj(8, 3);
        double[] expected = new double[8];
        for (int s = 0; s < p.length; s++) {
            expected[s >> 2] += p[s];
            for (int i = 0; i < 3; i++) {
                v.set(s >> 2, i, value(s, i, values));
            }
        }
        double[] f = m.freeEnergy(v);
        for (int s = 0; s < 8; s++) {
            assertEquals(Math.log(expected[s]), -f[s] - m.logPartition().nats(), 1e-6);
        }
    }

    @ParameterizedTest
    @EnumSource
    void gibbsSamplingLeavesTheModelInvariant(UnitValues values) {
        BoltzmannMachine m = machine(values, 3, 1.5);
        double[] p = probabilities(m);
        int n = 100_000;
        SplittableRandom rng = new SplittableRandom(6);
        for (boolean clamped : new boolean[] {false, true}) {
            FMatrixRMaj x = draws(p, n, values, rng);
            FMatrixRMaj before = x.copy();
            Transition<FMatrixRMaj> transition = clamped ? m.clampedGibbs() : m.gibbs();
            transition.step(x, rng);
            int[] counts = new int[p.length];
            int moved = 0;
            for (int i = 0; i < n; i++) {
                counts[index(x, i)]++;
                moved += index(x, i) >> 2 == index(before, i) >> 2 ? 0 : 1;
            }
            assertEquals(clamped, moved == 0, "visible units moved in " + moved);
            for (int s = 0; s < p.length; s++) {
                assertEquals(n * p[s], counts[s], 5 * Math.sqrt(n * p[s]) + 5, "state " + s);
            }
        }
    }

    private static FMatrixRMaj draws(double[] p, int n, UnitValues values, SplittableRandom rng) {
        FMatrixRMaj x = new FMatrixRMaj(n, N);
        for (int i = 0; i < n; i++) {
            double u = rng.nextDouble();
            int s = 0;
            while (s < p.length - 1 && u >= p[s]) {
                u -= p[s++];
            }
            for (int j = 0; j < N; j++) {
                x.set(i, j, value(s, j, values));
            }
        }
        return x;
    }

    private static int index(FMatrixRMaj x, int row) {
        int s = 0;
        for (int i = 0; i < x.numCols; i++) {
            s = 2 * s + (x.get(row, i) > 0 ? 1 : 0);
        }
        return s;
    }

    /** Draws of the visible units have their marginal. */
    @Test
    void samples() {
        BoltzmannMachine m = machine(UnitValues.SPINS, 2, 1.5);
        double[] p = probabilities(m);
        double[] marginal = new double[4];
        for (int s = 0; s < p.length; s++) {
            marginal[s >> 3] += p[s];
        }
        int n = 5000;
        FMatrixRMaj v = m.sample(n, new SplittableRandom(1));
        int[] counts = new int[4];
        for (int i = 0; i < n; i++) {
            counts[index(v, i)]++;
        }
        for (int s = 0; s < 4; s++) {
            assertEquals(n * marginal[s], counts[s], 5 * Math.sqrt(n * marginal[s]));
        }
    }

    /** Spins that want to be alike, a little more up than down: cooled slowly more of them end up than cooled at once. */
    @Test
    void annealingFindsTheGroundState() {
        int n = 8;
        FMatrixRMaj u = new FMatrixRMaj(n, n);
        FMatrixRMaj b = new FMatrixRMaj(1, n);
        u.fill(.2f);
        b.fill(.1f);
        for (int i = 0; i < n; i++) {
            u.set(i, i, 0);
        }
        BoltzmannMachine m = BoltzmannMachine.of(u, b, n, UnitValues.SPINS, 1);
        double[] falling = new double[300];
        double[] cold = new double[300];
        for (int t = 0; t < falling.length; t++) {
            falling[t] = 5 * Math.pow(.98, t);
            cold[t] = .01;
        }
        int slowly = up(m, falling);
        int quenched = up(m, cold);
        assertTrue(slowly > quenched + 30, slowly + " and " + quenched + " of 200 chains");
    }

    private static int up(BoltzmannMachine m, double[] temperatures) {
        FMatrixRMaj x = m.anneal(200, temperatures, new SplittableRandom(1));
        double least = m.units() * .1 + .2 * m.units() * (m.units() - 1);
        int found = 0;
        for (double e : m.energy(x)) {
            found += e < -least + 1e-4 ? 1 : 0;
        }
        return found;
    }

    /** The mean of a step of Gibbs sampling, by the matrix of the sweeps: free chains and hidden units begin at fair coins. */
    @ParameterizedTest
    @EnumSource
    void gibbsLearningHasTheMeanOfItsChains(UnitValues values) {
        double[][] rows = new double[4][3];
        for (int r = 0; r < 4; r++) {
            for (int i = 0; i < 3; i++) {
                rows[r][i] = (r + i) % 3 == 0 ? values.high() : values.low();
            }
        }
        Dataset data = Dataset.of(rows);
        int fits = 3000;
        int m = N * N + N;
        double[] mean = new double[m];
        double[] squares = new double[m];
        for (int seed = 0; seed < fits; seed++) {
            BoltzmannMachine before = gibbsFit(values, seed, 0, data);
            BoltzmannMachine after = gibbsFit(values, seed, 1, data);
            double[] free = new double[1 << N];
            java.util.Arrays.fill(free, 1.0 / free.length);
            double[] held = new double[1 << N];
            for (double[] row : rows) {
                int top = 0;
                for (double v : row) {
                    top = 2 * top + (v > 0 ? 1 : 0);
                }
                for (int h = 0; h < 4; h++) {
                    held[4 * top + h] += 1 / 4.0 / rows.length;
                }
            }
            for (int k = 0; k < 2; k++) {
                free = swept(before, free, 0);
                held = swept(before, held, 3);
            }
            double[] expected = new double[m];
            for (int s = 0; s < free.length; s++) {
                for (int i = 0; i < N; i++) {
                    double more = (held[s] - free[s]) * value(s, i, values) / 1.5;
                    expected[N * N + i] += more;
                    for (int j = 0; j < N; j++) {
                        expected[i * N + j] += i == j ? 0 : more * value(s, j, values);
                    }
                }
            }
            for (int i = 0; i < m; i++) {
                double step = i < N * N ? after.u().data[i] - before.u().data[i] : after.bias().data[i - N * N];
                double beyond = step / .1 - expected[i];
                mean[i] += beyond / fits;
                squares[i] += beyond * beyond / fits;
            }
        }
        for (int i = 0; i < m; i++) {
            assertEquals(0, mean[i], 4.5 * Math.sqrt(squares[i] / fits) + 1e-6, "number " + i);
        }
    }

    private static BoltzmannMachine gibbsFit(UnitValues values, long seed, long steps, Dataset data) {
        return BoltzmannMachine.builder()
                .hidden(2)
                .values(values)
                .temperature(1.5)
                .startDeviation(.5)
                .learning(BoltzmannLearning.gibbs(2, 5))
                .optimizer(Sgd::new)
                .learningRate(.1)
                .epochs(steps)
                .seed(seed)
                .fit(data);
    }

    /** A distribution after a sweep over the units from a number on. */
    private static double[] swept(BoltzmannMachine m, double[] p, int from) {
        double[] now = p;
        for (int i = from; i < N; i++) {
            double[] next = new double[p.length];
            for (int s = 0; s < p.length; s++) {
                double a = m.bias().get(0, i);
                for (int j = 0; j < N; j++) {
                    a += 2 * m.u().get(i, j) * value(s, j, m.values());
                }
                double on = 1 / (1 + Math.exp(-(m.values().high() - m.values().low()) * a / m.temperature()));
                int bit = 1 << (N - 1 - i);
                next[s | bit] += now[s] * on;
                next[s & ~bit] += now[s] * (1 - on);
            }
            now = next;
        }
        return now;
    }

    /** The parity of three units has no pairwise correlation: without hidden units nothing is learnt, with one everything. */
    @Test
    void hiddenUnitsLearnTheExclusiveOr() {
        Dataset xor = Dataset.of(new double[][] {{0, 0, 0}, {0, 1, 1}, {1, 0, 1}, {1, 1, 0}});
        double[] reached = new double[2];
        for (int hidden : new int[] {0, 1}) {
            BoltzmannMachine m = BoltzmannMachine.builder()
                    .hidden(hidden)
                    .startDeviation(.5)
                    .learningRate(.05)
                    .epochs(2000)
                    .seed(4)
                    .fit(xor);
            reached[hidden] = m.logLikelihood(xor, m.logPartition()).natsPerRow();
        }
        assertEquals(-3 * Math.log(2), reached[0], .01);
        assertTrue(reached[1] > -1.6, "with a hidden unit " + reached[1] + ", the most is " + -2 * Math.log(2));
    }

    @Test
    void badInputIsNamed() {
        FMatrixRMaj u = new FMatrixRMaj(2, 2);
        FMatrixRMaj b = new FMatrixRMaj(1, 2);
        u.set(0, 1, 1);
        assertMessageHas("symmetric", () -> BoltzmannMachine.of(u, b));
        u.set(1, 0, 1);
        BoltzmannMachine.of(u, b);
        u.set(1, 1, 1);
        assertMessageHas("zero diagonal", () -> BoltzmannMachine.of(u, b));
        u.set(1, 1, Float.NaN);
        assertMessageHas("row 1, column 1", () -> BoltzmannMachine.of(u, b));
        assertMessageHas("temperature", () -> machine(UnitValues.BITS, N, 1).withTemperature(0));
        assertMessageHas("-1 or 1", () -> machine(UnitValues.SPINS, N, 1).energy(new FMatrixRMaj(1, N)));
        assertMessageHas(
                "2^30",
                () -> BoltzmannMachine.of(new FMatrixRMaj(30, 30), new FMatrixRMaj(1, 30))
                        .logPartition());
        Dataset data = Dataset.of(new double[][] {{0, 1}, {1, 1}});
        assertMessageHas(
                "hidden",
                () -> BoltzmannMachine.builder()
                        .hidden(1)
                        .learning(BoltzmannLearning.pseudoLikelihood())
                        .fit(data));
        assertMessageHas(
                "at most 25", () -> BoltzmannMachine.builder().hidden(24).fit(data));
        assertMessageHas(
                "-1 or 1",
                () -> BoltzmannMachine.builder().values(UnitValues.SPINS).fit(data));
    }
}
