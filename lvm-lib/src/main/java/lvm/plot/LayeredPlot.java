package lvm.plot;

import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Line2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;
import lvm.data.Dataset;
import org.ejml.data.Matrix;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import tech.tablesaw.columns.Column;

/**
 * The axes of a plot made of layers, and the settings of the layer added last. {@link XyPlot} adds the layers.
 *
 * @param <B> the builder itself
 */
public abstract class LayeredPlot<B extends LayeredPlot<B>> extends Plot<B> {

    /** Room beside the data, as a part of their range: to the left and right, above and below, around densities. */
    private static final double ROOM_X = 0.03;

    private static final double ROOM_Y = 0.05;
    private static final double ROOM_AROUND_DENSITIES = 0.14;

    private final List<Layer> layers = new ArrayList<>();
    private Range xRange;
    private boolean xLog;
    private boolean yLog;
    private boolean equal;

    LayeredPlot() {
        super("XyPlot");
    }

    final B add(Layer layer) {
        layers.add(layer);
        return self();
    }

    // Axes

    /**
     * The part of the horizontal axis to show; by default all data and a little room.
     *
     * @param lo its lower end
     * @param hi its upper end
     * @return this
     * @throws IllegalArgumentException unless lo &lt; hi and both are finite
     */
    public B xRange(double lo, double hi) {
        xRange = Range.given("XyPlot.xRange", lo, hi);
        return self();
    }

    /**
     * Makes the horizontal axis logarithmic; all data must be positive.
     *
     * @return this
     */
    public final B xLog() {
        xLog = true;
        return self();
    }

    /**
     * Makes the vertical axis logarithmic; all data must be positive.
     *
     * @return this
     */
    public final B yLog() {
        yLog = true;
        return self();
    }

    /**
     * Makes a unit as long on both axes, so that circles are round and areas can be compared: one of the ranges becomes wider.
     *
     * @return this
     */
    public final B axisEqual() {
        equal = true;
        return self();
    }

    // The layer added last

    /**
     * Gives each group of the points added last a colour, a form and an entry in the legend.
     *
     * @param groups a group for each point, counted from 0; −1 for points of no group, which are grey
     * @param names the names of the groups; "group 0", "group 1", ... where there is none
     * @return this
     * @throws IllegalArgumentException if the last layer is not points, or there are not as many groups as points
     */
    public final B groupBy(int[] groups, String... names) {
        last("groupBy", PointsLayer.class, "points").groupBy(groups, names);
        return self();
    }

    /**
     * Gives each group of the points added last a colour, a form and an entry in the legend.
     *
     * @param groups a group for each point, counted from 0; −1 for points of no group, which are grey
     * @param names the names of the groups, such as {@code data.labelNames()}; "0", "1", … where there is none
     * @return this
     * @throws IllegalArgumentException if the last layer is not points, or there are not as many groups as points
     */
    public final B groupBy(int[] groups, List<String> names) {
        int count = 1 + Arrays.stream(groups).max().orElse(0);
        return groupBy(
                groups,
                IntStream.range(0, Math.max(count, names.size()))
                        .mapToObj(k -> k < names.size() ? names.get(k) : Integer.toString(k))
                        .toArray(String[]::new));
    }

    /**
     * Groups the points added last by the labels of data, with the names of the classes.
     *
     * @param data a row for each point; rows without label are grey
     * @return this
     * @throws IllegalArgumentException if the last layer is not points, or there are not as many rows as points
     */
    public final B groupBy(Dataset data) {
        return groupBy(data.labels(), data.classNames());
    }

    /**
     * Groups the points added last by the values of a column, in the order in which they occur.
     *
     * @param column a value for each point
     * @return this
     * @throws IllegalArgumentException if the last layer is not points, or the column has another length
     */
    public final B groupBy(Column<?> column) {
        Map<String, Integer> seen = new LinkedHashMap<>();
        int[] groups = new int[column.size()];
        for (int i = 0; i < groups.length; i++) {
            String value = column.isMissing(i) ? "missing" : String.valueOf(column.get(i));
            seen.putIfAbsent(value, seen.size());
            groups[i] = seen.get(value);
        }
        return groupBy(groups, seen.keySet().toArray(new String[0]));
    }

