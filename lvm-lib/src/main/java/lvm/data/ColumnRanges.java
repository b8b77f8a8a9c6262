package lvm.data;

import java.io.Serializable;
import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;

/**
 * What the columns of many rows hold, found in one pass: enough to tell whether a model can be fitted to them.
 *
 * @param least the least number of each column
 * @param greatest the greatest number of each column
 * @param noBit of each column the first number that is neither 0 nor 1; NaN if there is none
 */
public record ColumnRanges(double[] least, double[] greatest, double[] noBit) implements Serializable {
    private static final int ROWS = 256;

    /** Rows in a chunk: which does not matter for what is found. */
    private static final int NUMBERS = 1 << 20;

    /**
     * Takes the arrays as they are.
     *
     * @param least D numbers
     * @param greatest D numbers
     * @param noBit D numbers
     */
    public ColumnRanges {}

    /**
     * Looks at all rows.
     *
     * @param x the rows
     * @return what its columns hold
     * @throws IllegalArgumentException as {@link Chunks#sum}
     */
    public static ColumnRanges of(Chunks x) {
        int d = x.dim();
        long rows = Math.max(1, NUMBERS / d);
        return x.sum(Chunks.every(x.rows(), rows), source -> of(source, d), ColumnRanges::with);
    }

    private static ColumnRanges of(Chunks.Source source, int d) {
        double[] least = filled(d, Double.POSITIVE_INFINITY);
        double[] greatest = filled(d, Double.NEGATIVE_INFINITY);
        double[] noBit = filled(d, Double.NaN);
        DMatrixRMaj block = new DMatrixRMaj(0, 0);
        for (int rows = source.read(block, ROWS); rows > 0; rows = source.read(block, ROWS)) {
            for (int i = 0, at = 0; i < rows; i++) {
                for (int j = 0; j < d; j++, at++) {
                    double value = block.data[at];
                    least[j] = Math.min(least[j], value);
                    greatest[j] = Math.max(greatest[j], value);
                    if (value != 0 && value != 1 && Double.isNaN(noBit[j])) {
                        noBit[j] = value;
                    }
                }
            }
        }
        return new ColumnRanges(least, greatest, noBit);
    }

    private static double[] filled(int d, double value) {
        double[] values = new double[d];
        Arrays.fill(values, value);
        return values;
    }

    private ColumnRanges with(ColumnRanges next) {
        for (int j = 0; j < least.length; j++) {
            least[j] = Math.min(least[j], next.least[j]);
            greatest[j] = Math.max(greatest[j], next.greatest[j]);
            noBit[j] = Double.isNaN(noBit[j]) ? next.noBit[j] : noBit[j];
        }
        return this;
    }
}
