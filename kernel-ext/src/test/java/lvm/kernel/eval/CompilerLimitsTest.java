package lvm.kernel.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What does not fit into a class file: an error that says so, and a kernel that works on. */
class CompilerLimitsTest {
    private static final PrintStream ERR = System.err;
    private static final JavaEvaluator EVALUATOR;

    static {
        // A compiler that fails prints its stack to what this is when it starts; the kernel keeps that from the
        // notebook.
        System.setErr(new PrintStream(OutputStream.nullOutputStream()));
        EVALUATOR = new JavaEvaluator();
    }

    @AfterAll
    static void close() {
        EVALUATOR.close();
        System.setErr(ERR);
    }

    private static String many(int count, IntFunction<String> part) {
        return IntStream.range(0, count).mapToObj(part).collect(Collectors.joining());
    }

    private static final String STRING = "\"" + "a".repeat(70_000) + "\"";
    private static final String STEPS = "x += x * 31 + 7;".repeat(9_000);

    /** Too large in some way; JShell tells of each by a status. */
    enum Limit {
        STRING_IN_AN_EXPRESSION(STRING + ".length()", "constant string too long"),
        STRING_IN_A_STATEMENT("System.out.println(" + STRING + ");", "constant string too long"),
        STRING_OF_A_VARIABLE("String s = " + STRING + ";", "constant string too long"),
        STRING_IN_A_METHOD("int f() { return " + STRING + ".length(); }", "constant string too long"),
        STRING_IN_A_CLASS("class S { String s = " + STRING + "; }", "constant string too long"),
        STRING_OF_TWO("\"" + "a".repeat(40_000) + "\" + \"" + "b".repeat(40_000) + "\"", "constant string too long"),
        STRING_OF_LONG_CHARACTERS("\"" + "\u20ac".repeat(30_000) + "\".length()", "too long"),
        METHOD("int big(int x) { " + STEPS + " return x; }", "code too large"),
        STATEMENT("{ int x = 1; " + STEPS + " }", "code too large"),
        ARRAY("int[] data = {" + many(12_000, i -> 100_000 + i + ",") + "};", "code too large"),
        CONSTANTS(
                "class Many { " + many(22_000, i -> "static final long F" + i + "=" + (i + 1_000_000) + "L;") + " }",
                "too many constants"),
        PARAMETERS("int f(" + many(255, i -> "int p" + i + ",") + " int last) { return 1; }", "too many parameters"),
        DIMENSIONS("new int" + "[1]".repeat(256), "too many dimensions"),
        DEPTH("(".repeat(100_000) + "1" + ")".repeat(100_000), "nested too deeply"),
        CHAIN("int y = 1;\n1" + "+y".repeat(100_000), "nested too deeply");

        private final String code;
        private final String message;

        Limit(String code, String message) {
            this.code = code;
            this.message = message;
        }
    }

    @ParameterizedTest
    @EnumSource
    void namesItselfAndHurtsNothing(Limit limit) throws CellException {
        EVALUATOR.evaluate("int before = 3;", 1);
        String text = Cells.failure(() -> EVALUATOR.evaluate(limit.code, 2));
        assertTrue(text.contains(limit.message), () -> text.substring(0, Math.min(2000, text.length())));
        assertTrue(text.contains("cell 2, line "), text);
        assertTrue(text.lines().allMatch(line -> line.length() < 250), "a line is not clipped");
        assertEquals(Optional.of(7), EVALUATOR.evaluate("int after = before + 4;\nafter", 3));
        assertEquals(Optional.of(2), EVALUATOR.evaluate("int two() { return 2; }\ntwo()", 4));
    }

    @Test
    void methodsWithoutRoomForPollsRun() throws CellException {
        EVALUATOR.evaluate("int loops(int x) { " + many(4_700, i -> "while (x < " + i + ") x++;") + " return x; }", 1);
        assertEquals(Optional.of(4_699), EVALUATOR.evaluate("loops(1)", 2));
        EVALUATOR.evaluate(
                "class L { int go(int x) { " + many(4_700, i -> "while (x < " + i + ") x++;") + " return x; } }", 3);
        assertEquals(Optional.of(4_699), EVALUATOR.evaluate("new L().go(1)", 4));
    }

    @Test
    void anErrorBehindOtherStatementsSaysThatTheyHaveRun() throws CellException {
        String text =
                Cells.failure(() -> EVALUATOR.evaluate("int ran = 5;\nint other = 6;\nString s = " + STRING + ";", 1));
        assertTrue(text.endsWith("What stands before line 3 has run."), text);
        assertEquals(Optional.of(5), EVALUATOR.evaluate("ran", 2));
    }
}
