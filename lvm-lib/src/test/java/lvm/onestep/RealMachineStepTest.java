package lvm.onestep;

import static lvm.onestep.Reference.logSumExp;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import lvm.boltzmann.McRbm;
import lvm.boltzmann.MeanPot;
import lvm.boltzmann.RealLearning;
import lvm.boltzmann.RealMachine;
import lvm.boltzmann.RealMachineBuilder;
import lvm.boltzmann.SpikeSlabRbm;
import lvm.data.Dataset;
import lvm.onestep.OneStep.Numbers;
import lvm.onestep.OneStep.Seen;
import lvm.store.SavedModel;
import org.junit.jupiter.api.Test;

/**
 * A step of machines of real-valued rows along the slope of log p(x) = −F(x) − log ∫ e^−F in the plane, with F as its Javadoc has it and the integral as a sum over a
 * fine grid.
 */
class RealMachineStepTest {
    private static final Dataset ROWS = rows();
    private static final double HALF = 9;
    private static final double STEP = .15;

    private static Dataset rows() {
        double[][] x = OneStep.normal(7, 2, new SplittableRandom(4));
        for (double[] row : x) {
            row[1] = (float) (.6 * row[1] - row[0] / 2);
        }
        return Dataset.of(x);
    }

    private interface FreeEnergy {
        double of(Numbers p, double a, double b);
    }

    private static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    private static double out(double[][] filters, int j, double a, double b) {
        return a * filters[0][j] + b * filters[1][j];
    }

    private static double means(Numbers p, double a, double b) {
        double f = (a * a + b * b) / 2;
        for (int j = 0; j < p.row("b").length; j++) {
            f -= softplus(p.row("b")[j] + out(p.get("w"), j, a, b));
        }
        return f;
    }

    private static double mc(Numbers p, double a, double b, boolean normalised) {
        double f = means(p, a, b);
        double divisor = normalised ? (a * a + b * b) / 2 + .5 : 1;
        for (int j = 0; j < p.row("c").length; j++) {
            double u = out(p.get("r"), j, a, b);
            f -= softplus(p.row("c")[j] - u * u / 2 / divisor);
        }
        return f;
    }

    private static double pot(Numbers p, double a, double b) {
        double f = means(p, a, b);
        for (int j = 0; j < p.get("r")[0].length; j++) {
            double u = out(p.get("r"), j, a, b);
            f += .8 * Math.log(1 + u * u / 2);
        }
        return f;
    }

    private static double slab(Numbers p, double a, double b) {
        double[] lambda = p.row("log lambda");
        double f = (Math.exp(lambda[0]) * a * a + Math.exp(lambda[1]) * b * b) / 2;
        for (int j = 0; j < p.row("b").length; j++) {
            double u = out(p.get("w"), j, a, b);
            double[][] phi = p.get("log phi");
            f -= softplus(p.row("b")[j]
                    + p.row("mu")[j] * u
                    + u * u / 2 / Math.exp(p.row("log alpha")[j])
                    - (Math.exp(phi[0][j]) * a * a + Math.exp(phi[1][j]) * b * b) / 2);
        }
        return f;
    }

    private static double logLikelihood(Numbers p, double[][] x, FreeEnergy f) {
        int n = (int) (2 * HALF / STEP);
        double[] grid = new double[n * n];
        for (int k = 0; k < grid.length; k++) {
            grid[k] = -f.of(p, -HALF + (k / n + .5) * STEP, -HALF + (k % n + .5) * STEP);
        }
        double sum = -logSumExp(grid) - 2 * Math.log(STEP);
        for (double[] row : x) {
            sum -= f.of(p, row[0], row[1]) / x.length;
        }
        return sum;
    }

    private static Numbers numbers(SavedModel model) {
        String[] names = model instanceof McRbm
                ? new String[] {"w", "b", "r", "c"}
                : model instanceof MeanPot
                        ? new String[] {"w", "b", "r"}
                        : new String[] {"w", "b", "mu", "log alpha", "log lambda", "log phi"};
        return some(model, names);
    }

    private static Numbers some(SavedModel model, String... names) {
        Numbers all = OneStep.of(model);
        Numbers some = new Numbers();
        for (String name : names) {
            some.put(name, all.get(name));
        }
        return some;
    }

    private static <B extends RealMachineBuilder<B, M>, M extends RealMachine> void assertSteps(
            String what, B settings, double decay, FreeEnergy f, String... filters) {
        for (int step = 0; step < 2; step++) {
            Seen seen = OneStep.seen(ROWS, step);
            M before = OneStep.sgd(settings, step).fit(ROWS);
            M after = OneStep.sgd(settings, step + 1L).fit(ROWS);
            OneStep.assertStep(
                    what + ", step " + step,
                    numbers(before),
                    numbers(after),
                    decay > 0 ? Double.NaN : after.history().last("log p(x), nats per row"),
                    p -> {
                        double squares = 0;
                        for (String name : filters) {
                            for (double[] row : p.get(name)) {
                                for (double each : row) {
                                    squares += each * each;
                                }
                            }
                        }
                        return logLikelihood(p, seen.x(), f) - decay / 2 * squares;
                    });
        }
    }

    private static McRbm.Builder mc() {
        return McRbm.builder()
                .meanUnits(2)
                .covarianceUnits(2)
                .startDeviation(.9)
                .learning(RealLearning.exact());
    }

