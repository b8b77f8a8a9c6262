package lvm.plot;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import lvm.data.Dataset;
import lvm.data.ImageShape;
import lvm.model.HasDensity;
import lvm.model.History;
import org.ejml.data.Matrix;
import org.knowm.xchart.internal.chartpart.Chart;
import tech.tablesaw.api.Table;

/**
 * Starts plots: every method returns a builder with its first layers, or a picture that can be shown as it is. Matrices and
 * densities may be of either precision, floats or doubles.
 *
 * <pre>{@code
 * display(Plots.scatter(faithful, "eruptions", "waiting").groupBy(assignments).title("Old Faithful"));
 * }</pre>
 */
public final class Plots {
    private Plots() {}

    /**
     * An empty plot over two numeric axes, for layers of all kinds.
     *
     * @return a builder
     */
    public static XyPlot xy() {
        return new XyPlot();
    }

    /**
     * A line.
     *
     * @param x n numbers in the order in which to join them
     * @param y n numbers; where x or y is NaN or infinite the line has a gap
     * @return a builder with that layer; more can be added
     * @throws IllegalArgumentException if the lengths differ, or there is no place with finite numbers
     */
    public static XyPlot line(double[] x, double[] y) {
        return xy().line(x, y);
    }

    /**
     * Points.
     *
     * @param x n numbers
     * @param y n numbers
     * @return a builder with that layer; more can be added
     * @throws IllegalArgumentException if the lengths differ, there is none, or one is not finite
     */
    public static XyPlot scatter(double[] x, double[] y) {
        return xy().points(x, y);
    }

    /**
     * The rows of a matrix as points.
     *
     * @param x n×2 coordinates of either precision; not modified
     * @return a builder with that layer; more can be added
     * @throws IllegalArgumentException if there are no two columns, no row, or a value that is not finite
     */
    public static XyPlot scatter(Matrix x) {
        return xy().points(x);
    }

    /**
     * The rows of a matrix as points, each group in a colour and form of its own, such as the codes of images by their
     * labels: {@code Plots.scatter(vae.encode(x), labels)}.
     *
     * @param x n×2 coordinates of either precision; not modified
     * @param groups a group for each row, counted from 0; −1 for points of no group, which are grey
     * @param names the names of the groups; "group 0", "group 1", ... where there is none
     * @return a builder with that layer; more can be added
     * @throws IllegalArgumentException if there are no two columns, no row, not as many groups as rows, or a value that is
     *     not finite
     */
    public static XyPlot scatter(Matrix x, int[] groups, String... names) {
        return scatter(x).groupBy(groups, names);
    }

    /**
     * The rows of data of two columns as points, in the colours of their labels if they have some; names of columns label the
     * axes.
     *
     * @param data n×2 observations
     * @return a builder with that layer; more can be added
     * @throws IllegalArgumentException if there are no two columns
     */
    public static XyPlot scatter(Dataset data) {
        return xy().points(data);
    }

    /**
     * The rows of a matrix as points, each group in a colour and form of its own.
     *
     * @param x n×2 coordinates of either precision; not modified
     * @param groups data of as many rows, whose labels are the groups
     * @return a builder with that layer; more can be added
     * @throws IllegalArgumentException if there are no two columns, no row, or not as many labels as rows
     */
    public static XyPlot scatter(Matrix x, Dataset groups) {
        return scatter(x).groupBy(groups);
    }

    /**
     * Two columns of a table as points, with the columns' names as labels of the axes.
     *
     * @param table the table, not modified
     * @param xColumn the name of a numeric column
     * @param yColumn the name of a numeric column
     * @return a builder with that layer; more can be added
     * @throws IllegalArgumentException if there is no such column, it is not numeric, or a value is missing
     */
    public static XyPlot scatter(Table table, String xColumn, String yColumn) {
        return xy().points(table, xColumn, yColumn);
    }

    /**
     * A histogram of counts.
     *
     * @param values the numbers to count
     * @return a builder with that layer; more can be added, such as a density over {@link XyPlot#asDensity}
     * @throws IllegalArgumentException if there is no value, or one is not finite
     */
    public static XyPlot histogram(double[] values) {
        return xy().histogram(null, values);
    }

