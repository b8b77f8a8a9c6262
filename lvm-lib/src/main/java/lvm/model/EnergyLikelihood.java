package lvm.model;

import java.util.Locale;
import java.util.Objects;

/**
 * The mean log-likelihood of rows under a model that is known by its energy, 1/n Σᵢ (−F(xᵢ)) − log Z. It is of the kind of the
 * log Z that went into it: a lower bound of log Z makes it an upper bound, so numbers are compared only with their like.
 *
 * @param natsPerRow the mean of log p(xᵢ), nats
 * @param kind what it is of the log-likelihood
 * @param rows the number of rows, n
 * @param logPartition the log Z that went into it
 */
public record EnergyLikelihood(double natsPerRow, LogPartition.Kind kind, int rows, LogPartition logPartition) {
    /**
     * Checks that nothing is missing.
     *
     * @param natsPerRow the mean of log p(xᵢ), nats
     * @param kind what it is of the log-likelihood
     * @param rows the number of rows
     * @param logPartition the log Z that went into it
     */
    public EnergyLikelihood {
        Objects.requireNonNull(kind, "EnergyLikelihood: kind");
        Objects.requireNonNull(logPartition, "EnergyLikelihood: logPartition");
    }

    static EnergyLikelihood of(String model, double[] freeEnergies, LogPartition logPartition) {
        int n = Require.atLeast(model + ".logLikelihood", "the number of rows", 1, freeEnergies.length);
        double sum = 0;
        for (double f : freeEnergies) {
            sum -= f;
        }
        return new EnergyLikelihood(
                sum / n - logPartition.nats(), logPartition.kind().negated(), n, logPartition);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%.3f nats per row of %d, %s, with %s",
                natsPerRow,
                rows,
                kind.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                logPartition);
    }
}
