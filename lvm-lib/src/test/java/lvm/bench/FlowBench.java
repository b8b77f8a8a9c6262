package lvm.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import lvm.autodiff.MicroBatches;
import lvm.autodiff.Tape;
import lvm.distribution.Bijector;
import lvm.distribution.Bijectors;
import lvm.distribution.Mapped;
import lvm.flow.Maf;
import lvm.flow.Planar;
import lvm.flow.RealNvp;
import lvm.flow.Transformer;
import lvm.linalg.Backend;
import lvm.optim.Adam;
import lvm.random.Fill;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * A training step of normalizing flows by maximum likelihood against PyTorch's, with the same architecture, optimiser and batch,
 * taking turns in one run: a RealNVP in the plane (8 couplings, networks of two hidden layers of 128, batch 512) and a masked
 * autoregressive flow on 784 columns (5 layers, 1024 hidden, batch 100). Each ratio is the median of the ratios of the turns,
 * at PyTorch's better number of threads. Then the log-determinant of a planar layer by the matrix determinant lemma, which takes
 * D operations a row, against an LU decomposition of its dense Jacobian, which takes D³.
 *
 * <p>Arguments: the number of turns; optional. The Python is that of the environment variable {@code LVM_PYTHON}, else the
 * first of {@code python3} and {@code /usr/bin/python3} that has PyTorch.
 */
public final class FlowBench {
    private static final int[] THREADS = {1, 2};

    private FlowBench() {}

    /** What is compared. */
    private record Task(String name, String about, int dim, int batch, int steps, Bijector map) {}

    /**
     * Runs the comparison.
     *
     * @param args turns
     * @throws IOException if PyTorch's side can not be started
     * @throws InterruptedException if interrupted while looking for Python
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        int turns = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        SplittableRandom rng = new SplittableRandom(1);
        List<Bijector> layers = new ArrayList<>();
        for (int k = 0; k < 5; k++) {
            layers.add(new Maf("maf." + k, 784, k % 2 == 1, Transformer.affine(), rng, 1024));
        }
        List<Task> tasks = List.of(
                new Task(
                        "nvp",
                        "RealNVP in the plane, 8 couplings, 128-128 hidden, batch 512",
                        2,
                        512,
                        100,
                        RealNvp.layers(8, 128, 128).make(2, rng)),
                new Task(
                        "maf",
                        "MAF on 784 columns, 5 layers, 1024 hidden, batch 100",
                        784,
                        100,
                        5,
                        Bijectors.chain(layers)));
        say(
                "JDK %s, %d processors; %s",
                System.getProperty("java.version"), Runtime.getRuntime().availableProcessors(), Backend.describe());
        Path script = Files.createTempFile("flow-bench", ".py");
        try (var in = FlowBench.class.getResourceAsStream("flow_bench.py")) {
            Files.write(script, in.readAllBytes());
            String python = Python.with("torch");
            if (python == null) {
                say("PyTorch not found; install python3-torch, or name a Python that has it in LVM_PYTHON");
            }
            for (Task task : tasks) {
                compare(task, turns, python, script);
            }
            determinants(4 * turns);
        } finally {
            Files.delete(script);
        }
    }

    private static void compare(Task task, int turns, String python, Path script) throws IOException {
        FMatrixRMaj x = new FMatrixRMaj(task.batch, task.dim);
        Fill.normal(x, new SplittableRandom(2));
        Adam adam = new Adam(task.map.params(), 1e-4);
        MicroBatches parts = new MicroBatches();
        step(task, parts, adam, x, 2 * task.steps); // compiled from here on
        double[] ours = new double[turns];
        double[][] theirs = new double[THREADS.length][turns];
        List<Peer> peers = new ArrayList<>();
        try {
            for (int threads : THREADS) {
                if (python != null) {
                    Peer peer = new Peer(python, script, threads);
                    peers.add(peer);
                    peer.ask(task);
                }
            }
            for (int t = 0; t < turns; t++) {
                ours[t] = step(task, parts, adam, x, task.steps);
                for (int p = 0; p < peers.size(); p++) {
                    theirs[p][t] = peers.get(p).ask(task);
                }
            }
        } finally {
            peers.forEach(Peer::close);
        }
        say("%s", task.about);
        say("  this library: %.2f ms a step", 1e3 * median(ours));
        for (int p = 0; p < peers.size(); p++) {
            double[] ratios = new double[turns];
            for (int t = 0; t < turns; t++) {
                ratios[t] = theirs[p][t] / ours[t];
            }
            say(
                    "  PyTorch, %d threads: %.2f ms a step, %.2f times as long",
                    THREADS[p], 1e3 * median(theirs[p]), median(ratios));
        }
    }

    /** A line for each number of columns; the shortest of the turns, as some are of one row only. */
    private static void determinants(int turns) {
        say(
                "log-determinant of a planar layer, a row: by the lemma, with the layer's values, and by LU of the Jacobian");
        double[] before = null;
        for (int d : new int[] {32, 128, 512}) {
            int rows = 12_800 / d; // as many numbers, so that these stay in the same cache
            SplittableRandom rng = new SplittableRandom(3);
            Planar planar = new Planar("planar", d, rng);
            double[] uHat = planar.direction();
            FMatrixRMaj z = new FMatrixRMaj(rows, d);
            Fill.normal(z, rng);
            DMatrixRMaj jacobian = new DMatrixRMaj(d, d);
            FMatrixRMaj w = planar.params().get(1).value();
            double b = planar.params().get(2).value().get(0);
            double[] lemma = new double[turns];
            double[] dense = new double[turns];
            Tape tape = Tape.withoutGradients();
            for (int t = -turns; t < turns; t++) { // compiled from 0 on
                int repeats = 50;
                int decompositions = Math.max(1, 8_000_000 / (d * d * d));
                long start = System.nanoTime();
                double byLemma = 0;
                for (int k = 0; k < repeats; k++) {
                    byLemma = planar.forward(tape.reset(), tape.constant(z))
                            .logDet()
                            .value()
                            .get(0, 0);
                }
                long middle = System.nanoTime();
                double a = b;
                for (int j = 0; j < d; j++) {
                    a += (double) w.data[j] * z.data[j];
                }
                double slope = 1 - Math.tanh(a) * Math.tanh(a);
                for (int i = 0; i < d; i++) {
                    for (int j = 0; j < d; j++) {
                        jacobian.data[i * d + j] = slope * uHat[i] * w.data[j] + (i == j ? 1 : 0);
                    }
                }
                double byLu = 0;
                for (int k = 0; k < decompositions; k++) {
                    byLu = Math.log(CommonOps_DDRM.det(jacobian));
                }
                long end = System.nanoTime();
                if (Math.abs(byLemma - byLu) > 1e-3) {
                    throw new IllegalStateException("the lemma gives " + byLemma + ", LU " + byLu);
                }
                if (t >= 0) {
                    lemma[t] = (middle - start) / 1e3 / repeats / rows;
                    dense[t] = (end - middle) / 1e3 / decompositions;
                }
            }
            double[] now = {
                Arrays.stream(lemma).min().orElseThrow(),
                Arrays.stream(dense).min().orElseThrow()
            };
            say(
                    "  %4d columns: %.2f µs and %.0f µs%s",
                    d,
                    now[0],
                    now[1],
                    before == null
                            ? ""
                            : String.format(
                                    Locale.ROOT,
                                    "; for 4 times the columns %.1f and %.1f times as long",
                                    now[0] / before[0],
                                    now[1] / before[1]));
            before = now;
        }
    }

