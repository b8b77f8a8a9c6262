package lvm.vae;

import lvm.data.Dataset;
import org.ejml.data.FMatrixRMaj;

/** What tells the class of an observation. */
public interface Classifier {

    /**
     * The number of observed dimensions.
     *
     * @return D, the number of columns of an observation matrix
     */
    int dim();

    /**
     * The number of classes.
     *
     * @return K
     */
    int classes();

    /**
     * The class of every row.
     *
     * @param x n×D rows of observations; not modified
     * @return n classes counted from 0
     * @throws IllegalArgumentException if x has another number of columns, or holds a NaN
     */
    int[] classify(FMatrixRMaj x);

    /** Learns a classifier. */
    @FunctionalInterface
    interface Trainer {
        /**
         * Learns from rows of which some or all have labels.
         *
         * @param data n rows; what does not learn from rows without label leaves them out
         * @return the classifier
         * @throws IllegalArgumentException if no row has a label
         */
        Classifier fit(Dataset data);
    }
}
