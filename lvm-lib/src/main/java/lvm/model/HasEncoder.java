package lvm.model;

import lvm.data.Dataset;
import org.ejml.data.Matrix;

/**
 * A model that can be read backwards, from an observation x to latent variables h.
 *
 * @param <X> the matrix type of the family, one observation or one set of latent variables a row
 */
public interface HasEncoder<X extends Matrix> extends Observed<X> {

    /** {@return the number of latent variables, K, the number of columns of a matrix of latent variables} */
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
     * The latent variables of the rows of a data set.
     *
     * @param data n rows with the columns of the model, matched by name where both have names; not modified
     * @return n×K latent variables, one row an observation
     * @throws IllegalArgumentException as {@link #encode(Matrix)} and {@link #observations(Dataset)}
     */
    default X encode(Dataset data) {
        return encode(observations(data));
    }
}
