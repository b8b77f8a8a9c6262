package lvm.flow;

import java.util.Arrays;
import lvm.autodiff.Mapped;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.dist.Bijectors;

/**
 * The invertible map of a single number whose parameters a network gives: what couplings and autoregressive flows do to a
 * column. The network's result h has the parameters of all columns that are mapped.
 */
public final class Transformer {
    /** The largest |s| of {@link #affine()}. */
    public static final double DEFAULT_BOUND = 3;

    private enum Kind {
        ADDITIVE,
        AFFINE,
        SPLINE
    }

    private final Kind kind;
    private final int bins;
    private final float bound;

    private Transformer(Kind kind, int bins, double bound) {
        this.kind = kind;
        this.bins = bins;
        this.bound = (float) bound;
    }

    /**
     * y = x + t: no volume changes.
     *
     * @return the map, of 1 parameter
     */
    public static Transformer additive() {
        return new Transformer(Kind.ADDITIVE, 0, 0);
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
        return new Transformer(Kind.AFFINE, 0, bound);
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
        if (bins < 2 || bins > 500 || !(bound > 0)) {
            throw new IllegalArgumentException("Transformer.spline: " + bins + " bins and bound " + bound
                    + ", expected 2 to 500 bins and a bound above 0");
        }
        return new Transformer(Kind.SPLINE, bins, bound);
    }

    /**
     * The parameters of a column.
     *
     * @return how many a network gives for each
     */
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

    /** The values of the columns that are given, or of all; the others stay. */
    Mapped forward(Tape tape, Var x, Var h, int[] columns, int[] places) {
        return switch (kind) {
            case ADDITIVE ->
                new Mapped(x.add(places == null ? h : h.gatherColumns(places)), Bijectors.noVolumeChange(tape));
            case AFFINE -> x.affine(h, columns, bound);
            case SPLINE -> x.spline(h, columns, bins, bound);
        };
    }

    Mapped inverse(Tape tape, Var x, Var h, int[] columns, int[] places) {
        return switch (kind) {
            case ADDITIVE ->
                new Mapped(x.sub(places == null ? h : h.gatherColumns(places)), Bijectors.noVolumeChange(tape));
            case AFFINE -> x.affineInverse(h, columns, bound);
            case SPLINE -> x.splineInverse(h, columns, bins, bound);
        };
    }

    /** For each of d columns its place among those that are mapped, or −1. */
    static int[] places(int d, int... columns) {
        int[] places = new int[d];
        Arrays.fill(places, -1);
        for (int j = 0; j < columns.length; j++) {
            places[columns[j]] = j;
        }
        return places;
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
