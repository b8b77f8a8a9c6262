package lvm.boltzmann;

import java.util.List;
import lvm.linalg.Products;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;

/**
 * Parameters and what is computed from them, shared by the model and by what trains it. A layer of a deep machine learns beside copies
 * of a layer, in the same states and with the same weights, that stand for the neighbours it will have: two visible layers double what
 * the hidden units get, two hidden ones what the visible units get. Everywhere else there is one of each.
 */
record RbmUnits(FMatrixRMaj w, FMatrixRMaj b, FMatrixRMaj c, VisibleLayer layer, int visibleCopies, int hiddenCopies) {
    RbmUnits(FMatrixRMaj w, FMatrixRMaj b, FMatrixRMaj c, VisibleLayer layer) {
        this(w, b, c, layer, 1, 1);
    }

    RbmUnits copy() {
        return new RbmUnits(w.copy(), b.copy(), c.copy(), layer, visibleCopies, hiddenCopies);
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
        double[] e = new double[v.numRows];
        for (int i = 0; i < e.length; i++) {
            e[i] = -dot(b.data, 0, v.data, i * v.numCols, v.numCols)
                    - dot(a.data, i * a.numCols, h.data, i * h.numCols, h.numCols);
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
