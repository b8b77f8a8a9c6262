package lvm.factor;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import lvm.data.Chunks;
import lvm.data.ColumnRanges;
import lvm.data.Dataset;
import lvm.linalg.Logs;
import lvm.model.Card;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.random.Fill;
import lvm.store.ModelData;
import lvm.store.Models;
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

    private static final String NOISE = "noise variance";

    /** The setting of a card whose σ² is no parameter of the fit. */
    private static final String GIVEN = "given";

    private ProbabilisticPca(LinearGaussian model, ModelSummary summary) {
        super("ProbabilisticPca", model, summary);
    }

    /** A model whose card tells of its fit too. */
    private static ProbabilisticPca of(LinearGaussian model, Consumer<Card> fit, History history) {
        Card card = Card.of("ProbabilisticPca").setting("components", model.k).setting("dimensions", model.d);
        fit.accept(card);
        card.result(NOISE, "%.6g", model.noise[0]);
        return new ProbabilisticPca(model, card.summary(history));
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
        return of(model, card -> {}, History.closedForm());
    }

    private static double[] same(int d, double value) {
        double[] values = new double[d];
        Arrays.fill(values, value);
        return values;
    }

    /** The model of a principal plane whose variances are multiplied by a factor. */
    static ProbabilisticPca of(String where, Principal principal, double factor, List<String> columns) {
        LinearGaussian model = maximum(where, principal, factor, 0);
        return of(model, card -> card.columns(columns), History.closedForm());
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

    /** {@return the settings of a probabilistic PCA; components must be set} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * {@return the probabilistic plane as it was saved, the same in every bit}
     *
     * @param file a file of {@link #save(Path)}
     */
    public static ProbabilisticPca load(Path file) {
        return Models.load(file, ProbabilisticPca.class);
    }

    static ProbabilisticPca read(ModelData data) {
        return new ProbabilisticPca(parameters(data), data.summary());
    }

    /** {@return the weights W, a copy, D×K} */
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
     * The number of free parameters: those of W up to a rotation, of b, and σ², unless a fit was given it.
     *
     * @return D·K − K(K − 1)/2 + D + 1, or one less with a given σ²
     */
    @Override
    public long parameterCount() {
        boolean given = GIVEN.equals(summary().settings().get(NOISE));
        return parametersOfTheMap() + (given ? 0 : 1);
    }

    /** The settings of a fit. */
    public static final class Builder extends EmBuilder<Builder, ProbabilisticPca> {
        private static final String WHERE = "ProbabilisticPca.fit";

        /** The method used when none is set. */
        public static final Method DEFAULT_METHOD = Method.AUTO;

        private int components;
        private double noiseVariance;
        private Method method = DEFAULT_METHOD;

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
            this.components = requireAtLeast("components", 1, components);
            return given("components");
        }

        /**
         * Keeps the noise variance at a value instead of estimating it: the likelihood is maximised over W and b alone.
         *
         * @param noiseVariance σ², above 0
         * @return this
         * @throws IllegalArgumentException if not above 0
         */
        public Builder noiseVariance(double noiseVariance) {
            this.noiseVariance = Require.positive("ProbabilisticPca", "noiseVariance", noiseVariance);
            return given("noiseVariance");
        }

        /**
         * How the likelihood is maximised.
         *
         * @param method the method, by default {@link #DEFAULT_METHOD}
         * @return this
         */
        public Builder method(Method method) {
            this.method = Objects.requireNonNull(method, "ProbabilisticPca: method");
            return given("method");
        }

        /**
         * Fits the model.
         *
         * @param x n×D rows of observations, NaN for a missing entry if {@link #missingEntries} are allowed; not modified
         *     and not kept
         * @param columns the names of the columns; none if they have none
         * @return the fitted model
         * @throws IllegalArgumentException if the components are not set, there are not less than D or more than n − 1 of
         *     them, x is empty, holds a NaN that is not allowed or has no noise around a plane of K dimensions; with missing
         *     entries also if a column is constant or has no entry, or the method is the closed form; in closed form also if
         *     a setting of the iterations is set
         * @throws java.util.concurrent.CancellationException if interrupted before there was a model
         */
        @Override
        protected ProbabilisticPca fit(DMatrixRMaj x, List<String> columns) {
            boolean byEm = requireSettings();
            if (allowsMissing()) {
                requireDataWithHoles(WHERE, x);
            } else {
                Centered.requireData(WHERE, x);
            }
            Require.moderateTogether(WHERE, "x", x);
            requireFewerThan(x.numCols);
            Centered.requireDirections(WHERE, "components", components, x);
            if (byEm) {
                Rows rows = allowsMissing() ? new Rows.WithHoles(WHERE, x) : new Rows.Complete(WHERE, x);
                return byEm(rows, () -> Dataset.digest(x), columns);
            }
            return inClosedForm(x, columns);
        }

        @Override
        public ProbabilisticPca fit(Chunks x) {
            boolean byEm = requireSettings();
            requireNoneMissing();
            ColumnRanges ranges = Centered.requireData(WHERE, x);
            Require.moderate(WHERE, "x", ranges, false);
            requireFewerThan(x.dim());
            Centered.requireDirections(WHERE, "components", components, x, ranges);
            if (byEm) {
                return byEm(new Rows.Complete(WHERE, x), x::digest, x.columns());
            }
            Principal principal = Principal.of(WHERE, x, components);
            LinearGaussian model = maximum(WHERE, principal, 1, noiseVariance);
            double logLikelihood = x.rows() * meanLogLikelihood(principal, model);
            return model(model, x.rows(), false, logLikelihood, History.closedForm(), x.columns());
        }

        /** Checks the settings, and says whether the fit is one by EM. */
        private boolean requireSettings() {
            Require.set("ProbabilisticPca", "components", components > 0);
            boolean byEm = method == Method.EM || method == Method.AUTO && allowsMissing();
            if (!byEm && allowsMissing()) {
                throw new IllegalArgumentException(
                        "ProbabilisticPca: the closed form is one for data without missing entries; use Method.EM");
            }
            if (!byEm) {
                unusedIterations("the closed form");
            }
            return byEm;
        }

        private void requireFewerThan(int columns) {
            if (components >= columns) {
                throw new IllegalArgumentException(WHERE + ": components is " + components + ", x has " + columns
                        + " columns; at least one direction must be left to the noise");
            }
        }

        /** −½(D log 2π + log |C| + tr C⁻¹S), whose trace is a sum over the directions, of which S and C have the same. */
        private static double meanLogLikelihood(Principal principal, LinearGaussian model) {
            double noise = model.noise[0];
            double left = principal.totalVariance();
            double trace = 0;
            for (double variance : principal.variances()) {
                left -= variance;
                trace += variance / Math.max(variance, noise);
            }
            trace += Math.max(left, 0) / noise;
            return -.5 * (model.d * Logs.LOG_2_PI + model.logDet + trace);
        }

        private ProbabilisticPca inClosedForm(DMatrixRMaj x, List<String> columns) {
            Principal.Sketch sketch = new Principal.Sketch(
                    Pca.Builder.DEFAULT_OVERSAMPLING, Pca.Builder.DEFAULT_POWER_ITERATIONS, seed());
            LinearGaussian model =
                    maximum(WHERE, Principal.of(WHERE, x, components, Pca.Solver.AUTO, sketch), 1, noiseVariance);
            double logLikelihood = Arrays.stream(model.logDensity(WHERE, x)).sum();
            return model(model, x.numRows, false, logLikelihood, History.closedForm(), columns);
        }

        private ProbabilisticPca byEm(Rows rows, Supplier<String> digest, List<String> columns) {
            double scale = Centered.requireFiniteMean(WHERE, rows.variances);
            DMatrixRMaj w = new DMatrixRMaj(rows.d, components);
            Fill.normal(0, Math.sqrt(scale / components), w, new SplittableRandom(seed()));
            double noise = noiseVariance > 0 ? noiseVariance : scale;
            LinearGaussian start = new LinearGaussian(w, new double[rows.d], same(rows.d, noise));
            return converge(
                    digest,
                    "EM",
                    "log-likelihood",
                    i -> new Em(rows, noise(scale), false, tolerance(), start),
                    (em, history) -> model(em.model(), rows.n, true, em.logLikelihood(), history, columns));
        }

        private ProbabilisticPca model(
                LinearGaussian model,
                long rows,
                boolean byEm,
                double logLikelihood,
                History history,
                List<String> columns) {
            Consumer<Card> fit = card -> {
                card.setting("method", byEm ? "EM" : "closed form");
                if (noiseVariance > 0) {
                    card.setting(NOISE, GIVEN);
                }
                if (byEm) {
                    card.setting("seed", seed());
                    tell(card);
                }
                tell(card, rows, logLikelihood, tolerance(), history);
                card.columns(columns);
            };
            return of(model, fit, history);
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
