package lvm.flow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import lvm.distribution.Architecture;
import lvm.distribution.Bijector;
import lvm.distribution.Bijectors;
import lvm.model.Require;
import lvm.store.Recipe;

/**
 * The inverse autoregressive flow with a context, for posteriors: yⱼ = zⱼ e^sⱼ + tⱼ with s and t functions of z₁ … zⱼ₋₁ and the
 * context h, by one pass through a masked network for each layer. D. P. Kingma, T. Salimans, R. Jozefowicz, X. Chen,
 * I. Sutskever and M. Welling (2016), Improved variational inference with inverse autoregressive flow, algorithm 1; there y =
 * σ(s) z + (1 − σ(s)) t, here the affine map of {@link Maf}, which begins at the identity. A layer is one of {@link Maf} the other
 * way round: z from y is one pass for each column.
 */
public final class Iaf {
    private static final Transformer COLUMN = Transformer.affine().inverted();

    private Iaf() {}

    /**
     * Layers in alternating orders.
     *
     * @param layers how many, at least 1
     * @param context the columns of the context, at least 0; with none the layers are the same for all rows
     * @param hidden the sizes of each network's hidden layers
     * @return makes them
     * @throws IllegalArgumentException if a number is out of range
     */
    public static Architecture conditional(int layers, int context, int... hidden) {
        Require.atLeast("Iaf.conditional", "layers", 1, layers);
        Require.atLeast("Iaf.conditional", "context", 0, context);
        int[] sizes = Networks.hidden("Iaf.conditional", hidden);
        Architecture architecture = new Architecture() {
            @Override
            public Bijector make(String prefix, int dim, RandomGenerator rng) {
                List<Bijector> parts = new ArrayList<>();
                for (int k = 0; k < layers; k++) {
                    parts.add(new Maf(prefix + k, dim, k % 2 == 1, COLUMN, context, rng, sizes).inverted());
                }
                return Bijectors.chain(parts);
            }

            @Override
            public int contextDim(int dim) {
                return context;
            }
        };
        return Architecture.offered(
                layers + " × inverse autoregressive, hidden " + Arrays.toString(sizes) + ", context of " + context,
                Recipe.of("iaf.conditional", layers, context, sizes),
                architecture);
    }
}
