package lvm.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import lvm.autodiff.Activation;
import lvm.autodiff.ConvShape;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.optim.Adam;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Layers and their start values. */
class LayersTest {
    private static final SplittableRandom RNG = new SplittableRandom(1);

    private static FMatrixRMaj random(int rows, int cols) {
        FMatrixRMaj m = new FMatrixRMaj(rows, cols);
        for (int i = 0; i < m.getNumElements(); i++) {
            m.data[i] = (float) RNG.nextGaussian();
        }
        return m;
    }

    private static void fails(String message, Executable body) {
        String text = assertThrows(IllegalArgumentException.class, body).getMessage();
        assertTrue(text.contains(message), text);
    }

    /** n = 120,000 draws: five standard errors of a mean and of a variance (kurtosis at most 3), 1e-6 by chance. */
    @ParameterizedTest
    @CsvSource({"GLOROT,300,400", "GLOROT,400,300", "HE,300,400", "HE,400,300"})
    void startsHaveTheirVariance(WeightInit init, int in, int out) {
        FMatrixRMaj w = init.draw(in, out, new SplittableRandom(2));
        double variance = init == WeightInit.HE ? 2.0 / in : 2.0 / (in + out);
        int n = in * out;
        double mean = 0;
        double squares = 0;
        double largest = 0;
        for (float v : w.data) {
            mean += v / n;
            squares += (double) v * v / n;
            largest = Math.max(largest, Math.abs(v));
        }
        assertEquals(0, mean, 5 * Math.sqrt(variance / n));
        assertEquals(variance, squares, 5 * variance * Math.sqrt(2.0 / n));
        if (init == WeightInit.GLOROT) {
            assertTrue(largest <= Math.sqrt(3 * variance) * (1 + 1e-6));
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1", "5,5", "30,12", "12,30", "1,4", "64,64"})
    void orthogonalStartsAreOrthogonal(int in, int out) {
        FMatrixRMaj w = WeightInit.ORTHOGONAL.draw(in, out, new SplittableRandom(3));
        boolean tall = in >= out;
        int k = Math.min(in, out);
        for (int a = 0; a < k; a++) {
            for (int b = 0; b < k; b++) {
                double dot = 0;
                for (int i = 0; i < Math.max(in, out); i++) {
                    dot += tall ? (double) w.get(i, a) * w.get(i, b) : (double) w.get(a, i) * w.get(b, i);
                }
                assertEquals(a == b ? 1 : 0, dot, 1e-6);
            }
        }
        fails("WeightInit.ORTHOGONAL: 0×3", () -> WeightInit.ORTHOGONAL.draw(0, 3, RNG));
    }

    @Test
    void linearIsItsFormula() {
        Linear layer = new Linear("l", 3, 2, Activation.TANH, WeightInit.GLOROT, RNG);
        layer.bias().value().data[1] = 0.7f;
        FMatrixRMaj x = random(4, 3);
        FMatrixRMaj y = apply(layer, x);
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 2; j++) {
                double z = layer.bias().value().data[j];
                for (int k = 0; k < 3; k++) {
                    z += x.get(i, k) * layer.weights().value().get(k, j);
                }
                assertEquals(Math.tanh(z), y.get(i, j), 1e-6);
            }
        }
        assertEquals(
                List.of("l.w", "l.b"), layer.params().stream().map(Param::name).toList());
        Tape tape = new Tape();
        fails("Var.linear: a is 2×5, b is 3×2", () -> layer.forward(tape, tape.constant(random(2, 5))));
    }

    private static FMatrixRMaj apply(Layer layer, FMatrixRMaj x) {
        Tape tape = Tape.withoutGradients();
        return layer.forward(tape, tape.constant(x)).value().copy();
    }

