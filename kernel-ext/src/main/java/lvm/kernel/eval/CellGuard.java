package lvm.kernel.eval;

import java.lang.invoke.CallSite;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinWorkerThread;

/**
 * Asked by the code of cells whether it has to stop. {@link Instrumenter} puts a call of its site at the entry of every
 * method and at every backward branch. Public only because the code of cells lives in another package.
 *
 * <p>The site does nothing as long as nothing has to stop. Its target is a constant to the JIT compiler, which leaves the
 * call out, so that loops become what they would be without it. A new target makes the JVM throw away what was compiled
 * with the old one, in the middle of a loop too (at its next safepoint), and again when the stop is over; the JVM does
 * not count this as a failure of the compiled code, however often it happens.
 *
 * <p>Each poll links to the site by itself. One method with the call in it, called from everywhere, ends as the same
 * machine code, but eight times slower until that is there: the JVM's first compiler counts every call within it.
 */
public final class CellGuard {
    /** With more threads to compare with, the look-up in a set is faster. */
    private static final int FEW = 4;

    private static final Set<Thread> STOPPED = ConcurrentHashMap.newKeySet();
    /** Threads without a cell of their own (a pool's workers, virtual threads) stop as long as this is set. */
    private static volatile boolean poolsStop;

    private static final MethodHandle NOTHING = MethodHandles.empty(MethodType.methodType(void.class));
    private static final MethodHandle ASK = own("stopIfAsked");
    private static final MethodHandle ASK_ONE = own("stopIf", Thread.class);
    private static final MutableCallSite SITE = new MutableCallSite(NOTHING);
    private static final MutableCallSite[] ALL = {SITE};
    /** What the target of the site was made for: null is the question to all, else the threads that it stops. */
    private static Set<Thread> asked = Set.of();

    private CellGuard() {}

    private static MethodHandle own(String name, Class<?>... arguments) {
        try {
            return MethodHandles.lookup()
                    .findStatic(CellGuard.class, name, MethodType.methodType(void.class, arguments));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * The call site of all polls, which ends the calling thread's code if its cell was interrupted.
     *
     * @param caller the class with the poll
     * @param name any name
     * @param type no arguments, no result
     * @return the site
     */
    public static CallSite poll(MethodHandles.Lookup caller, String name, MethodType type) {
        return SITE;
    }

    private static void stopIfAsked() {
        Thread thread = Thread.currentThread();
        if (STOPPED.contains(thread) || (poolsStop && isShared(thread))) {
            throw new CellStopped();
        }
    }

    private static void stopIf(Thread stopped) {
        if (Thread.currentThread() == stopped) {
            throw new CellStopped();
        }
    }

    /** Whether a thread is one of a pool, which runs tasks of many callers and belongs to no cell. */
    private static boolean isShared(Thread thread) {
        ThreadGroup group = thread.getThreadGroup();
        return thread instanceof ForkJoinWorkerThread
                || (group != null && group.getName().equals("VirtualThreads"));
    }

    /** Stops these threads and all shared ones. */
    static synchronized void stop(Collection<Thread> threads) {
        STOPPED.addAll(threads);
        poolsStop = true;
        retarget();
    }

    /** No longer stops these threads; forgets all that have ended. */
    static synchronized void release(Collection<Thread> threads) {
        STOPPED.removeAll(Set.copyOf(threads));
        STOPPED.removeIf(thread -> !thread.isAlive());
        retarget();
    }

    /** No longer stops the shared threads. */
    static synchronized void releasePools() {
        poolsStop = false;
        retarget();
    }

    /**
     * Makes the poll as cheap as what is to be stopped allows. A thread that could not be stopped may stay for the rest of the
     * process: a comparison with a constant, which loops need only once, does not slow down all later cells.
     */
    private static void retarget() {
        Set<Thread> now = poolsStop || STOPPED.size() > FEW ? null : Set.copyOf(STOPPED);
        if (now == null ? asked == null : now.equals(asked)) {
            return;
        }
        MethodHandle target = now == null ? ASK : NOTHING;
        for (Thread thread : now == null ? List.<Thread>of() : now) {
            target = MethodHandles.foldArguments(target, ASK_ONE.bindTo(thread));
        }
        SITE.setTarget(target);
        MutableCallSite.syncAll(ALL);
        asked = now;
    }

    /** How many threads polls compare with: none leaves no trace in compiled loops; -1 asks a set, and all loops are slow. */
    static synchronized int stopping() {
        return asked == null ? -1 : asked.size();
    }

    /** Thrown into the code of an interrupted cell; an Error, so that {@code catch (Exception e)} lets it pass. */
    static final class CellStopped extends Error {
        private static final long serialVersionUID = 1;

        CellStopped() {
            super("the cell was interrupted", null, false, false);
        }
    }
}
