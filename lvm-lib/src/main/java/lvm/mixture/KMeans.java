package lvm.mixture;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;
import lvm.data.Tables;
import lvm.display.Progress;
import lvm.fit.Batch;
import lvm.fit.Fit;
import lvm.fit.FitOptions;
import lvm.fit.IterativeFitBuilder;
import lvm.fit.Parameters;
import lvm.fit.TrainStep;
import lvm.model.FittedModel;
import lvm.model.History;
import lvm.model.ModelSummary;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.Matrix;
import tech.tablesaw.api.Table;

/**
 * K-means: K centres μₖ in D dimensions that make the inertia Σᵢ minₖ |xᵢ − μₖ|² small. Immutable.
 *
 * <p>The centres start as rows drawn by k-means++ (D. Arthur and S. Vassilvitskii 2007), each with a probability
 * proportional to its squared distance from those already drawn; then S. P. Lloyd's iteration (1982) assigns the rows to
 * the nearest centres and moves the centres to the means of their rows. Neither step increases the inertia. A centre that
 * loses all its rows moves to the row farthest from its own centre.
 */
public final class KMeans implements FittedModel {
    private static final String WHERE = "KMeans.fit";
    private static final int ROWS_BETWEEN_POLLS = 256;

    private final DMatrixRMaj centres;
    private final double inertia;
    private final History history;
    private final Map<String, String> settings;

    private KMeans(DMatrixRMaj centres, double inertia, History history, Map<String, String> settings) {
        this.centres = centres;
        this.inertia = inertia;
        this.history = history;
        this.settings = settings;
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; clusters must be set
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The number of clusters.
     *
     * @return K
     */
    public int clusters() {
        return centres.numRows;
    }

    /**
     * The number of dimensions.
     *
     * @return D
     */
    public int dim() {
        return centres.numCols;
    }

    /**
     * The centres.
     *
     * @return a copy, K×D, a centre a row
     */
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
     * @throws IllegalArgumentException if x has another number of columns than the model, or holds a NaN
     */
    public int[] assignments(DMatrixRMaj x) {
        if (x.numCols != dim()) {
            throw new IllegalArgumentException(
                    "KMeans.assignments: x has " + x.numCols + " columns, the model has " + dim() + " dimensions");
        }
        if (x.numRows > 0) {
            Tables.requireFinite("KMeans.assignments", x);
        }
        int[] clusters = new int[x.numRows];
        for (int i = 0; i < x.numRows; i++) {
            clusters[i] = nearest(x.data, i * dim(), centres.data, clusters(), dim());
        }
        return clusters;
    }

    /**
     * The cluster of each row of a table.
     *
     * @param table n rows of D numeric columns
     * @return n clusters, counted from 0
     * @throws IllegalArgumentException as {@link #assignments(DMatrixRMaj)} and {@link Tables#matrix(Table)}
     */
    public int[] assignments(Table table) {
        return assignments(Tables.matrix(table));
    }

    /** The course of the best start: {@code inertia}, one row an iteration. */
    @Override
    public History history() {
        return history;
    }

    @Override
    public ModelSummary summary() {
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("clusters", String.valueOf(clusters()));
        shown.put("dimensions", String.valueOf(dim()));
        shown.putAll(settings);
        Map<String, String> results = new LinkedHashMap<>();
        results.put("inertia", String.format(Locale.ROOT, "%.6g", inertia));
        results.put("iterations", history.size() + ", " + history.stop());
        return new ModelSummary("KMeans", shown, results, history);
    }

    @Override
    public String toString() {
        return summary().toString();
    }

    /** One clustering; inertia and assignments belong to the centres. */
    record Clustering(DMatrixRMaj centres, int[] assignments, double inertia, History history) {}

    private static int nearest(double[] x, int row, double[] centres, int k, int d) {
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int c = 0; c < k; c++) {
            double distance = squaredDistance(x, row, centres, c * d, d);
            if (distance < least) {
                least = distance;
                best = c;
            }
        }
        return best;
    }

    private static double squaredDistance(double[] a, int i, double[] b, int j, int d) {
        double sum = 0;
        for (int l = 0; l < d; l++) {
            double difference = a[i + l] - b[j + l];
            sum += difference * difference;
        }
        return sum;
    }

    private static boolean interrupted(int row) {
        return row % ROWS_BETWEEN_POLLS == 0 && Thread.currentThread().isInterrupted();
    }

    /**
     * One start of k-means.
     *
     * @return null if interrupted before the first assignment was complete
     */
    static Clustering cluster(
            String where, DMatrixRMaj x, int k, int maxIterations, double tolerance, RandomGenerator rng) {
        return cluster(where, x, k, tolerance, rng, new FitOptions().epochs(1L + maxIterations), false);
    }

