package lvm.kernel.extension;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Type;
import org.zeromq.ZMQ;

/**
 * The extension jar in other kernels: it and the kernel are all that is on the class path. JJava is the jar that the build
 * makes as JJava's distribution is made, with Gson, SLF4J and JeroMQ under names of its own; IJava has them under theirs.
 */
class ExtensionIT {
    private static final String IJAVA = "io.github.spencerpark.jupyter.kernel.BaseKernel";
    private static final String JJAVA = "org.dflib.jjava.jupyter.kernel.BaseKernel";
    private static final Path JAR = built("lvm-extension.jar");
    private static final Path DISTRIBUTION = built("jjava-distribution.jar");

    private record Outcome(Map<String, Map<String, Object>> shown, String errors) {}

    private static Path built(String name) {
        return Path.of("target", name).toAbsolutePath();
    }

    private static URL placeOf(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }

    @SuppressWarnings("unchecked")
    private static Outcome run(String probe, String absent, List<URL> kernel) throws Exception {
        for (Path jar : List.of(JAR, DISTRIBUTION)) {
            assertTrue(Files.isRegularFile(jar), () -> jar + " is not there: run mvn verify");
        }
        List<URL> path = new ArrayList<>(kernel);
        path.add(JAR.toUri().toURL());
        path.add(placeOf(ExtensionIT.class));
        PrintStream before = System.err;
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
        try (URLClassLoader loader =
                new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            assertThrows(ClassNotFoundException.class, () -> loader.loadClass(absent));
            var made = (Supplier<Map<String, Map<String, Object>>>)
                    loader.loadClass(probe).getDeclaredConstructor().newInstance();
            return new Outcome(made.get(), errors.toString(StandardCharsets.UTF_8));
        } finally {
            System.setErr(before);
        }
    }

    private static Outcome ijava;
    private static Outcome jjava;

    @BeforeAll
    static void showEverything() throws Exception {
        ijava = run(
                "lvm.kernel.extension.IJavaProbe",
                JJAVA,
                List.of(placeOf(Class.forName(IJAVA)), placeOf(Gson.class), placeOf(ZMQ.class)));
        jjava = run(
                "lvm.kernel.extension.JJavaProbe",
                "com.google.gson.Gson",
                List.of(DISTRIBUTION.toUri().toURL()));
    }

    @Test
    void bothBaseLibrariesShowTheSame() throws Exception {
        Map<String, Map<String, Object>> one = ijava.shown();
        Map<String, Map<String, Object>> other = jjava.shown();
        assertEquals(one.keySet(), other.keySet());
        for (String asked : one.keySet()) {
            assertEquals(one.get(asked), other.get(asked), asked);
        }
        assertEquals(Map.of("class", "LiveDisplay"), one.get("live output"));
    }

