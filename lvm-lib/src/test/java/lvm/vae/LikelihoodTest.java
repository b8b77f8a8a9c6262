package lvm.vae;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import lvm.autodiff.Activation;
import lvm.data.Dataset;
import lvm.nn.Linear;
import lvm.nn.NetworkFactory;
import lvm.nn.WeightInit;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the outputs of a decoder mean: the moments of p(x | z), its draws, and where the training begins. */
class LikelihoodTest {
    /** Both columns of mean 0 and deviation 1. */
    private static final double[][] UNITS = {{-1, 1}, {1, -1}};

    /** A network that gives the same whatever its input. */
    static NetworkFactory constant(float... outputs) {
        return (name, in, out, rng) -> {
            Linear layer = new Linear(name, in, out, Activation.IDENTITY, WeightInit.GLOROT, rng);
            layer.weights().value().zero();
            layer.bias().value().setTo(new FMatrixRMaj(1, out, true, outputs));
            return new Layers(layer);
        };
    }

    /** The layer without a bias that a start could set. */
    private record Layers(Linear layer) implements lvm.nn.Layer {
        @Override
        public java.util.List<lvm.autodiff.Param> params() {
            return layer.params();
        }

        @Override
        public lvm.autodiff.Var forward(lvm.autodiff.Tape tape, lvm.autodiff.Var x) {
            return layer.forward(tape, x);
        }
    }

    /** A likelihood, what the decoder gives, and the moments that this is. */
    private record Case(Likelihood likelihood, float[] outputs, double[] means, double[] variances) {
        @Override
        public String toString() {
            return likelihood.toString();
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case(
                        Likelihood.BERNOULLI,
                        new float[] {(float) Math.log(3), (float) -Math.log(4)},
                        new double[] {0.75, 0.2},
                        new double[] {0.1875, 0.16}),
                new Case(
                        Likelihood.GAUSSIAN,
                        new float[] {0.5f, -2, (float) Math.log(0.25), (float) Math.log(4)},
                        new double[] {0.5, -2},
                        new double[] {0.25, 4}),
                new Case(Likelihood.gaussian(0.5), new float[] {0.5f, -2}, new double[] {0.5, -2}, new double[] {
                    0.25, 0.25
                }),
                new Case(Likelihood.GAUSSIAN_SHARED, new float[] {0.5f, -2}, new double[] {0.5, -2}, new double[] {1, 1
                }),
                new Case(
                        Likelihood.GAUSSIAN_DIAGONAL, new float[] {0.5f, -2}, new double[] {0.5, -2}, new double[] {1, 1
                        }));
    }

    /** Of 40,000 draws the mean and the variance are within five of their standard errors. */
    @ParameterizedTest
    @MethodSource("cases")
    void drawsHaveTheMomentsOfTheDecoder(Case c) {
        boolean bits = c.likelihood == Likelihood.BERNOULLI;
        Vae vae = Vae.builder()
                .latent(1)
                .hidden(2)
                .decoder(constant(c.outputs))
                .likelihood(c.likelihood)
                .epochs(0)
                .fit(bits ? new double[][] {{0, 1}, {1, 0}} : UNITS);
        FMatrixRMaj z = new FMatrixRMaj(1, 1);
        int n = 40_000;
        FMatrixRMaj x = vae.sample(n, new SplittableRandom(5));
        for (int j = 0; j < 2; j++) {
            assertEquals(c.means[j], vae.decode(z).data[j], 1e-6);
            assertEquals(c.variances[j], vae.decodeVariance(z).data[j], 1e-6);
            double mean = 0;
            double square = 0;
            for (int i = 0; i < n; i++) {
                mean += x.get(i, j) / (double) n;
                square += (double) x.get(i, j) * x.get(i, j) / n;
            }
            double variance = square - mean * mean;
            assertEquals(c.means[j], mean, 5 * Math.sqrt(c.variances[j] / n));
            assertEquals(c.variances[j], variance, 5 * c.variances[j] * Math.sqrt(2.0 / n) + (bits ? 0.01 : 0));
        }
    }

