package lvm.factor;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;
import lvm.data.Tables;
import lvm.fit.Batch;
import lvm.fit.Fit;
import lvm.fit.IterativeFitBuilder;
import lvm.fit.Parameters;
import lvm.fit.TrainStep;
import lvm.linalg.Products;
import lvm.model.FittedModel;
import lvm.model.GenerativeModel;
import lvm.model.HasDensity;
import lvm.model.HasLatent;
import lvm.model.History;
import lvm.model.ModelSummary;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.Matrix;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.LUDecomposition_F64;
import tech.tablesaw.api.Table;

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
public final class MaximumLikelihoodIca
        implements GenerativeModel<DMatrixRMaj>, HasDensity<DMatrixRMaj>, HasLatent<DMatrixRMaj>, FittedModel {

    private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);
    private static final double LOG_PI = Math.log(Math.PI);
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
            double logCosh = Math.abs(h) + Math.log1p(Math.exp(-2 * Math.abs(h))) - LOG_TWO;
            return this == SUPER_GAUSSIAN ? -logCosh - LOG_PI : logCosh - (h * h + 1) / 2 - HALF_LOG_TWO_PI;
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
    private final History history;
    private final Map<String, String> settings;
    private final Map<String, String> results;

    private MaximumLikelihoodIca(
            DMatrixRMaj mixing,
            DMatrixRMaj unmixing,
            double[] mean,
            List<Source> sources,
            double gradient,
            History history,
            Map<String, String> settings,
            Map<String, String> results) {
        this.mixing = mixing;
        this.unmixing = unmixing;
        this.logDeterminant = logAbsoluteDeterminant(unmixing);
        this.mean = mean;
        this.sources = sources;
        this.gradient = gradient;
        this.history = history;
        this.settings = settings;
        this.results = results;
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
        Tables.requireFinite(where + ": mixing", mixing);
        int d = mixing.numRows;
        if (mixing.numCols != d || mean.length != d || sources.length != d) {
            throw new IllegalArgumentException(where + ": mixing is " + d + "×" + mixing.numCols + ", there are "
                    + mean.length + " means and " + sources.length + " sources, expected D×D, D and D");
        }
        for (double value : mean) {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException(where + ": the mean holds " + value);
            }
        }
        DMatrixRMaj unmixing = new DMatrixRMaj(d, d);
        if (!CommonOps_DDRM.invert(mixing, unmixing) || !Double.isFinite(CommonOps_DDRM.elementSum(unmixing))) {
            throw new IllegalArgumentException(where + ": mixing is singular, expected an invertible matrix");
        }
        return new MaximumLikelihoodIca(
                mixing.copy(),
                unmixing,
                mean.clone(),
                List.of(sources),
                Double.NaN,
                History.closedForm(),
                Map.of(),
                Map.of());
    }

    private static double logAbsoluteDeterminant(DMatrixRMaj matrix) {
        LUDecomposition_F64<DMatrixRMaj> lu = DecompositionFactory_DDRM.lu(matrix.numRows, matrix.numCols);
        lu.decompose(matrix.copy());
        DMatrixRMaj upper = lu.getUpper(null);
        double sum = 0;
        for (int i = 0; i < upper.numRows; i++) {
            sum += Math.log(Math.abs(upper.get(i, i)));
        }
        return sum;
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; nothing must be set
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public int dim() {
        return mixing.numRows;
    }

    /**
     * The number of sources, which is that of the dimensions.
     *
     * @return D
     */
    @Override
    public int latentDim() {
        return mixing.numCols;
    }

    /**
     * The mixing matrix W, from sources to observations.
     *
     * @return a copy, D×D, a source a column
     */
    public DMatrixRMaj mixing() {
        return mixing.copy();
    }

    /**
     * The unmixing matrix W⁻¹.
     *
     * @return a copy, D×D, a source a row
     */
    public DMatrixRMaj unmixing() {
        return unmixing.copy();
    }

    /**
     * The mean b.
     *
     * @return a copy of its D numbers
     */
    public double[] mean() {
        return mean.clone();
    }

    /**
     * The densities of the sources.
     *
     * @return D densities, in the order of the columns of W
     */
    public List<Source> sources() {
        return sources;
    }

    /**
     * Whether the gradient vanished within the budget.
     *
     * @return true if {@link #gradient()} is at most the tolerance
     */
    public boolean converged() {
        return history.stop() == History.Stop.CONVERGED;
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
            density[i] = sum;
        }
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

    /**
     * The sources of each row of a table.
     *
     * @param table n rows of D numeric columns
     * @return n×D values, a source a column
     * @throws IllegalArgumentException as {@link #encode(DMatrixRMaj)} and {@link Tables#matrix(Table)}
     */
    public DMatrixRMaj encode(Table table) {
        return encode(Tables.matrix(table));
    }

    @Override
    public DMatrixRMaj decode(DMatrixRMaj h) {
        return LinearMap.decode("MaximumLikelihoodIca.decode", h, mean, mixing);
    }

    @Override
    public DMatrixRMaj sample(int n, RandomGenerator rng) {
        if (n < 0) {
            throw new IllegalArgumentException("MaximumLikelihoodIca.sample: n is " + n + ", expected at least 0");
        }
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
        return history;
    }

    @Override
    public ModelSummary summary() {
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("dimensions", String.valueOf(dim()));
        shown.putAll(settings);
        Map<String, String> found = new LinkedHashMap<>(results);
        long peaked = sources.stream().filter(s -> s == Source.SUPER_GAUSSIAN).count();
        found.put("sources", peaked + " super-Gaussian, " + (dim() - peaked) + " sub-Gaussian");
        return new ModelSummary("MaximumLikelihoodIca", shown, found, history);
    }

    @Override
    public String toString() {
        return summary().toString();
    }

    /** The settings of a fit. */
    public static final class Builder extends IterativeFitBuilder<Builder, MaximumLikelihoodIca> {
        /** The budget of iterations used when none is set. */
        public static final int DEFAULT_MAX_ITERATIONS = 500;

        /** The tolerance used when none is set. */
        public static final double DEFAULT_TOLERANCE = 1e-6;

        private static final String WHERE = "MaximumLikelihoodIca.fit";
        private static final int START_ITERATIONS = 100;

        /** The least curvature of a step. */
        private static final double LEAST_CURVATURE = 0.01;

        private static final int HALVINGS = 40;

        private List<Source> sources = List.of();
        private int maxIterations = DEFAULT_MAX_ITERATIONS;
        private double tolerance = DEFAULT_TOLERANCE;

        private Builder() {}

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
            return this;
        }

        /**
         * The budget of iterations.
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
         * The stopping rule: converged when {@link MaximumLikelihoodIca#gradient()} is at most this.
         *
         * @param tolerance at least 0, by default {@link #DEFAULT_TOLERANCE}
         * @return this
         * @throws IllegalArgumentException if negative or NaN
         */
        public Builder tolerance(double tolerance) {
            if (!(tolerance >= 0)) {
                throw new IllegalArgumentException(
                        "MaximumLikelihoodIca: tolerance is " + tolerance + ", expected at least 0");
            }
            this.tolerance = tolerance;
            return this;
        }

        /**
         * Fits the model. An interrupt of the thread ends the fit early with the last matrix; the history then says
         * {@link lvm.model.History.Stop#INTERRUPTED}, and the thread stays interrupted.
         *
         * @param x n×D rows of observations; not modified and not kept
         * @return the fitted model
         * @throws IllegalArgumentException if x is empty, holds a NaN or a constant column, has linearly dependent columns or
         *     not more rows than columns, or there are neither one nor D sources
         * @throws CancellationException if interrupted before there was a model
         */
        @Override
        public MaximumLikelihoodIca fit(DMatrixRMaj x) {
            Whitening white = Whitening.of(WHERE, x, 0);
            int n = x.numRows;
            int d = x.numCols;
            if (sources.size() > 1 && sources.size() != d) {
                throw new IllegalArgumentException(
                        WHERE + ": " + sources.size() + " sources for " + d + " columns, expected one or " + d);
            }
            FastIca directions = FastIca.builder()
                    .seed(seed())
                    .maxIterations(START_ITERATIONS)
                    .quiet()
                    .fit(x);
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException(WHERE + ": interrupted before there was a model");
            }
            DMatrixRMaj start = Whitening.product(directions.unmixing(), white.inverse());
            double logDeterminant = logAbsoluteDeterminant(white.matrix());
            Run run = new Run(white.data(), start, densities(white.data(), start), logDeterminant);
            History history = new Fit(run)
                    .options(options(0, maxIterations))
                    .label("maximum-likelihood ICA")
                    .objectiveName("logLikelihood")
                    .columns(List.of("logLikelihood", "gradient"), run::row)
                    .convergedWhen(() -> run.stuck || run.at.greatest <= tolerance)
                    .parameters(run)
                    .run();
            if (history.stop() == History.Stop.CONVERGED && !(run.at.greatest <= tolerance)) {
                history = history.ended(History.Stop.BUDGET); // no step raises the likelihood any more
            }
            return model(n, white, run, history);
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
            Likelihood likelihood = new Likelihood(z, chosen);
            Point point = likelihood.at(start);
            for (int i = 0; i < d; i++) {
                boolean peaked = point.slope[i] * point.square[i] > point.gradient.get(i, i) + 1;
                chosen[i] = peaked ? Source.SUPER_GAUSSIAN : Source.SUB_GAUSSIAN;
            }
            return chosen;
        }

        private MaximumLikelihoodIca model(int n, Whitening white, Run run, History history) {
            DMatrixRMaj inverse = new DMatrixRMaj(run.b.numRows, run.b.numRows);
            CommonOps_DDRM.invert(run.b, inverse);
            DMatrixRMaj mixing = Whitening.product(white.inverse(), inverse);
            DMatrixRMaj unmixing = Whitening.product(run.b, white.matrix());
            Map<String, String> settings = new LinkedHashMap<>();
            settings.put("densities", sources.isEmpty() ? "chosen by the data" : "given");
            settings.put("max iterations", String.valueOf(maxIterations));
            settings.put("tolerance", format("%.1e", tolerance));
            settings.put("seed", String.valueOf(seed()));
            Map<String, String> results = new LinkedHashMap<>();
            results.put("rows", String.valueOf(n));
            results.put("log-likelihood", format("%.6f nats", run.logLikelihood()));
            results.put("iterations", history.size() + ", " + history.stop());
            if (history.stop() != History.Stop.CONVERGED) {
                results.put(
                        "not converged",
                        format("the gradient is %.2e, above the tolerance %.1e", run.at.greatest, tolerance));
            }
            return new MaximumLikelihoodIca(
                    mixing,
                    unmixing,
                    white.mean(),
                    List.of(run.densities),
                    run.at.greatest,
                    history,
                    settings,
                    results);
        }

        private static String format(String format, Object... arguments) {
            return String.format(Locale.ROOT, format, arguments);
        }

        /** What is known at one matrix B: y = B z. Means over the rows. */
        private static final class Point {
            /** −log |det B| − Σᵢ E log pᵢ(yᵢ). */
            double loss;

            /** E[ψ(yᵢ) yⱼ] − δᵢⱼ. */
            DMatrixRMaj gradient;

            /** The greatest number of the gradient. */
            double greatest;

            /** E ψ′(yᵢ). */
            double[] slope;

            /** E ψ′(yᵢ) yᵢ². */
            double[] slopeSquare;

            /** E yᵢ². */
            double[] square;
        }

        private static final class Likelihood {
            private final ComponentPass pass;
            private final int n;
            private final int d;

            Likelihood(DMatrixRMaj z, Source[] densities) {
                n = z.numCols;
                d = z.numRows;
                pass = new ComponentPass(z, d, new Scores(densities));
            }

            Point at(DMatrixRMaj b) {
                pass.run(b.data);
                Point point = new Point();
                point.loss = -logAbsoluteDeterminant(b);
                point.slope = new double[d];
                point.slopeSquare = new double[d];
                point.square = new double[d];
                for (int i = 0; i < d; i++) {
                    point.slope[i] = pass.sums[4 * i] / n;
                    point.slopeSquare[i] = pass.sums[4 * i + 1] / n;
                    point.square[i] = pass.sums[4 * i + 2] / n;
                    point.loss += pass.sums[4 * i + 3] / n;
                }
                point.gradient = new DMatrixRMaj(d, d);
                DMatrixRMaj products = new DMatrixRMaj(d, d, true, pass.products);
                Products.gemm(false, true, 1.0 / n, products, b, 0, point.gradient);
                for (int i = 0; i < d; i++) {
                    point.gradient.add(i, i, -1);
                }
                point.greatest = CommonOps_DDRM.elementMaxAbs(point.gradient);
                return point;
            }
        }

        /** y ← ψ(y), and the sums of ψ′, ψ′y², y² and −log p. */
        private static final class Scores implements ComponentPass.Function {
            private final Source[] densities;

            Scores(Source[] densities) {
                this.densities = densities.clone();
            }

            @Override
            public int sums() {
                return 4;
            }

            @Override
            public void apply(int i, double[] y, int from, int n, Elementary elementary, double[] sums, int at) {
                double[] before = elementary.spare();
                System.arraycopy(y, from, before, 0, n);
                elementary.tanh(y, from, n);
                // Σ log cosh y = Σ |y| − log Π (1 + |tanh y|), with factors from 1 to 2.
                double absolute = 0;
                double square = 0;
                double product = 1;
                double slope = 0;
                double slopeSquare = 0;
                for (int t = 0; t < n; t++) {
                    double v = before[t];
                    double tanh = y[from + t];
                    absolute += Math.abs(v);
                    square += v * v;
                    product *= 1 + Math.abs(tanh);
                    slope += tanh * tanh;
                    slopeSquare += tanh * tanh * v * v;
                }
                double logCosh = absolute - Math.log(product);
                boolean peaked = densities[i] == Source.SUPER_GAUSSIAN;
                sums[at] += peaked ? n - slope : slope;
                sums[at + 1] += peaked ? square - slopeSquare : slopeSquare;
                sums[at + 2] += square;
                sums[at + 3] += peaked ? logCosh + n * LOG_PI : (square + n) / 2 - logCosh + n * HALF_LOG_TWO_PI;
                if (!peaked) {
                    for (int t = 0; t < n; t++) {
                        y[from + t] = before[t] - y[from + t];
                    }
                }
            }
        }

        private static final class Run implements TrainStep, Parameters {
            private final int n;
            private final Likelihood likelihood;
            private final Source[] densities;
            private final double logDeterminant;
            private final DMatrixRMaj b;
            private Point at;
            private boolean stuck;

            Run(DMatrixRMaj z, DMatrixRMaj start, Source[] densities, double logDeterminant) {
                this.n = z.numCols;
                this.densities = densities;
                this.logDeterminant = logDeterminant;
                likelihood = new Likelihood(z, densities);
                b = start;
                at = likelihood.at(b);
            }

            double logLikelihood() {
                return n * (logDeterminant - at.loss);
            }

            double[] row() {
                return new double[] {logLikelihood(), at.greatest};
            }

            @Override
            public double step(Batch batch, RandomGenerator rng) {
                int d = b.numRows;
                DMatrixRMaj direction = direction();
                double slope = CommonOps_DDRM.dot(
                        new DMatrixRMaj(d * d, 1, true, at.gradient.data),
                        new DMatrixRMaj(d * d, 1, true, direction.data));
                DMatrixRMaj next = new DMatrixRMaj(d, d);
                double length = 1;
                for (int halving = 0; halving < HALVINGS; halving++, length /= 2) {
                    next.setTo(b);
                    Products.gemm(false, false, length, direction, b, 1, next);
                    Point there = likelihood.at(next);
                    if (there.loss <= at.loss + 1e-4 * length * slope) {
                        b.setTo(next);
                        at = there;
                        return logDeterminant - at.loss;
                    }
                    // Where the loss does not tell the two apart any more the gradient still does.
                    if (there.loss <= at.loss + 1e-14 * Math.abs(at.loss) && there.greatest < at.greatest) {
                        b.setTo(next);
                        at = there;
                        return logDeterminant - at.loss;
                    }
                }
                stuck = true;
                return logDeterminant - at.loss;
            }

            /**
             * E with H E = −G: where the sources are independent the curvature H couples only Eᵢⱼ and Eⱼᵢ, by
             * E ψ′(yᵢ) E yⱼ² on the diagonal and 1 beside it.
             */
            private DMatrixRMaj direction() {
                int d = b.numRows;
                DMatrixRMaj direction = new DMatrixRMaj(d, d);
                for (int i = 0; i < d; i++) {
                    double own = Math.max(at.slopeSquare[i] + 1, LEAST_CURVATURE);
                    direction.set(i, i, -at.gradient.get(i, i) / own);
                    for (int j = 0; j < i; j++) {
                        double hij = at.slope[i] * at.square[j];
                        double hji = at.slope[j] * at.square[i];
                        double half = (hij - hji) / 2;
                        double least = (hij + hji) / 2 - Math.sqrt(half * half + 1);
                        double lift = Math.max(0, LEAST_CURVATURE - least);
                        hij += lift;
                        hji += lift;
                        double determinant = hij * hji - 1;
                        double gij = at.gradient.get(i, j);
                        double gji = at.gradient.get(j, i);
                        direction.set(i, j, -(hji * gij - gji) / determinant);
                        direction.set(j, i, -(hij * gji - gij) / determinant);
                    }
                }
                return direction;
            }

            @Override
            public Map<String, Matrix> values() {
                return Map.of("unmixing", b);
            }

            @Override
            public void setValues(Map<String, Matrix> values) {
                Parameters.copy(values, values());
                at = likelihood.at(b);
            }

            @Override
            public Map<String, Double> scalars() {
                return Map.of("stuck", stuck ? 1.0 : 0);
            }

            @Override
            public void setState(Map<String, Matrix> state, Map<String, Double> scalars) {
                stuck = scalars.get("stuck") > 0;
            }
        }
    }
}
