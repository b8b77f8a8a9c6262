package lvm.reproduce;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lvm.boltzmann.Dbm;
import lvm.boltzmann.DbmBuilder;
import lvm.boltzmann.DbmLearning;
import lvm.boltzmann.PartitionBracket;
import lvm.boltzmann.Rbm;
import lvm.boltzmann.RbmBuilder;
import lvm.boltzmann.RbmLearning;
import lvm.classify.NeuralClassifier;
import lvm.data.Dataset;
import lvm.data.Splits;
import lvm.evaluation.ErrorRate;
import lvm.evaluation.Estimate;
import lvm.mcmc.AnnealingSchedule;
import lvm.model.EnergyLikelihood;
import lvm.model.LogPartition;
import lvm.nn.NetworkFactory;
import lvm.optim.Schedule;
import lvm.optim.Sgd;
import lvm.results.Protocol;
import lvm.results.Result;
import org.ejml.data.FMatrixRMaj;

/**
 * Deep Boltzmann machines on MNIST: the bound of the mean field with log Z from both sides, and the test error of the network of [v, q(h₂|v)]
 * that begins with the weights. The one of R. Salakhutdinov and G. E. Hinton (2009) has 784-500-1000 units and learns layer by layer first;
 * the one of G. Montavon and K.-R. Müller (2012) has 784-400-100 and learns all layers together, centred, from small random weights; the third one
 * learns by multi-prediction, I. Goodfellow et al. (2013). How well each fills in the lower half of test images stands beside. Images are
 * grey to learn from and to test on, as theirs are; thresholded ones and those drawn once stand beside. Learning rates of the network are
 * chosen on 10,000 of the images to train on. At the small size it learns digits drawn by the library.
 */
final class DbmExperiment implements Experiment {
    private static final int BATCH = 100;
    private static final int CENTRED_BATCH = 25;
    private static final int LAYER_EPOCHS = 100;
    private static final int EPOCHS = 100;
    private static final int CENTRED_EPOCHS = 100;
    private static final int NETWORK_EPOCHS = 30;
    private static final double[] RATES = {1e-4, 3e-4, 1e-3};

    private static final int PREDICTION_EPOCHS = 30;

    /** How all layers come to be learnt. */
    enum Way {
        PRETRAINED("dbm", "pretrained", "784-500-1000 on MNIST, pretrained; four hours"),
        CENTRED(
                "dbm-centred",
                "centred, no pretraining",
                "784-400-100 on MNIST, centred without pretraining; half an hour"),
        PREDICTING("dbm-mp", "multi-prediction", "784-500-1000 on MNIST by multi-prediction; three hours");

        private final String name;
        private final String way;
        private final String about;

        Way(String name, String way, String about) {
            this.name = name;
            this.way = way;
            this.about = about;
        }
    }

    private final Way way;

    /** One of them. */
    DbmExperiment(Way way) {
        this.way = way;
    }

    @Override
    public String name() {
        return way.name;
    }

    @Override
    public String about() {
        return "bound, test error and hidden halves of a DBM " + way.about;
    }

    @Override
    public List<Result> run(Run run) {
        Images images = run.images(601, 100);
        Dbm dbm = switch (way) {
            case PRETRAINED -> pretrained(run, images.train());
            case CENTRED -> centred(run, images.train());
            case PREDICTING -> predicting(run, images.train());
        };
        if (Thread.currentThread().isInterrupted()) {
            return List.of();
        }
        double seconds = dbm.history().last("seconds");
        int[] hidden = dbm.hidden();
        String system = "DBM " + dbm.dim() + "-" + hidden[0] + "-" + hidden[1]
                + ", " + way.way + ", "
                + dbm.history().size() + " epochs of all layers";
        PartitionBracket bracket = PartitionBracket.of(dbm)
                .schedule(run.small() ? AnnealingSchedule.linear(100) : AnnealingSchedule.salakhutdinovMurray())
                .chains(run.pick(20, 100))
                .temperedDraws(run.pick(3, 20), run.pick(20, 1000))
                .seed(run.seed())
                .run();
        System.out.println(bracket);
        LogPartition below = bracket.lower();
        LogPartition above = bracket.upperOfLonger();
        boolean crossed = below.nats() > above.nats();
        List<Result> results = new ArrayList<>(
                bounds(run, system + ", the higher log Z", dbm, crossed ? below : above, images.test(), seconds));
        results.addAll(bounds(run, system + ", the lower log Z", dbm, crossed ? above : below, images.test(), seconds));
        results.add(Rbm500Experiment.logZ(run, system + ", annealed from the base rates", below, seconds));
        results.add(
                Rbm500Experiment.logZ(run, system + ", annealed back from tempered chains", bracket.upper(), seconds));
        results.add(
                Rbm500Experiment.logZ(run, system + ", annealed back from chains of twice the length", above, seconds));
        results.add(kept(run, system, dbm, images.test(), seconds));
        results.add(halves(run, system, dbm, images.test().binarized(), seconds));
        Result error = network(run, dbm, images, system);
        if (error == null) {
            return List.of();
        }
        results.add(error);
        return results;
    }

