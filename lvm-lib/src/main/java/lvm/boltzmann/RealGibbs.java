package lvm.boltzmann;

import java.util.random.RandomGenerator;
import lvm.mcmc.Transition;
import org.ejml.data.DMatrixRMaj;

/**
 * Block Gibbs sampling of a machine of real-valued rows: h ~ p(h | x), then x ~ p(x | h). With slabs it is h ~ p(h | x), s ~ p(s | x, h) and
 * x ~ p(x | s, h), each of independent units.
 */
final class RealGibbs implements Transition<DMatrixRMaj> {
    private static final Info INFO = new Info(1, Double.NaN);

    private final RealUnits units;
    private final DMatrixRMaj h;
    private final DMatrixRMaj s;
    private final Precision work;

    RealGibbs(RealUnits units) {
        if (!units.gaussianGivenHidden()) {
            throw new IllegalArgumentException(
                    "Gibbs sampling: with the normalisations of the published code x is not Gaussian given h; hmc does without");
        }
        this.units = units;
        h = new DMatrixRMaj(0, units.hidden());
        s = new DMatrixRMaj(0, 0);
        work = new Precision(units.visible);
    }

    @Override
    public Info step(DMatrixRMaj x, RandomGenerator rng) {
        h.reshape(x.numRows, units.hidden());
        units.draw(x, h, rng);
        if (units instanceof SlabUnits slabs) {
            slabs.drawSlabs(x, h, s, rng);
            slabs.drawGivenSlabs(h, s, x, rng);
        } else {
            units.drawVisible(h, x, work, rng);
        }
        return INFO;
    }
}
