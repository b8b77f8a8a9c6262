package lvm.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import lvm.optim.Adam;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Products that leave out blocks without weights are those with the masked matrix. */
class MaskTest {
    private static final int IN = 300;
    private static final int OUT = 330;

    record Case(String name, boolean saves, BiPredicate<Integer, Integer> weight) {
        FMatrixRMaj mask() {
            FMatrixRMaj m = new FMatrixRMaj(IN, OUT);
            for (int i = 0; i < IN; i++) {
                for (int j = 0; j < OUT; j++) {
                    m.set(i, j, weight.test(i, j) ? 1 : 0);
                }
            }
            return m;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        FMatrixRMaj random = draw(IN, OUT, 1);
        return Stream.of(
                new Case("all", false, (i, j) -> true),
                new Case("none", true, (i, j) -> false),
                new Case("random", false, (i, j) -> random.get(i, j) > 0),
                new Case("above the diagonal", true, (i, j) -> i < j),
                new Case("reversed", true, (i, j) -> IN - i <= j),
                new Case("with rows for everything", false, (i, j) -> i < j && i < 280 || i >= 290),
                new Case("a band", true, (i, j) -> Math.abs(i - j) < 20),
                new Case("two halves", true, (i, j) -> i < j % (OUT / 2)),
                new Case("some columns without any", true, (i, j) -> j > 140 && i > 100));
    }

    private static FMatrixRMaj draw(int rows, int cols, long seed) {
        FMatrixRMaj m = new FMatrixRMaj(rows, cols);
        Fill.normal(m, new SplittableRandom(seed));
        return m;
    }

    private static FMatrixRMaj times(FMatrixRMaj a, FMatrixRMaj b) {
        FMatrixRMaj c = a.copy();
        for (int i = 0; i < c.getNumElements(); i++) {
            c.data[i] *= b.data[i];
        }
        return c;
    }

    /** Values and gradients, with the weights used twice and, in a second pass, gradients that are added. */
    @ParameterizedTest
    @MethodSource("cases")
    void productsAreThoseWithTheMaskedMatrix(Case c) {
        FMatrixRMaj m = c.mask();
        Mask mask = new Mask(m);
        assertEquals(c.saves, mask.blocks.size() > 1, mask.blocks.toString());
        FMatrixRMaj w = draw(IN, OUT, 2);
        Param masked = new Param("w", w.copy());
        Param dense = new Param("v", times(w, m));
        Param bias = new Param("b", draw(1, OUT, 3));
        FMatrixRMaj x = draw(7, IN, 4);
        Tape tape = new Tape();
        for (int pass = 1; pass <= 2; pass++) {
            tape.reset();
            // Buffers that were used before must not shine through.
            Var in = tape.input(x);
            Var first = in.maskedLinear(tape.param(masked), mask, tape.param(bias), Activation.TANH);
            Var second = in.mul(0.5f).maskedLinear(tape.param(masked), mask, null, Activation.IDENTITY);
            float[] values = second.value().data.clone();
            tape.backward(first.add(second).mul(tape.constant(draw(7, OUT, 5))).sum());
            float[] slopes = in.grad().data.clone();
            Tape other = new Tape();
            Var same = other.input(x);
            bias.clearGradient();
            Var one = same.linear(other.param(dense), other.param(bias), Activation.TANH);
            Var two = same.mul(0.5f).linear(other.param(dense), null, Activation.IDENTITY);
            other.backward(one.add(two).mul(other.constant(draw(7, OUT, 5))).sum());
            assertArrayEquals(two.value().data, values, 1e-4f);
            assertArrayEquals(same.grad().data, slopes, 1e-3f);
            assertArrayEquals(times(dense.gradient(), m).data, masked.gradient().data, 2e-3f, "pass " + pass);
        }
    }

