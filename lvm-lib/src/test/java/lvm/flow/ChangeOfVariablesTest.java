package lvm.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import lvm.distribution.Bijector;
import lvm.distribution.Bijectors;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Change of variables in one dimension: z ~ U[0,1], x = f(z), p(x) = p(z) |dz/dx|. */
class ChangeOfVariablesTest {

    /** p(x) for z ~ U[0,1]: e^log|det ∂z/∂x| where z is within. */
    private static double density(Bijector f, double x) {
        FMatrixRMaj at = new FMatrixRMaj(1, 1);
        at.data[0] = (float) x;
        Bijector.Values z = f.inverse(at);
        return z.y().data[0] >= 0 && z.y().data[0] <= 1 ? Math.exp(z.logDet()[0]) : 0;
    }

    @Test
    void twiceAndOneMore() {
        Bijector f = Bijectors.affine(2, 1);
        for (double x = 1.01; x < 3; x += 0.1) {
            assertEquals(0.5, density(f, x), 1e-6);
        }
        assertEquals(0, density(f, 0.99));
        assertEquals(0, density(f, 3.01));
    }

    @ParameterizedTest
    @CsvSource({"2,1", "-2,1", "0.1,-4", "-0.25,0", "100,3"})
    void anyLineHasTheReciprocalOfItsSlope(double a, double b) {
        assertEquals(1 / Math.abs(a), density(Bijectors.affine(a, b), a * 0.3 + b), 1e-6 / Math.abs(a));
    }

    /** z = x^(1/2) and so on: the density is the derivative of the distribution function F = f⁻¹. */
    @Test
    void anyMonotoneFunctionHasTheDerivativeOfItsInverse() {
        check(Bijectors.exp(), Math::log, 1.05, 2.7);
        check(Bijectors.softplus(), x -> x + Math.log1p(-Math.exp(-x)), 0.7, 1.3);
        check(Bijectors.tanh(), x -> 0.5 * Math.log((1 + x) / (1 - x)), 0.01, 0.75);
        check(Bijectors.logit(), x -> 1 / (1 + Math.exp(-x)), -3, 3);
        check(Bijectors.affine(-3, 0).then(Bijectors.exp()), x -> -Math.log(x) / 3, 0.06, 0.9);
    }

    private static void check(Bijector f, DoubleUnaryOperator inverse, double low, double high) {
        double h = 1e-5;
        for (int i = 0; i <= 20; i++) {
            double x = low + i * (high - low) / 20;
            double slope = Math.abs(inverse.applyAsDouble(x + h) - inverse.applyAsDouble(x - h)) / (2 * h);
            assertEquals(slope, density(f, x), 1e-4 * Math.max(1, slope), f + " at " + x);
        }
    }

    @Test
    void densitiesIntegrateToOne() {
        int cells = 20_000;
        for (Bijector f : new Bijector[] {
            Bijectors.affine(2, 1), Bijectors.exp(), Bijectors.softplus(), Bijectors.tanh(), Bijectors.leakyRelu(0.3)
        }) {
            double sum = 0;
            for (int i = 0; i < cells; i++) {
                sum += density(f, -1 + 5 * (i + 0.5) / cells) * 5 / cells;
            }
            assertEquals(1, sum, 1e-3, f.toString());
        }
    }

    /**
     * Draws fall into ten cells of equal probability: χ² with 9 degrees of freedom is above 33.7 with probability 10⁻⁴; the seed
     * is fixed.
     */
    @Test
    void drawsFollowTheDensity() {
        Bijector f = Bijectors.softplus();
        SplittableRandom rng = new SplittableRandom(11);
        int n = 20_000;
        FMatrixRMaj z = new FMatrixRMaj(n, 1);
        for (int i = 0; i < n; i++) {
            z.data[i] = rng.nextFloat();
        }
        FMatrixRMaj x = f.forward(z).y();
        double[] edges = new double[11];
        double from = Math.log(2);
        double to = Math.log1p(Math.E);
        int steps = 20_000;
        double mass = 0;
        int next = 1;
        edges[0] = from;
        for (int i = 0; i < steps && next < 10; i++) {
            double at = from + (to - from) * (i + 0.5) / steps;
            mass += density(f, at) * (to - from) / steps;
            while (next < 10 && mass >= next / 10.0) {
                edges[next++] = at;
            }
        }
        edges[10] = to;
        double chiSquared = 0;
        for (int c = 0; c < 10; c++) {
            int count = 0;
            for (float v : x.data) {
                count += v >= edges[c] && (v < edges[c + 1] || c == 9) ? 1 : 0;
            }
            chiSquared += Math.pow(count - n / 10.0, 2) / (n / 10.0);
        }
        assertEquals(0, Math.max(0, chiSquared - 33.7), "chi-squared is " + chiSquared);
    }
}
