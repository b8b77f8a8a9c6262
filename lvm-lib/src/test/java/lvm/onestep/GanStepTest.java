package lvm.onestep;

import static lvm.onestep.Reference.beside;
import static lvm.onestep.Reference.perceptron;
import static lvm.onestep.Reference.sigmoid;
import static lvm.onestep.Reference.softplus;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;
import lvm.autodiff.Activation;
import lvm.data.Dataset;
import lvm.gan.ConditionalGan;
import lvm.gan.Gan;
import lvm.gan.GanBuilder;
import lvm.gan.GanLoss;
import lvm.model.FittedModel;
import lvm.nn.NetworkFactory;
import lvm.onestep.OneStep.Numbers;
import lvm.onestep.OneStep.Seen;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A step of an adversarial network moves the discriminator up what the books say for it, and then the generator up what they say
 * for it, against the discriminator that came out.
 */
class GanStepTest {
    private static final int K = 2;
    private static final Dataset REAL = AutoencoderStepTest.REAL;
    private static final Dataset BITS = AutoencoderStepTest.BITS;
    private static final double LAMBDA = 3;
    private static final double SLOPE = 0.2;

    enum Loss {
        MINIMAX(GanLoss.minimax()),
        NON_SATURATING(GanLoss.nonSaturating()),
        LEAST_SQUARES(GanLoss.leastSquares()),
        CLIPPED(GanLoss.wasserstein(10)),
        PENALISED(GanLoss.wassersteinGradientPenalty(LAMBDA));

        final GanLoss loss;

        Loss(GanLoss loss) {
            this.loss = loss;
        }
    }

