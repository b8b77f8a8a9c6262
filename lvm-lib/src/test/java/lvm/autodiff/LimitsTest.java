package lvm.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Log-likelihoods on a tape where a variance or a probability is at the end of what floats hold. */
class LimitsTest {
    private static final float INF = Float.POSITIVE_INFINITY;

    private static Param row(String name, float... values) {
        return new Param(name, new FMatrixRMaj(1, values.length, true, values));
    }

    private static double log(double e, double v) {
        return -.5 * (Math.log(2 * Math.PI) + v + (e == 0 ? 0 : Math.exp(2 * Math.log(Math.abs(e)) - v)));
    }

    @ParameterizedTest
    @ValueSource(floats = {-200, -110, -90, -88.8f, -80, -3, 0, 60, 110})
    void narrowAndWideNormals(float v) {
        for (float e : new float[] {0, 1e-20f, 1e-15f, 1e-3f, 1, 1e15f}) {
            Tape tape = new Tape();
            Param mean = row("mean", 0, 0);
            Param logVariance = row("log variance", v, 0);
            Param x = row("x", e, 1);
            Var y = tape.param(mean).gaussianLogLikelihood(tape.param(x), tape.param(logVariance));
            double expected = log(e, v) + log(1, 0);
            double found = y.scalar();
            if (expected < -Float.MAX_VALUE) {
                assertEquals(Float.NEGATIVE_INFINITY, found, "e = " + e);
            } else {
                assertEquals(expected, found, 1e-4 * Math.abs(expected) + 1e-4, "e = " + e);
            }
            if (e == 0) {
                tape.backward(y);
                assertEquals(0, mean.grad().data[0]);
                assertEquals(0, x.grad().data[0]);
                assertEquals(-.5f, logVariance.grad().data[0]);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1e-25, 0", "1e-25, 1e-3", "1e-30, 0", "1e20, 1"})
    void givenDeviations(float sigma, float e) {
        Tape tape = new Tape();
        Var y = tape.param(row("mean", 0)).gaussianLogLikelihood(tape.param(row("x", e)), sigma);
        double expected = log(e, 2 * Math.log(sigma));
        assertEquals(expected < -Float.MAX_VALUE ? Float.NEGATIVE_INFINITY : expected, y.scalar(), 1e-4);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 0", "1, 0, -1", "-1, 0, 0", "-1, 1, -1", "1, .5, -1"})
    void certainBinaryVariables(float sign, float x, float times) {
        Tape tape = new Tape();
        double other = -Math.log(2);
        double y = tape.param(row("logits", sign * INF, 0))
                .bernoulliLogLikelihood(tape.param(row("x", x, 1)))
                .scalar();
        assertEquals(times == 0 ? other : Double.NEGATIVE_INFINITY, y, 1e-6);
        assertTrue(Double.isNaN(tape.param(row("more", Float.NaN))
                .bernoulliLogLikelihood(tape.param(row("one", 1)))
                .scalar()));
    }

    /** The limit of l → ∞: the classes with a logit of +∞ share all the probability, and a gradient is a number. */
    @Test
    void certainClasses() {
        float half = (float) -Math.log(2);
        float[][] logits = {{INF, 0, -3}, {1, INF, INF}, {-INF, INF, -INF}};
        float[][] shares = {{1, 0, 0}, {0, .5f, .5f}, {0, 1, 0}};
        float[][] logs = {{0, -INF, -INF}, {-INF, half, half}, {-INF, 0, -INF}};
        for (int i = 0; i < logits.length; i++) {
            Tape tape = new Tape();
            Param l = row("logits", logits[i]);
            assertArrayEquals(shares[i], tape.param(l).softmax().value().data, 1e-7f);
            assertArrayEquals(logs[i], tape.param(l).logSoftmax().value().data, 1e-6f);
            assertEquals(INF, tape.param(l).logSumExp().scalar());
            for (int k = 0; k < 3; k++) {
                Var y = tape.reset().param(l).categoricalLogLikelihood(new int[] {k});
                assertEquals(logs[i][k], y.scalar(), 1e-6);
                l.clearGradient();
                tape.backward(y);
                for (int j = 0; j < 3; j++) {
                    assertEquals((j == k ? 1 : 0) - shares[i][j], l.gradient().data[j], 1e-6f);
                }
            }
            // What has no weight is no part of a sum: 0 log 0 = 0.
            Var weighted = tape.reset()
                    .param(l)
                    .categoricalLogLikelihood(tape.constant(row("q", shares[i]).value()));
            assertEquals(i == 1 ? half : 0, weighted.scalar(), 1e-6);
        }
    }
}
