package lvm.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import lvm.autodiff.StepChecks;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Toy2d;
import lvm.distribution.Architecture;
import lvm.distribution.Bijector;
import lvm.distribution.Mapped;
import lvm.optim.Adam;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is special to single layers and architectures. */
class LayersTest {

    /** ∂yᵢ/∂zⱼ of one row, by backward passes. */
    private static double[][] jacobian(Bijector map, FMatrixRMaj z) {
        int d = z.numCols;
        double[][] jacobian = new double[d][d];
        Tape tape = new Tape();
        for (int i = 0; i < d; i++) {
            Var in = tape.reset().input(z);
            FMatrixRMaj weight = new FMatrixRMaj(1, d);
            weight.set(0, i, 1);
            tape.backward(map.inverse(tape, in).y(), weight);
            for (int j = 0; j < d; j++) {
                jacobian[i][j] = in.grad().get(0, j);
            }
        }
        return jacobian;
    }

    @Test
    void autoregressiveJacobianIsTriangularInItsOrder() {
        SplittableRandom rng = new SplittableRandom(1);
        for (boolean reversed : new boolean[] {false, true}) {
            Bijector map =
                    BijectorContractTest.random(new Maf("m", 6, reversed, Transformer.affine(), rng, 20, 20), rng);
            FMatrixRMaj x = new FMatrixRMaj(1, 6, true, 0.3f, -1, 2, 0.1f, 0.9f, -0.4f);
            double[][] jacobian = jacobian(map, x);
            int beside = 0;
            for (int i = 0; i < 6; i++) {
                for (int j = 0; j < 6; j++) {
                    if (reversed ? j < i : j > i) {
                        assertEquals(0, jacobian[i][j], "∂z" + i + "/∂x" + j);
                    } else if (i != j && jacobian[i][j] != 0) {
                        beside++;
                    }
                }
            }
            assertTrue(beside > 10, beside + " of 15 places below the diagonal");
        }
    }

    @Test
    void additiveCouplingsKeepVolumes() {
        SplittableRandom rng = new SplittableRandom(2);
        Bijector map = BijectorContractTest.random(Nice.everySecond("c", 6, 0, Transformer.additive(), rng, 10), rng);
        for (double logDet : map.forward(new FMatrixRMaj(4, 6)).logDet()) {
            assertEquals(0, logDet);
        }
    }

    @Test
    void architecturesBeginWhereTheyShould() {
        FMatrixRMaj x = Toy2d.PINWHEEL.generate(300, 1).floatMatrix();
        for (Architecture one : new Architecture[] {
            RealNvp.layers(3, 8), Nice.layers(2, 8), Maf.layers(2, 8), RealNvp.layers(2, Transformer.spline(4, 3), 8)
        }) {
            Bijector map = one.make(2, new SplittableRandom(1));
            FMatrixRMaj y = map.inverse(x).y();
            for (int i = 0; i < x.getNumElements(); i++) {
                assertEquals(x.data[i], y.data[i], 1e-5 * Math.max(1, Math.abs(x.data[i])), one.toString());
            }
        }
    }

    @Test
    void activationNormalisationStandardisesTheFirstRows() {
        FMatrixRMaj x = Toy2d.CHECKERBOARD.generate(500, 1).floatMatrix();
        for (int i = 0; i < x.numRows; i++) {
            x.set(i, 0, 10 * x.get(i, 0) + 3);
        }
        for (boolean inverse : new boolean[] {false, true}) {
            FMatrixRMaj y = new ActNorm("n", 2, 1).initialize(x, inverse);
            for (int j = 0; j < 2; j++) {
                double sum = 0;
                double squares = 0;
                for (int i = 0; i < y.numRows; i++) {
                    sum += y.get(i, j) / y.numRows;
                    squares += y.get(i, j) * (double) y.get(i, j) / y.numRows;
                }
                assertEquals(0, sum, 1e-4);
                assertEquals(1, squares, 1e-3);
            }
        }
    }

    /** A volume of log s for each pixel, and a rotation at the start. */
    @Test
    void convolutionBeginsAtARotation() {
        InvertibleLinear map = new InvertibleLinear("l", 5, 2, 3, new SplittableRandom(3));
        FMatrixRMaj w = map.matrix();
        for (int i = 0; i < 5; i++) {
            for (int j = 0; j < 5; j++) {
                double dot = 0;
                for (int k = 0; k < 5; k++) {
                    dot += w.get(i, k) * (double) w.get(j, k);
                }
                assertEquals(i == j ? 1 : 0, dot, 1e-5);
            }
        }
        assertEquals(0, map.forward(new FMatrixRMaj(1, 30)).logDet()[0], 1e-4);
    }

