package lvm.reproduce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Test;

/** Filters that are Gabor functions are found, noise is not; patches are white and have the density that they say. */
class GaborFitTest {
    private static double[] gabor(double x0, double y0, double theta, double frequency, double phase, double noise) {
        SplittableRandom rng = new SplittableRandom(2);
        double[] filter = new double[64];
        for (int k = 0; k < 64; k++) {
            double x = k % 8 - x0;
            double y = k / 8 - y0;
            double u = x * Math.cos(theta) + y * Math.sin(theta);
            double v = y * Math.cos(theta) - x * Math.sin(theta);
            filter[k] = 3 * Math.exp(-u * u / 4.5 - v * v / 8) * Math.cos(2 * Math.PI * frequency * u + phase)
                    + noise * rng.nextGaussian();
        }
        return filter;
    }

    @Test
    void gaborFunctionsAreFound() {
        SplittableRandom rng = new SplittableRandom(1);
        for (int k = 0; k < 6; k++) {
            double[] filter = gabor(
                    rng.nextDouble(2, 5),
                    rng.nextDouble(2, 5),
                    rng.nextDouble(Math.PI),
                    rng.nextDouble(.08, .3),
                    rng.nextDouble(6),
                    0);
            assertTrue(
                    GaborFit.of(filter, 8).r2() > .99,
                    "fit " + k + ": " + GaborFit.of(filter, 8).r2());
        }
        assertTrue(GaborFit.of(gabor(3, 4, 1, .2, 1, .3), 8).r2() > .7);
    }

    @Test
    void noiseIsNone() {
        SplittableRandom rng = new SplittableRandom(3);
        double mean = 0;
        for (int k = 0; k < 20; k++) {
            double[] noise = new double[64];
            for (int i = 0; i < 64; i++) {
                noise[i] = rng.nextGaussian();
            }
            double r2 = GaborFit.of(noise, 8).r2();
            assertTrue(r2 < .6, "noise " + r2);
            mean += r2 / 20;
        }
        assertTrue(mean > .05 && mean < .4, "mean " + mean);
        assertEquals(0, GaborFit.of(new double[64], 8).r2());
    }

    @Test
    void patchesAreWhiteAndComeBack() {
        WhitePatches patches = new WhitePatches(4, 800, 100, 1);
        DMatrixRMaj x = patches.train.matrix();
        for (int i = 0; i < 16; i++) {
            for (int k = 0; k < 16; k++) {
                double sum = 0;
                for (int n = 0; n < 800; n++) {
                    sum += x.get(n, i) * x.get(n, k) / 800;
                }
                assertEquals(i == k ? 1 : 0, sum, 1e-8);
            }
        }
        FMatrixRMaj white = patches.test.floatMatrix();
        DMatrixRMaj back = patches.pixels(white);
        for (int k = 0; k < back.getNumElements(); k++) {
            assertEquals(patches.testPixels.matrix().data[k], back.data[k], 1e-5);
        }
        // the volume that whitening makes of a unit cube, by a small one
        FMatrixRMaj units = new FMatrixRMaj(17, 16);
        for (int i = 0; i < 16; i++) {
            units.set(i + 1, i, 1);
        }
        DMatrixRMaj corners = patches.pixels(units);
        DMatrixRMaj edges = new DMatrixRMaj(16, 16);
        for (int k = 0; k < 256; k++) {
            edges.data[k] = corners.get(1 + k / 16, k % 16) - corners.get(0, k % 16);
        }
        double log = -Math.log(Math.abs(CommonOps_DDRM.det(edges)));
        assertEquals(log, patches.logDeterminant, 1e-5);
    }

    @Test
    void kurtosis() {
        DMatrixRMaj x = new DMatrixRMaj(1, 4);
        x.data = new double[] {0, 2, 5, 6}; // differences 2 and 1 side by side
        assertEquals((16 + 1) / 2. / Math.pow((4 + 1) / 2., 2), WhitePatches.kurtosis(x, 2), 1e-12);
    }
}
