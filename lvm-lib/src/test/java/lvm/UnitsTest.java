package lvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import lvm.factor.FactorAnalysis;
import lvm.factor.FastIca;
import lvm.factor.MaximumLikelihoodIca;
import lvm.factor.Pca;
import lvm.factor.ProbabilisticPca;
import lvm.factor.SlowFeatureAnalysis;
import lvm.factor.SparseCoding;
import lvm.flow.Maf;
import lvm.flow.NormalizingFlow;
import lvm.flow.RealNvp;
import lvm.mixture.Covariance;
import lvm.mixture.GaussianMixture;
import lvm.mixture.KMeans;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Data in other units: what a model finds changes by what its equations say and by nothing else. Each model of real numbers
 * says which of two holds for it: one factor for all columns, or a factor for each column alone.
 */
class UnitsTest {
    private static final int N = 300;
    private static final int D = 3;

    /** Which factors leave a model what it is. */
    private enum Holds {
        ONE_FACTOR,
        EACH_COLUMN
    }

    /** What a fit to data in units found, in the units of the data without factors. */
    private interface Results {
        /**
         * Numbers.
         *
         * @param x the data in their units
         * @param c the factor of each column
         */
        Map<String, double[]> of(DMatrixRMaj x, double[] c);
    }

    private record Case(Holds holds, double tolerance, Results results) {}

    /** Two clusters, mixed with a uniform and a slow signal. */
    private static DMatrixRMaj data() {
        SplittableRandom rng = new SplittableRandom(8);
        DMatrixRMaj x = new DMatrixRMaj(N, D);
        for (int i = 0; i < N; i++) {
            double a = (rng.nextDouble() < .4 ? -3 : 2) + .3 * rng.nextGaussian();
            double b = rng.nextDouble(-1, 1);
            double c = 2 * Math.sin(i / 15.0) + .2 * rng.nextGaussian();
            x.set(i, 0, a + b + .5 * c + 1);
            x.set(i, 1, a - b);
            x.set(i, 2, b + c - .3 * a + 4);
        }
        return x;
    }

    private static DMatrixRMaj times(DMatrixRMaj x, double... c) {
        DMatrixRMaj y = x.copy();
        for (int i = 0; i < y.data.length; i++) {
            y.data[i] *= c[i % c.length];
        }
        return y;
    }

    /** Log densities in units without factors. */
    private static double[] densities(double[] logs, double... c) {
        double sum = Arrays.stream(c).map(Math::log).sum();
        return Arrays.stream(logs).map(log -> log + sum).toArray();
    }

    private static double[] means(double[] mean, double... c) {
        double[] m = mean.clone();
        Arrays.setAll(m, j -> mean[j] / c[j % c.length]);
        return m;
    }

    private static double[] squared(double[] values, double... c) {
        double[] v = values.clone();
        Arrays.setAll(v, j -> values[j] / c[j % c.length] / c[j % c.length]);
        return v;
    }

    /** Columns of sources that have no order and no sign of their own: those of W/c, sorted, largest element positive. */
    private static double[] columns(DMatrixRMaj mixing, double... c) {
        List<double[]> all = new ArrayList<>();
        for (int a = 0; a < mixing.numCols; a++) {
            double[] column = new double[mixing.numRows];
            int largest = 0;
            for (int j = 0; j < column.length; j++) {
                column[j] = mixing.get(j, a) / c[j];
                largest = Math.abs(column[j]) > Math.abs(column[largest]) ? j : largest;
            }
            double sign = Math.signum(column[largest]);
            all.add(Arrays.stream(column).map(v -> sign * v).toArray());
        }
        all.sort((p, q) -> Double.compare(p[0], q[0]));
        return all.stream().flatMapToDouble(Arrays::stream).toArray();
    }

    private static Map<String, double[]> map(Object... parts) {
        Map<String, double[]> map = new LinkedHashMap<>();
        for (int i = 0; i < parts.length; i += 2) {
            map.put((String) parts[i], (double[]) parts[i + 1]);
        }
        return map;
    }

    private static FMatrixRMaj floats(DMatrixRMaj x) {
        FMatrixRMaj y = new FMatrixRMaj(x.numRows, x.numCols);
        for (int i = 0; i < x.data.length; i++) {
            y.data[i] = (float) x.data[i];
        }
        return y;
    }

    private static Map<String, double[]> mixture(GaussianMixture model, DMatrixRMaj x, double... c) {
        double[] means = new double[0];
        double[] variances = new double[0];
        for (int k = 0; k < model.components(); k++) {
            double[] mean = means(model.mean(k), c);
            double[] variance = new double[D];
            for (int j = 0; j < D; j++) {
                variance[j] = model.covariance(k).get(j, j) / c[j] / c[j];
            }
            means = concat(means, mean);
            variances = concat(variances, variance);
        }
        return map(
                "weights",
                model.weights(),
                "means",
                means,
                "variances",
                variances,
                "responsibilities",
                model.responsibilities(x).data,
                "densities",
                densities(model.logDensity(x), c));
    }

