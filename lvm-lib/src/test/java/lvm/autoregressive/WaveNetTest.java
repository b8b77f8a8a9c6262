package lvm.autoregressive;

import static lvm.model.Messages.assertMessageHas;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class WaveNetTest {
    private static final Dataset BITS = MadeTest.BITS.withLabels(
            IntStream.range(0, 60).map(i -> i % 7 < 5 ? 0 : i % 7 - 4).toArray());

    private static WaveNetBuilder settings() {
        return WaveNet.builder()
                .filters(4)
                .skips(5)
                .dilations(1, 2, 4)
                .output(LevelOutput.BINARY)
                .learningRate(.02)
                .batchSize(20)
                .epochs(4)
                .seed(3);
    }

    @Nested
    class WithoutClasses extends PixelCnnTest.Contract {
        WithoutClasses() {
            super(settings().fit(BITS));
        }
    }

    @Nested
    class OfClasses extends PixelCnnTest.Contract {
        OfClasses() {
            super(settings().conditional(true).dilations(1, 2, 1, 2).fit(BITS));
        }
    }

    /** Slopes: each number hangs on each of the r before it, and on no other. */
    @Test
    void everyNumberSeesTheWholeFieldBeforeItAndNoOther() {
        int d = 16;
        int[] dilations = {1, 2, 4, 1};
        SplittableRandom rng = new SplittableRandom(2);
        WaveNetwork net = new WaveNetwork(d, 0, LevelOutput.BINARY, 5, 6, dilations, rng);
        int field = WaveNet.field(dilations);
        assertEquals(10, field);
        FMatrixRMaj x = new FMatrixRMaj(4, d);
        for (int i = 0; i < x.getNumElements(); i++) {
            x.data[i] = (float) rng.nextGaussian();
        }
        for (int t = 0; t < d; t++) {
            Tape tape = Tape.forInputs();
            Var input = tape.input(x);
            tape.backward(net.parameters(tape, input, null).columns(t, t + 1).sum());
            for (int u = 0; u < d; u++) {
                double most = 0;
                for (int i = 0; i < x.numRows; i++) {
                    most = Math.max(most, Math.abs(input.grad().get(i, u)));
                }
                assertEquals(u < t && u >= t - field, most > 0, "number " + t + " hangs on " + u + " by " + most);
            }
        }
    }

    /** Five numbers of four levels: the 1024 signals have a total of 1, and draws have their probabilities, but for one in 10⁶. */
    @Test
    void signalsOfAFewLevels() {
        SplittableRandom rng = new SplittableRandom(4);
        FMatrixRMaj signals = new FMatrixRMaj(60, 5);
        for (int i = 0; i < 60; i++) {
            double phase = rng.nextDouble(6);
            for (int t = 0; t < 5; t++) {
                signals.set(i, t, (float) Math.sin(phase + t));
            }
        }
        WaveNet model = settings()
                .output(LevelOutput.softmax(4))
                .epochs(15)
                .fit(MuLaw.of(4).encode(signals));
        assertEquals(9, model.field());
        FMatrixRMaj all = new FMatrixRMaj(1024, 5);
        for (int s = 0; s < 1024; s++) {
            for (int t = 0, rest = s; t < 5; t++, rest /= 4) {
                all.set(s, t, rest % 4 / 3f);
            }
        }
        double[] p = Arrays.stream(model.logDensity(all)).map(Math::exp).toArray();
        assertEquals(1, Arrays.stream(p).sum(), 1e-5);
        int n = 10_000;
        FMatrixRMaj x = model.sample(n, new SplittableRandom(5));
        double[] counts = new double[1024];
        for (int i = 0; i < n; i++) {
            int state = 0;
            for (int t = 4; t >= 0; t--) {
                state = 4 * state + Math.round(3 * x.get(i, t));
            }
            counts[state]++;
        }
        AutoregressiveContract.assertFrequencies(p, counts, n);
    }

    @Test
    void theFirstNumberHasItsFrequency() {
        WaveNet model = settings()
                .dilations(1)
                .learningRate(.05)
                .batchSize(1000)
                .epochs(120)
                .fit(BITS);
        FMatrixRMaj x = BITS.floatMatrix();
        double mean = 0;
        for (int i = 0; i < x.numRows; i++) {
            mean += x.get(i, 0) / x.numRows;
        }
        double l = model.steps(1, 0).next().data[0];
        assertEquals(mean, 1 / (1 + Math.exp(-l)), .02);
    }

    @Test
    void companding() {
        MuLaw law = MuLaw.of();
        assertEquals(256, law.levels());
        FMatrixRMaj ends = law.encode(new FMatrixRMaj(new float[][] {{-1, 1, .5f, -.5f, .01f}}));
        // F(0.5) = log(128.5)/log(256), F(0.01) = log(3.55)/log(256)
        double half = Math.rint(127.5 * (1 + Math.log(128.5) / Math.log(256))) / 255;
        double small = Math.rint(127.5 * (1 + Math.log(3.55) / Math.log(256))) / 255;
        assertArrayEquals(new float[] {0, 1, (float) half, (float) (1 - half), (float) small}, ends.data, 1e-6f);
        for (int levels : new int[] {2, 5, 256, 1000}) {
            FMatrixRMaj all = new FMatrixRMaj(1, levels);
            for (int k = 0; k < levels; k++) {
                all.data[k] = k / (levels - 1f);
            }
            FMatrixRMaj signals = MuLaw.of(levels).decode(all);
            assertArrayEquals(all.data, MuLaw.of(levels).encode(signals).data, 1e-6f);
            assertEquals(-1, signals.data[0], 1e-6);
            assertEquals(1, signals.data[levels - 1], 1e-6);
            for (int k = 1; k < levels; k++) {
                assertTrue(signals.data[k] > signals.data[k - 1]);
            }
        }
        assertMessageHas("1.5 in row 0, column 1", () -> law.encode(new FMatrixRMaj(new float[][] {{0, 1.5f}})));
        assertMessageHas("NaN in row 0, column 0", () -> law.encode(new FMatrixRMaj(new float[][] {{Float.NaN}})));
        assertMessageHas("0.3 in row 0, column 0", () -> MuLaw.of(3).decode(new FMatrixRMaj(new float[][] {{.3f}})));
        assertMessageHas("levels is 1", () -> MuLaw.of(1));
    }

    @Test
    void badSettingsAreNamed() {
        assertMessageHas("WaveNet: filters not set", () -> WaveNet.builder().fit(BITS));
        assertMessageHas(
                "the number of layers in dilations is 0",
                () -> WaveNet.builder().dilations());
        assertMessageHas("dilations is 0", () -> WaveNet.builder().dilations(1, 0));
        assertMessageHas("skips is 0", () -> WaveNet.builder().skips(0));
        assertMessageHas(
                "row 0 has no label", () -> settings().conditional(true).fit(BITS.withoutLabels()));
        assertMessageHas(
                "expected one of the 256 levels",
                () -> WaveNet.builder().filters(2).fit(new double[][] {{.1, .2}, {.3, .4}}));
    }
}
