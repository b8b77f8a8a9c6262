package lvm.kernel.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables of what users type and what they would expect: completion, inspection, whether a cell is complete. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WhatUsersTypeTest {
    private final JavaEvaluator evaluator = new JavaEvaluator();

    @BeforeAll
    void declare() throws CellException {
        evaluator.evaluate("""
                /** A friendly animal. */
                class Dog {
                    /** How it is called. */
                    String name;
                    static int count = 0;
                    Dog() { }
                    /** Makes a dog with {@code name}. */
                    Dog(String name) { this.name = name; }
                    /** A dog of that name. */
                    static Dog of(String name) { return new Dog(name); }
                    /**
                     * Counts the legs.
                     * @return four
                     */
                    int legs() { return 4; }
                    void bark(int times) { }
                }
                interface Shape { double area(); }
                enum Colour { RED, GREEN }
                record Point(int px, int py) { static Point origin() { return new Point(0, 0); } }
                @interface Marked { }
                Dog rex = Dog.of("Rex");
                List<Dog> dogs = List.of(rex);
                int[] numbers = {1, 2, 3};
                String word = "abc";
                """, 1);
        evaluator.evaluate("""
                /** The answer to everything. */
                int answer = 42;
                /**
                 * Twice as much.
                 * @param a what to double
                 */
                int twice(int a) { return 2 * a; }
                """, 2);
    }

    @AfterAll
    void close() {
        evaluator.close();
    }

    /** The bar marks the cursor; what is wanted, and with an exclamation mark what is not. */
    static Stream<Arguments> completions() {
        return Stream.of(
                // method references: static, of an instance, of a type, constructors
                offer("Function<String, Dog> f = Dog::o|", "of", "!name", "!class"),
                offer("dogs.stream().map(Dog::|", "of", "legs", "new", "!name", "!count", "!class"),
                offer("dogs.stream().map(Dog::l|", "legs", "!of"),
                offer("Dog::o|", "of"),
                offer("Supplier<Dog> g = Dog::n|", "new"),
                offer("Supplier<List<String>> g = ArrayList<String>::n|", "new"),
                offer("IntFunction<int[]> g = int[]::n|", "new"),
                offer("Stream.of(1).toArray(Integer[]::n|", "new"),
                offer("Supplier<Shape> g = Shape::n|", "!new"),
                offer("Runnable r = rex::l|", "legs"),
                offer("IntSupplier s = word::le|", "length"),
                offer("IntSupplier s = \"abc\"::le|", "length"),
                offer("IntSupplier s = new Dog(\"a\")::le|", "legs"),
                offer("dogs.forEach(System.out::pri|", "println", "print", "printf"),
                offer("dogs.stream().mapToInt(Dog::le|).sum();", "legs"),
                offer("var upper = Stream.of(\"a\").map(String::toU|", "toUpperCase"),
                offer("Function<Point, Integer> f = Point::p|", "px", "py"),
                offer("BinaryOperator<Integer> m = Math::ma|", "max"),
                // imports
                offer("import java.ut|", "util"),
                offer("import jav|", "java", "javax"),
                offer("import java.util.conc|", "concurrent"),
                offer("import java.util.concurrent.ato|", "atomic"),
                offer("import java.util.concurrent.atomic.AtomicL|", "AtomicLong", "AtomicLongArray"),
                offer("import java.util.|", "*", "List", "concurrent"),
                offer("import org.ejml.dat|", "data"),
                offer("import org.ejml.data.DMatrixRM|", "DMatrixRMaj"),
                offer("import java.util.Map.Ent|", "Entry"),
                offer("import static java.la|", "lang"),
                offer("import static java.lang.Mat|", "Math"),
                offer("import static java.lang.Math.sq|", "sqrt"),
                offer("import static java.lang.Math.|", "*", "PI", "sqrt"),
                offer("import static java.util.stream.Collectors.toL|", "toList"),
                offer("int a = 1;\nimport java.util.reg|", "regex"),
                offer("java.util.conc|", "concurrent"),
                offer("var m = new java.util.concurrent.ato|", "atomic"),
                offer("java.util.concurrent.atomic.AtomicL|", "AtomicLong"),
                // parameters and local variables of what is being written
                offer("int f(int alpha) { return al|", "alpha"),
                offer("int f(int alpha) { int beta = 1; return be|", "beta"),
                offer("int f(int alpha) {\n  for (int index = 0; ind|", "index"),
                offer(
                        "void f(List<String> lines) {\n  for (String line : lines) {\n    System.out.println(lin|",
                        "line",
                        "lines"),
                offer("void f(Dog other) { other.le|", "legs()"),
                offer("void f(List<Dog> all) { for (var each : all) { each.le|", "legs()"),
                offer("static <T> T first(List<T> elements) { return ele|", "elements"),
                offer("class A { int field; int m(int param) { int local = 3; return lo|", "local"),
                offer("class A { int field; int m(int param) { return par|", "param"),
                offer("class A { int field; int m(int param) { return fie|", "field"),
                offer("class A { int total() { return 1; }\n int m() { return tot|", "total()"),
                offer("class A { private final Dog pet = null; void m() { pet.le|", "legs()"),
                offer("class A { String text; void m() { this.te|", "text"),
                offer("record R(int first, int second) { int sum() { return fir|", "first"),
                offer("enum Size { SMALL, LARGE; static Size least() { return SMA|", "SMALL"),
                offer("int f(int alpha) { if (alpha > 0) { int gamma = 2; } return gam|"),
                offer("void f() { try { int inner = 1; } catch (Exception problem) { prob|", "problem", "!inner"),
                offer("try (var reader = new StringReader(\"\")) { rea|", "reader"),
                offer("try (var reader = new StringReader(\"\")) { reader.rea|", "read("),
                offer("if (word instanceof String text) { tex|", "text"),
                offer("Object o = 1; if (o instanceof String text && te|", "text"),
                offer("Object o = 1; if (o instanceof String text && text.isE|", "isEmpty()"),
                offer("for (Dog each : dogs) each.le|", "legs()"),
                offer("while (true) { int step = 1; ste|", "step"),
                offer("int f(int alpha) { return al| + 1; }\nf(2)", "alpha"),
                offer("int f(int größe) { return grö|", "größe"),
                offer("record R(Dog größe) { int m() { return größe.le|", "legs()"),
                offer("Runnable r = () -> { int inside = 1; ins|", "inside"),
                offer("new Object() { int own; void m() { ow|", "own"),
                offer("class A { class B { int depth; void m() { dep|", "depth"),
                offer(
                        "void f(String... args) { for (int i = 0; i < args.length; i++) { System.out.println(ar|",
                        "args"),
                offer("switch (word) { case \"a\": int chosen = 1; cho|", "chosen"),
                offer("do { int once = 1; onc|", "once"),
                offer("synchronized (word) { int held = 1; hel|", "held"),
                offer("int f(int alpha) { return -al|", "alpha"),
                offer("int f(int alpha) { return numbers[al|", "alpha"),
                offer("boolean f(Object o) { return o instanceof Dog hound && hound.le|", "legs()"),
                // lambda parameters
                offer("dogs.forEach(hound -> hou|", "hound"),
                offer("dogs.forEach(hound -> hound.|", "legs()", "name"),
                offer("dogs.stream().map(hound -> hound.na|", "name"),
                offer("BiFunction<Integer, Integer, Integer> f = (left, right) -> lef|", "left"),
                offer("BiFunction<Integer, Integer, Integer> f = (left, right) -> left + rig|", "right"),
                offer("dogs.stream().map(d -> { int legs = d.legs(); return leg|", "legs"),
                offer("Comparator<Dog> c = (Dog one, Dog two) -> one.le|", "legs()"),
                offer("numbers.toString().chars().map(letter -> let|", "letter"),
                offer("dogs.stream().filter(d -> d.legs() > 2).map(e -> e.le|", "legs()"),
                // classes that are not imported
                offer("AtomicL|", "java.util.concurrent.atomic.AtomicLong"),
                offer("var a = new AtomicInteg|", "java.util.concurrent.atomic.AtomicInteger"),
                offer("var image = new BufferedIm|", "java.awt.image.BufferedImage"),
                offer("DateTimeForm|", "java.time.format.DateTimeFormatter"),
                offer("int f(StandardChars|", "java.nio.charset.StandardCharsets"),
                offer("ArrayL|", "ArrayList", "!java.util.ArrayList"),
                offer("import java.util.concurrent.atomic.AtomicLong;\nAtomicL|", "AtomicLong"),
                offer("import java.util.concurrent.atomic.*;\nvar a = new AtomicLong();\na.incr|", "incrementAndGet()"),
                offer("import java.util.concurrent.atomic.AtomicLong;\nnew AtomicLong().incr|", "incrementAndGet()"),
                offer("import static java.lang.Math.*;\nsqr|", "sqrt("),
                offer("import static java.lang.Math.sqrt;\nsqr|", "sqrt("),
                offer("List<AtomicBool|", "java.util.concurrent.atomic.AtomicBoolean"),
                offer("class A extends FilterInputS|", "FilterInputStream"),
                offer("try { } catch (UncheckedIOE|", "UncheckedIOException"),
                offer("throw new DataFormatE|", "java.util.zip.DataFormatException"),
                offer("GaussianMix|", "GaussianMixture"),
                // annotations
                offer("@Over|", "Override"),
                offer("@Functional|", "FunctionalInterface"),
                offer("@Mark|", "Marked"),
                offer("@Targ|", "java.lang.annotation.Target"),
                // what earlier cells and this one define
                offer("twi|", "twice("),
                offer("answ|", "answer"),
                offer("Colour.R|", "RED"),
                offer("Colour c = Colour.|", "RED", "GREEN"),
                offer("Point.ori|", "origin()"),
                offer("new Point(1, 2).p|", "px()", "py()"),
                offer("var pair = new Point(1, 2);\npair.p|", "px()"),
                offer("int later = 5;\nString text = \"x\";\nint z = late|", "later"),
                offer("List<String> lines = new ArrayList<>();\nlines.addA|", "addAll("),
                offer("var map = new HashMap<String, List<Dog>>();\nmap.get(\"a\").get(0).le|", "legs()"),
                offer("numbers.|", "length"),
                offer("nonsense.|"),
                // not in comments, literals, numbers
                offer("// wor|"),
                offer("/* wor|"),
                offer("String s = \"wor|"),
                offer("12|"));
    }

    private static Arguments offer(String code, String... wanted) {
        return Arguments.of(code, List.of(wanted));
    }

    @ParameterizedTest
    @MethodSource
    void completions(String code, List<String> wanted) {
        int cursor = code.indexOf('|');
        Evaluator.Completion found = evaluator.complete(code.replace("|", ""), cursor);
        String typed = code.substring(found.start(), found.end());
        for (String each : wanted) {
            boolean not = each.startsWith("!");
            assertEquals(!not, found.matches().contains(not ? each.substring(1) : each), each + " of " + found);
        }
        assertEquals(wanted.isEmpty(), found.matches().isEmpty(), found.toString());
        assertTrue(found.matches().isEmpty() || typed.matches("(?U)[\\w$]*"), typed);
        assertFalse(found.matches().stream().anyMatch(each -> each.contains("$")), found.toString());
        assertEquals(found.matches().size(), found.matches().stream().distinct().count());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rex.|",
                "word.|",
                "new Object() { int own() { return 1; } }.|",
                "void f(Dog d) { d.|",
                "Dog::|",
                "dogs.|"
            })
    void membersOfEveryObjectComeLast(String code) {
        int cursor = code.indexOf('|');
        List<String> found = evaluator.complete(code.replace("|", ""), cursor).matches();
        List<String> ofObject = Arrays.stream(Object.class.getMethods())
                .map(m -> m.getName())
                .distinct()
                .toList();
        List<Boolean> last = found.stream()
                .map(each -> ofObject.contains(each.replaceFirst("\\(.*", "")))
                .toList();
        assertTrue(last.contains(true) && last.contains(false), found.toString());
        assertEquals(
                last.size(),
                last.indexOf(true) + last.stream().filter(each -> each).count(),
                found.toString());
    }

    static Stream<Arguments> symbols() {
        return Stream.of(
                Arguments.of("double \\mu|", "μ"),
                Arguments.of("\\alpha|", "α"),
                Arguments.of("int n = \\Sigma|", "Σ"),
                Arguments.of("x\\hat|", "\u0302"),
                Arguments.of("x\\bar|", "\u0304"),
                Arguments.of("\\varepsilon|", "ε"),
                Arguments.of("\\ell|", "ℓ"),
                Arguments.of("\\bbR|", "ℝ"),
                Arguments.of("x\\_i|", "ᵢ"),
                Arguments.of("W\\^T|", "ᵀ"),
                Arguments.of("\"\\nabla|", "∇"),
                Arguments.of("\"\\infty|", "∞"),
                Arguments.of("\"10\\^2|", "²"),
                Arguments.of("// \\sum|", "∑"),
                Arguments.of("int f(int \\beta|", "β"),
                Arguments.of("\\Omeg|", "\\Omega"),
                Arguments.of("\\alp|", "\\alpha"));
    }

    @ParameterizedTest
    @MethodSource
    void symbols(String code, String symbol) {
        Evaluator.Completion found = evaluator.complete(code.replace("|", ""), code.indexOf('|'));
        assertEquals(List.of(symbol), found.matches());
        assertEquals(code.indexOf('\\'), found.start());
        assertEquals(code.indexOf('|'), found.end());
    }

    /** In code no sign is given that a name cannot hold. */
    @ParameterizedTest
    @ValueSource(strings = {"\\nabla|", "\\infty|", "x\\^2|", "\\sum|"})
    void signsAreForTexts(String code) {
        assertEquals(
                List.of(),
                evaluator.complete(code.replace("|", ""), code.indexOf('|')).matches());
    }

    static Stream<Arguments> inspections() {
        return Stream.of(
                // what cells define, with its comment
                Arguments.of("Do|g", "A friendly animal."),
                Arguments.of("Dog d = new Do|g(\"a\")", "Makes a dog with name."),
                Arguments.of("rex.le|gs()", "Counts the legs."),
                Arguments.of("rex.legs|", "Returns: four"),
                Arguments.of("rex.na|me", "How it is called."),
                Arguments.of("Dog.of(|", "A dog of that name."),
                Arguments.of("answ|er", "The answer to everything."),
                Arguments.of("answ|er", "value: 42"),
                Arguments.of("twice(|3)", "a: what to double"),
                Arguments.of("twice|", "Twice as much."),
                Arguments.of("/** New here. */\nint fresh(int a) { return a; }\nfre|sh(1)", "New here."),
                Arguments.of(
                        "/** Of now. */\nclass Recent { /** Goes. */ void go() { } }\nnew Recent().g|o()", "Goes."),
                // types and signatures
                Arguments.of("word.len|gth()", "int String.length()"),
                Arguments.of("dogs.stream().map(Dog::le|gs)", "Counts the legs."),
                Arguments.of("var list = new ArrayList<String>();\nlist.ad|d(\"a\")", "ArrayList"),
                Arguments.of("int f(int alpha) { return al|pha; }", "alpha:int"),
                Arguments.of("int f(Dog pet) { return pet.le|gs(); }", "Counts the legs."),
                Arguments.of("dogs.forEach(d -> d.le|gs())", "Counts the legs."),
                Arguments.of("import java.util.Arr|ayList;", "java.util.ArrayList"),
                Arguments.of("AtomicLon|g", "java.util.concurrent.atomic.AtomicLong"),
                Arguments.of("@Over|ride", "java.lang.Override"),
                Arguments.of("Math.P|I", "Math.PI:double"),
                Arguments.of("dogs|", "List<Dog>"),
                Arguments.of("numbers|", "value: int[3]"),
                Arguments.of("Colour.RE|D", "RED"));
    }

    @ParameterizedTest
    @MethodSource
    void inspections(String code, String wanted) {
        Optional<Evaluator.Inspection> found = evaluator.inspect(code.replace("|", ""), code.indexOf('|'), 1);
        assertTrue(found.isPresent(), code);
        assertTrue(found.get().text().contains(wanted), found.get().text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1 + 1",
                "int a = 1;",
                "int a = 1",
                "",
                "  \n",
                "// a remark",
                "/* a remark */",
                "class A { }",
                "interface I { }",
                "enum E { A }",
                "record R(int a) { }",
                "@interface N { }",
                "int f() { return 1; }\nf()",
                "if (a) b();",
                "if (a) { } else { }",
                "for (;;) { }",
                "while (true) { f(); }",
                "do { f(); } while (x);",
                "do { } while (x)",
                "try { f(); } catch (Exception e) { }",
                "try (var r = f()) { }",
                "switch (a) { case 1 -> f(); default -> g(); }",
                "int y = switch (a) { case 1 -> 2; default -> 3; };",
                "import java.util.*;",
                "import static java.lang.Math.*;",
                "String t = \"\"\"\n  x\"\"\";",
                "int[] a = {1, 2};",
                "new Object() { int f() { return 1; } }",
                "x -> x + 1;",
                "@Deprecated\nclass A { }",
                "@Override public String toString() { return \"\"; }",
                "public static int f() { return 2; }",
                "sealed interface I permits A, B { }",
                "non-sealed class A implements I { }",
                "final int x = 2;",
                "var x = f(a,\n  b);",
                "list.stream()\n  .map(x -> x)\n  .toList()",
                "1 + + 2",
                "a ? b : c",
                "throw new Exception(\"a\")",
                "x++",
                "{ int a = 1; }",
                "int été = 1;",
                "char c = '}';",
                "String s = \"(\";",
                "f(); // (",
                "<T> void g(T t) { }"
            })
    void complete(String code) {
        assertEquals("complete", evaluator.isComplete(code).status(), code);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "if (true)",
                "for (int i = 0; i < 3; i++)",
                "for (int i : numbers)",
                "while (x)",
                "if (x) f(); else",
                "if (x) { } else if (y)",
                "try { }",
                "try { f(); }",
                "try (var r = f())",
                "try { } catch (Exception e)",
                "try { } finally",
                "do { f(); }",
                "do f();",
                "switch (a)",
                "switch (a) {",
                "switch (a) { case 1:",
                "synchronized (a)",
                "class A",
                "class A {",
                "class A extends",
                "class A { int f() { return 1; }",
                "interface I",
                "enum E { A,",
                "record R(int a)",
                "@interface N {",
                "int f(int a)",
                "void f() {",
                "int f(int a,",
                "public static",
                "@Override",
                "@SuppressWarnings(\"x\")",
                "@Deprecated\n",
                "/* open",
                "/** open\n * more",
                "int a = 1; /* open",
                "\"\"\"\nabc",
                "String t = \"\"\"\n  a",
                "1 +",
                "x =",
                "int x =",
                "a &&",
                "a ? b",
                "a ? b :",
                "f(a,",
                "f(",
                "new int[] {1,",
                "int[] a = {1, 2",
                "list.",
                "list.stream()\n  .map(x ->",
                "x ->",
                "new Object() {",
                "List<",
                "{",
                "for (;;) { f(); }\nint b = 2;\nif (b > 2)",
                "int f() { return 1; }\nwhile (f() > 2)",
                "label:",
                "throw",
                "import",
                "import java.util.",
                "return a +",
                "var l = new ArrayList<>() {",
                "else"
            })
    void incomplete(String code) {
        assertEquals("incomplete", evaluator.isComplete(code).status(), code);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1 +* 2",
                "1 */ 2",
                "1 2",
                "int 3x = 1;",
                "foo(;",
                "foo(1,)",
                "foo(,1)",
                "foo(1))",
                "a)",
                "}",
                "]",
                "int a = 1; }",
                "int f() { return 1; } }",
                "x = 3 )",
                "x];",
                "f(a]",
                "{ )",
                "int x = ;",
                "int x = 1 1;",
                "int x = (3;",
                "int class = 3;",
                "a b c d",
                "class 1 { }",
                "class A { int x = ; }",
                "class A { int f() { return 1 +* 2; } }",
                "\"abc",
                "String s = \"abc;",
                "'ab'",
                "char c = '';",
                "#",
                "int #a = 2;",
                "int a = 09;",
                "int x = 1__;",
                "1..2",
                "if ()",
                "for (int i = 0; i < 3)",
                "else { }",
                "catch (Exception e) { }",
                "int f( { }",
                "int a = 1;\n1 +* 2\nint b = 2;",
                "goto a;",
                "package a;"
            })
    void invalid(String code) {
        assertEquals("invalid", evaluator.isComplete(code).status(), code);
    }
}
