package lvm.display;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private static final long MS = 1_000_000L;

    private final AtomicLong clock = new AtomicLong(12345);
    private final Recording output = new Recording();

    private Progress start(long total) {
        return new Progress("EM", total, output, clock::get);
    }

    @Test
    void shortWorkShowsNothing() {
        try (Progress p = start(100)) {
            for (int i = 0; i < 100; i++) {
                clock.addAndGet(5 * MS);
                p.step(i);
            }
        }
        assertEquals(List.of(), output.shown);
    }

    @Test
    void longWorkShowsAtMostTenStatesASecondAndTheLastOne() {
        int steps = 5000;
        List<Long> times = new ArrayList<>();
        try (Progress p = start(steps)) {
            for (int i = 0; i < steps; i++) {
                clock.addAndGet(MS);
                int before = output.shown.size();
                p.step(-1.0 * i);
                if (output.shown.size() > before) {
                    times.add(clock.get());
                }
            }
        }
        for (int i = 1; i < times.size(); i++) {
            assertTrue(times.get(i) - times.get(i - 1) >= 100 * MS, "two states within 100 ms");
        }
        assertTrue(times.get(0) - 12345 > 500 * MS, "shown before half a second had passed");
        // From 0.5 s to 5 s: ten a second.
        assertEquals(45, times.size());
        assertEquals(1, output.closed);
        Progress.State last = (Progress.State) output.last();
        assertTrue(last.finished());
        assertFalse(last.interrupted());
        assertEquals(steps, last.done());
        assertEquals(-1.0 * (steps - 1), last.objective());
        assertEquals(Duration.ofSeconds(5), last.elapsed());
        assertEquals(Duration.ZERO, last.remaining());
    }

    @Test
    void oneLongStepIsShownAtItsEnd() {
        try (Progress p = start(1)) {
            clock.addAndGet(400 * MS);
            p.step();
            clock.addAndGet(400 * MS);
        }
        assertEquals(1, output.closed);
        assertEquals(1, ((Progress.State) output.last()).done());
    }

    @Test
    void rateAndRemainingTimeFollowFromTheStepsDone() {
        Progress p = start(200);
        clock.addAndGet(2_000 * MS);
        p.step(50, 1.5);
        Progress.State state = p.state();
        assertEquals(25, state.rate(), 1e-12);
        assertEquals(Duration.ofSeconds(6), state.remaining());
        assertEquals(0.25, state.fraction(), 1e-12);
        assertEquals("EM: 50/200 (25 %), 25/s, 6.0 s left, objective 1.5", state.toString());
    }

    @Test
    void workThatGoesOnIsTimedFromThere() {
        Progress p = start(200).resumedAt(100);
        clock.addAndGet(2_000 * MS);
        assertEquals(100, p.state().done());
        assertTrue(Double.isNaN(p.state().rate()));
        p.step(150, Double.NaN);
        assertEquals(25, p.state().rate(), 1e-12);
        assertEquals(Duration.ofSeconds(2), p.state().remaining());
        assertEquals("EM: 150/200 (75 %), 25/s, 2.0 s left", p.state().toString());
    }

    @Test
    void withoutATotalThereIsNoRemainingTime() {
        Progress p = start(Progress.UNKNOWN);
        clock.addAndGet(1_000 * MS);
        p.step();
        assertNull(p.state().remaining());
        assertTrue(Double.isNaN(p.state().fraction()));
        assertEquals("EM: 1, 1.0/s", p.state().toString());
    }

    @Test
    void anInterruptIsInTheLastState() {
        Progress p = start(10).objectiveName("L [nats]");
        clock.addAndGet(700 * MS);
        p.step(-1130.26);
        p.interrupted();
        assertFalse(p.state().interrupted(), "only the last state says how it ended");
        p.close();
        p.close();
        Progress.State last = (Progress.State) output.last();
        assertTrue(last.interrupted() && last.finished());
        assertEquals(1, output.closed);
        assertEquals("EM: 1/10 interrupted after 0.7 s, 1.4/s, L [nats] -1130.26", last.toString());
    }

    @Test
    void anInterruptedThreadIsNoticedAtTheEnd() {
        Progress p = start(10);
        clock.addAndGet(700 * MS);
        p.step();
        Thread.currentThread().interrupt();
        try {
            p.close();
            assertTrue(Thread.currentThread().isInterrupted(), "the flag belongs to the caller");
        } finally {
            Thread.interrupted();
        }
        assertTrue(((Progress.State) output.last()).interrupted());
    }

    @Test
    void manyThreadsLoseNoStep() throws InterruptedException {
        Progress p = start(40_000);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 10_000; i++) {
                    clock.addAndGet(MS / 10);
                    p.step(1);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        p.close();
        assertEquals(40_000, ((Progress.State) output.last()).done());
        assertEquals(1, output.closed);
    }

    @Test
    void anOutputThatFailsDoesNotStopTheWork() {
        LiveOutput broken = value -> {
            throw new IllegalStateException("no front end");
        };
        try (Progress p = new Progress("EM", 10, broken, clock::get)) {
            clock.addAndGet(700 * MS);
            p.step();
            p.step();
            assertEquals(2, p.state().done());
        }
    }

    @Test
    void nothingHappensAfterTheEnd() {
        Progress p = start(10);
        clock.addAndGet(700 * MS);
        p.step();
        p.close();
        int before = output.shown.size();
        clock.addAndGet(700 * MS);
        p.step();
        assertEquals(before, output.shown.size());
        assertEquals(1, p.state().done());
        assertEquals(Duration.ofMillis(700), p.state().elapsed());
    }

    @Test
    void badArgumentsAreNamed() {
        assertEquals(
                "Progress.start: total -2, expected 0 or more, or Progress.UNKNOWN",
                assertThrows(IllegalArgumentException.class, () -> start(-2)).getMessage());
        assertEquals(
                "Progress.resumedAt: -1 steps done, expected 0 or more",
                assertThrows(IllegalArgumentException.class, () -> start(1).resumedAt(-1))
                        .getMessage());
        assertEquals(
                "Progress.step: -1 steps done, expected 0 or more",
                assertThrows(IllegalArgumentException.class, () -> start(1).step(-1, 0))
                        .getMessage());
    }

    /** Keeps all that is shown. */
    static final class Recording implements LiveOutput {
        final List<Object> shown = new ArrayList<>();
        int closed;

        @Override
        public Handle show(Object value) {
            shown.add(value);
            return new Handle() {
                @Override
                public void update(Object next) {
                    shown.add(next);
                }

                @Override
                public void close(Object last) {
                    shown.add(last);
                    closed++;
                }
            };
        }

        Object last() {
            return shown.get(shown.size() - 1);
        }
    }
}
