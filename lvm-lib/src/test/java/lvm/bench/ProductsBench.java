package lvm.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import lvm.linalg.Backend;
import lvm.linalg.Products;
import lvm.linalg.VectorMath;
import lvm.random.Fill;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;

/**
 * Products on the backend against OpenBLAS on memory outside the heap and against EJML, and the vectorised functions
 * against loops over {@link Math}. The sides take turns within one run, and the best time of each counts, so that a ratio
 * means something on a machine with other work to do. Choose the backend with {@code -Dlvm.backend} and
 * {@code -Dlvm.threads}.
 *
 * <p>Argument: seconds for each line, optional.
 */
public final class ProductsBench {
    private static final int ROW_MAJOR = 101;
    private static final int PLAIN = 111;

    private ProductsBench() {}

    private interface OnArrays {
        void apply(float[] x, int xFrom, float[] y, int yFrom, int n);
    }

    /**
     * Runs the comparison.
     *
     * @param args seconds for each line
     */
    public static void main(String[] args) {
        double seconds = args.length > 0 ? Double.parseDouble(args[0]) : 3;
        Backend.Description backend = Backend.describe();
        say("%s; JDK %s", backend, System.getProperty("java.version"));
        boolean offHeap = backend.name().equals("openblas");
        say("%-16s %10s %10s %10s %8s", "GFLOP/s", backend.name(), "off-heap", "EJML", "ratio");
        for (int[] size : new int[][] {{100, 784, 500}, {1000, 784, 500}, {1000, 500, 500}, {200, 64, 100}}) {
            product(size[0], size[1], size[2], offHeap, seconds);
        }
        say("%-16s %10s %10s %10s", "ns per element", "VectorMath", "Math", "ratio");
        function("exp", VectorMath::exp, Math::exp, seconds);
        function("log", VectorMath::log, Math::log, seconds);
        function("log1p", VectorMath::log1p, Math::log1p, seconds);
        function("softplus", VectorMath::softplus, x -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), seconds);
        function("sigmoid", VectorMath::sigmoid, x -> 1 / (1 + Math.exp(-x)), seconds);
        function("tanh", VectorMath::tanh, Math::tanh, seconds);
    }

    private static void product(int m, int k, int n, boolean offHeap, double seconds) {
        SplittableRandom rng = new SplittableRandom(1);
        FMatrixRMaj a = new FMatrixRMaj(m, k);
        FMatrixRMaj b = new FMatrixRMaj(k, n);
        FMatrixRMaj c = new FMatrixRMaj(m, n);
        Fill.normal(a, rng);
        Fill.normal(b, rng);
        Runnable[] sides = {
            () -> Products.mult(a, b, c), () -> {}, () -> CommonOps_FDRM.mult(a, b, c),
        };
        FloatPointer[] memory = {};
        if (offHeap) {
            FloatPointer pa = new FloatPointer(a.data);
            FloatPointer pb = new FloatPointer(b.data);
            FloatPointer pc = new FloatPointer((long) m * n);
            memory = new FloatPointer[] {pa, pb, pc};
            sides[1] = () -> openblas_nolapack.cblas_sgemm(ROW_MAJOR, PLAIN, PLAIN, m, n, k, 1, pa, k, pb, n, 0, pc, n);
        }
        int calls = (int) Math.max(1, 50_000_000L / ((long) m * n * k));
        double[] best = race(sides, calls, seconds);
        double work = 2e-9 * m * n * k;
        String size = m + "×" + k + "×" + n;
        if (offHeap) {
            say(
                    "%-16s %10.1f %10.1f %10.1f %8.2f",
                    size, work / best[0], work / best[1], work / best[2], best[1] / best[0]);
        } else {
            say("%-16s %10.1f %10s %10.1f", size, work / best[0], "–", work / best[2]);
        }
        for (FloatPointer p : memory) {
            p.close();
        }
    }

    private static void function(String name, OnArrays fast, DoubleUnaryOperator slow, double seconds) {
        int n = 50_000; // a batch of 100 in a layer of 500
        float[] x = new float[n];
        float[] y = new float[n];
        boolean positive = name.startsWith("log");
        Fill.uniform(positive ? 0.01f : -8, 8, x, new SplittableRandom(2));
        double[] best = race(
                new Runnable[] {
                    () -> fast.apply(x, 0, y, 0, n),
                    () -> {
                        for (int i = 0; i < n; i++) {
                            y[i] = (float) slow.applyAsDouble(x[i]);
                        }
                    }
                },
                1,
                seconds);
        say("%-16s %10.2f %10.2f %10.1f", name, best[0] / n * 1e9, best[1] / n * 1e9, best[1] / best[0]);
    }

    /** The best time of one call of each side, in seconds. */
    private static double[] race(Runnable[] sides, int calls, double seconds) {
        double[] best = new double[sides.length];
        Arrays.fill(best, Double.POSITIVE_INFINITY);
        long end = System.nanoTime() + (long) (seconds * 1e9);
        do {
            for (int s = 0; s < sides.length; s++) {
                long start = System.nanoTime();
                for (int i = 0; i < calls; i++) {
                    sides[s].run();
                }
                best[s] = Math.min(best[s], (System.nanoTime() - start) * 1e-9 / calls);
            }
        } while (System.nanoTime() < end);
        return best;
    }

    private static void say(String format, Object... arguments) {
        System.out.printf(Locale.ROOT, format + "%n", arguments);
    }
}
