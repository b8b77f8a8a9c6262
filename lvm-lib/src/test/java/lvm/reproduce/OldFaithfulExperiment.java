package lvm.reproduce;

import java.util.List;
import lvm.data.Dataset;
import lvm.data.OldFaithful;
import lvm.evaluation.Estimate;
import lvm.mixture.GaussianMixture;
import lvm.results.Protocol;
import lvm.results.Result;
import tech.tablesaw.api.Table;

/** The maximum of the likelihood that EM finds for two full covariances on the eruptions of Old Faithful. */
final class OldFaithfulExperiment implements Experiment {

    @Override
    public String name() {
        return "old-faithful";
    }

    @Override
    public String about() {
        return "log-likelihood of a mixture of two Gaussians on Old Faithful; a second";
    }

    @Override
    public List<Result> run(Run run) {
        long start = System.nanoTime();
        Table faithful = OldFaithful.load();
        GaussianMixture gmm = GaussianMixture.builder()
                .components(2)
                .tolerance(1e-12)
                .seed(run.seed())
                .resume(run.checkpoints())
                .fit(faithful);
        double[] weights = gmm.weights();
        double seconds = (System.nanoTime() - start) / 1e9;
        return List.of(
                result(run, "log-likelihood, total", gmm.logLikelihood(Dataset.of(faithful)), "nats", seconds),
                result(run, "smaller weight", Math.min(weights[0], weights[1]), "1", seconds));
    }

    private static Result result(Run run, String quantity, double value, String unit, double seconds) {
        Protocol protocol = new Protocol("Old Faithful, 272 rows", "train", "none", Protocol.Kind.EXACT, 0);
        return Result.of(
                "Gaussian mixture, 2 full covariances, EM",
                quantity,
                new Estimate(value, Double.NaN),
                unit,
                protocol,
                run.seed(),
                seconds);
    }
}
