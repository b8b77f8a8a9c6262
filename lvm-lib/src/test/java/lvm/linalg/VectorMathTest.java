package lvm.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The vectorised functions against double {@link Math}, over every exponent, and at the edges. */
class VectorMathTest {

    private interface OnArrays {
        void apply(float[] x, int xFrom, float[] y, int yFrom, int n);
    }

    private interface OnMatrices {
        void apply(FMatrixRMaj x, FMatrixRMaj y);
    }

    enum Function {
        EXP(VectorMath::exp, VectorMath::exp, Math::exp, 2e-7),
        LOG(VectorMath::log, VectorMath::log, Math::log, 2e-7),
        LOG1P(VectorMath::log1p, VectorMath::log1p, Math::log1p, 4e-7),
        SOFTPLUS(
                VectorMath::softplus,
                VectorMath::softplus,
                x -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
                4e-7),
        SIGMOID(VectorMath::sigmoid, VectorMath::sigmoid, x -> 1 / (1 + Math.exp(-x)), 4e-7),
        TANH(VectorMath::tanh, VectorMath::tanh, Math::tanh, 4e-7);

        private final OnArrays onArrays;
        private final OnMatrices onMatrices;
        private final DoubleUnaryOperator exact;
        private final double bound;

        Function(OnArrays onArrays, OnMatrices onMatrices, DoubleUnaryOperator exact, double bound) {
            this.onArrays = onArrays;
            this.onMatrices = onMatrices;
            this.exact = exact;
            this.bound = bound;
        }
    }

    private static void check(Function f, float x, float y) {
        double exact = f.exact.applyAsDouble(x);
        float nearest = (float) exact;
        if (Float.isNaN(nearest) || Float.isInfinite(nearest) && Double.isInfinite(exact)) {
            assertEquals(nearest, y, () -> f + " of " + x);
        } else if (Math.abs(exact) < Float.MIN_NORMAL) {
            assertEquals(exact, y, 2.01 * Float.MIN_VALUE, () -> f + " of " + x);
        } else if (Float.isInfinite(y)) {
            assertTrue(Math.abs(exact) > Float.MAX_VALUE * (1 - f.bound), () -> f + " of " + x);
        } else {
            assertTrue(
                    Math.abs(y - exact) <= f.bound * Math.abs(exact),
                    () -> f + " of " + x + " is " + y + ", exactly " + exact + ", error " + Math.abs(y / exact - 1));
        }
    }

