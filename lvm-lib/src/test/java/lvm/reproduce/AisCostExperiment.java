package lvm.reproduce;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import lvm.boltzmann.PartitionBracket;
import lvm.boltzmann.Rbm;
import lvm.evaluation.Estimate;
import lvm.mcmc.AnnealedImportanceSampling;
import lvm.mcmc.AnnealingPath;
import lvm.mcmc.AnnealingSchedule;
import lvm.mcmc.Transition;
import lvm.random.Seeds;
import lvm.results.Protocol;
import lvm.results.Result;
import org.ejml.data.FMatrixRMaj;

/**
 * What annealed importance sampling costs: the error of log Z against the time, for bases, schedules, numbers of chains and both
 * directions, over seeds. On a machine of 16 hidden units the error is that from the exact log Z, and the way back begins at exact
 * draws; on that of 500 the truth is taken to be the middle of a long bracket, and the way back begins at the ends of tempered chains.
 * At the small size it learns digits drawn by the library.
 */
final class AisCostExperiment implements Experiment {
    private static final int SEEDS = 20;
    private static final int CHAINS = 100;
    private static final String[] BASES = {"base rates of the data", "visible biases of the machine", "uniform"};
    private static final int[] STEPS = {30, 100, 300, 1000, 3000, 10_000};

    @Override
    public String name() {
        return "ais-cost";
    }

    @Override
    public String about() {
        return "error of log Z by annealed importance sampling against time, machines of 16 and 500 units; two hours";
    }

    /** Draws of the machine to begin the way back at. */
    private interface Draws {
        FMatrixRMaj draw(int chains, int seed);
    }

    @Override
    public List<Result> run(Run run) {
        Images images = run.images(601, 100);
        List<Result> results = new ArrayList<>();
        Rbm small = RbmExperiment.machine(
                run, true, images.train().binarized(), run.shared().resolve("rbm-16"));
        if (Thread.currentThread().isInterrupted()) {
            return List.of();
        }
        Cost cost = new Cost(
                run,
                "16 hidden units",
                small,
                small.logPartition().nats(),
                (chains, seed) ->
                        small.enumerated().sample(chains, new SplittableRandom(Seeds.split(run.seed(), seed))));
        for (String base : BASES) {
            AnnealingPath<FMatrixRMaj> path = path(small, base);
            for (int steps : steps(run)) {
                results.addAll(cost.of(path, base, "linear", AnnealingSchedule.linear(steps), CHAINS));
            }
        }
        String base = BASES[0];
        AnnealingPath<FMatrixRMaj> path = small.annealing();
        for (int steps : steps(run)) {
            results.addAll(cost.of(path, base, "linear", AnnealingSchedule.linear(steps), 10));
        }
        for (double share : run.small() ? new double[] {.9} : new double[] {.9, .99, .999}) {
            double[] betas = AnnealingSchedule.adaptive(path, share, 100, Seeds.split(run.seed(), "pilot"));
            results.addAll(cost.of(path, base, "adaptive", betas, CHAINS));
        }
        if (!run.small()) {
            double[] betas = AnnealingSchedule.salakhutdinovMurray();
            results.addAll(cost.of(path, base, "Salakhutdinov and Murray", betas, CHAINS));
        }
        results.addAll(large(run, images));
        return Thread.currentThread().isInterrupted() ? List.of() : results;
    }

    private static List<Result> large(Run run, Images images) {
        Rbm rbm = Rbm500Experiment.known(run, images.train());
        if (Thread.currentThread().isInterrupted()) {
            return List.of();
        }
        PartitionBracket bracket = Rbm500Experiment.bracket(run, rbm);
        double middle = (bracket.lower().nats() + bracket.upperOfLonger().nats()) / 2;
        List<FMatrixRMaj> ends = ends(run, rbm);
        Cost cost = new Cost(
                run,
                "500 hidden units",
                rbm,
                middle,
                (chains, seed) -> ends.get(seed).copy());
        List<Result> results = new ArrayList<>();
        for (int steps : steps(run)) {
            results.addAll(cost.of(rbm.annealing(), BASES[0], "linear", AnnealingSchedule.linear(steps), CHAINS));
        }
        return results;
    }

