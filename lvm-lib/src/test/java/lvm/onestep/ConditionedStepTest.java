package lvm.onestep;

import static lvm.onestep.Reference.logSumExp;
import static lvm.onestep.Reference.sigmoid;
import static lvm.onestep.Reference.softplus;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import lvm.boltzmann.ConditionalRbm;
import lvm.boltzmann.ConditionalRbmBuilder;
import lvm.boltzmann.HigherOrderRbm;
import lvm.boltzmann.HigherOrderRbmBuilder;
import lvm.boltzmann.RbmLearning;
import lvm.boltzmann.Recurrence;
import lvm.boltzmann.RnnRbm;
import lvm.boltzmann.RnnRbmBuilder;
import lvm.data.Dataset;
import lvm.data.Sequences;
import lvm.onestep.OneStep.Numbers;
import lvm.onestep.OneStep.Seen;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A step of machines of conditions by the exact slope, against sums over all states of the visible units in doubles: of rows, and of pieces
 * through whose frames the slope goes back in time. CD has its test in {@code lvm.boltzmann}.
 */
class ConditionedStepTest {
    private static final int H = 3;
    private static final int D = 4;
    private static final Dataset ROWS = AutoencoderStepTest.bits(6, D + 2);
    private static final Sequences PIECES = pieces();

    private static Sequences pieces() {
        FMatrixRMaj all = AutoencoderStepTest.bits(9, D).floatMatrix();
        FMatrixRMaj[] parts = {new FMatrixRMaj(2, D), new FMatrixRMaj(4, D), new FMatrixRMaj(3, D)};
        int from = 0;
        for (FMatrixRMaj part : parts) {
            System.arraycopy(all.data, from, part.data, 0, part.getNumElements());
            from += part.getNumElements();
        }
        return Sequences.of(parts);
    }

    /** log p(v) of a machine whose W is D×H. */
    private static double logP(double[][] w, double[] b, double[] c, double[] v) {
        double[] all = new double[1 << D];
        for (int s = 0; s < all.length; s++) {
            double[] state = new double[D];
            for (int i = 0; i < D; i++) {
                state[i] = s >> i & 1;
            }
            all[s] = minusFreeEnergy(w, b, c, state);
        }
        return minusFreeEnergy(w, b, c, v) - logSumExp(all);
    }

    private static double minusFreeEnergy(double[][] w, double[] b, double[] c, double[] v) {
        double sum = 0;
        for (int i = 0; i < D; i++) {
            sum += b[i] * v[i];
        }
        for (int j = 0; j < c.length; j++) {
            double a = c[j];
            for (int i = 0; i < D; i++) {
                a += v[i] * w[i][j];
            }
            sum += softplus(a);
        }
        return sum;
    }

    /** bias + x M. */
    private static double[] affine(double[] bias, double[] x, double[][] m) {
        return plus(bias, x, m, 0, bias.length);
    }

    private static double[] plus(double[] bias, double[] x, double[][] m, int from, int n) {
        double[] y = Arrays.copyOf(bias, n);
        for (int j = 0; j < n; j++) {
            for (int k = 0; k < x.length; k++) {
                y[j] += x[k] * m[k][from + j];
            }
        }
        return y;
    }

    private static double squares(Numbers p, String... names) {
        double sum = 0;
        for (String name : names) {
            for (double[] row : p.get(name)) {
                for (double x : row) {
                    sum += x * x;
                }
            }
        }
        return sum;
    }

    private static double conditional(Numbers p, double[][] rows) {
        double sum = 0;
        for (double[] row : rows) {
            double[] v = Arrays.copyOf(row, D);
            double[] x = Arrays.copyOfRange(row, D, row.length);
            sum += logP(p.get("w"), affine(p.row("b"), x, p.get("a")), affine(p.row("c"), x, p.get("u")), v);
        }
        return sum / rows.length;
    }

    @Test
    void conditional() {
        ConditionalRbmBuilder settings = ConditionalRbm.builder()
                .hidden(H)
                .condition(2)
                .learning(RbmLearning.exact())
                .weightDecay(.3)
                .startDeviation(.8);
        for (int step = 0; step < 2; step++) {
            Seen seen = OneStep.seen(ROWS, step);
            ConditionalRbm before = OneStep.sgd(settings, step).fit(ROWS);
            ConditionalRbm after = OneStep.sgd(settings, step + 1L).fit(ROWS);
            OneStep.assertStep(
                    "conditional",
                    parameters(before),
                    parameters(after),
                    Double.NaN,
                    p -> conditional(p, seen.x()) - .15 * squares(p, "w", "a", "u"));
            double value = conditional(parameters(before), seen.x());
            assertEquals(value, after.history().last("log-likelihood, nats per row"), 1e-5);
        }
    }

    private static Numbers parameters(ConditionalRbm rbm) {
        Numbers numbers = new Numbers();
        numbers.put("w", rbm.weights());
        numbers.put("b", rbm.visibleBias());
        numbers.put("c", rbm.hiddenBias());
        numbers.put("a", rbm.toVisible());
        numbers.put("u", rbm.toHidden());
        return numbers;
    }

