package lvm.reproduce;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import lvm.bernoulli.GradientEstimator;
import lvm.bernoulli.SigmoidBeliefNet;
import lvm.data.Dataset;
import lvm.data.Digits;
import lvm.data.Mnist;
import lvm.data.Splits;
import lvm.evaluation.Estimate;
import lvm.evaluation.ImportanceSampling;
import lvm.evaluation.Protocol;
import lvm.evaluation.Result;
import lvm.optim.Schedule;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * A sigmoid belief network 784-200-200 on MNIST, binarised once by a draw from the grey levels, trained by NVIL and by
 * wake-sleep on all 60,000 images: the lower bound and an importance-sampled likelihood on the test images. Nothing is chosen
 * on these. At the small size it learns digits drawn by the library.
 */
final class SbnExperiment implements Experiment {
    private static final int EPOCHS = 350;
    private static final int BATCH = 100;
    private static final double RATE = 1e-3;
    private static final int BOUND_DRAWS = 20;
    private static final int LIKELIHOOD_DRAWS = 200;
    private static final int ROWS = 500;

    @Override
    public String name() {
        return "sbn";
    }

    @Override
    public String about() {
        return "test bound of a sigmoid belief network 784-200-200 on MNIST, by NVIL and by wake-sleep; an hour";
    }

    @Override
    public List<Result> run(Run run) {
        Dataset train;
        Dataset test;
        if (run.small()) {
            Splits.Split digits = Splits.split(Digits.generate(601, 1), 1, 100, 1);
            train = digits.train().binarizedOnce(run.seed());
            test = digits.test().binarizedOnce(run.seed() + 1);
        } else {
            Mnist mnist = Mnist.load();
            train = mnist.train().binarizedOnce(run.seed());
            test = mnist.test().binarizedOnce(run.seed() + 1);
        }
        List<Result> results = new ArrayList<>();
        for (boolean wakeSleep : new boolean[] {false, true}) {
            results.addAll(one(run, train, test, wakeSleep));
        }
        return results;
    }

    private static List<Result> one(Run run, Dataset train, Dataset test, boolean wakeSleep) {
        int epochs = run.pick(2, EPOCHS);
        int units = run.pick(20, 200);
        String how = wakeSleep ? "wake-sleep" : "NVIL";
        SigmoidBeliefNet net = SigmoidBeliefNet.builder()
                .levels(units, units)
                .estimator(wakeSleep ? GradientEstimator.wakeSleep() : GradientEstimator.nvil(100, true))
                .learningRate(RATE)
                .schedule(Schedule.cosine((long) epochs * ((train.rows() + BATCH - 1) / BATCH), 0))
                .batchSize(BATCH)
                .epochs(epochs)
                .seed(run.seed())
                .resume(run.checkpoints().resolve(wakeSleep ? "wake-sleep" : "nvil"))
                .fit(train);
        if (Thread.currentThread().isInterrupted()) {
            return List.of();
        }
        double seconds = net.history().last("seconds");
        FMatrixRMaj x = test.floatMatrix();
        SplittableRandom rng = new SplittableRandom(run.seed());
        String system = "sigmoid belief network " + x.numCols + "-" + units + "-" + units + ", " + how + ", Adam, "
                + epochs + " epochs";
        String data = run.small() ? "Digits, 500 training images" : "MNIST";
        int draws = run.pick(2, LIKELIHOOD_DRAWS);
        Estimate bound = ImportanceSampling.mean(bound(net, x, run.pick(2, BOUND_DRAWS), rng));
        Estimate likelihood = ImportanceSampling.mean(likelihood(net, x, draws, rng));
        return List.of(
                Result.of(
                        system,
                        "log-likelihood",
                        bound,
                        "nats per image",
                        new Protocol(data, "test", "static", Protocol.Kind.LOWER_BOUND, 1),
                        run.seed(),
                        seconds),
                Result.of(
                        system,
                        "log-likelihood",
                        likelihood,
                        "nats per image",
                        new Protocol(data, "test", "static", Protocol.Kind.ESTIMATE, draws),
                        run.seed(),
                        seconds));
    }

    /** The bound of one draw, from several: the mean of each row's log weights, with its standard error. */
    private static Estimate[] bound(SigmoidBeliefNet net, FMatrixRMaj x, int draws, SplittableRandom rng) {
        double[] mean = new double[x.numRows];
        double[] squares = new double[x.numRows];
        for (int draw = 1; draw <= draws; draw++) {
            for (int from = 0; from < x.numRows; from += ROWS) {
                double[] f = net.logWeights(part(x, from), rng);
                for (int i = 0; i < f.length; i++) {
                    double change = f[i] - mean[from + i];
                    mean[from + i] += change / draw;
                    squares[from + i] += change * (f[i] - mean[from + i]);
                }
            }
        }
        Estimate[] rows = new Estimate[x.numRows];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = new Estimate(mean[i], Math.sqrt(squares[i] / (draws - 1) / draws));
        }
        return rows;
    }

    private static Estimate[] likelihood(SigmoidBeliefNet net, FMatrixRMaj x, int draws, SplittableRandom rng) {
        return ImportanceSampling.logLikelihood(x.numRows, draws, 1, chunk -> {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("interrupted");
            }
            DMatrixRMaj weights = new DMatrixRMaj(x.numRows, chunk);
            for (int s = 0; s < chunk; s++) {
                for (int from = 0; from < x.numRows; from += ROWS) {
                    double[] f = net.logWeights(part(x, from), rng);
                    for (int i = 0; i < f.length; i++) {
                        weights.set(from + i, s, f[i]);
                    }
                }
            }
            return weights;
        });
    }

    private static FMatrixRMaj part(FMatrixRMaj x, int from) {
        int count = Math.min(ROWS, x.numRows - from);
        FMatrixRMaj y = new FMatrixRMaj(count, x.numCols);
        System.arraycopy(x.data, from * x.numCols, y.data, 0, count * x.numCols);
        return y;
    }
}
