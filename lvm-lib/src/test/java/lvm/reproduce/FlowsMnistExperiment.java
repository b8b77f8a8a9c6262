package lvm.reproduce;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import lvm.data.Dataset;
import lvm.data.Digits;
import lvm.data.Mnist;
import lvm.evaluation.BitsPerDim;
import lvm.evaluation.BitsPerDim.Dequantization;
import lvm.evaluation.Estimate;
import lvm.evaluation.Protocol;
import lvm.evaluation.Result;
import lvm.flow.Architecture;
import lvm.flow.Base;
import lvm.flow.Glow;
import lvm.flow.Nice;
import lvm.flow.NormalizingFlow;
import lvm.flow.RealNvp;
import lvm.optim.Schedule;
import org.ejml.data.FMatrixRMaj;

/**
 * Flows on MNIST with uniform dequantisation: NICE with the architecture of its paper, and convolutional RealNVP and Glow. They
 * learn from all 60,000 training images for a fixed number of epochs; nothing is chosen on the test images. Reported are the
 * log density of (k + u)/256 on the test images, and the bits per dimension that it bounds. At the small size they learn digits
 * drawn by the library.
 */
final class FlowsMnistExperiment implements Experiment {
    private static final int LEVELS = 256;
    private static final int BATCH = 100;
    private static final int DRAWS = 4;
    private static final int CHUNK = 200;

    /** A flow that is trained. */
    private enum Model {
        NICE(60),
        REALNVP(20),
        GLOW(20);

        private final int epochs;

        Model(int epochs) {
            this.epochs = epochs;
        }
    }

    private final Model model;

    private FlowsMnistExperiment(Model model) {
        this.model = model;
    }

    /** One for each flow. */
    static List<Experiment> all() {
        return Arrays.stream(Model.values())
                .<Experiment>map(FlowsMnistExperiment::new)
                .toList();
    }

    @Override
    public String name() {
        return "flows-mnist-" + model.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String about() {
        return switch (model) {
            case NICE ->
                "NICE, 4 couplings of 5 layers of 1,000, on dequantised MNIST: log density; an hour and a half";
            case REALNVP -> "RealNVP, convolutional, on dequantised MNIST: bits per dimension; some hours";
            case GLOW -> "Glow on dequantised MNIST: bits per dimension; some hours";
        };
    }

    @Override
    public List<Result> run(Run run) {
        Dataset train = run.small() ? Digits.generate(100, 1) : Mnist.load().train();
        Dataset test = run.small() ? Digits.generate(50, 2) : Mnist.load().test();
        int units = run.pick(20, 1000);
        int filters = run.pick(2, 32);
        Architecture architecture = switch (model) {
            case NICE -> Nice.layers(4, units, units, units, units, units);
            case REALNVP -> RealNvp.images(1, 28, 28, 2, filters);
            case GLOW -> Glow.images(1, 28, 28, 2, run.pick(1, 8), filters);
        };
        return one(run, train, test, architecture, model == Model.NICE, run.pick(1, model.epochs));
    }

    private static List<Result> one(
            Run run, Dataset train, Dataset test, Architecture architecture, boolean logistic, int epochs) {
        long steps = (long) epochs * ((train.rows() + BATCH - 1) / BATCH);
        NormalizingFlow flow = NormalizingFlow.builder()
                .architecture(architecture)
                .base(logistic ? Base.LOGISTIC : Base.NORMAL)
                .dequantization(LEVELS, logistic ? Double.NaN : NormalizingFlow.Builder.LOGIT_MARGIN)
                .learningRate(1e-3)
                .schedule(Schedule.cosine(steps, 0.01))
                .clipNorm(1000)
                .batchSize(BATCH)
                .epochs(epochs)
                .seed(run.seed())
                .resume(run.checkpoints())
                .fit(train);
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("interrupted");
        }
        FMatrixRMaj x = test.floatMatrix();
        int draws = run.pick(1, DRAWS);
        double[] logs = new double[x.numRows];
        SplittableRandom rng = new SplittableRandom(run.seed());
        for (int from = 0; from < logs.length; from += CHUNK) {
            int n = Math.min(CHUNK, logs.length - from);
            FMatrixRMaj part = new FMatrixRMaj(n, x.numCols);
            System.arraycopy(x.data, from * x.numCols, part.data, 0, n * x.numCols);
            System.arraycopy(flow.levelBound(part, draws, rng), 0, logs, from, n);
        }
        double mean = Arrays.stream(logs).average().orElseThrow();
        double error = Math.sqrt(
                Arrays.stream(logs).map(v -> (v - mean) * (v - mean)).sum() / (logs.length - 1) / logs.length);
        int d = x.numCols;
        double nats = mean + d * Math.log(LEVELS); // of the density on the unit cube
        double bits = BitsPerDim.of(nats, d, Dequantization.UNIFORM, LEVELS);
        String system = architecture + ", " + epochs + " epochs";
        Protocol protocol = new Protocol(
                run.small() ? "Digits, 100 training images" : "MNIST, (k + u)/256",
                "test",
                "none, uniform dequantisation",
                Protocol.Kind.ESTIMATE,
                draws);
        Protocol bound = new Protocol(
                protocol.data(), protocol.split(), protocol.binarization(), Protocol.Kind.UPPER_BOUND, draws);
        double seconds = flow.history().last("seconds");
        return List.of(
                Result.of(
                        system,
                        "log density",
                        new Estimate(nats, error),
                        "nats per image",
                        protocol,
                        run.seed(),
                        seconds),
                Result.of(
                        system,
                        "code length",
                        new Estimate(bits, error / d / Math.log(2)),
                        "bits per dimension",
                        bound,
                        run.seed(),
                        seconds));
    }
}
