package lvm.reproduce;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import lvm.boltzmann.Dbn;
import lvm.boltzmann.DbnLikelihood;
import lvm.boltzmann.PartitionBracket;
import lvm.boltzmann.Rbm;
import lvm.data.Dataset;
import lvm.evaluation.Estimate;
import lvm.model.LogPartition;
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
    private static final int EPOCHS = 60;
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
        return "log-likelihood of a DBN 784-500-2000 on MNIST, log Z of its top from both sides; two hours after rbm-500";
    }

    @Override
    public List<Result> run(Run run) {
        Images images = run.images(601, 100);
        Rbm first = Rbm500Experiment.known(run, images.train());
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
        String system = "DBN " + sizes[0] + "-" + sizes[1] + "-" + sizes[2] + ", PCD-" + Rbm500Experiment.SWEEPS
                + ", centred, " + second.history().size() + " epochs at the top";
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
        results.add(kept(run, system, dbn, images.test(), seconds));
        return results;
    }

    /** The model with a number that needs no log Z, which the rounded one may have another of. */
    private static Result kept(Run run, String system, Dbn dbn, Dataset test, double seconds) {
        Dataset some = test.slice(0, Math.min(KEPT_ROWS, test.rows()));
        int draws = run.pick(10, 100);
        LogPartition none = LogPartition.exact(0, "left out");
        ToDoubleFunction<Dbn> measure =
                model -> model.logLikelihood(some, none, draws, run.seed()).natsPerRow();
        Protocol protocol = new Protocol(
                run.small() ? "Digits, 500 training images" : "MNIST",
                "test, the first " + some.rows(),
                "grey",
                Protocol.Kind.ESTIMATE,
                draws);
        Estimate nats = new Estimate(measure.applyAsDouble(dbn), 0);
        Result result = Result.of(
                system, "log-likelihood + log Z of the top", nats, "nats per image", protocol, run.seed(), seconds);
        return run.keep(result, "dbn", Dbn.class, dbn, measure);
    }

    /** Trains the machine at the top, or goes on. */
    private static Rbm top(Run run, Dataset hidden) {
        int epochs = run.pick(2, EPOCHS);
        return Rbm500Experiment.machine(
                run, hidden, run.pick(40, 2000), epochs, run.checkpoints().resolve("top"));
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
