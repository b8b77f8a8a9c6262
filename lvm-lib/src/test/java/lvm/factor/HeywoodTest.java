package lvm.factor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import lvm.model.History;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Columns that have nothing in common: a factor takes one of them alone, and EM creeps to its noise of 0. */
class HeywoodTest {
    private static DMatrixRMaj noise(int seed, boolean holes) {
        SplittableRandom rng = new SplittableRandom(seed);
        DMatrixRMaj x = new DMatrixRMaj(200, 5);
        for (int i = 0; i < x.data.length; i++) {
            x.data[i] = holes && rng.nextInt(20) == 0 ? Double.NaN : rng.nextGaussian();
        }
        return x;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void theDefaultsConverge(int seed) {
        FactorAnalysis model = FactorAnalysis.builder().factors(1 + seed % 2).fit(noise(seed, false));
        assertEquals(History.Stop.CONVERGED, model.history().stop());
        assertNull(model.summary().results().get("not converged"));
        double[] likelihood = model.history().column("logLikelihood");
        for (int t = 1; t < likelihood.length; t++) {
            assertTrue(likelihood[t] >= likelihood[t - 1] - 1e-9, "iteration " + t);
        }
    }

    @ParameterizedTest
    @EnumSource(FactorAnalysis.Algorithm.class)
    void bothAlgorithmsEndAtTheSameLikelihood(FactorAnalysis.Algorithm algorithm) {
        DMatrixRMaj x = noise(11, false);
        FactorAnalysis model =
                FactorAnalysis.builder().factors(1).algorithm(algorithm).fit(x);
        assertEquals(History.Stop.CONVERGED, model.history().stop());
        double best = FactorAnalysis.builder()
                .factors(1)
                .tolerance(1e-12)
                .fit(x)
                .history()
                .last("logLikelihood");
        assertEquals(best, model.history().last("logLikelihood"), .01);
    }

    @Test
    void missingEntriesDoNotKeepItFromConverging() {
        FactorAnalysis model =
                FactorAnalysis.builder().factors(1).missingEntries(true).fit(noise(3, true));
        assertEquals(History.Stop.CONVERGED, model.history().stop());
    }

    @Test
    void aFitThatEndsBeforeSaysWhatToDo() {
        FactorAnalysis model =
                FactorAnalysis.builder().factors(1).maxIterations(20).fit(noise(1, false));
        assertEquals(History.Stop.BUDGET, model.history().stop());
        assertEquals(
                "raise maxIterations, or the tolerance of 1.0E-9 nats per row",
                model.summary().results().get("not converged"));
        FactorAnalysis wanted = FactorAnalysis.builder()
                .factors(1)
                .tolerance(0)
                .maxIterations(20)
                .fit(noise(1, false));
        assertNull(wanted.summary().results().get("not converged"), "the budget was what was asked for");
        assertTrue(Arrays.stream(wanted.noiseVariances()).allMatch(v -> v > 0));
    }
}
