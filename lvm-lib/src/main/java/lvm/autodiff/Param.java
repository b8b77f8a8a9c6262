package lvm.autodiff;

import lvm.linalg.Parallel;
import org.ejml.data.FMatrixRMaj;

/**
 * A named matrix that is learnt, with its gradient. It belongs to no tape: {@link Tape#param} puts it on one.
 *
 * <p>The gradients of several backward passes add up until an optimiser's step has used them. They can also be written by hand,
 * by {@link #addGradient} or into {@link #gradient} itself.
 */
public final class Param {
    private final String name;
    private final FMatrixRMaj value;
    private final FMatrixRMaj gradient;
    private final Mask mask;
    private boolean hasGradient;
    /** Whether the matrix of the gradient was given away, so that others may write to it. */
    private boolean shared;

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
     * The gradient, live: the sum of what backward passes and {@link #addGradient} have added since the last
     * {@link #clearGradient}, and zero after that. What is written into it counts: it is what the next step of an optimiser
     * uses, and what later backward passes add to.
     *
     * @return the matrix itself, of the shape of the value
     */
    public FMatrixRMaj gradient() {
        if (!shared) {
            shared = true;
            if (!hasGradient) {
                gradient.zero();
            }
        }
        return gradient;
    }

    /**
     * The gradient for an optimiser, which only reads it: as {@link #gradient}, but while no one else has asked for the matrix
     * it need not be set to zero in every step.
     *
     * @return the matrix itself; not to be modified
     * @throws IllegalStateException if there is no gradient
     */
    public FMatrixRMaj gradientToUse() {
        if (!hasGradient()) {
            throw new IllegalStateException("Param.gradientToUse: " + name + " has no gradient");
        }
        return gradient;
    }

    /** For the tape: whatever it holds. */
    FMatrixRMaj grad() {
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
     * Whether there is a gradient that no optimiser has used yet.
     *
     * @return true after a backward pass over a tape with this parameter, after {@link #addGradient}, and where something else
     *     than zeros was written into {@link #gradient}, until {@link #clearGradient}
     */
    public boolean hasGradient() {
        if (!hasGradient && shared) {
            hasGradient = isWritten();
        }
        return hasGradient;
    }

    private boolean isWritten() {
        for (int i = 0; i < value.getNumElements(); i++) {
            if (gradient.data[i] != 0) {
                return true;
            }
        }
        return false;
    }

    /** Marks the gradient as used: the next one starts from zero. Optimisers call it. */
    public void clearGradient() {
        hasGradient = false;
        if (shared) {
            gradient.zero();
        }
    }

    /**
     * Adds to the gradient, such as statistics that were made without a tape. Optimisers go down the gradient: it is that of a
     * loss.
     *
     * @param part of the shape of the value; not modified
     * @throws IllegalArgumentException if the shape is another one
     */
    public void addGradient(FMatrixRMaj part) {
        if (part.numRows != value.numRows || part.numCols != value.numCols) {
            throw new IllegalArgumentException("Param.addGradient: the gradient is " + Tape.shape(part) + ", " + name
                    + " is " + Tape.shape(value));
        }
        float[] sum = gradient.data;
        float[] g = part.data;
        if (!hasGradient()) {
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
