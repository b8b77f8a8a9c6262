package lvm.factor;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import lvm.model.History;
import lvm.model.ModelSummary;
import org.ejml.data.DMatrixRMaj;

/**
 * Factor analysis: x = W h + b + noise with factors h ~ N(0, I) in ℝᴷ, loadings W ∈ ℝᴰˣᴷ, b ∈ ℝᴰ and noise ~ N(0, ψ) with
 * ψ = diag(σ₁² … σ_D²), so that x ~ N(b, WWᵀ + ψ): the factors hold what the columns have in common, the noise what each
 * has for itself. Densities and posteriors take K×K inverses only (Woodbury's identity). W is one up to a rotation of h;
 * {@link #varimax()} chooses one that is easier to read. Immutable.
 *
 * <p>{@link #builder()} maximises the likelihood by EM. In a Heywood case it grows as a σⱼ² goes to 0; here every σⱼ² stays
 * above {@link Builder#noiseFloor} times the variance of its column, which is the exact maximum under this constraint, so
 * that no iteration lowers the likelihood. {@link #columnsAtFloor()} tells of it.
 *
 * <p>D. B. Rubin and D. T. Thayer 1982 for EM; C. Liu, D. B. Rubin and Y. N. Wu 1998 for its
 * acceleration; C. Liu and D. B. Rubin 1994 for ECME.
 */
public final class FactorAnalysis extends LinearGaussianModel {

    /** What an iteration does; both never lower the likelihood. */
    public enum Algorithm {
        /**
         * W = E[x hᵀ] E[h hᵀ]⁻¹ and ψ at once maximise the bound of the E-step, then W is scaled by the Cholesky factor of
         * E[h hᵀ]: iterations are quick and many.
         */
        EM,
        /**
         * W first maximises the likelihood itself at the old ψ, by the leading eigenvectors of ψ^−½Sψ^−½, then ψ the bound:
         * the algorithm of scikit-learn. Each iteration decomposes a D×D matrix. Not with missing entries.
         */
        ECME
    }

    private final int[] atFloor;

    private FactorAnalysis(
            LinearGaussian model,
            int[] atFloor,
            History history,
            Map<String, String> settings,
            Map<String, String> results) {
        super("FactorAnalysis", model, history, settings, results);
        this.atFloor = atFloor;
    }

