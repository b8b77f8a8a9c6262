package lvm.onestep;

import static lvm.onestep.Reference.logBernoulli;
import static lvm.onestep.Reference.logSumExp;
import static lvm.onestep.Reference.sigmoid;
import static lvm.onestep.Reference.softplus;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.random.RandomGenerator;
import lvm.boltzmann.Dbn;
import lvm.boltzmann.DbnBuilder;
import lvm.boltzmann.Rbm;
import lvm.boltzmann.RbmBuilder;
import lvm.boltzmann.RbmLearning;
import lvm.data.Dataset;
import lvm.onestep.OneStep.Numbers;
import lvm.onestep.OneStep.Seen;
import lvm.optim.Sgd;
import lvm.random.Fill;
import lvm.random.Seeds;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/**
 * A step of up–down fine tuning with the exact rule at the top, at the draws of the step: what generates and the machine at the top go up
 * the bound of one draw, and what recognises goes up log q of the dreams.
 */
class DbnStepTest {
    private static final int[] SIZES = {4, 3, 3, 2};
    private static final Dataset BITS = AutoencoderStepTest.bits(6, 4);
    private static final long STAGE = Seeds.split(OneStep.SEED, "up-down");

    private static DbnBuilder builder() {
        return Dbn.builder()
                .layers(machine(SIZES[1]), machine(SIZES[2]), machine(SIZES[3]))
                .upDown(RbmLearning.exact());
    }

    private static RbmBuilder machine(int hidden) {
        return Rbm.builder().hidden(hidden).startDeviation(.8).epochs(3).learningRate(.2);
    }

    private static Numbers numbers(Dbn dbn) {
        Numbers numbers = new Numbers();
        for (int k = 1; k <= 2; k++) {
            numbers.put("gw" + k, dbn.generativeWeights(k));
            numbers.put("gb" + k, dbn.generativeBias(k));
            numbers.put("rw" + k, dbn.recognitionWeights(k));
            numbers.put("rc" + k, dbn.recognitionBias(k));
        }
        numbers.put("w", dbn.top().weights());
        numbers.put("b", dbn.top().visibleBias());
        numbers.put("c", dbn.top().hiddenBias());
        return numbers;
    }

    /** The logit of a unit of a layer given those of the next, or the other way. */
    private static double logits(Numbers p, int k, boolean upwards, double[] given, int unit) {
        double[][] w = p.get((upwards ? "rw" : "gw") + k);
        double a = p.row((upwards ? "rc" : "gb") + k)[unit];
        for (int other = 0; other < given.length; other++) {
            a += given[other] * (upwards ? w[other][unit] : w[unit][other]);
        }
        return a;
    }

    private static double log(Numbers p, int k, boolean upwards, double[] given, double[] x) {
        double sum = 0;
        for (int unit = 0; unit < x.length; unit++) {
            sum += logBernoulli(x[unit], logits(p, k, upwards, given, unit));
        }
        return sum;
    }

