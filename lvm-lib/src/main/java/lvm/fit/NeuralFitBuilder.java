package lvm.fit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import lvm.data.Dataset;
import lvm.model.History;
import lvm.optim.Adam;
import lvm.optim.Optimizer;
import lvm.optim.Schedule;
import lvm.random.Seeds;
import org.ejml.data.DMatrixRMaj;

/**
 * The settings of models in single precision that are learnt by steps of an optimiser on minibatches: budget, optimiser,
 * validation, checkpoints, listener. A family implements {@link #fit(Dataset)} and calls {@link #train} in it:
 *
 * <pre>{@code
 * Optimizer optimizer = optimizer().over(net.params(), learningRate());
 * Tape tape = new Tape();
 * Learner learner = Learner.of(
 *                 // the bound is 1×1, in nats per row
 *                 (batch, rng) -> optimizer.ascend(net.bound(tape.reset().training(rng), batch.x(), rng)), optimizer)
 *         .buffers(net.buffers())
 *         .objective((batch, rng) -> net.bound(tape.reset().evaluation(), batch.x(), rng).scalar());
 * return train(data, learner, history -> new Vae(net.copy(), history));
 * }</pre>
 *
 * <p>Settings that a learner does not use are refused: those of the optimiser where it has none, {@link #validation} and
 * {@link #patience} where it has no objective, {@link #batchSize} where it has a size of its own.
 *
 * @param <B> the builder itself
 * @param <M> the model it makes
 */
public abstract class NeuralFitBuilder<B extends NeuralFitBuilder<B, M>, M> extends IterativeFitBuilder<B, M> {
    /** The learning rate used when none is set. */
    public static final double DEFAULT_LEARNING_RATE = 1e-3;

    private final String objective;
    private final FitOptions options = new FitOptions(modelName());
    private Optimizer.Factory optimizer = Adam::new;
    private double learningRate = DEFAULT_LEARNING_RATE;
    private Schedule schedule = Schedule.constant();
    private double clipNorm = Double.POSITIVE_INFINITY;
    private double clipValue = Double.POSITIVE_INFINITY;
    private double maxNorm = Double.POSITIVE_INFINITY;
    private double movingAverage = Double.NaN;
    private Dataset validation;
    private IterationListener<? super M> listener;

    /**
     * For the builders of the families.
     *
     * @param objective what the objective is called in history and progress: the quantity and its unit
     */
    protected NeuralFitBuilder(String objective) {
        this.objective = Objects.requireNonNull(objective, "NeuralFitBuilder: objective");
    }

    /**
     * Fits the model to the observations of a data set.
     *
     * @param data n rows of D observations; grey levels that are binarised anew at each reading are so in each epoch
     * @return the fitted model; if the thread was interrupted, the one of the last complete step
     * @throws IllegalArgumentException if a setting is missing or the data can not be fitted; the message says what
     * @throws NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
     * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
     */
    @Override
    public abstract M fit(Dataset data);

    @Override
    protected final M fit(DMatrixRMaj x, List<String> columns) {
        Dataset data = Dataset.of(x);
        return fit(columns.isEmpty() ? data : data.withColumns(columns.toArray(String[]::new)));
    }

    /**
     * The budget in passes over the data.
     *
     * @param epochs at least 0; by default {@link FitOptions#DEFAULT_EPOCHS}, or no limit if steps or seconds are set
     * @return this
     * @throws IllegalArgumentException if negative
     */
    public B epochs(long epochs) {
        options.epochs(epochs);
        return given("epochs");
    }

    /**
     * The budget in steps, one a minibatch.
     *
     * @param steps at least 0; by default no limit
     * @return this
     * @throws IllegalArgumentException if negative
     */
    public B steps(long steps) {
        options.steps(steps);
        return given("steps");
    }