    private static Clustering cluster(
            String where,
            DMatrixRMaj x,
            int k,
            double tolerance,
            RandomGenerator rng,
            FitOptions options,
            boolean checkpoints) {
        int[] rows = plusPlus(where, x, k, rng);
        if (rows == null) {
            return null;
        }
        Lloyd lloyd = new Lloyd(x, k, tolerance);
        for (int c = 0; c < k; c++) {
            System.arraycopy(x.data, rows[c] * x.numCols, lloyd.centres.data, c * x.numCols, x.numCols);
        }
        Fit fit = new Fit(lloyd)
                .options(options)
                .label(null)
                .columns(List.of("inertia"), () -> new double[] {lloyd.inertia})
                .convergedWhen(() -> lloyd.converged);
        if (checkpoints) {
            fit.parameters(lloyd);
        }
        History history = fit.run();
        return lloyd.assignments == null
                ? null
                : new Clustering(lloyd.centres, lloyd.assignments, lloyd.inertia, history);
    }

    /**
     * Lloyd's iteration. A step moves the centres to the means of their rows and assigns the rows anew; the first only
     * assigns. What it holds is one clustering: inertia and assignments belong to the centres.
     */
    private static final class Lloyd implements TrainStep, Parameters {
        private final DMatrixRMaj x;
        private final double tolerance;
        private DMatrixRMaj centres;
        private int[] assignments;
        private double[] distances;
        private double inertia = Double.POSITIVE_INFINITY;
        private boolean converged;

        Lloyd(DMatrixRMaj x, int k, double tolerance) {
            this.x = x;
            this.tolerance = tolerance;
            this.centres = new DMatrixRMaj(k, x.numCols);
        }

        @Override
        public double step(Batch batch, RandomGenerator rng) {
            int[] assignmentsBefore = assignments;
            double before = inertia;
            assign(assignments == null ? centres : means(x, centres.numRows, assignments, distances));
            boolean same = Arrays.equals(assignments, assignmentsBefore);
            converged = same || tolerance > 0 && assignmentsBefore != null && before - inertia < tolerance * before;
            return -inertia / x.numRows;
        }

        /** Makes these the centres and assigns the rows. */
        private void assign(DMatrixRMaj to) {
            int d = x.numCols;
            int[] nearest = new int[x.numRows];
            double[] squared = new double[x.numRows];
            double sum = 0;
            for (int i = 0; i < x.numRows; i++) {
                if (interrupted(i)) {
                    throw new CancellationException(WHERE + ": interrupted");
                }
                nearest[i] = nearest(x.data, i * d, to.data, to.numRows, d);
                squared[i] = squaredDistance(x.data, i * d, to.data, nearest[i] * d, d);
                sum += squared[i];
            }
            centres = to;
            assignments = nearest;
            distances = squared;
            inertia = sum;
        }

        @Override
        public Map<String, Matrix> values() {
            return Map.of("centres", centres);
        }

        @Override
        public void setValues(Map<String, Matrix> values) {
            assign(((DMatrixRMaj) values.get("centres")).copy());
        }
    }

    /** The means of the clusters; an empty one takes the row that is farthest from its own centre. */
    private static DMatrixRMaj means(DMatrixRMaj x, int k, int[] assignments, double[] distances) {
        int d = x.numCols;
        DMatrixRMaj means = new DMatrixRMaj(k, d);
        int[] rows = new int[k];
        for (int i = 0; i < x.numRows; i++) {
            int c = assignments[i];
            rows[c]++;
            for (int j = 0; j < d; j++) {
                // A running mean keeps its digits where a sum of large numbers would lose them.
                means.data[c * d + j] += (x.data[i * d + j] - means.data[c * d + j]) / rows[c];
            }
        }
        for (int c = 0; c < k; c++) {
            if (rows[c] == 0) {
                int farthest = 0;
                for (int i = 1; i < x.numRows; i++) {
                    if (distances[i] > distances[farthest]) {
                        farthest = i;
                    }
                }
                distances[farthest] = 0;
                System.arraycopy(x.data, farthest * d, means.data, c * d, d);
            }
        }
        return means;
    }

    /** The cluster of each row; null if interrupted. */
    static int[] assign(DMatrixRMaj x, DMatrixRMaj centres) {
        int d = x.numCols;
        int[] clusters = new int[x.numRows];
        for (int i = 0; i < x.numRows; i++) {
            if (interrupted(i)) {
                return null;
            }
            clusters[i] = nearest(x.data, i * d, centres.data, centres.numRows, d);
        }
        return clusters;
    }

    /** K rows by k-means++; null if interrupted. */
    static int[] plusPlus(String where, DMatrixRMaj x, int k, RandomGenerator rng) {
        int n = x.numRows;
        int d = x.numCols;
        int[] rows = new int[k];
        double[] distances = new double[n];
        Arrays.fill(distances, Double.POSITIVE_INFINITY);
        rows[0] = rng.nextInt(n);
        for (int c = 1; c < k; c++) {
            double total = 0;
            for (int i = 0; i < n; i++) {
                if (interrupted(i)) {
                    return null;
                }
                distances[i] = Math.min(distances[i], squaredDistance(x.data, i * d, x.data, rows[c - 1] * d, d));
                total += distances[i];
            }
            if (total == 0) {
                throw tooFewDifferentRows(where, c, k);
            }
            double u = rng.nextDouble() * total;
            int chosen = -1;
            for (int i = 0; i < n && u >= 0; i++) {
                if (distances[i] > 0) {
                    chosen = i; // the last possible one, should rounding leave u above 0
                    u -= distances[i];
                }
            }
            rows[c] = chosen;
        }
        return rows;
    }