    /** What is played. */
    private record Game(
            Loss loss, boolean bits, int packing, int features, boolean matching, int kernels, boolean spectral) {
        <B extends GanBuilder<B, ?>> B set(B builder, long steps) {
            builder.latent(K)
                    .generator(NetworkFactory.mlp(Activation.TANH, 3))
                    .discriminator(NetworkFactory.mlp(Activation.TANH, spectral ? 1 : 3))
                    .loss(loss.loss)
                    .packing(packing)
                    .spectralNorm(spectral);
            if (features > 0) {
                builder.features(features).featureMatching(matching);
            }
            if (kernels > 0) {
                builder.minibatchDiscrimination(kernels, 2);
            }
            return OneStep.sgd(builder, steps);
        }

        Dataset data() {
            return bits ? BITS : REAL;
        }

        double[][] generate(Numbers p, double[][] z, double[][] y) {
            double[][] x = perceptron(p, "generator", 2, Activation.TANH, y == null ? z : beside(z, y));
            for (int i = 0; bits && i < x.length; i++) {
                for (int j = 0; j < x[i].length; j++) {
                    x[i][j] = sigmoid(x[i][j]);
                }
            }
            return x;
        }

        double[][] packs(double[][] x, double[][] y) {
            return y == null ? packed(x) : beside(packed(x), packed(y));
        }

        double[][] packed(double[][] x) {
            double[][] all = new double[x.length / packing][0];
            for (int i = 0; i < all.length; i++) {
                for (int k = 0; k < packing; k++) {
                    all[i] = beside(new double[][] {all[i]}, new double[][] {x[i * packing + k]})[0];
                }
            }
            return all;
        }

        /** The numbers with W over its length, which is its largest singular value where it has one column. */
        Numbers normalised(Numbers p) {
            if (!spectral) {
                return p;
            }
            Numbers q = new Numbers();
            for (int k = 0; k < 2; k++) {
                double[][] w = p.get("discriminator." + k + ".w");
                double squares = 0;
                for (double[] row : w) {
                    squares += row[0] * row[0];
                }
                double[][] unit = new double[w.length][1];
                for (int i = 0; i < w.length; i++) {
                    unit[i][0] = w[i][0] / Math.sqrt(squares);
                }
                q.put("discriminator." + k + ".w", unit);
                q.put("discriminator." + k + ".b", p.get("discriminator." + k + ".b"));
            }
            return q;
        }

        double[][] features(Numbers p, double[][] packs) {
            double[][] f = perceptron(normalised(p), "discriminator", 2, Activation.TANH, packs);
            for (int i = 0; features > 0 && i < f.length; i++) {
                for (int j = 0; j < f[i].length; j++) {
                    f[i][j] = f[i][j] > 0 ? f[i][j] : SLOPE * f[i][j];
                }
            }
            return f;
        }

        double[] discriminate(Numbers p, double[][] packs) {
            double[][] f = features(p, packs);
            if (features > 0) {
                if (kernels > 0) {
                    f = beside(f, closeness(f, p.get("discriminator.closeness.t")));
                }
                f = Reference.linear(
                        f, p.get("discriminator.head.w"), p.row("discriminator.head.b"), Activation.IDENTITY);
            }
            return Stream.of(f).mapToDouble(row -> row[0]).toArray();
        }

        double[][] closeness(double[][] f, double[][] t) {
            double[][] m = Reference.linear(f, t, new double[t[0].length], Activation.IDENTITY);
            double[][] o = new double[f.length][kernels];
            for (int i = 0; i < f.length; i++) {
                for (int j = 0; j < f.length; j++) {
                    for (int b = 0; i != j && b < kernels; b++) {
                        o[i][b] += Math.exp(
                                -Math.abs(m[i][2 * b] - m[j][2 * b]) - Math.abs(m[i][2 * b + 1] - m[j][2 * b + 1]));
                    }
                }
            }
            return o;
        }

        /** What the discriminator raises, without a penalty. */
        double value(Numbers p, double[][] rows, double[][] draws) {
            double sum = 0;
            for (double a : discriminate(p, rows)) {
                sum += switch (loss) {
                    case MINIMAX, NON_SATURATING -> Math.log(sigmoid(a));
                    case LEAST_SQUARES -> -0.5 * (a - 1) * (a - 1);
                    default -> a;
                };
            }
            for (double a : discriminate(p, draws)) {
                sum += switch (loss) {
                    case MINIMAX, NON_SATURATING -> Math.log(1 - sigmoid(a));
                    case LEAST_SQUARES -> -0.5 * a * a;
                    default -> -a;
                };
            }
            return sum / rows.length;
        }

        /** λ E (‖∇f(x̂)‖ − 1)² with the gradient by the chain rule; the conditions stay. */
        double penalty(Numbers p, double[][] between, int columns) {
            double[][] w = p.get("discriminator.0.w");
            double[][] v = p.get("discriminator.1.w");
            double[][] h = Reference.linear(between, w, p.row("discriminator.0.b"), Activation.TANH);
            double sum = 0;
            for (double[] hidden : h) {
                double squares = 0;
                for (int j = 0; j < columns; j++) {
                    double g = 0;
                    for (int k = 0; k < hidden.length; k++) {
                        g += w[j][k] * (1 - hidden[k] * hidden[k]) * v[k][0];
                    }
                    squares += g * g;
                }
                sum += (Math.sqrt(squares) - 1) * (Math.sqrt(squares) - 1);
            }
            return LAMBDA * sum / h.length;
        }

        /** What the generator raises. */
        double generator(Numbers p, double[][] draws, double[][] rows) {
            if (matching) {
                double[][] a = features(p, rows);
                double[][] b = features(p, draws);
                double sum = 0;
                for (int j = 0; j < a[0].length; j++) {
                    double difference = 0;
                    for (int i = 0; i < a.length; i++) {
                        difference += (a[i][j] - b[i][j]) / a.length;
                    }
                    sum -= difference * difference;
                }
                return sum;
            }
            double sum = 0;
            for (double a : discriminate(p, draws)) {
                sum += switch (loss) {
                    case MINIMAX -> softplus(a);
                    case NON_SATURATING -> Math.log(sigmoid(a));
                    case LEAST_SQUARES -> -0.5 * (a - 1) * (a - 1);
                    default -> a;
                };
            }
            return sum / draws.length;
        }

        void check(
                String what,
                Seen seen,
                double[][] y,
                Map<String, FMatrixRMaj> before,
                Map<String, FMatrixRMaj> after,
                double recorded) {
            int n = seen.x().length / packing * packing;
            double[][] x = Arrays.copyOf(seen.x(), n);
            double[][] labels = y == null ? null : Arrays.copyOf(y, n);
            SplittableRandom rng = seen.rng();
            double[][] first = OneStep.normal(n, K, rng);
            Numbers all = OneStep.of(before);
            double[][] made = generate(all, first, labels);
            double[][] rows = packs(x, labels);
            double[][] draws = packs(made, labels);
            int columns = packing * x[0].length;
            double[][] between = new double[rows.length][];
            if (loss == Loss.PENALISED) {
                rng.nextLong();
                for (int i = 0; i < rows.length; i++) {
                    double e = rng.nextFloat();
                    between[i] = rows[i].clone();
                    for (int j = 0; j < columns; j++) {
                        between[i][j] = e * rows[i][j] + (1 - e) * draws[i][j];
                    }
                }
            }
            double[][] second = OneStep.normal(n, K, rng);
            OneStep.assertStep(
                    what + ", discriminator",
                    of(before, "discriminator"),
                    of(after, "discriminator"),
                    Double.NaN,
                    p -> value(p, rows, draws) - (loss == Loss.PENALISED ? penalty(p, between, columns) : 0));
            assertEquals(value(all, rows, draws), recorded, 2e-5, what + ": the recorded value");
            Numbers moved = OneStep.of(after);
            OneStep.assertStep(
                    what + ", generator",
                    of(before, "generator"),
                    of(after, "generator"),
                    Double.NaN,
                    p -> generator(moved, packs(generate(p, second, labels), labels), rows));
        }
    }

