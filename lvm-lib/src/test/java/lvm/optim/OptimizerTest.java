package lvm.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Optimisers against closed forms and plain computations in double. */
class OptimizerTest {
    private static Param param(String name, float... values) {
        return new Param(name, new FMatrixRMaj(1, values.length, true, values.clone()));
    }

    /** Gives the parameter the gradient g. */
    private static void gradient(Param p, float... g) {
        Tape tape = new Tape();
        Var x = tape.param(p);
        tape.backward(x, new FMatrixRMaj(1, g.length, true, g));
    }

    private static void fails(String message, Executable body) {
        String text = assertThrows(IllegalArgumentException.class, body).getMessage();
        assertTrue(text.contains(message), text);
    }

    @Test
    void descentOnAQuadraticIsGeometric() {
        // f = ½ c θ²: θₜ = (1 − α c)ᵗ θ₀.
        Param p = param("x", 2, -3);
        Sgd sgd = new Sgd(List.of(p), 0.1);
        for (int t = 0; t < 20; t++) {
            gradient(p, 4 * p.value().data[0], 0.5f * p.value().data[1]);
            sgd.step();
        }
        assertEquals(2 * Math.pow(0.6, 20), p.value().data[0], 1e-8);
        assertEquals(-3 * Math.pow(0.95, 20), p.value().data[1], 1e-5);
        assertEquals(20, sgd.steps());
    }

    @Test
    void momentumOnAConstantGradientSumsItsPowers() {
        // θₜ = −α g Σₖ (1 − μᵏ)/(1 − μ), k = 1..t; Nesterov's move k has one power more.
        double mu = 0.9;
        Param plain = param("a", 0);
        Param nesterov = param("b", 0);
        Sgd one = new Sgd(List.of(plain), 0.01, mu, false);
        Sgd two = new Sgd(List.of(nesterov), 0.01, mu, true);
        double expected = 0;
        double ahead = 0;
        for (int k = 1; k <= 30; k++) {
            gradient(plain, 2);
            gradient(nesterov, 2);
            one.step();
            two.step();
            expected -= 0.02 * (1 - Math.pow(mu, k)) / (1 - mu);
            ahead -= 0.02 * (1 - Math.pow(mu, k + 1)) / (1 - mu);
        }
        assertEquals(expected, plain.value().data[0], 1e-5);
        assertEquals(ahead, nesterov.value().data[0], 1e-5);
    }

    @Test
    void aLargeParameterMovesLikeItsPieces() {
        // 40,000 numbers are shared out to threads, 1,000 are not.
        int pieces = 40;
        SplittableRandom rng = new SplittableRandom(3);
        float[] start = new float[pieces * 1000];
        float[] g = new float[start.length];
        for (int i = 0; i < g.length; i++) {
            start[i] = (float) rng.nextDouble(-1, 1);
            g[i] = (float) rng.nextDouble(-1, 1);
        }
        Param whole = param("whole", start);
        Adam adam = new Adam(List.of(whole), 0.01);
        for (int t = 0; t < 3; t++) {
            gradient(whole, g);
            adam.step();
        }
        for (int k = 0; k < pieces; k++) {
            Param piece = param("piece", Arrays.copyOfRange(start, k * 1000, (k + 1) * 1000));
            Adam alone = new Adam(List.of(piece), 0.01);
            for (int t = 0; t < 3; t++) {
                gradient(piece, Arrays.copyOfRange(g, k * 1000, (k + 1) * 1000));
                alone.step();
            }
            assertArrayEquals(piece.value().data, Arrays.copyOfRange(whole.value().data, k * 1000, (k + 1) * 1000));
        }
    }

    @Test
    void firstStepOfAdamIsTheSign() {
        Param p = param("x", 1, 1, 1);
        Adam adam = new Adam(List.of(p), 0.01);
        gradient(p, 1e-3f, -5, 700);
        adam.step();
        assertArrayEquals(new float[] {0.99f, 1.01f, 0.99f}, p.value().data, 1e-6f);
    }

    @Test
    void adamIsAlgorithmOne() {
        adamIs(p -> new Adam(List.of(p), 0.02), 0);
    }

    @Test
    void adamWDecaysApartFromTheGradient() {
        adamIs(p -> new AdamW(List.of(p), 0.02, 0.3), 0.3);
    }

