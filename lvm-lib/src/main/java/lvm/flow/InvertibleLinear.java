package lvm.flow;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import lvm.autodiff.ConvShape;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.distribution.Bijector;
import lvm.distribution.Mapped;
import lvm.nn.WeightInit;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.ops.ConvertMatrixData;

/**
 * The invertible 1×1 convolution: at each pixel the channels are multiplied by a matrix W = P L (U + diag s), with a fixed
 * permutation P, L lower triangular with ones on its diagonal and U strictly upper triangular, so that
 * log|det| = height·width·Σ log|s|. D. P. Kingma and P. Dhariwal (2018), Glow, section 3.2. With one pixel it is a linear map of
 * the columns. It begins at a random rotation; the signs of s stay.
 */
public final class InvertibleLinear implements Bijector {
    private final ConvShape shape;
    private final Param lower;
    private final Param upper;
    private final Param logS;
    private final FMatrixRMaj permutation;
    private final FMatrixRMaj sign;
    private final FMatrixRMaj below;
    private final FMatrixRMaj above;
    private final FMatrixRMaj identity;
    private final Map<String, FMatrixRMaj> buffers = new LinkedHashMap<>();

    /**
     * A random rotation of the channels.
     *
     * @param name the layer's name; the parameters are name.l, name.u and name.s
     * @param channels the channels C, at least 1
     * @param height the rows of pixels, at least 1
     * @param width the pixels of a row, at least 1
     * @param rng the source of the rotation; advanced
     */
    public InvertibleLinear(String name, int channels, int height, int width, RandomGenerator rng) {
        shape = new ConvShape(channels, height, width, channels, 1, 1, 0);
        int c = channels;
        FMatrixRMaj w = WeightInit.ORTHOGONAL.draw(c, c, rng);
        int[] order = new int[c];
        double[][] lu = decompose(w, order);
        permutation = new FMatrixRMaj(c, c);
        sign = new FMatrixRMaj(1, c);
        below = new FMatrixRMaj(c, c);
        above = new FMatrixRMaj(c, c);
        identity = new FMatrixRMaj(c, c);
        FMatrixRMaj l = new FMatrixRMaj(c, c);
        FMatrixRMaj u = new FMatrixRMaj(c, c);
        FMatrixRMaj s = new FMatrixRMaj(1, c);
        for (int i = 0; i < c; i++) {
            permutation.set(order[i], i, 1);
            identity.set(i, i, 1);
            sign.data[i] = lu[i][i] < 0 ? -1 : 1;
            s.data[i] = (float) Math.log(Math.abs(lu[i][i]));
            for (int j = 0; j < c; j++) {
                if (j < i) {
                    below.set(i, j, 1);
                    l.set(i, j, (float) lu[i][j]);
                } else if (j > i) {
                    above.set(i, j, 1);
                    u.set(i, j, (float) lu[i][j]);
                }
            }
        }
        lower = new Param(name + ".l", l);
        upper = new Param(name + ".u", u);
        logS = new Param(name + ".s", s);
        buffers.put(name + ".p", permutation);
        buffers.put(name + ".sign", sign);
    }

    /** Gauss's elimination with row exchanges: L below the diagonal, U on and above it; row i is row order[i] of w. */
    private static double[][] decompose(FMatrixRMaj w, int... order) {
        int c = w.numRows;
        double[][] a = new double[c][c];
        for (int i = 0; i < c; i++) {
            order[i] = i;
            for (int j = 0; j < c; j++) {
                a[i][j] = w.get(i, j);
            }
        }
        for (int k = 0; k < c; k++) {
            int pivot = k;
            for (int i = k + 1; i < c; i++) {
                pivot = Math.abs(a[i][k]) > Math.abs(a[pivot][k]) ? i : pivot;
            }
            double[] row = a[k];
            a[k] = a[pivot];
            a[pivot] = row;
            int number = order[k];
            order[k] = order[pivot];
            order[pivot] = number;
            for (int i = k + 1; i < c; i++) {
                a[i][k] /= a[k][k];
                for (int j = k + 1; j < c; j++) {
                    a[i][j] -= a[i][k] * a[k][j];
                }
            }
        }
        return a;
    }

    @Override
    public int dim() {
        return shape.imageSize();
    }

    @Override
    public List<Param> params() {
        return List.of(lower, upper, logS);
    }

    @Override
    public Map<String, FMatrixRMaj> buffers() {
        return new LinkedHashMap<>(buffers);
    }

    private Var matrix(Tape tape) {
        Var one = tape.constant(identity);
        Var l = tape.param(lower).mul(tape.constant(below)).add(one);
        Var s = tape.param(logS).exp().mul(tape.constant(sign));
        Var u = tape.param(upper).mul(tape.constant(above)).add(s.mul(one));
        return tape.constant(permutation).mult(l).mult(u);
    }

    private Var apply(Var rows, Var w) {
        return shape.outHeight() == 1 && shape.outWidth() == 1 ? rows.mult(w) : rows.conv2d(w, null, shape);
    }

    private float pixels() {
        return shape.outHeight() * (float) shape.outWidth();
    }

    /** W as it is now, the channels of z in rows, those of x in columns. */
    FMatrixRMaj matrix() {
        return matrix(Tape.withoutGradients()).value().copy();
    }

    @Override
    public Mapped forward(Tape tape, Var z, Var context) {
        requireFit("InvertibleLinear.forward", z, context);
        return new Mapped(apply(z, matrix(tape)), tape.param(logS).sumPerRow().mul(pixels()));
    }

    @Override
    public Mapped inverse(Tape tape, Var x, Var context) {
        requireFit("InvertibleLinear.inverse", x, context);
        Var w = matrix(tape);
        DMatrixRMaj inverse = new DMatrixRMaj(shape.channels(), shape.channels());
        ConvertMatrixData.convert(w.value(), inverse);
        if (!CommonOps_DDRM.invert(inverse)) {
            throw new IllegalStateException("InvertibleLinear.inverse: the matrix is singular in double precision");
        }
        FMatrixRMaj v = new FMatrixRMaj(shape.channels(), shape.channels());
        ConvertMatrixData.convert(inverse, v);
        Var constant = tape.constant(v);
        Var back = constant;
        if (tape.hasGradients()) {
            // V (2I − W V) is V at V = W⁻¹, and its differential is that of the inverse, −V dW V.
            back = constant.mult(tape.constant(identity).mul(2).sub(w.mult(constant)));
        }
        return new Mapped(apply(x, back), tape.param(logS).sumPerRow().mul(-pixels()));
    }

    @Override
    public String toString() {
        return "1×1 convolution";
    }
}
