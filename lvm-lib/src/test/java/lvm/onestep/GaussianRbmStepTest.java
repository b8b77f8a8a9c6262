package lvm.onestep;

import static lvm.onestep.Reference.logSumExp;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import lvm.boltzmann.Rbm;
import lvm.boltzmann.RbmBuilder;
import lvm.boltzmann.RbmLearning;
import lvm.boltzmann.VisibleUnits;
import lvm.data.Dataset;
import lvm.onestep.OneStep.Numbers;
import lvm.onestep.OneStep.Seen;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/**
 * A step of restricted Boltzmann machines with Gaussian visible units, against the mixture of 2ᴴ Gaussians that they are: its weights follow from
 * the integral over v of e^−E, its means are b + W h.
 */
class GaussianRbmStepTest {
    private static final int D = 3;
    private static final int H = 2;
    private static final Dataset ROWS = rows();

    private static Dataset rows() {
        double[][] x = OneStep.normal(7, D, new SplittableRandom(4));
        for (double[] row : x) {
            row[0] = (float) (1.5 * row[0] + .4);
            row[2] = (float) (.6 * row[2] - row[0] / 2);
        }
        return Dataset.of(x);
    }

    private static RbmBuilder builder(RbmLearning learning) {
        return Rbm.builder()
                .visible(VisibleUnits.GAUSSIAN)
                .hidden(H)
                .learning(learning)
                .startDeviation(.8)
                .varianceRate(1);
    }

    private interface Model {
        double value(Numbers p, double[][] x);
    }

    private static void assertSteps(
            String what, RbmBuilder settings, String recorded, boolean learnt, Model objective) {
        for (int step = 0; step < 3; step++) {
            Seen seen = OneStep.seen(ROWS, step);
            Rbm before = OneStep.sgd(settings, step).fit(ROWS);
            Rbm after = OneStep.sgd(settings, step + 1L).fit(ROWS);
            FMatrixRMaj fixed = before.variances().orElseThrow();
            OneStep.assertStep(
                    what + ", step " + step,
                    numbers(before, learnt),
                    numbers(after, learnt),
                    recorded == null ? Double.NaN : after.history().last(recorded),
                    p -> objective.value(learnt ? p : withVariances(p, fixed), seen.x()));
        }
    }

    private static Numbers numbers(Rbm rbm, boolean variances) {
        Numbers numbers = new Numbers();
        numbers.put("w", rbm.weights());
        numbers.put("b", rbm.visibleBias());
        numbers.put("c", rbm.hiddenBias());
        return variances ? withVariances(numbers, rbm.variances().orElseThrow()) : numbers;
    }

    private static Numbers withVariances(Numbers p, FMatrixRMaj variances) {
        Numbers all = new Numbers();
        for (String name : new String[] {"w", "b", "c"}) {
            all.put(name, p.get(name));
        }
        double[][] logs = new double[1][D];
        for (int i = 0; i < D; i++) {
            logs[0][i] = Math.log(variances.data[i]);
        }
        all.put("log variances", logs);
        return all;
    }

    /** Log weights up to a constant, log means' densities at v: the two that a mixture is made of. */
    private static double[][] mixture(Numbers p, double[] v) {
        double[] logWeights = new double[1 << H];
        double[] logJoint = new double[1 << H];
        for (int s = 0; s < 1 << H; s++) {
            for (int j = 0; j < H; j++) {
                logWeights[s] += (s >> j & 1) * p.row("c")[j];
            }
            double logN = 0;
            for (int i = 0; i < D; i++) {
                double variance = Math.exp(p.row("log variances")[i]);
                double m = mean(p, s, i);
                double b = p.row("b")[i];
                logWeights[s] += (m * m - b * b) / (2 * variance);
                logN -= (v[i] - m) * (v[i] - m) / (2 * variance) + Math.log(2 * Math.PI * variance) / 2;
            }
            logJoint[s] = logWeights[s] + logN;
        }
        return new double[][] {logWeights, logJoint};
    }

