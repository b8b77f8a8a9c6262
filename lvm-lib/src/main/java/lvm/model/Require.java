package lvm.model;

import java.util.List;
import lvm.data.ColumnRanges;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;

/**
 * Checks of arguments, with one wording: {@code where: what was found, expected what}. Each throws an
 * {@link IllegalArgumentException}; rows and columns are counted from 0. Where an argument is given back, it can be checked
 * as it is assigned.
 */
public final class Require {
    private Require() {}

    /**
     * Rows of numbers, as a fitted model takes them.
     *
     * @param where the method, such as {@code Pca.encode}
     * @param what the argument, such as {@code x}
     * @param x n×D numbers
     * @param columns D
     * @throws IllegalArgumentException if x has another number of columns, or holds a NaN
     */
    public static void rows(String where, String what, Matrix x, int columns) {
        columns(where, what, x, columns);
        numbers(where, what, x);
    }

    /**
     * Rows of finite numbers, as a fitted model takes them that can make nothing of infinite ones.
     *
     * @param where the method
     * @param what the argument
     * @param x n×D numbers
     * @param columns D
     * @throws IllegalArgumentException if x has another number of columns, or holds a NaN or an infinite number
     */
    public static void finiteRows(String where, String what, Matrix x, int columns) {
        columns(where, what, x, columns);
        finite(where, what, x);
    }

    /**
     * A number of columns.
     *
     * @param where the method
     * @param what the argument
     * @param x the matrix
     * @param columns the number expected
     * @throws IllegalArgumentException if there are more or fewer
     */
    public static void columns(String where, String what, Matrix x, int columns) {
        if (x.getNumCols() != columns) {
            throw new IllegalArgumentException(
                    where + ": " + what + " has " + x.getNumCols() + " columns, expected " + columns);
        }
    }

    /**
     * At least so many rows.
     *
     * @param where the method
     * @param what the argument
     * @param x the matrix
     * @param least the least number
     * @throws IllegalArgumentException if there are fewer
     */
    public static void atLeastRows(String where, String what, Matrix x, int least) {
        atLeastRows(where, what, x.getNumRows(), least);
    }

    /**
     * No NaN; infinities pass.
     *
     * @param where the method
     * @param what the argument
     * @param x an {@code FMatrixRMaj} or a {@code DMatrixRMaj}
     * @throws IllegalArgumentException at the first NaN
     */
    public static void numbers(String where, String what, Matrix x) {
        int n = x.getNumRows() * x.getNumCols();
        if (x instanceof FMatrixRMaj floats) {
            for (int i = 0; i < n; i++) {
                if (Float.isNaN(floats.data[i])) {
                    throw at(where, what, Float.NaN, i, x, "a number");
                }
            }
        } else {
            double[] values = ((DMatrixRMaj) x).data;
            for (int i = 0; i < n; i++) {
                if (Double.isNaN(values[i])) {
                    throw at(where, what, Double.NaN, i, x, "a number");
                }
            }
        }
    }

    /**
     * No NaN and no infinity.
     *
     * @param where the method
     * @param what the argument
     * @param x an {@code FMatrixRMaj} or a {@code DMatrixRMaj}
     * @throws IllegalArgumentException at the first value that is none
     */
    public static void finite(String where, String what, Matrix x) {
        int n = x.getNumRows() * x.getNumCols();
        for (int i = 0; i < n; i++) {
            double value = value(x, i);
            if (!Double.isFinite(value)) {
                throw at(where, what, value, i, x, "a finite number");
            }
        }
    }

    /**
     * Columns that vary.
     *
     * @param where the method
     * @param what the argument
     * @param x n×D numbers
     * @throws IllegalArgumentException if a column has the same number in every row
     */
    public static void varying(String where, String what, DMatrixRMaj x) {
        for (int j = 0; j < x.numCols; j++) {
            boolean constant = true;
            for (int i = 1; i < x.numRows && constant; i++) {
                constant = x.get(i, j) == x.get(0, j);
            }
            if (constant) {
                throw constant(where, what, j, x.get(0, j));
            }
        }
    }

    /**
     * Columns whose squares are neither 0 nor infinite in doubles: each must vary by at least 10⁻¹⁴⁰ and at most 10¹⁴⁰.
     * Constant columns and missing entries are passed over.
     *
     * @param where the method
     * @param what the argument
     * @param x n×D numbers
     * @throws IllegalArgumentException if a column varies by less or more; the message has the factor that helps
     */
    public static void moderate(String where, String what, DMatrixRMaj x) {
        moderate(where, what, x, true);
    }

