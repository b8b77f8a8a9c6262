package lvm.distribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Densities integrate to one; divergences are what numeric integration or a sum over all values gives. */
class DistributionTest {
    private static void fails(String message, Executable body) {
        String text = assertThrows(IllegalArgumentException.class, body).getMessage();
        assertTrue(text.contains(message), text);
    }

    @ParameterizedTest
    @CsvSource({"0,1,0,1", "1,0.5,-1,2", "-3,2,0.5,0.7", "0,0.1,0.1,0.2"})
    void normalIntegrates(double mean1, double sigma1, double mean2, double sigma2) {
        int n = 20_000;
        double h = 24 * sigma1 / n;
        double total = 0;
        double first = 0;
        double second = 0;
        double kl = 0;
        for (int i = 0; i < n; i++) {
            double x = mean1 - 12 * sigma1 + (i + 0.5) * h;
            double logP = Normal.logDensity(x, mean1, sigma1);
            double p = Math.exp(logP) * h;
            total += p;
            first += p * x;
            second += p * (x - mean1) * (x - mean1);
            kl += p * (logP - Normal.logDensity(x, mean2, sigma2));
        }
        assertEquals(1, total, 1e-9);
        assertEquals(mean1, first, 1e-9);
        assertEquals(sigma1 * sigma1, second, 1e-9);
        assertEquals(kl, Normal.kl(mean1, sigma1, mean2, sigma2), 1e-8);
    }

    @Test
    void theDistributionFunctionIsTheIntegralOfTheDensity() {
        // Simpson's rule.
        for (double x : new double[] {-6, -2, -0.5, 0, 0.1, 1, 3, 7}) {
            int n = 20_000;
            double low = -12;
            double h = (x - low) / n;
            double sum = 0;
            for (int i = 0; i <= n; i++) {
                double t = low + i * h;
                sum += (i == 0 || i == n ? 1 : i % 2 == 1 ? 4 : 2) * Math.exp(-t * t / 2);
            }
            assertEquals(sum * h / 3 / Math.sqrt(2 * Math.PI), Normal.cdf(x), 1e-12);
        }
        for (double p : new double[] {1e-6, 0.025, 0.3, 0.5, 0.9, 0.975, 0.9999}) {
            assertEquals(p, Normal.cdf(Normal.quantile(p)), 1e-13);
        }
    }

    /** Values of M. Abramowitz and I. A. Stegun (1964), tables 26.1, 26.2 and 26.5, and −log₁₀ Φ(−20) of table 26.2. */
    @Test
    void quantilesAreThoseOfTheTables() {
        assertEquals(0.841344746068543, Normal.cdf(1), 1e-15);
        assertEquals(0.977249868051821, Normal.cdf(2), 1e-15);
        assertEquals(0.998650101968370, Normal.cdf(3), 1e-15);
        assertEquals(1.281551565545, Normal.quantile(0.9), 1e-12);
        assertEquals(1.644853626951, Normal.quantile(0.95), 1e-12);
        assertEquals(1.959963984540, Normal.quantile(0.975), 1e-12);
        assertEquals(2.326347874041, Normal.quantile(0.99), 1e-12);
        assertEquals(-3.090232306168, Normal.quantile(0.001), 1e-12);
        assertEquals(88.56010, -Math.log10(Normal.cdf(-20)), 1e-5);
        assertEquals(Double.NEGATIVE_INFINITY, Normal.quantile(0));
        assertEquals(Double.POSITIVE_INFINITY, Normal.quantile(1));
        fails("Normal.quantile: p is NaN, expected within [0,1]", () -> Normal.quantile(Double.NaN));
        fails("Normal.quantile: p is 1.5", () -> Normal.quantile(1.5));
        fails("Normal.cdf: x is NaN", () -> Normal.cdf(Double.NaN));
    }

    @Test
    void rowsSumTheirColumns() {
        FMatrixRMaj x = new FMatrixRMaj(2, 2, true, 0, 1, 1, 0);
        double[] mean = {0.5, -1};
        double[] sigma = {2, 0.3};
        double[] y = Normal.logDensity(x, mean, sigma);
        assertEquals(Normal.logDensity(0, 0.5, 2) + Normal.logDensity(1, -1, 0.3), y[0], 1e-12);
        assertEquals(Normal.logDensity(1, 0.5, 2) + Normal.logDensity(0, -1, 0.3), y[1], 1e-12);
        FMatrixRMaj l = new FMatrixRMaj(2, 2, true, 1, -2, 3, 4);
        double[] b = Bernoulli.logProbability(x, l);
        assertEquals(Bernoulli.logProbability(0, 1) + Bernoulli.logProbability(1, -2), b[0], 1e-12);
        assertEquals(Bernoulli.logProbability(1, 3) + Bernoulli.logProbability(0, 4), b[1], 1e-12);
        fails("x has 2 columns, there are 1 means", () -> Normal.logDensity(x, new double[1], sigma));
        fails("x is 2×2, the logits are 1×1", () -> Bernoulli.logProbability(x, new FMatrixRMaj(1, 1)));
        fails("Normal.logDensity: sigma is NaN", () -> Normal.logDensity(0, 0, Double.NaN));
        fails("Normal.kl: sigma2 is 0.0", () -> Normal.kl(0, 1, 0, 0));
    }

    @ParameterizedTest
    @CsvSource({"0,0", "1,-2", "-4,3", "12,10", "-30,-31"})
    void binaryVariables(double logitP, double logitQ) {
        assertEquals(
                1,
                Math.exp(Bernoulli.logProbability(0, logitP)) + Math.exp(Bernoulli.logProbability(1, logitP)),
                1e-12);
        assertEquals(logitP, Bernoulli.logProbability(1, logitP) - Bernoulli.logProbability(0, logitP), 1e-9);
        double kl = 0;
        for (int x = 0; x < 2; x++) {
            double p = Bernoulli.logProbability(x, logitP);
            kl += Math.exp(p) * (p - Bernoulli.logProbability(x, logitQ));
        }
        assertEquals(kl, Bernoulli.kl(logitP, logitQ), 1e-12);
        assertEquals(
                kl,
                Categorical.kl(new double[] {0, logitP}, new double[] {0, logitQ}),
                1e-12,
                "two classes are binary");
    }

    @Test
    void largeLogits() {
        assertEquals(0, Bernoulli.logProbability(1, 1e4));
        assertEquals(-1e4, Bernoulli.logProbability(0, 1e4));
        assertEquals(0, Bernoulli.kl(1e4, 1e4));
        assertArrayEquals(new double[] {0, -2e4}, Categorical.logProbabilities(1e4, -1e4));
    }

    @Test
    void classes() {
        double[] l = {1, -2, 0.5, 3};
        double[] y = Categorical.logProbabilities(l);
        double sum = 0;
        for (int k = 0; k < 4; k++) {
            sum += Math.exp(y[k]);
            assertEquals(l[k] - l[0], y[k] - y[0], 1e-12);
        }
        assertEquals(1, sum, 1e-12);
        assertEquals(0, Categorical.kl(l, new double[] {2, -1, 1.5, 4}), 1e-12, "equal up to a shift");
        fails("no logits", Categorical::logProbabilities);
        fails("p has 4 classes, q has 1", () -> Categorical.kl(l, new double[1]));
    }
}
