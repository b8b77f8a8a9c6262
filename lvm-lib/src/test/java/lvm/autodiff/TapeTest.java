package lvm.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The tape itself: modes, reuse, errors, extreme values. */
class TapeTest {
    private static FMatrixRMaj random(int rows, int cols, long seed) {
        FMatrixRMaj m = new FMatrixRMaj(rows, cols);
        SplittableRandom rng = new SplittableRandom(seed);
        for (int i = 0; i < m.getNumElements(); i++) {
            m.data[i] = (float) rng.nextGaussian();
        }
        return m;
    }

    private static FMatrixRMaj filled(int rows, int cols, float v) {
        FMatrixRMaj m = new FMatrixRMaj(rows, cols);
        m.fill(v);
        return m;
    }

    private static void fails(Class<? extends Exception> type, String message, Executable body) {
        String text = assertThrows(type, body).getMessage();
        assertTrue(text.contains(message), text);
    }

    private static void shapes(String message, Executable body) {
        fails(IllegalArgumentException.class, message, body);
    }

    @Test
    void shapeErrorsNameTheOperationAndBothShapes() {
        Tape tape = new Tape();
        Var a = tape.input(random(3, 4, 1));
        Var b = tape.input(random(5, 2, 2));
        Var wide = tape.input(random(1, 3, 3));
        shapes("Var.add: a is 3×4, b is 5×2", () -> a.add(b));
        shapes("Var.div: a is 3×4, b is 1×3", () -> a.div(wide));
        shapes("Var.mult: a is 3×4, b is 5×2; expected a.cols = b.rows", () -> a.mult(b));
        shapes("Var.multTransA: a is 3×4, b is 5×2; expected a.rows = b.rows", () -> a.multTransA(b));
        shapes("Var.multTransB: a is 3×4, b is 5×2; expected a.cols = b.cols", () -> a.multTransB(b));
        shapes("Var.multTransAB: a is 3×4, b is 5×2; expected a.rows = b.cols", () -> a.multTransAB(b));
        shapes("Var.linear: a is 3×4, b is 5×2", () -> a.linear(b, null, Activation.RELU));
        shapes(
                "Var.linear: the bias is 1×3, expected 1×4",
                () -> a.linear(tape.input(random(4, 4, 1)), wide, Activation.RELU));
        shapes(
                "Var.maskedLinear: the mask is 1×1, expected 5×2",
                () -> a.maskedLinear(b, new Mask(new FMatrixRMaj(1, 1)), null, Activation.RELU));
        shapes("Var.columns: columns 2 to 5 of a 3×4", () -> a.columns(2, 5));
        shapes("Var.gatherRows: row 3 of a 3×4", () -> a.gatherRows(0, 3));
        shapes("Var.elements: column 4 of a 3×4", () -> a.elements(new int[] {2}, new int[] {4}));
        shapes("Var.elements: there are 1 and 2 indices", () -> a.elements(new int[] {2}, new int[] {0, 0}));
        shapes(
                "Var.sumOfRows: a is 3×4, b is 5×2",
                () -> a.sumOfRows(new int[] {0}, b, new int[] {0}, Activation.IDENTITY));
        shapes(
                "Var.sumOfRows: row 3 of a 3×4",
                () -> a.sumOfRows(new int[] {0}, a, new int[] {3}, Activation.IDENTITY));
        shapes("Var.rowRange: rows 1 to 4 of a 3×4", () -> a.rowRange(1, 4));
        shapes("part 0 is 3×4, part 1 is 5×2", () -> tape.concatColumns(a, b));
        shapes("part 0 is 3×4, part 1 is 5×2", () -> tape.concatRows(a, b));
        shapes("Var.bernoulliLogLikelihood: a is 3×4, b is 5×2", () -> a.bernoulliLogLikelihood(b));
        shapes("Var.gaussianLogLikelihood: a is 3×4, b is 5×2", () -> a.gaussianLogLikelihood(a, b));
        shapes("sigma is NaN", () -> a.gaussianLogLikelihood(a, Float.NaN));
        shapes("Var.klStandardNormal: a is 3×4, b is 5×2", () -> a.klStandardNormal(b));
        shapes("Var.gaussianSample: a is 3×4, b is 5×2", () -> a.gaussianSample(b, new SplittableRandom(1)));
        shapes("label 4 in row 1, the logits are 3×4", () -> a.categoricalLogLikelihood(new int[] {0, 4, 1}));
        shapes("the logits are 3×4, there are 2 labels", () -> a.categoricalLogLikelihood(new int[] {0, 1}));
        shapes("rate is 1.0", () -> a.dropout(1, new SplittableRandom(1)));
        ConvShape conv = new ConvShape(1, 2, 2, 1, 2, 1, 0);
        shapes("Var.conv2d: the weight matrix is 5×2, expected 4×1", () -> a.conv2d(b, null, conv));
        shapes("Var.conv2d: the images is 5×2, expected 5×4", () -> b.conv2d(b, null, conv));
        FMatrixRMaj moments = new FMatrixRMaj(1, 3);
        shapes("Var.batchNorm: a is 3×4, b is 1×3", () -> a.batchNorm(wide, wide, moments, moments, 0.1f));
        shapes("the variable is 3×4, expected 1×1", () -> tape.backward(a));
        shapes("padding is 2, expected less than the kernel, 2", () -> new ConvShape(1, 4, 4, 1, 2, 1, 2));
        shapes("the kernel is 5, the padded image only 4×4", () -> new ConvShape(1, 4, 4, 1, 5, 1, 0));
    }

