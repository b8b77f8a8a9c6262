package lvm.mixture;

import java.util.Arrays;
import lvm.data.Dataset;
import lvm.data.Tables;
import lvm.model.Require;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * General (variational) EM on a Gaussian mixture, step by step. For any responsibilities q, a distribution over the K
 * components for each of the n rows, the log-likelihood splits into a lower bound and a gap,
 *
 * <p>L(θ) = Σᵢ log p(xᵢ) = 𝓛(q, θ) + Σᵢ KL(qᵢ ‖ p(z | xᵢ)),
 *
 * <p>𝓛(q, θ) = Σᵢₖ qᵢₖ log p(xᵢ, z = k) − Σᵢₖ qᵢₖ log qᵢₖ, with 0 log 0 = 0.
 *
 * <p>EM raises 𝓛 in turns: an E-step over q, which leaves L as it is and closes the gap, and an M-step over θ, which raises
 * L by at least as much as 𝓛. Any step that does not lower 𝓛 will do (R. M. Neal and G. E. Hinton 1998, A view of the EM
 * algorithm that justifies incremental, sparse, and other variants). {@link GaussianMixture#builder()} runs exact steps,
 * fast; the methods here follow the definitions and take any q.
 *
 * <p>All x are n×D rows of observations and all q are n×K; nothing is modified.
 */
public final class VariationalEm {
    private static final double ROW_SUM = 1e-9;

    private VariationalEm() {}

    /**
     * The lower bound 𝓛(q, θ).
     *
     * @param model θ
     * @param x n×D rows of observations
     * @param q n×K, a distribution over the components in each row
     * @return a lower bound on the log-likelihood, in nats, total over the rows; −∞ if q gives a row to a component of
     *     weight 0
     * @throws IllegalArgumentException if shapes do not agree, x holds a NaN or a row of q is no distribution
     */
    public static double bound(GaussianMixture model, DMatrixRMaj x, DMatrixRMaj q) {
        return expectedLogJoint(model, x, q) + entropy(q);
    }

    /**
     * As {@link #bound(GaussianMixture, DMatrixRMaj, DMatrixRMaj)}, of the rows of data.
     *
     * @param model θ
     * @param data n rows with the columns of the model, matched by name where both have names
     * @param q n×K, a distribution over the components in each row
     * @return a lower bound on the log-likelihood, in nats, total over the rows; −∞ if q gives a row to a component
     *     of weight 0
     * @throws IllegalArgumentException as there
     */
    public static double bound(GaussianMixture model, Dataset data, DMatrixRMaj q) {
        return bound(model, model.observations(data), q);
    }

    /**
     * The expected complete log-likelihood Σᵢₖ qᵢₖ log p(xᵢ, z = k), the part of 𝓛 that depends on the parameters.
     *
     * @param model θ
     * @param x n×D rows of observations
     * @param q n×K, a distribution over the components in each row
     * @return the expectation in nats, total over the rows
     * @throws IllegalArgumentException as {@link #bound}
     */
    public static double expectedLogJoint(GaussianMixture model, DMatrixRMaj x, DMatrixRMaj q) {
        requireShapes("expectedLogJoint", model, x, q);
        DMatrixRMaj logJoint = model.logJoint(x);
        double[] weights = model.weights();
        double expected = 0;
        for (int i = 0; i < q.data.length; i++) {
            if (q.data[i] > 0) {
                expected += weights[i % q.numCols] > 0 ? q.data[i] * logJoint.data[i] : Double.NEGATIVE_INFINITY;
            }
        }
        return expected;
    }

    /**
     * The entropy of the responsibilities, −Σᵢₖ qᵢₖ log qᵢₖ.
     *
     * @param q n×K, a distribution over the components in each row
     * @return the entropy in nats, total over the rows
     * @throws IllegalArgumentException if a row of q is no distribution
     */
    public static double entropy(DMatrixRMaj q) {
        requireDistributions("entropy", q);
        double entropy = 0;
        for (double p : q.data) {
            if (p > 0) {
                entropy -= p * Math.log(p);
            }
        }
        return entropy;
    }

    /**
     * The gap between the log-likelihood and the bound, Σᵢ KL(qᵢ ‖ p(z | xᵢ)), computed from its own definition.
     *
     * @param model θ
     * @param x n×D rows of observations
     * @param q n×K, a distribution over the components in each row
     * @return the gap in nats, total over the rows, at least 0; +∞ if q gives a row to a component of weight 0
     * @throws IllegalArgumentException as {@link #bound}
     */
    public static double gap(GaussianMixture model, DMatrixRMaj x, DMatrixRMaj q) {
        requireShapes("gap", model, x, q);
        requireDistributions("gap", q);
        DMatrixRMaj logPosterior = model.logResponsibilities("gap", x);
        double[] weights = model.weights();
        int k = q.numCols;
        double gap = 0;
        for (int i = 0; i < q.numRows; i++) {
            double kl = 0;
            for (int c = 0; c < k; c++) {
                double p = q.data[i * k + c];
                if (p > 0) {
                    // The posterior may underflow where its logarithm does not.
                    kl += weights[c] > 0 ? p * (Math.log(p) - logPosterior.data[i * k + c]) : Double.POSITIVE_INFINITY;
                }
            }
            gap += Math.max(0, kl); // a divergence is below 0 by rounding only
        }
        return gap;
    }

    /**
     * As {@link #gap(GaussianMixture, DMatrixRMaj, DMatrixRMaj)}, of the rows of data.
     *
     * @param model θ
     * @param data n rows with the columns of the model, matched by name where both have names
     * @param q n×K, a distribution over the components in each row
     * @return the gap in nats, total over the rows, at least 0; +∞ if q gives a row to a component of weight 0
     * @throws IllegalArgumentException as there
     */
    public static double gap(GaussianMixture model, Dataset data, DMatrixRMaj q) {
        return gap(model, model.observations(data), q);
    }

    /**
     * The exact E-step: the q that maximises 𝓛, which is the posterior p(z | x).
     *
     * @param model θ
     * @param x n×D rows of observations
     * @return n×K responsibilities
     * @throws IllegalArgumentException as {@link GaussianMixture#responsibilities(DMatrixRMaj)}
     */
    public static DMatrixRMaj eStep(GaussianMixture model, DMatrixRMaj x) {
        return model.responsibilities(x);
    }

    /**
     * As {@link #eStep(GaussianMixture, DMatrixRMaj)}, of the rows of data.
     *
     * @param model θ
     * @param data n rows with the columns of the model, matched by name where both have names
     * @return n×K responsibilities
     * @throws IllegalArgumentException as there
     */
    public static DMatrixRMaj eStep(GaussianMixture model, Dataset data) {
        return eStep(model, model.observations(data));
    }

    /**
     * A partial E-step: q goes a part of the way to the posterior, (1 − s) q + s p(z | x). KL(q ‖ p) is convex in q and 0 at
     * p, so the gap shrinks to at most 1 − s of what it was: 𝓛 never falls, and rises unless q is the posterior.
     *
     * @param model θ
     * @param x n×D rows of observations
     * @param q n×K, a distribution over the components in each row
     * @param step s, 0 to 1; 1 is the exact E-step
     * @return the new n×K responsibilities
     * @throws IllegalArgumentException as {@link #bound}, or if the step is out of range
     */
    public static DMatrixRMaj partialEStep(GaussianMixture model, DMatrixRMaj x, DMatrixRMaj q, double step) {
        requireShapes("partialEStep", model, x, q);
        requireDistributions("partialEStep", q);
        if (!(step >= 0 && step <= 1)) {
            throw new IllegalArgumentException("VariationalEm.partialEStep: step is " + step + ", expected 0 to 1");
        }
        DMatrixRMaj next = model.responsibilities(x);
        for (int i = 0; i < next.data.length; i++) {
            next.data[i] = (1 - step) * q.data[i] + step * next.data[i];
        }
        return next;
    }

    /**
     * As {@link #partialEStep(GaussianMixture, DMatrixRMaj, DMatrixRMaj, double)}, of the rows of data.
     *
     * @param model θ
     * @param data n rows with the columns of the model, matched by name where both have names
     * @param q n×K, a distribution over the components in each row
     * @param step s, 0 to 1; 1 is the exact E-step
     * @return the new n×K responsibilities
     * @throws IllegalArgumentException as there
     */
    public static DMatrixRMaj partialEStep(GaussianMixture model, Dataset data, DMatrixRMaj q, double step) {
        return partialEStep(model, model.observations(data), q, step);
    }

    /**
     * The M-step with the usual floor under the variances,
     * {@link GaussianMixtureBuilder#DEFAULT_COVARIANCE_FLOOR}.
     *
     * @param x n×D rows of observations
     * @param q n×K, a distribution over the components in each row
     * @param covariance the form of the covariances
     * @return the model
     * @throws IllegalArgumentException as {@link #mStep(DMatrixRMaj, DMatrixRMaj, Covariance, double)}
     */
    public static GaussianMixture mStep(DMatrixRMaj x, DMatrixRMaj q, Covariance covariance) {
        return mStep(x, q, covariance, GaussianMixtureBuilder.DEFAULT_COVARIANCE_FLOOR);
    }

    /**
     * As {@link #mStep(DMatrixRMaj, DMatrixRMaj, Covariance)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @param q n×K, a distribution over the components in each row
     * @param covariance the form of the covariances
     * @return the model
     * @throws IllegalArgumentException as there
     */
    public static GaussianMixture mStep(Dataset data, DMatrixRMaj q, Covariance covariance) {
        return mStep(data.matrix(), q, covariance);
    }

    /**
     * The M-step: the parameters that maximise 𝓛(q, θ) at these q. With Nₖ = Σᵢ qᵢₖ, for full covariances:
     *
     * <p>πₖ = Nₖ / n, μₖ = Σᵢ qᵢₖ xᵢ / Nₖ, Σₖ = Σᵢ qᵢₖ (xᵢ − μₖ)(xᵢ − μₖ)ᵀ / Nₖ.
     *
     * @param x n×D rows of observations
     * @param q n×K, a distribution over the components in each row
     * @param covariance the form of the covariances
     * @param floor as {@link GaussianMixtureBuilder#covarianceFloor}
     * @return the model
     * @throws IllegalArgumentException if shapes do not agree, x holds a NaN, a row of q is no distribution, a component has
     *     responsibility for nothing, or a covariance is singular
     */
    public static GaussianMixture mStep(DMatrixRMaj x, DMatrixRMaj q, Covariance covariance, double floor) {
        String where = "VariationalEm.mStep";
        Tables.requireFinite(where, x);
        if (q.numRows != x.numRows || q.numCols == 0) {
            throw new IllegalArgumentException(where + ": q is " + q.numRows + "×" + q.numCols + " for " + x.numRows
                    + " rows of x, expected a row for each and a column for each component");
        }
        requireDistributions("mStep", q);
        if (!(floor >= 0 && floor < 1)) {
            throw new IllegalArgumentException(where + ": floor is " + floor + ", expected 0 ≤ floor < 1");
        }
        Require.moderate(where, "x", x);
        SufficientStatistics statistics = new SufficientStatistics(x, q.numCols, covariance.isDiagonal(), 1);
        statistics.setResponsibilities(q);
        statistics.sumUp();
        Gaussians next = new MStep(statistics, covariance, floor).maximise(null, where);
        return GaussianMixture.of(next.shifted(statistics.centre, 1), covariance);
    }

    /**
     * The gradient of 𝓛 with respect to the means, ∂𝓛/∂μₖ = Σₖ⁻¹ Σᵢ qᵢₖ (xᵢ − μₖ). Lecture notes sometimes print Σₖ or
     * nothing in the place of Σₖ⁻¹: the zero is the same, the gradient is not.
     *
     * @param model θ
     * @param x n×D rows of observations
     * @param q n×K, a distribution over the components in each row
     * @return K×D, a gradient a row
     * @throws IllegalArgumentException as {@link #bound}
     */
    public static DMatrixRMaj gradientMeans(GaussianMixture model, DMatrixRMaj x, DMatrixRMaj q) {
        requireShapes("gradientMeans", model, x, q);
        int d = model.dim();
        DMatrixRMaj gradient = new DMatrixRMaj(model.components(), d);
        for (int c = 0; c < model.components(); c++) {
            double[] mean = model.mean(c);
            DMatrixRMaj sum = new DMatrixRMaj(d, 1);
            for (int i = 0; i < x.numRows; i++) {
                for (int j = 0; j < d; j++) {
                    sum.data[j] += q.get(i, c) * (x.get(i, j) - mean[j]);
                }
            }
            DMatrixRMaj direction = new DMatrixRMaj(d, 1);
            CommonOps_DDRM.mult(precision(model, c), sum, direction);
            System.arraycopy(direction.data, 0, gradient.data, c * d, d);
        }
        return gradient;
    }

    /**
     * The gradients of 𝓛 with respect to the covariances, Gₖ = ½ Σₖ⁻¹ (Sₖ − Nₖ Σₖ) Σₖ⁻¹ with
     * Sₖ = Σᵢ qᵢₖ (xᵢ − μₖ)(xᵢ − μₖ)ᵀ: a small symmetric change dΣₖ changes 𝓛 by tr(Gₖ dΣₖ). Each covariance is taken as
     * free; for tied ones the gradient is the sum of these, for diagonal ones their diagonals.
     *
     * @param model θ
     * @param x n×D rows of observations
     * @param q n×K, a distribution over the components in each row
     * @return K symmetric D×D matrices
     * @throws IllegalArgumentException as {@link #bound}
     */
    public static DMatrixRMaj[] gradientCovariances(GaussianMixture model, DMatrixRMaj x, DMatrixRMaj q) {
        requireShapes("gradientCovariances", model, x, q);
        int d = model.dim();
        DMatrixRMaj[] gradients = new DMatrixRMaj[model.components()];
        for (int c = 0; c < gradients.length; c++) {
            double[] mean = model.mean(c);
            DMatrixRMaj sigma = model.covariance(c);
            DMatrixRMaj excess = new DMatrixRMaj(d, d);
            for (int i = 0; i < x.numRows; i++) {
                double p = q.get(i, c);
                for (int a = 0; a < d; a++) {
                    for (int b = 0; b < d; b++) {
                        excess.data[a * d + b] +=
                                p * ((x.get(i, a) - mean[a]) * (x.get(i, b) - mean[b]) - sigma.data[a * d + b]);
                    }
                }
            }
            DMatrixRMaj precision = precision(model, c);
            DMatrixRMaj left = new DMatrixRMaj(d, d);
            gradients[c] = new DMatrixRMaj(d, d);
            CommonOps_DDRM.mult(precision, excess, left);
            CommonOps_DDRM.mult(0.5, left, precision, gradients[c]);
        }
        return gradients;
    }

    /**
     * The gradient of 𝓛 with respect to the weights on the simplex, Nₖ/πₖ − n: that of 𝓛 with the multiplier n of the
     * constraint Σₖ πₖ = 1. A small change dπ that keeps the sum changes 𝓛 by Σₖ (Nₖ/πₖ − n) dπₖ.
     *
     * @param model θ
     * @param x n×D rows of observations
     * @param q n×K, a distribution over the components in each row
     * @return K numbers; infinite for a component of weight 0 that has responsibilities, 0 if it has none
     * @throws IllegalArgumentException as {@link #bound}
     */
    public static double[] gradientWeights(GaussianMixture model, DMatrixRMaj x, DMatrixRMaj q) {
        requireShapes("gradientWeights", model, x, q);
        double[] weights = model.weights();
        double[] gradient = new double[weights.length];
        for (int c = 0; c < weights.length; c++) {
            double rows = 0;
            for (int i = 0; i < q.numRows; i++) {
                rows += q.get(i, c);
            }
            gradient[c] = rows == 0 && weights[c] == 0 ? 0 : rows / weights[c] - q.numRows;
        }
        return gradient;
    }

    private static DMatrixRMaj precision(GaussianMixture model, int component) {
        DMatrixRMaj inverse = new DMatrixRMaj(model.dim(), model.dim());
        if (!CommonOps_DDRM.invert(model.covariance(component), inverse)) {
            throw new IllegalStateException("VariationalEm: covariance " + component + " has no inverse");
        }
        return inverse;
    }

    private static void requireShapes(String method, GaussianMixture model, DMatrixRMaj x, DMatrixRMaj q) {
        if (x.numCols != model.dim()) {
            throw new IllegalArgumentException("VariationalEm." + method + ": x has " + x.numCols
                    + " columns, the model has " + model.dim() + " dimensions");
        }
        if (q.numRows != x.numRows || q.numCols != model.components()) {
            throw new IllegalArgumentException("VariationalEm." + method + ": q is " + q.numRows + "×" + q.numCols
                    + ", expected " + x.numRows + "×" + model.components() + ", a row of x by a component");
        }
    }

    private static void requireDistributions(String method, DMatrixRMaj q) {
        for (int i = 0; i < q.numRows; i++) {
            double[] row = Arrays.copyOfRange(q.data, i * q.numCols, (i + 1) * q.numCols);
            double sum = 0;
            for (double p : row) {
                if (!(p >= 0)) {
                    throw new IllegalArgumentException(
                            "VariationalEm." + method + ": q has " + p + " in row " + i + ", expected probabilities");
                }
                sum += p;
            }
            if (!(Math.abs(sum - 1) <= ROW_SUM)) {
                throw new IllegalArgumentException(
                        "VariationalEm." + method + ": row " + i + " of q sums to " + sum + ", expected 1");
            }
        }
    }
}
