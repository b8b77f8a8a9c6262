package lvm.plot;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ejml.data.Matrix;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.CategoryStyler;

/**
 * Bars over named categories, side by side or stacked.
 *
 * <pre>{@code
 * Plots.bars("start", "after E", "after M").series("𝓛", bound).series("KL", gap).stacked().base(-1400)
 *      .xLabel("step").yLabel("nats").build();
 * }</pre>
 */
public final class BarPlot extends Plot<BarPlot> {

    /** The width that the vertical axis takes at least, with its label and numbers. */
    private static final int AXIS = 46;

    private final List<String> categories;
    private final Map<String, double[]> series = new LinkedHashMap<>();
    private boolean stacked;
    private double base;
    private int digits;
    private int overhang;

    BarPlot(List<String> categories) {
        super("BarPlot");
        if (categories.isEmpty()) {
            throw new IllegalArgumentException("BarPlot: no categories");
        }
        for (String category : categories) {
            if (category.isBlank()) {
                throw new IllegalArgumentException("BarPlot: a category's name is blank");
            }
        }
        if (categories.stream().distinct().count() < categories.size()) {
            throw new IllegalArgumentException("BarPlot: a category occurs twice in " + categories);
        }
        this.categories = List.copyOf(categories);
    }

    @Override
    BarPlot self() {
        return this;
    }

