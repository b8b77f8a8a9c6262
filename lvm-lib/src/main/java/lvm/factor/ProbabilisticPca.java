package lvm.factor;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;
import lvm.data.Tables;
import lvm.fit.IterativeFitBuilder;
import lvm.model.FittedModel;
import lvm.model.GenerativeModel;
import lvm.model.HasDensity;
import lvm.model.HasLatent;
import lvm.model.History;
import lvm.model.ModelSummary;
import org.ejml.data.DMatrixRMaj;
import tech.tablesaw.api.Table;

/**
 * Probabilistic principal component analysis: x = W h + b + σ z with h ~ N(0, I) in ℝᴷ, W ∈ ℝᴰˣᴷ, b ∈ ℝᴰ and z ~ N(0, I) in
 * ℝᴰ, so that x ~ N(b, WWᵀ + σ²I). Immutable.
 *
 * <p>The likelihood has its maximum at W = U(Λ − σ²I)^½, with U and Λ the leading eigenvectors and eigenvalues of the
 * covariance of the data (divided by n), and σ² the mean of the discarded eigenvalues; W is one up to a rotation of h. As
 * σ → 0 the model becomes {@link Pca}.
 *
 * <p>M. E. Tipping and C. M. Bishop 1999, equations 3 to 8.
 */
