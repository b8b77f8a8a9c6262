package lvm.kernel.magic;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Resolves dependencies by the Maven that is installed, which knows the user's settings, mirrors, proxies and local
 * repository.
 */
final class MavenPath {
    private static final String GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath";

    private static final String COLOUR = "\u001b\\[[\\d;]*m"; // its console library writes some whatever it is told

    private volatile Process running;

    /** The jars that a project description asks for, with all that they need. */
    List<Path> resolve(String pom, String what) throws MagicException {
        Path folder = null;
        try {
            folder = Files.createTempDirectory("cell-pom");
            Path file = folder.resolve("pom.xml");
            Path answer = folder.resolve("classpath");
            Files.writeString(file, pom);
            List<String> output = run(file, answer, what);
            if (!Files.exists(answer)) {
                throw failure(what, output);
            }
            String path = Files.readString(answer).strip();
            return path.isEmpty()
                    ? List.of()
                    : Stream.of(path.split(File.pathSeparator)).map(Path::of).toList();
        } catch (IOException e) {
            throw new MagicException(what + ": " + e.getMessage());
        } finally {
            delete(folder);
        }
    }

    private List<String> run(Path pom, Path answer, String what) throws MagicException, IOException {
        boolean windows = System.getProperty("os.name").startsWith("Windows");
        ProcessBuilder builder = new ProcessBuilder(
                windows ? "mvn.cmd" : "mvn",
                "-B",
                "-f",
                pom.toString(),
                GOAL,
                "-Dmdep.includeScope=runtime",
                "-Dmdep.outputFile=" + answer);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.redirectErrorStream(true);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new MagicException(what + " needs Maven: the command mvn was not found on the PATH");
        }
        running = process;
        try {
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return text.replaceAll(COLOUR, "").lines().toList();
        } finally {
            process.destroy();
            running = null;
        }
    }

    /** Ends the Maven process that is running, if any. */
    void interrupt() {
        Process process = running;
        if (process != null) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
    }

    private static MagicException failure(String what, List<String> output) {
        List<String> errors = output.stream()
                .filter(line -> line.startsWith("[ERROR]") || line.startsWith("[FATAL]"))
                .map(line -> line.replaceFirst("^\\[\\w+\\] *", "").strip())
                .filter(line -> !line.isEmpty()
                        && !line.startsWith("->")
                        && !line.startsWith("To see the full")
                        && !line.startsWith("Re-run Maven")
                        && !line.startsWith("For more information")
                        && !line.startsWith("[Help"))
                .map(line -> line.replaceFirst("^Failed to execute goal .*?: (?=Could|Failure|The following)", "")
                        .replaceFirst(" *-> \\[Help \\d+\\]$", ""))
                .distinct()
                .limit(6)
                .toList();
        String detail = errors.isEmpty() ? String.join("\n", last(output)) : String.join("\n", errors);
        return new MagicException(what + ": Maven could not resolve it.\n" + detail);
    }

    private static List<String> last(List<String> lines) {
        return new ArrayList<>(lines.subList(Math.max(0, lines.size() - 5), lines.size()));
    }

    private static void delete(Path folder) {
        if (folder == null) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).collect(Collectors.toList())) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            folder.toFile().deleteOnExit();
        }
    }
}
