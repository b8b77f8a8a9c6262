package lvm.dist;

import java.util.List;
import java.util.random.RandomGenerator;
import lvm.autodiff.Mapped;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;

/**
 * An invertible map that differs by row, y = f(z; h) with a context h for each row, evaluated forwards: what makes a richer
 * distribution q(y | x) of a simple one when a network makes h of x. Draws come with their density,
 * log q(y) = log q(z) − log|det ∂f/∂z|; that of other points is not asked for.
 */
public interface ConditionalBijector {

    /**
     * The number of columns of z and y.
     *
     * @return D
     */
    int dim();

    /**
     * The number of columns of a context.
     *
     * @return at least 0
     */
    int contextDim();

    /**
     * y = f(z; h) on a tape.
     *
     * @param tape the tape of z
     * @param z n×D rows
     * @param context h, n rows of {@link #contextDim} columns; null if these are none
     * @return y and log|det ∂y/∂z|
     * @throws IllegalArgumentException if z or the context has another number of columns
     */
    Mapped forward(Tape tape, Var z, Var context);

    /**
     * What can be learnt beside the network that makes the contexts.
     *
     * @return the parameters, live, with names that differ
     */
    List<Param> params();

    /** How a map is built for rows of so many columns. */
    interface Factory {

        /**
         * The columns of a context that the map needs.
         *
         * @param dim D, the number of columns of z
         * @return at least 0
         */
        int contextDim(int dim);

        /**
         * Makes the map. It should be the identity where the context is zero, so that learning begins at the simple
         * distribution.
         *
         * @param name the name, with which those of its parameters begin
         * @param dim D, the number of columns
         * @param rng the source of the start values; advanced
         * @return the map, always of the same kind for the same number
         */
        ConditionalBijector make(String name, int dim, RandomGenerator rng);
    }
}
