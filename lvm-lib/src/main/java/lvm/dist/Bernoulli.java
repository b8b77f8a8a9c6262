package lvm.dist;

import org.ejml.data.FMatrixRMaj;

/** Binary variables from their logits, p(x = 1) = 1/(1 + e^−l); the values are right for every finite logit. */
public final class Bernoulli {
    private Bernoulli() {}

    /**
     * The log probability, x l − log(1 + e^l).
     *
     * @param x the observation, in [0,1]
     * @param logit l
     * @return log p(x), nats
     */
    public static double logProbability(double x, double logit) {
        return x * logit - softplus(logit);
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
     * @return KL(p ‖ q), nats
     */
    public static double kl(double logitP, double logitQ) {
        double p = Math.exp(-softplus(-logitP));
        return p * (logitP - logitQ) - softplus(logitP) + softplus(logitQ);
    }

    private static double softplus(double z) {
        return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
    }
}
