package lvm.linalg;

/**
 * General products of row-major matrices, C ← α op(A) op(B) + β C with op(A) m×k, op(B) k×n, C m×n. Arguments are
 * checked by the caller. With β = 0 the old content of C is not read. Allocates nothing once a thread is warm.
 */
interface Gemm {
    void sgemm(
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
            int cStride);

    void dgemm(
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
            int cStride);
}
