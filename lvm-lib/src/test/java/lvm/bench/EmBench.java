package lvm.bench;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import lvm.display.Display;
import lvm.display.LiveOutput;
import lvm.mixture.GaussianMixture;
import lvm.mixture.Samples;
import org.ejml.data.DMatrixRMaj;

/**
 * EM for a Gaussian mixture against scikit-learn's: the same data, the same start, the same number of iterations and as
 * many threads as each likes. Prints seconds and total log-likelihood of both, and the ratio.
 *
 * <p>Arguments: rows, columns, components, iterations, repeats, all optional. The Python is that of the environment
 * variable {@code LVM_PYTHON}, else the first of {@code python3} and {@code /usr/bin/python3} that has scikit-learn.
 */
public final class EmBench {
    private EmBench() {}

    /**
     * Runs the comparison.
     *
     * @param args rows, columns, components, iterations, repeats
     * @throws IOException if the data can not be handed to Python
     * @throws InterruptedException if interrupted while Python runs
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Display.install(new Silence()); // only the figures
        int[] sizes = {100_000, 20, 10, 20, 5};
        for (int i = 0; i < args.length; i++) {
            sizes[i] = Integer.parseInt(args[i]);
        }
        int n = sizes[0];
        int d = sizes[1];
        int k = sizes[2];
        int iterations = sizes[3];
        SplittableRandom rng = new SplittableRandom(1);
        GaussianMixture truth = Samples.mixture(k, d, 2.5, () -> 1, rng);
        DMatrixRMaj x = truth.sample(n, rng);
        GaussianMixture start = Samples.mixture(k, d, 2.5, () -> 1, rng);
        say(
                "%d×%d, %d components, full covariance, %d iterations; JDK %s, %d processors",
                n,
                d,
                k,
                iterations,
                System.getProperty("java.version"),
                Runtime.getRuntime().availableProcessors());

        double[] seconds = new double[sizes[4]];
        double logLikelihood = 0;
        for (int r = 0; r < seconds.length; r++) {
            long before = System.nanoTime();
            GaussianMixture fitted = GaussianMixture.builder()
                    .start(start)
                    .covarianceFloor(0)
                    .tolerance(0)
                    .maxIterations(iterations)
                    .fit(x);
            seconds[r] = (System.nanoTime() - before) / 1e9;
            logLikelihood = fitted.history().last("logLikelihood");
        }
        double first = seconds[0];
        Arrays.sort(seconds);
        double java = seconds[seconds.length / 2];
        say(
                "lvm           %7.3f s (median of %d; the first, with compilation, %.3f s)   L = %.6f",
                java, seconds.length, first, logLikelihood);

        double[] theirs = scikitLearn(x, start, iterations, seconds.length);
        if (theirs == null) {
            say("scikit-learn  not found; install python3-sklearn, or name a Python that has it in LVM_PYTHON");
            return;
        }
        say("scikit-learn  %7.3f s (median of %d)   L = %.6f", theirs[0], seconds.length, theirs[1]);
        say(
                "ratio         %7.2f (first run %.2f); log-likelihoods differ by %.1e of their size",
                theirs[0] / java, theirs[0] / first, Math.abs(theirs[1] / logLikelihood - 1));
    }

    /** No progress bars. */
    static final class Silence implements LiveOutput, LiveOutput.Handle {
        @Override
        public Handle show(Object value) {
            return this;
        }

        @Override
        public void update(Object value) {}

        @Override
        public void close(Object value) {}
    }

    private static void say(String format, Object... arguments) {
        System.out.printf(Locale.ROOT, format + "%n", arguments);
    }

    /** Seconds and log-likelihood; null if there is no scikit-learn. */
    private static double[] scikitLearn(DMatrixRMaj x, GaussianMixture start, int iterations, int repeats)
            throws IOException, InterruptedException {
        String python = Python.with("sklearn");
        if (python == null) {
            return null;
        }
        Path data = Files.createTempFile("em-bench", ".bin");
        Path script = Files.createTempFile("em-bench", ".py");
        try {
            try (DataOutputStream out =
                    new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(data), 1 << 16))) {
                for (int size : new int[] {x.numRows, x.numCols, start.components()}) {
                    out.writeInt(size);
                }
                write(out, start.weights());
                write(out, start.means().data);
                for (int c = 0; c < start.components(); c++) {
                    write(out, start.covariance(c).data);
                }
                write(out, x.data);
            }
            try (var in = EmBench.class.getResourceAsStream("em_bench.py");
                    OutputStream out = Files.newOutputStream(script)) {
                in.transferTo(out);
            }
            Process process = new ProcessBuilder(
                            python,
                            script.toString(),
                            data.toString(),
                            String.valueOf(iterations),
                            String.valueOf(repeats))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String[] lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\n");
            if (process.waitFor() != 0) {
                throw new IllegalStateException("EmBench: the Python side failed, see above");
            }
            say("%s", lines[0]);
            return Arrays.stream(lines[1].split(" "))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
        } finally {
            Files.delete(data);
            Files.delete(script);
        }
    }

    private static void write(DataOutputStream out, double[] values) throws IOException {
        for (double value : values) {
            out.writeDouble(value);
        }
    }
}
