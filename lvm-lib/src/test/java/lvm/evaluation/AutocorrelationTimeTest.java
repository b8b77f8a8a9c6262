package lvm.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

class AutocorrelationTimeTest {

    /** x ← φ x + noise, whose ρₜ is φᵗ and whose time is (1 + φ)/(1 − φ). */
    private static double[] autoregressive(int n, double phi, double deviation, SplittableRandom rng) {
        double[] x = new double[n];
        double now = rng.nextGaussian();
        for (int i = 0; i < n; i++) {
            x[i] = deviation * now;
            now = phi * now + Math.sqrt(1 - phi * phi) * rng.nextGaussian();
        }
        return x;
    }

    private static double[][] chains(int count, int n, double phi, SplittableRandom rng) {
        double[][] chains = new double[count][];
        for (int c = 0; c < count; c++) {
            chains[c] = autoregressive(n, phi, 3, rng);
        }
        return chains;
    }

    /** Five standard errors, which chance exceeds once in 10⁵ or so, and a bias of 3 % by the end of the sum; the seed is fixed. */
    @Test
    void chainsOfKnownTime() {
        for (double phi : new double[] {-.5, 0, .5, .9}) {
            Estimate time = AutocorrelationTime.ofChains(chains(20, 5000, phi, new SplittableRandom(1)));
            double expected = (1 + phi) / (1 - phi);
            assertEquals(expected, time.value(), 5 * time.standardError() + .03 * expected, "φ = " + phi);
            assertTrue(time.standardError() < .1 * expected, "φ = " + phi + ", error " + time.standardError());
        }
    }

    /** The error is the spread of the estimates: of 60 sets of ten chains it is known to 10 %. */
    @Test
    void theErrorIsTheSpread() {
        SplittableRandom rng = new SplittableRandom(2);
        double[] times = new double[60];
        double errors = 0;
        for (int k = 0; k < times.length; k++) {
            Estimate time = AutocorrelationTime.ofChains(chains(10, 2000, .8, rng));
            times[k] = time.value();
            errors += time.standardError() / times.length;
        }
        double spread = new Spread(times).deviation();
        assertEquals(spread, errors, .35 * spread);
    }

    private record Spread(double[] x) {
        double deviation() {
            double mean = 0;
            double squares = 0;
            for (double each : x) {
                mean += each / x.length;
            }
            for (double each : x) {
                squares += (each - mean) * (each - mean) / (x.length - 1);
            }
            return Math.sqrt(squares);
        }
    }

    /** Columns count with their variances: times 1 and 9 with the variances 1 and 4 make (1 + 36)/5. */
    @Test
    void vectors() {
        SplittableRandom rng = new SplittableRandom(3);
        List<FMatrixRMaj> chains = new ArrayList<>();
        List<FMatrixRMaj> single = new ArrayList<>();
        double[][] scalars = new double[10][];
        for (int c = 0; c < 10; c++) {
            double[] fast = autoregressive(4000, 0, 1, rng);
            double[] slow = autoregressive(4000, .8, 2, rng);
            FMatrixRMaj x = new FMatrixRMaj(4000, 2);
            FMatrixRMaj one = new FMatrixRMaj(4000, 1);
            for (int i = 0; i < 4000; i++) {
                x.set(i, 0, (float) (7 + fast[i]));
                x.set(i, 1, (float) (slow[i] - 5));
                one.set(i, 0, (float) slow[i]);
            }
            chains.add(x);
            single.add(one);
            scalars[c] = slow;
        }
        Estimate time = AutocorrelationTime.ofChains(chains);
        assertEquals(37.0 / 5, time.value(), 5 * time.standardError() + .03 * 7.4);
        Estimate vector = AutocorrelationTime.ofChains(single);
        Estimate scalar = AutocorrelationTime.ofChains(scalars);
        assertEquals(scalar.value(), vector.value(), 1e-4 * scalar.value());
        assertEquals(scalar.standardError(), vector.standardError(), 1e-4 * scalar.standardError());
        List<FMatrixRMaj> twice = single.stream()
                .map(x -> new FMatrixRMaj(4000, 2, true, doubled(x.data)))
                .toList();
        assertEquals(scalar.value(), AutocorrelationTime.ofChains(twice).value(), 1e-4 * scalar.value());
    }

    private static float[] doubled(float[] x) {
        float[] twice = new float[2 * x.length];
        for (int k = 0; k < twice.length; k++) {
            twice[k] = x[k / 2];
        }
        return twice;
    }

    /** 1/log₁₀ n of 1,000 draws, where the sum itself is below 0. */
    @Test
    void drawsThatAlternate() {
        double[] x = new double[1000];
        for (int i = 0; i < x.length; i++) {
            x[i] = i % 2;
        }
        assertEquals(1.0 / 3, AutocorrelationTime.ofChain(x), 1e-12);
    }

    /** Each of them forgets at once where it was, but none goes to where the others are. */
    @Test
    void chainsThatStayApartHaveALongTime() {
        SplittableRandom rng = new SplittableRandom(4);
        double[][] apart = new double[6][];
        for (int c = 0; c < apart.length; c++) {
            apart[c] = autoregressive(1000, 0, .1, rng);
            assertEquals(1, AutocorrelationTime.ofChain(apart[c]), .5);
            for (int i = 0; i < 1000; i++) {
                apart[c][i] += c % 2;
            }
        }
        assertTrue(AutocorrelationTime.ofChains(apart).value() > 500);
    }

    @Test
    void oneChainHasTheTimeOfItsWorthAndNoError() {
        double[] x = autoregressive(500, .5, 1, new SplittableRandom(5));
        assertEquals(500 / EffectiveSampleSize.ofChain(x), AutocorrelationTime.ofChain(x), 1e-12);
        Estimate same = AutocorrelationTime.ofChains(new double[][] {x});
        assertEquals(AutocorrelationTime.ofChain(x), same.value());
        assertTrue(Double.isNaN(same.standardError()));
        assertEquals(1, AutocorrelationTime.ofChain(2, 2, 2, 2));
        assertEquals(new Estimate(1, 0), AutocorrelationTime.ofChains(new double[2][4]));
    }

    @Test
    void wrongArguments() {
        assertFails("the number of chains is 0", () -> AutocorrelationTime.ofChains(new double[0][]));
        assertFails("the number of chains is 0", () -> AutocorrelationTime.ofChains(List.of()));
        assertFails("the number of draws is 3", () -> AutocorrelationTime.ofChain(1, 2, 3));
        assertFails(
                "chain 1 has 5 draws and chain 0 4", () -> AutocorrelationTime.ofChains(new double[4], new double[5]));
        assertFails(
                "draw 2 of chain 1 is NaN",
                () -> AutocorrelationTime.ofChains(new double[4], new double[] {0, 1, Double.NaN, 3}));
        assertFails(
                "chain 1", () -> AutocorrelationTime.ofChains(List.of(new FMatrixRMaj(4, 2), new FMatrixRMaj(4, 3))));
        assertFails(
                "chain 1", () -> AutocorrelationTime.ofChains(List.of(new FMatrixRMaj(4, 2), new FMatrixRMaj(5, 2))));
        FMatrixRMaj infinite = new FMatrixRMaj(4, 1);
        infinite.data[3] = Float.POSITIVE_INFINITY;
        assertFails("chain 0", () -> AutocorrelationTime.ofChains(List.of(infinite)));
    }

    private static void assertFails(String part, Runnable call) {
        String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
        assertTrue(message.startsWith("AutocorrelationTime.ofChain") && message.contains(part), message);
    }
}
