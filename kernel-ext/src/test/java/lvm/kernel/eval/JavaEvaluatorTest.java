package lvm.kernel.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JavaEvaluatorTest {
    private final JavaEvaluator evaluator = new JavaEvaluator();
    private int cell;

    @AfterEach
    void close() {
        evaluator.close();
    }

    private Object eval(String code) throws CellException {
        return evaluator.evaluate(code, ++cell).orElse(null);
    }

    private String failure(String code) {
        CellException e = assertThrows(CellException.class, () -> eval(code));
        return String.join("\n", e.traceback()).replaceAll("\u001b\\[[0-9;]*m", "");
    }

    @Test
    void showsTheLastExpression() throws CellException {
        assertEquals(3, eval("1 + 2"));
        assertEquals(Optional.empty(), evaluator.evaluate("1 + 2;", 1));
        assertEquals(null, eval("int x = 5"));
        assertEquals(7, eval("x = 7"));
        assertEquals(null, eval("x = 8; // done"));
        assertEquals(8, eval("x"));
        assertEquals(null, eval("System.out.print(\"\")"));
        assertEquals(null, eval("(Object) null"));
        assertEquals(null, eval(""));
        assertEquals(null, eval("// nothing\n/* here */"));
        assertEquals(16, eval("import java.util.List;\nint y = 8;\nint twice(int v) { return 2 * v; }\ntwice(y)"));
    }
}
