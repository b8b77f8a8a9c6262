package lvm.kernel.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a class that is defined anew does to the variables, classes and methods of earlier cells. */
class RedefinitionTest extends Cells {
    private List<String> told(String code) throws CellException {
        return printed(code).lines().toList();
    }

    @Test
    void variablesStayWhoseInitialiserNoLongerCompiles() throws CellException {
        eval("class K { int a = 1; }");
        eval("var x = new K(); var l = new ArrayList<K>(); l.add(x); K y = x; K[] array = {x};");
        eval("var q = new K().a; q = 5; int n = new K().a; n = 6; Map<String, K> m = new HashMap<>(Map.of(\"a\", x));");
        eval("K one = new K(), two = new K(); K nothing; var size = List.of(new K()).size(); size = 3;");
        assertEquals(
                List.of("array, one, two, x, y were reset: their classes were redefined."),
                told("class K { int a; K(int a) { this.a = a; } }"));
        assertEquals(1, eval("l.size()"));
        assertEquals(1, eval("m.size()"));
        assertEquals(5, eval("q"));
        assertEquals(6, eval("n"));
        assertEquals(3, eval("size"));
        assertEquals(null, eval("x"));
        assertEquals(8, eval("x = new K(8); x.a"));
    }

    @Test
    void whatCannotBeKeptIsTold() throws CellException {
        eval("class K { int a = 1; }");
        eval(
                "class Sub extends K { }\nint uses() { return new K().a; }\nSub sub = new Sub(); var anon = new K() { int b; };");
        List<String> told = told("class K { int a; K(int a) { this.a = a; } }");
        assertTrue(
                told.contains("anon was dropped: its declaration no longer compiles: constructor K in class K cannot be"
                        + " applied to given types"),
                told.toString());
        assertTrue(told.stream().anyMatch(line -> line.startsWith("sub was ")), told.toString());
        assertTrue(told.stream().anyMatch(line -> line.startsWith("Sub no longer compiles: ")), told.toString());
        assertTrue(told.stream().anyMatch(line -> line.startsWith("uses() no longer compiles: ")), told.toString());
    }

    @Test
    void nothingIsToldWhereNothingIsLost() throws CellException {
        eval("class K { int a = 1; }\nint twice(int v) { return 2 * v; }");
        eval("K k; int n = twice(4); var l = new ArrayList<K>();");
        assertEquals(List.of(), told("class K { int a = 1; int b = 2; }"));
        assertEquals(List.of(), told("int twice(int v) { return 3 * v; }"));
        assertEquals(8, eval("n"));
        assertEquals(0, eval("l.size()"));
    }

    @Test
    void aSealedTypeSaysThatItIsSealedAndWhatItPermits() throws CellException {
        eval("sealed interface Shape permits Disc, Box {}\nrecord Disc(int r) implements Shape {}\n"
                + "record Box() implements Shape {}\nclass Open {}");
        String permitted = "Arrays.stream(Shape.class.getPermittedSubclasses()).map(Class::getSimpleName).toList()";
        assertEquals(List.of("Disc", "Box"), eval(permitted));
        assertEquals(
                List.of(true, false, false, false),
                eval("Stream.of(Shape.class, Disc.class, Open.class, List.class).map(Class::isSealed).toList()"));
        assertEquals(true, eval("Shape.class.isSealed()"));
        assertEquals(null, eval("Open.class.getPermittedSubclasses()"));
        eval("record Disc(int r, String name) implements Shape {}");
        assertEquals(true, eval("Shape.class.isSealed() && new Disc(1, \"\") instanceof Shape"));
        assertEquals(true, eval("List.of(Shape.class.getPermittedSubclasses()).contains(Disc.class)"));
    }

    @Test
    void aClassThatASealedOnePermitsCanBeDefinedAnew() throws CellException {
        eval(
                "sealed interface Shape permits Disc, Box {}\nrecord Disc(int r) implements Shape {}\nrecord Box() implements Shape {}");
        eval("Shape shape = new Disc(1);");
        assertEquals(
                List.of("shape was reset: its class was redefined."),
                told("record Disc(int r, int s) implements Shape {}"));
        assertEquals(5, eval("shape = new Disc(2, 3);\nshape instanceof Disc d ? d.r() + d.s() : 0"));
        eval("abstract sealed class Stem permits Twig {}\nfinal class Twig extends Stem { int n = 1; }");
        eval("final class Twig extends Stem { int n = 2; int m = 3; }");
        assertEquals(3, eval("new Twig().m"));
    }

    @Test
    void nonSealedTypes() throws CellException {
        assertEquals(
                7,
                eval("sealed interface S permits A, B {}\nnon-sealed class A implements S { int a = 7; }\n"
                        + "final class B implements S {}\nclass C extends A { }\nnew C().a"));
        assertEquals(true, eval("S s = new A();\nint non = 5, sealed = 3;\nnon-sealed == 2 && s instanceof A"));
        eval(
                "sealed interface T permits U {}\npublic non-sealed interface U extends T { default int u() { return 4; } }");
        assertEquals(4, eval("new U() { }.u()"));
        assertEquals(
                9,
                eval(
                        "class Outer { sealed interface S permits A {} non-sealed static class A implements S { int a = 9; } }\n"
                                + "new Outer.A().a"));
        String text = failure("non-sealed class Lone { }");
        assertTrue(text.contains("non-sealed modifier not allowed here"), text);
        text = failure("non-sealed class Lost implements Nowhere { }");
        assertTrue(text.contains("Nowhere"), text);
        assertEquals(2, eval("1 + 1"));
    }

    @Test
    void finalVariablesKeepTheirValue() throws CellException {
        for (String wrong :
                List.of("f = 8;", "f++", "--f;", "f += 2;", "int g() { return f = 3; }", "Runnable r = () -> f = 1;")) {
            eval("final int f = 7;");
            String text = failure("int ran = 1;\n" + wrong);
            assertTrue(text.contains("line 2: cannot assign a value to final variable f\n"), text);
            assertEquals(7, eval("f"));
        }
        assertEquals(12, eval("final int[] a = {1}; a[0] = 5;\na[0] + f"));
        assertEquals(3, eval("int g(int f) { f = 3; return f; }\ng(1)"));
        eval("for (int f = 0; f < 2; f++) { }\nIntUnaryOperator o = f -> { f = 2; return f; };");
        eval("class H { int f; void set() { this.f = 1; f = 2; } }");
        assertEquals(true, eval("f == 7"));
        assertEquals(9, eval("final int f = 9;\nf"));
        assertEquals(10, eval("int f = 9; f = 10;\nf"));
        String text = failure("@Deprecated public static final double PHI = 1.6;\nPHI = 2;");
        assertTrue(text.contains("final variable PHI"), text);
    }
}