    /** Variances that are parameters differ by column or not, and scale the draws. */
    @Test
    void learntVariancesScaleTheDraws() {
        for (boolean shared : new boolean[] {true, false}) {
            Vae vae = Vae.builder()
                    .latent(1)
                    .hidden(2)
                    .likelihood(shared ? Likelihood.GAUSSIAN_SHARED : Likelihood.GAUSSIAN_DIAGONAL)
                    .epochs(0)
                    .fit(UNITS);
            FMatrixRMaj live = vae.net().values().get("likelihood.logVariance");
            assertEquals(shared ? 1 : 2, live.numCols);
            live.data[0] = (float) Math.log(4);
            double[] wanted = {4, shared ? 4 : 9};
            if (!shared) {
                live.data[1] = (float) Math.log(9);
            }
            FMatrixRMaj z = new FMatrixRMaj(1, 1);
            // The decoder hardly moves with z at its start, but it does: its part is taken off.
            SplittableRandom rng = new SplittableRandom(6);
            int n = 40_000;
            FMatrixRMaj x = vae.sample(n, rng);
            SplittableRandom same = new SplittableRandom(6);
            FMatrixRMaj mean = vae.decode(vae.samplePrior(n, same));
            for (int j = 0; j < 2; j++) {
                assertEquals(wanted[j], vae.decodeVariance(z).data[j], 1e-5);
                double square = 0;
                for (int i = 0; i < n; i++) {
                    square += Math.pow(x.get(i, j) - mean.get(i, j), 2) / n;
                }
                assertEquals(wanted[j], square, 5 * wanted[j] * Math.sqrt(2.0 / n));
            }
        }
    }

    /** At the start, where z is 0 and the hidden units give nothing, x has the means and the mean variance of the data. */
    @Test
    void trainingBeginsAtTheMomentsOfTheData() {
        FMatrixRMaj zero = new FMatrixRMaj(1, 1);
        double[][] real = {{3, 10}, {5, 12}};
        for (Likelihood likelihood : new Likelihood[] {
            Likelihood.GAUSSIAN, Likelihood.GAUSSIAN_SHARED, Likelihood.GAUSSIAN_DIAGONAL, Likelihood.gaussian(1)
        }) {
            Vae vae = start(likelihood, Dataset.of(real));
            assertEquals(4, vae.decode(zero).data[0], 1e-5, likelihood.toString());
            assertEquals(11, vae.decode(zero).data[1], 1e-5);
            assertEquals(1, vae.decodeVariance(zero).data[0], 1e-5);
            assertEquals(1, vae.decodeVariance(zero).data[1], 1e-5);
        }
        double[][] wider = {{-2, -6}, {2, 6}};
        assertEquals(
                (4 + 36) / 2.0,
                start(Likelihood.GAUSSIAN_SHARED, Dataset.of(wider)).decodeVariance(zero).data[0],
                1e-4);
        Map.of(0.75, new double[] {0, 1, 1, 1}, 0.99, new double[] {1, 1, 1, 1}).forEach((frequency, column) -> {
            double[][] bits = new double[4][1];
            for (int i = 0; i < 4; i++) {
                bits[i][0] = column[i];
            }
            Vae vae = start(Likelihood.BERNOULLI, Dataset.of(bits));
            assertEquals(frequency, vae.decode(zero).data[0], 1e-6);
            assertEquals(frequency * (1 - frequency), vae.decodeVariance(zero).data[0], 1e-6);
        });
    }

    private static Vae start(Likelihood likelihood, Dataset data) {
        return Vae.builder()
                .latent(1)
                .hidden(3)
                .activation(Activation.TANH)
                .likelihood(likelihood)
                .epochs(0)
                .fit(data);
    }
}
