package lvm.mixture;

import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import lvm.data.Chunks;
import lvm.data.ColumnRanges;
import lvm.data.Dataset;
import lvm.data.Tables;
import lvm.fit.ConvergentFitBuilder;
import lvm.fit.FitsChunks;
import lvm.model.Card;
import lvm.model.DoublePrecision;
import lvm.model.HasComponents;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.ejml.data.DMatrixRMaj;

/**
 * K-means: K centres μₖ in D dimensions that make the inertia Σᵢ minₖ |xᵢ − μₖ|² small. Immutable.
 *
 * <p>The centres start as rows drawn by k-means++ (D. Arthur and S. Vassilvitskii 2007), each with a probability
 * proportional to its squared distance from those already drawn; then S. P. Lloyd's iteration (1982) assigns the rows to
 * the nearest centres and moves the centres to the means of their rows. Neither step increases the inertia. A centre that
 * loses all its rows moves to the row farthest from its own centre.
 *
 * <p>It is the limit σ → 0 of a mixture of Gaussians of equal weights and covariances σ²I, in which each row belongs to its
 * nearest centre with certainty.
 */
public final class KMeans extends SavedModel implements DoublePrecision, HasComponents<DMatrixRMaj> {
    private final DMatrixRMaj centres;
    private final double inertia;

    private KMeans(DMatrixRMaj centres, double inertia, ModelSummary summary) {
        super(summary);
        this.centres = centres;
        this.inertia = inertia;
    }

    /** {@return the settings of a fit of K-means; clusters must be set} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * {@return the centres as it was saved, the same in every bit}
     *
     * @param file a file of {@link #save(Path)}
     */
    public static KMeans load(Path file) {
        return Models.load(file, KMeans.class);
    }

    @Override
    public void store(ModelData data) {
        data.put("centres", centres).put("inertia", inertia);
    }

    static KMeans read(ModelData data) {
        return new KMeans(data.doubles("centres"), data.number("inertia"), data.summary());
    }

    /** {@return the number of clusters, K} */
    public int clusters() {
        return centres.numRows;
    }

    /** {@return the number of clusters, each of which is a component, K} */
    @Override
    public int components() {
        return centres.numRows;
    }

    @Override
    public int dim() {
        return centres.numCols;
    }

    /** {@return the centres, a copy, K×D, a centre a row} */
    public DMatrixRMaj centres() {
        return centres.copy();
    }

    /**
     * The inertia of the data that was fitted, Σᵢ minₖ |xᵢ − μₖ|².
     *
     * @return the sum of squared distances
     */
    public double inertia() {
        return inertia;
    }

    /**
     * The cluster of each row: the one with the nearest centre.
     *
     * @param x n×D rows of observations; not modified
     * @return n clusters, counted from 0; the first of equals
     * @throws IllegalArgumentException if x has another number of columns than the model, or a number is not finite
     */
    @Override
    public int[] assignments(DMatrixRMaj x) {
        return assignments("KMeans.assignments", x);
    }

    private int[] assignments(String where, DMatrixRMaj x) {
        Require.finiteRows(where, "x", x, dim());
        return Lloyd.nearest(x, centres);
    }

    /**
     * The clusters as probabilities: 1 for the nearest centre, 0 for the others.
     *
     * @param x n×D rows of observations; not modified
     * @return n×K zeros and ones
     * @throws IllegalArgumentException as {@link #assignments(DMatrixRMaj)}
     */
    @Override
    public DMatrixRMaj responsibilities(DMatrixRMaj x) {
        int[] clusters = assignments("KMeans.responsibilities", x);
        DMatrixRMaj q = new DMatrixRMaj(clusters.length, clusters());
        for (int i = 0; i < clusters.length; i++) {
            q.set(i, clusters[i], 1);
        }
        return q;
    }

    /** The course of the best start: {@code inertia}, one row an iteration, the first that of the start. */
    @Override
    public History history() {
        return super.history();
    }

    /**
     * The settings of a fit. It has converged when no row changes its cluster, or when an iteration lowers the inertia by less
     * than the {@link #tolerance} times the inertia. Of several starts the one with the smallest inertia is returned.
     */
    public static final class Builder extends ConvergentFitBuilder<Builder, KMeans> implements FitsChunks<KMeans> {
        /** The number of starts used when none is set. */
        public static final int DEFAULT_RESTARTS = 10;

        /** The budget of iterations used when none is set. */
        public static final int DEFAULT_MAX_ITERATIONS = 300;

        /** The tolerance used when none is set. */
        public static final double DEFAULT_TOLERANCE = 0;

        private static final String WHERE = "KMeans.fit";

        private int clusters;

        private Builder() {
            super(DEFAULT_MAX_ITERATIONS, DEFAULT_TOLERANCE, DEFAULT_RESTARTS);
        }

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * The number of clusters; must be set.
         *
         * @param clusters K, at least 1
         * @return this
         * @throws IllegalArgumentException if less than 1
         */
        public Builder clusters(int clusters) {
            this.clusters = requireAtLeast("clusters", 1, clusters);
            return given("clusters");
        }

        @Override
        public Builder restarts(int restarts) {
            return super.restarts(restarts);
        }

        /**
         * Fits the clusters.
         *
         * @param x n×D rows of observations; not modified and not kept
         * @param columns the names of the columns; none if they have none
         * @return the fitted model
         * @throws IllegalArgumentException if the clusters are not set, or x is empty, holds a NaN or has fewer different
         *     rows than there are clusters, or its squares overflow or are 0
         * @throws java.util.concurrent.CancellationException if interrupted before there was a clustering
         */
        @Override
        protected KMeans fit(DMatrixRMaj x, List<String> columns) {
            Require.set("KMeans", "clusters", clusters > 0);
            Tables.requireFinite(WHERE, x);
            Require.atLeastRows(WHERE, "x", x, clusters);
            Require.moderateTogether(WHERE, "x", x);
            return fit(rng -> new Lloyd(WHERE, x, clusters, tolerance(), rng), () -> Dataset.digest(x), columns);
        }

        @Override
        public KMeans fit(Chunks x) {
            Require.set("KMeans", "clusters", clusters > 0);
            Require.atLeastRows(WHERE, "x", x.rows(), clusters);
            Require.moderate(WHERE, "x", ColumnRanges.of(x), false);
            return fit(rng -> new ChunkLloyd(x, clusters, tolerance(), rng), x::digest, x.columns());
        }

        @Override
        protected KMeans fitOnDisk(Dataset data) {
            return fit(data.chunks());
        }

        private KMeans fit(
                Function<SplittableRandom, Clustering> starts, Supplier<String> digest, List<String> columns) {
            SplittableRandom seeds = new SplittableRandom(seed());
            return converge(
                    digest,
                    "k-means",
                    "inertia",
                    start -> starts.apply(seeds.split()),
                    (lloyd, history) -> model(lloyd, history, columns));
        }

        private KMeans model(Clustering lloyd, History history, List<String> columns) {
            ModelSummary summary = Card.of("KMeans")
                    .setting("clusters", clusters)
                    .setting("dimensions", lloyd.centres().numCols)
                    .setting("restarts", restarts())
                    .setting("max iterations", maxIterations())
                    .setting("tolerance", tolerance())
                    .setting("seed", seed())
                    .result("inertia", "%.6g", lloyd.inertia())
                    .result("iterations", history.size() + ", " + history.stop())
                    .columns(columns)
                    .summary(history);
            return new KMeans(lloyd.centres(), lloyd.inertia(), summary);
        }
    }
}
