package lvm.representation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import lvm.autodiff.Activation;
import lvm.data.Matrices;
import lvm.nn.Linear;
import lvm.nn.Mlp;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/** Cells of lines and of networks against formulas, degenerate cases that are known, and grids of points. */
class RegionsTest {

    private static Arrangement random(int n, long seed) {
        FMatrixRMaj w = Matrices.normals(n, 3, new SplittableRandom(seed));
        return Arrangement.of(Matrices.doubles(Matrices.selectColumns(w, 0, 1)), Matrices.column(w, 2));
    }

    @Test
    void linesInGeneralPosition() {
        for (int n = 0; n <= 14; n++) {
            Arrangement lines = random(n, 40 + n);
            assertEquals(1 + n + n * (n - 1) / 2, lines.count(), n + " lines");
            assertEquals(BigInteger.valueOf(lines.count()), Arrangement.zaslavsky(n, 2));
            Set<List<Boolean>> codes =
                    lines.cells().stream().map(Arrangement.Region::code).collect(Collectors.toSet());
            assertEquals(lines.count(), codes.size(), "a code belongs to two cells");
        }
    }

    @Test
    void zaslavsky() {
        assertEquals(BigInteger.valueOf(32), Arrangement.zaslavsky(5, 7));
        assertEquals(BigInteger.valueOf(1 + 6 + 15 + 20), Arrangement.zaslavsky(6, 3));
        assertEquals(BigInteger.ONE.shiftLeft(100).subtract(BigInteger.ONE), Arrangement.zaslavsky(100, 99));
        assertThrows(IllegalArgumentException.class, () -> Arrangement.zaslavsky(-1, 2));
        assertThrows(IllegalArgumentException.class, () -> Arrangement.zaslavsky(3, 0));
    }

    private static int count(double[][] rows) {
        DMatrixRMaj w = new DMatrixRMaj(rows.length, 2);
        double[] b = new double[rows.length];
        for (int i = 0; i < b.length; i++) {
            w.set(i, 0, rows[i][0]);
            w.set(i, 1, rows[i][1]);
            b[i] = rows[i][2];
        }
        return Arrangement.of(w, b).count();
    }

    /** Cells = 1 + lines + Σ over the points where they meet of (lines through it − 1). */
    @Test
    void degenerate() {
        assertEquals(5, count(new double[][] {{1, 2, 0}, {1, 2, 1}, {2, 4, 5}, {-1, -2, 1e-300}}), "parallel");
        assertEquals(8, count(new double[][] {{1, 0, 0}, {0, 1, 0}, {1, 1, 0}, {1, -1, 0}}), "through one point");
        assertEquals(3, count(new double[][] {{.1, .2, .3}, {.2, .4, .6}, {1, 1, 0}}) - 1, "one of them twice");
        assertEquals(9, count(new double[][] {{1, 0, 0}, {1, 0, 1}, {0, 1, 0}, {0, 1, 7}}), "a grid");
        // nearly through one point: a triangle as small as can be written
        assertEquals(7, count(new double[][] {{1, 0, 0}, {0, 1, 0}, {1, 1, Double.MIN_VALUE}}));
        assertEquals(6, count(new double[][] {{1, 0, 0}, {0, 1, 0}, {1, 1, 0}}));
        assertEquals(4, count(new double[][] {{1, 0, -1e9}, {0, 1, 1e12}}));
        assertThrows(IllegalArgumentException.class, () -> count(new double[][] {{0, 0, 1}}));
        assertThrows(IllegalArgumentException.class, () -> count(new double[][] {{1, 0, Double.NaN}}));
        assertThrows(IllegalArgumentException.class, () -> Arrangement.of(new DMatrixRMaj(1, 3), 1));
    }

    /** The middle of a cell has the code of the cell. */
    @Test
    void codes() {
        FMatrixRMaj w = Matrices.normals(8, 3, new SplittableRandom(3));
        for (Arrangement.Region cell : random(8, 3).cells()) {
            double x = 0;
            double y = 0;
            for (double[] corner : cell.polygon()) {
                x += corner[0] / cell.polygon().length;
                y += corner[1] / cell.polygon().length;
            }
            for (int i = 0; i < 8; i++) {
                assertEquals(
                        w.get(i, 0) * x + w.get(i, 1) * y + w.get(i, 2) > 0,
                        cell.code().get(i));
            }
        }
    }

    private static double forward(List<Linear> layers, double... x) {
        double[] h = x;
        for (Linear layer : layers) {
            FMatrixRMaj w = layer.weights().value();
            double[] a = new double[w.numCols];
            for (int j = 0; j < a.length; j++) {
                a[j] = layer.bias().value().data[j];
                for (int i = 0; i < h.length; i++) {
                    a[j] += w.get(i, j) * h[i];
                }
                a[j] = layer.activation() == Activation.RELU ? Math.max(0, a[j]) : a[j];
            }
            h = a;
        }
        return h[0];
    }

    private static List<Linear> network(long seed, int... sizes) {
        SplittableRandom rng = new SplittableRandom(seed);
        List<Linear> layers = new Mlp("net", Activation.RELU, rng, sizes).layers();
        layers.forEach(layer -> {
            float[] b = layer.bias().value().data;
            for (int j = 0; j < b.length; j++) {
                b[j] = (float) (0.5 * rng.nextGaussian());
            }
        });
        return layers;
    }

    private static double area(double[][] p) {
        double sum = 0;
        for (int k = 0; k < p.length; k++) {
            double[] next = p[(k + 1) % p.length];
            sum += p[k][0] * next[1] - next[0] * p[k][1];
        }
        return Math.abs(sum) / 2;
    }

