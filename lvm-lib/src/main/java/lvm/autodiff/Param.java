package lvm.autodiff;

import lvm.linalg.Parallel;
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
    private final Mask mask;
    private boolean hasGradient;

    /**
     * A parameter with its start value.
     *
     * @param name the name in checkpoints and messages, not empty
     * @param value the start value; kept, and modified by optimisers
     * @throws IllegalArgumentException if the name is empty
     */
    public Param(String name, FMatrixRMaj value) {
        this(name, value, null);
    }

    /**
     * The weights of a masked linear map: where the mask leaves out whole blocks, they have no gradient and stay as they are.
     *
     * @param name the name in checkpoints and messages, not empty
     * @param value the start value; kept, and modified by optimisers
     * @param mask that of every map which uses the weights; kept, or null if all are used
     * @throws IllegalArgumentException if the name is empty or the mask has another shape
     */
    public Param(String name, FMatrixRMaj value, Mask mask) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("Param: the name is empty");
        }
        if (mask != null && (mask.rows() != value.numRows || mask.cols() != value.numCols)) {
            throw new IllegalArgumentException("Param " + name + ": the value is " + Tape.shape(value) + ", the mask "
                    + mask.rows() + "×" + mask.cols());
        }
        this.name = name;
        this.value = value;
        this.mask = mask;
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
     * Runs a body over the elements that can have a gradient other than zero, in several threads if there are many.
     *
     * @param body gets ranges of elements, each element at most once
     */
    public void range(Parallel.Body body) {
        if (mask == null) {
            Parallel.range(value.getNumElements(), Parallel.grain(1), body);
        } else {
            mask.range(body);
        }
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

    /** Adds to the gradient, or begins with what is given where there is none. */
    void addGradient(FMatrixRMaj part) {
        float[] sum = gradient.data;
        float[] g = part.data;
        if (!hasGradient) {
            System.arraycopy(g, 0, sum, 0, value.getNumElements());
        } else {
            for (int i = 0; i < value.getNumElements(); i++) {
                sum[i] += g[i];
            }
        }
        hasGradient = true;
    }

    void gradientWritten() {
        hasGradient = true;
    }

    @Override
    public String toString() {
        return name + " " + Tape.shape(value);
    }
}
