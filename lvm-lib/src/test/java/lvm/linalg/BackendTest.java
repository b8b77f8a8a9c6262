package lvm.linalg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The backends agree with each other, and each start finds the fastest that is there and says why. */
class BackendTest {
    private static final int[] SIZES = {1, 2, 3, 5, 8, 15, 16, 31, 64, 97, 130, 257};

    @ParameterizedTest
    @ValueSource(strings = {"openblas", "vector"})
    void agreesWithPlainJavaOnRandomShapes(String name) {
        Backend.Choice choice = Backend.choose(name, 2);
        assumeTrue(
                choice.description().name().equals(name),
                name + " is absent: " + choice.description().reason());
        agrees(choice.gemm(), new SplittableRandom(5), 300);
    }

    /** Both precisions against plain Java, matrices within arrays, and the elements around the result. */
    private static void agrees(Gemm gemm, SplittableRandom rng, int cases) {
        Gemm plain = new JavaGemm();
        for (int test = 0; test < cases; test++) {
            int m = SIZES[rng.nextInt(SIZES.length)];
            int n = SIZES[rng.nextInt(SIZES.length)];
            int k = SIZES[rng.nextInt(SIZES.length)];
            boolean transA = rng.nextBoolean();
            boolean transB = rng.nextBoolean();
            int aStride = (transA ? m : k) + rng.nextInt(3);
            int bStride = (transB ? k : n) + rng.nextInt(3);
            int cStride = n + rng.nextInt(3);
            int from = rng.nextInt(4);
            double[] a = random(from + (transA ? k : m) * aStride, rng);
            double[] b = random(from + (transB ? n : k) * bStride, rng);
            double[] c = random(from + m * cStride, rng);
            double alpha = rng.nextDouble(-2, 2);
            double beta = rng.nextInt(3) / 2.0;
            String where = m + "×" + k + "×" + n + (transA ? " Aᵀ" : "") + (transB ? " Bᵀ" : "") + " β " + beta;

            double[] expected = c.clone();
            plain.dgemm(
                    transA, transB, m, n, k, alpha, a, from, aStride, b, from, bStride, beta, expected, from, cStride);
            double[] actual = c.clone();
            gemm.dgemm(transA, transB, m, n, k, alpha, a, from, aStride, b, from, bStride, beta, actual, from, cStride);
            for (int i = 0; i < c.length; i++) {
                assertEquals(expected[i], actual[i], 1e-15 * (k + 4), where);
            }
            for (Gemm either : new Gemm[] {gemm, plain}) {
                float[] single = toFloat(c);
                either.sgemm(
                        transA,
                        transB,
                        m,
                        n,
                        k,
                        (float) alpha,
                        toFloat(a),
                        from,
                        aStride,
                        toFloat(b),
                        from,
                        bStride,
                        (float) beta,
                        single,
                        from,
                        cStride);
                for (int i = 0; i < c.length; i++) {
                    assertEquals(expected[i], single[i], 5e-7 * (k + 4), where);
                }
            }
        }
    }

    private static double[] random(int n, SplittableRandom rng) {
        double[] x = new double[n];
        Arrays.setAll(x, i -> (float) rng.nextDouble(-1, 1));
        return x;
    }

