package lvm.mixture;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import lvm.data.Dataset;
import lvm.data.Tables;
import lvm.linalg.Logs;
import lvm.linalg.RowOps;
import lvm.model.Card;
import lvm.model.DoublePrecision;
import lvm.model.GenerativeModel;
import lvm.model.HasComponents;
import lvm.model.HasDensity;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.ejml.data.DMatrixRMaj;

/**
 * A mixture of K Gaussians in D dimensions: p(x) = Σₖ πₖ N(x; μₖ, Σₖ), with weights πₖ ≥ 0 that sum to 1, means μₖ and
 * covariances Σₖ of one of four forms ({@link Covariance}). An observation is made by drawing its component z from the
 * weights and then x ~ N(μ_z, Σ_z). Immutable.
 *
 * <p>{@link #builder()} fits one by the EM algorithm (A. P. Dempster, N. M. Laird, D. B. Rubin 1977; R. M. Neal and
 * G. E. Hinton 1998 for the bound): the E-step sets the responsibilities qᵢₖ = p(z = k | xᵢ), the M-step maximises the
 * bound 𝓛(q, θ) = Σᵢₖ qᵢₖ log p(xᵢ, z = k) − Σᵢₖ qᵢₖ log qᵢₖ over the parameters θ in closed form. {@link VariationalEm} has
 * the steps one by one. Rules for what goes wrong:
 *
 * <ul>
 *   <li>No direction of a covariance is smaller than {@link GaussianMixtureBuilder#covarianceFloor} times the variance of the data in that
 *       direction's columns, outliers apart. The floored M-step is the exact maximum under this constraint, so EM still never decreases
 *       the likelihood. With a floor of 0 a singular covariance ends the fit with an exception.
 *   <li>A component with responsibility for less than 10⁻⁶ rows in total is dead: it keeps its mean and covariance, and its
 *       weight goes to 0.
 * </ul>
 */
