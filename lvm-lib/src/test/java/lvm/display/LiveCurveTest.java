package lvm.display;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LiveCurveTest {

    private static final long MS = 1_000_000L;

    private final AtomicLong clock = new AtomicLong();
    private final ProgressTest.Recording output = new ProgressTest.Recording();

    private LiveCurve start(String... names) {
        return new LiveCurve("VAE", "epoch", "nats", List.of(names), output, clock::get);
    }

    @Test
    void theFirstPointShowsItAndTheLastStateIsComplete() {
        try (LiveCurve curve = start("training", "test")) {
            assertEquals(0, output.shown.size());
            for (int i = 0; i < 1000; i++) {
                curve.add(i, -100 + i, -110 + i);
                clock.addAndGet(10 * MS);
            }
        }
        // One at once, then ten a second for ten seconds, then the last.
        assertEquals(1 + 99 + 1, output.shown.size());
        assertEquals(1, output.closed);
        assertFalse(((LiveCurve.State) output.shown.get(0)).finished());
        LiveCurve.State last = (LiveCurve.State) output.last();
        assertTrue(last.finished());
        assertEquals(1000, last.xs().length);
        assertEquals(889, last.ys()[1][999]);
        assertEquals("VAE: epoch 999, training 899, test 889", last.toString());
    }

    @Test
    void noPointNoOutput() {
        start("a").close();
        assertEquals(0, output.shown.size());
    }

    @Test
    void ofManyPointsThePeaksStay() {
        int n = 100_000;
        LiveCurve curve = start("a", "b");
        for (int i = 0; i < n; i++) {
            double a = Math.sin(i * 2e-4) + (i == 31_417 ? 50 : 0);
            double b = i == 70_003 ? -7 : Double.NaN;
            curve.add(i, a, b);
        }
        LiveCurve.State state = curve.state();
        double[] xs = state.xs();
        assertTrue(xs.length <= LiveCurve.MOST_POINTS, "points kept: " + xs.length);
        assertTrue(xs.length > 500, "points kept: " + xs.length);
        assertEquals(0, xs[0]);
        assertEquals(n - 1, xs[xs.length - 1]);
        for (int i = 0; i < xs.length; i++) {
            assertTrue(i == 0 || xs[i] > xs[i - 1], "the order is kept");
            double expected = Math.sin(xs[i] * 2e-4) + (xs[i] == 31_417 ? 50 : 0);
            assertEquals(expected, state.ys()[0][i], 0, "a point that was never added");
        }
        assertTrue(Arrays.stream(state.ys()[0]).max().orElseThrow() > 49, "the peak is lost");
        assertTrue(Arrays.stream(state.ys()[1]).anyMatch(v -> v == -7), "the only value of b is lost");
    }

    @Test
    void aStateDoesNotChange() {
        LiveCurve curve = start("a");
        curve.add(1, 2);
        LiveCurve.State state = curve.state();
        curve.add(2, 3);
        state.xs()[0] = 99;
        state.ys()[0][0] = 99;
        assertArrayEquals(new double[] {1}, state.xs());
        assertArrayEquals(new double[] {2}, state.ys()[0]);
    }

    @Test
    void aDivergingObjectiveIsNoError() {
        LiveCurve curve = start("a");
        curve.add(0, Double.NaN);
        curve.add(1, Double.POSITIVE_INFINITY);
        assertEquals("VAE: epoch 1, a Infinity", curve.state().toString());
    }

    @Test
    void badArgumentsAreNamed() {
        LiveCurve curve = start("a", "b");
        assertEquals(
                "LiveCurve.add: 1 values for the curves [a, b]",
                assertThrows(IllegalArgumentException.class, () -> curve.add(0, 1))
                        .getMessage());
        assertEquals(
                "LiveCurve.add: x is NaN, expected a finite number",
                assertThrows(IllegalArgumentException.class, () -> curve.add(Double.NaN, 1, 2))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> start());
        assertThrows(IllegalArgumentException.class, () -> start("a", "a"));
    }
}
