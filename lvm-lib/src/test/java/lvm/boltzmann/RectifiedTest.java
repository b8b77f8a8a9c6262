package lvm.boltzmann;

import static lvm.model.Messages.assertMessageHas;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.linalg.Logs;
import lvm.optim.Sgd;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/** Rectified hidden units: copies that share their weights and whose biases are steps apart. */
class RectifiedTest {
    private static final int COPIES = 4;
    private static final Dataset ROWS = rows();

    private static Dataset rows() {
        SplittableRandom rng = new SplittableRandom(3);
        double[][] x = new double[300][2];
        for (double[] row : x) {
            double ramp = 2 * rng.nextDouble() * rng.nextDouble();
            row[0] = 10 + 2 * ramp + .3 * rng.nextGaussian();
            row[1] = ramp + .2 * rng.nextGaussian();
        }
        return Dataset.of(x);
    }

    private static RbmBuilder builder(RbmLearning learning, long epochs) {
        return Rbm.builder()
                .visible(VisibleUnits.GAUSSIAN)
                .hidden(2)
                .rectified(COPIES)
                .startDeviation(.4)
                .learning(learning)
                .epochs(epochs)
                .seed(2);
    }

    @Test
    void copiesStayTied() {
        Rbm rbm = builder(RbmLearning.pcd(1, 50), 5)
                .standardize(false)
                .weightDecay(.01)
                .sparsity(.2, .1)
                .fit(ROWS);
        assertEquals(2 * COPIES, rbm.latentDim());
        for (int j = 0; j < 2 * COPIES; j++) {
            int first = j / COPIES * COPIES;
            for (int i = 0; i < 2; i++) {
                assertEquals(rbm.weights().get(i, first), rbm.weights().get(i, j));
            }
            assertEquals(rbm.hiddenBias().data[first] - (j - first), rbm.hiddenBias().data[j], 1e-5);
        }
        Rbm start = builder(RbmLearning.exact(), 0)
                .startHiddenBias(1.5)
                .standardize(false)
                .fit(ROWS);
        assertEquals(1, start.hiddenBias().data[0], 1e-6);
        assertEquals(-2, start.hiddenBias().data[3], 1e-6);
    }

    /** The sum of the means of many copies is the softplus of the input, and its square for large ones. */
    @Test
    void aRectifiedUnitIsNearTheSoftplus() {
        int n = 40;
        Rbm rbm = Rbm.builder()
                .visible(VisibleUnits.GAUSSIAN)
                .hidden(1)
                .rectified(n)
                .startDeviation(2)
                .standardize(false)
                .fixedVariances(1)
                .epochs(0)
                .fit(ROWS);
        for (double a : new double[] {-3, -1, 0, 1.7, 5, 12}) {
            double w = rbm.weights().get(0, 0);
            FMatrixRMaj x = RealMachines.row(a / w, 0);
            double sum = 0;
            for (float mean : rbm.encode(x).data) {
                sum += mean;
            }
            assertEquals(Logs.softplus(a), sum, .02, "input " + a);
        }
    }

    /** A step of plain ascent moves W, c, b and log σ² along the exact slope of the mean log-likelihood, with all copies moving together. */
    @Test
    void stepIsAlongTheExactSlope() {
        double rate = .05;
        Rbm before = step(rate, 0);
        Rbm after = step(rate, 1);
        for (int j = 0; j < 2; j++) {
            for (int i = 0; i < 2; i++) {
                double slope = slope(before, i, j, false);
                assertEquals(
                        rate * slope,
                        after.weights().get(i, j * COPIES) - before.weights().get(i, j * COPIES),
                        2e-4);
            }
            double slope = slope(before, 0, j, true);
            assertEquals(
                    rate * slope, after.hiddenBias().data[j * COPIES] - before.hiddenBias().data[j * COPIES], 2e-4);
            assertTrue(Math.abs(slope) > .01, "slope " + slope);
        }
    }

    private static Rbm step(double rate, long steps) {
        return builder(RbmLearning.exact(), steps)
                .standardize(false)
                .fixedVariances(.8)
                .optimizer(Sgd::new)
                .learningRate(rate)
                .batchSize(1000)
                .fit(ROWS);
    }

    private static double slope(Rbm rbm, int i, int j, boolean bias) {
        double move = 1e-3;
        double[] values = new double[2];
        for (int side = 0; side < 2; side++) {
            FMatrixRMaj w = rbm.weights();
            FMatrixRMaj c = rbm.hiddenBias();
            float by = (float) (side == 0 ? -move : move);
            for (int t = 0; t < COPIES; t++) {
                if (bias) {
                    c.data[j * COPIES + t] += by;
                } else {
                    w.set(i, j * COPIES + t, w.get(i, j * COPIES + t) + by);
                }
            }
            Rbm moved = Rbm.gaussian(w, rbm.visibleBias(), c, rbm.variances().orElseThrow());
            values[side] = moved.enumerated().logLikelihood(ROWS) / ROWS.rows();
        }
        return (values[1] - values[0]) / (2 * move);
    }

    @Test
    void learnsByChains() {
        double start = mean(builder(RbmLearning.exact(), 0).fit(ROWS));
        double exact = mean(builder(RbmLearning.exact(), 40).learningRate(.02).fit(ROWS));
        double chains = mean(builder(RbmLearning.cd(1), 40).learningRate(.02).fit(ROWS));
        assertTrue(exact > start + .3, "from " + start + " to " + exact);
        assertTrue(chains > exact - .3 * (exact - start), "from " + start + " to " + chains + " and " + exact);
    }

    private static double mean(Rbm rbm) {
        return rbm.enumerated().logLikelihood(ROWS) / ROWS.rows();
    }

    @Test
    void badInput() {
        assertMessageHas("rectified is 1", () -> Rbm.builder().rectified(1));
        assertMessageHas(
                "rectified",
                () -> Rbm.builder().hidden(2).rectified(3).fit(Dataset.of(new double[][] {{0, 1}, {1, 0}})));
        assertMessageHas(
                "rectified", () -> builder(RbmLearning.exact(), 1).centred(true).fit(ROWS));
        assertMessageHas("startHiddenBias is NaN", () -> Rbm.builder().startHiddenBias(Double.NaN));
        assertMessageHas(
                "rectified",
                () -> Dbn.builder()
                        .layers(
                                builder(RbmLearning.cd(1), 1),
                                Rbm.builder().hidden(2).epochs(1))
                        .fit(ROWS));
    }
}
