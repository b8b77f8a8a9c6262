package lvm.factor;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.random.Fill;
import org.ejml.data.DMatrixRMaj;

/**
 * Probabilistic principal component analysis: x = W h + b + σ z with h ~ N(0, I) in ℝᴷ, W ∈ ℝᴰˣᴷ, b ∈ ℝᴰ and z ~ N(0, I) in
 * ℝᴰ, so that x ~ N(b, WWᵀ + σ²I). Immutable.
 *
 * <p>The likelihood has its maximum at W = U(Λ − σ²I)^½, with U and Λ the leading eigenvectors and eigenvalues of the
 * covariance of the data (divided by n), and σ² the mean of the discarded eigenvalues; W is one up to a rotation of h. As
 * σ → 0 the model becomes {@link Pca}.
 *
 * <p>The EM algorithm finds the same maximum and also takes rows with missing entries: E[h hᵀ] and E[x hᵀ] are averaged
 * over the rows, W = E[x hᵀ] E[h hᵀ]⁻¹, and σ² is the mean squared residual. Each iteration then scales W by the Cholesky
 * factor of E[h hᵀ] (C. Liu, D. B. Rubin and Y. N. Wu 1998), which spares it many more.
 *
 * <p>M. E. Tipping and C. M. Bishop 1999, equations 3 to 8 and 26 to 31.
 */
public final class ProbabilisticPca extends LinearGaussianModel {

    /** How the likelihood is maximised. */
    public enum Method {
        /** {@link #CLOSED_FORM}, or {@link #EM} where missing entries are allowed. */
        AUTO,
        /** By the eigenvalues of the covariance. */
        CLOSED_FORM,
        /** By the EM algorithm from a random start. */
        EM
    }

    /** The part of the variance of the columns below which a noise variance found by EM is rounding error. */
    private static final double NO_NOISE = 1e-13;

    private ProbabilisticPca(
            LinearGaussian model, History history, Map<String, String> settings, Map<String, String> results) {
        super("ProbabilisticPca", model, history, settings, results);
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
            throw noNoise(where, k);
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

    private static IllegalArgumentException noNoise(String where, int k) {
        return new IllegalArgumentException(where + ": the noise variance is 0, for x lies in a plane of " + k
                + (k == 1 ? " dimension" : " dimensions")
                + " and has no density around it; use fewer components, or Pca");
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
     * The weights W.
     *
     * @return a copy, D×K
     */
    public DMatrixRMaj weights() {
        return model.w.copy();
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
     * The number of free parameters: those of W up to a rotation, of b, and σ².
     *
     * @return D·K − K(K − 1)/2 + D + 1
     */
    @Override
    public long parameterCount() {
        return parametersOfTheMap() + 1;
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

    /** The settings of a fit. */
    public static final class Builder extends EmBuilder<Builder, ProbabilisticPca> {
        private static final String WHERE = "ProbabilisticPca.fit";

        /** The method used when none is set. */
        public static final Method DEFAULT_METHOD = Method.AUTO;

        private int components;
        private double noiseVariance;
        private Method method = DEFAULT_METHOD;

        private Builder() {
            super("ProbabilisticPca");
        }

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

        /**
         * How the likelihood is maximised.
         *
         * @param method the method, by default {@link #DEFAULT_METHOD}
         * @return this
         */
        public Builder method(Method method) {
            this.method = Objects.requireNonNull(method, "ProbabilisticPca: method");
            return this;
        }

        /**
         * Fits the model. An interrupt of the thread ends EM early: the last model is returned, its history says
         * {@link lvm.model.History.Stop#INTERRUPTED}, and the thread stays interrupted.
         *
         * @param x n×D rows of observations, NaN for a missing entry if {@link #missingEntries} are allowed; not modified
         *     and not kept
         * @return the fitted model
         * @throws IllegalArgumentException if the components are not set, there are not less than D or more than n − 1 of
         *     them, x is empty, holds a NaN that is not allowed or has no noise around a plane of K dimensions; with missing
         *     entries also if a column is constant or has no entry, or the method is the closed form
         * @throws java.util.concurrent.CancellationException if interrupted before there was a model
         */
        @Override
        public ProbabilisticPca fit(DMatrixRMaj x) {
            if (components == 0) {
                throw new IllegalArgumentException("ProbabilisticPca: components not set");
            }
            boolean byEm = method == Method.EM || method == Method.AUTO && allowsMissing();
            if (!byEm && allowsMissing()) {
                throw new IllegalArgumentException(
                        "ProbabilisticPca: the closed form is one for data without missing entries; use Method.EM");
            }
            if (allowsMissing()) {
                requireDataWithHoles(WHERE, x);
            } else {
                Centered.requireData(WHERE, x);
            }
            if (components >= x.numCols) {
                throw new IllegalArgumentException(WHERE + ": components is " + components + ", x has " + x.numCols
                        + " columns; at least one direction must be left to the noise");
            }
            Centered.requireDirections(WHERE, "components", components, x);
            Map<String, String> settings = new LinkedHashMap<>();
            settings.put("method", byEm ? "EM" : "closed form");
            if (noiseVariance > 0) {
                settings.put("noise variance", "given");
            }
            Maker<ProbabilisticPca> maker = fitted ->
                    new ProbabilisticPca(fitted.model(), fitted.history(), settings, results(x.numRows, fitted));
            if (!byEm) {
                Principal.Sketch sketch = new Principal.Sketch(
                        Pca.Builder.DEFAULT_OVERSAMPLING, Pca.Builder.DEFAULT_POWER_ITERATIONS, seed());
                LinearGaussian model =
                        maximum(WHERE, Principal.of(WHERE, x, components, Pca.Solver.AUTO, sketch), 1, noiseVariance);
                double logLikelihood = Arrays.stream(model.logDensity(WHERE, x)).sum();
                return maker.make(new Fitted(model, History.closedForm(), logLikelihood));
            }
            settings.put("seed", String.valueOf(seed()));
            settings.putAll(emSettings());
            Rows rows = allowsMissing() ? new Rows.WithHoles(WHERE, x) : new Rows.Complete(WHERE, x);
            double scale = Centered.requireFiniteMean(WHERE, rows.variances);
            DMatrixRMaj w = new DMatrixRMaj(rows.d, components);
            Fill.normal(0, Math.sqrt(scale / components), w, new SplittableRandom(seed()));
            double start = noiseVariance > 0 ? noiseVariance : scale;
            return run(
                    new Em(rows, noise(scale), false, new LinearGaussian(w, new double[rows.d], same(rows.d, start))),
                    maker);
        }

        private Em.Noise noise(double scale) {
            return (noise, expected) -> {
                double value = noiseVariance;
                if (value == 0) {
                    double entries = 0;
                    for (int j = 0; j < noise.length; j++) {
                        value += expected.count(j) * noise[j];
                        entries += expected.count(j);
                    }
                    value /= entries;
                    if (!(value > NO_NOISE * scale)) {
                        throw noNoise(WHERE, components);
                    }
                }
                Arrays.fill(noise, value);
            };
        }
    }
}
