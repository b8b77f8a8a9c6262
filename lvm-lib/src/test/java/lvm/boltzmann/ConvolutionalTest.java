package lvm.boltzmann;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.SplittableRandom;
import lvm.data.Bars;
import lvm.data.Dataset;
import lvm.linalg.Logs;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Convolutional machines against sums over all their states, one state and one place at a time. */
class ConvolutionalTest {
    private static FMatrixRMaj normal(int rows, int columns, double deviation, long seed) {
        FMatrixRMaj m = new FMatrixRMaj(rows, columns);
        Fill.normal(0, (float) deviation, m, new SplittableRandom(seed));
        return m;
    }

    /** 3×3 images, two filters of 2×2, maps of 2×2, one block each. */
    private static ConvolutionalRbm machine() {
        return ConvolutionalRbm.of(normal(4, 2, 1, 1), normal(1, 1, .5, 2), normal(1, 2, .5, 3), 3, 3, 2, 0);
    }

    private static FMatrixRMaj images() {
        FMatrixRMaj v = new FMatrixRMaj(512, 9);
        for (int s = 0; s < 512; s++) {
            for (int i = 0; i < 9; i++) {
                v.set(s, i, s >> i & 1);
            }
        }
        return v;
    }

    /** The energy of an image and a state, in which filter k has its unit on[k] on, or none at 4. */
    private static double energy(ConvolutionalRbm rbm, FMatrixRMaj v, int row, int... on) {
        double e = 0;
        for (int i = 0; i < 9; i++) {
            e -= rbm.visibleBias().get(0, 0) * v.get(row, i);
        }
        for (int k = 0; k < 2; k++) {
            if (on[k] < 4) {
                e -= rbm.hiddenBias().get(0, k);
                for (int i = 0; i < 2; i++) {
                    for (int j = 0; j < 2; j++) {
                        int pixel = (on[k] / 2 + i) * 3 + on[k] % 2 + j;
                        e -= v.get(row, pixel) * rbm.weights().get(i * 2 + j, k);
                    }
                }
            }
        }
        return e;
    }

    @Test
    void sumsOverAllStates() {
        ConvolutionalRbm rbm = machine();
        FMatrixRMaj v = images();
        double[] f = rbm.freeEnergy(v);
        FMatrixRMaj h = rbm.detections(v);
        FMatrixRMaj pools = rbm.encode(v);
        double[] all = new double[512 * 25];
        for (int s = 0; s < 512; s++) {
            double[] states = new double[25];
            double[] unit = new double[8];
            double[] pool = new double[2];
            for (int k = 0; k < 25; k++) {
                states[k] = -energy(rbm, v, s, k / 5, k % 5);
                all[s * 25 + k] = states[k];
            }
            double log = Logs.logSumExp(states);
            for (int k = 0; k < 25; k++) {
                double p = Math.exp(states[k] - log);
                if (k / 5 < 4) {
                    unit[k / 5] += p;
                    pool[0] += p;
                }
                if (k % 5 < 4) {
                    unit[4 + k % 5] += p;
                    pool[1] += p;
                }
            }
            assertEquals(-log, f[s], 1e-5);
            for (int i = 0; i < 8; i++) {
                assertEquals(unit[i], h.get(s, i), 1e-5);
            }
            assertEquals(pool[0], pools.get(s, 0), 1e-5);
            assertEquals(pool[1], pools.get(s, 1), 1e-5);
        }
        assertEquals(Logs.logSumExp(all), rbm.logPartition().nats(), 1e-5);
    }

    /** Draws and completions have the exact probabilities of pixels: 4,000 chains, five standard errors. */
    @Test
    void draws() {
        ConvolutionalRbm rbm = machine();
        FMatrixRMaj v = images();
        double[] f = rbm.freeEnergy(v);
        double logZ = rbm.logPartition().nats();
        double[] mean = new double[9];
        double[] given = new double[9];
        double known = 0;
        for (int s = 0; s < 512; s++) {
            double p = Math.exp(-f[s] - logZ);
            boolean same = (s & 7) == 5; // the upper row is 1, 0, 1
            known += same ? p : 0;
            for (int i = 0; i < 9; i++) {
                mean[i] += p * v.get(s, i);
                given[i] += same ? p * v.get(s, i) : 0;
            }
        }
        int n = 4000;
        FMatrixRMaj drawn = rbm.sample(n, 60, new SplittableRandom(3));
        FMatrixRMaj upper = new FMatrixRMaj(n, 9);
        for (int r = 0; r < n; r++) {
            upper.set(r, 0, 1);
            upper.set(r, 2, 1);
            upper.set(r, 7, .3f); // what is not known does not matter
        }
        boolean[] row = {true, true, true, false, false, false, false, false, false};
        FMatrixRMaj completed = rbm.complete(upper, row, 60, new SplittableRandom(4));
        for (int i = 0; i < 9; i++) {
            double found = 0;
            double filled = 0;
            for (int r = 0; r < n; r++) {
                found += drawn.get(r, i) / n;
                filled += completed.get(r, i) / n;
            }
            assertEquals(mean[i], found, 5 * .5 / Math.sqrt(n));
            assertEquals(given[i] / known, filled, i < 3 ? 1e-4 : 5 * .5 / Math.sqrt(n));
        }
    }

