package lvm.mixture;

import java.io.Serializable;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;
import lvm.data.Chunks;
import lvm.fit.Batch;
import lvm.linalg.Interrupts;
import org.ejml.data.DMatrixRMaj;

/**
 * {@link Lloyd} on rows that are read in chunks: their clusters and distances are not kept. Where all rows stay in their clusters
 * the means stay, bit for bit, since they are added up in the same order: by this the end is known.
 */
final class ChunkLloyd extends Clustering {
    private static final String WHERE = "KMeans.fit";
    private static final int ROWS = 256;

    /** Rows in a chunk of a file: as many numbers as a chunk of 8 MB has. */
    private static final int NUMBERS = 1 << 20;

    /** The clusters of the rows of a chunk under some centres. */
    private record Clusters(double[] inertia, long[] rows, double[][] means) implements Serializable {
        Clusters with(Clusters more) {
            inertia[0] += more.inertia[0];
            for (int c = 0; c < rows.length; c++) {
                rows[c] += more.rows[c];
                for (int j = 0; j < means[c].length && more.rows[c] > 0; j++) {
                    means[c][j] += (more.means[c][j] - means[c][j]) * ((double) more.rows[c] / rows[c]);
                }
            }
            return this;
        }
    }

    /** Rows far from their centres, the farthest first. */
    private record Far(double[] distances, double[][] rows) implements Serializable {
        /** Puts a row among the farthest; of equals the first stays before. */
        void take(double distance, double[] row) {
            int place = distances.length;
            while (place > 0 && distance > distances[place - 1]) {
                place--;
            }
            for (int i = distances.length - 1; i > place; i--) {
                distances[i] = distances[i - 1];
                rows[i] = rows[i - 1];
            }
            if (place < distances.length) {
                distances[place] = distance;
                rows[place] = row;
            }
        }

        Far with(Far more) {
            for (int i = 0; i < more.distances.length && more.rows[i] != null; i++) {
                take(more.distances[i], more.rows[i]);
            }
            return this;
        }
    }

    private final Chunks x;
    private final long[] bounds;
    private final double tolerance;
    private Clusters clusters;

    /**
     * The start by k-means++.
     *
     * @throws CancellationException if interrupted
     */
    ChunkLloyd(Chunks x, int k, double tolerance, RandomGenerator rng) {
        this.x = x;
        this.bounds = Chunks.every(x.rows(), Math.max(1, NUMBERS / x.dim()));
        this.tolerance = tolerance;
        this.centres = plusPlus(k, rng);
    }

    @Override
    double inertia() {
        return clusters == null ? Double.POSITIVE_INFINITY : clusters.inertia[0];
    }

    @Override
    public double step(Batch batch, RandomGenerator rng) {
        Clusters before = clusters;
        double inertia = inertia();
        assign(clusters == null ? centres : means());
        boolean same = before != null
                && Arrays.equals(before.rows, clusters.rows)
                && Arrays.deepEquals(before.means, clusters.means);
        converged = same || tolerance > 0 && before != null && inertia - inertia() < tolerance * inertia;
        return -inertia() / x.rows();
    }

    @Override
    void assign(DMatrixRMaj to) {
        clusters = x.sum(bounds, source -> clusters(source, to), Clusters::with);
        centres = to;
    }

    private static Clusters clusters(Chunks.Source source, DMatrixRMaj centres) {
        int k = centres.numRows;
        int d = centres.numCols;
        Clusters found = new Clusters(new double[1], new long[k], new double[k][d]);
        DMatrixRMaj block = new DMatrixRMaj(0, 0);
        while (source.read(block, ROWS) > 0) {
            Interrupts.check(WHERE);
            int[] nearest = Lloyd.nearest(block, centres);
            for (int i = 0; i < nearest.length; i++) {
                int c = nearest[i];
                found.rows[c]++;
                found.inertia[0] += Lloyd.squaredDistance(block.data, i * d, centres.data, c * d, d);
                for (int j = 0; j < d; j++) {
                    found.means[c][j] += (block.data[i * d + j] - found.means[c][j]) / found.rows[c];
                }
            }
        }
        return found;
    }

    /** The means of the clusters; an empty one takes the row that is farthest from its own centre. */
    private DMatrixRMaj means() {
        int empty = (int) Arrays.stream(clusters.rows).filter(rows -> rows == 0).count();
        double[][] means = clusters.means.clone();
        if (empty > 0) {
            DMatrixRMaj now = centres;
            Far far = x.sum(bounds, source -> far(source, now, empty), Far::with);
            for (int c = 0, next = 0; c < means.length; c++) {
                if (clusters.rows[c] == 0) {
                    means[c] = far.rows[next++];
                }
            }
        }
        return new DMatrixRMaj(means);
    }

