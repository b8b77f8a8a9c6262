package lvm.reproduce;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import lvm.boltzmann.Dbm;
import lvm.boltzmann.DbmBuilder;
import lvm.boltzmann.DbmLearning;
import lvm.boltzmann.EnumeratedDbm;
import lvm.boltzmann.Rbm;
import lvm.boltzmann.RbmBuilder;
import lvm.data.Dataset;
import lvm.evaluation.Estimate;
import lvm.optim.Schedule;
import lvm.optim.Sgd;
import lvm.results.Protocol;
import lvm.results.Result;

/**
 * Ways of learning a deep Boltzmann machine 4-16-4 on the bars and stripes of 2×2 pixels, where everything is exact: log p(v) of the six
 * pictures, −1.79 at best and −2.77 of coins, the bound of the mean field, and how far its means are from those of the posterior.
 */
final class DbmSmallExperiment implements Experiment {
    private static final Dataset PICTURES = Dataset.of(
            new double[][] {{0, 0, 0, 0}, {1, 1, 1, 1}, {1, 0, 1, 0}, {0, 1, 0, 1}, {1, 1, 0, 0}, {0, 0, 1, 1}});
    private static final int[] HIDDEN = {16, 4};
    private static final int STEPS = 6000;
    private static final int LAYER_STEPS = 1000;

    @Override
    public String name() {
        return "dbm-small";
    }

    @Override
    public String about() {
        return "ways of learning a DBM 4-16-4 on bars and stripes, all exact; a minute";
    }

    @Override
    public List<Result> run(Run run) {
        Map<String, Supplier<DbmBuilder>> ways = new LinkedHashMap<>();
        ways.put("exact slope", () -> builder(run, DbmLearning.exact()).hidden(HIDDEN));
        ways.put("SML-5", () -> builder(run, sml()).hidden(HIDDEN));
        ways.put(
                "SML-5 from weights of deviation 0.5",
                () -> builder(run, sml()).hidden(HIDDEN).startDeviation(.5));
        ways.put("SML-5, centred", () -> builder(run, sml()).hidden(HIDDEN).centred(true));
        ways.put("SML-5, pretrained", () -> builder(run, sml()).pretraining(layer(run, 16), layer(run, 4)));
        ways.put(
                "pretraining alone",
                () -> builder(run, sml())
                        .pretraining(layer(run, 16), layer(run, 4))
                        .epochs(0));
        for (int sweeps : new int[] {1, 5}) {
            ways.put(
                    "CD-" + sweeps + ", centred",
                    () -> builder(run, DbmLearning.cd(sweeps)).hidden(HIDDEN).centred(true));
        }
        ways.put(
                "multi-prediction",
                () -> builder(run, DbmLearning.multiPrediction(10))
                        .hidden(HIDDEN)
                        .startDeviation(.5));
        List<Result> results = new ArrayList<>();
        ways.forEach((way, builder) -> {
            Dbm dbm = builder.get().fit(PICTURES);
            if (!Thread.currentThread().isInterrupted()) {
                results.addAll(measured(run, "DBM 4-16-4, " + way, dbm));
            }
        });
        return results;
    }

    private static DbmLearning sml() {
        return DbmLearning.sml(5, 100);
    }

    private static DbmBuilder builder(Run run, DbmLearning learning) {
        int steps = run.pick(50, STEPS);
        return Dbm.builder()
                .learning(learning)
                .meanField(50, 1e-5)
                .optimizer(Sgd::new)
                .learningRate(.2)
                .schedule(Schedule.cosine(steps, 0))
                .batchSize(PICTURES.rows())
                .epochs(steps)
                .seed(run.seed());
    }

    private static RbmBuilder layer(Run run, int hidden) {
        return Rbm.builder()
                .hidden(hidden)
                .learningRate(.01)
                .batchSize(PICTURES.rows())
                .epochs(run.pick(20, LAYER_STEPS));
    }

    private static List<Result> measured(Run run, String system, Dbm dbm) {
        EnumeratedDbm exact = dbm.enumerated();
        double log = Arrays.stream(exact.logDensity(PICTURES)).average().orElseThrow();
        double bound = dbm.bound(PICTURES, dbm.logPartition()).natsPerRow();
        double apart = 0;
        for (int l = 1; l <= HIDDEN.length; l++) {
            float[] means = exact.posteriorMeans(PICTURES, l).data;
            float[] field = dbm.meanField(PICTURES).layer(l).data;
            for (int k = 0; k < means.length; k++) {
                apart = Math.max(apart, Math.abs(means[k] - field[k]));
            }
        }
        return List.of(
                result(run, system, "log-likelihood", Protocol.Kind.EXACT, log, "nats per image", dbm),
                result(run, system, "bound of the mean field", Protocol.Kind.LOWER_BOUND, bound, "nats per image", dbm),
                result(
                        run,
                        system,
                        "largest distance of a mean of the mean field from that of the posterior",
                        Protocol.Kind.EXACT,
                        apart,
                        "probability",
                        dbm));
    }

    private static Result result(
            Run run, String system, String quantity, Protocol.Kind kind, double value, String unit, Dbm dbm) {
        Protocol protocol = new Protocol("bars and stripes, 2×2", "train", "none", kind, 0);
        double seconds = dbm.history().size() == 0 ? 0 : dbm.history().last("seconds");
        return Result.of(system, quantity, new Estimate(value, 0), unit, protocol, run.seed(), seconds);
    }
}
