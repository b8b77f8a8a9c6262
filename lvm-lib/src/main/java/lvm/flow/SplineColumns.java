package lvm.flow;

import java.util.Arrays;
import lvm.autodiff.Node;
import lvm.autodiff.Op;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.distribution.Mapped;
import lvm.linalg.Parallel;
import lvm.linalg.VectorMath;

/**
 * A monotone {@link Spline} of some columns on [−B, B], the identity outside, and its inverse, with parameters h that differ by row,
 * n×(3K−1)k: for each of the k columns K logits of the bins' widths, K of their heights and K − 1 slopes at the inner knots before
 * softplus; zeros give the identity. The log-determinant comes first, and keeps the values for the second operation.
 */
final class SplineColumns extends ColumnMap {
    private final int bins;
    private final double reach;
    private final Op logDet = new LogDet(false);
    private final Op inverseLogDet = new LogDet(true);
    private final Op values = new Values();

    SplineColumns(String where, int d, int[] columns, int bins, float bound) {
        super(where, d, columns, 3 * bins - 1);
        this.bins = bins;
        reach = bound;
    }

    @Override
    Mapped apply(Tape tape, Var x, Var h, boolean inverse) {
        Var logs = tape.apply(inverse ? inverseLogDet : logDet, x.rows(), 1, x, h);
        return new Mapped(tape.apply(values, x.rows(), x.cols(), x, logs), logs);
    }

    /** Σⱼ log|dyⱼ/dxⱼ|, of x and h. Scratch 0: y of the columns; scratch 1: its gradient; scratch 2: e^(h − max) or h. */
    private final class LogDet extends Op {
        private final boolean inverse;

        LogDet(boolean inverse) {
            super("spline");
            this.inverse = inverse;
        }

        @Override
        protected void forward(Node y) {
            int p = 3 * bins - 1;
            int k = count();
            int d = y.input(0).cols();
            float[] x = y.input(0).value().data;
            float[] h = y.input(1).value().data;
            float[] v = y.scratch(0, y.rows(), k).data;
            Arrays.fill(y.scratch(1, y.rows(), k).data, 0, y.rows() * k, 0);
            float[] e = y.scratch(2, y.rows(), k * p).data;
            float[] sums = y.value().data;
            Parallel.range(y.rows(), Parallel.grain(20 * k * p), (from, to) -> {
                Spline spline = Spline.of(bins, reach);
                for (int o = from * k * p; o < to * k * p; o += p) {
                    minusMax(h, e, o, bins);
                    minusMax(h, e, o + bins, bins);
                    System.arraycopy(h, o + 2 * bins, e, o + 2 * bins, bins - 1);
                }
                VectorMath.exp(e, from * k * p, e, from * k * p, (to - from) * k * p);
                for (int r = from; r < to; r++) {
                    double sum = 0;
                    for (int j = 0; j < k; j++) {
                        spline.set(h, e, (r * k + j) * p, x[r * d + column(j)], inverse);
                        v[r * k + j] = (float) spline.y;
                        sum += spline.logSlope;
                    }
                    sums[r] = (float) sum;
                }
            });
        }

        @Override
        protected void backward(Node y) {
            int p = 3 * bins - 1;
            int k = count();
            int d = y.input(0).cols();
            float[] x = y.input(0).value().data;
            float[] h = y.input(1).value().data;
            float[] gy = y.scratch(1).data;
            float[] e = y.scratch(2).data;
            float[] g = y.gradient().data;
            float[] dx = y.input(0).needsGradient() ? y.input(0).addend() : null;
            float[] dh = y.input(1).needsGradient() ? y.input(1).addend() : null;
            Parallel.range(y.rows(), Parallel.grain(20 * k * p), (from, to) -> {
                Spline spline = Spline.of(bins, reach);
                for (int r = from; r < to; r++) {
                    for (int j = 0; j < k; j++) {
                        int o = (r * k + j) * p;
                        int at = r * d + column(j);
                        spline.set(h, e, o, x[at], inverse);
                        double gx = spline.pullBack(gy[r * k + j], g[r], dh, e, o, inverse);
                        if (dx != null) {
                            dx[at] += (float) gx;
                        }
                    }
                }
            });
        }
    }

    private static void minusMax(float[] h, float[] e, int from, int n) {
        float max = h[from];
        for (int i = from + 1; i < from + n; i++) {
            max = Math.max(max, h[i]);
        }
        for (int i = from; i < from + n; i++) {
            e[i] = h[i] - max;
        }
    }

    /** The values, of x and of the log-determinant, which has them and pulls both gradients back. */
    private final class Values extends Op {
        Values() {
            super("spline");
        }

        @Override
        protected void forward(Node y) {
            System.arraycopy(y.input(0).value().data, 0, y.value().data, 0, y.size());
            float[] v = y.input(1).scratch(0).data;
            int k = count();
            for (int r = 0; r < y.rows(); r++) {
                for (int j = 0; j < k; j++) {
                    y.value().data[r * y.cols() + column(j)] = v[r * k + j];
                }
            }
        }

        @Override
        protected void backward(Node y) {
            Node logs = y.input(1);
            float[] gy = logs.scratch(1).data;
            int k = count();
            float[] g = y.gradient().data;
            logs.addend(); // its pull-back must run, also where nothing asks for the log-determinant
            float[] dx = y.input(0).needsGradient() ? y.input(0).addend() : null;
            if (dx != null) {
                addAll(y, dx);
            }
            for (int r = 0; r < y.rows(); r++) {
                for (int j = 0; j < k; j++) {
                    int o = r * y.cols() + column(j);
                    gy[r * k + j] = g[o];
                    if (dx != null) {
                        dx[o] -= g[o];
                    }
                }
            }
        }
    }
}
