package lvm.plot;

import java.util.Arrays;
import java.util.function.DoubleFunction;

/**
 * One axis of a chart: the part of it that is shown, where a number lies on it, and how its ticks are written.
 *
 * <p>XChart places numbers of ordinary size as they are. It can not place very small and very large ones, nor a spread
 * that is small beside the numbers themselves: those are given to it as (v − origin)·10^−exponent, and those of a
 * logarithmic axis near the ends of what a double holds as log₁₀ v.
 */
final class Axis {
    /** Between these spans numbers are placed as they are. */
    private static final double LEAST = 1e-6;

    private static final double MOST = 1e15;

    /** A spread below this part of the numbers is shown beside an origin. */
    private static final double NARROW = 1e-7;

    /** The decades that XChart's logarithmic axis can place. */
    private static final double DECADES = 290;

    /** Below this ratio of its ends a logarithmic axis looks like a linear one, which has ticks there. */
    private static final double NEARLY_LINEAR = 1.1;

    /** How far outside of what is shown a place may be, in widths of that: nothing can be seen of the rest. */
    private static final double FARTHEST = 1e6;

    private enum Kind {
        PLAIN,
        MOVED,
        LOGARITHMIC,
        LOGARITHM
    }

    private final Kind kind;
    private final double origin;
    private final int exponent;
    private final Range shown;

    private Axis(Kind kind, double origin, int exponent, Range shown) {
        this.kind = kind;
        this.origin = origin;
        this.exponent = exponent;
        this.shown = shown;
    }

    /**
     * A linear axis.
     *
     * @param range finite numbers, lo ≤ hi
     * @param room what to leave beside them, as a part of their spread; 0 shows the range as it is
     * @param roomBelow whether there is room at the lower end too
     */
    static Axis linear(Range range, double room, boolean roomBelow) {
        double largest = range.largest();
        double span = range.span();
        double size = span > 0 ? span : largest;
        double origin = 0;
        int exponent = 0;
        if (span > 0 && span < NARROW * largest) {
            double step = Math.pow(10, Math.ceil(Math.log10(span)));
            double rounded = Math.rint(range.lo() / step) * step;
            origin = Double.isFinite(rounded) && step > 0 ? rounded : range.lo();
            exponent = span >= 1e-3 && span < 1e6 ? 0 : Labels.place(span);
        } else if (size > 0 && (size < LEAST || largest > MOST)) {
            exponent = Labels.place(largest);
        }
        Axis axis = new Axis(origin == 0 && exponent == 0 ? Kind.PLAIN : Kind.MOVED, origin, exponent, null);
        Range placed = new Range(axis.at(range.lo()), axis.at(range.hi()));
        if (room > 0 || !(placed.span() > 0)) {
            placed = placed.padded(room, roomBelow);
        }
        return new Axis(axis.kind, origin, exponent, placed);
    }

    /** An axis from zero, or from a number that is taken for zero, so that it has no origin. */
    static Axis scaled(Range range) {
        double largest = range.largest();
        int exponent = largest > 0 && (largest < LEAST || largest > MOST) ? Labels.place(largest) : 0;
        Axis axis = new Axis(exponent == 0 ? Kind.PLAIN : Kind.MOVED, 0, exponent, null);
        return new Axis(axis.kind, 0, exponent, new Range(axis.at(range.lo()), axis.at(range.hi())));
    }

    /**
     * A logarithmic axis.
     *
     * @param range positive numbers, lo ≤ hi
     * @param room what to leave beside them, as a part of their decades; 0 shows the range as it is
     */
    static Axis logarithmic(Range range, double room) {
        double a = Math.log10(range.lo());
        double b = Math.log10(range.hi());
        if (range.lo() < range.hi() && b - a < Math.log10(NEARLY_LINEAR)) {
            return linear(range, room, true);
        }
        double beside = b > a ? room * (b - a) : 0.5;
        Range decades = new Range(a - beside, b + beside);
        if (decades.lo() < -DECADES || decades.hi() > DECADES) {
            return new Axis(Kind.LOGARITHM, 0, 0, decades);
        }
        Range numbers = beside == 0 ? range : new Range(Math.pow(10, decades.lo()), Math.pow(10, decades.hi()));
        return new Axis(Kind.LOGARITHMIC, 0, 0, numbers);
    }

    /** What is shown, in the coordinates of the chart. */
    Range shown() {
        return shown;
    }

    /** Whether XChart takes the logarithms. */
    boolean isLogarithmic() {
        return kind == Kind.LOGARITHMIC;
    }

    /** Whether the coordinates of the chart are the numbers themselves. */
    boolean isPlain() {
        return kind == Kind.PLAIN;
    }

    /** The coordinate of the chart at which a number lies. */
    double at(double value) {
        double place = switch (kind) {
            case PLAIN, LOGARITHMIC -> value;
            case MOVED -> Labels.timesTen(value - origin, -exponent);
            case LOGARITHM -> Math.log10(value);
        };
        if (shown == null) {
            return place;
        }
        if (kind == Kind.LOGARITHMIC) {
            return place;
        }
        double reach = FARTHEST * shown.span();
        return Math.max(shown.lo() - reach, Math.min(shown.hi() + reach, place));
    }

    double[] at(double[] values) {
        return Arrays.stream(values).map(this::at).toArray();
    }

    /** The number at a coordinate of the chart. */
    double value(double place) {
        return switch (kind) {
            case PLAIN, LOGARITHMIC -> place;
            case MOVED -> origin + Labels.timesTen(place, exponent);
            case LOGARITHM -> Math.pow(10, place);
        };
    }

    /** The number at a step of so many from the lower end of what is shown to the upper one. */
    double valueAt(double step, double steps) {
        return value(shown.lo() + shown.span() * step / steps);
    }

    /**
     * How to write the ticks.
     *
     * @param offset added to a coordinate to get the number it stands for
     */
    DoubleFunction<String> ticks(double offset) {
        return switch (kind) {
            case LOGARITHMIC -> Labels.logarithmic(shown.lo(), shown.hi());
            case LOGARITHM -> Labels.powers(shown.span());
            case PLAIN, MOVED ->
                exponent == 0
                        ? Labels.linear(shown.lo(), shown.hi(), offset)
                        : Labels.times(shown.lo(), shown.hi(), exponent, offset);
        };
    }

    /** The label of the axis: what the ticks count from is a part of it. */
    String label(String quantity) {
        if (origin == 0) {
            return quantity;
        }
        String from = Labels.exact(Math.abs(origin));
        return quantity + (origin > 0 ? " − " : " + ") + from;
    }

    /** The power of ten that the coordinates are multiplied with. */
    int exponent() {
        return exponent;
    }

    /** Where grid lines stand that XChart does not draw well; none on axes that are not logarithmic. */
    double[] grid() {
        return isLogarithmic() ? Labels.logGrid(shown.lo(), shown.hi()) : new double[0];
    }
}
