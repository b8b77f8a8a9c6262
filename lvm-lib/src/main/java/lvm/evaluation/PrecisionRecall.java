package lvm.evaluation;

import java.util.Arrays;
import java.util.Locale;
import lvm.model.Require;
import org.ejml.data.Matrix;

/**
 * How many draws lie among the rows, and how many rows lie among the draws. A point lies among points if it is within the ball
 * of one of them that reaches to its k-th nearest of the same set. Draws that look like rows have a high precision, draws that leave
 * nothing out a high recall. T. Kynkäänniemi and others (2019), equations 1 and 2.
 *
 * @param precision the share of draws among the rows
 * @param recall the share of rows among the draws
 * @param neighbours k
 */
public record PrecisionRecall(double precision, double recall, int neighbours) {

    /**
     * Both shares, in given features.
     *
     * @param rows n×d features of rows of the data; not modified
     * @param draws m×d features of draws; not modified
     * @param neighbours k, at least 1 and below n and m; 3 as published
     * @return the shares
     * @throws IllegalArgumentException if k is out of range, the columns differ, or a number is not finite
     */
    public static PrecisionRecall of(Matrix rows, Matrix draws, int neighbours) {
        String where = "PrecisionRecall.of";
        Require.atLeast(where, "neighbours", 1, neighbours);
        Rows a = Rows.of(where, "rows", rows, neighbours + 1, -1);
        Rows b = Rows.of(where, "draws", draws, neighbours + 1, a.d);
        return new PrecisionRecall(share(b, a, neighbours), share(a, b, neighbours), neighbours);
    }

    /** The share of points among others. */
    private static double share(Rows points, Rows others, int neighbours) {
        double[] reach = new double[others.n];
        others.each(i -> {
            double[] distances = new double[others.n];
            for (int j = 0; j < others.n; j++) {
                distances[j] = others.squaredDistance(i, others, j);
            }
            Arrays.sort(distances);
            reach[i] = distances[neighbours]; // the first is itself
        });
        boolean[] among = new boolean[points.n];
        points.each(i -> {
            for (int j = 0; j < others.n && !among[i]; j++) {
                among[i] = points.squaredDistance(i, others, j) <= reach[j];
            }
        });
        int count = 0;
        for (boolean one : among) {
            count += one ? 1 : 0;
        }
        return (double) count / points.n;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "precision %.3f, recall %.3f by %d neighbours", precision, recall, neighbours);
    }
}
