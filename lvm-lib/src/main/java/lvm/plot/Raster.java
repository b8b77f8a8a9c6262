package lvm.plot;

import java.util.Arrays;
import lvm.data.Dataset;
import lvm.linalg.Doubles;
import lvm.model.HasDensity;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;

/**
 * Densities and points of the plane as small pictures, for rows of {@link Plots#images(Matrix, int, int)}: the square [−reach, reach]² in edge×edge
 * pixels, the largest value 1.
 */
public final class Raster {
    /** The share of pixels that is below the value shown as the largest: a density may have a pole. */
    private static final double BELOW = 0.995;

    private Raster() {}

    /**
     * The densities of models of two dimensions.
     *
     * @param reach half the side of the square, above 0
     * @param edge the pixels of a side, at least 1
     * @param models of two dimensions, of either precision
     * @return a picture a row, of values from 0 to 1; the brightest half per cent of the pixels is 1
     * @throws IllegalArgumentException if a number is out of range, or a model has other than two dimensions
     */
    public static FMatrixRMaj densities(double reach, int edge, HasDensity<?>... models) {
        require(reach, edge);
        DMatrixRMaj at = new DMatrixRMaj(edge * edge, 2);
        for (int i = 0; i < at.numRows; i++) {
            at.set(i, 0, reach * (2 * (i % edge + 0.5) / edge - 1));
            at.set(i, 1, reach * (1 - 2 * (i / edge + 0.5) / edge));
        }
        Dataset places = Dataset.of(at);
        FMatrixRMaj pictures = new FMatrixRMaj(models.length, at.numRows);
        for (int k = 0; k < models.length; k++) {
            if (models[k].dim() != 2) {
                throw new IllegalArgumentException(
                        "Raster.densities: model " + k + " has " + models[k].dim() + " dimensions, expected 2");
            }
            double[] logs = models[k].logDensity(places);
            double[] sorted = logs.clone();
            Arrays.sort(sorted);
            double most = sorted[(int) (BELOW * (sorted.length - 1))];
            for (int i = 0; i < logs.length; i++) {
                pictures.set(k, i, (float) Math.min(1, Math.exp(logs[i] - most)));
            }
        }
        return pictures;
    }

    /**
     * How many points lie in each pixel, as a part of the most.
     *
     * @param reach half the side of the square, above 0
     * @param edge the pixels of a side, at least 1
     * @param points n×2 coordinates each, of either precision; what lies outside the square is not counted
     * @return a picture a row, of values from 0 to 1
     * @throws IllegalArgumentException if a number is out of range, or points have other than two columns
     */
    public static FMatrixRMaj counts(double reach, int edge, Matrix... points) {
        require(reach, edge);
        FMatrixRMaj pictures = new FMatrixRMaj(points.length, edge * edge);
        for (int k = 0; k < points.length; k++) {
            DMatrixRMaj x = Doubles.of("Raster.counts", points[k]);
            if (x.numCols != 2) {
                throw new IllegalArgumentException("Raster.counts: points of " + x.numCols + " columns, expected 2");
            }
            double most = 1;
            for (int i = 0; i < x.numRows; i++) {
                int column = (int) Math.floor((x.get(i, 0) + reach) / (2 * reach) * edge);
                int row = (int) Math.floor((reach - x.get(i, 1)) / (2 * reach) * edge);
                if (column >= 0 && column < edge && row >= 0 && row < edge) {
                    int place = k * edge * edge + row * edge + column;
                    most = Math.max(most, ++pictures.data[place]);
                }
            }
            for (int i = k * edge * edge; i < (k + 1) * edge * edge; i++) {
                pictures.data[i] /= (float) most;
            }
        }
        return pictures;
    }

    private static void require(double reach, int edge) {
        if (!(reach > 0) || edge < 1) {
            throw new IllegalArgumentException(
                    "Raster: reach " + reach + " and edge " + edge + ", expected above 0 and at least 1");
        }
    }
}
