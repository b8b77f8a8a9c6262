package lvm.flow;

import java.util.random.RandomGenerator;
import lvm.distribution.Architecture;
import lvm.distribution.Bijector;
import lvm.distribution.Bijectors;
import lvm.fit.Scaling;
import lvm.store.ModelData;
import lvm.store.Storable;

/**
 * How a flow is made.
 *
 * @param dim the number of columns
 * @param architecture makes the map from the base to what {@link #outermost} gives
 * @param margin of the logit that grey levels are seen through; NaN if they are not
 * @param deviation by which columns are divided; null if they are not
 * @param mean around which they are
 * @param noise on grey levels
 * @param levels the number of grey levels; 0 if there are none
 * @param near what is done to the data before they are rounded to floats; deviation and mean are those of what it gives
 */
record Plan(
        int dim,
        Architecture architecture,
        double margin,
        double[] deviation,
        double[] mean,
        Dequantization noise,
        int levels,
        Scaling near)
        implements Storable {
    private static final String NEAR = "near";

    /** The map that the data are seen through, or null. */
    private Bijector outermost() {
        if (!Double.isNaN(margin)) {
            double scale = 1 / (1 - 2 * margin);
            return Bijectors.sigmoid().then(Bijectors.affine(scale, -margin * scale));
        }
        return deviation == null ? null : Bijectors.affine(deviation, mean);
    }

    /** The map at its start. */
    Bijector map(RandomGenerator rng) {
        Bijector inner = architecture.make(dim, rng);
        if (inner.dim() != Bijector.ANY_DIM && inner.dim() != dim) {
            throw new IllegalArgumentException("NormalizingFlow.fit: the architecture is of " + inner.dim()
                    + " dimensions, the data have " + dim + " columns");
        }
        Bijector outermost = outermost();
        return outermost == null ? inner : inner.then(outermost);
    }

    /** How many parts of the map come after the architecture. */
    int outerParts() {
        Bijector outermost = outermost();
        return outermost == null ? 0 : Bijectors.parts(outermost).size();
    }

    /** The noise at its start, or null. */
    Noise noise(RandomGenerator rng) {
        return levels == 0 ? null : noise.make(dim, levels, rng);
    }

    @Override
    public void store(ModelData data) {
        data.put("architecture", architecture.recipe()).put("margin", margin).put("levels", levels);
        data.put("standardised", deviation != null);
        if (deviation != null) {
            data.put("deviation", deviation).put("mean", mean);
        }
        if (levels > 0) {
            data.put("noise", noise.recipe());
        }
        near.store(data, NEAR);
    }

    static Plan read(ModelData data, int dim) {
        boolean standardised = data.flag("standardised");
        int levels = data.integer("levels");
        return new Plan(
                dim,
                data.code("architecture", Architecture.class, Architecture::of),
                data.number("margin"),
                standardised ? data.doubleArray("deviation") : null,
                standardised ? data.doubleArray("mean") : null,
                levels == 0 ? null : Dequantization.of(data.recipe("noise")),
                levels,
                Scaling.read(data, NEAR));
    }
}
