package lvm.results;

import java.util.Objects;

/**
 * How a number came about. Numbers of unlike protocols are not compared, nor those of which a part of it is not known.
 *
 * @param data the data set and how many rows of it were used, such as {@code MNIST}
 * @param split the rows that were evaluated, such as {@code test}
 * @param binarization how grey levels became zeros and ones, such as {@code static}; {@code none} if they did not
 * @param kind what the number is of the quantity
 * @param draws the draws for each row that a bound or an estimate took; 0 if there were none
 */
public record Protocol(String data, String split, String binarization, Kind kind, long draws) {

    /** Stands in the place of what a source does not say. */
    public static final String NOT_STATED = "not stated";

    /** What a number is of the quantity that it stands for. */
    public enum Kind {
        /** Computed without approximation. */
        EXACT,
        /** On average not above the quantity. */
        LOWER_BOUND,
        /** On average not below the quantity. */
        UPPER_BOUND,
        /** Near it, above or below. */
        ESTIMATE,
        /** The source does not say. */
        NOT_STATED
    }

    /**
     * Checks that nothing is missing.
     *
     * @param data the data set
     * @param split the rows
     * @param binarization how grey levels became zeros and ones
     * @param kind what the number is
     * @param draws the draws for each row
     * @throws IllegalArgumentException if a text is empty or draws is negative
     */
    public Protocol {
        requireText("data", data);
        requireText("split", split);
        requireText("binarization", binarization);
        Objects.requireNonNull(kind, "Protocol: kind");
        if (draws < 0) {
            throw new IllegalArgumentException("Protocol: draws is " + draws + ", expected at least 0");
        }
    }

    private static void requireText(String name, String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("Protocol: " + name + " is missing");
        }
    }
}
