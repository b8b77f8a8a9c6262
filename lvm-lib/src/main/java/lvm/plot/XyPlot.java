package lvm.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import lvm.model.GenerativeModel;
import lvm.model.HasDensity;
import org.ejml.data.DMatrixRMaj;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * A plot over two numeric axes, made of layers that lie on each other in the order in which they are added: points,
 * lines, functions, histograms, ellipses, densities, arrows, text. Methods such as {@link #color}, {@link #dashed} and
 * {@link #groupBy(int[], String...)} change the layer added last. Layers with a name stand in the legend.
 *
 * <pre>{@code
 * Plots.xy().xLabel("eruption [min]").yLabel("waiting [min]")
 *      .heat(gmm).points(faithful, "eruptions", "waiting").responsibilities(r).ellipse(mean, covariance, 1, 2)
 *      .build();
 * }</pre>
 */
public final class XyPlot extends Plot<XyPlot> {

    /** The number of points at which a function is evaluated when nothing else is said. */
    public static final int FUNCTION_POINTS = 400;

    /** The number of contour lines when nothing else is said. */
    public static final int CONTOUR_LINES = 6;

    private static final int GRID_COLUMNS = 300;
    private static final int GRID_ROWS = 200;

    private enum Kind {
        POINTS,
        LINE,
        HISTOGRAM,
        BARS,
        BAND,
        OUTLINE,
        ARROWS,
        TEXT,
        VERTICAL,
        HORIZONTAL,
        HEAT,
        CONTOUR
    }

    private static final class Layer {
        final Kind kind;
        final String name;
        double[] x = {};
        double[] y = {};
        Color color;
        boolean dashed;
        float width = 2;
        boolean markers;
        double markerSize;
        int[] groups;
        String[] groupNames;
        DMatrixRMaj responsibilities;
        double[] values;
        String text;
        float fontSize = 13;
        DoubleBinaryOperator function;
        HasDensity<DMatrixRMaj> model;
        double[] levels;
        int lines;

        Layer(Kind kind, String name) {
            this.kind = kind;
            this.name = name;
        }

        boolean isArea() {
            return kind == Kind.HEAT || kind == Kind.CONTOUR;
        }

        boolean takesColor() {
            return kind == Kind.POINTS
                    || kind == Kind.LINE
                    || kind == Kind.HISTOGRAM
                    || kind == Kind.BARS
                    || kind == Kind.BAND;
        }
    }

    private final List<Layer> layers = new ArrayList<>();
    private Range xRange;
    private boolean xLog;
    private boolean yLog;

    XyPlot() {
        super("XyPlot");
    }

    @Override
    XyPlot self() {
        return this;
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
    public XyPlot xRange(double lo, double hi) {
        xRange = Range.given("XyPlot.xRange", lo, hi);
        return this;
    }

    /**
     * Makes the horizontal axis logarithmic; all data must be positive.
     *
     * @return this
     */
    public XyPlot xLog() {
        xLog = true;
        return this;
    }

    /**
     * Makes the vertical axis logarithmic; all data must be positive.
     *
     * @return this
     */
    public XyPlot yLog() {
        yLog = true;
        return this;
    }

    // Points

    /**
     * Adds points without an entry in the legend.
     *
     * @param x n numbers
     * @param y n numbers
     * @return this
     * @throws IllegalArgumentException if the lengths differ, there is none, or one is not finite
     */
    public XyPlot points(double[] x, double[] y) {
        return points(null, x, y);
    }

    /**
     * Adds points.
     *
     * @param name the entry in the legend
     * @param x n numbers
     * @param y n numbers
     * @return this
     * @throws IllegalArgumentException if the lengths differ, there is none, or one is not finite
     */
    public XyPlot points(String name, double[] x, double[] y) {
        return xy("points", Kind.POINTS, name, x, y);
    }

    /**
     * Adds the rows of a matrix as points.
     *
     * @param x n×2 coordinates, not modified
     * @return this
     * @throws IllegalArgumentException if there are no two columns, no row, or a value that is not finite
     */
    public XyPlot points(DMatrixRMaj x) {
        return points(null, x);
    }

    /**
     * Adds the rows of a matrix as points.
     *
     * @param name the entry in the legend
     * @param x n×2 coordinates, not modified
     * @return this
     * @throws IllegalArgumentException if there are no two columns, no row, or a value that is not finite
     */
    public XyPlot points(String name, DMatrixRMaj x) {
        if (x.numCols != 2) {
            throw new IllegalArgumentException("XyPlot.points: the matrix has " + x.numCols + " columns, expected 2");
        }
        return points(name, column(x, 0), column(x, 1));
    }

    /**
     * Adds two columns of a table as points; their names label the axes where no label is set.
     *
     * @param table the table, not modified
     * @param xColumn the name of a numeric column
     * @param yColumn the name of a numeric column
     * @return this
     * @throws IllegalArgumentException if there is no such column, it is not numeric, or a value is missing
     */
    public XyPlot points(Table table, String xColumn, String yColumn) {
        double[] x = column(table, xColumn);
        double[] y = column(table, yColumn);
        if (xUnlabelled()) {
            xLabel(xColumn);
        }
        if (yUnlabelled()) {
            yLabel(yColumn);
        }
        return points(null, x, y);
    }

    /**
     * Gives each group of the points added last a colour, a form and an entry in the legend.
     *
     * @param groups a group for each point, counted from 0; −1 for points of no group, which are grey
     * @param names the names of the groups; "group 0", "group 1", ... where there is none
     * @return this
     * @throws IllegalArgumentException if the last layer is not points, or there are not as many groups as points
     */
    public XyPlot groupBy(int[] groups, String... names) {
        Layer layer = last("groupBy", Kind.POINTS);
        if (groups.length != layer.x.length) {
            throw new IllegalArgumentException(
                    "XyPlot.groupBy: " + groups.length + " groups for " + layer.x.length + " points");
        }
        for (int i = 0; i < groups.length; i++) {
            if (groups[i] < -1) {
                throw new IllegalArgumentException(
                        "XyPlot.groupBy: point " + i + " is in group " + groups[i] + ", expected -1 or more");
            }
        }
        layer.groups = groups.clone();
        layer.groupNames = names.clone();
        return this;
    }

    /**
     * Groups the points added last by the values of a column, in the order in which they occur.
     *
     * @param column a value for each point
     * @return this
     * @throws IllegalArgumentException if the last layer is not points, or the column has another length
     */
    public XyPlot groupBy(Column<?> column) {
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
     * @param r n×K responsibilities, each row from 0 to 1 with sum 1
     * @param names the names of the components; "component 0", "component 1", ... where there is none
     * @return this
     * @throws IllegalArgumentException if the last layer is not points, there are not as many rows as points, or a row is
     *     no distribution
     */
    public XyPlot responsibilities(DMatrixRMaj r, String... names) {
        Layer layer = last("responsibilities", Kind.POINTS);
        if (r.numRows != layer.x.length) {
            throw new IllegalArgumentException(
                    "XyPlot.responsibilities: " + r.numRows + " rows for " + layer.x.length + " points");
        }
        for (int i = 0; i < r.numRows; i++) {
            double sum = 0;
            for (int k = 0; k < r.numCols; k++) {
                double value = r.get(i, k);
                if (!(value >= -1e-9 && value <= 1 + 1e-9)) {
                    throw new IllegalArgumentException(
                            "XyPlot.responsibilities: row " + i + ", column " + k + " is " + value + ", not in [0, 1]");
                }
                sum += value;
            }
            if (!(Math.abs(sum - 1) < 1e-6)) {
                throw new IllegalArgumentException("XyPlot.responsibilities: row " + i + " sums to " + sum + ", not 1");
            }
        }
        layer.responsibilities = r.copy();
        layer.groupNames = names.clone();
        return this;
    }

    /**
     * The size of the points added last; by default it falls with their number.
     *
     * @param pixels the diameter in logical pixels, from 1 to 40
     * @return this
     * @throws IllegalArgumentException if it is out of range, or the last layer has no points
     */
    public XyPlot markerSize(double pixels) {
        Layer layer = last("markerSize", Kind.POINTS, Kind.LINE);
        if (!(pixels >= 1 && pixels <= 40)) {
            throw new IllegalArgumentException("XyPlot.markerSize: " + pixels + ", expected 1 to 40 pixels");
        }
        layer.markerSize = pixels;
        return this;
    }

    // Lines

    /**
     * Adds a line without an entry in the legend.
     *
     * @param x n numbers in the order in which to join them
     * @param y n numbers
     * @return this
     * @throws IllegalArgumentException if the lengths differ, there is none, or one is not finite
     */
    public XyPlot line(double[] x, double[] y) {
        return line(null, x, y);
    }

    /**
     * Adds a line.
     *
     * @param name the entry in the legend
     * @param x n numbers in the order in which to join them
     * @param y n numbers
     * @return this
     * @throws IllegalArgumentException if the lengths differ, there is none, or one is not finite
     */
    public XyPlot line(String name, double[] x, double[] y) {
        return xy("line", Kind.LINE, name, x, y);
    }

    /**
     * Adds a line over 0, 1, 2, ...
     *
     * @param name the entry in the legend
     * @param y n numbers
     * @return this
     * @throws IllegalArgumentException if there is none, or one is not finite
     */
    public XyPlot line(String name, double[] y) {
        double[] x = new double[y.length];
        Arrays.setAll(x, i -> i);
        return line(name, x, y);
    }

    /**
     * Adds the graph of a function at {@value #FUNCTION_POINTS} points. Where its value is not finite the line is broken.
     *
     * @param name the entry in the legend
     * @param f the function
     * @param from the lowest argument
     * @param to the highest argument
     * @return this
     * @throws IllegalArgumentException unless from &lt; to, or if no value is finite
     */
    public XyPlot function(String name, DoubleUnaryOperator f, double from, double to) {
        return function(name, f, from, to, FUNCTION_POINTS);
    }

    /**
     * Adds the graph of a function. Where its value is not finite the line is broken.
     *
     * @param name the entry in the legend
     * @param f the function
     * @param from the lowest argument
     * @param to the highest argument
     * @param points the number of points, at least 2
     * @return this
     * @throws IllegalArgumentException unless from &lt; to and points ≥ 2, or if no value is finite
     */
    public XyPlot function(String name, DoubleUnaryOperator f, double from, double to, int points) {
        Range range = Range.given("XyPlot.function", from, to);
        if (points < 2) {
            throw new IllegalArgumentException("XyPlot.function: " + points + " points, expected 2 or more");
        }
        Layer layer = new Layer(Kind.LINE, name);
        layer.x = new double[points];
        layer.y = new double[points];
        for (int i = 0; i < points; i++) {
            layer.x[i] = range.lo() + range.span() * i / (points - 1);
            double y = f.applyAsDouble(layer.x[i]);
            layer.y[i] = Double.isFinite(y) ? y : Double.NaN;
        }
        if (Range.NONE.and(layer.y).empty()) {
            throw new IllegalArgumentException(
                    "XyPlot.function: \"" + name + "\" is finite nowhere from " + from + " to " + to);
        }
        return add(layer);
    }

    /**
     * Adds several lines over the same places, such as the snapshots of a live curve. Values that are not finite break a
     * line and are no error.
     *
     * @param names m entries in the legend
     * @param x n numbers
     * @param ys m arrays of n numbers
     * @return this
     * @throws IllegalArgumentException if the lengths do not fit each other
     */
    public XyPlot curves(String[] names, double[] x, double[][] ys) {
        if (names.length != ys.length) {
            throw new IllegalArgumentException(
                    "XyPlot.curves: " + names.length + " names for " + ys.length + " curves");
        }
        for (int k = 0; k < ys.length; k++) {
            sameLength("XyPlot.curves \"" + names[k] + "\"", x, ys[k]);
            Layer layer = new Layer(Kind.LINE, names[k]);
            layer.x = x.clone();
            layer.y = Arrays.stream(ys[k])
                    .map(v -> Double.isFinite(v) ? v : Double.NaN)
                    .toArray();
            add(layer);
        }
        return this;
    }

    /**
     * Draws the points of the line added last, each line with a form of its own.
     *
     * @return this
     * @throws IllegalArgumentException if the last layer is not a line
     */
    public XyPlot markers() {
        last("markers", Kind.LINE).markers = true;
        return this;
    }

    /**
     * Dashes the lines of the layer added last.
     *
     * @return this
     * @throws IllegalArgumentException if there is no layer
     */
    public XyPlot dashed() {
        last("dashed").dashed = true;
        return this;
    }

    /**
     * The width of the lines of the layer added last.
     *
     * @param pixels logical pixels, from 0.5 to 20
     * @return this
     * @throws IllegalArgumentException if it is out of range, or there is no layer
     */
    public XyPlot lineWidth(double pixels) {
        if (!(pixels >= 0.5 && pixels <= 20)) {
            throw new IllegalArgumentException("XyPlot.lineWidth: " + pixels + ", expected 0.5 to 20 pixels");
        }
        last("lineWidth").width = (float) pixels;
        return this;
    }

    /**
     * Gives the layer added last the colour of a group, as points of that group have it.
     *
     * @param group the group, from 0
     * @return this
     * @throws IllegalArgumentException if the group is negative, or there is no layer
     */
    public XyPlot color(int group) {
        return color(Palette.color(group));
    }

    /**
     * Gives the layer added last a colour.
     *
     * @param color any colour
     * @return this
     * @throws IllegalArgumentException if there is no layer
     */
    public XyPlot color(Color color) {
        last("color").color = Objects.requireNonNull(color, "XyPlot.color");
        return this;
    }

    // Areas

    /**
     * Adds a histogram of counts.
     *
     * @param name the entry in the legend
     * @param values the numbers to count
     * @param bins the number of bins of equal width between the smallest and the largest, 1 to 1000
     * @return this
     * @throws IllegalArgumentException if there is no value, one is not finite, or bins is out of range
     */
    public XyPlot histogram(String name, double[] values, int bins) {
        finite("XyPlot.histogram", name, "values", values);
        if (values.length == 0) {
            throw new IllegalArgumentException("XyPlot.histogram: no values");
        }
        if (bins < 1 || bins > 1000) {
            throw new IllegalArgumentException("XyPlot.histogram: " + bins + " bins, expected 1 to 1000");
        }
        Range range = Range.NONE.and(values);
        if (range.span() < 1e-9 * Math.max(1, Math.abs(range.lo()))) {
            range = new Range(range.lo() - 0.5, range.hi() + 0.5);
        }
        Layer layer = new Layer(Kind.HISTOGRAM, name);
        layer.x = new double[bins + 1];
        layer.y = new double[bins];
        for (int i = 0; i <= bins; i++) {
            layer.x[i] = range.lo() + range.span() * i / bins;
        }
        for (double v : values) {
            layer.y[(int) Math.min(bins - 1, (v - range.lo()) / range.span() * bins)]++;
        }
        layer.values = new double[] {values.length};
        return add(layer);
    }

    /**
     * Adds a histogram of counts with as many bins as Freedman and Diaconis advise: width 2·IQR/∛n, at least 5 and at
     * most 80 bins.
     *
     * @param name the entry in the legend
     * @param values the numbers to count
     * @return this
     * @throws IllegalArgumentException if there is no value, or one is not finite
     */
    public XyPlot histogram(String name, double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        int bins = 10;
        if (n > 1) {
            double iqr = sorted[(int) (0.75 * (n - 1))] - sorted[(int) (0.25 * (n - 1))];
            double wanted = (sorted[n - 1] - sorted[0]) / (2 * iqr / Math.cbrt(n));
            bins = (int) Math.min(80, Math.max(5, wanted > 0 && wanted < 1e6 ? Math.ceil(wanted) : 30));
        }
        return histogram(name, values, bins);
    }

    /**
     * Scales the histogram added last to an area of 1, so that densities can be drawn over it.
     *
     * @return this
     * @throws IllegalArgumentException if the last layer is not a histogram of counts
     */
    public XyPlot asDensity() {
        Layer layer = last("asDensity", Kind.HISTOGRAM);
        double area = layer.values[0] * (layer.x[1] - layer.x[0]);
        if (area <= 0) {
            throw new IllegalArgumentException("XyPlot.asDensity: the histogram is a density already");
        }
        layer.y = Arrays.stream(layer.y).map(v -> v / area).toArray();
        layer.values[0] = 0;
        return this;
    }

    /**
     * Adds bars that each stand between two heights, such as the gap KL between a bound and the likelihood above it.
     *
     * @param name the entry in the legend
     * @param x n middles
     * @param from n heights at one end
     * @param to n heights at the other end
     * @param width the width of a bar on the horizontal axis, positive
     * @return this
     * @throws IllegalArgumentException if the lengths differ, there is none, one is not finite, or the width not positive
     */
    public XyPlot bars(String name, double[] x, double[] from, double[] to, double width) {
        finite("XyPlot.bars", name, "x", x);
        finite("XyPlot.bars", name, "from", from);
        finite("XyPlot.bars", name, "to", to);
        sameLength("XyPlot.bars", x, from);
        sameLength("XyPlot.bars", x, to);
        if (!(width > 0) || Double.isInfinite(width)) {
            throw new IllegalArgumentException("XyPlot.bars: width " + width + ", expected a positive number");
        }
        Layer layer = new Layer(Kind.BARS, name);
        layer.x = new double[2 * x.length];
        layer.y = new double[2 * x.length];
        for (int i = 0; i < x.length; i++) {
            layer.x[2 * i] = x[i] - width / 2;
            layer.x[2 * i + 1] = x[i] + width / 2;
            layer.y[2 * i] = from[i];
            layer.y[2 * i + 1] = to[i];
        }
        return add(layer);
    }

    /**
     * Adds the area between two curves.
     *
     * @param name the entry in the legend
     * @param x n numbers in ascending order
     * @param lower n heights
     * @param upper n heights
     * @return this
     * @throws IllegalArgumentException if the lengths differ, there is none, or one is not finite
     */
    public XyPlot band(String name, double[] x, double[] lower, double[] upper) {
        finite("XyPlot.band", name, "x", x);
        finite("XyPlot.band", name, "lower", lower);
        finite("XyPlot.band", name, "upper", upper);
        sameLength("XyPlot.band", x, lower);
        sameLength("XyPlot.band", x, upper);
        int n = x.length;
        Layer layer = new Layer(Kind.BAND, name);
        layer.x = new double[2 * n];
        layer.y = new double[2 * n];
        for (int i = 0; i < n; i++) {
            layer.x[i] = x[i];
            layer.y[i] = lower[i];
            layer.x[2 * n - 1 - i] = x[i];
            layer.y[2 * n - 1 - i] = upper[i];
        }
        return add(layer);
    }

    // Densities

    /**
     * Adds ellipses of equal density of a Gaussian: the points at Mahalanobis distance nSigma from its mean. They are
     * dark grey until {@link #color(int)} says otherwise.
     *
     * @param mean 2 numbers
     * @param covariance 2×2, symmetric, no negative eigenvalue; not modified
     * @param nSigma the distances, 2 if none is given
     * @return this
     * @throws IllegalArgumentException if a shape is wrong, the covariance is none, or a distance is not positive
     */
    public XyPlot ellipse(double[] mean, DMatrixRMaj covariance, double... nSigma) {
        if (mean.length != 2 || covariance.numRows != 2 || covariance.numCols != 2) {
            throw new IllegalArgumentException("XyPlot.ellipse: mean of " + mean.length + " and covariance of "
                    + covariance.numRows + "×" + covariance.numCols + ", expected 2 and 2×2");
        }
        finite("XyPlot.ellipse", null, "mean", mean);
        double a = covariance.get(0, 0);
        double b = covariance.get(0, 1);
        double c = covariance.get(1, 1);
        double asymmetry = Math.abs(b - covariance.get(1, 0));
        if (!(a >= 0 && c >= 0 && a * c - b * b >= -1e-9 * a * c && asymmetry <= 1e-6 * (a + c))
                || Double.isInfinite(a + c)) {
            throw new IllegalArgumentException("XyPlot.ellipse: [[" + a + ", " + b + "], [" + covariance.get(1, 0)
                    + ", " + c + "]] is no covariance");
        }
        // x = mean + n L (cos t, sin t) with Σ = L Lᵀ has Mahalanobis distance n.
        double l11 = Math.sqrt(a);
        double l21 = a > 0 ? b / l11 : 0;
        double l22 = Math.sqrt(Math.max(0, c - l21 * l21));
        for (double n : nSigma.length == 0 ? new double[] {2} : nSigma) {
            if (!(n > 0) || Double.isInfinite(n)) {
                throw new IllegalArgumentException("XyPlot.ellipse: distance " + n + ", expected a positive number");
            }
            Layer layer = new Layer(Kind.OUTLINE, null);
            int points = 181;
            layer.x = new double[points];
            layer.y = new double[points];
            for (int i = 0; i < points; i++) {
                double t = 2 * Math.PI * i / (points - 1);
                layer.x[i] = mean[0] + n * l11 * Math.cos(t);
                layer.y[i] = mean[1] + n * (l21 * Math.cos(t) + l22 * Math.sin(t));
            }
            add(layer);
        }
        return this;
    }

    /**
     * Adds the ellipses of the components of a mixture, each in the colour of its group.
     *
     * @param means K×2, a mean a row; not modified
     * @param covariances K covariances of 2×2; not modified
     * @param nSigma the distances, 2 if none is given
     * @return this
     * @throws IllegalArgumentException as {@link #ellipse}, or if there are not as many covariances as means
     */
    public XyPlot ellipses(DMatrixRMaj means, List<DMatrixRMaj> covariances, double... nSigma) {
        if (means.numCols != 2 || means.numRows != covariances.size()) {
            throw new IllegalArgumentException("XyPlot.ellipses: means of " + means.numRows + "×" + means.numCols
                    + " and " + covariances.size() + " covariances, expected K×2 and K");
        }
        for (int k = 0; k < means.numRows; k++) {
            int before = layers.size();
            ellipse(new double[] {means.get(k, 0), means.get(k, 1)}, covariances.get(k), nSigma);
            for (Layer layer : layers.subList(before, layers.size())) {
                layer.color = Palette.color(k);
            }
        }
        return this;
    }

    /**
     * Fills the plot with the density of a model of two dimensions, white for 0 and dark blue for its largest value.
     * The rectangle is that of the axes: the ranges set, else where the other layers are.
     *
     * @param model a model with D = 2
     * @return this
     */
    public XyPlot heat(HasDensity<DMatrixRMaj> model) {
        return heat(null, model);
    }

    /**
     * Fills the plot with the density of a model of two dimensions and puts its scale into the legend.
     *
     * @param name the heading of the scale in the legend
     * @param model a model with D = 2
     * @return this
     */
    public XyPlot heat(String name, HasDensity<DMatrixRMaj> model) {
        Layer layer = new Layer(Kind.HEAT, name);
        layer.model = twoDimensional("heat", model);
        return add(layer);
    }

    /**
     * Fills the plot with the values of a function, white for the smallest and dark blue for the largest, and puts the
     * scale into the legend.
     *
     * @param name the heading of the scale in the legend, or null for none
     * @param f the function of x and y; where it is not finite the plot stays white
     * @return this
     */
    public XyPlot heat(String name, DoubleBinaryOperator f) {
        Layer layer = new Layer(Kind.HEAT, name);
        layer.function = Objects.requireNonNull(f, "XyPlot.heat");
        return add(layer);
    }

    /**
     * Adds {@value #CONTOUR_LINES} lines of equal density of a model of two dimensions.
     *
     * @param model a model with D = 2
     * @return this
     */
    public XyPlot contour(HasDensity<DMatrixRMaj> model) {
        return contour(model, CONTOUR_LINES);
    }

    /**
     * Adds lines of equal density of a model of two dimensions, so that equal shares of the probability in the plot lie
     * between them.
     *
     * @param model a model with D = 2
     * @param lines how many, 1 to 50
     * @return this
     * @throws IllegalArgumentException if lines is out of range
     */
    public XyPlot contour(HasDensity<DMatrixRMaj> model, int lines) {
        if (lines < 1 || lines > 50) {
            throw new IllegalArgumentException("XyPlot.contour: " + lines + " lines, expected 1 to 50");
        }
        Layer layer = new Layer(Kind.CONTOUR, null);
        layer.model = twoDimensional("contour", model);
        layer.lines = lines;
        return add(layer);
    }

    /**
     * Adds the lines along which a function has given values, such as 0.5 for a posterior: the border between groups.
     *
     * @param name the entry in the legend, or null for none
     * @param f the function of x and y
     * @param levels the values
     * @return this
     * @throws IllegalArgumentException if there is no level or one is not finite
     */
    public XyPlot contour(String name, DoubleBinaryOperator f, double... levels) {
        finite("XyPlot.contour", name, "levels", levels);
        if (levels.length == 0) {
            throw new IllegalArgumentException("XyPlot.contour: no level");
        }
        Layer layer = new Layer(Kind.CONTOUR, name);
        layer.function = Objects.requireNonNull(f, "XyPlot.contour");
        layer.levels = levels.clone();
        return add(layer);
    }

    // Pointers

    /**
     * Adds an arrow.
     *
     * @param fromX where it starts
     * @param fromY where it starts
     * @param toX where it points
     * @param toY where it points
     * @return this
     * @throws IllegalArgumentException if a number is not finite
     */
    public XyPlot arrow(double fromX, double fromY, double toX, double toY) {
        return arrows(null, new double[] {fromX}, new double[] {fromY}, new double[] {toX}, new double[] {toY});
    }

    /**
     * Adds arrows.
     *
     * @param name the entry in the legend, or null for none
     * @param fromX n numbers, where they start
     * @param fromY n numbers
     * @param toX n numbers, where they point
     * @param toY n numbers
     * @return this
     * @throws IllegalArgumentException if the lengths differ, there is none, or one is not finite
     */
    public XyPlot arrows(String name, double[] fromX, double[] fromY, double[] toX, double[] toY) {
        double[][] all = {fromX, fromY, toX, toY};
        for (double[] numbers : all) {
            finite("XyPlot.arrows", name, "ends", numbers);
            sameLength("XyPlot.arrows", fromX, numbers);
        }
        Layer layer = new Layer(Kind.ARROWS, name);
        layer.x = new double[2 * fromX.length];
        layer.y = new double[2 * fromX.length];
        for (int i = 0; i < fromX.length; i++) {
            layer.x[2 * i] = fromX[i];
            layer.y[2 * i] = fromY[i];
            layer.x[2 * i + 1] = toX[i];
            layer.y[2 * i + 1] = toY[i];
        }
        return add(layer);
    }

    /**
     * Writes text, centred at a place and kept inside the plot.
     *
     * @param x the middle
     * @param y the middle
     * @param text a line of text
     * @return this
     * @throws IllegalArgumentException if a number is not finite or the text is blank
     */
    public XyPlot text(double x, double y, String text) {
        finite("XyPlot.text", text, "place", new double[] {x, y});
        if (text.isBlank()) {
            throw new IllegalArgumentException("XyPlot.text: the text is blank");
        }
        Layer layer = new Layer(Kind.TEXT, null);
        layer.x = new double[] {x};
        layer.y = new double[] {y};
        layer.text = text;
        return add(layer);
    }

    /**
     * Adds a dashed grey line over the whole height.
     *
     * @param name the entry in the legend, or null for none
     * @param x where
     * @return this
     * @throws IllegalArgumentException if x is not finite
     */
    public XyPlot vertical(String name, double x) {
        return reference(Kind.VERTICAL, name, x);
    }

    /**
     * Adds a dashed grey line over the whole width.
     *
     * @param name the entry in the legend, or null for none
     * @param y where
     * @return this
     * @throws IllegalArgumentException if y is not finite
     */
    public XyPlot horizontal(String name, double y) {
        return reference(Kind.HORIZONTAL, name, y);
    }

    private XyPlot reference(Kind kind, String name, double at) {
        finite("XyPlot." + kind.name().toLowerCase(java.util.Locale.ROOT), name, "place", new double[] {at});
        Layer layer = new Layer(kind, name);
        layer.values = new double[] {at};
        layer.dashed = true;
        layer.width = 1.5f;
        return add(layer);
    }

    // Building

    @Override
    public XYChart build() {
        requireLabels();
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("XyPlot.build: nothing to draw; add points, a line, a function, ...");
        }
        Range x = range(true);
        Range y = range(false);
        LayeredChart chart = new LayeredChart(width(), height(), logGrid(x, y));
        chart.getStyler().setXAxisLogarithmic(xLog).setYAxisLogarithmic(yLog);
        chart.getStyler().setXAxisLogarithmicDecadeOnly(false).setYAxisLogarithmicDecadeOnly(false);
        chart.getStyler()
                .setXAxisMin(x.lo())
                .setXAxisMax(x.hi())
                .setYAxisMin(y.lo())
                .setYAxisMax(y.hi());
        ticks(chart, true, xLog ? Labels.logarithmic(x.lo(), x.hi()) : Labels.linear(x.lo(), x.hi(), 0));
        ticks(chart, false, yLog ? Labels.logarithmic(y.lo(), y.hi()) : Labels.linear(y.lo(), y.hi(), 0));

        if (xLog || yLog) {
            // XChart draws nine lines and ticks a decade, however many decades there are.
            chart.getStyler().setAxisTicksMarksVisible(false);
            chart.getStyler().setPlotGridVerticalLinesVisible(!xLog);
            chart.getStyler().setPlotGridHorizontalLinesVisible(!yLog);
        }
        if (!xLog && x.span() >= 2 && countsThings()) {
            // Ticks at whole numbers only: there is no iteration 1½.
            int spacing = (int) Math.ceil(0.8 * width() / x.span());
            chart.getStyler()
                    .setXAxisTickMarkSpacingHint(Math.max(chart.getStyler().getXAxisTickMarkSpacingHint(), spacing));
        }

        // On a heat map, which is blue, nothing else is.
        int nextColor = layers.stream().anyMatch(layer -> layer.kind == Kind.HEAT) ? 1 : 0;
        int nextForm = 0;
        for (Layer layer : layers) {
            Color color = layer.color;
            if (layer.takesColor() && layer.groups == null && layer.responsibilities == null) {
                int index = nextColor++;
                color = color != null ? color : Palette.color(index);
            }
            switch (layer.kind) {
                case POINTS:
                    drawPoints(chart, layer, color, layer.groups == null ? nextForm++ : 0);
                    break;
                case LINE:
                    XYSeries line = add(chart, layer.name, "line", layer.x, layer.y, XYSeriesRenderStyle.Line);
                    stroke(chart, line, layer, color);
                    if (layer.markers || layer.x.length == 1) {
                        double size = layer.markerSize > 0 ? layer.markerSize : 7;
                        XYSeries points = line;
                        if (line.getMarker() instanceof Marks.Whole) {
                            points = add(chart, null, "points", layer.x, layer.y, XYSeriesRenderStyle.Scatter);
                        }
                        points.setMarker(new Marks.Symbol(Marks.Form.of(nextForm++), size))
                                .setMarkerColor(color);
                    }
                    break;
                case HISTOGRAM:
                    drawHistogram(chart, layer, color);
                    break;
                case BAND:
                    XYSeries band = add(chart, layer.name, "band", layer.x, layer.y, XYSeriesRenderStyle.PolygonArea);
                    band.setMarker(SeriesMarkers.NONE).setLineStyle(SeriesLines.NONE);
                    band.setFillColor(translucent(color, 90)).setShowInLegend(false);
                    legend(chart, layer.name, new Marks.Swatch(), translucent(color, 90));
                    break;
                case BARS:
                    mark(
                            add(chart, layer.name, "bars", layer.x, layer.y, XYSeriesRenderStyle.Scatter),
                            new Marks.Bar(),
                            color);
                    legend(chart, layer.name, new Marks.Swatch(), color);
                    break;
                case ARROWS:
                    Color ink = color != null ? color : Palette.DARK;
                    mark(
                            add(chart, layer.name, "arrows", layer.x, layer.y, XYSeriesRenderStyle.Scatter),
                            new Marks.Arrow(layer.width),
                            ink);
                    legend(chart, layer.name, SeriesMarkers.NONE, ink, layer);
                    break;
                case TEXT:
                    Font font = PlotTheme.font(layer.fontSize);
                    mark(
                            add(chart, null, "text", layer.x, layer.y, XYSeriesRenderStyle.Scatter),
                            new Marks.Text(Labels.displayable(layer.text, font), font),
                            color != null ? color : Palette.DARK);
                    break;
                case OUTLINE:
                    stroke(
                            chart,
                            add(chart, layer.name, "outline", layer.x, layer.y, XYSeriesRenderStyle.Line),
                            layer,
                            color != null ? color : Palette.DARK);
                    break;
                case VERTICAL:
                    stroke(
                            chart,
                            add(
                                    chart,
                                    layer.name,
                                    "vertical",
                                    new double[] {layer.values[0], layer.values[0]},
                                    new double[] {y.lo(), y.hi()},
                                    XYSeriesRenderStyle.Line),
                            layer,
                            color != null ? color : Palette.GREY);
                    break;
                case HORIZONTAL:
                    stroke(
                            chart,
                            add(
                                    chart,
                                    layer.name,
                                    "horizontal",
                                    new double[] {x.lo(), x.hi()},
                                    new double[] {layer.values[0], layer.values[0]},
                                    XYSeriesRenderStyle.Line),
                            layer,
                            color != null ? color : Palette.GREY);
                    break;
                case HEAT:
                    drawHeat(chart, layer, x, y);
                    break;
                case CONTOUR:
                    drawContour(chart, layer, x, y, color != null ? color : Palette.DARK);
                    break;
                default:
                    throw new AssertionError(layer.kind);
            }
        }
        dress(
                chart,
                chart.getSeriesCollection().stream()
                        .filter(XYSeries::isShowInLegend)
                        .map(XYSeries::getLabel)
                        .toList());
        return chart;
    }

    /** Whether all places along the horizontal axis are whole numbers, such as iterations. */
    private boolean countsThings() {
        boolean any = false;
        for (Layer layer : layers) {
            if (layer.kind == Kind.BARS) {
                for (int i = 0; i + 1 < layer.x.length; i += 2) {
                    double middle = (layer.x[i] + layer.x[i + 1]) / 2;
                    any = true;
                    if (Math.abs(middle - Math.rint(middle)) > 1e-9) {
                        return false;
                    }
                }
            } else if (layer.kind == Kind.POINTS || layer.kind == Kind.LINE || layer.kind == Kind.BAND) {
                any = true;
                for (double v : layer.x) {
                    if (v != Math.rint(v)) {
                        return false;
                    }
                }
            } else if (layer.kind == Kind.HISTOGRAM || layer.kind == Kind.OUTLINE || layer.isArea()) {
                return false;
            }
        }
        return any;
    }

    private double[][] logGrid(Range x, Range y) {
        List<double[]> points = new ArrayList<>();
        if (xLog) {
            for (double at : Labels.logGrid(x.lo(), x.hi())) {
                points.add(new double[] {at, y.lo()});
                points.add(new double[] {at, y.hi()});
            }
        }
        if (yLog) {
            for (double at : Labels.logGrid(y.lo(), y.hi())) {
                points.add(new double[] {x.lo(), at});
                points.add(new double[] {x.hi(), at});
            }
        }
        return new double[][] {
            points.stream().mapToDouble(p -> p[0]).toArray(),
            points.stream().mapToDouble(p -> p[1]).toArray()
        };
    }

    private void drawPoints(XYChart chart, Layer layer, Color color, int form) {
        int n = layer.x.length;
        double size = layer.markerSize > 0 ? layer.markerSize : n <= 60 ? 9 : n <= 400 ? 7.5 : n <= 2000 ? 5.5 : 4;
        if (layer.responsibilities != null) {
            DMatrixRMaj r = layer.responsibilities;
            Color[] colors = new Color[n];
            Marks.Form[] forms = new Marks.Form[n];
            for (int i = 0; i < n; i++) {
                double[] row = Arrays.copyOfRange(r.data, i * r.numCols, (i + 1) * r.numCols);
                int best = 0;
                for (int k = 1; k < row.length; k++) {
                    best = row[k] > row[best] ? k : best;
                }
                colors[i] = Palette.mix(row);
                forms[i] = Marks.Form.of(best);
            }
            mark(
                    add(chart, layer.name, "points", layer.x, layer.y, XYSeriesRenderStyle.Scatter),
                    new Marks.Coloured(colors, forms, size),
                    Palette.GREY);
            for (int k = 0; k < r.numCols; k++) {
                legend(
                        chart,
                        groupName(layer, k, "component "),
                        new Marks.Symbol(Marks.Form.of(k), 9),
                        Palette.color(k));
            }
        } else if (layer.groups != null) {
            int[] groups = Arrays.stream(layer.groups).distinct().sorted().toArray();
            for (int group : groups) {
                int[] members = java.util.stream.IntStream.range(0, n)
                        .filter(i -> layer.groups[i] == group)
                        .toArray();
                double[] gx =
                        Arrays.stream(members).mapToDouble(i -> layer.x[i]).toArray();
                double[] gy =
                        Arrays.stream(members).mapToDouble(i -> layer.y[i]).toArray();
                String name = group < 0 ? "no group" : groupName(layer, group, "group ");
                XYSeries series = add(chart, name, "points", gx, gy, XYSeriesRenderStyle.Scatter);
                series.setMarker(new Marks.Symbol(Marks.Form.of(Math.max(0, group)), group < 0 ? 0.7 * size : size));
                series.setMarkerColor(group < 0 ? Palette.GREY : Palette.color(group));
            }
        } else {
            XYSeries series = add(chart, layer.name, "points", layer.x, layer.y, XYSeriesRenderStyle.Scatter);
            series.setMarker(new Marks.Symbol(Marks.Form.of(form), size)).setMarkerColor(color);
        }
    }

    private static String groupName(Layer layer, int group, String prefix) {
        String name = group < layer.groupNames.length ? layer.groupNames[group] : prefix + group;
        return layer.name == null ? name : layer.name + ", " + name;
    }

    private void drawHistogram(XYChart chart, Layer layer, Color color) {
        int bins = layer.y.length;
        double[] x = new double[2 * bins];
        double[] y = new double[2 * bins];
        for (int i = 0; i < bins; i++) {
            x[2 * i] = layer.x[i];
            x[2 * i + 1] = layer.x[i + 1];
            y[2 * i + 1] = layer.y[i];
        }
        Color fill = translucent(color, 120);
        mark(add(chart, layer.name, "histogram", x, y, XYSeriesRenderStyle.Scatter), new Marks.Bar(), fill);
        legend(chart, layer.name, new Marks.Swatch(), fill);
    }

    private void drawHeat(XYChart chart, Layer layer, Range x, Range y) {
        // Values at the middles of the image's pixels.
        Range px = new Range(x.lo() + x.span() / GRID_COLUMNS / 2, x.hi() - x.span() / GRID_COLUMNS / 2);
        Range py = new Range(y.lo() + y.span() / GRID_ROWS / 2, y.hi() - y.span() / GRID_ROWS / 2);
        double[] values = evaluate(layer, px, py);
        if (layer.model != null) {
            values = Arrays.stream(values).map(Math::exp).toArray();
        }
        Range all = Range.NONE.and(values);
        double lo = layer.model != null ? 0 : all.lo();
        double span = all.hi() > lo ? all.hi() - lo : 1;
        BufferedImage image = new BufferedImage(GRID_COLUMNS, GRID_ROWS, BufferedImage.TYPE_INT_RGB);
        for (int j = 0; j < GRID_ROWS; j++) {
            for (int i = 0; i < GRID_COLUMNS; i++) {
                double v = values[j * GRID_COLUMNS + i];
                Color c = Double.isFinite(v) ? Palette.sequential(0.85 * (v - lo) / span) : Color.WHITE;
                image.setRGB(i, GRID_ROWS - 1 - j, c.getRGB());
            }
        }
        mark(
                add(
                        chart,
                        layer.name,
                        "heat",
                        new double[] {x.lo(), x.hi()},
                        new double[] {y.lo(), y.hi()},
                        XYSeriesRenderStyle.Scatter),
                new Marks.Heat(image),
                Palette.GREY);
        if (layer.name != null) {
            legend(chart, layer.name, SeriesMarkers.NONE, Palette.GREY);
            for (int k = 4; k >= 0; k--) {
                legend(
                        chart,
                        Labels.significant(lo + span * k / 4, 2),
                        new Marks.Swatch(),
                        Palette.sequential(0.85 * k / 4));
            }
        }
    }

    private void drawContour(XYChart chart, Layer layer, Range x, Range y, Color color) {
        Contours.Grid grid = new Contours.Grid(evaluate(layer, x, y), GRID_COLUMNS, GRID_ROWS, x, y);
        double[] levels = layer.levels != null ? layer.levels : Contours.massLevels(grid.values(), layer.lines);
        boolean inLegend = layer.name != null;
        for (double level : Arrays.stream(levels).distinct().toArray()) {
            double[][] lines = Contours.lines(grid, level);
            if (lines[0].length == 0) {
                continue;
            }
            XYSeries series =
                    add(chart, inLegend ? layer.name : null, "contour", lines[0], lines[1], XYSeriesRenderStyle.Line);
            stroke(chart, series, layer, color);
            inLegend = false;
        }
    }

    /** The function, or the log density of the model, at the nodes of a grid, row by row. */
    private static double[] evaluate(Layer layer, Range x, Range y) {
        DMatrixRMaj nodes = new DMatrixRMaj(GRID_COLUMNS * GRID_ROWS, 2);
        for (int j = 0; j < GRID_ROWS; j++) {
            for (int i = 0; i < GRID_COLUMNS; i++) {
                int row = j * GRID_COLUMNS + i;
                nodes.set(row, 0, x.lo() + x.span() * i / (GRID_COLUMNS - 1));
                nodes.set(row, 1, y.lo() + y.span() * j / (GRID_ROWS - 1));
            }
        }
        double[] values;
        if (layer.model != null) {
            values = layer.model.logDensity(nodes);
        } else {
            values = new double[nodes.numRows];
            Arrays.setAll(values, i -> layer.function.applyAsDouble(nodes.get(i, 0), nodes.get(i, 1)));
        }
        if (Range.NONE.and(values).empty()) {
            throw new IllegalArgumentException("XyPlot.build: the " + (layer.model != null ? "log density" : "function")
                    + " is finite nowhere in [" + x.lo() + ", " + x.hi() + "]×[" + y.lo() + ", " + y.hi() + "]");
        }
        return values;
    }

    private Range range(boolean horizontal) {
        Range given = horizontal ? xRange : givenY();
        boolean log = horizontal ? xLog : yLog;
        String axis = horizontal ? "x" : "y";
        Range data = Range.NONE;
        boolean fromZero = false;
        for (Layer layer : layers) {
            if (layer.isArea() && log) {
                throw new IllegalArgumentException(
                        "XyPlot.build: heat maps and contours need linear axes, " + axis + " is logarithmic");
            }
            data = data.and(horizontal ? layer.x : layer.y);
            if (layer.kind == (horizontal ? Kind.VERTICAL : Kind.HORIZONTAL)) {
                data = data.and(layer.values);
            }
            if (layer.kind == Kind.HISTOGRAM && !horizontal) {
                data = data.and(0);
            }
            fromZero |= !horizontal && (layer.kind == Kind.HISTOGRAM || layer.kind == Kind.BARS);
        }
        Range shown = given != null ? given : data;
        if (shown.empty()) {
            throw new IllegalArgumentException(
                    "XyPlot.build: " + axis + "Range not set, and no layer says where to look");
        }
        if (log && !(shown.lo() > 0 && (data.empty() || data.lo() > 0))) {
            throw new IllegalArgumentException("XyPlot.build: the " + axis + " axis is logarithmic, but "
                    + Math.min(shown.lo(), data.lo()) + " is not positive");
        }
        if (Double.isInfinite(shown.span())) {
            throw new IllegalArgumentException(
                    "XyPlot.build: " + axis + " from " + shown.lo() + " to " + shown.hi() + " is too wide to draw");
        }
        if (given != null) {
            return given.span() < 1e-8 && !log ? given.padded(0, false, true) : given;
        }
        // A density goes on beyond the data; its outer contour should fit.
        double room = layers.stream().anyMatch(Layer::isArea) ? 0.14 : horizontal ? 0.03 : 0.05;
        return shown.padded(room, log, !(fromZero && shown.lo() == 0));
    }

    // Series

    private static XYSeries add(
            XYChart chart, String name, String kind, double[] x, double[] y, XYSeriesRenderStyle style) {
        String label = name == null ? kind : name;
        String unique = label;
        for (int i = 2; chart.getSeries(unique) != null; i++) {
            unique = label + " #" + i;
        }
        XYSeries series = chart.addSeries(unique, x, y);
        series.setXYSeriesRenderStyle(style);
        series.setLabel(Labels.displayable(label));
        series.setShowInLegend(name != null);
        return series;
    }

    /** Draws the line of a series; dashes, and contours with their many points, are drawn as a whole. */
    private static void stroke(XYChart chart, XYSeries series, Layer layer, Color color) {
        float width = layer.kind == Kind.CONTOUR && layer.model != null ? Math.min(layer.width, 1.2f) : layer.width;
        BasicStroke stroke = layer.dashed ? Strokes.dashed(width) : Strokes.solid(width);
        series.setMarker(SeriesMarkers.NONE).setMarkerColor(color).setLineColor(color);
        series.setLineStyle(stroke);
        double[] y = series.getYData();
        if ((layer.dashed || layer.kind == Kind.CONTOUR) && y.length > 2) {
            boolean[] starts = new boolean[y.length];
            int n = 0;
            for (int i = 0; i < y.length; i++) {
                if (!Double.isNaN(y[i])) {
                    starts[n++] = i == 0 || Double.isNaN(y[i - 1]);
                }
            }
            String name = series.isShowInLegend() ? series.getLabel() : null;
            mark(series, new Marks.Whole(Arrays.copyOf(starts, n), stroke), color);
            series.setLineStyle(SeriesLines.NONE);
            legend(chart, name, SeriesMarkers.NONE, color, layer);
        }
    }

    private static void mark(XYSeries series, Marker marker, Color color) {
        series.setMarker(marker).setMarkerColor(color);
        // The legend would take one of the marker's points; entries of their own stand there instead.
        series.setShowInLegend(false);
    }

    private static void legend(XYChart chart, String name, Marker marker, Color color) {
        legend(chart, name, marker, color, null);
    }

    /** An entry in the legend that draws nothing in the plot. */
    private static void legend(XYChart chart, String name, Marker marker, Color color, Layer line) {
        if (name == null) {
            return;
        }
        double[] nowhere = {Double.NaN};
        XYSeries series = add(
                chart,
                name,
                "legend",
                nowhere,
                nowhere,
                line == null ? XYSeriesRenderStyle.Scatter : XYSeriesRenderStyle.Line);
        if (line != null) {
            series.setLineColor(color);
            series.setLineStyle(line.dashed ? Strokes.dashed(line.width) : Strokes.solid(line.width));
        }
        series.setMarker(marker).setMarkerColor(color);
    }

    private static Color translucent(Color c, int alpha) {
        return new Color(c.getRed(), c.getGreen(), c.getBlue(), alpha);
    }

    // Checks

    private XyPlot add(Layer layer) {
        if (layer.name != null && layer.name.isBlank()) {
            throw new IllegalArgumentException("XyPlot: a layer's name is blank; leave it out instead");
        }
        layers.add(layer);
        return this;
    }

    private XyPlot xy(String method, Kind kind, String name, double[] x, double[] y) {
        finite("XyPlot." + method, name, "x", x);
        finite("XyPlot." + method, name, "y", y);
        sameLength("XyPlot." + method, x, y);
        Layer layer = new Layer(kind, name);
        layer.x = x.clone();
        layer.y = y.clone();
        return add(layer);
    }

    private Layer last(String method, Kind... kinds) {
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("XyPlot." + method + ": there is no layer yet; add one first");
        }
        Layer layer = layers.get(layers.size() - 1);
        if (kinds.length > 0 && !List.of(kinds).contains(layer.kind)) {
            throw new IllegalArgumentException(
                    "XyPlot." + method + ": the last layer is " + layer.kind + ", expected " + Arrays.toString(kinds));
        }
        return layer;
    }

    private static void finite(String where, String name, String what, double[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new IllegalArgumentException(where + ": " + (name == null ? "" : "\"" + name + "\" ") + what + "["
                        + i + "] is " + values[i] + ", expected a finite number");
            }
        }
    }

    private static void sameLength(String where, double[] x, double[] y) {
        if (x.length != y.length) {
            throw new IllegalArgumentException(
                    where + ": " + x.length + " and " + y.length + " numbers, expected as many");
        }
        if (x.length == 0) {
            throw new IllegalArgumentException(where + ": no numbers");
        }
    }

    private static HasDensity<DMatrixRMaj> twoDimensional(String method, HasDensity<DMatrixRMaj> model) {
        if (model instanceof GenerativeModel<?> generative && generative.dim() != 2) {
            throw new IllegalArgumentException(
                    "XyPlot." + method + ": the model has " + generative.dim() + " dimensions, expected 2");
        }
        return Objects.requireNonNull(model, "XyPlot." + method);
    }

    private static double[] column(DMatrixRMaj x, int column) {
        double[] values = new double[x.numRows];
        Arrays.setAll(values, i -> x.get(i, column));
        return values;
    }

    private static double[] column(Table table, String name) {
        if (!table.containsColumn(name)) {
            throw new IllegalArgumentException(
                    "XyPlot.points: no column \"" + name + "\", there are " + table.columnNames());
        }
        if (!(table.column(name) instanceof NumericColumn<?> numbers)) {
            throw new IllegalArgumentException("XyPlot.points: column \"" + name + "\" is "
                    + table.column(name).type().name() + ", expected numbers");
        }
        double[] values = new double[numbers.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = numbers.isMissing(i) ? Double.NaN : numbers.getDouble(i);
            if (!Double.isFinite(values[i])) {
                throw new IllegalArgumentException(
                        "XyPlot.points: column \"" + name + "\" has no finite value in row " + i);
            }
        }
        return values;
    }
}
