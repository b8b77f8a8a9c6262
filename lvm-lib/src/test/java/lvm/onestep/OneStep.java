package lvm.onestep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.data.Dataset;
import lvm.fit.Fit;
import lvm.fit.FitOptions;
import lvm.fit.NeuralFitBuilder;
import lvm.fit.Parameters;
import lvm.flow.NormalizingFlowBuilder;
import lvm.model.FittedModel;
import lvm.optim.Sgd;
import lvm.store.Safetensors;
import lvm.store.SavedModel;
import lvm.vae.StackedM1M2;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;

/**
 * One step of plain gradient ascent through the public builder of a model against an objective that is written down once more, in
 * double precision and without the library's networks: the parameters must change by the learning rate times the central
 * differences of that objective at the same draws, and the history must have its value. This is what stands between a verified
 * objective and {@code fit()}: factors, signs, shares of the rows, schedules, and what is a constant for the gradient.
 */
final class OneStep {
    static final double RATE = 0.1;
    static final long SEED = 7;
    private static final double MOVE = 1e-5;

    private OneStep() {}

    /** The objective that a step raises, as a function of all parameters. */
    interface Objective {
        double value(Numbers p);
    }

    /** Matrices by name. */
    static final class Numbers {
        private final Map<String, double[][]> all = new LinkedHashMap<>();

        void put(String name, double[][] rows) {
            all.put(name, rows);
        }

        void put(String name, FMatrixRMaj m) {
            double[][] rows = new double[m.numRows][m.numCols];
            for (int i = 0; i < m.numRows; i++) {
                for (int j = 0; j < m.numCols; j++) {
                    rows[i][j] = m.get(i, j);
                }
            }
            all.put(name, rows);
        }

        double[][] get(String name) {
            double[][] m = all.get(name);
            if (m == null) {
                throw new IllegalArgumentException("there is no \"" + name + "\", only " + all.keySet());
            }
            return m;
        }

        double[] row(String name) {
            return get(name)[0];
        }

        int size() {
            return all.size();
        }
    }

