package lvm.mixture;

import java.util.Arrays;
import lvm.linalg.Interrupts;
import org.ejml.data.DMatrixRMaj;

/**
 * The sufficient statistics of a Gaussian mixture on rows: the responsibilities of the rows, and the moments of each component
 * weighted by them. One pass over the rows computes the responsibilities and the sums that the M-step needs. The rows are cut into
 * chunks in a way that depends on their number and not on the threads, and the sums of the chunks are added in order.
 *
 * <p>{@link SufficientStatistics} holds the rows and their responsibilities in memory, {@link ChunkStatistics} holds neither.
 *
 * <p>What takes long throws a CancellationException if the calling thread is interrupted; the flag stays set, and the
 * responsibilities may then be half old and half new.
 */
abstract class MixtureStatistics {
    static final String WHERE = "GaussianMixture";

    /** A component with responsibility for fewer rows than this in total keeps its mean and covariance. */
    static final double DEAD_ROWS = 1e-6;

    private static final int MAX_CHUNKS = 32;
    private static final long MAX_SUMS = 8_000_000;

    /** Beyond this ratio of squared mean to variance, E[x²] − E[x]² loses digits that matter: sum again around the mean. */
    private static final double CANCELLATION = 100;

    /** How many distances of the quartiles a number may be beyond them before it counts as an outlier. */
    static final double OUTLIER = 10;

    final long n;
    final int d;
    final int k;
    final double[] centre;
    /** The variances of the columns of the data. */
    final double[] variances;
    /** Whether of the products of columns only the squares are summed. */
    final boolean diagonal;

    // What the last E-step found.
    double logLikelihood;
    /** KL from the responsibilities before the E-step to the posterior. */
    double gapBefore;
    /** −Σᵢₖ qᵢₖ log qᵢₖ of the present responsibilities. */
    double entropy;

    MixtureStatistics(long n, int d, int k, boolean diagonal) {
        this.n = n;
        this.d = d;
        this.k = k;
        this.diagonal = diagonal;
        this.centre = new double[d];
        this.variances = new double[d];
    }

    /** Into how many chunks the rows are cut: sums of them all are in memory. */
    static int chunks(long rows, int k, int d, boolean diagonal) {
        long blocks = (rows + BlockSums.BLOCK - 1) / BlockSums.BLOCK;
        long perChunk = (long) k * BlockSums.length(d, diagonal);
        return (int) Math.max(1, Math.min(Math.min(MAX_CHUNKS, blocks), MAX_SUMS / perChunk));
    }

    /** The first block of a chunk. */
    static long firstBlock(long chunk, int chunks, long rows) {
        return chunk * ((rows + BlockSums.BLOCK - 1) / BlockSums.BLOCK) / chunks;
    }

    /** The variances with outliers moved towards the others: what is small beside the data is small beside these. */
    abstract double[] scales();

    /** Whether {@link #scales} costs no pass over the rows. */
    abstract boolean knowsScales();

    /** Some of the rows. */
    abstract DMatrixRMaj rows(long... numbers);

    /** Responsibilities of 1 for the nearest of some centres in columns of mean 0 and variance 1, and the sums under them. */
    abstract void assign(DMatrixRMaj centres);

    /** The E-step where the responsibilities of every row were the weights: before it is seen, the posterior is the prior. */
    abstract void firstEStep(Gaussians model);

    /**
     * The E-step, qᵢₖ = p(z = k | xᵢ), and the sums for the M-step in the same pass.
     *
     * @param boundBefore 𝓛 of the model at the responsibilities before it
     */
    abstract void eStep(Gaussians model, double boundBefore);

    /** The sums of each component under the present responsibilities. */
    abstract double[][] sums();

    /** Adds Σᵢ qᵢₖ (xᵢ − mean)(xᵢ − mean)ᵀ to the lower triangle of a matrix, or to its diagonal. */
    abstract void addAround(int component, double[] mean, double[] covariance);

    /** Adds the second sums to the first. */
    static void add(double[][] sums, double[][] more) {
        for (int c = 0; c < sums.length; c++) {
            for (int m = 0; m < sums[c].length; m++) {
                sums[c][m] += more[c][m];
            }
        }
    }

    /** Rows in units of the standard deviations of the columns, around the centre. */
    static DMatrixRMaj standardised(DMatrixRMaj x, double[] centre, double[] variances) {
        DMatrixRMaj standardised = new DMatrixRMaj(x.numRows, x.numCols);
        for (int i = 0, at = 0; i < x.numRows; i++) {
            for (int j = 0; j < x.numCols; j++, at++) {
                standardised.data[at] = (x.data[at] - centre[j]) / Math.sqrt(variances[j]);
            }
        }
        return standardised;
    }

    /** Stops a computation if the calling thread, which is that of the fit, was interrupted. */
    final void poll() {
        Interrupts.check(WHERE);
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

    /** What the responsibilities say of each component: Nₖ, the weighted means, and the weighted covariances around them. */
    record Moments(double[] rows, double[][] means, double[][] covariances) {}

    /** The weighted moments; components that are dead have means and covariances of null. */
    final Moments moments() {
        double[][] sums = sums();
        double[] rows = new double[k];
        double[][] means = new double[k][];
        double[][] covariances = new double[k][];
        for (int c = 0; c < k; c++) {
            double[] total = sums[c];
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
                around(c, rows[c], mean, covariance);
            }
        }
        return new Moments(rows, means, covariances);
    }

    private int firstMoment(int i) {
        return diagonal ? 1 + i : (i + 1) * (i + 2) / 2;
    }

    private void around(int component, double rows, double[] mean, double[] covariance) {
        Arrays.fill(covariance, 0);
        addAround(component, mean, covariance);
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
