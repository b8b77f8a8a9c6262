package lvm.bench;

import com.sun.management.ThreadMXBean;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import lvm.boltzmann.McRbm;
import lvm.boltzmann.MeanPot;
import lvm.boltzmann.Rbm;
import lvm.boltzmann.RbmBuilder;
import lvm.boltzmann.RbmLearning;
import lvm.boltzmann.RealLearning;
import lvm.boltzmann.SpikeSlabRbm;
import lvm.boltzmann.VisibleUnits;
import lvm.data.Dataset;
import lvm.display.Display;
import lvm.linalg.Backend;
import lvm.linalg.Products;
import lvm.mcmc.AnnealedImportanceSampling;
import lvm.mcmc.AnnealingSchedule;
import lvm.model.LogPartition;
import lvm.optim.Sgd;
import lvm.random.Fill;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * Restricted Boltzmann machines: a fit of one epoch of PCD-1 at 784-500, batches of 100, against its five matrix products alone and
 * against scikit-learn's BernoulliRBM at its better number of threads, in turns; the draws of bits of an epoch of CD-25 against the
 * products that they stand between; annealed importance sampling of 100 chains; log Z by 2²⁰ states; an epoch of each machine of
 * real-valued rows against its products. The images are random bits,
 * 13 % of them 1 as in MNIST: the time depends on none of them.
 *
 * <p>Arguments: the number of turns, and of images; both optional.
 */
public final class RbmBench {
    private static final int D = 784;
    private static final int H = 500;
    private static final int BATCH = 100;
    private static final double RATE = .13;

    private RbmBench() {}

    /**
     * Runs the comparison.
     *
     * @param args turns, images
     * @throws IOException if the images can not be handed to Python
     * @throws InterruptedException if interrupted while looking for Python
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Display.install(new EmBench.Silence()); // only the figures
        int turns = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        int rows = args.length > 1 ? Integer.parseInt(args[1]) : 50_000;
        say(
                "JDK %s, %d processors; %s",
                System.getProperty("java.version"), Runtime.getRuntime().availableProcessors(), Backend.describe());
        FMatrixRMaj x = new FMatrixRMaj(rows, D);
        Arrays.fill(x.data, (float) RATE);
        Fill.bits(x, new SplittableRandom(1));
        epochs(x, turns);
        allocation(x);
        draws(rows / BATCH, turns);
        annealing();
        enumeration();
        realMachines(turns);
        MachinesBench.run(turns);
    }

    private static RbmBuilder builder(RbmLearning learning) {
        return Rbm.builder()
                .hidden(H)
                .learning(learning)
                .optimizer(Sgd::new)
                .learningRate(.01)
                .batchSize(BATCH)
                .seed(1);
    }

    private static void epochs(FMatrixRMaj x, int turns) throws IOException, InterruptedException {
        Dataset data = Dataset.of(x);
        Path directory = Files.createTempDirectory("rbm-bench");
        Path images = directory.resolve("images");
        write(images, x);
        List<Peer> peers = new ArrayList<>();
        String python = Python.with("sklearn");
        try {
            for (int threads = 1;
                    python != null && threads <= Runtime.getRuntime().availableProcessors();
                    threads++) {
                peers.add(new Peer(
                        python, "rbm_bench.py", directory, Map.of("OPENBLAS_NUM_THREADS", String.valueOf(threads))));
                say("%s", peers.get(threads - 1).about());
            }
            Map<String, DoubleSupplier> sides = new LinkedHashMap<>();
            sides.put("its products alone", () -> products(x.numRows / BATCH, 1));
            sides.put(
                    "PCD-1",
                    () -> seconds(() -> builder(RbmLearning.pcd(1)).epochs(1).fit(data)));
            sides.put(
                    "PCD-1, centred",
                    () -> seconds(() ->
                            builder(RbmLearning.pcd(1)).centred(true).epochs(1).fit(data)));
            double[][] all = new double[sides.size() + peers.size()][turns];
            for (int t = -1; t < turns; t++) { // the first turn of all does not count
                int k = 0;
                for (DoubleSupplier side : sides.values()) {
                    double seconds = side.getAsDouble();
                    all[k++][Math.max(t, 0)] = seconds;
                }
                for (Peer peer : peers) {
                    all[k++][Math.max(t, 0)] = peer.run(H + " " + BATCH).seconds();
                }
            }
            say(
                    "%nan epoch of %d images, %d-%d, batches of %d: seconds, and how many times the products",
                    x.numRows, D, H, BATCH);
            List<String> names = new ArrayList<>(sides.keySet());
            peers.forEach(peer -> names.add(peer.about()));
            for (int k = 0; k < all.length; k++) {
                say("  %-70s %7.2f  %6.2f", names.get(k), median(all[k], null), median(all[k], all[0]));
            }
            if (peers.isEmpty()) {
                say("scikit-learn not found; install python3-sklearn, or name a Python that has it in LVM_PYTHON");
            }
        } finally {
            for (Peer peer : peers) {
                peer.close();
            }
            Files.delete(images);
            Files.delete(directory);
        }
    }

    /** The products of steps: two of the data, two of each sweep, one of the statistics of the model. */
    private static double products(int steps, int sweeps) {
        SplittableRandom rng = new SplittableRandom(2);
        FMatrixRMaj v = new FMatrixRMaj(BATCH, D);
        Arrays.fill(v.data, (float) RATE);
        Fill.bits(v, rng);
        FMatrixRMaj h = new FMatrixRMaj(BATCH, H);
        FMatrixRMaj w = new FMatrixRMaj(D, H);
        Fill.normal(0, .01f, w, rng);
        FMatrixRMaj g = new FMatrixRMaj(D, H);
        FMatrixRMaj x = v.copy();
        return seconds(() -> {
            for (int s = 0; s < steps; s++) {
                Products.mult(v, w, h);
                Products.gemm(true, false, 1, v, h, 0, g);
                for (int k = 0; k < sweeps; k++) {
                    Products.gemm(false, true, 1, h, w, 0, x);
                    Products.mult(v, w, h);
                }
                Products.gemm(true, false, 1, v, h, 1, g);
            }
        });
    }

