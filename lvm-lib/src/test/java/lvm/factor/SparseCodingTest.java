package lvm.factor;

import static lvm.model.Messages.assertMessageHas;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import lvm.model.EncoderDecoderContract;
import lvm.model.GenerativeModel;
import lvm.model.GenerativeModelContract;
import lvm.model.HasDecoder;
import lvm.model.HasEncoder;
import lvm.model.History;
import lvm.model.Rows;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.RandomMatrices_DDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SparseCodingTest
        implements GenerativeModelContract<DMatrixRMaj>, EncoderDecoderContract<DMatrixRMaj>, Rows.Doubles {

    private static DMatrixRMaj random(int rows, int columns, SplittableRandom rng) {
        DMatrixRMaj a = new DMatrixRMaj(rows, columns);
        for (int i = 0; i < a.data.length; i++) {
            a.data[i] = rng.nextGaussian();
        }
        return a;
    }

    private static DMatrixRMaj unitColumns(DMatrixRMaj w) {
        for (int j = 0; j < w.numCols; j++) {
            double norm = 0;
            for (int i = 0; i < w.numRows; i++) {
                norm += w.get(i, j) * w.get(i, j);
            }
            for (int i = 0; i < w.numRows; i++) {
                w.set(i, j, w.get(i, j) / Math.sqrt(norm));
            }
        }
        return w;
    }

    private static SparseCoding model(int d, int k, double lambda, double beta, SplittableRandom rng) {
        double[] mean = new double[d];
        Arrays.setAll(mean, j -> rng.nextGaussian());
        return SparseCoding.of(unitColumns(random(d, k, rng)), mean, lambda, beta);
    }

    private final SparseCoding small = model(3, 5, 0.5, 2, new SplittableRandom(1));

    @Override
    public GenerativeModel<DMatrixRMaj> generativeModel() {
        return small;
    }

    @Override
    public HasEncoder<DMatrixRMaj> encoder() {
        return small;
    }

    @Override
    public HasDecoder<DMatrixRMaj> decoder() {
        return small;
    }

    @Override
    public double[][] observations() {
        return new double[][] {{1, 2, 3}, {0, -1, 0}, {0.1, 0, 9}};
    }

    /** The conditions of optimality of the convex problem, which are necessary and sufficient, computed by hand. */
    @ParameterizedTest
    @CsvSource({"10, 5, 1, 1", "10, 10, 0.3, 1", "10, 40, 0.3, 1", "8, 100, 0.05, 3", "30, 60, 2, 0.4", "1, 3, 1, 1"})
    void codesMeetTheConditionsOfTheLasso(int d, int k, double lambda, double beta) {
        SplittableRandom rng = new SplittableRandom(d + 31L * k);
        SparseCoding model = model(d, k, lambda, beta, rng);
        DMatrixRMaj x = random(300, d, rng); // more than a block
        DMatrixRMaj h = model.encode(x);
        DMatrixRMaj w = model.dictionary();
        double[] mean = model.mean();
        double[] violation = model.violation(x, h);
        int zeros = 0;
        for (int i = 0; i < x.numRows; i++) {
            double worst = 0;
            for (int j = 0; j < k; j++) {
                double c = 0;
                for (int l = 0; l < d; l++) {
                    double rest = x.get(i, l) - mean[l];
                    for (int m = 0; m < k; m++) {
                        rest -= w.get(l, m) * h.get(i, m);
                    }
                    c += 2 * beta * w.get(l, j) * rest;
                }
                double hj = h.get(i, j);
                zeros += hj == 0 ? 1 : 0;
                worst = Math.max(worst, hj == 0 ? Math.abs(c) - lambda : Math.abs(c - lambda * Math.signum(hj)));
            }
            assertTrue(worst <= 1e-6 * lambda, "row " + i + ": " + worst);
            assertEquals(Math.max(worst, 0) / lambda, violation[i], 1e-9);
        }
        assertTrue(zeros > 0, "nothing is sparse");
    }

    @Test
    void noStepFromTheCodeLowersTheLoss() {
        SplittableRandom rng = new SplittableRandom(2);
        SparseCoding model = model(6, 15, 0.7, 1.5, rng);
        DMatrixRMaj x = random(20, 6, rng);
        DMatrixRMaj h = model.encode(x);
        double[] least = model.loss(x, h);
        DMatrixRMaj w = model.dictionary();
        for (int i = 0; i < 20; i++) {
            double square = 0;
            double norm = 0;
            for (int l = 0; l < 6; l++) {
                double rest = x.get(i, l) - model.mean()[l];
                for (int j = 0; j < 15; j++) {
                    rest -= w.get(l, j) * h.get(i, j);
                }
                square += rest * rest;
            }
            for (int j = 0; j < 15; j++) {
                norm += Math.abs(h.get(i, j));
            }
            assertEquals(0.7 * norm + 1.5 * square, least[i], 1e-10, "λ‖h‖₁ + β‖x − b − Wh‖²");
        }
        for (double size : new double[] {1, 1e-2, 1e-4}) {
            DMatrixRMaj other = h.copy();
            for (int i = 0; i < other.data.length; i++) {
                other.data[i] += size * rng.nextGaussian();
            }
            double[] loss = model.loss(x, other);
            for (int i = 0; i < 20; i++) {
                assertTrue(loss[i] >= least[i] - 1e-12);
            }
        }
    }

    @Test
    void anOrthogonalDictionaryGivesTheSoftThreshold() {
        SplittableRandom rng = new SplittableRandom(3);
        DMatrixRMaj w = RandomMatrices_DDRM.orthogonal(7, 7, new java.util.Random(3));
        double[] mean = {1, 2, 3, 4, 5, 6, 7};
        SparseCoding model = SparseCoding.of(w, mean, 0.8, 0.5);
        DMatrixRMaj x = random(50, 7, rng);
        DMatrixRMaj h = model.encode(x);
        for (int i = 0; i < 50; i++) {
            for (int j = 0; j < 7; j++) {
                double c = 0;
                for (int l = 0; l < 7; l++) {
                    c += w.get(l, j) * (x.get(i, l) - mean[l]);
                }
                // λ/(2β) = 0.8
                assertEquals(Math.signum(c) * Math.max(0, Math.abs(c) - 0.8), h.get(i, j), 1e-6);
            }
        }
    }

    /** Rows of a few atoms each, with little noise. */
    private static DMatrixRMaj sparseRows(DMatrixRMaj w, int n, SplittableRandom rng) {
        DMatrixRMaj x = new DMatrixRMaj(n, w.numRows);
        for (int i = 0; i < n; i++) {
            for (int a = 0; a < 2; a++) {
                int j = rng.nextInt(w.numCols);
                double size = (1 + rng.nextDouble()) * (rng.nextBoolean() ? 1 : -1);
                for (int l = 0; l < w.numRows; l++) {
                    x.add(i, l, size * w.get(l, j));
                }
            }
            for (int l = 0; l < w.numRows; l++) {
                x.add(i, l, 5 + 0.02 * rng.nextGaussian());
            }
        }
        return x;
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 2000})
    void findsTheDictionaryThatMadeTheRows(int batchSize) {
        SplittableRandom rng = new SplittableRandom(4);
        DMatrixRMaj truth = unitColumns(random(10, 15, rng));
        DMatrixRMaj x = sparseRows(truth, 2000, rng);
        SparseCoding model = SparseCoding.builder()
                .components(15)
                .lambda(0.2)
                .batchSize(batchSize)
                .epochs(batchSize == 64 ? 20 : 60)
                .seed(2)
                .fit(x);
        DMatrixRMaj w = model.dictionary();
        int found = 0;
        for (int j = 0; j < 15; j++) {
            double norm = 0;
            double best = 0;
            for (int l = 0; l < 10; l++) {
                norm += w.get(l, j) * w.get(l, j);
            }
            assertEquals(1, norm, 1e-12, "length of column " + j);
            for (int m = 0; m < 15; m++) {
                double cos = 0;
                for (int l = 0; l < 10; l++) {
                    cos += w.get(l, m) * truth.get(l, j);
                }
                best = Math.max(best, Math.abs(cos));
            }
            found += best > 0.98 ? 1 : 0;
        }
        assertTrue(found >= 14, found + " of 15 atoms found, " + model);
        assertTrue(model.history().last("active") < 5, model::toString);
    }

    @Test
    void onAllRowsTheLossNeverRisesAndEndsWhereNoAtomCanTurn() {
        SplittableRandom rng = new SplittableRandom(5);
        DMatrixRMaj x = sparseRows(unitColumns(random(6, 9, rng)), 300, rng);
        SparseCoding model = SparseCoding.builder()
                .components(8)
                .lambda(0.5)
                .beta(2)
                .batchSize(300)
                .epochs(250)
                .fit(x);
        double[] loss = model.history().column("loss");
        assertEquals(250, loss.length);
        for (int i = 1; i < loss.length; i++) {
            assertTrue(loss[i] <= loss[i - 1] + 1e-9 * loss[0], "epoch " + i);
        }
        DMatrixRMaj h = model.encode(x);
        double[] now = model.loss(x, h);
        assertEquals(Arrays.stream(now).average().orElseThrow(), loss[249], 1e-6);
        // Stationary: the gradient in each atom has no part across the atom.
        DMatrixRMaj w = model.dictionary();
        DMatrixRMaj rest = model.decode(h);
        CommonOps_DDRM.subtract(x, rest, rest);
        for (int j = 0; j < 8; j++) {
            double[] gradient = new double[6];
            double along = 0;
            double scale = 0;
            for (int l = 0; l < 6; l++) {
                for (int i = 0; i < 300; i++) {
                    gradient[l] += h.get(i, j) * rest.get(i, l) / 300;
                    scale += h.get(i, j) * h.get(i, j) / 300;
                }
                along += gradient[l] * w.get(l, j);
            }
            for (int l = 0; l < 6; l++) {
                assertEquals(0, gradient[l] - along * w.get(l, j), 1e-3 * scale);
            }
        }
    }

    @Test
    void drawsHaveTheMomentsOfTheModel() {
        // Laplace's distribution of scale 2/λ has the variance 8/λ². Tolerances are more than five standard errors of
        // 200,000 draws: a false failure in 10⁵.
        SplittableRandom rng = new SplittableRandom(6);
        SparseCoding model = model(3, 4, 3, 4, rng);
        int n = 200_000;
        DMatrixRMaj x = model.sample(n, rng);
        DMatrixRMaj w = model.dictionary();
        for (int a = 0; a < 3; a++) {
            for (int b = 0; b < 3; b++) {
                double mean = 0;
                double product = 0;
                for (int i = 0; i < n; i++) {
                    mean += x.get(i, a) / n;
                    product += (x.get(i, a) - model.mean()[a]) * (x.get(i, b) - model.mean()[b]) / n;
                }
                assertEquals(model.mean()[a], mean, 0.03);
                double expected = a == b ? 1 / 4.0 : 0;
                for (int j = 0; j < 4; j++) {
                    expected += 8 / 9.0 * w.get(a, j) * w.get(b, j);
                }
                assertEquals(expected, product, 0.06);
            }
        }
    }

    @Test
    void anAtomThatNobodyUsesIsReplaced() {
        // Ten large rows along each of four axes among 400 small ones of any direction. The threshold λ/2β = 3 lets
        // only the
        // large ones have codes, and most atoms of the start are too far from them to be used at all.
        SplittableRandom rng = new SplittableRandom(11);
        DMatrixRMaj x = random(440, 12, rng);
        CommonOps_DDRM.scale(0.05, x);
        for (int i = 0; i < 40; i++) {
            x.add(11 * i, 0, i % 2 == 0 ? 5 : -5);
        }
        for (int seed = 0; seed < 5; seed++) {
            DMatrixRMaj h = SparseCoding.builder()
                    .components(2)
                    .lambda(6)
                    .batchSize(100)
                    .epochs(20)
                    .seed(seed)
                    .fit(x)
                    .encode(x);
            for (int i = 0; i < 40; i++) {
                DMatrixRMaj code = CommonOps_DDRM.extractRow(h, 11 * i, null);
                assertTrue(CommonOps_DDRM.elementSumAbs(code) > 1.5, "seed " + seed + ", row " + i + " has " + code);
            }
        }
    }

    @Test
    void goesOnFromACheckpointAsIfNeverStopped(@TempDir Path directory) {
        SplittableRandom rng = new SplittableRandom(7);
        DMatrixRMaj x = sparseRows(unitColumns(random(5, 7, rng)), 250, rng);
        SparseCoding whole =
                SparseCoding.builder().components(7).batchSize(64).epochs(5).fit(x);
        SparseCoding.Builder part =
                SparseCoding.builder().components(7).batchSize(64).epochs(2).checkpoint(directory);
        part.fit(x);
        SparseCoding resumed = SparseCoding.builder()
                .components(7)
                .batchSize(64)
                .epochs(5)
                .resume(directory)
                .fit(x);
        assertArrayEquals(whole.dictionary().data, resumed.dictionary().data);
        assertArrayEquals(whole.history().column("loss"), resumed.history().column("loss"));
        assertFalse(Arrays.equals(
                whole.dictionary().data,
                SparseCoding.builder()
                        .components(7)
                        .batchSize(64)
                        .epochs(5)
                        .seed(9)
                        .fit(x)
                        .dictionary()
                        .data));
    }

    @Test
    void anInterruptBeforeTheStartIsACancellation() {
        DMatrixRMaj x = random(50, 4, new SplittableRandom(8));
        SparseCoding.Builder builder = SparseCoding.builder().components(4);
        Thread.currentThread().interrupt();
        assertThrows(CancellationException.class, () -> builder.fit(x));
        assertTrue(Thread.interrupted());
        Thread.currentThread().interrupt();
        SparseCoding model = model(4, 4, 1, 1, new SplittableRandom(8));
        assertThrows(CancellationException.class, () -> model.encode(x));
        assertTrue(Thread.interrupted());
    }

    @Test
    void constantColumnsAndMoreAtomsThanRowsAreNoTrouble() {
        DMatrixRMaj x = random(8, 4, new SplittableRandom(9));
        for (int i = 0; i < 8; i++) {
            x.set(i, 2, 0.25);
        }
        SparseCoding model = SparseCoding.builder().components(20).lambda(0.1).fit(x);
        DMatrixRMaj back = model.decode(model.encode(x));
        for (int i = 0; i < 8; i++) {
            assertEquals(0.25, back.get(i, 2), 0.05);
        }
        assertEquals(History.Stop.BUDGET, model.history().stop());
    }

    @Test
    void badInputIsNamed() {
        DMatrixRMaj x = random(10, 3, new SplittableRandom(10));
        SparseCoding.Builder builder = SparseCoding.builder().components(2);
        assertMessageHas(
                "SparseCoding: components not set", () -> SparseCoding.builder().fit(x));
        assertMessageHas("SparseCoding: components is 0", () -> builder.components(0));
        assertMessageHas("SparseCoding: lambda is 0.0, expected above 0", () -> builder.lambda(0));
        assertMessageHas("SparseCoding: beta is NaN", () -> builder.beta(Double.NaN));
        assertMessageHas("SparseCoding: epochs is 0", () -> builder.epochs(0));
        assertMessageHas("SparseCoding: batchSize is 0", () -> builder.batchSize(0));
        DMatrixRMaj nan = x.copy();
        nan.set(3, 1, Double.NaN);
        assertMessageHas("SparseCoding.fit: NaN in row 3, column 1", () -> builder.fit(nan));
        assertMessageHas("all rows of x are equal", () -> builder.fit(new double[][] {{0.1, 2}, {0.1, 2}, {0.1, 2}}));
        assertMessageHas("all rows of x are equal", () -> builder.fit(new double[][] {{0.1, 2}}));
        assertMessageHas("no rows", () -> builder.fit(new DMatrixRMaj(0, 3)));
        assertMessageHas(
                "2 codes for 10 rows",
                () -> model(3, 4, 1, 1, new SplittableRandom(1)).loss(x, new DMatrixRMaj(2, 4)));
        assertMessageHas(
                "h has 3 columns, expected 4",
                () -> model(3, 4, 1, 1, new SplittableRandom(1)).violation(x, new DMatrixRMaj(10, 3)));
        assertMessageHas("SparseCoding.sample: n is -1", () -> small.sample(-1, new SplittableRandom(1)));
        assertMessageHas(
                "the mean has 2 numbers, the dictionary is 3×2",
                () -> SparseCoding.of(new DMatrixRMaj(3, 2), new double[2], 1, 1));
    }
}
