package lvm.reproduce;

import java.util.List;
import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.data.Digits;
import lvm.data.Mnist;
import lvm.data.Splits;
import lvm.evaluation.ErrorRate;
import lvm.evaluation.Estimate;
import lvm.evaluation.Interval;
import lvm.evaluation.Protocol;
import lvm.evaluation.Result;
import lvm.optim.Schedule;
import lvm.vae.StackedM1M2;
import lvm.vae.Vae;
import org.ejml.data.FMatrixRMaj;

/**
 * The test error of M1+M2 with the labels of all 60,000 images of MNIST to train on, by the recognition networks and by
 * importance sampling of p(x, y). Nothing is chosen on the test images. At the small size it learns digits drawn by the library.
 */
final class FullMnistExperiment implements Experiment {
    private static final int M1_EPOCHS = 60;
    private static final int EPOCHS = 100;
    private static final int BATCH = 200;
    private static final int DRAWS = 50;
    private static final double LEVEL = 0.95;

    @Override
    public String name() {
        return "full-mnist";
    }

    @Override
    public String about() {
        return "test error of M1+M2 on MNIST with all labels; an hour";
    }

    @Override
    public List<Result> run(Run run) {
        Dataset train;
        Dataset test;
        if (run.small()) {
            Splits.Split digits = Splits.split(Digits.generate(501, 1), 1, 100, 1);
            train = digits.train();
            test = digits.test();
        } else {
            Mnist mnist = Mnist.load();
            train = mnist.train();
            test = mnist.test();
        }
        long steps = (train.rows() + BATCH - 1) / BATCH;
        int hidden = run.pick(30, 600);
        Vae m1 = Vae.builder()
                .latent(run.pick(5, 50))
                .hidden(hidden, hidden)
                .epochs(run.pick(2, M1_EPOCHS))
                .batchSize(BATCH)
                .schedule(Schedule.cosine(run.pick(2, M1_EPOCHS) * steps, 0))
                .seed(run.seed())
                .resume(run.checkpoints().resolve("m1"))
                .fit(train.binarizedAnew());
        if (Thread.currentThread().isInterrupted()) {
            return List.of();
        }
        StackedM1M2 model = StackedM1M2.builder()
                .features(m1)
                .latent(run.pick(5, 50))
                .hidden(run.pick(20, 500))
                .epochs(run.pick(2, EPOCHS))
                .batchSize(BATCH)
                .schedule(Schedule.cosine(run.pick(2, EPOCHS) * steps, 0))
                .alpha(1)
                .seed(run.seed())
                .resume(run.checkpoints().resolve("m2"))
                .fit(train);
        if (Thread.currentThread().isInterrupted()) {
            return List.of();
        }
        FMatrixRMaj x = test.floatMatrix();
        int draws = run.pick(2, DRAWS);
        double seconds = m1.history().last("seconds") + model.history().last("seconds");
        String system = "M1+M2, α = 1, " + M1_EPOCHS + " and " + EPOCHS + " epochs, class by ";
        return List.of(
                result(run, system + "q(y | x)", ErrorRate.of(model.classify(x), test.labels()), 0, seconds),
                result(
                        run,
                        system + "importance sampling",
                        ErrorRate.of(model.classify(x, draws, new SplittableRandom(run.seed())), test.labels()),
                        draws,
                        seconds));
    }

    private static Result result(Run run, String system, ErrorRate error, int draws, double seconds) {
        double p = error.value();
        Interval interval = error.interval(LEVEL);
        return Result.of(
                        system,
                        "classification error",
                        new Estimate(100 * p, 100 * Math.sqrt(p * (1 - p) / error.rows())),
                        "%",
                        new Protocol(
                                run.small() ? "Digits, all labels" : "MNIST, all labels",
                                "test",
                                "none",
                                Protocol.Kind.ESTIMATE,
                                draws),
                        run.seed(),
                        seconds)
                .with(new Interval(100 * interval.low(), 100 * interval.high(), LEVEL));
    }
}
