package lvm.bernoulli;

/** How a {@link BernoulliLvm} learns from data without a network for q. */
public enum Learning {
    /** Ascent of log p(x) itself, its sum over all states differentiated on the tape. */
    EXACT_GRADIENT,
    /** EM: the E-step is the exact posterior, by enumeration. */
    EM,
    /** Variational EM: the E-step is the coordinate ascent of a free factorial q for each row. */
    MEAN_FIELD
}