    private static void adamIs(Function<Param, Adam> maker, double decay) {
        SplittableRandom rng = new SplittableRandom(1);
        Param p = param("x", 0.5f, -1, 2);
        Adam adam = maker.apply(p);
        double[] x = {0.5, -1, 2};
        double[] m = new double[3];
        double[] v = new double[3];
        for (int t = 1; t <= 50; t++) {
            float[] g = new float[3];
            for (int i = 0; i < 3; i++) {
                g[i] = (float) (rng.nextGaussian() + 0.3 * i);
                m[i] = 0.9 * m[i] + 0.1 * g[i];
                v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
                double mHat = m[i] / (1 - Math.pow(0.9, t));
                double vHat = v[i] / (1 - Math.pow(0.999, t));
                x[i] -= 0.02 * (mHat / (Math.sqrt(vHat) + 1e-8) + decay * x[i]);
            }
            gradient(p, g);
            adam.step();
            for (int i = 0; i < 3; i++) {
                assertEquals(x[i], p.value().data[i], 1e-5);
            }
        }
    }

    @Test
    void adamWWithoutDecayIsAdam() {
        Param a = param("a", 1, 2);
        Param b = param("b", 1, 2);
        Adam adam = new Adam(List.of(a), 0.1);
        AdamW adamW = new AdamW(List.of(b), 0.1, 0);
        for (int t = 0; t < 10; t++) {
            gradient(a, t, 1 - t);
            gradient(b, t, 1 - t);
            adam.step();
            adamW.step();
            assertArrayEquals(a.value().data, b.value().data);
        }
    }

    @Test
    void clippingScalesAllGradientsTogether() {
        Param a = param("a", 0, 0);
        Param b = param("b", 0);
        Param still = param("c", 7);
        Sgd sgd = new Sgd(List.of(a, b, still), 1);
        sgd.clipNorm(6.5);
        gradient(a, 3, 4);
        gradient(b, 12);
        assertEquals(13, sgd.gradientNorm(), 1e-9);
        sgd.step();
        assertArrayEquals(new float[] {-1.5f, -2}, a.value().data, 1e-6f);
        assertEquals(-6, b.value().data[0], 1e-6);
        assertEquals(7, still.value().data[0]);
        assertFalse(a.hasGradient());
        assertEquals(0, sgd.gradientNorm());
        gradient(a, 0.3f, 0.4f);
        sgd.step();
        assertArrayEquals(new float[] {-1.8f, -2.4f}, a.value().data, 1e-6f);
    }

    static Stream<Function<List<Param>, Optimizer>> optimisers() {
        return Stream.of(
                p -> new Sgd(p, 0.1),
                p -> new Sgd(p, 0.1, 0.9, true),
                p -> new RmsProp(p, 0.1),
                p -> new Adam(p, 0.1),
                p -> new AdamW(p, 0.1, 0.01));
    }

    @ParameterizedTest
    @MethodSource("optimisers")
    void aLoadedStateGoesOnBitForBit(Function<List<Param>, Optimizer> maker) {
        List<Param> straight = List.of(param("a", 1, 2), param("b", 3));
        Optimizer whole = maker.apply(straight);
        whole.schedule(Schedule.cosine(10, 0.1));
        Map<String, FMatrixRMaj> saved = null;
        List<Param> resumed = List.of(param("a", 0, 0), param("b", 0));
        for (int t = 0; t < 10; t++) {
            if (t == 5) {
                saved = new LinkedHashMap<>(whole.state());
                for (int k = 0; k < 2; k++) {
                    resumed.get(k).value().setTo(straight.get(k).value());
                }
            }
            move(straight, whole, t);
        }
        Optimizer rest = maker.apply(resumed);
        rest.schedule(Schedule.cosine(10, 0.1));
        rest.load(saved);
        for (int t = 5; t < 10; t++) {
            move(resumed, rest, t);
        }
        assertEquals(10, rest.steps());
        for (int k = 0; k < 2; k++) {
            assertArrayEquals(straight.get(k).value().data, resumed.get(k).value().data);
        }
        Map<String, FMatrixRMaj> bad = new LinkedHashMap<>(saved);
        bad.put("z.m", new FMatrixRMaj(1, 1));
        fails("unknown state [z.m]", () -> rest.load(bad));
        fails("no state \"", () -> rest.load(Map.of()));
        bad.remove("z.m");
        bad.put("steps", new FMatrixRMaj(2, 2));
        fails("\"steps\" is 2×2, expected 1×2", () -> rest.load(bad));
    }

