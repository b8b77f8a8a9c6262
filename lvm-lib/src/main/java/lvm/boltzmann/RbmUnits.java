package lvm.boltzmann;

import java.util.List;
import lvm.linalg.Products;
import org.ejml.data.FMatrixRMaj;

/** Parameters and what is computed from them, shared by the model and by what trains it. */
record RbmUnits(FMatrixRMaj w, FMatrixRMaj b, FMatrixRMaj c, VisibleLayer layer) {
    RbmUnits copy() {
        return new RbmUnits(w.copy(), b.copy(), c.copy(), layer);
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

    /** c + v W. */
    void hiddenLogits(FMatrixRMaj v, FMatrixRMaj logits) {
        logits.reshape(v.numRows, w.numCols);
        Products.multBias(v, w, c, logits);
    }

    /** b + h Wᵀ. */
    void visibleLogits(FMatrixRMaj h, FMatrixRMaj logits) {
        logits.reshape(h.numRows, w.numRows);
        Products.multBiasTransB(h, w, b, logits);
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
