package lvm.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

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
    }
}
