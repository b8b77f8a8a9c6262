package lvm.mixture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.SplittableRandom;
import lvm.model.History;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** EM and k-means that go on from their checkpoints are those that never stopped, bit for bit. */
class CheckpointedFitTest {
    private static final DMatrixRMaj X = Samples.mixture(3, 2, 1, 3).sample(300, new SplittableRandom(1));

    @TempDir
    Path directory;

    private static GaussianMixtureBuilder em(Covariance type) {
        return GaussianMixture.builder()
                .components(3)
                .covariance(type)
                .init(Init.RANDOM)
                .restarts(3)
                .tolerance(1e-7)
                .maxIterations(40)
                .seed(3);
    }

    private static void assertSame(History expected, History actual) {
        assertEquals(expected.names(), actual.names());
        assertEquals(expected.stop(), actual.stop());
        for (String name : expected.names()) {
            assertArrayEquals(expected.column(name), actual.column(name), name);
        }
    }

    @ParameterizedTest
    @EnumSource(Covariance.class)
    void emGoesOn(Covariance type) {
        GaussianMixture whole = em(type).fit(X);
        int[] calls = {0};
        GaussianMixture part = em(type).checkpoint(directory)
                .listener((iteration, model) -> {
                    // In the middle of the second start.
                    calls[0] += iteration == 0 ? 1 : 0;
                    if (calls[0] == 2 && iteration == 5) {
                        Thread.currentThread().interrupt();
                    }
                })
                .fit(X);
        assertTrue(Thread.interrupted());
        assertEquals(History.Stop.INTERRUPTED, part.history().stop());
        for (int run = 0; run < 2; run++) { // the second time everything has ended already
            GaussianMixture resumed = em(type).resume(directory).fit(X);
            assertArrayEquals(whole.weights(), resumed.weights());
            assertArrayEquals(whole.means().data, resumed.means().data);
            for (int c = 0; c < 3; c++) {
                assertArrayEquals(whole.covariance(c).data, resumed.covariance(c).data);
            }
            assertSame(whole.history(), resumed.history());
        }
    }

    @Test
    void aLargerBudgetGoesOn() {
        GaussianMixture whole = em(Covariance.FULL).tolerance(0).fit(X);
        em(Covariance.FULL).tolerance(0).maxIterations(13).checkpoint(directory).fit(X);
        GaussianMixture resumed =
                em(Covariance.FULL).tolerance(0).resume(directory).fit(X);
        assertArrayEquals(whole.means().data, resumed.means().data);
        assertSame(whole.history(), resumed.history());
        KMeans.Builder kMeans = KMeans.builder().clusters(8).restarts(4).tolerance(0);
        KMeans all = kMeans.fit(X);
        KMeans first =
                kMeans.maxIterations(2).checkpoint(directory.resolve("k")).fit(X);
        assertEquals(3, first.history().size());
        KMeans rest = kMeans.maxIterations(KMeans.Builder.DEFAULT_MAX_ITERATIONS)
                .resume(directory.resolve("k"))
                .fit(X);
        assertArrayEquals(all.centres().data, rest.centres().data);
        assertSame(all.history(), rest.history());
        assertEquals(all.inertia(), rest.inertia());
    }

    @Test
    void aFitThatBeginsAnewTakesNothingFromTheLast() {
        em(Covariance.FULL).seed(99).checkpoint(directory).fit(X);
        GaussianMixture part = em(Covariance.FULL)
                .checkpoint(directory)
                .listener((iteration, model) -> {
                    if (iteration == 2) {
                        Thread.currentThread().interrupt();
                    }
                })
                .fit(X);
        assertTrue(Thread.interrupted());
        assertEquals(2, part.history().size());
        // The other starts of the earlier fit are gone, or their seed would be refused.
        assertArrayEquals(
                em(Covariance.FULL).fit(X).means().data,
                em(Covariance.FULL).resume(directory).fit(X).means().data);
        assertThrows(
                IllegalArgumentException.class,
                () -> em(Covariance.FULL).seed(99).resume(directory).fit(X));
    }
}
