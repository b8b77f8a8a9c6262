package lvm.flow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.stream.Stream;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Maps that differ by row: the log-determinant is that of the Jacobian, and a context of zero is the identity. */
class ConditionalBijectorTest {
    private static final int N = 6;

    record Case(int dim, Architecture factory) {
        Bijector make() {
            SplittableRandom rng = new SplittableRandom(1);
            Bijector map = factory.make("f", dim, rng);
            // Networks that begin at zero begin elsewhere.
            for (Param p : map.params()) {
                for (int i = 0; i < p.value().getNumElements(); i++) {
                    p.value().data[i] += (float) (0.5 * rng.nextGaussian());
                }
            }
            return map;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case(1, Planar.conditional(2)),
                new Case(3, Planar.conditional(3)),
                new Case(1, Iaf.conditional(1, 2, 5)),
                new Case(4, Iaf.conditional(3, 2, 8)),
                new Case(3, Iaf.conditional(2, 3)),
                new Case(3, Iaf.conditional(2, 0, 6)));
    }

    private static FMatrixRMaj normal(int rows, int cols, double scale, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        FMatrixRMaj m = new FMatrixRMaj(rows, cols);
        for (int i = 0; i < m.getNumElements(); i++) {
            m.data[i] = (float) (scale * rng.nextGaussian());
        }
        return m;
    }

