package lvm.factor;

import static lvm.model.Messages.assertMessage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import lvm.data.Dataset;
import lvm.data.OldFaithful;
import lvm.data.Tables;
import lvm.factor.Pca.Solver;
import lvm.model.EncoderDecoderContract;
import lvm.model.HasDecoder;
import lvm.model.HasEncoder;
import lvm.model.History;
import lvm.model.Rows;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.MatrixFeatures_DDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Principal directions by their definition, whichever way they are found, and what a fit does with bad data. */
class PcaTest implements EncoderDecoderContract<DMatrixRMaj>, Rows.Doubles {
    private final DMatrixRMaj data = LinearSamples.correlated(60, 5, 1);
    private final Pca pca = Pca.builder().components(2).fit(data);

    @Override
    public HasEncoder<DMatrixRMaj> encoder() {
        return pca;
    }

    @Override
    public HasDecoder<DMatrixRMaj> decoder() {
        return pca;
    }

    @Override
    public double[][] observations() {
        return new double[][] {{1, 2, 3, 4, 5}, {0, 0, 0, 0, 0}, {-1, 5, 2, 2, 9}};
    }

    /** S vₖ = λₖ vₖ, orthonormal, in order, by each solver, for more rows than columns and fewer. */
    @ParameterizedTest
    @CsvSource({
        "SVD, 80, 6",
        "EIGEN, 80, 6",
        "RANDOMIZED, 80, 6",
        "AUTO, 80, 6",
        "SVD, 7, 20",
        "EIGEN, 7, 20",
        "RANDOMIZED, 7, 20",
        "EIGEN, 40, 40",
        "EIGEN, 300, 150",
        "EIGEN, 150, 300"
    })
    void directionsAreEigenvectorsOfTheCovariance(Solver solver, int n, int d) {
        DMatrixRMaj x = LinearSamples.normal(n, d, new SplittableRandom(3));
        for (int i = 0; i < x.getNumElements(); i++) {
            x.data[i] = x.data[i] * Math.pow(.8, i % d) + 10; // variances apart from each other
        }
        DMatrixRMaj s = LinearSamples.covariance(x);
        CommonOps_DDRM.scale(n / (n - 1.0), s);
        int k = Math.min(5, Math.min(n - 1, d));
        Pca.Builder builder = Pca.builder().components(k).solver(solver);
        if (solver == Solver.RANDOMIZED) {
            builder.powerIterations(30);
        }
        Pca fitted = builder.fit(x);
        DMatrixRMaj v = fitted.components();
        assertEquals(k, v.numRows);
        assertTrue(MatrixFeatures_DDRM.isIdentity(LinearSamples.product(v, LinearSamples.transpose(v)), 1e-10));
        double[] lambda = fitted.explainedVariance();
        DMatrixRMaj sv = LinearSamples.product(v, s);
        for (int i = 0; i < k; i++) {
            assertTrue(i == 0 || lambda[i] <= lambda[i - 1]);
            for (int j = 0; j < d; j++) {
                assertEquals(lambda[i] * v.get(i, j), sv.get(i, j), 1e-7 * lambda[0]);
            }
        }
        // They are the largest ones: no eigenvalue of what is left is larger.
        double left = CommonOps_DDRM.trace(s) - Arrays.stream(lambda).sum();
        assertEquals(CommonOps_DDRM.trace(s), fitted.totalVariance(), 1e-10 * fitted.totalVariance());
        assertEquals(left / Math.max(1, d - k), fitted.noiseVariance(), 1e-7 * lambda[0]);
        double[] all = Pca.builder().solver(Solver.SVD).fit(x).explainedVariance();
        for (int i = 0; i < k; i++) {
            assertEquals(all[i], lambda[i], 1e-7 * all[0]);
            assertEquals(all[i], fitted.singularValues()[i] * fitted.singularValues()[i] / (n - 1), 1e-7 * all[0]);
        }
        assertArrayEquals(LinearSamples.mean(x), fitted.mean(), 1e-12);
    }

