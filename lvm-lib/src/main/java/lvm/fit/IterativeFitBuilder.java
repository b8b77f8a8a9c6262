package lvm.fit;

import java.nio.file.Path;
import java.util.Objects;

/**
 * The settings of models that are fitted by iterations: they can keep checkpoints.
 *
 * @param <B> the builder itself
 * @param <M> the model it makes
 */
public abstract class IterativeFitBuilder<B extends IterativeFitBuilder<B, M>, M> extends FitBuilder<B, M> {
    private Path directory;
    private boolean resume;

    /** For the builders of the families. */
    protected IterativeFitBuilder() {}

    /**
     * Writes checkpoints during the fit, at most one a minute, and at its end or an interrupt; what an earlier fit left in
     * the directory is replaced.
     *
     * @param directory one for this fit alone; made if it is missing
     * @return this
     */
    public B checkpoint(Path directory) {
        this.directory = Objects.requireNonNull(directory, "checkpoint");
        this.resume = false;
        return given("checkpoint");
    }

    /**
     * Goes on from the checkpoints in a directory, if there are some, and writes its own there. With the same data
     * and settings the result is that of a fit that was never stopped, bit for bit.
     *
     * @param directory one for this fit alone; made if it is missing
     * @return this
     */
    public B resume(Path directory) {
        this.directory = Objects.requireNonNull(directory, "resume");
        this.resume = true;
        return given("resume");
    }

    /**
     * Whether the fit keeps checkpoints.
     *
     * @return true if a directory is set
     */
    protected final boolean keepsCheckpoints() {
        return directory != null;
    }

    /**
     * The options for one of the starts, each with a checkpoint of its own.
     *
     * @param start the number of the start, from 0; they are asked for in order
     * @param iterations the budget
     * @return the options for {@link Fit}
     */
    protected final FitOptions options(int start, long iterations) {
        FitOptions options = new FitOptions().epochs(iterations).seed(seed());
        if (directory == null) {
            return options;
        }
        if (!resume && start == 0) {
            // What an earlier fit left must not be taken for a start of this one.
            for (int i = 0; new Checkpoint(place(i)).delete(); i++) {}
        }
        return resume ? options.resume(place(start)) : options.checkpoint(place(start));
    }

    /** The checkpoint of a fit from one start is in the directory itself. */
    final FitOptions placed(FitOptions options) {
        return directory == null ? options : resume ? options.resume(directory) : options.checkpoint(directory);
    }

    /** The checkpoints of a stage are in a directory of its name. */
    final FitOptions placed(FitOptions options, String stage, boolean anew) {
        if (directory == null) {
            return options;
        }
        Path place = directory.resolve(stage);
        return resume && !anew ? options.resume(place) : options.checkpoint(place);
    }

    /** Removes what an earlier fit left for some stages, unless this one goes on from it. */
    final void clear(Iterable<String> stages) {
        if (directory != null && !resume) {
            stages.forEach(stage -> new Checkpoint(directory.resolve(stage)).delete());
        }
    }

    private Path place(int start) {
        return directory.resolve("start-" + start);
    }
}