    /**
     * A histogram of counts of all elements of a matrix, such as the draws of a model in one dimension.
     *
     * @param values the numbers to count, of either precision; not modified
     * @return a builder with that layer; more can be added, such as a density over {@link XyPlot#asDensity}
     * @throws IllegalArgumentException if there is no value, or one is not finite
     */
    public static XyPlot histogram(Matrix values) {
        return xy().histogram(null, values);
    }

    /**
     * Lines of equal density of a model of two dimensions, as {@link XyPlot#contour(HasDensity)} draws them. Where no range
     * is set and no other layer added, the plot shows where nearly all draws of the model are.
     *
     * @param model a model with D = 2, of either precision; if it can not be drawn from, ranges or other layers are
     *     needed
     * @return a builder with that layer; more can be added
     * @throws IllegalArgumentException if the model has other than two dimensions
     */
    public static XyPlot contour(HasDensity<?> model) {
        return xy().contour(model);
    }

    /**
     * A heat map with contour lines of the density of a model of two dimensions, where nearly all draws of the model are
     * unless ranges or other layers say otherwise.
     *
     * @param model a model with D = 2, of either precision; if it can not be drawn from, ranges or other layers are
     *     needed
     * @return a builder with those layers; more can be added
     * @throws IllegalArgumentException if the model has other than two dimensions
     */
    public static XyPlot density(HasDensity<?> model) {
        return xy().heat(model).contour(model);
    }

    /**
     * A heat map with contour lines of the density of a model of two dimensions over a rectangle.
     *
     * @param model a model with D = 2, of either precision
     * @param xLo the left end
     * @param xHi the right end
     * @param yLo the lower end
     * @param yHi the upper end
     * @return a builder with those layers; more can be added
     * @throws IllegalArgumentException if the model has other than two dimensions, or unless the ends are finite and in
     *     order
     */
    public static XyPlot density(HasDensity<?> model, double xLo, double xHi, double yLo, double yHi) {
        return density(model).xRange(xLo, xHi).yRange(yLo, yHi);
    }

    /**
     * Bars over named categories.
     *
     * @param categories their names
     * @return a builder without series
     * @throws IllegalArgumentException if there is no category, a name is blank, or one occurs twice
     */
    public static BarPlot bars(String... categories) {
        return new BarPlot(List.of(categories));
    }

    /**
     * Starts a drawing of a graphical model.
     *
     * @return a graph without nodes
     */
    public static GraphicalModel graph() {
        return new GraphicalModel();
    }

    /**
     * The course of a fit over its iterations.
     *
     * @param history a history with at least one row
     * @param columns the columns to draw; the first, the objective, if none is named
     * @return a builder with a line for each column; more can be added
     * @throws IllegalArgumentException if there is no such column, or no row
     */
    public static XyPlot history(History history, String... columns) {
        if (history.size() == 0) {
            throw new IllegalArgumentException(
                    "Plots.history: no iteration was recorded, the fit ended " + history.stop());
        }
        List<String> names =
                columns.length > 0 ? List.of(columns) : List.of(history.names().get(0));
        double[] iteration = IntStream.range(0, history.size()).asDoubleStream().toArray();
        double[][] values = names.stream().map(history::column).toArray(double[][]::new);
        return curves("", "iteration", names.size() == 1 ? names.get(0) : "value", names, iteration, values);
    }

    /**
     * Several lines over the same places, as live curves and learning curves are kept. Values that are not finite break a
     * line and are no error.
     *
     * @param title the title, may be empty
     * @param xLabel the label of the horizontal axis
     * @param yLabel the label of the vertical axis
     * @param names m entries in the legend
     * @param x n numbers
     * @param ys m arrays of n numbers
     * @return a builder with those layers; more can be added
     * @throws IllegalArgumentException if there is no line, or the lengths do not fit each other
     */
    public static XyPlot curves(
            String title, String xLabel, String yLabel, List<String> names, double[] x, double[][] ys) {
        XyPlot plot = xy().title(title).xLabel(xLabel).yLabel(yLabel).curves(names.toArray(new String[0]), x, ys);
        if (Arrays.stream(ys).flatMapToDouble(Arrays::stream).noneMatch(Double::isFinite)) {
            plot.yRange(0, 1);
        }
        return plot;
    }

