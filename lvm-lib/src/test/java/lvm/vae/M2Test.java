package lvm.vae;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.StepChecks;
import lvm.autodiff.Tape;
import lvm.classify.LabelPropagation;
import lvm.data.Dataset;
import lvm.data.Digits;
import lvm.data.Splits;
import lvm.evaluation.ErrorRate;
import lvm.linalg.RowOps;
import lvm.model.Card;
import lvm.model.GenerativeModelContract;
import lvm.model.History;
import lvm.nn.BatchNorm;
import lvm.nn.Dropout;
import lvm.nn.Linear;
import lvm.nn.NetworkFactory;
import lvm.nn.Sequential;
import lvm.nn.WeightInit;
import lvm.optim.Adam;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** M2: its bounds against sums over everything, its gradients, its scale, what it learns. */
class M2Test implements GenerativeModelContract<FMatrixRMaj> {
    private static final int[] NONE = {};

    private static M2Net net(int dim, int latent, int classes, Likelihood likelihood, long seed) {
        double[] means = new double[dim];
        double[] variances = new double[dim];
        Arrays.fill(means, 0.4);
        Arrays.fill(variances, 1);
        M2Net.Shape shape = new M2Net.Shape(
                dim,
                latent,
                classes,
                new int[] {5, 4},
                NetworkFactory.mlp(Activation.TANH, 6),
                Activation.TANH,
                likelihood);
        M2Net net = new M2Net(shape, new Moments(means, variances), new SplittableRandom(seed));
        // Biases that are not zero, or nothing would be said of them.
        SplittableRandom rng = new SplittableRandom(seed + 1);
        for (Param p : net.params()) {
            for (int i = 0; i < p.value().getNumElements(); i++) {
                p.value().data[i] += (float) (0.3 * rng.nextGaussian());
            }
        }
        return net;
    }

    private static M2 model(M2Net net) {
        return new M2(net, Card.of("M2").summary(History.closedForm()));
    }

    private static FMatrixRMaj data(int rows, int cols, boolean binary, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        FMatrixRMaj x = new FMatrixRMaj(rows, cols);
        for (int i = 0; i < x.getNumElements(); i++) {
            x.data[i] = binary ? rng.nextInt(2) : (float) rng.nextGaussian();
        }
        return x;
    }

    // --- the bounds

    /** Every binary x of six dimensions. */
    private static FMatrixRMaj everything() {
        FMatrixRMaj x = new FMatrixRMaj(64, 6);
        for (int i = 0; i < 64; i++) {
            for (int j = 0; j < 6; j++) {
                x.set(i, j, i >> j & 1);
            }
        }
        return x;
    }

    /** log p(x, y) by the trapezoidal rule over a scalar z, for all x and classes. */
    private static double[][] exact(M2 model, FMatrixRMaj x) {
        int grid = 801;
        double step = 16.0 / (grid - 1);
        double[][] p = new double[x.numRows][model.classes()];
        for (int y = 0; y < model.classes(); y++) {
            FMatrixRMaj z = new FMatrixRMaj(grid, 1);
            int[] labels = new int[grid];
            Arrays.fill(labels, y);
            for (int g = 0; g < grid; g++) {
                z.data[g] = (float) (-8 + step * g);
            }
            FMatrixRMaj means = model.decode(z, labels);
            for (int i = 0; i < x.numRows; i++) {
                for (int g = 0; g < grid; g++) {
                    double density = Math.exp(-0.5 * z.data[g] * z.data[g]) / Math.sqrt(2 * Math.PI);
                    for (int j = 0; j < x.numCols; j++) {
                        double mean = means.get(g, j);
                        density *= x.get(i, j) == 1 ? mean : 1 - mean;
                    }
                    p[i][y] += density * step / model.classes();
                }
            }
        }
        return p;
    }

    @Test
    void theExactProbabilitiesSumToOneAndTheBoundsAreBelow() {
        M2 model = model(net(6, 1, 3, Likelihood.BERNOULLI, 1));
        FMatrixRMaj x = everything();
        double[][] p = exact(model, x);
        double total = 0;
        for (double[] row : p) {
            total += Arrays.stream(row).sum();
        }
        assertEquals(1, total, 1e-5);
        SplittableRandom rng = new SplittableRandom(2);
        double[] bound = model.unlabelledBound(x, 2000, rng);
        for (int i = 0; i < x.numRows; i++) {
            assertTrue(bound[i] < Math.log(Arrays.stream(p[i]).sum()) + 0.02, bound[i] + " in row " + i);
        }
        for (int y = 0; y < 3; y++) {
            int[] labels = new int[x.numRows];
            Arrays.fill(labels, y);
            double[] labelled = model.labelledBound(x, labels, 2000, rng);
            for (int i = 0; i < x.numRows; i++) {
                assertTrue(labelled[i] < Math.log(p[i][y]) + 0.02, labelled[i] + " in row " + i);
            }
        }
    }

