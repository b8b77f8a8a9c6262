package lvm.onestep;

import static lvm.onestep.Reference.logBernoulli;
import static lvm.onestep.Reference.logSumExp;

import java.util.Arrays;
import lvm.autodiff.Activation;
import lvm.autoregressive.Made;
import lvm.autoregressive.MadeBuilder;
import lvm.autoregressive.Nade;
import lvm.autoregressive.NadeBuilder;
import lvm.data.Dataset;
import lvm.onestep.OneStep.Numbers;
import lvm.onestep.OneStep.Seen;
import org.junit.jupiter.api.Test;

/** A step of an autoregressive model is one up the mean log probability of the rows, column by column. */
class AutoregressiveStepTest {
    private static final int D = 4;
    private static final Dataset BITS = AutoencoderStepTest.bits(6, D);
    private static final Dataset OTHERS = AutoencoderStepTest.bits(5, D);

    // --- the masked autoencoder

    /**
     * The logit of the column at a place of an order: hidden unit i of a layer with H units has the degree 1 + (i (D − 1))/H and sees what
     * has no higher one. Weights of columns stand in the places of the first order.
     */
    private static double logit(Numbers p, Made model, Activation f, int[] order, int place, double... x) {
        int[] first = model.order(0);
        int layers = p.size() / 2;
        double[] below = new double[D];
        int[] degreesBelow = new int[D];
        for (int t = 0; t < D; t++) {
            int at = indexOf(first, order[t]);
            below[at] = x[order[t]];
            degreesBelow[at] = t + 1;
        }
        for (int l = 0; l + 1 < layers; l++) {
            double[][] w = p.get("net." + l + ".w");
            double[] own = new double[w[0].length];
            int[] degrees = new int[own.length];
            for (int i = 0; i < own.length; i++) {
                degrees[i] = 1 + i * (D - 1) / own.length;
                double a = p.row("net." + l + ".b")[i];
                for (int j = 0; j < below.length; j++) {
                    a += degreesBelow[j] <= degrees[i] ? below[j] * w[j][i] : 0;
                }
                own[i] = Reference.f(f, a);
            }
            below = own;
            degreesBelow = degrees;
        }
        int at = indexOf(first, order[place]);
        double[][] w = p.get("net." + (layers - 1) + ".w");
        double a = p.row("net." + (layers - 1) + ".b")[at];
        for (int j = 0; j < below.length; j++) {
            a += degreesBelow[j] < place + 1 ? below[j] * w[j][at] : 0;
        }
        return a;
    }

    private static int indexOf(int[] order, int column) {
        int at = 0;
        while (order[at] != column) {
            at++;
        }
        return at;
    }

    private static double logProbability(Numbers p, Made model, Activation f, int[] order, double... x) {
        double sum = 0;
        for (int t = 0; t < D; t++) {
            sum += logBernoulli(x[order[t]], logit(p, model, f, order, t, x));
        }
        return sum;
    }

    private static double mean(double[][] x, java.util.function.ToDoubleFunction<double[]> f) {
        return Arrays.stream(x).mapToDouble(f).average().orElseThrow();
    }

    /** Units in multiples of D − 1, whose degrees the test knows. */
    private static MadeBuilder made(Activation f, int... hidden) {
        return Made.builder().hidden(hidden).activation(f);
    }

    private static void assertMade(MadeBuilder settings, Activation f) {
        for (int step = 0; step < 3; step++) {
            Seen seen = OneStep.seen(BITS, step);
            Made before = OneStep.sgd(settings, step).fit(BITS);
            Made after = OneStep.sgd(settings, step + 1L).fit(BITS);
            int orders = before.orders();
            int[] order = before.order(orders == 1 ? 0 : seen.rng().nextInt(orders));
            OneStep.assertStep(
                    "Made, " + orders + " orders",
                    OneStep.of(before),
                    OneStep.of(after),
                    after.history().last(after.history().names().get(0)),
                    p -> mean(seen.x(), x -> logProbability(p, before, f, order, x)));
        }
        Made last = OneStep.sgd(settings, 1).validation(OTHERS).fit(BITS);
        int orders = last.orders();
        OneStep.assertValidation(
                "Made",
                last,
                OneStep.of(last),
                p -> mean(OneStep.seenByValidation(OTHERS).x(), x -> {
                    double[] logs = new double[orders];
                    Arrays.setAll(logs, k -> logProbability(p, last, f, last.order(k), x) - Math.log(orders));
                    return logSumExp(logs);
                }));
    }

    @Test
    void made() {
        assertMade(made(Activation.TANH, 6), Activation.TANH);
        assertMade(made(Activation.SOFTPLUS, 3, 6).order(new int[] {2, 0, 3, 1}), Activation.SOFTPLUS);
        assertMade(made(Activation.TANH), Activation.TANH);
        assertMade(
                made(Activation.SIGMOID, 6, 3).order(new int[] {2, 0, 3, 1}, new int[] {1, 0, 2, 3}),
                Activation.SIGMOID);
        assertMade(made(Activation.TANH).randomOrders(3), Activation.TANH);
    }

    // --- NADE

    private static double nade(Numbers p, int[] order, double... x) {
        double[] a = p.row("c").clone();
        double sum = 0;
        for (int j : order) {
            double l = p.row("b")[j];
            for (int k = 0; k < a.length; k++) {
                l += p.get("v")[j][k] * Reference.sigmoid(a[k]);
                a[k] += p.get("w")[j][k] * x[j];
            }
            sum += logBernoulli(x[j], l);
        }
        return sum;
    }

    private static void assertNade(NadeBuilder settings) {
        for (int step = 0; step < 3; step++) {
            Seen seen = OneStep.seen(BITS, step);
            Nade before = OneStep.sgd(settings, step).fit(BITS);
            Nade after = OneStep.sgd(settings, step + 1L).fit(BITS);
            OneStep.assertStep(
                    "Nade",
                    OneStep.of(before),
                    OneStep.of(after),
                    after.history().last("log probability, nats per row"),
                    p -> mean(seen.x(), x -> nade(p, before.order(), x)));
        }
        Nade last = OneStep.sgd(settings, 1).validation(OTHERS).fit(BITS);
        OneStep.assertValidation(
                "Nade",
                last,
                OneStep.of(last),
                p -> mean(OneStep.seenByValidation(OTHERS).x(), x -> nade(p, last.order(), x)));
    }

    @Test
    void nade() {
        assertNade(Nade.builder().hidden(5));
        assertNade(Nade.builder().hidden(3).order(2, 0, 3, 1));
    }
}