    /** The model with a number that needs no log Z, which the rounded one may have another of. */
    private Result kept(Run run, String system, Dbm dbm, Dataset test, double seconds) {
        Dataset grey = test.slice(0, Math.min(1000, test.rows()));
        Protocol protocol = Rbm500Experiment.exactOfGrey(run, grey);
        Estimate nats = new Estimate(-mean(dbm.variationalFreeEnergy(grey)), 0);
        Result result = Result.of(
                system, "bound of the mean field + log Z", nats, "nats per image", protocol, run.seed(), seconds);
        return run.keep(result, name(), Dbm.class, dbm, model -> -mean(model.variationalFreeEnergy(grey)));
    }

    private static double mean(double[] x) {
        return Arrays.stream(x).average().orElseThrow();
    }

    // --- the machines

    private static Dbm pretrained(Run run, Dataset train) {
        int epochs = run.pick(2, EPOCHS);
        return Dbm.builder()
                .pretraining(layer(run, train, run.pick(20, 500), 1), layer(run, train, run.pick(20, 1000), 5))
                .sampledLayers(true)
                .learning(DbmLearning.sml(5))
                .optimizer(Sgd::new)
                .learningRate(.005)
                .schedule(Schedule.cosine(epochs * steps(train, BATCH), 0))
                .weightDecay(2e-4)
                .batchSize(BATCH)
                .epochs(epochs)
                .seed(run.seed())
                .resume(run.checkpoints().resolve("machine"))
                .fit(train.withoutLabels());
    }

    private static RbmBuilder layer(Run run, Dataset train, int hidden, int sweeps) {
        int epochs = run.pick(2, LAYER_EPOCHS);
        return Rbm.builder()
                .hidden(hidden)
                .learning(RbmLearning.cd(sweeps))
                .centred(true)
                .optimizer(Sgd::new)
                .learningRate(.05)
                .schedule(Schedule.cosine(epochs * steps(train, BATCH), 0))
                .weightDecay(1e-3)
                .batchSize(BATCH)
                .epochs(epochs);
    }

    private static Dbm centred(Run run, Dataset train) {
        int epochs = run.pick(2, CENTRED_EPOCHS);
        DbmBuilder builder = Dbm.builder()
                .hidden(run.pick(20, 400), run.pick(10, 100))
                .learning(DbmLearning.sml(1, CENTRED_BATCH))
                .centred(true)
                .offsetRate(.005)
                .startHiddenBias(-1)
                .meanField(5, 1e-3)
                .optimizer(Sgd::new)
                .learningRate(.005)
                .schedule(Schedule.cosine(epochs * steps(train, CENTRED_BATCH), 0))
                .batchSize(CENTRED_BATCH)
                .epochs(epochs)
                .seed(run.seed());
        return builder.resume(run.checkpoints().resolve("machine")).fit(train.withoutLabels());
    }

    private static Dbm predicting(Run run, Dataset train) {
        int epochs = run.pick(2, PREDICTION_EPOCHS);
        return Dbm.builder()
                .hidden(run.pick(20, 500), run.pick(10, 1000))
                .learning(DbmLearning.multiPrediction(run.pick(2, 10)))
                .startDeviation(.05)
                .learningRate(5e-4)
                .schedule(Schedule.cosine(epochs * steps(train, BATCH), 0))
                .batchSize(BATCH)
                .epochs(epochs)
                .seed(run.seed())
                .resume(run.checkpoints().resolve("machine"))
                .fit(train.withoutLabels().binarizedAnew());
    }

    private static long steps(Dataset train, int batch) {
        return (train.rows() + batch - 1) / batch;
    }

