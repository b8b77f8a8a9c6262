package lvm.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.classify.NeuralClassifier;
import lvm.data.Dataset;
import lvm.nn.Linear;
import lvm.nn.NetworkFactory;
import lvm.nn.WeightInit;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * RMSProp, momentum, clipping and max-norm against their published formulas, written down once more in doubles: the optimisers
 * alone, and through the builder of a softmax regression.
 */
class RecipesTest {
    private static final int ROWS = 40;
    private static final int DIM = 4;
    private static final int CLASSES = 3;
    private static final int STEPS = 25;

    /** One move of W, in×out, by its gradient. The formula keeps its own state. */
    interface Formula {
        void move(double[] w, double[] g, boolean bias);
    }

    /** A recipe: how the builder is set, and the same as formulas for the weights and for the bias. */
    record Recipe(String name, UnaryOperator<NeuralClassifier.Builder> settings, Formula weights, Formula bias) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Formula sgd(double rate) {
        return (w, g, bias) -> {
            for (int i = 0; i < w.length; i++) {
                w[i] -= rate * g[i];
            }
        };
    }

    /** Tieleman and Hinton (2012). */
    private static Formula rmsProp(double rate) {
        double[] s = new double[DIM * CLASSES];
        return (w, g, bias) -> {
            for (int i = 0; i < w.length; i++) {
                s[i] = 0.9 * s[i] + 0.1 * g[i] * g[i];
                w[i] -= rate * g[i] / (Math.sqrt(s[i]) + 1e-8);
            }
        };
    }

    /** Sutskever et al. (2013), equations 3 and 4, in the variable at which the gradient is taken, θ + μ v. */
    private static Formula nesterov(double rate, double mu) {
        double[] v = new double[DIM * CLASSES];
        double[] theta = new double[DIM * CLASSES];
        boolean[] begun = {false};
        return (w, g, bias) -> {
            if (!begun[0]) {
                System.arraycopy(w, 0, theta, 0, w.length);
                begun[0] = true;
            }
            for (int i = 0; i < w.length; i++) {
                v[i] = mu * v[i] - rate * g[i];
                theta[i] += v[i];
                w[i] = theta[i] + mu * v[i];
            }
        };
    }

    private static Formula clipped(double c, Formula then) {
        return (w, g, bias) -> then.move(
                w, Arrays.stream(g).map(x -> Math.min(c, Math.max(-c, x))).toArray(), bias);
    }

    /** Srivastava et al. (2014): the weights into a unit are a column; the bias is none of them. */
    private static Formula maxNorm(double c, Formula first) {
        return (w, g, bias) -> {
            first.move(w, g, bias);
            for (int j = 0; j < CLASSES && !bias; j++) {
                double norm = 0;
                for (int i = 0; i < DIM; i++) {
                    norm += w[i * CLASSES + j] * w[i * CLASSES + j];
                }
                norm = Math.sqrt(norm);
                for (int i = 0; i < DIM && norm > c; i++) {
                    w[i * CLASSES + j] *= c / norm;
                }
            }
        };
    }

    static Stream<Recipe> recipes() {
        return Stream.of(
                new Recipe("RMSProp", b -> b.optimizer(RmsProp::new), rmsProp(0.05), rmsProp(0.05)),
                new Recipe(
                        "Nesterov",
                        b -> b.optimizer((params, rate) -> new Sgd(params, rate, 0.9, true)),
                        nesterov(0.05, 0.9),
                        nesterov(0.05, 0.9)),
                new Recipe(
                        "values clipped",
                        b -> b.optimizer(Sgd::new).clipValue(0.1),
                        clipped(0.1, sgd(0.05)),
                        clipped(0.1, sgd(0.05))),
                new Recipe(
                        "max-norm",
                        b -> b.optimizer(Sgd::new).learningRate(1).maxNorm(0.8),
                        maxNorm(0.8, sgd(1)),
                        maxNorm(0.8, sgd(1))));
    }

