package lvm.autoregressive;

import static lvm.model.Messages.assertMessageHas;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import lvm.data.ImageShape;
import lvm.distribution.BinaryStates;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PixelCnnTest {
    /** 3×3 pictures of bars in three classes. */
    private static final Dataset BITS = MadeTest.BITS
            .withLabels(
                    IntStream.range(0, 60).map(i -> i % 7 < 5 ? 0 : i % 7 - 4).toArray())
            .asImages(3, 3);

    private static PixelCnnBuilder settings() {
        return PixelCnn.builder()
                .filters(4)
                .blocks(3)
                .kernel(3, 3)
                .learningRate(.02)
                .batchSize(20)
                .epochs(4)
                .seed(3);
    }

    /** What one pass gives for a column. */
    static FMatrixRMaj pass(ConditionalAutoregressive model, FMatrixRMaj x, int part, int column) {
        CausalNet net = model.net();
        Tape tape = Tape.withoutGradients();
        int[] labels = new int[x.numRows];
        Arrays.fill(labels, part);
        FMatrixRMaj classes = net.oneHot(labels, new FMatrixRMaj(0, 0));
        Var all = net.parameters(
                tape, CausalNet.signal(tape.constant(x)), classes == null ? null : tape.constant(classes));
        int k = net.output.parameters();
        int[] places = IntStream.range(0, k).map(c -> c * net.places() + column).toArray();
        return all.gatherColumns(places).value();
    }

    /** What holds for all of them. */
    abstract static class Contract implements AutoregressiveContract {
        private final ConditionalAutoregressive model;

        Contract(ConditionalAutoregressive model) {
            this.model = model;
        }

        @Override
        public AutoregressiveModel model() {
            return model;
        }

        @Override
        public FMatrixRMaj pass(FMatrixRMaj x, int part, int column) {
            return PixelCnnTest.pass(model, x, part, column);
        }
    }

    @Nested
    class WithoutClasses extends Contract {
        WithoutClasses() {
            super(settings().blocks(2).kernel(5, 3).fit(BITS));
        }
    }

    @Nested
    class OfClasses extends Contract {
        OfClasses() {
            super(settings().conditional(true).fit(BITS));
        }
    }

    /**
     * Slopes in an image that is larger than the reach R of the filters: a pixel hangs on those of the R + 1 rows above and of R columns to
     * either side, and on R pixels to its left, each of them, and on no other.
     */
    @Test
    void everyPixelSeesTheWholeFieldBeforeItAndNoOther() {
        int h = 7;
        int w = 8;
        SplittableRandom rng = new SplittableRandom(2);
        PixelNet net = new PixelNet(h, w, 0, LevelOutput.BINARY, 6, 2, 5, 3, rng);
        int reach = 3;
        FMatrixRMaj x = new FMatrixRMaj(4, h * w);
        for (int i = 0; i < x.getNumElements(); i++) {
            x.data[i] = (float) rng.nextGaussian();
        }
        for (int place = 0; place < h * w; place++) {
            Tape tape = Tape.forInputs();
            Var input = tape.input(x);
            tape.backward(
                    net.parameters(tape, input, null).columns(place, place + 1).sum());
            for (int other = 0; other < h * w; other++) {
                int up = place / w - other / w;
                int aside = Math.abs(place % w - other % w);
                boolean inField =
                        up == 0 ? other < place && aside <= reach : up > 0 && up <= reach + 1 && aside <= reach;
                double most = 0;
                for (int i = 0; i < x.numRows; i++) {
                    most = Math.max(most, Math.abs(input.grad().get(i, other)));
                }
                assertEquals(inField, most > 0, "pixel " + place + " hangs on " + other + " by " + most);
            }
        }
    }

    @Test
    void theFirstPixelHasItsFrequency() {
        PixelCnn model = settings()
                .blocks(1)
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
    void theLastBiasBeginsWithTheFrequencyOfOnes() {
        float bias = settings().epochs(0).fit(BITS).net().values().get("head.b").data[0];
        FMatrixRMaj x = BITS.floatMatrix();
        double ones = 0;
        for (int i = 0; i < x.getNumElements(); i++) {
            ones += x.data[i];
        }
        assertEquals(ones / x.getNumElements(), 1 / (1 + Math.exp(-bias)), 1e-6);
    }

    @Test
    void aModelOfClassesMixesThemByTheirFrequencies() {
        PixelCnn model = settings().conditional(true).epochs(10).fit(BITS);
        assertEquals(3, model.classes());
        assertEquals(List.of("0", "1", "2"), model.classNames());
        FMatrixRMaj all = BinaryStates.all(9);
        double[] mixed = new double[all.numRows];
        for (int y = 0; y < 3; y++) {
            int[] classes = new int[all.numRows];
            Arrays.fill(classes, y);
            double[] logs = model.logConditional(all, classes);
            assertEquals(1, Arrays.stream(logs).map(Math::exp).sum(), 1e-5);
            int of = y;
            double share =
                    Arrays.stream(BITS.labels()).filter(label -> label == of).count() / 60.0;
            for (int s = 0; s < mixed.length; s++) {
                mixed[s] += share * Math.exp(logs[s]);
            }
        }
        double[] found = model.logDensity(all);
        for (int s = 0; s < mixed.length; s++) {
            assertEquals(mixed[s], Math.exp(found[s]), 1e-6);
        }
        double[] ofData = model.logConditional(BITS);
        double[] ofRows = model.logConditional(BITS.floatMatrix(), BITS.labels());
        assertArrayEquals(ofRows, ofData);
        assertTrue(Arrays.stream(ofRows).sum() != model.logLikelihood(BITS));
    }

    /** Rows whose class says everything: draws of a class are its own, and a half of one is completed as its other half says. */
    @Test
    void drawsOfAClassAreOfIt() {
        double[][] rows = new double[40][6];
        int[] labels = new int[40];
        for (int i = 0; i < 40; i++) {
            labels[i] = i % 2;
            Arrays.fill(rows[i], labels[i]);
        }
        Dataset data = Dataset.of(rows).withLabels(labels).asImages(2, 3);
        PixelCnn model =
                settings().conditional(true).learningRate(.05).epochs(60).fit(data);
        int[] wanted = IntStream.range(0, 50).map(i -> i % 3 == 0 ? 1 : 0).toArray();
        FMatrixRMaj x = model.sample(wanted, new SplittableRandom(1));
        int off = 0;
        for (int i = 0; i < 300; i++) {
            off += x.data[i] == wanted[i / 6] ? 0 : 1;
        }
        assertTrue(off <= 6, off + " of 300 pixels are not of the class");
        boolean[] known = {true, true, true, false, false, false};
        FMatrixRMaj y = model.complete(new FMatrixRMaj(9, 6), known, new SplittableRandom(2));
        assertTrue(Arrays.equals(new float[54], Arrays.copyOf(y.data, 54)), "black goes on black");
        FMatrixRMaj z = model.complete(data.slice(0, 4), known, new int[] {0, 1, 0, 1}, new SplittableRandom(2));
        assertArrayEquals(data.slice(0, 4).floatMatrix().data, z.data);
        // Known at the end, by many draws, of which those of the other class are not taken.
        boolean[] last = {false, false, false, true, true, true};
        FMatrixRMaj u = model.complete(data.slice(0, 6), last, 30, new SplittableRandom(2));
        assertArrayEquals(data.slice(0, 6).floatMatrix().data, u.data);
    }

    static Stream<LevelOutput> outputs() {
        return Stream.of(LevelOutput.softmax(3), LevelOutput.logistics(3, 1), LevelOutput.logistics(3, 3));
    }

    private static Dataset levels() {
        SplittableRandom rng = new SplittableRandom(4);
        double[][] rows = new double[50][6];
        for (double[] row : rows) {
            int k = rng.nextInt(3);
            for (int j = 0; j < 6; j++) {
                row[j] = (rng.nextInt(4) == 0 ? rng.nextInt(3) : k) / 2.0;
            }
        }
        return Dataset.of(rows).asImages(2, 3);
    }

    /** The 729 images of three levels: their probabilities sum to 1, and draws have them, but for a test of probability 10⁻⁶. */
    @ParameterizedTest
    @MethodSource("outputs")
    void levelsOfEveryDistribution(LevelOutput output) {
        PixelCnn model = settings().output(output).epochs(15).fit(levels());
        int states = 729;
        FMatrixRMaj all = new FMatrixRMaj(states, 6);
        for (int s = 0; s < states; s++) {
            for (int j = 0, rest = s; j < 6; j++, rest /= 3) {
                all.set(s, j, rest % 3 / 2f);
            }
        }
        double[] p = Arrays.stream(model.logDensity(all)).map(Math::exp).toArray();
        assertEquals(1, Arrays.stream(p).sum(), 1e-5);
        int n = 10_000;
        FMatrixRMaj x = model.sample(n, new SplittableRandom(5));
        double[] counts = new double[states];
        for (int i = 0; i < n; i++) {
            int state = 0;
            for (int j = 5; j >= 0; j--) {
                state = 3 * state + Math.round(2 * x.get(i, j));
            }
            counts[state]++;
        }
        AutoregressiveContract.assertFrequencies(p, counts, n);
        SplittableRandom rng = new SplittableRandom(6);
        FMatrixRMaj rows = model.sample(5, rng);
        Steps steps = model.steps(5, 0);
        float[] values = new float[5];
        double[] logs = new double[5];
        for (int j = 0; j < 6; j++) {
            FMatrixRMaj found = steps.next();
            FMatrixRMaj expected = pass(model, rows, 0, j);
            for (int i = 0; i < 5; i++) {
                values[i] = rows.get(i, j);
                logs[i] += output.logProbability(found.data, i * found.numCols, values[i]);
                for (int k = 0; k < found.numCols; k++) {
                    assertEquals(expected.get(i, k), found.get(i, k), 1e-5);
                }
            }
            steps.put(values);
        }
        assertArrayEquals(model.logDensity(rows), logs, 1e-4);
        assertMessageHas(
                "0.25 in row 0, column 1",
                () -> model.logDensity(new FMatrixRMaj(new float[][] {{0, .25f, 1, 0, 0, 0}})));
        assertMessageHas(
                "-0.5 in row 0, column 0",
                () -> model.logDensity(new FMatrixRMaj(new float[][] {{-.5f, 1, 1, 0, 0, 0}})));
        assertMessageHas(
                "NaN in row 0, column 5",
                () -> model.logDensity(new FMatrixRMaj(new float[][] {{.5f, 1, 1, 0, 0, Float.NaN}})));
    }

    /** Logistic distributions far from a level, and narrow ones, have a log probability that is finite and not above 0. */
    @Test
    void logisticsFarFromALevel() {
        for (float mean : new float[] {-30, -1, 0, .3f, 40}) {
            for (float logScale : new float[] {-6, -2, 0, 4}) {
                float[] p = {0, mean, logScale};
                double sum = 0;
                for (int k = 0; k < 256; k++) {
                    double l = LevelOutput.logistics(256, 1).logProbability(p, 0, k / 255.0);
                    assertTrue(l <= 1e-12 && l > Double.NEGATIVE_INFINITY, mean + " " + logScale + ": " + l);
                    sum += Math.exp(l);
                }
                assertEquals(1, sum, 1e-9);
            }
        }
    }

    @Test
    void badSettingsAndImagesAreNamed() {
        assertMessageHas("PixelCnn: filters not set", () -> PixelCnn.builder().fit(BITS));
        assertMessageHas("filters is 0", () -> PixelCnn.builder().filters(0));
        assertMessageHas("blocks is 0", () -> PixelCnn.builder().blocks(0));
        assertMessageHas("kernel is 4, expected odd", () -> PixelCnn.builder().kernel(3, 4));
        assertMessageHas("kernel is 1, expected odd", () -> PixelCnn.builder().kernel(1, 3));
        assertMessageHas("levels is 1", () -> LevelOutput.softmax(1));
        assertMessageHas("components is 0", () -> LevelOutput.logistics(256, 0));
        assertMessageHas("shape not set", () -> settings().fit(BITS.floatMatrix()));
        assertMessageHas(
                "shape is 2×3, the data have 9 columns",
                () -> settings().shape(2, 3).fit(BITS.floatMatrix()));
        assertMessageHas(
                "shape is 1×9, the data are images of 3×3",
                () -> settings().shape(1, 9).fit(BITS));
        assertMessageHas(
                "3 channels",
                () -> settings().fit(Dataset.of(BITS.floatMatrix()).asImages(new ImageShape(3, 1, 3))));
        assertMessageHas(
                "row 0 has no label", () -> settings().conditional(true).fit(BITS.withoutLabels()));
        PixelCnn plain = settings().epochs(0).fit(BITS);
        assertEquals(new ImageShape(1, 3, 3), plain.shape());
        assertEquals(0, plain.classes());
        assertMessageHas(
                "images of 1×9, the model was fitted to images of 3×3", () -> plain.logDensity(BITS.asImages(1, 9)));
        assertMessageHas("10 columns, expected 9", () -> plain.logDensity(new FMatrixRMaj(1, 10)));
        assertMessageHas("knows no classes", () -> plain.logConditional(BITS));
        PixelCnn model = settings().conditional(true).epochs(0).fit(BITS);
        SplittableRandom rng = new SplittableRandom(1);
        assertMessageHas("class 3 in row 1, expected 0 to 2", () -> model.sample(new int[] {0, 3}, rng));
        assertMessageHas("class -1 in row 0", () -> model.logConditional(new FMatrixRMaj(1, 9), -1));
        assertMessageHas("1 classes for 2 rows", () -> model.logConditional(new FMatrixRMaj(2, 9), 1));
        assertMessageHas(
                "class 3 in row 0", () -> model.complete(new FMatrixRMaj(1, 9), new boolean[9], new int[] {3}, rng));
    }
}
