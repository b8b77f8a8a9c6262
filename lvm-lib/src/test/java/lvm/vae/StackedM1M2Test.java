package lvm.vae;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import lvm.classify.LabelPropagation;
import lvm.classify.NearestNeighbours;
import lvm.data.Dataset;
import lvm.data.Digits;
import lvm.data.Splits;
import lvm.evaluation.ErrorRate;
import lvm.linalg.RowOps;
import lvm.model.GenerativeModelContract;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** M1 and M1+M2 on small images: the stack's bound against sums, what each learns. */
class StackedM1M2Test implements GenerativeModelContract<FMatrixRMaj> {
    private static Splits.PartlyLabelled digits;
    private static Vae features;
    private static StackedM1M2 stacked;

    @BeforeAll
    static void fit() {
        digits = Splits.labelled(Digits.generate(1500, 1), 150, 2);
        features = Vae.builder()
                .latent(10)
                .hidden(80)
                .epochs(20)
                .batchSize(50)
                .learningRate(2e-3)
                .fit(digits.all());
        FMatrixRMaj z = features.encode(digits.all().floatMatrix());
        int[] guesses = LabelPropagation.of(
                        Dataset.of(z).withLabels(digits.all().labels()), 5)
                .labels();
        stacked = builder().epochs(25).guesses(guesses, 270).fit(digits.all());
    }

    private static StackedM1M2.Builder builder() {
        return StackedM1M2.builder()
                .features(features)
                .latent(5)
                .hidden(60)
                .alpha(5)
                .leastProbability(0.01)
                .batchSize(50)
                .learningRate(2e-3)
                .epochs(4)
                .seed(3);
    }

    @Override
    public StackedM1M2 generativeModel() {
        return stacked;
    }

    @Test
    void classifiesAndFeaturesAlone() {
        Dataset test = Digits.generate(400, 9);
        FMatrixRMaj x = test.floatMatrix();
        double error = ErrorRate.of(stacked.classify(x), test.labels()).value();
        M1 m1 = M1.of(features, data -> NearestNeighbours.of(data, 3), digits.all());
        double neighbours = ErrorRate.of(m1.classify(x), test.labels()).value();
        assertTrue(error < 0.45, "M1+M2 " + error + ", M1 with neighbours " + neighbours);
        assertTrue(neighbours < 0.6, "M1 with neighbours " + neighbours);
        assertTrue(stacked.summary().toString().contains("150 of 1500"));
    }

    @Test
    void everyMinibatchDrawsItsFeaturesAnew() {
        Dataset data = Digits.generate(40, 3);
        Vae.Posterior q = features.posterior(data.floatMatrix());
        FMatrixRMaj moments = new FMatrixRMaj(40, 20);
        for (int i = 0; i < 40; i++) {
            for (int j = 0; j < 10; j++) {
                moments.set(i, j, q.mean().get(i, j));
                moments.set(i, 10 + j, (float) Math.sqrt(q.variance().get(i, j)));
            }
        }
        SplittableRandom rng = new SplittableRandom(1);
        int draws = 2000;
        double[] sum = new double[400];
        double[] squares = new double[400];
        FMatrixRMaj z = new FMatrixRMaj(40, 10);
        for (int s = 0; s < draws; s++) {
            StackedM1M2.draw(moments, z, 0, rng);
            for (int k = 0; k < 400; k++) {
                sum[k] += z.data[k];
                squares[k] += (double) z.data[k] * z.data[k];
            }
        }
        for (int k = 0; k < 400; k++) {
            double mean = sum[k] / draws;
            double variance = squares[k] / draws - mean * mean;
            double sigma = Math.sqrt(q.variance().data[k]);
            // Five standard errors: the seed is fixed, another one fails in one of 4,000 runs.
            assertEquals(q.mean().data[k], mean, 5 * sigma / Math.sqrt(draws));
            assertEquals(sigma * sigma, variance, 5 * sigma * sigma * Math.sqrt(2.0 / draws));
        }
    }

