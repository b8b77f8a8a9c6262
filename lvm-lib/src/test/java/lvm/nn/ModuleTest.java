package lvm.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import lvm.autodiff.Activation;
import lvm.autodiff.ConvShape;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.bernoulli.BitTable;
import lvm.store.Recipe;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Parameters, buffers and output biases of modules. */
class ModuleTest {
    private static final RandomGenerator RNG = new SplittableRandom(31);
    private static final ConvShape SHAPE = new ConvShape(1, 2, 2, 4, 2, 1, 0);

    private static Sequential normalised(String name) {
        return new Sequential(
                new Linear(name + ".0", 3, 4, Activation.TANH, WeightInit.GLOROT, RNG),
                new Sequential(new BatchNorm(name + ".1", 4)),
                new Linear(name + ".2", 4, 2, Activation.IDENTITY, WeightInit.GLOROT, RNG));
    }

    private static FMatrixRMaj rows(int n, int d) {
        FMatrixRMaj x = new FMatrixRMaj(n, d);
        for (int i = 0; i < n * d; i++) {
            x.data[i] = (float) RNG.nextGaussian();
        }
        return x;
    }

    private static float[] value(Layer layer, FMatrixRMaj x) {
        Tape tape = Tape.withoutGradients();
        return layer.forward(tape, tape.constant(x)).value().data.clone();
    }

    @Test
    void runningMomentsWithinChainsAreBuffers() {
        Sequential net = normalised("n");
        assertEquals(
                List.of("n.1.mean", "n.1.variance"), List.copyOf(net.buffers().keySet()));
        Tape tape = new Tape().training(RNG);
        net.forward(tape, tape.constant(rows(50, 3)));
        Sequential copy = normalised("n");
        copy.copyFrom(net);
        FMatrixRMaj x = rows(7, 3);
        assertArrayEquals(value(net, x), value(copy, x));
        assertEquals(net.buffers().get("n.1.mean").data[0], copy.buffers().get("n.1.mean").data[0]);
        assertTrue(net.buffers().get("n.1.mean").data[0] != 0);
    }

    @Test
    void copiesAreOfTheSameNamesAndShapesOrNotMade() {
        Linear layer = new Linear("a", 3, 2, Activation.IDENTITY, WeightInit.GLOROT, RNG);
        float[] before = layer.weights().value().data.clone();
        fails(
                "Module.copyFrom: there are [b.w, b.b], expected [a.w, a.b]",
                () -> layer.copyFrom(new Linear("b", 3, 2, Activation.IDENTITY, WeightInit.GLOROT, RNG)));
        fails(
                "Module.copyFrom: \"a.w\" is 2×2, expected 3×2",
                () -> layer.copyFrom(new Linear("a", 2, 2, Activation.IDENTITY, WeightInit.GLOROT, RNG)));
        fails(
                "Module.copyFrom: there are [a.0.w, a.0.b, a.2.w, a.2.b, a.1.gamma",
                () -> normalised("b")
                        .copyFrom(new Sequential(
                                new Linear("a.0", 3, 4, Activation.TANH, WeightInit.GLOROT, RNG),
                                new Linear("a.2", 4, 2, Activation.IDENTITY, WeightInit.GLOROT, RNG),
                                new BatchNorm("a.1", 4))));
        // The bias has another shape: the weights, which come first, stay too.
        Layer other = new Layer() {
            @Override
            public List<Param> params() {
                FMatrixRMaj w = new FMatrixRMaj(3, 2);
                return List.of(new Param("a.w", w), new Param("a.b", new FMatrixRMaj(2, 1)));
            }

            @Override
            public Var forward(Tape tape, Var x) {
                return x;
            }
        };
        fails("Module.copyFrom: \"a.b\" is 2×1, expected 1×2", () -> layer.copyFrom(other));
        assertArrayEquals(before, layer.weights().value().data);
    }

    static Stream<Layer> layersThatEndWithABias() {
        return Stream.of(
                new Linear("l", 3, 4, Activation.IDENTITY, WeightInit.GLOROT, RNG),
                new MaskedLinear("l", ones(3, 4), Activation.IDENTITY, WeightInit.GLOROT, RNG),
                new Mlp("l", Activation.TANH, RNG, 3, 5, 4),
                new Sequential(
                        new Linear("k", 3, 4, Activation.TANH, WeightInit.GLOROT, RNG),
                        new Linear("l", 4, 4, Activation.IDENTITY, WeightInit.GLOROT, RNG)),
                new Sequential(new Linear("k", 3, 4, Activation.TANH, WeightInit.GLOROT, RNG), new BatchNorm("l", 4)),
                new Sequential(
                        new Linear("k", 3, 4, Activation.TANH, WeightInit.GLOROT, RNG),
                        new Conv2d("l", SHAPE, Activation.IDENTITY, WeightInit.HE, RNG)));
    }

