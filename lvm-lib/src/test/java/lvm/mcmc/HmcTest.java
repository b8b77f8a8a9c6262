package lvm.mcmc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

/** The transitions leave their density invariant, and their parts are what they are said to be. */
class HmcTest {
    /** A correlated Gaussian: precision ((2, .9), (.9, 1)). */
    private static final Hmc.Target GAUSSIAN = (q, l, g) -> {
        for (int i = 0; i < q.numRows; i++) {
            double x = q.get(i, 0);
            double y = q.get(i, 1);
            l[i] = -0.5 * (2 * x * x + 1.8 * x * y + y * y);
            g.set(i, 0, -2 * x - 0.9 * y);
            g.set(i, 1, -0.9 * x - y);
        }
    };

    /** The logistic distribution, log π = −q − 2 log(1 + e^−q). */
    private static final Hmc.Target LOGISTIC = (q, l, g) -> {
        for (int i = 0; i < q.numRows; i++) {
            double x = q.get(i, 0);
            double a = Math.abs(x);
            l[i] = -a - 2 * Math.log1p(Math.exp(-a));
            g.set(i, 0, -Math.tanh(x / 2));
        }
    };

    private static DMatrixRMaj normal(int n, int k, RandomGenerator rng) {
        DMatrixRMaj m = new DMatrixRMaj(n, k);
        for (int i = 0; i < n * k; i++) {
            m.data[i] = rng.nextGaussian();
        }
        return m;
    }

    /** Draws of the Gaussian, x = Lᵀ⁻¹ ε with L Lᵀ the precision. */
    private static DMatrixRMaj gaussianDraws(int n, RandomGenerator rng) {
        DMatrixRMaj m = normal(n, 2, rng);
        double l11 = Math.sqrt(2);
        double l21 = 0.9 / l11;
        double l22 = Math.sqrt(1 - l21 * l21);
        for (int i = 0; i < n; i++) {
            double y = m.get(i, 1) / l22;
            m.set(i, 0, (m.get(i, 0) - l21 * y) / l11);
            m.set(i, 1, y);
        }
        return m;
    }

    /**
     * Independent chains begin at exact draws and must stay so after transitions of which a third is refused; without the
     * refusals the moments would be off. Five moments at 5 standard errors: false with probability 3e-6.
     */
    @Test
    void theGaussianStaysInvariant() {
        int n = 40_000;
        SplittableRandom rng = new SplittableRandom(1);
        Hmc hmc = new Hmc(GAUSSIAN, gaussianDraws(n, rng), 3, 0.95);
        double rate = hmc.run(5, rng);
        assertTrue(rate > 0.4 && rate < 0.9, "acceptance " + rate);
        DMatrixRMaj q = hmc.positions();
        double determinant = 2 - 0.81;
        double[][] covariance = {{1 / determinant, -0.9 / determinant}, {-0.9 / determinant, 2 / determinant}};
        for (int a = 0; a < 2; a++) {
            double mean = 0;
            for (int i = 0; i < n; i++) {
                mean += q.get(i, a) / n;
            }
            assertEquals(0, mean, 5 * Math.sqrt(covariance[a][a] / n));
            for (int b = a; b < 2; b++) {
                double product = 0;
                for (int i = 0; i < n; i++) {
                    product += q.get(i, a) * q.get(i, b) / n;
                }
                double variance = covariance[a][a] * covariance[b][b] + covariance[a][b] * covariance[a][b];
                assertEquals(covariance[a][b], product, 5 * Math.sqrt(variance / n), a + " " + b);
            }
        }
    }

    /** The distance of Kolmogorov and Smirnov is above 2.0/√n with probability 2 e^−8 = 7e-4 if the draws are right. */
    @Test
    void aDensityWithHeavyTailsStaysInvariant() {
        int n = 40_000;
        SplittableRandom rng = new SplittableRandom(2);
        DMatrixRMaj start = new DMatrixRMaj(n, 1);
        for (int i = 0; i < n; i++) {
            double u = rng.nextDouble();
            start.data[i] = Math.log(u / (1 - u));
        }
        Hmc hmc = new Hmc(LOGISTIC, start, 2, 2.2);
        double rate = hmc.run(5, rng);
        assertTrue(rate < 0.97, "acceptance " + rate);
        double[] q = hmc.positions().data;
        Arrays.sort(q);
        double distance = 0;
        for (int i = 0; i < n; i++) {
            double p = 1 / (1 + Math.exp(-q[i]));
            distance = Math.max(distance, Math.max(p - (double) i / n, (i + 1.0) / n - p));
        }
        assertTrue(distance < 2 / Math.sqrt(n), distance + " of " + 2 / Math.sqrt(n));
    }

