package lvm.onestep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import lvm.data.Dataset;
import lvm.optim.Schedule;
import lvm.vae.Autoencoder;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/** What a builder's settings of the training make of the steps, from the steps of plain gradient ascent without them. */
class SettingsStepTest {
    private static final Dataset DATA = AutoencoderStepTest.REAL;

    private static Map<String, FMatrixRMaj> after(long steps, UnaryOperator<Autoencoder.Builder> settings) {
        return settings.apply(OneStep.sgd(Autoencoder.builder().latent(2), steps))
                .fit(DATA)
                .parameters();
    }

    private static double[] numbers(Map<String, FMatrixRMaj> matrices) {
        return matrices.values().stream()
                .flatMapToDouble(m -> {
                    double[] values = new double[m.getNumElements()];
                    Arrays.setAll(values, i -> m.data[i]);
                    return Arrays.stream(values);
                })
                .toArray();
    }

    private static double[] after(long steps) {
        return numbers(after(steps, b -> b));
    }

    /** The gradient at the start, with the sign of the ascent. */
    private static double[] slope() {
        double[] before = after(0);
        double[] one = after(1);
        Arrays.setAll(one, i -> (one[i] - before[i]) / OneStep.RATE);
        return one;
    }

    private static void assertStep(String what, double[] expected, UnaryOperator<Autoencoder.Builder> settings) {
        double[] before = after(0);
        double[] is = numbers(after(1, settings));
        for (int i = 0; i < is.length; i++) {
            double wanted = before[i] + OneStep.RATE * expected[i];
            assertEquals(wanted, is[i], 1e-6 + 1e-5 * Math.abs(wanted), what + ", number " + i);
        }
    }

    @Test
    void theRateIsThatOfTheSchedule() {
        double[] slope = slope();
        assertStep(
                "half the rate", Arrays.stream(slope).map(g -> g / 2).toArray(), b -> b.learningRate(OneStep.RATE / 2));
        // The first step has the factor of step 0, the next that of step 1.
        List<Long> asked = new ArrayList<>();
        Schedule falling = step -> {
            asked.add(step);
            return 1.0 / (step + 2);
        };
        assertStep("a schedule", Arrays.stream(slope).map(g -> g / 2).toArray(), b -> b.schedule(falling));
        asked.clear();
        double[] first = numbers(after(1, b -> b.schedule(falling)));
        double[] second = numbers(after(2, b -> b.schedule(falling)));
        double[] plain = numbers(after(2, b -> b.schedule(step -> step == 0 ? 0.5 : 1)));
        for (int i = 0; i < first.length; i++) {
            assertEquals(first[i] + (plain[i] - first[i]) / 3, second[i], 1e-6 + 1e-5 * Math.abs(second[i]));
        }
        assertTrue(asked.contains(1L) && !asked.contains(2L), asked.toString());
    }

    @Test
    void gradientsAreClipped() {
        double[] slope = slope();
        double norm = Math.sqrt(Arrays.stream(slope).map(g -> g * g).sum());
        assertStep("clipNorm", Arrays.stream(slope).map(g -> g * 0.25).toArray(), b -> b.clipNorm(norm / 4));
        assertStep("a norm that is not reached", slope, b -> b.clipNorm(2 * norm));
        double limit = Arrays.stream(slope).map(Math::abs).max().orElseThrow() / 3;
        assertStep(
                "clipValue",
                Arrays.stream(slope)
                        .map(g -> Math.max(-limit, Math.min(limit, g)))
                        .toArray(),
                b -> b.clipValue(limit));
    }

    /** The columns of weights are no longer than the limit, biases are as they come. */
    @Test
    void weightsAreShortened() {
        double limit = 0.6;
        Map<String, FMatrixRMaj> free = after(1, b -> b);
        Map<String, FMatrixRMaj> short1 = after(1, b -> b.maxNorm(limit));
        int shortened = 0;
        for (String name : free.keySet()) {
            FMatrixRMaj w = free.get(name);
            for (int j = 0; j < w.numCols; j++) {
                double norm = 0;
                for (int i = 0; i < w.numRows; i++) {
                    norm += w.get(i, j) * w.get(i, j);
                }
                double by = w.numRows > 1 ? Math.min(1, limit / Math.sqrt(norm)) : 1;
                shortened += by < 1 ? 1 : 0;
                for (int i = 0; i < w.numRows; i++) {
                    assertEquals(by * w.get(i, j), short1.get(name).get(i, j), 1e-6, name);
                }
            }
        }
        assertTrue(shortened > 0, "no column is longer than " + limit);
    }

    /** a ← a + (1 − decay)(θ − a) after each step, from the start on: the model is a. */
    @Test
    void theModelIsTheMovingAverage() {
        double[] average = after(0);
        for (int step = 1; step <= 3; step++) {
            double[] now = after(step);
            for (int i = 0; i < now.length; i++) {
                average[i] += 0.3 * (now[i] - average[i]);
            }
            double[] is = numbers(after(step, b -> b.movingAverage(0.7)));
            for (int i = 0; i < is.length; i++) {
                assertEquals(average[i], is[i], 1e-6 + 1e-5 * Math.abs(is[i]));
            }
        }
    }
}
