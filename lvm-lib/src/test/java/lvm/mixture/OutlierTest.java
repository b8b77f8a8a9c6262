package lvm.mixture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One row that is far from all others must not raise the covariance floor for them. */
class OutlierTest {
    private static final String AT_FLOOR = "components at the covariance floor";

    /** Two clusters around ±5, deviation 1, and one row far out. */
    private static DMatrixRMaj clusters(int n, int d, double outlier) {
        SplittableRandom rng = new SplittableRandom(6);
        DMatrixRMaj x = new DMatrixRMaj(n, d);
        for (int i = 0; i < n; i++) {
            double centre = i % 2 == 0 ? -5 : 5;
            for (int j = 0; j < d; j++) {
                x.set(i, j, centre + rng.nextGaussian());
            }
        }
        for (int j = 0; j < d; j++) {
            x.set(n - 1, j, outlier);
        }
        return x;
    }

    private static DMatrixRMaj without(DMatrixRMaj x, double outlier) {
        DMatrixRMaj rest = new DMatrixRMaj(x.numRows - 1, x.numCols);
        System.arraycopy(x.data, 0, rest.data, 0, rest.data.length);
        return rest;
    }

    @ParameterizedTest
    @EnumSource(Covariance.class)
    void theClustersAreFoundBesideAnOutlier(Covariance form) {
        if (form == Covariance.TIED) {
            return; // one matrix for all: the outlier alone has a component, and the floor matters to none
        }
        for (double outlier : new double[] {1e3, 1e6, 1e8}) {
            DMatrixRMaj x = clusters(1000, 2, outlier);
            GaussianMixture model = GaussianMixture.builder()
                    .components(3)
                    .covariance(form)
                    .restarts(3)
                    .fit(x);
            double alone = GaussianMixture.builder()
                    .components(2)
                    .covariance(form)
                    .fit(without(x, outlier))
                    .history()
                    .last("logLikelihood");
            double all = model.history().last("logLikelihood");
            // The outlier's own component is narrow: it adds to the likelihood, and its weight costs log 1000 and a
            // little.
            assertTrue(all > alone - 10, form + " with " + outlier + ": " + all + ", without it " + alone);
            assertEquals("1 of 3", model.summary().results().get(AT_FLOOR));
        }
    }

    @Test
    void withoutOutliersTheFloorIsThatOfTheVariance() {
        DMatrixRMaj x = clusters(200, 1, 5);
        double mean = 0;
        for (double value : x.data) {
            mean += value / 200;
        }
        double variance = 0;
        for (double value : x.data) {
            variance += (value - mean) * (value - mean) / 200;
        }
        // A component that has one row only.
        DMatrixRMaj q = new DMatrixRMaj(200, 2);
        for (int i = 0; i < 200; i++) {
            q.set(i, i == 3 ? 1 : 0, 1);
        }
        GaussianMixture model = VariationalEm.mStep(x, q, Covariance.FULL, 1e-3);
        assertEquals(1e-3 * variance, model.covariance(1).get(0, 0), 1e-12);
        assertNull(GaussianMixture.builder()
                .components(2)
                .fit(x)
                .summary()
                .results()
                .get(AT_FLOOR));
    }

    /** Most numbers of a column are the same: its quartiles tell no scale. */
    @Test
    void columnsThatAreMostlyOneNumber() {
        SplittableRandom rng = new SplittableRandom(1);
        DMatrixRMaj x = new DMatrixRMaj(400, 1);
        for (int i = 0; i < 40; i++) {
            x.set(i, 0, 3 + rng.nextGaussian());
        }
        x.set(0, 0, 1e6);
        DMatrixRMaj q = new DMatrixRMaj(400, 2);
        for (int i = 0; i < 400; i++) {
            q.set(i, i < 40 ? 0 : 1, 1);
        }
        GaussianMixture model = VariationalEm.mStep(x, q, Covariance.DIAGONAL, 1e-6);
        assertTrue(model.covariance(1).get(0, 0) < 1e-2, "the floor is " + model.covariance(1));
        assertTrue(model.covariance(1).get(0, 0) > 0);
    }
}