    @Test
    void variablesOfAnotherTapeAndOfAStepBeforeAreRefused() {
        Tape tape = new Tape();
        Var a = tape.input(random(2, 2, 1));
        Var other = new Tape().input(random(2, 2, 2));
        shapes("Var.add: a 2×2 variable belongs to another tape", () -> a.add(other));
        shapes("belongs to another tape", () -> tape.backward(other.sum()));
        tape.reset();
        Var b = tape.input(random(2, 2, 1));
        fails(IllegalStateException.class, "Var.exp: the variable was made before the tape's last reset()", a::exp);
        fails(IllegalStateException.class, "Var.mult: the variable was made before", () -> b.mult(a));
        fails(IllegalStateException.class, "Var.value: the variable was made before", a::value);
    }

    @Test
    void onePassBackwardPerStep() {
        Tape tape = new Tape();
        Var a = tape.input(random(2, 2, 1));
        fails(IllegalStateException.class, "no backward pass has run", a::grad);
        Var loss = a.sum();
        tape.backward(loss);
        fails(IllegalStateException.class, "Tape.backward: a backward pass has run", () -> tape.backward(loss));
        fails(IllegalStateException.class, "Var.exp: the backward pass has run", a::exp);
        tape.reset();
        tape.backward(tape.input(random(2, 2, 1)).sum());
        Tape values = Tape.withoutGradients();
        Var v = values.input(random(2, 2, 1)).sum();
        fails(IllegalStateException.class, "without gradients", () -> values.backward(v));
    }

    @Test
    void debugModeNamesTheOperationAndThePlace() {
        Tape tape = new Tape().debug(true);
        FMatrixRMaj m = filled(2, 3, 1);
        m.set(1, 2, -1);
        fails(
                IllegalStateException.class,
                "Tape: log (2×3) has NaN in row 1, column 2",
                () -> tape.input(m).log());
        m.set(1, 2, 0);
        tape.reset();
        Var root = tape.input(m).sqrt().sum();
        fails(
                IllegalStateException.class,
                "gradient of input (2×3) has Infinity in row 1, column 2",
                () -> tape.backward(root));
        tape.reset();
        Param p = new Param("w", filled(1, 1, Float.NaN));
        fails(IllegalStateException.class, "param w (1×1) has NaN", () -> tape.param(p));
        assertTrue(Float.isNaN(new Tape().param(p).scalar()), "only debug mode looks");
    }

