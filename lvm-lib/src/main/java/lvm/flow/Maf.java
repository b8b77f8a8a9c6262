package lvm.flow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.distribution.Architecture;
import lvm.distribution.Bijector;
import lvm.distribution.Bijectors;
import lvm.distribution.Mapped;
import lvm.model.Require;
import lvm.nn.Layer;
import lvm.store.Recipe;
import org.ejml.data.FMatrixRMaj;

/**
 * An autoregressive flow: column j of x is that of z, mapped with parameters that a network makes of the columns of x before it.
 * With the affine map, xⱼ = zⱼ e^sⱼ + tⱼ with s and t functions of x₁ … xⱼ₋₁. Masks let one pass through a network give all
 * parameters, so that z = f⁻¹(x) is one pass; x = f(z) is one for each column. G. Papamakarios, T. Pavlakou and I. Murray
 * (2017), Masked autoregressive flow for density estimation, equations 4 to 6.
 *
 * <p>The other way round, {@link #inverted}, it is the inverse autoregressive flow, with fast draws and slow densities of points
 * that it did not draw: D. P. Kingma and others (2016), Improved variational inference with inverse autoregressive flow.
 */
public final class Maf extends ByNetwork {
    private final int[] order;

    /**
     * An autoregressive layer.
     *
     * @param name the layer's name, with which those of its parameters begin
     * @param dim D, at least 1
     * @param reversed whether the order begins with the last column
     * @param transformer the map of a column
     * @param rng the source of the start values; advanced
     * @param hidden the sizes of the network's hidden layers
     * @throws IllegalArgumentException if a number is less than 1
     */
    public Maf(String name, int dim, boolean reversed, Transformer transformer, RandomGenerator rng, int... hidden) {
        this(name, dim, reversed, transformer, 0, rng, hidden);
    }

    /**
     * A layer whose network sees a context too.
     *
     * @param context the columns of the context, of which every column depends on all
     */
    Maf(
            String name,
            int dim,
            boolean reversed,
            Transformer transformer,
            int context,
            RandomGenerator rng,
            int... hidden) {
        this(order(dim, reversed), name, transformer, context, rng, hidden);
    }

    private Maf(int[] order, String name, Transformer transformer, int context, RandomGenerator rng, int... hidden) {
        super(order.length, transformer, null, network(order, name, transformer, context, rng, hidden), context);
        this.order = order;
    }

    private static int[] order(int dim, boolean reversed) {
        int[] order = new int[Require.atLeast("Maf", "dim", 1, dim)];
        Arrays.setAll(order, j -> reversed ? dim - 1 - j : j);
        return order;
    }

    /** The masked network: the parameters of a column see those before it in the order. */
    private static Layer network(
            int[] order, String name, Transformer transformer, int context, RandomGenerator rng, int... hidden) {
        int dim = order.length;
        int[] degrees = new int[dim + context]; // 0 for the context
        for (int j = 0; j < dim; j++) {
            degrees[order[j]] = j + 1;
        }
        int[] outputs = new int[dim * transformer.parameters()];
        Arrays.setAll(outputs, place -> degrees[transformer.columnOf(place, dim)]);
        return Networks.masked(name, degrees, outputs, rng, Networks.hidden("Maf", hidden));
    }

    /**
     * Affine layers in alternating orders, with activation normalisation between them.
     *
     * @param layers how many, at least 1
     * @param hidden the sizes of each network's hidden layers
     * @return makes them
     * @throws IllegalArgumentException if a number is less than 1
     */
    public static Architecture layers(int layers, int... hidden) {
        return layers(layers, Transformer.affine(), hidden);
    }

    /**
     * Layers in alternating orders, with activation normalisation between them.
     *
     * @param layers how many, at least 1
     * @param transformer the map of a column
     * @param hidden the sizes of each network's hidden layers
     * @return makes them
     * @throws IllegalArgumentException if a number is less than 1
     */
    public static Architecture layers(int layers, Transformer transformer, int... hidden) {
        Require.atLeast("Maf", "the number of layers", 1, layers);
        int[] sizes = Networks.hidden("Maf", hidden);
        Recipe recipe = Recipe.of("maf", layers, transformer.recipe(), sizes);
        return Architecture.offered(layers + " × " + transformer + " autoregressive", recipe, (prefix, dim, rng) -> {
            List<Bijector> parts = new ArrayList<>();
            for (int k = 0; k < layers; k++) {
                if (k > 0) {
                    parts.add(new ActNorm(prefix + "norm." + k, dim, 1));
                }
                parts.add(new Maf(prefix + "maf." + k, dim, k % 2 == 1, transformer, rng, sizes));
            }
            return Bijectors.chain(parts);
        });
    }

    @Override
    public Evaluation forwardBy() {
        return Evaluation.SEQUENTIAL;
    }

    private Var parameters(Tape tape, Var x, Var context) {
        return net.forward(tape, context == null ? x : tape.concatColumns(x, context));
    }

    @Override
    public Mapped inverse(Tape tape, Var x, Var context) {
        requireFit("Maf.inverse", x, context);
        return map.inverse(tape, x, parameters(tape, x, context));
    }

    @Override
    public Mapped forward(Tape tape, Var z, Var context) {
        requireFit("Maf.forward", z, context);
        if (!tape.hasGradients()) {
            Var known = tape.constant(columnByColumn(z.value(), context == null ? null : context.value()));
            // The values once more, with the log-determinant, now that all parameters are right.
            return map.forward(tape, z, parameters(tape, known, context));
        }
        Var[] columns = new Var[dim];
        Var zero = tape.constant(new FMatrixRMaj(z.rows(), 1));
        Arrays.fill(columns, zero);
        for (int k = 0; k < dim; k++) {
            Var h = parameters(tape, tape.concatColumns(columns), context);
            columns[order[k]] = map.forward(tape, z, h).y().columns(order[k], order[k] + 1);
        }
        return map.forward(tape, z, parameters(tape, tape.concatColumns(columns), context));
    }

    /** What is not known yet stays zero: it has no weight, but 0·∞ would be no number. */
    private FMatrixRMaj columnByColumn(FMatrixRMaj z, FMatrixRMaj context) {
        FMatrixRMaj x = new FMatrixRMaj(z.numRows, dim);
        Tape tape = Tape.withoutGradients();
        for (int k = 0; k < dim; k++) {
            tape.reset();
            Var h = parameters(tape, tape.constant(x), context == null ? null : tape.constant(context));
            FMatrixRMaj y = map.forward(tape, tape.constant(z), h).y().value();
            int c = order[k];
            for (int i = 0; i < z.numRows; i++) {
                x.data[i * dim + c] = y.data[i * dim + c];
            }
        }
        return x;
    }

    @Override
    public String toString() {
        return transformer + " autoregressive";
    }
}