    /** The gradient of b is missing in some steps, so that the counters differ. */
    private static void move(List<Param> params, Optimizer optimizer, int t) {
        gradient(params.get(0), t - 3, 0.5f * t);
        if (t % 3 != 0) {
            gradient(params.get(1), 1 + t);
        }
        optimizer.step();
    }

    @Test
    void countersSurviveAsFloats() {
        for (long n : new long[] {0, 1, 16_777_215, 16_777_217, 123_456_789_012L}) {
            assertEquals(n, Optimizer.count(Optimizer.count(n)));
        }
    }

    @Test
    void schedules() {
        Schedule step = Schedule.step(10, 0.5);
        assertEquals(1, step.factor(9));
        assertEquals(0.5, step.factor(10));
        assertEquals(0.125, step.factor(39));
        Schedule cosine = Schedule.cosine(100, 0.2);
        assertEquals(1, cosine.factor(0), 1e-12);
        assertEquals(0.6, cosine.factor(50), 1e-12);
        assertEquals(0.2, cosine.factor(100), 1e-12);
        assertEquals(0.2, cosine.factor(1_000), 1e-12);
        Schedule warm = Schedule.constant().warmUp(4);
        assertEquals(0.25, warm.factor(0));
        assertEquals(1, warm.factor(3));
        assertEquals(1, warm.factor(4));
        assertEquals(cosine.factor(7), cosine.warmUp(5).factor(12));
        Schedule half = any -> 0.5;
        assertEquals(0.25, half.warmUp(4).factor(1));
        assertThrows(IllegalArgumentException.class, () -> Schedule.step(0, 0.5));
        assertThrows(IllegalArgumentException.class, () -> Schedule.cosine(0, 0.5));
        assertThrows(IllegalArgumentException.class, () -> Schedule.constant().warmUp(0));
        Sgd sgd = new Sgd(List.of(param("x", 0)), 2);
        sgd.schedule(Schedule.step(1, 0.5));
        assertEquals(2, sgd.learningRate());
        sgd.step();
        assertEquals(1, sgd.learningRate());
    }

    @Test
    void movingAverageIsItsFormula() {
        Param p = param("x", 1);
        MovingAverage average = new MovingAverage(List.of(p), 0.9);
        double a = 1;
        for (int t = 0; t < 20; t++) {
            p.value().data[0] = t;
            average.update();
            a = 0.9 * a + 0.1 * t;
            assertEquals(a, average.state().get("x").data[0], 1e-5);
        }
        Map<String, FMatrixRMaj> saved = average.state();
        average.swap();
        assertEquals(a, p.value().data[0], 1e-5);
        average.swap();
        assertEquals(19, p.value().data[0]);
        MovingAverage other = new MovingAverage(List.of(p), 0.9);
        other.load(saved);
        assertEquals(saved.get("x").data[0], other.state().get("x").data[0]);
        fails("\"x\" is missing, expected 1×1", () -> other.load(Map.of()));
    }

    @Test
    void badSettingsAreNamed() {
        List<Param> p = List.of(param("x", 1));
        fails("Sgd: the learning rate is 0.0", () -> new Sgd(p, 0));
        fails("Adam: the learning rate is NaN", () -> new Adam(p, Double.NaN));
        fails("Sgd: momentum is 1.0", () -> new Sgd(p, 1, 1, false));
        fails("Adam: beta2 is 1.0", () -> new Adam(p, 1, 0.9, 1, 1e-8));
        fails("AdamW: the decay is -1.0", () -> new AdamW(p, 1, -1));
        fails("two parameters are named \"x\"", () -> new Sgd(List.of(param("x", 1), param("x", 2)), 1));
        fails("the largest norm is NaN", () -> new Sgd(p, 1).clipNorm(Double.NaN));
        fails("decay is 1.0", () -> new MovingAverage(p, 1));
        fails("Schedule.step: every is 0.0", () -> Schedule.step(0, 1));
        fails("Schedule.cosine: last is NaN", () -> Schedule.cosine(1, Double.NaN));
    }
}
