package lvm.distribution;

import java.util.Arrays;

/**
 * log Σ exp of several rows of numbers, of which each row comes in parts: the largest number so far is kept apart, so that
 * nothing overflows. Rows may be added to by several threads, each row by one at a time.
 */
public final class LogSums {
    /** What is smaller than e^−60 of the largest term is left out: up to 2^30 such terms change no digit of the sum. */
    private static final double NEGLIGIBLE = -60;

    private final double[] max;
    private final double[] sum;

    /**
     * Sums of nothing.
     *
     * @param rows n
     */
    public LogSums(int rows) {
        max = new double[rows];
        sum = new double[rows];
        Arrays.fill(max, Double.NEGATIVE_INFINITY);
    }

    /**
     * Adds terms to a row.
     *
     * @param row the row
     * @param logs the logarithms of the terms; not modified
     * @param from where they begin
     * @param count how many there are
     */
    public void add(int row, double[] logs, int from, int count) {
        double top = Double.NEGATIVE_INFINITY;
        for (int s = from; s < from + count; s++) {
            top = Math.max(top, logs[s]);
        }
        if (top > max[row]) {
            sum[row] *= Math.exp(max[row] - top);
            max[row] = top;
        }
        double m = max[row];
        double total = 0;
        for (int s = from; s < from + count; s++) {
            double v = logs[s] == m ? 0 : logs[s] - m; // ∞ − ∞ is no number
            if (v > NEGLIGIBLE) {
                total += Math.exp(v);
            }
        }
        sum[row] += total;
    }

    /** {@return the n sums log Σ exp; −∞ for a row of nothing, +∞ for one with a term of +∞} */
    public double[] values() {
        double[] logs = new double[max.length];
        for (int i = 0; i < logs.length; i++) {
            logs[i] = Double.isFinite(max[i]) ? max[i] + Math.log(sum[i]) : max[i];
        }
        return logs;
    }

    /**
     * log p of terms of a row, p = exp l / Σ exp: the largest term is taken away first, so that large terms cost no digits.
     * Terms of +∞ share 1 equally, and so do all if every term is −∞.
     *
     * @param row the row, all of whose terms were added
     * @param logs logarithms of some of its terms. Modified: those of their shares
     * @param count how many, from the first
     */
    void normalise(int row, double[] logs, int count) {
        double log = Math.log(sum[row]);
        for (int s = 0; s < count; s++) {
            logs[s] = (logs[s] == max[row] ? 0 : logs[s] - max[row]) - log;
        }
    }
}
