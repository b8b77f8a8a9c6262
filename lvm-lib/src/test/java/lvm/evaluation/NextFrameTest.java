package lvm.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import lvm.data.Sequences;
import org.ejml.data.FMatrixRMaj;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;

/** Plain predictions by hand, and n-grams that are counted by hand. */
class NextFrameTest {
    private static final Sequences TWO = Sequences.of(
            new FMatrixRMaj(new float[][] {{.2f, .9f}, {.5f, .6f}, {.9f, .1f}, {1, .5f}}),
            new FMatrixRMaj(new float[][] {{1, 0}, {.5f, 0}, {0, .25f}}));

    private static void same(Sequences is, float[][]... pieces) {
        for (int k = 0; k < pieces.length; k++) {
            for (int t = 0; t < pieces[k].length; t++) {
                for (int j = 0; j < 2; j++) {
                    assertEquals(pieces[k][t][j], is.piece(k).get(t, j), 1e-6, k + ", " + t + ", " + j);
                }
            }
        }
    }

    @Test
    void lastFrameAndItsChange() {
        same(NextFrame.last(TWO), new float[][] {{0, 0}, {.2f, .9f}, {.5f, .6f}, {.9f, .1f}}, new float[][] {
            {0, 0}, {1, 0}, {.5f, 0}
        });
        same(NextFrame.extrapolated(TWO), new float[][] {{0, 0}, {.2f, .9f}, {.8f, .3f}, {1, 0}}, new float[][] {
            {0, 0}, {1, 0}, {0, 0}
        });
    }

    @Test
    void errors() {
        // piece 0, frames 2 and 3: .16 + .25 and .01 + .16; piece 1, frame 2: .25 + .0625
        double first = (.16 + .25 + .01 + .16) / 2;
        double second = .25 + .0625;
        Estimate error = NextFrame.error(TWO, NextFrame.last(TWO), 2);
        assertEquals((first + second) / 2, error.value(), 1e-6);
        assertEquals(Math.abs(first - second) / 2, error.standardError(), 1e-6);
        assertTrue(assertThrows(IllegalArgumentException.class, () -> NextFrame.error(TWO, TWO, 3))
                .getMessage()
                .contains("expected more than 3"));
        assertThrows(IllegalArgumentException.class, () -> NextFrame.error(TWO, TWO.slice(0, 1), 0));
    }

    /** Ridge regression in its closed form, by another library's algebra. */
    @Test
    void linearMap() {
        SplittableRandom rng = new SplittableRandom(4);
        FMatrixRMaj train = new FMatrixRMaj(30, 2);
        for (int i = 0; i < 60; i++) {
            train.data[i] = (float) rng.nextDouble();
        }
        SimpleMatrix x = new SimpleMatrix(30, 5);
        SimpleMatrix y = new SimpleMatrix(30, 2);
        for (int t = 0; t < 30; t++) {
            for (int j = 0; j < 2; j++) {
                y.set(t, j, train.get(t, j));
                x.set(t, j, t > 0 ? train.get(t - 1, j) : 0);
                x.set(t, 2 + j, t > 1 ? train.get(t - 2, j) : 0);
            }
            x.set(t, 4, 1);
        }
        SimpleMatrix map = x.transpose()
                .mult(x)
                .plus(SimpleMatrix.identity(5))
                .invert()
                .mult(x.transpose())
                .mult(y);
        Sequences says = NextFrame.linear(2, Sequences.of(train), TWO);
        FMatrixRMaj piece = TWO.piece(0);
        for (int j = 0; j < 2; j++) {
            double expected = piece.get(2, 0) * map.get(0, j)
                    + piece.get(2, 1) * map.get(1, j)
                    + piece.get(1, 0) * map.get(2, j)
                    + piece.get(1, 1) * map.get(3, j)
                    + map.get(4, j);
            assertEquals(Math.max(0, Math.min(1, expected)), says.piece(0).get(3, j), 1e-5);
        }
        assertEquals(3, says.piece(1).numRows);
        assertThrows(IllegalArgumentException.class, () -> NextFrame.linear(0, TWO, TWO));
    }

    private static Sequences bits(int... frames) {
        FMatrixRMaj piece = new FMatrixRMaj(frames.length, 2);
        for (int t = 0; t < frames.length; t++) {
            piece.set(t, 0, frames[t] / 2);
            piece.set(t, 1, frames[t] % 2);
        }
        return Sequences.of(piece);
    }

    @Test
    void grams() {
        Sequences train = bits(1, 2, 1, 2, 1, 1);
        double first = 2.5 / 7; // how often the first bit is on, with half a one and half a zero more
        double second = 4.5 / 7;
        double one = Math.log((1 - first) * second);
        double two = Math.log(first * (1 - second));
        FrameGrams independent = FrameGrams.of(0, train, train);
        assertEquals((one + 2 * two) / 3, independent.logLikelihood(bits(1, 2, 2)), 1e-9);
        assertEquals(1, independent.weights()[0], 1e-12);

        FrameGrams grams = FrameGrams.of(2, train, bits(1, 2, 1, 2));
        double[] w = grams.weights();
        assertEquals(1, w[0] + w[1] + w[2], 1e-9);
        // 1 begins the piece; after 1 come 2, 2, 1; after 2 always 1
        double expected = Math.log(w[0] * Math.exp(one) + w[1] * 4 / 6 + w[2])
                + Math.log(w[0] * Math.exp(two) + w[1] * 2 / 6 + w[2] * 2 / 3)
                + Math.log(w[0] * Math.exp(one) + w[1] * 4 / 6 + w[2]);
        assertEquals(expected / 3, grams.logLikelihood(bits(1, 2, 1)), 1e-9);
        assertTrue(w[2] > .9, "regular pieces trust the frame before: " + w[2]);
        assertThrows(IllegalArgumentException.class, () -> FrameGrams.of(-1, train, train));
        assertThrows(IllegalArgumentException.class, () -> FrameGrams.of(1, train, TWO));
    }

    /** All frames that can follow have a total probability of 1. */
    @Test
    void gramsAreDistributions() {
        FrameGrams grams = FrameGrams.of(3, bits(0, 1, 3, 1, 0, 2, 1), bits(1, 0, 3));
        double before = 2 * grams.logLikelihood(bits(3, 1));
        double total = 0;
        for (int next = 0; next < 4; next++) {
            total += Math.exp(3 * grams.logLikelihood(bits(3, 1, next)) - before);
        }
        assertEquals(1, total, 1e-9);
    }
}
