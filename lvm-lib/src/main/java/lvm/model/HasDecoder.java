package lvm.model;

import org.ejml.data.Matrix;

/**
 * A model that can be read forwards, from latent variables h to the observation that they make.
 *
 * @param <X> the matrix type of the family, one observation or one set of latent variables a row
 */
public interface HasDecoder<X extends Matrix> {

    /** {@return the number of latent variables, K, the number of columns of a matrix of latent variables} */
    int latentDim();

    /**
     * The observation that is expected for every row of latent variables, the mean of p(x | hᵢ).
     *
     * @param h n×K rows of latent variables; not modified
     * @return n×D observations without noise
     * @throws IllegalArgumentException if h has another number of columns than there are latent variables, or holds a NaN
     */
    X decode(X h);
}