    private static Var context(Tape tape, FMatrixRMaj h) {
        return h.numCols == 0 ? null : tape.constant(h);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void logDeterminantIsThatOfTheJacobianOfEachRow(Case c) {
        Bijector map = c.make();
        assertEquals(c.dim, map.dim());
        assertEquals(c.factory.contextDim(c.dim), map.contextDim());
        FMatrixRMaj z = normal(N, c.dim, 1, 2);
        FMatrixRMaj h = normal(N, map.contextDim(), 1, 3);
        DMatrixRMaj[] jacobians = new DMatrixRMaj[N];
        for (int i = 0; i < N; i++) {
            jacobians[i] = new DMatrixRMaj(c.dim, c.dim);
        }
        Tape tape = new Tape();
        float[] logDet = null;
        for (int j = 0; j < c.dim; j++) {
            Var in = tape.reset().input(z);
            Mapped mapped = map.forward(tape, in, context(tape, h));
            logDet = mapped.logDet().value().data.clone();
            FMatrixRMaj weight = new FMatrixRMaj(N, c.dim);
            for (int i = 0; i < N; i++) {
                weight.set(i, j, 1);
            }
            tape.backward(mapped.y(), weight);
            for (int i = 0; i < N; i++) {
                for (int k = 0; k < c.dim; k++) {
                    jacobians[i].set(j, k, in.grad().get(i, k));
                }
            }
        }
        for (int i = 0; i < N; i++) {
            double det = CommonOps_DDRM.det(jacobians[i]);
            assertTrue(det > 0, "the determinant is " + det);
            assertEquals(Math.log(det), logDet[i], 1e-3, c + ", row " + i);
        }
    }

    /** The way back, of the same contexts; with gradients where they flow, as they do through the root finds of planar layers. */
    @ParameterizedTest
    @MethodSource("cases")
    void theInverseUndoesTheMap(Case c) {
        Bijector map = c.make();
        FMatrixRMaj z = normal(N, c.dim, 1, 2);
        FMatrixRMaj h = normal(N, map.contextDim(), 0.5, 3);
        for (Tape tape : new Tape[] {Tape.withoutGradients(), new Tape()}) {
            Mapped there = map.forward(tape, tape.constant(z), context(tape, h));
            Mapped back = map.inverse(tape, there.y(), context(tape, h));
            assertArrayEquals(z.data, back.y().value().data, 1e-3f, c.toString());
            for (int i = 0; i < N; i++) {
                float logDet = there.logDet().value().data[i];
                assertEquals(-logDet, back.logDet().value().data[i], 1e-3, c.toString());
            }
        }
    }

    /** Planar by row is the planar flow with the same û. */
    @Test
    void oneLayerByRowIsThePlanarFlow() {
        Bijector map = new Case(2, Planar.conditional(1)).make();
        FMatrixRMaj w = map.params().get(0).value();
        FMatrixRMaj b = map.params().get(1).value();
        // m of the layer at wᵀu + log(e − 1) is that of the paper: u moves along w by log(e − 1)/‖w‖².
        double norm = w.get(0, 0) * w.get(0, 0) + w.get(0, 1) * w.get(0, 1);
        double[] u = {0.7, -1.1};
        double shift = Math.log(Math.E - 1) / norm;
        Planar planar = new Planar(
                "p",
                new double[] {u[0] + shift * w.get(0, 0), u[1] + shift * w.get(0, 1)},
                new double[] {w.get(0, 0), w.get(0, 1)},
                b.get(0, 0));
        FMatrixRMaj z = normal(N, 2, 2, 4);
        FMatrixRMaj h = new FMatrixRMaj(N, 5);
        for (int i = 0; i < N; i++) {
            h.set(i, 0, (float) u[0]);
            h.set(i, 1, (float) u[1]);
        }
        Tape tape = Tape.withoutGradients();
        Mapped mapped = map.forward(tape, tape.constant(z), tape.constant(h));
        assertArrayEquals(planar.forward(z).y().data, mapped.y().value().data, 1e-5f);
        for (int i = 0; i < N; i++) {
            assertEquals(planar.forward(z).logDet()[i], mapped.logDet().value().data[i], 1e-5);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void itBeginsAtTheIdentityWhereTheContextIsZero(Case c) {
        Bijector map = c.factory.make("f", c.dim, new SplittableRandom(5));
        FMatrixRMaj z = normal(N, c.dim, 2, 6);
        Tape tape = Tape.withoutGradients();
        Mapped mapped = map.forward(tape, tape.constant(z), context(tape, new FMatrixRMaj(N, map.contextDim())));
        assertArrayEquals(z.data, mapped.y().value().data, 1e-5f);
        for (int i = 0; i < N; i++) {
            assertEquals(0, mapped.logDet().value().data[i], 1e-5);
        }
    }

    /** Without a context it is the autoregressive flow the other way round: every column depends on those before only. */
    @Test
    void everyColumnOfTheInverseAutoregressiveFlowDependsOnTheContextAndTheColumnsBefore() {
        Bijector map = new Case(4, Iaf.conditional(1, 2, 9)).make();
        FMatrixRMaj z = normal(1, 4, 1, 7);
        FMatrixRMaj h = normal(1, 2, 1, 8);
        Tape tape = new Tape();
        for (int j = 0; j < 4; j++) {
            tape.reset();
            Var in = tape.input(z);
            Var context = tape.input(h);
            Mapped mapped = map.forward(tape, in, context);
            FMatrixRMaj weight = new FMatrixRMaj(1, 4);
            weight.set(0, j, 1);
            tape.backward(mapped.y(), weight);
            for (int k = j + 1; k < 4; k++) {
                assertEquals(0, in.grad().get(0, k), "∂y" + j + "/∂z" + k);
            }
            assertTrue(
                    context.grad().get(0, 0) != 0 || context.grad().get(0, 1) != 0,
                    "column " + j + " does not see the context");
        }
    }

    @Test
    void whatDoesNotFitIsNamed() {
        Bijector map = new Case(3, Planar.conditional(1)).make();
        Tape tape = Tape.withoutGradients();
        assertMessage(
                "4 columns",
                () -> map.forward(tape, tape.constant(new FMatrixRMaj(1, 4)), tape.constant(new FMatrixRMaj(1, 7))));
        assertMessage(
                "the context has 0 columns, expected 7",
                () -> map.forward(tape, tape.constant(new FMatrixRMaj(1, 3)), null));
        assertMessage("the context has 0 columns, expected 7", () -> map.inverse(new FMatrixRMaj(1, 3)));
        assertMessage(
                "part 1 takes a context of 14 columns, those before one of 7",
                () -> Bijectors.chain(map, new Case(3, Planar.conditional(2)).make()));
        assertMessage("layers is 0", () -> Planar.conditional(0));
        assertMessage("layers is 0", () -> Iaf.conditional(0, 1));
        assertMessage("context is -1", () -> Iaf.conditional(1, -1));
    }

    private static void assertMessage(String part, Runnable call) {
        String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
        assertTrue(message.contains(part), message);
    }
}
