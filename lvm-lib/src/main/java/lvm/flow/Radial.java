package lvm.flow;

import java.util.List;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.distribution.Architecture;
import lvm.distribution.Bijector;
import lvm.distribution.Mapped;
import lvm.store.Recipe;

/**
 * The radial flow, f(z) = z + β (z − z₀)/(α + r) with r = ‖z − z₀‖, which contracts or expands around z₀;
 * det ∂f/∂z = (1 + βh)^(D−1) (1 + βh + βh′r) with h = 1/(α + r). D. J. Rezende and S. Mohamed (2015), Variational inference
 * with normalizing flows, equation 14 and appendix A.2: α = softplus(a) and β = −α + softplus(c), so that β ≥ −α.
 *
 * <p>The inverse is a closed form: R = ‖x − z₀‖ = r (1 + β/(α + r)) is a quadratic equation for r.
 */
public final class Radial implements Bijector {
    /** Keeps the gradient of the root at z₀ itself. */
    private static final float TINY = 1e-20f;

    private final Param center;
    private final Param a;
    private final Param c;

    /**
     * A layer with a random centre and β = 0.
     *
     * @param name the layer's name; the parameters are name.z0, name.a and name.c
     * @param dim D, at least 1
     * @param rng the source of the start values; advanced
     */
    public Radial(String name, int dim, RandomGenerator rng) {
        this(name, normal(dim, rng), 1, 0);
    }

    /**
     * A layer of given parameters.
     *
     * @param name the layer's name; the parameters are name.z0, name.a and name.c
     * @param center z₀, D values
     * @param alpha α, above 0
     * @param beta β, above −α
     * @throws IllegalArgumentException if there is no centre or a number is out of range
     */
    public Radial(String name, double[] center, double alpha, double beta) {
        if (center.length == 0 || !(alpha > 0) || !(beta > -alpha)) {
            throw new IllegalArgumentException("Radial: a centre of " + center.length + " values, alpha " + alpha
                    + " and beta " + beta + "; expected at least one value, alpha above 0 and beta above −alpha");
        }
        this.center = new Param(name + ".z0", Planar.row(center));
        a = new Param(name + ".a", Planar.row(softplusInverse(alpha)));
        c = new Param(name + ".c", Planar.row(softplusInverse(alpha + beta)));
    }

    private static double[] normal(int dim, RandomGenerator rng) {
        double[] v = new double[dim];
        for (int j = 0; j < dim; j++) {
            v[j] = rng.nextGaussian();
        }
        return v;
    }

    private static double softplusInverse(double y) {
        return y + Math.log(-Math.expm1(-y));
    }

    /**
     * Many layers one after the other.
     *
     * @param layers how many, at least 1
     * @return makes them with random starts
     * @throws IllegalArgumentException if there is none
     */
    public static Architecture layers(int layers) {
        return Architectures.repeated(Recipe.of("radial", layers), layers, Radial::new);
    }

    @Override
    public int dim() {
        return center.value().numCols;
    }

    @Override
    public List<Param> params() {
        return List.of(center, a, c);
    }

    /** log det at the distance r, given α + r and α + β. */
    private Var logDet(Var r, Var alphaPlusR, Var alpha, Var sum) {
        // 1 + β/(α + r) = (α + β + r)/(α + r), 1 + βα/(α + r)²
        Var stretch = sum.add(r).div(alphaPlusR).log().mul(dim() - 1f);
        Var along = sum.sub(alpha).mul(alpha).div(alphaPlusR.square()).log1p();
        return stretch.add(along);
    }

    @Override
    public Mapped forward(Tape tape, Var z, Var context) {
        requireFit("Radial.forward", z, context);
        Var alpha = tape.param(a).softplus();
        Var sum = tape.param(c).softplus();
        Var from = z.sub(tape.param(center));
        Var r = from.square().sumPerRow().add(TINY).sqrt();
        Var alphaPlusR = r.add(alpha);
        Var beta = sum.sub(alpha);
        return new Mapped(z.add(from.mul(beta.div(alphaPlusR))), logDet(r, alphaPlusR, alpha, sum));
    }

    @Override
    public Mapped inverse(Tape tape, Var x, Var context) {
        requireFit("Radial.inverse", x, context);
        Var alpha = tape.param(a).softplus();
        Var sum = tape.param(c).softplus();
        Var from = x.sub(tape.param(center));
        Var far = from.square().sumPerRow().add(TINY).sqrt();
        // r² + (α + β − R) r − αR = 0
        Var p = sum.sub(far);
        Var r = p.square().add(far.mul(alpha).mul(4)).sqrt().sub(p).mul(0.5f);
        Var alphaPlusR = r.add(alpha);
        Var z = from.mul(alphaPlusR.div(sum.add(r))).add(tape.param(center));
        return new Mapped(z, logDet(r, alphaPlusR, alpha, sum).neg());
    }

    @Override
    public String toString() {
        return "radial";
    }
}
