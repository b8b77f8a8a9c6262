package lvm.mixture;

/** Where EM starts. */
public enum Init {
    /**
     * From the best of ten k-means clusterings of the standardised columns, on 5000 rows drawn at random where there are
     * more: weights and means of the clusters, and their covariances shrunk towards the pooled one by D + 1 pseudo-rows, so
     * that a cluster of a single row is no spike.
     */
    K_MEANS,
    /** From K different rows drawn at random as means, equal weights, and the covariance of all the data. */
    RANDOM
}
