package lvm.reproduce;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import lvm.boltzmann.PartitionBracket;
import lvm.boltzmann.Rbm;
import lvm.boltzmann.RbmLearning;
import lvm.data.Dataset;
import lvm.evaluation.Estimate;
import lvm.mcmc.AnnealingSchedule;
import lvm.model.LogPartition;
import lvm.optim.Schedule;
import lvm.optim.Sgd;
import lvm.results.Protocol;
import lvm.results.Result;
import lvm.results.Results;

/**
 * A restricted Boltzmann machine of 500 hidden units on MNIST by persistent chains, with log Z from both sides by annealed importance
 * sampling. It learns from grey levels, as the machines of R. Salakhutdinov and I. Murray (2008) do, and the test images are taken
 * grey, as theirs are; the thresholded ones and those drawn once from their grey levels stand beside, for the numbers differ by nats.
 * Each likelihood is given twice: with log Z from below and with log Z from above. At the small size it learns digits drawn by the
 * library.
 */
final class Rbm500Experiment implements Experiment {
    private static final int BATCH = 100;
    static final int SWEEPS = 5;
    private static final int EPOCHS = 250;
    private static final double RATE = .05;
    private static final double DECAY = 2e-5;

    @Override
    public String name() {
        return "rbm-500";
    }

    @Override
    public String about() {
        return "log-likelihood of an RBM of 500 hidden units on MNIST, log Z from both sides; an hour";
    }

    @Override
    public List<Result> run(Run run) {
        Images images = run.images(601, 100);
        Rbm rbm = machine(run, images.train());
        if (Thread.currentThread().isInterrupted()) {
            return List.of();
        }
        double seconds = rbm.history().last("seconds");
        String system =
                "RBM, " + rbm.latentDim() + " hidden units, PCD-" + SWEEPS + ", centred, " + epochs(run) + " epochs";
        PartitionBracket bracket = bracket(run, rbm);
        System.out.println(bracket);
        List<Result> results = new ArrayList<>();
        results.addAll(RbmExperiment.likelihoods(
                run, system + ", log Z from above", rbm, bracket.upperOfLonger(), images.test(), seconds));
        results.addAll(RbmExperiment.likelihoods(
                run, system + ", log Z from below", rbm, bracket.lower(), images.test(), seconds));
        results.add(logZ(run, system + ", annealed from the base rates", bracket.lower(), seconds));
        results.add(logZ(run, system + ", annealed back from tempered chains", bracket.upper(), seconds));
        results.add(logZ(
                run, system + ", annealed back from chains of twice the length", bracket.upperOfLonger(), seconds));
        results.add(kept(run, system, rbm, images.test(), seconds));
        return results;
    }

    /** That of a number that has no error, of the first test images as they are. */
    static Protocol exactOfGrey(Run run, Dataset images) {
        return new Protocol(
                run.small() ? "Digits, 500 training images" : "MNIST",
                "test, the first " + images.rows(),
                "grey",
                Protocol.Kind.EXACT,
                0);
    }

    /** The machine with a number that needs no log Z, which the rounded one may have another of. */
    private static Result kept(Run run, String system, Rbm rbm, Dataset test, double seconds) {
        Dataset grey = test.slice(0, Math.min(1000, test.rows()));
        ToDoubleFunction<Rbm> measure =
                machine -> -Arrays.stream(machine.freeEnergy(grey)).average().orElseThrow();
        Protocol protocol = exactOfGrey(run, grey);
        Estimate nats = new Estimate(measure.applyAsDouble(rbm), 0);
        Result result =
                Result.of(system, "log-likelihood + log Z", nats, "nats per image", protocol, run.seed(), seconds);
        return run.keep(result, "rbm-500", Rbm.class, rbm, measure);
    }

    private static int epochs(Run run) {
        return run.pick(2, EPOCHS);
    }

    /** The machine that was kept, at the full size; else trains it, or goes on. */
    static Rbm known(Run run, Dataset train) {
        Optional<Rbm> kept = run.small() || run.seed() != Reproduce.DEFAULT_SEED
                ? Optional.empty()
                : Results.load("rbm-500").model(Rbm.class);
        return kept.orElseGet(() -> machine(run, train));
    }

    /** Trains the machine, or goes on. */
    static Rbm machine(Run run, Dataset train) {
        return machine(run, train, run.pick(20, 500), epochs(run), run.shared().resolve("rbm-500"));
    }

    /** The same recipe for a layer of another width. */
    static Rbm machine(Run run, Dataset train, int hidden, int epochs, Path checkpoints) {
        long steps = (long) epochs * ((train.rows() + BATCH - 1) / BATCH);
        return Rbm.builder()
                .hidden(hidden)
                .learning(RbmLearning.pcd(SWEEPS))
                .centred(true)
                .optimizer(Sgd::new)
                .learningRate(RATE)
                .schedule(Schedule.cosine(steps, 0))
                .weightDecay(DECAY)
                .batchSize(BATCH)
                .epochs(epochs)
                .seed(run.seed())
                .resume(checkpoints)
                .fit(train);
    }

    /** Log Z from both sides. */
    static PartitionBracket bracket(Run run, Rbm rbm) {
        return bracket(run, rbm, 500, 1000);
    }

    /** The same with other numbers of chains and of steps of the tempered ones. */
    static PartitionBracket bracket(Run run, Rbm rbm, int chains, int steps) {
        return PartitionBracket.of(rbm)
                .schedule(run.small() ? AnnealingSchedule.linear(100) : AnnealingSchedule.salakhutdinovMurray())
                .chains(run.pick(20, chains))
                .temperedDraws(run.pick(3, 20), run.pick(20, steps))
                .seed(run.seed())
                .run();
    }

    static Result logZ(Run run, String system, LogPartition logZ, double seconds) {
        Protocol protocol = new Protocol(
                run.small() ? "Digits, 500 training images" : "MNIST",
                "none",
                "none",
                Protocol.Kind.valueOf(logZ.kind().name()),
                logZ.draws());
        String worth = String.format(Locale.ROOT, ", %.0f of %d chains", logZ.effectiveDraws(), logZ.draws());
        Estimate nats = new Estimate(logZ.nats(), logZ.standardError());
        return Result.of(system + worth, "log Z", nats, "nats", protocol, run.seed(), seconds);
    }
}
