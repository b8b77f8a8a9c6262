package lvm.flow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import lvm.distribution.Architecture;
import lvm.distribution.Bijector;
import lvm.distribution.Bijectors;
import lvm.model.Require;
import lvm.store.Recipe;

/**
 * NICE: additive couplings, which change no volume, of the columns with odd and even numbers in turn, then one scale for each
 * column. L. Dinh, D. Krueger and Y. Bengio (2014), NICE: non-linear independent components estimation, sections 3.2 and 3.3.
 * The paper takes four couplings, networks of five hidden layers of 1000 rectified units on MNIST and the base
 * {@link Base#LOGISTIC}. Here the scales come with shifts.
 */
public final class Nice {
    private Nice() {}

    /**
     * The architecture.
     *
     * @param couplings how many, at least 1
     * @param hidden the sizes of each network's hidden layers
     * @return makes it, for at least two columns
     * @throws IllegalArgumentException if a number is less than 1
     */
    public static Architecture layers(int couplings, int... hidden) {
        Require.atLeast("Nice", "the number of couplings", 1, couplings);
        int[] sizes = Networks.hidden("Nice", hidden);
        return Architecture.offered(
                "NICE of " + couplings + " couplings, hidden " + Arrays.toString(sizes),
                Recipe.of("nice", couplings, sizes),
                (prefix, dim, rng) -> {
                    List<Bijector> parts = new ArrayList<>();
                    for (int k = 0; k < couplings; k++) {
                        parts.add(everySecond(prefix + "coupling." + k, dim, k, Transformer.additive(), rng, sizes));
                    }
                    parts.add(new ActNorm(prefix + "scale", dim, 1));
                    return Bijectors.chain(parts).inverted();
                });
    }

    /** The columns with numbers like k, even or odd. */
    static int[] everySecond(int dim, int k) {
        return IntStream.range(0, dim).filter(j -> j % 2 == k % 2).toArray();
    }

    /** A coupling that maps the columns with numbers like k, even or odd. */
    static Coupling everySecond(
            String name, int dim, int k, Transformer transformer, RandomGenerator rng, int... hidden) {
        Require.atLeast("Coupling", "the number of columns", 2, dim);
        int[] active = everySecond(dim, k);
        return new Coupling(
                dim,
                active,
                transformer,
                Networks.perceptron(name, dim - active.length, transformer.parameters() * active.length, rng, hidden));
    }
}
