package lvm.mixture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.SplittableRandom;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The posterior of the components far from all of them, where log densities are large, equal in doubles or −∞. */
class FarRowsTest {
    private static final MathContext DIGITS = new MathContext(700);

    private static GaussianMixture two(double[][] means, double[][] a, double[][] b) {
        return GaussianMixture.of(new double[] {.5, .5}, means, a, b);
    }

    private static double[][] diagonal(double a, double b) {
        return new double[][] {{a, 0}, {0, b}};
    }

    private static void sumsToOne(DMatrixRMaj q) {
        for (int i = 0; i < q.numRows; i++) {
            double sum = 0;
            for (int c = 0; c < q.numCols; c++) {
                assertTrue(q.get(i, c) >= 0 && q.get(i, c) <= 1, "row " + i + " has " + q.get(i, c));
                sum += q.get(i, c);
            }
            assertEquals(1, sum, 1e-15, "row " + i);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, -999, 1e5, 1e8, -1e12, 1e77, 1e153, 1e160, -1e200, 1e300, Double.MAX_VALUE})
    void whatIsBetweenTwoComponentsBelongsToBoth(double out) {
        GaussianMixture model = two(new double[][] {{0, 0}, {1, 0}}, diagonal(.01, .01), diagonal(.01, .01));
        // log p₀/p₁ = (½ − x)/0.01 whatever the other column is.
        DMatrixRMaj x = new DMatrixRMaj(new double[][] {{.5, out}, {.375, out}, {.625, out}, {-3, out}});
        DMatrixRMaj q = model.responsibilities(x);
        sumsToOne(q);
        assertEquals(.5, q.get(0, 0));
        assertEquals(1 / (1 + Math.exp(-12.5)), q.get(1, 0), 1e-13);
        assertEquals(1 / (1 + Math.exp(-12.5)), q.get(2, 1), 1e-13);
        assertEquals(Math.exp(-12.5) / (1 + Math.exp(-12.5)), q.get(2, 0), 1e-17);
        assertEquals(1, q.get(3, 0));
        assertEquals(0, model.assignments(x)[1]);
        assertEquals(1, model.assignments(x)[2]);
        for (double density : model.logDensity(x)) {
            assertTrue(density <= 0, "log density " + density);
        }
    }

    /** log p(x, z) up to a constant, to many digits: D = 2, full covariances. */
    private static BigDecimal exponent(GaussianMixture model, int c, double x0, double x1) {
        DMatrixRMaj s = model.covariance(c);
        BigDecimal a = new BigDecimal(s.get(0, 0));
        BigDecimal b = new BigDecimal(s.get(0, 1));
        BigDecimal d = new BigDecimal(s.get(1, 1));
        BigDecimal u = new BigDecimal(x0).subtract(new BigDecimal(model.mean(c)[0]));
        BigDecimal v = new BigDecimal(x1).subtract(new BigDecimal(model.mean(c)[1]));
        BigDecimal det = a.multiply(d).subtract(b.multiply(b));
        BigDecimal form = d.multiply(u)
                .multiply(u)
                .subtract(b.multiply(u).multiply(v).multiply(BigDecimal.valueOf(2)))
                .add(a.multiply(v).multiply(v))
                .divide(det, DIGITS);
        double rest = Math.log(model.weights()[c]) - .5 * Math.log(det.doubleValue());
        return new BigDecimal(rest).subtract(form.multiply(BigDecimal.valueOf(.5)));
    }

    @Test
    void agreesWithManyDigitsFarAndNear() {
        SplittableRandom rng = new SplittableRandom(4);
        for (int round = 0; round < 200; round++) {
            double[][] first = {{1 + rng.nextDouble(), rng.nextDouble(-.5, .5)}, {0, 1 + rng.nextDouble()}};
            first[1][0] = first[0][1];
            double[][] second = round % 2 == 0 ? first : diagonal(1, 2);
            GaussianMixture model = GaussianMixture.of(
                    new double[] {.3, .7},
                    new double[][] {{rng.nextDouble(), 0}, {1, rng.nextDouble()}},
                    first,
                    second);
            double size = Math.pow(10, rng.nextInt(0, round % 2 == 0 ? 13 : 150));
            double x0 = size * rng.nextGaussian();
            double x1 = size * rng.nextGaussian();
            DMatrixRMaj q = model.responsibilities(new DMatrixRMaj(1, 2, true, x0, x1));
            sumsToOne(q);
            double ratio = exponent(model, 1, x0, x1)
                    .subtract(exponent(model, 0, x0, x1), DIGITS)
                    .doubleValue();
            double expected = 1 / (1 + Math.exp(-ratio));
            // What is left is the rounding of the factors of the covariances and of x itself.
            assertEquals(
                    expected, q.get(0, 1), 1e-11 + 1e-14 * Math.min(1e12, Math.abs(ratio)) * expected * (1 - expected));
        }
    }