    private static double mean(Numbers p, int s, int i) {
        double m = p.row("b")[i];
        for (int j = 0; j < H; j++) {
            m += (s >> j & 1) * p.get("w")[i][j];
        }
        return m;
    }

    private static double logLikelihood(Numbers p, double[][] x) {
        double sum = 0;
        for (double[] v : x) {
            double[][] of = mixture(p, v);
            sum += logSumExp(of[1]) - logSumExp(of[0]);
        }
        return sum / x.length;
    }

    /** −Σ ½ψ² + ψ′, of the score of a mixture: responsibilities times (m − v)/σ². */
    private static double scores(Numbers p, double[][] x) {
        double sum = 0;
        for (double[] v : x) {
            double[] joint = mixture(p, v)[1];
            double all = logSumExp(joint);
            for (int i = 0; i < D; i++) {
                double variance = Math.exp(p.row("log variances")[i]);
                double m = 0;
                double squares = 0;
                for (int s = 0; s < joint.length; s++) {
                    double r = Math.exp(joint[s] - all);
                    m += r * mean(p, s, i);
                    squares += r * mean(p, s, i) * mean(p, s, i);
                }
                double score = (m - v[i]) / variance;
                sum -= score * score / 2 + (squares - m * m) / variance / variance - 1 / variance;
            }
        }
        return sum / x.length;
    }

    @Test
    void exactSlope() {
        assertSteps(
                "exact",
                builder(RbmLearning.exact()),
                "log p(v), nats per row",
                true,
                GaussianRbmStepTest::logLikelihood);
    }

    @Test
    void scoreMatching() {
        assertSteps(
                "score matching",
                builder(RbmLearning.scoreMatching()),
                "score matching, −J per row",
                true,
                GaussianRbmStepTest::scores);
    }

    private static RbmBuilder fixed(RbmLearning learning) {
        return Rbm.builder()
                .visible(VisibleUnits.GAUSSIAN)
                .hidden(H)
                .learning(learning)
                .startDeviation(.8)
                .fixedVariances(.5, 2, .7);
    }

    @Test
    void fixedVariances() {
        assertSteps("fixed", fixed(RbmLearning.exact()), null, false, GaussianRbmStepTest::logLikelihood);
        assertSteps("fixed", fixed(RbmLearning.scoreMatching()), null, false, GaussianRbmStepTest::scores);
        FMatrixRMaj variances = fixed(RbmLearning.exact())
                .standardize(true)
                .epochs(2)
                .fit(ROWS)
                .variances()
                .orElseThrow();
        double[] expected = {.5, 2, .7};
        for (int i = 0; i < D; i++) {
            assertEquals(expected[i], variances.data[i], 1e-6, "in the units of the data");
        }
    }

    /** The log variances have a rate of their own. */
    @Test
    void varianceRate() {
        double share = .3;
        Rbm before = OneStep.sgd(builder(RbmLearning.exact()), 0).fit(ROWS);
        Rbm full = OneStep.sgd(builder(RbmLearning.exact()), 1).fit(ROWS);
        Rbm part =
                OneStep.sgd(builder(RbmLearning.exact()).varianceRate(share), 1).fit(ROWS);
        for (int i = 0; i < D; i++) {
            double from = Math.log(before.variances().orElseThrow().data[i]);
            double whole = Math.log(full.variances().orElseThrow().data[i]) - from;
            assertEquals(share * whole, Math.log(part.variances().orElseThrow().data[i]) - from, 1e-6);
            for (int j = 0; j < H; j++) {
                assertEquals(full.weights().get(i, j), part.weights().get(i, j), 1e-5);
            }
        }
    }

