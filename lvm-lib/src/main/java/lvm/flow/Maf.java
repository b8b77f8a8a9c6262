package lvm.flow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import lvm.autodiff.Mapped;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.dist.Bijector;
import lvm.dist.Bijectors;
import lvm.nn.Layer;
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
public final class Maf implements Bijector {
    private final int dim;
    private final int[] order;
    private final Transformer transformer;
    private final Layer net;

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
        this.dim = Checks.atLeast("Maf: dim", 1, dim);
        this.transformer = transformer;
        Networks.hidden("Maf", hidden);
        order = new int[dim];
        int[] degrees = new int[dim];
        for (int j = 0; j < dim; j++) {
            order[j] = reversed ? dim - 1 - j : j;
            degrees[order[j]] = j + 1;
        }
        int[] outputs = new int[dim * transformer.parameters()];
        for (int place = 0; place < outputs.length; place++) {
            outputs[place] = degrees[transformer.columnOf(place, dim)];
        }
        net = Networks.made(name, degrees, outputs, rng, hidden);
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
        Checks.atLeast("Maf: the number of layers", 1, layers);
        int[] sizes = Networks.hidden("Maf", hidden);
        return Architecture.named(layers + " × " + transformer + " autoregressive", (dim, rng) -> {
            List<Bijector> parts = new ArrayList<>();
            for (int k = 0; k < layers; k++) {
                if (k > 0) {
                    parts.add(new ActNorm("norm." + k, dim, 1));
                }
                parts.add(new Maf("maf." + k, dim, k % 2 == 1, transformer, rng, sizes));
            }
            return Bijectors.chain(parts);
        });
    }

    @Override
    public int dim() {
        return dim;
    }

    @Override
    public List<Param> params() {
        return net.params();
    }

    @Override
    public Evaluation forwardBy() {
        return Evaluation.SEQUENTIAL;
    }

    @Override
    public Mapped inverse(Tape tape, Var x) {
        Checks.columns("Maf.inverse", x, dim);
        return transformer.inverse(tape, x, net.forward(tape, x), null, null);
    }

    @Override
    public Mapped forward(Tape tape, Var z) {
        Checks.columns("Maf.forward", z, dim);
        if (!tape.hasGradients()) {
            FMatrixRMaj x = columnByColumn(z.value());
            Var known = tape.constant(x);
            // The values once more, with the log-determinant, now that all parameters are right.
            return transformer.forward(tape, z, net.forward(tape, known), null, null);
        }
        Var[] columns = new Var[dim];
        Var zero = tape.constant(new FMatrixRMaj(z.rows(), 1));
        Arrays.fill(columns, zero);
        for (int k = 0; k < dim; k++) {
            Var h = net.forward(tape, tape.concatColumns(columns));
            columns[order[k]] = transformer.forward(tape, z, h, null, null).y().columns(order[k], order[k] + 1);
        }
        return transformer.forward(tape, z, net.forward(tape, tape.concatColumns(columns)), null, null);
    }

    /** What is not known yet stays zero: it has no weight, but 0·∞ would be no number. */
    private FMatrixRMaj columnByColumn(FMatrixRMaj z) {
        FMatrixRMaj x = new FMatrixRMaj(z.numRows, dim);
        Tape tape = Tape.withoutGradients();
        for (int k = 0; k < dim; k++) {
            tape.reset();
            Var h = net.forward(tape, tape.constant(x));
            FMatrixRMaj y = transformer
                    .forward(tape, tape.constant(z), h, null, null)
                    .y()
                    .value();
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
