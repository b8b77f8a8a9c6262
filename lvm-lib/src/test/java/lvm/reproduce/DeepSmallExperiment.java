package lvm.reproduce;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import lvm.boltzmann.Dbm;
import lvm.boltzmann.DbmBuilder;
import lvm.boltzmann.DbmLearning;
import lvm.boltzmann.Dbn;
import lvm.boltzmann.EnumeratedDbm;
import lvm.boltzmann.EnumeratedDbn;
import lvm.boltzmann.Rbm;
import lvm.boltzmann.RbmBuilder;
import lvm.boltzmann.RbmLearning;
import lvm.data.Dataset;
import lvm.evaluation.Estimate;
import lvm.linalg.Interrupts;
import lvm.optim.Schedule;
import lvm.optim.Sgd;
import lvm.random.Seeds;
import lvm.results.Protocol;
import lvm.results.Result;
import lvm.results.Results;
import org.ejml.data.FMatrixRMaj;

/**
 * What is said of inference and learning in deep machines, on sizes where all of it can be summed: bars and stripes of 2×2 pixels. How far Q is from
 * the posterior, in a belief network (one pass up) and in a deep Boltzmann machine (mean field), and what the posterior's units depend on; where
 * rules of learning end, over seeds; what variational SML changes after layers have been learnt one by one, there and on MNIST with 16 and 8 hidden
 * units, where log p(v) is exact, too; and how many sweeps the mean field of the kept machine on MNIST takes. Numbers with an error are means over
 * seeds, or over images where that is said. At the small size seeds and steps are few.
 */
final class DeepSmallExperiment implements Experiment {
    private static final Dataset PICTURES = Dataset.of(
            new double[][] {{0, 0, 0, 0}, {1, 1, 1, 1}, {1, 0, 1, 0}, {0, 1, 0, 1}, {1, 1, 0, 0}, {0, 0, 1, 1}});
    private static final int SEEDS = 5;
    private static final int STEPS = 6000;
    private static final int LAYER_STEPS = 1000;
    private static final double RATE = .2;
    private static final double START = .5; // from smaller weights the first thousands of steps change next to nothing
    private static final int SWEEPS = 200;
    private static final String LIKELIHOOD = "log-likelihood";
    private static final String NATS = "nats per image";

    @Override
    public String name() {
        return "deep-small";
    }

    @Override
    public String about() {
        return "posteriors, rules and starts of deep machines on bars and stripes, all exact; sweeps of a mean field; some minutes";
    }

    @Override
    public Result headline(List<Result> results) {
        return Experiment.first(results, r -> r.quantity().startsWith("KL of"));
    }

    @Override
    public List<Result> run(Run run) {
        List<Result> results = new ArrayList<>();
        results.addAll(posteriors(run));
        results.addAll(rules(run));
        results.addAll(joint(run));
        results.addAll(beside(run));
        results.addAll(jointOfDigits(run));
        results.addAll(sweeps(run));
        return results;
    }

    // --- over seeds

    /** A row of numbers for each seed, and how long they all took. */
    private record Table(double[][] rows, double seconds) {}

    private static Table seeds(Run run, IntFunction<double[]> numbers) {
        long start = System.nanoTime();
        double[][] rows = IntStream.range(0, run.pick(2, SEEDS))
                .mapToObj(k -> {
                    double[] row = numbers.apply(k);
                    Interrupts.check("deep-small"); // a stopped fit gives the model of its last step
                    return row;
                })
                .toArray(double[][]::new);
        return new Table(rows, (System.nanoTime() - start) * 1e-9);
    }

    private static long seed(Run run, int k) {
        return Seeds.split(run.seed(), k);
    }

    private static Result result(
            Run run, String system, String quantity, String unit, Protocol.Kind kind, Table table, int column) {
        double[] values =
                Arrays.stream(table.rows()).mapToDouble(row -> row[column]).toArray();
        Protocol protocol =
                new Protocol("bars and stripes, 2×2", "train, " + values.length + " seeds", "none", kind, 0);
        return Result.of(system, quantity, MixingExperiment.mean(values), unit, protocol, run.seed(), table.seconds());
    }

    // --- posteriors

