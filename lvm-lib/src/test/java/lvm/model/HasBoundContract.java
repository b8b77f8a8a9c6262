package lvm.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.Matrix;
import org.ejml.data.ReshapeMatrix;
import org.junit.jupiter.api.Test;

/**
 * What holds for every model with a lower bound. A test class of a model implements it and adds that the bound is one.
 *
 * @param <X> the matrix type of the model
 */
public interface HasBoundContract<X extends ReshapeMatrix> extends Rows<X> {
    /** The model under test. */
    HasBound<X> boundedModel();

    /** A few different rows of observations. */
    double[][] observations();

    private void assertMessageHas(String part, Runnable call) {
        String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    default void aBoundForEachRowAndAWeightForEachDraw() {
        X x = matrix(observations());
        Matrix before = x.copy();
        assertEquals(x.getNumRows(), boundedModel().elbo(x, 2, new SplittableRandom(1)).length);
        DMatrixRMaj weights = boundedModel().logWeights(x, 3, new SplittableRandom(1));
        assertEquals(x.getNumRows(), weights.numRows);
        assertEquals(3, weights.numCols);
        assertEquals(before.toString(), x.toString());
        x.reshape(0, x.getNumCols());
        assertEquals(0, boundedModel().elbo(x, 2, new SplittableRandom(1)).length);
        assertEquals(0, boundedModel().logWeights(x, 2, new SplittableRandom(1)).numRows);
    }

    @Test
    default void theSameRandomNumbersGiveTheSameBound() {
        X x = matrix(observations());
        assertArrayEquals(
                boundedModel().elbo(x, 2, new SplittableRandom(1)),
                boundedModel().elbo(x, 2, new SplittableRandom(1)));
        assertArrayEquals(
                boundedModel().logWeights(x, 2, new SplittableRandom(1)).data,
                boundedModel().logWeights(x, 2, new SplittableRandom(1)).data);
    }

    /** Within 5 standard errors: false with probability 6e-7 for each row. */
    @Test
    default void theBoundIsTheMeanOfTheLogWeights() {
        X x = matrix(observations());
        int draws = 2000;
        SplittableRandom rng = new SplittableRandom(1);
        DMatrixRMaj weights = boundedModel().logWeights(x, draws, rng);
        double[] bound = boundedModel().elbo(x, draws, rng);
        for (int i = 0; i < bound.length; i++) {
            double mean = 0;
            double square = 0;
            for (int s = 0; s < draws; s++) {
                mean += weights.get(i, s) / draws;
                square += weights.get(i, s) * weights.get(i, s) / draws;
            }
            double error = Math.sqrt(Math.max(0, square - mean * mean) / draws);
            // The bound's own error is not larger by more than a few times in any form in use.
            assertEquals(mean, bound[i], 5 * 3 * error + 1e-4 * (1 + Math.abs(mean)), "row " + i);
        }
    }

    @Test
    default void badArgumentsOfTheBoundAreNamed() {
        int d = observations()[0].length;
        SplittableRandom rng = new SplittableRandom(1);
        X wide = matrix(new double[1][d + 3]);
        assertMessageHas(d + 3 + " columns", () -> boundedModel().elbo(wide, 1, rng));
        assertMessageHas(d + 3 + " columns", () -> boundedModel().logWeights(wide, 1, rng));
        X x = matrix(observations());
        assertMessageHas("draws is 0", () -> boundedModel().elbo(x, 0, rng));
        assertMessageHas("draws is 0", () -> boundedModel().logWeights(x, 0, rng));
        double[][] rows = Arrays.stream(observations()).map(double[]::clone).toArray(double[][]::new);
        rows[1][d - 1] = Double.NaN;
        assertMessageHas("NaN in row 1, column " + (d - 1), () -> boundedModel().elbo(matrix(rows), 1, rng));
        assertMessageHas("NaN in row 1, column " + (d - 1), () -> boundedModel().logWeights(matrix(rows), 1, rng));
    }
}
