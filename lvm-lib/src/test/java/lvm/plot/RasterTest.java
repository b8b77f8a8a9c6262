package lvm.plot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import lvm.model.HasDensity;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

class RasterTest {
    private static final HasDensity<DMatrixRMaj> RIGHT = HasDensity.of(2, x -> {
        double[] log = new double[x.numRows];
        for (int i = 0; i < log.length; i++) {
            log[i] = 7 + Math.log(x.get(i, 0) > 0 ? x.get(i, 1) > 0 ? 1 : 0.5 : 0.25);
        }
        return log;
    });

    @Test
    void densitiesHaveTheirLargestValueOne() {
        FMatrixRMaj picture = Raster.densities(3, 2, RIGHT, RIGHT);
        assertEquals(2, picture.numRows);
        // Rows from the top, so that x₂ > 0 comes first. The brightest of four pixels is above what is shown as 1.
        assertArrayEquals(new float[] {0.5f, 1, 0.5f, 1}, Arrays.copyOf(picture.data, 4), 1e-6f);
        assertEquals(1, picture.get(0, 3), 1e-6);
    }

    @Test
    void countsAreSharesOfTheMost() {
        DMatrixRMaj x = new DMatrixRMaj(new double[][] {{-1, 1}, {-0.5, 0.1}, {1, -1}, {5, 0}});
        FMatrixRMaj picture = Raster.counts(2, 2, x, new FMatrixRMaj(0, 2));
        assertArrayEquals(new float[] {1, 0, 0, 0.5f, 0, 0, 0, 0}, picture.data);
    }

    @Test
    void whatIsOutOfRangeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Raster.counts(0, 2));
        assertThrows(IllegalArgumentException.class, () -> Raster.counts(1, 0));
        assertThrows(IllegalArgumentException.class, () -> Raster.counts(1, 2, new DMatrixRMaj(1, 3)));
        HasDensity<DMatrixRMaj> line = HasDensity.of(1, x -> new double[x.numRows]);
        assertThrows(IllegalArgumentException.class, () -> Raster.densities(1, 2, line));
    }
}
