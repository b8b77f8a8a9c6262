package lvm.model;

import org.ejml.data.Matrix;

/**
 * A model whose log density can be evaluated exactly.
 *
 * @param <X> the matrix type of the family, one observation a row
 */
public interface HasDensity<X extends Matrix> {

    /**
     * The exact log density of every row.
     *
     * @param x n×D rows of observations; not modified
     * @return n values of log p(xᵢ) in nats, summed over the D dimensions
     * @throws IllegalArgumentException if x has another number of columns than the model, or holds a NaN
     */
    double[] logDensity(X x);

    /**
     * The log-likelihood of a data set, L = Σᵢ log p(xᵢ).
     *
     * @param x n×D rows of observations; not modified
     * @return the total over the rows, in nats
     * @throws IllegalArgumentException as {@link #logDensity}
     */
    default double logLikelihood(X x) {
        double total = 0;
        for (double logP : logDensity(x)) {
            total += logP;
        }
        return total;
    }
}
