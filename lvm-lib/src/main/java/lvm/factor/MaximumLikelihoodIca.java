package lvm.factor;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import lvm.fit.ConvergentFitBuilder;
import lvm.linalg.Interrupts;
import lvm.linalg.Logs;
import lvm.model.Card;
import lvm.model.DoublePrecision;
import lvm.model.GenerativeModel;
import lvm.model.HasDecoder;
import lvm.model.HasDensity;
import lvm.model.HasEncoder;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.LUDecomposition_F64;

/**
 * Independent component analysis by maximum likelihood: x = W h + b without noise, with a square mixing matrix W, D×D, and
 * independent sources h of fixed densities that are not Gaussian. By the change of variables
 * log p(x) = log p_h(W⁻¹(x − b)) + log |det W⁻¹|. Immutable.
 *
 * <p>{@link #builder()} fits W, starting from the directions of {@link FastIca}, by steps that are multiplied to W⁻¹ as
 * those of the natural gradient (S. Amari, A. Cichocki and H. H. Yang 1996) and take the curvature into account where sources
 * are independent (relative Newton steps; M. Zibulevsky 2003, and equation 9 of P. Ablin, J.-F. Cardoso and A. Gramfort
 * 2018, Faster independent component analysis by preconditioning with Hessian approximations). A step is shortened
 * until it raises the likelihood. b is the mean of the data.
 *
 * <p>The densities fix the scale of the sources; order and sign are those of {@link FastIca}.
 */
