package lvm.model;

import java.util.function.Function;
import lvm.data.Dataset;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.Matrix;

/**
 * A model whose log density can be evaluated exactly: a density of real observations, a probability mass of discrete ones.
 *
 * @param <X> the matrix type of the family, one observation a row
 */
public interface HasDensity<X extends Matrix> extends Observed<X> {

    /**
     * The exact log density of every row.
     *
     * @param x n×D rows of observations; not modified
     * @return n values of log p(xᵢ) in nats, summed over the D dimensions
     * @throws IllegalArgumentException if x has another number of columns than the model, or holds a NaN
     */
    double[] logDensity(X x);

    /**
     * The exact log density of the rows of a data set.
     *
     * @param data n rows with the columns of the model, matched by name where both have names; not modified
     * @return n values of log p(xᵢ) in nats, summed over the D dimensions
     * @throws IllegalArgumentException as {@link #logDensity(Matrix)} and {@link #observations(Dataset)}
     */
    default double[] logDensity(Dataset data) {
        return logDensity(observations(data));
    }

    /**
     * The log-likelihood of a matrix of observations, L = Σᵢ log p(xᵢ).
     *
     * @param x n×D rows of observations; not modified
     * @return the total over the rows, in nats
     * @throws IllegalArgumentException as {@link #logDensity(Matrix)}
     */
    default double logLikelihood(X x) {
        double total = 0;
        for (double logP : logDensity(x)) {
            total += logP;
        }
        return total;
    }

    /**
     * The log-likelihood of a data set, L = Σᵢ log p(xᵢ).
     *
     * @param data n rows with the columns of the model, matched by name where both have names; not modified
     * @return the total over the rows, in nats
     * @throws IllegalArgumentException as {@link #logDensity(Dataset)}
     */
    default double logLikelihood(Dataset data) {
        return logLikelihood(observations(data));
    }

    /**
     * A density that is known by a formula, to be drawn or compared with.
     *
     * @param dim D, at least 1
     * @param logDensity gives log p(xᵢ) in nats for each row of an n×D matrix
     * @return the density
     * @throws IllegalArgumentException if D is less than 1
     */
    static HasDensity<DMatrixRMaj> of(int dim, Function<DMatrixRMaj, double[]> logDensity) {
        return new KnownDensity(Require.atLeast("HasDensity.of", "dim", 1, dim), logDensity);
    }
}
