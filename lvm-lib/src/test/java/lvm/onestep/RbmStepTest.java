package lvm.onestep;

import static lvm.onestep.Reference.logSumExp;
import static lvm.onestep.Reference.softplus;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import lvm.boltzmann.DiscriminativeRbm;
import lvm.boltzmann.DiscriminativeRbmBuilder;
import lvm.boltzmann.Rbm;
import lvm.boltzmann.RbmBuilder;
import lvm.boltzmann.RbmLearning;
import lvm.data.Dataset;
import lvm.onestep.OneStep.Numbers;
import lvm.onestep.OneStep.Seen;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A step of restricted Boltzmann machines: the exact slope, pseudo-likelihood, ratio matching and what is added to them. The rules that
 * draw have their expectations by enumeration in {@code lvm.boltzmann}.
 */
class RbmStepTest {
    private static final int H = 3;
    private static final Dataset BITS = AutoencoderStepTest.bits(6, 4);

    private static RbmBuilder builder(RbmLearning learning) {
        return Rbm.builder().hidden(H).learning(learning).startDeviation(.8);
    }

    private interface Model {
        double value(Numbers p, double[][] x);
    }

    private static void assertSteps(String what, RbmBuilder settings, String recorded, Model objective) {
        for (int step = 0; step < 2; step++) {
            Seen seen = OneStep.seen(BITS, step);
            Rbm before = OneStep.sgd(settings, step).fit(BITS);
            Rbm after = OneStep.sgd(settings, step + 1L).fit(BITS);
            OneStep.assertStep(
                    what,
                    numbers(before),
                    numbers(after),
                    recorded == null ? Double.NaN : after.history().last(recorded),
                    p -> objective.value(p, seen.x()));
        }
    }

    private static Numbers numbers(Rbm rbm) {
        Numbers numbers = new Numbers();
        numbers.put("w", rbm.weights());
        numbers.put("b", rbm.visibleBias());
        numbers.put("c", rbm.hiddenBias());
        return numbers;
    }

    /** −F(v). */
    private static double minusFreeEnergy(Numbers p, double[] v) {
        double sum = 0;
        for (int i = 0; i < v.length; i++) {
            sum += p.row("b")[i] * v[i];
        }
        for (int j = 0; j < H; j++) {
            double a = p.row("c")[j];
            for (int i = 0; i < v.length; i++) {
                a += v[i] * p.get("w")[i][j];
            }
            sum += softplus(a);
        }
        return sum;
    }

    private static double logLikelihood(Numbers p, double[][] x) {
        int d = x[0].length;
        double[] all = new double[1 << d];
        for (int s = 0; s < all.length; s++) {
            double[] v = new double[d];
            for (int i = 0; i < d; i++) {
                v[i] = s >> i & 1;
            }
            all[s] = minusFreeEnergy(p, v);
        }
        double sum = 0;
        for (double[] v : x) {
            sum += minusFreeEnergy(p, v) - logSumExp(all);
        }
        return sum / x.length;
    }

    /** log p(v)/p(v with bit i flipped). */
    private static double logRatio(Numbers p, double[] v, int i) {
        double[] flipped = v.clone();
        flipped[i] = 1 - v[i];
        return minusFreeEnergy(p, v) - minusFreeEnergy(p, flipped);
    }

    private static double conditional(Numbers p, double[][] x, boolean ratios) {
        double sum = 0;
        for (double[] v : x) {
            for (int i = 0; i < v.length; i++) {
                double r = logRatio(p, v, i);
                double g = 1 / (1 + Math.exp(r));
                sum += ratios ? -g * g : -softplus(-r);
            }
        }
        return sum / x.length;
    }

    @Test
    void exactSlope() {
        assertSteps("exact", builder(RbmLearning.exact()), "log p(v), nats per row", RbmStepTest::logLikelihood);
    }

    @Test
    void pseudoLikelihood() {
        assertSteps(
                "pseudo-likelihood",
                builder(RbmLearning.pseudoLikelihood()),
                "log pseudo-likelihood, nats per row",
                (p, x) -> conditional(p, x, false));
    }

    @Test
    void ratioMatching() {
        assertSteps(
                "ratio matching",
                builder(RbmLearning.ratioMatching()),
                "ratio matching, −Σ g², nats per row",
                (p, x) -> conditional(p, x, true));
    }