    /**
     * The budget in seconds, the time before a resume included. A fit that ends by it is not the same twice.
     *
     * @param seconds at least 0; by default no limit
     * @return this
     * @throws IllegalArgumentException if negative or NaN
     */
    public B seconds(double seconds) {
        options.seconds(seconds);
        return given("seconds");
    }

    /**
     * The rows in a minibatch. The last one of an epoch is smaller if the number of rows is no multiple of it; a single row that
     * is left over goes into the one before.
     *
     * @param batchSize at least 1, by default {@link FitOptions#DEFAULT_BATCH_SIZE}
     * @return this
     * @throws IllegalArgumentException if less than 1
     */
    public B batchSize(int batchSize) {
        options.batchSize(batchSize);
        return given("batchSize");
    }

    /**
     * The learning rate, before the schedule's factor.
     *
     * @param learningRate above 0 and finite, by default {@link #DEFAULT_LEARNING_RATE}
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public B learningRate(double learningRate) {
        if (!(learningRate > 0 && learningRate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    modelName() + ": learningRate is " + learningRate + ", expected above 0 and finite");
        }
        this.learningRate = learningRate;
        return given("learningRate");
    }

    /**
     * The rows of a validation.
     *
     * @return what was given to {@link #validation(Dataset)}, or null
     */
    protected final Dataset validation() {
        return validation;
    }

    /**
     * The optimiser: {@code Adam::new} and {@code Sgd::new} are such, and {@code (params, rate) -> new AdamW(params, rate,
     * 0.01)}.
     *
     * @param optimizer makes it, by default {@link Adam}
     * @return this
     */
    public B optimizer(Optimizer.Factory optimizer) {
        this.optimizer = Objects.requireNonNull(optimizer, modelName() + ": optimizer");
        return given("optimizer");
    }

    /**
     * How the learning rate changes with the steps.
     *
     * @param schedule the factor on the learning rate by step, by default 1
     * @return this
     */
    public B schedule(Schedule schedule) {
        this.schedule = Objects.requireNonNull(schedule, modelName() + ": schedule");
        return given("schedule");
    }

    /**
     * Gradient clipping by value: each element g of a gradient becomes max(−c, min(c, g)), before {@link #clipNorm}.
     *
     * @param value c, the largest absolute value, above 0; by default there is none
     * @return this
     * @throws IllegalArgumentException if it is not above 0
     */
    public B clipValue(double value) {
        clipValue = aboveZero("clipValue", value);
        return given("clipValue");
    }

    /**
     * The max-norm constraint, N. Srivastava et al. (2014): after each step the weights of the connections into one unit, w,
     * become w min(1, c/‖w‖); {@link Optimizer#maxNorm} says which they are.
     *
     * @param norm c, the largest norm, above 0; by default there is none
     * @return this
     * @throws IllegalArgumentException if it is not above 0
     */
    public B maxNorm(double norm) {
        maxNorm = aboveZero("maxNorm", norm);
        return given("maxNorm");
    }

    private double aboveZero(String setting, double value) {
        if (!(value > 0)) {
            throw new IllegalArgumentException(modelName() + ": " + setting + " is " + value + ", expected above 0");
        }
        return value;
    }

    /**
     * Gradient clipping: where the norm of all gradients together is larger, they are scaled down to it.
     *
     * @param norm the largest norm, above 0; by default there is none
     * @return this
     * @throws IllegalArgumentException if it is not above 0
     */
    public B clipNorm(double norm) {
        clipNorm = aboveZero("clipNorm", norm);
        return given("clipNorm");
    }

    /**
     * Makes the model of the exponential moving average of its parameters, a ← d a + (1 − d) θ after each step, instead of
     * the last ones; validation looks at the average too.
     *
     * @param decay d, in [0,1); by default there is no average
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public B movingAverage(double decay) {
        if (!(decay >= 0 && decay < 1)) {
            throw new IllegalArgumentException(modelName() + ": movingAverage is " + decay + ", expected within [0,1)");
        }
        this.movingAverage = decay;
        return given("movingAverage");
    }

    /**
     * Rows that are not learnt from: the objective on them is evaluated after each epoch, and the model is made of the
     * parameters at its highest value.
     *
     * @param rows the validation rows, of the columns of the data
     * @return this
     */
    public B validation(Dataset rows) {
        this.validation = Objects.requireNonNull(rows, modelName() + ": validation");
        return given("validation");
    }