    @Test
    void allDirectionsExplainEverything() {
        Pca all = Pca.builder().fit(data);
        assertEquals(5, all.latentDim());
        assertEquals(1, Arrays.stream(all.explainedVarianceRatio()).sum(), 1e-12);
        assertEquals(0, all.noiseVariance());
        assertTrue(MatrixFeatures_DDRM.isIdentical(data, all.reconstruct(data), 1e-10));
        assertEquals(6, Pca.builder().fit(LinearSamples.correlated(7, 9, 1)).latentDim(), "n − 1 directions of n rows");
    }

    @Test
    void theLargestElementOfADirectionIsPositive() {
        for (Solver solver : Solver.values()) {
            DMatrixRMaj v = Pca.builder().components(3).solver(solver).fit(data).components();
            for (int i = 0; i < 3; i++) {
                double[] row = LinearSamples.row(v, i);
                double largest = Arrays.stream(row).map(Math::abs).max().orElseThrow();
                assertTrue(Arrays.stream(row).anyMatch(value -> value == largest), solver.toString());
            }
        }
    }

    /** No plane through the mean is nearer: any rotation of a kept direction towards another loses variance. */
    @Test
    void thePlaneIsTheNearest() {
        double error = Arrays.stream(pca.reconstructionError(data)).sum();
        double left =
                pca.totalVariance() - Arrays.stream(pca.explainedVariance()).sum();
        assertEquals(left * (data.numRows - 1), error, 1e-9 * error);
        SplittableRandom rng = new SplittableRandom(2);
        for (int trial = 0; trial < 50; trial++) {
            DMatrixRMaj columns = LinearSamples.transpose(pca.components());
            CommonOps_DDRM.addEquals(columns, .1, LinearSamples.normal(5, 2, rng));
            DMatrixRMaj q = Centered.orthonormal(columns);
            DMatrixRMaj projector = LinearSamples.product(q, LinearSamples.transpose(q));
            double other = 0;
            for (int i = 0; i < data.numRows; i++) {
                DMatrixRMaj e = new DMatrixRMaj(1, 5, true, LinearSamples.row(data, i));
                for (int j = 0; j < 5; j++) {
                    e.data[j] -= pca.mean()[j];
                }
                DMatrixRMaj p = LinearSamples.product(e, projector);
                CommonOps_DDRM.subtractEquals(e, p);
                other += CommonOps_DDRM.dot(e, e);
            }
            assertTrue(other > error);
        }
    }

    @Test
    void encodingIsProjectionAndDecodingItsInverseOnThePlane() {
        DMatrixRMaj h = pca.encode(data);
        DMatrixRMaj x = pca.decode(h);
        assertTrue(MatrixFeatures_DDRM.isIdentical(x, pca.reconstruct(data), 1e-12));
        assertTrue(MatrixFeatures_DDRM.isIdentical(h, pca.encode(x), 1e-10));
        DMatrixRMaj s = LinearSamples.covariance(h);
        double[] lambda = pca.explainedVariance();
        for (int i = 0; i < 2; i++) {
            assertEquals(lambda[i] * 59 / 60, s.get(i, i), 1e-10 * lambda[0]);
            assertEquals(0, s.get(0, 1), 1e-10 * lambda[0]);
        }
        // What is left is orthogonal to the plane.
        DMatrixRMaj left = data.copy();
        CommonOps_DDRM.subtractEquals(left, x);
        DMatrixRMaj inPlane = LinearSamples.product(left, LinearSamples.transpose(pca.components()));
        assertEquals(0, CommonOps_DDRM.elementMaxAbs(inPlane), 1e-10);
    }

    @Test
    void whitenedDataHasTheUnitCovariance() {
        DMatrixRMaj white = pca.whiten(data);
        DMatrixRMaj s = LinearSamples.covariance(white);
        CommonOps_DDRM.scale(60 / 59.0, s);
        assertTrue(MatrixFeatures_DDRM.isIdentity(s, 1e-10));
        assertTrue(MatrixFeatures_DDRM.isIdentical(pca.reconstruct(data), pca.unwhiten(white), 1e-10));
    }

