package lvm.linalg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.module.ModuleFinder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import lvm.Child;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Matrix products are the same bit for bit on any number of threads, and within a loop of several threads as outside. */
class ThreadsTest {
    private static final int[][] SIZES = {
        {128, 128, 256}, // the largest of one tile
        {128, 129, 256},
        {100, 500, 50},
        {100, 500, 100},
        {50, 200, 500},
        {255, 257, 256}, // just below four tiles
        {256, 256, 256},
        {100, 500, 784},
        {500, 784, 100},
        {2, 3001, 1500},
        {3001, 2, 1500},
        {1, 1, 5_000_000},
        {1100, 1000, 20}, // eight tiles
        {3000, 1000, 11}, // sixteen
    };

    @ParameterizedTest
    @ValueSource(strings = {"openblas", "vector", "java"})
    void productsAreTheSameOnAnyNumberOfThreads(String backend) throws Exception {
        List<String> options =
                new ArrayList<>(List.of("-Dlvm.backend=" + backend, "--enable-native-access=ALL-UNNAMED"));
        if (backend.equals("vector")) {
            assumeTrue(ModuleFinder.ofSystem().find("jdk.incubator.vector").isPresent(), "no Vector API");
            assumeTrue(Runtime.version().feature() < 24, "its sums change while Java compiles, see Backend");
            options.add("--add-modules=jdk.incubator.vector");
        }
        String one = digests(options, 1);
        assumeTrue(
                one.startsWith(backend), backend + " is absent: " + one.lines().findFirst());
        assertEquals(2 + 4 * 2 * SIZES.length, one.lines().count(), one);
        for (int threads : backend.equals("openblas") ? new int[] {2, 3, 4, 6} : new int[] {2, 4}) {
            String more = digests(options, threads);
            assertTrue(more.contains("threads: " + threads), more);
            assertEquals(withoutThreads(one), withoutThreads(more), threads + " threads");
        }
    }

    private static String digests(List<String> options, int threads) throws Exception {
        List<String> all = new ArrayList<>(options);
        all.add("-Dlvm.threads=" + threads);
        return Child.run(Probe.class, all);
    }

    private static String withoutThreads(String digests) {
        return digests.replaceFirst("threads: .*\n", "");
    }

    /** What the other JVM runs: every product outside of a loop and within one. */
    static final class Probe {
        private Probe() {}

        public static void main(String[] args) {
            System.out.println(Backend.describe().name());
            System.out.println("threads: " + Parallel.threads());
            SplittableRandom rng = new SplittableRandom(1);
            for (int[] size : SIZES) {
                double[] a = random(size[0] * size[2], rng);
                double[] b = random(size[2] * size[1], rng);
                float[] af = floats(a);
                float[] bf = floats(b);
                for (int t = 0; t < 4; t++) {
                    boolean transA = t % 2 == 1;
                    boolean transB = t / 2 == 1;
                    int m = size[0];
                    int n = size[1];
                    int k = size[2];
                    String what = m + "×" + k + "×" + n + (transA ? " Aᵀ" : "") + (transB ? " Bᵀ" : "");
                    double[][] c = new double[3][m * n];
                    float[][] cf = new float[3][m * n];
                    multiply(transA, transB, m, n, k, a, b, c[0], af, bf, cf[0]);
                    Parallel.range(2, 1, (from, to) -> {
                        for (int i = from; i < to; i++) {
                            multiply(transA, transB, m, n, k, a, b, c[1 + i], af, bf, cf[1 + i]);
                        }
                    });
                    for (int i = 1; i < 3; i++) {
                        if (!Arrays.equals(c[0], c[i]) || !Arrays.equals(cf[0], cf[i])) {
                            throw new AssertionError(what + " is another product within a loop");
                        }
                    }
                    System.out.println(what + " double " + Arrays.hashCode(c[0]));
                    System.out.println(what + " float " + Arrays.hashCode(cf[0]));
                }
            }
        }

        private static void multiply(
                boolean transA,
                boolean transB,
                int m,
                int n,
                int k,
                double[] a,
                double[] b,
                double[] c,
                float[] af,
                float[] bf,
                float[] cf) {
            int aStride = transA ? m : k;
            int bStride = transB ? k : n;
            Products.gemm(transA, transB, m, n, k, 1, a, 0, aStride, b, 0, bStride, 0, c, 0, n);
            Products.gemm(transA, transB, m, n, k, 1, af, 0, aStride, bf, 0, bStride, 0, cf, 0, n);
        }

        private static double[] random(int n, SplittableRandom rng) {
            double[] x = new double[n];
            Arrays.setAll(x, i -> rng.nextDouble(-1, 1));
            return x;
        }

        private static float[] floats(double[] x) {
            float[] y = new float[x.length];
            for (int i = 0; i < y.length; i++) {
                y[i] = (float) x[i];
            }
            return y;
        }
    }
}