    /**
     * Early stopping: the fit ends when the objective on the validation rows was not above its best for so many epochs.
     *
     * @param epochs at least 1; 0, the default, for never
     * @return this
     * @throws IllegalArgumentException if negative
     */
    public B patience(int epochs) {
        options.patience(epochs);
        return given("patience");
    }

    /**
     * Who is told of the course of the fit: called with the model as it is after each epoch, which it may keep.
     *
     * @param listener gets the number of epochs done and the model; in a fit of several stages from 1 again in each
     * @return this
     */
    public B listener(IterationListener<? super M> listener) {
        this.listener = Objects.requireNonNull(listener, modelName() + ": listener");
        return given("listener");
    }

    /** {@return a copy of the budget, the batches, the seed and the place of checkpoints as they are set} */
    protected final FitOptions options() {
        return placed(options.copy().seed(seed()));
    }

    /**
     * The optimiser that is set, with its schedule, gradient clipping and max-norm constraint.
     *
     * @return makes it from parameters and {@link #learningRate()}
     */
    protected final Optimizer.Factory optimizer() {
        return optimizer.with(made -> {
            made.schedule(schedule);
            made.clipNorm(clipNorm);
            made.clipValue(clipValue);
            made.maxNorm(maxNorm);
        });
    }

    /**
     * The learning rate that is set.
     *
     * @return the rate before the schedule's factor
     */
    protected final double learningRate() {
        return learningRate;
    }

    /**
     * The size of a minibatch that is set.
     *
     * @return the rows, at least 1
     */
    protected final int batchSize() {
        return options.batchSize;
    }

    /**
     * The budget in passes over the data that is set.
     *
     * @return the epochs; as many as there can be where only steps or seconds are set
     */
    protected final long epochs() {
        return options.epochBudget();
    }

    /**
     * The settings of the training for a model's card, those that the learner uses.
     *
     * @param learner the learner of the fit
     * @return name → value, in the order to show them
     */
    protected final Map<String, String> trainingSettings(Learner learner) {
        Map<String, String> settings = new LinkedHashMap<>();
        FitOptions used = learner.options(options.copy());
        long epochs = used.epochBudget();
        if (epochs < Long.MAX_VALUE) {
            settings.put("epochs", String.valueOf(epochs));
        }
        if (used.steps < Long.MAX_VALUE) {
            settings.put("steps", String.valueOf(used.steps));
        }
        if (used.seconds < Double.POSITIVE_INFINITY) {
            settings.put("seconds", String.valueOf(used.seconds));
        }
        settings.put("batch size", String.valueOf(used.batchSize));
        if (!learner.optimizers.isEmpty()) {
            settings.put("optimiser", learner.optimizerNames());
            settings.put("learning rate", String.valueOf(learningRate));
            shown(settings, "clipped norm", clipNorm);
            shown(settings, "clipped values", clipValue);
            shown(settings, "max-norm", maxNorm);
            if (!Double.isNaN(movingAverage)) {
                settings.put("moving average", String.valueOf(movingAverage));
            }
        }
        if (used.patience > 0) {
            settings.put("patience", String.valueOf(used.patience));
        }
        settings.put("seed", String.valueOf(seed()));
        return settings;
    }

    private static void shown(Map<String, String> settings, String name, double limit) {
        if (limit < Double.POSITIVE_INFINITY) {
            settings.put(name, String.valueOf(limit));
        }
    }

