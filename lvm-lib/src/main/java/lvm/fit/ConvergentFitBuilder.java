package lvm.fit;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import lvm.data.Dataset;
import lvm.linalg.Interrupts;
import lvm.model.History;
import org.ejml.data.DMatrixRMaj;

/**
 * The settings of models that are fitted by iterations on all the data until a stopping rule is met, such as EM: the budget,
 * the tolerance of the rule, the number of starts, a listener. What the tolerance is compared with is said in the
 * documentation of each builder. A family calls {@link #converge} in its {@code fit}.
 *
 * <p>An interrupt of the thread ends a fit early: the model of the last complete iteration is returned, its history says
 * {@link History.Stop#INTERRUPTED}, and the thread stays interrupted. Before the first start is complete there is no model, and
 * the fit throws a {@link CancellationException}.
 *
 * @param <B> the builder itself
 * @param <M> the model it makes
 */
public abstract class ConvergentFitBuilder<B extends ConvergentFitBuilder<B, M>, M> extends IterativeFitBuilder<B, M> {

    /**
     * The iteration from one start: its steps move the parameters, and what it holds between two steps is a model. Whatever it
     * computes throws a {@link CancellationException} if the thread is interrupted, and leaves the interrupt flag set.
     */
    public interface Iteration extends TrainStep, Parameters {
        /**
         * The columns of the history; the first is the objective.
         *
         * @return their names
         */
        List<String> columns();

        /** {@return the row of the history after a step, a value for each column; the array is kept} */
        double[] row();

        /**
         * The stopping rule.
         *
         * @return whether it is met
         */
        boolean converged();

        /**
         * Whether further steps are of no use, although the stopping rule may not be met.
         *
         * @return by default, whether it has converged
         */
        default boolean ended() {
            return converged();
        }

        /**
         * What the starts are compared by.
         *
         * @return a number, higher is better
         */
        double quality();

        /**
         * The number of steps that some iterations take.
         *
         * @param iterations at least 0
         * @return as many, unless the start itself takes steps or an iteration takes several; for 0 those of the start
         */
        default long steps(int iterations) {
            return iterations;
        }
    }

    private int maxIterations;
    private double tolerance;
    private int restarts;
    private IterationListener<? super M> listener;

    /**
     * For the builders of the families.
     *
     * @param maxIterations the budget used when none is set
     * @param tolerance the tolerance used when none is set
     * @param restarts the number of starts used when none is set; 1 where nothing in a start is random
     */
    protected ConvergentFitBuilder(int maxIterations, double tolerance, int restarts) {
        this.maxIterations = maxIterations;
        this.tolerance = tolerance;
        this.restarts = restarts;
    }

    /**
     * The budget of iterations of each start.
     *
     * @param maxIterations at least 0, for the start itself; by default the builder's {@code DEFAULT_MAX_ITERATIONS}
     * @return this
     * @throws IllegalArgumentException if negative
     */
    public B maxIterations(int maxIterations) {
        this.maxIterations = requireAtLeast("maxIterations", 0, maxIterations);
        return given("maxIterations");
    }

    /**
     * The tolerance of the stopping rule, which the builder's documentation states.
     *
     * @param tolerance at least 0, by default the builder's {@code DEFAULT_TOLERANCE}
     * @return this
     * @throws IllegalArgumentException if negative or NaN
     */
    public B tolerance(double tolerance) {
        if (!(tolerance >= 0)) {
            throw new IllegalArgumentException(modelName() + ": tolerance is " + tolerance + ", expected at least 0");
        }
        this.tolerance = tolerance;
        return given("tolerance");
    }

    /**
     * The number of starts, of which the best is returned. Builders whose starts are random make this public.
     *
     * @param restarts at least 1, by default the builder's {@code DEFAULT_RESTARTS}
     * @return this
     * @throws IllegalArgumentException if less than 1
     */
    protected B restarts(int restarts) {
        this.restarts = requireAtLeast("restarts", 1, restarts);
        return given("restarts");
    }

    /**
     * Who is told of the course of the fit: called with the model of the start as iteration 0 and with the model after each
     * iteration, which it may keep.
     *
     * @param listener called in the thread of the fit; from 0 again at each start
     * @return this
     */
    public B listener(IterationListener<? super M> listener) {
        this.listener = Objects.requireNonNull(listener, modelName() + ": listener");
        return given("listener");
    }

    /**
     * The budget that is set.
     *
     * @return the iterations of each start
     */
    protected final int maxIterations() {
        return maxIterations;
    }

