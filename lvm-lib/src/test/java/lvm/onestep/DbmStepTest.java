package lvm.onestep;

import static lvm.onestep.Reference.logSumExp;

import java.util.Arrays;
import lvm.boltzmann.Dbm;
import lvm.boltzmann.DbmBuilder;
import lvm.boltzmann.DbmLearning;
import lvm.data.Dataset;
import lvm.onestep.OneStep.Numbers;
import lvm.onestep.OneStep.Seen;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A step along the exact slope of deep machines; the rules that draw have their expectations by enumeration in {@code lvm.boltzmann}. */
class DbmStepTest {
    private static final Dataset BITS = AutoencoderStepTest.bits(6, 4);

    private static DbmBuilder builder(int layers) {
        return Dbm.builder()
                .hidden(layers == 2 ? new int[] {3, 2} : new int[] {3, 2, 2})
                .learning(DbmLearning.exact())
                .startDeviation(.8)
                .startHiddenBias(-.3);
    }

    static Numbers numbers(Dbm dbm) {
        Numbers numbers = new Numbers();
        for (int l = 0; l <= dbm.hidden().length; l++) {
            numbers.put("b" + l, dbm.bias(l));
            if (l > 0) {
                numbers.put("w" + l, dbm.weights(l));
            }
        }
        return numbers;
    }

    /** log Σ e^−E over the states of the layers above one at given states. */
    static double above(Numbers p, int layers, int layer, double[] x) {
        if (layer == layers) {
            return 0;
        }
        double[] b = p.row("b" + (layer + 1));
        double[][] w = p.get("w" + (layer + 1));
        double[] logs = new double[1 << b.length];
        for (int s = 0; s < logs.length; s++) {
            double[] h = new double[b.length];
            for (int j = 0; j < h.length; j++) {
                h[j] = s >> j & 1;
                double a = b[j];
                for (int i = 0; i < x.length; i++) {
                    a += x[i] * w[i][j];
                }
                logs[s] += h[j] * a;
            }
            logs[s] += above(p, layers, layer + 1, h);
        }
        return logSumExp(logs);
    }

    private static double unnormalised(Numbers p, int layers, double[] v) {
        double sum = above(p, layers, 0, v);
        for (int i = 0; i < v.length; i++) {
            sum += v[i] * p.row("b0")[i];
        }
        return sum;
    }

