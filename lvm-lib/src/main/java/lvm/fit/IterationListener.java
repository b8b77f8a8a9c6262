package lvm.fit;

/**
 * Is told of the course of a fit, with the model as it is then.
 *
 * @param <M> the model
 */
@FunctionalInterface
public interface IterationListener<M> {

    /**
     * Called in the thread of the fit after each iteration, which is an epoch where there are minibatches; EM calls it for its
     * start too. An exception thrown here ends the fit.
     *
     * @param iteration the number of iterations done, 0 for the start; counted from 0 again at each restart
     * @param model the model at this point; immutable, so it may be kept
     */
    void iteration(int iteration, M model);
}
