package lvm.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import lvm.random.Fill;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.MatrixFeatures_DDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Eigenvalues by their definition, for matrices that EJML and that LAPACK decompose. */
class SymmetricEigenTest {
    private static DMatrixRMaj symmetric(int d) {
        DMatrixRMaj a = new DMatrixRMaj(d, d);
        Fill.normal(a, new SplittableRandom(d));
        DMatrixRMaj s = CommonOps_DDRM.transpose(a, null);
        CommonOps_DDRM.addEquals(s, a);
        return s;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10, 63, 64, 150})
    void theLargestEigenvaluesWithTheirVectors(int d) {
        DMatrixRMaj s = symmetric(d);
        DMatrixRMaj before = s.copy();
        double[] all = SymmetricEigen.byEjml(s, d).values();
        double scale = Math.max(Math.abs(all[0]), Math.abs(all[d - 1]));
        for (int k : new int[] {1, (d + 1) / 2, d}) {
            SymmetricEigen eigen = SymmetricEigen.largest(s, k);
            DMatrixRMaj v = eigen.vectors();
            DMatrixRMaj sv = new DMatrixRMaj(d, k);
            CommonOps_DDRM.mult(s, v, sv);
            DMatrixRMaj vtv = new DMatrixRMaj(k, k);
            CommonOps_DDRM.multTransA(v, v, vtv);
            assertTrue(MatrixFeatures_DDRM.isIdentity(vtv, 1e-12));
            for (int j = 0; j < k; j++) {
                assertEquals(all[j], eigen.values()[j], 1e-12 * scale);
                for (int i = 0; i < d; i++) {
                    assertEquals(eigen.values()[j] * v.get(i, j), sv.get(i, j), 1e-12 * scale);
                }
            }
        }
        assertArrayEquals(before.data, s.data);
    }

    @Test
    void equalEigenvaluesAndZeros() {
        DMatrixRMaj ones = CommonOps_DDRM.identity(80);
        assertArrayEquals(
                new double[] {1, 1, 1}, SymmetricEigen.largest(ones, 3).values(), 1e-14);
        assertArrayEquals(
                new double[80], SymmetricEigen.of(new DMatrixRMaj(80, 80)).values());
        assertEquals(0, SymmetricEigen.largest(ones, 0).values().length);
    }

    @Test
    void wrongShapesAreNamed() {
        assertEquals(
                "SymmetricEigen: s is 2×3, expected as many rows as columns",
                assertThrows(IllegalArgumentException.class, () -> SymmetricEigen.of(new DMatrixRMaj(2, 3)))
                        .getMessage());
        assertEquals(
                "SymmetricEigen: 4 eigenvalues of a 3×3 matrix",
                assertThrows(IllegalArgumentException.class, () -> SymmetricEigen.largest(new DMatrixRMaj(3, 3), 4))
                        .getMessage());
    }

    @Test
    void whatIsNotFiniteIsNamed() {
        DMatrixRMaj s = symmetric(80);
        s.set(1, 2, Double.NaN);
        assertEquals(
                "SymmetricEigen: NaN in row 1, column 2 (counted from 0), expected finite numbers",
                assertThrows(ArithmeticException.class, () -> SymmetricEigen.largest(s, 3))
                        .getMessage());
    }

    @Test
    void saysWhatIsUsed() {
        assertTrue(
                SymmetricEigen.describe().equals("LAPACK of OpenBLAS")
                        || SymmetricEigen.describe().startsWith("EJML; LAPACK is not used: "),
                SymmetricEigen.describe());
    }
}
