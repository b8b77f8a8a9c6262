package lvm.model;

import java.util.List;
import java.util.stream.IntStream;
import lvm.data.Dataset;
import org.ejml.data.FMatrixRMaj;

/** What tells the class of an observation. */
public interface Classifier extends SinglePrecision {

    /** {@return the number of classes, K} */
    int classes();

    /**
     * What the classes are called: the labels of the data that the classifier learnt from.
     *
     * @return K names, the first that of class 0; "0", "1", … where the labels were these numbers
     */
    default List<String> classNames() {
        // A model may have been told of more classes than the data have.
        return this instanceof FittedModel fitted
                ? fitted.summary().classNames(classes())
                : IntStream.range(0, classes()).mapToObj(Integer::toString).toList();
    }

    /**
     * The class of every row.
     *
     * @param x n×D rows of observations; not modified
     * @return n classes counted from 0
     * @throws IllegalArgumentException if x has another number of columns, or holds a NaN
     */
    int[] classify(FMatrixRMaj x);

    /**
     * The class of the rows of a data set; its labels are not looked at.
     *
     * @param data n rows with the columns of the classifier, matched by name where both have names; not modified
     * @return n classes counted from 0
     * @throws IllegalArgumentException as {@link #classify(FMatrixRMaj)} and {@link #observations(Dataset)}
     */
    default int[] classify(Dataset data) {
        return classify(observations(data));
    }

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