    /**
     * Colours each of the points added last by its responsibilities: the mixture of the components' colours. The form is
     * that of the component with the largest one.
     *
     * @param r n×K responsibilities of either precision, each row from 0 to 1 with sum 1; not modified
     * @param names the names of the components; "component 0", "component 1", ... where there is none
     * @return this
     * @throws IllegalArgumentException if the last layer is not points, there are not as many rows as points, or a row is
     *     no distribution
     */
    public final B responsibilities(Matrix r, String... names) {
        last("responsibilities", PointsLayer.class, "points").responsibilities(r, names);
        return self();
    }

    /**
     * The size of the points added last; by default it falls with their number.
     *
     * @param pixels the diameter in logical pixels, from 1 to 40
     * @return this
     * @throws IllegalArgumentException if it is out of range, or the last layer has no points
     */
    public final B markerSize(double pixels) {
        MarkedLayer layer = last("markerSize", MarkedLayer.class, "points or a line");
        if (!(pixels >= 1 && pixels <= 40)) {
            throw new IllegalArgumentException("XyPlot.markerSize: " + pixels + ", expected 1 to 40 pixels");
        }
        layer.markerSize = pixels;
        return self();
    }

    /**
     * Draws the points of the line added last, each line with a form of its own.
     *
     * @return this
     * @throws IllegalArgumentException if the last layer is not a line
     */
    public final B markers() {
        last("markers", LineLayer.class, "a line").markers = true;
        return self();
    }

    /**
     * Dashes the lines of the layer added last.
     *
     * @return this
     * @throws IllegalArgumentException if there is no layer
     */
    public final B dashed() {
        last("dashed", Layer.class, "").dashed = true;
        return self();
    }

    /**
     * The width of the lines of the layer added last.
     *
     * @param pixels logical pixels, from 0.5 to 20
     * @return this
     * @throws IllegalArgumentException if it is out of range, or there is no layer
     */
    public final B lineWidth(double pixels) {
        if (!(pixels >= 0.5 && pixels <= 20)) {
            throw new IllegalArgumentException("XyPlot.lineWidth: " + pixels + ", expected 0.5 to 20 pixels");
        }
        last("lineWidth", Layer.class, "").width = (float) pixels;
        return self();
    }

    /**
     * Gives the layer added last the colour of a group, as points of that group have it.
     *
     * @param group the group, from 0
     * @return this
     * @throws IllegalArgumentException if the group is negative, or there is no layer
     */
    public final B color(int group) {
        return color(Palette.color(group));
    }

    /**
     * Gives the layer added last a colour.
     *
     * @param color any colour
     * @return this
     * @throws IllegalArgumentException if there is no layer
     */
    public final B color(Color color) {
        last("color", Layer.class, "").color = Objects.requireNonNull(color, "XyPlot.color");
        return self();
    }

    /**
     * Gives the layer added last the colour of one of several things that have an order, as {@link Palette#ordered}.
     *
     * @param i its place, counted from 0
     * @param n how many there are
     * @return this
     * @throws IllegalArgumentException if there is no such place, or no layer
     */
    public final B shade(int i, int n) {
        return color(Palette.ordered(i, n));
    }

    /**
     * Gives the groups of the points added last colours in their order, as {@link Palette#ordered}: for groups such as intervals of a
     * number.
     *
     * @return this
     * @throws IllegalArgumentException if the last layer is not points
     */
    public final B ordered() {
        last("ordered", PointsLayer.class, "points").ordered = true;
        return self();
    }

    /**
     * Scales the histogram added last to an area of 1, so that densities can be drawn over it.
     *
     * @return this
     * @throws IllegalArgumentException if the last layer is not a histogram of counts
     */
    public final B asDensity() {
        last("asDensity", HistogramLayer.class, "a histogram").asDensity();
        return self();
    }

    /**
     * Draws all points of the layer added last one by one, which may take long. Without it more than 10,000 points are
     * counted in small squares that are the darker the more points they hold, and of a line of more than 2000 points those
     * in one column of pixels are drawn as the first, highest, lowest and last of them, which looks the same. Of a line
     * that goes to and fro too often for that some pieces only are drawn. From 10,000 points on a note below the plot says
     * what was done.
     *
     * @return this
     * @throws IllegalArgumentException if there is no layer
     */
    public final B everyPoint() {
        last("everyPoint", Layer.class, "").everyPoint = true;
        return self();
    }

