package lvm.vae;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import lvm.autoregressive.PixelCnn;
import lvm.data.Dataset;
import lvm.distribution.BinaryStates;
import lvm.distribution.Normal;
import lvm.evaluation.Estimate;
import lvm.evaluation.ImportanceSampling;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A VAE whose decoder ends in a PixelCNN, on images of 2×3 bits, of which all 64 can be summed. */
class PixelVaeTest {
    private static final int PIXELS = 6;
    private static final FMatrixRMaj ALL = BinaryStates.all(PIXELS);
    /** The first pixel is a fair coin, the second row the contrary of the first. */
    private static final Dataset ROWS = Dataset.of(new FMatrixRMaj(new float[][] {
        {0, 0, 1, 1, 1, 0}, {0, 1, 1, 1, 0, 0}, {1, 0, 1, 0, 1, 0}, {1, 1, 0, 0, 0, 1},
        {0, 0, 0, 1, 1, 1}, {1, 1, 1, 0, 0, 0}, {0, 1, 0, 1, 0, 1}, {1, 0, 0, 0, 1, 1}
    }));

    @TempDir
    Path directory;

    private static Vae.Builder builder() {
        return Vae.builder()
                .latent(2)
                .hidden(8)
                .likelihood(Likelihood.conditional(PixelCnn.decoder(2, 3, 5, 6, 2)))
                .batchSize(4)
                .learningRate(0.02)
                .seed(3);
    }

    /** p(x | z) of all 64 images. */
    private static double[] conditional(Vae vae, double... z) {
        FMatrixRMaj code = new FMatrixRMaj(new float[][] {{(float) z[0], (float) z[1]}});
        double prior = Normal.logDensity((float) z[0], 0, 1) + Normal.logDensity((float) z[1], 0, 1);
        return Arrays.stream(vae.logJoint(ALL, code).data)
                .map(l -> Math.exp(l - prior))
                .toArray();
    }

    @Test
    void whatZSaysIsADistribution() {
        Vae vae = builder().epochs(20).fit(ROWS);
        double[] here = conditional(vae, 0.3, -1.2);
        double[] there = conditional(vae, -2, 2);
        assertEquals(1, Arrays.stream(here).sum(), 1e-5);
        assertEquals(1, Arrays.stream(there).sum(), 1e-5);
        double apart = 0;
        for (int s = 0; s < here.length; s++) {
            apart += Math.abs(here[s] - there[s]) / 2;
        }
        assertTrue(apart > 1e-3, "z says nothing: " + apart);
    }

    /** False failures: 64 states beyond 5 standard errors, less than 4e-5. */
    @Test
    void drawsAreOfIt() {
        Vae vae = builder().epochs(20).fit(ROWS);
        int n = 4000;
        FMatrixRMaj codes = new FMatrixRMaj(n, 2);
        for (int i = 0; i < n; i++) { // two places in turn, so that rows may not be mixed up
            codes.set(i, 0, i % 2 == 0 ? 0.3f : -2);
            codes.set(i, 1, i % 2 == 0 ? -1.2f : 2);
        }
        FMatrixRMaj x = vae.sample(codes, new SplittableRandom(5));
        double[][] p = {conditional(vae, 0.3, -1.2), conditional(vae, -2, 2)};
        double[][] counts = new double[2][64];
        for (int i = 0; i < n; i++) {
            counts[i % 2][BinaryStates.index(x, i)]++;
        }
        for (int k = 0; k < 2; k++) {
            for (int s = 0; s < 64; s++) {
                double expected = n / 2.0 * p[k][s];
                assertEquals(expected, counts[k][s], 5 * Math.sqrt(expected + 1), "place " + k + ", state " + s);
            }
        }
    }

