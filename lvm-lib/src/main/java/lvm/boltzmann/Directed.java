package lvm.boltzmann;

import java.util.List;
import java.util.random.RandomGenerator;
import lvm.linalg.Parallel;
import lvm.linalg.VectorMath;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;

/** The ways up and down between layers of which each is independent given the other. */
final class Directed {
    private Directed() {}

    /** The way up: draws or means of the hidden units, layer after layer. It keeps its matrices, and allocates where their size changes. */
    static final class Up implements RbmBuilder.Seen {
        private final List<RbmUnits> layers;
        private final boolean draws;
        private final List<FMatrixRMaj> states;

        Up(List<RbmUnits> layers, boolean draws) {
            this.layers = layers;
            this.draws = draws;
            states = layers.stream()
                    .map(units -> new FMatrixRMaj(0, units.hidden()))
                    .toList();
        }

        @Override
        public FMatrixRMaj of(FMatrixRMaj rows, RandomGenerator rng) {
            FMatrixRMaj v = rows;
            for (int k = 0; k < layers.size(); k++) {
                FMatrixRMaj h = states.get(k);
                layers.get(k).hiddenLogits(v, h);
                VectorMath.sigmoid(h, h);
                if (draws) {
                    Fill.bits(h, rng);
                }
                v = h;
            }
            return v;
        }
    }

    /** The visible units given the hidden ones, as means. */
    static void means(RbmUnits units, FMatrixRMaj h, FMatrixRMaj v) {
        units.visibleLogits(h, v);
        units.layer().means(v);
    }

    /** The hidden units as a layer. */
    static VisibleLayer hidden(RbmUnits units) {
        return new BinaryLayer(units.hidden());
    }

    /** Adds log p(x) of each row of a layer with these logits, xᵀa − square(x) − log Σ over its states s of e^(sᵀa − square(s)), times a factor. */
    static void addLogP(VisibleLayer layer, FMatrixRMaj x, FMatrixRMaj logits, double factor, double[] sums) {
        int m = x.numCols;
        Parallel.range(x.numRows, Parallel.grain(8 * m), (from, to) -> {
            for (int i = from; i < to; i++) {
                double rest = layer.logSum(logits.data, i * m) + layer.square(x.data, i * m);
                sums[i] += factor * (RbmUnits.dot(x.data, i * m, logits.data, i * m, m) - rest);
            }
        });
    }

    /**
     * A step up by draws of q(h | v).
     *
     * @param log modified: log p(v | h) − log q(h | v) of each row is added
     * @return the draws of h
     */
    static FMatrixRMaj weigh(RbmUnits down, RbmUnits up, FMatrixRMaj v, double[] log, RandomGenerator rng) {
        FMatrixRMaj logits = new FMatrixRMaj(0, 0);
        up.hiddenLogits(v, logits);
        FMatrixRMaj h = new FMatrixRMaj(logits.numRows, logits.numCols);
        VectorMath.sigmoid(logits, h);
        Fill.bits(h, rng);
        addLogP(hidden(up), h, logits, -1, log);
        down.visibleLogits(h, logits);
        addLogP(down.layer(), v, logits, 1, log);
        return h;
    }
}
