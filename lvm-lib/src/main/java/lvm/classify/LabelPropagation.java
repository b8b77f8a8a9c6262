package lvm.classify;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import lvm.data.Dataset;
import lvm.fit.Scaling;
import lvm.linalg.Interrupts;
import lvm.linalg.Products;
import lvm.linalg.RowOps;
import lvm.model.Card;
import lvm.model.Classifier;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.ejml.data.FMatrixRMaj;

/**
 * The propagation of labels over a graph of neighbours: rows without label take the classes of those that they hang together
 * with.
 *
 * <p>Two rows are joined where one is among the k nearest of the other, with the weight Wᵢⱼ = exp(−‖xᵢ − xⱼ‖²/2σ²), where 2σ is the
 * median distance of a row to its k-th neighbour. With S = D^(-1/2) W D^(-1/2), D the diagonal matrix of the sums of W's rows, and Y
 * the n×K indicators of the known labels, zero in the other rows, the scores are F = (1 − α)(I − αS)⁻¹ Y, by conjugate gradients;
 * the class of a row is that of its highest score. D. Zhou, O. Bousquet, T. N. Lal, J. Weston and B. Schölkopf (2004), Learning
 * with local and global consistency; there all rows are joined. A row that is not among those of the fit has the sum of the
 * scores of its k nearest.
 *
 * <p>A part of the graph without a labelled row is an island: its scores are 0, no label says anything of its rows. They get
 * the class of the nearest row that a label reaches; {@link #unreached} and the card tell of them.
 */
public final class LabelPropagation extends SavedModel implements Classifier {
    /** The α used. */
    public static final double SPREAD = 0.99;

    /**
     * The most iterations of conjugate gradients for each class; some 150 are enough for every graph, as the condition number is
     * below (1 + α)/(1 − α). If they are not, the card says so.
     */
    public static final int MAX_ITERATIONS = 1000;

    private static final double TOLERANCE = 1e-7;
    private static final int ROWS = 500;
    private static final String CLASSIFY = "LabelPropagation.classify";

    private final int neighbours;
    private final FMatrixRMaj rows;
    private final float[] squares;
    /** F, n×K. */
    private final FMatrixRMaj scores;

    private final Scaling near;

    private LabelPropagation(int neighbours, FMatrixRMaj rows, FMatrixRMaj scores, Scaling near, ModelSummary summary) {
        super(summary);
        this.near = near;
        this.neighbours = neighbours;
        this.rows = rows;
        this.scores = scores;
        squares = Labelled.squares(rows);
    }

    /** The scores from the labels; they are zero before. The relative residual of the worst class. */
    private double propagate(int[] labels) {
        int n = rows.numRows;
        int classes = scores.numCols;
        int[] nearest = nearest(rows, true);
        double scale = scale(nearest);
        int[][] graph = joined(nearest, n);
        double[][] weights = new double[n][];
        for (int i = 0; i < n; i++) {
            weights[i] = new double[graph[i].length];
            for (int e = 0; e < graph[i].length; e++) {
                // Rows of which most are alike have no scale.
                weights[i][e] = scale > 0 ? Math.exp(-squaredDistance(rows, i, graph[i][e]) / scale) : 1;
            }
        }
        for (int i = 0; i < n; i++) {
            if (labels[i] != Dataset.UNLABELLED) {
                scores.data[i * classes + labels[i]] = 1;
            }
        }
        return solve(graph, weights, scores, MAX_ITERATIONS);
    }

    /**
     * Propagates the labels of the rows that have one.
     *
     * @param data n rows of which some have labels
     * @param neighbours k, at least 1 and less than n
     * @return the scores of the rows, which classify others too
     * @throws IllegalArgumentException if no row has a label, k is out of range, or the data are binarised anew at each reading
     * @throws ArithmeticException if the scores are not found in 2,000 steps, for which distances would have to be no numbers
     */
    public static LabelPropagation of(Dataset data, int neighbours) {
        int known = Labelled.rows("LabelPropagation.of", data).rows();
        int classes = Labelled.classes("LabelPropagation.of", data);
        if (neighbours < 1 || neighbours >= data.rows()) {
            throw new IllegalArgumentException("LabelPropagation.of: " + neighbours
                    + " neighbours, expected at least 1 and less than the number of rows, " + data.rows());
        }
        Scaling near = Scaling.nearTogether(data, true);
        Card card = Card.of("LabelPropagation")
                .columns(data.columns())
                .classes(data.labelNames())
                .setting("neighbours", neighbours)
                .setting("α", SPREAD)
                .setting("labelled rows", known + " of " + data.rows());
        FMatrixRMaj rows = near.of(data).floatMatrix();
        FMatrixRMaj scores = new FMatrixRMaj(data.rows(), classes);
        near.warn(card, data);
        LabelPropagation propagation =
                new LabelPropagation(neighbours, rows, scores, near, card.summary(History.closedForm()));
        double residual = propagation.propagate(data.labels());
        int unreached = propagation.unreached().length;
        if (unreached > 0) {
            card.result("rows that no label reaches", unreached + ", classified as the nearest that one does");
        }
        if (!(residual <= TOLERANCE)) {
            card.result(
                    "not converged",
                    "after %d iterations the residual is %.1e of the labels",
                    MAX_ITERATIONS,
                    residual);
        }
        return new LabelPropagation(neighbours, rows, scores, near, card.summary(History.closedForm()));
    }