    private static void allocation(FMatrixRMaj x) {
        Dataset few = Dataset.of(x).slice(0, 20 * BATCH);
        say("%nbytes that a step allocates, in all threads of the fit's own");
        for (RbmLearning learning : List.of(RbmLearning.pcd(1), RbmLearning.cd(1), RbmLearning.tempering(5, 20))) {
            long once = allocated(() ->
                    builder(learning).centred(true).sparsity(.1, .01).epochs(1).fit(few));
            long more = allocated(() ->
                    builder(learning).centred(true).sparsity(.1, .01).epochs(11).fit(few));
            say("  %-40s %,d", learning, (more - once) / 200);
        }
    }

    static long allocated(Runnable work) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        work.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static void draws(int steps, int turns) {
        FMatrixRMaj v = new FMatrixRMaj(BATCH, D);
        FMatrixRMaj h = new FMatrixRMaj(BATCH, H);
        SplittableRandom rng = new SplittableRandom(3);
        double[] bits = new double[turns];
        double[] products = new double[turns];
        int some = steps / 10;
        for (int t = -1; t < turns; t++) {
            bits[Math.max(t, 0)] = 10
                    * seconds(() -> {
                        for (int k = 0; k < 25 * some; k++) {
                            Fill.bits(v, rng);
                            Fill.bits(h, rng);
                        }
                    });
            products[Math.max(t, 0)] = 10 * products(some, 25);
        }
        say(
                "%nCD-25, an epoch of %d images: its products %.2f s, its draws %.2f s",
                steps * BATCH, median(products, null), median(bits, null));
        say("  draws / products %.3f", median(bits, products));
    }

    private static void annealing() {
        Rbm rbm = machine(H, 4);
        double seconds = seconds(() -> {
            LogPartition logZ = AnnealedImportanceSampling.over(rbm.annealing())
                    .schedule(AnnealingSchedule.salakhutdinovMurray())
                    .chains(100)
                    .forward()
                    .logPartition(LogPartition.Kind.LOWER_BOUND, "annealed from the base rates");
            say("%nannealed importance sampling, 784-500: %s", logZ);
        });
        say("  %.1f s", seconds);
    }

    private static void enumeration() {
        Rbm rbm = machine(20, 5);
        double seconds =
                seconds(() -> say("%nlog Z by 2^20 states of 20 hidden units, 784 visible: %s", rbm.logPartition()));
        say("  %.1f s", seconds);
    }

