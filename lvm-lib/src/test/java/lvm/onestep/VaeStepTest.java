package lvm.onestep;

import static lvm.onestep.Reference.beside;
import static lvm.onestep.Reference.logBernoulli;
import static lvm.onestep.Reference.logNormal;
import static lvm.onestep.Reference.logSumExp;
import static lvm.onestep.Reference.mean;
import static lvm.onestep.Reference.perceptron;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import lvm.autodiff.Activation;
import lvm.data.Dataset;
import lvm.flow.Planar;
import lvm.onestep.OneStep.Numbers;
import lvm.onestep.OneStep.Seen;
import lvm.onestep.Reference.Standard;
import lvm.random.Seeds;
import lvm.store.SavedModel;
import lvm.vae.BoundForm;
import lvm.vae.ConditionalVae;
import lvm.vae.Likelihood;
import lvm.vae.Vae;
import lvm.vae.VaeBuilder;
import lvm.vae.VaeLearning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A step of the variational autoencoders is one up the bound as it is written in the books. */
class VaeStepTest {
    private static final int K = 2;
    private static final Dataset REAL = AutoencoderStepTest.REAL;
    private static final Dataset BITS = AutoencoderStepTest.BITS;

    enum Kind {
        BERNOULLI(Likelihood.BERNOULLI),
        FREE(Likelihood.GAUSSIAN),
        SHARED(Likelihood.GAUSSIAN_SHARED),
        DIAGONAL(Likelihood.GAUSSIAN_DIAGONAL),
        FIXED(Likelihood.gaussian(0.8));

        final Likelihood likelihood;

        Kind(Likelihood likelihood) {
            this.likelihood = likelihood;
        }

        Dataset data() {
            return this == BERNOULLI ? BITS : REAL;
        }
    }

    /** How the bound is made. */
    private record Bound(
            Kind kind, boolean sampled, double beta, int warmUp, double freeBits, int draws, int importance) {
        <B extends VaeBuilder<B, ?>> B set(B builder, long steps) {
            builder.latent(K)
                    .hidden(3)
                    .activation(Activation.TANH)
                    .likelihood(kind.likelihood)
                    .beta(beta)
                    .klWarmUp(warmUp)
                    .freeBits(freeBits)
                    .draws(draws)
                    .importanceWeighted(importance);
            if (sampled) {
                builder.bound(BoundForm.SAMPLED);
            }
            return OneStep.sgd(builder, steps);
        }

        double betaAt(int step) {
            return step >= warmUp ? beta : beta * (step + 1) / (warmUp + 1);
        }

        /** The mean over the rows; y is what stands beside x and z, or null. */
        double value(Numbers p, double[][] x, double[][] y, double[][][] e, int step) {
            double b = betaAt(step);
            Standard standard = Standard.none(x[0].length);
            double[][] in = standard.in(x);
            double[][] q = perceptron(p, "encoder", 2, Activation.TANH, y == null ? in : beside(in, y));
            int n = x.length;
            double total = 0;
            double[] terms = new double[importance];
            for (int l = 0; l < draws; l++) {
                for (int i = 0; i < n; i++) {
                    for (int s = 0; s < importance; s++) {
                        double[] z = new double[K];
                        double logQ = 0;
                        double logP = 0;
                        double kl = 0;
                        for (int k = 0; k < K; k++) {
                            double m = q[i][k];
                            double v = q[i][K + k];
                            z[k] = m + Math.exp(v / 2) * e[l * importance + s][i][k];
                            logQ += logNormal(z[k], m, v);
                            logP += logNormal(z[k], 0, 0);
                            kl += 0.5 * (m * m + Math.exp(v) - v - 1);
                        }
                        double likelihood =
                                logLikelihood(p, kind, x[i], decode(p, z, y == null ? null : y[i]), standard);
                        boolean analytic = !sampled && importance == 1;
                        terms[s] = likelihood + (analytic ? freeBits > 0 ? 0 : -b * kl : b * (logP - logQ));
                    }
                    total += (logSumExp(terms) - Math.log(importance)) / (n * draws);
                }
            }
            for (int k = 0; freeBits > 0 && k < K; k++) {
                double kl = 0;
                for (int i = 0; i < n; i++) {
                    kl += 0.5 * (q[i][k] * q[i][k] + Math.exp(q[i][K + k]) - q[i][K + k] - 1) / n;
                }
                total -= b * Math.max(freeBits, kl);
            }
            return total;
        }
    }

