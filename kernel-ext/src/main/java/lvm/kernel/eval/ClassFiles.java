package lvm.kernel.eval;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;

/**
 * The files of the compiler, which finds the classes of the class path by their list in each jar. Its own way, a walk through a
 * file system in the jar, takes a third of the time until the compiler of the kernel is ready.
 */
final class ClassFiles extends ForwardingJavaFileManager<StandardJavaFileManager> implements StandardJavaFileManager {
    private static final String SUFFIX = ".class";
    private static final String VERSIONS = "META-INF/versions/";

    /** A jar of the class path: for each package the names of its class files. */
    private record Jar(JarFile file, Map<String, List<String>> packages) {}

    /** Jars stay open, as those of a class loader do, and are read once. */
    private static final Map<Path, Jar> JARS = new ConcurrentHashMap<>();

    ClassFiles(StandardJavaFileManager standard) {
        super(standard);
    }

    /** Reads the lists of the jars of a class path, which takes a while if they are large. */
    static void read(String classPath) {
        for (String entry : classPath.split(File.pathSeparator)) {
            Path path = Path.of(entry);
            if (Files.isRegularFile(path)) {
                try {
                    jar(path);
                } catch (UncheckedIOException e) {
                    continue; // whoever needs a class of it will say so
                }
            }
        }
    }

    private static Jar jar(Path path) {
        return JARS.computeIfAbsent(path.toAbsolutePath(), ClassFiles::open);
    }

