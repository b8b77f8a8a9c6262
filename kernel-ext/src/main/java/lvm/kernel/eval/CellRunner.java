package lvm.kernel.eval;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.SynchronousQueue;
import java.util.stream.Stream;

/**
 * The thread that runs the code of cells, and what stops it. {@link CellGuard} ends code that was written in cells;
 * repeated calls of {@link Thread#interrupt} end code that waits or polls for them. Foreign code that does neither is
 * ended by {@code Thread.stop} where the JVM has it (before Java 20); elsewhere its thread is left running and cells get
 * a new one.
 */
final class CellRunner implements AutoCloseable {
    private static final long REPEAT_MILLIS = 100;
    private static final long FORCE_MILLIS = 1_300;
    private static final long ABANDON_MILLIS = 1_700;
    private static final long LINGER_MILLIS = 2_000;
    private static final long POOL_MILLIS = 5;

    /**
     * How a piece of code ended.
     *
     * @param value what it returned
     * @param thrown what it threw, or null
     * @param abandoned whether it could not be stopped and still runs
     */
    record Outcome(Object value, Throwable thrown, boolean abandoned) {}

    private final ThreadGroup group = new ThreadGroup("cells") {
        @Override
        public void uncaughtException(Thread thread, Throwable thrown) {
            if (!(thrown instanceof CellGuard.CellStopped)) {
                super.uncaughtException(thread, thrown);
            }
        }
    };
    private final ClassLoader loader;
    private Worker worker;

    private boolean running;
    /** Whether a cell is about to start. */
    private boolean announced;

    private boolean unwanted;
    private volatile boolean stopping;
    /** Whether thread pools are still ending the tasks of an interrupted cell; the next cell waits for that. */
    private boolean poolsStopping;

    private Set<Thread> before = Set.of();
    private Task current;
    private int cellCount;
    private boolean forced;
    /** How many cells the running code has itself started that have not ended. */
    private int nested;

    CellRunner(ClassLoader loader) {
        this.loader = loader;
    }

    /** A cell is about to start: an interrupt from now on is meant for it. */
    synchronized void announce() {
        announced = true;
        unwanted = false;
    }

    /** The announced cell has started, or ended without running Java: an interrupt is no longer kept for it. */
    synchronized void withdraw() {
        announced = false;
        unwanted = false;
    }

    /** Whether the calling thread belongs to a cell, or to a pool, which may work for one. */
    boolean isThreadOfCell() {
        return group.parentOf(Thread.currentThread().getThreadGroup())
                || Thread.currentThread() instanceof ForkJoinWorkerThread;
    }

    /** A cell starts; one that the running code starts is a part of it. */
    synchronized void begin() {
        if (Thread.currentThread() == worker) {
            nested++;
            return;
        }
        awaitPools();
        running = true;
        stopping = false;
        forced = false;
        before = new HashSet<>(threads(group));
        cellCount++;
        if (unwanted) {
            interrupt();
        }
        withdraw();
    }

    /** The cell has ended: an interrupt that comes now does nothing. */
    synchronized void end() {
        if (nested > 0 && Thread.currentThread() == worker) {
            nested--;
            return;
        }
        nested = 0;
        running = false;
        if (stopping && worker != null) {
            CellGuard.release(List.of(worker));
            if (forced) {
                worker.leave(); // Thread.stop may still take effect
                worker = null;
            }
        }
        stopping = false;
        before = Set.of();
    }

    /** Whether the running cell was asked to stop. */
    boolean isStopping() {
        return stopping;
    }

    /** Stops the running cell, or the announced one as soon as it starts. */
    synchronized void interrupt() {
        unwanted = announced;
        if (running && !stopping) {
            stopping = true;
            poolsStopping = true;
            int cell = cellCount;
            Thread stopper = new Thread(() -> stop(cell), "cell-stopper");
            stopper.setDaemon(true);
            stopper.start();
        }
    }

    /** Runs code on the thread of cells and waits for its end. */
    Outcome run(Callable<Object> code) {
        if (isOwn()) {
            boolean compiling = Compiler.compiling(false);
            Outcome outcome = call(code);
            Compiler.compiling(compiling);
            return outcome;
        }
        Task task = new Task(code);
        Worker thread;
        synchronized (this) {
            if (worker == null || !worker.isAlive()) {
                worker = new Worker();
                worker.start();
            }
            thread = worker;
            current = task;
        }
        thread.accept(task);
        Outcome outcome = task.await();
        synchronized (this) {
            current = null;
        }
        return outcome;
    }

    private synchronized boolean isOwn() {
        return Thread.currentThread() == worker;
    }

    private static Outcome call(Callable<Object> code) {
        try {
            return new Outcome(code.call(), null, false);
        } catch (Throwable e) {
            MemoryReserve.releaseFor(e);
            return new Outcome(null, e, false);
        }
    }

