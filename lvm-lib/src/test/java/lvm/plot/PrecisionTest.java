package lvm.plot;

import static lvm.plot.Gallery.failure;
import static lvm.plot.Gallery.floats;
import static lvm.plot.Gallery.labelled;
import static lvm.plot.Gallery.legend;
import static lvm.plot.Gallery.pixels;
import static lvm.plot.Gallery.rounded;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import lvm.data.Dataset;
import lvm.data.Tables;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;
import org.ejml.data.ZMatrixRMaj;
import org.junit.jupiter.api.Test;

/** A plot of floats is that of the same numbers as doubles. */
class PrecisionTest {
    private static final DMatrixRMaj X = rounded(Gallery.sample(100));
    private static final FMatrixRMaj FLOATS = floats(X);
    private static final int[] LABELS = new int[100];

    static {
        Arrays.setAll(LABELS, i -> i % 3 - 1);
    }

    private static void same(XyPlot ofFloats, XyPlot ofDoubles) {
        assertArrayEquals(
                pixels(ofDoubles.xLabel("x").yLabel("y")),
                pixels(ofFloats.xLabel("x").yLabel("y")));
    }

    @Test
    void points() {
        same(Plots.scatter(FLOATS), Plots.scatter(X));
        same(labelled().points("a", FLOATS), labelled().points("a", X));
        double[] first = new double[100];
        double[] second = new double[100];
        for (int i = 0; i < 100; i++) {
            first[i] = X.get(i, 0);
            second[i] = X.get(i, 1);
        }
        same(Plots.scatter(FLOATS), Plots.scatter(first, second));
    }

    @Test
    void pointsWithLabels() {
        same(Plots.scatter(FLOATS, LABELS, "a"), Plots.scatter(X, LABELS, "a"));
        same(Plots.scatter(X, LABELS, "a"), Plots.scatter(X).groupBy(LABELS, "a"));
        assertEquals(
                List.of("no group", "a", "group 1"),
                legend(Plots.scatter(FLOATS, LABELS, "a")
                        .xLabel("x")
                        .yLabel("y")
                        .build()));
        assertEquals(
                "XyPlot.groupBy: 3 groups for 100 points", failure(() -> Plots.scatter(FLOATS, new int[] {0, 1, 2})));
    }

    @Test
    void theDataOfADatasetAndOfATable() {
        Dataset data = Dataset.of(X).withColumns("a", "b");
        same(Plots.scatter(data.floatMatrix()), Plots.scatter(data.matrix()));
        same(Plots.scatter(data.floatMatrix()), Plots.scatter(data.asTable(), "a", "b"));
        same(Plots.scatter(Tables.matrix(data.asTable())), Plots.scatter(X));
    }

    @Test
    void responsibilities() {
        DMatrixRMaj r = Gallery.responsibilities(X);
        FMatrixRMaj f = floats(r);
        // Rounded to floats the rows sum to 1 up to 1e-7, which is allowed.
        same(Plots.scatter(X).responsibilities(f), Plots.scatter(X).responsibilities(rounded(r)));
        f.set(7, 0, 0.501f);
        f.set(7, 1, 0.5f);
        assertEquals(
                "XyPlot.responsibilities: row 7 sums to " + ((double) 0.501f + 0.5) + ", not 1",
                failure(() -> Plots.scatter(X).responsibilities(f)));
    }

    @Test
    void ellipses() {
        DMatrixRMaj means = rounded(Gallery.MEANS);
        List<DMatrixRMaj> covariances =
                Gallery.COVARIANCES.stream().map(Gallery::rounded).toList();
        List<FMatrixRMaj> floats = covariances.stream().map(Gallery::floats).toList();
        same(labelled().ellipses(floats(means), floats, 1, 2), labelled().ellipses(means, covariances, 1, 2));
        double[] mean = {1, 2};
        same(labelled().ellipse(mean, floats.get(0)), labelled().ellipse(mean, covariances.get(0)));
        assertEquals(
                "XyPlot.ellipses: 2 means and 1 covariances, expected as many",
                failure(() -> labelled().ellipses(means, floats.subList(0, 1))));
    }

    @Test
    void histograms() {
        double[] values = Arrays.copyOf(X.data, 200);
        same(Plots.histogram(FLOATS), Plots.histogram(values));
        same(labelled().histogram("h", X), labelled().histogram("h", values));
        // What a matrix keeps behind its elements does not count.
        DMatrixRMaj reshaped = X.copy();
        reshaped.reshape(50, 1);
        same(Plots.histogram(reshaped), Plots.histogram(Arrays.copyOf(values, 50)));
    }

    @Test
    void barsOfAVector() {
        for (Matrix vector :
                List.of(new DMatrixRMaj(new double[][] {{1, 0.5}}), new FMatrixRMaj(new float[][] {{1}, {0.5f}}))) {
            assertArrayEquals(
                    pixels(Plots.bars("a", "b").series("s", 1, 0.5).xLabel("x").yLabel("y")),
                    pixels(Plots.bars("a", "b").series("s", vector).xLabel("x").yLabel("y")));
        }
    }

    @Test
    void images() {
        assertArrayEquals(
                pixels(Plots.images(X, 1, 2).range(0, 100)),
                pixels(Plots.images(FLOATS, 1, 2).range(0, 100)));
    }

    @Test
    void whatIsNeitherIsRefused() {
        assertEquals(
                "XyPlot.points: the matrix is a ZMatrixRMaj, expected a matrix of doubles or floats",
                failure(() -> Plots.scatter(new ZMatrixRMaj(2, 2))));
    }
}