    /** The parameters of one player, without singular vectors. */
    private static Numbers of(Map<String, FMatrixRMaj> all, String player) {
        Numbers some = new Numbers();
        all.forEach((name, m) -> {
            if (name.startsWith(player) && !name.endsWith(".u") && !name.endsWith(".v")) {
                some.put(name, m);
            }
        });
        return some;
    }

    static Stream<Game> games() {
        return Stream.of(
                new Game(Loss.MINIMAX, false, 1, 0, false, 0, false),
                new Game(Loss.NON_SATURATING, true, 1, 0, false, 0, false),
                new Game(Loss.LEAST_SQUARES, false, 2, 0, false, 0, false),
                new Game(Loss.CLIPPED, false, 1, 4, false, 0, false),
                new Game(Loss.PENALISED, false, 1, 0, false, 0, false),
                new Game(Loss.PENALISED, true, 2, 0, false, 0, false),
                new Game(Loss.NON_SATURATING, false, 1, 3, true, 0, false),
                new Game(Loss.MINIMAX, false, 1, 3, false, 2, false),
                new Game(Loss.NON_SATURATING, true, 2, 3, false, 2, false),
                new Game(Loss.NON_SATURATING, false, 1, 0, false, 0, true),
                new Game(Loss.LEAST_SQUARES, false, 4, 0, false, 0, true));
    }

    private static double last(FittedModel model) {
        return model.history().last(model.history().names().get(0));
    }

    @ParameterizedTest
    @MethodSource("games")
    void bothPlayers(Game game) {
        for (int step = 0; step < 2; step++) {
            Gan before = game.set(Gan.builder(), step).fit(game.data());
            Gan after = game.set(Gan.builder(), step + 1L).fit(game.data());
            Seen seen = OneStep.seen(game.data(), step);
            game.check("Gan, step " + step, seen, null, before.parameters(), after.parameters(), last(after));
        }
    }

    @ParameterizedTest
    @MethodSource("games")
    void withConditions(Game game) {
        Dataset data = game.data().withLabels(0, 2, 1, 1, 0, 2);
        ConditionalGan before = game.set(ConditionalGan.builder(), 0).fit(data);
        ConditionalGan after = game.set(ConditionalGan.builder(), 1).fit(data);
        Seen seen = OneStep.seen(data, 0);
        double[][] y = Reference.oneHot(seen.labels(), 3);
        game.check("ConditionalGan", seen, y, before.parameters(), after.parameters(), last(after));
    }