public final class GaussianMixture extends SavedModel
        implements DoublePrecision, GenerativeModel<DMatrixRMaj>, HasDensity<DMatrixRMaj>, HasComponents<DMatrixRMaj> {

    private static final double WEIGHTS_SUM = 1e-9;

    private final Gaussians parameters;
    private final Covariance type;

    private GaussianMixture(Gaussians parameters, Covariance type, ModelSummary summary) {
        super(summary);
        this.parameters = parameters;
        this.type = type;
    }

    /** A mixture that was not fitted. */
    static GaussianMixture of(Gaussians parameters, Covariance type) {
        return of(parameters, type, card -> {}, History.closedForm());
    }

    /** A mixture whose card tells of its fit too. */
    static GaussianMixture of(Gaussians parameters, Covariance type, Consumer<Card> fit, History history) {
        Card card = Card.of("GaussianMixture")
                .setting("components", parameters.k)
                .setting("dimensions", parameters.d)
                .setting("covariance", type);
        fit.accept(card);
        card.results("weights", "%.4f", parameters.k, parameters.weights)
                .result("parameters", parameterCount(type, parameters.k, parameters.d));
        return new GaussianMixture(parameters, type, card.summary(history));
    }

    Gaussians parameters() {
        return parameters;
    }

    /**
     * A mixture of given parameters, with full covariances.
     *
     * @param weights K weights, at least 0, that sum to 1
     * @param means K×D, a mean a row; copied
     * @param covariances K symmetric positive definite D×D matrices; copied
     * @return the mixture; its history is a closed form's
     * @throws IllegalArgumentException if shapes do not agree, a number is not finite, the weights are no distribution or a
     *     covariance is not symmetric positive definite
     */
    public static GaussianMixture of(double[] weights, DMatrixRMaj means, DMatrixRMaj... covariances) {
        String where = "GaussianMixture.of";
        int k = Require.atLeast(where, "the number of weights", 1, weights.length);
        double sum = 0;
        for (int c = 0; c < k; c++) {
            sum += Require.notNegative(where, "weight " + c, weights[c]);
        }
        if (!(Math.abs(sum - 1) <= WEIGHTS_SUM)) {
            throw new IllegalArgumentException(where + ": the weights sum to " + sum + ", expected 1");
        }
        if (means.numRows != k || covariances.length != k) {
            throw new IllegalArgumentException(where + ": " + means.numRows + " means and " + covariances.length
                    + " covariances for " + k + " weights");
        }
        Require.finite(where, "means", means);
        int d = means.numCols;
        double[][] mu = new double[k][d];
        double[][] sigma = new double[k][];
        for (int c = 0; c < k; c++) {
            System.arraycopy(means.data, c * d, mu[c], 0, d);
            DMatrixRMaj s = covariances[c];
            if (s.numRows != d || s.numCols != d) {
                throw new IllegalArgumentException(where + ": covariance " + c + " is " + s.numRows + "×" + s.numCols
                        + ", the means have " + d + " dimensions");
            }
            Require.finite(where, "covariance " + c, s);
            for (int i = 0; i < d; i++) {
                for (int j = 0; j < i; j++) {
                    double scale = Math.sqrt(Math.abs(s.get(i, i) * s.get(j, j)));
                    if (!(Math.abs(s.get(i, j) - s.get(j, i)) <= 1e-9 * scale)) {
                        throw new IllegalArgumentException(
                                where + ": covariance " + c + " is not symmetric: " + s.get(i, j) + " in row " + i
                                        + ", column " + j + ", but " + s.get(j, i) + " opposite");
                    }
                }
            }
            sigma[c] = Arrays.copyOf(s.data, d * d);
        }
        return of(Gaussians.of(where, weights.clone(), mu, sigma, false, () -> {}), Covariance.FULL);
    }

    /**
     * A mixture of given parameters, with full covariances.
     *
     * @param weights K weights, at least 0, that sum to 1
     * @param means K means of D numbers
     * @param covariances K symmetric positive definite matrices of D rows of D numbers
     * @return the mixture; its history is a closed form's
     * @throws IllegalArgumentException as {@link #of(double[], DMatrixRMaj, DMatrixRMaj...)}
     */
    public static GaussianMixture of(double[] weights, double[][] means, double[][]... covariances) {
        return of(
                weights,
                Tables.matrix(means),
                Arrays.stream(covariances).map(Tables::matrix).toArray(DMatrixRMaj[]::new));
    }

    /** {@return the settings of a fit of a mixture by EM; components must be set} */
    public static GaussianMixtureBuilder builder() {
        return new GaussianMixtureBuilder();
    }

    /**
     * {@return the mixture as it was saved, the same in every bit}
     *
     * @param file a file of {@link #save(Path)}
     */
    public static GaussianMixture load(Path file) {
        return Models.load(file, GaussianMixture.class);
    }

    @Override
    public void store(ModelData data) {
        data.put("covariance", type);
        parameters.matrices().forEach(data::put);
    }

    static GaussianMixture read(ModelData data) {
        Covariance type = data.choice("covariance", Covariance.class);
        return new GaussianMixture(
                Gaussians.of("GaussianMixture.load", data::doubles, type, () -> {}), type, data.summary());
    }

    @Override
    public int components() {
        return parameters.k;
    }

    @Override
    public int dim() {
        return parameters.d;
    }

    /**
     * The weights π, which are the prior of the component: πₖ = p(z = k).
     *
     * @return a copy of the K weights
     */
    public double[] weights() {
        return parameters.weights.clone();
    }

    /** {@return the means μ, a copy, K×D, a mean a row} */
    public DMatrixRMaj means() {
        return new DMatrixRMaj(parameters.means);
    }

    /**
     * The mean μₖ of one component.
     *
     * @param component k, counted from 0
     * @return a copy of its D numbers
     * @throws IllegalArgumentException if there is no such component
     */
    public double[] mean(int component) {
        requireComponent("mean", component);
        return parameters.means[component].clone();
    }

    /**
     * The covariance Σₖ of one component, as a full matrix whatever its form.
     *
     * @param component k, counted from 0
     * @return a copy, D×D
     * @throws IllegalArgumentException if there is no such component
     */
    public DMatrixRMaj covariance(int component) {
        requireComponent("covariance", component);
        return parameters.covariance(component);
    }

    /** {@return copies of the covariances of all K components, each D×D} */
    public List<DMatrixRMaj> covariances() {
        return IntStream.range(0, components()).mapToObj(this::covariance).toList();
    }

    private void requireComponent(String method, int component) {
        if (component < 0 || component >= components()) {
            throw new IllegalArgumentException("GaussianMixture." + method + ": component " + component
                    + ", there are 0 to " + (components() - 1));
        }
    }

    /**
     * The form of the covariances.
     *
     * @return the form
     */
    public Covariance covarianceType() {
        return type;
    }

    /**
     * The joint log probability of each row with each component, log p(x, z = k) = log πₖ + log N(x; μₖ, Σₖ).
     *
     * @param x n×D rows of observations; not modified
     * @return n×K values in nats; about −10³⁰⁰ for a component of weight 0
     * @throws IllegalArgumentException if x has another number of columns than the model, or holds a NaN
     */
    public DMatrixRMaj logJoint(DMatrixRMaj x) {
        return logJoint("logJoint", x);
    }

    /**
     * As {@link #logJoint(DMatrixRMaj)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @return n×K values in nats; about −10³⁰⁰ for a component of weight 0
     * @throws IllegalArgumentException as there
     */
    public DMatrixRMaj logJoint(Dataset data) {
        return logJoint(observations(data));
    }

    private DMatrixRMaj logJoint(String method, DMatrixRMaj x) {
        int n = x.numRows;
        int d = parameters.d;
        int k = parameters.k;
        Require.finiteRows("GaussianMixture." + method, "x", x, d);
        DMatrixRMaj joint = new DMatrixRMaj(n, k);
        Gaussians.Scratch scratch = new Gaussians.Scratch(d);
        double[][] block = new double[d][Gaussians.BLOCK];
        double[] out = new double[Gaussians.BLOCK];
        for (int first = 0; first < n; first += Gaussians.BLOCK) {
            int rows = Math.min(Gaussians.BLOCK, n - first);
            for (int r = 0; r < rows; r++) {
                for (int j = 0; j < d; j++) {
                    block[j][r] = x.data[(first + r) * d + j];
                }
            }
            for (int c = 0; c < k; c++) {
                parameters.logJoint(c, block, scratch, out);
                for (int r = 0; r < rows; r++) {
                    // Only what overflows on the way is not a number.
                    joint.data[(first + r) * k + c] = Double.isNaN(out[r]) ? Double.NEGATIVE_INFINITY : out[r];
                }
            }
        }
        return joint;
    }

    @Override
    public double[] logDensity(DMatrixRMaj x) {
        return logDensity("logDensity", x);
    }

    private double[] logDensity(String method, DMatrixRMaj x) {
        return Logs.logSumExpRows(logJoint(method, x));
    }

    @Override
    public double logLikelihood(DMatrixRMaj x) {
        return Arrays.stream(logDensity("logLikelihood", x)).sum();
    }

    /** log p(z = k | xᵢ) up to a constant for each row: what tells the components apart is right also far from all. */
    private DMatrixRMaj logShares(String method, DMatrixRMaj x) {
        DMatrixRMaj logs = logJoint(method, x);
        int k = logs.numCols;
        Gaussians.Scratch scratch = new Gaussians.Scratch(parameters.d);
        for (int i = 0; i < logs.numRows; i++) {
            double greatest = Double.NEGATIVE_INFINITY;
            for (int c = 0; c < k; c++) {
                greatest = Math.max(greatest, logs.data[i * k + c]);
            }
            if (parameters.isFar(greatest)) {
                System.arraycopy(x.data, i * parameters.d, scratch.row, 0, parameters.d);
                parameters.shares(scratch, logs.data, i * k);
            }
        }
        return logs;
    }

    /** log p(z = k | xᵢ), n×K. */
    DMatrixRMaj logResponsibilities(String method, DMatrixRMaj x) {
        DMatrixRMaj logs = logShares(method, x);
        int k = logs.numCols;
        for (int i = 0; i < logs.numRows; i++) {
            Logs.logSoftmax(logs.data, i * k, logs.data, i * k, k);
        }
        return logs;
    }

    /**
     * The responsibilities: the posterior of the component of each row, p(z = k | xᵢ), by Bayes' rule. They are right also
     * for rows so far out that every density is 0 in doubles, as they come from the differences of the exponents there.
     *
     * @param x n×D rows of observations; not modified
     * @return n×K probabilities, each row sums to 1
     * @throws IllegalArgumentException as {@link #logDensity(DMatrixRMaj)}
     */
    @Override
    public DMatrixRMaj responsibilities(DMatrixRMaj x) {
        DMatrixRMaj shares = logShares("responsibilities", x);
        int k = shares.numCols;
        for (int i = 0; i < shares.numRows; i++) {
            Logs.softmax(shares.data, i * k, shares.data, i * k, k);
        }
        return shares;
    }

    /**
     * The most probable component of each row.
     *
     * @param x n×D rows of observations; not modified
     * @return n components, counted from 0; the first of equals
     * @throws IllegalArgumentException as {@link #logDensity(DMatrixRMaj)}
     */
    @Override
    public int[] assignments(DMatrixRMaj x) {
        return RowOps.largest(logShares("assignments", x));
    }

    /**
     * Observations with the component that each was drawn from.
     *
     * @param x n×D draws, one a row
     * @param component n components, counted from 0
     */
    public record Draw(DMatrixRMaj x, int[] component) {
        /**
         * Takes both as they are, without a copy.
         *
         * @param x n×D draws
         * @param component n components
         */
        public Draw {
            Objects.requireNonNull(x, "Draw: x");
            Objects.requireNonNull(component, "Draw: component");
        }
    }

    @Override
    public DMatrixRMaj sample(int n, RandomGenerator rng) {
        return sampleWithComponents(n, rng).x();
    }

    /**
     * Independent draws with their components: z from the weights, then x ~ N(μ_z, Σ_z).
     *
     * @param n the number of draws, at least 0
     * @param rng the source of randomness; advanced
     * @return the draws and the components
     * @throws IllegalArgumentException if n is negative
     */
    public Draw sampleWithComponents(int n, RandomGenerator rng) {
        Require.atLeast("GaussianMixture.sample", "n", 0, n);
        int d = parameters.d;
        DMatrixRMaj x = new DMatrixRMaj(n, d);
        int[] component = new int[n];
        double[] noise = new double[d];
        for (int i = 0; i < n; i++) {
            int z = component[i] = draw(rng.nextDouble());
            for (int j = 0; j < d; j++) {
                noise[j] = rng.nextGaussian();
            }
            double[] factor = parameters.factors[z];
            for (int j = 0; j < d; j++) {
                double value = parameters.means[z][j];
                if (parameters.diagonal) {
                    value += factor[j] * noise[j];
                } else {
                    for (int l = 0; l <= j; l++) {
                        value += factor[j * d + l] * noise[l];
                    }
                }
                x.data[i * d + j] = value;
            }
        }
        return new Draw(x, component);
    }

    private int draw(double u) {
        double[] weights = parameters.weights;
        int last = 0;
        for (int c = 0; c < weights.length; c++) {
            if (weights[c] > 0) {
                last = c;
                u -= weights[c];
                if (u < 0) {
                    return c;
                }
            }
        }
        return last; // the weights sum to 1 only up to rounding
    }

    /**
     * The number of free parameters: K − 1 weights, K·D numbers of means, and those of the covariances.
     *
     * @return the number
     */
    public long parameterCount() {
        return parameterCount(type, parameters.k, parameters.d);
    }

    static long parameterCount(Covariance type, int k, int d) {
        return k - 1 + (long) k * d + type.parameterCount(k, d);
    }

    /**
     * The Bayesian information criterion (G. Schwarz 1978), p log n − 2L with p parameters; smaller is better.
     *
     * @param x n×D rows of observations, usually those of the fit; not modified
     * @return the criterion, in nats times two
     * @throws IllegalArgumentException as {@link #logDensity(DMatrixRMaj)}
     */
    public double bic(DMatrixRMaj x) {
        return parameterCount() * Math.log(x.numRows) - 2 * logLikelihood(x);
    }

    /**
     * As {@link #bic(DMatrixRMaj)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @return the criterion, in nats times two
     * @throws IllegalArgumentException as there
     */
    public double bic(Dataset data) {
        return bic(observations(data));
    }

    /**
     * Akaike's information criterion (H. Akaike 1974), 2p − 2L with p parameters; smaller is better.
     *
     * @param x n×D rows of observations, usually those of the fit; not modified
     * @return the criterion, in nats times two
     * @throws IllegalArgumentException as {@link #logDensity(DMatrixRMaj)}
     */
    public double aic(DMatrixRMaj x) {
        return 2 * parameterCount() - 2 * logLikelihood(x);
    }

    /**
     * As {@link #aic(DMatrixRMaj)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @return the criterion, in nats times two
     * @throws IllegalArgumentException as there
     */
    public double aic(Dataset data) {
        return aic(observations(data));
    }

    /**
     * The course of the fit, one row an iteration; all in nats, totals over the rows. Lₜ is the log-likelihood of the
     * parameters before the iteration, Lₜ₊₁ after it.
     *
     * <ul>
     *   <li>{@code logLikelihood}: Lₜ₊₁, the objective
     *   <li>{@code logLikelihoodBefore}: Lₜ
     *   <li>{@code boundBeforeE}, {@code klBeforeE}: the bound 𝓛 and the gap KL(q ‖ posterior) with the responsibilities q
     *       of the iteration before; they sum to Lₜ. In the first iteration q is the prior, the weights of the start, and
     *       the bound is taken as the difference
     *   <li>{@code boundAfterE}, {@code klAfterE}: with the new responsibilities; Lₜ and 0, for the E-step is exact
     *   <li>{@code boundAfterM}, {@code klAfterM}: with the new parameters; they sum to Lₜ₊₁
     * </ul>
     *
     * <p>A gap is summed over the rows from posterior and responsibilities, a bound after an M-step is computed from the
     * moments that the step used: that they sum to the log-likelihood is a check, not a definition.
     */
    @Override
    public History history() {
        return super.history();
    }
}
