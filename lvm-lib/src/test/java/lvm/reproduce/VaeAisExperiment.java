package lvm.reproduce;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.evaluation.AnnealedLikelihood;
import lvm.evaluation.Estimate;
import lvm.evaluation.ImportanceSampling;
import lvm.mcmc.AnnealingSchedule;
import lvm.results.Protocol;
import lvm.results.Result;
import lvm.vae.Vae;
import org.ejml.data.FMatrixRMaj;

/**
 * How far importance sampling is below annealed importance sampling for a variational autoencoder of binarised MNIST, as Y. Wu and others
 * (2017) ask: the one of {@code vae-static}, 100 test images; 200, 1,000 and 10,000 draws from the encoder; annealing from the encoder
 * and from the prior, with its gap on images that the model drew. At the small size it learns digits drawn by the library.
 */
final class VaeAisExperiment implements Experiment {
    private static final int IMAGES = 100;
    private static final int CHAINS = 16;
    private static final int STEPS = 500;

    @Override
    public String name() {
        return "vae-ais";
    }

    @Override
    public String about() {
        return "log-likelihood of the autoencoder of vae-static by annealed importance sampling, from both sides; two hours";
    }

    @Override
    public List<Result> run(Run run) {
        Images images = run.images(601, 100).binarized(run.seed());
        Vae vae = VaeExperiment.known(run, images.train());
        if (Thread.currentThread().isInterrupted()) {
            return List.of();
        }
        Dataset test = images.test().slice(0, run.pick(10, IMAGES));
        FMatrixRMaj x = test.floatMatrix();
        List<Result> results = new ArrayList<>();
        for (int draws : run.small() ? new int[] {20} : new int[] {200, 1000, 10_000}) {
            results.addAll(run.part("importance-" + draws, () -> {
                long start = System.nanoTime();
                SplittableRandom rng = new SplittableRandom(run.seed());
                Estimate value = ImportanceSampling.mean(ImportanceSampling.logLikelihood(vae, x, draws, rng));
                return List.of(
                        result(run, "importance sampling from the encoder", "log-likelihood", value, draws, start));
            }));
        }
        for (boolean fromPrior : new boolean[] {false, true}) {
            String from = fromPrior ? "the prior" : "the encoder";
            results.addAll(run.part("annealed-" + fromPrior, () -> annealed(run, vae, x, fromPrior, from)));
            if (Thread.currentThread().isInterrupted()) {
                return List.of();
            }
        }
        return results;
    }

    private static List<Result> annealed(Run run, Vae vae, FMatrixRMaj x, boolean fromPrior, String from) {
        int steps = run.pick(10, STEPS);
        int chains = run.pick(2, CHAINS);
        AnnealedLikelihood<FMatrixRMaj> ais = AnnealedLikelihood.of(vae)
                .schedule(AnnealingSchedule.sigmoid(steps))
                .chains(chains)
                .seed(run.seed());
        if (fromPrior) {
            ais.fromPrior();
        }
        String system = "annealed importance sampling from " + from + ", " + steps + " steps of 10 leapfrog steps";
        long start = System.nanoTime();
        Estimate value = ImportanceSampling.mean(ais.logLikelihood(x));
        List<Result> results = new ArrayList<>(List.of(result(run, system, "log-likelihood", value, chains, start)));
        start = System.nanoTime();
        Estimate gap = ais.simulated(x.numRows).gap();
        results.add(result(run, system, "gap between both bounds of simulated images", gap, chains, start));
        return results;
    }

    private static Result result(Run run, String system, String quantity, Estimate value, int draws, long start) {
        int images = run.pick(10, IMAGES);
        Protocol protocol = new Protocol(
                run.small() ? "Digits, 500 training images" : "MNIST",
                quantity.startsWith("gap") ? images + " drawn by the model" : "test, the first " + images,
                "static",
                quantity.startsWith("gap") ? Protocol.Kind.UPPER_BOUND : Protocol.Kind.LOWER_BOUND,
                draws);
        return Result.of(
                system, quantity, value, "nats per image", protocol, run.seed(), (System.nanoTime() - start) / 1e9);
    }
}
