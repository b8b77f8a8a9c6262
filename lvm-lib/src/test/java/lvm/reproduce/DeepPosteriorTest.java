package lvm.reproduce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;
import lvm.boltzmann.Dbm;
import lvm.boltzmann.Dbn;
import lvm.boltzmann.EnumeratedDbn;
import lvm.boltzmann.Rbm;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/** Posteriors of the small deep machines, and what is done with them, against sums over all hidden states that are written once more. */
class DeepPosteriorTest {
    private static final int D = 3;
    private static final int H1 = 3;
    private static final int H2 = 2;
    private static final FMatrixRMaj V = new FMatrixRMaj(new float[][] {{1, 0, 1}, {0, 0, 1}});
    private static final FMatrixRMaj W1 = normal(D, H1, 1);
    private static final FMatrixRMaj W2 = normal(H1, H2, 2);
    private static final FMatrixRMaj B0 = normal(1, D, 3);
    private static final FMatrixRMaj B1 = normal(1, H1, 4);
    private static final FMatrixRMaj B2 = normal(1, H2, 5);
    private static final Dbm DBM = Dbm.of(List.of(W1, W2), List.of(B0, B1, B2));
    private static final Rbm LOW = Rbm.of(W1, B0, B1);
    private static final Rbm TOP = Rbm.of(W2, normal(1, H1, 6), B2);
    private static final EnumeratedDbn DBN = Dbn.of(List.of(LOW, TOP)).enumerated();

    private static FMatrixRMaj normal(int rows, int cols, long seed) {
        FMatrixRMaj x = new FMatrixRMaj(rows, cols);
        Fill.normal(0, 1.5f, x, new SplittableRandom(seed));
        return x;
    }

    private static double bit(int state, int k) {
        return state >> k & 1;
    }

