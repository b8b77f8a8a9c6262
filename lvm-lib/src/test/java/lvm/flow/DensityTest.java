package lvm.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.stream.Stream;
import lvm.data.Dataset;
import lvm.data.Toy2d;
import lvm.distribution.Architecture;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each architecture, trained a little in the plane: the density integrates to one, and draws follow it. */
class DensityTest {
    private static final double REACH = 9;
    private static final int CELLS = 24;
    private static final int FINE = 15;

    static Stream<Architecture> architectures() {
        return Stream.of(
                Planar.layers(6).inverted(),
                Radial.layers(6),
                Sylvester.layers(3, 2).inverted(),
                Nice.layers(4, 24),
                RealNvp.layers(4, 24),
                RealNvp.layers(2, Transformer.spline(8, 4), 24),
                Glow.layers(3, 24),
                Maf.layers(3, 24),
                Maf.layers(2, Transformer.spline(6, 4), 24),
                Maf.layers(2, 24).inverted());
    }

    /**
     * χ² of 20,000 draws over the cells of a grid, with the probabilities that the density gives by a finer one. Its bound, by
     * Wilson and Hilferty with z = 3.72, is passed with probability 10⁻⁴ by each of the ten; the seeds are fixed.
     */
    @ParameterizedTest
    @MethodSource("architectures")
    void densityIntegratesToOneAndDrawsFollowIt(Architecture architecture) {
        Dataset data = Toy2d.TWO_MOONS.generate(600, 1);
        NormalizingFlow flow = NormalizingFlow.builder()
                .architecture(architecture)
                .learningRate(5e-3)
                .batchSize(200)
                .steps(60)
                .fit(data);
        int points = CELLS * FINE;
        double step = 2 * REACH / points;
        FMatrixRMaj grid = new FMatrixRMaj(points * points, 2);
        for (int i = 0; i < grid.numRows; i++) {
            grid.set(i, 0, (float) (-REACH + (i % points + 0.5) * step));
            grid.set(i, 1, (float) (-REACH + (i / points + 0.5) * step));
        }
        double[] probabilities = new double[CELLS * CELLS];
        double[] logs = flow.logDensity(grid);
        double sum = 0;
        for (int i = 0; i < logs.length; i++) {
            double p = Math.exp(logs[i]) * step * step;
            sum += p;
            probabilities[i / points / FINE * CELLS + i % points / FINE] += p;
        }
        assertEquals(1, sum, 1e-3);

        int n = 20_000;
        int[] counts = new int[CELLS * CELLS];
        FMatrixRMaj x = flow.sample(n, new SplittableRandom(7));
        int outside = 0;
        for (int i = 0; i < n; i++) {
            int column = (int) Math.floor((x.get(i, 0) + REACH) / (step * FINE));
            int row = (int) Math.floor((x.get(i, 1) + REACH) / (step * FINE));
            if (column >= 0 && column < CELLS && row >= 0 && row < CELLS) {
                counts[row * CELLS + column]++;
            } else {
                outside++;
            }
        }
        double chiSquared = 0;
        double restExpected = n * Math.max(0, 1 - sum);
        double restCount = outside;
        int cells = 0;
        for (int c = 0; c < counts.length; c++) {
            double expected = n * probabilities[c];
            if (expected >= 10) {
                chiSquared += (counts[c] - expected) * (counts[c] - expected) / expected;
                cells++;
            } else {
                restExpected += expected;
                restCount += counts[c];
            }
        }
        chiSquared += (restCount - restExpected) * (restCount - restExpected) / Math.max(10, restExpected);
        double k = cells;
        double bound = k * Math.pow(1 - 2 / (9 * k) + 3.72 * Math.sqrt(2 / (9 * k)), 3);
        assertTrue(cells >= 10 && chiSquared < bound, chiSquared + " in " + cells + " cells, bound " + bound);
        // The training did something: the normal distribution of the same moments has −2.22.
        double mean = flow.logLikelihood(data.floatMatrix()) / data.rows();
        assertTrue(mean > -2.3, "mean log density " + mean);
    }
}