    private static Far far(Chunks.Source source, DMatrixRMaj centres, int count) {
        int d = centres.numCols;
        double[] none = new double[count];
        Arrays.fill(none, Double.NEGATIVE_INFINITY);
        Far far = new Far(none, new double[count][]);
        DMatrixRMaj block = new DMatrixRMaj(0, 0);
        while (source.read(block, ROWS) > 0) {
            Interrupts.check(WHERE);
            int[] nearest = Lloyd.nearest(block, centres);
            for (int i = 0; i < nearest.length; i++) {
                double distance = Lloyd.squaredDistance(block.data, i * d, centres.data, nearest[i] * d, d);
                if (distance > far.distances[count - 1]) {
                    far.take(distance, Arrays.copyOfRange(block.data, i * d, (i + 1) * d));
                }
            }
        }
        return far;
    }

    /** Sums of squared distances to the nearest centre, of the chunks one by one. */
    private record Distances(double[] sums) implements Serializable {
        Distances with(Distances more) {
            double[] all = Arrays.copyOf(sums, sums.length + more.sums.length);
            System.arraycopy(more.sums, 0, all, sums.length, more.sums.length);
            return new Distances(all);
        }
    }

    /** K rows by k-means++. A row is drawn as in memory, but for the order of the sums: first its chunk, then its place there. */
    private DMatrixRMaj plusPlus(int k, RandomGenerator rng) {
        int d = x.dim();
        DMatrixRMaj found = new DMatrixRMaj(k, d);
        System.arraycopy(x.rows(Lloyd.draw(x.rows(), rng)).data, 0, found.data, 0, d);
        for (int c = 1; c < k; c++) {
            DMatrixRMaj sofar = new DMatrixRMaj(c, d, true, Arrays.copyOf(found.data, c * d));
            double[] sums = x.sum(bounds, source -> distances(source, sofar), Distances::with).sums;
            double total = Arrays.stream(sums).sum();
            if (total == 0) {
                throw Lloyd.tooFewDifferentRows(WHERE, c, k);
            }
            double left = rng.nextDouble() * total;
            int chunk = -1;
            for (int i = 0; i < sums.length && (chunk < 0 || left >= sums[chunk]); i++) {
                if (sums[i] > 0) {
                    left -= chunk < 0 ? 0 : sums[chunk];
                    chunk = i;
                }
            }
            int there = chunk;
            double until = left;
            Far row = x.sum(bounds, source -> row(source, sofar, there, until), Far::with);
            System.arraycopy(row.rows[0], 0, found.data, c * d, d);
        }
        return found;
    }

    private static Distances distances(Chunks.Source source, DMatrixRMaj centres) {
        DMatrixRMaj block = new DMatrixRMaj(0, 0);
        double sum = 0;
        while (source.read(block, ROWS) > 0) {
            Interrupts.check(WHERE);
            for (int i = 0; i < block.numRows; i++) {
                sum += distance(block, i, centres);
            }
        }
        return new Distances(new double[] {sum});
    }

    /** The row of one chunk at which the sum of distances is beyond a number; of the other chunks none. */
    private static Far row(Chunks.Source source, DMatrixRMaj centres, int chunk, double until) {
        Far found = new Far(new double[] {Double.NEGATIVE_INFINITY}, new double[1][]);
        DMatrixRMaj block = new DMatrixRMaj(0, 0);
        double left = until;
        while (source.chunk() == chunk && left >= 0 && source.read(block, ROWS) > 0) {
            for (int i = 0; i < block.numRows && left >= 0; i++) {
                double distance = distance(block, i, centres);
                if (distance > 0) { // the last possible one, should rounding leave more than 0
                    found.rows[0] = Arrays.copyOfRange(block.data, i * block.numCols, (i + 1) * block.numCols);
                    found.distances[0] = distance;
                    left -= distance;
                }
            }
        }
        return found;
    }

    private static double distance(DMatrixRMaj rows, int row, DMatrixRMaj centres) {
        int d = centres.numCols;
        double least = Double.POSITIVE_INFINITY;
        for (int c = 0; c < centres.numRows; c++) {
            least = Math.min(least, Lloyd.squaredDistance(rows.data, row * d, centres.data, c * d, d));
        }
        return least;
    }
}
