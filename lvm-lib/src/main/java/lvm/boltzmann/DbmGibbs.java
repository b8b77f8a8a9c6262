package lvm.boltzmann;

import java.util.random.RandomGenerator;
import lvm.linalg.Interrupts;
import org.ejml.data.FMatrixRMaj;

/** Block Gibbs sampling of a deep Boltzmann machine: all layers of even number given those of odd number, and the other way round. */
final class DbmGibbs {
    private final DbmUnits units;

    DbmGibbs(DbmUnits units) {
        this.units = units;
    }

    /** Writes the means of the layers of a block given the states of the other into these layers. */
    void means(FMatrixRMaj[] x, boolean odd) {
        for (int l = odd ? 1 : 0; l <= units.top(); l += 2) {
            units.logits(l, x, x[l]);
            units.layers().get(l).means(x[l]);
        }
    }

    /** Draws the states of a block from the means that stand there. */
    void draw(FMatrixRMaj[] x, boolean odd, RandomGenerator rng) {
        for (int l = odd ? 1 : 0; l <= units.top(); l += 2) {
            units.layers().get(l).draw(x[l], rng);
        }
    }

    void step(FMatrixRMaj[] x, boolean odd, RandomGenerator rng) {
        means(x, odd);
        draw(x, odd, rng);
    }

    /** Sweeps, of which the last one leaves the layers of even number at their means or at draws. */
    void run(String where, FMatrixRMaj[] x, int sweeps, boolean toMeans, RandomGenerator rng) {
        for (int t = 0; t < sweeps; t++) {
            Interrupts.check(where);
            step(x, true, rng);
            means(x, false);
            if (!toMeans || t < sweeps - 1) {
                draw(x, false, rng);
            }
        }
    }
}
