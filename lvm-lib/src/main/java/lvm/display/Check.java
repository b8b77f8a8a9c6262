package lvm.display;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.function.DoublePredicate;
import lvm.linalg.Doubles;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.Matrix;

/**
 * Checks of exercises that answer at once: a line "✓ …" when the check holds, a {@link CheckFailed} "✗ …" when it does
 * not. NaN never passes.
 *
 * <p>All of them are void and never write to standard error: nbgrader reads a number as the last expression of a cell as
 * a score, and anything on standard error as a failure.
 *
 * <p>{@code close} tells the expected value, rounded to two digits. To keep the answer secret pass a condition:
 * {@link #that(String, boolean, String)}, {@link #value}.
 */
public final class Check {
    private Check() {}

    /**
     * Checks a condition. The message of a failure does not reveal the answer.
     *
     * @param what what is checked, such as "the weights sum to 1"
     * @param holds whether it holds
     * @param hint what to look at, may be empty
     * @throws CheckFailed if it does not hold
     */
    public static void that(String what, boolean holds, String hint) {
        if (!holds) {
            throw failed(what, "this does not hold yet", hint);
        }
        passed(what);
    }

    /**
     * Checks a condition. The message of a failure does not reveal the answer.
     *
     * @param what what is checked
     * @param holds whether it holds
     * @throws CheckFailed if it does not hold
     */
    public static void that(String what, boolean holds) {
        that(what, holds, "");
    }

    /**
     * Checks a number by a condition. The message of a failure repeats the number and does not reveal the answer.
     *
     * @param what what the number is
     * @param actual the number; NaN never passes
     * @param right whether a number is right
     * @param hint what to look at, may be empty
     * @throws CheckFailed if it is not right
     */
    public static void value(String what, double actual, DoublePredicate right, String hint) {
        if (Double.isNaN(actual) || !right.test(actual)) {
            throw failed(what, "you have " + actual + ", that is not it yet", hint);
        }
        passed(what);
    }

    /**
     * Checks that a number is near another.
     *
     * @param what what the number is, such as "posterior of point 1"
     * @param actual the number; NaN never passes
     * @param expected what it should be
     * @param tolerance the largest difference that passes, at least 0
     * @param hint what to look at, may be empty
     * @throws CheckFailed if it is farther away
     * @throws IllegalArgumentException if the tolerance is negative, or it or what is expected is NaN
     */
    public static void close(String what, double actual, double expected, double tolerance, String hint) {
        checkTolerance(expected, tolerance);
        if (!near(actual, expected, tolerance)) {
            throw failed(what, "you have " + actual + ", expected a value near " + rounded(expected), hint);
        }
        passed(what);
    }

    /**
     * Checks that a number is near another.
     *
     * @param what what the number is
     * @param actual the number; NaN never passes
     * @param expected what it should be
     * @param tolerance the largest difference that passes, at least 0
     * @throws CheckFailed if it is farther away
     * @throws IllegalArgumentException if the tolerance is negative, or it or what is expected is NaN
     */
    public static void close(String what, double actual, double expected, double tolerance) {
        close(what, actual, expected, tolerance, "");
    }

    /**
     * Checks that the numbers of an array are near others.
     *
     * @param what what the numbers are
     * @param actual the numbers; null and NaN never pass
     * @param expected what they should be
     * @param tolerance the largest difference that passes, at least 0
     * @param hint what to look at, may be empty
     * @throws CheckFailed if there are more or fewer, or one is farther away; the message names the first
     * @throws IllegalArgumentException if the tolerance is negative, or it or what is expected is NaN
     */
    public static void close(String what, double[] actual, double[] expected, double tolerance, String hint) {
        if (actual == null || actual.length != expected.length) {
            throw failed(
                    what,
                    "you have " + (actual == null ? "null" : actual.length + " numbers") + ", expected "
                            + expected.length,
                    hint);
        }
        for (int i = 0; i < actual.length; i++) {
            checkTolerance(expected[i], tolerance);
            if (!near(actual[i], expected[i], tolerance)) {
                throw failed(
                        what,
                        "at index " + i + " you have " + actual[i] + ", expected a value near " + rounded(expected[i]),
                        hint);
            }
        }
        passed(what);
    }