    /**
     * Reads a propagation from a file.
     *
     * @param file a file of {@link #save}
     * @return the propagation, with the same bits
     * @throws java.io.UncheckedIOException as {@link Models#load(Path)}
     */
    public static LabelPropagation load(Path file) {
        return Models.load(file, LabelPropagation.class);
    }

    @Override
    public void store(ModelData data) {
        data.put("neighbours", neighbours).put("rows", rows).put("scores", scores);
        near.store(data, "near");
    }

    static LabelPropagation read(ModelData data) {
        return new LabelPropagation(
                data.integer("neighbours"),
                data.floats("rows"),
                data.floats("scores"),
                Scaling.read(data, "near"),
                data.summary());
    }

    @Override
    public int dim() {
        return rows.numCols;
    }

    @Override
    public int classes() {
        return scores.numCols;
    }

    /** F, live. */
    FMatrixRMaj scores() {
        return scores;
    }

    /**
     * The classes of the rows of the fit.
     *
     * @return n classes counted from 0, in the order of the rows; a row that no label reaches has the class of the nearest row
     *     that one does, see {@link #unreached}
     */
    public int[] labels() {
        int[] labels = RowOps.largest(scores);
        for (int i : unreached()) {
            labels[i] = labels[nearestReached(rows, i)];
        }
        return labels;
    }

    /**
     * The rows of the fit that no label reaches: they lie on islands of the graph that have no labelled row, and all their
     * scores are 0. More neighbours join islands to the rest.
     *
     * @return their numbers, counted from 0, in rising order; empty if every row is reached
     */
    public int[] unreached() {
        return IntStream.range(0, rows.numRows).filter(i -> !isReached(i)).toArray();
    }

    private boolean isReached(int row) {
        return anyPositive(scores, row);
    }

    private static boolean anyPositive(FMatrixRMaj scores, int row) {
        for (int e = row * scores.numCols; e < (row + 1) * scores.numCols; e++) {
            if (scores.data[e] > 0) {
                return true;
            }
        }
        return false;
    }

    /** The row of the fit that is nearest to a row of x among those that a label reaches. */
    private int nearestReached(FMatrixRMaj x, int row) {
        int best = -1;
        double least = Double.POSITIVE_INFINITY;
        for (int j = 0; j < rows.numRows; j++) {
            double distance = squaredDistance(x, row, j);
            if (isReached(j) && (best < 0 || distance < least)) {
                best = j;
                least = distance;
            }
        }
        return best;
    }

    @Override
    public int[] classify(FMatrixRMaj x) {
        Require.rows(CLASSIFY, "x", x, dim());
        return found(near.of(x));
    }

    @Override
    public int[] classify(Dataset data) {
        return found(near.rows(CLASSIFY, data.matching(columns(), CLASSIFY), dim()));
    }

    private int[] found(FMatrixRMaj x) {
        int k = classes();
        int[] nearest = nearest(x, false);
        FMatrixRMaj sums = new FMatrixRMaj(x.numRows, k);
        for (int e = 0; e < nearest.length; e++) {
            for (int c = 0; c < k; c++) {
                sums.data[e / neighbours * k + c] += scores.data[nearest[e] * k + c];
            }
        }
        int[] classes = RowOps.largest(sums);
        for (int i = 0; i < x.numRows; i++) {
            if (!anyPositive(sums, i)) {
                int nearestReached = nearestReached(x, i);
                classes[i] = RowOps.largest(RowOps.part(scores, nearestReached, nearestReached + 1))[0];
            }
        }
        return classes;
    }

