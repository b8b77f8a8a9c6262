package lvm.model;

import java.util.Locale;
import java.util.Objects;

/**
 * What is known of log Z, the log of the partition function of an energy, Z = Σ_x e^−F(x), and of which kind that number is.
 * One from below and one
 * from above make a bracket.
 *
 * @param nats the number
 * @param kind what it is of log Z
 * @param standardError of the estimate, nats, by the delta method from the weights of the draws themselves; 0 if exact. It is
 *     too small where few draws carry the weight, and so stands beside their effective number
 * @param draws the weighted draws that it is made of; 0 if exact
 * @param effectiveDraws how many equally weighted draws they are worth, (Σ w)²/Σ w²; 0 if exact
 * @param how the method, in a few words
 */
public record LogPartition(double nats, Kind kind, double standardError, int draws, double effectiveDraws, String how) {

    /** What a number is of the quantity that it stands for. */
    public enum Kind {
        /** Computed without approximation. */
        EXACT,
        /** On average not above the quantity. */
        LOWER_BOUND,
        /** On average not below the quantity. */
        UPPER_BOUND,
        /** Near it, above or below. */
        ESTIMATE;

        /** {@return what a constant minus the quantity is: the bounds change places} */
        public Kind negated() {
            return this == LOWER_BOUND ? UPPER_BOUND : this == UPPER_BOUND ? LOWER_BOUND : this;
        }
    }

    /**
     * Checks that nothing is missing.
     *
     * @param nats the number
     * @param kind what it is of log Z
     * @param standardError of the estimate, nats
     * @param draws the weighted draws
     * @param effectiveDraws their effective number
     * @param how the method
     * @throws IllegalArgumentException if the number is NaN, or an estimate has no draws
     */
    public LogPartition {
        Objects.requireNonNull(kind, "LogPartition: kind");
        Objects.requireNonNull(how, "LogPartition: how");
        if (Double.isNaN(nats)) {
            throw new IllegalArgumentException("LogPartition: log Z is NaN");
        }
        if (kind != Kind.EXACT && draws < 1) {
            throw new IllegalArgumentException("LogPartition: an estimate of " + draws + " draws, expected at least 1");
        }
    }

    /**
     * A number without approximation.
     *
     * @param nats log Z
     * @param how the method, in a few words
     * @return it
     * @throws IllegalArgumentException if it is NaN
     */
    public static LogPartition exact(double nats, String how) {
        return new LogPartition(nats, Kind.EXACT, 0, 0, 0, how);
    }

    @Override
    public String toString() {
        if (kind == Kind.EXACT) {
            return String.format(Locale.ROOT, "log Z = %.4f, exact (%s)", nats, how);
        }
        return String.format(
                Locale.ROOT,
                "log Z = %.3f, %s (%s), standard error %.3f of %d draws worth %.1f",
                nats,
                kind.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                how,
                standardError,
                draws,
                effectiveDraws);
    }
}
