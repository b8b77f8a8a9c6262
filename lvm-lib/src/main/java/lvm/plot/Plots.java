package lvm.plot;

import org.ejml.data.DMatrixRMaj;
import tech.tablesaw.api.Table;

/**
 * Where plots begin.
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
     * @param y n numbers
     * @return a builder with that layer; more can be added
     * @throws IllegalArgumentException if the lengths differ, there is none, or one is not finite
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
     * @param x n×2 coordinates, not modified
     * @return a builder with that layer; more can be added
     * @throws IllegalArgumentException if there are no two columns, no row, or a value that is not finite
     */
    public static XyPlot scatter(DMatrixRMaj x) {
        return xy().points(x);
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
}
