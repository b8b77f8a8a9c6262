package lvm.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import lvm.autodiff.Activation;
import lvm.autodiff.ConvShape;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Derivatives along a direction: that of each layer is the difference of its values, and with the direction of the gradient a
 * backward pass gives the gradient of ‖∇f‖.
 */
class TangentTest {
    private static final int ROWS = 3;
    private static final float STEP = 5e-3f;

    /** A layer, the columns of its input, and whether it is smooth. */
    private record Case(Layer layer, int in, boolean smooth) {}

    private static Map<String, Case> cases() {
        SplittableRandom rng = new SplittableRandom(4);
        Map<String, Case> all = new TreeMap<>();
        for (Activation f : Activation.values()) {
            boolean smooth = f != Activation.RELU && f != Activation.LEAKY_RELU && f != Activation.ELU;
            all.put("linear " + f, new Case(new Linear("a", 5, 4, f, WeightInit.GLOROT, rng), 5, smooth));
            all.put("activation " + f, new Case(new Activate(f), 5, smooth));
        }
        FMatrixRMaj mask = new FMatrixRMaj(new float[][] {{1, 0, 1}, {1, 1, 0}, {0, 1, 1}, {1, 0, 0}});
        all.put("masked", new Case(new MaskedLinear("a", mask, Activation.SOFTPLUS, WeightInit.GLOROT, rng), 4, true));
        all.put("mlp", new Case(Mlp.of("a", Activation.TANH, 5, 2, rng, 6, 4), 5, true));
        ConvShape shape = new ConvShape(2, 4, 4, 3, 4, 2, 1);
        all.put("conv", new Case(new Conv2d("a", shape, Activation.SIGMOID, WeightInit.GLOROT, rng), 32, true));
        all.put(
                "transposed",
                new Case(new ConvTranspose2d("a", shape, Activation.TANH, WeightInit.GLOROT, rng), 12, true));
        all.put("leaky", new Case(new LeakyRelu(0.2), 5, false));
        all.put("maxout", new Case(new Maxout("a", 5, 3, 4, rng), 5, false));
        all.put("dropout", new Case(new Sequential(new Dropout(0.4), smooth(rng)), 5, true));
        all.put(
                "images with conditions",
                new Case(
                        NetworkFactory.dcganDiscriminator(4, false, 2, 3).make("a", 2 * 16 + 3, 1, rng),
                        2 * 16 + 3,
                        false));
        return all;
    }

    private static Layer smooth(SplittableRandom rng) {
        return Mlp.of("b", Activation.TANH, 5, 3, rng, 4);
    }

    static Stream<String> names() {
        return cases().keySet().stream();
    }

    private static FMatrixRMaj random(int rows, int cols, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        FMatrixRMaj m = new FMatrixRMaj(rows, cols);
        for (int i = 0; i < m.getNumElements(); i++) {
            m.data[i] = (float) rng.nextGaussian();
        }
        return m;
    }

    private static Tape tape() {
        return new Tape().training(new SplittableRandom(9)); // the same draws of dropout for each
    }

    private static FMatrixRMaj at(Layer layer, FMatrixRMaj x, FMatrixRMaj along, float t) {
        FMatrixRMaj moved = x.copy();
        for (int i = 0; i < x.getNumElements(); i++) {
            moved.data[i] += t * along.data[i];
        }
        Tape tape = tape();
        return layer.forward(tape, tape.constant(moved)).value();
    }

    @ParameterizedTest
    @MethodSource("names")
    void isTheDifferenceOfTheValues(String name) {
        Case one = cases().get(name);
        FMatrixRMaj x = random(ROWS, one.in, 1);
        FMatrixRMaj along = random(ROWS, one.in, 2);
        Tape tape = tape();
        Tangent tangent = one.layer.tangent(tape, tape.constant(x), tape.constant(along));
        FMatrixRMaj value = at(one.layer, x, along, 0);
        float t = one.smooth ? STEP : STEP / 50; // kinks are seldom so near
        FMatrixRMaj above = at(one.layer, x, along, t);
        FMatrixRMaj below = at(one.layer, x, along, -t);
        for (int i = 0; i < value.getNumElements(); i++) {
            assertEquals(value.data[i], tangent.value().value().data[i], 1e-6, name);
            double slope = ((double) above.data[i] - below.data[i]) / (2 * t);
            assertEquals(slope, tangent.along().value().data[i], one.smooth ? 1e-3 : 1e-2, name);
        }
    }

    /** Σᵢ ‖∇ₓ f(xᵢ)‖ by a backward pass, and u = g/‖g‖. */
    private static double slopes(Layer layer, FMatrixRMaj x, FMatrixRMaj along) {
        Tape tape = Tape.forInputs().training(new SplittableRandom(9));
        Var at = tape.input(x);
        tape.backward(layer.forward(tape, at).sum());
        double sum = 0;
        for (int i = 0; i < x.numRows; i++) {
            double squares = 0;
            for (int j = 0; j < x.numCols; j++) {
                double g = at.grad().get(i, j);
                squares += g * g;
            }
            for (int j = 0; j < x.numCols; j++) {
                along.set(i, j, (float) (at.grad().get(i, j) / Math.sqrt(squares)));
            }
            sum += Math.sqrt(squares);
        }
        return sum;
    }