    /**
     * The same for the column that varies most, for methods beside whose largest column the others may vanish.
     *
     * @param where the method
     * @param what the argument
     * @param x n×D numbers
     * @throws IllegalArgumentException if that column varies by less or more; the message has the factor that helps
     */
    public static void moderateTogether(String where, String what, DMatrixRMaj x) {
        moderate(where, what, x, false);
    }

    private static void moderate(String where, String what, DMatrixRMaj x, boolean each) {
        double[] low = new double[x.numCols];
        double[] high = new double[x.numCols];
        for (int j = 0; j < x.numCols; j++) {
            low[j] = Double.POSITIVE_INFINITY;
            high[j] = Double.NEGATIVE_INFINITY;
            for (int i = j; i < x.numRows * x.numCols; i += x.numCols) {
                if (!Double.isNaN(x.data[i])) {
                    low[j] = Math.min(low[j], x.data[i]);
                    high[j] = Math.max(high[j], x.data[i]);
                }
            }
        }
        moderate(where, what, low, high, each);
    }

    private static void moderate(String where, String what, double[] low, double[] high, boolean each) {
        double widest = 0;
        int column = 0;
        for (int j = 0; j < low.length; j++) {
            double range = high[j] / 2 - low[j] / 2; // half of it, which is finite
            if (each && high[j] > low[j]) {
                requireModerate(where, what, j, range, "it");
            }
            if (range > widest) {
                widest = range;
                column = j;
            }
        }
        if (widest > 0) {
            requireModerate(where, what, column, widest, "all columns");
        }
    }

    /**
     * As {@link #moderate(String, String, DMatrixRMaj)} and {@link #moderateTogether}, of columns that were looked at.
     *
     * @param where the method
     * @param what the argument
     * @param x what its columns hold
     * @param each whether each column is asked, or the one that varies most
     * @throws IllegalArgumentException if a column varies by less or more; the message has the factor that helps
     */
    public static void moderate(String where, String what, ColumnRanges x, boolean each) {
        moderate(where, what, x.least(), x.greatest(), each);
    }

    /**
     * As {@link #varying(String, String, DMatrixRMaj)}, of columns that were looked at.
     *
     * @param where the method
     * @param what the argument
     * @param x what its columns hold
     * @throws IllegalArgumentException if a column has the same number in every row
     */
    public static void varying(String where, String what, ColumnRanges x) {
        for (int j = 0; j < x.least().length; j++) {
            if (x.least()[j] == x.greatest()[j]) {
                throw constant(where, what, j, x.least()[j]);
            }
        }
    }

    private static IllegalArgumentException constant(String where, String what, int column, double value) {
        return new IllegalArgumentException(where + ": column " + column + " (counted from 0) of " + what
                + " is constant, " + value + " in every row; leave it out");
    }

    /**
     * As {@link #binary}, of columns that were looked at.
     *
     * @param where the method
     * @param what the argument
     * @param x what its columns hold
     * @throws IllegalArgumentException if a column has something else than 0 and 1
     */
    public static void binary(String where, String what, ColumnRanges x) {
        for (int j = 0; j < x.noBit().length; j++) {
            if (!Double.isNaN(x.noBit()[j])) {
                throw new IllegalArgumentException(where + ": " + what + " has " + x.noBit()[j] + " in column " + j
                        + " (counted from 0), expected 0 or 1");
            }
        }
    }

    /**
     * As many rows as are needed.
     *
     * @param where the method
     * @param what the argument
     * @param rows the number of rows
     * @param least the least number
     * @throws IllegalArgumentException if there are fewer
     */
    public static void atLeastRows(String where, String what, long rows, int least) {
        if (rows < least) {
            throw new IllegalArgumentException(
                    where + ": " + what + " has " + rows + " rows, expected at least " + least);
        }
    }

    private static void requireModerate(String where, String what, int column, double half, String scaled) {
        if (!(half >= 0.5e-140 && half <= 0.5e140)) {
            long exponent = Math.round(Math.log10(half) + Math.log10(2));
            throw new IllegalArgumentException(where + ": the numbers in column " + column + " (counted from 0) of "
                    + what + " are about 1e" + exponent + " apart, so that their squares "
                    + (half > 1 ? "overflow" : "underflow to 0") + "; multiply " + scaled + " by 1e" + -exponent);
        }
    }