    /** One hidden layer is an arrangement; of deep ones the regions tile the square, and in each the network is what the region says. */
    @Test
    void networks() {
        List<Linear> shallow = network(5, 2, 9, 1);
        LinearRegions regions = LinearRegions.of(shallow, -1e6, 1e6);
        DMatrixRMaj w =
                Matrices.doubles(Matrices.transpose(shallow.get(0).weights().value()));
        double[] b = Matrices.row(shallow.get(0).bias().value(), 0);
        assertEquals(Arrangement.of(w, b).count(), regions.count());
        assertEquals(46, regions.count());
        assertEquals(46, regions.maps());
        List<Linear> deep = network(6, 2, 6, 5, 4, 1);
        LinearRegions pieces = LinearRegions.of(deep, -3, 3);
        double area = 0;
        SplittableRandom rng = new SplittableRandom(1);
        for (LinearRegions.Piece piece : pieces.pieces()) {
            double[][] p = piece.polygon();
            area += area(p);
            for (int k = 0; k < 5; k++) {
                double[] x = inside(p, rng);
                double line = piece.value() + piece.slope()[0] * x[0] + piece.slope()[1] * x[1];
                assertEquals(forward(deep, x), line, 1e-9);
            }
        }
        assertEquals(36, area, 1e-9);
        assertTrue(pieces.maps() <= pieces.count());
        Set<Long> onGrid = new HashSet<>();
        for (int i = 0; i < 400; i++) {
            for (int j = 0; j < 400; j++) {
                onGrid.add(pattern(deep, -3 + 6 * (i + .5) / 400, -3 + 6 * (j + .5) / 400));
            }
        }
        assertTrue(onGrid.size() <= pieces.count(), onGrid.size() + " patterns of " + pieces.count());
        long wide =
                pieces.pieces().stream().filter(q -> area(q.polygon()) > 0.02).count();
        assertTrue(onGrid.size() >= wide, onGrid.size() + " patterns, " + wide + " wide regions");
    }

    private static double[] inside(double[][] p, SplittableRandom rng) {
        double[] x = new double[2];
        double sum = 0;
        for (double[] corner : p) {
            double share = rng.nextDouble();
            sum += share;
            x[0] += share * corner[0];
            x[1] += share * corner[1];
        }
        return new double[] {x[0] / sum, x[1] / sum};
    }

    private static long pattern(List<Linear> layers, double... x) {
        double[] h = x;
        long code = 1;
        for (Linear layer : layers.subList(0, layers.size() - 1)) {
            double[] next = new double[EncoderNetwork.out(layer)];
            for (int j = 0; j < next.length; j++) {
                double a = layer.bias().value().data[j];
                for (int i = 0; i < h.length; i++) {
                    a += layer.weights().value().get(i, j) * h[i];
                }
                code = 2 * code + (a > 0 ? 1 : 0);
                next[j] = Math.max(0, a);
            }
            h = next;
        }
        return code;
    }

    @Test
    void sawtooth() {
        for (int k = 1; k <= 8; k++) {
            List<Linear> net = LinearRegions.sawtooth(k);
            LinearRegions teeth = LinearRegions.of(net, 0, 1);
            assertEquals(1 << k, teeth.count());
            assertEquals(1 << k, teeth.maps());
            List<Double> ends = new ArrayList<>();
            for (LinearRegions.Piece piece : teeth.pieces()) {
                assertEquals(1.0 / (1 << k), piece.polygon()[1][0] - piece.polygon()[0][0], 1e-15);
                assertEquals(1 << k, Math.abs(piece.slope()[0]));
                ends.add(piece.polygon()[0][0]);
            }
            assertEquals(1 << k, new HashSet<>(ends).size());
            double x = 0.3;
            double t = x;
            for (int i = 0; i < k; i++) {
                t = 1 - Math.abs(2 * t - 1);
            }
            assertEquals(t, forward(net, x), 1e-9);
        }
        // as many units in one layer: at most one piece more than units
        List<Linear> flat = network(9, 1, 16, 1);
        LinearRegions pieces = LinearRegions.of(flat, -1e6, 1e6);
        assertEquals(17, pieces.count());
        assertEquals(1, pieces.pieces().get(0).slope().length);
        assertThrows(IllegalArgumentException.class, () -> LinearRegions.sawtooth(0));
    }

    /** A unit that reaches no output splits regions and no functions. */
    @Test
    void mapsAndRegions() {
        FMatrixRMaj w = new FMatrixRMaj(2, 2, true, 1, 0, 0, 1);
        Linear hidden = new Linear("hidden", w, new FMatrixRMaj(1, 2), Activation.RELU);
        Linear out = new Linear("out", new FMatrixRMaj(2, 1, true, 1, 0), new FMatrixRMaj(1, 1), Activation.IDENTITY);
        LinearRegions regions = LinearRegions.of(List.of(hidden, out), -1, 1);
        assertEquals(4, regions.count());
        assertEquals(2, regions.maps());
        assertArrayEquals(new double[] {0, 0}, regions.pieces().get(0).slope());
        assertThrows(
                IllegalArgumentException.class, () -> LinearRegions.of(List.of(hidden, hidden, out, hidden), 0, 1));
        assertThrows(IllegalArgumentException.class, () -> LinearRegions.of(List.of(hidden), 1, 1));
        assertThrows(IllegalArgumentException.class, () -> LinearRegions.of(List.of(), 0, 1));
        Linear tanh = new Linear("tanh", w, new FMatrixRMaj(1, 2), Activation.TANH);
        assertThrows(IllegalArgumentException.class, () -> LinearRegions.of(List.of(tanh), 0, 1));
    }
}