    /** The slope of the penalty and its direction see the same units: a linear critic behind dropout has the slope ‖w ∘ mask‖. */
    @Test
    void thePenaltyOfDropoutIsOfTheSameDraws() {
        double rate = 0.4;
        int n = REAL.rows();
        int d = REAL.dim();
        Supplier<Gan.Builder> builder = () -> Gan.builder()
                .latent(K)
                .generator(NetworkFactory.mlp(Activation.TANH, 3))
                .discriminator(NetworkFactory.linear().afterDropout(rate))
                .loss(GanLoss.wassersteinGradientPenalty(LAMBDA));
        Map<String, FMatrixRMaj> before =
                OneStep.sgd(builder.get(), 0).fit(REAL).parameters();
        Map<String, FMatrixRMaj> after = OneStep.sgd(builder.get(), 1).fit(REAL).parameters();
        Seen seen = OneStep.seen(REAL, 0);
        SplittableRandom rng = seen.rng();
        double[][] made = perceptron(OneStep.of(before), "generator", 2, Activation.TANH, OneStep.normal(n, K, rng));
        double[][] ofPenalty = mask(n, d, rate, new SplittableRandom(rng.nextLong()));
        for (int i = 0; i < n; i++) {
            rng.nextFloat(); // the place between a row and a draw, where the slope is the same
        }
        double[][] ofRows = mask(n, d, rate, rng);
        double[][] ofDraws = mask(n, d, rate, rng);
        OneStep.assertStep("dropout", of(before, "discriminator"), of(after, "discriminator"), Double.NaN, p -> {
            double[][] w = p.get("discriminator.w");
            double sum = 0;
            for (int i = 0; i < n; i++) {
                double squares = 0;
                for (int j = 0; j < d; j++) {
                    sum += w[j][0] * (ofRows[i][j] * seen.x()[i][j] - ofDraws[i][j] * made[i][j]);
                    squares += w[j][0] * w[j][0] * ofPenalty[i][j] * ofPenalty[i][j];
                }
                sum -= LAMBDA * (Math.sqrt(squares) - 1) * (Math.sqrt(squares) - 1);
            }
            return sum / n;
        });
    }

    private static double[][] mask(int n, int d, double rate, SplittableRandom rng) {
        double[][] mask = new double[n][d];
        for (double[] row : mask) {
            for (int j = 0; j < d; j++) {
                row[j] = rng.nextFloat() < (float) rate ? 0 : 1 / (1 - rate);
            }
        }
        return mask;
    }

    /** The singular vectors go on with each step of the critic, not only with those of the generator. */
    @Test
    void spectralNormOfEachStep() {
        Game game = new Game(Loss.NON_SATURATING, false, 1, 0, false, 0, true);
        Supplier<Gan.Builder> critic = () -> Gan.builder().criticSteps(2);
        for (int step = 1; step < 4; step += 2) {
            Gan before = game.set(critic.get(), step).fit(REAL);
            Gan after = game.set(critic.get(), step + 1L).fit(REAL);
            game.check(
                    "step " + step,
                    OneStep.seen(REAL, step),
                    null,
                    before.parameters(),
                    after.parameters(),
                    last(after));
        }
    }

    /** The generator moves after every second step only, and the discriminator by a rate of its own. */
    @Test
    void criticSteps() {
        Game game = new Game(Loss.NON_SATURATING, false, 1, 0, false, 0, false);
        Gan start = game.set(Gan.builder(), 0).criticSteps(2).fit(REAL);
        Gan one = game.set(Gan.builder(), 1).criticSteps(2).fit(REAL);
        Gan two = game.set(Gan.builder(), 2).criticSteps(2).fit(REAL);
        String name = "generator.0.w";
        assertArrayEquals(start.parameters().get(name).data, one.parameters().get(name).data);
        game.check("two steps", OneStep.seen(REAL, 1), null, one.parameters(), two.parameters(), last(two));
        Gan slow = game.set(Gan.builder(), 1)
                .discriminatorLearningRate(OneStep.RATE / 4)
                .fit(REAL);
        Gan fast = game.set(Gan.builder(), 1).fit(REAL);
        String w = "discriminator.0.w";
        for (int i = 0; i < 3; i++) {
            double from = start.parameters().get(w).data[i];
            assertEquals(
                    (fast.parameters().get(w).data[i] - from) / 4,
                    slow.parameters().get(w).data[i] - from,
                    1e-6);
        }
    }
}
