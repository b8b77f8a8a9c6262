package lvm.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;
import lvm.autodiff.Activation;
import lvm.bernoulli.BernoulliLvm;
import lvm.bernoulli.BernoulliLvmBuilder;
import lvm.bernoulli.Learning;
import lvm.bernoulli.SigmoidBeliefNet;
import lvm.classify.NeuralClassifier;
import lvm.classify.TransductiveSvm;
import lvm.data.Dataset;
import lvm.data.PlanarEnergy;
import lvm.distribution.Energy;
import lvm.factor.FactorAnalysis;
import lvm.factor.FastIca;
import lvm.factor.MaximumLikelihoodIca;
import lvm.factor.Pca;
import lvm.factor.ProbabilisticPca;
import lvm.factor.SlowFeatureAnalysis;
import lvm.factor.SparseCoding;
import lvm.flow.Dequantization;
import lvm.flow.NormalizingFlow;
import lvm.flow.NormalizingFlowBuilder;
import lvm.flow.Planar;
import lvm.flow.RealNvp;
import lvm.mixture.GaussianMixture;
import lvm.mixture.KMeans;
import lvm.model.History;
import lvm.nn.NetworkFactory;
import lvm.optim.Schedule;
import lvm.optim.Sgd;
import lvm.vae.Autoencoder;
import lvm.vae.BoundForm;
import lvm.vae.ConditionalVae;
import lvm.vae.ContractiveAutoencoder;
import lvm.vae.DenoisingAutoencoder;
import lvm.vae.M2;
import lvm.vae.StackedM1M2;
import lvm.vae.Vae;
import lvm.vae.VaeLearning;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every builder of the library: a fit changes nothing in it, and the second one gives the same bits. */
class BuilderContractTest {
    private static final Dataset REAL = real();
    private static final Dataset BITS = bits();
    private static final Vae M1 =
            Vae.builder().latent(2).hidden(5).epochs(1).batchSize(20).fit(BITS);

    /** A builder, by what is special to it, and what it is fitted to. */
    private record Case(String name, FitBuilder<?, ?> builder, Dataset data) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Dataset real() {
        SplittableRandom rng = new SplittableRandom(1);
        DMatrixRMaj x = new DMatrixRMaj(90, 3);
        for (int i = 0; i < x.numRows; i++) {
            double a = -Math.log(1 - rng.nextDouble());
            x.set(i, 0, a + 3 * (i % 2));
            x.set(i, 1, Math.sin(0.3 * i) + 0.1 * rng.nextGaussian());
            x.set(i, 2, a - x.get(i, 1) + 0.5 * rng.nextDouble());
        }
        return Dataset.of(x).withLabels(labels(x.numRows));
    }

    private static Dataset bits() {
        SplittableRandom rng = new SplittableRandom(2);
        FMatrixRMaj x = new FMatrixRMaj(60, 6);
        for (int i = 0; i < x.getNumElements(); i++) {
            x.data[i] = rng.nextInt(10) < (i / 6 % 2 == 0 ? 7 : 2) ? 1 : 0;
        }
        return Dataset.of(x).withLabels(labels(x.numRows));
    }

    /** Two classes; a third of the rows has no label. */
    private static int[] labels(int rows) {
        int[] labels = new int[rows];
        Arrays.setAll(labels, i -> i % 3 == 2 ? Dataset.UNLABELLED : i % 2);
        return labels;
    }

    private static Case neural(String name, NeuralFitBuilder<?, ?> builder, Dataset data) {
        return new Case(name, plain(builder).batchSize(16), data);
    }

    private static NeuralFitBuilder<?, ?> plain(NeuralFitBuilder<?, ?> builder) {
        builder.validation(builder instanceof NormalizingFlowBuilder ? REAL : BITS.withLabels(alternating(60)));
        builder.epochs(2).schedule(Schedule.step(3, 0.5));
        return builder;
    }