    /**
     * The tolerance that is set.
     *
     * @return the tolerance of the stopping rule
     */
    protected final double tolerance() {
        return tolerance;
    }

    /**
     * The number of starts that is set.
     *
     * @return at least 1
     */
    protected final int restarts() {
        return restarts;
    }

    /**
     * Refuses every setting that is about iterations, where there are none.
     *
     * @param by the way of learning that has none, such as {@code the closed form}
     * @throws IllegalArgumentException if one of them is set, checkpoints included; the message names it
     */
    protected final void unusedIterations(String by) {
        unused(by, "maxIterations", "tolerance", "restarts", "listener", "checkpoint", "resume");
    }

    /**
     * Iterates from each start, and makes the model of the best.
     *
     * @param x the data, which a checkpoint is told from others by; not modified
     * @param label what the progress says is being done; null for no progress
     * @param objective what it calls the first column
     * @param starts makes the iteration from a start, given its number; they are asked for in order
     * @param model makes a model of where an iteration stands, and of the history up to there
     * @param <I> the iteration
     * @return the model; of equals that of the first start
     * @throws CancellationException if interrupted before the first start was complete
     * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
     */
    protected final <I extends Iteration> M converge(
            DMatrixRMaj x, String label, String objective, IntFunction<I> starts, BiFunction<I, History, M> model) {
        return converge(() -> Dataset.digest(x), label, objective, starts, model);
    }

    /**
     * As {@link #converge(DMatrixRMaj, String, String, IntFunction, BiFunction)}, for data that are no matrix.
     *
     * @param data makes what a checkpoint tells the data from others by; asked if there are checkpoints
     * @param label what the progress says is being done; null for no progress
     * @param objective what it calls the first column
     * @param starts makes the iteration from a start, given its number; they are asked for in order
     * @param model makes a model of where an iteration stands, and of the history up to there
     * @param <I> the iteration
     * @return the model; of equals that of the first start
     * @throws CancellationException if interrupted before the first start was complete
     * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
     */
    protected final <I extends Iteration> M converge(
            Supplier<String> data,
            String label,
            String objective,
            IntFunction<I> starts,
            BiFunction<I, History, M> model) {
        I best = null;
        History course = null;
        boolean interrupted = false;
        String digest = keepsCheckpoints() ? data.get() : null;
        for (int i = 0; i < restarts && !interrupted; i++) {
            String which = label != null && restarts > 1 ? label + ", start " + (i + 1) + " of " + restarts : label;
            I next = start(starts, i);
            History history = next == null ? null : run(next, i, digest, which, objective, model);
            interrupted = history == null || history.stop() == History.Stop.INTERRUPTED;
            if (history == null || history.size() < next.steps(0)) {
                break; // the start is not complete, so it is no model
            }
            if (best == null || next.quality() > best.quality()) {
                best = next;
                course = history;
            }
        }
        if (best == null) {
            throw new CancellationException(modelName() + ".fit: interrupted before there was a model");
        }
        return model.apply(best, interrupted ? course.ended(History.Stop.INTERRUPTED) : course);
    }

    /** A start; null if interrupted. */
    private static <I> I start(IntFunction<I> starts, int i) {
        try {
            Interrupts.check("ConvergentFitBuilder.converge");
            return starts.apply(i);
        } catch (CancellationException e) {
            if (Interrupts.pending()) {
                return null;
            }
            throw e;
        }
    }

    private <I extends Iteration> History run(
            I iteration, int start, String digest, String label, String objective, BiFunction<I, History, M> model) {
        List<String> columns = iteration.columns();
        long ofTheStart = iteration.steps(0);
        Fit fit = new Fit(iteration)
                .options(options(start, iteration.steps(maxIterations)))
                .label(label)
                .objectiveName(objective)
                .columns(columns, iteration::row)
                .convergedWhen(iteration::ended);
        if (digest != null) {
            fit.parameters(iteration).digest(digest);
        }
        if (listener != null) {
            if (ofTheStart == 0) {
                History none = new History.Recorder(columns.toArray(String[]::new)).finish(History.Stop.BUDGET);
                listener.iteration(0, model.apply(iteration, none));
            }
            fit.listener(epoch -> listener.iteration(
                    Math.toIntExact(epoch.epoch() - ofTheStart), model.apply(iteration, epoch.history())));
        }
        History history = fit.run();
        return history.stop() == History.Stop.CONVERGED && iteration.ended() && !iteration.converged()
                ? history.ended(History.Stop.BUDGET)
                : history;
    }
}
