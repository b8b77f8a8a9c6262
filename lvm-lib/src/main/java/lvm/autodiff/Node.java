package lvm.autodiff;

import java.util.Arrays;
import org.ejml.data.FMatrixRMaj;

/**
 * A place on the tape, as an {@link Op} sees it: inputs, value, gradient and buffers. The places stay from step to step and keep
 * their buffers; a {@link Var} is a use of one.
 */
public final class Node {
    private final FMatrixRMaj ownValue = new FMatrixRMaj(0, 0);
    private final FMatrixRMaj ownGrad = new FMatrixRMaj(0, 0);

    /** The operation; null for constants and parameters. */
    Op op;

    Node a;
    Node b;
    Node c;
    Node[] many;
    FMatrixRMaj value = ownValue;
    FMatrixRMaj grad = ownGrad;
    Param param;
    boolean needsGrad;
    /** Whether the gradient buffer holds something of this backward pass. */
    boolean touched;

    // What single operations need besides their inputs.
    Activation activation;
    float s;
    int i;
    int[] index;
    int[] secondIndex;
    Mask mask;
    FMatrixRMaj runningMean;
    FMatrixRMaj runningVariance;
    ConvShape shape;
    private final FMatrixRMaj[] scratch = new FMatrixRMaj[3];

    Node() {}

    void release() {
        op = null;
        a = null;
        b = null;
        c = null;
        many = null;
        value = ownValue;
        grad = ownGrad;
        param = null;
        needsGrad = false;
        touched = false;
        activation = null;
        index = null;
        secondIndex = null;
        mask = null;
        runningMean = null;
        runningVariance = null;
        shape = null;
    }

    /**
     * An input.
     *
     * @param k its number from 0, in the order of {@link Tape#apply}
     * @return the node that it comes from
     * @throws IllegalArgumentException if there is none of that number
     */
    public Node input(int k) {
        Node input = k == 0 ? a : k == 1 ? b : k == 2 ? c : null;
        if (input == null) {
            throw new IllegalArgumentException("Node.input: there is no input " + k + " of " + op);
        }
        return input;
    }

    /** {@return how many inputs there are, those of {@link Tape#apply}} */
    public int inputs() {
        return c != null ? 3 : b != null ? 2 : a != null ? 1 : 0;
    }

    /**
     * The value.
     *
     * @return the matrix itself; only its operation writes to it, in {@link Op#forward}
     */
    public FMatrixRMaj value() {
        return value;
    }

    /**
     * The gradient of what the backward pass began at with respect to this node, whole when {@link Op#backward} is called.
     *
     * @return the matrix itself; not to be modified
     */
    public FMatrixRMaj gradient() {
        return grad;
    }

    /**
     * Whether something before this node needs a gradient.
     *
     * @return false for constants and what is made of them
     */
    public boolean needsGradient() {
        return needsGrad;
    }

    /** {@return the number of rows, n} */
    public int rows() {
        return value.numRows;
    }

    /** {@return the number of columns, d} */
    public int cols() {
        return value.numCols;
    }

    /** {@return the number of elements, rows times columns} */
    public int size() {
        return value.numRows * value.numCols;
    }

    /**
     * The gradient of this node as the place to add to: zeros before the first contribution. That it is asked for makes sure
     * that the pull-back of this node's own operation is called.
     *
     * @return the elements, row by row, of which the first {@link #size} count. Modified by those who add
     */
    public float[] addend() {
        if (!touched) {
            grad.reshape(value.numRows, value.numCols);
            Arrays.fill(grad.data, 0, size(), 0);
            touched = true;
        }
        return grad.data;
    }

    /** For contributions that can overwrite: 0 for the first one, 1 for the later ones. */
    float beta() {
        if (touched) {
            return 1;
        }
        grad.reshape(value.numRows, value.numCols);
        touched = true;
        return 0;
    }

    /**
     * A buffer of this node, of a new shape.
     *
     * @param k which of three, 0 to 2
     * @param rows the rows
     * @param cols the columns
     * @return the buffer, with numbers of an earlier step in it
     */
    public FMatrixRMaj scratch(int k, int rows, int cols) {
        if (scratch[k] == null) {
            scratch[k] = new FMatrixRMaj(rows, cols);
        }
        scratch[k].reshape(rows, cols);
        return scratch[k];
    }

    /**
     * A buffer of this node as it was left by {@link #scratch(int, int, int)}.
     *
     * @param k which of three, 0 to 2
     * @return the buffer
     */
    public FMatrixRMaj scratch(int k) {
        return scratch[k];
    }
}
