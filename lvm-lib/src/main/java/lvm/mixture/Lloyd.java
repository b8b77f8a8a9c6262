package lvm.mixture;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.LongFunction;
import java.util.random.RandomGenerator;
import lvm.fit.Batch;
import lvm.linalg.Interrupts;
import org.ejml.data.DMatrixRMaj;

/**
 * Lloyd's iteration from a start by k-means++. A step moves the centres to the means of their rows and assigns the rows anew;
 * the first only assigns. What it holds is one clustering: inertia and assignments belong to the centres.
 */
final class Lloyd extends Clustering {
    private static final int ROWS_BETWEEN_POLLS = 256;

    private final DMatrixRMaj x;
    private final double tolerance;
    private int[] assignments;
    private double[] distances;
    private double inertia = Double.POSITIVE_INFINITY;

    /**
     * The start.
     *
     * @param where begins the message if there are too few different rows
     * @param x the rows; kept and not modified
     * @param k the number of centres
     * @param tolerance the part of the inertia by which an iteration must lower it, or 0
     * @param rng draws the rows to start from
     * @throws CancellationException if interrupted
     */
    Lloyd(String where, DMatrixRMaj x, int k, double tolerance, RandomGenerator rng) {
        this.x = x;
        this.tolerance = tolerance;
        this.centres = new DMatrixRMaj(k, x.numCols);
        int[] rows = plusPlus(where, x, k, rng);
        for (int c = 0; c < k; c++) {
            System.arraycopy(x.data, rows[c] * x.numCols, centres.data, c * x.numCols, x.numCols);
        }
    }

    @Override
    double inertia() {
        return inertia;
    }

    @Override
    public double step(Batch batch, RandomGenerator rng) {
        iterate();
        return -inertia / x.numRows;
    }

    /** One step. */
    void iterate() {
        int[] assignmentsBefore = assignments;
        double before = inertia;
        assign(assignments == null ? centres : means());
        boolean same = Arrays.equals(assignments, assignmentsBefore);
        converged = same || tolerance > 0 && assignmentsBefore != null && before - inertia < tolerance * before;
    }

    @Override
    void assign(DMatrixRMaj to) {
        int d = x.numCols;
        int[] nearest = new int[x.numRows];
        double[] squared = new double[x.numRows];
        double sum = 0;
        for (int i = 0; i < x.numRows; i++) {
            poll(i);
            nearest[i] = nearest(x, i, to);
            squared[i] = squaredDistance(x.data, i * d, to.data, nearest[i] * d, d);
            sum += squared[i];
        }
        centres = to;
        assignments = nearest;
        distances = squared;
        inertia = sum;
    }

    /** The means of the clusters; an empty one takes the row that is farthest from its own centre. */
    private DMatrixRMaj means() {
        int d = x.numCols;
        int k = centres.numRows;
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

    // --- rows and centres

    private static void poll(int row) {
        if (row % ROWS_BETWEEN_POLLS == 0) {
            Interrupts.check("KMeans.fit");
        }
    }

    static double squaredDistance(double[] a, int i, double[] b, int j, int d) {
        double sum = 0;
        for (int l = 0; l < d; l++) {
            double difference = a[i + l] - b[j + l];
            sum += difference * difference;
        }
        return sum;
    }

    /** Below this relative difference two squared distances may differ by rounding alone. */
    private static final double ALIKE = 1e-12;

    /**
     * |x − a|² − |x − b|² = (b − a)·(2x − a − b): what is right also where x is so far from both that the squares are equal in
     * doubles.
     */
    private static double further(double[] x, int i, double[] centres, int a, int b, int d) {
        double sum = 0;
        for (int l = 0; l < d; l++) {
            double atA = centres[a * d + l];
            double atB = centres[b * d + l];
            if (atA != atB) {
                sum += (atB - atA) * ((x[i + l] - atA) + (x[i + l] - atB));
            }
        }
        return sum;
    }

    /** The nearest centre of a row, the first of equals. */
    private static int nearest(DMatrixRMaj x, int row, DMatrixRMaj centres) {
        int d = x.numCols;
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int c = 0; c < centres.numRows; c++) {
            double distance = squaredDistance(x.data, row * d, centres.data, c * d, d);
            // Also where both have overflowed the comparison is by the difference.
            boolean alike = c > 0 && !(Math.abs(distance - least) > ALIKE * least);
            if (alike ? further(x.data, row * d, centres.data, c, best, d) < 0 : distance < least) {
                least = distance;
                best = c;
            }
        }
        return best;
    }

    /** The nearest centre of each row. */
    static int[] nearest(DMatrixRMaj x, DMatrixRMaj centres) {
        int[] nearest = new int[x.numRows];
        Arrays.setAll(nearest, i -> nearest(x, i, centres));
        return nearest;
    }

    /**
     * K rows by k-means++.
     *
     * @throws CancellationException if interrupted
     */
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
                poll(i);
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

    /**
     * K rows with different values, drawn at random: the beginning of a random order of all, of which only what was exchanged is
     * kept.
     *
     * @param n the number of rows
     * @param rows gives the row of a number
     */
    static long[] differentRows(String where, long n, LongFunction<DMatrixRMaj> rows, int k, RandomGenerator rng) {
        Map<Long, Long> order = new HashMap<>();
        long[] found = new long[k];
        double[][] values = new double[k][];
        int count = 0;
        for (long i = 0; i < n && count < k; i++) {
            long other = i + draw(n - i, rng);
            long row = order.getOrDefault(other, other);
            order.put(other, order.getOrDefault(i, i));
            order.remove(i);
            double[] value = rows.apply(row).data;
            boolean isNew = true;
            for (int c = 0; c < count && isNew; c++) {
                isNew = squaredDistance(value, 0, values[c], 0, value.length) > 0;
            }
            if (isNew) {
                values[count] = value;
                found[count++] = row;
            }
        }
        if (count < k) {
            throw tooFewDifferentRows(where, count, k);
        }
        return found;
    }

    /** A row drawn from n. */
    static long draw(long n, RandomGenerator rng) {
        return n <= Integer.MAX_VALUE ? rng.nextInt((int) n) : rng.nextLong(n);
    }

    static IllegalArgumentException tooFewDifferentRows(String where, int different, int k) {
        return new IllegalArgumentException(where + ": x has only " + different + " different rows, fewer than the " + k
                + " asked for; the others repeat them");
    }
}
