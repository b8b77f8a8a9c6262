package lvm.kernel.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Public, since cells use its methods. */
public class EvaluatorInterruptTest extends Cells {
    /** How long a cell runs before it is interrupted. */
    private long pauseMillis;

    private static volatile boolean stop;

    /** Foreign code that neither polls nor waits. */
    public static double spin(long steps) {
        double x = 0;
        for (long i = 0; i < steps && !stop; i++) {
            x += Math.sin(i);
        }
        return x;
    }

    /** A library's fit: notices the interrupt, keeps the flag, returns what it has. */
    public static int fit() {
        started.countDown();
        int steps = 0;
        while (!Thread.currentThread().isInterrupted()) {
            steps++;
        }
        return Math.max(1, steps);
    }

    private CellException interrupted(String code) throws Exception {
        return interruptedOnce("{ lvm.kernel.eval.Cells.started.countDown();\n" + code + "\n}");
    }

    private CellException interruptedOnce(String code) throws Exception {
        return interrupted(pauseMillis, () -> evaluator.evaluate(code, 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Thread.sleep(100_000);",
                "while (true) { }",
                "for (;;) try { Thread.sleep(1000); } catch (InterruptedException e) { }",
                "while (true) { try { for (int i = 0; ; i++) { } } catch (Throwable t) { } }",
                "down(60);",
                "Object lock = new Object(); synchronized (lock) { lock.wait(); }",
                "IntStream.range(0, 1_000_000_000).parallel().mapToDouble(i -> { double s = 0;"
                        + " for (int k = 0; k < 1000_000; k++) s += Math.sin(k); return s; }).sum();",
                "var pool = Executors.newFixedThreadPool(2); var future = pool.submit(() -> { while (true) { } });"
                        + " future.get();",
                "Stream.iterate(1, i -> i + 1).filter(i -> i < 0).findFirst();",
                "while (true) System.out.print(\"\");",
                "int i = 0; do { i++; } while (true);",
                "new CountDownLatch(1).await();"
            })
    void endsWhatRuns(String code) throws Exception {
        evaluator.evaluate("int down(int n) { return n == 0 ? 0 : down(n - 1) + down(n - 1); }", 1);
        interrupted(code);
    }

    /** Loops that the JIT compiler has made its best of before the interrupt comes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "int s = 0; for (int i = 0; i < Integer.MAX_VALUE; i++) for (int k = 0; k < Integer.MAX_VALUE; k++) s += k ^ i;",
                "long s = 0; for (long i = 0; i < Long.MAX_VALUE; i++) s += i;",
                "for (int r = 0; r < Integer.MAX_VALUE; r++) for (int i = 0; i < x.length; i++) y[i] += 0.5f * x[i];",
                "for (int r = 0; r < Integer.MAX_VALUE; r++) for (int i = 0; i < x.length; i++) total += x[i];",
                "while (total >= 0) total = add(x, y);",
                "while (true) Hot.add(x, y);",
                "Hot.endless(x, y);",
                "while (true) down(20);",
                "Thread t = new Thread(() -> Hot.endless(x, y)); t.start(); t.join();",
                "IntStream.range(0, 8).parallel().forEach(i -> Hot.endless(x, y));",
                "IntStream.iterate(0, i -> i).map(i -> i + 1).allMatch(i -> i == 1);",
                "new Object() { float f; void run() { while (true) for (float v : x) f += v; } }.run();"
            })
    void endsCompiledLoops(String code) throws Exception {
        evaluator.evaluate("""
                float[] x = new float[10_000];
                float[] y = new float[10_000];
                float total = 0;
                float add(float[] x, float[] y) { for (int i = 0; i < x.length; i++) y[i] += 0.5f * x[i]; return y[0]; }
                int down(int n) { return n == 0 ? 0 : down(n - 1) + down(n - 1); }
                class Hot {
                    static void add(float[] x, float[] y) { for (int i = 0; i < x.length; i++) y[i] += 0.5f * x[i]; }
                    static void endless(float[] x, float[] y) {
                        for (int r = 0; r < Integer.MAX_VALUE; r++)
                            for (int k = 0; k < Integer.MAX_VALUE; k++)
                                for (int i = 0; i < x.length; i++) y[i] += 0.5f * x[i];
                    }
                }
                """, 1);
        pauseMillis = 300;
        int stay = threadsThatStay();
        interrupted(code);
        awaitPolls(stay);
    }

    /**
     * Waits until polls compare with no more threads than this. Threads that an interrupted cell had started get some seconds
     * to end; those that could not be stopped, in other tests too, stay.
     */
    private static void awaitPolls(int threads) throws InterruptedException {
        long end = System.nanoTime() + 20_000_000_000L;
        while ((CellGuard.stopping() < 0 || CellGuard.stopping() > threads) && System.nanoTime() < end) {
            Thread.sleep(10);
        }
        int now = CellGuard.stopping();
        assertTrue(now >= 0 && now <= threads, "polls compare with " + now + " threads, and did with " + threads);
    }

    /** How many threads of earlier tests polls compare with. */
    private static int threadsThatStay() throws InterruptedException {
        long end = System.nanoTime() + 20_000_000_000L;
        while (CellGuard.stopping() < 0 && System.nanoTime() < end) {
            Thread.sleep(10);
        }
        return Math.max(0, CellGuard.stopping());
    }

    @Test
    void aFitThatStopsEarlyStillGivesItsModel() throws Exception {
        interruptedOnce("int model = lvm.kernel.eval.EvaluatorInterruptTest.fit();\nint after = 1;");
        assertTrue((int) evaluator.evaluate("model", 3).orElseThrow() > 0);
        assertThrows(CellException.class, () -> evaluator.evaluate("after", 4));
    }

    @Test
    void foreignCodeThatDoesNotPoll() throws Exception {
        int stay = threadsThatStay();
        CellException e = interrupted("lvm.kernel.eval.EvaluatorInterruptTest.spin(2_000_000_000_000L);");
        if (Runtime.version().feature() >= 20) {
            assertTrue(e.getMessage().contains("still runs"), e.getMessage());
            awaitPolls(stay + 1); // later cells compare with the one thread that stayed
            stop = true;
        }
    }

    @Test
    void anInterruptBetweenCellsHitsNothing() throws Exception {
        evaluator.evaluate("1", 1);
        evaluator.interrupt();
        assertEquals(
                3,
                evaluator
                        .evaluate("int s = 0; for (int i = 0; i < 3; i++) s++;\nThread.sleep(150);\ns", 2)
                        .orElseThrow());
    }

    @Test
    void anInterruptReachesTheCellThatIsOnItsWay() throws Exception {
        for (String code : List.of("while (true) { }", "int declared = 1;", "1 + 1")) {
            evaluator.announce();
            evaluator.interrupt();
            CellException e = assertThrows(
                    CellException.class,
                    () -> assertTimeoutPreemptively(Duration.ofSeconds(20), () -> evaluator.evaluate(code, 1)));
            assertEquals("Interrupted", e.name(), e.traceback().toString());
            evaluator.announce();
            assertEquals(2, evaluator.evaluate("1 + 1", 2).orElseThrow());
        }
    }

    @Test
    void twentyTimes() throws Exception {
        int stay = threadsThatStay();
        for (int i = 0; i < 20; i++) {
            interrupted(i % 2 == 0 ? "while (true) { }" : "Thread.sleep(100_000);");
            awaitPolls(stay);
        }
    }
}
