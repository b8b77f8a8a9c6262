package lvm.gan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import lvm.autodiff.Activation;
import lvm.data.Matrices;
import lvm.data.Toy2d;
import lvm.model.GenerativeModel;
import lvm.model.GenerativeModelContract;
import lvm.model.HasJointDensity;
import lvm.model.HasJointDensityContract;
import lvm.nn.NetworkFactory;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

class NoisyGeneratorTest implements GenerativeModelContract<FMatrixRMaj>, HasJointDensityContract {
    private static final Gan GAN = Gan.builder()
            .latent(2)
            .generator(NetworkFactory.mlp(Activation.TANH, 6))
            .discriminator(NetworkFactory.mlp(Activation.LEAKY_RELU, 6))
            .batchSize(20)
            .steps(20)
            .fit(Toy2d.TWO_MOONS.generate(200, 1));
    private static final NoisyGenerator NOISY = GAN.withNoise(0.3);

    @Override
    public GenerativeModel<FMatrixRMaj> generativeModel() {
        return NOISY;
    }

    @Override
    public HasJointDensity<FMatrixRMaj> jointDensity() {
        return NOISY;
    }

    /** Σⱼ log N(xⱼ; Gⱼ(z), σ²) in the units of the data. */
    @Test
    void densityIsThatOfTheNoiseAroundTheGenerator() {
        SplittableRandom rng = new SplittableRandom(2);
        FMatrixRMaj z = NOISY.samplePrior(5, rng);
        FMatrixRMaj x = NOISY.sample(z, rng);
        FMatrixRMaj g = GAN.decode(z);
        double[] given = new double[5];
        NOISY.latentLikelihood(x).evaluate(Matrices.doubles(z), given, new DMatrixRMaj(5, 2));
        for (int i = 0; i < 5; i++) {
            double expected = 0;
            for (int j = 0; j < 2; j++) {
                double off = ((double) x.get(i, j) - g.get(i, j)) / 0.3;
                expected += -0.5 * off * off - Math.log(0.3 * Math.sqrt(2 * Math.PI));
            }
            assertEquals(expected, given[i], 1e-4);
        }
    }

    /** The variance of 4,000 differences has a standard error of 2 %: 4 of them. */
    @Test
    void noiseHasItsDeviation() {
        SplittableRandom rng = new SplittableRandom(3);
        FMatrixRMaj z = NOISY.samplePrior(2000, rng);
        FMatrixRMaj x = NOISY.sample(z, rng);
        FMatrixRMaj g = NOISY.decode(z);
        double squares = 0;
        for (int i = 0; i < x.getNumElements(); i++) {
            squares += (x.data[i] - g.data[i]) * (x.data[i] - g.data[i]) / x.getNumElements();
        }
        assertEquals(0.09, squares, 0.09 * 0.09);
        String text = assertThrows(IllegalArgumentException.class, () -> GAN.withNoise(0))
                .getMessage();
        assertTrue(text.contains("deviation"), text);
    }
}
