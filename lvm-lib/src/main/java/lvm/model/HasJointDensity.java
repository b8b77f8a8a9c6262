package lvm.model;

import java.util.random.RandomGenerator;
import lvm.data.Dataset;
import org.ejml.data.Matrix;

/**
 * A model with continuous latent variables z ~ N(0, I) of K dimensions and observations x ~ p(x | z) whose density is known with its
 * slope by z: a decoder with an observation noise. log p(x) = log ∫ p(x | z) N(z; 0, I) dz needs an estimate, such as
 * {@code AnnealedLikelihood} of {@code lvm.evaluation} makes.
 *
 * @param <X> the matrix type of the family, one observation or one set of latent variables a row
 */
public interface HasJointDensity<X extends Matrix> extends GenerativeModel<X>, HasDecoder<X> {

    /**
     * Draws z ~ N(0, I).
     *
     * @param n the number of draws, at least 0
     * @param rng the source of randomness; advanced
     * @return n×K latent variables
     * @throws IllegalArgumentException if n is negative
     */
    X samplePrior(int n, RandomGenerator rng);

    /**
     * Draws x ~ p(x | z), one for each row of latent variables.
     *
     * @param z n×K rows of latent variables; not modified
     * @param rng the source of randomness; advanced
     * @return n×D draws
     * @throws IllegalArgumentException if z has another number of columns than there are latent variables, or holds a NaN
     */
    X sample(X z, RandomGenerator rng);

    /**
     * The likelihood of latent variables for each row of observations.
     *
     * @param x n×D rows of observations; copied
     * @return zᵢ ↦ log p(xᵢ | zᵢ) with its slope
     * @throws IllegalArgumentException if x has another number of columns than the model, or a value that p(x | z) can not give
     */
    LatentLikelihood latentLikelihood(X x);

    /**
     * The likelihood of latent variables for each row of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names; not modified
     * @return zᵢ ↦ log p(xᵢ | zᵢ) with its slope
     * @throws IllegalArgumentException as {@link #latentLikelihood(Matrix)} and {@link #observations(Dataset)}
     */
    default LatentLikelihood latentLikelihood(Dataset data) {
        return latentLikelihood(observations(data));
    }

    /**
     * A Gaussian for each row from which a way to its posterior is short: of a model with an encoder q(z | x), else the prior.
     *
     * @param x n×D rows of observations; not modified
     * @return n Gaussians of K dimensions; by default N(0, I)
     * @throws IllegalArgumentException if x has another number of columns than the model, or holds a NaN
     */
    default LatentGaussians posteriorGuess(X x) {
        return LatentGaussians.standard(x.getNumRows(), latentDim());
    }

    /**
     * A Gaussian for each row of data, see {@link #posteriorGuess(Matrix)}.
     *
     * @param data n rows with the columns of the model, matched by name where both have names; not modified
     * @return n Gaussians of K dimensions
     * @throws IllegalArgumentException as {@link #posteriorGuess(Matrix)} and {@link #observations(Dataset)}
     */
    default LatentGaussians posteriorGuess(Dataset data) {
        return posteriorGuess(observations(data));
    }
}