    // --- what they are worth

    private static List<Result> bounds(
            Run run, String system, Dbm dbm, LogPartition logZ, Dataset test, double seconds) {
        return List.of(
                bound(run, system, dbm, logZ, test, "grey", seconds),
                bound(run, system, dbm, logZ, test.binarized(), "thresholded", seconds),
                bound(run, system, dbm, logZ, test.binarizedOnce(run.seed() + 1), "static", seconds));
    }

    private static Result bound(
            Run run, String system, Dbm dbm, LogPartition logZ, Dataset test, String binarization, double seconds) {
        EnergyLikelihood value = dbm.bound(test, logZ);
        Protocol protocol = new Protocol(
                run.small() ? "Digits, 500 training images" : "MNIST",
                "test",
                binarization,
                Protocol.Kind.valueOf(value.kind().name()),
                logZ.draws());
        Estimate nats = new Estimate(value.natsPerRow(), logZ.standardError());
        return Result.of(system, "bound of the mean field", nats, "nats per image", protocol, run.seed(), seconds);
    }

    /** The lower half of each image is hidden; the mean of Σ log q over its pixels given the upper half. */
    private static Result halves(Run run, String system, Dbm dbm, Dataset test, double seconds) {
        FMatrixRMaj x = test.floatMatrix();
        FMatrixRMaj holes = x.copy();
        int half = x.numCols / 2;
        for (int k = 0; k < x.getNumElements(); k++) {
            holes.data[k] = k % x.numCols < half ? x.data[k] : Float.NaN;
        }
        FMatrixRMaj q = dbm.complete(holes);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < x.numRows; i++) {
            double log = 0;
            for (int k = i * x.numCols + half; k < (i + 1) * x.numCols; k++) {
                double p = Math.min(1 - 1e-6, Math.max(1e-6, q.data[k]));
                log += Math.log(x.data[k] == 1 ? p : 1 - p);
            }
            sum += log / x.numRows;
            squares += log * log / x.numRows;
        }
        Protocol protocol = new Protocol(
                run.small() ? "Digits, 500 training images" : "MNIST", "test", "thresholded", Protocol.Kind.EXACT, 0);
        Estimate nats = new Estimate(sum, Math.sqrt(Math.max(0, squares - sum * sum) / x.numRows));
        return Result.of(
                system,
                "log q(lower half | upper half), mean field, probabilities kept 10⁻⁶ from 0 and 1",
                nats,
                "nats per image",
                protocol,
                run.seed(),
                seconds);
    }

    /** Null if the thread was interrupted. */
    private Result network(Run run, Dbm dbm, Images images, String system) {
        Dataset train = dbm.withTop(images.train());
        Dataset test = dbm.withTop(images.test());
        Dataset[] parts = Splits.split(train, run.pick(100, 10_000), 1);
        double least = Double.POSITIVE_INFINITY;
        double rate = 0;
        double seconds = dbm.history().last("seconds");
        for (double r : run.small() ? new double[] {RATES[2]} : RATES) {
            NeuralClassifier trial = fit(run, parts[0], dbm.toNetwork(), r, "choice-" + r);
            if (Thread.currentThread().isInterrupted()) {
                return null;
            }
            seconds += trial.history().last("seconds");
            double error =
                    ErrorRate.of(trial.classify(parts[1]), parts[1].labels()).value();
            if (error < least) {
                least = error;
                rate = r;
            }
        }
        NeuralClassifier chosen = fit(run, train, dbm.toNetwork(), rate, "final");
        if (Thread.currentThread().isInterrupted()) {
            return null;
        }
        seconds += chosen.history().last("seconds");
        ErrorRate error = ErrorRate.of(chosen.classify(test), test.labels());
        return run.errorRate(
                "network of [v, q(h₂|v)] from the " + system + ", rate " + rate, error, "none", 0, seconds);
    }

    private static NeuralClassifier fit(Run run, Dataset train, NetworkFactory network, double rate, String place) {
        int epochs = run.pick(2, NETWORK_EPOCHS);
        return NeuralClassifier.builder()
                .network(network)
                .standardize(false)
                .learningRate(rate)
                .schedule(Schedule.cosine(epochs * steps(train, BATCH), 0))
                .batchSize(BATCH)
                .epochs(epochs)
                .seed(run.seed())
                .resume(run.checkpoints().resolve(place))
                .fit(train);
    }
}
