package lvm.reproduce;

import java.util.ArrayList;
import java.util.List;
import lvm.autodiff.Activation;
import lvm.boltzmann.HigherOrderRbm;
import lvm.boltzmann.RbmLearning;
import lvm.classify.NeuralClassifier;
import lvm.data.Dataset;
import lvm.data.DotPairs;
import lvm.evaluation.ErrorRate;
import lvm.evaluation.Estimate;
import lvm.evaluation.Interval;
import lvm.nn.NetworkFactory;
import lvm.results.Protocol;
import lvm.results.Result;

/**
 * Which change is between two images: random dots of 11×11 pixels that are shifted by a pixel in one of eight directions, or not, around the edges; and
 * random dots in a disc that are turned by one of eight angles. A gated machine learns pairs without their labels; a linear classifier reads the
 * change off its hidden units, and, beside it, off the two images themselves, which say nothing of it linearly.
 */
final class GatedExperiment implements Experiment {
    private static final int EDGE = 11;

    @Override
    public String name() {
        return "gated";
    }

    @Override
    public String about() {
        return "shifts and rotations recognised from pairs of images by a gated RBM of third order; a quarter of an hour";
    }

    @Override
    public Result headline(List<Result> results) {
        return Experiment.first(results, result -> result.system().startsWith("Gated RBM"));
    }

    @Override
    public List<Result> run(Run run) {
        List<Result> results = new ArrayList<>();
        for (DotPairs change : DotPairs.values()) {
            results.addAll(run.part(change.name(), () -> results(run, change)));
            if (Thread.currentThread().isInterrupted()) {
                return List.of();
            }
        }
        return results;
    }

    private static List<Result> results(Run run, DotPairs change) {
        int edge = run.pick(5, EDGE);
        Dataset train = change.generate(run.pick(360, 18_000), edge, run.seed());
        Dataset test = change.generate(run.pick(90, 3600), edge, run.seed() + 1000);
        HigherOrderRbm model = HigherOrderRbm.builder()
                .hidden(run.pick(10, 60))
                .factors(run.pick(30, 200))
                .learning(RbmLearning.cd(1))
                .learningRate(1e-3)
                .epochs(run.pick(5, 60))
                .seed(run.seed())
                .resume(run.checkpoints().resolve(change.name()))
                .fit(train);
        if (Thread.currentThread().isInterrupted()) {
            return List.of();
        }
        double seconds = model.history().last("seconds");
        String system =
                "Gated RBM, " + model.latentDim() + " hidden units, " + model.factors() + " factors, linear classifier";
        return List.of(
                result(run, change, system, accuracy(run, features(model, train), features(model, test)), seconds),
                result(run, change, "Linear classifier of the two images", accuracy(run, train, test), 0),
                result(run, change, "Chance", null, 0));
    }

    private static Dataset features(HigherOrderRbm model, Dataset pairs) {
        return Dataset.of(model.encode(pairs)).withLabels(pairs.labels());
    }

    private static ErrorRate accuracy(Run run, Dataset train, Dataset test) {
        return ErrorRate.of(
                NeuralClassifier.builder()
                        .network(NetworkFactory.mlp(Activation.RELU))
                        .epochs(run.pick(5, 20))
                        .seed(run.seed())
                        .fit(train),
                test);
    }

    /** An accuracy with its interval; null for chance, which has none. */
    private static Result result(Run run, DotPairs change, String system, ErrorRate error, double seconds) {
        String data = change == DotPairs.SHIFTS ? "Random dots, nine shifts" : "Random dots, eight rotations";
        Protocol protocol =
                new Protocol(run.small() ? data + ", small" : data, "test", "none", Protocol.Kind.ESTIMATE, 0);
        double p = error == null ? 1.0 / change.classes() : 1 - error.value();
        double deviation = error == null ? 0 : Math.sqrt(p * (1 - p) / error.rows());
        Result result = Result.of(
                system, "accuracy", new Estimate(100 * p, 100 * deviation), "%", protocol, run.seed(), seconds);
        if (error == null) {
            return result;
        }
        Interval interval = error.interval(.95);
        return result.with(new Interval(100 - 100 * interval.high(), 100 - 100 * interval.low(), interval.level()));
    }
}