    @Test
    void theChainsForgetTheirStart() {
        SplittableRandom rng = new SplittableRandom(3);
        DMatrixRMaj start = new DMatrixRMaj(5000, 2);
        start.fill(4);
        Hmc hmc = new Hmc(GAUSSIAN, start, 5, 0.3);
        hmc.run(60, rng);
        DMatrixRMaj q = hmc.positions();
        double mean = 0;
        double square = 0;
        for (int i = 0; i < 5000; i++) {
            mean += q.get(i, 1) / 5000;
            square += q.get(i, 1) * q.get(i, 1) / 5000;
        }
        double variance = 2 / 1.19;
        assertEquals(0, mean, 5 * Math.sqrt(variance / 5000));
        assertEquals(variance, square, 5 * variance * Math.sqrt(2.0 / 5000));
    }

    private static DMatrixRMaj gradient(Hmc.Target target, DMatrixRMaj q) {
        DMatrixRMaj g = new DMatrixRMaj(q.numRows, q.numCols);
        target.evaluate(q, new double[q.numRows], g);
        return g;
    }

    @Test
    void theMotionIsReversible() {
        SplittableRandom rng = new SplittableRandom(4);
        DMatrixRMaj start = gaussianDraws(20, rng);
        DMatrixRMaj push = normal(20, 2, rng);
        Hmc hmc = new Hmc(GAUSSIAN, start, 17, 0.3);
        DMatrixRMaj q = start.copy();
        DMatrixRMaj p = push.copy();
        DMatrixRMaj g = gradient(GAUSSIAN, q);
        hmc.leapfrog(q, p, g, new double[20]);
        assertTrue(Math.abs(q.data[0] - start.data[0]) > 0.01);
        for (int i = 0; i < 40; i++) {
            p.data[i] = -p.data[i];
        }
        hmc.leapfrog(q, p, g, new double[20]);
        for (int i = 0; i < 40; i++) {
            p.data[i] = -p.data[i];
        }
        assertArrayEquals(start.data, q.data, 1e-12);
        assertArrayEquals(push.data, p.data, 1e-12);
    }

    /** The determinant of the Jacobian of (q, p) → (q′, p′), by central differences, for a motion that is not linear. */
    @Test
    void theMotionKeepsVolume() {
        Hmc hmc = new Hmc(LOGISTIC, new DMatrixRMaj(1, 1), 9, 0.7);
        double[] at = {0.8, -1.1};
        double[][] jacobian = new double[2][2];
        for (int k = 0; k < 2; k++) {
            double[][] ends = new double[2][];
            for (int side = 0; side < 2; side++) {
                double[] from = at.clone();
                from[k] += side == 0 ? 1e-5 : -1e-5;
                DMatrixRMaj q = new DMatrixRMaj(1, 1, true, from[0]);
                DMatrixRMaj p = new DMatrixRMaj(1, 1, true, from[1]);
                hmc.leapfrog(q, p, gradient(LOGISTIC, q), new double[1]);
                ends[side] = new double[] {q.data[0], p.data[0]};
            }
            for (int j = 0; j < 2; j++) {
                jacobian[j][k] = (ends[0][j] - ends[1][j]) / 2e-5;
            }
        }
        assertEquals(1, jacobian[0][0] * jacobian[1][1] - jacobian[0][1] * jacobian[1][0], 1e-7);
    }

    /**
     * With one leapfrog step the proposal is a Gaussian around q + ½ε² ∇log π(q), and π(q) g(q′ | q) a(q → q′) must be
     * symmetric in q and q′. For π = N(0, 1) all of it can be written down.
     */
    @Test
    void detailedBalanceHoldsExactlyForAGaussian() {
        Hmc.Target standard = (q, l, g) -> {
            for (int i = 0; i < q.numRows; i++) {
                l[i] = -0.5 * q.data[i] * q.data[i];
                g.data[i] = -q.data[i];
            }
        };
        double e = 1.3;
        SplittableRandom rng = new SplittableRandom(5);
        DMatrixRMaj start = normal(200, 1, rng);
        Hmc hmc = new Hmc(standard, start, 1, e);
        hmc.step(new SplittableRandom(6));
        double[] change = hmc.energyChange();
        SplittableRandom again = new SplittableRandom(6);
        int refusable = 0;
        for (int i = 0; i < 200; i++) {
            double from = start.data[i];
            double p = again.nextGaussian();
            double to = from + e * (p - 0.5 * e * from);
            double forth = -0.5 * from * from - 0.5 * Math.pow((to - from * (1 - e * e / 2)) / e, 2);
            double back = -0.5 * to * to - 0.5 * Math.pow((from - to * (1 - e * e / 2)) / e, 2);
            // a(q → q′) = min(1, e^−change) and a(q′ → q) = min(1, e^change)
            assertEquals(forth + Math.min(0, -change[i]), back + Math.min(0, change[i]), 1e-10);
            refusable += change[i] > 0.05 ? 1 : 0;
        }
        assertTrue(refusable > 20, refusable + " proposals that may be refused");
    }

