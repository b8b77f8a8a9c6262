package lvm.fit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import lvm.model.History;
import lvm.optim.Optimizer;
import lvm.optim.RmsProp;
import lvm.optim.Schedule;
import lvm.optim.Sgd;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Learners with several optimisers or none, and in stages. */
class LearnerTest {
    private static final Dataset DATA = Toy.data();

    @TempDir
    Path directory;

    @AfterEach
    void noFlagIsLeft() {
        Thread.interrupted();
    }

    /** What is fitted: numbers by name. */
    private record Numbers(Map<String, float[]> values, Map<String, String> settings, History history) {
        static Numbers of(History history, Map<String, String> settings, Param... params) {
            Map<String, float[]> values = new LinkedHashMap<>();
            for (Param p : params) {
                values.put(p.name(), p.value().data.clone());
            }
            return new Numbers(values, settings, history);
        }
    }

    private static void assertSame(Numbers expected, Numbers actual) {
        assertEquals(expected.values.keySet(), actual.values.keySet());
        expected.values.forEach((name, data) -> assertArrayEquals(data, actual.values.get(name), name));
        assertSame(expected.history, actual.history);
        assertEquals(
                List.copyOf(expected.history.stages().keySet()),
                List.copyOf(actual.history.stages().keySet()));
        expected.history
                .stages()
                .forEach((name, course) ->
                        assertSame(course, actual.history.stages().get(name)));
    }

    private static void assertSame(History expected, History actual) {
        assertEquals(expected.names(), actual.names());
        assertEquals(expected.stop(), actual.stop());
        String objective = expected.names().get(0);
        assertArrayEquals(expected.column(objective), actual.column(objective));
    }

    private abstract static class Base<B extends Base<B>> extends NeuralFitBuilder<B, Numbers> {
        /** Is told of each step before it is made. */
        Consumer<String> before = name -> {};

        final Map<String, Integer> steps = new LinkedHashMap<>();

        Base() {
            super("objective");
            epochs(4).batchSize(10).seed(3).learningRate(0.05);
        }

        final void count(String name) {
            steps.merge(name, 1, Integer::sum);
            before.accept(name);
        }

        /** −½ |x − μ|², averaged. */
        static Var objective(Tape tape, Batch batch, Param mu) {
            return tape.constant(batch.x())
                    .sub(tape.param(mu))
                    .square()
                    .sumPerRow()
                    .mul(-0.5f)
                    .mean();
        }
    }

    /** Two that move in turn: a critic every second time, whose parameter the generator follows. */
    private static final class Rivals extends Base<Rivals> {
        @Override
        protected Rivals self() {
            return this;
        }

        @Override
        public Numbers fit(Dataset data) {
            Param critic = new Param("critic", new FMatrixRMaj(1, data.dim()));
            Param generator = new Param("generator", new FMatrixRMaj(1, data.dim()));
            Optimizer one = optimizer().over(List.of(critic), learningRate());
            Optimizer two = new RmsProp(List.of(generator), learningRate());
            Tape tape = new Tape();
            Learner learner = Learner.of(
                    (batch, rng) -> {
                        count("step");
                        if (two.steps() % 2 == 0) {
                            one.ascend(objective(tape.reset(), batch, critic));
                        }
                        Var gap = tape.reset()
                                .constant(critic.value())
                                .sub(tape.param(generator))
                                .square()
                                .mean();
                        return two.ascend(gap.neg());
                    },
                    one,
                    two);
            Map<String, String> settings = trainingSettings(learner);
            return train(data, learner, history -> Numbers.of(history, settings, critic, generator));
        }
    }

    @Test
    void twoOptimisersGoOnWithinAnEpoch() {
        Numbers whole = new Rivals().fit(DATA);
        new Rivals().steps(17).checkpoint(directory).fit(DATA); // 11 steps an epoch
        Rivals rest = new Rivals().resume(directory);
        assertSame(whole, rest.fit(DATA));
        assertEquals(44 - 17, rest.steps.get("step"));
        assertEquals("Adam, RmsProp", whole.settings.get("optimiser"));
    }

    @Test
    void theStateOfEachOptimiserIsNamed() {
        Param a = new Param("a", new FMatrixRMaj(1, 1));
        Param b = new Param("b", new FMatrixRMaj(1, 1));
        Sgd one = new Sgd(List.of(a), 1, 0.9, false);
        Sgd two = new Sgd(List.of(a, b), 1, 0.9, false);
        Parameters both = Parameters.of(List.of(one, two), null, Map.of());
        assertEquals(List.of("a", "b"), List.copyOf(both.values().keySet()));
        assertEquals(
                List.of("steps", "a.velocity", "optimizer 2/steps", "optimizer 2/a.velocity", "optimizer 2/b.velocity"),
                List.copyOf(both.state().keySet()));
        Sgd other = new Sgd(List.of(new Param("a", new FMatrixRMaj(1, 1))), 1);
        assertEquals(
                "Parameters.of: two matrices are named \"a\"",
                assertThrows(IllegalArgumentException.class, () -> Parameters.of(List.of(one, other), null, Map.of()))
                        .getMessage());
    }

