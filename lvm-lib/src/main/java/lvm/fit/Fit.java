package lvm.fit;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import lvm.data.Dataset;
import lvm.display.Progress;
import lvm.model.History;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;

/**
 * The training loop. It repeats a {@link TrainStep} over shuffled minibatches of a {@link Dataset}, or over nothing when
 * the step has its own data, and sees to seeds, the budget, early stopping, interrupts, progress, history, checkpoints and
 * objectives that are not finite.
 *
 * <pre>{@code
 * History history = new Fit(step).parameters(parameters).options(new FitOptions().epochs(20)).run(data);
 * }</pre>
 *
 * <p>The order of the rows is a function of the seed and the epoch, the randomness of a step one of the seed and the step:
 * the same seed gives the same parameters, and a fit that goes on from a checkpoint gives those of one that never stopped.
 *
 * <p>An interrupt of the thread ends the fit after the step that runs: the parameters stay as they are, the history says
 * {@link History.Stop#INTERRUPTED}, and the thread stays interrupted.
 */
public final class Fit {
    static final String CHECKPOINT = "checkpoint";
    private static final int FORMAT = 1;
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;
    private static final int ORDER_STREAM = 1;
    private static final int STEP_STREAM = 2;
    private static final int VALIDATION_STREAM = 3;

    /** Looks on. */
    @FunctionalInterface
    public interface Listener {
        /**
         * Called in the thread of the fit after each epoch. An exception thrown here ends the fit.
         *
         * @param epoch where the fit stands
         */
        void epoch(Epoch epoch);
    }

    /** Where a fit stands after an epoch. Valid while the listener is called. */
    public final class Epoch {
        private Epoch() {}

        /**
         * The number of epochs done.
         *
         * @return at least 1
         */
        public long epoch() {
            return epoch;
        }

        /**
         * The number of steps done.
         *
         * @return at least 1
         */
        public long step() {
            return steps;
        }

        /**
         * The mean objective of the epoch.
         *
         * @return the objective per row, higher is better
         */
        public double objective() {
            return objective;
        }

        /**
         * The course of the fit up to here.
         *
         * @return the history
         */
        public History history() {
            return finish(History.Stop.BUDGET);
        }
    }

    private final TrainStep step;
    private final Epoch view = new Epoch();
    private FitOptions options = new FitOptions();
    private Parameters parameters;
    private String label = "training";
    private String objectiveName = "objective";
    private Dataset validation;
    private BatchObjective validationObjective;
    private List<String> ownColumns;
    private Supplier<double[]> ownValues;
    private BooleanSupplier converged = () -> false;
    private boolean openEnded;
    private Listener listener = epoch -> {};

    // Where the run stands; all of it is in a checkpoint.
    private long epoch;
    private long steps;
    private long stepsInEpoch;
    private long rowsInEpoch;
    private double sum;
    private double nanosBefore;
    private boolean hasConverged;
    private double lastFinite;
    private double best;
    private int epochsSinceBest;
    private List<double[]> rows;
    private Map<String, Matrix> bestValues;

    private double objective;
    private long started;
    private Map<String, Matrix> lastGood;
    private String lastGoodAt;
    private Batch validationBatch;

    /**
     * A fit by repetition of a step.
     *
     * @param step the step
     */
    public Fit(TrainStep step) {
        this.step = Objects.requireNonNull(step, "Fit: step");
    }

    /**
     * Budget, batches, seed and checkpoints.
     *
     * @param options the options; kept
     * @return this
     */
    public Fit options(FitOptions options) {
        this.options = Objects.requireNonNull(options, "Fit.options");
        return this;
    }

    /**
     * What the step moves. Checkpoints need it, and so do the return to the best parameters and to the last good ones.
     *
     * @param parameters the parameters and the state of the optimiser
     * @return this
     */
    public Fit parameters(Parameters parameters) {
        this.parameters = Objects.requireNonNull(parameters, "Fit.parameters");
        return this;
    }

    /**
     * What the progress says is being done.
     *
     * @param label a few words; null for no progress at all
     * @return this
     */
    public Fit label(String label) {
        this.label = label;
        return this;
    }

    /**
     * The name of the objective in the history and the progress.
     *
     * @param name the quantity and its unit, by default "objective"
     * @return this
     */
    public Fit objectiveName(String name) {
        this.objectiveName = Objects.requireNonNull(name, "Fit.objectiveName");
        return this;
    }

