package lvm.kernel.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The installer of the real jar, as a person runs it. */
class InstallIT {
    private static final Path JAR = Path.of("target", "lvm-kernel.jar").toAbsolutePath();
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @TempDir
    private Path temp;

    private record Run(int status, String out, String err) {}

    private Run run(Map<String, String> env, List<String> command) throws IOException, InterruptedException {
        Path out = temp.resolve("out.txt");
        Path err = temp.resolve("err.txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().keySet().removeAll(List.of("VIRTUAL_ENV", "CONDA_PREFIX", "JUPYTER_DATA_DIR"));
        builder.environment().putAll(env);
        Process process = builder.start();
        assertTrue(process.waitFor(2, TimeUnit.MINUTES), "ends");
        return new Run(
                process.exitValue(),
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }

    private Run install(Map<String, String> env, String... options) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(JAVA, "-Dfile.encoding=UTF-8", "-jar", JAR.toString(), "install"));
        command.addAll(List.of(options));
        return run(env, command);
    }

    private static List<String> argv(Path folder) throws IOException {
        return JsonParser.parseString(Files.readString(folder.resolve("kernel.json")))
                .getAsJsonObject()
                .getAsJsonArray("argv")
                .asList()
                .stream()
                .map(e -> e.getAsString())
                .toList();
    }

    @Test
    void theInstalledKernelStartsFromAFolderWithSpaces() throws Exception {
        Path prefix = temp.resolve("a prefix with spaces");
        Run run = install(Map.of(), "--prefix", prefix.toString(), "--name", "Test-Kernel", "--jvm-option", "-Xmx256m");
        assertEquals("", run.err());
        assertEquals(0, run.status());
        Path folder = prefix.resolve("share/jupyter/kernels/test-kernel");
        assertTrue(run.out().contains(folder.toString()), run.out());
        List<String> argv = argv(folder);
        assertTrue(argv.contains("-Xmx256m"));
        assertTrue(argv.contains("-XX:SharedArchiveFile=" + folder.resolve("lvm-kernel.jsa")), argv.toString());
        assertTrue(Files.size(folder.resolve("lvm-kernel.jsa")) > 5_000_000);
        // The command of kernel.json runs, flags and all: it reaches the kernel, which misses its connection file.
        Path missing = temp.resolve("no connection file.json");
        List<String> command = new ArrayList<>(argv);
        command.set(command.indexOf("{connection_file}"), missing.toString());
        Run start = run(Map.of(), command);
        assertEquals(1, start.status());
        assertEquals(1, start.err().lines().count(), start.err());
        assertTrue(start.err().contains(missing.toString()), start.err());
        assertEquals("", start.out());
        // Another jar than the archived one, or no archive: the kernel starts without it, and without a word.
        Files.setLastModifiedTime(Path.of(command.get(command.indexOf("-jar") + 1)), FileTime.fromMillis(0));
        assertEquals(start, run(Map.of(), command));
        Files.delete(folder.resolve("lvm-kernel.jsa"));
        assertEquals(start, run(Map.of(), command));
    }

    @Test
    void forAPersonAndForAnEnvironment() throws Exception {
        Path data = temp.resolve("data");
        assertEquals(
                0,
                install(Map.of("JUPYTER_DATA_DIR", data.toString()), "--in-place")
                        .status());
        List<String> argv = argv(data.resolve("kernels").resolve(InstallCommand.DEFAULT_NAME));
        assertEquals(JAR.toString(), argv.get(argv.indexOf("-jar") + 1));

        Path env = temp.resolve("env");
        assertEquals(
                0,
                install(Map.of("VIRTUAL_ENV", env.toString()), "--sys-prefix", "--in-place")
                        .status());
        assertTrue(Files.exists(env.resolve("share/jupyter/kernels/lvm/kernel.json")));
    }

    @Test
    void whatIsWrongIsSaidInALine() throws Exception {
        Run noEnvironment = install(Map.of(), "--sys-prefix");
        assertEquals(1, noEnvironment.status());
        assertTrue(noEnvironment.err().contains("VIRTUAL_ENV"), noEnvironment.err());
        assertEquals(1, noEnvironment.err().lines().count());

        Run name = install(Map.of(), "--prefix", temp.toString(), "--name", "no such/name");
        assertEquals(1, name.status());
        assertTrue(name.err().contains("\"no such/name\""), name.err());

        Run two = install(Map.of(), "--user", "--sys-prefix");
        assertEquals(2, two.status());
        assertTrue(two.err().contains("--user"), two.err());

        Path file = Files.writeString(temp.resolve("file"), "in the way");
        Run blocked = install(Map.of(), "--prefix", file.toString());
        assertEquals(1, blocked.status());
        assertTrue(blocked.err().contains(file.toString()), blocked.err());
        assertFalse(blocked.err().contains("\tat "), blocked.err());
    }

    @Test
    void aRuntimeWithoutJShellIsNamed() throws Exception {
        List<String> runtime = List.of(
                JAVA,
                "--limit-modules",
                "java.base,java.desktop,java.sql,java.logging,java.management,jdk.unsupported",
                "-jar",
                JAR.toString());
        for (List<String> arguments :
                List.of(List.of("install", "--prefix", temp.toString()), List.of("kernel", "connection.json"))) {
            List<String> command = new ArrayList<>(runtime);
            command.addAll(arguments);
            Run run = run(Map.of(), command);
            assertEquals(1, run.status());
            assertTrue(run.err().contains("jdk.jshell"), run.err());
            assertTrue(run.err().contains("full JDK"), run.err());
            assertEquals(1, run.err().lines().count(), run.err());
        }
        assertFalse(Files.exists(temp.resolve("share")));
    }
}
