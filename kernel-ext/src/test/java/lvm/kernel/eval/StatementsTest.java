package lvm.kernel.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import lvm.kernel.eval.Splitter.Part;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements that run as one block do and say what they do one by one. */
class StatementsTest extends Cells {
    private static int taken(String statement) {
        Part part = new Part(statement, 0);
        return Statements.end(List.of(part, part, new Part("1", 0)), 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x = 1;",
                "x += 1;",
                "x >>>= 1;",
                "x[i + 1] = 1;",
                "a.b[2].c = \"=\";",
                "größe = 2;",
                "i++;",
                "--a.i;",
                "list.add(1);",
                "System.out.println(\"int x = 1;\");",
                "f(x -> { int y = x; return y; });",
                "if (a) b();",
                "for (int i = 0; i < 3; i++) { f(i); }",
                "while (a) { b(); }",
            })
    void areTakenTogether(String statement) {
        assertEquals(2, taken(statement));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "int x = 1;",
                "var x = 1;",
                "int[] x = {1};",
                "a.B x = f(1);",
                "List<String> x = f(1);",
                "int f(int x) { return x; }",
                "void f() { }",
                "class A { }",
                "record A(int x) { }",
                "enum A { B }",
                "import java.util.*;",
                "@Override public String toString() { return f(1); }",
                "x == 1;",
                "1 + 1;",
                "return;",
                "throw f(1);",
                "switch (x) { default -> f(); }",
                "{ int x = 1; }",
                "f(1)",
            })
    void areLeftByThemselves(String part) {
        assertEquals(0, taken(part));
    }

    @Test
    void runInTheirOrderAndTheLastGivesTheValue() throws CellException {
        String many = IntStream.range(0, 130)
                .mapToObj(i -> "n += " + i + "; // a remark\nl.add(n);")
                .collect(Collectors.joining("\n"));
        assertEquals(130, eval("int n = 0;\nvar l = new ArrayList<Integer>();\n" + many + "\nl.size()"));
        assertEquals(129 * 130 / 2, eval("n"));
        assertEquals(List.of(0, 1, 3, 6), eval("l.subList(0, 4)"));
        assertEquals(7, eval("n = 5;\nn++;\nn += 1;\nn"));
        assertEquals(null, eval("n = 5;\nn++;\nn += 1;"));
        assertEquals(
                10,
                eval("n = 1;\nfor (int i = 0; i < 3; i++) { n += i; }\nif (n == 4) { n = 9; } else { n = 8; }\nn + 1"));
    }

    @Test
    void anErrorHasItsLineAndWhatStandsBeforeHasRun() throws CellException {
        eval("int n = 0;\nint[] a = new int[2];");
        String thrown = failure("n = 1;\nn++;\n\n// here\na[n] = 3;\nn = 100;\nn++;");
        assertTrue(thrown.contains("ArrayIndexOutOfBounds") && thrown.contains("line 5"), thrown);
        assertEquals(2, eval("n"));
        String wrong = failure("n = 10;\nn++;\nn = \"text\";\nn = 100;\nn++;");
        assertTrue(wrong.contains("line 3") && wrong.contains("What stands before line 3 has run."), wrong);
        assertEquals(11, eval("n"));
        eval("final int fixed = 7;");
        String constant = failure("n = 20;\nn++;\nfixed = 8;\nn = 100;\nn++;");
        assertTrue(constant.contains("final variable fixed"), constant);
        assertEquals(21, eval("n"));
    }

    @Test
    void mayNameWhatComesLater() throws CellException {
        assertEquals(
                "ab",
                eval(
                        "var s = new StringBuilder();\nput(\"a\");\nput(\"b\");\nvoid put(String t) { s.append(t); }\ns.toString()"));
        assertFalse(failure("s.setLength(0);\nnowhere(1);\ns.append(2);\n1").isBlank());
        assertEquals("", eval("s.toString()"));
    }
}
