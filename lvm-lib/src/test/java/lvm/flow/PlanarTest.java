package lvm.flow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import lvm.distribution.Bijector;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Test;

class PlanarTest {

    /** û = u + (m(wᵀu) − wᵀu) w/‖w‖²: with ‖w‖ in the place of its square the product misses m(wᵀu) and may be below −1. */
    @Test
    void directionKeepsTheProductAboveMinusOne() {
        SplittableRandom rng = new SplittableRandom(1);
        for (int trial = 0; trial < 500; trial++) {
            int d = 1 + rng.nextInt(6);
            double[] u = new double[d];
            double[] w = new double[d];
            double dot = 0;
            for (int j = 0; j < d; j++) {
                u[j] = (float) (3 * rng.nextGaussian());
                w[j] = (float) (3 * rng.nextGaussian());
                dot += u[j] * w[j];
            }
            double[] uHat = new Planar("p", u, w, 0).direction();
            double product = 0;
            for (int j = 0; j < d; j++) {
                product += uHat[j] * w[j];
            }
            double m = -1 + Math.max(dot, 0) + Math.log1p(Math.exp(-Math.abs(dot)));
            assertEquals(m, product, 1e-3 * Math.max(1, Math.abs(dot)));
            // Across w nothing changes.
            double ratio = Double.NaN;
            for (int j = 0; j < d; j++) {
                double along = (uHat[j] - u[j]) / w[j];
                if (j > 0) {
                    assertEquals(ratio, along, 1e-3 * Math.max(1, Math.abs(ratio)));
                }
                ratio = along;
            }
        }
    }

    /** det(I + u vᵀ) = 1 + vᵀu, and with A: det(A + u vᵀ) = (1 + vᵀ A⁻¹ u) det A. */
    @Test
    void determinantLemma() {
        SplittableRandom rng = new SplittableRandom(2);
        for (int d = 1; d <= 8; d++) {
            DMatrixRMaj a = random(d, d, rng);
            DMatrixRMaj u = random(d, 1, rng);
            DMatrixRMaj v = random(d, 1, rng);
            DMatrixRMaj sum = a.copy();
            CommonOps_DDRM.multAddTransB(u, v, sum);
            DMatrixRMaj solved = new DMatrixRMaj(d, 1);
            assertTrue(CommonOps_DDRM.solve(a, u, solved));
            double lemma = (1 + CommonOps_DDRM.dot(v, solved)) * CommonOps_DDRM.det(a);
            assertEquals(CommonOps_DDRM.det(sum), lemma, 1e-9 * Math.max(1, Math.abs(lemma)));
        }
    }

    private static DMatrixRMaj random(int rows, int cols, SplittableRandom rng) {
        DMatrixRMaj m = new DMatrixRMaj(rows, cols);
        for (int i = 0; i < m.getNumElements(); i++) {
            m.data[i] = rng.nextGaussian();
        }
        return m;
    }

    /** The layer's log-determinant is that of I + tanh′(wᵀz + b) û wᵀ, made and factored as a dense matrix. */
    @Test
    void logDeterminantIsTheLemmasInEveryDimension() {
        SplittableRandom rng = new SplittableRandom(3);
        for (int d : new int[] {1, 2, 10, 50}) {
            DMatrixRMaj u = random(1, d, rng);
            DMatrixRMaj w = random(1, d, rng);
            Planar planar = new Planar("p", u.data, w.data, 0.3);
            double[] uHat = planar.direction();
            FMatrixRMaj z = new FMatrixRMaj(3, d);
            for (int i = 0; i < z.getNumElements(); i++) {
                z.data[i] = (float) (0.3 * rng.nextGaussian());
            }
            double[] logDet = planar.forward(z).logDet();
            for (int i = 0; i < 3; i++) {
                double a = 0.3;
                for (int j = 0; j < d; j++) {
                    a += (float) w.data[j] * z.get(i, j);
                }
                double slope = 1 - Math.tanh(a) * Math.tanh(a);
                DMatrixRMaj dense = CommonOps_DDRM.identity(d);
                for (int j = 0; j < d; j++) {
                    for (int k = 0; k < d; k++) {
                        dense.add(j, k, slope * uHat[j] * w.data[k]);
                    }
                }
                assertEquals(Math.log(CommonOps_DDRM.det(dense)), logDet[i], 1e-3 * Math.max(1, Math.abs(logDet[i])));
            }
        }
    }

    /** Also where u pulls as hard as it may: det close to 0 in the plane itself. */
    @Test
    void rootFindUndoesSteepLayers() {
        for (double pull : new double[] {-1, -10, -40, 5, 100}) {
            Planar planar = new Planar("p", new double[] {pull, 0.5}, new double[] {1, 0.2}, 0.4);
            FMatrixRMaj x = new FMatrixRMaj(400, 2);
            SplittableRandom rng = new SplittableRandom(4);
            for (int i = 0; i < x.getNumElements(); i++) {
                x.data[i] = (float) rng.nextDouble(-100, 100);
            }
            FMatrixRMaj back = planar.forward(planar.inverse(x).y()).y();
            assertArrayEquals(x.data, back.data, 1e-2f);
        }
        assertEquals(
                Bijector.Evaluation.ROOT_FIND,
                Planar.layers(3).make(2, new SplittableRandom(1)).inverseBy());
        assertEquals(
                Bijector.Evaluation.ROOT_FIND,
                Planar.layers(3).inverted().make(2, new SplittableRandom(1)).forwardBy());
    }

    @Test
    void rootFindFindsTheRootOfSteepAndFlatLines() {
        SplittableRandom rng = new SplittableRandom(5);
        for (int trial = 0; trial < 5000; trial++) {
            double q = 5 * rng.nextGaussian();
            double r = rng.nextDouble(-1, 20) / q;
            double c = 10 * rng.nextGaussian();
            double a = 20 * rng.nextGaussian();
            double t = a + r * Math.tanh(q * a + c);
            double root = Roots.tanhLine(r, q, c, t);
            assertEquals(t, root + r * Math.tanh(q * root + c), 1e-9 * Math.max(1, Math.abs(t) + Math.abs(r)));
        }
    }

    /** The root of a + r tanh(q a) = t for small t is t/(1 + r q), to its own digits. */
    @Test
    void smallRootsAreAsPreciseAsLargeOnes() {
        for (double t : new double[] {1e-3, -1e-9, 1e-12, 1e-100}) {
            double root = Roots.tanhLine(0.7, 2, 0, t);
            assertEquals(t, root + 0.7 * Math.tanh(2 * root), 1e-12 * Math.abs(t));
            if (Math.abs(t) < 1e-8) {
                assertEquals(t / 2.4, root, 1e-12 * Math.abs(t));
            }
        }
    }
}
