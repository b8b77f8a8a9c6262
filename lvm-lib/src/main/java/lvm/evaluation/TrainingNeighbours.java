package lvm.evaluation;

import org.ejml.data.Matrix;

/**
 * The nearest training row of each draw, to look at beside it: a model that has learnt its rows by heart makes them again. As a
 * number, the distances of draws can be held against those of rows that were not learnt from; shorter ones are suspicious.
 *
 * @param rows the nearest training row of each, counted from 0; the first of equal ones
 * @param distances how far it is
 */
public record TrainingNeighbours(int[] rows, double[] distances) {

    /**
     * Searches.
     *
     * @param draws n×d draws or their features; not modified
     * @param training m×d rows that were learnt from; not modified
     * @return the neighbours
     * @throws IllegalArgumentException if there is no training row, the columns differ, or a number is not finite
     */
    public static TrainingNeighbours of(Matrix draws, Matrix training) {
        String where = "TrainingNeighbours.of";
        Rows b = Rows.of(where, "training", training, 1, -1);
        Rows a = Rows.of(where, "draws", draws, 0, b.d);
        int[] nearest = new int[a.n];
        double[] distances = new double[a.n];
        a.each(i -> {
            double least = Double.POSITIVE_INFINITY;
            for (int j = 0; j < b.n; j++) {
                double distance = a.squaredDistance(i, b, j);
                if (distance < least) {
                    least = distance;
                    nearest[i] = j;
                }
            }
            distances[i] = Math.sqrt(least);
        });
        return new TrainingNeighbours(nearest, distances);
    }
}