    private static float[] toFloat(double[] x) {
        float[] y = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = (float) x[i];
        }
        return y;
    }

    @Test
    void emptySumsAreZeroOnTheChosenBackend() {
        float[] c = {1, 2, 3, 4};
        Products.gemm(false, false, 2, 2, 0, 1, new float[0], 0, 0, new float[0], 0, 2, 0, c, 0, 2);
        assertEquals("[0.0, 0.0, 0.0, 0.0]", Arrays.toString(c));
    }

    @Test
    void theRowsOfAPlainProductDoNotDependOnTheirNeighbours() {
        // So that the result is the same however rows are shared out to threads.
        SplittableRandom rng = new SplittableRandom(6);
        int n = 257;
        int k = 301;
        float[] a = toFloat(random(97 * k, rng));
        float[] b = toFloat(random(k * n, rng));
        float[] whole = new float[97 * n];
        Gemm plain = new JavaGemm();
        plain.sgemm(false, false, 97, n, k, 1, a, 0, k, b, 0, n, 0, whole, 0, n);
        for (int i = 0; i < 97; i++) {
            float[] row = new float[n];
            plain.sgemm(false, false, 1, n, k, 1, a, i * k, k, b, 0, n, 0, row, 0, n);
            for (int j = 0; j < n; j++) {
                assertEquals(row[j], whole[i * n + j]);
            }
        }
    }

    @Test
    void anUnknownNameIsRefused() {
        assertEquals(
                "Backend: the system property lvm.backend is 'mkl', expected one of [openblas, vector, java]",
                assertThrows(IllegalArgumentException.class, () -> Backend.choose("mkl", 1))
                        .getMessage());
    }

    @Test
    void withoutNativesTheChoiceIsJavaAndSaysWhy() throws Exception {
        String[] lines = inAJvmOfItsOwn(false, List.of());
        assertEquals("java", lines[0]);
        assertTrue(
                lines[1].contains("OpenBLAS is not used: org.bytedeco:openblas")
                        && lines[1].contains(
                                "the Vector API is not used: the JVM was started without --add-modules jdk.incubator.vector"),
                lines[1]);
    }

    @Test
    void theVectorModuleIsUsedWhereItIs() throws Exception {
        assumeTrue(
                ModuleLayer.boot().findModule("java.base").isPresent()
                        && java.lang.module.ModuleFinder.ofSystem()
                                .find("jdk.incubator.vector")
                                .isPresent(),
                "this JDK has no module jdk.incubator.vector");
        String[] lines =
                inAJvmOfItsOwn(false, List.of("--add-modules", "jdk.incubator.vector", "-Dlvm.backend=vector"));
        assertEquals("vector", lines[0], lines[1]);
        assertTrue(lines[1].contains("asked for by lvm.backend"), lines[1]);
        // A backend that does not give the same bits twice is nobody's by default.
        boolean sumsChange = Runtime.version().feature() >= 24;
        assertEquals(sumsChange, lines[1].contains("not the same bits"), lines[1]);
        String[] unasked = inAJvmOfItsOwn(false, List.of("--add-modules", "jdk.incubator.vector"));
        assertEquals(sumsChange ? "java" : "vector", unasked[0], unasked[1]);
        assertEquals(sumsChange, unasked[1].contains("lvm.backend=vector takes it"), unasked[1]);
    }

    @Test
    void propertiesChooseBackendAndThreads() throws Exception {
        String[] lines = inAJvmOfItsOwn(true, List.of("-Dlvm.backend=java", "-Dlvm.threads=1"));
        assertEquals("java", lines[0]);
        assertTrue(lines[1].contains(", 1 thread;"), lines[1]);
        // More threads than processors: the products are cut into bands and into tiles both ways.
        String[] six = inAJvmOfItsOwn(true, List.of("--enable-native-access=ALL-UNNAMED", "-Dlvm.threads=6"));
        assertTrue(six[1].contains(", 6 threads"), six[1]);
    }

    /** The description of another JVM's backend, after it multiplied on it; that JVM must print nothing else. */
    private static String[] inAJvmOfItsOwn(boolean natives, List<String> options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add("-cp");
        command.add(Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> natives || !entry.contains("bytedeco"))
                .collect(Collectors.joining(File.pathSeparator)));
        command.add("-Dstdout.encoding=UTF-8");
        command.add("-Dfile.encoding=UTF-8");
        command.add(BackendTest.class.getName());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), text);
        // The JVM itself announces the incubator module; there is no option that stops it.
        String[] lines = text.lines()
                .filter(line -> !line.startsWith("WARNING: Using incubator modules"))
                .toArray(String[]::new);
        assertEquals(2, lines.length, text);
        return lines;
    }

    /** What the other JVM runs: products on its backend against plain Java, then the description. */
    public static void main(String[] args) {
        agrees(Backend.gemm(0, 0, 0), new SplittableRandom(7), 60);
        System.out.println(Backend.describe().name());
        System.out.println(Backend.describe());
    }
}