    @Test
    void aWiderComponentHasWhatIsFarOut() {
        GaussianMixture model = two(new double[][] {{0, 0}, {1, 0}}, diagonal(.01, .01), diagonal(.01, .0100001));
        for (double out : new double[] {1e6, 1e153, 1e155, 1e200, -1e308}) {
            DMatrixRMaj q = model.responsibilities(new DMatrixRMaj(1, 2, true, 0, out));
            sumsToOne(q);
            assertEquals(1, q.get(0, 1), "at " + out);
        }
    }

    @Test
    void componentsOfWeightZeroStayEmptyEverywhere() {
        GaussianMixture model = GaussianMixture.of(
                new double[] {0, .5, .5},
                new double[][] {{0, 0}, {0, 0}, {1, 0}},
                diagonal(100, 100),
                diagonal(.01, .01),
                diagonal(.01, .01));
        for (double out : new double[] {0, 1e3, 1e100, 1e160, -1e308}) {
            DMatrixRMaj q = model.responsibilities(new DMatrixRMaj(1, 2, true, .5, out));
            sumsToOne(q);
            assertEquals(0, q.get(0, 0));
            assertEquals(.5, q.get(0, 1));
        }
    }

    @Test
    void everyExtremeRowHasAProperPosterior() {
        double[] values = {0, 1, -1e10, 1e150, -1e155, 1e300, Double.MAX_VALUE, -Double.MAX_VALUE, Double.MIN_VALUE};
        double[][] correlated = {{1, .9}, {.9, 1}};
        GaussianMixture model = GaussianMixture.of(
                new double[] {.2, .3, .5},
                new double[][] {{0, 0}, {1, -Double.MAX_VALUE}, {1e-300, 1e200}},
                correlated,
                diagonal(1e-200, 1e200),
                new double[][] {{2, -1}, {-1, 2}});
        for (double a : values) {
            for (double b : values) {
                DMatrixRMaj x = new DMatrixRMaj(1, 2, true, a, b);
                sumsToOne(model.responsibilities(x));
                assertTrue(!Double.isNaN(model.logDensity(x)[0]), a + ", " + b);
                assertTrue(!Double.isNaN(model.logJoint(x).get(0, 0)), a + ", " + b);
            }
        }
    }

    @Test
    void theGapOfThePosteriorIsZeroFarOut() {
        GaussianMixture model = two(new double[][] {{0, 0}, {1, 0}}, diagonal(.01, .01), diagonal(.01, .01));
        DMatrixRMaj x = new DMatrixRMaj(new double[][] {{.5, -999}, {.45, 1e9}, {.5, 1e15}, {.52, 1e160}});
        assertEquals(0, VariationalEm.gap(model, x, model.responsibilities(x)), 1e-14);
        DMatrixRMaj other = new DMatrixRMaj(new double[][] {{.9, .1}, {.9, .1}, {.9, .1}, {.9, .1}});
        double expected = 0;
        for (int i = 0; i < 4; i++) {
            double log = 100 * (.5 - x.get(i, 0)); // log p₀/p₁
            expected +=
                    .9 * (Math.log(.9) + Math.log1p(Math.exp(-log))) + .1 * (Math.log(.1) + Math.log1p(Math.exp(log)));
        }
        assertEquals(expected, VariationalEm.gap(model, x, other), 1e-12 * expected);
    }

    /** Two clusters and a row that is far from both, half way: an iteration gives each half of it. */
    @ParameterizedTest
    @EnumSource(Covariance.class)
    void anIterationOfEmSharesAFarRow(Covariance form) {
        double far = 1e7;
        DMatrixRMaj x = new DMatrixRMaj(
                new double[][] {{-1.1, 0}, {-.9, 0}, {-1, .1}, {-1, -.1}, {1.1, 0}, {.9, 0}, {1, .1}, {1, -.1}, {0, far}
                });
        GaussianMixture start = GaussianMixture.of(
                new double[] {.5, .5}, new double[][] {{-1, 0}, {1, 0}}, diagonal(.25, .25), diagonal(.25, .25));
        GaussianMixtureBuilder builder = GaussianMixture.builder()
                .covariance(form)
                .covarianceFloor(0)
                .start(start.weights(), new double[][] {{-1, 0}, {1, 0}}, diagonal(.25, .25), diagonal(.25, .25))
                .maxIterations(1);
        GaussianMixture model = builder.fit(x);
        assertEquals(.5, model.weights()[0], 1e-12);
        assertEquals(far / 9, model.mean(0)[1], 1e-5);
        assertEquals(far / 9, model.mean(1)[1], 1e-5);
    }
}
