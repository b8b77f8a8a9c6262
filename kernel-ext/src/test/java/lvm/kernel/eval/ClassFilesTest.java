package lvm.kernel.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.tools.JavaFileObject;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The compiler finds the same classes by the lists of jars as by its own way. */
class ClassFilesTest {
    @TempDir
    private Path temp;

    private Path jar() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MULTI_RELEASE, "true");
        Path file = temp.resolve("a jar.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(file), manifest)) {
            for (String name : List.of(
                    "Top.class",
                    "a/One.class",
                    "a/One$In.class",
                    "a/b/Größe.class",
                    "a/text.txt",
                    "META-INF/versions/9/a/One.class",
                    "META-INF/versions/11/a/Newer.class",
                    "META-INF/versions/99/a/Future.class")) {
                out.putNextEntry(new JarEntry(name));
                out.write(name.getBytes(StandardCharsets.UTF_8));
                out.closeEntry();
            }
        }
        return file;
    }

    private static Map<String, String> classes(ClassFiles files, String packageName) throws IOException {
        Map<String, String> found = new TreeMap<>();
        Set<JavaFileObject.Kind> kinds = Set.of(JavaFileObject.Kind.CLASS, JavaFileObject.Kind.SOURCE);
        for (JavaFileObject file : files.list(StandardLocation.CLASS_PATH, packageName, kinds, false)) {
            String name = files.inferBinaryName(StandardLocation.CLASS_PATH, file);
            assertTrue(
                    file.isNameCompatible(name.substring(name.lastIndexOf('.') + 1), JavaFileObject.Kind.CLASS), name);
            try (InputStream in = file.openInputStream()) {
                String before = found.putIfAbsent(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
                assertEquals(null, before, name);
            }
        }
        return found;
    }

    @Test
    void findsTheClassesOfJarsAndFolders() throws IOException {
        Path folder = Files.createDirectories(temp.resolve("folder/a/b"));
        Files.writeString(folder.resolve("Here.class"), "here");
        Files.writeString(folder.resolve("Here.txt"), "text");
        try (ClassFiles files = new ClassFiles(
                ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, null, StandardCharsets.UTF_8))) {
            List<Path> path = List.of(jar(), temp.resolve("folder"), temp.resolve("nowhere"));
            files.setLocationFromPaths(StandardLocation.CLASS_PATH, path);
            assertEquals(Map.of("Top", "Top.class"), classes(files, ""));
            assertEquals(
                    Map.of(
                            "a.One", "META-INF/versions/9/a/One.class",
                            "a.One$In", "a/One$In.class",
                            "a.Newer", "META-INF/versions/11/a/Newer.class"),
                    classes(files, "a"));
            assertEquals(Map.of("a.b.Größe", "a/b/Größe.class", "a.b.Here", "here"), classes(files, "a.b"));
            assertEquals(Map.of(), classes(files, "none"));
        }
    }

    @Test
    void findsWhatTheStandardFilesFindInTheLibraries() throws IOException {
        Set<JavaFileObject.Kind> kinds = Set.of(JavaFileObject.Kind.CLASS);
        try (var standard = ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, null, null);
                ClassFiles files =
                        new ClassFiles(ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, null, null))) {
            for (String name : List.of("org.ejml.data", "com.google.gson", "lvm.mixture", "tech.tablesaw.api")) {
                List<byte[]> expected = contents(standard.list(StandardLocation.CLASS_PATH, name, kinds, false));
                List<byte[]> found = contents(files.list(StandardLocation.CLASS_PATH, name, kinds, false));
                assertTrue(found.size() > 3, name);
                assertArrayEquals(expected.toArray(), found.toArray(), name);
            }
        }
    }

    private static List<byte[]> contents(Iterable<JavaFileObject> files) throws IOException {
        Map<String, byte[]> contents = new TreeMap<>();
        for (JavaFileObject file : files) {
            try (InputStream in = file.openInputStream()) {
                contents.put(file.getName().replaceAll("^.*[/\\\\]|\\)$", ""), in.readAllBytes());
            }
        }
        return List.copyOf(contents.values());
    }
}
