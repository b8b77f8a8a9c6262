package lvm.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import lvm.dist.Bijector;
import lvm.dist.Bijectors;

/**
 * How a flow is built for data of so many columns: the map from the latent z to x, with start values. The same numbers from the
 * source of randomness give the same map.
 */
@FunctionalInterface
public interface Architecture {

    /** Makes one of many layers. */
    @FunctionalInterface
    interface LayerMaker {
        /**
         * Makes a layer.
         *
         * @param name the layer's name, with which its parameters begin
         * @param dim the number of columns
         * @param rng the source of the start values; advanced
         * @return the layer
         */
        Bijector make(String name, int dim, RandomGenerator rng);
    }

    /**
     * Makes the map.
     *
     * @param dim the number of columns
     * @param rng the source of the start values; advanced
     * @return x = f(z)
     * @throws IllegalArgumentException if the architecture does not fit so many columns
     */
    Bijector make(int dim, RandomGenerator rng);

    /**
     * Layers of one kind one after the other.
     *
     * @param name the name of each, with its number from 0 after it
     * @param layers how many, at least 1
     * @param maker makes one
     * @return the architecture
     * @throws IllegalArgumentException if there is no layer
     */
    static Architecture repeated(String name, int layers, LayerMaker maker) {
        Checks.atLeast("Architecture: the number of layers", 1, layers);
        return named(layers + " × " + name, (dim, rng) -> {
            List<Bijector> parts = new ArrayList<>();
            for (int k = 0; k < layers; k++) {
                parts.add(maker.make(name + "." + k, dim, rng));
            }
            return Bijectors.chain(parts);
        });
    }

    /**
     * The same with a name to show.
     *
     * @param text what it is called on a model's card
     * @param architecture the architecture
     * @return one whose {@code toString} is the text
     */
    static Architecture named(String text, Architecture architecture) {
        return new Architecture() {
            @Override
            public Bijector make(int dim, RandomGenerator rng) {
                return architecture.make(dim, rng);
            }

            @Override
            public String toString() {
                return text;
            }
        };
    }

    /**
     * The other way round: data go through the forward direction of the layers. Layers whose inverse needs a root find or a
     * pass for each column then learn by maximum likelihood as fast as by an energy, and draws take the slow direction.
     *
     * @return makes the inverted maps
     */
    default Architecture inverted() {
        return named("inverse of " + this, (dim, rng) -> make(dim, rng).inverted());
    }
}
