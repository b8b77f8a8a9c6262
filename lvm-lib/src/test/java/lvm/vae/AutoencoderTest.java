package lvm.vae;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.StepChecks;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import lvm.data.Digits;
import lvm.factor.Pca;
import lvm.fit.Scaling;
import lvm.linalg.RowOps;
import lvm.model.EncoderDecoderContract;
import lvm.model.Rows;
import lvm.optim.Schedule;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Autoencoders against what is known of them: principal components, the identity, the Wiener filter, the Jacobian. */
class AutoencoderTest implements EncoderDecoderContract<FMatrixRMaj>, Rows.Floats {
    private static final int D = 6;
    private static final DMatrixRMaj ROWS = rows(500, 1);
    private static final Autoencoder SMALL =
            Autoencoder.builder().latent(2).hidden(5).epochs(2).fit(ROWS);

    @TempDir
    Path directory;

    /** Correlated columns of unlike variances, with a mean. */
    private static DMatrixRMaj rows(int n, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        SplittableRandom mix = new SplittableRandom(99);
        double[][] a = new double[D][D];
        for (double[] row : a) {
            Arrays.setAll(row, j -> mix.nextGaussian());
        }
        double[] scales = {2, 1.4, .8, .5, .3, .2};
        DMatrixRMaj x = new DMatrixRMaj(n, D);
        for (int i = 0; i < n; i++) {
            double[] h = new double[D];
            Arrays.setAll(h, k -> scales[k] * rng.nextGaussian());
            for (int j = 0; j < D; j++) {
                double sum = .5 * j;
                for (int k = 0; k < D; k++) {
                    sum += a[j][k] * h[k] / 2;
                }
                x.set(i, j, sum);
            }
        }
        return x;
    }

    @Override
    public Autoencoder encoder() {
        return SMALL;
    }

    @Override
    public Autoencoder decoder() {
        return SMALL;
    }

