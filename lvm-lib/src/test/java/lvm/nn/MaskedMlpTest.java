package lvm.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import lvm.autodiff.Activation;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/** Degrees, what they let through, and the network in another order. */
class MaskedMlpTest {
    private static final int[] DEGREES = {1, 2, 3, 4};

    private static MaskedMlp net(int[] inputs, int[] outputs, int... hidden) {
        return new MaskedMlp("net", Activation.TANH, inputs, outputs, true, new SplittableRandom(1), hidden);
    }

    @Test
    void hiddenUnitsHaveEveryDegreeAboutAsOftenInRisingOrder() {
        assertArrayEquals(new int[] {1, 1, 2, 2, 3}, net(DEGREES, DEGREES, 5).degrees(0));
        assertArrayEquals(new int[] {1, 2, 3}, net(DEGREES, DEGREES, 6, 3).degrees(1));
        assertArrayEquals(
                new int[] {0, 0, 1, 1, 2},
                net(new int[] {1, 0, 3, 2}, DEGREES, 5).degrees(0));
        int[] ten = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
        // Too few for all nine: in the middle of equal parts.
        assertArrayEquals(new int[] {3, 7}, net(ten, ten, 2).degrees(0));
        assertArrayEquals(new int[] {1, 1}, net(new int[] {1}, new int[] {1}, 2).degrees(0));
    }

    /** Inputs of degree 0 reach all outputs, the others those of higher degrees. */
    @Test
    void outputsSeeLowerDegrees() {
        int[] inputs = {2, 0, 1, 3};
        int[] outputs = {3, 1, 2};
        MaskedMlp net = net(inputs, outputs, 6, 7);
        FMatrixRMaj x = new FMatrixRMaj(new float[][] {{.3f, -.5f, .8f, -.2f}});
        for (int j = 0; j < outputs.length; j++) {
            Tape tape = Tape.forInputs();
            Var input = tape.input(x);
            tape.backward(net.forward(tape, input).columns(j, j + 1));
            for (int i = 0; i < inputs.length; i++) {
                assertEquals(inputs[i] < outputs[j], input.grad().data[i] != 0, "output " + j + ", input " + i);
            }
        }
    }

    /** The weights of inputs and outputs change places, the masks do not: as if the matrices had been written down in that order. */
    @Test
    void anotherOrderIsThatOfTheWeights() {
        int[] order = {2, 0, 3, 1};
        for (int[] hidden : new int[][] {{}, {5}, {6, 4}}) {
            MaskedMlp net = net(DEGREES, DEGREES, hidden);
            SplittableRandom rng = new SplittableRandom(3);
            net.outputBias().orElseThrow().value().data[1] = 1.5f;
            MaskedMlp other = net(DEGREES, DEGREES, hidden);
            other.copyFrom(net);
            FMatrixRMaj first = other.layers().get(0).weights().value();
            copyRows(net.layers().get(0).weights().value(), order, first);
            FMatrixRMaj last = other.layers().get(hidden.length).weights().value();
            copyColumns(last.copy(), order, last);
            FMatrixRMaj bias = other.outputBias().orElseThrow().value();
            copyColumns(bias.copy(), order, bias);
            FMatrixRMaj x = new FMatrixRMaj(3, 4);
            for (int i = 0; i < 12; i++) {
                x.data[i] = (float) rng.nextGaussian();
            }
            Tape tape = Tape.withoutGradients();
            float[] expected = other.forward(tape, tape.constant(x)).value().data;
            assertArrayEquals(
                    expected, net.forward(tape, tape.constant(x), order, order).value().data, 1e-6f);
            float[] same = net.forward(tape, tape.constant(x)).value().data;
            assertArrayEquals(
                    same, net.forward(tape, tape.constant(x), null, null).value().data, 0);
        }
    }

    private static void copyRows(FMatrixRMaj from, int[] order, FMatrixRMaj to) {
        for (int i = 0; i < order.length; i++) {
            for (int j = 0; j < to.numCols; j++) {
                to.set(i, j, from.get(order[i], j));
            }
        }
    }

    private static void copyColumns(FMatrixRMaj from, int[] order, FMatrixRMaj to) {
        for (int i = 0; i < to.numRows; i++) {
            for (int j = 0; j < order.length; j++) {
                to.set(i, j, from.get(i, order[j]));
            }
        }
    }
}
