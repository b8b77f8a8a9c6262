package lvm.evaluation;

import java.util.Arrays;
import java.util.stream.IntStream;
import lvm.data.Dataset;
import lvm.distribution.Normal;
import lvm.linalg.RowOps;
import lvm.model.Classifier;
import lvm.model.Require;
import org.ejml.data.Matrix;

/**
 * The share of rows that were classified wrongly.
 *
 * @param errors the rows that were wrong
 * @param rows the rows that were looked at, at least 1
 */
public record ErrorRate(long errors, long rows) {

    /**
     * Checks the counts.
     *
     * @param errors the rows that were wrong
     * @param rows all rows
     * @throws IllegalArgumentException if there is no row, or errors is negative or larger than rows
     */
    public ErrorRate {
        if (rows < 1 || errors < 0 || errors > rows) {
            throw new IllegalArgumentException("ErrorRate: " + errors + " errors in " + rows + " rows");
        }
    }

    /**
     * Compares predictions with labels.
     *
     * @param predicted n classes
     * @param labels n classes
     * @return the errors among the n rows
     * @throws IllegalArgumentException if the lengths differ or there is no row
     */
    public static ErrorRate of(int[] predicted, int[] labels) {
        if (predicted.length != labels.length) {
            throw new IllegalArgumentException(
                    "ErrorRate.of: " + predicted.length + " predictions for " + labels.length + " labels");
        }
        long errors = 0;
        for (int i = 0; i < labels.length; i++) {
            errors += predicted[i] == labels[i] ? 0 : 1;
        }
        return new ErrorRate(errors, labels.length);
    }

    /**
     * Classifies the rows of a data set and compares with their labels, which are told by their names: data of which some classes
     * are missing have others of the same number.
     *
     * @param classifier the classifier
     * @param data n rows with the columns of the classifier; those without a label are left out
     * @return the errors among the rows with a label
     * @throws IllegalArgumentException if no row has a label, one has a label that the classifier does not know (the message
     *     names it), or the classifier does not take the rows
     */
    public static ErrorRate of(Classifier classifier, Dataset data) {
        int[] labels =
                data.matchingClasses(classifier.classNames(), "ErrorRate.of").labels();
        int[] found = classifier.classify(data);
        int[] known = IntStream.range(0, labels.length)
                .filter(i -> labels[i] != Dataset.UNLABELLED)
                .toArray();
        if (known.length == 0) {
            throw new IllegalArgumentException("ErrorRate.of: none of the " + labels.length + " rows has a label");
        }
        return of(
                Arrays.stream(known).map(i -> found[i]).toArray(),
                Arrays.stream(known).map(i -> labels[i]).toArray());
    }

    /**
     * Compares the classes of the largest scores with labels.
     *
     * @param scores n×K scores, logits or probabilities in either precision, the higher the likelier; not modified
     * @param labels n classes
     * @return the errors among the n rows; of equal scores the first counts
     * @throws IllegalArgumentException if the numbers of rows differ, there is no row or no class, or a score is NaN
     */
    public static ErrorRate of(Matrix scores, int[] labels) {
        Require.atLeast("ErrorRate.of", "the number of columns of scores", 1, scores.getNumCols());
        Require.numbers("ErrorRate.of", "scores", scores);
        return of(RowOps.largest(scores), labels);
    }

    /** {@return the rate, errors / rows} */
    public double value() {
        return (double) errors / rows;
    }

    /**
     * The score interval for the true rate (E. B. Wilson 1927): the rates p whose test, |rate − p| ≤ z √(p (1 − p) / n),
     * does not refuse what was seen. It also holds where no error or only errors were seen.
     *
     * @param level the confidence, between 0 and 1, such as 0.95
     * @return the interval, within [0,1]
     * @throws IllegalArgumentException if the level is not between 0 and 1
     */
    public Interval interval(double level) {
        Require.within01("ErrorRate.interval", "level", level);
        double z = Normal.quantile((1 + level) / 2);
        double n = rows;
        double p = value();
        double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
        double half = z * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n);
        // At the ends the formula is exact but for rounding.
        return new Interval(
                errors == 0 ? 0 : Math.max(0, centre - half), errors == rows ? 1 : Math.min(1, centre + half), level);
    }
}