    /**
     * An objective on rows that are not learnt from, evaluated after each epoch. The parameters at its highest value are
     * those that the fit leaves behind, and {@link FitOptions#patience} ends the fit by it.
     *
     * @param rows the validation rows, at least one
     * @param objective the objective, averaged over all of them
     * @return this
     * @throws IllegalArgumentException if there is no row
     */
    public Fit validation(Dataset rows, BatchObjective objective) {
        if (rows.rows() == 0) {
            throw new IllegalArgumentException("Fit.validation: no rows");
        }
        this.validation = rows;
        this.validationObjective = Objects.requireNonNull(objective, "Fit.validation: objective");
        return this;
    }

    /**
     * Other columns for the history than the usual ones: the objective, {@code validation} if there is one, and
     * {@code seconds}.
     *
     * @param names the names, the objective first
     * @param values gives a value for each after an epoch; the array is kept
     * @return this
     */
    public Fit columns(List<String> names, Supplier<double[]> values) {
        this.ownColumns = List.copyOf(names);
        this.ownValues = Objects.requireNonNull(values, "Fit.columns: values");
        return this;
    }

    /**
     * A stopping rule, asked after each epoch.
     *
     * @param rule whether the fit has converged
     * @return this
     */
    public Fit convergedWhen(BooleanSupplier rule) {
        this.converged = Objects.requireNonNull(rule, "Fit.convergedWhen");
        this.openEnded = true;
        return this;
    }

    /**
     * Who looks on.
     *
     * @param listener called after each epoch
     * @return this
     */
    public Fit listener(Listener listener) {
        this.listener = Objects.requireNonNull(listener, "Fit.listener");
        return this;
    }

    /**
     * Trains with a step that has its own data: each epoch is one step, its batch is empty.
     *
     * @return the course of the fit
     * @throws NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
     * @throws IllegalArgumentException if checkpoints or a validation are asked for without parameters or patience
     *     without a validation, or the checkpoint is one of another fit
     * @throws UncheckedIOException if a checkpoint can not be written or read
     */
    public History run() {
        return runOn(null);
    }

    /**
     * Trains on the rows of a data set, in minibatches in a new order in each epoch.
     *
     * @param data n×D rows of observations, at least one; not modified
     * @return the course of the fit; if the budget or an interrupt ended it within an epoch, the last row is about the part
     *     that was done
     * @throws NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
     * @throws IllegalArgumentException if there is no row, if checkpoints or a validation are asked for without
     *     parameters or patience without a validation, or the checkpoint is one of another fit
     * @throws UncheckedIOException if a checkpoint can not be written or read
     */
    public History run(Dataset data) {
        if (data.rows() == 0) {
            throw new IllegalArgumentException("Fit.run: the data set has no rows");
        }
        return runOn(data);
    }

    private History runOn(Dataset data) {
        if (parameters == null && (options.checkpoint != null || validation != null)) {
            throw new IllegalArgumentException("Fit.run: " + (validation == null ? "checkpoints" : "a validation")
                    + " without parameters to keep");
        }
        if (options.patience > 0 && validation == null) {
            throw new IllegalArgumentException("Fit.run: patience is " + options.patience + " without a validation");
        }
        int n = data == null ? 0 : data.rows();
        int batchSize = Math.min(options.batchSize, n);
        long perEpoch = data == null ? 1 : (n + batchSize - 1L) / batchSize;
        begin(n);
        started = System.nanoTime();
        long savedAt = started;
        long savedStep = steps;
        long shuffled = -1;
        int[] order = new int[n];
        Batch batch = new Batch(data, order);
        long epochs = options.epochBudget();
        History.Stop stop;
        try (Progress progress = progress(epochs, perEpoch)) {
            while (true) {
                if (stepsInEpoch == perEpoch && !endEpoch()) {
                    stop = History.Stop.INTERRUPTED;
                    break;
                }
                long now = System.nanoTime();
                if (options.checkpoint != null
                        && steps > savedStep
                        && now - savedAt >= options.checkpointInterval.toNanos()) {
                    save(n);
                    savedAt = now;
                    savedStep = steps;
                }
                if (hasConverged) {
                    stop = History.Stop.CONVERGED;
                    break;
                }
                if (epoch >= epochs || steps >= options.steps || seconds() >= options.seconds) {
                    stop = History.Stop.BUDGET;
                    break;
                }
                if (Thread.currentThread().isInterrupted()) {
                    stop = History.Stop.INTERRUPTED;
                    break;
                }
                if (shuffled != epoch) {
                    shuffle(order);
                    shuffled = epoch;
                }
                int from = Math.toIntExact(stepsInEpoch * batchSize);
                int size = Math.min(batchSize, n - from);
                SplittableRandom rng = random(STEP_STREAM, steps);
                double value;
                try {
                    value = step.step(batch.at(from, size, rng), rng);
                } catch (CancellationException e) {
                    if (!Thread.currentThread().isInterrupted()) {
                        throw e;
                    }
                    stop = History.Stop.INTERRUPTED;
                    break;
                }
                requireFinite(value);
                lastFinite = value;
                steps++;
                stepsInEpoch++;
                rowsInEpoch += Math.max(size, 1);
                sum += value * Math.max(size, 1);
                if (progress != null) {
                    progress.step(
                            steps,
                            ownColumns == null ? sum / rowsInEpoch : ownValues.get()[0]);
                }
            }
            if (progress != null && stop == History.Stop.INTERRUPTED) {
                progress.interrupted();
            }
        }
        if (options.checkpoint != null) {
            save(n);
        }
        endPart(stop);
        if (bestValues != null) {
            parameters.setValues(bestValues);
        }
        return finish(stop);
    }