    /** vᵀ W h of bits. */
    private static double bilinear(ToDoubleBiFunction<Integer, Integer> w, int rows, int cols, int x, int y) {
        double sum = 0;
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < cols; j++) {
                sum += bit(x, i) * bit(y, j) * w.applyAsDouble(i, j);
            }
        }
        return sum;
    }

    private static double linear(FMatrixRMaj b, int x) {
        return bilinear((i, j) -> b.data[i], b.numCols, 1, x, 1);
    }

    private static double product(FMatrixRMaj w, int x, int y) {
        return bilinear(w::get, w.numRows, w.numCols, x, y);
    }

    private static int pixels(int row) {
        int v = 0;
        for (int i = 0; i < D; i++) {
            v |= (int) V.get(row, i) << i;
        }
        return v;
    }

    /** log p(v | h¹) of the directed layer. */
    private static double logGiven(int v, int h) {
        double log = linear(B0, v) + product(W1, v, h);
        for (int i = 0; i < D; i++) {
            log -= Math.log1p(Math.exp(B0.data[i] + product(W1, 1 << i, h)));
        }
        return log;
    }

    private static double top(int h, int g) {
        return Math.exp(linear(TOP.visibleBias(), h) + linear(B2, g) + product(W2, h, g));
    }

    private interface Weight {
        double of(int h, int g);
    }

    /** The largest correlation of units of the lower layer, and of one of each layer, under weights that need not add up to 1. */
    private static double[] largest(Weight weight) {
        int n = H1 + H2;
        double[] mean = new double[n];
        double[][] both = new double[n][n];
        double total = 0;
        for (int s = 0; s < 1 << n; s++) {
            double w = weight.of(s & (1 << H1) - 1, s >> H1);
            total += w;
            for (int j = 0; j < n; j++) {
                mean[j] += w * bit(s, j);
                for (int k = 0; k < n; k++) {
                    both[j][k] += w * bit(s, j) * bit(s, k);
                }
            }
        }
        double[] largest = new double[2];
        for (int j = 0; j < H1; j++) {
            for (int k = j + 1; k < n; k++) {
                double a = mean[j] / total;
                double b = mean[k] / total;
                double c = Math.abs(both[j][k] / total - a * b) / Math.sqrt(a * (1 - a) * b * (1 - b));
                largest[k < H1 ? 0 : 1] = Math.max(largest[k < H1 ? 0 : 1], c);
            }
        }
        return largest;
    }

    private static void assertLargest(double[] expected, DeepPosterior posterior) {
        assertTrue(expected[0] > .01, "nothing to see");
        assertEquals(expected[0], posterior.withinLower(), 1e-5);
        assertEquals(expected[1], posterior.between(), 1e-5);
    }

    @Test
    void aDeepBoltzmannMachine() {
        for (int row = 0; row < V.numRows; row++) {
            int v = pixels(row);
            assertLargest(
                    largest((h, g) -> Math.exp(linear(B1, h) + linear(B2, g) + product(W1, v, h) + product(W2, h, g))),
                    DeepPosterior.of(DBM, V, row));
        }
    }

    @Test
    void aBeliefNetwork() {
        assertLargest(largest(DeepPosteriorTest::top), DeepPosterior.top(DBN));
        double[] prior = new double[H1];
        double total = 0;
        for (int h = 0; h < 1 << H1; h++) {
            for (int g = 0; g < 1 << H2; g++) {
                total += top(h, g);
                for (int j = 0; j < H1; j++) {
                    prior[j] += bit(h, j) * top(h, g);
                }
            }
        }
        double z = total;
        for (int row = 0; row < V.numRows; row++) {
            int v = pixels(row);
            assertLargest(largest((h, g) -> Math.exp(logGiven(v, h)) * top(h, g)), DeepPosterior.of(DBN, V, row));
            double[] alone = largest((h, g) -> {
                double p = Math.exp(logGiven(v, h));
                for (int j = 0; j < H1; j++) {
                    p *= bit(h, j) == 1 ? prior[j] / z : 1 - prior[j] / z;
                }
                return p;
            });
            assertEquals(alone[0], DeepPosterior.directedLayer(DBN, V, row).withinLower(), 1e-5);
        }
    }

    @Test
    void theUnitsOfARestrictedMachineAreIndependent() {
        assertEquals(0, DeepPosterior.of(LOW, V, 0).withinLower(), 1e-6);
        double[] mean = new double[H1];
        DeepPosterior posterior = DeepPosterior.of(LOW, V, 1);
        for (int s = 0; s < posterior.p().length; s++) {
            for (int j = 0; j < H1; j++) {
                mean[j] += posterior.p()[s] * posterior.lower().get(s, j);
            }
        }
        for (int j = 0; j < H1; j++) {
            assertEquals(LOW.encode(V).get(1, j), mean[j], 1e-5);
        }
    }

    // --- pseudo-likelihood

    @Test
    void pseudoLikelihoodOfExactFreeEnergies() {
        double expected = 0;
        for (int row = 0; row < V.numRows; row++) {
            for (int i = 0; i < D; i++) {
                FMatrixRMaj pair = new FMatrixRMaj(2, D);
                System.arraycopy(V.data, row * D, pair.data, 0, D);
                System.arraycopy(V.data, row * D, pair.data, D, D);
                pair.data[D + i] = 1 - pair.data[D + i];
                double[] log = DBM.enumerated().logDensity(pair);
                expected -= Math.log1p(Math.exp(log[1] - log[0])) / V.numRows;
            }
        }
        assertEquals(expected, new DbmPseudoLikelihood(V, true).value(DBM), 1e-5);
    }

    @Test
    void slopesOfPseudoLikelihoods() {
        for (boolean exact : new boolean[] {true, false}) {
            DbmPseudoLikelihood rule = new DbmPseudoLikelihood(V, exact);
            List<FMatrixRMaj> at = List.of(W1, W2, B0, B1, B2);
            List<FMatrixRMaj> slopes = rule.slopes(DBM);
            for (int p = 0; p < at.size(); p++) {
                for (int k = 0; k < at.get(p).getNumElements(); k++) {
                    double step = .02;
                    double rise = (rule.value(moved(at, p, k, step)) - rule.value(moved(at, p, k, -step))) / (2 * step);
                    assertEquals(rise, slopes.get(p).data[k], 2e-3, (exact ? "exact" : "bound") + " " + p + " " + k);
                }
            }
        }
    }

    private static Dbm moved(List<FMatrixRMaj> at, int p, int k, double by) {
        List<FMatrixRMaj> all = at.stream().map(FMatrixRMaj::copy).toList();
        all.get(p).data[k] += (float) by;
        return Dbm.of(all.subList(0, 2), all.subList(2, 5));
    }

    @Test
    void learningRaisesThePseudoLikelihood() {
        DbmPseudoLikelihood rule = new DbmPseudoLikelihood(V, true);
        double before = rule.value(DBM);
        assertTrue(rule.value(rule.learn(DBM, 1, 1e-2)) > before);
        assertTrue(rule.value(rule.learn(DBM, 200, .2)) > before / 2);
    }

    // --- sweeps

    @Test
    void sweepsAreTheUpdatesOfTheMeanField() {
        for (int row = 0; row < V.numRows; row++) {
            FMatrixRMaj v = new FMatrixRMaj(1, D);
            System.arraycopy(V.data, row * D, v.data, 0, D);
            int updates = DBM.meanField(v).updates();
            assertTrue(updates > 3 && updates < 100, "nothing to see");
            assertEquals(updates, new MeanFieldSweeps(DBM).until(v, new double[] {1.0001e-6}, true, 100)[0][0]);
            assertEquals(3, new MeanFieldSweeps(DBM).until(v, new double[] {1e-6}, true, 2)[0][0]);
        }
    }

    @Test
    void theMeanChangeOfARow() {
        double[] tolerances =
                IntStream.range(0, 20).mapToDouble(k -> .1 * Math.pow(.7, k)).toArray();
        int[][] sweeps = new MeanFieldSweeps(DBM).until(V, tolerances, false, 100);
        for (int row = 0; row < V.numRows; row++) {
            double[] q2 = new double[H2];
            double[] q1 = lower(row, q2, 2);
            q2 = upper(q1);
            int[] first = new int[tolerances.length];
            for (int t = 1; t <= 100; t++) {
                double[] next1 = lower(row, q2, 1);
                double[] next2 = upper(next1);
                double change = 0;
                for (int j = 0; j < H1 + H2; j++) {
                    change += (j < H1 ? Math.abs(next1[j] - q1[j]) : Math.abs(next2[j - H1] - q2[j - H1])) / (H1 + H2);
                }
                for (int k = 0; k < tolerances.length; k++) {
                    first[k] = first[k] == 0 && change < tolerances[k] ? t : first[k];
                }
                q1 = next1;
                q2 = next2;
            }
            for (int k = 0; k < tolerances.length; k++) {
                assertEquals(first[k], sweeps[k][row], "row " + row + ", " + tolerances[k]);
            }
        }
    }

    private static double[] lower(int row, double[] q2, double times) {
        double[] q = new double[H1];
        for (int j = 0; j < H1; j++) {
            double a = B1.data[j];
            for (int i = 0; i < D; i++) {
                a += times * V.get(row, i) * W1.get(i, j);
            }
            for (int k = 0; k < H2; k++) {
                a += q2[k] * W2.get(j, k);
            }
            q[j] = 1 / (1 + Math.exp(-a));
        }
        return q;
    }

    private static double[] upper(double[] q1) {
        double[] q = new double[H2];
        for (int k = 0; k < H2; k++) {
            double a = B2.data[k];
            for (int j = 0; j < H1; j++) {
                a += q1[j] * W2.get(j, k);
            }
            q[k] = 1 / (1 + Math.exp(-a));
        }
        return q;
    }
}
