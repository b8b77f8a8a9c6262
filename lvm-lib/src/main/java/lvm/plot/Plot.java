package lvm.plot;

import java.awt.Font;
import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleFunction;
import org.knowm.xchart.internal.chartpart.AxesChart;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.internal.series.Series;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;

/**
 * What all plots with axes have: title, labels, ranges, size and legend. An axis without a label is called x, y, value, count
 * or the like, which is enough for a look at the data; for others to read, say what it shows.
 *
 * @param <B> the builder itself
 */
public abstract class Plot<B extends Plot<B>> implements Picture {

    /** The width when none is set, in logical pixels. */
    public static final int DEFAULT_WIDTH = 640;

    /** The height when none is set, in logical pixels. */
    public static final int DEFAULT_HEIGHT = 400;

    /** The height of an entry of a legend in a column. */
    private static final int LEGEND_LINE = 12;

    /** The part of the width that a name in the legend may take. */
    private static final double MOST_FOR_LEGEND = 0.35;

    /** The part of the width that an entry of a legend below may take. */
    private static final double MOST_BELOW = 0.8;

    /** The part of the height that a legend below may take; a higher one stands to the right. */
    private static final double MOST_OF_HEIGHT = 0.4;

    /** Entries closer than this to each other are put into columns. */
    private static final int LEAST_PADDING = 4;

    private final String name;
    private String title = "";
    private String xLabel;
    private String yLabel;
    private int width = DEFAULT_WIDTH;
    private int height = DEFAULT_HEIGHT;
    private Legend legend;
    private Range yRange;
    private int reserve;
    private int indent;

    Plot(String name) {
        this.name = name;
    }

    abstract B self();

    /**
     * The chart of XChart, for settings that this builder does not offer. The ranges of its axes are fixed; after
     * adding series to it free them with {@code chart.getStyler().setXAxisMin(null)} and the like.
     *
     * @return a new chart in the common theme
     * @throws IllegalArgumentException if an axis label is blank or there is nothing to draw
     */
    public abstract Chart<? extends AxesChartStyler, ?> build();

    /**
     * The title above the plot.
     *
     * @param title a line of text
     * @return this
     */
    public B title(String title) {
        this.title = Objects.requireNonNull(title, name + ".title");
        return self();
    }

    /**
     * The label of the horizontal axis; "x" or what the plot shows if none is set.
     *
     * @param label the quantity and its unit
     * @return this
     */
    public B xLabel(String label) {
        this.xLabel = Objects.requireNonNull(label, name + ".xLabel");
        return self();
    }

    /**
     * The label of the vertical axis; "y" or what the plot shows if none is set.
     *
     * @param label the quantity and its unit
     * @return this
     */
    public B yLabel(String label) {
        this.yLabel = Objects.requireNonNull(label, name + ".yLabel");
        return self();
    }

    /**
     * The part of the vertical axis to show; by default all data and a little room.
     *
     * @param lo its lower end
     * @param hi its upper end
     * @return this
     * @throws IllegalArgumentException unless lo &lt; hi and both are finite
     */
    public B yRange(double lo, double hi) {
        this.yRange = Range.given(name + ".yRange", lo, hi);
        return self();
    }

    /**
     * The size, by default {@value #DEFAULT_WIDTH}×{@value #DEFAULT_HEIGHT} logical pixels; images are made at twice that.
     *
     * @param width logical pixels, 160 to 4000
     * @param height logical pixels, 120 to 4000
     * @return this
     * @throws IllegalArgumentException if it is smaller or larger
     */
    public B size(int width, int height) {
        if (width < 160 || height < 120 || width > 4000 || height > 4000) {
            throw new IllegalArgumentException(
                    name + ".size: " + width + "×" + height + ", expected 160×120 to 4000×4000 logical pixels");
        }
        this.width = width;
        this.height = height;
        return self();
    }

