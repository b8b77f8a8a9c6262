package lvm.distribution;

import lvm.linalg.Logs;
import org.ejml.data.FMatrixRMaj;

/** Binary variables from their logits, p(x = 1) = 1/(1 + e^−l); logits of −∞ and +∞ are p = 0 and p = 1. */
public final class Bernoulli {
    private Bernoulli() {}

    /**
     * The log probability, x l − log(1 + e^l).
     *
     * @param x the observation, in [0,1]
     * @param logit l
     * @return log p(x), nats; −∞ for what an infinite logit makes impossible
     */
    public static double logProbability(double x, double logit) {
        if (Double.isInfinite(logit)) {
            return x == (logit > 0 ? 1 : 0) ? 0 : Double.isNaN(x) ? x : Double.NEGATIVE_INFINITY;
        }
        return x * logit - Logs.softplus(logit);
    }

    /**
     * The log probability of rows with independent columns, Σⱼ log p(xᵢⱼ).
     *
     * @param x n×D observations in [0,1]; not modified
     * @param logits n×D logits; not modified
     * @return n values, nats
     * @throws IllegalArgumentException if the shapes differ
     */
    public static double[] logProbability(FMatrixRMaj x, FMatrixRMaj logits) {
        if (x.numRows != logits.numRows || x.numCols != logits.numCols) {
            throw new IllegalArgumentException("Bernoulli.logProbability: x is " + x.numRows + "×" + x.numCols
                    + ", the logits are " + logits.numRows + "×" + logits.numCols);
        }
        double[] y = new double[x.numRows];
        for (int i = 0; i < y.length; i++) {
            for (int j = 0; j < x.numCols; j++) {
                y[i] += logProbability(x.get(i, j), logits.get(i, j));
            }
        }
        return y;
    }

    /**
     * The divergence of two binary variables, Σₓ p(x) log p(x)/q(x).
     *
     * @param logitP the logit of p
     * @param logitQ the logit of q
     * @return KL(p ‖ q), nats, at least 0; +∞ if q has no chance of what p has
     */
    public static double kl(double logitP, double logitQ) {
        // Never below 0 by rounding; a NaN stays one.
        return Math.max(0, term(logitP, logitQ) + term(-logitP, -logitQ));
    }

    /** p log p/q of one of the two values, from the logits of it. */
    private static double term(double logitP, double logitQ) {
        double logP = -Logs.softplus(-logitP);
        double p = Math.exp(logP);
        return p == 0 ? 0 : p * (logP + Logs.softplus(-logitQ));
    }
}