    private static Jar open(Path path) {
        try {
            JarFile jar = new JarFile(path.toFile(), false, ZipFile.OPEN_READ, Runtime.version());
            Map<String, List<String>> packages = new HashMap<>();
            for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
                String name = entries.nextElement().getName();
                if (name.endsWith(SUFFIX)) {
                    put(packages, name, jar.isMultiRelease());
                }
            }
            return new Jar(jar, packages);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void put(Map<String, List<String>> packages, String file, boolean versions) {
        String name = file;
        if (versions && name.startsWith(VERSIONS)) {
            int slash = name.indexOf('/', VERSIONS.length());
            String version = slash < 0 ? "" : name.substring(VERSIONS.length(), slash);
            if (!version.matches("\\d{1,4}")
                    || Integer.parseInt(version) > Runtime.version().feature()) {
                return;
            }
            name = name.substring(slash + 1);
        }
        int slash = name.lastIndexOf('/');
        List<String> names =
                packages.computeIfAbsent(slash < 0 ? "" : name.substring(0, slash), folder -> new ArrayList<>());
        String simple = name.substring(slash + 1, name.length() - SUFFIX.length());
        if (!name.equals(file) && names.contains(simple)) {
            return; // a version of a class that is there
        }
        names.add(simple);
    }

    @Override
    public Iterable<JavaFileObject> list(
            Location location, String packageName, Set<JavaFileObject.Kind> kinds, boolean recurse) throws IOException {
        if (location != StandardLocation.CLASS_PATH || recurse || !kinds.contains(JavaFileObject.Kind.CLASS)) {
            return super.list(location, packageName, kinds, recurse);
        }
        List<JavaFileObject> found = new ArrayList<>();
        Iterable<? extends Path> entries = fileManager.getLocationAsPaths(location);
        for (Path entry : entries == null ? List.<Path>of() : entries) {
            String folder = packageName.replace('.', '/');
            String start = packageName.isEmpty() ? "" : packageName + ".";
            if (Files.isRegularFile(entry)) {
                try {
                    Jar jar = jar(entry);
                    for (String name : jar.packages().getOrDefault(folder, List.of())) {
                        found.add(new ClassFile(start + name, entry, jar.file()));
                    }
                } catch (UncheckedIOException e) {
                    continue; // no jar
                }
            } else if (Files.isDirectory(entry.resolve(folder))) {
                try (Stream<Path> files = Files.list(entry.resolve(folder))) {
                    for (Path file : files.toList()) {
                        String name = file.getFileName().toString();
                        if (name.endsWith(SUFFIX)) {
                            String simple = name.substring(0, name.length() - SUFFIX.length());
                            found.add(new ClassFile(start + simple, entry, null));
                        }
                    }
                }
            }
        }
        return found;
    }

    @Override
    public String inferBinaryName(Location location, JavaFileObject file) {
        return file instanceof ClassFile ours ? ours.binaryName : super.inferBinaryName(location, file);
    }

    @Override
    public boolean isSameFile(FileObject a, FileObject b) {
        return a instanceof ClassFile || b instanceof ClassFile ? a.equals(b) : super.isSameFile(a, b);
    }

    @Override
    public boolean contains(Location location, FileObject file) throws IOException {
        return file instanceof ClassFile ? location == StandardLocation.CLASS_PATH : super.contains(location, file);
    }

    /** A class of the class path. */
    private static final class ClassFile extends SimpleJavaFileObject {
        private final String binaryName;
        private final Path entry;
        private final JarFile jar;

        ClassFile(String binaryName, Path entry, JarFile jar) {
            super(uri(binaryName), Kind.CLASS);
            this.binaryName = binaryName;
            this.entry = entry;
            this.jar = jar;
        }

        private static URI uri(String binaryName) {
            try {
                return new URI("classpath", null, "/" + binaryName.replace('.', '/') + SUFFIX, null);
            } catch (URISyntaxException e) {
                throw new IllegalArgumentException(e);
            }
        }

        private String file() {
            return binaryName.replace('.', '/') + SUFFIX;
        }

        @Override
        public String getName() {
            return entry + (jar == null ? File.separator + file() : "(/" + file() + ")");
        }

        @Override
        public InputStream openInputStream() throws IOException {
            if (jar == null) {
                return Files.newInputStream(entry.resolve(file()));
            }
            ZipEntry found = jar.getEntry(file());
            if (found == null) {
                throw new IOException(getName() + " is not there any more");
            }
            return jar.getInputStream(found);
        }

        @Override
        public OutputStream openOutputStream() throws IOException {
            throw new IOException(getName() + " is read only");
        }

        @Override
        public long getLastModified() {
            return (jar == null ? entry.resolve(file()) : entry).toFile().lastModified();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof ClassFile file && file.binaryName.equals(binaryName) && file.entry.equals(entry);
        }

        @Override
        public int hashCode() {
            return binaryName.hashCode();
        }
    }

    // ---------------------------------------------------------------- as the standard file manager

    @Override
    public Iterable<? extends JavaFileObject> getJavaFileObjectsFromFiles(Iterable<? extends File> files) {
        return fileManager.getJavaFileObjectsFromFiles(files);
    }

    @Override
    public Iterable<? extends JavaFileObject> getJavaFileObjectsFromPaths(Collection<? extends Path> paths) {
        return fileManager.getJavaFileObjectsFromPaths(paths);
    }

    @Override
    public Iterable<? extends JavaFileObject> getJavaFileObjects(File... files) {
        return fileManager.getJavaFileObjects(files);
    }

    @Override
    public Iterable<? extends JavaFileObject> getJavaFileObjects(Path... paths) {
        return fileManager.getJavaFileObjects(paths);
    }

    @Override
    public Iterable<? extends JavaFileObject> getJavaFileObjectsFromStrings(Iterable<String> names) {
        return fileManager.getJavaFileObjectsFromStrings(names);
    }

    @Override
    public Iterable<? extends JavaFileObject> getJavaFileObjects(String... names) {
        return fileManager.getJavaFileObjects(names);
    }

    @Override
    public void setLocation(Location location, Iterable<? extends File> files) throws IOException {
        fileManager.setLocation(location, files);
    }

    @Override
    public void setLocationFromPaths(Location location, Collection<? extends Path> paths) throws IOException {
        fileManager.setLocationFromPaths(location, paths);
    }

    @Override
    public void setLocationForModule(Location location, String moduleName, Collection<? extends Path> paths)
            throws IOException {
        fileManager.setLocationForModule(location, moduleName, paths);
    }

    @Override
    public Iterable<? extends File> getLocation(Location location) {
        return fileManager.getLocation(location);
    }

    @Override
    public Iterable<? extends Path> getLocationAsPaths(Location location) {
        return fileManager.getLocationAsPaths(location);
    }

    @Override
    public Path asPath(FileObject file) {
        return file instanceof ClassFile ours ? ours.entry : fileManager.asPath(file);
    }

    @Override
    public void setPathFactory(PathFactory factory) {
        fileManager.setPathFactory(factory);
    }
}
