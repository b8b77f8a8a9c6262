package lvm.kernel.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JavaEvaluatorTest extends Cells {
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

    @Test
    void forwardReferencesInACell() throws CellException {
        assertEquals(1, eval("class A { B b; int one() { return 1; } }\nclass B { A a = new A(); }\nnew B().a.one()"));
        assertEquals(
                true,
                eval("boolean even(int n) { return n == 0 || odd(n - 1); }\n"
                        + "boolean odd(int n) { return n != 0 && even(n - 1); }\neven(10)"));
        assertEquals(
                5,
                eval(
                        "int size(Box b) { return b.n; }\nclass Box { int n = 5; int s() { return size(this); } }\nnew Box().s()"));
        assertEquals(9, eval("int v = square(3);\nint square(int x) { return x * x; }\nv"));
        assertEquals(4, eval("int q = new Late(4).n();\nrecord Late(int n) {}\nq"));
        assertEquals(7, eval("int uses() { return later; }\nint later = 7;\nuses()"));
        assertEquals(
                "c",
                eval("sealed interface Shape permits Circle, Square {}\nrecord Circle(double r) implements Shape {}\n"
                        + "record Square(double a) implements Shape {}\n"
                        + "Shape shape = new Circle(1);\nshape instanceof Circle c ? \"c\" : \"s\""));
    }

    @Test
    void missingNamesAreToldAtTheEndOfTheCell() throws CellException {
        String text = failure("int one = 1;\nint f() {\n  return gone(one);\n}");
        assertTrue(text.contains("gone"), text);
        assertTrue(text.contains("cell 1, line 3"), text);
        assertEquals(2, eval("int gone(int a) { return a + 1; }\nf()"));
        text = failure("class P extends Nowhere { }");
        assertTrue(text.contains("Nowhere"), text);
    }

    @Test
    void aMethodThatCallsAnOverloadRunsOrIsExplained() throws CellException {
        String cell = "double f(double x) { return x; }\ndouble f(double x, double y) { return f(x) + y; }\nf(1, 2)";
        if (Runtime.version().feature() >= 21) {
            assertEquals(3.0, eval(cell));
            return;
        }
        // JShell 17 hides the other overloads from the body of a method.
        String text = failure(cell);
        assertTrue(text.contains("cell 1, line 2") && text.contains("cannot be applied"), text);
        assertTrue(text.contains("rename one"), text);
    }

    @Test
    void aMethodOfAnEarlierCellSaysWhatItLacks() {
        failure("double h(double x) { return gone(x); }");
        String text = failure("h(1)");
        assertTrue(text.contains("h cannot run: cannot find method gone(double)"), text);
    }

    @Test
    void laterImportsKeepValues() throws CellException {
        eval("var list = new ArrayList<String>(); list.add(\"a\"); int[] a = {1, 2}; double d = 2.5;");
        eval("class Foo { int k = 3; List<String> l = list; } Foo foo = new Foo(); foo.k = 9;");
        eval("import java.util.concurrent.atomic.*; import static java.lang.Math.*;");
        eval("import java.util.List; import java.util.ArrayList;");
        assertEquals(1, eval("list.size()"));
        assertEquals(3, eval("a[0] + a[1]"));
        assertEquals(2.5, eval("d"));
        assertEquals(9, eval("foo.k"));
        assertEquals(Boolean.TRUE, eval("foo instanceof Foo"));
    }

    @Test
    void redefinitions() throws CellException {
        eval("int n = 5; int[] a = new int[n]; a[0] = 1; Supplier<Integer> s = () -> n;");
        eval("int n = 6;");
        assertEquals(1, eval("a[0]"));
        assertEquals(6, eval("s.get()"));
        eval("double n = 6.5;");
        assertEquals(6.5, eval("n"));
        assertEquals(5, eval("a.length"));
        eval("String n = \"x\" + a.length; n");
        assertEquals("x5", eval("n"));

        eval("double f(double x) { return x * x; }");
        eval("class Net { int state; double g(double x) { return f(x); } }\nNet net = new Net(); net.state = 4;");
        eval("UnaryOperator<Double> op = x -> f(x);");
        eval("double f(double x) { double k = 10; DoubleUnaryOperator u = v -> v + k; return u.applyAsDouble(x); }");
        assertEquals(4, eval("net.state"));
        assertEquals(12.0, eval("net.g(2)"));
        assertEquals(12.0, eval("op.apply(2.0)"));

        // The same source again: nothing happens to what hangs on it.
        eval("class Net { int state; double g(double x) { return f(x); } }");
        assertEquals(4, eval("net.state"));
        String told = printed("class Net { int state; int more; double g(double x) { return f(x); } }");
        assertEquals("net was reset: its class was redefined.\n", told);
        assertEquals(null, eval("net"));
        eval("net = new Net(); net.more = 1;");

        eval("record Point(int x, int y) {}\nvar p = new Point(1, 2);");
        eval("record Point(int x, int y, int z) {}\nvar p = new Point(1, 2, 3);");
        assertEquals(3, eval("p.z()"));
        eval("enum Colour { RED, GREEN }\nColour c = Colour.RED;");
        eval("enum Colour { RED, GREEN, BLUE }\nColour c = Colour.BLUE;");
        assertEquals("BLUE", eval("c.name()"));
        eval("interface Op { int go(int a); }\nOp plus = a -> a + 1;");
        eval("interface Op { int go(int a, int b); }\nOp plus = (a, b) -> a + b;");
        assertEquals(3, eval("plus.go(1, 2)"));
        eval("int h(int a) { return a; }");
        eval("String h(int a) { return \"h\" + a; }");
        assertEquals("h1", eval("h(1)"));
        eval("int over(int a) { return 1; }\nint over(double a) { return 2; }\nint over(String s) { return 3; }");
        assertEquals(3, eval("over(\"\")"));
        eval("int over(int a) { return 10; }");
        assertEquals(15, eval("over(\"\") + over(1) + over(1.0)"));
    }

    @Test
    void declarationsWithoutInitialiserStartAgainAtZero() throws CellException {
        eval("int count;");
        eval("count = 4;");
        eval("int count;");
        assertEquals(0, eval("count"));
    }

    @Test
    void allKindsOfJava() throws CellException {
        assertEquals("a\n  b\n", eval("String t = \"\"\"\n    a\n      b\n    \"\"\";\nt"));
        assertEquals(
                "two",
                eval(
                        "int k = 2;\nString w = switch (k) {\n  case 1 -> \"one\";\n  case 2 -> \"two\";\n  default -> \"many\";\n};\nw"));
        assertEquals(List.of(2, 4), eval("List.of(1, 2).stream()\n    .map(v -> 2 * v)\n    .toList()"));
        assertEquals(
                3, eval("<T extends Comparable<T>> T max(T a, T b) { return a.compareTo(b) > 0 ? a : b; }\nmax(1, 3)"));
        assertEquals(
                10,
                eval(
                        "int sum = 0;\nouter:\nfor (int i = 0; i < 5; i++) {\n  for (int j = 0; ; j++) {\n    if (j > i) continue outer;\n    if (i == 4) { sum += 4; break outer; }\n    if (j == i) sum += i;\n  }\n}\nsum"));
        eval("{ int local = 1; String other = \"x\"; }\nif (sum > 5) {\n  sum = 1;\n} else {\n  sum = 2;\n}");
        assertEquals(1, eval("sum"));
        eval("Path tmp = Files.createTempFile(\"a\", \"b\"); Files.delete(tmp);");
        eval("static int st = 3; private final int fin = 4; public static int pub() { return st + fin; }");
        assertEquals(7, eval("pub()"));
        eval(
                "class Outer { private int p = 1; static class Inner { private int q = 2; } int both() { return p + new Inner().q; } }");
        assertEquals(3, eval("new Outer().both()"));
        assertEquals(2, eval("new Outer.Inner() { int r = 2; }.r"));
        assertEquals(6, eval("int a1 = 1, b1 = 2, c1 = 3;\na1 + b1 + c1"));
        assertEquals(8, eval("int local() {\n  class Cell { private int v = 8; }\n  return new Cell().v;\n}\nlocal()"));
        assertEquals(55L, eval("LongStream.rangeClosed(1, 10).sum()"));
        assertEquals(3, eval("var anon = new Object() { int f = 3; };\nanon.f"));
        assertEquals("[1, 2]", eval("int[] arr = {1, 2};\nArrays.toString(arr)"));
        assertEquals(120, eval("int fact(int n) { return n <= 1 ? 1 : n * fact(n - 1); }\nfact(5)"));
        assertEquals(
                "[a, b]",
                eval(
                        "Map<String, List<Integer>> m = new TreeMap<>();\nm.put(\"b\", List.of());\nm.put(\"a\", List.of());\nm.keySet().toString()"));
    }

    @Test
    void nothingRunsIfThereIsASyntaxError() throws CellException {
        eval("int runs = 0;");
        String text = failure("runs = 1;\nint y = (3 + ;\n");
        assertTrue(
                text.contains("cell 2, line 2: illegal start of expression\n    int y = (3 + ;\n                 ^"),
                text);
        assertEquals(0, eval("runs"));
        text = failure("for (int i = 0; i < 3; i++) {\n  runs++;");
        assertTrue(text.contains("CompilationError"), text);
        assertEquals(0, eval("runs"));
    }

    @Test
    void compileErrorsPointAtTheirColumn() {
        String text = failure("int a = 1;\n\tint b = a + nope;\nint c = 2;");
        assertTrue(
                text.contains("cell 1, line 2: cannot find symbol\n    \tint b = a + nope;\n    \t            ^^^^\n"),
                text);
        assertTrue(text.contains("symbol:   variable nope"), text);
        assertTrue(!text.contains("JShell"), text);
        text = failure("String s = \"x\";\ns.lenght()");
        assertTrue(text.contains("    s.lenght()\n      ^"), text);
        text = failure("int q = \"text\";");
        assertTrue(text.contains("    int q = \"text\";\n            ^^^^^^"), text);
        text = failure("class Broken {\n  int f() { return nothing; }\n  int g() { return \"\"; }\n}");
        assertTrue(text.contains("line 2") && text.contains("line 3"), text);
    }

    @Test
    void exceptionsShowTheLineOfTheCell() throws CellException {
        String text = failure("int x = 1;\n\n  int[] a = new int[2];\na[2] = 3;\n");
        assertEquals(
                "ArrayIndexOutOfBoundsException: Index 2 out of bounds for length 2\n    at cell 1, line 4\n       4 | a[2] = 3;",
                text);
        eval(
                "// a comment\nint f(int v) {\n  return 1 / v;\n}\nclass K {\n  K(int v) { f(v); }\n  void m() { f(0); }\n}");
        text = failure("\nint y = 3;\nf(y - 3);");
        assertTrue(text.contains("ArithmeticException: / by zero"), text);
        assertTrue(text.contains("cell 2, line 3 in f\n       3 | return 1 / v;\n    at cell 3, line 3\n"), text);
        text = failure("new K(0)");
        assertTrue(text.contains("line 6 in new K"), text);
        text = failure(
                "Runnable r = () -> {\n  throw new IllegalStateException(\"inner\\nsecond\");\n};\n"
                        + "try {\n  r.run();\n} catch (IllegalStateException e) {\n  throw new RuntimeException(\"outer\", e);\n}");
        assertTrue(text.startsWith("RuntimeException: outer\n    at cell 5, line 7"), text);
        assertTrue(text.contains("Caused by: IllegalStateException: inner\nsecond\n    at cell 5, line 2"), text);
        text = failure("throw new Exception(\"plain\");");
        assertTrue(text.startsWith("Exception: plain\n    at cell 6, line 1"), text);
        text = failure("List.of(1).iterator().remove()");
        assertTrue(text.contains("    at java.util."), text);
        assertTrue(!text.contains("jdk.internal") && !text.contains("lvm.kernel") && !text.contains("JShell"), text);
        text = failure("int deep(int n) { return deep(n + 1) + 1; }\ndeep(0)");
        assertTrue(text.startsWith("StackOverflowError") && text.lines().count() < 60, text);
        eval("import java.util.concurrent.atomic.AtomicInteger;");
        text = failure("new K(1).m()");
        assertTrue(text.contains("cell 2, line 3 in f") && text.contains("cell 2, line 7 in K.m"), text);
    }

    @Test
    void memoryIsGivenBack() throws Exception {
        eval("class Big { byte[] bytes = new byte[1 << 20]; }");
        eval("var held = new java.lang.ref.WeakReference<Object>(null);");
        eval("Object make() { var b = new Big(); held = new java.lang.ref.WeakReference<>(b); return b; }");
        eval("make()");
        awaitCleared();
        eval("Object keep = make();");
        eval("int keep = 1;");
        awaitCleared();
    }

    private void awaitCleared() throws Exception {
        for (int i = 0; i < 100 && eval("held.get()") != null; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertEquals(null, eval("held.get()"));
    }

    @Test
    void runningOutOfMemoryLeavesAWorkingEvaluator() throws CellException {
        String text =
                failure("long[][] all = new long[1000][];\nfor (int i = 0; i < 1000; i++) all[i] = new long[1 << 26];");
        assertTrue(text.startsWith("OutOfMemoryError"), text);
        eval("all = null;");
        assertEquals(2, eval("1 + 1"));
    }
}