    /** A mean is learnt, then that of what is left over by it; the second stage has rows of its own. */
    private static class Deep extends Base<Deep> {
        private long firstEpochs = 3;

        @Override
        protected Deep self() {
            return this;
        }

        Deep firstEpochs(long epochs) {
            firstEpochs = epochs;
            return this;
        }

        @Override
        public Numbers fit(Dataset data) {
            Param first = new Param("first", new FMatrixRMaj(1, data.dim()));
            Param second = new Param("second", new FMatrixRMaj(1, data.dim()));
            Stages stages = Stages.of("layer 1", () -> learner("layer 1", first).epochs(firstEpochs))
                    .then("layer 2", () -> {
                        FMatrixRMaj x = data.floatMatrix();
                        for (int i = 0; i < x.getNumElements(); i++) {
                            x.data[i] -= first.value().data[i % x.numCols];
                        }
                        return learner("layer 2", second).data(Dataset.of(x)).objectiveName("of the rest");
                    });
            return train(data, stages, history -> Numbers.of(history, Map.of(), first, second));
        }

        private Learner learner(String name, Param mu) {
            Optimizer optimizer = optimizer().over(List.of(mu), learningRate());
            Tape tape = new Tape();
            return Learner.of(
                    (batch, rng) -> {
                        count(name);
                        return optimizer.ascend(objective(tape.reset(), batch, mu));
                    },
                    optimizer);
        }
    }

