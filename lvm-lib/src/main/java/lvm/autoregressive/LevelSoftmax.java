package lvm.autoregressive;

import java.util.Arrays;
import lvm.autodiff.Node;
import lvm.autodiff.Op;
import lvm.linalg.Parallel;
import lvm.linalg.VectorMath;

/**
 * Σⱼ log softmax(lⱼ)(kⱼ) of each row, with the logits level by level: input 0 is n×(L·D), input 1 the numbers, n×D. Scratch 0 keeps the
 * probabilities, scratch 1 the largest logits and the sums.
 */
final class LevelSoftmax extends Op {
    private final int levels;

    LevelSoftmax(int levels) {
        super("levelSoftmax");
        this.levels = levels;
    }

    @Override
    protected void forward(Node y) {
        int d = y.input(1).cols();
        float[] l = y.input(0).value().data;
        float[] x = y.input(1).value().data;
        float[] p = y.scratch(0, y.rows(), levels * d).data;
        float[] sums = y.scratch(1, y.rows(), 2 * d).data;
        Parallel.range(y.rows(), Parallel.grain(levels * d), (from, to) -> {
            for (int i = from; i < to; i++) {
                y.value().data[i] = (float) row(l, p, i * levels * d, sums, 2 * i * d, x, i * d, d);
            }
        });
    }

    private double row(float[] l, float[] p, int at, float[] sums, int most, float[] x, int from, int d) {
        int sum = most + d;
        Arrays.fill(sums, most, most + d, Float.NEGATIVE_INFINITY);
        Arrays.fill(sums, sum, sum + d, 0);
        for (int k = 0; k < levels; k++) {
            max(l, at + k * d, sums, most, d);
        }
        for (int k = 0; k < levels; k++) {
            minus(l, at + k * d, sums, most, p, d);
        }
        VectorMath.exp(p, at, p, at, levels * d);
        for (int k = 0; k < levels; k++) {
            add(p, at + k * d, sums, sum, d);
        }
        double total = 0;
        for (int j = 0; j < d; j++) {
            int k = LevelOutput.level(x[from + j], levels);
            total += (double) l[at + k * d + j] - sums[most + j] - Math.log(sums[sum + j]);
        }
        for (int k = 0; k < levels; k++) {
            divide(p, at + k * d, sums, sum, d);
        }
        return total;
    }

    private static void max(float[] l, int at, float[] most, int to, int n) {
        for (int j = 0; j < n; j++) {
            most[to + j] = Math.max(most[to + j], l[at + j]);
        }
    }

    private static void minus(float[] l, int at, float[] most, int from, float[] p, int n) {
        for (int j = 0; j < n; j++) {
            p[at + j] = l[at + j] - most[from + j];
        }
    }

    private static void add(float[] p, int at, float[] sum, int to, int n) {
        for (int j = 0; j < n; j++) {
            sum[to + j] += p[at + j];
        }
    }

    private static void divide(float[] p, int at, float[] sum, int from, int n) {
        for (int j = 0; j < n; j++) {
            p[at + j] /= sum[from + j];
        }
    }

    @Override
    protected void backward(Node y) {
        if (!y.input(0).needsGradient()) {
            return;
        }
        int d = y.input(1).cols();
        float[] x = y.input(1).value().data;
        float[] p = y.scratch(0).data;
        float[] slope = y.input(0).addend();
        Parallel.range(y.rows(), Parallel.grain(levels * d), (from, to) -> {
            for (int i = from; i < to; i++) {
                float g = y.gradient().data[i];
                int at = i * levels * d;
                for (int o = at; o < at + levels * d; o++) {
                    slope[o] -= g * p[o];
                }
                for (int j = 0; j < d; j++) {
                    slope[at + LevelOutput.level(x[i * d + j], levels) * d + j] += g;
                }
            }
        });
    }
}
