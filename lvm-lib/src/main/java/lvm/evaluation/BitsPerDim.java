package lvm.evaluation;

import java.util.Locale;
import lvm.model.Require;

/**
 * Bits per dimension: how many bits a code for the model needs for one pixel of one colour, −log₂ p(x) / D for discrete
 * x. A density is turned into one by the way in which the levels were spread over an interval.
 */
public final class BitsPerDim {
    private BitsPerDim() {}

    /** How discrete levels 0 … L − 1 became real numbers for a density. */
    public enum Dequantization {
        /** There was none: the model gives probabilities of the levels themselves. */
        NONE,
        /** Uniform noise of one level's width was added: the density is a lower bound (L. Theis and others 2016). */
        UNIFORM,
        /** Noise from a learnt density q was added, and −log q is part of the value: a lower bound (J. Ho and others 2019). */
        VARIATIONAL;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * From nats to bits per dimension, for data that were scaled: y = (x + u) / scale, with a density of y.
     *
     * @param nats log p(y) of a row in nats, summed over the dimensions; for {@link Dequantization#NONE} log P(x)
     * @param dims D, the number of dimensions, at least 1
     * @param dequantization how levels became numbers
     * @param scale what the levels with their noise were divided by, such as 256 for bytes that were brought to [0,1]; it must
     *     be 1 if there was no dequantisation
     * @return −(log p(y) − D log scale) / (D log 2); lower is better
     * @throws IllegalArgumentException if dims is less than 1, the scale not positive, or not 1 without dequantisation
     */
    public static double of(double nats, int dims, Dequantization dequantization, double scale) {
        Require.atLeast("BitsPerDim.of", "dims", 1, dims);
        Require.positive("BitsPerDim.of", "scale", scale);
        if (dequantization == Dequantization.NONE && scale != 1) {
            throw new IllegalArgumentException("BitsPerDim.of: scale is " + scale
                    + ", but a probability of levels does not change with a scale; expected 1");
        }
        return (Math.log(scale) - nats / dims) / Math.log(2);
    }

    /**
     * Back from bits per dimension to nats.
     *
     * @param bitsPerDim bits per dimension
     * @param dims D, at least 1
     * @param dequantization as in {@link #of}
     * @param scale as in {@link #of}
     * @return log p(y) in nats, summed over the dimensions
     * @throws IllegalArgumentException as {@link #of}
     */
    public static double nats(double bitsPerDim, int dims, Dequantization dequantization, double scale) {
        of(0, dims, dequantization, scale); // the same checks
        return dims * (Math.log(scale) - bitsPerDim * Math.log(2));
    }
}
