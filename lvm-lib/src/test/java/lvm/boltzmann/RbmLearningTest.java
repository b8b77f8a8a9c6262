package lvm.boltzmann;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import lvm.autodiff.Param;
import lvm.data.Bars;
import lvm.data.Dataset;
import lvm.optim.Sgd;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules that draw, against their expectations by the matrices of all states of 6 visible and 4 hidden units. */
class RbmLearningTest {
    private static final int D = 6;
    private static final int H = 4;
    private static final double RATE = .1;
    private static final int FITS = 600;

    private static final Dataset DATA = rows();

    private static Dataset rows() {
        int[] states = {0b110100, 0b111000, 0b000111, 0b010110, 0b100100, 0b110101, 0b001011, 0b111111};
        double[][] x = new double[states.length][D];
        for (int n = 0; n < x.length; n++) {
            for (int i = 0; i < D; i++) {
                x[n][i] = SmallMachines.bit(states[n], i, D);
            }
        }
        return Dataset.of(x);
    }

    private static RbmBuilder builder(RbmLearning learning, long seed, long steps) {
        return Rbm.builder()
                .hidden(H)
                .learning(learning)
                .startDeviation(1)
                .optimizer(Sgd::new)
                .learningRate(RATE)
                .batchSize(100)
                .epochs(steps)
                .seed(seed);
    }

    /** E[v hᵀ], E[v], E[h] one after the other, with v from a distribution over the states and h at its means. */
    private static double[] statistics(Rbm rbm, double[] p) {
        FMatrixRMaj h = rbm.encode(SmallMachines.states(D));
        double[] s = new double[D * H + D + H];
        for (int v = 0; v < p.length; v++) {
            for (int i = 0; i < D; i++) {
                double on = SmallMachines.bit(v, i, D) * p[v];
                s[D * H + i] += on;
                for (int j = 0; j < H; j++) {
                    s[i * H + j] += on * h.get(v, j);
                }
            }
            for (int j = 0; j < H; j++) {
                s[D * H + D + j] += p[v] * h.get(v, j);
            }
        }
        return s;
    }

    private static double[] data() {
        double[] p = new double[1 << D];
        FMatrixRMaj x = DATA.floatMatrix();
        for (int n = 0; n < x.numRows; n++) {
            int s = 0;
            for (int i = 0; i < D; i++) {
                s = 2 * s + (int) x.get(n, i);
            }
            p[s] += 1.0 / x.numRows;
        }
        return p;
    }

    /** A distribution after some sweeps. */
    private static double[] after(Rbm rbm, double[] p, int sweeps) {
        double[][] t = SmallMachines.sweep(rbm);
        for (int k = 0; k < sweeps; k++) {
            double[] next = new double[p.length];
            for (int s = 0; s < p.length; s++) {
                for (int to = 0; to < p.length; to++) {
                    next[to] += p[s] * t[s][to];
                }
            }
            p = next;
        }
        return p;
    }

    private static double[] difference(double[] a, double[] b) {
        double[] d = new double[a.length];
        for (int i = 0; i < d.length; i++) {
            d[i] = a[i] - b[i];
        }
        return d;
    }

    private static double[] all(Rbm rbm) {
        double[] p = new double[D * H + D + H];
        for (int i = 0; i < D * H; i++) {
            p[i] = rbm.weights().data[i];
        }
        for (int i = 0; i < D; i++) {
            p[D * H + i] = rbm.visibleBias().data[i];
        }
        for (int j = 0; j < H; j++) {
            p[D * H + D + j] = rbm.hiddenBias().data[j];
        }
        return p;
    }

