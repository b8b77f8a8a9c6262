package lvm.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every operation: its values against a plain computation in double, its gradients numerically. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class OpContract {
    private static final float H = 5e-3f;
    private static final double TOLERANCE = 1e-3;

    public interface Program {
        Var apply(Tape tape, Var[] x);
    }

    public interface Plain {
        double[][] apply(double[][][] x);
    }

    /** One operation on inputs of given shapes with values in [low, high], at least `away` from zero. */
    public record Row(String name, int[][] shapes, double low, double high, double away, Program op, Plain plain) {
        @Override
        public String toString() {
            StringBuilder text = new StringBuilder(name);
            for (int[] shape : shapes) {
                text.append(' ').append(shape[0]).append('×').append(shape[1]);
            }
            return text.toString();
        }
    }

    private static final float[] WEIGHTS = new float[1_000];

    static {
        SplittableRandom rng = new SplittableRandom(77);
        for (int i = 0; i < WEIGHTS.length; i++) {
            WEIGHTS[i] = (float) (rng.nextDouble() - 0.5);
        }
    }

    /** The operations. */
    protected abstract Stream<Row> table();

    @ParameterizedTest
    @MethodSource("table")
    void valuesAreThoseOfTheDefinition(Row row) {
        FMatrixRMaj[] x = inputs(row, 1);
        double[][][] exact = new double[x.length][][];
        for (int k = 0; k < x.length; k++) {
            exact[k] = plain(x[k]);
        }
        double[][] expected = row.plain.apply(exact);
        Tape tape = Tape.withoutGradients();
        Tape recording = new Tape();
        for (FMatrixRMaj y : List.of(values(tape, row, x), values(recording, row, x))) {
            assertEquals(expected.length, y.numRows);
            assertEquals(expected[0].length, y.numCols);
            for (int i = 0; i < y.numRows; i++) {
                for (int j = 0; j < y.numCols; j++) {
                    assertEquals(expected[i][j], y.get(i, j), 1e-5 * Math.max(1, Math.abs(expected[i][j])));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("table")
    void gradientsAreCentralDifferences(Row row) {
        check(row, row.op, inputs(row, 2));
    }

    /** f(x) + f(x) ∘ f(x) uses the result and, through a second call, every input twice. */
    @ParameterizedTest
    @MethodSource("table")
    void inputsUsedTwiceCollectBothGradients(Row row) {
        check(
                row,
                (t, x) -> {
                    Var first = row.op.apply(t, x);
                    Var second = row.op.apply(t, x);
                    return first.mul(second).add(first);
                },
                inputs(row, 3));
    }

    @ParameterizedTest
    @MethodSource("table")
    void sameStepGivesTheSameBits(Row row) {
        FMatrixRMaj[] x = inputs(row, 4);
        Tape reused = new Tape();
        List<float[]> first = gradients(reused, row.op, x);
        List<float[]> again = gradients(reused, row.op, x);
        List<float[]> fresh = gradients(new Tape(), row.op, x);
        for (int k = 0; k < x.length; k++) {
            assertArrayEquals(first.get(k), again.get(k));
            assertArrayEquals(first.get(k), fresh.get(k));
        }
    }

    /** The difference is of a random projection of the result, summed in double. */
    private static void check(Row row, Program op, FMatrixRMaj[] x) {
        List<float[]> gradients = gradients(new Tape(), op, x);
        Tape tape = new Tape();
        for (int k = 0; k < x.length; k++) {
            double scale = 1;
            for (float g : gradients.get(k)) {
                scale = Math.max(scale, Math.abs(g));
            }
            for (int i = 0; i < x[k].getNumElements(); i++) {
                float at = x[k].data[i];
                x[k].data[i] = at + H;
                double up = projection(values(tape, op, x));
                float above = x[k].data[i];
                x[k].data[i] = at - H;
                double down = projection(values(tape, op, x));
                double difference = (up - down) / ((double) above - x[k].data[i]);
                x[k].data[i] = at;
                assertEquals(
                        difference, gradients.get(k)[i], TOLERANCE * scale, row + ": input " + k + ", element " + i);
            }
        }
    }

    private static List<float[]> gradients(Tape tape, Program op, FMatrixRMaj[] x) {
        tape.reset().evaluation().debug(true);
        Var[] vars = new Var[x.length];
        for (int k = 0; k < x.length; k++) {
            vars[k] = tape.input(x[k]);
        }
        Var y = op.apply(tape, vars);
        FMatrixRMaj weight = new FMatrixRMaj(y.rows(), y.cols());
        for (int i = 0; i < weight.getNumElements(); i++) {
            weight.data[i] = weight(i);
        }
        tape.backward(y, weight);
        List<float[]> gradients = new ArrayList<>();
        for (Var v : vars) {
            gradients.add(Arrays.copyOf(v.grad().data, v.rows() * v.cols()));
        }
        return gradients;
    }

    private static FMatrixRMaj values(Tape tape, Row row, FMatrixRMaj[] x) {
        return values(tape, row.op, x);
    }

    private static FMatrixRMaj values(Tape tape, Program op, FMatrixRMaj[] x) {
        tape.reset().evaluation();
        Var[] vars = new Var[x.length];
        for (int k = 0; k < x.length; k++) {
            vars[k] = tape.input(x[k]);
        }
        return op.apply(tape, vars).value();
    }

    private static double projection(FMatrixRMaj y) {
        double sum = 0;
        for (int i = 0; i < y.getNumElements(); i++) {
            sum += (double) weight(i) * y.data[i];
        }
        return sum;
    }

    private static float weight(int i) {
        return WEIGHTS[i];
    }

    private static FMatrixRMaj[] inputs(Row row, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        FMatrixRMaj[] x = new FMatrixRMaj[row.shapes.length];
        for (int k = 0; k < x.length; k++) {
            x[k] = new FMatrixRMaj(row.shapes[k][0], row.shapes[k][1]);
            for (int i = 0; i < x[k].getNumElements(); i++) {
                double v;
                do {
                    v = rng.nextDouble(row.low, row.high);
                } while (Math.abs(v) < row.away);
                x[k].data[i] = (float) v;
            }
        }
        assertTrue(x.length > 0);
        return x;
    }

    /** The values in double. */
    protected static double[][] plain(FMatrixRMaj m) {
        double[][] x = new double[m.numRows][m.numCols];
        for (int i = 0; i < m.numRows; i++) {
            for (int j = 0; j < m.numCols; j++) {
                x[i][j] = m.get(i, j);
            }
        }
        return x;
    }
}