    @Test
    void importanceSamplingFindsTheExactPosteriorOfTheClass() {
        M2 model = model(net(6, 1, 3, Likelihood.BERNOULLI, 1));
        FMatrixRMaj x = everything();
        double[][] p = exact(model, x);
        DMatrixRMaj joint = model.logJoint(x, 4000, new SplittableRandom(3));
        int[] best = model.classify(x, 4000, new SplittableRandom(3));
        for (int i = 0; i < x.numRows; i++) {
            int mode = 0;
            double second = 0;
            for (int y = 0; y < 3; y++) {
                assertEquals(Math.log(p[i][y]), joint.get(i, y), 0.1, "row " + i + ", class " + y);
                if (p[i][y] > p[i][mode]) {
                    second = p[i][mode];
                    mode = y;
                } else if (y != mode) {
                    second = Math.max(second, p[i][y]);
                }
            }
            if (p[i][mode] > 1.2 * second) {
                assertEquals(mode, best[i], "row " + i);
            }
        }
    }

    /** The sum over classes and a grid of z, written out from the networks' outputs alone. */
    @Test
    void theUnlabelledBoundIsTheSumOverClassesOfIntegralsOverZ() {
        M2Net net = net(6, 1, 3, Likelihood.BERNOULLI, 5);
        M2 model = model(net);
        FMatrixRMaj x = data(4, 6, true, 6);
        FMatrixRMaj q = model.classProbabilities(x);
        double[] estimate = model.unlabelledBound(x, 20_000, new SplittableRandom(7));
        for (int i = 0; i < x.numRows; i++) {
            double bound = 0;
            double sum = 0;
            for (int y = 0; y < 3; y++) {
                Tape tape = Tape.withoutGradients();
                float[] moments = net.encode(tape, tape.constant(x), new int[] {i}, new int[] {y})
                        .value()
                        .data;
                double mean = moments[0];
                double sigma = Math.exp(0.5 * moments[1]);
                double integral = 0;
                int grid = 401;
                FMatrixRMaj z = new FMatrixRMaj(grid, 1);
                int[] labels = new int[grid];
                Arrays.fill(labels, y);
                for (int g = 0; g < grid; g++) {
                    z.data[g] = (float) (mean + sigma * (-8 + g * 16.0 / (grid - 1)));
                }
                FMatrixRMaj decoded = model.decode(z, labels);
                for (int g = 0; g < grid; g++) {
                    double e = (z.data[g] - mean) / sigma;
                    double logQ = -0.5 * e * e - Math.log(sigma) - 0.5 * Math.log(2 * Math.PI);
                    double logP = -0.5 * z.data[g] * z.data[g] - 0.5 * Math.log(2 * Math.PI) - Math.log(3);
                    for (int j = 0; j < 6; j++) {
                        double p = decoded.get(g, j);
                        logP += Math.log(x.get(i, j) == 1 ? p : 1 - p);
                    }
                    integral += Math.exp(logQ) * (logP - logQ) * sigma * 16 / (grid - 1);
                }
                double probability = q.get(i, y);
                bound += probability * integral - probability * Math.log(probability);
                sum += probability;
            }
            assertEquals(1, sum, 1e-5);
            assertEquals(bound, estimate[i], 0.03, "row " + i);
        }
    }

    // --- the objective

