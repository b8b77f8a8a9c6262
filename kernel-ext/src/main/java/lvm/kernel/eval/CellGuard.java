package lvm.kernel.eval;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinWorkerThread;

/**
 * Where the code of cells asks whether it has to stop. {@link Instrumenter} puts a call of {@link #poll} at the entry of
 * every method and at every backward branch. Public only because the code of cells lives in another package.
 */
public final class CellGuard {
    private static final Set<Thread> STOPPED = ConcurrentHashMap.newKeySet();
    private static volatile boolean pending;
    /** Threads without a cell of their own (a pool's workers, virtual threads) stop as long as this is set. */
    private static volatile boolean poolsStop;

    private CellGuard() {}

    /** Ends the calling thread's code if its cell was interrupted. */
    public static void poll() {
        if (pending) {
            stopIfAsked();
        }
    }

    private static void stopIfAsked() {
        Thread thread = Thread.currentThread();
        if (STOPPED.contains(thread) || (poolsStop && isShared(thread))) {
            throw new CellStopped();
        }
    }

    /** Whether threads run code of whoever gives it to them, so that no one cell owns them. */
    private static boolean isShared(Thread thread) {
        ThreadGroup group = thread.getThreadGroup();
        return thread instanceof ForkJoinWorkerThread
                || (group != null && group.getName().equals("VirtualThreads"));
    }

    /** Stops these threads and all shared ones. */
    static synchronized void stop(Collection<Thread> threads) {
        STOPPED.addAll(threads);
        poolsStop = true;
        pending = true;
    }

    /** Lets go of threads, and of all that have ended. */
    static synchronized void release(Collection<Thread> threads) {
        STOPPED.removeAll(Set.copyOf(threads));
        STOPPED.removeIf(thread -> !thread.isAlive());
        pending = poolsStop || !STOPPED.isEmpty();
    }

    /** Lets go of the shared threads. */
    static synchronized void releasePools() {
        poolsStop = false;
        pending = !STOPPED.isEmpty();
    }

    /** Thrown into the code of an interrupted cell; an Error, so that {@code catch (Exception e)} lets it pass. */
    static final class CellStopped extends Error {
        private static final long serialVersionUID = 1;

        CellStopped() {
            super("the cell was interrupted", null, false, false);
        }
    }
}