public final class MaximumLikelihoodIca extends SavedModel
        implements DoublePrecision,
                GenerativeModel<DMatrixRMaj>,
                HasDensity<DMatrixRMaj>,
                HasEncoder<DMatrixRMaj>,
                HasDecoder<DMatrixRMaj> {

    static final double LOG_PI = Math.log(Math.PI);
    private static final double LOG_TWO = Math.log(2);

    /** The density of a source. */
    public enum Source {
        /** The hyperbolic secant p(h) = 1 / (π cosh h), more peaked than a Gaussian; variance π²/4. */
        SUPER_GAUSSIAN,
        /** Two normal ones, p(h) = N(h; −1, 1)/2 + N(h; 1, 1)/2, flatter than a Gaussian; variance 2. */
        SUB_GAUSSIAN;

        /**
         * The log density.
         *
         * @param h a value
         * @return log p(h) in nats
         */
        public double logDensity(double h) {
            if (Double.isInfinite(h)) {
                return Double.NEGATIVE_INFINITY;
            }
            double logCosh = Math.abs(h) + Math.log1p(Math.exp(-2 * Math.abs(h))) - LOG_TWO;
            return this == SUPER_GAUSSIAN ? -logCosh - LOG_PI : logCosh - (h * h + 1) / 2 - Logs.HALF_LOG_2_PI;
        }

        /**
         * A draw.
         *
         * @param rng the source of randomness; advanced
         * @return h ~ p(h)
         */
        public double sample(RandomGenerator rng) {
            // The secant by inversion of its distribution function 2/π arctan eʰ; 1 − u is never 0.
            return this == SUPER_GAUSSIAN
                    ? Math.log(Math.tan(Math.PI / 2 * (1 - rng.nextDouble())))
                    : rng.nextGaussian() + (rng.nextBoolean() ? 1 : -1);
        }
    }

    private final DMatrixRMaj mixing;
    private final DMatrixRMaj unmixing;
    private final double logDeterminant;
    private final double[] mean;
    private final List<Source> sources;
    private final double gradient;

    private MaximumLikelihoodIca(
            DMatrixRMaj mixing,
            DMatrixRMaj unmixing,
            double[] mean,
            List<Source> sources,
            double gradient,
            ModelSummary summary) {
        super(summary);
        this.mixing = mixing;
        this.unmixing = unmixing;
        this.logDeterminant = logAbsoluteDeterminant(unmixing);
        this.mean = mean;
        this.sources = sources;
        this.gradient = gradient;
    }

    private static ModelSummary summary(List<Source> sources, Consumer<Card> fit, History history) {
        Card card = Card.of("MaximumLikelihoodIca").setting("dimensions", sources.size());
        fit.accept(card);
        long peaked = sources.stream().filter(s -> s == Source.SUPER_GAUSSIAN).count();
        card.result("sources", peaked + " super-Gaussian, " + (sources.size() - peaked) + " sub-Gaussian");
        return card.summary(history);
    }

    /**
     * A model of given parameters.
     *
     * @param mixing W, D×D and invertible; copied
     * @param mean b, D numbers; copied
     * @param sources D densities
     * @return the model; its history is a closed form's
     * @throws IllegalArgumentException if shapes do not agree, a number is not finite, or W is singular
     */
    public static MaximumLikelihoodIca of(DMatrixRMaj mixing, double[] mean, Source... sources) {
        String where = "MaximumLikelihoodIca.of";
        Require.finite(where, "mixing", mixing);
        int d = mixing.numRows;
        if (d == 0 || mixing.numCols != d || mean.length != d || sources.length != d) {
            throw new IllegalArgumentException(where + ": mixing is " + d + "×" + mixing.numCols + ", there are "
                    + mean.length + " means and " + sources.length + " sources, expected D×D, D and D");
        }
        Require.finite(where, "the mean", new DMatrixRMaj(1, d, true, mean));
        DMatrixRMaj unmixing = new DMatrixRMaj(d, d);
        if (!CommonOps_DDRM.invert(mixing, unmixing) || !Double.isFinite(CommonOps_DDRM.elementSum(unmixing))) {
            throw new IllegalArgumentException(where + ": mixing is singular, expected an invertible matrix");
        }
        List<Source> densities = List.of(sources);
        ModelSummary summary = summary(densities, card -> {}, History.closedForm());
        return new MaximumLikelihoodIca(mixing.copy(), unmixing, mean.clone(), densities, Double.NaN, summary);
    }

    /** log |det A|. */
    static double logAbsoluteDeterminant(DMatrixRMaj matrix) {
        LUDecomposition_F64<DMatrixRMaj> lu = DecompositionFactory_DDRM.lu(matrix.numRows, matrix.numCols);
        lu.decompose(matrix.copy());
        DMatrixRMaj upper = lu.getUpper(null);
        double sum = 0;
        for (int i = 0; i < upper.numRows; i++) {
            sum += Math.log(Math.abs(upper.get(i, i)));
        }
        return sum;
    }

    /** {@return the settings of a fit by maximum likelihood; nothing must be set} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * {@return the likelihood model as it was saved, the same in every bit}
     *
     * @param file a file of {@link #save(Path)}
     */
    public static MaximumLikelihoodIca load(Path file) {
        return Models.load(file, MaximumLikelihoodIca.class);
    }

    @Override
    public void store(ModelData data) {
        data.put("mixing", mixing)
                .put("unmixing", unmixing)
                .put("mean", mean)
                .put("sources", sources.stream().map(Source::name).toList())
                .put("gradient", gradient);
    }

    static MaximumLikelihoodIca read(ModelData data) {
        return new MaximumLikelihoodIca(
                data.doubles("mixing"),
                data.doubles("unmixing"),
                data.doubleArray("mean"),
                data.texts("sources").stream().map(Source::valueOf).toList(),
                data.number("gradient"),
                data.summary());
    }

    @Override
    public int dim() {
        return mixing.numRows;
    }

    /** {@return the number of sources, which is D, that of the dimensions} */
    @Override
    public int latentDim() {
        return mixing.numCols;
    }

    /** {@return the mixing matrix W, from sources to observations, a copy, D×D, a source a column} */
    public DMatrixRMaj mixing() {
        return mixing.copy();
    }

    /** {@return the unmixing matrix W⁻¹, a copy, D×D, a source a row} */
    public DMatrixRMaj unmixing() {
        return unmixing.copy();
    }

    /** {@return a copy of the D numbers of the mean b} */
    public double[] mean() {
        return mean.clone();
    }

    /** {@return the D densities of the sources, in the order of the columns of W} */
    public List<Source> sources() {
        return sources;
    }

    /**
     * Whether the gradient vanished within the budget.
     *
     * @return true if {@link #gradient()} is at most the tolerance
     */
    public boolean converged() {
        return history().stop() == History.Stop.CONVERGED;
    }

    /**
     * How far from the maximum the fit ended: with ψ = −(log p_h)′ the greatest |E[ψ(hᵢ) hⱼ] − δᵢⱼ|, the natural gradient of
     * the log-likelihood per row.
     *
     * @return the number; NaN for a model that was not fitted
     */
    public double gradient() {
        return gradient;
    }

    @Override
    public double[] logDensity(DMatrixRMaj x) {
        DMatrixRMaj h = LinearMap.encode("MaximumLikelihoodIca.logDensity", x, mean, unmixing);
        int d = dim();
        double[] density = new double[x.numRows];
        for (int i = 0; i < density.length; i++) {
            double sum = logDeterminant;
            for (int j = 0; j < d; j++) {
                sum += sources.get(j).logDensity(h.data[i * d + j]);
            }
            density[i] = Double.isNaN(sum) ? Double.NEGATIVE_INFINITY : sum; // only by overflow
        }
        return density;
    }

    /**
     * The sources of each row, h = W⁻¹(x − b), which x determines.
     *
     * @param x n×D rows of observations; not modified
     * @return n×D values, a source a column
     * @throws IllegalArgumentException if x has another number of columns than the model, or holds a NaN
     */
    @Override
    public DMatrixRMaj encode(DMatrixRMaj x) {
        return LinearMap.encode("MaximumLikelihoodIca.encode", x, mean, unmixing);
    }

    @Override
    public DMatrixRMaj decode(DMatrixRMaj h) {
        return LinearMap.decode("MaximumLikelihoodIca.decode", h, mean, mixing);
    }

    @Override
    public DMatrixRMaj sample(int n, RandomGenerator rng) {
        Require.atLeast("MaximumLikelihoodIca.sample", "n", 0, n);
        DMatrixRMaj h = new DMatrixRMaj(n, dim());
        for (int i = 0; i < h.data.length; i++) {
            h.data[i] = sources.get(i % dim()).sample(rng);
        }
        return decode(h);
    }

    /**
     * The course of the fit, one row an iteration: {@code logLikelihood} in nats, the total over the rows, and
     * {@code gradient} as {@link #gradient()}, both after the iteration.
     */
    @Override
    public History history() {
        return super.history();
    }

    /**
     * The settings of a fit. It has converged when {@link MaximumLikelihoodIca#gradient()} is at most the {@link #tolerance}.
     */
    public static final class Builder extends ConvergentFitBuilder<Builder, MaximumLikelihoodIca> {
        /** The budget of iterations used when none is set. */
        public static final int DEFAULT_MAX_ITERATIONS = 500;

        /** The tolerance used when none is set. */
        public static final double DEFAULT_TOLERANCE = 1e-6;

        private static final String WHERE = "MaximumLikelihoodIca.fit";
        private static final int START_ITERATIONS = 100;

        private List<Source> sources = List.of();

        private Builder() {
            super(DEFAULT_MAX_ITERATIONS, DEFAULT_TOLERANCE, 1);
        }

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * The densities of the sources. By default each has the one that is stable at its start: super-Gaussian if
         * E[1 − tanh² h] E[h²] &gt; E[h tanh h], else sub-Gaussian (T.-W. Lee, M. Girolami and T. J. Sejnowski 1999).
         *
         * @param sources one for all, or one for each column of x; none for the default
         * @return this
         */
        public Builder sources(Source... sources) {
            for (Source source : sources) {
                Objects.requireNonNull(source, "MaximumLikelihoodIca: sources");
            }
            this.sources = List.of(sources);
            return given("sources");
        }

        /**
         * Fits the model.
         *
         * @param x n×D rows of observations; not modified and not kept
         * @param columns the names of the columns; none if they have none
         * @return the fitted model
         * @throws IllegalArgumentException if x is empty, holds a NaN or a constant column, has linearly dependent columns or
         *     not more rows than columns, or there are neither one nor D sources
         * @throws java.util.concurrent.CancellationException if interrupted before there was a model
         */
        @Override
        protected MaximumLikelihoodIca fit(DMatrixRMaj x, List<String> columns) {
            Whitening white = Whitening.of(WHERE, x, 0);
            int d = x.numCols;
            if (sources.size() > 1 && sources.size() != d) {
                throw new IllegalArgumentException(
                        WHERE + ": " + sources.size() + " sources for " + d + " columns, expected one or " + d);
            }
            return converge(
                    x,
                    "maximum-likelihood ICA",
                    "logLikelihood",
                    i -> start(x, white),
                    (run, history) -> model(x.numRows, white, run, history, columns));
        }

        private RelativeNewton start(DMatrixRMaj x, Whitening white) {
            FastIca directions = FastIca.builder()
                    .seed(seed())
                    .maxIterations(START_ITERATIONS)
                    .quiet()
                    .fit(x);
            Interrupts.check(WHERE);
            DMatrixRMaj start = Whitening.product(directions.unmixing(), white.inverse());
            double logDeterminant = logAbsoluteDeterminant(white.matrix());
            return new RelativeNewton(white.data(), start, densities(white.data(), start), logDeterminant, tolerance());
        }

        private Source[] densities(DMatrixRMaj z, DMatrixRMaj start) {
            int d = z.numRows;
            Source[] chosen = new Source[d];
            if (!sources.isEmpty()) {
                Arrays.setAll(chosen, i -> sources.get(sources.size() == 1 ? 0 : i));
                return chosen;
            }
            Arrays.fill(chosen, Source.SUPER_GAUSSIAN);
            // With the sums of the secant: ψ = tanh.
            RelativeNewton.Point point = new RelativeNewton.Likelihood(z, chosen).at(start);
            for (int i = 0; i < d; i++) {
                boolean peaked = point.slope[i] * point.square[i] > point.gradient.get(i, i) + 1;
                chosen[i] = peaked ? Source.SUPER_GAUSSIAN : Source.SUB_GAUSSIAN;
            }
            return chosen;
        }

        private MaximumLikelihoodIca model(
                int n, Whitening white, RelativeNewton run, History history, List<String> columns) {
            DMatrixRMaj inverse = new DMatrixRMaj(run.b.numRows, run.b.numRows);
            CommonOps_DDRM.invert(run.b, inverse);
            DMatrixRMaj mixing = Whitening.product(white.inverse(), inverse);
            DMatrixRMaj unmixing = Whitening.product(run.b, white.matrix());
            Consumer<Card> fit = card -> {
                card.setting("densities", sources.isEmpty() ? "chosen by the data" : "given")
                        .setting("max iterations", maxIterations())
                        .setting("tolerance", "%.1e", tolerance())
                        .setting("seed", seed())
                        .result("rows", n)
                        .result("log-likelihood", "%.6f nats", run.logLikelihood())
                        .result("iterations", history.size() + ", " + history.stop())
                        .columns(columns);
                if (history.stop() != History.Stop.CONVERGED) {
                    card.result(
                            "not converged",
                            "the gradient is %.2e, above the tolerance %.1e",
                            run.gradient(),
                            tolerance());
                }
            };
            List<Source> densities = List.of(run.densities);
            return new MaximumLikelihoodIca(
                    mixing, unmixing, white.mean(), densities, run.gradient(), summary(densities, fit, history));
        }
    }
}
