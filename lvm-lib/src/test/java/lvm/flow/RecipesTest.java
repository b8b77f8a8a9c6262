package lvm.flow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lvm.autodiff.Param;
import lvm.distribution.Architecture;
import lvm.distribution.Bijector;
import lvm.store.Recipe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the library offers by name is made again from its recipe, with the same start values. */
class RecipesTest {
    private record Case(Architecture architecture, int dim) {
        @Override
        public String toString() {
            return architecture.recipe().orElseThrow().toString();
        }
    }

    static Stream<Case> cases() {
        Transformer spline = Transformer.spline(5, 2.5);
        return Stream.of(
                new Case(Planar.layers(3), 4),
                new Case(Planar.layers(2).inverted(), 4),
                new Case(Planar.conditional(2), 3),
                new Case(Radial.layers(3), 4),
                new Case(Sylvester.layers(2, 3), 4),
                new Case(Nice.layers(3, 7, 6), 5),
                new Case(RealNvp.layers(3), 5),
                new Case(RealNvp.layers(3, 8), 5),
                new Case(RealNvp.layers(3, Transformer.additive(), 8), 5),
                new Case(RealNvp.layers(3, Transformer.affine(0.7), 8), 5),
                new Case(RealNvp.layers(3, spline, 8), 5),
                new Case(RealNvp.images(1, 4, 4, 1, 3), 16),
                new Case(RealNvp.images(1, 4, 4, 1, spline, 3), 16),
                new Case(Glow.layers(2, 6), 4),
                new Case(Glow.images(1, 4, 4, 2, 1, 3), 16),
                new Case(Maf.layers(3, 9), 4),
                new Case(Maf.layers(2, spline, 9, 8).inverted(), 4),
                new Case(Iaf.conditional(2, 3, 8), 4),
                new Case(Iaf.conditional(2, 0), 4));
    }

    private static List<Param> params(Bijector map) {
        assertTrue(!map.params().isEmpty());
        return map.params();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theRecipeGivesTheSameMap(Case c) {
        Recipe recipe = c.architecture.recipe().orElseThrow();
        Architecture again = Architecture.of(recipe);
        assertEquals(recipe, again.recipe().orElseThrow());
        assertEquals(c.architecture.toString(), again.toString());
        assertEquals(c.architecture.contextDim(c.dim), again.contextDim(c.dim));
        Bijector map = c.architecture.make("p.", c.dim, new SplittableRandom(1));
        Bijector copy = again.make("p.", c.dim, new SplittableRandom(1));
        assertEquals(map.toString(), copy.toString());
        assertEquals(
                List.copyOf(map.buffers().keySet()), List.copyOf(copy.buffers().keySet()));
        List<Param> expected = params(map);
        List<Param> found = params(copy);
        assertEquals(expected.size(), found.size());
        for (int k = 0; k < expected.size(); k++) {
            assertEquals(expected.get(k).toString(), found.get(k).toString());
            assertTrue(expected.get(k).name().startsWith("p."), expected.get(k).name());
            assertArrayEquals(expected.get(k).value().data, found.get(k).value().data);
        }
    }

    /** A public method of the package that gives an architecture is in the cases above. */
    @Test
    void everyArchitectureHasACase() {
        TreeSet<String> methods = new TreeSet<>();
        for (Class<?> type : List.of(
                Planar.class,
                Radial.class,
                Sylvester.class,
                Nice.class,
                RealNvp.class,
                Glow.class,
                Maf.class,
                Iaf.class)) {
            for (Method m : type.getMethods()) {
                if (Modifier.isStatic(m.getModifiers()) && m.getReturnType() == Architecture.class) {
                    String name = type.getSimpleName().toLowerCase(java.util.Locale.ROOT);
                    methods.add(m.getName().equals("layers") ? name : name + "." + m.getName());
                }
            }
        }
        assertEquals(
                methods,
                cases().map(c -> c.architecture.recipe().orElseThrow())
                        .map(r -> r.name().equals("inverse") ? r.recipe(0).name() : r.name())
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void codeOfTheUsersOwnHasNoRecipe() {
        Architecture own = Architecture.repeated("mine", 2, Planar::new);
        assertEquals(Optional.empty(), own.recipe());
        assertEquals(Optional.empty(), own.inverted().recipe());
        assertEquals("inverse of 2 × mine", own.inverted().toString());
        Architecture named = Architecture.named("shown", Planar.layers(2));
        assertEquals("planar(2)", named.recipe().orElseThrow().toString());
        assertEquals("shown", named.toString());
    }

    @ParameterizedTest
    @MethodSource("transformers")
    void transformersAndNoiseHaveRecipesToo(Transformer t) {
        assertEquals(t, Transformer.of(t.recipe()));
        for (Dequantization noise :
                List.of(Dequantization.uniform(), Dequantization.variational(0, 5), Dequantization.variational(2, 5))) {
            assertEquals(noise.toString(), Dequantization.of(noise.recipe()).toString());
        }
    }

    static Stream<Transformer> transformers() {
        return Stream.of(
                Transformer.additive(), Transformer.affine(), Transformer.affine(0.1), Transformer.spline(4, 1.5));
    }

    @Test
    void unknownRecipesAreNamed() {
        assertMessage("no package has an architecture \"wavelets\"", Recipe.of("wavelets", 3));
        assertMessage("Recipe planar: argument 0", Recipe.of("planar", "three"));
        assertMessage("\"cubic\" is not known", Recipe.of("maf", 3, Recipe.of("cubic"), new int[] {4}));
    }

    private static void assertMessage(String part, Recipe recipe) {
        String message = assertThrows(IllegalArgumentException.class, () -> Architecture.of(recipe))
                .getMessage();
        assertTrue(message.contains(part), message);
    }
}
