package lvm.flow;

import java.util.List;
import java.util.random.RandomGenerator;
import lvm.autodiff.Mapped;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.dist.Bijector;
import lvm.dist.ConditionalBijector;
import lvm.linalg.VectorMath;
import org.ejml.data.FMatrixRMaj;

/**
 * The planar flow, f(z) = z + û tanh(wᵀz + b), which moves points along û by where they stand across the plane wᵀz + b = 0.
 * By the matrix determinant lemma, det ∂f/∂z = 1 + tanh′(wᵀz + b) ûᵀw, at the cost of D operations. D. J. Rezende and
 * S. Mohamed (2015), Variational inference with normalizing flows, equations 10 to 12 and appendix A.1.
 *
 * <p>It is invertible as ûᵀw ≥ −1: û = u + (m(wᵀu) − wᵀu) w/‖w‖² with m(a) = −1 + log(1 + e^a), the square of the norm
 * included, so that ûᵀw = m(wᵀu).
 *
 * <p>The inverse is a root find in one dimension for each row: a = wᵀz + b solves a + ûᵀw tanh a = wᵀx + b, whose left side
 * rises. Gradients flow through it, by the implicit function theorem.
 */
public final class Planar implements Bijector {
    private final Param u;
    private final Param w;
    private final Param b;

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
        return Architecture.repeated("planar", layers, Planar::new);
    }

    /**
     * Layers whose parameters a network makes for each row, for posteriors q(z | x): the context has the u, w and b of every
     * layer, of which w and b are added to ones for all rows. Rezende and Mohamed, algorithm 1 and section 4.2.
     *
     * @param layers how many, at least 1
     * @return makes them; the identity where the context is zero
     * @throws IllegalArgumentException if there is none
     */
    public static ConditionalBijector.Factory conditional(int layers) {
        return new ConditionalPlanar.Factory(Checks.atLeast("Planar: the number of layers", 1, layers));
    }

    @Override
    public int dim() {
        return w.value().numCols;
    }

    @Override
    public List<Param> params() {
        return List.of(u, w, b);
    }

    @Override
    public Evaluation inverseBy() {
        return Evaluation.ROOT_FIND;
    }

    /** û, and what the determinant needs: softplus(wᵀu) = 1 + ûᵀw. */
    private record Direction(Var w, Var b, Var uHat, Var onePlus) {}

    private Direction direction(Tape tape) {
        Var wVar = tape.param(w);
        Var uVar = tape.param(u);
        Var dot = uVar.multTransB(wVar);
        Var onePlus = dot.softplus();
        Var share = onePlus.add(-1).sub(dot).div(wVar.square().sumPerRow());
        return new Direction(wVar, tape.param(b), uVar.add(wVar.mul(share)), onePlus);
    }

    /**
     * û, the direction that the layer moves points along.
     *
     * @return D values with ûᵀw ≥ −1
     */
    public double[] direction() {
        FMatrixRMaj uHat = direction(Tape.withoutGradients()).uHat.value();
        double[] v = new double[uHat.numCols];
        for (int j = 0; j < v.length; j++) {
            v[j] = uHat.data[j];
        }
        return v;
    }

    /** log(1 + (1 − h²) ûᵀw) = log(h² + (1 − h²) softplus(wᵀu)), in which nothing cancels. */
    static Var logDet(Var h, Var onePlus) {
        Var square = h.square();
        return square.add(square.neg().add(1).mul(onePlus)).log();
    }

    @Override
    public Mapped forward(Tape tape, Var z) {
        Checks.columns("Planar.forward", z, dim());
        Direction d = direction(tape);
        Var h = z.multTransB(d.w).add(d.b).tanh();
        return new Mapped(z.add(h.mult(d.uHat)), logDet(h, d.onePlus));
    }

    @Override
    public Mapped inverse(Tape tape, Var x) {
        Checks.columns("Planar.inverse", x, dim());
        Direction d = direction(tape);
        Var target = x.multTransB(d.w).add(d.b);
        double m = d.onePlus.scalar() - 1.0;
        int n = x.rows();
        FMatrixRMaj root = new FMatrixRMaj(n, 1);
        FMatrixRMaj slope = new FMatrixRMaj(n, 1);
        for (int i = 0; i < n; i++) {
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
        return new Mapped(x.sub(h.mult(d.uHat)), logDet(h, d.onePlus).neg());
    }

    @Override
    public String toString() {
        return "planar";
    }
}