    @Test
    void gradientsOfPassesAddUpUntilUsed() {
        Param w = new Param("w", random(2, 2, 1));
        Param unused = new Param("u", random(2, 2, 2));
        Tape tape = new Tape();
        FMatrixRMaj x = random(3, 2, 3);
        assertFalse(w.hasGradient());
        float[] once = null;
        for (int pass = 1; pass <= 2; pass++) {
            tape.reset();
            tape.param(unused);
            assertSame(tape.param(w).value(), tape.param(w).value());
            tape.backward(tape.constant(x).mult(tape.param(w)).square().sum());
            assertTrue(w.hasGradient());
            if (once == null) {
                once = w.gradient().data.clone();
            }
            for (int i = 0; i < 4; i++) {
                assertEquals(pass * once[i], w.gradient().data[i], 1e-5 * Math.abs(once[i]));
            }
            assertArrayEquals(new float[4], unused.gradient().data);
        }
        w.clearGradient();
        tape.reset();
        tape.backward(tape.constant(x).mult(tape.param(w)).square().sum());
        assertArrayEquals(once, w.gradient().data);
    }

    @Test
    void aParameterUsedTwiceIsOneVariable() {
        Param w = new Param("w", filled(1, 1, 3));
        Tape tape = new Tape();
        tape.backward(tape.param(w).mul(tape.param(w)));
        assertEquals(6, w.gradient().data[0]);
    }

    @Test
    void stopGradientStops() {
        Tape tape = new Tape();
        Var a = tape.input(filled(1, 1, 3));
        Var y = a.stopGradient().mul(a);
        tape.backward(y);
        assertEquals(9, y.scalar());
        assertEquals(3, a.grad().data[0]);
        tape.reset();
        Var b = tape.input(filled(1, 1, 3));
        tape.backward(b.stopGradient());
        assertEquals(0, b.grad().data[0]);
        Var c = tape.reset().constant(filled(1, 1, 3));
        tape.backward(c.exp());
        fails(IllegalStateException.class, "made of constants", c::grad);
    }

    @Test
    void shapesMayChangeBetweenSteps() {
        Param w = new Param("w", random(4, 3, 1));
        Tape tape = new Tape();
        for (int n : new int[] {7, 2, 9, 7}) {
            FMatrixRMaj x = random(n, 4, n);
            w.clearGradient();
            tape.reset();
            tape.backward(tape.constant(x)
                    .linear(tape.param(w), null, Activation.SOFTPLUS)
                    .square()
                    .mean());
            float[] reused = w.gradient().data.clone();
            w.clearGradient();
            Tape fresh = new Tape();
            fresh.backward(fresh.constant(x)
                    .linear(fresh.param(w), null, Activation.SOFTPLUS)
                    .square()
                    .mean());
            assertArrayEquals(w.gradient().data, reused);
            assertNotSame(fresh, tape);
        }
    }

    @Test
    void largeLogitsNeitherOverflowNorLoseTheGradient() {
        Tape tape = new Tape().debug(true);
        FMatrixRMaj l = new FMatrixRMaj(2, 2, true, 1e4f, -1e4f, -1e4f, 1e4f);
        FMatrixRMaj x = new FMatrixRMaj(2, 2, true, 1, 0, 1, 0);
        Var logits = tape.input(l);
        Var p = logits.bernoulliLogLikelihood(tape.constant(x));
        tape.backward(p.sum());
        assertEquals(0, p.value().get(0, 0));
        assertEquals(-2e4f, p.value().get(1, 0));
        assertArrayEquals(new float[] {0, 0, 1, -1}, Arrays.copyOf(logits.grad().data, 4));
        logits = tape.reset().input(l);
        Var log = logits.logSoftmax();
        tape.backward(log.columns(0, 1).sum());
        assertArrayEquals(new float[] {0, -2e4f, -2e4f, 0}, Arrays.copyOf(log.value().data, 4));
        assertArrayEquals(new float[] {0, 0, 1, -1}, Arrays.copyOf(logits.grad().data, 4));
        logits = tape.reset().input(l);
        assertEquals(1e4f, logits.logSumExp().value().data[0]);
        Var soft = logits.softplus();
        assertArrayEquals(new float[] {1e4f, 0, 0, 1e4f}, Arrays.copyOf(soft.value().data, 4));
        tape.backward(soft.sum());
        assertArrayEquals(new float[] {1, 0, 0, 1}, Arrays.copyOf(logits.grad().data, 4));
    }

