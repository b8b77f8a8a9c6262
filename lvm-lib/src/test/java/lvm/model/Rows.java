package lvm.model;

import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;

/**
 * How the contracts make the observations of a model.
 *
 * @param <X> the matrix type of the model
 */
public interface Rows<X extends Matrix> {
    /** Rows as the matrix type of the model. */
    X matrix(double[][] rows);

    /** For models in single precision. */
    interface Floats extends Rows<FMatrixRMaj> {
        @Override
        default FMatrixRMaj matrix(double[][] rows) {
            FMatrixRMaj x = new FMatrixRMaj(rows.length, rows[0].length);
            for (int i = 0; i < x.getNumElements(); i++) {
                x.data[i] = (float) rows[i / x.numCols][i % x.numCols];
            }
            return x;
        }
    }

    /** For models in double precision. */
    interface Doubles extends Rows<DMatrixRMaj> {
        @Override
        default DMatrixRMaj matrix(double[][] rows) {
            return new DMatrixRMaj(rows);
        }
    }
}
