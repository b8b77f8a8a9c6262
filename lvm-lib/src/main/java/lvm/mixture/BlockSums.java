package lvm.mixture;

import java.util.Arrays;
import lvm.linalg.Interrupts;

/**
 * What a block of rows contributes to the {@link MixtureStatistics}, with the buffers of one thread. A block is D columns of
 * {@link Gaussians#BLOCK} numbers around the centre of the data, zeros behind the last row; its responsibilities are K such columns.
 */
final class BlockSums {
    static final int BLOCK = Gaussians.BLOCK;
    private static final int ROWS_AT_ONCE = 8;

    private final int d;
    private final int k;
    private final boolean diagonal;
    private final Gaussians.Scratch scratch;
    private final double[][] logJoint;
    private final double[][] products;
    private final double[] z;
    private final double[] max = new double[BLOCK];
    private final double[] sum = new double[BLOCK];
    private final double[] cross = new double[BLOCK];
    private final double[] entropy = new double[BLOCK];
    private final double[] shares;

    BlockSums(int d, int k, boolean diagonal) {
        this.d = d;
        this.k = k;
        this.diagonal = diagonal;
        scratch = new Gaussians.Scratch(d);
        logJoint = new double[k][BLOCK];
        products = new double[ROWS_AT_ONCE][length(d, diagonal)];
        z = new double[d + 1];
        shares = new double[k];
    }

    /** The sums of a component: Σᵢ qᵢₖ zzᵀ, z = (1, x), the lower triangle by rows; if diagonal those of (1, x, x²). */
    static int length(int d, boolean diagonal) {
        return diagonal ? 1 + 2 * d : (d + 1) * (d + 2) / 2;
    }

    /** Writes rows minus a centre as columns, and zeros behind them. */
    static void fill(double[][] block, double[] x, int first, int rows, double[] centre) {
        int d = centre.length;
        for (int j = 0; j < d; j++) {
            for (int r = 0; r < rows; r++) {
                block[j][r] = x[(first + r) * d + j] - centre[j];
            }
            Arrays.fill(block[j], rows, BLOCK, 0);
        }
    }

    /**
     * The E-step, and the sums for the M-step under what it found.
     *
     * @param q the responsibilities before it. Written
     * @param totals gets the log-likelihood, the cross entropy of the old responsibilities and the entropy of the new ones added
     */
    void eStep(Gaussians model, double[][] x, double[][] q, int rows, double[] totals, double[][] sums) {
        for (int c = 0; c < k; c++) {
            Interrupts.check(MixtureStatistics.WHERE);
            model.logJoint(c, x, scratch, logJoint[c]);
        }
        normalise(model, x, q, rows);
        for (int r = 0; r < rows; r++) {
            double logSum = Math.log(sum[r]);
            totals[0] += max[r] + logSum;
            totals[1] += cross[r] + logSum;
            totals[2] += entropy[r] + logSum;
        }
        add(x, q, rows, sums);
    }

    /** From log joints to responsibilities by log-sum-exp; q holds the old ones and gets the new ones. */
    private void normalise(Gaussians model, double[][] x, double[][] q, int rows) {
        System.arraycopy(logJoint[0], 0, max, 0, BLOCK);
        for (int c = 1; c < k; c++) {
            max(max, logJoint[c]);
        }
        Arrays.fill(sum, 0);
        Arrays.fill(cross, 0);
        Arrays.fill(entropy, 0);
        for (int c = 0; c < k; c++) {
            below(logJoint[c], max);
        }
        for (int r = 0; r < rows; r++) {
            if (model.isFar(max[r])) {
                apart(model, x, r);
            }
        }
        for (int c = 0; c < k; c++) {
            addProduct(cross, q[c], logJoint[c]);
            exp(q[c], logJoint[c], rows);
            addProduct(entropy, q[c], logJoint[c]);
            add(sum, q[c]);
        }
        Arrays.fill(sum, rows, BLOCK, 1);
        divide(entropy, sum);
        for (int c = 0; c < k; c++) {
            divide(q[c], sum);
        }
    }

