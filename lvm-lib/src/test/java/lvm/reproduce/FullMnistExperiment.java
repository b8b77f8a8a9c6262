package lvm.reproduce;

import java.util.List;
import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.evaluation.ErrorRate;
import lvm.nn.NetworkFactory;
import lvm.optim.Schedule;
import lvm.results.Result;
import lvm.vae.M2;
import org.ejml.data.FMatrixRMaj;

/**
 * The test error of M2 with the labels of all 60,000 images of MNIST to train on, q(y | x) being a convolutional network: by that
 * network, and by importance sampling of p(x, y), which does not ask it. The architecture was chosen on 10,000 of the images to train
 * on, nothing on the test images. At the small size it learns digits drawn by the library.
 */
final class FullMnistExperiment implements Experiment {
    private static final int EPOCHS = 15;
    private static final int BATCH = 100;
    private static final int LATENT = 5;
    private static final int DRAWS = 50;

    @Override
    public String name() {
        return "full-mnist";
    }

    @Override
    public String about() {
        return "test error of M2 on MNIST with all labels, by q(y | x) and by importance sampling; half an hour";
    }

    @Override
    public List<Result> run(Run run) {
        Images images = run.images(501, 100);
        Dataset train = images.train();
        Dataset test = images.test();
        long steps = (train.rows() + BATCH - 1) / BATCH;
        int epochs = run.pick(2, EPOCHS);
        M2 model = M2.builder()
                .latent(LATENT)
                .hidden(run.pick(20, 500))
                .classifier(NetworkFactory.convolutional(
                        28, run.pick(16, 256), run.pick(4, 32), run.pick(4, 64), run.pick(4, 128)))
                .alpha(1)
                .epochs(epochs)
                .batchSize(BATCH)
                .schedule(Schedule.cosine(epochs * steps, 0))
                .seed(run.seed())
                .resume(run.checkpoints())
                .fit(train);
        if (Thread.currentThread().isInterrupted()) {
            return List.of();
        }
        FMatrixRMaj x = test.floatMatrix();
        int draws = run.pick(2, DRAWS);
        double seconds = model.history().last("seconds");
        String system = "M2 of " + LATENT + " latent variables, q(y | x) of 32, 64, 128 filters, α = 1, " + epochs
                + " epochs, class by ";
        return List.of(
                run.errorRate(system + "q(y | x)", ErrorRate.of(model.classify(x), test.labels()), "none", 0, seconds),
                run.errorRate(
                        system + "importance sampling",
                        ErrorRate.of(model.classify(x, draws, new SplittableRandom(run.seed())), test.labels()),
                        "none",
                        draws,
                        seconds));
    }
}
