package lvm.nn;

import java.util.Optional;
import java.util.random.RandomGenerator;
import lvm.store.Recipe;

/** A factory with its recipe. */
final class OfferedNetwork implements NetworkFactory {
    private final Recipe recipe;
    private final NetworkFactory factory;

    OfferedNetwork(Recipe recipe, NetworkFactory factory) {
        this.recipe = recipe;
        this.factory = factory;
    }

    @Override
    public Layer make(String name, int in, int out, RandomGenerator rng) {
        return factory.make(name, in, out, rng);
    }

    @Override
    public Optional<Recipe> recipe() {
        return Optional.of(recipe);
    }

    @Override
    public String toString() {
        return recipe.toString();
    }
}