    static Stream<Case> builders() {
        Dataset known = BITS.withLabels(alternating(60));
        return Stream.of(
                new Case("k-means", KMeans.builder().clusters(2), REAL),
                new Case("mixture", GaussianMixture.builder().components(2).maxIterations(9), REAL),
                new Case("Pca", Pca.builder().components(2), REAL),
                new Case("ProbabilisticPca", ProbabilisticPca.builder().components(2), REAL),
                new Case("FactorAnalysis", FactorAnalysis.builder().factors(1).maxIterations(9), REAL),
                new Case("FastIca", FastIca.builder(), REAL),
                new Case("MaximumLikelihoodIca", MaximumLikelihoodIca.builder(), REAL),
                new Case("SparseCoding", SparseCoding.builder().components(2), REAL),
                new Case("SlowFeatureAnalysis", SlowFeatureAnalysis.builder(), REAL),
                neural("gradient", BernoulliLvm.builder().latent(2), BITS),
                new Case("EM", em(Learning.EM).epochs(2), BITS),
                new Case("mean field", em(Learning.MEAN_FIELD).epochs(2), BITS),
                neural("SigmoidBeliefNet", SigmoidBeliefNet.builder().latent(3, 2), BITS),
                neural("NeuralClassifier", NeuralClassifier.builder().hidden(3), BITS),
                neural("TransductiveSvm", TransductiveSvm.builder().kernel(0.1, 9), BITS),
                neural("Vae", Vae.builder().latent(2).hidden(4).movingAverage(0.5), BITS),
                neural("flow posterior", Vae.builder().latent(2).hidden(4).posteriorFlow(Planar.conditional(1)), BITS),
                neural("ConditionalVae", ConditionalVae.builder().latent(2).hidden(4), known),
                neural("M2", M2.builder().latent(2).hidden(4), BITS),
                new Case(
                        "M1+M2",
                        StackedM1M2.builder().features(M1).latent(2).hidden(4).epochs(2),
                        BITS),
                neural("Autoencoder", Autoencoder.builder().latent(2), BITS),
                neural("Denoising", DenoisingAutoencoder.builder().latent(2).noise(0.1), BITS),
                neural("Contractive", ContractiveAutoencoder.builder().latent(2), BITS),
                neural("flow", NormalizingFlow.builder().architecture(RealNvp.layers(2, 4)), REAL),
                new Case(
                        "grey levels",
                        NormalizingFlow.builder()
                                .architecture(RealNvp.layers(2, 4))
                                .dequantization(2)
                                .noise(Dequantization.variational(1, 4))
                                .epochs(1),
                        BITS));
    }

    private static BernoulliLvmBuilder em(Learning learning) {
        return BernoulliLvm.builder().latent(2).learning(learning);
    }

    private static int[] alternating(int rows) {
        int[] labels = new int[rows];
        Arrays.setAll(labels, i -> i % 2);
        return labels;
    }

    @ParameterizedTest
    @MethodSource("builders")
    void aFitChangesNothingInItsBuilder(Case c) {
        String before = dump(c.builder);
        String first = dump(c.builder.fit(c.data));
        assertEquals(before, dump(c.builder));
        assertEquals(first, dump(c.builder.fit(c.data)));
        assertTrue(first.length() > 200, first);
    }

    @Test
    void aFitToDataAfterOneToAnEnergyIsTheSame() {
        NormalizingFlowBuilder builder =
                NormalizingFlow.builder().architecture(RealNvp.layers(2, 4)).epochs(1);
        String before = dump(builder);
        String first = dump(builder.fit(REAL));
        builder.fit(Energy.of(PlanarEnergy.U1));
        assertEquals(before, dump(builder));
        assertEquals(first, dump(builder.fit(REAL)));
    }

    // --- what is in an object, field by field

    private static String dump(Object root) {
        StringBuilder text = new StringBuilder();
        dump(root, text, new IdentityHashMap<>());
        return text.toString();
    }

