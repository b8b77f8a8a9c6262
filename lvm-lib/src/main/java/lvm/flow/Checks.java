package lvm.flow;

import lvm.autodiff.Var;
import org.ejml.data.FMatrixRMaj;

/** What every map and model asks of its input. */
final class Checks {
    private Checks() {}

    static void columns(String where, Var rows, int dim) {
        if (rows.cols() != dim) {
            throw new IllegalArgumentException(
                    where + ": the rows have " + rows.cols() + " columns, the map is of " + dim + " dimensions");
        }
    }

    static void context(String where, Var context, int columns) {
        int found = context == null ? 0 : context.cols();
        if (found != columns) {
            throw new IllegalArgumentException(
                    where + ": the context has " + found + " columns, the map takes " + columns);
        }
    }

    static void rows(String where, FMatrixRMaj x, int dim) {
        if (x.numCols != dim) {
            throw new IllegalArgumentException(
                    where + ": the rows have " + x.numCols + " columns, the model has " + dim + " dimensions");
        }
        for (int i = 0; i < x.getNumElements(); i++) {
            if (Float.isNaN(x.data[i])) {
                throw new IllegalArgumentException(
                        where + ": NaN in row " + i / dim + ", column " + i % dim + ", expected numbers");
            }
        }
    }

    static int atLeast(String what, int least, int value) {
        if (value < least) {
            throw new IllegalArgumentException(what + " is " + value + ", expected at least " + least);
        }
        return value;
    }
}
