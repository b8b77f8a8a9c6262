package lvm.linalg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lvm.boltzmann.Rbm;
import lvm.factor.Pca;
import lvm.fit.Fit;
import lvm.fit.FitOptions;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a program is told that has no OpenBLAS: once, by the first fit that would gain, and only where it has a cure. */
class AdviceTest {
    private static final String ARTIFACT = "<artifactId>lvm-platform</artifactId><version>";

    @ParameterizedTest
    @ValueSource(strings = {"rbm", "pca", "fit"})
    void theFirstLargeFitSaysItOnce(String fit) throws Exception {
        List<String> lines =
                inAJvmOfItsOwn(List.of("bytedeco"), List.of(), "small", "large", fit, "large", fit, "large", fit);
        int small = lines.indexOf("small is done");
        int large = lines.indexOf("large is done");
        List<String> told =
                lines.stream().filter(line -> line.contains("OpenBLAS")).toList();
        assertEquals(1, told.size(), lines.toString());
        assertTrue(told.get(0).startsWith("Matrix products are computed by plain Java"), told.get(0));
        int at = lines.indexOf(told.get(0));
        assertTrue(small < at && at < large, lines.toString());
        assertTrue(lines.get(at + 1).contains(ARTIFACT), lines.toString());
        assertTrue(lines.get(at + 2).contains("-Dlvm.backend=java"), lines.toString());
    }

    @Test
    void nativesOfAnotherPlatformHaveAnotherCure() throws Exception {
        List<String> lines = inAJvmOfItsOwn(List.of("openblas-" + version() + "-"), List.of(), "large", "rbm");
        String all = String.join("\n", lines);
        assertTrue(all.contains("org.bytedeco:openblas for ") && all.contains("is not on the class path"), all);
        assertTrue(all.contains("<artifactId>openblas-platform</artifactId>"), all);
    }

    @Test
    void whoAsksForPlainJavaIsToldNothing() throws Exception {
        List<String> lines = inAJvmOfItsOwn(List.of("bytedeco"), List.of("-Dlvm.backend=java"), "large", "rbm");
        assertFalse(lines.toString().contains("OpenBLAS"), lines.toString());
    }

    @Test
    void withOpenBlasThereIsNothingToSay() throws Exception {
        List<String> lines = inAJvmOfItsOwn(List.of(), List.of(), "large", "rbm");
        assertFalse(lines.toString().contains("a fraction of the time"), lines.toString());
    }

    @Test
    void platformsWithoutJarsHaveNoAdvice() throws Exception {
        assertTrue(Natives.exist("Linux", "amd64"));
        assertTrue(Natives.exist("Linux", "aarch64"));
        assertTrue(Natives.exist("Mac OS X", "aarch64"));
        assertTrue(Natives.exist("Mac OS X", "x86_64"));
        assertTrue(Natives.exist("Windows 11", "amd64"));
        assertFalse(Natives.exist("Windows 11", "aarch64"));
        assertFalse(Natives.exist("Linux", "riscv64"));
        assertFalse(Natives.exist("SunOS", "amd64"));
        List<String> lines = inAJvmOfItsOwn(List.of("bytedeco"), List.of("-Dos.arch=riscv64"), "large", "rbm");
        assertFalse(lines.toString().contains("OpenBLAS"), lines.toString());
    }

    @Test
    void smallProductsAreNotCounted() {
        Natives natives = Natives.of("plain Java", new NoClassDefFoundError());
        for (int i = 0; i < 1 << 20; i++) {
            natives.count(31, 32, 32); // 2³⁵ together
        }
        assertEquals(null, natives.advice());
        natives.count(1 << 12, 1 << 12, (1 << 10) - 1);
        assertEquals(null, natives.advice());
        natives.count(1 << 12, 1 << 12, 1);
        assertTrue(natives.advice().contains("lvm-platform"));
        assertEquals(null, natives.advice());
    }

    /** The version of OpenBLAS, by the name of its jar on the class path. */
    private static String version() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).getFileName().toString())
                .filter(name -> name.matches("openblas-[0-9.]+-[0-9.]+\\.jar"))
                .map(name -> name.substring("openblas-".length(), name.length() - ".jar".length()))
                .findFirst()
                .orElseThrow();
    }

    /** What a JVM writes that runs {@link #main}; nothing of it on standard error. */
    private static List<String> inAJvmOfItsOwn(List<String> without, List<String> options, String... arguments)
            throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "-Dstdout.encoding=UTF-8", "-Dfile.encoding=UTF-8"));
        if (Runtime.version().feature() >= 24) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(options);
        command.add("-cp");
        command.add(Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> without.stream().noneMatch(entry::contains))
                .collect(Collectors.joining(File.pathSeparator)));
        command.add(AdviceTest.class.getName());
        command.addAll(List.of(arguments));
        Path errors = Files.createTempFile("advice", ".txt");
        try {
            Process process =
                    new ProcessBuilder(command).redirectError(errors.toFile()).start();
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String error = Files.readString(errors);
            assertEquals(0, process.waitFor(), text + error);
            String complaints =
                    error.lines().filter(line -> !line.startsWith("SLF4J")).collect(Collectors.joining("\n"));
            assertEquals("", complaints);
            return text.lines().toList();
        } finally {
            Files.delete(errors);
        }
    }

    /** What the other JVM runs: a fit too small to gain, or large ones; the limit is lowered, so that none takes long. */
    public static void main(String[] args) {
        Natives.gain = 1L << 24;
        for (int i = 0; i < args.length; i++) {
            boolean large = args[i].equals("large");
            fit(large ? args[++i] : "rbm", large);
            System.out.println((large ? "large" : "small") + " is done");
        }
    }

    private static void fit(String what, boolean large) {
        int rows = large ? 2000 : 20;
        SplittableRandom rng = new SplittableRandom(1);
        DMatrixRMaj x = new DMatrixRMaj(rows, 128);
        for (int i = 0; i < x.data.length; i++) {
            x.data[i] = rng.nextInt(2);
        }
        switch (what) {
            case "pca" -> Pca.builder().components(2).fit(x);
            case "rbm" -> Rbm.builder().hidden(64).epochs(2).fit(x);
            default -> {
                FMatrixRMaj a = new FMatrixRMaj(rows, 128);
                FMatrixRMaj c = new FMatrixRMaj(128, 128);
                new Fit((batch, random) -> {
                            Products.multTransA(a, a, c);
                            return 0;
                        })
                        .options(new FitOptions().epochs(3))
                        .run();
            }
        }
    }
}
