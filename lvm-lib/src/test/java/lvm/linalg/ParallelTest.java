package lvm.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParallelTest {

    @Test
    void everyIndexIsVisitedOnce() {
        for (int n : new int[] {0, 1, 2, 7, 8, 9, 100, 4099}) {
            for (int grain : new int[] {1, 3, 64, 5000}) {
                AtomicIntegerArray visits = new AtomicIntegerArray(n);
                Parallel.range(n, grain, (from, to) -> {
                    for (int i = from; i < to; i++) {
                        visits.incrementAndGet(i);
                    }
                });
                for (int i = 0; i < n; i++) {
                    assertEquals(1, visits.get(i));
                }
            }
        }
    }

    @Test
    void aLoopInsideALoopRuns() {
        AtomicIntegerArray visits = new AtomicIntegerArray(64 * 64);
        Parallel.range(64, 1, (from, to) -> {
            for (int i = from; i < to; i++) {
                int row = i;
                Parallel.range(64, 1, (start, end) -> {
                    for (int j = start; j < end; j++) {
                        visits.incrementAndGet(row * 64 + j);
                    }
                });
            }
        });
        int[] expected = new int[64 * 64];
        int[] actual = new int[64 * 64];
        for (int i = 0; i < actual.length; i++) {
            expected[i] = 1;
            actual[i] = visits.get(i);
        }
        assertArrayEquals(expected, actual);
    }

    @Test
    void whatABodyThrowsArrivesAndTheNextLoopRuns() {
        for (int bad : new int[] {0, 999}) {
            IllegalStateException thrown = assertThrows(
                    IllegalStateException.class,
                    () -> Parallel.range(1000, 1, (from, to) -> {
                        if (from <= bad && bad < to) {
                            throw new IllegalStateException("at " + bad);
                        }
                    }));
            assertEquals("at " + bad, thrown.getMessage());
            everyIndexIsVisitedOnce();
        }
    }

    @Test
    void loopsFromSeveralThreadsAtOnceAreWhole() throws Exception {
        // Parts are handed over, taken back, or done alone, by chance; each is done once and before range returns.
        List<Thread> threads = new ArrayList<>();
        AtomicInteger wrong = new AtomicInteger();
        for (int t = 0; t < 3; t++) {
            Thread thread = new Thread(() -> {
                int[] x = new int[64];
                for (int loop = 1; loop <= 3_000; loop++) {
                    Parallel.range(x.length, 1, (from, to) -> {
                        for (int i = from; i < to; i++) {
                            x[i]++;
                        }
                    });
                    for (int v : x) {
                        if (v != loop) {
                            wrong.incrementAndGet();
                        }
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(0, wrong.get());
    }

    @Test
    void anInterruptIsKept() {
        Thread.currentThread().interrupt();
        everyIndexIsVisitedOnce();
        assertTrue(Thread.interrupted());
    }

    @Test
    void badArgumentsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Parallel.range(-1, 1, (from, to) -> {}));
        assertThrows(IllegalArgumentException.class, () -> Parallel.range(1, 0, (from, to) -> {}));
        assertThrows(IllegalArgumentException.class, () -> Parallel.chunks(-1, 1, (chunk, worker) -> {}));
        assertThrows(IllegalArgumentException.class, () -> Parallel.chunks(1, 0, (chunk, worker) -> {}));
    }

    @Test
    void everyChunkIsDoneOnceAndAWorkerIsOneThread() {
        for (int workers : new int[] {1, 2, 5}) {
            for (int chunks : new int[] {0, 1, 2, 77}) {
                AtomicIntegerArray visits = new AtomicIntegerArray(chunks);
                AtomicIntegerArray busy = new AtomicIntegerArray(workers);
                Parallel.chunks(chunks, workers, (chunk, worker) -> {
                    assertEquals(1, busy.incrementAndGet(worker));
                    visits.incrementAndGet(chunk);
                    Thread.yield();
                    busy.decrementAndGet(worker);
                });
                for (int chunk = 0; chunk < chunks; chunk++) {
                    assertEquals(1, visits.get(chunk));
                }
            }
        }
    }

    @Test
    void aChunkThatThrowsKeepsTheRestFromRunning() {
        AtomicInteger done = new AtomicInteger();
        IllegalStateException thrown = assertThrows(
                IllegalStateException.class,
                () -> Parallel.chunks(50_000, 8, (chunk, worker) -> {
                    if (chunk == 100) {
                        throw new IllegalStateException("chunk 100");
                    }
                    done.incrementAndGet();
                    LockSupport.parkNanos(1_000);
                }));
        assertEquals("chunk 100", thrown.getMessage());
        assertTrue(done.get() < 10_000, done + " chunks were done");
        everyIndexIsVisitedOnce();
    }

    /** Once the interrupt comes while every worker is within a chunk, once while the caller waits for a helper's. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInterruptEndsTheChunksOfAllWorkers(boolean callerWorks) throws Exception {
        assumeTrue(callerWorks || Parallel.threads() > 1, "there is no helper to wait for");
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicInteger running = new AtomicInteger();
        AtomicInteger afterwards = new AtomicInteger();
        AtomicBoolean kept = new AtomicBoolean();
        CountDownLatch begun = new CountDownLatch(Parallel.threads() - (callerWorks ? 0 : 1));
        Thread caller = new Thread(() -> {
            try {
                Parallel.chunks(Parallel.threads() + 1, Parallel.threads(), (chunk, worker) -> {
                    if (chunk >= Parallel.threads()) {
                        afterwards.incrementAndGet();
                    } else if (callerWorks || worker > 0) {
                        running.incrementAndGet();
                        begun.countDown();
                        try {
                            while (true) {
                                Interrupts.check("test");
                                Thread.onSpinWait();
                            }
                        } finally {
                            running.decrementAndGet();
                        }
                    } else {
                        // the helpers shall get all the other chunks before this one ends
                        while (begun.getCount() > 0) {
                            Thread.onSpinWait();
                        }
                    }
                });
            } catch (Throwable e) {
                thrown.set(e);
            }
            kept.set(Thread.currentThread().isInterrupted());
        });
        caller.setDaemon(true);
        caller.start();
        assertTrue(begun.await(20, TimeUnit.SECONDS), "a worker did not begin");
        Thread.sleep(20);
        caller.interrupt();
        caller.join(20_000);
        assertFalse(caller.isAlive());
        assertInstanceOf(CancellationException.class, thrown.get());
        assertEquals(0, running.get(), "a chunk runs on");
        assertTrue(kept.get(), "the flag is gone");
        if (callerWorks) {
            assertEquals(0, afterwards.get(), "a chunk was begun after the interrupt");
        }
        everyIndexIsVisitedOnce();
    }

    @Test
    void chunksOfAnInterruptedThreadDoNotBegin() {
        AtomicInteger done = new AtomicInteger();
        Thread.currentThread().interrupt();
        assertThrows(
                CancellationException.class, () -> Parallel.chunks(10, 2, (chunk, worker) -> done.incrementAndGet()));
        assertTrue(Thread.interrupted());
        assertEquals(0, done.get());
    }
}
