package lvm.reproduce;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lvm.boltzmann.DiscriminativeRbm;
import lvm.boltzmann.DiscriminativeRbmBuilder;
import lvm.boltzmann.RbmLearning;
import lvm.data.Dataset;
import lvm.data.Splits;
import lvm.evaluation.ErrorRate;
import lvm.optim.Schedule;
import lvm.optim.Sgd;
import lvm.results.Result;

/**
 * Restricted Boltzmann machines as classifiers, after H. Larochelle and Y. Bengio (2008): discriminative of 500 hidden units, and the
 * hybrid of 1,500. The learning rate is chosen by short runs, on 10,000 of the images to train on; then the chosen one learns from all of
 * them, for longer. At the small size it learns digits drawn by the library.
 */
final class RbmClassifyExperiment implements Experiment {
    private static final int BATCH = 10;

    /** A machine and the settings among which it is chosen. */
    private record Machine(String name, int hidden, double alpha, double[] rates, int trialEpochs, int epochs) {}

    private static final List<Machine> MACHINES = List.of(
            new Machine("discriminative RBM", 500, 0, new double[] {.02, .05, .1}, 8, 25),
            new Machine("hybrid RBM, α = 0.01", 1500, .01, new double[] {.02, .05}, 6, 25));

    @Override
    public String name() {
        return "rbm-classify";
    }

    @Override
    public String about() {
        return "test error of discriminative and hybrid RBMs on MNIST; an hour";
    }

    @Override
    public List<Result> run(Run run) {
        Images images = run.images(501, 100);
        Dataset[] parts = Splits.split(images.train(), run.pick(100, 10_000), 1);
        List<Result> results = new ArrayList<>();
        for (Machine machine : MACHINES) {
            double least = Double.POSITIVE_INFINITY;
            double rate = 0;
            double seconds = 0;
            for (double r : run.small() ? new double[] {machine.rates()[0]} : machine.rates()) {
                DiscriminativeRbm trial =
                        fit(run, machine, parts[0], r, run.pick(1, machine.trialEpochs()), "choice-" + r);
                if (Thread.currentThread().isInterrupted()) {
                    return List.of();
                }
                seconds += trial.history().last("seconds");
                double error = error(trial, parts[1]).value();
                if (error < least) {
                    least = error;
                    rate = r;
                }
            }
            int epochs = run.pick(1, machine.epochs());
            DiscriminativeRbm chosen = fit(run, machine, images.train(), rate, epochs, "final");
            if (Thread.currentThread().isInterrupted()) {
                return List.of();
            }
            seconds += chosen.history().last("seconds");
            String name =
                    machine.name() + ", " + hidden(run, machine) + " hidden units, " + epochs + " epochs, rate " + rate;
            results.add(run.errorRate(name, error(chosen, images.test()), "none", 0, seconds));
        }
        return results;
    }

    private static int hidden(Run run, Machine machine) {
        return run.pick(20, machine.hidden());
    }

    private static ErrorRate error(DiscriminativeRbm model, Dataset images) {
        return ErrorRate.of(model.classify(images.floatMatrix()), images.labels());
    }

    private static DiscriminativeRbm fit(
            Run run, Machine machine, Dataset train, double rate, int epochs, String place) {
        Path checkpoints = run.checkpoints().resolve(machine.hidden() + "-" + place);
        DiscriminativeRbmBuilder builder = DiscriminativeRbm.builder()
                .hidden(hidden(run, machine))
                .optimizer(Sgd::new)
                .learningRate(rate)
                .schedule(Schedule.cosine((long) epochs * ((train.rows() + BATCH - 1) / BATCH), 0))
                .batchSize(BATCH)
                .epochs(epochs)
                .seed(run.seed())
                .resume(checkpoints);
        if (machine.alpha() > 0) {
            builder.generative(machine.alpha(), RbmLearning.cd(1));
        }
        return builder.fit(train);
    }
}