    private static double[] decode(Numbers p, double[] z, double[] y) {
        double[][] in = {z};
        return perceptron(p, "decoder", 2, Activation.TANH, y == null ? in : beside(in, new double[][] {y}))[0];
    }

    private static double logLikelihood(Numbers p, Kind kind, double[] x, double[] out, Standard standard) {
        double sum = 0;
        for (int j = 0; j < x.length; j++) {
            if (kind == Kind.BERNOULLI) {
                sum += logBernoulli(x[j], out[j]);
                continue;
            }
            double scale = standard.scale()[j];
            double m = standard.shift()[j] + scale * out[j];
            sum += switch (kind) {
                case FREE -> logNormal(x[j], m, out[x.length + j] + 2 * Math.log(scale));
                case SHARED -> logNormal(x[j], m, p.row("likelihood.logVariance")[0] + 2 * Math.log(scale));
                case DIAGONAL -> logNormal(x[j], m, p.row("likelihood.logVariance")[j] + 2 * Math.log(scale));
                default -> logNormal(x[j], m, 2 * Math.log(0.8));
            };
        }
        return sum;
    }

    private static double[][][] draws(int count, int rows, RandomGenerator rng) {
        double[][][] e = new double[count][][];
        for (int s = 0; s < count; s++) {
            e[s] = OneStep.normal(rows, K, rng);
        }
        return e;
    }

    private static double last(SavedModel model, String name) {
        return ((lvm.model.FittedModel) model).history().last(name);
    }

    static Stream<Bound> bounds() {
        return Stream.of(
                new Bound(Kind.BERNOULLI, false, 1, 0, 0, 1, 1),
                new Bound(Kind.FREE, false, 0.7, 3, 0, 1, 1),
                new Bound(Kind.SHARED, true, 1, 0, 0, 1, 1),
                new Bound(Kind.DIAGONAL, false, 1, 0, 0, 3, 1),
                new Bound(Kind.FIXED, false, 1, 0, 0, 2, 3),
                new Bound(Kind.BERNOULLI, true, 2, 1, 0, 2, 1),
                new Bound(Kind.BERNOULLI, false, 1, 0, 0.4, 1, 1),
                new Bound(Kind.BERNOULLI, false, 0.6, 1, 0.4, 1, 1),
                new Bound(Kind.FREE, false, 1, 0, 0.05, 2, 1));
    }

    private static String name(Bound bound) {
        return (bound.importance > 1 ? "bound of " + bound.importance + " draws" : "bound")
                + (bound.beta != 1 || bound.warmUp > 0 ? " with β KL" : "")
                + (bound.freeBits > 0 ? " with free bits" : "")
                + ", nats per row";
    }

    @ParameterizedTest
    @MethodSource("bounds")
    void vae(Bound bound) {
        Dataset data = bound.kind.data();
        for (int step = 0; step < 3; step++) {
            int at = step;
            Seen seen = OneStep.seen(data, step);
            double[][][] e = draws(bound.draws * bound.importance, seen.x().length, seen.rng());
            Vae before = bound.set(Vae.builder(), step).fit(data);
            Vae after = bound.set(Vae.builder(), step + 1L).fit(data);
            OneStep.assertStep(
                    "Vae, step " + step,
                    OneStep.of(before.parameters()),
                    OneStep.of(after.parameters()),
                    last(after, name(bound)),
                    p -> bound.value(p, seen.x(), null, e, at));
        }
    }