    @Test
    void theBoundIsBelowTheImportanceSampledLikelihood() {
        FMatrixRMaj x = Digits.generate(15, 5).floatMatrix();
        SplittableRandom rng = new SplittableRandom(1);
        double[] bound = stacked.unlabelledBound(x, 100, rng);
        DMatrixRMaj joint = stacked.logJoint(x, 300, rng);
        int[] sampled = stacked.classify(x, 300, new SplittableRandom(2));
        for (int i = 0; i < 15; i++) {
            double most = Double.NEGATIVE_INFINITY;
            for (int k = 0; k < 10; k++) {
                most = Math.max(most, joint.get(i, k));
            }
            double sum = 0;
            for (int k = 0; k < 10; k++) {
                sum += Math.exp(joint.get(i, k) - most);
            }
            double likelihood = most + Math.log(sum);
            assertTrue(bound[i] < likelihood + 1, bound[i] + " and " + likelihood + " in row " + i);
            assertTrue(bound[i] > likelihood - 60, bound[i] + " and " + likelihood + " in row " + i);
            assertTrue(joint.get(i, sampled[i]) > most - 8, "row " + i);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theStackedBoundIsTheSumOfItsLevels(boolean partly) {
        // E_q(z₁|x)[log p(x|z₁) − log q(z₁|x)] of the autoencoder is its bound without log p(z₁); −U(z₁) takes its
        // place, for the features that M2 sees.
        StackedM1M2 model = partly ? partly() : stacked;
        int[] kept = model.kept();
        FMatrixRMaj x = Digits.generate(2, 5).floatMatrix();
        double[] bound = model.unlabelledBound(x, 3000, new SplittableRandom(1));
        double[] vae = features.elbo(x, 3000, BoundForm.SAMPLED, new SplittableRandom(2));
        SplittableRandom rng = new SplittableRandom(3);
        double[] difference = new double[2];
        int draws = 3000;
        for (int s = 0; s < draws; s++) {
            FMatrixRMaj z = features.encode(x, rng);
            FMatrixRMaj seen = new FMatrixRMaj(2, kept.length);
            for (int i = 0; i < 2; i++) {
                for (int j = 0; j < kept.length; j++) {
                    seen.set(i, j, z.get(i, kept[j]));
                }
            }
            double[] above = model.top().unlabelledBound(seen, 1, rng);
            for (int i = 0; i < 2; i++) {
                double prior = -0.5 * kept.length * Math.log(2 * Math.PI);
                for (int j : kept) {
                    prior -= 0.5 * z.get(i, j) * z.get(i, j);
                }
                difference[i] += (above[i] - prior) / draws;
            }
        }
        for (int i = 0; i < 2; i++) {
            // Some nats of deviation in a draw: 0.5 are more than five standard errors.
            assertEquals(vae[i] + difference[i], bound[i], 0.5, "row " + i);
        }
    }

    /** Without the half of the features of which the means differ least. */
    private static StackedM1M2 partly() {
        double[] deviations = deviations();
        double[] sorted = deviations.clone();
        Arrays.sort(sorted);
        return builder().epochs(1).leastDeviation((sorted[4] + sorted[5]) / 2).fit(digits.all());
    }

    private static double[] deviations() {
        FMatrixRMaj means = features.encode(digits.all().floatMatrix());
        double[] deviations = new double[10];
        for (int j = 0; j < 10; j++) {
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < means.numRows; i++) {
                sum += means.get(i, j);
                squares += (double) means.get(i, j) * means.get(i, j);
            }
            deviations[j] = Math.sqrt(squares / means.numRows - Math.pow(sum / means.numRows, 2));
        }
        return deviations;
    }

    @Test
    void featuresThatDoNotDifferAreLeftOut() {
        StackedM1M2 model = partly();
        double[] deviations = deviations();
        int[] kept = model.kept();
        assertEquals(5, kept.length);
        assertEquals(5, model.top().dim());
        for (int j = 0; j < 10; j++) {
            int column = j;
            boolean in = Arrays.stream(kept).anyMatch(c -> c == column);
            for (int c : kept) {
                assertTrue(in || deviations[j] < deviations[c], "columns " + j + " and " + c);
            }
        }
        // The others are at the mean of their prior where nothing is drawn.
        FMatrixRMaj z = model.encode(Digits.generate(2, 5).floatMatrix(), new int[] {3, 4});
        FMatrixRMaj means = model.top().decode(z, new int[] {3, 4});
        FMatrixRMaj whole = new FMatrixRMaj(2, 10);
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 5; j++) {
                whole.set(i, kept[j], means.get(i, j));
            }
        }
        assertArrayEquals(features.decode(whole).data, model.decode(z, new int[] {3, 4}).data, 1e-6f);
        assertTrue(model.summary().toString().contains("features kept: 5 of 10"));
        assertEquals(10, stacked.kept().length);
        assertFalse(stacked.summary().toString().contains("features kept"));
    }

    @Test
    void generatesByClassAndSwapsClasses() {
        int[] labels = {3, 1, 4};
        FMatrixRMaj x = Digits.generate(3, 8).floatMatrix();
        FMatrixRMaj swapped = stacked.analogies(x, labels);
        FMatrixRMaj z = stacked.encode(x, labels);
        for (int i = 0; i < 3; i++) {
            for (int k = 0; k < 10; k++) {
                float[] expected = stacked.decode(RowOps.part(z, i, i + 1), new int[] {k}).data;
                assertArrayEquals(
                        expected, Arrays.copyOfRange(swapped.data, (10 * i + k) * 784, (10 * i + k + 1) * 784), 1e-5f);
            }
        }
        FMatrixRMaj drawn = stacked.sample(labels, new SplittableRandom(1));
        assertEquals(3, drawn.numRows);
        for (float v : drawn.data) {
            assertTrue(v == 0 || v == 1);
        }
    }

    @Test
    void goesOnFromACheckpointBitForBit(@TempDir Path directory) {
        StackedM1M2 whole = builder().fit(digits.all());
        builder().epochs(2).checkpoint(directory).fit(digits.all());
        StackedM1M2 rest = builder().resume(directory).fit(digits.all());
        whole.top()
                .parameters()
                .forEach((name, value) ->
                        assertArrayEquals(value.data, rest.top().parameters().get(name).data));
    }

    @Test
    void badInputIsNamed() {
        fails("features not set", () -> StackedM1M2.builder().fit(digits.all()));
        fails("binarised anew", () -> builder().fit(digits.all().binarizedAnew()));
        fails(
                "the data have 2 columns, the features are of 784",
                () -> builder().fit(Dataset.of(new FMatrixRMaj(3, 2)).withLabels(0, 1, 0)));
        fails("leastDeviation is NaN", () -> builder().leastDeviation(Double.NaN));
        fails("no feature's mean", () -> builder().leastDeviation(100).fit(digits.all()));
        fails("draws is 0", () -> stacked.logJoint(new FMatrixRMaj(1, 784), 0, new SplittableRandom(1)));
        fails("label 10", () -> stacked.decode(new FMatrixRMaj(1, 5), new int[] {10}));
    }

    private static void fails(String message, Executable call) {
        String found = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(found.contains(message), found);
    }
}
