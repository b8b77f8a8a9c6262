package lvm.onestep;

import java.util.Arrays;
import lvm.autoregressive.LevelOutput;
import lvm.autoregressive.PixelCnn;
import lvm.autoregressive.PixelCnnBuilder;
import lvm.autoregressive.WaveNet;
import lvm.autoregressive.WaveNetBuilder;
import lvm.data.Dataset;
import lvm.onestep.OneStep.Numbers;
import lvm.onestep.OneStep.Seen;
import org.junit.jupiter.api.Test;

/** A step of a network of causal convolutions is one up the mean log probability, with the network written down once more. */
class CausalNetStepTest {
    private static final int H = 3;
    private static final int W = 2;
    private static final Dataset BITS =
            AutoencoderStepTest.bits(6, H * W).withLabels(0, 1, 0, 2, 1, 1).asImages(H, W);

    // --- what the networks are made of: channel, row, column

    private static double at(double[][][] x, int c, int i, int j) {
        return i < 0 || i >= x[c].length || j < 0 || j >= x[c][0].length ? 0 : x[c][i][j];
    }

    /** y(f, i, j) = b(f) + Σ w(c, p, q; f) x(c, i + p − top, j + q·dilation − left). */
    private static double[][][] conv(
            Numbers p, String name, double[][][] x, int high, int wide, int dilation, int top, int left) {
        double[][] w = p.get(name + ".w");
        double[] b = p.row(name + ".b");
        double[][][] y = new double[b.length][x[0].length][x[0][0].length];
        for (int f = 0; f < b.length; f++) {
            for (int i = 0; i < y[f].length; i++) {
                for (int j = 0; j < y[f][i].length; j++) {
                    double sum = b[f];
                    for (int c = 0; c < x.length; c++) {
                        for (int u = 0; u < high; u++) {
                            for (int v = 0; v < wide; v++) {
                                sum += w[(c * high + u) * wide + v][f] * at(x, c, i + u - top, j + v * dilation - left);
                            }
                        }
                    }
                    y[f][i][j] = sum;
                }
            }
        }
        return y;
    }

    private static double[][][] add(double[][][] a, double[][][] b) {
        double[][][] y = new double[a.length][a[0].length][a[0][0].length];
        for (int c = 0; c < y.length; c++) {
            for (int i = 0; i < y[c].length; i++) {
                for (int j = 0; j < y[c][i].length; j++) {
                    y[c][i][j] = a[c][i][j] + b[c][i][j];
                }
            }
        }
        return y;
    }

    /** tanh of the first half of the channels times σ of the second, with numbers of the class added; null for none. */
    private static double[][][] gate(double[][][] x, double[] ofClass) {
        int units = x.length / 2;
        double[][][] y = new double[units][x[0].length][x[0][0].length];
        for (int c = 0; c < units; c++) {
            for (int i = 0; i < y[c].length; i++) {
                for (int j = 0; j < y[c][i].length; j++) {
                    y[c][i][j] = Math.tanh(x[c][i][j] + (ofClass == null ? 0 : ofClass[c]))
                            * Reference.sigmoid(x[units + c][i][j] + (ofClass == null ? 0 : ofClass[units + c]));
                }
            }
        }
        return y;
    }

    /** Flat around 0, where units that get nothing stand exactly and differences would see half a slope. */
    private static double rectified(double a) {
        return a > 5e-5 ? a : 0;
    }

    private static double[][][] relu(double[][][] x) {
        return Arrays.stream(x)
                .map(channel -> Arrays.stream(channel)
                        .map(row -> Arrays.stream(row)
                                .map(CausalNetStepTest::rectified)
                                .toArray())
                        .toArray(double[][]::new))
                .toArray(double[][][]::new);
    }

    private static double[] ofClass(Numbers p, String name, int label) {
        return label < 0 ? null : p.get(name + ".classes")[label];
    }

    private static double[][][] image(double[] x, int h, int w) {
        double[][][] y = new double[1][h][w];
        for (int k = 0; k < x.length; k++) {
            y[0][k / w][k % w] = 2 * x[k] - 1;
        }
        return y;
    }

    private static double logProbability(LevelOutput output, double[][][] l, double[] x, int w) {
        double sum = 0;
        for (int k = 0; k < x.length; k++) {
            double[] own = new double[l.length];
            for (int c = 0; c < own.length; c++) {
                own[c] = l[c][k / w][k % w];
            }
            sum += output == LevelOutput.BINARY
                    ? Reference.logBernoulli(x[k], own[0])
                    : Reference.logSoftmax(own)[(int) Math.round(x[k] * (own.length - 1))];
        }
        return sum;
    }

    private static double mean(Seen seen, boolean classes, OfRow f) {
        double sum = 0;
        for (int i = 0; i < seen.x().length; i++) {
            sum += f.value(seen.x()[i], classes ? seen.labels()[i] : -1);
        }
        return sum / seen.x().length;
    }

    private interface OfRow {
        double value(double[] x, int label);
    }

    // --- PixelCNN

