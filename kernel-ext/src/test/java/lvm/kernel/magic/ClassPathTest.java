package lvm.kernel.magic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import lvm.kernel.eval.Cells;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code %maven} and {@code %classpath} say, and what they add, when something of it is there already. */
class ClassPathTest {
    @TempDir
    Path folder;

    private final List<Path> given = new ArrayList<>();
    private URLClassLoader kernel;
    private ClassPath path;

    @BeforeEach
    void aKernelThatIsOneJarOfMany() throws IOException {
        Path jar = folder.resolve("kernel.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (String name : List.of("org/json/Reader.class", "org/sums/Sum.class", "org/sums/Product.class")) {
                out.putNextEntry(new JarEntry(name));
            }
            out.putNextEntry(new JarEntry(KernelLibraries.LIST));
            String list =
                    "\nThe following files have been resolved:\n   org.things:json:jar:2.13.2 -- module org.json\n"
                            + "   org.sums:sums:jar:8.5\n   org.sums:sums:jar:linux-x86_64:8.5\n   org.moved:moved:jar:1\n";
            out.write(list.getBytes(StandardCharsets.UTF_8));
        }
        kernel = new URLClassLoader(new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
        path = new ClassPath(given::add, kernel);
    }

    @AfterEach
    void close() throws IOException {
        kernel.close();
    }

    /** A jar where Maven keeps it. */
    private Path artifact(String group, String name, String version, String... entries) throws IOException {
        return jar("repository/" + group + "/" + name + "/" + version + "/" + name + "-" + version + ".jar", entries);
    }

    private Path jar(String place, String... entries) throws IOException {
        Path jar = folder.resolve(place);
        Files.createDirectories(jar.getParent());
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (String entry : entries) {
                out.putNextEntry(new JarEntry(entry));
            }
        }
        return jar;
    }

    private String add(Path... entries) throws Exception {
        return Cells.printed(() -> {
            try {
                path.add(List.of(entries));
            } catch (MagicException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void whatTheKernelBringsInAnotherVersion() throws Exception {
        Path old = artifact("org/things", "json", "2.8", "org/json/Reader.class", "org/json/Old.class");
        assertEquals("json 2.13.2 is already there, as a part of the kernel; json 2.8 is not added\n", add(old));
        assertEquals(List.of(), given);
        assertEquals(
                "Already there: json 2.13.2 (part of the kernel)\n",
                add(artifact("org/things", "json", "2.13.2", "org/json/Reader.class")));
        // A jar that lies anywhere has its name only.
        assertTrue(add(jar("lib/json-3.jar", "org/json/Reader.class")).startsWith("json 2.13.2 is already there"));
        assertEquals(List.of(), given);
    }

    @Test
    void whatTheKernelHasUnderANameOfItsOwnIsAdded() throws Exception {
        Path moved = artifact("org/moved", "moved", "2", "org/moved/A.class");
        assertEquals("Added moved-2.jar\n", add(moved));
        assertEquals(List.of(moved), given);
    }

    @Test
    void aSecondVersionOfWhatWasAdded() throws Exception {
        Path one = artifact("a", "b", "1", "a/B.class");
        Path other = artifact("x", "y", "1", "x/Y.class");
        assertEquals("Added b-1.jar\n", add(one));
        assertEquals(
                "Added y-1.jar\nb 1 is already on the class path; restart the kernel to use b 2\n",
                add(artifact("a", "b", "2", "a/B.class", "a/New.class"), other));
        assertEquals("Nothing to add: all is there.\n", add(one, other));
        assertEquals(List.of(one, other), given);
        // The same in a folder, described by its own pom.properties or by its name.
        assertEquals("Already there: b 1\n", add(jar("lib/b-1.jar", "a/B.class")));
        assertTrue(add(jar("lib/b-3.jar", "a/B.class")).contains("restart the kernel to use b 3"));
        // Versions whose classes have other names can be there both.
        assertEquals("Added b-4.jar\n", add(artifact("a", "b", "4", "a4/B.class")));
    }

    @Test
    void twoVersionsAskedForAtOnce() throws Exception {
        assertEquals(
                "Added b-1.jar\nb 1 is already on the class path; restart the kernel to use b 2\n",
                add(artifact("a", "b", "1", "a/B.class"), artifact("a", "b", "2", "a/B.class")));
    }

    @Test
    void theSameClassesUnderAnotherName() throws Exception {
        assertEquals(
                "sums-core 7 is not added: all its classes are already there, from sums 8.5 (part of the kernel)\n",
                add(artifact("org/sums", "sums-core", "7", "org/sums/Sum.class")));
        Path bundle = artifact("big", "bundle", "1", "org/sums/Sum.class", "big/A.class", "big/B.class");
        assertEquals(
                "Added bundle-1.jar\nOf bundle-1.jar, 1 of 3 classes are already there and stay in use, from sums 8.5"
                        + " (part of the kernel)\n",
                add(bundle));
        assertEquals(
                "Added rest-1.jar\nOf rest-1.jar, 1 of 2 classes are already there and stay in use, from bundle 1\n",
                add(artifact("big", "rest", "1", "big/A.class", "big/C.class")));
        String java = add(artifact("xml", "apis", "1", "java/util/List.class", "org/w3c/dom/Node.class"));
        assertEquals(
                "apis 1 is not added: all its classes are already there, from Java "
                        + Runtime.version().feature() + "\n",
                java);
    }

    @Test
    void whatEveryJarHasIsNoConflict() throws Exception {
        String[] same = {
            "META-INF/versions/9/module-info.class", "module-info.class", "LICENSE.txt", "a/package-info.class"
        };
        assertEquals("Added one-1.jar\n", add(jar("one-1.jar", same)));
        assertEquals("Added two-1.jar\n", add(jar("two-1.jar", same)));
        assertEquals("Added three-1.jar\n", add(jar("three-1.jar", "a/A.class", "LICENSE.txt", "module-info.class")));
        // Without classes it is what else is in them.
        assertEquals("Added pictures-1.jar\n", add(artifact("p", "pictures", "1", "p/a.png")));
        assertTrue(add(artifact("p", "pictures", "2", "p/a.png")).contains("restart the kernel to use pictures 2"));
    }

    @Test
    void foldersAndWhatIsNoJar() throws Exception {
        Path classes = Files.createDirectories(folder.resolve("classes"));
        assertEquals("Added classes\n", add(classes));
        Path text = Files.writeString(folder.resolve("notes.jar"), "not a jar");
        MagicException e = assertThrows(MagicException.class, () -> path.add(List.of(text)));
        assertTrue(e.getMessage().contains("notes.jar is neither a jar nor a folder of classes"), e.getMessage());
    }

    @Test
    void classifiersAreArtifactsOfTheirOwn() throws Exception {
        String place = "repository/org/natives/code/1/code-1";
        assertEquals(
                "Added code-1-linux.jar, code-1.jar\n",
                add(jar(place + "-linux.jar", "linux/code.so"), jar(place + ".jar", "code/Code.class")));
    }
}
