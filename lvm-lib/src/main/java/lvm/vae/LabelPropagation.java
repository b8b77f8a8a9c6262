package lvm.vae;

import java.util.Arrays;
import java.util.concurrent.CancellationException;
import lvm.data.Dataset;
import lvm.linalg.Products;
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
 */
public final class LabelPropagation implements Classifier {
    /** The α used. */
    public static final double SPREAD = 0.99;

    private static final double TOLERANCE = 1e-7;
    private static final int ROWS = 500;

    private final int neighbours;
    private final FMatrixRMaj rows;
    private final float[] squares;
    /** F, n×K. */
    private final FMatrixRMaj scores;

    private LabelPropagation(int neighbours, FMatrixRMaj rows, int[] labels, int classes) {
        this.neighbours = neighbours;
        this.rows = rows;
        squares = Labelled.squares(rows);
        int n = rows.numRows;
        int[] nearest = nearest(rows, true);
        double scale = scale(nearest);
        int[][] graph = joined(nearest, n);
        double[][] weights = new double[n][];
        for (int i = 0; i < n; i++) {
            weights[i] = new double[graph[i].length];
            for (int e = 0; e < graph[i].length; e++) {
                // Rows of which most are alike have no scale.
                weights[i][e] = scale > 0 ? Math.exp(-squaredDistance(i, graph[i][e]) / scale) : 1;
            }
        }
        scores = new FMatrixRMaj(n, classes);
        for (int i = 0; i < n; i++) {
            if (labels[i] != Dataset.UNLABELLED) {
                scores.data[i * classes + labels[i]] = 1;
            }
        }
        solve(graph, weights, scores);
    }

    /**
     * Propagates the labels of the rows that have one.
     *
     * @param data n rows of which some have labels
     * @param neighbours k, at least 1 and less than n
     * @return the scores of the rows, which classify others too
     * @throws IllegalArgumentException if no row has a label, k is out of range, or the data are binarised anew at each reading
     */
    public static LabelPropagation of(Dataset data, int neighbours) {
        Labelled.rows("LabelPropagation.of", data);
        int classes = Labelled.classes("LabelPropagation.of", data);
        if (neighbours < 1 || neighbours >= data.rows()) {
            throw new IllegalArgumentException("LabelPropagation.of: " + neighbours
                    + " neighbours, expected at least 1 and less than the number of rows, " + data.rows());
        }
        return new LabelPropagation(neighbours, data.floatMatrix(), data.labels(), classes);
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
     * @return n classes counted from 0, in the order of the rows; a row that no label reaches has class 0
     */
    public int[] labels() {
        return M2.largest(scores);
    }

    @Override
    public int[] classify(FMatrixRMaj x) {
        Inputs.require("LabelPropagation.classify", "x", x, dim(), "the neighbours have");
        int k = classes();
        int[] nearest = nearest(x, false);
        FMatrixRMaj sums = new FMatrixRMaj(x.numRows, k);
        for (int e = 0; e < nearest.length; e++) {
            for (int c = 0; c < k; c++) {
                sums.data[e / neighbours * k + c] += scores.data[nearest[e] * k + c];
            }
        }
        return M2.largest(sums);
    }

    /** The k nearest rows of each row of x, row by row; if x are the rows themselves, none is its own neighbour. */
    private int[] nearest(FMatrixRMaj x, boolean self) {
        int[] nearest = new int[x.numRows * neighbours];
        FMatrixRMaj products = new FMatrixRMaj(0, 0);
        float[] distances = new float[neighbours];
        for (int from = 0; from < x.numRows; from += ROWS) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("interrupted");
            }
            int to = Math.min(x.numRows, from + ROWS);
            products.reshape(to - from, rows.numRows);
            Products.multTransB(VaeNet.rows(x, from, to), rows, products);
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
        Arrays.setAll(furthest, i -> squaredDistance(i, nearest[(i + 1) * neighbours - 1]));
        Arrays.sort(furthest);
        return furthest[furthest.length / 2] / 2;
    }

    private double squaredDistance(int i, int j) {
        int d = rows.numCols;
        double sum = 0;
        for (int c = 0; c < d; c++) {
            double difference = rows.data[i * d + c] - rows.data[j * d + c];
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

    /** The solution of (I − αS) f = (1 − α) y for every class; the matrix is positive definite, as |S| ≤ 1. */
    private static void solve(int[][] graph, double[][] weights, FMatrixRMaj y) {
        int n = y.numRows;
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
            double enough = squares * TOLERANCE * TOLERANCE;
            while (squares > enough) {
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
        }
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