    private <L extends Layer> L last(String method, Class<L> type, String expected) {
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("XyPlot." + method + ": there is no layer yet; add one first");
        }
        Layer layer = layers.get(layers.size() - 1);
        if (!type.isInstance(layer)) {
            throw new IllegalArgumentException(
                    "XyPlot." + method + ": the last layer is of kind " + layer.kind + ", expected " + expected);
        }
        return type.cast(layer);
    }

    // Building

    /**
     * The chart of XChart, for settings that this builder does not offer. Its series hold the numbers as they are where
     * XChart can place them; where they are below 1e-6, above 1e15 or closer together than 1e-7 of their size, the series
     * hold multiples of them, or on a logarithmic axis beyond 1e±290 their logarithms. The ranges of the axes are fixed;
     * after adding series free them with {@code chart.getStyler().setXAxisMin(null)} and the like.
     *
     * @return a new chart in the common theme
     * @throws IllegalArgumentException if an axis label is blank or there is nothing to draw
     */
    @Override
    public final XYChart build() {
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("XyPlot.build: nothing to draw; add points, a line, a function, ...");
        }
        Extent data = layers.stream().map(Layer::extent).reduce(Extent.NONE, Extent::and);
        Axis x = axis(true, data.x());
        Axis y = axis(false, data.y());
        LayeredChart chart = chart(x, y);
        if (!equal) {
            return chart;
        }
        if (!x.isPlain() || !y.isPlain()) {
            throw new IllegalArgumentException(
                    "XyPlot.build: axisEqual needs linear axes with numbers of ordinary size");
        }
        double[] room = chart.plotRoom();
        double unit = Math.max(x.shown().span() / room[0], y.shown().span() / room[1]);
        return chart(
                Axis.linear(x.shown().around(unit * room[0]), 0, true),
                Axis.linear(y.shown().around(unit * room[1]), 0, true));
    }

    private LayeredChart chart(Axis x, Axis y) {
        LayeredChart chart = new LayeredChart(width(), height(), logGrid(x, y));
        axes(chart, x, y);
        int firstColor = layers.stream().mapToInt(Layer::firstColor).max().orElse(0);
        Canvas canvas = new Canvas(chart, x, y, firstColor);
        layers.forEach(layer -> layer.draw(canvas));
        dress(chart, chart.surround, x.label(labelX()), y.label(labelY()), signs(chart));
        return chart;
    }

    @Override
    public String description() {
        if (layers.isEmpty()) {
            return toString();
        }
        List<String> named = layers.stream()
                .map(layer -> layer.name)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        return describe(labelX(), labelY(), named);
    }

    /** The label that was set, or what the first layer calls it. */
    private String labelX() {
        return label(true, layers.get(0).xName());
    }

    private String labelY() {
        return label(false, layers.get(0).yName());
    }

    /** What the legend of a chart shows. */
    private static Map<XYSeries, Surround.Sign> signs(XYChart chart) {
        Map<XYSeries, Surround.Sign> signs = new LinkedHashMap<>();
        for (XYSeries series : chart.getSeriesCollection()) {
            if (series.isShowInLegend()) {
                signs.put(series, (g, x, y) -> {
                    if (series.getXYSeriesRenderStyle().orElse(null) == XYSeries.XYSeriesRenderStyle.Line) {
                        g.setColor(series.getLineColor());
                        g.setStroke(series.getLineStyle());
                        g.draw(new Line2D.Double(x - 10, y, x + 10, y));
                    }
                    g.setColor(series.getMarkerColor());
                    series.getMarker().paint(g, x, y, 8);
                });
            }
        }
        return signs;
    }

    private Axis axis(boolean horizontal, Range data) {
        boolean log = horizontal ? xLog : yLog;
        String axis = horizontal ? "x" : "y";
        if (log && layers.stream().anyMatch(Layer::fillsThePlot)) {
            throw new IllegalArgumentException(
                    "XyPlot.build: heat maps and contours need linear axes, " + axis + " is logarithmic");
        }
        Range given = horizontal ? xRange : givenY();
        Range shown = given != null ? given : data.empty() ? view(horizontal) : data;
        if (shown.empty()) {
            throw new IllegalArgumentException(
                    "XyPlot.build: " + axis + "Range not set, and no layer says where to look");
        }
        if (log && !(shown.lo() > 0 && (data.empty() || data.lo() > 0))) {
            throw new IllegalArgumentException("XyPlot.build: the " + axis + " axis is logarithmic, but "
                    + Math.min(shown.lo(), data.lo()) + " is not positive");
        }
        // A density goes on beyond the data; its outer contour should fit.
        double room = given != null
                ? 0
                : layers.stream().anyMatch(Layer::fillsThePlot) ? ROOM_AROUND_DENSITIES : horizontal ? ROOM_X : ROOM_Y;
        boolean fromZero = given == null
                && !horizontal
                && shown.lo() == 0
                && layers.stream().anyMatch(Layer::standsOnZero);
        return log ? Axis.logarithmic(shown, room) : Axis.linear(shown, room, !fromZero);
    }

    private Range view(boolean horizontal) {
        return layers.stream().map(layer -> layer.view().along(horizontal)).reduce(Range.NONE, Range::and);
    }

    private void axes(LayeredChart chart, Axis x, Axis y) {
        chart.getStyler().setXAxisLogarithmic(x.isLogarithmic()).setYAxisLogarithmic(y.isLogarithmic());
        chart.getStyler().setXAxisLogarithmicDecadeOnly(false).setYAxisLogarithmicDecadeOnly(false);
        chart.getStyler()
                .setXAxisMin(x.shown().lo())
                .setXAxisMax(x.shown().hi())
                .setYAxisMin(y.shown().lo())
                .setYAxisMax(y.shown().hi());
        ticks(chart, true, uncut(chart, x));
        ticks(chart, false, y.ticks(0));
        if (x.isLogarithmic() || y.isLogarithmic()) {
            // XChart draws nine lines and ticks a decade, however many decades there are.
            chart.getStyler().setAxisTicksMarksVisible(false);
            chart.getStyler().setPlotGridVerticalLinesVisible(!x.isLogarithmic());
            chart.getStyler().setPlotGridHorizontalLinesVisible(!y.isLogarithmic());
        }
        if (x.isPlain() && x.shown().span() >= 2 && countsThings()) {
            // Ticks at whole numbers only: there is no iteration 1½.
            int spacing = (int) Math.ceil(0.8 * width() / x.shown().span());
            chart.getStyler()
                    .setXAxisTickMarkSpacingHint(Math.max(chart.getStyler().getXAxisTickMarkSpacingHint(), spacing));
        }
    }

    /** How to write the ticks of the horizontal axis: a label that the edge of the picture would cut off is left out. */
    private DoubleFunction<String> uncut(LayeredChart chart, Axis x) {
        DoubleFunction<String> ticks = x.ticks(0);
        Font font = new PlotTheme().getAxisTickLabelsFont();
        return place -> {
            String label = ticks.apply(place);
            double right = (1 - x.shown().share(place)) * (width() - 80) + 10;
            boolean legend = chart.getStyler().isLegendVisible()
                    && chart.getStyler().getLegendPosition() == Legend.RIGHT.position;
            if (legend || chart.surround.legendWidth() > 0) {
                return label;
            }
            return x.isLogarithmic() || right < 0 || Labels.width(label, font) / 2 <= right + 1 ? label : " ";
        };
    }

    /** Whether all places along the horizontal axis are whole numbers, such as iterations. */
    private boolean countsThings() {
        boolean any = false;
        for (Layer layer : layers) {
            for (double place : layer.places()) {
                if (!(Math.abs(place - Math.rint(place)) <= 1e-9)) {
                    return false;
                }
                any = true;
            }
        }
        return any;
    }

    private static double[][] logGrid(Axis x, Axis y) {
        List<double[]> points = new ArrayList<>();
        for (double at : x.grid()) {
            points.add(new double[] {at, y.shown().lo()});
            points.add(new double[] {at, y.shown().hi()});
        }
        for (double at : y.grid()) {
            points.add(new double[] {x.shown().lo(), at});
            points.add(new double[] {x.shown().hi(), at});
        }
        return new double[][] {
            points.stream().mapToDouble(p -> p[0]).toArray(),
            points.stream().mapToDouble(p -> p[1]).toArray()
        };
    }
}
