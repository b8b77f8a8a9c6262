package lvm.boltzmann;

import static lvm.model.Messages.assertMessageHas;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.mcmc.AnnealedImportanceSampling;
import lvm.mcmc.AnnealingSchedule;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/** Three bits, a group of three units and one of two, four hidden units: against sums over the 48 states that the groups allow. */
class GroupsTest {
    private static final int[] GROUPS = {3, 2};
    private static final int D = 8;
    private static final int H = 4;

    private static Rbm machine() {
        Rbm plain = SmallMachines.random(D, H, 1, 5);
        FMatrixRMaj rates = new FMatrixRMaj(1, D, true, .3f, .6f, .5f, .2f, .3f, .5f, .4f, .6f);
        return Rbm.of(plain.weights(), plain.visibleBias(), plain.hiddenBias(), GROUPS)
                .withBaseRates(rates);
    }

    private static FMatrixRMaj states() {
        List<float[]> rows = new ArrayList<>();
        for (int s = 0; s < 8; s++) {
            for (int a = 0; a < 3; a++) {
                for (int b = 0; b < 2; b++) {
                    float[] v = {s >> 2 & 1, s >> 1 & 1, s & 1, 0, 0, 0, 0, 0};
                    v[3 + a] = 1;
                    v[6 + b] = 1;
                    rows.add(v);
                }
            }
        }
        FMatrixRMaj x = new FMatrixRMaj(rows.size(), D);
        for (int i = 0; i < rows.size(); i++) {
            System.arraycopy(rows.get(i), 0, x.data, i * D, D);
        }
        return x;
    }

    private static double weight(Rbm rbm, FMatrixRMaj v, int row) {
        double sum = 0;
        for (int h = 0; h < 1 << H; h++) {
            double e = 0;
            for (int i = 0; i < D; i++) {
                e += v.get(row, i) * rbm.visibleBias().get(0, i);
                for (int j = 0; j < H; j++) {
                    e += v.get(row, i)
                            * SmallMachines.bit(h, j, H)
                            * rbm.weights().get(i, j);
                }
            }
            for (int j = 0; j < H; j++) {
                e += SmallMachines.bit(h, j, H) * rbm.hiddenBias().get(0, j);
            }
            sum += Math.exp(e);
        }
        return sum;
    }

    private static double[] probabilities(Rbm rbm) {
        FMatrixRMaj v = states();
        double[] p = new double[v.numRows];
        double z = 0;
        for (int s = 0; s < p.length; s++) {
            p[s] = weight(rbm, v, s);
            z += p[s];
        }
        for (int s = 0; s < p.length; s++) {
            p[s] /= z;
        }
        return p;
    }

    private static int[] counts(FMatrixRMaj x) {
        int[] counts = new int[48];
        for (int i = 0; i < x.numRows; i++) {
            int s = 0;
            for (int k = 0; k < 3; k++) {
                s = 2 * s + (int) x.get(i, k);
            }
            int a = x.get(i, 3) == 1 ? 0 : x.get(i, 4) == 1 ? 1 : 2;
            assertEquals(1, x.get(i, 3) + x.get(i, 4) + x.get(i, 5));
            assertEquals(1, x.get(i, 6) + x.get(i, 7));
            counts[6 * s + 2 * a + (int) x.get(i, 7)]++;
        }
        return counts;
    }

    @Test
    void distribution() {
        Rbm rbm = machine();
        double[] p = probabilities(rbm);
        double[] logP = rbm.enumerated().logDensity(states());
        double[] pl = rbm.logPseudoLikelihood(states());
        for (int s = 0; s < p.length; s++) {
            assertEquals(Math.log(p[s]), logP[s], 1e-9);
            double sum = 0;
            for (int bit : new int[] {24, 12, 6}) {
                int flipped = s / bit % 2 == 0 ? s + bit : s - bit;
                sum += Math.log(p[s] / (p[s] + p[flipped]));
            }
            int first = s - s % 6;
            sum += Math.log(p[s] / (p[first + s % 2] + p[first + 2 + s % 2] + p[first + 4 + s % 2]));
            sum += Math.log(p[s] / (p[s - s % 2] + p[s - s % 2 + 1]));
            assertEquals(sum, pl[s], 1e-5);
        }
    }

