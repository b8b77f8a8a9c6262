package lvm.evaluation;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import lvm.model.Require;

/**
 * A confidence interval.
 *
 * @param low the lower end
 * @param high the upper end
 * @param level the probability with which such intervals hold the true value, such as 0.95
 */
public record Interval(double low, double high, double level) {

    /**
     * Checks the order and the level.
     *
     * @param low the lower end
     * @param high the upper end
     * @param level the level
     * @throws IllegalArgumentException if low is above high or the level is not between 0 and 1
     */
    public Interval {
        if (!(low <= high)) {
            throw new IllegalArgumentException("Interval: from " + low + " to " + high);
        }
        Require.within01("Interval", "level", level);
    }

    /**
     * Whether a value lies in it.
     *
     * @param value the value
     * @return true if it is not below low and not above high
     */
    public boolean contains(double value) {
        return value >= low && value <= high;
    }

    /** {@return the interval for people: both ends to three digits, and the level} */
    @Override
    public String toString() {
        String percent = new DecimalFormat("0.####", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(100 * level);
        return String.format(Locale.ROOT, "%.3g to %.3g (%s %%)", low, high, percent);
    }
}
