package lvm.bernoulli;

import java.util.Locale;
import org.ejml.data.FMatrixRMaj;

/**
 * The 2^K states of K binary variables, in the order in which their bits z₁ z₂ … z_K are read as a binary number: z₁ is the
 * highest bit, and state 1 is 0…01.
 */
public final class States {
    private States() {}

    /**
     * All states.
     *
     * @param bits K, 0 to 22
     * @return 2^K×K zeros and ones, a state a row
     * @throws IllegalArgumentException if K is out of range
     */
    public static FMatrixRMaj all(int bits) {
        if (bits < 0 || bits > BernoulliLvm.MAX_LATENT) {
            throw new IllegalArgumentException(
                    "States.all: " + bits + " bits, expected 0 to " + BernoulliLvm.MAX_LATENT);
        }
        FMatrixRMaj z = new FMatrixRMaj(1 << bits, bits);
        fill(z, 0);
        return z;
    }

    /**
     * A state as text.
     *
     * @param state its number
     * @param bits K, at least 0
     * @return K digits 0 and 1, z₁ first
     * @throws IllegalArgumentException if there is no such state
     */
    public static String label(int state, int bits) {
        if (state < 0 || bits < 0 || bits < 31 && state >= 1 << bits) {
            throw new IllegalArgumentException("States.label: state " + state + " of " + bits + " bits");
        }
        StringBuilder text = new StringBuilder();
        for (int k = bits - 1; k >= 0; k--) {
            text.append(state >> k & 1);
        }
        return text.toString();
    }

    /**
     * The number of a state.
     *
     * @param z rows of K zeros and ones
     * @param row the row
     * @return the state in that row
     * @throws IllegalArgumentException if it holds something else than 0 and 1
     */
    public static int index(FMatrixRMaj z, int row) {
        return index("States.index", z, row);
    }

    static int index(String where, FMatrixRMaj z, int row) {
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

    /** Consecutive states into the rows of a matrix. */
    static void fill(FMatrixRMaj z, int first) {
        int k = z.numCols;
        for (int i = 0; i < z.numRows; i++) {
            int state = first + i;
            for (int j = 0; j < k; j++) {
                z.data[i * k + j] = state >> (k - 1 - j) & 1;
            }
        }
    }

    /** Such as 2^32 = 4,294,967,296 terms. */
    static String terms(int bits) {
        return bits < 63 ? String.format(Locale.ROOT, "2^%d = %,d terms", bits, 1L << bits) : "2^" + bits + " terms";
    }

    static void requireBinary(String where, FMatrixRMaj x, int dim) {
        if (x.numCols != dim) {
            throw new IllegalArgumentException(
                    where + ": x has " + x.numCols + " columns, the model has " + dim + " dimensions");
        }
        for (int i = 0; i < x.getNumElements(); i++) {
            if (x.data[i] != 0 && x.data[i] != 1) {
                throw new IllegalArgumentException(where + ": x has " + x.data[i] + " in row " + i / dim + ", column "
                        + i % dim + ", expected 0 or 1");
            }
        }
    }
}
