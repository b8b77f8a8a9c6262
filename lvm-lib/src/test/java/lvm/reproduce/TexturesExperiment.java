package lvm.reproduce;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import lvm.boltzmann.Dbn;
import lvm.boltzmann.Rbm;
import lvm.boltzmann.RbmBuilder;
import lvm.boltzmann.RbmLearning;
import lvm.boltzmann.VisibleUnits;
import lvm.data.Dataset;
import lvm.evaluation.Estimate;
import lvm.factor.Pca;
import lvm.optim.Schedule;
import lvm.random.Fill;
import lvm.random.Seeds;
import lvm.reproduce.Textures.Texture;
import lvm.results.Protocol;
import lvm.results.Result;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * Gaussian–Bernoulli machines of patches of brick, grass and gravel, and belief networks of these with a binary machine above, so that the two differ by
 * the layer above alone. What is synthesised is compared with the half of the picture that was held out
 * and shares no pixel with what was learnt from: the greatest normalised cross-correlation of a patch with any place of that half, the mean over the
 * patches. Beside it stand draws of a Gaussian in the space of as many principal components as explain 95 % of the variance, patches that were learnt
 * from with their pixels shuffled, and these as they are. Of the machines and of the Gaussian the means given the hidden variables are taken, without the
 * noise of the pixels: they are smoother than a patch, and can be above one.
 */
final class TexturesExperiment implements Experiment {
    private static final double EXPLAINED = .95;

    @Override
    public String name() {
        return "textures";
    }

    @Override
    public String about() {
        return "patches synthesised by Gaussian RBMs and DBNs of brick, grass and gravel against a held-out half; an hour";
    }

    @Override
    public List<Result> run(Run run) {
        List<Result> results = new ArrayList<>();
        int size = run.pick(8, 16);
        int shown = run.pick(30, 500);
        List<Texture> textures = run.small()
                ? Textures.load(run.checkpoints(), 96, run.seed())
                : Textures.load(Textures.INSTALLED, 512, run.seed());
        for (Texture texture : textures) {
            SplittableRandom rng = new SplittableRandom(Seeds.split(run.seed(), texture.name()));
            FMatrixRMaj patches = Textures.patches(texture.learnt(), run.pick(600, 20_000), size, rng);
            Path checkpoints = run.checkpoints().resolve(texture.name().replace(' ', '-'));
            Rbm rbm = builder(run, patches.numRows)
                    .visible(VisibleUnits.GAUSSIAN)
                    .resume(checkpoints)
                    .fit(Dataset.of(patches));
            if (Thread.currentThread().isInterrupted()) {
                return List.of();
            }
            Rbm above = builder(run, patches.numRows)
                    .resume(checkpoints.resolveSibling(checkpoints.getFileName() + "-above"))
                    .fit(Dataset.of(rbm.encode(patches)).binarizedAnew());
            if (Thread.currentThread().isInterrupted()) {
                return List.of();
            }
            double seconds = rbm.history().last("seconds");
            String machine = "Gaussian RBM, " + rbm.latentDim() + " hidden units";
            FMatrixRMaj draws = rbm.sample(shown, run.pick(100, 2000), rng);
            results.add(result(run, texture, size, machine, rbm.decode(bits(rbm.encode(draws), rng)), seconds));
            Dbn dbn = Dbn.of(List.of(rbm, above));
            SplittableRandom own = new SplittableRandom(Seeds.split(run.seed(), texture.name() + ", belief network"));
            FMatrixRMaj dreams = dbn.sampleMeans(shown, run.pick(100, 2000), own);
            String network = "Gaussian DBN, " + rbm.latentDim() + "-" + above.latentDim() + " hidden units";
            results.add(result(
                    run,
                    texture,
                    size,
                    network,
                    dreams,
                    seconds + above.history().last("seconds")));
            Pca pca = pca(patches);
            String gaussian = "PCA + Gaussian, " + pca.latentDim() + " components";
            results.add(result(run, texture, size, gaussian, gaussian(pca, shown, rng), 0));
            FMatrixRMaj real = Textures.patches(texture.learnt(), shown, size, rng);
            results.add(result(run, texture, size, "shuffled patches", shuffled(real, rng), 0));
            results.add(result(run, texture, size, "patches learnt from", real, 0));
        }
        return results;
    }

    /** A machine and its course, whatever its visible units are. */
    private static RbmBuilder builder(Run run, int rows) {
        int epochs = run.pick(20, 200);
        return Rbm.builder()
                .hidden(run.pick(30, 400))
                .learning(RbmLearning.pcd(run.pick(1, 5)))
                .centred(true)
                .learningRate(run.pick(5, 1) * 1e-3)
                .schedule(Schedule.cosine(epochs * (long) rows / 100, .01))
                .batchSize(100)
                .epochs(epochs)
                .seed(run.seed());
    }

    private static FMatrixRMaj bits(FMatrixRMaj means, SplittableRandom rng) {
        Fill.bits(means, rng);
        return means;
    }

    private static Pca pca(FMatrixRMaj patches) {
        DMatrixRMaj x = new DMatrixRMaj(patches.numRows, patches.numCols);
        for (int i = 0; i < x.getNumElements(); i++) {
            x.data[i] = patches.data[i];
        }
        double[] ratios = Pca.builder().components(x.numCols).fit(x).explainedVarianceRatio();
        int components = 0;
        for (double sum = 0; components < ratios.length && sum < EXPLAINED; components++) {
            sum += ratios[components];
        }
        return Pca.builder().components(components).fit(x);
    }

    private static FMatrixRMaj gaussian(Pca pca, int n, SplittableRandom rng) {
        DMatrixRMaj z = new DMatrixRMaj(n, pca.latentDim());
        Fill.normal(z, rng);
        DMatrixRMaj x = pca.unwhiten(z);
        FMatrixRMaj floats = new FMatrixRMaj(x.numRows, x.numCols);
        for (int i = 0; i < x.getNumElements(); i++) {
            floats.data[i] = (float) x.data[i];
        }
        return floats;
    }

    private static FMatrixRMaj shuffled(FMatrixRMaj patches, SplittableRandom rng) {
        FMatrixRMaj shuffled = patches.copy();
        int d = patches.numCols;
        for (int i = 0; i < patches.numRows; i++) {
            int[] order = Fill.permutation(d, rng);
            for (int k = 0; k < d; k++) {
                shuffled.data[i * d + k] = patches.data[i * d + order[k]];
            }
        }
        return shuffled;
    }

    private static Result result(
            Run run, Texture texture, int size, String system, FMatrixRMaj patches, double seconds) {
        double[] best = Textures.bestCorrelations(patches, texture.held(), size);
        double mean = Arrays.stream(best).average().orElseThrow();
        double squares = Arrays.stream(best).map(b -> (b - mean) * (b - mean)).sum() / (best.length - 1);
        Protocol protocol = new Protocol(
                texture.name() + ", patches of " + size + "×" + size,
                "held-out half",
                "none",
                Protocol.Kind.ESTIMATE,
                best.length);
        Estimate estimate = new Estimate(mean, Math.sqrt(squares / best.length));
        return Result.of(system, "best normalised cross-correlation", estimate, "of 1", protocol, run.seed(), seconds);
    }
}