    /**
     * Adds a bar to each category.
     *
     * @param name the entry in the legend
     * @param values a height for each category
     * @return this
     * @throws IllegalArgumentException if the name is used already, there are not as many values as categories, or one is
     *     not finite
     */
    public BarPlot series(String name, double... values) {
        if (name.isBlank() || series.containsKey(name)) {
            throw new IllegalArgumentException(
                    "BarPlot.series: the name \"" + name + "\" is blank or used already, there are " + series.keySet());
        }
        if (values.length != categories.size()) {
            throw new IllegalArgumentException("BarPlot.series: \"" + name + "\" has " + values.length
                    + " values for the categories " + categories);
        }
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new IllegalArgumentException("BarPlot.series: \"" + name + "\" is " + values[i] + " at "
                        + categories.get(i) + ", expected a finite number");
            }
        }
        series.put(name, values.clone());
        return this;
    }

    /**
     * Adds a bar to each category, as high as the elements of a matrix, row by row: the one row or column of a vector.
     *
     * @param name the entry in the legend
     * @param values as many heights as categories, of either precision; not modified
     * @return this
     * @throws IllegalArgumentException as {@link #series(String, double...)}
     */
    public BarPlot series(String name, Matrix values) {
        return series(name, Numbers.elements("BarPlot.series", values));
    }

    /**
     * Stacks the bars of a category, the first series at the bottom.
     *
     * @return this
     */
    public BarPlot stacked() {
        stacked = true;
        return this;
    }

    /**
     * Where the bars stand, by default 0. With large negative numbers such as log-likelihoods a base below all of them
     * makes the differences visible. In a stack the base is under the first series; the others are heights on top of it.
     *
     * @param base a number that no bar is below
     * @return this
     * @throws IllegalArgumentException if it is not finite
     */
    public BarPlot base(double base) {
        if (!Double.isFinite(base)) {
            throw new IllegalArgumentException("BarPlot.base: " + base + ", expected a finite number");
        }
        this.base = base;
        return this;
    }

    /**
     * Writes the values on the bars.
     *
     * @param digits the number of decimals, 0 to 9
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public BarPlot showValues(int digits) {
        if (digits < 0 || digits > 9) {
            throw new IllegalArgumentException("BarPlot.showValues: " + digits + " decimals, expected 0 to 9");
        }
        this.digits = digits + 1;
        return this;
    }

    /**
     * The chart of XChart. With a {@link #base} its series hold the heights above it; the axis is labelled with the
     * values themselves.
     *
     * @return a new chart in the common theme
     * @throws IllegalArgumentException if an axis label is blank, there is no series, a bar is below the base, or values
     *     are to be written on bars with a base
     */
    @Override
    public CategoryChart build() {
        if (series.isEmpty()) {
            throw new IllegalArgumentException("BarPlot.build: no series");
        }
        if (base != 0 && digits > 0) {
            throw new IllegalArgumentException(
                    "BarPlot.build: values can not be written on bars with a base; leave out base or showValues");
        }
        Axis scale = Axis.scaled(all());
        BarChart chart = new BarChart(width(), height());
        CategoryStyler styler = chart.getStyler();
        styler.setStacked(stacked);
        styler.setAvailableSpaceFill(stacked || series.size() == 1 ? 0.6 : 0.8);
        styler.setPlotGridVerticalLinesVisible(false);
        double[] positive = new double[categories.size()];
        double[] negative = new double[categories.size()];
        List<String> names = labelCategories(styler);
        Map<CategorySeries, Surround.Sign> signs = new LinkedHashMap<>();
        int index = 0;
        for (Map.Entry<String, double[]> entry : series.entrySet()) {
            double[] heights = scale.at(entry.getValue());
            for (int i = 0; i < heights.length; i++) {
                if (base != 0 && (!stacked || index == 0)) {
                    heights[i] -= scale.at(base);
                }
                if (base != 0 && heights[i] < 0) {
                    throw new IllegalArgumentException("BarPlot.build: \"" + entry.getKey() + "\" at "
                            + categories.get(i) + " is below the base " + base);
                }
                double[] sums = heights[i] < 0 ? negative : positive;
                sums[i] = stacked
                        ? sums[i] + heights[i]
                        : heights[i] < 0 ? Math.min(sums[i], heights[i]) : Math.max(sums[i], heights[i]);
            }
            CategorySeries bars = chart.addSeries(entry.getKey(), names, boxed(heights));
            bars.setLabel(Labels.displayable(entry.getKey()));
            Color color = Palette.color(index++);
            bars.setFillColor(color);
            signs.put(bars, (g, x, y) -> {
                g.setColor(color);
                new Marks.Swatch().paint(g, x, y, 0);
            });
        }
        double from = scale.at(base);
        Range y = Range.NONE.and(0).and(positive).and(negative);
        Range shown = givenY() != null
                ? new Range(scale.at(givenY().lo()) - from, scale.at(givenY().hi()) - from)
                : y.padded(digits > 0 ? 0.1 : 0.06, y.lo() < 0);
        if (givenY() == null && y.hi() == 0 && y.lo() < 0) {
            shown = new Range(shown.lo(), 0);
        }
        styler.setYAxisMin(shown.lo()).setYAxisMax(shown.hi());
        int exponent = scale.exponent();
        ticks(
                chart,
                false,
                exponent == 0
                        ? Labels.linear(shown.lo(), shown.hi(), base)
                        : Labels.times(shown.lo(), shown.hi(), exponent, from));
        if (digits > 0) {
            styler.setLabelsVisible(true);
            styler.setLabelsFont(PlotTheme.font(PlotTheme.SMALLEST_FONT));
            // Beside the end of a bar there is room even where the bar is short; within a stack there is none beside
            // it.
            styler.setLabelsPosition(stacked ? 0.5 : 1.06);
            styler.setLabelsFontColorAutomaticEnabled(stacked);
            styler.setLabelsFontColor(styler.getChartFontColor());
            String power = exponent == 0 ? "" : "'×10" + Labels.superscript(exponent) + "'";
            styler.setDecimalPattern((digits == 1 ? "0" : "0." + "0".repeat(digits - 1)) + power);
        }
        dress(chart, chart.surround, label(true, "category"), label(false, "value"), signs);
        return chart;
    }

    @Override
    public String description() {
        return describe(label(true, "category"), label(false, "value"), List.copyOf(series.keySet()));
    }

    /** From the lowest to the highest number that is drawn. */
    private Range all() {
        Range all = givenY() != null ? givenY() : Range.NONE.and(0).and(base);
        for (double[] values : givenY() != null ? List.<double[]>of() : series.values()) {
            all = all.and(values);
        }
        return all;
    }

    /** A chart of bars whose legend may stand in columns. */
    private static final class BarChart extends CategoryChart implements Surround.Surrounded {
        final Surround surround = new Surround();

        BarChart(int width, int height) {
            super(width, height, new PlotTheme());
        }

        @Override
        public Surround surround() {
            return surround;
        }

        @Override
        public void paint(Graphics2D g, int width, int height) {
            try {
                surround.paint(g, width, height, (w, h) -> super.paint(g, w, h));
            } finally {
                setWidth(width);
                setHeight(height);
            }
        }
    }

    /**
     * XChart leaves out categories whose names might not fit; here they fit, or are turned.
     *
     * @return the names as they are shown, each once
     */
    private List<String> labelCategories(CategoryStyler styler) {
        Font font = styler.getAxisTickLabelsFont();
        List<String> names = categories.stream()
                .map(category -> Labels.displayable(category, font))
                .toList();
        double widest =
                names.stream().mapToDouble(n -> Labels.width(n, font)).max().orElse(0);
        double room = (width() - 130.0) / categories.size();
        if (widest + 6 <= room) {
            styler.setXAxisTickMarkSpacingHint(1);
            return names;
        }
        overhang = 0;
        styler.setXAxisLabelRotation(45);
        styler.setXAxisLabelAlignmentVertical(AxesChartStyler.TextAlignment.Right);
        styler.setXAxisLabelAlignment(AxesChartStyler.TextAlignment.Right);
        styler.setAxisTicksMarksVisible(false);
        styler.setXAxisTickMarkSpacingHint(16);
        double most = 0.33 * height() * Math.sqrt(2);
        List<String> shown = new ArrayList<>();
        for (String name : names) {
            String fitting = Labels.fittingBothEnds(name, font, most);
            String once = fitting;
            for (int i = 2; shown.contains(once); i++) {
                once = fitting + " (" + i + ")";
            }
            shown.add(once);
            double place = AXIS + room * (shown.size() - 0.5);
            overhang = Math.max(overhang, (int) Math.ceil(Labels.width(once, font) / Math.sqrt(2) - place));
        }
        return shown;
    }

    /** The first of the turned names may reach further to the left than the vertical axis does. */
    @Override
    int overhang() {
        return overhang;
    }

    private static List<Double> boxed(double[] values) {
        return new ArrayList<>(Arrays.stream(values).boxed().toList());
    }
}