    private static void dump(Object o, StringBuilder text, Map<Object, Integer> seen) {
        if (o == null
                || o instanceof Number
                || o instanceof Boolean
                || o instanceof CharSequence
                || o instanceof Enum) {
            text.append(o).append('\n');
            return;
        }
        Integer at = seen.putIfAbsent(o, seen.size());
        if (at != null) {
            text.append('#').append(at).append('\n');
            return;
        }
        Class<?> type = o.getClass();
        text.append(type.isHidden() ? "code" : type.getName()).append('\n');
        if (type.isArray()) {
            for (int i = 0; i < Array.getLength(o); i++) {
                dump(Array.get(o, i), text, seen);
            }
        } else if (o instanceof History history) {
            text.append(history.stop());
            for (String name : history.names()) {
                text.append(name);
                text.append(name.equals("seconds") ? "" : Arrays.toString(history.column(name)));
            }
        } else if (o instanceof Iterable<?> all) {
            all.forEach(one -> dump(one, text, seen));
        } else if (o instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                dump(key, text, seen);
                dump(value, text, seen);
            });
        } else if (o instanceof Dataset data) {
            text.append(data.digest());
        } else if (type.getName().startsWith("lvm.") && !type.isHidden() || o instanceof org.ejml.data.Matrix) {
            fields(o, type, text, seen);
        }
    }

    private static void fields(Object o, Class<?> type, StringBuilder text, Map<Object, Integer> seen) {
        for (Class<?> c = type; c != Object.class; c = c.getSuperclass()) {
            for (Field field : c.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !field.isSynthetic()) {
                    try {
                        field.setAccessible(true);
                        text.append(field.getName()).append('=');
                        dump(field.get(o), text, seen);
                    } catch (IllegalAccessException e) {
                        throw new AssertionError(e);
                    }
                }
            }
        }
    }

    // --- settings that a way of learning does not use

    static Stream<Map.Entry<String, Supplier<?>>> unused() {
        Map<String, Supplier<?>> fits = new LinkedHashMap<>();
        for (Learning learning : List.of(Learning.EM, Learning.MEAN_FIELD)) {
            String by = " is set, but learning(" + learning.name() + ") does not use it";
            fits.put(
                    "BernoulliLvm: learningRate" + by,
                    () -> em(learning).learningRate(1e-3).fit(BITS));
            fits.put(
                    "BernoulliLvm: optimizer" + by,
                    () -> em(learning).optimizer(Sgd::new).fit(BITS));
            fits.put(
                    "BernoulliLvm: batchSize" + by,
                    () -> em(learning).batchSize(60).fit(BITS));
            fits.put(
                    "BernoulliLvm: movingAverage" + by,
                    () -> em(learning).movingAverage(0.9).fit(BITS));
        }
        Supplier<NormalizingFlowBuilder> flow = () ->
                NormalizingFlow.builder().architecture(RealNvp.layers(2, 4)).epochs(1);
        fits.put(
                "NormalizingFlow: annealing is set, but a fit to data does not use it",
                () -> flow.get().annealing(5).fit(REAL));
        String energy = " is set, but a fit to an energy does not use it";
        fits.put(
                "NormalizingFlow: standardize" + energy,
                () -> flow.get().standardize(false).fit(Energy.of(PlanarEnergy.U1)));
        fits.put(
                "NormalizingFlow: validation" + energy,
                () -> flow.get().validation(REAL).fit(Energy.of(PlanarEnergy.U1)));
        fits.put(
                "NormalizingFlow: patience" + energy,
                () -> flow.get().patience(3).fit(Energy.of(PlanarEnergy.U1)));
        Supplier<Vae.Builder> vae = () -> Vae.builder().latent(2).epochs(1);
        for (VaeLearning learning : List.of(VaeLearning.WAKE_SLEEP, VaeLearning.monteCarloEm(2, 1, 0.9))) {
            Supplier<Vae.Builder> rival = () -> vae.get().hidden(3).learning(learning);
            String by = " is set, but learning(" + learning + ") does not use it";
            fits.put(
                    "Vae: posteriorFlow" + by,
                    () -> rival.get().posteriorFlow(Planar.conditional(1)).fit(BITS));
            fits.put(
                    "Vae: bound" + by,
                    () -> rival.get().bound(BoundForm.SAMPLED).fit(BITS));
            fits.put("Vae: beta" + by, () -> rival.get().beta(1).fit(BITS));
            fits.put("Vae: klWarmUp" + by, () -> rival.get().klWarmUp(0).fit(BITS));
            fits.put("Vae: freeBits" + by, () -> rival.get().freeBits(0).fit(BITS));
            fits.put("Vae: draws" + by, () -> rival.get().draws(1).fit(BITS));
            fits.put(
                    "Vae: importanceWeighted" + by,
                    () -> rival.get().importanceWeighted(1).fit(BITS));
        }
        fits.put(
                "Vae: bound is set, but importanceWeighted does not use it",
                () -> vae.get()
                        .hidden(3)
                        .importanceWeighted(2)
                        .bound(BoundForm.ANALYTIC_KL)
                        .fit(BITS));
        NetworkFactory linear = NetworkFactory.mlp(Activation.RELU);
        String given = " is set, but a fit with encoder and decoder does not use it";
        fits.put(
                "Vae: hidden" + given,
                () -> vae.get().encoder(linear).decoder(linear).hidden(3).fit(BITS));
        fits.put(
                "Vae: activation" + given,
                () -> vae.get()
                        .encoder(linear)
                        .decoder(linear)
                        .activation(Activation.RELU)
                        .fit(BITS));
        fits.put(
                "Autoencoder: hidden" + given,
                () -> Autoencoder.builder()
                        .latent(2)
                        .encoder(linear)
                        .decoder(linear)
                        .hidden(3)
                        .fit(BITS));
        return fits.entrySet().stream();
    }

    @ParameterizedTest
    @MethodSource
    void unused(Map.Entry<String, Supplier<?>> fit) {
        assertEquals(
                fit.getKey(),
                assertThrows(
                                IllegalArgumentException.class,
                                () -> fit.getValue().get())
                        .getMessage());
    }
}
