package lvm.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Test;

class AmariDistanceTest {
    private static final DMatrixRMaj I3 = CommonOps_DDRM.identity(3);

    @Test
    void isZeroForPermutationsWithScalesAndOneForEqualParts() {
        DMatrixRMaj p = new DMatrixRMaj(new double[][] {{0, -2, 0}, {0, 0, 0.1}, {7, 0, 0}});
        assertEquals(0, AmariDistance.of(p, I3));
        assertEquals(0, AmariDistance.of(I3, p));
        DMatrixRMaj equal = new DMatrixRMaj(new double[][] {{1, -1, 1}, {1, 1, 1}, {-1, 1, 1}});
        assertEquals(1, AmariDistance.of(equal, I3), 1e-15);
    }

    @Test
    void isTheSumByHandAndTakesMoreDimensionsThanSources() {
        // Rows 4 2 and 1 4: what is beside the greatest is 2/4 and 1/4 of it in the rows, 1/4 and 2/4 in the columns.
        DMatrixRMaj p = new DMatrixRMaj(new double[][] {{4, 2}, {1, -4}});
        assertEquals((0.5 + 0.25 + 0.25 + 0.5) / 4, AmariDistance.of(p, CommonOps_DDRM.identity(2)), 1e-15);
        // Rows 4 1 and 2 8 differ from their columns: 1/4 and 2/8 of the greatest in the rows, 2/4 and 1/8 in the
        // columns.
        DMatrixRMaj q = new DMatrixRMaj(new double[][] {{4, 1}, {2, 8}});
        assertEquals((0.25 + 0.25 + 0.5 + 0.125) / 4, AmariDistance.of(q, CommonOps_DDRM.identity(2)), 1e-15);
        DMatrixRMaj wide = new DMatrixRMaj(new double[][] {{4, 2, 9}, {1, -4, 9}});
        DMatrixRMaj tall = new DMatrixRMaj(new double[][] {{1, 0}, {0, 1}, {0, 0}});
        assertEquals(1.5 / 4, AmariDistance.of(wide, tall), 1e-15);
    }

    @Test
    void wrongArgumentsAreNamed() {
        assertFails("unmixing is 3×3, mixing 2×3", I3, new DMatrixRMaj(2, 3));
        assertFails("K at least 2", new DMatrixRMaj(1, 3), new DMatrixRMaj(3, 1));
        assertFails("row 0 of the product of the matrices is 0", new DMatrixRMaj(3, 3), I3);
        DMatrixRMaj nan = I3.copy();
        nan.set(2, 1, Double.NaN);
        assertFails("NaN in row 2, column", nan, I3);
    }

    private static void assertFails(String part, DMatrixRMaj unmixing, DMatrixRMaj mixing) {
        String message = assertThrows(IllegalArgumentException.class, () -> AmariDistance.of(unmixing, mixing))
                .getMessage();
        assertTrue(message.contains(part), message);
    }
}
