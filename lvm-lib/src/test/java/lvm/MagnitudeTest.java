package lvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import lvm.factor.FactorAnalysis;
import lvm.factor.FastIca;
import lvm.factor.MaximumLikelihoodIca;
import lvm.factor.Pca;
import lvm.factor.ProbabilisticPca;
import lvm.factor.SlowFeatureAnalysis;
import lvm.factor.SparseCoding;
import lvm.fit.FitBuilder;
import lvm.mixture.Covariance;
import lvm.mixture.GaussianMixture;
import lvm.mixture.KMeans;
import lvm.mixture.VariationalEm;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Numbers whose squares overflow or underflow are named, with the column, the magnitude and the cure. */
class MagnitudeTest {
    private static Map<String, Function<DMatrixRMaj, Object>> fits() {
        Map<String, Function<DMatrixRMaj, Object>> all = new LinkedHashMap<>();
        for (Covariance form : Covariance.values()) {
            all.put(
                    "GaussianMixture.fit",
                    fit(GaussianMixture.builder().components(2).covariance(form)));
        }
        all.put("FactorAnalysis.fit", fit(FactorAnalysis.builder().factors(1)));
        all.put("FastIca.fit", fit(FastIca.builder()));
        all.put("MaximumLikelihoodIca.fit", fit(MaximumLikelihoodIca.builder()));
        all.put("SlowFeatureAnalysis.fit", fit(SlowFeatureAnalysis.builder()));
        all.put("VariationalEm.mStep", x -> {
            DMatrixRMaj q = new DMatrixRMaj(x.numRows, 1);
            q.fill(1);
            return VariationalEm.mStep(x, q, Covariance.FULL);
        });
        all.put("KMeans.fit", fit(KMeans.builder().clusters(2)));
        all.put("Pca.fit", fit(Pca.builder()));
        all.put("ProbabilisticPca.fit", fit(ProbabilisticPca.builder().components(1)));
        all.put("SparseCoding.fit", fit(SparseCoding.builder().components(2)));
        return all;
    }

    private static Function<DMatrixRMaj, Object> fit(FitBuilder<?, ?> builder) {
        return builder::fit;
    }

    static Stream<String> names() {
        return fits().keySet().stream();
    }

    private static DMatrixRMaj data(double... factors) {
        SplittableRandom rng = new SplittableRandom(2);
        DMatrixRMaj x = new DMatrixRMaj(60, 3);
        for (int i = 0; i < x.data.length; i++) {
            x.data[i] = factors[i % 3] * rng.nextDouble(-1, 1);
        }
        return x;
    }

    @ParameterizedTest
    @MethodSource("names")
    void largeAndSmallNumbersAreNamed(String name) {
        for (int exponent : new int[] {160, 307, -165, -300}) {
            double factor = Math.pow(10, exponent);
            String message = assertThrows(
                            IllegalArgumentException.class,
                            () -> fits().get(name).apply(data(1e-3 * factor, factor, 1e-2 * factor)))
                    .getMessage();
            assertTrue(message.startsWith(name + ": the numbers in column "), message);
            assertTrue(message.contains(exponent > 0 ? "overflow" : "underflow"), message);
            assertTrue(
                    message.contains("multiply ") && message.contains(" by 1e" + (exponent > 0 ? "-" : "")), message);
        }
    }

    @Test
    void aSingleColumnIsNamedWhereEachCounts() {
        for (String name : new String[] {"GaussianMixture.fit", "FactorAnalysis.fit", "FastIca.fit"}) {
            String message = assertThrows(
                            IllegalArgumentException.class,
                            () -> fits().get(name).apply(data(1, 1, 1e-165)))
                    .getMessage();
            assertEquals(
                    name
                            + ": the numbers in column 2 (counted from 0) of x are about 1e-165 apart, so that their squares"
                            + " underflow to 0; multiply it by 1e165",
                    message);
        }
        fits().get("KMeans.fit").apply(data(1, 1, 1e-165)); // beside the others the column is nothing
        fits().get("Pca.fit").apply(data(1, 1, 1e-165));
    }

    @ParameterizedTest
    @MethodSource("names")
    void whatIsWithinTheRangeWorks(String name) {
        fits().get(name).apply(data(1e130, 1e130, 1e130));
        fits().get(name).apply(data(1e-130, 1e-130, 1e-130));
    }

    @Test
    void kMeansOfThreeHugeNumbers() {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> KMeans.builder().clusters(2).fit(new DMatrixRMaj(3, 1, true, 0, 1e160, 2e160)))
                .getMessage();
        assertEquals(
                "KMeans.fit: the numbers in column 0 (counted from 0) of x are about 1e160 apart, so that their squares"
                        + " overflow; multiply all columns by 1e-160",
                message);
        KMeans model = KMeans.builder().clusters(2).fit(new DMatrixRMaj(4, 1, true, 0, .1, 1, 1.1));
        int[] far = model.assignments(new DMatrixRMaj(4, 1, true, -1e200, 1e200, 1e300, -Double.MAX_VALUE));
        int[] ends = model.assignments(new DMatrixRMaj(2, 1, true, 0, 1));
        assertEquals(ends[0], far[0]);
        assertEquals(ends[1], far[1]);
        assertEquals(ends[1], far[2]);
        assertEquals(ends[0], far[3]);
    }

    /** Squared distances that are equal in doubles: the nearest centre is told by their difference. */
    @Test
    void kMeansFarFromAllCentres() {
        KMeans model = KMeans.builder().clusters(2).fit(new DMatrixRMaj(4, 2, true, 0, 0, 0, 0, 1, 0, 1, 0));
        int[] ends = model.assignments(new DMatrixRMaj(2, 2, true, 0, 0, 1, 0));
        for (double out : new double[] {1e5, 1e9, 1e15, 1e160, 1e300}) {
            int[] far = model.assignments(new DMatrixRMaj(2, 2, true, .4, out, .6, -out));
            assertEquals(ends[0], far[0], "at " + out);
            assertEquals(ends[1], far[1], "at " + out);
        }
    }

    @Test
    void densitiesOfExtremeRowsAreNoNaN() {
        DMatrixRMaj x = data(1, 1, 1);
        DMatrixRMaj far = new DMatrixRMaj(5, 3);
        double[] sizes = {1e10, 1e155, 1e200, 1e300, Double.MAX_VALUE};
        for (int i = 0; i < far.data.length; i++) {
            far.data[i] = (i % 2 == 0 ? 1 : -1) * sizes[i / 3];
        }
        double[][] all = {
            GaussianMixture.builder().components(2).fit(x).logDensity(far),
            FactorAnalysis.builder().factors(1).fit(x).logDensity(far),
            ProbabilisticPca.builder().components(1).fit(x).logDensity(far),
            MaximumLikelihoodIca.builder().fit(x).logDensity(far),
            MaximumLikelihoodIca.builder()
                    .sources(MaximumLikelihoodIca.Source.SUPER_GAUSSIAN)
                    .fit(x)
                    .logDensity(far)
        };
        for (double[] densities : all) {
            double before = 0;
            for (double density : densities) {
                assertTrue(density <= before, density + " after " + before);
                before = density;
            }
        }
    }
}