    private static double[][] draw(Numbers p, int k, boolean upwards, double[][] given, RandomGenerator rng) {
        FMatrixRMaj x = new FMatrixRMaj(given.length, upwards ? SIZES[k] : SIZES[k - 1]);
        for (int i = 0; i < given.length; i++) {
            for (int unit = 0; unit < x.numCols; unit++) {
                x.set(i, unit, (float) sigmoid(logits(p, k, upwards, given[i], unit)));
            }
        }
        Fill.bits(x, rng);
        return OneStep.rows(x);
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

    private static double logTop(Numbers p, double[] h) {
        double[] all = new double[1 << h.length];
        for (int s = 0; s < all.length; s++) {
            double[] state = new double[h.length];
            for (int i = 0; i < h.length; i++) {
                state[i] = s >> i & 1;
            }
            all[s] = minusFreeEnergy(p, state);
        }
        return minusFreeEnergy(p, h) - logSumExp(all);
    }

    /** The mean of log p(v, h¹, h²), h³ summed. */
    private static double generation(Numbers p, double[][] v, double[][] h1, double[][] h2) {
        double sum = 0;
        for (int i = 0; i < v.length; i++) {
            sum += log(p, 1, false, h1[i], v[i]) + log(p, 2, false, h2[i], h1[i]) + logTop(p, h2[i]);
        }
        return sum / v.length;
    }

    /** The mean of log q(h¹, h² | v). */
    private static double recognition(Numbers p, double[][] v, double[][] h1, double[][] h2) {
        double sum = 0;
        for (int i = 0; i < v.length; i++) {
            sum += log(p, 1, true, v[i], h1[i]) + log(p, 2, true, h1[i], h2[i]);
        }
        return sum / v.length;
    }

    private static Dbn fit(int steps) {
        return OneStep.sgd(builder(), steps).fit(BITS);
    }

    @Test
    void upAndDown() {
        for (int step = 0; step < 3; step++) {
            Seen seen = OneStep.seen(BITS, step, STAGE);
            Dbn before = fit(step);
            Dbn after = fit(step + 1);
            Numbers was = numbers(before);
            double[][] v = seen.x();
            double[][] h1 = draw(was, 1, true, v, seen.rng());
            double[][] h2 = draw(was, 2, true, h1, seen.rng());
            double[][] dream2 = OneStep.rows(before.top().enumerated().sample(v.length, seen.rng()));
            double[][] dream1 = draw(was, 2, false, dream2, seen.rng());
            double[][] dream = draw(was, 1, false, dream1, seen.rng());
            OneStep.assertStep(
                    "up-down",
                    was,
                    numbers(after),
                    Double.NaN,
                    p -> generation(p, v, h1, h2) + recognition(p, dream, dream1, dream2));
            assertEquals(
                    generation(was, v, h1, h2) - recognition(was, v, h1, h2),
                    after.history().last(after.history().names().get(0)),
                    1e-4);
        }
    }

    /** The machines above the lowest learn from draws of the hidden units below, anew in each step. */
    @Test
    void layersLearnFromDraws() {
        for (int layer = 2; layer <= 3; layer++) {
            for (int step = 0; step < 2; step++) {
                Seen seen = OneStep.seen(BITS, step, Seeds.split(OneStep.SEED, "layer " + layer));
                Rbm before = stacked(layer, step).machines().orElseThrow().get(layer - 1);
                Dbn after = stacked(layer, step + 1);
                Numbers below = numbers(after);
                double[][] x = draw(below, 1, true, seen.x(), seen.rng());
                double[][] rows = layer == 2 ? x : draw(below, 2, true, x, seen.rng());
                Rbm machine = after.machines().orElseThrow().get(layer - 1);
                OneStep.assertStep(
                        "layer " + layer,
                        numbers(before),
                        numbers(machine),
                        machine.history().last("log p(v), nats per row"),
                        p -> {
                            double sum = 0;
                            for (double[] row : rows) {
                                sum += logTop(p, row) / rows.length;
                            }
                            return sum;
                        });
            }
        }
    }

    private static Dbn stacked(int layer, int steps) {
        RbmBuilder[] layers = new RbmBuilder[3];
        for (int k = 1; k <= 3; k++) {
            layers[k - 1] = machine(SIZES[k])
                    .learning(RbmLearning.exact())
                    .optimizer(Sgd::new)
                    .learningRate(OneStep.RATE)
                    .batchSize(1000)
                    .epochs(k == layer ? steps : k < layer ? 3 : 0);
        }
        return Dbn.builder().layers(layers).seed(OneStep.SEED).fit(BITS);
    }

    private static Numbers numbers(Rbm rbm) {
        Numbers numbers = new Numbers();
        numbers.put("w", rbm.weights());
        numbers.put("b", rbm.visibleBias());
        numbers.put("c", rbm.hiddenBias());
        return numbers;
    }

    /** Other rows are judged by the bound of one draw. */
    @Test
    void validation() {
        Dataset others = BITS.subset(0, 3);
        Dbn after = OneStep.sgd(builder(), 1).validation(others).fit(BITS);
        Seen seen = OneStep.seenByValidation(others, STAGE);
        Numbers p = numbers(after);
        double[][] h1 = draw(p, 1, true, seen.x(), seen.rng());
        double[][] h2 = draw(p, 2, true, h1, seen.rng());
        OneStep.assertValidation(
                "up-down", after, p, at -> generation(at, seen.x(), h1, h2) - recognition(at, seen.x(), h1, h2));
    }
}
