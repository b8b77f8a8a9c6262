package lvm.flow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.data.PlanarEnergy;
import lvm.data.Toy2d;
import lvm.distribution.Bijectors;
import lvm.distribution.Energy;
import lvm.model.EncoderDecoderContract;
import lvm.model.GenerativeModelContract;
import lvm.model.HasDensityContract;
import lvm.model.Rows;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

class NormalizingFlowTest
        implements GenerativeModelContract<FMatrixRMaj>,
                HasDensityContract<FMatrixRMaj>,
                EncoderDecoderContract<FMatrixRMaj>,
                Rows.Floats {
    private static final NormalizingFlow FLOW = NormalizingFlow.builder()
            .architecture(Planar.layers(4).inverted())
            .epochs(5)
            .learningRate(5e-3)
            .fit(Toy2d.TWO_MOONS.generate(500, 1));

    @Override
    public NormalizingFlow generativeModel() {
        return FLOW;
    }

    @Override
    public NormalizingFlow densityModel() {
        return FLOW;
    }

    @Override
    public NormalizingFlow encoder() {
        return FLOW;
    }

    @Override
    public NormalizingFlow decoder() {
        return FLOW;
    }

    @Override
    public double[][] rowsWithDensity() {
        return new double[][] {{0, 0.5}, {1, -0.3}, {2, 0}};
    }

    @Override
    public double[][] observations() {
        return rowsWithDensity();
    }

    @Override
    public double[][] support() {
        return new double[][] {{-8, 9}, {-5, 6}};
    }

    @Override
    public double precision() {
        return 1e-5;
    }

    /** In single precision to 10⁻³. */
    @Override
    @Test
    public void densityIntegratesToOne() {
        assertIntegratesToOne(FLOW, support());
    }

    /** The integral over a grid. */
    static void assertIntegratesToOne(NormalizingFlow flow, double[][] support) {
        int points = 400;
        FMatrixRMaj x = new FMatrixRMaj(points * points, 2);
        double cell = 1;
        for (int j = 0; j < 2; j++) {
            double width = (support[j][1] - support[j][0]) / points;
            cell *= width;
            for (int i = 0; i < x.numRows; i++) {
                int at = j == 0 ? i % points : i / points;
                x.set(i, j, (float) (support[j][0] + (at + 0.5) * width));
            }
        }
        double sum = 0;
        for (double logP : flow.logDensity(x)) {
            sum += Math.exp(logP) * cell;
        }
        assertEquals(1, sum, 1e-3, flow.toString());
    }

    @Test
    void theSameSeedGivesTheSameFlow() {
        NormalizingFlowBuilder builder = NormalizingFlow.builder()
                .architecture(Radial.layers(3))
                .epochs(2)
                .seed(5);
        Dataset data = Toy2d.SPIRALS.generate(150, 2);
        FMatrixRMaj x = data.floatMatrix();
        assertArrayEquals(builder.fit(data).logDensity(x), builder.fit(data).logDensity(x));
    }

    @Test
    void maximumLikelihoodFindsANormalDistribution() {
        SplittableRandom rng = new SplittableRandom(1);
        FMatrixRMaj x = new FMatrixRMaj(1000, 2);
        for (int i = 0; i < 1000; i++) {
            x.set(i, 0, (float) (5 + 3 * rng.nextGaussian()));
            x.set(i, 1, (float) (-1 + 0.2 * rng.nextGaussian()));
        }
        double entropy = 1 + Math.log(2 * Math.PI) + Math.log(3 * 0.2);
        NormalizingFlow flow = NormalizingFlow.builder()
                .architecture(Planar.layers(1).inverted())
                .epochs(30)
                .learningRate(1e-2)
                .fit(Dataset.of(x));
        // The standard deviation of the mean of log p is √(2/2)/√1000 = 0.032.
        assertEquals(-entropy, flow.logLikelihood(x) / 1000, 0.1);
    }

    @Test
    void baseAloneIsItsDistribution() {
        NormalizingFlow normal = NormalizingFlow.of(Bijectors.identity(), 2, Base.NORMAL);
        NormalizingFlow logistic = NormalizingFlow.of(Bijectors.identity(), 1, Base.LOGISTIC);
        FMatrixRMaj x = matrix(new double[][] {{1, 2}});
        assertEquals(-2.5 - Math.log(2 * Math.PI), normal.logDensity(x)[0], 1e-5);
        FMatrixRMaj one = matrix(new double[][] {{1.5}});
        double s = 1 / (1 + Math.exp(-1.5));
        assertEquals(Math.log(s * (1 - s)), logistic.logDensity(one)[0], 1e-5);
        // The variance π²/3 of the draws; standard error (√(4.2 − 1) π²/3)/√20000 = 0.042.
        double squares = 0;
        for (float v : logistic.sample(20_000, new SplittableRandom(1)).data) {
            squares += v * v / 20_000;
        }
        assertEquals(Math.PI * Math.PI / 3, squares, 0.2);
    }

    /** Before the first step a flow that begins at the identity is the normal distribution of the moments of (k + u)/L. */
    @Test
    void greyLevelsWithoutASigmoidAreStandardized() {
        int levels = 4;
        FMatrixRMaj x = matrix(new double[][] {{0, 0}, {1 / 3.0, 0}, {1, 0}, {1, 0}, {2 / 3.0, 0}});
        NormalizingFlow flow = NormalizingFlow.builder()
                .architecture(RealNvp.layers(2, 3))
                .dequantization(levels, Double.NaN)
                .epochs(0)
                .fit(Dataset.of(x));
        int fine = 1000;
        double[] mean = new double[2];
        double[] variance = new double[2];
        for (int pass = 0; pass < 2; pass++) {
            for (int i = 0; i < 5 * fine; i++) {
                for (int j = 0; j < 2; j++) {
                    double v = (Math.round(3 * x.get(i / fine, j)) + (i % fine + 0.5) / fine) / levels;
                    if (pass == 0) {
                        mean[j] += v / (5 * fine);
                    } else {
                        variance[j] += (v - mean[j]) * (v - mean[j]) / (5 * fine);
                    }
                }
            }
        }
        double expected = -Math.log(2 * Math.PI) - 0.5 * Math.log(variance[0] * variance[1]);
        double[] at = {0.4, 0.2};
        for (int j = 0; j < 2; j++) {
            expected -= (at[j] - mean[j]) * (at[j] - mean[j]) / (2 * variance[j]);
        }
        assertEquals(expected, flow.logDensity(matrix(new double[][] {at}))[0], 1e-4);
    }

    /** The mean of log q + U over draws falls towards −log Z and, as a divergence, never below 0. */
    @Test
    void reverseDivergenceFalls() {
        Energy energy = Energy.of(PlanarEnergy.U1);
        NormalizingFlowBuilder builder = NormalizingFlow.builder()
                .architecture(Planar.layers(8))
                .learningRate(5e-3)
                .batchSize(128);
        NormalizingFlow start = builder.steps(0).epochs(0).fit(energy);
        NormalizingFlow flow = NormalizingFlow.builder()
                .architecture(Planar.layers(8))
                .learningRate(5e-3)
                .batchSize(128)
                .annealing(300)
                .steps(1500)
                .fit(energy);
        SplittableRandom rng = new SplittableRandom(3);
        double before = start.reverseKl(energy, 4000, rng);
        double after = flow.reverseKl(energy, 4000, rng);
        assertTrue(after > -0.05 && after < 0.7 && before > after + 1, before + " to " + after);
    }

    @Test
    void normalisersOfTheEnergiesWithTheirWallsAreIntegrals() {
        for (PlanarEnergy which : PlanarEnergy.values()) {
            Energy energy = Energy.of(which);
            double[] gradient = new double[2];
            double step = 0.02;
            double sum = 0;
            for (int i = -250; i <= 250; i++) {
                for (int j = -400; j <= 400; j++) {
                    double[] x = {i * step, j * step};
                    sum += Math.exp(-energy.energy(x, gradient)) * step * step;
                }
            }
            assertEquals(Math.log(sum), energy.logZ(), 1e-3, which.toString());
        }
    }

    @Test
    void whatIsMissingOrWrongIsNamed() {
        Dataset data = Toy2d.RINGS.generate(20, 1);
        assertMessage("architecture not set", () -> NormalizingFlow.builder().fit(data));
        assertMessage(
                "column 1",
                () -> NormalizingFlow.builder().architecture(Planar.layers(1)).fit(Dataset.of(new double[][] {
                    {1, 2}, {2, 2}
                })));
        assertMessage("without dequantisation", () -> FLOW.levelBound(new FMatrixRMaj(1, 2), 1, null));
    }

    private static void assertMessage(String part, Runnable call) {
        String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
        assertTrue(message.contains(part), message);
    }
}