    private static Rbm machine(int hidden, long seed) {
        FMatrixRMaj w = new FMatrixRMaj(D, hidden);
        Fill.normal(0, .1f, w, new SplittableRandom(seed));
        FMatrixRMaj b = new FMatrixRMaj(1, D);
        Arrays.fill(b.data, -2);
        FMatrixRMaj rates = new FMatrixRMaj(1, D);
        Arrays.fill(rates.data, (float) RATE);
        return Rbm.of(w, b, new FMatrixRMaj(1, hidden)).withBaseRates(rates);
    }

    /** Machines of real-valued rows: steps of learning beside the products that they can not do without. */
    private static void realMachines(int turns) {
        int d = 64;
        int hidden = 128;
        int steps = 50;
        FMatrixRMaj x = new FMatrixRMaj(steps * BATCH, d);
        Fill.normal(0, 1, x, new SplittableRandom(6));
        Dataset data = Dataset.of(x);
        Map<String, Runnable> fits = new LinkedHashMap<>();
        Map<String, Integer> pairs = new LinkedHashMap<>(); // of products with all filters, up and down, in a step
        fits.put(
                "Gaussian RBM, CD-1",
                () -> Rbm.builder()
                        .visible(VisibleUnits.GAUSSIAN)
                        .hidden(hidden)
                        .learning(RbmLearning.cd(1))
                        .batchSize(BATCH)
                        .epochs(1)
                        .fit(data));
        pairs.put("Gaussian RBM, CD-1", 3);
        // the rows, the chains, and where each of the leapfrog steps and the start evaluate the free energy
        int hmc = 2 + RealLearning.DEFAULT_LEAPFROG_STEPS + 1;
        fits.put(
                "McRbm, HMC",
                () -> McRbm.builder()
                        .meanUnits(hidden / 4)
                        .covarianceUnits(hidden * 3 / 4)
                        .batchSize(BATCH)
                        .epochs(1)
                        .fit(data));
        pairs.put("McRbm, HMC", hmc);
        fits.put(
                "MeanPot, HMC",
                () -> MeanPot.builder()
                        .meanUnits(hidden / 4)
                        .covarianceUnits(hidden * 3 / 4)
                        .batchSize(BATCH)
                        .epochs(1)
                        .fit(data));
        pairs.put("MeanPot, HMC", hmc);
        fits.put(
                "SpikeSlabRbm, Gibbs",
                () -> SpikeSlabRbm.builder()
                        .hidden(hidden)
                        .learning(RealLearning.gibbs(1, BATCH))
                        .batchSize(BATCH)
                        .epochs(1)
                        .fit(data));
        // twice as many, for the filters and for phi
        pairs.put("SpikeSlabRbm, Gibbs", 2 * 3);
        say(
                "%nan epoch of %d rows, %d-%d, batches of %d: seconds, and how many times its products",
                x.numRows, d, hidden, BATCH);
        DMatrixRMaj v = new DMatrixRMaj(BATCH, d);
        DMatrixRMaj w = new DMatrixRMaj(d, hidden);
        DMatrixRMaj h = new DMatrixRMaj(BATCH, hidden);
        fits.forEach((name, fit) -> {
            double[] all = new double[turns];
            double[] products = new double[turns];
            for (int t = -1; t < turns; t++) {
                all[Math.max(t, 0)] = seconds(fit);
                products[Math.max(t, 0)] = seconds(() -> {
                    for (int k = 0; k < steps * pairs.get(name); k++) {
                        Products.mult(v, w, h);
                        Products.gemm(false, true, 1, h, w, 0, v);
                    }
                });
            }
            say("  %-70s %7.2f  %6.2f", name, median(all, null), median(all, products));
        });
    }

    static double seconds(Runnable work) {
        long before = System.nanoTime();
        work.run();
        return (System.nanoTime() - before) / 1e9;
    }

    /** Of the numbers, or of their ratios. */
    static double median(double[] values, double[] per) {
        double[] sorted = values.clone();
        for (int t = 0; t < sorted.length && per != null; t++) {
            sorted[t] /= per[t];
        }
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static void write(Path file, FMatrixRMaj x) throws IOException {
        try (DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16))) {
            out.writeInt(x.numRows);
            out.writeInt(x.numCols);
            for (int i = 0; i < x.getNumElements(); i++) {
                out.writeByte((int) x.data[i]);
            }
        }
    }

    static void say(String format, Object... arguments) {
        System.out.printf(Locale.ROOT, format + "%n", arguments);
    }
}
