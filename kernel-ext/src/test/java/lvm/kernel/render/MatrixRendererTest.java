package lvm.kernel.render;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class MatrixRendererTest {

    private static List<String> format(double... values) {
        return Numbers.format(values, 5);
    }

    @Test
    void fiveDigitsWrittenAlike() {
        assertEquals(List.of("3.1416", "2.0000", "-0.5000"), format(Math.PI, 2, -0.5));
        assertEquals(List.of("1.5", "2.0"), format(1.5, 2));
        assertEquals(List.of("1", "-20", "123456789"), format(1, -20, 123456789));
        assertEquals(List.of("12346"), format(12345.678));
        assertEquals(List.of("0.1", "0.0"), format(0.1f, -0.0));
        assertEquals(List.of("0"), format(-0.0));
    }

    @Test
    void numbersFarFromTheLargestKeepTheirDigits() {
        assertEquals(List.of("2.3457", "1.2346e-07"), format(2.34567, 1.23456e-7));
        assertEquals(List.of("1.2346e-300", "0"), format(1.23456e-300, 0));
        assertEquals(List.of("1.2346e+20"), format(1.23456e20));
        assertEquals(List.of("1e+300", "1e+00"), format(1e300, 1));
    }

    @Test
    void everyFiniteNumberReadsBackToWithinItsDigits() {
        Random random = new Random(7);
        for (int trial = 0; trial < 2000; trial++) {
            double largest = Math.pow(10, random.nextInt(40) - 20) * (1 + random.nextDouble());
            double other = largest * Math.pow(10, -random.nextInt(12)) * random.nextGaussian();
            List<String> texts = format(largest, other);
            double tolerance = 0.5001e-4;
            assertEquals(largest, Double.parseDouble(texts.get(0)), largest * tolerance);
            // A tenth of itself at worst, or the fifth digit of the largest.
            double error = Math.abs(other - Double.parseDouble(texts.get(1)));
            assertTrue(error <= Math.max(Math.abs(other) * tolerance, largest * tolerance), () -> texts.toString());
            assertTrue(error <= Math.abs(other) * 0.1001, () -> other + " shown as " + texts.get(1));
        }
    }

    @Test
    void whatIsNotFiniteIsWrittenPlainly() {
        assertEquals(List.of("NaN", "∞", "-∞", "1.5"), format(Double.NaN, 1 / 0.0, -1 / 0.0, 1.5));
        assertEquals(List.of("NaN"), format(Double.NaN));
    }

    @Test
    void matricesOfBothPrecisionsShowShapeAndType() {
        DMatrixRMaj d = new DMatrixRMaj(new double[][] {{1, 2.5}, {-3, Double.NaN}});
        Document dom = Shown.dom(d);
        assertEquals("DMatrixRMaj 2×2, float64", Shown.text(dom, "caption", 0));
        assertArrayEquals(new String[][] {{"1", "2.5"}, {"-3", "NaN"}}, Shown.cells(dom));
        assertEquals("DMatrixRMaj 2×2, float64\n    0    1\n0   1  2.5\n1  -3  NaN", Shown.text(d));

        FMatrixRMaj f = new FMatrixRMaj(new float[][] {{0.1f, 2}});
        assertEquals("FMatrixRMaj 1×2, float32", Shown.text(Shown.dom(f), "caption", 0));
        assertArrayEquals(new String[][] {{"0.1", "2"}}, Shown.cells(Shown.dom(f)));

        assertEquals("SimpleMatrix 2×2, float64", Shown.text(Shown.dom(new SimpleMatrix(d)), "caption", 0));
        assertArrayEquals(Shown.cells(dom), Shown.cells(Shown.dom(new SimpleMatrix(d))));
        assertEquals("SimpleMatrix 1×2, float32", Shown.text(Shown.dom(SimpleMatrix.wrap(f)), "caption", 0));
    }

    @Test
    void largeMatricesShowTheirCorners() {
        DMatrixRMaj x = new DMatrixRMaj(272, 784);
        for (int i = 0; i < x.numRows; i++) {
            for (int j = 0; j < x.numCols; j++) {
                x.set(i, j, 1000 * i + j);
            }
        }
        Document dom = Shown.dom(x);
        String[][] cells = Shown.cells(dom);
        assertEquals(21, cells.length);
        assertEquals(21, cells[0].length);
        assertEquals("0", cells[0][0]);
        assertEquals("783", cells[0][20]);
        assertEquals("271000", cells[20][0]);
        assertEquals("271783", cells[20][20]);
        assertEquals("⋯", cells[0][10]);
        assertEquals("⋮", cells[10][0]);
        assertEquals("⋱", cells[10][10]);
        assertEquals("DMatrixRMaj 272×784, float64", Shown.text(dom, "caption", 0));
    }

    @Test
    void arraysLookLikeMatrices() {
        assertEquals(
                "double[] length 3, float64\n  0    1  2\n1.5  NaN  ∞",
                Shown.text(new double[] {1.5, Double.NaN, Double.POSITIVE_INFINITY}));
        assertEquals("double[][] 2×2, float64", Shown.text(Shown.dom(new double[][] {{1, 2}, {3, 4}}), "caption", 0));
        assertEquals("float[] length 1, float32", Shown.text(Shown.dom(new float[] {1}), "caption", 0));
        assertEquals("float[][] 1×2, float32", Shown.text(Shown.dom(new float[][] {{1, 2}}), "caption", 0));
        assertEquals("int[][] 1×2, int32", Shown.text(Shown.dom(new int[][] {{1, 2}}), "caption", 0));
        int[] many = new int[100];
        Arrays.setAll(many, i -> i);
        String[][] cells = Shown.cells(Shown.dom(many));
        assertEquals(1, cells.length);
        assertEquals("99", cells[0][20]);
    }

    @Test
    void raggedAndEmptyArraysAreShownAsTheyAre() {
        String[][] cells = Shown.cells(Shown.dom(new double[][] {{1, 2, 3}, {4}, null}));
        assertArrayEquals(new String[][] {{"1", "2", "3"}, {"4", "", ""}, {"", "", ""}}, cells);
        assertEquals(
                "double[] length 0, float64",
                Shown.text(new double[0]).lines().findFirst().orElseThrow());
        assertEquals("DMatrixRMaj 0×0, float64", Shown.text(new DMatrixRMaj(0, 0)));
        assertEquals("DMatrixRMaj 0×3, float64", Shown.text(Shown.dom(new DMatrixRMaj(0, 3)), "caption", 0));
    }

    @Test
    void formulasOnlyOnRequest() {
        DMatrixRMaj x = new DMatrixRMaj(new double[][] {{1, 2.5}, {-1 / 0.0, 1e-30}});
        assertFalse(Shown.of(x).data().containsKey("text/latex"));
        var asked = Shown.of(x, "text/latex").data();
        assertEquals(
                "$$\\begin{bmatrix}\n1 & 2.5 \\\\\n-\\infty & 1 \\cdot 10^{-30} \\\\\n\\end{bmatrix}$$",
                asked.get("text/latex"));
        assertFalse(asked.containsKey("text/html"));
        String large =
                (String) Shown.of(new DMatrixRMaj(50, 50), "text/latex").data().get("text/latex");
        assertEquals(11, large.lines().filter(line -> line.endsWith("\\\\")).count());
        assertTrue(large.contains("\\vdots") && large.contains("\\cdots") && large.contains("\\ddots"));
    }
}
