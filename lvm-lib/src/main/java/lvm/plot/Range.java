package lvm.plot;

/** The part of an axis that is shown. */
record Range(double lo, double hi) {

    /** Ranges narrower than this can not be labelled; they are shown this wide. */
    private static final double NARROWEST = 1e-8;

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

    Range and(double[] values) {
        Range all = this;
        for (double value : values) {
            all = all.and(value);
        }
        return all;
    }

    /** With room around the data, so that no point lies on the frame. */
    Range padded(double share, boolean log, boolean padLow) {
        if (log) {
            double a = Math.log10(lo);
            double b = Math.log10(hi);
            double room = b - a < 1e-6 ? 0.5 : share * (b - a);
            return new Range(Math.pow(10, a - (padLow ? room : 0)), Math.pow(10, b + room));
        }
        double largest = Math.max(Math.abs(lo), Math.abs(hi));
        double least = Math.max(NARROWEST, 1e-10 * largest);
        if (span() < least) {
            double room = span() == 0 ? Math.max(least, largest > 0 ? 0.1 * largest : 1) : least;
            return new Range(lo - (padLow ? room : 0), hi + room);
        }
        return new Range(lo - (padLow ? share * span() : 0), hi + share * span());
    }
}
