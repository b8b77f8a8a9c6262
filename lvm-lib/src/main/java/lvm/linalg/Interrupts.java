package lvm.linalg;

import java.util.concurrent.CancellationException;

/**
 * How long loops of the library answer an interrupt of their thread: they throw a {@link CancellationException} and leave the
 * flag set. A fit catches it and returns the model of the last complete step, with {@code History.Stop.INTERRUPTED}; what
 * has no result to return lets it through.
 */
public final class Interrupts {
    private Interrupts() {}

    /**
     * Whether the thread has been interrupted. The flag stays. In the body of a loop of {@link Parallel} it is the thread
     * that runs the loop, whichever does this part of it.
     *
     * @return true if it has
     */
    public static boolean pending() {
        return Parallel.interrupted();
    }

    /**
     * Ends a loop whose thread has been interrupted. The flag stays.
     *
     * @param where the method that is left, such as {@code Vae.elbo}
     * @throws CancellationException if the thread has been interrupted
     */
    public static void check(String where) {
        if (pending()) {
            throw new CancellationException(where + ": interrupted");
        }
    }
}
