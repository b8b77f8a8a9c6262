package lvm.reproduce;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lvm.autodiff.Activation;
import lvm.boltzmann.Rbm;
import lvm.boltzmann.RbmBuilder;
import lvm.boltzmann.RbmLearning;
import lvm.classify.NeuralClassifier;
import lvm.data.Dataset;
import lvm.data.Matrices;
import lvm.data.Splits;
import lvm.evaluation.ErrorRate;
import lvm.evaluation.Estimate;
import lvm.linalg.Interrupts;
import lvm.nn.NetworkFactory;
import lvm.representation.Pretraining;
import lvm.results.Protocol;
import lvm.results.Result;

/**
 * What greedy layer-wise pretraining is worth where few images have labels: a network of two hidden layers of sigmoid units from a stack of two
 * restricted Boltzmann machines that learnt from all images without their labels, and the same network from a random start, beside a
 * rectified network with dropout of the input. Ten seeds, each with labels, stack and starts of its own; the rate of each fit is chosen on images
 * that are kept from those to train on. At the small size it learns digits drawn by the library.
 */
final class PretrainingExperiment implements Experiment {
    private static final double[] RATES = {1e-4, 3e-4, 1e-3};
    private static final int BATCH = 100;

    private enum Start {
        STACK("from a stack of two RBMs"),
        RANDOM("from random weights"),
        DROPOUT("of rectified units with dropout, from random weights");

        private final String text;

        Start(String text) {
            this.text = text;
        }
    }

    @Override
    public String name() {
        return "pretraining";
    }

    @Override
    public String about() {
        return "errors with and without pretraining by the number of labels, ten seeds; some ten hours";
    }

    private static int[] labels(Run run) {
        return run.small() ? new int[] {20, 60} : new int[] {60, 100, 1000, 10_000, 50_000};
    }

    @Override
    public List<Result> run(Run run) {
        Images images = run.images(401, 200);
        Dataset[] parts = Splits.split(images.train(), run.pick(100, 10_000), 1);
        int[] counts = labels(run);
        int seeds = run.pick(2, 10);
        double[][][] errors = new double[counts.length][Start.values().length][seeds];
        double[] seconds = new double[1];
        for (int s = 0; s < seeds; s++) {
            long seed = run.seed() * 1000 + s;
            List<Result> all = run.part("seed-" + s, () -> ofSeed(run, parts, images.test(), seed));
            if (Thread.currentThread().isInterrupted()) {
                return List.of();
            }
            for (int i = 0; i < all.size(); i++) {
                errors[i / Start.values().length][i % Start.values().length][s] =
                        all.get(i).value();
                seconds[0] += all.get(i).seconds();
            }
        }
        List<Result> results = new ArrayList<>();
        for (int c = 0; c < counts.length; c++) {
            Protocol protocol = protocol(run, counts[c]);
            double[] gain = Matrices.minus(errors[c][Start.RANDOM.ordinal()], errors[c][Start.STACK.ordinal()]);
            results.add(result(
                    run, "pretraining", "gain at " + counts[c] + " labels", gain, "points", protocol, seconds[0]));
            for (Start start : Start.values()) {
                double[] of = errors[c][start.ordinal()];
                results.add(result(run, system(run, start), "classification error", of, "%", protocol, seconds[0]));
                results.add(Result.of(
                        system(run, start),
                        "deviation of the error over seeds",
                        new Estimate(
                                Matrices.standardDeviation(of),
                                Matrices.standardDeviation(of) / Math.sqrt(2.0 * Math.max(1, seeds - 1))),
                        "points",
                        protocol,
                        run.seed(),
                        seconds[0]));
            }
        }
        return results;
    }

    private static Protocol protocol(Run run, int labels) {
        String data = (run.small() ? "Digits, " : "MNIST, ") + labels + " labels";
        return new Protocol(data, "test", "none", Protocol.Kind.ESTIMATE, 0);
    }

    private static String system(Run run, Start start) {
        return "network of two layers of " + run.pick(20, 500) + " units " + start.text;
    }

    private static Result result(
            Run run, String system, String quantity, double[] values, String unit, Protocol protocol, double seconds) {
        Estimate mean = new Estimate(Matrices.mean(values), Matrices.standardError(values));
        String name = system + ", mean of " + values.length + " seeds";
        return Result.of(name, quantity, mean, unit, protocol, run.seed(), seconds);
    }

    /** The errors of all numbers of labels and all starts, in that order. */
    private static List<Result> ofSeed(Run run, Dataset[] parts, Dataset test, long seed) {
        Path place = run.checkpoints().resolve("seed-" + seed);
        Pretraining stack = Pretraining.of(parts[0])
                .stack(machine(run, seed, place.resolve("lower"))::fit)
                .stack(machine(run, seed, place.resolve("upper"))::fit);
        List<Result> results = new ArrayList<>();
        for (int labels : labels(run)) {
            Dataset some = labels < parts[0].rows()
                    ? Splits.labelled(parts[0], labels, seed).labelled()
                    : parts[0];
            for (Start start : Start.values()) {
                NeuralClassifier best = null;
                double least = Double.POSITIVE_INFINITY;
                double seconds = 0;
                for (double rate : run.small() ? new double[] {1e-3} : RATES) {
                    NeuralClassifier net = tuned(run, stack, start, some, rate, seed);
                    Interrupts.check("PretrainingExperiment"); // what an interrupt has cut short is not kept
                    seconds += net.history().last("seconds");
                    double error = ErrorRate.of(net, parts[1]).value();
                    if (error < least) {
                        least = error;
                        best = net;
                    }
                }
                results.add(run.percent(system(run, start), ErrorRate.of(best, test), protocol(run, labels), seconds));
            }
        }
        return results;
    }

    private static RbmBuilder machine(Run run, long seed, Path place) {
        return Rbm.builder()
                .hidden(run.pick(20, 500))
                .learning(RbmLearning.cd(1))
                .learningRate(1e-3)
                .batchSize(BATCH)
                .epochs(run.pick(2, 20))
                .seed(seed)
                .resume(place);
    }

    private static NeuralClassifier tuned(
            Run run, Pretraining stack, Start start, Dataset labelled, double rate, long seed) {
        NeuralClassifier.Builder builder = switch (start) {
            case STACK -> stack.toClassifier();
            case RANDOM -> NeuralClassifier.builder().network(stack.toRandomNetwork());
            case DROPOUT -> NeuralClassifier.builder().network(dropout(run));
        };
        return builder.standardize(false)
                .learningRate(rate)
                .batchSize(BATCH)
                .steps(run.pick(30, 5000))
                .seed(seed)
                .fit(labelled);
    }

    private static NetworkFactory dropout(Run run) {
        int hidden = run.pick(20, 500);
        return NetworkFactory.mlp(Activation.RELU, hidden, hidden).afterDropout(.2);
    }

    @Override
    public Result headline(List<Result> results) {
        return Experiment.first(results, result -> result.quantity().equals("gain at 100 labels"));
    }
}
