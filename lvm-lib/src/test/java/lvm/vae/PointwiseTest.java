package lvm.vae;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.SplittableRandom;
import lvm.factor.ProbabilisticPca;
import lvm.linalg.RowOps;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Test;

/**
 * What a model says of single points, with the linear Gaussian model as judge: the columns of W are not orthogonal, so that the
 * best product of Gaussians has the mean of the posterior, the inverse of the diagonal of its precision P = I + WᵀW/σ² as
 * variances, and a gap of ½ (log Π Pⱼⱼ − log det P) to the likelihood (C. Bishop 2006, section 10.1.2).
 */
class PointwiseTest {
    private static final int D = 4;
    private static final int K = 2;
    private static final double[][] W = {{1, .8}, {.2, 1}, {.5, -.1}, {-.6, .3}};
    private static final double[] B = {.3, -.2, 0, 1};
    private static final double SIGMA = 0.7;
    private static final ProbabilisticPca EXACT = ProbabilisticPca.of(new DMatrixRMaj(W), B, SIGMA * SIGMA);
    private static final DMatrixRMaj ROWS = EXACT.sample(60, new SplittableRandom(1));
    private static final FMatrixRMaj X = floats(ROWS);
    private static final double[] LOG_P = EXACT.logDensity(ROWS);
    private static final Vae VAE = vae();

    private static FMatrixRMaj floats(DMatrixRMaj m) {
        FMatrixRMaj f = new FMatrixRMaj(m.numRows, m.numCols);
        for (int i = 0; i < m.getNumElements(); i++) {
            f.data[i] = (float) m.data[i];
        }
        return f;
    }

    /** The true p, and an encoder that has learnt nothing. */
    private static Vae vae() {
        Vae vae = Vae.builder()
                .latent(K)
                .hidden()
                .likelihood(Likelihood.gaussian(SIGMA))
                .standardize(false) // the parameters are set in the units of the data
                .epochs(0)
                .fit(ROWS);
        Map<String, FMatrixRMaj> values = vae.net().values();
        for (int j = 0; j < D; j++) {
            for (int k = 0; k < K; k++) {
                values.get("decoder.0.w").set(k, j, (float) W[j][k]);
            }
            values.get("decoder.0.b").set(0, j, (float) B[j]);
        }
        return vae;
    }

    private static DMatrixRMaj precision() {
        DMatrixRMaj p = new DMatrixRMaj(K, K);
        CommonOps_DDRM.multTransA(1 / (SIGMA * SIGMA), new DMatrixRMaj(W), new DMatrixRMaj(W), p);
        for (int k = 0; k < K; k++) {
            p.add(k, k, 1);
        }
        return p;
    }

    @Test
    void theBestProductHasThePosteriorsMeanAndThePrecisionsDiagonal() {
        Map<String, FMatrixRMaj> before = VAE.parameters();
        isBest(VAE.bestPosterior(X, 1500, new SplittableRandom(2)));
        FMatrixRMaj far = new FMatrixRMaj(X.numRows, K);
        far.fill(3);
        isBest(VAE.bestPosterior(X, new Vae.Posterior(far, far), 1500, new SplittableRandom(3)));
        before.forEach((name, m) -> assertArrayEquals(m.data, VAE.parameters().get(name).data, name));
    }

    private static void isBest(Vae.Posterior q) {
        DMatrixRMaj mean = EXACT.encode(ROWS);
        DMatrixRMaj p = precision();
        for (int i = 0; i < X.numRows; i++) {
            for (int k = 0; k < K; k++) {
                assertEquals(mean.get(i, k), q.mean().get(i, k), 0.03, "mean, row " + i);
                assertEquals(1, q.variance().get(i, k) * p.get(k, k), 0.08, "variance, row " + i);
            }
        }
    }

    /** 60 rows at 5 standard errors: false with probability 4e-5. */
    @Test
    void theWeightsOfThatProductAverageToTheLikelihoodWithoutTheApproximationGap() {
        DMatrixRMaj p = precision();
        FMatrixRMaj variance = new FMatrixRMaj(X.numRows, K);
        double gap = -0.5 * Math.log(CommonOps_DDRM.det(p));
        for (int k = 0; k < K; k++) {
            gap += 0.5 * Math.log(p.get(k, k));
            for (int i = 0; i < X.numRows; i++) {
                variance.set(i, k, (float) (1 / p.get(k, k)));
            }
        }
        assertTrue(gap > 0.05, "a gap to see: " + gap);
        Vae.Posterior q = new Vae.Posterior(floats(EXACT.encode(ROWS)), variance);
        int draws = 4000;
        DMatrixRMaj weights = VAE.logWeights(X, q, draws, new SplittableRandom(3));
        double[] bound = Vae.rowMeans(weights);
        for (int i = 0; i < X.numRows; i++) {
            double squares = 0;
            for (int s = 0; s < draws; s++) {
                squares += Math.pow(weights.get(i, s) - bound[i], 2) / draws;
            }
            assertEquals(LOG_P[i] - gap, bound[i], 5 * Math.sqrt(squares / draws) + 1e-4, "row " + i);
        }
    }

    @Test
    void theEncodersGaussianGivesTheWeightsOfTheModel() {
        DMatrixRMaj own = VAE.logWeights(X, 5, new SplittableRandom(4));
        DMatrixRMaj given = VAE.logWeights(X, VAE.posterior(X), 5, new SplittableRandom(4));
        assertArrayEquals(own.data, given.data, 1e-3);
    }

    @Test
    void theJointDensityOnAGridSumsToTheLikelihood() {
        double step = 0.08;
        int edge = 161;
        FMatrixRMaj z = new FMatrixRMaj(edge * edge, K);
        for (int j = 0; j < z.numRows; j++) {
            z.set(j, 0, (float) ((j / edge - edge / 2) * step));
            z.set(j, 1, (float) ((j % edge - edge / 2) * step));
        }
        FMatrixRMaj few = RowOps.part(X, 0, 5);
        DMatrixRMaj joint = VAE.logJoint(few, z);
        for (int i = 0; i < few.numRows; i++) {
            double p = 0;
            for (int j = 0; j < z.numRows; j++) {
                p += Math.exp(joint.get(i, j)) * step * step;
            }
            assertEquals(LOG_P[i], Math.log(p), 1e-4, "row " + i);
        }
    }

    @Test
    void messagesNameWhatIsWrong() {
        SplittableRandom rng = new SplittableRandom(5);
        Vae.Posterior q = VAE.posterior(X);
        FMatrixRMaj few = RowOps.part(X, 0, 5);
        fails("Vae.bestPosterior: 0 steps, expected at least 1", () -> VAE.bestPosterior(X, 0, rng));
        fails("Vae.logWeights: x has 5 rows, q has 60 means and 60 variances", () -> VAE.logWeights(few, q, 1, rng));
        fails("Vae.logWeights: draws is 0, expected at least 1", () -> VAE.logWeights(X, q, 0, rng));
        fails(
                "Vae.logWeights: a variance of q is 0.0, expected above 0",
                () -> VAE.logWeights(X, new Vae.Posterior(q.mean(), new FMatrixRMaj(60, K)), 1, rng));
        fails("Vae.logJoint: z has 3 columns, expected 2", () -> VAE.logJoint(X, new FMatrixRMaj(2, 3)));
    }

    private static void fails(String message, org.junit.jupiter.api.function.Executable code) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, code).getMessage());
    }
}