    /**
     * Where the legend stands; by default to the right if there are two or more entries; otherwise there is none. Below it has as
     * many rows as it needs, up to 0.4 of the height, to the right as many columns, which take at most half of the width: the last
     * entry says how many more there are.
     *
     * @param legend the place
     * @return this
     */
    public B legend(Legend legend) {
        this.legend = Objects.requireNonNull(legend, name + ".legend");
        return self();
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public void paint(Graphics2D g) {
        Picture.of(build()).paint(g);
    }

    /** The chart with so much height left below it and so much width at its left, at least. */
    final Chart<? extends AxesChartStyler, ?> build(int reserve, int indent) {
        this.reserve = reserve;
        this.indent = indent;
        try {
            return build();
        } finally {
            this.reserve = 0;
            this.indent = 0;
        }
    }

    /** The width that the left of the chart needs for what XChart does not know of. */
    int overhang() {
        return 0;
    }

    @Override
    public String toString() {
        return name + (title.isBlank() ? "" : " \"" + title + "\"") + " of " + width + "×" + height + " pixels";
    }

    /** What a plot shows in words. */
    final String describe(String x, String y, List<String> named) {
        return "Plot" + (title.isBlank() ? "" : " “" + title + "”") + " of " + y + " over " + x
                + (named.isEmpty() ? "." : ": " + String.join(", ", named) + ".");
    }

    final String name() {
        return name;
    }

    final Range givenY() {
        return yRange;
    }

    final boolean xUnlabelled() {
        return xLabel == null;
    }

    final boolean yUnlabelled() {
        return yLabel == null;
    }

    /** The label of an axis that was set, or another. */
    final String label(boolean horizontal, String other) {
        String set = horizontal ? xLabel : yLabel;
        if (set != null && set.isBlank()) {
            String setter = horizontal ? "xLabel" : "yLabel";
            throw new IllegalArgumentException(name + ".build: the " + setter + " is blank; say what the "
                    + (horizontal ? "horizontal" : "vertical") + " axis shows, or leave it out for \"" + other + "\"");
        }
        return set != null ? set : other;
    }

    /**
     * Title, labels and legend. What is longer than its place ends with "…", and a legend with more entries than have
     * room under each other stands in columns.
     *
     * @param signs the series of the legend, from top to bottom, and how the sign of each is drawn
     */
    final void dress(
            AxesChart<?, ?> chart,
            Surround surround,
            String labelX,
            String labelY,
            Map<? extends Series, Surround.Sign> signs) {
        Styler styler = chart.getStyler();
        if (styler instanceof AxesChartStyler axes) {
            axes.setYAxisLabelAlignment(AxesChartStyler.TextAlignment.Right);
        }
        double beside = legend(chart, surround, signs);
        Font font = styler.getChartTitleFont();
        String shownTitle = Labels.displayable(title, font);
        // The title stands in the middle of the plot, beside which the vertical axis has its numbers.
        double room = width - beside - 84;
        double size = font.getSize2D() * Math.min(1, room / Math.max(1, Labels.width(shownTitle, font)));
        font = font.deriveFont((float) Math.max(PlotTheme.SMALLEST_FONT, size));
        styler.setChartTitleFont(font);
        chart.setTitle(Labels.fitting(shownTitle, font, room));
        styler.setChartTitleVisible(!title.isBlank());
        Font axisFont = new PlotTheme().getAxisTitleFont();
        chart.setXAxisTitle(Labels.fitting(Labels.displayable(labelX), axisFont, room));
        chart.setYAxisTitle(Labels.fitting(Labels.displayable(labelY), axisFont, height - 100));
    }

    /** Puts the legend where it has room; the width that it takes beside the plot. */
    private double legend(AxesChart<?, ?> chart, Surround surround, Map<? extends Series, Surround.Sign> signs) {
        Styler styler = chart.getStyler();
        Font font = PlotTheme.font(PlotTheme.SMALLEST_FONT);
        int entries = signs.size();
        Legend place = legend != null ? legend : entries >= 2 ? Legend.RIGHT : Legend.NONE;
        surround.reserve(reserve);
        surround.indent(Math.max(indent, overhang()));
        if (place == Legend.BELOW) {
            List<Surround.Entry> list = new ArrayList<>();
            signs.forEach((series, sign) -> list.add(
                    new Surround.Entry(Labels.fittingBothEnds(series.getLabel(), font, MOST_BELOW * width), sign)));
            surround.below(list, width);
            if (surround.heightBelow() <= MOST_OF_HEIGHT * height) {
                styler.setLegendVisible(false);
                return 0;
            }
            surround.below(List.of(), width);
            place = Legend.RIGHT;
        }
        boolean outside = place == Legend.RIGHT || place == Legend.NONE;
        int room = entries == 0 ? 0 : (height - (outside ? 40 : 120)) / entries - LEGEND_LINE;
        boolean columns = place != Legend.NONE && entries > 1 && room < LEAST_PADDING;
        styler.setLegendVisible(place != Legend.NONE && entries > 0 && !columns);
        styler.setLegendPosition(place.position);
        if (columns) {
            List<Surround.Entry> list = new ArrayList<>();
            signs.forEach((series, sign) -> list.add(new Surround.Entry(series.getLabel(), sign)));
            surround.legend(list, width, height);
            return surround.legendWidth();
        }
        double widest = 0;
        for (Series series : signs.keySet()) {
            series.setLabel(Labels.fittingBothEnds(series.getLabel(), font, MOST_FOR_LEGEND * width));
            widest = Math.max(widest, Labels.width(series.getLabel(), font));
        }
        if (entries > 0) {
            styler.setLegendPadding(Math.max(1, Math.min(styler.getLegendPadding(), room)));
        }
        return place == Legend.RIGHT && entries > 0 ? widest + 50 : 0;
    }

    static void ticks(AxesChart<?, ?> chart, boolean horizontal, DoubleFunction<String> format) {
        if (horizontal) {
            chart.setCustomXAxisTickLabelsFormatter(format::apply);
        } else {
            chart.setCustomYAxisTickLabelsFormatter(format::apply);
        }
    }
}
