package lvm.plot;

/** The part of an axis that is shown. */
record Range(double lo, double hi) {

    static final Range NONE = new Range(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);

    static Range given(String what, double lo, double hi) {
        if (!(lo < hi) || Double.isInfinite(lo) || Double.isInfinite(hi)) {
            throw new IllegalArgumentException(
                    what + ": from " + lo + " to " + hi + " is no range, expected two numbers, the lower one first");
        }
        return new Range(lo, hi);
    }

    boolean empty() {
        return !(lo <= hi);
    }

    double span() {
        return hi - lo;
    }

    Range and(double value) {
        return Double.isFinite(value) ? new Range(Math.min(lo, value), Math.max(hi, value)) : this;
    }

    Range and(Range other) {
        return new Range(Math.min(lo, other.lo), Math.max(hi, other.hi));
    }

    Range and(double[] values) {
        double least = lo;
        double most = hi;
        for (double value : values) {
            if (Double.isFinite(value)) {
                least = Math.min(least, value);
                most = Math.max(most, value);
            }
        }
        return new Range(least, most);
    }

    /** The largest absolute value in it. */
    double largest() {
        return Math.max(Math.abs(lo), Math.abs(hi));
    }

    /** With room around the data, so that no point lies on the frame; a single number stands in the middle. */
    Range padded(double share, boolean padLow) {
        double room = span() > 0 ? share * span() : largest() > 0 ? 0.1 * largest() : 1;
        return new Range(lo - (padLow ? room : 0), hi + room);
    }

    /** A range with the same middle. */
    Range around(double span) {
        double middle = lo / 2 + hi / 2;
        return new Range(middle - span / 2, middle + span / 2);
    }

    /** Where a number lies between the ends, 0 at the lower and 1 at the upper one, however far they are apart. */
    double share(double value) {
        double span = span();
        return span < Double.POSITIVE_INFINITY ? (value - lo) / span : (value / 2 - lo / 2) / (hi / 2 - lo / 2);
    }

    /** The number at a share of the way from the lower end to the upper one. */
    double at(double share) {
        double span = span();
        return span < Double.POSITIVE_INFINITY ? lo + share * span : (1 - share) * lo + share * hi;
    }
}
