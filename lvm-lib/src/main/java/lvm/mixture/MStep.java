package lvm.mixture;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/** The M-step of EM on {@link MixtureStatistics}: the best parameters under a form of the covariances and a floor. */
final class MStep {
    /** How far above the floor no rounding of it matters. */
    private static final double CLEARLY = 2;

    private final MixtureStatistics statistics;
    private final Covariance type;
    private final double floor;

    /** 𝓛 of the parameters that the last step found, from the moments that it used. */
    double bound;

    MStep(MixtureStatistics statistics, Covariance type, double floor) {
        this.statistics = statistics;
        this.type = type;
        this.floor = floor;
    }

    /**
     * The M-step: the weights, means and covariances that maximise 𝓛 at the present responsibilities, among covariances of
     * the type and above the floor.
     *
     * @param previous where a dead component gets its mean and covariance from; null if there must be none
     * @param where begins the message if a covariance is singular
     */
    Gaussians maximise(Gaussians previous, String where) {
        MixtureStatistics.Moments moments = statistics.moments();
        int k = statistics.k;
        double[] weights = new double[k];
        double[][] means = new double[k][];
        for (int c = 0; c < k; c++) {
            weights[c] = moments.rows()[c] / statistics.n;
            means[c] = moments.means()[c];
            if (means[c] == null) {
                if (previous == null) {
                    throw new IllegalArgumentException(where + ": component " + c
                            + " (counted from 0) has responsibility for no row, so it has no mean");
                }
                means[c] = previous.means[c];
            }
        }
        double[][] covariances = constrain(moments, previous);
        Gaussians next = Gaussians.of(where, weights, means, covariances, type.isDiagonal(), statistics::poll);
        bound = statistics.entropy;
        for (int c = 0; c < k; c++) {
            statistics.poll();
            bound += expectedLogJoint(next, c, moments);
        }
        return next;
    }

    /** Σᵢ qᵢₖ log p(xᵢ, z = k) from the moments alone. */
    private double expectedLogJoint(Gaussians model, int c, MixtureStatistics.Moments moments) {
        int d = model.d;
        double rows = moments.rows()[c];
        if (rows == 0) {
            return 0;
        }
        double quadratic = 0; // E[|L⁻¹(x − μ)|²]
        double[] covariance = moments.covariances()[c];
        double[] w = model.whiteners[c];
        if (covariance == null) {
            return rows * model.logConstants[c]; // dead: less than DEAD_ROWS of anything
        }
        if (type.isDiagonal()) {
            for (int j = 0; j < d; j++) {
                quadratic += w[j] * w[j] * covariance[j];
            }
        } else {
            double[] row = new double[d];
            for (int i = 0; i < d; i++) {
                // wᵢᵀ S wᵢ with wᵢ the row i of L⁻¹
                Arrays.fill(row, 0, i + 1, 0);
                for (int j = 0; j <= i; j++) {
                    double wij = w[i * d + j];
                    for (int l = 0; l <= i; l++) {
                        row[l] += wij * covariance[j * d + l];
                    }
                }
                for (int l = 0; l <= i; l++) {
                    quadratic += w[i * d + l] * row[l];
                }
            }
        }
        return rows * (model.logConstants[c] - 0.5 * quadratic);
    }

    /** The covariances of the type that maximise 𝓛 above the floor, given the weighted ones. */
    double[][] constrain(MixtureStatistics.Moments moments, Gaussians previous) {
        int k = statistics.k;
        int d = statistics.d;
        double[][] covariances = new double[k][];
        if (type == Covariance.TIED) {
            double[] pooled = new double[d * d];
            double rows = 0;
            for (int c = 0; c < k; c++) {
                if (moments.covariances()[c] != null) {
                    rows += moments.rows()[c];
                    for (int i = 0; i < pooled.length; i++) {
                        pooled[i] += moments.rows()[c] * moments.covariances()[c][i];
                    }
                }
            }
            for (int i = 0; i < pooled.length; i++) {
                pooled[i] /= rows;
            }
            Arrays.fill(covariances, aboveFloor(pooled));
            return covariances;
        }
        for (int c = 0; c < k; c++) {
            covariances[c] =
                    moments.covariances()[c] == null ? previous.covariances[c] : aboveFloor(moments.covariances()[c]);
        }
        return covariances;
    }

