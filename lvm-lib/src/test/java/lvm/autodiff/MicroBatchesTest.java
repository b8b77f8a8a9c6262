package lvm.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import lvm.linalg.Parallel;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A minibatch in parts has the mean and the gradient of the whole. */
class MicroBatchesTest {
    private static final int IN = 5;
    private static final int HIDDEN = 7;

    /** tanh(x W + b) (W ∘ M)ᵀ v as the objective of a row: W is there twice, once masked, and one parameter not at all. */
    private static final class Net implements MicroBatches.Objective {
        private final Mask mask = new Mask(upper());
        private final Param w = new Param("w", draw(IN, HIDDEN, 1));
        private final Param b = new Param("b", draw(1, HIDDEN, 2));
        private final Param m = new Param("m", draw(HIDDEN, HIDDEN, 3), mask);
        private final Param unused = new Param("unused", draw(2, 2, 4));

        private static FMatrixRMaj upper() {
            FMatrixRMaj upper = new FMatrixRMaj(HIDDEN, HIDDEN);
            for (int i = 0; i < HIDDEN; i++) {
                for (int j = i; j < HIDDEN; j++) {
                    upper.set(i, j, 1);
                }
            }
            return upper;
        }

        List<Param> params() {
            return List.of(w, b, m, unused);
        }

        @Override
        public Var values(Tape tape, FMatrixRMaj x) {
            tape.param(unused);
            Var rows = tape.constant(x);
            Var h = rows.linear(tape.param(w), tape.param(b), Activation.TANH)
                    .maskedLinear(tape.param(m), mask, tape.param(b), Activation.SOFTPLUS);
            return h.multTransB(tape.param(w)).square().sumPerRow();
        }
    }

    private static FMatrixRMaj draw(int rows, int cols, long seed) {
        FMatrixRMaj m = new FMatrixRMaj(rows, cols);
        Fill.normal(m, new SplittableRandom(seed));
        return m;
    }

    /** One to eight parts, equal and unequal ones. */
    @ParameterizedTest
    @ValueSource(ints = {1, 511, 512, 600, 1500, 5000})
    void partsHaveTheMeanAndTheGradientOfTheWhole(int n) {
        FMatrixRMaj x = draw(n, IN, 5);
        Net whole = new Net();
        Tape tape = new Tape();
        Var mean = whole.values(tape, x).mean();
        tape.backward(mean);
        Net net = new Net();
        MicroBatches parts = new MicroBatches();
        double value = parts.backward(x, 1, new SplittableRandom(1), net);
        assertEquals(mean.scalar(), value, 1e-5 * Math.abs(value));
        for (int k = 0; k < net.params().size(); k++) {
            assertClose(whole.params().get(k), net.params().get(k), 1);
        }
        // What is there is added to, until it is marked as used.
        parts.backward(x, -3, new SplittableRandom(1), net);
        for (int k = 0; k < net.params().size(); k++) {
            assertClose(whole.params().get(k), net.params().get(k), -2);
            net.params().get(k).clearGradient();
        }
        parts.backward(x, -3, new SplittableRandom(1), net);
        for (int k = 0; k < net.params().size(); k++) {
            assertClose(whole.params().get(k), net.params().get(k), -3);
        }
    }

    private static void assertClose(Param expected, Param actual, float factor) {
        FMatrixRMaj e = expected.gradient();
        double scale = 1;
        for (float v : e.data) {
            scale = Math.max(scale, Math.abs(v));
        }
        for (int i = 0; i < e.getNumElements(); i++) {
            assertEquals(factor * e.data[i], actual.gradient().data[i], 3e-5 * scale, actual.name() + ", element " + i);
        }
    }

    /** Inside another loop nothing runs side by side. */
    @Test
    void theNumberOfThreadsChangesNoBit() {
        FMatrixRMaj x = draw(1300, IN, 6);
        Net several = new Net();
        double value = new MicroBatches().backward(x, 1, new SplittableRandom(1), several);
        Net alone = new Net();
        double[] values = new double[2];
        Parallel.range(2, 1, (from, to) -> {
            if (from == 0) {
                values[0] = new MicroBatches().backward(x, 1, new SplittableRandom(1), alone);
            }
        });
        assertEquals(value, values[0]);
        for (int k = 0; k < several.params().size(); k++) {
            assertArrayEquals(
                    several.params().get(k).gradient().data,
                    alone.params().get(k).gradient().data);
        }
    }

    @Test
    void eachPartHasItsOwnRandomness() {
        FMatrixRMaj x = new FMatrixRMaj(512, 1);
        x.fill(1);
        float[][] gradients = new float[2][];
        for (int turn = 0; turn < 2; turn++) {
            Set<String> masks = ConcurrentHashMap.newKeySet();
            Param p = new Param("p", draw(1, 1, 7));
            new MicroBatches().backward(x, 1, new SplittableRandom(8), (tape, rows) -> {
                Var dropped = tape.constant(rows).mult(tape.param(p)).dropout(0.5f, tape.random());
                masks.add(Arrays.toString(dropped.value().data));
                return dropped;
            });
            assertEquals(2, masks.size(), "the masks of two parts");
            gradients[turn] = p.gradient().data;
        }
        assertArrayEquals(gradients[0], gradients[1]);
    }

    @Test
    void saysWhatIsWrongAndAddsNothingThen() {
        FMatrixRMaj x = draw(600, IN, 9);
        Net net = new Net();
        MicroBatches parts = new MicroBatches();
        SplittableRandom rng = new SplittableRandom(1);
        Exception e = assertThrows(
                IllegalArgumentException.class,
                () -> parts.backward(
                        x, 1, rng, (tape, rows) -> net.values(tape, rows).mean()));
        assertEquals("MicroBatches: the objective of 300 rows is 1×1, expected 300×1", e.getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> parts.backward(draw(3, IN, 9), 1, rng, (tape, rows) -> tape.constant(rows)));
        net.params().forEach(p -> assertFalse(p.hasGradient()));
    }
}
