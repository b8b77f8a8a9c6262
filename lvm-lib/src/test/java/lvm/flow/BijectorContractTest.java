package lvm.flow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import lvm.autodiff.MicroBatches;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.distribution.Architecture;
import lvm.distribution.Bijector;
import lvm.distribution.Bijectors;
import lvm.distribution.Mapped;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every invertible map: both ways undo each other, and the log-determinant is that of the dense Jacobian. */
class BijectorContractTest {

    /** A map with the ranges of both sides; on the side of x uniform between these numbers, on that of z too. */
    record Case(String name, Bijector map, int dim, double zLow, double zHigh, double xLow, double xHigh) {
        @Override
        public String toString() {
            return name;
        }

        FMatrixRMaj z(int n, long seed) {
            return uniform(n, dim, zLow, zHigh, seed);
        }

        FMatrixRMaj x(int n, long seed) {
            return uniform(n, dim, xLow, xHigh, seed);
        }
    }

    private static FMatrixRMaj uniform(int n, int d, double low, double high, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        FMatrixRMaj m = new FMatrixRMaj(n, d);
        for (int i = 0; i < n * d; i++) {
            m.data[i] = (float) rng.nextDouble(low, high);
        }
        return m;
    }

    private static Case whole(String name, Bijector map, int dim, double reach) {
        return new Case(name, map, dim, -reach, reach, -reach, reach);
    }

    private static void wide(List<Case> cases) {
        cases.add(whole("identity", Bijectors.identity(), 3, 1000));
        cases.add(new Case("sigmoid", Bijectors.sigmoid(), 4, -6, 6, 1e-6, 0.999));
        cases.add(new Case("logit", Bijectors.logit(), 3, 1e-6, 0.999, -6, 6));
        cases.add(new Case("tanh", Bijectors.tanh(), 3, -4, 4, -0.999, 0.999));
        cases.add(new Case("softplus", Bijectors.softplus(), 3, -5, 1000, 0.01, 1000));
        cases.add(new Case("exp", Bijectors.exp(), 3, -20, 20, 1e-6, 1000));
        cases.add(whole("leaky ReLU", Bijectors.leakyRelu(0.1), 4, 1000));
        cases.add(whole("affine, all columns alike", Bijectors.affine(2, 1), 3, 1000));
        cases.add(whole("affine", Bijectors.affine(new double[] {-2, 0.5, 30}, new double[] {1, 0, -7}), 3, 1000));
        cases.add(whole("permutation", Bijectors.permutation(2, 0, 3, 1), 4, 1000));
        cases.add(whole("reversal", Bijectors.reversal(5), 5, 1000));
        cases.add(new Case(
                "chain",
                Bijectors.affine(0.3, 1).then(Bijectors.softplus()).then(Bijectors.reversal(3)),
                3,
                -15,
                1000,
                0.01,
                300));
    }

    private static void residual(List<Case> cases) {
        SplittableRandom rng = new SplittableRandom(9);
        for (int d : new int[] {1, 2, 5}) {
            cases.add(whole("planar " + d, random(new Planar("planar", d, rng), rng), d, 50));
            cases.add(whole("radial " + d, random(new Radial("radial", d, rng), rng), d, 50));
            cases.add(whole("Sylvester " + d, random(new Sylvester("sylvester", d, 2, rng), rng), d, 50));
        }
        cases.add(whole(
                "planar near its limit",
                new Planar("planar", new double[] {-3, 0, 1}, new double[] {0.8, 0.2, 0.3}, 0.1),
                3,
                5));
        cases.add(whole("radial, contracting", new Radial("radial", new double[] {1, 2}, 1, -0.9), 2, 50));
        cases.add(whole("planar, eight layers", random(Planar.layers(8).make(2, rng), rng), 2, 10));
    }

