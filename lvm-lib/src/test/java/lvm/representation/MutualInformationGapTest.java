package lvm.representation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.data.Matrices;
import lvm.factor.Pca;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/** Shares of information against joint distributions that are known. */
class MutualInformationGapTest {

    /** All combinations of two factors of 4 and 3 values, each twice. */
    private static Dataset factors() {
        DMatrixRMaj v = new DMatrixRMaj(24, 2);
        for (int i = 0; i < 24; i++) {
            v.set(i, 0, i % 4);
            v.set(i, 1, 10 + i / 4 % 3);
        }
        return Dataset.of(v).withColumns("four", "three");
    }

    private static double gap(DMatrixRMaj latent) {
        return MutualInformationGap.of(latent, factors(), 20).value();
    }

    @Test
    void exactOfFewValues() {
        DMatrixRMaj v = factors().matrix();
        double[] four = Matrices.column(v, 0);
        double[] three = Matrices.column(v, 1);
        double[] none = Matrices.constant(1, 24);
        double[] odd = Matrices.map(four, x -> x % 2);
        assertEquals(1, gap(Matrices.columns(three, none, Matrices.map(four, x -> Math.exp(-x)))), 1e-12);
        assertEquals(0, gap(Matrices.columns(three, four, three, four)), 1e-12);
        assertEquals(0.5, gap(Matrices.columns(three, four, four)), 1e-12);
        // of four values one bit of two is in the second variable
        assertEquals((0.5 + 1) / 2, gap(Matrices.columns(three, four, odd)), 1e-12);
        // both factors in one variable: all of each, nothing in another
        double[] both = new double[24];
        for (int i = 0; i < 24; i++) {
            both[i] = four[i] + 100 * three[i];
        }
        assertEquals(1, gap(Matrices.columns(none, both)), 1e-12);
        MutualInformationGap some = MutualInformationGap.of(Matrices.columns(three, four, odd), factors(), 20);
        assertArrayEquals(new double[] {Math.log(4), Math.log(3)}, some.entropies(), 1e-12);
        assertEquals(Math.log(2), some.information().get(0, 2), 1e-12);
        assertEquals(0, some.information().get(1, 2), 1e-12);
        assertArrayEquals(new int[] {1, 0}, new int[] {some.best(0), some.best(1)});
        assertEquals(List.of("four", "three"), some.names());
        assertEquals("mutual information gap 0.750: four 0.500, three 1.000", some.toString());
    }

    /** I of two normal variables is −½ log(1 − ρ²), of their bins somewhat less; units of measure change nothing. */
    @Test
    void normal() {
        int n = 20_000;
        double rho = 0.8;
        FMatrixRMaj z = Matrices.normals(n, 3, new SplittableRandom(1));
        double[][] columns = new double[3][n];
        for (int i = 0; i < n; i++) {
            columns[0][i] = z.get(i, 0);
            columns[1][i] = rho * z.get(i, 0) + Math.sqrt(1 - rho * rho) * z.get(i, 1);
            columns[2][i] = z.get(i, 2);
        }
        Dataset factor = Dataset.of(Matrices.columns(columns[0]));
        MutualInformationGap gap = MutualInformationGap.of(Matrices.columns(columns[1], columns[2]), factor, 20);
        double exact = -0.5 * Math.log(1 - rho * rho);
        assertEquals(exact, gap.information().get(0, 0), 0.03);
        assertTrue(gap.information().get(0, 0) < exact + 0.01);
        // of independent ones the plug-in's own, (b − 1)²/2n on average with deviation √2 (b − 1)/2n: six of these
        assertEquals(361.0 / (2 * n), gap.information().get(0, 1), 6 * Math.sqrt(2 * 361) / (2 * n));
        assertEquals(Math.log(20), gap.entropies()[0], 1e-3);
        DMatrixRMaj other = Matrices.columns(Matrices.map(columns[1], Math::exp), Matrices.map(columns[2], x -> x / 7));
        assertArrayEquals(
                gap.information().data,
                MutualInformationGap.of(other, factor, 20).information().data,
                1e-12);
    }

    @Test
    void ofAnEncoder() {
        Dataset rows = Dataset.of(Matrices.normals(100, 3, new SplittableRandom(2)));
        Pca pca = Pca.builder().components(2).fit(rows);
        MutualInformationGap gap = MutualInformationGap.of(pca, rows, rows);
        assertArrayEquals(MutualInformationGap.of(pca.encode(rows), rows, 20).gaps(), gap.gaps());
        assertEquals("factor 2", gap.names().get(2));
        Dataset constant = Dataset.of(new double[][] {{1}, {1}});
        assertThrows(IllegalArgumentException.class, () -> MutualInformationGap.of(pca, rows.slice(0, 2), constant));
        assertThrows(IllegalArgumentException.class, () -> MutualInformationGap.of(new DMatrixRMaj(2, 1), rows, 20));
        assertThrows(IllegalArgumentException.class, () -> MutualInformationGap.of(pca.encode(rows), rows, 1));
        assertThrows(IllegalArgumentException.class, () -> MutualInformationGap.of(pca, rows.slice(0, 50), rows));
    }
}
