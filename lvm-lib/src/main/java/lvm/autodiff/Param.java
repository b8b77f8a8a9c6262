package lvm.autodiff;

import org.ejml.data.FMatrixRMaj;

/**
 * A named matrix that is learnt, with its gradient. It belongs to no tape: {@link Tape#param} puts it on one.
 *
 * <p>The gradients of several backward passes add up until an optimiser's step has used them.
 */
public final class Param {
    private final String name;
    private final FMatrixRMaj value;
    private final FMatrixRMaj gradient;
    private boolean hasGradient;

    /**
     * A parameter with its start value.
     *
     * @param name the name in checkpoints and messages, not empty
     * @param value the start value; kept, and modified by optimisers
     * @throws IllegalArgumentException if the name is empty
     */
    public Param(String name, FMatrixRMaj value) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("Param: the name is empty");
        }
        this.name = name;
        this.value = value;
        this.gradient = new FMatrixRMaj(value.numRows, value.numCols);
    }

    /**
     * The name.
     *
     * @return the name in checkpoints and messages
     */
    public String name() {
        return name;
    }

    /**
     * The value, live: optimisers write to it.
     *
     * @return the matrix itself
     */
    public FMatrixRMaj value() {
        return value;
    }

    /**
     * The gradient, live: the sum over the backward passes since the last {@link #clearGradient}. It keeps its content
     * after that until the next backward pass.
     *
     * @return the matrix itself, of the shape of the value
     */
    public FMatrixRMaj gradient() {
        return gradient;
    }

    /**
     * Whether a backward pass has written a gradient that no optimiser has used yet.
     *
     * @return true after a backward pass over a tape with this parameter, until {@link #clearGradient}
     */
    public boolean hasGradient() {
        return hasGradient;
    }

    /** Marks the gradient as used: the next backward pass starts from zero. Optimisers call it. */
    public void clearGradient() {
        hasGradient = false;
    }

    void gradientWritten() {
        hasGradient = true;
    }

    @Override
    public String toString() {
        return name + " " + Tape.shape(value);
    }
}
