package lvm.factor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import lvm.factor.FactorAnalysis.Algorithm;
import lvm.factor.ProbabilisticPca.Method;
import lvm.model.History;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.MatrixFeatures_DDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.Table;

/** EM of probabilistic PCA, and what the fits by EM share: checkpoints, interrupts, listeners, tables with holes. */
class EmFitTest {
    private final DMatrixRMaj data = LinearSamples.correlated(150, 5, 2);
    private final DMatrixRMaj holes = LinearSamples.withHoles(data, .25, 3);

    @TempDir
    Path directory;

    private static ProbabilisticPca.Builder em() {
        return ProbabilisticPca.builder().components(2).method(Method.EM);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void emFindsTheClosedForm(long seed) {
        ProbabilisticPca exact = ProbabilisticPca.builder().components(2).fit(data);
        ProbabilisticPca fitted = em().seed(seed).tolerance(1e-15).fit(data);
        assertTrue(MatrixFeatures_DDRM.isIdentical(exact.covariance(), fitted.covariance(), 1e-5));
        assertEquals(exact.noiseVariance(), fitted.noiseVariance(), 1e-7);
        assertArrayEquals(exact.mean(), fitted.mean(), 1e-12);
        double[] l = fitted.history().column("logLikelihood");
        for (int t = 1; t < l.length; t++) {
            assertTrue(l[t] >= l[t - 1] - 1e-10 * Math.abs(l[t - 1]), "iteration " + t);
        }
        assertEquals(exact.logLikelihood(data), l[l.length - 1], 1e-7);
        assertEquals(fitted.noiseVariance(), fitted.history().last("noiseVariance"), 1e-12);
        // Row by row, as for data with holes.
        ProbabilisticPca rows =
                em().seed(seed).missingEntries(true).tolerance(1e-15).fit(data);
        assertTrue(MatrixFeatures_DDRM.isIdentical(exact.covariance(), rows.covariance(), 1e-5));
    }

    @Test
    void emWithTheNoiseHeldFindsTheClosedFormWithTheNoiseHeld() {
        ProbabilisticPca exact =
                ProbabilisticPca.builder().components(2).noiseVariance(.3).fit(data);
        ProbabilisticPca fitted = em().noiseVariance(.3).tolerance(1e-15).fit(data);
        assertEquals(.3, fitted.noiseVariance());
        assertTrue(MatrixFeatures_DDRM.isIdentical(exact.covariance(), fitted.covariance(), 1e-5));
    }

    @Test
    void fewerRowsThanColumnsAreFittedWithoutTheirCovariance() {
        DMatrixRMaj wide = LinearSamples.correlated(12, 1200, 3);
        ProbabilisticPca exact = ProbabilisticPca.builder().components(2).fit(wide);
        ProbabilisticPca fitted = em().tolerance(1e-13).fit(wide);
        double l = exact.logLikelihood(wide);
        assertEquals(l, fitted.logLikelihood(wide), 1e-6 * Math.abs(l));
        assertEquals(fitted.history().last("logLikelihood"), fitted.logLikelihood(wide), 1e-8 * Math.abs(l));
    }

    /** A column of few entries has as few votes in σ²: the slope of the likelihood by σ² vanishes in a small sample, too. */
    @Test
    void columnsCountByTheirEntries() {
        DMatrixRMaj few = LinearSamples.correlated(14, 4, 5);
        for (int i = 0; i < 10; i++) {
            few.set(i, 0, Double.NaN);
        }
        ProbabilisticPca fitted = ProbabilisticPca.builder()
                .components(1)
                .missingEntries(true)
                .tolerance(1e-15)
                .maxIterations(20_000)
                .fit(few);
        LinearSamples.assertStationary(
                1e-5,
                1e-3,
                p -> Arrays.stream(ProbabilisticPca.of(fitted.weights(), fitted.mean(), p[0][0])
                                .logDensityObserved(few))
                        .sum(),
                new double[] {fitted.noiseVariance()});
    }

    @Test
    void missingEntriesAreLeftOutOfTheLikelihood() {
        ProbabilisticPca fitted = ProbabilisticPca.builder()
                .components(2)
                .missingEntries(true)
                .tolerance(1e-15)
                .fit(holes);
        assertEquals("EM", fitted.summary().settings().get("method"));
        double[] l = fitted.history().column("logLikelihood");
        for (int t = 1; t < l.length; t++) {
            assertTrue(l[t] >= l[t - 1] - 1e-10 * Math.abs(l[t - 1]), "iteration " + t);
        }
        double best = Arrays.stream(fitted.logDensityObserved(holes)).sum();
        assertEquals(best, l[l.length - 1], 1e-8 * Math.abs(best));
        LinearSamples.assertStationary(
                1e-4,
                1e-2,
                p -> Arrays.stream(ProbabilisticPca.of(new DMatrixRMaj(5, 2, true, p[0]), p[1], p[2][0])
                                .logDensityObserved(holes))
                        .sum(),
                fitted.weights().data,
                fitted.mean(),
                new double[] {fitted.noiseVariance()});
        assertEquals(
                "ProbabilisticPca: the closed form is one for data without missing entries; use Method.EM",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> em().method(Method.CLOSED_FORM)
                                        .missingEntries(true)
                                        .fit(holes))
                        .getMessage());
    }