    private static Dataset data() {
        SplittableRandom rng = new SplittableRandom(1);
        FMatrixRMaj x = new FMatrixRMaj(ROWS, DIM);
        int[] labels = new int[ROWS];
        for (int i = 0; i < ROWS; i++) {
            labels[i] = i % CLASSES;
            for (int j = 0; j < DIM; j++) {
                x.set(i, j, (float) (rng.nextGaussian() + (j == labels[i] ? 2 : 0)));
            }
        }
        return Dataset.of(x).withLabels(labels);
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void throughTheBuilderOfASoftmaxRegression(Recipe recipe) {
        Dataset data = data();
        List<Linear> made = new ArrayList<>();
        List<float[]> starts = new ArrayList<>();
        NetworkFactory network = (name, in, out, rng) -> {
            Linear layer = new Linear(name, in, out, Activation.IDENTITY, WeightInit.GLOROT, rng);
            made.add(layer);
            starts.add(layer.weights().value().data.clone());
            return layer;
        };
        recipe.settings
                .apply(NeuralClassifier.builder()
                        .network(network)
                        .standardize(false)
                        .learningRate(0.05))
                .batchSize(ROWS)
                .epochs(STEPS)
                .fit(data);
        double[] w = doubles(starts.get(0));
        double[] start = w.clone();
        double[] b = new double[CLASSES];
        for (int t = 0; t < STEPS; t++) {
            double[] gw = new double[DIM * CLASSES];
            double[] gb = new double[CLASSES];
            for (int i = 0; i < ROWS; i++) {
                double[] p = new double[CLASSES];
                double sum = 0;
                for (int k = 0; k < CLASSES; k++) {
                    p[k] = b[k];
                    for (int j = 0; j < DIM; j++) {
                        p[k] += data.get(i, j) * w[j * CLASSES + k];
                    }
                    p[k] = Math.exp(p[k]);
                    sum += p[k];
                }
                for (int k = 0; k < CLASSES; k++) {
                    double delta = (p[k] / sum - (data.label(i) == k ? 1 : 0)) / ROWS;
                    gb[k] += delta;
                    for (int j = 0; j < DIM; j++) {
                        gw[j * CLASSES + k] += delta * data.get(i, j);
                    }
                }
            }
            recipe.weights.move(w, gw, false);
            recipe.bias.move(b, gb, true);
        }
        assertArrayEquals(w, doubles(made.get(0).weights().value().data), 2e-5);
        assertArrayEquals(b, doubles(made.get(0).bias().value().data), 2e-5);
        // The recipe matters: plain descent of the same rate ends elsewhere.
        NeuralClassifier.builder()
                .network(network)
                .standardize(false)
                .optimizer(Sgd::new)
                .learningRate(recipe.name.equals("max-norm") ? 1 : 0.05)
                .batchSize(ROWS)
                .epochs(STEPS)
                .fit(data);
        float[] plain = made.get(2).weights().value().data;
        assertArrayEquals(start, doubles(starts.get(2)));
        double farthest = 0;
        for (int i = 0; i < w.length; i++) {
            farthest = Math.max(farthest, Math.abs(w[i] - plain[i]));
        }
        assertTrue(farthest > 0.05, "plain descent is " + farthest + " away");
    }

    private static double[] doubles(float... x) {
        double[] y = new double[x.length];
        Arrays.setAll(y, i -> x[i]);
        return y;
    }

    private static void gradient(Param p, float... g) {
        Tape tape = new Tape();
        Var x = tape.param(p);
        tape.backward(x, new FMatrixRMaj(p.value().numRows, p.value().numCols, true, g));
    }

    @Test
    void valuesAreClippedBeforeTheNorm() {
        Param p = new Param("p", new FMatrixRMaj(1, 3));
        Sgd sgd = new Sgd(List.of(p), 1);
        sgd.clipValue(4);
        sgd.clipNorm(2.5);
        gradient(p, 3, -40, 0);
        sgd.step(); // (3, −4, 0) has the norm 5
        assertArrayEquals(new float[] {-1.5f, 2, 0}, p.value().data, 1e-6f);
    }

    @Test
    void onlyColumnsThatAreTooLongAreShortened() {
        Param w = new Param("w", new FMatrixRMaj(2, 3, true, 3, 1, 0, 4, 1, 0));
        Param bias = new Param("b", new FMatrixRMaj(1, 3, true, 9, 9, 9));
        Param still = new Param("still", new FMatrixRMaj(2, 1, true, 9, 9));
        Sgd sgd = new Sgd(List.of(w, bias, still), 1);
        sgd.maxNorm(2.5);
        gradient(w, 0, 0, -1, 0, 0, 0);
        gradient(bias, 0, 0, 0);
        sgd.step();
        assertArrayEquals(new float[] {1.5f, 1, 1, 2, 1, 0}, w.value().data, 1e-6f);
        assertArrayEquals(new float[] {9, 9, 9}, bias.value().data);
        assertArrayEquals(new float[] {9, 9}, still.value().data, "it did not move");
    }

    /** One that the library does not have: it moves by the sign, and counts. */
    private static final class SignDescent extends Optimizer {
        private final FMatrixRMaj moves = counter();
        private long count;

        SignDescent(List<Param> params, double learningRate) {
            super(params, learningRate);
        }

        @Override
        protected void update(int k, Param p, FMatrixRMaj gradient, float scale, double rate) {
            count++;
            for (int i = 0; i < p.value().getNumElements(); i++) {
                p.value().data[i] -= (float) rate / count * Math.signum(gradient.data[i]);
            }
        }

        @Override
        protected Map<String, FMatrixRMaj> live() {
            count(moves, count);
            Map<String, FMatrixRMaj> live = new LinkedHashMap<>();
            live.put("moves", moves);
            return live;
        }

        @Override
        protected void loaded() {
            count = count(moves);
        }
    }

    @Test
    void anOptimiserOfOnesOwn() {
        Param a = new Param("a", new FMatrixRMaj(1, 2));
        SignDescent one = new SignDescent(List.of(a), 1);
        gradient(a, 5, -7);
        one.step();
        assertArrayEquals(new float[] {-1, 1}, a.value().data);
        Param b = new Param("a", a.value().copy());
        SignDescent two = new SignDescent(List.of(b), 1);
        two.load(one.state());
        gradient(b, 5, -7);
        two.step();
        assertArrayEquals(new float[] {-1.5f, 1.5f}, b.value().data);
        assertEquals(2, two.steps());
        NeuralClassifier model = NeuralClassifier.builder()
                .hidden()
                .optimizer(SignDescent::new)
                .epochs(2)
                .fit(data());
        assertTrue(model.summary().toString().contains("SignDescent"), model.summary()::toString);
    }

    static Stream<Optimizer.Factory> optimisers() {
        return Stream.of(
                Sgd::new,
                (p, rate) -> new Sgd(p, rate, 0.9, true),
                RmsProp::new,
                Adam::new,
                (p, rate) -> new AdamW(p, rate, 0.1));
    }

    @ParameterizedTest
    @MethodSource("optimisers")
    void aStepAllocatesNoMatrix(Optimizer.Factory factory) {
        Param p = new Param("p", new FMatrixRMaj(100, 100));
        Optimizer optimizer = factory.over(List.of(p), 0.1);
        optimizer.clipNorm(1);
        optimizer.clipValue(1);
        optimizer.maxNorm(1);
        Tape tape = new Tape();
        FMatrixRMaj g = new FMatrixRMaj(100, 100);
        Arrays.fill(g.data, 0.1f);
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = 0;
        int steps = 3000;
        for (int t = 0; t < 2 * steps; t++) {
            tape.backward(tape.reset().param(p), g);
            long before = threads.getCurrentThreadAllocatedBytes();
            optimizer.step();
            bytes += t < steps ? 0 : threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertTrue(bytes / steps < 512, bytes / steps + " bytes a step");
    }

    @Test
    void badSettingsAreNamed() {
        Class<IllegalArgumentException> bad = IllegalArgumentException.class;
        List<Param> p = List.of(new Param("p", new FMatrixRMaj(1, 1)));
        assertEquals(
                "RmsProp: decay is 1.0, expected within [0,1)",
                assertThrows(bad, () -> new RmsProp(p, 1, 1, 1)).getMessage());
        assertEquals(
                "RmsProp: epsilon is 0.0, expected above 0 and finite",
                assertThrows(bad, () -> new RmsProp(p, 1, 0.5, 0)).getMessage());
        assertEquals(
                "Sgd: the largest value is NaN, expected above 0",
                assertThrows(bad, () -> new Sgd(p, 1).clipValue(Double.NaN)).getMessage());
        assertEquals(
                "Sgd: the largest norm of weights is 0.0, expected above 0",
                assertThrows(bad, () -> new Sgd(p, 1).maxNorm(0)).getMessage());
        assertEquals(
                "NeuralClassifier: maxNorm is NaN, expected above 0",
                assertThrows(bad, () -> NeuralClassifier.builder().maxNorm(Double.NaN))
                        .getMessage());
        assertEquals(
                "NeuralClassifier: clipValue is -1.0, expected above 0",
                assertThrows(bad, () -> NeuralClassifier.builder().clipValue(-1))
                        .getMessage());
    }
}