    private static double pixelCnn(
            Numbers p, int blocks, int first, int others, LevelOutput output, double[] x, int label) {
        double[][][] v = image(x, H, W);
        double[][][] h = v;
        for (int k = 0; k < blocks; k++) {
            String name = "block." + k;
            int reach = ((k == 0 ? first : others) - 1) / 2;
            double[][][] above = conv(p, name + ".vertical", v, reach + 1, 2 * reach + 1, 1, reach, reach);
            double[][][] down = conv(p, name + ".down", above, 1, 1, 1, 1, 0);
            double[][][] left = conv(p, name + ".horizontal", h, 1, k == 0 ? reach : reach + 1, 1, 0, reach);
            double[][][] gated = gate(add(left, down), ofClass(p, name + ".horizontal", label));
            double[][][] own = conv(p, name + ".out", gated, 1, 1, 1, 0, 0);
            h = k == 0 ? own : add(own, h);
            v = k + 1 < blocks ? gate(above, ofClass(p, name + ".vertical", label)) : v;
        }
        double[][][] last = relu(conv(p, "last", relu(h), 1, 1, 1, 0, 0));
        return logProbability(output, conv(p, "head", last, 1, 1, 1, 0, 0), x, W);
    }

    private static void assertPixelCnn(Dataset data, PixelCnnBuilder settings, int blocks, int first, boolean classes) {
        for (int step = 0; step < 2; step++) {
            Seen seen = OneStep.seen(data, step);
            PixelCnn before = OneStep.sgd(settings, step).fit(data);
            PixelCnn after = OneStep.sgd(settings, step + 1L).fit(data);
            OneStep.assertStep(
                    "PixelCnn",
                    OneStep.of(before),
                    OneStep.of(after),
                    after.history().last("log probability, nats per row"),
                    p -> mean(
                            seen,
                            classes,
                            (x, label) -> pixelCnn(p, blocks, first, 3, before.distribution(), x, label)));
        }
        PixelCnn last = OneStep.sgd(settings, 1).validation(data.slice(0, 4)).fit(data);
        Seen seen = OneStep.seenByValidation(data.slice(0, 4));
        OneStep.assertValidation(
                "PixelCnn",
                last,
                OneStep.of(last),
                p -> mean(seen, classes, (x, label) -> pixelCnn(p, blocks, first, 3, last.distribution(), x, label)));
    }

    private static PixelCnnBuilder pixels(int blocks, int first) {
        return PixelCnn.builder().filters(3).blocks(blocks).kernel(first, 3);
    }

    @Test
    void pixelCnn() {
        assertPixelCnn(BITS, pixels(2, 5), 2, 5, false);
        assertPixelCnn(BITS, pixels(3, 3).conditional(true), 3, 3, true);
        byte[] bytes = new byte[5 * H * W];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 7 % 4);
        }
        Dataset levels = Dataset.ofBytes(bytes, H * W, 3).asImages(H, W);
        assertPixelCnn(levels, pixels(1, 3).output(LevelOutput.softmax(4)), 1, 3, false);
    }

    // --- WaveNet

    private static double waveNet(Numbers p, int[] dilations, LevelOutput output, double[] x, int label) {
        double[][][] h = conv(p, "first", image(x, 1, x.length), 1, 2, 1, 0, 2);
        double[][][] sum = null;
        for (int k = 0; k < dilations.length; k++) {
            String name = "layer." + k;
            double[][][] gated = gate(
                    conv(p, name + ".gate", h, 1, 2, dilations[k], 0, dilations[k]), ofClass(p, name + ".gate", label));
            double[][][] skip = conv(p, name + ".skip", gated, 1, 1, 1, 0, 0);
            sum = k == 0 ? skip : add(sum, skip);
            h = k + 1 < dilations.length ? add(h, conv(p, name + ".out", gated, 1, 1, 1, 0, 0)) : h;
        }
        double[][][] last = relu(conv(p, "last", relu(sum), 1, 1, 1, 0, 0));
        return logProbability(output, conv(p, "head", last, 1, 1, 1, 0, 0), x, x.length);
    }

    private static void assertWaveNet(Dataset data, WaveNetBuilder settings, boolean classes, int... dilations) {
        settings.dilations(dilations);
        for (int step = 0; step < 2; step++) {
            Seen seen = OneStep.seen(data, step);
            WaveNet before = OneStep.sgd(settings, step).fit(data);
            WaveNet after = OneStep.sgd(settings, step + 1L).fit(data);
            OneStep.assertStep(
                    "WaveNet",
                    OneStep.of(before),
                    OneStep.of(after),
                    after.history().last("log probability, nats per row"),
                    p -> mean(seen, classes, (x, label) -> waveNet(p, dilations, before.distribution(), x, label)));
        }
    }

    @Test
    void waveNet() {
        assertWaveNet(BITS, WaveNet.builder().filters(2).skips(3).output(LevelOutput.BINARY), false, 1, 2, 3);
        assertWaveNet(
                BITS,
                WaveNet.builder().filters(3).skips(2).conditional(true).output(LevelOutput.softmax(2)),
                true,
                2,
                1);
    }
}
