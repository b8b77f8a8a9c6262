package lvm.model;

import java.util.random.RandomGenerator;
import lvm.data.Dataset;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.Matrix;

/**
 * A model with latent variables z whose log-likelihood is only bounded, by means of a distribution q(z | x) that can be drawn
 * from: E_q[log p(x, z) − log q(z | x)] ≤ log p(x).
 *
 * @param <X> the matrix type of the family, one observation a row
 */
public interface HasBound<X extends Matrix> extends Observed<X> {

    /**
     * The evidence lower bound of every row, E_q[log p(x, z) − log q(z | x)] ≤ log p(x), from draws of z: unbiased for the
     * bound.
     *
     * @param x n×D rows of observations; not modified
     * @param draws the draws of z for each row, at least 1
     * @param rng the source of randomness; advanced
     * @return n estimates of the lower bound in nats, summed over the D dimensions
     * @throws IllegalArgumentException if x has another number of columns than the model, or holds a NaN, or there is no
     *     draw
     */
    double[] elbo(X x, int draws, RandomGenerator rng);

    /**
     * The evidence lower bound of the rows of a data set.
     *
     * @param data n rows with the columns of the model, matched by name where both have names; not modified
     * @param draws the draws of z for each row, at least 1
     * @param rng the source of randomness; advanced
     * @return n estimates of the lower bound in nats, summed over the D dimensions
     * @throws IllegalArgumentException as {@link #elbo(Matrix, int, RandomGenerator)} and {@link #observations(Dataset)}
     */
    default double[] elbo(Dataset data, int draws, RandomGenerator rng) {
        return elbo(observations(data), draws, rng);
    }

    /**
     * Log importance weights, log p(x, z) − log q(z | x) with z ~ q(z | x). The mean of a row is its lower bound; the log of
     * the mean of their exponentials is, in expectation, a higher bound the more draws there are, and estimates log p(x).
     *
     * @param x n×D rows of observations; not modified
     * @param draws the draws of z for each row, at least 1
     * @param rng the source of randomness; advanced
     * @return n×draws values, nats
     * @throws IllegalArgumentException as {@link #elbo(Matrix, int, RandomGenerator)}
     */
    DMatrixRMaj logWeights(X x, int draws, RandomGenerator rng);

    /**
     * Log importance weights of the rows of a data set.
     *
     * @param data n rows with the columns of the model, matched by name where both have names; not modified
     * @param draws the draws of z for each row, at least 1
     * @param rng the source of randomness; advanced
     * @return n×draws values, nats
     * @throws IllegalArgumentException as {@link #logWeights(Matrix, int, RandomGenerator)} and
     *     {@link #observations(Dataset)}
     */
    default DMatrixRMaj logWeights(Dataset data, int draws, RandomGenerator rng) {
        return logWeights(observations(data), draws, rng);
    }
}
