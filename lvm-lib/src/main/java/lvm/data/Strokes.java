package lvm.data;

import lvm.linalg.Doubles;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.Matrix;

/** What can be measured on images of bright strokes on a dark ground. */
public final class Strokes {
    private Strokes() {}

    /**
     * How far the strokes of each image lean, as a part of their height: with the ink v of a pixel in column c and row r as its weight,
     * −Σ v (c − c̄)(r − r̄) / Σ v (r − r̄)². 0 is upright, above 0 leans to the right at the top, 1 is at 45°.
     *
     * @param images an image a row of height·width numbers, row by row from the top; what is below 0 counts as 0; not modified
     * @param height the height of an image
     * @param width its width
     * @return a number for each image; NaN where all ink lies in one row or there is none
     * @throws IllegalArgumentException if the rows are no images of this size
     */
    public static double[] slants(Matrix images, int height, int width) {
        DMatrixRMaj x = Doubles.of("Strokes.slants", images);
        if (height < 1 || width < 1 || x.numCols != (long) height * width) {
            throw new IllegalArgumentException(
                    "Strokes.slants: rows of " + x.numCols + " numbers, expected " + height + "×" + width);
        }
        double[] slants = new double[x.numRows];
        for (int n = 0; n < slants.length; n++) {
            double ink = 0;
            double column = 0;
            double row = 0;
            for (int i = 0; i < x.numCols; i++) {
                double v = Math.max(0, x.get(n, i));
                ink += v;
                column += v * (i % width);
                row += v * (i / width);
            }
            double both = 0;
            double down = 0;
            for (int i = 0; i < x.numCols; i++) {
                double v = Math.max(0, x.get(n, i));
                both += v * (i % width - column / ink) * (i / width - row / ink);
                down += v * Math.pow(i / width - row / ink, 2);
            }
            slants[n] = -both / down;
        }
        return slants;
    }
}
