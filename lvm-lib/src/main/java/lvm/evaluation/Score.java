package lvm.evaluation;

import java.util.Objects;
import lvm.model.LogPartition;

/**
 * A number that says how good a model is, and of which kind it is.
 *
 * @param quantity what it is of
 * @param value the number
 * @param standardError of the mean over the rows that it was taken from; NaN where there is none
 * @param kind what the number is of the quantity
 * @param unit such as {@code nats per row}; empty for a number without
 * @param how the protocol, in a few words
 */
public record Score(
        String quantity, double value, double standardError, LogPartition.Kind kind, String unit, String how) {
    /**
     * Checks that nothing is missing.
     *
     * @param quantity what it is of
     * @param value the number
     * @param standardError of the mean over the rows
     * @param kind what the number is of the quantity
     * @param unit of the number
     * @param how the protocol
     */
    public Score {
        Objects.requireNonNull(quantity, "Score: quantity");
        Objects.requireNonNull(kind, "Score: kind");
        Objects.requireNonNull(unit, "Score: unit");
        Objects.requireNonNull(how, "Score: how");
    }
}