    @Test
    void aRowOfNothingButMinusInfinityHasMinusInfinityAndNoGradient() {
        float inf = Float.POSITIVE_INFINITY;
        FMatrixRMaj l = new FMatrixRMaj(2, 3, true, -inf, -inf, -inf, 1, -inf, 1);
        float half = (float) -Math.log(2);
        Tape tape = new Tape();
        Var logits = tape.input(l);
        Var sums = logits.logSumExp();
        tape.backward(sums, filled(2, 1, 3));
        assertArrayEquals(new float[] {-inf, 1 - half}, Arrays.copyOf(sums.value().data, 2), 1e-6f);
        assertArrayEquals(new float[] {0, 0, 0, 1.5f, 0, 1.5f}, Arrays.copyOf(logits.grad().data, 6), 1e-6f);

        logits = tape.reset().input(l);
        Var log = logits.logSoftmax();
        FMatrixRMaj weight = new FMatrixRMaj(2, 3, true, 1, 2, 3, 4, 0, 0);
        tape.backward(log, weight);
        assertArrayEquals(new float[] {-inf, -inf, -inf, half, -inf, half}, Arrays.copyOf(log.value().data, 6), 1e-6f);
        assertArrayEquals(new float[] {0, 0, 0, 2, 0, -2}, Arrays.copyOf(logits.grad().data, 6), 1e-6f);

        logits = tape.reset().input(l);
        Var p = logits.softmax();
        tape.backward(p, weight);
        assertArrayEquals(new float[] {0, 0, 0, 0.5f, 0, 0.5f}, Arrays.copyOf(p.value().data, 6), 1e-6f);
        assertArrayEquals(new float[] {0, 0, 0, 1, 0, -1}, Arrays.copyOf(logits.grad().data, 6), 1e-6f);

        logits = tape.reset().input(l);
        Var labelled = logits.categoricalLogLikelihood(new int[] {1, 2});
        tape.backward(labelled.columns(0, 1), filled(2, 1, 1));
        assertArrayEquals(new float[] {-inf, half}, Arrays.copyOf(labelled.value().data, 2), 1e-6f);
        assertArrayEquals(new float[] {0, 0, 0, -0.5f, 0, 0.5f}, Arrays.copyOf(logits.grad().data, 6), 1e-6f);
    }

    @Test
    void piecesThatUseSeveralThreadsAreTheirDefinition() {
        int n = 90;
        int k = 40;
        int m = 500;
        FMatrixRMaj x = random(n, k, 4);
        FMatrixRMaj w = random(k, m, 5);
        FMatrixRMaj b = random(1, m, 6);
        FMatrixRMaj t = random(n, m, 7);
        Tape tape = new Tape();
        Var input = tape.input(x);
        Var weights = tape.input(w);
        Var bias = tape.input(b);
        Var y = input.linear(weights, bias, Activation.SOFTPLUS);
        Var likelihood = y.bernoulliLogLikelihood(tape.constant(t));
        tape.backward(likelihood.sum());
        double[][] dz = new double[n][m];
        for (int i = 0; i < n; i++) {
            double sum = 0;
            for (int j = 0; j < m; j++) {
                double z = b.get(0, j);
                for (int l = 0; l < k; l++) {
                    z += (double) x.get(i, l) * w.get(l, j);
                }
                double f = Math.log1p(Math.exp(z));
                assertEquals(f, y.value().get(i, j), 1e-5 * Math.max(1, f));
                sum += t.get(i, j) * f - Math.log1p(Math.exp(f));
                dz[i][j] = (t.get(i, j) - 1 / (1 + Math.exp(-f))) / (1 + Math.exp(-z));
            }
            assertEquals(sum, likelihood.value().get(i, 0), 1e-5 * Math.abs(sum) + 1e-3);
        }
        for (int j = 0; j < m; j++) {
            double db = 0;
            for (int i = 0; i < n; i++) {
                db += dz[i][j];
            }
            assertEquals(db, bias.grad().get(0, j), 1e-4 * Math.max(1, Math.abs(db)));
            for (int l = 0; l < k; l += 13) {
                double dw = 0;
                for (int i = 0; i < n; i++) {
                    dw += x.get(i, l) * dz[i][j];
                }
                assertEquals(dw, weights.grad().get(l, j), 1e-4 * Math.max(1, Math.abs(dw)));
            }
        }
        for (int i = 0; i < n; i += 7) {
            for (int l = 0; l < k; l++) {
                double dx = 0;
                for (int j = 0; j < m; j++) {
                    dx += dz[i][j] * w.get(l, j);
                }
                assertEquals(dx, input.grad().get(i, l), 1e-4 * Math.max(1, Math.abs(dx)));
            }
        }
    }

