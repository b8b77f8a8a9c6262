package lvm.model;

import lvm.data.Dataset;
import org.ejml.data.Matrix;

/**
 * A model whose density is known up to a constant: p(x) = e^−F(x) / Z, where the free energy F(x) = −log Σ_h e^−E(x, h) can be
 * evaluated and Z, the same for all x, need not be known. Differences of free energies are exact log ratios of probabilities.
 *
 * @param <X> the matrix type of the family, one observation a row
 */
public interface HasEnergy<X extends Matrix> extends Observed<X> {

    /**
     * The free energy of every row.
     *
     * @param x n×D rows of observations; not modified
     * @return n values of F(xᵢ) = −log p(xᵢ) − log Z in nats, summed over the D dimensions
     * @throws IllegalArgumentException if x has another number of columns than the model, or holds a NaN
     */
    double[] freeEnergy(X x);

    /**
     * The free energy of the rows of a data set.
     *
     * @param data n rows with the columns of the model, matched by name where both have names; not modified
     * @return n values of F(xᵢ) in nats
     * @throws IllegalArgumentException as {@link #freeEnergy(Matrix)} and {@link #observations(Dataset)}
     */
    default double[] freeEnergy(Dataset data) {
        return freeEnergy(observations(data));
    }

    /**
     * The mean log-likelihood of rows, 1/n Σᵢ (−F(xᵢ)) − log Z.
     *
     * @param x n×D rows of observations, at least one; not modified
     * @param logPartition what is known of log Z
     * @return nats per row, and of which kind the number is
     * @throws IllegalArgumentException as {@link #freeEnergy(Matrix)}, or if there is no row
     */
    default EnergyLikelihood logLikelihood(X x, LogPartition logPartition) {
        return EnergyLikelihood.of(getClass().getSimpleName(), freeEnergy(x), logPartition);
    }

    /**
     * The mean log-likelihood of the rows of a data set, 1/n Σᵢ (−F(xᵢ)) − log Z.
     *
     * @param data n rows with the columns of the model, matched by name where both have names; not modified
     * @param logPartition what is known of log Z
     * @return nats per row, and of which kind the number is
     * @throws IllegalArgumentException as {@link #freeEnergy(Dataset)}, or if there is no row
     */
    default EnergyLikelihood logLikelihood(Dataset data, LogPartition logPartition) {
        return EnergyLikelihood.of(getClass().getSimpleName(), freeEnergy(data), logPartition);
    }
}
