package lvm.reproduce;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.function.UnaryOperator;
import lvm.autodiff.Activation;
import lvm.data.Matrices;
import lvm.data.PlanarModes;
import lvm.evaluation.Estimate;
import lvm.evaluation.ModeCoverage;
import lvm.gan.Gan;
import lvm.gan.GanLoss;
import lvm.nn.NetworkFactory;
import lvm.optim.Adam;
import lvm.results.Protocol;
import lvm.results.Result;

/**
 * Which modes of the ring of 8 and the grid of 25 adversarial networks find, with the constants of PacGAN (Lin and others 2018, who
 * took them from VEEGAN): radius 1 and deviation 0.01, −4 … 4 by 2 and deviation 0.05, 2,500 draws. The networks are theirs (generator
 * 2-400-400-400-400-2 with batch normalisation, discriminator of three maxout layers of 200 with five pieces), and so are Adam's rate
 * 10⁻⁴ and β₁ = 0.8; the budget is this project's own, 20 passes over 100,000 points where theirs has 400, so that the numbers are
 * not those of the publication. WGAN-GP has its authors' networks for the plane (three layers of 512, λ = 0.1, 5 steps of
 * the critic, Adam 10⁻⁴ with β = 0.5 and 0.9) and as many steps of the generator. Means and standard errors over seeds.
 */
final class GanModesExperiment implements Experiment {
    private static final int DRAWS = 2500;

    @Override
    public String name() {
        return "gan-modes";
    }

    @Override
    public String about() {
        return "modes of the ring of 8 and the grid of 25 that adversarial networks find: plain, packed, WGAN-GP, five seeds; a day";
    }

    /** The settings of a kind, and the epochs in passes over all points. */
    private record Kind(UnaryOperator<Gan.Builder> settings, int passes) {}

    private static Map<String, Kind> kinds(Run run) {
        Map<String, Kind> kinds = new LinkedHashMap<>();
        kinds.put("GAN", new Kind(builder -> published(run, builder), 1));
        for (int m : new int[] {2, 3, 4}) {
            kinds.put("PacGAN" + m, new Kind(builder -> published(run, builder).packing(m), 1));
        }
        int width = run.pick(8, 512);
        kinds.put(
                "WGAN-GP",
                new Kind(
                        builder -> builder.generator(NetworkFactory.mlp(Activation.RELU, width, width, width))
                                .discriminator(NetworkFactory.mlp(Activation.RELU, width, width, width))
                                .loss(GanLoss.wassersteinGradientPenalty(0.1))
                                .criticSteps(5)
                                .batchSize(run.pick(60, 256))
                                .optimizer((params, rate) -> new Adam(params, rate, 0.5, 0.9, Adam.EPSILON)),
                        5));
        return kinds;
    }

    private static Gan.Builder published(Run run, Gan.Builder builder) {
        int g = run.pick(8, 400);
        int d = run.pick(6, 200);
        return builder.generator(NetworkFactory.batchNormalized(Activation.RELU, g, g, g, g))
                .discriminator(NetworkFactory.maxout(5, d, d, d))
                .batchSize(run.pick(60, 100))
                .optimizer((params, rate) -> new Adam(params, rate, 0.8, Adam.BETA2, Adam.EPSILON));
    }

    @Override
    public List<Result> run(Run run) {
        List<Result> results = new ArrayList<>();
        for (PlanarModes modes : List.of(PlanarModes.ring(8, 1, 0.01), PlanarModes.grid(5, 2, 0.05))) {
            for (Map.Entry<String, Kind> kind : kinds(run).entrySet()) {
                List<Result> part = run.part(
                        (modes.modes() == 8 ? "ring-" : "grid-") + kind.getKey(),
                        () -> measure(run, modes, kind.getKey(), kind.getValue()));
                results.addAll(part);
                if (Thread.currentThread().isInterrupted()) {
                    return List.of();
                }
            }
        }
        return results;
    }

    private static List<Result> measure(Run run, PlanarModes modes, String name, Kind kind) {
        int seeds = run.pick(2, 5);
        int epochs = run.pick(1, 20);
        int points = run.pick(240, 100_000);
        double[] found = new double[seeds];
        double[] good = new double[seeds];
        double[] uneven = new double[seeds];
        double seconds = 0;
        for (int s = 0; s < seeds; s++) {
            long seed = run.seed() + s;
            Gan gan = kind.settings
                    .apply(Gan.builder())
                    .latent(2)
                    .learningRate(1e-4)
                    .epochs((long) epochs * kind.passes)
                    .seed(seed)
                    .resume(run.checkpoints().resolve(modes.modes() + "-" + name + "-" + s))
                    .fit(modes.generate(points, seed).withoutLabels());
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("gan-modes: interrupted");
            }
            ModeCoverage coverage = ModeCoverage.of(modes, gan.sample(DRAWS, new SplittableRandom(seed)));
            found[s] = coverage.found();
            good[s] = 100 * coverage.highQuality();
            uneven[s] = Double.isNaN(coverage.divergence()) ? Math.log(modes.modes()) : coverage.divergence();
            seconds += gan.history().last("seconds");
        }
        Protocol protocol = new Protocol(
                modes + ", " + points + " points",
                seeds + " seeds, " + DRAWS + " draws each",
                "none",
                Protocol.Kind.ESTIMATE,
                DRAWS);
        String system = name + ", " + epochs + (epochs == 1 ? " pass" : " passes");
        return List.of(
                result(system, "modes found of " + modes.modes(), "modes", protocol, run, seconds, found),
                result(system, "draws of high quality", "%", protocol, run, seconds, good),
                result(system, "KL(shares ‖ uniform)", "nats", protocol, run, seconds, uneven));
    }

    private static Result result(
            String system, String quantity, String unit, Protocol protocol, Run run, double seconds, double... values) {
        Estimate mean = new Estimate(Matrices.mean(values), Matrices.standardError(values));
        return Result.of(system, quantity, mean, unit, protocol, run.seed(), seconds);
    }
}
