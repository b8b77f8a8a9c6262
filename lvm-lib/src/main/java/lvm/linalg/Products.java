package lvm.linalg;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * Products of EJML's matrices on the {@linkplain Backend fastest backend}. The result goes to a matrix of the right shape
 * that the caller passes; nothing is allocated, and its old content is not read unless the name says so. A result that
 * shares its array with an input is refused. Empty matrices are fine: a sum of no terms is 0.
 */
public final class Products {
    private Products() {}

    /**
     * C = A B.
     *
     * @param a m×k
     * @param b k×n
     * @param c m×n. Modified: the product
     * @throws IllegalArgumentException if the shapes do not fit, or c shares its array with a or b
     */
    public static void mult(FMatrixRMaj a, FMatrixRMaj b, FMatrixRMaj c) {
        product("mult", false, false, 1, a, b, 0, c);
    }

    /**
     * C = Aᵀ B.
     *
     * @param a k×m
     * @param b k×n
     * @param c m×n. Modified: the product
     * @throws IllegalArgumentException if the shapes do not fit, or c shares its array with a or b
     */
    public static void multTransA(FMatrixRMaj a, FMatrixRMaj b, FMatrixRMaj c) {
        product("multTransA", true, false, 1, a, b, 0, c);
    }

    /**
     * C = A Bᵀ.
     *
     * @param a m×k
     * @param b n×k
     * @param c m×n. Modified: the product
     * @throws IllegalArgumentException if the shapes do not fit, or c shares its array with a or b
     */
    public static void multTransB(FMatrixRMaj a, FMatrixRMaj b, FMatrixRMaj c) {
        product("multTransB", false, true, 1, a, b, 0, c);
    }

    /**
     * C = Aᵀ Bᵀ.
     *
     * @param a k×m
     * @param b n×k
     * @param c m×n. Modified: the product
     * @throws IllegalArgumentException if the shapes do not fit, or c shares its array with a or b
     */
    public static void multTransAB(FMatrixRMaj a, FMatrixRMaj b, FMatrixRMaj c) {
        product("multTransAB", true, true, 1, a, b, 0, c);
    }

    /**
     * C = C + A B.
     *
     * @param a m×k
     * @param b k×n
     * @param c m×n. Modified: the product is added to it
     * @throws IllegalArgumentException if the shapes do not fit, or c shares its array with a or b
     */
    public static void multAdd(FMatrixRMaj a, FMatrixRMaj b, FMatrixRMaj c) {
        product("multAdd", false, false, 1, a, b, 1, c);
    }

    /**
     * C = C + Aᵀ B.
     *
     * @param a k×m
     * @param b k×n
     * @param c m×n. Modified: the product is added to it
     * @throws IllegalArgumentException if the shapes do not fit, or c shares its array with a or b
     */
    public static void multAddTransA(FMatrixRMaj a, FMatrixRMaj b, FMatrixRMaj c) {
        product("multAddTransA", true, false, 1, a, b, 1, c);
    }

    /**
     * C = C + A Bᵀ.
     *
     * @param a m×k
     * @param b n×k
     * @param c m×n. Modified: the product is added to it
     * @throws IllegalArgumentException if the shapes do not fit, or c shares its array with a or b
     */
    public static void multAddTransB(FMatrixRMaj a, FMatrixRMaj b, FMatrixRMaj c) {
        product("multAddTransB", false, true, 1, a, b, 1, c);
    }

    /**
     * C = C + Aᵀ Bᵀ.
     *
     * @param a k×m
     * @param b n×k
     * @param c m×n. Modified: the product is added to it
     * @throws IllegalArgumentException if the shapes do not fit, or c shares its array with a or b
     */
    public static void multAddTransAB(FMatrixRMaj a, FMatrixRMaj b, FMatrixRMaj c) {
        product("multAddTransAB", true, true, 1, a, b, 1, c);
    }

    /**
     * C = A B + 1 biasᵀ: the bias is added to every row.
     *
     * @param a m×k
     * @param b k×n
     * @param bias 1×n or n×1
     * @param c m×n. Modified: the result
     * @throws IllegalArgumentException if the shapes do not fit, or c shares its array with an input
     */
    public static void multBias(FMatrixRMaj a, FMatrixRMaj b, FMatrixRMaj bias, FMatrixRMaj c) {
        check("multBias", false, false, a, b, c);
        fillRows("multBias", bias, c);
        product("multBias", false, false, 1, a, b, 1, c);
    }

