package lvm.evaluation;

import java.util.List;
import lvm.linalg.Interrupts;
import lvm.linalg.Parallel;
import lvm.linalg.VectorMath;
import lvm.model.Require;
import org.ejml.data.FMatrixRMaj;

/**
 * The integrated autocorrelation time of Markov chains, τ = 1 + 2 Σₜ ρₜ in steps: the mean over n steps has the variance of a mean over n/τ
 * independent draws. The sum runs over pairs ρ₂ₜ + ρ₂ₜ₊₁ as long as they are positive and is made to fall (C. J. Geyer 1992, Practical Markov
 * chain Monte Carlo, initial monotone sequence). Chains of fewer than some fifty times τ give too low a number.
 */
public final class AutocorrelationTime {
    private AutocorrelationTime() {}

    /** Σ over the steps of the product of deviations at a lag, over the number of all steps: that keeps the sequence positive definite. */
    private interface Covariance {
        double at(int chain, int lag);
    }

    /**
     * That of one chain, whose deviations are those from its own mean: a chain that never left its start seems to be a fast one.
     *
     * @param chain n draws in their order, at least 4, from a chain that has forgotten its start
     * @return steps; below 1 for draws that alternate, down to 1/log₁₀ n; 1 if all are the same
     * @throws IllegalArgumentException if there are fewer than 4 draws or one is not finite
     */
    public static double ofChain(double... chain) {
        return scalars("AutocorrelationTime.ofChain", new double[][] {chain}).value();
    }

    /**
     * That of several chains of the same target, whose deviations are those from the mean of all: chains that stay where they began have a long
     * time, however little each of them moves.
     *
     * @param chains n draws each, in their order, at least 4
     * @return steps, with the standard error of a ratio of means over the chains at the lags that were summed, NaN for one chain; 1 if all draws
     *     are the same
     * @throws IllegalArgumentException if there is no chain, the lengths differ or are less than 4, or a draw is not finite
     */
    public static Estimate ofChains(double[]... chains) {
        return scalars("AutocorrelationTime.ofChains", chains);
    }

    /**
     * That of several chains of vectors, with ρₜ the autocovariance at lag t over that at lag 0, both summed over the columns: columns that vary
     * much count much. See {@link #ofChains(double[][])}.
     *
     * @param chains n×D draws each, a step a row, at least 4; not modified
     * @return steps, with its standard error
     * @throws IllegalArgumentException if there is no chain, the shapes differ, there are fewer than 4 steps, or a number is not finite
     */
    public static Estimate ofChains(List<FMatrixRMaj> chains) {
        String where = "AutocorrelationTime.ofChains";
        Require.atLeast(where, "the number of chains", 1, chains.size());
        int n = Require.atLeast(where, "the number of draws", 4, chains.get(0).numRows);
        int d = chains.get(0).numCols;
        double[] mean = new double[d];
        for (int c = 0; c < chains.size(); c++) {
            FMatrixRMaj x = chains.get(c);
            requireLength(where, c, n, x.numRows);
            Require.columns(where, "chain " + c, x, d);
            Require.finite(where, "chain " + c, x);
            for (int k = 0; k < n * d; k++) {
                mean[k % d] += x.data[k] / ((double) n * chains.size());
            }
        }
        float[][] centred = new float[chains.size()][n * d];
        for (int c = 0; c < centred.length; c++) {
            for (int k = 0; k < n * d; k++) {
                centred[c][k] = (float) (chains.get(c).data[k] - mean[k % d]);
            }
        }
        return time(centred.length, n, (chain, lag) -> {
            float[] x = centred[chain];
            return VectorMath.dot(x, 0, x, lag * d, (n - lag) * d) / n;
        });
    }

    private static Estimate scalars(String where, double[][] chains) {
        Require.atLeast(where, "the number of chains", 1, chains.length);
        int n = Require.atLeast(where, "the number of draws", 4, chains[0].length);
        double mean = 0;
        long seen = 0;
        for (int c = 0; c < chains.length; c++) {
            requireLength(where, c, n, chains[c].length);
            for (int i = 0; i < n; i++) {
                if (!Double.isFinite(chains[c][i])) {
                    throw new IllegalArgumentException(where + ": draw " + i
                            + (chains.length > 1 ? " of chain " + c : "") + " is " + chains[c][i]
                            + ", expected a finite number");
                }
                mean += (chains[c][i] - mean) / ++seen;
            }
        }
        // In units of the largest deviation, whose square might be 0 or infinite.
        double unit = 0;
        for (double[] chain : chains) {
            for (double value : chain) {
                unit = Math.max(unit, Math.abs(value - mean));
            }
        }
        double[][] scaled = new double[chains.length][n];
        for (int c = 0; unit > 0 && c < chains.length; c++) {
            for (int i = 0; i < n; i++) {
                scaled[c][i] = (chains[c][i] - mean) / unit;
            }
        }
        return time(chains.length, n, (chain, lag) -> {
            double[] x = scaled[chain];
            double sum = 0;
            for (int i = 0; i + lag < n; i++) {
                sum += x[i] * x[i + lag];
            }
            return sum / n;
        });
    }

    private static void requireLength(String where, int chain, int expected, int length) {
        if (length != expected) {
            throw new IllegalArgumentException(where + ": chain " + chain + " has " + length + " draws and chain 0 "
                    + expected + ", expected as many");
        }
    }

    private static Estimate time(int chains, int n, Covariance covariance) {
        double[] variances = new double[chains];
        double[] sums = new double[chains];
        double[] pairs = new double[chains];
        double variance = 0;
        double sum = 0;
        double smallest = Double.POSITIVE_INFINITY;
        for (int t = 0; t + 1 < n; t += 2) {
            Interrupts.check("AutocorrelationTime");
            int lag = t;
            Parallel.range(chains, 1, (from, to) -> {
                for (int c = from; c < to; c++) {
                    double even = covariance.at(c, lag);
                    pairs[c] = even + covariance.at(c, lag + 1);
                    if (lag == 0) {
                        variances[c] = even;
                    }
                }
            });
            double pair = 0;
            for (int c = 0; c < chains; c++) {
                pair += pairs[c];
                variance += lag == 0 ? variances[c] : 0;
            }
            if (variance == 0) {
                return new Estimate(1, chains == 1 ? Double.NaN : 0);
            }
            pair /= variance;
            if (!(pair > 0)) {
                break;
            }
            smallest = Math.min(smallest, pair);
            sum += smallest;
            for (int c = 0; c < chains; c++) {
                sums[c] += pairs[c];
            }
        }
        // Σ of the pairs is 1 + ρ₁ + ρ₂ + …; the noise of an alternating chain must not make a number below 0 of it.
        double time = Math.max(2 * sum - 1, 1 / Math.log10(Math.max(n, 10)));
        return new Estimate(time, error(sums, variances));
    }

    /** The standard error of Σ (2 s − v)/Σ v over chains with the sums s of covariances and the variances v. */
    private static double error(double[] sums, double[] variances) {
        double numerator = 0;
        double denominator = 0;
        for (int c = 0; c < sums.length; c++) {
            numerator += 2 * sums[c] - variances[c];
            denominator += variances[c];
        }
        double squares = 0;
        for (int c = 0; c < sums.length; c++) {
            double rest = 2 * sums[c] - variances[c] - numerator / denominator * variances[c];
            squares += rest * rest;
        }
        int m = sums.length;
        return m == 1 ? Double.NaN : Math.sqrt(m * squares / (m - 1)) / denominator;
    }
}
