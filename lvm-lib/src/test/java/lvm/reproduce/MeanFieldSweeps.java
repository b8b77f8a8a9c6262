package lvm.reproduce;

import java.util.Arrays;
import lvm.boltzmann.Dbm;
import lvm.linalg.Interrupts;
import lvm.linalg.Products;
import lvm.linalg.VectorMath;
import org.ejml.data.FMatrixRMaj;

/**
 * The equations of the mean field of a deep Boltzmann machine of two hidden layers, row by row: after how many sweeps, each an update of h¹ and one of
 * h², the means of a row change by less than a tolerance. It begins as {@link Dbm#meanField} does, with the weights of h¹ doubled.
 */
final class MeanFieldSweeps {
    private static final int ROWS = 500;

    private final FMatrixRMaj w1;
    private final FMatrixRMaj w2;
    private final FMatrixRMaj b1;
    private final FMatrixRMaj b2;

    MeanFieldSweeps(Dbm dbm) {
        w1 = dbm.weights(1);
        w2 = dbm.weights(2);
        b1 = dbm.bias(1);
        b2 = dbm.bias(2);
    }

    /**
     * Runs the equations.
     *
     * @param x rows
     * @param tolerances of the mean or of the largest change of a row's means
     * @param largest whether the largest, else the mean
     * @param most the sweeps after which a row that still changes is given up
     * @return for each tolerance the sweeps of each row; most + 1 where it was given up
     */
    int[][] until(FMatrixRMaj x, double[] tolerances, boolean largest, int most) {
        int[][] sweeps = new int[tolerances.length][x.numRows];
        for (int[] each : sweeps) {
            Arrays.fill(each, most + 1);
        }
        for (int from = 0; from < x.numRows; from += ROWS) {
            Interrupts.check("MeanFieldSweeps");
            int count = Math.min(ROWS, x.numRows - from);
            FMatrixRMaj v = new FMatrixRMaj(count, x.numCols);
            System.arraycopy(x.data, from * x.numCols, v.data, 0, v.getNumElements());
            FMatrixRMaj below = new FMatrixRMaj(count, w1.numCols);
            Products.multBias(v, w1, b1, below);
            FMatrixRMaj lower = below.copy();
            for (int k = 0; k < lower.getNumElements(); k++) {
                lower.data[k] = 2 * below.data[k] - b1.data[k % b1.numCols];
            }
            VectorMath.sigmoid(lower, lower);
            FMatrixRMaj upper = above(lower);
            boolean moves = true;
            for (int t = 1; t <= most && moves; t++) {
                FMatrixRMaj newLower = below.copy();
                Products.multAddTransB(upper, w2, newLower);
                VectorMath.sigmoid(newLower, newLower);
                FMatrixRMaj newUpper = above(newLower);
                moves = false;
                for (int i = 0; i < count; i++) {
                    double change = largest
                            ? Math.max(most(lower, newLower, i), most(upper, newUpper, i))
                            : (sum(lower, newLower, i) + sum(upper, newUpper, i)) / (w2.numRows + w2.numCols);
                    for (int k = 0; k < tolerances.length; k++) {
                        if (change < tolerances[k]) {
                            sweeps[k][from + i] = Math.min(sweeps[k][from + i], t);
                        }
                        moves |= sweeps[k][from + i] > t;
                    }
                }
                lower = newLower;
                upper = newUpper;
            }
        }
        return sweeps;
    }

    private FMatrixRMaj above(FMatrixRMaj lower) {
        FMatrixRMaj upper = new FMatrixRMaj(lower.numRows, w2.numCols);
        Products.multBias(lower, w2, b2, upper);
        VectorMath.sigmoid(upper, upper);
        return upper;
    }

    private static double most(FMatrixRMaj a, FMatrixRMaj b, int row) {
        double most = 0;
        for (int k = row * a.numCols; k < (row + 1) * a.numCols; k++) {
            most = Math.max(most, Math.abs(a.data[k] - b.data[k]));
        }
        return most;
    }

    private static double sum(FMatrixRMaj a, FMatrixRMaj b, int row) {
        double sum = 0;
        for (int k = row * a.numCols; k < (row + 1) * a.numCols; k++) {
            sum += Math.abs(a.data[k] - b.data[k]);
        }
        return sum;
    }
}
