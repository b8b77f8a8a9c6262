package lvm.mixture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import lvm.data.Dataset;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

class ColumnSquaresTest {
    private static DMatrixRMaj rows() {
        SplittableRandom rng = new SplittableRandom(1);
        DMatrixRMaj x = new DMatrixRMaj(500, 3);
        for (int i = 0; i < 500; i++) {
            x.set(i, 0, i < 20 ? 1e6 * rng.nextGaussian() : rng.nextGaussian());
            x.set(i, 1, i % 3 == 0 ? rng.nextGaussian() : -0.0);
            x.set(i, 2, -1e-300 * rng.nextDouble());
        }
        return x;
    }

    @Test
    void quantilesAreThoseOfTheSortedColumn() {
        DMatrixRMaj x = rows();
        long[] ranks = {0, 1, 125, 250, 374, 499};
        double[][] found = ColumnSquares.quantiles(Dataset.of(x).chunks(), ranks);
        for (int j = 0; j < 3; j++) {
            double[] column = new double[500];
            for (int i = 0; i < 500; i++) {
                column[i] = x.get(i, j);
            }
            Arrays.sort(column);
            for (int r = 0; r < ranks.length; r++) {
                assertEquals(column[(int) ranks[r]], found[r][j]);
            }
        }
    }

    @Test
    void scalesAreThoseInMemory() {
        DMatrixRMaj x = rows();
        SufficientStatistics memory = new SufficientStatistics(x, 2, false, 1);
        ChunkStatistics chunks = new ChunkStatistics(Dataset.of(x).chunks(), 2, false);
        assertArrayEquals(memory.centre, chunks.centre);
        assertArrayEquals(memory.variances, chunks.variances);
        assertTrue(memory.scales()[0] < memory.variances[0] / 1e6);
        for (int j = 0; j < 3; j++) {
            assertEquals(memory.scales()[j], chunks.scales()[j], 1e-12 * memory.scales()[j]);
        }
    }
}
