package lvm.fit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import lvm.data.Dataset;
import lvm.model.History;
import lvm.optim.Adam;
import lvm.optim.MovingAverage;
import lvm.optim.Optimizer;
import lvm.optim.Schedule;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * The settings of models in single precision that are learnt by steps of an optimiser on minibatches: budget, optimiser,
 * validation, checkpoints, listener. A family implements {@link #fit(Dataset)} and calls {@link #train} in it:
 *
 * <pre>{@code
 * Optimizer optimizer = optimizer().over(net.params(), learningRate());
 * Tape tape = new Tape();
 * return train(data, optimizer, net.buffers(),
 *         // the bound is 1×1, in nats per row
 *         (batch, rng) -> optimizer.ascend(net.bound(tape.reset().training(rng), batch.x(), rng)),
 *         (batch, rng) -> net.bound(tape.reset().evaluation(), batch.x(), rng).scalar(),
 *         history -> new Vae(net.copy(), history));
 * }</pre>
 *
 * @param <B> the builder itself
 * @param <M> the model it makes
 */
public abstract class NeuralFitBuilder<B extends NeuralFitBuilder<B, M>, M> extends IterativeFitBuilder<B, M> {
    /** The learning rate used when none is set. */
    public static final double DEFAULT_LEARNING_RATE = 1e-3;

    private final FitOptions options = new FitOptions(modelName());
    private Optimizer.Factory optimizer = Adam::new;
    private double learningRate = DEFAULT_LEARNING_RATE;
    private Schedule schedule = Schedule.constant();
    private double clipNorm = Double.POSITIVE_INFINITY;
    private double movingAverage = Double.NaN;
    private Dataset validation;
    private IterationListener<? super M> listener;

    /** For the builders of the families. */
    protected NeuralFitBuilder() {}

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
    public final M fit(DMatrixRMaj x) {
        return fit(Dataset.of(x));
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
        return self();
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
        return self();
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
        return self();
    }

    /**
     * The rows in a minibatch. The last one of an epoch is smaller if the number of rows is no multiple of it.
     *
     * @param batchSize at least 1, by default {@link FitOptions#DEFAULT_BATCH_SIZE}
     * @return this
     * @throws IllegalArgumentException if less than 1
     */
    public B batchSize(int batchSize) {
        options.batchSize(batchSize);
        return self();
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
        return self();
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
        return self();
    }

    /**
     * How the learning rate changes with the steps.
     *
     * @param schedule the factor on the learning rate by step, by default 1
     * @return this
     */
    public B schedule(Schedule schedule) {
        this.schedule = Objects.requireNonNull(schedule, modelName() + ": schedule");
        return self();
    }

    /**
     * Gradient clipping: where the norm of all gradients together is larger, they are scaled down to it.
     *
     * @param norm the largest norm, above 0; by default there is none
     * @return this
     * @throws IllegalArgumentException if it is not above 0
     */
    public B clipNorm(double norm) {
        if (!(norm > 0)) {
            throw new IllegalArgumentException(modelName() + ": clipNorm is " + norm + ", expected above 0");
        }
        this.clipNorm = norm;
        return self();
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
        return self();
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
        return self();
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
        return self();
    }

    /**
     * Who looks on: called with the model as it is after each epoch, which it may keep.
     *
     * @param listener told the number of epochs done and the model
     * @return this
     */
    public B listener(IterationListener<? super M> listener) {
        this.listener = Objects.requireNonNull(listener, modelName() + ": listener");
        return self();
    }

    /**
     * The budget, the batches, the seed and the place of checkpoints as they are set.
     *
     * @return a copy
     */
    protected final FitOptions options() {
        return placed(options.copy().seed(seed()));
    }

    /**
     * The optimiser that is set, with its schedule and gradient clipping.
     *
     * @return makes it from parameters and {@link #learningRate()}
     */
    protected final Optimizer.Factory optimizer() {
        return optimizer.with(schedule, clipNorm);
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
     * The name of the objective in history and progress.
     *
     * @return the quantity and its unit; "objective" unless a family overrides this
     */
    protected String objectiveName() {
        return "objective";
    }

    /**
     * The settings of the training for a model's card.
     *
     * @param optimizer the optimiser of the fit
     * @return name → value, in the order to show them
     */
    protected final Map<String, String> trainingSettings(Optimizer optimizer) {
        Map<String, String> settings = new LinkedHashMap<>();
        long epochs = options.epochBudget();
        if (epochs < Long.MAX_VALUE) {
            settings.put("epochs", String.valueOf(epochs));
        }
        if (options.steps < Long.MAX_VALUE) {
            settings.put("steps", String.valueOf(options.steps));
        }
        if (options.seconds < Double.POSITIVE_INFINITY) {
            settings.put("seconds", String.valueOf(options.seconds));
        }
        settings.put("batch size", String.valueOf(options.batchSize));
        settings.put("optimiser", optimizer.getClass().getSimpleName());
        settings.put("learning rate", String.valueOf(learningRate));
        if (!Double.isNaN(movingAverage)) {
            settings.put("moving average", String.valueOf(movingAverage));
        }
        if (options.patience > 0) {
            settings.put("patience", String.valueOf(options.patience));
        }
        settings.put("seed", String.valueOf(seed()));
        return settings;
    }

    /**
     * Trains and makes the model.
     *
     * @param data the rows to learn from; null for a step that makes its own, of which each is an epoch
     * @param optimizer what the step moves the parameters with; it is in the checkpoints
     * @param buffers what a network keeps beside its parameters, such as running moments, live; it is in the checkpoints too
     * @param step one step on a minibatch, that of the optimiser included
     * @param objective the objective on validation rows, which moves nothing; called if there are such rows
     * @param model makes a model of copies of the parameters as they are then; called at the end, and after each epoch if
     *     somebody listens
     * @return the model
     * @throws IllegalArgumentException if the validation rows have other columns than the data, patience is set without them,
     *     or a checkpoint is one of another fit
     * @throws NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
     * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
     */
    protected final M train(
            Dataset data,
            Optimizer optimizer,
            Map<String, FMatrixRMaj> buffers,
            TrainStep step,
            BatchObjective objective,
            Function<History, M> model) {
        if (validation != null && data == null) {
            throw new IllegalArgumentException(modelName() + ".fit: there are validation rows, but no data");
        }
        if (validation != null && validation.dim() != data.dim()) {
            throw new IllegalArgumentException(modelName() + ".fit: the validation rows have " + validation.dim()
                    + " columns, the data have " + data.dim());
        }
        MovingAverage average = Double.isNaN(movingAverage) ? null : MovingAverage.of(optimizer, movingAverage);
        Fit fit = new Fit(average == null ? step : followedBy(step, average))
                .options(options())
                .parameters(Parameters.of(optimizer, average, buffers))
                .label(modelName())
                .objectiveName(objectiveName());
        if (validation != null) {
            fit.validation(validation, (batch, rng) -> with(average, () -> objective.value(batch, rng)));
        }
        if (listener != null) {
            fit.listener(epoch -> listener.iteration(
                    Math.toIntExact(epoch.epoch()), with(average, () -> model.apply(epoch.history()))));
        }
        History history = data == null ? fit.run() : fit.run(data);
        return with(average, () -> model.apply(history));
    }

    private static TrainStep followedBy(TrainStep step, MovingAverage average) {
        return (batch, rng) -> {
            double value = step.step(batch, rng);
            average.update();
            return value;
        };
    }

    /** What something gives while the averages, if there are some, are in the place of the parameters. */
    private static <T> T with(MovingAverage average, Supplier<T> something) {
        if (average == null) {
            return something.get();
        }
        average.swap();
        try {
            return something.get();
        } finally {
            average.swap();
        }
    }
}
