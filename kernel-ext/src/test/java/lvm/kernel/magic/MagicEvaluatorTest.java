package lvm.kernel.magic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.spi.ToolProvider;
import lvm.kernel.eval.CellException;
import lvm.kernel.eval.Cells;
import lvm.kernel.eval.Evaluator;
import lvm.kernel.eval.JavaEvaluator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MagicEvaluatorTest {
    private final List<Evaluator.Inspection> pages = new ArrayList<>();
    private final MagicEvaluator evaluator = new MagicEvaluator(new JavaEvaluator(), new Greetings(), pages::add);

    /** Magics as an extension brings them. */
    private static final class Greetings implements ExtraMagics {
        @Override
        public Set<String> lineMagics() {
            return Set.of("greet");
        }

        @Override
        public Set<String> cellMagics() {
            return Set.of("shout");
        }

        @Override
        public Object line(String name, List<String> arguments) {
            return name + arguments;
        }

        @Override
        public Object cell(String name, List<String> arguments, String body) throws IOException {
            if (body.isEmpty()) {
                throw new IOException("nothing to shout");
            }
            return name + arguments + body;
        }
    }

    @TempDir
    Path folder;

    @AfterAll
    void close() {
        evaluator.close();
    }

    private Object eval(String code) throws CellException {
        return evaluator.evaluate(code, 1).orElse(null);
    }

    private String failure(String code) {
        return Cells.failure(() -> eval(code));
    }

    private String printed(String code) throws CellException {
        return Cells.printed(() -> eval(code));
    }

    @Test
    void onlyStatementsAreMagics() {
        assertTrue(CellSegments.hasMagic("%time f()"));
        assertTrue(CellSegments.hasMagic("int a = 1;\n  %classpath x.jar"));
        assertTrue(CellSegments.hasMagic("// first\n%maven a:b:1"));
        assertFalse(CellSegments.hasMagic("int c = a\n%b;"));
        assertFalse(CellSegments.hasMagic("String s = \"\"\"\n%time x\n\"\"\";"));
        assertFalse(CellSegments.hasMagic("/*\n%time x\n*/"));
        assertFalse(CellSegments.hasMagic("int f() {\n  g();\n%time x\n}"));
        assertFalse(CellSegments.hasMagic("int c = 7 % 3;"));
        assertFalse(CellSegments.hasMagic("f(a,\n%b)"));
    }

    @Test
    void anInterruptStopsTheCellThatIsOnItsWayAndNoOther() throws CellException {
        // Each comes between cells: what was not announced is not stopped, with magics and without.
        for (String before : List.of("1 + 1", "%time 1 + 1")) {
            eval(before);
            evaluator.interrupt();
            assertEquals(3, eval("%time 1 + 2"));
            evaluator.announce();
            evaluator.interrupt();
            assertTrue(failure("%time 1 + 2").contains("Interrupted"));
            assertEquals(3, eval("%time 1 + 2"));
            evaluator.announce();
            assertEquals(3, eval("%time 1 + 2"));
        }
    }

    @Test
    void time() throws CellException {
        assertEquals(3, eval("%time 1 + 2"));
        assertTrue(printed("int a = 1;\n%time a++;").matches("time: [\\d.]+ ms\n"));
        assertTrue(printed("%%time\nint b = 2;\nSystem.out.println(b);").matches("2\ntime: [\\d.]+ ms\n"));
        String text = failure("int c = 1;\n%time c = nope;");
        assertTrue(text.contains("cell 1, line 2: cannot find symbol\n    c = nope;\n        ^^^^"), text);
        assertTrue(failure("%time").contains("a statement is missing"));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "?String,           java.lang.String",
                "String?,           java.lang.String",
                "??String,          java.lang.String",
                "Math.abs?,         double Math.abs(double a)",
                "?Math.abs(),       double Math.abs(double a)",
                "`  ?  Math.abs ; `,double Math.abs(double a)",
                "asked?,            value: 7",
                "asked??,           Asked for.",
                "?mü,               value: 1",
                "?%maven,           %maven group:artifact:version",
                "%time?,            %%time",
                "`int z = 1;\nasked?\n\n`, value: 7",
                "`asked?\n?String`, java.lang.String",
            })
    void questions(String code, String wanted) throws CellException {
        eval("/** Asked for. */\nint asked = 7;\nint mü = 1;");
        pages.clear();
        assertEquals(null, eval(code.replace("\\n", "\n")));
        assertTrue(pages.get(pages.size() - 1).text().contains(wanted), pages.toString());
        assertFalse(pages.get(0).html().isEmpty());
        assertEquals("complete", evaluator.isComplete(code.replace("\\n", "\n")).status());
    }

    @Test
    void whatIsNoQuestion() throws CellException {
        pages.clear();
        eval("boolean flag = true;");
        assertEquals(1, eval("flag ?\n 1 : 2"));
        assertEquals("?x", eval("\"?x\""));
        assertEquals("a\nb?\n", eval("\"\"\"\na\nb?\n\"\"\""));
        assertEquals(List.of(), pages);
        assertTrue(printed("?nothingOfThatName").contains("nothingOfThatName: there is nothing of this name"));
        assertEquals(List.of("flag"), evaluator.complete("?fla", 4).matches());
        assertEquals(List.of("%maven"), evaluator.complete("?%mav", 5).matches());
        assertTrue(evaluator.inspect("flag?", 2, 0).orElseThrow().text().contains("value: true"));
    }

    @Test
    void variables() throws CellException {
        try (MagicEvaluator fresh = new MagicEvaluator(new JavaEvaluator(), new Greetings(), pages::add)) {
            assertEquals("there are no variables\n", Cells.printed(() -> fresh.evaluate("%vars", 1)));
            fresh.evaluate("""
                    int n = 3;
                    String text = "two\\nlines";
                    double[][] grid = new double[2][3];
                    var list = new ArrayList<>(List.of(1, 2));
                    record P(int a, String b) { }
                    var p = new P(1, "x");
                    class Endless { public String toString() { while (true) ; } }
                    var endless = new Endless();
                    List<Endless> several = List.of(endless);
                    String none = null;
                    int gone = 1;
                    String gone = "x".repeat(1000);
                    """, 1);
            List<String> lines =
                    Cells.printed(() -> fresh.evaluate("%vars", 2)).lines().toList();
            assertEquals(9, lines.size(), lines.toString());
            assertTrue(lines.get(0).matches("n +int +3"), lines.get(0));
            assertTrue(lines.get(1).matches("text +String +two lines"), lines.get(1));
            assertTrue(lines.get(2).matches("grid +double\\[]\\[] +double\\[2]\\[]"), lines.get(2));
            assertTrue(lines.get(3).matches("list +ArrayList<Integer> +\\[1, 2]"), lines.get(3));
            assertTrue(lines.get(4).matches("p +P +P\\[a=1, b=x]"), lines.get(4));
            assertTrue(lines.get(5).matches("endless +Endless +Endless"), lines.get(5));
            assertTrue(lines.get(6).matches("several +List<Endless> +\\[Endless]"), lines.get(6));
            assertTrue(lines.get(7).matches("none +String +null"), lines.get(7));
            assertTrue(lines.get(8).matches("gone +String +x{200}…"), lines.get(8));
            assertEquals(
                    "n  text  grid  list  p  endless  several  none  gone\n",
                    Cells.printed(() -> fresh.evaluate("%who", 3)));
            assertEquals(
                    lines,
                    Cells.printed(() -> fresh.evaluate("%whos", 4)).lines().toList());
        }
    }

    @Test
    void misspelt() {
        assertTrue(failure("int x = 1;\n%mavn a:b:1").contains("there is no magic %mavn (did you mean %maven?)"));
        assertTrue(failure("%mavn a:b:1").contains("line 1\n       1 | %mavn a:b:1"));
        assertTrue(failure("%%loadFromPom\n<a/>").contains("did you mean %%loadFromPOM"));
        assertTrue(failure("%xyzzyplugh").contains("%lsmagic lists them all"));
        assertTrue(failure("%maven org.ejml:ejml-core").contains("not of the form group:artifact:version"));
        assertTrue(failure("%maven").contains("artifacts are missing"));
        assertTrue(failure("%classpath nowhere.jar").contains("there is no nowhere.jar in"));
        assertTrue(failure("%classpath nowhere*.jar").contains("nothing matches"));
        assertTrue(failure("%load").contains("takes a file"));
    }

    @Test
    void magicsOfExtensions() throws CellException {
        assertEquals("greet[a, b c]", eval("%greet a 'b c'"));
        assertEquals("shout[x]line\nline", eval("int before = 1;\n%%shout x\nline\nline"));
        assertTrue(failure("%%shout").contains("MagicError: IOException: nothing to shout"));
        assertTrue(failure("%gret").contains("did you mean %greet?"));
        assertTrue(failure("%%greet").contains("there is no magic %%greet"));
        assertTrue(printed("%lsmagic").endsWith("%lsmagic    lists what there is\n%greet\n%%shout\n"));
    }

    @Test
    void aFileThatLoadsItself() throws Exception {
        Path file = folder.resolve("self.jshell");
        Files.writeString(file, "int round = 1;\n%load " + file);
        assertTrue(failure("%load " + file).contains("self.jshell loads itself"));
        assertEquals(1, eval("round"));
    }

    @Test
    void otherNames() {
        assertTrue(failure("%jars").contains("%classpath: paths are missing; %classpath path"));
        assertTrue(failure("%addMavenDependency").contains("1 | %addMavenDependency"));
    }

    @Test
    void listsItself() throws CellException {
        String text = printed("%lsmagic");
        for (String name : List.of("%maven", "%classpath", "%load", "%time", "%%time", "%%loadFromPOM")) {
            assertTrue(text.contains(name), text);
        }
    }

    @Test
    void classpath() throws Exception {
        Path source = Files.writeString(
                folder.resolve("Extra.java"),
                "package far; public class Extra { public static int n() { return 11; } }");
        ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(System.out, System.err, "-d", folder.toString(), source.toString());
        Path jar = folder.resolve("lib with space").resolve("extra-1.jar");
        Files.createDirectories(jar.getParent());
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry("far/Extra.class"));
            out.write(Files.readAllBytes(folder.resolve("far/Extra.class")));
        }
        eval("int kept = 5;");
        String glob = "\"" + folder + "/lib with space/*.jar\"";
        assertEquals("Added extra-1.jar\n", printed("%classpath " + glob));
        assertEquals("Nothing to add: all is there.\n", printed("%classpath " + glob));
        assertEquals(16, eval("import far.Extra;\nExtra.n() + kept"));
    }

    @Test
    void load() throws Exception {
        Path script = Files.writeString(folder.resolve("a.jshell"), "int loaded = 4;\nloaded + 1\n");
        assertEquals(5, eval("%load " + script));
        Path notebook = Files.writeString(
                folder.resolve("b.ipynb"),
                "{\"cells\":[{\"cell_type\":\"markdown\",\"source\":[\"x\"]},"
                        + "{\"cell_type\":\"code\",\"source\":[\"int fromNotebook = 1;\\n\",\"fromNotebook++;\"]},"
                        + "{\"cell_type\":\"code\",\"source\":\"%time fromNotebook + 1\"}]}");
        assertEquals(3, eval("%load " + notebook));
        Path broken = Files.writeString(folder.resolve("c.jshell"), "int u = 1;\nthrow new Exception(\"no\");");
        String text = failure("%load " + broken);
        assertTrue(text.contains("line 2") && text.contains("in c.jshell"), text);
        assertTrue(failure("%load " + folder.resolve("none.jshell")).contains("there is no"));
    }

    @Test
    void partsOfPoms() {
        String one = PomMagic.whole("<dependency><groupId>a</groupId></dependency>");
        assertTrue(one.contains("<dependencies><dependency><groupId>a"), one);
        String whole = "<project><dependencies/></project>";
        assertEquals(whole, PomMagic.whole(whole));
        String places = PomMagic.whole("<repositories><repository/></repositories><dependency/>");
        assertTrue(places.contains("<repositories><repository/></repositories><dependencies><dependency/>"), places);
    }

    @Test
    void completesNames() {
        assertEquals(
                List.of("%loadFromPOM", "%load"), evaluator.complete("%lo", 3).matches());
        assertEquals(
                List.of("%%loadFromPOM", "%%time"), evaluator.complete("%%", 2).matches());
        assertEquals(
                List.of(),
                evaluator.complete("int a = 5\n%l", 12).matches().stream()
                        .filter(m -> m.startsWith("%"))
                        .toList());
    }

    @Test
    void editDistance() {
        assertEquals(0, Magics.distance("time", "time"));
        assertEquals(3, Magics.distance("kitten", "sitting"));
        assertEquals(4, Magics.distance("", "time"));
    }
}
