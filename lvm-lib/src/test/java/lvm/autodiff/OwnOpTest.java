package lvm.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/** Operations that a package adds by {@link Tape#apply}. */
class OwnOpTest extends OpContract {
    private static final Op CUBE = new Op("cube") {
        @Override
        protected void forward(Node y) {
            float[] x = y.input(0).value().data;
            for (int i = 0; i < y.size(); i++) {
                y.value().data[i] = x[i] * x[i] * x[i];
            }
        }

        @Override
        protected void backward(Node y) {
            float[] x = y.input(0).value().data;
            float[] dx = y.input(0).addend();
            for (int i = 0; i < y.size(); i++) {
                dx[i] += 3 * x[i] * x[i] * y.gradient().data[i];
            }
        }
    };

    /** a b c of the same shape, with a b kept for the way back. */
    private static final Op TRIPLE = new Op("triple") {
        @Override
        protected void forward(Node y) {
            float[] ab = y.scratch(0, y.rows(), y.cols()).data;
            for (int i = 0; i < y.size(); i++) {
                ab[i] = y.input(0).value().data[i] * y.input(1).value().data[i];
                y.value().data[i] = ab[i] * y.input(2).value().data[i];
            }
        }

        @Override
        protected void backward(Node y) {
            float[] ab = y.scratch(0).data;
            for (int i = 0; i < y.size(); i++) {
                float g = y.gradient().data[i];
                float c = y.input(2).value().data[i];
                if (y.input(0).needsGradient()) {
                    y.input(0).addend()[i] += g * y.input(1).value().data[i] * c;
                }
                if (y.input(1).needsGradient()) {
                    y.input(1).addend()[i] += g * y.input(0).value().data[i] * c;
                }
                if (y.input(2).needsGradient()) {
                    y.input(2).addend()[i] += g * ab[i];
                }
            }
        }
    };

    private static Var triple(Tape tape, Var... x) {
        return tape.apply(TRIPLE, x[0].rows(), x[0].cols(), x[0], x[1], x[2]);
    }

    @Override
    protected Stream<Row> table() {
        return Stream.of(
                new Row(
                        "cube",
                        new int[][] {{3, 4}},
                        -1.5,
                        1.5,
                        0,
                        (t, x) -> t.apply(CUBE, x[0].rows(), x[0].cols(), x[0]),
                        x -> map(x, 1)),
                new Row("triple", new int[][] {{2, 3}, {2, 3}, {2, 3}}, -1, 1, 0, OwnOpTest::triple, x -> map(x, 3)));
    }

    /** x₀³, or x₀ x₁ x₂. */
    private static double[][] map(double[][][] x, int inputs) {
        double[][] y = new double[x[0].length][x[0][0].length];
        for (int i = 0; i < y.length; i++) {
            for (int j = 0; j < y[i].length; j++) {
                y[i][j] = x[0][i][j] * x[inputs == 1 ? 0 : 1][i][j] * x[inputs == 1 ? 0 : 2][i][j];
            }
        }
        return y;
    }

    @Test
    void constantsGetNoGradientAndBuffersStay() {
        Tape tape = new Tape();
        FMatrixRMaj m = new FMatrixRMaj(2, 2, true, 1, 2, 3, 4);
        FMatrixRMaj[] value = new FMatrixRMaj[2];
        for (int step = 0; step < 2; step++) {
            Var in = tape.reset().input(m);
            Var y = triple(tape, in, tape.constant(m), in);
            tape.backward(y.sum());
            value[step] = y.value();
            for (int i = 0; i < 4; i++) {
                assertEquals(2 * m.data[i] * m.data[i], in.grad().data[i], 1e-5);
            }
        }
        assertSame(value[0], value[1]);
    }

    @Test
    void misuseIsNamed() {
        Tape tape = new Tape();
        Var x = tape.constant(new FMatrixRMaj(1, 1));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> new Tape().apply(CUBE, 1, 1, x))
                .getMessage()
                .startsWith("Var.cube: a 1×1 variable belongs to another tape"));
        Op greedy = new Op("greedy") {
            @Override
            protected void forward(Node y) {
                y.input(1);
            }

            @Override
            protected void backward(Node y) {}
        };
        assertEquals(
                "Node.input: there is no input 1 of greedy",
                assertThrows(IllegalArgumentException.class, () -> tape.apply(greedy, 1, 1, x))
                        .getMessage());
    }
}