    /** W of the machine of a row, written as the sum over factors. */
    private static double gated(Numbers p, double[][] rows) {
        double sum = 0;
        for (double[] row : rows) {
            double[] v = Arrays.copyOf(row, D);
            double[][] w = new double[D][H];
            for (int f = 0; f < 5; f++) {
                double seen = 0;
                for (int k = 0; k < 2; k++) {
                    seen += row[D + k] * p.get("r")[k][f];
                }
                for (int i = 0; i < D; i++) {
                    for (int j = 0; j < H; j++) {
                        w[i][j] += p.get("p")[i][f] * p.get("q")[j][f] * seen;
                    }
                }
            }
            sum += logP(w, p.row("b"), p.row("c"), v);
        }
        return sum / rows.length;
    }

    @Test
    void higherOrder() {
        HigherOrderRbmBuilder settings = HigherOrderRbm.builder()
                .hidden(H)
                .factors(5)
                .condition(2)
                .learning(RbmLearning.exact())
                .weightDecay(.3)
                .startDeviation(.8);
        for (int step = 0; step < 2; step++) {
            Seen seen = OneStep.seen(ROWS, step);
            HigherOrderRbm before = OneStep.sgd(settings, step).fit(ROWS);
            HigherOrderRbm after = OneStep.sgd(settings, step + 1L).fit(ROWS);
            OneStep.assertStep(
                    "higher order",
                    parameters(before),
                    parameters(after),
                    Double.NaN,
                    p -> gated(p, seen.x()) - .15 * squares(p, "p", "q", "r"));
            double value = gated(parameters(before), seen.x());
            assertEquals(value, after.history().last("log-likelihood, nats per row"), 1e-5);
        }
    }

    private static Numbers parameters(HigherOrderRbm rbm) {
        Numbers numbers = new Numbers();
        numbers.put("p", rbm.visibleFactors());
        numbers.put("q", rbm.hiddenFactors());
        numbers.put("r", rbm.conditionFactors());
        numbers.put("b", rbm.visibleBias());
        numbers.put("c", rbm.hiddenBias());
        return numbers;
    }

    private static double[] step(Recurrence recurrence, Numbers p, double[] x, double[] u) {
        int n = u.length;
        switch (recurrence) {
            case RNN -> {
                double[] y = affine(affine(p.row("state.b"), x, p.get("state.w")), u, p.get("state.u"));
                return Arrays.stream(y).map(Math::tanh).toArray();
            }
            case RTRBM -> {
                double[] y = affine(affine(p.row("c"), x, p.get("w")), u, p.get("uc"));
                return Arrays.stream(y).map(Reference::sigmoid).toArray();
            }
            default -> {
                double[] in = affine(p.row("state.b"), x, p.get("state.w"));
                double[] z = plus(Arrays.copyOf(in, n), u, p.get("state.u"), 0, n);
                double[] r = plus(Arrays.copyOfRange(in, n, 2 * n), u, p.get("state.u"), n, n);
                double[] kept = new double[n];
                for (int j = 0; j < n; j++) {
                    kept[j] = sigmoid(r[j]) * u[j];
                }
                double[] next = affine(Arrays.copyOfRange(in, 2 * n, 3 * n), kept, p.get("state.un"));
                double[] y = new double[n];
                for (int j = 0; j < n; j++) {
                    y[j] = u[j] + sigmoid(z[j]) * (Math.tanh(next[j]) - u[j]);
                }
                return y;
            }
        }
    }

    private static double sequences(Recurrence recurrence, Numbers p) {
        double sum = 0;
        for (int k = 0; k < PIECES.size(); k++) {
            double[] u = p.row("start");
            for (double[] x : OneStep.rows(PIECES.piece(k))) {
                sum += logP(p.get("w"), affine(p.row("b"), u, p.get("ub")), affine(p.row("c"), u, p.get("uc")), x);
                u = step(recurrence, p, x, u);
            }
        }
        return sum / PIECES.frames();
    }

    @ParameterizedTest
    @EnumSource(Recurrence.class)
    void throughTime(Recurrence recurrence) {
        RnnRbmBuilder settings = RnnRbm.builder()
                .hidden(H)
                .recurrence(recurrence)
                .learning(RbmLearning.exact())
                .startDeviation(.8);
        if (recurrence != Recurrence.RTRBM) {
            settings.states(2);
        }
        for (int step = 0; step < 3; step++) {
            RnnRbm before = OneStep.sgd(settings, step).fit(PIECES);
            RnnRbm after = OneStep.sgd(settings, step + 1L).fit(PIECES);
            OneStep.assertStep(
                    recurrence + ", step " + step,
                    parameters(before),
                    parameters(after),
                    after.history().last("log-likelihood, nats per frame"),
                    p -> sequences(recurrence, p));
            assertEquals(
                    sequences(recurrence, parameters(after)),
                    after.logLikelihood(PIECES).mean(),
                    1e-5);
        }
        RnnRbm validated =
                OneStep.sgd(settings, 1).validation(PIECES.slice(0, 3)).fit(PIECES);
        OneStep.assertValidation(
                recurrence.toString(), validated, parameters(validated), p -> sequences(recurrence, p));
    }

    /** All that the file has, without what the fit does not learn. */
    private static Numbers parameters(RnnRbm model) {
        Numbers all = OneStep.of(model);
        Numbers numbers = new Numbers();
        for (String name :
                new String[] {"w", "b", "c", "ub", "uc", "start", "state.w", "state.u", "state.un", "state.b"}) {
            try {
                numbers.put(name, all.get(name));
            } catch (IllegalArgumentException e) {
                assertEquals(true, name.startsWith("state."), name);
            }
        }
        return numbers;
    }
}