    @Test
    void mlpIsItsLayersOneAfterTheOther() {
        Mlp mlp = new Mlp("m", Activation.RELU, RNG, 4, 6, 5, 2);
        FMatrixRMaj x = random(3, 4);
        FMatrixRMaj y = x;
        for (Linear layer : mlp.layers()) {
            y = apply(layer, y);
        }
        assertArrayEquals(y.data, apply(mlp, x).data);
        assertEquals(
                List.of("m.0.w", "m.0.b", "m.1.w", "m.1.b", "m.2.w", "m.2.b"),
                mlp.params().stream().map(Param::name).toList());
        boolean negative = false;
        for (float v : apply(mlp, random(50, 4)).data) {
            negative |= v < 0;
        }
        assertTrue(negative, "the last layer has no activation");
        fails("Mlp: 1 sizes", () -> new Mlp("m", Activation.RELU, RNG, 4));
    }

    @Test
    void aMaskedWeightHasNoEffectAndNoGradient() {
        FMatrixRMaj mask = new FMatrixRMaj(2, 2, true, 1, 0, 1, 1);
        MaskedLinear layer = new MaskedLinear("l", mask, Activation.IDENTITY, WeightInit.GLOROT, RNG);
        Param w = layer.params().get(0);
        FMatrixRMaj x = random(3, 2);
        FMatrixRMaj before = apply(layer, x);
        w.value().set(0, 1, 99);
        assertArrayEquals(before.data, apply(layer, x).data);
        Tape tape = new Tape();
        tape.backward(layer.forward(tape, tape.constant(x)).square().sum());
        assertEquals(0, w.gradient().get(0, 1));
        assertTrue(w.gradient().get(1, 1) != 0);
        fails(
                "the mask has 0.5 in row 0, column 1",
                () -> new MaskedLinear("l", new FMatrixRMaj(1, 2, true, 1, 0.5f), Activation.RELU, WeightInit.HE, RNG));
    }

    @Test
    void convolutionsMapImagesToImages() {
        ConvShape shape = new ConvShape(1, 28, 28, 4, 4, 2, 1);
        assertEquals(14, shape.outHeight());
        Conv2d conv = new Conv2d("c", shape, Activation.RELU, WeightInit.HE, RNG);
        ConvTranspose2d back = new ConvTranspose2d("t", shape, Activation.SIGMOID, WeightInit.GLOROT, RNG);
        FMatrixRMaj y = apply(conv, random(2, 784));
        assertEquals(4 * 14 * 14, y.numCols);
        FMatrixRMaj z = apply(back, y);
        assertEquals(784, z.numCols);
        for (float v : z.data) {
            assertTrue(v > 0 && v < 1);
        }
        assertSame(shape, conv.shape());
        assertEquals(1, back.params().get(1).value().numCols);
        // A filter that is one at its place (1,1) and zero else copies the even pixels.
        Param w = conv.params().get(0);
        w.value().zero();
        w.value().set(4 + 1, 0, 1);
        FMatrixRMaj image = new FMatrixRMaj(1, 784);
        for (int i = 0; i < 784; i++) {
            image.data[i] = i;
        }
        FMatrixRMaj copied = apply(conv, image);
        for (int i = 0; i < 14; i++) {
            for (int j = 0; j < 14; j++) {
                assertEquals(2 * i * 28 + 2 * j, copied.get(0, i * 14 + j));
            }
        }
    }

    /** Hidden layers of rectified units begin with the variance 2/in, all others, and the last, with 2/(in + out). */
    @Test
    void theStartOfAPerceptronIsThatOfItsActivation() {
        for (Activation f : new Activation[] {Activation.RELU, Activation.LEAKY_RELU, Activation.TANH}) {
            Mlp net = new Mlp("n", f, new java.util.SplittableRandom(4), 60, 200, 100);
            double[] expected = {f == Activation.TANH ? 2.0 / 260 : 2.0 / 60, 2.0 / 300};
            for (int k = 0; k < 2; k++) {
                FMatrixRMaj w = net.layers().get(k).weights().value();
                double square = 0;
                for (int i = 0; i < w.getNumElements(); i++) {
                    square += (double) w.data[i] * w.data[i] / w.getNumElements();
                }
                // 12,000 numbers and more: five standard errors are 7 %
                assertEquals(expected[k], square, 0.07 * expected[k], f + ", layer " + k);
            }
        }
    }

