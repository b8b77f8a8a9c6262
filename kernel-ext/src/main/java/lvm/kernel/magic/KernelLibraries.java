package lvm.kernel.magic;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is there before anything is added: Java, and the libraries that the kernel does not keep to itself. In the kernel's
 * jar, which is made of many, the build has put down which.
 */
final class KernelLibraries {
    /** In the kernel's jar, written by the build: a line an artifact, {@code group:artifact:type:version}. */
    static final String LIST = "META-INF/lvm-libraries";

    private static final Pattern ARTIFACT =
            Pattern.compile("\\s*([\\w.-]+):([\\w.-]+):[\\w-]+:(?:([\\w.-]+):)?([\\w.+-]+)(?:\\s.*)?");

    private record Artifact(String group, Library library) {}

    private final ClassLoader loader;
    private List<Artifact> artifacts;

    /** What this loader has comes before whatever cells add. */
    KernelLibraries(ClassLoader loader) {
        this.loader = loader;
    }

    /**
     * Who brings a class or resource.
     *
     * @param entry its name in a jar
     * @param asked the library that brings it as well
     * @return the library, or null if nobody does
     */
    Library of(String entry, Library asked) {
        URL url = loader.getResource(entry);
        if (url == null) {
            return null;
        }
        if (url.getProtocol().equals("jrt")) {
            return new Library("Java", Integer.toString(Runtime.version().feature()), false);
        }
        // The jar has many libraries: the one of this name, else one whose group the class is of, by its package.
        return artifacts().stream()
                .filter(each -> each.library().name().equals(asked.name()))
                .findFirst()
                .or(() -> artifacts().stream()
                        .filter(each -> entry.startsWith(each.group().replace('.', '/') + "/"))
                        .findFirst())
                .map(Artifact::library)
                .orElseGet(() -> place(url));
    }

    /**
     * Initialises a class of the kernel's while nothing but the kernel's classes can be found: Tablesaw's {@code Table}
     * looks for readers and writers once, wherever the thread can see some, and is dead for good if it cannot load them.
     */
    void initialise(String name) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            Class.forName(name, true, loader);
        } catch (ClassNotFoundException | LinkageError e) {
            // It is not there; who uses it is told.
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static Library place(URL url) {
        try {
            if (url.openConnection() instanceof JarURLConnection jar) {
                return Library.of(Path.of(jar.getJarFileURL().toURI()), true);
            }
        } catch (IOException | URISyntaxException e) {
            // Then nothing more can be said.
        }
        return new Library("the class path", "", true);
    }

    private synchronized List<Artifact> artifacts() {
        if (artifacts == null) {
            try (InputStream in = loader.getResourceAsStream(LIST)) {
                artifacts = in == null
                        ? List.of() // the classes of a build: there the names of jars tell it
                        : new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                                .lines()
                                .map(ARTIFACT::matcher)
                                .filter(Matcher::matches)
                                .map(KernelLibraries::artifact)
                                .toList();
            } catch (IOException e) {
                artifacts = List.of();
            }
        }
        return artifacts;
    }

    private static Artifact artifact(Matcher line) {
        String classifier = line.group(3) == null ? "" : "-" + line.group(3);
        return new Artifact(line.group(1), new Library(line.group(2) + classifier, line.group(4), true));
    }
}
