package lvm.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class LogsTest {
    private static final double INF = Double.POSITIVE_INFINITY;
    private static final MathContext DIGITS = new MathContext(50);

    /** eˣ to 40 digits: the series of x/1024, squared ten times. */
    private static BigDecimal exp(BigDecimal x) {
        BigDecimal small = x.divide(BigDecimal.valueOf(1024), DIGITS);
        BigDecimal term = BigDecimal.ONE;
        BigDecimal sum = BigDecimal.ONE;
        for (int k = 1; k < 40; k++) {
            term = term.multiply(small, DIGITS).divide(BigDecimal.valueOf(k), DIGITS);
            sum = sum.add(term, DIGITS);
        }
        return sum.pow(1024, DIGITS);
    }

    /** ln y: Newton's step from the double, whose error is squared. */
    private static double log(BigDecimal y) {
        BigDecimal near = BigDecimal.valueOf(Math.log(y.doubleValue()));
        return near.add(y.multiply(exp(near.negate()), DIGITS))
                .subtract(BigDecimal.ONE)
                .doubleValue();
    }

    private static BigDecimal sumExp(double[] x, int from, int n) {
        BigDecimal sum = BigDecimal.ZERO;
        for (int i = from; i < from + n; i++) {
            sum = sum.add(exp(new BigDecimal(x[i])), DIGITS);
        }
        return sum;
    }

    @Test
    void sumsAndMeansAgreeWithFiftyDigits() {
        SplittableRandom rng = new SplittableRandom(1);
        for (int round = 0; round < 60; round++) {
            int n = 1 + rng.nextInt(9);
            int from = rng.nextInt(3);
            double[] x = new double[from + n + 2];
            float[] floats = new float[x.length];
            double scale = new double[] {0.01, 1, 30}[round % 3];
            for (int i = 0; i < x.length; i++) {
                floats[i] = (float) (scale * rng.nextGaussian());
                x[i] = floats[i];
            }
            BigDecimal sum = sumExp(x, from, n);
            double expected = log(sum);
            double tolerance = 1e-15 * Math.max(1, Math.abs(expected)) * (2 + scale);
            assertEquals(expected, Logs.logSumExp(x, from, n), tolerance);
            assertEquals(Logs.logSumExp(x, from, n), Logs.logSumExp(floats, from, n), "the same terms as floats");
            assertEquals(log(sum.divide(BigDecimal.valueOf(n), DIGITS)), Logs.logMeanExp(x, from, n), 2 * tolerance);
            double[] part = Arrays.copyOfRange(x, from, from + n);
            assertEquals(Logs.logSumExp(x, from, n), Logs.logSumExp(part));
            assertEquals(Logs.logMeanExp(x, from, n), Logs.logMeanExp(part));

            double[] shares = new double[n + 1];
            assertEquals(Logs.logSumExp(part), Logs.softmax(x, from, shares, 1, n));
            for (int i = 0; i < n; i++) {
                double share = exp(new BigDecimal(part[i])).divide(sum, DIGITS).doubleValue();
                assertEquals(share, shares[1 + i], 1e-14 * share * (2 + scale));
            }
            assertEquals(Logs.logSumExp(part), Logs.softmax(part, 0, part, 0, n), "in place");
            assertArrayEquals(Arrays.copyOfRange(shares, 1, n + 1), part);
        }
    }

    @Test
    void rowsAreThoseOfTheArray() {
        DMatrixRMaj x = new DMatrixRMaj(3, 2, true, 1, 2, 1e4, -1e4, -INF, 0);
        double one = 2 + Math.log1p(Math.exp(-1));
        assertArrayEquals(new double[] {one, 1e4, 0}, Logs.logSumExpRows(x), 1e-15);
        double ln2 = Math.log(2);
        assertArrayEquals(new double[] {one - ln2, 1e4 - ln2, -ln2}, Logs.logMeanExpRows(x), 1e-15);
        assertArrayEquals(new double[] {-INF, -INF}, Logs.logSumExpRows(new DMatrixRMaj(2, 0)));
        assertEquals(0, Logs.logSumExpRows(new DMatrixRMaj(0, 2)).length);
    }

    @Test
    void hugeAndInfiniteTerms() {
        assertEquals(1e4 + Math.log(2), Logs.logSumExp(1e4, 1e4));
        assertEquals(-1e4 + Math.log(2), Logs.logSumExp(-1e4, -1e4));
        assertEquals(1e4, Logs.logMeanExp(1e4, 1e4));
        assertEquals(Double.MAX_VALUE, Logs.logSumExp(Double.MAX_VALUE, -Double.MAX_VALUE));
        assertEquals(-INF, Logs.logSumExp());
        float[] floats = {Float.NEGATIVE_INFINITY, 1e4f, Float.POSITIVE_INFINITY, Float.NaN};
        assertEquals(-INF, Logs.logSumExp(floats, 0, 0));
        assertEquals(-INF, Logs.logSumExp(floats, 0, 1));
        assertEquals(1e4, Logs.logSumExp(floats, 0, 2));
        assertEquals(INF, Logs.logSumExp(floats, 0, 3));
        assertEquals(Double.NaN, Logs.logSumExp(floats, 0, 4));
        for (double[] x : new double[][] {{-INF}, {-INF, -INF}, {1, INF}, {INF, INF}, {INF, -INF}, {0, Double.NaN}}) {
            double expected = Math.max(x[0], x[x.length - 1]);
            assertEquals(expected, Logs.logSumExp(x), Arrays.toString(x));
            assertEquals(expected, Logs.logMeanExp(x), Arrays.toString(x));
            double[] shares = new double[x.length];
            assertEquals(expected, Logs.softmax(x, 0, shares, 0, x.length), Arrays.toString(x));
            double[] logs = new double[x.length];
            Logs.logSoftmax(x, 0, logs, 0, x.length);
            if (Double.isNaN(expected)) {
                assertTrue(Double.isNaN(shares[0] + shares[1] + logs[0] + logs[1]), Arrays.toString(x));
                continue;
            }
            // The limit: what is as infinite as the greatest shares with its like.
            long greatest = Arrays.stream(x).filter(v -> v == expected).count();
            for (int i = 0; i < x.length; i++) {
                double share = x[i] == expected ? 1.0 / greatest : 0;
                assertEquals(share, shares[i], Arrays.toString(x));
                assertEquals(Math.log(share), logs[i], Arrays.toString(x));
            }
        }
        assertEquals(3, Logs.logSumExp(-INF, 3));
        assertEquals(3 - Math.log(2), Logs.logMeanExp(-INF, 3));
        double[] shares = new double[3];
        assertEquals(Math.log(2), Logs.softmax(new double[] {0, -INF, 0}, 0, shares, 0, 3));
        assertArrayEquals(new double[] {.5, 0, .5}, shares);
    }

    @Test
    void sharesSumToOneHoweverLargeTheTermsAre() {
        SplittableRandom rng = new SplittableRandom(7);
        for (double size : new double[] {0, 1, 1e3, 5e7, 1e12, -1e15, -1e100, 1e300}) {
            for (int k : new int[] {1, 2, 10, 500}) {
                double[] x = new double[k];
                Arrays.setAll(x, i -> size + rng.nextDouble(-3, 3));
                double[] shares = new double[k];
                double[] logs = new double[k];
                Logs.softmax(x, 0, shares, 0, k);
                Logs.logSoftmax(x, 0, logs, 0, k);
                BigDecimal sum = BigDecimal.ZERO;
                double greatest = Arrays.stream(x).max().orElseThrow();
                for (int i = 0; i < k; i++) {
                    sum = sum.add(new BigDecimal(shares[i]));
                    assertEquals(Math.exp(logs[i]), shares[i], 3e-15 * shares[i] + 1e-300);
                    assertEquals(
                            x[i] - greatest, logs[i] - Arrays.stream(logs).max().orElseThrow(), 1e-14);
                }
                assertEquals(1, sum.doubleValue(), 1e-15, k + " terms around " + size);
            }
        }
    }

    @Test
    void softplusLogitAndNormal() {
        for (double x : new double[] {-30, -3, -1e-9, 0, 1e-9, .5, 3, 40, 700}) {
            double expected = log(BigDecimal.ONE.add(exp(new BigDecimal(x)), DIGITS));
            assertEquals(expected, Logs.softplus(x), 5e-16 * expected, "softplus of " + x);
        }
        assertEquals(Math.exp(-700), Logs.softplus(-700));
        assertEquals(1e4, Logs.softplus(1e4));
        assertEquals(0, Logs.softplus(-1e4));
        assertEquals(INF, Logs.softplus(INF));
        assertEquals(0, Logs.softplus(-INF));

        assertEquals(0, Logs.logit(.5));
        assertEquals(Math.log(1e-300), Logs.logit(1e-300));
        assertEquals(3, Logs.logit(1 / (1 + Math.exp(-3))), 1e-14);
        assertEquals(-INF, Logs.logit(0));
        assertEquals(INF, Logs.logit(1));
        assertTrue(Double.isNaN(Logs.logit(-.1)) && Double.isNaN(Logs.logit(1.1)));

        assertEquals(1.8378770664093454836, Logs.LOG_2_PI, 3e-16); // OEIS A061444
        assertEquals(Logs.LOG_2_PI / 2, Logs.HALF_LOG_2_PI);
        double integral = 0;
        for (int i = -1000; i <= 1000; i++) {
            integral += .01 * Math.exp(Logs.logNormal(.01 * i));
        }
        assertEquals(1, integral, 1e-13);
        assertEquals(-2, Logs.logNormal(2) - Logs.logNormal(0));
    }

    /** Sums of softplus against one term at a time, more terms than one product has, large and infinite ones among them. */
    @Test
    void sumsOfSoftplus() {
        SplittableRandom rng = new SplittableRandom(5);
        float[] x = new float[2000];
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) (i % 7 == 0 ? 1e4 * rng.nextGaussian() : 3 * rng.nextGaussian());
            y[i] = x[i];
        }
        for (int n : new int[] {0, 1, 511, 512, 513, 1500}) {
            double expected = 0;
            double scaled = 0;
            for (int i = 100; i < 100 + n; i++) {
                expected += Logs.softplus(y[i]);
                scaled += Logs.softplus(.3 * y[i]);
            }
            assertEquals(expected, Logs.sumSoftplus(y, 100, n), 1e-13 * (1 + expected));
            assertEquals(expected, Logs.sumSoftplus(1, x, 100, n), 1e-13 * (1 + expected));
            assertEquals(scaled, Logs.sumSoftplus(.3, x, 100, n), 1e-13 * (1 + scaled));
        }
        double infinite = Double.POSITIVE_INFINITY;
        assertEquals(infinite, Logs.sumSoftplus(new double[] {1, infinite}, 0, 2));
        assertEquals(0, Logs.sumSoftplus(new double[] {-infinite, -1e5}, 0, 2));
    }

    @Test
    void effectiveNumberOfWeights() {
        assertEquals(4, Logs.effectiveNumber(1e5, 1e5, 1e5, 1e5), 1e-12);
        assertEquals(1, Logs.effectiveNumber(0, -1e5), 1e-12);
        // Weights 1 and 3.
        assertEquals(1.6, Logs.effectiveNumber(-1e5, -1e5 + Math.log(3)), 1e-9);
        assertEquals(0, Logs.effectiveNumber(Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY));
    }

    @Test
    void partsOutsideTheArrayAreRejected() {
        double[] x = new double[4];
        for (Executable bad : new Executable[] {
            () -> Logs.logSumExp(x, 1, 4),
            () -> Logs.logSumExp(x, -1, 2),
            () -> Logs.logSumExp(x, 0, -1),
            () -> Logs.logSumExp(new float[2], 1, 2),
            () -> Logs.logMeanExp(x, 3, 2),
            () -> Logs.logMeanExp(),
            () -> Logs.logMeanExpRows(new DMatrixRMaj(1, 0)),
            () -> Logs.softmax(x, 2, x, 0, 3),
            () -> Logs.softmax(x, 0, x, 2, 3),
            () -> Logs.logSoftmax(x, 2, x, 0, 3),
            () -> Logs.logSoftmax(x, 0, x, 2, 3)
        }) {
            assertTrue(assertThrows(IllegalArgumentException.class, bad)
                    .getMessage()
                    .startsWith("Logs."));
        }
        assertEquals(
                "Logs.logSumExp: 4 elements from index 1 of an array that is 4 long",
                assertThrows(IllegalArgumentException.class, () -> Logs.logSumExp(x, 1, 4))
                        .getMessage());
    }
}
