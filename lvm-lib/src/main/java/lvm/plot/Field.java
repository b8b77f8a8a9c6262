package lvm.plot;

import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.DoubleBinaryOperator;
import lvm.data.Dataset;
import lvm.model.GenerativeModel;
import lvm.model.HasDensity;
import org.ejml.data.DMatrixRMaj;

/** A number at each place of the plane: a function, or the log density of a model of either precision. */
final class Field {
    static final int COLUMNS = 300;
    static final int ROWS = 200;

    /** How many draws say where a model is, and the share of them that is left out at each end. */
    private static final int DRAWS = 2000;

    private static final double LEFT_OUT = 0.005;

    private final DoubleBinaryOperator function;
    private final HasDensity<?> model;

    private Field(DoubleBinaryOperator function, HasDensity<?> model) {
        this.function = function;
        this.model = model;
    }

    static Field of(String where, DoubleBinaryOperator f) {
        return new Field(Objects.requireNonNull(f, where), null);
    }

    static Field of(String where, HasDensity<?> model) {
        if (Objects.requireNonNull(model, where).dim() != 2) {
            throw new IllegalArgumentException(where + ": the model has " + model.dim() + " dimensions, expected 2");
        }
        return new Field(null, model);
    }

    boolean isDensity() {
        return model != null;
    }

    /** The values at the nodes of a grid that covers a rectangle edge to edge, row by row from the lowest y. */
    double[] values(Axis x, Axis y) {
        return values(x, y, 0);
    }

    /** The values at the middles of the cells of a grid that covers a rectangle. */
    double[] middles(Axis x, Axis y) {
        return values(x, y, 0.5);
    }

    private double[] values(Axis x, Axis y, double offset) {
        double across = offset > 0 ? COLUMNS : COLUMNS - 1;
        double up = offset > 0 ? ROWS : ROWS - 1;
        DMatrixRMaj nodes = new DMatrixRMaj(COLUMNS * ROWS, 2);
        for (int j = 0; j < ROWS; j++) {
            for (int i = 0; i < COLUMNS; i++) {
                int row = j * COLUMNS + i;
                nodes.set(row, 0, x.valueAt(i + offset, across));
                nodes.set(row, 1, y.valueAt(j + offset, up));
            }
        }
        double[] values;
        if (isDensity()) {
            // As a data set, of which the model takes the matrix of its own precision.
            values = model.logDensity(Dataset.of(nodes));
        } else {
            values = new double[nodes.numRows];
            Arrays.setAll(values, i -> function.applyAsDouble(nodes.get(i, 0), nodes.get(i, 1)));
        }
        if (Range.NONE.and(values).empty()) {
            throw new IllegalArgumentException("XyPlot.build: the " + (isDensity() ? "log density" : "function")
                    + " is finite nowhere in [" + x.valueAt(0, 1) + ", " + x.valueAt(1, 1) + "]×[" + y.valueAt(0, 1)
                    + ", " + y.valueAt(1, 1) + "]");
        }
        return values;
    }

    /** Where a model that can be drawn from puts nearly all of its draws; the same rectangle every time. */
    Extent view() {
        if (!(model instanceof GenerativeModel<?> generative)) {
            return Extent.NONE;
        }
        double[][] draws = Numbers.columns("XyPlot.build", generative.sample(DRAWS, new SplittableRandom(1)));
        return new Extent(middle(draws[0]), middle(draws[1]));
    }

    private static Range middle(double[] values) {
        Arrays.sort(values);
        int end = (int) (LEFT_OUT * values.length);
        return Range.NONE.and(Arrays.copyOfRange(values, end, values.length - end));
    }
}