    private static List<Result> posteriors(Run run) {
        int[] hidden = {12, 4};
        FMatrixRMaj v = PICTURES.floatMatrix();
        Table rbm = seeds(run, k -> {
            Rbm machine = machine(run, k, 12, RbmLearning.exact()).fit(PICTURES);
            return new double[] {mean(v, i -> DeepPosterior.of(machine, v, i).withinLower())};
        });
        Table dbn = seeds(run, k -> {
            EnumeratedDbn exact = Dbn.builder()
                    .layers(layerOfDbn(run, hidden[0]), layerOfDbn(run, hidden[1]))
                    .seed(seed(run, k))
                    .fit(PICTURES)
                    .enumerated();
            double[] log = exact.logDensity(PICTURES);
            double[] bound = exact.bound(PICTURES);
            double[] kl = IntStream.range(0, log.length)
                    .mapToDouble(i -> log[i] - bound[i])
                    .toArray();
            return new double[] {
                average(log),
                average(kl),
                Arrays.stream(kl).max().orElseThrow(),
                mean(v, i -> DeepPosterior.of(exact, v, i).withinLower()),
                mean(v, i -> DeepPosterior.directedLayer(exact, v, i).withinLower()),
                DeepPosterior.top(exact).withinLower(),
                mean(v, i -> DeepPosterior.of(exact, v, i).between())
            };
        });
        Table dbm = seeds(run, k -> {
            Dbm machine = dbm(run, k, DbmLearning.sml(5))
                    .hidden(hidden)
                    .startDeviation(START)
                    .centred(true)
                    .fit(PICTURES);
            EnumeratedDbm exact = machine.enumerated();
            double[] log = exact.logDensity(PICTURES);
            double[] f = machine.variationalFreeEnergy(PICTURES);
            double[] kl = IntStream.range(0, log.length)
                    .mapToDouble(i -> log[i] + f[i] + exact.logPartition().nats())
                    .toArray();
            return new double[] {
                average(log),
                average(kl),
                Arrays.stream(kl).max().orElseThrow(),
                mean(v, i -> DeepPosterior.of(machine, v, i).withinLower()),
                mean(v, i -> DeepPosterior.of(machine, v, i).between())
            };
        });
        String correlation = "largest correlation of two units of ";
        String one = "RBM 4-12, exact slope";
        String two = "DBN 4-12-4, layer by layer";
        String three = "DBM 4-12-4, SML-5, centred";
        Protocol.Kind exact = Protocol.Kind.EXACT;
        return List.of(
                result(run, one, correlation + "h given v", "of 1", exact, rbm, 0),
                result(run, two, LIKELIHOOD, NATS, exact, dbn, 0),
                result(run, two, "KL of one pass up from the posterior", NATS, exact, dbn, 1),
                result(run, two, "KL of one pass up from the posterior, worst image", NATS, exact, dbn, 2),
                result(run, two, correlation + "h1 given v", "of 1", exact, dbn, 3),
                result(run, two, correlation + "h1 given v, with independent units as prior", "of 1", exact, dbn, 4),
                result(run, two, correlation + "h1 under the machine at the top", "of 1", exact, dbn, 5),
                result(run, two, correlation + "h1 and h2 given v", "of 1", exact, dbn, 6),
                result(run, three, LIKELIHOOD, NATS, exact, dbm, 0),
                result(run, three, "KL of the mean field from the posterior", NATS, exact, dbm, 1),
                result(run, three, "KL of the mean field from the posterior, worst image", NATS, exact, dbm, 2),
                result(run, three, correlation + "h1 given v", "of 1", exact, dbm, 3),
                result(run, three, correlation + "h1 and h2 given v", "of 1", exact, dbm, 4));
    }

    private interface OfRow {
        double of(int row);
    }

    private static double mean(FMatrixRMaj v, OfRow of) {
        return IntStream.range(0, v.numRows).mapToDouble(of::of).average().orElseThrow();
    }

    private static double average(double[] x) {
        return Arrays.stream(x).average().orElseThrow();
    }

    private static RbmBuilder layerOfDbn(Run run, int hidden) {
        int steps = run.pick(20, STEPS);
        return Rbm.builder()
                .hidden(hidden)
                .learning(RbmLearning.pcd(5))
                .startDeviation(START)
                .optimizer(Sgd::new)
                .learningRate(RATE)
                .schedule(Schedule.cosine(steps, 0))
                .batchSize(PICTURES.rows())
                .epochs(steps);
    }

    private static RbmBuilder machine(Run run, int k, int hidden, RbmLearning learning) {
        return layerOfDbn(run, hidden).learning(learning).seed(seed(run, k));
    }