    /** As in a fit. */
    private static double step(Task task, MicroBatches parts, Adam adam, FMatrixRMaj x, int steps) {
        SplittableRandom rng = new SplittableRandom(4);
        long before = System.nanoTime();
        for (int k = 0; k < steps; k++) {
            adam.ascend(parts, x, rng, (tape, rows) -> {
                Mapped mapped = task.map.inverse(tape, tape.constant(rows));
                return mapped.y().standardNormalLogDensity().add(mapped.logDet());
            });
        }
        return (System.nanoTime() - before) / 1e9 / steps;
    }

    private static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static void say(String format, Object... args) {
        System.out.println(String.format(Locale.ROOT, format, args));
    }

    /** PyTorch in a process of its own. */
    private static final class Peer {
        private final Process process;
        private final BufferedReader in;
        private final PrintWriter out;

        Peer(String python, Path script, int threads) throws IOException {
            ProcessBuilder builder = new ProcessBuilder(python, script.toString(), String.valueOf(threads));
            builder.redirectError(ProcessBuilder.Redirect.INHERIT);
            builder.environment().put("OPENBLAS_NUM_THREADS", "2");
            builder.environment().put("OMP_WAIT_POLICY", "PASSIVE");
            process = builder.start();
            in = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            out = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
        }

        double ask(Task task) throws IOException {
            out.println(task.name + " " + task.batch + " " + task.steps);
            String line = in.readLine();
            if (line == null) {
                throw new IOException("FlowBench: PyTorch's side ended without an answer");
            }
            return Double.parseDouble(line.split(" ")[0]);
        }

        void close() {
            out.close();
            process.destroy();
        }
    }
}
