package lvm.model;

import lvm.data.Dataset;
import org.ejml.data.FMatrixRMaj;

/** A classifier that says how sure it is: p(y | x) for each class. */
public interface HasClassProbabilities extends Classifier {

    /**
     * The class probabilities.
     *
     * @param x n×D rows of observations; not modified
     * @return n×K probabilities
     * @throws IllegalArgumentException if x has another number of columns, or holds a NaN
     */
    FMatrixRMaj classProbabilities(FMatrixRMaj x);

    /**
     * As {@link #classProbabilities(FMatrixRMaj)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @return n×K probabilities
     * @throws IllegalArgumentException as there
     */
    default FMatrixRMaj classProbabilities(Dataset data) {
        return classProbabilities(observations(data));
    }
}
