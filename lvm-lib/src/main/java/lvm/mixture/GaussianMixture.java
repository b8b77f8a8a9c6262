package lvm.mixture;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import lvm.data.Tables;
import lvm.fit.Batch;
import lvm.fit.Fit;
import lvm.fit.FitOptions;
import lvm.fit.IterationListener;
import lvm.fit.IterativeFitBuilder;
import lvm.fit.Parameters;
import lvm.fit.TrainStep;
import lvm.model.FittedModel;
import lvm.model.GenerativeModel;
import lvm.model.HasDensity;
import lvm.model.History;
import lvm.model.ModelSummary;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.Matrix;
import tech.tablesaw.api.Table;

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
 *   <li>No direction of a covariance is smaller than {@link Builder#covarianceFloor} times the variance of the data in that
 *       direction's columns. The floored M-step is the exact maximum under this constraint, so EM still never decreases
 *       the likelihood. With a floor of 0 a singular covariance ends the fit with an exception.
 *   <li>A component with responsibility for less than 10⁻⁶ rows in total is dead: it keeps its mean and covariance, and its
 *       weight goes to 0.
 * </ul>
 */
public final class GaussianMixture implements GenerativeModel<DMatrixRMaj>, HasDensity<DMatrixRMaj>, FittedModel {

    private static final double WEIGHTS_SUM = 1e-9;

    private final Gaussians parameters;
    private final Covariance type;
    private final History history;
    private final Map<String, String> settings;
    private final Map<String, String> results;

    private GaussianMixture(
            Gaussians parameters,
            Covariance type,
            History history,
            Map<String, String> settings,
            Map<String, String> results) {
        this.parameters = parameters;
        this.type = type;
        this.history = history;
        this.settings = settings;
        this.results = results;
    }

    /** A mixture that was not fitted. */
    static GaussianMixture of(Gaussians parameters, Covariance type) {
        return new GaussianMixture(parameters, type, History.closedForm(), Map.of(), Map.of());
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
        int k = weights.length;
        if (k == 0) {
            throw new IllegalArgumentException(where + ": no weights, expected one for each component");
        }
        double sum = 0;
        for (int c = 0; c < k; c++) {
            if (!(weights[c] >= 0)) {
                throw new IllegalArgumentException(
                        where + ": weight " + c + " is " + weights[c] + ", expected at least 0");
            }
            sum += weights[c];
        }
        if (!(Math.abs(sum - 1) <= WEIGHTS_SUM)) {
            throw new IllegalArgumentException(where + ": the weights sum to " + sum + ", expected 1");
        }
        if (means.numRows != k) {
            throw new IllegalArgumentException(where + ": " + means.numRows + " means for " + k + " weights");
        }
        Tables.requireFinite(where + ": means", means);
        if (covariances.length != k) {
            throw new IllegalArgumentException(
                    where + ": " + covariances.length + " covariances for " + k + " weights");
        }
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
            Tables.requireFinite(where + ": covariance " + c, s);
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
        return of(Gaussians.of(where, weights.clone(), mu, sigma, false, () -> false), Covariance.FULL);
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

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; components must be set
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The number of components.
     *
     * @return K
     */
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

    /**
     * The means μ.
     *
     * @return a copy, K×D, a mean a row
     */
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

    /**
     * The covariances of all components.
     *
     * @return K copies, each D×D
     */
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

    private DMatrixRMaj logJoint(String method, DMatrixRMaj x) {
        int n = x.numRows;
        int d = parameters.d;
        int k = parameters.k;
        if (x.numCols != d) {
            throw new IllegalArgumentException("GaussianMixture." + method + ": x has " + x.numCols
                    + " columns, the model has " + d + " dimensions");
        }
        DMatrixRMaj joint = new DMatrixRMaj(n, k);
        if (n == 0) {
            return joint;
        }
        Tables.requireFinite("GaussianMixture." + method, x);
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
                    joint.data[(first + r) * k + c] = out[r];
                }
            }
        }
        return joint;
    }

    static double logSumExp(double[] values, int from, int k) {
        double max = values[from];
        for (int c = 1; c < k; c++) {
            max = Math.max(max, values[from + c]);
        }
        double sum = 0;
        for (int c = 0; c < k; c++) {
            sum += Math.exp(values[from + c] - max);
        }
        return max + Math.log(sum);
    }

    @Override
    public double[] logDensity(DMatrixRMaj x) {
        return logDensity("logDensity", x);
    }

    private double[] logDensity(String method, DMatrixRMaj x) {
        DMatrixRMaj joint = logJoint(method, x);
        double[] density = new double[x.numRows];
        Arrays.setAll(density, i -> logSumExp(joint.data, i * joint.numCols, joint.numCols));
        return density;
    }

    /**
     * The exact log density of every row of a table.
     *
     * @param table n rows of D numeric columns
     * @return n values of log p(xᵢ) in nats
     * @throws IllegalArgumentException as {@link #logDensity(DMatrixRMaj)} and {@link Tables#matrix(Table)}
     */
    public double[] logDensity(Table table) {
        return logDensity(Tables.matrix(table));
    }

    @Override
    public double logLikelihood(DMatrixRMaj x) {
        return Arrays.stream(logDensity("logLikelihood", x)).sum();
    }

    /**
     * The log-likelihood of a table, L = Σᵢ log p(xᵢ).
     *
     * @param table n rows of D numeric columns
     * @return the total over the rows, in nats
     * @throws IllegalArgumentException as {@link #logDensity(Table)}
     */
    public double logLikelihood(Table table) {
        return logLikelihood(Tables.matrix(table));
    }

    /**
     * The responsibilities: the posterior of the component of each row, p(z = k | xᵢ), by Bayes' rule.
     *
     * @param x n×D rows of observations; not modified
     * @return n×K probabilities, each row sums to 1
     * @throws IllegalArgumentException as {@link #logDensity(DMatrixRMaj)}
     */
    public DMatrixRMaj responsibilities(DMatrixRMaj x) {
        DMatrixRMaj joint = logJoint("responsibilities", x);
        int k = joint.numCols;
        for (int i = 0; i < joint.numRows; i++) {
            double logP = logSumExp(joint.data, i * k, k);
            for (int c = 0; c < k; c++) {
                joint.data[i * k + c] = Math.exp(joint.data[i * k + c] - logP);
            }
        }
        return joint;
    }

    /**
     * The responsibilities of the rows of a table.
     *
     * @param table n rows of D numeric columns
     * @return n×K probabilities, each row sums to 1
     * @throws IllegalArgumentException as {@link #logDensity(Table)}
     */
    public DMatrixRMaj responsibilities(Table table) {
        return responsibilities(Tables.matrix(table));
    }

    /**
     * The most probable component of each row.
     *
     * @param x n×D rows of observations; not modified
     * @return n components, counted from 0; the first of equals
     * @throws IllegalArgumentException as {@link #logDensity(DMatrixRMaj)}
     */
    public int[] assignments(DMatrixRMaj x) {
        DMatrixRMaj joint = logJoint("assignments", x);
        int[] component = new int[joint.numRows];
        for (int i = 0; i < joint.numRows; i++) {
            for (int c = 1; c < joint.numCols; c++) {
                if (joint.get(i, c) > joint.get(i, component[i])) {
                    component[i] = c;
                }
            }
        }
        return component;
    }

    /**
     * The most probable component of each row of a table.
     *
     * @param table n rows of D numeric columns
     * @return n components, counted from 0
     * @throws IllegalArgumentException as {@link #logDensity(Table)}
     */
    public int[] assignments(Table table) {
        return assignments(Tables.matrix(table));
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
        if (n < 0) {
            throw new IllegalArgumentException("GaussianMixture.sample: n is " + n + ", expected at least 0");
        }
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

    private static long parameterCount(Covariance type, int k, int d) {
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
     * The Bayesian information criterion on a table.
     *
     * @param table n rows of D numeric columns
     * @return the criterion as {@link #bic(DMatrixRMaj)}
     * @throws IllegalArgumentException as {@link #logDensity(Table)}
     */
    public double bic(Table table) {
        return bic(Tables.matrix(table));
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
     * Akaike's information criterion on a table.
     *
     * @param table n rows of D numeric columns
     * @return the criterion as {@link #aic(DMatrixRMaj)}
     * @throws IllegalArgumentException as {@link #logDensity(Table)}
     */
    public double aic(Table table) {
        return aic(Tables.matrix(table));
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
        return history;
    }

    @Override
    public ModelSummary summary() {
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("components", String.valueOf(components()));
        shown.put("dimensions", String.valueOf(dim()));
        shown.put("covariance", type.toString());
        shown.putAll(settings);
        Map<String, String> found = new LinkedHashMap<>(results);
        StringBuilder weights = new StringBuilder();
        for (double weight : parameters.weights) {
            weights.append(weights.isEmpty() ? "" : ", ").append(format("%.4f", weight));
        }
        found.put("weights", weights.toString());
        found.put("parameters", String.valueOf(parameterCount()));
        return new ModelSummary("GaussianMixture", shown, found, history);
    }

    @Override
    public String toString() {
        return summary().toString();
    }

    private static String format(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }

    /** The settings of a fit by EM. */
    public static final class Builder extends IterativeFitBuilder<Builder, GaussianMixture> {
        /** The covariances used when none are set. */
        public static final Covariance DEFAULT_COVARIANCE = Covariance.FULL;

        /** The start used when none is set. */
        public static final Init DEFAULT_INIT = Init.K_MEANS;

        /** The number of starts used when none is set. */
        public static final int DEFAULT_RESTARTS = 1;

        /** The budget of iterations used when none is set. */
        public static final int DEFAULT_MAX_ITERATIONS = 1000;

        /** The tolerance used when none is set, in nats per row. */
        public static final double DEFAULT_TOLERANCE = 1e-9;

        /** The covariance floor used when none is set, a part of the variance of the data. */
        public static final double DEFAULT_COVARIANCE_FLOOR = 1e-6;

        private static final String WHERE = "GaussianMixture.fit";
        private static final int START_ROWS = 5000;
        private static final List<String> COLUMNS = List.of(
                "logLikelihood",
                "logLikelihoodBefore",
                "boundBeforeE",
                "klBeforeE",
                "boundAfterE",
                "klAfterE",
                "boundAfterM",
                "klAfterM");
        private static final int START_RUNS = 10;
        private static final int START_ITERATIONS = 100;

        private int components;
        private Covariance covariance = DEFAULT_COVARIANCE;
        private Init init = DEFAULT_INIT;
        private int restarts = DEFAULT_RESTARTS;
        private int maxIterations = DEFAULT_MAX_ITERATIONS;
        private double tolerance = DEFAULT_TOLERANCE;
        private double floor = DEFAULT_COVARIANCE_FLOOR;
        private int threads = Runtime.getRuntime().availableProcessors();
        private GaussianMixture start;
        private IterationListener<? super GaussianMixture> listener = (iteration, model) -> {};
        private boolean listening;

        private Builder() {}

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * The number of components; must be set, here or by a {@link #start}.
         *
         * @param components K, at least 1
         * @return this
         * @throws IllegalArgumentException if less than 1
         */
        public Builder components(int components) {
            this.components = requireAtLeast("components", 1, components);
            return this;
        }

        /**
         * The form of the covariances.
         *
         * @param covariance the form, by default {@link #DEFAULT_COVARIANCE}
         * @return this
         */
        public Builder covariance(Covariance covariance) {
            this.covariance = Objects.requireNonNull(covariance, "GaussianMixture: covariance");
            return this;
        }

        /**
         * Where EM starts.
         *
         * @param init the kind of start, by default {@link #DEFAULT_INIT}
         * @return this
         */
        public Builder init(Init init) {
            this.init = Objects.requireNonNull(init, "GaussianMixture: init");
            return this;
        }

        /**
         * Starts EM from these parameters instead of from an {@link #init}; there are no restarts then. Covariances below
         * the floor are raised to it.
         *
         * @param start a mixture with covariances of the form that is fitted
         * @return this
         */
        public Builder start(GaussianMixture start) {
            this.start = Objects.requireNonNull(start, "GaussianMixture: start");
            return this;
        }

        /**
         * Starts EM from these parameters, as {@link #start(GaussianMixture)} of {@link GaussianMixture#of(double[],
         * double[][], double[][]...)}.
         *
         * @param weights K weights, at least 0, that sum to 1
         * @param means K means of D numbers
         * @param covariances K symmetric positive definite matrices of D rows of D numbers
         * @return this
         * @throws IllegalArgumentException as {@link GaussianMixture#of(double[], double[][], double[][]...)}
         */
        public Builder start(double[] weights, double[][] means, double[][]... covariances) {
            return start(of(weights, means, covariances));
        }

        /**
         * The number of starts, of which the fit with the highest log-likelihood is returned.
         *
         * @param restarts at least 1, by default {@link #DEFAULT_RESTARTS}
         * @return this
         * @throws IllegalArgumentException if less than 1
         */
        public Builder restarts(int restarts) {
            this.restarts = requireAtLeast("restarts", 1, restarts);
            return this;
        }

        /**
         * The budget of iterations of each start.
         *
         * @param maxIterations at least 0, by default {@link #DEFAULT_MAX_ITERATIONS}
         * @return this
         * @throws IllegalArgumentException if negative
         */
        public Builder maxIterations(int maxIterations) {
            this.maxIterations = requireAtLeast("maxIterations", 0, maxIterations);
            return this;
        }

        /**
         * The stopping rule: EM has converged when an iteration raises the log-likelihood by less than this per row.
         *
         * @param tolerance in nats per row, at least 0, by default {@link #DEFAULT_TOLERANCE}; 0 uses up the budget
         * @return this
         * @throws IllegalArgumentException if negative or NaN
         */
        public Builder tolerance(double tolerance) {
            if (!(tolerance >= 0)) {
                throw new IllegalArgumentException(
                        "GaussianMixture: tolerance is " + tolerance + ", expected at least 0");
            }
            this.tolerance = tolerance;
            return this;
        }

        /**
         * The smallest extent of a component relative to that of the data: Σₖ − ε diag(v) has no negative eigenvalue, where
         * v are the variances of the columns (their mean, if spherical).
         *
         * @param floor ε, at least 0 and less than 1, by default {@link #DEFAULT_COVARIANCE_FLOOR}; with 0 a component that
         *     becomes singular ends the fit with an exception
         * @return this
         * @throws IllegalArgumentException if out of range
         */
        public Builder covarianceFloor(double floor) {
            if (!(floor >= 0 && floor < 1)) {
                throw new IllegalArgumentException(
                        "GaussianMixture: covarianceFloor is " + floor + ", expected 0 ≤ floor < 1");
            }
            this.floor = floor;
            return this;
        }

        /**
         * The number of threads; it changes the time of the fit and nothing of the result.
         *
         * @param threads at least 1, by default the number of processors
         * @return this
         * @throws IllegalArgumentException if less than 1
         */
        public Builder threads(int threads) {
            this.threads = requireAtLeast("threads", 1, threads);
            return this;
        }

        /**
         * Who looks on: called with the start as iteration 0 and with the model after each iteration.
         *
         * @param listener called in the thread of the fit
         * @return this
         */
        public Builder listener(IterationListener<? super GaussianMixture> listener) {
            this.listener = Objects.requireNonNull(listener, "GaussianMixture: listener");
            this.listening = true;
            return this;
        }

        /**
         * Fits the mixture. An interrupt of the thread ends the fit early: the last model whose likelihood is known is
         * returned, its history says {@link lvm.model.History.Stop#INTERRUPTED}, and the thread stays interrupted.
         *
         * @param x n×D rows of observations; not modified and not kept
         * @return the fitted model
         * @throws IllegalArgumentException if the components are not set, x is empty, holds a NaN or a constant column or
         *     has fewer different rows than there are components, the start does not fit, or a covariance becomes singular
         *     with a floor of 0
         * @throws CancellationException if interrupted before there was a model
         */
        @Override
        public GaussianMixture fit(DMatrixRMaj x) {
            int k = components;
            if (k == 0) {
                if (start == null) {
                    throw new IllegalArgumentException("GaussianMixture: components not set");
                }
                k = start.components();
            }
            requireData(x, k);
            EmRun run = new EmRun(x, k, covariance, floor, threads);
            SplittableRandom seeds = new SplittableRandom(seed());
            Run best = null;
            for (int i = 0; i < (start == null ? restarts : 1); i++) {
                Gaussians first = start(run, x, seeds.split());
                if (first == null) {
                    if (best == null) {
                        throw new CancellationException(
                                WHERE + ": interrupted before there was a model; the start was still being computed");
                    }
                    return model(run, best.interrupted());
                }
                Run next = run(run, first, options(i, maxIterations));
                if (best == null || next.logLikelihood > best.logLikelihood) {
                    best = next;
                }
                if (next.history.stop() == History.Stop.INTERRUPTED) {
                    return model(run, best.interrupted());
                }
            }
            return model(run, best);
        }

        private void requireData(DMatrixRMaj x, int k) {
            Tables.requireFinite(WHERE, x);
            if (x.numRows < k) {
                throw new IllegalArgumentException(WHERE + ": x has " + x.numRows + (x.numRows == 1 ? " row" : " rows")
                        + ", fewer than the " + k + " components");
            }
            if (x.numRows == 1) {
                throw new IllegalArgumentException(WHERE + ": x has one row, a covariance needs at least two");
            }
            for (int j = 0; j < x.numCols; j++) {
                boolean constant = true;
                for (int i = 1; i < x.numRows && constant; i++) {
                    constant = x.get(i, j) == x.get(0, j);
                }
                if (constant) {
                    throw new IllegalArgumentException(WHERE + ": column " + j + " (counted from 0) is constant, "
                            + x.get(0, j) + " in every row; it has no density, leave it out");
                }
            }
            if (start != null) {
                if (start.dim() != x.numCols) {
                    throw new IllegalArgumentException(
                            WHERE + ": x has " + x.numCols + " columns, the start has " + start.dim() + " dimensions");
                }
                if (start.components() != k) {
                    throw new IllegalArgumentException(
                            WHERE + ": the start has " + start.components() + " components, " + k + " are set");
                }
            }
        }

        /** The start, around the centre of the data; null if interrupted. */
        private Gaussians start(EmRun run, DMatrixRMaj x, SplittableRandom rng) {
            if (Thread.currentThread().isInterrupted()) {
                return null;
            }
            if (start != null) {
                return givenStart(run);
            }
            return init == Init.K_MEANS ? kMeansStart(run, x, rng) : randomStart(run, x, rng);
        }

        private Gaussians givenStart(EmRun run) {
            Gaussians given = start.parameters;
            double[][] covariances = new double[given.k][];
            for (int c = 0; c < given.k; c++) {
                DMatrixRMaj full = given.covariance(c);
                if (covariance == Covariance.TIED && c > 0) {
                    if (!Arrays.equals(full.data, given.covariance(0).data)) {
                        throw new IllegalArgumentException(
                                WHERE + ": the start has different covariances for components 0" + " and " + c
                                        + ", but covariance is TIED");
                    }
                    covariances[c] = covariances[0];
                    continue;
                }
                double[] form = full.data;
                if (covariance.isDiagonal()) {
                    form = new double[given.d];
                    for (int i = 0; i < given.d; i++) {
                        form[i] = full.get(i, i);
                        for (int j = 0; j < given.d; j++) {
                            if (i != j && full.get(i, j) != 0
                                    || covariance == Covariance.SPHERICAL && full.get(i, i) != full.get(0, 0)) {
                                throw new IllegalArgumentException(WHERE + ": covariance " + c + " of the start is not "
                                        + covariance + " as the fit");
                            }
                        }
                    }
                }
                covariances[c] = run.aboveFloor(form);
            }
            Gaussians raised = Gaussians.of(
                    WHERE + ": start", given.weights, given.means, covariances, covariance.isDiagonal(), run::stopped);
            return raised == null ? null : raised.shifted(run.centre, -1);
        }

        private Gaussians kMeansStart(EmRun run, DMatrixRMaj x, SplittableRandom rng) {
            DMatrixRMaj standardised = new DMatrixRMaj(run.n, run.d);
            for (int i = 0; i < run.n; i++) {
                for (int j = 0; j < run.d; j++) {
                    standardised.data[i * run.d + j] =
                            (x.data[i * run.d + j] - run.centre[j]) / Math.sqrt(run.variances[j]);
                }
            }
            DMatrixRMaj part = standardised;
            if (run.n > START_ROWS + run.k) {
                // As many different rows as there are clusters must be among them.
                int[] different = KMeans.differentRows(WHERE, x, run.k, rng);
                part = new DMatrixRMaj(START_ROWS + run.k, run.d);
                for (int i = 0; i < part.numRows; i++) {
                    int row = i < run.k ? different[i] : rng.nextInt(run.n);
                    System.arraycopy(standardised.data, row * run.d, part.data, i * run.d, run.d);
                }
            }
            KMeans.Clustering best = null;
            for (int i = 0; i < START_RUNS; i++) {
                KMeans.Clustering next = KMeans.cluster(WHERE, part, run.k, START_ITERATIONS, 0, rng);
                if (next == null || Thread.currentThread().isInterrupted()) {
                    return null;
                }
                if (best == null || next.inertia() < best.inertia()) {
                    best = next;
                }
            }
            int[] clusters = KMeans.assign(standardised, best.centres());
            if (clusters == null) {
                return null;
            }
            run.setResponsibilities(clusters);
            EmRun.Moments moments = run.sumUp() ? run.moments() : null;
            if (moments == null) {
                return null;
            }
            double[] weights = new double[run.k];
            double[] pooled = new double[moments.covariances()[0].length];
            for (int c = 0; c < run.k; c++) {
                weights[c] = moments.rows()[c] / run.n;
                for (int i = 0; i < pooled.length; i++) {
                    pooled[i] += weights[c] * moments.covariances()[c][i];
                }
            }
            int pseudoRows = run.d + 1;
            for (int c = 0; c < run.k; c++) {
                double rows = moments.rows()[c];
                double[] own = moments.covariances()[c];
                for (int i = 0; i < own.length; i++) {
                    own[i] = (rows * own[i] + pseudoRows * pooled[i]) / (rows + pseudoRows);
                }
            }
            double[][] covariances = run.constrain(moments, null);
            return covariances == null
                    ? null
                    : Gaussians.of(
                            WHERE + ": start",
                            weights,
                            moments.means(),
                            covariances,
                            covariance.isDiagonal(),
                            run::stopped);
        }

        private Gaussians randomStart(EmRun run, DMatrixRMaj x, SplittableRandom rng) {
            int[] rows = KMeans.differentRows(WHERE, x, run.k, rng);
            double[] weights = new double[run.k];
            Arrays.fill(weights, 1.0 / run.k);
            double[][] means = new double[run.k][run.d];
            for (int c = 0; c < run.k; c++) {
                for (int j = 0; j < run.d; j++) {
                    means[c][j] = x.get(rows[c], j) - run.centre[j];
                }
            }
            run.setResponsibilities(new int[run.n]); // all rows to component 0: its covariance is that of the data
            EmRun.Moments moments = run.sumUp() ? run.moments() : null;
            if (moments == null) {
                return null;
            }
            double[][] covariances = new double[run.k][];
            Arrays.fill(covariances, run.aboveFloor(moments.covariances()[0]));
            return Gaussians.of(WHERE + ": start", weights, means, covariances, covariance.isDiagonal(), run::stopped);
        }

        /** Where a run of EM stands; parameters around the centre of the data. */
        private record Run(Gaussians theta, History history, double logLikelihood) {
            Run interrupted() {
                return new Run(theta, history.ended(History.Stop.INTERRUPTED), logLikelihood);
            }
        }

        /** EM from a start: {@link Fit} repeats its steps. */
        private Run run(EmRun run, Gaussians first, FitOptions options) {
            Em em = new Em(run, first, covariance);
            if (!em.firstEStep()) {
                History none = new History.Recorder(COLUMNS.toArray(String[]::new)).finish(History.Stop.INTERRUPTED);
                return new Run(first, none, Double.NEGATIVE_INFINITY);
            }
            Fit fit = new Fit(em)
                    .options(options)
                    .label("EM")
                    .objectiveName("log-likelihood")
                    .columns(COLUMNS, () -> em.row);
            if (tolerance > 0) {
                fit.convergedWhen(() -> em.logLikelihood - em.before < tolerance * run.n);
            }
            if (keepsCheckpoints()) {
                fit.parameters(em);
            }
            if (listening) {
                History none = new History.Recorder(COLUMNS.toArray(String[]::new)).finish(History.Stop.BUDGET);
                listener.iteration(0, model(run, new Run(em.theta, none, em.logLikelihood)));
                fit.listener(epoch -> listener.iteration(
                        (int) epoch.epoch(), model(run, new Run(em.theta, epoch.history(), em.logLikelihood))));
            }
            History history = fit.run();
            return new Run(em.theta, history, em.logLikelihood);
        }

        /** The steps of EM. Between two steps, θ, its log-likelihood and the responsibilities belong together. */
        private static final class Em implements TrainStep, Parameters {
            private final EmRun run;
            private final Covariance covariance;
            private Gaussians theta;
            private double logLikelihood;
            private double before;
            private double bound;
            private double gap;
            private long iterations;
            private double[] row;

            Em(EmRun run, Gaussians first, Covariance covariance) {
                this.run = run;
                this.theta = first;
                this.covariance = covariance;
            }

            /** The responsibilities under the start; false if interrupted. */
            boolean firstEStep() {
                run.setResponsibilities(theta.weights); // before a row is seen, the posterior is the prior
                run.entropy = run.n * EmRun.entropy(theta.weights);
                if (!run.eStep(theta)) {
                    return false;
                }
                logLikelihood = requireFinite(run.logLikelihood, iterations, Double.NaN);
                gap = run.gapBefore;
                bound = logLikelihood - gap;
                return true;
            }

            @Override
            public double step(Batch batch, RandomGenerator rng) {
                Gaussians next = run.mStep(theta, WHERE + ": iteration " + (iterations + 1));
                if (next == null || !run.eStep(next)) {
                    throw new CancellationException(WHERE + ": interrupted");
                }
                iterations++;
                before = logLikelihood;
                logLikelihood = requireFinite(run.logLikelihood, iterations, before);
                row = new double[] {logLikelihood, before, bound, gap, before, 0, run.boundAfterMStep, run.gapBefore};
                bound = run.boundAfterMStep;
                gap = run.gapBefore;
                theta = next;
                return logLikelihood / run.n;
            }

            @Override
            public Map<String, Matrix> values() {
                Map<String, Matrix> values = new LinkedHashMap<>();
                values.put("weights", new DMatrixRMaj(new double[][] {theta.weights}));
                values.put("means", new DMatrixRMaj(theta.means));
                values.put("covariances", new DMatrixRMaj(theta.covariances));
                return values;
            }

            @Override
            public Map<String, Double> scalars() {
                return Map.of("iterations", (double) iterations, "bound", bound, "gap", gap);
            }

            @Override
            public void setValues(Map<String, Matrix> values) {
                double[][] covariances = rows(values.get("covariances"));
                if (covariance == Covariance.TIED) {
                    Arrays.fill(covariances, covariances[0]);
                }
                Gaussians given = Gaussians.of(
                        WHERE + ": checkpoint",
                        rows(values.get("weights"))[0],
                        rows(values.get("means")),
                        covariances,
                        covariance.isDiagonal(),
                        run::stopped);
                if (given != null) {
                    theta = given;
                }
                if (given == null || !firstEStep()) {
                    throw new CancellationException(WHERE + ": interrupted before there was a model");
                }
            }

            @Override
            public void setState(Map<String, Matrix> state, Map<String, Double> scalars) {
                iterations = scalars.get("iterations").longValue();
                bound = scalars.get("bound");
                gap = scalars.get("gap");
            }

            private static double[][] rows(Matrix matrix) {
                DMatrixRMaj all = (DMatrixRMaj) matrix;
                double[][] rows = new double[all.numRows][];
                Arrays.setAll(rows, i -> Arrays.copyOfRange(all.data, i * all.numCols, (i + 1) * all.numCols));
                return rows;
            }
        }

        private static double requireFinite(double logLikelihood, long iteration, double before) {
            if (!Double.isFinite(logLikelihood)) {
                throw new IllegalArgumentException(
                        WHERE + ": the log-likelihood is " + logLikelihood + " after iteration "
                                + iteration + (iteration == 0 ? "" : " and was " + before + " before it")
                                + "; scale the columns of x to a moderate range");
            }
            return logLikelihood;
        }

        private GaussianMixture model(EmRun data, Run run) {
            Gaussians theta = run.theta.shifted(data.centre, 1);
            History history = run.history;
            Map<String, String> settings = new LinkedHashMap<>();
            settings.put("start", start == null ? init.toString() : "given");
            if (start == null) {
                settings.put("restarts", String.valueOf(restarts));
                settings.put("seed", String.valueOf(seed()));
            }
            settings.put("max iterations", String.valueOf(maxIterations));
            settings.put("tolerance", format("%.1e nats per row", tolerance));
            settings.put("covariance floor", format("%.1e of the data's variance", floor));
            Map<String, String> results = new LinkedHashMap<>();
            results.put("rows", String.valueOf(data.n));
            if (Double.isFinite(run.logLikelihood)) {
                long parameters = parameterCount(covariance, theta.k, theta.d);
                results.put("log-likelihood", format("%.6f nats", run.logLikelihood));
                results.put("BIC", format("%.3f", parameters * Math.log(data.n) - 2 * run.logLikelihood));
            }
            results.put("iterations", history.size() + ", " + history.stop());
            return new GaussianMixture(theta, covariance, history, settings, results);
        }
    }
}