    /** What is recorded while a machine with groups learns is right in the mean: one of its variables for each row. */
    @Test
    void recordedPseudoLikelihood() {
        Rbm rbm = machine();
        FMatrixRMaj x = states();
        double expected =
                java.util.Arrays.stream(rbm.logPseudoLikelihood(x)).average().orElseThrow();
        FMatrixRMaj a = new FMatrixRMaj(0, H);
        rbm.units().hiddenLogits(x, a);
        SplittableRandom rng = new SplittableRandom(2);
        int n = 5000;
        double mean = 0;
        double squares = 0;
        for (int i = 0; i < n; i++) {
            double e = new Flips(rbm.units()).estimate(x, a, 10, rng);
            mean += e / n;
            squares += e * e / n;
        }
        assertEquals(expected, mean, 4.5 * Math.sqrt((squares - mean * mean) / n));
    }

    /** Groups leave the smaller layer of the visible units out: the bracket does not try to sum over 26 hidden ones. */
    @Test
    void bracketOfManyHiddenUnits() {
        Rbm wide = Rbm.of(new FMatrixRMaj(D, 26), new FMatrixRMaj(1, D), new FMatrixRMaj(1, 26), GROUPS)
                .withBaseRates(machine().baseRates().orElseThrow());
        PartitionBracket bracket =
                PartitionBracket.of(wide).schedule(AnnealingSchedule.linear(50)).run();
        // No weights: 2²⁶ hidden states, 2³ · 3 · 2 visible ones.
        assertEquals(26 * Math.log(2) + Math.log(48), bracket.lower().nats(), .2);
    }

    @Test
    void drawsAndChains() {
        Rbm rbm = machine();
        double[] p = probabilities(rbm);
        int n = 100_000;
        SplittableRandom rng = new SplittableRandom(1);
        FMatrixRMaj x = rbm.enumerated().sample(n, rng);
        for (int step = 0; step < 2; step++) {
            int[] counts = counts(x);
            for (int s = 0; s < p.length; s++) {
                assertEquals(n * p[s], counts[s], 5 * Math.sqrt(n * p[s]) + 5, "step " + step);
            }
            rbm.gibbs().step(x, rng);
        }
    }

    @Test
    void annealing() {
        Rbm rbm = machine();
        var run = AnnealedImportanceSampling.over(rbm.annealing())
                .schedule(AnnealingSchedule.linear(300))
                .chains(400)
                .seed(1)
                .forward();
        assertEquals(rbm.logPartition().nats(), run.logZ(), 4 * run.standardError());
        assertTrue(run.standardError() < .1);
        // Importance sampling at once is unbiased too.
        var once = AnnealedImportanceSampling.over(rbm.annealing())
                .schedule(AnnealingSchedule.linear(1))
                .chains(200_000)
                .seed(1)
                .forward();
        assertEquals(rbm.logPartition().nats(), once.logZ(), 5 * once.standardError());
    }

    @Test
    void learning() {
        Rbm rbm = machine();
        Dataset data = Dataset.of(rbm.enumerated().sample(2000, new SplittableRandom(1)));
        double truth = rbm.enumerated().logLikelihood(data.floatMatrix()) / 2000;
        for (RbmLearning learning :
                List.of(RbmLearning.exact(), RbmLearning.cd(3), RbmLearning.pcd(1), RbmLearning.tempering(4, 50))) {
            Rbm fitted = Rbm.builder()
                    .hidden(H)
                    .groups(GROUPS)
                    .learning(learning)
                    .learningRate(.02)
                    .epochs(100)
                    .seed(1)
                    .fit(data);
            double reached = fitted.logLikelihood(data, fitted.logPartition()).natsPerRow();
            assertTrue(reached > truth - .15, learning + ": " + reached + " of " + truth);
        }
    }

    @Test
    void badInputIsNamed() {
        FMatrixRMaj v = new FMatrixRMaj(1, D);
        v.set(0, 6, 1);
        assertMessageHas("columns 3 to 5 of row 0", () -> machine().freeEnergy(v));
        assertMessageHas("size of a group", () -> Rbm.builder().groups(1));
        Dataset data = Dataset.of(states());
        assertMessageHas(
                "groups",
                () -> Rbm.builder()
                        .hidden(2)
                        .groups(GROUPS)
                        .learning(RbmLearning.ratioMatching())
                        .fit(data));
        assertMessageHas(
                "9 units in groups", () -> Rbm.builder().hidden(2).groups(9).fit(data));
    }
}
