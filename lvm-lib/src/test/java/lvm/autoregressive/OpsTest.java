package lvm.autoregressive;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import lvm.autodiff.OpContract;
import org.ejml.data.FMatrixRMaj;

/** The operations of this package: values by their definitions, gradients by differences. */
class OpsTest extends OpContract {
    private static double sigma(double a) {
        return 1 / (1 + Math.exp(-a));
    }

    private static int[] s(int rows, int cols) {
        return new int[] {rows, cols};
    }

    private static Row gate(int n, int units, int places, boolean ofClass) {
        int[][] shapes = ofClass
                ? new int[][] {s(n, 2 * units * places), s(n, 2 * units)}
                : new int[][] {s(n, 2 * units * places)};
        return new Row(
                "gate",
                shapes,
                -2,
                2,
                0,
                (t, x) -> new Gate(units, places).apply(t, x[0], ofClass ? x[1] : null),
                x -> {
                    double[][] y = new double[n][units * places];
                    for (int i = 0; i < n; i++) {
                        for (int k = 0; k < units; k++) {
                            for (int p = 0; p < places; p++) {
                                double a = x[0][i][k * places + p] + (ofClass ? x[1][i][k] : 0);
                                double b = x[0][i][(units + k) * places + p] + (ofClass ? x[1][i][units + k] : 0);
                                y[i][k * places + p] = Math.tanh(a) * sigma(b);
                            }
                        }
                    }
                    return y;
                });
    }

    private static FMatrixRMaj levels(int n, int d, int levels) {
        SplittableRandom rng = new SplittableRandom(levels);
        FMatrixRMaj x = new FMatrixRMaj(n, d);
        for (int i = 0; i < x.getNumElements(); i++) {
            // The ends are among them.
            x.data[i] = (i < levels ? i : rng.nextInt(levels)) / (levels - 1f);
        }
        return x;
    }

    private static int level(FMatrixRMaj x, int i, int j, int levels) {
        return Math.round(x.get(i, j) * (levels - 1));
    }

    private static Row softmax(int n, int d, int levels) {
        FMatrixRMaj x = levels(n, d, levels);
        return new Row(
                "softmax of " + levels,
                new int[][] {s(n, levels * d)},
                -2,
                2,
                0,
                (t, p) -> LevelOutput.softmax(levels).logProbability(t, p[0], t.constant(x)),
                p -> {
                    double[][] y = new double[n][1];
                    for (int i = 0; i < n; i++) {
                        for (int j = 0; j < d; j++) {
                            double sum = 0;
                            for (int k = 0; k < levels; k++) {
                                sum += Math.exp(p[0][i][k * d + j]);
                            }
                            y[i][0] += p[0][i][level(x, i, j, levels) * d + j] - Math.log(sum);
                        }
                    }
                    return y;
                });
    }

    private static Row logistics(int n, int d, int levels, int m) {
        FMatrixRMaj x = levels(n, d, levels);
        return new Row(
                m + " logistics, " + levels + " levels",
                new int[][] {s(n, 3 * m * d)},
                -1,
                1,
                0,
                (t, p) -> LevelOutput.logistics(levels, m).logProbability(t, p[0], t.constant(x)),
                p -> {
                    double[][] y = new double[n][1];
                    double delta = 1.0 / (levels - 1);
                    for (int i = 0; i < n; i++) {
                        for (int j = 0; j < d; j++) {
                            int k = level(x, i, j, levels);
                            double v = 2.0 * k / (levels - 1) - 1;
                            double sum = 0;
                            double mass = 0;
                            for (int c = 0; c < m; c++) {
                                double w = Math.exp(p[0][i][c * d + j]);
                                double mu = p[0][i][(m + c) * d + j];
                                double scale = Math.exp(p[0][i][(2 * m + c) * d + j]);
                                double up = k == levels - 1 ? 1 : sigma((v + delta - mu) / scale);
                                double low = k == 0 ? 0 : sigma((v - delta - mu) / scale);
                                sum += w;
                                mass += w * (up - low);
                            }
                            y[i][0] += Math.log(mass / sum);
                        }
                    }
                    return y;
                });
    }

    @Override
    protected Stream<Row> table() {
        List<Row> rows = new ArrayList<>();
        for (boolean ofClass : new boolean[] {false, true}) {
            rows.add(gate(1, 1, 1, ofClass));
            rows.add(gate(3, 2, 5, ofClass));
            rows.add(gate(2, 3, 1, ofClass));
        }
        rows.add(softmax(1, 1, 2));
        rows.add(softmax(3, 4, 5));
        rows.add(softmax(2, 3, 6));
        rows.add(logistics(1, 3, 2, 1));
        rows.add(logistics(3, 4, 5, 2));
        rows.add(logistics(2, 3, 6, 3));
        return rows.stream();
    }
}
