package lvm.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.distribution.Architecture;
import lvm.distribution.Bijector;
import lvm.distribution.Bijectors;
import lvm.distribution.Mapped;
import lvm.linalg.VectorMath;
import lvm.model.Require;
import lvm.store.Recipe;
import org.ejml.data.FMatrixRMaj;

/**
 * The planar flow, f(z) = z + û tanh(wᵀz + b), which moves points along û by where they stand across the plane wᵀz + b = 0.
 * By the matrix determinant lemma, det ∂f/∂z = 1 + tanh′(wᵀz + b) ûᵀw, at the cost of D operations. D. J. Rezende and
 * S. Mohamed (2015), Variational inference with normalizing flows, equations 10 to 12 and appendix A.1.
 *
 * <p>It is invertible as ûᵀw ≥ −1: û = u + (m(wᵀu) − wᵀu) w/‖w‖² with m(a) = −1 + log(1 + e^a), the square of the norm
 * included, so that ûᵀw = m(wᵀu). A layer whose u comes from a context ({@link #conditional}) has m(a) = −1 + log(1 + (e − 1)e^a)
 * instead, under which u = 0 is the identity.
 *
 * <p>The inverse is a root find in one dimension for each row: a = wᵀz + b solves a + ûᵀw tanh a = wᵀx + b, whose left side
 * rises. Gradients flow through it, by the implicit function theorem.
 */
public final class Planar implements Bijector {
    /** log(e − 1): with it m(a) = −1 + log(1 + (e − 1)eᵃ), and u = 0 is the identity. */
    private static final float SHIFT = (float) Math.log(Math.E - 1);

    private final Param u; // null if the context has it
    private final Param w;
    private final Param b;
    private final int from; // of the layer's part of the context
    private final int contextDim;

    private Planar(Param u, Param w, Param b, int from, int contextDim) {
        this.u = u;
        this.w = w;
        this.b = b;
        this.from = from;
        this.contextDim = contextDim;
    }

    /**
     * A layer with small random parameters.
     *
     * @param name the layer's name; the parameters are name.u, name.w and name.b
     * @param dim D, at least 1
     * @param rng the source of the start values; advanced
     */
    public Planar(String name, int dim, RandomGenerator rng) {
        this(name, new double[dim], normal(dim, rng), 0);
        for (int j = 0; j < dim; j++) {
            u.value().data[j] = (float) (0.1 * rng.nextGaussian());
        }
        b.value().data[0] = (float) rng.nextGaussian();
    }

    /**
     * A layer of given parameters.
     *
     * @param name the layer's name; the parameters are name.u, name.w and name.b
     * @param u u, D values
     * @param w w, as many, not all of them 0
     * @param b b
     * @throws IllegalArgumentException if there are none or not as many, or w is 0
     */
    public Planar(String name, double[] u, double[] w, double b) {
        double norm = 0;
        for (double v : w) {
            norm += v * v;
        }
        if (u.length == 0 || u.length != w.length || !(norm > 0)) {
            throw new IllegalArgumentException("Planar: u has " + u.length + " values, w " + w.length + " and the norm "
                    + Math.sqrt(norm) + "; expected as many, at least one, and a norm above 0");
        }
        this.u = new Param(name + ".u", row(u));
        this.w = new Param(name + ".w", row(w));
        this.b = new Param(name + ".b", row(b));
        from = 0;
        contextDim = 0;
    }

    private static double[] normal(int dim, RandomGenerator rng) {
        double[] v = new double[dim];
        for (int j = 0; j < dim; j++) {
            v[j] = rng.nextGaussian();
        }
        return v;
    }

    static FMatrixRMaj row(double... values) {
        FMatrixRMaj m = new FMatrixRMaj(1, values.length);
        for (int j = 0; j < values.length; j++) {
            m.data[j] = (float) values[j];
        }
        return m;
    }

    /**
     * Many layers one after the other.
     *
     * @param layers how many, at least 1
     * @return makes them with random starts
     * @throws IllegalArgumentException if there is none
     */
    public static Architecture layers(int layers) {
        return Architectures.repeated(Recipe.of("planar", layers), layers, Planar::new);
    }

    /**
     * Layers whose parameters a network makes for each row, for posteriors q(z | x): the context has the (u | Δw | Δb) of every
     * layer, and w = w̄ + Δw, b = b̄ + Δb with w̄ and b̄ for all rows. Rezende and Mohamed, algorithm 1 and section 4.2. In
     * m(a) = −1 + log(1 + (e − 1)eᵃ) the factor e − 1, which the paper has not, makes u = 0 the identity.
     *
     * @param layers how many, at least 1
     * @return makes them; the identity where the context is zero
     * @throws IllegalArgumentException if there is none
     */
    public static Architecture conditional(int layers) {
        Require.atLeast("Planar.conditional", "layers", 1, layers);
        Architecture architecture = new Architecture() {
            @Override
            public Bijector make(String prefix, int dim, RandomGenerator rng) {
                List<Bijector> parts = new ArrayList<>();
                for (int k = 0; k < layers; k++) {
                    Param w = new Param(prefix + k + ".w", row(normal(dim, rng)));
                    Param b = new Param(prefix + k + ".b", row(rng.nextGaussian()));
                    parts.add(new Planar(null, w, b, k * ofOne(dim), contextDim(dim)));
                }
                return Bijectors.chain(parts);
            }

            @Override
            public int contextDim(int dim) {
                return layers * ofOne(dim);
            }
        };
        return Architecture.offered(
                layers + " × planar, by row", Recipe.of("planar.conditional", layers), architecture);
    }