    /**
     * C = A Bᵀ + 1 biasᵀ: the bias is added to every row.
     *
     * @param a m×k
     * @param b n×k
     * @param bias 1×n or n×1
     * @param c m×n. Modified: the result
     * @throws IllegalArgumentException if the shapes do not fit, or c shares its array with an input
     */
    public static void multBiasTransB(FMatrixRMaj a, FMatrixRMaj b, FMatrixRMaj bias, FMatrixRMaj c) {
        check("multBiasTransB", false, true, a, b, c);
        fillRows("multBiasTransB", bias, c);
        product("multBiasTransB", false, true, 1, a, b, 1, c);
    }

    /**
     * C = α op(A) op(B) + β C, where op transposes or not.
     *
     * @param transA whether A is transposed
     * @param transB whether B is transposed
     * @param alpha α
     * @param a m×k, or k×m if transposed
     * @param b k×n, or n×k if transposed
     * @param beta β; with 0 the old content of c is not read
     * @param c m×n. Modified: the result
     * @throws IllegalArgumentException if the shapes do not fit, or c shares its array with a or b
     */
    public static void gemm(
            boolean transA, boolean transB, float alpha, FMatrixRMaj a, FMatrixRMaj b, float beta, FMatrixRMaj c) {
        product("gemm", transA, transB, alpha, a, b, beta, c);
    }

    /**
     * C = α op(A) op(B) + β C for matrices that lie within arrays, row-major. C may share an array with A or B, but no
     * element of it.
     *
     * @param transA whether A is transposed
     * @param transB whether B is transposed
     * @param m rows of op(A) and of C
     * @param n columns of op(B) and of C
     * @param k columns of op(A), rows of op(B)
     * @param alpha α
     * @param a the array of A
     * @param aFrom where A begins
     * @param aStride from one row of A to the next
     * @param b the array of B
     * @param bFrom where B begins
     * @param bStride from one row of B to the next
     * @param beta β; with 0 the old content of C is not read
     * @param c the array of C. Modified: the result
     * @param cFrom where C begins
     * @param cStride from one row of C to the next
     * @throws IllegalArgumentException if a size is negative, a stride is shorter than its row, a matrix does not lie
     *     within its array, or C overlaps A or B
     */
    public static void gemm(
            boolean transA,
            boolean transB,
            int m,
            int n,
            int k,
            float alpha,
            float[] a,
            int aFrom,
            int aStride,
            float[] b,
            int bFrom,
            int bStride,
            float beta,
            float[] c,
            int cFrom,
            int cStride) {
        if (m < 0 || n < 0 || k < 0) {
            throw new IllegalArgumentException(
                    "Products.gemm: the sizes m = " + m + ", n = " + n + ", k = " + k + " must not be negative");
        }
        long aEnd = end("a", a.length, transA ? k : m, transA ? m : k, aFrom, aStride);
        long bEnd = end("b", b.length, transB ? n : k, transB ? k : n, bFrom, bStride);
        long cEnd = end("c", c.length, m, n, cFrom, cStride);
        if (c == a && cFrom < aEnd && aFrom < cEnd || c == b && cFrom < bEnd && bFrom < cEnd) {
            throw new IllegalArgumentException("Products.gemm: c overlaps "
                    + (c == a && cFrom < aEnd && aFrom < cEnd ? "a" : "b") + ", the result must lie elsewhere");
        }
        run(transA, transB, m, n, k, alpha, a, aFrom, aStride, b, bFrom, bStride, beta, c, cFrom, cStride);
    }

    private static void product(
            String name,
            boolean transA,
            boolean transB,
            float alpha,
            FMatrixRMaj a,
            FMatrixRMaj b,
            float beta,
            FMatrixRMaj c) {
        check(name, transA, transB, a, b, c);
        int k = transA ? a.numRows : a.numCols;
        run(
                transA, transB, c.numRows, c.numCols, k, alpha, a.data, 0, a.numCols, b.data, 0, b.numCols, beta,
                c.data, 0, c.numCols);
    }

    private static void run(
            boolean transA,
            boolean transB,
            int m,
            int n,
            int k,
            float alpha,
            float[] a,
            int aFrom,
            int aStride,
            float[] b,
            int bFrom,
            int bStride,
            float beta,
            float[] c,
            int cFrom,
            int cStride) {
        if (m == 0 || n == 0) {
            return;
        }
        if (k == 0 || alpha == 0) {
            scale(m, n, beta, c, cFrom, cStride);
            return;
        }
        Backend.gemm(m, n, k)
                .sgemm(transA, transB, m, n, k, alpha, a, aFrom, aStride, b, bFrom, bStride, beta, c, cFrom, cStride);
    }

