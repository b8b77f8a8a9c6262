package lvm.kernel.magic;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What magics have added to the class path of cells. Of a class that is there twice the first is used: what the kernel
 * brings, then what was added earlier. So a jar whose classes are there already, in this version or another, is not added,
 * and the output says so.
 */
final class ClassPath {
    private final Consumer<Path> evaluator;
    private final KernelLibraries kernel;
    private final Map<Path, Library> added = new LinkedHashMap<>();

    /** Empty at first; the evaluator is given each new entry, after what the loader has. */
    ClassPath(Consumer<Path> evaluator, ClassLoader loader) {
        this.evaluator = evaluator;
        kernel = new KernelLibraries(loader);
    }

    /** What a jar meets that is there already. */
    private record Meeting(Library library, int size, Map<Library, Integer> shared) {
        /** How many of its classes are there already. */
        int count() {
            return shared.values().stream().mapToInt(Integer::intValue).sum();
        }

        /** The library with most of them. */
        Library main() {
            return shared.entrySet().stream()
                    .max(Map.Entry.comparingByValue())
                    .orElseThrow()
                    .getKey();
        }

        /** The same library, in this version or another; null if none is. */
        Library same() {
            return shared.keySet().stream()
                    .filter(other -> other.name().equals(library.name()))
                    .findFirst()
                    .orElse(null);
        }
    }

    /** Adds jars and folders and says which of them are new, and what of them was there. */
    void add(List<Path> entries) throws MagicException {
        List<Path> fresh = entries.stream()
                .map(entry -> entry.toAbsolutePath().normalize())
                .distinct()
                .filter(entry -> !added.containsKey(entry))
                .toList();
        Map<String, Library> there = fresh.isEmpty() ? Map.of() : contents();
        List<String> names = new ArrayList<>();
        List<Library> same = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (Path entry : fresh) {
            String file = entry.getFileName().toString();
            Library library = Library.of(entry, false);
            if (!Files.isDirectory(entry)) {
                Set<String> contents = contents(entry);
                Meeting met = meet(library, contents, there);
                if (met.same() != null && met.same().version().equals(library.version())) {
                    same.add(met.same());
                    continue;
                }
                if (met.same() != null || met.count() > 0 && met.count() == met.size()) {
                    notes.add(instead(met));
                    continue;
                }
                if (met.count() > 0) {
                    notes.add("Of " + file + ", " + met.count() + " of " + met.size()
                            + " classes are already there and stay in use, from "
                            + met.shared().keySet().stream()
                                    .sorted(Comparator.comparing(Library::name))
                                    .map(Library::toString)
                                    .collect(Collectors.joining(", ")));
                }
                if (contents.stream().anyMatch(name -> name.startsWith("tech/tablesaw/io/"))) {
                    kernel.initialise("tech.tablesaw.api.Table");
                }
                contents.forEach(name -> there.putIfAbsent(name, library));
            }
            added.put(entry, library);
            evaluator.accept(entry);
            names.add(file);
        }
        report(names, same, notes);
    }

    private static void report(List<String> names, List<Library> same, List<String> notes) {
        if (!names.isEmpty()) {
            System.out.println("Added " + String.join(", ", names));
        }
        if (!same.isEmpty()) {
            System.out.println(
                    "Already there: " + same.stream().map(Library::toString).collect(Collectors.joining(", ")));
        }
        notes.forEach(System.out::println);
        if (names.isEmpty() && same.isEmpty() && notes.isEmpty()) {
            System.out.println("Nothing to add: all is there.");
        }
    }

    /** Says what is used in place of a jar that was not added. */
    private static String instead(Meeting met) {
        Library asked = met.library();
        Library there = met.same() == null ? met.main() : met.same();
        if (met.same() == null) {
            return asked.shortName() + " is not added: all its classes are already there, from " + there;
        }
        return there.ofKernel()
                ? there.shortName() + " is already there, as a part of the kernel; " + asked.shortName()
                        + " is not added"
                : there.shortName() + " is already on the class path; restart the kernel to use " + asked.shortName();
    }

    private Meeting meet(Library library, Set<String> contents, Map<String, Library> there) {
        Map<Library, Integer> shared = new HashMap<>();
        for (String name : contents) {
            Library first = kernel.of(name, library);
            Library other = first == null ? there.get(name) : first;
            if (other != null) {
                shared.merge(other, 1, Integer::sum);
            }
        }
        return new Meeting(library, contents.size(), shared);
    }

    /** What has been added, by classes; read anew, for it takes memory only while it is needed. */
    private Map<String, Library> contents() {
        Map<String, Library> all = new HashMap<>();
        added.forEach((entry, library) -> {
            if (Files.isRegularFile(entry)) {
                try {
                    Library.contents(entry).forEach(name -> all.putIfAbsent(name, library));
                } catch (UncheckedIOException e) {
                    // Somebody has deleted it; its classes cannot be loaded either.
                }
            }
        });
        return all;
    }

    private static Set<String> contents(Path jar) throws MagicException {
        try {
            return Library.contents(jar);
        } catch (UncheckedIOException e) {
            throw new MagicException(jar + " is neither a jar nor a folder of classes: "
                    + e.getCause().getMessage());
        }
    }
}
