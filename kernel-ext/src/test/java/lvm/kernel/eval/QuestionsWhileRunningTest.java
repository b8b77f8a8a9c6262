package lvm.kernel.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Completion, inspection and completeness are answered while a cell runs, and the cell does not notice. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public class QuestionsWhileRunningTest {
    /** What the cells wait for. */
    public static final CountDownLatch[] LATCHES = {new CountDownLatch(1), new CountDownLatch(1)};

    private final JavaEvaluator evaluator = new JavaEvaluator();

    @AfterAll
    void close() {
        evaluator.close();
    }

    private CompletableFuture<Object> run(String code) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return evaluator.evaluate(code, 1).orElse(null);
            } catch (CellException e) {
                throw new IllegalStateException(String.join("\n", e.traceback()), e);
            }
        });
    }

    @Test
    void aWaitingCellHoldsUpNoQuestion() throws Exception {
        CompletableFuture<Object> cell = run("""
                int early = 7;
                int half(int a) { return a / 2; }
                lvm.kernel.eval.QuestionsWhileRunningTest.LATCHES[0].countDown();
                lvm.kernel.eval.QuestionsWhileRunningTest.LATCHES[1].await();
                int late = early * 2;
                half(late)""");
        LATCHES[0].await();
        assertEquals(List.of("early"), evaluator.complete("earl", 4).matches());
        assertTrue(evaluator.complete("hal", 3).matches().contains("half("));
        assertTrue(evaluator.complete("\"a\".toUp", 8).matches().contains("toUpperCase("));
        assertTrue(evaluator.inspect("early", 2, 0).orElseThrow().text().contains("value: 7"));
        assertTrue(evaluator.inspect("Math.abs(", 9, 0).orElseThrow().text().contains("int Math.abs(int a)"));
        assertEquals("incomplete", evaluator.isComplete("if (early > 1) {").status());
        assertEquals("complete", evaluator.isComplete("late + 1").status());
        assertTrue(evaluator.variables().stream()
                .anyMatch(v -> v.name().equals("early") && v.value().equals("7")));
        assertEquals(false, cell.isDone());
        LATCHES[1].countDown();
        assertEquals(7, cell.get());
        assertEquals(14, run("late").get());
    }

    @Test
    void statementsAndQuestionsTakeTurns() throws Exception {
        StringBuilder code = new StringBuilder("int total = 0;\n");
        for (int i = 1; i <= 30; i++) {
            code.append("int add")
                    .append(i)
                    .append("(int a) { return a + ")
                    .append(i)
                    .append("; }\n");
            code.append("total = add").append(i).append("(total);\n");
        }
        CompletableFuture<Object> cell = run(code + "total");
        while (!cell.isDone()) {
            assertTrue(evaluator.complete("\"a\".toUp", 8).matches().contains("toUpperCase("));
            assertEquals("complete", evaluator.isComplete("int a = 1;").status());
            assertTrue(evaluator.inspect("Math.abs(", 9, 0).isPresent());
        }
        assertEquals(30 * 31 / 2, cell.get());
    }
}
