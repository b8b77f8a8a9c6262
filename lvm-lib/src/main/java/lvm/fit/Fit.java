package lvm.fit;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import lvm.data.Dataset;
import lvm.display.Progress;
import lvm.linalg.Interrupts;
import lvm.model.History;

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
 * <p>In memory every order of all rows has the same probability. Of rows on disk ({@link Dataset#isOnDisk}) blocks of about 65,000
 * numbers come in a new order in each epoch, and the rows of 16 of these blocks at a time are shuffled among each other.
 *
 * <p>An interrupt of the thread ends the fit after the step that runs: the parameters stay as they are, the history says
 * {@link History.Stop#INTERRUPTED}, and the thread stays interrupted.
 */
public final class Fit {
    /** Is told of each epoch. */
    @FunctionalInterface
    public interface Listener {
        /**
         * Called in the thread of the fit after each epoch. An exception that it throws ends the fit.
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
            return course.epoch;
        }

        /**
         * The number of steps done.
         *
         * @return at least 1
         */
        public long step() {
            return course.steps;
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
            return course.history(History.Stop.BUDGET);
        }
    }

    private final TrainStep step;
    private final Epoch view = new Epoch();
    private FitOptions options = new FitOptions();
    private Parameters parameters;
    private String label = "training";
    private String objectiveName = "objective";
    private Validation validation;
    private String digest;
    private List<String> ownColumns;
    private Supplier<double[]> ownValues;
    private BooleanSupplier converged = () -> false;
    private boolean openEnded;
    private Listener listener = epoch -> {};

    private Course course;
    private Checkpoint checkpoint;
    private double objective;
    private long stepsBefore;
    private long started;
    private LastGood lastGood;
    private Streams streams;

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
        this.validation = new Validation(rows, Objects.requireNonNull(objective, "Fit.validation: objective"));
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
     * What tells the data of the fit from other data, where a step has data of its own or more than the rows of
     * {@link #run(Dataset)}: a checkpoint that was written with another digest is refused.
     *
     * @param digest such as {@link Dataset#digest()}, which is the default in {@link #run(Dataset)}; without rows there is none
     * @return this
     */
    public Fit digest(String digest) {
        this.digest = Objects.requireNonNull(digest, "Fit.digest");
        return this;
    }

    /**
     * Who is told of each epoch.
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
     *     without a validation, or the checkpoint is one of another fit or of other data
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
     *     parameters or patience without a validation, or the checkpoint is one of another fit or of other data
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
        begin(data);
        started = System.nanoTime();
        History.Stop stop = repeat(data);
        if (checkpoint != null) {
            checkpoint.write(course, seconds(), parameters);
        }
        endPart(stop);
        if (course.bestValues != null) {
            parameters.setValues(course.bestValues);
        }
        return course.history(stop);
    }

    private void begin(Dataset data) {
        course = new Course(columnNames());
        checkpoint = null;
        if (options.checkpoint != null) {
            checkpoint = new Checkpoint(options.checkpoint)
                    .identify("seed", options.seed)
                    .identify("rows", data == null ? 0 : data.rows())
                    .identify("batchSize", data == null ? 0 : options.batchSize)
                    .identify("columns", course.columns)
                    .identify("data", digest != null ? digest : data == null ? "none" : data.digest());
            if (validation != null) {
                checkpoint.identify("validation", validation.rows.digest());
            }
            if (!options.resume) {
                checkpoint.delete(); // or a resume before the first checkpoint of this fit would find another one's
            } else if (checkpoint.exists()) {
                checkpoint.read(course, parameters);
            }
        }
        stepsBefore = course.steps;
        lastGood = new LastGood(parameters, data, course.steps == 0 ? "the start" : "the checkpoint");
        streams = new Streams(options.seed);
    }

    /** The steps of the last run, without those before it went on from a checkpoint. */
    long steps() {
        return course.steps - stepsBefore;
    }

    /** The loop: steps until one of the reasons to stop is there. */
    private History.Stop repeat(Dataset data) {
        int n = data == null ? 0 : data.rows();
        int batchSize = Math.min(options.batchSize, n);
        long perEpoch = data == null ? 1 : batches(n, batchSize);
        long epochs = options.epochBudget();
        long savedAt = started;
        long savedStep = course.steps;
        RowOrder order = new RowOrder(data, streams);
        Batch batch = new Batch(data, order);
        try (Progress progress = progress(epochs, perEpoch)) {
            try {
                while (true) {
                    if (course.stepsInEpoch == perEpoch) {
                        endEpoch();
                    }
                    long now = System.nanoTime();
                    if (checkpoint != null
                            && course.steps > savedStep
                            && now - savedAt >= options.checkpointInterval.toNanos()) {
                        checkpoint.write(course, seconds(), parameters);
                        savedAt = now;
                        savedStep = course.steps;
                    }
                    if (course.converged) {
                        return History.Stop.CONVERGED;
                    }
                    if (course.epoch >= epochs || course.steps >= options.steps || seconds() >= options.seconds) {
                        return History.Stop.BUDGET;
                    }
                    Interrupts.check("Fit.run");
                    order.begin(course.epoch);
                    int from = Math.toIntExact(course.stepsInEpoch * batchSize);
                    int size = course.stepsInEpoch == perEpoch - 1 ? n - from : batchSize;
                    SplittableRandom rng = streams.step(course.steps);
                    double value = step.step(batch.at(from, size, rng), rng);
                    lastGood.requireFinite(value, course);
                    course.stepped(value, size);
                    if (progress != null) {
                        progress.step(
                                course.steps,
                                ownColumns == null
                                        ? course.objective()
                                        : ownValues.get()[0]);
                        Advice.show();
                    }
                }
            } catch (CancellationException e) {
                requireInterrupted(e);
                if (progress != null) {
                    progress.interrupted();
                }
                return History.Stop.INTERRUPTED;
            }
        }
    }

    /**
     * The minibatches of an epoch. One row that is left over goes into the last of them: alone it has no variance, which batch
     * normalisation divides by, and its gradient has the noise of one row. That holds for all learners, for which of them look at
     * a batch as a whole is not known of networks of a user's own.
     */
    private static long batches(int rows, int size) {
        long full = rows / size;
        return rows % size > 1 ? full + 1 : full;
    }

    /** What was thrown for another reason than an interrupt goes on. */
    private static void requireInterrupted(CancellationException e) {
        if (!Interrupts.pending()) {
            throw e;
        }
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
                .resumedAt(course.steps);
    }

    /** Ends an epoch. After an interrupt within the validation all of it is still to do. */
    private void endEpoch() {
        double onValidation = validation == null ? Double.NaN : validate();
        objective = course.objective();
        lastGood.requireFiniteParameters(course);
        course.epochDone(row(onValidation));
        if (validation != null) {
            course.validated(onValidation, parameters.values());
        }
        lastGood.take("the end of epoch " + course.epoch);
        course.converged =
                converged.getAsBoolean() || options.patience > 0 && course.epochsSinceBest >= options.patience;
        listener.epoch(view);
    }

    /** What is told of an epoch that did not come to its end; nothing of it is in the checkpoint. */
    private void endPart(History.Stop stop) {
        if (course.stepsInEpoch == 0 || ownColumns != null) {
            return;
        }
        objective = course.objective();
        double onValidation = Double.NaN;
        if (validation != null && stop != History.Stop.INTERRUPTED) {
            try {
                onValidation = validate();
                course.validated(onValidation, parameters.values());
            } catch (CancellationException e) {
                requireInterrupted(e);
            }
        }
        course.rows.add(row(onValidation));
    }

    private double validate() {
        double value = validation.evaluate(options.batchSize, streams);
        if (Double.isNaN(value)) {
            throw lastGood.stopped("the validation objective is NaN", course, course.steps, value);
        }
        return value;
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
        return validation == null
                ? List.of(objectiveName, "seconds")
                : List.of(objectiveName, History.VALIDATION, "seconds");
    }

    private double seconds() {
        return (course.nanosBefore + (System.nanoTime() - started)) / 1e9;
    }
}
