package lvm.fit;

import java.util.random.RandomGenerator;

/** An objective that is only looked at: the bound on validation rows, for example. */
@FunctionalInterface
public interface BatchObjective {

    /**
     * Evaluates the objective and moves nothing.
     *
     * @param batch the rows; valid during the call only
     * @param rng the randomness, the same for the same batch at each evaluation
     * @return the objective per row, averaged over the rows of the batch; higher is better
     */
    double value(Batch batch, RandomGenerator rng);
}