    /** −Jᵅ/n by the definition, from bounds with the same noise. */
    @ParameterizedTest
    @CsvSource({"0.2, 0.1, 5, 3", "0.05, 0, 4, 2", "1, 0.1, 0, 4", "0, 0, 6, 0"})
    void theObjectiveIsItsDefinition(double share, double alpha, int free, int labelled) {
        M2Net net = net(7, 2, 3, Likelihood.BERNOULLI, 1);
        FMatrixRMaj x = data(free + labelled, 7, true, 2);
        int[] labels = new int[labelled];
        Arrays.setAll(labels, i -> (i + 1) % 3);
        Tape tape = Tape.withoutGradients();
        double value = new SemiSupervised(net, share, alpha, 0)
                .value(tape, x, labels, new SplittableRandom(3))
                .scalar();

        int pairs = 3 * free + labelled;
        int[] rows = new int[pairs];
        int[] classes = new int[pairs];
        for (int r = 0; r < pairs; r++) {
            rows[r] = r < 3 * free ? r / 3 : free + r - 3 * free;
            classes[r] = r < 3 * free ? r % 3 : labels[r - 3 * free];
        }
        tape.reset();
        float[] bounds = net.pairs(tape, tape.constant(x), rows, classes, false, new SplittableRandom(3))
                .value()
                .data;
        FMatrixRMaj q = model(net).classProbabilities(x);
        double expected = 0;
        for (int r = 0; r < pairs; r++) {
            double p = q.get(rows[r], classes[r]);
            if (r < 3 * free) {
                expected += (1 - share) / free * p * (bounds[r] - Math.log(p));
            } else {
                expected += share / labelled * bounds[r] + alpha / labelled * Math.log(p);
            }
        }
        assertEquals(expected, value, 1e-5 * Math.abs(expected));
    }

    @Test
    void theWeightOfALabelIsAlphaTimesRowsPerLabelledRow() {
        // J sums over 50,000 rows of which 100 are labelled; each of these weighs 0.1 · 50,000/100 = 50 there.
        M2Net net = net(7, 2, 3, Likelihood.BERNOULLI, 1);
        FMatrixRMaj x = data(6, 7, true, 2);
        int[] labels = {0, 2};
        double n = 50_000;
        double share = 100 / n;
        double with = new SemiSupervised(net, share, 0.1, 0)
                .value(Tape.withoutGradients(), x, labels, new SplittableRandom(3))
                .scalar();
        double without = new SemiSupervised(net, share, 0, 0)
                .value(Tape.withoutGradients(), x, labels, new SplittableRandom(3))
                .scalar();
        FMatrixRMaj q = model(net).classProbabilities(x);
        double logs = Math.log(q.get(4, 0)) + Math.log(q.get(5, 2));
        double perLabel = n * (with - without) / (100 * logs / 2);
        assertEquals(50, perLabel, 0.01);
    }

    @Test
    void theTermsAreSumsOverDimensionsInNats() {
        // A decoder of zeros gives log ½ a pixel, an encoder of zeros no divergence: −784 log 2 − log K, and log K of
        // entropy.
        M2Net.Shape shape = new M2Net.Shape(
                784,
                50,
                10,
                new int[] {3},
                NetworkFactory.mlp(Activation.SOFTPLUS, 3),
                Activation.SOFTPLUS,
                Likelihood.BERNOULLI);
        M2Net net = new M2Net(shape, new Moments(new double[784], new double[784]), new SplittableRandom(1));
        net.params().forEach(p -> p.value().zero());
        FMatrixRMaj x = data(5, 784, true, 1);
        double unlabelled = SemiSupervised.unlabelled(net)
                .value(Tape.withoutGradients(), x, NONE, new SplittableRandom(1))
                .scalar();
        assertEquals(-784 * Math.log(2), unlabelled, 1e-3);
        double labelled = new SemiSupervised(net, 1, 0, 0)
                .value(Tape.withoutGradients(), x, new int[] {0, 1, 2, 3, 4}, new SplittableRandom(1))
                .scalar();
        assertEquals(-784 * Math.log(2) - Math.log(10), labelled, 1e-3);
        // Fifty means of 2 in q(z | x, y): a divergence of 50 · ½ · 4 nats.
        FMatrixRMaj bias = net.rest.layers().get(0).bias().value();
        Arrays.fill(bias.data, 0, 50, 2);
        double divergence = unlabelled
                - SemiSupervised.unlabelled(net)
                        .value(Tape.withoutGradients(), x, NONE, new SplittableRandom(1))
                        .scalar();
        assertEquals(100, divergence, 1e-3);
    }

