package lvm.reproduce;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.data.Splits;
import lvm.evaluation.ErrorRate;
import lvm.optim.Schedule;
import lvm.results.Result;
import lvm.vae.M2;
import org.ejml.data.FMatrixRMaj;

/**
 * The test error of M2 with the labels of all 60,000 images of MNIST, the class by importance sampling of p(x, y) alone, as the
 * slides have their 0.96 %: the error as a curve over the draws of z. The size of z, and whether the bits are drawn anew for each
 * minibatch or once by a threshold, are chosen on 10,000 of the images to train on; then the chosen one learns from all of them.
 * The network q(y | x) is small and is not asked. At the small size it learns digits drawn by the library.
 */
final class M2SamplingExperiment implements Experiment {
    private static final int BATCH = 100;
    private static final int[] LATENT = {5, 10};
    private static final int[] DRAWS = {1, 2, 5, 10, 20, 50, 100};

    /** A way to learn that may be chosen. */
    private record Setting(int latent, boolean anew) {
        Dataset bits(Dataset grey) {
            return anew ? grey.binarizedAnew() : grey.binarized();
        }

        @Override
        public String toString() {
            return "z of " + latent + ", bits " + (anew ? "drawn anew" : "by a threshold");
        }
    }

    @Override
    public String name() {
        return "m2-sampling";
    }

    @Override
    public String about() {
        return "test error of M2 on MNIST with all labels, by importance sampling, over the number of draws; about an hour";
    }

    @Override
    public List<Result> run(Run run) {
        Images images = run.images(501, 100);
        Dataset[] parts = Splits.split(images.train(), run.pick(100, 10_000), 1);
        Setting best = null;
        double least = Double.POSITIVE_INFINITY;
        double seconds = 0;
        for (Setting setting : settings(run)) {
            M2 model = fit(run, setting, parts[0], run.pick(1, 20), "choice-" + setting.latent() + setting.anew());
            if (Thread.currentThread().isInterrupted()) {
                return List.of();
            }
            seconds += model.history().last("seconds");
            double error = error(run, model, parts[1], run.pick(2, 50)).value();
            if (error < least) {
                least = error;
                best = setting;
            }
        }
        int epochs = run.pick(2, 60);
        M2 model = fit(run, best, images.train(), epochs, "final");
        if (Thread.currentThread().isInterrupted()) {
            return List.of();
        }
        seconds += model.history().last("seconds");
        String system = "M2, " + best + ", two hidden layers of " + units(run) + ", " + epochs
                + " epochs, class by importance sampling";
        List<Result> results = new ArrayList<>();
        for (int draws : run.small() ? new int[] {1, 2} : DRAWS) {
            results.add(run.errorRate(system, error(run, model, images.test(), draws), "thresholded", draws, seconds));
        }
        Result last = results.remove(results.size() - 1);
        int draws = (int) last.protocol().draws();
        results.add(run.keep(
                last,
                name(),
                M2.class,
                model,
                half -> 100 * error(run, half, images.test(), draws).value()));
        return results;
    }

    /** The one with most draws. */
    @Override
    public Result headline(List<Result> results) {
        return results.get(results.size() - 1);
    }

    private static List<Setting> settings(Run run) {
        List<Setting> settings = new ArrayList<>();
        for (int latent : run.small() ? new int[] {2} : LATENT) {
            settings.add(new Setting(latent, false));
            settings.add(new Setting(latent, true));
        }
        return settings;
    }

    private static int units(Run run) {
        return run.pick(20, 500);
    }

    private static M2 fit(Run run, Setting setting, Dataset train, int epochs, String place) {
        Path checkpoints = run.checkpoints().resolve(place);
        return M2.builder()
                .latent(setting.latent())
                .hidden(units(run), units(run))
                .classifier(run.pick(10, 50))
                .epochs(epochs)
                .batchSize(BATCH)
                .schedule(Schedule.cosine((long) epochs * ((train.rows() + BATCH - 1) / BATCH), 0))
                .seed(run.seed())
                .resume(checkpoints)
                .fit(setting.bits(train));
    }

    private static ErrorRate error(Run run, M2 model, Dataset grey, int draws) {
        FMatrixRMaj x = grey.binarized().floatMatrix();
        return ErrorRate.of(model.classify(x, draws, new SplittableRandom(run.seed())), grey.labels());
    }
}