    @Test
    void everyValueHasItsRichFormAndText() throws Exception {
        Map<String, Map<String, Object>> shown = jjava.shown();
        for (String picture : new String[] {"chart", "plot", "image", "history", "picture of a density"}) {
            assertForms(shown, picture, "image/png", "text/plain");
        }
        assertForms(shown, "film", "text/html", "image/png", "text/plain");
        assertForms(shown, "film as image/png", "image/png", "text/plain");
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
            "model",
            "fit mixture",
            "fit components",
            "fit autoencoder",
            "fit machine",
            "table of a file",
            "table of means",
            "table of numbers"
        }) {
            assertForms(shown, html, "text/html", "text/plain");
        }
        assertForms(shown, "chart as image/svg+xml", "image/svg+xml", "text/html", "text/plain");
        assertForms(shown, "plot as image/svg+xml", "image/svg+xml", "text/html", "text/plain");
        assertForms(shown, "double matrix as text/latex", "text/latex", "text/plain");
        assertForms(shown, "table as image/png", "text/plain");
        // What the kernel itself can do it still does.
        assertForms(shown, "image as image/jpeg", "image/jpeg", "text/plain");
        assertFalse(data(shown, "table").get("text/html").toString().contains("<script>"));
        var size = (Map<?, ?>) ((Map<?, ?>) shown.get("chart").get("metadata")).get("image/png");
        assertEquals(400.0, size.get("width"));
        assertEquals(240.0, size.get("height"));
        assertEquals(data(shown, "fit mixture"), data(shown, "fit mixture, read again"));
    }

    @Test
    void controlsAreAFormOfFramesThatSaysSo() {
        for (Outcome kernel : List.of(ijava, jjava)) {
            assertForms(kernel.shown(), "interaction", "text/html", "image/png", "text/plain");
            String html = data(kernel.shown(), "interaction").get("text/html").toString();
            assertTrue(html.startsWith("<p><i>This kernel has no widgets"), html);
            assertEquals(11, html.split("<figure").length);
            assertEquals(7, html.split("data:image/png").length);
            assertTrue(html.contains("<pre>[1.0, true]</pre>"), html);
        }
    }

    private static Map<?, ?> data(Map<String, Map<String, Object>> shown, String asked) {
        return (Map<?, ?>) shown.get(asked).get("data");
    }

    private static void assertForms(Map<String, Map<String, Object>> shown, String asked, String... types) {
        assertEquals(Set.of(types), data(shown, asked).keySet(), asked);
    }

    @Test
    void nothingIsWrittenToStandardError() throws Exception {
        assertEquals("", ijava.errors());
        // JJava's own logging says that it has no binding; ours says nothing.
        assertFalse(jjava.errors().lines().anyMatch(line -> !line.startsWith("SLF4J")));
    }

    /** What the extension may find nowhere: OpenBLAS, which is not in the jar, and formats that Tablesaw and XChart offer. */
    private static boolean optional(String name) {
        return name.startsWith("org/bytedeco/")
                || name.startsWith("dev/ludovic/netlib/lapack/")
                || name.startsWith("smile/")
                || name.startsWith("de/rototor/")
                || name.startsWith("com/madgag/gif/")
                || name.startsWith("org/apache/pdfbox/")
                || name.startsWith("org/scilab/forge/jlatexmath/");
    }

    @Test
    void whatItNeedsIsInTheJdkTheKernelsApiOrTheJar() throws IOException {
        Set<String> missing = new TreeSet<>();
        try (ZipFile jar = new ZipFile(JAR.toFile())) {
            for (ZipEntry entry : jar.stream().toList()) {
                String name = entry.getName();
                // Further in, libraries ask for many optional things and do without.
                boolean ours = name.startsWith("lvm/") && !name.startsWith("lvm/shaded/");
                boolean shown = name.startsWith("tech/tablesaw/") || name.startsWith("org/knowm/xchart/");
                if (name.endsWith(".class") && (ours || shown)) {
                    for (String needed : named(jar.getInputStream(entry).readAllBytes())) {
                        if (!needed.startsWith("io/github/spencerpark/jupyter/")
                                && !needed.startsWith("org/dflib/jjava/jupyter/")
                                && !optional(needed)
                                && jar.getEntry(needed + ".class") == null
                                && ClassLoader.getPlatformClassLoader().getResource(needed + ".class") == null) {
                            missing.add(name + " needs " + needed);
                        }
                    }
                }
            }
        }
        assertEquals(Set.of(), missing);
    }

    /** The classes that the constant pool names. */
    private static Set<String> named(byte[] code) {
        ClassReader reader = new ClassReader(code);
        char[] buffer = new char[reader.getMaxStringLength()];
        Set<String> names = new TreeSet<>();
        for (int i = 1; i < reader.getItemCount(); i++) {
            int at = reader.getItem(i);
            switch (at == 0 ? 0 : code[at - 1]) {
                case 7 -> add(names, Type.getObjectType(reader.readUTF8(at, buffer)));
                case 12 -> {
                    Type type = Type.getType(reader.readUTF8(at + 2, buffer));
                    if (type.getSort() == Type.METHOD) {
                        add(names, type.getReturnType());
                        Arrays.stream(type.getArgumentTypes()).forEach(each -> add(names, each));
                    } else {
                        add(names, type);
                    }
                }
                default -> {
                    // no class
                }
            }
        }
        return names;
    }

    private static void add(Set<String> names, Type type) {
        Type element = type.getSort() == Type.ARRAY ? type.getElementType() : type;
        if (element.getSort() == Type.OBJECT) {
            names.add(element.getInternalName());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lvm-extension.jar", "lvm-kernel.jar"})
    void librariesThatNoOneSeesHaveNamesOfOurOwn(String name) throws IOException {
        try (ZipFile jar = new ZipFile(built(name).toFile())) {
            Set<String> visible = new TreeSet<>();
            for (ZipEntry entry : jar.stream().toList()) {
                if (entry.getName().endsWith(".class")) {
                    visible.add(root(entry.getName().replaceFirst("^META-INF/versions/\\d+/", "")));
                }
            }
            // What the library and Tablesaw show in their methods, and netlib, whose native code knows its names.
            Set<String> expected = new TreeSet<>(List.of(
                    "lvm/",
                    "org/ejml/",
                    "pabeles/",
                    "tech/tablesaw/",
                    "org/knowm/",
                    "it/unimi/",
                    "org/roaringbitmap/",
                    "dev/ludovic/",
                    "org/netlib/",
                    "org/j_paine/"));
            if (name.equals("lvm-kernel.jar")) {
                // JJava's API shows Gson.
                expected.addAll(List.of("org/dflib/", "com/google/gson/", "org/bytedeco/"));
            }
            assertEquals(expected, visible);
        }
    }

    private static String root(String entry) {
        for (String single : new String[] {"lvm/", "pabeles/"}) {
            if (entry.startsWith(single)) {
                return single;
            }
        }
        String[] parts = entry.split("/");
        return parts[0] + "/" + parts[1] + "/" + (entry.startsWith("com/google/") ? parts[2] + "/" : "");
    }
}