    /**
     * A model of given parameters.
     *
     * @param loadings W, D×K; copied
     * @param mean b, D numbers; copied
     * @param noiseVariances ψ, D numbers above 0; copied
     * @return the model; its history is a closed form's
     * @throws IllegalArgumentException if the shapes do not agree, a number is not finite, or a variance is not above 0
     */
    public static FactorAnalysis of(DMatrixRMaj loadings, double[] mean, double[] noiseVariances) {
        String where = "FactorAnalysis.of";
        if (noiseVariances.length != mean.length) {
            throw new IllegalArgumentException(where + ": " + noiseVariances.length + " noise variances for a mean of "
                    + mean.length + " numbers");
        }
        LinearGaussian model = LinearGaussian.of(where, loadings, mean, noiseVariances);
        return new FactorAnalysis(model, new int[0], History.closedForm(), Map.of(), Map.of());
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; factors must be set
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The loadings W.
     *
     * @return a copy, D×K
     */
    public DMatrixRMaj loadings() {
        return model.w.copy();
    }

    /**
     * The noise variances, the diagonal of ψ.
     *
     * @return a copy of σ₁² … σ_D²
     */
    public double[] noiseVariances() {
        return model.noise.clone();
    }

    /**
     * The part of the variance of each column of x that the factors explain, (WWᵀ)ⱼⱼ / (WWᵀ + ψ)ⱼⱼ.
     *
     * @return D numbers from 0 to 1
     */
    public double[] communalities() {
        double[] parts = new double[model.d];
        for (int j = 0; j < model.d; j++) {
            double common = 0;
            for (int a = j * model.k; a < (j + 1) * model.k; a++) {
                common += model.w.data[a] * model.w.data[a];
            }
            parts[j] = common / (common + model.noise[j]);
        }
        return parts;
    }

    /**
     * The Heywood cases: columns whose noise variance ended at the floor of the fit.
     *
     * @return their numbers, counted from 0; empty in most fits
     */
    public int[] columnsAtFloor() {
        return atFloor.clone();
    }

    /**
     * The same model with its factors rotated so that the squared loadings of each factor vary as much as they can: few are
     * large, many near 0. WWᵀ and every density stay what they are. Each factor's loadings have a positive sum, and the
     * factor that explains most comes first.
     *
     * <p>H. F. Kaiser 1958, the raw criterion.
     *
     * @return the rotated model
     */
    public FactorAnalysis varimax() {
        LinearGaussian rotated = new LinearGaussian(Varimax.rotated(model.w), model.mean, model.noise);
        Map<String, String> shown = new LinkedHashMap<>(settings);
        shown.put("rotation", "varimax");
        return new FactorAnalysis(rotated, atFloor, history, shown, results);
    }

    /**
     * The number of free parameters: those of W up to a rotation, of b and of ψ.
     *
     * @return D·K − K(K − 1)/2 + 2D
     */
    @Override
    public long parameterCount() {
        return parametersOfTheMap() + model.d;
    }

    @Override
    public ModelSummary summary() {
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("factors", String.valueOf(latentDim()));
        shown.put("dimensions", String.valueOf(dim()));
        shown.putAll(settings);
        Map<String, String> found = new LinkedHashMap<>(results);
        double mean = Arrays.stream(communalities()).average().orElse(0);
        found.put("mean communality", String.format(Locale.ROOT, "%.4f", mean));
        if (atFloor.length > 0) {
            found.put(
                    "columns at the noise floor",
                    Arrays.stream(atFloor).mapToObj(String::valueOf).collect(Collectors.joining(", ")));
        }
        return new ModelSummary("FactorAnalysis", shown, found, history);
    }

    /** The settings of a fit by EM. */
    public static final class Builder extends EmBuilder<Builder, FactorAnalysis> {
        /** The algorithm used when none is set. */
        public static final Algorithm DEFAULT_ALGORITHM = Algorithm.EM;

        /** The noise floor used when none is set, a part of the variance of the column. */
        public static final double DEFAULT_NOISE_FLOOR = 1e-6;

        /** Where ψ starts, as a part of the variances of the columns. */
        static final double START = .5;

        private static final String WHERE = "FactorAnalysis.fit";

        /** W starts with no column of less length than this in units of the noise: EM can not leave 0. */
        private static final double LEAST = .01;

        /** How near to its floor a variance counts as at it. */
        private static final double NEAR = 1 + 1e-9;

        private int factors;
        private Algorithm algorithm = DEFAULT_ALGORITHM;
        private double floor = DEFAULT_NOISE_FLOOR;

        private Builder() {
            super("FactorAnalysis");
        }

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * The number of factors; must be set.
         *
         * @param factors K, at least 1 and less than D
         * @return this
         * @throws IllegalArgumentException if less than 1
         */
        public Builder factors(int factors) {
            this.factors = Centered.atLeast("FactorAnalysis", "factors", 1, factors);
            return this;
        }

        /**
         * What an iteration does.
         *
         * @param algorithm the algorithm, by default {@link #DEFAULT_ALGORITHM}
         * @return this
         */
        public Builder algorithm(Algorithm algorithm) {
            this.algorithm = Objects.requireNonNull(algorithm, "FactorAnalysis: algorithm");
            return this;
        }

        /**
         * The least noise variance of a column as a part of the variance of the column.
         *
         * @param floor above 0 and less than 1, by default {@link #DEFAULT_NOISE_FLOOR}
         * @return this
         * @throws IllegalArgumentException if out of range
         */
        public Builder noiseFloor(double floor) {
            if (!(floor > 0 && floor < 1)) {
                throw new IllegalArgumentException(
                        "FactorAnalysis: noiseFloor is " + floor + ", expected 0 < floor < 1");
            }
            this.floor = floor;
            return this;
        }

        /**
         * Fits the model, from half of the variance of every column as its noise and the best W for that; nothing in it is
         * random. An interrupt of the thread ends the fit early: the last model is returned, its history says
         * {@link lvm.model.History.Stop#INTERRUPTED}, and the thread stays interrupted.
         *
         * @param x n×D rows of observations, NaN for a missing entry if {@link #missingEntries} are allowed; not modified
         *     and not kept
         * @return the fitted model
         * @throws IllegalArgumentException if the factors are not set or not less than D, x is empty, has one row, holds a
         *     NaN that is not allowed or has a constant column; with missing entries also if a column has no entry or the
         *     algorithm is ECME
         * @throws java.util.concurrent.CancellationException if interrupted before there was a model
         */
        @Override
        public FactorAnalysis fit(DMatrixRMaj x) {
            if (factors == 0) {
                throw new IllegalArgumentException("FactorAnalysis: factors not set");
            }
            if (allowsMissing()) {
                if (algorithm == Algorithm.ECME) {
                    throw new IllegalArgumentException(
                            "FactorAnalysis: ECME is for data without missing entries; use Algorithm.EM");
                }
            } else {
                Centered.requireData(WHERE, x);
            }
            requireDataWithHoles(WHERE, x);
            if (factors >= x.numCols) {
                throw new IllegalArgumentException(WHERE + ": factors is " + factors + ", x has " + x.numCols
                        + (x.numCols == 1 ? " column" : " columns") + "; there must be fewer factors than columns");
            }
            Rows rows = allowsMissing() ? new Rows.WithHoles(WHERE, x) : new Rows.Complete(WHERE, x);
            Centered.requireFiniteMean(WHERE, rows.variances);
            Centered.requireNotInterrupted(WHERE);
            double[] noise = Arrays.stream(rows.variances).map(v -> START * v).toArray();
            DMatrixRMaj w = Em.weights(rows.covariance(), noise, factors, LEAST);
            Em em = new Em(
                    rows,
                    (psi, expected) -> {
                        for (int j = 0; j < psi.length; j++) {
                            psi[j] = Math.max(psi[j], floor * rows.variances[j]);
                        }
                    },
                    algorithm == Algorithm.ECME,
                    new LinearGaussian(w, new double[rows.d], noise));
            Map<String, String> settings = new LinkedHashMap<>();
            settings.put("algorithm", algorithm.toString());
            settings.put("noise floor", String.format(Locale.ROOT, "%.1e of the column's variance", floor));
            settings.putAll(emSettings());
            return run(em, fitted -> {
                int[] atFloor = IntStream.range(0, rows.d)
                        .filter(j -> fitted.model().noise[j] <= NEAR * floor * rows.variances[j])
                        .toArray();
                return new FactorAnalysis(fitted.model(), atFloor, fitted.history(), settings, results(rows.n, fitted));
            });
        }
    }
}
