package lvm.onestep;

import static lvm.onestep.Reference.logSumExp;
import static lvm.onestep.Reference.softplus;

import java.util.Arrays;
import lvm.boltzmann.BoltzmannLearning;
import lvm.boltzmann.BoltzmannMachine;
import lvm.boltzmann.BoltzmannMachineBuilder;
import lvm.boltzmann.UnitValues;
import lvm.data.Dataset;
import lvm.onestep.OneStep.Numbers;
import lvm.onestep.OneStep.Seen;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A step of Boltzmann machines along the exact slope and the pseudo-likelihood; Gibbs sampling is in {@code lvm.boltzmann}. */
class BoltzmannStepTest {
    private static final double T = 1.5;

    private static Dataset data(UnitValues values) {
        double[][] x = OneStep.rows(AutoencoderStepTest.bits(6, 4).floatMatrix());
        for (double[] row : x) {
            for (int j = 0; j < row.length; j++) {
                row[j] = row[j] > 0 ? values.high() : values.low();
            }
        }
        return Dataset.of(x);
    }

    private static BoltzmannMachineBuilder builder(UnitValues values, int hidden, BoltzmannLearning learning) {
        return BoltzmannMachine.builder()
                .hidden(hidden)
                .values(values)
                .temperature(T)
                .startDeviation(.5)
                .learning(learning);
    }

    /** −E/T; what stands on the diagonal of U is no parameter. */
    private static double weight(Numbers p, double[] x) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += p.row("b")[i] * x[i];
            for (int j = 0; j < x.length; j++) {
                sum += i == j ? 0 : p.get("u")[i][j] * x[i] * x[j];
            }
        }
        return sum / T;
    }

    private static double logSum(Numbers p, double[] v, int from, int n, UnitValues values) {
        double[] all = new double[1 << (n - from)];
        for (int s = 0; s < all.length; s++) {
            double[] x = Arrays.copyOf(v, n);
            for (int i = from; i < n; i++) {
                x[i] = (s >> (i - from) & 1) == 1 ? values.high() : values.low();
            }
            all[s] = weight(p, x);
        }
        return logSumExp(all);
    }

    private interface Model {
        double value(Numbers p, double[][] x);
    }

    private static void assertSteps(
            String what, BoltzmannMachineBuilder settings, Dataset data, String recorded, Model f) {
        for (int step = 0; step < 2; step++) {
            Seen seen = OneStep.seen(data, step);
            BoltzmannMachine before = OneStep.sgd(settings, step).fit(data);
            BoltzmannMachine after = OneStep.sgd(settings, step + 1L).fit(data);
            OneStep.assertStep(
                    what, numbers(before), numbers(after), after.history().last(recorded), p -> f.value(p, seen.x()));
        }
    }

    private static Numbers numbers(BoltzmannMachine m) {
        Numbers numbers = new Numbers();
        numbers.put("u", m.u());
        numbers.put("b", m.bias());
        return numbers;
    }

    @ParameterizedTest
    @CsvSource({"BITS,0", "SPINS,0", "BITS,2", "SPINS,2"})
    void exactSlope(UnitValues values, int hidden) {
        Dataset data = data(values);
        int d = data.dim();
        assertSteps(
                "exact " + values + " " + hidden,
                builder(values, hidden, BoltzmannLearning.exact()),
                data,
                "log p(v), nats per row",
                (p, x) -> {
                    double logZ = logSum(p, new double[0], 0, d + hidden, values);
                    double sum = 0;
                    for (double[] v : x) {
                        sum += logSum(p, v, d, d + hidden, values) - logZ;
                    }
                    return sum / x.length;
                });
    }

    @ParameterizedTest
    @EnumSource
    void pseudoLikelihood(UnitValues values) {
        assertSteps(
                "pseudo-likelihood " + values,
                builder(values, 0, BoltzmannLearning.pseudoLikelihood()),
                data(values),
                "log pseudo-likelihood, nats per row",
                (p, x) -> {
                    double sum = 0;
                    for (double[] v : x) {
                        for (int i = 0; i < v.length; i++) {
                            double[] other = v.clone();
                            other[i] = values.high() + values.low() - v[i];
                            sum -= softplus(weight(p, other) - weight(p, v));
                        }
                    }
                    return sum / x.length;
                });
    }
}
