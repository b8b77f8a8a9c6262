package lvm.bernoulli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.distribution.Bernoulli;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/** Estimators and bounds where probabilities are 0, or logits so large that a difference of them has no digits left. */
class LimitsTest {
    /**
     * The signal of a draw is log (1/S) Σ e^f − log (1/S) (Σ of the others' e^f + their geometric mean). A weight of 0 makes the
     * geometric mean of those with it 0; where all the others are 0 nothing is taken off, where all are 0 no draw is better.
     */
    @Test
    void vimcosSignalsOfImpossibleDraws() {
        double inf = Double.POSITIVE_INFINITY;
        double a = -1.5;
        double b = 0.25;
        double both = Math.log(Math.exp(a) + Math.exp(b));
        double third = Math.log(3);
        double[][] f = {{a, b, -inf}, {a, -inf, -inf}, {-inf, -inf, -inf}, {-2e9, -2e9, -inf}};
        double[][] expected = {
            {both - b, both - a, both - Math.log(Math.exp(a) + Math.exp(b) + Math.exp((a + b) / 2))},
            {a - third, 0, 0},
            {0, 0, 0},
            {Math.log(2), Math.log(2), Math.log(2. / 3)}
        };
        double[][] weights = {
            {Math.exp(a - both), Math.exp(b - both), 0}, {1, 0, 0}, {1 / 3., 1 / 3., 1 / 3.}, {.5, .5, 0}
        };
        double[] bounds = {both - third, a - third, -inf, -2e9 + Math.log(2. / 3)};
        for (int i = 0; i < f.length; i++) {
            double[] signal = new double[3];
            double[] weight = new double[3];
            assertEquals(bounds[i], Vimco.signals(f[i], 0, 3, signal, weight), 1e-6, "row " + i);
            assertArrayEquals(weights[i], weight, 1e-6, "row " + i);
            assertArrayEquals(expected[i], signal, 1e-6, "row " + i);
        }
    }

    /** States that cannot be: their share of q goes to 0 where something else is left, and stays where nothing is. */
    @Test
    void meanFieldOfImpossibleStates() {
        double no = Double.NEGATIVE_INFINITY;
        double[][] logJoint = {
            {Math.log(.3), no, Math.log(.1), no}, {-1, no, no, -2}, {-1, no, no, -2}, {no, no, no, no}
        };
        double[][] start = {{.5, .5}, {1, 1}, {.3, .6}, {.2, .7}};
        double[][] expected = {{.25, 0}, {1, 1}, {.3, .6}, {.2, .7}};
        for (int i = 0; i < start.length; i++) {
            DMatrixRMaj means = new DMatrixRMaj(1, 2, true, start[i].clone());
            VariationalBound.ascend(new DMatrixRMaj(1, 4, true, logJoint[i]), means, 20);
            assertArrayEquals(expected[i], means.data, 1e-12, "case " + i);
        }
    }

    /** The divergence of the relaxations, and its slope σ(q) σ(−q) (q − p), to the digits of floats however large the logits are. */
    @Test
    void divergencesOfLargeLogits() {
        float[][] logits = {
            {1e4f, 3}, {1e4f, 9_990}, {-2e4f, 1}, {-3e5f, -4}, {0.3f, -0.2f}, {-12, 15}, {40, -30}, {2, 2}
        };
        for (float[] pair : logits) {
            Param q = new Param("q", new FMatrixRMaj(1, 1, true, pair[0]));
            Param p = new Param("p", new FMatrixRMaj(1, 1, true, pair[1]));
            Tape tape = new Tape();
            Var kl = Relaxation.divergence(tape.param(q), tape.param(p));
            double expected = Bernoulli.kl(pair[0], pair[1]);
            assertEquals(expected, kl.scalar(), 1e-6 * expected + 1e-7, pair[0] + ", " + pair[1]);
            tape.backward(kl);
            double on = 1 / (1 + Math.exp(-pair[0]));
            double slope = on * (1 - on) * ((double) pair[0] - pair[1]);
            assertEquals(slope, q.gradient().data[0], 1e-5 * Math.abs(slope) + 1e-6);
            assertEquals(1 / (1 + Math.exp(-pair[1])) - on, p.gradient().data[0], 1e-6);
        }
    }
}