    /** For the same length of the motion, half the step has a quarter of the error. */
    @Test
    void theErrorOfTheEnergyIsOfSecondOrder() {
        double[] error = new double[4];
        for (int level = 0; level < 4; level++) {
            SplittableRandom rng = new SplittableRandom(7);
            int steps = 4 << level;
            Hmc hmc = new Hmc(LOGISTIC, normal(500, 1, rng), steps, 2.0 / steps);
            hmc.step(rng);
            for (double change : hmc.energyChange()) {
                error[level] += Math.abs(change) / 500;
            }
        }
        for (int level = 1; level < 4; level++) {
            assertEquals(4, error[level - 1] / error[level], 0.25, "level " + level);
        }
    }

    @Test
    void theStepSizeIsAdaptedToTheAcceptance() {
        for (double wanted : new double[] {0.9, 0.65}) {
            for (double begin : new double[] {1e-3, 30}) {
                SplittableRandom rng = new SplittableRandom(8);
                Hmc hmc = new Hmc(GAUSSIAN, gaussianDraws(100, rng), 10, begin);
                double found = hmc.adapt(200, wanted, rng);
                assertEquals(found, hmc.stepSize());
                assertEquals(wanted, hmc.run(200, rng), 0.03, "from " + begin);
            }
        }
    }

    /** A share of the chains takes every proposal, the others none: the rate of acceptance is this share, whatever the step is. */
    private static Hmc ofRate(double share, double stepSize) {
        int n = 20;
        Hmc.Target target = (q, l, g) -> {
            for (int i = 0; i < n; i++) {
                l[i] = i < share * n || q.data[i] == 0 ? 0 : Double.NEGATIVE_INFINITY;
                g.data[i] = 0;
            }
        };
        return new Hmc(target, new DMatrixRMaj(n, 1), 1, stepSize);
    }

    /**
     * Far from the wanted rate the step is doubled or halved; near it its logarithm moves by the difference of the rates over
     * √(1 + t/10). What is found is the mean of the logarithms after the transitions of the second half.
     */
    @Test
    void theCourseOfTheAdaptation() {
        for (int transitions : new int[] {0, 1, 2, 5, 8}) {
            double[] log = new double[4];
            for (int t = 1; t <= transitions; t++) {
                boolean second = 2 * (t - 1) >= transitions;
                int late = transitions - (transitions + 1) / 2;
                if (second) {
                    log[0] += t * Math.log(2) / late;
                }
                double fine = 0;
                for (int k = 0; k < t; k++) {
                    fine += 0.1 / Math.sqrt(1 + k / 10.0);
                }
                log[2] = late == 0 ? fine : log[2] + (second ? fine / late : 0);
            }
            if (transitions == 1) {
                log[0] = Math.log(2); // no second half
            }
            log[1] = -log[0];
            log[3] = -log[2];
            double[] shares = {1, 0, 0.7, 0.5};
            for (int k = 0; k < 4; k++) {
                Hmc hmc = ofRate(shares[k], 0.3);
                double found = hmc.adapt(transitions, 0.6, new SplittableRandom(3));
                assertEquals(Math.log(0.3) + log[k], Math.log(found), 1e-12, transitions + ", rate " + shares[k]);
                assertEquals(found, hmc.stepSize());
            }
        }
        // On both sides of the rates where doubling and halving begin, (1 + 0.6)/2 and 0.6/2.
        assertEquals(0.3 * Math.exp(0.15), ofRate(0.75, 0.3).adapt(1, 0.6, new SplittableRandom(3)), 1e-12);
        assertEquals(0.6, ofRate(0.85, 0.3).adapt(1, 0.6, new SplittableRandom(3)), 1e-12);
        assertEquals(0.3 * Math.exp(-0.25), ofRate(0.35, 0.3).adapt(1, 0.6, new SplittableRandom(3)), 1e-12);
        assertEquals(0.15, ofRate(0.25, 0.3).adapt(1, 0.6, new SplittableRandom(3)), 1e-12);
    }

