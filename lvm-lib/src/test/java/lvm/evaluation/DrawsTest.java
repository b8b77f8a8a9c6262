package lvm.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import lvm.classify.NearestNeighbours;
import lvm.classify.NeuralClassifier;
import lvm.data.Dataset;
import lvm.data.Matrices;
import lvm.data.PlanarModes;
import lvm.model.Classifier;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What is asked of draws, against what is known exactly. */
class DrawsTest {
    private static void fails(Executable body, String... parts) {
        String text = assertThrows(IllegalArgumentException.class, body).getMessage();
        for (String part : parts) {
            assertTrue(text.contains(part), text);
        }
    }

    private static DMatrixRMaj normal(int n, SplittableRandom rng, double... deviations) {
        DMatrixRMaj x = new DMatrixRMaj(n, deviations.length);
        for (int i = 0; i < x.data.length; i++) {
            x.data[i] = deviations[i % deviations.length] * rng.nextGaussian();
        }
        return x;
    }

    private static FMatrixRMaj floats(DMatrixRMaj x) {
        FMatrixRMaj y = new FMatrixRMaj(x.numRows, x.numCols);
        for (int i = 0; i < x.data.length; i++) {
            y.data[i] = (float) x.data[i];
        }
        return y;
    }

    // --- inception score

    @Test
    void theInceptionScoreHasItsBounds() {
        int k = 7;
        DMatrixRMaj sure = new DMatrixRMaj(3 * k, k);
        DMatrixRMaj unsure = new DMatrixRMaj(5, k);
        unsure.fill(1.0 / k);
        for (int i = 0; i < sure.numRows; i++) {
            sure.set(i, i % k, 1);
        }
        assertEquals(k, InceptionScore.of(sure), 1e-12);
        assertEquals(1, InceptionScore.of(unsure), 1e-12);
        DMatrixRMaj one = new DMatrixRMaj(6, k);
        for (int i = 0; i < 6; i++) {
            one.set(i, 2, 1);
        }
        assertEquals(1, InceptionScore.of(one), 1e-12); // a mode dropped is a class not seen
        SplittableRandom rng = new SplittableRandom(1);
        for (int trial = 0; trial < 50; trial++) {
            DMatrixRMaj p = new DMatrixRMaj(4, k);
            for (int i = 0; i < 4; i++) {
                double sum = 0;
                for (int j = 0; j < k; j++) {
                    p.set(i, j, Math.exp(3 * rng.nextGaussian()));
                    sum += p.get(i, j);
                }
                for (int j = 0; j < k; j++) {
                    p.set(i, j, p.get(i, j) / sum);
                }
            }
            double score = InceptionScore.of(p);
            assertTrue(score > 1 && score < k);
        }
    }

    /** Two kinds of rows, (0.9, 0.1) and (0.2, 0.8), twice as many of the first: the definition by hand. */
    @Test
    void theInceptionScoreIsItsDefinition() {
        DMatrixRMaj p = new DMatrixRMaj(new double[][] {{0.9, 0.1}, {0.9, 0.1}, {0.2, 0.8}});
        double a = 2.0 / 3;
        double b = 1.0 / 3;
        double kl = a * (0.9 * Math.log(0.9 / a) + 0.1 * Math.log(0.1 / b))
                + b * (0.2 * Math.log(0.2 / a) + 0.8 * Math.log(0.8 / b));
        assertEquals(2.0 / 3, (2 * 0.9 + 0.2) / 3, 1e-12);
        assertEquals(Math.exp(kl), InceptionScore.of(p), 1e-12);
        double[] groups = InceptionScore.groups(p, 2);
        assertEquals(1, groups[0], 1e-12); // one row alone
        double m = 0.55;
        double second = 0.5 * (0.9 * Math.log(0.9 / m) + 0.1 * Math.log(0.1 / (1 - m)))
                + 0.5 * (0.2 * Math.log(0.2 / m) + 0.8 * Math.log(0.8 / (1 - m)));
        assertEquals(Math.exp(second), groups[1], 1e-12);
    }

