package lvm.distribution;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.random.RandomGenerator;
import lvm.model.Require;
import lvm.store.Recipe;

/**
 * How an invertible map is built for rows of so many columns: the map from the latent z to x, with start values. The same numbers
 * from the source of randomness give the same map. A flow for data has no context; one for posteriors q(z | x) may take one, which
 * an encoder makes of x.
 */
@FunctionalInterface
public interface Architecture {

    /** Makes one of many layers. */
    @FunctionalInterface
    interface LayerMaker {
        /**
         * Makes a layer.
         *
         * @param name the layer's name, with which those of its parameters begin
         * @param dim the number of columns
         * @param rng the source of the start values; advanced
         * @return the layer
         */
        Bijector make(String name, int dim, RandomGenerator rng);
    }

    /** What makes architectures of recipes: a service that a package provides for those that it offers by name. */
    interface Provider {
        /**
         * The architecture of a recipe.
         *
         * @param recipe the recipe
         * @return the architecture, or nothing if the name is not one of this package's
         * @throws IllegalArgumentException if the arguments do not fit
         */
        Optional<Architecture> of(Recipe recipe);
    }

    /**
     * Makes the map.
     *
     * @param prefix what the names of all parameters begin with, such as {@code posterior.}; may be empty
     * @param dim the number of columns
     * @param rng the source of the start values; advanced
     * @return x = f(z), or f(z; h)
     * @throws IllegalArgumentException if the architecture does not fit so many columns
     */
    Bijector make(String prefix, int dim, RandomGenerator rng);

    /**
     * Makes the map, with names of parameters that begin with nothing else.
     *
     * @param dim the number of columns
     * @param rng the source of the start values; advanced
     * @return x = f(z), or f(z; h)
     * @throws IllegalArgumentException if the architecture does not fit so many columns
     */
    default Bijector make(int dim, RandomGenerator rng) {
        return make("", dim, rng);
    }

    /**
     * The columns of the context that the map of so many columns takes. An encoder that makes contexts begins with zeros, so
     * that the map should be the identity there.
     *
     * @param dim the number of columns of z
     * @return 0 for a map that is the same for all rows, the default
     */
    default int contextDim(int dim) {
        return 0;
    }

    /**
     * How the library makes this architecture by name.
     *
     * @return the recipe for {@link #of}, or nothing, the default, for code of the user's own
     */
    default Optional<Recipe> recipe() {
        return Optional.empty();
    }

    /**
     * The architecture of a recipe.
     *
     * @param recipe as {@link #recipe} gives it
     * @return the architecture
     * @throws IllegalArgumentException if the name is not known or the arguments do not fit
     */
    static Architecture of(Recipe recipe) {
        if (recipe.name().equals("inverse")) {
            return of(recipe.recipe(0)).inverted();
        }
        return ServiceLoader.load(Provider.class, Architecture.class.getClassLoader()).stream()
                .flatMap(provider -> provider.get().of(recipe).stream())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "Architecture.of: no package has an architecture \"" + recipe.name() + "\""));
    }

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
        Require.atLeast("Architecture.repeated", "layers", 1, layers);
        return named(layers + " × " + name, (prefix, dim, rng) -> {
            List<Bijector> parts = new ArrayList<>();
            for (int k = 0; k < layers; k++) {
                parts.add(maker.make(prefix + name + "." + k, dim, rng));
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
        return new NamedArchitecture(text, architecture, architecture.recipe());
    }

    /**
     * An architecture that a package offers by name.
     *
     * @param text what it is called on a model's card
     * @param recipe what the package's {@link Provider} makes it of
     * @param architecture the architecture
     * @return one with the text and the recipe
     */
    static Architecture offered(String text, Recipe recipe, Architecture architecture) {
        return new NamedArchitecture(text, architecture, Optional.of(recipe));
    }

    /**
     * The other way round: data go through the forward direction of the layers. Layers whose inverse needs a root find or a
     * pass for each column then learn by maximum likelihood as fast as by an energy, and draws take the slow direction.
     *
     * @return makes the inverted maps
     */
    default Architecture inverted() {
        Architecture there = this;
        Architecture back = new Architecture() {
            @Override
            public Bijector make(String prefix, int dim, RandomGenerator rng) {
                return there.make(prefix, dim, rng).inverted();
            }

            @Override
            public int contextDim(int dim) {
                return there.contextDim(dim);
            }
        };
        return new NamedArchitecture("inverse of " + this, back, recipe().map(recipe -> Recipe.of("inverse", recipe)));
    }
}