    private static void scale(int m, int n, float beta, float[] c, int cFrom, int cStride) {
        for (int i = 0; i < m; i++) {
            int at = cFrom + i * cStride;
            if (beta == 0) {
                Arrays.fill(c, at, at + n, 0);
            } else if (beta != 1) {
                for (int j = at; j < at + n; j++) {
                    c[j] *= beta;
                }
            }
        }
    }

    private static void check(
            String name, boolean transA, boolean transB, FMatrixRMaj a, FMatrixRMaj b, FMatrixRMaj c) {
        check(name, transA, transB, a.numRows, a.numCols, b.numRows, b.numCols, c.numRows, c.numCols);
        if (c.data == a.data || c.data == b.data) {
            throw new IllegalArgumentException("Products." + name + ": c shares its array with "
                    + (c.data == a.data ? "a" : "b") + ", the result needs a matrix of its own");
        }
    }

    private static void fillRows(String name, FMatrixRMaj bias, FMatrixRMaj c) {
        checkBias(name, bias.numRows, bias.numCols, c.numCols);
        if (bias.data == c.data) {
            throw new IllegalArgumentException(
                    "Products." + name + ": c shares its array with bias, the result needs a matrix of its own");
        }
        for (int i = 0; i < c.numRows; i++) {
            System.arraycopy(bias.data, 0, c.data, i * c.numCols, c.numCols);
        }
    }

    /**
     * C = A B.
     *
     * @param a m×k
     * @param b k×n
     * @param c m×n. Modified: the product
     * @throws IllegalArgumentException if the shapes do not fit, or c shares its array with a or b
     */
    public static void mult(DMatrixRMaj a, DMatrixRMaj b, DMatrixRMaj c) {
        product("mult", false, false, 1, a, b, 0, c);
    }

    /**
     * C = Aᵀ B.
     *
     * @param a k×m
     * @param b k×n
     * @param c m×n. Modified: the product
     * @throws IllegalArgumentException if the shapes do not fit, or c shares its array with a or b
     */
    public static void multTransA(DMatrixRMaj a, DMatrixRMaj b, DMatrixRMaj c) {
        product("multTransA", true, false, 1, a, b, 0, c);
    }

    /**
     * C = A Bᵀ.
     *
     * @param a m×k
     * @param b n×k
     * @param c m×n. Modified: the product
     * @throws IllegalArgumentException if the shapes do not fit, or c shares its array with a or b
     */
    public static void multTransB(DMatrixRMaj a, DMatrixRMaj b, DMatrixRMaj c) {
        product("multTransB", false, true, 1, a, b, 0, c);
    }

    /**
     * C = Aᵀ Bᵀ.
     *
     * @param a k×m
     * @param b n×k
     * @param c m×n. Modified: the product
     * @throws IllegalArgumentException if the shapes do not fit, or c shares its array with a or b
     */
    public static void multTransAB(DMatrixRMaj a, DMatrixRMaj b, DMatrixRMaj c) {
        product("multTransAB", true, true, 1, a, b, 0, c);
    }

    /**
     * C = C + A B.
     *
     * @param a m×k
     * @param b k×n
     * @param c m×n. Modified: the product is added to it
     * @throws IllegalArgumentException if the shapes do not fit, or c shares its array with a or b
     */
    public static void multAdd(DMatrixRMaj a, DMatrixRMaj b, DMatrixRMaj c) {
        product("multAdd", false, false, 1, a, b, 1, c);
    }

    /**
     * C = C + Aᵀ B.
     *
     * @param a k×m
     * @param b k×n
     * @param c m×n. Modified: the product is added to it
     * @throws IllegalArgumentException if the shapes do not fit, or c shares its array with a or b
     */
    public static void multAddTransA(DMatrixRMaj a, DMatrixRMaj b, DMatrixRMaj c) {
        product("multAddTransA", true, false, 1, a, b, 1, c);
    }

    /**
     * C = C + A Bᵀ.
     *
     * @param a m×k
     * @param b n×k
     * @param c m×n. Modified: the product is added to it
     * @throws IllegalArgumentException if the shapes do not fit, or c shares its array with a or b
     */
    public static void multAddTransB(DMatrixRMaj a, DMatrixRMaj b, DMatrixRMaj c) {
        product("multAddTransB", false, true, 1, a, b, 1, c);
    }

