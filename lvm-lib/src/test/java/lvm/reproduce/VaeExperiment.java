package lvm.reproduce;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import lvm.autodiff.Activation;
import lvm.data.Dataset;
import lvm.evaluation.Estimate;
import lvm.evaluation.ImportanceSampling;
import lvm.nn.NetworkFactory;
import lvm.optim.Schedule;
import lvm.results.Result;
import lvm.results.Results;
import lvm.vae.Vae;
import org.ejml.data.FMatrixRMaj;

/**
 * A variational autoencoder 784-500-500-50 on MNIST, test images binarised once by a draw from the grey levels: the lower bound and
 * an importance-sampled likelihood on the test images. It learns by the importance-weighted bound of 5 draws on all 60,000 images
 * with a rate that falls to 0. The images that it learns from are binarised once like the test images, and the encoder then misses a
 * tenth of their pixels, which keeps it from learning them by heart; or they are binarised anew whenever they are looked at. Nothing
 * is chosen on the test images. At the small size it learns digits drawn by the library.
 */
final class VaeExperiment implements Experiment {
    private static final int EPOCHS = 100;
    private static final int BATCH = 100;
    private static final double RATE = 1e-3;
    private static final int IMPORTANCE = 5;
    private static final double MISSING = 0.1;
    private static final int DRAWS = 500;
    private static final int BOUND_DRAWS = 20;

    private final boolean anew;

    private VaeExperiment(boolean anew) {
        this.anew = anew;
    }

    /** One for each kind of images to learn from. */
    static List<Experiment> all() {
        return List.of(new VaeExperiment(false), new VaeExperiment(true));
    }

    @Override
    public String name() {
        return anew ? "vae-anew" : "vae-static";
    }

    @Override
    public String about() {
        return "test log-likelihood of a variational autoencoder 784-500-500-50 on static MNIST, learnt from images binarised "
                + (anew ? "anew at every visit" : "once") + "; half an hour";
    }

    @Override
    public List<Result> run(Run run) {
        Images images = run.images(601, 100);
        Dataset test = images.binarized(run.seed()).test();
        Dataset train = anew
                ? images.train().binarizedAnew()
                : images.binarized(run.seed()).train();
        int epochs = run.pick(2, EPOCHS);
        int units = run.pick(50, 500);
        Vae vae = trained(run, anew, train, run.checkpoints());
        if (Thread.currentThread().isInterrupted()) {
            return List.of();
        }
        double trained = vae.history().last("seconds");
        long start = System.nanoTime();
        FMatrixRMaj x = test.floatMatrix();
        int draws = run.pick(5, DRAWS);
        Estimate[] found = measure(run, vae, x, draws);
        double seconds = trained + (System.nanoTime() - start) / 1e9;
        String system = "VAE " + x.numCols + "-" + units + "-" + units + "-50, importance-weighted bound of "
                + IMPORTANCE + ", Adam, " + epochs + " epochs"
                + (anew ? " of images binarised anew" : "");
        List<Result> results = run.likelihoods(system, found[0], found[1], draws, seconds);
        if (anew) {
            return results;
        }
        return List.of(
                results.get(0),
                run.keep(results.get(1), name(), Vae.class, vae, half -> measure(run, half, x, draws)[1].value()));
    }

    /** The model of images binarised once that was kept, at the full size; else trains it, or goes on. */
    static Vae known(Run run, Dataset train) {
        Optional<Vae> kept = run.small() || run.seed() != Reproduce.DEFAULT_SEED
                ? Optional.empty()
                : Results.load("vae-static").model(Vae.class);
        return kept.orElseGet(() -> trained(run, false, train, run.shared().resolve("vae-static")));
    }

    private static Vae trained(Run run, boolean anew, Dataset train, Path checkpoints) {
        int epochs = run.pick(2, EPOCHS);
        int units = run.pick(50, 500);
        NetworkFactory inner = NetworkFactory.mlp(Activation.SOFTPLUS, units, units);
        return Vae.builder()
                .latent(50)
                .hidden(units, units)
                .encoder(anew ? inner : inner.afterDropout(MISSING))
                .importanceWeighted(IMPORTANCE)
                .learningRate(RATE)
                .schedule(Schedule.cosine((long) epochs * ((train.rows() + BATCH - 1) / BATCH), 0))
                .batchSize(BATCH)
                .epochs(epochs)
                .seed(run.seed())
                .resume(checkpoints)
                .fit(train);
    }

    /** The bound and the likelihood. */
    private static Estimate[] measure(Run run, Vae vae, FMatrixRMaj x, int draws) {
        SplittableRandom rng = new SplittableRandom(run.seed());
        Estimate bound = bound(vae, x, run.pick(2, BOUND_DRAWS), rng);
        return new Estimate[] {bound, ImportanceSampling.mean(ImportanceSampling.logLikelihood(vae, x, draws, rng))};
    }

    /** The mean bound of one draw, from several passes over the rows, with its standard error. */
    private static Estimate bound(Vae vae, FMatrixRMaj x, int passes, SplittableRandom rng) {
        double[] means = new double[passes];
        for (int pass = 0; pass < passes; pass++) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("interrupted");
            }
            means[pass] = Arrays.stream(vae.elbo(x, 1, rng)).average().orElseThrow();
        }
        double mean = Arrays.stream(means).average().orElseThrow();
        double squares = Arrays.stream(means).map(m -> (m - mean) * (m - mean)).sum();
        return new Estimate(mean, Math.sqrt(squares / (passes - 1) / passes));
    }
}
