package lvm.gan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import lvm.nn.Layer;
import lvm.nn.Linear;
import lvm.nn.NetworkFactory;
import lvm.nn.Sequential;
import lvm.nn.Tangent;
import lvm.nn.WeightInit;
import lvm.optim.Adam;
import lvm.optim.Schedule;
import lvm.optim.Sgd;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Games whose solution is known: the best discriminator between two densities, the value of the game, critics of known slope, and
 * a linear generator. The tolerances are five standard errors of what the draws decide, or more.
 */
class GanTheoryTest {
    private static final int N = 20_000;

    /** G(z) = z: the draws are of a known density, N(0, I). */
    private static final NetworkFactory IDENTITY = (name, in, out, rng) -> new Layer() {
        @Override
        public List<Param> params() {
            return List.of();
        }

        @Override
        public Var forward(Tape tape, Var x) {
            return x;
        }
    };

    private static double normal(double x, double mean, double deviation) {
        double z = (x - mean) / deviation;
        return Math.exp(-z * z / 2) / deviation / Math.sqrt(2 * Math.PI);
    }

    private static double p(double x) {
        return 0.5 * normal(x, -1.2, 0.6) + 0.5 * normal(x, 1.4, 0.8);
    }

    private static double q(double x) {
        return normal(x, 0, 1);
    }

    private static Dataset mixture() {
        SplittableRandom rng = new SplittableRandom(5);
        double[][] rows = new double[N][1];
        for (double[] row : rows) {
            row[0] = rng.nextBoolean() ? -1.2 + 0.6 * rng.nextGaussian() : 1.4 + 0.8 * rng.nextGaussian();
        }
        return Dataset.of(rows);
    }

    private static double integral(DoubleUnaryOperator f) {
        double sum = 0;
        for (double x = -8; x < 8; x += 5e-3) {
            sum += f.applyAsDouble(x) * 5e-3;
        }
        return sum;
    }

    private static Gan against(GanLoss loss, NetworkFactory discriminator, Dataset data, int latent, int epochs) {
        return against(loss, discriminator, latent, epochs).fit(data);
    }

    private static Gan.Builder against(GanLoss loss, NetworkFactory discriminator, int latent, int epochs) {
        return Gan.builder()
                .latent(latent)
                .generator(IDENTITY)
                .discriminator(discriminator)
                .loss(loss)
                .standardize(false)
                .optimizer(Adam::new)
                .learningRate(0.01)
                .schedule(Schedule.cosine(epochs * (long) (N / 500), 0))
                .batchSize(500)
                .epochs(epochs);
    }

    /** D* = p/(p + q) where there are points, and V = −ln 4 + 2 JSD(p, q). */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theBestDiscriminator(boolean regression) {
        GanLoss loss = regression ? GanLoss.leastSquares() : GanLoss.nonSaturating();
        Gan gan = against(loss, NetworkFactory.mlp(Activation.TANH, 16), mixture(), 1, 15);
        // what is lost by D in place of D* is 1/2 E (D − D*)² over the rows and draws
        double squares = integral(x -> {
            double output = gan.discriminate(new FMatrixRMaj(new float[][] {{(float) x}}))[0];
            double d = regression ? output : 1 / (1 + Math.exp(-output));
            double best = p(x) / (p(x) + q(x));
            return p(x) + q(x) > 1e-6 ? (d - best) * (d - best) * (p(x) + q(x)) / 2 : 0;
        });
        assertTrue(Math.sqrt(squares) < 0.03, "D is off by " + Math.sqrt(squares));
        double value = gan.history().last(gan.history().names().get(0));
        if (regression) {
            // −½ E (D − 1)² − ½ E D² at D*: −½ ∫ p q / (p + q)
            assertEquals(-0.5 * integral(x -> p(x) * q(x) / (p(x) + q(x))), value, 0.01);
        } else {
            double jsd = 0.5 * integral(x -> p(x) * Math.log(2 * p(x) / (p(x) + q(x))))
                    + 0.5 * integral(x -> q(x) * Math.log(2 * q(x) / (p(x) + q(x))));
            assertTrue(jsd > 0.05, "the densities differ: " + jsd);
            assertEquals(-Math.log(4) + 2 * jsd, value, 0.03);
        }
    }

    private static Dataset shifted(double a, double b) {
        SplittableRandom rng = new SplittableRandom(6);
        double[][] rows = new double[N][2];
        for (double[] row : rows) {
            row[0] = a + rng.nextGaussian();
            row[1] = b + rng.nextGaussian();
        }
        return Dataset.of(rows);
    }