    /**
     * Checks that the elements of a matrix are near those of another.
     *
     * @param what what the matrix is
     * @param actual the matrix, of doubles or floats; null and NaN never pass
     * @param expected what it should be, of doubles or floats
     * @param tolerance the largest difference that passes, at least 0
     * @param hint what to look at, may be empty
     * @throws CheckFailed if it has another shape, or an element is farther away; the message names the first
     * @throws IllegalArgumentException if the tolerance is negative, it or what is expected is NaN, or a matrix is neither
     *     of doubles nor of floats
     */
    public static void matrix(String what, Matrix actual, Matrix expected, double tolerance, String hint) {
        String shape = expected.getNumRows() + "×" + expected.getNumCols();
        if (actual == null
                || actual.getNumRows() != expected.getNumRows()
                || actual.getNumCols() != expected.getNumCols()) {
            String found = actual == null ? "null" : "a " + actual.getNumRows() + "×" + actual.getNumCols() + " matrix";
            throw failed(what, "you have " + found + ", expected " + shape, hint);
        }
        DMatrixRMaj left = Doubles.of("Check.matrix: what you have", actual);
        DMatrixRMaj right = Doubles.of("Check.matrix: what is expected", expected);
        for (int i = 0; i < right.numRows; i++) {
            for (int j = 0; j < right.numCols; j++) {
                double found = left.get(i, j);
                double wanted = right.get(i, j);
                checkTolerance(wanted, tolerance);
                if (!near(found, wanted, tolerance)) {
                    throw failed(
                            what,
                            "in row " + i + ", column " + j + " you have " + found + ", expected a value near "
                                    + rounded(wanted),
                            hint);
                }
            }
        }
        passed(what);
    }

    /**
     * Asserts what the text around a picture claims of it. Silent when it holds: a reader sees the reading, a run of the
     * notebook proves it.
     *
     * @param what the claim, such as "the bound never falls"
     * @param holds whether it holds; comparisons with NaN do not
     * @throws CheckFailed if it does not hold
     */
    public static void claim(String what, boolean holds) {
        if (!holds) {
            throw new CheckFailed("✗ the text claims: " + what + ". The output does not show it.");
        }
    }

    /**
     * Asserts what the text claims of one size of the notebook; the other size passes.
     *
     * @param size the size that the text speaks of
     * @param what the claim
     * @param holds whether it holds
     * @throws CheckFailed if the notebook runs at this size and the claim does not hold
     */
    public static void claim(NotebookSize size, String what, boolean holds) {
        claim(what, holds || NotebookSize.current() != size);
    }

    private static boolean near(double actual, double expected, double tolerance) {
        // Infinities are near themselves; the comparison is false for NaN.
        return actual == expected || Math.abs(actual - expected) <= tolerance && !Double.isInfinite(actual);
    }

    private static void checkTolerance(double expected, double tolerance) {
        if (!(tolerance >= 0)) {
            throw new IllegalArgumentException("Check: tolerance " + tolerance + ", expected 0 or more");
        }
        if (Double.isNaN(expected)) {
            throw new IllegalArgumentException("Check: the expected value is NaN, which nothing is near to");
        }
    }

    private static String rounded(double value) {
        if (Double.isInfinite(value)) {
            return Double.toString(value);
        }
        BigDecimal two = new BigDecimal(value).round(new MathContext(2)).stripTrailingZeros();
        boolean plain = value == 0 || Math.abs(value) >= 1e-3 && Math.abs(value) < 1e6;
        return plain ? two.toPlainString() : two.toString();
    }

    private static void passed(String what) {
        System.out.println("✓ " + what);
    }

    private static CheckFailed failed(String what, String found, String hint) {
        String end = hint == null || hint.isBlank() ? "" : " (" + hint + ")";
        return new CheckFailed("✗ " + what + ": " + found + end);
    }
}