    @Test
    void gradientsAreCentralDifferences() {
        for (Likelihood likelihood :
                new Likelihood[] {Likelihood.BERNOULLI, Likelihood.GAUSSIAN, Likelihood.GAUSSIAN_SHARED}) {
            M2Net net = net(6, 2, 3, likelihood, 1);
            FMatrixRMaj x = data(6, 6, likelihood == Likelihood.BERNOULLI, 2);
            int[] labels = {2, 0};
            // Only labelled rows, only others, both; then without the classes of small probability.
            check(net, new SemiSupervised(net, 1, 0, 0), x, new int[] {2, 0, 1, 1, 2, 0});
            check(net, new SemiSupervised(net, 0, 0, 0), x, NONE);
            check(net, new SemiSupervised(net, 0.3, 0.7, 0), x, labels);
            check(net, new SemiSupervised(net, 0.3, 0.7, 0.25), x, labels);
        }
    }

    private static void check(M2Net net, SemiSupervised objective, FMatrixRMaj x, int[] labels) {
        Tape tape = new Tape().debug(true);
        for (Param p : net.params()) {
            p.clearGradient();
        }
        tape.backward(objective.value(tape, x, labels, new SplittableRandom(3)));
        // The objective, about −10 nats, is rounded to 1e-6: 3e-4 in the difference.
        StepChecks.assertGradients(
                net.params(),
                () -> objective
                        .value(tape.reset(), x, labels, new SplittableRandom(3))
                        .scalar(),
                3e-3f,
                3e-3,
                5e-4);
    }

    @Test
    void leavingClassesOutIsABoundOfTheOthers() {
        M2Net net = net(6, 2, 3, Likelihood.BERNOULLI, 1);
        FMatrixRMaj x = data(1, 6, true, 2);
        FMatrixRMaj q = model(net).classProbabilities(x);
        double least = Math.min(q.data[0], Math.min(q.data[1], q.data[2]));
        double value = new SemiSupervised(net, 0, 0, least * 1.001)
                .value(Tape.withoutGradients(), x, NONE, new SplittableRandom(4))
                .scalar();
        int[] classes = new int[2];
        int r = 0;
        for (int k = 0; k < 3; k++) {
            if (q.data[k] > least) {
                classes[r++] = k;
            }
        }
        Tape tape = Tape.withoutGradients();
        float[] bounds = net.pairs(tape, tape.constant(x), new int[2], classes, false, new SplittableRandom(4))
                .value()
                .data;
        double expected = 0;
        for (int k = 0; k < 2; k++) {
            double p = q.data[classes[k]] / (1 - least);
            expected += p * (bounds[k] - Math.log(p));
        }
        assertEquals(expected, value, 1e-5);
        // With nothing below the threshold nothing changes.
        double all = SemiSupervised.unlabelled(net)
                .value(Tape.withoutGradients(), x, NONE, new SplittableRandom(4))
                .scalar();
        double same = new SemiSupervised(net, 0, 0, least * 0.999)
                .value(Tape.withoutGradients(), x, NONE, new SplittableRandom(4))
                .scalar();
        assertEquals(all, same, 1e-6);
    }

    @Test
    void bothFormsOfTheDivergenceHaveOneMean() {
        M2Net net = net(6, 2, 3, Likelihood.BERNOULLI, 1);
        M2 model = model(net);
        FMatrixRMaj x = data(1, 6, true, 2);
        SplittableRandom rng = new SplittableRandom(8);
        int draws = 4000;
        double[] difference = new double[draws];
        for (int s = 0; s < draws; s++) {
            difference[s] = model.pairs(x, new int[] {1}, true, rng)[0] - model.pairs(x, new int[] {1}, false, rng)[0];
        }
        double mean = Arrays.stream(difference).average().orElseThrow();
        double variance =
                Arrays.stream(difference).map(d -> (d - mean) * (d - mean)).sum() / (draws - 1);
        // Fails for one seed in 16,000; the seed is fixed.
        assertTrue(Math.abs(mean) < 4 * Math.sqrt(variance / draws), mean + " ± " + Math.sqrt(variance / draws));
    }

    @Test
    void analogiesSwapTheClassAndKeepTheStyle() {
        M2 model = generativeModel();
        FMatrixRMaj x = data(3, 6, true, 2);
        int[] labels = {1, 0, 2};
        FMatrixRMaj swapped = model.analogies(x, labels);
        FMatrixRMaj z = model.encode(x, labels);
        for (int i = 0; i < 3; i++) {
            for (int y = 0; y < 3; y++) {
                float[] expected = model.decode(RowOps.part(z, i, i + 1), new int[] {y}).data;
                for (int j = 0; j < 6; j++) {
                    assertEquals(expected[j], swapped.get(3 * i + y, j), 1e-6);
                }
            }
        }
    }