    /** K rows with different values, drawn at random. */
    static int[] differentRows(String where, DMatrixRMaj x, int k, RandomGenerator rng) {
        int n = x.numRows;
        int d = x.numCols;
        int[] order = new int[n];
        Arrays.setAll(order, i -> i);
        int[] rows = new int[k];
        int found = 0;
        for (int i = 0; i < n && found < k; i++) {
            int other = i + rng.nextInt(n - i);
            int row = order[other];
            order[other] = order[i];
            boolean isNew = true;
            for (int c = 0; c < found && isNew; c++) {
                isNew = squaredDistance(x.data, row * d, x.data, rows[c] * d, d) > 0;
            }
            if (isNew) {
                rows[found++] = row;
            }
        }
        if (found < k) {
            throw tooFewDifferentRows(where, found, k);
        }
        return rows;
    }

    private static IllegalArgumentException tooFewDifferentRows(String where, int different, int k) {
        return new IllegalArgumentException(where + ": x has only " + different + " different rows, fewer than the " + k
                + " asked for; the others repeat them");
    }

    /** The settings of a fit. */
    public static final class Builder extends IterativeFitBuilder<Builder, KMeans> {
        /** The number of starts used when none is set. */
        public static final int DEFAULT_RESTARTS = 10;

        /** The budget of iterations used when none is set. */
        public static final int DEFAULT_MAX_ITERATIONS = 300;

        /** The tolerance used when none is set. */
        public static final double DEFAULT_TOLERANCE = 0;

        private int clusters;
        private int restarts = DEFAULT_RESTARTS;
        private int maxIterations = DEFAULT_MAX_ITERATIONS;
        private double tolerance = DEFAULT_TOLERANCE;

        private Builder() {}

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
            return this;
        }

        /**
         * The number of starts, of which the one with the smallest inertia is returned.
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
         * The budget of moves of the centres in each start.
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
         * The stopping rule: converged when no row changes its cluster, or when the inertia falls by less than this part.
         *
         * @param tolerance at least 0, by default {@link #DEFAULT_TOLERANCE}
         * @return this
         * @throws IllegalArgumentException if negative or NaN
         */
        public Builder tolerance(double tolerance) {
            if (!(tolerance >= 0)) {
                throw new IllegalArgumentException("KMeans: tolerance is " + tolerance + ", expected at least 0");
            }
            this.tolerance = tolerance;
            return this;
        }

        /**
         * Fits the clusters. An interrupt of the thread ends the fit early: the last complete clustering is returned, its
         * history says {@link lvm.model.History.Stop#INTERRUPTED}, and the thread stays interrupted.
         *
         * @param x n×D rows of observations; not modified and not kept
         * @return the fitted model
         * @throws IllegalArgumentException if the clusters are not set, or x is empty, holds a NaN or has fewer different
         *     rows than there are clusters
         * @throws CancellationException if interrupted before there was a clustering
         */
        @Override
        public KMeans fit(DMatrixRMaj x) {
            if (clusters == 0) {
                throw new IllegalArgumentException("KMeans: clusters not set");
            }
            Tables.requireFinite(WHERE, x);
            if (x.numRows < clusters) {
                throw new IllegalArgumentException(WHERE + ": x has " + x.numRows + (x.numRows == 1 ? " row" : " rows")
                        + ", fewer than the " + clusters + " clusters");
            }
            SplittableRandom seeds = new SplittableRandom(seed());
            Clustering best = null;
            boolean interrupted = false;
            try (Progress progress = Progress.start("k-means, starts", restarts).objectiveName("inertia")) {
                for (int i = 0; i < restarts && !interrupted; i++) {
                    Clustering next = cluster(
                            WHERE,
                            x,
                            clusters,
                            tolerance,
                            seeds.split(),
                            options(i, 1L + maxIterations),
                            keepsCheckpoints());
                    if (next != null && (best == null || next.inertia < best.inertia)) {
                        best = next;
                    }
                    interrupted = next == null || next.history.stop() == History.Stop.INTERRUPTED;
                    progress.step(best == null ? Double.NaN : best.inertia);
                }
            }
            if (best == null) {
                throw new CancellationException(WHERE + ": interrupted before there was a clustering");
            }
            History history = interrupted ? best.history.ended(History.Stop.INTERRUPTED) : best.history;
            Map<String, String> settings = new LinkedHashMap<>();
            settings.put("restarts", String.valueOf(restarts));
            settings.put("max iterations", String.valueOf(maxIterations));
            settings.put("tolerance", String.valueOf(tolerance));
            settings.put("seed", String.valueOf(seed()));
            return new KMeans(best.centres, best.inertia, history, settings);
        }
    }
}
