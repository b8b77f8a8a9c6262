package lvm.flow;

import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.distribution.Bijectors;
import lvm.distribution.Mapped;
import lvm.store.Recipe;

/**
 * The invertible map of a single number whose parameters a network gives: what couplings and autoregressive flows do to a
 * column. The network's result h has the parameters of all columns that are mapped.
 */
public final class Transformer {
    /** The largest |s| of {@link #affine()}. */
    public static final double DEFAULT_BOUND = 3;

    private static final int MOST_BINS = 500;

    private enum Kind {
        ADDITIVE,
        AFFINE,
        SPLINE
    }

    private final Kind kind;
    private final int bins;
    private final float bound;
    private final boolean inverse;

    private Transformer(Kind kind, int bins, double bound, boolean inverse) {
        this.kind = kind;
        this.bins = bins;
        this.bound = (float) bound;
        this.inverse = inverse;
    }

    /**
     * y = x + t: no volume changes.
     *
     * @return the map, of 1 parameter
     */
    public static Transformer additive() {
        return new Transformer(Kind.ADDITIVE, 0, 0, false);
    }

    /**
     * y = x e^s + t with |s| below {@link #DEFAULT_BOUND}.
     *
     * @return the map, of 2 parameters
     */
    public static Transformer affine() {
        return affine(DEFAULT_BOUND);
    }

    /**
     * y = x e^s + t with s = S tanh(s̃/S).
     *
     * @param bound S, above 0
     * @return the map, of 2 parameters
     * @throws IllegalArgumentException if the bound is not above 0
     */
    public static Transformer affine(double bound) {
        if (!(bound > 0)) {
            throw new IllegalArgumentException("Transformer.affine: the bound is " + bound + ", expected above 0");
        }
        return new Transformer(Kind.AFFINE, 0, bound, false);
    }

    /**
     * A monotone rational-quadratic spline on [−B, B], the identity outside. C. Durkan, A. Bekasov, I. Murray and
     * G. Papamakarios (2019), Neural spline flows.
     *
     * @param bins K, the number of bins, from 2 to 500
     * @param bound B, above 0
     * @return the map, of 3K − 1 parameters
     * @throws IllegalArgumentException if a number is out of range
     */
    public static Transformer spline(int bins, double bound) {
        if (bins < 2 || bins > MOST_BINS || !(bound > 0)) {
            throw new IllegalArgumentException("Transformer.spline: " + bins + " bins and bound " + bound
                    + ", expected 2 to 500 bins and a bound above 0");
        }
        return new Transformer(Kind.SPLINE, bins, bound, false);
    }

    /** {@return how many parameters a network gives for each column} */
    public int parameters() {
        return switch (kind) {
            case ADDITIVE -> 1;
            case AFFINE -> 2;
            case SPLINE -> 3 * bins - 1;
        };
    }

    /** The mapped column, counted from 0, whose parameter a place of h is, of k columns. */
    int columnOf(int place, int k) {
        return kind == Kind.SPLINE ? place / parameters() : place % k;
    }

    /** Which parameter of its column, counted from 0, a place of h is. */
    int parameterOf(int place, int k) {
        return kind == Kind.SPLINE ? place % parameters() : place / k;
    }

    /** The map of some columns of rows of d, or of all where they are null; the others stay. */
    ColumnMap on(int d, int... columns) {
        String where = "Transformer." + kind.name().toLowerCase(Locale.ROOT);
        ColumnMap map = switch (kind) {
            case ADDITIVE -> new Additive(where, d, columns);
            case AFFINE -> new AffineColumns(where, d, columns, bound);
            case SPLINE -> new SplineColumns(where, d, columns, bins, bound);
        };
        return inverse ? map.inverted() : map;
    }

    /** The map the other way round, with the same parameters. */
    Transformer inverted() {
        return new Transformer(kind, bins, bound, !inverse);
    }

    /** y = x + t, with t = 0 for the columns that stay. */
    private static final class Additive extends ColumnMap {
        private final int[] places;

        Additive(String where, int d, int... columns) {
            super(where, d, columns, 1);
            places = columns == null ? null : new int[d];
            if (places != null) {
                Arrays.fill(places, -1);
                for (int j = 0; j < columns.length; j++) {
                    places[columns[j]] = j;
                }
            }
        }

        @Override
        Mapped apply(Tape tape, Var x, Var h, boolean inverse) {
            Var t = places == null ? h : h.gatherColumns(places);
            return new Mapped(inverse ? x.sub(t) : x.add(t), Bijectors.noVolumeChange(tape));
        }
    }

    /**
     * The recipe.
     *
     * @return what {@link #of} makes the map of again
     */
    Recipe recipe() {
        return switch (kind) {
            case ADDITIVE -> Recipe.of("additive");
            case AFFINE -> Recipe.of("affine", bound);
            case SPLINE -> Recipe.of("spline", bins, bound);
        };
    }

    /** The map of a recipe. */
    static Transformer of(Recipe recipe) {
        return switch (recipe.name()) {
            case "additive" -> additive();
            case "affine" -> affine(recipe.number(0));
            case "spline" -> spline(recipe.integer(0), recipe.number(1));
            default -> throw new IllegalArgumentException("Transformer.of: \"" + recipe.name() + "\" is not known");
        };
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Transformer t
                && kind == t.kind
                && bins == t.bins
                && bound == t.bound
                && inverse == t.inverse;
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, bins, bound, inverse);
    }

    @Override
    public String toString() {
        return switch (kind) {
            case ADDITIVE -> "additive";
            case AFFINE -> "affine";
            case SPLINE -> "spline of " + bins + " bins";
        };
    }
}