    /**
     * C = C + Aᵀ Bᵀ.
     *
     * @param a k×m
     * @param b n×k
     * @param c m×n. Modified: the product is added to it
     * @throws IllegalArgumentException if the shapes do not fit, or c shares its array with a or b
     */
    public static void multAddTransAB(DMatrixRMaj a, DMatrixRMaj b, DMatrixRMaj c) {
        product("multAddTransAB", true, true, 1, a, b, 1, c);
    }

    /**
     * C = A B + 1 biasᵀ: the bias is added to every row.
     *
     * @param a m×k
     * @param b k×n
     * @param bias 1×n or n×1
     * @param c m×n. Modified: the result
     * @throws IllegalArgumentException if the shapes do not fit, or c shares its array with an input
     */
    public static void multBias(DMatrixRMaj a, DMatrixRMaj b, DMatrixRMaj bias, DMatrixRMaj c) {
        check("multBias", false, false, a, b, c);
        fillRows("multBias", bias, c);
        product("multBias", false, false, 1, a, b, 1, c);
    }

    /**
     * C = A Bᵀ + 1 biasᵀ: the bias is added to every row.
     *
     * @param a m×k
     * @param b n×k
     * @param bias 1×n or n×1
     * @param c m×n. Modified: the result
     * @throws IllegalArgumentException if the shapes do not fit, or c shares its array with an input
     */
    public static void multBiasTransB(DMatrixRMaj a, DMatrixRMaj b, DMatrixRMaj bias, DMatrixRMaj c) {
        check("multBiasTransB", false, true, a, b, c);
        fillRows("multBiasTransB", bias, c);
        product("multBiasTransB", false, true, 1, a, b, 1, c);
    }

    /**
     * C = α op(A) op(B) + β C, where op transposes or not.
     *
     * @param transA whether A is transposed
     * @param transB whether B is transposed
     * @param alpha α
     * @param a m×k, or k×m if transposed
     * @param b k×n, or n×k if transposed
     * @param beta β; with 0 the old content of c is not read
     * @param c m×n. Modified: the result
     * @throws IllegalArgumentException if the shapes do not fit, or c shares its array with a or b
     */
    public static void gemm(
            boolean transA, boolean transB, double alpha, DMatrixRMaj a, DMatrixRMaj b, double beta, DMatrixRMaj c) {
        product("gemm", transA, transB, alpha, a, b, beta, c);
    }

    /**
     * C = α op(A) op(B) + β C for matrices that lie within arrays, row-major. C may share an array with A or B, but no
     * element of it.
     *
     * @param transA whether A is transposed
     * @param transB whether B is transposed
     * @param m rows of op(A) and of C
     * @param n columns of op(B) and of C
     * @param k columns of op(A), rows of op(B)
     * @param alpha α
     * @param a the array of A
     * @param aFrom where A begins
     * @param aStride from one row of A to the next
     * @param b the array of B
     * @param bFrom where B begins
     * @param bStride from one row of B to the next
     * @param beta β; with 0 the old content of C is not read
     * @param c the array of C. Modified: the result
     * @param cFrom where C begins
     * @param cStride from one row of C to the next
     * @throws IllegalArgumentException if a size is negative, a stride is shorter than its row, a matrix does not lie
     *     within its array, or C overlaps A or B
     */
    public static void gemm(
            boolean transA,
            boolean transB,
            int m,
            int n,
            int k,
            double alpha,
            double[] a,
            int aFrom,
            int aStride,
            double[] b,
            int bFrom,
            int bStride,
            double beta,
            double[] c,
            int cFrom,
            int cStride) {
        if (m < 0 || n < 0 || k < 0) {
            throw new IllegalArgumentException(
                    "Products.gemm: the sizes m = " + m + ", n = " + n + ", k = " + k + " must not be negative");
        }
        long aEnd = end("a", a.length, transA ? k : m, transA ? m : k, aFrom, aStride);
        long bEnd = end("b", b.length, transB ? n : k, transB ? k : n, bFrom, bStride);
        long cEnd = end("c", c.length, m, n, cFrom, cStride);
        if (c == a && cFrom < aEnd && aFrom < cEnd || c == b && cFrom < bEnd && bFrom < cEnd) {
            throw new IllegalArgumentException("Products.gemm: c overlaps "
                    + (c == a && cFrom < aEnd && aFrom < cEnd ? "a" : "b") + ", the result must lie elsewhere");
        }
        run(transA, transB, m, n, k, alpha, a, aFrom, aStride, b, bFrom, bStride, beta, c, cFrom, cStride);
    }

