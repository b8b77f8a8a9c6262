package lvm.model;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.ejml.data.Matrix;

/**
 * A model that observations can be drawn from: x ~ p(x).
 *
 * @param <X> the matrix type of the family, one observation a row ({@code DMatrixRMaj} or {@code FMatrixRMaj})
 */
public interface GenerativeModel<X extends Matrix> extends Observed<X> {

    /**
     * Independent draws from the model.
     *
     * @param n the number of draws, at least 0
     * @param rng the source of randomness; advanced
     * @return n×D draws, one a row
     * @throws IllegalArgumentException if n is negative
     */
    X sample(int n, RandomGenerator rng);

    /**
     * Independent draws from the model with the seed of its fit: the same at each call. A model that was not fitted, or whose fit
     * drew nothing, has the seed 0.
     *
     * @param n the number of draws, at least 0
     * @return n×D draws, one a row
     * @throws IllegalArgumentException if n is negative
     */
    default X sample(int n) {
        String seed =
                this instanceof FittedModel fitted ? fitted.summary().settings().get("seed") : null;
        return sample(n, new SplittableRandom(seed == null ? 0 : Long.parseLong(seed)));
    }
}
