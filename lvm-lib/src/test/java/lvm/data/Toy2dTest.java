package lvm.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tech.tablesaw.api.Table;

class Toy2dTest {

    static Stream<Arguments> densities() {
        Stream<Arguments> toys = Arrays.stream(Toy2d.values())
                .filter(Toy2d::hasDensity)
                .map(toy -> Arguments.of(toy, (DoubleBinaryOperator) toy::logDensity, toy.generate(40_000, 1)));
        Stream<Arguments> energies = Arrays.stream(PlanarEnergy.values())
                .map(u -> Arguments.of(u, (DoubleBinaryOperator) u::logDensity, u.generate(40_000, 1)));
        return Stream.concat(toys, energies);
    }

    /**
     * The density integrates to 1 over the plane, and the share of the points drawn in each cell of a coarse grid is its
     * integral, within 4.5 standard errors and the error of the quadrature (false failure: 1 of 1,000 seeds).
     */
    @ParameterizedTest
    @MethodSource("densities")
    void densityIsThatOfThePoints(Object name, DoubleBinaryOperator logDensity, Dataset points) {
        int cells = 16; // of edge 1, in [-8, 8]²
        int steps = 50; // of 0.02 in each; midpoints
        double[][] integral = new double[cells][cells];
        double total = 0;
        for (int i = 0; i < cells * steps; i++) {
            for (int j = 0; j < cells * steps; j++) {
                double x = -8 + (i + 0.5) / steps;
                double y = -8 + (j + 0.5) / steps;
                double mass = Math.exp(logDensity.applyAsDouble(x, y)) / steps / steps;
                integral[i / steps][j / steps] += mass;
                total += mass;
            }
        }
        assertEquals(1, total, 1e-4);
        int n = points.rows();
        double[][] share = new double[cells][cells];
        for (int i = 0; i < n; i++) {
            share[(int) Math.floor(points.get(i, 0) + 8)][(int) Math.floor(points.get(i, 1) + 8)] += 1.0 / n;
        }
        for (int i = 0; i < cells; i++) {
            for (int j = 0; j < cells; j++) {
                double p = integral[i][j];
                assertEquals(p, share[i][j], 4.5 * Math.sqrt(p * (1 - p) / n) + 2.0 / n, "cell " + i + ", " + j);
            }
        }
    }

    @Test
    void entropyOfTheCheckerboard() {
        Dataset points = Toy2d.CHECKERBOARD.generate(1000, 1);
        for (int i = 0; i < 1000; i++) {
            double[] z = {points.get(i, 0), points.get(i, 1)};
            assertEquals(-Toy2d.CHECKERBOARD.entropy(), Toy2d.CHECKERBOARD.logDensity(z[0], z[1]), 1e-12);
        }
        assertTrue(Double.isNaN(Toy2d.TWO_MOONS.entropy()));
    }

