package lvm.vae;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import lvm.autodiff.Activation;
import lvm.autodiff.ConvShape;
import lvm.autodiff.StepChecks;
import lvm.data.Dataset;
import lvm.data.Digits;
import lvm.evaluation.Estimate;
import lvm.evaluation.ImportanceSampling;
import lvm.model.EncoderDecoderContract;
import lvm.model.GenerativeModel;
import lvm.model.GenerativeModelContract;
import lvm.model.HasBound;
import lvm.model.HasBoundContract;
import lvm.model.HasJointDensity;
import lvm.model.HasJointDensityContract;
import lvm.model.History;
import lvm.model.Rows;
import lvm.nn.Conv2d;
import lvm.nn.ConvTranspose2d;
import lvm.nn.Linear;
import lvm.nn.NetworkFactory;
import lvm.nn.Sequential;
import lvm.nn.WeightInit;
import lvm.optim.Adam;
import lvm.optim.Schedule;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The variational autoencoder as a model and its training. */
class VaeTest
        implements GenerativeModelContract<FMatrixRMaj>,
                EncoderDecoderContract<FMatrixRMaj>,
                HasBoundContract<FMatrixRMaj>,
                Rows.Floats,
                HasJointDensityContract {
    private static final Dataset DIGITS = Digits.generate(300, 1).binarized();
    private static final Vae SMALL = small().fit(patterns(200, 1));

    @TempDir
    Path directory;

    private static Vae.Builder small() {
        return withoutNetworks().latent(2).hidden(8);
    }

    private static Vae.Builder withoutNetworks() {
        return Vae.builder().epochs(10).batchSize(20).learningRate(0.01).seed(3);
    }

    /** One of three patterns of six bits, each bit wrong with probability 0.1. */
    private static Dataset patterns(int rows, long seed) {
        int[][] kinds = {{1, 1, 0, 0, 0, 0}, {0, 0, 1, 1, 0, 0}, {0, 1, 0, 1, 1, 1}};
        SplittableRandom rng = new SplittableRandom(seed);
        FMatrixRMaj x = new FMatrixRMaj(rows, 6);
        for (int i = 0; i < rows; i++) {
            int[] kind = kinds[rng.nextInt(3)];
            for (int j = 0; j < 6; j++) {
                x.set(i, j, rng.nextInt(10) == 0 ? 1 - kind[j] : kind[j]);
            }
        }
        return Dataset.of(x);
    }

    @Override
    public GenerativeModel<FMatrixRMaj> generativeModel() {
        return SMALL;
    }

    @Override
    public Vae encoder() {
        return SMALL;
    }

    @Override
    public Vae decoder() {
        return SMALL;
    }

    @Override
    public HasBound<FMatrixRMaj> boundedModel() {
        return SMALL;
    }

    @Override
    public HasJointDensity<FMatrixRMaj> jointDensity() {
        return SMALL;
    }

    @Override
    public double[][] observations() {
        return new double[][] {{1, 1, 0, 0, 0, 0}, {0, 0, 1, 1, 0, 0}, {1, 0, 1, 0, 1, 0}};
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    /** The entropy of the patterns is 1.10 + 6 · 0.325 − overlap, independent bits need about 4. */
    @Test
    void learnsThePatterns() {
        Vae vae = small().hidden(20)
                .epochs(150)
                .schedule(Schedule.cosine(150 * 50, 0.01))
                .fit(patterns(1000, 1));
        FMatrixRMaj test = patterns(1000, 2).floatMatrix();
        double bound = mean(vae.elbo(test, 10, new SplittableRandom(1)));
        Estimate likelihood =
                ImportanceSampling.mean(ImportanceSampling.logLikelihood(vae, test, 200, new SplittableRandom(2)));
        // The truth, by the sum over the three patterns.
        double truth = 0;
        int[][] kinds = {{1, 1, 0, 0, 0, 0}, {0, 0, 1, 1, 0, 0}, {0, 1, 0, 1, 1, 1}};
        for (int i = 0; i < test.numRows; i++) {
            double p = 0;
            for (int[] kind : kinds) {
                double product = 1;
                for (int j = 0; j < 6; j++) {
                    product *= test.get(i, j) == kind[j] ? 0.9 : 0.1;
                }
                p += product / 3;
            }
            truth += Math.log(p) / test.numRows;
        }
        assertTrue(bound < likelihood.value(), bound + " " + likelihood);
        assertEquals(truth, likelihood.value(), 0.1);
        assertEquals(truth, bound, 0.4);
        FMatrixRMaj drawn = vae.sample(20_000, new SplittableRandom(3));
        for (int j = 0; j < 6; j++) {
            double expected = 0;
            for (int[] kind : kinds) {
                expected += (0.1 + 0.8 * kind[j]) / 3;
            }
            double found = 0;
            for (int i = 0; i < drawn.numRows; i++) {
                assertTrue(drawn.get(i, j) == 0 || drawn.get(i, j) == 1);
                found += drawn.get(i, j) / drawn.numRows;
            }
            assertEquals(expected, found, 0.06, "column " + j);
        }
    }

    @Test
    void reconstructionIsTheDecodedMeanAndDrawsFollowThePosterior() {
        FMatrixRMaj x = matrix(observations());
        Vae.Posterior q = SMALL.posterior(x);
        assertArrayEquals(SMALL.encode(x).data, q.mean().data);
        assertArrayEquals(SMALL.decode(q.mean()).data, SMALL.reconstruct(x).data);
        int n = 20_000;
        SplittableRandom rng = new SplittableRandom(1);
        double[] sum = new double[6];
        double[] squares = new double[6];
        for (int s = 0; s < n; s++) {
            FMatrixRMaj z = SMALL.encode(x, rng);
            for (int k = 0; k < 6; k++) {
                sum[k] += z.data[k] / n;
                squares[k] += (double) z.data[k] * z.data[k] / n;
            }
        }
        FMatrixRMaj kl = SMALL.klPerLatent(x);
        for (int k = 0; k < 6; k++) {
            double mean = q.mean().data[k];
            double variance = q.variance().data[k];
            // 5 standard errors each: false with probability 7e-6 in all.
            assertEquals(mean, sum[k], 5 * Math.sqrt(variance / n));
            assertEquals(variance, squares[k] - sum[k] * sum[k], 5 * variance * Math.sqrt(2.0 / n));
            assertEquals(0.5 * (mean * mean + variance - 1 - Math.log(variance)), kl.data[k], 1e-5);
        }
    }

    @Test
    void theModelDoesNotChangeWhatItGaveAway() {
        List<Vae> seen = new ArrayList<>();
        List<float[]> then = new ArrayList<>();
        Vae last = small().epochs(3)
                .listener((epoch, model) -> {
                    seen.add(model);
                    then.add(model.decode(new FMatrixRMaj(1, 2)).data);
                })
                .fit(patterns(100, 1));
        for (int k = 0; k < 3; k++) {
            assertArrayEquals(then.get(k), seen.get(k).decode(new FMatrixRMaj(1, 2)).data);
        }
        assertFalse(Arrays.equals(then.get(0), then.get(2)));
        assertArrayEquals(then.get(2), last.decode(new FMatrixRMaj(1, 2)).data);
        last.parameters().values().forEach(FMatrixRMaj::zero);
        assertArrayEquals(then.get(2), last.decode(new FMatrixRMaj(1, 2)).data);
    }

    @Test
    void theSameSeedGivesTheSameModelAndSoDoesAResumedFit() {
        Dataset data = patterns(130, 1);
        Vae whole = small().klWarmUp(20).movingAverage(0.9).fit(data);
        small().klWarmUp(20)
                .movingAverage(0.9)
                .epochs(100)
                .steps(33)
                .checkpoint(directory)
                .fit(data);
        Vae resumed = small().klWarmUp(20).movingAverage(0.9).resume(directory).fit(data);
        Vae other = small().klWarmUp(20).movingAverage(0.9).seed(4).fit(data);
        whole.parameters()
                .forEach((name, m) ->
                        assertArrayEquals(m.data, resumed.parameters().get(name).data, name));
        assertFalse(Arrays.equals(
                whole.parameters().get("encoder.0.w").data, other.parameters().get("encoder.0.w").data));
    }

    @Test
    void anInterruptLeavesAModel() {
        Vae.Builder builder = small().epochs(1000);
        builder.listener((epoch, model) -> {
            if (epoch == 2) {
                Thread.currentThread().interrupt();
            }
        });
        Vae vae = builder.fit(patterns(100, 1));
        assertTrue(Thread.interrupted());
        assertEquals(History.Stop.INTERRUPTED, vae.history().stop());
        assertEquals(2, vae.history().size());
    }

    static Stream<Vae.Builder> networks() {
        ConvShape shape = new ConvShape(1, 28, 28, 4, 4, 4, 0);
        NetworkFactory encoder = (name, in, out, rng) -> new Sequential(
                new Conv2d(name + ".conv", shape, Activation.SOFTPLUS, WeightInit.GLOROT, rng),
                new Linear(name + ".out", shape.outSize(), out, Activation.IDENTITY, WeightInit.GLOROT, rng));
        NetworkFactory decoder = (name, in, out, rng) -> new Sequential(
                new Linear(name + ".in", in, shape.outSize(), Activation.SOFTPLUS, WeightInit.GLOROT, rng),
                new ConvTranspose2d(name + ".conv", shape, Activation.IDENTITY, WeightInit.GLOROT, rng));
        return Stream.of(
                small().hidden(30, 20).latent(4),
                small().hidden(30).latent(4).activation(Activation.TANH),
                withoutNetworks().latent(4).encoder(encoder).decoder(decoder),
                small().latent(4).hidden(30).likelihood(Likelihood.GAUSSIAN_SHARED),
                small().latent(4).hidden(30).likelihood(Likelihood.gaussian(0.3)),
                small().latent(4).hidden(30).importanceWeighted(3),
                small().latent(4).hidden(30).bound(BoundForm.SAMPLED).draws(2),
                small().latent(4).hidden(30).freeBits(0.1).klWarmUp(30).beta(0.9));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void everyKindOfNetworkAndObjectiveLearnsDigits(Vae.Builder builder) {
        SplittableRandom rng = new SplittableRandom(1);
        Vae start = builder.epochs(0).fit(DIGITS);
        Vae vae = builder.epochs(8).fit(DIGITS);
        double before = mean(start.elbo(DIGITS, 2, rng));
        double after = mean(vae.elbo(DIGITS, 2, rng));
        assertTrue(after > before + 10, before + " to " + after);
        assertEquals(784, vae.sample(3, rng).numCols);
        assertEquals(4, vae.latentDim());
        assertTrue(vae.summary().toString().contains("latent variables: 4"), vae.summary()::toString);
    }

    @Test
    void aStepAllocatesAlmostNothing() {
        Vae vae = Vae.builder().latent(50).hidden(100, 100).epochs(0).fit(DIGITS);
        VaeNet net = vae.net();
        Ascent ascent = new Ascent(net, new Adam(net.params(), 1e-3), Objective.PLAIN);
        FMatrixRMaj[] batches = {
            DIGITS.slice(0, 50).floatMatrix(), DIGITS.slice(50, 70).floatMatrix()
        };
        SplittableRandom rng = new SplittableRandom(5);
        long least = StepChecks.allocated(() -> {
            for (FMatrixRMaj x : batches) {
                ascent.step(x, rng);
            }
        });
        assertTrue(least / batches.length < 16 * 1024, least / batches.length + " bytes a step");
    }

    @Test
    void validationIsTheBoundItself() {
        Dataset rows = patterns(60, 2);
        Vae vae = small().beta(0.1).validation(rows).epochs(30).fit(patterns(300, 1));
        double[] validation = vae.history().column("validation");
        double best = Arrays.stream(validation).max().orElseThrow();
        double error = 0.1; // one draw for each of 60 rows, of deviation below 0.8
        assertEquals(mean(vae.elbo(rows, 200, new SplittableRandom(1))), best, 4 * error);
    }

    @Test
    void messagesNameTheModelAndTheSetting() {
        Class<IllegalArgumentException> bad = IllegalArgumentException.class;
        Dataset data = patterns(10, 1);
        Vae.Builder b = small();
        assertEquals(
                "Vae: latent is 0, expected at least 1",
                assertThrows(bad, () -> b.latent(0)).getMessage());
        assertEquals(
                "Vae: latent not set",
                assertThrows(bad, () -> Vae.builder().hidden(3).fit(data)).getMessage());
        assertEquals(
                "Vae: hidden not set",
                assertThrows(bad, () -> Vae.builder().latent(3).fit(data)).getMessage());
        assertEquals(
                "Vae: hidden is -1, expected at least 1",
                assertThrows(bad, () -> b.hidden(3, -1)).getMessage());
        assertEquals(
                "Vae: beta is NaN, expected at least 0 and finite",
                assertThrows(bad, () -> b.beta(Double.NaN)).getMessage());
        assertEquals(
                "Vae: klWarmUp is -1, expected at least 0",
                assertThrows(bad, () -> b.klWarmUp(-1)).getMessage());
        assertEquals(
                "Vae: freeBits is -1.0, expected at least 0 and finite",
                assertThrows(bad, () -> b.freeBits(-1)).getMessage());
        assertEquals(
                "Likelihood.gaussian: sigma is NaN, expected above 0 and finite",
                assertThrows(bad, () -> Likelihood.gaussian(Double.NaN)).getMessage());
        assertTrue(assertThrows(
                        bad, () -> small().freeBits(1).importanceWeighted(5).fit(data))
                .getMessage()
                .startsWith("Vae: freeBits needs the analytic divergence"));
        assertTrue(assertThrows(bad, () -> small().fit(Dataset.of(new double[][] {{0, 2}})))
                .getMessage()
                .contains("2.0 in row 0, column 1"));
        assertEquals(
                "Vae: the decoder makes 3 columns of 2, expected 6 columns",
                assertThrows(
                                bad,
                                () -> small().decoder((name, in, out, rng) ->
                                                new Linear(name, in, 3, Activation.IDENTITY, WeightInit.GLOROT, rng))
                                        .fit(data))
                        .getMessage());
        assertTrue(assertThrows(bad, () -> SMALL.encode(new FMatrixRMaj(new float[][] {{0, 0, 0, 0, 0, 1.5f}})))
                .getMessage()
                .contains("1.5 in row 0, column 5"));
    }
}
