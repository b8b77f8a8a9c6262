package lvm.fit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/**
 * How long, in which portions and from which seed something is trained, and where checkpoints go. The setters check at
 * once and return this.
 */
public final class FitOptions {
    /** The number of passes over the data when none is set. */
    public static final long DEFAULT_EPOCHS = 10;

    /** The rows in a minibatch when no number is set. */
    public static final int DEFAULT_BATCH_SIZE = 100;

    /** The least time between two checkpoints when none is set. */
    public static final Duration DEFAULT_CHECKPOINT_INTERVAL = Duration.ofMinutes(1);

    private final String owner; // whom messages name

    long epochs = -1;
    long steps = Long.MAX_VALUE;
    double seconds = Double.POSITIVE_INFINITY;
    int batchSize = DEFAULT_BATCH_SIZE;
    long seed = FitBuilder.DEFAULT_SEED;
    int patience;
    Path checkpoint;
    boolean resume;
    Duration checkpointInterval = DEFAULT_CHECKPOINT_INTERVAL;

    /** The defaults. */
    public FitOptions() {
        this("FitOptions");
    }

    FitOptions(String owner) {
        this.owner = owner;
    }

    FitOptions copy() {
        FitOptions copy = new FitOptions(owner);
        copy.epochs = epochs;
        copy.steps = steps;
        copy.seconds = seconds;
        copy.batchSize = batchSize;
        copy.seed = seed;
        copy.patience = patience;
        copy.checkpoint = checkpoint;
        copy.resume = resume;
        copy.checkpointInterval = checkpointInterval;
        return copy;
    }

    /**
     * The budget in passes over the data.
     *
     * @param epochs at least 0; by default {@link #DEFAULT_EPOCHS}, or no limit if steps or seconds are set
     * @return this
     * @throws IllegalArgumentException if negative
     */
    public FitOptions epochs(long epochs) {
        this.epochs = atLeast("epochs", 0, epochs);
        return this;
    }

    /**
     * The budget in steps, one a minibatch.
     *
     * @param steps at least 0; by default no limit
     * @return this
     * @throws IllegalArgumentException if negative
     */
    public FitOptions steps(long steps) {
        this.steps = atLeast("steps", 0, steps);
        return this;
    }

    /**
     * The budget in seconds, the time before a resume included. A fit that ends by it is not the same twice.
     *
     * @param seconds at least 0; by default no limit
     * @return this
     * @throws IllegalArgumentException if negative or NaN
     */
    public FitOptions seconds(double seconds) {
        if (!(seconds >= 0)) {
            throw new IllegalArgumentException(owner + ": seconds is " + seconds + ", expected at least 0");
        }
        this.seconds = seconds;
        return this;
    }

    /**
     * The rows in a minibatch. The last one of an epoch is smaller if the number of rows is no multiple of it; a single row that
     * is left over goes into the one before.
     *
     * @param batchSize at least 1, by default {@link #DEFAULT_BATCH_SIZE}
     * @return this
     * @throws IllegalArgumentException if less than 1
     */
    public FitOptions batchSize(int batchSize) {
        this.batchSize = (int) atLeast("batchSize", 1, batchSize);
        return this;
    }

    /**
     * The seed of the order of the rows and of the randomness of each step.
     *
     * @param seed any number, by default {@link FitBuilder#DEFAULT_SEED}
     * @return this
     */
    public FitOptions seed(long seed) {
        this.seed = seed;
        return this;
    }

    /**
     * Early stopping: the fit ends when the objective on the validation rows was not above its best for so many epochs.
     *
     * @param patience the number of epochs, at least 1; 0, the default, for never
     * @return this
     * @throws IllegalArgumentException if negative
     */
    public FitOptions patience(int patience) {
        this.patience = (int) atLeast("patience", 0, patience);
        return this;
    }

    /**
     * Writes checkpoints; what an earlier fit left in the directory is replaced.
     *
     * @param directory one for this fit alone; made if it is missing
     * @return this
     */
    public FitOptions checkpoint(Path directory) {
        this.checkpoint = Objects.requireNonNull(directory, "FitOptions.checkpoint");
        this.resume = false;
        return this;
    }

    /**
     * Goes on from the checkpoint in a directory, if there is one, and writes its own there. The result is that
     * of a fit that was never stopped, bit for bit.
     *
     * @param directory one for this fit alone; made if it is missing
     * @return this
     */
    public FitOptions resume(Path directory) {
        this.checkpoint = Objects.requireNonNull(directory, "FitOptions.resume");
        this.resume = true;
        return this;
    }

    /**
     * The least time between two checkpoints. One is written at the end and at an interrupt whatever this is.
     *
     * @param interval not negative, by default {@link #DEFAULT_CHECKPOINT_INTERVAL}; zero for one at each step
     * @return this
     * @throws IllegalArgumentException if negative
     */
    public FitOptions checkpointInterval(Duration interval) {
        if (interval.isNegative()) {
            throw new IllegalArgumentException(
                    owner + ": checkpointInterval is " + interval + ", expected zero or more");
        }
        this.checkpointInterval = interval;
        return this;
    }

    long epochBudget() {
        if (epochs >= 0) {
            return epochs;
        }
        return steps == Long.MAX_VALUE && seconds == Double.POSITIVE_INFINITY ? DEFAULT_EPOCHS : Long.MAX_VALUE;
    }

    private long atLeast(String name, long least, long value) {
        if (value < least) {
            throw new IllegalArgumentException(owner + ": " + name + " is " + value + ", expected at least " + least);
        }
        return value;
    }
}