    /**
     * Steps of one fit a seed, each from a start of its own: the mean over the seeds of what a step does beyond its expectation is 0. Of 34
     * numbers one is beyond 4.5 standard errors with a probability below 3·10⁻⁴; the seeds are fixed.
     */
    private static void assertUnbiased(RbmLearning learning, double[] start, int sweeps) {
        int m = D * H + D + H;
        double[] mean = new double[m];
        double[] squares = new double[m];
        double slope = 0;
        for (int seed = 0; seed < FITS; seed++) {
            Rbm before = builder(learning, seed, 0).fit(DATA);
            Rbm after = builder(learning, seed, 1).fit(DATA);
            double[] expected =
                    difference(statistics(before, data()), statistics(before, after(before, start, sweeps)));
            double[] step = difference(all(after), all(before));
            for (int i = 0; i < m; i++) {
                double beyond = step[i] / RATE - expected[i];
                mean[i] += beyond / FITS;
                squares[i] += beyond * beyond / FITS;
                slope += Math.abs(expected[i]);
            }
        }
        assertTrue(slope / FITS > .1, "nothing to compare");
        for (int i = 0; i < m; i++) {
            assertTrue(squares[i] > 0, "number " + i + " is no draw");
            assertEquals(0, mean[i], 4.5 * Math.sqrt(squares[i] / FITS), learning + ", number " + i);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void contrastiveDivergenceHasTheMeanOfItsChains(int k) {
        assertUnbiased(RbmLearning.cd(k), data(), k);
    }

    @Test
    void persistentChainsBeginAtTheBaseRates() {
        double[] p = new double[1 << D];
        FMatrixRMaj x = DATA.floatMatrix();
        for (int s = 0; s < p.length; s++) {
            p[s] = 1;
            for (int i = 0; i < D; i++) {
                double rate = 0;
                for (int n = 0; n < x.numRows; n++) {
                    rate += x.get(n, i) / x.numRows;
                }
                p[s] *= SmallMachines.bit(s, i, D) == 1 ? rate : 1 - rate;
            }
        }
        assertUnbiased(RbmLearning.pcd(2, 10), p, 2);
        assertUnbiased(RbmLearning.fastPcd(2, 10, .05), p, 2);
    }

    /** The bias of CD-k, by enumeration, has a size that falls with k and vanishes. */
    @Test
    void biasOfContrastiveDivergenceFallsWithK() {
        Rbm rbm = builder(RbmLearning.cd(1), 3, 0).fit(DATA);
        double[] exact = statistics(rbm, SmallMachines.visible(rbm));
        double last = Double.POSITIVE_INFINITY;
        for (int k : new int[] {1, 2, 5, 20}) {
            double size = 0;
            for (double bias : difference(exact, statistics(rbm, after(rbm, data(), k)))) {
                size += bias * bias;
            }
            assertTrue(size < last, "k = " + k + ": " + size + " after " + last);
            last = size;
        }
        assertTrue(Math.sqrt(last) < .01, "of CD-20: " + Math.sqrt(last));
    }

    /** Chains that are kept, with parameters that stay, have the statistics of the model: by batch means, within 4.5 standard errors. */
    @ParameterizedTest
    @ValueSource(strings = {"pcd", "tempering"})
    void keptChainsForgetTheirStart(String name) {
        Rbm rbm = SmallMachines.random(D, H, 1, 3);
        List<Param> params = List.of(
                new Param("w", rbm.weights()), new Param("b", rbm.visibleBias()), new Param("c", rbm.hiddenBias()));
        SplittableRandom rng = new SplittableRandom(1);
        RbmLearning learning = name.equals("pcd") ? RbmLearning.pcd(1, 50) : RbmLearning.tempering(4, 50);
        RbmRule rule = learning.over(units(params), params, rbm.baseRates().orElseThrow(), rng);
        double[] expected = difference(statistics(rbm, SmallMachines.visible(rbm)), statistics(rbm, data()));
        int batches = 50;
        int steps = 400;
        double[][] means = new double[batches][expected.length];
        for (int step = 0; step < 200; step++) {
            step(rule, params, rng);
        }
        for (double[] mean : means) {
            for (int step = 0; step < steps; step++) {
                double[] g = step(rule, params, rng);
                for (int i = 0; i < g.length; i++) {
                    mean[i] += g[i] / steps;
                }
            }
        }
        for (int i = 0; i < expected.length; i++) {
            double mean = 0;
            double squares = 0;
            for (double[] m : means) {
                mean += m[i] / batches;
                squares += m[i] * m[i] / batches;
            }
            double error = Math.sqrt(Math.max(1e-12, squares - mean * mean) / batches);
            assertEquals(expected[i], mean, 4.5 * error + 1e-5, name + ", number " + i);
        }
    }

    private static RbmUnits units(List<Param> params) {
        return new RbmUnits(
                params.get(0).value(), params.get(1).value(), params.get(2).value(), new BinaryLayer(D));
    }

    private static double[] step(RbmRule rule, List<Param> params, SplittableRandom rng) {
        rule.gradient(DATA.floatMatrix(), rng);
        double[] g = new double[D * H + D + H];
        int at = 0;
        for (Param p : params) {
            for (int i = 0; i < p.gradient().getNumElements(); i++) {
                g[at++] = p.gradient().data[i];
            }
            p.clearGradient();
        }
        return g;
    }

    /** Fast weights: φ ← 0.95 φ − rate · gradient. */
    @Test
    void fastWeightsDecayAndFollowTheGradient() {
        Rbm rbm = SmallMachines.random(D, H, 1, 3);
        List<Param> params = List.of(
                new Param("w", rbm.weights()), new Param("b", rbm.visibleBias()), new Param("c", rbm.hiddenBias()));
        SplittableRandom rng = new SplittableRandom(1);
        RbmRule rule = RbmLearning.fastPcd(1, 10, .3)
                .over(units(params), params, rbm.baseRates().orElseThrow(), rng);
        FMatrixRMaj fast = rule.buffers().get("fast.w");
        double[] one = step(rule, params, rng);
        double[] first = new double[D * H];
        for (int i = 0; i < first.length; i++) {
            first[i] = fast.data[i];
            assertEquals(-.3 * one[i], first[i], 1e-6);
        }
        double[] two = step(rule, params, rng);
        for (int i = 0; i < first.length; i++) {
            assertEquals(.95 * first[i] - .3 * two[i], fast.data[i], 1e-6);
        }
    }

    /** With the exact slope the centred machine learns the same of images and of their negatives; the plain one does not. */
    @Test
    void centringDoesNotMindFlippedBits() {
        Rbm start = SmallMachines.random(D, H, .3, 4);
        for (boolean centred : new boolean[] {true, false}) {
            double[] straight = SmallMachines.visible(learn(start, DATA.floatMatrix(), centred));
            FMatrixRMaj flipped = DATA.floatMatrix();
            for (int i = 0; i < flipped.getNumElements(); i++) {
                flipped.data[i] = 1 - flipped.data[i];
            }
            double[] mirrored = SmallMachines.visible(learn(mirrored(start), flipped, centred));
            double most = 0;
            for (int s = 0; s < straight.length; s++) {
                most = Math.max(most, Math.abs(straight[s] - mirrored[straight.length - 1 - s]));
            }
            assertEquals(centred, most < 1e-4, "centred " + centred + ": " + most);
        }
    }

    /** v = 1 − v′: b′ = −b, c′ = c + Wᵀ1, W′ = −W. */
    private static Rbm mirrored(Rbm rbm) {
        FMatrixRMaj w = rbm.weights();
        FMatrixRMaj b = rbm.visibleBias();
        FMatrixRMaj c = rbm.hiddenBias();
        for (int i = 0; i < D; i++) {
            b.data[i] *= -1;
            for (int j = 0; j < H; j++) {
                c.data[j] += w.get(i, j);
                w.set(i, j, -w.get(i, j));
            }
        }
        return Rbm.of(w, b, c);
    }

    private static Rbm learn(Rbm start, FMatrixRMaj x, boolean centred) {
        List<Param> params = List.of(
                new Param("w", start.weights()),
                new Param("b", start.visibleBias()),
                new Param("c", start.hiddenBias()));
        FMatrixRMaj rates = new FMatrixRMaj(1, D);
        RbmRule.addRows(x, 1f / x.numRows, rates);
        RbmRule rule = RbmLearning.exact().over(units(params), params, rates, new SplittableRandom(1));
        FMatrixRMaj half = new FMatrixRMaj(1, H);
        half.fill(.5f);
        Centring centring = new Centring(List.of(rates, half), .1);
        Sgd sgd = new Sgd(params, .5);
        for (int step = 0; step < 60; step++) {
            rule.gradient(x, new SplittableRandom(step));
            if (centred) {
                centring.apply(new FMatrixRMaj[] {x, rule.means}, params, new BinaryLayer(D));
            }
            sgd.step();
        }
        return Rbm.of(
                params.get(0).value(), params.get(1).value(), params.get(2).value());
    }

    /** Every rule raises the exact likelihood of bars, by most of what the exact slope gains. */
    @Test
    void everyRuleLearns() {
        Dataset bars = Bars.generate(200, 3, .2, .02, 1).pictures();
        double start = likelihood(machine(RbmLearning.exact(), 0, false).fit(bars), bars);
        double best = likelihood(machine(RbmLearning.exact(), 300, false).fit(bars), bars);
        assertTrue(best > start + 1, start + " → " + best);
        for (RbmLearning learning : List.of(
                RbmLearning.cd(1),
                RbmLearning.cd(5),
                RbmLearning.pcd(1),
                RbmLearning.fastPcd(1, 100, .01),
                RbmLearning.tempering(5, 50),
                RbmLearning.pseudoLikelihood(),
                RbmLearning.ratioMatching())) {
            for (boolean centred : new boolean[] {false, true}) {
                double reached = likelihood(machine(learning, 300, centred).fit(bars), bars);
                assertTrue(
                        reached > start + .5 * (best - start),
                        learning + (centred ? ", centred" : "") + ": " + start + " → " + reached + " of " + best);
            }
        }
    }

    private static RbmBuilder machine(RbmLearning learning, long epochs, boolean centred) {
        return Rbm.builder()
                .hidden(6)
                .learning(learning)
                .centred(centred)
                .learningRate(.02)
                .epochs(epochs)
                .seed(2);
    }

    private static double likelihood(Rbm rbm, Dataset rows) {
        return rbm.logLikelihood(rows, rbm.logPartition()).natsPerRow();
    }

    @Test
    void historyNamesWhatItRecords() {
        assertTrue(
                builder(RbmLearning.cd(1), 1, 2).fit(DATA).history().toString().contains("pseudo-likelihood"));
        Rbm exact = builder(RbmLearning.exact(), 1, 3).fit(DATA);
        double recorded = exact.history().last("log p(v), nats per row");
        Rbm before = builder(RbmLearning.exact(), 1, 2).fit(DATA);
        assertEquals(likelihood(before, DATA), recorded, 1e-4);
    }

    /** What CD and PCD record estimates the pseudo-likelihood of the rows without bias. */
    @Test
    void recordedPseudoLikelihood() {
        Rbm rbm = SmallMachines.random(D, H, 1, 3);
        FMatrixRMaj x = DATA.floatMatrix();
        double expected = 0;
        for (double l : rbm.logPseudoLikelihood(x)) {
            expected += l / x.numRows;
        }
        Flips flips = new Flips(rbm.units());
        FMatrixRMaj a = new FMatrixRMaj(0, H);
        rbm.units().hiddenLogits(x, a);
        SplittableRandom rng = new SplittableRandom(1);
        double mean = 0;
        double squares = 0;
        int n = 20_000;
        for (int i = 0; i < n; i++) {
            double e = flips.estimate(x, a, 3, rng);
            mean += e / n;
            squares += e * e / n;
        }
        assertEquals(expected, mean, 4.5 * Math.sqrt((squares - mean * mean) / n));
    }
}
