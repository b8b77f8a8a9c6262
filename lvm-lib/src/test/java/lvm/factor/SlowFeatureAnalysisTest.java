package lvm.factor;

import static lvm.model.Messages.assertMessageHas;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.data.Tables;
import lvm.factor.SlowFeatureAnalysis.Expansion;
import lvm.model.History;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SlowFeatureAnalysisTest {

    /** A slow sine hidden in the square of a fast signal: x₁ = sin t + cos² 11t, x₂ = cos 11t. */
    private static DMatrixRMaj hiddenSine(int n) {
        DMatrixRMaj x = new DMatrixRMaj(n, 2);
        for (int i = 0; i < n; i++) {
            double t = 2 * Math.PI * i / n;
            double fast = Math.cos(11 * t);
            x.set(i, 0, Math.sin(t) + fast * fast);
            x.set(i, 1, fast);
        }
        return x;
    }

    /** Mixtures of noises with different memories, x = A s + b with sⱼ(t + 1) = ρⱼ sⱼ(t) + noise. */
    private static DMatrixRMaj mixedMemories(int n, double[] rho, DMatrixRMaj a, SplittableRandom rng) {
        int d = rho.length;
        DMatrixRMaj s = new DMatrixRMaj(n, d);
        for (int j = 0; j < d; j++) {
            double value = rng.nextGaussian();
            for (int t = 0; t < n; t++) {
                s.set(t, j, value);
                value = rho[j] * value + Math.sqrt(1 - rho[j] * rho[j]) * rng.nextGaussian();
            }
        }
        DMatrixRMaj x = new DMatrixRMaj(n, d);
        CommonOps_DDRM.multTransB(s, a, x);
        CommonOps_DDRM.add(x, 100);
        return x;
    }

    private static DMatrixRMaj random(int rows, int columns, SplittableRandom rng) {
        DMatrixRMaj a = new DMatrixRMaj(rows, columns);
        for (int i = 0; i < a.data.length; i++) {
            a.data[i] = rng.nextGaussian();
        }
        return a;
    }

    private static double slowness(double[] f) {
        double sum = 0;
        for (int t = 1; t < f.length; t++) {
            sum += (f[t] - f[t - 1]) * (f[t] - f[t - 1]);
        }
        return sum / (f.length - 1);
    }

    private static double[] column(DMatrixRMaj x, int j) {
        double[] column = new double[x.numRows];
        Arrays.setAll(column, i -> x.get(i, j));
        return column;
    }

    @ParameterizedTest
    @EnumSource(Expansion.class)
    void constraintsHold(Expansion expansion) {
        SplittableRandom rng = new SplittableRandom(1);
        DMatrixRMaj x = mixedMemories(2000, new double[] {.99, .9, .5, -.2}, random(4, 4, rng), rng);
        SlowFeatureAnalysis sfa =
                SlowFeatureAnalysis.builder().expansion(expansion).fit(x);
        assertEquals(expansion == Expansion.LINEAR ? 4 : 14, sfa.latentDim());
        assertEquals(4, sfa.dim());
        assertEquals(History.Stop.CLOSED_FORM, sfa.history().stop());
        DMatrixRMaj f = sfa.encode(x);
        FastIcaTest.assertWhite(f, 1e-9); // mean 0, variance 1, decorrelated
        double[] delta = sfa.slowness();
        for (int i = 0; i < delta.length; i++) {
            assertEquals(slowness(column(f, i)), delta[i], 1e-9);
            assertTrue(i == 0 || delta[i] >= delta[i - 1], "ordered by slowness");
        }
    }

    @ParameterizedTest
    @EnumSource(Expansion.class)
    void noOtherCombinationIsSlower(Expansion expansion) {
        SplittableRandom rng = new SplittableRandom(2);
        DMatrixRMaj x = mixedMemories(500, new double[] {.95, .8, .3}, random(3, 3, rng), rng);
        SlowFeatureAnalysis sfa =
                SlowFeatureAnalysis.builder().expansion(expansion).fit(x);
        DMatrixRMaj f = sfa.encode(x);
        int k = sfa.latentDim();
        // Every function of the family is a combination Q of the features, here of length 1, so of variance 1. From the
        // i-th on none without a part along the earlier ones may be slower than the i-th.
        for (int first = 0; first < k; first++) {
            for (int trial = 0; trial < 50; trial++) {
                double[] q = new double[k];
                double norm = 0;
                for (int j = first; j < k; j++) {
                    q[j] = (j == first ? 1 : 0.1) * rng.nextGaussian();
                    norm += q[j] * q[j];
                }
                double[] other = new double[f.numRows];
                for (int t = 0; t < other.length; t++) {
                    for (int j = first; j < k; j++) {
                        other[t] += q[j] / Math.sqrt(norm) * f.get(t, j);
                    }
                }
                assertTrue(slowness(other) >= sfa.slowness()[first] - 1e-9);
            }
        }
    }

    @Test
    void weightsSolveTheGeneralisedEigenproblem() {
        SplittableRandom rng = new SplittableRandom(3);
        DMatrixRMaj x = mixedMemories(1000, new double[] {.9, .6, .1}, random(3, 3, rng), rng);
        SlowFeatureAnalysis sfa = SlowFeatureAnalysis.builder().fit(x);
        int n = x.numRows;
        double[][] z = new double[n][3];
        for (int j = 0; j < 3; j++) {
            double[] column = column(x, j);
            double mean = Arrays.stream(column).average().orElseThrow();
            double deviation = Math.sqrt(Arrays.stream(column)
                    .map(v -> (v - mean) * (v - mean))
                    .average()
                    .orElseThrow());
            for (int t = 0; t < n; t++) {
                z[t][j] = (column[t] - mean) / deviation;
            }
        }
        double[][] a = new double[3][3];
        double[][] b = new double[3][3];
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                for (int t = 0; t < n; t++) {
                    b[i][j] += z[t][i] * z[t][j] / n;
                    if (t > 0) {
                        a[i][j] += (z[t][i] - z[t - 1][i]) * (z[t][j] - z[t - 1][j]) / (n - 1);
                    }
                }
            }
        }
        for (int f = 0; f < 3; f++) {
            for (int i = 0; i < 3; i++) {
                double left = 0;
                double right = 0;
                for (int j = 0; j < 3; j++) {
                    left += a[i][j] * sfa.weights().get(f, j);
                    right += b[i][j] * sfa.weights().get(f, j);
                }
                assertEquals(sfa.slowness()[f] * right, left, 1e-9);
            }
        }
    }

    @Test
    void quadraticFeaturesFindTheSlowDriverThatLinearOnesMiss() {
        DMatrixRMaj x = hiddenSine(2000);
        double[] sine = new double[2000];
        Arrays.setAll(sine, i -> Math.sqrt(2) * Math.sin(2 * Math.PI * i / 2000));
        double[] found = new double[2];
        for (Expansion expansion : Expansion.values()) {
            DMatrixRMaj f = SlowFeatureAnalysis.builder()
                    .expansion(expansion)
                    .components(1)
                    .fit(x)
                    .encode(x);
            double correlation = 0;
            for (int i = 0; i < 2000; i++) {
                correlation += sine[i] * f.get(i, 0) / 2000;
            }
            found[expansion.ordinal()] = Math.abs(correlation);
        }
        assertTrue(found[0] < 0.99, "linear " + found[0]);
        assertEquals(1, found[1], 1e-3);
    }

    @Test
    void memoriesAreFoundInTheirOrder() {
        // Of a noise with correlation ρ from one moment to the next the mean squared change is 2 (1 − ρ). Standard
        // errors
        // for 200,000 moments are below 0.01: five of them are a false failure in 10⁶.
        SplittableRandom rng = new SplittableRandom(4);
        double[] rho = {.5, .99, -.5, .9};
        DMatrixRMaj x = mixedMemories(200_000, rho, random(4, 4, rng), rng);
        double[] delta = SlowFeatureAnalysis.builder().fit(x).slowness();
        assertArrayEquals(new double[] {.02, .2, 1, 3}, delta, 0.05);
        assertEquals(.02, delta[0], 0.003);
    }

    @ParameterizedTest
    @EnumSource(Expansion.class)
    void featuresDoNotDependOnTheCoordinates(Expansion expansion) {
        SplittableRandom rng = new SplittableRandom(5);
        DMatrixRMaj x = mixedMemories(1000, new double[] {.95, .7, .2}, CommonOps_DDRM.identity(3), rng);
        DMatrixRMaj map = random(3, 3, rng);
        assertTrue(NormOps_DDRM.conditionP2(map) < 100);
        DMatrixRMaj mapped = new DMatrixRMaj(1000, 3);
        CommonOps_DDRM.multTransB(x, map, mapped);
        SlowFeatureAnalysis one =
                SlowFeatureAnalysis.builder().expansion(expansion).fit(x);
        SlowFeatureAnalysis other =
                SlowFeatureAnalysis.builder().expansion(expansion).fit(mapped);
        assertArrayEquals(one.slowness(), other.slowness(), 1e-8);
        DMatrixRMaj f = one.encode(x);
        DMatrixRMaj g = other.encode(mapped);
        for (int i = 0; i < f.numRows; i++) {
            assertEquals(Math.abs(f.get(i, 0)), Math.abs(g.get(i, 0)), 1e-6);
        }
    }

    @Test
    void functionsThatDoNotVaryAreLeftOut() {
        // On a circle x² + y² is constant: 4 of the 5 quadratic functions are independent.
        DMatrixRMaj x = new DMatrixRMaj(1000, 2);
        for (int i = 0; i < 1000; i++) {
            x.set(i, 0, Math.cos(0.1 * i));
            x.set(i, 1, Math.sin(0.1 * i));
        }
        SlowFeatureAnalysis.Builder builder = SlowFeatureAnalysis.builder().expansion(Expansion.QUADRATIC);
        SlowFeatureAnalysis sfa = builder.fit(x);
        assertEquals(4, sfa.latentDim());
        FastIcaTest.assertWhite(sfa.encode(x), 1e-9);
        // A rotation by 0.1 a moment changes cos and sin by 4 sin²(0.05) of the variance, and those of twice the angle
        // by
        // 4 sin²(0.1); the ends of the series tell a little.
        double slow = 4 * Math.pow(Math.sin(0.05), 2);
        double fast = 4 * Math.pow(Math.sin(0.1), 2);
        assertArrayEquals(new double[] {slow, slow, fast, fast}, sfa.slowness(), 1e-3);
        assertMessageHas(
                "only 4 linearly independent functions, fewer than the 5",
                () -> builder.components(5).fit(x));
        assertTrue(sfa.toString().contains("QUADRATIC, 5 functions"), sfa::toString);
    }

    @Test
    void otherRowsAreEncodedWithTheMeanOfTheFit() {
        DMatrixRMaj x = hiddenSine(400);
        SlowFeatureAnalysis sfa =
                SlowFeatureAnalysis.builder().expansion(Expansion.QUADRATIC).fit(x);
        DMatrixRMaj all = sfa.encode(x);
        DMatrixRMaj part = sfa.encode(CommonOps_DDRM.extract(x, 17, 19, 0, 2));
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < sfa.latentDim(); j++) {
                assertEquals(all.get(17 + i, j), part.get(i, j), 1e-12);
            }
        }
        assertEquals(0, sfa.encode(new DMatrixRMaj(0, 2)).numRows);
        assertArrayEquals(all.data, sfa.encode(Dataset.of(Tables.table("x", x, "a", "b"))).data);
    }

    @Test
    void badInputIsNamed() {
        SplittableRandom rng = new SplittableRandom(6);
        DMatrixRMaj x = random(10, 3, rng);
        SlowFeatureAnalysis.Builder sfa = SlowFeatureAnalysis.builder();
        assertMessageHas(
                "4 components of the 3 functions of the LINEAR expansion of 3 columns",
                () -> SlowFeatureAnalysis.builder().components(4).fit(x));
        assertMessageHas(
                "x has 10 rows, the 9 functions of the QUADRATIC expansion need at least 11",
                () -> SlowFeatureAnalysis.builder()
                        .expansion(Expansion.QUADRATIC)
                        .fit(x));
        DMatrixRMaj nan = x.copy();
        nan.set(4, 2, Double.NaN);
        assertMessageHas("SlowFeatureAnalysis.fit: NaN in row 4, column 2", () -> sfa.fit(nan));
        DMatrixRMaj constant = x.copy();
        for (int i = 0; i < 10; i++) {
            constant.set(i, 1, -3);
        }
        assertMessageHas("column 1 (counted from 0) of x is constant, -3.0 in every row", () -> sfa.fit(constant));
        assertMessageHas("no rows", () -> sfa.fit(new DMatrixRMaj(0, 3)));
        assertMessageHas("SlowFeatureAnalysis: components is 0", () -> sfa.components(0));
        SlowFeatureAnalysis model = sfa.fit(x);
        assertMessageHas("x has 2 columns, expected 3", () -> model.encode(new DMatrixRMaj(5, 2)));
        assertMessageHas("SlowFeatureAnalysis.encode: x has NaN in row 4, column 2", () -> model.encode(nan));
        assertMessageHas(
                "500499 functions",
                () -> SlowFeatureAnalysis.builder()
                        .expansion(Expansion.QUADRATIC)
                        .fit(random(3, 999, rng)));
    }
}