    @Test
    void theInceptionScoreOfAClassifier() {
        double[][] rows = new double[80][];
        Arrays.setAll(rows, i -> new double[] {10 * (i % 4) + 0.01 * i});
        Dataset data = Dataset.of(rows)
                .withLabels(IntStream.range(0, 80).map(i -> i % 4).toArray());
        Classifier classifier = NearestNeighbours.of(data, 1);
        assertEquals(4, InceptionScore.of(classifier, data.floatMatrix()), 1e-9);
        FMatrixRMaj three = new FMatrixRMaj(new float[][] {{0}, {0}, {10}, {20}});
        // sure classes: the exponential of the entropy of (1/2, 1/4, 1/4)
        assertEquals(Math.exp(1.5 * Math.log(2)), InceptionScore.of(classifier, three), 1e-9);
        NeuralClassifier unsure = NeuralClassifier.builder().hidden(4).epochs(1).fit(data);
        assertEquals(InceptionScore.of(unsure.classProbabilities(three)), InceptionScore.of(unsure, three), 1e-12);
        fails(() -> InceptionScore.of(new DMatrixRMaj(0, 3)), "0 rows");
        fails(() -> InceptionScore.of(new DMatrixRMaj(new double[][] {{0.5, 0.4}})), "sums to 0.9");
        fails(() -> InceptionScore.of(new DMatrixRMaj(new double[][] {{1.5, -0.5}})), "from 0 to 1");
        fails(() -> InceptionScore.groups(new DMatrixRMaj(new double[][] {{0.5, 0.5}}), 2), "2 groups of 1");
    }

    // --- Fréchet distance

    /** Of covariances that commute it is ‖m₁ − m₂‖² + Σ (σ₁ − σ₂)²; rotated alike it is the same. */
    @Test
    void theFrechetDistanceOfKnownGaussians() {
        DMatrixRMaj a = Matrices.diagonal(4, 9, 1);
        DMatrixRMaj b = Matrices.diagonal(1, 16, 0);
        double expected = 1 + 4 + 0.25 + 1 + 1 + 1;
        double[] m = {0, 1, 2};
        double[] n = {1, 3, 1.5};
        assertEquals(expected, FrechetDistance.ofMoments(m, a, n, b).squared(), 1e-10);
        double c = Math.cos(0.7);
        double s = Math.sin(0.7);
        DMatrixRMaj r = new DMatrixRMaj(new double[][] {{c, -s, 0}, {s, c, 0}, {0, 0, 1}});
        DMatrixRMaj ra = Matrices.times(Matrices.times(r, a), Matrices.transpose(r));
        DMatrixRMaj rb = Matrices.times(Matrices.times(r, b), Matrices.transpose(r));
        double[] rm = {c * m[0] - s * m[1], s * m[0] + c * m[1], m[2]};
        double[] rn = {c * n[0] - s * n[1], s * n[0] + c * n[1], n[2]};
        assertEquals(expected, FrechetDistance.ofMoments(rm, ra, rn, rb).squared(), 1e-10);
        assertEquals(0, FrechetDistance.ofMoments(rm, ra, rm, ra).squared(), 1e-10);
        // Of covariances that do not commute: 2×2, tr (S₁S₂)^½ = √(tr S₁S₂ + 2 √det S₁S₂).
        DMatrixRMaj p = new DMatrixRMaj(new double[][] {{2, 1}, {1, 3}});
        DMatrixRMaj q = new DMatrixRMaj(new double[][] {{5, -2}, {-2, 1}});
        double trace = 2 * 5 + 2 * 1 * -2 + 3;
        double root = Math.sqrt(trace + 2 * Math.sqrt((2 * 3 - 1) * (5 - 4)));
        double[] zero = {0, 0};
        assertEquals(
                5 + 6 - 2 * root, FrechetDistance.ofMoments(zero, p, zero, q).squared(), 1e-10);
    }

