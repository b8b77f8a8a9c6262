package lvm.linalg;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The threads of the library: loops over large buffers, without allocating, and chunks of work of uneven length.
 *
 * <p>Where a range is cut depends on the number of threads, and which thread does a chunk is left to chance. The result must
 * depend on neither: what a body does with an index is the same wherever the cuts are, and a sum over many indices is a sum
 * over parts whose number depends on the sizes only, each an index or a chunk, that are added afterwards in their order.
 */
public final class Parallel {

    /** The body of a loop over a range. */
    @FunctionalInterface
    public interface Body {
        /**
         * Does a part of the range; must write only what belongs to that part.
         *
         * @param from the first index
         * @param to the index after the last
         */
        void run(int from, int to);
    }

    /** A piece of work among others. */
    @FunctionalInterface
    public interface Chunk {
        /**
         * Does a chunk; must write only what belongs to that chunk or worker. A long one calls {@link Interrupts#check}.
         *
         * @param chunk its number, from 0
         * @param worker the number of the worker, from 0, never used by two threads at a time: for buffers
         */
        void run(int chunk, int worker);
    }

    private static final int THREADS = threadsWanted();

    private static final Helper[] HELPERS = new Helper[THREADS - 1];
    private static final ReentrantLock BUSY = new ReentrantLock();

    /** Whether the thread that waits for helpers was interrupted since: its flag is clear until they are done. */
    private static volatile boolean callerInterrupted;

    /** Elements worth a thread in a loop that takes about a nanosecond for each. */
    private static final int ELEMENTS = 8192;

    /** Turns of the waiting loops before a thread goes to sleep: some tens of microseconds. */
    private static final int SPINS = 2_000;

    private Parallel() {}

    private static int threadsWanted() {
        return Math.max(1, Backend.threadsWanted());
    }

    /**
     * The number of threads that a loop may use.
     *
     * @return the system property {@code lvm.threads} if set, else the number of processors
     */
    public static int threads() {
        return THREADS;
    }

    /**
     * The grain for loops of simple arithmetic.
     *
     * @param elements the elements of an index, for instance of a row
     * @return the smallest number of indices worth a thread, at least 1
     */
    public static int grain(int elements) {
        return Math.max(1, ELEMENTS / Math.max(1, elements));
    }

    /**
     * Runs a body over 0 … n − 1, in parts. The calling thread does the first part; where the helpers are busy with another
     * loop, and in the body of a loop, it does everything.
     *
     * @param n the number of indices
     * @param grain the smallest part worth a thread, at least 1
     * @param body the body; called with parts that cover the range once
     * @throws IllegalArgumentException if n is negative or grain less than 1
     */
    public static void range(int n, int grain, Body body) {
        if (n < 0 || grain < 1) {
            throw new IllegalArgumentException(
                    "Parallel.range: n = " + n + " must not be negative and grain = " + grain + " at least 1");
        }
        int parts = Math.min(THREADS, n / grain);
        if (parts <= 1) {
            if (n > 0) {
                body.run(0, n);
            }
            return;
        }
        // A loop inside a loop, or beside one of another thread, runs alone.
        if (isInside() || !BUSY.tryLock()) {
            for (int p = 0; p < parts; p++) {
                body.run(cut(n, parts, p), cut(n, parts, p + 1));
            }
            return;
        }
        callerInterrupted = false;
        try {
            for (int p = 1; p < parts; p++) {
                helper(p).hand(body, cut(n, parts, p), cut(n, parts, p + 1));
            }
            try {
                body.run(0, cut(n, parts, 1));
            } finally {
                // Also after an exception: the helpers still use the caller's arrays.
                for (int p = 1; p < parts; p++) {
                    HELPERS[p - 1].finish();
                }
            }
            for (int p = 1; p < parts; p++) {
                HELPERS[p - 1].rethrow();
            }
        } finally {
            BUSY.unlock();
        }
    }

