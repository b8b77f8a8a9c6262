package lvm.dist;

/** A variable with K classes from its logits, p(k) = e^lₖ / Σⱼ e^lⱼ. */
public final class Categorical {
    private Categorical() {}

    /**
     * The log probabilities of all classes, lₖ − log Σⱼ e^lⱼ, without overflow.
     *
     * @param logits K logits, at least one; not modified
     * @return K values of log p(k), nats
     * @throws IllegalArgumentException if there are no logits
     */
    public static double[] logProbabilities(double... logits) {
        if (logits.length == 0) {
            throw new IllegalArgumentException("Categorical.logProbabilities: no logits");
        }
        double top = Double.NEGATIVE_INFINITY;
        for (double l : logits) {
            top = Math.max(top, l);
        }
        double sum = 0;
        for (double l : logits) {
            sum += Math.exp(l - top);
        }
        double[] y = new double[logits.length];
        for (int k = 0; k < y.length; k++) {
            y[k] = logits[k] - top - Math.log(sum);
        }
        return y;
    }

    /**
     * The divergence Σₖ p(k) log p(k)/q(k).
     *
     * @param logitsP K logits of p; not modified
     * @param logitsQ K logits of q; not modified
     * @return KL(p ‖ q), nats
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
            sum += Math.exp(p[k]) * (p[k] - q[k]);
        }
        return sum;
    }
}
