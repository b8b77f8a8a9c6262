package lvm.fit;

import java.util.random.RandomGenerator;

/**
 * One step of training: gradient ascent on a bound, contrastive divergence, a wake-sleep update, an EM iteration. What
 * repeats it is {@link Fit}.
 */
@FunctionalInterface
public interface TrainStep {

    /**
     * Moves the parameters.
     *
     * @param batch the rows to learn from; valid during the call only
     * @param rng the randomness of this step, a function of the fit's seed and the number of the step: a resumed fit draws
     *     what an uninterrupted one draws
     * @return the objective in its unit per row, averaged over the rows of the batch; higher is better
     * @throws java.util.concurrent.CancellationException if the thread is interrupted in the middle of the step; the
     *     parameters must then be those from before it
     */
    double step(Batch batch, RandomGenerator rng);
}
