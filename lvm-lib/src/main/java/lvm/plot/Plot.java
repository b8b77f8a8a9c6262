package lvm.plot;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.util.List;
import java.util.Objects;
import java.util.function.DoubleFunction;
import org.knowm.xchart.internal.chartpart.AxesChart;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;

/**
 * What all plots with axes have: title, labels, ranges, size and legend. Both axes must be labelled.
 *
 * @param <B> the builder itself
 */
public abstract class Plot<B extends Plot<B>> implements Picture {

    /** The width when none is set, in logical pixels. */
    public static final int DEFAULT_WIDTH = 640;

    /** The height when none is set, in logical pixels. */
    public static final int DEFAULT_HEIGHT = 400;

    /** What an entry of a legend in a row takes beside its text, and the height of one in a column. */
    private static final int LEGEND_ENTRY = 64;

    private static final int LEGEND_LINE = 12;

    private final String name;
    private String title = "";
    private String xLabel;
    private String yLabel;
    private int width = DEFAULT_WIDTH;
    private int height = DEFAULT_HEIGHT;
    private Legend legend;
    private Range yRange;

    Plot(String name) {
        this.name = name;
    }

    abstract B self();

    /**
     * The chart of XChart, for everything that this builder has no word for. The ranges of its axes are fixed; after
     * adding series to it free them with {@code chart.getStyler().setXAxisMin(null)} and the like.
     *
     * @return a new chart in the common theme
     * @throws IllegalArgumentException if an axis label is missing or there is nothing to draw
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
     * The label of the horizontal axis; required.
     *
     * @param label the quantity and its unit
     * @return this
     */
    public B xLabel(String label) {
        this.xLabel = Objects.requireNonNull(label, name + ".xLabel");
        return self();
    }

    /**
     * The label of the vertical axis; required.
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
     * Where the legend stands; by default to the right where there are two or more entries, and nowhere else. A legend
     * that is too long for {@link Legend#BELOW} stands to the right.
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

    @Override
    public String toString() {
        return name + (title.isBlank() ? "" : " \"" + title + "\"") + " of " + width + "×" + height + " pixels";
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

    final void requireLabels() {
        if (xLabel == null || xLabel.isBlank()) {
            throw new IllegalArgumentException(name + ".build: xLabel not set; say what the horizontal axis shows");
        }
        if (yLabel == null || yLabel.isBlank()) {
            throw new IllegalArgumentException(name + ".build: yLabel not set; say what the vertical axis shows");
        }
    }

    final void dress(AxesChart<?, ?> chart, List<String> entries) {
        Styler styler = chart.getStyler();
        chart.setTitle(Labels.displayable(title, styler.getChartTitleFont()));
        styler.setChartTitleVisible(!title.isBlank());
        chart.setXAxisTitle(Labels.displayable(xLabel));
        chart.setYAxisTitle(Labels.displayable(yLabel));
        if (styler instanceof AxesChartStyler axes) {
            axes.setYAxisLabelAlignment(AxesChartStyler.TextAlignment.Right);
        }
        Legend place = legend != null ? legend : entries.size() >= 2 ? Legend.RIGHT : Legend.NONE;
        if (place == Legend.BELOW && rowWidth(entries) > width) {
            // A row that is too long would be cut off at both ends.
            place = Legend.RIGHT;
        }
        styler.setLegendVisible(place != Legend.NONE && !entries.isEmpty());
        styler.setLegendPosition(place.position);
        if (place == Legend.BELOW) {
            styler.setLegendLayout(Styler.LegendLayout.Horizontal);
            styler.setLegendPadding(chart instanceof LayeredChart ? 6 : 11);
        } else if (!entries.isEmpty()) {
            int room = (height - 40) / entries.size() - LEGEND_LINE;
            styler.setLegendPadding(Math.max(1, Math.min(styler.getLegendPadding(), room)));
        }
    }

    private static double rowWidth(List<String> entries) {
        FontRenderContext context = new FontRenderContext(null, true, true);
        Font font = PlotTheme.font(PlotTheme.SMALLEST_FONT);
        double width = 24;
        for (String entry : entries) {
            width += font.getStringBounds(entry, context).getWidth() + LEGEND_ENTRY;
        }
        return width;
    }

    static void ticks(AxesChart<?, ?> chart, boolean horizontal, DoubleFunction<String> format) {
        if (horizontal) {
            chart.setCustomXAxisTickLabelsFormatter(format::apply);
        } else {
            chart.setCustomYAxisTickLabelsFormatter(format::apply);
        }
    }
}