    /** Other rows are judged by the plain bound of one draw, whatever helps the training. */
    @ParameterizedTest
    @MethodSource("bounds")
    void validation(Bound bound) {
        Dataset data = bound.kind.data();
        Dataset others = data.subset(1, 4, 2).withLabels(1, 0, 1);
        Seen seen = OneStep.seenByValidation(others);
        double[][][] e = draws(bound.importance, 3, seen.rng());
        Bound plain = new Bound(bound.kind, bound.sampled, 1, 0, 0, 1, bound.importance);
        Vae vae = bound.set(Vae.builder(), 1).validation(others).fit(data);
        OneStep.assertValidation("Vae", vae, OneStep.of(vae.parameters()), p -> plain.value(p, seen.x(), null, e, 0));
        ConditionalVae conditional =
                bound.set(ConditionalVae.builder(), 1).validation(others).fit(data.withLabels(0, 1, 1, 0, 1, 0));
        double[][] y = Reference.oneHot(seen.labels(), 2);
        OneStep.assertValidation(
                "ConditionalVae",
                conditional,
                OneStep.of(conditional.parameters()),
                p -> plain.value(p, seen.x(), y, e, 0));
    }

    @ParameterizedTest
    @MethodSource("bounds")
    void conditional(Bound bound) {
        int[] labels = {0, 2, 1, 1, 0, 2};
        Dataset data = bound.kind.data().withLabels(labels);
        Seen seen = OneStep.seen(data, 0);
        double[][][] e = draws(bound.draws * bound.importance, seen.x().length, seen.rng());
        double[][] y = Reference.oneHot(seen.labels(), 3);
        ConditionalVae after = bound.set(ConditionalVae.builder(), 1).fit(data);
        OneStep.assertStep(
                "ConditionalVae",
                OneStep.of(bound.set(ConditionalVae.builder(), 0).fit(data).parameters()),
                OneStep.of(after.parameters()),
                last(after, name(bound)),
                p -> bound.value(p, seen.x(), y, e, 0));
    }

    private static final Bound OTHER = new Bound(Kind.SHARED, false, 1, 0, 0, 1, 1);

    private static Vae.Builder learning(VaeLearning learning, long steps) {
        return OneStep.sgd(
                Vae.builder()
                        .latent(K)
                        .hidden(3)
                        .activation(Activation.TANH)
                        .likelihood(OTHER.kind.likelihood)
                        .learning(learning),
                steps);
    }

    private static double[][] posterior(Numbers p, double[][] x) {
        return perceptron(
                p, "encoder", 2, Activation.TANH, Standard.none(x[0].length).in(x));
    }

    private static double logQ(double[] q, double[] z) {
        double sum = 0;
        for (int k = 0; k < K; k++) {
            sum += logNormal(z[k], q[k], q[K + k]);
        }
        return sum;
    }

    private static double logLikelihood(Numbers p, double[] x, double[] z) {
        return logLikelihood(p, OTHER.kind, x, decode(p, z, null), Standard.none(x.length));
    }

    /** The decoder at z of the encoder, the encoder at what the model as it is dreams: z, then x of it. */
    @Test
    void wakeSleep() {
        for (int step = 0; step < 2; step++) {
            Seen seen = OneStep.seen(REAL, step);
            double[][] x = seen.x();
            int n = x.length;
            Vae before = learning(VaeLearning.WAKE_SLEEP, step).fit(REAL);
            Numbers start = OneStep.of(before.parameters());
            double[][] z = OneStep.normal(n, K, seen.rng());
            double[][] q = posterior(start, x);
            double bound = 0;
            for (int i = 0; i < n; i++) {
                for (int k = 0; k < K; k++) {
                    z[i][k] = q[i][k] + Math.exp(q[i][K + k] / 2) * z[i][k];
                    bound += logNormal(z[i][k], 0, 0) / n;
                }
                bound += (logLikelihood(start, x[i], z[i]) - logQ(q[i], z[i])) / n;
            }
            double[][] dreamtZ = OneStep.normal(n, K, seen.rng());
            double[][] dreamtX = new double[n][x[0].length];
            double deviation = Math.exp(start.row("likelihood.logVariance")[0] / 2);
            for (int i = 0; i < n; i++) {
                double[] m = decode(start, dreamtZ[i], null);
                for (int j = 0; j < m.length; j++) {
                    dreamtX[i][j] = m[j] + deviation * seen.rng().nextGaussian();
                }
            }
            Vae after = learning(VaeLearning.WAKE_SLEEP, step + 1L).fit(REAL);
            OneStep.assertStep("wake-sleep", start, OneStep.of(after.parameters()), Double.NaN, p -> {
                double sum = 0;
                double[][] qOfDreams = posterior(p, dreamtX);
                for (int i = 0; i < n; i++) {
                    sum += logLikelihood(p, x[i], z[i]) + logQ(qOfDreams[i], dreamtZ[i]);
                }
                return sum / n;
            });
            assertEquals(bound, last(after, "bound, nats per row"), 1e-4);
        }
    }

