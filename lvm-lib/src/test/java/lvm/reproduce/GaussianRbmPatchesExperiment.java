package lvm.reproduce;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import lvm.boltzmann.McRbm;
import lvm.boltzmann.MeanPot;
import lvm.boltzmann.PartitionBracket;
import lvm.boltzmann.Rbm;
import lvm.boltzmann.RbmLearning;
import lvm.boltzmann.RealLearning;
import lvm.boltzmann.RealMachine;
import lvm.boltzmann.SpikeSlabRbm;
import lvm.boltzmann.VisibleUnits;
import lvm.evaluation.Estimate;
import lvm.factor.MaximumLikelihoodIca;
import lvm.factor.ProbabilisticPca;
import lvm.linalg.Interrupts;
import lvm.linalg.Logs;
import lvm.mcmc.AnnealingSchedule;
import lvm.model.HasEnergy;
import lvm.model.LogPartition;
import lvm.optim.Schedule;
import lvm.results.Protocol;
import lvm.results.Result;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * Boltzmann machines of real-valued data on patches of 8×8 pixels, see {@link WhitePatches}: densities of the pixels by a Gaussian–Bernoulli machine, whose hidden units move
 * the mean only, by machines whose hidden units set the covariance (mcRBM, mPoT, spike-and-slab), by independent components, probabilistic principal components and one
 * Gaussian. With 20 hidden units log Z is exact, by the states of all of them but those of mPoT; with 128 it stands between annealed importance sampling forwards, with which the
 * log-likelihood is too high on average, and backwards from the ends of long chains, an estimate. What the hidden units say of a test patch
 * is told by two numbers, of the whitened pixels: which share of the power the mean of x given h has, and how far the covariance of x given h is from its mean
 * over the patches, in Frobenius norms. mcRBM and mPoT of 128 units have
 * λ = 0.3, so that x may vary more than on average. Nothing is chosen.
 */
final class GaussianRbmPatchesExperiment implements Experiment {
    private static final int STORY_ROWS = 300;

    /** λ where covariance units outnumber the pixels: fewer leave directions in which nothing holds x. */
    static final double SPREAD = .3;

    @Override
    public String name() {
        return "gaussian-rbm-patches";
    }

    @Override
    public String about() {
        return "Gaussian RBM, mcRBM, mPoT, ssRBM, ICA and PCA on patches of dead leaves; an hour";
    }

    @Override
    public List<Result> run(Run run) {
        WhitePatches patches = new WhitePatches(run.pick(4, 8), run.pick(600, 20_000), run.pick(200, 5000), run.seed());
        int few = run.pick(4, 20);
        int many = run.pick(24, 128);
        List<Result> results = new ArrayList<>(run.part("baselines", () -> baselines(run, patches)));
        for (int hidden : new int[] {few, many}) {
            boolean exact = hidden == few;
            int means = hidden / 4;
            String of = ", " + hidden + " hidden units";
            String both = ", " + means + " mean and " + (hidden - means) + " covariance units";
            results.addAll(run.part("rbm-" + hidden, () -> rbm(run, patches, "Gaussian-Bernoulli RBM" + of, hidden)));
            results.addAll(run.part(
                    "mc-" + hidden,
                    () -> machine(
                            run,
                            patches,
                            "mcRBM" + both,
                            exact,
                            () -> McRbm.builder()
                                    .meanUnits(means)
                                    .covarianceUnits(hidden - means)
                                    .basePrecision(exact ? 1 : SPREAD)
                                    .learning(RealLearning.hmc())
                                    .learningRate(2e-3)
                                    .schedule(schedule(run, patches))
                                    .batchSize(100)
                                    .epochs(epochs(run))
                                    .seed(run.seed())
                                    .resume(run.checkpoints().resolve("mc-" + hidden))
                                    .fit(patches.train))));
            results.addAll(run.part(
                    "pot-" + hidden,
                    () -> machine(
                            run,
                            patches,
                            "mPoT" + both,
                            false,
                            () -> MeanPot.builder()
                                    .meanUnits(means)
                                    .covarianceUnits(hidden - means)
                                    .basePrecision(exact ? 1 : SPREAD)
                                    .learning(RealLearning.hmc())
                                    .learningRate(2e-3)
                                    .schedule(schedule(run, patches))
                                    .batchSize(100)
                                    .epochs(epochs(run))
                                    .seed(run.seed())
                                    .resume(run.checkpoints().resolve("pot-" + hidden))
                                    .fit(patches.train))));
            results.addAll(run.part(
                    "slab-" + hidden,
                    () -> machine(
                            run,
                            patches,
                            "ssRBM" + of,
                            exact,
                            () -> SpikeSlabRbm.builder()
                                    .hidden(hidden)
                                    .learning(RealLearning.gibbs(2, RealLearning.DEFAULT_CHAINS))
                                    .learningRate(2e-3)
                                    .schedule(schedule(run, patches))
                                    .batchSize(100)
                                    .epochs(epochs(run))
                                    .seed(run.seed())
                                    .resume(run.checkpoints().resolve("slab-" + hidden))
                                    .fit(patches.train))));
        }
        return results;
    }

