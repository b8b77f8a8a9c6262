package lvm.autoregressive;

import static lvm.model.Messages.assertMessageHas;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import lvm.autodiff.Activation;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Bars;
import lvm.data.Dataset;
import lvm.distribution.BinaryStates;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MadeTest {
    static final Dataset BITS = Bars.generate(60, 3, 0.3, 0.05, 1).pictures();
    private static final int D = 9;
    private static final int[] ORDER = {4, 0, 8, 2, 6, 1, 3, 5, 7};
    private static final int[] OTHER = {2, 8, 4, 0, 7, 5, 6, 1, 3}; // the same four first, in another order

    private static Made fit(MadeBuilder builder) {
        return builder.learningRate(.05).batchSize(20).epochs(5).seed(3).fit(BITS);
    }

    private static FMatrixRMaj pass(Made model, FMatrixRMaj x, int part, int column) {
        Tape tape = Tape.withoutGradients();
        Var logits = model.net().logits(tape, model.net().ordered(tape.constant(x), part), part);
        int place = Orders.places(model.order(part))[column];
        return logits.columns(place, place + 1).value();
    }

    /** What holds for all of them. */
    private abstract static class Contract implements AutoregressiveContract {
        private final Made model;

        Contract(MadeBuilder builder) {
            model = fit(builder);
        }

        @Override
        public Made model() {
            return model;
        }

        @Override
        public FMatrixRMaj pass(FMatrixRMaj x, int part, int column) {
            return MadeTest.pass(model, x, part, column);
        }
    }

    @Nested
    class OneLayer extends Contract {
        OneLayer() {
            super(Made.builder().hidden(20));
        }
    }

    @Nested
    class FewUnits extends Contract {
        FewUnits() {
            super(Made.builder().hidden(5, 3).activation(Activation.TANH).order(ORDER));
        }
    }

    @Nested
    class NoLayer extends Contract {
        NoLayer() {
            super(Made.builder().hidden().order(ORDER, OTHER));
        }
    }

    @Nested
    class TwoOrders extends Contract {
        TwoOrders() {
            super(Made.builder().hidden(16, 12).activation(Activation.SOFTPLUS).order(ORDER, OTHER));
        }

        @Override
        public int shared() {
            return 4;
        }
    }

    static Stream<Made> models() {
        return Stream.of(
                fit(Made.builder().hidden(17)),
                fit(Made.builder().hidden(8).order(ORDER)),
                fit(Made.builder().hidden(12, 9).activation(Activation.ELU).order(ORDER)),
                fit(Made.builder().hidden()),
                fit(Made.builder().hidden().randomOrders(3)),
                fit(Made.builder().hidden(9).activation(Activation.SIGMOID).randomOrders(1)),
                fit(Made.builder()
                        .hidden(11, 8, 9)
                        .activation(Activation.LEAKY_RELU)
                        .randomOrders(4)));
    }

    /** The averaged logits of several orders would have another sum. */
    @ParameterizedTest
    @MethodSource("models")
    void probabilitiesSumToOne(Made model) {
        double sum = Arrays.stream(model.logDensity(BinaryStates.all(D)))
                .map(Math::exp)
                .sum();
        assertEquals(1, sum, 1e-5);
    }

    /** Slopes at real-valued rows: none for a later column, one for every earlier one at some of the rows. */
    @ParameterizedTest
    @MethodSource("models")
    void everyColumnSeesAllThatComeBeforeAndNoOther(Made model) {
        FMatrixRMaj x = new FMatrixRMaj(30, D);
        SplittableRandom rng = new SplittableRandom(2);
        for (int i = 0; i < x.getNumElements(); i++) {
            x.data[i] = (float) rng.nextGaussian();
        }
        for (int part = 0; part < model.orders(); part++) {
            int[] order = model.order(part);
            for (int t = 0; t < D; t++) {
                Tape tape = Tape.forInputs();
                Var input = tape.input(x);
                Var logits = model.net().logits(tape, model.net().ordered(input, part), part);
                tape.backward(logits.columns(t, t + 1).sum());
                FMatrixRMaj slope = input.grad();
                for (int u = 0; u < D; u++) {
                    double most = 0;
                    for (int i = 0; i < x.numRows; i++) {
                        most = Math.max(most, Math.abs(slope.get(i, order[u])));
                    }
                    assertEquals(u < t, most > 0, "place " + t + " hangs on place " + u + " by " + most);
                }
            }
        }
    }

    @Test
    void theFirstColumnHasItsFrequency() {
        for (Dataset data :
                new Dataset[] {BITS, Bars.generate(80, 3, 0.7, 0.1, 4).pictures()}) {
            Made model = Made.builder()
                    .hidden(8)
                    .order(ORDER)
                    .learningRate(.05)
                    .batchSize(1000)
                    .epochs(200)
                    .fit(data);
            FMatrixRMaj x = data.floatMatrix();
            double mean = 0;
            for (int i = 0; i < x.numRows; i++) {
                mean += x.get(i, ORDER[0]) / x.numRows;
            }
            FMatrixRMaj all = BinaryStates.all(D);
            double[] logP = model.logDensity(all);
            double p = 0;
            for (int s = 0; s < all.numRows; s++) {
                p += all.get(s, ORDER[0]) * Math.exp(logP[s]);
            }
            assertEquals(mean, p, 2e-3);
        }
    }

    /** The last column of the first order says nothing there, but in the other one. */
    @Test
    void weightsThatOnlyOneOrderHasAreLearnt() {
        MadeBuilder settings = Made.builder().hidden(16, 16).order(ORDER, OTHER).batchSize(10);
        FMatrixRMaj before = settings.epochs(0).fit(BITS).net().values().get("net.0.w");
        FMatrixRMaj after = settings.epochs(3).fit(BITS).net().values().get("net.0.w");
        for (int t = 0; t < D; t++) {
            double most = 0;
            for (int k = 0; k < 16; k++) {
                most = Math.max(most, Math.abs(before.get(t, k) - after.get(t, k)));
            }
            assertTrue(most > 1e-4, "the weights of place " + t + " have moved by " + most);
        }
    }

    @Test
    void beginsWithTheFrequencies() {
        FMatrixRMaj x = BITS.floatMatrix();
        for (int[] order : new int[][] {ORDER, OTHER}) {
            Made model = Made.builder().hidden(8).order(order).epochs(0).fit(BITS);
            double ones = 0;
            for (int i = 0; i < x.numRows; i++) {
                ones += x.get(i, order[0]);
            }
            double l = model.steps(1, 0).next().data[0];
            assertEquals(ones / x.numRows, 1 / (1 + Math.exp(-l)), 1e-6);
        }
    }

    /** Two bits that are always equal: the mean of logits would have the total probability 2. */
    @Test
    void severalOrdersMixProbabilitiesAndNotLogits() {
        double[][] rows = {{0, 0}, {1, 1}, {1, 1}, {0, 0}};
        Made model = Made.builder()
                .hidden(8)
                .activation(Activation.TANH)
                .order(new int[] {0, 1}, new int[] {1, 0})
                .learningRate(.05)
                .epochs(600)
                .seed(2)
                .fit(rows);
        double[] p = Arrays.stream(model.logDensity(BinaryStates.all(2)))
                .map(Math::exp)
                .toArray();
        assertArrayEquals(new double[] {.5, 0, 0, .5}, p, .02);
        assertEquals(1, Arrays.stream(p).sum(), 1e-6);
    }

    @Test
    void randomOrdersDifferAndHangOnTheSeed() {
        Made model = fit(Made.builder().hidden(4).randomOrders(3));
        assertEquals(3, model.orders());
        assertNotEquals(Arrays.toString(model.order(0)), Arrays.toString(model.order(1)));
        for (int k = 0; k < 3; k++) {
            assertArrayEquals(
                    Orders.natural(D), Arrays.stream(model.order(k)).sorted().toArray());
        }
        Made other = Made.builder().hidden(4).randomOrders(3).seed(4).epochs(0).fit(BITS);
        assertNotEquals(Arrays.toString(model.order(0)), Arrays.toString(other.order(0)));
        assertArrayEquals(Orders.natural(D), fit(Made.builder().hidden(4)).order(0));
        assertMessageHas("order 3 of 3", () -> model.order(3));
    }

    /** It learns: of bars with noise the mixture over orders is better than independent pixels by far, and no worse than one order. */
    @Test
    void learnsBars() {
        Dataset data = Bars.generate(400, 3, 0.3, 0.02, 5).pictures();
        Made model = Made.builder()
                .hidden(30)
                .randomOrders(2)
                .learningRate(.02)
                .batchSize(50)
                .epochs(40)
                .validation(Bars.generate(200, 3, 0.3, 0.02, 6).pictures())
                .fit(data);
        double independent = 0;
        FMatrixRMaj x = data.floatMatrix();
        for (int j = 0; j < D; j++) {
            double mean = 0;
            for (int i = 0; i < x.numRows; i++) {
                mean += x.get(i, j) / x.numRows;
            }
            independent += mean * Math.log(mean) + (1 - mean) * Math.log(1 - mean);
        }
        double learnt = model.logLikelihood(x) / x.numRows;
        assertTrue(learnt > independent + 1, learnt + " nats a row, independent " + independent);
        assertTrue(model.history().last("validation") > independent + .8);
    }

    @Test
    void badSettingsAreNamed() {
        assertMessageHas("Made: hidden not set", () -> Made.builder().fit(BITS));
        assertMessageHas(
                "hidden is 0, expected at least 1", () -> Made.builder().hidden(3, 0));
        assertMessageHas("randomOrders is 0", () -> Made.builder().randomOrders(0));
        assertMessageHas("the number of orders is 0", () -> Made.builder().order());
        assertMessageHas(
                "column 1 at place 2, a second time", () -> Made.builder().order(new int[] {0, 1, 1}));
        assertMessageHas(
                "column 3 at place 1; expected each of 0 to 1",
                () -> Made.builder().order(new int[] {0, 3}));
        assertMessageHas("column -1 at place 0", () -> Made.builder().order(new int[] {-1, 0}));
        assertMessageHas(
                "the order is one of 3 columns, the data have 9",
                () -> Made.builder().hidden(4).order(new int[] {2, 1, 0}).fit(BITS));
        assertMessageHas(
                "0.5 in row 1, column 0", () -> Made.builder().hidden(4).fit(new double[][] {{0, 1}, {.5, 0}}));
        assertMessageHas(
                "0.5 in row 0, column 1",
                () -> Made.builder()
                        .hidden(4)
                        .validation(Dataset.of(new double[][] {{0, .5}}))
                        .fit(new double[][] {{0, 1}, {1, 0}}));
    }
}
