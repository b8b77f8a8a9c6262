package lvm.mixture;

import java.util.Arrays;
import lvm.linalg.Parallel;
import org.ejml.data.DMatrixRMaj;

/**
 * The sufficient statistics of a Gaussian mixture on rows in memory. The data is held centred, in blocks of rows stored column by
 * column, beside the responsibilities.
 */
final class SufficientStatistics extends MixtureStatistics {
    private static final int BLOCK = BlockSums.BLOCK;
    private static final long WORTH_A_THREAD = 500_000;

    private final DMatrixRMaj x;
    private final double[] scales;
    private final int threads;
    private final double[][][] blocks;
    private final double[][][] q;
    private final int chunks;
    /** The sums of each component, for each chunk. */
    private final double[][][] sums;

    /** Whether those of all chunks are in the first. */
    private boolean added;

    private final double[][] chunkTotals;
    private final BlockSums[] workers;

    SufficientStatistics(DMatrixRMaj x, int k, boolean diagonal, int threads) {
        super(x.numRows, x.numCols, k, diagonal);
        this.x = x;
        columnMoments(x, centre, variances);
        scales = scales(x, variances);
        blocks = blocks(x, centre);
        q = new double[blocks.length][k][BLOCK];
        chunks = chunks(n, k, d, diagonal);
        sums = new double[chunks][k][BlockSums.length(d, diagonal)];
        chunkTotals = new double[chunks][3];
        long perChunk = (long) k * BlockSums.length(d, diagonal);
        this.threads = n * perChunk < WORTH_A_THREAD ? 1 : Math.min(Math.min(threads, chunks), Parallel.threads());
        workers = new BlockSums[this.threads];
        Arrays.setAll(workers, i -> new BlockSums(d, k, diagonal));
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
        double[][][] blocks = new double[(n + BLOCK - 1) / BLOCK][x.numCols][BLOCK];
        for (int b = 0; b < blocks.length; b++) {
            BlockSums.fill(blocks[b], x.data, b * BLOCK, Math.min(BLOCK, n - b * BLOCK), centre);
        }
        return blocks;
    }

    private int rows(int block) {
        return Math.min(BLOCK, x.numRows - block * BLOCK);
    }

    private int firstBlock(int chunk) {
        return (int) firstBlock(chunk, chunks, n);
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

    @Override
    boolean knowsScales() {
        return true;
    }

    @Override
    double[] scales() {
        return scales;
    }

    @Override
    DMatrixRMaj rows(long... numbers) {
        DMatrixRMaj rows = new DMatrixRMaj(numbers.length, d);
        for (int i = 0; i < numbers.length; i++) {
            System.arraycopy(x.data, (int) numbers[i] * d, rows.data, i * d, d);
        }
        return rows;
    }

    @Override
    void assign(DMatrixRMaj centres) {
        setResponsibilities(Lloyd.nearest(standardised(x, centre, variances), centres));
        sumUp();
    }

    @Override
    void firstEStep(Gaussians model) {
        setResponsibilities(model.weights);
        entropy = n * entropy(model.weights);
        eStep(model, 0);
    }

    @Override
    void eStep(Gaussians model, double boundBefore) {
        double entropyBefore = entropy;
        added = false;
        Parallel.chunks(chunks, threads, (chunk, worker) -> eStep(model, chunk, workers[worker]));
        logLikelihood = 0;
        gapBefore = -entropyBefore;
        entropy = 0;
        for (double[] totals : chunkTotals) {
            logLikelihood += totals[0];
            gapBefore += totals[1];
            entropy += totals[2];
        }
    }

    private void eStep(Gaussians model, int chunk, BlockSums worker) {
        double[] totals = chunkTotals[chunk];
        Arrays.fill(totals, 0);
        for (double[] component : sums[chunk]) {
            Arrays.fill(component, 0);
        }
        for (int b = firstBlock(chunk); b < firstBlock(chunk + 1); b++) {
            worker.eStep(model, blocks[b], q[b], rows(b), totals, sums[chunk]);
        }
    }

    /** The sums for the M-step from responsibilities that were set. */
    void sumUp() {
        added = false;
        Parallel.chunks(chunks, threads, (chunk, worker) -> {
            for (double[] component : sums[chunk]) {
                Arrays.fill(component, 0);
            }
            for (int b = firstBlock(chunk); b < firstBlock(chunk + 1); b++) {
                workers[worker].add(blocks[b], q[b], rows(b), sums[chunk]);
            }
        });
    }

    @Override
    double[][] sums() {
        for (int chunk = 1; chunk < chunks && !added; chunk++) {
            add(sums[0], sums[chunk]);
        }
        added = true;
        return sums[0];
    }

    @Override
    void addAround(int component, double[] mean, double[] covariance) {
        for (int b = 0; b < blocks.length; b++) {
            poll();
            BlockSums.addAround(blocks[b], q[b][component], rows(b), mean, covariance);
        }
    }
}
