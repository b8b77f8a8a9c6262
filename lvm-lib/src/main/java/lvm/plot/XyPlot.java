package lvm.plot;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import lvm.data.Dataset;
import lvm.linalg.Doubles;
import lvm.model.HasDensity;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.Matrix;
import tech.tablesaw.api.Table;

/**
 * A plot over two numeric axes, made of layers that lie on each other in the order in which they are added: points,
 * lines, functions, histograms, ellipses, densities, arrows, text. Methods such as {@link #color}, {@link #dashed} and
 * {@link #groupBy(int[], String...)} change the layer added last. Layers with a name stand in the legend.
 * Numbers may be of any size, down to 4.9e-324 and up to 1.8e308: very small and very large ones are written with a power of
 * ten, and a small spread of large numbers is counted from a number that the label of the axis names.
 *
 * <pre>{@code
 * Plots.xy().xLabel("eruption [min]").yLabel("waiting [min]")
 *      .heat(gmm).points(faithful, "eruptions", "waiting").responsibilities(r).ellipse(mean, covariance, 1, 2)
 *      .build();
 * }</pre>
 */
public final class XyPlot extends LayeredPlot<XyPlot> {

    /** The number of points at which a function is evaluated by default. */
    public static final int FUNCTION_POINTS = 400;

    /** The number of contour lines by default. */
    public static final int CONTOUR_LINES = 6;

    XyPlot() {}

    @Override
    XyPlot self() {
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
        return add(new PointsLayer(name, x, y));
    }

    /**
     * Adds the rows of a matrix as points.
     *
     * @param x n×2 coordinates of either precision; not modified
     * @return this
     * @throws IllegalArgumentException if there are no two columns, no row, or a value that is not finite
     */
    public XyPlot points(Matrix x) {
        return points(null, x);
    }

    /**
     * Adds the rows of a matrix as points.
     *
     * @param name the entry in the legend
     * @param x n×2 coordinates of either precision; not modified
     * @return this
     * @throws IllegalArgumentException if there are no two columns, no row, or a value that is not finite
     */
    public XyPlot points(String name, Matrix x) {
        double[][] columns = Numbers.columns("XyPlot.points", x);
        return points(name, columns[0], columns[1]);
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
        double[] x = Numbers.column(table, xColumn);
        double[] y = Numbers.column(table, yColumn);
        if (xUnlabelled()) {
            xLabel(xColumn);
        }
        if (yUnlabelled()) {
            yLabel(yColumn);
        }
        return points(null, x, y);
    }

    /**
     * Adds the rows of data of two columns as points, in the colours of their labels if they have some. Names of columns label the
     * axes where no label is set.
     *
     * @param data n×2 observations
     * @return this
     * @throws IllegalArgumentException if there are no two columns
     */
    public XyPlot points(Dataset data) {
        if (!data.columns().isEmpty() && data.dim() == 2) {
            if (xUnlabelled()) {
                xLabel(data.columns().get(0));
            }
            if (yUnlabelled()) {
                yLabel(data.columns().get(1));
            }
        }
        XyPlot plot = points(data.matrix(new SplittableRandom(0)));
        return data.hasLabels() ? plot.groupBy(data) : plot;
    }

    // Lines

    /**
     * Adds a line without an entry in the legend.
     *
     * @param x n numbers in the order in which to join them
     * @param y n numbers; where x or y is NaN or infinite the line has a gap
     * @return this
     * @throws IllegalArgumentException if the lengths differ, or there is no place with finite numbers
     */
    public XyPlot line(double[] x, double[] y) {
        return line(null, x, y);
    }

    /**
     * Adds a line.
     *
     * @param name the entry in the legend
     * @param x n numbers in the order in which to join them
     * @param y n numbers; where x or y is NaN or infinite the line has a gap
     * @return this
     * @throws IllegalArgumentException if the lengths differ, or there is no place with finite numbers
     */
    public XyPlot line(String name, double[] x, double[] y) {
        return add(LineLayer.of(name, x, y));
    }

