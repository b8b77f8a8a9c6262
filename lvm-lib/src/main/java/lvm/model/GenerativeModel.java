package lvm.model;

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
}
