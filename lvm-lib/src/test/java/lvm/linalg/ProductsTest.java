package lvm.linalg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/** Products against the definition, cᵢⱼ = Σ aᵢₚ bₚⱼ, and their errors. */
class ProductsTest {
    private static final int[] SIZES = {0, 1, 2, 3, 4, 5, 7, 16, 17, 33, 131};

    private interface FloatOp {
        void apply(FMatrixRMaj a, FMatrixRMaj b, FMatrixRMaj c);
    }

    private interface DoubleOp {
        void apply(DMatrixRMaj a, DMatrixRMaj b, DMatrixRMaj c);
    }

    private static FMatrixRMaj random(int rows, int columns, SplittableRandom rng) {
        FMatrixRMaj x = new FMatrixRMaj(rows, columns);
        for (int i = 0; i < x.data.length; i++) {
            x.data[i] = (float) rng.nextDouble(-1, 1);
        }
        return x;
    }

    private static DMatrixRMaj toDouble(FMatrixRMaj x) {
        DMatrixRMaj y = new DMatrixRMaj(x.numRows, x.numCols);
        for (int i = 0; i < x.numRows * x.numCols; i++) {
            y.data[i] = x.data[i];
        }
        return y;
    }

    /** α op(A) op(B) + β C by the definition, in double. */
    private static double[] byDefinition(
            boolean transA, boolean transB, double alpha, DMatrixRMaj a, DMatrixRMaj b, double beta, DMatrixRMaj c) {
        int k = transA ? a.numRows : a.numCols;
        double[] result = new double[c.numRows * c.numCols];
        for (int i = 0; i < c.numRows; i++) {
            for (int j = 0; j < c.numCols; j++) {
                double sum = 0;
                for (int p = 0; p < k; p++) {
                    sum += (transA ? a.get(p, i) : a.get(i, p)) * (transB ? b.get(j, p) : b.get(p, j));
                }
                result[i * c.numCols + j] = alpha * sum + (beta == 0 ? 0 : beta * c.get(i, j));
            }
        }
        return result;
    }

    private void compare(String name, boolean transA, boolean transB, float beta, FloatOp floats, DoubleOp doubles) {
        SplittableRandom rng = new SplittableRandom(1);
        for (int m : SIZES) {
            for (int n : SIZES) {
                for (int k : SIZES) {
                    FMatrixRMaj a = transA ? random(k, m, rng) : random(m, k, rng);
                    FMatrixRMaj b = transB ? random(n, k, rng) : random(k, n, rng);
                    FMatrixRMaj c = random(m, n, rng);
                    if (beta == 0) {
                        Arrays.fill(c.data, Float.NaN); // must not be read
                    }
                    DMatrixRMaj a2 = toDouble(a);
                    DMatrixRMaj b2 = toDouble(b);
                    DMatrixRMaj c2 = toDouble(c);
                    double[] expected = byDefinition(transA, transB, 1, a2, b2, beta, c2);
                    floats.apply(a, b, c);
                    doubles.apply(a2, b2, c2);
                    String where = name + " " + m + "×" + k + "×" + n;
                    for (int i = 0; i < m * n; i++) {
                        assertEquals(expected[i], c.data[i], 2e-7 * (k + 2), where);
                        assertEquals(expected[i], c2.data[i], 4e-16 * (k + 2), where);
                    }
                }
            }
        }
    }

    @Test
    void everyTransposeIsItsDefinition() {
        compare("mult", false, false, 0, Products::mult, Products::mult);
        compare("multTransA", true, false, 0, Products::multTransA, Products::multTransA);
        compare("multTransB", false, true, 0, Products::multTransB, Products::multTransB);
        compare("multTransAB", true, true, 0, Products::multTransAB, Products::multTransAB);
    }

    @Test
    void everyTransposeAddsToWhatIsThere() {
        compare("multAdd", false, false, 1, Products::multAdd, Products::multAdd);
        compare("multAddTransA", true, false, 1, Products::multAddTransA, Products::multAddTransA);
        compare("multAddTransB", false, true, 1, Products::multAddTransB, Products::multAddTransB);
        compare("multAddTransAB", true, true, 1, Products::multAddTransAB, Products::multAddTransAB);
    }

    @Test
    void biasIsAddedToEveryRow() {
        SplittableRandom rng = new SplittableRandom(2);
        for (int m : SIZES) {
            for (int n : SIZES) {
                for (int k : new int[] {0, 1, 5, 130}) {
                    FMatrixRMaj a = random(m, k, rng);
                    FMatrixRMaj b = random(k, n, rng);
                    FMatrixRMaj bT = random(n, k, rng);
                    FMatrixRMaj bias = random(1, n, rng);
                    FMatrixRMaj biasColumn = new FMatrixRMaj(n, 1);
                    System.arraycopy(bias.data, 0, biasColumn.data, 0, n);
                    FMatrixRMaj c = new FMatrixRMaj(m, n);
                    FMatrixRMaj cT = new FMatrixRMaj(m, n);
                    Products.multBias(a, b, bias, c);
                    Products.multBiasTransB(a, bT, biasColumn, cT);
                    DMatrixRMaj zero = new DMatrixRMaj(m, n);
                    double[] ab = byDefinition(false, false, 1, toDouble(a), toDouble(b), 0, zero);
                    double[] abT = byDefinition(false, true, 1, toDouble(a), toDouble(bT), 0, zero);
                    for (int i = 0; i < m * n; i++) {
                        assertEquals(ab[i] + bias.data[i % n], c.data[i], 2e-7 * (k + 2));
                        assertEquals(abT[i] + bias.data[i % n], cT.data[i], 2e-7 * (k + 2));
                    }
                }
            }
        }
    }

