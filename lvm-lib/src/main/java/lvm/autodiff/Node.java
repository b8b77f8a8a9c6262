package lvm.autodiff;

import java.util.Arrays;
import org.ejml.data.FMatrixRMaj;

/** A place on the tape. The places stay from step to step and keep their buffers; a {@link Var} is a use of one. */
final class Node {
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
    private FMatrixRMaj scratch0;
    private FMatrixRMaj scratch1;
    private FMatrixRMaj scratch2;

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

    int rows() {
        return value.numRows;
    }

    int cols() {
        return value.numCols;
    }

    int size() {
        return value.numRows * value.numCols;
    }

    /** The gradient to add to: zeros before the first contribution. */
    float[] addend() {
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

    FMatrixRMaj scratch0(int rows, int cols) {
        scratch0 = fit(scratch0, rows, cols);
        return scratch0;
    }

    FMatrixRMaj scratch1(int rows, int cols) {
        scratch1 = fit(scratch1, rows, cols);
        return scratch1;
    }

    FMatrixRMaj scratch2(int rows, int cols) {
        scratch2 = fit(scratch2, rows, cols);
        return scratch2;
    }

    FMatrixRMaj scratch0() {
        return scratch0;
    }

    FMatrixRMaj scratch1() {
        return scratch1;
    }

    private static FMatrixRMaj fit(FMatrixRMaj buffer, int rows, int cols) {
        if (buffer == null) {
            return new FMatrixRMaj(rows, cols);
        }
        buffer.reshape(rows, cols);
        return buffer;
    }
}