    /** The numbers (Δu | Δw | Δb) of a layer. */
    private static int ofOne(int dim) {
        return 2 * dim + 1;
    }

    @Override
    public int dim() {
        return w.value().numCols;
    }

    @Override
    public int contextDim() {
        return contextDim;
    }

    @Override
    public List<Param> params() {
        return u == null ? List.of(w, b) : List.of(u, w, b);
    }

    @Override
    public Evaluation inverseBy() {
        return Evaluation.ROOT_FIND;
    }

    /** w, b and û, of one row for all or of a row each, and what the determinant needs: softplus(wᵀu) = 1 + ûᵀw. */
    private record Direction(Var w, Var b, Var uHat, Var onePlus, boolean byRow) {
        /** wᵀz + b of each row. */
        Var across(Var z) {
            return (byRow ? z.mul(w).sumPerRow() : z.multTransB(w)).add(b);
        }

        /** h û of each row. */
        Var along(Var h) {
            return byRow ? uHat.mul(h) : h.mult(uHat);
        }
    }

    private Direction direction(Tape tape, Var context) {
        Var normal = tape.param(w);
        Var offset = tape.param(b);
        Var to;
        if (context == null) {
            to = tape.param(u);
        } else {
            int d = dim();
            to = context.columns(from, from + d);
            normal = context.columns(from + d, from + 2 * d).add(normal);
            offset = context.columns(from + 2 * d, from + 2 * d + 1).add(offset);
        }
        Var dot = context == null ? to.multTransB(normal) : to.mul(normal).sumPerRow();
        Var onePlus = (context == null ? dot : dot.add(SHIFT)).softplus();
        Var share = onePlus.add(-1).sub(dot).div(normal.square().sumPerRow());
        return new Direction(normal, offset, to.add(normal.mul(share)), onePlus, context != null);
    }

    /**
     * û, the direction that the layer moves points along.
     *
     * @return D values with ûᵀw ≥ −1
     * @throws IllegalArgumentException if the layer has one for each row, by a context
     */
    public double[] direction() {
        if (contextDim > 0) {
            throw new IllegalArgumentException("Planar.direction: the layer has a direction for each row");
        }
        FMatrixRMaj uHat = direction(Tape.withoutGradients(), null).uHat.value();
        double[] v = new double[uHat.numCols];
        for (int j = 0; j < v.length; j++) {
            v[j] = uHat.data[j];
        }
        return v;
    }

    /** log(1 + (1 − h²) ûᵀw) = log(h² + (1 − h²) softplus(wᵀu)), in which nothing cancels. */
    private static Var logDet(Var h, Var onePlus) {
        Var square = h.square();
        return square.add(square.neg().add(1).mul(onePlus)).log();
    }

    @Override
    public Mapped forward(Tape tape, Var z, Var context) {
        requireFit("Planar.forward", z, context);
        Direction d = direction(tape, context);
        Var h = d.across(z).tanh();
        return new Mapped(z.add(d.along(h)), logDet(h, d.onePlus));
    }

    @Override
    public Mapped inverse(Tape tape, Var x, Var context) {
        requireFit("Planar.inverse", x, context);
        Direction d = direction(tape, context);
        Var target = d.across(x);
        FMatrixRMaj onePlus = d.onePlus.value();
        int n = x.rows();
        FMatrixRMaj root = new FMatrixRMaj(n, 1);
        FMatrixRMaj slope = new FMatrixRMaj(n, 1);
        for (int i = 0; i < n; i++) {
            double m = onePlus.data[d.byRow ? i : 0] - 1.0;
            double a = Roots.tanhLine(m, 1, 0, target.value().data[i]);
            double t = Math.tanh(a);
            root.data[i] = (float) a;
            slope.data[i] = (float) (t * t + (1 - t * t) * (m + 1));
        }
        Var a = tape.constant(root);
        if (tape.hasGradients()) {
            // One step of Newton at the root: its value is the root, its gradient that of the implicit function.
            FMatrixRMaj tanh = new FMatrixRMaj(n, 1);
            VectorMath.tanh(root, tanh);
            Var residual = a.add(tape.constant(tanh).mul(d.onePlus.add(-1))).sub(target);
            a = a.sub(residual.div(tape.constant(slope)));
        }
        Var h = a.tanh();
        return new Mapped(x.sub(d.along(h)), logDet(h, d.onePlus).neg());
    }

    @Override
    public String toString() {
        return "planar";
    }
}
