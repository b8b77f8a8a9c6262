package lvm.mixture;

import java.util.Arrays;
import lvm.linalg.Interrupts;
import lvm.linalg.Parallel;
import org.ejml.data.DMatrixRMaj;

/**
 * The sufficient statistics of a Gaussian mixture on one data set: the responsibilities of the rows, and the moments of each
 * component weighted by them. The data is held centred, in blocks of rows stored column by column; one pass over it computes
 * the responsibilities and the sums that the M-step needs. The rows are split into chunks in a way that depends on the shape
 * of the data only, and the sums of the chunks are added in order: the result does not depend on the number of threads.
 *
 * <p>What takes long throws a CancellationException if the calling thread is interrupted; the flag stays set, and the
 * responsibilities may then be half old and half new.
 */
final class SufficientStatistics {
    /** A component with responsibility for fewer rows than this in total keeps its mean and covariance. */
    static final double DEAD_ROWS = 1e-6;

    private static final int BLOCK = Gaussians.BLOCK;
    private static final int ROWS_AT_ONCE = 8;
    private static final int MAX_CHUNKS = 32;
    private static final long MAX_SUMS = 8_000_000;
    private static final long WORTH_A_THREAD = 500_000;

    /** Beyond this ratio of squared mean to variance, E[x²] − E[x]² loses digits that matter: sum again around the mean. */
    private static final double CANCELLATION = 100;

    /** How many distances of the quartiles a number may be beyond them before it counts as an outlier. */
    private static final double OUTLIER = 10;

    final int n;
    final int d;
    final int k;
    final double[] centre;
    /** The variances of the columns of the data. */
    final double[] variances;
    /** The same with outliers moved towards the others: what is small beside the data is small beside these. */
    final double[] scales;

    /** Whether of the products of columns only the squares are summed. */
    private final boolean diagonal;

    private final int threads;
    private final double[][][] blocks;
    private final double[][][] q;
    private final int chunks;
    private final int sumsLength;
    /** For each chunk and component Σᵢ qᵢₖ zzᵀ, z = (1, x): the lower triangle by rows; if diagonal (1, x, x²). */
    private final double[][][] sums;

    private final double[][] chunkTotals;
    private final Worker[] workers;

    // What the last E-step found.
    double logLikelihood;
    /** KL from the responsibilities before the E-step to the posterior. */
    double gapBefore;
    /** −Σᵢₖ qᵢₖ log qᵢₖ of the present responsibilities. */
    double entropy;

    private static final class Worker {
        final Gaussians.Scratch scratch;
        final double[][] logJoint;
        final double[][] products;
        final double[] z;
        final double[] max = new double[BLOCK];
        final double[] sum = new double[BLOCK];
        final double[] cross = new double[BLOCK];
        final double[] entropy = new double[BLOCK];
        final double[] shares;

        Worker(int d, int k, int sumsLength) {
            scratch = new Gaussians.Scratch(d);
            logJoint = new double[k][BLOCK];
            products = new double[ROWS_AT_ONCE][sumsLength];
            z = new double[d + 1];
            shares = new double[k];
        }
    }

    SufficientStatistics(DMatrixRMaj x, int k, boolean diagonal, int threads) {
        this.n = x.numRows;
        this.d = x.numCols;
        this.k = k;
        this.diagonal = diagonal;
        centre = new double[d];
        variances = new double[d];
        columnMoments(x, centre, variances);
        scales = scales(x, variances);
        blocks = blocks(x, centre);
        q = new double[blocks.length][k][BLOCK];
        sumsLength = diagonal ? 1 + 2 * d : (d + 1) * (d + 2) / 2;
        long perChunk = (long) k * sumsLength;
        chunks = (int) Math.max(1, Math.min(Math.min(MAX_CHUNKS, blocks.length), MAX_SUMS / perChunk));
        sums = new double[chunks][k][sumsLength];
        chunkTotals = new double[chunks][3];
        this.threads = n * perChunk < WORTH_A_THREAD ? 1 : Math.min(Math.min(threads, chunks), Parallel.threads());
        workers = new Worker[this.threads];
        Arrays.setAll(workers, i -> new Worker(d, k, sumsLength));
    }

