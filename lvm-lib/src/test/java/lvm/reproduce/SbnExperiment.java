package lvm.reproduce;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import lvm.bernoulli.GradientEstimator;
import lvm.bernoulli.SigmoidBeliefNet;
import lvm.data.Dataset;
import lvm.evaluation.Estimate;
import lvm.evaluation.ImportanceSampling;
import lvm.linalg.RowOps;
import lvm.optim.Schedule;
import lvm.results.Result;
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
        Images images = run.images(601, 100).binarized(run.seed());
        Dataset train = images.train();
        Dataset test = images.test();
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
                .latent(units, units)
                .learning(wakeSleep ? GradientEstimator.wakeSleep() : GradientEstimator.nvil(100, true))
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
        String system = "sigmoid belief network " + x.numCols + "-" + units + "-" + units + ", " + how + ", Adam, "
                + epochs + " epochs";
        int draws = run.pick(2, LIKELIHOOD_DRAWS);
        Estimate[] found = measure(run, net, x, draws);
        List<Result> results = run.likelihoods(system, found[0], found[1], draws, seconds);
        if (wakeSleep) {
            return results;
        }
        return List.of(
                results.get(0),
                run.keep(
                        results.get(1),
                        "sbn",
                        SigmoidBeliefNet.class,
                        net,
                        half -> measure(run, half, x, draws)[1].value()));
    }

    /** The bound and the likelihood. */
    private static Estimate[] measure(Run run, SigmoidBeliefNet net, FMatrixRMaj x, int draws) {
        SplittableRandom rng = new SplittableRandom(run.seed());
        Estimate bound = ImportanceSampling.mean(bound(net, x, run.pick(2, BOUND_DRAWS), rng));
        return new Estimate[] {bound, ImportanceSampling.mean(likelihood(net, x, draws, rng))};
    }

    /** The bound of one draw, from several: the mean of each row's log weights, with its standard error. */
    private static Estimate[] bound(SigmoidBeliefNet net, FMatrixRMaj x, int draws, SplittableRandom rng) {
        double[] mean = new double[x.numRows];
        double[] squares = new double[x.numRows];
        for (int draw = 1; draw <= draws; draw++) {
            for (int from = 0; from < x.numRows; from += ROWS) {
                double[] f = net.logWeights(RowOps.part(x, from, Math.min(from + ROWS, x.numRows)), 1, rng).data;
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
                    double[] f = net.logWeights(RowOps.part(x, from, Math.min(from + ROWS, x.numRows)), 1, rng).data;
                    for (int i = 0; i < f.length; i++) {
                        weights.set(from + i, s, f[i]);
                    }
                }
            }
            return weights;
        });
    }
}
