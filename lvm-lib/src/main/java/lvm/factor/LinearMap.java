package lvm.factor;

import lvm.linalg.Products;
import lvm.model.Require;
import org.ejml.data.DMatrixRMaj;

/** The two directions of x = A h + b. */
final class LinearMap {
    private LinearMap() {}

    /** The rows (x − b) Uᵀ. */
    static DMatrixRMaj encode(String where, DMatrixRMaj x, double[] mean, DMatrixRMaj unmixing) {
        Require.finiteRows(where, "x", x, unmixing.numCols);
        DMatrixRMaj h = new DMatrixRMaj(x.numRows, unmixing.numRows);
        Products.multTransB(Centered.minus(x, mean), unmixing, h);
        return h;
    }

    /** The rows h Aᵀ + b. */
    static DMatrixRMaj decode(String where, DMatrixRMaj h, double[] mean, DMatrixRMaj mixing) {
        Require.finiteRows(where, "h", h, mixing.numCols);
        DMatrixRMaj x = new DMatrixRMaj(h.numRows, mixing.numRows);
        Products.multBiasTransB(h, mixing, new DMatrixRMaj(1, mixing.numRows, true, mean), x);
        return x;
    }
}