    /** Rates, densities and energies are those of the places where the chains are. */
    @Test
    void whatAStepTellsIsTrue() {
        SplittableRandom rng = new SplittableRandom(11);
        DMatrixRMaj state = gaussianDraws(30, rng);
        Hmc hmc = new Hmc(GAUSSIAN, state, 3, 0.9);
        assertTrue(Double.isNaN(hmc.acceptance()));
        for (int t = 0; t < 5; t++) {
            DMatrixRMaj before = state.copy();
            double[] old = new double[30];
            GAUSSIAN.evaluate(before, old, before.copy());
            assertArrayEquals(old, hmc.logDensity());
            Transition.Info info = hmc.step(state, rng);
            double[] now = new double[30];
            GAUSSIAN.evaluate(state, now, before);
            assertArrayEquals(now, hmc.logDensity());
            assertArrayEquals(state.data, hmc.positions().data);
            assertEquals(-Arrays.stream(now).average().orElseThrow(), info.energy(), 1e-12);
            double rate = Arrays.stream(hmc.energyChange())
                    .map(h -> Math.min(1, Math.exp(-h)))
                    .average()
                    .orElseThrow();
            assertEquals(rate, info.acceptance(), 1e-12);
            assertEquals(info.acceptance(), hmc.acceptance());
        }
        // The mean over transitions, of the same randomness.
        Hmc twin = new Hmc(GAUSSIAN, state, 3, 0.9);
        Hmc other = new Hmc(GAUSSIAN, state, 3, 0.9);
        SplittableRandom a = new SplittableRandom(12);
        double mean = (twin.step(a) + twin.step(a) + twin.step(a)) / 3;
        assertEquals(mean, other.run(3, new SplittableRandom(12)), 1e-15);
        assertTrue(Double.isNaN(other.run(0, a)));
    }

    /** Every chain has its own density: the i-th is N(i, (1 + i)²). */
    @Test
    void everyChainHasItsOwnDensity() {
        int n = 4;
        Hmc.Target own = (q, l, g) -> {
            for (int i = 0; i < n; i++) {
                double z = (q.data[i] - i) / (1 + i);
                l[i] = -0.5 * z * z;
                g.data[i] = -z / (1 + i);
            }
        };
        SplittableRandom rng = new SplittableRandom(9);
        Hmc hmc = new Hmc(own, new DMatrixRMaj(n, 1), 5, 0.5);
        hmc.run(50, rng);
        int draws = 4000;
        double[] mean = new double[n];
        double[] square = new double[n];
        for (int s = 0; s < draws; s++) {
            hmc.run(6, rng);
            for (int i = 0; i < n; i++) {
                double z = (hmc.positions().data[i] - i) / (1 + i);
                mean[i] += z / draws;
                square[i] += z * z / draws;
            }
        }
        for (int i = 0; i < n; i++) {
            // The draws of a chain are near to independent; 10 standard errors of independent ones.
            assertEquals(0, mean[i], 10 / Math.sqrt(draws), "chain " + i);
            assertEquals(1, square[i], 10 * Math.sqrt(2.0 / draws), "chain " + i);
        }
    }

    @Test
    void aMotionThatRunsAwayIsNotAccepted() {
        Hmc.Target steep = (q, l, g) -> {
            for (int i = 0; i < q.numRows; i++) {
                l[i] = -Math.pow(q.data[i], 4);
                g.data[i] = -4 * Math.pow(q.data[i], 3);
            }
        };
        DMatrixRMaj start = new DMatrixRMaj(3, 1, true, 1, 2, -1);
        Hmc hmc = new Hmc(steep, start, 50, 5);
        assertEquals(0, hmc.step(new SplittableRandom(1)));
        assertArrayEquals(start.data, hmc.positions().data);
    }

    @Test
    void badArgumentsAreNamed() {
        Class<IllegalArgumentException> bad = IllegalArgumentException.class;
        DMatrixRMaj start = new DMatrixRMaj(1, 2);
        assertEquals(
                "Hmc: leapfrogSteps is 0, expected at least 1",
                assertThrows(bad, () -> new Hmc(GAUSSIAN, start, 0, 1)).getMessage());
        assertEquals(
                "Hmc: stepSize is NaN, expected above 0 and finite",
                assertThrows(bad, () -> new Hmc(GAUSSIAN, start, 1, Double.NaN)).getMessage());
        assertTrue(assertThrows(bad, () -> new Hmc(GAUSSIAN, new DMatrixRMaj(1, 2, true, 0, Double.NaN), 1, 1))
                .getMessage()
                .startsWith("Hmc: at the start of chain 0 the log density is NaN"));
        // A density that is finite, with a slope that is not.
        Hmc.Target edge = (q, l, g) -> {
            l[0] = 0;
            g.data[0] = 1;
            g.data[1] = Double.POSITIVE_INFINITY;
        };
        assertTrue(assertThrows(bad, () -> new Hmc(edge, start, 1, 1))
                .getMessage()
                .endsWith("its gradient is not finite"));
        assertThrows(bad, () -> new Hmc(GAUSSIAN, start, 1, 1).adapt(1, 1, new SplittableRandom(1)));
        assertThrows(bad, () -> new Hmc(GAUSSIAN, start, 1, 1).run(-1, new SplittableRandom(1)));
    }
}
