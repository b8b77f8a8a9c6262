package lvm.autoregressive;

import static lvm.model.Messages.assertMessageHas;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import lvm.autodiff.Param;
import lvm.data.Dataset;
import lvm.distribution.BinaryStates;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class NadeTest {
    private static final Dataset BITS = MadeTest.BITS;
    private static final int D = BITS.dim();
    private static final int[] ORDER = {4, 0, 8, 2, 6, 1, 3, 5, 7};

    private static NadeBuilder settings() {
        return Nade.builder()
                .hidden(7)
                .learningRate(.1)
                .batchSize(20)
                .epochs(20)
                .seed(3);
    }

    /** The logit of a column from the equations, in double precision, all sums anew. */
    private static double logit(Nade model, FMatrixRMaj x, int row, int column) {
        FMatrixRMaj w = parameter(model, "w");
        FMatrixRMaj v = parameter(model, "v");
        double l = parameter(model, "b").data[column];
        for (int k = 0; k < model.hidden(); k++) {
            double a = parameter(model, "c").data[k];
            for (int j : model.order()) {
                if (j == column) {
                    break;
                }
                a += w.get(j, k) * x.get(row, j);
            }
            l += v.get(column, k) / (1 + Math.exp(-a));
        }
        return l;
    }

    private static FMatrixRMaj parameter(Nade model, String name) {
        return model.net().values().get(name);
    }

    /** What holds for all of them. */
    private abstract static class Contract implements AutoregressiveContract {
        private final Nade model;

        Contract(NadeBuilder builder) {
            model = builder.fit(BITS);
        }

        @Override
        public Nade model() {
            return model;
        }

        @Override
        public FMatrixRMaj pass(FMatrixRMaj x, int part, int column) {
            FMatrixRMaj logits = new FMatrixRMaj(x.numRows, 1);
            for (int i = 0; i < x.numRows; i++) {
                logits.data[i] = (float) logit(model, x, i, column);
            }
            return logits;
        }
    }

    @Nested
    class AsTheyStand extends Contract {
        AsTheyStand() {
            super(settings());
        }
    }

    @Nested
    class InAnotherOrder extends Contract {
        InAnotherOrder() {
            super(settings().order(ORDER));
        }
    }

    /** Every column sees each one before it: the logit of the steps changes at some state if that one does. */
    @Test
    void everyColumnSeesAllThatComeBefore() {
        Nade model = settings().order(ORDER).fit(BITS);
        FMatrixRMaj x = BinaryStates.all(D);
        for (int t = 1; t < D; t++) {
            for (int u = 0; u < t; u++) {
                FMatrixRMaj other = x.copy();
                for (int i = 0; i < x.numRows; i++) {
                    other.set(i, ORDER[u], 1 - x.get(i, ORDER[u]));
                }
                FMatrixRMaj one = at(model, x, t);
                FMatrixRMaj two = at(model, other, t);
                double most = 0;
                for (int i = 0; i < x.numRows; i++) {
                    most = Math.max(most, Math.abs(one.data[i] - two.data[i]));
                }
                assertTrue(most > 1e-3, "place " + t + " changes by " + most + " with place " + u);
            }
        }
    }

    private static FMatrixRMaj at(Nade model, FMatrixRMaj x, int place) {
        Steps steps = model.steps(x.numRows, 0);
        float[] values = new float[x.numRows];
        for (int t = 0; t < place; t++) {
            for (int i = 0; i < values.length; i++) {
                values[i] = x.get(i, ORDER[t]);
            }
            steps.put(values);
        }
        return steps.next().copy();
    }

    @Test
    void theFirstColumnHasItsFrequency() {
        Nade model = settings().order(ORDER).batchSize(1000).epochs(500).fit(BITS);
        FMatrixRMaj x = BITS.floatMatrix();
        double mean = 0;
        for (int i = 0; i < x.numRows; i++) {
            mean += x.get(i, ORDER[0]) / x.numRows;
        }
        double l = model.steps(1, 0).next().data[0];
        assertEquals(mean, 1 / (1 + Math.exp(-l)), 3e-3);
    }

    @Test
    void biasesBeginWithTheFrequencies() {
        Nade model = settings().epochs(0).fit(BITS);
        FMatrixRMaj x = BITS.floatMatrix();
        for (int j = 0; j < D; j++) {
            double ones = 0;
            for (int i = 0; i < x.numRows; i++) {
                ones += x.get(i, j);
            }
            assertEquals(ones / x.numRows, 1 / (1 + Math.exp(-parameter(model, "b").data[j])), 1e-6);
        }
    }

    /** Rows of many ones and of none, batches of any size: buffers grow and are used again. */
    @Test
    void aBatchOfOtherRowsLeavesNothingBehind() {
        SplittableRandom rng = new SplittableRandom(1);
        FMatrixRMaj few = new FMatrixRMaj(3, D);
        FMatrixRMaj many = new FMatrixRMaj(23, D);
        for (int i = 0; i < many.getNumElements(); i++) {
            many.data[i] = rng.nextInt(5) == 0 ? 0 : 1;
        }
        NadeNet net = settings().fit(BITS).net();
        NadeNet.Learning once = net.learning();
        double expected = once.gradient(few);
        float[] slopes = net.params().get(0).gradient().data.clone();
        net.params().forEach(Param::clearGradient);
        NadeNet.Learning again = net.learning();
        again.gradient(many);
        net.params().forEach(Param::clearGradient);
        assertEquals(expected, again.gradient(few));
        assertArrayEquals(slopes, net.params().get(0).gradient().data);
    }

    @Test
    void badSettingsAreNamed() {
        assertMessageHas("Nade: hidden not set", () -> Nade.builder().fit(BITS));
        assertMessageHas(
                "hidden is 0, expected at least 1", () -> Nade.builder().hidden(0));
        assertMessageHas(
                "column 1 at place 2, a second time", () -> Nade.builder().order(0, 1, 1));
        assertMessageHas(
                "the order is one of 3 columns, the data have 9",
                () -> settings().order(2, 1, 0).fit(BITS));
        assertMessageHas("2 in row 1, column 0", () -> settings().fit(new double[][] {{0, 1}, {2, 0}}));
    }
}
