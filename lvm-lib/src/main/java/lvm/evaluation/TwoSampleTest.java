package lvm.evaluation;

import java.util.Arrays;
import java.util.Locale;
import java.util.random.RandomGenerator;
import lvm.data.Dataset;
import lvm.distribution.Normal;
import lvm.linalg.RowOps;
import lvm.model.Classifier;
import lvm.model.Require;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;

/**
 * Whether rows and draws are of one distribution, asked of a classifier: it learns to tell them from half of both together, and is
 * tested on the other half. If they are of one distribution its accuracy is, for many rows, normal with mean ½ and variance 1/(4 n) for n
 * test rows, whatever the classifier. D. Lopez-Paz and M. Oquab (2017). A low p-value says that they differ; a high one only that
 * this classifier did not see it.
 *
 * @param accuracy the share of test rows that were told rightly
 * @param rows n, the number of test rows
 */
public record TwoSampleTest(double accuracy, int rows) {
    private static final String WHERE = "TwoSampleTest.of";

    /**
     * Runs the test.
     *
     * @param rows n×D rows of the data; not modified
     * @param draws n×D draws, as many; not modified
     * @param trainer learns a classifier of rows (class 0) and draws (class 1)
     * @param rng splits both into halves; advanced
     * @return the accuracy on the other half
     * @throws IllegalArgumentException if there are fewer than ten of each, their numbers or columns differ, or a number is not finite
     */
    public static TwoSampleTest of(
            FMatrixRMaj rows, FMatrixRMaj draws, Classifier.Trainer trainer, RandomGenerator rng) {
        Require.atLeastRows(WHERE, "rows", rows, 10);
        Require.finiteRows(WHERE, "rows", rows, rows.numCols);
        Require.finiteRows(WHERE, "draws", draws, rows.numCols);
        int n = rows.numRows;
        if (draws.numRows != n) {
            throw new IllegalArgumentException(WHERE + ": " + n + " rows and " + draws.numRows
                    + " draws, expected as many: else guessing is not right half of the time");
        }
        FMatrixRMaj all = new FMatrixRMaj(2 * n, rows.numCols);
        int[] labels = new int[2 * n];
        for (int i = 0; i < n; i++) {
            RowOps.copyRow(rows, i, all, i);
            RowOps.copyRow(draws, i, all, n + i);
            labels[n + i] = 1;
        }
        Dataset both = Dataset.of(all).withLabels(labels);
        int[] order = Fill.permutation(2 * n, rng);
        int[] first = Arrays.copyOf(order, n);
        int[] second = Arrays.copyOfRange(order, n, 2 * n);
        Classifier classifier = trainer.fit(both.subset(first));
        ErrorRate errors = ErrorRate.of(classifier, both.subset(second));
        return new TwoSampleTest(1 - errors.value(), n);
    }

    /** {@return the standard deviation of the accuracy if rows and draws are of one distribution, √(1/(4 n))} */
    public double nullDeviation() {
        return Math.sqrt(1.0 / (4L * rows));
    }

    /** {@return the probability of an accuracy as high or higher if rows and draws are of one distribution} */
    public double pValue() {
        return Normal.cdf(-(accuracy - 0.5) / nullDeviation());
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "accuracy %.3f on %d rows, 0.5 ± %.3f if they are of one distribution, p = %.3g",
                accuracy,
                rows,
                nullDeviation(),
                pValue());
    }
}
