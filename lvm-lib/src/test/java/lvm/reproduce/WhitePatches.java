package lvm.reproduce;

import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.data.DeadLeaves;
import lvm.linalg.Products;
import lvm.linalg.SymmetricEigen;
import lvm.random.Seeds;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * Patches of pictures of dead leaves with Gaussian noise of deviation {@value #NOISE} on greys from 0 to 1, and whitened, x̃ = Z (x − m) with the symmetric root Z = C^−½
 * of the covariance of the patches to learn from (ZCA). The test patches are of other pictures. A density of x̃ is one of the pixels after + log |det Z|.
 */
final class WhitePatches {
    static final double NOISE = .05;

    final int size;
    final Dataset pixels;
    final Dataset testPixels;
    final Dataset train;
    final Dataset test;
    final double logDeterminant;
    private final double[] mean;
    private final DMatrixRMaj unwhitening;

    WhitePatches(int size, int rows, int testRows, long seed) {
        this.size = size;
        DMatrixRMaj learnt = noisy(rows, size, Seeds.split(seed, "pictures to learn from"));
        DMatrixRMaj held = noisy(testRows, size, Seeds.split(seed, "pictures to test on"));
        int d = size * size;
        mean = new double[d];
        for (int k = 0; k < learnt.getNumElements(); k++) {
            mean[k % d] += learnt.data[k] / rows;
        }
        DMatrixRMaj centred = centred(learnt);
        DMatrixRMaj c = new DMatrixRMaj(d, d);
        Products.gemm(true, false, 1.0 / rows, centred, centred, 0, c);
        SymmetricEigen eigen = SymmetricEigen.of(c);
        DMatrixRMaj z = new DMatrixRMaj(d, d);
        unwhitening = new DMatrixRMaj(d, d);
        double log = 0;
        for (int e = 0; e < d; e++) {
            double root = Math.sqrt(eigen.values()[e]);
            log -= Math.log(root);
            for (int i = 0; i < d; i++) {
                for (int k = 0; k < d; k++) {
                    double outer = eigen.vectors().get(i, e) * eigen.vectors().get(k, e);
                    z.add(i, k, outer / root);
                    unwhitening.add(i, k, outer * root);
                }
            }
        }
        logDeterminant = log;
        pixels = Dataset.of(learnt);
        testPixels = Dataset.of(held);
        train = Dataset.of(times(centred, z));
        test = Dataset.of(times(centred(held), z));
    }

    private static DMatrixRMaj noisy(int n, int size, long seed) {
        DMatrixRMaj x = DeadLeaves.patches(n, size, seed).matrix();
        SplittableRandom rng = new SplittableRandom(seed);
        for (int k = 0; k < x.getNumElements(); k++) {
            x.data[k] += NOISE * rng.nextGaussian();
        }
        return x;
    }

    private DMatrixRMaj centred(DMatrixRMaj x) {
        DMatrixRMaj y = x.copy();
        for (int k = 0; k < y.getNumElements(); k++) {
            y.data[k] -= mean[k % mean.length];
        }
        return y;
    }

    private static DMatrixRMaj times(DMatrixRMaj x, DMatrixRMaj z) {
        DMatrixRMaj y = x.createLike();
        Products.mult(x, z, y);
        return y;
    }

    /** Whitened rows as pixels. */
    DMatrixRMaj pixels(FMatrixRMaj white) {
        DMatrixRMaj x = new DMatrixRMaj(white.numRows, white.numCols);
        for (int k = 0; k < x.getNumElements(); k++) {
            x.data[k] = white.data[k];
        }
        DMatrixRMaj pixels = times(x, unwhitening);
        for (int k = 0; k < pixels.getNumElements(); k++) {
            pixels.data[k] += mean[k % mean.length];
        }
        return pixels;
    }

    /** The kurtosis of the differences of pixels that are side by side: 3 for Gaussians, more where most are small and some are edges. */
    static double kurtosis(DMatrixRMaj pixels, int size) {
        double second = 0;
        double fourth = 0;
        int n = 0;
        for (int i = 0; i < pixels.numRows; i++) {
            for (int k = 0; k < size * size; k++) {
                if (k % size < size - 1) {
                    double difference = pixels.get(i, k + 1) - pixels.get(i, k);
                    second += difference * difference;
                    fourth += Math.pow(difference, 4);
                    n++;
                }
            }
        }
        return fourth / n / (second / n) / (second / n);
    }
}
