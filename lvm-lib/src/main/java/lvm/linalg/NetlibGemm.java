package lvm.linalg;

import dev.ludovic.netlib.blas.BLAS;

/**
 * Products by a BLAS of netlib, which counts in columns: Cᵀ = op(B)ᵀ op(A)ᵀ is the same in memory. A native one reads and
 * writes the Java arrays in place and has threads of its own; a Java one is given rows of C for each thread.
 */
final class NetlibGemm implements Gemm {
    private static final long PARALLEL_WORK = 1L << 20;

    private final BLAS blas;
    private final boolean ownThreads;

    NetlibGemm(BLAS blas, boolean ownThreads) {
        this.blas = blas;
        this.ownThreads = ownThreads;
    }

    private static String op(boolean transposed) {
        return transposed ? "T" : "N";
    }

    private boolean alone(int m, int n, int k) {
        return ownThreads || Parallel.threads() == 1 || (long) m * n * k < 2 * PARALLEL_WORK;
    }

    private static int grain(int n, int k) {
        return (int) Math.max(8, Math.min(Integer.MAX_VALUE, PARALLEL_WORK / Math.max(1, (long) n * k)));
    }

    @Override
    public void sgemm(
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
        String opA = op(transA);
        String opB = op(transB);
        if (alone(m, n, k)) {
            blas.sgemm(opB, opA, n, m, k, alpha, b, bFrom, bStride, a, aFrom, aStride, beta, c, cFrom, cStride);
            return;
        }
        Parallel.range(m, grain(n, k), (from, to) -> {
            int aAt = aFrom + from * (transA ? 1 : aStride);
            int cAt = cFrom + from * cStride;
            blas.sgemm(opB, opA, n, to - from, k, alpha, b, bFrom, bStride, a, aAt, aStride, beta, c, cAt, cStride);
        });
    }

    @Override
    public void dgemm(
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
        String opA = op(transA);
        String opB = op(transB);
        if (alone(m, n, k)) {
            blas.dgemm(opB, opA, n, m, k, alpha, b, bFrom, bStride, a, aFrom, aStride, beta, c, cFrom, cStride);
            return;
        }
        Parallel.range(m, grain(n, k), (from, to) -> {
            int aAt = aFrom + from * (transA ? 1 : aStride);
            int cAt = cFrom + from * cStride;
            blas.dgemm(opB, opA, n, to - from, k, alpha, b, bFrom, bStride, a, aAt, aStride, beta, c, cAt, cStride);
        });
    }
}
