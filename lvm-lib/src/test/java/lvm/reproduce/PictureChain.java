package lvm.reproduce;

import java.util.List;
import java.util.SplittableRandom;
import lvm.boltzmann.Dbm;
import lvm.boltzmann.Dbn;
import lvm.boltzmann.Rbm;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;

/**
 * Chains of pictures of a restricted machine, a belief network or a deep Boltzmann machine, which begin at given pictures. A step is one of block
 * Gibbs sampling: of the restricted machine h, then v; of a belief network hᴸ, then hᴸ⁻¹, in the machine at its top, followed by one pass down; of a
 * deep Boltzmann machine of two hidden layers h¹, then v and h² together, as its restricted machine between layers of odd and even number.
 */
final class PictureChain {
    /** What shows the visible units: their means given the layer above, from the means and the draws of the chain. */
    private interface Down {
        FMatrixRMaj picture(FMatrixRMaj means, FMatrixRMaj x, SplittableRandom rng);
    }

    private final Rbm machine;
    private final Down down;
    private final boolean
            topIsVisible; // the highest layer is among the visible units of the machine, as the last of them
    private final int top;
    private final SplittableRandom rng;
    private FMatrixRMaj x;
    private FMatrixRMaj means;
    private FMatrixRMaj picture;

    private PictureChain(Rbm machine, int topAmongVisible, FMatrixRMaj start, SplittableRandom rng, Down down) {
        this.machine = machine;
        this.down = down;
        topIsVisible = topAmongVisible > 0;
        top = topAmongVisible;
        this.rng = rng;
        x = start;
        step();
    }

    /** Chains of a restricted machine from rows of bits. */
    static PictureChain of(Rbm rbm, FMatrixRMaj v, long seed) {
        return new PictureChain(rbm, 0, v, new SplittableRandom(seed), (means, x, rng) -> means);
    }

    /** Chains of a belief network from draws of hᴸ⁻¹ upwards from rows of bits. */
    static PictureChain of(Dbn dbn, FMatrixRMaj v, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Rbm> below = dbn.machines().orElseThrow().subList(0, dbn.depth() - 1);
        FMatrixRMaj h = v;
        for (Rbm machine : below) {
            h = bits(machine.encode(h), random);
        }
        return new PictureChain(dbn.top(), 0, h, random, (means, x, rng) -> {
            FMatrixRMaj picture = x;
            for (int k = below.size() - 1; k >= 0; k--) {
                picture = below.get(k).decode(picture);
                if (k > 0) {
                    bits(picture, rng);
                }
            }
            return picture;
        });
    }

    /** Chains of a deep Boltzmann machine of two hidden layers, from rows of bits and draws of h² from their mean field. */
    static PictureChain of(Dbm dbm, FMatrixRMaj v, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int d = dbm.dim();
        FMatrixRMaj h = bits(dbm.encode(v), random);
        FMatrixRMaj start = new FMatrixRMaj(v.numRows, d + h.numCols);
        for (int i = 0; i < v.numRows; i++) {
            System.arraycopy(v.data, i * d, start.data, i * start.numCols, d);
            System.arraycopy(h.data, i * h.numCols, start.data, i * start.numCols + d, h.numCols);
        }
        return new PictureChain(dbm.toRbm(), h.numCols, start, random, (means, x, rng) -> columns(means, 0, d));
    }

    private static FMatrixRMaj bits(FMatrixRMaj means, SplittableRandom rng) {
        Fill.bits(means, rng);
        return means;
    }

    private static FMatrixRMaj columns(FMatrixRMaj x, int from, int count) {
        FMatrixRMaj part = new FMatrixRMaj(x.numRows, count);
        for (int i = 0; i < x.numRows; i++) {
            System.arraycopy(x.data, i * x.numCols + from, part.data, i * count, count);
        }
        return part;
    }

    void step() {
        means = machine.decode(bits(machine.encode(x), rng));
        x = bits(means.copy(), rng);
        picture = down.picture(means, x, rng);
    }

    /** The means of the visible units given the layer above, a chain a row. */
    FMatrixRMaj picture() {
        return picture;
    }

    /** The free energy of the state: F(v), F(hᴸ⁻¹) of the machine at the top, or F(v, h²) of the deep machine with h¹ summed out, nats. */
    double[] freeEnergy() {
        return machine.freeEnergy(x);
    }

    /** The means of the highest layer given the state of the one below it. */
    FMatrixRMaj features() {
        return topIsVisible ? columns(means, means.numCols - top, top) : machine.encode(x);
    }
}
