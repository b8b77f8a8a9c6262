package lvm.reproduce;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import lvm.boltzmann.McRbm;
import lvm.boltzmann.Rbm;
import lvm.boltzmann.RealLearning;
import lvm.evaluation.Estimate;
import lvm.factor.MaximumLikelihoodIca;
import lvm.linalg.Interrupts;
import lvm.random.Seeds;
import lvm.results.Protocol;
import lvm.results.Result;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * What an mcRBM learns of patches of dead leaves, see {@link WhitePatches}: the share of its covariance filters that a Gabor function explains with R² ≥ 0.6
 * ({@link GaborFit}), beside those of independent components and of a Gaussian–Bernoulli machine, all as they act on whitened pixels; with the energy as the book has it,
 * and with the normalisations of the published code. Draws are the ends of chains of Hamiltonian Monte Carlo; the kurtosis of the differences of
 * neighbouring pixels tells edges on flat ground from a Gaussian, which has 3. The noise of the pixels is in all of it, the data too.
 */
final class McRbmExperiment implements Experiment {
    private static final double GOOD = .6;

    @Override
    public String name() {
        return "mcrbm";
    }

    @Override
    public String about() {
        return "Gabor filters and draws of mcRBMs on patches of dead leaves; half an hour";
    }

    @Override
    public List<Result> run(Run run) {
        WhitePatches patches = new WhitePatches(run.pick(5, 8), run.pick(600, 20_000), run.pick(200, 5000), run.seed());
        int draws = run.pick(50, 2000);
        int transitions = run.pick(20, 500);
        List<Result> results = new ArrayList<>();
        results.add(
                kurtosis(run, "test patches", WhitePatches.kurtosis(patches.testPixels.matrix(), patches.size), 0, 0));
        for (boolean normalised : new boolean[] {false, true}) {
            String system = "mcRBM, " + run.pick(4, 32) + " mean and " + run.pick(12, 128) + " covariance units"
                    + (normalised ? ", normalisations of the published code" : "");
            results.addAll(run.part(normalised ? "code" : "book", () -> {
                McRbm machine = McRbm.builder()
                        .meanUnits(run.pick(4, 32))
                        .covarianceUnits(run.pick(12, 128))
                        .normalized(normalised)
                        .basePrecision(GaussianRbmPatchesExperiment.SPREAD)
                        .learning(RealLearning.hmc())
                        .learningRate(2e-3)
                        .schedule(GaussianRbmPatchesExperiment.schedule(run, patches))
                        .batchSize(100)
                        .epochs(GaussianRbmPatchesExperiment.epochs(run))
                        .seed(run.seed())
                        .resume(run.checkpoints().resolve("mc-" + normalised))
                        .fit(patches.train);
                Interrupts.check("mcrbm");
                double seconds = machine.history().last("seconds");
                FMatrixRMaj sample =
                        machine.sample(draws, transitions, new SplittableRandom(Seeds.split(run.seed(), "draws")));
                return List.of(
                        gabor(run, system, columns(machine.covarianceFilters()), patches.size, seconds),
                        kurtosis(
                                run,
                                system,
                                WhitePatches.kurtosis(patches.pixels(sample), patches.size),
                                draws,
                                seconds));
            }));
        }
        results.addAll(run.part("others", () -> others(run, patches, draws)));
        return results;
    }

    private static List<Result> others(Run run, WhitePatches patches, int draws) {
        long start = System.nanoTime();
        MaximumLikelihoodIca ica = GaussianRbmPatchesExperiment.ica(run, patches);
        double icaSeconds = (System.nanoTime() - start) / 1e9;
        DMatrixRMaj unmixing = ica.unmixing();
        double[][] filters = new double[unmixing.numRows][unmixing.numCols];
        for (int k = 0; k < unmixing.getNumElements(); k++) {
            filters[k / unmixing.numCols][k % unmixing.numCols] = unmixing.data[k];
        }
        DMatrixRMaj x = ica.sample(draws, new SplittableRandom(Seeds.split(run.seed(), "draws")));
        FMatrixRMaj white = new FMatrixRMaj(x.numRows, x.numCols);
        for (int k = 0; k < x.getNumElements(); k++) {
            white.data[k] = (float) x.data[k];
        }
        Rbm rbm = GaussianRbmPatchesExperiment.gaussian(run, patches, run.pick(12, 128));
        Interrupts.check("mcrbm");
        double seconds = rbm.history().last("seconds");
        FMatrixRMaj sample = rbm.sample(
                draws, run.pick(20, 1000), new SplittableRandom(Seeds.split(run.seed(), "draws of the RBM")));
        String machine = "Gaussian-Bernoulli RBM, " + rbm.latentDim() + " hidden units";
        return List.of(
                gabor(run, "ICA", filters, patches.size, icaSeconds),
                kurtosis(run, "ICA", WhitePatches.kurtosis(patches.pixels(white), patches.size), draws, icaSeconds),
                gabor(run, machine, columns(rbm.weights()), patches.size, seconds),
                kurtosis(run, machine, WhitePatches.kurtosis(patches.pixels(sample), patches.size), draws, seconds));
    }

    private static double[][] columns(FMatrixRMaj filters) {
        double[][] columns = new double[filters.numCols][filters.numRows];
        for (int j = 0; j < filters.numCols; j++) {
            for (int i = 0; i < filters.numRows; i++) {
                columns[j][i] = filters.get(i, j);
            }
        }
        return columns;
    }

    private static Result gabor(Run run, String system, double[][] filters, int size, double seconds) {
        int good = 0;
        for (double[] filter : filters) {
            Interrupts.check("mcrbm");
            good += GaborFit.of(filter, size).r2() >= GOOD ? 1 : 0;
        }
        double p = (double) good / filters.length;
        return Result.of(
                system,
                "share of filters with a Gabor fit of R² ≥ " + GOOD,
                new Estimate(p, Math.sqrt(p * (1 - p) / filters.length)),
                "of " + filters.length,
                protocol(run, Protocol.Kind.EXACT, 0),
                run.seed(),
                seconds);
    }

    private static Result kurtosis(Run run, String system, double kurtosis, int draws, double seconds) {
        return Result.of(
                system,
                "kurtosis of differences of neighbouring pixels",
                new Estimate(kurtosis, Double.NaN),
                "1",
                protocol(run, draws == 0 ? Protocol.Kind.EXACT : Protocol.Kind.ESTIMATE, draws),
                run.seed(),
                seconds);
    }

    private static Protocol protocol(Run run, Protocol.Kind kind, int draws) {
        return new Protocol(
                "dead leaves with noise " + WhitePatches.NOISE + ", patches of " + run.pick(5, 8) + "×"
                        + run.pick(5, 8),
                draws == 0 ? "test pictures" : "draws",
                "none",
                kind,
                draws);
    }
}