    @ParameterizedTest
    @EnumSource
    void errorsStayWithinTheBoundOverTheWholeRange(Function f) {
        int n = 1 << 16;
        float[] x = new float[n];
        float[] y = new float[n];
        // Every 4001st of all floats: each exponent, both signs, subnormals, infinities' neighbours and NaN.
        long bits = Integer.MIN_VALUE;
        while (bits <= Integer.MAX_VALUE) {
            for (int i = 0; i < n; i++) {
                x[i] = Float.intBitsToFloat((int) Math.min(bits, Integer.MAX_VALUE));
                bits += 4001;
            }
            f.onArrays.apply(x, 0, y, 0, n);
            for (int i = 0; i < n; i++) {
                check(f, x[i], y[i]);
            }
        }
        // Where the values of training lie, densely.
        for (float scale : new float[] {0.1f, 2, 20, 110, 1e4f}) {
            for (int i = 0; i < n; i++) {
                x[i] = scale * (2f * i / (n - 1) - 1);
            }
            f.onArrays.apply(x, 0, y, 0, n);
            for (int i = 0; i < n; i++) {
                check(f, x[i], y[i]);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void specialValuesAreThoseOfMath(Function f) {
        float[] x = {
            0,
            -0f,
            1,
            -1,
            1e4f,
            -1e4f,
            Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY,
            Float.NaN,
            Float.MIN_VALUE,
            -Float.MIN_VALUE,
            Float.MIN_NORMAL,
            Float.MAX_VALUE,
            -Float.MAX_VALUE,
            Math.nextDown(1f),
            Math.nextUp(1f),
            Math.nextUp(-1f),
            1.4142135f,
            0x1p64f,
            0x1p-64f,
            Math.nextDown(0x1p-64f),
            0.65f,
            -0.65f,
            88.72283f,
            88.722835f,
            -103.97f
        };
        float[] y = new float[x.length];
        f.onArrays.apply(x, 0, y, 0, x.length);
        for (int i = 0; i < x.length; i++) {
            check(f, x[i], y[i]);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aMatrixAPartAndTheSamePlaceGiveTheSameBits(Function f) {
        SplittableRandom rng = new SplittableRandom(3);
        for (int n : new int[] {0, 1, 5, 1023, 1025, 40_000}) {
            FMatrixRMaj x = new FMatrixRMaj(n, 1);
            for (int i = 0; i < n; i++) {
                x.data[i] = (float) rng.nextDouble(-30, 30);
            }
            FMatrixRMaj y = new FMatrixRMaj(n, 1);
            f.onMatrices.apply(x, y); // 40,000 elements use two threads
            float[] part = new float[n + 7];
            Arrays.fill(part, 77);
            f.onArrays.apply(x.data, 0, part, 3, n);
            assertArrayEquals(y.data, Arrays.copyOfRange(part, 3, 3 + n));
            assertTrue(part[2] == 77 && part[n + 3] == 77);
            float[] single = new float[1];
            for (int i = 0; i < n; i += 1 + n / 100) {
                f.onArrays.apply(x.data, i, single, 0, 1);
                assertEquals(y.data[i], single[0]);
            }
            f.onMatrices.apply(x, x);
            assertArrayEquals(y.data, x.data);
        }
    }

    @Test
    void softplusWithItsDerivativeGivesTheBitsOfBothFunctions() {
        SplittableRandom rng = new SplittableRandom(8);
        for (int n : new int[] {0, 1, 1023, 1025, 40_000}) {
            float[] x = new float[n + 2];
            for (int i = 0; i < x.length; i++) {
                x[i] = (float) rng.nextDouble(-120, 120);
            }
            if (n > 3) {
                x[2] = Float.NaN;
                x[3] = Float.NEGATIVE_INFINITY;
                x[4] = Float.POSITIVE_INFINITY;
            }
            float[] y = new float[n];
            float[] d = new float[n];
            VectorMath.softplus(x, 2, y, 0, n);
            VectorMath.sigmoid(x, 2, d, 0, n);
            float[] both = new float[n];
            float[] slope = new float[n + 1];
            VectorMath.softplus(x, 2, both, 0, slope, 1, n);
            assertArrayEquals(y, both);
            assertArrayEquals(d, Arrays.copyOfRange(slope, 1, n + 1));
            float[] inPlace = Arrays.copyOfRange(x, 2, n + 2);
            VectorMath.softplus(inPlace, 0, inPlace, 0, slope, 0, n);
            assertArrayEquals(y, inPlace);
            assertArrayEquals(d, Arrays.copyOf(slope, n));
        }
        float[] a = new float[4];
        assertMessage(
                "VectorMath.softplus: y and d are the same array",
                () -> VectorMath.softplus(new float[4], 0, a, 0, a, 0, 4));
        assertMessage(
                "VectorMath.softplus: 4 derivatives from index 1 of d, 4 long",
                () -> VectorMath.softplus(a, 0, a, 0, new float[4], 1, 4));
    }

    @Test
    void sumsAreThoseOfDouble() {
        SplittableRandom rng = new SplittableRandom(9);
        for (int n : new int[] {0, 1, 3, 4, 5, 1001}) {
            float[] x = new float[n + 1];
            float[] y = new float[n + 2];
            double sum = 0;
            double dot = 0;
            for (int i = 0; i < n; i++) {
                x[i + 1] = (float) rng.nextDouble(-1, 1);
                y[i + 2] = (float) rng.nextDouble(-1, 1);
                sum += x[i + 1];
                dot += (double) x[i + 1] * y[i + 2];
            }
            assertEquals(sum, VectorMath.sum(x, 1, n), 1e-12);
            assertEquals(dot, VectorMath.dot(x, 1, y, 2, n), 1e-12);
        }
    }

    @Test
    void logSumExpAndSoftmaxOfRows() {
        SplittableRandom rng = new SplittableRandom(4);
        for (int columns : new int[] {1, 2, 10, 1024, 1500}) {
            for (double scale : new double[] {1, 30, 1e4}) {
                FMatrixRMaj x = new FMatrixRMaj(23, columns);
                for (int i = 0; i < x.data.length; i++) {
                    x.data[i] = (float) rng.nextDouble(-scale, scale);
                }
                FMatrixRMaj sums = new FMatrixRMaj(23, 1);
                FMatrixRMaj shares = new FMatrixRMaj(23, columns);
                VectorMath.logSumExpRows(x, sums);
                FMatrixRMaj sumsBeside = new FMatrixRMaj(23, 1);
                VectorMath.softmaxRows(x, shares, sumsBeside);
                FMatrixRMaj alone = x.copy();
                VectorMath.softmaxRows(alone, alone);
                assertArrayEquals(shares.data, alone.data);
                for (int i = 0; i < 23; i++) {
                    double max = Double.NEGATIVE_INFINITY;
                    for (int j = 0; j < columns; j++) {
                        max = Math.max(max, x.get(i, j));
                    }
                    double sum = 0;
                    for (int j = 0; j < columns; j++) {
                        sum += Math.exp(x.get(i, j) - max);
                    }
                    double exact = max + Math.log(sum);
                    assertEquals(exact, sums.get(i, 0), 3e-7 * Math.max(1, Math.abs(exact)));
                    assertEquals(exact, sumsBeside.get(i, 0), 3e-7 * Math.max(1, Math.abs(exact)));
                    double total = 0;
                    for (int j = 0; j < columns; j++) {
                        // The float difference xᵢⱼ − max is off by half a unit in its last place.
                        double share = Math.exp(x.get(i, j) - max) / sum;
                        double slack = 4e-7 + 6e-8 * Math.abs(x.get(i, j) - max);
                        assertEquals(share, shares.get(i, j), slack * share + 2 * Float.MIN_VALUE);
                        total += shares.get(i, j);
                    }
                    assertEquals(1, total, 1e-5);
                }
            }
        }
    }

    @Test
    void logSumExpOfInfinitiesAndOfNothing() {
        float inf = Float.POSITIVE_INFINITY;
        float nan = Float.NaN;
        FMatrixRMaj x = new FMatrixRMaj(
                new float[][] {{-inf, -inf}, {-inf, 3}, {inf, 3}, {nan, 3}, {inf, inf}, {-inf, inf}, {inf, nan}});
        FMatrixRMaj y = new FMatrixRMaj(7, 1);
        VectorMath.logSumExpRows(x, y);
        assertArrayEquals(new float[] {-inf, 3, inf, nan, inf, inf, nan}, y.data);
        FMatrixRMaj shares = new FMatrixRMaj(7, 2);
        VectorMath.softmaxRows(x, shares, y);
        assertArrayEquals(new float[] {-inf, 3, inf, nan, inf, inf, nan}, y.data);
        assertArrayEquals(new float[] {0, 0, 0, 1, 1, 0, nan, nan, 0.5f, 0.5f, 0, 1, nan, nan}, shares.data);
        FMatrixRMaj nothing = new FMatrixRMaj(2, 1);
        VectorMath.logSumExpRows(new FMatrixRMaj(2, 0), nothing);
        assertArrayEquals(new float[] {-inf, -inf}, nothing.data);
    }

    @Test
    void wrongShapesAreNamed() {
        FMatrixRMaj x = new FMatrixRMaj(2, 3);
        assertMessage(
                "VectorMath.exp: x is 2×3, y is 3×2, expected the same shape",
                () -> VectorMath.exp(x, new FMatrixRMaj(3, 2)));
        assertMessage(
                "VectorMath.tanh: 4 elements from index 3 of x, 6 long, to index 0 of y, 9 long",
                () -> VectorMath.tanh(new float[6], 3, new float[9], 0, 4));
        assertMessage(
                "VectorMath.logSumExpRows: x is 2×3, y is 2×3, expected 2×1", () -> VectorMath.logSumExpRows(x, x));
        assertMessage(
                "VectorMath.softmaxRows: x is 2×3, the log sums are 2×3, expected 2×1",
                () -> VectorMath.softmaxRows(x, x, x));
    }

    private static void assertMessage(String message, Runnable call) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }
}
