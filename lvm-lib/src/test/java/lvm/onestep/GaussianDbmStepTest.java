package lvm.onestep;

import static lvm.onestep.Reference.logSumExp;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import lvm.boltzmann.Dbm;
import lvm.boltzmann.DbmBuilder;
import lvm.boltzmann.DbmLearning;
import lvm.boltzmann.VisibleUnits;
import lvm.data.Dataset;
import lvm.onestep.OneStep.Numbers;
import lvm.onestep.OneStep.Seen;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A step along the exact slope of deep machines with Gaussian visible units, against the mixtures of Gaussians that they are; the rules that draw have
 * their expectations in {@code lvm.boltzmann}.
 */
class GaussianDbmStepTest {
    private static final int D = 3;
    private static final Dataset ROWS = rows();

    private static Dataset rows() {
        double[][] x = OneStep.normal(6, D, new SplittableRandom(4));
        for (double[] row : x) {
            row[0] = (float) (1.5 * row[0] + .4);
            row[2] = (float) (.6 * row[2] - row[0] / 2);
        }
        return Dataset.of(x);
    }

    private static DbmBuilder builder(int layers) {
        return Dbm.builder()
                .visible(VisibleUnits.GAUSSIAN)
                .hidden(layers == 2 ? new int[] {3, 2} : new int[] {2, 2, 2})
                .learning(DbmLearning.exact())
                .startDeviation(.8)
                .startHiddenBias(-.3)
                .varianceRate(1);
    }

    private static Numbers numbers(Dbm dbm) {
        Numbers numbers = DbmStepTest.numbers(dbm);
        double[][] logs = new double[1][D];
        for (int i = 0; i < D; i++) {
            logs[0][i] = Math.log(dbm.variances().orElseThrow().data[i]);
        }
        numbers.put("log variances", logs);
        return numbers;
    }

    private static double logLikelihood(Numbers p, int layers, double[][] x) {
        int h = p.row("b1").length;
        double[] weights = new double[1 << h];
        double[][] means = new double[weights.length][D];
        for (int s = 0; s < weights.length; s++) {
            double[] state = new double[h];
            for (int j = 0; j < h; j++) {
                state[j] = s >> j & 1;
                weights[s] += state[j] * p.row("b1")[j];
            }
            weights[s] += DbmStepTest.above(p, layers, 1, state);
            for (int i = 0; i < D; i++) {
                double b = p.row("b0")[i];
                double m = b;
                for (int j = 0; j < h; j++) {
                    m += p.get("w1")[i][j] * state[j];
                }
                means[s][i] = m;
                weights[s] += (m * m - b * b) / (2 * Math.exp(p.row("log variances")[i]));
            }
        }
        double sum = 0;
        for (double[] v : x) {
            double[] joint = weights.clone();
            for (int s = 0; s < joint.length; s++) {
                for (int i = 0; i < D; i++) {
                    double z = p.row("log variances")[i];
                    double r = v[i] - means[s][i];
                    joint[s] -= r * r / (2 * Math.exp(z)) + (Math.log(2 * Math.PI) + z) / 2;
                }
            }
            sum += (logSumExp(joint) - logSumExp(weights)) / x.length;
        }
        return sum;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void exactSlope(int layers) {
        for (int step = 0; step < 3; step++) {
            Seen seen = OneStep.seen(ROWS, step);
            Dbm before = OneStep.sgd(builder(layers), step).fit(ROWS);
            Dbm after = OneStep.sgd(builder(layers), step + 1L).fit(ROWS);
            OneStep.assertStep(
                    layers + " hidden layers",
                    numbers(before),
                    numbers(after),
                    after.history().last("log p(v), nats per row"),
                    p -> logLikelihood(p, layers, seen.x()));
        }
    }

    /** λ/2 Σ W² over all layers, of the W₁ of the energy. */
    @Test
    void weightDecay() {
        Seen seen = OneStep.seen(ROWS, 1);
        Dbm before = OneStep.sgd(builder(2).weightDecay(.3), 1).fit(ROWS);
        Dbm after = OneStep.sgd(builder(2).weightDecay(.3), 2).fit(ROWS);
        OneStep.assertStep("weight decay", numbers(before), numbers(after), Double.NaN, p -> {
            double squares = 0;
            for (String name : new String[] {"w1", "w2"}) {
                for (double[] row : p.get(name)) {
                    for (double w : row) {
                        squares += w * w;
                    }
                }
            }
            return logLikelihood(p, 2, seen.x()) - .15 * squares;
        });
    }

    /** The log variances have a rate of their own, and fixed ones stay. */
    @Test
    void varianceRate() {
        Dbm before = OneStep.sgd(builder(2), 0).fit(ROWS);
        Dbm full = OneStep.sgd(builder(2), 1).fit(ROWS);
        Dbm part = OneStep.sgd(builder(2).varianceRate(.3), 1).fit(ROWS);
        Dbm fixed = OneStep.sgd(
                        Dbm.builder()
                                .visible(VisibleUnits.GAUSSIAN)
                                .hidden(3, 2)
                                .learning(DbmLearning.exact())
                                .fixedVariances(.5, 2, .7),
                        2)
                .fit(ROWS);
        double[] expected = {.5, 2, .7};
        for (int i = 0; i < D; i++) {
            double from = Math.log(before.variances().orElseThrow().data[i]);
            double whole = Math.log(full.variances().orElseThrow().data[i]) - from;
            assertEquals(.3 * whole, Math.log(part.variances().orElseThrow().data[i]) - from, 1e-6);
            assertEquals(expected[i], fixed.variances().orElseThrow().data[i], 1e-6);
        }
    }

    @Test
    void validation() {
        Dataset others = ROWS.subset(0, 3, 4);
        Dbm dbm = OneStep.sgd(builder(2), 1).validation(others).fit(ROWS);
        double[][] x = OneStep.rows(others.floatMatrix());
        OneStep.assertValidation("exact", dbm, numbers(dbm), p -> logLikelihood(p, 2, x));
    }
}