    static int epochs(Run run) {
        return run.pick(3, 60);
    }

    static Schedule schedule(Run run, WhitePatches patches) {
        return Schedule.cosine(epochs(run) * (long) patches.train.rows() / 100, .01);
    }

    // --- without Z

    private static List<Result> baselines(Run run, WhitePatches patches) {
        List<Result> results = new ArrayList<>();
        DMatrixRMaj x = patches.test.matrix();
        double[] gaussian = new double[x.numRows];
        Arrays.fill(gaussian, patches.logDeterminant - x.numCols * Logs.HALF_LOG_2_PI);
        for (int k = 0; k < x.getNumElements(); k++) {
            gaussian[k / x.numCols] -= x.data[k] * x.data[k] / 2;
        }
        results.add(logLikelihood(run, "Gaussian", gaussian, Protocol.Kind.EXACT, 0, 0));
        int components = x.numCols / 4;
        ProbabilisticPca pca = ProbabilisticPca.builder().components(components).fit(patches.pixels);
        results.add(logLikelihood(
                run,
                "probabilistic PCA, " + components + " components",
                pca.logDensity(patches.testPixels),
                Protocol.Kind.EXACT,
                0,
                0));
        long start = System.nanoTime();
        MaximumLikelihoodIca ica = ica(run, patches);
        results.add(logLikelihood(
                run,
                "ICA",
                shifted(ica.logDensity(patches.test), patches.logDeterminant),
                Protocol.Kind.EXACT,
                0,
                (System.nanoTime() - start) / 1e9));
        return results;
    }

    // --- machines

    /** The Gaussian–Bernoulli machine of this experiment and of that of mcRBMs. */
    static Rbm gaussian(Run run, WhitePatches patches, int hidden) {
        return Rbm.builder()
                .visible(VisibleUnits.GAUSSIAN)
                .hidden(hidden)
                .learning(RbmLearning.pcd(1))
                .startHiddenBias(-3)
                .startDeviation(.1)
                .learningRate(2e-3)
                .schedule(schedule(run, patches))
                .batchSize(100)
                .epochs(epochs(run))
                .seed(run.seed())
                .resume(run.checkpoints().resolve("rbm-" + hidden))
                .fit(patches.train);
    }

    /** The components of the whitened patches. */
    static MaximumLikelihoodIca ica(Run run, WhitePatches patches) {
        return MaximumLikelihoodIca.builder()
                .sources(MaximumLikelihoodIca.Source.SUPER_GAUSSIAN)
                .maxIterations(run.pick(20, MaximumLikelihoodIca.Builder.DEFAULT_MAX_ITERATIONS))
                .seed(run.seed())
                .fit(patches.train);
    }

    private static List<Result> rbm(Run run, WhitePatches patches, String system, int hidden) {
        Rbm rbm = gaussian(run, patches, hidden);
        Interrupts.check("gaussian-rbm-patches");
        double seconds = rbm.history().last("seconds");
        List<LogPartition> ends = new ArrayList<>();
        if (hidden <= 20) {
            ends.add(rbm.logPartition());
        } else {
            PartitionBracket bracket = PartitionBracket.of(rbm)
                    .schedule(AnnealingSchedule.linear(run.pick(20, 2000)))
                    .temperedDraws(run.pick(3, 20), run.pick(10, 500))
                    .seed(run.seed())
                    .run();
            ends.addAll(List.of(bracket.lower(), bracket.upperOfLonger()));
        }
        List<Result> results = new ArrayList<>(logLikelihoods(run, patches, system, rbm, ends, seconds));
        FMatrixRMaj x =
                patches.test.slice(0, Math.min(STORY_ROWS, patches.test.rows())).floatMatrix();
        FMatrixRMaj means = rbm.decode(rbm.encode(x));
        double power = 0;
        double all = 0;
        for (int k = 0; k < x.getNumElements(); k++) {
            power += means.data[k] * means.data[k];
            all += x.data[k] * x.data[k];
        }
        results.addAll(story(run, system, power / all, 0, x.numRows, seconds));
        return results;
    }

