package lvm.classify;

import java.nio.file.Path;
import java.util.Arrays;
import lvm.data.Dataset;
import lvm.fit.Scaling;
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
 * The classifier by the k nearest neighbours in Euclidean distance: the class that most of them have; of several such classes
 * the one with the nearest neighbour.
 */
public final class NearestNeighbours extends SavedModel implements Classifier {
    private static final int ROWS = 500;
    private static final String CLASSIFY = "NearestNeighbours.classify";

    private final int neighbours;
    private final FMatrixRMaj known;
    private final float[] squares;
    private final int[] labels;
    private final int classes;

    private final Scaling near;

    private NearestNeighbours(
            int neighbours, FMatrixRMaj known, int[] labels, int classes, Scaling near, ModelSummary summary) {
        super(summary);
        this.near = near;
        this.neighbours = neighbours;
        this.known = known;
        this.labels = labels;
        this.classes = classes;
        squares = Labelled.squares(known);
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
        Scaling near = Scaling.nearTogether(rows, true);
        Card card = Card.of("NearestNeighbours")
                .columns(data.columns())
                .classes(data.labelNames())
                .setting("neighbours", neighbours)
                .setting("labelled rows", rows.rows() + " of " + data.rows());
        ModelSummary summary = near.warn(card, rows).summary(History.closedForm());
        FMatrixRMaj known = near.of(rows).floatMatrix();
        return new NearestNeighbours(neighbours, known, rows.labels(), rows.classes(), near, summary);
    }

    /**
     * Reads a classifier from a file.
     *
     * @param file a file of {@link #save}
     * @return the classifier, with the same bits
     * @throws java.io.UncheckedIOException as {@link Models#load(Path)}
     */
    public static NearestNeighbours load(Path file) {
        return Models.load(file, NearestNeighbours.class);
    }

    @Override
    public void store(ModelData data) {
        data.put("neighbours", neighbours)
                .put("labels", labels)
                .put("classes", classes)
                .put("known", known);
        near.store(data, "near");
    }

    static NearestNeighbours read(ModelData data) {
        return new NearestNeighbours(
                data.integer("neighbours"),
                data.floats("known"),
                data.integers("labels"),
                data.integer("classes"),
                Scaling.read(data, "near"),
                data.summary());
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
        Require.rows(CLASSIFY, "x", x, dim());
        return found(near.of(x));
    }

    @Override
    public int[] classify(Dataset data) {
        return found(near.rows(CLASSIFY, data.matching(columns(), CLASSIFY), dim()));
    }

    private int[] found(FMatrixRMaj x) {
        int[] found = new int[x.numRows];
        FMatrixRMaj products = new FMatrixRMaj(0, 0);
        float[] distances = new float[neighbours];
        int[] nearest = new int[neighbours];
        int[] votes = new int[classes];
        for (int from = 0; from < x.numRows; from += ROWS) {
            int to = Math.min(x.numRows, from + ROWS);
            products.reshape(to - from, known.numRows);
            Products.multTransB(RowOps.part(x, from, to), known, products);
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
