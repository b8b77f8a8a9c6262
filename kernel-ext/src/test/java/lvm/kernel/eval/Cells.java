package lvm.kernel.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;

/** A test that evaluates cells, each test method with an evaluator of its own; and what else there is to see of a cell. */
public abstract class Cells {
    /** The evaluator of this test. */
    protected final JavaEvaluator evaluator = new JavaEvaluator();

    /** Opened by code that is to be interrupted, as soon as it runs. */
    public static volatile CountDownLatch started;

    private int cell;

    /** Ends the evaluator. */
    @AfterEach
    void close() {
        evaluator.close();
    }

    /** The value of the next cell, or null. */
    protected final Object eval(String code) throws CellException {
        return evaluator.evaluate(code, ++cell).orElse(null);
    }

    /** The report of the next cell, which must fail. */
    protected final String failure(String code) {
        return failure(() -> eval(code));
    }

    /**
     * Interrupts what opens {@link #started}, twice, as impatient users do. It must end by that, and the next cell must work.
     *
     * @param pauseMillis how long it runs before
     */
    protected final CellException interrupted(long pauseMillis, Evaluation running) throws Exception {
        started = new CountDownLatch(1);
        Thread interrupter = new Thread(() -> {
            try {
                started.await();
                Thread.sleep(pauseMillis);
                evaluator.interrupt();
                evaluator.interrupt();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        interrupter.setDaemon(true);
        interrupter.start();
        CellException e = assertThrows(
                CellException.class, () -> assertTimeoutPreemptively(Duration.ofSeconds(20), running::run));
        interrupter.join(); // or it might hit the next cell
        assertEquals("Interrupted", e.name(), e.traceback().toString());
        assertEquals(2, evaluator.evaluate("1 + 1", 2).orElseThrow());
        return e;
    }

    /** What the next cell prints. */
    protected final String printed(String code) throws CellException {
        return printed(() -> eval(code));
    }

    /** Evaluates a cell. */
    @FunctionalInterface
    public interface Evaluation {
        void run() throws CellException;
    }

    /** The report of a cell that must fail, without colours. */
    public static String failure(Evaluation cell) {
        CellException e = assertThrows(CellException.class, cell::run);
        return String.join("\n", e.traceback()).replaceAll("\u001b\\[[0-9;]*m", "");
    }

    /** What a cell prints. */
    public static String printed(Evaluation cell) throws CellException {
        PrintStream out = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            cell.run();
        } finally {
            System.setOut(out);
        }
        return bytes.toString(StandardCharsets.UTF_8).replace("\r", "");
    }
}
