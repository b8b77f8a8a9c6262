package lvm.vae;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import lvm.linalg.Interrupts;
import lvm.linalg.Logs;
import lvm.mcmc.Hmc;
import org.ejml.data.DMatrixRMaj;

/** log p(x) from draws of the posterior: D. P. Kingma and M. Welling (2014), appendix D. */
final class PosteriorLikelihood {
    private static final int ADAPTING = 100;

    /** The least pivot, as a part of the variance. */
    private static final double LEAST_PIVOT = 1e-12;

    private PosteriorLikelihood() {}

    /**
     * Draws {zₛ} of each posterior give a Gaussian q(z), with a share of the covariance of all rows; new draws give 1/p(x) =
     * E[q(z) / p(x, z)], z ~ p(z | x).
     *
     * @return n estimates of log p(xᵢ)
     */
    static double[] estimate(Hmc chains, int draws, RandomGenerator rng) {
        chains.adapt(ADAPTING, Hmc.DEFAULT_ACCEPTANCE, rng);
        DMatrixRMaj[] first = draws(chains, draws, rng, null);
        int n = first[0].numRows;
        int k = first[0].numCols;
        double[][] joint = new double[draws][];
        DMatrixRMaj[] second = draws(chains, draws, rng, joint);
        double[] estimates = new double[n];
        double[] mean = new double[k];
        double[][] factor = new double[k][k];
        double[][] pooled = new double[k][k];
        for (int i = 0; i < n; i++) {
            moments(first, i, mean, factor);
            for (int a = 0; a < k; a++) {
                for (int b = 0; b <= a; b++) {
                    pooled[a][b] += factor[a][b] / n;
                }
            }
        }
        double[] logRatio = new double[draws];
        for (int i = 0; i < n; i++) {
            moments(first, i, mean, factor);
            // Few draws, or a chain that stood still, say too little of a covariance: some of it is that of all rows.
            // Any Gaussian is right in the mean.
            double share = (k + 2.0) / (k + 2 + draws);
            for (int a = 0; a < k; a++) {
                for (int b = 0; b <= a; b++) {
                    factor[a][b] += share * (pooled[a][b] - factor[a][b]);
                }
            }
            double logDeterminant = decompose(factor);
            for (int s = 0; s < draws; s++) {
                logRatio[s] = logDensity(second[s], i, mean, factor, logDeterminant) - joint[s][i];
            }
            estimates[i] = -Logs.logMeanExp(logRatio);
        }
        return estimates;
    }

    private static DMatrixRMaj[] draws(Hmc chains, int draws, RandomGenerator rng, double[][] joint) {
        DMatrixRMaj[] z = new DMatrixRMaj[draws];
        for (int s = 0; s < draws; s++) {
            Interrupts.check("PosteriorLikelihood");
            chains.step(rng);
            z[s] = chains.positions();
            if (joint != null) {
                joint[s] = chains.logDensity();
            }
        }
        return z;
    }

    /** Mean and covariance of the draws of a row, the covariance below the diagonal only. */
    private static void moments(DMatrixRMaj[] z, int row, double[] mean, double[][] covariance) {
        int k = mean.length;
        Arrays.fill(mean, 0);
        for (DMatrixRMaj draw : z) {
            for (int a = 0; a < k; a++) {
                mean[a] += draw.get(row, a) / z.length;
            }
        }
        for (double[] line : covariance) {
            Arrays.fill(line, 0);
        }
        for (DMatrixRMaj draw : z) {
            for (int a = 0; a < k; a++) {
                for (int b = 0; b <= a; b++) {
                    covariance[a][b] += (draw.get(row, a) - mean[a]) * (draw.get(row, b) - mean[b]) / z.length;
                }
            }
        }
    }

    /** The Cholesky factor in the place of the covariance; its log determinant. What rounding takes of a pivot is given back. */
    private static double decompose(double[][] factor) {
        double logDeterminant = 0;
        for (int a = 0; a < factor.length; a++) {
            // Chains that all stood still have no variance; 1 is that of the prior.
            double least = LEAST_PIVOT * (factor[a][a] > 0 ? factor[a][a] : 1);
            for (int b = 0; b <= a; b++) {
                double sum = factor[a][b];
                for (int c = 0; c < b; c++) {
                    sum -= factor[a][c] * factor[b][c];
                }
                factor[a][b] = a == b ? Math.sqrt(Math.max(sum, least)) : sum / factor[b][b];
            }
            logDeterminant += 2 * Math.log(factor[a][a]);
        }
        return logDeterminant;
    }

    private static double logDensity(DMatrixRMaj z, int row, double[] mean, double[][] factor, double logDeterminant) {
        int k = mean.length;
        double[] white = new double[k];
        double square = 0;
        for (int a = 0; a < k; a++) {
            double sum = z.get(row, a) - mean[a];
            for (int b = 0; b < a; b++) {
                sum -= factor[a][b] * white[b];
            }
            white[a] = sum / factor[a][a];
            square += white[a] * white[a];
        }
        return -0.5 * (k * Logs.LOG_2_PI + logDeterminant + square);
    }
}
