package lvm.data;

import static lvm.data.Matrices.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.SplittableRandom;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

class MatricesTest {
    private final DMatrixRMaj m = new DMatrixRMaj(new double[][] {{1, 2, 3}, {4, 6, 9}});
    private final FMatrixRMaj f = floats(m);

    @Test
    void numbersOfAVector() {
        double[] v = {1, 2, 3, 6};
        assertEquals(3, mean(v));
        assertEquals(12, sum(v));
        assertEquals((4 + 1 + 0 + 9) / 4.0, variance(v));
        assertEquals(Math.sqrt(3.5), standardDeviation(v));
        assertEquals(Math.sqrt(14.0 / 3 / 4), standardError(v), 1e-15);
        assertEquals(6, max(v));
        assertEquals(Math.log(Math.exp(1) + Math.exp(2) + Math.exp(3) + Math.exp(6)), logSumExp(v), 1e-12);
        assertEquals(logSumExp(v) - Math.log(4), logMeanExp(v), 1e-12);
        assertEquals(1000 + Math.log(2), logSumExp(1000, 1000), 1e-9);
    }

    @Test
    void noNumbersHaveNoMean() {
        assertThrows(IllegalArgumentException.class, () -> mean());
        assertThrows(IllegalArgumentException.class, () -> variance());
        assertThrows(IllegalArgumentException.class, () -> standardError(1));
        assertThrows(IllegalArgumentException.class, () -> max());
        assertThrows(IllegalArgumentException.class, () -> means(new DMatrixRMaj(0, 2)));
    }

    @Test
    void vectors() {
        double[] v = {3, 1, 2};
        assertArrayEquals(new double[] {9, 1, 4}, map(v, x -> x * x));
        assertArrayEquals(new double[] {2, -1, 0}, minus(v, new double[] {1, 2, 2}));
        assertThrows(IllegalArgumentException.class, () -> minus(v, new double[2]));
        assertArrayEquals(new double[] {3, 4, 6}, cumulative(v));
        assertArrayEquals(new double[] {3, 1, 2}, v);
        assertArrayEquals(new int[] {0, 2, 1}, descending(v));
        assertArrayEquals(new int[] {0, 1}, descending(5, 5));
        assertArrayEquals(new double[] {2, 3, 3}, at(v, 2, 0, 0));
        assertArrayEquals(new double[] {7, 8}, doubles(7, 8));
        assertArrayEquals(new double[] {7, 8.5}, doubles(List.of(7, 8.5)));
        assertArrayEquals(new double[] {2, 3, 4}, range(2, 4));
        assertArrayEquals(new double[0], range(2, 1));
        assertArrayEquals(new double[] {0, 0.5, 1}, linspace(0, 1, 3));
        assertArrayEquals(new double[] {4, 4}, constant(4, 2));
    }

    @Test
    void columnsAndRows() {
        for (var x : List.of(m, f)) {
            assertArrayEquals(new double[] {2.5, 4, 6}, means(x));
            assertArrayEquals(new double[] {2.25, 4, 9}, variances(x));
            assertArrayEquals(new double[] {2, 19 / 3.0}, rowMeans(x), 1e-12);
            assertArrayEquals(new double[] {Math.sqrt(14), Math.sqrt(133)}, rowNorms(x), 1e-12);
            assertArrayEquals(new double[] {logMeanExp(1, 2, 3), logMeanExp(4, 6, 9)}, rowLogMeanExp(x), 1e-12);
            assertArrayEquals(new double[] {2, 6}, column(x, 1));
            assertArrayEquals(new double[] {4, 6, 9}, row(x, 1));
            assertThrows(IllegalArgumentException.class, () -> column(x, 3));
            assertThrows(IllegalArgumentException.class, () -> row(x, 2));
        }
    }