    @Test
    void imagesThatDoNotFitAreNamed() {
        assertMessage("multiples of 2^2", () -> Glow.images(1, 6, 6, 2, 1, 4));
        assertMessage(
                "have 16 columns, the data have 15",
                () -> Glow.images(1, 4, 4, 1, 1, 4).make(15, new SplittableRandom(1)));
        assertMessage("some to move", () -> new Coupling(2, new int[] {0, 1}, Transformer.additive(), null));
        assertMessage("twice", () -> new Coupling(3, new int[] {0, 0}, Transformer.additive(), null));
    }

    /** Buffers of the tape are used again; what is left are variables and small arrays. */
    @Test
    void aStepOfMaximumLikelihoodAllocatesAlmostNothing() {
        for (Architecture one : new Architecture[] {
            RealNvp.layers(4, 64, 64),
            Maf.layers(2, 64),
            RealNvp.layers(2, Transformer.spline(8, 3), 64),
            Planar.layers(4).inverted(),
            Glow.images(1, 8, 8, 1, 2, 8)
        }) {
            int d = one.toString().contains("filters") ? 64 : 10;
            Bijector map = one.make(d, new SplittableRandom(1));
            Adam adam = new Adam(map.params(), 1e-4);
            Tape tape = new Tape();
            FMatrixRMaj x = new FMatrixRMaj(256, d);
            Fill.normal(x, new SplittableRandom(2));
            long least = StepChecks.allocated(() -> {
                Mapped mapped = map.inverse(tape.reset(), tape.constant(x));
                adam.ascend(mapped.y()
                        .standardNormalLogDensity()
                        .add(mapped.logDet())
                        .mean());
            });
            // One buffer of a hidden layer has 64 kB.
            assertTrue(least < 24 * 1024, one + ": " + least + " bytes a step");
        }
    }

    private static void assertMessage(String part, Runnable call) {
        String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
        assertTrue(message.contains(part), message);
    }

    /** x c + 5 c for x: the same z, and a log determinant that is less by log c for each column. */
    @ParameterizedTest
    @ValueSource(doubles = {1e-12, 1e-6, 1e-3, 1, 1e3, 1e12})
    void activationNormalisationKnowsNoUnits(double c) {
        SplittableRandom rng = new SplittableRandom(2);
        FMatrixRMaj x = new FMatrixRMaj(200, 4);
        FMatrixRMaj scaled = new FMatrixRMaj(200, 4);
        for (int i = 0; i < x.getNumElements(); i++) {
            double v = (1 + i % 2) * rng.nextGaussian() + 5;
            x.data[i] = (float) v;
            scaled.data[i] = (float) (c * v);
        }
        ActNorm plain = new ActNorm("n", 2, 2);
        plain.initialize(x, true);
        ActNorm other = new ActNorm("n", 2, 2);
        other.initialize(scaled, true);
        Bijector.Values z = plain.inverse(x);
        Bijector.Values found = other.inverse(scaled);
        for (int i = 0; i < x.getNumElements(); i++) {
            assertEquals(z.y().data[i], found.y().data[i], 1e-4);
        }
        assertEquals(z.logDet()[0] - 4 * Math.log(c), found.logDet()[0], 1e-3);
        double sum = 0;
        double squares = 0;
        for (float v : found.y().data) {
            sum += v / 800;
            squares += v * (double) v / 800;
        }
        assertEquals(0, sum, 1e-4);
        assertEquals(1, squares, 1e-3);
    }

    /** A constant column is only shifted, to 0; a difference in the last digit of its floats is one that counts. */
    @ParameterizedTest
    @ValueSource(floats = {0, 1e-12f, -0.1f, 7, 1e12f})
    void aConstantColumnIsShifted(float value) {
        FMatrixRMaj x = new FMatrixRMaj(1000, 2);
        for (int i = 0; i < x.numRows; i++) {
            x.set(i, 0, value);
            x.set(i, 1, i % 2 == 0 ? 1e6f : Math.nextUp(1e6f));
        }
        for (boolean inverse : new boolean[] {false, true}) {
            ActNorm layer = new ActNorm("n", 2, 1);
            FMatrixRMaj y = layer.initialize(x, inverse);
            FMatrixRMaj s = layer.params().get(0).value();
            assertEquals(0, s.data[0], 1e-30f);
            double log = Math.log(Math.ulp(1e6f) / 2);
            assertEquals(inverse ? log : -log, s.data[1], 1e-4);
            for (int i = 0; i < y.numRows; i++) {
                assertEquals(0, y.get(i, 0), 1e-30f);
            }
        }
    }
}
