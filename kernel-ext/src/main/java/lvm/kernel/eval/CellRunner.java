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
 * The thread that runs the code of cells, and the one way to stop it: {@link CellGuard} ends code that was written in
 * cells, {@link Thread#interrupt}, repeated, ends what waits or polls for it. Foreign code that does neither is stopped
 * by force where the JVM still can (before Java 20), and abandoned to its thread elsewhere.
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

    private final ThreadGroup group = new ThreadGroup("cells");
    private final ClassLoader loader;
    private Worker worker;

    private boolean running;
    /** Whether a cell is to begin, and whether it is to stop then at once. */
    private boolean announced;

    private boolean unwanted;
    private volatile boolean stopping;
    /** Whether the pools still stop what an interrupted cell has left in them; the next cell waits for its end. */
    private boolean poolsStopping;

    private Set<Thread> before = Set.of();
    private Task current;
    private int cellCount;
    private boolean forced;

    CellRunner(ClassLoader loader) {
        this.loader = loader;
    }

    /** A cell is on its way: an interrupt from now on concerns it. */
    synchronized void announce() {
        announced = true;
        unwanted = false;
    }

    /** The cell that was announced has ended without a start. */
    synchronized void withdraw() {
        announced = false;
        unwanted = false;
    }

    /** A cell starts. */
    synchronized void begin() {
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
        running = false;
        if (stopping && worker != null) {
            CellGuard.release(List.of(worker));
            if (forced) {
                worker.leave(); // the blow may still land
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

    /** Asks the running cell, or the one that is on its way, to stop. */
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

    /** Lets the pools go as soon as nothing of the cell is left in them, or the next cell has waited long enough. */
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
                poolsStopping = false; // what keeps a pool busy has no polls; it must not keep the cells waiting
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

    /** Whether some fork-join pool has work; a worker that was not given the processor yet counts as busy. */
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

    /** Thread.stop, which does nothing but throw from Java 20 on and may be gone later. */
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
        /** Made beforehand, as the next: there may be no room for it when it is needed. */
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
                    continue; // something else fills the memory; a cell that comes must find this thread
                }
                Outcome outcome = stopped;
                try {
                    try {
                        outcome = call(task);
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

        private Outcome call(Task task) {
            try {
                return new Outcome(task.code.call(), null, false);
            } catch (Throwable e) {
                MemoryReserve.releaseFor(e);
                return new Outcome(null, e, false);
            }
        }
    }
}