    /** Other rows are judged by the objective that the machine learns by. */
    @Test
    void validation() {
        Dataset others = BITS.subset(0, 3, 4);
        double[][] x = OneStep.rows(others.floatMatrix());
        Rbm exact =
                OneStep.sgd(builder(RbmLearning.exact()), 1).validation(others).fit(BITS);
        OneStep.assertValidation("exact", exact, numbers(exact), p -> logLikelihood(p, x));
        Rbm pseudo = OneStep.sgd(builder(RbmLearning.pseudoLikelihood()), 1)
                .validation(others)
                .fit(BITS);
        OneStep.assertValidation("pseudo-likelihood", pseudo, numbers(pseudo), p -> conditional(p, x, false));
        Rbm ratios = OneStep.sgd(builder(RbmLearning.ratioMatching()), 1)
                .validation(others)
                .fit(BITS);
        OneStep.assertValidation("ratio matching", ratios, numbers(ratios), p -> conditional(p, x, true));
    }

    /** Chains: an estimate of the pseudo-likelihood of the other rows, the mean of many fits that learn next to nothing. */
    @Test
    void validationOfChains() {
        double mean = 0;
        double squares = 0;
        int fits = 2000;
        for (int seed = 0; seed < fits; seed++) {
            Rbm rbm = builder(RbmLearning.cd(1))
                    .startDeviation(1e-9)
                    .learningRate(1e-6)
                    .epochs(1)
                    .seed(seed)
                    .validation(BITS)
                    .fit(BITS);
            double value = rbm.history().last("validation");
            mean += value / fits;
            squares += value * value / fits;
        }
        // Without weights the units are independent, at the means of the data kept away from 0 and 1.
        double[][] x = OneStep.rows(BITS.floatMatrix());
        double[] rates = means(x);
        double expected = 0;
        for (double[] row : x) {
            for (int i = 0; i < row.length; i++) {
                double p = Math.min(1 - 1e-5, Math.max(1e-5, rates[i]));
                expected += Math.log(row[i] > 0 ? p : 1 - p) / x.length;
            }
        }
        assertEquals(expected, mean, 4.5 * Math.sqrt((squares - mean * mean) / fits));
    }

    @Test
    void weightDecay() {
        assertSteps("weight decay", builder(RbmLearning.exact()).weightDecay(.3), null, (p, x) -> {
            double squares = 0;
            for (double[] row : p.get("w")) {
                for (double w : row) {
                    squares += w * w;
                }
            }
            return logLikelihood(p, x) - .15 * squares;
        });
    }

    /** Cost 0.7, target 0.1: the slope by the total input of unit j is that of minus the cost, q − p for every row, q held. */
    @Test
    void sparsity() {
        Rbm[] at = new Rbm[1];
        RbmBuilder settings = builder(RbmLearning.exact()).sparsity(.1, .7);
        for (int step = 0; step < 2; step++) {
            Seen seen = OneStep.seen(BITS, step);
            at[0] = OneStep.sgd(settings, step).fit(BITS);
            double[] q = new double[H];
            double[][] means = OneStep.rows(at[0].encode(seen.floats()));
            for (double[] row : means) {
                for (int j = 0; j < H; j++) {
                    q[j] += row[j] / means.length;
                }
            }
            OneStep.assertStep(
                    "sparsity",
                    numbers(at[0]),
                    numbers(OneStep.sgd(settings, step + 1L).fit(BITS)),
                    Double.NaN,
                    p -> {
                        double input = 0;
                        for (double[] v : seen.x()) {
                            for (int j = 0; j < H; j++) {
                                double a = p.row("c")[j];
                                for (int i = 0; i < v.length; i++) {
                                    a += v[i] * p.get("w")[i][j];
                                }
                                input += (q[j] - .1) * a / seen.x().length;
                            }
                        }
                        return logLikelihood(p, seen.x()) - .7 * input;
                    });
        }
    }

