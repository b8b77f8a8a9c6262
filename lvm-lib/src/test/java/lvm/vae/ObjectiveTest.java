package lvm.vae;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import lvm.autodiff.Param;
import lvm.autodiff.StepChecks;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The training objectives: their values against their definitions in plain doubles, their gradients numerically. */
class ObjectiveTest {
    private static final int D = 5;
    private static final int K = 2;
    private static final int N = 6;

    private static FMatrixRMaj data(boolean binary) {
        SplittableRandom rng = new SplittableRandom(11);
        FMatrixRMaj x = new FMatrixRMaj(N, D);
        for (int i = 0; i < x.getNumElements(); i++) {
            x.data[i] = binary ? rng.nextInt(2) : (float) rng.nextGaussian();
        }
        return x;
    }

    private static VaeNet net(Likelihood likelihood, FMatrixRMaj x) {
        VaeNet net = Vae.builder()
                .latent(K)
                .hidden(4)
                .likelihood(likelihood)
                .epochs(0)
                .seed(5)
                .fit(Dataset.of(x))
                .net();
        SplittableRandom rng = new SplittableRandom(12);
        for (Param p : net.params()) { // away from the symmetric start
            for (int i = 0; i < p.value().getNumElements(); i++) {
                p.value().data[i] += (float) (0.3 * rng.nextGaussian());
            }
        }
        return net;
    }

    static Stream<Objective> objectives() {
        return Stream.of(
                Objective.PLAIN,
                new Objective(BoundForm.SAMPLED, 1, 0, 0, 1, 1),
                new Objective(BoundForm.ANALYTIC_KL, 1, 0, 0, 3, 1),
                new Objective(BoundForm.SAMPLED, 2.5, 0, 0, 2, 1),
                new Objective(BoundForm.ANALYTIC_KL, 4, 0, 0, 1, 1),
                new Objective(BoundForm.ANALYTIC_KL, 1, 9, 0, 1, 1),
                new Objective(BoundForm.ANALYTIC_KL, 1, 0, 0.3, 1, 1),
                new Objective(BoundForm.SAMPLED, 1, 0, 0, 1, 4),
                new Objective(BoundForm.ANALYTIC_KL, 0.7, 0, 0, 2, 3));
    }

    static Stream<Arguments> all() {
        List<Arguments> all = new ArrayList<>();
        for (Likelihood likelihood : List.of(
                Likelihood.BERNOULLI,
                Likelihood.GAUSSIAN,
                Likelihood.GAUSSIAN_SHARED,
                Likelihood.GAUSSIAN_DIAGONAL,
                Likelihood.gaussian(0.7))) {
            objectives().forEach(objective -> all.add(Arguments.of(likelihood, objective)));
        }
        return all.stream();
    }

    private static Var value(Tape tape, Objective objective, VaeNet net, FMatrixRMaj x) {
        tape.reset();
        return objective.value(tape, net, tape.constant(x), null, 3, new SplittableRandom(13));
    }

    @ParameterizedTest
    @MethodSource("all")
    void theGradientIsTheCentralDifferenceAtTheSameNoise(Likelihood likelihood, Objective objective) {
        FMatrixRMaj x = data(likelihood == Likelihood.BERNOULLI);
        VaeNet net = net(likelihood, x);
        Tape tape = new Tape().debug(true);
        tape.backward(value(tape, objective, net, x));
        double size = Math.abs(value(tape, objective, net, x).scalar());
        // Rounding of the value to 24 bits, and what is left of the third derivative.
        int moved = StepChecks.assertGradients(
                net.params(), () -> value(tape, objective, net, x).scalar(), 5e-3f, 3e-3, 4e-5 * (1 + size));
        assertTrue(moved > 20, moved + " elements matter");
    }

    // --- values

    /** Everything once more in doubles, one row and one dimension after the other. */
    private static final class Plain {
        final VaeNet net;
        final FMatrixRMaj x;

        Plain(VaeNet net, FMatrixRMaj x) {
            this.net = net;
            this.x = x;
        }

        static double[] mlp(double[] in, List<Param> params) {
            double[] y = in;
            for (int l = 0; l < params.size(); l += 2) {
                FMatrixRMaj w = params.get(l).value();
                FMatrixRMaj b = params.get(l + 1).value();
                double[] out = new double[w.numCols];
                for (int k = 0; k < out.length; k++) {
                    out[k] = b.get(0, k);
                    for (int j = 0; j < y.length; j++) {
                        out[k] += y[j] * w.get(j, k);
                    }
                    if (l + 2 < params.size()) {
                        out[k] = Math.log1p(Math.exp(out[k]));
                    }
                }
                y = out;
            }
            return y;
        }

        double[] moments(int i) {
            double[] row = new double[D];
            for (int j = 0; j < D; j++) {
                row[j] = x.get(i, j);
            }
            return mlp(row, net.encoder.params());
        }

        static double logNormal(double x, double mean, double variance) {
            return -0.5 * (Math.log(2 * Math.PI * variance) + (x - mean) * (x - mean) / variance);
        }

        double logLikelihood(int i, double[] z, Likelihood likelihood) {
            double[] out = mlp(z, net.decoder.params());
            double sum = 0;
            for (int j = 0; j < D; j++) {
                double v = x.get(i, j);
                if (likelihood == Likelihood.BERNOULLI) {
                    double p = 1 / (1 + Math.exp(-out[j]));
                    sum += v == 1 ? Math.log(p) : Math.log(1 - p);
                } else {
                    sum += logNormal(v, out[j], Math.exp(out[D + j]));
                }
            }
            return sum;
        }

