package lvm.fit;

import java.util.LinkedHashMap;
import java.util.Map;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;

/** Named matrices of either precision. */
final class Matrices {
    private Matrices() {}

    static Map<String, Matrix> copies(Map<String, ? extends Matrix> matrices) {
        Map<String, Matrix> copies = new LinkedHashMap<>();
        matrices.forEach((name, matrix) -> copies.put(name, matrix.copy()));
        return copies;
    }

    /** The first element that is NaN or infinite; 0 if there is none. */
    static double firstNonFinite(Matrix matrix) {
        int size = matrix.getNumRows() * matrix.getNumCols();
        if (matrix instanceof FMatrixRMaj floats) {
            for (int i = 0; i < size; i++) {
                if (!Float.isFinite(floats.data[i])) {
                    return floats.data[i];
                }
            }
        } else if (matrix instanceof DMatrixRMaj doubles) {
            for (int i = 0; i < size; i++) {
                if (!Double.isFinite(doubles.data[i])) {
                    return doubles.data[i];
                }
            }
        }
        return 0;
    }

    static boolean allFinite(Map<String, ? extends Matrix> matrices) {
        return matrices.values().stream().allMatch(matrix -> Double.isFinite(firstNonFinite(matrix)));
    }
}
