package lvm.fit;

/**
 * Looks on while a model is fitted.
 *
 * @param <M> the model
 */
@FunctionalInterface
public interface IterationListener<M> {

    /**
     * Called in the thread of the fit, for the start and after each iteration. An exception thrown here ends the fit.
     *
     * @param iteration 0 for the start, then the number of iterations done; counted from 0 again at each restart
     * @param model the model at this point; immutable, so it may be kept
     */
    void iteration(int iteration, M model);
}
