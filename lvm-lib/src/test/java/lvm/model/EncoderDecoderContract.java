package lvm.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.ejml.data.Matrix;
import org.ejml.data.ReshapeMatrix;
import org.junit.jupiter.api.Test;

/**
 * What holds for every model with latent variables. A test class of a model implements it and adds that the latent
 * variables are those of its definition.
 *
 * @param <X> the matrix type of the model
 */
public interface EncoderDecoderContract<X extends ReshapeMatrix> extends Rows<X> {
    /** The model under test. */
    HasEncoder<X> encoder();

    /** The same model. */
    HasDecoder<X> decoder();

    /** A few different rows of observations. */
    double[][] observations();

    private static double[][] copy(double[][] rows) {
        return Arrays.stream(rows).map(double[]::clone).toArray(double[][]::new);
    }

    private double[][] latents() {
        double[][] h = new double[3][encoder().latentDim()];
        for (int i = 0; i < h.length; i++) {
            Arrays.fill(h[i], .25 * i - .3);
        }
        return h;
    }

    private void assertMessageHas(String part, Runnable call) {
        String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    default void shapesAreThoseOfTheModel() {
        X x = matrix(observations());
        X h = encoder().encode(x);
        assertEquals(x.getNumRows(), h.getNumRows());
        assertEquals(encoder().latentDim(), h.getNumCols());
        X back = decoder().decode(h);
        assertEquals(x.getNumRows(), back.getNumRows());
        assertEquals(x.getNumCols(), back.getNumCols());
    }

    @Test
    default void neitherWayModifiesItsArgument() {
        X x = matrix(observations());
        Matrix before = x.copy();
        X h = encoder().encode(x);
        assertEquals(before.toString(), x.toString());
        before = h.copy();
        decoder().decode(h);
        assertEquals(before.toString(), h.toString());
    }

    @Test
    default void nothingBecomesNothing() {
        X none = matrix(observations());
        none.reshape(0, none.getNumCols());
        X h = encoder().encode(none);
        assertEquals(0, h.getNumRows());
        assertEquals(encoder().latentDim(), h.getNumCols());
        assertEquals(0, decoder().decode(h).getNumRows());
    }

    @Test
    default void wrongNumbersOfColumnsAreNamed() {
        int d = observations()[0].length;
        assertMessageHas(d + 3 + " columns", () -> encoder().encode(matrix(new double[1][d + 3])));
        int k = encoder().latentDim();
        assertMessageHas(k + 2 + " columns", () -> decoder().decode(matrix(new double[1][k + 2])));
    }

    @Test
    default void nanIsNamedByRowAndColumnBothWays() {
        double[][] rows = copy(observations());
        int last = rows[0].length - 1;
        rows[1][last] = Double.NaN;
        assertMessageHas("NaN in row 1, column " + last, () -> encoder().encode(matrix(rows)));
        double[][] h = latents();
        h[2][0] = Double.NaN;
        assertMessageHas("NaN in row 2, column 0", () -> decoder().decode(matrix(h)));
    }
}