    private static List<Result> machine(
            Run run, WhitePatches patches, String system, boolean exact, Supplier<RealMachine> fit) {
        RealMachine machine = fit.get();
        Interrupts.check("gaussian-rbm-patches");
        double seconds = machine.history().last("seconds");
        List<LogPartition> ends = new ArrayList<>();
        if (exact) {
            ends.add(machine.logPartition());
        } else {
            PartitionBracket bracket =
                    machine.bracket(AnnealingSchedule.linear(run.pick(20, 1000)), run.pick(10, 100), run.seed());
            ends.addAll(List.of(bracket.lower(), bracket.upperOfLonger()));
        }
        List<Result> results = new ArrayList<>(logLikelihoods(run, patches, system, machine, ends, seconds));
        int rows = Math.min(STORY_ROWS, patches.test.rows());
        FMatrixRMaj x = patches.test.slice(0, rows).floatMatrix();
        FMatrixRMaj h = machine.encode(x);
        int d = x.numCols;
        DMatrixRMaj[] covariances = new DMatrixRMaj[rows];
        double[] common = new double[d * d];
        double power = 0;
        double all = 0;
        for (int i = 0; i < rows; i++) {
            double[] state = new double[h.numCols];
            for (int j = 0; j < state.length; j++) {
                state[j] = h.get(i, j);
            }
            covariances[i] = machine.conditionalCovariance(state);
            double[] mean = machine.conditionalMean(state);
            for (int k = 0; k < d; k++) {
                power += mean[k] * mean[k];
                all += x.get(i, k) * x.get(i, k);
            }
            for (int k = 0; k < d * d; k++) {
                common[k] += covariances[i].data[k] / rows;
            }
        }
        double norm = Math.sqrt(Arrays.stream(common).map(c -> c * c).sum());
        double apart = 0;
        for (DMatrixRMaj c : covariances) {
            double squares = 0;
            for (int k = 0; k < d * d; k++) {
                squares += (c.data[k] - common[k]) * (c.data[k] - common[k]);
            }
            apart += Math.sqrt(squares) / norm / rows;
        }
        results.addAll(story(run, system, power / all, apart, rows, seconds));
        return results;
    }

    // --- results

    private static double[] shifted(double[] logP, double by) {
        return Arrays.stream(logP).map(p -> p + by).toArray();
    }

    private static List<Result> logLikelihoods(
            Run run,
            WhitePatches patches,
            String system,
            HasEnergy<FMatrixRMaj> machine,
            List<LogPartition> ends,
            double seconds) {
        double[] f = machine.freeEnergy(patches.test);
        List<Result> results = new ArrayList<>();
        for (LogPartition end : ends) {
            double[] logP = new double[f.length];
            for (int i = 0; i < f.length; i++) {
                logP[i] = patches.logDeterminant - f[i] - end.nats();
            }
            Protocol.Kind kind = Protocol.Kind.valueOf(end.kind().negated().name());
            String way = end.kind() == LogPartition.Kind.EXACT
                    ? ""
                    : end.kind() == LogPartition.Kind.LOWER_BOUND ? ", log Z from below" : ", log Z from above";
            results.add(logLikelihood(run, system + way, logP, kind, end.draws(), seconds));
        }
        return results;
    }

    private static Result logLikelihood(
            Run run, String system, double[] logP, Protocol.Kind kind, int draws, double seconds) {
        return Result.of(
                system,
                "log-likelihood",
                MixingExperiment.mean(logP),
                "nats per patch",
                protocol(run, "test pictures", kind, draws),
                run.seed(),
                seconds);
    }

    private static List<Result> story(
            Run run, String system, double power, double covariance, int rows, double seconds) {
        Protocol protocol = protocol(run, "test pictures, " + rows + " patches", Protocol.Kind.EXACT, 0);
        return List.of(
                Result.of(
                        system,
                        "power of the mean given h",
                        new Estimate(power, 0),
                        "of the pixels' own",
                        protocol,
                        run.seed(),
                        seconds),
                Result.of(
                        system,
                        "distance of the covariance given h from its mean",
                        new Estimate(covariance, 0),
                        "of its norm",
                        protocol,
                        run.seed(),
                        seconds));
    }

    private static Protocol protocol(Run run, String split, Protocol.Kind kind, int draws) {
        return new Protocol(
                "dead leaves with noise " + WhitePatches.NOISE + ", patches of " + run.pick(4, 8) + "×"
                        + run.pick(4, 8),
                split,
                "none",
                kind,
                draws);
    }
}
