package lvm.boltzmann;

import static lvm.model.Messages.assertMessageHas;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.fit.NonFiniteObjectiveException;
import lvm.model.HasDensity;
import lvm.optim.Sgd;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines with hidden units of covariance as they learn: rows whose covariance changes while their mean stays, in units far from 0 and 1. */
class RealLearningTest {
    private static final Dataset ROWS = rows(600, 3);

    /** Two Gaussians at the same place, long in different directions. */
    private static Dataset rows(int n, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        double[][] x = new double[n][2];
        for (double[] row : x) {
            boolean first = rng.nextBoolean();
            double along = 1.4 * rng.nextGaussian();
            double across = .25 * rng.nextGaussian();
            row[0] = 200 + 30 * (along + across);
            row[1] = -1 + .02 * (first ? along - across : across - along);
        }
        return Dataset.of(x).withColumns("height", "width");
    }

    private static McRbm.Builder mc(RealLearning learning, long epochs) {
        return McRbm.builder()
                .meanUnits(1)
                .covarianceUnits(4)
                .startDeviation(.5)
                .learning(learning)
                .learningRate(.02)
                .epochs(epochs)
                .seed(2);
    }

    private static SpikeSlabRbm.Builder slab(RealLearning learning, long epochs) {
        return SpikeSlabRbm.builder()
                .hidden(4)
                .startDeviation(.5)
                .learning(learning)
                .learningRate(.02)
                .epochs(epochs)
                .seed(2);
    }

    private static MeanPot.Builder pot(RealLearning learning, long epochs) {
        return MeanPot.builder()
                .meanUnits(1)
                .covarianceUnits(4)
                .startDeviation(.5)
                .learning(learning)
                .learningRate(.02)
                .epochs(epochs)
                .seed(2);
    }

    /** What chains record, in one column, where a random sign changes nothing: the mean of F″ − ½ F′². */
    @Test
    void recordedIsScoreMatching() {
        double[][] x = new double[40][1];
        SplittableRandom rng = new SplittableRandom(6);
        for (double[] row : x) {
            row[0] = (float) rng.nextGaussian();
        }
        Dataset line = Dataset.of(x);
        McRbm machine = mc(RealLearning.hmc(10, 3), 1)
                .standardize(false)
                .validation(line)
                .fit(line);
        double expected = 0;
        for (double[] row : x) {
            double slope = machine.freeEnergyGradient(RealMachines.row(row[0])).data[0];
            float up = (float) (row[0] + .01);
            float down = (float) (row[0] - .01);
            double curvature = (machine.freeEnergyGradient(RealMachines.row(up)).data[0]
                            - machine.freeEnergyGradient(RealMachines.row(down)).data[0])
                    / (up - down);
            expected += (curvature - slope * slope / 2) / x.length;
        }
        assertEquals(expected, machine.history().last("validation"), 1e-3);
    }

    /** With λ = ¼ and no covariance unit on, x has the covariance 4 I; energies and Gibbs sampling agree with it. */
    @Test
    void basePrecision() {
        McRbm machine = mc(RealLearning.exact(), 1)
                .basePrecision(.25)
                .standardize(false)
                .fit(ROWS.standardized(new double[] {200, -1}, new double[] {42, .03}));
        DMatrixRMaj c = machine.conditionalCovariance(1, 0, 0, 0, 0);
        assertEquals(4, c.get(0, 0), 1e-9);
        assertEquals(0, c.get(0, 1), 1e-9);
        double sum = machine.logPartition().nats();
        assertEquals(sum, machine.integrated().logPartition().nats(), 1e-6);
        FMatrixRMaj h = new FMatrixRMaj(1, 5);
        assertEquals(.25 / 2 * (1 + 9), machine.energy(RealMachines.row(1, 3), h)[0], 1e-6);
    }

    private static double mean(HasDensity<FMatrixRMaj> exact) {
        return exact.logLikelihood(ROWS) / ROWS.rows();
    }

    /** The chains reach most of what the exact slope gains over the start. */
    @Test
    void chainsLearnWhatTheExactSlopeDoes() {
        double start = mean(mc(RealLearning.exact(), 0).fit(ROWS).enumerated());
        double exact = mean(mc(RealLearning.exact(), 60).fit(ROWS).enumerated());
        assertTrue(exact > start + .15, "from " + start + " to " + exact);
        for (RealLearning chains :
                List.of(RealLearning.hmc(100, 5), RealLearning.hmcFromData(10), RealLearning.gibbs(1, 100))) {
            double value = mean(mc(chains, 60).fit(ROWS).enumerated());
            assertTrue(value > exact - .25 * (exact - start), chains + ": " + value + " of " + start + ", " + exact);
        }
    }