    /** Means and variances (over n) of the columns, in two passes. */
    static void columnMoments(DMatrixRMaj x, double[] means, double[] variances) {
        int n = x.numRows;
        int d = x.numCols;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < d; j++) {
                means[j] += (x.data[i * d + j] - means[j]) / (i + 1);
            }
        }
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < d; j++) {
                double difference = x.data[i * d + j] - means[j];
                variances[j] += difference * difference;
            }
        }
        for (int j = 0; j < d; j++) {
            variances[j] /= n;
        }
    }

    /** The variances of the columns, with what is far from the quartiles taken to be at that distance. */
    private static double[] scales(DMatrixRMaj x, double[] variances) {
        int n = x.numRows;
        int d = x.numCols;
        double[] scales = variances.clone();
        Parallel.range(d, Parallel.grain(16 * n), (from, to) -> {
            double[] column = new double[n];
            for (int j = from; j < to; j++) {
                for (int i = 0; i < n; i++) {
                    column[i] = x.data[i * d + j];
                }
                Arrays.sort(column);
                // Where half of the numbers are the same, the quartiles are; then quantiles further out.
                double low = column[0];
                double high = column[n - 1];
                for (int part = 4; part <= 64 && part < n; part *= 4) {
                    double lower = column[n / part];
                    double upper = column[n - 1 - n / part];
                    if (upper > lower) {
                        low = lower - OUTLIER * (upper - lower);
                        high = upper + OUTLIER * (upper - lower);
                        break;
                    }
                }
                if (column[0] < low || column[n - 1] > high) {
                    scales[j] = clippedVariance(column, low, high);
                }
            }
        });
        return scales;
    }

    private static double clippedVariance(double[] values, double low, double high) {
        double mean = 0;
        double squares = 0;
        for (int i = 0; i < values.length; i++) {
            double value = Math.max(low, Math.min(high, values[i]));
            double change = value - mean;
            mean += change / (i + 1);
            squares += change * (value - mean);
        }
        return squares / values.length;
    }

    /** Blocks of rows minus a centre, each as D columns; the last block is filled up with zeros. */
    static double[][][] blocks(DMatrixRMaj x, double[] centre) {
        int n = x.numRows;
        int d = x.numCols;
        double[][][] blocks = new double[(n + BLOCK - 1) / BLOCK][d][BLOCK];
        for (int i = 0; i < n; i++) {
            double[][] block = blocks[i / BLOCK];
            for (int j = 0; j < d; j++) {
                block[j][i % BLOCK] = x.data[i * d + j] - centre[j];
            }
        }
        return blocks;
    }

    private int rows(int block) {
        return Math.min(BLOCK, n - block * BLOCK);
    }

    private int firstBlock(int chunk) {
        return (int) ((long) chunk * blocks.length / chunks);
    }

    /** Sets the responsibilities of every row to the same numbers. */
    void setResponsibilities(double[] ofRow) {
        for (int b = 0; b < blocks.length; b++) {
            for (int c = 0; c < k; c++) {
                Arrays.fill(q[b][c], 0, rows(b), ofRow[c]);
            }
        }
    }

    /** Sets the responsibilities to 1 for one component a row. */
    void setResponsibilities(int[] component) {
        for (int i = 0; i < n; i++) {
            for (int c = 0; c < k; c++) {
                q[i / BLOCK][c][i % BLOCK] = component[i] == c ? 1 : 0;
            }
        }
    }

    /** Sets the responsibilities. */
    void setResponsibilities(DMatrixRMaj ofRows) {
        for (int i = 0; i < n; i++) {
            for (int c = 0; c < k; c++) {
                q[i / BLOCK][c][i % BLOCK] = ofRows.data[i * k + c];
            }
        }
    }

    /** −Σₖ qₖ log qₖ of one row. */
    static double entropy(double[] q) {
        double entropy = 0;
        for (double p : q) {
            if (p > 0) {
                entropy -= p * Math.log(p);
            }
        }
        return entropy;
    }

    /** Stops a computation if the calling thread, which is that of the fit, was interrupted. */
    void poll() {
        Interrupts.check("GaussianMixture");
    }

    /** The E-step, qᵢₖ = p(z = k | xᵢ), and the sums for the M-step in the same pass. */
    void eStep(Gaussians model) {
        double entropyBefore = entropy;
        Parallel.chunks(chunks, threads, (chunk, worker) -> eStep(model, chunk, worker));
        logLikelihood = 0;
        gapBefore = -entropyBefore;
        entropy = 0;
        for (double[] totals : chunkTotals) {
            logLikelihood += totals[0];
            gapBefore += totals[1];
            entropy += totals[2];
        }
    }

    private void eStep(Gaussians model, int chunk, int worker) {
        Worker w = workers[worker];
        double logLikelihood = 0;
        double cross = 0;
        double entropy = 0;
        for (double[] component : sums[chunk]) {
            Arrays.fill(component, 0);
        }
        for (int b = firstBlock(chunk); b < firstBlock(chunk + 1); b++) {
            for (int c = 0; c < k; c++) {
                poll();
                model.logJoint(c, blocks[b], w.scratch, w.logJoint[c]);
            }
            int rows = rows(b);
            normalise(model, blocks[b], w, q[b], rows);
            for (int r = 0; r < rows; r++) {
                double logSum = Math.log(w.sum[r]);
                logLikelihood += w.max[r] + logSum;
                cross += w.cross[r] + logSum;
                entropy += w.entropy[r] + logSum;
            }
            addSums(b, w, sums[chunk]);
        }
        chunkTotals[chunk][0] = logLikelihood;
        chunkTotals[chunk][1] = cross;
        chunkTotals[chunk][2] = entropy;
    }

    /** From log joints to responsibilities by log-sum-exp; q holds the old ones and gets the new ones. */
    private void normalise(Gaussians model, double[][] x, Worker w, double[][] q, int rows) {
        double[] max = w.max;
        double[] sum = w.sum;
        double[] cross = w.cross;
        double[] entropy = w.entropy;
        System.arraycopy(w.logJoint[0], 0, max, 0, BLOCK);
        for (int c = 1; c < k; c++) {
            max(max, w.logJoint[c]);
        }
        Arrays.fill(sum, 0);
        Arrays.fill(cross, 0);
        Arrays.fill(entropy, 0);
        for (int c = 0; c < k; c++) {
            below(w.logJoint[c], max);
        }
        for (int r = 0; r < rows; r++) {
            if (model.isFar(max[r])) {
                apart(model, x, r, w);
            }
        }
        for (int c = 0; c < k; c++) {
            addProduct(cross, q[c], w.logJoint[c]);
            exp(q[c], w.logJoint[c], rows);
            addProduct(entropy, q[c], w.logJoint[c]);
            add(sum, q[c]);
        }
        Arrays.fill(sum, rows, BLOCK, 1);
        divide(entropy, sum);
        for (int c = 0; c < k; c++) {
            divide(q[c], sum);
        }
    }

    /** How far the log joints of a far row are below the greatest, from the differences of their exponents. */
    private void apart(Gaussians model, double[][] x, int r, Worker w) {
        for (int j = 0; j < d; j++) {
            w.scratch.row[j] = x[j][r];
        }
        model.shares(w.scratch, w.shares, 0);
        for (int c = 0; c < k; c++) {
            w.logJoint[c][r] = Math.min(-w.shares[c], -Gaussians.LOG_ZERO);
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
    private void addSums(int block, Worker w, double[][] sums) {
        double[][] x = blocks[block];
        double[][] weights = q[block];
        double[][] p = w.products;
        int rows = rows(block);
        for (int r = 0; r < rows; r += ROWS_AT_ONCE) {
            poll();
            for (int t = 0; t < ROWS_AT_ONCE; t++) {
                products(x, r + t, w.z, p[t]);
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

    private void products(double[][] x, int r, double[] z, double[] out) {
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

    /** The sums for the M-step from responsibilities that were set. */
    void sumUp() {
        Parallel.chunks(chunks, threads, (chunk, worker) -> {
            for (double[] component : sums[chunk]) {
                Arrays.fill(component, 0);
            }
            for (int b = firstBlock(chunk); b < firstBlock(chunk + 1); b++) {
                addSums(b, workers[worker], sums[chunk]);
            }
        });
    }

    /** What the responsibilities say of each component: Nₖ, the weighted means, and the weighted covariances around them. */
    record Moments(double[] rows, double[][] means, double[][] covariances) {}

    /** The weighted moments; components that are dead have means and covariances of null. */
    Moments moments() {
        double[] rows = new double[k];
        double[][] means = new double[k][];
        double[][] covariances = new double[k][];
        for (int c = 0; c < k; c++) {
            double[] total = sums[0][c];
            for (int chunk = 1; chunk < chunks; chunk++) {
                double[] more = sums[chunk][c];
                for (int m = 0; m < sumsLength; m++) {
                    total[m] += more[m];
                }
            }
            rows[c] = total[0];
            if (!(rows[c] >= DEAD_ROWS)) {
                continue;
            }
            double[] mean = means[c] = new double[d];
            double[] covariance = covariances[c] = new double[diagonal ? d : d * d];
            boolean cancels = false;
            for (int i = 0; i < d; i++) {
                mean[i] = total[firstMoment(i)] / rows[c];
                if (diagonal) {
                    covariance[i] = total[1 + d + i] / rows[c] - mean[i] * mean[i];
                    cancels |= mean[i] * mean[i] > CANCELLATION * covariance[i];
                } else {
                    for (int j = 0; j <= i; j++) {
                        double value = total[(i + 1) * (i + 2) / 2 + 1 + j] / rows[c] - mean[i] * mean[j];
                        covariance[i * d + j] = value;
                        covariance[j * d + i] = value;
                    }
                    cancels |= mean[i] * mean[i] > CANCELLATION * covariance[i * d + i];
                }
            }
            poll();
            if (cancels) {
                sumAroundMean(c, rows[c], mean, covariance);
            }
        }
        return new Moments(rows, means, covariances);
    }

    private int firstMoment(int i) {
        return diagonal ? 1 + i : (i + 1) * (i + 2) / 2;
    }

    private void sumAroundMean(int component, double rows, double[] mean, double[] covariance) {
        Arrays.fill(covariance, 0);
        double[] difference = new double[d];
        for (int b = 0; b < blocks.length; b++) {
            poll();
            for (int r = 0; r < rows(b); r++) {
                double weight = q[b][component][r];
                if (weight == 0) {
                    continue;
                }
                for (int i = 0; i < d; i++) {
                    difference[i] = blocks[b][i][r] - mean[i];
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
        for (int i = 0; i < covariance.length; i++) {
            covariance[i] /= rows;
        }
        if (!diagonal) {
            for (int i = 0; i < d; i++) {
                for (int j = 0; j < i; j++) {
                    covariance[j * d + i] = covariance[i * d + j];
                }
            }
        }
    }
}