    /**
     * Adds a line over 0, 1, 2, ...
     *
     * @param name the entry in the legend
     * @param y n numbers; where x or y is NaN or infinite the line has a gap
     * @return this
     * @throws IllegalArgumentException if none is finite
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
        return add(LineLayer.function(name, f, from, to, points));
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
            add(LineLayer.curve(names[k], x, ys[k]));
        }
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
        return add(HistogramLayer.of(name, values, bins));
    }

    /**
     * Adds a histogram of counts with as many bins as Freedman and Diaconis advise: width 2·IQR/∛n, at least 5 and at
     * most 80 bins. Whole numbers have a bar each where they are at most 21, and as many to a bar as to any other where
     * bars are narrow.
     *
     * @param name the entry in the legend
     * @param values the numbers to count
     * @return this
     * @throws IllegalArgumentException if there is no value, or one is not finite
     */
    public XyPlot histogram(String name, double[] values) {
        return add(HistogramLayer.of(name, values));
    }

    /**
     * Adds a histogram of counts of all elements of a matrix, such as the draws of a model in one dimension, with as many
     * bins as for an array.
     *
     * @param name the entry in the legend
     * @param values the numbers to count, of either precision; not modified
     * @return this
     * @throws IllegalArgumentException if there is no value, or one is not finite
     */
    public XyPlot histogram(String name, Matrix values) {
        return histogram(name, Numbers.elements("XyPlot.histogram", values));
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
        return add(new BarsLayer(name, x, from, to, width));
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
        return add(new BandLayer(name, x, lower, upper));
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
    public XyPlot ellipse(double[] mean, Matrix covariance, double... nSigma) {
        DMatrixRMaj sigma = Doubles.of("XyPlot.ellipse: the covariance", covariance);
        for (double n : nSigma.length == 0 ? new double[] {2} : nSigma) {
            add(new EllipseLayer(mean, sigma, n));
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
    public XyPlot ellipses(Matrix means, List<? extends Matrix> covariances, double... nSigma) {
        double[][] columns = Numbers.columns("XyPlot.ellipses", means);
        int count = columns[0].length;
        if (count != covariances.size()) {
            throw new IllegalArgumentException("XyPlot.ellipses: " + count + " means and " + covariances.size()
                    + " covariances, expected as many");
        }
        for (int k = 0; k < count; k++) {
            double[] mean = {columns[0][k], columns[1][k]};
            DMatrixRMaj sigma = Doubles.of("XyPlot.ellipses: covariance " + k, covariances.get(k));
            for (double n : nSigma.length == 0 ? new double[] {2} : nSigma) {
                add(new EllipseLayer(mean, sigma, n)).color(k);
            }
        }
        return this;
    }

    /**
     * Fills the plot with the density of a model of two dimensions, white for 0 and dark blue for its largest value.
     * The rectangle is that of the axes: the ranges set, else where the other layers are, else where nearly all draws of
     * the model are.
     *
     * @param model a model with D = 2, of either precision
     * @return this
     * @throws IllegalArgumentException if the model has other than two dimensions
     */
    public XyPlot heat(HasDensity<?> model) {
        return heat(null, model);
    }

    /**
     * Fills the plot with the density of a model of two dimensions and puts its scale into the legend.
     *
     * @param name the heading of the scale in the legend
     * @param model a model with D = 2, of either precision
     * @return this
     * @throws IllegalArgumentException if the model has other than two dimensions
     */
    public XyPlot heat(String name, HasDensity<?> model) {
        return add(new HeatLayer(name, Field.of("XyPlot.heat", model)));
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
        return add(new HeatLayer(name, Field.of("XyPlot.heat", f)));
    }

    /**
     * Adds {@value #CONTOUR_LINES} lines of equal density of a model of two dimensions.
     *
     * @param model a model with D = 2, of either precision
     * @return this
     * @throws IllegalArgumentException if the model has other than two dimensions
     */
    public XyPlot contour(HasDensity<?> model) {
        return contour(model, CONTOUR_LINES);
    }

    /**
     * Adds lines of equal density of a model of two dimensions, so that equal shares of the probability in the plot lie
     * between them.
     *
     * @param model a model with D = 2, of either precision
     * @param lines how many, 1 to 50
     * @return this
     * @throws IllegalArgumentException if lines is out of range, or the model has other than two dimensions
     */
    public XyPlot contour(HasDensity<?> model, int lines) {
        return add(new ContourLayer(Field.of("XyPlot.contour", model), lines));
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
        return add(new ContourLayer(name, Field.of("XyPlot.contour", f), levels));
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
        return add(new ArrowsLayer(name, fromX, fromY, toX, toY));
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
        return add(new TextLayer(x, y, text));
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
        return add(new ReferenceLayer(true, name, x));
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
        return add(new ReferenceLayer(false, name, y));
    }
}
