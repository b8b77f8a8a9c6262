package lvm.plot;

/** The smallest rectangle around what a layer draws; an empty range where it has no place of its own on an axis. */
record Extent(Range x, Range y) {

    static final Extent NONE = new Extent(Range.NONE, Range.NONE);

    static Extent of(double[] x, double[] y) {
        return new Extent(Range.NONE.and(x), Range.NONE.and(y));
    }

    Extent and(Extent other) {
        return new Extent(x.and(other.x), y.and(other.y));
    }

    Range along(boolean horizontal) {
        return horizontal ? x : y;
    }
}