    @Test
    void factorsScaleProductAndOldContent() {
        SplittableRandom rng = new SplittableRandom(3);
        FMatrixRMaj a = random(9, 140, rng);
        FMatrixRMaj b = random(140, 1030, rng);
        for (float alpha : new float[] {0, 1, -2.5f}) {
            for (float beta : new float[] {0, 1, 0.5f}) {
                FMatrixRMaj c = random(9, 1030, rng);
                DMatrixRMaj c2 = toDouble(c);
                double[] expected = byDefinition(false, false, alpha, toDouble(a), toDouble(b), beta, c2);
                Products.gemm(false, false, alpha, a, b, beta, c);
                Products.gemm(false, false, alpha, toDouble(a), toDouble(b), beta, c2);
                for (int i = 0; i < expected.length; i++) {
                    assertEquals(expected[i], c.data[i], 6e-5);
                    assertEquals(expected[i], c2.data[i], 1e-12);
                }
            }
        }
    }

    @Test
    void matricesWithinArraysLeaveTheRestAlone() {
        SplittableRandom rng = new SplittableRandom(4);
        FMatrixRMaj whole = random(20, 20, rng);
        float[] c = new float[400];
        Arrays.fill(c, 7);
        // C = A Bᵀ with A = whole[2..7, 3..9], B = whole[10..14, 1..7], C at rows 5..10, columns 4..8
        Products.gemm(
                false, true, 5, 4, 6, 2, whole.data, 2 * 20 + 3, 20, whole.data, 10 * 20 + 1, 20, 0, c, 5 * 20 + 4, 20);
        for (int i = 0; i < 20; i++) {
            for (int j = 0; j < 20; j++) {
                double expected = 7;
                if (i >= 5 && i < 10 && j >= 4 && j < 8) {
                    expected = 0;
                    for (int p = 0; p < 6; p++) {
                        expected += 2.0 * whole.get(2 + i - 5, 3 + p) * whole.get(10 + j - 4, 1 + p);
                    }
                }
                assertEquals(expected, c[i * 20 + j], 2e-6);
            }
        }
    }

    @Test
    void errorsNameTheOperationAndTheShapes() {
        FMatrixRMaj a = new FMatrixRMaj(2, 3);
        FMatrixRMaj b = new FMatrixRMaj(4, 5);
        FMatrixRMaj c = new FMatrixRMaj(2, 5);
        assertMessage("Products.mult: a is 2×3, b is 4×5, so that 3 columns meet 4 rows", () -> Products.mult(a, b, c));
        assertMessage(
                "Products.multTransB: a is 2×3, b is 4×5 transposed, so that 3 columns meet 5 rows",
                () -> Products.multTransB(a, b, c));
        assertMessage(
                "Products.multTransA: a is 2×3 transposed, b is 2×3, the product is 3×3, but c is 2×5",
                () -> Products.multTransA(a, new FMatrixRMaj(2, 3), c));
        assertMessage(
                "Products.multBias: bias is 1×4, expected 1×5 for a result of 5 columns",
                () -> Products.multBias(a, new FMatrixRMaj(3, 5), new FMatrixRMaj(1, 4), c));
    }

    @Test
    void aResultMustNotShareItsArray() {
        FMatrixRMaj a = new FMatrixRMaj(3, 3);
        FMatrixRMaj b = new FMatrixRMaj(3, 3);
        assertMessage(
                "Products.mult: c shares its array with a, the result needs a matrix of its own",
                () -> Products.mult(a, b, a));
        assertMessage(
                "Products.mult: c shares its array with b, the result needs a matrix of its own",
                () -> Products.mult(a, b, b));
        float[] x = new float[30];
        Products.gemm(false, false, 3, 3, 3, 1, x, 0, 3, x, 9, 3, 0, x, 18, 3);
        assertMessage(
                "Products.gemm: c overlaps b, the result must lie elsewhere",
                () -> Products.gemm(false, false, 3, 3, 3, 1, x, 0, 3, x, 9, 3, 0, x, 17, 3));
        assertMessage(
                "Products.gemm: c, 3×3 from index 22 with stride 3, does not lie within its array of 30",
                () -> Products.gemm(false, false, 3, 3, 3, 1, x, 0, 3, x, 9, 3, 0, x, 22, 3));
        assertMessage(
                "Products.gemm: the stride of a is 2, its rows have 3 elements",
                () -> Products.gemm(false, false, 3, 3, 3, 1, x, 0, 2, x, 9, 3, 0, x, 18, 3));
    }

    private static void assertMessage(String message, Runnable call) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }

    @Test
    void theBackendTellsWhatItIs() {
        Backend.Description backend = Backend.describe();
        assertTrue(backend.threads() >= 1);
        assertTrue(backend.toString().contains(backend.library()), backend.toString());
    }
}
