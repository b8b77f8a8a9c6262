package lvm.reproduce;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lvm.boltzmann.Dbn;
import lvm.boltzmann.DbnLikelihood;
import lvm.boltzmann.PartitionBracket;
import lvm.boltzmann.Rbm;
import lvm.boltzmann.RbmLearning;
import lvm.data.Dataset;
import lvm.evaluation.Estimate;
import lvm.model.LogPartition;
import lvm.optim.Schedule;
import lvm.optim.Sgd;
import lvm.results.Protocol;
import lvm.results.Result;

/**
 * A deep belief network 784-500-2000 on MNIST, after R. Salakhutdinov and I. Murray (2008): the machine of {@link Rbm500Experiment} below,
 * and one of 2,000 hidden units that learns from draws of its hidden ones, anew in each epoch. The likelihood is importance sampling with
 * the higher of two numbers for log Z, annealed forwards and backwards: where they differ the lower likelihood is the one that is looked
 * at, and the other one stands beside. Both ends are estimates, so it is no bound. Test images are taken grey, as theirs are, and
 * thresholded and drawn once, too. At the small size it learns digits drawn by the library.
 */
final class DbnExperiment implements Experiment {
    private static final int BATCH = 100;
    private static final int SWEEPS = 5;
    private static final int EPOCHS = 200;
    private static final double RATE = .05;
    private static final double DECAY = 2e-5;
    private static final int DRAWS = 500;
    private static final int CHAINS = 200;
    private static final int STEPS = 500;
    private static final int KEPT_ROWS = 1000;

    @Override
    public String name() {
        return "dbn";
    }

    @Override
    public String about() {
        return "log-likelihood of a DBN 784-500-2000 on MNIST, log Z of its top from both sides; three hours after rbm-500";
    }

    @Override
    public List<Result> run(Run run) {
        Images images = run.images(601, 100);
        Rbm first = Rbm500Experiment.machine(run, images.train());
        if (Thread.currentThread().isInterrupted()) {
            return List.of();
        }
        Rbm second = top(run, Dataset.of(first.encode(images.train())).binarizedAnew());
        if (Thread.currentThread().isInterrupted()) {
            return List.of();
        }
        Dbn dbn = Dbn.of(List.of(first, second));
        double seconds = first.history().last("seconds") + second.history().last("seconds");
        int[] sizes = dbn.sizes();
        String system = "DBN " + sizes[0] + "-" + sizes[1] + "-" + sizes[2] + ", PCD-" + SWEEPS + ", centred, "
                + second.history().size() + " epochs at the top";
        PartitionBracket bracket = Rbm500Experiment.bracket(run, dbn.top(), CHAINS, STEPS);
        System.out.println(bracket);
        LogPartition below = bracket.lower();
        LogPartition above = bracket.upperOfLonger();
        LogPartition higher = above.nats() > below.nats() ? above : below;
        LogPartition other = higher == above ? below : above;
        List<Result> results = new ArrayList<>();
        results.add(likelihood(run, system + ", the higher log Z", dbn, higher, images.test(), "grey", seconds));
        results.add(likelihood(
                run, system + ", the higher log Z", dbn, higher, images.test().binarized(), "thresholded", seconds));
        results.add(likelihood(
                run,
                system + ", the higher log Z",
                dbn,
                higher,
                images.test().binarizedOnce(run.seed() + 1),
                "static",
                seconds));
        results.add(likelihood(run, system + ", the lower log Z", dbn, other, images.test(), "grey", seconds));
        results.add(Rbm500Experiment.logZ(run, system + ", top annealed from the base rates", below, seconds));
        results.add(Rbm500Experiment.logZ(
                run, system + ", top annealed back from tempered chains", bracket.upper(), seconds));
        results.add(Rbm500Experiment.logZ(
                run, system + ", top annealed back from chains of twice the length", above, seconds));
        // Log Z of the rounded machine is not known: the file is judged with that of the whole one.
        Dataset some = images.test().slice(0, Math.min(KEPT_ROWS, images.test().rows()));
        double whole = measure(run, dbn, higher, some);
        results.set(
                0,
                run.keep(
                        results.get(0),
                        whole,
                        10 * Experiment.Run.APART,
                        "dbn",
                        Dbn.class,
                        dbn,
                        half -> measure(run, half, higher, some)));
        return results;
    }

    private static double measure(Run run, Dbn dbn, LogPartition logZ, Dataset rows) {
        return dbn.logLikelihood(rows, logZ, run.pick(10, 100), run.seed()).natsPerRow();
    }

    /** Trains the machine at the top, or goes on. */
    private static Rbm top(Run run, Dataset hidden) {
        int epochs = run.pick(2, EPOCHS);
        long steps = (long) epochs * ((hidden.rows() + BATCH - 1) / BATCH);
        return Rbm.builder()
                .hidden(run.pick(40, 2000))
                .learning(RbmLearning.pcd(SWEEPS))
                .centred(true)
                .optimizer(Sgd::new)
                .learningRate(RATE)
                .schedule(Schedule.cosine(steps, 0))
                .weightDecay(DECAY)
                .batchSize(BATCH)
                .epochs(epochs)
                .seed(run.seed())
                .resume(run.checkpoints().resolve("top"))
                .fit(hidden);
    }

    private static Result likelihood(
            Run run, String system, Dbn dbn, LogPartition logZ, Dataset test, String binarization, double seconds) {
        DbnLikelihood value = dbn.logLikelihood(test, logZ, run.pick(10, DRAWS), run.seed());
        Protocol protocol = new Protocol(
                run.small() ? "Digits, 500 training images" : "MNIST",
                "test",
                binarization,
                Protocol.Kind.valueOf(value.kind().name()),
                value.draws());
        String worth = String.format(Locale.ROOT, ", draws worth %.1f", value.effectiveDraws());
        Estimate nats = new Estimate(value.natsPerRow(), Math.hypot(value.standardError(), logZ.standardError()));
        return Result.of(system + worth, "log-likelihood", nats, "nats per image", protocol, run.seed(), seconds);
    }
}
