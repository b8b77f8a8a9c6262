package lvm.classify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.data.Dataset;
import lvm.data.Digits;
import lvm.evaluation.ErrorRate;
import lvm.model.Classifier;
import lvm.nn.Dropout;
import lvm.nn.Linear;
import lvm.nn.NetworkFactory;
import lvm.nn.Sequential;
import lvm.nn.WeightInit;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The classifiers of M1 and of Table 1. */
class ClassifiersTest {

    /** Rows around K centres on a circle. */
    private static Dataset clouds(int rows, int classes, double sigma, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        FMatrixRMaj x = new FMatrixRMaj(rows, 2);
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            labels[i] = i % classes;
            double angle = 2 * Math.PI * labels[i] / classes;
            x.set(i, 0, (float) (2 * Math.cos(angle) + sigma * rng.nextGaussian()));
            x.set(i, 1, (float) (2 * Math.sin(angle) + sigma * rng.nextGaussian()));
        }
        return Dataset.of(x).withLabels(labels);
    }

    /** Two half circles, one in the bend of the other. */
    private static Dataset moons(int rows, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        FMatrixRMaj x = new FMatrixRMaj(rows, 2);
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            labels[i] = i % 2;
            double angle = Math.PI * rng.nextDouble();
            double sign = labels[i] == 0 ? 1 : -1;
            x.set(i, 0, (float) (sign * Math.cos(angle) + labels[i] + 0.08 * rng.nextGaussian()));
            x.set(i, 1, (float) (sign * Math.sin(angle) + 0.5 * labels[i] + 0.08 * rng.nextGaussian()));
        }
        return Dataset.of(x).withLabels(labels);
    }

    private static double error(Classifier classifier, Dataset data) {
        return ErrorRate.of(classifier.classify(data.floatMatrix()), data.labels())
                .value();
    }

    @Test
    void theNearestNeighboursAreThoseOfASearchThroughAll() {
        Dataset known = clouds(60, 3, 1.5, 1);
        FMatrixRMaj x = clouds(700, 3, 1.5, 2).floatMatrix();
        for (int k : new int[] {1, 3, 60}) {
            int[] found = NearestNeighbours.of(known, k).classify(x);
            for (int i = 0; i < x.numRows; i++) {
                int row = i;
                Integer[] order = new Integer[60];
                Arrays.setAll(order, j -> j);
                Arrays.sort(order, (a, b) -> Double.compare(distance(known, a, x, row), distance(known, b, x, row)));
                int[] votes = new int[3];
                for (int j = 0; j < k; j++) {
                    votes[known.label(order[j])]++;
                }
                int most = Arrays.stream(votes).max().orElseThrow();
                int first = 0;
                while (votes[known.label(order[first])] < most) {
                    first++;
                }
                assertEquals(known.label(order[first]), found[i], "row " + i + ", k = " + k);
            }
        }
    }

    private static double distance(Dataset known, int j, FMatrixRMaj x, int i) {
        double dx = known.get(j, 0) - x.get(i, 0);
        double dy = known.get(j, 1) - x.get(i, 1);
        return dx * dx + dy * dy;
    }

    /** Labels of the first rows, as many of each of two classes. */
    private static Dataset firstLabels(Dataset data, int count) {
        int[] labels = new int[data.rows()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i < count ? data.label(i) : Dataset.UNLABELLED;
        }
        return data.withLabels(labels);
    }

    @Test
    void labelsSpreadAlongMoons() {
        Dataset data = moons(1500, 1);
        LabelPropagation spread = LabelPropagation.of(firstLabels(data, 4), 5);
        assertTrue(ErrorRate.of(spread.labels(), data.labels()).value() < 0.01);
        assertTrue(error(spread, moons(400, 2)) < 0.01);
        assertTrue(error(NearestNeighbours.of(firstLabels(data, 4), 1), data) > 0.05, "the labels alone do not tell");
    }

    @Test
    void propagatedScoresSolveTheirEquation() {
        // (I − αS) F = (1 − α) Y with S from a search through all.
        int n = 40;
        int k = 3;
        Dataset data = clouds(n, 3, 1, 4);
        Dataset some = firstLabels(data, 6);
        FMatrixRMaj f = LabelPropagation.of(some, k).scores();
        boolean[][] joined = new boolean[n][n];
        double[] last = new double[n];
        FMatrixRMaj x = data.floatMatrix();
        for (int i = 0; i < n; i++) {
            int row = i;
            Integer[] order = new Integer[n];
            Arrays.setAll(order, j -> j);
            Arrays.sort(order, (a, b) -> Double.compare(distance(data, a, x, row), distance(data, b, x, row)));
            // The first is the row itself.
            for (int j = 1; j <= k; j++) {
                joined[i][order[j]] = true;
                joined[order[j]][i] = true;
            }
            last[i] = Math.sqrt(distance(data, order[k], x, row));
        }
        Arrays.sort(last);
        double sigma = last[n / 2] / 2;
        double[][] w = new double[n][n];
        double[] degrees = new double[n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                w[i][j] = joined[i][j] ? Math.exp(-distance(data, j, x, i) / (2 * sigma * sigma)) : 0;
                degrees[i] += w[i][j];
            }
        }
        for (int c = 0; c < 3; c++) {
            for (int i = 0; i < n; i++) {
                double left = f.get(i, c);
                for (int j = 0; j < n; j++) {
                    left -= 0.99 * w[i][j] * f.get(j, c) / Math.sqrt(degrees[i] * degrees[j]);
                }
                assertEquals(i < 6 && data.label(i) == c ? 0.01 : 0, left, 1e-6, "row " + i + ", class " + c);
            }
        }
    }

    @Test
    void theLinearMachineHasTheLargestMargin() {
        // The line between (0,0), (0,1) and (2,0), (2,1) that is furthest from them is x = 1.
        Dataset data =
                Dataset.of(new double[][] {{0, 0}, {0, 1}, {2, 0}, {2, 1}}).withLabels(0, 0, 1, 1);
        SupportVectorMachine machine = SupportVectorMachine.builder().cost(1000).fit(data);
        FMatrixRMaj x = new FMatrixRMaj(new float[][] {{0.99f, 7}, {1.01f, -7}, {0.99f, -7}, {1.01f, 7}});
        assertArrayEquals(new int[] {0, 1, 0, 1}, machine.classify(x));
    }

    @Test
    void theRadialMachineSeparatesMoonsAndOursVotesAsLibsvmDoes() {
        Dataset data = moons(200, 1);
        Dataset test = moons(400, 2);
        SupportVectorMachine machine =
                SupportVectorMachine.builder().cost(10).gamma(2).fit(data);
        assertTrue(machine.supportVectors() < 100, machine.supportVectors() + " vectors");
        assertTrue(error(machine, test) < 0.01);
        assertTrue(error(SupportVectorMachine.builder().fit(data), test) > 0.05, "a line can not");
        // Rows near their own support vectors only: with five classes every pair has a vote.
        Dataset clouds = clouds(200, 5, 0.4, 3);
        assertTrue(error(SupportVectorMachine.builder().gamma(0.5).fit(clouds), clouds(500, 5, 0.4, 4)) < 0.05);
    }

    /** On a line the machine is the minimum of ½w² + C Σ max(0, 1 − y (w x + b)), found by a grid; C moves where the classes part. */
    @Test
    void theLinearMachineIsTheMinimumOfItsLoss() {
        double[] x = {-3, -2, -1, 2.2, 3, 4};
        Dataset data = Dataset.of(new FMatrixRMaj(new float[][] {{-3}, {-2}, {-1}, {2.2f}, {3}, {4}}))
                .withLabels(0, 0, 0, 0, 1, 1);
        for (double[] known : new double[][] {{0.2, 1.5}, {100, 2.6}}) {
            double least = Double.POSITIVE_INFINITY;
            double border = Double.NaN;
            for (int i = 1; i <= 800; i++) {
                for (int j = 0; j <= 2400; j++) {
                    double w = i * 0.005;
                    double b = -10 + j * 0.005;
                    double loss = 0.5 * w * w;
                    for (int k = 0; k < 6; k++) {
                        loss += known[0] * Math.max(0, 1 - (k < 4 ? -1 : 1) * (w * x[k] + b));
                    }
                    if (loss < least) {
                        least = loss;
                        border = -b / w;
                    }
                }
            }
            assertEquals(known[1], border, 0.02, "C = " + known[0]);
            SupportVectorMachine machine =
                    SupportVectorMachine.builder().cost(known[0]).fit(data);
            FMatrixRMaj beside =
                    new FMatrixRMaj(new float[][] {{(float) known[1] - 0.03f}, {(float) known[1] + 0.03f}});
            assertArrayEquals(new int[] {0, 1}, machine.classify(beside), "C = " + known[0]);
        }
    }

    /** Of more labelled rows than a step takes, all are learnt from: here the second class begins after the first hundred. */
    @Test
    void theTransductiveMachineSeesAllLabelledRows() {
        int n = 260;
        FMatrixRMaj x = new FMatrixRMaj(n, 2);
        int[] labels = new int[n];
        SplittableRandom rng = new SplittableRandom(8);
        for (int i = 0; i < n; i++) {
            labels[i] = i < 120 ? 0 : i < 240 ? 1 : Dataset.UNLABELLED;
            x.set(i, 0, (float) ((i < 120 || i >= 250 ? 1 : 3) + 0.2 * rng.nextGaussian()));
            x.set(i, 1, (float) rng.nextGaussian());
        }
        TransductiveSvm machine = TransductiveSvm.builder()
                .unlabelledWeight(0)
                .balance(0)
                .learningRate(0.05)
                .epochs(300)
                .fit(Dataset.of(x).withLabels(labels));
        int[] found = machine.classify(x);
        for (int i = 0; i < 240; i++) {
            assertEquals(labels[i], found[i], "row " + i);
        }
    }

    @Test
    void randomFeaturesApproachTheKernel() {
        RandomFeatures map = new RandomFeatures(2, 20_000, 0.7, new SplittableRandom(1));
        FMatrixRMaj x = new FMatrixRMaj(new float[][] {{0, 0}, {1, 0.5f}, {-0.3f, 2}});
        FMatrixRMaj phi = map.of(x, new FMatrixRMaj(0, 0));
        for (int a = 0; a < 3; a++) {
            for (int b = 0; b < 3; b++) {
                double product = 0;
                for (int j = 0; j < phi.numCols; j++) {
                    product += phi.get(a, j) * phi.get(b, j);
                }
                double dx = x.get(a, 0) - x.get(b, 0);
                double dy = x.get(a, 1) - x.get(b, 1);
                // A mean of 20,000 terms within ±2: five standard errors.
                assertEquals(Math.exp(-0.7 * (dx * dx + dy * dy)), product, 5 / Math.sqrt(20_000));
            }
        }
    }

    @Test
    void cosinesOfTurns() {
        int n = 100_001;
        float[] turns = new float[n];
        float[] phases = new float[n];
        for (int i = 0; i < n; i++) {
            turns[i] = -40 + 80f * i / n;
            phases[i] = (i % 1000) / 1000f;
        }
        float[] found = turns.clone();
        RandomFeatures.cosines(found, 0, phases, 0.5f);
        for (int i = 0; i < n; i++) {
            double t = (double) turns[i] + phases[i];
            double rounding = Math.PI * Math.ulp((float) t);
            assertEquals(0.5 * Math.cos(2 * Math.PI * t), found[i], 0.5 * (6e-7 + rounding), () -> t + " turns");
        }
    }

    /** Two bands along the second axis, wide enough that two labelled rows at their ends lead a line astray. */
    private static Dataset bands(int rows, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        FMatrixRMaj x = new FMatrixRMaj(rows, 2);
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            labels[i] = i % 2;
            x.set(i, 0, (float) ((labels[i] == 0 ? -1 : 1) + 0.25 * rng.nextGaussian()));
            x.set(i, 1, (float) (4 * rng.nextDouble() - 2));
        }
        x.set(0, 0, -1);
        x.set(0, 1, -0.8f);
        x.set(1, 0, 1);
        x.set(1, 1, 0.8f);
        return Dataset.of(x).withLabels(labels);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rowsWithoutLabelLeadTheTransductiveMachine(boolean kernel) {
        Dataset data = bands(600, 1);
        int[] few = data.labels();
        Arrays.fill(few, 2, few.length, Dataset.UNLABELLED);
        Dataset test = bands(500, 2);
        TransductiveSvm.Builder builder = TransductiveSvm.builder()
                .lambda(1e-3)
                .epochs(100)
                .rise(200)
                .learningRate(0.02)
                .seed(1);
        if (kernel) {
            builder.kernel(0.1, 300);
        }
        double with = error(builder.fit(data.withLabels(few)), test);
        double without = error(builder.unlabelledWeight(0).balance(0).fit(data.withLabels(few)), test);
        assertTrue(with < 0.02, with + " with, " + without + " without rows that have no label");
        assertTrue(without > with + 0.03, with + " with, " + without + " without rows that have no label");
    }

    @Test
    void theTransductiveLossIsItsDefinitionAndItsGradientACentralDifference() {
        TransductiveSvm.Machine machine = new TransductiveSvm.Machine(2, new double[] {-0.2, 0.2}, 0.3, 2);
        SplittableRandom rng = new SplittableRandom(1);
        for (Param p : new Param[] {machine.weights, machine.bias}) {
            for (int i = 0; i < p.value().getNumElements(); i++) {
                p.value().data[i] = (float) (0.5 * rng.nextGaussian());
            }
        }
        FMatrixRMaj known = clouds(4, 2, 0.5, 1).floatMatrix();
        int[] labels = {0, 1, 0, 1};
        FMatrixRMaj others = clouds(5, 2, 0.5, 2).floatMatrix();
        float[] w = machine.weights.value().data;
        float[] b = machine.bias.value().data;
        double loss = 0;
        for (float v : w) {
            loss += 0.15 * v * v;
        }
        for (int k = 0; k < 2; k++) {
            for (int i = 0; i < 4; i++) {
                double f = known.get(i, 0) * w[k] + known.get(i, 1) * w[2 + k] + b[k];
                double hinge = Math.max(0, 1 - (labels[i] == k ? f : -f));
                loss += hinge * hinge / 4;
            }
            double mean = 0;
            for (int i = 0; i < 5; i++) {
                double f = others.get(i, 0) * w[k] + others.get(i, 1) * w[2 + k] + b[k];
                loss += 0.7 * Math.exp(-3 * f * f) / 5;
                mean += f / 5;
            }
            double off = mean - (k == 0 ? -0.2 : 0.2);
            loss += 2 * off * off;
        }
        Tape tape = new Tape();
        assertEquals(-loss, machine.objective(tape, known, labels, others, 0.7).scalar(), 1e-4);
        tape.backward(machine.objective(tape.reset(), known, labels, others, 0.7));
        for (Param p : new Param[] {machine.weights, machine.bias}) {
            for (int i = 0; i < p.value().getNumElements(); i++) {
                float at = p.value().data[i];
                p.value().data[i] = at + 2e-3f;
                double up = machine.objective(tape.reset(), known, labels, others, 0.7)
                        .scalar();
                p.value().data[i] = at - 2e-3f;
                double down = machine.objective(tape.reset(), known, labels, others, 0.7)
                        .scalar();
                p.value().data[i] = at;
                assertEquals((up - down) / 4e-3, p.gradient().data[i], 0.01, p + ", element " + i);
            }
        }
    }

    @Test
    void networksLearnFromLabelledRows() {
        Dataset clouds = clouds(300, 3, 0.3, 1);
        NeuralClassifier net = NeuralClassifier.builder()
                .hidden(20)
                .epochs(40)
                .learningRate(0.01)
                .fit(clouds);
        assertTrue(error(net, clouds(300, 3, 0.3, 2)) < 0.02);
        FMatrixRMaj q = net.classProbabilities(clouds.floatMatrix());
        assertEquals(1, q.get(0, 0) + q.get(0, 1) + q.get(0, 2), 1e-5);
        Dataset digits = Digits.generate(400, 1);
        NeuralClassifier cnn = NeuralClassifier.builder()
                .network(NetworkFactory.convolutional(28, 32, 8, 8))
                .epochs(12)
                .batchSize(20)
                .learningRate(3e-3)
                .fit(digits);
        assertTrue(error(cnn, digits) < 0.2, "error " + error(cnn, digits));
        assertArrayEquals(cnn.classify(digits.floatMatrix()), cnn.classify(digits.floatMatrix()));
    }

    @Test
    void badInputIsNamed() {
        Dataset data = clouds(10, 2, 0.1, 1);
        fails("NearestNeighbours.of: 11 neighbours", () -> NearestNeighbours.of(data, 11));
        fails("has 3 columns", () -> NearestNeighbours.of(data, 1).classify(new FMatrixRMaj(1, 3)));
        fails("none of the 10 rows has a label", () -> NearestNeighbours.of(data.withoutLabels(), 1));
        fails("10 neighbours, expected at least 1 and less", () -> LabelPropagation.of(data, 10));
        fails("none of the 10 rows", () -> LabelPropagation.of(data.withoutLabels(), 3));
        fails("has 3 columns", () -> LabelPropagation.of(data, 1).classify(new FMatrixRMaj(1, 3)));
        fails("none of the 10 rows", () -> TransductiveSvm.builder().fit(data.withoutLabels()));
        fails("cost is NaN", () -> SupportVectorMachine.builder().cost(Double.NaN));
        fails("gamma is 0.0", () -> SupportVectorMachine.builder().gamma(0));
        fails("has 3 columns", () -> SupportVectorMachine.builder().fit(data).classify(new FMatrixRMaj(1, 3)));
        fails("gamma is -1.0", () -> TransductiveSvm.builder().kernel(-1, 3));
        fails("neither hidden nor network", () -> NeuralClassifier.builder().fit(data));
        fails("the data have 1 classes", () -> SupportVectorMachine.builder().fit(data.withLabels(new int[10])));
    }

    private static void fails(String message, Executable call) {
        String found = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(found.contains(message), found);
    }

    /** Of the features the logits are W f + b with the weights of the last layer, in the units of the data and part by part. */
    @Test
    void featuresAreWhatTheLastLayerSees() {
        Linear[] last = new Linear[1];
        NetworkFactory network = (name, in, out, rng) -> {
            last[0] = new Linear(name + ".1", 3, out, Activation.IDENTITY, WeightInit.GLOROT, rng);
            return new Sequential(
                    new Linear(name + ".0", in, 3, Activation.TANH, WeightInit.GLOROT, rng), new Dropout(0.5), last[0]);
        };
        Dataset data = clouds(2100, 4, 0.3, 3);
        NeuralClassifier net =
                NeuralClassifier.builder().network(network).steps(30).fit(data);
        FMatrixRMaj f = net.features(data);
        FMatrixRMaj q = net.classProbabilities(data);
        FMatrixRMaj w = last[0].outputWeights().orElseThrow().value();
        FMatrixRMaj b = last[0].outputBias().orElseThrow().value();
        assertEquals(2100, f.numRows);
        assertEquals(3, f.numCols);
        for (int i = 0; i < f.numRows; i++) {
            double[] logits = new double[4];
            for (int k = 0; k < 4; k++) {
                logits[k] = b.get(0, k);
                for (int j = 0; j < 3; j++) {
                    logits[k] += f.get(i, j) * w.get(j, k);
                }
            }
            for (int k = 0; k < 4; k++) {
                assertEquals(logits[k] - logits[0], Math.log(q.get(i, k) / q.get(i, 0)), 1e-4);
            }
        }
        assertArrayEquals(f.data, net.features(data.floatMatrix()).data);
        assertEquals(3, net.features(new FMatrixRMaj(0, 2)).numCols);
        fails("columns", () -> net.features(new FMatrixRMaj(1, 3)));
        NeuralClassifier linear = NeuralClassifier.builder().hidden().steps(1).fit(data);
        fails("no layer before its last", () -> linear.features(data));
        NeuralClassifier mlp = NeuralClassifier.builder().hidden(5, 2).steps(1).fit(data);
        assertEquals(2, mlp.features(data).numCols);
    }
}
