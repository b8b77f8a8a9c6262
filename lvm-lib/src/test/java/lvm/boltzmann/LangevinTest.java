package lvm.boltzmann;

import static lvm.model.Messages.assertMessageHas;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.mcmc.Transition;
import lvm.mixture.GaussianMixture;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gibbs–Langevin sampling, and the exact density of a Gaussian machine as the library's mixture of Gaussians has it. */
class LangevinTest {
    private static final Rbm MACHINE = GaussianRbmTest.given(2, 3, 1.2, 5);

    /** The mixture of 2ᴴ Gaussians: a component for each state h, its mean b + W h, its weight Z_h/Z. */
    private static GaussianMixture mixture(Rbm rbm) {
        int d = rbm.dim();
        int states = 1 << rbm.latentDim();
        double[] weights = new double[states];
        double[][] means = new double[states][d];
        double total = 0;
        double[][] covariance = new double[d][d];
        for (int s = 0; s < states; s++) {
            double log = 0;
            for (int j = 0; j < rbm.latentDim(); j++) {
                log += (s >> j & 1) * (double) rbm.hiddenBias().data[j];
            }
            for (int i = 0; i < d; i++) {
                double b = rbm.visibleBias().data[i];
                double variance = rbm.variances().orElseThrow().data[i];
                means[s][i] = b;
                for (int j = 0; j < rbm.latentDim(); j++) {
                    means[s][i] += (s >> j & 1) * (double) rbm.weights().get(i, j);
                }
                log += (means[s][i] * means[s][i] - b * b) / (2 * variance);
                covariance[i][i] = variance;
            }
            weights[s] = Math.exp(log);
            total += weights[s];
        }
        double[][][] covariances = new double[states][][];
        for (int s = 0; s < states; s++) {
            weights[s] /= total;
            covariances[s] = covariance;
        }
        return GaussianMixture.of(weights, means, covariances);
    }

    @Test
    void enumeratedMachineIsAMixtureOfGaussians() {
        GaussianMixture mixture = mixture(MACHINE);
        FMatrixRMaj x = MACHINE.enumerated().sample(200, new SplittableRandom(1));
        DMatrixRMaj doubles = new DMatrixRMaj(x.numRows, x.numCols);
        for (int k = 0; k < x.getNumElements(); k++) {
            doubles.data[k] = x.data[k];
        }
        double[] expected = mixture.logDensity(doubles);
        double[] logP = MACHINE.enumerated().logDensity(x);
        DMatrixRMaj responsibilities = mixture.responsibilities(doubles);
        FMatrixRMaj on = MACHINE.encode(x);
        for (int i = 0; i < x.numRows; i++) {
            assertEquals(expected[i], logP[i], 1e-5, "row " + i);
            for (int j = 0; j < MACHINE.latentDim(); j++) {
                double p = 0;
                for (int s = 0; s < responsibilities.numCols; s++) {
                    p += (s >> j & 1) * responsibilities.get(i, s);
                }
                assertEquals(p, on.get(i, j), 1e-5, "unit " + j + " of row " + i);
            }
        }
    }

    /** Small steps, which hardly move, and steps of which half are refused. */
    @ParameterizedTest
    @ValueSource(doubles = {.3, 1.8})
    void sweepsLeaveTheModelInvariant(double stepSize) {
        int n = 60_000;
        SplittableRandom rng = new SplittableRandom(2);
        FMatrixRMaj x = MACHINE.enumerated().sample(n, rng);
        Transition<FMatrixRMaj> sweep = MACHINE.langevin(3, stepSize);
        double accepted = 0;
        for (int t = 0; t < 4; t++) {
            accepted = sweep.step(x, rng).acceptance();
        }
        assertTrue(stepSize < 1 ? accepted > .99 : accepted > .3 && accepted < .8, "accepted " + accepted);
        GaussianRbmTest.assertMoments(MACHINE, x);
    }

    /** From one point chains reach the model, which they do not without the step of the hidden units. */
    @Test
    void chainsReachTheModel() {
        int n = 20_000;
        FMatrixRMaj x = new FMatrixRMaj(n, 2);
        Transition<FMatrixRMaj> sweep = MACHINE.langevin(2, 1).repeated(60);
        sweep.step(x, new SplittableRandom(3));
        GaussianRbmTest.assertMoments(MACHINE, x);
    }

    /** In units far from 0 and 1 the chains are those of the same machine in its own units. */
    @Test
    void learnsAndSamplesInTheUnitsOfTheData() {
        FMatrixRMaj seen = MACHINE.enumerated().sample(400, new SplittableRandom(4));
        double[][] rows = new double[400][2];
        for (int i = 0; i < 400; i++) {
            rows[i][0] = 1000 + 50 * seen.get(i, 0);
            rows[i][1] = -3 + .01 * seen.get(i, 1);
        }
        Dataset data = Dataset.of(rows);
        RbmBuilder builder = Rbm.builder()
                .visible(VisibleUnits.GAUSSIAN)
                .hidden(3)
                .startDeviation(.3)
                .learningRate(.02)
                .epochs(80)
                .seed(3);
        Rbm chains = builder.learning(RbmLearning.langevin(2, 100, 3, .8)).fit(data);
        double exact =
                builder.learning(RbmLearning.exact()).fit(data).enumerated().logLikelihood(data) / 400;
        double learnt = chains.enumerated().logLikelihood(data) / 400;
        double start = builder.learning(RbmLearning.exact())
                        .epochs(0)
                        .fit(data)
                        .enumerated()
                        .logLikelihood(data)
                / 400;
        assertTrue(learnt > exact - .25 * (exact - start), "from " + start + " to " + learnt + " and " + exact);
        int n = 30_000;
        SplittableRandom rng = new SplittableRandom(5);
        FMatrixRMaj x = chains.enumerated().sample(n, rng);
        chains.langevin(2, 1).step(x, rng);
        GaussianRbmTest.assertMoments(chains, x);
    }

    @Test
    void badInput() {
        assertMessageHas("steps is 0", () -> MACHINE.langevin(0, 1));
        assertMessageHas("stepSize is NaN", () -> MACHINE.langevin(1, Double.NaN));
        Rbm bits = Rbm.of(new FMatrixRMaj(2, 2), new FMatrixRMaj(1, 2), new FMatrixRMaj(1, 2));
        assertMessageHas("Gaussian visible units", () -> bits.langevin(1, 1));
        RbmBuilder binary = Rbm.builder().hidden(2).learning(RbmLearning.langevin(1, 5, 1, .5));
        assertMessageHas("Gaussian visible units", () -> binary.fit(Dataset.of(new double[][] {{0, 1}, {1, 0}})));
    }
}
