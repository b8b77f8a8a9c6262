package lvm.plot;

import java.awt.Color;
import java.util.Arrays;

/** Bars over bins of equal width, as high as there are values in them or as their share of the values a unit of width. */
final class HistogramLayer extends Layer {
    private static final int OPACITY = 120;
    private static final int MOST_BINS = 80;

    /** Up to so many whole numbers have a bar each. */
    private static final int FEW = 20;

    /** In bins of so many whole numbers one more or less can not be seen. */
    private static final int COARSE = 10;

    private final double[] edges;
    private final double width;
    private final int count;
    private double[] heights;
    private boolean density;

    private HistogramLayer(String name, double[] values, Range range, int bins) {
        super("histogram", name);
        edges = new double[bins + 1];
        Arrays.setAll(edges, i -> range.at((double) i / bins));
        width = range.span() < Double.POSITIVE_INFINITY ? range.span() / bins : range.hi() / bins - range.lo() / bins;
        heights = new double[bins];
        for (double v : values) {
            heights[(int) Math.min(bins - 1, range.share(v) * bins)]++;
        }
        count = values.length;
    }

    /** A histogram of so many bins between the smallest value and the largest. */
    static HistogramLayer of(String name, double[] values, int bins) {
        Range all = range(name, values);
        if (bins < 1 || bins > 1000) {
            throw new IllegalArgumentException("XyPlot.histogram: " + bins + " bins, expected 1 to 1000");
        }
        return new HistogramLayer(name, values, all.span() > 0 ? all : around(all.lo()), bins);
    }

    /**
     * A histogram of as many bins as Freedman and Diaconis advise. Of whole numbers the bins hold equally many, where bins
     * are so narrow that some would hold one more than others: such teeth are not in the data.
     */
    static HistogramLayer of(String name, double[] values) {
        Range all = range(name, values);
        int bins = all.span() > 0 ? bins(values) : 1;
        boolean whole =
                all.span() > 0 && all.largest() < 1e15 && Arrays.stream(values).allMatch(v -> v == Math.rint(v));
        if (whole && (all.span() <= FEW || all.span() / bins < COARSE)) {
            int each = all.span() <= FEW ? 1 : (int) Math.max(1, Math.rint(all.span() / bins));
            bins = (int) all.span() / each + 1;
            double from = all.lo() - 0.5;
            return new HistogramLayer(name, values, new Range(from, from + (double) each * bins), bins);
        }
        return of(name, values, bins);
    }

    private static Range range(String name, double[] values) {
        Numbers.finite("XyPlot.histogram", name, "values", values);
        if (values.length == 0) {
            throw new IllegalArgumentException("XyPlot.histogram: no values");
        }
        return Range.NONE.and(values);
    }

    /** Where the bars of a single number stand. */
    private static Range around(double value) {
        double size = Math.abs(value);
        double half = size == 0 || size >= 0.1 && size <= 1000 ? 0.5 : Math.max(0.1 * size, Double.MIN_VALUE);
        return new Range(Math.max(-Double.MAX_VALUE, value - half), Math.min(Double.MAX_VALUE, value + half));
    }

    /** How many bins Freedman and Diaconis advise: of width 2·IQR/∛n, at least 5 and at most 80. */
    private static int bins(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        if (n < 2) {
            return 10;
        }
        Range all = new Range(sorted[0], sorted[n - 1]);
        double iqr = all.share(sorted[(int) (0.75 * (n - 1))]) - all.share(sorted[(int) (0.25 * (n - 1))]);
        double wanted = Math.cbrt(n) / (2 * iqr);
        return (int) Math.min(MOST_BINS, Math.max(5, wanted > 0 && wanted < 1e6 ? Math.ceil(wanted) : 30));
    }

    void asDensity() {
        if (density) {
            throw new IllegalArgumentException("XyPlot.asDensity: the histogram is a density already");
        }
        double one = 1 / width / count;
        if (!(one > 0) || Double.isInfinite(one * count)) {
            throw new IllegalArgumentException("XyPlot.asDensity: bins of width " + width
                    + " have a density that is too large or too small for a number; rescale the values first");
        }
        density = true;
        heights = Arrays.stream(heights).map(v -> v * one).toArray();
    }

    @Override
    Extent extent() {
        return new Extent(Range.NONE.and(edges), Range.NONE.and(heights).and(0));
    }

    @Override
    boolean standsOnZero() {
        return true;
    }

    @Override
    double[] places() {
        return new double[] {Double.NaN};
    }

    @Override
    String xName() {
        return "value";
    }

    @Override
    String yName() {
        return density ? "density" : "count";
    }

    @Override
    void draw(Canvas canvas) {
        double[] x = new double[2 * heights.length];
        double[] y = new double[2 * heights.length];
        for (int i = 0; i < heights.length; i++) {
            x[2 * i] = edges[i];
            x[2 * i + 1] = edges[i + 1];
            y[2 * i + 1] = heights[i];
        }
        Color fill = Canvas.translucent(canvas.nextColor(this), OPACITY);
        canvas.mark(this, canvas.x().at(x), canvas.y().at(y), new Marks.Bar(), fill);
        canvas.legend(name, new Marks.Swatch(), fill);
    }
}