    private static SpikeSlabRbm.Builder slab() {
        return SpikeSlabRbm.builder().hidden(3).startDeviation(.4).startPhi(.2).learning(RealLearning.exact());
    }

    @Test
    void mcRbmByTheStatesOfItsUnits() {
        assertSteps("McRbm", mc(), 0, (p, a, b) -> mc(p, a, b, false));
    }

    /** λ/2 xᵀx in place of ½ xᵀx. */
    @Test
    void basePrecision() {
        assertSteps("McRbm", mc().basePrecision(.6), 0, (p, a, b) -> mc(p, a, b, false) - .2 * (a * a + b * b));
        assertSteps(
                "MeanPot",
                MeanPot.builder()
                        .meanUnits(2)
                        .covarianceUnits(2)
                        .shape(.8)
                        .basePrecision(.6)
                        .startDeviation(.9)
                        .learning(RealLearning.exact()),
                0,
                (p, a, b) -> pot(p, a, b) - .2 * (a * a + b * b));
    }

    @Test
    void meanPotByQuadrature() {
        assertSteps(
                "MeanPot",
                MeanPot.builder()
                        .meanUnits(2)
                        .covarianceUnits(2)
                        .shape(.8)
                        .startDeviation(.9)
                        .learning(RealLearning.exact()),
                0,
                RealMachineStepTest::pot);
    }

    @Test
    void spikeSlabRbmByTheStatesOfItsSpikes() {
        assertSteps("SpikeSlabRbm", slab(), 0, RealMachineStepTest::slab);
    }

    /** W and the biases move along the slope; the covariance filters, too, and then get the mean of their norms. */
    @Test
    void normalisationsOfThePublishedCode() {
        for (int step = 0; step < 2; step++) {
            Seen seen = OneStep.seen(ROWS, step);
            McRbm before = OneStep.sgd(mc().normalized(true), step).fit(ROWS);
            McRbm after = OneStep.sgd(mc().normalized(true), step + 1L).fit(ROWS);
            double[][] r = some(before, "r").get("r");
            OneStep.Objective objective = p -> logLikelihood(p, seen.x(), (q, a, b) -> mc(q, a, b, true));
            OneStep.assertStep(
                    "w, b and c",
                    some(before, "w", "b", "c"),
                    some(after, "w", "b", "c"),
                    after.history().last("log p(x), nats per row"),
                    p -> {
                        Numbers all = new Numbers();
                        for (String name : new String[] {"w", "b", "c"}) {
                            all.put(name, p.get(name));
                        }
                        all.put("r", r);
                        return objective.value(all);
                    });
            Numbers moved = numbers(before);
            double[][] expected = new double[2][2];
            for (int k = 0; k < 4; k++) {
                double at = r[k / 2][k % 2];
                moved.get("r")[k / 2][k % 2] = at + 1e-5;
                double up = objective.value(moved);
                moved.get("r")[k / 2][k % 2] = at - 1e-5;
                expected[k / 2][k % 2] = at + OneStep.RATE * (up - objective.value(moved)) / 2e-5;
                moved.get("r")[k / 2][k % 2] = at;
            }
            double[] norms = {Math.hypot(expected[0][0], expected[1][0]), Math.hypot(expected[0][1], expected[1][1])};
            for (int k = 0; k < 4; k++) {
                double scaled = expected[k / 2][k % 2] * (norms[0] + norms[1]) / 2 / norms[k % 2];
                assertEquals(scaled, after.covarianceFilters().data[k], 1e-5);
            }
        }
    }

    @Test
    void weightDecay() {
        assertSteps("McRbm", mc().weightDecay(.3), .3, (p, a, b) -> mc(p, a, b, false), "w", "r");
        assertSteps("SpikeSlabRbm", slab().weightDecay(.3), .3, RealMachineStepTest::slab, "w");
    }

    @Test
    void validation() {
        Dataset others = ROWS.subset(0, 3, 4);
        double[][] x = OneStep.rows(others.floatMatrix());
        McRbm after = OneStep.sgd(mc().validation(others), 1).fit(ROWS);
        OneStep.assertValidation(
                "McRbm", after, numbers(after), p -> logLikelihood(p, x, (q, a, b) -> mc(q, a, b, false)));
    }

    /**
     * Long Gibbs chains give the exact slope but for their noise: 4,000 of them, each slope with a deviation below 1, so that 0.1 is more than six
     * standard errors. Half of what they take away, or twice, would be off by more.
     */
    @Test
    void chainsTakeAwayWhatTheMachineHas() {
        Numbers start = numbers(OneStep.sgd(mc(), 0).fit(ROWS));
        Numbers exact = numbers(OneStep.sgd(mc(), 1).fit(ROWS));
        Numbers chains = numbers(
                OneStep.sgd(mc().learning(RealLearning.gibbs(60, 4000)), 1).fit(ROWS));
        double largest = 0;
        for (String name : new String[] {"w", "b", "r", "c"}) {
            for (int i = 0; i < start.get(name).length; i++) {
                for (int j = 0; j < start.get(name)[i].length; j++) {
                    double before = start.get(name)[i][j];
                    double right = (exact.get(name)[i][j] - before) / OneStep.RATE;
                    largest = Math.max(largest, Math.abs(right));
                    assertEquals(right, (chains.get(name)[i][j] - before) / OneStep.RATE, .1, name + " " + i + " " + j);
                }
            }
        }
        assertTrue(largest > .3, "slopes below " + largest + " test nothing");
    }
}
