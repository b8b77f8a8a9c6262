package lvm.kernel.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitterTest {

    private static boolean isDeclaration(String source) {
        return Splitter.isDeclaration(new Splitter.Part(source, 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "class A {}",
                "// note\npublic final class A<T> extends B {}",
                "record P(int a) {}",
                "sealed interface S permits T {}",
                "@FunctionalInterface interface F { void f(); }",
                "enum E { A }",
                "int f() { return 1; }",
                "static <T extends Comparable<T>> List<T> g(List<T> a, int... b) throws IOException { return a; }",
                "double[][] h(double[] x) { return null; }",
                "void v(String s) { if (s.isEmpty()) { } }"
            })
    void declarations(String source) {
        assertEquals(true, isDeclaration(source));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "int a = f(2);",
                "f(3);",
                "if (a) { f(); }",
                "for (int i = 0; i < 3; i++) { }",
                "new Object() { int f() { return 1; } };",
                "Runnable r = () -> { f(); };",
                "else if (x) { }",
                "record = 5;",
                "String s = \"class A { }\";",
                "list.forEach(x -> { f(x); });"
            })
    void others(String source) {
        assertEquals(false, isDeclaration(source));
    }
}
