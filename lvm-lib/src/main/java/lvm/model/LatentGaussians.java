package lvm.model;

import java.util.Objects;
import org.ejml.data.DMatrixRMaj;

/**
 * A Gaussian of latent variables for each row, N(mᵢ, diag sᵢ²): the prior, or what an encoder says of the row's posterior.
 *
 * @param mean m, n×K
 * @param deviation s, n×K, above 0
 */
public record LatentGaussians(DMatrixRMaj mean, DMatrixRMaj deviation) {
    /**
     * Checks the shapes and signs.
     *
     * @param mean m, n×K
     * @param deviation s, n×K
     * @throws IllegalArgumentException if the shapes differ, a mean is not finite or a deviation is not above 0 and finite
     */
    public LatentGaussians {
        Objects.requireNonNull(mean, "LatentGaussians: mean");
        Objects.requireNonNull(deviation, "LatentGaussians: deviation");
        if (mean.numRows != deviation.numRows || mean.numCols != deviation.numCols) {
            throw new IllegalArgumentException("LatentGaussians: mean is " + mean.numRows + "×" + mean.numCols
                    + ", deviation " + deviation.numRows + "×" + deviation.numCols + ", expected the same shape");
        }
        for (int i = 0; i < mean.getNumElements(); i++) {
            double s = deviation.data[i];
            if (!Double.isFinite(mean.data[i]) || !(s > 0) || s == Double.POSITIVE_INFINITY) {
                throw new IllegalArgumentException("LatentGaussians: row " + i / mean.numCols + " has mean "
                        + mean.data[i] + " and deviation " + s + ", expected finite numbers and deviations above 0");
            }
        }
    }

    /**
     * The prior of {@link HasJointDensity}, N(0, I), for each row.
     *
     * @param rows n
     * @param latentDim K
     * @return n Gaussians
     */
    public static LatentGaussians standard(int rows, int latentDim) {
        DMatrixRMaj ones = new DMatrixRMaj(rows, latentDim);
        ones.fill(1);
        return new LatentGaussians(new DMatrixRMaj(rows, latentDim), ones);
    }
}
