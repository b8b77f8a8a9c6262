package lvm.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import lvm.autodiff.Activation;
import lvm.autodiff.ConvShape;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import org.ejml.data.FMatrixRMaj;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;

/** The norm that power iteration finds is the largest singular value, and W/σ(W) has its gradient. */
class SpectralNormTest {
    private static double largest(FMatrixRMaj w) {
        SimpleMatrix m = new SimpleMatrix(w.numRows, w.numCols);
        for (int i = 0; i < w.numRows; i++) {
            for (int j = 0; j < w.numCols; j++) {
                m.set(i, j, w.get(i, j));
            }
        }
        return m.svd().getSingularValues()[0];
    }

    @Test
    void isTheLargestSingularValue() {
        SplittableRandom rng = new SplittableRandom(3);
        Layer net = new Sequential(
                new Conv2d("c", new ConvShape(1, 4, 4, 3, 4, 2, 1), Activation.RELU, WeightInit.HE, rng),
                new Maxout("m", 12, 5, 2, rng),
                Mlp.of("p", Activation.TANH, 5, 1, rng, 7));
        SpectralNorm norm = new SpectralNorm(net, rng);
        norm.iterate(300);
        Map<String, Double> norms = norm.norms();
        assertEquals(List.of("c.w", "m.w", "p.0.w", "p.1.w"), List.copyOf(norms.keySet()));
        for (Param p : net.params()) {
            if (norms.containsKey(p.name())) {
                double sigma = largest(p.value());
                assertEquals(sigma, norms.get(p.name()), 1e-5 * sigma, p.name());
            }
        }
        Tape tape = new Tape();
        norm.apply(tape);
        Param w = net.params().get(0);
        assertEquals(1, largest(tape.param(w).value()), 1e-5);
    }

    /** Before it is iterated to its end the estimate is not above the norm, and it never falls. */
    @Test
    void risesToTheNorm() {
        SplittableRandom rng = new SplittableRandom(5);
        Linear map = new Linear("a", 30, 20, Activation.IDENTITY, WeightInit.GLOROT, rng);
        SpectralNorm norm = new SpectralNorm(map, rng);
        double sigma = largest(map.weights().value());
        double last = 0;
        for (int k = 0; k < 30; k++) {
            norm.iterate(1);
            double now = norm.norms().get("a.w");
            assertTrue(now >= last - 1e-6 && now <= sigma + 1e-5, k + ": " + now + " of " + sigma);
            last = now;
        }
    }

    /** d Σ C ∘ W/σ(W) against central differences in double precision, σ by the singular value decomposition. */
    @Test
    void hasItsGradient() {
        SplittableRandom rng = new SplittableRandom(7);
        Linear map = new Linear("a", 4, 3, Activation.IDENTITY, WeightInit.GLOROT, rng);
        SpectralNorm norm = new SpectralNorm(map, rng);
        norm.iterate(300);
        FMatrixRMaj c = WeightInit.HE.draw(4, 3, rng);
        Tape tape = new Tape();
        norm.apply(tape);
        Var w = tape.param(map.weights());
        tape.backward(w.mul(tape.constant(c)).sum());
        SimpleMatrix m = new SimpleMatrix(4, 3);
        for (int i = 0; i < 12; i++) {
            m.set(i, map.weights().value().data[i]);
        }
        for (int i = 0; i < 12; i++) {
            double[] values = new double[2];
            for (int s = 0; s < 2; s++) {
                SimpleMatrix moved = m.copy();
                moved.set(i, m.get(i) + (s == 0 ? -1e-5 : 1e-5));
                double sigma = moved.svd().getSingularValues()[0];
                for (int k = 0; k < 12; k++) {
                    values[s] += c.data[k] * moved.get(k) / sigma;
                }
            }
            assertEquals((values[1] - values[0]) / 2e-5, map.weights().gradient().data[i], 1e-4);
        }
    }
}
