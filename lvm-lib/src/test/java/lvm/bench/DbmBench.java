package lvm.bench;

import static lvm.bench.RbmBench.allocated;
import static lvm.bench.RbmBench.median;
import static lvm.bench.RbmBench.say;
import static lvm.bench.RbmBench.seconds;

import java.util.Arrays;
import java.util.SplittableRandom;
import lvm.boltzmann.Dbm;
import lvm.boltzmann.DbmBuilder;
import lvm.boltzmann.DbmLearning;
import lvm.data.Dataset;
import lvm.display.Display;
import lvm.linalg.Backend;
import lvm.linalg.Products;
import lvm.optim.Sgd;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;

/**
 * Deep Boltzmann machines: steps of variational SML at 784-500-1000, batches and chains of 100, ten updates of the mean field and five
 * sweeps, against their matrix products alone, in turns. The images are random bits, 13 % of them 1 as in MNIST.
 *
 * <p>Arguments: the number of turns, and of images; both optional.
 */
public final class DbmBench {
    private static final int[] UNITS = {784, 500, 1000};
    private static final int BATCH = 100;
    private static final int UPDATES = 10;
    private static final int SWEEPS = 5;

    private DbmBench() {}

    /**
     * Runs the comparison.
     *
     * @param args turns, images
     */
    public static void main(String[] args) {
        Display.install(new EmBench.Silence()); // only the figures
        int turns = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        int rows = args.length > 1 ? Integer.parseInt(args[1]) : 10_000;
        say(
                "JDK %s, %d processors; %s",
                System.getProperty("java.version"), Runtime.getRuntime().availableProcessors(), Backend.describe());
        FMatrixRMaj x = new FMatrixRMaj(rows, UNITS[0]);
        Arrays.fill(x.data, .13f);
        Fill.bits(x, new SplittableRandom(1));
        Dataset data = Dataset.of(x);
        double[] products = new double[turns];
        double[] plain = new double[turns];
        double[] centred = new double[turns];
        for (int t = -1; t < turns; t++) { // the first turn does not count
            int k = Math.max(t, 0);
            products[k] = products(rows / BATCH);
            plain[k] = epoch(data, false);
            centred[k] = epoch(data, true);
        }
        say("%n%d steps, seconds, and how many times the products", rows / BATCH);
        say("  %-30s %7.2f", "the products alone", median(products, null));
        say("  %-30s %7.2f  %6.2f", "SML-5", median(plain, null), median(plain, products));
        say("  %-30s %7.2f  %6.2f", "SML-5, centred", median(centred, null), median(centred, products));
        Dataset few = data.slice(0, 10 * BATCH);
        long once = allocated(() -> builder(true).epochs(1).fit(few));
        long more = allocated(() -> builder(true).epochs(6).fit(few));
        say("%nbytes that a step allocates, in the thread of the fit: %,d", (more - once) / 50);
    }

    private static DbmBuilder builder(boolean centred) {
        return Dbm.builder()
                .hidden(UNITS[1], UNITS[2])
                .learning(DbmLearning.sml(SWEEPS, BATCH))
                .meanField(UPDATES, 0)
                .centred(centred)
                .optimizer(Sgd::new)
                .learningRate(.001)
                .batchSize(BATCH)
                .seed(1);
    }

    /** The time of the second epoch: what comes before and after all epochs is left out. */
    private static double epoch(Dataset data, boolean centred) {
        Dbm dbm = builder(centred).epochs(2).fit(data);
        double[] seconds = dbm.history().column("seconds");
        return seconds[1] - seconds[0];
    }

    private static double products(int steps) {
        SplittableRandom rng = new SplittableRandom(2);
        FMatrixRMaj v = random(BATCH, UNITS[0], rng);
        FMatrixRMaj h = random(BATCH, UNITS[1], rng);
        FMatrixRMaj top = random(BATCH, UNITS[2], rng);
        FMatrixRMaj w1 = random(UNITS[0], UNITS[1], rng);
        FMatrixRMaj w2 = random(UNITS[1], UNITS[2], rng);
        FMatrixRMaj g1 = w1.copy();
        FMatrixRMaj g2 = w2.copy();
        FMatrixRMaj v2 = v.copy();
        FMatrixRMaj h2 = h.copy();
        FMatrixRMaj top2 = top.copy();
        return seconds(() -> {
            for (int s = 0; s < steps; s++) {
                Products.mult(v, w1, h2);
                Products.mult(h, w2, top2);
                for (int k = 0; k < UPDATES; k++) {
                    Products.multTransB(top, w2, h2);
                    Products.mult(h, w2, top2);
                }
                statistics(v, h, top, g1, g2, 0);
                for (int k = 0; k < SWEEPS; k++) {
                    Products.multTransB(h, w1, v2);
                    Products.mult(h, w2, top2);
                    Products.mult(v, w1, h2);
                    Products.multAddTransB(top, w2, h2);
                }
                statistics(v, h, top, g1, g2, 1);
            }
        });
    }

    private static void statistics(
            FMatrixRMaj v, FMatrixRMaj h, FMatrixRMaj top, FMatrixRMaj g1, FMatrixRMaj g2, float keep) {
        Products.gemm(true, false, .01f, v, h, keep, g1);
        Products.gemm(true, false, .01f, h, top, keep, g2);
    }

    private static FMatrixRMaj random(int rows, int columns, SplittableRandom rng) {
        FMatrixRMaj x = new FMatrixRMaj(rows, columns);
        Fill.uniform(0, .1f, x, rng);
        return x;
    }
}
