package lvm.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;
import lvm.data.Matrices;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/** Posteriors that are known, on the grid. */
class PlanarPosteriorTest {
    private static double logNormal(double x, double mean, double variance) {
        return -0.5 * (Math.log(2 * Math.PI * variance) + (x - mean) * (x - mean) / variance);
    }

    private static PlanarPosterior of(DoubleBinaryOperator logJoint, int edge) {
        return PlanarPosterior.of(
                z -> Matrices.matrix(IntStream.range(0, z.numRows)
                        .mapToDouble(i -> logJoint.applyAsDouble(z.get(i, 0), z.get(i, 1)))
                        .toArray()),
                edge);
    }

    @Test
    void aGaussianOfWhichEverythingIsKnown() {
        // Not symmetric in the two variables: different means and variances, one of them narrow.
        PlanarPosterior p = of((a, b) -> -90 + logNormal(a, 1.3, 0.02) + logNormal(b, -2, 0.3), 61);
        assertEquals(-90, p.logP(), 1e-6);
        assertArrayEquals(new double[] {1.3, -2}, p.mean(), 1e-5);
        assertArrayEquals(new double[] {0.02, 0.3}, p.variance(), 1e-5);
        double whole = 0;
        for (int i = 0; i < p.size(); i++) {
            double[] z = p.point(i);
            assertEquals(logNormal(z[0], 1.3, 0.02) + logNormal(z[1], -2, 0.3), p.logDensity(i), 1e-4);
            whole += Math.exp(p.logDensity(i)) * p.cell();
            assertEquals(Math.exp(p.logDensity(i)), p.density(z[0], z[1]));
        }
        assertEquals(1, whole, 1e-12);
        assertEquals(0, p.density(4, -2));
        assertEquals(0, p.density(1.3, 9));
        assertTrue(p.density(1.3, -1) > 3 * p.density(1.0, -1));
    }

    @Test
    void aPosteriorInTwoPieces() {
        // Half at (−2, 0), half at (2, 1): the evidence is the sum, the mean lies between them.
        PlanarPosterior p = of(
                (a, b) -> Math.log(0.25 * Math.exp(logNormal(a, -2, 0.1) + logNormal(b, 0, 0.1))
                        + 0.25 * Math.exp(logNormal(a, 2, 0.1) + logNormal(b, 1, 0.1))),
                121);
        assertEquals(Math.log(0.5), p.logP(), 1e-6);
        assertArrayEquals(new double[] {0, 0.5}, p.mean(), 1e-5);
        assertArrayEquals(new double[] {4.1, 0.35}, p.variance(), 1e-4);
    }

    @Test
    void columnsAndFloatsWillDo() {
        PlanarPosterior p = PlanarPosterior.of(
                z -> Matrices.floatColumn(IntStream.range(0, z.numRows)
                        .mapToDouble(i -> logNormal(z.get(i, 0), 0, 1) + logNormal(z.get(i, 1), 0, 1))
                        .toArray()),
                61);
        assertEquals(0, p.logP(), 1e-4);
    }

    @Test
    void badInputIsNamed() {
        String edge = assertThrows(IllegalArgumentException.class, () -> of((a, b) -> 0, 2))
                .getMessage();
        assertTrue(edge.contains("edge is 2"), edge);
        String many = assertThrows(
                        IllegalArgumentException.class, () -> PlanarPosterior.of(z -> new DMatrixRMaj(2, z.numRows), 9))
                .getMessage();
        assertTrue(many.startsWith("PlanarPosterior.of: 2×2601 log densities of 2601 points"), many);
        String none = assertThrows(
                        IllegalArgumentException.class,
                        () -> PlanarPosterior.of(z -> Matrices.map(new FMatrixRMaj(1, z.numRows), v -> Double.NaN), 9))
                .getMessage();
        assertTrue(none.contains("largest log density is NaN"), none);
    }
}