    /** λ/2 Σ W² of the W of the energy, which moves no variance. */
    @Test
    void weightDecay() {
        assertSteps("weight decay", builder(RbmLearning.exact()).weightDecay(.3), null, true, (p, x) -> {
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
        RbmBuilder settings = builder(RbmLearning.exact()).sparsity(.1, .7);
        Rbm before = OneStep.sgd(settings, 0).fit(ROWS);
        Seen seen = OneStep.seen(ROWS, 0);
        double[][] means = OneStep.rows(before.encode(seen.floats()));
        double[] q = new double[H];
        for (double[] row : means) {
            for (int j = 0; j < H; j++) {
                q[j] += row[j] / means.length;
            }
        }
        OneStep.assertStep(
                "sparsity",
                numbers(before, true),
                numbers(OneStep.sgd(settings, 1).fit(ROWS), true),
                Double.NaN,
                p -> {
                    double input = 0;
                    for (double[] v : seen.x()) {
                        for (int j = 0; j < H; j++) {
                            double a = p.row("c")[j];
                            for (int i = 0; i < D; i++) {
                                a += v[i] * p.get("w")[i][j] / Math.exp(p.row("log variances")[i]);
                            }
                            input += (q[j] - .1) * a / means.length;
                        }
                    }
                    return logLikelihood(p, seen.x()) - .7 * input;
                });
    }

    /**
     * A step of the centred parameters at given variances: W, b′ = b + Wλ and c′ = c + Wᵀ(μ/σ²) move along the slope of the likelihood as a
     * function of them.
     */
    @Test
    void centred() {
        double share = .3;
        RbmBuilder settings = fixed(RbmLearning.exact()).centred(true).offsetRate(share);
        double[] mu = new double[D];
        double[] lambda = {.5, .5};
        for (int step = 0; step < 2; step++) {
            Seen seen = OneStep.seen(ROWS, step);
            Rbm before = OneStep.sgd(settings, step).fit(ROWS);
            FMatrixRMaj variances = before.variances().orElseThrow();
            double[] v = means(seen.x());
            double[] h = means(OneStep.rows(before.encode(seen.floats())));
            for (int i = 0; i < D; i++) {
                mu[i] = step == 0 ? v[i] : mu[i] + share * (v[i] - mu[i]);
            }
            for (int j = 0; j < H; j++) {
                lambda[j] += share * (h[j] - lambda[j]);
            }
            double[] m = new double[D];
            for (int i = 0; i < D; i++) {
                m[i] = mu[i] / variances.data[i];
            }
            double[] l = lambda.clone();
            OneStep.assertStep(
                    "centred, step " + step,
                    RbmStepTest.shifted(numbers(before, false), m, l, 1),
                    RbmStepTest.shifted(numbers(OneStep.sgd(settings, step + 1L).fit(ROWS), false), m, l, 1),
                    Double.NaN,
                    p -> logLikelihood(withVariances(RbmStepTest.shifted(p, m, l, -1), variances), seen.x()));
        }
    }

    /** Variances that are learnt beside centred parameters move as those of the plain machine. */
    @Test
    void centringLeavesVariances() {
        Rbm plain = OneStep.sgd(builder(RbmLearning.exact()), 1).fit(ROWS);
        Rbm centred = OneStep.sgd(builder(RbmLearning.exact()).centred(true), 1).fit(ROWS);
        for (int i = 0; i < D; i++) {
            assertEquals(
                    plain.variances().orElseThrow().data[i], centred.variances().orElseThrow().data[i], 1e-6);
        }
    }

    @Test
    void validation() {
        Dataset others = ROWS.subset(0, 3, 4);
        double[][] x = OneStep.rows(others.floatMatrix());
        Rbm exact =
                OneStep.sgd(builder(RbmLearning.exact()), 1).validation(others).fit(ROWS);
        OneStep.assertValidation("exact", exact, numbers(exact, true), p -> logLikelihood(p, x));
        Rbm scores = OneStep.sgd(builder(RbmLearning.scoreMatching()), 1)
                .validation(others)
                .fit(ROWS);
        OneStep.assertValidation("score matching", scores, numbers(scores, true), p -> scores(p, x));
        // What chains record is the same number.
        Rbm chains =
                OneStep.sgd(builder(RbmLearning.cd(1)), 1).validation(others).fit(ROWS);
        OneStep.assertValidation("CD", chains, numbers(chains, true), p -> scores(p, x));
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
}