    /** How far the log joints of a far row are below the greatest, from the differences of their exponents. */
    private void apart(Gaussians model, double[][] x, int r) {
        for (int j = 0; j < d; j++) {
            scratch.row[j] = x[j][r];
        }
        model.shares(scratch, shares, 0);
        for (int c = 0; c < k; c++) {
            logJoint[c][r] = Math.min(-shares[c], -Gaussians.LOG_ZERO);
        }
    }

    private static void max(double[] max, double[] x) {
        for (int r = 0; r < BLOCK; r++) {
            max[r] = Math.max(max[r], x[r]);
        }
    }

    private static void below(double[] x, double[] max) {
        for (int r = 0; r < BLOCK; r++) {
            x[r] = max[r] - x[r];
        }
    }

    private static void addProduct(double[] out, double[] a, double[] b) {
        for (int r = 0; r < BLOCK; r++) {
            out[r] += a[r] * b[r];
        }
    }

    private static void add(double[] out, double[] a) {
        for (int r = 0; r < BLOCK; r++) {
            out[r] += a[r];
        }
    }

    private static void divide(double[] out, double[] by) {
        for (int r = 0; r < BLOCK; r++) {
            out[r] /= by[r];
        }
    }

    private static void exp(double[] out, double[] minusX, int rows) {
        for (int r = 0; r < rows; r++) {
            double x = minusX[r];
            out[r] = x > 745.2 ? 0 : Math.exp(-x); // below that exp underflows to 0, slowly
        }
    }

    /** Adds up a block weighted by its responsibilities. */
    void add(double[][] x, double[][] weights, int rows, double[][] sums) {
        double[][] p = products;
        for (int r = 0; r < rows; r += ROWS_AT_ONCE) {
            Interrupts.check(MixtureStatistics.WHERE);
            for (int t = 0; t < ROWS_AT_ONCE; t++) {
                products(x, r + t, p[t]);
            }
            for (int c = 0; c < k; c++) {
                double[] v = weights[c];
                if (v[r] == 0
                        && v[r + 1] == 0
                        && v[r + 2] == 0
                        && v[r + 3] == 0
                        && v[r + 4] == 0
                        && v[r + 5] == 0
                        && v[r + 6] == 0
                        && v[r + 7] == 0) {
                    continue;
                }
                addFour(sums[c], p[0], p[1], p[2], p[3], v[r], v[r + 1], v[r + 2], v[r + 3]);
                addFour(sums[c], p[4], p[5], p[6], p[7], v[r + 4], v[r + 5], v[r + 6], v[r + 7]);
            }
        }
    }

    private void products(double[][] x, int r, double[] out) {
        if (diagonal) {
            out[0] = 1;
            for (int j = 0; j < d; j++) {
                double value = x[j][r];
                out[1 + j] = value;
                out[1 + d + j] = value * value;
            }
            return;
        }
        z[0] = 1;
        for (int j = 0; j < d; j++) {
            z[j + 1] = x[j][r];
        }
        int m = 0;
        for (int i = 0; i <= d; i++) {
            double zi = z[i];
            for (int j = 0; j <= i; j++) {
                out[m + j] = zi * z[j];
            }
            m += i + 1;
        }
    }

    private static void addFour(
            double[] sums,
            double[] p0,
            double[] p1,
            double[] p2,
            double[] p3,
            double w0,
            double w1,
            double w2,
            double w3) {
        for (int m = 0; m < sums.length; m++) {
            sums[m] += (w0 * p0[m] + w1 * p1[m]) + (w2 * p2[m] + w3 * p3[m]);
        }
    }

    /** Adds up a block weighted by the responsibilities of a component, around a mean. */
    static void addAround(double[][] x, double[] q, int rows, double[] mean, double[] covariance) {
        int d = mean.length;
        boolean diagonal = covariance.length == d; // of one column both are the same
        double[] difference = new double[d];
        for (int r = 0; r < rows; r++) {
            double weight = q[r];
            if (weight == 0) {
                continue;
            }
            for (int i = 0; i < d; i++) {
                difference[i] = x[i][r] - mean[i];
                double w = weight * difference[i];
                if (diagonal) {
                    covariance[i] += w * difference[i];
                } else {
                    for (int j = 0; j <= i; j++) {
                        covariance[i * d + j] += w * difference[j];
                    }
                }
            }
        }
    }
}