    private static DbmBuilder dbm(Run run, int k, DbmLearning learning) {
        int steps = run.pick(20, STEPS);
        return Dbm.builder()
                .learning(learning)
                .meanField(50, 1e-5)
                .optimizer(Sgd::new)
                .learningRate(RATE)
                .schedule(Schedule.cosine(steps, 0))
                .batchSize(PICTURES.rows())
                .epochs(steps)
                .seed(seed(run, k));
    }

    // --- rules

    private interface Way {
        Dbm learn(int seed);
    }

    private static List<Result> both(Run run, String way, Way learn) {
        Table table = seeds(run, k -> worth(learn.learn(k), PICTURES));
        String system = "DBM 4-16-4, " + way;
        return List.of(
                result(run, system, LIKELIHOOD, NATS, Protocol.Kind.EXACT, table, 0),
                result(run, system, "bound of the mean field", NATS, Protocol.Kind.LOWER_BOUND, table, 1));
    }

    private static DbmBuilder random(Run run, int k, DbmLearning learning) {
        return dbm(run, k, learning).hidden(16, 4).startDeviation(START);
    }

    private static List<Result> rules(Run run) {
        List<Result> results = new ArrayList<>();
        results.addAll(both(
                run, "exact slope", k -> random(run, k, DbmLearning.exact()).fit(PICTURES)));
        results.addAll(
                both(run, "SML-5", k -> random(run, k, DbmLearning.sml(5)).fit(PICTURES)));
        results.addAll(both(run, "CD-1", k -> random(run, k, DbmLearning.cd(1)).fit(PICTURES)));
        results.addAll(both(run, "CD-5", k -> random(run, k, DbmLearning.cd(5)).fit(PICTURES)));
        for (boolean exact : new boolean[] {true, false}) {
            DbmPseudoLikelihood rule = new DbmPseudoLikelihood(PICTURES.floatMatrix(), exact);
            results.addAll(both(
                    run,
                    "pseudo-likelihood of " + (exact ? "exact" : "variational") + " free energies",
                    k -> rule.learn(
                            random(run, k, DbmLearning.sml(5)).epochs(0).fit(PICTURES), run.pick(20, STEPS), RATE)));
        }
        return results;
    }

    // --- beside a machine of one hidden layer

    private static List<Result> beside(Run run) {
        List<Result> results = new ArrayList<>();
        for (boolean centred : new boolean[] {false, true}) {
            Table table = seeds(run, k -> new double[] {
                average(machine(run, k, 20, RbmLearning.pcd(5))
                        .centred(centred)
                        .fit(PICTURES)
                        .enumerated()
                        .logDensity(PICTURES))
            });
            String system = "RBM 4-20, PCD-5" + (centred ? ", centred" : "");
            results.add(result(run, system, LIKELIHOOD, NATS, Protocol.Kind.EXACT, table, 0));
        }
        results.addAll(both(
                run,
                "SML-5, centred",
                k -> random(run, k, DbmLearning.sml(5)).centred(true).fit(PICTURES)));
        return results;
    }

    // --- all layers together after one by one

    private static double relativeChange(Dbm before, Dbm after) {
        double moved = 0;
        double norm = 0;
        for (int l = 1; l <= before.hidden().length; l++) {
            float[] was = before.weights(l).data;
            float[] is = after.weights(l).data;
            for (int k = 0; k < was.length; k++) {
                moved += (is[k] - was[k]) * (double) (is[k] - was[k]);
                norm += was[k] * (double) was[k];
            }
        }
        return Math.sqrt(moved / norm);
    }

    private static List<Result> joint(Run run) {
        Table table = seeds(run, k -> {
            Dbm before = pretrained(run, k).epochs(0).fit(PICTURES);
            Dbm after = pretrained(run, k).fit(PICTURES);
            return changes(worth(before, PICTURES), worth(after, PICTURES), relativeChange(before, after));
        });
        return changes(
                "DBM 4-16-4",
                (system, quantity, unit, kind, column) -> result(run, system, quantity, unit, kind, table, column));
    }

    private static DbmBuilder pretrained(Run run, int k) {
        return dbm(run, k, DbmLearning.sml(5)).pretraining(pretrainedLayer(run, 16), pretrainedLayer(run, 4));
    }

    private static RbmBuilder pretrainedLayer(Run run, int hidden) {
        return Rbm.builder()
                .hidden(hidden)
                .learningRate(.01)
                .batchSize(PICTURES.rows())
                .epochs(run.pick(20, LAYER_STEPS));
    }

