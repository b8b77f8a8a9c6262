package lvm.plot;

import java.util.Arrays;

/** Values on a grid and the lines along which they are equal. */
final class Contours {
    private Contours() {}

    /** Values at the nodes of a grid, row by row from the lowest y, that covers a rectangle edge to edge. */
    record Grid(double[] values, int columns, int rows, Range x, Range y) {
        double xAt(double column) {
            return x.lo() + x.span() * column / (columns - 1);
        }

        double yAt(double row) {
            return y.lo() + y.span() * row / (rows - 1);
        }
    }

    /**
     * Marching squares: within each cell the value is linear along the edges; a saddle is decided by the mean of its
     * four corners.
     *
     * @return x and y of segments, two points each followed by a NaN
     */
    static double[][] lines(Grid grid, double level) {
        double[] xs = new double[64];
        double[] ys = new double[64];
        int n = 0;
        double[] cx = new double[4];
        double[] cy = new double[4];
        for (int j = 0; j + 1 < grid.rows; j++) {
            for (int i = 0; i + 1 < grid.columns; i++) {
                double v00 = grid.values[j * grid.columns + i];
                double v10 = grid.values[j * grid.columns + i + 1];
                double v01 = grid.values[(j + 1) * grid.columns + i];
                double v11 = grid.values[(j + 1) * grid.columns + i + 1];
                if (!Double.isFinite(v00 + v10 + v01 + v11)) {
                    continue;
                }
                // Crossings in the order bottom, right, top, left.
                boolean[] cut = {
                    v00 > level != v10 > level,
                    v10 > level != v11 > level,
                    v01 > level != v11 > level,
                    v00 > level != v01 > level
                };
                if (cut[0]) {
                    cx[0] = i + (level - v00) / (v10 - v00);
                    cy[0] = j;
                }
                if (cut[1]) {
                    cx[1] = i + 1;
                    cy[1] = j + (level - v10) / (v11 - v10);
                }
                if (cut[2]) {
                    cx[2] = i + (level - v01) / (v11 - v01);
                    cy[2] = j + 1;
                }
                if (cut[3]) {
                    cx[3] = i;
                    cy[3] = j + (level - v00) / (v01 - v00);
                }
                int[] order;
                if (cut[0] && cut[1] && cut[2] && cut[3]) {
                    boolean joined = (v00 + v10 + v01 + v11) / 4 > level == v00 > level;
                    order = joined ? new int[] {0, 1, 2, 3} : new int[] {0, 3, 1, 2};
                } else {
                    order = new int[2];
                    int found = 0;
                    for (int k = 0; k < 4; k++) {
                        if (cut[k]) {
                            order[found++] = k;
                        }
                    }
                    if (found == 0) {
                        continue;
                    }
                }
                if (n + 6 > xs.length) {
                    xs = Arrays.copyOf(xs, 2 * xs.length);
                    ys = Arrays.copyOf(ys, 2 * ys.length);
                }
                for (int k = 0; k < order.length; k += 2) {
                    for (int end = k; end < k + 2; end++) {
                        xs[n] = grid.xAt(cx[order[end]]);
                        ys[n++] = grid.yAt(cy[order[end]]);
                    }
                    xs[n] = Double.NaN;
                    ys[n++] = Double.NaN;
                }
            }
        }
        return new double[][] {Arrays.copyOf(xs, n), Arrays.copyOf(ys, n)};
    }

    /**
     * Levels of a log density between which equal shares of the mass on the grid lie: of n levels, the k-th encloses
     * (k − ½)/n of it.
     */
    static double[] massLevels(double[] logDensity, int n) {
        double[] sorted = Arrays.stream(logDensity)
                .filter(v -> v > Double.NEGATIVE_INFINITY)
                .sorted()
                .toArray();
        double max = sorted[sorted.length - 1];
        double total = 0;
        for (double v : sorted) {
            total += Math.exp(v - max);
        }
        double[] levels = new double[n];
        double mass = 0;
        int k = 0;
        for (int i = sorted.length - 1; i >= 0 && k < n; i--) {
            mass += Math.exp(sorted[i] - max);
            while (k < n && mass >= (k + 0.5) / n * total) {
                levels[k++] = sorted[i];
            }
        }
        return Arrays.copyOf(levels, k);
    }
}
