package lvm.bench;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import lvm.display.Display;
import lvm.factor.FactorAnalysis;
import lvm.factor.FastIca;
import lvm.factor.Pca;
import lvm.linalg.Backend;
import lvm.linalg.Products;
import lvm.linalg.SymmetricEigen;
import lvm.random.Fill;
import org.ejml.data.DMatrixRMaj;

/**
 * The linear factor models against scikit-learn's: the same numbers, the same settings, taking turns in one run, as many
 * threads as each likes. Prints the median seconds of both, what was found, and the ratio.
 *
 * <p>Arguments: repeats, and a divisor of the number of rows for a quick look; both optional. The Python is that of the
 * environment variable {@code LVM_PYTHON}, else the first of {@code python3} and {@code /usr/bin/python3} that has
 * scikit-learn.
 */
public final class FactorBench {
    private FactorBench() {}

    /**
     * Runs the comparison.
     *
     * @param args repeats, divisor
     * @throws IOException if the data can not be handed to Python
     * @throws InterruptedException if interrupted while looking for Python
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Display.install(new EmBench.Silence()); // only the figures
        int repeats = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        int divisor = args.length > 1 ? Integer.parseInt(args[1]) : 1;
        say(
                "JDK %s, %d processors; %s; eigenvalues: %s",
                System.getProperty("java.version"),
                Runtime.getRuntime().availableProcessors(),
                Backend.describe(),
                SymmetricEigen.describe());
        Path directory = Files.createTempDirectory("factor-bench");
        String python = Python.with("sklearn");
        try (Peer peer = python == null ? null : new Peer(python, "factor_bench.py", directory)) {
            if (peer == null) {
                say("scikit-learn not found; install python3-sklearn, or name a Python that has it in LVM_PYTHON");
            }
            pca(50_000 / divisor, repeats, directory, peer);
            factorAnalysis(10_000 / divisor, repeats, directory, peer);
            fastIca(100_000 / divisor, repeats, directory, peer);
        } finally {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }

    private static void pca(int n, int repeats, Path directory, Peer peer) throws IOException {
        DMatrixRMaj x = correlated(n, 784, 100, 1);
        write(directory.resolve("pca"), x);
        for (Pca.Solver solver : new Pca.Solver[] {Pca.Solver.EIGEN, Pca.Solver.RANDOMIZED}) {
            boolean exact = solver == Pca.Solver.EIGEN;
            compare(
                    String.format(
                            Locale.ROOT,
                            "PCA(50) on %d×784, %s; variance explained",
                            n,
                            exact ? "exact (svd_solver=full)" : "randomised, 10 columns more, 7 power iterations"),
                    repeats,
                    () -> Arrays.stream(Pca.builder()
                                    .components(50)
                                    .solver(solver)
                                    .powerIterations(7)
                                    .fit(x)
                                    .explainedVariance())
                            .sum(),
                    peer,
                    "pca " + (exact ? "full" : "randomized") + " 50");
        }
    }

    private static void factorAnalysis(int n, int repeats, Path directory, Peer peer) throws IOException {
        DMatrixRMaj x = correlated(n, 784, 20, 2);
        write(directory.resolve("fa"), x);
        FactorAnalysis.Builder fa = FactorAnalysis.builder().factors(20).noiseFloor(1e-12);
        compare(
                "FA(20) on " + n + "×784, ECME (scikit-learn's algorithm), 7 iterations; log-likelihood",
                repeats,
                () -> fa.algorithm(FactorAnalysis.Algorithm.ECME)
                        .tolerance(0)
                        .maxIterations(7)
                        .fit(x)
                        .history()
                        .last("logLikelihood"),
                peer,
                "fa 20 7 0");
        compare(
                "FA(20) on " + n
                        + "×784, until an iteration adds less than 0.01 nats in total, ours by EM; log-likelihood",
                repeats,
                () -> fa.algorithm(FactorAnalysis.Algorithm.EM)
                        .tolerance(.01 / n)
                        .maxIterations(1000)
                        .fit(x)
                        .history()
                        .last("logLikelihood"),
                peer,
                "fa 20 1000 0.01");
    }

    private static void fastIca(int n, int repeats, Path directory, Peer peer) throws IOException {
        SplittableRandom rng = new SplittableRandom(3);
        DMatrixRMaj sources = new DMatrixRMaj(n, 10);
        for (int i = 0; i < sources.getNumElements(); i++) {
            double u = rng.nextDouble() - .5;
            sources.data[i] = i % 2 == 0 ? u : Math.signum(u) * -Math.log(1 - 2 * Math.abs(u)); // uniform and Laplace
        }
        DMatrixRMaj mixing = new DMatrixRMaj(10, 10);
        Fill.normal(mixing, rng);
        DMatrixRMaj x = new DMatrixRMaj(n, 10);
        Products.mult(sources, mixing, x);
        DMatrixRMaj start = new DMatrixRMaj(10, 10);
        Fill.normal(start, rng);
        write(directory.resolve("ica"), x);
        write(directory.resolve("start"), start);
        compare(
                "FastICA(10) on " + n + "×10, symmetric, logcosh, 20 iterations; iterations",
                repeats,
                () -> FastIca.builder()
                        .components(10)
                        .start(start)
                        .tolerance(0)
                        .maxIterations(20)
                        .fit(x)
                        .history()
                        .size(),
                peer,
                "ica 10 20");
    }

    private static void compare(String title, int repeats, DoubleSupplier ours, Peer peer, String task)
            throws IOException {
        say("%n%s", title);
        List<Peer.Turn> mine = new ArrayList<>();
        List<Peer.Turn> theirs = new ArrayList<>();
        for (int r = 0; r <= repeats; r++) { // the first turn of both does not count
            long before = System.nanoTime();
            double found = ours.getAsDouble();
            mine.add(new Peer.Turn((System.nanoTime() - before) / 1e9, found, ""));
            if (peer != null) {
                theirs.add(peer.run(task));
            }
        }
        double seconds = report("lvm", mine);
        if (peer != null) {
            double others = report("scikit-learn", theirs);
            Peer.Turn last = theirs.get(repeats);
            say(
                    "  ratio        %8.2f; the findings differ by %.1e of their size%s",
                    others / seconds,
                    Math.abs(mine.get(repeats).found() / last.found() - 1),
                    last.note().equals("0") ? "" : "; it took " + last.note() + " iterations");
        }
    }

    private static double report(String who, List<Peer.Turn> turns) {
        double[] seconds =
                turns.stream().skip(1).mapToDouble(Peer.Turn::seconds).sorted().toArray();
        double median = seconds[seconds.length / 2];
        say(
                "  %-12s %8.3f s (median of %d, from %.3f to %.3f; the first %.3f)   %.6f",
                who,
                median,
                seconds.length,
                seconds[0],
                seconds[seconds.length - 1],
                turns.get(0).seconds(),
                turns.get(turns.size() - 1).found());
        return median;
    }

    /** Factors of falling variance, a noise of its own in each column, a mean: numbers that fit a float. */
    private static DMatrixRMaj correlated(int n, int d, int factors, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        DMatrixRMaj h = new DMatrixRMaj(n, factors);
        Fill.normal(h, rng);
        DMatrixRMaj w = new DMatrixRMaj(factors, d);
        Fill.normal(w, rng);
        for (int i = 0; i < w.getNumElements(); i++) {
            w.data[i] *= Math.pow(.96, i / d);
        }
        DMatrixRMaj x = new DMatrixRMaj(n, d);
        Products.mult(h, w, x);
        double[] noise = rng.doubles(d, .5, 2).toArray();
        for (int i = 0; i < x.getNumElements(); i++) {
            x.data[i] = (float) (x.data[i] + noise[i % d] * rng.nextGaussian() + 5);
        }
        return x;
    }

    private static void write(Path file, DMatrixRMaj x) throws IOException {
        for (int i = 0; i < x.getNumElements(); i++) {
            x.data[i] = (float) x.data[i];
        }
        try (DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16))) {
            out.writeInt(x.numRows);
            out.writeInt(x.numCols);
            for (int i = 0; i < x.getNumElements(); i++) {
                out.writeFloat((float) x.data[i]);
            }
        }
    }

    private static void say(String format, Object... arguments) {
        System.out.printf(Locale.ROOT, format + "%n", arguments);
    }
}
