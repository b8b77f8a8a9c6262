package lvm.factor;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import lvm.data.Chunks;
import lvm.data.ColumnRanges;
import lvm.data.Dataset;
import lvm.linalg.Interrupts;
import lvm.model.Card;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.store.ModelData;
import lvm.store.Models;
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

    private FactorAnalysis(LinearGaussian model, int[] atFloor, ModelSummary summary) {
        super("FactorAnalysis", model, summary);
        this.atFloor = atFloor;
    }

    /** A model whose card tells of its fit too. */
    private static FactorAnalysis of(LinearGaussian model, int[] atFloor, Consumer<Card> fit, History history) {
        Card card = Card.of("FactorAnalysis").setting("factors", model.k).setting("dimensions", model.d);
        fit.accept(card);
        card.result(
                "mean communality",
                "%.4f",
                Arrays.stream(communalities(model)).average().orElse(0));
        if (atFloor.length > 0) {
            card.result(
                    "columns at the noise floor",
                    Arrays.stream(atFloor).mapToObj(String::valueOf).collect(Collectors.joining(", ")));
        }
        return new FactorAnalysis(model, atFloor, card.summary(history));
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
        LinearGaussian model = LinearGaussian.of("FactorAnalysis.of", loadings, mean, noiseVariances);
        return of(model, new int[0], card -> {}, History.closedForm());
    }

    /** {@return the settings of a factor analysis; factors must be set} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * {@return the factor model as it was saved, the same in every bit}
     *
     * @param file a file of {@link #save(Path)}
     */
    public static FactorAnalysis load(Path file) {
        return Models.load(file, FactorAnalysis.class);
    }

    @Override
    public void store(ModelData data) {
        super.store(data);
        data.put("columnsAtFloor", atFloor);
    }

    static FactorAnalysis read(ModelData data) {
        return new FactorAnalysis(parameters(data), data.integers("columnsAtFloor"), data.summary());
    }

    /** {@return the loadings W, a copy, D×K} */
    public DMatrixRMaj loadings() {
        return model.w.copy();
    }

    /** {@return a copy of the noise variances σ₁² … σ_D², the diagonal of ψ} */
    public double[] noiseVariances() {
        return model.noise.clone();
    }

    /**
     * The part of the variance of each column of x that the factors explain, (WWᵀ)ⱼⱼ / (WWᵀ + ψ)ⱼⱼ.
     *
     * @return D numbers from 0 to 1
     */
    public double[] communalities() {
        return communalities(model);
    }

    private static double[] communalities(LinearGaussian model) {
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
        ModelSummary before = summary();
        ModelSummary summary = Card.of(before.name())
                .settings(before.settings())
                .setting("rotation", "varimax")
                .results(before.results())
                .columns(before.columns())
                .summary(before.history());
        return new FactorAnalysis(rotated, atFloor, summary);
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

        private Builder() {}

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
            this.factors = requireAtLeast("factors", 1, factors);
            return given("factors");
        }

        /**
         * What an iteration does.
         *
         * @param algorithm the algorithm, by default {@link #DEFAULT_ALGORITHM}
         * @return this
         */
        public Builder algorithm(Algorithm algorithm) {
            this.algorithm = Objects.requireNonNull(algorithm, "FactorAnalysis: algorithm");
            return given("algorithm");
        }

        /**
         * The least noise variance of a column as a part of the variance of the column.
         *
         * @param floor above 0 and less than 1, by default {@link #DEFAULT_NOISE_FLOOR}
         * @return this
         * @throws IllegalArgumentException if out of range
         */
        public Builder noiseFloor(double floor) {
            this.floor = Require.within01("FactorAnalysis", "noiseFloor", floor);
            return given("noiseFloor");
        }

        /**
         * Fits the model, from half of the variance of every column as its noise and the best W for that; nothing in it is
         * random.
         *
         * @param x n×D rows of observations, NaN for a missing entry if {@link #missingEntries} are allowed; not modified
         *     and not kept
         * @param columns the names of the columns; none if they have none
         * @return the fitted model
         * @throws IllegalArgumentException if the factors are not set or not less than D, x is empty, has one row, holds a
         *     NaN that is not allowed or has a constant column; with missing entries also if a column has no entry or the
         *     algorithm is ECME
         * @throws java.util.concurrent.CancellationException if interrupted before there was a model
         */
        @Override
        protected FactorAnalysis fit(DMatrixRMaj x, List<String> columns) {
            Require.set("FactorAnalysis", "factors", factors > 0);
            if (allowsMissing()) {
                if (algorithm == Algorithm.ECME) {
                    throw new IllegalArgumentException(
                            "FactorAnalysis: ECME is for data without missing entries; use Algorithm.EM");
                }
            } else {
                Centered.requireData(WHERE, x);
            }
            requireDataWithHoles(WHERE, x);
            Require.moderate(WHERE, "x", x);
            requireFewerThan(x.numCols);
            Rows rows = allowsMissing() ? new Rows.WithHoles(WHERE, x) : new Rows.Complete(WHERE, x);
            return fit(rows, () -> Dataset.digest(x), columns);
        }

        @Override
        public FactorAnalysis fit(Chunks x) {
            Require.set("FactorAnalysis", "factors", factors > 0);
            requireNoneMissing();
            ColumnRanges ranges = Centered.requireData(WHERE, x);
            Require.varying(WHERE, "x", ranges);
            Require.moderate(WHERE, "x", ranges, true);
            requireFewerThan(x.dim());
            return fit(new Rows.Complete(WHERE, x), x::digest, x.columns());
        }

        private void requireFewerThan(int columns) {
            if (factors >= columns) {
                throw new IllegalArgumentException(WHERE + ": factors is " + factors + ", x has " + columns
                        + (columns == 1 ? " column" : " columns") + "; there must be fewer factors than columns");
            }
        }

        private FactorAnalysis fit(Rows rows, Supplier<String> digest, List<String> columns) {
            Centered.requireFiniteMean(WHERE, rows.variances);
            Interrupts.check(WHERE);
            double[] noise = Arrays.stream(rows.variances).map(v -> START * v).toArray();
            DMatrixRMaj w = Em.weights(rows.covariance(), noise, factors, LEAST);
            Em.Noise constraint = (psi, expected) -> {
                for (int j = 0; j < psi.length; j++) {
                    psi[j] = Math.max(psi[j], floor * rows.variances[j]);
                }
            };
            LinearGaussian start = new LinearGaussian(w, new double[rows.d], noise);
            return converge(
                    digest,
                    "EM",
                    "log-likelihood",
                    i -> new Em(rows, constraint, algorithm == Algorithm.ECME, tolerance(), start),
                    (em, history) -> model(rows, em, history, columns));
        }

        private FactorAnalysis model(Rows rows, Em em, History history, List<String> columns) {
            LinearGaussian model = em.model();
            int[] atFloor = IntStream.range(0, rows.d)
                    .filter(j -> model.noise[j] <= NEAR * floor * rows.variances[j])
                    .toArray();
            Consumer<Card> fit = card -> {
                card.setting("algorithm", algorithm).setting("noise floor", "%.1e of the column's variance", floor);
                tell(card);
                tell(card, rows.n, em.logLikelihood(), tolerance(), history);
                card.columns(columns);
            };
            return of(model, atFloor, fit, history);
        }
    }
}