    /** The PixelCNN can say all of it alone: the bound reaches minus the entropy, and z is not used. */
    @Test
    void aDecoderThatNeedsNoZLeavesItUnused() {
        Vae vae = builder().epochs(400).fit(ROWS);
        double bound = Arrays.stream(vae.elbo(ROWS.floatMatrix(), 200, new SplittableRandom(1)))
                .average()
                .orElseThrow();
        assertTrue(bound < -Math.log(8) + 1e-3, "above minus the entropy: " + bound);
        assertTrue(bound > -Math.log(8) - 0.1, "bound " + bound);
        FMatrixRMaj kl = vae.klPerLatent(ROWS.floatMatrix());
        for (float k : kl.data) {
            assertEquals(0, k, 0.02);
        }
    }

    /** log p(x) by importance sampling is the integral over z of p(x | z), here a sum over a grid. */
    @Test
    void theLikelihoodIsTheIntegral() {
        Vae vae = builder().epochs(5).fit(ROWS);
        double[] p = new double[64];
        double step = 0.25;
        for (double a = -5; a <= 5; a += step) {
            for (double b = -5; b <= 5; b += step) {
                double mass = step * step * Math.exp(Normal.logDensity(a, 0, 1) + Normal.logDensity(b, 0, 1));
                double[] given = conditional(vae, a, b);
                for (int s = 0; s < 64; s++) {
                    p[s] += mass * given[s];
                }
            }
        }
        Estimate[] logP = ImportanceSampling.logLikelihood(vae, ALL, 500, new SplittableRandom(2));
        assertEquals(1, Arrays.stream(p).sum(), 1e-3);
        for (int s = 0; s < 64; s++) {
            if (p[s] < 0.005) { // far from what was learnt from, q is far from the posterior
                continue;
            }
            assertEquals(Math.log(p[s]), logP[s].value(), 0.01 + 5 * logP[s].standardError(), "state " + s);
        }
        double[] bound = vae.elbo(ALL, 500, new SplittableRandom(2));
        for (int s = 0; s < 64; s++) {
            assertTrue(bound[s] < Math.log(p[s]) + 0.05, "state " + s);
        }
    }

    @Test
    void isSavedAndResumedToTheBit() {
        Vae vae = builder().epochs(6).fit(ROWS);
        vae.save(directory.resolve("vae"));
        Vae read = Vae.load(directory.resolve("vae"));
        assertArrayEquals(conditional(vae, 1, 1), conditional(read, 1, 1));
        assertArrayEquals(vae.sample(10, new SplittableRandom(1)).data, read.sample(10, new SplittableRandom(1)).data);
        builder().epochs(3).resume(directory.resolve("c")).fit(ROWS);
        Vae resumed = builder().epochs(6).resume(directory.resolve("c")).fit(ROWS);
        assertArrayEquals(conditional(vae, 1, 1), conditional(resumed, 1, 1));
    }

    @Test
    void saysWhatDoesNotFit() {
        Vae vae = builder().epochs(1).fit(ROWS);
        assertTrue(assertThrows(UnsupportedOperationException.class, () -> vae.decode(new FMatrixRMaj(1, 2)))
                .getMessage()
                .endsWith("its numbers depend on each other given z; draw them, by sample(z, rng)"));
        assertTrue(assertThrows(
                        IllegalArgumentException.class,
                        () -> vae.elbo(
                                new FMatrixRMaj(new float[][] {{0, 0, 0.5f, 0, 0, 0}}), 1, new SplittableRandom(1)))
                .getMessage()
                .contains("0.5 in row 0, column 2"));
        assertTrue(assertThrows(
                        IllegalArgumentException.class,
                        () -> builder().epochs(1).fit(Dataset.of(new FMatrixRMaj(4, 5))))
                .getMessage()
                .contains("has 5 columns, expected 6"));
        assertTrue(assertThrows(
                        IllegalArgumentException.class,
                        () -> builder().epochs(1).fit(Dataset.of(new FMatrixRMaj(new float[][] {{0, 0, 0.5f, 0, 0, 0}
                        }))))
                .getMessage()
                .contains("0.5 in row 0, column 2"));
        assertThrows(IllegalArgumentException.class, () -> PixelCnn.decoder(2, 3, 0, 6, 2));
    }
}
