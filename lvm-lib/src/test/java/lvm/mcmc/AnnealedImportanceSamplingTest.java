package lvm.mcmc;

import static lvm.model.Messages.assertMessageHas;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.mcmc.AnnealedImportanceSampling.Run;
import lvm.model.LogPartition;
import org.junit.jupiter.api.Test;

/**
 * A path of Gaussians in one dimension, whose integrals are known: from the standard normal f₀ = e^(−x²/2) to
 * f₁ = e^(c − (x − 3)²/(2 · 0.3²)), f_β = f₀^(1 − β) f₁^β, with a step that draws anew.
 */
class AnnealedImportanceSamplingTest {
    private static final double MEAN = 3;
    private static final double DEVIATION = .3;

    private record Gaussians(double c) implements AnnealingPath<double[]> {
        static double log(double x, double beta, double c) {
            return -(1 - beta) * x * x / 2 + beta * (c - Math.pow((x - MEAN) / DEVIATION, 2) / 2);
        }

        @Override
        public double logBase() {
            return .5 * Math.log(2 * Math.PI);
        }

        double logZ() {
            return c + .5 * Math.log(2 * Math.PI) + Math.log(DEVIATION);
        }

        @Override
        public double[] base(int chains, RandomGenerator rng) {
            return rng.ints(chains).mapToDouble(i -> rng.nextGaussian()).toArray();
        }

        @Override
        public void addLogRatio(double[] x, double from, double to, double[] logWeights) {
            for (int i = 0; i < x.length; i++) {
                logWeights[i] += log(x[i], to, c) - log(x[i], from, c);
            }
        }

        @Override
        public Transition<double[]> at(double beta) {
            double precision = (1 - beta) + beta / (DEVIATION * DEVIATION);
            double mean = beta * MEAN / (DEVIATION * DEVIATION) / precision;
            return (x, rng) -> {
                for (int i = 0; i < x.length; i++) {
                    x[i] = mean + rng.nextGaussian() / Math.sqrt(precision);
                }
                return new Transition.Info(1, Double.NaN);
            };
        }

        double[] exact(int chains, long seed) {
            double[] x = new double[chains];
            at(1).step(x, new SplittableRandom(seed));
            return x;
        }
    }

    private static AnnealedImportanceSampling<double[]> sampling(Gaussians path, int steps, int chains, long seed) {
        return AnnealedImportanceSampling.over(path)
                .schedule(AnnealingSchedule.linear(steps))
                .chains(chains)
                .seed(seed);
    }

    @Test
    void bothDirectionsFindTheIntegral() {
        for (double c : new double[] {0, 1e5, -1e5}) {
            Gaussians path = new Gaussians(c);
            Run up = sampling(path, 200, 500, 1).forward();
            Run down = sampling(path, 200, 500, 1).backward(path.exact(500, 2), 500);
            assertEquals(path.logZ(), up.logZ(), 4 * up.standardError());
            assertEquals(path.logZ(), down.logZ(), 4 * down.standardError());
            assertTrue(up.standardError() < .05 && down.standardError() < .05);
            assertTrue(up.effectiveChains() > 200);
        }
    }

    /** Means over runs of few chains: the weights are right, their logarithm is low forwards and high backwards. */
    @Test
    void weightsAreUnbiasedAndTheirLogarithmsBounds() {
        Gaussians path = new Gaussians(0);
        double ratio = Math.exp(path.logZ() - path.logBase());
        int runs = 4000;
        double[] weight = new double[2];
        double[] squares = new double[2];
        double[] logZ = new double[2];
        for (int seed = 0; seed < runs; seed++) {
            Run up = sampling(path, 40, 1, seed).forward();
            Run down = sampling(path, 40, 1, seed).backward(path.exact(1, seed), 1);
            double[] w = {Math.exp(up.logWeights()[0]) / ratio, Math.exp(down.logWeights()[0]) * ratio};
            for (int d = 0; d < 2; d++) {
                weight[d] += w[d] / runs;
                squares[d] += w[d] * w[d] / runs;
            }
            logZ[0] += up.logZ() / runs;
            logZ[1] += down.logZ() / runs;
        }
        for (int d = 0; d < 2; d++) {
            assertEquals(1, weight[d], 4.5 * Math.sqrt((squares[d] - weight[d] * weight[d]) / runs));
        }
        assertTrue(logZ[0] < path.logZ() - .1, logZ[0] + " is not below " + path.logZ());
        assertTrue(logZ[1] > path.logZ() + .1, logZ[1] + " is not above " + path.logZ());
    }

    @Test
    void listenerIsToldEveryStepAndSeedsRepeat() {
        List<Integer> done = new ArrayList<>();
        Gaussians path = new Gaussians(0);
        double[] first = sampling(path, 5, 3, 7)
                .listener((k, total) -> done.add(10 * total + k))
                .forward()
                .logWeights();
        assertEquals(List.of(51, 52, 53, 54, 55), done);
        assertArrayEquals(first, sampling(path, 5, 3, 7).forward().logWeights());
        assertTrue(first[0] != sampling(path, 5, 3, 8).forward().logWeights()[0]);
        LogPartition known = sampling(path, 5, 3, 7).forward().logPartition(LogPartition.Kind.LOWER_BOUND, "a test");
        assertEquals(3, known.draws());
        assertEquals(LogPartition.Kind.UPPER_BOUND, known.kind().negated());
    }

    /** The share that the pilot is to keep decides how many steps there are, and each of them keeps about that share. */
    @Test
    void adaptiveScheduleKeepsItsShare() {
        Gaussians path = new Gaussians(0);
        double[] betas = AnnealingSchedule.adaptive(path, .9, 5000, 1);
        for (int k = 1; k + 1 < betas.length; k++) {
            double[] x = new double[5000];
            path.at(betas[k - 1]).step(x, new SplittableRandom(k));
            double[] logWeights = new double[x.length];
            path.addLogRatio(x, betas[k - 1], betas[k], logWeights);
            double sum = 0;
            double squares = 0;
            for (double l : logWeights) {
                sum += Math.exp(l);
                squares += Math.exp(2 * l);
            }
            assertEquals(.9, sum * sum / squares / x.length, .03, "step " + k);
        }
        // Weights that differ by e^(10⁶) at the least change of β.
        AnnealingPath<double[]> jumping = new AnnealingPath<>() {
            @Override
            public double logBase() {
                return path.logBase();
            }

            @Override
            public double[] base(int chains, RandomGenerator rng) {
                return path.base(chains, rng);
            }

            @Override
            public Transition<double[]> at(double beta) {
                return path.at(beta);
            }

            @Override
            public void addLogRatio(double[] x, double from, double to, double[] logWeights) {
                for (int i = 0; i < x.length && to > from; i++) {
                    logWeights[i] += 1e6 * i;
                }
            }
        };
        String endless = assertThrows(IllegalStateException.class, () -> AnnealingSchedule.adaptive(jumping, .9, 2, 1))
                .getMessage();
        assertTrue(endless.contains("100000 steps") && endless.contains("smaller share"), endless);
        assertMessageHas("share", () -> AnnealingSchedule.adaptive(path, 1, 10, 1));
        assertMessageHas("chains", () -> AnnealingSchedule.adaptive(path, .9, 1, 1));
    }
}