    /**
     * Runs chunks of work of uneven length: whichever thread is free takes the next one. A chunk that throws keeps those not
     * yet begun from running.
     *
     * @param chunks the number of chunks
     * @param workers how many threads may work, at least 1; {@link #threads()} if that is less
     * @param body the work
     * @throws IllegalArgumentException if chunks is negative or workers less than 1
     * @throws CancellationException if the thread is interrupted, with its flag left set; chunks may be missing or half done
     */
    public static void chunks(int chunks, int workers, Chunk body) {
        if (chunks < 0 || workers < 1) {
            throw new IllegalArgumentException("Parallel.chunks: " + chunks + " chunks must not be negative and "
                    + workers + " workers at least 1");
        }
        AtomicInteger next = new AtomicInteger();
        range(Math.min(Math.min(workers, THREADS), chunks), 1, (from, to) -> {
            try {
                for (int chunk = next.getAndIncrement(); chunk < chunks; chunk = next.getAndIncrement()) {
                    Interrupts.check("Parallel.chunks");
                    body.run(chunk, from);
                }
            } catch (Throwable e) {
                next.set(chunks);
                throw e;
            }
        });
        Interrupts.check("Parallel.chunks");
    }

    /** Whether the thread that runs the loop in whose body this is called, else this thread, was interrupted. */
    static boolean interrupted() {
        Thread thread = Thread.currentThread();
        if (thread instanceof Helper helper) {
            Thread caller = helper.waiting;
            return callerInterrupted || caller != null && caller.isInterrupted();
        }
        return thread.isInterrupted();
    }

    /** Whether this thread is in the body of a loop, so that a loop in it would run alone. */
    private static boolean isInside() {
        return BUSY.isHeldByCurrentThread() || Thread.currentThread() instanceof Helper;
    }

    /** Cuts are at multiples of 16 where parts are long: whole cache lines, and whole vectors in each part but the last. */
    private static int cut(int n, int parts, int part) {
        if (part == parts) {
            return n;
        }
        int at = (int) ((long) n * part / parts);
        return n / parts >= 256 ? at & -16 : n / parts >= 8 ? at & -4 : at;
    }

    private static Helper helper(int part) {
        Helper helper = HELPERS[part - 1];
        if (helper == null) {
            helper = HELPERS[part - 1] = new Helper(part);
            helper.setDaemon(true);
            helper.start();
        }
        return helper;
    }

    private static final class Helper extends Thread {
        private static final int IDLE = 0;
        private static final int HANDED = 1;
        private static final int WORKING = 2;

        private final AtomicInteger state = new AtomicInteger(IDLE);
        private volatile Thread waiting;
        private Body body;
        private int from;
        private int to;
        private Throwable thrown;

        Helper(int number) {
            super("lvm-parallel-" + number);
        }

        void hand(Body newBody, int newFrom, int newTo) {
            body = newBody;
            from = newFrom;
            to = newTo;
            thrown = null;
            waiting = Thread.currentThread();
            state.set(HANDED);
            LockSupport.unpark(this);
        }

        /**
         * Returns when the part is done. The caller does it where the helper has not begun, so that a machine with other work
         * to do costs no wait for a thread that gets no processor. The interrupt flag of the caller is kept.
         */
        void finish() {
            if (state.compareAndSet(HANDED, IDLE)) {
                work();
                return;
            }
            boolean interrupted = false;
            for (int spin = 0; state.get() == WORKING; spin++) {
                if (spin < SPINS) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.park(this);
                    if (Thread.interrupted()) {
                        interrupted = true;
                        callerInterrupted = true;
                    }
                }
            }
            waiting = null;
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        private void work() {
            try {
                body.run(from, to);
            } catch (Throwable e) {
                thrown = e;
            }
            body = null;
        }

        void rethrow() {
            Throwable failure = thrown;
            thrown = null;
            if (failure instanceof RuntimeException e) {
                throw e;
            }
            if (failure instanceof Error e) {
                throw e;
            }
        }

        @Override
        public void run() {
            while (true) {
                for (int spin = 0; !state.compareAndSet(HANDED, WORKING); spin++) {
                    if (spin < SPINS) {
                        Thread.onSpinWait();
                    } else {
                        LockSupport.park(this);
                        Thread.interrupted(); // nobody should, but a set flag would turn park into a busy loop
                    }
                }
                work();
                Thread caller = waiting;
                state.set(IDLE);
                LockSupport.unpark(caller);
            }
        }
    }
}