    @Test
    void dropoutKeepsTheMean() {
        // n = 40,000 with rate 0.3: the mean of the result is 1 with standard error √(0.3/0.7/n) = 0.0033; five of them
        // are exceeded by chance with probability 6e-7.
        Tape tape = new Tape();
        Var y = tape.input(filled(200, 200, 1)).dropout(0.3f, new SplittableRandom(9));
        assertEquals(1, y.mean().scalar(), 0.0164);
        for (int i = 0; i < 40_000; i++) {
            float v = y.value().data[i];
            assertTrue(v == 0 || Math.abs(v - 1 / 0.7f) < 1e-6);
        }
    }

    @Test
    void gaussianSamplesHaveTheirMoments() {
        // n = 40,000 draws of N(1, 4): five standard errors of mean (0.01) and variance (4√(2/n) = 0.028).
        Tape tape = new Tape();
        Var z = tape.input(filled(200, 200, 1))
                .gaussianSample(tape.input(filled(200, 200, (float) Math.log(4))), new SplittableRandom(4));
        assertEquals(1, z.mean().scalar(), 0.05);
        assertEquals(4, z.add(-1).square().mean().scalar(), 0.142);
    }

    @Test
    void batchNormMovesTheRunningMoments() {
        Tape tape = new Tape().training(new SplittableRandom(1));
        FMatrixRMaj mean = filled(1, 1, 1);
        FMatrixRMaj variance = filled(1, 1, 1);
        Var gamma = tape.constant(filled(1, 1, 1));
        Var beta = tape.constant(filled(1, 1, 0));
        // The batch 2, 4, 6 has mean 4 and variance 4 (with n − 1).
        tape.constant(new FMatrixRMaj(3, 1, true, 2, 4, 6)).batchNorm(gamma, beta, mean, variance, 0.25f);
        assertEquals(0.75f * 1 + 0.25f * 4, mean.data[0], 1e-6);
        assertEquals(0.75f * 1 + 0.25f * 4, variance.data[0], 1e-6);
        shapes(
                "in training mode a channel needs at least two values",
                () -> tape.constant(filled(1, 1, 1)).batchNorm(gamma, beta, mean, variance, 0.25f));
        fails(IllegalStateException.class, "evaluation mode", () -> new Tape().random());
    }

    @Test
    void convTransposeIsTheAdjointOfConv() {
        // ⟨conv(x), y⟩ = ⟨x, convᵀ(y)⟩ for every x and y.
        ConvShape s = new ConvShape(2, 7, 6, 3, 3, 2, 1);
        Tape tape = new Tape();
        Var w = tape.constant(random(s.patchSize(), s.filters(), 1));
        Var x = tape.constant(random(4, s.imageSize(), 2));
        Var y = tape.constant(random(4, s.outSize(), 3));
        float left = x.conv2d(w, null, s).mul(y).sum().scalar();
        float right = y.convTranspose2d(w, null, s).mul(x).sum().scalar();
        assertEquals(left, right, 1e-4 * Math.max(1, Math.abs(left)));
    }
}
