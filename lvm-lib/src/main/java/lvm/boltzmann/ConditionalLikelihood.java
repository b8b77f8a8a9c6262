package lvm.boltzmann;

import java.util.Locale;
import lvm.model.LogPartition.Kind;
import lvm.model.Require;

/**
 * The log-likelihood of rows given what each is conditioned on, of which every row has a partition function of its own: exact, or with
 * log Z by annealed importance sampling. An annealed log Z is on average below log Z (Jensen's inequality), so that the log-likelihood is on
 * average above the true one: an upper bound in expectation, and the less so the more chains and temperatures there are.
 *
 * @param rows log p of every row, nats; not to be modified
 * @param kind {@link Kind#EXACT}, or {@link Kind#UPPER_BOUND} in expectation
 * @param standardError of the mean, nats, from the weights of the chains, 0 if exact; it says nothing of the choice of the rows
 * @param chains for each row, 0 if exact
 * @param betas the inverse temperatures, 0 if exact
 * @param effectiveChains what the chains of a row are worth, the 5 % quantile over the rows; NaN if exact
 */
public record ConditionalLikelihood(
        double[] rows, Kind kind, double standardError, int chains, int betas, double effectiveChains) {

    /**
     * Checks that there is a row.
     *
     * @param rows log p of every row
     * @param kind what the number is
     * @param standardError of the mean
     * @param chains for each row
     * @param betas the inverse temperatures
     * @param effectiveChains the 5 % quantile
     * @throws IllegalArgumentException if there is no row
     */
    public ConditionalLikelihood {
        Require.atLeast("ConditionalLikelihood", "the number of rows", 1, rows.length);
    }

    /** {@return the mean over the rows: nats per row, or per frame of sequences} */
    public double mean() {
        double sum = 0;
        for (double row : rows) {
            sum += row;
        }
        return sum / rows.length;
    }

    @Override
    public String toString() {
        if (kind == Kind.EXACT) {
            return String.format(Locale.ROOT, "%.4f nats a row, mean of %d, exact", mean(), rows.length);
        }
        return String.format(
                Locale.ROOT,
                "%.3f nats a row, mean of %d, above on average (annealed, %d chains a row, %d temperatures),"
                        + " standard error %.3f; 95 of 100 rows have chains worth at least %.1f",
                mean(),
                rows.length,
                chains,
                betas,
                standardError,
                effectiveChains);
    }
}