    private static void product(
            String name,
            boolean transA,
            boolean transB,
            double alpha,
            DMatrixRMaj a,
            DMatrixRMaj b,
            double beta,
            DMatrixRMaj c) {
        check(name, transA, transB, a, b, c);
        int k = transA ? a.numRows : a.numCols;
        run(
                transA, transB, c.numRows, c.numCols, k, alpha, a.data, 0, a.numCols, b.data, 0, b.numCols, beta,
                c.data, 0, c.numCols);
    }

    private static void run(
            boolean transA,
            boolean transB,
            int m,
            int n,
            int k,
            double alpha,
            double[] a,
            int aFrom,
            int aStride,
            double[] b,
            int bFrom,
            int bStride,
            double beta,
            double[] c,
            int cFrom,
            int cStride) {
        if (m == 0 || n == 0) {
            return;
        }
        if (k == 0 || alpha == 0) {
            scale(m, n, beta, c, cFrom, cStride);
            return;
        }
        Backend.gemm(m, n, k)
                .dgemm(transA, transB, m, n, k, alpha, a, aFrom, aStride, b, bFrom, bStride, beta, c, cFrom, cStride);
    }

    private static void scale(int m, int n, double beta, double[] c, int cFrom, int cStride) {
        for (int i = 0; i < m; i++) {
            int at = cFrom + i * cStride;
            if (beta == 0) {
                Arrays.fill(c, at, at + n, 0);
            } else if (beta != 1) {
                for (int j = at; j < at + n; j++) {
                    c[j] *= beta;
                }
            }
        }
    }

    private static void check(
            String name, boolean transA, boolean transB, DMatrixRMaj a, DMatrixRMaj b, DMatrixRMaj c) {
        check(name, transA, transB, a.numRows, a.numCols, b.numRows, b.numCols, c.numRows, c.numCols);
        if (c.data == a.data || c.data == b.data) {
            throw new IllegalArgumentException("Products." + name + ": c shares its array with "
                    + (c.data == a.data ? "a" : "b") + ", the result needs a matrix of its own");
        }
    }

    private static void fillRows(String name, DMatrixRMaj bias, DMatrixRMaj c) {
        checkBias(name, bias.numRows, bias.numCols, c.numCols);
        if (bias.data == c.data) {
            throw new IllegalArgumentException(
                    "Products." + name + ": c shares its array with bias, the result needs a matrix of its own");
        }
        for (int i = 0; i < c.numRows; i++) {
            System.arraycopy(bias.data, 0, c.data, i * c.numCols, c.numCols);
        }
    }

    private static void checkBias(String name, int rows, int columns, int expected) {
        if (!(rows == 1 && columns == expected || columns == 1 && rows == expected)) {
            throw new IllegalArgumentException("Products." + name + ": bias is " + rows + "×" + columns
                    + ", expected 1×" + expected + " for a result of " + expected + " columns");
        }
    }

    private static void check(
            String name,
            boolean transA,
            boolean transB,
            int aRows,
            int aColumns,
            int bRows,
            int bColumns,
            int cRows,
            int cColumns) {
        int m = transA ? aColumns : aRows;
        int kA = transA ? aRows : aColumns;
        int kB = transB ? bColumns : bRows;
        int n = transB ? bRows : bColumns;
        if (kA == kB && cRows == m && cColumns == n) {
            return;
        }
        String inputs = "Products." + name + ": a is " + aRows + "×" + aColumns + (transA ? " transposed" : "")
                + ", b is " + bRows + "×" + bColumns + (transB ? " transposed" : "");
        if (kA != kB) {
            throw new IllegalArgumentException(inputs + ", so that " + kA + " columns meet " + kB + " rows");
        }
        throw new IllegalArgumentException(
                inputs + ", the product is " + m + "×" + n + ", but c is " + cRows + "×" + cColumns);
    }

    /** The index after the last element of a matrix within an array of some length. */
    private static long end(String name, int length, int rows, int columns, int from, int stride) {
        if (stride < columns || stride < 0) {
            throw new IllegalArgumentException("Products.gemm: the stride of " + name + " is " + stride
                    + ", its rows have " + columns + " elements");
        }
        long end = rows == 0 || columns == 0 ? from : from + (rows - 1L) * stride + columns;
        if (from < 0 || end > length) {
            throw new IllegalArgumentException("Products.gemm: " + name + ", " + rows + "×" + columns + " from index "
                    + from + " with stride " + stride + ", does not lie within its array of " + length);
        }
        return end;
    }
}
