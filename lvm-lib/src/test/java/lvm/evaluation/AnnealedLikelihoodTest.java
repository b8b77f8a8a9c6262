package lvm.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import lvm.autodiff.Activation;
import lvm.data.Dataset;
import lvm.data.Matrices;
import lvm.data.Toy2d;
import lvm.gan.Gan;
import lvm.gan.NoisyGenerator;
import lvm.linalg.Logs;
import lvm.mcmc.AnnealingSchedule;
import lvm.model.HasDecoder;
import lvm.nn.NetworkFactory;
import lvm.vae.Likelihood;
import lvm.vae.Vae;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Test;

class AnnealedLikelihoodTest {
    private static final Dataset POINTS = Toy2d.TWO_MOONS.generate(300, 1);

    /** Columns of unlike units, so that a model standardises them. */
    private static Dataset stretched() {
        DMatrixRMaj x = Matrices.doubles(POINTS.floatMatrix());
        for (int i = 0; i < x.numRows; i++) {
            x.set(i, 0, 40 * x.get(i, 0) + 7);
        }
        return Dataset.of(x);
    }

    private static final Vae LINEAR = Vae.builder()
            .latent(2)
            .encoder(NetworkFactory.linear())
            .decoder(NetworkFactory.linear())
            .likelihood(Likelihood.GAUSSIAN_DIAGONAL)
            .epochs(20)
            .learningRate(0.01)
            .seed(1)
            .fit(stretched());

    private static final Gan GAN = Gan.builder()
            .latent(2)
            .generator(NetworkFactory.linear())
            .discriminator(NetworkFactory.mlp(Activation.LEAKY_RELU, 6))
            .steps(20)
            .fit(stretched());

