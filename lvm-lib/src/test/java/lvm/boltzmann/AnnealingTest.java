package lvm.boltzmann;

import static lvm.model.Messages.assertMessageHas;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import lvm.data.Bars;
import lvm.data.Dataset;
import lvm.mcmc.AnnealedImportanceSampling;
import lvm.mcmc.AnnealedImportanceSampling.Run;
import lvm.mcmc.AnnealingPath;
import lvm.mcmc.AnnealingSchedule;
import lvm.model.LogPartition.Kind;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/** Annealed importance sampling in both directions against log Z by enumeration. */
class AnnealingTest {
    private static final Dataset BARS = Bars.generate(300, 4, .2, .02, 1).pictures();

    private static final Rbm TRAINED = Rbm.builder()
            .hidden(8)
            .learning(RbmLearning.pcd(1))
            .learningRate(.02)
            .epochs(150)
            .batchSize(50)
            .seed(1)
            .fit(BARS);

    private static Run forward(AnnealingPath<FMatrixRMaj> path, int steps, int chains, long seed) {
        return AnnealedImportanceSampling.over(path)
                .schedule(AnnealingSchedule.linear(steps))
                .chains(chains)
                .seed(seed)
                .forward();
    }

    /**
     * Each of 100 intervals of ±1.96 standard errors has log Z with a probability near 0.95: fewer than 90 of 100 with one below 0.03. The
     * seeds are fixed.
     */
    @Test
    void intervalsHoldTheTruth() {
        double truth = TRAINED.logPartition().nats();
        EnumeratedRbm exact = TRAINED.enumerated();
        int below = 0;
        int above = 0;
        double lower = 0;
        double upper = 0;
        double lowerSquares = 0;
        double upperSquares = 0;
        int runs = 100;
        for (int seed = 0; seed < runs; seed++) {
            Run up = forward(TRAINED.annealing(), 300, 100, seed);
            Run down = AnnealedImportanceSampling.over(TRAINED.annealing())
                    .schedule(AnnealingSchedule.linear(300))
                    .seed(seed)
                    .backward(exact.sample(100, new SplittableRandom(seed)), 100);
            assertTrue(up.effectiveChains() > 30, "ESS " + up.effectiveChains());
            double[] interval = up.interval(1.96);
            below += interval[0] <= truth && truth <= interval[1] ? 1 : 0;
            interval = down.interval(1.96);
            above += interval[0] <= truth && truth <= interval[1] ? 1 : 0;
            lower += up.logZ() / runs;
            upper += down.logZ() / runs;
            lowerSquares += Math.pow(up.logZ() - truth, 2) / runs;
            upperSquares += Math.pow(down.logZ() - truth, 2) / runs;
        }
        assertTrue(below >= 90, below + " of 100 forward intervals");
        assertTrue(above >= 90, above + " of 100 backward intervals");
        assertTrue(lower - 4 * Math.sqrt(lowerSquares / runs) <= truth, lower + " below " + truth);
        assertTrue(upper + 4 * Math.sqrt(upperSquares / runs) >= truth, upper + " above " + truth);
        assertEquals(truth, lower, .05);
        assertEquals(truth, upper, .05);
    }

    /** With one step the bounds are far from log Z, each on its side: by the means over many runs of few chains. */
    @Test
    void boundsAreOnTheirSides() {
        double truth = TRAINED.logPartition().nats();
        EnumeratedRbm exact = TRAINED.enumerated();
        double lower = 0;
        double upper = 0;
        for (int seed = 0; seed < 200; seed++) {
            lower += forward(TRAINED.annealing(), 3, 5, seed).logZ() / 200;
            upper += AnnealedImportanceSampling.over(TRAINED.annealing())
                            .schedule(AnnealingSchedule.linear(3))
                            .seed(seed)
                            .backward(exact.sample(5, new SplittableRandom(seed)), 5)
                            .logZ()
                    / 200;
        }
        assertTrue(lower < truth - .3, lower + " is not below " + truth);
        assertTrue(upper > truth + .3, upper + " is not above " + truth);
    }

    /** Without annealing the mean weight is importance sampling from the base, unbiased: many draws find Z of a small machine. */
    @Test
    void oneStepIsImportanceSampling() {
        Rbm small = SmallMachines.random(5, 3, .7, 2);
        Run run = forward(small.annealing(), 1, 400_000, 3);
        assertEquals(SmallMachines.logZ(small), run.logZ(), 5 * run.standardError());
        assertTrue(run.standardError() < .01);
    }