    private static double logLikelihood(Numbers p, int layers, double[][] x) {
        double[] all = new double[1 << x[0].length];
        for (int s = 0; s < all.length; s++) {
            double[] v = new double[x[0].length];
            for (int i = 0; i < v.length; i++) {
                v[i] = s >> i & 1;
            }
            all[s] = unnormalised(p, layers, v);
        }
        double sum = 0;
        for (double[] v : x) {
            sum += unnormalised(p, layers, v) - logSumExp(all);
        }
        return sum / x.length;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void exactSlope(int layers) {
        for (int step = 0; step < 2; step++) {
            Seen seen = OneStep.seen(BITS, step);
            Dbm before = OneStep.sgd(builder(layers), step).fit(BITS);
            Dbm after = OneStep.sgd(builder(layers), step + 1L).fit(BITS);
            OneStep.assertStep(
                    layers + " hidden layers",
                    numbers(before),
                    numbers(after),
                    after.history().last("log p(v), nats per row"),
                    p -> logLikelihood(p, layers, seen.x()));
        }
    }

    /** Two bits and a group of two, of whose states two are none. */
    @Test
    void exactSlopeWithAGroup() {
        Dataset rows = Dataset.of(new double[][] {{1, 0, 0, 1}, {1, 1, 1, 0}, {0, 0, 0, 1}});
        DbmBuilder settings = builder(2).groups(2);
        for (int step = 0; step < 2; step++) {
            Seen seen = OneStep.seen(rows, step);
            Dbm after = OneStep.sgd(settings, step + 1L).fit(rows);
            OneStep.assertStep(
                    "a group",
                    numbers(OneStep.sgd(settings, step).fit(rows)),
                    numbers(after),
                    after.history().last("log p(v), nats per row"),
                    p -> {
                        double[] all = new double[8];
                        for (int s = 0; s < 8; s++) {
                            all[s] = unnormalised(p, 2, new double[] {s >> 2, s >> 1 & 1, s & 1, 1 - (s & 1)});
                        }
                        double sum = 0;
                        for (double[] v : seen.x()) {
                            sum += (unnormalised(p, 2, v) - logSumExp(all)) / seen.x().length;
                        }
                        return sum;
                    });
        }
    }

    @Test
    void validation() {
        Dataset others = BITS.subset(0, 3, 4);
        Dbm dbm = OneStep.sgd(builder(2), 1).validation(others).fit(BITS);
        double[][] x = OneStep.rows(others.floatMatrix());
        OneStep.assertValidation("exact", dbm, numbers(dbm), p -> logLikelihood(p, 2, x));
    }

    // --- multi-prediction

    private static DbmBuilder predicting(int layers) {
        return builder(layers).learning(DbmLearning.multiPrediction(2));
    }

    private static double sigmoid(double a) {
        return 1 / (1 + Math.exp(-a));
    }

    private static double logit(Numbers p, int layers, int l, double[][] x, int j, double below) {
        double a = p.row("b" + l)[j];
        for (int i = 0; l > 0 && i < x[l - 1].length; i++) {
            a += below * x[l - 1][i] * p.get("w" + l)[i][j];
        }
        for (int k = 0; below == 1 && l < layers && k < x[l + 1].length; k++) {
            a += p.get("w" + (l + 1))[j][k] * x[l + 1][k];
        }
        return a;
    }

    /** Of two updates after the pass upwards, the layers of odd number first. */
    private static double prediction(Numbers p, int layers, double[][] rows, FMatrixRMaj hidden) {
        double sum = 0;
        for (int n = 0; n < rows.length; n++) {
            double[][] x = new double[layers + 1][];
            x[0] = rows[n].clone();
            for (int i = 0; i < x[0].length; i++) {
                x[0][i] = hidden.get(n, i) == 1 ? sigmoid(p.row("b0")[i]) : x[0][i];
            }
            for (int l = 1; l <= layers; l++) {
                x[l] = new double[p.row("b" + l).length];
                for (int j = 0; j < x[l].length; j++) {
                    x[l][j] = sigmoid(l < layers ? logit(p, layers, l, x, j, 2) : logit(p, layers, l, x, j, 1));
                }
            }
            double[] log = new double[x[0].length];
            for (int update = 0; update < 2; update++) {
                for (int first = 1; first >= 0; first--) {
                    for (int l = first; l <= layers; l += 2) {
                        for (int j = 0; j < x[l].length; j++) {
                            double a = logit(p, layers, l, x, j, 1);
                            if (l > 0 || hidden.get(n, j) == 1) {
                                x[l][j] = sigmoid(a);
                            }
                            if (l == 0) {
                                log[j] = hidden.get(n, j) * (rows[n][j] * a - Math.log1p(Math.exp(a)));
                            }
                        }
                    }
                }
            }
            sum += Arrays.stream(log).sum();
        }
        return sum / rows.length;
    }

    private static FMatrixRMaj half(Seen seen) {
        FMatrixRMaj hidden = new FMatrixRMaj(seen.x().length, seen.x()[0].length);
        Fill.bernoulli(.5f, hidden, seen.rng());
        return hidden;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void multiPrediction(int layers) {
        for (int step = 0; step < 2; step++) {
            Seen seen = OneStep.seen(BITS, step);
            FMatrixRMaj hidden = half(seen);
            Dbm before = OneStep.sgd(predicting(layers), step).fit(BITS);
            Dbm after = OneStep.sgd(predicting(layers), step + 1L).fit(BITS);
            OneStep.assertStep(
                    layers + " hidden layers",
                    numbers(before),
                    numbers(after),
                    after.history().last("log q(hidden half | the rest), nats per row"),
                    p -> prediction(p, layers, seen.x(), hidden));
        }
    }

    @Test
    void validationOfMultiPrediction() {
        Dataset others = BITS.subset(0, 3, 4);
        Dbm dbm = OneStep.sgd(predicting(2), 1).validation(others).fit(BITS);
        Seen seen = OneStep.seenByValidation(others);
        FMatrixRMaj hidden = half(seen);
        OneStep.assertValidation("multi-prediction", dbm, numbers(dbm), p -> prediction(p, 2, seen.x(), hidden));
    }
}
