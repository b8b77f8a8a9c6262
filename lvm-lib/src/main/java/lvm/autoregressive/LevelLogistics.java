package lvm.autoregressive;

import lvm.autodiff.Node;
import lvm.autodiff.Op;
import lvm.linalg.Logs;
import lvm.linalg.Parallel;

/**
 * Σⱼ log P(kⱼ) of each row under mixtures of discretised logistic distributions: input 0 is n×(3M·D), the logits of the weights, then the
 * means, then the log scales, component by component; input 1 the numbers, n×D. Scratch 0 keeps the slopes along input 0.
 */
final class LevelLogistics extends Op {
    private final int levels;
    private final int components;

    LevelLogistics(int levels, int components) {
        super("levelLogistics");
        this.levels = levels;
        this.components = components;
    }

    @Override
    protected void forward(Node y) {
        int d = y.input(1).cols();
        int width = 3 * components * d;
        float[] parameters = y.input(0).value().data;
        float[] x = y.input(1).value().data;
        float[] slopes = y.needsGradient() ? y.scratch(0, y.rows(), width).data : null;
        Parallel.range(y.rows(), Parallel.grain(32 * components * d), (from, to) -> {
            double[] work = new double[2 * components];
            for (int i = from; i < to; i++) {
                double sum = 0;
                for (int j = 0; j < d; j++) {
                    int k = LevelOutput.level(x[i * d + j], levels);
                    sum += mass(parameters, i * width + j, d, levels, components, k, work, slopes);
                }
                y.value().data[i] = (float) sum;
            }
        });
    }

    /** log P(k) from parameters that begin at a place, a stride apart. */
    static double logProbability(float[] parameters, int at, int stride, int levels, int components, int k) {
        return mass(parameters, at, stride, levels, components, k, new double[2 * components], null);
    }

    /** log P(k); writes the slopes to their places if there is where to. */
    private static double mass(float[] p, int at, int stride, int levels, int m, int k, double[] work, float[] slopes) {
        double step = 1.0 / (levels - 1);
        double v = 2 * k * step - 1;
        for (int c = 0; c < m; c++) {
            double mean = p[at + (m + c) * stride];
            double scale = Math.exp(-(double) p[at + (2 * m + c) * stride]);
            work[c] = p[at + c * stride];
            work[m + c] =
                    work[c] + logMass((v + step - mean) * scale, (v - step - mean) * scale, k == levels - 1, k == 0);
        }
        double total = Logs.logSumExp(work, 0, m);
        double joint = Logs.logSumExp(work, m, m);
        for (int c = 0; c < m && slopes != null; c++) {
            double mean = p[at + (m + c) * stride];
            double scale = Math.exp(-(double) p[at + (2 * m + c) * stride]);
            double share = Math.exp(work[m + c] - joint);
            slopes[at + c * stride] = (float) (share - Math.exp(work[c] - total));
            double a = (v + step - mean) * scale;
            double b = (v - step - mean) * scale;
            // Along the upper and the lower end, apart from what hangs on their distance.
            double da = k == levels - 1 ? 0 : sigmoid(-a);
            double db = k == 0 ? 0 : -sigmoid(b);
            double inner = k == 0 || k == levels - 1 ? 0 : (a - b) / Math.expm1(a - b);
            slopes[at + (m + c) * stride] = (float) (-share * scale * (da + db));
            slopes[at + (2 * m + c) * stride] = (float) (-share * (da * a + db * b + inner));
        }
        return joint - total;
    }

    private static double sigmoid(double a) {
        return 1 / (1 + Math.exp(-a));
    }

    /** log(σ(a) − σ(b)) = log σ(a) + log σ(−b) + log(1 − e^(b − a)), with σ(a) = 1 at the top and σ(b) = 0 at the bottom. */
    private static double logMass(double a, double b, boolean top, boolean bottom) {
        if (bottom) {
            return -Logs.softplus(-a);
        }
        if (top) {
            return -Logs.softplus(b);
        }
        return -Logs.softplus(-a) - Logs.softplus(b) + Math.log(-Math.expm1(b - a));
    }

    @Override
    protected void backward(Node y) {
        if (!y.input(0).needsGradient()) {
            return;
        }
        float[] to = y.input(0).addend();
        float[] slopes = y.scratch(0).data;
        int width = y.input(0).cols();
        for (int i = 0; i < y.rows(); i++) {
            float g = y.gradient().data[i];
            for (int o = i * width; o < (i + 1) * width; o++) {
                to[o] += g * slopes[o];
            }
        }
    }
}