    /** From rows: 4·20,000 numbers, standard errors of variances √(2/20,000): ten of them for the distance. */
    @Test
    void theFrechetDistanceOfRows() {
        SplittableRandom rng = new SplittableRandom(2);
        DMatrixRMaj a = normal(20_000, rng, 1, 2);
        DMatrixRMaj b = normal(20_000, rng, 3, 2);
        for (int i = 0; i < b.numRows; i++) {
            b.data[2 * i + 1] += 1.5;
        }
        FrechetDistance distance = FrechetDistance.of(a, floats(b));
        assertEquals(4 + 2.25, distance.squared(), 0.3);
        assertFalse(distance.isSingular());
        // exactly the moments' own, with 1/(n − 1)
        DMatrixRMaj x = new DMatrixRMaj(new double[][] {{0, 0}, {2, 0}, {0, 2}});
        DMatrixRMaj y = new DMatrixRMaj(new double[][] {{1, 1}, {3, 1}, {1, 3}});
        assertEquals(2, FrechetDistance.of(x, y).squared(), 1e-9);
        DMatrixRMaj s = new DMatrixRMaj(new double[][] {{4.0 / 3, -2.0 / 3}, {-2.0 / 3, 4.0 / 3}});
        double[] mean = {2.0 / 3, 2.0 / 3};
        DMatrixRMaj z = Matrices.diagonal(0, 0);
        FrechetDistance known = FrechetDistance.ofMoments(mean, s, mean, z);
        DMatrixRMaj point = new DMatrixRMaj(new double[][] {{2.0 / 3, 2.0 / 3}, {2.0 / 3, 2.0 / 3}});
        assertEquals(known.squared(), FrechetDistance.of(x, point).squared(), 1e-9);
        FrechetDistance few = FrechetDistance.of(x, point);
        assertTrue(few.isSingular() && few.toString().contains("singular"), few.toString());
        fails(() -> FrechetDistance.of(x, new DMatrixRMaj(4, 3)), "3 columns, expected 2");
        fails(() -> FrechetDistance.of(x, new DMatrixRMaj(1, 2)), "1 rows, expected at least 2");
        fails(() -> FrechetDistance.ofMoments(mean, s, new double[3], z), "means of 2 and 3");
    }

    // --- modes

    @Test
    void modesAreFoundByGoodDrawsOnly() {
        PlanarModes ring = PlanarModes.ring(8, 1, 0.01);
        DMatrixRMaj c = ring.centres();
        DMatrixRMaj draws = new DMatrixRMaj(5, 2);
        for (int i = 0; i < 3; i++) { // two near mode 0, one near mode 3
            draws.set(i, 0, c.get(i < 2 ? 0 : 3, 0) + 0.0299);
            draws.set(i, 1, c.get(i < 2 ? 0 : 3, 1));
        }
        draws.set(3, 0, c.get(5, 0) + 0.0301); // just too far from mode 5
        draws.set(3, 1, c.get(5, 1));
        ModeCoverage coverage = ModeCoverage.of(ring, draws);
        assertArrayEquals(new int[] {2, 0, 0, 1, 0, 0, 0, 0}, coverage.counts());
        assertEquals(2, coverage.found());
        assertEquals(0.6, coverage.highQuality(), 1e-12);
        double shares = Math.log(8) + 2.0 / 3 * Math.log(2.0 / 3) + 1.0 / 3 * Math.log(1.0 / 3);
        assertEquals(shares, coverage.divergence(), 1e-12);
        assertTrue(Double.isNaN(ModeCoverage.of(ring, new DMatrixRMaj(1, 2)).divergence()));
    }

