package lvm.linalg;

import dev.ludovic.netlib.blas.BLAS;

/**
 * Products by a BLAS of netlib, which counts in columns: Cᵀ = op(B)ᵀ op(A)ᵀ is the same in memory. A native one reads and
 * writes the Java arrays in place. Large products are cut into tiles of C, which the threads of {@link Parallel} share, also
 * with OpenBLAS, which has threads of its own: those spin between the products on the processors that other loops need, and
 * where other programs use the machine they wait for each other many times longer than the product takes.
 *
 * <p>A BLAS sums in another order at the edges of a product and for a small one. The tiles are therefore a function of the
 * sizes only, and are the same on one thread and within a loop of {@link Parallel}, where they come one after the other.
 */
final class NetlibGemm implements Gemm {
    /** Up to as many multiplications there is one tile: two threads would save less than two tiles cost a loop on one. */
    private static final long ONE_TILE = 1L << 22;

    /** From as many multiplications on there are four tiles. */
    private static final long FOUR_TILES = 1L << 24;

    /** More than four tiles have at least as many elements of C each: small ones read A and B too often. */
    private static final long LEAST_ELEMENTS = 1 << 17;

    private static final int MOST_TILES = 16;

    private final BLAS blas;

    NetlibGemm(BLAS blas) {
        this.blas = blas;
    }

    /** The product of rows and columns of C. */
    private interface Tile {
        void run(int firstRow, int rows, int firstColumn, int columns);
    }

    private static int tiles(int m, int n, int k) {
        long work = (long) m * n * k;
        int tiles = work <= ONE_TILE ? 1 : work < FOUR_TILES ? 2 : 4;
        while (tiles >= 4 && tiles < MOST_TILES && (long) m * n >= 2 * tiles * LEAST_ELEMENTS) {
            tiles *= 2;
        }
        return tiles;
    }

    private static void run(int tiles, int m, int n, Tile tile) {
        int down = tilesDown(m, n, tiles);
        int across = tiles / down;
        Parallel.range(tiles, 1, (from, to) -> {
            for (int t = from; t < to; t++) {
                int row = cut(m, down, t / across);
                int column = cut(n, across, t % across);
                tile.run(row, cut(m, down, t / across + 1) - row, column, cut(n, across, t % across + 1) - column);
            }
        });
    }

    /** Where a part begins; the kernels of a BLAS take 4, 8 or 16 rows or columns at a time. */
    private static int cut(int n, int parts, int part) {
        int at = (int) ((long) n * part / parts);
        int step = part == parts || n / parts < 32 ? 1 : n / parts < 256 ? 8 : 16;
        return (at + step / 2) / step * step;
    }

    /** A tile reads its rows of A and its columns of B: bands of whole rows, unless tiles of another form read much less. */
    private static int tilesDown(int m, int n, int tiles) {
        int best = tiles;
        for (int down = tiles - 1; down >= 1; down--) {
            if (tiles % down == 0 && reads(m, n, tiles, down) < 0.8 * reads(m, n, tiles, best)) {
                best = down;
            }
        }
        return best;
    }

    private static double reads(int m, int n, int tiles, int down) {
        return (double) m / down + (double) n * down / tiles;
    }

    private static String op(boolean transposed) {
        return transposed ? "T" : "N";
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
        int tiles = tiles(m, n, k);
        if (tiles == 1) {
            // Not as a tile, which would be an object for each of many small products.
            blas.sgemm(
                    op(transB),
                    op(transA),
                    n,
                    m,
                    k,
                    alpha,
                    b,
                    bFrom,
                    bStride,
                    a,
                    aFrom,
                    aStride,
                    beta,
                    c,
                    cFrom,
                    cStride);
            return;
        }
        run(tiles, m, n, (row, rows, column, columns) -> {
            int aAt = aFrom + row * (transA ? 1 : aStride);
            int bAt = bFrom + column * (transB ? bStride : 1);
            int cAt = cFrom + row * cStride + column;
            blas.sgemm(
                    op(transB),
                    op(transA),
                    columns,
                    rows,
                    k,
                    alpha,
                    b,
                    bAt,
                    bStride,
                    a,
                    aAt,
                    aStride,
                    beta,
                    c,
                    cAt,
                    cStride);
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
        int tiles = tiles(m, n, k);
        if (tiles == 1) {
            // Not as a tile, which would be an object for each of many small products.
            blas.dgemm(
                    op(transB),
                    op(transA),
                    n,
                    m,
                    k,
                    alpha,
                    b,
                    bFrom,
                    bStride,
                    a,
                    aFrom,
                    aStride,
                    beta,
                    c,
                    cFrom,
                    cStride);
            return;
        }
        run(tiles, m, n, (row, rows, column, columns) -> {
            int aAt = aFrom + row * (transA ? 1 : aStride);
            int bAt = bFrom + column * (transB ? bStride : 1);
            int cAt = cFrom + row * cStride + column;
            blas.dgemm(
                    op(transB),
                    op(transA),
                    columns,
                    rows,
                    k,
                    alpha,
                    b,
                    bAt,
                    bStride,
                    a,
                    aAt,
                    aStride,
                    beta,
                    c,
                    cAt,
                    cStride);
        });
    }
}
