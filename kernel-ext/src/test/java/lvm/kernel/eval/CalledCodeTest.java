package lvm.kernel.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Code of the user's that runs outside cells, such as what draws a value. Public, since cells use it. */
public class CalledCodeTest extends Cells {
    private String drawn(Object value) throws CellException {
        return evaluator.call(() -> String.valueOf(value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "while (true);",
                "for (long i = 0; ; i++) { }",
                "try { Thread.sleep(100_000); } catch (InterruptedException e) { while (true); } return \"\";",
                "while (true) try { Thread.sleep(50); } catch (InterruptedException e) { }",
                "synchronized (this) { try { wait(); } catch (InterruptedException e) { return \"woken\"; } return \"\"; }",
                "return List.of(1, 2).parallelStream().map(i -> { while (true); }).toList().toString();"
            })
    void canBeInterrupted(String body) throws Exception {
        Object value = evaluator
                .evaluate(
                        "class T { public String toString() { lvm.kernel.eval.Cells.started.countDown(); " + body
                                + " } }\nnew T()",
                        1)
                .orElseThrow();
        for (Object each : List.of(value, List.of(value))) {
            interrupted(0, () -> drawn(each));
        }
    }

    @Test
    void exceptionsThatNeverTellTheirMessageCanBeInterrupted() throws Exception {
        for (String method :
                List.of("String getMessage()", "Throwable getCause()", "StackTraceElement[] getStackTrace()")) {
            String code = "throw new RuntimeException() { public " + method
                    + " { lvm.kernel.eval.Cells.started.countDown(); while (true); } };";
            interrupted(0, () -> evaluator.evaluate(code, 1));
        }
    }

    @Test
    void anInterruptThatComesBeforeItIsKept() {
        evaluator.announce();
        evaluator.interrupt();
        CellException e = assertThrows(CellException.class, () -> evaluator.call(() -> "x"));
        assertEquals("Interrupted", e.name());
    }

    @Test
    void exceptionsShowTheLineOfTheCell() throws CellException {
        Object value = evaluator
                .evaluate(
                        "int zero = 0;\nclass T {\n  public String toString() {\n    return \"\" + 1 / zero;\n  }\n}\nnew T()",
                        4)
                .orElseThrow();
        String text = failure(() -> drawn(value));
        assertEquals(
                "ArithmeticException: / by zero\n    at cell 4, line 4 in T.toString\n       4 | return \"\" + 1 / zero;",
                text);
        text = failure(() -> drawn(List.of(value)));
        assertTrue(text.contains("at cell 4, line 4 in T.toString") && !text.contains("lvm.kernel"), text);
    }

    @Test
    void mayEvaluateCellsItself() throws CellException {
        assertEquals(7, evaluator.<Object>call(() -> {
            evaluator.evaluate("int inner = 3;", 1);
            return evaluator.evaluate("inner + 4", 2).orElseThrow();
        }));
        CellException e = assertThrows(
                CellException.class, () -> evaluator.call(() -> evaluator.evaluate("int[] a = {};\na[1]", 3)));
        assertEquals("ArrayIndexOutOfBoundsException", e.name());
        assertEquals(3, evaluator.evaluate("inner", 4).orElseThrow());
    }

    /** Set by the test, used by a cell. */
    public static Evaluator own;

    @Test
    void aCellCannotEvaluateAnother() throws CellException {
        own = evaluator;
        String text = failure(() -> evaluator.evaluate("lvm.kernel.eval.CalledCodeTest.own.evaluate(\"1\", 1)", 1));
        assertTrue(text.contains("a cell cannot run another cell"), text);
        assertEquals(2, evaluator.evaluate("1 + 1", 2).orElseThrow());
    }

    // ---------------------------------------------------------------- stack traces that the user's program prints

    private List<String> trace(Object thrown) {
        return List.of(((Throwable) thrown).getStackTrace()).stream()
                .map(frame -> JavaEvaluator.traceLine("\tat " + frame))
                .filter(line -> line != null && line.contains("at cell "))
                .map(String::strip)
                .toList();
    }

    @Test
    void printedTracesHaveLinesOfCells() throws CellException {
        evaluator.evaluate(
                "// first\nint zero = 0;\nint fail(int x) {\n  // here\n  return 1 / x;\n}\nclass Z {\n  int q = 1;\n\n  int go() {\n"
                        + "    return fail(zero);\n  }\n}",
                1);
        Object thrown = evaluator
                .evaluate("Throwable t = null;\ntry {\n  new Z().go();\n} catch (Exception e) {\n  t = e;\n}\nt", 2)
                .orElseThrow();
        assertEquals(
                List.of("at cell 1, line 5 in fail", "at cell 1, line 11 in Z.go", "at cell 2, line 3"), trace(thrown));
        thrown = evaluator
                .evaluate(
                        "\n\nException made() {\n\n  return new Exception(\"x\");\n}\nException kept =\n  made();\nkept",
                        3)
                .orElseThrow();
        assertEquals(List.of("at cell 3, line 5 in made", "at cell 3, line 8"), trace(thrown));
        thrown = evaluator
                .evaluate(
                        "Supplier<Exception> s = () -> {\n  int unused = 1;\n  return new Exception();\n};\ns.get()", 4)
                .orElseThrow();
        assertEquals(List.of("at cell 4, line 3", "at cell 4, line 5"), trace(thrown));
        // What hangs on something defined anew keeps its own lines, what is defined anew has new ones.
        evaluator.evaluate("int zero = 0;\nint more = 1;\n\n\nint fail(int x) {\n  return 1 / x;\n}", 5);
        thrown = evaluator
                .evaluate("Throwable u = null;\ntry { new Z().go(); } catch (Exception e) { u = e; }\nu", 6)
                .orElseThrow();
        assertEquals(
                List.of("at cell 5, line 6 in fail", "at cell 1, line 11 in Z.go", "at cell 6, line 2"), trace(thrown));
    }

    @Test
    void framesOfTheKernelAreLeftOutOfPrintedTraces() {
        assertEquals(null, JavaEvaluator.traceLine("\tat lvm.kernel.eval.CellRunner$Worker.run(CellRunner.java:352)"));
        assertEquals(null, JavaEvaluator.traceLine("\tat java.base/java.lang.reflect.Method.invoke(Method.java:569)"));
        assertEquals(
                "\tat java.base/java.lang.Thread.run(Thread.java:840)",
                JavaEvaluator.traceLine("\tat java.base/java.lang.Thread.run(Thread.java:840)"));
        assertEquals("Caused by: Own: text", JavaEvaluator.traceLine("Caused by: REPL.$JShell$17B$Own: text"));
    }

    @Test
    void aStackTraceIsPrintedWithLinesOfCellsWhereverItGoes() throws CellException {
        eval("int fail(int x) {\n  return 1 / x;\n}\nvar out = new StringWriter();");
        String expected =
                "java.lang.ArithmeticException: / by zero\n\tat cell 1, line 2 in fail\n\tat cell 2, line 2\n";
        assertEquals(
                expected,
                String.valueOf(eval("try {\n  fail(0);\n} catch (Exception e) {\n"
                                + "  e.printStackTrace(new PrintWriter(out));\n}\nout.toString()"))
                        .replace("\r", ""));
        // What a library has printed into memory is mended when it is written.
        String raw = "SEVERE: no\njava.lang.Error\n\tat cells//REPL.$JShell$99.f(#1:2)\n"
                + "\tat java.base/java.lang.reflect.Method.invoke(Method.java:1)\n\tat other.Place.f(Place.java:3)\n";
        assertEquals("SEVERE: no\njava.lang.Error\n\tat other.Place.f(Place.java:3)\n", JavaEvaluator.traceText(raw));
        String plain = "no trace of REPL.$JShell$11$Point\n";
        assertEquals(plain, JavaEvaluator.traceText(plain));
        assertEquals(
                "Nov 29, 2026 9:57:43 AM a cell\nINFO: x\n",
                JavaEvaluator.traceText("Nov 29, 2026 9:57:43 AM REPL.$JShell$99 do_it$\nINFO: x\n"));
    }
}
