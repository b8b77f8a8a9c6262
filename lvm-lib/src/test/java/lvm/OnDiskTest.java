package lvm;

import static lvm.data.Messages.assertSaid;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import lvm.data.DataFiles;
import lvm.data.Dataset;
import lvm.data.NumberFiles;
import lvm.factor.FactorAnalysis;
import lvm.factor.FastIca;
import lvm.factor.Pca;
import lvm.factor.ProbabilisticPca;
import lvm.mixture.BernoulliMixture;
import lvm.mixture.Covariance;
import lvm.mixture.GaussianMixture;
import lvm.mixture.Init;
import lvm.mixture.KMeans;
import lvm.model.History;
import lvm.vae.Likelihood;
import lvm.vae.Vae;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Models fitted to rows on disk are those fitted to the same rows in memory. */
class OnDiskTest {
    private static final double LIKE = 1e-9;

    @TempDir
    private Path folder;

    /** Three groups along a plane, the first column far from 0. */
    private static DMatrixRMaj rows(int n, int d) {
        SplittableRandom rng = new SplittableRandom(5);
        DMatrixRMaj x = new DMatrixRMaj(n, d);
        for (int i = 0; i < n; i++) {
            int group = rng.nextInt(3);
            double h = rng.nextGaussian();
            for (int j = 0; j < d; j++) {
                x.set(i, j, 4 * group * (j % 2) + .3 * (j + 1) * h + rng.nextGaussian() + (j == 0 ? 50 : 0));
            }
        }
        return x;
    }

    private Dataset onDisk(DMatrixRMaj x) {
        return DataFiles.npy(NumberFiles.npy(folder.resolve("x.npy"), x));
    }

    private static void assertLike(double[] expected, double[] found) {
        double size = Math.max(1, Arrays.stream(expected).map(Math::abs).max().orElseThrow());
        assertArrayEquals(expected, found, LIKE * size);
    }

    /** Chunks are cut where those in memory are, so every sum is the same. */
    @ParameterizedTest
    @EnumSource(Covariance.class)
    void aMixtureHasTheSameBits(Covariance covariance) {
        DMatrixRMaj x = rows(6000, 4); // more than the rows that a start looks at
        var builder =
                GaussianMixture.builder().components(3).covariance(covariance).maxIterations(8);
        GaussianMixture memory = builder.fit(x);
        GaussianMixture disk = builder.fit(onDisk(x));
        assertArrayEquals(memory.means().data, disk.means().data);
        assertArrayEquals(memory.weights(), disk.weights());
        for (int c = 0; c < 3; c++) {
            assertArrayEquals(memory.covariance(c).data, disk.covariance(c).data);
        }
        History one = memory.history();
        History other = disk.history();
        assertEquals(one.names(), other.names());
        for (String column : one.names()) {
            assertLike(one.column(column), other.column(column)); // a gap is a difference here
        }
        assertEquals(memory.summary().results(), disk.summary().results());
    }

    /** Small components with outliers in the data, so that the floor is that of the quartiles, and a sum around the mean. */
    @Test
    void aMixtureAtItsFloorIsTheSame() {
        DMatrixRMaj x = rows(600, 3);
        for (int i = 0; i < 200; i++) {
            x.set(i, 0, 20 + 1e-5 * i);
            x.set(i, 1, -500 + 1e-7 * i);
        }
        x.set(5, 2, 400);
        x.set(80, 2, -3000);
        var builder = GaussianMixture.builder()
                .components(4)
                .init(Init.RANDOM)
                .covarianceFloor(.01)
                .maxIterations(12);
        GaussianMixture memory = builder.fit(x);
        GaussianMixture disk = builder.fit(onDisk(x));
        assertTrue(memory.summary().results().toString().contains("at the covariance floor"));
        assertEquals(memory.summary().results(), disk.summary().results());
        assertLike(memory.means().data, disk.means().data);
        for (int c = 0; c < 4; c++) {
            assertLike(memory.covariance(c).data, disk.covariance(c).data);
        }
    }

    @Test
    void kMeansIsTheSame() {
        DMatrixRMaj x = rows(3000, 3);
        KMeans.Builder builder = KMeans.builder().clusters(7).restarts(2);
        KMeans memory = builder.fit(x);
        KMeans disk = builder.fit(onDisk(x));
        assertLike(memory.centres().data, disk.centres().data);
        assertEquals(memory.inertia(), disk.inertia(), LIKE * memory.inertia());
        assertEquals(memory.history().size(), disk.history().size());
        assertEquals(History.Stop.CONVERGED, disk.history().stop());
    }

    /** Of four equal rows and a few others a start leaves clusters empty, which take the farthest rows. */
    @Test
    void emptyClustersTakeTheSameRows() {
        double[][] rows = new double[40][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = new double[] {i % 4 == 0 ? 7 : i % 10, i < 30 ? 0 : i * i};
        }
        for (int seed = 1; seed <= 8; seed++) {
            KMeans.Builder builder = KMeans.builder().clusters(9).seed(seed).restarts(1);
            DMatrixRMaj x = new DMatrixRMaj(rows);
            assertLike(builder.fit(x).centres().data, builder.fit(onDisk(x)).centres().data);
        }
    }

