package lvm.flow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import lvm.distribution.Bijector;
import lvm.distribution.Bijectors;
import lvm.model.Require;
import lvm.nn.Layer;
import lvm.store.Recipe;

/**
 * The noise u ~ q(u | x) on [0,1)ᴰ that makes continuous values (k + u)/L of grey levels k = 0 … L − 1. Whatever the noise, a
 * density p of continuous values bounds the probability that it gives to the cell of x,
 *
 * <p>log P(x) = log ∫ p((k + u)/L) L⁻ᴰ du ≥ E_q[log p((k + u)/L) − log q(u | x)] − D log L,
 *
 * <p>by as much as q differs from the part of p in that cell. Uniform noise therefore asks for densities that are flat in every
 * cell; noise that is learnt does not.
 */
public final class Dequantization {
    private static final Transformer COLUMN = Transformer.affine();

    private final int couplings;
    private final int[] hidden;

    private Dequantization(int couplings, int... hidden) {
        this.couplings = couplings;
        this.hidden = hidden;
    }

    /**
     * Uniform noise, q = 1. L. Theis, A. van den Oord and M. Bethge (2016).
     *
     * @return the noise without parameters
     */
    public static Dequantization uniform() {
        return new Dequantization(-1);
    }

    /**
     * Variational noise, a flow of its own that is learnt together with the density: u = σ(v) with v = f(ε; x), an affine map
     * of each column with parameters that a network makes of x, then affine couplings of columns with odd and even numbers in
     * turn, whose networks see x and the columns that stay. J. Ho, X. Chen, A. Srinivas, Y. Duan and P. Abbeel (2019), Flow++,
     * section 3.1. There ε is Gaussian; here it is logistic, so that the noise begins as the uniform one.
     *
     * @param couplings how many, at least 0; without any the noise of a row has independent columns
     * @param hidden the sizes of each network's hidden layers
     * @return the noise, for at least two columns if there are couplings
     * @throws IllegalArgumentException if a number is out of range
     */
    public static Dequantization variational(int couplings, int... hidden) {
        Require.atLeast("Dequantization.variational", "the number of couplings", 0, couplings);
        return new Dequantization(couplings, Networks.hidden("Dequantization.variational", hidden));
    }

    /** Whether there is nothing to learn. */
    boolean isUniform() {
        return couplings < 0;
    }

    /** The noise of rows of so many columns, at its start. */
    Noise make(int dim, int levels, RandomGenerator rng) {
        if (isUniform()) {
            return new Noise(dim, levels, null);
        }
        if (couplings > 0) {
            Require.atLeast("Dequantization.variational with couplings", "the number of columns", 2, dim);
        }
        List<Bijector> parts = new ArrayList<>();
        parts.add(new Coupling(dim, null, COLUMN, net("noise.0", dim, dim, rng), new int[0], null, dim));
        for (int k = 0; k < couplings; k++) {
            int[] active = Nice.everySecond(dim, k);
            Layer net = net("noise." + (k + 1), 2 * dim - active.length, active.length, rng);
            parts.add(Coupling.conditional(dim, active, COLUMN, net, dim));
        }
        return new Noise(dim, levels, Bijectors.chain(parts));
    }

    private Layer net(String name, int in, int columns, RandomGenerator rng) {
        return Networks.perceptron(name, in, COLUMN.parameters() * columns, rng, hidden);
    }

    /**
     * The recipe.
     *
     * @return what {@link #of} makes the noise of again
     */
    Recipe recipe() {
        return isUniform() ? Recipe.of("uniform") : Recipe.of("variational", couplings, hidden);
    }

    /** The noise of a recipe. */
    static Dequantization of(Recipe recipe) {
        return switch (recipe.name()) {
            case "uniform" -> uniform();
            case "variational" -> variational(recipe.integer(0), recipe.integers(1));
            default -> throw new IllegalArgumentException("Dequantization.of: \"" + recipe.name() + "\" is not known");
        };
    }

    @Override
    public String toString() {
        return isUniform()
                ? "uniform"
                : "variational, " + (couplings == 0 ? "" : couplings + " couplings, ") + "hidden "
                        + Arrays.toString(hidden);
    }
}
