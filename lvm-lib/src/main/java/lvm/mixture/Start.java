package lvm.mixture;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.ejml.data.DMatrixRMaj;

/**
 * Where EM starts on one data set; parameters are around the centre of the data. Every method throws a
 * CancellationException if interrupted.
 */
final class Start {
    private static final String WHERE = "GaussianMixture.fit: start";
    private static final int ROWS = 5000;
    private static final int CLUSTERINGS = 10;
    private static final int ITERATIONS = 100;

    private final MixtureStatistics statistics;
    private final MStep mStep;
    private final Covariance covariance;
    private final long n;
    private final int d;
    private final int k;

    Start(MixtureStatistics statistics, MStep mStep, Covariance covariance) {
        this.statistics = statistics;
        this.mStep = mStep;
        this.covariance = covariance;
        this.n = statistics.n;
        this.d = statistics.d;
        this.k = statistics.k;
    }

    private Gaussians of(double[] weights, double[][] means, double[][] covariances) {
        return Gaussians.of(WHERE, weights, means, covariances, covariance.isDiagonal(), statistics::poll);
    }

    /** From given parameters, in the coordinates of the data. */
    Gaussians given(Gaussians given) {
        double[][] covariances = new double[k][];
        for (int c = 0; c < k; c++) {
            DMatrixRMaj full = given.covariance(c);
            if (covariance == Covariance.TIED && c > 0) {
                if (!Arrays.equals(full.data, given.covariance(0).data)) {
                    throw new IllegalArgumentException("GaussianMixture.fit: the start has different covariances for"
                            + " components 0 and " + c + ", but covariance is TIED");
                }
                covariances[c] = covariances[0];
            } else {
                covariances[c] = mStep.aboveFloor(covariance.isDiagonal() ? diagonal(full, c) : full.data);
            }
        }
        return of(given.weights, given.means, covariances).shifted(statistics.centre, -1);
    }

    private double[] diagonal(DMatrixRMaj full, int component) {
        double[] variances = new double[d];
        for (int i = 0; i < d; i++) {
            variances[i] = full.get(i, i);
            for (int j = 0; j < d; j++) {
                if (i != j && full.get(i, j) != 0
                        || covariance == Covariance.SPHERICAL && full.get(i, i) != full.get(0, 0)) {
                    throw new IllegalArgumentException("GaussianMixture.fit: covariance " + component
                            + " of the start is not " + covariance + " as the fit");
                }
            }
        }
        return variances;
    }

    /** As {@link Init#K_MEANS} says. */
    Gaussians kMeans(SplittableRandom rng) {
        statistics.assign(clusters(rng));
        MixtureStatistics.Moments moments = statistics.moments();
        double[] weights = new double[k];
        double[] pooled = new double[moments.covariances()[0].length];
        for (int c = 0; c < k; c++) {
            weights[c] = moments.rows()[c] / n;
            for (int i = 0; i < pooled.length; i++) {
                pooled[i] += weights[c] * moments.covariances()[c][i];
            }
        }
        int pseudoRows = d + 1;
        for (int c = 0; c < k; c++) {
            double rows = moments.rows()[c];
            double[] own = moments.covariances()[c];
            for (int i = 0; i < own.length; i++) {
                own[i] = (rows * own[i] + pseudoRows * pooled[i]) / (rows + pseudoRows);
            }
        }
        return of(weights, moments.means(), mStep.constrain(moments, null));
    }

    /** The centres of the best of some clusterings of the standardised columns. */
    private DMatrixRMaj clusters(SplittableRandom rng) {
        long[] rows = new long[(int) Math.min(n, ROWS + k)];
        Arrays.setAll(rows, i -> i);
        if (n > ROWS + k) {
            // As many different rows as there are clusters must be among them.
            long[] different = Lloyd.differentRows("GaussianMixture.fit", n, statistics::rows, k, rng);
            Arrays.setAll(rows, i -> i < k ? different[i] : Lloyd.draw(n, rng));
        }
        DMatrixRMaj part =
                MixtureStatistics.standardised(statistics.rows(rows), statistics.centre, statistics.variances);
        Lloyd best = null;
        for (int i = 0; i < CLUSTERINGS; i++) {
            Lloyd next = new Lloyd("GaussianMixture.fit", part, k, 0, rng);
            for (int step = 0; step < next.steps(ITERATIONS) && !next.converged(); step++) {
                next.iterate();
            }
            if (best == null || next.inertia() < best.inertia()) {
                best = next;
            }
        }
        statistics.poll();
        return best.centres();
    }

    /** As {@link Init#RANDOM} says. */
    Gaussians random(SplittableRandom rng) {
        DMatrixRMaj x = statistics.rows(Lloyd.differentRows("GaussianMixture.fit", n, statistics::rows, k, rng));
        double[] weights = new double[k];
        Arrays.fill(weights, 1.0 / k);
        double[][] means = new double[k][d];
        for (int c = 0; c < k; c++) {
            for (int j = 0; j < d; j++) {
                means[c][j] = x.get(c, j) - statistics.centre[j];
            }
        }
        statistics.assign(new DMatrixRMaj(1, d)); // all rows to component 0: its covariance is that of the data
        double[][] covariances = new double[k][];
        Arrays.fill(covariances, mStep.aboveFloor(statistics.moments().covariances()[0]));
        return of(weights, means, covariances);
    }
}
