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
     * The effective number of draws of a chain for its mean, n/τ with its {@link AutocorrelationTime#ofChain autocorrelation time} τ.
     *
     * @param chain n draws in their order, at least 4, from a chain that has forgotten its start
     * @return the effective number; more than n for draws that alternate, up to n log₁₀ n; n if all are the same
     * @throws IllegalArgumentException if there are fewer than 4 draws or one is not finite
     */
    public static double ofChain(double... chain) {
        Require.atLeast("EffectiveSampleSize.ofChain", "the number of draws", 4, chain.length);
        return chain.length / AutocorrelationTime.ofChain(chain);
    }
}
