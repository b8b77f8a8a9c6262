package lvm.data;

import static lvm.data.Messages.assertMessage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/** Measures of drawn strokes. */
class StrokesTest {
    /** A line of one pixel a row that moves so many columns to the left from one row to the next, somewhere in a 9×20 image. */
    private static double[] line(double left, double ink) {
        double[] image = new double[9 * 20];
        for (int r = 0; r < 7; r++) {
            image[(r + 1) * 20 + (int) Math.round(14 - left * r)] = ink;
        }
        return image;
    }

    @Test
    void aLineLeansAsItIsDrawn() {
        DMatrixRMaj images = new DMatrixRMaj(new double[][] {line(0, 1), line(1, 0.3), line(2, 1), line(-0.5, 1)});
        double[] slants = Strokes.slants(images, 9, 20);
        assertEquals(0, slants[0], 1e-12);
        assertEquals(1, slants[1], 1e-12);
        assertEquals(2, slants[2], 1e-12);
        assertEquals(-0.5, slants[3], 0.06);
    }

    @Test
    void inkIsAWeightAndBelowZeroIsNone() {
        // rows 0 and 1: at the top ink 1 in column 1 and 3 in column 2, below ink 2 in column 0
        double[] image = {0, 1, 3, -5, 2, 0, -7, 0};
        double[][] ink = {{1, 0, 1}, {3, 0, 2}, {2, 1, 0}};
        double column = 0;
        double row = 0;
        for (double[] p : ink) {
            column += p[0] * p[2] / 6;
            row += p[0] * p[1] / 6;
        }
        double both = 0;
        double down = 0;
        for (double[] p : ink) {
            both += p[0] * (p[2] - column) * (p[1] - row);
            down += p[0] * (p[1] - row) * (p[1] - row);
        }
        assertEquals(-both / down, Strokes.slants(new DMatrixRMaj(new double[][] {image}), 2, 4)[0], 1e-12);
        FMatrixRMaj floats = Matrices.floats(new DMatrixRMaj(new double[][] {image}));
        assertEquals(-both / down, Strokes.slants(floats, 2, 4)[0], 1e-6);
        assertTrue(Double.isNaN(Strokes.slants(new DMatrixRMaj(1, 8), 2, 4)[0]));
        assertMessage("Strokes.slants: rows of 8 numbers, expected 3×4", () -> Strokes.slants(floats, 3, 4));
    }
}
