package lvm.reproduce;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.function.Supplier;
import lvm.data.Dataset;
import lvm.data.Digits;
import lvm.data.Matrices;
import lvm.evaluation.Estimate;
import lvm.factor.FastIca;
import lvm.factor.Pca;
import lvm.representation.MutualInformationGap;
import lvm.results.Protocol;
import lvm.results.Result;
import lvm.vae.Autoencoder;
import lvm.vae.M2;
import lvm.vae.Vae;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;

/**
 * Which models put the factors that digits were drawn from each into a latent variable of its own: the mutual information gap on new digits,
 * whose factors are exactly known, of models that saw images alone and of one that saw the digits too; and that of the same codes with their
 * rows mixed, which is what the estimate gives where there is nothing.
 */
final class FactorsExperiment implements Experiment {
    private static final double[] BETAS = {1, 2, 4, 8, 16};

    @Override
    public String name() {
        return "factors";
    }

    @Override
    public String about() {
        return "mutual information gap of PCA, ICA, autoencoders and β-VAEs on the factors of drawn digits; two hours";
    }

    @Override
    public List<Result> run(Run run) {
        Digits.Drawn train = Digits.drawn(run.pick(300, 50_000), 100 + run.seed());
        Digits.Drawn test = Digits.drawn(run.pick(300, 10_000), 200 + run.seed());
        int latent = run.pick(3, 10);
        Map<String, Supplier<Function<Dataset, Matrix>>> models = new LinkedHashMap<>();
        models.put("PCA", () -> Pca.builder().components(latent).fit(train.images())::encode);
        models.put("FastICA", () -> {
            Pca pca = Pca.builder().components(latent).fit(train.images());
            FastIca ica =
                    FastIca.builder().components(latent).seed(run.seed()).fit(Dataset.of(pca.encode(train.images())));
            return rows -> ica.encode(Dataset.of(pca.encode(rows)));
        });
        models.put(
                "autoencoder",
                () -> Autoencoder.builder()
                        .latent(latent)
                        .hidden(run.pick(20, 400))
                        .epochs(run.pick(2, 30))
                        .seed(run.seed())
                        .resume(run.checkpoints().resolve("autoencoder"))
                        .fit(train.images())::encode);
        for (double beta : run.small() ? new double[] {1, 4} : BETAS) {
            models.put(
                    beta == 1 ? "VAE" : "β-VAE, β = " + beta,
                    () -> Vae.builder()
                            .latent(latent)
                            .hidden(run.pick(20, 400))
                            .beta(beta)
                            .epochs(run.pick(2, 30))
                            .seed(run.seed())
                            .resume(run.checkpoints().resolve("vae-" + beta))
                            .fit(train.images())::encode);
        }
        models.put("M2 of all labels, z and y", () -> {
            M2 model = M2.builder()
                    .latent(latent)
                    .hidden(run.pick(20, 400))
                    .epochs(run.pick(2, 30))
                    .seed(run.seed())
                    .resume(run.checkpoints().resolve("m2"))
                    .fit(train.images());
            return rows -> {
                int[] classes = model.classify(rows);
                FMatrixRMaj z = model.encode(rows.floatMatrix(), classes);
                FMatrixRMaj all = new FMatrixRMaj(z.numRows, z.numCols + 1);
                for (int i = 0; i < z.numRows; i++) {
                    System.arraycopy(z.data, i * z.numCols, all.data, i * all.numCols, z.numCols);
                    all.set(i, z.numCols, classes[i]);
                }
                return all;
            };
        });
        String data = "Digits, " + train.images().rows() + " training images";
        Protocol protocol = new Protocol(data, "test", "none", Protocol.Kind.ESTIMATE, 0);
        List<Result> results = new ArrayList<>();
        for (Map.Entry<String, Supplier<Function<Dataset, Matrix>>> entry : models.entrySet()) {
            results.addAll(run.part(entry.getKey().replaceAll("[^A-Za-z0-9.]+", "-"), () -> {
                long begin = System.nanoTime();
                Function<Dataset, Matrix> encoder = entry.getValue().get();
                if (Thread.currentThread().isInterrupted()) {
                    throw new CancellationException(entry.getKey());
                }
                Matrix codes = encoder.apply(test.images());
                double seconds = (System.nanoTime() - begin) / 1e9;
                return List.of(
                        result(run, entry.getKey(), codes, test.factors(), protocol, seconds),
                        result(
                                run,
                                entry.getKey() + ", rows mixed",
                                codes,
                                test.factors().shuffled(new SplittableRandom(1)),
                                protocol,
                                0));
            }));
        }
        return results;
    }

    private static Result result(
            Run run, String system, Matrix codes, Dataset factors, Protocol protocol, double seconds) {
        int bins = MutualInformationGap.DEFAULT_BINS;
        double all = MutualInformationGap.of(codes, factors, bins).value();
        // the error of the mean of ten parts, each of which has more bias than the whole: of the spread alone
        int parts = 10;
        double[] values = new double[parts];
        for (int k = 0; k < parts; k++) {
            int from = k * factors.rows() / parts;
            int to = (k + 1) * factors.rows() / parts;
            values[k] = MutualInformationGap.of(Matrices.rows(codes, from, to), factors.slice(from, to), bins)
                    .value();
        }
        double error = Matrices.standardError(values);
        return Result.of(
                system, "mutual information gap", new Estimate(all, error), "1", protocol, run.seed(), seconds);
    }
}