    /** Chains of Hamiltonian Monte Carlo, with the slope of log p(x, z) by differences, and their step size. */
    private static final class Chains {
        final double[][] z;
        double logStep = Math.log(0.1);
        double joint;

        Chains(int rows) {
            z = OneStep.normal(rows, K, new SplittableRandom(Seeds.split(OneStep.SEED, "chains")));
        }

        private static double joint(Numbers p, double[] x, double[] z) {
            double sum = logLikelihood(p, x, z);
            for (double v : z) {
                sum += logNormal(v, 0, 0);
            }
            return sum;
        }

        private static double[] slope(Numbers p, double[] x, double[] z) {
            double[] g = new double[K];
            for (int k = 0; k < K; k++) {
                double old = z[k];
                z[k] = old + 1e-5;
                double above = joint(p, x, z);
                z[k] = old - 1e-5;
                g[k] = (above - joint(p, x, z)) / 2e-5;
                z[k] = old;
            }
            return g;
        }

        /** One transition of each row's chain; the states in the order of the rows. */
        double[][] step(Numbers p, Seen seen, int leapfrogs, double wanted) {
            int n = seen.x().length;
            double[][] momentum = new double[n][K];
            for (double[] row : momentum) {
                for (int k = 0; k < K; k++) {
                    row[k] = seen.rng().nextGaussian();
                }
            }
            double rate = 0;
            joint = 0;
            double epsilon = Math.exp(logStep);
            double[][] states = new double[n][];
            for (int i = 0; i < n; i++) {
                double[] x = seen.x()[i];
                double[] q = z[seen.row()[i]].clone();
                double energy = -joint(p, x, q);
                for (double v : momentum[i]) {
                    energy += v * v / 2;
                }
                for (int t = 0; t < leapfrogs; t++) {
                    kick(momentum[i], slope(p, x, q), epsilon / 2);
                    kick(q, momentum[i], epsilon);
                    kick(momentum[i], slope(p, x, q), epsilon / 2);
                }
                double after = -joint(p, x, q);
                for (double v : momentum[i]) {
                    after += v * v / 2;
                }
                double probability = Math.min(1, Math.exp(energy - after));
                rate += probability / n;
                if (seen.rng().nextDouble() < probability) {
                    z[seen.row()[i]] = q;
                }
                states[i] = z[seen.row()[i]];
                joint += joint(p, x, states[i]) / n;
            }
            logStep += 0.2 * (rate - wanted);
            return states;
        }

        private static void kick(double[] a, double[] by, double times) {
            for (int k = 0; k < a.length; k++) {
                a[k] += times * by[k];
            }
        }
    }

    /** The second step begins where the chains were, with the step size that the acceptance of the first has made. */
    @Test
    void monteCarloEm(@TempDir Path directory) throws IOException {
        VaeLearning learning = VaeLearning.monteCarloEm(3, 1, 0.6);
        Chains chains = new Chains(REAL.rows());
        Numbers at = OneStep.of(learning(learning, 0).fit(REAL).parameters());
        for (int step = 0; step < 4; step++) {
            Seen seen = OneStep.seen(REAL, step);
            double[][] z = chains.step(at, seen, 3, 0.6);
            Vae after = learning(learning, step + 1L).fit(REAL);
            Numbers next = OneStep.of(after.parameters());
            OneStep.assertStep("Monte Carlo EM, step " + step, at, next, Double.NaN, p -> {
                double[][] q = posterior(p, seen.x());
                double sum = 0;
                for (int i = 0; i < z.length; i++) {
                    sum += logLikelihood(p, seen.x()[i], z[i]) + logQ(q[i], z[i]);
                }
                return sum / z.length;
            });
            // It is no bound: the entropy of the states is not in it, and the name says so.
            assertEquals(chains.joint, last(after, "log p(x, z), nats per row"), 1e-3);
            at = next;
        }
        assertTrue(chains.logStep > Math.log(0.1) + 0.2, "more than the wanted rate was accepted");
    }

