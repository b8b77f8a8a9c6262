package lvm.vae;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.data.Digits;
import lvm.data.Matrices;
import lvm.distribution.Latents;
import lvm.distribution.Normal;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/** Pictures of the latent space, and every method with the rows of data. */
class LatentViewsTest {
    private static final Dataset DIGITS = Digits.generate(60, 2).binarized();
    private static final Vae VAE = Vae.builder()
            .latent(2)
            .hidden(12)
            .epochs(3)
            .batchSize(20)
            .seed(7)
            .validation(DIGITS.slice(0, 20))
            .fit(DIGITS);
    private static final M2 M2_MODEL =
            M2.builder().latent(2).hidden(12).epochs(1).batchSize(20).seed(7).fit(DIGITS);
    private static final FMatrixRMaj X = DIGITS.floatMatrix();

    @Test
    void theGridHasTheQuantilesOfThePrior() {
        FMatrixRMaj z = Latents.grid(4);
        assertEquals(Normal.quantile(0.125), z.get(0, 0), 1e-6);
        assertEquals(Normal.quantile(0.875), z.get(0, 1), 1e-6, "from the top");
        assertEquals(Normal.quantile(0.375), z.get(1, 0), 1e-6);
        assertEquals(z.get(0, 1), z.get(3, 1));
        assertEquals(Normal.quantile(0.125), z.get(15, 1), 1e-6);
        assertArrayEquals(new float[] {-1, 1, 1, 1, -1, -1, 1, -1}, Latents.plane(2, 2).data);
        assertThrows(IllegalArgumentException.class, () -> Latents.grid(0));
        assertThrows(IllegalArgumentException.class, () -> Latents.plane(2, 0));
    }

    @Test
    void linesAndTraversals() {
        FMatrixRMaj a = new FMatrixRMaj(new float[][] {{0, 0}, {4, 4}});
        FMatrixRMaj b = new FMatrixRMaj(new float[][] {{2, 4}, {4, 0}});
        assertArrayEquals(new float[] {0, 0, 1, 2, 2, 4, 4, 4, 4, 2, 4, 0}, Latents.between(a, b, 3).data);
        assertArrayEquals(new float[] {0, -1, 0, 0, 0, 1}, Latents.traversal(2, 1, -1, 1, 3).data);
        assertThrows(IllegalArgumentException.class, () -> Latents.between(a, b, 1));
        assertThrows(IllegalArgumentException.class, () -> Latents.between(a, new FMatrixRMaj(1, 2), 3));
        assertThrows(IllegalArgumentException.class, () -> Latents.traversal(2, 2, -1, 1, 3));
    }

    @Test
    void picturesOfTheLatentSpaceAreDecoded() {
        assertArrayEquals(VAE.decode(Latents.grid(3)).data, VAE.manifold(3).data);
        assertArrayEquals(VAE.decode(Latents.traversal(2, 1, -2, 2, 5)).data, VAE.traverse(1, -2, 2, 5).data);
        Dataset a = DIGITS.slice(0, 2);
        Dataset b = DIGITS.slice(2, 4);
        FMatrixRMaj path = VAE.interpolate(a, b, 4);
        assertEquals(8, path.numRows);
        assertArrayEquals(Matrices.row(VAE.reconstruct(b), 1), Matrices.row(path, 7), 1e-6);
        assertArrayEquals(path.data, VAE.interpolate(a.floatMatrix(), b.floatMatrix(), 4).data);
        Vae three = Vae.builder()
                .latent(3)
                .hidden(4)
                .epochs(0)
                .batchSize(20)
                .seed(1)
                .fit(DIGITS);
        assertThrows(IllegalArgumentException.class, () -> three.manifold(3));
    }

    @Test
    void oneClassInEveryStyle() {
        int[] labels = {3, 3, 3, 3};
        assertArrayEquals(M2_MODEL.decode(Latents.grid(2), labels).data, M2_MODEL.styles(3, 2).data);
        assertThrows(IllegalArgumentException.class, () -> M2_MODEL.styles(10, 2));
    }

    private static SplittableRandom rng() {
        return new SplittableRandom(5);
    }

    @Test
    void theVaeTakesData() {
        assertArrayEquals(
                VAE.posterior(X).variance().data, VAE.posterior(DIGITS).variance().data);
        assertArrayEquals(VAE.encode(X, rng()).data, VAE.encode(DIGITS, rng()).data);
        assertArrayEquals(VAE.reconstruct(X).data, VAE.reconstruct(DIGITS).data);
        assertArrayEquals(VAE.klPerLatent(X).data, VAE.klPerLatent(DIGITS).data);
        assertArrayEquals(VAE.elbo(X, 2, BoundForm.SAMPLED, rng()), VAE.elbo(DIGITS, 2, BoundForm.SAMPLED, rng()));
        assertArrayEquals(
                VAE.bestPosterior(X, 3, rng()).mean().data,
                VAE.bestPosterior(DIGITS, 3, rng()).mean().data);
        Vae.Posterior q = VAE.posterior(X);
        assertArrayEquals(
                VAE.bestPosterior(X, q, 3, rng()).mean().data,
                VAE.bestPosterior(DIGITS, q, 3, rng()).mean().data);
        assertArrayEquals(VAE.logWeights(X, q, 2, rng()).data, VAE.logWeights(DIGITS, q, 2, rng()).data);
        assertArrayEquals(VAE.logJoint(X, Latents.grid(2)).data, VAE.logJoint(DIGITS, Latents.grid(2)).data);
        FMatrixRMaj two = Matrices.first(X, 2);
        assertArrayEquals(
                VAE.logLikelihoodByChains(two, 5, 2, rng()),
                VAE.logLikelihoodByChains(DIGITS.slice(0, 2), 5, 2, rng()));
    }

    @Test
    void m2TakesData() {
        int[] labels = DIGITS.labels();
        assertArrayEquals(M2_MODEL.classProbabilities(X).data, M2_MODEL.classProbabilities(DIGITS).data);
        assertArrayEquals(M2_MODEL.logJoint(X, 2, rng()).data, M2_MODEL.logJoint(DIGITS, 2, rng()).data);
        assertArrayEquals(M2_MODEL.classify(X, 2, rng()), M2_MODEL.classify(DIGITS, 2, rng()));
        assertArrayEquals(M2_MODEL.labelledBound(X, labels, 2, rng()), M2_MODEL.labelledBound(DIGITS, 2, rng()));
        assertArrayEquals(M2_MODEL.unlabelledBound(X, 2, rng()), M2_MODEL.unlabelledBound(DIGITS, 2, rng()));
        assertArrayEquals(M2_MODEL.encode(X, labels).data, M2_MODEL.encode(DIGITS).data);
        assertArrayEquals(M2_MODEL.analogies(X, labels).data, M2_MODEL.analogies(DIGITS).data);
    }

    @Test
    void drawsWithTheSeedOfTheModel() {
        assertArrayEquals(VAE.sample(4, new SplittableRandom(7)).data, VAE.sample(4).data);
        assertArrayEquals(VAE.sample(4).data, VAE.sample(4).data);
    }

    @Test
    void theHistoryKnowsTheValidation() {
        assertArrayEquals(VAE.history().column("validation"), VAE.history().validation());
        assertArrayEquals(
                VAE.history().column(VAE.history().names().get(0)),
                VAE.history().objective());
        String message = assertThrows(
                        IllegalArgumentException.class, () -> M2_MODEL.history().validation())
                .getMessage();
        assertTrue(message.contains("validation(data)"), message);
    }
}
