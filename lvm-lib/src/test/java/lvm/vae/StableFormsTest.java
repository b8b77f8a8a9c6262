package lvm.vae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.Tape;
import lvm.data.Dataset;
import lvm.distribution.Bijectors;
import lvm.distribution.Mapped;
import lvm.flow.NormalizingFlow;
import lvm.flow.RealNvp;
import lvm.nn.Linear;
import lvm.nn.NetworkFactory;
import lvm.nn.WeightInit;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/** Formulas where their plain form loses its digits, against values of 50 digits (Python's decimal, of the floats themselves). */
class StableFormsTest {
    @Test
    void logSoftmaxOfLargeLogits() {
        float[][] logits = {
            {10_000, 9_999, 9_997}, {10_000, -10_000, 0}, {5, 5.5f, -2}, {30, 0, -1}, {10_000, 9_984, -10_000}
        };
        double[][] exact = {
            {-0.3490122167681863854, -1.3490122167681863854, -3.3490122167681863854},
            {0, -20_000, -10_000},
            {-0.9744211974590585875, -0.4744211974590585875, -7.9744211974590585875},
            {-1.2800100077309331850e-13, -30.000000000000128001, -31.000000000000128001},
            {-1.1253516838717681502e-7, -16.000000112535168387, -20_000}
        };
        Tape tape = new Tape();
        FMatrixRMaj x = new FMatrixRMaj(logits);
        FMatrixRMaj log = tape.constant(x).logSoftmax().value();
        for (int i = 0; i < logits.length; i++) {
            int[] labels = new int[logits.length];
            java.util.Arrays.fill(labels, i % 3);
            float[] ofLabels = tape.constant(x).categoricalLogLikelihood(labels).value().data;
            for (int k = 0; k < 3; k++) {
                double tolerance = 3e-7 * Math.abs(exact[i][k]) + 1e-37;
                assertEquals(exact[i][k], log.get(i, k), tolerance, "row " + i + ", column " + k);
                FMatrixRMaj target = new FMatrixRMaj(logits.length, 3);
                target.set(i, k, 1);
                float[] ofTargets = tape.constant(x)
                        .categoricalLogLikelihood(tape.constant(target))
                        .value()
                        .data;
                assertEquals(exact[i][k], ofTargets[i], tolerance);
            }
            assertEquals(exact[i][i % 3], ofLabels[i], 3e-7 * Math.abs(exact[i][i % 3]) + 1e-37);
        }
        FMatrixRMaj far = tape.constant(new FMatrixRMaj(1, 2, true, -3e6f, -3e6f + 1))
                .logSoftmax()
                .value();
        assertEquals(-1.3132616875182228340, far.data[0], 2e-7);
        assertEquals(-0.3132616875182228340, far.data[1], 1e-7);
    }

    @Test
    void softplusBackwards() {
        float[] x = {1e-30f, 1e-8f, 3e-7f, 1e-3f, 0.5f, 2, 20};
        double[] z = {
            -69.07755278665029367459,
            -18.42068074502983648775,
            -15.01948317691934638490,
            -6.907255189794267871450,
            -0.432752129567188571894,
            1.8545865421311409430273,
            19.999999997938846375437
        };
        double[] logSlope = {
            69.077552786650293674596,
            18.420680755029836426979,
            15.019483476919356996157,
            6.9082551898417653227557,
            0.9327521295671885718946,
            0.1454134578688590569726,
            2.0611536245627349585305e-9
        };
        Tape tape = Tape.withoutGradients();
        for (int i = 0; i < x.length; i++) {
            Mapped mapped = Bijectors.softplus().inverse(tape, tape.constant(new FMatrixRMaj(1, 1, true, x[i])));
            assertEquals(z[i], mapped.y().scalar(), 2e-7 * Math.max(1, Math.abs(z[i])), "x = " + x[i]);
            assertEquals(logSlope[i], mapped.logDet().scalar(), 2e-7 * Math.max(1, logSlope[i]), "x = " + x[i]);
        }
    }

