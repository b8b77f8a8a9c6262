package lvm.boltzmann;

import static lvm.boltzmann.DbmLearningTest.probability;
import static lvm.boltzmann.DbmLearningTest.set;
import static lvm.boltzmann.DbmLearningTest.units;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import lvm.data.Dataset;
import lvm.optim.Schedule;
import lvm.optim.Sgd;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps that draw, of a deep machine with one Gaussian unit, against their expectations by quadrature over the line and sums over states. */
class GaussianDbmLearningTest {
    private static final double RATE = .05;
    private static final int FITS = 200;
    private static final double[] X = {-1.3, -.4, .2, 1.1, 2.4};
    private static final int POINTS = 100;
    private static final double STEP = 24.0 / POINTS;

    private static Dataset data() {
        double[][] rows = new double[X.length][1];
        for (int n = 0; n < X.length; n++) {
            rows[n][0] = (float) X[n];
        }
        return Dataset.of(rows);
    }

    private static double sigmoid(double a) {
        return 1 / (1 + Math.exp(-a));
    }

    private static double point(int k) {
        return -12 + STEP * (k + .5);
    }

    private static double normal(double x, double mean, double variance) {
        return Math.exp(-(x - mean) * (x - mean) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
    }

    private static DbmBuilder builder(DbmLearning learning, int[] hidden, long seed, long steps) {
        return Dbm.builder()
                .visible(VisibleUnits.GAUSSIAN)
                .hidden(hidden)
                .learning(learning)
                .startDeviation(1)
                .standardize(false)
                .varianceRate(1)
                .meanField(200, 1e-6)
                .optimizer(Sgd::new)
                .learningRate(RATE)
                .batchSize(100)
                .epochs(steps)
                .seed(seed);
    }

    /** W₁, W₂, …, b₀, b₁, …, log σ². */
    private static double[] all(Dbm dbm) {
        GaussianDeep n = new GaussianDeep(dbm);
        double[][] x = new double[2 * n.w.length + 2][];
        for (int l = 0; l < n.w.length; l++) {
            x[l] = Arrays.stream(n.w[l]).flatMapToDouble(Arrays::stream).toArray();
        }
        System.arraycopy(n.b, 0, x, n.w.length, n.b.length);
        x[x.length - 1] = new double[] {Math.log(n.variances[0])};
        return Arrays.stream(x).flatMapToDouble(Arrays::stream).toArray();
    }

    /** Adds the slopes of −E by these numbers at v and at means of the hidden layers, times a weight. */
    private static void add(double[] s, GaussianDeep n, double v, double[][] h, double weight) {
        double variance = n.variances[0];
        double r = v - n.b[0][0];
        double byZ = r * r / (2 * variance);
        int at = 0;
        for (int l = 1; l < h.length; l++) {
            int below = n.b[l - 1].length;
            for (int i = 0; i < below; i++) {
                for (int j = 0; j < h[l].length; j++) {
                    double slope = (l == 1 ? v / variance : h[l - 1][i]) * h[l][j];
                    s[at++] += weight * slope;
                    byZ -= l == 1 ? slope * n.w[0][0][j] : 0;
                }
            }
        }
        s[at++] += weight * r / variance;
        for (int l = 1; l < h.length; l++) {
            for (double each : h[l]) {
                s[at++] += weight * each;
            }
        }
        s[at] += weight * byZ;
    }

    /** From a distribution of the odd layers a step to all even ones, which are visited with their weights. */
    private interface Visitor {
        void state(double v, double[][] h, double weight);
    }

    private static void evens(GaussianDeep n, double[] odd, Visitor visitor) {
        for (int s = 0; s < odd.length; s++) {
            double[][] h = n.state(0);
            set(h, 1, s);
            double[][] means = n.state(0);
            double mean = n.mean(h[1])[0];
            for (int l = 2; l < h.length; l += 2) {
                for (int j = 0; j < h[l].length; j++) {
                    means[l][j] = sigmoid(n.logit(l, j, new double[1], h));
                }
            }
            for (int e = 0; e < 1 << units(n.b, 2); e++) {
                set(h, 2, e);
                double p = odd[s] * probability(h, means, 2);
                for (int k = 0; k < POINTS; k++) {
                    visitor.state(point(k), h, p * STEP * normal(point(k), mean, n.variances[0]));
                }
            }
        }
    }

    private static double[][] odds(GaussianDeep n, double v, double[][] h) {
        double[][] means = n.state(0);
        for (int l = 1; l < h.length; l++) {
            for (int j = 0; j < h[l].length; j++) {
                means[l][j] = l % 2 == 0 ? h[l][j] : sigmoid(n.logit(l, j, new double[] {v}, h));
            }
        }
        return means;
    }

    private static double[] next(GaussianDeep n, double[] odd) {
        double[] to = new double[odd.length];
        evens(n, odd, (v, h, weight) -> {
            double[][] means = odds(n, v, h);
            double[][] x = n.state(0);
            for (int s = 0; s < to.length; s++) {
                set(x, 1, s);
                to[s] += weight * probability(x, means, 1);
            }
        });
        return to;
    }

    /** What many fits do in a step beyond its expectation has the mean 0: each number fails with a probability below 10⁻⁵. */
    @ParameterizedTest
    @CsvSource({"2, true, 1", "2, true, 2", "3, true, 1", "2, false, 2", "3, false, 1"})
    void stepHasTheMeanOfItsChains(int layers, boolean persistent, int sweeps) {
        int[] hidden = layers == 2 ? new int[] {2, 1} : new int[] {1, 1, 1};
        DbmLearning learning = persistent ? DbmLearning.sml(sweeps, 50) : DbmLearning.cd(sweeps);
        double[] mean = null;
        double[] squares = null;
        double size = 0;
        for (int seed = 0; seed < FITS; seed++) {
            Dbm before = builder(learning, hidden, seed, 0).fit(data());
            Dbm after = builder(learning, hidden, seed, 1).fit(data());
            GaussianDeep n = new GaussianDeep(before);
            double[] from = all(before);
            double[] to = all(after);
            double[] expected = new double[from.length];
            double[][] rates = n.state(0);
            double[] odd = new double[1 << units(n.b, 1)];
            double[][] x = n.state(0);
            for (double v : X) {
                double[][] q = n.meanField(new double[] {v});
                add(expected, n, v, q, 1.0 / X.length);
                for (int l = 1; l < q.length; l++) {
                    for (int j = 0; j < q[l].length; j++) {
                        rates[l][j] += q[l][j] / X.length;
                    }
                }
                for (int s = 0; s < odd.length && !persistent; s++) {
                    set(x, 1, s);
                    odd[s] += probability(x, q, 1) / X.length;
                }
            }
            for (int s = 0; s < odd.length && persistent; s++) {
                set(x, 1, s);
                odd[s] = probability(x, rates, 1);
            }
            for (int k = 1; k < sweeps; k++) {
                odd = next(n, odd);
            }
            evens(n, odd, (v, h, weight) -> add(expected, n, v, odds(n, v, h), -weight));
            mean = mean == null ? new double[from.length] : mean;
            squares = squares == null ? new double[from.length] : squares;
            for (int i = 0; i < from.length; i++) {
                double beyond = (to[i] - from[i]) / RATE - expected[i];
                mean[i] += beyond / FITS;
                squares[i] += beyond * beyond / FITS;
                size += Math.abs(expected[i]) / FITS;
            }
        }
        assertTrue(size > .1, "nothing to compare");
        for (int i = 0; i < mean.length; i++) {
            assertTrue(squares[i] > 1e-6, "number " + i + " is no draw");
            assertEquals(0, mean[i], 4.5 * Math.sqrt(squares[i] / FITS) + 1e-4, "number " + i);
        }
    }

    /** What is recorded is log p(v | h₁) with h₁ at the mean field. */
    @Test
    void recordedIsTheReconstruction() {
        Dbm before = builder(DbmLearning.sml(1, 10), new int[] {2, 2}, 1, 0).fit(data());
        Dbm after = builder(DbmLearning.sml(1, 10), new int[] {2, 2}, 1, 1).fit(data());
        GaussianDeep n = new GaussianDeep(before);
        double sum = 0;
        for (double v : X) {
            double m = n.mean(n.meanField(new double[] {v})[1])[0];
            sum += Math.log(normal(v, m, n.variances[0])) / X.length;
        }
        assertEquals(sum, after.history().last("log p(v | mean field), a reconstruction, nats per row"), 1e-4);
    }

    /** The step of the centred machine from that of the plain one: μ₀/σ² stands where μ₀ would. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void centredStep(int layers) {
        int[] hidden = layers == 2 ? new int[] {3, 2} : new int[] {2, 2, 2};
        Dbm before = builder(DbmLearning.exact(), hidden, 3, 0).fit(data());
        double[] from = all(before);
        double[] plain = all(builder(DbmLearning.exact(), hidden, 3, 1).fit(data()));
        double[] centred =
                all(builder(DbmLearning.exact(), hidden, 3, 1).centred(true).fit(data()));
        double[][] mu = new double[layers + 1][];
        int biases = from.length - 1;
        for (int l = 0; l <= layers; l++) {
            mu[l] = SmallDeep.row(before.baseRates(l).orElseThrow(), 0);
            biases -= mu[l].length;
        }
        double variance = before.variances().orElseThrow().data[0];
        double[] expected = new double[from.length];
        for (int i = 0; i < from.length; i++) {
            expected[i] = (plain[i] - from[i]) / RATE;
        }
        double[] slope = expected.clone();
        int at = 0;
        int below = biases;
        for (int l = 1; l <= layers; l++) {
            int above = below + mu[l - 1].length;
            for (int i = 0; i < mu[l - 1].length; i++) {
                double offset = l == 1 ? mu[0][i] / variance : mu[l - 1][i];
                for (int j = 0; j < mu[l].length; j++) {
                    double g = slope[at] - slope[below + i] * mu[l][j] - offset * slope[above + j];
                    expected[at++] = g;
                    expected[below + i] -= g * mu[l][j];
                    expected[above + j] -= g * offset;
                }
            }
            below = above;
        }
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], (centred[i] - from[i]) / RATE, 2e-3, "number " + i);
        }
    }

    // --- layer by layer

    private static Dbm pretrained(long seed, int epochs) {
        return Dbm.builder()
                .pretraining(
                        Rbm.builder()
                                .visible(VisibleUnits.GAUSSIAN)
                                .hidden(2)
                                .learning(RbmLearning.cd(1))
                                .startDeviation(1)
                                .standardize(false)
                                .varianceRate(1)
                                .optimizer(Sgd::new)
                                .learningRate(RATE)
                                .batchSize(100)
                                .epochs(epochs),
                        Rbm.builder().hidden(1).epochs(0))
                .epochs(0)
                .seed(seed)
                .fit(data());
    }

    private static double[] up(GaussianDeep n, double v) {
        double[] q = new double[2];
        for (int j = 0; j < 2; j++) {
            q[j] = sigmoid(2 * v * n.w[0][0][j] / n.variances[0]); // hidden biases begin at 0
        }
        return q;
    }

    /** A step of CD-1 of the lowest layer: two visible layers up, one hidden layer down. The joint machine begins where it ends. */
    @Test
    void lowestLayerLearnsWithTwoVisibleLayers() {
        double[] mean = new double[4];
        double[] squares = new double[4];
        for (int seed = 0; seed < 3 * FITS; seed++) {
            GaussianDeep n = new GaussianDeep(pretrained(seed, 0));
            GaussianDeep after = new GaussianDeep(pretrained(seed, 1));
            double variance = n.variances[0];
            double[] step = new double[4]; // W, b, log σ²
            for (double v : X) {
                statistics(step, n, v, 1.0 / X.length);
                double[] q = up(n, v);
                for (int s = 0; s < 4; s++) {
                    double p = (s % 2 == 1 ? q[0] : 1 - q[0]) * (s / 2 == 1 ? q[1] : 1 - q[1]) / X.length;
                    double m = n.mean(new double[] {s % 2, s / 2})[0];
                    for (int k = 0; k < POINTS; k++) {
                        statistics(step, n, point(k), -p * STEP * normal(point(k), m, variance));
                    }
                }
            }
            double[] change = {
                after.w[0][0][0] - n.w[0][0][0],
                after.w[0][0][1] - n.w[0][0][1],
                after.b[0][0] - n.b[0][0],
                Math.log(after.variances[0] / variance)
            };
            for (int i = 0; i < 4; i++) {
                double beyond = change[i] / RATE - step[i];
                mean[i] += beyond / (3 * FITS);
                squares[i] += beyond * beyond / (3 * FITS);
            }
        }
        for (int i = 0; i < 4; i++) {
            assertEquals(0, mean[i], 4.5 * Math.sqrt(squares[i] / (3 * FITS)), "number " + i);
        }
    }

    private static void statistics(double[] s, GaussianDeep n, double v, double weight) {
        double[] h = up(n, v);
        double variance = n.variances[0];
        double r = v - n.b[0][0];
        s[2] += weight * r / variance;
        s[3] += weight * r * r / (2 * variance);
        for (int j = 0; j < 2; j++) {
            s[j] += weight * v * h[j] / variance;
            s[3] -= weight * v * h[j] * n.w[0][0][j] / variance;
        }
    }

    // --- all layers together

    private static double likelihood(Dbm dbm) {
        Dataset data = GaussianDbnTest.PLANE;
        return dbm.enumerated().logLikelihood(data) / data.rows();
    }

    private static DbmBuilder joint(int epochs) {
        return Dbm.builder()
                .learningRate(.05)
                .schedule(Schedule.cosine(Math.max(1, 4L * epochs), .05))
                .epochs(epochs)
                .batchSize(100)
                .seed(1);
    }

    private static RbmBuilder layer(int hidden) {
        return Rbm.builder()
                .hidden(hidden)
                .learning(RbmLearning.cd(1))
                .learningRate(.01)
                .epochs(30);
    }

    /** Two clusters in the plane: variational SML finds them with centring and with pretraining, the bound is below, the bracket holds log Z. */
    @Test
    void twoClustersAreLearnt() {
        Dataset data = GaussianDbnTest.PLANE;
        DbmBuilder plain = joint(0).visible(VisibleUnits.GAUSSIAN).hidden(4, 3);
        double start = likelihood(plain.fit(data));
        Dbm centred = joint(130)
                .visible(VisibleUnits.GAUSSIAN)
                .hidden(4, 3)
                .centred(true)
                .fit(data);
        Dbm pretrained = joint(130)
                .pretraining(layer(4).visible(VisibleUnits.GAUSSIAN), layer(3))
                .fit(data);
        double mixture = start + .5; // what the two clusters gain over one Gaussian is .55
        for (Dbm dbm : List.of(centred, pretrained)) {
            double exact = likelihood(dbm);
            assertTrue(exact > mixture - .1, start + " → " + exact);
            double bound = dbm.bound(data, dbm.logPartition()).natsPerRow();
            assertTrue(bound < exact && bound > exact - .2, bound + " of " + exact);
            PartitionBracket bracket = PartitionBracket.of(dbm)
                    .schedule(lvm.mcmc.AnnealingSchedule.linear(300))
                    .run();
            double logZ = dbm.logPartition().nats();
            assertEquals(logZ, bracket.lower().nats(), 4 * bracket.lower().standardError() + .01, bracket.toString());
            assertEquals(logZ, bracket.upper().nats(), 4 * bracket.upper().standardError() + .01, bracket.toString());
        }
        assertEquals(
                List.of("layer 1", "layer 2", "joint"),
                List.copyOf(pretrained.history().stages().keySet()));
        FMatrixRMaj variances = joint(3).pretraining(
                        layer(4).visible(VisibleUnits.GAUSSIAN).fixedVariances(3, .01), layer(3))
                .fit(data)
                .variances()
                .orElseThrow();
        assertArrayEquals(new float[] {3, .01f}, variances.data, 1e-6f);
    }
}
