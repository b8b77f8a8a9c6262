package lvm.kernel.eval;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleReader;
import java.lang.module.ResolvedModule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;

/**
 * The packages and the classes that cells can name: those of the JDK's exported packages and of the class path. Read when
 * they are first asked for; only names, so nothing is loaded.
 */
final class ClassIndex {
    private static final String SUFFIX = ".class";
    /** What the kernel keeps to itself, which is not for cells. */
    private static final List<String> HIDDEN = List.of("lvm.kernel.", "lvm.shaded.", "REPL.", "META-INF.");

    private final ClassLoader loader;
    private final Queue<String> unread = new ArrayDeque<>();
    private boolean systemRead;
    /** From a simple name to the packages that have such a class. */
    private final NavigableMap<String, Set<String>> packagesOf = new TreeMap<>();

    private final NavigableMap<String, NavigableMap<String, Boolean>> packages = new TreeMap<>();

    /** An index of the JDK and of what a class loader finds in its own class path, which is added entry by entry. */
    ClassIndex(ClassLoader loader) {
        this.loader = loader;
    }

    /** Adds entries of a class path. */
    synchronized void add(String classPath) {
        for (String entry : classPath.split(File.pathSeparator)) {
            unread.add(entry);
        }
    }

    /** Whether a package has a class of this name, public or not. */
    synchronized boolean has(String packageName, String name) {
        read();
        return packages.getOrDefault(packageName, new TreeMap<>()).containsKey(name);
    }

    /** Whether there is such a package, or one whose name begins with this and a point. */
    synchronized boolean isPackage(String name) {
        read();
        return packages.containsKey(name);
    }

    /** The last parts of the names of packages directly below a package; below none for an empty name. */
    synchronized List<String> packagesIn(String owner, String prefix) {
        read();
        String start = owner.isEmpty() ? "" : owner + ".";
        return packages.tailMap(start + prefix, true).keySet().stream()
                .takeWhile(name -> name.startsWith(start + prefix))
                .map(name -> name.substring(start.length()))
                .filter(name -> !name.isEmpty())
                .map(name -> name.split("\\.", 2)[0])
                .distinct()
                .toList();
    }

    /** The simple names of the public classes of a package that begin with a text. */
    synchronized List<String> classesIn(String owner, String prefix) {
        read();
        return packages.getOrDefault(owner, new TreeMap<>()).tailMap(prefix, true).keySet().stream()
                .takeWhile(name -> name.startsWith(prefix))
                .filter(name -> is(owner + "." + name, Opcodes.ACC_PUBLIC))
                .toList();
    }

    /** The full names of public classes whose simple name begins with a text; those of java.* first. */
    synchronized List<String> classes(String prefix, int most) {
        read();
        return packagesOf.tailMap(prefix, true).entrySet().stream()
                .takeWhile(entry -> entry.getKey().startsWith(prefix))
                .flatMap(entry -> entry.getValue().stream().map(owner -> owner + "." + entry.getKey()))
                .sorted(Comparator.comparingInt(ClassIndex::rank))
                .filter(name -> is(name, Opcodes.ACC_PUBLIC))
                .limit(most)
                .toList();
    }

    /** Of some full names those of annotations. */
    List<String> annotations(List<String> names) {
        return names.stream().filter(name -> is(name, Opcodes.ACC_ANNOTATION)).toList();
    }

    private static int rank(String name) {
        return name.startsWith("java.") ? 0 : name.startsWith("javax.") ? 2 : name.startsWith("jdk.") ? 3 : 1;
    }

    private boolean is(String name, int access) {
        try (InputStream in = loader.getResourceAsStream(name.replace('.', '/') + SUFFIX)) {
            return in != null && (new ClassReader(in).getAccess() & access) != 0;
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }

    private void read() {
        if (!systemRead) {
            systemRead = true;
            ModuleLayer.boot().configuration().modules().forEach(this::readModule);
        }
        while (!unread.isEmpty()) {
            readEntry(Path.of(unread.remove()));
        }
    }

    private void readModule(ResolvedModule module) {
        ModuleDescriptor descriptor = module.reference().descriptor();
        Set<String> exported = descriptor.exports().stream()
                .filter(each -> !each.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toSet());
        if (exported.isEmpty()) {
            return;
        }
        try (ModuleReader reader = module.reference().open();
                Stream<String> names = reader.list()) {
            names.forEach(name -> put(name, exported));
        } catch (IOException e) {
            return; // a module that cannot be read has no classes to offer
        }
    }

    private void readEntry(Path entry) {
        try {
            if (Files.isDirectory(entry)) {
                try (Stream<Path> files = Files.walk(entry)) {
                    List<String> names = new ArrayList<>();
                    files.forEach(
                            file -> names.add(entry.relativize(file).toString().replace(File.separatorChar, '/')));
                    names.forEach(name -> put(name, null));
                }
            } else if (Files.isRegularFile(entry)) {
                try (ZipFile zip = new ZipFile(entry.toFile())) {
                    zip.stream().map(ZipEntry::getName).forEach(name -> put(name, null));
                }
            }
        } catch (IOException e) {
            return; // what cannot be read offers nothing
        }
    }

    private void put(String file, Set<String> exported) {
        int slash = file.lastIndexOf('/');
        if (!file.endsWith(SUFFIX) || slash < 0 || file.indexOf('$') >= 0 || file.indexOf('-') >= 0) {
            return;
        }
        String owner = file.substring(0, slash).replace('/', '.');
        String name = file.substring(slash + 1, file.length() - SUFFIX.length());
        if ((exported != null && !exported.contains(owner)) || HIDDEN.stream().anyMatch((owner + ".")::startsWith)) {
            return;
        }
        packagesOf.computeIfAbsent(name, n -> new TreeSet<>()).add(owner);
        packages.computeIfAbsent(owner, o -> new TreeMap<>()).put(name, true);
        for (int dot = owner.lastIndexOf('.'); dot > 0; dot = owner.lastIndexOf('.', dot - 1)) {
            packages.computeIfAbsent(owner.substring(0, dot), o -> new TreeMap<>());
        }
    }
}
