package lvm.representation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import lvm.autodiff.Activation;
import lvm.classify.NearestNeighbours;
import lvm.classify.NeuralClassifier;
import lvm.data.Dataset;
import lvm.data.Digits;
import lvm.data.Omniglot;
import lvm.data.Splits;
import lvm.evaluation.ErrorRate;
import lvm.factor.Pca;
import lvm.nn.Linear;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/** Nearest neighbours among single examples, and the known number of the baseline. */
class OneShotTest {

    @Test
    void nearest() {
        Dataset digits = Digits.generate(300, 2);
        List<Splits.Episode> tasks = List.of(Splits.episode(digits, 8, 1, 5, 1), Splits.episode(digits, 4, 2, 3, 2));
        long errors = 0;
        for (Splits.Episode task : tasks) {
            int[] found = NearestNeighbours.of(task.known(), 1).classify(task.test());
            assertArrayEquals(found, OneShot.classify(task, OneShot.rows()));
            errors += ErrorRate.of(found, task.test().labels()).errors();
        }
        assertEquals(new ErrorRate(errors, 52), OneShot.errors(tasks, OneShot.rows()));
        // all principal components are a turn of the rows
        Dataset few = digits.slice(0, 30);
        Splits.Episode task = Splits.episode(few, 4, 1, 1, 3);
        Pca pca = Pca.builder().components(29).fit(few);
        assertArrayEquals(OneShot.classify(task, OneShot.rows()), OneShot.classify(task, OneShot.euclidean(pca)));
    }

    @Test
    void cosines() {
        Dataset known = Dataset.of(new double[][] {{1, 0}, {0, 1}}).withLabels(0, 1);
        Dataset test =
                Dataset.of(new double[][] {{3, 2.9}, {0.1, 0.2}, {-1, 5}}).withLabels(0, 1, 1);
        Splits.Episode task = new Splits.Episode(known, test);
        EncoderNetwork same = EncoderNetwork.of(List.of(new Linear(
                "same", new FMatrixRMaj(2, 2, true, 1, 0, 0, 1), new FMatrixRMaj(1, 2), Activation.IDENTITY)));
        assertArrayEquals(new int[] {0, 1, 1}, OneShot.classify(task, OneShot.cosine(same)));
        double[][] far = OneShot.cosine(same).between(test, known);
        assertEquals(1 - 3 / Math.hypot(3, 2.9), far[0][0], 1e-6);
        assertEquals(1 + 1 / Math.hypot(1, 5), far[2][0], 1e-6);
        double[][] squares = OneShot.euclidean(same).between(test, known);
        assertEquals(4 + 2.9 * 2.9, squares[0][0], 1e-5);
    }

    /** log p of two classes with their mean at 0 is ±half the difference of the logits: the angle is 0 or π. */
    @Test
    void logits() {
        Dataset data = Dataset.of(new double[][] {{-2}, {-1}, {1}, {3}}).withLabels(0, 0, 1, 1);
        NeuralClassifier net =
                NeuralClassifier.builder().hidden().epochs(50).learningRate(.1).fit(data);
        double[][] far = OneShot.logits(net).between(data, data);
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 4; j++) {
                assertEquals(i < 2 == j < 2 ? 0 : 2, far[i][j], 1e-6);
            }
        }
    }

    /** {(0,0), (0,2)} and {(0,0), (3,1)}, whose means are taken away: ±(0,1) and ±(1.5,0.5). */
    @Test
    void hausdorffByHand() {
        double[] a = new double[16];
        a[0] = 1;
        a[2] = 1;
        double[] b = new double[16];
        b[4 + 0] = 0.5; // a row lower, which the mean takes away
        b[0] = 0.4;
        b[0 + 4 * 4 - 3] = 0;
        b[4 * 3 + 1] = 0.9;
        Dataset first = Dataset.of(new double[][] {a}).asImages(4, 4).withLabels(0);
        Dataset other =
                Dataset.of(new double[][] {b, new double[16]}).asImages(4, 4).withLabels(0, 1);
        double[][] far = OneShot.modifiedHausdorff().between(first, other);
        // places of b: (1,0) and (3,1), so ±(1, 0.5); the nearest of ±(0,1) is √(1 + ¼) away each
        assertEquals(Math.sqrt(1.25), far[0][0], 1e-12);
        assertEquals(Double.POSITIVE_INFINITY, far[0][1]);
        assertThrows(
                IllegalArgumentException.class,
                () -> OneShot.modifiedHausdorff().between(Dataset.of(new double[][] {a}), first));
    }

    /** Asymmetric sets: one point more on one side alone. */
    @Test
    void hausdorffIsTheLargerOfTwoMeans() {
        double[] a = new double[81];
        double[] b = new double[81];
        for (int x : new int[] {0, 8}) {
            a[x] = 1;
            b[x] = 1;
        }
        b[4] = 1; // the means stay at 4
        Dataset first = Dataset.of(new double[][] {a}).asImages(9, 9);
        Dataset other = Dataset.of(new double[][] {b}).asImages(9, 9);
        assertEquals(4.0 / 3, OneShot.modifiedHausdorff().between(first, other)[0][0], 1e-12);
        assertEquals(4.0 / 3, OneShot.modifiedHausdorff().between(other, first)[0][0], 1e-12);
    }

    /** 38.8 % on average over the 20 runs is what the authors' own program is published to give: 155 of 400. */
    @Test
    void theBaselineOfOmniglot() {
        assumeTrue(System.getenv(Omniglot.VARIABLE) != null, Omniglot.VARIABLE + " names no directory");
        ErrorRate error = OneShot.errors(Omniglot.load().runs(), OneShot.modifiedHausdorff());
        assertEquals(new ErrorRate(155, 400), error);
    }
}