    /** Draws of the mixture itself: all modes, 1 − e^(−9/2) of high quality (20,000 draws: five standard errors are 0.0037). */
    @Test
    void theMixtureItselfIsFoundWhole() {
        for (PlanarModes modes : new PlanarModes[] {PlanarModes.ring(8, 1, 0.01), PlanarModes.grid(5, 2, 0.05)}) {
            Dataset data = modes.generate(20_000, 3);
            ModeCoverage coverage = ModeCoverage.of(modes, data.floatMatrix());
            assertEquals(modes.modes(), coverage.found());
            assertEquals(1 - Math.exp(-4.5), coverage.highQuality(), 0.0037);
            assertEquals(0, coverage.divergence(), 0.003);
            int[] counts = new int[modes.modes()];
            for (int label : data.labels()) {
                counts[label]++;
            }
            for (int k = 0; k < counts.length; k++) { // labels are the modes
                assertEquals(counts[k], coverage.counts()[k], 0.03 * counts[k] + 5);
            }
        }
        DMatrixRMaj grid = PlanarModes.grid(5, 2, 0.05).centres();
        assertArrayEquals(new double[] {-4, -4}, Matrices.row(grid, 0));
        assertArrayEquals(new double[] {4, 4}, Matrices.row(grid, 24));
        fails(() -> PlanarModes.ring(8, 1, 2), "deviation 2");
        fails(() -> PlanarModes.grid(0, 1, 0.1), "0 modes");
        fails(() -> ModeCoverage.of(grid, Double.NaN, grid), "deviation is NaN");
        fails(() -> ModeCoverage.of(grid, 1, new DMatrixRMaj(0, 2)), "0 rows");
    }

    // --- precision and recall

    @Test
    void precisionAndRecallOnALine() {
        // Rows 0, 1, 2, 10: with one neighbour the balls are [−1, 1], [0, 2], [1, 3], [2, 18].
        DMatrixRMaj rows = new DMatrixRMaj(new double[][] {{0}, {1}, {2}, {10}});
        DMatrixRMaj draws = new DMatrixRMaj(new double[][] {{-1.5}, {0.5}, {18.5}});
        // Balls of the draws: −1.5 and 0.5 reach 2, 18.5 reaches 18: rows 0, 1, 2 and 10 are in some.
        PrecisionRecall one = PrecisionRecall.of(rows, draws, 1);
        assertEquals(1.0 / 3, one.precision(), 1e-12);
        assertEquals(1, one.recall(), 1e-12);
        PrecisionRecall two = PrecisionRecall.of(rows, draws, 2);
        assertEquals(1, two.precision(), 1e-12); // the ball of 10 reaches 9 to 1, of 0 reaches 2 to −1.5
        DMatrixRMaj collapsed = new DMatrixRMaj(new double[][] {{1}, {1.01}, {1.02}});
        PrecisionRecall narrow = PrecisionRecall.of(rows, collapsed, 1);
        assertEquals(1, narrow.precision(), 1e-12);
        assertEquals(0.25, narrow.recall(), 1e-12); // only the row at 1
        fails(() -> PrecisionRecall.of(rows, collapsed, 3), "3 rows, expected at least 4");
        fails(() -> PrecisionRecall.of(rows, collapsed, 0), "neighbours is 0");
    }

    // --- two samples

    /**
     * Of one distribution, 400 tests of 100 rows: the mean accuracy is ½ ± 5 (0.05/√400) and the variance 1/(4 n) within a factor
     * of 1 ± 5 √(2/400); both fail by chance less than once in 10⁵.
     */
    @Test
    void theNullDistributionOfTheTwoSampleTest() {
        SplittableRandom rng = new SplittableRandom(4);
        double[] accuracies = new double[400];
        int low = 0;
        for (int t = 0; t < accuracies.length; t++) {
            FMatrixRMaj a = floats(normal(100, rng, 1, 1));
            FMatrixRMaj b = floats(normal(100, rng, 1, 1));
            TwoSampleTest test = TwoSampleTest.of(a, b, data -> NearestNeighbours.of(data, 3), rng);
            assertEquals(100, test.rows());
            accuracies[t] = test.accuracy();
            low += test.pValue() < 0.05 ? 1 : 0;
        }
        assertEquals(0.5, Matrices.mean(accuracies), 0.0125);
        assertEquals(1, Matrices.variance(accuracies) * 4 * 100, 0.36);
        assertTrue(low < 45, low + " of 400 below 0.05"); // 20 expected, 25 is 5.7 deviations
    }

