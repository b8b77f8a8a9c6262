package lvm.distribution;

import java.util.Locale;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * The 2^K states of K binary variables, in the order in which their bits z₁ z₂ … z_K are read as a binary number: z₁ is the
 * highest bit, and state 1 is 0…01. What is summed over them is computed by {@link #enumerate}.
 */
public final class BinaryStates {
    /** The most variables of a matrix of all states, which has 2^22·22 numbers then. */
    public static final int MAX_BITS = 22;

    private static final int MAX_INDEX_BITS = 31;

    private BinaryStates() {}

    /**
     * All states.
     *
     * @param bits K, 0 to {@link #MAX_BITS}
     * @return 2^K×K zeros and ones, a state a row
     * @throws IllegalArgumentException if K is out of range
     */
    public static FMatrixRMaj all(int bits) {
        if (bits < 0 || bits > MAX_BITS) {
            throw new IllegalArgumentException("BinaryStates.all: " + bits + " bits, expected 0 to " + MAX_BITS);
        }
        FMatrixRMaj z = new FMatrixRMaj(1 << bits, bits);
        fill(z, 0);
        return z;
    }

    /**
     * Sums over all states of a distribution that is known up to a constant.
     *
     * @param bits K, 1 to {@link Enumeration#MAX_BITS}
     * @param logWeight log p(z) up to a constant
     * @return the distribution; log Z is computed
     * @throws IllegalArgumentException as {@link Enumeration#of(int, Enumeration.OfState)}
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public static Enumeration enumerate(int bits, Enumeration.OfState logWeight) {
        return Enumeration.of(bits, logWeight);
    }

    /**
     * The probabilities of all states of independent variables, p(z) = Πₖ mₖ^zₖ (1 − mₖ)^(1 − zₖ), for each row of means.
     *
     * @param means n×K probabilities mₖ that variable k is 1, K at most {@link #MAX_BITS}; not modified
     * @return n×2^K probabilities, the states in the order of {@link #all}
     * @throws IllegalArgumentException if there are more variables, or a mean is not within [0,1]
     */
    public static DMatrixRMaj probabilities(FMatrixRMaj means) {
        String where = "BinaryStates.probabilities";
        int bits = means.numCols;
        if (bits > MAX_BITS) {
            throw new IllegalArgumentException(where + ": " + bits + " bits, expected 0 to " + MAX_BITS);
        }
        DMatrixRMaj p = new DMatrixRMaj(means.numRows, 1 << bits);
        for (int i = 0; i < means.numRows; i++) {
            int row = i * p.numCols;
            p.data[row] = 1;
            for (int k = 0; k < bits; k++) {
                double m = means.get(i, k);
                if (!(m >= 0 && m <= 1)) {
                    throw new IllegalArgumentException(
                            where + ": the mean is " + m + " in row " + i + ", column " + k + ", expected 0 to 1");
                }
                for (int s = (1 << k) - 1; s >= 0; s--) {
                    double prefix = p.data[row + s];
                    p.data[row + 2 * s] = prefix * (1 - m);
                    p.data[row + 2 * s + 1] = prefix * m;
                }
            }
        }
        return p;
    }

    /**
     * A state as text.
     *
     * @param state its number
     * @param bits K, at least 0
     * @return K digits 0 and 1, z₁ first
     * @throws IllegalArgumentException if there is no such state
     */
    public static String label(long state, int bits) {
        if (state < 0 || bits < 0 || bits < 63 && state >= 1L << bits) {
            throw new IllegalArgumentException("BinaryStates.label: state " + state + " of " + bits + " bits");
        }
        StringBuilder text = new StringBuilder();
        for (int k = bits - 1; k >= 0; k--) {
            text.append(k > 62 ? 0 : state >> k & 1);
        }
        return text.toString();
    }

    /**
     * The number of a state.
     *
     * @param z rows of K zeros and ones, K at most 31
     * @param row the row
     * @return the state in that row
     * @throws IllegalArgumentException if it holds something else than 0 and 1, or there are more variables
     */
    public static int index(FMatrixRMaj z, int row) {
        return index("BinaryStates.index", z, row);
    }

    /**
     * The number of a state, for a method that names itself in messages.
     *
     * @param where the method, such as {@code BitTable.forward}
     * @param z rows of K zeros and ones, K at most 31
     * @param row the row
     * @return the state in that row
     * @throws IllegalArgumentException if it holds something else than 0 and 1, or there are more variables
     */
    public static int index(String where, FMatrixRMaj z, int row) {
        if (z.numCols > MAX_INDEX_BITS) {
            throw new IllegalArgumentException(where + ": " + z.numCols + " bits, expected at most " + MAX_INDEX_BITS);
        }
        int state = 0;
        for (int k = 0; k < z.numCols; k++) {
            float bit = z.data[row * z.numCols + k];
            if (bit != 0 && bit != 1) {
                throw new IllegalArgumentException(
                        where + ": " + bit + " in row " + row + ", column " + k + ", expected 0 or 1");
            }
            state = 2 * state + (int) bit;
        }
        return state;
    }

    /**
     * Consecutive states.
     *
     * @param z m×K numbers. Modified: the states first, first + 1, … in its rows
     * @param first the number of the first, at least 0
     */
    public static void fill(FMatrixRMaj z, long first) {
        int k = z.numCols;
        for (int i = 0; i < z.numRows; i++) {
            long state = first + i;
            for (int j = 0; j < k; j++) {
                z.data[i * k + j] = state >> (k - 1 - j) & 1;
            }
        }
    }

    /**
     * How many terms a sum over all states has, for messages.
     *
     * @param bits K, at least 0
     * @return such as {@code 2^32 = 4,294,967,296 terms}
     */
    public static String terms(int bits) {
        return bits < 63 ? String.format(Locale.ROOT, "2^%d = %,d terms", bits, 1L << bits) : "2^" + bits + " terms";
    }
}