    @Test
    void batchNormStandardisesInTrainingAndUsesRunningMomentsAfter() {
        BatchNorm layer = new BatchNorm("n", 2);
        FMatrixRMaj x = random(200, 6);
        for (int i = 0; i < x.getNumElements(); i++) {
            x.data[i] = 3 * x.data[i] + 5;
        }
        Tape tape = new Tape();
        for (int t = 0; t < 200; t++) {
            tape.reset().training(RNG);
            Var y = layer.forward(tape, tape.constant(x));
            if (t == 0) {
                // A batch has a tenth of the running moments, which begin at 0 and 1, as in the usual libraries.
                for (int k = 0; k < 2; k++) {
                    double mean = 0;
                    double square = 0;
                    for (int i = 0; i < 600; i++) {
                        double v = x.get(i / 3, 3 * k + i % 3);
                        mean += v / 600;
                        square += v * v / 600;
                    }
                    double variance = (square - mean * mean) * 600 / 599;
                    assertEquals(0.1 * mean, layer.buffers().get("n.mean").data[k], 1e-5);
                    assertEquals(0.9 + 0.1 * variance, layer.buffers().get("n.variance").data[k], 1e-4);
                }
            }
            for (int k = 0; k < 2; k++) {
                Var channel = y.columns(3 * k, 3 * k + 3);
                assertEquals(0, channel.mean().scalar(), 1e-5);
                assertEquals(1, channel.square().mean().scalar(), 1e-4);
            }
        }
        assertEquals(
                List.of("n.mean", "n.variance"), List.copyOf(layer.buffers().keySet()));
        // With the same batch again and again the running moments become its own; they differ by n/(n − 1).
        FMatrixRMaj evaluated = apply(layer, x);
        tape.reset();
        FMatrixRMaj trained = layer.forward(tape, tape.constant(x)).value();
        for (int i = 0; i < 1_200; i++) {
            assertEquals(trained.data[i], evaluated.data[i], 5e-3);
        }
        fails("0 channels", () -> new BatchNorm("n", 0));
    }

    @Test
    void dropoutDrawsInTrainingOnly() {
        Dropout layer = new Dropout(0.5);
        Tape tape = new Tape();
        Var x = tape.constant(random(10, 10));
        assertSame(x, layer.forward(tape, x));
        tape.training(new SplittableRandom(5));
        float[] first = Arrays.copyOf(layer.forward(tape, x).value().data, 100);
        tape.training(new SplittableRandom(5));
        assertArrayEquals(first, Arrays.copyOf(layer.forward(tape, x).value().data, 100));
        int zeros = 0;
        for (float v : first) {
            zeros += v == 0 ? 1 : 0;
        }
        assertTrue(zeros > 20 && zeros < 80, zeros + " of 100 zero"); // by chance 1e-9
        fails("Dropout: rate is NaN", () -> new Dropout(Double.NaN));
    }

    /** Exclusive or needs the hidden layer: a linear classifier's best cross-entropy is log 2. */
    @Test
    void aSmallNetworkLearnsExclusiveOr() {
        Mlp mlp = new Mlp("m", Activation.TANH, new SplittableRandom(7), 2, 8, 2);
        Adam adam = new Adam(mlp.params(), 0.02);
        FMatrixRMaj x = new FMatrixRMaj(4, 2, true, 0, 0, 0, 1, 1, 0, 1, 1);
        int[] labels = {0, 1, 1, 0};
        Tape tape = new Tape();
        float loss = Float.NaN;
        for (int t = 0; t < 500; t++) {
            tape.reset();
            Var l = mlp.forward(tape, tape.constant(x))
                    .categoricalLogLikelihood(labels)
                    .mean()
                    .neg();
            loss = l.scalar();
            tape.backward(l);
            adam.step();
        }
        assertTrue(loss < 0.05, "loss " + loss);
    }
}
