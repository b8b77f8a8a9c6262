package lvm.representation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import lvm.autodiff.Activation;
import lvm.classify.NeuralClassifier;
import lvm.data.Dataset;
import lvm.data.Matrices;
import lvm.data.Splits;
import lvm.evaluation.ErrorRate;
import lvm.factor.Pca;
import lvm.nn.Linear;
import lvm.nn.NetworkFactory;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/** What linear classifiers make of layers, classes that are described only, and batch statistics of another domain. */
class ProbesTest {

    /** Two classes as exclusive or of the signs of two columns: linear in their product's parts, not in the columns. */
    private static Dataset signs(int rows, long seed) {
        FMatrixRMaj x = Matrices.normals(rows, 2, new SplittableRandom(seed));
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            labels[i] = x.get(i, 0) > 0 == x.get(i, 1) > 0 ? 1 : 0;
        }
        return Dataset.of(x).withLabels(labels);
    }

    @Test
    void probesLayerByLayer() {
        // |x + y| − |x − y| has the sign of x y: two layers of given weights, the second of which makes it linear
        Linear both = new Linear(
                "a", new FMatrixRMaj(2, 4, true, 1, -1, 1, -1, 1, -1, -1, 1), new FMatrixRMaj(1, 4), Activation.RELU);
        Linear sum =
                new Linear("b", new FMatrixRMaj(4, 1, true, 1, 1, -1, -1), new FMatrixRMaj(1, 1), Activation.IDENTITY);
        NeuralClassifier.Builder settings =
                NeuralClassifier.builder().epochs(60).learningRate(.05).seed(3);
        List<ErrorRate> errors = LinearProbe.layers(List.of(both, sum), signs(400, 1), signs(400, 2), settings);
        assertEquals(3, errors.size());
        assertTrue(errors.get(0).value() > 0.3, "the columns tell nothing: " + errors);
        assertTrue(errors.get(1).value() < 0.05, errors.toString());
        assertTrue(errors.get(2).value() < 0.05, errors.toString());
        Dataset train = signs(300, 4);
        Pca pca = Pca.builder().components(2).fit(train.withoutLabels());
        assertTrue(LinearProbe.of(pca, train, signs(300, 5), settings).value() > 0.3);
    }

    /** The layers that a classifier gives are the classifier. */
    @Test
    void layersOfAClassifier() {
        Dataset data = signs(100, 6);
        NeuralClassifier net = NeuralClassifier.builder().hidden(5, 3).epochs(2).fit(data);
        FMatrixRMaj logits = EncoderNetwork.of(net.layers()).encode(data);
        FMatrixRMaj p = net.classProbabilities(data);
        for (int i = 0; i < 100; i++) {
            assertEquals(Math.log(p.get(i, 1) / p.get(i, 0)), logits.get(i, 1) - logits.get(i, 0), 1e-4);
        }
        NeuralClassifier other = NeuralClassifier.builder()
                .network(NetworkFactory.maxout(2, 3))
                .epochs(1)
                .fit(data);
        assertThrows(IllegalArgumentException.class, other::layers);
    }

    /** Eight classes, the corners of a cube of three attributes, which are three directions of the rows with noise. */
    private static Dataset cube(int rows, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        FMatrixRMaj x = Matrices.normals(rows, 6, rng);
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            labels[i] = i % 8;
            for (int j = 0; j < 3; j++) {
                float sign = (labels[i] >> j & 1) == 1 ? 3 : -3;
                x.set(i, j, x.get(i, j) + sign);
                x.set(i, j + 3, x.get(i, j + 3) - sign);
            }
        }
        return Dataset.of(x).withLabels(labels);
    }

    private static FMatrixRMaj corners(int... classes) {
        FMatrixRMaj t = new FMatrixRMaj(classes.length, 3);
        for (int k = 0; k < classes.length; k++) {
            for (int j = 0; j < 3; j++) {
                t.set(k, j, (classes[k] >> j & 1) == 1 ? 1 : -1);
            }
        }
        return t;
    }

    @Test
    void zeroShot() {
        int[] seen = {1, 2, 4, 7, 0};
        int[] unseen = {3, 5, 6};
        Dataset train = Splits.ofClasses(cube(400, 1), seen);
        Dataset test = Splits.ofClasses(cube(400, 2), unseen);
        NeuralClassifier.Builder settings =
                NeuralClassifier.builder().epochs(30).learningRate(.05).seed(1);
        int[] first = {0, 1, 2, 4, 7};
        ZeroShot model = ZeroShot.learn(settings, corners(first), train.withLabels(ranks(train)));
        ZeroShot task = model.task(corners(unseen));
        int[] labels = ranks(test);
        double error = ErrorRate.of(task.classify(test), labels).value();
        assertTrue(error < 0.05, "error " + error + " of chance " + 2 / 3.0);
        // descriptions that belong to others make it wrong, so that it is they that tell
        double mixed = ErrorRate.of(model.task(corners(6, 3, 5)).classify(test), labels)
                .value();
        assertTrue(mixed > 0.9, "error " + mixed);
        ZeroShot deep = ZeroShot.learn(settings, corners(first), train.withLabels(ranks(train)), 8);
        assertTrue(
                ErrorRate.of(deep.task(corners(unseen)).classify(test), labels).value() < 0.4);
        assertEquals(2, deep.attributes().encoderLayers().size());
        // by the definition
        FMatrixRMaj a = task.attributes().encode(test);
        FMatrixRMaj p = task.classProbabilities(test);
        for (int i = 0; i < 20; i++) {
            double[] e = new double[3];
            double sum = 0;
            for (int k = 0; k < 3; k++) {
                double dot = 0;
                for (int j = 0; j < 3; j++) {
                    dot += a.get(i, j) * corners(unseen).get(k, j);
                }
                e[k] = Math.exp(dot);
                sum += e[k];
            }
            assertArrayEquals(
                    new double[] {e[0] / sum, e[1] / sum, e[2] / sum},
                    new double[] {p.get(i, 0), p.get(i, 1), p.get(i, 2)},
                    1e-4);
        }
        assertEquals(3, task.classes());
        assertThrows(IllegalArgumentException.class, () -> model.task(new FMatrixRMaj(3, 2)));
        assertThrows(IllegalArgumentException.class, () -> model.task(corners(1)));
        assertThrows(IllegalArgumentException.class, () -> ZeroShot.learn(settings, corners(1, 2), cube(40, 1)));
    }

    /** Classes numbered from 0 in the order of their names. */
    private static int[] ranks(Dataset data) {
        List<Integer> classes =
                IntStream.of(data.labels()).distinct().sorted().boxed().toList();
        return IntStream.of(data.labels()).map(classes::indexOf).toArray();
    }

    /** Rows that are shifted and stretched: with their own statistics the classifier is what it was on the others. */
    @Test
    void adaptedBatchStatistics() {
        Dataset data = signs(200, 8);
        NeuralClassifier net = NeuralClassifier.builder()
                .network(NetworkFactory.batchNormalized(Activation.RELU, 8))
                .standardize(false)
                .epochs(40)
                .batchSize(50)
                .learningRate(.05)
                .fit(data);
        FMatrixRMaj moved = Matrices.map(data.floatMatrix(), v -> 3 * v + 5);
        Dataset other = Dataset.of(moved).withLabelsOf(data);
        NeuralClassifier here = net.adapted(data);
        NeuralClassifier there = net.adapted(other.withoutLabels());
        assertArrayEquals(here.classProbabilities(data).data, there.classProbabilities(other).data, 1e-3f);
        assertTrue(ErrorRate.of(net, other).value() > 0.3);
        assertTrue(ErrorRate.of(there, other).value() < ErrorRate.of(net, data).value() + 0.1);
        // the running moments of the training are near those of all rows, and are left as they were
        assertEquals(ErrorRate.of(here, data).value(), ErrorRate.of(net, data).value(), 0.1);
        NeuralClassifier plain = NeuralClassifier.builder().hidden(3).epochs(1).fit(data);
        assertThrows(IllegalArgumentException.class, () -> plain.adapted(data));
    }

    /** The first column tells the class, the second the domain: features that tell the class need not tell the domain. */
    @Test
    void adversarialFeatures() {
        SplittableRandom rng = new SplittableRandom(9);
        int n = 400;
        FMatrixRMaj x = Matrices.normals(n, 2, rng);
        int[] labels = new int[n];
        int[] truth = new int[n];
        for (int i = 0; i < n; i++) {
            boolean source = i < n / 2;
            truth[i] = i % 2;
            labels[i] = source ? truth[i] : Dataset.UNLABELLED;
            x.set(i, 0, (float) (0.7 * x.get(i, 0) + (truth[i] == 1 ? 1 : -1)));
            x.set(i, 1, (float) (0.1 * x.get(i, 1) + (source ? 0 : 3)));
        }
        Dataset data = Dataset.of(x).withLabels(labels);
        Dataset target = Dataset.of(Matrices.rows(x, n / 2, n));
        int[] wanted = Arrays.copyOfRange(truth, n / 2, n);
        double[] errors = new double[2];
        double[] apart = new double[2];
        for (int k = 0; k < 2; k++) {
            AdversarialFeatures net = AdversarialFeatures.builder()
                    .hidden(8)
                    .weight(k)
                    .epochs(100)
                    .batchSize(50)
                    .learningRate(.01)
                    .seed(2)
                    .fit(data);
            errors[k] = ErrorRate.of(net.classify(target), wanted).value();
            FMatrixRMaj logits = EncoderNetwork.of(net.layers()).encode(target);
            FMatrixRMaj p = net.classProbabilities(target);
            assertEquals(logits.get(0, 1) - logits.get(0, 0), Math.log(p.get(0, 1) / p.get(0, 0)), 1e-3);
            int[] domain = IntStream.range(0, n).map(i -> i < n / 2 ? 0 : 1).toArray();
            Dataset domains = Dataset.of(net.encode(x)).withLabels(domain);
            NeuralClassifier probe = NeuralClassifier.builder()
                    .hidden()
                    .epochs(30)
                    .learningRate(.05)
                    .fit(domains);
            apart[k] = ErrorRate.of(probe, domains).value();
        }
        assertTrue(errors[1] < 0.15, "errors of the other domain " + errors[1]);
        assertTrue(apart[0] < 0.1, "without λ the features tell the domain: " + apart[0]);
        assertTrue(apart[1] > apart[0] + 0.1, "with λ less so: " + apart[1]);
        assertThrows(
                IllegalArgumentException.class,
                () -> AdversarialFeatures.builder().fit(data));
        assertThrows(
                IllegalArgumentException.class,
                () -> AdversarialFeatures.builder().hidden(2).fit(data.slice(0, 100)));
        assertThrows(
                IllegalArgumentException.class,
                () -> AdversarialFeatures.builder().weight(Double.NaN));
    }
}
