package lvm.kernel.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lvm.kernel.eval.Splitter.Part;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Variables that are compiled in one round are what they would be one by one. */
class DeclarationsTest extends Cells {
    private static int taken(String... declarations) {
        List<Part> parts =
                Stream.of(declarations).map(each -> new Part(each, 0)).toList();
        return Declarations.end(parts, 0, name -> !name.equals("known"));
    }

    private void assertUnknown(String name) {
        String text = failure(name);
        assertTrue(text.contains("cannot find") && text.contains(name), text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "int x;",
                "int x = 1",
                "final double x = -1.5e-3;",
                "var x = 1;",
                "long größe = a + 2 * b;",
                "java.util.List x = null;",
                "int[][] x = null;",
                "String x = \"a = (b); // c\" + 'd';",
                "int x = 1; // one (of them)",
                "boolean x = a <= b && c != d;",
                "double x = Math.PI / 2;",
            })
    void areTakenTogether(String declaration) {
        assertEquals(3, taken("int one = 1;", declaration, "int two = 2;"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x = 1;",
                "return x;",
                "throw x;",
                "import x;",
                "static int x = 1;",
                "int x = f(1);",
                "int[] x = {1};",
                "int[] x = new int[3];",
                "int x = y = 1;",
                "int x = y += 1;",
                "int x = y >>= 1;",
                "int x = y++;",
                "int x = 1, y = 2;",
                "int x = a[1];",
                "List<String> x = null;",
                "Runnable x = System::gc;",
                "Function<Integer, Integer> x = i -> i;",
                "int f(int x) { return x; }",
                "class A { }",
                "int known = 1;",
                "int x = x + 1;",
                "int one = 2;",
                "var x = one;",
                "int later = 1;",
            })
    void areLeftByThemselves(String part) {
        assertEquals(1, taken("int one = 1 + later;", part, "int two = 2;"));
    }

    @Test
    void theJdkCompilesThemInOneRound() {
        assertTrue(CompilerRound.isPossible());
    }

    @Test
    void haveTheirTypesAndValues() throws CellException {
        eval("int a = 2;\nlong b = a + 1;\nString s = \"x\" + b;\nvar c = 3.5f;\ndouble d = Math.PI * 2;\n"
                + "boolean e = a < b;\nint z;\nfinal String t = null;\nchar q = 'q';");
        assertEquals(List.of(2, 3L, "x3", 3.5f, 2 * Math.PI, true, 0), eval("List.of(a, b, s, c, d, e, z)"));
        assertEquals('q', eval("t == null ? q : 'n'"));
        assertTrue(failure("t = \"new\";").contains("final variable t"));
        assertEquals(
                "[a int 2, b long 3, s String x3, c float 3.5, d double 6.283185307179586, e boolean true, z int 0,"
                        + " t String null, q char q]",
                evaluator.variables().stream()
                        .map(each -> each.name() + " " + each.type() + " " + each.value())
                        .toList()
                        .toString());
        assertEquals(null, eval("int last = 1;\nint best = 2;"));
        assertEquals(null, eval("int lost = 1;\nint beast = 2"));
        assertEquals(2, eval("int list = 1;\nint host = 2;\nhost"));
    }

    @Test
    void manyAreThereAllTheSame() throws CellException {
        String cell = IntStream.range(0, 40)
                .mapToObj(i -> "int v" + i + " = " + (i == 0 ? "0" : "v" + (i - 1) + " + " + i) + "; // a remark")
                .collect(Collectors.joining("\n"));
        assertEquals(780, eval(cell + "\nv39"));
        assertEquals(780, eval(cell + "\nv39"));
        assertEquals(0 + 1 + 3 + 6, eval("v0 + v1 + v2 + v3"));
    }

    @Test
    void whatStandsBeforeAnErrorStaysAndWhatComesAfterIsNotThere() throws CellException {
        String wrong = failure("int a = 1;\nint b = a + 1;\n\nint c = \"text\";\nint d = 4;\nint e = 5;");
        assertTrue(wrong.contains("line 4") && wrong.contains("What stands before line 4 has run."), wrong);
        assertEquals(3, eval("a + b"));
        assertUnknown("c");
        assertUnknown("d");
        assertEquals("free", eval("String d = \"free\";\nint e = 2;\nd"));
        assertEquals(2, eval("e"));
        String unknown = failure("int f = 1;\nint g = nowhere;\nint h = 3;");
        assertTrue(unknown.contains("line 2") && unknown.contains("nowhere"), unknown);
        assertEquals(1, eval("f"));
        assertUnknown("h");
        // What comes later is not known before.
        String early = failure("int i = j;\nint j = 1;");
        assertTrue(early.contains("line 1") && early.contains("j"), early);
    }

    @ParameterizedTest
    @CsvSource({"int zero = 0, 1 / zero, ArithmeticException", "Integer zero = null, 1 + zero, NullPointerException"})
    void whatStandsBeforeAnExceptionStaysAndWhatComesAfterIsNotThere(String zero, String value, String name)
            throws CellException {
        String thrown = failure(zero + ";\n\nint fine = 5;\nint bad = " + value + ";\nint after = 1;\nint more = 2;");
        assertTrue(thrown.contains(name) && thrown.contains("line 4"), thrown);
        assertEquals(5, eval("fine + bad"));
        assertUnknown("after");
        assertEquals(2L, eval("long after = 2;\nlong more = 3;\nafter"));
    }

    @Test
    void canBeDeclaredAnew() throws CellException {
        eval("int a = 1;\nint b = 2;\nint sum() { return a + b; }");
        assertEquals(3, eval("sum()"));
        assertEquals(7, eval("int a = 3;\nint b = 4;\nint c = 5;\nsum()"));
        assertEquals("34", eval("String a = \"3\";\nlong b = 4;\nint n1 = 1;\nint n2 = 2;\na + b"));
        assertEquals(9, eval("int twice = 1;\nint once = 2;\nint twice = once + 7;\nint end = 3;\ntwice"));
        assertEquals(3.0, eval("int x = 1;\nint y = 2;\ndouble x = y + 1;\nx"));
    }

    @Test
    void standBetweenClassesAndMethods() throws CellException {
        assertEquals(
                15,
                eval("int a = 1;\nint b = 2;\nclass P { int v = a + b; }\nint c = 4;\nP p = null;\nint d = c * 2;\n"
                        + "int all() { return new P().v + c + d; }\nall()"));
        assertEquals(9, eval("Late late = null;\nint five = 5;\nrecord Late(int n) { }\nnew Late(4).n() + five"));
        failure("int uses() { return one + two; }");
        assertEquals(30, eval("int one = 10;\nint two = 20;\nuses()"));
    }

    @Test
    void doNotRunAfterAnInterrupt() throws CellException {
        evaluator.announce();
        evaluator.interrupt();
        assertTrue(failure("int a = 1;\nint b = 2;\nint c = 3;").contains("nterrupted"));
        assertUnknown("b");
        assertEquals(5, eval("int b = 5;\nint c = 6;\nb"));
    }
}
