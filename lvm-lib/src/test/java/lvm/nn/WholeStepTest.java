package lvm.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.StepChecks;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.optim.Adam;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/** A whole training step of a variational autoencoder: gradient of its bound, what it allocates, repeatability. */
class WholeStepTest {

    /** x → μ, log σ² → z → logits, with the bound as objective. */
    private static final class SmallVae {
        final int latent;
        final Mlp encoder;
        final Mlp decoder;
        final List<Param> params = new ArrayList<>();

        SmallVae(int observed, int latent, SplittableRandom rng, int... hidden) {
            this.latent = latent;
            encoder = Mlp.of("encoder", Activation.SOFTPLUS, observed, 2 * latent, rng, hidden);
            decoder = Mlp.of("decoder", Activation.SOFTPLUS, latent, observed, rng, hidden);
            params.addAll(encoder.params());
            params.addAll(decoder.params());
        }

        /** −ELBO, the mean over the rows. */
        Var loss(Tape tape, FMatrixRMaj data, SplittableRandom rng) {
            Var x = tape.constant(data);
            Var moments = encoder.forward(tape, x);
            Var mu = moments.columns(0, latent);
            Var logVariance = moments.columns(latent, 2 * latent);
            Var z = mu.gaussianSample(logVariance, rng);
            Var logits = decoder.forward(tape, z);
            return logits.bernoulliLogLikelihood(x)
                    .sub(mu.klStandardNormal(logVariance))
                    .mean()
                    .neg();
        }
    }

    private static FMatrixRMaj binary(int rows, int cols, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        FMatrixRMaj x = new FMatrixRMaj(rows, cols);
        for (int i = 0; i < x.getNumElements(); i++) {
            x.data[i] = rng.nextInt(2);
        }
        return x;
    }

    @Test
    void gradientOfTheBoundIsItsCentralDifference() {
        SmallVae vae = new SmallVae(6, 2, new SplittableRandom(1), 5, 4);
        FMatrixRMaj x = binary(7, 6, 2);
        Tape tape = new Tape().debug(true);
        tape.backward(vae.loss(tape, x, new SplittableRandom(3)));
        // The bound, about −5 nats, is rounded to 5e-7: 5e-5 in the difference.
        StepChecks.assertGradients(
                vae.params,
                () -> vae.loss(tape.reset(), x, new SplittableRandom(3)).scalar(),
                5e-3f,
                1e-3,
                1e-4);
    }

    @Test
    void aStepAllocatesAlmostNothing() {
        SmallVae vae = new SmallVae(784, 50, new SplittableRandom(1), 100, 100);
        Adam adam = new Adam(vae.params, 1e-3);
        FMatrixRMaj[] batches = {binary(50, 784, 1), binary(20, 784, 2)}; // the last minibatch is a short one
        Tape tape = new Tape();
        SplittableRandom rng = new SplittableRandom(5);
        long least = StepChecks.allocated(() -> {
            for (FMatrixRMaj x : batches) {
                tape.reset();
                tape.backward(vae.loss(tape, x, rng));
                adam.step();
            }
        });
        assertTrue(least / batches.length < 16 * 1024, least / batches.length + " bytes a step");
    }

    @Test
    void sameSeedSameParametersBitForBit() {
        List<float[]> first = trained();
        List<float[]> second = trained();
        for (int k = 0; k < first.size(); k++) {
            assertArrayEquals(first.get(k), second.get(k));
        }
    }

    private static List<float[]> trained() {
        SmallVae vae = new SmallVae(100, 5, new SplittableRandom(1), 40);
        Adam adam = new Adam(vae.params, 1e-2);
        Tape tape = new Tape();
        SplittableRandom rng = new SplittableRandom(2);
        FMatrixRMaj x = binary(64, 100, 3);
        float start = Float.NaN;
        float end = Float.NaN;
        for (int t = 0; t < 30; t++) {
            tape.reset();
            Var loss = vae.loss(tape, x, rng);
            start = t == 0 ? loss.scalar() : start;
            end = loss.scalar();
            tape.backward(loss);
            adam.step();
        }
        assertTrue(end < start, start + " to " + end);
        List<float[]> values = new ArrayList<>();
        vae.params.forEach(p -> values.add(p.value().data));
        return values;
    }
}