    @ParameterizedTest
    @EnumSource
    void datasetsAndTables(Toy2d toy) {
        Dataset data = toy.generate(2000, 1);
        assertEquals(List.of("x", "y"), data.columns());
        assertEquals(toy.components(), data.classes());
        assertEquals(toy.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '), data.name());
        int[] counts = new int[toy.components()];
        for (int label : data.labels()) {
            counts[label]++;
        }
        for (int count : counts) {
            double p = 1.0 / counts.length;
            assertEquals(2000 * p, count, 5 * Math.sqrt(2000 * p * (1 - p)));
        }
        assertArrayEquals(data.matrix().data, toy.generate(2000, 1).matrix().data);
        assertFalse(Arrays.equals(data.matrix().data, toy.generate(2000, 2).matrix().data));
        Table table = toy.table(2000, 1);
        assertEquals(List.of("x", "y", "label"), table.columnNames());
        assertArrayEquals(data.matrix().data, Dataset.of(table, "label").matrix().data);
        assertEquals(
                "Toy2d.generate: 0 rows, expected at least 1",
                assertThrows(IllegalArgumentException.class, () -> toy.generate(0, 1))
                        .getMessage());
        if (!toy.hasDensity()) {
            assertEquals(
                    "Toy2d.logDensity: that of " + toy.name() + " is not known in closed form; ask hasDensity() first",
                    assertThrows(UnsupportedOperationException.class, () -> toy.logDensity(0, 0))
                            .getMessage());
        }
    }

    @Test
    void moonsLieOnTheirCircles() {
        Dataset data = Toy2d.TWO_MOONS.generate(2000, 1);
        for (int i = 0; i < 2000; i++) {
            int label = data.label(i);
            double x = data.get(i, 0) - label;
            double y = data.get(i, 1) - label / 2.0;
            assertEquals(1, Math.hypot(x, y), 0.6); // six standard deviations
            assertTrue(label == 0 ? y > -0.6 : y < 0.6);
        }
    }

    @Test
    void spiralsLieOnTheirArms() {
        // (−r cos r, r sin r) / 3 has the angle π − r and the radius r / 3.
        Dataset data = Toy2d.SPIRALS.generate(2000, 1);
        for (int i = 0; i < 2000; i++) {
            double side = data.label(i) == 0 ? 1 : -1;
            double x = side * data.get(i, 0);
            double y = side * data.get(i, 1);
            double least = Double.POSITIVE_INFINITY;
            for (double r = 0; r <= 3 * Math.PI; r += 0.01) {
                least = Math.min(least, Math.hypot(x + r * Math.cos(r) / 3, y - r * Math.sin(r) / 3));
            }
            assertTrue(least < 0.6, "point " + i + " is " + least + " away");
        }
    }

    @Test
    void bladesAreTheSameTurned() {
        // The mean of a blade turned back by its number is the mean of any other: five standard errors of about 0.02.
        Dataset data = Toy2d.PINWHEEL.generate(20_000, 1);
        double[][] means = new double[5][2];
        int[] counts = new int[5];
        for (int i = 0; i < data.rows(); i++) {
            int k = data.label(i);
            double cos = Math.cos(-2 * Math.PI * k / 5);
            double sin = Math.sin(-2 * Math.PI * k / 5);
            means[k][0] += cos * data.get(i, 0) - sin * data.get(i, 1);
            means[k][1] += sin * data.get(i, 0) + cos * data.get(i, 1);
            counts[k]++;
        }
        for (int k = 0; k < 5; k++) {
            assertEquals(means[0][0] / counts[0], means[k][0] / counts[k], 0.1);
            assertEquals(means[0][1] / counts[0], means[k][1] / counts[k], 0.1);
        }
        assertTrue(Math.hypot(means[0][0], means[0][1]) / counts[0] > 1.5);
    }

    @Test
    void energiesByTheirTable() {
        // U1 on the ring at (2, 0): −ln(1 + e^(−½ (4/0.6)²)); at the origin: 12.5 − ln 2 + ½ (2/0.6)².
        assertEquals(0, PlanarEnergy.U1.energy(2, 0), 1e-9);
        assertEquals(12.5 - Math.log(2) + 0.5 * 4 / 0.36, PlanarEnergy.U1.energy(0, 0), 1e-12);
        // U2 on the wave, at z1 = 1 (sin ½π = 1) and one width above it.
        assertEquals(0, PlanarEnergy.U2.energy(1, 1), 1e-12);
        assertEquals(0.5, PlanarEnergy.U2.energy(1, 1.4), 1e-12);
        // U3 at z1 = 1, where w2 = 3: both arms, at 1 and −2; far from it, where w2 = 0, they are one.
        assertEquals(0, PlanarEnergy.U3.energy(1, 1), 1e-9);
        assertEquals(0, PlanarEnergy.U3.energy(1, -2), 1e-9);
        assertEquals(-Math.log(2), PlanarEnergy.U3.energy(-4, 0), 1e-9);
        // U4 at z1 = 1, where w3 = 3/2.
        assertEquals(-Math.log(1 + Math.exp(-0.5 * 2.25 / 0.1225)), PlanarEnergy.U4.energy(1, 1), 1e-12);
        assertEquals(-Math.log(1 + Math.exp(-0.5 * 2.25 / 0.16)), PlanarEnergy.U4.energy(1, -0.5), 1e-12);
        assertEquals(0.5, PlanarEnergy.U2.energy(9, 1.4), 1e-12); // 9 = 1 + two periods
        assertEquals(Double.NEGATIVE_INFINITY, PlanarEnergy.U2.logDensity(9, 1));
    }

    @Test
    void energiesAsDatasetsAndTables() {
        for (PlanarEnergy energy : PlanarEnergy.values()) {
            Table table = energy.table(10, 1);
            assertEquals(List.of("z1", "z2"), table.columnNames());
            assertArrayEquals(
                    energy.generate(10, 1).matrix().data, Dataset.of(table).matrix().data);
            assertEquals(
                    "PlanarEnergy.generate: 0 rows, expected at least 1",
                    assertThrows(IllegalArgumentException.class, () -> energy.generate(0, 1))
                            .getMessage());
        }
    }
}
