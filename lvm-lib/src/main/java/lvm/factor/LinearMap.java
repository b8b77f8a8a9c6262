package lvm.factor;

import lvm.data.Tables;
import lvm.linalg.Products;
import org.ejml.data.DMatrixRMaj;

/** The two directions of x = A h + b. */
final class LinearMap {
    private LinearMap() {}

    /** The rows (x − b) Uᵀ. */
    static DMatrixRMaj encode(String where, DMatrixRMaj x, double[] mean, DMatrixRMaj unmixing) {
        int d = unmixing.numCols;
        require(where, "x", x, d, "dimensions");
        DMatrixRMaj centred = new DMatrixRMaj(x.numRows, d);
        for (int i = 0; i < x.numRows; i++) {
            for (int j = 0; j < d; j++) {
                centred.data[i * d + j] = x.data[i * d + j] - mean[j];
            }
        }
        DMatrixRMaj h = new DMatrixRMaj(x.numRows, unmixing.numRows);
        Products.multTransB(centred, unmixing, h);
        return h;
    }

    /** The rows h Aᵀ + b. */
    static DMatrixRMaj decode(String where, DMatrixRMaj h, double[] mean, DMatrixRMaj mixing) {
        require(where, "h", h, mixing.numCols, "components");
        DMatrixRMaj x = new DMatrixRMaj(h.numRows, mixing.numRows);
        Products.multBiasTransB(h, mixing, new DMatrixRMaj(1, mixing.numRows, true, mean), x);
        return x;
    }

    /** Checks columns and numbers; no rows are allowed. */
    static void require(String where, String name, DMatrixRMaj x, int columns, String what) {
        if (x.numCols != columns) {
            throw new IllegalArgumentException(
                    where + ": " + name + " has " + x.numCols + " columns, the model has " + columns + " " + what);
        }
        if (x.numRows > 0) {
            Tables.requireFinite(where, x);
        }
    }
}