    private void begin(int n) {
        epoch = 0;
        steps = 0;
        stepsInEpoch = 0;
        rowsInEpoch = 0;
        sum = 0;
        nanosBefore = 0;
        hasConverged = false;
        lastFinite = Double.NaN;
        best = Double.NEGATIVE_INFINITY;
        epochsSinceBest = 0;
        rows = new ArrayList<>();
        bestValues = null;
        if (options.checkpoint != null) {
            Store store = new Store(options.checkpoint, CHECKPOINT);
            if (!options.resume) {
                store.delete(); // or a resume before the first checkpoint of this fit would find another one's
            } else if (store.exists()) {
                restore(n);
            }
        }
        lastGood = parameters == null ? null : copies(parameters.values());
        lastGoodAt = steps == 0 ? "the start" : "the checkpoint";
        validationBatch = null;
    }

    private Progress progress(long epochs, long perEpoch) {
        if (label == null) {
            return null;
        }
        boolean known = !openEnded && options.patience == 0 && options.seconds == Double.POSITIVE_INFINITY;
        // The product saturates: a budget beyond a long is no budget.
        long byEpochs = epochs > Long.MAX_VALUE / perEpoch ? Long.MAX_VALUE : epochs * perEpoch;
        long total = Math.min(byEpochs, options.steps);
        return Progress.start(label, known && total < Long.MAX_VALUE ? total : Progress.UNKNOWN)
                .objectiveName(objectiveName)
                .resumedAt(steps);
    }

    /** Ends an epoch; false if an interrupt came before the validation was done, which is then still to do. */
    private boolean endEpoch() {
        double onValidation = Double.NaN;
        if (validation != null) {
            onValidation = validate();
            if (Double.isNaN(onValidation)) {
                return false;
            }
        }
        objective = sum / rowsInEpoch;
        requireFiniteParameters();
        epoch++;
        rows.add(row(onValidation));
        keepBest(onValidation);
        stepsInEpoch = 0;
        rowsInEpoch = 0;
        sum = 0;
        if (lastGood != null) {
            Parameters.copy(parameters.values(), lastGood);
            lastGoodAt = "the end of epoch " + epoch;
        }
        hasConverged = converged.getAsBoolean() || options.patience > 0 && epochsSinceBest >= options.patience;
        listener.epoch(view);
        return true;
    }

    /** What is told of an epoch that did not come to its end; nothing of it is in the checkpoint. */
    private void endPart(History.Stop stop) {
        if (stepsInEpoch > 0 && ownColumns == null) {
            objective = sum / rowsInEpoch;
            double onValidation = validation == null || stop == History.Stop.INTERRUPTED ? Double.NaN : validate();
            rows.add(row(onValidation));
            if (!Double.isNaN(onValidation)) {
                keepBest(onValidation);
            }
        }
    }

    private void keepBest(double onValidation) {
        if (validation == null) {
            return;
        }
        epochsSinceBest++;
        if (onValidation > best) {
            best = onValidation;
            epochsSinceBest = 0;
            if (bestValues == null) {
                bestValues = copies(parameters.values());
            } else {
                Parameters.copy(parameters.values(), bestValues);
            }
        }
    }

    /** The objective on the validation rows, NaN if interrupted. */
    private double validate() {
        int n = validation.rows();
        if (validationBatch == null) {
            int[] order = new int[n];
            Arrays.setAll(order, i -> i);
            validationBatch = new Batch(validation, order);
        }
        double total = 0;
        for (int from = 0; from < n; from += options.batchSize) {
            if (Thread.currentThread().isInterrupted()) {
                return Double.NaN;
            }
            int size = Math.min(options.batchSize, n - from);
            SplittableRandom rng = random(VALIDATION_STREAM, from);
            double value;
            try {
                value = validationObjective.value(validationBatch.at(from, size, rng), rng);
            } catch (CancellationException e) {
                if (Thread.currentThread().isInterrupted()) {
                    return Double.NaN;
                }
                throw e;
            }
            if (Double.isNaN(value)) {
                throw stopped("the validation objective is NaN", steps, value);
            }
            total += size * value;
        }
        return total / n;
    }

