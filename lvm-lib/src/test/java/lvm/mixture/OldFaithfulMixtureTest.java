package lvm.mixture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import lvm.data.Dataset;
import lvm.data.OldFaithful;
import lvm.data.Tables;
import lvm.model.History;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tech.tablesaw.api.Table;

/** The published fit of two full components to the Old Faithful data. */
class OldFaithfulMixtureTest {
    private final Table faithful = OldFaithful.load();

    @ParameterizedTest
    @EnumSource(Init.class)
    void reachesThePublishedLikelihoodAndWeights(Init init) {
        GaussianMixture gmm = GaussianMixture.builder()
                .components(2)
                .covariance(Covariance.FULL)
                .init(init)
                .seed(1)
                .fit(faithful);
        assertEquals(-1130.263960, gmm.logLikelihood(Dataset.of(faithful)), 1e-5);
        double[] weights = gmm.weights();
        Arrays.sort(weights);
        assertEquals(.35587, weights[0], 1e-5);
        assertEquals(.64413, weights[1], 1e-5);
        assertEquals(History.Stop.CONVERGED, gmm.history().stop());
        assertEquals(gmm.logLikelihood(Dataset.of(faithful)), gmm.history().last("logLikelihood"), 1e-9);
    }

    @Test
    void likelihoodIsBoundPlusGapOnEveryIteration() {
        DMatrixRMaj x = Tables.matrix(faithful);
        GaussianMixture gmm = GaussianMixture.builder()
                .components(2)
                .start(
                        new double[] {.5, .5},
                        new double[][] {{2, 80}, {4, 50}},
                        new double[][] {{1, 0}, {0, 50}},
                        new double[][] {{1, 0}, {0, 50}})
                .fit(x);
        History h = gmm.history();
        double[] after = h.column("logLikelihood");
        double[] before = h.column("logLikelihoodBefore");
        for (int t = 0; t < h.size(); t++) {
            assertEquals(before[t], h.column("boundBeforeE")[t] + h.column("klBeforeE")[t], 1e-9);
            assertEquals(before[t], h.column("boundAfterE")[t] + h.column("klAfterE")[t], 1e-9);
            assertEquals(after[t], h.column("boundAfterM")[t] + h.column("klAfterM")[t], 1e-9);
        }
    }
}
