package lvm.flow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import lvm.autodiff.Mapped;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.dist.ConditionalBijector;
import lvm.nn.Layer;

/**
 * The inverse autoregressive flow with a context, for posteriors: yⱼ = zⱼ e^sⱼ + tⱼ with s and t functions of z₁ … zⱼ₋₁ and the
 * context h, by one pass through a masked network for each layer. D. P. Kingma, T. Salimans, R. Jozefowicz, X. Chen,
 * I. Sutskever and M. Welling (2016), Improved variational inference with inverse autoregressive flow, algorithm 1; there y =
 * σ(s) z + (1 − σ(s)) t, here the affine map of {@link Maf}, which begins at the identity. Without a context it is
 * {@link Maf} the other way round.
 */
public final class Iaf implements ConditionalBijector {
    private static final Transformer COLUMN = Transformer.affine();

    private final int dim;
    private final int context;
    private final List<Layer> nets = new ArrayList<>();

    private Iaf(String name, int dim, int context, int layers, RandomGenerator rng, int... hidden) {
        this.dim = dim;
        this.context = context;
        for (int k = 0; k < layers; k++) {
            // The context has the degree 0, so that everything may depend on it.
            int[] inputs = new int[dim + context];
            for (int j = 0; j < dim; j++) {
                inputs[j] = k % 2 == 1 ? dim - j : j + 1;
            }
            int[] outputs = new int[dim * COLUMN.parameters()];
            Arrays.setAll(outputs, place -> inputs[COLUMN.columnOf(place, dim)]);
            nets.add(Networks.made(name + "." + k, inputs, outputs, rng, hidden));
        }
    }

    private record Made(int layers, int context, int... hidden) implements ConditionalBijector.Factory {
        @Override
        public int contextDim(int dim) {
            return context;
        }

        @Override
        public ConditionalBijector make(String name, int dim, RandomGenerator rng) {
            return new Iaf(name, dim, context, layers, rng, hidden);
        }

        @Override
        public String toString() {
            return layers + " × inverse autoregressive, hidden " + Arrays.toString(hidden) + ", context of " + context;
        }
    }

    /**
     * Layers in alternating orders.
     *
     * @param layers how many, at least 1
     * @param context the columns of the context, at least 0; with none the layers are the same for all rows
     * @param hidden the sizes of each network's hidden layers
     * @return makes them
     * @throws IllegalArgumentException if a number is out of range
     */
    public static ConditionalBijector.Factory conditional(int layers, int context, int... hidden) {
        Checks.atLeast("Iaf: the number of layers", 1, layers);
        Checks.atLeast("Iaf: the columns of the context", 0, context);
        return new Made(layers, context, Networks.hidden("Iaf", hidden));
    }

    @Override
    public int dim() {
        return dim;
    }

    @Override
    public int contextDim() {
        return context;
    }

    @Override
    public List<Param> params() {
        return nets.stream().flatMap(net -> net.params().stream()).toList();
    }

    @Override
    public Mapped forward(Tape tape, Var z, Var h) {
        Checks.columns("Iaf.forward", z, dim);
        Checks.context("Iaf.forward", h, context);
        Var y = z;
        Var logDet = null;
        for (Layer net : nets) {
            Var seen = context == 0 ? y : tape.concatColumns(y, h);
            Mapped mapped = COLUMN.forward(tape, y, net.forward(tape, seen), null, null);
            y = mapped.y();
            logDet = logDet == null ? mapped.logDet() : logDet.add(mapped.logDet());
        }
        return new Mapped(y, logDet);
    }
}
