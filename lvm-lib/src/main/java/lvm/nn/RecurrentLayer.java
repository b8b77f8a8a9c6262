package lvm.nn;

import lvm.autodiff.Tape;
import lvm.autodiff.Var;

/**
 * A layer with a state that goes from frame to frame, uᵗ = f(xᵗ, uᵗ⁻¹). What depends on the inputs alone is made for many frames at once,
 * {@link #input}; then the frames are gone through one after the other, {@link #step}. Back-propagation through time is the tape's walk
 * back through these steps.
 */
public interface RecurrentLayer extends Module {

    /** {@return the units, the columns of the state} */
    int units();

    /**
     * What a step takes of the inputs, for any number of frames.
     *
     * @param tape the tape of x
     * @param x n rows of frames
     * @return n rows, for {@link #step}
     * @throws IllegalArgumentException if x has another number of columns than the layer takes
     */
    Var input(Tape tape, Var x);

    /**
     * A step.
     *
     * @param tape the tape of both
     * @param input n rows of {@link #input}
     * @param state n rows of uᵗ⁻¹
     * @return n rows of uᵗ
     * @throws IllegalArgumentException if the shapes do not fit
     */
    Var step(Tape tape, Var input, Var state);
}
