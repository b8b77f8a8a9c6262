package lvm.boltzmann;

import java.util.List;
import lvm.linalg.Products;
import lvm.model.Require;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;

/**
 * Parameters and what is computed from them, shared by the model and by what trains it; of which energy, {@link VisibleLayer} says. A layer of a deep machine learns beside copies
 * of a layer, in the same states and with the same weights, that stand for the neighbours it will have: two visible layers double what
 * the hidden units get, two hidden ones what the visible units get. Everywhere else there is one of each.
 */
record RbmUnits(FMatrixRMaj w, FMatrixRMaj b, FMatrixRMaj c, VisibleLayer layer, int visibleCopies, int hiddenCopies) {
    RbmUnits(FMatrixRMaj w, FMatrixRMaj b, FMatrixRMaj c, VisibleLayer layer) {
        this(w, b, c, layer, 1, 1);
    }

    /** Parameters of their own beside the same layer. */
    RbmUnits beside() {
        return new RbmUnits(w.copy(), b.copy(), c.copy(), layer, visibleCopies, hiddenCopies);
    }

    RbmUnits copy() {
        return new RbmUnits(w.copy(), b.copy(), c.copy(), layer.copy());
    }

    /** Energies divided by a temperature. */
    RbmUnits at(double temperature) {
        RbmUnits warm = new RbmUnits(w.copy(), b.copy(), c.copy(), layer.at(temperature));
        for (FMatrixRMaj part : warm.parts()) {
            for (int i = 0; i < part.getNumElements(); i++) {
                part.data[i] = (float) (part.data[i] / temperature);
            }
            Require.finite("Rbm.withTemperature", "a parameter divided by " + temperature, part);
        }
        return warm;
    }

    /** The same parameters beside copies of the layers. */
    RbmUnits with(int visibleCopies, int hiddenCopies) {
        return new RbmUnits(w, b, c, layer, visibleCopies, hiddenCopies);
    }

    /** Given parameters, of which shapes and numbers are right. */
    RbmUnits checked(String where) {
        Require.atLeast(where, "the number of rows of weights, the visible units,", 1, w.numRows);
        Require.atLeast(where, "the number of columns of weights, the hidden units,", 1, w.numCols);
        row(where, "visibleBias", b, w.numRows);
        row(where, "hiddenBias", c, w.numCols);
        Require.finite(where, "weights", w);
        return this;
    }

    static void row(String where, String what, FMatrixRMaj x, int columns) {
        Require.finiteRows(where, what, x, columns);
        if (x.numRows != 1) {
            throw new IllegalArgumentException(where + ": " + what + " has " + x.numRows + " rows, expected 1");
        }
    }

    List<FMatrixRMaj> parts() {
        return List.of(w, b, c);
    }

    int visible() {
        return w.numRows;
    }

    int hidden() {
        return w.numCols;
    }

    /** c + v W, once for each copy of v. */
    void hiddenLogits(FMatrixRMaj v, FMatrixRMaj logits) {
        logits.reshape(v.numRows, w.numCols);
        Products.multBias(v, w, c, logits);
        scale(visibleCopies, logits);
    }

    /** b + h Wᵀ, once for each copy of h. */
    void visibleLogits(FMatrixRMaj h, FMatrixRMaj logits) {
        logits.reshape(h.numRows, w.numRows);
        Products.multBiasTransB(h, w, b, logits);
        scale(hiddenCopies, logits);
    }

    private static void scale(int copies, FMatrixRMaj logits) {
        if (copies > 1) {
            CommonOps_FDRM.scale(copies, logits);
        }
    }

    double[] energy(FMatrixRMaj v, FMatrixRMaj h) {
        FMatrixRMaj a = new FMatrixRMaj(v.numRows, w.numCols);
        hiddenLogits(v, a);
        double offset = layer.offset(b);
        double[] e = new double[v.numRows];
        for (int i = 0; i < e.length; i++) {
            e[i] = -dot(b.data, 0, v.data, i * v.numCols, v.numCols)
                    - dot(a.data, i * a.numCols, h.data, i * h.numCols, h.numCols)
                    + (layer.square(v.data, i * v.numCols) + offset);
        }
        return e;
    }

    static double dot(float[] x, int xFrom, float[] y, int yFrom, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += (double) x[xFrom + i] * y[yFrom + i];
        }
        return sum;
    }
}