    /** Each update after the first goes up from where the one before ended, at the same places of the chains. */
    @Test
    void severalUpdatesAfterATransition() {
        Numbers start = OneStep.of(
                learning(VaeLearning.monteCarloEm(3, 1, 0.6), 0).fit(REAL).parameters());
        Seen seen = OneStep.seen(REAL, 0);
        double[][] z = new Chains(REAL.rows()).step(start, seen, 3, 0.6);
        for (int updates = 1; updates <= 3; updates++) {
            Numbers next = OneStep.of(learning(VaeLearning.monteCarloEm(3, updates, 0.6), 1)
                    .fit(REAL)
                    .parameters());
            OneStep.assertStep("Monte Carlo EM, update " + updates, start, next, Double.NaN, p -> {
                double[][] q = posterior(p, seen.x());
                double sum = 0;
                for (int i = 0; i < z.length; i++) {
                    sum += logLikelihood(p, seen.x()[i], z[i]) + logQ(q[i], z[i]);
                }
                return sum / z.length;
            });
            start = next;
        }
    }

    /** The posterior with planar layers, f(z) = z + û tanh(wᵀz + b), of numbers from the encoder. */
    @Test
    void planarPosterior() {
        int layers = 2;
        for (int step = 0; step < 2; step++) {
            Seen seen = OneStep.seen(REAL, step);
            double[][] x = seen.x();
            double[][][] e = draws(1, x.length, seen.rng());
            Vae before = learning(VaeLearning.BOUND, step)
                    .posteriorFlow(Planar.conditional(layers))
                    .fit(REAL);
            Vae after = learning(VaeLearning.BOUND, step + 1L)
                    .posteriorFlow(Planar.conditional(layers))
                    .fit(REAL);
            OneStep.assertStep(
                    "planar posterior",
                    OneStep.of(before.parameters()),
                    OneStep.of(after.parameters()),
                    last(after, "bound, nats per row"),
                    p -> {
                        double[][] q = posterior(p, x);
                        double[] terms = new double[x.length];
                        for (int i = 0; i < x.length; i++) {
                            double[] z = new double[K];
                            for (int k = 0; k < K; k++) {
                                z[k] = q[i][k] + Math.exp(q[i][K + k] / 2) * e[0][i][k];
                            }
                            double logQ = logQ(q[i], z);
                            for (int l = 0; l < layers; l++) {
                                logQ -= planar(p, l, q[i], z);
                            }
                            terms[i] = logLikelihood(p, x[i], z) - logQ;
                            for (double v : z) {
                                terms[i] += logNormal(v, 0, 0);
                            }
                        }
                        return mean(terms);
                    });
        }
    }

    /** Moves z through a layer; log of the determinant. */
    private static double planar(Numbers p, int layer, double[] q, double[] z) {
        int from = 2 * K + layer * (2 * K + 1);
        double[] u = new double[K];
        double[] w = new double[K];
        double b = p.row("posterior." + layer + ".b")[0] + q[from + 2 * K];
        double dot = 0;
        double norm = 0;
        double a = b;
        for (int k = 0; k < K; k++) {
            u[k] = q[from + k];
            w[k] = p.row("posterior." + layer + ".w")[k] + q[from + K + k];
            dot += w[k] * u[k];
            norm += w[k] * w[k];
            a += w[k] * z[k];
        }
        double m = -1 + Math.log1p((Math.E - 1) * Math.exp(dot));
        double h = Math.tanh(a);
        for (int k = 0; k < K; k++) {
            z[k] += (u[k] + (m - dot) * w[k] / norm) * h;
        }
        return Math.log(Math.abs(1 + (1 - h * h) * m));
    }
}
