package lvm.evaluation;

import java.util.random.RandomGenerator;
import lvm.data.Dataset;
import lvm.linalg.Interrupts;
import lvm.linalg.RowOps;
import lvm.model.HasBound;
import lvm.model.Require;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.Matrix;

/**
 * The log-likelihood of a latent variable model by importance sampling. With S draws zₛ ~ q(z | x) and the weights
 * wₛ = p(x, zₛ) / q(zₛ | x),
 *
 * <p>log p̂(x) = log (1/S Σₛ wₛ).
 *
 * <p>p̂ is unbiased for p(x); its logarithm is biased downwards, on average a lower bound that rises with S (Y. Burda,
 * R. Grosse and R. Salakhutdinov 2016, theorem 1). The standard error is that of the delta method, the standard deviation of the
 * weights divided by √S and by their mean; it is right when q covers the posterior, and too small when q misses a part of it.
 */
public final class ImportanceSampling {
    private static final int ROWS = 100;

    private ImportanceSampling() {}

    /** Gives the log weights of rows of observations, a part of the draws at a time. */
    @FunctionalInterface
    public interface LogWeights {
        /**
         * Draws anew and weighs.
         *
         * @param draws the number of draws for each row
         * @return n×draws values of log p(xᵢ, zᵢₛ) − log q(zᵢₛ | xᵢ) in nats, −∞ for a weight of 0
         */
        DMatrixRMaj draw(int draws);
    }

    /**
     * The log-likelihood of each row. Memory is for n×chunk weights at a time.
     *
     * @param n the number of rows of observations
     * @param draws S, the number of draws for each row, at least 1
     * @param chunk how many of them are drawn at a time, at least 1
     * @param weights gives them
     * @return n estimates of log p(xᵢ) in nats; a row all of whose weights are 0 is −∞ with a standard error of NaN
     * @throws IllegalArgumentException if draws or chunk is less than 1, the shape is not n×chunk, or a log weight is NaN or +∞
     */
    public static Estimate[] logLikelihood(int n, int draws, int chunk, LogWeights weights) {
        String where = "ImportanceSampling.logLikelihood";
        Require.atLeast(where, "draws", 1, draws);
        Require.atLeast(where, "chunk", 1, chunk);
        // With the largest log weight m so far: Σ exp(l − m) and Σ exp(2 (l − m)).
        double[] max = new double[n];
        double[] sum = new double[n];
        double[] squares = new double[n];
        java.util.Arrays.fill(max, Double.NEGATIVE_INFINITY);
        for (int done = 0; done < draws; ) {
            int now = Math.min(chunk, draws - done);
            DMatrixRMaj l = weights.draw(now);
            if (l.numRows != n || l.numCols != now) {
                throw new IllegalArgumentException(where + ": the weights are " + l.numRows + "×" + l.numCols
                        + ", expected " + n + "×" + now + ", a row for each observation");
            }
            for (int i = 0; i < n; i++) {
                for (int s = 0; s < now; s++) {
                    double value = l.get(i, s);
                    if (!(value < Double.POSITIVE_INFINITY)) {
                        throw new IllegalArgumentException(
                                where + ": the log weight of row " + i + " in draw " + (done + s) + " is " + value);
                    }
                    if (value == Double.NEGATIVE_INFINITY) {
                        continue;
                    }
                    if (value > max[i]) {
                        double down = Math.exp(max[i] - value);
                        sum[i] *= down;
                        squares[i] *= down * down;
                        max[i] = value;
                    }
                    double w = Math.exp(value - max[i]);
                    sum[i] += w;
                    squares[i] += w * w;
                }
            }
            done += now;
        }
        Estimate[] estimates = new Estimate[n];
        for (int i = 0; i < n; i++) {
            double mean = sum[i] / draws;
            double variance = draws == 1 ? Double.NaN : Math.max(0, squares[i] / draws - mean * mean) / (draws - 1);
            estimates[i] = new Estimate(max[i] + Math.log(mean), Math.sqrt(variance) / mean);
        }
        return estimates;
    }

    /**
     * The log-likelihood of each row under a model that gives importance weights.
     *
     * @param model p(x, z) and q(z | x)
     * @param x n×D rows of observations; not modified
     * @param draws S, the number of draws for each row, at least 1
     * @param rng the source of randomness; advanced
     * @param <X> the matrix type of the model
     * @return n estimates of log p(xᵢ) in nats, in expectation lower bounds
     * @throws IllegalArgumentException if draws is less than 1 or the model refuses x
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public static <X extends Matrix> Estimate[] logLikelihood(HasBound<X> model, X x, int draws, RandomGenerator rng) {
        int n = x.getNumRows();
        Estimate[] estimates = new Estimate[n];
        for (int from = 0; from < n; from += ROWS) {
            Interrupts.check("ImportanceSampling");
            int count = Math.min(ROWS, n - from);
            X part = RowOps.part(x, from, from + count);
            Estimate[] some = logLikelihood(count, draws, draws, s -> model.logWeights(part, s, rng));
            System.arraycopy(some, 0, estimates, from, count);
        }
        return estimates;
    }

    /**
     * As {@link #logLikelihood(HasBound, Matrix, int, RandomGenerator)}, of the rows of data.
     *
     * @param model p(x, z) and q(z | x)
     * @param data n rows with the columns of the model, matched by name where both have names
     * @param draws S, the number of draws for each row, at least 1
     * @param rng the source of randomness; advanced
     * @param <X> the matrix type of the model
     * @return n estimates of log p(xᵢ) in nats, in expectation lower bounds
     * @throws IllegalArgumentException as there
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public static <X extends Matrix> Estimate[] logLikelihood(
            HasBound<X> model, Dataset data, int draws, RandomGenerator rng) {
        return logLikelihood(model, model.observations(data), draws, rng);
    }

    /**
     * The mean over independent rows.
     *
     * @param rows an estimate for each row, at least one
     * @return their mean in nats per row, with the standard error that comes from the draws: the rows themselves are taken
     *     as they are
     * @throws IllegalArgumentException if there is no row
     */
    public static Estimate mean(Estimate... rows) {
        if (rows.length == 0) {
            throw new IllegalArgumentException("ImportanceSampling.mean: no rows");
        }
        double value = 0;
        double variance = 0;
        for (Estimate row : rows) {
            value += row.value();
            variance += row.standardError() * row.standardError();
        }
        return new Estimate(value / rows.length, Math.sqrt(variance) / rows.length);
    }
}