    @Override
    public double[][] observations() {
        return new double[][] {{1, 2, 0, 0, 1, 0}, {0, 0, 1, 1, 0, -1}, {.5, 0, 1, 0, 1, 0}};
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    private static FMatrixRMaj floats(DMatrixRMaj m) {
        return Dataset.of(m).floatMatrix();
    }

    private static double distance(FMatrixRMaj a, FMatrixRMaj b) {
        double sum = 0;
        for (int i = 0; i < a.getNumElements(); i++) {
            sum += Math.pow(a.data[i] - b.data[i], 2);
        }
        return sum / a.numRows;
    }

    @Test
    void aLinearOneSpansThePrincipalComponents() {
        int k = 2;
        Autoencoder linear = Autoencoder.builder()
                .latent(k)
                .learningRate(0.02)
                .schedule(Schedule.cosine(2000, 0))
                .batchSize(500)
                .epochs(2000)
                .fit(ROWS);
        Pca pca = Pca.builder().components(k).fit(ROWS);
        DMatrixRMaj directions =
                Dataset.of(linear.parameters().get("decoder.0.w")).matrix();
        for (double angle : pca.principalAngles(directions)) {
            assertEquals(0, angle, 5e-3);
        }
        double best = mean(pca.reconstructionError(ROWS));
        assertEquals(best, mean(linear.cost(floats(ROWS))), 1e-3 * best);
        // No other linear map of that rank does better, and a random one is far away.
        double[] random = pca.principalAngles(rows(k, 3));
        assertTrue(Arrays.stream(random).max().orElseThrow() > 0.2);
    }

    @Test
    void anOvercompleteOneCopiesWhatIsNoDataAndNoiseIsTheCure() {
        Autoencoder copy = Autoencoder.builder()
                .latent(2 * D)
                .learningRate(0.01)
                .schedule(Schedule.cosine(1500, 0))
                .batchSize(500)
                .epochs(1500)
                .fit(ROWS);
        DenoisingAutoencoder cured = DenoisingAutoencoder.builder()
                .latent(2 * D)
                .noise(1)
                .learningRate(0.01)
                .schedule(Schedule.cosine(1500, 0))
                .batchSize(500)
                .epochs(1500)
                .fit(ROWS);
        FMatrixRMaj strange = new FMatrixRMaj(200, D);
        SplittableRandom rng = new SplittableRandom(5);
        for (int i = 0; i < strange.getNumElements(); i++) {
            strange.data[i] = (float) (3 * rng.nextGaussian());
        }
        double size = distance(strange, new FMatrixRMaj(200, D));
        assertEquals(0, distance(copy.reconstruct(strange), strange), 0.03 * size);
        assertTrue(distance(cured.reconstruct(strange), strange) > 0.2 * size);
    }

    /** The best linear reconstruction from x + σ ε is μ + Σ (Σ + σ²I)⁻¹ (x̃ − μ). */
    @Test
    void aLinearDenoisingOneIsTheWienerFilter() {
        double sigma = 0.7;
        DenoisingAutoencoder filter = DenoisingAutoencoder.builder()
                .latent(D)
                .noise(sigma)
                .learningRate(0.02)
                .schedule(Schedule.cosine(2000, 0))
                .batchSize(500)
                .epochs(2000)
                .fit(ROWS);
        int n = ROWS.numRows;
        double[] mu = new double[D];
        for (int i = 0; i < n * D; i++) {
            mu[i % D] += ROWS.data[i] / n;
        }
        DMatrixRMaj covariance = new DMatrixRMaj(D, D);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < D; j++) {
                for (int k = 0; k < D; k++) {
                    covariance.add(j, k, (ROWS.get(i, j) - mu[j]) * (ROWS.get(i, k) - mu[k]) / n);
                }
            }
        }
        DMatrixRMaj noisy = covariance.copy();
        for (int j = 0; j < D; j++) {
            noisy.add(j, j, sigma * sigma);
        }
        CommonOps_DDRM.invert(noisy);
        DMatrixRMaj expected = new DMatrixRMaj(D, D);
        CommonOps_DDRM.mult(covariance, noisy, expected);
        FMatrixRMaj at = new FMatrixRMaj(D + 1, D);
        for (int i = 0; i <= D; i++) {
            for (int j = 0; j < D; j++) {
                at.set(i, j, (float) (mu[j] + (i == j + 1 ? 1 : 0)));
            }
        }
        FMatrixRMaj r = filter.reconstruct(at);
        for (int j = 0; j < D; j++) {
            assertEquals(mu[j], r.get(0, j), 0.05);
            for (int k = 0; k < D; k++) {
                assertEquals(expected.get(k, j), r.get(j + 1, k) - r.get(0, k), 0.05, j + ", " + k);
            }
        }
    }

    @Test
    void missingColumnsAreZeroAndTheOthersStay() {
        DenoisingAutoencoder.Builder builder = DenoisingAutoencoder.builder().missing(0.3);
        FMatrixRMaj x = floats(ROWS);
        Tape tape = Tape.withoutGradients();
        FMatrixRMaj seen = builder.corrupted(
                        tape.constant(x), Scaling.none(), null, new FMatrixRMaj(0, 0), new SplittableRandom(1))
                .value();
        int zeros = 0;
        for (int i = 0; i < x.getNumElements(); i++) {
            if (seen.data[i] == 0) {
                zeros++;
            } else {
                assertEquals(x.data[i], seen.data[i], 1e-5f * Math.abs(x.data[i]));
            }
        }
        // 5 standard errors: false with probability 6e-7.
        int n = x.getNumElements();
        assertEquals(0.3 * n, zeros, 5 * Math.sqrt(0.21 * n));
    }

    @Test
    void sparsityTakesCodeVariablesToZero() {
        Dataset digits = Digits.generate(200, 1);
        double[] share = new double[2];
        for (int which = 0; which < 2; which++) {
            Autoencoder model = Autoencoder.builder()
                    .latent(100)
                    .codeActivation(Activation.RELU)
                    .sparsity(which == 0 ? 0 : 0.5)
                    .learningRate(0.003)
                    .batchSize(50)
                    .epochs(40)
                    .fit(digits);
            for (float h : model.encode(digits.floatMatrix()).data) {
                share[which] += h > 1e-3 ? 1.0 / (200 * 100) : 0;
            }
            assertTrue(
                    mean(model.cost(digits.floatMatrix())) < 45,
                    () -> model.history().toString());
        }
        assertTrue(share[1] < 0.5 * share[0], Arrays.toString(share));
    }

    @ParameterizedTest
    @EnumSource(
            value = Activation.class,
            names = {"SIGMOID", "TANH", "SOFTPLUS"})
    void theContractionIsTheNormOfTheJacobian(Activation f) {
        ContractiveAutoencoder model = ContractiveAutoencoder.builder()
                .latent(4)
                .codeActivation(f)
                .epochs(3)
                .fit(ROWS);
        FMatrixRMaj x = RowOps.part(floats(ROWS), 0, 5);
        double[] norms = model.contraction(x);
        float step = 0.01f;
        for (int i = 0; i < 5; i++) {
            double sum = 0;
            for (int j = 0; j < D; j++) {
                FMatrixRMaj up = x.copy();
                FMatrixRMaj down = x.copy();
                up.add(i, j, step);
                down.add(i, j, -step);
                FMatrixRMaj a = model.encode(up);
                FMatrixRMaj b = model.encode(down);
                for (int k = 0; k < 4; k++) {
                    sum += Math.pow((a.get(i, k) - b.get(i, k)) / (up.get(i, j) - down.get(i, j)), 2);
                }
            }
            assertEquals(sum, norms[i], 2e-3 * sum + 1e-5);
        }
    }

    @Test
    void moreContractionContractsMore() {
        double last = Double.POSITIVE_INFINITY;
        for (double lambda : new double[] {0, 0.3, 3}) {
            ContractiveAutoencoder model = ContractiveAutoencoder.builder()
                    .latent(8)
                    .contraction(lambda)
                    .learningRate(0.01)
                    .epochs(60)
                    .fit(ROWS);
            double now = mean(model.contraction(floats(ROWS)));
            assertTrue(now < 0.9 * last, lambda + ": " + now + " after " + last);
            last = now;
        }
    }

    private static <M> void checkGradient(AutoencoderBuilder<?, M> builder, AutoencoderNet net, FMatrixRMaj x) {
        Tape tape = new Tape();
        tape.backward(value(builder, net, tape, x));
        StepChecks.assertGradients(
                net.params(), () -> value(builder, net, tape, x).scalar(), 5e-3f, 3e-3, 1e-3);
    }

    private static Var value(AutoencoderBuilder<?, ?> builder, AutoencoderNet net, Tape tape, FMatrixRMaj x) {
        RandomGenerator noise = new SplittableRandom(4);
        return builder.objective(
                tape.reset(),
                net,
                tape.constant(x),
                net.scaling().of(new FMatrixRMaj(1, net.dim())),
                new FMatrixRMaj(0, 0),
                noise);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theGradientsAreCentralDifferencesAtTheSameNoise(boolean binary) {
        FMatrixRMaj x = RowOps.part(floats(ROWS), 0, 4);
        if (binary) {
            for (int i = 0; i < x.getNumElements(); i++) {
                x.data[i] = x.data[i] > 0 ? 1 : 0;
            }
        }
        Reconstruction cost = binary ? Reconstruction.CROSS_ENTROPY : Reconstruction.SQUARED_ERROR;
        Autoencoder.Builder plain = Autoencoder.builder()
                .latent(3)
                .hidden(4)
                .codeActivation(Activation.SOFTPLUS)
                .sparsity(0.4)
                .cost(cost)
                .epochs(0);
        checkGradient(plain, plain.fit(x).net(), x);
        DenoisingAutoencoder.Builder denoising = DenoisingAutoencoder.builder()
                .latent(3)
                .hidden(4)
                .noise(0.3)
                .missing(0.2)
                .cost(cost)
                .epochs(0);
        checkGradient(denoising, denoising.fit(x).net(), x);
        for (Activation f : List.of(Activation.SIGMOID, Activation.TANH, Activation.SOFTPLUS)) {
            ContractiveAutoencoder.Builder contractive = ContractiveAutoencoder.builder()
                    .latent(3)
                    .codeActivation(f)
                    .contraction(0.7)
                    .cost(cost)
                    .epochs(0);
            checkGradient(contractive, contractive.fit(x).net(), x);
        }
    }

    @Test
    void costsAreSumsOverTheColumnsOfARow() {
        FMatrixRMaj x = floats(ROWS);
        FMatrixRMaj r = SMALL.reconstruct(x);
        double[] cost = SMALL.cost(x);
        for (int i = 0; i < 20; i++) {
            double sum = 0;
            for (int j = 0; j < D; j++) {
                sum += Math.pow(r.get(i, j) - x.get(i, j), 2);
            }
            assertEquals(sum, cost[i], 1e-4 * (1 + sum));
        }
        FMatrixRMaj bits = Digits.generate(50, 1).binarized().floatMatrix();
        Autoencoder binary = Autoencoder.builder()
                .latent(5)
                .cost(Reconstruction.CROSS_ENTROPY)
                .epochs(1)
                .fit(bits);
        FMatrixRMaj p = binary.reconstruct(bits);
        double[] nats = binary.cost(bits);
        for (int i = 0; i < 50; i++) {
            double sum = 0;
            for (int j = 0; j < 784; j++) {
                sum -= Math.log(bits.get(i, j) == 1 ? p.get(i, j) : 1 - p.get(i, j));
            }
            assertEquals(sum, nats[i], 1e-4 * sum);
        }
    }

    @Test
    void aResumedFitIsTheWholeOne() {
        Autoencoder whole = Autoencoder.builder().latent(2).hidden(4).epochs(6).fit(ROWS);
        Autoencoder.builder()
                .latent(2)
                .hidden(4)
                .epochs(3)
                .checkpoint(directory)
                .fit(ROWS);
        Autoencoder rest = Autoencoder.builder()
                .latent(2)
                .hidden(4)
                .epochs(6)
                .resume(directory)
                .fit(ROWS);
        whole.parameters()
                .forEach(
                        (name, m) -> assertArrayEquals(m.data, rest.parameters().get(name).data, name));
        assertTrue(whole.summary().toString().contains("code variables: 2"));
    }

    @Test
    void messagesNameTheModelAndTheSetting() {
        Class<IllegalArgumentException> bad = IllegalArgumentException.class;
        assertEquals(
                "Autoencoder: latent not set",
                assertThrows(bad, () -> Autoencoder.builder().fit(ROWS)).getMessage());
        assertEquals(
                "DenoisingAutoencoder: neither noise nor missing is set",
                assertThrows(bad, () -> DenoisingAutoencoder.builder().latent(2).fit(ROWS))
                        .getMessage());
        assertEquals(
                "ContractiveAutoencoder: codeActivation is RELU, expected SIGMOID, TANH or SOFTPLUS",
                assertThrows(bad, () -> ContractiveAutoencoder.builder().codeActivation(Activation.RELU))
                        .getMessage());
        assertEquals(
                "Autoencoder: sparsity is NaN, expected at least 0 and finite",
                assertThrows(bad, () -> Autoencoder.builder().sparsity(Double.NaN))
                        .getMessage());
    }
}
