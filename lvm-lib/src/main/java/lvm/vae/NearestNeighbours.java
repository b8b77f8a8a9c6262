package lvm.vae;

import java.util.Arrays;
import lvm.data.Dataset;
import lvm.linalg.Products;
import org.ejml.data.FMatrixRMaj;

/**
 * The classifier by the k nearest neighbours in Euclidean distance: the class that most of them have; of several such classes
 * the one with the nearest neighbour.
 */
public final class NearestNeighbours implements Classifier {
    private static final int ROWS = 500;

    private final int neighbours;
    private final FMatrixRMaj known;
    private final float[] squares;
    private final int[] labels;
    private final int classes;

    private NearestNeighbours(int neighbours, Dataset rows) {
        this.neighbours = neighbours;
        known = rows.floatMatrix();
        squares = Labelled.squares(known);
        labels = rows.labels();
        classes = rows.classes();
    }

    /**
     * Keeps the labelled rows.
     *
     * @param data rows of which some have labels
     * @param neighbours k, at least 1
     * @return the classifier
     * @throws IllegalArgumentException if there are less than k labelled rows, or the data are binarised anew at each reading
     */
    public static NearestNeighbours of(Dataset data, int neighbours) {
        Dataset rows = Labelled.rows("NearestNeighbours.of", data);
        if (neighbours < 1 || neighbours > rows.rows()) {
            throw new IllegalArgumentException("NearestNeighbours.of: " + neighbours
                    + " neighbours, expected 1 to the number of labelled rows, " + rows.rows());
        }
        return new NearestNeighbours(neighbours, rows);
    }

    @Override
    public int dim() {
        return known.numCols;
    }

    @Override
    public int classes() {
        return classes;
    }

    @Override
    public int[] classify(FMatrixRMaj x) {
        Inputs.require("NearestNeighbours.classify", "x", x, dim(), "the neighbours have");
        int[] found = new int[x.numRows];
        FMatrixRMaj products = new FMatrixRMaj(0, 0);
        float[] distances = new float[neighbours];
        int[] nearest = new int[neighbours];
        int[] votes = new int[classes];
        for (int from = 0; from < x.numRows; from += ROWS) {
            int to = Math.min(x.numRows, from + ROWS);
            products.reshape(to - from, known.numRows);
            Products.multTransB(VaeNet.rows(x, from, to), known, products);
            for (int i = from; i < to; i++) {
                found[i] = vote(products, i - from, distances, nearest, votes);
            }
        }
        return found;
    }

    private int vote(FMatrixRMaj products, int row, float[] distances, int[] nearest, int[] votes) {
        Arrays.fill(distances, Float.POSITIVE_INFINITY);
        int start = row * known.numRows;
        for (int j = 0; j < known.numRows; j++) {
            // Without ‖x‖², which is the same for all.
            float distance = squares[j] - 2 * products.data[start + j];
            if (distance < distances[neighbours - 1]) {
                int place = neighbours - 1;
                while (place > 0 && distances[place - 1] > distance) {
                    distances[place] = distances[place - 1];
                    nearest[place] = nearest[place - 1];
                    place--;
                }
                distances[place] = distance;
                nearest[place] = j;
            }
        }
        Arrays.fill(votes, 0);
        for (int n : nearest) {
            votes[labels[n]]++;
        }
        int best = labels[nearest[0]];
        for (int n : nearest) {
            best = votes[labels[n]] > votes[best] ? labels[n] : best;
        }
        return best;
    }
}
