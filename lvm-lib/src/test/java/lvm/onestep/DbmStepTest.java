package lvm.onestep;

import static lvm.onestep.Reference.logSumExp;

import lvm.boltzmann.Dbm;
import lvm.boltzmann.DbmBuilder;
import lvm.boltzmann.DbmLearning;
import lvm.data.Dataset;
import lvm.onestep.OneStep.Numbers;
import lvm.onestep.OneStep.Seen;
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

    private static Numbers numbers(Dbm dbm) {
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
    private static double above(Numbers p, int layers, int layer, double[] x) {
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

    @Test
    void validation() {
        Dataset others = BITS.subset(0, 3, 4);
        Dbm dbm = OneStep.sgd(builder(2), 1).validation(others).fit(BITS);
        double[][] x = OneStep.rows(others.floatMatrix());
        OneStep.assertValidation("exact", dbm, numbers(dbm), p -> logLikelihood(p, 2, x));
    }
}
