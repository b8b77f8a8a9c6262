package lvm.boltzmann;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.optim.Schedule;
import lvm.optim.Sgd;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules that draw, for a Gaussian unit and two hidden ones, against their expectations by quadrature over the line. */
class GaussianLearningTest {
    private static final int H = 2;
    private static final double RATE = .05;
    private static final int FITS = 1500;
    private static final double[] X = {-1.3, -.4, .2, 1.1, 2.4};
    private static final int POINTS = 400;
    private static final double STEP = 24.0 / POINTS;
    private static final FMatrixRMaj LINE = line();

    private static FMatrixRMaj line() {
        FMatrixRMaj v = new FMatrixRMaj(POINTS, 1);
        for (int k = 0; k < POINTS; k++) {
            v.data[k] = (float) (-12 + STEP * (k + .5));
        }
        return v;
    }

    private static Dataset data() {
        double[][] rows = new double[X.length][1];
        for (int n = 0; n < X.length; n++) {
            rows[n][0] = (float) X[n];
        }
        return Dataset.of(rows);
    }

    private static RbmBuilder builder(RbmLearning learning, long seed, long steps) {
        return Rbm.builder()
                .visible(VisibleUnits.GAUSSIAN)
                .hidden(H)
                .learning(learning)
                .startDeviation(1.5)
                .standardize(false)
                .varianceRate(1)
                .optimizer(Sgd::new)
                .learningRate(RATE)
                .batchSize(100)
                .epochs(steps)
                .seed(seed);
    }

    private static double normal(double x, double mean, double variance) {
        return Math.exp(-(x - mean) * (x - mean) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
    }

    /** The density on the line after a sweep from another one. */
    private static double[] sweep(Rbm rbm, double[] density) {
        double variance = rbm.variances().orElseThrow().data[0];
        FMatrixRMaj on = rbm.encode(LINE);
        double[] p = new double[1 << H];
        for (int k = 0; k < POINTS; k++) {
            for (int s = 0; s < p.length; s++) {
                double h = density[k] * STEP;
                for (int j = 0; j < H; j++) {
                    h *= (s >> j & 1) == 1 ? on.get(k, j) : 1 - on.get(k, j);
                }
                p[s] += h;
            }
        }
        double[] next = new double[POINTS];
        for (int s = 0; s < p.length; s++) {
            double mean = rbm.visibleBias().data[0];
            for (int j = 0; j < H; j++) {
                mean += (s >> j & 1) * rbm.weights().get(0, j);
            }
            for (int k = 0; k < POINTS; k++) {
                next[k] += p[s] * normal(LINE.data[k], mean, variance);
            }
        }
        return next;
    }

    /** The slopes of −E by W, b, c and log σ² at a value of v, with h at its means. */
    private static double[] slopes(Rbm rbm, FMatrixRMaj rows, int n, FMatrixRMaj h) {
        double variance = rbm.variances().orElseThrow().data[0];
        double v = rows.data[n];
        double r = v - rbm.visibleBias().data[0];
        double[] s = new double[2 * H + 2];
        s[H] = r / variance;
        s[2 * H + 1] = r * r / (2 * variance);
        for (int j = 0; j < H; j++) {
            s[j] = v * h.get(n, j) / variance;
            s[H + 1 + j] = h.get(n, j);
            s[2 * H + 1] -= v * rbm.weights().get(0, j) * h.get(n, j) / variance;
        }
        return s;
    }

    private static double[] expected(Rbm rbm, double[] density) {
        FMatrixRMaj x = data().floatMatrix();
        FMatrixRMaj h = rbm.encode(x);
        double[] sum = new double[2 * H + 2];
        for (int n = 0; n < X.length; n++) {
            double[] s = slopes(rbm, x, n, h);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += s[i] / X.length;
            }
        }
        FMatrixRMaj on = rbm.encode(LINE);
        for (int k = 0; k < POINTS; k++) {
            double[] s = slopes(rbm, LINE, k, on);
            for (int i = 0; i < sum.length; i++) {
                sum[i] -= s[i] * density[k] * STEP;
            }
        }
        return sum;
    }

    private static double[] all(Rbm rbm) {
        double[] p = new double[2 * H + 2];
        for (int j = 0; j < H; j++) {
            p[j] = rbm.weights().data[j];
            p[H + 1 + j] = rbm.hiddenBias().data[j];
        }
        p[H] = rbm.visibleBias().data[0];
        p[2 * H + 1] = Math.log(rbm.variances().orElseThrow().data[0]);
        return p;
    }

