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
public interface HasLatentContract<X extends ReshapeMatrix> {
    /** The model under test. */
    HasLatent<X> latentModel();

    /** A few different rows of observations. */
    double[][] observations();

    /** Rows as the matrix type of the model. */
    X matrix(double[][] rows);

    private static double[][] copy(double[][] rows) {
        return Arrays.stream(rows).map(double[]::clone).toArray(double[][]::new);
    }

    private double[][] latents() {
        double[][] h = new double[3][latentModel().latentDim()];
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
        X h = latentModel().encode(x);
        assertEquals(x.getNumRows(), h.getNumRows());
        assertEquals(latentModel().latentDim(), h.getNumCols());
        X back = latentModel().decode(h);
        assertEquals(x.getNumRows(), back.getNumRows());
        assertEquals(x.getNumCols(), back.getNumCols());
    }

    @Test
    default void neitherWayModifiesItsArgument() {
        X x = matrix(observations());
        Matrix before = x.copy();
        X h = latentModel().encode(x);
        assertEquals(before.toString(), x.toString());
        before = h.copy();
        latentModel().decode(h);
        assertEquals(before.toString(), h.toString());
    }

    @Test
    default void nothingBecomesNothing() {
        X none = matrix(observations());
        none.reshape(0, none.getNumCols());
        X h = latentModel().encode(none);
        assertEquals(0, h.getNumRows());
        assertEquals(latentModel().latentDim(), h.getNumCols());
        assertEquals(0, latentModel().decode(h).getNumRows());
    }

    @Test
    default void wrongNumbersOfColumnsAreNamed() {
        int d = observations()[0].length;
        assertMessageHas(d + 3 + " columns", () -> latentModel().encode(matrix(new double[1][d + 3])));
        int k = latentModel().latentDim();
        assertMessageHas(k + 2 + " columns", () -> latentModel().decode(matrix(new double[1][k + 2])));
    }

    @Test
    default void nanIsNamedByRowAndColumnBothWays() {
        double[][] rows = copy(observations());
        int last = rows[0].length - 1;
        rows[1][last] = Double.NaN;
        assertMessageHas("NaN in row 1, column " + last, () -> latentModel().encode(matrix(rows)));
        double[][] h = latents();
        h[2][0] = Double.NaN;
        assertMessageHas("NaN in row 2, column 0", () -> latentModel().decode(matrix(h)));
    }
}
