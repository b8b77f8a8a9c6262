package lvm.evaluation;

import lvm.linalg.Logs;
import lvm.model.Require;

/** How many independent draws a set of weighted or of dependent draws is worth. */
public final class EffectiveSampleSize {
    private EffectiveSampleSize() {}

    /**
     * The effective number of weighted draws, (Σ w)² / Σ w² (A. Kong 1992).
     *
     * @param logWeights the logarithms of the weights, up to a constant that may be large; −∞ for a weight of 0
     * @return from 1, when one draw has all the weight, to their number, when all weights are equal; 0 if all weights are 0
     * @throws IllegalArgumentException if there is none, or one is NaN or +∞
     */
    public static double ofWeights(double... logWeights) {
        Require.atLeast("EffectiveSampleSize.ofWeights", "the number of weights", 1, logWeights.length);
        for (int i = 0; i < logWeights.length; i++) {
            if (!(logWeights[i] < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "EffectiveSampleSize.ofWeights: log weight " + i + " is " + logWeights[i]);
            }
        }
        return Logs.effectiveNumber(logWeights);
    }

    /**
     * The effective number of draws of a chain for its mean, n / (1 + 2 Σₜ ρₜ) with the autocorrelations ρₜ. The sum runs
     * over pairs ρ₂ₜ + ρ₂ₜ₊₁ as long as they are positive and is made to fall (C. J. Geyer 1992, initial monotone sequence).
     *
     * @param chain n draws in their order, at least 4, from a chain that has forgotten its start
     * @return the effective number; more than n for draws that alternate, up to n log₁₀ n; n if all are the same
     * @throws IllegalArgumentException if there are fewer than 4 draws or one is not finite
     */
    public static double ofChain(double... chain) {
        int n = Require.atLeast("EffectiveSampleSize.ofChain", "the number of draws", 4, chain.length);
        double mean = 0;
        for (int i = 0; i < n; i++) {
            if (!Double.isFinite(chain[i])) {
                throw new IllegalArgumentException("EffectiveSampleSize.ofChain: draw " + i + " is " + chain[i]);
            }
            mean += (chain[i] - mean) / (i + 1);
        }
        // In units of the largest deviation, whose square might be 0 or infinite.
        double unit = 0;
        for (double value : chain) {
            unit = Math.max(unit, Math.abs(value - mean));
        }
        if (unit == 0) {
            return n;
        }
        double[] scaled = new double[n];
        for (int i = 0; i < n; i++) {
            scaled[i] = (chain[i] - mean) / unit;
        }
        double variance = covariance(scaled, 0);
        double sum = 0;
        double smallest = Double.POSITIVE_INFINITY;
        for (int t = 0; t + 1 < n; t += 2) {
            double pair = (covariance(scaled, t) + covariance(scaled, t + 1)) / variance;
            if (!(pair > 0)) {
                break;
            }
            smallest = Math.min(smallest, pair);
            sum += smallest;
        }
        // Σ of the pairs is 1 + ρ₁ + ρ₂ + …; the noise of an alternating chain must not make a number without end of
        // it.
        double time = Math.max(2 * sum - 1, 1 / Math.log10(Math.max(n, 10)));
        return n / time;
    }

    /** The autocovariance at a lag, divided by n: that keeps the sequence positive definite. */
    private static double covariance(double[] centred, int lag) {
        double sum = 0;
        for (int i = 0; i + lag < centred.length; i++) {
            sum += centred[i] * centred[i + lag];
        }
        return sum / centred.length;
    }
}