    /** States of tempered chains, one for each seed, apart by a quarter of the steps before the first. */
    private static List<FMatrixRMaj> ends(Run run, Rbm rbm) {
        int temperatures = run.pick(3, 20);
        int steps = run.pick(20, 1000);
        SplittableRandom rng = new SplittableRandom(Seeds.split(run.seed(), "tempered"));
        FMatrixRMaj states = rbm.annealing().base(CHAINS * temperatures, rng);
        Transition<FMatrixRMaj> transition = rbm.tempered(temperatures);
        List<FMatrixRMaj> ends = new ArrayList<>();
        for (int t = 1; ends.size() < run.pick(2, SEEDS); t++) {
            transition.step(states, rng);
            if (t >= steps && (t - steps) % (steps / 4) == 0) {
                FMatrixRMaj end = new FMatrixRMaj(CHAINS, rbm.dim());
                int n = end.getNumElements();
                System.arraycopy(states.data, states.getNumElements() - n, end.data, 0, n);
                ends.add(end);
            }
        }
        return ends;
    }

    private static int[] steps(Run run) {
        return run.small() ? new int[] {10, 30} : STEPS;
    }

    private static AnnealingPath<FMatrixRMaj> path(Rbm rbm, String base) {
        if (base.equals(BASES[0])) {
            return rbm.annealing();
        }
        FMatrixRMaj rates = rbm.visibleBias();
        for (int d = 0; d < rates.getNumElements(); d++) {
            rates.data[d] = base.equals(BASES[1]) ? (float) (1 / (1 + Math.exp(-rates.data[d]))) : .5f;
        }
        return rbm.annealing(rates);
    }

    /** One machine. */
    private record Cost(Run run, String machine, Rbm rbm, double truth, Draws draws) {
        List<Result> of(AnnealingPath<FMatrixRMaj> path, String base, String schedule, double[] betas, int chains) {
            String name = machine + ", " + base + ", " + schedule + ", " + (betas.length - 1) + ", " + chains;
            return run.part(name.replaceAll("[ ,]+", "-"), () -> measured(path, base, schedule, betas, chains));
        }

        private List<Result> measured(
                AnnealingPath<FMatrixRMaj> path, String base, String schedule, double[] betas, int chains) {
            List<Result> results = new ArrayList<>();
            for (boolean forward : new boolean[] {true, false}) {
                int seeds = run.pick(2, SEEDS);
                double[] errors = new double[seeds];
                double[] claimed = new double[seeds];
                double[] worth = new double[seeds];
                double seconds = 0;
                for (int s = 0; s < seeds; s++) {
                    long seed = Seeds.split(run.seed(), s);
                    FMatrixRMaj start = forward ? null : draws.draw(chains, s);
                    AnnealedImportanceSampling<FMatrixRMaj> sampling = AnnealedImportanceSampling.over(path)
                            .schedule(betas)
                            .chains(chains)
                            .seed(seed);
                    long before = System.nanoTime();
                    AnnealedImportanceSampling.Run made =
                            forward ? sampling.forward() : sampling.backward(start, chains);
                    seconds += (System.nanoTime() - before) / 1e9 / seeds;
                    errors[s] = made.logZ() - truth;
                    claimed[s] = made.standardError();
                    worth[s] = made.effectiveChains();
                }
                String system = machine + ", " + base + (forward ? ", forwards, " : ", backwards, ") + schedule + ", "
                        + (betas.length - 1) + " steps, " + chains + " chains";
                Object[][] numbers = {
                    {"error of log Z", "nats", mean(errors)},
                    {
                        "root mean square error of log Z",
                        "nats",
                        Math.sqrt(
                                Arrays.stream(errors).map(e -> e * e).average().orElseThrow())
                    },
                    {"standard error that is claimed", "nats", mean(claimed)},
                    {"chains of equal weight", "chains", mean(worth)},
                    {"time of a run", "s", seconds},
                };
                for (Object[] number : numbers) {
                    Protocol protocol = new Protocol(
                            run.small() ? "Digits, 500 training images" : "MNIST",
                            "none",
                            "none",
                            Protocol.Kind.ESTIMATE,
                            seeds);
                    Estimate value = new Estimate((double) number[2], Double.NaN);
                    results.add(Result.of(
                            system,
                            (String) number[0],
                            value,
                            (String) number[1],
                            protocol,
                            run.seed(),
                            seconds * seeds));
                }
            }
            return results;
        }

        private static double mean(double[] values) {
            return Arrays.stream(values).average().orElseThrow();
        }
    }
}
