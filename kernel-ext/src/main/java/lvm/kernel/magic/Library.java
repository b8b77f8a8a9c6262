package lvm.kernel.magic;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A library in a version.
 *
 * @param name the name of its artifact, with the classifier if it has one
 * @param version its version, empty if nothing tells it
 * @param ofKernel whether the kernel brings it
 */
record Library(String name, String version, boolean ofKernel) {
    private static final Pattern FILE = Pattern.compile("(.+?)-(\\d[\\w.+-]*)\\.jar");
    private static final Pattern DESCRIPTION = Pattern.compile("META-INF/maven/[^/]+/[^/]+/pom\\.properties");

    /** Name and version of a jar: by its place in a Maven repository, else as it describes itself, else by its name. */
    static Library of(Path jar, boolean ofKernel) {
        String file = jar.getFileName().toString();
        Path place = jar.toAbsolutePath().getParent();
        if (place != null && place.getParent() != null && place.getParent().getFileName() != null) {
            String artifact = place.getParent().getFileName().toString();
            String version = place.getFileName().toString();
            String start = artifact + "-" + version;
            if (file.startsWith(start) && file.endsWith(".jar")) {
                String classifier = file.substring(start.length(), file.length() - ".jar".length());
                return new Library(artifact + classifier, version, ofKernel);
            }
        }
        Matcher named = FILE.matcher(file);
        return described(jar, ofKernel)
                .orElseGet(() -> named.matches()
                        ? new Library(named.group(1), named.group(2), ofKernel)
                        : new Library(file.replaceFirst("\\.jar$", ""), "", ofKernel));
    }

    private static Optional<Library> described(Path jar, boolean ofKernel) {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            List<? extends ZipEntry> descriptions = zip.stream()
                    .filter(entry -> DESCRIPTION.matcher(entry.getName()).matches())
                    .toList();
            if (descriptions.size() != 1) {
                return Optional.empty(); // several: a jar made of others
            }
            Properties properties = new Properties();
            try (InputStream in = zip.getInputStream(descriptions.get(0))) {
                properties.load(in);
            }
            String name = properties.getProperty("artifactId");
            return Optional.ofNullable(name).map(n -> new Library(n, properties.getProperty("version", ""), ofKernel));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The classes in a jar, as entries; what else it brings if there are none. */
    static Set<String> contents(Path jar) {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            Set<String> all = zip.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> !name.startsWith("META-INF/")
                            && !name.endsWith("/")
                            && !name.endsWith("module-info.class")
                            && !name.endsWith("package-info.class"))
                    .collect(Collectors.toSet());
            Set<String> classes =
                    all.stream().filter(name -> name.endsWith(".class")).collect(Collectors.toSet());
            if (classes.isEmpty()) {
                all.removeIf(name -> !name.contains("/")); // licences and the like
                return all;
            }
            return classes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Name and version, and whose it is if it is the kernel's. */
    @Override
    public String toString() {
        return shortName() + (ofKernel ? " (part of the kernel)" : "");
    }

    /** Name and version. */
    String shortName() {
        return (name + " " + version).strip();
    }
}