    /**
     * Trains and makes the model.
     *
     * @param data the rows to learn from; null for a step that makes its own, of which each is an epoch
     * @param learner what moves, and how
     * @param model makes a model of copies of the parameters as they are then; called at the end, and after each epoch if
     *     somebody listens
     * @return the model
     * @throws IllegalArgumentException if a setting is set that the learner does not use, the validation rows have other
     *     columns than the data, patience is set without them, or a checkpoint is one of another fit or of other data
     * @throws NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
     * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
     */
    protected final M train(Dataset data, Learner learner, Function<History, M> model) {
        return train(data, validation, learner, model);
    }

    /**
     * Trains and makes the model where the learner sees other rows than those of the user, such as their features.
     *
     * @param data the rows to learn from; null for a step that makes its own, of which each is an epoch
     * @param validation what the learner's objective sees of the rows of {@link #validation()}; null without them
     * @param learner what moves, and how
     * @param model makes a model
     * @return the model
     * @throws IllegalArgumentException as {@link #train(Dataset, Learner, Function)}
     * @throws NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
     * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
     */
    protected final M train(Dataset data, Dataset validation, Learner learner, Function<History, M> model) {
        requireUsed(learner);
        return training(data, validation).run(learner, options(), model);
    }

    private Training<M> training(Dataset data, Dataset validation) {
        return new Training<>(modelName(), data, validation, movingAverage, objective, listener);
    }

    /**
     * Trains in stages, one after the other, and makes the model. The history that the model gets is that of the last stage
     * begun, and has those of all by name ({@link History#stages}). An interrupt ends the fit in the stage that it meets, and
     * the model is made of the parameters as they are then.
     *
     * <p>The order of the rows and the randomness of a stage depend on the seed and the name of the stage. A stage that goes on
     * from a checkpoint and learns something makes those after it begin anew.
     *
     * @param data the rows to learn from, unless a stage has its own; null for steps that make their own
     * @param stages what moves, and how; a stage may leave settings unused, such as a validation: builders call
     *     {@link #unused} for those that no stage uses
     * @param model makes a model of copies of the parameters as they are then; called at the end, and after each epoch if
     *     somebody listens
     * @return the model
     * @throws IllegalArgumentException as {@link #train(Dataset, Learner, Function)}
     * @throws NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
     * @throws java.util.concurrent.CancellationException if the thread is interrupted before the first stage has begun
     * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
     */
    protected final M train(Dataset data, Stages stages, Function<History, M> model) {
        clear(stages.learners.keySet());
        return training(data, validation)
                .run(
                        stages,
                        (stage, anew) -> placed(options.copy().seed(Seeds.split(seed(), stage)), stage, anew),
                        model);
    }

    /**
     * Makes a learner that of a stage in the fit of another builder: it keeps the budget in epochs and the batches that are set here.
     *
     * @param by the fit that it is a stage of, for messages
     * @param learner the learner; gets them
     * @return the learner
     * @throws IllegalArgumentException if a setting is set that belongs to the whole fit
     */
    protected final Learner asStage(String by, Learner learner) {
        unused(
                by,
                "steps",
                "seconds",
                "validation",
                "patience",
                "movingAverage",
                "listener",
                "checkpoint",
                "resume",
                "seed");
        return learner.epochs(options.epochBudget()).batchSize(options.batchSize);
    }

    /** Refuses settings of which the learner makes no use. */
    private void requireUsed(Learner learner) {
        if (learner.optimizers.isEmpty()) {
            unused(
                    learner.way,
                    "optimizer",
                    "learningRate",
                    "schedule",
                    "clipNorm",
                    "clipValue",
                    "maxNorm",
                    "movingAverage");
        }
        if (learner.objective == null) {
            unused(learner.way, "validation", "patience");
        }
        if (learner.batchSize > 0) {
            unused(learner.way, "batchSize");
        }
        if (learner.epochs >= 0) {
            unused(learner.way, "epochs", "steps", "seconds");
        }
    }
}
