package lvm.kernel.extension;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.zeromq.ZMQ;

/** The extension jar in other kernels: only that jar and one base library are on the class path. */
class ExtensionIT {
    private static final String IJAVA = "io.github.spencerpark.jupyter.kernel.BaseKernel";
    private static final String JJAVA = "org.dflib.jjava.jupyter.kernel.BaseKernel";
    private static final Path JAR = Path.of("target", "lvm-extension.jar").toAbsolutePath();

    private record Outcome(Map<String, String> shown, String errors) {}

    private static URL placeOf(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }

    @SuppressWarnings("unchecked")
    private static Outcome run(String probe, String present, String absent, Class<?>... libraries) throws Exception {
        assertTrue(Files.isRegularFile(JAR), () -> JAR + " is not there: run mvn verify");
        List<URL> path = new ArrayList<>(List.of(JAR.toUri().toURL(), placeOf(ExtensionIT.class)));
        path.add(placeOf(Class.forName(present)));
        for (Class<?> library : libraries) {
            path.add(placeOf(library));
        }
        PrintStream before = System.err;
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
        try (URLClassLoader loader =
                new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            assertThrows(ClassNotFoundException.class, () -> loader.loadClass(absent));
            var made = (Supplier<Map<String, String>>)
                    loader.loadClass(probe).getDeclaredConstructor().newInstance();
            return new Outcome(made.get(), errors.toString(StandardCharsets.UTF_8));
        } finally {
            System.setErr(before);
        }
    }

    private static Outcome ijava() throws Exception {
        return run("lvm.kernel.extension.IJavaProbe", IJAVA, JJAVA, Gson.class, ZMQ.class);
    }

    private static Outcome jjava() throws Exception {
        return run("lvm.kernel.extension.JJavaProbe", JJAVA, IJAVA, Gson.class, ZMQ.class, LoggerFactory.class);
    }

    @Test
    void bothBaseLibrariesShowTheSame() throws Exception {
        Map<String, String> one = ijava().shown();
        Map<String, String> other = jjava().shown();
        assertEquals(one.keySet(), other.keySet());
        for (String asked : one.keySet()) {
            assertEquals(one.get(asked), other.get(asked), asked);
        }
        assertEquals("LiveDisplay", one.get("live output"));
    }

    @Test
    void everyValueHasItsRichFormAndText() throws Exception {
        Map<String, String> shown = ijava().shown();
        for (String picture : new String[] {"chart", "plot", "image", "history"}) {
            assertForms(shown, picture, "image/png", "text/plain");
        }
        for (String html : new String[] {
            "table",
            "double matrix",
            "float matrix",
            "simple matrix",
            "double[]",
            "double[][]",
            "float[]",
            "float[][]",
            "int[]",
            "int[][]",
            "summary",
            "model"
        }) {
            assertForms(shown, html, "text/html", "text/plain");
        }
        assertForms(shown, "chart as image/svg+xml", "image/svg+xml", "text/html", "text/plain");
        assertForms(shown, "plot as image/svg+xml", "image/svg+xml", "text/html", "text/plain");
        assertForms(shown, "double matrix as text/latex", "text/latex", "text/plain");
        assertForms(shown, "table as image/png", "text/plain");
        // What the kernel itself can do it still does.
        assertForms(shown, "image as image/jpeg", "image/jpeg", "text/plain");
        assertFalse(data(shown, "table").get("text/html").getAsString().contains("<script>"));
        JsonObject size = JsonParser.parseString(shown.get("chart"))
                .getAsJsonObject()
                .getAsJsonObject("metadata")
                .getAsJsonObject("image/png");
        assertEquals(400, size.get("width").getAsInt());
        assertEquals(240, size.get("height").getAsInt());
    }

    private static JsonObject data(Map<String, String> shown, String asked) {
        return JsonParser.parseString(shown.get(asked)).getAsJsonObject().getAsJsonObject("data");
    }

    private static void assertForms(Map<String, String> shown, String asked, String... types) {
        assertEquals(Set.of(types), data(shown, asked).keySet(), asked);
    }

    @Test
    void nothingIsWrittenToStandardError() throws Exception {
        assertEquals("", ijava().errors());
        // JJava's own logging says that it has no binding; ours says nothing.
        assertFalse(jjava().errors().lines().anyMatch(line -> !line.startsWith("SLF4J")));
    }

    @Test
    void bringsNothingThatAKernelHasItself() throws IOException {
        try (ZipFile jar = new ZipFile(JAR.toFile())) {
            jar.stream().map(entry -> entry.getName()).forEach(name -> {
                for (String foreign : new String[] {
                    "org/dflib/",
                    "io/github/spencerpark/",
                    "org/zeromq/",
                    "zmq/",
                    "com/google/gson/",
                    "org/slf4j/",
                    "picocli/",
                    "org/objectweb/asm/",
                    "lvm/kernel/eval/",
                    "lvm/kernel/wire/"
                }) {
                    assertFalse(name.startsWith(foreign), name);
                }
            });
            assertTrue(jar.getEntry("lvm/plot/Plots.class") != null, "the library is in it");
        }
    }
}