    /** N(G(0), W Wᵀ + diag of the noise), where G(z) = G(0) + W z. */
    private static double[] exact(HasDecoder<FMatrixRMaj> model, double[] noise, FMatrixRMaj x) {
        int k = model.latentDim();
        int d = noise.length;
        FMatrixRMaj units = new FMatrixRMaj(k + 1, k);
        for (int j = 0; j < k; j++) {
            units.set(j, j, 1);
        }
        DMatrixRMaj g = Matrices.doubles(model.decode(units));
        DMatrixRMaj w = new DMatrixRMaj(d, k);
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < k; j++) {
                w.set(i, j, g.get(j, i) - g.get(k, i));
            }
        }
        DMatrixRMaj covariance = new DMatrixRMaj(d, d);
        CommonOps_DDRM.multTransB(w, w, covariance);
        for (int i = 0; i < d; i++) {
            covariance.add(i, i, noise[i]);
        }
        double logDet = Math.log(CommonOps_DDRM.det(covariance));
        CommonOps_DDRM.invert(covariance);
        double[] log = new double[x.numRows];
        for (int r = 0; r < x.numRows; r++) {
            double square = 0;
            for (int i = 0; i < d; i++) {
                for (int j = 0; j < d; j++) {
                    square += (x.get(r, i) - g.get(k, i)) * covariance.get(i, j) * (x.get(r, j) - g.get(k, j));
                }
            }
            log[r] = -0.5 * (square + logDet + d * Logs.LOG_2_PI);
        }
        return log;
    }

    private static double[] variances(Vae vae) {
        return Matrices.row(vae.decodeVariance(new FMatrixRMaj(1, vae.latentDim())), 0);
    }

    /** Within 5 standard errors and a hundredth of a nat for each of 12 rows: false in less than one of 10,000 runs. */
    private static void near(double[] exact, Estimate... estimates) {
        for (int i = 0; i < exact.length; i++) {
            assertEquals(exact[i], estimates[i].value(), 5 * estimates[i].standardError() + 0.01, "row " + i);
            assertTrue(estimates[i].standardError() < 0.5, estimates[i].toString());
        }
    }

    @Test
    void linearAutoencoderHasItsExactLikelihood() {
        FMatrixRMaj x = Matrices.first(stretched().floatMatrix(), 12);
        AnnealedLikelihood<FMatrixRMaj> ais = AnnealedLikelihood.of(LINEAR)
                .schedule(AnnealingSchedule.sigmoid(100))
                .seed(2);
        near(exact(LINEAR, variances(LINEAR), x), ais.logLikelihood(x));
        near(exact(LINEAR, variances(LINEAR), x), ais.fromPrior().logLikelihood(Dataset.of(x)));
    }

    @Test
    void linearGeneratorHasItsExactLikelihood() {
        FMatrixRMaj x = Matrices.first(stretched().floatMatrix(), 12);
        // The columns are 40 and 1 wide: one σ for both, in the units of the data.
        near(
                exact(GAN, new double[] {4, 4}, x),
                AnnealedLikelihood.of(GAN.withNoise(2))
                        .schedule(AnnealingSchedule.sigmoid(200))
                        .seed(3)
                        .logLikelihood(x));
    }

    @Test
    void bitsHaveTheLikelihoodThatAGridGives() {
        Dataset bits = POINTS.binarized();
        Vae vae = Vae.builder()
                .latent(2)
                .hidden(8)
                .epochs(30)
                .learningRate(0.02)
                .seed(4)
                .fit(bits);
        FMatrixRMaj x = Matrices.first(bits.floatMatrix(), 6);
        double[] grid = new double[6];
        for (int i = 0; i < 6; i++) {
            FMatrixRMaj row = Matrices.rows(x, i, i + 1);
            grid[i] = PlanarPosterior.of(z -> vae.logJoint(row, z), 61).logP();
        }
        near(
                grid,
                AnnealedLikelihood.of(vae)
                        .schedule(AnnealingSchedule.linear(60))
                        .logLikelihood(x));
    }

    /** Means over 60 rows of their own differences from the exact numbers, within 4 standard errors. */
    @Test
    void boundsOfSimulatedRowsEncloseTheExactNumbersAndCloseWithSteps() {
        SplittableRandom rng = new SplittableRandom(5);
        NoisyGenerator noisy = GAN.withNoise(8);
        FMatrixRMaj z = noisy.samplePrior(60, rng);
        FMatrixRMaj x = noisy.sample(z, rng);
        double[] exact = exact(GAN, new double[] {64, 64}, x);
        double[] gaps = new double[2];
        for (int coarse = 0; coarse < 2; coarse++) {
            var both = AnnealedLikelihood.of(noisy)
                    .schedule(AnnealingSchedule.sigmoid(coarse == 1 ? 1 : 100))
                    .chains(coarse == 1 ? 1 : 4)
                    .seed(6)
                    .between(x, z);
            double[] below = Matrices.minus(exact, both.lower());
            double[] above = Matrices.minus(both.upper(), exact);
            assertTrue(Matrices.mean(below) > -4 * Matrices.standardError(below), both.toString());
            assertTrue(Matrices.mean(above) > -4 * Matrices.standardError(above), both.toString());
            gaps[coarse] = both.gap().value();
            if (coarse == 1) { // one step from the very z that x was drawn from: log p(x | z)
                double[] given = new double[60];
                noisy.latentLikelihood(x).evaluate(Matrices.doubles(z), given, new DMatrixRMaj(60, 2));
                assertArrayEquals(given, both.upper(), 1e-9);
            }
        }
        assertTrue(gaps[1] > 0.5, "coarse " + gaps[1]);
        assertTrue(gaps[0] < 0.1 && gaps[0] > -0.05, "fine " + gaps[0]);
        assertEquals(
                3, AnnealedLikelihood.of(LINEAR).schedule(0, 1).simulated(3).upper().length);
    }

    @Test
    void rowsBeyondOneBlockAndSeedsCount() {
        FMatrixRMaj x = Matrices.first(stretched().floatMatrix(), 5);
        AnnealedLikelihood<FMatrixRMaj> ais =
                AnnealedLikelihood.of(LINEAR).schedule(0, 0.3, 0.6, 1).chains(700);
        Estimate[] all = ais.logLikelihood(x);
        near(exact(LINEAR, variances(LINEAR), x), all);
        assertArrayEquals(all, ais.logLikelihood(x));
        assertTrue(all[0].value() != ais.seed(9).logLikelihood(x)[0].value());
    }

    @Test
    void whatCanNotBeIsRefused() {
        AnnealedLikelihood<FMatrixRMaj> ais = AnnealedLikelihood.of(LINEAR);
        assertTrue(fails(() -> ais.chains(0)).contains("chains"));
        assertTrue(fails(() -> ais.leapfrogSteps(0)).contains("leapfrogSteps"));
        assertTrue(fails(() -> ais.acceptance(Double.NaN)).contains("acceptance"));
        assertTrue(fails(() -> ais.schedule(0, 0.5)).contains("rise from 0 to 1"));
        assertTrue(fails(() -> ais.simulated(0)).contains("rows"));
        assertTrue(fails(() -> ais.logLikelihood(new FMatrixRMaj(1, 3))).contains("3 columns"));
        assertTrue(fails(() -> ais.between(new FMatrixRMaj(2, 2), new FMatrixRMaj(1, 2)))
                .contains("expected 2×2"));
    }

    private static String fails(Runnable body) {
        return assertThrows(IllegalArgumentException.class, body::run).getMessage();
    }
}
