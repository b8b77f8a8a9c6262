package lvm.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.ejml.data.Matrix;
import org.junit.jupiter.api.Test;

/**
 * What holds for every model that can be sampled from. A test class of a model implements it and adds that the draws
 * follow the model.
 *
 * @param <X> the matrix type of the model
 */
public interface GenerativeModelContract<X extends Matrix> {
    /** The model under test. */
    GenerativeModel<X> generativeModel();

    @Test
    default void drawsAreRowsOfTheModelsDimension() {
        for (int n : new int[] {0, 1, 7}) {
            X x = generativeModel().sample(n, new SplittableRandom(1));
            assertEquals(n, x.getNumRows());
            assertEquals(generativeModel().dim(), x.getNumCols());
        }
    }

    @Test
    default void theSameRandomNumbersGiveTheSameDraws() {
        String one = generativeModel().sample(5, new SplittableRandom(1)).toString();
        String same = generativeModel().sample(5, new SplittableRandom(1)).toString();
        String other = generativeModel().sample(5, new SplittableRandom(2)).toString();
        assertEquals(one, same);
        assertNotEquals(one, other);
    }

    @Test
    default void drawsAdvanceTheGenerator() {
        SplittableRandom rng = new SplittableRandom(1);
        String first = generativeModel().sample(5, rng).toString();
        assertNotEquals(first, generativeModel().sample(5, rng).toString());
    }

    @Test
    default void negativeNumberOfDrawsIsNamed() {
        String message = assertThrows(
                        IllegalArgumentException.class, () -> generativeModel().sample(-2, new SplittableRandom(1)))
                .getMessage();
        assertTrue(message.contains("-2"), message);
    }
}
