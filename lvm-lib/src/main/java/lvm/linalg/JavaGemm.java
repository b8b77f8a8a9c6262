package lvm.linalg;

import java.util.Arrays;

/**
 * Products in plain Java. A panel of B is copied to rows that start at index 0; four rows of C are then updated by four
 * rows of the panel in one loop over the columns, in which every array has the same index, the form that the JIT compiler
 * turns into vector instructions. Each element of C is the same sum in the same order however the rows of C are shared
 * out to threads.
 */
final class JavaGemm implements Gemm {
    /** Rows of a panel of B: with {@link #PANEL_COLUMNS} columns it stays in the second-level cache. */
    private static final int PANEL_ROWS = 128;

    private static final int PANEL_COLUMNS = 1024;

    /** Below this many multiplications a second thread costs more than it saves. */
    private static final long PARALLEL_WORK = 1L << 20;

    private static final ThreadLocal<FloatWork> FLOATS = ThreadLocal.withInitial(FloatWork::new);
    private static final ThreadLocal<DoubleWork> DOUBLES = ThreadLocal.withInitial(DoubleWork::new);

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
        FloatWork work = FLOATS.get();
        work.n = n;
        work.k = k;
        work.alpha = alpha;
        work.a = a;
        work.aFrom = aFrom;
        work.aRow = transA ? 1 : aStride;
        work.aColumn = transA ? aStride : 1;
        work.b = b;
        work.bFrom = bFrom;
        work.bRow = transB ? 1 : bStride;
        work.bColumn = transB ? bStride : 1;
        work.beta = beta;
        work.c = c;
        work.cFrom = cFrom;
        work.cStride = cStride;
        Parallel.range(m, grain(m, n, k), work);
        work.a = null;
        work.b = null;
        work.c = null;
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
        DoubleWork work = DOUBLES.get();
        work.n = n;
        work.k = k;
        work.alpha = alpha;
        work.a = a;
        work.aFrom = aFrom;
        work.aRow = transA ? 1 : aStride;
        work.aColumn = transA ? aStride : 1;
        work.b = b;
        work.bFrom = bFrom;
        work.bRow = transB ? 1 : bStride;
        work.bColumn = transB ? bStride : 1;
        work.beta = beta;
        work.c = c;
        work.cFrom = cFrom;
        work.cStride = cStride;
        Parallel.range(m, grain(m, n, k), work);
        work.a = null;
        work.b = null;
        work.c = null;
    }

    /** Rows of C that a thread takes at least. */
    private static int grain(int m, int n, int k) {
        long perRow = Math.max(1, (long) n * k);
        return (int) Math.min(m, Math.max(8, PARALLEL_WORK / perRow));
    }

    /** One product and, for each thread that takes part, its buffers. */
    private static final class FloatWork implements Parallel.Body {
        private static final ThreadLocal<float[][]> PANEL = ThreadLocal.withInitial(() -> new float[PANEL_ROWS + 4][0]);

        int n;
        int k;
        float alpha;
        float[] a;
        int aFrom;
        int aRow;
        int aColumn;
        float[] b;
        int bFrom;
        int bRow;
        int bColumn;
        float beta;
        float[] c;
        int cFrom;
        int cStride;

        @Override
        public void run(int from, int to) {
            scale(from, to);
            if (alpha == 0 || k == 0) {
                return;
            }
            float[][] buffers = PANEL.get();
            int width = Math.min(n, PANEL_COLUMNS);
            if (buffers[0].length < width) {
                for (int i = 0; i < buffers.length; i++) {
                    buffers[i] = new float[width];
                }
            }
            for (int column = 0; column < n; column += PANEL_COLUMNS) {
                int columns = Math.min(PANEL_COLUMNS, n - column);
                for (int row = 0; row < k; row += PANEL_ROWS) {
                    int rows = Math.min(PANEL_ROWS, k - row);
                    pack(buffers, row, rows, column, columns);
                    int i = from;
                    for (; i + 4 <= to; i += 4) {
                        four(buffers, i, row, rows, column, columns);
                    }
                    for (; i < to; i++) {
                        one(buffers, i, row, rows, column, columns);
                    }
                }
            }
        }

        private void scale(int from, int to) {
            if (beta == 1) {
                return;
            }
            for (int i = from; i < to; i++) {
                int at = cFrom + i * cStride;
                if (beta == 0) {
                    Arrays.fill(c, at, at + n, 0);
                } else {
                    for (int j = at; j < at + n; j++) {
                        c[j] *= beta;
                    }
                }
            }
        }

        /** Copies rows of op(B) to the panel. */
        private void pack(float[][] panel, int row, int rows, int column, int columns) {
            for (int p = 0; p < rows; p++) {
                float[] to = panel[p];
                int at = bFrom + (row + p) * bRow + column * bColumn;
                if (bColumn == 1) {
                    System.arraycopy(b, at, to, 0, columns);
                }
            }
            if (bColumn != 1) {
                // Sixteen rows of the panel at a time: a whole cache line of B is used while it is there.
                for (int p0 = 0; p0 < rows; p0 += 16) {
                    int end = Math.min(rows, p0 + 16);
                    for (int j = 0; j < columns; j++) {
                        int at = bFrom + row * bRow + (column + j) * bColumn;
                        for (int p = p0; p < end; p++) {
                            panel[p][j] = b[at + p * bRow];
                        }
                    }
                }
            }
        }

        private void four(float[][] panel, int i, int row, int rows, int column, int columns) {
            float[] c0 = panel[PANEL_ROWS];
            float[] c1 = panel[PANEL_ROWS + 1];
            float[] c2 = panel[PANEL_ROWS + 2];
            float[] c3 = panel[PANEL_ROWS + 3];
            int at = cFrom + i * cStride + column;
            System.arraycopy(c, at, c0, 0, columns);
            System.arraycopy(c, at + cStride, c1, 0, columns);
            System.arraycopy(c, at + 2 * cStride, c2, 0, columns);
            System.arraycopy(c, at + 3 * cStride, c3, 0, columns);
            int a0 = aFrom + i * aRow + row * aColumn;
            int a1 = a0 + aRow;
            int a2 = a1 + aRow;
            int a3 = a2 + aRow;
            int p = 0;
            for (; p + 4 <= rows; p += 4) {
                int q = p * aColumn;
                int r = q + aColumn;
                int s = r + aColumn;
                int t = s + aColumn;
                update16(
                        columns,
                        panel[p],
                        panel[p + 1],
                        panel[p + 2],
                        panel[p + 3],
                        c0,
                        alpha * a[a0 + q],
                        alpha * a[a0 + r],
                        alpha * a[a0 + s],
                        alpha * a[a0 + t],
                        c1,
                        alpha * a[a1 + q],
                        alpha * a[a1 + r],
                        alpha * a[a1 + s],
                        alpha * a[a1 + t],
                        c2,
                        alpha * a[a2 + q],
                        alpha * a[a2 + r],
                        alpha * a[a2 + s],
                        alpha * a[a2 + t],
                        c3,
                        alpha * a[a3 + q],
                        alpha * a[a3 + r],
                        alpha * a[a3 + s],
                        alpha * a[a3 + t]);
            }
            for (; p < rows; p++) {
                int q = p * aColumn;
                update4(
                        columns,
                        panel[p],
                        c0,
                        alpha * a[a0 + q],
                        c1,
                        alpha * a[a1 + q],
                        c2,
                        alpha * a[a2 + q],
                        c3,
                        alpha * a[a3 + q]);
            }
            System.arraycopy(c0, 0, c, at, columns);
            System.arraycopy(c1, 0, c, at + cStride, columns);
            System.arraycopy(c2, 0, c, at + 2 * cStride, columns);
            System.arraycopy(c3, 0, c, at + 3 * cStride, columns);
        }

        private void one(float[][] panel, int i, int row, int rows, int column, int columns) {
            float[] c0 = panel[PANEL_ROWS];
            int at = cFrom + i * cStride + column;
            System.arraycopy(c, at, c0, 0, columns);
            int a0 = aFrom + i * aRow + row * aColumn;
            int p = 0;
            for (; p + 4 <= rows; p += 4) {
                int q = p * aColumn;
                int r = q + aColumn;
                int s = r + aColumn;
                int t = s + aColumn;
                update1x4(
                        columns,
                        panel[p],
                        panel[p + 1],
                        panel[p + 2],
                        panel[p + 3],
                        c0,
                        alpha * a[a0 + q],
                        alpha * a[a0 + r],
                        alpha * a[a0 + s],
                        alpha * a[a0 + t]);
            }
            for (; p < rows; p++) {
                update1(columns, panel[p], c0, alpha * a[a0 + p * aColumn]);
            }
            System.arraycopy(c0, 0, c, at, columns);
        }

        private static void update16(
                int n,
                float[] b0,
                float[] b1,
                float[] b2,
                float[] b3,
                float[] c0,
                float a00,
                float a01,
                float a02,
                float a03,
                float[] c1,
                float a10,
                float a11,
                float a12,
                float a13,
                float[] c2,
                float a20,
                float a21,
                float a22,
                float a23,
                float[] c3,
                float a30,
                float a31,
                float a32,
                float a33) {
            for (int j = 0; j < n; j++) {
                float x0 = b0[j];
                float x1 = b1[j];
                float x2 = b2[j];
                float x3 = b3[j];
                c0[j] = c0[j] + a00 * x0 + a01 * x1 + a02 * x2 + a03 * x3;
                c1[j] = c1[j] + a10 * x0 + a11 * x1 + a12 * x2 + a13 * x3;
                c2[j] = c2[j] + a20 * x0 + a21 * x1 + a22 * x2 + a23 * x3;
                c3[j] = c3[j] + a30 * x0 + a31 * x1 + a32 * x2 + a33 * x3;
            }
        }

        private static void update4(
                int n,
                float[] b,
                float[] c0,
                float a0,
                float[] c1,
                float a1,
                float[] c2,
                float a2,
                float[] c3,
                float a3) {
            for (int j = 0; j < n; j++) {
                float x = b[j];
                c0[j] += a0 * x;
                c1[j] += a1 * x;
                c2[j] += a2 * x;
                c3[j] += a3 * x;
            }
        }

        private static void update1x4(
                int n,
                float[] b0,
                float[] b1,
                float[] b2,
                float[] b3,
                float[] c,
                float a0,
                float a1,
                float a2,
                float a3) {
            for (int j = 0; j < n; j++) {
                c[j] = c[j] + a0 * b0[j] + a1 * b1[j] + a2 * b2[j] + a3 * b3[j];
            }
        }

        private static void update1(int n, float[] b, float[] c, float a) {
            for (int j = 0; j < n; j++) {
                c[j] += a * b[j];
            }
        }
    }

    /** The same in double precision. */
    private static final class DoubleWork implements Parallel.Body {
        private static final ThreadLocal<double[][]> PANEL =
                ThreadLocal.withInitial(() -> new double[PANEL_ROWS + 4][0]);

        int n;
        int k;
        double alpha;
        double[] a;
        int aFrom;
        int aRow;
        int aColumn;
        double[] b;
        int bFrom;
        int bRow;
        int bColumn;
        double beta;
        double[] c;
        int cFrom;
        int cStride;

        @Override
        public void run(int from, int to) {
            scale(from, to);
            if (alpha == 0 || k == 0) {
                return;
            }
            double[][] buffers = PANEL.get();
            int width = Math.min(n, PANEL_COLUMNS);
            if (buffers[0].length < width) {
                for (int i = 0; i < buffers.length; i++) {
                    buffers[i] = new double[width];
                }
            }
            for (int column = 0; column < n; column += PANEL_COLUMNS) {
                int columns = Math.min(PANEL_COLUMNS, n - column);
                for (int row = 0; row < k; row += PANEL_ROWS) {
                    int rows = Math.min(PANEL_ROWS, k - row);
                    pack(buffers, row, rows, column, columns);
                    int i = from;
                    for (; i + 4 <= to; i += 4) {
                        four(buffers, i, row, rows, column, columns);
                    }
                    for (; i < to; i++) {
                        one(buffers, i, row, rows, column, columns);
                    }
                }
            }
        }

        private void scale(int from, int to) {
            if (beta == 1) {
                return;
            }
            for (int i = from; i < to; i++) {
                int at = cFrom + i * cStride;
                if (beta == 0) {
                    Arrays.fill(c, at, at + n, 0);
                } else {
                    for (int j = at; j < at + n; j++) {
                        c[j] *= beta;
                    }
                }
            }
        }

        /** Copies rows of op(B) to the panel. */
        private void pack(double[][] panel, int row, int rows, int column, int columns) {
            for (int p = 0; p < rows; p++) {
                double[] to = panel[p];
                int at = bFrom + (row + p) * bRow + column * bColumn;
                if (bColumn == 1) {
                    System.arraycopy(b, at, to, 0, columns);
                }
            }
            if (bColumn != 1) {
                // Sixteen rows of the panel at a time: a whole cache line of B is used while it is there.
                for (int p0 = 0; p0 < rows; p0 += 16) {
                    int end = Math.min(rows, p0 + 16);
                    for (int j = 0; j < columns; j++) {
                        int at = bFrom + row * bRow + (column + j) * bColumn;
                        for (int p = p0; p < end; p++) {
                            panel[p][j] = b[at + p * bRow];
                        }
                    }
                }
            }
        }

        private void four(double[][] panel, int i, int row, int rows, int column, int columns) {
            double[] c0 = panel[PANEL_ROWS];
            double[] c1 = panel[PANEL_ROWS + 1];
            double[] c2 = panel[PANEL_ROWS + 2];
            double[] c3 = panel[PANEL_ROWS + 3];
            int at = cFrom + i * cStride + column;
            System.arraycopy(c, at, c0, 0, columns);
            System.arraycopy(c, at + cStride, c1, 0, columns);
            System.arraycopy(c, at + 2 * cStride, c2, 0, columns);
            System.arraycopy(c, at + 3 * cStride, c3, 0, columns);
            int a0 = aFrom + i * aRow + row * aColumn;
            int a1 = a0 + aRow;
            int a2 = a1 + aRow;
            int a3 = a2 + aRow;
            int p = 0;
            for (; p + 4 <= rows; p += 4) {
                int q = p * aColumn;
                int r = q + aColumn;
                int s = r + aColumn;
                int t = s + aColumn;
                update16(
                        columns,
                        panel[p],
                        panel[p + 1],
                        panel[p + 2],
                        panel[p + 3],
                        c0,
                        alpha * a[a0 + q],
                        alpha * a[a0 + r],
                        alpha * a[a0 + s],
                        alpha * a[a0 + t],
                        c1,
                        alpha * a[a1 + q],
                        alpha * a[a1 + r],
                        alpha * a[a1 + s],
                        alpha * a[a1 + t],
                        c2,
                        alpha * a[a2 + q],
                        alpha * a[a2 + r],
                        alpha * a[a2 + s],
                        alpha * a[a2 + t],
                        c3,
                        alpha * a[a3 + q],
                        alpha * a[a3 + r],
                        alpha * a[a3 + s],
                        alpha * a[a3 + t]);
            }
            for (; p < rows; p++) {
                int q = p * aColumn;
                update4(
                        columns,
                        panel[p],
                        c0,
                        alpha * a[a0 + q],
                        c1,
                        alpha * a[a1 + q],
                        c2,
                        alpha * a[a2 + q],
                        c3,
                        alpha * a[a3 + q]);
            }
            System.arraycopy(c0, 0, c, at, columns);
            System.arraycopy(c1, 0, c, at + cStride, columns);
            System.arraycopy(c2, 0, c, at + 2 * cStride, columns);
            System.arraycopy(c3, 0, c, at + 3 * cStride, columns);
        }

        private void one(double[][] panel, int i, int row, int rows, int column, int columns) {
            double[] c0 = panel[PANEL_ROWS];
            int at = cFrom + i * cStride + column;
            System.arraycopy(c, at, c0, 0, columns);
            int a0 = aFrom + i * aRow + row * aColumn;
            int p = 0;
            for (; p + 4 <= rows; p += 4) {
                int q = p * aColumn;
                int r = q + aColumn;
                int s = r + aColumn;
                int t = s + aColumn;
                update1x4(
                        columns,
                        panel[p],
                        panel[p + 1],
                        panel[p + 2],
                        panel[p + 3],
                        c0,
                        alpha * a[a0 + q],
                        alpha * a[a0 + r],
                        alpha * a[a0 + s],
                        alpha * a[a0 + t]);
            }
            for (; p < rows; p++) {
                update1(columns, panel[p], c0, alpha * a[a0 + p * aColumn]);
            }
            System.arraycopy(c0, 0, c, at, columns);
        }

        private static void update16(
                int n,
                double[] b0,
                double[] b1,
                double[] b2,
                double[] b3,
                double[] c0,
                double a00,
                double a01,
                double a02,
                double a03,
                double[] c1,
                double a10,
                double a11,
                double a12,
                double a13,
                double[] c2,
                double a20,
                double a21,
                double a22,
                double a23,
                double[] c3,
                double a30,
                double a31,
                double a32,
                double a33) {
            for (int j = 0; j < n; j++) {
                double x0 = b0[j];
                double x1 = b1[j];
                double x2 = b2[j];
                double x3 = b3[j];
                c0[j] = c0[j] + a00 * x0 + a01 * x1 + a02 * x2 + a03 * x3;
                c1[j] = c1[j] + a10 * x0 + a11 * x1 + a12 * x2 + a13 * x3;
                c2[j] = c2[j] + a20 * x0 + a21 * x1 + a22 * x2 + a23 * x3;
                c3[j] = c3[j] + a30 * x0 + a31 * x1 + a32 * x2 + a33 * x3;
            }
        }

        private static void update4(
                int n,
                double[] b,
                double[] c0,
                double a0,
                double[] c1,
                double a1,
                double[] c2,
                double a2,
                double[] c3,
                double a3) {
            for (int j = 0; j < n; j++) {
                double x = b[j];
                c0[j] += a0 * x;
                c1[j] += a1 * x;
                c2[j] += a2 * x;
                c3[j] += a3 * x;
            }
        }

        private static void update1x4(
                int n,
                double[] b0,
                double[] b1,
                double[] b2,
                double[] b3,
                double[] c,
                double a0,
                double a1,
                double a2,
                double a3) {
            for (int j = 0; j < n; j++) {
                c[j] = c[j] + a0 * b0[j] + a1 * b1[j] + a2 * b2[j] + a3 * b3[j];
            }
        }

        private static void update1(int n, double[] b, double[] c, double a) {
            for (int j = 0; j < n; j++) {
                c[j] += a * b[j];
            }
        }
    }
}