    /** What one of many seeds does in a step beyond its expectation has the mean 0: each number fails with a probability below 10⁻⁵. */
    private static void assertUnbiased(RbmLearning learning, double[] start, int sweeps) {
        int m = 2 * H + 2;
        double[] mean = new double[m];
        double[] squares = new double[m];
        double size = 0;
        for (int seed = 0; seed < FITS; seed++) {
            Rbm before = builder(learning, seed, 0).fit(data());
            Rbm after = builder(learning, seed, 1).fit(data());
            double[] density = start == null ? fromData(before) : start;
            for (int k = start == null ? 1 : 0; k < sweeps; k++) {
                density = sweep(before, density);
            }
            double[] slope = expected(before, density);
            double[] from = all(before);
            double[] to = all(after);
            for (int i = 0; i < m; i++) {
                double beyond = (to[i] - from[i]) / RATE - slope[i];
                mean[i] += beyond / FITS;
                squares[i] += beyond * beyond / FITS;
                size += Math.abs(slope[i]) / FITS;
            }
        }
        assertTrue(size > .1, "nothing to compare");
        for (int i = 0; i < m; i++) {
            assertEquals(0, mean[i], 4.5 * Math.sqrt(squares[i] / FITS), learning + ", number " + i);
        }
    }

    /** After a sweep from the rows themselves. */
    private static double[] fromData(Rbm rbm) {
        FMatrixRMaj h = rbm.encode(data().floatMatrix());
        double variance = rbm.variances().orElseThrow().data[0];
        double[] density = new double[POINTS];
        for (int n = 0; n < X.length; n++) {
            for (int s = 0; s < 1 << H; s++) {
                double p = 1.0 / X.length;
                double mean = rbm.visibleBias().data[0];
                for (int j = 0; j < H; j++) {
                    p *= (s >> j & 1) == 1 ? h.get(n, j) : 1 - h.get(n, j);
                    mean += (s >> j & 1) * rbm.weights().get(0, j);
                }
                for (int k = 0; k < POINTS; k++) {
                    density[k] += p * normal(LINE.data[k], mean, variance);
                }
            }
        }
        return density;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void contrastiveDivergenceHasTheMeanOfItsChains(int k) {
        assertUnbiased(RbmLearning.cd(k), null, k);
    }

    /** Persistent chains begin at draws of the base, N(mean, variance) of the data, whose hidden units are drawn before the first sweep. */
    @Test
    void persistentChainsBeginAtTheBase() {
        double mean = 0;
        double squares = 0;
        for (double x : X) {
            mean += x / X.length;
            squares += x * x / X.length;
        }
        double[] base = new double[POINTS];
        for (int k = 0; k < POINTS; k++) {
            base[k] = normal(LINE.data[k], mean, squares - mean * mean);
        }
        assertUnbiased(RbmLearning.pcd(1, 5), base, 1);
        assertUnbiased(RbmLearning.fastPcd(2, 5, .05), base, 2);
    }

    private static Dataset plane() {
        SplittableRandom rng = new SplittableRandom(3);
        double[][] x = new double[300][2];
        for (double[] row : x) {
            double a = rng.nextDouble() < .5 ? -1 : 1;
            row[0] = 100 + 7 * (a + .6 * rng.nextGaussian());
            row[1] = -2 + .1 * (a + .6 * rng.nextGaussian());
        }
        return Dataset.of(x);
    }

    private static double likelihood(RbmLearning learning, int epochs, boolean centred) {
        Dataset data = plane();
        Rbm rbm = Rbm.builder()
                .visible(VisibleUnits.GAUSSIAN)
                .hidden(2)
                .learning(learning)
                .centred(centred)
                .learningRate(.02)
                .schedule(Schedule.cosine(900, .05))
                .epochs(epochs)
                .batchSize(100)
                .seed(1)
                .fit(data);
        return rbm.enumerated().logLikelihood(data) / data.rows();
    }

    /** Two clusters: every rule finds them, and the variances within them, by most of what the exact slope gains over one Gaussian; chains from the
     * data do not see how often each is. */
    @Test
    void everyRuleLearns() {
        double start = likelihood(RbmLearning.exact(), 0, false);
        double best = likelihood(RbmLearning.exact(), 300, false);
        assertTrue(best > start + .5, start + " → " + best);
        for (RbmLearning learning : List.of(
                RbmLearning.cd(1),
                RbmLearning.cd(5),
                RbmLearning.pcd(1),
                RbmLearning.fastPcd(1, 100, .002),
                RbmLearning.tempering(5, 50),
                RbmLearning.scoreMatching())) {
            for (boolean centred : new boolean[] {false, true}) {
                double reached = likelihood(learning, 300, centred);
                assertTrue(
                        reached > start + .7 * (best - start),
                        learning + (centred ? ", centred" : "") + ": " + start + " → " + reached + " of " + best);
            }
        }
    }
}
