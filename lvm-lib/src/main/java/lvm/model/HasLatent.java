package lvm.model;

import org.ejml.data.Matrix;

/**
 * A model that explains an observation x by latent variables h: it can be read backwards, from x to h, and forwards, from
 * h to x.
 *
 * @param <X> the matrix type of the family, one observation or one set of latent variables a row
 */
public interface HasLatent<X extends Matrix> {

    /**
     * The number of latent variables.
     *
     * @return K, the number of columns of a matrix of latent variables
     */
    int latentDim();

    /**
     * The latent variables of every row: the mean of the posterior p(h | xᵢ), or what the model's own documentation says
     * stands for it where there is no posterior.
     *
     * @param x n×D rows of observations; not modified
     * @return n×K latent variables, one row an observation
     * @throws IllegalArgumentException if x has another number of columns than the model, or holds a NaN
     */
    X encode(X x);

    /**
     * The observation that is expected for every row of latent variables, the mean of p(x | hᵢ).
     *
     * @param h n×K rows of latent variables; not modified
     * @return n×D observations without noise
     * @throws IllegalArgumentException if h has another number of columns than there are latent variables, or holds a NaN
     */
    X decode(X h);
}
