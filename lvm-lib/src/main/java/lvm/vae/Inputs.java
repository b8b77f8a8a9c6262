package lvm.vae;

import org.ejml.data.FMatrixRMaj;

/** Checks of arguments. */
final class Inputs {
    private Inputs() {}

    /** Rows of numbers with so many columns. */
    static void require(String where, String what, FMatrixRMaj m, int columns, String expected) {
        if (m.numCols != columns) {
            throw new IllegalArgumentException(
                    where + ": " + what + " has " + m.numCols + " columns, " + expected + " " + columns);
        }
        for (int i = 0; i < m.getNumElements(); i++) {
            if (Float.isNaN(m.data[i])) {
                throw new IllegalArgumentException(where + ": " + what + " has a NaN in row " + i / m.numCols
                        + ", column " + i % m.numCols + " (counted from 0)");
            }
        }
    }

    static void requireX(String where, FMatrixRMaj x, VaeNet net) {
        require(where, "x", x, net.dim, "the model was fitted on");
        net.likelihood.requireSupport(where, x);
    }

    static void requireZ(String where, FMatrixRMaj z, VaeNet net) {
        require(where, "z", z, net.latent, "the latent variables are");
    }

    static void requireDraws(String where, int draws) {
        if (draws < 1) {
            throw new IllegalArgumentException(where + ": " + draws + " draws, expected at least 1");
        }
    }

    static void requireCount(String where, int n) {
        if (n < 0) {
            throw new IllegalArgumentException(where + ": " + n + " draws, expected at least 0");
        }
    }
}
