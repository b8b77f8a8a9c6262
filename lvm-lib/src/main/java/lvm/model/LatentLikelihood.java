package lvm.model;

import org.ejml.data.DMatrixRMaj;

/**
 * The likelihood of latent variables for fixed rows of observations, with its slope: zᵢ ↦ log p(xᵢ | zᵢ). What
 * {@link HasJointDensity#latentLikelihood} gives; not thread-safe.
 */
@FunctionalInterface
public interface LatentLikelihood {
    /**
     * Evaluates it at a place for each row.
     *
     * @param z n×K latent variables, one row for each observation; not to be modified
     * @param logLikelihood log p(xᵢ | zᵢ), nats, summed over the D dimensions of a row. Modified: all n values
     * @param gradient ∂ log p(xᵢ | zᵢ)/∂zᵢ, n×K. Modified: all values
     */
    void evaluate(DMatrixRMaj z, double[] logLikelihood, DMatrixRMaj gradient);
}