    /** The k nearest rows of each row of x, row by row; if x are the rows themselves, none is its own neighbour. */
    private int[] nearest(FMatrixRMaj x, boolean self) {
        int[] nearest = new int[x.numRows * neighbours];
        FMatrixRMaj products = new FMatrixRMaj(0, 0);
        float[] distances = new float[neighbours];
        for (int from = 0; from < x.numRows; from += ROWS) {
            Interrupts.check("LabelPropagation.of");
            int to = Math.min(x.numRows, from + ROWS);
            products.reshape(to - from, rows.numRows);
            Products.multTransB(RowOps.part(x, from, to), rows, products);
            for (int i = from; i < to; i++) {
                Arrays.fill(distances, Float.POSITIVE_INFINITY);
                int start = (i - from) * rows.numRows;
                int first = i * neighbours;
                int last = neighbours - 1;
                for (int j = 0; j < rows.numRows; j++) {
                    // Without ‖x‖², which is the same for all.
                    float distance = squares[j] - 2 * products.data[start + j];
                    if (distance < distances[last] && !(self && i == j)) {
                        int place = last;
                        while (place > 0 && distances[place - 1] > distance) {
                            distances[place] = distances[place - 1];
                            nearest[first + place] = nearest[first + place - 1];
                            place--;
                        }
                        distances[place] = distance;
                        nearest[first + place] = j;
                    }
                }
            }
        }
        return nearest;
    }

    /** 2σ², half the square of the median distance to the k-th neighbour. */
    private double scale(int[] nearest) {
        double[] furthest = new double[rows.numRows];
        Arrays.setAll(furthest, i -> squaredDistance(rows, i, nearest[(i + 1) * neighbours - 1]));
        Arrays.sort(furthest);
        return furthest[furthest.length / 2] / 2;
    }

    /** Of row i of x from row j of the fit. */
    private double squaredDistance(FMatrixRMaj x, int i, int j) {
        int d = rows.numCols;
        double sum = 0;
        for (int c = 0; c < d; c++) {
            double difference = x.data[i * d + c] - rows.data[j * d + c];
            sum += difference * difference;
        }
        return sum;
    }

    /** The neighbours of each row in both directions. */
    private static int[][] joined(int[] nearest, int n) {
        int k = nearest.length / n;
        int[][] all = new int[n][];
        int[] counts = new int[n];
        Arrays.fill(counts, k);
        for (int j : nearest) {
            counts[j]++;
        }
        for (int i = 0; i < n; i++) {
            all[i] = new int[counts[i]];
        }
        Arrays.fill(counts, 0);
        for (int e = 0; e < nearest.length; e++) {
            int i = e / k;
            int j = nearest[e];
            all[i][counts[i]++] = j;
            all[j][counts[j]++] = i;
        }
        for (int i = 0; i < n; i++) {
            all[i] = Arrays.stream(all[i]).distinct().toArray();
        }
        return all;
    }

    /**
     * The solution of (I − αS) f = (1 − α) y for every class; the matrix is positive definite, as |S| ≤ 1.
     *
     * @return the greatest norm of a residual, as a part of that of (1 − α) y
     */
    static double solve(int[][] graph, double[][] weights, FMatrixRMaj y, int maxIterations) {
        int n = y.numRows;
        double worst = 0;
        double[] f = new double[n];
        double[] rest = new double[n];
        double[] direction = new double[n];
        double[] image = new double[n];
        double[] roots = new double[n];
        Arrays.setAll(roots, i -> {
            double degree = Arrays.stream(weights[i]).sum();
            return degree > 0 ? 1 / Math.sqrt(degree) : 0; // a row that is infinitely far from all others
        });
        for (int c = 0; c < y.numCols; c++) {
            double squares = 0;
            for (int i = 0; i < n; i++) {
                f[i] = 0;
                rest[i] = (1 - SPREAD) * y.data[i * y.numCols + c];
                direction[i] = rest[i];
                squares += rest[i] * rest[i];
            }
            double whole = squares;
            for (int t = 0; squares > whole * TOLERANCE * TOLERANCE && t < maxIterations; t++) {
                Interrupts.check("LabelPropagation.of");
                apply(graph, weights, roots, direction, image);
                double curvature = 0;
                for (int i = 0; i < n; i++) {
                    curvature += direction[i] * image[i];
                }
                double step = squares / curvature;
                double before = squares;
                squares = 0;
                for (int i = 0; i < n; i++) {
                    f[i] += step * direction[i];
                    rest[i] -= step * image[i];
                    squares += rest[i] * rest[i];
                }
                for (int i = 0; i < n; i++) {
                    direction[i] = rest[i] + squares / before * direction[i];
                }
            }
            for (int i = 0; i < n; i++) {
                y.data[i * y.numCols + c] = (float) f[i];
            }
            worst = Math.max(worst, whole > 0 ? Math.sqrt(squares / whole) : 0);
        }
        return worst;
    }

    /** (I − αS) v. */
    private static void apply(int[][] graph, double[][] weights, double[] roots, double[] v, double[] image) {
        for (int i = 0; i < v.length; i++) {
            double sum = 0;
            for (int e = 0; e < graph[i].length; e++) {
                int j = graph[i][e];
                sum += weights[i][e] * roots[j] * v[j];
            }
            image[i] = v[i] - SPREAD * roots[i] * sum;
        }
    }
}
