package lvm.evaluation;

import org.ejml.data.FMatrixRMaj;

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
     * Compares the classes of the largest scores with labels.
     *
     * @param scores n×K scores, logits or probabilities, the higher the likelier; not modified
     * @param labels n classes
     * @return the errors among the n rows; of equal scores the first counts
     * @throws IllegalArgumentException if the numbers of rows differ, there is no row or no class, or a score is NaN
     */
    public static ErrorRate of(FMatrixRMaj scores, int[] labels) {
        if (scores.numCols == 0) {
            throw new IllegalArgumentException("ErrorRate.of: the scores have no columns");
        }
        int[] predicted = new int[scores.numRows];
        for (int i = 0; i < predicted.length; i++) {
            for (int j = 0; j < scores.numCols; j++) {
                float score = scores.get(i, j);
                if (Float.isNaN(score)) {
                    throw new IllegalArgumentException(
                            "ErrorRate.of: the score in row " + i + ", column " + j + " is NaN");
                }
                predicted[i] = score > scores.get(i, predicted[i]) ? j : predicted[i];
            }
        }
        return of(predicted, labels);
    }

    /**
     * The rate.
     *
     * @return errors / rows
     */
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
        Interval.requireLevel("ErrorRate.interval", level);
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
