package lvm.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.distribution.Architecture;
import lvm.distribution.Bijector;
import lvm.distribution.Mapped;
import lvm.model.Require;
import lvm.store.Recipe;
import org.ejml.data.FMatrixRMaj;

/**
 * The Sylvester flow with Householder reflections, f(z) = z + Q R tanh(R̃ Qᵀz + b): a planar flow with D directions at once.
 * R and R̃ are D×D upper triangular, Q is a product of H reflections I − 2vvᵀ/‖v‖². By Sylvester's determinant identity
 * det ∂f/∂z = Πᵢ (1 + tanh′(aᵢ) rᵢᵢ r̃ᵢᵢ), and it is invertible as the diagonals lie in (−1, 1). R. van den Berg,
 * L. Hasenclever, J. M. Tomczak and M. Welling (2018), Sylvester normalizing flows for variational inference, equations 9
 * to 14.
 *
 * <p>The inverse is a root find in one dimension for each column in turn, from the last to the first; no gradients flow
 * through it.
 */
public final class Sylvester implements Bijector {
    private final int dim;
    private final List<Param> reflections = new ArrayList<>();
    private final Param r;
    private final Param rTilde;
    private final Param diagonal;
    private final Param diagonalTilde;
    private final Param b;
    private final FMatrixRMaj above;
    private final FMatrixRMaj identity;

    /**
     * A layer with small random parameters.
     *
     * @param name the layer's name, with which those of its parameters begin
     * @param dim D, at least 1
     * @param householder H, the number of reflections, at least 1
     * @param rng the source of the start values; advanced
     * @throws IllegalArgumentException if a number is less than 1
     */
    public Sylvester(String name, int dim, int householder, RandomGenerator rng) {
        this.dim = Require.atLeast("Sylvester", "dim", 1, dim);
        Require.atLeast("Sylvester", "the number of reflections", 1, householder);
        for (int k = 0; k < householder; k++) {
            reflections.add(new Param(name + ".v" + k, normal(1, dim, 1, rng)));
        }
        r = new Param(name + ".r", normal(dim, dim, 0.1, rng));
        rTilde = new Param(name + ".rTilde", normal(dim, dim, 0.1, rng));
        diagonal = new Param(name + ".d", normal(1, dim, 0.1, rng));
        diagonalTilde = new Param(name + ".dTilde", normal(1, dim, 0.5, rng));
        b = new Param(name + ".b", normal(1, dim, 1, rng));
        above = new FMatrixRMaj(dim, dim);
        identity = new FMatrixRMaj(dim, dim);
        for (int i = 0; i < dim; i++) {
            identity.set(i, i, 1);
            for (int j = i + 1; j < dim; j++) {
                above.set(i, j, 1);
            }
        }
    }

    private static FMatrixRMaj normal(int rows, int cols, double sigma, RandomGenerator rng) {
        FMatrixRMaj m = new FMatrixRMaj(rows, cols);
        for (int i = 0; i < rows * cols; i++) {
            m.data[i] = (float) (sigma * rng.nextGaussian());
        }
        return m;
    }

    /**
     * Many layers one after the other.
     *
     * @param layers how many, at least 1
     * @param householder the reflections of each, at least 1
     * @return makes them with random starts
     * @throws IllegalArgumentException if a number is less than 1
     */
    public static Architecture layers(int layers, int householder) {
        Require.atLeast("Sylvester", "the number of reflections", 1, householder);
        return Architectures.repeated(
                Recipe.of("sylvester", layers, householder),
                layers,
                (name, dim, rng) -> new Sylvester(name, dim, householder, rng));
    }

    @Override
    public int dim() {
        return dim;
    }

    @Override
    public List<Param> params() {
        List<Param> all = new ArrayList<>(reflections);
        all.addAll(List.of(r, rTilde, diagonal, diagonalTilde, b));
        return all;
    }

    @Override
    public Evaluation inverseBy() {
        return Evaluation.ROOT_FIND;
    }

    /** Rows times Q, or times Qᵀ. */
    private Var rotate(Tape tape, Var rows, boolean transposed) {
        Var y = rows;
        int h = reflections.size();
        for (int k = 0; k < h; k++) {
            Var v = tape.param(reflections.get(transposed ? h - 1 - k : k));
            Var along = y.multTransB(v).mul(2).div(v.square().sumPerRow());
            y = y.sub(along.mult(v));
        }
        return y;
    }

    private Var triangular(Tape tape, Param p, Var diagonalValues) {
        return tape.param(p).mul(tape.constant(above)).add(diagonalValues.mul(tape.constant(identity)));
    }

    @Override
    public Mapped forward(Tape tape, Var z, Var context) {
        requireFit("Sylvester.forward", z, context);
        Var d = tape.param(diagonal).tanh();
        Var dTilde = tape.param(diagonalTilde).tanh();
        // Rows: (Qᵀz)ᵀ = zᵀQ.
        Var a = rotate(tape, z, false)
                .multTransB(triangular(tape, rTilde, dTilde))
                .add(tape.param(b));
        Var h = a.tanh();
        Var moved = rotate(tape, h.multTransB(triangular(tape, r, d)), true);
        Var logDet = h.square().neg().add(1).mul(d.mul(dTilde)).log1p().sumPerRow();
        return new Mapped(z.add(moved), logDet);
    }

    @Override
    public Mapped inverse(Tape tape, Var x, Var context) {
        requireFit("Sylvester.inverse", x, context);
        if (tape.hasGradients()) {
            throw new UnsupportedOperationException(
                    "Sylvester.inverse: no gradients flow through its root finds; invert "
                            + "the layers, so that data take the forward direction");
        }
        Var d = tape.param(diagonal).tanh();
        Var dTilde = tape.param(diagonalTilde).tanh();
        FMatrixRMaj upper = triangular(tape, r, d).value();
        FMatrixRMaj upperTilde = triangular(tape, rTilde, dTilde).value();
        FMatrixRMaj target = rotate(tape, x, false).value();
        FMatrixRMaj roots = new FMatrixRMaj(x.rows(), dim);
        FMatrixRMaj logDet = new FMatrixRMaj(x.rows(), 1);
        double[] v = new double[dim];
        double[] h = new double[dim];
        for (int i = 0; i < x.rows(); i++) {
            double sum = 0;
            for (int j = dim - 1; j >= 0; j--) {
                double c = b.value().data[j];
                double t = target.get(i, j);
                for (int k = j + 1; k < dim; k++) {
                    c += upperTilde.get(j, k) * v[k];
                    t -= upper.get(j, k) * h[k];
                }
                double q = upperTilde.get(j, j);
                v[j] = Roots.tanhLine(upper.get(j, j), q, c, t);
                h[j] = Math.tanh(q * v[j] + c);
                sum += Math.log1p((1 - h[j] * h[j]) * q * upper.get(j, j));
                roots.set(i, j, (float) v[j]);
            }
            logDet.data[i] = (float) -sum;
        }
        return new Mapped(rotate(tape, tape.constant(roots), true), tape.constant(logDet));
    }

    @Override
    public String toString() {
        return "Sylvester";
    }
}
