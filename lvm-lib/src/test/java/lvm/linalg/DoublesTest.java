package lvm.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.ejml.data.CMatrixRMaj;
import org.ejml.data.DMatrix2x2;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

class DoublesTest {

    @Test
    void everyElementIsInItsPlace() {
        DMatrixRMaj doubles = new DMatrixRMaj(2, 3, true, 1, 2, 3, 4, 5, 0.1f);
        assertSame(doubles, Doubles.of("x", doubles));
        DMatrixRMaj copy = Doubles.of("x", new FMatrixRMaj(2, 3, true, 1, 2, 3, 4, 5, 0.1f));
        assertEquals(2, copy.numRows);
        assertArrayEquals(doubles.data, copy.data);
        assertArrayEquals(new double[] {1, 2, 3, 4}, Doubles.of("x", new DMatrix2x2(1, 2, 3, 4)).data);
    }

    @Test
    void complexNumbersAreRefused() {
        assertEquals(
                "Plots.scatter: x is a CMatrixRMaj, expected a matrix of doubles or floats",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Doubles.of("Plots.scatter: x", new CMatrixRMaj(2, 2)))
                        .getMessage());
        assertThrows(NullPointerException.class, () -> Doubles.of("x", null));
    }
}