    private static void networks(List<Case> cases) {
        SplittableRandom rng = new SplittableRandom(10);
        Transformer[] transformers = {
            Transformer.additive(), Transformer.affine(), Transformer.affine(0.5), Transformer.spline(5, 3)
        };
        for (Transformer t : transformers) {
            for (int d : new int[] {2, 5}) {
                Bijector coupling = new Coupling(
                        d, new int[] {d - 1}, t, Networks.perceptron("net", d - 1, t.parameters(), rng, 8));
                cases.add(whole(t + " coupling " + d, slightly(coupling, rng), d, 5));
            }
            cases.add(whole(t + " autoregressive 1", slightly(new Maf("m", 1, false, t, rng, 8), rng), 1, 5));
            cases.add(whole(t + " autoregressive 4", slightly(new Maf("m", 4, false, t, rng, 8, 8), rng), 4, 5));
            cases.add(whole(t + " autoregressive, reversed", slightly(new Maf("m", 3, true, t, rng, 8), rng), 3, 5));
        }
        cases.add(whole("activation normalisation", random(new ActNorm("n", 3, 2), rng), 6, 50));
        cases.add(whole("linear map", random(new InvertibleLinear("l", 4, 1, 1, rng), rng), 4, 5));
        cases.add(whole("1×1 convolution", slightly(new InvertibleLinear("l", 3, 2, 2, rng), rng), 12, 5));
        cases.add(architecture("NICE", Nice.layers(4, 16), 6));
        cases.add(architecture("RealNVP", RealNvp.layers(4, 16), 5));
        cases.add(architecture("spline couplings", RealNvp.layers(3, Transformer.spline(4, 4), 16), 3));
        cases.add(architecture("MAF", Maf.layers(2, 16), 3));
        cases.add(architecture("Glow on vectors", Glow.layers(2, 8), 4));
        cases.add(architecture("RealNVP on images", RealNvp.images(1, 4, 4, 1, 4), 16));
        cases.add(architecture("splines on images", RealNvp.images(1, 4, 4, 1, Transformer.spline(4, 3), 4), 16));
        cases.add(architecture("Glow on images", Glow.images(1, 4, 4, 2, 1, 4), 16));
    }

    private static Case architecture(String name, Architecture architecture, int dim) {
        SplittableRandom rng = new SplittableRandom(11);
        return whole(name, slightly(architecture.make(dim, rng), rng, dim == 16 ? 0.02 : 0.1), dim, 3);
    }

    private static Bijector slightly(Bijector map, SplittableRandom rng) {
        return slightly(map, rng, 0.1);
    }

    private static Bijector slightly(Bijector map, SplittableRandom rng, double deviation) {
        for (Param p : map.params()) {
            for (int i = 0; i < p.value().getNumElements(); i++) {
                p.value().data[i] += (float) (deviation * rng.nextGaussian());
            }
        }
        return map;
    }