    @Test
    void dataInAPlaneHaveNoNoise() {
        DMatrixRMaj flat = new DMatrixRMaj(50, 4);
        for (int i = 0; i < 50; i++) {
            for (int j = 0; j < 4; j++) {
                flat.set(i, j, data.get(i, 0) * (j + 1) + data.get(i, 1) * (j * j - 2));
            }
        }
        assertEquals(
                "ProbabilisticPca.fit: the noise variance is 0, for x lies in a plane of 2 dimensions and has no density around"
                        + " it; use fewer components, or Pca",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> em().tolerance(0).fit(flat))
                        .getMessage());
    }

    @Test
    void missingValuesOfATableAreMissingEntries() {
        Table table = Table.create("t");
        for (int j = 0; j < 5; j++) {
            DoubleColumn column = DoubleColumn.create("c" + j);
            for (int i = 0; i < holes.numRows; i++) {
                column.append(holes.get(i, j));
            }
            table.addColumns(column);
        }
        FactorAnalysis.Builder fa = FactorAnalysis.builder().factors(2).maxIterations(5);
        assertTrue(assertThrows(IllegalArgumentException.class, () -> fa.fit(table))
                .getMessage()
                .contains("has no value in row"));
        assertArrayEquals(
                fa.missingEntries(true).fit(holes).loadings().data,
                fa.fit(table).loadings().data);
    }

    @Test
    void theClosedFormUsesNoSettingOfIterations() {
        ProbabilisticPca.Builder[] builders = {
            ProbabilisticPca.builder().maxIterations(3),
            ProbabilisticPca.builder().tolerance(1e-3),
            ProbabilisticPca.builder().listener((t, model) -> {}),
            ProbabilisticPca.builder().checkpoint(directory)
        };
        String[] names = {"maxIterations", "tolerance", "listener", "checkpoint"};
        for (int i = 0; i < names.length; i++) {
            ProbabilisticPca.Builder builder = builders[i].components(2);
            assertEquals(
                    "ProbabilisticPca: " + names[i] + " is set, but the closed form does not use it",
                    assertThrows(IllegalArgumentException.class, () -> builder.fit(data))
                            .getMessage());
            builder.method(Method.EM).maxIterations(1).fit(data);
        }
    }

    // --- the course of a fit

    @Test
    void fitsThatGoOnFromACheckpointAreThoseThatNeverStopped() {
        for (Algorithm algorithm : Algorithm.values()) {
            FactorAnalysis whole = fa(algorithm).fit(data);
            FactorAnalysis part = fa(algorithm)
                    .checkpoint(directory.resolve(algorithm.toString()))
                    .listener((t, model) -> {
                        if (t == 7) {
                            Thread.currentThread().interrupt();
                        }
                    })
                    .fit(data);
            assertTrue(Thread.interrupted());
            assertEquals(History.Stop.INTERRUPTED, part.history().stop());
            assertEquals(7, part.history().size());
            assertTrue(Double.isFinite(part.logLikelihood(data)));
            FactorAnalysis resumed = fa(algorithm)
                    .resume(directory.resolve(algorithm.toString()))
                    .fit(data);
            assertArrayEquals(whole.loadings().data, resumed.loadings().data);
            assertArrayEquals(whole.noiseVariances(), resumed.noiseVariances());
            assertArrayEquals(
                    whole.history().column("logLikelihood"), resumed.history().column("logLikelihood"));
            assertEquals(whole.history().stop(), resumed.history().stop());
        }
        ProbabilisticPca whole = em().missingEntries(true).fit(holes);
        em().missingEntries(true).maxIterations(11).checkpoint(directory).fit(holes);
        ProbabilisticPca resumed = em().missingEntries(true).resume(directory).fit(holes);
        assertArrayEquals(whole.weights().data, resumed.weights().data);
        assertArrayEquals(whole.mean(), resumed.mean());
        assertArrayEquals(
                whole.history().column("logLikelihood"), resumed.history().column("logLikelihood"));
    }

    private static FactorAnalysis.Builder fa(Algorithm algorithm) {
        return FactorAnalysis.builder().factors(2).algorithm(algorithm).maxIterations(40);
    }

    @Test
    void aListenerSeesEveryModel() {
        FactorAnalysis[] last = new FactorAnalysis[1];
        int[] calls = {0};
        FactorAnalysis fitted = fa(Algorithm.EM)
                .listener((t, model) -> {
                    assertEquals(calls[0]++, t);
                    assertEquals(t, model.history().size());
                    last[0] = model;
                })
                .fit(data);
        assertEquals(fitted.history().size() + 1, calls[0]);
        assertArrayEquals(fitted.loadings().data, last[0].loadings().data);
        assertSame(History.Stop.BUDGET, fitted.history().stop());
        assertEquals("40, BUDGET", fitted.summary().results().get("iterations"));
    }

    @Test
    void anInterruptBeforeTheStartIsACancellation() {
        Thread.currentThread().interrupt();
        try {
            assertThrows(CancellationException.class, () -> fa(Algorithm.EM).fit(data));
            assertThrows(CancellationException.class, () -> em().fit(data));
            assertThrows(
                    CancellationException.class, () -> em().missingEntries(true).fit(holes));
            assertTrue(Thread.currentThread().isInterrupted());
        } finally {
            Thread.interrupted();
        }
    }

    @Test
    void theSameSeedGivesTheSameModel() {
        assertArrayEquals(
                em().seed(5).fit(data).weights().data, em().seed(5).fit(data).weights().data);
    }
}
