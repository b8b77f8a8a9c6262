package lvm.distribution;

import lvm.linalg.Logs;

/** A variable with K classes from its logits, p(k) = e^lₖ / Σⱼ e^lⱼ. */
public final class Categorical {
    private Categorical() {}

    /**
     * The log probabilities of all classes, lₖ − log Σⱼ e^lⱼ, without overflow.
     *
     * @param logits K logits, at least one; not modified
     * @return K values of log p(k), nats; classes with a logit of +∞ share the probability equally, and so do all classes if
     *     every logit is −∞
     * @throws IllegalArgumentException if there are no logits
     */
    public static double[] logProbabilities(double... logits) {
        if (logits.length == 0) {
            throw new IllegalArgumentException("Categorical.logProbabilities: no logits");
        }
        double[] y = new double[logits.length];
        Logs.logSoftmax(logits, 0, y, 0, y.length);
        return y;
    }

    /**
     * The divergence Σₖ p(k) log p(k)/q(k).
     *
     * @param logitsP K logits of p; not modified
     * @param logitsQ K logits of q; not modified
     * @return KL(p ‖ q), nats, at least 0; +∞ if q has no chance of what p has
     * @throws IllegalArgumentException if the numbers of classes differ or are zero
     */
    public static double kl(double[] logitsP, double[] logitsQ) {
        if (logitsP.length != logitsQ.length) {
            throw new IllegalArgumentException(
                    "Categorical.kl: p has " + logitsP.length + " classes, q has " + logitsQ.length);
        }
        double[] p = logProbabilities(logitsP);
        double[] q = logProbabilities(logitsQ);
        double sum = 0;
        for (int k = 0; k < p.length; k++) {
            sum += p[k] == Double.NEGATIVE_INFINITY ? 0 : Math.exp(p[k]) * (p[k] - q[k]);
        }
        return Math.max(0, sum); // below 0 by rounding only
    }
}
