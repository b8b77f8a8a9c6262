package lvm.mixture;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Runs the chunks of a loop in the calling thread and some helpers. Which thread takes which chunk is left to chance, so
 * a chunk must write only what is its own; sums over chunks are taken afterwards in their order.
 */
final class Crew {

    /** The body of the loop. */
    interface Work {
        /**
         * One chunk. It polls {@link Crew#stopped} and returns early when that is true.
         *
         * @param chunk the number of the chunk
         * @param worker 0 for the calling thread, else the number of the helper; never used by two threads at a time
         */
        void chunk(int chunk, int worker);
    }

    private final int threads;
    private volatile boolean stopped;

    Crew(int threads) {
        this.threads = threads;
    }

    int threads() {
        return threads;
    }

    /** Whether the calling thread was interrupted; its interrupt flag is left as it is. */
    boolean stopped(int worker) {
        if (worker == 0 && Thread.currentThread().isInterrupted()) {
            stopped = true;
        }
        return stopped;
    }

    /**
     * Runs all chunks and returns when no thread works any more.
     *
     * @return false if the calling thread was interrupted and chunks may be missing or half done
     */
    boolean run(int chunks, Work work) {
        stopped = false;
        AtomicInteger next = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        int helpers = Math.min(threads, chunks) - 1;
        AtomicBoolean[] taken = new AtomicBoolean[Math.max(helpers, 0)];
        CountDownLatch done = new CountDownLatch(Math.max(helpers, 0));
        for (int h = 0; h < helpers; h++) {
            AtomicBoolean mine = taken[h] = new AtomicBoolean();
            int worker = h + 1;
            ForkJoinPool.commonPool().execute(() -> {
                if (mine.compareAndSet(false, true)) {
                    try {
                        loop(next, chunks, worker, work);
                    } catch (Throwable e) {
                        failure.compareAndSet(null, e);
                        stopped = true;
                    } finally {
                        done.countDown();
                    }
                }
            });
        }
        try {
            loop(next, chunks, 0, work);
        } catch (Throwable e) {
            stopped = true;
            failure.compareAndSet(null, e);
        }
        for (AtomicBoolean helper : taken) {
            if (helper.compareAndSet(false, true)) {
                done.countDown(); // it never started, and now it never will
            }
        }
        boolean interrupted = false;
        while (true) {
            try {
                done.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
                stopped = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        Throwable thrown = failure.get();
        if (thrown instanceof RuntimeException e) {
            throw e;
        }
        if (thrown instanceof Error e) {
            throw e;
        }
        return !stopped(0);
    }

    private void loop(AtomicInteger next, int chunks, int worker, Work work) {
        for (int chunk = next.getAndIncrement(); chunk < chunks; chunk = next.getAndIncrement()) {
            if (stopped(worker)) {
                return;
            }
            work.chunk(chunk, worker);
        }
    }
}
