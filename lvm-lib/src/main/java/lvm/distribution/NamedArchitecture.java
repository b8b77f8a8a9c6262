package lvm.distribution;

import java.util.Optional;
import java.util.random.RandomGenerator;
import lvm.store.Recipe;

/** An architecture with a text to show, and perhaps a recipe. */
record NamedArchitecture(String text, Architecture architecture, Optional<Recipe> recipe) implements Architecture {
    @Override
    public Bijector make(String prefix, int dim, RandomGenerator rng) {
        return architecture.make(prefix, dim, rng);
    }

    @Override
    public int contextDim(int dim) {
        return architecture.contextDim(dim);
    }

    @Override
    public String toString() {
        return text;
    }
}