    @Test
    void theTwoSampleTestSeesADifference() {
        SplittableRandom rng = new SplittableRandom(5);
        FMatrixRMaj a = floats(normal(400, rng, 1, 1));
        DMatrixRMaj far = normal(400, rng, 1, 1);
        for (int i = 0; i < far.data.length; i++) {
            far.data[i] += 1.5;
        }
        TwoSampleTest test = TwoSampleTest.of(a, floats(far), data -> NearestNeighbours.of(data, 5), rng);
        // the best accuracy is Φ(1.5 √2 / 2) = 0.856; 400 rows have a standard error of 0.018
        assertEquals(0.84, test.accuracy(), 0.08);
        assertTrue(test.pValue() < 1e-10 && new TwoSampleTest(0.5, 400).pValue() == 0.5, test.toString());
        assertEquals(0.025, test.nullDeviation(), 1e-12);
        // 1 − Φ(2) of an accuracy two deviations above
        assertEquals(0.02275, new TwoSampleTest(0.55, 400).pValue(), 1e-5);
        fails(
                () -> TwoSampleTest.of(a, new FMatrixRMaj(300, 2), d -> NearestNeighbours.of(d, 1), rng),
                "400 rows and 300 draws");
    }

    // --- neighbours, windows

    @Test
    void theNearestTrainingRow() {
        DMatrixRMaj training = new DMatrixRMaj(new double[][] {{0, 0}, {3, 4}, {10, 0}});
        FMatrixRMaj draws = new FMatrixRMaj(new float[][] {{0, 0}, {0, 5}, {9, 1}});
        TrainingNeighbours found = TrainingNeighbours.of(draws, training);
        assertArrayEquals(new int[] {0, 1, 2}, found.rows());
        assertArrayEquals(new double[] {0, Math.sqrt(10), Math.sqrt(2)}, found.distances(), 1e-9);
        fails(() -> TrainingNeighbours.of(draws, new DMatrixRMaj(0, 2)), "0 rows");
    }

    /** The density is that of its definition and integrates to 1; the width is the best of those asked. */
    @Test
    void parzenWindows() {
        DMatrixRMaj draws = new DMatrixRMaj(new double[][] {{0}, {1}, {4}});
        ParzenWindow window = ParzenWindow.of(draws, 0.5);
        double sum = 0;
        for (double x = -5; x < 9; x += 0.01) {
            sum += 0.01 * Math.exp(window.logDensity(new DMatrixRMaj(new double[][] {{x}}))[0]);
        }
        assertEquals(1, sum, 1e-6);
        double n = Math.exp(-0.5) + Math.exp(-0.5) + Math.exp(-24.5);
        assertEquals(
                Math.log(n / 3 / (0.5 * Math.sqrt(2 * Math.PI))),
                window.logDensity(new DMatrixRMaj(new double[][] {{0.5}}))[0],
                1e-9);
        // In d dimensions the constant counts d times.
        ParzenWindow plane = ParzenWindow.of(new DMatrixRMaj(1, 3), 2);
        assertEquals(-3 * Math.log(2 * Math.sqrt(2 * Math.PI)), plane.logDensity(new DMatrixRMaj(1, 3))[0], 1e-9);
        // One draw at 0 and rows of deviation 2: the best width is near 2.
        DMatrixRMaj rows = normal(500, new SplittableRandom(6), 2);
        assertEquals(
                2,
                ParzenWindow.chosen(new DMatrixRMaj(1, 1), rows, 0.5, 1, 2, 4).deviation());
        Estimate mean = window.mean(draws);
        double[] logs = window.logDensity(draws);
        assertEquals(Matrices.mean(logs), mean.value(), 1e-12);
        assertEquals(Matrices.standardError(logs), mean.standardError(), 1e-12);
        fails(() -> ParzenWindow.of(draws, 0), "deviation is 0");
        fails(() -> ParzenWindow.chosen(draws, draws), "the number of deviations is 0");
        fails(() -> window.logDensity(new DMatrixRMaj(1, 2)), "2 columns, expected 1");
    }
}