    /**
     * Rows of zeros and ones.
     *
     * @param where the method
     * @param what the argument
     * @param x an {@code FMatrixRMaj} or a {@code DMatrixRMaj}
     * @param columns the number of columns expected
     * @throws IllegalArgumentException if x has another number of columns, or something else than 0 and 1
     */
    public static void binary(String where, String what, Matrix x, int columns) {
        columns(where, what, x, columns);
        int n = x.getNumRows() * x.getNumCols();
        for (int i = 0; i < n; i++) {
            double value = value(x, i);
            if (value != 0 && value != 1) {
                throw at(where, what, value, i, x, "0 or 1");
            }
        }
    }

    /**
     * Rows of numbers from 0 to 1, such as bits and grey levels.
     *
     * @param where the method
     * @param what the argument
     * @param x an {@code FMatrixRMaj} or a {@code DMatrixRMaj}
     * @param columns the number of columns expected
     * @throws IllegalArgumentException if x has another number of columns, or a number out of range
     */
    public static void unitInterval(String where, String what, Matrix x, int columns) {
        columns(where, what, x, columns);
        int n = x.getNumRows() * x.getNumCols();
        for (int i = 0; i < n; i++) {
            double value = value(x, i);
            if (!(value >= 0 && value <= 1)) {
                throw at(where, what, value, i, x, "a number from 0 to 1");
            }
        }
    }

    /**
     * A whole number that is not too small.
     *
     * @param where the method or the model
     * @param what the argument or the setting
     * @param least the least value
     * @param value the value
     * @return the value
     * @throws IllegalArgumentException if it is less
     */
    public static int atLeast(String where, String what, int least, int value) {
        if (value < least) {
            throw number(where, what, value, "at least " + least);
        }
        return value;
    }

    /**
     * A number above 0 and finite.
     *
     * @param where the method or the model
     * @param what the argument or the setting
     * @param value the value
     * @return the value
     * @throws IllegalArgumentException if it is not, or NaN
     */
    public static double positive(String where, String what, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw number(where, what, value, "above 0 and finite");
        }
        return value;
    }

    /**
     * A number of at least 0 and finite.
     *
     * @param where the method or the model
     * @param what the argument or the setting
     * @param value the value
     * @return the value
     * @throws IllegalArgumentException if it is not, or NaN
     */
    public static double notNegative(String where, String what, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw number(where, what, value, "at least 0 and finite");
        }
        return value;
    }

    /**
     * A number above 0 and below 1, such as a probability that is neither.
     *
     * @param where the method or the model
     * @param what the argument or the setting
     * @param value the value
     * @return the value
     * @throws IllegalArgumentException if it is not, or NaN
     */
    public static double within01(String where, String what, double value) {
        if (!(value > 0 && value < 1)) {
            throw number(where, what, value, "within (0,1)");
        }
        return value;
    }

    /**
     * A setting that there is no default for.
     *
     * @param model the model, such as {@code GaussianMixture}
     * @param setting the setting
     * @param set whether it is set
     * @throws IllegalArgumentException if it is not
     */
    public static void set(String model, String setting, boolean set) {
        if (!set) {
            throw new IllegalArgumentException(model + ": " + setting + " not set");
        }
    }

    /**
     * Names of columns, all different.
     *
     * @param where the method or the model
     * @param names the names
     * @throws IllegalArgumentException if one occurs twice
     */
    public static void distinct(String where, List<String> names) {
        for (int i = 0; i < names.size(); i++) {
            if (names.indexOf(names.get(i)) < i) {
                throw new IllegalArgumentException(where + ": two columns are named \"" + names.get(i) + "\"");
            }
        }
    }

    private static double value(Matrix x, int i) {
        return x instanceof FMatrixRMaj floats ? floats.data[i] : ((DMatrixRMaj) x).data[i];
    }

    private static IllegalArgumentException at(
            String where, String what, double value, int i, Matrix x, String expected) {
        String found = value == (long) value ? String.valueOf((long) value) : String.valueOf(value);
        return new IllegalArgumentException(where + ": " + what + " has " + found + " in row " + i / x.getNumCols()
                + ", column " + i % x.getNumCols() + " (counted from 0), expected " + expected);
    }

    private static IllegalArgumentException number(String where, String what, Number value, String expected) {
        return new IllegalArgumentException(where + ": " + what + " is " + value + ", expected " + expected);
    }
}
