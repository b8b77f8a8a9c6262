package lvm.mcmc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import lvm.linalg.Interrupts;
import lvm.model.Require;
import lvm.random.Seeds;
import lvm.store.Safetensors;
import org.ejml.data.Matrix;

/**
 * Markov chains on their way: a state, a transition, and how many steps were taken. The randomness of a step is a function of
 * the seed and its number, so that chains which go on from a file are those that never stopped, bit for bit. Not thread-safe.
 *
 * @param <X> the matrix type of the state, a chain a row
 */
public final class Chain<X extends Matrix> {
    private static final String STATE = "state";
    private static final String STEPS = "steps";
    private static final String SEED = "seed";

    private final Transition<X> transition;
    private final X state;
    private final long seed;
    private long steps;

    /**
     * Chains at their start.
     *
     * @param transition what moves them
     * @param start where they start; copied
     * @param seed of all that is random
     */
    public Chain(Transition<X> transition, X start, long seed) {
        this(transition, start.copy(), seed, 0);
    }

    private Chain(Transition<X> transition, X state, long seed, long steps) {
        this.transition = transition;
        this.state = state;
        this.seed = seed;
        this.steps = steps;
    }

    /**
     * Goes on.
     *
     * @param count the number of steps, at least 0
     * @return the mean over the steps of what happened; NaN of none
     * @throws IllegalArgumentException if negative
     * @throws java.util.concurrent.CancellationException if the thread is interrupted; the state is that of the last complete
     *     step
     */
    public Transition.Info run(int count) {
        Require.atLeast("Chain.run", "count", 0, count);
        double acceptance = 0;
        double energy = 0;
        for (int t = 0; t < count; t++) {
            Interrupts.check("Chain.run");
            Transition.Info info = transition.step(state, new SplittableRandom(Seeds.split(seed, steps)));
            acceptance += info.acceptance();
            energy += info.energy();
            steps++;
        }
        return new Transition.Info(acceptance / count, energy / count);
    }

    /**
     * Where the chains are.
     *
     * @return a copy
     */
    public X state() {
        return state.copy();
    }

    /**
     * The number of steps taken.
     *
     * @return at least 0
     */
    public long steps() {
        return steps;
    }

    /**
     * Writes the state to a file: whole or not at all.
     *
     * @param file where to
     * @throws UncheckedIOException if it can not be written
     */
    public void save(Path file) {
        try {
            new Safetensors()
                    .putAll("", Map.of(STATE, state))
                    .put(STEPS, new long[] {steps})
                    .put(SEED, new long[] {seed})
                    .write(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Chain.save: " + e.getMessage(), e);
        }
    }

    /**
     * Chains that go on from a file.
     *
     * @param transition what moved them before
     * @param file as {@link #save} wrote it
     * @param like a state of the same type and number of columns
     * @param <X> the matrix type of the state
     * @return the chains, which go on as if they had not stopped
     * @throws UncheckedIOException if the file can not be read
     * @throws IllegalArgumentException if it holds a state of another type or number of columns
     */
    @SuppressWarnings("unchecked")
    public static <X extends Matrix> Chain<X> resume(Transition<X> transition, Path file, X like) {
        try {
            Safetensors saved = Safetensors.read(file);
            Matrix state = saved.matrices("").get(STATE);
            if (state == null || state.getClass() != like.getClass() || state.getNumCols() != like.getNumCols()) {
                throw new IllegalArgumentException("Chain.resume: " + file + " holds " + state
                        + ", expected a state of " + like.getNumCols() + " columns in a "
                        + like.getClass().getSimpleName());
            }
            return new Chain<>(transition, (X) state, saved.longs(SEED)[0], saved.longs(STEPS)[0]);
        } catch (IOException e) {
            throw new UncheckedIOException("Chain.resume: " + e.getMessage(), e);
        }
    }
}
