package lvm.distribution;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import org.ejml.data.FMatrixRMaj;

/**
 * Invertible maps without parameters, and compositions. Those of single columns take rows of every length. In single precision
 * a map that squeezes the line loses what it squeezed: sigmoid and tanh can be undone to 10⁻⁴ for |z| up to 6 and 4.
 */
public final class Bijectors {
    private static final FMatrixRMaj ZERO = new FMatrixRMaj(1, 1);
    private static final Bijector IDENTITY = new Columns("identity", Bijectors::same, Bijectors::same);
    private static final Bijector SIGMOID = new Columns("sigmoid", Bijectors::sigmoid, Bijectors::logit);
    private static final Bijector TANH = new Columns("tanh", Bijectors::tanh, Bijectors::artanh);
    private static final Bijector SOFTPLUS = new Columns("softplus", Bijectors::softplus, Bijectors::softplusInverse);
    private static final Bijector EXP = new Columns("exp", Bijectors::exp, Bijectors::log);
    private static final float LN2 = (float) Math.log(2);

    private Bijectors() {}

    /**
     * x = z.
     *
     * @return the map
     */
    public static Bijector identity() {
        return IDENTITY;
    }

    /**
     * x = 1/(1 + e^−z), elementwise; log|det| = −Σⱼ softplus(zⱼ) + softplus(−zⱼ). Its inverse is the logit.
     *
     * @return the map onto (0, 1)
     */
    public static Bijector sigmoid() {
        return SIGMOID;
    }

    /**
     * x = log z/(1 − z), elementwise, from (0, 1): the inverse of {@link #sigmoid}.
     *
     * @return the map
     */
    public static Bijector logit() {
        return SIGMOID.inverted();
    }

    /**
     * x = tanh z, elementwise; log|det| = Σⱼ log(1 − tanh² zⱼ), without cancellation.
     *
     * @return the map onto (−1, 1)
     */
    public static Bijector tanh() {
        return TANH;
    }

    /**
     * x = log(1 + e^z), elementwise; log|det| = −Σⱼ softplus(−zⱼ).
     *
     * @return the map onto the positive numbers
     */
    public static Bijector softplus() {
        return SOFTPLUS;
    }

    /**
     * x = e^z, elementwise; log|det| = Σⱼ zⱼ.
     *
     * @return the map onto the positive numbers
     */
    public static Bijector exp() {
        return EXP;
    }

    /**
     * x = z for z above 0, else slope·z, elementwise; log|det| = log slope times the number of columns below 0.
     *
     * @param slope the slope on the left, above 0 and finite
     * @return the map
     * @throws IllegalArgumentException if the slope is out of range
     */
    public static Bijector leakyRelu(double slope) {
        if (!(slope > 0 && slope < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "Bijectors.leakyRelu: the slope is " + slope + ", expected above 0 and finite");
        }
        return new Columns(
                "leaky ReLU " + slope, (tape, z) -> leaky(tape, z, slope), (tape, x) -> leaky(tape, x, 1 / slope));
    }

    /**
     * x = a z + b for every column; log|det| = D log|a|.
     *
     * @param a the scale, not 0
     * @param b the shift
     * @return the map
     * @throws IllegalArgumentException if a is 0 or a number is not finite
     */
    public static Bijector affine(double a, double b) {
        return new Affine(new double[] {a}, new double[] {b}, Bijector.ANY_DIM);
    }

    /**
     * xⱼ = aⱼ zⱼ + bⱼ; log|det| = Σⱼ log|aⱼ|.
     *
     * @param a the scales, none of them 0; copied
     * @param b the shifts, as many; copied
     * @return the map
     * @throws IllegalArgumentException if there are none or not as many, a scale is 0 or a number is not finite
     */
    public static Bijector affine(double[] a, double[] b) {
        return new Affine(a, b, a.length);
    }

    /**
     * The columns in another order, xⱼ = z_{order(j)}; log|det| = 0.
     *
     * @param order each of 0 … D − 1 once; copied
     * @return the map
     * @throws IllegalArgumentException if it is no permutation
     */
    public static Bijector permutation(int... order) {
        return new Permutation(order);
    }

    /**
     * The columns from the last to the first.
     *
     * @param dim D, at least 1
     * @return the permutation
     */
    public static Bijector reversal(int dim) {
        int[] order = new int[dim];
        for (int j = 0; j < dim; j++) {
            order[j] = dim - 1 - j;
        }
        return new Permutation(order);
    }

