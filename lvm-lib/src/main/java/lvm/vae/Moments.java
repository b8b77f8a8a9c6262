package lvm.vae;

import java.util.Arrays;
import java.util.SplittableRandom;
import lvm.data.Dataset;
import org.ejml.data.FMatrixRMaj;

/** Means and variances of the columns of a data set. */
record Moments(double[] means, double[] variances) {
    private static final int ROWS = 1000;

    /** Looks at every row; fails if there is none or the likelihood can not give a value. */
    static Moments of(String where, Dataset data, Likelihood likelihood) {
        if (data.rows() == 0) {
            throw new IllegalArgumentException(where + ": the data set has no rows");
        }
        int[] order = new int[data.rows()];
        Arrays.setAll(order, i -> i);
        double[] means = new double[data.dim()];
        double[] variances = new double[data.dim()];
        FMatrixRMaj part = new FMatrixRMaj(0, 0);
        SplittableRandom rng = new SplittableRandom(0);
        int n = 0;
        for (int from = 0; from < order.length; from += ROWS) {
            data.copyRows(order, from, Math.min(ROWS, order.length - from), part, rng);
            likelihood.requireSupport(where + ", rows from " + from, part);
            for (int i = 0; i < part.numRows; i++) {
                n++;
                for (int j = 0; j < means.length; j++) {
                    double x = part.data[i * means.length + j];
                    double change = x - means[j];
                    means[j] += change / n;
                    variances[j] += change * (x - means[j]);
                }
            }
        }
        for (int j = 0; j < means.length; j++) {
            variances[j] /= n;
        }
        return new Moments(means, variances);
    }
}