    @Test
    void slabsLearn() {
        double start = mean(slab(RealLearning.exact(), 0).fit(ROWS).enumerated());
        double exact = mean(slab(RealLearning.exact(), 60).fit(ROWS).enumerated());
        assertTrue(exact > start + .15, "from " + start + " to " + exact);
        for (RealLearning chains : List.of(RealLearning.hmc(100, 10), RealLearning.gibbs(2, 100))) {
            double value = mean(slab(chains, 60).fit(ROWS).enumerated());
            assertTrue(value > exact - .45 * (exact - start), chains + ": " + value + " of " + start + ", " + exact);
        }
    }

    @Test
    void productsOfTLearn() {
        double start = mean(pot(RealLearning.hmc(100, 5), 0).fit(ROWS).integrated());
        double value = mean(pot(RealLearning.hmc(100, 5), 60).fit(ROWS).integrated());
        assertTrue(value > start + .1, "from " + start + " to " + value);
        double gibbs = mean(pot(RealLearning.gibbs(1, 100), 60).fit(ROWS).integrated());
        assertEquals(value, gibbs, .1, "by HMC and by Gibbs sampling");
    }

    /** A fit to a x + b says the same of a x + b: densities less Σ log a, means and covariances in the new units. */
    @Test
    void unitsOfTheData() {
        double[] scale = {1e-3, 50};
        double[] shift = {4, -7};
        double[][] x = new double[ROWS.rows()][2];
        for (int i = 0; i < x.length; i++) {
            for (int k = 0; k < 2; k++) {
                x[i][k] = scale[k] * ROWS.get(i, k) + shift[k];
            }
        }
        Dataset others = Dataset.of(x);
        McRbm one = mc(RealLearning.exact(), 10).fit(ROWS);
        McRbm two = mc(RealLearning.exact(), 10).fit(others);
        double[] logP = one.enumerated().logDensity(ROWS);
        double[] same = two.enumerated().logDensity(others);
        double[] h = {1, 0, 1, 1, 0};
        for (int i = 0; i < 20; i++) {
            assertEquals(logP[i] - Math.log(scale[0] * scale[1]), same[i], 1e-3);
        }
        DMatrixRMaj c = one.conditionalCovariance(h);
        DMatrixRMaj d = two.conditionalCovariance(h);
        for (int k = 0; k < 4; k++) {
            double expected = scale[k / 2] * scale[k % 2] * c.data[k];
            assertEquals(expected, d.data[k], 1e-3 * Math.abs(expected) + 1e-9);
        }
        for (int k = 0; k < 2; k++) {
            double expected = scale[k] * one.conditionalMean(h)[k] + shift[k];
            assertEquals(expected, two.conditionalMean(h)[k], 1e-3 * Math.abs(expected) + 1e-4);
        }
        assertEquals(
                one.bracket(new double[] {0, .5, 1}, 50, 1).lower().nats() + Math.log(scale[0] * scale[1]),
                two.bracket(new double[] {0, .5, 1}, 50, 1).lower().nats(),
                2e-2);
        // draws have the mean and the spread of the rows, to a tenth of a deviation
        FMatrixRMaj drawn = one.sample(400, 60, new SplittableRandom(5));
        double[] mean = new double[2];
        for (int k = 0; k < 800; k++) {
            mean[k % 2] += drawn.data[k] / 400;
        }
        assertEquals(200, mean[0], 10);
        assertEquals(-1, mean[1], .01);
    }

    /** Whatever the rate, x has a covariance for every state of the spikes, and a steep start is pulled back. */
    @Test
    void spikesLeaveACovariance() {
        for (double deviation : new double[] {.5, 5}) {
            SpikeSlabRbm machine = SpikeSlabRbm.builder()
                    .hidden(5)
                    .startDeviation(deviation)
                    .learning(RealLearning.gibbs(1, 20))
                    .optimizer(Sgd::new)
                    .learningRate(.5)
                    .epochs(3)
                    .seed(1)
                    .fit(ROWS);
            for (int s = 0; s < 32; s++) {
                DMatrixRMaj c = machine.conditionalCovariance(RealMachines.state(machine, s));
                assertTrue(c.get(0, 0) > 0 && c.get(0, 0) * c.get(1, 1) > c.get(0, 1) * c.get(1, 0), "state " + s);
            }
        }
        FMatrixRMaj one = RealMachines.row(1);
        // λ = 1, W²/α = 4: with φ = 4 and more the slab takes nothing that is not given
        assertMessageHas(
                "no covariance", () -> SpikeSlabRbm.of(RealMachines.row(2), one, one, one, one, RealMachines.row(.5)));
        assertEquals(
                1,
                SpikeSlabRbm.of(RealMachines.row(2), one, one, one, one, RealMachines.row(4))
                        .conditionalCovariance(1)
                        .get(0, 0),
                1e-6);
    }

