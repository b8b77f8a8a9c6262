package lvm.reproduce;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.data.PlanarEnergy;
import lvm.data.Toy2d;
import lvm.distribution.Architecture;
import lvm.distribution.Energy;
import lvm.evaluation.Estimate;
import lvm.flow.Maf;
import lvm.flow.NormalizingFlow;
import lvm.flow.Planar;
import lvm.flow.RealNvp;
import lvm.flow.Transformer;
import lvm.optim.Schedule;
import lvm.results.Protocol;
import lvm.results.Result;
import org.ejml.data.FMatrixRMaj;

/**
 * Normalizing flows in the plane. Planar flows of 2, 8 and 32 layers on the four energies of Rezende and Mohamed (2015), trained by
 * the reverse divergence: that divergence, with the known normaliser. Couplings, autoregressive layers and splines on sets of
 * points, trained on 20,000: the log density of 20,000 others, beside that of the distribution itself where it is known.
 * Nothing is chosen on these.
 */
final class FlowsExperiment implements Experiment {
    private static final int[] LAYERS = {2, 8, 32};
    private static final Toy2d[] SETS = {Toy2d.TWO_MOONS, Toy2d.RINGS, Toy2d.SPIRALS, Toy2d.CHECKERBOARD};
    private static final int ROWS = 20_000;
    private static final int DRAWS = 100_000;

    @Override
    public String name() {
        return "flows";
    }

    @Override
    public String about() {
        return "flows in the plane: divergences of planar flows on four energies, held-out log densities of three others; "
                + "half an hour";
    }

    @Override
    public Result headline(List<Result> results) {
        return Experiment.first(results, result -> result.system().startsWith("planar flow of 32 layers"));
    }

    @Override
    public List<Result> run(Run run) {
        List<Result> results = new ArrayList<>();
        for (PlanarEnergy energy : PlanarEnergy.values()) {
            for (int layers : LAYERS) {
                results.add(planar(run, energy, layers));
                if (Thread.currentThread().isInterrupted()) {
                    return List.of();
                }
            }
        }
        Map<String, Architecture> architectures = new LinkedHashMap<>();
        int hidden = run.pick(16, 128);
        architectures.put("RealNVP of 8 couplings", RealNvp.layers(8, hidden, hidden));
        architectures.put("MAF of 5 layers", Maf.layers(5, hidden, hidden));
        architectures.put("spline flow of 4 couplings", RealNvp.layers(4, Transformer.spline(16, 4), hidden, hidden));
        for (Toy2d set : SETS) {
            results.addAll(itself(run, set));
            for (Map.Entry<String, Architecture> entry : architectures.entrySet()) {
                results.add(likelihood(run, set, entry.getKey(), entry.getValue()));
                if (Thread.currentThread().isInterrupted()) {
                    return List.of();
                }
            }
        }
        return results;
    }

    private static Result planar(Run run, PlanarEnergy which, int layers) {
        int steps = run.pick(50, 8000);
        Path place = run.checkpoints().resolve(which.name() + "-" + layers);
        Energy energy = Energy.of(which);
        NormalizingFlow flow = NormalizingFlow.builder()
                .architecture(Planar.layers(layers))
                .learningRate(5e-3)
                .schedule(Schedule.cosine(steps, 0))
                .clipNorm(10)
                .batchSize(run.pick(50, 200))
                .annealing(steps / 2)
                .steps(steps)
                .seed(run.seed())
                .resume(place)
                .fit(energy);
        int draws = run.pick(1000, DRAWS);
        double[] parts = new double[20];
        SplittableRandom rng = new SplittableRandom(run.seed());
        for (int k = 0; k < parts.length; k++) {
            parts[k] = flow.reverseKl(energy, draws / parts.length, rng);
        }
        return Result.of(
                "planar flow of " + layers + " layers, " + steps + " steps",
                "KL(q ‖ p)",
                mean(parts),
                "nats",
                new Protocol(
                        "energy " + which.name() + (which == PlanarEnergy.U1 ? "" : " within |z1| <= 4"),
                        "draws of the flow",
                        "none",
                        Protocol.Kind.ESTIMATE,
                        draws),
                run.seed(),
                flow.history().last("seconds"));
    }

    private static Dataset test(Run run, Toy2d set) {
        return set.generate(run.pick(500, ROWS), run.seed() + 1000);
    }

    private static Protocol heldOut(Toy2d set) {
        return new Protocol(set.toString(), "test", "none", Protocol.Kind.EXACT, 0);
    }

    private static List<Result> itself(Run run, Toy2d set) {
        if (!set.hasDensity()) {
            return List.of();
        }
        Dataset test = test(run, set);
        double[] logs = new double[test.rows()];
        for (int i = 0; i < logs.length; i++) {
            logs[i] = set.logDensity(test.get(i, 0), test.get(i, 1));
        }
        return List.of(Result.of(
                "the distribution itself", "log density", mean(logs), "nats per point", heldOut(set), run.seed(), 0));
    }

    private static Result likelihood(Run run, Toy2d set, String system, Architecture architecture) {
        int steps = run.pick(50, 4000);
        NormalizingFlow flow = NormalizingFlow.builder()
                .architecture(architecture)
                .learningRate(2e-3)
                .schedule(Schedule.cosine(steps, 0))
                .clipNorm(10)
                .batchSize(run.pick(50, 500))
                .steps(steps)
                .seed(run.seed())
                .resume(run.checkpoints().resolve(set.name() + "-" + system.replace(' ', '-')))
                .fit(set.generate(run.pick(500, ROWS), run.seed()));
        FMatrixRMaj x = test(run, set).floatMatrix();
        return Result.of(
                system + ", " + steps + " steps",
                "log density",
                mean(flow.logDensity(x)),
                "nats per point",
                heldOut(set),
                run.seed(),
                flow.history().last("seconds"));
    }

    private static Estimate mean(double... values) {
        double mean = 0;
        double squares = 0;
        for (int i = 0; i < values.length; i++) {
            double change = values[i] - mean;
            mean += change / (i + 1);
            squares += change * (values[i] - mean);
        }
        return new Estimate(mean, Math.sqrt(squares / (values.length - 1) / values.length));
    }
}