    /** The stack's chain of all three layers has the probabilities of its energy, summed over all states of a small one. */
    @Test
    void hierarchicalInference() {
        ConvolutionalRbm lower = machine();
        ConvolutionalRbm upper =
                ConvolutionalRbm.of(normal(2, 2, 1.5, 7), normal(1, 2, 2, 8), normal(1, 2, .5, 9), 1, 1, 1, 0);
        ConvolutionalDbn stack = ConvolutionalDbn.of(lower, upper);
        FMatrixRMaj v = images();
        FMatrixRMaj h = new FMatrixRMaj(512, 8);
        FMatrixRMaj top = new FMatrixRMaj(512, 2);
        double[] given = new double[9];
        double known = 0;
        for (int k = 0; k < 25; k++) {
            for (int t = 0; t < 4; t++) {
                for (int s = 0; s < 512; s++) {
                    for (int i = 0; i < 4; i++) {
                        h.set(s, i, k / 5 == i ? 1 : 0);
                        h.set(s, 4 + i, k % 5 == i ? 1 : 0);
                    }
                    top.set(s, 0, t & 1);
                    top.set(s, 1, t >> 1);
                }
                double[] e = stack.energy(v, h, top);
                for (int s = 0; s < 512; s++) {
                    double expected = energy(lower, v, s, k / 5, k % 5);
                    for (int j = 0; j < 2; j++) {
                        if ((t >> j & 1) == 1) {
                            expected -= upper.hiddenBias().get(0, j);
                            expected -= k / 5 < 4 ? upper.weights().get(0, j) : 0;
                            expected -= k % 5 < 4 ? upper.weights().get(1, j) : 0;
                        }
                    }
                    assertEquals(expected, e[s], 1e-4);
                    if ((s & 7) == 5) {
                        double p = Math.exp(-e[s]);
                        known += p;
                        for (int i = 0; i < 9; i++) {
                            given[i] += p * v.get(s, i);
                        }
                    }
                }
            }
        }
        int n = 4000;
        FMatrixRMaj rows = new FMatrixRMaj(n, 9);
        for (int r = 0; r < n; r++) {
            rows.set(r, 0, 1);
            rows.set(r, 2, 1);
        }
        boolean[] row = {true, true, true, false, false, false, false, false, false};
        FMatrixRMaj completed = stack.complete(rows, row, 60, new SplittableRandom(4));
        for (int i = 3; i < 9; i++) {
            double filled = 0;
            for (int r = 0; r < n; r++) {
                filled += completed.get(r, i) / n;
            }
            assertEquals(given[i] / known, filled, 5 * .5 / Math.sqrt(n));
        }
    }

    /** Zeros around the image: as the machine without them on an image that has them, whose border is off. */
    @Test
    void padding() {
        ConvolutionalRbm zeros =
                ConvolutionalRbm.of(normal(9, 2, 1, 1), normal(1, 1, .5, 2), normal(1, 2, .5, 3), 4, 4, 2, 1);
        ConvolutionalRbm none =
                ConvolutionalRbm.of(zeros.weights(), zeros.visibleBias(), zeros.hiddenBias(), 6, 6, 2, 0);
        FMatrixRMaj v = new FMatrixRMaj(5, 16);
        Fill.uniform(v, new SplittableRandom(4));
        FMatrixRMaj framed = new FMatrixRMaj(5, 36);
        for (int r = 0; r < 5; r++) {
            for (int i = 0; i < 16; i++) {
                framed.set(r, (i / 4 + 1) * 6 + i % 4 + 1, v.get(r, i));
            }
        }
        double[] a = zeros.freeEnergy(v);
        double[] b = none.freeEnergy(framed);
        for (int r = 0; r < 5; r++) {
            assertEquals(a[r], b[r], 1e-4);
        }
        assertEquals(zeros.latentDim(), none.latentDim());
        assertEquals(36, zeros.onImages(6, 6).dim());
        assertEquals(2 * 9, zeros.onImages(6, 6).latentDim());
    }