    private static FMatrixRMaj ones(int rows, int cols) {
        FMatrixRMaj m = new FMatrixRMaj(rows, cols);
        m.fill(1);
        return m;
    }

    /** A change of the bias changes the output by as much; without its weights nothing else is left. */
    @ParameterizedTest
    @MethodSource("layersThatEndWithABias")
    void theOutputBiasIsAddedToTheOutput(Layer layer) {
        FMatrixRMaj x = rows(1, 3);
        float[] before = value(layer, x);
        FMatrixRMaj bias = layer.outputBias().orElseThrow().value();
        assertEquals(4, bias.numCols);
        assertEquals(4, layer.outputWeights().orElseThrow().value().numCols);
        for (int j = 0; j < 4; j++) {
            bias.data[j] += j + 1;
        }
        float[] after = value(layer, x);
        layer.outputWeights().orElseThrow().value().zero();
        float[] alone = value(layer, x);
        for (int j = 0; j < 4; j++) {
            assertEquals(before[j] + j + 1, after[j], 1e-5);
            assertEquals(bias.data[j], alone[j]);
        }
    }

    @Test
    void layersThatEndOtherwiseHaveNoOutputBias() {
        Linear bent = new Linear("l", 3, 4, Activation.RELU, WeightInit.HE, RNG);
        for (Layer layer : List.of(bent, new Sequential(normalised("n"), bent), new Dropout(0.1))) {
            assertEquals(Optional.empty(), layer.outputBias());
            assertEquals(Optional.empty(), layer.outputWeights());
        }
        ConvTranspose2d up = new ConvTranspose2d("u", SHAPE, Activation.IDENTITY, WeightInit.HE, RNG);
        assertSame(up.bias(), up.outputBias().orElseThrow());
        assertEquals(Optional.empty(), up.outputWeights(), "a channel has several columns of weights");
    }

    /** What the library offers by name is made again from its recipe, with the same start values. */
    @Test
    void theRecipeOfAFactoryGivesTheSameNetwork() {
        for (NetworkFactory factory : List.of(
                NetworkFactory.linear(),
                NetworkFactory.mlp(Activation.TANH),
                NetworkFactory.mlp(Activation.RELU, 5, 6),
                NetworkFactory.mlp(Activation.RELU, 5).afterDropout(0.25),
                BitTable.factory())) {
            Recipe recipe = factory.recipe().orElseThrow();
            NetworkFactory again = NetworkFactory.of(recipe);
            assertEquals(recipe, again.recipe().orElseThrow());
            List<Param> expected =
                    factory.make("n", 3, 2, new SplittableRandom(4)).params();
            List<Param> found = again.make("n", 3, 2, new SplittableRandom(4)).params();
            assertEquals(expected.toString(), found.toString());
            for (int k = 0; k < expected.size(); k++) {
                assertArrayEquals(expected.get(k).value().data, found.get(k).value().data);
            }
        }
        NetworkFactory own = (name, in, out, rng) -> new Dropout(0.5);
        assertEquals(Optional.empty(), own.recipe());
        assertEquals(Optional.empty(), own.afterDropout(0.5).recipe());
        fails("NetworkFactory.of: no package has a network \"web\"", () -> NetworkFactory.of(Recipe.of("web")));
    }

    /** A share of 1/4 of the inputs is zero in training, the others are 4/3 times as large; chance fails it once in 10⁸ seeds. */
    @Test
    void dropoutIsOfTheInput() {
        NetworkFactory squares = (name, in, out, rng) -> new Layer() {
            @Override
            public List<Param> params() {
                return List.of();
            }

            @Override
            public Var forward(Tape tape, Var x) {
                return x.square();
            }
        };
        Layer layer = squares.afterDropout(0.25).make("n", 4000, 4000, new SplittableRandom(1));
        FMatrixRMaj x = new FMatrixRMaj(1, 4000);
        x.fill(3);
        Tape tape = new Tape().training(new SplittableRandom(2));
        float[] kept = layer.forward(tape, tape.constant(x)).value().data;
        int zeros = 0;
        for (float value : kept) {
            zeros += value == 0 ? 1 : 0;
            assertTrue(value == 0 || Math.abs(value - 16) < 1e-5, "value " + value);
        }
        assertEquals(1000, zeros, 5.73 * Math.sqrt(4000 * 0.25 * 0.75));
        Tape quiet = new Tape().evaluation();
        for (float value : layer.forward(quiet, quiet.constant(x)).value().data) {
            assertEquals(9, value);
        }
        fails("Dropout: rate is 1.0", () -> squares.afterDropout(1));
    }

    private static void fails(String message, org.junit.jupiter.api.function.Executable what) {
        String found = assertThrows(IllegalArgumentException.class, what).getMessage();
        assertTrue(found.startsWith(message), found);
    }
}