    /**
     * Maps one after the other, from z on: x = f_K(… f₁(z)); log-determinants add up.
     *
     * @param parts f₁ … f_K, at least one; they share their parameters with the composition
     * @return the composition
     * @throws IllegalArgumentException if there is none or the numbers of columns differ
     */
    public static Bijector chain(Bijector... parts) {
        return chain(List.of(parts));
    }

    /**
     * Maps one after the other, from z on: x = f_K(… f₁(z)); log-determinants add up.
     *
     * @param parts f₁ … f_K, at least one; they share their parameters with the composition
     * @return the composition
     * @throws IllegalArgumentException if there is none or the numbers of columns differ
     */
    public static Bijector chain(List<? extends Bijector> parts) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("Bijectors.chain: no maps, expected at least one");
        }
        List<Bijector> flat = new ArrayList<>();
        parts.forEach(part -> flat.addAll(part instanceof Chain chain ? chain.parts() : List.of(part)));
        return flat.size() == 1 ? flat.get(0) : new Chain(flat);
    }

    /**
     * The maps that a map is made of, one after the other: those of a {@link #chain}, also of its inverse, or the map itself.
     *
     * @param map the map
     * @return its parts, from z on; they share its parameters
     */
    public static List<Bijector> parts(Bijector map) {
        List<Bijector> flat = new ArrayList<>();
        if (map instanceof Chain chain) {
            chain.parts().forEach(part -> flat.addAll(parts(part)));
        } else if (map instanceof Inverted && map.inverted() instanceof Chain chain) {
            chain.parts().forEach(part -> flat.addAll(0, parts(part.inverted())));
        } else {
            flat.add(map);
        }
        return flat;
    }

    /**
     * A map of the first columns; the others stay.
     *
     * @param map the map
     * @param dim the number of all columns, at least that of the map
     * @return the map of all columns; it shares the parameters
     * @throws IllegalArgumentException if the map takes rows of every length or of more columns
     */
    public static Bijector leading(Bijector map, int dim) {
        if (map.dim() == Bijector.ANY_DIM || map.dim() > dim) {
            throw new IllegalArgumentException(
                    "Bijectors.leading: the map is of " + map.dim() + " columns, expected 1 to " + dim);
        }
        return map.dim() == dim ? map : new Leading(map, dim);
    }

    /**
     * The log-determinant of a map that keeps volumes.
     *
     * @param tape the tape
     * @return 0, 1×1
     */
    public static Var noVolumeChange(Tape tape) {
        return tape.constant(ZERO);
    }

    static Bijector.Values values(Mapped mapped) {
        FMatrixRMaj y = mapped.y().value().copy();
        FMatrixRMaj sums = mapped.logDet().value();
        double[] logDet = new double[y.numRows];
        for (int i = 0; i < logDet.length; i++) {
            logDet[i] = sums.data[sums.numRows == 1 ? 0 : i];
        }
        return new Bijector.Values(y, logDet);
    }

    // --- elementwise maps: values and log-determinants

    private static Mapped same(Tape tape, Var z) {
        return new Mapped(z, noVolumeChange(tape));
    }

    private static Mapped sigmoid(Tape tape, Var z) {
        return new Mapped(
                z.sigmoid(), z.softplus().add(z.neg().softplus()).sumPerRow().neg());
    }

    private static Mapped logit(Tape tape, Var x) {
        Var logX = x.log();
        Var logRest = x.neg().log1p();
        return new Mapped(logX.sub(logRest), logX.add(logRest).sumPerRow().neg());
    }

    private static Mapped tanh(Tape tape, Var z) {
        // log(1 − tanh² z) = 2 (log 2 − z − softplus(−2z))
        Var logSlope = z.add(z.mul(-2).softplus()).mul(-2).add(2 * LN2);
        return new Mapped(z.tanh(), logSlope.sumPerRow());
    }

    private static Mapped artanh(Tape tape, Var x) {
        Var up = x.log1p();
        Var down = x.neg().log1p();
        return new Mapped(up.sub(down).mul(0.5f), up.add(down).sumPerRow().neg());
    }

    private static Mapped softplus(Tape tape, Var z) {
        return new Mapped(z.softplus(), z.neg().softplus().sumPerRow().neg());
    }

    private static Mapped softplusInverse(Tape tape, Var x) {
        // z = x + log(1 − e^−x), in which 1 − e^−x = 2 t/(1 + t) with t = tanh(x/2): of small x no digit is lost
        Var t = x.mul(0.5f).tanh();
        Var logSlope = t.mul(2).log().sub(t.log1p());
        return new Mapped(x.add(logSlope), logSlope.sumPerRow().neg());
    }

    private static Mapped exp(Tape tape, Var z) {
        return new Mapped(z.exp(), z.sumPerRow());
    }

    private static Mapped log(Tape tape, Var x) {
        Var z = x.log();
        return new Mapped(z, z.sumPerRow().neg());
    }

    private static Mapped leaky(Tape tape, Var z, double slope) {
        FMatrixRMaj values = z.value();
        FMatrixRMaj logDet = new FMatrixRMaj(values.numRows, 1);
        for (int i = 0; i < values.numRows; i++) {
            int below = 0;
            for (int j = 0; j < values.numCols; j++) {
                below += values.unsafe_get(i, j) > 0 ? 0 : 1;
            }
            logDet.data[i] = (float) (below * Math.log(slope));
        }
        return new Mapped(z.leakyRelu((float) slope), tape.constant(logDet));
    }

    /** An elementwise map of rows of every length. */
    private record Columns(String name, BiFunction<Tape, Var, Mapped> there, BiFunction<Tape, Var, Mapped> back)
            implements Bijector {
        @Override
        public int dim() {
            return ANY_DIM;
        }

        @Override
        public Mapped forward(Tape tape, Var z, Var context) {
            requireFit(name, z, context);
            return there.apply(tape, z);
        }

        @Override
        public Mapped inverse(Tape tape, Var x, Var context) {
            requireFit(name, x, context);
            return back.apply(tape, x);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final class Affine implements Bijector {
        private final FMatrixRMaj scale;
        private final FMatrixRMaj shift;
        private final double sum;
        private final int dim;

        Affine(double[] a, double[] b, int dim) {
            if (a.length == 0 || a.length != b.length) {
                throw new IllegalArgumentException("Bijectors.affine: " + a.length + " scales and " + b.length
                        + " shifts, expected as many, at least one");
            }
            scale = new FMatrixRMaj(1, a.length);
            shift = new FMatrixRMaj(1, a.length);
            double logs = 0;
            for (int j = 0; j < a.length; j++) {
                scale.data[j] = (float) a[j];
                shift.data[j] = (float) b[j];
                if (!Float.isFinite(scale.data[j]) || scale.data[j] == 0 || !Float.isFinite(shift.data[j])) {
                    throw new IllegalArgumentException("Bijectors.affine: scale " + a[j] + " and shift " + b[j]
                            + " of column " + j + ", expected finite numbers and no scale of 0");
                }
                logs += Math.log(Math.abs(a[j]));
            }
            sum = logs;
            this.dim = dim;
        }

        private Var logDet(Tape tape, Var rows, int sign) {
            FMatrixRMaj value = new FMatrixRMaj(1, 1);
            value.data[0] = (float) (sign * (dim == ANY_DIM ? rows.cols() * sum : sum));
            return tape.constant(value);
        }

        @Override
        public int dim() {
            return dim;
        }

        @Override
        public Mapped forward(Tape tape, Var z, Var context) {
            requireFit("Affine.forward", z, context);
            return new Mapped(z.mul(tape.constant(scale)).add(tape.constant(shift)), logDet(tape, z, 1));
        }

        @Override
        public Mapped inverse(Tape tape, Var x, Var context) {
            requireFit("Affine.inverse", x, context);
            return new Mapped(x.sub(tape.constant(shift)).div(tape.constant(scale)), logDet(tape, x, -1));
        }

        @Override
        public String toString() {
            return dim == ANY_DIM
                    ? "x = " + scale.data[0] + " z + " + shift.data[0]
                    : "affine map of " + dim + " columns";
        }
    }

    private static final class Permutation implements Bijector {
        private final int[] order;
        private final int[] back;

        Permutation(int... order) {
            this.order = order.clone();
            back = new int[order.length];
            boolean[] seen = new boolean[order.length];
            for (int j = 0; j < order.length; j++) {
                if (order[j] < 0 || order[j] >= order.length || seen[order[j]]) {
                    throw new IllegalArgumentException("Bijectors.permutation: place " + j + " takes column " + order[j]
                            + " of " + order.length + ", which does not exist or is taken");
                }
                seen[order[j]] = true;
                back[order[j]] = j;
            }
        }

        @Override
        public int dim() {
            return order.length;
        }

        @Override
        public Mapped forward(Tape tape, Var z, Var context) {
            requireFit("Permutation.forward", z, context);
            return new Mapped(z.gatherColumns(order), noVolumeChange(tape));
        }

        @Override
        public Mapped inverse(Tape tape, Var x, Var context) {
            requireFit("Permutation.inverse", x, context);
            return new Mapped(x.gatherColumns(back), noVolumeChange(tape));
        }

        @Override
        public String toString() {
            return "permutation";
        }
    }
}