    @Test
    void learnsAndIsSaved(@TempDir Path directory) {
        Dataset bars = Bars.generate(300, 5, .25, .01, 1).pictures();
        ConvolutionalRbmBuilder lower = ConvolutionalRbm.builder()
                .filters(4)
                .kernel(2)
                .startDeviation(.1)
                .learningRate(.05)
                .learning(RbmLearning.cd(2))
                .batchSize(50)
                .epochs(60);
        ConvolutionalDbn stack = ConvolutionalDbn.builder()
                .layers(
                        lower,
                        ConvolutionalRbm.builder().filters(3).kernel(1).pool(1).epochs(5))
                .fit(bars);
        double[] values = stack.lower().history().column("log pseudo-likelihood, estimate, nats per row");
        double first = 0;
        double last = 0;
        for (int e = 0; e < 5; e++) {
            first += values[e] / 5;
            last += values[values.length - 1 - e] / 5;
        }
        assertTrue(last > first + 1, first + " to " + last);
        Path file = directory.resolve("stack.safetensors");
        stack.save(file);
        FMatrixRMaj x = bars.floatMatrix();
        assertEquals(
                0,
                org.ejml.dense.row.CommonOps_FDRM.elementMaxAbs(
                        difference(stack.encode(x), ConvolutionalDbn.load(file).encode(x))));
    }

    private static FMatrixRMaj difference(FMatrixRMaj a, FMatrixRMaj b) {
        FMatrixRMaj c = new FMatrixRMaj(a.numRows, a.numCols);
        org.ejml.dense.row.CommonOps_FDRM.subtract(a, b, c);
        return c;
    }

    private static String message(Runnable bad) {
        return assertThrows(IllegalArgumentException.class, bad::run).getMessage();
    }

    @Test
    void badInput() {
        Dataset bars = Bars.generate(10, 4, .25, .01, 1).pictures();
        assertTrue(message(() -> ConvolutionalRbm.builder().kernel(2).fit(bars)).contains("filters not set"));
        assertTrue(message(() -> ConvolutionalRbm.builder().filters(2).kernel(5).fit(bars))
                .contains("the kernel is 5×5, the image only 4×4; expected"));
        assertTrue(message(() -> ConvolutionalRbm.builder().filters(2).kernel(2).fit(bars))
                .contains("maps of 3×3 places"));
        assertTrue(message(() -> ConvolutionalRbm.builder()
                        .filters(2)
                        .kernel(3)
                        .image(1, 3, 5)
                        .fit(bars))
                .contains("x has 16 columns"));
        assertTrue(message(() -> ConvolutionalRbm.builder()
                        .filters(2)
                        .kernel(3)
                        .learning(RbmLearning.exact())
                        .fit(bars))
                .contains("expected at most 12"));
        assertTrue(message(() -> ConvolutionalRbm.builder().learning(RbmLearning.pcd(1)))
                .contains("expected cd"));
        assertTrue(message(() -> machine().onImages(1, 4)).contains("the kernel is 2×2, the image only 1×4"));
        assertTrue(message(() -> machine().onImages(5, 4)).contains("maps of 4×3"));
        assertTrue(message(() -> ConvolutionalDbn.of(machine(), machine())).contains("the pooling units of the lower"));
        assertTrue(message(() -> machine().complete(images(), new boolean[3], 5, new SplittableRandom(1)))
                .contains("known has 3 pixels"));
    }

    /** The input of an upper unit, as it depends on the pixels where each pooling unit has the mean input of its block. */
    @Test
    void projectedFilters() {
        FMatrixRMaj below = normal(2 * 9, 3, 1, 5); // two channels, three filters of 3×3
        FMatrixRMaj above = normal(3 * 4, 2, 1, 6); // two filters of 2×2
        ConvolutionalRbm lower = ConvolutionalRbm.of(below, new FMatrixRMaj(1, 2), new FMatrixRMaj(1, 3), 6, 6, 2, 0);
        ConvolutionalRbm upper = ConvolutionalRbm.of(above, new FMatrixRMaj(1, 3), new FMatrixRMaj(1, 2), 2, 2, 1, 0);
        FMatrixRMaj projected = ConvolutionalDbn.of(lower, upper).projectedFilters();
        assertEquals(2, projected.numRows);
        assertEquals(2 * 36, projected.numCols);
        FMatrixRMaj v = normal(1, 72, 1, 7);
        for (int f = 0; f < 2; f++) {
            double input = 0;
            for (int k = 0; k < 3; k++) {
                for (int y = 0; y < 4; y++) {
                    for (int x = 0; x < 4; x++) { // a hidden unit of the lower machine, a fourth of its block
                        double a = 0;
                        for (int w = 0; w < 18; w++) {
                            int pixel = w / 9 * 36 + (y + w / 3 % 3) * 6 + x + w % 3;
                            a += below.get(w, k) * v.data[pixel];
                        }
                        input += a / 4 * above.get(4 * k + y / 2 * 2 + x / 2, f);
                    }
                }
            }
            double sum = 0;
            for (int i = 0; i < 72; i++) {
                sum += projected.get(f, i) * v.data[i];
            }
            assertEquals(input, sum, 1e-4);
        }
    }
}