    @Test
    void whiteningADirectionWithoutVarianceIsRefused() {
        DMatrixRMaj flat = new DMatrixRMaj(new double[][] {{1, 2, 1}, {2, 4, 1}, {3, 6, 1}, {5, 10, 1}});
        for (Solver solver : new Solver[] {Solver.SVD, Solver.EIGEN}) {
            Pca two = Pca.builder().components(2).solver(solver).fit(flat);
            assertMessage(
                    "Pca.whiten: the data of the fit have no variance along component 1 (counted from 0), so it can not be"
                            + " scaled to 1; fit 1 components",
                    () -> two.whiten(flat));
            assertEquals(1, two.explainedVarianceRatio()[0], 1e-12);
            assertEquals(0, two.explainedVariance()[1], 1e-12);
            assertTrue(MatrixFeatures_DDRM.isIdentical(flat, two.reconstruct(flat), 1e-10));
        }
    }

    @Test
    void principalAnglesOfKnownPlanes() {
        double t = 1e-9;
        DMatrixRMaj x = new DMatrixRMaj(
                new double[][] {{3, 0, 0, 0}, {-3, 0, 0, 0}, {0, 2, 0, 0}, {0, -2, 0, 0}, {0, 0, 1, 0}, {0, 0, -1, 0}});
        Pca plane = Pca.builder().components(2).fit(x);
        // The first two axes: one direction in the plane, one at π/3 to it.
        double[] angles = plane.principalAngles(new DMatrixRMaj(new double[][] {
            {5, 5, 0, 0}, {1, -1, Math.sqrt(2) * Math.sqrt(3), 0}
        }));
        assertArrayEquals(new double[] {0, Math.PI / 3}, angles, 1e-12);
        assertArrayEquals(
                new double[] {t}, plane.principalAngles(new DMatrixRMaj(new double[][] {{2, 0, 0, 2 * t}})), 1e-16);
        assertArrayEquals(
                new double[] {0, 0},
                plane.principalAngles(CommonOps_DDRM.identity(4)),
                1e-12,
                "the whole space holds the plane");
        assertArrayEquals(
                new double[] {Math.PI / 2, Math.PI / 2},
                plane.principalAngles(new DMatrixRMaj(new double[][] {{0, 0, 1, 0}, {0, 0, 0, 1}})),
                1e-12);
        assertMessage(
                "Pca.principalAngles: 0 directions, expected 1 to 4",
                () -> plane.principalAngles(new DMatrixRMaj(0, 4)));
    }

    @Test
    void theSeedDecidesTheSketch() {
        DMatrixRMaj x = LinearSamples.normal(50, 40, new SplittableRandom(1));
        Pca.Builder sketch = Pca.builder()
                .components(3)
                .solver(Solver.RANDOMIZED)
                .powerIterations(0)
                .oversampling(0);
        DMatrixRMaj one = sketch.seed(1).fit(x).components();
        assertArrayEquals(one.data, sketch.seed(1).fit(x).components().data);
        assertTrue(CommonOps_DDRM.elementMaxAbs(LinearSamples.product(
                        one, LinearSamples.transpose(sketch.seed(2).fit(x).components())))
                < .999);
        // A sketch finds no more variance than there is, and more power iterations find more of it.
        double exact = Arrays.stream(Pca.builder().components(3).fit(x).explainedVariance())
                .sum();
        double before = 0;
        for (int power : new int[] {0, 2, 20}) {
            double found = Arrays.stream(
                            sketch.seed(1).powerIterations(power).fit(x).explainedVariance())
                    .sum();
            assertTrue(found > before && found <= exact * (1 + 1e-12), power + " power iterations");
            before = found;
        }
    }

    @Test
    void aTableIsAMatrix() {
        Pca faithful = Pca.builder().components(1).fit(OldFaithful.load());
        DMatrixRMaj x = Tables.matrix(OldFaithful.load());
        assertArrayEquals(Pca.builder().components(1).fit(x).components().data, faithful.components().data);
        assertEquals(272, faithful.encode(Dataset.of(OldFaithful.load())).numRows);
    }

