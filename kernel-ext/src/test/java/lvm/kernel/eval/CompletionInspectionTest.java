package lvm.kernel.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CompletionInspectionTest {
    private final JavaEvaluator evaluator = new JavaEvaluator();

    @BeforeAll
    void declare() throws CellException {
        evaluator.evaluate(
                "int[] numbers = {1, 2, 3};\nString word = \"abc\";\n"
                        + "class Own { int field; int method(int a) { return a; } int method(String b) { return 0; } }\n"
                        + "Own own = new Own();",
                1);
    }

    @AfterAll
    void close() {
        evaluator.close();
    }

    /** The bar marks the cursor. */
    private Evaluator.Completion complete(String code) {
        int cursor = code.indexOf('|');
        Evaluator.Completion found = evaluator.complete(code.replace("|", ""), cursor);
        assertEquals(found.matches().size(), new HashSet<>(found.matches()).size(), "twice the same");
        assertEquals(cursor, found.end());
        return found;
    }

    private void offers(String code, String match, String replaced) {
        Evaluator.Completion found = complete(code);
        assertTrue(found.matches().contains(match), code + ": " + found);
        assertEquals(replaced, code.substring(found.start(), found.end()), code);
    }

    @Test
    void completes() {
        offers("wor|", "word", "wor");
        offers("word.subs|", "substring(", "subs");
        offers("word.|", "length()", "");
        offers("own.me|", "method(", "me");
        offers("own.fi|", "field", "fi");
        offers("new ArrayL|", "ArrayList(", "ArrayL");
        offers("GaussianMix|\n", "GaussianMixture", "GaussianMix");
        offers("int q = numb|;", "numbers", "numb");
        offers("int later = 5;\nString text = \"x\";\nint z = late|", "later", "late");
        offers("var list = new ArrayList<String>();\nlist.addA|", "addAll(", "addA");
        offers(
                "int twice(int a) { return 2 * a; }\nrecord Pair(int a, int b) {}\nvar p = new Pair(1, 2);\ntwi|",
                "twice(",
                "twi");
        offers("record Pair(int a, int b) {}\nvar p = new Pair(1, 2);\np.|", "a()", "");
        offers("for (int i = 0; i < 3; i++) {\n  System.out.printl|\n}", "println(", "printl");
        offers("Math.PI + Math.sq|", "sqrt(", "sq");
        offers("import java.util.function.Bi|", "BiFunction", "Bi");
        assertEquals(List.of(), complete("nonsense.|").matches());
        assertEquals(List.of(), complete("// wor|").matches());
    }

    /** The bar marks the cursor. */
    private String inspect(String code) {
        Optional<Evaluator.Inspection> found = evaluator.inspect(code.replace("|", ""), code.indexOf('|'), 0);
        assertTrue(found.isPresent(), code);
        assertTrue(!found.get().html().contains("{@"), found.get().html());
        return found.get().text();
    }

    @Test
    void inspects() {
        assertTrue(inspect("wo|rd").contains("word:String\nvalue: abc"), inspect("wo|rd"));
        assertTrue(inspect("numbers|").contains("numbers:int[]\nvalue: int[3]"));
        String both = inspect("own.met|hod(3)");
        assertTrue(both.contains("Own.method(int a)") && both.contains("Own.method(String b)"), both);
        assertTrue(inspect("word.substring(|").contains("String.substring(int beginIndex, int endIndex)"));
        assertTrue(inspect("word.substring(1, |2)").contains("String.substring(int beginIndex, int endIndex)")
                || inspect("word.substring(1,| 2)").contains("substring"));
        assertTrue(inspect("int a = 1;\nMath.ma|x(a, 2)").contains("int Math.max(int a, int b)"));
        assertTrue(inspect("Math.max|").contains("int Math.max(int a, int b)"));
        assertEquals(Optional.empty(), evaluator.inspect("   ", 1, 0));
    }

    @Test
    void documentsTheLibrary() {
        String text = inspect("Gaussian|Mixture");
        assertTrue(text.contains("lvm.mixture.GaussianMixture") && text.length() > 80, text);
        text = inspect("GaussianMixture.builder().compon|ents(2)");
        assertTrue(text.contains("components:"), text);
        text = inspect("GaussianMixture.builder().se|ed(2)");
        assertTrue(text.contains("seed:"), text);
    }

    @Test
    void readsJavadoc() {
        String doc =
                " Adds {@code a < b} to {@link List#of(Object) it}, {@linkplain List lists}.\n\n <p>Second &amp; last\n"
                        + " {@literal <x>}.\n\n @param a the first\n        of two\n @return the sum\n @throws Error never\n";
        assertEquals(
                "Adds a < b to it, lists.\n\nSecond & last\n<x>.\n\na: the first of two\nReturns: the sum\nThrows Error: never",
                DocText.plain(doc));
        assertTrue(DocText.html(doc).contains("<code>a &lt; b</code>"), DocText.html(doc));
    }

    @Test
    void completeness() {
        assertEquals("complete", evaluator.isComplete("int a = 1;").status());
        assertEquals("complete", evaluator.isComplete("1 + 1").status());
        assertEquals("complete", evaluator.isComplete("").status());
        assertEquals(
                "complete",
                evaluator.isComplete("int f() {\n  return 1;\n}\nf()").status());
        assertEquals(
                new Evaluator.Completeness("incomplete", "    "),
                evaluator.isComplete("for (int i = 0; i < 3; i++) {"));
        assertEquals(new Evaluator.Completeness("incomplete", "  "), evaluator.isComplete("if (true) {\n  int a = 1;"));
        assertEquals(
                "incomplete", evaluator.isComplete("String s = \"\"\"\n  a").status());
        assertEquals("invalid", evaluator.isComplete("int a = );").status());
        assertEquals(
                "complete", evaluator.isComplete("record R(int a) {}\nnew R(1)").status());
    }
}