    @Test
    void principalPlanesAreTheSame() {
        DMatrixRMaj x = rows(2000, 5);
        Pca memory = Pca.builder().components(2).solver(Pca.Solver.EIGEN).fit(x);
        Pca disk = Pca.builder().components(2).fit(onDisk(x));
        assertArrayEquals(memory.components().data, disk.components().data);
        assertArrayEquals(memory.explainedVariance(), disk.explainedVariance());
        assertArrayEquals(memory.mean(), disk.mean());
        var closed = ProbabilisticPca.builder().components(2);
        assertLike(closed.fit(x).weights().data, closed.fit(onDisk(x)).weights().data);
        assertEquals(
                closed.fit(x).summary().results().get("log-likelihood"),
                closed.fit(onDisk(x)).summary().results().get("log-likelihood"));
        var byEm = ProbabilisticPca.builder()
                .components(2)
                .method(ProbabilisticPca.Method.EM)
                .maxIterations(20);
        assertArrayEquals(byEm.fit(x).weights().data, byEm.fit(onDisk(x)).weights().data);
        var factors = FactorAnalysis.builder().factors(2).maxIterations(50);
        assertArrayEquals(factors.fit(x).loadings().data, factors.fit(onDisk(x)).loadings().data);
        assertArrayEquals(
                factors.fit(x).noiseVariances(), factors.fit(onDisk(x)).noiseVariances());
    }

    @Test
    void mixturesOfBitsAreTheSame() {
        SplittableRandom rng = new SplittableRandom(3);
        DMatrixRMaj x = new DMatrixRMaj(400, 6);
        for (int i = 0; i < x.data.length; i++) {
            x.data[i] = rng.nextInt(4) < 1 + i / 6 % 2 * 2 ? 1 : 0;
        }
        var builder = BernoulliMixture.builder().components(2).restarts(2).maxIterations(30);
        BernoulliMixture memory = builder.fit(x);
        BernoulliMixture disk = builder.fit(onDisk(x));
        assertLike(memory.probabilities().data, disk.probabilities().data);
        assertLike(memory.weights(), disk.weights());
        x.set(399, 5, .5);
        assertSaid("x has 0.5 in column 5 (counted from 0), expected 0 or 1", () -> builder.fit(onDisk(x)));
    }

    /** With all rows in one block the order of an epoch is that in memory. */
    @Test
    void aNeuralModelOfOneBlockHasTheSameBits() {
        DMatrixRMaj x = rows(300, 4);
        var builder = Vae.builder()
                .latent(2)
                .hidden(5)
                .likelihood(Likelihood.GAUSSIAN_SHARED)
                .epochs(2)
                .batchSize(64);
        Vae memory = builder.fit(Dataset.of(x));
        Vae disk = builder.fit(onDisk(x));
        assertArrayEquals(memory.history().objective(), disk.history().objective());
    }

    @Test
    void aFitGoesOnFromItsCheckpoint() {
        DMatrixRMaj x = rows(500, 3);
        Dataset data = onDisk(x);
        Path place = folder.resolve("checkpoint");
        var builder = GaussianMixture.builder().components(2).tolerance(0);
        builder.maxIterations(3).checkpoint(place).fit(data);
        GaussianMixture resumed = builder.maxIterations(7).resume(place).fit(data);
        GaussianMixture whole = GaussianMixture.builder()
                .components(2)
                .tolerance(0)
                .maxIterations(7)
                .fit(data);
        assertArrayEquals(whole.means().data, resumed.means().data);
        x.set(499, 2, 0);
        Dataset other = onDisk(x);
        assertThrows(IllegalArgumentException.class, () -> builder.fit(other));
    }

    @Test
    void whatCanNotBeFittedIsSaid() {
        DMatrixRMaj x = rows(50, 3);
        Dataset data = onDisk(x);
        assertSaid(
                "takes all rows in memory",
                () -> Pca.builder().solver(Pca.Solver.SVD).fit(data));
        assertSaid(
                "missingEntries is set, but rows that are read in chunks have none",
                () -> FactorAnalysis.builder().factors(1).missingEntries(true).fit(data));
        assertSaid(
                "expected at least 60",
                () -> GaussianMixture.builder().components(60).fit(data));
        assertSaid(
                "x has 3 columns, expected 2",
                () -> GaussianMixture.builder()
                        .start(new double[] {1}, new double[][] {{0, 0}}, new double[][] {{1, 0}, {0, 1}})
                        .fit(data));
        assertSaid(
                "threads is set, but a fit in chunks does not use it",
                () -> GaussianMixture.builder().components(2).threads(1).fit(data));
        // A model that needs all rows has them.
        assertEquals(2, FastIca.builder().components(2).fit(data).latentDim());
        for (int i = 0; i < 50; i++) {
            x.set(i, 1, 3);
        }
        Dataset constant = onDisk(x);
        assertSaid(
                "column 1 (counted from 0) of x is constant",
                () -> GaussianMixture.builder().components(2).fit(constant));
        assertSaid(
                "column 1 (counted from 0) of x is constant",
                () -> FactorAnalysis.builder().factors(1).fit(constant));
    }
}
