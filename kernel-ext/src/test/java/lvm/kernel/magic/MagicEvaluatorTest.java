package lvm.kernel.magic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.spi.ToolProvider;
import lvm.kernel.eval.CellException;
import lvm.kernel.eval.JavaEvaluator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MagicEvaluatorTest {
    private final MagicEvaluator evaluator = new MagicEvaluator(new JavaEvaluator(), null);

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
        CellException e = assertThrows(CellException.class, () -> eval(code));
        return String.join("\n", e.traceback()).replaceAll("\u001b\\[[0-9;]*m", "");
    }

    private String printed(String code) throws CellException {
        PrintStream out = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            eval(code);
        } finally {
            System.setOut(out);
        }
        return bytes.toString(StandardCharsets.UTF_8).replace("\r", "");
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
        String one = MagicEvaluator.complete("<dependency><groupId>a</groupId></dependency>");
        assertTrue(one.contains("<dependencies><dependency><groupId>a"), one);
        String whole = "<project><dependencies/></project>";
        assertEquals(whole, MagicEvaluator.complete(whole));
        String places = MagicEvaluator.complete("<repositories><repository/></repositories><dependency/>");
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
        assertEquals(0, MagicEvaluator.distance("time", "time"));
        assertEquals(3, MagicEvaluator.distance("kitten", "sitting"));
        assertEquals(4, MagicEvaluator.distance("", "time"));
    }
}
