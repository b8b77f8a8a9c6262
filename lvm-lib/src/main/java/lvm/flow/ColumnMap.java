package lvm.flow;

import lvm.autodiff.Node;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.distribution.Mapped;

/**
 * A {@link Transformer} of given columns of rows of d; the others stay. The parameters stand in the rows of another variable h.
 * It keeps the operations, so that a step makes none.
 */
abstract class ColumnMap {
    private final String where;
    private final int d;
    private final int[] columns; // or null for all
    private final int parameters;

    /**
     * A map of columns.
     *
     * @param where what is named in messages
     * @param d the number of columns
     * @param columns those that are mapped, or null for all; kept
     * @param parameters the parameters of each
     */
    ColumnMap(String where, int d, int[] columns, int parameters) {
        this.where = where;
        this.d = d;
        this.columns = columns;
        this.parameters = parameters;
    }

    /** How many columns are mapped. */
    final int count() {
        return columns == null ? d : columns.length;
    }

    /** The number of mapped column j. */
    final int column(int j) {
        return columns == null ? j : columns[j];
    }

    /** Those that are mapped, or null for all. */
    final int[] columns() {
        return columns;
    }

    final Mapped forward(Tape tape, Var x, Var h) {
        check(x, h);
        return apply(tape, x, h, false);
    }

    final Mapped inverse(Tape tape, Var x, Var h) {
        check(x, h);
        return apply(tape, x, h, true);
    }

    abstract Mapped apply(Tape tape, Var x, Var h, boolean inverse);

    /** The map the other way round; it keeps the operations of this one. */
    final ColumnMap inverted() {
        ColumnMap map = this;
        return new ColumnMap(where, d, columns, parameters) {
            @Override
            Mapped apply(Tape tape, Var x, Var h, boolean inverse) {
                return map.apply(tape, x, h, !inverse);
            }
        };
    }

    private void check(Var x, Var h) {
        if (x.cols() != d || h.rows() != x.rows() || h.cols() != parameters * count()) {
            throw new IllegalArgumentException(where + ": x is " + x.rows() + "×" + x.cols() + ", the parameters are "
                    + h.rows() + "×" + h.cols() + "; expected " + d + " columns of x, and of as many rows " + parameters
                    + " for each of " + count() + " mapped columns");
        }
    }

    /** Adds the gradient of y to that of x, where columns that are not mapped stay. */
    static void addAll(Node y, float[] dx) {
        float[] g = y.gradient().data;
        for (int i = 0; i < y.size(); i++) {
            dx[i] += g[i];
        }
    }
}