    @Test
    void savedAndLoaded(@TempDir Path directory) {
        Path file = directory.resolve("machine");
        McRbm mc = mc(RealLearning.hmc(10, 3), 2)
                .normalized(true)
                .basePrecision(.5)
                .fit(ROWS);
        mc.save(file);
        McRbm loaded = McRbm.load(file);
        assertTrue(loaded.normalized());
        assertEquals(.5, loaded.basePrecision());
        assertEquals(mc.freeEnergy(ROWS)[3], loaded.freeEnergy(ROWS)[3]);
        MeanPot pot =
                pot(RealLearning.hmc(10, 3), 2).shape(1.7).basePrecision(.3).fit(ROWS);
        pot.save(file);
        assertEquals(1.7, MeanPot.load(file).shape());
        assertEquals(.3, MeanPot.load(file).basePrecision());
        assertEquals(pot.freeEnergy(ROWS)[3], MeanPot.load(file).freeEnergy(ROWS)[3]);
        SpikeSlabRbm slab = slab(RealLearning.gibbs(1, 10), 2).fit(ROWS);
        slab.save(file);
        assertEquals(slab.freeEnergy(ROWS)[3], SpikeSlabRbm.load(file).freeEnergy(ROWS)[3]);
    }

    /** A fit that goes on from its checkpoint is the fit that never stopped. */
    @Test
    void resumes(@TempDir Path directory) {
        for (RealLearning learning : List.of(RealLearning.hmc(10, 3), RealLearning.gibbs(1, 10))) {
            Path at = directory.resolve(learning.toString());
            mc(learning, 2).resume(at).fit(ROWS);
            McRbm resumed = mc(learning, 4).resume(at).fit(ROWS);
            McRbm whole = mc(learning, 4).fit(ROWS);
            assertEquals(whole.freeEnergy(ROWS)[5], resumed.freeEnergy(ROWS)[5]);
            assertNotEquals(mc(learning, 2).fit(ROWS).freeEnergy(ROWS)[5], resumed.freeEnergy(ROWS)[5]);
        }
    }

    @Test
    void badInput() {
        assertMessageHas(
                "meanUnits not set", () -> McRbm.builder().covarianceUnits(2).fit(ROWS));
        assertMessageHas(
                "covarianceUnits not set", () -> MeanPot.builder().meanUnits(2).fit(ROWS));
        assertMessageHas("hidden not set", () -> SpikeSlabRbm.builder().fit(ROWS));
        assertMessageHas("shape is NaN", () -> MeanPot.builder().shape(Double.NaN));
        assertMessageHas("basePrecision is -1", () -> McRbm.builder().basePrecision(-1));
        assertMessageHas("startPhi is 0", () -> SpikeSlabRbm.builder().startPhi(0));
        Dataset wide = Dataset.of(new double[][] {{1, 2, 3}, {2, 1, 4}, {0, 1, 1}});
        assertMessageHas(
                "expected at most 2",
                () -> MeanPot.builder()
                        .meanUnits(1)
                        .covarianceUnits(1)
                        .learning(RealLearning.exact())
                        .fit(wide));
        assertMessageHas(
                "bracket()",
                () -> mc(RealLearning.exact(), 1).covarianceUnits(30).fit(ROWS));
        assertMessageHas(
                "not Gaussian given h",
                () -> mc(RealLearning.gibbs(1, 5), 1).normalized(true).fit(ROWS));
        McRbm machine = mc(RealLearning.hmc(5, 2), 1).fit(ROWS);
        assertMessageHas("3 columns", () -> machine.freeEnergy(new FMatrixRMaj(1, 3)));
        assertMessageHas("McRbm.freeEnergy", () -> machine.freeEnergy(RealMachines.row(1, Double.NaN)));
        assertMessageHas("expected the 5 hidden units", () -> machine.conditionalCovariance(1, 0));
        assertMessageHas("within [0,1]", () -> machine.conditionalCovariance(1, 0, 0, 2, 0));
        assertMessageHas("as many", () -> machine.energy(new FMatrixRMaj(2, 2), new FMatrixRMaj(1, 5)));
        assertMessageHas(
                "no states", () -> pot(RealLearning.hmc(5, 2), 1).fit(ROWS).enumerated());
        assertMessageHas("leapfrogSteps", () -> machine.hmc(0, .1));
        assertMessageHas("stepSize", () -> machine.hmc(1, -1));
        assertMessageHas("chains", () -> RealLearning.hmc(0, 1));
        assertMessageHas("sweeps", () -> RealLearning.gibbs(0, 1));
        // parameters that run away end the fit by name
        assertThrows(
                NonFiniteObjectiveException.class,
                () -> McRbm.builder()
                        .meanUnits(2)
                        .covarianceUnits(2)
                        .learning(RealLearning.hmc(5, 2))
                        .optimizer(Sgd::new)
                        .learningRate(1e30)
                        .epochs(30)
                        .fit(ROWS));
    }
}
