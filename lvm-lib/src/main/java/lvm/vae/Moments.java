package lvm.vae;

import java.util.Arrays;
import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.fit.Scaling;
import org.ejml.data.FMatrixRMaj;

/** Means and variances of the columns of a data set as networks see it, and how they do. */
record Moments(double[] means, double[] variances, Scaling scaling) {
    private static final int ROWS = 1000;

    /** Of columns that are seen as they are. */
    Moments(double[] means, double[] variances) {
        this(means, variances, Scaling.none());
    }

    /** Of nothing, where the numbers of the networks come from elsewhere. */
    static Moments unknown(int dim, Scaling scaling) {
        return new Moments(new double[dim], new double[dim], scaling);
    }

    /** Looks at every row; fails if there is none or the likelihood can not give a value. */
    static Moments of(String where, Dataset data, Likelihood likelihood) {
        return of(where, data, likelihood, Scaling.none());
    }

    /** The same of rows that are standardised. */
    static Moments of(String where, Dataset rows, Likelihood likelihood, Scaling scaling) {
        Dataset data = scaling.of(rows);
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
        return new Moments(means, variances, scaling);
    }
}
