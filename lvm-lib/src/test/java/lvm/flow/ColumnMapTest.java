package lvm.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import lvm.autodiff.OpContract;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.distribution.Mapped;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/** Maps of single columns as operations: values and log-determinants by their definitions, gradients numerically. */
class ColumnMapTest extends OpContract {
    private static final List<Row> TABLE = new ArrayList<>();

    private static void row(String name, double low, double high, Program op, Plain plain, int[]... shapes) {
        TABLE.add(new Row(name, shapes, low, high, 0, op, plain));
    }

    private static int[] s(int rows, int cols) {
        return new int[] {rows, cols};
    }

    private static double soft(double z) {
        return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
    }

    private static ColumnMap affine(int[] columns, float bound) {
        return new AffineColumns("affine", 3, columns, bound);
    }

    private static ColumnMap spline(int d, int[] columns, int bins, float bound) {
        return new SplineColumns("spline", d, columns, bins, bound);
    }

    static {
        for (int[] columns : new int[][] {{1}, {2, 0}, null}) {
            int k = columns == null ? 3 : columns.length;
            for (float bound : new float[] {0, 1.5f}) {
                String which = (columns == null ? "all" : k + " of 3") + ", bound " + bound;
                row(
                        "affine " + which,
                        -1,
                        1,
                        (t, x) -> both(t, affine(columns, bound).forward(t, x[0], x[1])),
                        x -> affine(x[0], x[1], columns, bound, false),
                        s(4, 3),
                        s(4, 2 * k));
                row(
                        "affineInverse " + which,
                        -1,
                        1,
                        (t, x) -> both(t, affine(columns, bound).inverse(t, x[0], x[1])),
                        x -> affine(x[0], x[1], columns, bound, true),
                        s(4, 3),
                        s(4, 2 * k));
            }
            for (int bins : new int[] {2, 3}) {
                String which = (columns == null ? "all" : k + " of 3") + ", bins " + bins;
                // Wide bins: in narrow ones the difference is too coarse, and at a knot the slope has a kink.
                row(
                        "spline " + which,
                        -0.8,
                        0.8,
                        (t, x) -> both(t, spline(3, columns, bins, 9).forward(t, x[0], x[1])),
                        x -> spline(x[0], x[1], columns, bins, 9, false),
                        s(2, 3),
                        s(2, (3 * bins - 1) * k));
                row(
                        "splineInverse " + which,
                        -0.8,
                        0.8,
                        (t, x) -> both(t, spline(3, columns, bins, 9).inverse(t, x[0], x[1])),
                        x -> spline(x[0], x[1], columns, bins, 9, true),
                        s(2, 3),
                        s(2, (3 * bins - 1) * k));
            }
        }

        row(
                "spline outside",
                1.2,
                2,
                (t, x) -> both(t, spline(2, null, 2, 1).forward(t, x[0], x[1])),
                x -> spline(x[0], x[1], null, 2, 1, false),
                s(2, 2),
                s(2, 10));
    }

    @Override
    protected Stream<Row> table() {
        return TABLE.stream();
    }

    @Test
    void parametersOfAnotherShapeAreNamed() {
        Tape tape = new Tape();
        Var x = tape.constant(new FMatrixRMaj(4, 3));
        ColumnMap map = Transformer.spline(3, 2).on(3, 0, 2);
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> map.forward(tape, x, tape.constant(new FMatrixRMaj(4, 15))))
                .getMessage();
        assertEquals(
                "Transformer.spline: x is 4×3, the parameters are 4×15; expected 3 columns of x, and of as many rows 8"
                        + " for each of 2 mapped columns",
                message);
    }

    private static Var both(Tape tape, Mapped mapped) {
        return tape.concatColumns(mapped.y(), mapped.logDet());
    }

    private static double[][] affine(double[][] x, double[][] h, int[] columns, double bound, boolean inverse) {
        double[][] y = new double[x.length][];
        for (int i = 0; i < y.length; i++) {
            int k = h[0].length / 2;
            y[i] = Arrays.copyOf(x[i], x[i].length + 1);
            for (int j = 0; j < k; j++) {
                int c = columns == null ? j : columns[j];
                double s = bound > 0 ? bound * Math.tanh(h[i][j] / bound) : h[i][j];
                y[i][c] = inverse ? (x[i][c] - h[i][k + j]) * Math.exp(-s) : x[i][c] * Math.exp(s) + h[i][k + j];
                y[i][x[i].length] += inverse ? -s : s;
            }
        }
        return y;
    }

    /** The knots first; the inverse by bisection. */
    private static double[][] spline(
            double[][] x, double[][] h, int[] columns, int bins, double reach, boolean inverse) {
        int d = x[0].length;
        int p = 3 * bins - 1;
        double[][] y = new double[x.length][];
        for (int i = 0; i < y.length; i++) {
            y[i] = Arrays.copyOf(x[i], d + 1);
            for (int j = 0; j < h[0].length / p; j++) {
                int c = columns == null ? j : columns[j];
                double at = x[i][c];
                if (Math.abs(at) >= reach) {
                    continue;
                }
                double[] of = Arrays.copyOfRange(h[i], j * p, (j + 1) * p);
                if (inverse) {
                    double low = -reach;
                    double high = reach;
                    for (int step = 0; step < 100; step++) {
                        double middle = (low + high) / 2;
                        if (spline(of, bins, reach, middle)[0] < at) {
                            low = middle;
                        } else {
                            high = middle;
                        }
                    }
                    y[i][c] = low;
                    y[i][d] -= spline(of, bins, reach, low)[1];
                } else {
                    y[i][c] = spline(of, bins, reach, at)[0];
                    y[i][d] += spline(of, bins, reach, at)[1];
                }
            }
        }
        return y;
    }

    private static double[] spline(double[] h, int bins, double reach, double at) {
        double[][] knots = new double[2][bins + 1];
        for (int part = 0; part < 2; part++) {
            double[] shares = softmax(Arrays.copyOfRange(h, part * bins, (part + 1) * bins));
            knots[part][0] = -reach;
            for (int b = 0; b < bins; b++) {
                knots[part][b + 1] = knots[part][b] + 2 * reach * (1e-3 + (1 - 1e-3 * bins) * shares[b]);
            }
        }
        double[] slopes = new double[bins + 1];
        slopes[0] = 1;
        slopes[bins] = 1;
        for (int b = 1; b < bins; b++) {
            slopes[b] = 1e-3 + soft(h[2 * bins + b - 1] + Math.log(Math.exp(1 - 1e-3) - 1));
        }
        int b = 0;
        while (b < bins - 1 && at >= knots[0][b + 1]) {
            b++;
        }
        double w = knots[0][b + 1] - knots[0][b];
        double v = knots[1][b + 1] - knots[1][b];
        double s = v / w;
        double t = (at - knots[0][b]) / w;
        double below = s + (slopes[b + 1] + slopes[b] - 2 * s) * t * (1 - t);
        double value = knots[1][b] + v * (s * t * t + slopes[b] * t * (1 - t)) / below;
        double slope = s * s * (slopes[b + 1] * t * t + 2 * s * t * (1 - t) + slopes[b] * (1 - t) * (1 - t));
        return new double[] {value, Math.log(slope / (below * below))};
    }

    private static double[] softmax(double... a) {
        double sum = Arrays.stream(a).map(Math::exp).sum();
        return Arrays.stream(a).map(v -> Math.exp(v) / sum).toArray();
    }
}
