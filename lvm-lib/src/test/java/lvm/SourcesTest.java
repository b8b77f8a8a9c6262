package lvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds for the source files: no room is too full, and what is written twice is rare. */
class SourcesTest {
    private static final int MOST_LINES = 600;

    /** Unrolled loops over the kinds of matrices and of vectors. */
    private static final Set<String> LONG = Set.of("JavaGemm.java", "Products.java", "VectorMath.java");

    private static final int RUN = 6;
    private static final int MOST_PAIRS = 40;

    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]");

    private static final Pattern SPACES = Pattern.compile("\\s\\s+|\\t");

    /** The lines of every source file below the folders of the two modules, by its path. */
    private static Map<Path, List<String>> sources(String below) throws IOException {
        Path here = Path.of("").toAbsolutePath();
        Path root = Files.isDirectory(here.resolve("kernel-ext")) ? here : here.getParent();
        Map<Path, List<String>> files = new TreeMap<>();
        for (String module : List.of("lvm-lib", "kernel-ext")) {
            try (Stream<Path> walk = Files.walk(root.resolve(module).resolve(below))) {
                for (Path file : walk.filter(Files::isRegularFile).toList()) {
                    if (file.toString().matches(".*\\.(java|py|sh)")) {
                        files.put(root.relativize(file), Files.readAllLines(file));
                    }
                }
            }
        }
        assertTrue(files.size() > 100, "the sources are not below " + root);
        return files;
    }

    @Test
    void noFileIsTooLong() throws IOException {
        Map<Path, Integer> tooLong = new TreeMap<>();
        sources("src/main").forEach((file, lines) -> {
            if (lines.size() > MOST_LINES && !LONG.contains(file.getFileName().toString())) {
                tooLong.put(file, lines.size());
            }
        });
        assertEquals(Map.of(), tooLong);
    }

    /** The lines that count: without comments, imports and lone punctuation, white space made alike. */
    private static List<String> code(Path file, List<String> lines) {
        boolean java = file.toString().endsWith(".java");
        List<String> code = new ArrayList<>();
        boolean comment = false;
        for (String line : lines) {
            String text = line.strip();
            if (java && (comment || text.startsWith("/*"))) {
                comment = !text.contains("*/");
            } else if (!text.startsWith(java ? "//" : "#")
                    && !text.startsWith("import ")
                    && !text.startsWith("package ")
                    && WORD.matcher(text).find()) {
                code.add(SPACES.matcher(text).replaceAll(" "));
            }
        }
        return code;
    }

    private static Set<Path> union(Set<Path> some, Set<Path> others) {
        Set<Path> all = new TreeSet<>(some);
        all.addAll(others);
        return all;
    }

    @Test
    void fewPairsOfFilesShareSixLines() throws IOException {
        Map<List<String>, Set<Path>> runs = new HashMap<>();
        sources("src").forEach((file, lines) -> {
            List<String> code = code(file, lines);
            for (int i = 0; i + RUN <= code.size(); i++) {
                runs.merge(code.subList(i, i + RUN), Set.of(file), SourcesTest::union);
            }
        });
        Set<String> pairs = new TreeSet<>();
        for (Set<Path> files : runs.values()) {
            for (Path one : files) {
                for (Path other : files) {
                    if (one.compareTo(other) < 0) {
                        pairs.add(one + " and " + other);
                    }
                }
            }
        }
        assertTrue(pairs.size() <= MOST_PAIRS, () -> pairs.size() + " pairs:\n" + String.join("\n", pairs));
    }
}