    /** The numbers of a model as they are in its file, without what stands before the last slash. */
    static Numbers of(SavedModel model) {
        try {
            Path file = Files.createTempFile("model", ".safetensors");
            try {
                model.save(file);
                Numbers numbers = new Numbers();
                for (Map.Entry<String, Matrix> entry :
                        Safetensors.read(file).matrices("").entrySet()) {
                    if (entry.getValue() instanceof FMatrixRMaj m) {
                        numbers.put(entry.getKey().substring(entry.getKey().lastIndexOf('/') + 1), m);
                    }
                }
                return numbers;
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Numbers of(Map<String, FMatrixRMaj> matrices) {
        Numbers numbers = new Numbers();
        matrices.forEach(numbers::put);
        return numbers;
    }

    static Numbers of(List<Param> params) {
        Numbers numbers = new Numbers();
        params.forEach(p -> numbers.put(p.name(), p.value()));
        return numbers;
    }

    /** A builder with plain gradient ascent on all rows at once. */
    static <B extends NeuralFitBuilder<B, ?>> B sgd(B builder, long steps) {
        return asTheyAre(builder)
                .optimizer(Sgd::new)
                .learningRate(RATE)
                .batchSize(1000)
                .epochs(steps)
                .seed(SEED);
    }

    /**
     * Columns as they are: the objectives here are those of the data's own units. A flow's standardisation is a part of its map,
     * whose density is asked for; that of M1+M2 belongs to its features.
     */
    private static <B extends NeuralFitBuilder<B, ?>> B asTheyAre(B builder) {
        if (builder instanceof NormalizingFlowBuilder || builder instanceof StackedM1M2.Builder) {
            return builder;
        }
        try {
            builder.getClass().getMethod("standardize", boolean.class).invoke(builder, false);
        } catch (NoSuchMethodException e) {
            return builder; // it takes them as they are
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
        return builder;
    }

    /** What a step gets: the rows in their order, and its generator at its start. */
    record Seen(double[][] x, int[] labels, int[] row, SplittableRandom rng, FMatrixRMaj floats) {}

    /** What the step of a number, from 0, gets of all rows of a data set. */
    static Seen seen(Dataset data, int step) {
        return seen(data, step, SEED);
    }

    /** The same where the fit has another seed, as a stage has. */
    static Seen seen(Dataset data, int step, long seed) {
        Seen[] last = new Seen[1];
        int[] at = {0};
        try {
            new Fit((batch, rng) -> {
                        if (at[0]++ < step) {
                            return 0;
                        }
                        int[] row = new int[batch.size()];
                        for (int i = 0; i < row.length; i++) {
                            row[i] = batch.row(i);
                        }
                        FMatrixRMaj x = batch.x().copy();
                        int[] labels = data.hasLabels() ? batch.labels().clone() : null;
                        last[0] = new Seen(rows(x), labels, row, (SplittableRandom) rng, x);
                        throw new Enough();
                    })
                    .options(new FitOptions().batchSize(1000).seed(seed).epochs(step + 1L))
                    .label(null)
                    .run(data);
        } catch (Enough e) {
            return last[0];
        }
        throw new AssertionError("no step " + step);
    }

    /** What a validation gets of its rows, after every epoch the same. */
    static Seen seenByValidation(Dataset rows) {
        return seenByValidation(rows, SEED);
    }

    /** The same where the fit has another seed, as a stage has. */
    static Seen seenByValidation(Dataset rows, long seed) {
        Seen[] last = new Seen[1];
        try {
            new Fit((batch, rng) -> 0)
                    .options(new FitOptions().batchSize(1000).seed(seed).epochs(1))
                    .parameters(Parameters.of(Map.of("none", new FMatrixRMaj(1, 1))))
                    .label(null)
                    .validation(rows, (batch, rng) -> {
                        FMatrixRMaj x = batch.x().copy();
                        int[] labels = rows.hasLabels() ? batch.labels().clone() : null;
                        last[0] = new Seen(rows(x), labels, null, (SplittableRandom) rng, x);
                        throw new Enough();
                    })
                    .run(rows);
        } catch (Enough e) {
            return last[0];
        }
        throw new AssertionError("no validation");
    }

    /** The column of the validation has the value of an objective at the parameters after the step. */
    static void assertValidation(String what, SavedModel after, Numbers numbers, Objective objective) {
        double value = objective.value(numbers);
        double is = ((FittedModel) after).history().last("validation");
        assertEquals(value, is, 2e-5 * Math.max(1, Math.abs(value)), what + ": the validation");
    }

    private static final class Enough extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    static double[][] rows(FMatrixRMaj m) {
        double[][] rows = new double[m.numRows][m.numCols];
        for (int i = 0; i < m.numRows; i++) {
            for (int j = 0; j < m.numCols; j++) {
                rows[i][j] = m.get(i, j);
            }
        }
        return rows;
    }

    static double[][] normal(int rows, int columns, RandomGenerator rng) {
        double[][] e = new double[rows][columns];
        for (double[] row : e) {
            for (int j = 0; j < columns; j++) {
                row[j] = (float) rng.nextGaussian();
            }
        }
        return e;
    }

    /**
     * The parameters have changed by RATE times the slope of the objective.
     *
     * @param what for messages
     * @param recorded what the history says of the step; NaN for nothing to compare
     */
    static void assertStep(String what, Numbers before, Numbers after, double recorded, Objective objective) {
        assertStepOf(RATE, what, before, after, objective);
        if (!Double.isNaN(recorded)) {
            double value = objective.value(before);
            assertEquals(value, recorded, 2e-5 * Math.max(1, Math.abs(value)), what + ": the recorded objective");
        }
    }

    /** The same for another learning rate. */
    static void assertStepOf(double rate, String what, Numbers before, Numbers after, Objective objective) {
        Map<String, double[][]> slopes = new LinkedHashMap<>();
        double most = 0;
        for (String name : before.all.keySet()) {
            double[][] m = before.get(name);
            double[][] slope = new double[m.length][m[0].length];
            for (int i = 0; i < m.length; i++) {
                for (int j = 0; j < m[i].length; j++) {
                    double old = m[i][j];
                    m[i][j] = old + MOVE;
                    double above = objective.value(before);
                    m[i][j] = old - MOVE;
                    double below = objective.value(before);
                    m[i][j] = old;
                    slope[i][j] = (above - below) / (2 * MOVE);
                    most = Math.max(most, Math.abs(slope[i][j]));
                }
            }
            slopes.put(name, slope);
        }
        assertEquals(before.all.keySet(), after.all.keySet());
        assertTrue(most > 1e-4, what + ": the objective has no slope");
        for (String name : before.all.keySet()) {
            double[][] was = before.get(name);
            double[][] is = after.get(name);
            double[][] slope = slopes.get(name);
            for (int i = 0; i < was.length; i++) {
                for (int j = 0; j < was[i].length; j++) {
                    double tolerance = rate * (1e-4 * Math.abs(slope[i][j]) + 1e-5 * most) + 3e-7 * Math.abs(was[i][j]);
                    assertEquals(
                            was[i][j] + rate * slope[i][j],
                            is[i][j],
                            tolerance,
                            () -> what + ": " + name + " after the step");
                }
            }
        }
    }
}