    // --- learning

    private static Splits.PartlyLabelled digits() {
        return Splits.labelled(Digits.generate(600, 1).binarized(), 50, 2);
    }

    private static M2.Builder small() {
        return M2.builder()
                .latent(5)
                .hidden(40)
                .epochs(6)
                .batchSize(50)
                .learningRate(3e-3)
                .seed(4);
    }

    @Test
    void learnsClassesAndStylesOfDigits() {
        // The drawn digits differ more than written ones: they need a larger weight on the labels.
        Dataset train =
                Splits.labelled(Digits.generate(1000, 1).binarized(), 100, 2).all();
        M2 model = small().latent(5)
                .hidden(60)
                .alpha(50)
                .leastProbability(0.01)
                .epochs(30)
                .guesses(LabelPropagation.of(train, 5).labels(), 180)
                .fit(train);
        Dataset test = Digits.generate(300, 9).binarized();
        FMatrixRMaj x = test.floatMatrix();
        double error = ErrorRate.of(model.classify(x), test.labels()).value();
        assertTrue(error < 0.35, "error " + error);
        double sampled = ErrorRate.of(model.classify(x, 5, new SplittableRandom(1)), test.labels())
                .value();
        assertTrue(sampled < 0.4, "error " + sampled);
        double[] objective = model.history().column(model.history().names().get(0));
        assertTrue(objective[29] > objective[0] + 60, Arrays.toString(objective));
        // A class that was swapped is seen as such.
        FMatrixRMaj swapped = model.analogies(RowOps.part(x, 0, 20), Arrays.copyOf(test.labels(), 20));
        int[] wanted = new int[200];
        Arrays.setAll(wanted, r -> r % 10);
        assertEquals(784, swapped.numCols);
        double wrong = ErrorRate.of(model.classify(swapped), wanted).value();
        assertTrue(wrong < 0.45, "error " + wrong);
        assertTrue(model.summary().toString().contains("α: 50.0"));
        assertTrue(model.summary().toString().contains("100 of 1000"));
    }

    @Test
    void startsFromGuesses() {
        Dataset data = digits().all();
        int[] truth = Digits.generate(600, 1).labels();
        Splits.PartlyLabelled parts = Splits.labelled(Digits.generate(600, 1), 50, 2);
        assertEquals(600, parts.all().rows());
        // The classes in the order of the rows of the fit, the guesses of labelled rows are not looked at.
        int[] next = new int[600];
        int[] known = data.labels();
        FMatrixRMaj x = data.floatMatrix();
        FMatrixRMaj all = Digits.generate(600, 1).binarized().floatMatrix();
        for (int i = 0; i < 600; i++) {
            int row = row(all, x, i);
            next[i] = (truth[row] + 1) % 10;
            assertTrue(known[i] == Dataset.UNLABELLED || known[i] == truth[row]);
        }
        // 66 steps, all of them with guesses: the next class is what is learnt; with none they make no difference.
        M2 guessed = small().guesses(next, 66).fit(data);
        double error = ErrorRate.of(guessed.classify(x), next).value();
        assertTrue(error < 0.2, "error " + error);
        M2 without = small().epochs(2).fit(data);
        M2 never = small().epochs(2).guesses(next, 0).fit(data);
        never.parameters()
                .forEach((name, value) ->
                        assertArrayEquals(value.data, without.parameters().get(name).data));
        assertTrue(guessed.summary().toString().contains("steps from guesses: 66"));
    }

    /** Where a row of x stands in all. */
    private static int row(FMatrixRMaj all, FMatrixRMaj x, int i) {
        float[] wanted = RowOps.part(x, i, i + 1).data;
        for (int j = 0; j < all.numRows; j++) {
            if (Arrays.equals(wanted, RowOps.part(all, j, j + 1).data)) {
                return j;
            }
        }
        throw new AssertionError("row " + i);
    }