        /** Draws in the order of the tape: all rows of one draw, then the next. */
        double[][][] draws(int count) {
            SplittableRandom rng = new SplittableRandom(13);
            double[][][] z = new double[count][N][K];
            for (int s = 0; s < count; s++) {
                for (int i = 0; i < N; i++) {
                    double[] m = moments(i);
                    for (int k = 0; k < K; k++) {
                        z[s][i][k] = m[k] + Math.exp(m[K + k] / 2) * (float) rng.nextGaussian();
                    }
                }
            }
            return z;
        }

        double kl(int i, int k) {
            double[] m = moments(i);
            return 0.5 * (m[k] * m[k] + Math.exp(m[K + k]) - 1 - m[K + k]);
        }

        double ratio(int i, double[] z) {
            double[] m = moments(i);
            double sum = 0;
            for (int k = 0; k < K; k++) {
                sum += logNormal(z[k], 0, 1) - logNormal(z[k], m[k], Math.exp(m[K + k]));
            }
            return sum;
        }

        double value(Objective o, Likelihood likelihood, double beta) {
            double[][][] z = draws(o.draws() * o.importance());
            double total = 0;
            for (int i = 0; i < N; i++) {
                for (int l = 0; l < o.draws(); l++) {
                    double weights = 0;
                    for (int s = 0; s < o.importance(); s++) {
                        double[] at = z[l * o.importance() + s][i];
                        double term = logLikelihood(i, at, likelihood);
                        if (o.importance() > 1 || o.form() == BoundForm.SAMPLED) {
                            term += beta * ratio(i, at);
                        }
                        weights += Math.exp(term) / o.importance();
                    }
                    total += Math.log(weights) / o.draws() / N;
                }
            }
            if (o.importance() == 1 && o.form() == BoundForm.ANALYTIC_KL) {
                for (int k = 0; k < K; k++) {
                    double mean = 0;
                    for (int i = 0; i < N; i++) {
                        mean += kl(i, k) / N;
                    }
                    total -= beta * Math.max(mean, o.freeBits());
                }
            }
            return total;
        }
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void theValueIsItsDefinitionInNatsPerRowSummedOverTheDimensions(Objective objective) {
        for (Likelihood likelihood : List.of(Likelihood.BERNOULLI, Likelihood.GAUSSIAN)) {
            FMatrixRMaj x = data(likelihood == Likelihood.BERNOULLI);
            VaeNet net = net(likelihood, x);
            double found = value(Tape.withoutGradients(), objective, net, x).scalar();
            double beta =
                    objective.warmUp() > 0 ? objective.beta() * 4 / 10 : objective.beta(); // the fourth of 10 steps
            double expected = new Plain(net, x).value(objective, likelihood, beta);
            assertEquals(expected, found, 2e-5 * (1 + Math.abs(expected)), likelihood + " " + objective);
        }
    }

    @Test
    void theBoundsOfTheModelAreThoseTermsToo() {
        FMatrixRMaj x = data(true);
        VaeNet net = net(Likelihood.BERNOULLI, x);
        Plain plain = new Plain(net, x);
        double[][][] z = plain.draws(1);
        double[] analytic = net.terms(x, null, 1, BoundForm.ANALYTIC_KL, new SplittableRandom(13)).data;
        double[] sampled = net.terms(x, null, 1, BoundForm.SAMPLED, new SplittableRandom(13)).data;
        for (int i = 0; i < N; i++) {
            double likelihood = plain.logLikelihood(i, z[0][i], Likelihood.BERNOULLI);
            assertEquals(likelihood - plain.kl(i, 0) - plain.kl(i, 1), analytic[i], 1e-4);
            assertEquals(likelihood + plain.ratio(i, z[0][i]), sampled[i], 1e-4);
        }
    }

    @Test
    void theFactorRisesLinearly() {
        Objective objective = new Objective(BoundForm.ANALYTIC_KL, 2, 4, 0, 1, 1);
        double[] factors = new double[7];
        for (int t = 0; t < factors.length; t++) {
            factors[t] = objective.beta(t);
        }
        assertArrayEquals(new double[] {.4, .8, 1.2, 1.6, 2, 2, 2}, factors, 1e-12);
    }

    /** Where every divergence is below the free bits, the encoder's variances matter only through the draws. */
    @Test
    void freeBitsTakeAwayTheGradientOfSmallDivergences() {
        FMatrixRMaj x = data(true);
        VaeNet net = net(Likelihood.BERNOULLI, x);
        Tape tape = new Tape();
        tape.backward(value(tape, new Objective(BoundForm.ANALYTIC_KL, 1, 0, 50, 1, 1), net, x));
        Param p = net.encoder.params().get(3);
        float[] free = p.gradient().data.clone();
        p.clearGradient();
        for (Param q : net.params()) {
            q.clearGradient();
        }
        tape.reset();
        tape.backward(value(tape, new Objective(BoundForm.ANALYTIC_KL, 0, 0, 0, 1, 1), net, x));
        assertArrayEquals(p.gradient().data, free, 1e-6f);
    }
}