    @Test
    void pathBeginsAtTheBaseAndEndsAtTheMachine() {
        Rbm small = SmallMachines.random(5, 3, .7, 2);
        FMatrixRMaj states = SmallMachines.states(5);
        double[] logRatio = new double[32];
        small.annealing().addLogRatio(states, 0, 1, logRatio);
        double[] f = small.freeEnergy(states);
        double base = 0;
        for (int s = 0; s < 32; s++) {
            base += Math.exp(-f[s] - logRatio[s]);
        }
        assertEquals(small.annealing().logBase(), Math.log(base), 1e-5);
    }

    /**
     * A uniform base of a machine most of whose units are nearly always 0, as in images: the estimate is far too low, by many of its own
     * standard errors. The effective number says so. Base rates of the data cost no more and are right.
     */
    @Test
    void badBaseIsTold() {
        FMatrixRMaj w = new FMatrixRMaj(200, 10);
        Fill.normal(0, 1, w, new SplittableRandom(4));
        FMatrixRMaj b = new FMatrixRMaj(1, 200);
        b.fill(-4);
        Rbm sparse = Rbm.of(w, b, new FMatrixRMaj(1, 10));
        double truth = sparse.logPartition().nats();
        FMatrixRMaj x = sparse.enumerated().sample(1000, new SplittableRandom(5));
        FMatrixRMaj rates = new FMatrixRMaj(1, 200);
        RbmRule.addRows(x, 1f / x.numRows, rates);
        FMatrixRMaj fair = new FMatrixRMaj(1, 200);
        fair.fill(.5f);
        Run bad = forward(sparse.annealing(fair), 5, 100, 1);
        assertTrue(
                bad.logZ() < truth - 4 * bad.standardError() && bad.logZ() < truth - 20, bad.logZ() + " of " + truth);
        assertTrue(bad.effectiveChains() < 10, "ESS " + bad.effectiveChains());
        Run good = forward(sparse.annealing(rates), 5, 100, 1);
        assertTrue(Math.abs(good.logZ() - truth) < .5, good.logZ() + " of " + truth);
        assertTrue(good.effectiveChains() > 30, "ESS " + good.effectiveChains());
        PartitionBracket bracket = PartitionBracket.of(sparse.withBaseRates(fair))
                .schedule(AnnealingSchedule.linear(5))
                .seed(1)
                .run();
        assertTrue(bracket.verdict().contains("bad"), bracket.verdict());
        assertTrue(bracket.toString().contains("worth"), bracket.toString());
    }

    /**
     * The probabilities under the annealing model, by matrices: the base, then a sweep at each β. The estimates of RAISE have them as their mean,
     * and the log estimates come near log p(v) from below as the β get finer.
     */
    @Test
    void raiseIsThatOfTheAnnealingModel() {
        Rbm small = SmallMachines.random(4, 3, 1.5, 2);
        double[] betas = {0, .4, 1};
        double[] model = new double[16];
        FMatrixRMaj rates = small.baseRates().orElseThrow();
        for (int s = 0; s < 16; s++) {
            model[s] = 1;
            for (int i = 0; i < 4; i++) {
                double p = rates.get(0, i);
                model[s] *= SmallMachines.bit(s, i, 4) == 1 ? p : 1 - p;
            }
        }
        for (int k = 1; k < betas.length; k++) {
            double[][] sweep = SmallMachines.sweep(at(small, betas[k]));
            double[] next = new double[16];
            for (int s = 0; s < 16; s++) {
                for (int to = 0; to < 16; to++) {
                    next[to] += model[s] * sweep[s][to];
                }
            }
            model = next;
        }
        int chains = 40_000;
        double[] logP = small.raise(SmallMachines.states(4), betas, chains, 3);
        for (int s = 0; s < 16; s++) {
            assertEquals(model[s], Math.exp(logP[s]), .05 * model[s], "state " + s);
        }
        double[] exact = small.enumerated().logDensity(SmallMachines.states(4));
        double coarse = 0;
        double fine = 0;
        double truth = 0;
        double[] coarsely = small.raise(SmallMachines.states(4), betas, 100, 3);
        double[] finely = small.raise(SmallMachines.states(4), AnnealingSchedule.linear(300), 100, 3);
        for (int s = 0; s < 16; s++) {
            double p = Math.exp(exact[s]);
            coarse += p * coarsely[s];
            fine += p * finely[s];
            truth += p * exact[s];
        }
        assertTrue(coarse < fine, coarse + " and " + fine);
        assertEquals(truth, fine, .03);
    }