    private void stop(int cell) {
        long start = System.nanoTime();
        Set<Thread> children = new HashSet<>();
        while (true) {
            long millis = (System.nanoTime() - start) / 1_000_000;
            synchronized (this) {
                if (cellCount != cell || !running) {
                    break;
                }
                for (Thread thread : threads(group)) {
                    if (thread instanceof ForkJoinWorkerThread) {
                        thread.interrupt(); // a pool's worker outlives the cell that made it
                    } else if (thread != worker && !before.contains(thread)) {
                        children.add(thread);
                    }
                }
                Collection<Thread> all = new ArrayList<>(children);
                if (worker != null) {
                    all.add(worker);
                }
                CellGuard.stop(all);
                children.forEach(Thread::interrupt);
                if (current != null) {
                    worker.interrupt();
                    if (millis >= FORCE_MILLIS && !forced) {
                        forced = true;
                        stopByForce(worker);
                    }
                    if (millis >= ABANDON_MILLIS) {
                        current.finish(new Outcome(null, null, true));
                        worker.leave();
                        worker = null;
                        current = null;
                    }
                }
            }
            pause(REPEAT_MILLIS);
        }
        releasePools();
        // Threads that the cell had started get some more time to notice.
        while (children.stream().anyMatch(Thread::isAlive)
                && (System.nanoTime() - start) / 1_000_000 < ABANDON_MILLIS + LINGER_MILLIS) {
            children.forEach(Thread::interrupt);
            pause(REPEAT_MILLIS);
        }
        CellGuard.release(children);
    }

    /** Ends the stopping of pools when they are idle, or when the next cell has waited long enough. */
    private void releasePools() {
        while (isAnyPoolBusy()) {
            synchronized (this) {
                if (!poolsStopping) {
                    break;
                }
            }
            pause(POOL_MILLIS);
        }
        CellGuard.releasePools();
        synchronized (this) {
            poolsStopping = false;
            notifyAll();
        }
    }

    private void awaitPools() {
        long end = System.nanoTime() + LINGER_MILLIS * 1_000_000;
        boolean interrupted = false;
        while (poolsStopping) {
            long millis = (end - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                poolsStopping = false; // a task without polls keeps the pool busy; cells do not wait for it any longer
                CellGuard.releasePools();
                break;
            }
            try {
                wait(millis);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether some fork-join pool has work; a worker that has not started its task yet counts. */
    private static boolean isAnyPoolBusy() {
        ThreadGroup root = Thread.currentThread().getThreadGroup();
        while (root.getParent() != null) {
            root = root.getParent();
        }
        return Stream.concat(
                        Stream.of(ForkJoinPool.commonPool()),
                        threads(root).stream()
                                .filter(ForkJoinWorkerThread.class::isInstance)
                                .map(thread -> ((ForkJoinWorkerThread) thread).getPool()))
                .distinct()
                .anyMatch(pool -> !pool.isQuiescent());
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Thread.stop by reflection: from Java 20 on it only throws, and a later Java may not have it. */
    private static void stopByForce(Thread thread) {
        if (Runtime.version().feature() < 20) {
            try {
                Thread.class.getMethod("stop").invoke(thread);
            } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
                // Then the thread is abandoned.
            }
        }
    }

    private static List<Thread> threads(ThreadGroup group) {
        Thread[] found = new Thread[group.activeCount() + 16];
        int count = group.enumerate(found);
        return List.of(Arrays.copyOf(found, count));
    }

    @Override
    public synchronized void close() {
        if (worker != null) {
            worker.leave();
            worker = null;
        }
    }

    private static final class Task {
        private final Callable<Object> code;
        private Outcome outcome;

        Task(Callable<Object> code) {
            this.code = code;
        }

        synchronized void finish(Outcome result) {
            if (outcome == null) {
                outcome = result;
                notifyAll();
            }
        }

        synchronized Outcome await() {
            boolean interrupted = false;
            while (outcome == null) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            return outcome;
        }
    }

    private final class Worker extends Thread {
        private final SynchronousQueue<Task> queue = new SynchronousQueue<>();
        /** Made beforehand, as the next one: there may be no memory for it when it is needed. */
        private final Outcome exhausted = new Outcome(null, new OutOfMemoryError("Java heap space"), false);

        private final Outcome stopped = new Outcome(null, new CellGuard.CellStopped(), false);

        private volatile boolean leaving;

        Worker() {
            super(group, "cells");
            setDaemon(true);
            setContextClassLoader(loader);
        }

        void accept(Task task) {
            boolean interrupted = false;
            while (true) {
                try {
                    queue.put(task);
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        void leave() {
            leaving = true;
            interrupt();
        }

        @Override
        public void run() {
            while (!leaving) {
                Task task;
                try {
                    task = queue.take();
                } catch (InterruptedException e) {
                    continue; // a late interrupt, or the sign to leave
                } catch (OutOfMemoryError e) {
                    continue; // another thread fills the memory; this one must stay for the next cell
                }
                Outcome outcome = stopped;
                try {
                    try {
                        outcome = call(task.code);
                    } catch (OutOfMemoryError e) {
                        outcome = exhausted;
                    }
                    synchronized (CellRunner.this) {
                        if (current == task) {
                            current = null; // no interrupt from here on
                        }
                    }
                    Thread.interrupted();
                } finally {
                    task.finish(outcome); // also if the thread is stopped by force just here
                }
            }
        }
    }
}