public final class ProbabilisticPca
        implements GenerativeModel<DMatrixRMaj>, HasDensity<DMatrixRMaj>, HasLatent<DMatrixRMaj>, FittedModel {

    private final LinearGaussian model;
    private final History history;
    private final Map<String, String> settings;
    private final Map<String, String> results;

    private ProbabilisticPca(
            LinearGaussian model, History history, Map<String, String> settings, Map<String, String> results) {
        this.model = model;
        this.history = history;
        this.settings = settings;
        this.results = results;
    }

    /**
     * A model of given parameters.
     *
     * @param w W, D×K; copied
     * @param mean b, D numbers; copied
     * @param noiseVariance σ², above 0
     * @return the model; its history is a closed form's
     * @throws IllegalArgumentException if the shapes do not agree, a number is not finite, or σ² is not above 0
     */
    public static ProbabilisticPca of(DMatrixRMaj w, double[] mean, double noiseVariance) {
        LinearGaussian model = LinearGaussian.of("ProbabilisticPca.of", w, mean, same(mean.length, noiseVariance));
        return new ProbabilisticPca(model, History.closedForm(), Map.of(), Map.of());
    }

    private static double[] same(int d, double value) {
        double[] values = new double[d];
        Arrays.fill(values, value);
        return values;
    }

    /** The model of a principal plane whose variances are multiplied by a factor. */
    static ProbabilisticPca of(String where, Principal principal, double factor) {
        LinearGaussian model = maximum(where, principal, factor, 0);
        return new ProbabilisticPca(model, History.closedForm(), Map.of(), Map.of());
    }

    /** The maximum of the likelihood, with σ² fixed if it is above 0. */
    private static LinearGaussian maximum(String where, Principal principal, double factor, double fixedNoise) {
        int d = principal.mean().length;
        int k = principal.variances().length;
        double noise = fixedNoise > 0 ? fixedNoise : factor * principal.discardedVariance();
        if (!(noise > 0)) {
            throw new IllegalArgumentException(where + ": the noise variance is 0, for x lies in a plane of " + k
                    + (k == 1 ? " dimension" : " dimensions")
                    + " and has no density around it; use fewer components, or Pca");
        }
        DMatrixRMaj w = new DMatrixRMaj(d, k);
        for (int j = 0; j < k; j++) {
            double length = Math.sqrt(Math.max(factor * principal.variances()[j] - noise, 0));
            for (int i = 0; i < d; i++) {
                w.data[i * k + j] = length * principal.directions().get(j, i);
            }
        }
        return new LinearGaussian(w, principal.mean(), same(d, noise));
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; components must be set
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public int dim() {
        return model.d;
    }

    @Override
    public int latentDim() {
        return model.k;
    }

    /**
     * The weights W.
     *
     * @return a copy, D×K
     */
    public DMatrixRMaj weights() {
        return model.w.copy();
    }

    /**
     * The mean b.
     *
     * @return a copy of its D numbers
     */
    public double[] mean() {
        return model.mean.clone();
    }

    /**
     * The noise variance σ².
     *
     * @return the variance of one dimension of x given h
     */
    public double noiseVariance() {
        return model.noise[0];
    }

    /**
     * The covariance of x.
     *
     * @return WWᵀ + σ²I, D×D
     */
    public DMatrixRMaj covariance() {
        return model.covariance();
    }

    /**
     * The covariance of the posterior p(h | x), which is the same for every x.
     *
     * @return σ²(WᵀW + σ²I)⁻¹, K×K
     */
    public DMatrixRMaj posteriorCovariance() {
        return model.posteriorCovariance.copy();
    }

    @Override
    public double[] logDensity(DMatrixRMaj x) {
        return model.logDensity("ProbabilisticPca.logDensity", x);
    }

    /**
     * The log-likelihood of a table, L = Σᵢ log p(xᵢ).
     *
     * @param table n rows of D numeric columns
     * @return the total over the rows, in nats
     * @throws IllegalArgumentException as {@link #logDensity} and {@link Tables#matrix(Table)}
     */
    public double logLikelihood(Table table) {
        return logLikelihood(Tables.matrix(table));
    }

    @Override
    public DMatrixRMaj sample(int n, RandomGenerator rng) {
        return model.sample("ProbabilisticPca.sample", n, rng);
    }

    /**
     * The means of the posterior, (WᵀW + σ²I)⁻¹Wᵀ(x − b).
     *
     * @param x n×D rows of observations; not modified
     * @return n×K means
     * @throws IllegalArgumentException if x has another number of columns than the model, or holds a NaN
     */
    @Override
    public DMatrixRMaj encode(DMatrixRMaj x) {
        return model.encode("ProbabilisticPca.encode", x);
    }

    @Override
    public DMatrixRMaj decode(DMatrixRMaj h) {
        return model.decode("ProbabilisticPca.decode", h);
    }

    /**
     * The log density of what is observed of every row, log p(x_observed).
     *
     * @param x n×D rows of observations, NaN where an entry is missing; not modified
     * @return n values in nats, 0 for a row without any entry
     * @throws IllegalArgumentException if x has another number of columns than the model, or holds an infinite number
     */
    public double[] logDensityObserved(DMatrixRMaj x) {
        return model.logDensityObserved("ProbabilisticPca.logDensityObserved", x);
    }

    /**
     * The means of the posterior given what is observed of every row.
     *
     * @param x n×D rows of observations, NaN where an entry is missing; not modified
     * @return n×K means of p(h | x_observed)
     * @throws IllegalArgumentException as {@link #logDensityObserved}
     */
    public DMatrixRMaj encodeObserved(DMatrixRMaj x) {
        return model.encodeObserved("ProbabilisticPca.encodeObserved", x);
    }

    /**
     * Fills in missing entries by their mean given those observed in the row.
     *
     * @param x n×D rows of observations, NaN where an entry is missing; not modified
     * @return n×D rows, with E[x_missing | x_observed] in place of NaN
     * @throws IllegalArgumentException as {@link #logDensityObserved}
     */
    public DMatrixRMaj impute(DMatrixRMaj x) {
        return model.impute("ProbabilisticPca.impute", x);
    }

    /**
     * The course of the fit; of EM, {@code logLikelihood} in nats, the total over the rows, and {@code noiseVariance}.
     */
    @Override
    public History history() {
        return history;
    }

    @Override
    public ModelSummary summary() {
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("components", String.valueOf(latentDim()));
        shown.put("dimensions", String.valueOf(dim()));
        shown.putAll(settings);
        Map<String, String> found = new LinkedHashMap<>(results);
        found.put("noise variance", String.format(Locale.ROOT, "%.6g", noiseVariance()));
        return new ModelSummary("ProbabilisticPca", shown, found, history);
    }

    @Override
    public String toString() {
        return summary().toString();
    }

    /** The settings of a fit. */
    public static final class Builder extends IterativeFitBuilder<Builder, ProbabilisticPca> {
        private static final String WHERE = "ProbabilisticPca.fit";

        private int components;
        private double noiseVariance;

        private Builder() {}

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * The number of latent variables; must be set.
         *
         * @param components K, at least 1 and less than D
         * @return this
         * @throws IllegalArgumentException if less than 1
         */
        public Builder components(int components) {
            this.components = Centered.atLeast("ProbabilisticPca", "components", 1, components);
            return this;
        }

        /**
         * Keeps the noise variance at a value instead of estimating it: the likelihood is maximised over W and b alone.
         *
         * @param noiseVariance σ², above 0
         * @return this
         * @throws IllegalArgumentException if not above 0
         */
        public Builder noiseVariance(double noiseVariance) {
            if (!(noiseVariance > 0 && noiseVariance < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "ProbabilisticPca: noiseVariance is " + noiseVariance + ", expected a number above 0");
            }
            this.noiseVariance = noiseVariance;
            return this;
        }

        @Override
        public ProbabilisticPca fit(DMatrixRMaj x) {
            if (components == 0) {
                throw new IllegalArgumentException("ProbabilisticPca: components not set");
            }
            Centered.requireData(WHERE, x);
            if (components >= x.numCols) {
                throw new IllegalArgumentException(WHERE + ": components is " + components + ", x has " + x.numCols
                        + " columns; at least one direction must be left to the noise");
            }
            Centered.requireDirections(WHERE, "components", components, x);
            Principal principal =
                    Principal.of(WHERE, x, components, Pca.Solver.AUTO, new Principal.Sketch(10, 4, seed()));
            LinearGaussian model = maximum(WHERE, principal, 1, noiseVariance);
            Map<String, String> settings = new LinkedHashMap<>();
            settings.put("method", "closed form");
            Map<String, String> results = new LinkedHashMap<>();
            results.put("rows", String.valueOf(x.numRows));
            double logLikelihood = Arrays.stream(model.logDensity(WHERE, x)).sum();
            results.put("log-likelihood", String.format(Locale.ROOT, "%.6f nats", logLikelihood));
            return new ProbabilisticPca(model, History.closedForm(), settings, results);
        }
    }
}