    /** An optimiser that skips what the mask leaves out moves the other weights as ever, and leaves out nothing else. */
    @ParameterizedTest
    @MethodSource("cases")
    void optimisersMoveAllThatTheMaskHas(Case c) {
        FMatrixRMaj m = c.mask();
        Mask mask = new Mask(m);
        Param masked = new Param("w", draw(IN, OUT, 2), mask);
        int[] visits = new int[IN * OUT];
        masked.range((from, to) -> {
            for (int i = from; i < to; i++) {
                synchronized (visits) {
                    visits[i]++;
                }
            }
        });
        int skipped = 0;
        for (int i = 0; i < visits.length; i++) {
            assertTrue(visits[i] == 1 || visits[i] == 0 && m.data[i] == 0, "element " + i);
            skipped += 1 - visits[i];
        }
        assertEquals(c.saves, skipped > 0);
        Param free = new Param("w", draw(IN, OUT, 2));
        List<Adam> optimizers = List.of(new Adam(List.of(masked), 0.1), new Adam(List.of(free), 0.1));
        Tape tape = new Tape();
        for (int step = 0; step < 3; step++) {
            for (Adam adam : optimizers) {
                tape.reset();
                Var y = tape.constant(draw(7, IN, step))
                        .maskedLinear(tape.param(adam.params().get(0)), mask, null, Activation.TANH);
                tape.backward(y.sum());
                assertEquals(Math.sqrt(squares(adam.params().get(0).gradient())), adam.gradientNorm(), 1e-5);
                adam.step();
            }
        }
        assertArrayEquals(free.value().data, masked.value().data);
    }

    /** Also where no block lies, something else may have a gradient; it is not there any more in the next step. */
    @ParameterizedTest
    @MethodSource("cases")
    void whatElseUsesTheWeightsDoesNotAddUpOverSteps(Case c) {
        Mask mask = new Mask(c.mask());
        Param w = new Param("w", draw(IN, OUT, 2), mask);
        Tape tape = new Tape();
        float[] first = null;
        for (int step = 0; step < 2; step++) {
            tape.reset();
            Var weights = tape.param(w);
            Var penalty = weights.square().sum(); // first on the tape, last on the way back
            Var y = tape.constant(draw(7, IN, 4)).maskedLinear(weights, mask, null, Activation.TANH);
            tape.backward(penalty.add(y.sum()));
            if (step == 0) {
                first = w.gradient().data.clone();
                w.clearGradient();
            }
        }
        assertArrayEquals(first, w.gradient().data, 1e-4f);
    }

    private static double squares(FMatrixRMaj m) {
        double sum = 0;
        for (float v : m.data) {
            sum += (double) v * v;
        }
        return sum;
    }

    @Test
    void aParameterHasTheShapeOfItsMask() {
        Mask mask = new Mask(new FMatrixRMaj(1, 3, true, 1, 0, 1));
        assertEquals(
                "Param w: the value is 3×1, the mask 1×3",
                assertThrows(IllegalArgumentException.class, () -> new Param("w", new FMatrixRMaj(3, 1), mask))
                        .getMessage());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void noRowsGiveNoGradient(Case c) {
        Param w = new Param("w", draw(IN, OUT, 2));
        w.gradient().fill(7);
        w.clearGradient();
        Tape tape = new Tape();
        Var in = tape.input(new FMatrixRMaj(0, IN));
        Var y = in.maskedLinear(tape.param(w), new Mask(c.mask()), null, Activation.RELU);
        assertEquals(0, y.rows());
        tape.backward(y.sum());
        assertArrayEquals(new float[IN * OUT], w.gradient().data);
    }

    @Test
    void valuesOfAMaskAreZerosAndOnes() {
        Mask mask = new Mask(new FMatrixRMaj(1, 3, true, 1, 0, 1));
        assertEquals(1, mask.rows());
        assertEquals(3, mask.cols());
        assertTrue(mask.has(0, 2) && !mask.has(0, 1));
        assertEquals(
                "Mask: the mask has 0.5 in row 0, column 1, expected 0 or 1",
                assertThrows(IllegalArgumentException.class, () -> new Mask(new FMatrixRMaj(1, 2, true, 1, 0.5f)))
                        .getMessage());
    }
}