    @Test
    void rowsStayWhatTheyAre() {
        assertInstanceOf(FMatrixRMaj.class, first(f, 1));
        assertArrayEquals(new double[] {1, 2, 3}, first(m, 1).data);
        assertArrayEquals(new float[] {4, 6, 9}, rows(f, 1, 2).data);
        assertEquals(0, rows(m, 1, 1).numRows);
        assertThrows(IllegalArgumentException.class, () -> rows(m, 1, 3));
        assertThrows(IllegalArgumentException.class, () -> first(m, -1));
        assertArrayEquals(new double[] {4, 6, 9, 4, 6, 9, 1, 2, 3}, selectRows(m, 1, 1, 0).data);
        assertArrayEquals(new float[] {3, 1, 9, 4}, selectColumns(f, 2, 0).data);
        assertArrayEquals(new double[] {1, 2, 3, 4, 6, 9, 4, 6, 9}, stack(m, rows(m, 1, 2)).data);
        assertEquals(4, stack(List.of(f, f)).numRows);
        assertThrows(IllegalArgumentException.class, () -> stack(m, transpose(m)));
    }

    @Test
    void matrices() {
        assertArrayEquals(new double[] {1, 4, 2, 6, 3, 9}, transpose(m).data);
        assertArrayEquals(new float[] {1, 4, 2, 6, 3, 9}, transpose(f).data);
        assertArrayEquals(new double[] {14, 43, 43, 133}, times(m, transpose(m)).data);
        assertArrayEquals(new double[] {14, 43, 43, 133}, times(f, transpose(m)).data);
        assertThrows(IllegalArgumentException.class, () -> times(m, m));
        assertArrayEquals(new double[] {2, 0, 0, 3}, diagonal(2, 3).data);
        assertArrayEquals(new double[] {1, 4, 9, 16, 36, 81}, Matrices.map(m, v -> v * v).data);
        assertArrayEquals(new float[] {1, 4, 9, 16, 36, 81}, Matrices.map(f, v -> v * v).data);
        assertArrayEquals(m.data, matrix(new double[] {1, 2, 3}, new double[] {4, 6, 9}).data);
        assertArrayEquals(m.data, columns(new double[] {1, 4}, new double[] {2, 6}, new double[] {3, 9}).data);
        assertArrayEquals(m.data, doubles(f).data);
        assertNotSame(m, doubles(m));
        assertEquals(1, floatColumn(1, 2).numCols);
    }

    @Test
    void drawsAreNormal() {
        FMatrixRMaj z = normals(20_000, 2, new SplittableRandom(1));
        assertArrayEquals(new double[] {0, 0}, means(z), 0.03);
        assertArrayEquals(new double[] {1, 1}, variances(z), 0.04);
    }

    @Test
    void correlations() {
        double[] a = {1, 2, 4, 9};
        assertEquals(1, correlation(a, map(a, v -> 3 * v - 70)), 1e-12);
        assertEquals(-1, correlation(a, map(a, v -> 5 - 0.1 * v)), 1e-12);
        assertEquals(0, correlation(new double[] {-1, 0, 1}, new double[] {1, -2, 1}), 1e-12);
        // means 2 and 4: (−1)(−3) + 0 + 1·3 = 6, over the root of 2·18 with the middle pair at the means
        assertEquals(1, correlation(new double[] {1, 2, 3}, new double[] {1, 4, 7}), 1e-12);
        // deviations −2, 0, 2 and −1, 2, −1 plus a slope: 8/√(8·14)
        assertEquals(8 / Math.sqrt(8 * 14), correlation(new double[] {5, 7, 9}, new double[] {-2, 3, 2}), 1e-12);
        assertEquals(Double.NaN, correlation(a, new double[] {2, 2, 2, 2}));
        assertThrows(IllegalArgumentException.class, () -> correlation(a, new double[] {1, 2}));
        assertThrows(IllegalArgumentException.class, () -> correlation(new double[] {1}, new double[] {1}));
        assertEquals(-3, min(2, -3, 7));
        assertThrows(IllegalArgumentException.class, () -> min());
        assertArrayEquals(
                new double[] {3, 4},
                doubles(
                        new java.util.LinkedHashMap<>(java.util.Map.of("a", 3)) {
                            private static final long serialVersionUID = 1;

                            {
                                put("b", 4);
                            }
                        }.values()));
    }
}