    @Test
    void summaryTellsWhatWasFound() {
        assertEquals(History.Stop.CLOSED_FORM, pca.history().stop());
        assertEquals("2", pca.summary().settings().get("components"));
        assertEquals("SVD", pca.summary().settings().get("solver"));
        assertTrue(pca.toString().contains("explained variance"), pca.toString());
    }

    // --- bad input

    @ParameterizedTest
    @EnumSource(Solver.class)
    void badDataIsNamed(Solver solver) {
        Pca.Builder two = Pca.builder().components(2).solver(solver);
        assertMessage(
                "Pca.fit: NaN in row 1, column 0 (counted from 0), expected finite numbers",
                () -> two.fit(new double[][] {{1, 2}, {Double.NaN, 4}, {5, 6}}));
        assertMessage("Pca.fit: no rows, expected at least 1", () -> two.fit(new DMatrixRMaj(0, 3)));
        assertMessage("Pca.fit: x has 1 rows, expected at least 2", () -> two.fit(new double[][] {{1, 2, 3}}));
        assertMessage(
                "Pca.fit: components is 2, x has only 1 columns", () -> two.fit(new double[][] {{1}, {2}, {3}, {4}}));
        assertMessage(
                "Pca.fit: components is 2, but the 2 rows of x lie in 1 direction around their mean",
                () -> two.fit(new double[][] {{1, 2, 3}, {2, 3, 4}}));
        assertMessage(
                "Pca.fit: all 3 rows of x are the same, there is no variance",
                () -> two.fit(new double[][] {{1, 2}, {1, 2}, {1, 2}}));
    }

    @ParameterizedTest
    @EnumSource(Solver.class)
    void numbersWhoseSquaresOverflowAreRefused(Solver solver) {
        assertMessage(
                "Pca.fit: the numbers in column 1 (counted from 0) of x are about 1e300 apart, so that their squares"
                        + " overflow; multiply all columns by 1e-300",
                () -> Pca.builder().components(1).solver(solver).fit(new double[][] {{1e200, 2}, {0, 3}, {5, 1e300}}));
    }

    @ParameterizedTest
    @EnumSource(Solver.class)
    void aConstantColumnHasNoPart(Solver solver) {
        DMatrixRMaj x = LinearSamples.correlated(30, 4, 2);
        for (int i = 0; i < 30; i++) {
            x.set(i, 2, 7);
        }
        Pca fitted = Pca.builder().components(3).solver(solver).fit(x);
        for (int i = 0; i < 3; i++) {
            assertEquals(0, fitted.components().get(i, 2), 1e-12);
        }
        assertEquals(7, fitted.reconstruct(x).get(0, 2), 1e-12);
    }

    @Test
    void settingsAreCheckedAtOnce() {
        Pca.Builder b = Pca.builder();
        assertMessage("Pca: components is 0, expected at least 1", () -> b.components(0));
        assertMessage("Pca: oversampling is -1, expected at least 0", () -> b.oversampling(-1));
        assertMessage("Pca: powerIterations is -2, expected at least 0", () -> b.powerIterations(-2));
        DMatrixRMaj x = LinearSamples.correlated(20, 3, 1);
        assertMessage(
                "Pca: oversampling is set, but the solver SVD does not use it",
                () -> Pca.builder().solver(Solver.SVD).oversampling(3).fit(x));
        assertMessage(
                "Pca: powerIterations is set, but the solver EIGEN does not use it",
                () -> Pca.builder().solver(Solver.EIGEN).powerIterations(3).fit(x));
    }

    @Test
    void anInterruptIsACancellation() {
        DMatrixRMaj x = LinearSamples.normal(30, 20, new SplittableRandom(1));
        Thread.currentThread().interrupt();
        try {
            for (Solver solver : new Solver[] {Solver.EIGEN, Solver.RANDOMIZED}) {
                assertThrows(
                        CancellationException.class,
                        () -> Pca.builder().components(2).solver(solver).fit(x));
            }
            assertTrue(Thread.currentThread().isInterrupted());
        } finally {
            Thread.interrupted();
        }
    }
}