    /**
     * The rows of a matrix as images; values from 0 to 1 go from black to white.
     *
     * @param rows n×(height·width) values of either precision, an image a row, its pixels row by row from the upper left;
     *     not modified
     * @param height the height of an image
     * @param width the width of an image
     * @return a grid that can be shown
     * @throws IllegalArgumentException if the rows have another length, there is none, or a value is NaN
     */
    public static ImageGrid images(Matrix rows, int height, int width) {
        return ImageGrid.of(rows, height, width);
    }

    /**
     * The rows of data as images; values from 0 to 1 go from black to white.
     *
     * @param data images ({@link Dataset#asImages}), or rows of as many numbers as a square has pixels; of data that are
     *     binarised anew at each reading one reading
     * @return a grid that can be shown
     * @throws IllegalArgumentException if the rows are no images and no squares
     */
    public static ImageGrid images(Dataset data) {
        int edge = (int) Math.round(Math.sqrt(data.dim()));
        if (data.imageShape().isEmpty() && edge * edge != data.dim()) {
            throw new IllegalArgumentException("Plots.images: rows of " + data.dim()
                    + " numbers, which are no square; say how they are images by data.asImages(height, width)");
        }
        ImageShape shape = data.imageShape().orElse(new ImageShape(1, edge, edge));
        return ImageGrid.of(data.matrix(new SplittableRandom(0)), shape);
    }

    /**
     * Rows of images with labels, such as images and what models make of them.
     *
     * @param height the height of an image
     * @param width the width of an image
     * @return a builder without rows
     * @throws IllegalArgumentException if there are no pixels
     */
    public static ImageRows imageRows(int height, int width) {
        return new ImageRows(new ImageShape(1, height, width));
    }

    /**
     * Rows of images with labels, such as images and what models make of them.
     *
     * @param shape how the numbers of a row are an image
     * @return a builder without rows
     */
    public static ImageRows imageRows(ImageShape shape) {
        return new ImageRows(shape);
    }

    /**
     * Small multiples: pictures side by side.
     *
     * @param columns how many in a row
     * @param pictures plots, grids of images and the like, in the order of reading
     * @return a grid that can be shown
     * @throws IllegalArgumentException if there is no column or no picture
     */
    public static ChartGrid grid(int columns, Picture... pictures) {
        return new ChartGrid(columns, List.of(pictures));
    }

    /**
     * Small multiples: pictures side by side.
     *
     * @param columns how many in a row
     * @param pictures plots, grids of images and the like, in the order of reading
     * @return a grid that can be shown
     * @throws IllegalArgumentException if there is no column or no picture
     */
    public static ChartGrid grid(int columns, List<? extends Picture> pictures) {
        return new ChartGrid(columns, pictures);
    }

    /**
     * Small multiples: charts of XChart side by side.
     *
     * @param columns how many in a row
     * @param charts the charts in the order of reading
     * @return a grid that can be shown
     * @throws IllegalArgumentException if there is no column or no chart
     */
    public static ChartGrid grid(int columns, Chart<?, ?>... charts) {
        return new ChartGrid(columns, Arrays.stream(charts).map(Picture::of).toList());
    }

    /**
     * A piano roll: time from left to right, a bar for each note.
     *
     * @param roll T×P numbers, a frame a row; what is at least ½ sounds; of either precision; copied
     * @param lowest the MIDI number of column 0, such as {@link lvm.data.Chorales#LOWEST}
     * @return a picture that can be shown
     * @throws IllegalArgumentException if there is no frame or no pitch
     */
    public static PianoRoll pianoRoll(Matrix roll, int lowest) {
        return new PianoRoll(roll, lowest);
    }

    /**
     * A film: pictures of one size shown one after the other, with play, pause, steps and a slider.
     *
     * @param frames 2 to {@link Film#MOST_FRAMES} pictures in the order of time
     * @return a film that can be shown
     * @throws IllegalArgumentException if there are too few or too many, or their sizes differ
     */
    public static Film film(List<? extends Picture> frames) {
        return Film.of(frames);
    }

    /**
     * A film: pictures of one size shown one after the other, with play, pause, steps and a slider.
     *
     * @param frames 2 to {@link Film#MOST_FRAMES} pictures in the order of time
     * @return a film that can be shown
     * @throws IllegalArgumentException if there are too few or too many, or their sizes differ
     */
    public static Film film(Picture... frames) {
        return Film.of(List.of(frames));
    }
}