    /** Networks that end in one column, whose gradient norm is a function of all parameters. */
    static List<Layer> networks() {
        SplittableRandom rng = new SplittableRandom(6);
        List<Layer> all = new ArrayList<>();
        all.add(Mlp.of("a", Activation.TANH, 5, 1, rng, 6, 4));
        all.add(Mlp.of("a", Activation.SOFTPLUS, 5, 1, rng, 6));
        all.add(Mlp.of("a", Activation.SIGMOID, 5, 1, rng, 6, 3));
        all.add(Mlp.of("a", Activation.LEAKY_RELU, 5, 1, rng, 6, 4));
        ConvShape shape = new ConvShape(1, 4, 4, 3, 4, 2, 1);
        all.add(new Sequential(
                new Conv2d("a", shape, Activation.TANH, WeightInit.GLOROT, rng),
                new Linear("b", 12, 1, Activation.IDENTITY, WeightInit.GLOROT, rng)));
        all.add(new Sequential(new Maxout("a", 5, 4, 3, rng), Mlp.of("b", Activation.ELU, 4, 1, rng, 3)));
        all.add(new Sequential(new Dropout(0.3), Mlp.of("b", Activation.TANH, 5, 1, rng, 6)));
        return all;
    }

    /** ∂‖∇f‖/∂θ of every parameter is the central difference of the norms that backward passes give. */
    @ParameterizedTest
    @MethodSource("networks")
    void hasTheGradientOfTheGradientNorm(Layer layer) {
        FMatrixRMaj x = random(ROWS, layer.params().get(0).value().numRows, 3);
        if (layer instanceof Sequential chain && chain.layers().get(0) instanceof Conv2d) {
            x = random(ROWS, 16, 3);
        }
        FMatrixRMaj along = new FMatrixRMaj(x.numRows, x.numCols);
        FMatrixRMaj unused = along.copy();
        double norms = slopes(layer, x, along);
        Tape tape = tape();
        Var directional = layer.tangent(tape, tape.constant(x), tape.constant(along))
                .along()
                .sum();
        assertEquals(norms, directional.scalar(), 1e-5 * norms);
        tape.backward(directional);
        double most = 0;
        for (Param p : layer.params()) {
            for (int i = 0; i < p.value().getNumElements(); i++) {
                float old = p.value().data[i];
                p.value().data[i] = old + STEP;
                double above = slopes(layer, x, unused);
                p.value().data[i] = old - STEP;
                double below = slopes(layer, x, unused);
                p.value().data[i] = old;
                double slope = (above - below) / (2 * STEP);
                most = Math.max(most, Math.abs(slope));
                assertEquals(slope, p.gradient().data[i], 2e-3, p.name() + " " + i);
            }
        }
        assertTrue(most > 0.1);
    }

    @Test
    void layersWithoutAreRefusedByName() {
        Tape tape = tape();
        Var x = tape.constant(random(ROWS, 4, 1));
        BatchNorm norm = new BatchNorm("d.norm", 4);
        String text = assertThrows(IllegalArgumentException.class, () -> norm.tangent(tape, x, x))
                .getMessage();
        assertTrue(text.contains("BatchNorm") && text.contains("d.norm"), text);
        Layer own = new Layer() {
            @Override
            public List<Param> params() {
                return List.of();
            }

            @Override
            public Var forward(Tape t, Var a) {
                return a;
            }
        };
        assertThrows(IllegalArgumentException.class, () -> own.tangent(tape, x, x));
    }

    /** In evaluation mode batch normalisation is γ (x − m)/√(v + ε) + β of each row. */
    @Test
    void batchNormalisationOfRunningMoments() {
        BatchNorm norm = new BatchNorm("n", 2);
        norm.params().get(0).value().setTo(new FMatrixRMaj(new float[][] {{2, -3}}));
        norm.params().get(1).value().setTo(new FMatrixRMaj(new float[][] {{5, 7}}));
        norm.buffers().get("n.mean").setTo(new FMatrixRMaj(new float[][] {{1, 2}}));
        norm.buffers().get("n.variance").setTo(new FMatrixRMaj(new float[][] {{4, 9}}));
        Tape tape = new Tape();
        Tangent t = norm.tangent(tape, tape.constant(random(ROWS, 2, 1)), tape.constant(random(ROWS, 2, 2)));
        FMatrixRMaj along = random(ROWS, 2, 2);
        for (int i = 0; i < ROWS; i++) {
            assertEquals(2 * along.get(i, 0) / 2, t.along().value().get(i, 0), 1e-4);
            assertEquals(-3 * along.get(i, 1) / 3, t.along().value().get(i, 1), 1e-4);
        }
    }

    /** What stands for a parameter gets the gradient on to it; what is frozen gets none. */
    @Test
    void substitutedAndFrozenParameters() {
        Linear map = new Linear("a", 4, 2, Activation.IDENTITY, WeightInit.GLOROT, new SplittableRandom(1));
        FMatrixRMaj x = random(ROWS, 4, 1);
        Tape tape = new Tape();
        Param w = map.weights();
        tape.substitute(w, tape.param(w).mul(3));
        tape.backward(map.forward(tape, tape.constant(x)).sum());
        for (int j = 0; j < 4; j++) {
            double sum = 0;
            for (int i = 0; i < ROWS; i++) {
                sum += 3 * x.get(i, j);
            }
            assertEquals(sum, w.gradient().get(j, 0), 1e-5);
        }
        map.params().forEach(Param::clearGradient);
        tape.reset().freeze(map.params());
        Var at = tape.input(x);
        tape.backward(map.forward(tape, at).sum());
        assertEquals(w.value().get(0, 0) + w.value().get(0, 1), at.grad().get(0, 0), 1e-6);
        map.params().forEach(p -> assertTrue(!p.hasGradient(), p.name()));
        Tape other = new Tape();
        assertThrows(IllegalArgumentException.class, () -> other.substitute(w, other.constant(x)));
    }
}
