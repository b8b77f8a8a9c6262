package lvm.fit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import lvm.classify.LabelPropagation;
import lvm.classify.NearestNeighbours;
import lvm.classify.SupportVectorMachine;
import lvm.classify.TransductiveSvm;
import lvm.data.Dataset;
import lvm.flow.NormalizingFlow;
import lvm.flow.RealNvp;
import lvm.model.Classifier;
import lvm.model.FittedModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Columns far from 0, of which floats lose what varies: models in floats count them from their means, in doubles. */
class ScalingTest {

    /** Numbers of mean 0 and deviation 1, exactly, in two columns that hang together, moved. */
    private static double[][] pairs(double shift, double scale) {
        SplittableRandom rng = new SplittableRandom(4);
        double[][] x = new double[400][];
        for (int i = 0; i < x.length; i++) {
            double a = rng.nextGaussian();
            x[i] = new double[] {shift + scale * a, 0.6 * a + 0.8 * rng.nextGaussian()};
        }
        return x;
    }

    private static NormalizingFlow flow(Dataset data) {
        return NormalizingFlow.builder()
                .architecture(RealNvp.layers(2, 8))
                .epochs(20)
                .learningRate(5e-3)
                .fit(data);
    }

    @Test
    void aFlowOfTimesIsThatOfTheSameNumbersAroundZero() {
        Dataset near = Dataset.of(pairs(0, 1));
        Dataset far = Dataset.of(pairs(1.6e9, 1));
        NormalizingFlow truth = flow(near);
        NormalizingFlow flow = flow(far);
        double expected = truth.logLikelihood(near) / 400;
        assertEquals(expected, flow.logLikelihood(far) / 400, 0.01);
        assertEquals(expected, Arrays.stream(flow.logDensity(far)).average().orElseThrow(), 0.01);
        // The entropy of two standard normal numbers of correlation 0.6 is 2.84 − 0.22 nats.
        assertEquals(-(1 + Math.log(2 * Math.PI) + 0.5 * Math.log(1 - 0.36)), expected, 0.12);
        String note = flow.summary().results().get("precision");
        assertTrue(note.startsWith("column 0 is 1.60000e+09 ± "), note);
        assertTrue(note.contains("where floats are 128 apart: learnt in double precision"), note);
        assertFalse(truth.summary().results().containsKey("precision"));
        // Saved, it is the same.
        assertEquals(flow.encode(far).get(3, 0), flow.encode(far.slice(3, 4)).get(0, 0));
    }

    /** What is lost without it is said on the card. */
    @Test
    void whatIsLostIsSaid() {
        NormalizingFlow flow = NormalizingFlow.builder()
                .architecture(RealNvp.layers(2, 8))
                .standardize(false)
                .epochs(0)
                .fit(Dataset.of(pairs(1e8, 1)).withColumns("time", "x"));
        String note = flow.summary().results().get("precision");
        assertTrue(note.startsWith("column \"time\" is 1.00000e+08 ± "), note);
        assertTrue(note.endsWith("what varies is lost; subtract its mean, or leave standardize on"), note);
    }

    static Stream<Classifier.Trainer> distances() {
        return Stream.of(
                data -> NearestNeighbours.of(data, 1),
                data -> LabelPropagation.of(data, 1),
                data -> SupportVectorMachine.builder().gamma(2).fit(data),
                data -> TransductiveSvm.builder()
                        .kernel(2, 100)
                        .epochs(200)
                        .learningRate(0.05)
                        .fit(data));
    }

    /** Pairs of neighbours at 1e8 + {0, 1, 2, 3}, of which floats have 0 only. */
    @ParameterizedTest
    @MethodSource("distances")
    void distancesBetweenRowsFarFromZeroAreTold(Classifier.Trainer trainer) {
        double[][] x = new double[40][];
        int[] labels = new int[40];
        for (int i = 0; i < x.length; i++) {
            x[i] = new double[] {1e8 + i % 4 + 0.01 * (i / 4), -3e9 + 0.25 * (i % 4)};
            labels[i] = i % 4 / 2;
        }
        Dataset data = Dataset.of(x).withLabels(labels);
        Classifier classifier = trainer.fit(data);
        assertArrayEquals(labels, classifier.classify(data));
        assertTrue(((FittedModel) classifier).summary().results().containsKey("precision"));
    }

    /** What lies near 0 already is not touched. */
    @Test
    void numbersNearZeroStay() {
        Dataset data = Dataset.of(pairs(3, 1));
        assertTrue(Scaling.near(data).isNone());
        assertTrue(Scaling.nearTogether(data, true).isNone());
        assertTrue(
                Scaling.near(Dataset.ofBytes(new byte[] {1, 2, 3, -1}, 2, 255)).isNone());
        assertFalse(Scaling.near(Dataset.of(pairs(30, 1))).isNone());
        assertFalse(Scaling.near(Dataset.of(pairs(0, 1e-30))).isNone());
    }

    @Test
    void meansAndDeviations() {
        double[][] x = {{1, 7, 1e-200}, {2, 7, 3e-200}, {4, 7, 5e-200}, {5, 7, 7e-200}};
        double[][] moments = Scaling.moments(Dataset.of(x));
        assertArrayEquals(new double[] {3, 7, 4e-200}, moments[0], 1e-15);
        assertEquals(Math.sqrt(2.5), moments[1][0], 1e-15);
        assertEquals(0, moments[1][1]);
        assertEquals(Math.sqrt(5), moments[1][2] / 1e-200, 1e-14);
        Scaling columns = Scaling.of(Dataset.of(x), Scaling.Kind.COLUMNS);
        assertEquals(1, columns.scale(1));
        assertEquals(7, columns.shift(1));
        assertEquals(Math.log(Math.sqrt(2.5)) + Math.log(Math.sqrt(5) * 1e-200), columns.logScale(), 1e-12);
        Dataset image = Dataset.of(new double[][] {{1, 3}, {2, 6}});
        Scaling together = Scaling.of(image, Scaling.Kind.TOGETHER);
        assertEquals(3, together.shift(1));
        assertEquals(Math.sqrt((4 + 0 + 1 + 9) / 4.0), together.scale(0), 1e-15);
        Scaling one = Scaling.of(image, Scaling.Kind.ONE_SCALE);
        assertEquals(1.5, one.shift(0));
        assertEquals(4.5, one.shift(1));
        assertEquals(Math.sqrt((0.25 + 2.25) / 2), one.scale(1), 1e-15);
        assertArrayEquals(image.floatMatrix().data, one.back(one.of(image.floatMatrix())).data, 1e-6f);
        assertTrue(Scaling.ofMeasurements(image, Scaling.Kind.COLUMNS).scale(0) != 1);
    }
}