    /** A network that gives the same whatever its input. */
    private static NetworkFactory constant(float... outputs) {
        return (name, in, out, rng) -> {
            Linear layer = new Linear(name, in, out, Activation.IDENTITY, WeightInit.GLOROT, rng);
            layer.weights().value().zero();
            layer.bias().value().setTo(new FMatrixRMaj(1, out, true, outputs));
            return layer;
        };
    }

    @Test
    void divergencesOfNarrowAndOfAlmostStandardPosteriors() {
        float[] mean = {0.3f, 0, 1e-4f, 2};
        float[] logVariance = {-110, -1e-3f, 1e-4f, 5};
        double[] exact = {
            54.545000003576278757577, 2.4991671123268983811679e-7, 7.5000829564785248320945e-9, 73.206579551288301710557
        };
        Vae vae = Vae.builder()
                .latent(4)
                .encoder(constant(mean[0], mean[1], mean[2], mean[3], -110, -1e-3f, 1e-4f, 5))
                .decoder(constant(0, 0))
                .epochs(0)
                .fit(new double[][] {{0, 1}, {1, 1}});
        FMatrixRMaj kl = vae.klPerLatent(new FMatrixRMaj(1, 2));
        for (int k = 0; k < mean.length; k++) {
            assertEquals(exact[k], kl.data[k], 1e-6 * exact[k], "log σ² = " + logVariance[k]);
        }
    }

    /** A generator whose numbers are all ones, or all zeros. */
    private static RandomGenerator extreme(long bits) {
        return () -> bits;
    }

    /** (255 + u)/256 rounds to 1 in single precision, where the logit is infinite; 0 with u = 0 is the other end. */
    @Test
    void greyLevelsAtBothEndsWithoutAMargin() {
        byte[] bytes = new byte[40];
        new java.util.Random(3).nextBytes(bytes);
        NormalizingFlow flow = NormalizingFlow.builder()
                .architecture(RealNvp.layers(2, 3))
                .dequantization(256, 0)
                .epochs(1)
                .fit(Dataset.ofBytes(bytes, 2, 255));
        FMatrixRMaj ends = new FMatrixRMaj(new float[][] {{0, 1}, {1, 1}, {0, 0}});
        for (long bits : new long[] {-1, 0}) {
            for (double value : flow.levelBound(ends, 1, extreme(bits))) {
                assertTrue(Double.isFinite(value), "the bound is " + value);
            }
            for (float v : flow.dequantize(ends, extreme(bits)).data) {
                assertTrue(v > 0 && v < 1, "noise gives " + v);
            }
        }
    }

    /** log p(x, y) of M2 by importance sampling where the posterior of z is a point for a float's variance. */
    @Test
    void narrowPosteriorsOfM2() {
        M2 model = M2.builder()
                .latent(1)
                .hidden(2)
                .classes(2)
                .epochs(0)
                .fit(Dataset.of(new double[][] {{0, 1}, {1, 0}, {1, 1}}).withLabels(0, 1, Dataset.UNLABELLED));
        // The live network: the last layer of the encoder says log σ² = −80 whatever it sees.
        FMatrixRMaj bias = model.net().values().get("encoder.0.b");
        FMatrixRMaj weights = model.net().values().get("encoder.0.w");
        weights.zero();
        bias.setTo(new FMatrixRMaj(1, 2, true, 0.5f, -80));
        DMatrixRMaj logJoint = model.logJoint(new FMatrixRMaj(2, 2), 3, new SplittableRandom(1));
        for (double value : logJoint.data) {
            assertTrue(Double.isFinite(value), "log p(x, y) is " + value);
        }
    }

    @Test
    void termsOfWeightZeroAreNoPartOfAMeanOfExponentials() {
        double[] none = {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY};
        M2.LogMeans means = new M2.LogMeans(1, 2);
        means.add(none);
        means.add(new double[] {Math.log(2) - 1000, Double.NEGATIVE_INFINITY});
        means.add(new double[] {Math.log(4) - 1000, Double.NEGATIVE_INFINITY});
        means.add(none);
        double[] result = means.result(4).data;
        assertEquals(Math.log(1.5) - 1000, result[0], 1e-12);
        assertEquals(Double.NEGATIVE_INFINITY, result[1]);
    }
}
