package lvm.classify;

import lvm.data.Dataset;
import org.ejml.data.FMatrixRMaj;

/** The labelled rows of a data set, for what learns from them. */
public final class Labelled {
    private Labelled() {}

    /**
     * The rows that have a label.
     *
     * @param where the method, for the message
     * @param data n rows
     * @return those with a label, which may be all
     * @throws IllegalArgumentException if there is none
     */
    public static Dataset rows(String where, Dataset data) {
        int known = 0;
        for (int i = 0; i < data.rows(); i++) {
            known += data.label(i) == Dataset.UNLABELLED ? 0 : 1;
        }
        if (known == 0) {
            throw new IllegalArgumentException(
                    where + ": none of the " + data.rows() + " rows has a label, expected at least 1");
        }
        if (known == data.rows()) {
            return data;
        }
        int[] rows = new int[known];
        for (int i = 0, k = 0; i < data.rows(); i++) {
            if (data.label(i) != Dataset.UNLABELLED) {
                rows[k++] = i;
            }
        }
        return data.subset(rows);
    }

    /** Those without a label; null if there are none. */
    static Dataset others(Dataset data) {
        int count = 0;
        for (int i = 0; i < data.rows(); i++) {
            count += data.label(i) == Dataset.UNLABELLED ? 1 : 0;
        }
        if (count == 0) {
            return null;
        }
        int[] rows = new int[count];
        for (int i = 0, k = 0; i < data.rows(); i++) {
            if (data.label(i) == Dataset.UNLABELLED) {
                rows[k++] = i;
            }
        }
        return data.subset(rows).withoutLabels();
    }

    /**
     * The number of classes.
     *
     * @param where the method, for the message
     * @param data n rows
     * @return K, at least 2
     * @throws IllegalArgumentException if there are fewer
     */
    public static int classes(String where, Dataset data) {
        if (data.classes() < 2) {
            throw new IllegalArgumentException(
                    where + ": the data have " + data.classes() + " classes, expected at least 2");
        }
        return data.classes();
    }

    /** Rows of squared norms. */
    static float[] squares(FMatrixRMaj x) {
        float[] squares = new float[x.numRows];
        for (int i = 0; i < x.numRows; i++) {
            double sum = 0;
            for (int j = 0; j < x.numCols; j++) {
                double v = x.data[i * x.numCols + j];
                sum += v * v;
            }
            squares[i] = (float) sum;
        }
        return squares;
    }
}
