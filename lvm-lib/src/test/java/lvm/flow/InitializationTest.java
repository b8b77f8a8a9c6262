package lvm.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.distribution.Architecture;
import lvm.distribution.Bijector;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/** Where layers are set by the first rows: activation normalisation, where architectures have it, and that a fit begins with it. */
class InitializationTest {
    private static final int N = 2000;

    /** Columns with the means 5, 6, … and the deviations 3, 6, … */
    private static FMatrixRMaj rows(int dim) {
        SplittableRandom rng = new SplittableRandom(3);
        FMatrixRMaj x = new FMatrixRMaj(N, dim);
        for (int i = 0; i < x.getNumElements(); i++) {
            x.data[i] = (float) (5 + i % dim + 3 * (1 + i % dim) * rng.nextGaussian());
        }
        return x;
    }

    private static double[] moments(FMatrixRMaj z, int from, int to) {
        double mean = 0;
        double square = 0;
        int count = (to - from) * z.numRows;
        for (int i = 0; i < z.numRows; i++) {
            for (int j = from; j < to; j++) {
                mean += z.get(i, j) / count;
                square += z.get(i, j) * (double) z.get(i, j) / count;
            }
        }
        return new double[] {mean, Math.sqrt(square - mean * mean)};
    }

    /** Networks begin at zero, so what is done to the first rows is what the normalisations do. */
    @Test
    void whereArchitecturesNormalise() {
        FMatrixRMaj x = rows(4);
        for (Architecture without : new Architecture[] {Maf.layers(1, 5), RealNvp.layers(3, 5)}) {
            FMatrixRMaj z = without.make(4, new SplittableRandom(1)).initialize(x, true);
            for (int j = 0; j < 4; j++) {
                assertEquals(5 + j, moments(z, j, j + 1)[0], 1 + j, without.toString());
                assertEquals(3 + 3 * j, moments(z, j, j + 1)[1], 0.5 + j, without.toString());
            }
        }
        for (Architecture with : new Architecture[] {Maf.layers(2, 5), Maf.layers(3, 5), Nice.layers(2, 5)}) {
            Bijector map = with.make(4, new SplittableRandom(1));
            FMatrixRMaj z = map.initialize(x, true);
            for (int j = 0; j < 4; j++) {
                double[] moments = moments(z, j, j + 1);
                assertEquals(0, moments[0], 1e-4, with.toString());
                assertEquals(1, moments[1], 1e-3, with.toString());
                // And so it stays.
                assertEquals(z.get(7, j), map.inverse(x).y().get(7, j), 1e-4);
            }
        }
        // Images: the channels, four of each place after a squeeze.
        FMatrixRMaj images = rows(16);
        FMatrixRMaj z =
                RealNvp.images(1, 4, 4, 1, 3).make(16, new SplittableRandom(1)).initialize(images, true);
        // The last couplings see two channels, the others are done; both were normalised.
        for (int half = 0; half < 2; half++) {
            double[] moments = moments(z, 8 * half, 8 * half + 8);
            assertEquals(0, moments[0], 1e-3, "half " + half);
            assertEquals(1, moments[1], 1e-3, "half " + half);
        }
    }

    /** A fit begins with rows of the data, before its first step. */
    @Test
    void aFitBeginsWithRowsOfTheData() {
        FMatrixRMaj x = rows(3);
        NormalizingFlow flow = NormalizingFlow.builder()
                .architecture(Maf.layers(2, 5))
                .standardize(false)
                .epochs(0)
                .fit(Dataset.of(x));
        FMatrixRMaj z = flow.encode(x);
        for (int j = 0; j < 3; j++) {
            // Some hundred rows are taken; 0.2 is more than 4 standard errors of 500.
            double[] moments = moments(z, j, j + 1);
            assertEquals(0, moments[0], 0.2);
            assertEquals(1, moments[1], 0.2);
        }
    }
}
