package lvm.evaluation;

import lvm.linalg.Logs;
import lvm.model.Require;
import org.ejml.data.Matrix;

/**
 * A density made of draws of a model: p̂(x) = 1/S Σₛ N(x; xₛ, σ² I).
 *
 * <p><b>It ranks models wrongly</b> and is here because early publications have it. In 784 dimensions its numbers are hundreds of nats
 * from the log-likelihood of the model that made the draws: Y. Wu and others (2017) find 351 nats for a decoder with 50 latent variables and
 * 409 for one with 10, whose log-likelihoods are 991 and 705; and L. Theis and others (2016) find rows of k-means above the data themselves.
 * Report it only beside an estimate by annealed importance sampling, and never choose a model by it.
 */
public final class ParzenWindow {
    private final Rows centres;
    private final double deviation;

    private ParzenWindow(Rows centres, double deviation) {
        this.centres = centres;
        this.deviation = deviation;
    }

    /**
     * Windows of a given width.
     *
     * @param draws S×D draws; copied
     * @param deviation σ, above 0
     * @return the density
     * @throws IllegalArgumentException if there is no draw, a number is not finite, or σ is not above 0
     */
    public static ParzenWindow of(Matrix draws, double deviation) {
        String where = "ParzenWindow.of";
        return new ParzenWindow(Rows.of(where, "draws", draws, 1, -1), Require.positive(where, "deviation", deviation));
    }

    /**
     * Windows of the width among some with the highest mean log density of validation rows, which are not those to be evaluated.
     *
     * @param draws S×D draws; copied
     * @param validation n×D rows; not modified
     * @param deviations the widths, each above 0; ten of 10^−1 to 1 on a logarithmic scale for MNIST as published
     * @return the density
     * @throws IllegalArgumentException as {@link #of(Matrix, double)}, or if there is no width or no validation row
     */
    public static ParzenWindow chosen(Matrix draws, Matrix validation, double... deviations) {
        Require.atLeast("ParzenWindow.chosen", "the number of deviations", 1, deviations.length);
        ParzenWindow best = null;
        double most = Double.NEGATIVE_INFINITY;
        for (double deviation : deviations) {
            ParzenWindow window = of(draws, deviation);
            double mean = window.mean(validation).value();
            if (best == null || mean > most) {
                best = window;
                most = mean;
            }
        }
        return best;
    }

    /** {@return σ} */
    public double deviation() {
        return deviation;
    }

    /**
     * The log density of rows.
     *
     * @param x n×D rows; not modified
     * @return n values of log p̂(xᵢ), nats
     * @throws IllegalArgumentException if x has other columns than the draws, or a number is not finite
     */
    public double[] logDensity(Matrix x) {
        Rows rows = Rows.of("ParzenWindow.logDensity", "x", x, 0, centres.d);
        double[] logs = new double[rows.n];
        double constant = -Math.log(centres.n) - centres.d * (Math.log(deviation) + 0.5 * Math.log(2 * Math.PI));
        rows.each(i -> {
            double[] terms = new double[centres.n];
            for (int s = 0; s < terms.length; s++) {
                terms[s] = -rows.squaredDistance(i, centres, s) / (2 * deviation * deviation);
            }
            logs[i] = Logs.logSumExp(terms) + constant;
        });
        return logs;
    }

    /**
     * The mean log density of rows, with its standard error over the rows; that of the draws is not in it.
     *
     * @param x n×D rows, at least one; not modified
     * @return nats per row
     * @throws IllegalArgumentException as {@link #logDensity}, or if there is no row
     */
    public Estimate mean(Matrix x) {
        Require.atLeastRows("ParzenWindow.mean", "x", x, 1);
        double[] logs = logDensity(x);
        double mean = 0;
        double squares = 0;
        for (int i = 0; i < logs.length; i++) {
            double change = logs[i] - mean;
            mean += change / (i + 1);
            squares += change * (logs[i] - mean);
        }
        return new Estimate(mean, Math.sqrt(squares / (logs.length - 1) / logs.length));
    }
}