    /** Parameters away from their start. */
    static Bijector random(Bijector map, SplittableRandom rng) {
        for (Param p : map.params()) {
            for (int i = 0; i < p.value().getNumElements(); i++) {
                p.value().data[i] += (float) (0.5 * rng.nextGaussian());
            }
        }
        return map;
    }

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        wide(cases);
        residual(cases);
        networks(cases);
        return cases;
    }

    /** The cases both ways. */
    static Stream<Case> bothWays() {
        return cases().stream()
                .flatMap(c -> Stream.of(
                        c, new Case(c.name + ", inverted", c.map.inverted(), c.dim, c.xLow, c.xHigh, c.zLow, c.zHigh)));
    }

    private static void assertClose(FMatrixRMaj expected, FMatrixRMaj actual, String what) {
        for (int i = 0; i < expected.getNumElements(); i++) {
            assertEquals(
                    expected.data[i],
                    actual.data[i],
                    1e-4 * Math.max(1, Math.abs(expected.data[i])),
                    what + ", row " + i / expected.numCols + ", column " + i % expected.numCols);
        }
    }

    @ParameterizedTest
    @MethodSource("bothWays")
    void inverseUndoesForward(Case c) {
        FMatrixRMaj z = c.z(200, 1);
        FMatrixRMaj copy = z.copy();
        Bijector.Values there = c.map.forward(z);
        Bijector.Values back = c.map.inverse(there.y());
        assertArrayEquals(copy.data, z.data);
        assertClose(z, back.y(), c.name);
        for (int i = 0; i < z.numRows; i++) {
            assertEquals(
                    0,
                    there.logDet()[i] + back.logDet()[i],
                    2e-3 * Math.max(1, Math.abs(there.logDet()[i])),
                    c.name + ", row " + i);
        }
    }

    /** Every row, by backward passes from each of its columns. */
    @ParameterizedTest
    @MethodSource("bothWays")
    void logDeterminantIsThatOfTheDenseJacobian(Case c) {
        FMatrixRMaj z = c.z(12, 2);
        Bijector.Values values = c.map.forward(z);
        DMatrixRMaj[] jacobians = jacobians(c.map, z);
        if (jacobians == null) {
            jacobians = numericJacobians(c.map, z);
        }
        for (int i = 0; i < z.numRows; i++) {
            double expected = Math.log(Math.abs(CommonOps_DDRM.det(jacobians[i])));
            assertEquals(expected, values.logDet()[i], 1e-3 * Math.max(1, Math.abs(expected)), c.name + ", row " + i);
        }
    }

    /** Null where gradients do not flow. */
    private static DMatrixRMaj[] jacobians(Bijector map, FMatrixRMaj z) {
        int d = z.numCols;
        DMatrixRMaj[] jacobians = new DMatrixRMaj[z.numRows];
        for (int i = 0; i < z.numRows; i++) {
            jacobians[i] = new DMatrixRMaj(d, d);
        }
        Tape tape = new Tape();
        for (int j = 0; j < d; j++) {
            Var in = tape.reset().input(z);
            Var y;
            try {
                y = map.forward(tape, in).y();
            } catch (UnsupportedOperationException e) {
                return null;
            }
            FMatrixRMaj weight = new FMatrixRMaj(z.numRows, d);
            for (int i = 0; i < z.numRows; i++) {
                weight.set(i, j, 1);
            }
            tape.backward(y, weight);
            FMatrixRMaj g = in.grad();
            for (int i = 0; i < z.numRows; i++) {
                for (int k = 0; k < d; k++) {
                    jacobians[i].set(j, k, g.get(i, k));
                }
            }
        }
        return jacobians;
    }

    /** By the inverse's Jacobian at the images: where gradients flow in neither direction a map must not be in the table. */
    private static DMatrixRMaj[] numericJacobians(Bijector map, FMatrixRMaj z) {
        DMatrixRMaj[] inverses = jacobians(map.inverted(), map.forward(z).y());
        for (DMatrixRMaj m : inverses) {
            CommonOps_DDRM.invert(m);
        }
        return inverses;
    }

    @ParameterizedTest
    @MethodSource("bothWays")
    void rowsDoNotDependOnEachOther(Case c) {
        FMatrixRMaj z = c.z(7, 3);
        Bijector.Values all = c.map.forward(z);
        for (int i = 0; i < z.numRows; i++) {
            FMatrixRMaj row = new FMatrixRMaj(1, c.dim);
            System.arraycopy(z.data, i * c.dim, row.data, 0, c.dim);
            Bijector.Values one = c.map.forward(row);
            assertEquals(all.logDet()[i], one.logDet()[0], 1e-4 * Math.max(1, Math.abs(one.logDet()[0])));
            for (int j = 0; j < c.dim; j++) {
                float v = one.y().get(0, j);
                assertEquals(v, all.y().get(i, j), 1e-4 * Math.max(1, Math.abs(v)));
            }
        }
        assertEquals(0, c.map.forward(new FMatrixRMaj(0, c.dim)).logDet().length);
    }

    /** The gradients of values and log-determinants together, by central differences; in single precision, so to 2 %. */
    @ParameterizedTest
    @MethodSource("bothWays")
    void gradientsOfParametersAreDifferences(Case c) {
        List<Param> params = c.map.params();
        if (params.isEmpty()) {
            return;
        }
        FMatrixRMaj z = c.z(5, 4);
        Tape tape = new Tape();
        Var out;
        try {
            out = objective(c.map, tape, z);
        } catch (UnsupportedOperationException e) {
            return;
        }
        tape.backward(out);
        SplittableRandom rng = new SplittableRandom(5);
        Tape values = Tape.withoutGradients();
        double middle = objective(c.map, values, z).scalar();
        int compared = 0;
        for (Param p : params) {
            FMatrixRMaj gradient = p.gradient().copy();
            p.clearGradient();
            double scale = 1;
            for (float g : gradient.data) {
                scale = Math.max(scale, Math.abs(g));
            }
            for (int trial = 0; trial < 4; trial++) {
                int i = rng.nextInt(p.value().getNumElements());
                float at = p.value().data[i];
                float h = 4e-3f;
                p.value().data[i] = at + h;
                double up = (objective(c.map, values.reset(), z).scalar() - middle) / h;
                p.value().data[i] = at - h;
                double down = (middle - objective(c.map, values.reset(), z).scalar()) / h;
                p.value().data[i] = at;
                // Rectified units and the knots of splines have kinks, where there is no derivative.
                if (Math.abs(up - down) < 1e-2 * scale) {
                    compared++;
                    assertEquals((up + down) / 2, gradient.data[i], 2e-2 * scale, c.name + ", " + p + ", " + i);
                }
            }
        }
        assertTrue(compared >= params.size(), compared + " of " + 4 * params.size() + " places compared");
    }

    /** A map that kept something between calls would mix what two threads do. */
    @ParameterizedTest
    @MethodSource("bothWays")
    void threadsSideBySideGiveTheGradientOfOne(Case c) {
        FMatrixRMaj z = c.z(600, 8);
        MicroBatches.Objective objective = (tape, rows) -> {
            Mapped mapped = c.map.forward(tape, tape.constant(rows));
            return mapped.y().square().sumPerRow().add(mapped.logDet());
        };
        Tape tape = new Tape();
        Var mean;
        try {
            mean = objective.values(tape, z).mean();
        } catch (UnsupportedOperationException e) {
            return;
        }
        tape.backward(mean);
        List<Param> params = c.map.params();
        List<FMatrixRMaj> expected =
                params.stream().map(p -> p.gradient().copy()).toList();
        params.forEach(Param::clearGradient);
        double value = new MicroBatches().backward(z, 1, new SplittableRandom(9), objective);
        assertEquals(mean.scalar(), value, 1e-4 * Math.max(1, Math.abs(value)), c.name);
        for (int k = 0; k < params.size(); k++) {
            float[] e = expected.get(k).data;
            double scale = 1;
            for (float g : e) {
                scale = Math.max(scale, Math.abs(g));
            }
            for (int i = 0; i < e.length; i++) {
                assertEquals(e[i], params.get(k).gradient().data[i], 1e-3 * scale, c.name + ", " + params.get(k));
            }
            params.get(k).clearGradient();
        }
    }

    private static Var objective(Bijector map, Tape tape, FMatrixRMaj z) {
        Mapped mapped = map.forward(tape, tape.constant(z));
        FMatrixRMaj weight = uniform(z.numRows, z.numCols, -1, 1, 6);
        return mapped.y()
                .mul(tape.constant(weight))
                .sum()
                .add(mapped.logDet()
                        .mul(tape.constant(uniform(z.numRows, 1, -1, 1, 7)))
                        .sum());
    }

    @ParameterizedTest
    @MethodSource("bothWays")
    void wrongNumbersOfColumnsAreNamed(Case c) {
        if (c.map.dim() == Bijector.ANY_DIM) {
            return;
        }
        assertEquals(c.dim, c.map.dim());
        String message = assertThrows(
                        IllegalArgumentException.class, () -> c.map.forward(new FMatrixRMaj(2, c.dim + 3)))
                .getMessage();
        assertTrue(message.contains("the matrix has " + (c.dim + 3) + " columns, expected " + c.dim), message);
    }

    @ParameterizedTest
    @MethodSource("bothWays")
    void aContextThatIsNotAskedForIsRefused(Case c) {
        Tape tape = Tape.withoutGradients();
        Var context = tape.constant(new FMatrixRMaj(2, 1));
        Var rows = tape.constant(c.z(2, 5));
        String message = assertThrows(IllegalArgumentException.class, () -> c.map.forward(tape, rows, context))
                .getMessage();
        assertTrue(message.contains("the context has 1 columns, expected 0"), message);
    }

    @ParameterizedTest
    @MethodSource("bothWays")
    void namesOfParametersDiffer(Case c) {
        long names = c.map.params().stream().map(Param::name).distinct().count();
        assertEquals(c.map.params().size(), names);
    }
}
