package lvm.classify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import lvm.data.Dataset;
import lvm.data.Splits;
import lvm.evaluation.ErrorRate;
import lvm.model.Classifier;
import lvm.store.Models;
import lvm.store.SavedModel;
import lvm.vae.ConditionalVae;
import lvm.vae.Likelihood;
import lvm.vae.M1;
import lvm.vae.M2;
import lvm.vae.StackedM1M2;
import lvm.vae.Vae;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Labels are categories for every classifier: told by their names, whatever numbers or texts they are. */
class ClassNamesTest {
    private static final int[] ODD = {17, 1_000_000_007, Integer.MAX_VALUE};

    @TempDir
    Path directory;

    private record Case(String name, Classifier.Trainer trainer) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Three clouds; every fifth row has no label. */
    private static Dataset clouds(long seed, int... labels) {
        SplittableRandom rng = new SplittableRandom(seed);
        double[][] x = new double[90][];
        int[] all = new int[x.length];
        for (int i = 0; i < x.length; i++) {
            int k = i % 3;
            x[i] = new double[] {
                4 * (k == 0 ? 1 : 0) + rng.nextGaussian() / 3, 4 * (k == 1 ? 1 : 0) + rng.nextGaussian() / 3
            };
            all[i] = i % 5 == 4 ? Dataset.UNLABELLED : labels[k];
        }
        return Dataset.of(x).withLabels(all);
    }

    private static Vae features(Dataset data) {
        return Vae.builder()
                .latent(2)
                .hidden()
                .likelihood(Likelihood.GAUSSIAN)
                .epochs(30)
                .learningRate(0.02)
                .fit(data.withoutLabels());
    }

    static Stream<Case> classifiers() {
        return Stream.of(
                new Case("NearestNeighbours", data -> NearestNeighbours.of(data, 1)),
                new Case("LabelPropagation", data -> LabelPropagation.of(data, 3)),
                new Case(
                        "SupportVectorMachine",
                        data -> SupportVectorMachine.builder().fit(data)),
                new Case(
                        "TransductiveSvm",
                        data -> TransductiveSvm.builder()
                                .epochs(40)
                                .learningRate(0.05)
                                .validation(data.slice(0, 4))
                                .fit(data)),
                new Case(
                        "NeuralClassifier",
                        data -> NeuralClassifier.builder()
                                .hidden(8)
                                .epochs(60)
                                .learningRate(0.05)
                                .validation(data.slice(0, 4))
                                .fit(data)),
                new Case("M1", data -> M1.of(features(data), rows -> NearestNeighbours.of(rows, 1), data)),
                new Case(
                        "M2",
                        data -> M2.builder()
                                .latent(1)
                                .hidden(8)
                                .likelihood(Likelihood.GAUSSIAN_DIAGONAL)
                                .alpha(5)
                                .epochs(60)
                                .learningRate(0.05)
                                .fit(data)),
                new Case(
                        "StackedM1M2",
                        data -> StackedM1M2.builder()
                                .features(features(data))
                                .latent(1)
                                .hidden(8)
                                .alpha(5)
                                .epochs(60)
                                .learningRate(0.05)
                                .fit(data)));
    }

    /** The numbers of the labels say nothing: the model is that of 0, 1, 2, with other names, which its file keeps. */
    @ParameterizedTest
    @MethodSource("classifiers")
    void numbersAreNames(Case tried) {
        Dataset data = clouds(1, ODD);
        Classifier classifier = tried.trainer().fit(data);
        Classifier plain = tried.trainer().fit(clouds(1, 0, 1, 2));
        assertEquals(3, classifier.classes());
        assertEquals(List.of("17", "1000000007", "2147483647"), classifier.classNames());
        assertEquals(List.of("0", "1", "2"), plain.classNames());
        Dataset test = clouds(2, ODD);
        int[] found = classifier.classify(test);
        assertArrayEquals(plain.classify(test), found);
        assertTrue(ErrorRate.of(classifier, test).value() < 0.1);
        ((SavedModel) classifier).save(directory.resolve("file"));
        Classifier again = Models.load(directory.resolve("file"), Classifier.class);
        assertEquals(classifier.classNames(), again.classNames());
        // Rows of which two classes only occur have other numbers for them, and are told by name.
        int[] known = test.labels();
        int[] some = java.util.stream.IntStream.range(0, test.rows())
                .filter(i -> known[i] > 0)
                .toArray();
        int[] labels = Arrays.stream(some).map(i -> ODD[known[i]]).toArray();
        Dataset two = test.subset(some).withLabels(labels);
        assertEquals(2, two.classes());
        assertTrue(ErrorRate.of(again, two).value() < 0.1);
        // A label that the model does not know is named.
        Dataset more = test.subset(some[0], some[1]).withLabels(17, 4);
        assertEquals(
                "ErrorRate.of: the label \"4\" of row 1 is new, the model knows the classes \"17\", \"1000000007\","
                        + " \"2147483647\"",
                assertThrows(IllegalArgumentException.class, () -> ErrorRate.of(again, more))
                        .getMessage());
    }

    /** The labels of validation rows are told by their names, too. */
    @Test
    void validationRowsMayLackClasses() {
        Dataset data = clouds(1, ODD);
        Dataset two = data.subset(1, 2, 7, 8).withLabels(ODD[1], ODD[2], ODD[1], ODD[2]);
        NeuralClassifier.Builder builder =
                NeuralClassifier.builder().hidden(8).epochs(60).learningRate(0.05);
        double last = builder.validation(two).fit(data).history().last("validation");
        assertTrue(last > -0.2, "log q(y | x) is " + last);
        assertTrue(assertThrows(
                        IllegalArgumentException.class,
                        () -> builder.validation(data.slice(0, 2).withLabels(17, 18))
                                .fit(data))
                .getMessage()
                .startsWith("NeuralClassifier.fit: validation: the label \"18\" of row 1 is new"));
    }

    /** A view in which a class does not occur has the same classes, and so has what is learnt from its features. */
    @Test
    void featuresKeepTheClassesOfAView() {
        Dataset data = clouds(1, ODD);
        int[] some = java.util.stream.IntStream.range(0, data.rows())
                .filter(i -> data.label(i) > 0)
                .toArray();
        Dataset view = data.subset(some);
        M1 model = M1.of(features(data), rows -> NearestNeighbours.of(rows, 1), view);
        assertEquals(3, model.classes());
        assertArrayEquals(view.labels(), model.classify(view));
    }

    @Test
    void aConditionalModelAndSplitsKeepTheNames() {
        Dataset data = clouds(1, ODD);
        int[] labelled = java.util.stream.IntStream.range(0, data.rows())
                .filter(i -> data.label(i) >= 0)
                .toArray();
        ConditionalVae vae = ConditionalVae.builder()
                .latent(1)
                .hidden(3)
                .likelihood(Likelihood.GAUSSIAN)
                .epochs(1)
                .fit(data.subset(labelled));
        assertEquals(3, vae.classes());
        assertEquals(List.of("17", "1000000007", "2147483647"), vae.classNames());
        Splits.PartlyLabelled parts = Splits.labelled(data, 6, 1);
        assertEquals(data.labelNames(), parts.all().labelNames());
        assertEquals(data.labelNames(), parts.labelled().labelNames());
    }
}