    @Test
    void aStepFromGuessesAscendsTheBoundOfTheirClasses() {
        // Every row has one, so that a step is one of the whole data: mean of −L(x, ŷ) + log q(ŷ | x).
        FMatrixRMaj x = data(6, 7, true, 2);
        int[] guesses = {0, 2, 1, 1, 0, 2};
        M2Net net = net(7, 2, 3, Likelihood.BERNOULLI, 1);
        int[] rows = {0, 1, 2, 3, 4, 5};
        Tape tape = Tape.withoutGradients();
        float[] bounds = net.pairs(tape, tape.constant(x), rows, guesses, false, new SplittableRandom(3))
                .value()
                .data;
        FMatrixRMaj q = model(net).classProbabilities(x);
        double expected = 0;
        for (int i = 0; i < 6; i++) {
            expected += (bounds[i] + Math.log(q.get(i, guesses[i]))) / 6;
        }
        double value = SemiSupervisedStep.fromGuesses(net)
                .value(tape.reset(), x, guesses, new SplittableRandom(3))
                .scalar();
        assertEquals(expected, value, 1e-5 * Math.abs(expected));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0.01, 0", "0, 30"})
    void goesOnFromACheckpointBitForBit(double least, long guessed, @TempDir Path directory) {
        Dataset data = digits().all();
        int[] guesses = new int[data.rows()];
        Arrays.setAll(guesses, i -> i % 10);
        M2 whole = small().leastProbability(least).guesses(guesses, guessed).fit(data);
        small().leastProbability(least)
                .guesses(guesses, guessed)
                .epochs(2)
                .checkpoint(directory)
                .fit(data);
        M2 rest = small().leastProbability(least)
                .guesses(guesses, guessed)
                .resume(directory)
                .fit(data);
        whole.parameters()
                .forEach((name, value) ->
                        assertArrayEquals(value.data, rest.parameters().get(name).data));
    }

    @Test
    void learnsFromLabelledRowsAlone() {
        Dataset data = Digits.generate(300, 1).binarized();
        M2 model = small().epochs(20).fit(data);
        assertTrue(
                ErrorRate.of(model.classify(data.floatMatrix()), data.labels()).value() < 0.1);
        assertTrue(model.summary().toString().contains("300 of 300"));
    }

    @Test
    void keepsTheBestByTheBoundOfValidationRows() {
        Dataset data = digits().all();
        M2 model = small().validation(Digits.generate(100, 5).binarized()).fit(data);
        assertTrue(model.history().names().contains("validation"));
        assertTrue(Arrays.stream(model.history().column("validation")).allMatch(v -> v < 0 && v > -784));
    }

    /** A network with noise in training and state beside its parameters. */
    @Test
    void anyNetworkMayBeTheClassifier() {
        Dataset data = Digits.generate(400, 1).binarized();
        NetworkFactory network = (name, in, out, rng) -> new Sequential(
                new Linear(name + ".in", in, 40, Activation.RELU, WeightInit.HE, rng),
                new BatchNorm(name + ".norm", 40),
                new Dropout(0.2),
                new Linear(name + ".out", 40, out, Activation.IDENTITY, WeightInit.GLOROT, rng));
        M2 model = M2.builder()
                .latent(3)
                .hidden(20)
                .classifier(network)
                .alpha(10)
                .epochs(20)
                .batchSize(50)
                .learningRate(3e-3)
                .seed(1)
                .fit(data);
        assertEquals("given", model.summary().settings().get("classifier"));
        Dataset test = Digits.generate(200, 2).binarized();
        FMatrixRMaj x = test.floatMatrix();
        assertTrue(ErrorRate.of(model.classify(x), test.labels()).value() < 0.25);
        // Without noise, and a row's class does not depend on the other rows.
        assertArrayEquals(model.classify(x), model.classify(x));
        FMatrixRMaj one = new FMatrixRMaj(1, 784);
        System.arraycopy(x.data, 784, one.data, 0, 784);
        assertArrayEquals(
                Arrays.copyOfRange(model.classProbabilities(x).data, 10, 20),
                model.classProbabilities(one).data,
                1e-5f);
    }

    @Test
    void aStepAllocatesAlmostNothing() {
        Dataset data = Digits.generate(300, 1).binarized();
        Splits.PartlyLabelled parts = Splits.labelled(data, 40, 1);
        M2Net.Shape shape = new M2Net.Shape(
                784,
                10,
                10,
                new int[] {30},
                NetworkFactory.mlp(Activation.SOFTPLUS, 30),
                Activation.SOFTPLUS,
                Likelihood.BERNOULLI);
        M2Net net = new M2Net(shape, Moments.of("test", data, Likelihood.BERNOULLI), new SplittableRandom(1));
        SemiSupervised objective = new SemiSupervised(net, 0.1, 0.1, 0);
        Adam adam = new Adam(net.params(), 1e-3);
        Tape tape = new Tape();
        FMatrixRMaj x = data.floatMatrix();
        int[] labels = new int[40];
        SplittableRandom rng = new SplittableRandom(1);
        long smallest = StepChecks.allocated(() -> adam.ascend(objective.value(tape.reset(), x, labels, rng)));
        assertTrue(smallest < 16 * 1024, smallest + " bytes a step; " + parts.labelled());
    }

    @Test
    void oneLabelIsThatOfAllRows() {
        M2 model = model(net(6, 2, 3, Likelihood.BERNOULLI, 1));
        FMatrixRMaj x = data(4, 6, true, 1);
        FMatrixRMaj z = model.encode(x, new int[] {2, 2, 2, 2});
        assertArrayEquals(z.data, model.encode(x, 2).data);
        assertTrue(!Arrays.equals(z.data, model.encode(x, 1).data));
        FMatrixRMaj means = model.decode(z, new int[] {1, 1, 1, 1});
        assertArrayEquals(means.data, model.decode(z, 1).data);
        assertTrue(!Arrays.equals(means.data, model.decode(z, 0).data));
        assertArrayEquals(
                model.labelledBound(x, new int[] {1, 1, 1, 1}, 2, new SplittableRandom(3)),
                model.labelledBound(x, new int[] {1}, 2, new SplittableRandom(3)));
        fails("M2.encode: 2 labels for 4 rows", () -> model.encode(x, 0, 1));
        fails("label 3 of row 0", () -> model.decode(z, 3));
    }

    // --- contracts and input

    @Override
    public M2 generativeModel() {
        return model(net(6, 2, 3, Likelihood.BERNOULLI, 1));
    }

    @Test
    void badInputIsNamed() {
        M2 model = model(net(6, 2, 3, Likelihood.BERNOULLI, 1));
        FMatrixRMaj x = data(2, 6, true, 1);
        SplittableRandom rng = new SplittableRandom(1);
        fails("M2.classProbabilities: x has 5 columns", () -> model.classify(data(2, 5, true, 1)));
        FMatrixRMaj nan = x.copy();
        nan.set(1, 2, Float.NaN);
        fails("NaN in row 1, column 2", () -> model.unlabelledBound(nan, 1, rng));
        fails("M2.labelledBound: 3 labels for 2 rows", () -> model.labelledBound(x, new int[3], 1, rng));
        fails("label 3 of row 1, expected 0 to 2", () -> model.encode(x, new int[] {0, 3}));
        fails("M2.logJoint: draws is 0", () -> model.logJoint(x, 0, rng));
        fails("M2.decode: z has 6 columns", () -> model.decode(x, new int[2]));
        fails("label -1 of row 0", () -> model.sample(new int[] {-1}, rng));
        fails("M2: latent not set", () -> M2.builder().hidden(3).fit(digits().all()));
        fails("M2: hidden not set", () -> M2.builder().latent(3).fit(digits().all()));
        fails("hidden has no layer", () -> M2.builder().hidden());
        fails("alpha is NaN", () -> M2.builder().alpha(Double.NaN));
        fails("leastProbability is 0.5", () -> M2.builder().leastProbability(0.5));
        fails("expected less than 1/10", () -> small().leastProbability(0.2).fit(digits().all()));
        fails("guesses for -1 steps", () -> small().guesses(new int[3], -1));
        fails("the guess of row 1 is -1", () -> small().guesses(new int[] {0, -1}, 3));
        fails("3 guesses for 600 rows", () -> small().guesses(new int[3], 3).fit(digits().all()));
        int[] tens = new int[600];
        Arrays.fill(tens, 10);
        fails("is 10, expected 0 to 9", () -> small().guesses(tens, 3).fit(digits().all()));
        fails("none of the 550 rows has a label", () -> small().fit(digits().unlabelled()));
        fails("10 classes, set are 3", () -> small().classes(3).fit(digits().all()));
        fails("a Bernoulli likelihood expects", () -> {
            FMatrixRMaj two = data(2, 6, true, 1);
            two.fill(2);
            model.classify(two);
        });
    }

    private static void fails(String message, Executable call) {
        String found = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(found.contains(message), found);
    }
}
