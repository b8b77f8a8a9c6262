package lvm.fit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;
import lvm.model.History;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.Matrix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An iteration that halves the distance to a goal, from starts with goals of their own. */
class ConvergentFitBuilderTest {

    private record Found(int start, double value, History history) {}

    private static final class Halving implements ConvergentFitBuilder.Iteration {
        private final Toy toy;
        private final int start;
        private double value;
        private double change = Double.NaN;
        private int steps;

        Halving(Toy toy, int start) {
            this.toy = toy;
            this.start = start;
        }

        @Override
        public double step(Batch batch, RandomGenerator rng) {
            if (start == toy.interruptedStart && ++steps == toy.interruptedStep) {
                Thread.currentThread().interrupt();
                throw new CancellationException("in the middle of a step");
            }
            change = (toy.goals[start] - value) / 2;
            value += change;
            return value;
        }

        @Override
        public List<String> columns() {
            return List.of("value");
        }

        @Override
        public double[] row() {
            return new double[] {value};
        }

        @Override
        public boolean converged() {
            return Math.abs(change) <= toy.tolerance();
        }

        @Override
        public boolean ended() {
            return converged() || value > toy.limit;
        }

        @Override
        public double quality() {
            return value;
        }

        @Override
        public long steps(int iterations) {
            return toy.stepsOfTheStart + iterations;
        }

        @Override
        public Map<String, Matrix> values() {
            return Map.of("value", new DMatrixRMaj(new double[][] {{value}}));
        }

        @Override
        public void setValues(Map<String, Matrix> values) {
            value = ((DMatrixRMaj) values.get("value")).get(0, 0);
        }
    }

    private static final class Toy extends ConvergentFitBuilder<Toy, Found> {
        private final double[] goals;
        private double limit = Double.POSITIVE_INFINITY;
        private int stepsOfTheStart;
        private int interruptedStart = -1;
        private int interruptedStep;

        Toy(double... goals) {
            super(100, 1e-3, goals.length);
            this.goals = goals;
        }

        @Override
        protected Toy self() {
            return this;
        }

        @Override
        protected Found fit(DMatrixRMaj x, List<String> columns) {
            return converge(
                    x,
                    null,
                    "value",
                    i -> new Halving(this, i),
                    (at, history) -> new Found(at.start, at.value, history));
        }

        Found fit() {
            return fit(new DMatrixRMaj(1, 1));
        }

        Toy interruptedAt(int start, int step) {
            this.interruptedStart = start;
            this.interruptedStep = step;
            return this;
        }
    }

    @AfterEach
    void noInterruptIsLeft() {
        Thread.interrupted();
    }

    @Test
    void theBestStartIsReturnedAndOfEqualsTheFirst() {
        Found best = new Toy(1, 3, 2, 3).fit();
        assertEquals(1, best.start);
        assertEquals(3, best.value, 2e-3);
        assertEquals(History.Stop.CONVERGED, best.history.stop());
        assertEquals(best.value, best.history.last("value"));
        assertEquals(0, new Toy(1, 3).restarts(1).fit().start);
    }

    @Test
    void anIterationThatEndsWithoutConvergenceUsedItsBudget() {
        Toy toy = new Toy(1);
        toy.limit = .8;
        Found found = toy.fit();
        assertEquals(History.Stop.BUDGET, found.history.stop());
        assertArrayEquals(new double[] {.5, .75, .875}, found.history.column("value"));
        assertEquals(2, new Toy(1).maxIterations(2).fit().history.size());
    }

    @Test
    void aListenerSeesTheStartAsIterationZero() {
        List<String> seen = new ArrayList<>();
        Toy toy = new Toy(1, 2).maxIterations(2).listener((i, found) -> seen.add(i + ": " + found.value));
        toy.fit();
        assertEquals(List.of("0: 0.0", "1: 0.5", "2: 0.75", "0: 0.0", "1: 1.0", "2: 1.5"), seen);
        seen.clear();
        toy.restarts(1).stepsOfTheStart = 1;
        toy.fit();
        assertEquals(List.of("0: 0.5", "1: 0.75", "2: 0.875"), seen);
    }

    @Test
    void anInterruptKeepsTheBestOfWhatWasFound() {
        Found found = new Toy(2, 4, 9).interruptedAt(1, 3).fit();
        assertTrue(Thread.interrupted());
        assertEquals(1, found.start);
        assertEquals(3, found.value);
        assertEquals(History.Stop.INTERRUPTED, found.history.stop());
        found = new Toy(2, 1, 9).interruptedAt(1, 3).fit();
        assertEquals(0, found.start);
        assertEquals(History.Stop.INTERRUPTED, found.history.stop());
    }

    @Test
    void withoutACompleteStartThereIsNoModel() {
        Toy toy = new Toy(1, 2).interruptedAt(0, 1);
        toy.stepsOfTheStart = 1;
        CancellationException e = assertThrows(CancellationException.class, toy::fit);
        assertEquals("ConvergentFitBuilderTest.fit: interrupted before there was a model", e.getMessage());
        assertTrue(Thread.currentThread().isInterrupted(), "the thread stays interrupted");
        assertThrows(CancellationException.class, () -> new Toy(1).fit());
        Thread.interrupted();
        // A start that is complete is a model.
        assertEquals(0, new Toy(1, 2).interruptedAt(0, 1).fit().value);
    }
}
