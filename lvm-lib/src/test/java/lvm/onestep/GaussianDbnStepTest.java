package lvm.onestep;

import static lvm.onestep.Reference.logBernoulli;
import static lvm.onestep.Reference.logSumExp;
import static lvm.onestep.Reference.sigmoid;
import static lvm.onestep.Reference.softplus;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.boltzmann.Dbn;
import lvm.boltzmann.DbnBuilder;
import lvm.boltzmann.Rbm;
import lvm.boltzmann.RbmBuilder;
import lvm.boltzmann.RbmLearning;
import lvm.boltzmann.VisibleUnits;
import lvm.data.Dataset;
import lvm.onestep.OneStep.Numbers;
import lvm.onestep.OneStep.Seen;
import lvm.random.Fill;
import lvm.random.Seeds;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/**
 * A step of up–down fine tuning over Gaussian visible units with the exact rule at the top, at the draws of the step; what is above h¹ is as in
 * {@link DbnStepTest}.
 */
class GaussianDbnStepTest {
    private static final int D = 3;
    private static final int H = 2;
    private static final Dataset ROWS = rows();
    private static final long STAGE = Seeds.split(OneStep.SEED, "up-down");

    private static Dataset rows() {
        double[][] x = OneStep.normal(7, D, new SplittableRandom(4));
        for (double[] row : x) {
            row[0] = (float) (1.5 * row[0] + .4);
            row[2] = (float) (.6 * row[2] - row[0] / 2);
        }
        return Dataset.of(x);
    }

    private static RbmBuilder lowest() {
        return Rbm.builder()
                .visible(VisibleUnits.GAUSSIAN)
                .hidden(H)
                .startDeviation(.8)
                .standardize(false)
                .varianceRate(1)
                .learningRate(.02)
                .epochs(3);
    }

    private static DbnBuilder builder(RbmBuilder lowest) {
        return Dbn.builder()
                .layers(lowest, Rbm.builder().hidden(2).startDeviation(.8).epochs(3))
                .upDown(RbmLearning.exact());
    }

    private static Numbers numbers(Dbn dbn) {
        Numbers numbers = new Numbers();
        numbers.put("gw", dbn.generativeWeights(1));
        numbers.put("gb", dbn.generativeBias(1));
        double[][] logs = new double[1][D];
        for (int i = 0; i < D; i++) {
            logs[0][i] = Math.log(dbn.variances().orElseThrow().data[i]);
        }
        numbers.put("log variances", logs);
        numbers.put("rw", dbn.recognitionWeights(1));
        numbers.put("rc", dbn.recognitionBias(1));
        numbers.put("w", dbn.top().weights());
        numbers.put("b", dbn.top().visibleBias());
        numbers.put("c", dbn.top().hiddenBias());
        return numbers;
    }

    private static double mean(Numbers p, double[] h, int i) {
        double m = p.row("gb")[i];
        for (int j = 0; j < H; j++) {
            m += h[j] * p.get("gw")[i][j];
        }
        return m;
    }

    private static double logit(Numbers p, double[] v, int j) {
        double a = p.row("rc")[j];
        for (int i = 0; i < D; i++) {
            a += v[i] * p.get("rw")[i][j];
        }
        return a;
    }

    private static double[][] up(Numbers p, double[][] v, RandomGenerator rng) {
        FMatrixRMaj h = new FMatrixRMaj(v.length, H);
        for (int i = 0; i < v.length; i++) {
            for (int j = 0; j < H; j++) {
                h.set(i, j, (float) sigmoid(logit(p, v[i], j)));
            }
        }
        Fill.bits(h, rng);
        return OneStep.rows(h);
    }

    private static double[][] down(Numbers p, double[][] h, RandomGenerator rng) {
        double[][] v = new double[h.length][D];
        for (int n = 0; n < h.length; n++) {
            for (int i = 0; i < D; i++) {
                v[n][i] = mean(p, h[n], i) + Math.exp(p.row("log variances")[i] / 2) * rng.nextGaussian();
            }
        }
        return v;
    }