    /** Interrupts the thread before a step of a stage. */
    private static Deep interrupted(Deep builder, String stage, int step) {
        builder.before = name -> {
            if (name.equals(stage) && builder.steps.get(name) == step) {
                Thread.currentThread().interrupt();
            }
        };
        return builder;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void stagesGoOnInTheSecond(boolean averaged) {
        UnaryOperator<Deep> how = builder -> averaged ? builder.movingAverage(0.9) : builder;
        Deep straight = how.apply(new Deep());
        Numbers whole = straight.fit(DATA);
        assertEquals(Map.of("layer 1", 33, "layer 2", 44), straight.steps);
        assertEquals(
                List.of("layer 1", "layer 2"),
                List.copyOf(whole.history.stages().keySet()));
        assertEquals(3, whole.history.stages().get("layer 1").size());
        assertEquals("objective", whole.history.stages().get("layer 1").names().get(0));
        assertEquals("of the rest", whole.history.names().get(0));
        assertSame(whole.history, whole.history.stages().get("layer 2"));

        Numbers part = interrupted(how.apply(new Deep()), "layer 2", 15)
                .checkpoint(directory)
                .fit(DATA);
        assertTrue(Thread.interrupted());
        assertEquals(History.Stop.INTERRUPTED, part.history.stop());
        assertEquals(History.Stop.BUDGET, part.history.stages().get("layer 1").stop());
        Deep rest = how.apply(new Deep()).resume(directory);
        assertSame(whole, rest.fit(DATA));
        assertEquals(Map.of("layer 2", 44 - 15), rest.steps);
    }

    @Test
    void stagesGoOnInTheFirst() {
        Numbers whole = new Deep().fit(DATA);
        Numbers part =
                interrupted(new Deep(), "layer 1", 5).checkpoint(directory).fit(DATA);
        assertTrue(Thread.interrupted());
        assertEquals(List.of("layer 1"), List.copyOf(part.history.stages().keySet()));
        assertEquals(History.Stop.INTERRUPTED, part.history.stop());
        assertArrayEquals(new float[Toy.DIM], part.values.get("second"));
        assertSame(whole, new Deep().resume(directory).fit(DATA));
    }

    @Test
    void anInterruptAtTheEndOfAStageLeavesTheNextForLater() {
        Numbers whole = new Deep().fit(DATA);
        Numbers part =
                interrupted(new Deep(), "layer 1", 33).checkpoint(directory).fit(DATA);
        assertTrue(Thread.interrupted());
        assertEquals(List.of("layer 1"), List.copyOf(part.history.stages().keySet()));
        assertEquals(History.Stop.INTERRUPTED, part.history.stop());
        Deep rest = new Deep().resume(directory);
        assertSame(whole, rest.fit(DATA));
        assertEquals(Map.of("layer 2", 44), rest.steps);
    }

    @Test
    void aStageThatLearnsMoreMakesTheNextBeginAnew() {
        new Deep().checkpoint(directory).fit(DATA);
        Deep more = new Deep().firstEpochs(5).resume(directory);
        assertSame(new Deep().firstEpochs(5).fit(DATA), more.fit(DATA));
        assertEquals(Map.of("layer 1", 22, "layer 2", 44), more.steps);
        // And a fit that does not go on leaves nothing of an earlier one.
        interrupted(new Deep(), "layer 1", 33).checkpoint(directory).fit(DATA);
        assertTrue(Thread.interrupted());
        Deep rest = new Deep().resume(directory);
        rest.fit(DATA);
        assertEquals(Map.of("layer 2", 44), rest.steps);
    }

    @Test
    void theListenerSeesEachStage() {
        List<String> seen = new ArrayList<>();
        new Deep()
                .listener((epoch, model) ->
                        seen.add(epoch + " of " + model.history.stages().keySet()))
                .fit(DATA);
        assertEquals("1 of [layer 1]", seen.get(0));
        assertEquals("1 of [layer 1, layer 2]", seen.get(3));
        assertEquals(7, seen.size());
    }

    @Test
    void aStageHasItsOwnOrderOfRows() {
        List<Integer> orders = new ArrayList<>();
        for (String name : new String[] {"a", "b"}) {
            Base<?> builder = new Deep() {
                @Override
                public Numbers fit(Dataset data) {
                    Stages one = Stages.of(
                            name,
                            () -> Learner.of((batch, rng) -> {
                                orders.add(batch.row(0));
                                return 0;
                            }));
                    return train(data, one, history -> Numbers.of(history, Map.of()));
                }
            };
            builder.epochs(1).fit(DATA);
        }
        assertNotEquals(orders.subList(0, 11), orders.subList(11, 22));
    }

    @Test
    void namesOfStagesAreChecked() {
        for (String bad : new String[] {"", " a", "a/b", "..", "a  b"}) {
            assertThrows(IllegalArgumentException.class, () -> Stages.of(bad, () -> null), bad);
        }
        Stages one = Stages.of("layer-1 a_b", () -> null);
        assertEquals(
                "Stages: two stages are named \"layer-1 a_b\"",
                assertThrows(IllegalArgumentException.class, () -> one.then("layer-1 a_b", () -> null))
                        .getMessage());
    }

    /** The mean in closed form, by a step that writes it: no optimiser, all rows at once. */
    private static final class Mean extends NeuralFitBuilder<Mean, Numbers> {
        Mean() {
            super("objective");
        }

        @Override
        protected Mean self() {
            return this;
        }

        @Override
        public Numbers fit(Dataset data) {
            Param mu = new Param("mu", new FMatrixRMaj(1, data.dim()));
            Learner learner = Learner.of((batch, rng) -> {
                        FMatrixRMaj x = batch.x();
                        assertEquals(data.rows(), batch.size());
                        Arrays.fill(mu.value().data, 0);
                        for (int i = 0; i < x.getNumElements(); i++) {
                            mu.value().data[i % x.numCols] += x.data[i] / x.numRows;
                        }
                        return 0;
                    })
                    .params(List.of(mu))
                    .batchSize(data.rows())
                    .epochs(2)
                    .way("learning(MEAN)");
            Map<String, String> settings = trainingSettings(learner);
            return train(data, learner, history -> Numbers.of(history, settings, mu));
        }
    }

    static Stream<Map.Entry<String, UnaryOperator<Mean>>> unused() {
        Map<String, UnaryOperator<Mean>> setters = new LinkedHashMap<>();
        setters.put("optimizer", b -> b.optimizer(Sgd::new));
        setters.put("learningRate", b -> b.learningRate(NeuralFitBuilder.DEFAULT_LEARNING_RATE));
        setters.put("schedule", b -> b.schedule(Schedule.constant()));
        setters.put("clipNorm", b -> b.clipNorm(1));
        setters.put("clipValue", b -> b.clipValue(1));
        setters.put("maxNorm", b -> b.maxNorm(1));
        setters.put("movingAverage", b -> b.movingAverage(0.9));
        setters.put("validation", b -> b.validation(DATA));
        setters.put("patience", b -> b.patience(1));
        setters.put("batchSize", b -> b.batchSize(100));
        setters.put("epochs", b -> b.epochs(2));
        setters.put("steps", b -> b.steps(2));
        setters.put("seconds", b -> b.seconds(2));
        return setters.entrySet().stream();
    }

    @ParameterizedTest
    @MethodSource
    void unused(Map.Entry<String, UnaryOperator<Mean>> setter) {
        Mean builder = setter.getValue().apply(new Mean());
        assertEquals(
                "LearnerTest: " + setter.getKey() + " is set, but learning(MEAN) does not use it",
                assertThrows(IllegalArgumentException.class, () -> builder.fit(DATA))
                        .getMessage());
    }

    @Test
    void aLearnerWithoutAnOptimiser() {
        Numbers mean = new Mean().seed(2).checkpoint(directory).fit(DATA);
        assertEquals(2, mean.history.size());
        assertEquals("{epochs=2, batch size=103, seed=2}", mean.settings.toString());
        double first = 0;
        for (int i = 0; i < DATA.rows(); i++) {
            first += DATA.get(i, 0) / DATA.rows();
        }
        assertEquals(first, mean.values.get("mu")[0], 1e-5);
        assertSame(mean, new Mean().seed(2).resume(directory).fit(DATA));
        assertFalse(Arrays.equals(new float[Toy.DIM], mean.values.get("mu")));
        assertEquals(
                "Learner: two matrices are named \"a\"",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Learner.of((batch, rng) -> 0)
                                        .params(List.of(new Param("a", new FMatrixRMaj(1, 1))))
                                        .buffers(Map.of("a", new FMatrixRMaj(1, 1))))
                        .getMessage());
    }
}