    private double[] row(double onValidation) {
        if (ownColumns != null) {
            return ownValues.get();
        }
        return validation == null
                ? new double[] {objective, seconds()}
                : new double[] {objective, onValidation, seconds()};
    }

    private List<String> columnNames() {
        if (ownColumns != null) {
            return ownColumns;
        }
        return validation == null ? List.of(objectiveName, "seconds") : List.of(objectiveName, "validation", "seconds");
    }

    private History finish(History.Stop stop) {
        History.Recorder recorder = new History.Recorder(columnNames().toArray(String[]::new));
        rows.forEach(recorder::add);
        return recorder.finish(stop);
    }

    private double seconds() {
        return (nanosBefore + (System.nanoTime() - started)) / 1e9;
    }

    // --- what is not finite

    private void requireFinite(double value) {
        if (!Double.isFinite(value)) {
            throw stopped("the objective is " + value, steps + 1, value);
        }
    }

    private void requireFiniteParameters() {
        if (lastGood == null) {
            return;
        }
        parameters.values().forEach((name, matrix) -> {
            double value = firstNonFinite(matrix);
            if (!Double.isFinite(value)) {
                throw stopped("the parameter \"" + name + "\" has become " + value, steps, value);
            }
        });
    }

    private static double firstNonFinite(Matrix matrix) {
        int size = matrix.getNumRows() * matrix.getNumCols();
        if (matrix instanceof FMatrixRMaj floats) {
            for (int i = 0; i < size; i++) {
                if (!Float.isFinite(floats.data[i])) {
                    return floats.data[i];
                }
            }
        } else if (matrix instanceof DMatrixRMaj doubles) {
            for (int i = 0; i < size; i++) {
                if (!Double.isFinite(doubles.data[i])) {
                    return doubles.data[i];
                }
            }
        }
        return 0;
    }

    private NonFiniteObjectiveException stopped(String what, long atStep, double value) {
        String message = "Fit.run: " + what + " in epoch " + (epoch + 1) + ", step " + atStep
                + " (both counted from 1); it was "
                + (Double.isNaN(lastFinite)
                        ? "not evaluated before"
                        : lastFinite + " at the last step where it was finite")
                + (lastGood == null ? "" : "; the parameters are back at " + lastGoodAt);
        if (lastGood != null) {
            parameters.setValues(lastGood);
        }
        return new NonFiniteObjectiveException(
                message, epoch + 1, atStep, value, lastFinite, finish(History.Stop.BUDGET));
    }

    // --- randomness

    private void shuffle(int[] order) {
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        SplittableRandom rng = random(ORDER_STREAM, epoch);
        for (int i = order.length - 1; i > 0; i--) {
            int j = rng.nextInt(i + 1);
            int row = order[i];
            order[i] = order[j];
            order[j] = row;
        }
    }

    private SplittableRandom random(int stream, long index) {
        return new SplittableRandom(mix(mix(mix(options.seed) + stream) + index));
    }

    /** The finaliser of SplitMix64 (G. Steele, D. Lea and C. Flood 2014), a bijection that scatters near numbers. */
    private static long mix(long z) {
        long x = z + GOLDEN;
        x = (x ^ (x >>> 30)) * 0xbf58476d1ce4e5b9L;
        x = (x ^ (x >>> 27)) * 0x94d049bb133111ebL;
        return x ^ (x >>> 31);
    }

    // --- checkpoints

    private static Map<String, Matrix> copies(Map<String, Matrix> matrices) {
        Map<String, Matrix> copies = new LinkedHashMap<>();
        matrices.forEach((name, matrix) -> copies.put(name, matrix.copy()));
        return copies;
    }

    private JsonObject identity(int n) {
        JsonObject identity = new JsonObject();
        identity.addProperty("format", FORMAT);
        identity.addProperty("seed", options.seed);
        identity.addProperty("rows", n);
        identity.addProperty("batchSize", n == 0 ? 0 : options.batchSize);
        identity.addProperty("columns", columnNames().toString());
        return identity;
    }