    private static double[] changes(double[] before, double[] after, double moved) {
        return new double[] {before[0], before[1], after[0], after[1], moved};
    }

    private interface OfColumn {
        Result result(String system, String quantity, String unit, Protocol.Kind kind, int column);
    }

    private static List<Result> changes(String machine, OfColumn columns) {
        String bound = "bound of the mean field";
        String before = machine + ", layers alone";
        String after = machine + ", layers, then variational SML";
        return List.of(
                columns.result(before, LIKELIHOOD, NATS, Protocol.Kind.EXACT, 0),
                columns.result(before, bound, NATS, Protocol.Kind.LOWER_BOUND, 1),
                columns.result(after, LIKELIHOOD, NATS, Protocol.Kind.EXACT, 2),
                columns.result(after, bound, NATS, Protocol.Kind.LOWER_BOUND, 3),
                columns.result(after, "change of the weights over their norm before", "of 1", Protocol.Kind.EXACT, 4));
    }

    private static List<Result> jointOfDigits(Run run) {
        Images images = run.images(301, 100);
        Dataset train = images.train().binarized().withoutLabels();
        Dataset test = images.test().binarized().withoutLabels();
        Path place = run.checkpoints().resolve("digits");
        int epochs = run.pick(1, 10);
        Dbm before = digits(run).epochs(0).resume(place.resolve("before")).fit(train);
        Dbm after = digits(run).epochs(epochs).resume(place.resolve("after")).fit(train);
        Interrupts.check("deep-small");
        double[] row = changes(worth(before, test), worth(after, test), relativeChange(before, after));
        String data = run.small() ? "Digits, 200 training images" : "MNIST";
        return changes(
                "DBM " + after.dim() + "-16-8",
                (system, quantity, unit, kind, column) -> Result.of(
                        system,
                        quantity,
                        new Estimate(row[column], 0),
                        unit,
                        new Protocol(data, "test", "thresholded", kind, 0),
                        run.seed(),
                        after.history().last("seconds")));
    }

    private static double[] worth(Dbm dbm, Dataset rows) {
        EnumeratedDbm exact = dbm.enumerated();
        return new double[] {
            average(exact.logDensity(rows)),
            dbm.bound(rows, exact.logPartition()).natsPerRow()
        };
    }

    private static DbmBuilder digits(Run run) {
        return Dbm.builder()
                .pretraining(layerOfDigits(run, 16), layerOfDigits(run, 8))
                .learning(DbmLearning.sml(5))
                .optimizer(Sgd::new)
                .learningRate(.005)
                .batchSize(100)
                .seed(run.seed());
    }

    private static RbmBuilder layerOfDigits(Run run, int hidden) {
        return Rbm.builder()
                .hidden(hidden)
                .learning(RbmLearning.pcd(1))
                .centred(true)
                .optimizer(Sgd::new)
                .learningRate(.01)
                .batchSize(100)
                .epochs(run.pick(1, 10));
    }

    // --- sweeps of the mean field

    private static List<Result> sweeps(Run run) {
        String kept = "dbm-centred";
        Dbm dbm = Results.load(kept)
                .model(Dbm.class)
                .orElseThrow(() -> new IllegalStateException(
                        "the weights of " + kept + " are not there, run ./lvm reproduce " + kept + " first"));
        FMatrixRMaj x = run.images(121, 100).test().floatMatrix();
        double[] tolerances = {1e-2, 1e-3, 1e-4};
        String data = run.small() ? "Digits" : "MNIST";
        List<Result> results = new ArrayList<>();
        for (boolean largest : new boolean[] {false, true}) {
            long start = System.nanoTime();
            int[][] sweeps = new MeanFieldSweeps(dbm).until(x, tolerances, largest, SWEEPS);
            double seconds = (System.nanoTime() - start) * 1e-9;
            for (int k = 0; k < tolerances.length; k++) {
                Estimate mean = MixingExperiment.mean(
                        Arrays.stream(sweeps[k]).asDoubleStream().toArray());
                results.add(Result.of(
                        "DBM 784-400-100, centred, as kept",
                        "sweeps until the " + (largest ? "largest" : "mean") + " change of an image's means is below "
                                + tolerances[k],
                        mean,
                        "sweeps",
                        new Protocol(data, "test", "grey", Protocol.Kind.ESTIMATE, 0),
                        run.seed(),
                        seconds));
            }
        }
        return results;
    }
}