    /** The machine of a place on the path. */
    private static Rbm at(Rbm rbm, double beta) {
        FMatrixRMaj w = rbm.weights();
        FMatrixRMaj b = rbm.visibleBias();
        FMatrixRMaj c = rbm.hiddenBias();
        FMatrixRMaj rates = rbm.baseRates().orElseThrow();
        for (int i = 0; i < w.getNumElements(); i++) {
            w.data[i] *= (float) beta;
        }
        for (int i = 0; i < b.numCols; i++) {
            double p = rates.data[i];
            b.data[i] = (float) ((1 - beta) * Math.log(p / (1 - p)) + beta * b.data[i]);
        }
        for (int j = 0; j < c.numCols; j++) {
            c.data[j] *= (float) beta;
        }
        return Rbm.of(w, b, c);
    }

    @Test
    void bracketOfExactDraws() {
        PartitionBracket bracket = PartitionBracket.of(TRAINED)
                .schedule(AnnealingSchedule.linear(1000))
                .seed(2)
                .run();
        double truth = TRAINED.logPartition().nats();
        assertEquals(Kind.LOWER_BOUND, bracket.lower().kind());
        assertEquals(Kind.UPPER_BOUND, bracket.upper().kind());
        assertEquals(truth, bracket.lower().nats(), .2);
        assertEquals(truth, bracket.upper().nats(), .2);
        assertFalse(bracket.verdict().contains("no bound"));
    }

    @Test
    void bracketOfTemperedDraws() {
        PartitionBracket bracket = PartitionBracket.of(TRAINED)
                .schedule(AnnealingSchedule.linear(1000))
                .temperedDraws(10, 100)
                .seed(2)
                .run();
        assertEquals(Kind.ESTIMATE, bracket.upper().kind());
        assertEquals(TRAINED.logPartition().nats(), bracket.upperOfLonger().nats(), .3);
        assertTrue(bracket.verdict().contains("no bound"), bracket.verdict());
    }

    @Test
    void adaptiveSchedule() {
        double[] betas = AnnealingSchedule.adaptive(TRAINED.annealing(), .995, 100, 1);
        assertTrue(betas.length > 10 && betas.length < 2000, betas.length + " steps");
        Run run = AnnealedImportanceSampling.over(TRAINED.annealing())
                .schedule(betas)
                .seed(5)
                .forward();
        assertEquals(TRAINED.logPartition().nats(), run.logZ(), 4 * run.standardError() + .05);
        double[] finer = AnnealingSchedule.adaptive(TRAINED.annealing(), .9995, 100, 1);
        assertTrue(finer.length > 2 * betas.length, finer.length + " and " + betas.length);
    }

    @Test
    void schedules() {
        double[] published = AnnealingSchedule.salakhutdinovMurray();
        assertEquals(14_501, published.length);
        assertEquals(.5, published[500], 1e-12);
        assertEquals(.9, published[4500], 1e-12);
        assertEquals(1, published[14_500], 0);
        for (int k = 1; k < published.length; k++) {
            assertTrue(published[k] > published[k - 1]);
        }
        var sampling = AnnealedImportanceSampling.over(TRAINED.annealing());
        assertMessageHas("rise from 0 to 1", () -> sampling.schedule(0, .5, .5, 1));
        assertMessageHas("rise from 0 to 1", () -> sampling.schedule(.1, 1));
        assertMessageHas("rise from 0 to 1", () -> sampling.schedule(0, .9));
        assertMessageHas("rise from 0 to 1", () -> sampling.schedule(0, Double.NaN, 1));
        assertMessageHas("chains", () -> sampling.chains(0));
    }

    /** Log weights of ±10⁵ keep their digits: the mean is taken after the largest is taken away. */
    @Test
    void largeLogWeights() {
        double[] logWeights = {1e5, 1e5 + Math.log(3)};
        Run up = new Run(-7, logWeights, true);
        assertEquals(1e5 + Math.log(2) - 7, up.logZ(), 1e-9);
        Run down = new Run(-7, Arrays.stream(logWeights).map(l -> -l).toArray(), false);
        assertEquals(1e5 - Math.log(2 / 3.0) - 7, down.logZ(), 1e-9);
        // Weights 1 and 3: ESS 16/10; sd/mean = √2/2, divided by √2.
        assertEquals(1.6, up.effectiveChains(), 1e-9);
        assertEquals(.5, up.standardError(), 1e-9);
        assertEquals(Math.log(1.5), up.interval(1)[1] - up.logZ(), 1e-9);
        assertEquals(Double.NEGATIVE_INFINITY, up.interval(3)[0]);
        assertEquals(Double.POSITIVE_INFINITY, down.interval(3)[1]);
    }
}