    private void save(int n) {
        if (!parameters.values().values().stream().allMatch(matrix -> Double.isFinite(firstNonFinite(matrix)))) {
            return; // nobody could go on from there; the next step or the end of the epoch reports it
        }
        JsonObject content = identity(n);
        content.addProperty("epoch", epoch);
        content.addProperty("step", steps);
        content.addProperty("stepsInEpoch", stepsInEpoch);
        content.addProperty("rowsInEpoch", rowsInEpoch);
        content.add("sum", number(sum));
        content.add("seconds", number(seconds()));
        content.addProperty("converged", hasConverged);
        content.add("lastFinite", number(lastFinite));
        content.add("best", number(best));
        content.addProperty("epochsSinceBest", epochsSinceBest);
        JsonArray history = new JsonArray();
        for (double[] row : rows) {
            JsonArray values = new JsonArray();
            for (double value : row) {
                values.add(number(value));
            }
            history.add(values);
        }
        content.add("history", history);
        JsonObject scalars = new JsonObject();
        parameters.scalars().forEach((name, value) -> scalars.add(name, number(value)));
        content.add("scalars", scalars);
        Safetensors tensors = new Safetensors();
        parameters.values().forEach((name, matrix) -> tensors.putAny("parameters/" + name, matrix));
        parameters.state().forEach((name, matrix) -> tensors.putAny("state/" + name, matrix));
        if (bestValues != null) {
            bestValues.forEach((name, matrix) -> tensors.putAny("best/" + name, matrix));
        }
        try {
            new Store(options.checkpoint, CHECKPOINT).write(content, tensors);
        } catch (IOException e) {
            throw new UncheckedIOException("Fit.run: can not write the checkpoint: " + e.getMessage(), e);
        }
    }

    private void restore(int n) {
        Path directory = options.checkpoint;
        Store.Loaded loaded;
        try {
            loaded = new Store(directory, CHECKPOINT).read();
        } catch (IOException e) {
            throw new UncheckedIOException("Fit.run: can not go on from the checkpoint: " + e.getMessage(), e);
        }
        JsonObject content = loaded.content();
        for (Map.Entry<String, JsonElement> mine : identity(n).entrySet()) {
            JsonElement its = content.get(mine.getKey());
            if (its == null || !its.getAsString().equals(mine.getValue().getAsString())) {
                throw new IllegalArgumentException("Fit.run: the checkpoint in " + directory
                        + " is one of another fit: " + mine.getKey() + " is " + its + ", expected " + mine.getValue());
            }
        }
        Map<String, Matrix> values = copies(parameters.values());
        Map<String, Matrix> state = copies(parameters.state());
        try {
            Parameters.copy(matrices(loaded.tensors(), "parameters/"), values);
            Parameters.copy(matrices(loaded.tensors(), "state/"), state);
            Map<String, Matrix> kept = matrices(loaded.tensors(), "best/");
            if (!kept.isEmpty()) {
                bestValues = copies(parameters.values());
                Parameters.copy(kept, bestValues);
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "Fit.run: the checkpoint in " + directory + " is one of another model: " + e.getMessage(), e);
        }
        Map<String, Double> scalars = new LinkedHashMap<>();
        content.getAsJsonObject("scalars").asMap().forEach((name, value) -> scalars.put(name, value.getAsDouble()));
        epoch = content.get("epoch").getAsLong();
        steps = content.get("step").getAsLong();
        stepsInEpoch = content.get("stepsInEpoch").getAsLong();
        rowsInEpoch = content.get("rowsInEpoch").getAsLong();
        sum = content.get("sum").getAsDouble();
        nanosBefore = 1e9 * content.get("seconds").getAsDouble();
        hasConverged = content.get("converged").getAsBoolean();
        lastFinite = content.get("lastFinite").getAsDouble();
        best = content.get("best").getAsDouble();
        epochsSinceBest = content.get("epochsSinceBest").getAsInt();
        for (JsonElement row : content.getAsJsonArray("history")) {
            rows.add(row.getAsJsonArray().asList().stream()
                    .mapToDouble(JsonElement::getAsDouble)
                    .toArray());
        }
        parameters.setValues(values);
        parameters.setState(state, scalars);
    }

    static Map<String, Matrix> matrices(Safetensors tensors, String prefix) {
        Map<String, Matrix> matrices = new LinkedHashMap<>();
        for (String name : tensors.names()) {
            if (name.startsWith(prefix) && tensors.any(name) instanceof Matrix matrix) {
                matrices.put(name.substring(prefix.length()), matrix);
            }
        }
        return matrices;
    }

    /** JSON has no NaN and no infinity: they are strings. */
    static JsonPrimitive number(double value) {
        return Double.isFinite(value) ? new JsonPrimitive(value) : new JsonPrimitive(Double.toString(value));
    }
}
