package lvm.autoregressive;

import java.util.Arrays;
import java.util.SplittableRandom;
import lvm.data.Dataset;
import lvm.model.Require;
import org.ejml.data.FMatrixRMaj;

/** What builders look at before a fit: that all numbers are levels, and the means of the columns. */
final class Observations {
    private static final int ROWS = 1000;
    private static final double LEAST = 0.01;

    private Observations() {}

    /** The means of the columns, after a check of all numbers, those of validation rows too if there are such. */
    static double[] means(String model, LevelOutput output, Dataset data, Dataset validation) {
        if (validation != null) {
            means(model, output, validation, null);
        }
        Require.atLeast(model + ".fit", "the number of rows", 1, data.rows());
        double[] means = new double[data.dim()];
        SplittableRandom rng = new SplittableRandom(0);
        for (int from = 0; from < data.rows(); from += ROWS) {
            FMatrixRMaj part =
                    data.slice(from, Math.min(from + ROWS, data.rows())).floatMatrix(rng);
            output.require(model + ".fit, rows from " + from, part, data.dim());
            for (int i = 0; i < part.getNumElements(); i++) {
                means[i % means.length] += (double) part.data[i] / data.rows();
            }
        }
        return means;
    }

    /** The mean log probability of rows. */
    static double mean(AutoregressiveModel model, FMatrixRMaj x) {
        return Arrays.stream(model.logDensity(x)).average().orElseThrow();
    }

    /** The logit of a frequency of ones that is kept off 0 and 1. */
    static float startLogit(double mean) {
        double p = Math.min(1 - LEAST, Math.max(LEAST, mean));
        return (float) Math.log(p / (1 - p));
    }
}
