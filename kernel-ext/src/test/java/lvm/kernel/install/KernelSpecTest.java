package lvm.kernel.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import lvm.kernel.JvmFlags;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelSpecTest {
    @TempDir
    private Path temp;

    private Path kernels;
    private Path jar;
    private Path java;

    @BeforeEach
    void folderWithSpaces() throws IOException {
        Path folder = Files.createDirectories(temp.resolve("a folder & ünïcode"));
        kernels = folder.resolve("share/jupyter/kernels");
        jar = Files.writeString(folder.resolve("some kernel.jar"), "the jar");
        java = folder.resolve("jdk 17/bin/java");
    }

    private KernelSpec spec(String name, boolean inPlace, String... options) {
        return new KernelSpec(name, "Java \"here\"", java, jar, inPlace, List.of(options));
    }

    private static JsonObject json(Path folder) throws IOException {
        return JsonParser.parseString(Files.readString(folder.resolve("kernel.json")))
                .getAsJsonObject();
    }

    private static List<String> argv(Path folder) throws IOException {
        return json(folder).getAsJsonArray("argv").asList().stream()
                .map(e -> e.getAsString())
                .toList();
    }

    private static Set<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
    }

    @Test
    void writesWhatJupyterReads() throws IOException {
        Path folder = spec("lvm", false, "-Xmx3g", "-Dx=a b").install(kernels);
        assertEquals(kernels.resolve("lvm"), folder);
        JsonObject json = json(folder);
        assertEquals("java", json.get("language").getAsString());
        assertEquals("message", json.get("interrupt_mode").getAsString());
        assertEquals("Java \"here\"", json.get("display_name").getAsString());

        List<String> argv = argv(folder);
        assertEquals(java.toString(), argv.get(0));
        assertTrue(argv.containsAll(JvmFlags.ALL));
        assertTrue(argv.contains("-Djava.awt.headless=true"));
        assertTrue(argv.indexOf("-Dx=a b") < argv.indexOf("-jar"));
        Path copy = Path.of(argv.get(argv.indexOf("-jar") + 1));
        assertTrue(copy.isAbsolute());
        assertEquals("the jar", Files.readString(copy));
        assertEquals(folder, copy.getParent());
        assertEquals(List.of("kernel", "{connection_file}"), argv.subList(argv.size() - 2, argv.size()));
    }

    @Test
    void bringsLogosOfTheSizesThatTheirNamesSay() throws IOException {
        Path folder = spec("lvm", true).install(kernels);
        for (int size : new int[] {32, 64}) {
            var logo = ImageIO.read(
                    folder.resolve("logo-" + size + "x" + size + ".png").toFile());
            assertNotNull(logo);
            assertEquals(size, logo.getWidth());
            assertEquals(size, logo.getHeight());
        }
    }

    @Test
    void aKernelThatDoesNotStartHasNoArchive() throws IOException {
        KernelSpec spec = spec("lvm", false);
        Path folder = spec.install(kernels);
        List<String> argv = argv(folder);
        assertFalse(spec.archive(folder));
        assertEquals(argv, argv(folder));
        assertTrue(argv.stream().noneMatch(each -> each.contains("SharedArchiveFile")));
    }

    @Test
    void inPlaceRefersToTheJar() throws IOException {
        Path folder = spec("lvm", true).install(kernels);
        List<String> argv = argv(folder);
        assertEquals(jar.toString(), argv.get(argv.indexOf("-jar") + 1));
        assertFalse(files(folder).contains("lvm-kernel.jar"));
    }

    @Test
    void replacesAnOlderKernelWhole() throws IOException {
        Path folder = spec("lvm", false).install(kernels);
        Files.writeString(folder.resolve("stale.txt"), "old");
        Files.writeString(jar, "the new jar");
        spec("lvm", false).install(kernels);
        assertEquals(Set.of("kernel.json", "lvm-kernel.jar", "logo-32x32.png", "logo-64x64.png"), files(folder));
        assertEquals("the new jar", Files.readString(folder.resolve("lvm-kernel.jar")));
        assertEquals(Set.of("lvm"), files(kernels));
    }

    @Test
    void afterAFailureTheOlderKernelIsStillThere() throws IOException {
        Path folder = spec("lvm", false).install(kernels);
        Files.delete(jar);
        KernelSpec broken = spec("lvm", false);
        assertThrows(NoSuchFileException.class, () -> broken.install(kernels));
        assertEquals("the jar", Files.readString(folder.resolve("lvm-kernel.jar")));
        assertEquals(Set.of("lvm"), files(kernels));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "../x", "a/b", "ä", ".hidden"})
    void namesThatJupyterWouldNotFindAreRefused(String name) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> spec(name, false));
        assertTrue(e.getMessage().contains("\"" + name + "\""), e.getMessage());
    }

    @Test
    void namesAreLowerCaseAsJupyterLooksThemUp() {
        assertEquals("lvm-x_1.0", spec("LVM-X_1.0", false).name());
    }

    @Test
    void optionsThatAreNoOptionsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> spec("a", false, "Xmx3g"));
    }

    @Test
    void theFolderOfEverySystem() {
        Path home = Path.of("/home/ada");
        assertEquals(home.resolve(".local/share/jupyter/kernels"), new JupyterPaths("Linux", home, Map.of()).user());
        assertEquals(
                Path.of("/data/jupyter/kernels"),
                new JupyterPaths("Linux", home, Map.of("XDG_DATA_HOME", "/data")).user());
        assertEquals(home.resolve("Library/Jupyter/kernels"), new JupyterPaths("Mac OS X", home, Map.of()).user());
        assertEquals(
                Path.of("/roaming/jupyter/kernels"),
                new JupyterPaths("Windows 11", home, Map.of("APPDATA", "/roaming")).user());
        for (String os : new String[] {"Linux", "Mac OS X", "Windows 11"}) {
            assertEquals(
                    Path.of("/set/kernels"), new JupyterPaths(os, home, Map.of("JUPYTER_DATA_DIR", "/set")).user());
        }
    }

    @Test
    void sysPrefixIsTheActiveEnvironment() {
        Path home = Path.of("/home/ada");
        assertEquals(
                Path.of("/venv/share/jupyter/kernels"),
                new JupyterPaths("Linux", home, Map.of("VIRTUAL_ENV", "/venv", "CONDA_PREFIX", "/conda")).sysPrefix());
        assertEquals(
                Path.of("/conda/share/jupyter/kernels"),
                new JupyterPaths("Linux", home, Map.of("CONDA_PREFIX", "/conda", "VIRTUAL_ENV", "")).sysPrefix());
        JupyterPaths none = new JupyterPaths("Linux", home, Map.of());
        assertTrue(assertThrows(IllegalArgumentException.class, none::sysPrefix)
                .getMessage()
                .contains("VIRTUAL_ENV"));
    }
}
