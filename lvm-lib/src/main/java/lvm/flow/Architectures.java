package lvm.flow;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import lvm.distribution.Architecture;
import lvm.store.Recipe;

/** The architectures that this package offers by name, each as its method makes it. */
public final class Architectures implements Architecture.Provider {
    private static final Map<String, Function<Recipe, Architecture>> KNOWN = Map.ofEntries(
            Map.entry("planar", r -> Planar.layers(r.integer(0))),
            Map.entry("planar.conditional", r -> Planar.conditional(r.integer(0))),
            Map.entry("radial", r -> Radial.layers(r.integer(0))),
            Map.entry("sylvester", r -> Sylvester.layers(r.integer(0), r.integer(1))),
            Map.entry("nice", r -> Nice.layers(r.integer(0), r.integers(1))),
            Map.entry("realnvp", r -> RealNvp.layers(r.integer(0), Transformer.of(r.recipe(1)), r.integers(2))),
            Map.entry(
                    "realnvp.images",
                    r -> RealNvp.images(
                            r.integer(0),
                            r.integer(1),
                            r.integer(2),
                            r.integer(3),
                            Transformer.of(r.recipe(4)),
                            r.integer(5))),
            Map.entry("glow", r -> Glow.layers(r.integer(0), r.integers(1))),
            Map.entry(
                    "glow.images",
                    r -> Glow.images(
                            r.integer(0), r.integer(1), r.integer(2), r.integer(3), r.integer(4), r.integer(5))),
            Map.entry("maf", r -> Maf.layers(r.integer(0), Transformer.of(r.recipe(1)), r.integers(2))),
            Map.entry("iaf.conditional", r -> Iaf.conditional(r.integer(0), r.integer(1), r.integers(2))));

    /** For {@link java.util.ServiceLoader}; {@link Architecture#of} is what a user calls. */
    public Architectures() {}

    @Override
    public Optional<Architecture> of(Recipe recipe) {
        return Optional.ofNullable(KNOWN.get(recipe.name())).map(make -> make.apply(recipe));
    }

    /** Layers of one kind one after the other, with the name of the recipe. */
    static Architecture repeated(Recipe recipe, int layers, Architecture.LayerMaker maker) {
        Architecture architecture = Architecture.repeated(recipe.name(), layers, maker);
        return Architecture.offered(architecture.toString(), recipe, architecture);
    }
}