    /**
     * A step of the centred parameters: W, b′ and c′ move along the slope of the likelihood as a function of them, with the offsets of that step, and
     * then b = b′ − Wλ, c = c′ − Wᵀμ.
     */
    @Test
    void centred() {
        double share = .3;
        RbmBuilder settings = builder(RbmLearning.exact()).centred(true).offsetRate(share);
        double[] mu = null;
        double[] lambda = null;
        for (int step = 0; step < 3; step++) {
            Seen seen = OneStep.seen(BITS, step);
            Rbm before = OneStep.sgd(settings, step).fit(BITS);
            Rbm after = OneStep.sgd(settings, step + 1L).fit(BITS);
            int d = before.dim();
            double[] v = means(seen.x());
            double[] h = means(OneStep.rows(before.encode(seen.floats())));
            if (step == 0) {
                mu = v.clone();
                lambda = new double[H];
                Arrays.fill(lambda, .5);
            }
            for (int i = 0; i < d; i++) {
                mu[i] += share * (v[i] - mu[i]);
            }
            for (int j = 0; j < H; j++) {
                lambda[j] += share * (h[j] - lambda[j]);
            }
            double[] m = mu;
            double[] l = lambda;
            OneStep.assertStep(
                    "centred, step " + step,
                    shifted(numbers(before), m, l, 1),
                    shifted(numbers(after), m, l, 1),
                    Double.NaN,
                    p -> logLikelihood(shifted(p, m, l, -1), seen.x()));
        }
    }

    /** log p(y | v) + α log p(v, y), the second part by its exact slope: of sums over all observations and classes. */
    @ParameterizedTest
    @ValueSource(doubles = {0, .3})
    void discriminative(double alpha) {
        int[] labels = {0, 1, 2, 1, 0, 2};
        Dataset data = BITS.withLabels(labels);
        int d = data.dim();
        int classes = 3;
        DiscriminativeRbmBuilder settings = DiscriminativeRbm.builder()
                .hidden(H)
                .startDeviation(.8)
                .weightDecay(.2)
                .generative(alpha, RbmLearning.exact());
        for (int step = 0; step < 2; step++) {
            Seen seen = OneStep.seen(data, step);
            DiscriminativeRbm before = OneStep.sgd(settings, step).fit(data);
            DiscriminativeRbm after = OneStep.sgd(settings, step + 1L).fit(data);
            OneStep.Objective conditional = p -> {
                double sum = 0;
                for (int n = 0; n < seen.x().length; n++) {
                    double[] logits = new double[classes];
                    for (int y = 0; y < classes; y++) {
                        logits[y] = minusFreeEnergy(p, beside(seen.x()[n], y, classes));
                    }
                    sum += logits[seen.labels()[n]] - logSumExp(logits);
                }
                return sum / seen.x().length;
            };
            OneStep.assertStep("discriminative", numbers(before.joint()), numbers(after.joint()), Double.NaN, p -> {
                double[] all = new double[classes << d];
                for (int s = 0; s < all.length; s++) {
                    double[] v = new double[d];
                    for (int i = 0; i < d; i++) {
                        v[i] = s / classes >> i & 1;
                    }
                    all[s] = minusFreeEnergy(p, beside(v, s % classes, classes));
                }
                double joint = 0;
                for (int n = 0; n < seen.x().length; n++) {
                    joint += minusFreeEnergy(p, beside(seen.x()[n], seen.labels()[n], classes)) - logSumExp(all);
                }
                double squares = 0;
                for (double[] row : p.get("w")) {
                    for (double w : row) {
                        squares += w * w;
                    }
                }
                return conditional.value(p) + alpha * joint / seen.x().length - .1 * squares;
            });
            double value = conditional.value(numbers(before.joint()));
            assertEquals(value, after.history().last("log p(y | v), nats per row"), 1e-5);
        }
    }

    private static double[] beside(double[] v, int y, int classes) {
        double[] both = Arrays.copyOf(v, v.length + classes);
        both[v.length + y] = 1;
        return both;
    }

    private static double[] means(double[][] x) {
        double[] mean = new double[x[0].length];
        for (double[] row : x) {
            for (int j = 0; j < mean.length; j++) {
                mean[j] += row[j] / x.length;
            }
        }
        return mean;
    }

    /** To the centred parameters (sign 1) and back (−1): b′ = b + Wλ, c′ = c + Wᵀμ. */
    static Numbers shifted(Numbers p, double[] mu, double[] lambda, int sign) {
        double[][] w = p.get("w");
        double[][] b = {p.row("b").clone()};
        double[][] c = {p.row("c").clone()};
        for (int i = 0; i < mu.length; i++) {
            for (int j = 0; j < lambda.length; j++) {
                b[0][i] += sign * w[i][j] * lambda[j];
                c[0][j] += sign * w[i][j] * mu[i];
            }
        }
        Numbers shifted = new Numbers();
        shifted.put("w", w);
        shifted.put("b", b);
        shifted.put("c", c);
        return shifted;
    }
}
