package lvm.boltzmann;

import java.util.Locale;
import java.util.Objects;
import lvm.model.LogPartition;
import lvm.model.LogPartition.Kind;

/**
 * The mean log-likelihood of rows under a {@link Dbn}: importance sampling of its hidden layers with a log Z of the machine at its top.
 * Importance sampling is low in expectation (Jensen's inequality). With an exact log Z, or one that is an upper bound, so is the whole: a
 * lower bound in expectation. A log Z that is low in expectation itself, such as one annealed forwards, lifts the whole, and what comes of
 * it is an estimate and no bound.
 *
 * @param natsPerRow the mean over the rows, nats
 * @param kind what it is of the log-likelihood: {@link Kind#LOWER_BOUND} in expectation, or {@link Kind#ESTIMATE}
 * @param standardError of the mean, from the draws alone, by the delta method; that of log Z stands in logPartition. NaN with one draw
 * @param rows the number of rows
 * @param draws the draws for each row; with one it is an estimate of the variational bound
 * @param effectiveDraws how many equally weighted draws they are worth, the mean over the rows
 * @param logPartition log Z of the machine at the top
 */
public record DbnLikelihood(
        double natsPerRow,
        Kind kind,
        double standardError,
        int rows,
        int draws,
        double effectiveDraws,
        LogPartition logPartition) {
    /**
     * Checks that nothing is missing.
     *
     * @param natsPerRow the mean over the rows, nats
     * @param kind what it is of the log-likelihood
     * @param standardError of the mean, from the draws alone
     * @param rows the number of rows
     * @param draws the draws for each row
     * @param effectiveDraws what they are worth
     * @param logPartition log Z of the machine at the top
     */
    public DbnLikelihood {
        Objects.requireNonNull(kind, "DbnLikelihood: kind");
        Objects.requireNonNull(logPartition, "DbnLikelihood: logPartition");
    }

    /** What becomes of a number that is low in expectation when log Z is taken from it. */
    static Kind kind(LogPartition logPartition) {
        return switch (logPartition.kind()) {
            case EXACT, UPPER_BOUND -> Kind.LOWER_BOUND;
            case LOWER_BOUND, ESTIMATE -> Kind.ESTIMATE;
        };
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%.3f nats per row of %d, %s, standard error %.3f of %d draws worth %.1f, with %s",
                natsPerRow,
                rows,
                kind == Kind.LOWER_BOUND ? "lower bound in expectation" : "estimate",
                standardError,
                draws,
                effectiveDraws,
                logPartition);
    }
}