    private static double[] concat(double[] a, double[] b) {
        double[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    private static Map<String, Case> cases() {
        Map<String, Case> all = new TreeMap<>();
        for (Covariance form : Covariance.values()) {
            all.put(
                    "GaussianMixture " + form,
                    new Case(
                            form == Covariance.SPHERICAL ? Holds.ONE_FACTOR : Holds.EACH_COLUMN,
                            1e-6,
                            (x, c) -> mixture(
                                    GaussianMixture.builder()
                                            .components(2)
                                            .covariance(form)
                                            .fit(x),
                                    x,
                                    c)));
        }
        all.put("KMeans", new Case(Holds.ONE_FACTOR, 1e-9, (x, c) -> {
            KMeans model = KMeans.builder().clusters(3).fit(x);
            return map(
                    "centres", means(model.centres().data, c),
                    "inertia", squared(new double[] {model.inertia()}, c[0]),
                    "clusters",
                            Arrays.stream(model.assignments(x)).asDoubleStream().toArray());
        }));
        for (Pca.Solver solver : Pca.Solver.values()) {
            all.put("Pca " + solver, new Case(Holds.ONE_FACTOR, 1e-6, (x, c) -> {
                Pca model = Pca.builder().components(2).solver(solver).fit(x);
                return map(
                        "directions", model.components().data,
                        "variances", squared(model.explainedVariance(), c[0]),
                        "total", squared(new double[] {model.totalVariance()}, c[0]),
                        "codes", means(model.encode(x).data, c[0]),
                        "ratios", model.explainedVarianceRatio(),
                        "white", model.whiten(x).data);
            }));
        }
        for (ProbabilisticPca.Method method : ProbabilisticPca.Method.values()) {
            all.put("ProbabilisticPca " + method, new Case(Holds.ONE_FACTOR, 1e-5, (x, c) -> {
                ProbabilisticPca model =
                        ProbabilisticPca.builder().components(1).method(method).fit(x);
                return map(
                        "noise", squared(new double[] {model.noiseVariance()}, c[0]),
                        "densities", densities(model.logDensity(x), c));
            }));
        }
        for (FactorAnalysis.Algorithm algorithm : FactorAnalysis.Algorithm.values()) {
            all.put("FactorAnalysis " + algorithm, new Case(Holds.EACH_COLUMN, 1e-5, (x, c) -> {
                FactorAnalysis model =
                        FactorAnalysis.builder().factors(1).algorithm(algorithm).fit(x);
                return map(
                        "loadings", means(model.loadings().data, c),
                        "noise", squared(model.noiseVariances(), c),
                        "communalities", model.communalities(),
                        "densities", densities(model.logDensity(x), c));
            }));
        }
        for (FastIca.Algorithm algorithm : FastIca.Algorithm.values()) {
            all.put(
                    "FastIca " + algorithm,
                    // One source after another: which comes first depends on where the random start is in x.
                    new Case(
                            algorithm == FastIca.Algorithm.SYMMETRIC ? Holds.EACH_COLUMN : Holds.ONE_FACTOR,
                            1e-4,
                            (x, c) -> {
                                FastIca model = FastIca.builder()
                                        .algorithm(algorithm)
                                        .tolerance(1e-12)
                                        .fit(x);
                                return map("mixing", columns(model.mixing(), c));
                            }));
        }
        all.put("FastIca of fewer sources", new Case(Holds.ONE_FACTOR, 1e-6, (x, c) -> {
            FastIca model = FastIca.builder().components(2).fit(x);
            return map("mixing", means(model.mixing().data, c[0]), "sources", model.encode(x).data);
        }));
        all.put("MaximumLikelihoodIca", new Case(Holds.EACH_COLUMN, 1e-4, (x, c) -> {
            MaximumLikelihoodIca model =
                    MaximumLikelihoodIca.builder().tolerance(1e-9).fit(x);
            return map(
                    "mixing", columns(model.mixing(), c),
                    "densities", densities(model.logDensity(x), c));
        }));
        for (SlowFeatureAnalysis.Expansion expansion : SlowFeatureAnalysis.Expansion.values()) {
            all.put("SlowFeatureAnalysis " + expansion, new Case(Holds.EACH_COLUMN, 1e-7, (x, c) -> {
                SlowFeatureAnalysis model = SlowFeatureAnalysis.builder()
                        .components(2)
                        .expansion(expansion)
                        .fit(x);
                return map(
                        "slowness", model.slowness(),
                        "weights", model.weights().data,
                        "features", model.encode(x).data);
            }));
        }
        for (int batch : new int[] {50, N}) {
            all.put("SparseCoding by " + batch, new Case(Holds.ONE_FACTOR, 1e-5, (x, c) -> {
                double unit = c[0];
                SparseCoding model = SparseCoding.builder()
                        .components(4)
                        .lambda(.5 / unit)
                        .beta(2 / unit / unit)
                        .epochs(3)
                        .batchSize(batch)
                        .fit(x);
                DMatrixRMaj h = model.encode(x);
                return map(
                        "dictionary", model.dictionary().data,
                        "codes", means(h.data, unit),
                        "losses", model.loss(x, h));
            }));
        }
        Map<String, BiFunction<DMatrixRMaj, double[], NormalizingFlow>> flows = Map.of(
                "MAF",
                (x, c) -> NormalizingFlow.builder()
                        .architecture(Maf.layers(2, 8))
                        .epochs(2)
                        .fit(floats(x)),
                "RealNVP",
                (x, c) -> NormalizingFlow.builder()
                        .architecture(RealNvp.layers(2, 8))
                        .epochs(2)
                        .fit(floats(x)));
        flows.forEach((name, fit) -> all.put("NormalizingFlow " + name, new Case(Holds.EACH_COLUMN, 2e-3, (x, c) -> {
            NormalizingFlow model = fit.apply(x, c);
            return map("densities", densities(model.logDensity(floats(x)), c));
        })));
        return all;
    }

    static Stream<String> names() {
        return cases().keySet().stream();
    }

    private static void same(
            Map<String, double[]> expected, Map<String, double[]> found, double tolerance, String what) {
        expected.forEach((name, values) -> {
            double size = Arrays.stream(values).map(Math::abs).max().orElse(0);
            for (int i = 0; i < values.length; i++) {
                assertEquals(
                        values[i],
                        found.get(name)[i],
                        tolerance * size,
                        what + ": element " + i + " of " + name + ", of which the largest is " + size);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("names")
    void oneFactorChangesWhatTheEquationsSay(String name) {
        Case model = cases().get(name);
        DMatrixRMaj x = data();
        double[] one = {1, 1, 1};
        Map<String, double[]> expected = model.results.of(x, one);
        for (double factor : new double[] {1e-12, 1e-5, 1 / 3.0, 1e5, 1e12}) {
            double[] c = {factor, factor, factor};
            same(expected, model.results.of(times(x, c), c), model.tolerance, "times " + factor);
        }
    }

    static Stream<String> eachColumn() {
        return cases().entrySet().stream()
                .filter(e -> e.getValue().holds == Holds.EACH_COLUMN)
                .map(Map.Entry::getKey);
    }

    @ParameterizedTest
    @MethodSource("eachColumn")
    void aFactorForEachColumnDoesToo(String name) {
        Case model = cases().get(name);
        DMatrixRMaj x = data();
        Map<String, double[]> expected = model.results.of(x, new double[] {1, 1, 1});
        for (double[] c : new double[][] {{1, 7, .1}, {1, 1e-8, 1}, {1e12, 1, 1e-12}, {1e-6, 1e4, 1e9}}) {
            same(expected, model.results.of(times(x, c), c), model.tolerance, "times " + Arrays.toString(c));
        }
    }

    /** A new model of real numbers gets a case above. */
    @Test
    void everyLinearModelAndMixtureSaysWhatHolds() {
        SmallFits.builders().forEach((name, fit) -> {
            String family = fit.builder().get().getClass().getPackageName();
            String model = name.split(" ")[0];
            if ((family.equals("lvm.mixture") || family.equals("lvm.factor")) && !model.equals("BernoulliMixture")) {
                assertTrue(cases().keySet().stream().anyMatch(known -> known.startsWith(model)), name);
            }
        });
    }

    /** Two sources that are mixed, the second column in units of 10⁻⁸: no column is a combination of the other. */
    @Test
    void aColumnInOtherUnitsIsNoDependentColumn() {
        SplittableRandom rng = new SplittableRandom(1);
        DMatrixRMaj x = new DMatrixRMaj(500, 2);
        for (int i = 0; i < x.numRows; i++) {
            double s = rng.nextDouble(-1, 1);
            double u = rng.nextDouble(-1, 1);
            x.set(i, 0, s + u);
            x.set(i, 1, 1e-8 * (s - 2 * u));
        }
        DMatrixRMaj w = FastIca.builder().fit(x).mixing();
        // Of the two columns, one is (1, 10⁻⁸)/√3 and one (1, −2 · 10⁻⁸)/√3, up to a sign and the sample.
        double[] slopes = {w.get(1, 0) / w.get(0, 0), w.get(1, 1) / w.get(0, 1)};
        Arrays.sort(slopes);
        assertEquals(-2e-8, slopes[0], 3e-9);
        assertEquals(1e-8, slopes[1], 3e-9);
        assertTrue(MaximumLikelihoodIca.builder().fit(x).converged());
    }
}
