package lvm.mixture;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import lvm.data.Chunks;
import lvm.data.ColumnRanges;
import lvm.data.Dataset;
import lvm.data.Tables;
import lvm.fit.ConvergentFitBuilder;
import lvm.fit.FitsChunks;
import lvm.linalg.Parallel;
import lvm.model.Card;
import lvm.model.History;
import lvm.model.Require;
import org.ejml.data.DMatrixRMaj;

/**
 * The settings of a fit by EM. It has converged when an iteration raises the log-likelihood by less than the
 * {@link #tolerance} in nats per row; with a tolerance of 0 the budget is used up. Of several starts the one with the
 * highest log-likelihood is returned.
 */
public final class GaussianMixtureBuilder extends ConvergentFitBuilder<GaussianMixtureBuilder, GaussianMixture>
        implements FitsChunks<GaussianMixture> {
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

    private int components;
    private Covariance covariance = DEFAULT_COVARIANCE;
    private Init init = DEFAULT_INIT;
    private double floor = DEFAULT_COVARIANCE_FLOOR;
    private int threads = Parallel.threads();
    private GaussianMixture start;

    GaussianMixtureBuilder() {
        super(DEFAULT_MAX_ITERATIONS, DEFAULT_TOLERANCE, DEFAULT_RESTARTS);
    }

    @Override
    protected GaussianMixtureBuilder self() {
        return this;
    }

    /**
     * The number of components; must be set, here or by a {@link #start}.
     *
     * @param components K, at least 1
     * @return this
     * @throws IllegalArgumentException if less than 1
     */
    public GaussianMixtureBuilder components(int components) {
        this.components = requireAtLeast("components", 1, components);
        return given("components");
    }

    /**
     * The form of the covariances.
     *
     * @param covariance the form, by default {@link #DEFAULT_COVARIANCE}
     * @return this
     */
    public GaussianMixtureBuilder covariance(Covariance covariance) {
        this.covariance = Objects.requireNonNull(covariance, "GaussianMixture: covariance");
        return given("covariance");
    }

    /**
     * Where EM starts.
     *
     * @param init the kind of start, by default {@link #DEFAULT_INIT}
     * @return this
     */
    public GaussianMixtureBuilder init(Init init) {
        this.init = Objects.requireNonNull(init, "GaussianMixture: init");
        return given("init");
    }

    /**
     * Starts EM from these parameters instead of from an {@link #init}; neither that nor {@link #restarts} may be set then.
     * Covariances below the floor are raised to it.
     *
     * @param start a mixture with covariances of the form that is fitted
     * @return this
     */
    public GaussianMixtureBuilder start(GaussianMixture start) {
        this.start = Objects.requireNonNull(start, "GaussianMixture: start");
        return given("start");
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
    public GaussianMixtureBuilder start(double[] weights, double[][] means, double[][]... covariances) {
        return start(GaussianMixture.of(weights, means, covariances));
    }

    @Override
    public GaussianMixtureBuilder restarts(int restarts) {
        return super.restarts(restarts);
    }

    /**
     * The smallest extent of a component relative to that of the data: Σₖ − ε diag(v) has no negative eigenvalue, where
     * v are the variances of the columns (their mean, if spherical). Numbers further from the quartiles of their column than
     * ten times the distance of these count in v as if they were there: a few outliers must not raise the floor for all.
     * The card says how many components sit on the floor, if any does.
     *
     * @param floor ε, at least 0 and less than 1, by default {@link #DEFAULT_COVARIANCE_FLOOR}; with 0 a component that
     *     becomes singular ends the fit with an exception
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public GaussianMixtureBuilder covarianceFloor(double floor) {
        if (!(floor >= 0 && floor < 1)) {
            throw new IllegalArgumentException(
                    "GaussianMixture: covarianceFloor is " + floor + ", expected 0 ≤ floor < 1");
        }
        this.floor = floor;
        return given("covarianceFloor");
    }

    /**
     * The most threads that the fit may use, at most those of {@link Parallel#threads()}; it changes the time of the fit and
     * nothing of the result.
     *
     * @param threads at least 1, by default {@link Parallel#threads()}
     * @return this
     * @throws IllegalArgumentException if less than 1
     */
    public GaussianMixtureBuilder threads(int threads) {
        this.threads = requireAtLeast("threads", 1, threads);
        return given("threads");
    }

    /**
     * Fits the mixture.
     *
     * @param x n×D rows of observations; not modified and not kept
     * @param columns the names of the columns; none if they have none
     * @return the fitted model
     * @throws IllegalArgumentException if the components are not set, x is empty, holds a NaN or a constant column or
     *     has fewer different rows than there are components, the start does not fit, a setting is not used from a
     *     given start, or a covariance becomes singular with a floor of 0
     * @throws java.util.concurrent.CancellationException if interrupted before there was a model
     */
    @Override
    protected GaussianMixture fit(DMatrixRMaj x, List<String> columns) {
        Require.set("GaussianMixture", "components", components > 0 || start != null);
        int k = components > 0 ? components : start.components();
        Tables.requireFinite(WHERE, x);
        Require.atLeastRows(WHERE, "x", x, Math.max(2, k));
        Require.varying(WHERE, "x", x);
        Require.moderate(WHERE, "x", x);
        requireStart(x.numCols, k);
        SufficientStatistics statistics = new SufficientStatistics(x, k, covariance.isDiagonal(), threads);
        return fit(statistics, () -> Dataset.digest(x), columns);
    }

    /**
     * Fits the mixture to rows that are read in chunks. The parameters, the sums and a block of rows are in memory; in the history
     * the divergence before an E-step is the difference of likelihood and bound.
     *
     * @param x n rows of D observations
     * @return the fitted model
     * @throws IllegalArgumentException as for rows in memory, or if {@link #threads} are set: chunks go to all there are
     * @throws java.util.concurrent.CancellationException if interrupted before there was a model
     */
    @Override
    public GaussianMixture fit(Chunks x) {
        unused("a fit in chunks", "threads");
        Require.set("GaussianMixture", "components", components > 0 || start != null);
        int k = components > 0 ? components : start.components();
        Require.atLeastRows(WHERE, "x", x.rows(), Math.max(2, k));
        ColumnRanges ranges = ColumnRanges.of(x);
        Require.varying(WHERE, "x", ranges);
        Require.moderate(WHERE, "x", ranges, true);
        requireStart(x.dim(), k);
        return fit(new ChunkStatistics(x, k, covariance.isDiagonal()), x::digest, x.columns());
    }

    @Override
    protected GaussianMixture fitOnDisk(Dataset data) {
        return fit(data.chunks());
    }

    private GaussianMixture fit(MixtureStatistics statistics, Supplier<String> digest, List<String> columns) {
        MStep mStep = new MStep(statistics, covariance, floor);
        Start starts = new Start(statistics, mStep, covariance);
        SplittableRandom seeds = new SplittableRandom(seed());
        return converge(
                digest,
                "EM",
                "log-likelihood",
                i -> {
                    SplittableRandom rng = seeds.split();
                    Gaussians first = start != null
                            ? starts.given(start.parameters())
                            : init == Init.K_MEANS ? starts.kMeans(rng) : starts.random(rng);
                    return new EmSteps(statistics, mStep, covariance, tolerance(), first);
                },
                (em, history) -> model(statistics, mStep, em, history, columns));
    }

    private void requireStart(int columns, int k) {
        if (start == null) {
            return;
        }
        unused("a given start", "init", "restarts");
        if (columns != start.dim()) {
            throw new IllegalArgumentException(WHERE + ": x has " + columns + " columns, expected " + start.dim());
        }
        if (start.components() != k) {
            throw new IllegalArgumentException(
                    WHERE + ": the start has " + start.components() + " components, " + k + " are set");
        }
    }

    private GaussianMixture model(
            MixtureStatistics statistics, MStep mStep, EmSteps em, History history, List<String> columns) {
        Gaussians theta = em.theta().shifted(statistics.centre, 1);
        long atFloor = Arrays.stream(theta.covariances).filter(mStep::isAtFloor).count();
        Consumer<Card> fit = card -> {
            card.setting("start", start == null ? init : "given");
            if (start == null) {
                card.setting("restarts", restarts()).setting("seed", seed());
            }
            long parameters = GaussianMixture.parameterCount(covariance, theta.k, theta.d);
            card.setting("max iterations", maxIterations())
                    .setting("tolerance", "%.1e nats per row", tolerance())
                    .setting("covariance floor", "%.1e of the data's variance", floor)
                    .result("rows", statistics.n)
                    .result("log-likelihood", "%.6f nats", em.quality())
                    .result("BIC", "%.3f", parameters * Math.log(statistics.n) - 2 * em.quality())
                    .result("iterations", history.size() + ", " + history.stop())
                    .columns(columns);
            if (atFloor > 0) {
                card.result("components at the covariance floor", atFloor + " of " + theta.k);
            }
        };
        return GaussianMixture.of(theta, covariance, fit, history);
    }
}