    private static double minusFreeEnergy(Numbers p, double[] h) {
        double sum = 0;
        for (int i = 0; i < h.length; i++) {
            sum += p.row("b")[i] * h[i];
        }
        for (int j = 0; j < p.row("c").length; j++) {
            double a = p.row("c")[j];
            for (int i = 0; i < h.length; i++) {
                a += h[i] * p.get("w")[i][j];
            }
            sum += softplus(a);
        }
        return sum;
    }

    /** The mean of log p(v, h¹), h² summed. */
    private static double generation(Numbers p, double[][] v, double[][] h) {
        double[] all = new double[1 << H];
        for (int s = 0; s < all.length; s++) {
            all[s] = minusFreeEnergy(p, new double[] {s & 1, s >> 1});
        }
        double sum = 0;
        for (int n = 0; n < v.length; n++) {
            sum += minusFreeEnergy(p, h[n]) - logSumExp(all);
            for (int i = 0; i < D; i++) {
                double z = p.row("log variances")[i];
                double r = v[n][i] - mean(p, h[n], i);
                sum -= r * r / (2 * Math.exp(z)) + (Math.log(2 * Math.PI) + z) / 2;
            }
        }
        return sum / v.length;
    }

    private static double recognition(Numbers p, double[][] v, double[][] h) {
        double sum = 0;
        for (int n = 0; n < v.length; n++) {
            for (int j = 0; j < H; j++) {
                sum += logBernoulli(h[n][j], logit(p, v[n], j));
            }
        }
        return sum / v.length;
    }

    @Test
    void upAndDown() {
        for (int step = 0; step < 3; step++) {
            Seen seen = OneStep.seen(ROWS, step, STAGE);
            Dbn before = OneStep.sgd(builder(lowest()), step).fit(ROWS);
            Dbn after = OneStep.sgd(builder(lowest()), step + 1L).fit(ROWS);
            Numbers was = numbers(before);
            double[][] v = seen.x();
            double[][] h = up(was, v, seen.rng());
            double[][] dreamt = OneStep.rows(before.top().enumerated().sample(v.length, seen.rng()));
            double[][] dream = down(was, dreamt, seen.rng());
            OneStep.assertStep(
                    "up-down, step " + step,
                    was,
                    numbers(after),
                    Double.NaN,
                    p -> generation(p, v, h) + recognition(p, dream, dreamt));
            assertEquals(
                    generation(was, v, h) - recognition(was, v, h),
                    after.history().last(after.history().names().get(0)),
                    1e-4);
        }
    }

    /** The log variances have the rate of the lowest layer; fixed ones stay. */
    @Test
    void varianceRate() {
        Dbn before = OneStep.sgd(builder(lowest().epochs(0)), 0).fit(ROWS);
        Dbn full = OneStep.sgd(builder(lowest().epochs(0)), 1).fit(ROWS);
        Dbn part = OneStep.sgd(builder(lowest().epochs(0).varianceRate(.3)), 1).fit(ROWS);
        for (int i = 0; i < D; i++) {
            double from = Math.log(before.variances().orElseThrow().data[i]);
            double whole = Math.log(full.variances().orElseThrow().data[i]) - from;
            assertTrue(Math.abs(whole) > 1e-4);
            assertEquals(.3 * whole, Math.log(part.variances().orElseThrow().data[i]) - from, 1e-6);
        }
        RbmBuilder fixed = Rbm.builder()
                .visible(VisibleUnits.GAUSSIAN)
                .hidden(H)
                .standardize(false)
                .fixedVariances(.5, 2, .7)
                .epochs(0);
        Dbn held = OneStep.sgd(builder(fixed), 1).fit(ROWS);
        assertArrayEquals(new float[] {.5f, 2, .7f}, held.variances().orElseThrow().data, 1e-6f);
    }

    /** Other rows are judged by the bound of one draw. */
    @Test
    void validation() {
        Dataset others = ROWS.subset(0, 3);
        Dbn after = OneStep.sgd(builder(lowest()), 1).validation(others).fit(ROWS);
        Seen seen = OneStep.seenByValidation(others, STAGE);
        Numbers p = numbers(after);
        double[][] h = up(p, seen.x(), seen.rng());
        OneStep.assertValidation("up-down", after, p, at -> generation(at, seen.x(), h) - recognition(at, seen.x(), h));
    }
}
