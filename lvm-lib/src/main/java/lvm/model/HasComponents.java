package lvm.model;

import lvm.data.Dataset;
import lvm.linalg.RowOps;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.Matrix;

/**
 * A model whose one latent variable is a choice z among K components, which can be told from an observation.
 *
 * @param <X> the matrix type of the family, one observation a row
 */
public interface HasComponents<X extends Matrix> extends Observed<X> {

    /** {@return the number of components, K} */
    int components();

    /**
     * The posterior probabilities of the components, p(z = k | xᵢ).
     *
     * @param x n×D rows of observations; not modified
     * @return n×K probabilities; each row sums to 1
     * @throws IllegalArgumentException if x has another number of columns than the model, or holds a NaN
     */
    DMatrixRMaj responsibilities(X x);

    /**
     * The posterior probabilities of the components for the rows of a data set.
     *
     * @param data n rows with the columns of the model, matched by name where both have names; not modified
     * @return n×K probabilities; each row sums to 1
     * @throws IllegalArgumentException as {@link #responsibilities(Matrix)} and {@link #observations(Dataset)}
     */
    default DMatrixRMaj responsibilities(Dataset data) {
        return responsibilities(observations(data));
    }

    /**
     * The most probable component of every row.
     *
     * @param x n×D rows of observations; not modified
     * @return n components counted from 0, the first of those with the largest probability
     * @throws IllegalArgumentException as {@link #responsibilities(Matrix)}
     */
    default int[] assignments(X x) {
        return RowOps.largest(responsibilities(x));
    }

    /**
     * The most probable component for the rows of a data set.
     *
     * @param data n rows with the columns of the model, matched by name where both have names; not modified
     * @return n components counted from 0
     * @throws IllegalArgumentException as {@link #assignments(Matrix)} and {@link #observations(Dataset)}
     */
    default int[] assignments(Dataset data) {
        return assignments(observations(data));
    }
}