    /**
     * The nearest covariance in likelihood with no direction below the floor: eigenvalues of the covariance, measured in
     * the data's own standard deviations without outliers, are raised to the floor. For diagonal ones that is a maximum by element.
     */
    double[] aboveFloor(double[] covariance) {
        int d = statistics.d;
        double[] variances = scales(covariance);
        if (type == Covariance.SPHERICAL) {
            double mean = Arrays.stream(covariance).average().orElseThrow();
            double least = floor * Arrays.stream(variances).average().orElseThrow();
            double[] same = new double[d];
            Arrays.fill(same, Math.max(mean, least));
            return same;
        }
        if (type == Covariance.DIAGONAL) {
            double[] raised = new double[d];
            Arrays.setAll(raised, j -> Math.max(covariance[j], floor * variances[j]));
            return raised;
        }
        if (floor == 0) {
            return covariance;
        }
        double[] excess = covariance.clone();
        for (int j = 0; j < d; j++) {
            excess[j * d + j] -= floor * variances[j];
        }
        if (Gaussians.cholesky(excess, d) != null) {
            return covariance; // every direction is above the floor: the usual case, and a cheap check
        }
        DMatrixRMaj scaled = new DMatrixRMaj(d, d);
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                scaled.set(i, j, covariance[i * d + j] / Math.sqrt(variances[i] * variances[j]));
            }
        }
        EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(d, true, true);
        if (!eigen.decompose(scaled)) {
            throw new IllegalStateException(
                    "GaussianMixture: the eigenvalues of a covariance were not found: " + Arrays.toString(covariance));
        }
        double[] raised = new double[d * d];
        for (int e = 0; e < d; e++) {
            double value = Math.max(eigen.getEigenvalue(e).real, floor);
            double[] vector = eigen.getEigenVector(e).data;
            for (int i = 0; i < d; i++) {
                for (int j = 0; j < d; j++) {
                    raised[i * d + j] += value * vector[i] * vector[j] * Math.sqrt(variances[i] * variances[j]);
                }
            }
        }
        return raised;
    }

    /**
     * What the floor is a part of. Moving outliers makes no variance larger, and costs passes over the rows where these are not in
     * memory: a covariance above the floor of the variances themselves is above that of the smaller ones.
     */
    private double[] scales(double[] covariance) {
        boolean clear = !statistics.knowsScales() && isAbove(covariance, floor * CLEARLY, statistics.variances);
        return clear ? statistics.variances : statistics.scales();
    }

    private boolean isAbove(double[] covariance, double part, double[] variances) {
        int d = statistics.d;
        if (type == Covariance.SPHERICAL) {
            double mean = Arrays.stream(covariance).average().orElseThrow();
            return mean > part * Arrays.stream(variances).average().orElseThrow();
        }
        if (type == Covariance.DIAGONAL) {
            return IntStream.range(0, d).allMatch(j -> covariance[j] > part * variances[j]);
        }
        double[] excess = covariance.clone();
        for (int j = 0; j < d; j++) {
            excess[j * d + j] -= part * variances[j];
        }
        return Gaussians.cholesky(excess, d) != null;
    }

    /** Whether a direction of a covariance is at the floor, up to rounding. */
    boolean isAtFloor(double[] covariance) {
        if (floor == 0) {
            return false;
        }
        int d = statistics.d;
        double[] scales = scales(covariance);
        double near = floor * (1 + 1e-6);
        if (type == Covariance.SPHERICAL) {
            return covariance[0] <= near * Arrays.stream(scales).average().orElseThrow();
        }
        if (type == Covariance.DIAGONAL) {
            return IntStream.range(0, d).anyMatch(j -> covariance[j] <= near * scales[j]);
        }
        double[] excess = covariance.clone();
        for (int j = 0; j < d; j++) {
            excess[j * d + j] -= near * scales[j];
        }
        return Gaussians.cholesky(excess, d) == null;
    }
}
