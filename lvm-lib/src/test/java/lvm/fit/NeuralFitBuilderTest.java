package lvm.fit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import lvm.data.Tables;
import lvm.mixture.GaussianMixture;
import lvm.mixture.GaussianMixtureBuilder;
import lvm.model.History;
import lvm.optim.Adam;
import lvm.optim.AdamW;
import lvm.optim.MovingAverage;
import lvm.optim.Optimizer;
import lvm.optim.RmsProp;
import lvm.optim.Schedule;
import lvm.optim.Sgd;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The builders' base for neural families, with a network of batch normalisation, dropout, Adam and moving averages. */
class NeuralFitBuilderTest {
    private static final Dataset DATA = NetClassifier.data(103, 1);
    private static final Dataset VALIDATION = NetClassifier.data(60, 2);

    @TempDir
    Path directory;

    private static NetClassifier.Builder builder() {
        return NetClassifier.builder()
                .epochs(10)
                .batchSize(10)
                .learningRate(0.02)
                .seed(3);
    }

    private static NetClassifier.Builder everything() {
        return builder()
                .schedule(Schedule.cosine(100, 0.1).warmUp(10))
                .clipNorm(1)
                .movingAverage(0.9)
                .validation(VALIDATION);
    }

    private static void assertSame(NetClassifier expected, NetClassifier actual) {
        assertEquals(expected.parameters().keySet(), actual.parameters().keySet());
        expected.parameters()
                .forEach((name, matrix) ->
                        assertArrayEquals(matrix.data, actual.parameters().get(name).data, name));
        assertEquals(expected.history().names(), actual.history().names());
        for (String name : expected.history().names()) {
            if (!name.equals("seconds")) {
                assertArrayEquals(
                        expected.history().column(name), actual.history().column(name), name);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void fiveEpochsAndFiveMoreAreTen(boolean all) {
        NetClassifier whole = (all ? everything() : builder()).fit(DATA);
        (all ? everything() : builder()).epochs(5).checkpoint(directory).fit(DATA);
        NetClassifier.Builder rest = (all ? everything() : builder()).resume(directory);
        assertSame(whole, rest.fit(DATA));
        assertEquals(5 * 11, rest.afterSteps.size());
        // Running moments moved, or this would say nothing of them.
        assertFalse(Arrays.equals(new float[8], whole.parameters().get("norm.mean").data));
    }

    /** 31 rows in batches of 10 left one alone, which batch normalisation has no variance for. */
    @Test
    void batchNormalisationGoesWithAnyNumberOfRows() {
        Dataset rows = NetClassifier.data(31, 1);
        NetClassifier whole = builder().fit(rows);
        builder().epochs(100).steps(7).checkpoint(directory).fit(rows);
        assertSame(whole, builder().resume(directory).fit(rows));
        assertTrue(assertThrows(
                        IllegalArgumentException.class,
                        () -> builder().batchSize(1).fit(rows))
                .getMessage()
                .contains("a channel needs at least two values: take minibatches of more rows"));
    }

    @Test
    void goesOnWithinAnEpoch() {
        NetClassifier whole = everything().fit(DATA);
        everything().epochs(100).steps(37).checkpoint(directory).fit(DATA);
        assertSame(whole, everything().resume(directory).fit(DATA));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void everyOptimiserGoesOn(int which) {
        Optimizer.Factory factory = List.<Optimizer.Factory>of(
                        Sgd::new,
                        (params, rate) -> new Sgd(params, rate, 0.9, true),
                        (params, rate) -> new AdamW(params, rate, 0.01),
                        RmsProp::new)
                .get(which);
        NetClassifier whole = builder().optimizer(factory).fit(DATA);
        builder().optimizer(factory).epochs(4).checkpoint(directory).fit(DATA);
        assertSame(whole, builder().optimizer(factory).resume(directory).fit(DATA));
    }

    @Test
    void aNetworkByHand() {
        NetClassifier whole = builder().fit(DATA);
        FitOptions options = new FitOptions().batchSize(10).seed(3).checkpoint(directory);
        for (int epochs = 4; epochs <= 10; epochs += 6) {
            NetClassifier.Net net = new NetClassifier.Net(new SplittableRandom(3));
            Adam adam = new Adam(net.params(), 0.02);
            Tape tape = new Tape();
            new Fit((batch, rng) -> {
                        Var value = net.objective(tape.reset().training(rng), batch);
                        tape.backward(value.neg());
                        adam.step();
                        return value.scalar();
                    })
                    .parameters(Parameters.of(adam, net.buffers()))
                    .options(options.epochs(epochs))
                    .label(null)
                    .run(DATA);
            options.resume(directory);
            assertEquals(epochs * 11, adam.steps());
            if (epochs == 10) {
                adam.values()
                        .forEach((name, matrix) ->
                                assertArrayEquals(whole.parameters().get(name).data, matrix.data, name));
            }
        }
    }

    @Test
    void theModelIsTheMovingAverageOfTheSteps() {
        NetClassifier.Builder builder = builder().movingAverage(0.75);
        float start =
                new NetClassifier.Net(new SplittableRandom(3)).params().get(0).value().data[0];
        NetClassifier model = builder.fit(DATA);
        double average = start;
        for (float value : builder.afterSteps) {
            average = 0.75 * average + 0.25 * value;
        }
        assertEquals(average, model.parameters().get("a.w").data[0], 1e-5);
        // Averages do not change the way of the training itself.
        NetClassifier.Builder without = builder();
        without.fit(DATA);
        assertEquals(without.afterSteps, builder.afterSteps);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theModelIsTheBestOnValidation(boolean averaged) {
        // A high rate makes the objective go up and down.
        NetClassifier.Builder builder = builder().learningRate(0.5).validation(VALIDATION);
        if (averaged) {
            builder.movingAverage(0.5);
        }
        List<NetClassifier> seen = new ArrayList<>();
        builder.listener((epoch, model) -> {
            seen.add(model);
            assertEquals(seen.size(), epoch);
            assertEquals(epoch, model.history().size());
        });
        NetClassifier model = builder.fit(DATA);
        double[] validation = model.history().column("validation");
        int best = 0;
        for (int i = 1; i < validation.length; i++) {
            best = validation[i] > validation[best] ? i : best;
        }
        assertTrue(best < validation.length - 1, "the last epoch is the best one: nothing is tested");
        seen.get(best)
                .parameters()
                .forEach((name, matrix) ->
                        assertArrayEquals(matrix.data, model.parameters().get(name).data, name));
        // What was validated is what the listener saw, six batches an epoch.
        for (int epoch = 0; epoch < seen.size(); epoch++) {
            assertEquals(seen.get(epoch).parameters().get("a.w").data[0], builder.validated.get(6 * epoch));
        }
    }

    @Test
    void patienceEndsTheFit() {
        NetClassifier model = builder()
                .epochs(1000)
                .learningRate(0.5)
                .validation(VALIDATION)
                .patience(3)
                .fit(DATA);
        assertEquals(History.Stop.CONVERGED, model.history().stop());
        assertEquals(
                "Fit.run: patience is 3 without a validation",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> builder().patience(3).fit(DATA))
                        .getMessage());
    }

    @Test
    void everyFormOfData() {
        // No labels are needed by a mixture; the seed decides what is drawn.
        DMatrixRMaj x = DATA.matrix();
        double[][] rows = new double[x.numRows][];
        Arrays.setAll(rows, i -> Arrays.copyOfRange(x.data, i * x.numCols, (i + 1) * x.numCols));
        GaussianMixtureBuilder em =
                GaussianMixture.builder().components(2).maxIterations(5).seed(2);
        double[] expected = em.fit(x).means().data;
        assertArrayEquals(expected, em.fit(DATA).means().data);
        assertArrayEquals(expected, em.fit(DATA.floatMatrix()).means().data);
        assertArrayEquals(expected, em.fit(rows).means().data);
        assertArrayEquals(
                expected,
                em.fit(Tables.table("x", x, "a", "b", "c", "d", "e", "f")).means().data);

        Mean.Builder mean = new Mean.Builder();
        float expectedMean = mean.fit(DATA).value;
        assertEquals(expectedMean, mean.fit(x).value);
        assertEquals(expectedMean, mean.fit(DATA.floatMatrix()).value);
        assertEquals(expectedMean, mean.fit(rows).value);
        assertEquals(expectedMean, mean.fit(Tables.table("x", x, "a", "b", "c", "d", "e", "f")).value);
    }

    @Test
    void greyLevelsBinarisedAnewAreDrawnFromTheSeed() {
        byte[] grey = new byte[200];
        new java.util.Random(1).nextBytes(grey);
        Dataset anew = Dataset.ofBytes(grey, 2, 255).binarizedAnew();
        GaussianMixtureBuilder em =
                GaussianMixture.builder().components(1).maxIterations(1).seed(2);
        double[] means = em.fit(anew).means().data;
        assertArrayEquals(means, em.fit(anew).means().data);
        DMatrixRMaj drawn = anew.matrix(new SplittableRandom(2));
        assertArrayEquals(em.fit(drawn).means().data, means);
    }

    /** A family without labels. */
    private record Mean(float value) {
        static final class Builder extends NeuralFitBuilder<Builder, Mean> {
            Builder() {
                super("objective");
            }

            @Override
            protected Builder self() {
                return this;
            }

            @Override
            public Mean fit(Dataset data) {
                Param mu = new Param("mu", new FMatrixRMaj(1, data.dim()));
                Optimizer optimizer = optimizer().over(List.of(mu), learningRate());
                Tape tape = new Tape();
                Learner learner = Learner.of(
                        (batch, rng) -> {
                            Var squares = tape.reset()
                                    .constant(batch.x())
                                    .sub(tape.param(mu))
                                    .square();
                            return optimizer.ascend(squares.mean().neg());
                        },
                        optimizer);
                return train(data, learner, history -> new Mean(mu.value().data[0]));
            }
        }
    }

    @Test
    void messagesNameTheModelAndTheSetting() {
        Class<IllegalArgumentException> bad = IllegalArgumentException.class;
        NetClassifier.Builder b = builder();
        String name = "NetClassifier: ";
        assertEquals(
                name + "epochs is -1, expected at least 0",
                assertThrows(bad, () -> b.epochs(-1)).getMessage());
        assertEquals(
                name + "steps is -1, expected at least 0",
                assertThrows(bad, () -> b.steps(-1)).getMessage());
        assertEquals(
                name + "seconds is NaN, expected at least 0",
                assertThrows(bad, () -> b.seconds(Double.NaN)).getMessage());
        assertEquals(
                name + "batchSize is 0, expected at least 1",
                assertThrows(bad, () -> b.batchSize(0)).getMessage());
        assertEquals(
                name + "learningRate is NaN, expected above 0 and finite",
                assertThrows(bad, () -> b.learningRate(Double.NaN)).getMessage());
        assertEquals(
                name + "clipNorm is 0.0, expected above 0",
                assertThrows(bad, () -> b.clipNorm(0)).getMessage());
        assertEquals(
                name + "movingAverage is 1.0, expected within [0,1)",
                assertThrows(bad, () -> b.movingAverage(1)).getMessage());
        assertEquals(
                name + "patience is -1, expected at least 0",
                assertThrows(bad, () -> b.patience(-1)).getMessage());
        b.validation(Dataset.of(new double[][] {{1, 2}}));
        assertEquals(
                "NetClassifier.fit: the validation rows have 2 columns, the data have 6",
                assertThrows(bad, () -> b.fit(DATA)).getMessage());
    }

    @Test
    void settingsForTheCard() {
        NetClassifier model = builder().steps(4).movingAverage(0.9).fit(DATA);
        assertEquals(
                "{epochs=10, steps=4, batch size=10, optimiser=Adam, learning rate=0.02, moving average=0.9, seed=3}",
                model.settings().toString());
        assertEquals("log-likelihood, nats per row", model.history().names().get(0));
    }

    @Test
    void aBufferNamedLikeAParameterIsRefused() {
        Adam adam = new Adam(List.of(new Param("w", new FMatrixRMaj(1, 1))), 0.1);
        assertEquals(
                "Parameters.of: two matrices are named \"w\"",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Parameters.of(adam, Map.of("w", new FMatrixRMaj(1, 1))))
                        .getMessage());
        MovingAverage average = MovingAverage.of(adam, 0.5);
        assertEquals(
                List.of("w", "average/w"),
                List.copyOf(
                        Parameters.of(List.of(adam), average, Map.of()).values().keySet()));
    }
}
