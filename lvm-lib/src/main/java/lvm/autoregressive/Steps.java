package lvm.autoregressive;

import org.ejml.data.FMatrixRMaj;

/**
 * Rows that come to be column by column, in the order of a model. What the columns that are known say to the next ones is kept, so that all
 * columns of a row together take about the work of one pass through the network.
 */
interface Steps {
    /**
     * What the model makes of the columns that are known for the next one.
     *
     * @return n×K parameters of its distribution; valid until {@link #put}
     */
    FMatrixRMaj next();

    /**
     * Makes the next column known.
     *
     * @param values n numbers
     */
    void put(float[] values);
}
