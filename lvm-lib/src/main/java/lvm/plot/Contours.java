package lvm.plot;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

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
     * four corners. What ends on a common edge is joined.
     *
     * @return x and y of the lines, each line followed by a NaN
     */
    static double[][] lines(Grid grid, double level) {
        // An edge of the grid is named by its lower left node, 2·node to the right, 2·node + 1 upwards.
        Map<Integer, int[]> neighbours = new LinkedHashMap<>();
        for (int j = 0; j + 1 < grid.rows; j++) {
            for (int i = 0; i + 1 < grid.columns; i++) {
                int node = j * grid.columns + i;
                double v00 = grid.values[node];
                double v10 = grid.values[node + 1];
                double v01 = grid.values[node + grid.columns];
                double v11 = grid.values[node + grid.columns + 1];
                if (!Double.isFinite(v00 / 4 + v10 / 4 + v01 / 4 + v11 / 4)) {
                    continue;
                }
                int bottom = 2 * node;
                int left = 2 * node + 1;
                int top = 2 * (node + grid.columns);
                int right = 2 * (node + 1) + 1;
                int[] cut = new int[4];
                int cuts = 0;
                if (v00 > level != v10 > level) {
                    cut[cuts++] = bottom;
                }
                if (v10 > level != v11 > level) {
                    cut[cuts++] = right;
                }
                if (v01 > level != v11 > level) {
                    cut[cuts++] = top;
                }
                if (v00 > level != v01 > level) {
                    cut[cuts++] = left;
                }
                if (cuts == 2) {
                    join(neighbours, cut[0], cut[1]);
                } else if (cuts == 4) {
                    boolean middleLikeLowerLeft = v00 / 4 + v10 / 4 + v01 / 4 + v11 / 4 > level == v00 > level;
                    join(neighbours, bottom, middleLikeLowerLeft ? right : left);
                    join(neighbours, top, middleLikeLowerLeft ? left : right);
                }
            }
        }
        double[] xs = new double[2 * neighbours.size() + 2];
        double[] ys = new double[2 * neighbours.size() + 2];
        int n = 0;
        Set<Integer> done = new HashSet<>();
        // Open lines from their ends first, then closed ones from anywhere.
        for (boolean open : new boolean[] {true, false}) {
            for (Map.Entry<Integer, int[]> start : neighbours.entrySet()) {
                if (done.contains(start.getKey()) || open && start.getValue()[1] >= 0) {
                    continue;
                }
                int edge = start.getKey();
                int from = -1;
                while (edge >= 0) {
                    n = put(grid, level, edge, xs, ys, n);
                    if (!done.add(edge)) {
                        break;
                    }
                    int[] next = neighbours.get(edge);
                    int to = next[0] != from ? next[0] : next[1];
                    from = edge;
                    edge = to;
                }
                xs[n] = Double.NaN;
                ys[n++] = Double.NaN;
            }
        }
        return new double[][] {Arrays.copyOf(xs, n), Arrays.copyOf(ys, n)};
    }

    private static void join(Map<Integer, int[]> neighbours, int a, int b) {
        neighbours.computeIfAbsent(a, e -> new int[] {-1, -1});
        neighbours.computeIfAbsent(b, e -> new int[] {-1, -1});
        int[] ofA = neighbours.get(a);
        int[] ofB = neighbours.get(b);
        ofA[ofA[0] < 0 ? 0 : 1] = b;
        ofB[ofB[0] < 0 ? 0 : 1] = a;
    }

    /** Appends the place on an edge where the value is the level. */
    private static int put(Grid grid, double level, int edge, double[] xs, double[] ys, int n) {
        int node = edge / 2;
        int other = edge % 2 == 0 ? node + 1 : node + grid.columns;
        double t = new Range(grid.values[node], grid.values[other]).share(level);
        int column = node % grid.columns;
        int row = node / grid.columns;
        xs[n] = grid.xAt(column + (edge % 2 == 0 ? t : 0));
        ys[n] = grid.yAt(row + (edge % 2 == 0 ? 0 : t));
        return n + 1;
    }

    /**
     * Levels of a log density between which equal shares of the mass on the grid lie: of n levels, the k-th encloses
     * (k − ½)/n of it.
     */
    static double[] massLevels(double[] logDensity, int n) {
        double[] sorted =
                Arrays.stream(logDensity).filter(Double::isFinite).sorted().toArray();
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