    /**
     * Between N(m, I) and N(0, I), of distance ‖m‖, the best critic is linear along m; with the penalty λ (s − 1)² its slope is
     * s = 1 + ‖m‖/(2 λ) and its difference s ‖m‖.
     */
    @Test
    void theCriticOfTwoGaussians() {
        double lambda = 10;
        Gan gan = against(GanLoss.wassersteinGradientPenalty(lambda), NetworkFactory.linear(), 2, 10)
                .optimizer(Sgd::new)
                .learningRate(0.05)
                .fit(shifted(3, 4));
        double[] f = gan.discriminate(new FMatrixRMaj(new float[][] {{0, 0}, {1, 0}, {0, 1}}));
        double slope = 1 + 5 / (2 * lambda);
        assertEquals(slope * 3 / 5, f[1] - f[0], 0.03);
        assertEquals(slope * 4 / 5, f[2] - f[0], 0.03);
        double value = gan.history().last("difference of the critic, estimate of the Wasserstein distance");
        assertEquals(slope * 5, value, 0.15);
    }

    /** A network that could be steeper keeps the slope near 1 on the way from one Gaussian to the other. */
    @Test
    void aNonlinearCriticHasSlopeOne() {
        Gan gan = against(
                GanLoss.wassersteinGradientPenalty(10), NetworkFactory.mlp(Activation.TANH, 16), shifted(3, 4), 2, 10);
        double[] f = gan.discriminate(new FMatrixRMaj(new float[][] {{0, 0}, {1.5f, 2}, {3, 4}}));
        assertEquals(1.1, (f[2] - f[0]) / 5, 0.25);
        double value = gan.history().last("difference of the critic, estimate of the Wasserstein distance");
        assertEquals(5, value, 1.3);
    }

    /** Of weights within ±c the linear critic takes c sign(m): its difference is c ‖m‖₁. */
    @Test
    void theClippedCritic() {
        Gan gan = against(GanLoss.wasserstein(0.1), NetworkFactory.linear(), shifted(3, -4), 2, 3);
        double[] f = gan.discriminate(new FMatrixRMaj(new float[][] {{0, 0}, {1, 0}, {0, 1}}));
        assertEquals(0.1, f[1] - f[0], 1e-6);
        assertEquals(-0.1, f[2] - f[0], 1e-6);
        double value = gan.history().last("difference of the critic, Wasserstein distance up to a factor");
        assertEquals(0.7, value, 0.01);
    }

    /** All products of two columns, beside them: with a linear map after it the logit of any two Gaussians. */
    private static final class Quadratic implements Layer {
        @Override
        public List<Param> params() {
            return List.of();
        }

        @Override
        public Var forward(Tape tape, Var x) {
            return tape.concatColumns(x, x.square(), x.columns(0, 1).mul(x.columns(1, 2)));
        }

        @Override
        public Tangent tangent(Tape tape, Var x, Var along) {
            throw new IllegalArgumentException("not needed");
        }
    }

    /** x = W z + b against the quadratic discriminator: W Wᵀ becomes the covariance of the data, b their mean. */
    @ParameterizedTest
    @ValueSource(strings = {"minimax", "non-saturating"})
    void aLinearGeneratorFindsTheCovariance(String name) {
        SplittableRandom rng = new SplittableRandom(7);
        double[][] rows = new double[4000][];
        for (int i = 0; i < rows.length; i++) {
            double a = rng.nextGaussian();
            double b = rng.nextGaussian();
            rows[i] = new double[] {10 + 2 * a, -3 + a + 0.5 * b};
        }
        int epochs = 150;
        Gan gan = Gan.builder()
                .latent(2)
                .generator(NetworkFactory.linear())
                .discriminator((in, columns, out, random) -> new Sequential(
                        new Quadratic(),
                        new Linear("discriminator", 5, out, Activation.IDENTITY, WeightInit.GLOROT, random)))
                .loss(name.equals("minimax") ? GanLoss.minimax() : GanLoss.nonSaturating())
                .learningRate(0.01)
                .discriminatorLearningRate(0.04)
                .schedule(Schedule.cosine(epochs * 16L, 0))
                .batchSize(250)
                .epochs(epochs)
                .fit(Dataset.of(rows));
        FMatrixRMaj draws = gan.sample(40_000, new SplittableRandom(1));
        double[] mean = new double[2];
        double[] products = new double[3];
        for (int i = 0; i < draws.numRows; i++) {
            double x = draws.get(i, 0) - 10;
            double y = draws.get(i, 1) + 3;
            mean[0] += x / draws.numRows;
            mean[1] += y / draws.numRows;
            products[0] += x * x / draws.numRows;
            products[1] += x * y / draws.numRows;
            products[2] += y * y / draws.numRows;
        }
        assertEquals(0, mean[0], 0.3);
        assertEquals(0, mean[1], 0.2);
        assertEquals(4, products[0], 0.5);
        assertEquals(2, products[1], 0.3);
        assertEquals(1.25, products[2], 0.2);
        // at the end of the game the draws are like rows
        assertEquals(-Math.log(4), gan.history().last("value of the game, nats"), 0.06);
    }
}
